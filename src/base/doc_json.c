/* The JSON reader: strict RFC 8259, one pass, no recursion. Every part takes the place where it begins
 * and returns the one behind it, NULL after an error. */
#include <stdbool.h>
#include <string.h>

#include "base/doc_build.h"
#include "base/doc_scan.h"
#include "base/error.h"

struct reader {
	struct doc_builder *builder;
	char *text;          /* the document's own copy; string ends become NUL */
	const char *end;
	GError **error;
};

static const char *
fail(struct reader *reader, const char *at, const char *what)
{
	doc_builder_fail(reader->builder, (size_t)(at - reader->text), reader->error, "%s", what);
	return NULL;
}

/* A string with escapes, the first at `at`: copied, since the source stays as it was read. */
static const char *
read_escaped(struct reader *reader, const char *start, const char *at, struct value *value)
{
	bool beyond_ascii = false;
	const char *end = scan_escaped(at, &beyond_ascii), *why;
	char *copy = doc_builder_text(reader->builder, (size_t)(end - start));
	gssize length = scan_unescape(start, end, copy, &at, &why);
	if (length < 0)
		return fail(reader, at, why);
	copy[length] = '\0';
	value->text = copy;
	value->length = (uint32_t)length;
	return end;
}

/* A string that is not all plain ASCII, up to its quote. */
static const char *
read_rest(struct reader *reader, const char *start, const char *at, struct value *value)
{
	if (*at == '\\')
		at = read_escaped(reader, start, at, value);
	if (at && *at != '"')
		return fail(reader, at, at < reader->end ? "a control character stands in a string" : "a string does not end");
	if (at && !g_utf8_validate_len(start, (size_t)(at - start), NULL))
		return fail(reader, start, "the string is not UTF-8");
	return at;
}

static inline const char *
read_string(struct reader *reader, const char *at)
{
	const char *start = at + 1;
	bool beyond_ascii = false;
	struct value *value = doc_builder_add(reader->builder, VALUE_STRING, (size_t)(at - reader->text));
	at = scan_plain(start, &beyond_ascii);
	value->text = start;
	value->length = (uint32_t)(at - start);
	if (G_UNLIKELY(beyond_ascii || *at != '"') && !(at = read_rest(reader, start, at, value)))
		return NULL;
	reader->text[at - reader->text] = '\0';
	return at + 1;
}

static const char *
read_number(struct reader *reader, const char *start)
{
	const char *bad, *why;
	bool integer;
	const char *at = scan_number(start, &integer, &bad, &why);
	if (!at)
		return fail(reader, bad, why);
	struct value *value = doc_builder_add(reader->builder, VALUE_NUMBER, (size_t)(start - reader->text));
	value->text = start;
	value->length = (uint32_t)(at - start);
	value->integer = integer;
	return at;
}

static const char *
read_word(struct reader *reader, const char *at)
{
	static const struct {
		const char *word;
		enum value_kind kind;
	} words[] = { { "true", VALUE_BOOL }, { "false", VALUE_BOOL }, { "null", VALUE_NULL } };
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		size_t length = strlen(words[i].word);
		if (strncmp(at, words[i].word, length) == 0) {
			doc_builder_add(reader->builder, words[i].kind, (size_t)(at - reader->text))->truth = i == 0;
			return at + length;
		}
	}
	return fail(reader, at, at < reader->end ? "a value was expected" : "the text ends where a value was expected");
}

/* A scalar, or the opening of a container. */
static inline const char *
read_value(struct reader *reader, const char *at)
{
	char first = *at;
	if (first == '"')
		return read_string(reader, at);
	if (first == '{' || first == '[') {
		enum value_kind kind = first == '{' ? VALUE_OBJECT : VALUE_ARRAY;
		return doc_builder_open(reader->builder, kind, (size_t)(at - reader->text), reader->error) ? at + 1 : NULL;
	}
	return first == '-' || (first >= '0' && first <= '9') ? read_number(reader, at) : read_word(reader, at);
}

static inline const char *
read_key(struct reader *reader, const char *at)
{
	if (*at != '"')
		return fail(reader, at, "a key in double quotes was expected");
	if (at[1] == '$')
		doc_builder_mark(reader->builder);
	at = read_string(reader, at);
	if (!at)
		return NULL;
	at = scan_blank(at);
	return *at == ':' ? scan_blank(at + 1) : fail(reader, at, "a colon was expected after the key");
}

/* What follows in the open container: its end, or its next member or item. */
static inline const char *
read_next(struct reader *reader, const char *at)
{
	struct value *container = doc_builder_container(reader->builder);
	bool object = container->kind == VALUE_OBJECT;
	if (*at == (object ? '}' : ']'))
		return doc_builder_close(reader->builder, reader->error) ? at + 1 : NULL;
	if (container->length++) {
		if (*at != ',')
			return fail(reader, at, object ? "a comma or } was expected" : "a comma or ] was expected");
		at = scan_blank(at + 1);
	}
	if (object)
		at = read_key(reader, at);
	return at ? read_value(reader, at) : NULL;
}

static bool
read_document(struct reader *reader)
{
	bool marked = reader->end - reader->text >= 3 && memcmp(reader->text, "\xEF\xBB\xBF", 3) == 0;
	const char *at = read_value(reader, scan_blank(reader->text + (marked ? 3 : 0)));
	while (at && reader->builder->depth)
		at = read_next(reader, scan_blank(at));
	if (!at)
		return false;
	at = scan_blank(at);
	return at == reader->end || fail(reader, at, "something follows the document");
}

struct doc *
doc_parse_json(struct doc_builder *builder, GError **error)
{
	struct doc *doc = builder->doc;
	struct reader reader = { .builder = builder, .text = doc->source, .end = doc->source + doc->length, .error = error };
	return doc_builder_finish(builder, read_document(&reader));
}

struct doc *
doc_read_json(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error)
{
	struct doc_builder builder;
	return doc_builder_init(&builder, name, text, length, limits, error) ? doc_parse_json(&builder, error) : NULL;
}
