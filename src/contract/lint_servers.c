/* Servers and security. */
#include <string.h>

#include "contract/lint_rules.h"

void
lint_servers_missing(struct lint *lint, const struct lint_at *at)
{
	const struct value *servers = value_member(at->node, "servers");
	if (!value_count(servers))
		lint_say(lint, servers ? servers : at->node, NULL, "the document names no server");
}

void
lint_server_slash(struct lint *lint, const struct lint_at *at)
{
	const struct value *url = value_member(at->node, "url");
	if (value_text(url) && url->length > 1 && url->text[url->length - 1] == '/')
		lint_say(lint, url, NULL, "%s ends with a slash", url->text);
}

void
lint_server_example(struct lint *lint, const struct lint_at *at)
{
	const struct value *url = value_member(at->node, "url");
	const char *text = value_text(url);
	if (text && (strstr(text, "//example.") || strstr(text, ".example.com") || strstr(text, "//localhost")))
		lint_say(lint, url, NULL, "%s is a server of examples", text);
}

void
lint_server_undefined(struct lint *lint, const struct lint_at *at)
{
	const struct value *url = value_member(at->node, "url"), *variables = value_member(at->node, "variables");
	const char *open = value_text(url) ? strchr(url->text, '{') : NULL;
	for (const char *close; open && (close = strchr(open, '}')); open = strchr(close, '{')) {
		g_autofree char *name = g_strndup(open + 1, (size_t)(close - open - 1));
		if (!value_member(variables, name))
			lint_say(lint, url, NULL, "the variable {%s} is not defined", name);
	}
}

void
lint_server_unused(struct lint *lint, const struct lint_at *at)
{
	const char *url = value_member_text(at->node, "url");
	VALUE_EACH_MEMBER (key, item, url ? value_member(at->node, "variables") : NULL) {
		g_autofree char *mark = g_strdup_printf("{%s}", key->text);
		if (!strstr(url, mark))
			lint_say(lint, item, key, "the variable {%s} does not stand in the URL", key->text);
	}
}

void
lint_server_enum(struct lint *lint, const struct lint_at *at)
{
	const struct value *values = value_member(at->node, "enum");
	if (value_is(values, VALUE_ARRAY) && !value_count(values))
		lint_say(lint, values, values - 1, "the enum is empty");
}

void
lint_server_default(struct lint *lint, const struct lint_at *at)
{
	const struct value *values = value_member(at->node, "enum"), *preset = value_member(at->node, "default");
	if (value_text(preset) && value_count(values) && !lint_has_word(values, preset->text))
		lint_say(lint, preset, NULL, "the default \"%s\" is not in the enum", preset->text);
}

/* --- security -------------------------------------------------------------------------------- */

static const struct value *
scheme_of(struct lint *lint, const char *name)
{
	return lint_resolve(lint, value_member(lint_components(lint, "securitySchemes"), name));
}

void
lint_security_undefined(struct lint *lint, const struct lint_at *at)
{
	bool links = lint->grammar->version > 31;
	VALUE_EACH_MEMBER (key, item, at->node) {
		g_hash_table_add(lint->secured, (void *)(uintptr_t)key->text);
		/* Since 3.2 the name may be a URI. */
		if (!value_member(lint_components(lint, "securitySchemes"), key->text) && !(links && key->text[strcspn(key->text, "/#:.")]))
			lint_say(lint, item, key, "the security scheme \"%s\" is not defined", key->text);
	}
}

void
lint_security_scopes(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const char *type = value_member_text(scheme_of(lint, key->text), "type");
		if (type && value_count(item) && !g_str_equal(type, "oauth2") && !g_str_equal(type, "openIdConnect"))
			lint_say(lint, item, key, "\"%s\" is of type %s, which has no scopes", key->text, type);
	}
}

static bool
has_scope(const struct value *flows, const char *scope)
{
	VALUE_EACH_MEMBER (key, flow, flows)
		if (value_member(value_member(flow, "scopes"), scope))
			return true;
	return false;
}

void
lint_security_scope_undefined(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		const struct value *scheme = scheme_of(lint, key->text), *flows = value_member(scheme, "flows");
		const char *type = value_member_text(scheme, "type");
		VALUE_EACH (scope, type && g_str_equal(type, "oauth2") ? item : NULL)
			if (value_text(scope) && !has_scope(flows, scope->text))
				lint_say(lint, scope, NULL, "\"%s\" has no scope \"%s\"", key->text, scope->text);
	}
}

void
lint_security_unused(struct lint *lint, const struct lint_at *at)
{
	(void)at;
	VALUE_EACH_MEMBER (key, item, lint_components(lint, "securitySchemes"))
		if (!g_hash_table_contains(lint->secured, key->text))
			lint_say(lint, item, key, "the security scheme \"%s\" is not used", key->text);
}
