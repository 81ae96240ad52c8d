/* The mock: a live server made from a document alone. It keeps what it is given, validates what it
 * receives and what it answers, and records what passed. It holds 5000 objects; then the oldest that a
 * client made goes with each new one of its kind.
 *
 * A request chooses with `Prefer: code=404`, `example=NAME`, `dynamic=true` (RFC 7240). Under /__mock/
 * stand POST reset (the data of the start), GET requests (the record), GET routes and GET state. */
#ifndef CONTRACT_MOCK_H
#define CONTRACT_MOCK_H

#include "contract/openapi.h"
#include "contract/recording.h"

struct mock;

/* Called on the server's thread after each answer. */
typedef void mock_log(void *data, const struct http_request *request, const struct http_response *response);

struct mock_options {
	const char *address;         /* NULL: 127.0.0.1 */
	int port;                    /* 0: any free one */
	uint64_t seed;               /* of generated values */
	unsigned items;              /* that a collection holds at the start; 0: 2 */
	bool empty;                  /* collections hold nothing at the start */
	unsigned recorded;           /* exchanges that are kept, the last ones; 0: 10 000 */
	bool stateless;              /* answer by schema, keep nothing */
	bool dynamic;                /* other values in every answer, examples are left aside */
	bool unchecked;              /* requests are served whatever is wrong with them */
	bool no_cors;                /* nothing is said to pages of other origins */
	const char *faults;          /* to inject into answers, as injections_read has it; NULL */
	size_t body_max;             /* limits of http_server_options; 0: its presets */
	unsigned connections, idle_s;
	const char *certificate, *key;   /* PEM: TLS; NULL */
	const char *contract;        /* id and version, for the X-Mock-Contract header; NULL: title and version of the document */
	const char *state;           /* a snapshot to begin with; NULL */
	mock_log *log;               /* may be NULL */
	void *log_data;
};

/* Takes `openapi`. NULL with ERR_ENVIRONMENT (port), ERR_USAGE (faults) or ERR_INVALID (document). Ready when it returns. */
struct mock *mock_start(struct openapi *openapi, const struct mock_options *options, GError **error);
int mock_port(const struct mock *mock);
struct recording *mock_recording(struct mock *mock);
/* One line a route: method, path, what it does. Newly allocated. */
char *mock_routes(struct mock *mock);
/* The files of the document, absolute; newly allocated. */
char **mock_files(struct mock *mock);
/* Serves another document from now on; takes it. What is kept stays where it still fits; what nobody has
 * touched begins anew. *ret_kept is how many objects stay. False, and nothing changes, with an error. */
bool mock_reload(struct mock *mock, struct openapi *openapi, size_t *ret_kept, GError **error);
/* All that it keeps, as JSON; newly allocated. And back: false with ERR_INPUT or ERR_INVALID for text that is no snapshot. */
char *mock_snapshot(struct mock *mock);
bool mock_restore(struct mock *mock, const char *json, GError **error);
/* Answers what it has begun, and listens no more. */
void mock_halt(struct mock *mock);
/* The same, and frees it. NULL is allowed. */
void mock_stop(struct mock *mock);

#endif
