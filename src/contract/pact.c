#include "contract/pact.h"

#include <string.h>

#include "base/error.h"
#include "contract/openapi.h"

/* An interaction being read. */
struct reading {
	const struct doc *doc;
	const char *consumer, *provider;
	int version;
};

bool
pact_is(const struct value *root)
{
	return value_is(value_member(root, "interactions"), VALUE_ARRAY) && value_is(value_member(root, "consumer"), VALUE_OBJECT);
}

/* The major version; where it is not said, the form of the headers tells 4 from 3. */
static int
version_of(const struct value *root)
{
	const struct value *metadata = value_member(root, "metadata");
	static const char *const names[] = { "pactSpecification", "pact-specification" };
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *text = value_member_text(value_member(metadata, names[i]), "version");
		if (text)
			return (int)g_ascii_strtoll(text, NULL, 10);
	}
	const char *text = value_member_text(metadata, "pactSpecificationVersion");
	return text ? (int)g_ascii_strtoll(text, NULL, 10) : value_member(value_item(value_member(root, "interactions"), 0), "type") ? 4 : 3;
}

/* --- messages ------------------------------------------------------------------------------- */

/* A text, or a list of texts that are one header. Pact's own libraries write Content-Type twice, in two spellings. */
static void
read_headers(const struct value *headers, struct http_headers *ret)
{
	VALUE_EACH_MEMBER (name, item, headers) {
		g_autoptr(GString) joined = g_string_new(value_text(item));
		VALUE_EACH (part, item)
			if (value_text(part))
				g_string_append_printf(joined, "%s%s", joined->len ? ", " : "", part->text);
		if (!http_headers_get(ret, name->text))
			http_headers_add(ret, name->text, joined->str);
	}
}

static void
add_pair(GString *query, const char *name, const char *value)
{
	g_autofree char *left = g_uri_escape_string(name, NULL, FALSE), *right = value ? g_uri_escape_string(value, NULL, FALSE) : NULL;
	g_string_append_printf(query, "%s%s%s%s", query->len ? "&" : "", left, right ? "=" : "", right ? right : "");
}

static char *
read_target(const struct value *request)
{
	const char *path = value_member_text(request, "path");
	const struct value *query = value_member(request, "query");
	g_autofree char *escaped = g_uri_escape_string(path ? path : "/", "!$&'()*+,;=:@/%~", FALSE);
	g_autoptr(GString) text = g_string_new(value_text(query));
	VALUE_EACH_MEMBER (name, item, query) {
		if (value_text(item))
			add_pair(text, name->text, item->text);
		VALUE_EACH (value, item)
			add_pair(text, name->text, value_text(value));
	}
	return g_strconcat(*escaped == '/' ? "" : "/", escaped, text->len ? "?" : "", text->str, NULL);
}

/* JSON as it stands in the pact, or as a text in it. */
static GString *
json_body(const struct value *content)
{
	g_autoptr(Doc) doc = value_text(content) ? doc_read_json("body", content->text, content->length, NULL, NULL) : NULL;
	if (doc)
		return g_string_new_len(content->text, (gssize)content->length);
	g_autofree char *json = value_to_json(content, false);
	return g_string_new(json);
}

static GString *
read_content(const struct value *content, const char *type, bool base64)
{
	if (!content || value_is(content, VALUE_NULL))
		return NULL;
	if (base64 && value_text(content)) {
		gsize length;
		g_autofree guchar *bytes = g_base64_decode(content->text, &length);
		return g_string_new_len((const char *)bytes, (gssize)length);
	}
	if (!value_text(content) || (type && openapi_is_json(type)))
		return json_body(content);
	return g_string_new_len(content->text, (gssize)content->length);
}

/* Version 4 wraps a body: {"content", "contentType", "encoded"}; a JSON text in it is quoted once. */
static GString *
read_body(const struct reading *reading, const struct value *message, struct http_headers *headers)
{
	const struct value *body = value_member(message, "body"), *encoded = value_member(body, "encoded");
	const char *type = http_headers_get(headers, "content-type");
	if (reading->version < 4)
		return read_content(body, type, false);
	const char *said = value_member_text(body, "contentType");
	const struct value *content = value_member(body, "content");
	bool base64 = value_truth(encoded) || g_strcmp0(value_text(encoded), "base64") == 0;
	if (said && !type)
		http_headers_add(headers, "Content-Type", said);
	bool quoted = value_text(content) && said && openapi_is_json(said) && value_is(encoded, VALUE_BOOL) && !base64;
	if (!quoted)
		return read_content(content, said ? said : type, base64);
	g_autofree char *json = value_to_json(content, false);
	return g_string_new(json);
}

/* --- rules ---------------------------------------------------------------------------------- */

/* "$.body.name" of version 2 as a category and what is left: "body", "$.name". */
static const char *
category_of(const char *place, char **ret_rest)
{
	static const struct {
		const char *prefix, *category, *root;
	} categories[] = { { "$.body", "body", "$" }, { "$.headers.", "header", "" }, { "$.header.", "header", "" }, { "$.query.", "query", "" }, { "$.path", "path", "" } };
	for (unsigned i = 0; i < G_N_ELEMENTS(categories); i++) {
		if (!g_str_has_prefix(place, categories[i].prefix))
			continue;
		*ret_rest = g_strconcat(categories[i].root, place + strlen(categories[i].prefix), NULL);
		return categories[i].category;
	}
	*ret_rest = g_strdup(place);
	return "body";
}

/* A rule of version 2 says "match" or, of itself, "regex", "min", "max". */
static void
write_matcher(struct writer *writer, const struct value *rule)
{
	writer_key(writer, "matchers");
	writer_begin_array(writer);
	writer_begin_object(writer);
	if (!value_member(rule, "match"))
		writer_member_text(writer, "match", value_member(rule, "regex") ? "regex" : "type");
	writer_members(writer, rule);
	writer_end(writer);
	writer_end(writer);
	writer_member_text(writer, "combine", "AND");
}

static void
write_old_category(struct writer *writer, const struct value *rules, const char *category)
{
	bool path = strcmp(category, "path") == 0;
	writer_key(writer, category);
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (place, rule, rules) {
		g_autofree char *rest = NULL;
		if (strcmp(category_of(place->text, &rest), category) != 0)
			continue;
		if (path) {
			write_matcher(writer, rule);
			break;
		}
		writer_key(writer, rest);
		writer_begin_object(writer);
		write_matcher(writer, rule);
		writer_end(writer);
	}
	writer_end(writer);
}

static bool
has_category(const struct value *rules, const char *category)
{
	bool has = false;
	VALUE_EACH_MEMBER (place, rule, rules) {
		g_autofree char *rest = NULL;
		(void)rule;
		has |= strcmp(category_of(place->text, &rest), category) == 0;
	}
	return has;
}

static void
write_old_rules(struct writer *writer, const struct value *rules)
{
	static const char *const categories[] = { "path", "query", "header", "body" };
	writer_begin_object(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(categories); i++)
		if (has_category(rules, categories[i]))
			write_old_category(writer, rules, categories[i]);
	writer_end(writer);
}

static void
write_side(struct writer *writer, const struct reading *reading, const struct value *interaction, const char *side)
{
	const struct value *message = value_member(interaction, side), *rules = value_member(message, "matchingRules");
	writer_key(writer, side);
	writer_begin_object(writer);
	if (rules) {
		writer_key(writer, "matchingRules");
		if (reading->version < 3)
			write_old_rules(writer, rules);
		else
			writer_value(writer, rules);
	}
	if (value_member(message, "generators"))
		writer_member_value(writer, "generators", value_member(message, "generators"));
	writer_end(writer);
}

static void
write_states(struct writer *writer, const struct value *interaction)
{
	const struct value *states = value_member(interaction, "providerStates");
	const char *state = value_member_text(interaction, "providerState");
	state = state ? state : value_member_text(interaction, "provider_state");
	if (states && !value_text(states)) {
		writer_member_value(writer, "providerStates", states);
	} else if (state) {
		writer_key(writer, "providerStates");
		writer_begin_array(writer);
		writer_begin_object(writer);
		writer_member_text(writer, "name", state);
		writer_end(writer);
		writer_end(writer);
	}
}

/* What is kept besides the messages. */
static struct doc *
kept_of(const struct reading *reading, const struct value *interaction)
{
	struct writer writer;
	const char *description = value_member_text(interaction, "description");
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "description", description ? description : "");
	write_states(&writer, interaction);
	writer_member_bool(&writer, "pending", value_truth(value_member(interaction, "pending")));
	write_side(&writer, reading, interaction, "request");
	write_side(&writer, reading, interaction, "response");
	writer_end(&writer);
	return writer_doc(&writer);
}

/* --- all of it ------------------------------------------------------------------------------ */

static bool
read_interaction(const struct reading *reading, const struct value *interaction, struct recorded_exchange *exchange, GError **error)
{
	const struct value *asked = value_member(interaction, "request"), *answered = value_member(interaction, "response");
	const char *method = value_member_text(asked, "method");
	int64_t status = 200;
	value_int64(value_member(answered, "status"), &status);
	if (!value_is(asked, VALUE_OBJECT) || !value_is(answered, VALUE_OBJECT)) {
		g_autofree char *where = doc_where(reading->doc, interaction);
		return error_set(error, ERR_INPUT, "let its consumer write it anew", "%s: an interaction without a request and a response", where);
	}
	struct http_request request = { .method = g_ascii_strup(method ? method : "GET", -1), .url = read_target(asked) };
	struct http_response response = { .status = (int)CLAMP(status, 0, 999) };
	read_headers(value_member(asked, "headers"), &request.headers);
	read_headers(value_member(answered, "headers"), &response.headers);
	request.body = read_body(reading, asked, &request.headers);
	response.body = read_body(reading, answered, &response.headers);
	recorded_exchange_fill(exchange, &request, &response);
	http_request_clear(&request);
	http_response_clear(&response);
	g_free(exchange->consumer);
	exchange->consumer = g_strdup(reading->consumer);
	exchange->provider = g_strdup(reading->provider);
	exchange->partial = true;
	exchange->pact = kept_of(reading, interaction);
	return true;
}

bool
pact_read(const struct doc *doc, struct recorded_exchange_list *ret, size_t *ret_skipped, GError **error)
{
	const struct value *root = doc_root(doc);
	struct reading reading = { doc, value_member_text(value_member(root, "consumer"), "name"),
		                   value_member_text(value_member(root, "provider"), "name"), version_of(root) };
	*ret = (struct recorded_exchange_list){ 0 };
	*ret_skipped = 0;
	VALUE_EACH (interaction, value_member(root, "interactions")) {
		const char *type = value_member_text(interaction, "type");
		if (type && strcmp(type, "Synchronous/HTTP") != 0) {
			++*ret_skipped;
			continue;
		}
		if (!read_interaction(&reading, interaction, record_append(&recorded_exchange_record, ret), error)) {
			record_list_finish(&recorded_exchange_record, ret);
			return false;
		}
	}
	return true;
}
