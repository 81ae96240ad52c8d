/* Parameters. */
#include <string.h>

#include "contract/lint_rules.h"

static bool
is_in(const struct value *parameter, const char *place)
{
	const char *in = value_member_text(parameter, "in");
	return in && g_str_equal(in, place);
}

void
lint_parameter_unique(struct lint *lint, const struct lint_at *at)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	VALUE_EACH (item, value_member(at->node, "parameters")) {
		const struct value *parameter = lint_resolve(lint, item);
		const char *in = value_member_text(parameter, "in"), *name = value_member_text(parameter, "name");
		if (!in || !name)
			continue;
		g_autofree char *lower = g_str_equal(in, "header") ? g_ascii_strdown(name, -1) : g_strdup(name);
		if (!g_hash_table_add(names, g_strdup_printf("%s %s", in, lower)))
			lint_say(lint, item, NULL, "the %s parameter \"%s\" is declared twice", in, name);
	}
}

void
lint_parameter_required(struct lint *lint, const struct lint_at *at)
{
	if (is_in(at->node, "path") && !value_truth(value_member(at->node, "required")))
		lint_say(lint, at->node, at->key, "the path parameter \"%s\" is not required", value_member_text(at->node, "name"));
}

void
lint_parameter_style(struct lint *lint, const struct lint_at *at)
{
	const char *in = value_member_text(at->node, "in"), *name = value_member_text(at->node, "style");
	const struct value *styles = in ? value_member(value_member(doc_root(lint->words), "styles"), in) : NULL;
	if (!name || !styles || lint_has_word(styles, name))
		return;
	lint_say(lint, value_member(at->node, "style"), NULL, "style \"%s\" is not one of a parameter in \"%s\"", name, in);
}

void
lint_parameter_content(struct lint *lint, const struct lint_at *at)
{
	const struct value *content = value_member(at->node, "content");
	if (value_is(content, VALUE_OBJECT) && value_count(content) != 1)
		lint_say(lint, content, content - 1, "\"content\" has %zu media types instead of one", value_count(content));
}

void
lint_parameter_ignored(struct lint *lint, const struct lint_at *at)
{
	const char *name = value_member_text(at->node, "name");
	g_autofree char *lower = g_ascii_strdown(name ? name : "", -1);
	if (is_in(at->node, "header") && lint_has_word(value_member(doc_root(lint->words), "headers"), lower))
		lint_say(lint, at->node, value_member(at->node, "name"), "the header parameter \"%s\" does not count", name);
}

void
lint_parameter_empty(struct lint *lint, const struct lint_at *at)
{
	const struct value *empty = value_member(at->node, "allowEmptyValue");
	if (!is_in(at->node, "query"))
		lint_say(lint, empty, empty - 1, "allowEmptyValue counts for query parameters only");
}

void
lint_parameter_deep(struct lint *lint, const struct lint_at *at)
{
	const char *style = value_member_text(at->node, "style");
	const char *type = value_member_text(lint_resolve(lint, value_member(at->node, "schema")), "type");
	if (style && type && g_str_equal(style, "deepObject") && !g_str_equal(type, "object"))
		lint_say(lint, value_member(at->node, "style"), NULL, "style \"deepObject\" has no meaning for type \"%s\"", type);
}

void
lint_parameter_querystring(struct lint *lint, const struct lint_at *at)
{
	if (is_in(at->node, "querystring") && !value_member(at->node, "content"))
		lint_say(lint, at->node, at->key, "a querystring parameter has no \"content\"");
}

static const struct value *
path_parameters(const struct lint_at *at)
{
	bool operation = g_str_equal(at->type->name, "Operation");
	return operation && at->parent ? value_member(at->parent->node, "parameters") : NULL;
}

void
lint_parameter_querystring_mixed(struct lint *lint, const struct lint_at *at)
{
	const struct value *lists[] = { path_parameters(at), value_member(at->node, "parameters") }, *last = NULL;
	unsigned whole = 0, queries = 0, before = 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
		before = whole + queries;
		VALUE_EACH (item, lists[i]) {
			const struct value *parameter = lint_resolve(lint, item);
			last = is_in(parameter, "querystring") ? item : last;
			whole += is_in(parameter, "querystring");
			queries += is_in(parameter, "query");
		}
	}
	/* What the path item has among its own is said there. */
	if (whole + queries > before && (whole > 1 || (whole && queries)))
		lint_say(lint, last, NULL, "a querystring stands beside %s", whole > 1 ? "another one" : "query parameters");
}
