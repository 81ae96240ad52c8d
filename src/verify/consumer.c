#include "verify/consumer.h"

#include "contract/exchange.h"

/* What was seen of one operation, or of requests that fit none. */
struct usage {
	char *operation;
	int64_t requests, good, duration_us;
	char *fault;                 /* the first */
};

static void
usage_free(void *data)
{
	struct usage *usage = data;
	g_free(usage->operation);
	g_free(usage->fault);
	g_free(usage);
}

static void
rebuild_request(const struct recorded_exchange *exchange, struct http_request *ret)
{
	*ret = (struct http_request){ .method = g_strdup(exchange->method), .url = g_strdup(exchange->target) };
	VALUE_EACH_MEMBER (name, value, doc_root(exchange->request_headers))
		http_headers_add(&ret->headers, name->text, value_text(value) ? value_text(value) : "");
	if (exchange->request_body)
		ret->body = g_string_new(exchange->request_body);
}

static struct usage *
find_usage(GPtrArray *usages, const char *operation)
{
	for (unsigned i = 0; i < usages->len; i++) {
		struct usage *usage = g_ptr_array_index(usages, i);
		if (g_str_equal(usage->operation, operation))
			return usage;
	}
	struct usage *usage = g_new0(struct usage, 1);
	usage->operation = g_strdup(operation);
	g_ptr_array_add(usages, usage);
	return usage;
}

static void
judge_exchange(struct openapi *openapi, const struct recorded_exchange *exchange, GPtrArray *usages)
{
	struct http_request request;
	struct parsed_request parsed = { 0 };
	struct faults faults = { 0 };
	rebuild_request(exchange, &request);
	bool refused = g_strcmp0(http_headers_get(&request.headers, CONSUMER_EXPECT_HEADER), CONSUMER_EXPECT_REFUSED) == 0;
	bool valid = exchange_judge_request(openapi, &request, &parsed, &faults);
	const struct openapi_operation *operation = parsed.match.operation;
	g_autofree char *name = operation ? g_strdup_printf("%s %s", operation->method, operation->path)
	                                  : g_strdup_printf("%s %s", exchange->method, exchange->target);
	/* A browser asks before it sends; that is no use of the contract. */
	if (!g_str_equal(exchange->method, "OPTIONS") && (operation || !refused)) {
		struct usage *usage = find_usage(usages, name);
		usage->requests++;
		usage->duration_us += exchange->duration_us;
		usage->good += valid || refused;
		if (!valid && !refused && !usage->fault)
			usage->fault = g_strdup_printf("%s %s: %s", exchange->method, exchange->target,
			                               faults.count ? faults.items[0].message : "no such operation");
	}
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	http_request_clear(&request);
}

static void
report_usage(const struct usage *usage, struct evidence_list *evidence, struct operation_result_list *operations)
{
	struct evidence *proof = evidence_add(evidence, "contract", usage->operation, "requests of the consumer");
	proof->passed = usage->good == usage->requests;
	proof->expected = g_strdup("every request is one that the contract allows");
	proof->found = usage->fault ? g_strdup(usage->fault)
	                            : g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, usage->good, usage->requests);
	proof->duration_us = usage->duration_us;
	struct operation_result *result = record_append(&operation_result_record, operations);
	result->operation = g_strdup(usage->operation);
	result->planned = usage->requests;
	result->passed = usage->good;
}

void
consumer_judge(struct openapi *openapi, const struct recorded_exchange_list *exchanges, struct evidence_list *evidence,
               struct operation_result_list *operations, struct finding_list *findings)
{
	g_autoptr(GPtrArray) usages = g_ptr_array_new_with_free_func(usage_free);
	for (size_t i = 0; i < exchanges->count; i++)
		judge_exchange(openapi, &exchanges->items[i], usages);
	for (unsigned i = 0; i < usages->len; i++)
		report_usage(g_ptr_array_index(usages, i), evidence, operations);
	if (!usages->len) {
		struct evidence *proof = evidence_add(evidence, "contract", openapi_title(openapi), "requests of the consumer");
		proof->expected = g_strdup("at least one request");
		proof->found = g_strdup("it sent none to the mock");
	}
	size_t count;
	const struct openapi_operation *all = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("%s %s", all[i].method, all[i].path);
		bool used = false;
		for (unsigned k = 0; k < usages->len; k++)
			used |= g_str_equal(((struct usage *)g_ptr_array_index(usages, k))->operation, name);
		if (!used)
			finding_add(findings, SEVERITY_LOW, name, "the consumer never used it");
	}
}
