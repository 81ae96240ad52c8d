/* The OpenAPI document for a requirement on standard input; {} where it speaks of nothing to keep. */
#include <stdio.h>

#include "base/error.h"
#include "team/design.h"

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
	struct analysis analysis = { 0 };
	statements_read(lexicon, text->str, &analysis.statements);
	entities_read(lexicon, text->str, &analysis.statements, &analysis.entities);
	struct design_wishes wishes = design_wishes_read(lexicon, &analysis.statements);
	g_autoptr(Doc) doc = design_openapi("the requirement", &analysis.entities, &wishes);
	g_autofree char *json = value_to_json(doc ? doc_root(doc) : NULL, true);
	fputs(doc ? json : "{}\n", stdout);
	record_finish(&analysis_record, &analysis);
	return 0;
}
