/* The planner: what a blueprint's execution, coordination and scaling change in a plan of the same contracts. Labels
 * do not count: a plan is what runs, who does it, on what it waits, and how many work at once. */
#include "team/planner.h"

#include "expect.h"

static const char *const contract_texts[] = {
	/* It stands before what it rests on: the order of the contracts is nobody's promise. */
	("--- {id: web_ui, name: Web front end, contract_type: Deliverable, provider_persona_id: frontend_developer,"
	" dependencies: [users, products, orders], deliverables: [{name: pages, artifacts: ['**'],"
	" acceptance_criteria: [{text: it uses the APIs, checks: [{kind: contract, command: [node, check.js]}]}]}]}"),
	("--- {id: users, name: Users, contract_type: REST_API, provider_persona_id: backend_developer, mock_available: true}"),
	("--- {id: products, name: Products, contract_type: REST_API, provider_persona_id: backend_developer, mock_available: true}"),
	("--- {id: orders, name: Orders, contract_type: REST_API, provider_persona_id: backend_developer, mock_available: true,"
	" dependencies: [users, products]}"),
	("--- {id: docs, name: Documents, contract_type: Deliverable, provider_persona_id: technical_writer, dependencies: [orders]}"),
};
enum { CONTRACTS = G_N_ELEMENTS(contract_texts), WORKERS_MAX = 64 };

static const char team_text[] =
	"--- {members: [{persona_id: backend_developer, provides: api}, {persona_id: frontend_developer, provides: web},"
	" {persona_id: technical_writer, provides: docs}, {persona_id: reviewer}]}";

struct fixture {
	struct contract contracts[CONTRACTS];
	const struct contract *pointers[CONTRACTS];
	struct doc *specs[CONTRACTS];
	struct team team;
	struct analysis analysis;
	struct blueprint_list blueprints;
};

static void
fixture_init(struct fixture *fixture)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	static const char api[] = "--- {openapi: 3.1.0, info: {title: x, version: '1'}, paths: {}}";
	GError *error = NULL;
	for (unsigned i = 0; i < CONTRACTS; i++) {
		record_read_text(&contract_record, "contract", contract_texts[i], &fixture->contracts[i], &error);
		g_assert_no_error(error);
		fixture->pointers[i] = &fixture->contracts[i];
		bool has_interface = fixture->contracts[i].contract_type == CONTRACT_REST_API;
		fixture->specs[i] = has_interface ? doc_read("api", api, strlen(api), NULL, &error) : NULL;
		g_assert_no_error(error);
	}
	record_read_text(&team_record, "team", team_text, &fixture->team, &error);
	g_assert_no_error(error);
	record_init(&analysis_record, &fixture->analysis);
	blueprints_load(catalogue, &fixture->blueprints, &error);
	g_assert_no_error(error);
}

static void
fixture_finish(struct fixture *fixture)
{
	for (unsigned i = 0; i < CONTRACTS; i++) {
		record_finish(&contract_record, &fixture->contracts[i]);
		doc_unref(fixture->specs[i]);
	}
	record_finish(&team_record, &fixture->team);
	record_finish(&analysis_record, &fixture->analysis);
	record_list_finish(&blueprint_record, &fixture->blueprints);
}

static const char *
choose_agent(const char *provides, struct doc *spec)
{
	return provides && spec ? "scaffold" : NULL;
}

static void
make(struct fixture *fixture, const struct blueprint *blueprint, struct plan *ret)
{
	GError *error = NULL;
	struct planner_input input = { .name = "Shop", .blueprint = blueprint, .team = &fixture->team, .analysis = &fixture->analysis,
		                       .contracts = fixture->pointers, .specs = fixture->specs, .count = CONTRACTS,
		                       .choose_agent = choose_agent, .workers_max = WORKERS_MAX };
	planner_make(&input, ret, &error);
	g_assert_no_error(error);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
sorted(char **names)
{
	g_auto(GStrv) copy = names ? g_strdupv(names) : g_new0(char *, 1);
	qsort(copy, g_strv_length(copy), sizeof *copy, compare_texts);
	return g_strjoinv(",", copy);
}

/* What runs, without any label. */
static char *
shape(struct fixture *fixture, const struct blueprint *blueprint)
{
	struct plan plan;
	make(fixture, blueprint, &plan);
	g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
	for (size_t i = 0; i < plan.tasks.count; i++) {
		const struct plan_task *task = &plan.tasks.items[i];
		g_autofree char *needs = sorted(task->needs), *uses = sorted(task->uses);
		g_autofree char *line = g_strdup_printf("%s %s by %s needs %s uses %s", task->id, task_kind_names[task->kind],
		                                        task->persona_id ? task->persona_id : "-", needs, uses);
		g_strv_builder_add(lines, line);
	}
	g_auto(GStrv) all = g_strv_builder_end(lines);
	qsort(all, g_strv_length(all), sizeof *all, compare_texts);
	g_autofree char *text = g_strjoinv("\n", all);
	char *result = g_strdup_printf("%d workers\n%s", (int)plan.workers, text);
	record_finish(&plan_record, &plan);
	return result;
}

static void
expect_different(struct fixture *fixture, const struct blueprint *blueprints, const char *const *names, size_t count)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < count; i++) {
		char *text = shape(fixture, &blueprints[i]);
		const char *other = g_hash_table_lookup(seen, text);
		if (other)
			g_error("%s and %s give the same plan:\n%s", other, names[i], text);
		g_hash_table_insert(seen, text, (char *)names[i]);
	}
}

/* --- each mode ------------------------------------------------------------------------------ */

static void
test_coordination(void)
{
	struct fixture fixture;
	struct blueprint blueprints[COORDINATION_NONE];
	fixture_init(&fixture);
	for (unsigned mode = 0; mode < COORDINATION_NONE; mode++)
		blueprints[mode] = (struct blueprint){ .id = (char *)"test", .execution = EXECUTION_PARALLEL, .coordination = mode,
			                               .scaling = SCALING_FIXED, .workers = 4, .proposals = 3, .rounds = 2 };
	expect_different(&fixture, blueprints, coordination_mode_names, COORDINATION_NONE);
	fixture_finish(&fixture);
}

static void
test_scaling(void)
{
	struct fixture fixture;
	fixture_init(&fixture);
	for (unsigned execution = EXECUTION_SEQUENTIAL; execution <= EXECUTION_HYBRID; execution++) {
		enum { SCALINGS = SCALING_PERFORMANCE + 1 };
		struct blueprint blueprints[SCALINGS];
		for (unsigned scaling = 0; scaling < SCALINGS; scaling++)
			blueprints[scaling] = (struct blueprint){ .id = (char *)"test", .execution = execution, .scaling = scaling,
				                                  .coordination = COORDINATION_CONTRACT_FIRST, .workers = 2 };
		expect_different(&fixture, blueprints, scaling_names, SCALINGS);
	}
	fixture_finish(&fixture);
}

/* Any two of the catalogue that coordinate, scale or execute differently. */
static void
test_catalogue(void)
{
	struct fixture fixture;
	fixture_init(&fixture);
	const struct blueprint_list *list = &fixture.blueprints;
	g_autofree char **shapes = g_new0(char *, list->count + 1);
	for (size_t i = 0; i < list->count; i++) {
		const struct blueprint *one = &list->items[i];
		shapes[i] = shape(&fixture, one);
		for (size_t k = 0; k < i; k++) {
			const struct blueprint *other = &list->items[k];
			if (one->coordination == other->coordination && one->scaling == other->scaling)
				continue;
			if (g_str_equal(shapes[i], shapes[k]))
				g_error("%s and %s give the same plan:\n%s", one->id, other->id, shapes[i]);
		}
	}
	for (size_t i = 0; i < list->count; i++)
		g_free(shapes[i]);
	fixture_finish(&fixture);
}

/* --- what single patterns promise ----------------------------------------------------------- */

static void
plan_as(struct fixture *fixture, const char *id, struct plan *ret)
{
	const struct blueprint *blueprint = blueprints_find(&fixture->blueprints, id);
	g_assert_nonnull(blueprint);
	make(fixture, blueprint, ret);
}

static const struct plan_task *
task_of(const struct plan *plan, const char *id)
{
	int64_t index = plan_task_index(plan, id);
	g_assert_cmpint(index, >=, 0);
	return &plan->tasks.items[index];
}

static void
expect_names(char **names, const char *expected)
{
	g_autofree char *text = sorted(names);
	g_assert_cmpstr(text, ==, expected);
}

static void
test_contract_first(void)
{
	struct fixture fixture;
	struct plan plan;
	fixture_init(&fixture);
	plan_as(&fixture, "parallel-contract-first", &plan);
	for (unsigned i = 0; i < CONTRACTS; i++)
		expect_names(task_of(&plan, fixture.contracts[i].id)->needs, "");
	expect_names(task_of(&plan, "web_ui")->uses, "orders,products,users");
	expect_names(task_of(&plan, "integration_orders")->needs, "orders,web_ui");
	record_finish(&plan_record, &plan);

	/* Without mocks the consumers wait for the real thing. */
	plan_as(&fixture, "parallel-basic", &plan);
	expect_names(task_of(&plan, "web_ui")->needs, "orders,products,users");
	expect_names(task_of(&plan, "web_ui")->uses, "");
	record_finish(&plan_record, &plan);
	fixture_finish(&fixture);
}

static void
test_sequences(void)
{
	struct fixture fixture;
	struct plan plan;
	fixture_init(&fixture);
	plan_as(&fixture, "sequential-basic", &plan);
	g_assert_cmpint(plan.workers, ==, 1);
	g_assert_cmpfloat(plan.prediction.makespan, ==, plan.prediction.sequential);
	record_finish(&plan_record, &plan);

	/* Stages: users and products side by side, then orders, then the rest. */
	plan_as(&fixture, "sequential-elastic", &plan);
	expect_names(task_of(&plan, "products")->needs, "");
	expect_names(task_of(&plan, "orders")->needs, "products,users");
	expect_names(task_of(&plan, "docs")->needs, "orders");
	g_assert_cmpint(plan.workers, >, 1);
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "sequential-performance", &plan);
	expect_names(task_of(&plan, "measure_before")->needs, "");
	for (unsigned i = 0; i < CONTRACTS; i++) {
		const struct plan_task *task = task_of(&plan, fixture.contracts[i].id);
		g_assert_true(g_strv_contains((const char *const *)task->needs, "measure_before"));
		g_assert_true(g_strv_contains((const char *const *)task_of(&plan, "measure_after")->needs, task->id));
	}
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "solo", &plan);
	for (size_t i = 0; i < plan.tasks.count; i++)
		g_assert_cmpstr(plan.tasks.items[i].persona_id, ==, "backend_developer");
	record_finish(&plan_record, &plan);
	fixture_finish(&fixture);
}

static void
test_agreement(void)
{
	struct fixture fixture;
	struct plan plan;
	fixture_init(&fixture);
	plan_as(&fixture, "collaborative-consensus", &plan);
	g_assert_cmpint(task_of(&plan, "users")->kind, ==, TASK_KIND_SYNTHESIS);
	expect_names(task_of(&plan, "users")->needs, "users_proposal_1,users_proposal_2,users_proposal_3");
	g_assert_cmpstr(task_of(&plan, "users_proposal_1")->persona_id, !=, task_of(&plan, "users_proposal_2")->persona_id);
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "collaborative-debate", &plan);
	expect_names(task_of(&plan, "users")->needs, "users_rebuttal_2");
	expect_names(task_of(&plan, "users_rebuttal_2")->needs, "users_argument_2");
	expect_names(task_of(&plan, "users_argument_2")->needs, "users_rebuttal_1");
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "specialized-emergency", &plan);
	expect_names(task_of(&plan, "users")->needs, "");
	g_assert_true(g_strv_contains((const char *const *)task_of(&plan, "products")->needs, "users"));
	g_assert_cmpuint(g_strv_length(task_of(&plan, "full_check")->needs), ==, plan.tasks.count - 1);
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "specialized-bug-fix", &plan);
	expect_names(task_of(&plan, "review_docs")->needs, "docs");
	g_assert_cmpstr(task_of(&plan, "review_docs")->persona_id, ==, "reviewer");
	record_finish(&plan_record, &plan);

	plan_as(&fixture, "hybrid-full-sdlc", &plan);
	g_assert_cmpint(task_of(&plan, "design_done")->kind, ==, TASK_KIND_MILESTONE);
	g_assert_true(g_strv_contains((const char *const *)task_of(&plan, "docs")->needs, "build_done"));
	g_assert_true(g_strv_contains((const char *const *)task_of(&plan, "web_ui")->needs, "design_done"));
	record_finish(&plan_record, &plan);
	fixture_finish(&fixture);
}

static void
test_refused(void)
{
	struct fixture fixture;
	struct plan plan;
	GError *error = NULL;
	fixture_init(&fixture);
	const struct blueprint *blueprint = blueprints_find(&fixture.blueprints, "sequential-basic");
	struct planner_input input = { .name = "Shop", .blueprint = blueprint, .team = &fixture.team, .analysis = &fixture.analysis,
		                       .contracts = fixture.pointers, .specs = fixture.specs, .count = 0,
		                       .choose_agent = choose_agent, .workers_max = WORKERS_MAX };
	g_assert_false(planner_make(&input, &plan, &error));
	expect_error(&error, ERR_INVALID, "no contract");

	input.count = CONTRACTS;
	g_strfreev(fixture.contracts[1].dependencies);
	fixture.contracts[1].dependencies = g_strsplit("orders", " ", -1);
	g_assert_false(planner_make(&input, &plan, &error));
	expect_error(&error, ERR_INVALID, "cycle");

	g_strfreev(fixture.contracts[1].dependencies);
	fixture.contracts[1].dependencies = g_strsplit("nothing", " ", -1);
	g_assert_false(planner_make(&input, &plan, &error));
	expect_error(&error, ERR_INVALID, "nothing");
	fixture_finish(&fixture);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/planner/coordination", test_coordination);
	g_test_add_func("/planner/scaling", test_scaling);
	g_test_add_func("/planner/catalogue", test_catalogue);
	g_test_add_func("/planner/contract-first", test_contract_first);
	g_test_add_func("/planner/sequences", test_sequences);
	g_test_add_func("/planner/agreement", test_agreement);
	g_test_add_func("/planner/refused", test_refused);
	return g_test_run();
}
