#include "contract/package.h"

#include <string.h>

#include "base/template.h"
#include "contract/package_model.h"

/* Template in the catalogue, and the name of the file that it becomes; %s is the contract's id. */
static const struct {
	const char *template, *name;
} templates[] = {
	{ "mock/server.js", "%s_mock_server.js" },
	{ "mock/README.md", "%s_README.md" },
	{ "mock/package.json", "package.json" },
};

void
package_files_clear(struct package_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		g_free(files->items[i].path);
		g_free(files->items[i].text);
	}
	g_free(files->items);
	*files = (struct package_files){ 0 };
}

static char *
file_name(const char *pattern, const char *id)
{
	GString *name = g_string_new(pattern);
	g_string_replace(name, "%s", id, 1);
	return g_string_free(name, FALSE);
}

/* Comments in templates are one line: no text of a document may end them. */
static void
write_line(struct writer *writer, const char *key, const char *text)
{
	g_autofree char *line = g_strdelimit(g_strdup(text), "\r\n`$\\'", ' ');
	writer_member_text(writer, key, g_strstrip(line));
}

/* npm allows lower case, digits and - in the name of a package. */
static char *
package_name(const char *id)
{
	g_autofree char *lower = g_ascii_strdown(id, -1);
	for (char *at = lower; *at; at++)
		if (!g_ascii_isalnum(*at))
			*at = '-';
	return g_strdup_printf("%s-mock", lower);
}

static void
write_operations(struct openapi *openapi, struct writer *writer)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	writer_key(writer, "operations");
	writer_begin_array(writer);
	for (size_t i = 0; i < count; i++) {
		writer_begin_object(writer);
		writer_member_text(writer, "method", operations[i].method);
		write_line(writer, "path", operations[i].path);
		write_line(writer, "summary", operations[i].summary);
		writer_end(writer);
	}
	writer_end(writer);
}

static struct doc *
make_context(const struct contract *contract, struct openapi *openapi, GError **error)
{
	struct writer writer;
	g_autofree char *file = file_name(templates[0].name, contract->id), *package = package_name(contract->id);
	g_autofree char *label = g_strdup_printf("%s %s", contract->id, contract->version ? contract->version : "");
	writer_init(&writer, false);
	writer_begin_object(&writer);
	write_line(&writer, "title", *openapi_title(openapi) ? openapi_title(openapi) : contract->name);
	write_line(&writer, "version", openapi_version(openapi));
	write_line(&writer, "contract", label);
	writer_member_text(&writer, "file", file);
	writer_member_text(&writer, "package", package);
	writer_member_text(&writer, "base", openapi_base_path(openapi));
	write_operations(openapi, &writer);
	writer_key(&writer, "model");
	if (!package_write_model(openapi, &writer, error)) {
		writer_finish(&writer);
		return NULL;
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

bool
package_make(struct catalogue *catalogue, const struct contract *contract, struct openapi *openapi, struct package_files *ret, GError **error)
{
	*ret = (struct package_files){ .items = g_new0(struct package_file, G_N_ELEMENTS(templates)) };
	g_autoptr(Doc) context = make_context(contract, openapi, error);
	for (unsigned i = 0; context && i < G_N_ELEMENTS(templates); i++) {
		g_autofree char *template = catalogue_text(catalogue, templates[i].template, NULL, error);
		char *text = template ? template_render(templates[i].template, template, doc_root(context), error) : NULL;
		if (!text)
			break;
		ret->items[ret->count++] = (struct package_file){ file_name(templates[i].name, contract->id), text };
	}
	if (ret->count == G_N_ELEMENTS(templates))
		return true;
	package_files_clear(ret);
	return false;
}
