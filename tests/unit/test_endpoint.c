/* Endpoints: what the two files may say, what the environment names, and keys that are nowhere but where they belong. */
#include "llm/endpoint.h"

#include <sys/stat.h>

#include "expect.h"

static char *folder, *project;

static void
write_configs(const char *user, const char *own)
{
	write_file(folder, "teamwright/config.yaml", user ? user : "");
	write_file(project, ".teamwright/config.yaml", own ? own : "");
}

static bool
load(const char *user, const char *own, struct endpoint_list *ret, GError **error)
{
	write_configs(user, own);
	g_autoptr(Config) config = config_load(project, error);
	return config && endpoints_load(config, ret, error);
}

static void
load_good(const char *user, const char *own, struct endpoint_list *ret)
{
	GError *error = NULL;
	load(user, own, ret, &error);
	g_assert_no_error(error);
}

static void
test_full(void)
{
	struct endpoint_list list;
	load_good("endpoints:\n"
	          "  - name: box\n    protocol: ollama\n    priority: 2\n    local: true\n    keep_alive: 30m\n    models: [qwen3]\n"
	          "  - name: claude\n    protocol: anthropic\n    key_env: MY_KEY\n    tags: [paid, strong]\n    first_ms: 30000\n"
	          "    models:\n      - name: claude-x\n        aliases: [best]\n        capabilities: [tools]\n        window: 1000\n        input_price: 3.5\n",
	          "endpoints:\n  - {name: team, protocol: openai, base_url: 'https://models.example.org/v1///', max_in_flight: 3}\n", &list);
	g_assert_cmpuint(list.count, ==, 3);
	const struct endpoint *claude = &list.items[0], *box = &list.items[1], *team = &list.items[2];
	g_assert_cmpstr(claude->name, ==, "claude");
	g_assert_cmpstr(claude->base_url, ==, "https://api.anthropic.com");
	g_assert_cmpint(claude->first_ms, ==, 30000);
	g_assert_cmpint(claude->total_ms, ==, RECORD_NO_INT);
	g_assert_true(g_str_has_suffix(claude->origin, "config.yaml:8:5"));
	g_assert_true(endpoint_model(claude, "best") == claude->models.items);
	g_assert_true(endpoint_model(claude, "claude-x") == claude->models.items);
	g_assert_null(endpoint_model(claude, "other"));
	g_assert_cmpfloat(claude->models.items[0].input_price, ==, 3.5);
	g_assert_cmpint(claude->models.items[0].max_output, ==, RECORD_NO_INT);
	g_assert_cmpstr(team->base_url, ==, "https://models.example.org/v1");
	g_assert_cmpint(team->max_in_flight, ==, 3);
	g_assert_true(strstr(team->origin, ".teamwright/config.yaml:2:5") != NULL);
	g_assert_cmpstr(box->name, ==, "box");
	g_assert_true(box->local && !box->probe && !claude->local);
	g_assert_cmpstr(box->models.items[0].name, ==, "qwen3");
	record_list_finish(&endpoint_record, &list);
}

/* What is wrong, where, and whose file it is. */
static const struct fault {
	const char *name, *text, *expected;
	bool own;
} faults[] = {
	{ "no list", "endpoints: box\n", "config.yaml:1:12: 'endpoints' is a list", false },
	{ "an item is no object", "endpoints: [5]\n", "config.yaml:1:13: a endpoint must be an object", false },
	{ "no name", "endpoints:\n  - protocol: openai\n", "config.yaml:2:5: an endpoint needs 'name'", false },
	{ "no protocol", "endpoints:\n  - name: a\n", "config.yaml:2:5: an endpoint needs 'protocol'", false },
	{ "odd name", "endpoints:\n  - {name: 'a b', protocol: openai}\n", "config.yaml:2:12: this is no name", false },
	{ "unknown protocol", "endpoints:\n  - {name: a, protocol: gemini}\n", "config.yaml:2:25: there is no protocol 'gemini'", false },
	{ "which protocols", "endpoints:\n  - {name: a, protocol: gemini}\n", "anthropic, openai, ollama", false },
	{ "unknown member", "endpoints:\n  - name: a\n    protocol: openai\n    url: x\n", "config.yaml:4:5: an endpoint has no member 'url'", false },
	{ "a key", "endpoints:\n  - name: a\n    protocol: openai\n    key: sk-secret\n", "config.yaml:4:5: 'key' is not taken from this file", false },
	{ "two keys", "endpoints:\n  - {name: a, protocol: openai, key_env: A, key_file: b}\n", "config.yaml:2:5: a says 2 times", false },
	{ "a key for its variable", "endpoints:\n  - {name: a, protocol: openai, key_env: sk-secret}\n", "config.yaml:2:42: key_env is no name of an environment variable", false },
	{ "no variable", "endpoints:\n  - {name: a, protocol: openai, key_env: ''}\n", "key_env is no name", false },
	{ "no web address", "endpoints:\n  - {name: a, protocol: openai, base_url: 'ftp://x'}\n", "config.yaml:2:43: base_url is no address", false },
	{ "no host", "endpoints:\n  - {name: a, protocol: openai, base_url: 'localhost:80'}\n", "base_url is no address", false },
	{ "password", "endpoints:\n  - {name: a, protocol: openai, base_url: 'https://u:sk-secret@x/v1'}\n", "holds a name or a password", false },
	{ "query", "endpoints:\n  - {name: a, protocol: openai, base_url: 'https://x/v1?key=sk-secret'}\n", "holds more than host and path", false },
	{ "priority", "endpoints:\n  - {name: a, protocol: openai, priority: -1}\n", "config.yaml:2:43: -1 is no priority", false },
	{ "deadline", "endpoints:\n  - {name: a, protocol: openai, first_ms: 0}\n", "config.yaml:2:43: 0 is no first_ms", false },
	{ "price", "endpoints:\n  - name: a\n    protocol: openai\n    models:\n      - name: m\n        input_price: -2\n", "config.yaml:6:22: -2 is no input_price", false },
	{ "kind", "endpoints:\n  - {name: a, protocol: openai, models: [{name: m, window: big}]}\n", "config.yaml:2:60: window of a endpoint_model must be a whole number", false },
	{ "model twice", "endpoints:\n  - {name: a, protocol: openai, models: [m, {name: n, aliases: [m]}]}\n", "config.yaml:2:45: a name of model 'n'", false },
	{ "server twice", "endpoints:\n  - {name: a, protocol: openai}\n  - {name: a, protocol: ollama}\n", "config.yaml:3:12: there is an endpoint 'a' already", false },
	{ "origin", "endpoints:\n  - {name: a, protocol: openai, origin: x}\n", "'origin' is not taken", false },
	{ "key_env of a project", "endpoints:\n  - {name: a, protocol: openai, key_env: A}\n", "config.yaml:2:33: 'key_env' is not taken from a project's file", true },
	{ "key_file of a project", "endpoints:\n  - {name: a, protocol: openai, key_file: A}\n", "your own config.yaml", true },
	{ "command of a project", "endpoints:\n  - {name: a, protocol: openai, key_command: [touch, pwned]}\n", "'key_command' is not taken", true },
};

static void
test_faults(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(faults); i++) {
		GError *error = NULL;
		struct endpoint_list list = { 0 };
		g_test_message("%s", faults[i].name);
		g_assert_false(load(faults[i].own ? NULL : faults[i].text, faults[i].own ? faults[i].text : NULL, &list, &error));
		g_assert_null(strstr(error->message, "sk-secret"));
		expect_error(&error, ERR_CONFIG, faults[i].expected);
		g_assert_cmpuint(list.count, ==, 0);
	}
}

/* A project must not lead the key of a user's server elsewhere. */
static void
test_redirect(void)
{
	GError *error = NULL;
	struct endpoint_list list = { 0 };
	g_assert_false(load("endpoints:\n  - {name: claude, protocol: anthropic, key_env: K}\n",
	                    "endpoints:\n  - {name: claude, protocol: anthropic, base_url: 'https://evil.example'}\n", &list, &error));
	expect_error(&error, ERR_CONFIG, "there is an endpoint 'claude' already, at ");
}

static const char *const variables[] = { "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST" };

static void
clear_environment(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(variables); i++)
		g_unsetenv(variables[i]);
}

/* What is found without configuration: "name address key local probe;" for each. */
static const struct found {
	const char *environment[3][2], *expected;
} founds[] = {
	{ { { 0 } }, "ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "ANTHROPIC_API_KEY", "k" } }, "anthropic https://api.anthropic.com ANTHROPIC_API_KEY - -;ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "ANTHROPIC_API_KEY", "k" }, { "ANTHROPIC_BASE_URL", "https://proxy.example/" } },
	  "anthropic https://proxy.example ANTHROPIC_API_KEY - -;ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "ANTHROPIC_BASE_URL", "https://proxy.example" } }, "ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "OPENAI_BASE_URL", "http://localhost:8080/v1" } }, "openai http://localhost:8080/v1 - - -;ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "OPENAI_API_KEY", "k" }, { "OLLAMA_HOST", "" } }, "openai https://api.openai.com/v1 OPENAI_API_KEY - -;ollama http://127.0.0.1:11434 - local probe;" },
	{ { { "OLLAMA_HOST", "box" } }, "ollama http://box:11434 - - -;" },
	{ { { "OLLAMA_HOST", ":9" } }, "ollama http://127.0.0.1:9 - local -;" },
	{ { { "OLLAMA_HOST", "0.0.0.0:9" } }, "ollama http://127.0.0.1:9 - local -;" },
	{ { { "OLLAMA_HOST", "https://box/" } }, "ollama https://box:443 - - -;" },
	{ { { "OLLAMA_HOST", "[::1]:9" } }, "ollama http://[::1]:9 - local -;" },
	{ { { "OLLAMA_HOST", "[::1]" } }, "ollama http://[::1]:11434 - local -;" },
};

static void
test_found(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(founds); i++) {
		struct endpoint_list list;
		g_autoptr(GString) seen = g_string_new(NULL);
		clear_environment();
		for (unsigned j = 0; j < 3 && founds[i].environment[j][0]; j++)
			g_setenv(founds[i].environment[j][0], founds[i].environment[j][1], true);
		load_good("store: x\n", NULL, &list);
		for (size_t j = 0; j < list.count; j++) {
			const struct endpoint *item = &list.items[j];
			g_string_append_printf(seen, "%s %s %s %s %s;", item->name, item->base_url, item->key_env ? item->key_env : "-",
			                       item->local ? "local" : "-", item->probe ? "probe" : "-");
		}
		g_assert_cmpstr(seen->str, ==, founds[i].expected);
		record_list_finish(&endpoint_record, &list);
	}
	clear_environment();
}

static void
test_named(void)
{
	struct endpoint_list list;
	GError *error = NULL;
	g_setenv("ANTHROPIC_API_KEY", "k", true);
	load_good(NULL, "endpoints:\n  - {name: box, protocol: ollama}\n", &list);
	/* A repository must not take prompts from the servers that are there without it. */
	g_assert_cmpuint(list.count, ==, 3);
	g_assert_cmpstr(list.items[0].name, ==, "anthropic");
	g_assert_cmpstr(list.items[2].name, ==, "box");
	record_list_finish(&endpoint_record, &list);
	load_good("endpoints:\n  - {name: own, protocol: ollama, priority: 1000}\n", "endpoints:\n  - {name: box, protocol: ollama}\n", &list);
	g_assert_cmpuint(list.count, ==, 2);
	g_assert_cmpstr(list.items[0].name, ==, "own");
	g_assert_cmpint(list.items[1].priority, >, 1000);
	record_list_finish(&endpoint_record, &list);
	load_good("endpoints: []\n", NULL, &list);
	g_assert_cmpuint(list.count, ==, 0);
	load_good("endpoints:\n", NULL, &list);
	g_assert_cmpuint(list.count, ==, 2);
	record_list_finish(&endpoint_record, &list);
	g_setenv("ANTHROPIC_BASE_URL", "https://u:sk-secret@x", true);
	g_assert_false(load(NULL, NULL, &list, &error));
	g_assert_null(strstr(error->message, "sk-secret"));
	expect_error(&error, ERR_CONFIG, "ANTHROPIC_API_KEY: base_url holds a name or a password");
	clear_environment();
}

static void
expect_key(const struct endpoint *endpoint, const char *expected)
{
	GError *error = NULL;
	g_autofree char *key = endpoint_key(endpoint, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(key, ==, expected);
}

static void
expect_no_key(const struct endpoint *endpoint, const char *part)
{
	GError *error = NULL;
	g_assert_null(endpoint_key(endpoint, &error));
	g_assert_nonnull(error);
	g_assert_null(strstr(error->message, "sk-secret"));
	expect_error(&error, ERR_CONFIG, part);
}

static void
test_key_environment(void)
{
	struct endpoint endpoint = { .name = (char *)"a" };
	expect_key(&endpoint, NULL);
	endpoint.key_env = (char *)"TEST_KEY_OF_A";
	expect_no_key(&endpoint, "TEST_KEY_OF_A is not set");
	g_setenv("TEST_KEY_OF_A", " sk-secret \n", true);
	expect_key(&endpoint, "sk-secret");
	g_setenv("TEST_KEY_OF_A", "sk-secret with blanks", true);
	expect_no_key(&endpoint, "no key in one line");
	g_unsetenv("TEST_KEY_OF_A");
}

static void
test_key_file(void)
{
	g_autofree char *path = g_build_filename(folder, "key", NULL);
	struct endpoint endpoint = { .name = (char *)"a", .key_file = path };
	expect_no_key(&endpoint, "correct key_file");
	write_file(folder, "key", "sk-secret\r\nsecond\n");
	g_chmod(path, 0644);
	expect_no_key(&endpoint, "chmod 600 ");
	g_chmod(path, 0640);
	expect_no_key(&endpoint, "can be read by others");
	g_chmod(path, 0600);
	expect_key(&endpoint, "sk-secret");
	write_file(folder, "key", "\nsk-secret\n");
	g_chmod(path, 0600);
	expect_no_key(&endpoint, "holds no key");
	endpoint.key_file = folder;
	expect_no_key(&endpoint, "is no file");
	g_remove(path);
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	endpoint.key_file = path;
	expect_no_key(&endpoint, "is no file");   /* and does not wait for a writer */
}

static void
test_key_command(void)
{
	struct endpoint endpoint = { .name = (char *)"a" };
	const char *const words[] = { "sh", "-c", "echo noise >&2; echo sk-secret; echo more", NULL };
	const char *const line[] = { "echo noise >&2; printf 'sk-secret\\n'", NULL };
	const char *const wrong[] = { "sh", "-c", "echo sk-secret; exit 3", NULL };
	const char *const none[] = { "sh", "-c", "echo sk-secret with blanks", NULL };
	const char *const missing[] = { "teamwright-no-such-program", NULL };
	const struct { const char *const *command; const char *key, *fault; } cases[] = {
		{ words, "sk-secret", NULL }, { line, "sk-secret", NULL }, { wrong, NULL, "sh: exit 3" }, { none, NULL, "its first line is no key" },
		{ missing, NULL, "teamwright-no-such-program: exit 127" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		endpoint.key_command = (char **)cases[i].command;
		if (cases[i].key)
			expect_key(&endpoint, cases[i].key);
		else
			expect_no_key(&endpoint, cases[i].fault);
	}
	endpoint.key_command = (char **)line;
	g_autofree char *origin = endpoint_key_origin(&endpoint);
	g_assert_cmpstr(origin, ==, "command echo");
}

int
main(int argc, char **argv)
{
	folder = temporary_folder();
	project = g_build_filename(folder, "project", NULL);
	g_setenv("XDG_CONFIG_HOME", folder, true);
	clear_environment();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/endpoint/full", test_full);
	g_test_add_func("/endpoint/faults", test_faults);
	g_test_add_func("/endpoint/redirect", test_redirect);
	g_test_add_func("/endpoint/found", test_found);
	g_test_add_func("/endpoint/named", test_named);
	g_test_add_func("/endpoint/key-environment", test_key_environment);
	g_test_add_func("/endpoint/key-file", test_key_file);
	g_test_add_func("/endpoint/key-command", test_key_command);
	int result = g_test_run();
	remove_folder(folder);
	g_free(folder);
	g_free(project);
	return result;
}
