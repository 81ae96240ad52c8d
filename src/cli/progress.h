/* Progress on standard error: lanes on a terminal, lines elsewhere, JSON for programs. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

struct progress;

/* `mode` is auto, tty, plain, json or none; NULL with false where it is none of them. */
bool progress_start(const char *mode, bool quiet, struct progress **ret);
/* A watcher for tw_watch; `data` is the progress. */
void progress_event(void *data, const char *event);
/* Takes the lanes away. NULL is allowed. */
void progress_stop(struct progress *progress);

#endif
