/* The phases before work begins: analysis, team and contracts, plan. */
#include <string.h>

#include "agent/scaffold.h"
#include "base/error.h"
#include "engine/consult.h"
#include "engine/perform.h"
#include "team/analyst.h"
#include "team/contracts.h"
#include "team/coverage.h"
#include "team/model_analyst.h"
#include "team/planner.h"

enum { NAME_MAX_LENGTH = 60, WORKERS_MAX = 64 };

/* --- analysis ------------------------------------------------------------------------------- */

/* What the project is called: as asked for, or after the product that is wanted. */
static char *
project_name(const struct run_request *request, const struct analysis *analysis)
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

/* Keeps what was asked, for the journal and the accounts of whoever goes on. */
static void
note_asked(struct consultation *consultation, const char *model, unsigned repairs, const char *fallback, struct job *job)
{
	struct asked asked;
	if (!consult_end(consultation, &asked))
		return;
	asked.model = g_strdup(model);
	asked.repairs = repairs;
	asked.fallback = g_strdup(fallback);
	g_free(job->facts.asked);
	job->facts.asked = record_to_json(&asked_record, &asked, false);
	record_finish(&asked_record, &asked);
}

static bool
analyse(struct worker *worker, struct store *store, struct job *job, struct analysis *ret)
{
	const struct run_request *request = &job->charter->request;
	struct consult_terms terms = { request->record, request->replay, request->budget, request->max_tokens, request->max_calls };
	struct consult_wish wish = { .gateway = worker->gateway, .terms = &terms, .purpose = "analysis", .persona = "requirement_analyst",
		                     .run = job->charter->run, .store = store, .key = job->run, .deadline_ms = job->deadline, .cancelled = &job->cancelled };
	struct consultation consultation;
	struct model_analysis found = { 0 };
	const char *requirement = job->charter->requirement;
	if (!consult_begin(&wish, &consultation, &job->error))
		return false;
	if (!consultation.models) {
		consult_end(&consultation, NULL);
		return analyst_run(worker->catalogue, requirement, ret, &job->error);
	}
	bool ok = model_analyst_run(worker->catalogue, consultation.models, &consultation.ask, requirement, request->context, &found, &job->error);
	note_asked(&consultation, ok && !found.fallback ? found.analysis.analyst : NULL, found.rounds, found.fallback, job);
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
	job->facts.name = project_name(&charter->request, &analysis);
	job->facts.analysis = charter_keep(store, &analysis_record, &analysis, &job->error);
	record_finish(&analysis_record, &analysis);
	return job->facts.analysis != NULL;
}

/* --- team and contracts --------------------------------------------------------------------- */

static bool
keep_agreement(struct store *store, const struct proposals *proposals, struct job *job)
{
	struct agreement agreement = { 0 };
	bool ok = true;
	for (size_t i = 0; ok && i < proposals->count; i++) {
		struct agreed *agreed = record_append(&agreed_record, &agreement.contracts);
		record_finish(&agreed_record, agreed);
		record_copy(&contract_record, &proposals->items[i].contract, &agreed->contract);
		if (!proposals->items[i].spec)
			continue;
		g_autofree char *text = value_to_json(doc_root(proposals->items[i].spec), false);
		agreed->document = store->ops->blob_put(store, text, strlen(text), &job->error);
		ok = agreed->document != NULL;
	}
	job->facts.contracts = ok ? charter_keep(store, &agreement_record, &agreement, &job->error) : NULL;
	record_finish(&agreement_record, &agreement);
	return job->facts.contracts != NULL;
}

static bool
make_contracts(struct worker *worker, struct job *job, struct team *team, const char *title, struct proposals *ret)
{
	const struct charter *charter = job->charter;
	const struct analysis *analysis = &charter->analysis;
	if (charter->request.contracts)
		return contracts_read(worker->catalogue, charter->request.contracts, analysis, team, ret, &job->error);
	g_autoptr(Lexicon) lexicon = lexicon_load(worker->catalogue, &job->error);
	struct service_list services = { 0 };
	if (!lexicon)
		return false;
	services_read(lexicon, charter->requirement, &analysis->statements, &analysis->entities, &services);
	struct design_wishes wishes = design_wishes_read(lexicon, &analysis->statements);
	bool ok = contracts_design(worker->catalogue, title, analysis, &services, team, &wishes, ret, &job->error);
	record_list_finish(&service_record, &services);
	return ok;
}

/* What the statements themselves ask for, whatever the classification overlooked: things that are
 * kept want an API, a web product wants pages. */
static bool
require_makers(struct worker *worker, struct job *job, struct team *team)
{
	const struct analysis *analysis = &job->charter->analysis;
	if (analysis->requirement_type != REQUIREMENT_FEATURE || job->charter->request.personas)
		return true;
	g_autoptr(Coverage) coverage = coverage_load(worker->catalogue, &job->error);
	struct words web;
	/* Documents want somebody who provides them, and somebody who uses them. */
	if (job->charter->request.contracts)
		return team_require(worker->catalogue, "api", "the contracts want a provider", team, &job->error) &&
		       team_require(worker->catalogue, "web", "the contracts want a consumer", team, &job->error);
	if (!coverage)
		return false;
	words_init(&web);
	coverage_by_words(coverage, analysis, "web", &web);
	g_auto(GStrv) products = words_take(&web);
	bool things = analysis->entities.count > 0;
	return (!things || team_require(worker->catalogue, "api", "the requirement speaks of things to keep", team, &job->error)) &&
	       (!things || !*products || team_require(worker->catalogue, "web", "the product is one for the web", team, &job->error));
}

bool
perform_design(struct worker *worker, struct job *job)
{
	struct store *store = worker_store(worker, &job->error);
	const struct charter *charter = job->charter;
	struct team_request request = { .blueprint = charter->request.blueprint,
		                        .personas = (const char *const *)charter->request.personas, .project = worker->project };
	struct team team = { 0 };
	struct proposals proposals = { 0 };
	/* Documents without a word of prose: the pattern for which contracts come first. */
	if (!*charter->requirement && !request.blueprint)
		request.blueprint = "parallel-contract-first";
	if (!store || !team_compose(worker->catalogue, &charter->analysis, &request, &team, &job->error))
		return false;
	g_autofree char *title = project_name(&charter->request, &charter->analysis);
	bool ok = require_makers(worker, job, &team);
	team_keep_scaffolded(&team);
	ok = ok && make_contracts(worker, job, &team, title, &proposals) && keep_agreement(store, &proposals, job) &&
	          (job->facts.team = charter_keep(store, &team_record, &team, &job->error)) != NULL;
	proposals_clear(&proposals);
	record_finish(&team_record, &team);
	return ok;
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
	g_autofree char *name = project_name(&charter->request, &charter->analysis);
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
