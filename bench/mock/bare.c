/* The floor: one thread, one epoll, HTTP/1.1 with fixed bytes. It reads no more of a request than where
 * it ends.
 *
 * usage: bare PORT FILE; every GET is answered with the content of FILE and 200, all else with 201. */
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_MAX = 8192, ANSWER_MAX = 65536, EVENTS = 256 };

struct connection {
	int file;
	size_t used;
	char bytes[REQUEST_MAX + 1];
};

struct answer {
	size_t length;
	char bytes[ANSWER_MAX];
};

static struct answer got, made;

static void
fail(const char *what)
{
	perror(what);
	exit(1);
}

static void
write_answer(struct answer *answer, const char *status, const char *body, size_t length)
{
	int head = snprintf(answer->bytes, sizeof answer->bytes, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status, length);
	memcpy(answer->bytes + head, body, length);
	answer->length = (size_t)head + length;
}

static void
load_answers(const char *path)
{
	char body[ANSWER_MAX / 2];
	FILE *file = fopen(path, "re");
	if (!file)
		fail(path);
	size_t length = fread(body, 1, sizeof body, file);
	fclose(file);
	write_answer(&got, "200 OK", body, length);
	write_answer(&made, "201 Created", body, length);
}

/* The length of the first whole request; 0 where it is not whole yet. */
static size_t
request_length(const struct connection *connection)
{
	const char *end = memmem(connection->bytes, connection->used, "\r\n\r\n", 4);
	if (!end)
		return 0;
	size_t length = (size_t)(end - connection->bytes) + 4;
	const char *body = strcasestr(connection->bytes, "\r\ncontent-length:");
	if (body && body < end)
		length += strtoul(body + strlen("\r\ncontent-length:"), NULL, 10);
	return length <= connection->used ? length : 0;
}

static int
answer_requests(struct connection *connection)
{
	for (size_t length; connection->bytes[connection->used] = '\0', (length = request_length(connection));) {
		const struct answer *answer = *connection->bytes == 'G' ? &got : &made;
		if (write(connection->file, answer->bytes, answer->length) != (ssize_t)answer->length)
			return -1;
		connection->used -= length;
		memmove(connection->bytes, connection->bytes + length, connection->used);
	}
	return connection->used < REQUEST_MAX ? 0 : -1;
}

static int
serve(struct connection *connection)
{
	ssize_t bytes = read(connection->file, connection->bytes + connection->used, REQUEST_MAX - connection->used);
	if (bytes <= 0)
		return -1;
	connection->used += (size_t)bytes;
	return answer_requests(connection);
}

static void
take_connection(int poll, int listener)
{
	int file = accept4(listener, NULL, NULL, SOCK_NONBLOCK), one = 1;
	if (file < 0)
		return;
	setsockopt(file, SOL_TCP, TCP_NODELAY, &one, sizeof one);
	struct connection *connection = g_new(struct connection, 1);
	connection->file = file;
	connection->used = 0;
	epoll_ctl(poll, EPOLL_CTL_ADD, file, &(struct epoll_event){ .events = EPOLLIN, .data.ptr = connection });
}

static int
listen_on(const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
	setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (bind(file, (struct sockaddr *)&address, sizeof address) || listen(file, 512))
		fail("cannot listen");
	return file;
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: bare PORT FILE\n");
		return 2;
	}
	load_answers(argv[2]);
	int listener = listen_on(argv[1]), poll = epoll_create1(0);
	struct epoll_event events[EVENTS];
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){ .events = EPOLLIN });
	for (;;) {
		int count = epoll_wait(poll, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			struct connection *connection = events[i].data.ptr;
			if (!connection) {
				take_connection(poll, listener);
			} else if (serve(connection)) {
				close(connection->file);
				g_free(connection);
			}
		}
	}
}
