#include "contract/body.h"

#include <string.h>

#include "base/error.h"
#include "contract/sequence.h"
#include "contract/shape.h"
#include "contract/style.h"

enum { FIELDS = 1000 };

static struct doc *
unreadable(struct faults *faults, const char *what)
{
	faults_add(faults, "body", "", "%s", what);
	return NULL;
}

static struct doc *
read_json(const struct body *body, struct faults *faults)
{
	GError *error = NULL;
	struct doc *doc = doc_read_json("body", body->bytes, body->length, NULL, &error);
	if (doc)
		return doc;
	g_autofree char *text = error_text(error);
	g_error_free(error);
	faults_add(faults, "body", "", "is no JSON: %s", text);
	return NULL;
}

struct openapi_parameter
body_form_parameter(const struct value *media, const char *name, const struct value *schema)
{
	const struct value *encoding = value_member(value_member(media, "encoding"), name);
	const char *style = value_member_text(encoding, "style");
	const struct value *explode = value_member(encoding, "explode");
	struct openapi_parameter parameter = { .name = name, .location = OPENAPI_QUERY, .style = style ? style : "form", .value_schema = schema };
	parameter.explode = explode ? value_truth(explode) : g_str_equal(parameter.style, "form");
	parameter.reserved = value_truth(value_member(encoding, "allowReserved"));
	return parameter;
}

static bool
is_json_object(struct openapi *openapi, const struct value *schema, const char *text)
{
	bool object = shape_of(openapi, schema)->kinds & SHAPE_KIND(VALUE_OBJECT) && !(shape_of(openapi, schema)->kinds & SHAPE_KIND(VALUE_STRING));
	return object && *text == '{';
}

/* Writes one member of a URL-encoded form, if it is there. */
static bool
write_form_member(struct openapi *openapi, const struct body *body, const struct shape_member *member, const struct style_pairs *pairs,
                  struct writer *writer)
{
	struct openapi_parameter parameter = body_form_parameter(body->media, member->name, member->schema);
	const struct style_source source = { .pairs = pairs };
	const struct value *encoding = value_member(value_member(body->media, "encoding"), member->name);
	struct writer part;
	/* An object is one text, or names with brackets; unless a style is asked for, the form's other fields are not its members. */
	if (!value_member(encoding, "style") && !value_member(encoding, "explode") && shape_of(openapi, member->schema)->kinds == SHAPE_KIND(VALUE_OBJECT))
		parameter.style = "deepObject";
	for (size_t i = 0; i < pairs->count; i++) {
		g_autofree char *text = g_str_equal(pairs->items[i].name, member->name) ? http_unescape(pairs->items[i].value, strlen(pairs->items[i].value), true) : NULL;
		if (text && is_json_object(openapi, member->schema, text))
			parameter.content = "application/json";
	}
	writer_init(&part, false);
	enum style_result result = style_decode(openapi, &parameter, &source, STYLE_TYPED, NULL, &part);
	g_autoptr(Doc) doc = result == STYLE_READ ? doc_read_json(member->name, part.text->str, part.text->len, NULL, NULL) : NULL;
	writer_finish(&part);
	if (doc)
		writer_member_value(writer, member->name, doc_root(doc));
	return result != STYLE_MALFORMED && (doc || result == STYLE_ABSENT);
}

/* What no member of the schema claims is text, or what the schema of additional members makes of it. */
static void
write_strangers(struct openapi *openapi, const struct shape *shape, const struct style_pairs *pairs, struct writer *writer)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < pairs->count; i++) {
		const char *name = pairs->items[i].name;
		g_autofree char *base = g_strndup(name, strcspn(name, "["));
		g_autofree char *text = http_unescape(pairs->items[i].value, strlen(pairs->items[i].value), true);
		bool known = shape_member(shape, name) || shape_member(shape, base);
		if (known || !text || !g_utf8_validate(text, -1, NULL) || !g_utf8_validate(name, -1, NULL) || !g_hash_table_add(seen, (void *)(uintptr_t)name))
			continue;
		writer_key(writer, name);
		style_scalar(openapi, text, shape->additional, writer);
	}
}

/* A value where the document says that reserved characters come escaped, and they do not (3.1.1 section 4.8.15.1.2). */
static void
judge_reserved(const struct body *body, const struct style_pairs *pairs, struct faults *faults)
{
	const struct value *encodings = value_member(body->media, "encoding");
	for (size_t i = 0; i < pairs->count && encodings; i++) {
		const struct value *allowed = value_member(value_member(encodings, pairs->items[i].name), "allowReserved");
		if (value_is(allowed, VALUE_BOOL) && !allowed->truth && strpbrk(pairs->items[i].value, ":/?#[]@!$'()*,;"))
			faults_add_coded(faults, "allowReserved", "body", pairs->items[i].name, "has reserved characters that are not escaped");
	}
}

static struct doc *
read_form(struct openapi *openapi, const struct body *body, struct faults *faults)
{
	const struct shape *shape = shape_of(openapi, value_member(body->media, "schema"));
	struct style_pairs pairs;
	struct writer writer;
	g_autofree char *text = g_strndup(body->bytes, body->length);
	style_split_query(text, &pairs);
	judge_reserved(body, &pairs, faults);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (size_t i = 0; i < shape->count; i++)
		if (!write_form_member(openapi, body, &shape->members[i], &pairs, &writer))
			faults_add(faults, "body", shape->members[i].name, "cannot be read: an escape is broken, or it is no JSON");
	write_strangers(openapi, shape, &pairs, &writer);
	writer_end(&writer);
	style_pairs_clear(&pairs);
	return writer_doc(&writer);
}

/* A part of a multipart body, RFC 7578. */
struct part {
	char *name, *type;
	const char *bytes;
	size_t length;
};

static void
clear_part(void *data)
{
	struct part *part = data;
	g_free(part->name);
	g_free(part->type);
}

/* A parameter such as boundary=… or name="…" of a header value; newly allocated, NULL if absent. */
static char *
header_parameter(const char *value, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = strchr(value, ';'); at; at = strchr(at, ';')) {
		at += 1 + strspn(at + 1, " \t");
		if (g_ascii_strncasecmp(at, name, length) != 0 || at[length] != '=')
			continue;
		const char *text = at + length + 1;
		bool quoted = *text == '"';
		text += quoted;
		return g_strndup(text, strcspn(text, quoted ? "\"" : "; \t\r\n"));
	}
	return NULL;
}

static void
read_part_headers(const char *text, size_t length, struct part *part)
{
	g_autofree char *block = g_strndup(text, length);
	g_auto(GStrv) lines = g_strsplit(block, "\r\n", 32);
	for (unsigned i = 0; lines[i]; i++) {
		char *colon = strchr(lines[i], ':');
		if (!colon)
			continue;
		*colon = '\0';
		if (g_ascii_strcasecmp(lines[i], "content-disposition") == 0 && !part->name)
			part->name = header_parameter(colon + 1, "name");
		else if (g_ascii_strcasecmp(lines[i], "content-type") == 0 && !part->type)
			part->type = http_media_type(g_strstrip(colon + 1));
	}
}

/* Splits at the boundary; true if the body ends as it must. */
static bool
split_parts(const struct body *body, const char *boundary, GArray *parts)
{
	g_autofree char *mark = g_strdup_printf("--%s", boundary);
	size_t size = strlen(mark);
	const char *end = body->bytes + body->length, *at = memmem(body->bytes, body->length, mark, size);
	while (at && parts->len < FIELDS) {
		at += size;
		if (end - at >= 2 && memcmp(at, "--", 2) == 0)
			return true;
		const char *stop = memmem(at, (size_t)(end - at), mark, size), *head = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
		if (!stop || !head || head + 4 > stop)
			return false;
		const char *content = head + 4;
		struct part part = { .bytes = content, .length = (size_t)(stop - content) };
		if (part.length >= 2 && memcmp(stop - 2, "\r\n", 2) == 0)
			part.length -= 2;
		read_part_headers(at, (size_t)(head - at), &part);
		g_array_append_val(parts, part);
		at = stop;
	}
	return false;
}

static void
write_part(struct openapi *openapi, const struct part *part, const struct value *schema, struct writer *writer)
{
	const struct shape *shape = shape_of(openapi, schema);
	bool json = (part->type && openapi_is_json(part->type)) || !(shape->kinds & SHAPE_SCALARS);
	g_autoptr(Doc) doc = json ? doc_read_json("part", part->bytes, part->length, NULL, NULL) : NULL;
	g_autofree char *text = g_utf8_make_valid(part->bytes, (gssize)part->length);
	if (doc)
		writer_value(writer, doc_root(doc));
	else
		style_scalar(openapi, text, schema, writer);
}

/* All parts of one name: a list where the schema has one. */
static void
write_parts(struct openapi *openapi, const GArray *parts, unsigned first, const struct shape *shape, struct writer *writer)
{
	const char *name = g_array_index(parts, struct part, first).name;
	const struct shape_member *member = shape_member(shape, name);
	const struct value *schema = member ? member->schema : shape->additional;
	const struct part *only = &g_array_index(parts, struct part, first);
	const struct shape *inner = shape_of(openapi, schema);
	bool list = inner->kinds & SHAPE_KIND(VALUE_ARRAY) && inner->kinds != SHAPE_ANY;
	writer_key(writer, name);
	if (!list || (only->type && openapi_is_json(only->type) && only->length && *only->bytes == '[')) {
		write_part(openapi, only, schema, writer);
		return;
	}
	writer_begin_array(writer);
	for (unsigned i = first; i < parts->len; i++)
		if (g_strcmp0(g_array_index(parts, struct part, i).name, name) == 0)
			write_part(openapi, &g_array_index(parts, struct part, i), inner->items, writer);
	writer_end(writer);
}

/* True where one of the media types or ranges that are listed is this one. */
static bool
is_listed(const char *list, const char *type)
{
	g_auto(GStrv) ranges = g_strsplit(list, ",", 32);
	for (unsigned i = 0; ranges[i]; i++) {
		g_autofree char *range = http_media_type(g_strstrip(ranges[i]));
		size_t length = strlen(range);
		bool family = g_str_has_suffix(range, "/*") && strncmp(range, type, length - 1) == 0;
		if (family || g_str_equal(range, type) || g_str_equal(range, "*/*"))
			return true;
	}
	return false;
}

/* A part is of a type that its encoding names. */
static void
judge_part(const struct body *body, const struct part *part, struct faults *faults)
{
	const struct value *encoding = part->name ? value_member(value_member(body->media, "encoding"), part->name) : NULL;
	const char *declared = value_member_text(encoding, "contentType");
	if (declared && part->type && !is_listed(declared, part->type))
		faults_add(faults, "body", part->name, "is sent as %s, not as %s", part->type, declared);
}

static struct doc *
read_multipart(struct openapi *openapi, const struct body *body, struct faults *faults)
{
	g_autofree char *boundary = header_parameter(body->content_type, "boundary");
	const struct shape *shape = shape_of(openapi, value_member(body->media, "schema"));
	if (!boundary || !*boundary)
		return unreadable(faults, "is multipart, but the Content-Type header names no boundary");
	g_autoptr(GArray) parts = g_array_new(FALSE, FALSE, sizeof(struct part));
	g_array_set_clear_func(parts, clear_part);
	if (!split_parts(body, boundary, parts))
		return unreadable(faults, "is no multipart content: its parts or its end are not marked by the boundary");
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (unsigned i = 0; i < parts->len; i++) {
		char *name = g_array_index(parts, struct part, i).name;
		judge_part(body, &g_array_index(parts, struct part, i), faults);
		if (name && g_utf8_validate(name, -1, NULL) && g_hash_table_add(seen, name))
			write_parts(openapi, parts, i, shape, &writer);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static struct doc *
read_text(struct openapi *openapi, const struct body *body, struct faults *faults)
{
	struct writer writer;
	g_autofree char *text = g_strndup(body->bytes, body->length);
	if (strlen(text) != body->length || !g_utf8_validate(text, -1, NULL))
		return unreadable(faults, "is no UTF-8 text");
	writer_init(&writer, false);
	style_scalar(openapi, text, value_member(body->media, "schema"), &writer);
	return writer_doc(&writer);
}

struct doc *
body_read(struct openapi *openapi, const struct body *body, struct faults *faults)
{
	g_autofree char *type = http_media_type(body->content_type);
	if (openapi_is_json(type))
		return read_json(body, faults);
	if (sequence_is(openapi, type, body->media))
		return sequence_read(type, body->bytes, body->length, faults);
	if (g_str_equal(type, "application/x-www-form-urlencoded"))
		return read_form(openapi, body, faults);
	if (g_str_equal(type, "multipart/form-data"))
		return read_multipart(openapi, body, faults);
	return g_str_has_prefix(type, "text/plain") ? read_text(openapi, body, faults) : NULL;
}
