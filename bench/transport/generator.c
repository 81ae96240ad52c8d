/* The server of the transport's bench: one thread, one epoll, HTTP/1.1. Streams of events as an OpenAI-compatible server sends them,
 * each stream at its own phase, written one by one.
 *
 * usage: generator [CERTIFICATE]; prints its port; with a name for the file of its certificate, it speaks TLS. GET /stream/RATE is a stream of RATE events/s without end; everything
 * else is answered with a few bytes. An event for which the socket has no room is left out. */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/http.h"
#include "base/tls.h"

enum { EVENTS = 512, SLOTS = 1000, CONNECTIONS = 16000, REQUEST_MAX = 4096 };

/* A connection; as a stream it is in the list of the millisecond at which its next event is due. */
struct peer {
	int file;
	gnutls_session_t session;   /* NULL: plain */
	bool greeted;
	unsigned every;             /* ms between events; 0: no stream */
	struct peer **list;
	struct peer *next, *previous;
	size_t used;
	char request[REQUEST_MAX + 1];
};

static const char event[] = "data: {\"id\":\"chatcmpl-7a1f90c2\",\"object\":\"chat.completion.chunk\",\"created\":1763600000,\"model\":\"bench\","
                            "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"finish_reason\":null}]}\n\n";
static char chunk[512];
static struct peer *slots[SLOTS];
static gnutls_certificate_credentials_t credentials;
static int epoll;

static void
link_peer(struct peer *peer, unsigned slot)
{
	peer->list = &slots[slot % SLOTS];
	peer->previous = NULL;
	peer->next = *peer->list;
	if (peer->next)
		peer->next->previous = peer;
	*peer->list = peer;
}

static void
unlink_peer(struct peer *peer)
{
	if (!peer->list)
		return;
	if (peer->next)
		peer->next->previous = peer->previous;
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		*peer->list = peer->next;
	peer->list = NULL;
}

static void
drop(struct peer *peer)
{
	unlink_peer(peer);
	if (peer->session)
		gnutls_deinit(peer->session);
	close(peer->file);
	g_free(peer);
}

static ssize_t
put(struct peer *peer, const char *bytes, size_t length)
{
	if (!peer->session)
		return send(peer->file, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	ssize_t sent = gnutls_record_send(peer->session, bytes, length);
	return sent < 0 ? (errno = gnutls_error_is_fatal((int)sent) ? EPIPE : EAGAIN, -1) : sent;
}

static ssize_t
get(struct peer *peer, char *bytes, size_t room)
{
	if (!peer->session)
		return recv(peer->file, bytes, room, MSG_DONTWAIT);
	ssize_t got = gnutls_record_recv(peer->session, bytes, room);
	return got < 0 ? (errno = gnutls_error_is_fatal((int)got) ? EPIPE : EAGAIN, -1) : got;
}

static void
answer(struct peer *peer, unsigned now)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const char small[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";
	static unsigned phase;
	const char *stream = strstr(peer->request, "/stream/");
	peer->used = 0;
	if (!stream) {
		put(peer, small, strlen(small));
		return;
	}
	peer->every = (unsigned)(1000 / MAX(g_ascii_strtoll(stream + strlen("/stream/"), NULL, 10), 1));
	put(peer, head, strlen(head));
	/* Phases that lie apart however many streams there are. */
	phase = (phase + 389) % peer->every;
	link_peer(peer, now + 1 + phase);
}

static void
listen_to(struct peer *peer, unsigned now)
{
	int code = peer->session && !peer->greeted ? gnutls_handshake(peer->session) : 0;
	if (code < 0) {
		if (gnutls_error_is_fatal(code))
			drop(peer);
		return;
	}
	peer->greeted = true;
	ssize_t got = get(peer, peer->request + peer->used, REQUEST_MAX - peer->used);
	if (got <= 0) {
		if (got == 0 || errno != EAGAIN)
			drop(peer);
		return;
	}
	peer->used += (size_t)got;
	peer->request[peer->used] = '\0';
	if (strstr(peer->request, "\r\n\r\n"))
		answer(peer, now);
}

static void
take_connections(int listener)
{
	for (int file; (file = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
		int one = 1;
		struct peer *peer = g_new0(struct peer, 1);
		setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		peer->file = file;
		if (credentials) {
			gnutls_init(&peer->session, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
			gnutls_set_default_priority(peer->session);
			gnutls_credentials_set(peer->session, GNUTLS_CRD_CERTIFICATE, credentials);
			gnutls_transport_set_int(peer->session, file);
		}
		struct epoll_event wanted = { .events = EPOLLIN, .data.ptr = peer };
		epoll_ctl(epoll, EPOLL_CTL_ADD, file, &wanted);
	}
}

/* All events that are due up to now. */
static void
tick(unsigned *done, unsigned now)
{
	for (; *done != now; ++*done) {
		struct peer *due = slots[*done % SLOTS];
		slots[*done % SLOTS] = NULL;
		for (struct peer *peer = due, *next; peer; peer = next) {
			next = peer->next;
			put(peer, chunk, strlen(chunk));
			link_peer(peer, *done + peer->every);
		}
	}
}

static bool
prepare_tls(const char *path)
{
	struct tls_identity identity;
	if (!tls_identity_make("127.0.0.1", &identity, NULL))
		return false;
	gnutls_datum_t certificate = { (unsigned char *)identity.certificate, (unsigned)strlen(identity.certificate) };
	gnutls_datum_t key = { (unsigned char *)identity.key, (unsigned)strlen(identity.key) };
	gnutls_certificate_allocate_credentials(&credentials);
	bool done = gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key, GNUTLS_X509_FMT_PEM) >= 0 &&
		g_file_set_contents(path, identity.certificate, -1, NULL);
	tls_identity_clear(&identity);
	return done;
}

static int
open_listener(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (bind(file, (struct sockaddr *)&address, length) || listen(file, 4096) || getsockname(file, (struct sockaddr *)&address, &length)) {
		perror("generator");
		exit(1);
	}
	printf("%d\n", ntohs(address.sin_port));
	fflush(stdout);
	return file;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !prepare_tls(argv[1])) {
		fprintf(stderr, "generator: a certificate cannot be made, or not be written to %s\n", argv[1]);
		return 1;
	}
	snprintf(chunk, sizeof chunk, "%zx\r\n%s\r\n", strlen(event), event);
	http_reserve_files(CONNECTIONS);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	struct itimerspec each = { { 0, 1000000 }, { 0, 1000000 } };
	timerfd_settime(timer, 0, &each, NULL);
	int listener = open_listener();
	struct epoll_event wanted = { .events = EPOLLIN, .data.ptr = &listener }, ticks = { .events = EPOLLIN, .data.ptr = &timer };
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &wanted);
	epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &ticks);
	unsigned done = (unsigned)clock_ms();
	for (;;) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(epoll, events, EVENTS, -1);
		unsigned now = (unsigned)clock_ms();
		uint64_t ignored;
		for (int i = 0; i < count; i++) {
			if (events[i].data.ptr == &listener)
				take_connections(listener);
			else if (events[i].data.ptr == &timer)
				tick(&done, (read(timer, &ignored, sizeof ignored), now));
			else
				listen_to(events[i].data.ptr, now);
		}
	}
}
