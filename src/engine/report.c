#include "engine/report.h"

#include <math.h>
#include <string.h>

#include "team/contracts.h"
#include "team/coverage.h"
#include "work/manifest.h"

static const struct record_field contract_report_fields[] = {
	RECORD_FIELD(contract_report, contract_id, 0, "contract"),
	RECORD_FIELD(contract_report, contract_version, 0, "its version"),
	RECORD_FIELD(contract_report, provider_persona_id, 0, "who provides it"),
	RECORD_FIELD(contract_report, outcome, 0, "how its task ended"),
	RECORD_FIELD(contract_report, fulfilled, 0, "every criterion passed"),
	RECORD_FIELD(contract_report, score, 0, "quality score"),
	RECORD_FIELD(contract_report, missing, 0, "deliverables of which nothing is there"),
	RECORD_FIELD(contract_report, issues, 0, "what is wrong"),
	RECORD_FIELD(contract_report, recommendations, 0, "what to do next"),
	RECORD_PART(contract_report, verification, verification, 0, "the proof"),
};
RECORD_TYPE(contract_report, RECORD_DROP, "a contract and what came of it");

static const struct record_field validation_report_fields[] = {
	RECORD_LIST(validation_report, contracts, contract_report, 0, "contract by contract"),
};
RECORD_TYPE(validation_report, RECORD_DROP, "all contracts of a run");

static const struct record_field statement_report_fields[] = {
	RECORD_FIELD(statement_report, statement, 0, "number of the statement"),
	RECORD_FIELD(statement_report, text, 0, "its words"),
	RECORD_FIELD(statement_report, covered, 0, "evidence covers it"),
	RECORD_FIELD(statement_report, elements, 0, "contract elements that carry it"),
	RECORD_FIELD(statement_report, evidence, 0, "criteria that prove it"),
	RECORD_FIELD(statement_report, reason, 0, "why it is not covered"),
};
RECORD_TYPE(statement_report, RECORD_DROP, "how a statement is covered");

static const struct record_field quality_report_fields[] = {
	RECORD_PART(quality_report, score, score, 0, "the score and its parts"),
	RECORD_LIST(quality_report, statements, statement_report, 0, "statement by statement"),
	RECORD_LIST(quality_report, findings, finding, 0, "everything that is wrong besides criteria"),
	RECORD_FIELD(quality_report, models, RECORD_VOLATILE, "what models were asked, for what, and what it cost"),
};
RECORD_TYPE(quality_report, RECORD_DROP, "the quality of a run");

char *
report_folder(const struct plan *plan, const struct plan_task *task)
{
	size_t others = 0;
	const char *persona = task->persona_id ? task->persona_id : "team";
	for (size_t i = 0; i < plan->tasks.count && others < 2; i++)
		others += plan->tasks.items[i].kind == TASK_KIND_ASSIGNMENT && g_strcmp0(plan->tasks.items[i].persona_id, task->persona_id) == 0;
	return others > 1 ? g_build_filename(persona, task->contract_id ? task->contract_id : task->id, NULL) : g_strdup(persona);
}

/* --- gathering ------------------------------------------------------------------------------ */

static bool
read_task(struct store *store, struct task_facts *task, GError **error)
{
	if (!task->row || !task->row->result)
		return true;
	if (!charter_read(store, task->row->result, &task_output_record, &task->output, error))
		return false;
	task->verified = task->output.verification != NULL;
	return charter_read(store, task->output.verification, &verification_record, &task->verification, error);
}

static bool
gather(struct report *report, struct store *store, const struct charter *charter, const struct run_row *row, GError **error)
{
	if (!store->ops->task_list(store, row->key, &report->rows, error) ||
	    !store->ops->event_list(store, row->key, 0, INT64_MAX, &report->events, error))
		return false;
	report->task_count = charter->plan.tasks.count;
	report->tasks = g_new0(struct task_facts, report->task_count + 1);
	for (size_t i = 0; i < report->task_count; i++)
		report->tasks[i].planned = &charter->plan.tasks.items[i];
	for (size_t i = 0; i < report->rows.count; i++)
		if ((size_t)report->rows.items[i].seq < report->task_count)
			report->tasks[report->rows.items[i].seq].row = &report->rows.items[i];
	for (size_t i = 0; i < report->task_count; i++)
		if (!read_task(store, &report->tasks[i], error))
			return false;
	return true;
}

static bool
is_good(const struct task_facts *task)
{
	return task->row && task->row->state == TASK_DONE && task_outcome_is_good(task->row->outcome);
}

/* --- statements ----------------------------------------------------------------------------- */

struct proof {
	struct words elements, evidence;
	const struct criterion_result *failed, *open;
	bool lost;                   /* by a task that was not accepted, if for another criterion */
};

static void
weigh_criterion(struct proof *proof, const struct task_facts *task, const struct criterion_result *criterion)
{
	g_autofree char *name = g_strdup_printf("%s: %s", task->planned->id, criterion->text);
	if (criterion->verdict == VERDICT_FAILED) {
		proof->failed = criterion;
		return;
	}
	if (!is_good(task)) {
		proof->lost = true;
		return;
	}
	if (criterion->verdict == VERDICT_UNVERIFIED) {
		proof->open = criterion;
		return;
	}
	words_add(&proof->evidence, name);
	for (char **element = criterion->elements; element && *element; element++)
		words_add(&proof->elements, *element);
}

static void
weigh_statement(const struct report *report, const char *id, struct proof *proof)
{
	for (size_t i = 0; i < report->task_count; i++) {
		const struct task_facts *task = &report->tasks[i];
		for (size_t k = 0; k < task->verification.criteria.count; k++) {
			const struct criterion_result *criterion = &task->verification.criteria.items[k];
			if (criterion->covers && g_strv_contains((const char *const *)criterion->covers, id))
				weigh_criterion(proof, task, criterion);
		}
	}
}

static const struct task_facts *
find_carrier(const struct report *report, const struct charter *charter, const char *id)
{
	for (size_t i = 0; i < report->task_count; i++) {
		const struct contract *contract = charter_contract(charter, report->tasks[i].planned->contract_id, NULL);
		for (size_t d = 0; contract && d < contract->deliverables.count; d++) {
			const struct criterion_list *criteria = &contract->deliverables.items[d].acceptance_criteria;
			for (size_t k = 0; k < criteria->count; k++)
				if (criteria->items[k].covers && g_strv_contains((const char *const *)criteria->items[k].covers, id) &&
				    !is_good(&report->tasks[i]))
					return &report->tasks[i];
		}
	}
	return NULL;
}

static char *
why_not(const struct report *report, const struct charter *charter, const struct statement *statement, const struct proof *proof)
{
	const struct task_facts *carrier = find_carrier(report, charter, statement->id);
	if (proof->failed)
		return g_strdup_printf("a criterion failed: %s", proof->failed->text);
	if (proof->open && !proof->lost)
		return g_strdup_printf("nothing verified the criterion: %s%s%s", proof->open->text, proof->open->open ? "; " : "",
		                       proof->open->open ? proof->open->open : "");
	if (carrier)
		return g_strdup_printf("%s was not accepted: %s", carrier->planned->id,
		                       carrier->row && carrier->row->reason ? carrier->row->reason : "it did not come to an end");
	return contracts_why_not(statement);
}

static void
report_statements(struct report *report, const struct charter *charter)
{
	for (size_t i = 0; i < charter->analysis.statements.count; i++) {
		const struct statement *statement = &charter->analysis.statements.items[i];
		struct statement_report *entry = record_append(&statement_report_record, &report->quality.statements);
		struct proof proof = { 0 };
		words_init(&proof.elements);
		words_init(&proof.evidence);
		weigh_statement(report, statement->id, &proof);
		entry->statement = g_strdup(statement->id);
		entry->text = g_strdup(statement->text);
		entry->covered = proof.evidence.list->len && !proof.failed && !proof.lost;
		entry->reason = entry->covered ? NULL : why_not(report, charter, statement, &proof);
		entry->elements = words_take(&proof.elements);
		entry->evidence = words_take(&proof.evidence);
	}
}

/* --- contracts ------------------------------------------------------------------------------ */

static const struct task_facts *
find_task(const struct report *report, const char *contract)
{
	for (size_t i = 0; i < report->task_count; i++)
		if (g_strcmp0(report->tasks[i].planned->contract_id, contract) == 0 &&
		    report->tasks[i].planned->kind != TASK_KIND_INTEGRATION)
			return &report->tasks[i];
	return NULL;
}

static char **
list_issues(const struct task_facts *task)
{
	struct words issues;
	words_init(&issues);
	for (size_t i = 0; task && i < task->verification.criteria.count; i++) {
		const struct criterion_result *criterion = &task->verification.criteria.items[i];
		for (size_t k = 0; k < criterion->evidence.count; k++) {
			const struct evidence *evidence = &criterion->evidence.items[k];
			g_autofree char *text = g_strdup_printf("%s%s%s: expected %s, found %s", evidence->subject, evidence->name ? ", " : "",
			                                        evidence->name ? evidence->name : "", evidence->expected, evidence->found);
			if (!evidence->passed)
				words_add(&issues, text);
		}
	}
	if (task && !is_good(task) && task->row && task->row->reason && !issues.list->len)
		words_add(&issues, task->row->reason);
	return words_take(&issues);
}

/* How many of the statements that a verification was to cover are covered. */
static void
count_covered(const struct report *report, const struct verification *verification, size_t *ret_covered, size_t *ret_all)
{
	*ret_covered = *ret_all = 0;
	for (size_t i = 0; i < report->quality.statements.count; i++) {
		const struct statement_report *statement = &report->quality.statements.items[i];
		bool wanted = false;
		for (size_t k = 0; k < verification->criteria.count; k++)
			wanted |= verification->criteria.items[k].covers &&
			          g_strv_contains((const char *const *)verification->criteria.items[k].covers, statement->statement);
		*ret_all += wanted;
		*ret_covered += wanted && statement->covered;
	}
}

static void
report_contracts(struct report *report, const struct charter *charter)
{
	for (size_t i = 0; i < report->task_count; i++) {
		struct task_facts *task = &report->tasks[i];
		size_t covered, all;
		count_covered(report, &task->verification, &covered, &all);
		score_verification(&task->verification, covered, all, &task->score);
	}
	for (size_t i = 0; i < charter->agreement.contracts.count; i++) {
		const struct contract *contract = &charter->agreement.contracts.items[i].contract;
		const struct task_facts *task = find_task(report, contract->id);
		struct contract_report *entry = record_append(&contract_report_record, &report->validation.contracts);
		entry->contract_id = g_strdup(contract->id);
		entry->contract_version = g_strdup(contract->version);
		entry->provider_persona_id = g_strdup(contract->provider_persona_id);
		entry->outcome = g_strdup(task && task->row ? task_outcome_names[task->row->outcome] : "planned");
		entry->fulfilled = task && is_good(task) && task->verification.fulfilled;
		entry->score = task && task->verified ? task->score.quality : 0;
		entry->issues = list_issues(task);
		if (!task)
			continue;
		entry->missing = g_strdupv(task->verification.missing);
		entry->recommendations = g_strdupv(task->verification.recommendations);
		record_finish(&verification_record, &entry->verification);
		record_copy(&verification_record, &task->verification, &entry->verification);
	}
}

/* --- the whole ------------------------------------------------------------------------------ */

/* The run's score: over all criteria, all statements, all operations of providers, all findings. */
static void
score_run(struct report *report)
{
	struct verification whole = { 0 };
	size_t passed = 0, covered = 0;
	for (size_t i = 0; i < report->task_count; i++) {
		const struct verification *one = &report->tasks[i].verification;
		for (size_t k = 0; k < one->criteria.count; k++) {
			record_append(&criterion_result_record, &whole.criteria);
			passed += one->criteria.items[k].verdict == VERDICT_PASSED;
		}
		for (size_t k = 0; k < one->operations.count; k++) {
			struct operation_result *result = record_append(&operation_result_record, &whole.operations);
			result->planned = one->operations.items[k].planned;
			result->passed = one->operations.items[k].passed;
		}
		for (size_t k = 0; k < one->findings.count; k++) {
			struct finding *finding = record_append(&finding_record, &report->quality.findings);
			record_finish(&finding_record, finding);
			record_copy(&finding_record, &one->findings.items[k], finding);
		}
	}
	for (size_t i = 0; i < report->quality.statements.count; i++)
		covered += report->quality.statements.items[i].covered;
	whole.score = whole.criteria.count ? (double)passed / (double)whole.criteria.count : 0;
	whole.findings = report->quality.findings;
	score_verification(&whole, covered, report->quality.statements.count, &report->quality.score);
	whole.findings = (struct finding_list){ 0 };
	record_finish(&verification_record, &whole);
}

static void
decide(struct report *report, const struct charter *charter, double threshold, char **ret_reason)
{
	size_t bad = 0, open = 0, uncovered = 0;
	const char *first = NULL, *why = NULL;
	for (size_t i = 0; i < report->task_count; i++) {
		const struct task_facts *task = &report->tasks[i];
		bool good = is_good(task);
		bad += !good;
		open += good && task->row->outcome == TASK_IS_ACCEPTED_UNVERIFIED;
		if (!good && !first) {
			first = task->planned->id;
			why = task->row && task->row->reason ? task->row->reason : "it did not come to an end";
		}
	}
	for (size_t i = 0; i < report->quality.statements.count; i++)
		uncovered += !report->quality.statements.items[i].covered;
	report->outcome = RUN_IS_ACCEPTED;
	if (bad) {
		report->outcome = RUN_IS_FAILED;
		*ret_reason = g_strdup_printf("%s: %s", first, why);
	} else if (charter->request.strict && open) {
		report->outcome = RUN_IS_FAILED;
		*ret_reason = g_strdup_printf("%zu tasks have criteria that nothing verified (--strict)", open);
	} else if (report->quality.score.quality < threshold && report->validation.contracts.count && (!uncovered || charter->request.allow_partial)) {
		report->outcome = RUN_IS_BELOW;
		*ret_reason = g_strdup_printf("quality %.2f is below the threshold of %.2f", report->quality.score.quality, threshold);
	} else if (uncovered) {
		report->outcome = RUN_IS_PARTIAL;
		*ret_reason = g_strdup_printf("%zu of %zu statements are not covered", uncovered, report->quality.statements.count);
	}
}

static void
list_files(struct store *store, const struct charter *charter, const struct task_facts *task, struct task_result *result)
{
	struct manifest manifest = { 0 };
	g_autofree char *folder = task->output.manifest ? report_folder(&charter->plan, task->planned) : NULL;
	struct words files, code, documentation;
	words_init(&files);
	words_init(&code);
	words_init(&documentation);
	if (task->output.manifest && manifest_read(store, task->output.manifest, &manifest, NULL)) {
		for (size_t i = 0; i < manifest.files.count; i++) {
			const char *path = manifest.files.items[i].path;
			g_autofree char *whole = g_build_filename(folder, path, NULL);
			words_add(&files, whole);
			words_add(g_str_has_suffix(path, ".md") ? &documentation : &code, whole);
		}
		record_finish(&manifest_record, &manifest);
	}
	result->files_created = words_take(&files);
	result->deliverables.code = words_take(&code);
	result->deliverables.documentation = words_take(&documentation);
}

static void
fill_tasks(struct report *report, struct store *store, const struct charter *charter)
{
	for (size_t i = 0; i < report->task_count && i < report->result.tasks.count; i++) {
		const struct task_facts *task = &report->tasks[i];
		struct task_result *result = &report->result.tasks.items[i];
		list_files(store, charter, task, result);
		result->contract_fulfilled = is_good(task) && task->verification.fulfilled;
		result->fulfillment_score = task->verified ? task->verification.score : NAN;
		result->missing_deliverables = g_strdupv(task->verification.missing);
		result->quality_score = task->verified ? task->score.quality : NAN;
		result->completeness_score = task->verified ? task->score.completeness : NAN;
		result->quality_issues = list_issues(task);
		result->used_mock = task->output.used_mock;
	}
}

static void
fill_result(struct report *report, const struct charter *charter)
{
	struct run_result *result = &report->result;
	struct words issues;
	words_init(&issues);
	result->requirement_type = *charter->requirement ? g_strdup(requirement_type_names[charter->analysis.requirement_type]) : NULL;
	result->quality.overall_quality_score = report->quality.score.quality;
	result->quality.band = g_strdup(report->quality.score.band);
	result->quality.contracts_total = (int64_t)report->validation.contracts.count;
	for (size_t i = 0; i < report->validation.contracts.count; i++)
		result->quality.contracts_fulfilled += report->validation.contracts.items[i].fulfilled;
	result->quality.statements_total = (int64_t)report->quality.statements.count;
	for (size_t i = 0; i < report->quality.statements.count; i++) {
		const struct statement_report *statement = &report->quality.statements.items[i];
		result->quality.statements_covered += statement->covered;
		if (statement->covered)
			continue;
		struct uncovered *entry = record_append(&uncovered_record, &result->not_covered);
		entry->statement = g_strdup(statement->statement);
		entry->text = g_strdup(statement->text);
		entry->reason = g_strdup(statement->reason);
	}
	for (size_t i = 0; i < report->task_count; i++) {
		if (report->tasks[i].planned->kind != TASK_KIND_INTEGRATION)
			continue;
		g_auto(GStrv) texts = list_issues(&report->tasks[i]);
		for (char **text = texts; *text; text++)
			words_add(&issues, *text);
	}
	result->integration_issues = words_take(&issues);
}

bool
report_make(struct store *store, const struct charter *charter, const struct run_row *row, double threshold, struct report *ret,
            GError **error)
{
	g_autofree char *reason = NULL;
	*ret = (struct report){ 0 };
	record_init(&quality_report_record, &ret->quality);
	if (!gather(ret, store, charter, row, error) || !run_result_measure(store, row->id, &ret->result, error)) {
		report_clear(ret);
		return false;
	}
	report_statements(ret, charter);
	report_contracts(ret, charter);
	ret->quality.models = ret->result.models ? doc_ref(ret->result.models) : NULL;
	score_run(ret);
	decide(ret, charter, threshold, &reason);
	fill_tasks(ret, store, charter);
	fill_result(ret, charter);
	g_free(ret->result.outcome);
	g_free(ret->result.reason);
	g_free(ret->result.state);
	ret->result.state = g_strdup(run_state_names[RUN_DONE]);
	ret->result.outcome = g_strdup(run_outcome_names[ret->outcome]);
	ret->result.reason = g_steal_pointer(&reason);
	ret->result.success = ret->outcome == RUN_IS_ACCEPTED || (ret->outcome == RUN_IS_PARTIAL && charter->request.allow_partial);
	return true;
}

void
report_clear(struct report *report)
{
	for (size_t i = 0; i < report->task_count; i++) {
		record_finish(&task_output_record, &report->tasks[i].output);
		record_finish(&verification_record, &report->tasks[i].verification);
		record_finish(&score_record, &report->tasks[i].score);
	}
	g_free(report->tasks);
	record_list_finish(&task_row_record, &report->rows);
	record_list_finish(&event_row_record, &report->events);
	record_finish(&validation_report_record, &report->validation);
	record_finish(&quality_report_record, &report->quality);
	record_finish(&run_result_record, &report->result);
	*report = (struct report){ 0 };
}
