/* What the files of the HTTP server share. */
#ifndef BASE_HTTP_SERVING_H
#define BASE_HTTP_SERVING_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/alarm.h"
#include "base/http_server.h"

struct http_server {
	struct MHD_Daemon *daemon;
	struct alarms *alarms;       /* of suspended connections, and of all connections */
	GHashTable *peers;           /* number -> struct http_peer; under the mutex */
	unsigned peer_number, patience_ms;
	unsigned oldest, crowd;      /* number of the first peer that may be there still; so many are nearly too many */
	http_handler *handler;
	void *data;
	size_t body_max;
	int port;
	/* How many answers are under way, and that no others begin; the condition says that there are none. */
	pthread_mutex_t mutex;
	pthread_cond_t answered;
	atomic_uint answering;
	atomic_bool stopping;
	/* The Date of the answers, made once a second. */
	time_t second;
	char date[32];
	struct serving *idle;        /* to be used again */
	unsigned idle_count;
};

/* The exchange that handlers see is the first member. Empty texts are kept from one exchange to the next. */
struct serving {
	struct http_exchange public;
	struct http_server *server;
	struct MHD_Connection *connection;
	GString *target, *body;
	struct http_headers headers;
	struct http_manner manner;
	struct MHD_Response *reply;
	struct http_reply *shared;   /* whose response `reply` is; NULL: it is our own */
	char *text;                  /* of an answer that drips */
	size_t length, sent;
	bool paused;                 /* the next piece had to wait, and has */
	int status;
	bool refused, counted;
	struct serving *next;        /* of those that are used again */
};

/* Makes the answer known to libmicrohttpd once the exchange has one: now, later, or never. */
enum MHD_Result http_answer(struct serving *serving);
void http_answer_finish(struct serving *serving);

/* http_peer.c: a MHD_NotifyConnectionCallback, and the count of whole requests and answers of a connection. */
void http_peer_notify(void *data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);
void http_peer_count(struct MHD_Connection *connection, bool begins);

#endif
