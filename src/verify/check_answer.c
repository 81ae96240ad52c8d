/* Checks of an answer by itself: what the document says about it. */
#include <string.h>

#include "verify/check.h"

enum { TOLD = 5, RESPONSE_MS = 2500 };

bool
is_answered(const struct judging_step *at)
{
	return at->step->response.status != 0;
}

bool
is_unanswered(const struct judging_step *at)
{
	return at->step->sent && !at->step->response.status;
}

/* What the document speaks of: an answer of the operation that it declares. */
bool
is_declared(const struct judging_step *at)
{
	return is_answered(at) && at->step->test->kind != CASE_METHOD && openapi_response_for(at->step->test->operation, at->step->response.status);
}

/* A document that declares refusals only has forgotten the rest: what a success looks like cannot be judged. */
bool
declares_success(const struct openapi_operation *operation)
{
	for (size_t i = 0; i < operation->response_count; i++)
		if (strchr("23d", g_ascii_tolower(*operation->responses[i].status)))
			return true;
	return false;
}

bool
judge_server_error(const struct judging_step *at, struct failure *ret)
{
	int status = at->step->response.status;
	const struct openapi_operation *operation = at->step->test->operation;
	if (status < 500 || (openapi_response_for(operation, status) && !declares_success(operation)))
		return true;
	const char *kind = at->step->test->kind == CASE_INVALID ? "invalid" : "valid";
	const char *point = at->step->test->point;
	return judge_fails(ret, "an answer that is no server error", answer_text(at->step), g_strdup_printf("%d %s %s", status, kind, point ? point : ""), NULL);
}

bool
judge_silence(const struct judging_step *at, struct failure *ret)
{
	return judge_fails(ret, "an answer", g_strdup(at->step->silence), g_strdup(at->step->timed_out ? "timeout" : "closed"), NULL);
}

/* A refusal that the document does not speak of is a refusal still, as far as HTTP has it for that. */
static bool
is_usual_refusal(int status)
{
	static const int usual[] = { 400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 422, 428, 429, 431 };
	for (unsigned i = 0; i < G_N_ELEMENTS(usual); i++)
		if (usual[i] == status)
			return true;
	return false;
}

/* That what is valid was refused, or made-up ids lead nowhere, is for other checks. */
bool
judge_status(const struct judging_step *at, struct failure *ret)
{
	const struct test_case *test = at->step->test;
	int status = at->step->response.status;
	if (status >= 500 || test->kind == CASE_METHOD || openapi_response_for(test->operation, status) || is_usual_refusal(status))
		return true;
	if (status < 400 && !declares_success(test->operation))
		return true;
	g_autoptr(GString) declared = g_string_new("one of the declared statuses:");
	for (size_t i = 0; i < test->operation->response_count; i++)
		g_string_append_printf(declared, "%s %s", i ? "," : "", test->operation->responses[i].status);
	g_autofree char *answer = answer_text(at->step);
	return judge_fails(ret, declared->str, g_strdup_printf("%d is not declared: %s", status, answer), g_strdup_printf("%d", status),
	                   value_member(test->operation->node, "responses"));
}

/* --- by the document ------------------------------------------------------------------------ */

/* A pointer without the positions of items: all of a list fail for one reason. */
static char *
general(const char *pointer)
{
	GString *text = g_string_new(NULL);
	for (; *pointer; pointer++) {
		g_string_append_c(text, *pointer);
		size_t digits = *pointer == '/' ? strspn(pointer + 1, "0123456789") : 0;
		if (digits && (pointer[digits + 1] == '/' || !pointer[digits + 1])) {
			g_string_append_c(text, '*');
			pointer += digits;
		}
	}
	return g_string_free(text, FALSE);
}

/* The faults in these places, told in one line; NULL for none. */
static char *
tell(const struct faults *faults, const char *const *places, char **ret_cause)
{
	GString *text = NULL;
	size_t count = 0;
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];
		if (!g_strv_contains(places, fault->where) || count++ >= TOLD)
			continue;
		if (!text) {
			g_autofree char *place = general(fault->name);
			text = g_string_new(NULL);
			*ret_cause = g_strdup(place);
		}
		g_string_append_printf(text, "%s%s%s%s: %s", text->len ? "; " : "", fault->where, *fault->name ? " " : "", fault->name, fault->message);
	}
	if (count > TOLD)
		g_string_append_printf(text, "; and %zu more", count - TOLD);
	return text ? g_string_free(text, FALSE) : NULL;
}

static bool
judge_places(const struct judging_step *at, const char *const *places, const char *expected, struct failure *ret)
{
	const struct openapi_response *declared = openapi_response_for(at->step->test->operation, at->step->response.status);
	g_autofree char *place = NULL;
	char *found = tell(&at->step->faults, places, &place);
	if (!found)
		return true;
	return judge_fails(ret, expected, found, g_strdup_printf("%s %s", declared->status, place), declared->node);
}

bool
judge_content_type(const struct judging_step *at, struct failure *ret)
{
	static const char *const places[] = { "media type", NULL };
	return judge_places(at, places, "a media type that the document declares", ret);
}

bool
judge_headers(const struct judging_step *at, struct failure *ret)
{
	static const char *const places[] = { "header", NULL };
	return judge_places(at, places, "headers as the document declares them", ret);
}

bool
judge_body(const struct judging_step *at, struct failure *ret)
{
	static const char *const places[] = { "body", NULL };
	return judge_places(at, places, "a body that fits its schema", ret);
}

bool
judge_time(const struct judging_step *at, struct failure *ret)
{
	int64_t limit = at->tester->options->response_ms ? at->tester->options->response_ms : RESPONSE_MS;
	if (at->step->response.duration_us <= limit * 1000)
		return true;
	g_autofree char *expected = g_strdup_printf("an answer within %d ms", (int)limit);
	return judge_fails(ret, expected, g_strdup_printf("it took %d ms", (int)(at->step->response.duration_us / 1000)), g_strdup("slow"), NULL);
}
