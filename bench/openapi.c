/* A large OpenAPI document: read as JSON and as YAML, and made a model: resolved and indexed. Beside it
 * node's JSON.parse, js-yaml, swagger-parser and Redocly's bundler on the same files. CPU time, medians.
 *
 * usage: openapi [FILE], from the project's root; FILE is GitHub's description unless given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/writer.h"
#include "contract/openapi.h"

enum { ROUNDS = 15 };

#define GITHUB "build/peers/openapi/node_modules/@octokit/openapi/generated/api.github.com.json"

struct bench {
	const char *file;      /* as JSON */
	char *yaml_file;
	char *json, *yaml;
	size_t json_length, yaml_length;
};

static int
ascending(const void *a, const void *b)
{
	return *(const int64_t *)a < *(const int64_t *)b ? -1 : *(const int64_t *)a > *(const int64_t *)b;
}

static double
median_ms(int64_t *times, size_t count)
{
	qsort(times, count, sizeof *times, ascending);
	return (double)MAX(times[count / 2], 1) / 1e3;
}

static long
peak_mib(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static void
stop_on(GError *error)
{
	if (!error)
		return;
	fprintf(stderr, "%s\n", error->message);
	exit(2);
}

static void
read_json(const struct bench *bench)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_read_json("json", bench->json, bench->json_length, NULL, &error);
	if (!doc)
		stop_on(error);
}

static void
read_yaml(const struct bench *bench)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_read_yaml("yaml", bench->yaml, bench->yaml_length, NULL, &error);
	if (!doc)
		stop_on(error);
}

static void
read_model(const struct bench *bench)
{
	GError *error = NULL;
	g_autoptr(Openapi) openapi = openapi_read_file(bench->file, &error);
	if (!openapi)
		stop_on(error);
}

static void
read_yaml_model(const struct bench *bench)
{
	GError *error = NULL;
	g_autoptr(Openapi) openapi = openapi_read_file(bench->yaml_file, &error);
	if (!openapi)
		stop_on(error);
}

static double
time_rounds(const struct bench *bench, void (*run)(const struct bench *bench))
{
	int64_t times[ROUNDS];
	for (unsigned i = 0; i < ROUNDS; i++) {
		int64_t start = clock_cpu_us();
		run(bench);
		times[i] = clock_cpu_us() - start;
	}
	return median_ms(times, ROUNDS);
}

/* What a peer says of itself; a document with "skipped" where it cannot run. */
static struct doc *
run_peer(const char *kind, const char *file)
{
	const char *argv[] = { "node", "bench/openapi/peers.mjs", kind, file, NULL };
	struct proc_result result = { 0 };
	struct doc *doc = NULL;
	if (proc_run(&(struct proc_spec){ .argv = argv }, NULL, &result, NULL) && result.exit_code == 0)
		doc = doc_read_json(kind, result.output, strlen(result.output), NULL, NULL);
	proc_result_clear(&result);
	return doc ? doc : doc_own("{\"skipped\": \"node does not run\"}");
}

static double
peer_ms(const struct value *peer)
{
	int64_t times[64] = { 0 };
	size_t count = 0;
	VALUE_EACH (item, value_member(peer, "times"))
		if (count < G_N_ELEMENTS(times) && value_int64(item, &times[count]))
			count++;
	return count ? median_ms(times, count) : 0;
}

static void
compare(const char *what, double ours, const char *kind, const char *file)
{
	g_autoptr(Doc) doc = run_peer(kind, file);
	const struct value *peer = doc_root(doc), *skipped = value_member(peer, "skipped");
	if (skipped) {
		printf("%-30s %8.1f ms   %-16s skipped: %s\n", what, ours, kind, skipped->text);
		return;
	}
	double theirs = peer_ms(peer);
	printf("%-30s %8.1f ms   %-16s %8.1f ms %8.2f x   its peak %.0f MiB\n", what, ours, kind, theirs, theirs / ours,
	       value_double(value_member(peer, "rss")));
}

/* The same document as YAML, in a file for the others, too. */
static void
make_texts(struct bench *bench)
{
	GError *error = NULL;
	if (!g_file_get_contents(bench->file, &bench->json, &bench->json_length, &error))
		stop_on(error);
	g_autoptr(Doc) doc = doc_read_file(bench->file, &error);
	if (!doc)
		stop_on(error);
	bench->yaml = value_to_yaml(doc_root(doc));
	bench->yaml_length = strlen(bench->yaml);
	bench->yaml_file = g_strdup_printf("%s/bench-openapi-%d.yaml", g_get_tmp_dir(), (int)getpid());
	if (!g_file_set_contents(bench->yaml_file, bench->yaml, (gssize)bench->yaml_length, &error))
		stop_on(error);
}

int
main(int argc, char **argv)
{
	struct bench bench = { .file = argc > 1 ? argv[1] : GITHUB };
	doc_unref(run_peer("install", ""));
	if (argc < 2 && !g_file_test(bench.file, G_FILE_TEST_EXISTS)) {
		printf("skipped: GitHub's description is not there, and cannot be installed (npm: @octokit/openapi)\n");
		return 0;
	}
	long before = peak_mib();
	int64_t start = clock_cpu_us();
	read_model(&bench);
	printf("first reading: %.1f ms, peak %ld MiB (%ld before)\n", (double)(clock_cpu_us() - start) / 1e3, peak_mib(), before);
	make_texts(&bench);
	double json = time_rounds(&bench, read_json), yaml = time_rounds(&bench, read_yaml);
	double model = time_rounds(&bench, read_model), yaml_model = time_rounds(&bench, read_yaml_model);
	printf("%zu bytes of JSON, %zu of YAML\n", bench.json_length, bench.yaml_length);
	compare("JSON text -> tree", json, "json", bench.file);
	compare("YAML text -> tree", yaml, "yaml", bench.yaml_file);
	compare("JSON file -> model", model, "swagger-parser", bench.file);
	compare("JSON file -> model", model, "redocly", bench.file);
	compare("YAML file -> model", yaml_model, "redocly", bench.yaml_file);
	remove(bench.yaml_file);
	g_free(bench.yaml_file);
	g_free(bench.json);
	g_free(bench.yaml);
	return 0;
}
