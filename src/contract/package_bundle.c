/* One document of several files: the others stand under x-files, and references lead there. */
#include <string.h>

#include "contract/openapi_model.h"
#include "contract/package_model.h"

char *
package_pointer(const struct openapi *openapi, const struct value *node)
{
	const struct openapi_file *file = openapi_file_of(openapi, node);
	g_autofree char *pointer = openapi_pointer(openapi, node);
	const char *inside = strchr(pointer, '#') + 1;
	if (!file || file->doc == openapi->doc)
		return g_strconcat("#", inside, NULL);
	unsigned number = 0;
	while (&g_array_index(openapi->files, struct openapi_file, number) != file)
		number++;
	return g_strdup_printf("#/x-files/%u%s", number, inside);
}

void
package_write_bundled(const struct openapi *openapi, const struct value *value, struct writer *writer)
{
	if (value_is(value, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, value)
			package_write_bundled(openapi, item, writer);
		writer_end(writer);
	} else if (value_is(value, VALUE_OBJECT)) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (name, item, value) {
			const struct value *target = value_text(item) && strcmp(name->text, "$ref") == 0 ? openapi_target(openapi, item) : NULL;
			g_autofree char *pointer = target ? package_pointer(openapi, target) : NULL;
			writer_key(writer, name->text);
			if (pointer)
				writer_text(writer, pointer);
			else
				package_write_bundled(openapi, item, writer);
		}
		for (unsigned i = 1; value == doc_root(openapi->doc) && i < openapi->files->len; i++) {
			g_autofree char *number = g_strdup_printf("%u", i);
			if (i == 1) {
				writer_key(writer, "x-files");
				writer_begin_object(writer);
			}
			writer_key(writer, number);
			package_write_bundled(openapi, doc_root(g_array_index(openapi->files, struct openapi_file, i).doc), writer);
			if (i + 1 == openapi->files->len)
				writer_end(writer);
		}
		writer_end(writer);
	} else {
		writer_value(writer, value);
	}
}
