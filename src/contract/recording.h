/* Recordings: the exchanges that passed over a wire, in order, as JSON lines. */
#ifndef CONTRACT_RECORDING_H
#define CONTRACT_RECORDING_H

#include "base/http.h"
#include "base/record.h"
#include "contract/kept.h"

struct recorded_exchange {
	int64_t at_ms;               /* wall */
	char *consumer;              /* who sent it: the X-Teamwright-Consumer header; NULL if unknown */
	char *method, *target;       /* the target is absolute where it is known to whom it was sent */
	struct doc *request_headers; /* object of strings */
	char *request_body;          /* NULL for none */
	char *request_encoding;      /* NULL: the body is text; else RECORDING_BASE64 or RECORDING_OMITTED */
	int64_t status;              /* 0: there was no answer */
	struct doc *response_headers;
	char *response_body, *response_encoding;
	int64_t duration_us;
	bool partial;                /* an expectation: the answer may hold more than it says */
	char *provider;              /* of whom it is expected; NULL */
	struct doc *pact;            /* what a pact says of it besides: description, states, rules; NULL */
};
/* Bytes that are no text; a body that whoever recorded did not keep. */
#define RECORDING_BASE64 "base64"
#define RECORDING_OMITTED "omitted"
RECORD_LIST_OF(recorded_exchange);
extern const struct record_type recorded_exchange_record;

/* Bounded: the oldest go when there are too many. May be used by several threads. */
struct recording;
typedef struct recording Recording;

struct recording *recording_create(size_t exchanges);
void recording_destroy(struct recording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recording, recording_destroy)
void recording_add(struct recording *recording, const struct http_request *request, const struct http_response *response);
/* The same of one that is packed already; takes a reference of its own. */
void recording_keep(struct recording *recording, struct kept *kept, int64_t at_ms, int64_t duration_us);
void recording_clear(struct recording *recording);
/* All that is kept, newly allocated list. */
void recording_list(struct recording *recording, struct recorded_exchange_list *ret);
/* One exchange that happens now, as a JSON line without its line feed; newly allocated. */
char *recording_line(const struct http_request *request, const struct http_response *response);
/* JSON lines, newly allocated; and back. */
char *recording_text(const struct recorded_exchange_list *list);
bool recording_read(const char *name, const char *text, struct recorded_exchange_list *ret, GError **error);

/* The messages of an exchange, newly made: bodies are bytes again. A body that was not kept is none. */
void recorded_request(const struct recorded_exchange *exchange, struct http_request *ret);
void recorded_response(const struct recorded_exchange *exchange, struct http_response *ret);
/* Fills the members that describe messages. */
void recorded_exchange_fill(struct recorded_exchange *exchange, const struct http_request *request, const struct http_response *response);

#endif
