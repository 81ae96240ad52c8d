/* What all orchestrations took together. */
#include <math.h>

#include "base/error.h"
#include "engine/op_orchestrate.h"

static const char kind[] = "orchestrate";

static const struct record_field specialist_total_fields[] = {
	RECORD_FIELD(specialist_total, specialist, 0, "who"),
	RECORD_FIELD(specialist_total, tasks, 0, "that it had"),
	RECORD_FIELD(specialist_total, completed, 0, "with an answer"),
	RECORD_FIELD(specialist_total, work, 0, "seconds"),
};
RECORD_TYPE(specialist_total, RECORD_DROP, "what a specialist did in all");

static const struct record_field orchestra_totals_fields[] = {
	RECORD_FIELD(orchestra_totals, orchestrations, 0, "that were carried out"),
	RECORD_FIELD(orchestra_totals, successes, 0, "of them"),
	RECORD_FIELD(orchestra_totals, replays, 0, "answered from a recording: not in the sums"),
	RECORD_PART(orchestra_totals, statistics, orchestra_statistics, 0, "sums over all of them, and the formulas over these sums"),
	RECORD_LIST(orchestra_totals, specialists, specialist_total, 0, "in the order in which they first took part"),
};
RECORD_TYPE(orchestra_totals, RECORD_DROP, "what all orchestrations took together");

static double
plus(double sum, double more)
{
	return (isnan(sum) ? 0 : sum) + (isnan(more) ? 0 : more);
}

static void
add_specialist(struct orchestra_totals *totals, const struct specialist_result *result)
{
	size_t i = 0;
	while (i < totals->specialists.count && !g_str_equal(totals->specialists.items[i].specialist, result->specialist))
		i++;
	struct specialist_total *total = i < totals->specialists.count ? &totals->specialists.items[i]
	                                                                : record_append(&specialist_total_record, &totals->specialists);
	if (!total->specialist)
		total->specialist = g_strdup(result->specialist);
	total->tasks++;
	total->completed += result->success;
	total->work = plus(total->work, result->work);
}

static void
add_server(struct orchestra_statistics *sum, const struct server_use *use)
{
	size_t i = 0;
	while (i < sum->servers.count && !g_str_equal(sum->servers.items[i].server, use->server))
		i++;
	struct server_use *total = i < sum->servers.count ? &sum->servers.items[i] : record_append(&server_use_record, &sum->servers);
	if (!total->server)
		total->server = g_strdup(use->server);
	total->calls += use->calls;
	total->failures += use->failures;
	total->tasks += use->tasks;
	total->busy = plus(total->busy, use->busy);
}

/* The critical path and the overhead are sums, too: of the longest chains, one after the other. */
static void
add_statistics(struct orchestra_statistics *sum, const struct orchestra_statistics *more)
{
	sum->tasks += more->tasks;
	sum->completed += more->completed;
	sum->failed += more->failed;
	sum->cancelled += more->cancelled;
	sum->skipped += more->skipped;
	sum->calls += more->calls;
	sum->retries += more->retries;
	sum->failovers += more->failovers;
	sum->input_tokens += more->input_tokens;
	sum->output_tokens += more->output_tokens;
	sum->unpriced_calls += more->unpriced_calls;
	sum->dollars = plus(sum->dollars, more->dollars);
	sum->parallelism_factor = plus(plus(sum->parallelism_factor, 0) * plus(sum->duration, 0), plus(more->parallelism_factor, 0) * more->duration);
	sum->sequential_duration = plus(sum->sequential_duration, more->sequential_duration);
	sum->duration = plus(sum->duration, more->duration);
	sum->critical_path = plus(sum->critical_path, more->critical_path);
	sum->overhead = plus(sum->overhead, more->overhead);
	for (size_t i = 0; i < more->servers.count; i++)
		add_server(sum, &more->servers.items[i]);
	orchestra_rate(sum);
}

static bool
read_totals(struct store *store, struct orchestra_totals *ret, GError **error)
{
	g_autofree char *content = NULL;
	record_init(&orchestra_totals_record, ret);
	return store->ops->tally_read(store, kind, &content, error) &&
	       (!content || record_read_text(&orchestra_totals_record, "totals", content, ret, error));
}

static bool
add_result(struct store *store, const struct orchestrate_result *result, GError **error)
{
	struct orchestra_totals totals;
	if (!read_totals(store, &totals, error))
		return false;
	totals.replays += result->replayed;
	if (!result->replayed) {
		totals.orchestrations++;
		totals.successes += result->success;
		add_statistics(&totals.statistics, &result->statistics);
		for (size_t i = 0; i < result->results.count; i++)
			add_specialist(&totals, &result->results.items[i]);
	}
	g_autofree char *content = record_to_json(&orchestra_totals_record, &totals, false);
	record_finish(&orchestra_totals_record, &totals);
	return store->ops->tally_put(store, kind, content, error);
}

bool
orchestrate_note(struct context *context, const struct orchestrate_result *result, GError **error)
{
	struct store *store = context_store(context, error);
	if (!store || !store->ops->begin(store, error))
		return false;
	if (add_result(store, result, error))
		return store_commit(store, error);
	store->ops->rollback(store);
	return false;
}

bool
op_orchestrate_stats(struct context *context, const void *data, void *result, GError **error)
{
	struct store *store = context_store(context, error);
	(void)data;
	record_finish(&orchestra_totals_record, result);
	return store && read_totals(store, result, error);
}
