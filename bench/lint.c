/* The linter on a large document, beside redocly's `recommended` rules on the same one. CPU time, of whole runs: reading
 * included, and for redocly the start of node, which is printed as well.
 *
 * usage: lint [DOCUMENT]; without one, a document of 400 resources is made. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "contract/lint.h"

#define REDOCLY "tests/e2e/node_modules/@redocly/cli/bin/cli.js"

enum { RESOURCES = 400, FIELDS = 40, ROUNDS = 5 };

static void
write_schema(struct writer *writer, unsigned number)
{
	writer_begin_object(writer);
	writer_member_text(writer, "type", "object");
	writer_key(writer, "properties");
	writer_begin_object(writer);
	for (unsigned i = 0; i < FIELDS; i++) {
		g_autofree char *name = g_strdup_printf("field_%u", i);
		writer_key(writer, name);
		writer_begin_object(writer);
		writer_member_text(writer, "type", i % 3 ? "string" : "integer");
		writer_member_text(writer, "description", "What is said about it, in a sentence of the usual length.");
		if (i % 3)
			writer_member_int(writer, "maxLength", i + number);
		writer_key(writer, "example");
		if (i % 3)
			writer_text(writer, "x");
		else
			writer_int(writer, number);
		writer_end(writer);
	}
	writer_end(writer);
	writer_end(writer);
}

static void
write_message(struct writer *writer, const char *kind, unsigned number)
{
	g_autofree char *reference = g_strdup_printf("#/components/schemas/S%u", number);
	writer_key(writer, kind);
	writer_begin_object(writer);
	writer_member_text(writer, "description", "a thing");
	writer_key(writer, "content");
	writer_begin_object(writer);
	writer_key(writer, "application/json");
	writer_begin_object(writer);
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "$ref", reference);
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
}

static void
write_operation(struct writer *writer, const char *method, unsigned number)
{
	g_autofree char *id = g_strdup_printf("%s-%u", method, number);
	writer_key(writer, method);
	writer_begin_object(writer);
	writer_member_text(writer, "operationId", id);
	writer_member_text(writer, "summary", "does it");
	if (strcmp(method, "put") == 0)
		write_message(writer, "requestBody", number);
	writer_key(writer, "responses");
	writer_begin_object(writer);
	write_message(writer, "200", number);
	write_message(writer, "404", number);
	writer_end(writer);
	writer_end(writer);
}

static void
write_path(struct writer *writer, unsigned number)
{
	g_autofree char *path = g_strdup_printf("/things-%u/{id}", number);
	writer_key(writer, path);
	writer_begin_object(writer);
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	writer_begin_object(writer);
	writer_member_text(writer, "name", "id");
	writer_member_text(writer, "in", "path");
	writer_member_bool(writer, "required", true);
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "string");
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
	write_operation(writer, "get", number);
	write_operation(writer, "put", number);
	writer_end(writer);
}

static char *
make_document(void)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	writer_member_text(&writer, "openapi", "3.0.3");
	writer_key(&writer, "info");
	writer_begin_object(&writer);
	writer_member_text(&writer, "title", "Things");
	writer_member_text(&writer, "version", "1");
	writer_end(&writer);
	writer_key(&writer, "paths");
	writer_begin_object(&writer);
	for (unsigned i = 0; i < RESOURCES; i++)
		write_path(&writer, i);
	writer_end(&writer);
	writer_key(&writer, "components");
	writer_begin_object(&writer);
	writer_key(&writer, "schemas");
	writer_begin_object(&writer);
	for (unsigned i = 0; i < RESOURCES; i++) {
		g_autofree char *name = g_strdup_printf("S%u", i);
		writer_key(&writer, name);
		write_schema(&writer, i);
	}
	writer_end(&writer);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

/* CPU milliseconds of the quickest of some runs. */
static double
time_ours(const char *file, size_t *ret_findings)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(LintLevels) levels = lint_levels_create();
	double best = 1e9;
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct lint_report report = { 0 };
		g_autoptr(GError) error = NULL;
		int64_t start = clock_cpu_us();
		if (!lint_file(catalogue, levels, file, &report, &error))
			g_error("%s", error->message);
		best = MIN(best, (double)(clock_cpu_us() - start) / 1000);
		*ret_findings = report.findings.count;
		lint_report_clear(&report);
	}
	return best;
}

static double
children_ms(void)
{
	struct rusage usage;
	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

/* CPU milliseconds of a run of redocly; NaN where it cannot run. */
static double
time_redocly(const char *word, const char *file)
{
	const char *environment[] = { "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "REDOCLY_TELEMETRY=off", NULL };
	const char *argv[] = { "node", REDOCLY, word, file, file ? "--extends=recommended" : NULL, "--format=json", NULL };
	struct proc_result result = { 0 };
	double before = children_ms();
	bool ok = g_file_test(REDOCLY, G_FILE_TEST_EXISTS) && proc_run(&(struct proc_spec){ .argv = argv, .environment = environment }, NULL, &result, NULL);
	ok = ok && !result.signal && result.exit_code <= 1;
	proc_result_clear(&result);
	return ok ? children_ms() - before : NAN;
}

int
main(int argc, char **argv)
{
	g_autofree char *made = argc > 1 ? NULL : g_strdup_printf("%s/bench-lint-%d.json", g_get_tmp_dir(), (int)getpid());
	const char *file = argc > 1 ? argv[1] : made;
	g_autofree char *text = made ? make_document() : NULL;
	if (made && !g_file_set_contents(made, text, -1, NULL))
		return 2;
	size_t findings = 0;
	double ours = time_ours(file, &findings), theirs = time_redocly("lint", file), start = time_redocly("--version", NULL);
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	printf("%s: %zu findings, peak memory %ld MB\n", made ? "a document made for this" : file, findings, usage.ru_maxrss / 1024);
	printf("                      ours     redocly  (node and redocly start)\n");
	printf("CPU, ms         %10.1f  %10.1f  %10.1f\n", ours, theirs, start);
	printf("ratio           %10.1f x\n", theirs / ours);
	if (isnan(theirs))
		printf("no redocly beside it: the packages of tests/e2e are not installed, or node does not run\n");
	if (made)
		remove(made);
	return 0;
}
