/* Errors: one table, one GError domain, two parts to every message.
 *
 * A message says what happened to what; the remedy says what to do about it. Both travel in
 * GError.message, separated by the first line feed, so that a terminal, a problem+json body and
 * --json render the same error in their own way. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <glib.h>
#include <stdbool.h>

/* code, name, HTTP status, exit code (DESIGN 5), title */
#define ERROR_MAP(XX)                                                                        \
	XX(FAILED, "failed", 500, 1, "the work failed")                                             \
	XX(INVALID, "invalid", 422, 1, "the content does not meet its rules")                       \
	XX(USAGE, "usage", 400, 2, "the request is not understood")                                 \
	XX(INPUT, "input", 400, 2, "the input cannot be read")                                      \
	XX(NOT_FOUND, "not_found", 404, 2, "there is no such thing")                                \
	XX(CONFLICT, "conflict", 409, 2, "the state does not allow this")                           \
	XX(OWNED, "owned", 409, 3, "another process owns this run")                                 \
	XX(TOO_LARGE, "too_large", 413, 2, "a limit was exceeded")                                  \
	XX(CONFIG, "config", 500, 3, "the configuration is wrong")                                  \
	XX(ENVIRONMENT, "environment", 503, 3, "the environment lacks something")                   \
	XX(STORE, "store", 500, 3, "the store failed")                                              \
	XX(TIMEOUT, "timeout", 504, 1, "a deadline passed")                                         \
	XX(BUDGET, "budget", 402, 4, "the budget is exhausted")                                     \
	XX(INTERRUPTED, "interrupted", 503, 5, "interrupted")                                       \
	XX(HUMAN, "human", 409, 6, "a person has to decide")                                        \
	XX(INTERNAL, "internal", 500, 3, "a fault in this program")

enum error_code {
#define XX(code, name, status, exit, title) ERR_##code,
	ERROR_MAP(XX)
#undef XX
	ERROR_CODES
};

#define ERROR_DOMAIN (error_domain())
GQuark error_domain(void);

/* Sets *error (which may be NULL) and returns false, so that a bool function ends with
 * `return error_set(...)`. The remedy is a sentence without a final stop; NULL where the
 * message itself says all. */
bool error_set(GError **error, enum error_code code, const char *remedy, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* As error_set, with the message of `cause` (freed here) added after a colon. A cause of our own
 * domain keeps its code and, where `remedy` is NULL, its remedy. */
bool error_wrap(GError **error, GError *cause, enum error_code code, const char *remedy, const char *format, ...)
	G_GNUC_PRINTF(5, 6);

/* Gives the error that is set another code: what was read belongs to the configuration, or to a request. Returns false. */
bool error_recode(GError **error, enum error_code code);

/* The code of any GError; foreign domains are ERR_FAILED. */
enum error_code error_code(const GError *error);

const char *error_name(enum error_code code);   /* "not_found" */
const char *error_title(enum error_code code);
int error_status(enum error_code code);         /* HTTP */
int error_exit(enum error_code code);

/* The two parts. The first is newly allocated; the second borrows from `error`, NULL if none. */
char *error_text(const GError *error);
const char *error_remedy(const GError *error);

#endif
