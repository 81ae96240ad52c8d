#include "agent/scaffold.h"

#include <string.h>
#include <sys/stat.h>

#include "agent/scaffold_parts.h"
#include "base/error.h"
#include "base/template.h"

/* What can be made, whether that needs a document, and what counts as made of the contract. */
static const struct product {
	const char *provides, *start;
	bool needs_document;
	enum { MADE_OPERATIONS, MADE_ANY_OPERATION, MADE_TABLES, MADE_ALWAYS } measure;
} products[] = {
	{ "api", "node server.js", true, MADE_OPERATIONS }, { "web", "node serve.js", true, MADE_OPERATIONS },
	{ "tests", NULL, true, MADE_ANY_OPERATION },        { "schema", NULL, true, MADE_TABLES },
	{ "docs", NULL, true, MADE_ANY_OPERATION },         { "ops", NULL, false, MADE_ALWAYS },
};

static const struct product *
find_product(const char *provides)
{
	for (unsigned i = 0; provides && i < G_N_ELEMENTS(products); i++)
		if (g_str_equal(products[i].provides, provides))
			return &products[i];
	return NULL;
}

bool
scaffold_can(const char *provides, struct doc *spec)
{
	const struct product *product = find_product(provides);
	const struct value *root = spec ? doc_root(spec) : NULL;
	bool document = value_member_text(root, "openapi") && value_count(value_member(root, "paths"));
	return product && (document || !product->needs_document);
}

/* --- the contract taken apart ---------------------------------------------------------------- */

/* The document to work from: the contract's own, else the first that it uses. */
static struct doc *
find_spec(const struct assignment *assignment, const struct contract **ret_contract)
{
	*ret_contract = assignment->contract;
	struct doc *spec = assignment->spec;
	for (size_t i = 0; !spec && i < assignment->use_count; i++) {
		spec = assignment->uses[i].spec;
		*ret_contract = assignment->uses[i].contract;
	}
	return spec;
}

static void
scaffold_finish(struct scaffold *scaffold)
{
	for (size_t i = 0; scaffold->reasons && i < scaffold->operation_count; i++)
		g_free(scaffold->reasons[i]);
	g_free(scaffold->reasons);
	g_strfreev(scaffold->keys);
	sampler_destroy(scaffold->sampler);
	resources_destroy(scaffold->resources);
	openapi_destroy(scaffold->openapi);
	lexicon_close(scaffold->lexicon);
	doc_unref(scaffold->names);
}

int64_t
scaffold_index(const struct scaffold *scaffold, const struct resource *resource)
{
	size_t index = 0;
	while (scaffold->list[index] != resource)
		index++;
	return (int64_t)index;
}

static struct doc *
read_catalogue(struct catalogue *catalogue, const char *path, GError **error)
{
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, path, &origin, error);
	return text ? doc_read_yaml(path, text, strlen(text), NULL, error) : NULL;
}

static bool
scaffold_init(struct scaffold *scaffold, const struct assignment *assignment, struct catalogue *catalogue, GError **error)
{
	*scaffold = (struct scaffold){ .assignment = assignment };
	struct doc *spec = find_spec(assignment, &scaffold->contract);
	scaffold->names = read_catalogue(catalogue, "scaffold/names.yaml", error);
	scaffold->lexicon = scaffold->names ? lexicon_open(error) : NULL;
	if (!scaffold->lexicon || !spec)
		return scaffold->lexicon != NULL;
	scaffold->openapi = openapi_create(spec, error);
	if (!scaffold->openapi)
		return false;
	scaffold->resources = resources_infer(scaffold->openapi);
	scaffold->sampler = sampler_create(scaffold->openapi, 1);
	scaffold->list = resources_list(scaffold->resources, &scaffold->count);
	scaffold->keys = outline_keys(scaffold);
	scaffold->operations = openapi_operations(scaffold->openapi, &scaffold->operation_count);
	scaffold->reasons = g_new0(char *, scaffold->operation_count + 1);
	for (size_t i = 0; i < scaffold->operation_count; i++)
		scaffold->reasons[i] = operation_reason(scaffold, &scaffold->operations[i]);
	return true;
}

static size_t
count_covered(const struct scaffold *scaffold)
{
	size_t count = 0;
	for (size_t i = 0; i < scaffold->operation_count; i++)
		count += !scaffold->reasons[i];
	return count;
}

/* --- what is not covered --------------------------------------------------------------------- */

static void
list_operations(const struct scaffold *scaffold, const char *consequence, GPtrArray *list)
{
	for (size_t i = 0; i < scaffold->operation_count; i++)
		if (scaffold->reasons[i])
			g_ptr_array_add(list, g_strdup_printf("%s %s: %s; %s", scaffold->operations[i].method, scaffold->operations[i].path,
			                                      scaffold->reasons[i], consequence));
}

/* Collections below something that is no resource: no page leads to them. */
static void
list_unreachable(const struct scaffold *scaffold, GPtrArray *list)
{
	for (size_t i = 0; i < scaffold->count; i++)
		if (!scaffold->list[i]->parent && strchr(scaffold->list[i]->collection, '{'))
			g_ptr_array_add(list, g_strdup_printf("%s: below no resource; no page leads to it", scaffold->list[i]->collection));
}

static void
list_statements(struct scaffold *scaffold, GPtrArray *list)
{
	for (const char *const *line = scaffold->assignment->statements; line && *line; line++) {
		g_autofree char *id = g_strndup(*line, strcspn(*line, " "));
		if (!scaffold->assignment->answered || !g_strv_contains(scaffold->assignment->answered, id))
			g_ptr_array_add(list, g_strdup_printf("%s: %s", *line, statements_are_carried(scaffold, id)
				? "elements of the contract belong to it, but do not say all of it"
				: "no element of the contract carries it; its test is skipped"));
	}
}

static char **
list_not_covered(struct scaffold *scaffold, const char *provides)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	const struct assignment *assignment = scaffold->assignment;
	if (g_str_equal(provides, "api"))
		list_operations(scaffold, "answers 501", list);
	if (g_str_equal(provides, "web")) {
		list_operations(scaffold, "no page has it", list);
		list_unreachable(scaffold, list);
	}
	if (g_str_equal(provides, "tests"))
		list_statements(scaffold, list);
	if (g_str_equal(provides, "schema"))
		list_operations(scaffold, "no table is behind it", list);
	for (size_t i = 0; scaffold->openapi && i < assignment->use_count; i++)
		if (assignment->uses[i].contract != scaffold->contract && assignment->uses[i].spec)
			g_ptr_array_add(list, g_strdup_printf("contract %s: only one contract is used, %s", assignment->uses[i].contract->id,
			                                      scaffold->contract ? scaffold->contract->id : "the other"));
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* --- what templates see ---------------------------------------------------------------------- */

/* A folder or package name that no tool has trouble with. */
static char *
plain_folder(const char *name, const char *otherwise)
{
	g_autofree char *plain = g_strcanon(g_ascii_strdown(name ? name : otherwise, -1), "abcdefghijklmnopqrstuvwxyz0123456789_-", '-');
	return g_strdup(g_ascii_isalnum(*plain) ? plain : otherwise);
}

static void
write_places(struct scaffold *scaffold, struct writer *writer)
{
	const struct contract *contract = scaffold->contract;
	g_autofree char *own = plain_folder(scaffold->assignment->persona_id, "devops_engineer");
	g_autofree char *api = plain_folder(contract ? contract->provider_persona_id : NULL, "backend_developer");
	writer_member_text(writer, "folder", own);
	writer_member_text(writer, "api_folder", api);
	/* It stands in shell and YAML, too. */
	g_autofree char *base = g_uri_escape_string(scaffold->openapi ? openapi_base_path(scaffold->openapi) : "", "/%", FALSE);
	writer_member_text(writer, "base", base);
}

static void
write_title(struct scaffold *scaffold, struct writer *writer)
{
	const struct contract *contract = scaffold->contract;
	const char *title = contract && contract->name ? contract->name : scaffold->openapi ? openapi_title(scaffold->openapi) : "project";
	if (!*title)
		title = contract && contract->id ? contract->id : "API";
	const char *version = contract && contract->version ? contract->version : scaffold->openapi ? openapi_version(scaffold->openapi) : "";
	g_autofree char *line = g_strdelimit(g_strdup(title), "\n\r\t\v\f", ' '), *both = g_strjoin(" ", line, version, NULL);
	g_autofree char *html = g_markup_escape_text(line, -1), *markdown = manual_escape(both), *package = plain_folder(title, "project");
	g_strdelimit(both, "\n\r\t\v\f", ' ');
	writer_member_text(writer, "title_html", html);
	writer_member_text(writer, "title", markdown);
	writer_member_text(writer, "title_line", both);
	writer_member_text(writer, "package", package);
}

static struct doc *
make_context(struct scaffold *scaffold, const struct product *product, char **not_covered)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(products); i++)
		writer_member_bool(&writer, products[i].provides, &products[i] == product);
	writer_member_text(&writer, "provides", product->provides);
	writer_member_text(&writer, "start", product->start);
	writer_member_int(&writer, "covered", (int64_t)count_covered(scaffold));
	writer_member_int(&writer, "total", (int64_t)scaffold->operation_count);
	writer_key(&writer, "not_covered");
	writer_begin_array(&writer);
	for (char **entry = not_covered; *entry; entry++) {
		g_autofree char *escaped = manual_escape(*entry);
		writer_text(&writer, escaped);
	}
	writer_end(&writer);
	write_title(scaffold, &writer);
	write_places(scaffold, &writer);
	if (g_str_equal(product->provides, "schema")) {
		writer_key(&writer, "sql");
		tables_write(scaffold, &writer);
	}
	if (g_str_equal(product->provides, "docs")) {
		writer_key(&writer, "manual");
		manual_write(scaffold, &writer);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

/* --- files ----------------------------------------------------------------------------------- */

/* "common/x.js" goes to lib/, "api/x.js" to the top, "x.in" becomes x. */
static char *
destination_of(const char *source)
{
	const char *slash = strchr(source, '/');
	g_autofree char *plain = g_str_has_prefix(source, "common/") ? g_strconcat("lib/", slash + 1, NULL) : g_strdup(slash ? slash + 1 : source);
	if (g_str_has_suffix(plain, ".in"))
		plain[strlen(plain) - 3] = '\0';
	return g_steal_pointer(&plain);
}

static bool
write_file(const char *workspace, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(workspace, name, NULL), *folder = g_path_get_dirname(path);
	if (g_mkdir_with_parents(folder, 0755) == 0 && g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL))
		return true;
	return error_set(error, ERR_ENVIRONMENT, "make room on the disk", "cannot write %s", path);
}

static bool
make_file(const char *workspace, struct catalogue *catalogue, const char *source, const struct value *context, GError **error)
{
	g_autofree char *path = g_strconcat("scaffold/", source, NULL), *origin = NULL, *name = destination_of(source);
	g_autofree char *text = catalogue_text(catalogue, path, &origin, error);
	if (text && g_str_has_suffix(source, ".in")) {
		g_autofree char *template = g_steal_pointer(&text);
		text = template_render(path, template, context, error);
	}
	return text && write_file(workspace, name, text, error);
}

static bool
make_outline(struct scaffold *scaffold, GError **error)
{
	struct writer writer;
	writer_init(&writer, true);
	outline_write(scaffold, &writer);
	g_autofree char *text = writer_take(&writer), *whole = g_strconcat(text, g_str_has_suffix(text, "\n") ? "" : "\n", NULL);
	return write_file(scaffold->assignment->workspace, "contract.json", whole, error);
}

/* All files of a product, by the list in the catalogue; the number of them. */
static bool
make_files(struct scaffold *scaffold, const struct product *product, struct catalogue *catalogue, char **not_covered, unsigned *ret_count,
           GError **error)
{
	g_autoptr(Doc) list = read_catalogue(catalogue, "scaffold/files.yaml", error);
	g_autoptr(Doc) context = list ? make_context(scaffold, product, not_covered) : NULL;
	*ret_count = 0;
	if (!context)
		return false;
	VALUE_EACH (source, value_member(doc_root(list), product->provides)) {
		bool outline = g_strcmp0(value_text(source), "contract.json") == 0;
		if (!value_text(source) || strstr(source->text, ".."))
			return error_set(error, ERR_CONFIG, "correct the list", "scaffold/files.yaml: %s has an entry that is no file", product->provides);
		if (outline ? !make_outline(scaffold, error)
		            : !make_file(scaffold->assignment->workspace, catalogue, source->text, doc_root(context), error))
			return false;
		(*ret_count)++;
	}
	return true;
}

/* --- the agent ------------------------------------------------------------------------------- */

static bool
is_anything_made(const struct scaffold *scaffold, const struct product *product)
{
	switch (product->measure) {
	case MADE_OPERATIONS:
		return count_covered(scaffold) > 0;
	case MADE_ANY_OPERATION:
		return scaffold->operation_count > 0;
	case MADE_TABLES:
		return scaffold->count > 0;
	case MADE_ALWAYS:
		return true;
	}
	return false;
}

bool
scaffold_run(const struct assignment *assignment, struct catalogue *catalogue, struct attempt_result *ret, GError **error)
{
	*ret = (struct attempt_result){ .outcome = TASK_IS_NO_OUTPUT };
	const struct product *product = find_product(assignment->provides);
	const struct contract *contract = NULL;
	if (!scaffold_can(assignment->provides, find_spec(assignment, &contract))) {
		ret->summary = g_strdup_printf("nothing for a scaffold to make: %s", product ? "there is no OpenAPI document with paths"
		                                                                             : "no template for what this persona provides");
		return true;
	}
	struct scaffold scaffold;
	unsigned files = 0;
	bool ok = scaffold_init(&scaffold, assignment, catalogue, error);
	if (ok && !is_anything_made(&scaffold, product)) {
		ret->summary = g_strdup_printf("nothing in %s is resource-shaped", openapi_title(scaffold.openapi));
		ret->not_covered = list_not_covered(&scaffold, product->provides);
	} else if (ok) {
		ret->not_covered = list_not_covered(&scaffold, product->provides);
		ok = make_files(&scaffold, product, catalogue, ret->not_covered, &files, error);
		ret->outcome = TASK_IS_ACCEPTED;
		ret->summary = g_strdup_printf("scaffold from contract %s: %s in %u files; %zu of %zu operations", scaffold.contract ? scaffold.contract->id : "(none)",
		                               product->provides, files, count_covered(&scaffold), scaffold.operation_count);
	}
	scaffold_finish(&scaffold);
	return ok;
}
