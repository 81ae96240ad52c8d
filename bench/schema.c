/* JSON Schema on an order-like document: compiling, checking a tree, reading and checking a text.
 * Beside it ajv on the same schema and documents, where node and ajv are there. CPU time, medians.
 *
 * usage: schema [FOLDER], from the project's root; FOLDER is bench/schema unless given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "schema/schema.h"

enum { DOCUMENTS = 1000, ROUNDS = 51, COMPILES = 501 };

struct orders {
	char *texts[DOCUMENTS];
	struct doc *docs[DOCUMENTS];
};

static char *
address(unsigned i)
{
	return g_strdup_printf("{\"street\":\"%u Main St\",\"city\":\"Springfield\",\"zip\":\"12345\",\"country\":\"US\"}", i);
}

static char *
order(unsigned i)
{
	g_autofree char *billing = address(i), *shipping = address(i + 1);
	GString *text = g_string_new(NULL);
	g_string_append_printf(text,
	                       "{\"id\":\"7f0c3e0a-54d1-4c0e-9d3c-%012u\",\"createdAt\":\"2026-11-20T06:00:00Z\","
	                       "\"status\":\"paid\","
	                       "\"customer\":{\"name\":\"Ada Lovelace\",\"email\":\"ada%u@example.com\",\"phone\":\"+4412345678\"},"
	                       "\"billing\":%s,\"shipping\":%s,\"items\":[", i, i, billing, shipping);
	for (unsigned k = 0; k < 5; k++)
		g_string_append_printf(text, "%s{\"sku\":\"ABC-%u\",\"qty\":%u,\"price\":%u.5,\"kind\":\"%s\"}", k ? "," : "",
		                       1000 + k, k + 1, 9 + k, k & 1 ? "digital" : "physical");
	g_string_append_printf(text,
	                       "],\"total\":57.5,\"tags\":[\"a\",\"b\",\"c\"],\"meta\":{\"src\":\"web\",\"n\":%u,\"ok\":true}}", i);
	return g_string_free(text, FALSE);
}

static int
ascending(const void *a, const void *b)
{
	return *(const int64_t *)a < *(const int64_t *)b ? -1 : *(const int64_t *)a > *(const int64_t *)b;
}

static double
median(int64_t *times, unsigned count)
{
	qsort(times, count, sizeof *times, ascending);
	return (double)MAX(times[count / 2], 1);
}

static struct doc *
read_order(const char *text)
{
	struct doc *doc = doc_read_json("order", text, strlen(text), NULL, NULL);
	if (!doc)
		g_error("an order cannot be read");
	return doc;
}

static const struct schema *
compile(struct schema_set *set, struct doc *doc)
{
	GError *error = NULL;
	const struct schema *schema = schema_compile(set, doc, doc_root(doc), NULL, &error);
	if (!schema)
		g_error("%s", error->message);
	return schema;
}

/* Microseconds of a compilation in a set of its own, the median of many. */
static double
time_compile(const struct schema_options *options, struct doc *doc)
{
	int64_t times[COMPILES];
	for (unsigned i = 0; i < COMPILES; i++) {
		int64_t start = clock_cpu_us();
		g_autoptr(SchemaSet) set = schema_set_create(options);
		compile(set, doc);
		times[i] = clock_cpu_us() - start;
	}
	return median(times, COMPILES);
}

static double
time_checks(const struct schema *schema, struct orders *orders, bool read)
{
	int64_t times[ROUNDS];
	for (unsigned round = 0; round < ROUNDS; round++) {
		int64_t start = clock_cpu_us();
		for (unsigned i = 0; i < DOCUMENTS; i++) {
			const char *json = orders->texts[i];
			bool fits = read ? schema_check_text(schema, "order", json, strlen(json), SCHEMA_SIDE_NONE, NULL, NULL) == SCHEMA_FITS :
			                   schema_check(schema, doc_root(orders->docs[i]), SCHEMA_SIDE_NONE, NULL);
			if (!fits)
				g_error("an order does not fit");
		}
		times[round] = clock_cpu_us() - start;
	}
	return DOCUMENTS * 1e6 / median(times, ROUNDS);
}

/* What ajv reaches; all NaN where it cannot run. */
static struct doc *
run_peer(const char *folder, struct orders *orders)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	for (unsigned i = 0; i < DOCUMENTS; i++)
		g_string_append_printf(lines, "%s\n", orders->texts[i]);
	g_autofree char *file = g_strdup_printf("%s/bench-orders-%d.jsonl", g_get_tmp_dir(), (int)getpid());
	if (!g_file_set_contents(file, lines->str, (gssize)lines->len, NULL))
		return NULL;
	g_autofree char *script = g_build_filename(folder, "ajv.mjs", NULL), *schema = g_build_filename(folder, "order.json", NULL);
	const char *argv[] = { "node", script, schema, file, NULL };
	struct proc_result result = { 0 };
	bool ok = proc_run(&(struct proc_spec){ .argv = argv }, NULL, &result, NULL);
	ok = ok && result.exit_code == 0;
	struct doc *doc = ok ? doc_read_json("ajv", result.output, strlen(result.output), NULL, NULL) : NULL;
	proc_result_clear(&result);
	remove(file);
	return doc;
}

static void
print(const char *what, double ours, double theirs, double factor)
{
	printf("%-26s %12.0f %12.0f %9.2f x\n", what, ours, theirs, factor);
}

int
main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : "bench/schema";
	g_autofree char *file = g_build_filename(folder, "order.json", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) doc = doc_read_file(file, &error);
	if (!doc) {
		fprintf(stderr, "%s\n", error->message);
		return 2;
	}
	static struct orders orders;
	for (unsigned i = 0; i < DOCUMENTS; i++) {
		orders.texts[i] = order(i);
		orders.docs[i] = read_order(orders.texts[i]);
	}
	struct schema_options options = { .dialect = SCHEMA_DRAFT_2020_12, .assert_formats = true };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	const struct schema *schema = compile(set, doc);
	double us = time_compile(&options, doc);
	double tree = time_checks(schema, &orders, false), text = time_checks(schema, &orders, true);
	g_autoptr(Doc) peer = run_peer(folder, &orders);
	const struct value *ajv = doc_root(peer);
	printf("%zu bytes a document           ours          ajv\n", strlen(orders.texts[0]));
	double peer_us = value_double(value_member(ajv, "compile_us"));
	double peer_tree = value_double(value_member(ajv, "tree")), peer_text = value_double(value_member(ajv, "text"));
	print("compile, us", us, peer_us, peer_us / us);
	print("tree -> verdict, docs/s", tree, peer_tree, tree / peer_tree);
	print("text -> verdict, docs/s", text, peer_text, text / peer_text);
	if (!value_member(ajv, "tree"))
		printf("no ajv beside it: %s\n", ajv ? value_member_text(ajv, "skipped") : "node does not run");
	for (unsigned i = 0; i < DOCUMENTS; i++) {
		doc_unref(orders.docs[i]);
		g_free(orders.texts[i]);
	}
	return 0;
}
