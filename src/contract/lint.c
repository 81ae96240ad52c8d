#include "contract/lint.h"

#include <string.h>

#include "base/error.h"
#include "contract/lint_rules.h"

#define WORDS "lint/words.yaml"

enum { FINDINGS = 100000, SHOWN = 400 };

const char *const lint_severity_names[] = {
#define XX(code, name) name,
	LINT_SEVERITY_MAP(XX)
#undef XX
	NULL,
};

static const struct record_field lint_rule_entry_fields[] = {
	RECORD_FIELD(lint_rule_entry, id, 0, "name"),
	RECORD_ENUM(lint_rule_entry, severity, 0, lint_severity_names, "error: the document breaks the specification; off, info, warning"),
	RECORD_FIELD(lint_rule_entry, help, 0, "what it demands"),
	RECORD_FIELD(lint_rule_entry, remedy, 0, "what to do"),
};
RECORD_TYPE(lint_rule_entry, RECORD_DROP, "a rule of the linter");

static const struct record_field lint_finding_fields[] = {
	RECORD_FIELD(lint_finding, file, 0, "file"),
	RECORD_FIELD(lint_finding, line, 0, "line, from 1"),
	RECORD_FIELD(lint_finding, column, 0, "character in the line, from 1"),
	RECORD_FIELD(lint_finding, pointer, 0, "JSON pointer in the file"),
	RECORD_FIELD(lint_finding, rule, 0, "rule"),
	RECORD_ENUM(lint_finding, severity, 0, lint_severity_names, "error, warning or info"),
	RECORD_FIELD(lint_finding, message, 0, "what is wrong"),
};
RECORD_TYPE(lint_finding, RECORD_DROP, "what a rule found");

static const struct record_field lint_document_fields[] = {
	RECORD_FIELD(lint_document, file, 0, "file"),
	RECORD_FIELD(lint_document, title, 0, "title"),
	RECORD_FIELD(lint_document, version, 0, "version of the document"),
	RECORD_FIELD(lint_document, openapi, 0, "version of the format"),
	RECORD_FIELD(lint_document, operations, 0, "how many operations"),
	RECORD_FIELD(lint_document, errors, 0, "findings that are errors"),
	RECORD_FIELD(lint_document, warnings, 0, "findings that are warnings"),
	RECORD_FIELD(lint_document, infos, 0, "findings that are hints"),
};
RECORD_TYPE(lint_document, RECORD_DROP, "a document that was read");

/* --- levels ---------------------------------------------------------------------------------- */

struct lint_levels *
lint_levels_create(void)
{
	struct lint_levels *levels = g_new0(struct lint_levels, 1);
	levels->of = g_new0(enum lint_severity, lint_rule_count);
	levels->chosen = g_new0(bool, lint_rule_count);
	for (unsigned i = 0; i < lint_rule_count; i++)
		levels->of[i] = lint_rule_table[i].severity;
	return levels;
}

void
lint_levels_free(struct lint_levels *levels)
{
	if (!levels)
		return;
	g_free(levels->of);
	g_free(levels->chosen);
	for (unsigned i = 0; i < LINT_VERSIONS; i++)
		grammar_free(levels->grammars[i]);
	doc_unref(levels->words);
	g_free(levels);
}

bool
lint_levels_set(struct lint_levels *levels, const char *setting, GError **error)
{
	const char *equals = strchr(setting, '=');
	g_autofree char *id = g_strndup(setting, equals ? (size_t)(equals - setting) : strlen(setting));
	int severity = equals ? record_name_index(lint_severity_names, equals + 1) : -1;
	if (severity < 0)
		return error_set(error, ERR_USAGE, "say RULE=off, RULE=info, RULE=warning or RULE=error", "'%s' sets no rule", setting);
	bool all = g_str_equal(id, "all"), found = false;
	for (unsigned i = 0; i < lint_rule_count; i++) {
		if (!all && !g_str_equal(lint_rule_table[i].id, id))
			continue;
		levels->of[i] = (enum lint_severity)severity;
		levels->chosen[i] = found = true;
	}
	return found || error_set(error, ERR_USAGE, "'teamwright contract rules' lists them", "there is no rule '%s'", id);
}

void
lint_rules(const struct lint_levels *levels, struct lint_rule_entry_list *ret)
{
	for (unsigned i = 0; i < lint_rule_count; i++) {
		const struct lint_rule *rule = &lint_rule_table[i];
		struct lint_rule_entry *entry = record_append(&lint_rule_entry_record, ret);
		*entry = (struct lint_rule_entry){ g_strdup(rule->id), levels->of[i], g_strdup(rule->help), g_strdup(rule->remedy) };
	}
}

/* --- saying ---------------------------------------------------------------------------------- */

enum lint_severity
lint_severity(const struct lint *lint, unsigned rule)
{
	const struct lint_rule *row = &lint_rule_table[rule];
	unsigned strict = row->strict ? row->strict : 31;
	bool differs = row->older != LINT_OFF && lint->grammar && lint->grammar->version < strict && !lint->levels->chosen[rule];
	return differs ? row->older : lint->levels->of[rule];
}

bool
lint_enabled(const struct lint *lint, unsigned rule)
{
	return lint_severity(lint, rule) != LINT_OFF;
}

static void say(struct lint *lint, unsigned rule, const struct value *node, const struct value *where, const char *format, va_list args)
	G_GNUC_PRINTF(5, 0);

static void
say(struct lint *lint, unsigned rule, const struct value *node, const struct value *where, const char *format, va_list args)
{
	if (!lint_enabled(lint, rule) || lint->full)
		return;
	struct lint_raw raw = { .rule = rule, .node = node, .where = where ? where : node, .message = g_strdup_vprintf(format, args) };
	const struct lint_file *file = lint_file_of(lint, node);
	while (lint->files->pdata[raw.file] != file)
		raw.file++;
	/* A text that was cut short may end within a character. */
	if (!g_utf8_validate(raw.message, -1, NULL)) {
		char *valid = g_utf8_make_valid(raw.message, -1);
		g_free(raw.message);
		raw.message = valid;
	}
	g_strdelimit(raw.message, "\n\r\t", ' ');
	g_array_append_val(lint->raws, raw);
	lint->full = lint->raws->len >= FINDINGS;
}

void
lint_say(struct lint *lint, const struct value *node, const struct value *where, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(lint, lint->rule, node, where, format, args);
	va_end(args);
}

void
lint_say_as(struct lint *lint, unsigned rule, const struct value *node, const struct value *where, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	say(lint, rule, node, where, format, args);
	va_end(args);
}

static void
clear_raw(void *data)
{
	g_free(((struct lint_raw *)data)->message);
}

/* --- what rules ask for ------------------------------------------------------------------------ */

const struct value *
lint_root(const struct lint *lint)
{
	return doc_root(((struct lint_file *)lint->files->pdata[0])->doc);
}

const struct value *
lint_components(const struct lint *lint, const char *group)
{
	return value_member(value_member(lint_root(lint), "components"), group);
}

bool
lint_has_word(const struct value *list, const char *word)
{
	VALUE_EACH (item, list)
		if (value_text(item) && g_str_equal(item->text, word))
			return true;
	return false;
}

/* --- a document ------------------------------------------------------------------------------- */

/* A version may be written as text or, in careless YAML, as the number 3.1. */
static char *
version_text(const struct value *version)
{
	return value_is(version, VALUE_NUMBER) ? g_strndup(version->text, version->length) : g_strdup(value_text(version));
}

/* 30, 31 or 32; 0 with a finding where the document is of another kind. */
static unsigned
read_version(struct lint *lint, const struct value *root, const char *version)
{
	const struct value *node = value_member(root, "openapi");
	if (version && g_str_has_prefix(version, "3.") && version[2] >= '0' && version[2] <= '2' && (!version[3] || version[3] == '.'))
		return 30u + (unsigned)(version[2] - '0');
	if (version)
		lint_say_as(lint, LINT_UNREADABLE, node, NULL, "OpenAPI %.40s is not known; 3.0, 3.1 and 3.2 are", version);
	else if (node)
		lint_say_as(lint, LINT_UNREADABLE, node, NULL, "\"openapi\" must be a text such as 3.1.0");
	else if (value_member(root, "swagger"))
		lint_say_as(lint, LINT_UNREADABLE, root, NULL, "this is a Swagger 2 document: convert it to OpenAPI 3");
	else
		lint_say_as(lint, LINT_UNREADABLE, root, NULL, "this is no OpenAPI document: it has no member \"openapi\"");
	return 0;
}

static void
place_visits(struct lint *lint)
{
	for (unsigned i = 0; i < lint_rule_count; i++) {
		const struct lint_rule *rule = &lint_rule_table[i];
		unsigned version = lint->grammar->version;
		bool counts = rule->visit && (rule->always || lint_enabled(lint, i)) && (!rule->first || version >= rule->first) && (!rule->last || version <= rule->last);
		g_auto(GStrv) places = g_strsplit(counts ? rule->on : "", " ", -1);
		for (char **place = places; *place; place++) {
			struct grammar_visits *visits = grammar_place(lint->grammar, *place);
			if (!visits)
				continue;
			visits->rules = g_renew(unsigned char, visits->rules, visits->count + 1);
			visits->rules[visits->count++] = (unsigned char)i;
		}
	}
}

static void
visit_end(struct lint *lint, const struct value *root)
{
	const struct lint_at at = { .node = root, .type = grammar_type(lint->grammar, "Document") };
	for (unsigned i = 0; i < lint_rule_count; i++) {
		lint->rule = i;
		if (lint_rule_table[i].visit && lint_enabled(lint, i) && g_str_has_suffix(lint_rule_table[i].on, "end"))
			lint_rule_table[i].visit(lint, &at);
	}
}

static void
init(struct lint *lint)
{
	lint->files = g_ptr_array_new_with_free_func(lint_free_file);
	lint->raws = g_array_new(FALSE, FALSE, sizeof(struct lint_raw));
	g_array_set_clear_func(lint->raws, clear_raw);
	lint->refs = g_array_new(FALSE, FALSE, sizeof(struct lint_ref));
	lint->used = g_hash_table_new(NULL, NULL);
	lint->absent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	lint->ids = g_hash_table_new(g_str_hash, g_str_equal);
	lint->tags = g_hash_table_new(g_str_hash, g_str_equal);
	lint->secured = g_hash_table_new(g_str_hash, g_str_equal);
	lint->links = g_ptr_array_new();
	lint->loose = g_ptr_array_new();
	lint->examples = g_array_new(FALSE, FALSE, sizeof(struct lint_example));
}

static void
finish(struct lint *lint)
{
	schema_set_destroy(lint->schemas);
	GHashTable *tables[] = { lint->used, lint->absent, lint->ids, lint->tags, lint->secured };
	for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++)
		g_hash_table_unref(tables[i]);
	g_clear_pointer(&lint->identified, g_hash_table_unref);
	g_ptr_array_unref(lint->links);
	g_ptr_array_unref(lint->loose);
	g_array_unref(lint->examples);
	g_array_unref(lint->refs);
	g_array_unref(lint->raws);
	g_ptr_array_unref(lint->files);
}

static bool
load_grammar(struct lint *lint, struct catalogue *catalogue, struct lint_levels *levels, unsigned version, GError **error)
{
	struct grammar **grammar = &levels->grammars[version - LINT_FIRST];
	if (!levels->words) {
		g_autofree char *text = catalogue_text(catalogue, WORDS, NULL, error);
		levels->words = text ? doc_read_yaml(WORDS, text, strlen(text), NULL, error) : NULL;
	}
	bool known = *grammar;
	if (!known && levels->words)
		*grammar = grammar_load(catalogue, version, error);
	lint->words = levels->words;
	lint->grammar = *grammar;
	if (*grammar && !known)
		place_visits(lint);
	return *grammar;
}

static bool
walk(struct lint *lint, struct catalogue *catalogue, struct lint_levels *levels, const struct value *root, unsigned version, GError **error)
{
	if (!load_grammar(lint, catalogue, levels, version, error))
		return false;
	const struct lint_at at = { .node = root, .type = grammar_type(lint->grammar, "Document") };
	lint_walk(lint, &at);
	lint_walk_refs(lint);
	lint_check_examples(lint);
	visit_end(lint, root);
	if (lint->full) {
		lint->full = false;
		lint_say_as(lint, LINT_LIMIT, root, NULL, "more than %d findings; the rest of the document was not looked at", FINDINGS);
	}
	return true;
}

static bool
lint_doc(struct catalogue *catalogue, struct lint_levels *levels, struct doc *doc, const char *path, struct lint_report *report, GError **error)
{
	struct lint lint = { .levels = levels };
	const struct value *root = doc_root(doc), *info = value_member(root, "info");
	struct lint_document *document = record_append(&lint_document_record, &report->documents);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL), *version = version_text(value_member(root, "openapi"));
	init(&lint);
	lint_add_file(&lint, doc, absolute, path);
	document->file = g_strdup(path);
	document->title = g_strdup(value_member_text(info, "title"));
	document->version = version_text(value_member(info, "version"));
	document->openapi = g_strdup(version);
	unsigned number = read_version(&lint, root, version);
	bool ok = !number || walk(&lint, catalogue, levels, root, number, error);
	document->operations = lint.operations;
	lint_place(&lint, report, document);
	finish(&lint);
	return ok;
}

/* The reader's error, "name:line:column: what", as a finding. */
static void
add_unreadable(const struct lint_levels *levels, const char *path, const GError *cause, struct lint_report *report)
{
	struct lint_document *document = record_append(&lint_document_record, &report->documents);
	g_autofree char *text = error_text(cause);
	const char *at = g_str_has_prefix(text, path) ? text + strlen(path) : "";
	char *end;
	document->file = g_strdup(path);
	if (!levels->of[LINT_UNREADABLE])
		return;
	struct lint_finding *finding = record_append(&lint_finding_record, &report->findings);
	*finding = (struct lint_finding){ .file = g_strdup(path), .line = 1, .column = 1, .pointer = g_strdup("#"),
		                          .rule = g_strdup(lint_rule_table[LINT_UNREADABLE].id), .severity = levels->of[LINT_UNREADABLE] };
	if (*at == ':' && g_ascii_isdigit(at[1])) {
		finding->line = g_ascii_strtoll(at + 1, &end, 10);
		finding->column = *end == ':' ? g_ascii_strtoll(end + 1, &end, 10) : 1;
		at = g_str_has_prefix(end, ": ") ? end + 2 : end;
		finding->message = g_strndup(at, SHOWN);
	} else {
		finding->message = g_strndup(text, SHOWN);
	}
	int64_t *counts[] = { NULL, &document->infos, &document->warnings, &document->errors };
	++*counts[finding->severity];
}

bool
lint_text(struct catalogue *catalogue, struct lint_levels *levels, const char *path, const char *text, size_t length,
          struct lint_report *report, GError **error)
{
	GError *cause = NULL;
	g_autoptr(Doc) doc = doc_read(path, text, length, NULL, &cause);
	if (doc)
		return lint_doc(catalogue, levels, doc, path, report, error);
	add_unreadable(levels, path, cause, report);
	g_error_free(cause);
	return true;
}

bool
lint_file(struct catalogue *catalogue, struct lint_levels *levels, const char *path, struct lint_report *report, GError **error)
{
	GError *cause = NULL;
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, &cause))
		return error_wrap(error, cause, ERR_INPUT, "check the path and its permissions", "cannot read %s", path);
	return lint_text(catalogue, levels, path, text, length, report, error);
}

void
lint_report_clear(struct lint_report *report)
{
	record_list_finish(&lint_document_record, &report->documents);
	record_list_finish(&lint_finding_record, &report->findings);
}
