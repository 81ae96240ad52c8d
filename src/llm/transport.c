#include "llm/transport.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/transport_call.h"

enum { EVENTS = 256, CONNECTIONS = 20000 };

static struct transport_call *
call_of(const struct transport *transport, CURL *easy)
{
	char *call = NULL;
	transport->curl->curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	return (struct transport_call *)(void *)call;
}

/* libcurl 7.88 gives up the socket of an address that does not answer, and forgets to try the next one until it is called again. */
static void
nudge_adrift(struct transport *transport)
{
	for (unsigned i = 0; i < transport->adrift->len; i++)
		call_nudge(transport->adrift->pdata[i]);
	g_ptr_array_set_size(transport->adrift, 0);
}

static int
watch_socket(CURL *easy, curl_socket_t file, int wanted, void *data, void *known)
{
	struct transport *transport = data;
	if (wanted == CURL_POLL_REMOVE) {
		struct transport_call *call = call_of(transport, easy);
		epoll_ctl(transport->epoll, EPOLL_CTL_DEL, file, NULL);
		if (call && call->step == CALL_CONNECTS && transport->attending)
			g_ptr_array_add(transport->adrift, call);
		return 0;
	}
	struct epoll_event event = { .data.fd = file };
	event.events = ((wanted & CURL_POLL_IN) ? EPOLLIN : 0) | ((wanted & CURL_POLL_OUT) ? EPOLLOUT : 0);
	epoll_ctl(transport->epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, file, &event);
	if (!known)
		transport->curl->curl_multi_assign(transport->multi, file, transport);
	return 0;
}

static int
set_due(CURLM *multi, long timeout_ms, void *data)
{
	(void)multi;
	struct transport *transport = data;
	transport->due = timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
	return 0;
}

static void
settle_finished(struct transport *transport)
{
	int left;
	for (CURLMsg *message; (message = transport->curl->curl_multi_info_read(transport->multi, &left));) {
		CURLcode code = message->data.result;
		if (message->msg == CURLMSG_DONE)
			call_settle(call_of(transport, message->easy_handle), code);
	}
}

/* A new call begins, one that was cancelled ends; one that ended meanwhile is nobody's any more. */
static void
attend_to(struct transport_call *call)
{
	bool cancelled = __atomic_load_n(&call->cancelled, __ATOMIC_ACQUIRE);
	if (!call->known)
		call_begin(call);
	if (call->easy && cancelled)
		call_end(call, TRANSPORT_CANCELLED, NULL);
	transport_call_unref(call);
}

static bool
empty_inbox(struct transport *transport, bool close)
{
	g_autoptr(GPtrArray) calls = g_ptr_array_new();
	bool open = inbox_take(transport->inbox, calls, close);
	for (unsigned i = 0; i < calls->len; i++)
		attend_to(calls->pdata[i]);
	return open;
}

static void
ring_due(struct transport *transport)
{
	while (transport->timers.count && transport->timers.items[0].due <= transport->now)
		call_ring(transport->timers.items[0].call);
}

static int
time_left(const struct transport *transport)
{
	int64_t due = transport->due, now = clock_ms();
	if (transport->timers.count && (due < 0 || transport->timers.items[0].due < due))
		due = transport->timers.items[0].due;
	return due < 0 ? -1 : (int)CLAMP(due - now, 0, G_MAXINT);
}

/* What has happened to the sockets, for libcurl; true where somebody rang. */
static bool
take_events(struct transport *transport)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(transport->epoll, events, EVENTS, time_left(transport)), running;
	bool rung = false;
	transport->now = clock_ms();
	transport->attending = true;
	for (int i = 0; i < count; i++) {
		if (events[i].data.fd < 0) {
			rung = true;
			continue;
		}
		int what = ((events[i].events & EPOLLIN) ? CURL_CSELECT_IN : 0) | ((events[i].events & EPOLLOUT) ? CURL_CSELECT_OUT : 0) |
		           ((events[i].events & (EPOLLERR | EPOLLHUP)) ? CURL_CSELECT_ERR : 0);
		transport->curl->curl_multi_socket_action(transport->multi, events[i].data.fd, what, &running);
	}
	if (transport->due >= 0 && transport->due <= transport->now) {
		transport->due = -1;
		transport->curl->curl_multi_socket_action(transport->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	transport->attending = false;
	nudge_adrift(transport);
	return rung;
}

static void *
carry(void *data)
{
	struct transport *transport = data;
	while (!__atomic_load_n(&transport->stopping, __ATOMIC_ACQUIRE)) {
		bool rung = take_events(transport);
		settle_finished(transport);
		if (rung)
			empty_inbox(transport, false);
		ring_due(transport);
	}
	/* Who hears of an end may send something still: that ends likewise. */
	do {
		while (transport->timers.count)
			call_end(transport->timers.items[0].call, TRANSPORT_CANCELLED, NULL);
	} while (empty_inbox(transport, true));
	return NULL;
}

/* No signal is for this thread, nor for those that libcurl starts from it. */
static bool
start_thread(struct transport *transport)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bool started = pthread_create(&transport->thread, NULL, carry, transport) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

static void
free_transport(struct transport *transport)
{
	transport->curl->curl_multi_cleanup(transport->multi);
	close(transport->epoll);
	inbox_unref(transport->inbox);
	g_free(transport->timers.items);
	g_ptr_array_free(transport->adrift, TRUE);
	g_free(transport->proxy);
	g_free(transport->authorities);
	g_free(transport);
}

static void
prepare_multi(struct transport *transport, unsigned connections)
{
	const struct curl *curl = transport->curl;
	transport->multi = curl->curl_multi_init();
	transport->due = -1;
	curl->curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl->curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
	curl->curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, set_due);
	curl->curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
	/* Fewer than there are calls, and libcurl would look through all of them for every one that ends. */
	curl->curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, (long)connections);
}

struct transport *
transport_create(const struct transport_options *options, GError **error)
{
	static const struct transport_options usual;
	const struct curl *curl = curl_load(error);
	if (!curl)
		return NULL;
	options = options ? options : &usual;
	unsigned connections = options->connections ? options->connections : CONNECTIONS;
	struct transport *transport = g_new0(struct transport, 1);
	transport->curl = curl;
	transport->proxy = g_strdup(options->proxy);
	transport->authorities = g_strdup(options->authorities);
	transport->adrift = g_ptr_array_new();
	transport->epoll = epoll_create1(EPOLL_CLOEXEC);
	int wake;
	transport->inbox = inbox_create(&wake);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = -1 };
	bool ready = epoll_ctl(transport->epoll, EPOLL_CTL_ADD, wake, &event) == 0;
	http_reserve_files(connections);
	prepare_multi(transport, connections);
	if (ready && start_thread(transport))
		return transport;
	free_transport(transport);
	error_set(error, ERR_ENVIRONMENT, "close other programs, or raise their limits with ulimit", "the transport's thread cannot be started");
	return NULL;
}

void
transport_destroy(struct transport *transport)
{
	if (!transport)
		return;
	__atomic_store_n(&transport->stopping, true, __ATOMIC_RELEASE);
	inbox_ring(transport->inbox);
	pthread_join(transport->thread, NULL);
	free_transport(transport);
}

struct transport_call *
transport_send(struct transport *transport, const struct http_request *request, const struct transport_deadlines *deadlines,
               const struct transport_taker *taker)
{
	static const struct transport_deadlines usual;
	struct transport_call *call = g_new0(struct transport_call, 1);
	call->references = 2;
	call->inbox = inbox_ref(transport->inbox);
	call->transport = transport;
	call->files[0] = call->files[1] = CURL_SOCKET_BAD;
	call->taker = *taker;
	call->given = clock_ms();
	call->times = (struct transport_times){ .connected_ms = -1, .headers_ms = -1, .first_ms = -1, .total_ms = -1 };
	call_limit(call, deadlines ? deadlines : &usual);
	call_prepare(call, request);
	inbox_post(transport->inbox, call);
	return call;
}

void
transport_cancel(struct transport_call *call)
{
	if (!__atomic_exchange_n(&call->cancelled, true, __ATOMIC_ACQ_REL))
		inbox_post(call->inbox, call);
}

void
transport_call_unref(struct transport_call *call)
{
	if (!call || __atomic_sub_fetch(&call->references, 1, __ATOMIC_ACQ_REL))
		return;
	inbox_unref(call->inbox);
	g_free(call);
}

const char *
transport_end_text(enum transport_end end)
{
	static const char *const texts[] = {
		[TRANSPORT_DONE] = "the answer is at its end",
		[TRANSPORT_STOPPED] = "no more of the answer was wanted",
		[TRANSPORT_CANCELLED] = "the call was cancelled",
		[TRANSPORT_UNREACHABLE] = "there is no connection",
		[TRANSPORT_RESET] = "the connection broke before the first byte of an answer",
		[TRANSPORT_CUT] = "the connection broke within the answer",
		[TRANSPORT_NO_HEADERS] = "the headers did not come in time",
		[TRANSPORT_NO_FIRST] = "the first token did not come in time",
		[TRANSPORT_NO_MORE] = "the next token did not come in time",
		[TRANSPORT_OVERTIME] = "the whole call took too long",
	};
	return texts[end];
}
