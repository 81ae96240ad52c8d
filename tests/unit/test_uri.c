/* References against a base: the examples of RFC 3986 section 5.4, and some that are hard. */
#include "schema/uri.h"

#include <glib.h>

#define RFC "http://a/b/c/d;p?q"

static const struct {
	const char *base, *reference, *result;
} rows[] = {
	{ RFC, "g:h", "g:h" },
	{ RFC, "g", "http://a/b/c/g" },
	{ RFC, "./g", "http://a/b/c/g" },
	{ RFC, "g/", "http://a/b/c/g/" },
	{ RFC, "/g", "http://a/g" },
	{ RFC, "//g", "http://g" },
	{ RFC, "?y", "http://a/b/c/d;p?y" },
	{ RFC, "g?y", "http://a/b/c/g?y" },
	{ RFC, "#s", "http://a/b/c/d;p?q" },
	{ RFC, "g#s", "http://a/b/c/g" },
	{ RFC, ";x", "http://a/b/c/;x" },
	{ RFC, "g;x?y#s", "http://a/b/c/g;x?y" },
	{ RFC, "", RFC },
	{ RFC, ".", "http://a/b/c/" },
	{ RFC, "./", "http://a/b/c/" },
	{ RFC, "..", "http://a/b/" },
	{ RFC, "../", "http://a/b/" },
	{ RFC, "../g", "http://a/b/g" },
	{ RFC, "../..", "http://a/" },
	{ RFC, "../../", "http://a/" },
	{ RFC, "../../g", "http://a/g" },
	{ RFC, "../../../g", "http://a/g" },
	{ RFC, "/./g", "http://a/g" },
	{ RFC, "/../g", "http://a/g" },
	{ RFC, "g.", "http://a/b/c/g." },
	{ RFC, "..g", "http://a/b/c/..g" },
	{ RFC, "./../g", "http://a/b/g" },
	{ RFC, "./g/.", "http://a/b/c/g/" },
	{ RFC, "g/./h", "http://a/b/c/g/h" },
	{ RFC, "g/../h", "http://a/b/c/h" },
	{ RFC, "g;x=1/../y", "http://a/b/c/y" },
	{ RFC, "g?y/../x", "http://a/b/c/g?y/../x" },
	{ RFC, "http:g", "http:g" },
	{ "x://host", "a", "x://host/a" },
	{ "urn:a:b", "c", "urn:c" },
	{ "urn:uuid:1", "", "urn:uuid:1" },
	{ "HTTP://Host/a", "b", "http://Host/b" },
	{ "doc:///", "a/../../b", "doc:///b" },
	{ "doc:///x/y", "..//z", "doc:////z" },
};

static void
test_resolve(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *result = uri_resolve(rows[i].base, rows[i].reference);
		g_assert_cmpstr(result, ==, rows[i].result);
	}
}

static void
test_fragment(void)
{
	g_autofree char *plain = uri_fragment("a#/b~1c"), *none = uri_fragment("a"), *decoded = uri_fragment("#%C3%A9");
	g_assert_cmpstr(plain, ==, "/b~1c");
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(decoded, ==, "é");
	g_assert_null(uri_fragment("#%zz"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/uri/resolve", test_resolve);
	g_test_add_func("/uri/fragment", test_fragment);
	return g_test_run();
}
