/* The JSON Schema of a record, from its table. */
#include "base/record.h"

static const char *const json_types[] = {
	[RECORD_IS_TEXT] = "string", [RECORD_IS_INT] = "integer", [RECORD_IS_DOUBLE] = "number", [RECORD_IS_BOOL] = "boolean",
	[RECORD_IS_ENUM] = "string", [RECORD_IS_DOC] = NULL, [RECORD_IS_TEXTS] = "array", [RECORD_IS_PART] = "object",
	[RECORD_IS_LIST] = "array",
};

static bool
may_be_absent(const struct record_field *field)
{
	bool scalar = field->kind == RECORD_IS_TEXT || field->kind == RECORD_IS_DOUBLE ||
	              (field->kind == RECORD_IS_INT && field->flags & RECORD_OPTIONAL);
	return scalar && !(field->flags & RECORD_REQUIRED);
}

static void
write_type(const struct record_field *field, enum record_schema flavour, struct writer *writer)
{
	if (field->kind == RECORD_IS_DOC)
		return;
	writer_key(writer, "type");
	if (flavour != RECORD_SCHEMA_API && may_be_absent(field)) {
		writer_begin_array(writer);
		writer_text(writer, json_types[field->kind]);
		writer_text(writer, "null");
		writer_end(writer);
	} else {
		writer_text(writer, json_types[field->kind]);
	}
}

static void
write_property(const struct record_field *field, enum record_schema flavour, struct writer *writer)
{
	if (field->kind == RECORD_IS_PART) {
		record_write_schema(field->type, flavour, writer);
		return;
	}
	writer_begin_object(writer);
	write_type(field, flavour, writer);
	writer_member_text(writer, "description", field->help);
	if (field->kind == RECORD_IS_ENUM) {
		writer_key(writer, "enum");
		writer_begin_array(writer);
		for (size_t i = 0; field->names[i]; i++)
			writer_text(writer, field->names[i]);
		writer_end(writer);
	} else if (field->kind == RECORD_IS_TEXTS) {
		writer_key(writer, "items");
		writer_begin_object(writer);
		writer_member_text(writer, "type", "string");
		writer_end(writer);
	} else if (field->kind == RECORD_IS_LIST) {
		writer_key(writer, "items");
		record_write_schema(field->type, flavour, writer);
	}
	writer_end(writer);
}

static bool
is_left_out(const struct record_field *field, enum record_schema flavour)
{
	return field->flags & RECORD_EXTRA || (flavour != RECORD_SCHEMA_API && field->flags & RECORD_OURS);
}

static void
write_required(const struct record_type *type, enum record_schema flavour, struct writer *writer)
{
	writer_key(writer, "required");
	writer_begin_array(writer);
	for (size_t i = 0; i < type->count; i++)
		if (!is_left_out(&type->fields[i], flavour) &&
		    (flavour == RECORD_SCHEMA_MODEL || type->fields[i].flags & RECORD_REQUIRED))
			writer_text(writer, type->fields[i].name);
	writer_end(writer);
}

void
record_write_schema(const struct record_type *type, enum record_schema flavour, struct writer *writer)
{
	writer_begin_object(writer);
	writer_member_text(writer, "type", "object");
	writer_member_text(writer, "description", type->help);
	writer_key(writer, "properties");
	writer_begin_object(writer);
	for (size_t i = 0; i < type->count; i++) {
		if (is_left_out(&type->fields[i], flavour))
			continue;
		writer_key(writer, type->fields[i].name);
		write_property(&type->fields[i], flavour, writer);
	}
	writer_end(writer);
	write_required(type, flavour, writer);
	if (flavour != RECORD_SCHEMA_API || type->unknown == RECORD_REJECT)
		writer_member_bool(writer, "additionalProperties", false);
	writer_end(writer);
}
