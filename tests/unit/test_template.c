#include "base/template.h"
#include "expect.h"

static const char context[] =
	"{\"name\":\"n\",\"html\":\"<a & b>\",\"zero\":0,\"one\":1,\"yes\":true,\"no\":false,\"none\":null,\"empty\":\"\",\"nul\":\"a\\u0000b\","
	"\"list\":[{\"name\":\"x\",\"tags\":[\"p\",\"q\"]},{\"name\":\"y\",\"tags\":[]}],\"words\":[\"a\",\"b\",\"c\"],\"blank\":[],"
	"\"map\":{\"k1\":{\"v\":1},\"k2\":{\"v\":[2,\"z\"]}},\"deep\":{\"er\":{\"est\":\"d\"}},\"else\":\"e\"}";

static void
test_rendered(void)
{
	static const struct {
		const char *template, *text;
	} rows[] = {
		{ "", "" },
		{ "plain } text { with }} braces", "plain } text { with }} braces" },
		{ "{{name}}-{{ name }}-{{html}}", "n-n-<a & b>" },
		{ "{{deep.er.est}} {{deep.er}}", "d {\"est\":\"d\"}" },
		{ "{{json name}} {{json list}} {{one}} {{none}} {{yes}}",
		  "\"n\" [{\"name\":\"x\",\"tags\":[\"p\",\"q\"]},{\"name\":\"y\",\"tags\":[]}] 1 null true" },
		{ "{{#each words}}{{.}}{{#if @last}}.{{else}}, {{/if}}{{/each}}", "a, b, c." },
		{ "{{#each words}}{{@index}}={{json .}} {{/each}}", "0=\"a\" 1=\"b\" 2=\"c\" " },
		{ "{{#each map}}{{@key}}:{{json v}}{{#if @last}}{{else}};{{/if}}{{/each}}", "k1:1;k2:[2,\"z\"]" },
		{ "{{#each list}}{{name}}[{{#each tags}}{{name}}{{.}}{{/each}}]{{/each}}", "x[xpxq]y[]" },
		{ "{{#each list}}{{one}}{{/each}}", "11" },
		{ "{{#each blank}}never{{/each}}{{#each name}}never{{/each}}", "" },
		{ "{{#if yes}}1{{/if}}{{#if no}}2{{/if}}{{#if none}}3{{/if}}{{#if zero}}4{{/if}}{{#if empty}}5{{/if}}{{#if blank}}6{{/if}}", "1" },
		{ "{{#if absent}}1{{else}}2{{/if}}{{#if words}}3{{/if}}{{#if map}}4{{/if}}{{#if one}}5{{/if}}", "2345" },
		{ "{{#if yes}}{{#if no}}1{{else}}2{{/if}}{{else}}{{#if yes}}3{{else}}4{{/if}}{{/if}}", "2" },
		{ "{{#if no}}{{nobody}}{{/if}}", "" },
		/* A tag alone in its line takes the line away; one that is not does not. */
		{ "a\n  {{#each words}}  \n  - {{.}}\n{{/each}}\nb\n", "a\n  - a\n  - b\n  - c\nb\n" },
		{ "a\n{{#if yes}}\nyes\n{{else}}\nno\n{{/if}}\nb", "a\nyes\nb" },
		{ "{{#if yes}} x\n{{/if}}\n", " x\n" },
		{ "{{#if yes}}\n{{#if yes}}\nx\n{{/if}}\n{{/if}}\n", "x\n" },
		{ "  {{name}}\n", "  n\n" },
		{ "{{#if yes}}\r\nx\r\n{{/if}}\r\ny", "x\r\ny" },
	};
	g_autoptr(Doc) doc = doc_own(context);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autofree char *text = template_render("t", rows[i].template, doc_root(doc), &error);
		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *template, *message;
	} rows[] = {
		{ "a\nb {{nobody}}", "t:2: there is no 'nobody'" },
		{ "{{deep.none}}", "t:1: there is no 'deep.none'" },
		{ "{{}}", "t:1: there is no ''" },
		{ "{{#each nobody}}{{/each}}", "t:1: there is no list 'nobody'" },
		{ "\n\n{{#if yes}}\n", "t:3: nothing ends 'if'" },
		{ "{{#each words}}{{#if yes}}{{/each}}{{/if}}", "t:1: does not belong here: 'if'" },
		{ "{{/if}}", "t:1: nothing begins 'if'" },
		{ "x{{else}}", "t:1: nothing begins 'else'" },
		{ "{{#if yes}}{{else}}{{else}}{{/if}}", "t:1: " },
		{ "{{#when yes}}x{{/when}}", "t:1: there is no such block 'when'" },
		{ "{{#each}}x{{/each}}", "t:1: " },
		{ "\n{{name", "t:2: nothing ends '{{'" },
		{ "{{name} }", "t:1: nothing ends '{{'" },
		{ "{{#eachone words}}{{/eachone}}", "t:1: there is no such block" },
	};
	g_autoptr(Doc) doc = doc_own(context);
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_autofree char *text = template_render("t", rows[i].template, doc_root(doc), &error);
		if (text)
			g_error("%s became %s", rows[i].template, text);
		expect_error(&error, ERR_CONFIG, rows[i].message);
		g_assert_null(template_render("t", rows[i].template, doc_root(doc), NULL));
	}
}

/* Blocks within blocks: sixteen are allowed, and as often one after another as one likes. */
static void
test_depth(void)
{
	g_autoptr(Doc) doc = doc_own(context);
	for (unsigned depth = 16; depth <= 17; depth++) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (unsigned i = 0; i < depth; i++)
			g_string_append(text, "{{#if yes}}");
		g_string_append(text, "x");
		for (unsigned i = 0; i < depth; i++)
			g_string_append(text, "{{/if}}");
		GError *error = NULL;
		g_autofree char *rendered = template_render("t", text->str, doc_root(doc), &error);
		if (depth == 16)
			g_assert_cmpstr(rendered, ==, "x");
		else
			expect_error(&error, ERR_CONFIG, "t:1: nested too deeply: 'if'");
	}
	g_autoptr(GString) row = g_string_new(NULL);
	for (unsigned i = 0; i < 100; i++)
		g_string_append(row, "{{#if yes}}x{{/if}}");
	g_autofree char *rendered = template_render("t", row->str, doc_root(doc), NULL);
	g_assert_cmpuint(strlen(rendered), ==, 100);
}

/* Any cut through a good template is refused or rendered, never read beyond its end. */
static void
test_prefixes(void)
{
	static const char whole[] = "a {{name}}\n{{#each list}}\n{{#if name}}{{json tags}}{{else}}x{{/if}}\n{{/each}}\n{{deep.er.est}}";
	g_autoptr(Doc) doc = doc_own(context);
	for (size_t length = 0; length <= strlen(whole); length++) {
		g_autofree char *prefix = g_strndup(whole, length);
		GError *error = NULL;
		g_autofree char *text = template_render("t", prefix, doc_root(doc), &error);
		g_assert_true(!text == !!error);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/template/rendered", test_rendered);
	g_test_add_func("/template/refused", test_refused);
	g_test_add_func("/template/depth", test_depth);
	g_test_add_func("/template/prefixes", test_prefixes);
	return g_test_run();
}
