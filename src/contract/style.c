#include "contract/style.h"

#include <string.h>

#include "base/http.h"
#include "contract/body.h"
#include "contract/shape.h"

enum { PAIRS = 1000, PARTS = 10000, DEPTH = 8 };

/* A value being read. */
struct reading {
	struct openapi *openapi;
	const struct openapi_parameter *parameter;
	enum style_reading how;
	struct writer *writer;
	bool plain;                   /* text has no escapes: a header's */
	bool malformed;
	GHashTable *seen;             /* names of the object being written */
};

static void
add_pair(GArray *pairs, const char *name, size_t name_length, const char *value, size_t value_length)
{
	struct style_pair pair = { http_unescape(name, name_length, true), g_strndup(value, value_length) };
	if (!pair.name)
		pair.name = g_strndup(name, name_length);
	g_array_append_val(pairs, pair);
}

static void
split_pairs(const char *text, const char *delimiters, struct style_pairs *ret)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct style_pair));
	while (text && *text && *text != '#' && pairs->len < PAIRS) {
		text += strspn(text, delimiters);
		size_t length = strcspn(text, delimiters), name = strcspn(text, "=");
		name = MIN(name, length);
		if (length)
			add_pair(pairs, text, name, text + MIN(name + 1, length), length - MIN(name + 1, length));
		text += length;
	}
	ret->count = pairs->len;
	ret->items = (struct style_pair *)(void *)g_array_free(pairs, FALSE);
}

void
style_split_query(const char *query, struct style_pairs *ret)
{
	split_pairs(query, "&", ret);
}

void
style_split_cookies(const char *cookies, struct style_pairs *ret)
{
	split_pairs(cookies, "; ", ret);
}

void
style_pairs_clear(struct style_pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		g_free(pairs->items[i].name);
		g_free(pairs->items[i].value);
	}
	g_free(pairs->items);
	*pairs = (struct style_pairs){ 0 };
}

/* The grammar of a JSON number, RFC 8259 section 6. */
static bool
is_number(const char *text)
{
	text += *text == '-';
	size_t whole = strspn(text, "0123456789");
	if (!whole || (whole > 1 && *text == '0'))
		return false;
	text += whole;
	if (*text == '.') {
		size_t part = strspn(++text, "0123456789");
		if (!part)
			return false;
		text += part;
	}
	if (*text == 'e' || *text == 'E') {
		text += text[1] == '+' || text[1] == '-' ? 2 : 1;
		size_t exponent = strspn(text, "0123456789");
		if (!exponent || exponent > 6)
			return false;
		text += exponent;
	}
	return !*text;
}

static void
write_number(struct writer *writer, const char *text)
{
	struct value number = { .kind = VALUE_NUMBER, .span = 1, .length = (uint32_t)strlen(text), .text = text };
	writer_value(writer, &number);
}

/* What no style can nest stands as JSON, where it is that. */
static bool
write_nested(struct reading *reading, const char *text)
{
	g_autoptr(Doc) doc = *text == '{' || *text == '[' ? doc_read_json("value", text, strlen(text), NULL, NULL) : NULL;
	if (doc)
		writer_value(reading->writer, doc_root(doc));
	return doc;
}

/* Unescaped text as the value that the schema makes of it. */
static void
write_scalar(struct reading *reading, const char *text, const struct value *schema)
{
	unsigned kinds = shape_of(reading->openapi, schema)->kinds;
	bool string = kinds & SHAPE_KIND(VALUE_STRING);
	if (!string && kinds & (SHAPE_KIND(VALUE_ARRAY) | SHAPE_KIND(VALUE_OBJECT)) && write_nested(reading, text))
		return;
	/* Where all is permitted, text is text. */
	bool typed = !string || (reading->how != STYLE_TEXT && (kinds & SHAPE_SCALARS) != SHAPE_SCALARS);
	if (typed && kinds & SHAPE_KIND(VALUE_NUMBER) && is_number(text))
		write_number(reading->writer, text);
	else if (typed && kinds & SHAPE_KIND(VALUE_BOOL) && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
		writer_bool(reading->writer, *text == 't');
	else if (typed && kinds & SHAPE_KIND(VALUE_NULL) && (strcmp(text, "null") == 0 || (!*text && !string)))
		writer_null(reading->writer);
	else
		writer_text(reading->writer, text);
}

void
style_scalar(struct openapi *openapi, const char *text, const struct value *schema, struct writer *writer)
{
	struct reading reading = { .openapi = openapi, .how = STYLE_TYPED, .writer = writer };
	write_scalar(&reading, text, schema);
}

/* The same for text as it stands in the message. */
static void
write_escaped(struct reading *reading, const char *text, size_t length, const struct value *schema)
{
	bool form = reading->parameter->location == OPENAPI_QUERY;
	g_autofree char *plain = reading->plain ? g_strndup(text, length) : http_unescape(text, length, form);
	if (!plain || !g_utf8_validate(plain, -1, NULL)) {
		reading->malformed = true;
		writer_null(reading->writer);
	} else {
		write_scalar(reading, reading->plain ? g_strstrip(plain) : plain, schema);
	}
}

/* The length of a delimiter at `text`: as itself or escaped; 0 where there is none. */
static size_t
delimiter_at(const struct reading *reading, const char *text, char delimiter)
{
	bool escapes = reading->how == STYLE_LOOSE || delimiter == '|' || delimiter == ' ';
	if (*text == delimiter || (delimiter == ' ' && *text == '+'))
		return 1;
	const char code[] = { '%', "0123456789ABCDEF"[delimiter / 16 % 16], "0123456789ABCDEF"[delimiter % 16], '\0' };
	return escapes && g_ascii_strncasecmp(text, code, 3) == 0 ? 3 : 0;
}

/* Text up to the next delimiter; `rest` moves behind it, to NULL after the last. */
static size_t
next_part(const struct reading *reading, const char **rest, char delimiter)
{
	const char *start = *rest;
	for (const char *at = start; *at; at++) {
		size_t skip = delimiter_at(reading, at, delimiter);
		if (skip) {
			*rest = at + skip;
			return (size_t)(at - start);
		}
	}
	*rest = NULL;
	return strlen(start);
}

static void
write_list(struct reading *reading, const char *text, char delimiter, const struct value *schema)
{
	const struct value *items = shape_of(reading->openapi, schema)->items;
	unsigned parts = 0;
	writer_begin_array(reading->writer);
	for (const char *rest = *text ? text : NULL, *start; (start = rest) && parts < PARTS; parts++) {
		size_t length = next_part(reading, &rest, delimiter);
		write_escaped(reading, start, length, items);
	}
	writer_end(reading->writer);
}

static const struct value *
member_schema(const struct reading *reading, const struct value *schema, const char *name)
{
	const struct shape *shape = shape_of(reading->openapi, schema);
	const struct shape_member *member = shape_member(shape, name);
	return member && member->schema ? member->schema : shape->additional;
}

static void
write_member(struct reading *reading, const char *name, size_t name_length, const char *value, size_t length, const struct value *schema)
{
	g_autofree char *key = reading->plain ? g_strstrip(g_strndup(name, name_length)) : http_unescape(name, name_length, true);
	reading->malformed |= !key || !g_utf8_validate(key, -1, NULL);
	if (reading->malformed || !g_hash_table_add(reading->seen, g_strdup(key)))
		return;
	writer_key(reading->writer, key);
	write_escaped(reading, value, length, member_schema(reading, schema, key));
}

/* "R=100,G=200" where `explode`, else "R,100,G,200". */
static void
write_members(struct reading *reading, const char *text, char delimiter, bool explode, const struct value *schema)
{
	unsigned parts = 0;
	reading->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	writer_begin_object(reading->writer);
	for (const char *rest = *text ? text : NULL, *name; (name = rest) && parts < PARTS && !reading->malformed; parts++) {
		size_t length = next_part(reading, &rest, delimiter), name_length = explode ? MIN(strcspn(name, "="), length) : length;
		const char *value = explode ? name + MIN(name_length + 1, length) : rest;
		size_t value_length = explode ? (size_t)(name + length - value) : rest ? next_part(reading, &rest, delimiter) : 0;
		write_member(reading, name, name_length, value ? value : "", value_length, schema);
	}
	writer_end(reading->writer);
	g_clear_pointer(&reading->seen, g_hash_table_unref);
}

enum form { FORM_SCALAR, FORM_LIST, FORM_OBJECT };

/* What a value is read as, where `several` says that it looks like more than one. */
static enum form
choose_form(const struct reading *reading, bool several)
{
	unsigned kinds = shape_of(reading->openapi, reading->parameter->value_schema)->kinds;
	if (kinds == SHAPE_ANY || (kinds & SHAPE_SCALARS && !several))
		return FORM_SCALAR;
	if (kinds & SHAPE_KIND(VALUE_ARRAY))
		return FORM_LIST;
	return kinds & SHAPE_KIND(VALUE_OBJECT) ? FORM_OBJECT : FORM_SCALAR;
}

static void
write_form(struct reading *reading, enum form form, const char *text, char delimiter, bool explode)
{
	const struct value *schema = reading->parameter->value_schema;
	if (form == FORM_LIST)
		write_list(reading, text, delimiter, schema);
	else if (form == FORM_OBJECT)
		write_members(reading, text, delimiter, explode, schema);
	else
		write_escaped(reading, text, strlen(text), schema);
}

static bool
has_part(const struct reading *reading, const char *text, char delimiter)
{
	for (; *text; text++)
		if (delimiter_at(reading, text, delimiter))
			return true;
	return false;
}

/* ";color=blue;color=black" as "blue;black": the name before each value goes. */
static char *
strip_names(const char *text, const char *name)
{
	GString *stripped = g_string_new(NULL);
	g_autofree char *prefix = g_strconcat(name, "=", NULL);
	g_auto(GStrv) parts = g_strsplit(text, ";", PARTS);
	for (unsigned i = 0; parts[i]; i++) {
		const char *part = g_str_has_prefix(parts[i], prefix) ? parts[i] + strlen(prefix) : g_str_equal(parts[i], name) ? "" : parts[i];
		g_string_append_printf(stripped, "%s%s", i ? ";" : "", part);
	}
	return g_string_free(stripped, FALSE);
}

static void
decode_matrix(struct reading *reading, const char *text)
{
	const struct openapi_parameter *parameter = reading->parameter;
	text += *text == ';';
	bool several = strchr(text, parameter->explode ? ';' : ',');
	enum form form = choose_form(reading, several);
	g_autofree char *stripped = form == FORM_OBJECT && parameter->explode ? g_strdup(text) : strip_names(text, parameter->name);
	write_form(reading, form, stripped, parameter->explode ? ';' : ',', parameter->explode);
}

/* Path and header: one text holds it all. */
static enum style_result
decode_text(struct reading *reading, const char *text)
{
	const struct openapi_parameter *parameter = reading->parameter;
	if (!text)
		return STYLE_ABSENT;
	if (g_str_equal(parameter->style, "matrix")) {
		decode_matrix(reading, text);
	} else if (g_str_equal(parameter->style, "label")) {
		char delimiter = parameter->explode ? '.' : ',';
		text += *text == '.';
		/* Until 3.0.3 the specification showed dots for both. */
		if (reading->how == STYLE_LOOSE && !strchr(text, ','))
			delimiter = '.';
		write_form(reading, choose_form(reading, strchr(text, delimiter)), text, delimiter, parameter->explode);
	} else {
		write_form(reading, choose_form(reading, has_part(reading, text, ',')), text, ',', parameter->explode);
	}
	return STYLE_READ;
}

/* The first value of a name; `ret_more` (may be NULL) says whether there are others. */
static const char *
find_pair(const struct style_pairs *pairs, const char *name, bool *ret_more)
{
	const char *found = NULL;
	bool more = false;
	for (size_t i = 0; i < pairs->count; i++) {
		if (strcmp(pairs->items[i].name, name) != 0)
			continue;
		more = found;
		found = found ? found : pairs->items[i].value;
	}
	if (ret_more)
		*ret_more = more;
	return found;
}

/* "a=1&a=2" */
static enum style_result
decode_repeated(struct reading *reading, const struct style_pairs *pairs, const char *name)
{
	const struct value *items = shape_of(reading->openapi, reading->parameter->value_schema)->items;
	writer_begin_array(reading->writer);
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0)
			write_escaped(reading, pairs->items[i].value, strlen(pairs->items[i].value), items);
	writer_end(reading->writer);
	return STYLE_READ;
}

static bool
is_claimed(const struct openapi_operation *others, const struct openapi_parameter *parameter, const char *name)
{
	for (size_t i = 0; others && i < others->parameter_count; i++)
		if (&others->parameters[i] != parameter && others->parameters[i].location == parameter->location &&
		    strcmp(others->parameters[i].name, name) == 0)
			return true;
	return false;
}

/* "R=100&G=200": the members are spread over the query. */
static enum style_result
decode_spread(struct reading *reading, const struct style_pairs *pairs, const struct openapi_operation *others)
{
	const struct openapi_parameter *parameter = reading->parameter;
	const struct shape *shape = shape_of(reading->openapi, parameter->value_schema);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct style_pair *pair = &pairs->items[i];
		bool ours = shape_member(shape, pair->name) || (!shape->closed && !strchr(pair->name, '[') && !is_claimed(others, parameter, pair->name));
		if (!ours || !g_utf8_validate(pair->name, -1, NULL) || !g_hash_table_add(seen, pair->name))
			continue;
		if (g_hash_table_size(seen) == 1)
			writer_begin_object(reading->writer);
		writer_key(reading->writer, pair->name);
		write_escaped(reading, pair->value, strlen(pair->value), member_schema(reading, parameter->value_schema, pair->name));
	}
	if (!g_hash_table_size(seen))
		return STYLE_ABSENT;
	writer_end(reading->writer);
	return STYLE_READ;
}

/* True if a name such as "filter[a][b]" goes on below `prefix` ("filter"); its next key is copied. */
static char *
next_key(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);
	if (strncmp(name, prefix, length) != 0 || name[length] != '[')
		return NULL;
	size_t key = strcspn(name + length + 1, "]");
	return name[length + 1 + key] ? g_strndup(name + length + 1, key) : NULL;
}

/* The tree that names with brackets form; the specification defines one level, users write more. */
static void
write_deep(struct reading *reading, const struct style_pairs *pairs, const char *prefix, const struct value *schema, unsigned depth)
{
	const struct shape *shape = shape_of(reading->openapi, schema);
	bool list = shape->kinds & SHAPE_KIND(VALUE_ARRAY) && !(shape->kinds & SHAPE_KIND(VALUE_OBJECT));
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	list ? writer_begin_array(reading->writer) : writer_begin_object(reading->writer);
	for (size_t i = 0; i < pairs->count; i++) {
		g_autofree char *key = next_key(pairs->items[i].name, prefix);
		g_autofree char *inner = key ? g_strdup_printf("%s[%s]", prefix, key) : NULL;
		if (!key || !g_utf8_validate(key, -1, NULL) || (!g_hash_table_add(seen, g_strdup(key)) && (*key || !list)))
			continue;
		const struct value *below = list ? shape->items : member_schema(reading, schema, key);
		if (!list)
			writer_key(reading->writer, key);
		if (strcmp(pairs->items[i].name, inner) == 0 || depth == DEPTH)
			write_escaped(reading, pairs->items[i].value, strlen(pairs->items[i].value), below);
		else
			write_deep(reading, pairs, inner, below, depth + 1);
	}
	writer_end(reading->writer);
}

static bool
has_deep(const struct style_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++) {
		g_autofree char *key = next_key(pairs->items[i].name, name);
		if (key)
			return true;
	}
	return false;
}

/* Query and cookie: named values. */
static enum style_result
decode_pairs(struct reading *reading, const struct style_pairs *pairs, const struct openapi_operation *others)
{
	const struct openapi_parameter *parameter = reading->parameter;
	bool more;
	const char *text = find_pair(pairs, parameter->name, &more);
	bool form = g_str_equal(parameter->style, "form") || g_str_equal(parameter->style, "cookie");
	char delimiter = g_str_equal(parameter->style, "spaceDelimited") ? ' ' : g_str_equal(parameter->style, "pipeDelimited") ? '|' : ',';
	enum form kind = choose_form(reading, !text || (parameter->explode ? more : has_part(reading, text, delimiter)));
	/* The style says it, and people write brackets without it, too. */
	if (!text && has_deep(pairs, parameter->name)) {
		write_deep(reading, pairs, parameter->name, parameter->value_schema, 0);
		return STYLE_READ;
	}
	if (kind == FORM_OBJECT && parameter->explode && !text)
		return g_str_equal(parameter->style, "deepObject") ? STYLE_ABSENT : decode_spread(reading, pairs, others);
	if (!text)
		return STYLE_ABSENT;
	if (kind == FORM_LIST && parameter->explode && (form || reading->how != STYLE_LOOSE))
		return decode_repeated(reading, pairs, parameter->name);
	write_form(reading, kind, text, delimiter, false);
	return STYLE_READ;
}

/* A form within one text, as a whole query is. */
static enum style_result
decode_form(struct reading *reading, const char *text)
{
	const struct openapi_parameter *parameter = reading->parameter;
	struct faults faults = { 0 };
	const struct body body = { parameter->content, text, strcspn(text, "#"),
		                   openapi_content(reading->openapi, parameter->node, parameter->content, NULL) };
	g_autoptr(Doc) doc = body_read(reading->openapi, &body, &faults);
	bool ok = doc && !faults.count;
	faults_clear(&faults);
	if (ok)
		writer_value(reading->writer, doc_root(doc));
	return ok ? STYLE_READ : STYLE_MALFORMED;
}

/* A parameter with `content`: the whole text is a document of that media type. */
static enum style_result
decode_content(struct reading *reading, const struct style_source *source)
{
	const struct openapi_parameter *parameter = reading->parameter;
	const char *text = source->pairs ? find_pair(source->pairs, parameter->name, NULL) : source->text;
	if (!text)
		return STYLE_ABSENT;
	g_autofree char *plain = reading->plain ? g_strdup(text) : http_unescape(text, strlen(text), parameter->location == OPENAPI_QUERY);
	if (!plain)
		return STYLE_MALFORMED;
	if (g_str_has_prefix(parameter->content, "application/x-www-form-urlencoded"))
		return decode_form(reading, parameter->location == OPENAPI_QUERYSTRING ? text : plain);
	if (!openapi_is_json(parameter->content)) {
		write_scalar(reading, plain, parameter->value_schema);
		return STYLE_READ;
	}
	g_autoptr(Doc) doc = doc_read_json(parameter->name, plain, strlen(plain), NULL, NULL);
	if (!doc)
		return STYLE_MALFORMED;
	writer_value(reading->writer, doc_root(doc));
	return STYLE_READ;
}

enum style_result
style_decode(struct openapi *openapi, const struct openapi_parameter *parameter, const struct style_source *source, enum style_reading how,
             const struct openapi_operation *others, struct writer *writer)
{
	bool plain = parameter->location == OPENAPI_HEADER || g_str_equal(parameter->style, "cookie");
	struct reading reading = { openapi, parameter, how, writer, plain, false, NULL };
	enum style_result result;
	if (parameter->content)
		result = decode_content(&reading, source);
	else if (source->pairs)
		result = decode_pairs(&reading, source->pairs, others);
	else
		result = decode_text(&reading, source->text);
	return reading.malformed ? STYLE_MALFORMED : result;
}
