/* Plans: the tasks of a run with their edges, and what they are predicted to take (DESIGN 4.5). A
 * plan is saved, shown, approved and run exactly as saved. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/record.h"
#include "plan/graph.h"

enum task_kind {
	TASK_KIND_ASSIGNMENT,    /* a persona fulfils a contract */
	TASK_KIND_VERIFICATION,  /* checks what others delivered */
	TASK_KIND_INTEGRATION,   /* consumers against the real provider */
	TASK_KIND_CONVERGENCE,
	TASK_KIND_SYNTHESIS,
	TASK_KIND_MILESTONE,     /* a point in the plan: nothing is delivered */
};
extern const char *const task_kind_names[];

struct plan_task {
	char *id, *title;
	enum task_kind kind;
	char *persona_id, *contract_id;
	char *agent;                 /* what executes it: "scaffold", "command", "specialists" */
	char **command;              /* of a command agent */
	char **needs;                /* hard edges: tasks whose accepted deliverable it wants */
	char **uses;                 /* soft edges: tasks whose contract it wants; a mock stands in */
	char *stream;                /* the work stream it belongs to: backend, frontend, … */
	double seconds;              /* predicted agent time; NaN: unknown */
	double effort_hours;         /* estimated human effort; NaN: unknown */
	int64_t timeout_s;           /* of one attempt */
	int64_t attempts;            /* at most */
	char *why;                   /* why it is there */
};
RECORD_LIST_OF(plan_task);
extern const struct record_type plan_task_record;

/* What the planner found out by simulation; seconds of agent time. */
struct prediction {
	double sequential, barrier, makespan, lower_bound;
	char *rule;                  /* the order that came out best */
	char **critical_path;
	char *basis;                 /* where the durations come from: "declared", "measured", "assumed" */
};
extern const struct record_type prediction_record;

struct plan {
	char *id, *name;
	int64_t version;             /* of the format: 1 */
	char *requirement;           /* text, or the digest's prefix */
	char *blueprint_id;
	char *coordination, *scaling;   /* how the team works together and grows: the blueprint's */
	int64_t workers;
	struct plan_task_list tasks;
	struct prediction prediction;
};
extern const struct record_type plan_record;
typedef struct plan Plan;

/* Checks ids and edges: unknown names, duplicates and cycles are ERR_INVALID and named. */
bool plan_check(const struct plan *plan, GError **error);
/* The graph of the hard edges; with `soft` the soft ones count as hard. Wants a checked plan. */
struct graph *plan_graph(const struct plan *plan, bool soft);
/* Durations of the tasks in seconds; unknown ones count as `unknown`. Newly allocated. */
double *plan_durations(const struct plan *plan, double unknown);
/* Position of a task, -1 if there is none of that id. */
int64_t plan_task_index(const struct plan *plan, const char *id);
/* Simulates and fills `prediction` and, where it is 0, `workers` (at most `limit`). */
void plan_predict(struct plan *plan, unsigned limit);
/* Graphviz, newly allocated. */
char *plan_dot(const struct plan *plan);

#endif
