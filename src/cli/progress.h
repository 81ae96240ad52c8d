/* Progress on standard error: lanes on a terminal, lines elsewhere, JSON for programs. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

struct progress;

/* `mode` is auto, tty, plain, json or none; NULL with false where it is none of them. */
bool progress_start(const char *mode, bool quiet, struct progress **ret);
/* A watcher for tw_watch; `data` is the progress. */
void progress_event(void *data, const char *event);
/* Takes the lanes away: events that come still are not shown. NULL is allowed. */
void progress_stop(struct progress *progress);
/* Stops, and frees: there is nobody left who could tell of events. NULL is allowed. */
void progress_free(struct progress *progress);

#endif
