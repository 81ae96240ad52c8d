/* Scalars by the core schema of YAML 1.2 (chapter 10.3): nulls, truths, numbers, and what is text. */
#include <string.h>

#include "base/doc_yaml.h"

enum scalar { SCALAR_NONE, SCALAR_NULL, SCALAR_TRUE, SCALAR_FALSE };

static const struct {
	const char *word;
	enum scalar meaning;
} words[] = {
	{ "", SCALAR_NULL }, { "~", SCALAR_NULL }, { "null", SCALAR_NULL }, { "Null", SCALAR_NULL }, { "NULL", SCALAR_NULL },
	{ "true", SCALAR_TRUE }, { "True", SCALAR_TRUE }, { "TRUE", SCALAR_TRUE },
	{ "false", SCALAR_FALSE }, { "False", SCALAR_FALSE }, { "FALSE", SCALAR_FALSE },
};

void
doc_yaml_add_text(struct doc_builder *builder, enum value_kind kind, const char *text, size_t length, size_t offset)
{
	struct value *value = doc_builder_add(builder, kind, offset);
	char *copy = doc_builder_text(builder, length);
	memcpy(copy, text, length);
	value->text = copy;
	value->length = (uint32_t)length;
}

void
doc_yaml_add_key(struct doc_builder *builder, const char *text, size_t length, size_t offset)
{
	if (length && *text == '$')
		doc_builder_mark(builder);
	doc_yaml_add_text(builder, VALUE_STRING, text, length, offset);
}

static size_t
digits(const char *text)
{
	return strspn(text, "0123456789");
}

/* The length of an exponent at the start of `text`, 0 if none stands there. */
static size_t
exponent(const char *text)
{
	if (*text != 'e' && *text != 'E')
		return 0;
	size_t sign = text[1] == '+' || text[1] == '-', length = digits(text + 1 + sign);
	return length ? 1 + sign + length : 0;
}

/* 0x1F or 0o17 as a decimal number; NULL for anything else. */
static char *
based_number_text(const char *text)
{
	bool hexadecimal = g_str_has_prefix(text, "0x"), octal = g_str_has_prefix(text, "0o");
	guint64 number;
	if ((!hexadecimal && !octal) || !g_ascii_string_to_unsigned(text + 2, hexadecimal ? 16 : 8, 0, G_MAXUINT64, &number, NULL))
		return NULL;
	return g_strdup_printf("%" G_GUINT64_FORMAT, number);
}

/* The JSON spelling of a core-schema number in `text`, or NULL. */
static char *
number_text(const char *text, bool *integer)
{
	*integer = true;
	char *based = based_number_text(text);
	if (based)
		return based;
	const char *sign = *text == '-' ? "-" : "", *rest = text + (*text == '-' || *text == '+');
	size_t whole = digits(rest), part = rest[whole] == '.' ? digits(rest + whole + 1) : 0;
	size_t mantissa = whole + (rest[whole] == '.') + part, tail = exponent(rest + mantissa);
	if (whole + part == 0 || rest[mantissa + tail])
		return NULL;
	*integer = mantissa == whole && !tail;
	size_t zeros = strspn(rest, "0");
	if (zeros && zeros >= whole)
		zeros = whole ? whole - 1 : 0;
	/* 007 is 7, .5 is 0.5, 5. is 5.0: JSON knows only the second forms. */
	return g_strdup_printf("%s%s%.*s%s%s", sign, whole ? "" : "0", (int)(mantissa - zeros), rest + zeros,
	                       rest[mantissa - 1] == '.' ? "0" : "", rest + mantissa);
}

/* Null or a truth; SCALAR_NONE where it is neither. */
static enum scalar
meaning_of(const char *text, size_t length)
{
	for (unsigned i = 0; length <= 5 && i < G_N_ELEMENTS(words); i++)
		if (strlen(words[i].word) == length && memcmp(words[i].word, text, length) == 0)
			return words[i].meaning;
	return SCALAR_NONE;
}

/* What is neither null, truth nor number nearly always shows by its first letter. */
static bool
is_surely_text(const char *text, size_t length)
{
	return length && !strchr("0123456789+-.~nNtTfF", *text);
}

bool
doc_yaml_add_plain(struct doc_builder *builder, const char *text, size_t length, size_t offset)
{
	if (is_surely_text(text, length)) {
		doc_yaml_add_text(builder, VALUE_STRING, text, length, offset);
		return true;
	}
	enum scalar meaning = meaning_of(text, length);
	if (meaning != SCALAR_NONE) {
		doc_builder_add(builder, meaning == SCALAR_NULL ? VALUE_NULL : VALUE_BOOL, offset)->truth = meaning == SCALAR_TRUE;
		return true;
	}
	g_autofree char *copy = g_strndup(text, length);
	const char *rest = copy + (*copy == '-' || *copy == '+');
	if (g_ascii_strcasecmp(rest, ".inf") == 0 || g_ascii_strcasecmp(copy, ".nan") == 0)
		return false;
	bool integer;
	g_autofree char *number = strlen(copy) == length ? number_text(copy, &integer) : NULL;
	if (!number) {
		doc_yaml_add_text(builder, VALUE_STRING, text, length, offset);
		return true;
	}
	doc_yaml_add_text(builder, VALUE_NUMBER, number, strlen(number), offset);
	builder->nodes[builder->count - 1].integer = integer;
	return true;
}
