#include "verify/command.h"

#include <string.h>

#include "expect.h"

static struct command *
command_of(const char *method, const char *url, const char *body, const char *answer, const char *location, const char *id, const char *collection)
{
	struct http_request request = { .method = (char *)method, .url = (char *)url, .body = body ? g_string_new(body) : NULL };
	struct http_response response = { .status = 201, .body = g_string_new(answer ? answer : "") };
	http_headers_add(&request.headers, "X-Name", "it's");
	if (body)
		http_headers_add(&request.headers, "Content-Type", "application/json");
	if (location)
		http_headers_add(&response.headers, "Location", location);
	struct command *command = command_create(&request, &response, &(struct command_name){ id, "id", collection });
	http_headers_clear(&request.headers);
	if (request.body)
		g_string_free(request.body, TRUE);
	http_response_clear(&response);
	return command;
}

static void
expect_lines(struct command **commands, size_t count, const char *wanted)
{
	g_autofree char *lines = command_lines(commands, count);
	g_assert_cmpstr(lines, ==, wanted);
	for (size_t i = 0; i < count; i++)
		command_unref(commands[i]);
}

#define NAME " -H 'X-Name: it'\\''s'"
#define JSON " -H 'Content-Type: application/json'"

static void
test_one(void)
{
	struct command *plain[] = { command_of("GET", "http://h/a?b='c'", NULL, NULL, NULL, NULL, NULL) };
	expect_lines(plain, 1, "curl -i -g --path-as-is -X 'GET' 'http://h/a?b='\\''c'\\'''" NAME);
	struct command *body[] = { command_of("POST", "http://h/a", "{\"a\":\"$x `y` \\\" !\"}", NULL, NULL, NULL, NULL) };
	expect_lines(body, 1, "curl -i -g --path-as-is -X 'POST' 'http://h/a'" NAME JSON " --data-raw '{\"a\":\"$x `y` \\\" !\"}'");
	struct command *none[] = { command_of("PUT", "http://h/a", NULL, NULL, NULL, NULL, NULL) };
	expect_lines(none, 1, "curl -i -g --path-as-is -X 'PUT' 'http://h/a'" NAME " -H 'Content-Type:' --data-raw ''");
	/* What would break the line goes in by printf. */
	struct command *odd[] = { command_of("POST", "http://h/a", "a\r\n\\'b", NULL, NULL, NULL, NULL) };
	expect_lines(odd, 1, "printf '%b' 'a\\0015\\0012\\0134\\0047b' | curl -i -g --path-as-is -X 'POST' 'http://h/a'" NAME JSON " --data-binary @-");
}

/* An id of an answer goes on as a variable, in paths and in bodies. */
static void
test_several(void)
{
	struct command *by_location[] = { command_of("POST", "http://h/a", "{}", "{}", "/a/17", "17", "a"), command_of("GET", "http://h/17/a/17/17x?q=17", NULL, NULL, NULL, NULL, NULL) };
	expect_lines(by_location, 2,
	             "id1=$(curl -s -D - -o /dev/null -g --path-as-is -X 'POST' 'http://h/a'" NAME JSON
	             " --data-raw '{}' | tr -d '\\r' | sed -n 's/^[Ll]ocation:.*\\///p')\n"
	             "curl -i -g --path-as-is -X 'GET' 'http://h/17/a/'\"$id1\"'/17x?q=17'" NAME);
	struct command *by_body[] = { command_of("POST", "http://h/a", "{}", "{\"id\":\"uuid-1\",\"b\":{\"id\":2}}", NULL, "uuid-1", NULL),
		                      command_of("POST", "http://h/b", "{\"a\":\"uuid-1\"}", NULL, NULL, NULL, NULL) };
	expect_lines(by_body, 2,
	             "id1=$(curl -s -g --path-as-is -X 'POST' 'http://h/a'" NAME JSON
	             " --data-raw '{}' | grep -o '\"id\": *\"*[^\",}]*' | sed -n '1s/.*: *\"*//p')\n"
	             "curl -i -g --path-as-is -X 'POST' 'http://h/b'" NAME JSON " --data-raw '{\"a\":\"'\"$id1\"'\"}'");
	/* Nobody uses it: nothing is taken. */
	struct command *unused[] = { command_of("POST", "http://h/a", "{}", "{}", "/a/17", "17", NULL), command_of("GET", "http://h/a", NULL, NULL, NULL, NULL, NULL) };
	expect_lines(unused, 2, "curl -i -g --path-as-is -X 'POST' 'http://h/a'" NAME JSON " --data-raw '{}'\ncurl -i -g --path-as-is -X 'GET' 'http://h/a'" NAME);
}

/* The real shell gets the bytes that were meant. */
static void
test_shell(void)
{
	static const char *const bodies[] = { "plain", "it's", "two\nlines\r\n", "$HOME `id` \\ \" %b %s \t", "Zo\xc3\xab \xe6\xbc\xa2" };
	for (unsigned i = 0; i < G_N_ELEMENTS(bodies); i++) {
		struct command *command = command_of("POST", "http://h/a", bodies[i], NULL, NULL, NULL, NULL);
		g_autofree char *line = command_lines(&command, 1), *out = NULL, *err = NULL;
		g_autofree char *script = g_strdup_printf("curl() { for last; do :; done; if [ \"$last\" = @- ]; then cat; else printf '%%s' \"$last\"; fi; }; %s", line);
		const char *const argv[] = { "sh", "-c", script, NULL };
		int status;
		g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, NULL));
		g_assert_cmpstr(out, ==, bodies[i]);
		g_assert_cmpstr(err, ==, "");
		command_unref(command);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/command/one", test_one);
	g_test_add_func("/command/several", test_several);
	g_test_add_func("/command/shell", test_shell);
	return g_test_run();
}
