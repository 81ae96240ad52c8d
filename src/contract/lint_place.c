/* Findings with their places: file, line, column, pointer. Lines are counted once for each file, however many findings
 * it has. */
#include <string.h>

#include "contract/lint_model.h"

static void
append_token(GString *pointer, const char *token)
{
	g_string_append_c(pointer, '/');
	for (; *token; token++) {
		if (*token == '~' || *token == '/')
			g_string_append(pointer, *token == '~' ? "~0" : "~1");
		else
			g_string_append_c(pointer, *token);
	}
}

/* The child of a container in whose subtree a node stands; its token is added to the pointer. */
static const struct value *
step_towards(const struct value *container, const struct value *node, GString *pointer)
{
	unsigned position = 0;
	VALUE_EACH_MEMBER (key, item, container) {
		if (node < value_next(item)) {
			append_token(pointer, key->text);
			return item;
		}
	}
	VALUE_EACH (item, container) {
		if (node < value_next(item)) {
			g_string_append_printf(pointer, "/%u", position);
			return item;
		}
		position++;
	}
	return NULL;
}

char *
lint_pointer(const struct lint *lint, const struct value *node)
{
	const struct lint_file *file = lint_file_of(lint, node);
	GString *pointer = g_string_new("#");
	for (const struct value *at = file ? doc_root(file->doc) : NULL; at && at < node;)
		at = step_towards(at, node, pointer);
	return g_string_free(pointer, FALSE);
}

static bool
names_rule(const struct value *ignored, const char *rule)
{
	if (value_text(ignored))
		return g_str_equal(ignored->text, rule) || g_str_equal(ignored->text, "all");
	VALUE_EACH (item, ignored)
		if (names_rule(item, rule))
			return true;
	return false;
}

/* An object around the node, or the node itself, has x-teamwright-ignore with the rule. */
static bool
is_ignored(const struct lint_file *file, const struct lint_raw *raw)
{
	g_autoptr(GString) spare = g_string_new(NULL);
	const char *rule = lint_rule_table[raw->rule].id;
	for (const struct value *at = file->ignores ? doc_root(file->doc) : NULL; at; at = at < raw->node ? step_towards(at, raw->node, spare) : NULL)
		if (names_rule(value_member(at, "x-teamwright-ignore"), rule))
			return true;
	return false;
}

static int
by_place(const void *a, const void *b)
{
	const struct lint_raw *left = a, *right = b;
	if (left->file != right->file)
		return left->file < right->file ? -1 : 1;
	if (left->where->offset != right->where->offset)
		return left->where->offset < right->where->offset ? -1 : 1;
	return left->rule != right->rule ? (left->rule < right->rule ? -1 : 1) : strcmp(left->message, right->message);
}

/* Where counting has come to in a file. */
struct cursor {
	const char *source;
	size_t at;
	int64_t line, column;
};

static void
count_to(struct cursor *cursor, size_t offset)
{
	for (const char *feed; cursor->at < offset && (feed = memchr(cursor->source + cursor->at, '\n', offset - cursor->at));) {
		cursor->at = (size_t)(feed - cursor->source) + 1;
		cursor->line++;
		cursor->column = 1;
	}
	for (; cursor->at < offset; cursor->at++)
		cursor->column += ((unsigned char)cursor->source[cursor->at] & 0xC0) != 0x80;
}

static void
begin(struct cursor *cursor, const struct lint_file *file)
{
	size_t length;
	*cursor = (struct cursor){ .source = doc_source(file->doc, &length), .line = 1, .column = 1 };
	/* A byte order mark is no character to an editor. */
	cursor->at = g_str_has_prefix(cursor->source, "\xEF\xBB\xBF") ? 3 : 0;
}

static void
count(struct lint_document *document, unsigned severity)
{
	int64_t *counts[] = { NULL, &document->infos, &document->warnings, &document->errors };
	++*counts[severity];
}

void
lint_place(struct lint *lint, struct lint_report *report, struct lint_document *document)
{
	struct cursor cursor = { 0 };
	const struct lint_file *file = NULL;
	g_array_sort(lint->raws, by_place);
	for (unsigned i = 0; i < lint->raws->len; i++) {
		const struct lint_raw *raw = &g_array_index(lint->raws, struct lint_raw, i);
		if (lint->files->pdata[raw->file] != file) {
			file = lint->files->pdata[raw->file];
			begin(&cursor, file);
		}
		if (is_ignored(file, raw))
			continue;
		count_to(&cursor, raw->where->offset);
		struct lint_finding *finding = record_append(&lint_finding_record, &report->findings);
		*finding = (struct lint_finding){ .file = g_strdup(file->name), .line = cursor.line, .column = cursor.column,
			                          .pointer = lint_pointer(lint, raw->node), .rule = g_strdup(lint_rule_table[raw->rule].id),
			                          .severity = lint_severity(lint, raw->rule), .message = g_strdup(raw->message) };
		count(document, finding->severity);
	}
}
