/* The walk: every object is compared with what the grammar says about its type, and the rules see it.
 * What stands in the document is walked first; references are followed after that, so that a target
 * inside it is known as what it stands there for. */
#include <math.h>
#include <string.h>

#include "contract/lint_model.h"
#include "schema/format.h"

enum { CHAIN = 60, SUGGESTIONS = 300 };

static void check_kind(struct lint *lint, const struct lint_at *parent, const struct grammar_kind *kind, const struct value *key,
                       const struct value *value, const char *name);

static bool
is_extension(const char *name)
{
	return name[0] == 'x' && name[1] == '-';
}

static void
visit(struct lint *lint, const struct grammar_visits *visits, const struct lint_at *at)
{
	for (unsigned i = 0; i < visits->count; i++) {
		lint->rule = visits->rules[i];
		lint_rule_table[lint->rule].visit(lint, at);
	}
}

/* --- values --------------------------------------------------------------------------------- */

static bool
is_count(const struct value *value)
{
	int64_t number;
	return value_is(value, VALUE_NUMBER) && value_int64(value, &number) && number >= 0;
}

static bool
has_shape(const struct grammar_kind *kind, const struct value *value)
{
	int64_t number;
	switch (kind->shape) {
	case GRAMMAR_ANY:
		return true;
	case GRAMMAR_TEXT: case GRAMMAR_URI: case GRAMMAR_URL: case GRAMMAR_EMAIL:
		return value->kind == VALUE_STRING;
	case GRAMMAR_INTEGER:
		return value->kind == VALUE_NUMBER && value_int64(value, &number);
	case GRAMMAR_COUNT:
		return is_count(value);
	case GRAMMAR_POSITIVE:
		return value->kind == VALUE_NUMBER && value_double(value) > 0;
	case GRAMMAR_NUMBER:
		return value->kind == VALUE_NUMBER;
	case GRAMMAR_BOOLEAN:
		return value->kind == VALUE_BOOL;
	case GRAMMAR_NULL:
		return value->kind == VALUE_NULL;
	case GRAMMAR_LIST:
		return value->kind == VALUE_ARRAY;
	case GRAMMAR_MAP: case GRAMMAR_TYPE:
		return value->kind == VALUE_OBJECT;
	}
	return false;
}

static void
check_form(struct lint *lint, enum grammar_shape shape, const struct value *value, const char *name)
{
	static const struct {
		const char *what;
		bool (*fits)(const char *text, size_t length);
	} forms[] = {
		[GRAMMAR_URI] = { "URI", format_uri_reference },
		[GRAMMAR_URL] = { "URL", format_uri_reference },
		[GRAMMAR_EMAIL] = { "e-mail address", format_idn_email },
	};
	if (!forms[shape].fits(value->text, value->length))
		lint_say_as(lint, LINT_FORM, value, NULL, "\"%s\" is no %s: \"%.80s\"", name, forms[shape].what, value->text);
}

static void
say_type(struct lint *lint, const struct grammar_kind *kind, const struct value *value, const char *name)
{
	g_autofree char *wanted = grammar_kind_text(kind);
	static const char *const found[] = { "null", "a boolean", "the number", "a text", "an array", "an object" };
	bool number = value->kind == VALUE_NUMBER;
	lint_say_as(lint, LINT_TYPE, value, NULL, "\"%.80s\" must be %s, not %s%s%.*s", name, wanted, found[value->kind], number ? " " : "",
	            number ? (int)MIN(value->length, 40) : 0, number ? value->text : "");
}

/* In 3.0, and for anything but schemas and path items later too, what stands beside a $ref does not count; since 3.1 summary
 * and description do. */
static void
check_siblings(struct lint *lint, const struct value *object)
{
	bool words = lint->grammar->version > 30;
	if (value_count(object) < 2)
		return;
	VALUE_EACH_MEMBER (key, item, object) {
		bool known = strcmp(key->text, "$ref") == 0 || is_extension(key->text) ||
		             (words && (strcmp(key->text, "summary") == 0 || strcmp(key->text, "description") == 0));
		if (!known)
			lint_say_as(lint, LINT_REF_SIBLINGS, item, key, "\"%.80s\" beside a $ref does not count", key->text);
	}
}

static void
add_ref(struct lint *lint, const struct value *reference, const struct grammar_type *type)
{
	const struct lint_ref ref = { reference, type };
	if (value_is(reference, VALUE_STRING))
		g_array_append_val(lint->refs, ref);
}

/* The byte that remembers as what a node was walked. */
static unsigned char *
seen(const struct lint *lint, const struct value *node)
{
	struct lint_file *file = lint_file_of(lint, node);
	return &file->seen[node - doc_root(file->doc)];
}

static void
check_object(struct lint *lint, const struct lint_at *parent, const struct grammar_type *type, const struct value *key, const struct value *value)
{
	const struct lint_at at = { parent, key, value, type };
	const struct value *reference = value_member(value, "$ref");
	if (type->reference && value_is(reference, VALUE_STRING) && !g_hash_table_lookup(type->members, "$ref")) {
		*seen(lint, value) = (unsigned char)type->number;
		add_ref(lint, reference, type);
		check_siblings(lint, value);
		return;
	}
	lint_walk(lint, &at);
}

static void
check_kind(struct lint *lint, const struct lint_at *parent, const struct grammar_kind *kind, const struct value *key, const struct value *value,
           const char *name)
{
	const struct grammar_kind *first = kind;
	while (kind && !has_shape(kind, value))
		kind = kind->other;
	if (!kind) {
		say_type(lint, first, value, name);
		return;
	}
	switch (kind->shape) {
	case GRAMMAR_URI: case GRAMMAR_URL: case GRAMMAR_EMAIL:
		check_form(lint, kind->shape, value, name);
		break;
	case GRAMMAR_LIST:
		VALUE_EACH (item, value)
			check_kind(lint, parent, kind->inner, NULL, item, name);
		break;
	case GRAMMAR_MAP:
		VALUE_EACH_MEMBER (member, item, value)
			check_kind(lint, parent, kind->inner, member, item, member->text);
		break;
	case GRAMMAR_TYPE:
		check_object(lint, parent, kind->type, key, value);
		break;
	case GRAMMAR_ANY: case GRAMMAR_TEXT: case GRAMMAR_INTEGER: case GRAMMAR_COUNT: case GRAMMAR_POSITIVE: case GRAMMAR_NUMBER:
	case GRAMMAR_BOOLEAN: case GRAMMAR_NULL:
		break;
	}
}

/* --- members -------------------------------------------------------------------------------- */

static void
check_words(struct lint *lint, const struct grammar_member *member, const struct value *value)
{
	VALUE_EACH (item, value)
		check_words(lint, member, item);
	if (value->kind != VALUE_STRING || g_strv_contains((const char *const *)member->words, value->text))
		return;
	g_autofree char *words = g_strjoinv(", ", member->words);
	lint_say_as(lint, LINT_VALUE, value, NULL, "\"%s\" is \"%.80s\", but must be one of: %s", member->name, value->text, words);
}

static void
check_member(struct lint *lint, const struct lint_at *at, const struct grammar_member *member, const struct value *key, const struct value *item)
{
	check_kind(lint, at, member->kind, key, item, member->name);
	if (member->words)
		check_words(lint, member, item);
	if (member->filled && value_is(item, VALUE_ARRAY) && !value_count(item))
		lint_say_as(lint, LINT_VALUE, item, NULL, "\"%s\" must not be empty", member->name);
	if (member->visits.count)
		visit(lint, &member->visits, at);
}

static void
say_unknown(struct lint *lint, const struct lint_at *at, const struct value *key, const struct grammar_member *elsewhere)
{
	unsigned rule = at->type->open ? LINT_KEYWORD : LINT_UNKNOWN;
	if (!lint_enabled(lint, rule))
		return;
	if (elsewhere) {
		lint_say_as(lint, rule, key + 1, key, "\"%s\" is known %s; this is %u.%u", key->text, elsewhere->since,
		            lint->grammar->version / 10, lint->grammar->version % 10);
		return;
	}
	if (at->type->keys->len && !g_hash_table_size(at->type->members)) {
		lint_say_as(lint, rule, key + 1, key, "a name in %s must match %s: \"%.80s\" does not", at->type->name,
		            g_array_index(at->type->keys, struct grammar_keys, 0).text, key->text);
		return;
	}
	g_autoptr(GList) names = lint->suggestions++ < SUGGESTIONS ? g_hash_table_get_keys(at->type->members) : NULL;
	const char *meant = lint_nearest(key->text, names);
	lint_say_as(lint, rule, key + 1, key, "\"%.80s\" is no member of %s%s%s%s", key->text, at->type->name, meant ? "; is \"" : "", meant ? meant : "",
	            meant ? "\" meant?" : "");
}

static const struct grammar_kind *
find_keys(const struct grammar_type *type, const struct value *key)
{
	for (unsigned i = 0; i < type->keys->len; i++) {
		const struct grammar_keys *keys = &g_array_index(type->keys, struct grammar_keys, i);
		if (pattern_match(keys->pattern, key->text, key->length) == PATTERN_FITS)
			return keys->kind;
	}
	return NULL;
}

/* What an extension holds is free, but what it refers to is used. */
static void
collect_loose(struct lint *lint, const struct value *value)
{
	const struct value *reference = value_member(value, "$ref");
	if (value_is(reference, VALUE_STRING))
		g_ptr_array_add(lint->loose, (void *)(uintptr_t)reference);
	VALUE_EACH (item, value)
		collect_loose(lint, item);
	VALUE_EACH_MEMBER (key, item, value)
		collect_loose(lint, item);
}

static void
check_members(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const struct grammar_member *member = g_hash_table_lookup(at->type->members, key->text);
		const struct grammar_kind *kind = member ? member->kind : NULL;
		if (kind) {
			check_member(lint, at, member, key, item);
			continue;
		}
		if (at->type->extensions && is_extension(key->text)) {
			collect_loose(lint, item);
			continue;
		}
		kind = find_keys(at->type, key);
		if (kind)
			check_kind(lint, at, kind, key, item, key->text);
		else
			say_unknown(lint, at, key, member);
	}
}

/* --- demands over several members ------------------------------------------------------------ */

static void
check_group(struct lint *lint, const struct lint_at *at, const struct grammar_group *group)
{
	const struct value *last = NULL;
	unsigned count = 0;
	for (char **name = group->members; *name; name++) {
		const struct value *item = value_member(at->node, *name);
		count += item != NULL;
		last = item ? item : last;
	}
	if (group->some ? count : count < 2)
		return;
	char **names = group->members + (strchr(*group->members, ' ') ? 1 : 0);
	g_autofree char *text = g_strjoinv("\", \"", names);
	if (group->some)
		lint_say_as(lint, LINT_MISSING, at->node, at->key, "%s needs one of \"%s\"", at->type->name, text);
	else
		lint_say_as(lint, LINT_TOGETHER, last, last - 1, "only one of \"%s\" may stand in %s", text, at->type->name);
}

static void
check_need(struct lint *lint, const struct lint_at *at, const struct grammar_need *need)
{
	const char *value = value_member_text(at->node, need->member);
	for (char **name = need->members; value && g_str_equal(value, need->value) && *name; name++)
		if (!value_member(at->node, *name))
			lint_say_as(lint, LINT_MISSING, at->node, at->key, "%s with \"%s\": \"%s\" needs \"%s\"", at->type->name, need->member,
			            need->value, *name);
}

static void
check_demands(struct lint *lint, const struct lint_at *at)
{
	const struct grammar_type *type = at->type;
	for (unsigned i = 0; i < type->required->len; i++) {
		const struct grammar_member *member = type->required->pdata[i];
		if (!value_member(at->node, member->name))
			lint_say_as(lint, LINT_MISSING, at->node, at->key, "%s needs \"%s\"", type->name, member->name);
	}
	for (unsigned i = 0; i < type->groups->len; i++)
		check_group(lint, at, &g_array_index(type->groups, struct grammar_group, i));
	for (unsigned i = 0; i < type->needs->len; i++)
		check_need(lint, at, &g_array_index(type->needs, struct grammar_need, i));
}

/* --- objects -------------------------------------------------------------------------------- */

/* In 3.0 a schema with $ref is a Reference Object: what stands beside it does not count. */
static bool
is_bare_reference(const struct lint *lint, const struct lint_at *at)
{
	return lint->grammar->version == 30 && g_str_equal(at->type->name, "Schema") && value_is(value_member(at->node, "$ref"), VALUE_STRING);
}

void
lint_walk(struct lint *lint, const struct lint_at *at)
{
	unsigned char *as = seen(lint, at->node);
	if (*as || lint->full)
		return;
	*as = (unsigned char)at->type->number;
	add_ref(lint, value_member(at->node, "$ref"), at->type);
	if (is_bare_reference(lint, at)) {
		check_siblings(lint, at->node);
		return;
	}
	check_members(lint, at);
	check_demands(lint, at);
	visit(lint, &at->type->visits, at);
}

/* --- references ------------------------------------------------------------------------------ */

static const char *
type_name(const struct lint *lint, unsigned number)
{
	GHashTableIter iter;
	void *type;
	g_hash_table_iter_init(&iter, lint->grammar->types);
	while (g_hash_table_iter_next(&iter, NULL, &type))
		if (((struct grammar_type *)type)->number == number)
			return ((struct grammar_type *)type)->name;
	return "other";
}

/* Names that stand beside the one that a reference would lead to. */
static char *
suggest(struct lint *lint, const struct value *reference)
{
	const char *slash = strrchr(reference->text, '/');
	if (!slash || *reference->text != '#' || lint->suggestions++ >= SUGGESTIONS)
		return NULL;
	g_autofree char *parent = g_strndup(reference->text + 1, (size_t)(slash - reference->text - 1));
	const struct value *around = value_find(doc_root(lint_file_of(lint, reference)->doc), parent);
	g_autoptr(GList) names = NULL;
	VALUE_EACH_MEMBER (key, item, around)
		names = g_list_prepend(names, (void *)(uintptr_t)key->text);
	return g_strdup(lint_nearest(slash + 1, names));
}

static void
say_lost(struct lint *lint, const struct value *reference, bool remote)
{
	if (remote) {
		lint_say_as(lint, LINT_REF_REMOTE, reference, NULL, "\"%.200s\" leads out of this machine and is not read", reference->text);
		return;
	}
	g_autofree char *meant = suggest(lint, reference);
	lint_say_as(lint, LINT_REF, reference, NULL, "\"%.200s\" leads nowhere%s%s%s", reference->text, meant ? "; is \"" : "", meant ? meant : "",
	            meant ? "\" meant?" : "");
}

/* True for a chain of references that comes back to where it was, or is longer than anybody would follow. */
static bool
is_circle(struct lint *lint, const struct value *node)
{
	GHashTable *passed = g_hash_table_new(NULL, NULL);
	bool remote, circle = false;
	while (node && !circle) {
		const struct value *reference = value_member(node, "$ref");
		circle = !g_hash_table_add(passed, (void *)(uintptr_t)node) || g_hash_table_size(passed) > CHAIN;
		node = value_is(reference, VALUE_STRING) ? lint_target(lint, reference, &remote) : NULL;
	}
	g_hash_table_unref(passed);
	return circle;
}

static void
follow(struct lint *lint, const struct lint_ref *ref)
{
	bool remote;
	const struct value *target = lint_target(lint, ref->text, &remote);
	if (!target) {
		say_lost(lint, ref->text, remote);
		return;
	}
	g_hash_table_add(lint->used, (void *)(uintptr_t)target);
	if (value_member(target, "$ref") && is_circle(lint, target)) {
		lint_say_as(lint, LINT_REF, ref->text, NULL, "\"%.200s\" leads in a circle, or through too many references", ref->text->text);
		return;
	}
	unsigned as = *seen(lint, target);
	if (as == ref->type->number)
		return;
	if (as) {
		lint_say_as(lint, LINT_REF_TARGET, ref->text, NULL, "\"%.200s\" leads to a %s where a %s is wanted", ref->text->text, type_name(lint, as),
		            ref->type->name);
	} else if (value_is(target, VALUE_OBJECT)) {
		check_object(lint, NULL, ref->type, NULL, target);
	} else if (!(value_is(target, VALUE_BOOL) && g_str_equal(ref->type->name, "Schema") && lint->grammar->version > 30)) {
		lint_say_as(lint, LINT_REF_TARGET, ref->text, NULL, "\"%.200s\" leads to %s where a %s is wanted", ref->text->text, value_kind_name(target),
		            ref->type->name);
	}
}

void
lint_walk_refs(struct lint *lint)
{
	/* The list grows while it is walked; every target is walked once. */
	for (unsigned i = 0; i < lint->refs->len && !lint->full; i++) {
		const struct lint_ref ref = g_array_index(lint->refs, struct lint_ref, i);
		follow(lint, &ref);
	}
}
