/* scaffold SPEC PROVIDES FOLDER [STATEMENT...]: makes what a persona would provide from an OpenAPI file.
 * Prints what is not covered; exit code 0 made, 1 failed, 4 there is nothing to make. */
#include <stdio.h>

#include "agent/scaffold.h"

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	if (argc < 4) {
		fprintf(stderr, "usage: scaffold SPEC PROVIDES FOLDER [STATEMENT...]\n");
		return 2;
	}
	g_autoptr(Doc) spec = doc_read_file(argv[1], &error);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	struct contract contract = { .id = (char *)"api", .version = (char *)"1.0.0", .provider_persona_id = (char *)"backend_developer" };
	struct used_contract used = { .contract = &contract, .spec = spec };
	struct assignment assignment = { .run = "r1", .task = "t1", .persona_id = "devops_engineer", .provides = argv[2], .contract = &contract,
		                         .spec = spec, .uses = &used, .use_count = 1, .statements = (const char *const *)argv + 4,
		                         .workspace = argv[3] };
	struct attempt_result result = { 0 };
	bool ok = spec && scaffold_run(&assignment, catalogue, &result, &error);
	if (!ok)
		fprintf(stderr, "%s\n", error->message);
	for (char **entry = result.not_covered; entry && *entry; entry++)
		printf("%s\n", *entry);
	if (result.summary)
		fprintf(stderr, "%s\n", result.summary);
	int code = !ok ? 1 : result.outcome == TASK_IS_ACCEPTED ? 0 : 4;
	attempt_result_clear(&result);
	return code;
}
