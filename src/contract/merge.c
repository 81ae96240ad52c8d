#include "contract/merge.h"

#include <string.h>

#include "base/error.h"
#include "base/pointer.h"
#include "base/writer.h"

/* RFC 7396 section 2, as it stands there. */
static void
write_merged(struct writer *writer, const struct value *target, const struct value *patch)
{
	if (!value_is(patch, VALUE_OBJECT)) {
		writer_value(writer, patch);
		return;
	}
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, target) {
		const struct value *change = value_member_n(patch, key->text, key->length);
		if (value_is(change, VALUE_NULL))
			continue;
		writer_key(writer, key->text);
		change ? write_merged(writer, item, change) : writer_value(writer, item);
	}
	VALUE_EACH_MEMBER (key, item, patch) {
		if (value_is(item, VALUE_NULL) || value_member_n(target, key->text, key->length))
			continue;
		writer_key(writer, key->text);
		write_merged(writer, NULL, item);
	}
	writer_end(writer);
}

struct doc *
merge_patch(const struct value *target, const struct value *patch)
{
	struct writer writer;
	writer_init(&writer, false);
	write_merged(&writer, target, patch);
	return writer_doc(&writer);
}

enum { DEPTH = 128 };

enum change_kind { CHANGE_ADD, CHANGE_REPLACE, CHANGE_REMOVE };

/* One change at a place: the container, the last token of the pointer, what comes there. */
struct change {
	enum change_kind kind;
	const struct value *container, *old, *value;
	char *token;
	bool last;                   /* "-": behind the last item */
};

static void write_changed(struct writer *writer, const struct value *value, const struct change *change);

static void
write_items(struct writer *writer, const struct value *array, const struct change *change)
{
	bool here = array == change->container;
	writer_begin_array(writer);
	VALUE_EACH (item, array) {
		bool hit = here && item == change->old;
		if (hit && change->kind != CHANGE_REMOVE)
			writer_value(writer, change->value);
		if (!hit || change->kind == CHANGE_ADD)
			write_changed(writer, item, change);
	}
	if (here && change->kind == CHANGE_ADD && !change->old)
		writer_value(writer, change->value);
	writer_end(writer);
}

static void
write_changed(struct writer *writer, const struct value *value, const struct change *change)
{
	bool here = value == change->container;
	if (value_is(value, VALUE_ARRAY)) {
		write_items(writer, value, change);
	} else if (value_is(value, VALUE_OBJECT)) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (key, item, value) {
			bool hit = here && item == change->old;
			if (hit && change->kind == CHANGE_REMOVE)
				continue;
			writer_key(writer, key->text);
			hit ? writer_value(writer, change->value) : write_changed(writer, item, change);
		}
		if (here && !change->old)
			writer_member_value(writer, change->token, change->value);
		writer_end(writer);
	} else {
		writer_value(writer, value);
	}
}

static struct doc *
carry_out(const struct value *root, const struct change *change)
{
	struct writer writer;
	writer_init(&writer, false);
	if (change->container)
		write_changed(&writer, root, change);
	else
		writer_value(&writer, change->kind == CHANGE_REMOVE ? NULL : change->value);
	return writer_doc(&writer);
}

static bool
impossible(GError **error, const char *operation, const char *pointer, const char *why)
{
	return error_set(error, ERR_INVALID, "correct the patch", "%s %s: %s", operation, pointer, why);
}

/* Finds the place that a pointer names; with `exists` it must be there. What is put too deep could
 * nest without end, patch after patch. */
static bool
find_place(const struct value *root, const char *pointer, bool exists, struct change *change)
{
	const char *slash = strrchr(pointer, '/');
	unsigned depth = 0;
	for (const char *at = pointer; *at; at++)
		depth += *at == '/';
	if (depth > DEPTH)
		return false;
	change->old = value_find(root, pointer);
	if (!slash)
		return !*pointer;
	g_autofree char *above = g_strndup(pointer, (size_t)(slash - pointer));
	change->container = value_find(root, above);
	change->last = strcmp(slash, "/-") == 0;
	change->token = pointer_read(slash + 1, strlen(slash + 1), NULL);
	if (!change->container || change->container->kind < VALUE_ARRAY || (exists && !change->old))
		return false;
	g_autofree char *behind = g_strdup_printf("%zu", (size_t)value_count(change->container));
	return value_is(change->container, VALUE_OBJECT) || change->old || change->last || strcmp(change->token, behind) == 0;
}

static struct doc *
change_at(const struct value *root, enum change_kind kind, const char *pointer, const struct value *value, const char *name, GError **error)
{
	struct change change = { .kind = kind, .value = value };
	struct doc *doc = NULL;
	if (find_place(root, pointer, kind != CHANGE_ADD, &change))
		doc = carry_out(root, &change);
	else
		impossible(error, name, pointer, "there is no such place");
	g_free(change.token);
	return doc;
}

/* One operation of a patch. */
struct step {
	struct doc *doc;
	const struct value *root, *value;
	const char *op, *path, *from;
};

static struct doc *
add(struct step step, GError **error)
{
	return change_at(step.root, CHANGE_ADD, step.path, step.value, step.op, error);
}

static struct doc *
replace(struct step step, GError **error)
{
	return change_at(step.root, CHANGE_REPLACE, step.path, step.value, step.op, error);
}

static struct doc *
remove_value(struct step step, GError **error)
{
	return change_at(step.root, CHANGE_REMOVE, step.path, NULL, step.op, error);
}

static struct doc *
move(struct step step, GError **error)
{
	const struct value *value = value_find(step.root, step.from);
	if (!value) {
		impossible(error, step.op, step.from, "there is no such place");
		return NULL;
	}
	g_autofree char *inside = g_strconcat(step.from, "/", NULL);
	if (g_str_has_prefix(step.path, inside)) {
		impossible(error, step.op, step.path, "it lies inside what is moved");
		return NULL;
	}
	g_autofree char *json = value_to_json(value, false);
	g_autoptr(Doc) kept = doc_own(json);
	g_autoptr(Doc) without = change_at(step.root, CHANGE_REMOVE, step.from, NULL, step.op, error);
	return without ? change_at(doc_root(without), CHANGE_ADD, step.path, doc_root(kept), step.op, error) : NULL;
}

static struct doc *
copy(struct step step, GError **error)
{
	const struct value *value = value_find(step.root, step.from);
	if (value)
		return change_at(step.root, CHANGE_ADD, step.path, value, step.op, error);
	impossible(error, step.op, step.from, "there is no such place");
	return NULL;
}

static struct doc *
test(struct step step, GError **error)
{
	if (value_equal(value_find(step.root, step.path), step.value))
		return doc_ref(step.doc);
	impossible(error, step.op, step.path, "the value is another");
	return NULL;
}

static const struct {
	const char *op;
	bool needs_value, needs_from;
	struct doc *(*apply)(struct step step, GError **error);
} steps[] = {
	{ "add", true, false, add },     { "replace", true, false, replace }, { "remove", false, false, remove_value },
	{ "move", false, true, move },   { "copy", false, true, copy },       { "test", true, false, test },
};

static struct doc *
apply(struct doc *doc, const struct value *operation, GError **error)
{
	struct step step = { .doc = doc, .root = doc_root(doc), .value = value_member(operation, "value"), .op = value_member_text(operation, "op"),
		             .path = value_member_text(operation, "path"), .from = value_member_text(operation, "from") };
	unsigned kind = 0;
	while (kind < G_N_ELEMENTS(steps) && g_strcmp0(step.op, steps[kind].op) != 0)
		kind++;
	bool known = kind < G_N_ELEMENTS(steps);
	if (!step.op || !step.path || (known && ((steps[kind].needs_value && !step.value) || (steps[kind].needs_from && !step.from))))
		impossible(error, step.op ? step.op : "an operation", step.path ? step.path : "", "op, path, value or from is missing");
	else if (!known)
		impossible(error, step.op, step.path, "it is not known");
	else
		return steps[kind].apply(step, error);
	return NULL;
}

struct doc *
merge_json_patch(const struct value *target, const struct value *operations, GError **error)
{
	g_autofree char *json = value_to_json(target, false);
	g_autoptr(Doc) doc = doc_own(json);
	if (!value_is(operations, VALUE_ARRAY)) {
		impossible(error, "the patch", "", "it is no list of operations");
		return NULL;
	}
	VALUE_EACH (operation, operations) {
		struct doc *next = apply(doc, operation, error);
		if (!next)
			return NULL;
		doc_unref(doc);
		doc = next;
	}
	return g_steal_pointer(&doc);
}
