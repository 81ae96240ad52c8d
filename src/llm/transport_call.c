#include "llm/transport_call.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "base/clock.h"
#include "base/http_easy.h"

enum {
	HEAD_MAX = 65536, BUFFER = 4096,
	KEEPALIVE_S = 30, KEEPALIVE_EVERY_S = 10,
	UNHEARD_MS = 30000,   /* of a peer that confirms nothing: a machine that vanished under a kept connection */
};

/* What a step's deadline is, and how the call ends where it passes. */
static const struct {
	size_t limit;
	int64_t preset;
	enum transport_end late;
	const char *text;
} steps[CALL_STEPS] = {
	[CALL_CONNECTS] = { offsetof(struct transport_deadlines, connect_ms), 10000, TRANSPORT_UNREACHABLE, "no connection" },
	[CALL_WAITS] = { offsetof(struct transport_deadlines, headers_ms), 60000, TRANSPORT_NO_HEADERS, "no headers" },
	[CALL_ANSWERED] = { offsetof(struct transport_deadlines, first_ms), 120000, TRANSPORT_NO_FIRST, "no first token" },
	[CALL_STREAMS] = { offsetof(struct transport_deadlines, between_ms), 60000, TRANSPORT_NO_MORE, "no further token" },
};

enum { TOTAL_MS = 600000 };

static int64_t
due_of(const struct transport_call *call)
{
	return MIN(call->since + call->limits[call->step], call->given + call->total);
}

static void
step_to(struct transport_call *call, enum call_step step)
{
	struct timers *timers = &call->transport->timers;
	call->step = step;
	call->since = call->transport->now;
	int64_t due = due_of(call);
	if (due < timers->items[call->timer].due)
		timers_set(timers, call, due);
}

/* How long a peer may confirm nothing before the kernel gives the connection up. */
static void
limit_silence(curl_socket_t file, unsigned limit)
{
	setsockopt(file, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, sizeof limit);
}

static unsigned
connect_limit(const struct transport_call *call)
{
	return (unsigned)CLAMP(call->limits[CALL_CONNECTS] / 2, 1, G_MAXINT);
}

/* One of them is connected, and libcurl does not tell which. The other may be somebody else's by now: that it is ours shows in its limit. */
static void
relax_silence(struct transport_call *call)
{
	for (unsigned i = 0; call->opened && i < G_N_ELEMENTS(call->files); i++) {
		unsigned limit = 0;
		socklen_t length = sizeof limit;
		if (getsockopt(call->files[i], IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, &length) == 0 && limit == connect_limit(call))
			limit_silence(call->files[i], UNHEARD_MS);
	}
}

/* A new connection is being made: for this call's first request, or because libcurl found a kept one dead. A host may have another
 * address, which is tried while there is time still. (CURLOPT_CONNECTTIMEOUT_MS would do that too, but its timers stay in libcurl's
 * tree after the connection, and cost a quarter more for every event.) */
static int
begin_connection(void *data, curl_socket_t file, curlsocktype purpose)
{
	(void)purpose;
	struct transport_call *call = data;
	limit_silence(file, connect_limit(call));
	call->files[0] = call->files[1];
	call->files[1] = file;
	call->opened = true;
	if (call->step != CALL_CONNECTS)
		step_to(call, CALL_CONNECTS);
	return CURL_SOCKOPT_OK;
}

/* The connection stands and the request goes out. libcurl repeats by itself what broke on a kept connection, if need be on another
 * kept one and several times; only the first repetition, over a new one, is let through. */
static int
begin_request(void *data, char *address, char *own_address, int port, int own_port)
{
	(void)address, (void)own_address, (void)port, (void)own_port;
	struct transport_call *call = data;
	bool reused = !call->opened;
	relax_silence(call);
	call->opened = false;
	if (call->sent > 1 || (call->sent == 1 && reused))
		return CURL_PREREQFUNC_ABORT;
	call->sent++;
	call->times.reused = reused;
	call->times.connected_ms = call->transport->now - call->given;
	step_to(call, CALL_WAITS);
	return CURL_PREREQFUNC_OK;
}

/* The prompt may be long and the answer too: once it has arrived, the memory can go. */
static void
drop_body(struct transport_call *call)
{
	const struct curl *curl = call->transport->curl;
	curl_off_t sent = 0;
	if (!call->body || curl->curl_easy_getinfo(call->easy, CURLINFO_SIZE_UPLOAD_T, &sent) || sent < (curl_off_t)call->body->len)
		return;
	curl->curl_easy_setopt(call->easy, CURLOPT_POSTFIELDS, NULL);
	g_string_free(call->body, TRUE);
	call->body = NULL;
}

static bool
hand_over_head(struct transport_call *call)
{
	call->times.headers_ms = call->transport->now - call->given;
	drop_body(call);
	step_to(call, CALL_ANSWERED);
	call->stopped = !call->taker.head(call->taker.data, call->status, &call->headers);
	http_headers_clear(&call->headers);
	return !call->stopped;
}

/* One line of the headers, without its end; false where the call is over. */
static bool
take_line(struct transport_call *call, char *line)
{
	if (g_str_has_prefix(line, "HTTP/")) {
		/* A new set: what a 1xx carried is over. */
		http_headers_clear(&call->headers);
		call->status = (int)g_ascii_strtoll(line + strcspn(line, " "), NULL, 10);
		return true;
	}
	if (!*line)
		return call->status < 200 || hand_over_head(call);
	char *colon = strchr(line, ':');
	if (colon) {
		*colon = '\0';
		http_headers_add(&call->headers, line, g_strstrip(colon + 1));
	}
	return true;
}

static size_t
take_header(char *bytes, size_t size, size_t count, void *data)
{
	struct transport_call *call = data;
	size_t length = size * count;
	call->begun = true;
	/* What comes after the body are trailers. */
	if (call->step != CALL_WAITS)
		return length;
	call->head_length += length;
	call->flooded = call->head_length > HEAD_MAX;
	if (call->flooded)
		return 0;
	g_autofree char *line = g_strchomp(g_strndup(bytes, length));
	return take_line(call, line) ? length : 0;
}

static size_t
take_bytes(char *bytes, size_t size, size_t count, void *data)
{
	struct transport_call *call = data;
	bool token = false;
	if (!call->taker.bytes(call->taker.data, bytes, size * count, &token)) {
		call->stopped = true;
		return 0;
	}
	if (token && call->step == CALL_ANSWERED) {
		call->times.first_ms = call->transport->now - call->given;
		step_to(call, CALL_STREAMS);
	} else if (token) {
		call->since = call->transport->now;
	}
	return size * count;
}

static void
set_options(struct transport_call *call, CURL *easy)
{
	const struct transport *transport = call->transport;
	const struct curl *curl = transport->curl;
	curl->curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl->curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->wire);
	/* A name server that is silent holds up neither the other calls nor the end of this one. */
	curl->curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)BUFFER);
	curl->curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	curl->curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_EVERY_S);
	curl->curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl->curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, begin_connection);
	curl->curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, call);
	curl->curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begin_request);
	curl->curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	if (transport->authorities)
		curl->curl_easy_setopt(easy, CURLOPT_CAINFO, transport->authorities);
}

void
call_prepare(struct transport_call *call, const struct http_request *request)
{
	const struct transport *transport = call->transport;
	const char *unfit = http_easy_unfit(request);
	call->easy = transport->curl->curl_easy_init();
	call->lines = http_easy_headers(transport->curl, request);
	if (unfit)
		call->refusal = g_strdup_printf("the header '%s' cannot be sent: there is a line break in it", unfit);
	struct http_request own = *request;
	own.body = call->body = request->body ? g_string_new_len(request->body->str, (gssize)request->body->len) : NULL;
	if (transport->proxy)
		transport->curl->curl_easy_setopt(call->easy, CURLOPT_PROXY, transport->proxy);
	http_easy_prepare(transport->curl, call->easy, &own, call->lines);
	/* Many calls to one server share a connection, where it speaks HTTP/2: they wait until that is known. */
	if (g_ascii_strncasecmp(request->url, "https:", strlen("https:")) == 0)
		transport->curl->curl_easy_setopt(call->easy, CURLOPT_PIPEWAIT, 1L);
	set_options(call, call->easy);
}

void
call_begin(struct transport_call *call)
{
	struct transport *transport = call->transport;
	call->known = true;
	call->since = transport->now;
	timers_set(&transport->timers, call, due_of(call));
	if (call->refusal)
		call_end(call, TRANSPORT_UNREACHABLE, call->refusal);
	else
		transport->curl->curl_multi_add_handle(transport->multi, call->easy);
}

void
call_nudge(struct transport_call *call)
{
	const struct curl *curl = call->transport->curl;
	curl->curl_easy_pause(call->easy, CURLPAUSE_SEND);
	curl->curl_easy_pause(call->easy, CURLPAUSE_CONT);
}

/* Once more, over a new connection: nothing of an answer had come over a kept one. */
static bool
send_again(struct transport_call *call, CURLcode code)
{
	struct transport *transport = call->transport;
	bool foreign = code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
	if (call->step != CALL_WAITS || call->begun || foreign || !call->times.reused || call->sent > 1)
		return false;
	transport->curl->curl_multi_remove_handle(transport->multi, call->easy);
	transport->curl->curl_easy_setopt(call->easy, CURLOPT_FRESH_CONNECT, 1L);
	step_to(call, CALL_CONNECTS);
	call->wire[0] = '\0';
	return transport->curl->curl_multi_add_handle(transport->multi, call->easy) == CURLM_OK;
}

void
call_settle(struct transport_call *call, CURLcode code)
{
	/* libcurl is content with headers that end in their middle. */
	if (code == CURLE_OK && call->step >= CALL_ANSWERED)
		return call_end(call, TRANSPORT_DONE, "");
	if (call->stopped)
		return call_end(call, TRANSPORT_STOPPED, NULL);
	if (call->flooded)
		return call_end(call, TRANSPORT_CUT, "the headers are longer than 64 KiB");
	if (send_again(call, code))
		return;
	/* What is no HTTP at all is an answer all the same. */
	bool begun = call->begun || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY;
	enum transport_end end = call->step == CALL_CONNECTS ? TRANSPORT_UNREACHABLE : begun ? TRANSPORT_CUT : TRANSPORT_RESET;
	bool wordless = code == CURLE_ABORTED_BY_CALLBACK || code == CURLE_OK;
	call_end(call, end, wordless ? NULL : *call->wire ? call->wire : call->transport->curl->curl_easy_strerror(code));
}

/* The taker may know why nothing comes yet. */
static bool
is_excused(struct transport_call *call)
{
	bool begins = call->step == CALL_WAITS || call->step == CALL_ANSWERED;
	int64_t more = begins && call->taker.late ? call->taker.late(call->taker.data, call) : 0;
	if (more > 0)
		call->limits[call->step] = call->transport->now - call->since + more;
	return more > 0;
}

void
transport_hurry(struct transport_call *call)
{
	struct transport *transport = call->transport;
	if (!call->easy || (call->step != CALL_WAITS && call->step != CALL_ANSWERED))
		return;
	call->limits[call->step] = MIN(call->limits[call->step], transport->now - call->since);
	timers_set(&transport->timers, call, transport->now);
}

void
call_ring(struct transport_call *call)
{
	struct transport *transport = call->transport;
	int64_t due = due_of(call);
	if (due > transport->now)
		return timers_set(&transport->timers, call, due);
	bool whole = due == call->given + call->total;
	if (!whole && is_excused(call))
		return timers_set(&transport->timers, call, due_of(call));
	g_autofree char *detail = g_strdup_printf("%s within %" G_GINT64_FORMAT " ms", whole ? "no end" : steps[call->step].text,
	                                          whole ? call->total : call->limits[call->step]);
	call_end(call, whole ? TRANSPORT_OVERTIME : steps[call->step].late, detail);
}

static void
free_parts(struct transport_call *call)
{
	const struct curl *curl = call->transport->curl;
	if (call->easy)
		curl->curl_easy_cleanup(call->easy);
	curl->curl_slist_free_all(call->lines);
	if (call->body)
		g_string_free(call->body, TRUE);
	http_headers_clear(&call->headers);
	g_free(call->refusal);
	call->easy = NULL;
	call->lines = NULL;
	call->body = NULL;
	call->refusal = NULL;
}

void
call_end(struct transport_call *call, enum transport_end end, const char *detail)
{
	struct transport *transport = call->transport;
	long version = 0;
	timers_remove(&transport->timers, call);
	transport->curl->curl_multi_remove_handle(transport->multi, call->easy);
	transport->curl->curl_easy_getinfo(call->easy, CURLINFO_HTTP_VERSION, &version);
	call->times.version = version >= CURL_HTTP_VERSION_2_0 ? 2 : 1;
	call->times.total_ms = clock_ms() - call->given;
	g_autofree char *told = call_detail(call, detail ? detail : transport_end_text(end));
	free_parts(call);
	call->taker.end(call->taker.data, end, &call->times, told);
	transport_call_unref(call);
}

void
call_limit(struct transport_call *call, const struct transport_deadlines *deadlines)
{
	for (unsigned i = 0; i < CALL_STEPS; i++) {
		const int64_t *limit = (const int64_t *)((const char *)deadlines + steps[i].limit);
		call->limits[i] = *limit ? *limit : steps[i].preset;
	}
	call->total = deadlines->total_ms ? deadlines->total_ms : TOTAL_MS;
}

/* Takes `part` out where it is long enough to be a secret. */
static void
hide(GString *text, const char *part, size_t length)
{
	g_autofree char *secret = g_strndup(part, length);
	if (strlen(secret) >= 6)
		g_string_replace(text, secret, "...", 0);
}

char *
call_detail(const struct transport_call *call, const char *text)
{
	GString *told = g_string_new(text);
	char *url = NULL;
	for (const struct curl_slist *line = call->lines; line; line = line->next) {
		const char *value = line->data + strcspn(line->data, ":;"), *last = strrchr(value, ' ');
		value += strspn(value, ":; ");
		hide(told, value, strlen(value));
		if (last)
			hide(told, last + 1, strlen(last + 1));
	}
	call->transport->curl->curl_easy_getinfo(call->easy, CURLINFO_EFFECTIVE_URL, &url);
	const char *host = url ? strstr(url, "://") : NULL, *at = host ? strchr(host, '@') : NULL, *query = url ? strchr(url, '?') : NULL;
	if (at)
		hide(told, host + strlen("://"), (size_t)(at - host) - strlen("://"));
	if (query)
		hide(told, query + 1, strlen(query + 1));
	g_strdelimit(told->str, "\r\n", ' ');
	return g_string_free(told, FALSE);
}
