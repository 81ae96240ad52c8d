/* Findings with their places: file, line, column, pointer. Lines are counted once for each file, however many findings
 * it has. */
#include <string.h>

#include "base/pointer.h"
#include "contract/lint_model.h"

/* --- pointers -------------------------------------------------------------------------------- */

/* A container on the way to a node, and the child of it that is on the way. */
struct level {
	const struct value *container, *item;
	unsigned position;
	size_t length;               /* of the pointer to the container */
};

/* The way to the last node: the next one is mostly near it, so that a large object is not counted through again and again. */
struct trail {
	GArray *levels;
	GString *pointer;
};

/* Moves to the child that holds the node, or is it; the pointer becomes the child's. */
static void
advance(struct trail *trail, struct level *level, const struct value *node)
{
	bool object = level->container->kind == VALUE_OBJECT;
	if (node < level->item - object) {
		level->item = lint_first_child(level->container);
		level->position = 0;
	}
	for (; node >= value_next(level->item); level->position++)
		level->item = value_next(level->item) + object;
	g_string_truncate(trail->pointer, level->length);
	if (object)
		pointer_append(trail->pointer, (level->item - 1)->text, (level->item - 1)->length);
	else
		g_string_append_printf(trail->pointer, "/%u", level->position);
}

static struct level *
top(struct trail *trail)
{
	return trail->levels->len ? &g_array_index(trail->levels, struct level, trail->levels->len - 1) : NULL;
}

/* The pointer of a node, valid until the next call. */
static const char *
point(struct trail *trail, const struct value *root, const struct value *node)
{
	while (top(trail) && !lint_holds(top(trail)->container, node))
		g_array_set_size(trail->levels, trail->levels->len - 1);
	const struct value *at = root;
	if (top(trail)) {
		advance(trail, top(trail), node);
		at = top(trail)->item;
	} else {
		g_string_assign(trail->pointer, "#");
	}
	while (lint_holds(at, node)) {
		struct level level = { .container = at, .item = lint_first_child(at), .length = trail->pointer->len };
		advance(trail, &level, node);
		g_array_append_val(trail->levels, level);
		at = level.item;
	}
	return trail->pointer->str;
}

/* --- what the document wants to be ignored ----------------------------------------------------- */

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
	const char *rule = lint_rule_table[raw->rule].id;
	for (const struct value *at = file->ignores ? doc_root(file->doc) : NULL; at; at = lint_child_with(at, raw->node))
		if (names_rule(value_member(at, "x-teamwright-ignore"), rule))
			return true;
	return false;
}

/* --- places ----------------------------------------------------------------------------------- */

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

/* A rule that looks at either of two members says the same twice where both are there. */
static bool
is_repeated(const GArray *raws, unsigned i)
{
	const struct lint_raw *raw = &g_array_index(raws, struct lint_raw, i), *last = i ? raw - 1 : NULL;
	return last && last->rule == raw->rule && last->node == raw->node && strcmp(last->message, raw->message) == 0;
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

static void
add(struct lint *lint, struct lint_finding_list *findings, const struct lint_raw *raw, const struct cursor *cursor, const char *pointer)
{
	const struct lint_file *file = lint->files->pdata[raw->file];
	struct lint_finding *finding = record_append(&lint_finding_record, findings);
	*finding = (struct lint_finding){ .file = g_strdup(file->name), .line = cursor->line, .column = cursor->column, .pointer = g_strdup(pointer),
		                          .rule = g_strdup(lint_rule_table[raw->rule].id), .severity = lint_severity(lint, raw->rule),
		                          .message = g_strdup(raw->message) };
}

void
lint_place(struct lint *lint, struct lint_report *report, struct lint_document *document)
{
	struct trail trail = { g_array_new(FALSE, FALSE, sizeof(struct level)), g_string_new("#") };
	struct cursor cursor = { 0 };
	const struct lint_file *file = NULL;
	g_array_sort(lint->raws, by_place);
	for (unsigned i = 0; i < lint->raws->len; i++) {
		const struct lint_raw *raw = &g_array_index(lint->raws, struct lint_raw, i);
		if (lint->files->pdata[raw->file] != file) {
			file = lint->files->pdata[raw->file];
			begin(&cursor, file);
			g_array_set_size(trail.levels, 0);
		}
		if (is_repeated(lint->raws, i) || is_ignored(file, raw))
			continue;
		count_to(&cursor, raw->where->offset);
		add(lint, &report->findings, raw, &cursor, point(&trail, doc_root(file->doc), raw->node));
		count(document, lint_severity(lint, raw->rule));
	}
	g_array_unref(trail.levels);
	g_string_free(trail.pointer, TRUE);
}
