#include <gio/gio.h>

#include "expect.h"

/* The table: names differ, statuses are HTTP errors, exit codes are those of DESIGN's section 5. */
static void
test_table(void)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (int code = 0; code < ERROR_CODES; code++) {
		g_assert_true(g_hash_table_add(names, (void *)error_name((enum error_code)code)));
		g_assert_cmpint(error_status((enum error_code)code), >=, 400);
		g_assert_cmpint(error_status((enum error_code)code), <, 600);
		g_assert_cmpint(error_exit((enum error_code)code), >=, 1);
		g_assert_cmpint(error_exit((enum error_code)code), <=, 6);
		g_assert_cmpstr(error_title((enum error_code)code), !=, "");
	}
}

static void
test_two_parts(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_false(error_set(&error, ERR_NOT_FOUND, "look elsewhere", "there is no %s\nin %d places", "cat", 3));
	g_autofree char *text = error_text(error);
	g_assert_cmpstr(text, ==, "there is no cat in 3 places");
	g_assert_cmpstr(error_remedy(error), ==, "look elsewhere");
	g_assert_cmpint(error_code(error), ==, ERR_NOT_FOUND);
	g_clear_error(&error);
	error_set(&error, ERR_USAGE, NULL, "100%%");
	g_assert_cmpstr(error->message, ==, "100%");
	g_assert_null(error_remedy(error));
	g_assert_false(error_set(NULL, ERR_FAILED, NULL, "nobody wants to know"));
}

/* A cause of ours keeps its code and its remedy unless a better one is given. */
static void
test_wrap_ours(void)
{
	GError *cause = NULL;
	g_autoptr(GError) error = NULL;
	error_set(&cause, ERR_TIMEOUT, "wait longer", "no answer");
	g_assert_false(error_wrap(&error, cause, ERR_FAILED, NULL, "step %d", 2));
	g_assert_cmpstr(error->message, ==, "step 2: no answer\nwait longer");
	g_assert_cmpint(error_code(error), ==, ERR_TIMEOUT);
	cause = g_steal_pointer(&error);
	error_wrap(&error, cause, ERR_FAILED, "take another", "task");
	g_assert_cmpstr(error->message, ==, "task: step 2: no answer\ntake another");
	cause = g_steal_pointer(&error);
	g_assert_false(error_wrap(NULL, cause, ERR_FAILED, NULL, "freed all the same"));
}

/* A foreign message has no remedy: what stands in its second line belongs to the message. */
static void
test_wrap_foreign(void)
{
	g_autoptr(GError) error = NULL;
	GError *cause = g_error_new(G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "first line\nsecond line");
	g_assert_cmpint(error_code(cause), ==, ERR_FAILED);
	error_wrap(&error, cause, ERR_INPUT, NULL, "reading");
	g_autofree char *text = error_text(error);
	g_assert_cmpstr(text, ==, "reading: first line second line");
	g_assert_null(error_remedy(error));
	g_assert_cmpint(error_code(error), ==, ERR_INPUT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/error/table", test_table);
	g_test_add_func("/error/two-parts", test_two_parts);
	g_test_add_func("/error/wrap-ours", test_wrap_ours);
	g_test_add_func("/error/wrap-foreign", test_wrap_foreign);
	return g_test_run();
}
