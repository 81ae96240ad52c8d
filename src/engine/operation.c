#include "engine/operation.h"

#include <string.h>

#include "base/error.h"
#include "engine/op_contract.h"
#include "engine/op_demo.h"
#include "engine/op_mock.h"
#include "engine/op_models.h"
#include "engine/op_orchestrate.h"
#include "engine/op_plan.h"
#include "engine/op_recording.h"
#include "engine/op_run.h"
#include "engine/op_schema.h"
#include "engine/op_show.h"
#include "engine/op_system.h"
#include "engine/op_team.h"
#include "engine/op_verify.h"
#include "team/clarification.h"

#define READ OPERATION_READ
#define WRITE OPERATION_WRITE
#define LONG OPERATION_LONG

const struct operation operation_table[] = {
	{ "run.start", "run", &run_request_record, &run_result_record, op_run_start, WRITE | OPERATION_PAID | LONG,
	  "turn a requirement into verified work",
	  "\"Build a task manager with projects and tasks\" # from prose\n"
	  "@requirement.md --output shop --project-name Shop # from a file\n"
	  "--contracts api/ # from OpenAPI documents and contracts of your own\n"
	  "--plan plan.json # exactly as planned\n"
	  "@requirement.md --until plan # stop when planned; 'resume' goes on\n"
	  "@requirement.md --personas backend_developer,qa_engineer --allow-partial # who takes part\n"
	  "@requirement.md --model none # without asking any model\n"
	  "@requirement.md --ask # a model asks what is open first\n"
	  "@requirement.md --deadline 3600 # nothing new after an hour of work; 'resume' goes on\n"
	  "@requirement.md --budget 2.50 --record calls.jsonl # models may cost so much; later --replay calls.jsonl" },
	{ "plan.create", "plan", &plan_request_record, &plan_result_record, op_plan_create, WRITE | OPERATION_PAID | LONG,
	  "analyse, choose a team, agree contracts and plan, without working",
	  "\"Build a task manager with projects and tasks\" # team, contracts, tasks, predicted time\n"
	  "@requirement.md --save plan.json # for run --plan\n"
	  "\"…\" --dot # as a graph for Graphviz" },
	{ "analysis.create", "analyse", &analysis_request_record, &analysis_record, op_analysis_create, READ | OPERATION_PAID | LONG,
	  "what kind of work a requirement is, and what it demands",
	  "\"The login page crashes on Safari\" # one line\n"
	  "@requirement.md # a file\n"
	  "- < issue.txt # standard input\n"
	  "@requirement.md --model none # without asking any model" },
	{ "requirement.clarify", "clarify", &analysis_request_record, &clarification_record, op_clarify, READ | OPERATION_PAID | LONG,
	  "what a model would ask before it plans",
	  "\"Build a shop\" # questions whose answers would change the work\n"
	  "@requirement.md --json # for run --clarifications" },
	{ "run.resume", "resume", &resume_request_record, &run_result_record, op_run_resume, WRITE | OPERATION_PAID | LONG,
	  "go on with a run that was interrupted or waits",
	  "# the newest run\n"
	  "20261120-080102-k3f9\n"
	  "--budget 5 # one that had spent what it might" },
	{ "run.cancel", "cancel", &run_ref_record, &run_result_record, op_run_cancel, WRITE,
	  "end a run for good, wherever it runs",
	  "20261120-080102-k3f9" },
	{ "run.status", "status", &run_ref_record, &run_result_record, op_run_status, READ,
	  "where a run stands, task by task",
	  "# the newest run" },
	{ "run.show", "show", &show_request_record, &show_result_record, op_show, READ,
	  "what came of a run",
	  "# the newest run\n"
	  "--proof # what proves each accepted task: what ran, exit, digests, process, files\n"
	  "--dot # the plan as a graph" },
	{ "run.history", "history", &history_request_record, &history_result_record, op_run_history, READ,
	  "list runs, newest first",
	  "--limit 5" },
	{ "run.explain", "explain", &explain_request_record, &explain_result_record, op_run_explain, READ,
	  "why a task waits, runs, was skipped or is redone",
	  "api # of the newest run\n"
	  "web_ui --run 20261120-080102-k3f9" },
	{ "run.logs", "logs", &logs_request_record, &logs_result_record, op_run_logs, READ,
	  "the journal of a run",
	  "# the newest run\n"
	  "--after 100" },
	{ "run.export", "export", &export_request_record, &export_result_record, op_export, READ,
	  "write everything that is known of a run into a folder",
	  "20261120-080102-k3f9 --output archive" },
	{ "verify", "verify", &verify_request_record, &verify_result_record, op_verify, READ | LONG,
	  "check work against its contracts, with evidence",
	  "out # the results of a run\n"
	  "--spec api.yaml ./server # a provider alone: it is started and stopped\n"
	  "--spec api.yaml --url http://127.0.0.1:8080 # a server that runs already\n"
	  "--spec api.yaml --url http://127.0.0.1:8080 --header 'Authorization: Bearer …' --seed 7 --max-time 60 # with a credential\n"
	  "--spec api.yaml --recording web.jsonl --recording app.har # what consumers sent\n"
	  "--spec new.yaml --before old.yaml --recording web.jsonl # whom a change breaks" },
	{ "verify.checks", "verify checks", &checks_request_record, &checks_result_record, op_verify_checks, READ,
	  "what a server is tested for: the checks of every answer, and the phases of a test",
	  "# all of them\n"
	  "--phases-only" },
	{ "mock.serve", "mock", &mock_request_record, &mock_result_record, op_mock_serve, READ | LONG,
	  "serve an OpenAPI document: stateful, validating, recording",
	  "api.yaml # on port 3001, until Ctrl-C; its changes are followed\n"
	  "api.yaml --port 0 --seed 7 --record exchanges.jsonl # the same data each time, all exchanges kept\n"
	  "api.yaml --snapshot state.json # what it keeps is written down at the end\n"
	  "api.yaml --restore state.json # and is there again\n"
	  "api.yaml --fault 'delay=100..300, status=503@5%' # a slow and failing one\n"
	  "api.yaml --dynamic --no-validate # nothing kept, other values each time, no request refused\n"
	  "api.yaml --tls --address 0.0.0.0 # over TLS, for others" },
	{ "recording.convert", "recording convert", &convert_request_record, &convert_result_record, op_recording_convert, WRITE,
	  "turn a recording into JSON lines, HAR or Pact",
	  "exchanges.jsonl web.pact.json --consumer web --provider shop # for a Pact verifier\n"
	  "browser.har exchanges.jsonl # what a browser saved" },
	{ "contract.validate", "contract validate", &lint_request_record, &lint_result_record, op_contract_validate, READ,
	  "say where OpenAPI documents break the specification, and what could be better",
	  "api.yaml # exit 1 where there is an error\n"
	  "api/a.yaml api/b.json --severity warning # exit 1 for a warning, too\n"
	  "api.yaml --rule info-contact=off --rule component-unused=error # see 'contract rules'\n"
	  "api.yaml --sarif lint.sarif # for tools that show findings in the source\n"
	  "api.yaml --operations # what it offers" },
	{ "contract.rules", "contract rules", &rules_request_record, &rules_result_record, op_contract_rules, READ,
	  "the rules of contract validate",
	  "# all of them" },
	{ "contract.package", "contract package", &package_request_record, &package_result_record, op_contract_package, WRITE,
	  "write a standalone mock: an Express server with README",
	  "api.yaml --output mock" },
	{ "schema.validate", "schema validate", &schema_request_record, &schema_result_record, op_schema_validate, READ,
	  "validate documents against a JSON Schema",
	  "order.schema.json order-1.json order-2.yaml --formats" },
	{ "schema.test", "schema test", &suite_request_record, &suite_result_record, op_schema_test, READ,
	  "run a folder of JSON-Schema-Test-Suite files",
	  "tests/draft7 --draft draft7 --remotes remotes # exit 1 where one fails" },
	{ "personas.list", "personas list", &no_request_record, &personas_result_record, op_personas_list, READ,
	  "who can take part",
	  "# all of them, with those of .claude/agents" },
	{ "personas.show", "personas show", &id_request_record, &persona_record, op_personas_show, READ,
	  "one persona with its instructions",
	  "backend_developer" },
	{ "blueprints.list", "blueprints list", &no_request_record, &blueprints_result_record, op_blueprints_list, READ,
	  "team patterns",
	  "# all of them" },
	{ "blueprints.show", "blueprints show", &id_request_record, &blueprint_record, op_blueprints_show, READ,
	  "one team pattern: roles, use cases, anti-patterns",
	  "parallel-contract-first" },
	{ "blueprints.search", "blueprints search", &blueprint_query_record, &search_result_record, op_blueprints_search, READ,
	  "team patterns that fit, with scores and reasons",
	  "\"microservices\"\n"
	  "--mode parallel --scaling elastic" },
	{ "models.list", "models list", &no_request_record, &models_result_record, op_models_list, READ,
	  "model servers that are configured or found, their models and prices",
	  "# all of them; nobody is asked" },
	{ "models.test", "models test", &models_test_request_record, &models_test_result_record, op_models_test, READ | OPERATION_PAID | LONG,
	  "ask models a short question: which work, and how fast",
	  "# the first model of each server\n"
	  "--server ollama --all\n"
	  "--record calls.jsonl # and later --replay calls.jsonl" },
	{ "orchestrate", "orchestrate", &orchestrate_request_record, &orchestrate_result_record, op_orchestrate, READ | OPERATION_PAID | LONG,
	  "put a problem before several specialists at once, and put their answers together",
	  "\"Why does the import fail since Monday?\" --file import.py --file import.log # four specialists, findings merged\n"
	  "\"Review these files\" --pattern divide-and-conquer --file a.c --file b.c --file c.c --conclude architect # shared out, then concluded\n"
	  "\"Queue or polling?\" --pattern consensus --specialists architect,performance,logic # one answer, with agreement and minority\n"
	  "\"Explain this trace\" --file trace.txt --synthesis use_first_result # the first good answer; the others are cancelled\n"
	  "\"Check the release\" --coordinator --budget 2.50 --save plan.json # a model makes the plan; at most 2.50 dollars\n"
	  "--plan plan.json --record calls.jsonl # the same plan again; and later --replay calls.jsonl" },
	{ "orchestrate.stats", "orchestrate stats", &no_request_record, &orchestra_totals_record, op_orchestrate_stats, READ,
	  "what all orchestrations took together",
	  "# since the store is there" },
	{ "specialists.list", "specialists list", &no_request_record, &specialists_result_record, op_specialists_list, READ,
	  "who can be asked by orchestrate, and its patterns",
	  "# all of them" },
	{ "catalogue.list", "catalogue list", &no_request_record, &files_result_record, op_catalogue_list, READ,
	  "files of the catalogue",
	  "# all of them" },
	{ "catalogue.export", "catalogue export", &folder_request_record, &files_result_record, op_catalogue_export, WRITE,
	  "write the built-in catalogue into a folder, to change it",
	  ".teamwright" },
	{ "config.list", "config", &no_request_record, &config_result_record, op_config, READ,
	  "settings, and where each comes from",
	  "# all of them\n"
	  "--workers 2 # with what a flag changes" },
	{ "project.init", "init", &folder_request_record, &files_result_record, op_init, WRITE,
	  "set up .teamwright/ for a project",
	  "# in this folder" },
	{ "store.gc", "gc", &gc_request_record, &gc_result_record, op_gc, WRITE | OPERATION_DANGEROUS,
	  "remove old runs and what nothing refers to any more",
	  "--dry-run\n"
	  "--days 7 --keep 5" },
	{ "system.doctor", "doctor", &doctor_request_record, &doctor_result_record, op_doctor, READ,
	  "examine this machine and the installation",
	  "# what is there and what is missing\n"
	  "--self-test # also a whole run on a small requirement" },
	{ "demo.run", "demo", &demo_request_record, &demo_result_record, op_demo, WRITE | LONG,
	  "run demonstrations and compare with what they declare",
	  "fullstack # one of them\n"
	  "all # and a table of what was declared and what came" },
	{ "demo.list", "demo list", &no_request_record, &demos_result_record, op_demo_list, READ,
	  "demonstrations, and what they declare to come of them",
	  "# all of them" },
	{ "operations.list", "operations", &no_request_record, &operations_result_record, op_operations, READ,
	  "all operations with the schemas of request and result",
	  "# names and commands\n"
	  "--json # with the schemas of request and result" },
	{ .name = NULL },
};

const struct operation *
operation_find(const char *name)
{
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (g_str_equal(operation->name, name))
			return operation;
	return NULL;
}

const struct operation *
operation_by_command(const char *command)
{
	for (const struct operation *operation = operation_table; operation->name; operation++)
		if (operation->command && g_str_equal(operation->command, command))
			return operation;
	return NULL;
}

static char *
call(struct house *house, const struct operation *operation, void *request, int *ret_exit, GError **error)
{
	struct context context = { .house = house };
	g_autofree void *result = g_malloc(operation->result->size);
	record_init(operation->result, result);
	char *text = NULL;
	if (operation->handler(&context, request, result, error))
		text = record_to_json(operation->result, result, false);
	record_finish(operation->result, result);
	*ret_exit = context.exit_code;
	context_finish(&context);
	return text;
}

char *
operation_call(struct house *house, const char *name, const char *text, int *ret_exit, GError **error)
{
	const struct operation *operation = operation_find(name);
	if (!operation) {
		error_set(error, ERR_USAGE, "list them with 'teamwright operations'", "there is no operation '%s'", name);
		return NULL;
	}
	g_autofree void *request = g_malloc0(operation->request->size);
	if (!record_read_text(operation->request, "request", text, request, error))
		return NULL;
	char *result = call(house, operation, request, ret_exit, error);
	record_finish(operation->request, request);
	return result;
}

char *
operation_error_json(const GError *error)
{
	struct writer writer;
	enum error_code code = error_code(error);
	g_autofree char *text = error_text(error);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "code", error_name(code));
	writer_member_text(&writer, "title", error_title(code));
	writer_member_text(&writer, "message", text);
	if (error_remedy(error))
		writer_member_text(&writer, "remedy", error_remedy(error));
	writer_member_int(&writer, "status", error_status(code));
	writer_member_int(&writer, "exit", error_exit(code));
	writer_end(&writer);
	return writer_take(&writer);
}
