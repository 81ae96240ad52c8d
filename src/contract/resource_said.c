#include "contract/resource_said.h"

#include <string.h>

#define SAID "x-mock-resource"
#define BODY "$response.body#/"

bool
resource_is_denied(const struct openapi_operation *operation)
{
	const struct value *said = operation ? value_member(operation->path_node, SAID) : NULL;
	return value_is(said, VALUE_BOOL) && !said->truth;
}

const char *
resource_said(const struct resource *resource, const char *member)
{
	for (unsigned role = RESOURCE_ROLE_COUNT - 1; role > RESOURCE_NONE; role--) {
		const struct openapi_operation *operation = resource->operations[role];
		const char *text = operation ? value_member_text(value_member(operation->path_node, SAID), member) : NULL;
		if (text)
			return text;
	}
	return NULL;
}

char *
resource_linked_member(const struct openapi_link *link, const char *around)
{
	const struct openapi_operation *target = link->operation;
	if (!target || !target->path_name_count)
		return NULL;
	const char *name = target->path_names[target->path_name_count - 1];
	g_autofree char *qualified = g_strconcat("path.", name, NULL);
	const char *plain = value_member_text(link->parameters, name), *text = plain ? plain : value_member_text(link->parameters, qualified);
	if (!text || !g_str_has_prefix(text, BODY))
		return NULL;
	const char *pointer = text + strlen(BODY);
	size_t length = around ? strlen(around) : 0;
	if (length && strncmp(pointer, around, length) == 0 && pointer[length] == '/')
		pointer += length + 1;
	return *pointer && !strpbrk(pointer, "/~") ? g_strdup(pointer) : NULL;
}
