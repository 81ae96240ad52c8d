/* Shows what the offline reader makes of a requirement on standard input, as JSON:
 * {"statements", "entities", "services"}. */
#include <stdio.h>

#include "base/error.h"
#include "team/domain.h"

static void
write_list(struct writer *writer, const char *key, const struct record_type *type, const void *items, size_t count)
{
	writer_key(writer, key);
	writer_begin_array(writer);
	for (size_t i = 0; i < count; i++)
		record_write(type, (const char *)items + i * type->size, RECORD_ALL, writer);
	writer_end(writer);
}

int
main(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Lexicon) lexicon = lexicon_load(catalogue, &error);
	if (!lexicon) {
		fprintf(stderr, "%s\n", error->message);
		return error_exit(error_code(error));
	}
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[4096];
	for (size_t got; (got = fread(buffer, 1, sizeof buffer, stdin)) > 0;)
		g_string_append_len(text, buffer, (gssize)got);
	struct statement_list statements;
	struct entity_list entities;
	struct service_list services;
	statements_read(lexicon, text->str, &statements);
	entities_read(lexicon, text->str, &statements, &entities);
	services_read(lexicon, text->str, &statements, &entities, &services);
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	write_list(&writer, "statements", &statement_record, statements.items, statements.count);
	write_list(&writer, "entities", &entity_record, entities.items, entities.count);
	write_list(&writer, "services", &service_record, services.items, services.count);
	writer_end(&writer);
	g_autofree char *json = writer_take(&writer);
	fputs(json, stdout);
	return 0;
}
