/* What refusals mean, and when to come back. */
#include "base/writer.h"
#include "expect.h"
#include "llm/dialect.h"
#include "llm/refusal.h"

static const struct {
	int status;
	const char *body;
	enum failure_class class;
} refusals[] = {
	/* Anthropic */
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"max_tokens: field required\"}}", FAILURE_REJECTED },
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 215000 tokens > 200000 maximum\"}}", FAILURE_WINDOW },
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low to access the API\"}}", FAILURE_QUOTA },
	{ 400, "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"You have reached your specified API usage limits.\"}}", FAILURE_QUOTA },
	{ 401, "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}", FAILURE_CREDENTIALS },
	{ 402, "{\"type\":\"error\",\"error\":{\"type\":\"billing_error\",\"message\":\"pay\"}}", FAILURE_QUOTA },
	{ 403, "{\"type\":\"error\",\"error\":{\"type\":\"permission_error\",\"message\":\"no\"}}", FAILURE_CREDENTIALS },
	{ 404, "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: m-9\"}}", FAILURE_NO_MODEL },
	{ 409, "{\"type\":\"error\",\"error\":{\"type\":\"conflict_error\",\"message\":\"again\"}}", FAILURE_SERVER_ERROR },
	{ 413, "{\"type\":\"error\",\"error\":{\"type\":\"request_too_large\",\"message\":\"Request exceeds the maximum size\"}}", FAILURE_REJECTED },
	{ 429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Number of requests has exceeded your rate limit\"}}", FAILURE_RATE_LIMITED },
	{ 429, "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"stop\",\"details\":{\"error_code\":\"enforced_spend_limit_reached\"}}}", FAILURE_QUOTA },
	{ 500, "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}", FAILURE_SERVER_ERROR },
	{ 504, "{\"type\":\"error\",\"error\":{\"type\":\"timeout_error\",\"message\":\"late\"}}", FAILURE_SERVER_ERROR },
	{ 529, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", FAILURE_OVERLOADED },
	/* OpenAI and those after it */
	{ 401, "{\"error\":{\"message\":\"Incorrect API key provided\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}", FAILURE_CREDENTIALS },
	{ 404, "{\"error\":{\"message\":\"The model does not exist\",\"type\":\"invalid_request_error\",\"code\":\"model_not_found\"}}", FAILURE_NO_MODEL },
	{ 429, "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}", FAILURE_QUOTA },
	{ 429, "{\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}", FAILURE_RATE_LIMITED },
	{ 400, "{\"error\":{\"message\":\"This model's maximum context length is 128000 tokens\",\"type\":\"invalid_request_error\",\"code\":\"context_length_exceeded\"}}", FAILURE_WINDOW },
	{ 400, "{\"error\":{\"message\":\"This model's maximum context length is 4096 tokens. However\",\"type\":\"BadRequestError\",\"code\":400}}", FAILURE_WINDOW },
	{ 400, "{\"object\":\"error\",\"message\":\"bad\",\"type\":\"BadRequestError\",\"code\":400}", FAILURE_REJECTED },
	{ 400, "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}}", FAILURE_WINDOW },
	{ 503, "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}", FAILURE_OVERLOADED },
	{ 402, "{\"error\":{\"code\":402,\"message\":\"Insufficient credits\"}}", FAILURE_QUOTA },
	{ 400, "{\"error\":{\"code\":400,\"message\":\"foo/bar is not a valid model ID\"}}", FAILURE_NO_MODEL },
	{ 403, "{\"error\":{\"code\":403,\"message\":\"Your input was flagged\",\"metadata\":{\"reasons\":[]}}}", FAILURE_REJECTED },
	{ 400, "[{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid API key.\",\"status\":\"INVALID_ARGUMENT\"}}]", FAILURE_CREDENTIALS },
	{ 422, "{\"detail\":[{\"msg\":\"field required\"}]}", FAILURE_REJECTED },
	{ 422, "{\"detail\":\"unprocessable\"}", FAILURE_REJECTED },
	/* Ollama */
	{ 404, "{\"error\":\"model \\\"m\\\" not found, try pulling it first\"}", FAILURE_NO_MODEL },
	{ 503, "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}", FAILURE_OVERLOADED },
	{ 400, "{\"error\":\"the input length exceeds the context length\"}", FAILURE_WINDOW },
	{ 400, "{\"error\":\"\\\"m\\\" does not support tools\"}", FAILURE_REJECTED },
	{ 500, "{\"error\":\"llama runner process has terminated\"}", FAILURE_SERVER_ERROR },
	/* whoever stands between */
	{ 502, "<html><body>Bad Gateway</body></html>", FAILURE_SERVER_ERROR },
	{ 503, "", FAILURE_OVERLOADED },
	{ 429, "", FAILURE_RATE_LIMITED },
	{ 408, "", FAILURE_SERVER_ERROR },
	{ 301, "", FAILURE_MALFORMED },
	{ 405, "", FAILURE_MALFORMED },
	{ 418, "null", FAILURE_REJECTED },
};

static void
test_classes(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(refusals); i++) {
		struct http_response response = { .status = refusals[i].status, .body = g_string_new(refusals[i].body) };
		struct failure failure = { 0 };
		dialect_refuse(&response, &failure);
		if (failure.class != refusals[i].class)
			g_error("%d %s is %s, not %s", refusals[i].status, refusals[i].body, failure_name(failure.class), failure_name(refusals[i].class));
		g_assert_cmpint(failure.status, ==, refusals[i].status);
		g_assert_cmpint(failure.retry_after_ms, ==, -1);
		g_assert_true(!failure.detail == !*refusals[i].body);
		failure_clear(&failure);
		http_response_clear(&response);
	}
}

static void
test_detail(void)
{
	g_autoptr(GString) body = g_string_new("{\"error\":\"a\\u0007b\\nc ");
	for (unsigned i = 0; i < 500; i++)
		g_string_append(body, "ä");
	g_string_append(body, "\"}");
	struct http_response response = { .status = 500, .body = body };
	struct failure failure = { 0 };
	dialect_refuse(&response, &failure);
	g_assert_true(g_str_has_prefix(failure.detail, "a?b c äää"));
	g_assert_true(g_str_has_suffix(failure.detail, " ..."));
	g_assert_true(g_utf8_validate(failure.detail, -1, NULL));
	g_assert_cmpuint(strlen(failure.detail), <, 420);
	failure_clear(&failure);
}

/* Sun, 06 Nov 1994 08:49:37 GMT is 784111777. */
#define NOW_MS (INT64_C(784111777000) - 5000)

static void
test_retry_after(void)
{
	static const struct {
		const char *name, *value;
		int64_t wait;
	} waits[] = {
		{ "Retry-After", "7", 7000 }, { "retry-after", "0", 0 }, { "retry-after", "1.5", 1500 }, { "retry-after-ms", "250", 250 },
		{ "retry-after-ms", "0.4", 1 }, { "retry-after", "-1", -1 }, { "retry-after", "", -1 }, { "retry-after", "soon", -1 },
		{ "retry-after", "1e99", -1 }, { "retry-after", "nan", -1 }, { "retry-after", "99999999999", -1 }, { "retry-after", "5 s", -1 },
		{ "retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", 5000 }, { "retry-after", "Sunday, 06-Nov-94 08:49:37 GMT", 5000 },
		{ "retry-after", "Sun Nov  6 08:49:37 1994", 5000 }, { "retry-after", "Sun, 06 Nov 1994 08:00:00 GMT", 0 },
		{ "retry-after", "Sun, 06 Nov 2094 08:00:00 GMT", -1 }, { "x-ratelimit-reset-requests", "1s", -1 },
		{ "x-ratelimit-remaining-tokens", "-1", -1 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(waits); i++) {
		struct http_headers headers = { 0 };
		http_headers_add(&headers, waits[i].name, waits[i].value);
		int64_t wait = dialect_retry_after(&headers, NOW_MS);
		if (wait != waits[i].wait)
			g_error("%s: %s is %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT, waits[i].name, waits[i].value, wait, waits[i].wait);
		http_headers_clear(&headers);
	}
	struct http_headers both = { 0 };
	http_headers_add(&both, "retry-after", "7");
	http_headers_add(&both, "retry-after-ms", "6800");
	g_assert_cmpint(dialect_retry_after(&both, NOW_MS), ==, 6800);
	http_headers_clear(&both);
}

/* A park is for people to end, so it is never also a wait; what slows down never parks. */
static void
test_table(void)
{
	for (unsigned i = 0; i < FAILURE_CLASSES; i++) {
		unsigned flags = failure_flags(i);
		g_assert_true(*failure_name(i) && *failure_text(i));
		g_assert_false(flags & FAILURE_PARKS && flags & (FAILURE_SLOWS | FAILURE_BREAKS));
	}
	g_assert_cmpstr(failure_name(FAILURE_RATE_LIMITED), ==, "rate_limited");
	g_assert_cmpuint(failure_flags(FAILURE_REJECTED), ==, FAILURE_FREE);
}

static void
test_redact(void)
{
	struct failure failure = { .detail = g_strdup("Incorrect API key provided: s3cret. s3cret!") };
	failure_redact(&failure, NULL);
	failure_redact(&failure, "");
	failure_redact(&failure, "other");
	g_assert_cmpstr(failure.detail, ==, "Incorrect API key provided: s3cret. s3cret!");
	failure_redact(&failure, "s3cret");
	g_assert_cmpstr(failure.detail, ==, "Incorrect API key provided: ***. ***!");
	failure_clear(&failure);
	failure_redact(&failure, "s3cret");
	g_assert_null(failure.detail);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/refusal/classes", test_classes);
	g_test_add_func("/refusal/detail", test_detail);
	g_test_add_func("/refusal/retry-after", test_retry_after);
	g_test_add_func("/refusal/table", test_table);
	g_test_add_func("/refusal/redact", test_redact);
	return g_test_run();
}
