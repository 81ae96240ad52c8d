#include "contract/security.h"

#include <string.h>

struct carrier
security_carrier(const struct openapi *openapi, const char *name)
{
	const struct value *schemes = value_member(value_member(doc_root(openapi_doc(openapi)), "components"), "securitySchemes");
	const struct value *scheme = openapi_resolve(openapi, value_member(schemes, name));
	const char *type = value_member_text(scheme, "type");
	if (g_strcmp0(type, "apiKey") == 0)
		return (struct carrier){ value_member_text(scheme, "in"), value_member_text(scheme, "name"), NULL };
	if (g_strcmp0(type, "http") == 0)
		return (struct carrier){ "header", "Authorization", value_member_text(scheme, "scheme") };
	if (g_strcmp0(type, "oauth2") == 0 || g_strcmp0(type, "openIdConnect") == 0)
		return (struct carrier){ "header", "Authorization", "bearer" };
	return (struct carrier){ NULL, NULL, NULL };   /* mutual TLS, or a scheme that is not described */
}

static bool
has_pair(const struct style_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0 && *pairs->items[i].value)
			return true;
	return false;
}

static bool
has_header(const struct http_headers *headers, const struct carrier *carrier)
{
	const char *value = http_headers_get(headers, carrier->name);
	if (!value || !*value || !carrier->scheme)
		return value && *value;
	size_t length = strlen(carrier->scheme);
	return g_ascii_strncasecmp(value, carrier->scheme, length) == 0 && value[length] == ' ' && value[length + 1];
}

static bool
is_met(const struct carrier *carrier, const struct credentials *credentials)
{
	if (!carrier->in || !carrier->name)
		return true;
	if (strcmp(carrier->in, "query") == 0)
		return has_pair(credentials->query, carrier->name);
	if (strcmp(carrier->in, "cookie") == 0)
		return has_pair(credentials->cookies, carrier->name);
	return has_header(credentials->headers, carrier);
}

/* Whether all schemes of one alternative are met; with `faults`, what is missing. */
static bool
meets(const struct openapi *openapi, const struct value *alternative, const struct credentials *credentials, struct faults *faults,
      char **ret_challenge)
{
	bool all = true, authorised = false;
	VALUE_EACH_MEMBER (name, scopes, alternative) {
		struct carrier carrier = security_carrier(openapi, name->text);
		authorised |= carrier.scheme && is_met(&carrier, credentials);
	}
	VALUE_EACH_MEMBER (name, scopes, alternative) {
		struct carrier carrier = security_carrier(openapi, name->text);
		/* Only one of several schemes can have the one Authorization header. */
		if (is_met(&carrier, credentials) || (carrier.scheme && authorised))
			continue;
		all = false;
		if (!faults)
			continue;
		const char *scheme = carrier.scheme ? carrier.scheme : "";
		faults_add(faults, carrier.in, carrier.name, "must carry a credential of the security scheme %s%s%s%s", name->text,
		           *scheme ? " (" : "", scheme, *scheme ? ")" : "");
		if (*scheme && !*ret_challenge)
			*ret_challenge = g_strdup_printf("%c%s", g_ascii_toupper(*scheme), scheme + 1);
	}
	return all;
}

bool
security_check(const struct openapi *openapi, const struct openapi_operation *operation, const struct credentials *credentials,
               struct faults *faults, char **ret_challenge)
{
	*ret_challenge = NULL;
	VALUE_EACH (alternative, operation->security)
		if (meets(openapi, alternative, credentials, NULL, NULL))
			return true;
	const struct value *first = value_item(operation->security, 0);
	return !first || meets(openapi, first, credentials, faults, ret_challenge);
}

/* Schemes compare without case (RFC 9110 section 11.1), but not everywhere: the usual one is sent. */
static char *
authorization_value(const char *scheme)
{
	static const char pair[] = "user:credential";
	bool basic = g_ascii_strcasecmp(scheme, "basic") == 0;
	g_autofree char *token = basic ? g_base64_encode((const guchar *)pair, sizeof pair - 1) : g_strdup("credential");
	return g_strdup_printf("%c%s %s", g_ascii_toupper(*scheme), scheme + 1, token);
}

void
security_supply(const struct openapi *openapi, const struct openapi_operation *operation, struct http_headers *headers, GString *query,
                GString *cookies)
{
	const struct value *first = value_item(operation->security, 0);
	VALUE_EACH_MEMBER (name, scopes, first) {
		struct carrier carrier = security_carrier(openapi, name->text);
		if (!carrier.in || !carrier.name)
			continue;
		if (strcmp(carrier.in, "header") == 0) {
			g_autofree char *value = carrier.scheme ? authorization_value(carrier.scheme) : g_strdup("credential");
			if (!http_headers_get(headers, carrier.name))
				http_headers_add(headers, carrier.name, value);
			continue;
		}
		GString *text = strcmp(carrier.in, "query") == 0 ? query : cookies;
		g_string_append(text, text->len ? text == query ? "&" : "; " : "");
		g_string_append_uri_escaped(text, carrier.name, NULL, FALSE);
		g_string_append(text, "=credential");
	}
}
