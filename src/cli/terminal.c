#include "cli/terminal.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int interruption = -1;
static bool interrupted;

static void
open_interruption(void)
{
	interruption = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static int
get_interruption(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, open_interruption);
	return interruption;
}

bool
terminal_is_there(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One character; false where there is none, or nobody waits for it any more. */
static bool
read_character(char *ret)
{
	struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = get_interruption(), .events = POLLIN } };
	while (poll(files, 2, -1) < 0)
		if (errno != EINTR)
			return false;
	return !files[1].revents && read(STDIN_FILENO, ret, 1) == 1;
}

bool
terminal_read(char *line, size_t size)
{
	size_t length = 0;
	bool more;
	char c = '\0';
	while ((more = read_character(&c)) && c != '\n')
		if (length + 1 < size)
			line[length++] = c;
	line[length] = '\0';
	return more;
}

void
terminal_interrupt(void)
{
	const uint64_t one = 1;
	__atomic_store_n(&interrupted, true, __ATOMIC_RELEASE);
	if (write(get_interruption(), &one, sizeof one) != sizeof one)
		return;   /* it has been said already */
}

bool
terminal_is_interrupted(void)
{
	return __atomic_load_n(&interrupted, __ATOMIC_ACQUIRE);
}
