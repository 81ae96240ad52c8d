#include "engine/op_demo.h"

#include <string.h>

#include "base/error.h"
#include "engine/op_run.h"

static const struct record_field demo_request_fields[] = {
	RECORD_FIELD(demo_request, demo, RECORD_ARGUMENT | RECORD_REQUIRED, "fullstack, algorithm, microservices or all"),
	RECORD_FIELD(demo_request, output, 0, "folder for the results", .preset = "demo-out"),
};
RECORD_TYPE(demo_request, RECORD_REJECT, "which demonstration");

static const struct record_field demo_outcome_fields[] = {
	RECORD_FIELD(demo_outcome, demo, 0, "demonstration"),
	RECORD_FIELD(demo_outcome, declared, 0, "declared outcome without a model"),
	RECORD_FIELD(demo_outcome, outcome, 0, "what came of it"),
	RECORD_FIELD(demo_outcome, as_declared, 0, "they agree"),
	RECORD_FIELD(demo_outcome, exit, 0, "exit code of the run"),
	RECORD_FIELD(demo_outcome, statements, 0, "statements covered"),
	RECORD_FIELD(demo_outcome, contracts, 0, "contracts fulfilled"),
	RECORD_FIELD(demo_outcome, quality, 0, "quality score"),
	RECORD_FIELD(demo_outcome, seconds, RECORD_VOLATILE, "wall time"),
	RECORD_FIELD(demo_outcome, title, 0, "for people"),
	RECORD_FIELD(demo_outcome, reason, 0, "why it ended so"),
	RECORD_FIELD(demo_outcome, output, RECORD_VOLATILE, "folder of the results"),
};
RECORD_TYPE(demo_outcome, RECORD_DROP, "what came of a demonstration");

static const struct record_field demo_result_fields[] = {
	RECORD_LIST(demo_result, demos, demo_outcome, 0, "one by one"),
	RECORD_FIELD(demo_result, as_declared, 0, "how many ended as declared"),
	RECORD_FIELD(demo_result, total, 0, "of how many"),
};
RECORD_TYPE(demo_result, RECORD_DROP, "what came of the demonstrations");

static const struct record_field demo_entry_fields[] = {
	RECORD_FIELD(demo_entry, id, 0, "what 'demo' takes"),
	RECORD_FIELD(demo_entry, declared, 0, "declared outcome without a model"),
	RECORD_FIELD(demo_entry, title, 0, "for people"),
	RECORD_FIELD(demo_entry, about, 0, "what it shows"),
};
RECORD_TYPE(demo_entry, RECORD_DROP, "a demonstration");

static const struct record_field demos_result_fields[] = {
	RECORD_LIST(demos_result, demos, demo_entry, 0, "by id"),
};
RECORD_TYPE(demos_result, RECORD_DROP, "all demonstrations");

struct expected {
	char *outcome, *reason;
	int64_t exit;
};

static const struct record_field expected_fields[] = {
	RECORD_FIELD(expected, outcome, RECORD_REQUIRED, "outcome of the run"),
	RECORD_FIELD(expected, exit, 0, "exit code"),
	RECORD_FIELD(expected, reason, 0, "words that the reasons must hold"),
};
static RECORD_TYPE(expected, RECORD_REJECT, "what a demonstration declares");

struct demo {
	char *id, *title, *requirement, *about;
	struct expected expected;
};

static const struct record_field demo_fields[] = {
	RECORD_FIELD(demo, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(demo, title, RECORD_REQUIRED, "for people"),
	RECORD_FIELD(demo, requirement, RECORD_REQUIRED, "what is wanted"),
	RECORD_FIELD(demo, about, 0, "what it shows"),
	RECORD_PART(demo, expected, expected, RECORD_REQUIRED, "what is declared to come of it"),
};
static RECORD_TYPE(demo, RECORD_REJECT, "a demonstration");

/* The words that were declared stand in the run's reason or in that of a statement. */
static bool
gives_reason(const struct run_result *end, const char *words)
{
	if (!words || (end->reason && strstr(end->reason, words)))
		return true;
	for (size_t i = 0; i < end->not_covered.count; i++)
		if (strstr(end->not_covered.items[i].reason, words))
			return true;
	return false;
}

static bool
run_demo(struct context *context, const struct demo *demo, const char *output, struct demo_outcome *ret, GError **error)
{
	struct run_request request;
	struct run_result end;
	record_init(&run_request_record, &request);
	record_init(&run_result_record, &end);
	request.offline = true;   /* its outcome is declared */
	request.requirement = g_strdup(demo->requirement);
	request.project_name = g_strdup(demo->title);
	g_free(request.output);
	request.output = g_build_filename(output, demo->id, NULL);
	bool ok = op_run_start(context, &request, &end, error);
	if (ok) {
		const struct quality *quality = &end.quality;
		ret->demo = g_strdup(demo->id);
		ret->title = g_strdup(demo->title);
		ret->declared = g_strdup(demo->expected.outcome);
		ret->outcome = g_strdup(end.outcome);
		ret->exit = context->exit_code;
		ret->statements = g_strdup_printf("%d/%d", (int)quality->statements_covered, (int)quality->statements_total);
		ret->contracts = g_strdup_printf("%d/%d", (int)quality->contracts_fulfilled, (int)quality->contracts_total);
		ret->quality = quality->overall_quality_score;
		ret->seconds = end.execution.total_duration;
		ret->reason = g_strdup(end.reason);
		ret->output = g_strdup(end.output);
		ret->as_declared = g_str_equal(end.outcome, demo->expected.outcome) && ret->exit == demo->expected.exit &&
		                   gives_reason(&end, demo->expected.reason);
	}
	record_finish(&run_request_record, &request);
	record_finish(&run_result_record, &end);
	return ok;
}

static bool
read_demo(struct context *context, const char *file, struct demo *ret, GError **error)
{
	g_autofree char *path = g_build_filename("demos", file, NULL), *origin = NULL;
	g_autofree char *text = catalogue_text(context->house->catalogue, path, &origin, error);
	return text && record_read_text(&demo_record, g_str_equal(origin, "built-in") ? path : origin, text, ret, error);
}

bool
op_demo(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct demo_request *request = data;
	struct demo_result *result = data_result;
	g_auto(GStrv) files = catalogue_list(context->house->catalogue, "demos");
	for (char **file = files; *file; file++) {
		struct demo demo = { 0 };
		bool wanted = read_demo(context, *file, &demo, error);
		if (!wanted)
			return false;
		wanted = g_str_equal(request->demo, "all") || g_str_equal(request->demo, demo.id);
		bool ok = !wanted || run_demo(context, &demo, request->output, record_append(&demo_outcome_record, &result->demos), error);
		record_finish(&demo_record, &demo);
		if (!ok)
			return false;
	}
	result->total = (int64_t)result->demos.count;
	for (size_t i = 0; i < result->demos.count; i++)
		result->as_declared += result->demos.items[i].as_declared;
	context->exit_code = result->as_declared == result->total ? 0 : 1;
	return result->total ||
	       error_set(error, ERR_NOT_FOUND, "say fullstack, algorithm, microservices or all", "there is no demonstration '%s'", request->demo);
}

bool
op_demo_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct demos_result *result = data_result;
	g_auto(GStrv) files = catalogue_list(context->house->catalogue, "demos");
	(void)data;
	for (char **file = files; *file; file++) {
		struct demo demo = { 0 };
		if (!read_demo(context, *file, &demo, error))
			return false;
		struct demo_entry *entry = record_append(&demo_entry_record, &result->demos);
		entry->id = g_strdup(demo.id);
		entry->title = g_strdup(demo.title);
		entry->declared = g_strdup(demo.expected.outcome);
		entry->about = g_strstrip(g_strdup(demo.about ? demo.about : ""));
		record_finish(&demo_record, &demo);
	}
	return true;
}
