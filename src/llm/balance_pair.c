#include "llm/balance_pair.h"

#include <math.h>
#include <string.h>

/* A new server counts as one that needs a second, lest all calls rush to it: the default RTT of Finagle's and tower's peak EWMA. */
#define FIRST_MS 1000.0
/* In which an old sample loses all but 1/e of its weight; Finagle and tower preset the same. */
#define DECAY_MS 10000.0
/* Calls after which an old sample has lost as much, however quickly they come: where a call takes milliseconds, ten seconds of memory for
 * one stumble would be thousands of calls for the other server. */
#define DECAY_CALLS 8.0
/* Estimates that differ by less say nothing: what is in flight does. */
#define ALIKE 1.5
/* What is left of the limit after a refusal: beta of CUBIC (RFC 9438, 4.6). */
#define LIMIT_CUT 0.7
/* Calls more after each full round without a refusal. Less than TCP's one: a packet lost costs little, a call refused is tried again. */
#define LIMIT_STEP 0.25

enum {
	LIMIT_FIRST = 8,
	FAILED_MOST = 5,             /* in a row: Envoy's outlier detection, consecutive_5xx */
	FAILED_AGAIN = 2,
	RATE_STEP_MS = 3000,
	RATE_CALLS = 10,             /* fewer say nothing of a rate */
	OPEN_FIRST_MS = 2000,
	OPEN_MOST_MS = 120000,
	SLOWED_FIRST_MS = 250,
	SLOWED_MOST_MS = 30000,
};

void
pair_init(struct pair *pair, struct server *server, const struct endpoint_model *model)
{
	const struct endpoint *endpoint = &server->endpoint;
	memset(pair, 0, sizeof *pair);
	pair->server = server;
	record_copy(&endpoint_model_record, model, &pair->model);
	pair->limit_most = MAX(model->max_in_flight == RECORD_NO_INT ? endpoint->max_in_flight : model->max_in_flight, 1);
	pair->limit = (double)MIN(pair->limit_most, LIMIT_FIRST);
	pair->limit_aim = (double)pair->limit_most;
	pair->limit_cut_ms = INT64_MIN;
	pair->not_before_ms = INT64_MIN;
	pair->first_ms = NAN;
}

void
pair_finish(struct pair *pair)
{
	record_finish(&endpoint_model_record, &pair->model);
	g_free(pair->reason);
	g_free(pair->last_failure);
}

/* --- how much: additive increase, multiplicative decrease ------------------------------------------------------------------- */

/* Chiu and Jain, "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance", 1989: a step more for each full round of
 * calls, a share less at a refusal; it converges and is fair. Below the aim (where
 * it was cut last, or the most) it grows by one a call, TCP's slow start (RFC 5681, 3.1). A limit that is not used up does not grow:
 * nobody knows whether it would hold (RFC 7661). */
static void
limit_grow(struct pair *pair, int64_t used)
{
	if ((double)used < floor(pair->limit))
		return;
	pair->limit += pair->limit < pair->limit_aim ? 1 : LIMIT_STEP / pair->limit;
	pair->limit = MIN(pair->limit, (double)pair->limit_most);
}

/* False where the refusal is one of several calls that were under way together: they are counted as one, as TCP cuts once a round trip
 * (RFC 5681, 3.2). */
static bool
limit_cut(struct pair *pair, const struct seat *seat, int64_t now_ms)
{
	if (seat->taken_ms <= pair->limit_cut_ms)
		return false;
	pair->limit = MAX(MIN(pair->limit, (double)pair->in_flight + 1) * LIMIT_CUT, 1);
	pair->limit_aim = pair->limit;
	pair->limit_cut_ms = now_ms;
	return true;
}

/* --- how fast: peak EWMA ---------------------------------------------------------------------------------------------------- */

static double
first_decayed(const struct pair *pair, int64_t now_ms)
{
	return isnan(pair->first_ms) ? FIRST_MS : pair->first_ms * exp((double)(pair->first_at_ms - now_ms) / DECAY_MS);
}

/* A peak counts at once, better times only by and by: Finagle's PeakEwma, tower's load::PeakEwma. Time to the first token, not of the
 * whole answer, whose length is the caller's doing. */
static void
first_sample(struct pair *pair, double sample, int64_t now_ms)
{
	double weight = MIN(exp((double)(pair->first_at_ms - now_ms) / DECAY_MS), exp(-1 / DECAY_CALLS));
	if (isnan(pair->first_ms) || sample > pair->first_ms * weight)
		pair->first_ms = sample;
	else
		pair->first_ms = pair->first_ms * weight + sample * (1 - weight);
	pair->first_at_ms = now_ms;
}

/* Cost of power of two choices: estimate x (in flight + 1), as tower's. What was never refreshed decays, so that a server is tried
 * again some time after a peak. Of two that cost the same it is the turn of the one that was chosen longer ago. */
bool
pair_is_better(const struct pair *pair, const struct pair *other, int64_t now_ms)
{
	double first = first_decayed(pair, now_ms), other_first = first_decayed(other, now_ms);
	bool alike = first <= other_first * ALIKE && other_first <= first * ALIKE;
	double cost = (alike ? 1 : first) * (double)(pair->in_flight + 1), other_cost = (alike ? 1 : other_first) * (double)(other->in_flight + 1);
	return cost < other_cost || (cost == other_cost && pair->turn < other->turn);
}

/* --- whether at all: the circuit -------------------------------------------------------------------------------------------- */

static unsigned
rate_bucket(struct rate *rate, int64_t now_ms)
{
	int64_t step = now_ms / RATE_STEP_MS;
	unsigned bucket = (unsigned)(step % RATE_BUCKETS);
	if (rate->steps[bucket] != step) {
		rate->steps[bucket] = step;
		rate->calls[bucket] = rate->failures[bucket] = 0;
	}
	return bucket;
}

/* True where half of at least ten calls failed: the defaults of resilience4j and of Polly are of this kind. */
static bool
rate_add(struct rate *rate, bool failed, int64_t now_ms)
{
	unsigned calls = 0, failures = 0, bucket = rate_bucket(rate, now_ms);
	int64_t oldest = now_ms / RATE_STEP_MS - RATE_BUCKETS;
	rate->calls[bucket]++;
	rate->failures[bucket] += failed;
	for (unsigned i = 0; i < RATE_BUCKETS; i++) {
		if (rate->steps[i] <= oldest)
			continue;
		calls += rate->calls[i];
		failures += rate->failures[i];
	}
	return failed && calls >= RATE_CALLS && failures * 2 >= calls;
}

/* Each time twice as long, with up to a fifth on top lest many who were refused together come back together (Brooker, "Exponential
 * Backoff And Jitter", 2015). Where the server said when, that is when. */
static void
circuit_open(struct pair *pair, const struct failure *failure, int64_t now_ms, GRand *random)
{
	double cool_down = MIN((double)OPEN_FIRST_MS * exp2((double)MIN(pair->openings, 16)), OPEN_MOST_MS) * g_rand_double_range(random, 1, 1.2);
	pair->circuit = CIRCUIT_OPEN;
	pair->openings++;
	pair->open_until_ms = failure->retry_after_ms > 0 ? now_ms + failure->retry_after_ms : now_ms + (int64_t)cool_down;
	pair->failed = pair->worked = 0;
	memset(&pair->rate, 0, sizeof pair->rate);
	if (failure->class == FAILURE_UNREACHABLE) {
		pair->server->unreachable = true;
		pair->server->back_ms = pair->open_until_ms;
	}
}

/* It answers again: one call at a time at first, doubling with each full round, up to where it was. */
static void
circuit_close(struct pair *pair)
{
	pair->circuit = CIRCUIT_CLOSED;
	pair->limit_aim = MAX(pair->limit, pair->limit_aim);
	pair->limit = 1;
	pair->failed = pair->worked = 0;
	pair->server->unreachable = false;
}

bool
pair_is_parked(const struct pair *pair)
{
	return pair->server->parked || pair->parked;
}

bool
pair_is_due(const struct pair *pair, int64_t now_ms)
{
	const struct server *server = pair->server;
	if (server->unreachable && (server->probe || now_ms < server->back_ms))
		return false;
	return pair->circuit == CIRCUIT_HALF_OPEN ? !pair->probe : pair->circuit == CIRCUIT_OPEN && now_ms >= pair->open_until_ms;
}

bool
pair_is_full(const struct pair *pair)
{
	return (double)pair->in_flight + 1 > pair->limit || pair->server->in_flight >= pair->server->endpoint.max_in_flight;
}

int64_t
pair_closed_until(const struct pair *pair)
{
	int64_t at = pair->circuit == CIRCUIT_OPEN ? MAX(pair->open_until_ms, pair->not_before_ms) : pair->not_before_ms;
	return pair->circuit != CIRCUIT_CLOSED && pair->server->unreachable ? MAX(at, pair->server->back_ms) : at;
}

bool
pair_is_free(const struct pair *pair, int64_t now_ms, int64_t *ret_at)
{
	int64_t at = pair_closed_until(pair);
	if (now_ms < at) {
		*ret_at = MIN(*ret_at, at);
		return false;
	}
	if (pair->circuit != CIRCUIT_CLOSED)
		return pair_is_due(pair, now_ms) && pair->server->in_flight < pair->server->endpoint.max_in_flight;
	return !pair_is_full(pair);
}

/* --- a call ----------------------------------------------------------------------------------------------------------------- */

void
pair_take(struct pair *pair, struct seat *seat, int64_t now_ms)
{
	*seat = (struct seat){ .pair = pair, .taken_ms = now_ms, .started_ms = -1 };
	if (pair->circuit != CIRCUIT_CLOSED) {
		pair->circuit = CIRCUIT_HALF_OPEN;
		pair->probe = pair->server->probe = seat;
	}
	if (pair->in_flight == 0)
		pair->busy_since_ms = now_ms;
	pair->in_flight++;
	pair->server->in_flight++;
	pair->calls++;
}

void
pair_start(struct pair *pair, struct seat *seat, int64_t now_ms)
{
	if (seat->started_ms >= 0)
		return;
	seat->started_ms = now_ms;
	first_sample(pair, (double)(now_ms - seat->taken_ms), now_ms);
}

/* "rate_limited (429): what the server said" */
static char *
describe(const struct failure *failure)
{
	GString *text = g_string_new(failure_name(failure->class));
	if (failure->status)
		g_string_append_printf(text, " (%d)", failure->status);
	g_string_append_printf(text, ": %s", failure->detail ? failure->detail : failure_text(failure->class));
	return g_string_free(text, FALSE);
}

/* A wrong key or an empty account is the server's, a missing model is the pair's. */
static void
park(struct pair *pair, const struct failure *failure)
{
	bool whole = failure->class != FAILURE_NO_MODEL;
	enum failure_class *parked = whole ? &pair->server->parked : &pair->parked;
	char **reason = whole ? &pair->server->reason : &pair->reason;
	if (*parked)
		return;
	*parked = failure->class;
	*reason = describe(failure);
}

/* Refused: fewer at once. Refused again and again with no word of when: longer and longer pauses, with jitter. False where this
 * refusal says nothing new. */
static bool
slow_down(struct pair *pair, const struct seat *seat, const struct failure *failure, int64_t now_ms, GRand *random)
{
	if (!limit_cut(pair, seat, now_ms))
		return false;
	if (++pair->slowed < 2 || failure->retry_after_ms > 0)
		return true;
	double pause = MIN(SLOWED_FIRST_MS * exp2((double)MIN(pair->slowed - 2, 16u)), SLOWED_MOST_MS) * g_rand_double_range(random, 0.5, 1);
	pair->not_before_ms = MAX(pair->not_before_ms, now_ms + (int64_t)pause);
	return true;
}

static void
succeed(struct pair *pair, const struct seat *seat, int64_t now_ms)
{
	if (seat->started_ms < 0)
		first_sample(pair, (double)(now_ms - seat->taken_ms), now_ms);
	pair->slowed = 0;
	limit_grow(pair, pair->in_flight + 1);
	pair->failed = 0;
	if (++pair->worked >= FAILED_MOST && pair->circuit == CIRCUIT_CLOSED)
		pair->openings = 0;   /* what comes now is a new trouble and not the old one */
	rate_add(&pair->rate, false, now_ms);
}

/* A server that fails at once would look fast, and draw all calls: its failure counts as a slow start. */
static void
break_down(struct pair *pair, const struct seat *seat, const struct failure *failure, bool probe, int64_t now_ms, GRand *random)
{
	first_sample(pair, MAX((double)(now_ms - seat->taken_ms), FIRST_MS), now_ms);
	pair->failed++;
	bool often = rate_add(&pair->rate, true, now_ms);
	/* Not yet recovered from the last time: two in a row are enough. (One is not: a server that fails now and then would be closed for
	 * longer and longer.) */
	bool again = pair->openings > 0 && pair->failed >= FAILED_AGAIN;
	if (probe || (pair->circuit == CIRCUIT_CLOSED && (often || again || pair->failed >= FAILED_MOST)))
		circuit_open(pair, failure, now_ms, random);
}

static void
fail(struct pair *pair, const struct seat *seat, const struct failure *failure, bool probe, int64_t now_ms, GRand *random)
{
	unsigned flags = failure_flags(failure->class);
	pair->failures++;
	pair->worked = 0;
	g_free(pair->last_failure);
	pair->last_failure = describe(failure);
	if (failure->retry_after_ms > 0)
		pair->not_before_ms = MAX(pair->not_before_ms, now_ms + failure->retry_after_ms);
	if (flags & FAILURE_PARKS)
		park(pair, failure);
	bool news = !(flags & FAILURE_SLOWS) || slow_down(pair, seat, failure, now_ms, random);
	if (flags & FAILURE_BREAKS && (news || probe))
		break_down(pair, seat, failure, probe, now_ms, random);
	else if (probe)
		circuit_close(pair);   /* an answer, if not the one that was wished for */
}

void
pair_leave(struct pair *pair, struct seat *seat, const struct failure *failure, int64_t now_ms, GRand *random)
{
	bool probe = pair->probe == seat, failed = failure && failure->class != FAILURE_NONE;
	bool silent = failed && failure->class == FAILURE_CANCELLED;
	pair->in_flight--;
	pair->server->in_flight--;
	if (pair->in_flight == 0)
		pair->busy_ms += now_ms - pair->busy_since_ms;
	if (probe)
		pair->probe = NULL;
	if (pair->server->probe == seat)
		pair->server->probe = NULL;
	if (failed && !silent) {
		fail(pair, seat, failure, probe, now_ms, random);
		return;
	}
	/* Cancelled before it said anything, it told nothing: the next call is the probe. */
	if (probe && (!silent || seat->started_ms >= 0))
		circuit_close(pair);
	if (!silent)
		succeed(pair, seat, now_ms);
}
