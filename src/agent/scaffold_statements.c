/* Which elements of the contract carry which statements: by x-covers. */
#include <string.h>

#include "agent/scaffold_parts.h"

enum { DEPTH = 32 };

static bool
lists(const struct value *node, const char *id)
{
	VALUE_EACH (item, value_member(node, "x-covers"))
		if (g_strcmp0(value_text(item), id) == 0)
			return true;
	return false;
}

/* Whether a statement is named anywhere in a node; references are not followed. */
static bool
names(const struct value *node, const char *id, unsigned depth)
{
	if (!node || depth == DEPTH)
		return false;
	if (lists(node, id))
		return true;
	VALUE_EACH (item, node)
		if (names(item, id, depth + 1))
			return true;
	VALUE_EACH_MEMBER (key, member, node)
		if (!g_str_equal(key->text, "x-covers") && names(member, id, depth + 1))
			return true;
	return false;
}

static void
write_operation_element(struct scaffold *scaffold, const struct openapi_operation *operation, const char *scheme, struct writer *writer)
{
	g_autofree char *element = g_strdup_printf("%s %s", operation->method, operation->path);
	writer_begin_object(writer);
	writer_member_text(writer, "element", scheme ? scheme : element);
	writer_member_int(writer, "operation", operation - scaffold->operations);
	writer_member_bool(writer, "secured", scheme != NULL);
	writer_end(writer);
}

static void
write_members(struct scaffold *scaffold, const char *id, struct writer *writer)
{
	for (size_t i = 0; i < scaffold->count; i++) {
		const struct resource *resource = scaffold->list[i];
		const struct value *item = resource->item_schema;
		const struct shape *shape = shape_of(scaffold->openapi, item);
		const struct openapi_operation *first = resource->operations[RESOURCE_CREATE] ? resource->operations[RESOURCE_CREATE]
			: resource->operations[RESOURCE_LIST] ? resource->operations[RESOURCE_LIST] : resource->operations[RESOURCE_READ];
		/* A schema as a whole is carried by what makes such things. */
		if (first && (lists(item, id) || lists(openapi_resolve(scaffold->openapi, item), id)))
			write_operation_element(scaffold, first, NULL, writer);
		for (size_t k = 0; k < shape->count; k++) {
			const struct value *schema = shape->members[k].schema;
			if (!lists(schema, id) && !lists(openapi_resolve(scaffold->openapi, schema), id))
				continue;
			g_autofree char *element = g_strdup_printf("%s.%s", resource->name, shape->members[k].name);
			writer_begin_object(writer);
			writer_member_text(writer, "element", element);
			writer_member_text(writer, "member", shape->members[k].name);
			writer_member_int(writer, "resource", (int64_t)i);
			writer_end(writer);
		}
	}
}

/* A security scheme is carried by the first operation that wants it. */
static void
write_schemes(struct scaffold *scaffold, const char *id, struct writer *writer)
{
	const struct value *schemes = value_find(doc_root(openapi_doc(scaffold->openapi)), "/components/securitySchemes");
	VALUE_EACH_MEMBER (name, scheme, schemes) {
		bool found = !lists(scheme, id);
		for (size_t i = 0; !found && i < scaffold->operation_count; i++) {
			const struct value *needs = value_item(scaffold->operations[i].security, 0);
			found = value_member(needs, name->text) != NULL;
			if (found)
				write_operation_element(scaffold, &scaffold->operations[i], name->text, writer);
		}
	}
}

void
statements_write(struct scaffold *scaffold, struct writer *writer)
{
	writer_key(writer, "statements");
	writer_begin_array(writer);
	for (const char *const *line = scaffold->assignment->statements; line && *line; line++) {
		size_t length = strcspn(*line, " ");
		g_autofree char *id = g_strndup(*line, length);
		writer_begin_object(writer);
		writer_member_text(writer, "id", id);
		writer_member_text(writer, "text", (*line)[length] ? *line + length + 1 : "");
		writer_key(writer, "elements");
		writer_begin_array(writer);
		for (size_t i = 0; i < scaffold->operation_count; i++)
			if (names(scaffold->operations[i].node, id, 0))
				write_operation_element(scaffold, &scaffold->operations[i], NULL, writer);
		write_members(scaffold, id, writer);
		write_schemes(scaffold, id, writer);
		writer_end(writer);
		writer_end(writer);
	}
	writer_end(writer);
}

bool
statements_are_carried(struct scaffold *scaffold, const char *id)
{
	const struct value *root = doc_root(openapi_doc(scaffold->openapi));
	return names(root, id, 0);
}
