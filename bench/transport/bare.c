/* The floor: streams through libcurl's multi interface as a short program uses it, with socket_action and epoll.
 *
 * usage: bare URL STREAMS SECONDS [AUTHORITIES] */
#include "transport/streams.h"

#include <sys/epoll.h>

#include "base/curl.h"
#include "base/http.h"

enum { EVENTS = 256 };

static const struct curl *curl;
static CURLM *multi;
static int epoll;
static int64_t due = -1;
static struct tally tally;

static int
watch_socket(CURL *easy, curl_socket_t file, int wanted, void *data, void *known)
{
	(void)easy, (void)data;
	struct epoll_event event = { .data.fd = file };
	event.events = (wanted & CURL_POLL_IN ? EPOLLIN : 0) | (wanted & CURL_POLL_OUT ? EPOLLOUT : 0);
	epoll_ctl(epoll, wanted == CURL_POLL_REMOVE ? EPOLL_CTL_DEL : known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, file, &event);
	if (!known && wanted != CURL_POLL_REMOVE)
		curl->curl_multi_assign(multi, file, &tally);
	return 0;
}

static int
set_due(CURLM *handle, long timeout_ms, void *data)
{
	(void)handle, (void)data;
	due = timeout_ms < 0 ? -1 : clock_ms() + timeout_ms;
	return 0;
}

static size_t
take_bytes(char *bytes, size_t size, size_t count, void *data)
{
	return stream_take(&tally, data, bytes, size * count) ? size * count : 0;
}

static void
add_stream(char **argv, int argc, struct stream *stream)
{
	CURL *easy = curl->curl_easy_init();
	curl->curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl->curl_easy_setopt(easy, CURLOPT_WRITEDATA, stream);
	curl->curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 4096L);
	curl->curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->curl_easy_setopt(easy, CURLOPT_PROXY, "");
	if (argc > 4)
		curl->curl_easy_setopt(easy, CURLOPT_CAINFO, argv[4]);
	curl->curl_multi_add_handle(multi, easy);
}

static void
turn(int64_t until)
{
	struct epoll_event events[EVENTS];
	int64_t now = clock_ms(), next = due >= 0 && due < until ? due : until;
	int count = epoll_wait(epoll, events, EVENTS, (int)MAX(next - now, 0)), running;
	for (int i = 0; i < count; i++) {
		int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0);
		curl->curl_multi_socket_action(multi, events[i].data.fd, what, &running);
	}
	if (due >= 0 && due <= clock_ms()) {
		due = -1;
		curl->curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	const CURLMsg *ended = curl->curl_multi_info_read(multi, &count);
	if (!ended)
		return;
	fprintf(stderr, "bare: a stream ended: %s\n", curl->curl_easy_strerror(ended->data.result));
	exit(1);
}

int
main(int argc, char **argv)
{
	curl = curl_load(NULL);
	if (argc < 4 || !curl) {
		fputs("usage: bare URL STREAMS SECONDS [AUTHORITIES]; it needs libcurl\n", stderr);
		return 2;
	}
	tally.streams = (unsigned)g_ascii_strtoull(argv[2], NULL, 10);
	http_reserve_files(tally.streams);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	multi = curl->curl_multi_init();
	curl->curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl->curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_due);
	curl->curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 20000L);
	tally.rss_before_kb = rss_kb();
	struct stream *streams = streams_create(tally.streams);
	for (unsigned i = 0; i < tally.streams; i++) {
		add_stream(argv, argc, &streams[i]);
		while ((i + 1) % BATCH == 0 && tally.started < i + 1)
			turn(clock_ms() + 1000);
	}
	while (tally.started < tally.streams)
		turn(clock_ms() + 1000);
	for (int64_t until = clock_ms() + SETTLE_MS; clock_ms() < until;)
		turn(until);
	tally_begin(&tally);
	for (int64_t until = clock_ms() + (int64_t)(g_ascii_strtod(argv[3], NULL) * 1000); clock_ms() < until;)
		turn(until);
	tally_print(&tally);
	return 0;
}
