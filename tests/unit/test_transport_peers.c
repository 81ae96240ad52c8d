/* The transport and Node's servers: HTTP/1.1, TLS with an authority of our own, HTTP/2. */
#include "base/proc.h"
#include "base/tls.h"
#include "transport_taker.h"

struct site {
	struct proc *proc;
	char *folder, *authority, *url;
};

/* False where there is no node. */
static bool
start_site(struct site *site, const char *kind)
{
	g_autofree char *node = g_find_program_in_path("node");
	if (!node) {
		g_test_skip("the program node is missing");
		return false;
	}
	struct tls_identity identity;
	GError *error = NULL;
	tls_identity_make("127.0.0.1", &identity, &error);
	g_assert_no_error(error);
	site->folder = temporary_folder();
	write_file(site->folder, "certificate.pem", identity.certificate);
	write_file(site->folder, "key.pem", identity.key);
	site->authority = g_build_filename(site->folder, "certificate.pem", NULL);
	g_autofree char *key = g_build_filename(site->folder, "key.pem", NULL);
	tls_identity_clear(&identity);
	const char *const plain[] = { "node", "tests/unit/data/transport_server.mjs", kind, NULL };
	const char *const secure[] = { "node", "tests/unit/data/transport_server.mjs", kind, site->authority, key, NULL };
	bool is_plain = g_str_equal(kind, "h1");
	struct proc_spec spec = { .argv = is_plain ? plain : secure, .deadline = clock_ms() + 120000 };
	site->proc = proc_start(&spec, &error);
	g_assert_no_error(error);
	g_autofree char *output = NULL;
	while (!output || !strchr(output, '\n')) {
		if (proc_wait(site->proc, clock_ms() + 5))
			g_error("the server ended: %s", output);
		g_free(output);
		output = proc_output(site->proc);
	}
	site->url = g_strdup_printf("%s://127.0.0.1:%d", is_plain ? "http" : "https", (int)g_ascii_strtoll(output + strlen("port "), NULL, 10));
	return true;
}

static void
stop_site(struct site *site)
{
	proc_finish(site->proc, NULL);
	remove_folder(site->folder);
	g_free(site->folder);
	g_free(site->authority);
	g_free(site->url);
}

static struct heard *
ask(struct transport *transport, const struct site *site, const char *path, const char *body, const struct transport_deadlines *deadlines)
{
	g_autofree char *url = g_strconcat(site->url, path, NULL);
	return heard_all(transport, url, body, deadlines);
}

/* Connections, requests and broken answers, as the server counted them. */
static void
count(struct transport *transport, const struct site *site, unsigned ret[3])
{
	struct heard *heard = ask(transport, site, "/count", NULL, NULL);
	expect_end(heard, "count", TRANSPORT_DONE);
	char *rest = heard->bytes->str;
	for (unsigned i = 0; i < 3; i++)
		ret[i] = (unsigned)g_ascii_strtoull(rest, &rest, 10);
	heard_destroy(heard);
}

static void
check_site(const char *kind, int version)
{
	struct site site;
	if (!start_site(&site, kind))
		return;
	struct transport_options options = { .authorities = site.authority };
	struct transport *transport = transport_create(&options, NULL);
	g_autofree char *body = g_strnfill(300000, 'x');
	const struct {
		const char *path, *body, *answer;
		int status;
		enum transport_end end;
	} rows[] = {
		{ "/echo", "{}", "2\n", 200, TRANSPORT_DONE },
		{ "/echo", body, "300000\n", 200, TRANSPORT_DONE },
		{ "/stream/3", "{}", "data: x\ndata: x\ndata: x\n", 200, TRANSPORT_DONE },
		{ "/redirect", NULL, "", 302, TRANSPORT_DONE },
		{ "/silent", "{}", "", 200, TRANSPORT_NO_FIRST },
		{ "/nothing", "{}", "", 0, TRANSPORT_NO_HEADERS },
		{ "/forever", "{}", NULL, 200, TRANSPORT_OVERTIME },
		{ "/echo", "{}", "2\n", 200, TRANSPORT_DONE },
	};
	struct transport_deadlines deadlines = { 10000, 1000, 400, 2000, 1500 };
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct heard *heard = ask(transport, &site, rows[i].path, rows[i].body, &deadlines);
		expect_end(heard, rows[i].path, rows[i].end);
		g_assert_cmpint(heard->status, ==, rows[i].status);
		if (rows[i].answer)
			g_assert_cmpstr(heard->bytes->str, ==, rows[i].answer);
		if (rows[i].status)
			g_assert_cmpint(heard->times.version, ==, version);
		heard_destroy(heard);
	}
	transport_destroy(transport);
	stop_site(&site);
}

static void
test_plain(void)
{
	check_site("h1", 1);
}

static void
test_tls(void)
{
	check_site("https", 1);
}

static void
test_http2(void)
{
	check_site("h2", 2);
}

/* Many calls at once over few connections; one that is cancelled or stalls is no other call's business. */
static void
test_shared_connection(void)
{
	enum { CALLS = 60 };
	struct site site;
	if (!start_site(&site, "h2"))
		return;
	struct transport_options options = { .authorities = site.authority };
	struct transport *transport = transport_create(&options, NULL);
	struct transport_deadlines deadlines = { .first_ms = 1000 };
	g_autofree char *stream = g_strconcat(site.url, "/stream/20", NULL), *silent = g_strconcat(site.url, "/silent", NULL);
	g_autofree char *forever = g_strconcat(site.url, "/forever", NULL);
	const char *const urls[] = { forever, silent, stream };
	const enum transport_end ends[] = { TRANSPORT_CANCELLED, TRANSPORT_NO_FIRST, TRANSPORT_DONE };
	struct heard *heard[CALLS];
	struct transport_call *calls[CALLS];
	for (unsigned i = 0; i < CALLS; i++)
		calls[i] = heard_send(transport, urls[i % 3], "{}", &deadlines, heard[i] = heard_create());
	/* The first of all is the one whose connection the others wait for. */
	for (unsigned i = 0; i < CALLS; i += 3) {
		if (i > 0)
			heard_await(heard[i], 2);
		transport_cancel(calls[i]);
	}
	for (unsigned i = 0; i < CALLS; i++) {
		heard_await(heard[i], 0);
		expect_end(heard[i], urls[i % 3], ends[i % 3]);
		g_assert_true(i % 3 != 2 || heard[i]->tokens > 0);
		transport_call_unref(calls[i]);
		heard_destroy(heard[i]);
	}
	unsigned counted[3];
	int64_t patience = clock_ms() + 20000;
	/* The server hears of the cancelled ones, and soon. */
	do
		count(transport, &site, counted);
	while (counted[2] < CALLS * 2 / 3 - 1 && clock_ms() < patience);
	g_assert_cmpuint(counted[0], <=, 3);
	g_assert_cmpuint(counted[1], <=, CALLS);
	g_assert_cmpuint(counted[2], >=, CALLS * 2 / 3 - 1);
	transport_destroy(transport);
	stop_site(&site);
}

/* Connections are kept: one after another needs only one. */
static void
test_reuse(void)
{
	struct site site;
	unsigned counted[3];
	if (!start_site(&site, "https"))
		return;
	struct transport_options options = { .authorities = site.authority };
	struct transport *transport = transport_create(&options, NULL);
	for (unsigned i = 0; i < 20; i++) {
		struct heard *heard = ask(transport, &site, "/stream/1", "{}", NULL);
		expect_end(heard, "reuse", TRANSPORT_DONE);
		g_assert_cmpint(heard->times.reused, ==, i > 0);
		heard_destroy(heard);
	}
	count(transport, &site, counted);
	g_assert_cmpuint(counted[0], ==, 1);
	g_assert_cmpuint(counted[1], ==, 20);
	transport_destroy(transport);
	stop_site(&site);
}

/* An authority that nobody trusts; a proxy that is not there, and that loopback does without. */
static void
test_trust(void)
{
	struct site site;
	if (!start_site(&site, "h2"))
		return;
	struct transport_options options = { .proxy = "http://user:" TEST_KEY "@127.0.0.1:1" };
	struct transport *transport = transport_create(&options, NULL);
	struct heard *heard = ask(transport, &site, "/echo", "{}", NULL);
	expect_end(heard, "self-signed", TRANSPORT_UNREACHABLE);
	g_assert_nonnull(strstr(heard->detail, "certificate"));
	heard_destroy(heard);
	heard = heard_all(transport, "http://model.invalid/", "{}", NULL);
	expect_end(heard, "proxy", TRANSPORT_UNREACHABLE);
	g_assert_nonnull(strstr(heard->detail, "127.0.0.1"));
	heard_destroy(heard);
	transport_destroy(transport);
	options.authorities = site.authority;
	transport = transport_create(&options, NULL);
	heard = ask(transport, &site, "/echo", "{}", NULL);
	expect_end(heard, "trusted", TRANSPORT_DONE);
	heard_destroy(heard);
	transport_destroy(transport);
	stop_site(&site);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/transport/plain", test_plain);
	g_test_add_func("/transport/tls", test_tls);
	g_test_add_func("/transport/http2", test_http2);
	g_test_add_func("/transport/shared_connection", test_shared_connection);
	g_test_add_func("/transport/reuse", test_reuse);
	g_test_add_func("/transport/trust", test_trust);
	return g_test_run();
}
