/* The report of a run: what came of each contract and of each statement, with the proof. */
#ifndef ENGINE_REPORT_H
#define ENGINE_REPORT_H

#include "engine/output.h"
#include "engine/result.h"
#include "verify/score.h"
#include "verify/verify.h"

/* What is known of one task when a run is reported. */
struct task_facts {
	const struct plan_task *planned;
	const struct task_row *row;          /* NULL: it never began */
	struct task_output output;
	struct verification verification;    /* criteria.count 0 where there was none */
	struct score score;
	bool verified;
};

/* A contract in contracts/validation_report.json. */
struct contract_report {
	char *contract_id, *contract_version, *provider_persona_id, *outcome;
	bool fulfilled;
	double score;
	char **missing, **issues, **recommendations;
	struct verification verification;
};
RECORD_LIST_OF(contract_report);
extern const struct record_type contract_report_record;

struct validation_report {
	struct contract_report_list contracts;
};
extern const struct record_type validation_report_record;

/* How one statement is covered. */
struct statement_report {
	char *statement, *text;
	bool covered;
	char **elements;                     /* contract elements that carry it */
	char **evidence;                     /* criteria that prove it */
	char *reason;                        /* why it is not covered; NULL */
};
RECORD_LIST_OF(statement_report);
extern const struct record_type statement_report_record;

/* quality_report.json */
struct quality_report {
	struct score score;
	struct statement_report_list statements;
	struct finding_list findings;
	struct doc *models;                  /* consult_document; NULL: none was asked */
};
extern const struct record_type quality_report_record;

struct report {
	struct task_facts *tasks;            /* as many as the plan has */
	size_t task_count;
	struct task_row_list rows;
	struct event_row_list events;
	struct validation_report validation;
	struct quality_report quality;
	struct run_result result;
	enum run_outcome outcome;
};

/* Gathers everything from the store and concludes. */
bool report_make(struct store *store, const struct charter *charter, const struct run_row *row, double threshold, struct report *ret,
                 GError **error);
void report_clear(struct report *report);

/* JUnit XML: a suite per contract, a case per criterion and per piece of evidence. Newly allocated. */
char *report_junit(const struct report *report);

/* The folder that a task's deliverable goes to, below the output folder: the persona's, with the
 * contract below it where the persona has several. Newly allocated. */
char *report_folder(const struct plan *plan, const struct plan_task *task);

#endif
