#include "team/design_schema.h"

#include <string.h>

/* Bounds and an example for each format. The lengths: RFC 5321 (email), RFC 9110 4.1 allows 8000
 * for a URI and most servers 2048, RFC 3339 (times). */
static const struct kind {
	const char *type, *format;
	int longest;
	const char *example;
} kinds[] = {
	{ "string", "email", 254, "ada@example.org" },
	{ "string", "uri", 2048, "https://example.org/picture.png" },
	{ "string", "date", 10, "2030-01-31" },
	{ "string", "date-time", 40, "2030-01-31T09:30:00Z" },
	{ "string", "time", 20, "09:30:00Z" },
	{ "string", "uri-reference", 2048, "about:blank" },
	{ "string", "password", 200, "correct horse battery" },
	{ "string", "commonmark", 10000, NULL },
	{ "string", NULL, 255, NULL },
};

enum { LIST_MAX = 100, KEYS_MAX = 1000, ITEM_MAX = 100, NUMBER_MAX = 1000000000 };

static char *
ascii_id(const char *name, size_t position)
{
	g_autofree char *plain = g_str_to_ascii(name, "C");
	GString *id = g_string_new(NULL);
	for (const char *c = plain; *c; c++) {
		if (g_ascii_isalnum(*c))
			g_string_append_c(id, g_ascii_tolower(*c));
		else if (id->len && id->str[id->len - 1] != '_' && *c != '?')
			g_string_append_c(id, '_');
	}
	while (id->len && id->str[id->len - 1] == '_')
		g_string_truncate(id, id->len - 1);
	if (!id->len || g_ascii_isdigit(*id->str))
		g_string_printf(id, "resource_%zu", position + 1);
	return g_string_free(id, FALSE);
}

static char *
pascal(const char *id)
{
	GString *out = g_string_new(NULL);
	bool upper = true;
	for (const char *c = id; *c; c++) {
		if (*c != '_')
			g_string_append_c(out, upper ? g_ascii_toupper(*c) : *c);
		upper = *c == '_';
	}
	return g_string_free(out, FALSE);
}

/* Takes all names that a document makes of these two; false if one of them is taken. */
static bool
take_names(GHashTable *taken, const char *schema, const char *schemas)
{
	static const char *const suffixes[] = { "", "Input", "Update", "Page" };
	char *names[G_N_ELEMENTS(suffixes) + 1];
	bool free = true;
	for (unsigned i = 0; i < G_N_ELEMENTS(suffixes); i++)
		names[i] = g_strconcat(schema, suffixes[i], NULL);
	names[G_N_ELEMENTS(suffixes)] = g_strdup(schemas);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		free &= !g_hash_table_contains(taken, names[i]);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		if (free)
			g_hash_table_add(taken, names[i]);
		else
			g_free(names[i]);
	}
	return free;
}

static char *
numbered(const char *name, unsigned number)
{
	return number > 1 ? g_strdup_printf("%s_%u", name, number) : g_strdup(name);
}

/* A plural that equals its singular gets a tail, and a name that is taken a number. */
static void
add_shape(struct design *design, const struct entity *entity, GHashTable *taken)
{
	g_autofree char *id = ascii_id(entity->name, design->count);
	g_autofree char *plural = ascii_id(entity->plural ? entity->plural : entity->name, design->count);
	g_autofree char *many = g_str_equal(id, plural) ? g_strconcat(plural, "_list", NULL) : g_strdup(plural);
	struct shape *shape = &design->shapes[design->count++];
	for (unsigned number = 1; !shape->id; number++) {
		g_autofree char *one = numbered(id, number), *others = numbered(many, number);
		g_autofree char *schema = pascal(one), *schemas = pascal(others);
		if (!take_names(taken, schema, schemas))
			continue;
		shape->schema = g_steal_pointer(&schema);
		shape->schemas = g_steal_pointer(&schemas);
		shape->id = g_steal_pointer(&one);
		shape->path = g_strdelimit(g_steal_pointer(&others), "_", '-');
	}
	shape->entity = entity;
	shape->words = g_strdelimit(g_strdup(entity->name), "_", ' ');
	shape->plural = g_strdelimit(g_strdup(entity->plural ? entity->plural : entity->name), "_", ' ');
}

void
shapes_create(struct design *design, const struct entity_list *entities)
{
	/* Of the document itself, see design_parts.c. */
	static const char *const reserved[] = { "Problem", "AccessCredentials", "AccessToken", "Access" };
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(reserved); i++)
		g_hash_table_add(taken, g_strdup(reserved[i]));
	design->shapes = g_new0(struct shape, entities->count + 1);
	for (size_t i = 0; i < entities->count; i++)
		add_shape(design, &entities->items[i], taken);
}

void
shapes_destroy(struct design *design)
{
	for (size_t i = 0; i < design->count; i++) {
		struct shape *shape = &design->shapes[i];
		g_free(shape->id);
		g_free(shape->path);
		g_free(shape->schema);
		g_free(shape->schemas);
		g_free(shape->words);
		g_free(shape->plural);
	}
	g_free(design->shapes);
}

const struct shape *
shape_find(const struct design *design, const char *entity)
{
	for (size_t i = 0; i < design->count; i++)
		if (g_str_equal(design->shapes[i].entity->name, entity))
			return &design->shapes[i];
	return NULL;
}

static bool
has_field(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->entity->fields.count; i++)
		if (g_str_equal(shape->entity->fields.items[i].name, name))
			return true;
	return false;
}

bool
shape_owns(const struct design *design, const struct shape *shape, const struct entity_relation *relation)
{
	const struct shape *target = shape_find(design, relation->target);
	if (!target || relation->kind == RELATION_HAS_MANY)
		return false;
	g_autofree char *key = shape_key(target, relation);
	/* Of many-to-many, the side that comes first holds the keys. */
	return !has_field(shape, key) && (relation->kind == RELATION_BELONGS_TO || shape < target);
}

char *
shape_key(const struct shape *target, const struct entity_relation *relation)
{
	return g_strconcat(target->id, relation->kind == RELATION_MANY_TO_MANY ? "_ids" : "_id", NULL);
}

void
schema_write_text(struct writer *writer, const char *key, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	*text = g_ascii_toupper(*text);
	writer_member_text(writer, key, text);
}

void
schema_write_words(struct writer *writer, const char *key, const char *pattern, const struct shape *shape)
{
	g_autoptr(GString) text = g_string_new(pattern);
	g_string_replace(text, "{one}", shape->words, 0);
	g_string_replace(text, "{many}", shape->plural, 0);
	*text->str = g_ascii_toupper(*text->str);
	writer_member_text(writer, key, text->str);
}

void
schema_write_ref(struct writer *writer, const char *key, const char *kind, const char *name, const char *suffix)
{
	g_autofree char *ref = g_strdup_printf("#/components/%s/%s%s", kind, name, suffix);
	if (key) {
		writer_key(writer, key);
		writer_begin_object(writer);
	}
	writer_member_text(writer, "$ref", ref);
	if (key)
		writer_end(writer);
}

void
schema_write_covers(struct writer *writer, char *const *statements)
{
	if (!statements || !*statements)
		return;
	writer_key(writer, "x-covers");
	writer_begin_array(writer);
	for (; *statements; statements++)
		writer_text(writer, *statements);
	writer_end(writer);
}

static void
write_cover(struct writer *writer, const char *statement)
{
	char *const one[] = { (char *)statement, NULL };
	schema_write_covers(writer, one);
}

static void
write_examples(struct writer *writer, const char *example)
{
	writer_key(writer, "examples");
	writer_begin_array(writer);
	writer_text(writer, example);
	writer_end(writer);
}

/* A UUID that is always the same for a name: RFC 9562 5.5, version 5, without a namespace. */
static char *
example_uuid(const char *name)
{
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA1, name, -1);
	return g_strdup_printf("%.8s-%.4s-5%.3s-8%.3s-%.12s", digest, digest + 8, digest + 13, digest + 17, digest + 20);
}

static void
write_uuid(struct writer *writer, const char *name)
{
	g_autofree char *example = example_uuid(name);
	writer_member_text(writer, "type", "string");
	writer_member_text(writer, "format", "uuid");
	writer_member_int(writer, "maxLength", 36);
	write_examples(writer, example);
}

static const struct kind *
find_kind(const struct entity_field *field)
{
	size_t i = 0;
	while (i + 1 < G_N_ELEMENTS(kinds) && g_strcmp0(kinds[i].format, field->format) != 0)
		i++;
	return &kinds[i];
}

static void
write_string(struct writer *writer, const struct shape *shape, const struct entity_field *field)
{
	const struct kind *kind = find_kind(field);
	g_autofree char *words = g_strdelimit(g_strdup(field->name), "_", ' ');
	g_autofree char *own = g_strdup_printf("%s of the %s", words, shape->words);
	*own = g_ascii_toupper(*own);
	if (kind->format)
		writer_member_text(writer, "format", kind->format);
	if (field->required)
		writer_member_int(writer, "minLength", 1);
	writer_member_int(writer, "maxLength", kind->longest);
	write_examples(writer, kind->example ? kind->example : own);
}

static void
write_choices(struct writer *writer, char *const *choices)
{
	writer_key(writer, "enum");
	writer_begin_array(writer);
	for (char *const *choice = choices; *choice; choice++)
		writer_text(writer, *choice);
	writer_end(writer);
	write_examples(writer, *choices);
}

/* A number without a format is not negative (see domain-fields.yaml). */
static void
write_number(struct writer *writer, const struct entity_field *field)
{
	bool integer = g_str_equal(field->type, "integer");
	if (field->format)
		writer_member_text(writer, "format", field->format);
	writer_member_int(writer, "minimum", field->format ? -NUMBER_MAX : 0);
	writer_member_int(writer, "maximum", NUMBER_MAX);
	writer_key(writer, "examples");
	writer_begin_array(writer);
	if (integer)
		writer_int(writer, 3);
	else
		writer_double(writer, 12.5);
	writer_end(writer);
}

static void
write_array(struct writer *writer)
{
	writer_member_int(writer, "maxItems", LIST_MAX);
	writer_key(writer, "items");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "string");
	writer_member_int(writer, "minLength", 1);
	writer_member_int(writer, "maxLength", ITEM_MAX);
	writer_end(writer);
	writer_key(writer, "examples");
	writer_begin_array(writer);
	writer_begin_array(writer);
	writer_text(writer, "first");
	writer_text(writer, "second");
	writer_end(writer);
	writer_end(writer);
}

void
schema_write_field(struct writer *writer, const struct shape *shape, const struct entity_field *field)
{
	const char *type = field->type ? field->type : "string";
	writer_begin_object(writer);
	writer_member_text(writer, "type", type);
	g_autofree char *words = g_strdelimit(g_strdup(field->name), "_", ' ');
	schema_write_text(writer, "description", "%s of the %s.", words, shape->words);
	if (field->choices && *field->choices)
		write_choices(writer, field->choices);
	else if (g_str_equal(type, "string"))
		write_string(writer, shape, field);
	else if (g_str_equal(type, "integer") || g_str_equal(type, "number"))
		write_number(writer, field);
	else if (g_str_equal(type, "array"))
		write_array(writer);
	else if (g_str_equal(type, "boolean")) {
		writer_key(writer, "examples");
		writer_begin_array(writer);
		writer_bool(writer, true);
		writer_end(writer);
	} else {
		writer_member_int(writer, "maxProperties", LIST_MAX);
		writer_key(writer, "examples");
		writer_begin_array(writer);
		writer_begin_object(writer);
		writer_end(writer);
		writer_end(writer);
	}
	write_cover(writer, field->statement);
	writer_end(writer);
}

void
schema_write_key(struct writer *writer, const struct shape *target, const struct entity_relation *relation)
{
	writer_begin_object(writer);
	if (relation->kind == RELATION_MANY_TO_MANY) {
		writer_member_text(writer, "type", "array");
		schema_write_text(writer, "description", "Identifiers of its %s.", target->plural);
		writer_member_int(writer, "maxItems", KEYS_MAX);
		writer_member_bool(writer, "uniqueItems", true);
		writer_key(writer, "items");
		writer_begin_object(writer);
		write_uuid(writer, target->id);
		writer_end(writer);
	} else {
		schema_write_text(writer, "description", "Identifier of the %s that it belongs to.", target->words);
		write_uuid(writer, target->id);
	}
	write_cover(writer, relation->statement);
	writer_end(writer);
}

static void
write_read_only(struct writer *writer, const struct shape *shape, const char *name, const char *description)
{
	writer_key(writer, name);
	writer_begin_object(writer);
	writer_member_bool(writer, "readOnly", true);
	schema_write_words(writer, "description", description, shape);
	if (g_str_equal(name, "id")) {
		write_uuid(writer, shape->id);
	} else {
		writer_member_text(writer, "type", "string");
		writer_member_text(writer, "format", "date-time");
		writer_member_int(writer, "maxLength", 40);
		write_examples(writer, "2030-01-31T09:30:00Z");
	}
	writer_end(writer);
}

static bool
is_own(const char *name)
{
	return g_str_equal(name, "id") || g_str_equal(name, "created_at") || g_str_equal(name, "updated_at");
}

static void
write_properties(struct design *design, const struct shape *shape)
{
	const struct entity *entity = shape->entity;
	for (size_t i = 0; i < entity->fields.count; i++) {
		if (is_own(entity->fields.items[i].name))
			continue;
		writer_key(&design->writer, entity->fields.items[i].name);
		schema_write_field(&design->writer, shape, &entity->fields.items[i]);
	}
	for (size_t i = 0; i < entity->relations.count; i++) {
		const struct entity_relation *relation = &entity->relations.items[i];
		if (!shape_owns(design, shape, relation))
			continue;
		const struct shape *target = shape_find(design, relation->target);
		g_autofree char *key = shape_key(target, relation);
		writer_key(&design->writer, key);
		schema_write_key(&design->writer, target, relation);
	}
}

/* A key is required where it is stated that one belongs to the other. */
static void
write_required(struct design *design, const struct shape *shape, bool whole)
{
	const struct entity *entity = shape->entity;
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	if (whole)
		g_ptr_array_add(names, g_strdup("id"));
	for (size_t i = 0; i < entity->fields.count; i++)
		if (entity->fields.items[i].required && !is_own(entity->fields.items[i].name))
			g_ptr_array_add(names, g_strdup(entity->fields.items[i].name));
	for (size_t i = 0; i < entity->relations.count; i++) {
		const struct entity_relation *relation = &entity->relations.items[i];
		if (relation->kind == RELATION_BELONGS_TO && relation->statement && shape_owns(design, shape, relation))
			g_ptr_array_add(names, shape_key(shape_find(design, relation->target), relation));
	}
	if (whole) {
		g_ptr_array_add(names, g_strdup("created_at"));
		g_ptr_array_add(names, g_strdup("updated_at"));
	}
	if (!names->len)
		return;
	writer_key(&design->writer, "required");
	writer_begin_array(&design->writer);
	for (unsigned i = 0; i < names->len; i++)
		writer_text(&design->writer, names->pdata[i]);
	writer_end(&design->writer);
}

static void
begin_schema(struct design *design, const struct shape *shape, const char *suffix, const char *description)
{
	g_autofree char *name = g_strconcat(shape->schema, suffix, NULL);
	writer_key(&design->writer, name);
	writer_begin_object(&design->writer);
	writer_member_text(&design->writer, "type", "object");
	schema_write_words(&design->writer, "description", description, shape);
}

static void
write_whole(struct design *design, const struct shape *shape)
{
	struct writer *writer = &design->writer;
	begin_schema(design, shape, "", "{one} as it is stored.");
	write_required(design, shape, true);
	writer_key(writer, "properties");
	writer_begin_object(writer);
	write_read_only(writer, shape, "id", "Identifier of the {one}, given by the server.");
	write_properties(design, shape);
	write_read_only(writer, shape, "created_at", "When the {one} was created.");
	write_read_only(writer, shape, "updated_at", "When the {one} was last changed.");
	writer_end(writer);
	schema_write_covers(writer, shape->entity->statements);
	writer_end(writer);
}

static void
write_input(struct design *design, const struct shape *shape, bool update)
{
	struct writer *writer = &design->writer;
	begin_schema(design, shape, update ? "Update" : "Input", update ? "What of the {one} is to be changed." : "What is given to create or replace one {one}.");
	if (update)
		writer_member_int(writer, "minProperties", 1);
	else
		write_required(design, shape, false);
	writer_key(writer, "properties");
	writer_begin_object(writer);
	write_properties(design, shape);
	writer_end(writer);
	writer_member_bool(writer, "additionalProperties", false);
	writer_end(writer);
}

static void
write_count(struct writer *writer, const char *name, const char *description, int64_t least, int64_t most, int64_t example)
{
	writer_key(writer, name);
	writer_begin_object(writer);
	writer_member_text(writer, "type", "integer");
	writer_member_text(writer, "description", description);
	writer_member_int(writer, "minimum", least);
	writer_member_int(writer, "maximum", most);
	writer_key(writer, "examples");
	writer_begin_array(writer);
	writer_int(writer, example);
	writer_end(writer);
	writer_end(writer);
}

static void
write_page(struct design *design, const struct shape *shape)
{
	static const char *const names[] = { "items", "total", "limit", "offset" };
	struct writer *writer = &design->writer;
	begin_schema(design, shape, "Page", "One page of {many}.");
	writer_key(writer, "required");
	writer_begin_array(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		writer_text(writer, names[i]);
	writer_end(writer);
	writer_key(writer, "properties");
	writer_begin_object(writer);
	writer_key(writer, "items");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "array");
	schema_write_text(writer, "description", "The %s of this page.", shape->plural);
	writer_member_int(writer, "maxItems", LIST_MAX);
	schema_write_ref(writer, "items", "schemas", shape->schema, "");
	writer_end(writer);
	write_count(writer, "total", "How many there are on all pages.", 0, NUMBER_MAX, 1);
	write_count(writer, "limit", "How many a page may hold.", 1, LIST_MAX, 20);
	write_count(writer, "offset", "How many come before this page.", 0, NUMBER_MAX, 0);
	writer_end(writer);
	writer_end(writer);
}

void
schema_write_all(struct design *design, const struct shape *shape)
{
	write_whole(design, shape);
	write_input(design, shape, false);
	write_input(design, shape, true);
	write_page(design, shape);
}
