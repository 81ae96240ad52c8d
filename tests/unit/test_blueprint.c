/* Blueprints: those of the catalogue, which one fits which analysis, and how they are found. The tables run from the
 * repository's root. */
#include "team/blueprint.h"

#include <math.h>

#include "expect.h"
#include "team/persona.h"

#define CHOICES "tests/unit/data/blueprint_choice.yaml"

static char *folder;

static const char *const ids[] = {
	"collaborative-consensus", "collaborative-debate", "hybrid-full-sdlc", "migration", "parallel-basic",
	"parallel-contract-first", "parallel-elastic", "research", "sequential-basic", "sequential-elastic",
	"sequential-performance", "solo",
	"specialized-bug-fix", "specialized-emergency", "specialized-security",
};

/* The words of an analysis. */
static const char *const expertise[] = { "backend", "frontend", "mobile", "data", "ml", "devops", "security", "qa",
	                                 "architecture", "ux", "documentation", "database", "performance", "embedded",
	                                 "product", NULL };
static const char *const components[] = {
	"rest_api", "web_ui", "admin_ui", "mobile_app", "desktop_app", "cli", "library", "plugin", "database", "worker",
	"scheduler", "auth", "notification", "search", "cache", "message_queue", "gateway", "integration", "payment",
	"reporting", "data_pipeline", "ml_model", "ci_pipeline", "deployment", "monitoring", "config", "parser", "protocol",
	"firmware", "compiler", "docs", "tests", NULL
};

static void
load(struct blueprint_list *ret)
{
	GError *error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	blueprints_load(catalogue, ret, &error);
	g_assert_no_error(error);
}

/* --- the catalogue's ------------------------------------------------------------------------ */

static void
check_sentences(const struct blueprint *blueprint, const char *what, char **list)
{
	unsigned count = list ? g_strv_length(list) : 0;
	if (count < 3 || count > 6)
		g_error("%s has %u %s", blueprint->id, count, what);
	for (char **text = list; *text; text++)
		if (strlen(*text) < 25 || !g_str_has_suffix(*text, ".") || strchr(*text, '\n'))
			g_error("%s: no sentence: %s", blueprint->id, *text);
}

static void
test_catalogue(void)
{
	g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
	struct blueprint_list list;
	load(&list);
	g_assert_cmpuint(list.count, ==, G_N_ELEMENTS(ids));
	for (size_t i = 0; i < list.count; i++) {
		const struct blueprint *blueprint = &list.items[i];
		g_assert_cmpstr(blueprint->id, ==, ids[i]);
		g_assert_true(blueprints_find(&list, ids[i]) == blueprint);
		g_assert_cmpuint(strlen(blueprint->description), >, 80);
		check_sentences(blueprint, "use cases", blueprint->use_cases);
		check_sentences(blueprint, "best practices", blueprint->best_practices);
		check_sentences(blueprint, "anti-patterns", blueprint->anti_patterns);
		g_assert_cmpuint(g_strv_length(blueprint->tags), >=, 3);
		char **all[] = { blueprint->use_cases, blueprint->best_practices, blueprint->anti_patterns };
		for (unsigned k = 0; k < G_N_ELEMENTS(all); k++)
			for (char **text = all[k]; *text; text++)
				g_assert_true(g_hash_table_add(texts, *text));
	}
	g_assert_null(blueprints_find(&list, "waterfall"));
	record_list_finish(&blueprint_record, &list);
}

static void
test_modes(void)
{
	struct blueprint_list list;
	unsigned execution = 0, coordination = 0, scaling = 0;
	load(&list);
	for (size_t i = 0; i < list.count; i++) {
		const struct blueprint *blueprint = &list.items[i];
		execution |= 1u << blueprint->execution;
		coordination |= 1u << blueprint->coordination;
		scaling |= 1u << blueprint->scaling;
		/* The first word of an id is its mode. */
		g_autofree char *mode = g_strndup(blueprint->id, strcspn(blueprint->id, "-"));
		if (!g_str_equal(mode, "research") && !g_str_equal(mode, "migration"))
			g_assert_cmpstr(execution_mode_names[blueprint->execution], ==, mode);
		g_assert_true(!g_str_has_suffix(blueprint->id, "-elastic") || blueprint->scaling == SCALING_ELASTIC);
	}
	g_assert_cmpuint(execution, ==, (1u << (EXECUTION_SOLO + 1)) - 1);
	g_assert_cmpuint(coordination, ==, (1u << (COORDINATION_NONE + 1)) - 1);
	g_assert_cmpuint(scaling, ==, (1u << (SCALING_PERFORMANCE + 1)) - 1);
	g_assert_cmpint(blueprints_find(&list, "collaborative-consensus")->proposals, >=, 2);
	g_assert_cmpint(blueprints_find(&list, "collaborative-debate")->rounds, >=, 1);
	g_assert_cmpint(blueprints_find(&list, "solo")->workers, ==, 1);
	record_list_finish(&blueprint_record, &list);
}

static void
test_roles(void)
{
	GError *error = NULL;
	struct blueprint_list list;
	struct persona_list personas;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	load(&list);
	personas_load(catalogue, NULL, &personas, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < list.count; i++) {
		g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
		for (size_t k = 0; k < list.items[i].roles.count; k++) {
			const struct blueprint_role *role = &list.items[i].roles.items[k];
			if (!personas_find(&personas, role->persona))
				g_error("%s: there is no %s", list.items[i].id, role->persona);
			g_assert_true(g_hash_table_add(seen, role->persona));
			g_assert_true(role->required != (role->when != NULL));
			for (char **word = role->when; word && *word; word++)
				if (!g_strv_contains(expertise, *word) && !g_strv_contains(components, *word))
					g_error("%s: no analysis says '%s'", list.items[i].id, *word);
		}
		g_assert_cmpuint(g_hash_table_size(seen), >=, 2);
	}
	record_list_finish(&persona_record, &personas);
	record_list_finish(&blueprint_record, &list);
}

/* Whatever expertise an analysis names, a pattern that takes such work has somebody who does it and does not only test,
 * review or describe it. */
static void
test_makers(void)
{
	static const char *const makers[] = { "backend", "frontend", "mobile", "data", "devops", "database", "embedded", NULL };
	static const char *const others[] = { "qa_engineer", "reviewer", "technical_writer", "requirement_analyst", NULL };
	struct blueprint_list list;
	load(&list);
	for (size_t i = 0; i < list.count; i++) {
		for (unsigned k = 0; makers[k]; k++) {
			bool found = g_str_equal(makers[k], "data") && g_str_equal(ids[i], "specialized-security");
			for (size_t n = 0; n < list.items[i].roles.count; n++) {
				const struct blueprint_role *role = &list.items[i].roles.items[n];
				found |= !g_strv_contains(others, role->persona) &&
				         (role->required || g_strv_contains((const char *const *)role->when, makers[k]));
			}
			if (!found)
				g_error("%s has nobody for %s", list.items[i].id, makers[k]);
		}
	}
	record_list_finish(&blueprint_record, &list);
}

/* --- choosing ------------------------------------------------------------------------------- */

static char *
describe(const struct blueprint_match_list *matches)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < 3; i++)
		g_string_append_printf(text, "%s %g (%s); ", matches->items[i].id, matches->items[i].score,
		                       matches->items[i].reason);
	return g_string_free(text, FALSE);
}

static bool
is_one_of(const struct value *list, const char *id)
{
	VALUE_EACH (item, list)
		if (g_strcmp0(value_text(item), id) == 0)
			return true;
	return false;
}

/* One that is acceptable comes first, and none that is not comes near it. */
static void
check_choice(const struct blueprint_match_list *matches, const struct value *row)
{
	const struct value *best = value_member(row, "best");
	g_autofree char *found = describe(matches);
	size_t other = 0;
	while (is_one_of(best, matches->items[other].id))
		other++;
	if (other == 0 || matches->items[0].score - matches->items[other].score < 0.2)
		g_error("%s: %s", value_member_text(row, "about"), found);
}

static void
test_choice(void)
{
	GError *error = NULL;
	struct blueprint_list list;
	g_autoptr(Doc) doc = doc_read_file(CHOICES, &error);
	g_assert_no_error(error);
	load(&list);
	unsigned rows = 0, types = 0;
	g_autoptr(GHashTable) chosen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	VALUE_EACH (row, doc_root(doc)) {
		struct analysis analysis;
		struct blueprint_match_list matches;
		record_read(&analysis_record, doc, row, &analysis, &error);
		g_assert_no_error(error);
		VALUE_EACH (id, value_member(row, "best"))
			g_assert_nonnull(blueprints_find(&list, value_text(id)));
		blueprints_rank(&list, &analysis, &matches);
		g_assert_cmpuint(matches.count, ==, list.count);
		check_choice(&matches, row);
		rows++;
		types |= 1u << analysis.requirement_type;
		g_hash_table_add(chosen, g_strdup(matches.items[0].id));
		record_list_finish(&blueprint_match_record, &matches);
		record_finish(&analysis_record, &analysis);
	}
	g_assert_cmpuint(rows, >=, 60);
	g_assert_cmpuint(types, ==, (1u << REQUIREMENT_TYPE_COUNT) - 1);
	g_assert_cmpuint(g_hash_table_size(chosen), ==, list.count);   /* no pattern is there in vain */
	record_list_finish(&blueprint_record, &list);
}

static const char *
first_fit(const struct blueprint *blueprint, const struct analysis *analysis)
{
	char **lists[] = { analysis->required_expertise, analysis->components };
	for (size_t i = 0; i < blueprint->roles.count; i++)
		for (unsigned k = 0; k < G_N_ELEMENTS(lists); k++)
			for (char **word = lists[k]; word && *word; word++)
				if (g_strv_contains((const char *const *)blueprint->roles.items[i].when, *word))
					return blueprint->roles.items[i].persona;
	return NULL;
}

/* Who works alone is the one whose skill the analysis names first. */
static void
test_solo(void)
{
	GError *error = NULL;
	struct blueprint_list list;
	struct persona_list personas;
	g_autoptr(Doc) doc = doc_read_file(CHOICES, &error);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_assert_no_error(error);
	load(&list);
	personas_load(catalogue, NULL, &personas, &error);
	g_assert_no_error(error);
	VALUE_EACH (row, doc_root(doc)) {
		struct analysis analysis;
		record_read(&analysis_record, doc, row, &analysis, NULL);
		const char *id = first_fit(blueprints_find(&list, "solo"), &analysis);
		g_assert_nonnull(id);
		if (is_one_of(value_member(row, "best"), "solo"))
			g_assert_cmpstr(personas_find(&personas, id)->skills[0], ==, analysis.required_expertise[0]);
		record_finish(&analysis_record, &analysis);
	}
	record_list_finish(&persona_record, &personas);
	record_list_finish(&blueprint_record, &list);
}

/* Kinds of work with a method of their own take it, whatever else the analysis says. */
static const char *const method_of[REQUIREMENT_TYPE_COUNT] = {
	[REQUIREMENT_BUG_FIX] = "specialized-bug-fix", [REQUIREMENT_INCIDENT] = "specialized-emergency",
	[REQUIREMENT_SECURITY] = "specialized-security", [REQUIREMENT_PERFORMANCE] = "sequential-performance",
	[REQUIREMENT_MIGRATION] = "migration", [REQUIREMENT_RESEARCH] = "research",
};

static void
check_rules(const struct blueprint_list *list, const struct analysis *analysis)
{
	struct blueprint_match_list matches;
	blueprints_rank(list, analysis, &matches);
	const char *method = method_of[analysis->requirement_type];
	const struct blueprint *best = blueprints_find(list, matches.items[0].id);
	g_autofree char *found = describe(&matches);
	bool debate = analysis->requirement_type == REQUIREMENT_RESEARCH && analysis->complexity >= COMPLEXITY_COMPLEX &&
	              g_str_equal(best->id, "collaborative-debate");
	if (method && !g_str_equal(best->id, method) && !debate)
		g_error("%s has a method of its own: %s", requirement_type_names[analysis->requirement_type], found);
	/* A chain of steps loses under every team that splits it; only several tries at all of it may help. */
	bool chain = analysis->parallelizability == PARALLEL_FULLY_SEQUENTIAL && analysis->complexity < COMPLEXITY_VERY_COMPLEX;
	bool split = best->execution == EXECUTION_PARALLEL || best->execution == EXECUTION_HYBRID ||
	             best->scaling == SCALING_ELASTIC;
	if (!method && chain && (split || (analysis->complexity == COMPLEXITY_SIMPLE && best->execution != EXECUTION_SOLO)))
		g_error("a chain is split: %s", found);
	if (!method && analysis->parallelizability >= PARALLEL_PARTIALLY && best->execution == EXECUTION_SOLO)
		g_error("one does the work of many: %s", found);
	record_list_finish(&blueprint_match_record, &matches);
}

static void
test_rules(void)
{
	struct blueprint_list list;
	load(&list);
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	for (unsigned i = 0; i < REQUIREMENT_TYPE_COUNT * COMPLEXITY_COUNT * PARALLEL_COUNT * 20; i++) {
		char *skills[4] = { 0 }, *parts[6] = { 0 };
		unsigned skill_count = (unsigned)g_rand_int_range(random, 1, 4);
		unsigned part_count = (unsigned)g_rand_int_range(random, 0, 6);
		struct analysis analysis = { .requirement_type = i % REQUIREMENT_TYPE_COUNT,
			                     .complexity = i / REQUIREMENT_TYPE_COUNT % COMPLEXITY_COUNT,
			                     .parallelizability = i / REQUIREMENT_TYPE_COUNT / COMPLEXITY_COUNT % PARALLEL_COUNT,
			                     .required_expertise = skills, .components = parts };
		for (unsigned k = 0; k < skill_count; k++)
			skills[k] = (char *)expertise[g_rand_int_range(random, 0, G_N_ELEMENTS(expertise) - 1)];
		for (unsigned k = 0; k < part_count; k++)
			parts[k] = (char *)components[g_rand_int_range(random, 0, G_N_ELEMENTS(components) - 1)];
		check_rules(&list, &analysis);
	}
	record_list_finish(&blueprint_record, &list);
}

static void
test_reasons(void)
{
	struct blueprint_list list;
	struct blueprint_match_list matches;
	load(&list);
	struct analysis analysis = { .requirement_type = REQUIREMENT_PERFORMANCE, .parallelizability = PARALLEL_FULLY_SEQUENTIAL,
		                     .required_expertise = (char *[]){ (char *)"performance", NULL } };
	blueprints_rank(&list, &analysis, &matches);
	g_assert_cmpstr(matches.items[0].reason, ==,
	                "requirement_type performance_optimization (+12), expertise performance (+0.5)");
	g_assert_cmpstr(matches.items[0].name, ==, "Sequential, performance");
	g_assert_cmpfloat(matches.items[0].score, ==, 12.5);
	for (size_t i = 1; i < matches.count; i++) {
		g_assert_cmpfloat(matches.items[i - 1].score, >=, matches.items[i].score);
		if (matches.items[i - 1].score == matches.items[i].score)
			g_assert_cmpstr(matches.items[i - 1].id, <, matches.items[i].id);
		bool silent = g_str_equal(matches.items[i].reason, "nothing speaks for it");
		g_assert_true(!silent || matches.items[i].score == 0);
	}
	record_list_finish(&blueprint_match_record, &matches);
	struct blueprint_list none = { 0 };
	blueprints_rank(&none, &analysis, &matches);
	g_assert_cmpuint(matches.count, ==, 0);
	record_list_finish(&blueprint_record, &list);
}

/* --- searching ------------------------------------------------------------------------------ */

static const struct search {
	struct blueprint_query query;
	const char *found;    /* in order; "*" for all */
	const char *reason;   /* in that of the first */
} searches[] = {
	{ { 0 }, "*", "no condition was given" },
	{ { .text = (char *)"  " }, "*", "no condition was given" },
	{ { .mode = (char *)"sequential" }, "sequential-basic sequential-elastic sequential-performance", "mode sequential" },
	{ { .mode = (char *)"Parallel" }, "parallel-basic parallel-contract-first parallel-elastic", "mode parallel" },
	{ { .mode = (char *)"hybrid" }, "hybrid-full-sdlc migration", "mode hybrid" },
	{ { .mode = (char *)"waterfall" }, "", NULL },
	{ { .coordination = (char *)"debate" }, "collaborative-debate", "coordination debate" },
	{ { .coordination = (char *)"contract_first" }, "hybrid-full-sdlc parallel-contract-first", "coordination contract_first" },
	{ { .coordination = (char *)"Contract-First", .mode = (char *)"parallel" }, "parallel-contract-first",
	  "mode parallel, coordination contract_first" },
	{ { .scaling = (char *)"elastic" }, "hybrid-full-sdlc parallel-elastic sequential-elastic", "scaling elastic" },
	{ { .scaling = (char *)"performance" }, "sequential-performance", "scaling performance" },
	{ { .tag = (char *)"elastic" }, "parallel-elastic sequential-elastic", "tag elastic" },
	{ { .tag = (char *)"Full Stack" }, "parallel-contract-first", "tag full stack" },
	{ { .tag = (char *)"elastic", .mode = (char *)"parallel" }, "parallel-elastic", "mode parallel, tag elastic" },
	{ { .tag = (char *)"elast" }, "", NULL },
	{ { .text = (char *)"zebra" }, "", NULL },
	{ { .text = (char *)"ollback" }, "", NULL },   /* words are found by their beginning */
	{ { .text = (char *)"rollback", .mode = (char *)"specialized" }, "specialized-emergency",
	  "mode specialized, 'rollback' in its tags" },
};

static void
test_search(void)
{
	struct blueprint_list list;
	load(&list);
	g_autoptr(GString) all = g_string_new(ids[0]);
	for (unsigned i = 1; i < G_N_ELEMENTS(ids); i++)
		g_string_append_printf(all, " %s", ids[i]);
	for (unsigned i = 0; i < G_N_ELEMENTS(searches); i++) {
		struct blueprint_match_list matches;
		g_autoptr(GString) found = g_string_new(NULL);
		blueprints_search(&list, &searches[i].query, &matches);
		for (size_t k = 0; k < matches.count; k++) {
			g_string_append_printf(found, "%s%s", k ? " " : "", matches.items[k].id);
			g_assert_cmpfloat(matches.items[k].score, >, 0);
			g_assert_cmpstr(matches.items[k].reason, !=, "");
		}
		g_assert_cmpstr(found->str, ==, g_str_equal(searches[i].found, "*") ? all->str : searches[i].found);
		if (searches[i].reason)
			g_assert_nonnull(strstr(matches.items[0].reason, searches[i].reason));
		record_list_finish(&blueprint_match_record, &matches);
	}
	record_list_finish(&blueprint_record, &list);
}

/* What somebody types, and what they should get first. */
static const char *const texts[][2] = {
	{ "bug fix", "specialized-bug-fix" },
	{ "security vulnerability", "specialized-security" },
	{ "OUTAGE", "specialized-emergency" },
	{ "contract first api", "parallel-contract-first" },
	{ "slow query latency", "sequential-performance" },
	{ "debate", "collaborative-debate" },
	{ "upgrade database", "migration" },
	{ "spike, feasibility", "research" },
	{ "whole product", "hybrid-full-sdlc" },
	{ "consensus", "collaborative-consensus" },
	{ "small change in one place", "solo" },
};

static void
test_text(void)
{
	struct blueprint_list list;
	load(&list);
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct blueprint_query query = { .text = (char *)texts[i][0] };
		struct blueprint_match_list matches;
		blueprints_search(&list, &query, &matches);
		g_assert_cmpuint(matches.count, >, 0);
		g_assert_cmpstr(matches.items[0].id, ==, texts[i][1]);
		g_assert_nonnull(strstr(matches.items[0].reason, " in its "));
		for (size_t k = 1; k < matches.count; k++)
			g_assert_cmpfloat(matches.items[k - 1].score, >=, matches.items[k].score);
		record_list_finish(&blueprint_match_record, &matches);
	}
	record_list_finish(&blueprint_record, &list);
}

/* --- what a user brings --------------------------------------------------------------------- */

#define HEAD "id: mine\nname: Mine\ndescription: d\nexecution: parallel\ncoordination: review\n"

static void
test_own(void)
{
	g_autofree char *project = g_build_filename(folder, "own", NULL);
	struct blueprint_list list;
	GError *error = NULL;
	write_file(project, ".teamwright/blueprints/mine.yaml",
	           HEAD "roles:\n  - reviewer\n  - {persona: qa_engineer, when: [qa]}\n  - {persona: backend_developer}\n"
	                "  - {persona: data_engineer, required: true, when: [data]}\n"
	                "signals: {field: component, value: teleporter, weight: 99}\n");
	write_file(project, ".teamwright/blueprints/solo.yaml",
	           "{\"id\": \"solo\", \"name\": \"Alone\", \"description\": \"d\", \"execution\": \"SOLO\", "
	           "\"coordination\": \"none\", \"roles\": \"reviewer\"}");
	g_autoptr(Catalogue) catalogue = catalogue_open(project);
	blueprints_load(catalogue, &list, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(list.count, ==, G_N_ELEMENTS(ids) + 1);
	const struct blueprint *mine = blueprints_find(&list, "mine");
	g_assert_cmpint(mine->scaling, ==, SCALING_FIXED);
	g_assert_true(mine->roles.items[0].required);
	g_assert_false(mine->roles.items[1].required);
	g_assert_true(mine->roles.items[2].required);
	g_assert_true(mine->roles.items[3].required);
	g_assert_cmpstr(blueprints_find(&list, "solo")->name, ==, "Alone");
	struct analysis analysis = { .components = (char *[]){ (char *)"teleporter", NULL } };
	struct blueprint_match_list matches;
	blueprints_rank(&list, &analysis, &matches);
	g_assert_cmpstr(matches.items[0].id, ==, "mine");
	record_list_finish(&blueprint_match_record, &matches);
	record_list_finish(&blueprint_record, &list);
}

static const struct {
	const char *text, *place, *what;
} bad[] = {
	{ "id: mine\nname: [", "mine.yaml:", "" },
	{ "id: mine\n\tname: x\n", "mine.yaml:2:1", "" },
	{ "id: mine\nname: a\nname: b\n", "mine.yaml:3:1", "name" },
	{ "", "mine.yaml:", "" },
	{ "- a\n", "mine.yaml:1:1", "object" },
	{ "id: mine\n", "mine.yaml:1:1", "needs 'name'" },
	{ HEAD "roles: [reviewer]\ncolour: red\n", "mine.yaml:7:1", "colour" },
	{ HEAD "roles: [{persona: reviewer, wen: [qa]}]\n", "mine.yaml:6:29", "wen" },
	{ HEAD "roles: [reviewer]\nscaling: rubber\n", "mine.yaml:7:10", "fixed, elastic, performance" },
	{ HEAD "roles: [reviewer]\nworkers: many\n", "mine.yaml:7:10", "workers" },
	{ HEAD "roles: [reviewer]\nsignals:\n  - {field: mood, value: good, weight: 1}\n", "mine.yaml:8:5", "no 'mood'" },
	{ HEAD "roles: [reviewer]\nsignals:\n  - {field: component, value: x, weight: 1}\n"
	       "  - {field: complexity, value: huge, weight: 1}\n",
	  "mine.yaml:9:5", "'huge' is no complexity" },
	{ HEAD "roles: [reviewer]\nsignals: {field: complexity, value: huge, weight: 1}\n", "mine.yaml:7:10",
	  "'huge' is no complexity" },
	{ HEAD "roles: [reviewer]\nsignals: [{field: complexity, value: simple}]\n", "mine.yaml:7:11", "weight" },
	{ "name: Mine\nid: yours\ndescription: d\nexecution: solo\ncoordination: none\nroles: [reviewer]\n", "mine.yaml:2:5",
	  "yours" },
};

static void
test_bad(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *name = g_strdup_printf("bad-%u", i), *project = g_build_filename(folder, name, NULL);
		GError *error = NULL;
		struct blueprint_list list;
		write_file(project, ".teamwright/blueprints/mine.yaml", bad[i].text);
		g_autoptr(Catalogue) catalogue = catalogue_open(project);
		g_assert_false(blueprints_load(catalogue, &list, &error));
		g_assert_cmpuint(list.count, ==, 0);
		g_test_message("%s", error->message);
		g_assert_nonnull(error_remedy(error));
		if (!strstr(error->message, bad[i].place) || !strstr(error->message, bad[i].what))
			g_error("'%s' does not say %s %s", error->message, bad[i].place, bad[i].what);
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	folder = temporary_folder();
	g_autofree char *config = g_build_filename(folder, "config", NULL);
	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_test_add_func("/blueprint/catalogue", test_catalogue);
	g_test_add_func("/blueprint/modes", test_modes);
	g_test_add_func("/blueprint/roles", test_roles);
	g_test_add_func("/blueprint/makers", test_makers);
	g_test_add_func("/blueprint/choice", test_choice);
	g_test_add_func("/blueprint/solo", test_solo);
	g_test_add_func("/blueprint/rules", test_rules);
	g_test_add_func("/blueprint/reasons", test_reasons);
	g_test_add_func("/blueprint/search", test_search);
	g_test_add_func("/blueprint/text", test_text);
	g_test_add_func("/blueprint/own", test_own);
	g_test_add_func("/blueprint/bad", test_bad);
	int code = g_test_run();
	remove_folder(folder);
	g_free(folder);
	return code;
}
