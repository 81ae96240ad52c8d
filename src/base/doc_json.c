/* The JSON reader: strict RFC 8259, one pass, no recursion. */
#include <stdbool.h>
#include <string.h>

#include "base/doc_build.h"
#include "base/error.h"

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
	const char *text = reader->text;
	size_t at = reader->at;
	while (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r')
		at++;
	reader->at = at;
}

/* How many of the next eight bytes come before a quote, a backslash, a control or one beyond ASCII. */
static unsigned
plain_bytes(const char *text)
{
	uint64_t word, ones = 0x0101010101010101u, high = 0x8080808080808080u;
	memcpy(&word, text, sizeof word);
	word = GUINT64_FROM_LE(word);
	uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
	uint64_t found = (word | (word - ones * 0x20) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & high;
	return found ? (unsigned)__builtin_ctzll(found) / 8 : 8;
}

/* The offset of the first byte from `at` on that ends the plain part of a string. */
static size_t
plain_end(const struct reader *reader, size_t at, bool *beyond_ascii)
{
	const unsigned char *text = (const unsigned char *)reader->text;
	for (;;) {
		for (unsigned plain = 8; plain == 8 && at + 8 <= reader->length; at += plain)
			plain = plain_bytes(reader->text + at);
		if (text[at] == '"' || text[at] == '\\' || text[at] < 0x20)
			return at;
		*beyond_ascii |= text[at++] >= 0x80;
	}
}

static int
hex4(const char *text)
{
	int sum = 0;
	for (int i = 0; i < 4; i++) {
		int digit = g_ascii_xdigit_value(text[i]);
		if (digit < 0)
			return -1;
		sum = sum * 16 + digit;
	}
	return sum;
}

/* \uXXXX at `at` (which is the backslash), with its low surrogate where one is due. */
static bool
read_unicode(struct reader *reader, size_t *at, char **out)
{
	const char *text = reader->text + *at;
	int code = hex4(text + 2);
	if (code < 0)
		return fail(reader, *at, "\\u wants four hexadecimal digits");
	*at += 6;
	if (code >= 0xD800 && code < 0xE000) {
		int low = code < 0xDC00 && text[6] == '\\' && text[7] == 'u' ? hex4(text + 8) : -1;
		if (low < 0xDC00 || low > 0xDFFF)
			return fail(reader, *at - 6, "half of a surrogate pair is no character");
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
		*at += 6;
	}
	*out += g_unichar_to_utf8((gunichar)code, *out);
	return true;
}

/* A string with escapes: copied, since the source stays as it was read. */
static bool
read_escaped(struct reader *reader, size_t start, size_t at, struct value *value)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	size_t end = at;
	bool beyond = false;
	while (reader->text[end] == '\\') {
		end += reader->text[end + 1] ? 2 : 1;
		end = plain_end(reader, end, &beyond);
	}
	char *copy = doc_builder_text(reader->builder, end - start), *out = copy;
	for (size_t from = start;;) {
		memcpy(out, reader->text + from, at - from);
		out += at - from;
		if (reader->text[at] != '\\')
			break;
		char letter = reader->text[at + 1];
		const char *pair = letter ? strchr(escapes, letter) : NULL;
		if (letter == 'u') {
			if (!read_unicode(reader, &at, &out))
				return false;
		} else if (pair && (pair - escapes) % 2 == 0) {
			*out++ = pair[1];
			at += 2;
		} else {
			return fail(reader, at, "there is no such escape");
		}
		from = at;
		at = plain_end(reader, at, &beyond);
	}
	*out = '\0';
	value->text = copy;
	value->length = (uint32_t)(out - copy);
	reader->at = at;
	return true;
}

static bool
read_string(struct reader *reader)
{
	size_t start = reader->at + 1;
	bool beyond_ascii = false;
	size_t end = plain_end(reader, start, &beyond_ascii);
	struct value *value = doc_builder_add(reader->builder, VALUE_STRING, reader->at);
	if (reader->text[end] == '\\') {
		beyond_ascii = true;
		if (!read_escaped(reader, start, end, value))
			return false;
	} else {
		value->text = reader->text + start;
		value->length = (uint32_t)(end - start);
		reader->at = end;
	}
	if (reader->text[reader->at] != '"')
		return fail(reader, reader->at, reader->at < reader->length ? "a control character stands in a string" : "a string does not end");
	if (beyond_ascii && !g_utf8_validate_len(reader->text + start, reader->at - start, NULL))
		return fail(reader, start, "the string is not UTF-8");
	reader->text[reader->at++] = '\0';
	return true;
}

static size_t
digits(const char *text, size_t at)
{
	while (g_ascii_isdigit(text[at]))
		at++;
	return at;
}

static bool
read_number(struct reader *reader)
{
	const char *text = reader->text;
	size_t start = reader->at, at = start + (text[start] == '-'), part = at;
	bool integer = true;
	at = digits(text, at);
	if (at == part || (text[part] == '0' && at > part + 1))
		return fail(reader, start, at == part ? "a value was expected" : "a number does not begin with 0");
	if (text[at] == '.') {
		part = ++at;
		at = digits(text, at);
		integer = false;
		if (at == part)
			return fail(reader, at, "a digit was expected after the decimal point");
	}
	if (text[at] == 'e' || text[at] == 'E') {
		at += text[at + 1] == '+' || text[at + 1] == '-' ? 2 : 1;
		part = at;
		at = digits(text, at);
		integer = false;
		if (at == part)
			return fail(reader, at, "a digit was expected in the exponent");
	}
	struct value *value = doc_builder_add(reader->builder, VALUE_NUMBER, start);
	value->text = text + start;
	value->length = (uint32_t)(at - start);
	value->integer = integer;
	reader->at = at;
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
