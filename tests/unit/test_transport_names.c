/* The transport where names cannot be had: a name server that never answers. It stalls nobody else, neither the end of a call nor that
 * of the process. The test runs itself again in a network of its own, with its own name server and list of hosts. */
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#include "base/proc.h"
#include "scripted_peer.h"
#include "transport_taker.h"

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"

enum { NAME_PORT = 53, SILENT_CALLS = 20, CANNOT = 77 };

/* The loopback device of a new network is down. */
static bool
raise_loopback(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int file = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool raised = file >= 0 && ioctl(file, SIOCSIFFLAGS, &request) == 0;
	close(file);
	return raised;
}

static int
bind_to(const char *address, int port, int type)
{
	struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int file = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	g_assert_cmpint(inet_pton(AF_INET, address, &name.sin_addr), ==, 1);
	g_assert_cmpint(bind(file, (struct sockaddr *)&name, sizeof name), ==, 0);
	return file;
}

/* A file of ours in the place of one of the system's. */
static bool
replace(const char *folder, const char *path, const char *text)
{
	g_autofree char *name = g_path_get_basename(path), *own = g_build_filename(folder, name, NULL);
	write_file(folder, name, text);
	return mount(own, path, NULL, MS_BIND, NULL) == 0;
}

/* Within the new network. */
static void
set_up(const char *folder)
{
	if (!raise_loopback() || !replace(folder, "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30\n") ||
	    !replace(folder, "/etc/hosts", "127.0.0.1 localhost\n127.0.0.2 twin\n127.0.0.3 twin\n"))
		exit(CANNOT);
}

static void
check_silent_names(void)
{
	int names = bind_to("127.0.0.1", NAME_PORT, SOCK_DGRAM);
	struct scripted_peer peer = { .scripts = { STEPS("<", ">" HEAD "Content-Length: 3\r\n\r\nok\n", "<", ">" HEAD "Content-Length: 3\r\n\r\nok\n") } };
	scripted_start(&peer);
	struct transport *transport = transport_create(NULL, NULL);
	struct transport_deadlines deadlines = { .connect_ms = 1500 };
	struct heard *silent[SILENT_CALLS];
	struct transport_call *calls[SILENT_CALLS];
	for (unsigned i = 0; i < SILENT_CALLS; i++)
		calls[i] = heard_send(transport, "http://silent.example/", "{}", i % 2 ? &deadlines : NULL, silent[i] = heard_create());
	/* Meanwhile, and while silent calls end, others go on as if nothing were. */
	unsigned others = 0;
	int64_t slowest = 0;
	for (int64_t until = clock_ms() + 2500; clock_ms() < until; others++) {
		struct heard *heard = heard_all(transport, peer.url, "{}", NULL);
		expect_end(heard, "other", TRANSPORT_DONE);
		slowest = MAX(slowest, heard->times.total_ms);
		heard_destroy(heard);
	}
	g_assert_cmpuint(others, >, 10);
	g_assert_cmpint(slowest, <, 1000);
	for (unsigned i = 1; i < SILENT_CALLS; i += 2) {
		heard_await(silent[i], 0);
		expect_end(silent[i], "silent", TRANSPORT_UNREACHABLE);
		g_assert_cmpint(silent[i]->times.total_ms, >=, 1495);   /* of 1500, in whole milliseconds of two clocks */
		g_assert_cmpint(silent[i]->times.total_ms, <, 2500);
	}
	char query[512];
	g_assert_cmpint(recv(names, query, sizeof query, MSG_DONTWAIT), >, 0);
	/* The others are asked for still. */
	int64_t before = clock_ms();
	transport_destroy(transport);
	g_assert_cmpint(clock_ms() - before, <, 1000);
	for (unsigned i = 0; i < SILENT_CALLS; i++) {
		expect_end(silent[i], "silent", i % 2 ? TRANSPORT_UNREACHABLE : TRANSPORT_CANCELLED);
		transport_call_unref(calls[i]);
		heard_destroy(silent[i]);
	}
	scripted_stop(&peer);
	close(names);
}

/* A host of two addresses, of which the first is a black hole: the second is tried in time. */
static void
check_twins(void)
{
	int hole = bind_to("127.0.0.2", 0, SOCK_STREAM), waiting[4];
	struct sockaddr_in address;
	socklen_t length = sizeof address;
	g_assert_cmpint(listen(hole, 0), ==, 0);
	g_assert_cmpint(getsockname(hole, (struct sockaddr *)&address, &length), ==, 0);
	for (unsigned i = 0; i < G_N_ELEMENTS(waiting); i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(waiting[i], (struct sockaddr *)&address, length);
	}
	int port = ntohs(address.sin_port), well = bind_to("127.0.0.3", port, SOCK_STREAM);
	g_assert_cmpint(listen(well, 8), ==, 0);
	g_autofree char *url = g_strdup_printf("http://twin:%d/", port);
	struct transport *transport = transport_create(NULL, NULL);
	struct transport_deadlines deadlines = { .connect_ms = 3000, .headers_ms = 200 };
	struct heard *heard = heard_all(transport, url, NULL, &deadlines);
	/* It listens, and says nothing: there was a connection. */
	expect_end(heard, "twin", TRANSPORT_NO_HEADERS);
	g_assert_cmpint(heard->times.connected_ms, <, 3000);
	heard_destroy(heard);
	transport_destroy(transport);
	for (unsigned i = 0; i < G_N_ELEMENTS(waiting); i++)
		close(waiting[i]);
	close(hole);
	close(well);
}

static void
test_own_network(const void *data)
{
	g_autofree char *unshare = g_find_program_in_path("unshare"), *folder = temporary_folder();
	if (!unshare) {
		g_test_skip("the program unshare is missing");
		remove_folder(folder);
		return;
	}
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	struct proc_spec spec = { .argv = (const char *const[]){ unshare, "-r", "-m", "-n", self, data, folder, NULL }, .deadline = clock_ms() + 60000 };
	struct proc_result result;
	GError *error = NULL;
	int64_t before = clock_ms();
	proc_run(&spec, NULL, &result, &error);
	g_assert_no_error(error);
	if (result.exit_code == CANNOT || strstr(result.output, "unshare:"))
		g_test_skip("this machine allows no network of one's own (unshare -r -m -n)");
	else if (result.exit_code != 0)
		g_error("it ended with %d: %s", result.exit_code, result.output);
	/* Nobody waited for the name server. */
	g_assert_cmpint(clock_ms() - before, <, 20000);
	proc_result_clear(&result);
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*check)(void);
	} checks[] = { { "--names", check_silent_names }, { "--twins", check_twins } };
	for (unsigned i = 0; argc == 3 && i < G_N_ELEMENTS(checks); i++)
		if (g_str_equal(argv[1], checks[i].name)) {
			set_up(argv[2]);
			checks[i].check();
			return 0;
		}
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/transport/silent_names", "--names", test_own_network);
	g_test_add_data_func("/transport/twins", "--twins", test_own_network);
	return g_test_run();
}
