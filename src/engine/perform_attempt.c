/* An attempt: an agent works on an assignment in a workspace; what it leaves there is kept. */
#include <string.h>

#include "agent/agent.h"
#include "base/error.h"
#include "engine/debugging.h"
#include "engine/output.h"
#include "engine/perform.h"
#include "work/manifest.h"
#include "work/workspace.h"

/* "S1 text" of every statement, for agents. */
static char **
statement_lines(const struct analysis *analysis)
{
	char **lines = g_new0(char *, analysis->statements.count + 1);
	for (size_t i = 0; i < analysis->statements.count; i++)
		lines[i] = g_strdup_printf("%s %s", analysis->statements.items[i].id, analysis->statements.items[i].text);
	return lines;
}

static void
collect_covered(const struct contract *contract, GPtrArray *ret_ids)
{
	for (size_t i = 0; i < contract->deliverables.count; i++) {
		const struct criterion_list *criteria = &contract->deliverables.items[i].acceptance_criteria;
		for (size_t k = 0; k < criteria->count; k++)
			for (char **id = criteria->items[k].covers; id && *id; id++)
				g_ptr_array_add(ret_ids, *id);
	}
}

/* Ids of the statements that criteria of the contracts answer for; the texts stay theirs. */
static const char **
statements_answered(const struct charter *charter)
{
	GPtrArray *ids = g_ptr_array_new();
	for (size_t i = 0; i < charter->agreement.contracts.count; i++)
		collect_covered(&charter->agreement.contracts.items[i].contract, ids);
	g_ptr_array_add(ids, NULL);
	return (const char **)(void *)g_ptr_array_free(ids, FALSE);
}

/* The contracts that this one rests on, with the mocks that stand for them. */
static struct used_contract *
collect_uses(const struct job *job, const struct contract *contract, size_t *ret_count)
{
	size_t room = contract && contract->dependencies ? g_strv_length(contract->dependencies) : 0;
	struct used_contract *uses = g_new0(struct used_contract, room + 1);
	*ret_count = 0;
	for (size_t i = 0; i < room; i++) {
		int64_t index = charter_contract_index(job->charter, contract->dependencies[i]);
		if (index < 0)
			continue;
		struct used_contract *use = &uses[(*ret_count)++];
		use->contract = charter_contract(job->charter, contract->dependencies[i], &use->spec);
		use->url = job->urls && *job->urls[index] ? job->urls[index] : NULL;
	}
	return uses;
}

static const char *
provides_of(const struct team *team, const char *persona)
{
	for (size_t i = 0; i < team->members.count; i++)
		if (persona && g_str_equal(team->members.items[i].persona_id, persona))
			return team->members.items[i].provides;
	return NULL;
}

/* What specialists said of what was rejected stays, for the attempts that follow. */
static bool
carry_over(struct store *store, struct job *job, struct task_output *output)
{
	struct task_output before;
	if (!charter_read(store, job->before, &task_output_record, &before, &job->error))
		return false;
	output->advice = g_steal_pointer(&before.advice);
	record_finish(&task_output_record, &before);
	return true;
}

/* Keeps what the attempt left: files, log, words. */
static bool
keep_output(struct worker *worker, struct job *job, const char *workspace, const char *agent, const struct attempt_result *result,
            bool used_mock)
{
	struct store *store = worker_store(worker, &job->error);
	struct manifest manifest;
	if (!store || !manifest_make(store, workspace, &manifest, &job->error))
		return false;
	struct task_output output = { .agent = g_strdup(agent), .summary = g_strdup(result->summary),
		                      .not_covered = g_strdupv(result->not_covered), .used_mock = used_mock };
	bool ok = carry_over(store, job, &output);
	if (ok && manifest.files.count)
		ok = (output.manifest = manifest_keep(store, &manifest, &job->error)) != NULL;
	if (ok && result->log)
		ok = (output.log = store->ops->blob_put(store, result->log, strlen(result->log), &job->error)) != NULL;
	job->result = ok ? charter_keep(store, &task_output_record, &output, &job->error) : NULL;
	job->outcome = result->outcome;
	if (!manifest.files.count && task_outcome_is_good(result->outcome))
		job->outcome = TASK_IS_NO_OUTPUT;
	job->reason = g_strdup(!task_outcome_is_good(job->outcome) ? result->summary : NULL);
	record_finish(&task_output_record, &output);
	record_finish(&manifest_record, &manifest);
	return job->result != NULL;
}

static bool
read_advice(struct worker *worker, struct job *job, struct doc **ret)
{
	struct store *store = job->before ? worker_store(worker, &job->error) : NULL;
	*ret = store ? debugging_advice(store, job->before, &job->error) : NULL;
	return !job->error;
}

static bool
run_agent(struct worker *worker, struct job *job, const struct agent *agent, const struct plan_task *planned, const char *workspace)
{
	const struct charter *charter = job->charter;
	g_autoptr(Doc) advice = NULL;
	if (!read_advice(worker, job, &advice))
		return false;
	g_auto(GStrv) statements = statement_lines(&charter->analysis);
	struct assignment assignment = { .run = charter->run, .task = planned->id, .project = charter->plan.name, .attempt = job->attempt,
		                         .persona_id = planned->persona_id, .requirement = charter->requirement,
		                         .statements = (const char *const *)statements, .workspace = workspace, .deadline = job->deadline,
		                         .command = (const char *const *)planned->command, .advice = advice, .cancel = &job->cancelled };
	assignment.contract = charter_contract(charter, planned->contract_id, &assignment.spec);
	/* Whoever does the work, the contract says what is made. */
	assignment.provides = provides_of(&charter->team, assignment.contract ? assignment.contract->provider_persona_id : planned->persona_id);
	g_autofree struct used_contract *uses = collect_uses(job, assignment.contract, &assignment.use_count);
	assignment.uses = uses;
	g_autofree const char **answered = statements_answered(charter);
	assignment.answered = answered;
	struct attempt_result result = { 0 };
	bool ok = agent->run(&assignment, worker->catalogue, &result, &job->error) &&
	          keep_output(worker, job, workspace, agent->name, &result, assignment.use_count && uses[0].url);
	attempt_result_clear(&result);
	return ok;
}

static bool
run_panel(struct worker *worker, struct job *job, const char *workspace)
{
	struct attempt_result result = { 0 };
	bool ok = investigate(worker, job, workspace, &result) && keep_output(worker, job, workspace, INVESTIGATION_AGENT, &result, false);
	attempt_result_clear(&result);
	return ok;
}

bool
perform_attempt(struct worker *worker, struct job *job)
{
	const struct plan_task *planned = &job->charter->plan.tasks.items[job->task];
	const struct agent *agent = planned->agent ? agents_find(planned->agent) : NULL;
	bool panel = g_strcmp0(planned->agent, INVESTIGATION_AGENT) == 0;
	if (!agent && !panel) {
		job->outcome = TASK_IS_FAILED;
		job->reason = g_strdup_printf("needs a model or an agent: %s", planned->title ? planned->title : planned->id);
		return true;
	}
	g_autofree char *name = g_strdup_printf("%s.%" G_GINT64_FORMAT, planned->id, job->attempt);
	g_autofree char *workspace = workspace_create(worker->place, job->charter->run, name, &job->error);
	bool ok = workspace && (panel ? run_panel(worker, job, workspace) : run_agent(worker, job, agent, planned, workspace));
	if (workspace)
		tree_remove(workspace);
	return ok;
}
