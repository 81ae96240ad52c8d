/* What the files of the transport share; nobody else includes it. All but the inbox belongs to the transport's thread. */
#ifndef LLM_TRANSPORT_CALL_H
#define LLM_TRANSPORT_CALL_H

#include <pthread.h>

#include "base/curl.h"
#include "llm/transport.h"

/* How far a call is. Every step has its deadline, counted from the step's begin or the last token. */
enum call_step {
	CALL_CONNECTS,   /* until a request can be sent */
	CALL_WAITS,      /* for the headers */
	CALL_ANSWERED,   /* for the first token */
	CALL_STREAMS,
	CALL_STEPS,
};

struct transport_call {
	unsigned references;                   /* atomic */
	bool cancelled;                        /* atomic */
	struct inbox *inbox;
	struct transport *transport;
	struct transport_taker taker;
	int64_t limits[CALL_STEPS], total;     /* ms */
	CURL *easy;                            /* NULL after the end */
	struct curl_slist *lines;              /* of headers to be sent */
	GString *body;
	char *refusal;                         /* why it cannot be sent at all; NULL */
	bool known;                            /* the thread has it */
	int64_t given, since;                  /* ms: transport_send, the begin of this step or the last token */
	unsigned timer;                        /* its place among the timers */
	enum call_step step;
	unsigned sent;                         /* how often the request went out */
	bool opened;                           /* the next request goes over a connection made for it */
	curl_socket_t files[2];                /* the last ones that were opened for it: an address of each family may be tried at once */
	bool begun;                            /* some byte of an answer has come */
	bool stopped;                          /* the taker wanted no more */
	bool flooded;                          /* the headers were too long */
	int status;
	size_t head_length;
	struct http_headers headers;           /* of the answer, until they are handed over */
	struct transport_times times;
	char wire[CURL_ERROR_SIZE];            /* libcurl's words */
};

struct timer {
	int64_t due;
	struct transport_call *call;
};

/* Deadlines, the next one first. One that moves forward is left where it is and put right when its old time has come, so that a
 * token costs nothing here. */
struct timers {
	struct timer *items;
	unsigned count, room;
};

struct transport {
	const struct curl *curl;
	CURLM *multi;
	struct inbox *inbox;
	struct timers timers;                  /* one for each call that goes on */
	GPtrArray *adrift;                     /* calls whose socket went before they had a connection */
	pthread_t thread;
	int epoll;
	bool stopping;                         /* atomic */
	bool attending;                        /* libcurl was called for events: calls end only after it */
	int64_t now;                           /* ms: when the events being attended to were taken */
	int64_t due;                           /* ms: when libcurl wants to be called; -1: it does not */
	char *proxy, *authorities;
};

/* Calls on their way to the thread: new ones, and those that are to be looked at again. It outlives the transport as long as
 * somebody has a call. */
struct inbox *inbox_create(int *ret_wake);
struct inbox *inbox_ref(struct inbox *inbox);
void inbox_unref(struct inbox *inbox);
/* Any thread; false where nobody will take it. The call is kept until it was taken. */
bool inbox_post(struct inbox *inbox, struct transport_call *call);
/* Wakes the thread. */
void inbox_ring(struct inbox *inbox);
/* All of them, each to be unreferenced, into an empty array. Where there are none, `close` closes it for good: false. */
bool inbox_take(struct inbox *inbox, GPtrArray *calls, bool close);

void timers_set(struct timers *timers, struct transport_call *call, int64_t due);
void timers_remove(struct timers *timers, struct transport_call *call);

/* Any thread: all that has to be known is copied into the call. */
void call_limit(struct transport_call *call, const struct transport_deadlines *deadlines);
void call_prepare(struct transport_call *call, const struct http_request *request);
void call_begin(struct transport_call *call);
/* Has libcurl look at it, though nothing happened on any socket. */
void call_nudge(struct transport_call *call);
/* libcurl is done with it. */
void call_settle(struct transport_call *call, CURLcode code);
/* Its timer rang: at its end, or set anew. */
void call_ring(struct transport_call *call);
/* Tells the taker; nobody hears of the call afterwards. NULL: the words of the end itself. */
void call_end(struct transport_call *call, enum transport_end end, const char *detail);

/* What may be told of libcurl's words: without the values of the request's headers, and of its URL what could be a key. Newly allocated. */
char *call_detail(const struct transport_call *call, const char *text);

#endif
