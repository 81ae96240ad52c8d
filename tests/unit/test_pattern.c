/* Regular expressions by hand. tests/e2e/pattern.mjs compares many more with node's own. */
#include <string.h>

#include "base/error.h"
#include "schema/pattern.h"

static const struct {
	const char *pattern;
	const char *fits[4], *misses[4];
} rows[] = {
	{ "^[a-z0-9-]{3,20}$", { "abc", "a-1" }, { "ab", "abc_", "aaaaaaaaaaaaaaaaaaaaa" } },
	{ "^\\d+$", { "0", "12345678901234567890" }, { "", "1a", "\xd9\xa3" } },
	{ "\\d", { "a1b" }, { "", "ab" } },
	{ "^x-", { "x-a", "x-" }, { "ax-", "x" } },
	{ "", { "", "a" }, { NULL } },
	{ "^$", { "" }, { "a", "\n" } },
	{ "a$", { "ba" }, { "a\n", "ab" } },
	{ "^.$", { "a", "é", "😀" }, { "", "\n", "\r", "\xe2\x80\xa8" } },
	{ "^[^]$", { "\n", "😀" }, { "" } },
	{ "[]", { NULL }, { "", "a" } },
	{ "^\\s$", { " ", "\xc2\xa0", "\xef\xbb\xbf" }, { "a", "\xc2\x85" } },
	{ "^\\w$", { "_" }, { "é" } },
	{ "\\bfoo\\b", { "a foo", "éfoo" }, { "food" } },
	{ "^\\u{1F600}\\ud83d\\ude00$", { "😀😀" }, { "😀" } },
	{ "^\\cA\\x41\\0$", { NULL }, { "A" } },
	{ "^\\p{Lu}\\P{Lu}$", { "Éa" }, { "éa" } },
	{ "^[\\p{Script=Greek}\\d]+$", { "αβ1" }, { "ab" } },
	{ "^(a|b)*\\1$", { "aa", "abb", "" }, { "a", "ab" } },
	{ "^(?:(a)|b)*\\1$", { "ab", "b", "aa" }, { "a!" } },
	{ "^(?<n>a)\\k<n>$", { "aa" }, { "a" } },
	{ "^(\\1a)$", { "a" }, { "aa" } },
	{ "(?<=a)b", { "ab" }, { "b" } },
	{ "(?<=a+)b", { "aab" }, { "b" } },
	{ "(?<!a)b", { "cb", "b" }, { "ab" } },
	{ "^(?!.*--)[a-z-]+$", { "a-b" }, { "a--b" } },
	{ "^(0|[1-9]\\d*)(\\.\\d{1,2})?$", { "0", "10.5" }, { "01", "1.", "1.123" } },
	{ "^(foo|bar)$|^$", { "foo", "" }, { "f", "foobar" } },
	{ "^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$", { "00:11:22:33:44:ff" }, { "00:11:22:33:44" } },
	{ "a{2,}b", { "xaab" }, { "ab" } },
	{ "^a{0}$", { "" }, { "a" } },
	{ "^[a-]+[\\]-]$", { "a-]" }, { "b]" } },
};

static void
test_rows(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		struct pattern *pattern = pattern_compile(rows[i].pattern, strlen(rows[i].pattern), true, &error);
		g_assert_no_error(error);
		g_test_message("%s", rows[i].pattern);
		for (unsigned k = 0; k < 4 && rows[i].fits[k]; k++)
			g_assert_cmpint(pattern_match(pattern, rows[i].fits[k], strlen(rows[i].fits[k])), ==, PATTERN_FITS);
		for (unsigned k = 0; k < 4 && rows[i].misses[k]; k++)
			g_assert_cmpint(pattern_match(pattern, rows[i].misses[k], strlen(rows[i].misses[k])), ==, PATTERN_MISSES);
		pattern_destroy(pattern);
	}
}

/* What is no regular expression in Unicode mode; the second column says whether it is read leniently. */
static const struct {
	const char *pattern;
	bool lenient;
} broken[] = {
	{ "(", false }, { ")", false }, { "[", false }, { "*", false }, { "a**", false }, { "a{2,1}", false },
	{ "\\1", false }, { "\\k<n>", false }, { "\\a", false }, { "\\Z", false }, { "\\c1", false }, { "\\x1", false },
	{ "\\u{110000}", false }, { "\\p{Nope}", false }, { "\\p{greek}", false }, { "[b-a]", false }, { "(?i)a", false },
	{ "(?P<n>a)", false }, { "(?=a)*", false }, { "\\01", false }, { "\\-", true }, { "\\_", true }, { "\\@", true },
	{ "{", true }, { "a}", true }, { "]", true }, { "a{,3}", true }, { "[\\w-.]", true }, { "^{id}$", true },
};

static void
test_broken(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(broken); i++) {
		g_autoptr(GError) error = NULL;
		size_t length = strlen(broken[i].pattern);
		g_test_message("%s", broken[i].pattern);
		g_assert_null(pattern_compile(broken[i].pattern, length, true, &error));
		g_assert_cmpint(error_code(error), ==, ERR_INVALID);
		g_assert_false(pattern_valid(broken[i].pattern, length));
		struct pattern *pattern = pattern_compile(broken[i].pattern, length, false, NULL);
		g_assert_true((pattern != NULL) == broken[i].lenient);
		pattern_destroy(pattern);
	}
}

/* The same expression by each matcher: an alternative that nothing fits makes it one for the states,
 * a look ahead that everything fits one for PCRE2. */
static const char *const forms[] = { "%s", "(?:%s|[])", "(?=)(?:%s)" };

static char *
random_pattern(void)
{
	static const char *const atoms[] = { "a", "b", "[ab]", "[^a]", ".", "\\d", "\\w", "é", "\\.", "[é-中]", "(?:ab)",
					     "(?:(?:a[bc]){2})" };
	static const char *const counts[] = { "", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}" };
	GString *text = g_string_new(g_test_rand_bit() ? "^" : "");
	for (int i = g_test_rand_int_range(0, 5); i > 0; i--)
		g_string_append_printf(text, "%s%s", atoms[g_test_rand_int_range(0, G_N_ELEMENTS(atoms))],
		                       counts[g_test_rand_int_range(0, G_N_ELEMENTS(counts))]);
	g_string_append(text, g_test_rand_bit() ? "$" : "");
	return g_string_free(text, FALSE);
}

static char *
random_text(void)
{
	static const char *const parts[] = { "a", "b", "c", "1", ".", "é", "中", "😀", "\n", "ab" };
	GString *text = g_string_new(NULL);
	for (int i = g_test_rand_int_range(0, 9); i > 0; i--)
		g_string_append(text, parts[g_test_rand_int_range(0, G_N_ELEMENTS(parts))]);
	return g_string_free(text, FALSE);
}

static void
test_matchers(void)
{
	unsigned fits = 0;
	for (unsigned i = 0; i < 3000; i++) {
		g_autofree char *source = random_pattern(), *text = random_text();
		enum pattern_result results[G_N_ELEMENTS(forms)];
		for (unsigned form = 0; form < G_N_ELEMENTS(forms); form++) {
			g_auto(GStrv) parts = g_strsplit(forms[form], "%s", 2);
			g_autofree char *written = g_strconcat(parts[0], source, parts[1], NULL);
			GError *error = NULL;
			struct pattern *pattern = pattern_compile(written, strlen(written), true, &error);
			g_assert_no_error(error);
			results[form] = pattern_match(pattern, text, strlen(text));
			pattern_destroy(pattern);
		}
		if (results[0] != results[1] || results[0] != results[2])
			g_test_message("%s on %s: %d %d %d", source, text, results[0], results[1], results[2]);
		g_assert_cmpint(results[0], ==, results[1]);
		g_assert_cmpint(results[0], ==, results[2]);
		fits += results[0] == PATTERN_FITS;
	}
	g_assert_cmpuint(fits, >, 500);
	g_assert_cmpuint(fits, <, 2500);
}

static void
test_hostile(void)
{
	g_autofree char *text = g_strnfill(50000, 'a');
	struct pattern *linear = pattern_compile("^(a+)+(a|b)*!$", 14, true, NULL);
	struct pattern *back = pattern_compile("^(a+)+\\1!$", 10, true, NULL);
	g_assert_cmpint(pattern_match(linear, text, 50000), ==, PATTERN_MISSES);
	g_assert_cmpint(pattern_match(back, text, 50000), ==, PATTERN_GAVE_UP);
	pattern_destroy(linear);
	pattern_destroy(back);
	g_autofree char *deep = g_strnfill(100000, '(');
	g_assert_false(pattern_valid(deep, 100000));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pattern/rows", test_rows);
	g_test_add_func("/pattern/broken", test_broken);
	g_test_add_func("/pattern/matchers", test_matchers);
	g_test_add_func("/pattern/hostile", test_hostile);
	return g_test_run();
}
