#include "llm/reasoning.h"

#include <string.h>

#include "base/writer.h"

/* Of these a stream sends a bit at a time; all else comes whole, as soon as it is known. */
static const char *const growing[] = { "text", "summary", NULL };

static bool
is_told(const struct value *value)
{
	return value && !value_is(value, VALUE_NULL);
}

static bool
is_same_member(const struct value *a, const struct value *b, const char *member)
{
	const struct value *one = value_member(a, member), *other = value_member(b, member);
	return is_told(one) == is_told(other) && (!is_told(one) || value_equal(one, other));
}

/* A bit of the same piece: of the same number, or, without numbers, of the one before, as long as that is not signed. */
static bool
belongs(const GPtrArray *piece, const struct value *bit)
{
	const struct value *first = piece->pdata[0], *last = piece->pdata[piece->len - 1];
	bool grows = is_told(value_member(bit, "text")) || is_told(value_member(bit, "summary")) || is_told(value_member(bit, "signature"));
	bool numbered = is_told(value_member(bit, "index"));
	return grows && is_same_member(first, bit, "type") && is_same_member(first, bit, "index") && (numbered || !is_told(value_member(last, "signature")));
}

static GPtrArray *
find_piece(const GPtrArray *pieces, const struct value *bit)
{
	const bool numbered = is_told(value_member(bit, "index"));
	for (guint i = pieces->len; i--;) {
		if (belongs(pieces->pdata[i], bit))
			return pieces->pdata[i];
		if (!numbered)
			break;
	}
	return NULL;
}

/* The member as all bits together say it. */
static void
write_member(struct writer *writer, const GPtrArray *piece, const char *key)
{
	const struct value *told = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < piece->len; i++) {
		const struct value *value = value_member(piece->pdata[i], key);
		if (is_told(value) && !is_told(told))
			told = value;
		if (value_is(value, VALUE_STRING))
			g_string_append_len(text, value->text, (gssize)value->length);
	}
	writer_key(writer, key);
	if (value_is(told, VALUE_STRING) && g_strv_contains(growing, key))
		writer_text_n(writer, text->str, text->len);
	else
		writer_value(writer, told);
}

static void
write_piece(struct writer *writer, const GPtrArray *piece)
{
	g_autoptr(GHashTable) written = g_hash_table_new(g_str_hash, g_str_equal);
	if (piece->len == 1) {
		writer_value(writer, piece->pdata[0]);
		return;
	}
	writer_begin_object(writer);
	for (guint i = 0; i < piece->len; i++)
		VALUE_EACH_MEMBER (key, item, (const struct value *)piece->pdata[i])
			if (g_hash_table_add(written, (char *)key->text))
				write_member(writer, piece, key->text);
	writer_end(writer);
}

static void
free_piece(void *piece)
{
	g_ptr_array_free(piece, TRUE);
}

struct doc *
reasoning_join(const char *pieces, size_t length, bool streamed)
{
	g_autofree char *list = g_strdup_printf("[%.*s]", (int)length, pieces);
	g_autoptr(Doc) doc = doc_read_json("reasoning", list, length + 2, NULL, NULL);
	g_autoptr(GPtrArray) joined = g_ptr_array_new_with_free_func(free_piece);
	struct writer writer;
	if (!doc)
		return NULL;
	VALUE_EACH (bit, doc_root(doc)) {
		GPtrArray *piece = streamed ? find_piece(joined, bit) : NULL;
		if (!piece)
			g_ptr_array_add(joined, piece = g_ptr_array_new());
		g_ptr_array_add(piece, (void *)bit);
	}
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_key(&writer, "reasoning_details");
	writer_begin_array(&writer);
	for (guint i = 0; i < joined->len; i++)
		write_piece(&writer, joined->pdata[i]);
	writer_end(&writer);
	writer_end(&writer);
	return writer_doc(&writer);
}
