#include "team/design.h"

#include <string.h>

#include "team/design_parts.h"
#include "team/token.h"

enum { SORTED_FIELDS = 8 };

enum body { BODY_NONE, BODY_INPUT, BODY_UPDATE };

/* The operations on a resource. */
static const struct operation {
	const char *method, *id;
	bool single;                 /* on /things/{thing_id} */
	enum body body;
	int status;
	const char *summary, *description, *answer;
	int problems[5];
} operations[] = {
	{ "get", "list", false, BODY_NONE, 200, "List {many}", "Returns a page of {many}, filtered and sorted as asked.", "A page of {many}.", { 400 } },
	{ "post", "create", false, BODY_INPUT, 201, "Create {one}", "Stores a new {one} and returns it.", "The {one} was created.", { 400, 409, 422 } },
	{ "get", "get", true, BODY_NONE, 200, "Get {one}", "Returns one {one} by its identifier.", "The {one}.", { 400, 404 } },
	{ "put", "replace", true, BODY_INPUT, 200, "Replace {one}", "Replaces all that a client can set of the {one}.", "The {one} as it is now.",
	  { 400, 404, 409, 422 } },
	{ "patch", "update", true, BODY_UPDATE, 200, "Update {one}", "Changes the given properties of the {one} (RFC 7396) and keeps the others.",
	  "The {one} as it is now.", { 400, 404, 409, 422 } },
	{ "delete", "delete", true, BODY_NONE, 204, "Delete {one}", "Removes the {one} for good.", "The {one} was deleted.", { 400, 404, 409 } },
};

static void
begin_parameter(struct writer *writer, const char *name, const char *in, bool required, const char *description)
{
	writer_begin_object(writer);
	writer_member_text(writer, "name", name);
	writer_member_text(writer, "in", in);
	if (required)
		writer_member_bool(writer, "required", true);
	writer_member_text(writer, "description", description);
}

static void
write_path_parameter(struct writer *writer, const struct shape *shape)
{
	static const struct entity_relation key = { .kind = RELATION_BELONGS_TO };
	g_autofree char *name = g_strconcat(shape->id, "_id", NULL);
	g_autofree char *description = g_strdup_printf("Identifier of the %s.", shape->words);
	begin_parameter(writer, name, "path", true, description);
	writer_key(writer, "schema");
	schema_write_key(writer, shape, &key);
	writer_end(writer);
}

/* A field as a parameter keeps its schema, but is neither demanded nor a demand. */
static void
write_filter(struct writer *writer, const struct shape *shape, const struct entity_field *field, const char *suffix, const char *text)
{
	struct entity_field plain = *field;
	plain.statement = NULL;
	plain.required = false;
	g_autofree char *name = g_strconcat(field->name, suffix, NULL);
	g_autofree char *words = g_strdelimit(g_strdup(field->name), "_", ' ');
	g_autofree char *description = g_strdup_printf("Only %s whose %s is %s.", shape->plural, words, text);
	begin_parameter(writer, name, "query", false, description);
	writer_key(writer, "schema");
	schema_write_field(writer, shape, &plain);
	schema_write_covers(writer, field->statement ? (char *const[]){ field->statement, NULL } : NULL);
	writer_end(writer);
}

static void
write_filters(struct design *design, const struct shape *shape, const struct shape *parent)
{
	struct writer *writer = &design->writer;
	const struct entity *entity = shape->entity;
	for (size_t i = 0; i < entity->fields.count; i++) {
		const struct entity_field *field = &entity->fields.items[i];
		bool dated = field->format && (g_str_equal(field->format, "date") || g_str_equal(field->format, "date-time"));
		if (field->choices || g_strcmp0(field->type, "boolean") == 0)
			write_filter(writer, shape, field, "", "this");
		else if (dated) {
			write_filter(writer, shape, field, "_from", "this or later");
			write_filter(writer, shape, field, "_to", "this or earlier");
		}
	}
	for (size_t i = 0; i < entity->relations.count; i++) {
		const struct entity_relation *relation = &entity->relations.items[i];
		const struct shape *target = shape_find(design, relation->target);
		if (!shape_owns(design, shape, relation) || target == parent)
			continue;
		struct entity_relation key = { .kind = RELATION_BELONGS_TO };
		g_autofree char *name = shape_key(target, &key);
		g_autofree char *description = g_strdup_printf("Only %s of this %s.", shape->plural, target->words);
		begin_parameter(writer, name, "query", false, description);
		writer_key(writer, "schema");
		schema_write_key(writer, target, &key);
		schema_write_covers(writer, relation->statement ? (char *const[]){ relation->statement, NULL } : NULL);
		writer_end(writer);
	}
}

static void
write_sort_values(struct writer *writer, const char *name)
{
	g_autofree char *down = g_strconcat("-", name, NULL);
	writer_text(writer, name);
	writer_text(writer, down);
}

static void
write_sort(struct writer *writer, const struct shape *shape)
{
	begin_parameter(writer, "sort", "query", false, "The property to sort by; a minus before it reverses the order.");
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "string");
	writer_key(writer, "enum");
	writer_begin_array(writer);
	write_sort_values(writer, "created_at");
	write_sort_values(writer, "updated_at");
	unsigned count = 0;
	for (size_t i = 0; i < shape->entity->fields.count && count < SORTED_FIELDS; i++) {
		const struct entity_field *field = &shape->entity->fields.items[i];
		bool scalar = g_strcmp0(field->type, "array") != 0 && g_strcmp0(field->type, "object") != 0;
		bool own = g_str_equal(field->name, "created_at") || g_str_equal(field->name, "updated_at") || g_str_equal(field->name, "id");
		if (!scalar || own)
			continue;
		write_sort_values(writer, field->name);
		count++;
	}
	writer_end(writer);
	writer_member_text(writer, "default", "created_at");
	writer_end(writer);
	writer_end(writer);
}

static void
write_list_parameters(struct design *design, const struct shape *shape, const struct shape *parent)
{
	static const char *const shared[] = { "Limit", "Offset" };
	struct writer *writer = &design->writer;
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(shared); i++) {
		writer_begin_object(writer);
		schema_write_ref(writer, NULL, "parameters", shared[i], "");
		writer_end(writer);
	}
	if (design->wishes.search) {
		writer_begin_object(writer);
		schema_write_ref(writer, NULL, "parameters", "Search", "");
		writer_end(writer);
	}
	write_sort(writer, shape);
	write_filters(design, shape, parent);
	writer_end(writer);
}

static void
write_body(struct writer *writer, const struct shape *shape, enum body body)
{
	const char *suffix = body == BODY_UPDATE ? "Update" : "Input";
	writer_key(writer, "requestBody");
	writer_begin_object(writer);
	writer_member_bool(writer, "required", true);
	writer_key(writer, "content");
	writer_begin_object(writer);
	if (body == BODY_UPDATE)
		design_write_content(writer, "application/merge-patch+json", shape->schema, suffix);
	design_write_content(writer, "application/json", shape->schema, suffix);
	writer_end(writer);
	writer_end(writer);
}

static void
write_answer(struct writer *writer, const struct operation *operation, const struct shape *shape)
{
	char key[8];
	g_snprintf(key, sizeof key, "%d", operation->status);
	writer_key(writer, key);
	writer_begin_object(writer);
	schema_write_words(writer, "description", operation->answer, shape);
	if (operation->status == 201) {
		writer_key(writer, "headers");
		writer_begin_object(writer);
		schema_write_ref(writer, "Location", "headers", "Location", "");
		writer_end(writer);
	}
	if (operation->status != 204) {
		bool page = operation->status == 200 && !operation->single;
		writer_key(writer, "content");
		writer_begin_object(writer);
		design_write_content(writer, "application/json", shape->schema, page ? "Page" : "");
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_tags(struct writer *writer, const char *tag)
{
	writer_key(writer, "tags");
	writer_begin_array(writer);
	writer_text(writer, tag);
	writer_end(writer);
}

/* `parent` is NULL but for the list of a sub-collection, which `relation` demands. */
static void
write_operation(struct design *design, const struct operation *operation, const struct shape *shape, const struct shape *parent,
                const struct entity_relation *relation)
{
	struct writer *writer = &design->writer;
	bool list = operation->status == 200 && !operation->single;
	writer_key(writer, operation->method);
	writer_begin_object(writer);
	write_tags(writer, shape->schemas);
	g_autofree char *id = g_strconcat(operation->id, list ? shape->schemas : shape->schema, parent ? "Of" : "", parent ? parent->schema : "", NULL);
	writer_member_text(writer, "operationId", id);
	if (parent) {
		schema_write_text(writer, "summary", "List %s of %s", shape->plural, parent->words);
		schema_write_text(writer, "description", "Returns a page of the %s that belong to this %s.", shape->plural, parent->words);
	} else {
		schema_write_words(writer, "summary", operation->summary, shape);
		schema_write_words(writer, "description", operation->description, shape);
	}
	schema_write_covers(writer, parent ? (char *const[]){ relation->statement, NULL } : shape->entity->statements);
	if (list)
		write_list_parameters(design, shape, parent);
	if (operation->body != BODY_NONE)
		write_body(writer, shape, operation->body);
	writer_key(writer, "responses");
	writer_begin_object(writer);
	write_answer(writer, operation, shape);
	static const int of_child[] = { 400, 404 };
	design_write_problems(design, parent ? of_child : operation->problems, parent ? 2 : G_N_ELEMENTS(operation->problems));
	writer_end(writer);
	writer_end(writer);
}

static void
write_path_parameters(struct writer *writer, const struct shape *shape)
{
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	write_path_parameter(writer, shape);
	writer_end(writer);
}

static void
write_children(struct design *design, const struct shape *parent)
{
	struct writer *writer = &design->writer;
	for (size_t c = 0; c < design->count; c++) {
		const struct shape *child = &design->shapes[c];
		for (size_t i = 0; i < child->entity->relations.count; i++) {
			const struct entity_relation *relation = &child->entity->relations.items[i];
			if (relation->kind != RELATION_BELONGS_TO || !relation->statement || shape_find(design, relation->target) != parent)
				continue;
			g_autofree char *path = g_strdup_printf("/%s/{%s_id}/%s", parent->path, parent->id, child->path);
			writer_key(writer, path);
			writer_begin_object(writer);
			write_path_parameters(writer, parent);
			write_operation(design, &operations[0], child, parent, relation);
			writer_end(writer);
		}
	}
}

static void
write_paths(struct design *design, const struct shape *shape)
{
	struct writer *writer = &design->writer;
	g_autofree char *all = g_strdup_printf("/%s", shape->path), *one = g_strdup_printf("/%s/{%s_id}", shape->path, shape->id);
	for (int single = 0; single < 2; single++) {
		writer_key(writer, single ? one : all);
		writer_begin_object(writer);
		if (single)
			write_path_parameters(writer, shape);
		for (unsigned i = 0; i < G_N_ELEMENTS(operations); i++)
			if (operations[i].single == single)
				write_operation(design, &operations[i], shape, NULL, NULL);
		writer_end(writer);
	}
	write_children(design, shape);
}

static void
write_info(struct writer *writer, const char *title)
{
	writer_key(writer, "info");
	writer_begin_object(writer);
	writer_member_text(writer, "title", title);
	writer_member_text(writer, "version", "0.1.0");
	schema_write_text(writer, "description", "The HTTP interface of %s.", title);
	writer_key(writer, "license");
	writer_begin_object(writer);
	writer_member_text(writer, "name", "Proprietary");
	writer_member_text(writer, "identifier", "LicenseRef-Proprietary");
	writer_end(writer);
	writer_end(writer);
	writer_key(writer, "servers");
	writer_begin_array(writer);
	writer_begin_object(writer);
	writer_member_text(writer, "url", "/");
	writer_member_text(writer, "description", "The place that serves this document.");
	writer_end(writer);
	writer_end(writer);
}

static void
write_all_tags(struct design *design)
{
	struct writer *writer = &design->writer;
	writer_key(writer, "tags");
	writer_begin_array(writer);
	for (size_t i = 0; i < design->count; i++) {
		writer_begin_object(writer);
		writer_member_text(writer, "name", design->shapes[i].schemas);
		schema_write_text(writer, "description", "All about %s.", design->shapes[i].plural);
		writer_end(writer);
	}
	if (design->wishes.authentication)
		design_write_session_tag(design);
	writer_end(writer);
}

struct doc *
design_openapi(const char *title, const struct entity_list *entities, const struct design_wishes *wishes)
{
	if (!entities->count)
		return NULL;
	struct design design = { .wishes = *wishes };
	struct writer *writer = &design.writer;
	shapes_create(&design, entities);
	writer_init(writer, false);
	writer_begin_object(writer);
	writer_member_text(writer, "openapi", "3.1.0");
	write_info(writer, title && *title ? title : "the service");
	write_all_tags(&design);
	design_write_security(&design);
	writer_key(writer, "paths");
	writer_begin_object(writer);
	if (wishes->authentication)
		design_write_session_path(&design);
	for (size_t i = 0; i < design.count; i++)
		write_paths(&design, &design.shapes[i]);
	writer_end(writer);
	design_write_components(&design);
	writer_end(writer);
	struct doc *doc = writer_doc(writer);
	shapes_destroy(&design);
	return doc;
}

struct design_wishes
design_wishes_read(const struct lexicon *lexicon, const struct statement_list *statements)
{
	struct design_wishes wishes = { 0 };
	for (size_t i = 0; i < statements->count; i++) {
		struct reading reading;
		reading_init(&reading, lexicon, statements->items[i].text);
		bool outside = reading.count && token_is(&reading.tokens[0], WORD_OUTSIDE);
		for (size_t t = 0; t < reading.count && !outside; t++) {
			wishes.authentication |= token_is(&reading.tokens[t], WORD_ACCOUNT);
			wishes.search |= token_is(&reading.tokens[t], WORD_SEARCH);
		}
		reading_finish(&reading);
	}
	return wishes;
}
