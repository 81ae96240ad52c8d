/* Patterns: plans that can be carried out, and every piece of material in exactly one part. */
#include "expect.h"
#include "team/tactic.h"

static struct persona_list everybody;
static struct catalogue *catalogue;

static struct tactic
read_tactic(unsigned kind)
{
	GError *error = NULL;
	struct tactics tactics;
	struct tactic tactic = { 0 };
	g_autofree char *text = catalogue_text(catalogue, "orchestrate/patterns.yaml", NULL, &error);
	g_assert_no_error(error);
	g_assert_true(record_read_text(&tactics_record, "patterns", text, &tactics, &error));
	for (size_t i = 0; i < tactics.patterns.count; i++)
		if (g_str_equal(tactics.patterns.items[i].id, tactic_names[kind]))
			record_copy(&tactic_record, &tactics.patterns.items[i], &tactic);
	record_finish(&tactics_record, &tactics);
	g_assert_nonnull(tactic.id);
	return tactic;
}

/* A file for each size. */
static struct material *
make_files(GRand *random, size_t count, uint32_t largest)
{
	struct material *files = g_new0(struct material, count + 1);
	for (size_t i = 0; i < count; i++)
		files[i] = (struct material){ .name = g_strdup_printf("file-%zu", i), .size = largest ? (size_t)g_rand_int_range(random, 0, (int)largest) : 0 };
	return files;
}

static void
free_files(struct material *files, size_t count)
{
	for (size_t i = 0; i < count; i++)
		g_free((char *)(uintptr_t)files[i].name);
	g_free(files);
}

static void
test_divide(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	for (unsigned round = 0; round < (at_full_size() ? 20000u : 1000u); round++) {
		size_t count = (size_t)g_rand_int_range(random, 1, 40), largest = 0, sum = 0;
		unsigned parts = (unsigned)g_rand_int_range(random, 1, 12), part[40];
		struct material *files = make_files(random, count, round % 5 ? 1000 : 0);
		unsigned made = tactic_divide(files, count, parts, part);
		g_autofree size_t *bytes = g_new0(size_t, made), *pieces = g_new0(size_t, made);
		g_assert_cmpuint(made, ==, MIN(count, parts));
		for (size_t i = 0; i < count; i++) {
			g_assert_cmpuint(part[i], <, made);
			bytes[part[i]] += files[i].size;
			pieces[part[i]]++;
			largest = MAX(largest, files[i].size);
			sum += files[i].size;
		}
		for (unsigned i = 0; i < made; i++) {
			g_assert_cmpuint(pieces[i], >, 0);
			/* What the greedy rule promises: no part exceeds the mean by more than one piece. */
			g_assert_cmpuint(bytes[i], <=, sum / made + largest + count);
		}
		free_files(files, count);
	}
}

static void
count_files(const struct orchestration *plan, GHashTable *seen)
{
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	for (size_t i = 0; tasks[i]; i++) {
		if (g_str_equal(tasks[i]->task_id, "conclusion"))
			continue;
		VALUE_EACH (file, value_member(doc_root(tasks[i]->input_data), "files"))
			g_hash_table_insert(seen, g_strdup(value_text(file)), GUINT_TO_POINTER(1 + GPOINTER_TO_UINT(g_hash_table_lookup(seen, value_text(file)))));
	}
}

/* Every pattern, with any number of files and specialists: the plan can be carried out, and says so after it was written and read, too. */
static void
test_plans(void)
{
	static const char *const names[] = { "syntax", "logic", "reviewer", "syntax", NULL };
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	for (unsigned round = 0; round < 400; round++) {
		struct tactic tactic = read_tactic(round % 4);
		size_t count = (size_t)g_rand_int_range(random, round % 4 == TACTIC_DIVIDE, 9);
		unsigned named = (unsigned)g_rand_int_range(random, 0, 5);
		struct material *files = make_files(random, count, 100);
		struct tactic_wish wish = { .problem = "Why is it slow?", .tactic = &tactic, .kind = round % 4, .known = &everybody, .specialists = names + 4 - named,
			                    .conclude = round % 3 ? NULL : "architect", .material = files, .count = count, .workers = 3, .timeout = 5 };
		struct orchestration plan, again;
		GError *error = NULL;
		g_assert_true(tactic_plan(&wish, &plan, &error));
		g_assert_true(orchestration_check(&plan, &everybody, &error));
		g_autofree char *json = record_to_json(&orchestration_record, &plan, false);
		g_assert_true(record_read_text(&orchestration_record, "plan", json, &again, &error));
		g_autofree char *second = record_to_json(&orchestration_record, &again, false);
		g_assert_cmpstr(second, ==, json);
		g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		count_files(&plan, seen);
		unsigned stations = named ? named : (unsigned)g_strv_length(tactic.specialists);
		for (size_t i = 0; i < count; i++) {
			unsigned times = GPOINTER_TO_UINT(g_hash_table_lookup(seen, files[i].name));
			g_assert_cmpuint(times, >=, 1);
			if (wish.kind == TACTIC_DIVIDE)
				g_assert_cmpuint(times, ==, 1);
			else if (named)
				g_assert_cmpuint(times, ==, stations);
		}
		record_finish(&orchestration_record, &plan);
		record_finish(&orchestration_record, &again);
		record_finish(&tactic_record, &tactic);
		free_files(files, count);
	}
}

static void
expect_choice(unsigned kind, const char *problem, const char *wanted)
{
	struct tactic tactic = read_tactic(kind);
	struct tactic_wish wish = { .problem = problem, .tactic = &tactic, .kind = kind, .known = &everybody };
	g_auto(GStrv) chosen = tactic_choose(&wish);
	g_autofree char *text = g_strjoinv(" ", chosen);
	g_assert_cmpstr(text, ==, wanted);
	record_finish(&tactic_record, &tactic);
}

static void
test_choice(void)
{
	expect_choice(TACTIC_PARALLEL, "Something is odd", "root_cause logic pattern architect");
	expect_choice(TACTIC_PARALLEL, "Find circular imports and unused packages", "dependency root_cause logic pattern");
	expect_choice(TACTIC_PARALLEL, "A token leaks, and the query is slow", "performance security syntax");
	expect_choice(TACTIC_DIVIDE, "Find circular imports", "dependency");
	expect_choice(TACTIC_CONSENSUS, "Tea?", "architect logic performance");
}

/* Needs make edges; a task without them waits for the wave before. */
static void
test_order(void)
{
	struct orchestration plan;
	GError *error = NULL;
	const char *text = "problem: p\nwaves: [{wave_number: 1, tasks: [{task_id: a, specialist: logic}, {task_id: b, specialist: logic}]},"
	                   " {wave_number: 2, tasks: [{task_id: c, specialist: logic, input_data: {needs: [a]}}, {task_id: d, specialist: logic}]},"
	                   " {wave_number: 3, tasks: [{task_id: e, specialist: logic, input_data: {needs: []}}]}]";
	g_assert_true(record_read_text(&orchestration_record, "plan", text, &plan, &error));
	g_assert_true(orchestration_check(&plan, &everybody, &error));
	g_autoptr(Graph) graph = orchestration_graph(&plan);
	const uint32_t needs[] = { 0, 0, 1, 2, 0 };
	for (unsigned i = 0; i < 5; i++)
		g_assert_cmpuint(graph->needs[i], ==, needs[i]);
	record_finish(&orchestration_record, &plan);
	g_assert_cmpint(orchestration_demand("all_tasks_complete", 5), ==, 5);
	g_assert_cmpint(orchestration_demand("any", 5), ==, 1);
	g_assert_cmpint(orchestration_demand("quorum:3", 5), ==, 3);
	g_assert_cmpint(orchestration_demand("quorum:6", 5), ==, -1);
	g_assert_cmpint(orchestration_demand("quorum:0", 5), ==, -1);
	g_assert_cmpint(orchestration_demand("most", 5), ==, -1);
}

int
main(int argc, char **argv)
{
	GError *error = NULL;
	g_test_init(&argc, &argv, NULL);
	catalogue = catalogue_open(NULL);
	struct persona_list personas;
	g_assert_true(specialists_load(catalogue, &everybody, &error));
	g_assert_cmpuint(everybody.count, >=, 9);
	g_assert_true(personas_load(catalogue, NULL, &personas, &error));
	for (size_t i = 0; i < personas.count; i++)
		record_copy(&persona_record, &personas.items[i], record_append(&persona_record, &everybody));
	record_list_finish(&persona_record, &personas);
	g_test_add_func("/tactic/divide", test_divide);
	g_test_add_func("/tactic/plans", test_plans);
	g_test_add_func("/tactic/choice", test_choice);
	g_test_add_func("/tactic/order", test_order);
	int result = g_test_run();
	record_list_finish(&persona_record, &everybody);
	catalogue_close(catalogue);
	return result;
}
