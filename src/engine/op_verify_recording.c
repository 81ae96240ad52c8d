/* Recorded exchanges against a document: which consumers keep to it, and whom it breaks. */
#include "base/error.h"
#include "engine/op_verify.h"

static bool
check_request(const struct verify_request *request, GError **error)
{
	if (!request->recording)
		return error_set(error, ERR_USAGE, "add --recording FILE", "--before tells what a change breaks of recorded exchanges");
	if (!request->spec)
		return error_set(error, ERR_USAGE, "add --spec FILE", "--recording wants the document to verify against");
	if (request->target || request->command)
		return error_set(error, ERR_USAGE, "leave one of them out", "a recording is judged alone, without a folder or a command");
	return true;
}

static bool
add_files(struct traffic *traffic, char **paths, GError **error)
{
	for (char **path = paths; *path; path++) {
		struct recording_file file;
		if (!recording_file_read(*path, &file, error))
			return false;
		traffic_add(traffic, &file);
		recording_file_finish(&file);
	}
	return true;
}

static bool
is_broken(const struct verify_result *result, const struct usage *usage, const char *operation)
{
	for (size_t i = 0; i < result->broken.count; i++) {
		const struct traffic_finding *finding = &result->broken.items[i];
		if (g_str_equal(finding->consumer, usage->consumer) && g_str_equal(finding->operation, operation))
			return true;
	}
	return false;
}

/* One row for each consumer: its criteria are the operations that it uses. */
static void
add_consumer(struct verify_result *result, const struct usage *usage)
{
	struct verified *entry = record_append(&verified_record, &result->contracts);
	enum verdict verdict = !usage->requests ? VERDICT_UNVERIFIED : usage->good == usage->requests ? VERDICT_PASSED : VERDICT_FAILED;
	entry->contract = g_strdup(usage->contract);
	entry->persona = g_strdup(usage->consumer);
	entry->verdict = g_strdup(verdict_names[verdict]);
	entry->cases = usage->requests;
	entry->cases_passed = usage->good;
	entry->criteria = (int64_t)usage->operations.count + (usage->unknown > 0);
	for (size_t i = 0; i < usage->operations.count; i++)
		entry->passed += !is_broken(result, usage, usage->operations.items[i].operation);
}

bool
verify_recordings(const struct verify_request *request, struct verify_result *result, GError **error)
{
	if (!check_request(request, error))
		return false;
	g_autoptr(Openapi) openapi = openapi_read_file(request->spec, error);
	g_autoptr(Openapi) before = openapi && request->before ? openapi_read_file(request->before, error) : NULL;
	if (!openapi || (request->before && !before))
		return false;
	g_autoptr(Traffic) traffic = traffic_create(openapi, before, request->url);
	if (!add_files(traffic, request->recording, error))
		return false;
	traffic_finish(traffic, &result->broken, &result->notes, &result->usages, &result->ignored);
	for (size_t i = 0; i < result->usages.count; i++)
		add_consumer(result, &result->usages.items[i]);
	if (!result->usages.count)
		return error_set(error, ERR_INPUT, "give a recording of exchanges with it, or its address with --url",
		                 "no recorded exchange is with the server that %s describes", request->spec);
	result->passed = !result->broken.count;
	return true;
}
