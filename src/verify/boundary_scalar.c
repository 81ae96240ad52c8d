/* Boundaries of numbers and texts, and values of another kind. */
#include <math.h>
#include <string.h>

#include "verify/boundary_model.h"

enum { LENGTH_MAX = 70000 };

void
propose_kinds(struct bounding *bounding, const struct spot *spot)
{
	static const struct {
		enum value_kind kind;
		const char *json;
	} others[] = {
		{ VALUE_STRING, "\"text\"" }, { VALUE_NUMBER, "12345" }, { VALUE_BOOL, "true" }, { VALUE_OBJECT, "{}" }, { VALUE_ARRAY, "[]" }, { VALUE_NULL, "null" },
	};
	if (!spot_keyword(spot, "type") && !spot_keyword(spot, "enum") && !spot_keyword(spot, "const"))
		return;
	for (unsigned i = 0; i < G_N_ELEMENTS(others); i++)
		if (others[i].kind != spot->value->kind)
			propose(bounding, spot, others[i].json, others[i].kind == VALUE_NULL ? "null" : "type");
	/* What looks like the right thing, in quotes. */
	g_autofree char *text = value_is(spot->value, VALUE_STRING) ? NULL : value_to_json(spot->value, false);
	if (text && spot->value->kind < VALUE_STRING)
		propose_text(bounding, spot, text, "type");
}

void
propose_values(struct bounding *bounding, const struct spot *spot)
{
	const struct value *chosen = spot_keyword(spot, "enum"), *constant = spot_keyword(spot, "const");
	VALUE_EACH (item, chosen) {
		g_autofree char *json = value_to_json(item, false), *what = g_strconcat("enum ", json, NULL);
		propose(bounding, spot, json, what);
	}
	if (value_is(spot->value, VALUE_BOOL))
		propose(bounding, spot, spot->value->truth ? "false" : "true", spot->value->truth ? "enum false" : "enum true");
	if ((!chosen && !constant) || !value_is(spot->value, VALUE_STRING))
		return;
	g_autofree char *upper = g_utf8_strup(spot->value->text, -1), *longer = g_strconcat(spot->value->text, "x", NULL);
	propose_text(bounding, spot, "none-of-these", "enum");
	propose_text(bounding, spot, upper, "enum");
	propose_text(bounding, spot, longer, "enum");
	propose_text(bounding, spot, "", "enum");
}

/* --- numbers -------------------------------------------------------------------------------- */

static void
propose_number(struct bounding *bounding, const struct spot *spot, double number, const char *what)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	/* So far out that the next double is more than one away, there is no such neighbour. */
	if (!isfinite(number) || fabs(number) > 9007199254740993.0)
		return;
	g_ascii_formatd(digits, sizeof digits, "%.16g", number);
	propose(bounding, spot, digits, what);
}

void
propose_numbers(struct bounding *bounding, const struct spot *spot)
{
	static const char *const keywords[] = { "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum" };
	double multiple = value_double(spot_keyword(spot, "multipleOf")), own = value_double(spot->value);
	bool whole = g_strcmp0(value_text(spot_keyword(spot, "type")), "integer") == 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++) {
		double bound = value_double(spot_keyword(spot, keywords[i]));
		double steps[] = { 0, -1, 1, -multiple, multiple, whole ? 0 : -0.01, whole ? 0 : 0.01 };
		g_autofree char *what = g_strdup_printf("%s %.15g", keywords[i], bound);
		for (unsigned k = 0; k < G_N_ELEMENTS(steps) && !isnan(bound); k++)
			if (!isnan(steps[k]))
				propose_number(bounding, spot, bound + steps[k], what);
	}
	if (!isnan(multiple)) {
		propose_number(bounding, spot, own + multiple / 2, "multipleOf");
		propose_number(bounding, spot, own + 1, "multipleOf");
	}
	propose_number(bounding, spot, own + 0.5, "type");
	VALUE_EACH (number, value_member(doc_root(bounding->book->doc), "numbers"))
		propose(bounding, spot, number->text, "range");
}

/* --- texts ---------------------------------------------------------------------------------- */

/* A text of that many characters: cut, or repeated. */
static char *
resize(const char *text, size_t length)
{
	g_autoptr(GString) result = g_string_new(NULL);
	const char *from = *text ? text : "x", *at = from;
	for (size_t i = 0; i < length; i++) {
		g_string_append_unichar(result, g_utf8_get_char(at));
		at = g_utf8_next_char(at);
		at = *at ? at : from;
	}
	return g_strdup(result->str);
}

static void
propose_lengths(struct bounding *bounding, const struct spot *spot)
{
	static const char *const keywords[] = { "minLength", "maxLength" };
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++) {
		int64_t bound;
		if (!value_int64(spot_keyword(spot, keywords[i]), &bound) || bound < 0 || bound > LENGTH_MAX)
			continue;
		g_autofree char *what = g_strdup_printf("%s %d", keywords[i], (int)bound);
		for (int64_t length = MAX(bound - 1, 0); length <= bound + 1; length++) {
			g_autofree char *text = resize(spot->value->text, (size_t)length), *plain = resize("x", (size_t)length);
			propose_text(bounding, spot, text, what);
			propose_text(bounding, spot, plain, what);
		}
	}
}

/* Next to what a pattern permits: a character more or less at either end, or between. */
static void
propose_neighbours(struct bounding *bounding, const struct spot *spot, const char *what)
{
	const char *text = spot->value->text;
	glong length = g_utf8_strlen(text, -1);
	if (!length)
		return;
	g_autofree char *first = g_utf8_substring(text, 0, 1), *last = g_utf8_substring(text, length - 1, length);
	g_autofree char *without_last = g_utf8_substring(text, 0, length - 1), *without_first = g_utf8_substring(text, 1, length);
	const char *const parts[][3] = { { text, last, "" },  { "", first, text }, { "1", text, "" }, { text, "!", "" }, { "!", text, "" },
		                         { text, "\n", "" },  { " ", text, "" },   { without_last, "", "" }, { without_first, "", "" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *joined = g_strconcat(parts[i][0], parts[i][1], parts[i][2], NULL);
		propose_text(bounding, spot, joined, what);
	}
	g_autofree char *upper = g_utf8_strup(text, -1), *lower = g_utf8_strdown(text, -1);
	propose_text(bounding, spot, upper, what);
	propose_text(bounding, spot, lower, what);
}

static void
propose_formats(struct bounding *bounding, const struct spot *spot, const char *format)
{
	const struct value *known = value_member(value_member(doc_root(bounding->book->doc), "formats"), format);
	g_autofree char *what = g_strdup_printf("format %s", format);
	VALUE_EACH_MEMBER (kind, list, known)
		VALUE_EACH (text, list)
			propose_text(bounding, spot, text->text, what);
}

/* Troublesome texts, as long as they may be. */
static void
propose_trouble(struct bounding *bounding, const struct spot *spot)
{
	int64_t least = 0, most = 0;
	value_int64(spot_keyword(spot, "minLength"), &least);
	bool bounded = value_int64(spot_keyword(spot, "maxLength"), &most);
	for (size_t i = 0; i < value_book_count(bounding->book); i++) {
		const char *text = value_book_text(bounding->book, i);
		int64_t length = g_utf8_strlen(text, -1), wanted = MAX(length, least);
		wanted = bounded ? MIN(wanted, most) : wanted;
		g_autofree char *fitting = wanted == length || wanted < 0 || wanted > LENGTH_MAX ? g_strdup(text) : resize(text, (size_t)wanted);
		propose_text(bounding, spot, fitting, "text");
	}
}

void
propose_texts(struct bounding *bounding, const struct spot *spot)
{
	const char *pattern = value_text(spot_keyword(spot, "pattern")), *format = value_text(spot_keyword(spot, "format"));
	if (spot_keyword(spot, "enum") || spot_keyword(spot, "const"))
		return;
	propose_text(bounding, spot, "", "text");
	propose_lengths(bounding, spot);
	if (pattern)
		propose_neighbours(bounding, spot, "pattern");
	if (format)
		propose_formats(bounding, spot, format);
	if (!pattern && !format)
		propose_trouble(bounding, spot);
}
