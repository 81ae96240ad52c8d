#include "verify/traffic_judge.h"

#include <string.h>

#include "contract/body.h"
#include "contract/pact.h"
#include "contract/security.h"
#include "verify/consumer.h"
#include "verify/usage_counter.h"

/* Rules that speak of what is not there: an expectation need not name all of an answer. */
static bool
wants_more(const char *keyword)
{
	static const char *const keywords[] = { "required", "minProperties", "dependentRequired", "dependentSchemas", "dependencies", NULL };
	return g_strv_contains(keywords, keyword);
}

/* Of a value that stands for any of its type, only the type and the names of members are meant. */
static bool
is_of_type(const char *keyword)
{
	static const char *const keywords[] = { "type", "nullable", "additionalProperties", "unevaluatedProperties", "propertyNames", NULL };
	return g_strv_contains(keywords, keyword);
}

static bool
is_meant(const struct doc *pact, const struct schema_finding *finding)
{
	return !wants_more(finding->keyword) && (is_of_type(finding->keyword) || !pact_takes_by_type(pact, finding->instance));
}

/* Everything that `part` says is in `whole`. */
static bool
contains(const struct value *whole, const struct value *part)
{
	if (value_is(part, VALUE_OBJECT) && value_is(whole, VALUE_OBJECT)) {
		VALUE_EACH_MEMBER (name, item, part)
			if (!contains(value_member(whole, name->text), item))
				return false;
		return true;
	}
	if (!value_is(part, VALUE_ARRAY) || !value_is(whole, VALUE_ARRAY))
		return part && whole && value_equal(part, whole);
	bool all = value_count(part) == value_count(whole);
	for (size_t i = 0; all && i < value_count(part); i++)
		all = contains(value_item(whole, i), value_item(part, i));
	return all;
}

/* Whether some answer that fits the schema says all that is expected. */
static bool
can_be_completed(struct sampler *sampler, const struct value *node, const struct value *expected)
{
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .like = expected };
	g_autoptr(Doc) whole = sampler ? sample_make(sampler, node, NULL, &options, NULL) : NULL;
	return whole && contains(doc_root(whole), expected);
}

static void
judge_expected_body(struct openapi *openapi, struct sampler *sampler, const struct value *node, const struct value *expected, const struct doc *pact,
                    struct faults *faults)
{
	const struct schema *schema = node ? openapi_schema(openapi, node, NULL) : NULL;
	struct schema_findings findings = { 0 };
	if (!schema || schema_check(schema, expected, SCHEMA_SIDE_RESPONSE, &findings))
		return;
	bool serious = false;
	for (size_t i = 0; i < findings.count; i++)
		serious |= is_meant(pact, &findings.items[i]);
	serious = serious && !can_be_completed(sampler, node, expected);
	for (size_t i = 0; serious && i < findings.count; i++)
		if (is_meant(pact, &findings.items[i]))
			faults_add(faults, "body", findings.items[i].instance, "%s", findings.items[i].message);
	schema_findings_clear(&findings);
}

/* The media type object that an answer is described by. */
static const struct value *
answer_media(struct openapi *openapi, const struct judged *judged)
{
	const struct openapi_response *declared = openapi_response_for(judged->parsed.match.operation, judged->response.status);
	const char *type = http_headers_get(&judged->response.headers, "content-type");
	return declared ? openapi_content(openapi, declared->node, type ? type : "application/json", NULL) : NULL;
}

/* Of an expectation, only what it says can be wrong. */
static void
judge_expectation(struct openapi *openapi, struct sampler *sampler, struct judged *judged, const struct value *body, const struct doc *pact)
{
	struct faults all = { 0 };
	exchange_judge_response(openapi, judged->parsed.match.operation, &judged->request, &judged->response, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct fault *fault = &all.items[i];
		bool absent = g_str_equal(fault->where, "header") && !http_headers_get(&judged->response.headers, fault->name);
		bool of_body = g_str_equal(fault->where, "body") && (body || !judged->response.body->len);
		if (!absent && !of_body)
			faults_add(&judged->answer_faults, fault->where, fault->name, "%s", fault->message);
	}
	faults_clear(&all);
	if (body)
		judge_expected_body(openapi, sampler, value_member(answer_media(openapi, judged), "schema"), body, pact, &judged->answer_faults);
}

/* Without the body, which was not kept. */
static void
judge_rest(struct openapi *openapi, struct judged *judged)
{
	struct faults all = { 0 };
	exchange_judge_response(openapi, judged->parsed.match.operation, &judged->request, &judged->response, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!g_str_equal(all.items[i].where, "body"))
			faults_add(&judged->answer_faults, all.items[i].where, all.items[i].name, "%s", all.items[i].message);
	faults_clear(&all);
}

static void
judge_answer(struct openapi *openapi, struct sampler *sampler, const struct recorded_exchange *exchange, struct judged *judged)
{
	const struct value *media = answer_media(openapi, judged);
	const char *type = http_headers_get(&judged->response.headers, "content-type");
	struct body body = { type ? type : "application/json", judged->response.body->str, judged->response.body->len, media };
	struct faults unread = { 0 };
	g_autoptr(Doc) doc = media && body.length ? body_read(openapi, &body, &unread) : NULL;
	faults_clear(&unread);
	if (g_strcmp0(exchange->response_encoding, RECORDING_OMITTED) == 0)
		judge_rest(openapi, judged);
	else if (exchange->partial)
		judge_expectation(openapi, sampler, judged, doc_root(doc), exchange->pact);
	else
		exchange_judge_response(openapi, judged->parsed.match.operation, &judged->request, &judged->response, &judged->answer_faults);
	if (!doc)
		return;
	judged->answer_places = members_table();
	members_collect(openapi, value_member(media, "schema"), doc_root(doc), judged->answer_places);
}

/* The request once more, with credentials: those were not kept, and the rest is to be judged. */
static void
judge_supplied(struct openapi *openapi, struct judged *judged)
{
	struct http_request request = { .method = judged->request.method, .body = judged->request.body };
	g_autoptr(GString) query = g_string_new(NULL), cookies = g_string_new(NULL);
	const struct openapi_operation *operation = judged->parsed.match.operation;
	for (size_t i = 0; i < judged->request.headers.count; i++)
		http_headers_add(&request.headers, judged->request.headers.items[i].name, judged->request.headers.items[i].value);
	security_supply(openapi, operation, &request.headers, query, cookies);
	if (cookies->len)
		http_headers_add(&request.headers, "Cookie", cookies->str);
	request.url = g_strdup_printf("%s%s%s", judged->request.url, query->len ? strchr(judged->request.url, '?') ? "&" : "?" : "", query->str);
	faults_clear(&judged->request_faults);
	parsed_request_clear(&judged->parsed);
	exchange_judge_request(openapi, &request, &judged->parsed, &judged->request_faults);
	judged->stripped = true;
	http_headers_clear(&request.headers);
	g_free(request.url);
}

void
judged_init(struct openapi *openapi, struct sampler *sampler, const struct recorded_exchange *exchange, bool sanitised, struct judged *ret)
{
	*ret = (struct judged){ 0 };
	recorded_request(exchange, &ret->request);
	recorded_response(exchange, &ret->response);
	ret->meant_refused = g_strcmp0(http_headers_get(&ret->request.headers, CONSUMER_EXPECT_HEADER), CONSUMER_EXPECT_REFUSED) == 0;
	exchange_judge_request(openapi, &ret->request, &ret->parsed, &ret->request_faults);
	if (ret->parsed.match.operation && ret->parsed.status == 401 && sanitised && exchange->status != 401)
		judge_supplied(openapi, ret);
	/* What was not kept cannot be missed. */
	if (ret->request_faults.count && g_strcmp0(exchange->request_encoding, RECORDING_OMITTED) == 0)
		faults_clear(&ret->request_faults);
	const struct openapi_operation *operation = ret->parsed.match.operation;
	if (ret->parsed.body && operation) {
		ret->request_places = members_table();
		members_collect(openapi, usage_body_schema(openapi, &ret->request, operation), doc_root(ret->parsed.body), ret->request_places);
	}
	if (operation && !ret->request_faults.count && exchange->status)
		judge_answer(openapi, sampler, exchange, ret);
}

void
judged_finish(struct judged *judged)
{
	http_request_clear(&judged->request);
	http_response_clear(&judged->response);
	parsed_request_clear(&judged->parsed);
	faults_clear(&judged->request_faults);
	faults_clear(&judged->answer_faults);
	g_clear_pointer(&judged->request_places, g_hash_table_unref);
	g_clear_pointer(&judged->answer_places, g_hash_table_unref);
}
