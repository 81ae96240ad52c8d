#include "llm/models.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/models_model.h"
#include "llm/price.h"

enum {
	TRIES_MAX = 5,
	HEDGE_MS = 2000, HEDGE_FACTOR = 3,            /* a server is slow to begin: after so long, and so many times its usual */
	PAUSE_MS = 200, PAUSE_MAX_MS = 8000,   /* before the second try at the same server, twice as long before each further one */
	ANSWER_TOKENS = 4096,                  /* of an answer whose length nobody limits */
	TOKEN_BYTES = 3,                       /* of a prompt, at least: English has about four */
};

static const struct record_field model_try_fields[] = {
	RECORD_FIELD(model_try, server, 0, "the endpoint"),
	RECORD_FIELD(model_try, model, 0, "as the server calls it"),
	RECORD_FIELD(model_try, failure, 0, "how it failed; absent: it did not"),
	RECORD_FIELD(model_try, detail, 0, "the words of the server or of the wire"),
	RECORD_FIELD(model_try, status, RECORD_OPTIONAL, "HTTP"),
	RECORD_FIELD(model_try, wait_ms, RECORD_VOLATILE, "milliseconds until a place was free"),
	RECORD_FIELD(model_try, first_token_ms, RECORD_VOLATILE, "milliseconds to the first token"),
	RECORD_FIELD(model_try, total_ms, RECORD_VOLATILE, "milliseconds of the call"),
	RECORD_FIELD(model_try, dollars, 0, "what it cost; absent: nobody knows"),
	RECORD_PART(model_try, usage, model_usage, 0, "tokens, as the server counts them, else as they went over the wire"),
};
RECORD_TYPE(model_try, RECORD_DROP, "one try of a model call");

static const struct record_field model_answer_fields[] = {
	RECORD_PART(model_answer, response, model_response, 0, "the answer, or what there was of it"),
	RECORD_LIST(model_answer, tries, model_try, 0, "what was tried, the last one last"),
	RECORD_FIELD(model_answer, replayed, 0, "it comes from a recording: nothing was called"),
};
RECORD_TYPE(model_answer, RECORD_DROP, "the answer to a model call");

/* --- opening -------------------------------------------------------------------------------- */

struct models *
models_open(const struct models_options *options, GError **error)
{
	struct models *models = g_new0(struct models, 1);
	pthread_mutex_init(&models->lock, NULL);
	models->wake_ms = INT64_MAX;
	models->dice = options->seed;
	models->hedge = options->hedge;
	models->ledger = ledger_create();
	models->queue = queue_create();
	models->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	models->balance = balance_create(options->endpoints, options->strategy, options->seed);
	bool ok = !options->replay || (models->replay = replay_open(options->replay, error));
	ok = ok && (!options->record || (models->record = replay_record(options->record, error)));
	ok = ok && (models->replay || (models->transport = transport_create(&options->transport, error)));
	if (!ok) {
		models_close(models, NULL);
		return NULL;
	}
	return models;
}

bool
models_close(struct models *models, GError **error)
{
	if (!models)
		return true;
	if (models->transport)
		transport_destroy(models->transport);
	bool whole = replay_close(models->record, error);
	replay_close(models->replay, NULL);
	balance_destroy(models->balance);
	queue_destroy(models->queue);
	g_hash_table_destroy(models->keys);
	ledger_destroy(models->ledger);
	pthread_mutex_destroy(&models->lock);
	g_free(models);
	return whole;
}

struct ledger *
models_ledger(struct models *models)
{
	return models->ledger;
}

void
models_cancel(struct models *models, bool *cancelled)
{
	pthread_mutex_lock(&models->lock);
	__atomic_store_n(cancelled, true, __ATOMIC_RELEASE);
	for (GList *at = models->callers.head; at; at = at->next) {
		struct caller *caller = at->data;
		if (caller->ask->cancelled == cancelled)
			pthread_cond_signal(&caller->wake);
	}
	pthread_mutex_unlock(&models->lock);
}

void
models_standings(struct models *models, struct standing_list *ret)
{
	pthread_mutex_lock(&models->lock);
	balance_list(models->balance, clock_ms(), ret);
	pthread_mutex_unlock(&models->lock);
}

/* --- what it may cost ----------------------------------------------------------------------- */

static size_t
doc_bytes(const struct doc *doc)
{
	if (!doc)
		return 0;
	g_autofree char *json = value_to_json(doc_root(doc), false);
	return strlen(json);
}

static size_t
text_bytes(const char *text)
{
	return text ? strlen(text) : 0;
}

int64_t
model_estimate_tokens(const struct model_request *request)
{
	size_t bytes = text_bytes(request->system) + doc_bytes(request->schema);
	for (size_t i = 0; i < request->messages.count; i++)
		for (size_t k = 0; k < request->messages.items[i].parts.count; k++) {
			const struct message_part *part = &request->messages.items[i].parts.items[k];
			bytes += text_bytes(part->text) + text_bytes(part->tool) + doc_bytes(part->arguments);
		}
	for (size_t i = 0; i < request->tools.count; i++)
		bytes += text_bytes(request->tools.items[i].name) + text_bytes(request->tools.items[i].description) + doc_bytes(request->tools.items[i].parameters);
	return (int64_t)(bytes / TOKEN_BYTES) + 1;
}

static struct estimate
estimate_of(const struct ask *ask, const struct seat *seat)
{
	const struct endpoint_model *model = seat_model(seat);
	int64_t limit = ask->request->max_tokens != RECORD_NO_INT && ask->request->max_tokens > 0 ? ask->request->max_tokens : model->max_output;
	struct model_usage usage;
	record_init(&model_usage_record, &usage);
	usage.input_tokens = model_estimate_tokens(ask->request);
	usage.output_tokens = limit == RECORD_NO_INT ? ANSWER_TOKENS : limit;
	return (struct estimate){ price_cost(seat_endpoint(seat), model, &usage), usage.input_tokens + usage.output_tokens };
}

/* --- one try -------------------------------------------------------------------------------- */

static double
elapsed(int64_t ms)
{
	return ms < 0 ? NAN : (double)ms;
}

/* What was refused, or never arrived, costs nothing; what was given up may. */
static bool
is_free(const struct flight *flight)
{
	return flight->failure.class && !flight->started && failure_flags(flight->failure.class) & FAILURE_FREE;
}

/* A server that does not count is charged by what went over the wire: limits hold for it, too. */
static struct model_usage
charged_usage(const struct flight *flight)
{
	struct model_usage usage = reply_response(flight->reply)->usage;
	g_autofree char *text = model_response_text(reply_response(flight->reply));
	if (usage.input_tokens == RECORD_NO_INT && !is_free(flight))
		usage.input_tokens = model_estimate_tokens(flight->caller->ask->request);
	if (usage.output_tokens == RECORD_NO_INT && !is_free(flight))
		usage.output_tokens = (int64_t)(strlen(text) / TOKEN_BYTES);
	return usage;
}

static double
cost_of(const struct flight *flight)
{
	const struct model_usage *usage = &reply_response(flight->reply)->usage;
	if (is_free(flight) && usage->input_tokens == RECORD_NO_INT)
		return 0;
	return price_cost(seat_endpoint(flight->seat), seat_model(flight->seat), usage);
}

static void
note_try(const struct flight *flight, const struct model_usage *usage, struct model_try *ret)
{
	const struct failure *failure = &flight->failure;
	if (failure->class)
		ret->failure = g_strdup(failure_name(failure->class));
	ret->detail = g_strdup(failure->detail);
	if (failure->status)
		ret->status = failure->status;
	ret->first_token_ms = elapsed(flight->times.first_ms);
	ret->total_ms = elapsed(flight->times.total_ms);
	ret->dollars = cost_of(flight);
	ret->usage = *usage;
}

static bool
record_try(struct models *models, const struct ask *ask, const struct model_response *response, const struct model_try *try, GError **error)
{
	if (!models->record)
		return true;
	struct replay_entry entry = { .request = *ask->request, .response = *response, .failure = try->failure, .detail = try->detail,
		                      .server = try->server, .first_token_ms = try->first_token_ms, .total_ms = try->total_ms };
	entry.request.model = try->model;
	return replay_add(models->record, &entry, error);
}

/* A place and the money for a call. False: no money, with the error. */
static bool
reserve(struct caller *caller, struct seat *seat, int64_t begin_ms, struct race *race, struct flight *ret, GError **error)
{
	struct models *models = caller->models;
	const struct ask *ask = caller->ask;
	static const char *const nobody[] = { NULL };
	struct estimate estimate = estimate_of(ask, seat);
	struct reservation *reservation = ledger_reserve(models->ledger, ask->accounts ? ask->accounts : nobody, &estimate, clock_ms(), error);
	if (!reservation)
		models_return(models, seat);
	*ret = (struct flight){ .caller = caller, .race = race, .seat = seat, .reservation = reservation, .wait_ms = (double)(clock_ms() - begin_ms) };
	return reservation;
}

/* Without its key a server is out of the question, and the next one is asked. */
static void
begin(struct flight *flight)
{
	GError *cause = NULL;
	if (flight_begin(flight, &cause))
		return;
	flight->failure = (struct failure){ .class = FAILURE_CREDENTIALS, .retry_after_ms = -1, .detail = error_text(cause) };
	flight->ended = true;
	g_error_free(cause);
}

/* Settles a flight that has ended, and notes it as a try. False where the recording could not be written. */
static bool
land(struct flight *flight, struct model_answer *answer, struct model_response *ret, GError **error)
{
	struct models *models = flight->caller->models;
	struct model_try *try = record_append(&model_try_record, &answer->tries);
	bool recorded = true;
	try->server = g_strdup(seat_endpoint(flight->seat)->name);
	try->model = g_strdup(seat_model(flight->seat)->name);
	try->wait_ms = flight->wait_ms;
	if (flight->call) {
		flight_conclude(flight);
		struct model_usage usage = charged_usage(flight);
		note_try(flight, &usage, try);
		ledger_settle(models->ledger, flight->reservation, flight->failure.class ? SETTLED_FAILURE : SETTLED_SUCCESS, &usage, try->dollars, try->total_ms);
		record_finish(&model_response_record, ret);
		record_copy(&model_response_record, reply_response(flight->reply), ret);
		model_response_redact(ret, flight->key);
		recorded = flight->failure.class == FAILURE_CANCELLED || record_try(models, flight->caller->ask, ret, try, error);
	} else {
		ledger_settle(models->ledger, flight->reservation, SETTLED_UNSENT, NULL, 0, 0);
		try->failure = g_strdup(failure_name(flight->failure.class));
		try->detail = g_strdup(flight->failure.detail);
		try->dollars = 0;
	}
	models_leave(models, flight->seat, &flight->failure);
	return recorded;
}

/* The same question to a second server, if one has a free place and there is money for it. */
static bool
hedge(struct caller *caller, struct race *race, const struct flight *first, struct flight *ret)
{
	struct models *models = caller->models;
	const struct ask *ask = caller->ask;
	const char *avoid[] = { seat_endpoint(first->seat)->name, NULL };
	struct wish wish = ask->wish;
	wish.avoid = avoid;
	wish.tokens = model_estimate_tokens(ask->request);
	struct seat *seat = models_sit_now(models, &wish);
	if (seat && seat_endpoint(seat) == seat_endpoint(first->seat)) {
		models_return(models, seat);
		return false;
	}
	if (!seat || !reserve(caller, seat, clock_ms(), race, ret, NULL))
		return false;
	begin(ret);
	return true;
}

/* When a second server is asked, too; INT64_MAX: never. */
static int64_t
hedge_time(struct models *models, const struct ask *ask, const struct seat *seat)
{
	if ((!ask->hedge && !models->hedge) || ask->request->tools.count)
		return INT64_MAX;
	pthread_mutex_lock(&models->lock);
	double usual = seat_first_token_ms(seat);
	pthread_mutex_unlock(&models->lock);
	return clock_ms() + MAX(HEDGE_MS, isnan(usual) ? 0 : (int64_t)(HEDGE_FACTOR * usual));
}

/* One flight, or two from some moment on, to their ends: the loser of the race is cancelled. Returns how many there were. */
static unsigned
race_to_end(struct caller *caller, struct race *race, struct flight *flights)
{
	unsigned count = 1;
	int64_t until = hedge_time(caller->models, caller->ask, flights[0].seat);
	race->contested = until != INT64_MAX;
	begin(&flights[0]);
	if (race->contested && flights_await_word(caller, race, flights, count, until) && hedge(caller, race, &flights[0], &flights[1]))
		count = 2;
	flights_await_end(caller, race, flights, count);
	return count;
}

/* A place, and the money for it: a server that the accounts cannot pay is left for one that they can. False with the reason of the first. */
static bool
find_affordable(struct caller *caller, struct wish *wish, struct race *race, struct flight *ret, GError **error)
{
	const char *spared[2 * TRIES_MAX + 1] = { NULL };
	size_t count = 0;
	GError *poor = NULL, *cause = NULL;
	int64_t begin_ms = clock_ms();
	while (wish->avoid[count]) {
		spared[count] = wish->avoid[count];
		count++;
	}
	wish->avoid = spared;
	for (bool again = true; again;) {
		g_clear_error(&cause);
		struct seat *seat = models_sit(caller, wish, &cause);
		const char *server = seat ? seat_endpoint(seat)->name : NULL;
		if (seat && reserve(caller, seat, begin_ms, race, ret, &cause)) {
			g_clear_error(&poor);
			return true;
		}
		again = seat && error_code(cause) == ERR_BUDGET && count < 2 * TRIES_MAX && !g_strv_contains(spared, server);
		spared[count] = again ? server : NULL;
		count += again;
		if (!poor)
			poor = g_error_copy(cause);
	}
	g_error_free(cause);
	g_propagate_error(error, poor);
	return false;
}

/* A place, the money, the call. False where it ended the whole asking, with the error. */
static bool
try_once(struct caller *caller, const char *const *avoid, struct model_answer *answer, enum failure_class *ret_class, GError **error)
{
	const struct ask *ask = caller->ask;
	struct race race = { NULL, false };
	struct flight flights[2];
	struct wish wish = ask->wish;
	wish.avoid = avoid;
	wish.tokens = model_estimate_tokens(ask->request);
	if (!find_affordable(caller, &wish, &race, &flights[0], error))
		return false;
	unsigned count = race_to_end(caller, &race, flights), last = race.winner == &flights[0] ? 0 : count - 1;
	bool ok = true;
	/* The winner is told last: its try is the answer's. */
	for (unsigned i = 0; i < count; i++) {
		struct flight *flight = &flights[i == count - 1 ? last : count - 1 - last];
		ok = land(flight, answer, &answer->response, ok ? error : NULL) && ok;
		*ret_class = flight->failure.class;
		flight_clear(flight);
	}
	return ok;
}

/* --- all tries ------------------------------------------------------------------------------ */

static bool
explain(const struct model_try *try, enum failure_class class, GError **error)
{
	static const struct {
		enum failure_class class;
		enum error_code code;
		const char *remedy;
	} rows[] = {
		{ FAILURE_CANCELLED, ERR_INTERRUPTED, NULL },
		{ FAILURE_WINDOW, ERR_INPUT, "shorten the requirement or its context, or choose a model with a larger window" },
		{ FAILURE_REJECTED, ERR_INPUT, "see what 'teamwright models test' says of the server" },
		{ FAILURE_CREDENTIALS, ERR_CONFIG, "check the key; 'teamwright doctor' says where it comes from" },
		{ FAILURE_QUOTA, ERR_CONFIG, "raise the limit at the provider, or add another server" },
		{ FAILURE_NO_MODEL, ERR_CONFIG, "see 'teamwright models list'" },
		{ FAILURE_SILENT, ERR_TIMEOUT, "check the server, or raise its headers_ms" },
		{ FAILURE_SLOW_START, ERR_TIMEOUT, "check the server, or raise its first_ms" },
		{ FAILURE_STALLED, ERR_TIMEOUT, "check the server, or raise its between_ms" },
		{ FAILURE_OVERTIME, ERR_TIMEOUT, "raise its total_ms, or ask for less" },
		{ FAILURE_UNREACHABLE, ERR_ENVIRONMENT, "start the server, or correct its base_url" },
	};
	unsigned i = 0;
	while (i < G_N_ELEMENTS(rows) && rows[i].class != class)
		i++;
	bool known = i < G_N_ELEMENTS(rows);
	return error_set(error, known ? rows[i].code : ERR_FAILED, known ? rows[i].remedy : "try again later, or add another server", "%s at %s: %s%s%s", try->model,
	                 try->server, failure_text(class), try->detail ? ": " : "", try->detail ? try->detail : "");
}

/* How many of the tries, from the last one back, went to the server of the last. */
static unsigned
stubbornness(const struct model_try_list *tries)
{
	unsigned count = 0;
	while (count < tries->count && g_str_equal(tries->items[tries->count - 1 - count].server, tries->items[tries->count - 1].server))
		count++;
	return count;
}

/* Whether another try makes sense; waits before one that would come too soon. */
static bool
goes_on(struct caller *caller, const struct model_answer *answer, enum failure_class class)
{
	struct models *models = caller->models;
	const struct ask *ask = caller->ask;
	int64_t now = clock_ms();
	if (!(failure_flags(class) & FAILURE_ELSEWHERE) || answer->tries.count >= TRIES_MAX || (ask->deadline_ms && now >= ask->deadline_ms))
		return false;
	pthread_mutex_lock(&models->lock);
	bool may = !ask_is_cancelled(ask) && balance_may_retry(models->balance, now);
	models->dice = models->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	uint64_t dice = models->dice >> 33;
	pthread_mutex_unlock(&models->lock);
	unsigned again = stubbornness(&answer->tries);
	int64_t pause = again > 1 ? MIN((int64_t)PAUSE_MS << (again - 2), PAUSE_MAX_MS) : 0;
	if (may && pause)
		models_pause(caller, now + pause / 2 + (int64_t)(dice % (uint64_t)(pause / 2)));
	return may;
}

static bool
replay_one(struct models *models, const struct ask *ask, struct model_answer *answer, GError **error)
{
	const struct replay_entry *entry = replay_find(models->replay, ask->request, error);
	if (!entry)
		return false;
	answer->replayed = true;
	record_finish(&model_response_record, &answer->response);
	record_copy(&model_response_record, &entry->response, &answer->response);
	struct estimate estimate = { 0, 0 };
	static const char *const nobody[] = { NULL };
	struct reservation *reservation = ledger_reserve(models->ledger, ask->accounts ? ask->accounts : nobody, &estimate, clock_ms(), error);
	if (!reservation)
		return false;
	ledger_settle(models->ledger, reservation, SETTLED_REPLAY, NULL, 0, 0);
	struct model_try *try = record_append(&model_try_record, &answer->tries);
	try->server = g_strdup(entry->server ? entry->server : "recording");
	try->model = g_strdup(entry->request.model);
	try->failure = g_strdup(entry->failure);
	try->detail = g_strdup(entry->detail);
	try->dollars = 0;
	return true;
}

static bool
ask_recording(struct models *models, const struct ask *ask, struct model_answer *answer, GError **error)
{
	for (unsigned i = 0; i < TRIES_MAX; i++) {
		if (!replay_one(models, ask, answer, error))
			return false;
		const struct model_try *try = &answer->tries.items[answer->tries.count - 1];
		if (!try->failure)
			return true;
		enum failure_class class = failure_find(try->failure);
		if (!(failure_flags(class) & FAILURE_ELSEWHERE))
			return explain(try, class, error);
	}
	return explain(&answer->tries.items[answer->tries.count - 1], FAILURE_SERVER_ERROR, error);
}

static bool
ask_servers(struct caller *caller, struct model_answer *ret, GError **error)
{
	const char *avoid[TRIES_MAX + 1] = { NULL };
	for (unsigned failed = 0;;) {
		enum failure_class class = FAILURE_NONE;
		if (!try_once(caller, avoid, ret, &class, error))
			return false;
		const struct model_try *last = &ret->tries.items[ret->tries.count - 1];
		if (class == FAILURE_NONE)
			return true;
		avoid[failed++] = last->server;
		if (!goes_on(caller, ret, class))
			return explain(last, class, error);
	}
}

static bool
ask_anew(struct models *models, const struct ask *ask, struct model_answer *ret, GError **error)
{
	struct caller caller;
	caller_begin(&caller, models, ask);
	bool ok = ask_servers(&caller, ret, error);
	caller_end(&caller);
	return ok;
}

bool
models_ask(struct models *models, const struct ask *ask, struct model_answer *ret, GError **error)
{
	const struct call_memory *memory = ask->memory;
	GError *cause = NULL;
	record_init(&model_answer_record, ret);
	if (memory && !models->replay && memory->recall(memory->data, ask->request, ret))
		return true;
	if (memory && !models->replay && !memory->sending(memory->data, ask->request, error))
		return false;
	bool good = models->replay ? ask_recording(models, ask, ret, &cause) : ask_anew(models, ask, ret, &cause);
	/* An answer that nobody will remember is none: it would be paid for twice. */
	bool told = memory && (!models->replay || ret->replayed);
	good = (!told || memory->ended(memory->data, ask->request, ret, good, cause ? NULL : &cause)) && good;
	if (cause)
		g_propagate_error(error, cause);
	return good;
}
