/* Providers under test: started on a free port, waited for, stopped with all their processes. */
#ifndef VERIFY_PROVIDER_H
#define VERIFY_PROVIDER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/proc.h"

/* Variables that are taken out of the environment of what is tested: under a test runner of its own,
 * Node would take nested tests for parts of that. */
#define VERIFY_CLEAN_ENVIRONMENT "NODE_TEST_CONTEXT", "NODE_V8_COVERAGE"

struct provider;

struct provider_options {
	const char *folder;                /* the deliverable */
	const char *const *command;        /* how to start it; NULL: found out */
	const char *const *environment;    /* "NAME=value"; PORT, HOST and DATA_DIR are set besides */
	const char *scratch;               /* a folder for its data */
	const char *owner;                 /* of its processes */
	int64_t listen_ms;                 /* until it has to listen; 0: 15 s */
	int64_t deadline;                  /* monotonic ms: it is stopped then in any case */
	const bool *cancel;                /* may be NULL */
};

/* Starts it and waits until it accepts connections. NULL with ERR_FAILED that says what happened
 * instead: it ended (with its last lines), it listens on nothing, there is no way to start it. */
struct provider *provider_start(const struct provider_options *options, GError **error);
const char *provider_url(const struct provider *provider);     /* "http://127.0.0.1:PORT" */
const char *provider_command(const struct provider *provider); /* as a line */
pid_t provider_pid(const struct provider *provider);
/* False where its process has ended, or does within the time given. */
bool provider_is_running(struct provider *provider, int64_t patience_ms);
/* Stops it and its group; fills `result` (may be NULL). NULL provider is allowed. */
void provider_stop(struct provider *provider, struct proc_result *result);

/* How to start what is in a folder: the contract's command, package.json's "start", a lone
 * server.js, index.js or main.py. NULL-terminated, newly allocated; NULL with ERR_FAILED. */
char **provider_find_command(const char *folder, GError **error);

#endif
