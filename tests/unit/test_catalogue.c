/* The three layers. What is built in for this test comes from a resource of its own beside the catalogue's. */
#include <gio/gio.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "base/proc.h"
#include "expect.h"

static char *folder, *project, *config;

/* Makes zone/{one,two,three}.txt and zone/inner/four.txt built in. */
static void
build_in(void)
{
	g_autofree char *source = g_build_filename(folder, "source", NULL);
	g_autofree char *list = g_build_filename(folder, "list.xml", NULL);
	g_autofree char *target = g_build_filename(folder, "target", NULL);
	g_autofree char *from = g_strconcat("--sourcedir=", source, NULL);
	g_autofree char *to = g_strconcat("--target=", target, NULL);
	static const char *const names[] = { "zone/one.txt", "zone/two.txt", "zone/three.txt", "zone/inner/four.txt" };
	g_autoptr(GString) xml = g_string_new("<gresources><gresource prefix=\"/teamwright\">");
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		g_string_append_printf(xml, "<file>%s</file>", names[i]);
		write_file(source, names[i], names[i]);
	}
	g_string_append(xml, "</gresource></gresources>");
	write_file(folder, "list.xml", xml->str);
	const char *const argv[] = { "glib-compile-resources", from, to, list, NULL };
	struct proc_spec spec = { .argv = argv, .deadline = clock_ms() + 60000 };
	struct proc_result result;
	GError *error = NULL;
	proc_run(&spec, NULL, &result, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(result.output, ==, "");
	proc_result_clear(&result);
	g_autoptr(GResource) resource = g_resource_load(target, &error);
	g_assert_no_error(error);
	g_resources_register(resource);
}

static void
expect_text(struct catalogue *catalogue, const char *path, const char *expected, const char *origin_end)
{
	GError *error = NULL;
	g_autofree char *origin = NULL;
	g_autofree char *text = catalogue_text(catalogue, path, &origin, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, expected);
	g_assert_true(g_str_has_suffix(origin, origin_end));
}

static void
test_layers(void)
{
	write_file(config, "teamwright/zone/one.txt", "user one");
	write_file(config, "teamwright/zone/two.txt", "user two");
	write_file(project, ".teamwright/zone/two.txt", "project two");
	write_file(project, ".teamwright/zone/five.txt", "");
	struct catalogue *catalogue = catalogue_open(project);
	expect_text(catalogue, "zone/one.txt", "user one", "/config/teamwright/zone/one.txt");
	expect_text(catalogue, "zone/two.txt", "project two", "/project/.teamwright/zone/two.txt");
	expect_text(catalogue, "zone/three.txt", "zone/three.txt", "built-in");
	expect_text(catalogue, "zone/inner/four.txt", "zone/inner/four.txt", "built-in");
	expect_text(catalogue, "zone/five.txt", "", "five.txt");
	g_autoptr(GBytes) bytes = catalogue_read(catalogue, "zone/one.txt", NULL, NULL);
	g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), "user one", 8);
	catalogue_close(catalogue);
	/* Without a project its layer is not there. */
	g_autoptr(Catalogue) other = catalogue_open(NULL);
	expect_text(other, "zone/two.txt", "user two", "/config/teamwright/zone/two.txt");
	catalogue_close(NULL);
}

static void
test_missing(void)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(project);
	static const char *const paths[] = { "zone/none.txt", "zone", "zone/inner", "", "/", "../project/.teamwright/zone/two.txt",
		                             "zone/../../outside.txt", "/etc/passwd" };
	write_file(project, "outside.txt", "not for the catalogue");
	for (unsigned i = 0; i < G_N_ELEMENTS(paths); i++) {
		GError *error = NULL;
		if (catalogue_read(catalogue, paths[i], NULL, &error))
			g_error("'%s' was found", paths[i]);
		expect_error(&error, ERR_NOT_FOUND, paths[i]);
		g_assert_null(catalogue_text(catalogue, paths[i], NULL, NULL));
	}
}

static void
test_not_text(void)
{
	static const char *const texts[] = { "bad \xff", "\xc0\x80" };
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		write_file(project, ".teamwright/zone/bad.txt", texts[i]);
		g_autoptr(Catalogue) catalogue = catalogue_open(project);
		GError *error = NULL;
		g_assert_null(catalogue_text(catalogue, "zone/bad.txt", NULL, &error));
		expect_error(&error, ERR_CONFIG, "zone/bad.txt");
	}
	/* Text that C would see the end of too early is none. */
	g_autofree char *path = g_build_filename(project, ".teamwright/zone/bad.txt", NULL);
	g_assert_true(g_file_set_contents(path, "a\0b", 3, NULL));
	g_autoptr(Catalogue) catalogue = catalogue_open(project);
	GError *error = NULL;
	g_assert_null(catalogue_text(catalogue, "zone/bad.txt", NULL, &error));
	expect_error(&error, ERR_CONFIG, "is not UTF-8 text");
	g_unlink(path);
}

static void
expect_list(struct catalogue *catalogue, const char *directory, const char *expected)
{
	g_auto(GStrv) names = catalogue_list(catalogue, directory);
	g_autofree char *all = g_strjoinv(" ", names);
	g_assert_cmpstr(all, ==, expected);
}

static void
test_list(void)
{
	write_file(project, ".teamwright/zone/.hidden", "x");
	write_file(project, ".teamwright/zone/sub/deeper.txt", "x");
	g_autoptr(Catalogue) catalogue = catalogue_open(project);
	expect_list(catalogue, "zone", "five.txt one.txt three.txt two.txt");
	expect_list(catalogue, "zone/inner", "four.txt");
	expect_list(catalogue, "zone/sub", "deeper.txt");
	expect_list(catalogue, "none", "");
	expect_list(catalogue, "..", "");
}

static void
test_export(void)
{
	g_autofree char *target = g_build_filename(folder, "exported", "deeper", NULL);
	g_autofree char *kept = g_build_filename(target, "zone/one.txt", NULL);
	write_file(target, "zone/one.txt", "was here before");
	unsigned written = 0, again = 7;
	GError *error = NULL;
	g_assert_true(catalogue_export(target, &written, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(written, >=, 3);
	g_autofree char *text = NULL;
	g_assert_true(g_file_get_contents(kept, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "was here before");
	g_autofree char *four = g_build_filename(target, "zone/inner/four.txt", NULL);
	g_autofree char *content = NULL;
	g_assert_true(g_file_get_contents(four, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, "zone/inner/four.txt");
	g_assert_true(catalogue_export(target, &again, NULL));
	g_assert_cmpuint(again, ==, 0);
	/* A file where a folder has to be. */
	g_assert_false(catalogue_export(kept, &again, &error));
	expect_error(&error, ERR_ENVIRONMENT, kept);
}

int
main(int argc, char **argv)
{
	folder = temporary_folder();
	project = g_build_filename(folder, "project", NULL);
	config = g_build_filename(folder, "config", NULL);
	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_test_init(&argc, &argv, NULL);
	build_in();
	g_test_add_func("/catalogue/layers", test_layers);
	g_test_add_func("/catalogue/missing", test_missing);
	g_test_add_func("/catalogue/not-text", test_not_text);
	g_test_add_func("/catalogue/list", test_list);
	g_test_add_func("/catalogue/export", test_export);
	int code = g_test_run();
	remove_folder(folder);
	g_free(folder);
	g_free(project);
	g_free(config);
	return code;
}
