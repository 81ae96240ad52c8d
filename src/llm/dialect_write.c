#include "llm/dialect_list.h"

#include <math.h>

#include "llm/subset.h"

char *
dialect_text(const struct message *message)
{
	GString *text = NULL;
	for (size_t i = 0; i < message->parts.count; i++) {
		const struct message_part *part = &message->parts.items[i];
		if (part->kind != PART_TEXT || !part->text || !*part->text)
			continue;
		if (!text)
			text = g_string_new(NULL);
		g_string_append(text, part->text);
	}
	return text ? g_string_free(text, FALSE) : NULL;
}

struct doc *
dialect_schema(const struct model_request *request)
{
	return request->schema ? subset_of(doc_root(request->schema)) : NULL;
}

void
dialect_write_int(struct writer *writer, const char *key, int64_t number)
{
	if (number != RECORD_NO_INT)
		writer_member_int(writer, key, number);
}

void
dialect_write_double(struct writer *writer, const char *key, double number)
{
	if (!isfinite(number))
		return;
	writer_key(writer, key);
	writer_double(writer, number);
}

void
dialect_write_texts(struct writer *writer, const char *key, char **texts)
{
	if (!texts || !*texts)
		return;
	writer_key(writer, key);
	writer_begin_array(writer);
	for (size_t i = 0; texts[i]; i++)
		writer_text(writer, texts[i]);
	writer_end(writer);
}

void
dialect_write_arguments(struct writer *writer, const char *key, const struct message_part *part)
{
	writer_key(writer, key);
	if (part->arguments) {
		writer_value(writer, doc_root(part->arguments));
	} else {
		writer_begin_object(writer);
		writer_end(writer);
	}
}

void
dialect_write_parameters(struct writer *writer, const char *key, const struct model_tool *tool)
{
	writer_key(writer, key);
	if (tool->parameters) {
		writer_value(writer, doc_root(tool->parameters));
		return;
	}
	writer_begin_object(writer);
	writer_member_text(writer, "type", "object");
	writer_key(writer, "properties");
	writer_begin_object(writer);
	writer_end(writer);
	writer_end(writer);
}

void
dialect_write_function(struct writer *writer, const struct model_tool *tool)
{
	writer_begin_object(writer);
	writer_member_text(writer, "type", "function");
	writer_key(writer, "function");
	writer_begin_object(writer);
	writer_member_text(writer, "name", tool->name);
	if (tool->description)
		writer_member_text(writer, "description", tool->description);
	dialect_write_parameters(writer, "parameters", tool);
	writer_end(writer);
	writer_end(writer);
}

bool
dialect_owns(const struct dialect *dialect, const struct message_part *part)
{
	return part->native && g_strcmp0(part->dialect, dialect->name) == 0;
}
