#include "verify/consumer.h"

#include <string.h>

#include "contract/exchange.h"
#include "verify/traffic.h"

/* What was seen of one operation, or of requests that fit none. */
struct tally {
	char *operation;
	int64_t requests, good, duration_us;
	char *fault;                 /* the first */
};

static void
tally_free(void *data)
{
	struct tally *tally = data;
	g_free(tally->operation);
	g_free(tally->fault);
	g_free(tally);
}

static struct tally *
find_tally(GPtrArray *tallies, const char *operation)
{
	for (unsigned i = 0; i < tallies->len; i++) {
		struct tally *tally = g_ptr_array_index(tallies, i);
		if (g_str_equal(tally->operation, operation))
			return tally;
	}
	struct tally *tally = g_new0(struct tally, 1);
	tally->operation = g_strdup(operation);
	g_ptr_array_add(tallies, tally);
	return tally;
}

static void
judge_exchange(struct openapi *openapi, const struct recorded_exchange *exchange, GPtrArray *tallies)
{
	struct http_request request;
	struct parsed_request parsed = { 0 };
	struct faults faults = { 0 };
	recorded_request(exchange, &request);
	bool refused = g_strcmp0(http_headers_get(&request.headers, CONSUMER_EXPECT_HEADER), CONSUMER_EXPECT_REFUSED) == 0;
	bool valid = exchange_judge_request(openapi, &request, &parsed, &faults);
	const struct openapi_operation *operation = parsed.match.operation;
	g_autofree char *name = operation ? g_strdup_printf("%s %s", operation->method, operation->path)
	                                  : g_strdup_printf("%s %s", exchange->method, exchange->target);
	/* A browser asks before it sends; that is no use of the contract. */
	if (!g_str_equal(exchange->method, "OPTIONS") && (operation || !refused)) {
		struct tally *tally = find_tally(tallies, name);
		tally->requests++;
		tally->duration_us += exchange->duration_us;
		tally->good += valid || refused;
		if (!valid && !refused && !tally->fault)
			tally->fault = g_strdup_printf("%s %s: %s", exchange->method, exchange->target,
			                               faults.count ? faults.items[0].message : "no such operation");
	}
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	http_request_clear(&request);
}

static void
report_tally(const struct tally *tally, struct evidence_list *evidence, struct operation_result_list *operations)
{
	struct evidence *proof = evidence_add(evidence, "contract", tally->operation, "requests of the consumer");
	proof->passed = tally->good == tally->requests;
	proof->expected = g_strdup("every request is one that the contract allows");
	proof->found = tally->fault ? g_strdup(tally->fault)
	                            : g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, tally->good, tally->requests);
	proof->duration_us = tally->duration_us;
	struct operation_result *result = record_append(&operation_result_record, operations);
	result->operation = g_strdup(tally->operation);
	result->planned = tally->requests;
	result->passed = tally->good;
}

void
consumer_judge(struct openapi *openapi, const struct recorded_exchange_list *exchanges, struct evidence_list *evidence,
               struct operation_result_list *operations, struct finding_list *findings)
{
	g_autoptr(GPtrArray) tallies = g_ptr_array_new_with_free_func(tally_free);
	for (size_t i = 0; i < exchanges->count; i++)
		judge_exchange(openapi, &exchanges->items[i], tallies);
	for (unsigned i = 0; i < tallies->len; i++)
		report_tally(g_ptr_array_index(tallies, i), evidence, operations);
	if (!tallies->len) {
		struct evidence *proof = evidence_add(evidence, "contract", openapi_title(openapi), "requests of the consumer");
		proof->expected = g_strdup("at least one request");
		proof->found = g_strdup("it sent none to the mock");
	}
	size_t count;
	const struct openapi_operation *all = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++) {
		g_autofree char *name = g_strdup_printf("%s %s", all[i].method, all[i].path);
		bool used = false;
		for (unsigned k = 0; k < tallies->len; k++)
			used |= g_str_equal(((struct tally *)g_ptr_array_index(tallies, k))->operation, name);
		if (!used)
			finding_add(findings, SEVERITY_LOW, name, "the consumer never used it");
	}
}

static void
note_findings(const struct traffic_finding_list *notes, struct finding_list *findings)
{
	for (size_t i = 0; i < notes->count; i++) {
		const struct traffic_finding *note = &notes->items[i];
		if (note->kind == TRAFFIC_DEPRECATED)
			finding_add(findings, SEVERITY_MEDIUM, note->operation, "%s: %s", traffic_kind_names[note->kind], note->found);
	}
}

void
consumer_keep(struct openapi *openapi, struct recorded_exchange_list *exchanges, const struct consumer_use *use,
              struct evidence_list *evidence, struct verification *verification)
{
	struct kept_recording *kept = record_append(&kept_recording_record, &verification->recordings);
	for (size_t i = 0; i < exchanges->count; i++)
		if (!exchanges->items[i].consumer)
			exchanges->items[i].consumer = g_strdup(use->consumer);
	struct recording_file file = { .name = g_strdup(use->consumer), .exchanges = *exchanges };
	struct traffic_finding_list faults = { 0 }, notes = { 0 };
	int64_t ignored;
	g_autoptr(Traffic) traffic = traffic_create(openapi, NULL, NULL);
	g_autofree char *text = recording_text(exchanges);
	traffic_add(traffic, &file);
	traffic_finish(traffic, &faults, &notes, &kept->usages, &ignored);
	note_findings(&notes, &verification->findings);
	kept->contract = g_strdup(use->contract);
	kept->consumer = g_strdup(use->consumer);
	kept->exchanges = (int64_t)exchanges->count;
	kept->recording = use->store ? use->store->ops->blob_put(use->store, text, strlen(text), NULL) : NULL;
	if (!kept->recording)
		kept->recording = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	for (size_t i = use->first; i < evidence->count; i++) {
		g_free(evidence->items[i].output);
		evidence->items[i].output = g_strdup(kept->recording);
	}
	record_list_finish(&traffic_finding_record, &faults);
	record_list_finish(&traffic_finding_record, &notes);
	g_free(file.name);
}
