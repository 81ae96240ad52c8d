#include "engine/asked.h"

#include <math.h>

static const struct record_field asked_fields[] = {
	RECORD_FIELD(asked, purpose, 0, "what for; absent in a sum"),
	RECORD_FIELD(asked, persona, 0, "for whom"),
	RECORD_FIELD(asked, model, 0, "the model that answered last"),
	RECORD_FIELD(asked, calls, RECORD_VOLATILE, "calls that were sent"),
	RECORD_FIELD(asked, failed_calls, RECORD_VOLATILE, "of them: those that ended without an answer"),
	RECORD_FIELD(asked, unpriced_calls, RECORD_VOLATILE, "of them: those whose price nobody knows"),
	RECORD_FIELD(asked, replayed_calls, 0, "answered from a recording: nothing was called"),
	RECORD_FIELD(asked, repaid_calls, RECORD_VOLATILE, "sent once more because a crash lost the answer"),
	RECORD_FIELD(asked, repairs, 0, "answers that were sent back"),
	RECORD_FIELD(asked, input_tokens, RECORD_VOLATILE, "of prompts, without what a cache held"),
	RECORD_FIELD(asked, output_tokens, RECORD_VOLATILE, "of answers"),
	RECORD_FIELD(asked, cache_read_tokens, RECORD_VOLATILE, "of prompts, from the server's cache"),
	RECORD_FIELD(asked, cache_write_tokens, RECORD_VOLATILE, "of prompts, into the server's cache"),
	RECORD_FIELD(asked, dollars, RECORD_VOLATILE, "of the calls whose price is known; absent: nobody knows any"),
	RECORD_FIELD(asked, seconds, RECORD_VOLATILE, "of all calls together"),
	RECORD_FIELD(asked, fallback, 0, "why the answer was not taken"),
	RECORD_FIELD(asked, request, 0, "hash of what was asked, of one call"),
	RECORD_FIELD(asked, answer, 0, "digest of its answer in the store"),
};
RECORD_TYPE(asked, RECORD_DROP, "what models were asked");

static const struct record_field cost_fields[] = {
	RECORD_FIELD(cost, dollars, RECORD_VOLATILE, "measured; absent where the price of a call is unknown"),
	RECORD_FIELD(cost, sequential_dollars, RECORD_VOLATILE, "of those calls that the sequential plan makes, too"),
	RECORD_FIELD(cost, tokens, RECORD_VOLATILE, "measured"),
	RECORD_FIELD(cost, sequential_tokens, RECORD_VOLATILE, "of those calls that the sequential plan makes, too"),
	RECORD_FIELD(cost, note, 0, "what was left out"),
};
RECORD_TYPE(cost, RECORD_DROP, "measured cost beside that of the sequential plan");

/* --- counting ------------------------------------------------------------------------------- */

static void
add_dollars(double *sum, double dollars)
{
	if (!isnan(dollars))
		*sum = (isnan(*sum) ? 0 : *sum) + dollars;
}

static void
add_tokens(int64_t *sum, int64_t tokens)
{
	if (tokens != RECORD_NO_INT)
		*sum += tokens;
}

/* What was never sent has no duration. */
static void
count_try(const struct model_try *try, struct asked *ret)
{
	if (isnan(try->total_ms))
		return;
	ret->calls++;
	ret->failed_calls += try->failure != NULL;
	ret->unpriced_calls += isnan(try->dollars);
	add_tokens(&ret->input_tokens, try->usage.input_tokens);
	add_tokens(&ret->output_tokens, try->usage.output_tokens);
	add_tokens(&ret->cache_read_tokens, try->usage.cache_read_tokens);
	add_tokens(&ret->cache_write_tokens, try->usage.cache_write_tokens);
	add_dollars(&ret->dollars, try->dollars);
	ret->seconds += try->total_ms / 1000;
}

void
asked_count(const struct model_answer *answer, struct asked *ret)
{
	ret->seconds = 0;
	if (answer->replayed) {
		ret->replayed_calls = (int64_t)answer->tries.count;
		ret->dollars = 0;
		return;
	}
	for (size_t i = 0; i < answer->tries.count; i++)
		count_try(&answer->tries.items[i], ret);
}

void
asked_add(struct asked *sum, const struct asked *one)
{
	sum->calls += one->calls;
	sum->failed_calls += one->failed_calls;
	sum->unpriced_calls += one->unpriced_calls;
	sum->replayed_calls += one->replayed_calls;
	sum->repaid_calls += one->repaid_calls;
	sum->repairs += one->repairs;
	sum->input_tokens += one->input_tokens;
	sum->output_tokens += one->output_tokens;
	sum->cache_read_tokens += one->cache_read_tokens;
	sum->cache_write_tokens += one->cache_write_tokens;
	add_dollars(&sum->seconds, one->seconds);
	add_dollars(&sum->dollars, one->dollars);
}

void
asked_expense(const struct asked *asked, struct expense *ret)
{
	record_init(&expense_record, ret);
	ret->calls = asked->calls;
	ret->failed_calls = asked->failed_calls;
	ret->unpriced_calls = asked->unpriced_calls;
	ret->replayed_calls = asked->replayed_calls;
	ret->repaid_calls = asked->repaid_calls;
	ret->input_tokens = asked->input_tokens;
	ret->output_tokens = asked->output_tokens;
	ret->cache_read_tokens = asked->cache_read_tokens;
	ret->cache_write_tokens = asked->cache_write_tokens;
	add_dollars(&ret->dollars, asked->dollars);
}

/* --- the journal ---------------------------------------------------------------------------- */

bool
asked_each(const struct event_row_list *events, asked_visitor *visit, void *data, GError **error)
{
	bool ok = true;
	for (size_t i = 0; ok && i < events->count; i++) {
		const struct event_row *row = &events->items[i];
		struct asked_event event = { .task = row->task, .sent = g_str_equal(row->kind, ASKED_SENT_EVENT) };
		if (!event.sent && !g_str_equal(row->kind, ASKED_EVENT))
			continue;
		if (!record_read_text(&asked_record, row->kind, row->data, &event.asked, error))
			return false;
		ok = visit(data, &event, error);
		record_finish(&asked_record, &event.asked);
	}
	return ok;
}

static struct asked *
find_entry(struct asked_list *list, const struct asked *like)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_strcmp0(list->items[i].purpose, like->purpose) == 0 && g_strcmp0(list->items[i].persona, like->persona) == 0)
			return &list->items[i];
	struct asked *entry = record_append(&asked_record, list);
	entry->purpose = g_strdup(like->purpose);
	entry->persona = g_strdup(like->persona);
	return entry;
}

static void
replace(char **text, const char *newer)
{
	if (!newer)
		return;
	g_free(*text);
	*text = g_strdup(newer);
}

/* A call that was sent may have cost something, until it is known what: a crash may have lost that. */
static bool
collect(void *data, const struct asked_event *event, GError **error)
{
	(void)error;
	struct asked *entry = find_entry(data, &event->asked);
	if (event->sent) {
		entry->calls++;
		entry->unpriced_calls++;
		return true;
	}
	if (event->asked.request && !event->asked.replayed_calls) {
		entry->calls--;
		entry->unpriced_calls--;
	}
	asked_add(entry, &event->asked);
	replace(&entry->model, event->asked.model);
	replace(&entry->fallback, event->asked.fallback);
	return true;
}

bool
asked_collect(const struct event_row_list *events, struct asked_list *ret, GError **error)
{
	*ret = (struct asked_list){ 0 };
	return asked_each(events, collect, ret, error);
}

/* --- reports -------------------------------------------------------------------------------- */

static void
write_list(struct writer *writer, const char *name, const struct asked_list *list)
{
	writer_key(writer, name);
	writer_begin_array(writer);
	for (size_t i = 0; i < list->count; i++)
		record_write(&asked_record, &list->items[i], RECORD_ALL, writer);
	writer_end(writer);
}

/* Sums by persona, in the order in which they first asked. */
static void
sum_personas(const struct asked_list *list, struct asked_list *ret)
{
	*ret = (struct asked_list){ 0 };
	for (size_t i = 0; i < list->count; i++) {
		const struct asked key = { .persona = list->items[i].persona };
		if (key.persona)
			asked_add(find_entry(ret, &key), &list->items[i]);
	}
}

/* Whoever works one after the other sees what came before, and needs no contract to start. */
static bool
is_coordination(const struct asked *asked)
{
	static const char *const purposes[] = { "contracts", NULL };
	return asked->purpose && g_strv_contains(purposes, asked->purpose);
}

static void
compare(const struct asked_list *list, struct cost *ret)
{
	record_init(&cost_record, ret);
	ret->dollars = ret->sequential_dollars = 0;
	for (size_t i = 0; i < list->count; i++) {
		const struct asked *asked = &list->items[i];
		int64_t tokens = asked->input_tokens + asked->output_tokens + asked->cache_read_tokens + asked->cache_write_tokens;
		double dollars = asked->unpriced_calls ? NAN : isnan(asked->dollars) ? 0 : asked->dollars;
		bool shared = !is_coordination(asked);
		ret->dollars += dollars;
		ret->tokens += tokens;
		ret->sequential_dollars += shared ? dollars : 0;
		ret->sequential_tokens += shared ? tokens : 0;
	}
	ret->note = g_strdup("the calls of this run without those for contracts, which only parallel work needs");
}

struct doc *
asked_document(const struct asked_list *list)
{
	struct asked sum;
	struct asked_list personas;
	struct cost cost;
	struct writer writer;
	if (!list->count)
		return NULL;
	record_init(&asked_record, &sum);
	sum_personas(list, &personas);
	compare(list, &cost);
	for (size_t i = 0; i < list->count; i++)
		asked_add(&sum, &list->items[i]);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	write_list(&writer, "asked", list);
	write_list(&writer, "personas", &personas);
	writer_key(&writer, "sum");
	record_write(&asked_record, &sum, RECORD_ALL, &writer);
	writer_key(&writer, "cost");
	record_write(&cost_record, &cost, RECORD_ALL, &writer);
	writer_end(&writer);
	record_finish(&cost_record, &cost);
	record_list_finish(&asked_record, &personas);
	record_finish(&asked_record, &sum);
	return writer_doc(&writer);
}
