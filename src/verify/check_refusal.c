/* Checks of what is accepted and what is refused. */
#include <string.h>

#include "contract/security.h"
#include "verify/campaign.h"
#include "verify/check.h"

static bool
was_answered(const struct judging_step *at, enum case_kind kind)
{
	int status = at->step->response.status;
	return at->step->test->kind == kind && status && status < 500;
}

/* That what was created can be read is a check of its own. */
bool
is_valid_case(const struct judging_step *at)
{
	return was_answered(at, CASE_VALID) && declares_success(at->step->test->operation) && !reads_created(at);
}

/* A state in which it cannot be done is the server's to say, where the document foresees it; so is
 * that nothing is found under made-up ids. */
static bool
may_answer(const struct test_case *test, int status)
{
	static const int by_state[] = { 402, 403, 409, 412, 423, 424, 428, 429 };
	if (status < 400)
		return true;
	if (status == 404 || status == 410)
		return !test->known;
	for (unsigned i = 0; i < G_N_ELEMENTS(by_state); i++)
		if (status == by_state[i])
			return openapi_response_for(test->operation, status) != NULL;
	return false;
}

/* What the client calls it is taken already: the provider says so by its status, or we have made it before. */
static bool
is_taken(const struct judging_step *at)
{
	int status = at->step->response.status;
	GHashTable *taken = at->tester->taken;
	g_autofree char *given = campaign_given_id(at->step), *any = g_strdup_printf("%s " CAMPAIGN_ANY, at->step->test->operation->path);
	return given && (status == 409 || ((status == 400 || status == 422) && (g_hash_table_contains(taken, given) || g_hash_table_contains(taken, any))));
}

/* A JSON Patch that fits its schema may lead nowhere in what it is for. */
static bool
is_patch(const struct step *step)
{
	int status = step->response.status;
	bool refused = status == 400 || status == 409 || status == 422;
	return refused && g_str_equal(step->test->operation->method, "PATCH") && value_is(doc_root(step->sent_body), VALUE_ARRAY);
}

bool
judge_accepted(const struct judging_step *at, struct failure *ret)
{
	const struct test_case *test = at->step->test;
	int status = at->step->response.status;
	if (may_answer(test, status) || is_taken(at) || is_patch(at->step))
		return true;
	bool made_up = (status == 401 || status == 403) && !at->tester->wire.headers;
	char *found = answer_text(at->step);
	if (made_up) {
		g_autofree char *plain = found;
		found = g_strconcat(plain, " (to a made-up credential: give a real one with --header)", NULL);
	}
	char *cause = g_strdup_printf("%d %s", status, status == 404 || !test->point ? "" : test->point);
	return judge_fails(ret, "a success that the document declares", found, cause, test->operation->node);
}

bool
is_invalid_case(const struct judging_step *at)
{
	return was_answered(at, CASE_INVALID) && !lacks_header(at);
}

bool
lacks_header(const struct judging_step *at)
{
	const char *point = at->step->test->point;
	return was_answered(at, CASE_INVALID) && point && g_str_has_prefix(point, "header ") && g_str_has_suffix(point, " required");
}

bool
judge_refused(const struct judging_step *at, struct failure *ret)
{
	const struct test_case *test = at->step->test;
	if (at->step->response.status >= 400)
		return true;
	return judge_fails(ret, "a refusal (400 to 499)", answer_text(at->step), g_strdup(test->point ? test->point : test->about), test->operation->node);
}

/* The path that was sent may fit other templates, too ("/pets/{id}" beside "/pets/search"): then its methods are not only its own. */
static bool
is_own_path(const struct judging_step *at)
{
	const struct openapi *openapi = at->tester->openapi;
	const struct test_case *test = at->step->test;
	const char *host = strstr(at->step->request.url, "://"), *path = host ? strchr(host + 3, '/') : NULL;
	struct openapi_match own = { 0 }, other = { 0 };
	g_autofree char *allow = NULL, *others = NULL;
	bool is_own = path && openapi_match(openapi, test->operation->method, path, &own, &allow) && g_str_equal(own.operation->path, test->operation->path);
	bool shared = path && openapi_match(openapi, test->method, path, &other, &others);
	openapi_match_clear(&own);
	openapi_match_clear(&other);
	return is_own && !shared;
}

bool
has_other_method(const struct judging_step *at)
{
	return was_answered(at, CASE_METHOD) && is_own_path(at);
}

static bool
is_listed(const char *allow, const char *method)
{
	g_auto(GStrv) words = g_strsplit(allow, ",", 0);
	for (char **word = words; *word; word++)
		if (g_ascii_strcasecmp(g_strstrip(*word), method) == 0)
			return true;
	return false;
}

/* A method of the path that the Allow header leaves out; NULL for none. */
static const char *
find_unlisted(const struct judging_step *at, const char *allow)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(at->tester->openapi, &count);
	for (size_t i = 0; i < count; i++)
		if (g_str_equal(operations[i].path, at->step->test->operation->path) && !is_listed(allow, operations[i].method))
			return operations[i].method;
	return NULL;
}

bool
judge_method(const struct judging_step *at, struct failure *ret)
{
	static const char expected[] = "405 with an Allow header that names the methods of the path";
	const struct step *step = at->step;
	const char *allow = http_headers_get(&step->response.headers, "Allow");
	const struct value *node = step->test->operation->path_node;
	if (step->response.status != 405) {
		g_autofree char *answer = answer_text(step);
		return judge_fails(ret, expected, g_strdup_printf("%s: %s", step->test->method, answer), g_strdup("status"), node);
	}
	if (!allow)
		return judge_fails(ret, expected, g_strdup("405 without an Allow header"), g_strdup("Allow"), node);
	const char *left_out = find_unlisted(at, allow);
	if (!left_out)
		return true;
	return judge_fails(ret, expected, g_strdup_printf("Allow: %s, which leaves out %s", allow, left_out), g_strdup("Allow"), node);
}

bool
has_other_media(const struct judging_step *at)
{
	return was_answered(at, CASE_MEDIA);
}

bool
judge_media(const struct judging_step *at, struct failure *ret)
{
	if (at->step->response.status >= 400)
		return true;
	return judge_fails(ret, "a refusal (415)", answer_text(at->step), g_strdup("media"), at->step->test->operation->body);
}

bool
asks_other_media(const struct judging_step *at)
{
	return was_answered(at, CASE_ACCEPT);
}

bool
judge_accept(const struct judging_step *at, struct failure *ret)
{
	int status = at->step->response.status;
	if (status == 406 || status == 401 || status == 403)   /* who asks is looked at first */
		return true;
	return judge_fails(ret, "406, for the document declares it", answer_text(at->step), g_strdup("accept"), at->step->test->operation->node);
}

bool
is_bare(const struct judging_step *at)
{
	return was_answered(at, CASE_BARE) || was_answered(at, CASE_FORGED);
}

bool
judge_bare(const struct judging_step *at, struct failure *ret)
{
	const struct test_case *test = at->step->test;
	int status = at->step->response.status;
	if (status == 401 || status == 403)
		return true;
	return judge_fails(ret, "401 or 403", answer_text(at->step), g_strdup(test->kind == CASE_BARE ? "none" : "wrong"), test->operation->security);
}

bool
is_absent(const struct judging_step *at)
{
	return was_answered(at, CASE_ABSENT) && !uses_deleted(at) && !has_stranger(at);
}

/* Where a document says 404 elsewhere and not for an operation, that may know any id. */
static bool
foresees_absence(const struct judging_step *at)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(at->tester->openapi, &count);
	if (openapi_response_for(at->step->test->operation, 404) || openapi_response_for(at->step->test->operation, 410))
		return true;
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < operations[i].response_count; k++)
			if (g_str_equal(operations[i].responses[k].status, "404"))
				return false;
	return true;
}

bool
judge_absent(const struct judging_step *at, struct failure *ret)
{
	int status = at->step->response.status;
	if (status == 404 || status == 410 || !foresees_absence(at))
		return true;
	return judge_fails(ret, "404", answer_text(at->step), g_strdup("absent"), at->step->test->operation->node);
}
