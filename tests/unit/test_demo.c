/* The demonstrations of the catalogue: what `teamwright demo` reads, and that what they expect can be. */
#include "base/catalogue.h"
#include "base/doc.h"
#include "expect.h"

static const char *const demos[] = { "algorithm.yaml", "fullstack.yaml", "microservices.yaml", NULL };
static const char *const members[] = { "id", "title", "requirement", "expected", "about", NULL };
static const char *const outcomes[] = { "accepted", "partial", "failed", NULL };

static void
check_demo(const char *file, const struct value *demo)
{
	g_autofree char *id = g_strndup(file, strcspn(file, "."));
	const struct value *expected = value_member(demo, "expected");
	VALUE_EACH_MEMBER (key, item, demo)
		g_assert_true(g_strv_contains(members, key->text) && item);
	for (unsigned i = 0; members[i]; i++)
		g_assert_nonnull(value_member(demo, members[i]));
	g_assert_cmpstr(value_member_text(demo, "id"), ==, id);
	g_assert_cmpuint(strlen(value_member_text(demo, "requirement")), >, 100);
	g_auto(GStrv) about = g_strsplit(value_member_text(demo, "about"), "\n", -1);
	g_assert_cmpuint(g_strv_length(about), ==, 3);   /* two lines and the end of the second */
	const char *outcome = value_member_text(expected, "outcome");
	int64_t code;
	g_assert_true(g_strv_contains(outcomes, outcome));
	g_assert_true(value_int64(value_member(expected, "exit"), &code));
	g_assert_cmpint(code, ==, g_str_equal(outcome, "accepted") ? 0 : 1);
	VALUE_EACH_MEMBER (key, item, expected)
		g_assert_true(g_str_equal(key->text, "outcome") || g_str_equal(key->text, "exit") ||
		              (g_str_equal(key->text, "reason") && *value_text(item)));
}

static void
test_demos(void)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_auto(GStrv) files = catalogue_list(catalogue, "demos");
	g_assert_true(g_strv_equal((const char *const *)files, demos));
	for (char **file = files; *file; file++) {
		GError *error = NULL;
		g_autofree char *path = g_strconcat("demos/", *file, NULL), *text = catalogue_text(catalogue, path, NULL, &error);
		g_autoptr(Doc) doc = text ? doc_read_yaml(path, text, strlen(text), NULL, &error) : NULL;
		g_assert_no_error(error);
		check_demo(*file, doc_root(doc));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_setenv("XDG_CONFIG_HOME", "/nowhere", TRUE);
	g_test_add_func("/demo/catalogue", test_demos);
	return g_test_run();
}
