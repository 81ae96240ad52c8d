/* What Ollama's list of models in memory says of one. */
#include "expect.h"
#include "llm/loading.h"

#define LIST(name, rest) "{\"models\":[{\"name\":\"other:7b\",\"expires_at\":\"1\"},{\"name\":\"" name "\",\"model\":\"" name "\"" rest "}]}"

static const struct {
	const char *text, *model;
	bool list, listed;
	const char *expires;
} cases[] = {
	{ LIST("qwen3:8b", ",\"expires_at\":\"2026-01-01T00:00:00.123Z\""), "qwen3:8b", true, true, "2026-01-01T00:00:00.123Z" },
	{ LIST("qwen3:latest", ",\"expires_at\":\"x\""), "qwen3", true, true, "x" },
	{ LIST("Qwen3:Latest", ""), "qwen3", true, true, NULL },
	{ LIST("qwen3:8b", ""), "qwen3", true, false, NULL },
	{ LIST("qwen3", ""), "qwen3", true, true, NULL },
	{ LIST("hub:80/a/qwen3:latest", ""), "hub:80/a/qwen3", true, true, NULL },
	{ LIST("qwen3:latest", ""), "qwen3:8b", true, false, NULL },
	{ "{\"models\":[{\"model\":\"m:latest\",\"expires_at\":\"x\"}]}", "m", true, true, "x" },
	{ "{\"models\":[]}", "m", true, false, NULL },
	{ "{\"models\":[17,{\"name\":3}]}", "m", true, false, NULL },
	{ "{\"models\":null}", "m", false, false, NULL },
	{ "{\"error\":\"no\"}", "m", false, false, NULL },
	{ "<html>", "m", false, false, NULL },
	{ "", "m", false, false, NULL },
};

static void
test_list(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *expires = NULL;
		bool listed;
		g_test_message("%s in %s", cases[i].model, cases[i].text);
		g_assert_cmpint(loading_read(cases[i].text, strlen(cases[i].text), cases[i].model, &listed, &expires), ==, cases[i].list);
		g_assert_cmpint(listed, ==, cases[i].listed);
		g_assert_cmpstr(expires, ==, cases[i].expires);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loading/list", test_list);
	return g_test_run();
}
