/* JSON Merge Patch and JSON Patch: the cases of their RFCs' appendices, and what must be refused. */
#include "contract/merge.h"
#include "base/writer.h"
#include "expect.h"

static struct doc *
read_text(const char *text)
{
	GError *error = NULL;
	struct doc *doc = doc_read_json("case", text, strlen(text), NULL, &error);
	g_assert_no_error(error);
	return doc;
}

/* RFC 7396, appendix A. */
static const struct {
	const char *target, *patch, *result;
} merges[] = {
	{ "{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}" },
	{ "{\"a\":\"b\"}", "{\"a\":null}", "{}" },
	{ "{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}" },
	{ "{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}" },
	{ "{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}" },
	{ "{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}" },
	{ "{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}" },
	{ "[\"a\",\"b\"]", "[\"c\",\"d\"]", "[\"c\",\"d\"]" },
	{ "{\"a\":\"b\"}", "[\"c\"]", "[\"c\"]" },
	{ "{\"a\":\"foo\"}", "null", "null" },
	{ "{\"a\":\"foo\"}", "\"bar\"", "\"bar\"" },
	{ "{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}" },
	{ "[1,2]", "{\"a\":\"b\",\"c\":null}", "{\"a\":\"b\"}" },
	{ "{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}" },
};

static void
test_merges(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(merges); i++) {
		g_autoptr(Doc) target = read_text(merges[i].target);
		g_autoptr(Doc) patch = read_text(merges[i].patch);
		g_autoptr(Doc) result = merge_patch(doc_root(target), doc_root(patch));
		g_autofree char *json = value_to_json(doc_root(result), false);
		g_assert_cmpstr(json, ==, merges[i].result);
	}
}

/* RFC 6902, appendix A, and its neighbours. Without a result, what the error says. */
static const struct {
	const char *target, *patch, *result, *says;
} patches[] = {
	{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\"}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}", NULL },
	{ "{\"foo\":[\"bar\",\"baz\"]}", "[{\"op\":\"add\",\"path\":\"/foo/1\",\"value\":\"qux\"}]", "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", NULL },
	{ "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"remove\",\"path\":\"/baz\"}]", "{\"foo\":\"bar\"}", NULL },
	{ "{\"foo\":[\"bar\",\"qux\",\"baz\"]}", "[{\"op\":\"remove\",\"path\":\"/foo/1\"}]", "{\"foo\":[\"bar\",\"baz\"]}", NULL },
	{ "{\"baz\":\"qux\",\"foo\":\"bar\"}", "[{\"op\":\"replace\",\"path\":\"/baz\",\"value\":\"boo\"}]", "{\"baz\":\"boo\",\"foo\":\"bar\"}", NULL },
	{ "{\"foo\":{\"bar\":\"baz\",\"waldo\":\"fred\"},\"qux\":{\"corge\":\"grault\"}}",
	  "[{\"op\":\"move\",\"from\":\"/foo/waldo\",\"path\":\"/qux/thud\"}]",
	  "{\"foo\":{\"bar\":\"baz\"},\"qux\":{\"corge\":\"grault\",\"thud\":\"fred\"}}", NULL },
	{ "{\"foo\":[\"all\",\"grass\",\"cows\",\"eat\"]}", "[{\"op\":\"move\",\"from\":\"/foo/1\",\"path\":\"/foo/3\"}]",
	  "{\"foo\":[\"all\",\"cows\",\"eat\",\"grass\"]}", NULL },
	{ "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}",
	  "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"qux\"},{\"op\":\"test\",\"path\":\"/foo/1\",\"value\":2}]",
	  "{\"baz\":\"qux\",\"foo\":[\"a\",2,\"c\"]}", NULL },
	{ "{\"baz\":\"qux\"}", "[{\"op\":\"test\",\"path\":\"/baz\",\"value\":\"bar\"}]", NULL, "the value is another" },
	{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/child\",\"value\":{\"grandchild\":{}}}]",
	  "{\"foo\":\"bar\",\"child\":{\"grandchild\":{}}}", NULL },
	{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz\",\"value\":\"qux\",\"xyz\":123}]", "{\"foo\":\"bar\",\"baz\":\"qux\"}", NULL },
	{ "{\"foo\":\"bar\"}", "[{\"op\":\"add\",\"path\":\"/baz/bat\",\"value\":\"qux\"}]", NULL, "there is no such place" },
	{ "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":10}]", "{\"/\":9,\"~1\":10}", NULL },
	{ "{\"/\":9,\"~1\":10}", "[{\"op\":\"test\",\"path\":\"/~01\",\"value\":\"10\"}]", NULL, "the value is another" },
	{ "{\"foo\":[\"bar\"]}", "[{\"op\":\"add\",\"path\":\"/foo/-\",\"value\":[\"abc\",\"def\"]}]", "{\"foo\":[\"bar\",[\"abc\",\"def\"]]}", NULL },
	{ "{\"a\":1}", "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"}]", "{\"a\":1,\"b\":1}", NULL },
	{ "{\"a\":1}", "[{\"op\":\"copy\",\"from\":\"/c\",\"path\":\"/b\"}]", NULL, "copy /c: there is no such place" },
	{ "{\"a\":1}", "[{\"op\":\"move\",\"from\":\"/c\",\"path\":\"/b\"}]", NULL, "move /c: there is no such place" },
	{ "{\"a\":{\"b\":1}}", "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/b\"}]", NULL, "it lies inside what is moved" },
	{ "{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"\",\"value\":[]}]", "[]", NULL },
	{ "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/b\"}]", NULL, "there is no such place" },
	{ "{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/0\",\"value\":1}]", "{\"a\":[1]}", NULL },
	{ "{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":1}]", NULL, "there is no such place" },
	{ "{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/\",\"value\":1}]", NULL, "there is no such place" },
	{ "{\"a\":[1]}", "[{\"op\":\"add\",\"path\":\"/a/+1\",\"value\":2}]", NULL, "there is no such place" },
	{ "{\"a\":[1]}", "[{\"op\":\"add\",\"path\":\"/a/01\",\"value\":2}]", NULL, "there is no such place" },
	{ "{\"a\":1}", "[{\"op\":\"grow\",\"path\":\"/a\"}]", NULL, "grow /a: it is not known" },
	{ "{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/b\"}]", NULL, "op, path, value or from is missing" },
	{ "{\"a\":1}", "[{\"path\":\"/b\"}]", NULL, "op, path, value or from is missing" },
	{ "{\"a\":1}", "{}", NULL, "it is no list of operations" },
	/* All or nothing: the second operation fails. */
	{ "{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/a\"},{\"op\":\"remove\",\"path\":\"/a\"}]", NULL, "there is no such place" },
};

static void
test_patches(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(patches); i++) {
		GError *error = NULL;
		g_autoptr(Doc) target = read_text(patches[i].target);
		g_autoptr(Doc) patch = read_text(patches[i].patch);
		g_autoptr(Doc) result = merge_json_patch(doc_root(target), doc_root(patch), &error);
		g_test_message("%s", patches[i].patch);
		if (!patches[i].result) {
			g_assert_null(result);
			expect_error(&error, ERR_INVALID, patches[i].says);
			continue;
		}
		g_assert_no_error(error);
		g_autofree char *json = value_to_json(doc_root(result), false);
		g_assert_cmpstr(json, ==, patches[i].result);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/merge/rfc7396", test_merges);
	g_test_add_func("/merge/rfc6902", test_patches);
	return g_test_run();
}
