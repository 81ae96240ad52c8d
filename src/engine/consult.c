#include "engine/consult.h"

#include <math.h>
#include <pthread.h>

#include "base/error.h"
#include "engine/limit.h"

struct consult_terms
consult_terms_of(const struct run_request *request)
{
	return (struct consult_terms){ request->record, request->replay, request->budget, request->max_tokens, request->max_calls };
}

bool
consult_terms_check(const struct consult_terms *terms, double seconds, GError **error)
{
	const char *wrong = terms->budget < 0                                                      ? "budget"
	                    : terms->max_tokens != RECORD_NO_INT && terms->max_tokens < 0 ? "max_tokens"
	                    : terms->max_calls != RECORD_NO_INT && terms->max_calls < 0   ? "max_calls"
	                    : seconds < 0                                                         ? "deadline"
	                                                                                          : NULL;
	return !wrong || error_set(error, ERR_USAGE, "give a number from 0 on", "%s is below 0", wrong);
}

/* --- what was spent before ------------------------------------------------------------------ */

/* A process that goes on with a run knows from the journal what others spent: for everybody, a persona, or a task. */
struct past {
	const char *persona;         /* NULL: any */
	int64_t task;                /* -1: any */
	struct asked sum;
};

static bool
add_past(void *data, const struct asked_event *event, GError **error)
{
	(void)error;
	struct past *past = data;
	const struct asked *asked = &event->asked;
	if ((past->persona && g_strcmp0(past->persona, asked->persona) != 0) || (past->task >= 0 && past->task != event->task))
		return true;
	/* One that was sent counts as a call, until its end says what it was. */
	past->sum.calls += event->sent ? 1 : asked->request && !asked->replayed_calls ? -1 : 0;
	if (!event->sent)
		asked_add(&past->sum, asked);
	return true;
}

static bool
restore(const struct event_row_list *events, struct ledger *ledger, const char *account, struct past past, GError **error)
{
	struct expense expense;
	if (!account || ledger_find(ledger, account, NULL))
		return true;
	record_init(&asked_record, &past.sum);
	bool ok = asked_each(events, add_past, &past, error);
	if (ok) {
		asked_expense(&past.sum, &expense);
		expense.account = g_strdup(account);
		ledger_restore(ledger, &expense);
		record_finish(&expense_record, &expense);
	}
	record_finish(&asked_record, &past.sum);
	return ok;
}

static bool
restore_all(const struct consult_wish *wish, const struct consultation *consultation, const struct event_row_list *events, GError **error)
{
	struct ledger *ledger = models_ledger(consultation->models);
	const struct past pasts[CONSULT_ACCOUNTS] = { { NULL, -1, { 0 } }, { wish->persona, -1, { 0 } }, { NULL, wish->job->task, { 0 } } };
	bool ok = true;
	for (unsigned i = 0; ok && i < CONSULT_ACCOUNTS; i++)
		ok = restore(events, ledger, consultation->names[i], pasts[i], error);
	return ok;
}

/* --- accounts ------------------------------------------------------------------------------- */

static void
name_accounts(const struct consult_wish *wish, struct consultation *ret)
{
	static unsigned calls;
	if (!wish->job) {
		ret->names[0] = g_strdup_printf("%s %u", wish->purpose, __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED));
	} else {
		const struct charter *charter = wish->job->charter;
		ret->names[0] = g_strdup_printf("run %s", charter->run);
		ret->names[1] = wish->persona ? g_strdup_printf("persona %s of run %s", wish->persona, charter->run) : NULL;
		ret->names[2] = wish->job->task >= 0 ? g_strdup_printf("task %s of run %s", charter->plan.tasks.items[wish->job->task].id, charter->run) : NULL;
	}
	for (unsigned i = 0, count = 0; i < CONSULT_ACCOUNTS; i++)
		if (ret->names[i])
			ret->accounts[count++] = ret->names[i];
}

/* The run as its request says, its personas and tasks as the settings say. */
static bool
allow(const struct consult_wish *wish, const struct consultation *consultation, GError **error)
{
	const struct consult_terms *terms = wish->terms;
	struct ledger *ledger = models_ledger(consultation->models);
	struct allowance allowance = { terms->budget, terms->max_tokens, terms->max_calls, RECORD_NO_INT,
		                       wish->job ? NULL : "ask again with a higher limit" };
	struct limit_list limits;
	if (!limits_load(wish->config, &limits, error))
		return false;
	ledger_allow(ledger, consultation->names[0], &allowance);
	if (consultation->names[1] && limits_find(&limits, LIMIT_PERSONA, wish->persona, &allowance))
		ledger_allow(ledger, consultation->names[1], &allowance);
	if (consultation->names[2] && limits_find(&limits, LIMIT_TASK, wish->job->charter->plan.tasks.items[wish->job->task].id, &allowance))
		ledger_allow(ledger, consultation->names[2], &allowance);
	record_list_finish(&limit_record, &limits);
	return true;
}

/* What only a run has: the past, and a memory. */
static bool
join_run(const struct consult_wish *wish, struct consultation *ret, GError **error)
{
	static pthread_mutex_t restoring = PTHREAD_MUTEX_INITIALIZER;   /* an account that is restored twice loses what was spent in between */
	struct event_row_list events = { 0 };
	if (!wish->job)
		return true;
	struct store *store = worker_store(wish->worker, error);
	pthread_mutex_lock(&restoring);
	bool ok = store && store->ops->event_list(store, wish->job->run, 0, INT64_MAX, &events, error) && restore_all(wish, ret, &events, error);
	pthread_mutex_unlock(&restoring);
	ret->log = ok ? call_log_open(wish->worker, wish->job, wish->purpose, wish->persona, &events, error) : NULL;
	record_list_finish(&event_row_record, &events);
	ret->ask.memory = ret->log ? call_log_memory(ret->log) : NULL;
	return ret->log;
}

bool
consult_begin(const struct consult_wish *wish, struct consultation *ret, GError **error)
{
	struct gateway_options options = { .record = wish->terms->record, .replay = wish->terms->replay };
	GError *cause = NULL;
	*ret = (struct consultation){ 0 };
	ret->models = wish->gateway ? gateway_open(wish->gateway, &options, &cause) : NULL;
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	if (!ret->models)
		return true;
	name_accounts(wish, ret);
	ret->ask = (struct ask){ .wish = { .model = gateway_model(wish->gateway), .run = wish->job ? wish->job->charter->run : NULL },
		                 .accounts = ret->accounts, .deadline_ms = wish->deadline_ms, .cancelled = wish->cancelled };
	if (join_run(wish, ret, error) && allow(wish, ret, error))
		return true;
	consult_end(ret);
	return false;
}

void
consult_end(struct consultation *consultation)
{
	call_log_close(consultation->log);
	for (unsigned i = 0; i < CONSULT_ACCOUNTS; i++)
		g_free(consultation->names[i]);
	*consultation = (struct consultation){ 0 };
}
