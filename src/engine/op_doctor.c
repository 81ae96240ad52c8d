/* The doctor: what this machine has, what is missing, and how to get it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/curl.h"
#include "base/error.h"
#include "base/proc.h"
#include "engine/op_plan.h"
#include "engine/op_run.h"
#include "engine/op_system.h"
#include "llm/endpoint.h"
#include "work/workspace.h"

enum { NODE_LEAST = 18, ASK_MS = 10000 };

static const struct record_field doctor_request_fields[] = {
	RECORD_FIELD(doctor_request, self_test, 0, "also analyse, plan and run a small requirement, in a folder of its own"),
};
RECORD_TYPE(doctor_request, RECORD_REJECT, "what to examine");

static const struct record_field doctor_check_fields[] = {
	RECORD_FIELD(doctor_check, name, 0, "what was examined"),
	RECORD_FIELD(doctor_check, ok, 0, "it is fine"),
	RECORD_FIELD(doctor_check, found, 0, "what was found"),
	RECORD_FIELD(doctor_check, remedy, 0, "what to do"),
};
RECORD_TYPE(doctor_check, RECORD_DROP, "something that was examined");

static const struct record_field doctor_result_fields[] = {
	RECORD_FIELD(doctor_result, ok, 0, "all is fine"),
	RECORD_LIST(doctor_result, checks, doctor_check, 0, "what was examined"),
	RECORD_LIST(doctor_result, settings, setting_entry, 0, "settings and where they come from"),
};
RECORD_TYPE(doctor_result, RECORD_DROP, "the state of the house");

/* Takes the texts. */
static void
note(struct doctor_result *result, const char *name, bool ok, char *found, const char *remedy)
{
	struct doctor_check *check = record_append(&doctor_check_record, &result->checks);
	check->name = g_strdup(name);
	check->ok = ok;
	check->found = found;
	check->remedy = ok ? NULL : g_strdup(remedy);
}

/* An error of a check; it is freed. */
static void
note_error(struct doctor_result *result, const char *name, GError *error)
{
	const char *remedy = error_remedy(error);
	note(result, name, false, error_text(error), remedy ? remedy : "see the message");
	g_error_free(error);
}

/* First line of what a program says of its version; NULL with an error. */
static char *
ask_version(const char *program, GError **error)
{
	const char *const argv[] = { program, "--version", NULL };
	struct proc_spec spec = { .argv = argv, .deadline = clock_ms() + ASK_MS, .output_limit = 4096 };
	struct proc_result answer;
	if (!proc_run(&spec, NULL, &answer, error))
		return NULL;
	char *line = g_strndup(answer.output, strcspn(answer.output, "\n"));
	proc_result_clear(&answer);
	return line;
}

static void
check_node(struct doctor_result *result)
{
	GError *error = NULL;
	char *version = ask_version("node", &error);
	if (!version) {
		g_error_free(error);
		note(result, "node", false, g_strdup("node is not installed"),
		     "what is generated runs on Node.js 18 or later: apt-get install nodejs");
		return;
	}
	long major = strtol(version + (*version == 'v'), NULL, 10);
	note(result, "node", major >= NODE_LEAST, version, "install Node.js 18 or later: apt-get install nodejs");
}

static void
check_git(struct doctor_result *result)
{
	GError *error = NULL;
	char *version = ask_version("git", &error);
	if (version)
		note(result, "git", true, version, NULL);
	else
		note_error(result, "git", error);
}

static void
check_store(struct context *context, struct doctor_result *result)
{
	GError *error = NULL;
	struct store *store = context_store(context, &error);
	g_autofree char *digest = store ? store->ops->blob_put(store, "doctor", strlen("doctor"), &error) : NULL;
	if (digest)
		note(result, "store", true, g_strdup(context->house->place), NULL);
	else
		note_error(result, "store", error);
}

static void
check_runtime(struct doctor_result *result)
{
	GError *error = NULL;
	char *folder = config_runtime_folder(&error);
	if (folder)
		note(result, "runtime folder", true, folder, NULL);
	else
		note_error(result, "runtime folder", error);
}

static void
check_curl(struct doctor_result *result)
{
	GError *error = NULL;
	const struct curl *curl = curl_load(&error);
	if (curl)
		note(result, "libcurl", true, g_strdup(curl->curl_version_info(CURLVERSION_NOW)->version), NULL);
	else
		note_error(result, "libcurl", error);
}

static void
check_catalogue(struct context *context, struct doctor_result *result)
{
	GError *error = NULL;
	struct persona_list personas = { 0 };
	struct blueprint_list blueprints = { 0 };
	if (personas_load(context->house->catalogue, context->house->project, &personas, &error) &&
	    blueprints_load(context->house->catalogue, &blueprints, &error))
		note(result, "catalogue", true, g_strdup_printf("%zu personas, %zu blueprints", personas.count, blueprints.count), NULL);
	else
		note_error(result, "catalogue", error);
	record_list_finish(&persona_record, &personas);
	record_list_finish(&blueprint_record, &blueprints);
}

/* The key is had and thrown away: whether it is the right one, its server alone can say. */
static void
check_endpoint(struct doctor_result *result, const struct endpoint *endpoint)
{
	GError *error = NULL;
	g_autofree char *name = g_strdup_printf("model server %s", endpoint->name), *key = endpoint_key(endpoint, &error);
	g_autofree char *key_origin = endpoint_key_origin(endpoint);
	if (error)
		note_error(result, name, error);
	else
		note(result, name, true,
		     g_strdup_printf("%s at %s, %s%s%s", endpoint->protocol, endpoint->base_url, key ? "key from " : "no key",
		                     key ? key_origin : "", endpoint->probe ? ", looked for when it is needed" : ""), NULL);
}

static void
check_endpoints(struct context *context, struct doctor_result *result)
{
	GError *error = NULL;
	struct endpoint_list endpoints;
	if (!endpoints_load(context->house->config, &endpoints, &error)) {
		note_error(result, "model servers", error);
		return;
	}
	if (endpoints.count == 0)
		note(result, "model servers", true, g_strdup("none: requirements are analysed without a model"), NULL);
	for (size_t i = 0; i < endpoints.count; i++)
		check_endpoint(result, &endpoints.items[i]);
	record_list_finish(&endpoint_record, &endpoints);
}

/* What the run made on its way, step by step. */
static void
note_steps(struct context *context, const char *run, struct doctor_result *result)
{
	GError *error = NULL;
	struct store *store = context_store(context, &error);
	struct run_row row = { 0 };
	g_autoptr(Charter) charter = store && store->ops->run_read(store, run, &row, &error) ? charter_load(store, &row, &error) : NULL;
	record_finish(&run_row_record, &row);
	if (!charter) {
		note_error(result, "self-test", error);
		return;
	}
	const struct analysis *analysis = &charter->analysis;
	const struct team *team = &charter->team;
	note(result, "self-test: analysis", analysis->statements.count > 0,
	     g_strdup_printf("%s, confidence %.2f, %zu statements", requirement_type_names[analysis->requirement_type],
	                     analysis->confidence_score, analysis->statements.count), "it found no demand");
	note(result, "self-test: blueprint", team->members.count > 0,
	     g_strdup_printf("%s, %zu personas", team->blueprint_id ? team->blueprint_id : "none", team->members.count), "nobody takes part");
	note(result, "self-test: contracts", charter->agreement.contracts.count > 0,
	     g_strdup_printf("%zu contracts", charter->agreement.contracts.count), "nothing was agreed");
	note(result, "self-test: plan", charter->plan.tasks.count > 0,
	     g_strdup_printf("%zu tasks, %d workers", charter->plan.tasks.count, (int)charter->plan.workers), "nothing was planned");
}

static void
note_run(struct doctor_result *result, const struct run_result *end)
{
	const struct quality *quality = &end->quality;
	note(result, "self-test: run", end->success,
	     g_strdup_printf("%s: %d of %d contracts, %d of %d statements, quality %.2f, %.1f s", end->outcome,
	                     (int)quality->contracts_fulfilled, (int)quality->contracts_total, (int)quality->statements_covered,
	                     (int)quality->statements_total, quality->overall_quality_score, end->execution.total_duration),
	     end->reason ? end->reason : "see the report");
}

/* The whole way, on a small requirement. */
static void
self_test(struct context *context, struct doctor_result *result)
{
	GError *error = NULL;
	g_autofree char *place = g_dir_make_tmp("teamwright-doctor-XXXXXX", &error);
	struct run_request request;
	struct run_result end;
	if (!place) {
		note(result, "self-test: run", false, g_strdup(error->message), "make room for temporary files");
		g_error_free(error);
		return;
	}
	record_init(&run_request_record, &request);
	record_init(&run_result_record, &end);
	request.offline = true;   /* what is tested is this machine, and not what a model says */
	request.requirement = g_strdup("Build a web application to manage notes; a note has a title and a text.");
	g_free(request.output);
	request.output = g_build_filename(place, "out", NULL);
	if (op_run_start(context, &request, &end, &error)) {
		note_steps(context, end.run, result);
		note_run(result, &end);
	} else {
		note_error(result, "self-test: run", error);
	}
	record_finish(&run_request_record, &request);
	record_finish(&run_result_record, &end);
	tree_remove(place);
}

bool
op_doctor(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct doctor_request *request = data;
	struct doctor_result *result = data_result;
	struct config_result settings = { 0 };
	check_catalogue(context, result);
	check_store(context, result);
	check_runtime(result);
	check_curl(result);
	check_node(result);
	check_git(result);
	check_endpoints(context, result);
	if (request->self_test)
		self_test(context, result);
	result->ok = true;
	for (size_t i = 0; i < result->checks.count; i++)
		result->ok &= result->checks.items[i].ok;
	if (!op_config(context, NULL, &settings, error))
		return false;
	result->settings = settings.settings;
	context->exit_code = result->ok ? 0 : 3;
	return true;
}
