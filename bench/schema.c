/* JSON Schema beside ajv: compiling, checking trees, checking texts, and the memory of a process that checks a stream of texts.
 * An order-like schema, and real ones with real documents out of npm packages where node and these are there. Both sides read
 * the same files and the same documents in the same invocation; CPU time, medians.
 *
 * usage: schema [FOLDER], from the project's root; FOLDER is bench/schema unless given.
 *        schema stream SCHEMA DOCUMENTS: the second half of the measurement of memory */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/proc.h"
#include "schema/schema.h"

enum { ORDERS = 1000, STREAMED = 100000, ROUNDS_MAX = 2000, COMPILES = 201, ROUND_US = 1000 * 1000 };

/* --- documents ------------------------------------------------------------------------------ */

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

static void
write_orders(const char *file, unsigned count)
{
	FILE *out = fopen(file, "w");
	if (!out)
		g_error("cannot write %s", file);
	for (unsigned i = 0; i < count; i++) {
		g_autofree char *text = order(i);
		fprintf(out, "%s\n", text);
	}
	fclose(out);
}

struct documents {
	char **texts;
	size_t *lengths;
	struct doc **docs;
	unsigned count;
	size_t bytes;
};

static struct doc *
read_text(const char *text, size_t length)
{
	struct doc *doc = doc_read_json("document", text, length, NULL, NULL);
	if (!doc)
		g_error("a document cannot be read");
	return doc;
}

static void
read_documents(const char *file, struct documents *ret)
{
	g_autofree char *all = NULL;
	gsize length;
	if (!g_file_get_contents(file, &all, &length, NULL))
		g_error("cannot read %s", file);
	*ret = (struct documents){ .texts = g_strsplit(g_strchomp(all), "\n", -1) };
	ret->count = g_strv_length(ret->texts);
	ret->lengths = g_new(size_t, ret->count);
	ret->docs = g_new(struct doc *, ret->count);
	for (unsigned i = 0; i < ret->count; i++) {
		ret->lengths[i] = strlen(ret->texts[i]);
		ret->bytes += ret->lengths[i];
		ret->docs[i] = read_text(ret->texts[i], ret->lengths[i]);
	}
}

static void
clear_documents(struct documents *documents)
{
	for (unsigned i = 0; i < documents->count; i++)
		doc_unref(documents->docs[i]);
	g_free(documents->docs);
	g_free(documents->lengths);
	g_strfreev(documents->texts);
}

/* --- ours ----------------------------------------------------------------------------------- */

struct figures {
	double compile_us, cold, tree, text;   /* the last three in documents a second */
};

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
read_schema(const char *file)
{
	GError *error = NULL;
	struct doc *doc = doc_read_file(file, &error);
	if (!doc)
		g_error("%s", error->message);
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

static const struct schema_options options = { .dialect = SCHEMA_DRAFT_2020_12, .assert_formats = true };

/* Microseconds of a compilation in a set of its own. */
static double
time_compile(struct doc *doc)
{
	int64_t times[COMPILES];
	for (unsigned i = 0; i < COMPILES; i++) {
		int64_t start = clock_cpu_us();
		g_autoptr(SchemaSet) set = schema_set_create(&options);
		compile(set, doc);
		times[i] = clock_cpu_us() - start;
	}
	return median(times, COMPILES);
}

static int64_t
check_round(const struct schema *schema, const struct documents *documents, bool text)
{
	int64_t start = clock_cpu_us();
	for (unsigned i = 0; i < documents->count; i++) {
		bool fits = text ? schema_check_text(schema, "document", documents->texts[i], documents->lengths[i], SCHEMA_SIDE_NONE, NULL, NULL) == SCHEMA_FITS :
		                   schema_check(schema, doc_root(documents->docs[i]), SCHEMA_SIDE_NONE, NULL);
		if (!fits)
			g_error("document %u does not fit", i + 1);
	}
	return MAX(clock_cpu_us() - start, 1);
}

/* Documents a second: the median of the rounds that the budget allows. */
static double
time_checks(const struct schema *schema, const struct documents *documents, bool text, int64_t budget_us)
{
	static int64_t times[ROUNDS_MAX];
	unsigned rounds = 0;
	for (int64_t spent = 0; rounds == 0 || (spent < budget_us && rounds < ROUNDS_MAX); spent += times[rounds++])
		times[rounds] = check_round(schema, documents, text);
	return documents->count * 1e6 / median(times, rounds);
}

static struct figures
measure(const char *schema_file, const struct documents *documents)
{
	g_autoptr(Doc) doc = read_schema(schema_file);
	struct figures figures = { .compile_us = time_compile(doc) };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	const struct schema *schema = compile(set, doc);
	figures.cold = time_checks(schema, documents, false, 0);
	figures.tree = time_checks(schema, documents, false, ROUND_US);
	figures.text = time_checks(schema, documents, true, ROUND_US);
	return figures;
}

/* Prints the peak of this process's memory after it has checked a file of documents, line by line. */
static int
stream(const char *schema_file, const char *documents_file)
{
	g_autoptr(Doc) doc = read_schema(schema_file);
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	const struct schema *schema = compile(set, doc);
	FILE *in = fopen(documents_file, "r");
	static char line[1 << 16];
	size_t count = 0;
	while (in && fgets(line, sizeof line, in)) {
		if (schema_check_text(schema, "document", line, strlen(line), SCHEMA_SIDE_NONE, NULL, NULL) != SCHEMA_FITS)
			g_error("a document does not fit");
		count++;
	}
	if (in)
		fclose(in);
	g_autofree char *status = NULL;
	const char *peak = g_file_get_contents("/proc/self/status", &status, NULL, NULL) ? strstr(status, "VmHWM:") : NULL;
	printf("{\"peak_kb\": %ld, \"documents\": %zu}\n", peak ? strtol(peak + strlen("VmHWM:"), NULL, 10) : 0, count);
	return 0;
}

/* Leaves only documents that fit for us, too: ajv takes some regular expressions that Unicode mode forbids. */
static unsigned
drop_misfits(const char *schema_file, const char *file)
{
	g_autoptr(Doc) doc = read_schema(schema_file);
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	const struct schema *schema = compile(set, doc);
	struct documents documents;
	read_documents(file, &documents);
	g_autoptr(GString) kept = g_string_new(NULL);
	unsigned dropped = 0;
	for (unsigned i = 0; i < documents.count; i++) {
		if (schema_check(schema, doc_root(documents.docs[i]), SCHEMA_SIDE_NONE, NULL))
			g_string_append_printf(kept, "%s\n", documents.texts[i]);
		else
			dropped++;
	}
	clear_documents(&documents);
	if (!g_file_set_contents(file, kept->str, (gssize)kept->len, NULL))
		g_error("cannot write %s", file);
	return dropped;
}

/* --- side by side --------------------------------------------------------------------------- */

/* What a program says in JSON, NULL where it cannot run. */
static struct doc *
ask(const char *const *argv)
{
	struct proc_result result = { 0 };
	bool ok = proc_run(&(struct proc_spec){ .argv = argv }, NULL, &result, NULL);
	ok = ok && result.exit_code == 0;
	struct doc *doc = ok ? doc_read_json("answer", result.output, strlen(result.output), NULL, NULL) : NULL;
	proc_result_clear(&result);
	return doc;
}

static struct doc *
ask_peer(const char *script, const char *verb, const char *first, const char *second)
{
	return ask((const char *const[]){ "node", script, verb, first, second, NULL });
}

static void
print(const char *what, const char *unit, double ours, double theirs, double factor, double wanted)
{
	printf("  %-20s %12.0f %12.0f %s %9.2f x   %s\n", what, ours, theirs, unit, factor, factor >= wanted ? "" : "below the target");
}

static void
compare(const char *script, const char *name, const char *schema, const char *file)
{
	unsigned dropped = drop_misfits(schema, file);
	struct documents documents;
	read_documents(file, &documents);
	struct figures ours = measure(schema, &documents);
	g_autoptr(Doc) doc = ask_peer(script, "measure", schema, file);
	const struct value *peer = doc ? doc_root(doc) : NULL;
	struct figures theirs = { value_double(value_member(peer, "compile_us")), value_double(value_member(peer, "cold")),
	                          value_double(value_member(peer, "tree")), value_double(value_member(peer, "text")) };
	printf("%s: %u documents of %zu bytes; %u left out, which only ajv takes\n", name, documents.count, documents.bytes / documents.count,
	       dropped);
	print("compile", "us    ", ours.compile_us, theirs.compile_us, theirs.compile_us / ours.compile_us, 300);
	print("first pass, tree", "docs/s", ours.cold, theirs.cold, ours.cold / theirs.cold, 0);
	print("tree -> verdict", "docs/s", ours.tree, theirs.tree, ours.tree / theirs.tree, 1.3);
	print("text -> verdict", "docs/s", ours.text, theirs.text, ours.text / theirs.text, 1.5);
	clear_documents(&documents);
}

static void
compare_memory(const char *program, const char *script, const char *schema, const char *folder)
{
	g_autofree char *file = g_build_filename(folder, "stream.jsonl", NULL);
	write_orders(file, STREAMED);
	g_autoptr(Doc) our_doc = ask((const char *const[]){ program, "stream", schema, file, NULL });
	g_autoptr(Doc) their_doc = ask_peer(script, "stream", schema, file);
	double ours = value_double(value_member(doc_root(our_doc), "peak_kb")), theirs = value_double(value_member(doc_root(their_doc), "peak_kb"));
	printf("memory: a stream of %u orders\n", STREAMED);
	print("peak", "KiB   ", ours, theirs, theirs / ours, 10);
	remove(file);
}

static void
remove_folder(const char *folder)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *file = g_build_filename(folder, name, NULL);
		remove(file);
	}
	remove(folder);
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "stream") == 0)
		return stream(argv[2], argv[3]);
	const char *data = argc > 1 ? argv[1] : "bench/schema";
	g_autofree char *script = g_build_filename(data, "ajv.mjs", NULL), *schema = g_build_filename(data, "order.json", NULL);
	g_autofree char *folder = g_dir_make_tmp("bench-schema-XXXXXX", NULL), *orders = g_build_filename(folder, "orders.jsonl", NULL);
	write_orders(orders, ORDERS);
	g_autoptr(Doc) cases = ask_peer(script, "prepare", folder, NULL);
	printf("%36s %12s\n", "ours", "ajv");
	if (!cases || !value_is(doc_root(cases), VALUE_ARRAY))
		printf("no ajv beside it: %s\n", cases ? value_member_text(doc_root(cases), "skipped") : "node does not run");
	compare(script, "order", schema, orders);
	VALUE_EACH (item, cases ? doc_root(cases) : NULL)
		compare(script, value_member_text(item, "name"), value_member_text(item, "schema"), value_member_text(item, "documents"));
	compare_memory(argv[0], script, schema, folder);
	remove_folder(folder);
	return 0;
}
