/* Time. Deadlines are points on the monotonic clock in milliseconds; records carry wall time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

int64_t clock_ms(void);        /* monotonic */
int64_t clock_us(void);        /* monotonic */
int64_t clock_cpu_us(void);    /* CPU time of this process */
int64_t clock_wall_ms(void);   /* since 1970, UTC */
/* "2026-11-20T08:01:02.345Z", newly allocated. */
char *clock_text(int64_t wall_ms);
/* "3.20 s", "4 min 05 s", "2 h 01 min": for people, newly allocated. */
char *clock_span(double seconds);
/* A deadline as pthread_cond_timedwait wants it on CLOCK_MONOTONIC. */
struct timespec clock_timespec(int64_t deadline);

#endif
