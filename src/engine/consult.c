#include "engine/consult.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/error.h"

static const struct record_field asked_fields[] = {
	RECORD_FIELD(asked, purpose, 0, "what for; absent in a sum"),
	RECORD_FIELD(asked, persona, 0, "for whom"),
	RECORD_FIELD(asked, model, 0, "the model that answered last"),
	RECORD_FIELD(asked, calls, RECORD_VOLATILE, "calls that were sent"),
	RECORD_FIELD(asked, failed_calls, RECORD_VOLATILE, "of them: those that ended without an answer"),
	RECORD_FIELD(asked, unpriced_calls, RECORD_VOLATILE, "of them: those whose price nobody knows"),
	RECORD_FIELD(asked, replayed_calls, 0, "answered from a recording: nothing was called"),
	RECORD_FIELD(asked, repairs, 0, "answers that were sent back"),
	RECORD_FIELD(asked, input_tokens, RECORD_VOLATILE, "of prompts, without what a cache held"),
	RECORD_FIELD(asked, output_tokens, RECORD_VOLATILE, "of answers"),
	RECORD_FIELD(asked, cache_read_tokens, RECORD_VOLATILE, "of prompts, from the server's cache"),
	RECORD_FIELD(asked, cache_write_tokens, RECORD_VOLATILE, "of prompts, into the server's cache"),
	RECORD_FIELD(asked, dollars, RECORD_VOLATILE, "of the calls whose price is known; absent: nobody knows any"),
	RECORD_FIELD(asked, seconds, RECORD_VOLATILE, "of all calls together"),
	RECORD_FIELD(asked, fallback, 0, "why the answer was not taken"),
};
RECORD_TYPE(asked, RECORD_DROP, "what models were asked");

/* --- the sum -------------------------------------------------------------------------------- */

static void
add_dollars(double *sum, double dollars)
{
	if (!isnan(dollars))
		*sum = (isnan(*sum) ? 0 : *sum) + dollars;
}

static void
add_asked(struct asked *sum, const struct asked *one)
{
	sum->calls += one->calls;
	sum->failed_calls += one->failed_calls;
	sum->unpriced_calls += one->unpriced_calls;
	sum->replayed_calls += one->replayed_calls;
	sum->repairs += one->repairs;
	sum->input_tokens += one->input_tokens;
	sum->output_tokens += one->output_tokens;
	sum->cache_read_tokens += one->cache_read_tokens;
	sum->cache_write_tokens += one->cache_write_tokens;
	sum->seconds = (isnan(sum->seconds) ? 0 : sum->seconds) + one->seconds;
	add_dollars(&sum->dollars, one->dollars);
}

bool
consult_take(const struct event_row_list *events, struct asked_list *ret, GError **error)
{
	*ret = (struct asked_list){ 0 };
	for (size_t i = 0; i < events->count; i++) {
		struct asked asked;
		if (!g_str_equal(events->items[i].kind, CONSULT_EVENT))
			continue;
		if (!record_read_text(&asked_record, CONSULT_EVENT, events->items[i].data, &asked, error))
			return false;
		struct asked *entry = record_append(&asked_record, ret);
		record_finish(&asked_record, entry);
		*entry = asked;
	}
	return true;
}

static bool
read_journal(struct store *store, int64_t key, struct asked_list *ret, GError **error)
{
	struct event_row_list events = { 0 };
	bool ok = store->ops->event_list(store, key, 0, INT64_MAX, &events, error) && consult_take(&events, ret, error);
	record_list_finish(&event_row_record, &events);
	return ok;
}

struct doc *
consult_document(const struct asked_list *list)
{
	struct asked sum;
	struct writer writer;
	if (!list->count)
		return NULL;
	record_init(&asked_record, &sum);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_key(&writer, "asked");
	writer_begin_array(&writer);
	for (size_t i = 0; i < list->count; i++) {
		record_write(&asked_record, &list->items[i], RECORD_ALL, &writer);
		add_asked(&sum, &list->items[i]);
	}
	writer_end(&writer);
	writer_key(&writer, "sum");
	record_write(&asked_record, &sum, RECORD_ALL, &writer);
	writer_end(&writer);
	record_finish(&asked_record, &sum);
	return writer_doc(&writer);
}

/* --- accounts ------------------------------------------------------------------------------- */

/* A process that goes on with a run knows from the journal what others spent. */
static bool
restore(const struct consult_wish *wish, struct ledger *ledger, const char *account, GError **error)
{
	struct asked_list list = { 0 };
	struct expense expense;
	struct asked sum;
	if (ledger_find(ledger, account, NULL))
		return true;
	if (!read_journal(wish->store, wish->key, &list, error))
		return false;
	record_init(&asked_record, &sum);
	for (size_t i = 0; i < list.count; i++)
		add_asked(&sum, &list.items[i]);
	record_list_finish(&asked_record, &list);
	record_init(&expense_record, &expense);
	expense.account = g_strdup(account);
	expense.calls = sum.calls;
	expense.failed_calls = sum.failed_calls;
	expense.unpriced_calls = sum.unpriced_calls;
	expense.replayed_calls = sum.replayed_calls;
	expense.input_tokens = sum.input_tokens;
	expense.output_tokens = sum.output_tokens;
	expense.cache_read_tokens = sum.cache_read_tokens;
	expense.cache_write_tokens = sum.cache_write_tokens;
	add_dollars(&expense.dollars, sum.dollars);
	ledger_restore(ledger, &expense);
	record_finish(&expense_record, &expense);
	return true;
}

/* Of several that ask at once for a run one restores, before any of them spends. */
static bool
restore_once(const struct consult_wish *wish, struct ledger *ledger, const char *account, GError **error)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	if (!wish->run)
		return true;
	pthread_mutex_lock(&lock);
	bool ok = restore(wish, ledger, account, error);
	pthread_mutex_unlock(&lock);
	return ok;
}

static void
name_accounts(const struct consult_wish *wish, struct consultation *ret)
{
	static unsigned calls;
	if (wish->run)
		ret->names[0] = g_strdup_printf("run %s", wish->run);
	else
		ret->names[0] = g_strdup_printf("%s %u", wish->purpose, __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED));
	ret->names[1] = g_strdup_printf("persona %s", wish->persona);
	/* For what nobody else is charged at the same time. */
	ret->names[2] = g_strdup_printf("%s %s%s%s", ret->names[0], wish->purpose, wish->part ? " " : "", wish->part ? wish->part : "");
	for (unsigned i = 0; i < G_N_ELEMENTS(ret->names); i++)
		ret->accounts[i] = ret->names[i];
}

bool
consult_begin(const struct consult_wish *wish, struct consultation *ret, GError **error)
{
	const struct consult_terms *terms = wish->terms;
	struct gateway_options options = { .record = terms->record, .replay = terms->replay };
	GError *cause = NULL;
	*ret = (struct consultation){ .wish = wish };
	ret->models = wish->gateway ? gateway_open(wish->gateway, &options, &cause) : NULL;
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	if (!ret->models)
		return true;
	struct ledger *ledger = models_ledger(ret->models);
	struct allowance allowance = { terms->budget, terms->max_tokens, terms->max_calls, RECORD_NO_INT };
	name_accounts(wish, ret);
	ret->ask = (struct ask){ .wish = { .model = gateway_model(wish->gateway), .run = wish->run }, .accounts = ret->accounts,
		                 .deadline_ms = wish->deadline_ms, .cancelled = wish->cancelled };
	record_init(&expense_record, &ret->before);
	if (!restore_once(wish, ledger, ret->names[0], error)) {
		consult_end(ret, NULL);
		return false;
	}
	ledger_allow(ledger, ret->names[0], &allowance);
	ledger_find(ledger, ret->names[2], &ret->before);
	return true;
}

static void
subtract(const struct expense *now, const struct expense *before, struct asked *ret)
{
	ret->calls = now->calls - before->calls;
	ret->failed_calls = now->failed_calls - before->failed_calls;
	ret->unpriced_calls = now->unpriced_calls - before->unpriced_calls;
	ret->replayed_calls = now->replayed_calls - before->replayed_calls;
	ret->input_tokens = now->input_tokens - before->input_tokens;
	ret->output_tokens = now->output_tokens - before->output_tokens;
	ret->cache_read_tokens = now->cache_read_tokens - before->cache_read_tokens;
	ret->cache_write_tokens = now->cache_write_tokens - before->cache_write_tokens;
	ret->seconds = (now->busy_ms - before->busy_ms) / 1000;
	if (ret->calls > ret->unpriced_calls || (!ret->calls && ret->replayed_calls))
		ret->dollars = now->dollars - before->dollars;
}

bool
consult_end(struct consultation *consultation, struct asked *ret)
{
	struct expense now;
	bool any = false;
	if (consultation->models && ret && ledger_find(models_ledger(consultation->models), consultation->names[2], &now)) {
		record_init(&asked_record, ret);
		ret->purpose = g_strdup(consultation->wish->purpose);
		ret->persona = g_strdup(consultation->wish->persona);
		subtract(&now, &consultation->before, ret);
		any = ret->calls || ret->replayed_calls;
		if (!any)
			record_finish(&asked_record, ret);
		record_finish(&expense_record, &now);
	}
	if (consultation->models)
		record_finish(&expense_record, &consultation->before);
	for (unsigned i = 0; i < G_N_ELEMENTS(consultation->names); i++)
		g_free(consultation->names[i]);
	*consultation = (struct consultation){ 0 };
	return any;
}
