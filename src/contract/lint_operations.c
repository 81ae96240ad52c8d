/* Operations, their responses and contents. */
#include <string.h>

#include "contract/lint_rules.h"

enum { STEPS = 1000 };

void
lint_operation_id_unique(struct lint *lint, const struct lint_at *at)
{
	const struct value *id = value_member(at->node, "operationId");
	if (!value_text(id))
		return;
	const struct value *first = g_hash_table_lookup(lint->ids, id->text);
	if (first)
		lint_say(lint, id, NULL, "the operationId \"%s\" is used by another operation", id->text);
	else
		g_hash_table_insert(lint->ids, (void *)(uintptr_t)id->text, (void *)(uintptr_t)at->node);
}

void
lint_operation_id_safe(struct lint *lint, const struct lint_at *at)
{
	static const char safe[] = "-._~:/?#[]@!$&'()*+,;=";
	const struct value *id = value_member(at->node, "operationId");
	const char *text = value_text(id);
	for (const char *c = text; c && *c; c++) {
		if (g_ascii_isalnum(*c) || strchr(safe, *c))
			continue;
		lint_say(lint, id, NULL, "the operationId \"%s\" has characters that a URL cannot hold", text);
		return;
	}
}

static void
wants(struct lint *lint, const struct lint_at *at, const char *member)
{
	const char *text = value_member_text(at->node, member);
	if (!text || !*text)
		lint_say(lint, at->node, at->key, "the operation %s has no %s", at->key ? at->key->text : "", member);
}

void
lint_operation_id(struct lint *lint, const struct lint_at *at)
{
	wants(lint, at, "operationId");
}

void
lint_operation_summary(struct lint *lint, const struct lint_at *at)
{
	wants(lint, at, "summary");
}

static bool
has_status(const struct value *responses, const char *first)
{
	VALUE_EACH_MEMBER (key, item, responses)
		if (strchr(first, *key->text))
			return true;
	return false;
}

void
lint_operation_success(struct lint *lint, const struct lint_at *at)
{
	const struct value *responses = value_member(at->node, "responses");
	if (value_count(responses) && !has_status(responses, "123d"))
		lint_say(lint, responses, responses - 1, "no response tells success");
}

void
lint_operation_failure(struct lint *lint, const struct lint_at *at)
{
	const struct value *responses = value_member(at->node, "responses");
	if (value_count(responses) && !has_status(responses, "4d"))
		lint_say(lint, responses, responses - 1, "no response tells what is refused");
}

void
lint_operation_body(struct lint *lint, const struct lint_at *at)
{
	static const char *const methods[] = { "get", "head", "delete", "trace" };
	for (unsigned i = 0; i < G_N_ELEMENTS(methods); i++) {
		const struct value *body = value_member(value_member(at->node, methods[i]), "requestBody");
		if (body)
			lint_say(lint, body, body - 1, "the meaning of a body of %s is not defined", methods[i]);
	}
}

void
lint_operation_tags(struct lint *lint, const struct lint_at *at)
{
	const struct value *declared = value_member(lint_root(lint), "tags");
	if (!value_count(declared))
		return;
	if (!g_hash_table_size(lint->tags))
		VALUE_EACH (tag, declared)
			if (value_member_text(tag, "name"))
				g_hash_table_add(lint->tags, (void *)(uintptr_t)value_member_text(tag, "name"));
	VALUE_EACH (tag, value_member(at->node, "tags"))
		if (value_text(tag) && !g_hash_table_contains(lint->tags, tag->text))
			lint_say(lint, tag, NULL, "the tag \"%s\" is not declared", tag->text);
}

void
lint_operation_security(struct lint *lint, const struct lint_at *at)
{
	if (!value_member(at->node, "security") && !value_member(lint_root(lint), "security"))
		lint_say(lint, at->node, at->key, "neither the operation nor the document has \"security\"");
}

void
lint_responses_empty(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node)
		if (!g_str_has_prefix(key->text, "x-"))
			return;
	lint_say(lint, at->node, at->key, "there is no response");
}

void
lint_status_known(struct lint *lint, const struct lint_at *at)
{
	const struct value *known = value_member(doc_root(lint->words), "statuses");
	VALUE_EACH_MEMBER (key, item, at->node) {
		int64_t code;
		bool number = key->length == 3 && g_ascii_string_to_signed(key->text, 10, 100, 599, &code, NULL), found = false;
		VALUE_EACH (status, number ? known : NULL)
			found |= value_double(status) == (double)code;
		if (number && !found)
			lint_say(lint, item, key, "%s is no registered status code", key->text);
	}
}

/* type/subtype with parameters behind it; a range is one too. */
static bool
is_media_type(const char *text)
{
	static const char token[] = "!#$%&'*+-.^_`|~";
	unsigned parts = 1, length = 0;
	for (; *text && *text != ';' && *text != ' '; text++) {
		if (*text == '/' && (!length || parts++ > 1))
			return false;
		if (*text != '/' && !g_ascii_isalnum(*text) && !strchr(token, *text))
			return false;
		length = *text == '/' ? 0 : length + 1;
	}
	return parts == 2 && length;
}

void
lint_media_name(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, value_member(at->node, "content"))
		if (!is_media_type(key->text))
			lint_say(lint, item, key, "\"%s\" is no media type", key->text);
}

/* A schema describes the property, or is too free to tell. */
static bool
has_property(struct lint *lint, const struct value *schema, const char *name, unsigned depth)
{
	static const char *const parts[] = { "allOf", "anyOf", "oneOf" };
	schema = lint_resolve(lint, schema);
	const struct value *properties = value_member(schema, "properties");
	if (depth > 16 || !lint->steps || !schema || value_member(properties, name))
		return true;
	lint->steps--;
	bool composed = false;
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		VALUE_EACH (part, value_member(schema, parts[i])) {
			composed = true;
			if (has_property(lint, part, name, depth + 1))
				return true;
		}
	}
	return !composed && !properties;
}

void
lint_encoding_property(struct lint *lint, const struct lint_at *at)
{
	const struct value *schema = value_member(at->node, "schema");
	VALUE_EACH_MEMBER (key, item, schema ? value_member(at->node, "encoding") : NULL) {
		lint->steps = STEPS;
		if (!has_property(lint, schema, key->text, 0))
			lint_say(lint, item, key, "the schema has no property \"%s\"", key->text);
	}
}

void
lint_header_ignored(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, value_member(at->node, "headers"))
		if (g_ascii_strcasecmp(key->text, "content-type") == 0)
			lint_say(lint, item, key, "the header %s does not count here", key->text);
}
