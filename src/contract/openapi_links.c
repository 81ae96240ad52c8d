/* What operations lead to: links to one another, and the requests that the provider sends (callbacks and webhooks). */
#include <string.h>

#include "contract/openapi_model.h"

static void
clear_links(const struct openapi_operation *operation)
{
	for (size_t i = 0; i < operation->response_count; i++)
		g_free((void *)(uintptr_t)operation->responses[i].links);
}

void
openapi_clear_operation(void *data)
{
	struct openapi_operation *operation = data;
	clear_links(operation);
	g_free((void *)(uintptr_t)operation->parameters);
	g_free((void *)(uintptr_t)operation->responses);
	g_free((void *)(uintptr_t)operation->path_names);
	g_free((void *)(uintptr_t)operation->callbacks);
}

const struct openapi_operation *
openapi_operation(const struct openapi *openapi, const char *id)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(operations[i].id, id) == 0)
			return &operations[i];
	return NULL;
}

static const struct openapi_operation *
operation_at(const struct openapi *openapi, const struct value *node)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; node && i < count; i++)
		if (operations[i].node == node)
			return &operations[i];
	return NULL;
}

static const struct openapi_operation *
find_linked(struct openapi *openapi, const struct value *node)
{
	const struct value *id = value_member(node, "operationId"), *reference = value_member(node, "operationRef");
	const struct openapi_operation *operation = NULL;
	if (value_text(id))
		operation = openapi_operation(openapi, id->text);
	else if (value_text(reference))
		operation = operation_at(openapi, openapi_target(openapi, reference));
	if (!operation && value_text(id))
		openapi_remark(openapi, id, "a link leads to the operation \"%s\", which there is not", id->text);
	else if (!operation && value_text(reference))
		openapi_remark(openapi, reference, "a link leads to \"%s\", which is no operation of this document", reference->text);
	return operation;
}

static void
read_response_links(struct openapi *openapi, struct openapi_response *response)
{
	const struct value *links = value_member(response->node, "links");
	if (!value_count(links))
		return;
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct openapi_link));
	VALUE_EACH_MEMBER (name, item, links) {
		struct openapi_link link = { .name = name->text, .node = openapi_resolve(openapi, item) };
		if (!value_is(link.node, VALUE_OBJECT) || g_str_has_prefix(name->text, "x-"))
			continue;
		link.operation = find_linked(openapi, link.node);
		link.parameters = value_member(link.node, "parameters");
		link.body = value_member(link.node, "requestBody");
		g_array_append_val(all, link);
	}
	response->link_count = all->len;
	response->links = (const struct openapi_link *)(void *)g_array_free(all, FALSE);
}

/* One for each of the expressions, under the name that they share. */
static bool
add_callback(struct openapi *openapi, const char *name, const struct value *callback, GArray *all, GError **error)
{
	VALUE_EACH_MEMBER (expression, item, callback) {
		if (g_str_has_prefix(expression->text, "x-"))
			continue;
		GArray *operations = g_array_new(FALSE, FALSE, sizeof(struct openapi_operation));
		g_array_set_clear_func(operations, openapi_clear_operation);
		g_ptr_array_add(openapi->callbacks, operations);
		if (!openapi_read_path(openapi, (struct openapi_path){ .key = expression, .node = item }, operations, error))
			return false;
		struct openapi_callback entry = { name, expression->text, (const void *)operations->data, operations->len };
		g_array_append_val(all, entry);
	}
	return true;
}

static bool
read_callbacks(struct openapi *openapi, struct openapi_operation *operation, GError **error)
{
	const struct value *callbacks = value_member(operation->node, "callbacks");
	if (!value_count(callbacks))
		return true;
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct openapi_callback));
	bool ok = true;
	VALUE_EACH_MEMBER (name, item, callbacks)
		ok = ok && (g_str_has_prefix(name->text, "x-") || add_callback(openapi, name->text, openapi_resolve(openapi, item), all, error));
	operation->callback_count = all->len;
	operation->callbacks = (const struct openapi_callback *)(void *)g_array_free(all, FALSE);
	return ok;
}

bool
openapi_read_links(struct openapi *openapi, GError **error)
{
	VALUE_EACH_MEMBER (name, item, value_member(doc_root(openapi->doc), "webhooks"))
		if (!g_str_has_prefix(name->text, "x-") &&
		    !openapi_read_path(openapi, (struct openapi_path){ .key = name, .node = item }, openapi->webhooks, error))
			return false;
	for (unsigned i = 0; i < openapi->operations->len; i++) {
		struct openapi_operation *operation = &g_array_index(openapi->operations, struct openapi_operation, i);
		for (size_t k = 0; k < operation->response_count; k++)
			read_response_links(openapi, (struct openapi_response *)(uintptr_t)&operation->responses[k]);
		if (!read_callbacks(openapi, operation, error))
			return false;
	}
	return true;
}
