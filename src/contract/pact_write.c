/* Recordings as Pact files, version 4. */
#include <string.h>

#include "contract/openapi.h"
#include "contract/pact.h"

/* What belongs to a connection, a browser or a recorder and is no part of an agreement. */
static bool
is_agreed(const char *header)
{
	static const char *const others[] = { "host", "connection", "content-length", "transfer-encoding", "keep-alive", "date", "server",
		                              "user-agent", "accept-encoding", "accept-language", "origin", "referer", "content-encoding",
		                              "vary", "cache-control", "pragma", "upgrade", "via", "priority", "dnt",
		                              "x-teamwright-consumer", "x-mock-contract", "upgrade-insecure-requests", NULL };
	return !g_str_has_prefix(header, "access-control-") && !g_str_has_prefix(header, "sec-") && !g_strv_contains(others, header);
}

static void
write_headers(struct writer *writer, const struct doc *headers)
{
	writer_key(writer, "headers");
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (name, value, doc_root(headers)) {
		if (!is_agreed(name->text) || !value_text(value))
			continue;
		writer_key(writer, name->text);
		writer_begin_array(writer);
		writer_text(writer, value->text);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_body(struct writer *writer, const char *text, const char *encoding, const struct doc *headers)
{
	const char *type = value_member_text(doc_root(headers), "content-type");
	bool base64 = g_strcmp0(encoding, RECORDING_BASE64) == 0;
	if (!text)
		return;
	g_autoptr(Doc) json = !base64 && type && openapi_is_json(type) ? doc_read_json("body", text, strlen(text), NULL, NULL) : NULL;
	writer_key(writer, "body");
	writer_begin_object(writer);
	writer_key(writer, "content");
	if (json)
		writer_value(writer, doc_root(json));
	else
		writer_text(writer, text);
	writer_member_text(writer, "contentType", type ? type : "application/octet-stream");
	writer_key(writer, "encoded");
	if (base64)
		writer_text(writer, "base64");
	else
		writer_bool(writer, false);
	writer_end(writer);
}

static char *
plain(const char *text, bool form)
{
	g_autofree char *unescaped = http_unescape(text, strlen(text), form);
	return g_utf8_make_valid(unescaped ? unescaped : text, -1);
}

/* Name and value of a piece of a query. */
static char *
read_pair(const char *piece, char **ret_value)
{
	g_autofree char *name = g_strndup(piece, strcspn(piece, "="));
	*ret_value = plain(piece[strlen(name)] ? piece + strlen(name) + 1 : "", true);
	return plain(name, true);
}

static void
write_query(struct writer *writer, const char *query)
{
	g_auto(GStrv) pieces = g_strsplit(query, "&", 1000);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	writer_key(writer, "query");
	writer_begin_object(writer);
	for (char **piece = pieces; *piece; piece++) {
		char *value = NULL;
		char *name = read_pair(*piece, &value);
		bool known = !**piece || g_hash_table_contains(seen, name);
		g_free(value);
		if (known) {
			g_free(name);
			continue;
		}
		writer_key(writer, name);
		writer_begin_array(writer);
		for (char **other = piece; *other; other++) {
			g_autofree char *text = NULL, *other_name = read_pair(*other, &text);
			if (strcmp(other_name, name) == 0)
				writer_text(writer, text);
		}
		writer_end(writer);
		g_hash_table_add(seen, name);
	}
	writer_end(writer);
}

/* Path and query behind the host. */
static void
write_target(struct writer *writer, const char *target)
{
	const char *host = *target == '/' ? NULL : strstr(target, "://"), *path = host ? strchr(host + 3, '/') : target;
	g_autofree char *whole = g_strdup(path ? path : "/");
	whole[strcspn(whole, "#")] = '\0';
	char *query = strchr(whole, '?');
	if (query)
		*query++ = '\0';
	writer_member_text(writer, "path", whole);
	if (query && *query)
		write_query(writer, query);
}

/* What was kept of a message besides: "matchingRules" and "generators". */
static bool
write_kept(struct writer *writer, const struct recorded_exchange *exchange, const char *side)
{
	const struct value *kept = value_member(doc_root(exchange->pact), side);
	writer_members(writer, kept);
	return exchange->pact != NULL;
}

static void
write_matcher(struct writer *writer, const char *name)
{
	writer_key(writer, name);
	writer_begin_object(writer);
	writer_key(writer, "matchers");
	writer_begin_array(writer);
	writer_begin_object(writer);
	writer_member_text(writer, "match", "type");
	writer_end(writer);
	writer_end(writer);
	writer_member_text(writer, "combine", "AND");
	writer_end(writer);
}

static void
write_rules(struct writer *writer, const struct recorded_exchange *exchange)
{
	writer_key(writer, "matchingRules");
	writer_begin_object(writer);
	writer_key(writer, "header");
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (name, value, doc_root(exchange->response_headers))
		if (is_agreed(name->text) && value_text(value) && strcmp(name->text, "content-type") != 0)
			write_matcher(writer, name->text);
	writer_end(writer);
	writer_key(writer, "body");
	writer_begin_object(writer);
	if (exchange->response_body)
		write_matcher(writer, "$");
	writer_end(writer);
	writer_end(writer);
}

static void
write_request(struct writer *writer, const struct recorded_exchange *exchange)
{
	writer_key(writer, "request");
	writer_begin_object(writer);
	writer_member_text(writer, "method", exchange->method);
	write_target(writer, exchange->target);
	write_headers(writer, exchange->request_headers);
	write_body(writer, exchange->request_body, exchange->request_encoding, exchange->request_headers);
	write_kept(writer, exchange, "request");
	writer_end(writer);
}

static void
write_response(struct writer *writer, const struct recorded_exchange *exchange)
{
	writer_key(writer, "response");
	writer_begin_object(writer);
	writer_member_int(writer, "status", exchange->status);
	write_headers(writer, exchange->response_headers);
	write_body(writer, exchange->response_body, exchange->response_encoding, exchange->response_headers);
	if (!write_kept(writer, exchange, "response"))
		write_rules(writer, exchange);
	writer_end(writer);
}

static void
write_interaction(struct writer *writer, const struct recorded_exchange *exchange, size_t number)
{
	const struct value *kept = doc_root(exchange->pact);
	g_autofree char *described = g_strdup_printf("%zu: %s %s gives %" G_GINT64_FORMAT, number, exchange->method, exchange->target, exchange->status);
	const char *description = value_member_text(kept, "description");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "Synchronous/HTTP");
	writer_member_text(writer, "description", description ? description : described);
	if (value_member(kept, "providerStates"))
		writer_member_value(writer, "providerStates", value_member(kept, "providerStates"));
	writer_member_bool(writer, "pending", value_truth(value_member(kept, "pending")));
	write_request(writer, exchange);
	write_response(writer, exchange);
	writer_end(writer);
}

static void
write_name(struct writer *writer, const char *role, const char *given, const char *known)
{
	writer_key(writer, role);
	writer_begin_object(writer);
	writer_member_text(writer, "name", given ? given : known ? known : role);
	writer_end(writer);
}

char *
pact_write(const struct recorded_exchange_list *list, const char *consumer, const char *provider)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	write_name(&writer, "consumer", consumer, list->count ? list->items[0].consumer : NULL);
	write_name(&writer, "provider", provider, list->count ? list->items[0].provider : NULL);
	writer_key(&writer, "interactions");
	writer_begin_array(&writer);
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].status)
			write_interaction(&writer, &list->items[i], i + 1);
	writer_end(&writer);
	writer_key(&writer, "metadata");
	writer_begin_object(&writer);
	writer_key(&writer, "pactSpecification");
	writer_begin_object(&writer);
	writer_member_text(&writer, "version", "4.0");
	writer_end(&writer);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}
