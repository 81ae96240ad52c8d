/* Tasks for specialists: the matter is the task's title, what they look at are the files of the tasks that it needs, and what they find
 * is the deliverable. */
#include <string.h>

#include "agent/agent.h"
#include "base/error.h"
#include "base/template.h"
#include "engine/debugging.h"
#include "engine/output.h"
#include "engine/panel.h"
#include "engine/perform.h"

struct investigation {
	struct worker *worker;
	struct store *store;
	struct job *job;
	const struct plan_task *planned;
	struct exhibits exhibits;
	struct panel panel;
};

static bool
gather(struct investigation *investigation, const char *words, GError **error)
{
	const struct plan_task *planned = investigation->planned;
	bool ok = true;
	for (size_t i = 0; ok && planned->needs && planned->needs[i]; i++) {
		struct task_output output;
		if (!*investigation->job->inputs[i])
			continue;
		ok = charter_read(investigation->store, investigation->job->inputs[i], &task_output_record, &output, error);
		if (ok && output.manifest)
			ok = exhibits_add(&investigation->exhibits, investigation->store, output.manifest, planned->needs[i], error);
		if (ok)
			record_finish(&task_output_record, &output);
	}
	return ok && exhibits_read(&investigation->exhibits, investigation->store, words, error);
}

static struct doc *
write_context(const struct investigation *investigation, const struct doc *advice)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	panel_write_task(investigation->job, &writer);
	if (advice)
		writer_member_value(&writer, "advice", doc_root(advice));
	g_autoptr(Doc) left_out = exhibits_left_out(&investigation->exhibits);
	if (left_out)
		writer_member_value(&writer, "files_left_out", doc_root(left_out));
	writer_end(&writer);
	return writer_doc(&writer);
}

static bool
look(struct investigation *investigation, GError **error)
{
	const struct plan_task *planned = investigation->planned;
	const char *title = planned->title ? planned->title : planned->id;
	const char *persona = planned->persona_id ? planned->persona_id : "nobody";
	g_autofree char *words = g_strdup_printf("%s\n%s", title, investigation->job->charter->requirement);
	GError *cause = NULL;
	g_autoptr(Doc) advice = debugging_advice(investigation->store, investigation->job->before, &cause);
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	if (!gather(investigation, words, error))
		return false;
	g_autoptr(Doc) context = write_context(investigation, advice);
	struct panel_matter matter = { .purpose = "investigation", .persona = persona, .problem = title, .words = words, .context = context,
		                       .exhibits = &investigation->exhibits };
	return panel_sit(investigation->worker, investigation->job, &matter, &investigation->panel, error);
}

/* --- the deliverable ------------------------------------------------------------------------ */

static bool
write_file(const char *workspace, const char *name, const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(workspace, name, NULL);
	return g_file_set_contents(path, text, -1, NULL) || error_set(error, ERR_ENVIRONMENT, "make room on the disk", "cannot write %s", path);
}

static bool
write_findings(const struct investigation *investigation, const char *workspace, GError **error)
{
	static const char path[] = "orchestrate/findings.md";
	const struct plan_task *planned = investigation->planned;
	g_autoptr(Doc) advice = panel_advice(&investigation->panel);
	g_autofree char *template = catalogue_text(investigation->worker->catalogue, path, NULL, error), *json = value_to_json(doc_root(advice), true);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "title", planned->title ? planned->title : planned->id);
	writer_members(&writer, doc_root(advice));
	writer_end(&writer);
	g_autoptr(Doc) values = writer_doc(&writer);
	g_autofree char *text = template ? template_render(path, template, doc_root(values), error) : NULL;
	return text && write_file(workspace, "findings.md", text, error) && write_file(workspace, "findings.json", json, error);
}

static void
summarise(const struct investigation *investigation, struct attempt_result *ret)
{
	size_t answers = 0;
	for (size_t i = 0; i < investigation->panel.results.count; i++)
		answers += investigation->panel.results.items[i].success;
	ret->outcome = TASK_IS_ACCEPTED;
	ret->summary = g_strdup_printf("%zu specialists, %zu findings, %d contradictions", answers, investigation->panel.synthesis.topics.count,
	                               (int)investigation->panel.synthesis.contradictions);
}

/* A limit and an interruption are the run's matter, all else is a failure of the attempt. */
static bool
take_failure(const struct investigation *investigation, GError *error, struct attempt_result *ret)
{
	enum error_code code = error_code(error);
	if (code == ERR_BUDGET || code == ERR_INTERRUPTED) {
		investigation->job->error = error;
		return false;
	}
	const char *remedy = error_remedy(error);
	g_autofree char *text = error_text(error);
	ret->outcome = TASK_IS_FAILED;
	ret->summary = g_strdup_printf("%s%s%s", text, remedy ? "; " : "", remedy ? remedy : "");
	g_error_free(error);
	return true;
}

bool
investigate(struct worker *worker, struct job *job, const char *workspace, struct attempt_result *ret)
{
	struct investigation investigation = { .worker = worker, .store = worker_store(worker, &job->error), .job = job,
		                               .planned = &job->charter->plan.tasks.items[job->task] };
	GError *error = NULL;
	if (!investigation.store)
		return false;
	exhibits_init(&investigation.exhibits);
	record_init(&panel_record, &investigation.panel);
	bool ok = look(&investigation, &error) && write_findings(&investigation, workspace, &error);
	if (ok)
		summarise(&investigation, ret);
	else
		ok = take_failure(&investigation, error, ret);
	record_finish(&panel_record, &investigation.panel);
	exhibits_finish(&investigation.exhibits);
	return ok;
}
