/* The HTTP server: libmicrohttpd with one epoll thread. A handler sees a whole request and answers
 * it at once; it runs on the server's thread. */
#ifndef BASE_HTTP_SERVER_H
#define BASE_HTTP_SERVER_H

#include "base/http.h"

struct http_server;

/* One request and its answer. Text borrows from the exchange and ends with it. */
struct http_exchange {
	const char *method;
	const char *target;      /* path and query as they came, still escaped */
	const char *body;        /* NUL-terminated; "" without a body */
	size_t body_length;
};

typedef void http_handler(void *data, struct http_exchange *exchange);

/* How an answer travels; all zero: at once and whole. */
struct http_manner {
	unsigned delay_ms;               /* before the first byte */
	unsigned drip_bytes, drip_ms;    /* so many bytes of the body at a time, so long between them; 0: all at once */
	bool cut;                        /* the connection is closed before the answer is whole */
	size_t cut_after;                /* then: bytes of the body that are sent before; 0: not even a status */
};

struct http_server_options {
	const char *address;     /* NULL: 127.0.0.1 */
	int port;                /* 0: any free one */
	size_t body_max;         /* larger requests get 413; 0: 16 MiB */
	unsigned connections;    /* at once; 0: 10240 */
	unsigned idle_s;         /* a silent connection is closed; 0: 60 s */
	unsigned patience_s;     /* and one from which no whole request comes; 0: 30 s more than that */
	const char *certificate, *key;   /* PEM: then it speaks TLS only; NULL */
};

/* NULL with ERR_ENVIRONMENT where the port is taken or may not be used. */
struct http_server *http_server_start(const struct http_server_options *options, http_handler *handler, void *data, GError **error);
int http_server_port(const struct http_server *server);
/* Takes no new connections, answers what it has begun (without its delays, and for two seconds at most), closes
 * all connections and frees the server. NULL is allowed. */
void http_server_stop(struct http_server *server);

const char *http_exchange_header(struct http_exchange *exchange, const char *name);
/* Copies all request headers. */
void http_exchange_headers(struct http_exchange *exchange, struct http_headers *headers);
/* The request headers as they stand in the exchange, of which they borrow: at most `room`. Returns how many there are. */
size_t http_exchange_borrow_headers(struct http_exchange *exchange, struct http_header *items, size_t room);
/* Before the reply. libmicrohttpd sends no header with an empty value and none with a line break. */
void http_exchange_add_header(struct http_exchange *exchange, const char *name, const char *value);
void http_exchange_manner(struct http_exchange *exchange, const struct http_manner *manner);
/* An answer that is made once and sent as often as one likes; counted, for several threads. */
struct http_reply;
/* `body` is copied; `content_type` may be NULL. */
struct http_reply *http_reply_create(int status, const char *content_type, const struct http_headers *headers, const char *body, size_t length);
void http_reply_unref(struct http_reply *reply);   /* NULL is allowed */
/* One that its only owner may change while no exchange sends it: the bytes of its body, and a header that it has. */
bool http_reply_is_idle(struct http_reply *reply);
char *http_reply_body(struct http_reply *reply);
void http_reply_change_header(struct http_reply *reply, const char *name, const char *value);
/* Instead of http_exchange_reply, where the answer travels at once and whole; the exchange takes a reference of its own. */
void http_exchange_send(struct http_exchange *exchange, struct http_reply *reply);
/* The same of headers that hold the Content-Type too, made for this exchange alone. All is copied. */
void http_exchange_answer(struct http_exchange *exchange, int status, const struct http_headers *headers, const char *body, size_t length);
/* The answer; exactly one per exchange. `body` is copied; `content_type` may be NULL. */
void http_exchange_reply(struct http_exchange *exchange, int status, const char *content_type, const char *body, size_t length);

#endif
