#include "engine/op_schema.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "engine/schema_files.h"
#include "schema/uri.h"

enum {
	FINDINGS = 100,        /* that are told of a document */
	TEXT_MAX = 64 << 20,   /* bytes of a document that is checked without a tree */
};

static const struct record_field schema_request_fields[] = {
	RECORD_FIELD(schema_request, schema, RECORD_ARGUMENT | RECORD_REQUIRED, "JSON Schema, JSON or YAML"),
	RECORD_FIELD(schema_request, files, RECORD_ARGUMENT, "documents to validate"),
	RECORD_FIELD(schema_request, draft, 0, "where no $schema says so: " SCHEMA_DRAFTS, .preset = "draft2020-12"),
	RECORD_FIELD(schema_request, remotes, 0, "folder of documents that references may lead to, by their $id or their path in it"),
	RECORD_FIELD(schema_request, formats, 0, "format is a rule"),
	RECORD_FIELD(schema_request, strict, 0, "an unknown keyword is an error"),
	RECORD_FIELD(schema_request, first, 0, "only the first fault of each document"),
};
RECORD_TYPE(schema_request, RECORD_REJECT, "what to validate");

static const struct record_field schema_fault_fields[] = {
	RECORD_FIELD(schema_fault, file, 0, "document"),
	RECORD_FIELD(schema_fault, line, 0, "line in it"),
	RECORD_FIELD(schema_fault, column, 0, "column in it"),
	RECORD_FIELD(schema_fault, where, 0, "JSON pointer into it"),
	RECORD_FIELD(schema_fault, rule, 0, "keyword of the schema; \"syntax\": it cannot be read"),
	RECORD_FIELD(schema_fault, place, 0, "JSON pointer of the keyword as a fragment, with the URI of its schema where that is another one"),
	RECORD_FIELD(schema_fault, message, 0, "what is wrong"),
};
RECORD_TYPE(schema_fault, RECORD_DROP, "a fault of a document");

static const struct record_field schema_result_fields[] = {
	RECORD_FIELD(schema_result, valid, 0, "documents that fit"),
	RECORD_FIELD(schema_result, invalid, 0, "documents that do not"),
	RECORD_FIELD(schema_result, cut, 0, "documents that may have more faults than are told"),
	RECORD_LIST(schema_result, faults, schema_fault, 0, "why not"),
};
RECORD_TYPE(schema_result, RECORD_DROP, "whether documents fit a schema");

static struct schema_fault *
add_fault(struct schema_result *result, const char *file)
{
	struct schema_fault *fault = record_append(&schema_fault_record, &result->faults);
	fault->file = g_strdup(file);
	return fault;
}

/* A document that cannot be read; the place stands in the message, behind the file's name. */
static void
add_unreadable(struct schema_result *result, const char *file, const char *message)
{
	struct schema_fault *fault = add_fault(result, file);
	size_t skip = g_str_has_prefix(message, file) ? strlen(file) : 0;
	const char *rest = message + skip;
	size_t length = strcspn(rest, "\n");   /* a remedy follows, which goes without saying */
	char *end = (char *)(uintptr_t)rest;
	fault->line = skip && *rest == ':' ? g_ascii_strtoll(rest + 1, &end, 10) : 0;
	fault->column = fault->line && *end == ':' ? g_ascii_strtoll(end + 1, &end, 10) : 0;
	const char *text = fault->column && g_str_has_prefix(end, ": ") ? end + 2 : rest;
	fault->message = g_strndup(text, (gsize)(rest + length - text));
	fault->where = g_strdup("");
	fault->rule = g_strdup("syntax");
	fault->place = g_strdup("");
	result->invalid++;
}

static int
by_place(const void *a, const void *b)
{
	const struct schema_fault *left = a, *right = b;
	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->column < right->column ? -1 : left->column > right->column;
}

/* Faults as they stand in the document, in its order. */
static void
add_faults(struct schema_result *result, const struct doc *doc, const char *file, const struct schema_findings *findings, const char *uri)
{
	size_t own = uri ? strcspn(uri, "#") : 0;
	size_t before = result->faults.count;
	for (size_t i = 0; i < findings->count; i++) {
		const struct schema_finding *finding = &findings->items[i];
		struct schema_fault *fault = add_fault(result, file);
		unsigned line, column;
		doc_position(doc, value_find(doc_root(doc), finding->instance), &line, &column);
		fault->line = line;
		fault->column = column;
		fault->where = g_strdup(finding->instance);
		fault->rule = g_strdup(finding->keyword);
		bool inside = own && strncmp(finding->schema, uri, own) == 0 && finding->schema[own] == '#';
		bool bare = !strchr(finding->schema, '#');
		fault->place = g_strconcat(bare ? "#" : "", finding->schema + (inside ? own : 0), NULL);
		fault->message = g_strdup(finding->message);
	}
	/* A stable sort: what is wrong with one value stays in the order of the rules. */
	g_qsort_with_data(result->faults.items + before, (int)(result->faults.count - before), sizeof *result->faults.items,
	                  (GCompareDataFunc)(void (*)(void))by_place, NULL);
}

/* JSON that fits needs no tree. */
static bool
fits_at_once(const struct schema *schema, const char *file)
{
	GStatBuf info;
	g_autofree char *text = NULL;
	gsize length;
	if (g_stat(file, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > TEXT_MAX || !g_file_get_contents(file, &text, &length, NULL))
		return false;
	return schema_check_text(schema, file, text, length, SCHEMA_SIDE_NONE, NULL, NULL) == SCHEMA_FITS;
}

static bool
validate_file(const struct schema *schema, const char *uri, const char *file, size_t limit, struct schema_result *result, GError **error)
{
	struct schema_findings findings = { .limit = limit };
	if (fits_at_once(schema, file)) {
		result->valid++;
		return true;
	}
	g_autoptr(GError) refusal = NULL;
	g_autoptr(Doc) doc = doc_read_file(file, &refusal);
	if (!doc && !g_file_test(file, G_FILE_TEST_IS_REGULAR)) {
		g_propagate_error(error, g_steal_pointer(&refusal));
		return false;
	}
	if (!doc) {
		add_unreadable(result, file, refusal->message);
		return true;
	}
	bool ok = schema_check(schema, doc_root(doc), SCHEMA_SIDE_NONE, &findings);
	result->valid += ok;
	result->invalid += !ok;
	result->cut += findings.count == FINDINGS;
	add_faults(result, doc, file, &findings, uri);
	schema_findings_clear(&findings);
	return true;
}

/* The documents of a folder: each is known by the URI that its path makes beside the schema's, and by its own. */
static bool
add_remotes(struct schema_set *set, const char *folder, const char *base, GError **error)
{
	g_autoptr(GPtrArray) remotes = g_ptr_array_new_with_free_func(schema_free_remote);
	if (!schema_read_remotes(folder, NULL, 0, remotes, error))
		return false;
	for (unsigned i = 0; i < remotes->len; i++) {
		const struct schema_remote *remote = remotes->pdata[i];
		g_autofree char *uri = uri_resolve(base ? base : URI_NOWHERE, remote->uri);
		schema_set_add(set, uri, remote->doc);
		schema_set_add(set, remote->uri, remote->doc);
	}
	return true;
}

bool
op_schema_validate(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct schema_request *request = data;
	struct schema_result *result = data_result;
	struct schema_options options;
	if (!schema_read_options(request->draft, request->formats, &options, error))
		return false;
	options.strict = request->strict;
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) doc = doc_read_file(request->schema, error);
	if (!doc || (request->remotes && !add_remotes(set, request->remotes, value_member_text(doc_root(doc), "$id"), error)))
		return false;
	const struct schema *schema = schema_compile(set, doc, doc_root(doc), NULL, error);
	if (!schema)
		return false;
	for (char **file = request->files; file && *file; file++)
		if (!validate_file(schema, value_member_text(doc_root(doc), "$id"), *file, request->first ? 1 : FINDINGS, result, error))
			return false;
	context->exit_code = result->invalid ? 1 : 0;
	return true;
}
