/* The debugging step: what was rejected is put before specialists, with all that is known of why. */
#include <string.h>

#include "base/error.h"
#include "engine/debugging.h"
#include "engine/output.h"
#include "engine/panel.h"
#include "engine/perform.h"
#include "llm/prompt.h"
#include "verify/verify.h"

/* Of what failed: so many pieces of evidence, so many bytes from the end of what each printed, and of all of them together. */
enum { FAILURES_MAX = 50, OUTPUT_MAX = 4 << 10, OUTPUTS_MAX = 24 << 10 };

struct dossier {
	struct store *store;
	const struct job *job;
	const struct plan_task *planned;
	struct task_output output;           /* of the attempt that was rejected last */
	struct verification verification;
	struct exhibits exhibits;
	struct panel panel;
	GString *words;                      /* what the evidence says: who is called for, and which files matter */
	struct writer writer;
	size_t failures, printed;
};

/* --- what is known -------------------------------------------------------------------------- */

static void
write_said(struct dossier *dossier, const char *name, const char *text)
{
	if (!text)
		return;
	writer_member_text(&dossier->writer, name, text);
	g_string_append_printf(dossier->words, "%s\n", text);
}

/* The end of what it printed: faults are told last. */
static void
write_printed(struct dossier *dossier, const char *digest)
{
	g_autoptr(GBytes) bytes = digest ? dossier->store->ops->blob_read(dossier->store, digest, NULL) : NULL;
	gsize length = 0, room = MIN(OUTPUT_MAX, OUTPUTS_MAX - dossier->printed);
	const char *data = bytes ? g_bytes_get_data(bytes, &length) : NULL;
	if (!length || !room)
		return;
	gsize skipped = length - MIN(length, room);
	g_autofree char *text = g_utf8_make_valid(data + skipped, (gssize)(length - skipped));
	dossier->printed += length - skipped;
	write_said(dossier, skipped ? "end_of_output" : "output", text);
}

static void
write_evidence(struct dossier *dossier, const struct evidence *evidence)
{
	struct writer *writer = &dossier->writer;
	writer_begin_object(writer);
	write_said(dossier, "check", evidence->check);
	write_said(dossier, "subject", evidence->subject);
	write_said(dossier, "case", evidence->name);
	write_said(dossier, "expected", evidence->expected);
	write_said(dossier, "found", evidence->found);
	write_said(dossier, "place", evidence->place);
	if (evidence->curl)
		writer_member_text(writer, "curl", evidence->curl);
	write_printed(dossier, evidence->output);
	writer_end(writer);
}

static void
write_criterion(struct dossier *dossier, const struct criterion_result *criterion)
{
	struct writer *writer = &dossier->writer;
	size_t passed = 0, more = 0;
	writer_begin_object(writer);
	writer_member_text(writer, "criterion", criterion->text);
	writer_member_text(writer, "verdict", verdict_names[criterion->verdict]);
	writer_key(writer, "failed");
	writer_begin_array(writer);
	for (size_t i = 0; i < criterion->evidence.count; i++) {
		passed += criterion->evidence.items[i].passed;
		if (criterion->evidence.items[i].passed)
			continue;
		if (dossier->failures++ < FAILURES_MAX)
			write_evidence(dossier, &criterion->evidence.items[i]);
		else
			more++;
	}
	writer_end(writer);
	writer_member_int(writer, "checks_passed", (int64_t)passed);
	if (more)
		writer_member_int(writer, "more_failures", (int64_t)more);
	writer_end(writer);
}

static void
write_verification(struct dossier *dossier)
{
	struct writer *writer = &dossier->writer;
	writer_key(writer, "criteria");
	writer_begin_array(writer);
	for (size_t i = 0; i < dossier->verification.criteria.count; i++)
		write_criterion(dossier, &dossier->verification.criteria.items[i]);
	writer_end(writer);
	if (!dossier->verification.findings.count)
		return;
	writer_key(writer, "findings_of_the_checks");
	writer_begin_array(writer);
	for (size_t i = 0; i < dossier->verification.findings.count; i++)
		record_write(&finding_record, &dossier->verification.findings.items[i], RECORD_ALL, writer);
	writer_end(writer);
}

static bool
write_rejections(struct dossier *dossier, GError **error)
{
	struct event_row_list events = { 0 };
	bool ok = dossier->store->ops->event_list(dossier->store, dossier->job->run, 0, INT64_MAX, &events, error);
	writer_key(&dossier->writer, "rejections");
	writer_begin_array(&dossier->writer);
	for (size_t i = 0; i < events.count; i++) {
		const struct event_row *event = &events.items[i];
		bool ours = event->task == dossier->job->task && g_str_equal(event->kind, DEBUGGING_REJECTED) && event->data;
		g_autoptr(Doc) doc = ours ? doc_read_json(event->kind, event->data, strlen(event->data), NULL, NULL) : NULL;
		if (!doc)
			continue;
		writer_begin_object(&dossier->writer);
		writer_member_value(&dossier->writer, "attempt", value_member(doc_root(doc), "attempt"));
		write_said(dossier, "reason", value_member_text(doc_root(doc), "reason"));
		writer_end(&dossier->writer);
	}
	writer_end(&dossier->writer);
	record_list_finish(&event_row_record, &events);
	return ok;
}

/* What they are told besides the files; newly allocated, NULL with an error. */
static struct doc *
write_context(struct dossier *dossier, GError **error)
{
	writer_init(&dossier->writer, false);
	writer_begin_object(&dossier->writer);
	panel_write_task(dossier->job, &dossier->writer);
	bool ok = write_rejections(dossier, error);
	write_verification(dossier);
	ok = ok && (!dossier->output.manifest || exhibits_add(&dossier->exhibits, dossier->store, dossier->output.manifest, NULL, error)) &&
	     exhibits_read(&dossier->exhibits, dossier->store, dossier->words->str, error);
	g_autoptr(Doc) left_out = exhibits_left_out(&dossier->exhibits);
	if (left_out)
		writer_member_value(&dossier->writer, "files_left_out", doc_root(left_out));
	writer_end(&dossier->writer);
	struct doc *doc = writer_doc(&dossier->writer);
	if (!ok)
		g_clear_pointer(&doc, doc_unref);
	return doc;
}

/* --- what comes of it ----------------------------------------------------------------------- */

static char *
tell(const struct dossier *dossier, const char *reason)
{
	struct writer writer;
	const struct synthesis *synthesis = &dossier->panel.synthesis;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_int(&writer, "attempt", dossier->job->attempt);
	writer_key(&writer, "specialists");
	writer_begin_array(&writer);
	panel_write_names(&dossier->panel, &writer);
	writer_end(&writer);
	writer_member_int(&writer, "findings", (int64_t)synthesis->topics.count);
	writer_member_int(&writer, "agreed", (int64_t)synthesis->topics.count - synthesis->contradictions);
	writer_member_int(&writer, "contradictions", synthesis->contradictions);
	writer_member_int(&writer, "open", synthesis->open);
	if (dossier->output.advice)
		writer_member_text(&writer, "advice", dossier->output.advice);
	if (reason)
		writer_member_text(&writer, "reason", reason);
	writer_end(&writer);
	return writer_take(&writer);
}

static char *
keep_advice(struct dossier *dossier, GError **error)
{
	g_autoptr(Doc) advice = panel_advice(&dossier->panel);
	g_autofree char *text = value_to_json(doc_root(advice), false);
	return dossier->store->ops->blob_put(dossier->store, text, strlen(text), error);
}

/* What the specialists came to goes with the output that they looked at. */
static bool
keep(struct dossier *dossier, struct job *job, GError **error)
{
	g_free(dossier->output.advice);
	dossier->output.advice = keep_advice(dossier, error);
	job->result = dossier->output.advice ? charter_keep(dossier->store, &task_output_record, &dossier->output, error) : NULL;
	return job->result != NULL;
}

static bool
ask_panel(struct worker *worker, struct job *job, struct dossier *dossier, GError **error)
{
	struct prompt prompt;
	g_autoptr(Doc) context = write_context(dossier, error);
	if (!context || !prompt_load(worker->catalogue, "debugging", &prompt, error))
		return false;
	const char *persona = dossier->planned->persona_id;
	struct panel_matter matter = { .purpose = "debugging", .persona = persona ? persona : "nobody", .problem = prompt.text, .words = dossier->words->str,
		                       .context = context, .exhibits = &dossier->exhibits };
	bool ok = panel_sit(worker, job, &matter, &dossier->panel, error);
	record_finish(&prompt_record, &prompt);
	return ok;
}

/* Whatever goes wrong besides a limit and an interruption, the attempt is made, and the journal says why it has no advice. */
static void
debug(struct worker *worker, struct job *job, struct dossier *dossier)
{
	GError *cause = NULL;
	bool whole = ask_panel(worker, job, dossier, &cause);
	bool again = cause && (error_code(cause) == ERR_BUDGET || error_code(cause) == ERR_INTERRUPTED);
	g_autofree char *reason = cause && !again ? error_text(cause) : NULL;
	if (again)
		job->error = g_steal_pointer(&cause);
	g_clear_error(&cause);
	if (whole && !keep(dossier, job, &cause)) {
		g_free(reason);
		reason = error_text(cause);
	}
	if (!again)
		job->told = tell(dossier, reason);
	g_clear_error(&cause);
}

static bool
open_dossier(struct dossier *dossier, GError **error)
{
	return charter_read(dossier->store, dossier->job->before, &task_output_record, &dossier->output, error) &&
	       charter_read(dossier->store, dossier->output.verification, &verification_record, &dossier->verification, error);
}

bool
perform_debug(struct worker *worker, struct job *job)
{
	struct dossier dossier = { .store = worker_store(worker, &job->error), .job = job, .planned = &job->charter->plan.tasks.items[job->task],
		                   .words = g_string_new(NULL) };
	exhibits_init(&dossier.exhibits);
	record_init(&panel_record, &dossier.panel);
	bool ok = dossier.store && open_dossier(&dossier, &job->error);
	if (ok)
		debug(worker, job, &dossier);
	record_finish(&panel_record, &dossier.panel);
	record_finish(&verification_record, &dossier.verification);
	record_finish(&task_output_record, &dossier.output);
	exhibits_finish(&dossier.exhibits);
	g_string_free(dossier.words, TRUE);
	return ok;
}

struct doc *
debugging_advice(struct store *store, const char *digest, GError **error)
{
	struct task_output output;
	if (!digest || !charter_read(store, digest, &task_output_record, &output, error))
		return NULL;
	g_autofree char *text = output.advice ? charter_text(store, output.advice, error) : NULL;
	record_finish(&task_output_record, &output);
	return text ? doc_read_json("advice", text, strlen(text), NULL, error) : NULL;
}
