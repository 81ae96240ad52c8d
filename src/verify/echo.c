#include "verify/echo.h"

#include <string.h>

#include "base/writer.h"
#include "contract/exchange.h"
#include "contract/shape.h"

/* Whether `back` holds all of `sent` that its schema speaks of: objects may have more members, and lack
 * those that are not declared. */
static bool
holds(struct openapi *openapi, const struct value *schema, const struct value *back, const struct value *sent)
{
	const struct shape *shape = shape_of(openapi, schema);
	if (!back || back->kind != sent->kind)
		return false;
	if (value_is(sent, VALUE_ARRAY)) {
		if (value_count(back) != value_count(sent))
			return false;
		for (size_t i = 0; i < value_count(sent); i++)
			if (!holds(openapi, shape->items, value_item(back, i), value_item(sent, i)))
				return false;
		return true;
	}
	if (!value_is(sent, VALUE_OBJECT))
		return value_equal(sent, back);
	VALUE_EACH_MEMBER (key, item, sent) {
		const struct shape_member *member = shape_member(shape, key->text);
		bool left_out = shape->count && (!member || member->read_only || member->write_only);
		if (!left_out && !holds(openapi, member ? member->schema : NULL, value_member(back, key->text), item))
			return false;
	}
	return true;
}

/* Whether an answer may show a value in a member. */
static bool
can_show(struct openapi *openapi, const struct shape_member *member, const struct value *value)
{
	struct faults faults = { 0 };
	bool fits = member && !member->write_only && !member->read_only &&
	            exchange_check(openapi, member->schema, value, SCHEMA_SIDE_RESPONSE, "body", "", &faults);
	faults_clear(&faults);
	return fits;
}

char *
echo_differences(struct openapi *openapi, const struct value *schema, const struct value *sent, const struct value *got)
{
	GString *found = g_string_new(NULL);
	const struct shape *shape = shape_of(openapi, schema);
	VALUE_EACH_MEMBER (key, item, sent) {
		const struct value *back = value_member(got, key->text);
		const struct shape_member *member = shape_member(shape, key->text);
		if (!schema || !can_show(openapi, member, item) || holds(openapi, member->schema, back, item))
			continue;
		g_autofree char *before = value_to_json(item, false), *after = back ? value_to_json(back, false) : g_strdup("nothing");
		g_string_append_printf(found, "%s%s was sent as %s and came back as %s", found->len ? "; " : "", key->text, before, after);
	}
	return g_string_free(found, FALSE);
}

static void
write_replaced(const struct value *object, const char *name, const struct value *value, struct writer *writer)
{
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (key, item, object)
		writer_member_value(writer, key->text, strcmp(key->text, name) == 0 ? value : item);
	writer_end(writer);
}

struct doc *
echo_replace(const struct value *body, const char *wrapper, const char *name, const struct value *value)
{
	struct writer writer;
	writer_init(&writer, false);
	const struct value *inner = wrapper ? value_member(body, wrapper) : body;
	if (!value_is(inner, VALUE_OBJECT)) {
		writer_value(&writer, body);
		return writer_doc(&writer);
	}
	if (!wrapper) {
		write_replaced(inner, name, value, &writer);
		return writer_doc(&writer);
	}
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, item, body) {
		writer_key(&writer, key->text);
		if (item == inner)
			write_replaced(inner, name, value, &writer);
		else
			writer_value(&writer, item);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}
