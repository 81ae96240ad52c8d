/* What the balance says to people: how its servers stand, and why none can be had. */
#include <math.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/balance_pick.h"

static const char *const circuit_names[] = {
	[CIRCUIT_CLOSED] = "closed",
	[CIRCUIT_OPEN] = "open",
	[CIRCUIT_HALF_OPEN] = "half_open",
	[CIRCUIT_PARKED] = "parked",
	NULL,
};

static const struct record_field standing_fields[] = {
	RECORD_FIELD(standing, server, 0, "server"),
	RECORD_FIELD(standing, model, 0, "model"),
	RECORD_ENUM(standing, circuit, 0, circuit_names, "whether it is called"),
	RECORD_FIELD(standing, in_flight, RECORD_VOLATILE, "calls in flight"),
	RECORD_FIELD(standing, limit, RECORD_VOLATILE, "calls at once, as it was found out"),
	RECORD_FIELD(standing, first_token_ms, RECORD_VOLATILE, "milliseconds to the first token, peak EWMA"),
	RECORD_FIELD(standing, calls, RECORD_VOLATILE, "calls"),
	RECORD_FIELD(standing, failures, RECORD_VOLATILE, "calls that failed"),
	RECORD_FIELD(standing, retries, RECORD_VOLATILE, "calls that had failed elsewhere"),
	RECORD_FIELD(standing, tokens, RECORD_VOLATILE, "tokens of prompts, estimated"),
	RECORD_FIELD(standing, busy_ms, RECORD_VOLATILE, "milliseconds with a call in flight"),
	RECORD_FIELD(standing, last_failure, RECORD_VOLATILE, "how a call failed last"),
	RECORD_FIELD(standing, open_until_ms, RECORD_VOLATILE | RECORD_OPTIONAL, "when it is tried again"),
};
RECORD_TYPE(standing, RECORD_DROP, "how a model of a server stands");

void
balance_list(const struct balance *balance, int64_t now_ms, struct standing_list *ret)
{
	*ret = (struct standing_list){ 0 };
	for (guint i = 0; i < balance->pairs->len; i++) {
		const struct pair *pair = balance->pairs->pdata[i];
		struct standing *standing = record_append(&standing_record, ret);
		standing->server = g_strdup(pair->server->endpoint.name);
		standing->model = g_strdup(pair->model.name);
		standing->circuit = pair_is_parked(pair) ? CIRCUIT_PARKED : pair->circuit;
		standing->in_flight = pair->in_flight;
		standing->limit = (int64_t)pair->limit;
		standing->first_token_ms = pair->first_ms;
		standing->calls = pair->calls;
		standing->failures = pair->failures;
		standing->retries = pair->retries;
		standing->tokens = pair->tokens;
		standing->busy_ms = (double)(pair->busy_ms + (pair->in_flight ? now_ms - pair->busy_since_ms : 0));
		standing->last_failure = g_strdup(pair->last_failure);
		if (standing->circuit == CIRCUIT_OPEN)
			standing->open_until_ms = pair->open_until_ms;
	}
}

static void
say_words(GString *text, const char *lead, const char *const *words)
{
	if (!words || !*words)
		return;
	g_autofree char *joined = g_strjoinv(", ", (char **)words);
	g_string_append_printf(text, "%s%s", lead, joined);
}

/* "the model m with tools on box" */
static char *
describe(const struct wish *wish)
{
	GString *text = g_string_new(wish->model ? "the model " : "a model");
	g_string_append(text, wish->model ? wish->model : "");
	say_words(text, " with ", wish->capabilities);
	say_words(text, " on a server tagged ", wish->tags);
	if (wish->server)
		g_string_append_printf(text, " on %s", wish->server);
	if (wish->tokens > 0)
		g_string_append_printf(text, " for a prompt of %" G_GINT64_FORMAT " tokens", wish->tokens);
	return g_string_free(text, FALSE);
}

void
balance_explain_unknown(const struct balance *balance, const struct wish *wish, GError **error)
{
	g_autofree char *what = describe(wish);
	if (balance->servers->len == 0)
		error_set(error, ERR_CONFIG, "name one under 'endpoints' in config.yaml, or set ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_HOST",
		          "there is no model server, so %s cannot be had", what);
	else
		error_set(error, ERR_CONFIG, "see 'teamwright models list' for what there is, and 'endpoints' in config.yaml", "no server has %s", what);
}

static char *
key_remedy(const struct endpoint *endpoint)
{
	g_autofree char *origin = endpoint_key_origin(endpoint);
	return g_strdup_printf("correct the key of %s%s%s%s", endpoint->name, origin ? " (" : "", origin ? origin : "", origin ? ")" : "");
}

static char *
remedy_for(const struct pair *pair)
{
	const struct endpoint *endpoint = &pair->server->endpoint;
	switch (pair->server->parked ? pair->server->parked : pair->parked) {
	case FAILURE_CREDENTIALS:
		return key_remedy(endpoint);
	case FAILURE_QUOTA:
		return g_strdup_printf("raise the spending limit or the credit of %s", endpoint->name);
	case FAILURE_NO_MODEL:
		return g_strdup_printf(g_str_equal(endpoint->protocol, "ollama") ? "run 'ollama pull %s' for %s" : "correct the name %s of a model of %s",
		                       pair->model.name, endpoint->name);
	default:
		return g_strdup_printf("look after %s", endpoint->name);
	}
}

static void
add_once(GPtrArray *all, char *text)
{
	if (g_ptr_array_find_with_equal_func(all, text, g_str_equal, NULL))
		g_free(text);
	else
		g_ptr_array_add(all, text);
}

void
balance_explain_late(const struct balance *balance, const struct wish *wish, int64_t wait_ms, GError **error)
{
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *what = describe(wish), *span = clock_span((double)wait_ms / 1000);
	for (guint i = 0; i < balance->choice->len; i++) {
		const struct pair *pair = balance->choice->pdata[i];
		add_once(reasons, g_strdup_printf("%s: %s", pair->server->endpoint.name, pair->last_failure));
	}
	g_ptr_array_add(reasons, NULL);
	g_autofree char *reason = g_strjoinv("; ", (char **)reasons->pdata), *remedy = g_strdup_printf("try again in %s, or add another server", span);
	error_set(error, ERR_TIMEOUT, remedy, "no server is free in time for %s, the first one in %s: %s", what, span, reason);
}

/* Each server with its reason once: one wrong key parks many models. */
void
balance_explain_gone(struct balance *balance, const struct wish *wish, GError **error)
{
	g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free), remedies = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *what = describe(wish);
	balance_find(balance, wish);
	for (guint i = 0; i < balance->choice->len; i++) {
		const struct pair *pair = balance->choice->pdata[i];
		bool whole = pair->server->parked;
		add_once(reasons, g_strdup_printf("%s: %s", pair->server->endpoint.name, whole ? pair->server->reason : pair->reason));
		add_once(remedies, remedy_for(pair));
	}
	g_ptr_array_add(reasons, NULL);
	g_ptr_array_add(remedies, NULL);
	g_autofree char *reason = g_strjoinv("; ", (char **)reasons->pdata), *list = g_strjoinv(", or ", (char **)remedies->pdata);
	g_autofree char *remedy = g_strconcat(list, "; then resume", NULL);
	error_set(error, ERR_CONFIG, remedy, "no server is left for %s: %s", what, reason);
}
