#include <string.h>

#include "base/error.h"
#include "learn.h"

static const struct record_field example_fields[] = {
	RECORD_FIELD(example, text, RECORD_REQUIRED, "the requirement"),
	RECORD_ENUM(example, requirement_type, RECORD_REQUIRED, requirement_type_names, "what is delivered"),
	RECORD_ENUM(example, complexity, RECORD_REQUIRED, complexity_names, "effort"),
	RECORD_ENUM(example, parallelizability, RECORD_REQUIRED, parallelizability_names, "share of the work that several can do"),
	RECORD_FIELD(example, required_expertise, RECORD_REQUIRED, "who is needed"),
	RECORD_FIELD(example, components, RECORD_REQUIRED, "what is built or touched"),
};
static RECORD_TYPE(example, RECORD_DROP, "a labelled requirement");

bool
corpus_read(const char *path, struct example_list *ret, GError **error)
{
	g_autofree char *text = NULL;
	if (!g_file_get_contents(path, &text, NULL, error))
		return false;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (unsigned i = 0; lines[i]; i++) {
		struct example example;
		g_autofree char *where = g_strdup_printf("%s:%u", path, i + 1);
		if (!*lines[i])
			continue;
		if (!record_read_text(&example_record, where, lines[i], &example, error))
			return false;
		ret->items = g_renew(struct example, ret->items, ret->count + 1);
		ret->items[ret->count++] = example;
	}
	return true;
}

void
corpus_finish(struct example_list *corpus)
{
	for (size_t i = 0; i < corpus->count; i++)
		record_finish(&example_record, &corpus->items[i]);
	g_free(corpus->items);
}
