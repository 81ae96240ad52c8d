/* Teamwright as a library: every operation of the command line, by name, with JSON in and JSON out.
 *
 *	char *error = NULL, *result = NULL;
 *	struct tw *tw = tw_open(NULL, &error);
 *	int code = tw_call(tw, "analysis.create", "{\"requirement\": \"…\"}", &result, &error);
 *	…
 *	tw_free(result);
 *	tw_close(tw);
 *
 * Texts are UTF-8. What a function stores through a `char **` is to be freed with tw_free; pass
 * NULL where it is not wanted. A handle may be used by several threads. */
#ifndef TEAMWRIGHT_H
#define TEAMWRIGHT_H

#ifdef __cplusplus
extern "C" {
#endif

struct tw;

/* `settings` is NULL or an object: "project", the folder whose .teamwright/ counts, and any setting
 * of 'teamwright config' by name. NULL with *error (a JSON object: code, message, remedy). */
struct tw *tw_open(const char *settings, char **error);

/* Carries out an operation and returns its exit code: 0 for done, else as the manual lists them. A
 * result may come with a code that is not 0: work that ended badly. 'teamwright operations' lists
 * names, requests and results. Blocks until the operation has ended. */
int tw_call(struct tw *tw, const char *operation, const char *request, char **result, char **error);

/* From now on `watcher` gets every event of every run of this handle, as a JSON object, on a thread
 * of the library. It must not block and must not call back. */
typedef void tw_watcher(void *data, const char *event);
void tw_watch(struct tw *tw, tw_watcher *watcher, void *data);

/* Interrupts what is under way; each call returns 5 and its run can be resumed. May be called from
 * any thread, not from a signal handler. */
void tw_cancel(struct tw *tw);

/* Ends everything in order. No call may be under way. NULL is allowed. */
void tw_close(struct tw *tw);
void tw_free(char *text);

#ifdef __cplusplus
}
#endif

#endif
