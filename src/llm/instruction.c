#include "llm/instruction.h"

#include "base/catalogue.h"
#include "base/template.h"
#include "base/writer.h"

char *
instruction_text(const char *path, const char *name, const char *text, GError **error)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autofree char *template = catalogue_text(catalogue, path, NULL, error);
	if (!template)
		return NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, name, text);
	writer_end(&writer);
	g_autoptr(Doc) context = writer_doc(&writer);
	char *whole = template_render(path, template, doc_root(context), error);
	return whole ? g_strchomp(whole) : NULL;
}
