/* How soon a server answers. Asking again costs next to nothing, so that the wait is the server's own.
 *
 * usage: start PORT PATH PROGRAM [ARGUMENT...]; prints status, milliseconds, milliseconds of processor time and peak KB at the first
 * answer to GET PATH, and ends the server. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 180, PAUSE_US = 50 };

static double
milliseconds(clockid_t clock)
{
	struct timespec time = { 0 };
	clock_gettime(clock, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static pid_t
start(char **argv)
{
	pid_t child = fork();
	if (child)
		return child;
	int nothing = open("/dev/null", O_RDWR);
	for (int file = 0; file < 3; file++)
		dup2(nothing, file);
	execvp(*argv, argv);
	_exit(127);
}

/* Connected to the port of this machine; -1 where nobody listens. */
static int
join(const char *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int file = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(file, (struct sockaddr *)&address, sizeof address) == 0)
		return file;
	close(file);
	return -1;
}

/* The status of an answer; 0 for none. */
static int
ask(int file, const char *path)
{
	char text[4096];
	int status = 0, length = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", path);
	if (write(file, text, (size_t)length) == length) {
		ssize_t got = read(file, text, sizeof text - 1);
		text[got > 0 ? got : 0] = '\0';
		status = strncmp(text, "HTTP/1.", strlen("HTTP/1.")) == 0 ? (int)strtol(text + strlen("HTTP/1.1 "), NULL, 10) : 0;
	}
	close(file);
	return status;
}

static long
peak_of(pid_t child)
{
	char path[64], line[256];
	long kilobytes = 0;
	snprintf(path, sizeof path, "/proc/%d/status", child);
	FILE *file = fopen(path, "re");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, "VmHWM:", strlen("VmHWM:")) == 0)
			kilobytes = strtol(line + strlen("VmHWM:"), NULL, 10);
	if (file)
		fclose(file);
	return kilobytes;
}

int
main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: start PORT PATH PROGRAM [ARGUMENT...]\n");
		return 2;
	}
	int status = 0, file;
	double begin = milliseconds(CLOCK_MONOTONIC);
	pid_t child = start(argv + 3);
	while (!status && waitpid(child, NULL, WNOHANG) == 0 && milliseconds(CLOCK_MONOTONIC) - begin < PATIENCE_S * 1e3) {
		file = join(argv[1]);
		if (file >= 0)
			status = ask(file, argv[2]);
		else
			usleep(PAUSE_US);
	}
	clockid_t clock = CLOCK_MONOTONIC;
	clock_getcpuclockid(child, &clock);
	double wall = milliseconds(CLOCK_MONOTONIC) - begin;
	printf("%d %.3f %.3f %ld\n", status, wall, milliseconds(clock), peak_of(child));
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	return status ? 0 : 1;
}
