/* Phases before work begins: analysis and plan. perform_design.c has what is between them. */
#include <string.h>

#include "agent/scaffold.h"
#include "base/error.h"
#include "engine/perform_phase.h"
#include "team/analyst.h"
#include "team/model_analyst.h"
#include "team/planner.h"

enum { NAME_MAX_LENGTH = 60, WORKERS_MAX = 64 };

/* --- analysis ------------------------------------------------------------------------------- */

char *
phase_project_name(const struct run_request *request, const struct analysis *analysis)
{
	if (request->project_name)
		return g_strdup(request->project_name);
	const char *text = "Project";
	for (size_t i = analysis->statements.count; i-- > 0;) {
		const struct statement *statement = &analysis->statements.items[i];
		if (i == 0 || statement->kind == STATEMENT_PRODUCT)
			text = statement->subject ? statement->subject : statement->text;
		if (statement->kind == STATEMENT_PRODUCT)
			break;
	}
	g_autofree char *line = g_strndup(text, strcspn(text, "\n.;:"));
	g_strstrip(line);
	if (g_utf8_strlen(line, -1) > NAME_MAX_LENGTH) {
		g_autofree char *cut = g_utf8_substring(line, 0, NAME_MAX_LENGTH);
		char *space = strrchr(cut, ' ');
		if (space)
			*space = '\0';
		g_free(line);
		line = g_strdup(cut);
	}
	g_autofree char *first = g_utf8_substring(line, 0, MIN(g_utf8_strlen(line, -1), 1)), *upper = g_utf8_strup(first, -1);
	return g_strconcat(upper, g_utf8_offset_to_pointer(line, *line ? 1 : 0), NULL);
}

/* Tasks ask side by side, phases one after the other. */
static const char *
phase_part(const struct job *job)
{
	return job->task >= 0 ? job->charter->plan.tasks.items[job->task].id : NULL;
}

bool
phase_begin(struct phase *phase, struct worker *worker, struct store *store, const struct job *job, const char *purpose, const char *persona, GError **error)
{
	const struct run_request *request = &job->charter->request;
	phase->terms = (struct consult_terms){ request->record, request->replay, request->budget, request->max_tokens, request->max_calls };
	phase->wish = (struct consult_wish){ .gateway = request->offline ? NULL : worker->gateway, .terms = &phase->terms, .purpose = purpose,
		                             .persona = persona, .run = job->charter->run, .part = phase_part(job), .store = store, .key = job->run, .deadline_ms = job->deadline,
		                             .cancelled = &job->cancelled };
	return consult_begin(&phase->wish, &phase->consultation, error);
}

void
phase_end(struct phase *phase, const char *model, unsigned repairs, const char *fallback, struct job *job)
{
	struct asked asked;
	if (!consult_end(&phase->consultation, &asked))
		return;
	asked.model = g_strdup(model);
	asked.repairs = repairs;
	asked.fallback = g_strdup(fallback);
	if (!job->facts.asked)
		job->facts.asked = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(job->facts.asked, record_to_json(&asked_record, &asked, false));
	record_finish(&asked_record, &asked);
}

static bool
analyse(struct worker *worker, struct store *store, struct job *job, struct analysis *ret)
{
	struct phase phase;
	struct model_analysis found = { 0 };
	const char *requirement = job->charter->requirement;
	if (!phase_begin(&phase, worker, store, job, "analysis", "requirement_analyst", &job->error))
		return false;
	if (!phase.consultation.models)
		return analyst_run(worker->catalogue, requirement, ret, &job->error);
	bool ok = model_analyst_run(worker->catalogue, phase.consultation.models, &phase.consultation.ask, requirement, job->charter->request.context, &found,
	                            &job->error);
	phase_end(&phase, ok && !found.fallback ? found.analysis.analyst : NULL, found.rounds, found.fallback, job);
	if (ok) {
		*ret = found.analysis;
		found.analysis = (struct analysis){ 0 };
	}
	model_analysis_clear(&found);
	return ok;
}

bool
perform_analyse(struct worker *worker, struct job *job)
{
	struct store *store = worker_store(worker, &job->error);
	const struct charter *charter = job->charter;
	struct analysis analysis;
	record_init(&analysis_record, &analysis);
	if (!store || (*charter->requirement && !analyse(worker, store, job, &analysis)))
		return false;
	job->facts.name = phase_project_name(&charter->request, &analysis);
	job->facts.analysis = charter_keep(store, &analysis_record, &analysis, &job->error);
	record_finish(&analysis_record, &analysis);
	return job->facts.analysis != NULL;
}

/* --- plan ----------------------------------------------------------------------------------- */

static const char *
choose_agent(const char *provides, struct doc *spec)
{
	return scaffold_can(provides, spec) ? "scaffold" : NULL;
}

static bool
set_workers(struct plan *plan, const char *workers)
{
	guint64 number;
	if (!workers || !g_ascii_string_to_unsigned(workers, 10, 1, 1000, &number, NULL))
		return false;
	plan->workers = (int64_t)number;
	return true;
}

/* How long an attempt may take, as the settings say. */
static void
set_timeout(struct plan *plan, const char *seconds)
{
	for (size_t i = 0; seconds && i < plan->tasks.count; i++)
		if (plan->tasks.items[i].kind == TASK_KIND_ASSIGNMENT)
			plan->tasks.items[i].timeout_s = (int64_t)g_ascii_strtod(seconds, NULL);
}

static bool
make_plan(struct worker *worker, struct job *job, const struct blueprint *blueprint, struct plan *ret)
{
	const struct charter *charter = job->charter;
	size_t count = charter->agreement.contracts.count;
	g_autofree const struct contract **contracts = g_new0(const struct contract *, count + 1);
	for (size_t i = 0; i < count; i++)
		contracts[i] = &charter->agreement.contracts.items[i].contract;
	g_autofree char *name = phase_project_name(&charter->request, &charter->analysis);
	struct planner_input input = { .name = name, .blueprint = blueprint, .team = &charter->team, .analysis = &charter->analysis,
		                       .contracts = contracts, .specs = charter->specs, .count = count, .choose_agent = choose_agent,
		                       .workers_max = WORKERS_MAX };
	const char *setting = config_get(worker->config, SETTING_WORKERS, NULL);
	if (!planner_make(&input, ret, &job->error))
		return false;
	set_timeout(ret, config_get(worker->config, SETTING_TASK_TIMEOUT, NULL));
	if (set_workers(ret, charter->request.workers ? charter->request.workers : setting))
		plan_predict(ret, WORKERS_MAX);
	return true;
}

bool
perform_plan(struct worker *worker, struct job *job)
{
	struct store *store = worker_store(worker, &job->error);
	struct blueprint_list blueprints = { 0 };
	struct plan plan = { 0 };
	if (!store || !blueprints_load(worker->catalogue, &blueprints, &job->error))
		return false;
	const struct blueprint *blueprint = blueprints_find(&blueprints, job->charter->team.blueprint_id);
	bool ok = blueprint ? make_plan(worker, job, blueprint, &plan)
	                    : error_set(&job->error, ERR_CONFIG, "restore it", "the blueprint %s is gone", job->charter->team.blueprint_id);
	if (ok)
		job->facts.plan = charter_keep(store, &plan_record, &plan, &job->error);
	record_finish(&plan_record, &plan);
	record_list_finish(&blueprint_record, &blueprints);
	return job->facts.plan != NULL;
}
