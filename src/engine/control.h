/* The control socket: a process that owns runs answers operations of other processes of the same
 * user, on a unix socket in the runtime folder. One JSON object a line: {"operation", "request"}
 * in; {"result", "exit"} or {"error"} out. */
#ifndef ENGINE_CONTROL_H
#define ENGINE_CONTROL_H

#include <glib.h>
#include <stdbool.h>

struct house;
struct control;

struct control *control_start(struct house *house, GError **error);
const char *control_path(const struct control *control);
/* Ends connections and removes the socket. NULL is allowed. */
void control_stop(struct control *control);

/* Sends an operation to the process that listens at `path`. The result, newly allocated; NULL with
 * its error, or ERR_ENVIRONMENT where nobody answers within `timeout_ms`. */
char *control_call(const char *path, const char *operation, const char *request, int64_t timeout_ms, int *ret_exit, GError **error);

#endif
