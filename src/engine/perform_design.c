/* The phase between analysis and plan: blueprint, team, contracts; by a model where there is one, else by what the catalogue knows. */
#include <string.h>

#include "base/error.h"
#include "engine/perform_phase.h"
#include "team/contracts.h"
#include "team/coverage.h"
#include "team/model_contracts.h"
#include "team/model_team.h"

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

/* --- contracts ------------------------------------------------------------------------------ */

static bool
design_contracts(struct worker *worker, struct job *job, struct team *team, const char *title, struct proposals *ret)
{
	const struct charter *charter = job->charter;
	const struct analysis *analysis = &charter->analysis;
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

/* By a model; where it gives none that hold, `ret` stays empty and the journal says why. */
static bool
propose_contracts(struct worker *worker, struct job *job, const struct team *team, struct proposals *ret)
{
	const struct charter *charter = job->charter;
	struct phase phase;
	struct model_contracts found;
	if (!*charter->requirement || !model_contracts_wanted(team))
		return true;
	if (!phase_begin(&phase, worker, job, "contracts", "solution_architect", &job->error))
		return false;
	if (!phase.consultation.models)
		return true;
	bool ok = model_contracts_propose(worker->catalogue, phase.consultation.models, &phase.consultation.ask, charter->requirement, charter->request.context,
	                                  &charter->analysis, team, ret, &found, &job->error);
	phase_end(&phase, found.model, found.rounds, found.fallback, job);
	model_contracts_clear(&found);
	return ok;
}

static bool
make_contracts(struct worker *worker, struct job *job, struct team *team, const char *title, struct proposals *ret)
{
	const struct charter *charter = job->charter;
	if (charter->request.contracts)
		return contracts_read(worker->catalogue, charter->request.contracts, &charter->analysis, team, ret, &job->error);
	return propose_contracts(worker, job, team, ret) && (ret->count || design_contracts(worker, job, team, title, ret));
}

/* --- team ----------------------------------------------------------------------------------- */

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

/* What is open of blueprint and personas, by a model. */
static bool
choose_team(struct worker *worker, struct job *job, const struct team_request *request, struct model_choice *ret)
{
	const struct charter *charter = job->charter;
	struct phase phase;
	*ret = (struct model_choice){ 0 };
	if (!*charter->requirement || (request->blueprint && request->personas))
		return true;
	if (!phase_begin(&phase, worker, job, "blueprint", "solution_architect", &job->error))
		return false;
	if (!phase.consultation.models)
		return true;
	bool ok = model_team_choose(worker->catalogue, phase.consultation.models, &phase.consultation.ask, worker->project, charter->requirement,
	                            charter->request.context, &charter->analysis, ret, &job->error);
	phase_end(&phase, ret->model, ret->rounds, ret->fallback, job);
	return ok;
}

/* Why it is this pattern: in the words of whoever chose it. */
static void
tell_choice(const struct model_choice *choice, bool asked_for, struct team *team)
{
	g_autofree char *own = team->reason;
	if (choice->model && !asked_for)
		team->reason = g_strdup_printf("%s: %s", choice->model, choice->choice.reason);
	else if (choice->fallback)
		team->reason = g_strdup_printf("No model's word: %s. %s", choice->fallback, own ? own : "");
	else
		team->reason = g_steal_pointer(&own);
}

static bool
compose_team(struct worker *worker, struct job *job, struct team *ret)
{
	const struct charter *charter = job->charter;
	struct team_request request = { .blueprint = charter->request.blueprint,
		                        .personas = (const char *const *)charter->request.personas, .project = worker->project };
	struct model_choice choice;
	bool asked_for = request.blueprint;
	/* Documents without a word of prose: the pattern for which contracts come first. */
	if (!*charter->requirement && !request.blueprint)
		request.blueprint = "parallel-contract-first";
	bool ok = choose_team(worker, job, &request, &choice);
	if (!request.blueprint)
		request.blueprint = choice.choice.blueprint_id;
	if (!request.personas)
		request.personas = (const char *const *)choice.choice.personas;
	ok = ok && team_compose(worker->catalogue, &charter->analysis, &request, ret, &job->error);
	if (ok)
		tell_choice(&choice, asked_for, ret);
	model_choice_clear(&choice);
	return ok;
}

/* The team of a design that was cut short, else a new one. */
static bool
find_team(struct worker *worker, struct job *job, struct team *ret)
{
	if (job->charter->team.blueprint_id) {
		record_copy(&team_record, &job->charter->team, ret);
		return true;
	}
	if (!compose_team(worker, job, ret))
		return false;
	bool ok = require_makers(worker, job, ret);
	team_keep_scaffolded(ret);
	if (!ok)
		record_finish(&team_record, ret);
	return ok;
}

static bool
keep_team(struct store *store, struct job *job, const struct team *team)
{
	g_free(job->facts.team);
	job->facts.team = charter_keep(store, &team_record, team, &job->error);
	return job->facts.team != NULL;
}

bool
perform_design(struct worker *worker, struct job *job)
{
	struct store *store = worker_store(worker, &job->error);
	const struct charter *charter = job->charter;
	struct team team = { 0 };
	struct proposals proposals = { 0 };
	if (!store || !find_team(worker, job, &team))
		return false;
	g_autofree char *title = phase_project_name(&charter->request, &charter->analysis);
	bool ok = keep_team(store, job, &team) && make_contracts(worker, job, &team, title, &proposals) && keep_agreement(store, &proposals, job) &&
	          keep_team(store, job, &team);
	proposals_clear(&proposals);
	record_finish(&team_record, &team);
	return ok;
}
