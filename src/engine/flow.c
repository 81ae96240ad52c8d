#include "engine/flow.h"

#include "base/clock.h"
#include "base/error.h"
#include "engine/asked.h"
#include "engine/debugging.h"

enum { DEBUG_S = 600 };

/* --- one task ------------------------------------------------------------------------------- */

static void
skip_dependents(struct run *run, uint32_t failed)
{
	const struct plan_task *tasks = run->charter->plan.tasks.items;
	g_autofree uint8_t *reached = g_new0(uint8_t, run->graph->nodes);
	graph_reach(run->graph, failed, reached);
	g_autofree char *reason = g_strdup_printf("it needs %s, which was not accepted", tasks[failed].id);
	for (uint32_t i = 0; i < run->graph->nodes; i++) {
		if (i == failed || !reached[i] || run->tasks[i].row.state == TASK_DONE)
			continue;
		task_to(run, i, TASK_DONE, TASK_IS_SKIPPED, reason);
		run->left--;
	}
}

static void
finish_task(struct run *run, uint32_t number, enum task_outcome outcome, const char *reason)
{
	task_to(run, number, TASK_DONE, outcome, reason);
	run->left--;
	if (!task_outcome_is_good(outcome)) {
		skip_dependents(run, number);
		return;
	}
	uint32_t count = front_done(&run->front, number, run->freed);
	for (uint32_t i = 0; i < count; i++)
		task_to(run, run->freed[i], TASK_READY, TASK_IS_NONE, NULL);
}

static struct job *
new_job(struct flow *flow, struct run *run, enum job_kind kind, int64_t task, int64_t seconds)
{
	struct job *job = g_new0(struct job, 1);
	int64_t deadline = clock_ms() + seconds * 1000;
	*job = (struct job){ .letter.kind = LETTER_JOB, .kind = kind, .run = run->row.key, .task = task, .charter = charter_ref(run->charter),
		             .deadline = kind == JOB_REPORT ? deadline : MIN(deadline, run->deadline_ms) };
	run->busy++;
	flow->free_slots -= flow->free_slots > 0;
	g_ptr_array_add(flow->jobs, job);
	return job;
}

static void
start_job(struct flow *flow, struct run *run, uint32_t number, enum job_kind kind)
{
	struct task *task = &run->tasks[number];
	const struct plan_task *planned = &run->charter->plan.tasks.items[number];
	struct job *job = new_job(flow, run, kind, number, kind == JOB_DEBUG ? DEBUG_S : planned->timeout_s);
	job->attempt = task->row.attempt;
	job->urls = kind == JOB_ATTEMPT ? g_strdupv(run->urls) : NULL;
	job->before = g_strdup(task->row.result);
	task->job = job;
	if (kind == JOB_VERIFY) {
		job->inputs = g_strdupv((char *[]){ task->row.result, NULL });
		job->stuck = debugging_is_near(run, number);
	} else if (kind == JOB_INTEGRATE || kind == JOB_ATTEMPT) {
		size_t count = planned->needs ? g_strv_length(planned->needs) : 0;
		job->inputs = g_new0(char *, count + 1);
		for (size_t i = 0; i < count; i++) {
			const char *result = run->tasks[plan_task_index(&run->charter->plan, planned->needs[i])].row.result;
			job->inputs[i] = g_strdup(result ? result : "");
		}
	}
}

static enum job_kind
job_for(const struct plan_task *task)
{
	return task->kind == TASK_KIND_MILESTONE ? JOB_MILESTONE : task->kind == TASK_KIND_INTEGRATION ? JOB_INTEGRATE : JOB_ATTEMPT;
}

/* A deliverable that was kept is checked before anything else is begun: it is nearest to its end. */
static void
start_verification(struct flow *flow, struct run *run, uint32_t number)
{
	if (run->tasks[number].row.state != TASK_VERIFYING)
		task_to(run, number, TASK_VERIFYING, TASK_IS_NONE, NULL);
	start_job(flow, run, number, JOB_VERIFY);
}

/* Starts ready tasks as far as slots and the plan's number of workers allow. */
static void
start_ready(struct flow *flow, struct run *run)
{
	int64_t workers = run->charter->plan.workers;
	while (flow->free_slots && (!workers || run->busy < workers)) {
		uint32_t number = front_take(&run->front);
		if (number == FRONT_NONE)
			return;
		run->tasks[number].taken = true;
		if (run->tasks[number].job)
			continue;   /* a batch failed and the run was read again: its job is still under way */
		if (run->tasks[number].row.state == TASK_VERIFYING) {
			start_verification(flow, run, number);   /* its check was cut off when a process ended */
			continue;
		}
		if (run->tasks[number].row.state != TASK_READY)
			continue;   /* it waits for a limit or a person: it comes back when it is ready */
		if (run->tasks[number].stuck) {
			run_note(run, DEBUGGING_BEGUN, number, NULL);
			start_job(flow, run, number, JOB_DEBUG);
			continue;
		}
		task_to(run, number, TASK_RUNNING, TASK_IS_NONE, NULL);
		start_job(flow, run, number, job_for(&run->charter->plan.tasks.items[number]));
	}
}

/* It may be begun again. Where a batch failed the front was read again, and has it already. */
static void
give_back(struct run *run, uint32_t number)
{
	if (run->tasks[number].taken)
		front_return(&run->front, number);
	run->tasks[number].taken = false;
}

/* An attempt came to an end without being accepted: again, or for good. */
static void
fail_attempt(struct run *run, uint32_t number, const struct job *job)
{
	const struct plan_task *planned = &run->charter->plan.tasks.items[number];
	enum task_outcome outcome = job->error ? TASK_IS_FAILED : job->outcome;
	const char *reason = job->error ? job->error->message : job->reason;
	debugging_note_failure(run, number, job);
	/* A task that is stuck gets one attempt with what the debugging step finds out, whatever the plan allows. */
	bool again = outcome != TASK_IS_NO_OUTPUT && (run->tasks[number].stuck || run->tasks[number].row.attempt < planned->attempts);
	if (!again) {
		finish_task(run, number, outcome, reason);
		return;
	}
	task_to(run, number, TASK_READY, TASK_IS_NONE, reason);
	give_back(run, number);
}

/* True where the task's deliverable has to be checked before it counts. */
static bool
wants_verification(const struct run *run, const struct job *job)
{
	const struct plan_task *planned = &run->charter->plan.tasks.items[job->task];
	return job->kind == JOB_ATTEMPT && task_outcome_is_good(job->outcome) && charter_contract(run->charter, planned->contract_id, NULL);
}

static void
note_asked(struct run *run, const struct job *job)
{
	for (unsigned i = 0; job->facts.asked && i < job->facts.asked->len; i++)
		run_note(run, ASKED_EVENT, job->task, g_strdup(g_ptr_array_index(job->facts.asked, i)));
}

/* It is made again when somebody goes on with the run; what it has so far is the job's result. */
static void
put_off(struct run *run, uint32_t number, const char *reason)
{
	if (run->tasks[number].row.state == TASK_RUNNING)
		task_to(run, number, TASK_READY, TASK_IS_NONE, reason);
	give_back(run, number);
}

/* A limit is reached: what runs comes to its end, and nothing else begins. */
static bool
take_poverty(struct run *run, uint32_t number, const struct job *job)
{
	if (!job->error || error_code(job->error) != ERR_BUDGET)
		return false;
	if (!run->poor)
		run->poor = g_strdup(job->error->message);
	put_off(run, number, job->error->message);
	return true;
}

static void
take_task(struct flow *flow, struct run *run, struct job *job)
{
	uint32_t number = (uint32_t)job->task;
	struct task *task = &run->tasks[number];
	task->job = NULL;
	if (job->result) {
		g_free(task->row.result);
		task->row.result = g_strdup(job->result);
	}
	bool cut_off = job->cancelled || run_is_late(run);
	note_asked(run, job);
	if (job->kind == JOB_DEBUG)
		debugging_take(run, number, job);
	if (take_poverty(run, number, job))
		return;
	if (job->kind == JOB_DEBUG) {
		give_back(run, number);
	} else if (cut_off && !task_outcome_is_good(job->outcome)) {
		put_off(run, number, "interrupted");
	} else if (job->error || !task_outcome_is_good(job->outcome)) {
		fail_attempt(run, number, job);
	} else if (wants_verification(run, job)) {
		start_verification(flow, run, number);
	} else {
		/* An agent's word alone is no evidence. */
		bool claimed = job->kind == JOB_ATTEMPT && job->outcome == TASK_IS_ACCEPTED;
		finish_task(run, number, claimed ? TASK_IS_ACCEPTED_UNVERIFIED : job->outcome, job->reason);
	}
}

/* --- the run -------------------------------------------------------------------------------- */

/* Tasks as the store has them: what ran when a process died runs again, what became ready is
 * ready. */
static void
recover_tasks(struct run *run)
{
	for (uint32_t i = 0; i < run->graph->nodes; i++) {
		enum task_state state = run->tasks[i].row.state;
		if (state == TASK_RUNNING && !run->tasks[i].job)
			task_to(run, i, TASK_READY, TASK_IS_NONE, "the process that ran it ended");
		else if (state == TASK_PLANNED && !run->front.blocked[i])
			task_to(run, i, TASK_READY, TASK_IS_NONE, NULL);
	}
}

static void
cancel_tasks(struct run *run)
{
	for (uint32_t i = 0; run->entered && i < run->graph->nodes; i++)
		if (run->tasks[i].row.state != TASK_DONE)
			task_to(run, i, TASK_DONE, TASK_IS_CANCELLED, NULL);
	run->left = 0;
}

/* A limit is reached: the run waits for somebody who raises it. */
static void
halt(struct run *run, const char *reason)
{
	run->stopped = true;
	run_to(run, RUN_WAITING, RUN_IS_BUDGET, reason);
}

/* The job of each phase, and the state behind it. */
static const struct {
	enum job_kind job;
	enum until until;
	enum run_state next;
} phases[RUN_STATE_COUNT] = {
	[RUN_ANALYSING] = { JOB_ANALYSE, UNTIL_ANALYSIS, RUN_DESIGNING },
	[RUN_DESIGNING] = { JOB_DESIGN, UNTIL_CONTRACTS, RUN_PLANNING },
	[RUN_PLANNING] = { JOB_PLAN, UNTIL_PLAN, RUN_RUNNING },
	[RUN_REPORTING] = { JOB_REPORT, UNTIL_END, RUN_DONE },
};

/* The job keeps what it found: where the commit fails, it is taken once more. */
static void
replace(char **fact, const char *found)
{
	if (!found)
		return;
	g_free(*fact);
	*fact = g_strdup(found);
}

static void
take_phase(struct run *run, struct job *job)
{
	enum run_state state = run->row.state;
	run->phase = NULL;
	note_asked(run, job);
	if ((job->cancelled || run_is_late(run)) && !job->facts.report)
		return;   /* it begins again when somebody goes on with the run */
	if (job->error && error_code(job->error) == ERR_BUDGET) {
		replace(&run->row.team, job->facts.team);   /* what was paid for is not asked again */
		halt(run, job->error->message);
		return;
	}
	if (job->error) {
		run_to(run, RUN_DONE, RUN_IS_FAILED, job->error->message);
		return;
	}
	replace(&run->row.name, job->facts.name);
	replace(&run->row.analysis, job->facts.analysis);
	replace(&run->row.team, job->facts.team);
	replace(&run->row.contracts, job->facts.contracts);
	replace(&run->row.plan, job->facts.plan);
	replace(&run->row.report, job->facts.report);
	if (state == RUN_REPORTING) {
		run_to(run, RUN_DONE, job->facts.outcome, job->reason);
		return;
	}
	charter_unref(g_steal_pointer(&run->charter));
	bool stop = run->until == phases[state].until;
	run_to(run, stop ? RUN_WAITING : phases[state].next, RUN_IS_NONE, stop ? "it was to stop here" : NULL);
}

void
flow_take(struct flow *flow, struct run *run, struct job *job)
{
	bool phase = job->task < 0 && run->phase == job;
	bool task = job->task >= 0 && run->entered && run->tasks[job->task].job == job;
	if (!phase && !task) {
		run_note(run, "task.late", job->task, NULL);
		return;
	}
	run->busy--;
	flow->free_slots++;
	if (phase)
		take_phase(run, job);
	else
		take_task(flow, run, job);
}

static bool
advance_running(struct flow *flow, struct run *run, GError **error)
{
	if (!run->entered) {
		if (!run_enter(run, flow->store, error) || !run_start_mocks(run, error))
			return false;
		recover_tasks(run);
	}
	if (!run->poor)
		start_ready(flow, run);
	if (run->busy)
		return true;
	if (!run->left) {
		run_to(run, RUN_REPORTING, RUN_IS_NONE, NULL);
	} else if (run->poor) {
		halt(run, run->poor);
	}
	return true;
}

static bool
advance_phase(struct flow *flow, struct run *run, GError **error)
{
	enum { PHASE_S = 600 };
	if (run->phase)
		return true;
	if (!run_charter(run, flow->store, error))
		return false;
	run->phase = new_job(flow, run, phases[run->row.state].job, -1, PHASE_S);
	return true;
}

/* Where a run that waited goes on: behind the last thing that it has. */
static enum run_state
state_after_waiting(const struct run_row *row)
{
	return row->plan ? RUN_RUNNING : row->contracts ? RUN_PLANNING : row->analysis ? RUN_DESIGNING : RUN_ANALYSING;
}

static bool
let_go(struct flow *flow, struct run *run, GError **error)
{
	if (run->busy || run->letting_go != LET_GO_CANCEL)
		return true;
	/* A run that another process left: its tasks end, too. */
	if (!run->entered && run->row.plan && !run_enter(run, flow->store, error))
		return false;
	cancel_tasks(run);
	run_to(run, RUN_DONE, RUN_IS_CANCELLED, "cancelled");
	return true;
}

/* Whether the run stops here for its time is over; what is under way ends by then by itself. The report is made in any case. */
static bool
is_over(struct run *run)
{
	bool open = run->row.state == RUN_RUNNING ? !run->entered || run->left : run->row.state != RUN_WAITING && run->row.state != RUN_REPORTING;
	if (!open || !run_is_late(run))
		return false;
	if (!run->busy) {
		g_autofree char *reason = g_strdup_printf("its %g seconds are over; resume with a later --deadline", run->charter->request.deadline);
		halt(run, reason);
	}
	return true;
}

bool
flow_advance(struct flow *flow, struct run *run, GError **error)
{
	if (run->row.state == RUN_DONE)
		return true;
	if (run->letting_go)
		return let_go(flow, run, error);
	if (run->row.state == RUN_NEW)
		run_to(run, run->row.plan ? RUN_RUNNING : RUN_ANALYSING, RUN_IS_NONE, NULL);
	bool lacked = run->row.outcome == RUN_IS_BUDGET;
	if (run->row.state == RUN_WAITING && (!run->until || lacked) && !run->stopped)
		run_to(run, state_after_waiting(&run->row), RUN_IS_NONE, NULL);
	if (run->row.state == RUN_DONE || run->row.state == RUN_WAITING)
		return true;
	if (!run_charter(run, flow->store, error))
		return false;
	if (is_over(run))
		return true;
	if (run->row.state == RUN_RUNNING && !advance_running(flow, run, error))
		return false;
	return !phases[run->row.state].job || advance_phase(flow, run, error);
}
