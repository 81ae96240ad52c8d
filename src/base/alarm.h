/* Alarms: functions that are called when their time has come, on one thread that starts with the first. */
#ifndef BASE_ALARM_H
#define BASE_ALARM_H

#include <stdbool.h>
#include <stdint.h>

struct alarms;

struct alarms *alarms_create(void);
/* Calls `ring` once, on the alarms' thread, `delay_ms` from now. False, and nothing is called, after alarms_end. */
bool alarms_set(struct alarms *alarms, unsigned delay_ms, void (*ring)(void *data), void *data);
/* Calls all that wait at once, on this thread, and takes no more. */
void alarms_end(struct alarms *alarms);
/* After alarms_end, which it does where nobody has. NULL is allowed. */
void alarms_destroy(struct alarms *alarms);

#endif
