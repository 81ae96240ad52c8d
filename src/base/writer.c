#include "base/writer.h"

#include <math.h>
#include <string.h>

void
writer_init(struct writer *writer, bool pretty)
{
	writer->text = g_string_new(NULL);
	writer->pretty = pretty;
	writer->keyed = false;
	writer->depth = 0;
	writer->filled[0] = writer->array[0] = false;
}

void
writer_finish(struct writer *writer)
{
	if (writer->text)
		g_string_free(g_steal_pointer(&writer->text), TRUE);
}

char *
writer_take(struct writer *writer)
{
	g_assert(writer->depth == 0 && !writer->keyed);
	if (writer->pretty)
		g_string_append_c(writer->text, '\n');
	return g_string_free(g_steal_pointer(&writer->text), FALSE);
}

struct doc *
writer_doc(struct writer *writer)
{
	g_autofree char *text = writer_take(writer);
	return doc_own(text);
}

static void
new_line(struct writer *writer)
{
	if (!writer->pretty || writer->depth == 0)
		return;
	g_string_append_c(writer->text, '\n');
	for (unsigned i = 0; i < writer->depth; i++)
		g_string_append(writer->text, "  ");
}

/* What stands before a value or a key: nothing after a key, else a comma and a new line. */
static void
separate(struct writer *writer)
{
	if (writer->keyed) {
		writer->keyed = false;
		return;
	}
	if (writer->filled[writer->depth])
		g_string_append_c(writer->text, ',');
	writer->filled[writer->depth] = true;
	new_line(writer);
}

static void
begin(struct writer *writer, char bracket)
{
	g_assert(writer->depth + 1 < WRITER_DEPTH_MAX);
	separate(writer);
	g_string_append_c(writer->text, bracket);
	writer->depth++;
	writer->filled[writer->depth] = false;
	writer->array[writer->depth] = bracket == '[';
}

void
writer_begin_object(struct writer *writer)
{
	begin(writer, '{');
}

void
writer_begin_array(struct writer *writer)
{
	begin(writer, '[');
}

void
writer_end(struct writer *writer)
{
	g_assert(writer->depth > 0 && !writer->keyed);
	bool array = writer->array[writer->depth], filled = writer->filled[writer->depth];
	writer->depth--;
	if (filled) {
		if (writer->pretty && writer->depth == 0)
			g_string_append_c(writer->text, '\n');
		new_line(writer);
	}
	g_string_append_c(writer->text, array ? ']' : '}');
}

/* NUL is a character; pieces between them are checked or repaired. */
static bool
is_utf8(const char *text, size_t length)
{
	const char *end;
	while (!g_utf8_validate(text, (gssize)length, &end)) {
		if (*end || end == text + length)
			return false;
		length -= (size_t)(end - text) + 1;
		text = end + 1;
	}
	return true;
}

static GString *
make_utf8(const char *text, size_t length)
{
	GString *valid = g_string_new(NULL);
	for (const char *end = text + length;; text++) {
		const char *stop = memchr(text, 0, (size_t)(end - text));
		g_autofree char *piece = g_utf8_make_valid(text, (stop ? stop : end) - text);
		g_string_append(valid, piece);
		if (!stop)
			return valid;
		g_string_append_c(valid, '\0');
		text = stop;
	}
}

/* What came over a wire may be no UTF-8; it is shown with replacement characters. */
static void
append_quoted(GString *out, const char *text, size_t length)
{
	static const char letters[] = "btn\vfr";   /* \b is 8 … \r is 13; \v has no short form */
	size_t start = out->len;
	unsigned seen = 0;
	g_string_append_c(out, '"');
	for (size_t from = 0, at = 0;; at++) {
		unsigned char c = at < length ? (unsigned char)text[at] : '"';
		seen |= c;
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
			continue;
		g_string_append_len(out, text + from, (gssize)(at - from));
		if (at >= length)
			break;
		from = at + 1;
		if (c >= 8 && c <= 13 && c != 11)
			g_string_append_printf(out, "\\%c", letters[c - 8]);
		else if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", c);
		else
			g_string_append_printf(out, "\\u%04x", c);
	}
	g_string_append_c(out, '"');
	if (seen < 0x80 || is_utf8(text, length))
		return;
	GString *valid = make_utf8(text, length);
	g_string_truncate(out, start);
	append_quoted(out, valid->str, valid->len);
	g_string_free(valid, TRUE);
}

void
writer_key(struct writer *writer, const char *key)
{
	writer_key_n(writer, key, strlen(key));
}

void
writer_key_n(struct writer *writer, const char *key, size_t length)
{
	g_assert(!writer->keyed && writer->depth > 0 && !writer->array[writer->depth]);
	separate(writer);
	append_quoted(writer->text, key, length);
	g_string_append(writer->text, writer->pretty ? ": " : ":");
	writer->keyed = true;
}

void
writer_text_n(struct writer *writer, const char *text, size_t length)
{
	separate(writer);
	append_quoted(writer->text, text, length);
}

void
writer_text(struct writer *writer, const char *text)
{
	if (text)
		writer_text_n(writer, text, strlen(text));
	else
		writer_null(writer);
}

void
writer_int(struct writer *writer, int64_t number)
{
	separate(writer);
	g_string_append_printf(writer->text, "%" G_GINT64_FORMAT, number);
}

void
writer_double(struct writer *writer, double number)
{
	if (!isfinite(number)) {
		writer_null(writer);
		return;
	}
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	separate(writer);
	/* Fifteen digits read back exactly where the number came from so many; seventeen always do. */
	static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
	for (unsigned i = 0; i < G_N_ELEMENTS(formats); i++) {
		g_ascii_formatd(digits, sizeof digits, formats[i], number);
		if (g_ascii_strtod(digits, NULL) == number)
			break;
	}
	g_string_append(writer->text, digits);
}

void
writer_bool(struct writer *writer, bool truth)
{
	separate(writer);
	g_string_append(writer->text, truth ? "true" : "false");
}

void
writer_null(struct writer *writer)
{
	separate(writer);
	g_string_append(writer->text, "null");
}

void
writer_members(struct writer *writer, const struct value *object)
{
	VALUE_EACH_MEMBER (key, item, object) {
		writer_key_n(writer, key->text, key->length);
		writer_value(writer, item);
	}
}

void
writer_value(struct writer *writer, const struct value *value)
{
	if (!value || value->kind == VALUE_NULL) {
		writer_null(writer);
	} else if (value->kind == VALUE_BOOL) {
		writer_bool(writer, value->truth);
	} else if (value->kind == VALUE_NUMBER) {
		separate(writer);
		g_string_append_len(writer->text, value->text, value->length);
	} else if (value->kind == VALUE_STRING) {
		writer_text_n(writer, value->text, value->length);
	} else {
		begin(writer, value->kind == VALUE_ARRAY ? '[' : '{');
		VALUE_EACH (item, value)
			writer_value(writer, item);
		writer_members(writer, value);
		writer_end(writer);
	}
}

void
writer_member_text(struct writer *writer, const char *key, const char *text)
{
	writer_key(writer, key);
	writer_text(writer, text);
}

void
writer_member_int(struct writer *writer, const char *key, int64_t number)
{
	writer_key(writer, key);
	writer_int(writer, number);
}

void
writer_member_bool(struct writer *writer, const char *key, bool truth)
{
	writer_key(writer, key);
	writer_bool(writer, truth);
}

void
writer_member_value(struct writer *writer, const char *key, const struct value *value)
{
	writer_key(writer, key);
	writer_value(writer, value);
}

char *
value_to_json(const struct value *value, bool pretty)
{
	struct writer writer;
	writer_init(&writer, pretty);
	writer_value(&writer, value);
	return writer_take(&writer);
}
