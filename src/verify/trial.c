#include "verify/trial.h"

#include <string.h>

#include "base/error.h"
#include "verify/campaign.h"
#include "verify/check.h"
#include "verify/echo.h"

void
item_clear(struct item *item)
{
	doc_unref(item->body);
	doc_unref(item->identity);
	g_strfreev(item->ids);
	g_free(item->id);
	if (item->commands)
		g_ptr_array_unref(item->commands);
	*item = (struct item){ 0 };
}

void
item_copy(const struct item *item, struct item *copy)
{
	*copy = (struct item){ .resource = item->resource, .ids = g_strdupv(item->ids), .id = g_strdup(item->id) };
	copy->commands = item->commands ? g_ptr_array_ref(item->commands) : NULL;
	copy->body = item->body ? doc_ref(item->body) : NULL;
	copy->identity = item->identity ? doc_ref(item->identity) : NULL;
}

struct trial *
trial_create(void)
{
	return g_new0(struct trial, 1);
}

static void
forget_run(struct step *step)
{
	http_request_clear(&step->request);
	http_response_clear(&step->response);
	g_clear_pointer(&step->silence, g_free);
	g_clear_pointer(&step->answer, doc_unref);
	g_clear_pointer(&step->sent_body, doc_unref);
	g_clear_pointer(&step->ids, g_strfreev);
	faults_clear(&step->faults);
	item_clear(&step->item);
	step->sent = step->timed_out = false;
	step->request = (struct http_request){ 0 };
	step->response = (struct http_response){ 0 };
}

void
trial_free(struct trial *trial)
{
	for (size_t i = 0; trial && i < trial->count; i++) {
		forget_run(&trial->steps[i]);
		case_free(trial->steps[i].test);
	}
	if (trial)
		g_free(trial->steps);
	g_free(trial);
}

unsigned
trial_add(struct tester *tester, struct trial *trial, struct test_case *test, enum step_source source, unsigned of)
{
	struct step step = { .test = test, .source = source, .of = of };
	step.resource = resources_of(tester->resources, test->operation, &step.role);
	trial->steps = g_renew(struct step, trial->steps, trial->count + 1);
	trial->steps[trial->count] = step;
	return (unsigned)trial->count++;
}

static bool
needs(const struct step *step, size_t number)
{
	return (step->source != STEP_LITERAL && step->of == number) || (step->source == STEP_STRANGER && step->other == number);
}

struct trial *
trial_copy(struct tester *tester, const struct trial *trial, size_t count, size_t without)
{
	for (size_t i = 0; i < count; i++)
		if (i != without && needs(&trial->steps[i], without))
			return NULL;
	struct trial *copy = trial_create();
	for (size_t i = 0; i < count; i++) {
		const struct step *from = &trial->steps[i];
		if (i == without)
			continue;
		struct step *step = &copy->steps[trial_add(tester, copy, case_copy(from->test), from->source, from->of - (from->of > without))];
		step = &copy->steps[copy->count - 1];
		step->other = from->other - (from->other > without);
		step->link = from->link;
		step->filter = from->filter;
	}
	return copy;
}

/* --- what a step takes from those before it -------------------------------------------------- */

/* The Location of an answer, as a path that the document may have. */
static bool
follow_location(struct tester *tester, struct step *step, const struct step *from)
{
	const char *location = http_headers_get(&from->response.headers, "Location");
	const char *host = location ? strstr(location, "://") : NULL;
	const char *path = host ? strchr(host + 3, '/') : location;
	struct openapi_match match = { 0 };
	char *allow = NULL;
	if (!path || *path != '/')
		return false;
	g_autofree char *plain = g_strndup(path, strcspn(path, "?#"));
	bool found = openapi_match(tester->openapi, step->test->operation->method, plain, &match, &allow) && match.operation == step->test->operation;
	g_autoptr(GStrvBuilder) ids = g_strv_builder_new();
	for (size_t i = 0; found && i < match.count; i++) {
		g_autofree char *text = http_unescape(match.values[i], strlen(match.values[i]), false);
		g_strv_builder_add(ids, text ? text : "");
	}
	g_auto(GStrv) all = g_strv_builder_end(ids);
	case_set_ids(step->test, all);
	openapi_match_clear(&match);
	g_free(allow);
	return found;
}

static bool
fill_path(struct tester *tester, struct trial *trial, struct step *step)
{
	const struct step *of = &trial->steps[step->of];
	if (step->source == STEP_LITERAL)
		return true;
	if (step->source == STEP_BESIDE) {
		case_set_ids(step->test, of->ids);
		return of->sent;
	}
	if (step->source == STEP_LOCATION)
		return follow_location(tester, step, of);
	if (step->source == STEP_LINK)
		return campaign_follow(tester, step, of);
	if (!of->item.id)
		return false;
	if (step->source != STEP_STRANGER) {
		case_set_ids(step->test, of->item.ids);
		return true;
	}
	const struct step *other = &trial->steps[step->other];
	if (!other->item.id || g_strv_equal((const char *const *)other->item.ids, (const char *const *)of->ids))
		return false;
	g_auto(GStrv) ids = campaign_ids(other->item.ids, of->item.id);
	case_set_ids(step->test, ids);
	return true;
}

/* A body that names the item, too, names the same. */
static void
fill_body(struct trial *trial, struct step *step)
{
	const struct item *item = &trial->steps[step->of].item;
	const struct resource *resource = step->resource;
	bool named = step->source == STEP_ITEM && step->test->kind == CASE_VALID && item->identity && resource && resource->id_property;
	if (!step->test->body || !named)
		return;
	g_autoptr(Doc) body = echo_replace(doc_root(step->test->body), resource->body_property[step->role], resource->id_property,
	                                   doc_root(item->identity));
	case_set_body(step->test, doc_root(body));
}

static char **
path_texts(const struct test_case *test)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (size_t i = 0; i < test->operation->path_name_count; i++) {
		const struct value *value = doc_root(test->values[case_path_slot(test->operation, i)]);
		g_autofree char *text = value_is(value, VALUE_STRING) ? g_strdup(value->text) : value ? value_to_json(value, false) : g_strdup("text");
		g_strv_builder_add(builder, text);
	}
	return g_strv_builder_end(builder);
}

/* --- running -------------------------------------------------------------------------------- */

static void
take_answer(struct tester *tester, struct step *step)
{
	const struct openapi_operation *operation = step->test->operation;
	const char *type = http_headers_get(&step->response.headers, "Content-Type");
	if (step->response.body->len && (!type || openapi_is_json(type)))
		step->answer = doc_read_json("answer", step->response.body->str, step->response.body->len, NULL, NULL);
	if (step->test->kind != CASE_METHOD && openapi_response_for(operation, step->response.status))
		exchange_judge_response(tester->openapi, operation, &step->request, &step->response, &step->faults);
	tester_result(tester, operation)->missing |= step->response.status == 501;
	if (step->role == RESOURCE_CREATE && step_succeeded(step) && step->test->kind != CASE_METHOD)
		campaign_take_item(tester, step);
}

static bool
send_step(struct tester *tester, struct trial *trial, struct step *step)
{
	g_autoptr(GError) error = NULL;
	if (tester_is_hung(tester, step->test->operation) || !fill_path(tester, trial, step))
		return false;
	fill_body(trial, step);
	if (!case_make(&tester->wire, step->test, &step->request))
		return false;
	step->ids = path_texts(step->test);
	step->sent_body = step->test->body ? doc_ref(step->test->body) : NULL;
	step->sent = true;
	if (http_client_send(tester->client, &step->request, &step->response, &error)) {
		take_answer(tester, step);
	} else if (error_code(error) == ERR_ENVIRONMENT) {
		/* What ended the server is a request before this one. */
		tester->gone = true;
		step->sent = false;
		return false;
	} else {
		step->timed_out = error_code(error) == ERR_TIMEOUT;
		step->silence = error_text(error);
	}
	tester_count(tester, step);
	return true;
}

/* Items that the trial made and did not delete go, the last first: lists stay short, and what is to
 * be unique can be made again. */
static void
clean_up(struct tester *tester, struct trial *trial)
{
	for (size_t i = trial->count; i > 0; i--) {
		const struct step *made = &trial->steps[i - 1];
		const struct openapi_operation *delete = made->item.id && made->resource ? made->resource->operations[RESOURCE_DELETE] : NULL;
		bool gone = !delete;
		for (size_t k = i; k < trial->count && !gone; k++)
			gone = trial->steps[k].role == RESOURCE_DELETE && step_succeeded(&trial->steps[k]) && trial->steps[k].of == i - 1;
		if (!gone)
			tester_remove(tester, trial, i - 1);
	}
}

bool
trial_run(struct tester *tester, struct trial *trial, bool keep, struct failures *ret)
{
	bool whole = true;
	*ret = (struct failures){ 0 };
	for (size_t i = 0; i < trial->count; i++)
		forget_run(&trial->steps[i]);
	for (size_t i = 0; i < trial->count && whole; i++) {
		whole = !tester_is_over(tester) && send_step(tester, trial, &trial->steps[i]);
		if (trial->steps[i].sent)
			check_step(tester, trial, i, ret);
		whole &= trial->steps[i].response.status != 0;
	}
	if (!keep)
		clean_up(tester, trial);
	return whole;
}
