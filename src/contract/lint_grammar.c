#include "contract/lint_grammar.h"

#include <string.h>

#include "base/error.h"

#define FILE_NAME "lint/openapi.yaml"

static const struct {
	const char *name, *text, *texts;
	enum grammar_shape shape;
} shapes[] = {
	{ "any", "any value", "values", GRAMMAR_ANY },
	{ "text", "a text", "texts", GRAMMAR_TEXT },
	{ "integer", "an integer", "integers", GRAMMAR_INTEGER },
	{ "count", "an integer not below 0", "integers not below 0", GRAMMAR_COUNT },
	{ "positive", "a number above 0", "numbers above 0", GRAMMAR_POSITIVE },
	{ "number", "a number", "numbers", GRAMMAR_NUMBER },
	{ "boolean", "true or false", "booleans", GRAMMAR_BOOLEAN },
	{ "null", "null", "nulls", GRAMMAR_NULL },
	{ "uri", "a URI", "URIs", GRAMMAR_URI },
	{ "url", "a URL", "URLs", GRAMMAR_URL },
	{ "email", "an e-mail address", "e-mail addresses", GRAMMAR_EMAIL },
};

static void
free_member(void *data)
{
	struct grammar_member *member = data;
	g_free(member->name);
	g_strfreev(member->words);
	g_free(member->since);
	g_free(member->visits.rules);
	g_free(member);
}

static void
clear_keys(void *data)
{
	struct grammar_keys *keys = data;
	g_free(keys->text);
	pattern_destroy(keys->pattern);
}

static void
clear_group(void *data)
{
	struct grammar_group *group = data;
	g_strfreev(group->members);
}

static void
clear_need(void *data)
{
	struct grammar_need *need = data;
	g_free(need->member);
	g_free(need->value);
	g_strfreev(need->members);
}

static GArray *
array_of(size_t size, GDestroyNotify clear)
{
	GArray *array = g_array_new(FALSE, FALSE, (unsigned)size);
	g_array_set_clear_func(array, clear);
	return array;
}

static struct grammar_type *
create_type(const char *name, unsigned number)
{
	struct grammar_type *type = g_new0(struct grammar_type, 1);
	type->name = g_strdup(name);
	type->number = number;
	type->members = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_member);
	type->required = g_ptr_array_new();
	type->keys = array_of(sizeof(struct grammar_keys), clear_keys);
	type->groups = array_of(sizeof(struct grammar_group), clear_group);
	type->needs = array_of(sizeof(struct grammar_need), clear_need);
	return type;
}

static void
free_type(void *data)
{
	struct grammar_type *type = data;
	g_free(type->name);
	g_hash_table_unref(type->members);
	g_ptr_array_unref(type->required);
	g_array_unref(type->keys);
	g_array_unref(type->groups);
	g_array_unref(type->needs);
	g_free(type->visits.rules);
	g_free(type);
}

/* --- reading -------------------------------------------------------------------------------- */

/* "3.1" as 31; 0 where it is none. */
static unsigned
version_number(const char *text)
{
	return text && text[0] == '3' && text[1] == '.' && g_ascii_isdigit(text[2]) && !text[3] ? 30u + (unsigned)(text[2] - '0') : 0;
}

static const struct grammar_kind *read_kind(struct grammar *grammar, const char *text);

static struct grammar_kind *
add_kind(struct grammar *grammar, const char *text)
{
	struct grammar_kind *kind = g_new0(struct grammar_kind, 1);
	g_ptr_array_add(grammar->kinds, kind);
	g_hash_table_insert(grammar->by_text, g_string_chunk_insert(grammar->texts, text), kind);
	return kind;
}

static bool
fill_kind(struct grammar *grammar, struct grammar_kind *kind, const char *text)
{
	bool list = g_str_has_prefix(text, "list:"), map = g_str_has_prefix(text, "map:");
	if (list || map) {
		kind->shape = list ? GRAMMAR_LIST : GRAMMAR_MAP;
		kind->inner = read_kind(grammar, strchr(text, ':') + 1);
		return kind->inner != NULL;
	}
	const char *bar = strchr(text, '|');
	g_autofree char *first = g_strndup(text, bar ? (size_t)(bar - text) : strlen(text));
	kind->other = bar ? read_kind(grammar, bar + 1) : NULL;
	kind->type = g_hash_table_lookup(grammar->types, first);
	kind->shape = GRAMMAR_TYPE;
	for (unsigned i = 0; !kind->type && i < G_N_ELEMENTS(shapes); i++) {
		if (g_str_equal(shapes[i].name, first)) {
			kind->shape = shapes[i].shape;
			return !bar || kind->other;
		}
	}
	return kind->type && (!bar || kind->other);
}

static const struct grammar_kind *
read_kind(struct grammar *grammar, const char *text)
{
	struct grammar_kind *kind = g_hash_table_lookup(grammar->by_text, text);
	if (kind)
		return kind;
	kind = add_kind(grammar, text);
	return fill_kind(grammar, kind, text) ? kind : NULL;
}

/* What stands behind the kind in a definition. */
struct terms {
	bool here, required, filled;
	char **words;                /* within the parts */
	const char *boundary;        /* "since" or "until" of what is not here, with the version behind it in the parts */
	const char *version;
};

/* One term of two words, "since 3.1"; false where the version is none. */
static bool
read_version_term(unsigned version, const char *word, const char *text, struct terms *terms)
{
	unsigned number = version_number(text);
	bool inside = g_str_has_suffix(word, "since") ? version >= number : version <= number;
	if (g_str_has_prefix(word, "required-")) {
		terms->required |= inside;
	} else if (!inside) {
		terms->here = false;
		terms->boundary = word;
		terms->version = text;
	}
	return number;
}

static bool
read_terms(unsigned version, char **parts, struct terms *terms)
{
	*terms = (struct terms){ .here = true };
	for (char **part = parts; *part; part++) {
		if (g_str_equal(*part, "of")) {
			terms->words = part + 1;
			return true;
		}
		if (g_str_has_suffix(*part, "since") || g_str_has_suffix(*part, "until")) {
			if (!read_version_term(version, part[0], part[1], terms))
				return false;
			part++;
		}
		terms->required |= g_str_equal(*part, "required");
		terms->filled |= g_str_equal(*part, "filled");
	}
	return true;
}

/* One definition of a member; true if it is understood. What is of another version leaves the
 * member without a kind, unless another definition gives it one. */
static bool
read_member(struct grammar *grammar, struct grammar_member *member, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, " ", -1);
	const struct grammar_kind *kind = read_kind(grammar, parts[0]);
	struct terms terms;
	if (!kind || !read_terms(grammar->version, parts + 1, &terms))
		return false;
	if (terms.boundary && !member->since)
		member->since = g_strdup_printf("%s OpenAPI %s", terms.boundary, terms.version);
	if (!terms.here)
		return true;
	member->kind = kind;
	member->required = terms.required;
	member->filled = terms.filled;
	member->words = g_strdupv(terms.words);
	return true;
}

static bool
fail(const struct value *node, struct doc *doc, GError **error)
{
	g_autofree char *where = doc_where(doc, node);
	return error_set(error, ERR_CONFIG, "correct it, or remove the file that overrides the built-in one", "%s is not understood", where);
}

static bool
read_members(struct grammar *grammar, struct grammar_type *type, struct doc *doc, const struct value *members, GError **error)
{
	VALUE_EACH_MEMBER (key, item, members) {
		struct grammar_member *member = g_new0(struct grammar_member, 1);
		member->name = g_strdup(key->text);
		g_hash_table_insert(type->members, member->name, member);
		bool ok = value_is(item, VALUE_ARRAY) || (value_text(item) && read_member(grammar, member, item->text));
		VALUE_EACH (text, item)
			ok = ok && value_text(text) && read_member(grammar, member, text->text);
		if (!ok)
			return fail(item, doc, error);
		if (member->required)
			g_ptr_array_add(type->required, member);
	}
	return true;
}

static bool
read_keys(struct grammar *grammar, struct grammar_type *type, struct doc *doc, const struct value *all, GError **error)
{
	VALUE_EACH_MEMBER (key, item, all) {
		const struct grammar_kind *kind = value_text(item) ? read_kind(grammar, item->text) : NULL;
		struct grammar_keys keys = { .text = g_strdup(key->text), .kind = kind };
		keys.pattern = kind ? pattern_compile(key->text, key->length, true, NULL) : NULL;
		g_array_append_val(type->keys, keys);
		if (!keys.pattern)
			return fail(item, doc, error);
	}
	return true;
}

static char **
texts_of(const struct value *list)
{
	GPtrArray *texts = g_ptr_array_new();
	VALUE_EACH (item, list)
		g_ptr_array_add(texts, g_strdup(value_text(item) ? item->text : ""));
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(texts, FALSE);
}

static void
add_group(const struct grammar *grammar, struct grammar_type *type, const struct value *list, bool some)
{
	struct grammar_group group = { .some = some, .members = texts_of(list) };
	const char *since = value_count(list) && g_str_has_prefix(group.members[0], "since ") ? group.members[0] + strlen("since ") : NULL;
	if (value_count(list) && (!since || grammar->version >= version_number(since)))
		g_array_append_val(type->groups, group);
	else
		g_strfreev(group.members);
}

static void
read_demands(const struct grammar *grammar, struct grammar_type *type, const struct value *node)
{
	const struct value *extensions = value_member(node, "extensions");
	unsigned open = version_number(value_member_text(node, "open"));
	type->reference = value_truth(value_member(node, "reference"));
	type->extensions = !extensions || value_truth(extensions);
	type->open = open && grammar->version >= open;
	add_group(grammar, type, value_member(node, "some"), true);
	VALUE_EACH (list, value_member(node, "exclusive"))
		add_group(grammar, type, list, false);
	VALUE_EACH_MEMBER (member, values, value_member(node, "when")) {
		VALUE_EACH_MEMBER (value, list, values) {
			struct grammar_need need = { g_strdup(member->text), g_strdup(value->text), texts_of(list) };
			g_array_append_val(type->needs, need);
		}
	}
}

static bool
read_types(struct grammar *grammar, struct doc *doc, GError **error)
{
	const struct value *root = doc_root(doc);
	VALUE_EACH_MEMBER (key, item, root) {
		struct grammar_type *type = create_type(key->text, g_hash_table_size(grammar->types) + 1);
		g_hash_table_insert(grammar->types, type->name, type);
	}
	VALUE_EACH_MEMBER (name, node, root) {
		struct grammar_type *type = grammar_type(grammar, name->text);
		read_demands(grammar, type, node);
		if (!read_members(grammar, type, doc, value_member(node, "members"), error) ||
		    !read_keys(grammar, type, doc, value_member(node, "keys"), error))
			return false;
	}
	if (grammar_type(grammar, "Document"))
		return true;
	return error_set(error, ERR_CONFIG, "remove the file that overrides the built-in one", "%s does not say what a Document is", FILE_NAME);
}

struct grammar *
grammar_load(struct catalogue *catalogue, unsigned version, GError **error)
{
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, FILE_NAME, &origin, error);
	g_autoptr(Doc) doc = text ? doc_read_yaml(FILE_NAME, text, strlen(text), NULL, error) : NULL;
	if (!doc)
		return NULL;
	struct grammar *grammar = g_new0(struct grammar, 1);
	grammar->version = version;
	grammar->types = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_type);
	grammar->texts = g_string_chunk_new(1024);
	grammar->kinds = g_ptr_array_new_with_free_func(g_free);
	grammar->by_text = g_hash_table_new(g_str_hash, g_str_equal);
	if (!read_types(grammar, doc, error))
		g_clear_pointer(&grammar, grammar_free);
	return grammar;
}

void
grammar_free(struct grammar *grammar)
{
	if (!grammar)
		return;
	g_hash_table_unref(grammar->types);
	g_hash_table_unref(grammar->by_text);
	g_ptr_array_unref(grammar->kinds);
	g_string_chunk_free(grammar->texts);
	g_free(grammar);
}

/* --- asking --------------------------------------------------------------------------------- */

struct grammar_type *
grammar_type(const struct grammar *grammar, const char *name)
{
	return g_hash_table_lookup(grammar->types, name);
}

struct grammar_visits *
grammar_place(const struct grammar *grammar, const char *place)
{
	const char *dot = strchr(place, '.');
	g_autofree char *name = g_strndup(place, dot ? (size_t)(dot - place) : strlen(place));
	struct grammar_type *type = grammar_type(grammar, name);
	if (!type || !dot)
		return type ? &type->visits : NULL;
	struct grammar_member *member = g_hash_table_lookup(type->members, dot + 1);
	return member && member->kind ? &member->visits : NULL;
}

static void
append_kind(GString *text, const struct grammar_kind *kind, bool many)
{
	switch (kind->shape) {
	case GRAMMAR_LIST:
	case GRAMMAR_MAP:
		g_string_append(text, kind->shape == GRAMMAR_LIST ? many ? "arrays of " : "an array of " : many ? "objects with " : "an object with ");
		append_kind(text, kind->inner, true);
		break;
	case GRAMMAR_TYPE:
		g_string_append_printf(text, many ? "%s objects" : "an object (%s)", kind->type->name);
		break;
	case GRAMMAR_ANY: case GRAMMAR_TEXT: case GRAMMAR_INTEGER: case GRAMMAR_COUNT: case GRAMMAR_POSITIVE: case GRAMMAR_NUMBER:
	case GRAMMAR_BOOLEAN: case GRAMMAR_NULL: case GRAMMAR_URI: case GRAMMAR_URL: case GRAMMAR_EMAIL:
		g_string_append(text, many ? shapes[kind->shape].texts : shapes[kind->shape].text);
	}
	if (!kind->other)
		return;
	g_string_append(text, many ? " or " : ", or ");
	append_kind(text, kind->other, many);
}

char *
grammar_kind_text(const struct grammar_kind *kind)
{
	GString *text = g_string_new(NULL);
	append_kind(text, kind, false);
	return g_string_free(text, FALSE);
}
