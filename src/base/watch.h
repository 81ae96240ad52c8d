/* Watches files: a thread that says when one of them has changed, once what changes has come to rest. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H

#include <glib.h>

struct watch;

/* `changed` is called on the watch's thread. The folders are watched, so a file that is replaced, as editors do, or
 * is not there for a while is one that has changed. NULL with ERR_ENVIRONMENT where the system cannot watch. */
struct watch *watch_start(char *const *files, void (*changed)(struct watch *watch, void *data), void *data, GError **error);
/* From now on these files; only to be called by `changed`. What cannot be watched is left out. */
void watch_set(struct watch *watch, char *const *files);
/* Waits until `changed` is done. NULL is allowed. */
void watch_stop(struct watch *watch);

#endif
