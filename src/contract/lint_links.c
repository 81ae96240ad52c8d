/* Links, callbacks and their runtime expressions. */
#include <string.h>

#include "contract/lint_rules.h"

static bool
is_token(const char *text)
{
	for (const char *c = text; *c; c++)
		if (!g_ascii_isgraph(*c) || strchr("\"(),/:;<=>?@[\\]{}", *c))
			return false;
	return *text;
}

/* What stands behind $request. and $response. */
static bool
is_source(const char *text)
{
	if (g_str_has_prefix(text, "header."))
		return is_token(text + strlen("header."));
	if (g_str_has_prefix(text, "query.") || g_str_has_prefix(text, "path."))
		return text[strcspn(text, ".") + 1];
	return g_str_equal(text, "body") || g_str_has_prefix(text, "body#/") || g_str_equal(text, "body#");
}

/* OpenAPI, "Runtime Expressions". */
static bool
is_expression(const char *text)
{
	if (g_str_equal(text, "$url") || g_str_equal(text, "$method") || g_str_equal(text, "$statusCode"))
		return true;
	if (g_str_has_prefix(text, "$request."))
		return is_source(text + strlen("$request."));
	return g_str_has_prefix(text, "$response.") && is_source(text + strlen("$response."));
}

/* The first expression of a template {$…} that is not well formed; NULL for none. */
static char *
fault_in(const char *text)
{
	for (const char *open = strchr(text, '{'), *close; open; open = strchr(close, '{')) {
		close = strchr(open, '}');
		if (!close)
			return g_strdup(open);
		g_autofree char *inner = g_strndup(open + 1, (size_t)(close - open - 1));
		if (!is_expression(inner))
			return g_steal_pointer(&inner);
	}
	return NULL;
}

void
lint_callback_expression(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, at->node) {
		g_autofree char *fault = g_str_has_prefix(key->text, "x-") || is_expression(key->text) ? NULL : fault_in(key->text);
		if (fault)
			lint_say(lint, item, key, "\"%s\" is no runtime expression", fault);
	}
}

static void
judge_expression(struct lint *lint, const struct value *item)
{
	const char *text = value_text(item);
	g_autofree char *fault = text && *text != '$' && strstr(text, "{$") ? fault_in(text) : NULL;
	if (fault || (text && *text == '$' && !is_expression(text)))
		lint_say(lint, item, NULL, "\"%s\" is no runtime expression", fault ? fault : text);
}

void
lint_link_expression(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (key, item, value_member(at->node, "parameters"))
		judge_expression(lint, item);
	if (value_member(at->node, "requestBody"))
		judge_expression(lint, value_member(at->node, "requestBody"));
}

/* --- where links lead -------------------------------------------------------------------------- */

/* The operation that a link names; NULL where it names none that is known. */
static const struct value *
target_of(struct lint *lint, const struct value *link, const struct value **ret_name)
{
	const struct value *id = value_member(link, "operationId"), *reference = value_member(link, "operationRef");
	bool remote = false;
	*ret_name = NULL;
	if (value_text(id)) {
		*ret_name = id;
		return g_hash_table_lookup(lint->ids, id->text);
	}
	const struct value *target = value_text(reference) ? lint_target(lint, reference, &remote) : NULL;
	*ret_name = value_text(reference) && !remote ? reference : NULL;
	return target;
}

/* Links are judged when all operations are known. */
void
lint_link_operation(struct lint *lint, const struct lint_at *at)
{
	if (g_str_equal(at->type->name, "Link")) {
		g_ptr_array_add(lint->links, (void *)(uintptr_t)at->node);
		return;
	}
	for (unsigned i = 0; i < lint->links->len; i++) {
		const struct value *name;
		if (!target_of(lint, lint->links->pdata[i], &name) && name)
			lint_say(lint, name, NULL, "there is no operation \"%s\"", name->text);
	}
}

/* "id", or "path.id" for one of a certain place. */
static bool
has_parameter(struct lint *lint, const struct value *list, const char *wanted)
{
	VALUE_EACH (item, list) {
		const struct value *parameter = lint_resolve(lint, item);
		const char *name = value_member_text(parameter, "name"), *in = value_member_text(parameter, "in");
		g_autofree char *full = g_strdup_printf("%s.%s", in ? in : "", name ? name : "");
		if (!parameter || (name && (g_str_equal(name, wanted) || g_str_equal(full, wanted))))
			return true;
	}
	return false;
}

/* The list of the path item around an operation: the member of that name before it in the file would be
 * costly to look for, so the nodes before are not searched; all path items are. */
static const struct value *
path_list(struct lint *lint, const struct value *operation)
{
	VALUE_EACH_MEMBER (key, item, value_member(lint_root(lint), "paths")) {
		const struct value *path = lint_resolve(lint, item);
		if (path && operation > path && operation < value_next(path))
			return value_member(path, "parameters");
	}
	return NULL;
}

void
lint_link_parameters(struct lint *lint, const struct lint_at *at)
{
	(void)at;
	for (unsigned i = 0; i < lint->links->len; i++) {
		const struct value *name, *link = lint->links->pdata[i], *operation = target_of(lint, link, &name);
		VALUE_EACH_MEMBER (key, item, operation ? value_member(link, "parameters") : NULL)
			if (!has_parameter(lint, value_member(operation, "parameters"), key->text) && !has_parameter(lint, path_list(lint, operation), key->text))
				lint_say(lint, item, key, "the operation \"%s\" has no parameter \"%s\"", name->text, key->text);
	}
}
