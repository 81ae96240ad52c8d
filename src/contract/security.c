#include "contract/security.h"

#include <string.h>

struct carrier
security_carrier(const struct openapi *openapi, const char *name)
{
	const struct value *schemes = value_member(value_member(doc_root(openapi_doc(openapi)), "components"), "securitySchemes");
	const struct value *scheme = openapi_resolve(openapi, value_member(schemes, name));
	const char *type = value_member_text(scheme, "type");
	const struct value *accepted = value_member(scheme, "x-mock-credentials");
	if (g_strcmp0(type, "apiKey") == 0)
		return (struct carrier){ value_member_text(scheme, "in"), value_member_text(scheme, "name"), NULL, accepted };
	if (g_strcmp0(type, "http") == 0)
		return (struct carrier){ "header", "Authorization", value_member_text(scheme, "scheme"), accepted };
	if (g_strcmp0(type, "oauth2") == 0 || g_strcmp0(type, "openIdConnect") == 0)
		return (struct carrier){ "header", "Authorization", "bearer", accepted };
	return (struct carrier){ NULL, NULL, NULL, NULL };   /* mutual TLS, or a scheme that is not described */
}

static const char *
pair_value(const struct style_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0 && *pairs->items[i].value)
			return pairs->items[i].value;
	return NULL;
}

/* What stands behind the scheme in the header. */
static const char *
header_value(const struct http_headers *headers, const struct carrier *carrier)
{
	const char *value = http_headers_get(headers, carrier->name);
	size_t length = carrier->scheme ? strlen(carrier->scheme) : 0;
	if (!value || !*value || !length)
		return value && *value ? value : NULL;
	bool ours = g_ascii_strncasecmp(value, carrier->scheme, length) == 0 && value[length] == ' ' && value[length + 1];
	return ours ? value + length + 1 : NULL;
}

/* The credential as it was given, of HTTP's Basic the decoded user:password; newly allocated, NULL where
 * there is none. */
static char *
given_credential(const struct carrier *carrier, const struct credentials *credentials)
{
	bool query = strcmp(carrier->in, "query") == 0, cookie = strcmp(carrier->in, "cookie") == 0;
	const char *text = query    ? pair_value(credentials->query, carrier->name)
	                   : cookie ? pair_value(credentials->cookies, carrier->name)
	                            : header_value(credentials->headers, carrier);
	if (!text || !carrier->scheme || g_ascii_strcasecmp(carrier->scheme, "basic") != 0)
		return query && text ? http_unescape(text, strlen(text), true) : g_strdup(text);
	gsize length;
	g_autofree guchar *plain = g_base64_decode(text, &length);
	char *pair = g_strndup((const char *)plain, length);
	if (!strchr(pair, ':'))
		g_clear_pointer(&pair, g_free);
	return pair;
}

/* True where the carrier's credential is there, and one of those that are accepted. */
static bool
is_met(const struct carrier *carrier, const struct credentials *credentials)
{
	if (!carrier->in || !carrier->name)
		return true;
	g_autofree char *given = given_credential(carrier, credentials);
	if (!given || !carrier->accepted)
		return given;
	VALUE_EACH (item, carrier->accepted)
		if (g_strcmp0(value_text(item), given) == 0)
			return true;
	return false;
}

/* The claims of a token that is a JSON Web Token; NULL for any other. */
static struct doc *
claims_of(const char *token)
{
	g_auto(GStrv) parts = g_strsplit(token, ".", 4);
	if (g_strv_length(parts) != 3)
		return NULL;
	gsize length;
	g_strdelimit(g_strdelimit(parts[1], "-", '+'), "_", '/');
	g_autofree char *padded = g_strconcat(parts[1], (const char *[]){ "", "===", "==", "=" }[strlen(parts[1]) % 4], NULL);
	g_autofree guchar *plain = g_base64_decode(padded, &length);
	return doc_read_json("token", (const char *)plain, length, NULL, NULL);
}

/* "read write" or ["read", "write"] has "read". */
static bool
names_scope(const struct value *scopes, const char *wanted)
{
	VALUE_EACH (item, scopes)
		if (g_strcmp0(value_text(item), wanted) == 0)
			return true;
	g_auto(GStrv) words = value_text(scopes) ? g_strsplit(scopes->text, " ", -1) : NULL;
	return words && g_strv_contains((const char *const *)words, wanted);
}

/* The first scope that a request lacks though it says which it has; NULL for none. */
static const char *
missing_scope(const struct carrier *carrier, const struct credentials *credentials, const struct value *scopes)
{
	static const char *const claims[] = { "scope", "scopes", "scp" };
	const char *said = http_headers_get(credentials->headers, "x-mock-scopes");
	if (!value_count(scopes) || !carrier->in || !carrier->name)
		return NULL;
	g_autofree char *token = said ? NULL : given_credential(carrier, credentials);
	g_autoptr(Doc) doc = token ? claims_of(token) : NULL;
	g_auto(GStrv) words = said ? g_strsplit_set(said, " ,", -1) : NULL;
	const struct value *had = NULL;
	for (unsigned i = 0; i < G_N_ELEMENTS(claims) && !had; i++)
		had = value_member(doc_root(doc), claims[i]);
	if (!words && !had)
		return NULL;
	VALUE_EACH (scope, scopes) {
		const char *wanted = value_text(scope);
		bool has = wanted && (words ? g_strv_contains((const char *const *)words, wanted) : names_scope(had, wanted));
		if (!has)
			return wanted;
	}
	return NULL;
}

/* How each scheme is asked for (RFC 9110 section 11.6.1). */
static void
add_challenge(char **challenge, const char *scheme)
{
	if (!*scheme)
		return;
	bool basic = g_ascii_strcasecmp(scheme, "basic") == 0, digest = g_ascii_strcasecmp(scheme, "digest") == 0;
	char *before = *challenge;
	*challenge = g_strdup_printf("%s%s%c%s%s", before ? before : "", before ? ", " : "", g_ascii_toupper(*scheme), scheme + 1,
	                             basic ? " realm=\"*\"" : digest ? " realm=\"*\", nonce=\"abc123\"" : "");
	g_free(before);
}

/* 0 where all schemes of one alternative are met, else the status; with `faults`, what is missing. */
static int
meets(const struct openapi *openapi, const struct value *alternative, const struct credentials *credentials, struct faults *faults,
      char **ret_challenge)
{
	bool all = true, authorised = false;
	const char *lacking = NULL;
	VALUE_EACH_MEMBER (name, scopes, alternative) {
		struct carrier carrier = security_carrier(openapi, name->text);
		authorised |= carrier.scheme && is_met(&carrier, credentials);
	}
	VALUE_EACH_MEMBER (name, scopes, alternative) {
		struct carrier carrier = security_carrier(openapi, name->text);
		/* Only one of several schemes can have the one Authorization header. */
		bool met = is_met(&carrier, credentials);
		const char *scope = met ? missing_scope(&carrier, credentials, scopes) : NULL;
		if (scope && faults)
			faults_add_coded(faults, "scope", carrier.in, carrier.name, "lacks the scope %s of the security scheme %s", scope, name->text);
		lacking = lacking ? lacking : scope;
		if (met || (carrier.scheme && authorised))
			continue;
		all = false;
		if (!faults)
			continue;
		const char *scheme = carrier.scheme ? carrier.scheme : "";
		faults_add_coded(faults, "credential", carrier.in, carrier.name, "must carry a credential of the security scheme %s%s%s%s", name->text,
		                 *scheme ? " (" : "", scheme, *scheme ? ")" : "");
		add_challenge(ret_challenge, scheme);
	}
	return !all ? 401 : lacking ? 403 : 0;
}

int
security_check(const struct openapi *openapi, const struct openapi_operation *operation, const struct credentials *credentials,
               struct faults *faults, char **ret_challenge)
{
	const struct value *told = NULL;
	*ret_challenge = NULL;
	VALUE_EACH (alternative, operation->security) {
		int status = meets(openapi, alternative, credentials, NULL, NULL);
		if (!status)
			return 0;
		/* Of several, the one that only lacks a scope is the one that was meant. */
		told = !told || status == 403 ? alternative : told;
	}
	return told ? meets(openapi, told, credentials, faults, ret_challenge) : 0;
}

/* Schemes compare without case (RFC 9110 section 11.1), but not everywhere: the usual one is sent. */
static char *
authorization_value(const char *scheme, const char *accepted)
{
	bool basic = g_ascii_strcasecmp(scheme, "basic") == 0;
	const char *plain = accepted ? accepted : basic ? "user:credential" : "credential";
	g_autofree char *token = basic ? g_base64_encode((const guchar *)plain, strlen(plain)) : g_strdup(plain);
	return g_strdup_printf("%c%s %s", g_ascii_toupper(*scheme), scheme + 1, token);
}

static void
supply(const struct carrier *carrier, struct http_headers *headers, GString *query, GString *cookies)
{
	const char *accepted = value_text(value_item(carrier->accepted, 0)), *plain = accepted ? accepted : "credential";
	if (strcmp(carrier->in, "header") == 0) {
		g_autofree char *value = carrier->scheme ? authorization_value(carrier->scheme, accepted) : g_strdup(plain);
		if (!http_headers_get(headers, carrier->name))
			http_headers_add(headers, carrier->name, value);
		return;
	}
	bool in_query = strcmp(carrier->in, "query") == 0;
	GString *text = in_query ? query : cookies;
	g_string_append(text, !text->len ? "" : in_query ? "&" : "; ");
	g_string_append_uri_escaped(text, carrier->name, NULL, FALSE);
	g_string_append_c(text, '=');
	g_string_append_uri_escaped(text, plain, NULL, FALSE);
}

void
security_supply(const struct openapi *openapi, const struct openapi_operation *operation, struct http_headers *headers, GString *query,
                GString *cookies)
{
	const struct value *first = value_item(operation->security, 0);
	VALUE_EACH_MEMBER (name, scopes, first) {
		struct carrier carrier = security_carrier(openapi, name->text);
		if (carrier.in && carrier.name)
			supply(&carrier, headers, query, cookies);
	}
}
