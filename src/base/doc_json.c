/* The JSON reader: strict RFC 8259, one pass, no recursion. */
#include <stdbool.h>
#include <string.h>

#include "base/doc_build.h"
#include "base/error.h"
#include "base/json_scan.h"

struct reader {
	struct doc_builder *builder;
	char *text;     /* the document's own copy; string ends become NUL */
	size_t at, length;
	GError **error;
};

static bool
fail(struct reader *reader, size_t offset, const char *what)
{
	return doc_builder_fail(reader->builder, offset, reader->error, "%s", what);
}

static void
skip_blank(struct reader *reader)
{
	reader->at = (size_t)(json_blank(reader->text + reader->at) - reader->text);
}

/* A string with escapes: copied, since the source stays as it was read. */
static bool
read_escaped(struct reader *reader, const char *start, const char *end, struct value *value)
{
	const char *bad, *why;
	char *copy = doc_builder_text(reader->builder, (size_t)(end - start));
	gssize length = json_unescape(start, end, copy, &bad, &why);
	if (length < 0)
		return fail(reader, (size_t)(bad - reader->text), why);
	copy[length] = '\0';
	value->text = copy;
	value->length = (uint32_t)length;
	return true;
}

static bool
read_string(struct reader *reader)
{
	const char *start = reader->text + reader->at + 1;
	bool beyond_ascii = false;
	const char *end = json_string(start, &beyond_ascii), *slash = *end == '\\' ? end : NULL;
	struct value *value = doc_builder_add(reader->builder, VALUE_STRING, reader->at);
	if (slash)
		end = json_string_rest(end, &beyond_ascii);
	size_t offset = (size_t)(start - reader->text), after = (size_t)(end - reader->text);
	if (slash && !read_escaped(reader, start, end, value))
		return false;
	if (*end != '"')
		return fail(reader, after, after < reader->length ? "a control character stands in a string" : "a string does not end");
	if (beyond_ascii && !g_utf8_validate_len(start, after - offset, NULL))
		return fail(reader, offset, "the string is not UTF-8");
	if (!slash) {
		value->text = start;
		value->length = (uint32_t)(end - start);
	}
	reader->text[after] = '\0';
	reader->at = after + 1;
	return true;
}

static bool
read_number(struct reader *reader)
{
	const char *start = reader->text + reader->at, *bad, *why;
	bool integer;
	const char *end = json_number(start, &integer, &bad, &why);
	if (!end)
		return fail(reader, (size_t)(bad - reader->text), why);
	struct value *value = doc_builder_add(reader->builder, VALUE_NUMBER, reader->at);
	value->text = start;
	value->length = (uint32_t)(end - start);
	value->integer = integer;
	reader->at += value->length;
	return true;
}

static bool
read_word(struct reader *reader)
{
	static const struct {
		const char *word;
		enum value_kind kind;
	} words[] = { { "true", VALUE_BOOL }, { "false", VALUE_BOOL }, { "null", VALUE_NULL } };
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		size_t length = strlen(words[i].word);
		if (strncmp(reader->text + reader->at, words[i].word, length) == 0) {
			doc_builder_add(reader->builder, words[i].kind, reader->at)->truth = i == 0;
			reader->at += length;
			return true;
		}
	}
	return fail(reader, reader->at, reader->at < reader->length ? "a value was expected" : "the text ends where a value was expected");
}

/* A scalar, or the opening of a container. */
static bool
read_value(struct reader *reader)
{
	char first = reader->text[reader->at];
	struct value *container = doc_builder_container(reader->builder);
	if (container && container->kind == VALUE_ARRAY)
		container->length++;
	if (first == '"')
		return read_string(reader);
	if (first == '{' || first == '[')
		return doc_builder_open(reader->builder, first == '{' ? VALUE_OBJECT : VALUE_ARRAY, reader->at++, reader->error);
	return first == '-' || g_ascii_isdigit(first) ? read_number(reader) : read_word(reader);
}

static bool
read_key(struct reader *reader)
{
	if (reader->text[reader->at] != '"')
		return fail(reader, reader->at, "a key in double quotes was expected");
	doc_builder_container(reader->builder)->length++;
	if (!read_string(reader))
		return false;
	skip_blank(reader);
	if (reader->text[reader->at] != ':')
		return fail(reader, reader->at, "a colon was expected after the key");
	reader->at++;
	skip_blank(reader);
	return true;
}

/* What follows in the open container: its end (*closed), or the way to its next value. */
static bool
read_separator(struct reader *reader, bool *closed)
{
	struct value *container = doc_builder_container(reader->builder);
	bool object = container->kind == VALUE_OBJECT, first = container->length == 0;
	skip_blank(reader);
	char c = reader->text[reader->at];
	*closed = c == (object ? '}' : ']');
	if (*closed) {
		reader->at++;
		return doc_builder_close(reader->builder, reader->error);
	}
	if (!first) {
		if (c != ',')
			return fail(reader, reader->at, object ? "a comma or } was expected" : "a comma or ] was expected");
		reader->at++;
		skip_blank(reader);
	}
	return !object || read_key(reader);
}

static bool
read_document(struct reader *reader)
{
	if (reader->length >= 3 && memcmp(reader->text, "\xEF\xBB\xBF", 3) == 0)
		reader->at = 3;
	skip_blank(reader);
	bool ok = read_value(reader);
	while (ok && reader->builder->depth) {
		bool closed;
		ok = read_separator(reader, &closed);
		if (ok && !closed)
			ok = read_value(reader);
	}
	if (!ok)
		return false;
	skip_blank(reader);
	return reader->at == reader->length || fail(reader, reader->at, "something follows the document");
}

struct doc *
doc_read_json(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error)
{
	struct doc_builder *builder = doc_builder_create(name, text, length, limits, error);
	if (!builder)
		return NULL;
	struct reader reader = { .builder = builder, .text = builder->doc->source, .length = length, .error = error };
	return doc_builder_finish(builder, read_document(&reader));
}
