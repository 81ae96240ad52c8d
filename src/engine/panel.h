/* Specialists who look at something inside of a run: chosen by the words of the matter, asked side by side on the run's account, their
 * findings merged by the rules of orchestrations. On a worker thread. */
#ifndef ENGINE_PANEL_H
#define ENGINE_PANEL_H

#include "engine/exhibits.h"
#include "engine/job.h"
#include "engine/orchestra.h"

/* What came of it. */
struct panel {
	struct specialist_result_list results;
	struct synthesis synthesis;
};
extern const struct record_type panel_record;

struct panel_matter {
	const char *purpose, *persona;       /* for the accounts */
	const char *problem;
	const char *words;                   /* that call for specialists */
	struct doc *context;
	const struct exhibits *exhibits;
};

/* Whether there are models for a run with these terms, or a recording of them. */
bool panel_can_sit(const struct worker *worker, const struct charter *charter);
/* `panel` is empty before. False: ERR_CONFIG where there is no model, ERR_BUDGET, ERR_INTERRUPTED, or why
 * no specialist came to an answer; `panel` holds what there is in any case. The job gets what was asked. */
bool panel_sit(struct worker *worker, struct job *job, const struct panel_matter *matter, struct panel *panel, GError **error);

/* What the job's task is about, into an open object: task, persona, requirement, contract and interface. */
void panel_write_task(const struct job *job, struct writer *writer);

/* {answer, findings [{subject, claim, evidence, severity, confidence, sources, resolved_by, against}], contradictions, open}: for whoever
 * goes on with the matter. */
struct doc *panel_advice(const struct panel *panel);
/* The specialists that answered, each once, into an open array. */
void panel_write_names(const struct panel *panel, struct writer *writer);

#endif
