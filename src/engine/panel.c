#include "engine/panel.h"

#include <string.h>

#include "base/error.h"
#include "engine/perform_phase.h"
#include "team/tactic.h"

enum { VOICES_MAX = 3, TIMEOUT_S = 300, INTERFACE_MAX = 48 << 10 };

static const struct record_field panel_fields[] = {
	RECORD_LIST(panel, results, specialist_result, 0, "what each of them said"),
	RECORD_PART(panel, synthesis, synthesis, 0, "what it comes to"),
};
RECORD_TYPE(panel, RECORD_DROP, "specialists who looked at something in a run");

bool
panel_can_sit(const struct worker *worker, const struct charter *charter)
{
	const struct gateway_options options = { .record = charter->request.record, .replay = charter->request.replay };
	return worker->gateway && !charter->request.offline && gateway_open(worker->gateway, &options, NULL);
}

/* --- the plan ------------------------------------------------------------------------------- */

static struct material *
list_material(const struct exhibits *exhibits, size_t *ret_count)
{
	struct material *material = g_new0(struct material, exhibits->files->len + 1);
	*ret_count = 0;
	for (unsigned i = 0; i < exhibits->files->len; i++) {
		const struct exhibit *exhibit = &g_array_index(exhibits->files, struct exhibit, i);
		if (exhibit->content)
			material[(*ret_count)++] = (struct material){ .name = exhibit->path, .size = (size_t)exhibit->bytes };
	}
	return material;
}

static bool
make_plan(struct catalogue *catalogue, const struct panel_matter *matter, const struct persona_list *known, struct orchestration *ret, GError **error)
{
	struct tactics tactics;
	if (!tactics_load(catalogue, &tactics, error))
		return false;
	const struct tactic *found = tactics_find(&tactics, TACTIC_PARALLEL, error);
	bool ok = found != NULL;
	if (ok) {
		struct tactic tactic = *found;
		size_t count;
		g_autofree struct material *material = list_material(matter->exhibits, &count);
		tactic.voices = MIN(tactic.voices, VOICES_MAX);
		struct tactic_wish wish = { .problem = matter->words, .context = matter->context, .tactic = &tactic, .kind = TACTIC_PARALLEL, .known = known,
			                    .material = material, .count = count, .timeout = TIMEOUT_S, .synthesis = "merge_all", .success = "any" };
		g_auto(GStrv) chosen = tactic_choose(&wish);
		wish.specialists = (const char *const *)chosen;
		wish.problem = matter->problem;
		ok = tactic_plan(&wish, ret, error) && orchestration_check(ret, known, error);
	}
	record_finish(&tactics_record, &tactics);
	return ok;
}

static GHashTable *
list_contents(const struct exhibits *exhibits)
{
	GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (unsigned i = 0; i < exhibits->files->len; i++) {
		const struct exhibit *exhibit = &g_array_index(exhibits->files, struct exhibit, i);
		if (exhibit->content)
			g_hash_table_insert(files, g_strdup(exhibit->path), g_strdup(exhibit->content));
	}
	return files;
}

/* --- the sitting ---------------------------------------------------------------------------- */

static bool
judge_results(const struct panel *panel, bool poor, GError **error)
{
	const struct specialist_result *failed = NULL;
	bool any = false;
	for (size_t i = 0; i < panel->results.count; i++) {
		const struct specialist_result *result = &panel->results.items[i];
		any |= result->success;
		/* A limit ends the run, an interruption the job: they say more than a fault of one server. */
		if (!result->success && (!failed || result->state == SPECIALIST_BUDGET))
			failed = result;
	}
	if (failed && failed->state == SPECIALIST_BUDGET)
		return error_set(error, ERR_BUDGET, NULL, "%s", failed->reason);
	if (poor)
		return error_set(error, ERR_BUDGET, NULL, "%s", panel->synthesis.problem);
	return any || error_set(error, ERR_FAILED, NULL, "no specialist came to an answer: %s", failed ? failed->reason : "there was none");
}

static bool
hear(struct worker *worker, const struct job *job, const struct phase *phase, struct briefing *briefing, const struct persona_list *specialists,
     struct panel *panel, GError **error)
{
	const struct ask *ask = &phase->consultation.ask;
	struct counsel_form form;
	struct orchestra_order order = { .catalogue = worker->catalogue, .briefing = briefing, .specialists = specialists, .models = phase->consultation.models,
		                         .form = &form, .cancelled = &job->cancelled, .model = ask->wish.model, .run = job->charter->run,
		                         .accounts = ask->accounts, .account = phase->consultation.names[2], .memory = ask->memory,
		                         .workers = VOICES_MAX, .deadline_ms = job->deadline, .judge = true };
	bool ok = counsel_form_load(worker->catalogue, "specialist", "findings", &form, error);
	if (ok) {
		double seconds;
		bool poor = false;
		orchestra_perform(&order, &panel->results, &seconds);
		orchestra_conclude(&order, &panel->results, &panel->synthesis, &poor);
		ok = __atomic_load_n(&job->cancelled, __ATOMIC_ACQUIRE) ? error_set(error, ERR_INTERRUPTED, NULL, "interrupted") : judge_results(panel, poor, error);
	}
	counsel_form_clear(&form);
	return ok;
}

static bool
sit(struct worker *worker, const struct job *job, const struct phase *phase, const struct panel_matter *matter, struct panel *panel, GError **error)
{
	struct persona_list specialists;
	struct orchestration plan = { 0 };
	if (!specialists_load(worker->catalogue, &specialists, error))
		return false;
	bool ok = make_plan(worker->catalogue, matter, &specialists, &plan, error);
	if (ok) {
		struct briefing briefing = { .plan = &plan, .files = list_contents(matter->exhibits) };
		ok = hear(worker, job, phase, &briefing, &specialists, panel, error);
		briefing_close(&briefing);
	}
	record_finish(&orchestration_record, &plan);
	record_list_finish(&persona_record, &specialists);
	return ok;
}

static void
end_phase(struct phase *phase, const struct panel *panel, const GError *error, struct job *job)
{
	const char *model = NULL;
	unsigned repairs = 0;
	for (size_t i = 0; i < panel->results.count; i++) {
		model = panel->results.items[i].model ? panel->results.items[i].model : model;
		repairs += (unsigned)panel->results.items[i].repairs;
	}
	phase_end(phase, model, repairs, error ? error->message : NULL, job);
}

bool
panel_sit(struct worker *worker, struct job *job, const struct panel_matter *matter, struct panel *panel, GError **error)
{
	struct store *store = worker_store(worker, error);
	struct phase phase;
	GError *cause = NULL;
	if (!store || !phase_begin(&phase, worker, job, matter->purpose, matter->persona, error))
		return false;
	if (!phase.consultation.models)
		return error_set(error, ERR_CONFIG, "set ANTHROPIC_API_KEY, OPENAI_API_KEY or OLLAMA_HOST, or name servers under endpoints in config.yaml",
		                 "there is no model that specialists could ask");
	bool ok = sit(worker, job, &phase, matter, panel, &cause);
	end_phase(&phase, panel, cause, job);
	if (cause)
		g_propagate_error(error, cause);
	return ok;
}

/* --- what it is about ----------------------------------------------------------------------- */

void
panel_write_task(const struct job *job, struct writer *writer)
{
	const struct charter *charter = job->charter;
	const struct plan_task *planned = &charter->plan.tasks.items[job->task];
	struct doc *spec = NULL;
	const struct contract *contract = charter_contract(charter, planned->contract_id, &spec);
	g_autofree char *interface = contract && spec ? value_to_json(doc_root(spec), false) : NULL;
	writer_member_text(writer, "task", planned->title ? planned->title : planned->id);
	if (planned->persona_id)
		writer_member_text(writer, "persona", planned->persona_id);
	if (*charter->requirement)
		writer_member_text(writer, "requirement", charter->requirement);
	if (contract) {
		writer_key(writer, "contract");
		record_write(&contract_record, contract, RECORD_ALL, writer);
	}
	if (interface && strlen(interface) <= INTERFACE_MAX)
		writer_member_value(writer, "interface", doc_root(spec));
	else if (interface)
		writer_member_text(writer, "interface", "left out: it is too long");
}

/* --- what it comes to ----------------------------------------------------------------------- */

static const struct specialist_result *
find_result(const struct panel *panel, const char *task)
{
	for (size_t i = 0; i < panel->results.count; i++)
		if (g_str_equal(panel->results.items[i].task_id, task))
			return &panel->results.items[i];
	return NULL;
}

static void
write_texts(struct writer *writer, const char *name, char *const *texts)
{
	writer_key(writer, name);
	writer_begin_array(writer);
	for (; texts && *texts; texts++)
		writer_text(writer, *texts);
	writer_end(writer);
}

static void
write_stance(const struct panel *panel, const struct stance *stance, struct writer *writer)
{
	writer_member_text(writer, "claim", stance->claim);
	write_texts(writer, "evidence", stance->evidence);
	writer_key(writer, "sources");
	writer_begin_array(writer);
	for (char **task = stance->sources; task && *task; task++) {
		const struct specialist_result *result = find_result(panel, *task);
		writer_text(writer, result ? result->specialist : *task);
	}
	writer_end(writer);
}

static void
write_topic(const struct panel *panel, const struct topic *topic, struct writer *writer)
{
	const struct stance *first = &topic->stances.items[0];
	writer_begin_object(writer);
	writer_member_text(writer, "subject", topic->subject);
	write_stance(panel, first, writer);
	writer_member_text(writer, "severity", insight_severity_names[first->severity]);
	writer_key(writer, "confidence");
	writer_double(writer, first->confidence);
	writer_member_text(writer, "resolved_by", topic->resolved_by);
	writer_key(writer, "against");
	writer_begin_array(writer);
	for (size_t i = 1; i < topic->stances.count; i++) {
		writer_begin_object(writer);
		write_stance(panel, &topic->stances.items[i], writer);
		writer_end(writer);
	}
	writer_end(writer);
	writer_end(writer);
}

/* Each answer with the name of who gave it. */
static char *
join_answers(const struct panel *panel)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < panel->results.count; i++) {
		const struct specialist_result *result = &panel->results.items[i];
		if (result->success && result->answer && *result->answer)
			g_string_append_printf(text, "%s%s: %s", text->len ? "\n" : "", result->specialist, result->answer);
	}
	return g_string_free(text, FALSE);
}

struct doc *
panel_advice(const struct panel *panel)
{
	g_autofree char *answer = join_answers(panel);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "answer", answer);
	writer_key(&writer, "findings");
	writer_begin_array(&writer);
	for (size_t i = 0; i < panel->synthesis.topics.count; i++)
		write_topic(panel, &panel->synthesis.topics.items[i], &writer);
	writer_end(&writer);
	writer_member_int(&writer, "contradictions", panel->synthesis.contradictions);
	writer_member_int(&writer, "open", panel->synthesis.open);
	writer_end(&writer);
	return writer_doc(&writer);
}

void
panel_write_names(const struct panel *panel, struct writer *writer)
{
	for (size_t i = 0; i < panel->results.count; i++)
		if (panel->results.items[i].success)
			writer_text(writer, panel->results.items[i].specialist);
}
