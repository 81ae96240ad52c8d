#include "team/planner.h"

#include "base/error.h"

enum { CHECK_S = 180, ATTEMPT_S = 600 };

struct planning {
	const struct planner_input *input;
	struct plan *plan;
};

static void
append(char ***list, const char *word)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (char **old = *list; old && *old; old++) {
		if (g_str_equal(*old, word))
			return;
		g_strv_builder_add(builder, *old);
	}
	g_strv_builder_add(builder, word);
	g_strfreev(*list);
	*list = g_strv_builder_end(builder);
}

static struct plan_task *
find_task(struct planning *planning, const char *id)
{
	int64_t index = plan_task_index(planning->plan, id);
	return index < 0 ? NULL : &planning->plan->tasks.items[index];
}

static const struct member *
find_member(const struct team *team, const char *persona)
{
	for (size_t i = 0; persona && i < team->members.count; i++)
		if (g_str_equal(team->members.items[i].persona_id, persona))
			return &team->members.items[i];
	return NULL;
}

static struct plan_task *
add_task(struct planning *planning, const char *id, const char *title, enum task_kind kind, const char *persona, const char *why)
{
	struct plan_task *task = record_append(&plan_task_record, &planning->plan->tasks);
	g_free(task->id);
	task->id = g_strdup(id);
	task->title = g_strdup(title);
	task->kind = kind;
	task->persona_id = g_strdup(persona);
	task->why = g_strdup(why);
	task->timeout_s = kind == TASK_KIND_ASSIGNMENT ? ATTEMPT_S : CHECK_S;
	return task;
}

/* --- assignments ---------------------------------------------------------------------------- */

/* One assignment per contract, by its provider. */
static void
add_assignments(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	for (size_t i = 0; i < input->count; i++) {
		const struct contract *contract = input->contracts[i];
		const struct member *member = find_member(input->team, contract->provider_persona_id);
		struct plan_task *task = add_task(planning, contract->id, contract->name, TASK_KIND_ASSIGNMENT, contract->provider_persona_id,
		                                  "it fulfils a contract");
		struct doc *spec = input->specs[i];
		/* A deliverable is made from the interface that it uses. */
		for (size_t k = 0; !spec && k < input->count && contract->dependencies; k++)
			if (g_strv_contains((const char *const *)contract->dependencies, input->contracts[k]->id))
				spec = input->specs[k];
		task->contract_id = g_strdup(contract->id);
		task->agent = g_strdup(input->choose_agent(member ? member->provides : NULL, spec));
		task->stream = g_strdup(member && member->provides ? member->provides : contract->provider_persona_id);
		task->effort_hours = contract->estimated_effort_hours;
	}
}

/* Who rests on a contract starts at once where a mock stands in, else when it is accepted. */
static void
add_dependencies(struct planning *planning, bool mocks)
{
	const struct planner_input *input = planning->input;
	for (size_t i = 0; i < input->count; i++) {
		struct plan_task *task = find_task(planning, input->contracts[i]->id);
		for (char **name = input->contracts[i]->dependencies; name && *name; name++) {
			const struct contract *used = NULL;
			for (size_t k = 0; k < input->count; k++)
				if (g_str_equal(input->contracts[k]->id, *name))
					used = input->contracts[k];
			append(mocks && used && used->mock_available ? &task->uses : &task->needs, *name);
		}
	}
}

/* True where a deliverable is checked by what it sends. */
static bool
is_consumer(const struct contract *contract, const char *used)
{
	if (!contract->dependencies || !g_strv_contains((const char *const *)contract->dependencies, used))
		return false;
	for (size_t i = 0; i < contract->deliverables.count; i++) {
		const struct criterion_list *criteria = &contract->deliverables.items[i].acceptance_criteria;
		for (size_t k = 0; k < criteria->count; k++)
			for (size_t m = 0; m < criteria->items[k].checks.count; m++)
				if (criteria->items[k].checks.items[m].kind == CHECK_CONTRACT)
					return true;
	}
	return false;
}

/* Consumers against the real provider, once both are accepted. */
static void
add_integrations(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	for (size_t i = 0; i < input->count; i++) {
		const struct contract *contract = input->contracts[i];
		g_autofree char *id = g_strconcat("integration_", contract->id, NULL);
		g_autofree char *title = g_strdup_printf("Consumers of %s against the real provider", contract->name);
		struct plan_task *task = NULL;
		for (size_t k = 0; input->specs[i] && k < input->count; k++) {
			const struct contract *consumer = input->contracts[k];
			if (!is_consumer(consumer, contract->id))
				continue;
			if (!task) {
				task = add_task(planning, id, title, TASK_KIND_INTEGRATION,
				                find_member(input->team, "integration_engineer") ? "integration_engineer" : contract->provider_persona_id,
				                "consumers worked against a mock");
				task->contract_id = g_strdup(contract->id);
				task->stream = g_strdup("integration");
				append(&task->needs, contract->id);
			}
			append(&task->needs, consumer->id);
		}
	}
}

/* --- what blueprints change ----------------------------------------------------------------- */

/* One task after the other, each on the work of the one before it. */
static void
chain(struct planning *planning)
{
	struct plan_task *tasks = planning->plan->tasks.items;
	g_autoptr(Graph) graph = plan_graph(planning->plan, false);
	g_autofree uint32_t *order = g_new(uint32_t, graph->nodes);
	graph_order(graph, order);
	for (uint32_t i = 1; i < graph->nodes; i++)
		append(&tasks[order[i]].needs, tasks[order[i - 1]].id);
}

/* Stage after stage: what shares a stage runs side by side, and needs all of the stage before. */
static void
make_stages(struct planning *planning)
{
	struct plan_task *tasks = planning->plan->tasks.items;
	g_autoptr(Graph) graph = plan_graph(planning->plan, false);
	g_autofree uint32_t *stage = g_new(uint32_t, graph->nodes);
	graph_groups(graph, stage);
	for (uint32_t i = 0; i < graph->nodes; i++)
		for (uint32_t k = 0; k < graph->nodes; k++)
			if (stage[k] + 1 == stage[i])
				append(&tasks[i].needs, tasks[k].id);
}

/* All by one persona, in one stream. */
static void
make_solo(struct planning *planning)
{
	const struct team *team = planning->input->team;
	for (size_t i = 0; i < planning->plan->tasks.count && team->members.count; i++) {
		g_free(planning->plan->tasks.items[i].persona_id);
		planning->plan->tasks.items[i].persona_id = g_strdup(team->members.items[0].persona_id);
	}
	chain(planning);
	planning->plan->workers = 1;
}

/* The contract about which several shall agree: the first with an interface, else the first. */
static size_t
main_contract(const struct planner_input *input)
{
	for (size_t i = 0; i < input->count; i++)
		if (input->specs[i])
			return i;
	return 0;
}

/* The persona of the n-th member, around and around. */
static const char *
nth_persona(const struct team *team, size_t n)
{
	return team->members.count ? team->members.items[n % team->members.count].persona_id : NULL;
}

/* N proposals by different members before the one that is checked and taken. */
static void
add_consensus(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	g_autofree char *main_id = g_strdup(input->contracts[main_contract(input)]->id);
	for (int64_t i = 0; i < input->blueprint->proposals; i++) {
		g_autofree char *id = g_strdup_printf("%s_proposal_%d", main_id, (int)i + 1);
		g_autofree char *title = g_strdup_printf("Proposal %d for %s", (int)i + 1, main_id);
		add_task(planning, id, title, TASK_KIND_ASSIGNMENT, nth_persona(input->team, (size_t)i), "the team shall agree on one of several");
		append(&find_task(planning, main_id)->needs, id);
	}
	find_task(planning, main_id)->kind = TASK_KIND_SYNTHESIS;
}

/* Rounds of proposal and rebuttal, each on the last, before a judge decides. */
static void
add_debate(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	g_autofree char *main_id = g_strdup(input->contracts[main_contract(input)]->id), *last = NULL;
	for (int64_t round = 0; round < input->blueprint->rounds * 2; round++) {
		bool rebuttal = round % 2;
		g_autofree char *id = g_strdup_printf("%s_%s_%d", main_id, rebuttal ? "rebuttal" : "argument", (int)round / 2 + 1);
		g_autofree char *title = g_strdup_printf("%s %d on %s", rebuttal ? "Rebuttal" : "Argument", (int)round / 2 + 1, main_id);
		struct plan_task *task = add_task(planning, id, title, TASK_KIND_ASSIGNMENT, nth_persona(input->team, rebuttal),
		                                  "two sides argue before it is decided");
		if (last)
			append(&task->needs, last);
		g_free(last);
		last = g_strdup(id);
	}
	if (last)
		append(&find_task(planning, main_id)->needs, last);
	find_task(planning, main_id)->kind = TASK_KIND_SYNTHESIS;
}

/* A measurement before the first change and one after the last. */
static void
add_measurements(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	size_t count = planning->plan->tasks.count;
	const char *persona = find_member(input->team, "performance_engineer") ? "performance_engineer" : nth_persona(input->team, 0);
	add_task(planning, "measure_before", "Measure before the change", TASK_KIND_VERIFICATION, persona, "a change is judged by figures");
	add_task(planning, "measure_after", "Measure after the change", TASK_KIND_VERIFICATION, persona, "a change is judged by figures");
	for (size_t i = 0; i < count; i++) {
		append(&planning->plan->tasks.items[i].needs, "measure_before");
		append(&find_task(planning, "measure_after")->needs, planning->plan->tasks.items[i].id);
	}
}

/* The main work first and alone; everything else, checks included, after it. */
static void
add_emergency(struct planning *planning)
{
	g_autofree char *main_id = g_strdup(planning->input->contracts[main_contract(planning->input)]->id);
	int64_t first = plan_task_index(planning->plan, main_id);
	g_autoptr(Graph) graph = plan_graph(planning->plan, false);
	for (uint32_t i = 0; i < graph->nodes; i++) {
		g_autofree uint8_t *behind = g_new0(uint8_t, graph->nodes);
		graph_reach(graph, i, behind);
		if (!behind[first])   /* what the main work itself needs comes before it */
			append(&planning->plan->tasks.items[i].needs, main_id);
	}
	struct plan_task *task = add_task(planning, "full_check", "Full checks after the emergency", TASK_KIND_VERIFICATION,
	                                  nth_persona(planning->input->team, 0), "the shortest way was taken first");
	for (size_t i = 0; i + 1 < planning->plan->tasks.count; i++)
		append(&task->needs, planning->plan->tasks.items[i].id);
}

/* A second pair of eyes behind every assignment. */
static void
add_reviews(struct planning *planning)
{
	const struct planner_input *input = planning->input;
	const char *reviewer = find_member(input->team, "reviewer") ? "reviewer" : nth_persona(input->team, input->team->members.count - 1);
	for (size_t i = 0; i < input->count; i++) {
		g_autofree char *id = g_strconcat("review_", input->contracts[i]->id, NULL);
		g_autofree char *title = g_strdup_printf("Review of %s", input->contracts[i]->name);
		struct plan_task *task = add_task(planning, id, title, TASK_KIND_VERIFICATION, reviewer, "somebody else looks at it");
		append(&task->needs, input->contracts[i]->id);
	}
}

/* Design, then building in parallel, then release: two points that all pass. */
static void
add_phases(struct planning *planning)
{
	struct plan_task_list *tasks = &planning->plan->tasks;
	size_t count = tasks->count;
	add_task(planning, "design_done", "Contracts agreed", TASK_KIND_MILESTONE, NULL, "nobody builds before the contracts stand");
	add_task(planning, "build_done", "Everything built and integrated", TASK_KIND_MILESTONE, NULL, "nothing is released before");
	for (size_t i = 0; i < count; i++) {
		struct plan_task *task = &tasks->items[i];
		bool release = g_strcmp0(task->stream, "ops") == 0 || g_strcmp0(task->stream, "docs") == 0;
		append(&task->needs, release ? "build_done" : "design_done");
		if (!release)
			append(&find_task(planning, "build_done")->needs, task->id);
	}
}

static void
coordinate(struct planning *planning)
{
	switch (planning->input->blueprint->coordination) {
	case COORDINATION_CONSENSUS:
		add_consensus(planning);
		break;
	case COORDINATION_DEBATE:
		add_debate(planning);
		break;
	case COORDINATION_MEASURE:
		add_measurements(planning);
		break;
	case COORDINATION_EMERGENCY:
		add_emergency(planning);
		break;
	case COORDINATION_REVIEW:
		add_reviews(planning);
		break;
	default:
		break;
	}
}

/* What the contracts demand, whatever the blueprint. False where that is no plan. */
static bool
fulfil_contracts(struct planning *planning, bool mocks, GError **error)
{
	add_assignments(planning);
	add_dependencies(planning, mocks);
	add_integrations(planning);
	return plan_check(planning->plan, error);
}

static bool
arrange(struct planning *planning, GError **error)
{
	const struct blueprint *blueprint = planning->input->blueprint;
	bool solo = blueprint->execution == EXECUTION_SOLO;
	bool handed_on = blueprint->execution == EXECUTION_SEQUENTIAL || blueprint->coordination == COORDINATION_HANDOFF;
	if (!fulfil_contracts(planning, !solo && !handed_on && blueprint->coordination != COORDINATION_BARRIER, error))
		return false;
	if (solo)
		make_solo(planning);
	else if (handed_on && blueprint->scaling == SCALING_ELASTIC)
		make_stages(planning);
	else if (handed_on)
		chain(planning);
	if (blueprint->execution == EXECUTION_HYBRID)
		add_phases(planning);
	coordinate(planning);
	return true;
}

/* How many work at once: FIXED one per member (or as the blueprint says), ELASTIC as many as
 * shorten the plan, PERFORMANCE as many as could ever be busy. */
static void
scale(struct planning *planning)
{
	const struct blueprint *blueprint = planning->input->blueprint;
	struct plan *plan = planning->plan;
	if (plan->workers)
		return;
	if (blueprint->scaling == SCALING_FIXED)
		plan->workers = blueprint->workers ? blueprint->workers : (int64_t)MAX(planning->input->team->members.count, 1);
	else if (blueprint->scaling == SCALING_PERFORMANCE)
		plan->workers = (int64_t)plan->tasks.count;
	plan->workers = MIN(plan->workers, planning->input->workers_max);
}

bool
planner_make(const struct planner_input *input, struct plan *ret, GError **error)
{
	struct planning planning = { .input = input, .plan = ret };
	record_init(&plan_record, ret);
	if (!input->count)
		return error_set(error, ERR_INVALID, "say what is to be delivered", "there is no contract to plan for");
	ret->name = g_strdup(input->name);
	ret->blueprint_id = g_strdup(input->blueprint->id);
	ret->coordination = g_strdup(coordination_mode_names[input->blueprint->coordination]);
	ret->scaling = g_strdup(scaling_names[input->blueprint->scaling]);
	if (!arrange(&planning, error) || !plan_check(ret, error)) {
		record_finish(&plan_record, ret);
		return false;
	}
	scale(&planning);
	plan_predict(ret, input->workers_max);
	return true;
}
