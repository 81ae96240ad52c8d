/* Verifications: a deliverable is laid out afresh from the store, and its contract's criteria are
 * checked there; consumers once more against the real provider. */
#include "base/error.h"
#include "engine/output.h"
#include "engine/panel.h"
#include "engine/perform.h"
#include "verify/provider.h"
#include "verify/verify.h"
#include "work/manifest.h"
#include "work/workspace.h"

/* A deliverable laid out in folders of its own. */
struct stage {
	struct task_output output;
	char *folder, *scratch;
};

static void
stage_finish(struct stage *stage)
{
	if (stage->folder)
		tree_remove(stage->folder);
	if (stage->scratch)
		tree_remove(stage->scratch);
	g_free(stage->folder);
	g_free(stage->scratch);
	record_finish(&task_output_record, &stage->output);
}

static bool
stage_init(struct worker *worker, struct job *job, const char *digest, const char *name, struct stage *ret)
{
	struct store *store = worker_store(worker, &job->error);
	struct manifest manifest = { 0 };
	*ret = (struct stage){ 0 };
	if (!store || !charter_read(store, digest, &task_output_record, &ret->output, &job->error))
		return false;
	g_autofree char *files = g_strdup_printf("%s.%" G_GINT64_FORMAT ".check", name, job->attempt);
	g_autofree char *data = g_strdup_printf("%s.%" G_GINT64_FORMAT ".data", name, job->attempt);
	ret->folder = workspace_create(worker->place, job->charter->run, files, &job->error);
	ret->scratch = ret->folder ? workspace_create(worker->place, job->charter->run, data, &job->error) : NULL;
	bool ok = ret->scratch && (!ret->output.manifest || (manifest_read(store, ret->output.manifest, &manifest, &job->error) &&
	                                                     manifest_lay_out(store, &manifest, ret->folder, &job->error)));
	record_finish(&manifest_record, &manifest);
	if (!ok)
		stage_finish(ret);
	return ok;
}

/* The contracts that a contract rests on; with `url` the one called `real` is at that address. */
static struct verify_use *
collect_uses(const struct charter *charter, const struct contract *contract, const char *real, const char *url, size_t *ret_count)
{
	size_t room = contract->dependencies ? g_strv_length(contract->dependencies) : 0;
	struct verify_use *uses = g_new0(struct verify_use, room + 1);
	*ret_count = 0;
	for (size_t i = 0; i < room; i++) {
		struct doc *spec;
		const struct contract *used = charter_contract(charter, contract->dependencies[i], &spec);
		if (used && spec)
			uses[(*ret_count)++] = (struct verify_use){ used, spec, real && g_str_equal(used->id, real) ? url : NULL };
	}
	return uses;
}

/* Seeds differ between contracts, and are the same in every run of the same contract. */
static uint64_t
seed_of(const char *contract)
{
	return g_str_hash(contract);
}

static bool
verify_stage(struct worker *worker, struct job *job, const struct plan_task *task, const struct stage *stage, const char *real,
             const char *url, struct verification *ret)
{
	const struct charter *charter = job->charter;
	struct verify_input input = { .persona_id = task->persona_id, .folder = stage->folder, .scratch = stage->scratch,
		                      .owner = charter->run, .store = worker_store(worker, &job->error),
		                      .deadline = job->deadline, .cancel = &job->cancelled };
	input.contract = charter_contract(charter, task->contract_id, &input.spec);
	input.seed = seed_of(task->contract_id);
	g_autofree struct verify_use *uses = collect_uses(charter, input.contract, real, url, &input.use_count);
	input.uses = uses;
	return verify_run(&input, ret, &job->error);
}

/* The outcome that follows from a verification, and why, from its first failure. */
static void
conclude(struct job *job, const struct verification *verification)
{
	bool open = false;
	for (size_t i = 0; i < verification->criteria.count; i++) {
		const struct criterion_result *criterion = &verification->criteria.items[i];
		open |= criterion->verdict == VERDICT_UNVERIFIED;
		if (criterion->verdict != VERDICT_FAILED)
			continue;
		job->outcome = TASK_IS_REJECTED;
		for (size_t k = 0; k < criterion->evidence.count && !job->reason; k++) {
			const struct evidence *evidence = &criterion->evidence.items[k];
			if (!evidence->passed)
				job->reason = g_strdup_printf("%s%s%s: expected %s, found %s", evidence->subject, evidence->name ? ", " : "",
				                              evidence->name ? evidence->name : "", evidence->expected, evidence->found);
		}
		return;
	}
	job->outcome = open || !verification->criteria.count ? TASK_IS_ACCEPTED_UNVERIFIED : TASK_IS_ACCEPTED;
}

/* Whoever is told to stop leaves out what is still to be tested: such a verification proves nothing, and is made again. */
static bool
is_cut_short(struct job *job)
{
	bool cut = __atomic_load_n(&job->cancelled, __ATOMIC_ACQUIRE);
	if (cut)
		job->outcome = TASK_IS_CANCELLED;
	return cut;
}

static bool
keep_verification(struct worker *worker, struct job *job, struct task_output *output, const struct verification *verification)
{
	struct store *store = worker_store(worker, &job->error);
	g_free(output->verification);
	output->verification = charter_keep(store, &verification_record, verification, &job->error);
	job->result = output->verification ? charter_keep(store, &task_output_record, output, &job->error) : NULL;
	return job->result != NULL;
}

bool
perform_verify(struct worker *worker, struct job *job)
{
	const struct plan_task *planned = &job->charter->plan.tasks.items[job->task];
	struct stage stage;
	struct verification verification;
	if (!stage_init(worker, job, job->inputs[0], planned->id, &stage))
		return false;
	bool made = verify_stage(worker, job, planned, &stage, NULL, NULL, &verification), ok = made;
	if (made && !is_cut_short(job)) {
		conclude(job, &verification);
		job->stuck = job->stuck && job->outcome == TASK_IS_REJECTED && panel_can_sit(worker, job->charter);
		ok = keep_verification(worker, job, &stage.output, &verification);
	}
	if (made)
		record_finish(&verification_record, &verification);
	stage_finish(&stage);
	return ok;
}

/* --- integration ---------------------------------------------------------------------------- */

/* The criteria of a consumer's verification, under its name, into that of the integration. */
static void
add_criteria(struct verification *all, struct verification *one)
{
	for (size_t i = 0; i < one->criteria.count; i++) {
		struct criterion_result *criterion = record_append(&criterion_result_record, &all->criteria);
		*criterion = one->criteria.items[i];
		g_autofree char *text = criterion->text;
		criterion->text = g_strdup_printf("%s, against the real provider: %s", one->persona_id, text);
	}
	for (size_t i = 0; i < one->findings.count; i++)
		*(struct finding *)record_append(&finding_record, &all->findings) = one->findings.items[i];
	g_clear_pointer(&one->criteria.items, g_free);
	g_clear_pointer(&one->findings.items, g_free);
	one->criteria.count = one->findings.count = 0;
}

static bool
check_consumers(struct worker *worker, struct job *job, const struct plan_task *planned, const char *url, struct verification *all)
{
	const struct plan *plan = &job->charter->plan;
	for (size_t i = 0; planned->needs && planned->needs[i]; i++) {
		const struct plan_task *task = &plan->tasks.items[plan_task_index(plan, planned->needs[i])];
		const struct contract *contract = charter_contract(job->charter, task->contract_id, NULL);
		bool consumer = contract && contract->dependencies &&
		                g_strv_contains((const char *const *)contract->dependencies, planned->contract_id);
		struct stage stage;
		struct verification one;
		if (!consumer || !*job->inputs[i])
			continue;
		if (!stage_init(worker, job, job->inputs[i], task->id, &stage))
			return false;
		bool ok = verify_stage(worker, job, task, &stage, planned->contract_id, url, &one);
		stage_finish(&stage);
		if (!ok)
			return false;
		add_criteria(all, &one);
		record_finish(&verification_record, &one);
	}
	return true;
}

static void
note_no_provider(struct verification *verification, const GError *error)
{
	struct criterion_result *criterion = record_append(&criterion_result_record, &verification->criteria);
	criterion->text = g_strdup("the real provider starts for its consumers");
	struct evidence *evidence = evidence_add(&criterion->evidence, "contract", "start", NULL);
	evidence->expected = g_strdup("a process that listens on PORT");
	evidence->found = error_text(error);
}

/* The task among the needs that provides the contract, -1. */
static int64_t
find_provider(const struct plan *plan, const struct plan_task *planned)
{
	for (size_t i = 0; planned->needs && planned->needs[i]; i++) {
		const struct plan_task *task = &plan->tasks.items[plan_task_index(plan, planned->needs[i])];
		if (g_strcmp0(task->contract_id, planned->contract_id) == 0)
			return (int64_t)i;
	}
	return -1;
}

static bool
integrate(struct worker *worker, struct job *job, const struct plan_task *planned, const struct stage *provider_stage,
          struct verification *all)
{
	g_autoptr(GError) error = NULL;
	const struct check *check = verify_contract_check(charter_contract(job->charter, planned->contract_id, NULL));
	struct provider_options options = { .command = check ? (const char *const *)check->command : NULL, .folder = provider_stage->folder, .scratch = provider_stage->scratch, .owner = job->charter->run,
		                            .deadline = job->deadline, .cancel = &job->cancelled };
	struct provider *provider = provider_start(&options, &error);
	if (!provider) {
		note_no_provider(all, error);
		return true;
	}
	bool ok = check_consumers(worker, job, planned, provider_url(provider), all);
	provider_stop(provider, NULL);
	return ok;
}

bool
perform_integrate(struct worker *worker, struct job *job)
{
	const struct plan_task *planned = &job->charter->plan.tasks.items[job->task];
	int64_t number = find_provider(&job->charter->plan, planned);
	struct stage stage;
	if (number < 0)
		return error_set(&job->error, ERR_INVALID, "let it need the task that provides the contract",
		                 "task %s integrates '%s', which none of its needs provides", planned->id, planned->contract_id);
	g_autofree char *name = g_strconcat(planned->id, ".provider", NULL);
	if (!stage_init(worker, job, job->inputs[number], name, &stage))
		return false;
	struct verification all;
	record_init(&verification_record, &all);
	all.contract_id = g_strdup(planned->contract_id);
	all.persona_id = g_strdup(planned->persona_id);
	struct task_output output = { .agent = g_strdup("integration") };
	bool ok = integrate(worker, job, planned, &stage, &all);
	if (ok && !is_cut_short(job)) {
		verification_conclude(&all);
		conclude(job, &all);
		ok = keep_verification(worker, job, &output, &all);
	}
	record_finish(&task_output_record, &output);
	record_finish(&verification_record, &all);
	stage_finish(&stage);
	return ok;
}
