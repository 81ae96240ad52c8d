/* The YAML reader: libyaml's events, the core schema of YAML 1.2 (chapter 10.3). What JSON cannot
 * hold is refused with a remedy: several documents, merge keys, .inf and .nan, foreign tags. */
#include <string.h>
#include <yaml.h>

#include "base/doc_build.h"
#include "base/error.h"

#define CORE "tag:yaml.org,2002:"

struct reader {
	struct doc_builder *builder;
	yaml_parser_t parser;
	GHashTable *anchors;      /* name -> node number + 1 */
	size_t byte, character;   /* the same place, as libyaml counts characters and we count bytes */
	GError **error;
};

enum scalar { SCALAR_NONE, SCALAR_NULL, SCALAR_TRUE, SCALAR_FALSE };

static const struct {
	const char *word;
	enum scalar meaning;
} words[] = {
	{ "", SCALAR_NULL }, { "~", SCALAR_NULL }, { "null", SCALAR_NULL }, { "Null", SCALAR_NULL }, { "NULL", SCALAR_NULL },
	{ "true", SCALAR_TRUE }, { "True", SCALAR_TRUE }, { "TRUE", SCALAR_TRUE },
	{ "false", SCALAR_FALSE }, { "False", SCALAR_FALSE }, { "FALSE", SCALAR_FALSE },
};

static bool
fail(struct reader *reader, size_t offset, const char *what)
{
	return doc_builder_fail(reader->builder, offset, reader->error, "%s", what);
}

/* True where the next eight bytes are a character each. */
static bool
is_plain(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return !(word & UINT64_C(0x8080808080808080));
}

/* The byte offset of a mark; marks come in ascending order but for a container's own start. Zeros follow the source. */
static size_t
offset_of(struct reader *reader, const yaml_mark_t *mark)
{
	const struct doc *doc = reader->builder->doc;
	if (mark->index < reader->character)
		reader->byte = reader->character = 0;
	while (reader->character < mark->index && reader->byte < doc->length) {
		size_t left = mark->index - reader->character;
		bool plain = is_plain(doc->source + reader->byte);
		reader->byte += plain ? MIN(left, 8) : 1;
		reader->character += plain ? MIN(left, 8) : 1;
		while (!plain && ((unsigned char)doc->source[reader->byte] & 0xC0) == 0x80)
			reader->byte++;
	}
	return reader->byte;
}

static bool
remember(struct reader *reader, const yaml_char_t *anchor)
{
	if (anchor)
		g_hash_table_insert(reader->anchors, g_strdup((const char *)anchor), GSIZE_TO_POINTER(reader->builder->count + 1));
	return true;
}

static void
keep_text(struct reader *reader, struct value *value, const char *text, size_t length)
{
	char *copy = doc_builder_text(reader->builder, length);
	memcpy(copy, text, length);
	value->text = copy;
	value->length = (uint32_t)length;
}

static void
add_key_text(struct reader *reader, const char *text, size_t length, size_t offset)
{
	if (*text == '$')
		doc_builder_mark(reader->builder);
	keep_text(reader, doc_builder_add(reader->builder, VALUE_STRING, offset), text, length);
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

/* What is neither null, truth nor number nearly always shows by its first letter. */
static bool
is_surely_text(char first)
{
	static const bool telling[256] = {
		['\0'] = true, ['~'] = true, ['n'] = true, ['N'] = true, ['t'] = true, ['T'] = true, ['f'] = true, ['F'] = true, ['.'] = true, ['-'] = true,
		['+'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true,
		['9'] = true,
	};
	return !telling[(unsigned char)first];
}

static bool
add_plain(struct reader *reader, const char *text, size_t length, size_t offset)
{
	if (is_surely_text(*text)) {
		keep_text(reader, doc_builder_add(reader->builder, VALUE_STRING, offset), text, length);
		return true;
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			bool null = words[i].meaning == SCALAR_NULL;
			doc_builder_add(reader->builder, null ? VALUE_NULL : VALUE_BOOL, offset)->truth = words[i].meaning == SCALAR_TRUE;
			return true;
		}
	}
	const char *rest = text + (*text == '-' || *text == '+');
	if (g_ascii_strcasecmp(rest, ".inf") == 0 || g_ascii_strcasecmp(text, ".nan") == 0)
		return fail(reader, offset, "JSON has no infinity and no NaN; write a number or a quoted string");
	bool integer;
	g_autofree char *number = number_text(text, &integer);
	struct value *value = doc_builder_add(reader->builder, number ? VALUE_NUMBER : VALUE_STRING, offset);
	value->integer = number && integer;
	keep_text(reader, value, number ? number : text, number ? strlen(number) : length);
	return true;
}

/* The kinds of value that a tag allows, as bits; all without a tag, none for one that JSON has no place for. */
static unsigned
tag_kinds(const char *tag)
{
	static const struct {
		const char *tag;
		enum value_kind kind;
	} known[] = {
		{ "str", VALUE_STRING }, { "int", VALUE_NUMBER }, { "float", VALUE_NUMBER }, { "bool", VALUE_BOOL },
		{ "null", VALUE_NULL }, { "map", VALUE_OBJECT }, { "seq", VALUE_ARRAY },
	};
	if (!tag || g_str_equal(tag, "!"))
		return ~0u;
	for (unsigned i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_str_has_prefix(tag, CORE) && g_str_equal(tag + strlen(CORE), known[i].tag))
			return 1u << known[i].kind;
	return 0;
}

static bool
check_tag(struct reader *reader, const yaml_char_t *tag, enum value_kind kind, size_t offset)
{
	unsigned kinds = tag_kinds((const char *)tag);
	if (!kinds)
		return fail(reader, offset, "this tag has no meaning in JSON; remove it");
	return kinds & 1u << kind || fail(reader, offset, "this is not what its tag says");
}

static bool
add_scalar(struct reader *reader, const yaml_event_t *event, size_t offset)
{
	const char *text = (const char *)event->data.scalar.value, *tag = (const char *)event->data.scalar.tag;
	size_t length = event->data.scalar.length;
	bool plain = event->data.scalar.plain_implicit && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (tag && g_str_has_prefix(tag, CORE))
		plain = !g_str_equal(tag, CORE "str");
	remember(reader, event->data.scalar.anchor);
	if (!plain)
		keep_text(reader, doc_builder_add(reader->builder, VALUE_STRING, offset), text, length);
	else if (!add_plain(reader, text, length, offset))
		return false;
	const struct value *value = &reader->builder->nodes[reader->builder->count - 1];
	if (g_strcmp0(tag, CORE "int") == 0 && !value->integer)
		return fail(reader, offset, "this is not what its tag says");
	return check_tag(reader, event->data.scalar.tag, value->kind, offset);
}

/* The number of the node that an alias stands for. */
static bool
find_anchor(struct reader *reader, const yaml_event_t *event, size_t offset, uint32_t *ret)
{
	size_t number = GPOINTER_TO_SIZE(g_hash_table_lookup(reader->anchors, event->data.alias.anchor));
	if (!number)
		return fail(reader, offset, "this alias has no anchor before it");
	*ret = (uint32_t)(number - 1);
	for (unsigned i = 0; i < reader->builder->depth; i++)
		if (reader->builder->open[i] == *ret)
			return fail(reader, offset, "this alias contains itself");
	return true;
}

static bool
add_alias(struct reader *reader, const yaml_event_t *event, size_t offset)
{
	uint32_t number;
	return find_anchor(reader, event, offset, &number) && doc_builder_copy(reader->builder, number, offset, reader->error);
}

static bool
add_key(struct reader *reader, const yaml_event_t *event, size_t offset)
{
	uint32_t number = 0;
	if (event->type == YAML_ALIAS_EVENT) {
		if (!find_anchor(reader, event, offset, &number))
			return false;
		const struct value *value = &reader->builder->nodes[number];
		if (value->kind != VALUE_STRING && value->kind != VALUE_NUMBER)
			return fail(reader, offset, "a key must be a plain word or a string");
		add_key_text(reader, value->text, value->length, offset);
		return true;
	}
	if (event->type != YAML_SCALAR_EVENT)
		return fail(reader, offset, "a key must be a plain word or a string");
	const char *text = (const char *)event->data.scalar.value;
	if (g_str_equal(text, "<<") && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		return fail(reader, offset, "merge keys are not part of YAML 1.2; write the members out");
	if (!tag_kinds((const char *)event->data.scalar.tag))
		return fail(reader, offset, "this tag has no meaning in JSON; remove it");
	remember(reader, event->data.scalar.anchor);
	add_key_text(reader, text, event->data.scalar.length, offset);
	return true;
}

static bool
add_content(struct reader *reader, const yaml_event_t *event, size_t offset)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(reader, event, offset);
	case YAML_ALIAS_EVENT:
		return add_alias(reader, event, offset);
	case YAML_SEQUENCE_START_EVENT:
		remember(reader, event->data.sequence_start.anchor);
		return check_tag(reader, event->data.sequence_start.tag, VALUE_ARRAY, offset) &&
		       doc_builder_open(reader->builder, VALUE_ARRAY, offset, reader->error);
	case YAML_MAPPING_START_EVENT:
		remember(reader, event->data.mapping_start.anchor);
		return check_tag(reader, event->data.mapping_start.tag, VALUE_OBJECT, offset) &&
		       doc_builder_open(reader->builder, VALUE_OBJECT, offset, reader->error);
	default:
		return fail(reader, offset, "this is not expected here");
	}
}

static bool
take_event(struct reader *reader, const yaml_event_t *event)
{
	size_t offset = offset_of(reader, &event->start_mark);
	if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
		return doc_builder_close(reader->builder, reader->error);
	struct value *container = doc_builder_container(reader->builder);
	if (!container)
		return reader->builder->count ? fail(reader, offset, "something follows the document") : add_content(reader, event, offset);
	/* `truth` of an open object says that its last node is a key without a value yet. */
	if (container->kind == VALUE_ARRAY) {
		container->length++;
	} else if (!container->truth) {
		container->truth = true;
		container->length++;
		return add_key(reader, event, offset);
	} else {
		container->truth = false;
	}
	return add_content(reader, event, offset);
}

/* What libyaml stumbled over. */
static bool
fail_parser(struct reader *reader)
{
	const struct doc *doc = reader->builder->doc;
	const yaml_parser_t *parser = &reader->parser;
	const char *end;
	if (parser->error == YAML_READER_ERROR && !g_utf8_validate_len(doc->source, doc->length, &end))
		return fail(reader, (size_t)(end - doc->source), "the text is not UTF-8");
	size_t offset = parser->problem_mark.index ? offset_of(reader, &parser->problem_mark) : parser->problem_offset;
	return fail(reader, offset, parser->problem ? parser->problem : "not YAML");
}

static bool
read_events(struct reader *reader)
{
	for (unsigned documents = 0;;) {
		yaml_event_t event;
		if (!yaml_parser_parse(&reader->parser, &event))
			return fail_parser(reader);
		yaml_event_type_t type = event.type;
		size_t offset = offset_of(reader, &event.start_mark);
		bool ok = true;
		if (type == YAML_DOCUMENT_START_EVENT && documents++)
			ok = fail(reader, offset, "a second document begins; put it into a file of its own");
		else if (type >= YAML_ALIAS_EVENT)
			ok = take_event(reader, &event);
		yaml_event_delete(&event);
		if (!ok || type == YAML_STREAM_END_EVENT)
			return ok && (reader->builder->count || fail(reader, 0, "the document is empty"));
	}
}

struct doc *
doc_parse_yaml(struct doc_builder *builder, GError **error)
{
	struct reader reader = { .builder = builder, .error = error };
	const struct doc *doc = builder->doc;
	reader.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	yaml_parser_initialize(&reader.parser);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)doc->source, doc->length);
	bool ok = read_events(&reader);
	yaml_parser_delete(&reader.parser);
	g_hash_table_unref(reader.anchors);
	return doc_builder_finish(builder, ok);
}

struct doc *
doc_read_yaml(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error)
{
	struct doc_builder builder;
	return doc_builder_init(&builder, name, text, length, limits, error) ? doc_parse_yaml(&builder, error) : NULL;
}
