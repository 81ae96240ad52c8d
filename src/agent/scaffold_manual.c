/* The reference and the guide: operations, schemas and calls as Markdown shows them. */
#include <string.h>

#include "agent/scaffold_parts.h"

enum { TEXT_MAX = 400, SCHEMAS = 200 };

/* Whether a character would be markup where it stands. */
static bool
is_markup(char before, const char *at)
{
	if (*at == '_')
		return !g_ascii_isalnum(before) || !g_ascii_isalnum(at[1]);
	if (*at == '&')
		return at[1] == '#' || g_ascii_isalnum(at[1]);
	return strchr(before ? "|<>`*[]\\~" : "|<>`*[]\\~#-+=", *at) != NULL;
}

/* What would be markup in a line or a cell becomes an entity. */
char *
manual_escape(const char *text)
{
	GString *out = g_string_new(NULL);
	size_t length = 0;
	char before = '\0';
	for (; text && *text && length < TEXT_MAX; before = *text, text = g_utf8_next_char(text), length++) {
		if (is_markup(before, text))
			g_string_append_printf(out, "&#%d;", *text);
		else if (g_ascii_iscntrl(*text))
			g_string_append_c(out, ' ');
		else
			g_string_append_len(out, text, g_utf8_next_char(text) - text);
	}
	if (text && *text)
		g_string_append(out, "…");
	return g_strstrip(g_string_free(out, FALSE));
}

/* A name as code, where nothing in it would end that. */
static char *
code_text(const char *text)
{
	bool plain = *text != '\0';
	for (const char *at = text; *at; at++)
		plain = plain && !strchr("`|", *at) && !g_ascii_iscntrl(*at);
	return plain ? g_strdup_printf("`%s`", text) : manual_escape(text);
}

static void
write_code(struct writer *writer, const char *key, const char *text)
{
	g_autofree char *code = code_text(text);
	writer_member_text(writer, key, code);
}

static void
write_escaped(struct writer *writer, const char *key, const char *text)
{
	g_autofree char *escaped = manual_escape(text);
	writer_member_text(writer, key, escaped);
}

/* "string", "array of Pet", "Pet": a schema in a word or two. */
static char *
type_text(struct scaffold *scaffold, const struct value *schema, unsigned depth)
{
	static const char *const kinds[] = { "null", "boolean", "number", "string", "array", "object" };
	const char *reference = value_member_text(schema, "$ref");
	if (reference && strrchr(reference, '/'))
		return g_strdup(strrchr(reference, '/') + 1);
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	const char *format = value_member_text(schema, "format");
	GString *text = g_string_new(NULL);
	for (unsigned kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
		if (shape->kinds != SHAPE_ANY && shape->kinds & SHAPE_KIND(kind) && kind != VALUE_NULL)
			g_string_append_printf(text, "%s%s", text->len ? " or " : "", kind == VALUE_NUMBER && shape->integer ? "integer" : kinds[kind]);
	if (shape->items && depth < 3) {
		g_autofree char *inner = type_text(scaffold, shape->items, depth + 1);
		g_string_append_printf(text, " of %s", inner);
	}
	if (format)
		g_string_append_printf(text, " (%s)", format);
	return text->len ? g_string_free(text, FALSE) : (g_string_free(text, TRUE), g_strdup("any"));
}

/* The bounds that a reader has to know: "1 to 80 characters", "one of open, done". */
static char *
rule_text(struct scaffold *scaffold, const struct value *schema)
{
	static const struct {
		const char *keyword, *format;
	} rules[] = {
		{ "minLength", "at least %s characters" }, { "maxLength", "at most %s characters" }, { "minimum", "at least %s" },
		{ "maximum", "at most %s" }, { "pattern", "matches %s" }, { "default", "%s if absent" }, { "minItems", "at least %s items" },
		{ "maxItems", "at most %s items" },
	};
	const struct value *node = openapi_resolve(scaffold->openapi, schema);
	GString *text = g_string_new(NULL);
	VALUE_EACH (value, value_member(node, "enum")) {
		g_autofree char *plain = value_is(value, VALUE_STRING) ? outline_plain(value) : value_to_json(value, false);
		g_string_append_printf(text, "%s%s", text->len ? ", " : "one of ", plain);
	}
	for (unsigned i = 0; i < G_N_ELEMENTS(rules); i++) {
		const struct value *value = value_member(node, rules[i].keyword);
		g_autofree char *plain = !value ? NULL : value_is(value, VALUE_STRING) ? outline_plain(value) : value_to_json(value, false);
		g_auto(GStrv) parts = plain ? g_strsplit(rules[i].format, "%s", 2) : NULL;
		if (plain)
			g_string_append_printf(text, "%s%s%s%s", text->len ? "; " : "", parts[0], plain, parts[1]);
	}
	return g_string_free(text, FALSE);
}

static void
write_field(struct scaffold *scaffold, const char *name, const char *place, bool required, const struct value *schema, const char *note,
            struct writer *writer)
{
	g_autofree char *type = type_text(scaffold, schema, 0), *rule = rule_text(scaffold, schema);
	g_autofree char *both = note && *note && *rule ? g_strconcat(note, " (", rule, ")", NULL) : g_strdup(note && *note ? note : rule);
	writer_begin_object(writer);
	write_code(writer, "name", name);
	writer_member_text(writer, "place", place);
	writer_member_text(writer, "required", required ? "yes" : "no");
	write_escaped(writer, "type", type);
	write_escaped(writer, "note", both);
	writer_end(writer);
}

static void
write_parameters(struct scaffold *scaffold, const struct openapi_operation *operation, struct writer *writer)
{
	static const char *const places[] = { "path", "query", "header", "cookie", "query" };
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		write_field(scaffold, parameter->name, places[parameter->location], parameter->required, parameter->value_schema,
		            value_member_text(parameter->node, "description"), writer);
	}
	writer_end(writer);
}

static void
write_answers(struct scaffold *scaffold, const struct openapi_operation *operation, struct writer *writer)
{
	writer_key(writer, "answers");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->response_count; i++) {
		const struct openapi_response *response = &operation->responses[i];
		const char *media = NULL;
		const struct value *content = openapi_content(scaffold->openapi, response->node, NULL, &media);
		g_autofree char *type = content ? type_text(scaffold, value_member(content, "schema"), 0) : g_strdup("nothing");
		writer_begin_object(writer);
		write_escaped(writer, "status", response->status);
		write_escaped(writer, "media", media ? media : "");
		write_escaped(writer, "type", type);
		write_escaped(writer, "note", value_member_text(response->node, "description"));
		writer_end(writer);
	}
	writer_end(writer);
}

/* --- calls ----------------------------------------------------------------------------------- */

/* The path with values in place of its parameters, and the required ones of the query. */
static char *
sample_target(struct scaffold *scaffold, const struct openapi_operation *operation)
{
	GString *target = g_string_new(NULL);
	size_t position = 0;
	for (const char *at = operation->path; *at;) {
		const char *end = *at == '{' ? strchr(at, '}') : NULL;
		if (!end) {
			g_string_append_c(target, *at++);
			continue;
		}
		g_autoptr(Doc) sample = operation_path_sample(scaffold, operation, position++);
		g_autofree char *plain = outline_plain(doc_root(sample));
		g_autofree char *escaped = g_uri_escape_string(plain ? plain : "1", NULL, FALSE);
		g_string_append(target, escaped);
		at = end + 1;
	}
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		if (parameter->location != OPENAPI_QUERY || !parameter->required)
			continue;
		g_autoptr(Doc) sample = outline_sample(scaffold, parameter->value_schema, parameter->name, SCHEMA_SIDE_REQUEST, false, false);
		g_autofree char *plain = outline_plain(doc_root(sample));
		g_autofree char *name = g_uri_escape_string(parameter->name, NULL, FALSE), *escaped = g_uri_escape_string(plain ? plain : "1", NULL, FALSE);
		g_string_append_printf(target, "%c%s=%s", strchr(target->str, '?') ? '&' : '?', name, escaped);
	}
	return g_string_free(target, FALSE);
}

/* A call that can be pasted into a shell. What stands in it is quoted, and cannot end the block of
 * Markdown that it stands in. */
static char *
curl_text(struct scaffold *scaffold, const struct openapi_operation *operation)
{
	g_autofree char *target = sample_target(scaffold, operation), *quoted = g_shell_quote(target);
	GString *line = g_string_new("curl -i");
	if (!g_str_equal(operation->method, "GET"))
		g_string_append_printf(line, " -X %s", operation->method);
	g_string_append_printf(line, " \"$API_URL\"%s", quoted);
	if (operation->security && value_count(value_item(operation->security, 0)))
		g_string_append(line, " -H \"Authorization: Bearer $API_TOKEN\"");
	const struct value *schema = operation_body_schema(operation);
	g_autoptr(Doc) body = outline_sample(scaffold, schema, NULL, SCHEMA_SIDE_REQUEST, false, false);
	if (body) {
		const char *media = NULL;
		openapi_content(scaffold->openapi, operation->body, NULL, &media);
		g_autofree char *header = g_strconcat("Content-Type: ", media, NULL), *json = value_to_json(doc_root(body), false);
		g_auto(GStrv) parts = g_strsplit(json, "`", -1);
		g_autofree char *safe = g_strjoinv("\\u0060", parts), *head = g_shell_quote(header), *data = g_shell_quote(safe);
		g_string_append_printf(line, " \\\n  -H %s \\\n  --data %s", head, data);
	}
	return g_string_free(line, FALSE);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void
write_operation(struct scaffold *scaffold, size_t index, struct writer *writer)
{
	const struct openapi_operation *operation = &scaffold->operations[index];
	const char *description = value_member_text(operation->node, "description");
	const struct value *body = operation_body_schema(operation);
	g_autofree char *curl = curl_text(scaffold, operation), *type = body ? type_text(scaffold, body, 0) : NULL;
	writer_begin_object(writer);
	g_autofree char *call = g_strdup_printf("%s %s", operation->method, operation->path);
	write_code(writer, "call", call);
	write_escaped(writer, "summary", *operation->summary ? operation->summary : description);
	write_escaped(writer, "missing", scaffold->reasons[index]);
	write_escaped(writer, "body", type);
	writer_member_text(writer, "curl", curl);
	write_parameters(scaffold, operation, writer);
	write_answers(scaffold, operation, writer);
	writer_end(writer);
}

static void
write_schemas(struct scaffold *scaffold, struct writer *writer)
{
	const struct value *schemas = value_find(doc_root(openapi_doc(scaffold->openapi)), "/components/schemas");
	unsigned count = 0;
	writer_key(writer, "schemas");
	writer_begin_array(writer);
	VALUE_EACH_MEMBER (name, schema, schemas) {
		const struct shape *shape = shape_of(scaffold->openapi, schema);
		if (count++ == SCHEMAS)
			break;
		g_autofree char *type = type_text(scaffold, schema, 0);
		writer_begin_object(writer);
		write_escaped(writer, "name", name->text);
		write_escaped(writer, "type", type);
		write_escaped(writer, "note", value_member_text(schema, "description"));
		writer_key(writer, "fields");
		writer_begin_array(writer);
		for (size_t i = 0; i < shape->count; i++) {
			const struct shape_member *member = &shape->members[i];
			if (member->schema)
				write_field(scaffold, member->name, member->read_only ? "answers" : member->write_only ? "requests" : "both", member->required,
				            member->schema, value_member_text(member->schema, "description"), writer);
		}
		writer_end(writer);
		writer_end(writer);
	}
	writer_end(writer);
}

void
manual_write(struct scaffold *scaffold, struct writer *writer)
{
	writer_begin_object(writer);
	writer_key(writer, "operations");
	writer_begin_array(writer);
	for (size_t i = 0; i < scaffold->operation_count; i++)
		write_operation(scaffold, i, writer);
	writer_end(writer);
	write_schemas(scaffold, writer);
	writer_end(writer);
}
