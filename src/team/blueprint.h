/* Blueprints: team patterns as data. They decide what runs: who takes part, in which order, how
 * they come to one result, and how the team grows. */
#ifndef TEAM_BLUEPRINT_H
#define TEAM_BLUEPRINT_H

#include "base/catalogue.h"
#include "team/analysis.h"

/* In which order assignments run. */
enum execution_mode {
	EXECUTION_SEQUENTIAL,    /* one persona after the other, each on the last one's work */
	EXECUTION_PARALLEL,      /* as soon as what they need is accepted */
	EXECUTION_COLLABORATIVE, /* several work on the same contract and come to one result */
	EXECUTION_SPECIALIZED,   /* few, for one kind of problem */
	EXECUTION_HYBRID,        /* design in sequence, building in parallel, release in sequence */
	EXECUTION_SOLO,          /* one persona does all */
};
extern const char *const execution_mode_names[];

/* How those who work on one thing come to one result. */
enum coordination_mode {
	COORDINATION_HANDOFF,         /* the deliverable is handed on */
	COORDINATION_CONTRACT_FIRST,  /* contracts and mocks before any work */
	COORDINATION_BARRIER,         /* providers first; consumers start on the real thing */
	COORDINATION_CONSENSUS,       /* N proposals, then a checked synthesis */
	COORDINATION_DEBATE,          /* rounds of proposal and rebuttal, then a judge */
	COORDINATION_MEASURE,         /* measure, change, measure */
	COORDINATION_EMERGENCY,       /* the shortest way first, full checks after */
	COORDINATION_REVIEW,          /* work, then a second pair of eyes */
	COORDINATION_NONE,
};
extern const char *const coordination_mode_names[];

enum scaling { SCALING_FIXED, SCALING_ELASTIC, SCALING_PERFORMANCE };
extern const char *const scaling_names[];

struct blueprint_role {
	char *persona;
	bool required;               /* takes part whatever the requirement says; so does a role without `when` */
	char **when;                 /* expertise or component words of the analysis that bring it in */
};
RECORD_LIST_OF(blueprint_role);
extern const struct record_type blueprint_role_record;

/* What speaks for a blueprint: words of the analysis and their weight. */
struct blueprint_signal {
	char *field;                 /* requirement_type, complexity, parallelizability, expertise, component */
	char *value;
	double weight;               /* may be negative */
};
RECORD_LIST_OF(blueprint_signal);
extern const struct record_type blueprint_signal_record;

struct blueprint {
	char *id, *name, *description;
	enum execution_mode execution;
	enum coordination_mode coordination;
	enum scaling scaling;
	int64_t proposals, rounds;   /* of consensus and debate */
	int64_t workers;             /* fixed scaling: at most so many at once; 0: as planned */
	struct blueprint_role_list roles;   /* a solo pattern's are alternatives: the first that fits does all */
	struct blueprint_signal_list signals;
	char **tags, **use_cases, **best_practices, **anti_patterns;
};
RECORD_LIST_OF(blueprint);
extern const struct record_type blueprint_record;

/* All blueprints of the catalogue, sorted by file name. ERR_CONFIG or ERR_INPUT naming file, line and
 * column; the file's name is the id, and signals speak only of what an analysis has. */
bool blueprints_load(struct catalogue *catalogue, struct blueprint_list *ret, GError **error);
const struct blueprint *blueprints_find(const struct blueprint_list *list, const char *id);

/* How well a blueprint fits an analysis: the sum of its signals, and why in words. */
struct blueprint_match {
	char *id, *name;
	double score;
	char *reason;
};
RECORD_LIST_OF(blueprint_match);
extern const struct record_type blueprint_match_record;

/* Best first. */
void blueprints_rank(const struct blueprint_list *list, const struct analysis *analysis, struct blueprint_match_list *ret);

/* What to look for; NULL members match all. */
struct blueprint_query {
	char *mode, *coordination, *scaling, *tag, *text;
};
extern const struct record_type blueprint_query_record;
/* Those that match, best first: each with its score and why. */
void blueprints_search(const struct blueprint_list *list, const struct blueprint_query *query, struct blueprint_match_list *ret);

#endif
