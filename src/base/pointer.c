#include "base/pointer.h"

#include <stdbool.h>

void
pointer_append(GString *pointer, const char *token, size_t length)
{
	g_string_append_c(pointer, '/');
	for (size_t i = 0; i < length; i++) {
		if (token[i] == '~' || token[i] == '/')
			g_string_append(pointer, token[i] == '~' ? "~0" : "~1");
		else
			g_string_append_c(pointer, token[i]);
	}
}

char *
pointer_read(const char *token, size_t length, size_t *ret_length)
{
	char *plain = g_malloc(length + 1);
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		bool escape = token[i] == '~' && i + 1 < length && (token[i + 1] == '0' || token[i + 1] == '1');
		plain[used++] = !escape ? token[i] : token[++i] == '0' ? '~' : '/';
	}
	plain[used] = '\0';
	if (ret_length)
		*ret_length = used;
	return plain;
}
