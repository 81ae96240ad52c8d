/* Every member of every record has its row. The headers of records are read packed here, so that no member can hide in
 * padding: the sizes of the rows then add up to the size of the struct, or a row is missing.
 *
 * A new record needs two lines: the header that declares it (if it is not here yet), and CHECK(record). */
#include "base/record.h"

/* System headers and ours that declare no records come before the packed part. */
#pragma pack(push, 1)
#include "sample_record.h"
#include "contract/contract.h"
#include "contract/mock_snapshot.h"
#include "contract/recording.h"
#include "engine/bundle.h"
#include "engine/charter.h"
#include "engine/asked.h"
#include "team/clarification.h"
#include "engine/forecast.h"
#include "engine/limit.h"
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
#include "engine/output.h"
#include "engine/panel.h"
#include "engine/report.h"
#include "engine/request.h"
#include "engine/result.h"
#include "llm/balance.h"
#include "llm/endpoint.h"
#include "llm/ledger.h"
#include "llm/message.h"
#include "llm/models.h"
#include "llm/price.h"
#include "llm/prompt.h"
#include "llm/replay.h"
#include "plan/plan.h"
#include "store/store.h"
#include "team/analysis.h"
#include "team/blueprint.h"
#include "team/domain.h"
#include "team/model_contracts.h"
#include "team/model_team.h"
#include "team/persona.h"
#include "team/team.h"
#include "verify/coverage_map.h"
#include "verify/evidence.h"
#include "verify/traffic.h"
#include "verify/usage.h"
#include "verify/score.h"
#include "work/manifest.h"
#pragma pack(pop)

#define CHECK(record) { &record##_record, sizeof(struct record) },

static const struct {
	const struct record_type *type;
	size_t packed;
} records[] = {
	CHECK(orchestra_task)
	CHECK(orchestra_wave)
	CHECK(orchestration)
	CHECK(tactic)
	CHECK(tactics)
	CHECK(insight)
	CHECK(opinion)
	CHECK(stance)
	CHECK(topic)
	CHECK(answer_group)
	CHECK(synthesis)
	CHECK(specialist_result)
	CHECK(server_use)
	CHECK(orchestra_statistics)
	CHECK(orchestrate_request)
	CHECK(orchestrate_result)
	CHECK(specialists_result)
	CHECK(specialist_total)
	CHECK(orchestra_totals)
	CHECK(prompt)
	CHECK(snapshot)
	CHECK(snapshot_shelf)
	CHECK(snapshot_object)
	CHECK(part)
	CHECK(sample)
	CHECK(server_entry)
	CHECK(model_entry)
	CHECK(survey_entry)
	CHECK(models_test_request)
	CHECK(model_trial)
	CHECK(models_test_result)
	CHECK(models_result)
	CHECK(price_service)
	CHECK(price_model)
	CHECK(price_table)
	CHECK(standing)
	CHECK(endpoint_model)
	CHECK(endpoint)
	CHECK(plan_task)
	CHECK(prediction)
	CHECK(plan)
	CHECK(run_row)
	CHECK(task_row)
	CHECK(event_row)
	CHECK(owner_row)
	CHECK(kept_row)
	CHECK(check)
	CHECK(criterion)
	CHECK(deliverable)
	CHECK(interface_spec)
	CHECK(contract)
	CHECK(recorded_exchange)
	CHECK(message_part)
	CHECK(message)
	CHECK(model_tool)
	CHECK(model_request)
	CHECK(model_usage)
	CHECK(model_response)
	CHECK(expense)
	CHECK(replay_entry)
	CHECK(model_try)
	CHECK(model_answer)
	CHECK(manifest_entry)
	CHECK(manifest)
	CHECK(statement)
	CHECK(entity_field)
	CHECK(entity_relation)
	CHECK(entity)
	CHECK(analysis)
	CHECK(blueprint_role)
	CHECK(blueprint_signal)
	CHECK(blueprint)
	CHECK(blueprint_match)
	CHECK(blueprint_query)
	CHECK(service)
	CHECK(persona)
	CHECK(member)
	CHECK(team)
	CHECK(evidence)
	CHECK(covered_point)
	CHECK(usage_answer)
	CHECK(usage_operation)
	CHECK(usage)
	CHECK(traffic_finding)
	CHECK(convert_request)
	CHECK(convert_result)
	CHECK(criterion_result)
	CHECK(finding)
	CHECK(operation_result)
	CHECK(kept_recording)
	CHECK(verification)
	CHECK(score)
	CHECK(bundled_contract)
	CHECK(bundle)
	CHECK(agreed)
	CHECK(agreement)
	CHECK(mock_request)
	CHECK(mock_result)
	CHECK(lint_request)
	CHECK(operation_entry)
	CHECK(lint_result)
	CHECK(rules_request)
	CHECK(rules_result)
	CHECK(lint_rule_entry)
	CHECK(lint_finding)
	CHECK(lint_document)
	CHECK(package_request)
	CHECK(package_result)
	CHECK(suite_request)
	CHECK(suite_failure)
	CHECK(suite_result)
	CHECK(schema_request)
	CHECK(schema_fault)
	CHECK(schema_result)
	CHECK(demo_request)
	CHECK(demo_outcome)
	CHECK(demo_result)
	CHECK(demo_entry)
	CHECK(demos_result)
	CHECK(analysis_request)
	CHECK(plan_request)
	CHECK(plan_contract)
	CHECK(plan_result)
	CHECK(explain_request)
	CHECK(explain_result)
	CHECK(logs_request)
	CHECK(log_entry)
	CHECK(logs_result)
	CHECK(run_ref)
	CHECK(history_request)
	CHECK(history_entry)
	CHECK(history_result)
	CHECK(show_request)
	CHECK(task_proof)
	CHECK(show_result)
	CHECK(export_request)
	CHECK(export_result)
	CHECK(doctor_request)
	CHECK(doctor_check)
	CHECK(doctor_result)
	CHECK(gc_request)
	CHECK(gc_result)
	CHECK(setting_entry)
	CHECK(config_result)
	CHECK(folder_request)
	CHECK(files_result)
	CHECK(operation_info)
	CHECK(operations_result)
	CHECK(no_request)
	CHECK(id_request)
	CHECK(persona_entry)
	CHECK(personas_result)
	CHECK(blueprint_entry)
	CHECK(blueprints_result)
	CHECK(search_result)
	CHECK(verify_request)
	CHECK(exercised)
	CHECK(listed)
	CHECK(checks_request)
	CHECK(checks_result)
	CHECK(verify_fault)
	CHECK(verified)
	CHECK(verify_result)
	CHECK(task_output)
	CHECK(panel)
	CHECK(contract_report)
	CHECK(validation_report)
	CHECK(statement_report)
	CHECK(quality_report)
	CHECK(run_request)
	CHECK(resume_request)
	CHECK(asked)
	CHECK(clarification)
	CHECK(clarifying_question)
	CHECK(cost)
	CHECK(forecast)
	CHECK(forecast_item)
	CHECK(limit)
	CHECK(prompt)
	CHECK(team_choice)
	CHECK(drafted)
	CHECK(draft)
	CHECK(execution)
	CHECK(quality)
	CHECK(task_deliverables)
	CHECK(task_result)
	CHECK(uncovered)
	CHECK(run_result)
};

static size_t
size_of_rows(const struct record_type *type)
{
	size_t size = 0;
	for (size_t i = 0; i < type->count; i++)
		size += type->fields[i].kind == RECORD_IS_PART ? size_of_rows(type->fields[i].type) : type->fields[i].size;
	return size;
}

static void
test_cover(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(records); i++)
		if (size_of_rows(records[i].type) != records[i].packed)
			g_error("struct %s has members of %zu bytes, its rows only %zu: a row is missing", records[i].type->name, records[i].packed,
			        size_of_rows(records[i].type));
}

/* The guard itself: it has to see a forgotten member of one byte. */
#pragma pack(push, 1)
struct forgetful {
	int64_t number;
	bool forgotten;
};
#pragma pack(pop)

static void
test_guard(void)
{
	static const struct record_field forgetful_fields[] = { RECORD_FIELD(forgetful, number, 0, "the only row") };
	static RECORD_TYPE(forgetful, RECORD_REJECT, "a record with a member that has no row");
	g_assert_cmpuint(size_of_rows(&forgetful_record), ==, sizeof(struct forgetful) - 1);
}

/* A preset is read like a word of the command line, here into a record of this one field. */
static void
check_preset(const struct record_field *field)
{
	struct record_field alone = *field;
	alone.offset = 0;
	const struct record_type type = { .name = field->name, .fields = &alone, .count = 1, .size = field->size };
	g_autofree void *record = g_malloc0(field->size);
	GError *error = NULL;
	record_set(&alone, record, field->preset, &error);
	g_assert_no_error(error);
	record_finish(&type, record);
}

/* What a table may say: names once, presets that can be read, words of help, a place for what RECORD_KEEP keeps. */
static void
check_table(const struct record_type *type)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	unsigned extra = 0;
	g_assert_true(type->help && *type->help);
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		g_assert_true(field->help && *field->help);
		g_assert_true(g_hash_table_add(names, (void *)field->name));
		g_assert_true(!field->alias || g_hash_table_add(names, (void *)field->alias));
		g_assert_true(field->kind != RECORD_IS_ENUM || (field->names && field->names[0]));
		g_assert_true((field->kind != RECORD_IS_PART && field->kind != RECORD_IS_LIST) || field->type);
		g_assert_true(!(field->flags & RECORD_OPTIONAL) || field->kind == RECORD_IS_INT);
		g_assert_true(!(field->flags & RECORD_EXTRA) || field->kind == RECORD_IS_DOC);
		if (field->preset)
			check_preset(field);
		extra += (field->flags & RECORD_EXTRA) != 0;
	}
	g_assert_cmpuint(extra, ==, type->unknown == RECORD_KEEP);
	g_assert_true(!type->scalar || record_field(type, type->scalar));
}

static void
test_tables(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(records); i++) {
		g_test_message("%s", records[i].type->name);
		check_table(records[i].type);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/record-cover/members", test_cover);
	g_test_add_func("/record-cover/guard", test_guard);
	g_test_add_func("/record-cover/tables", test_tables);
	return g_test_run();
}
