/* Patterns of orchestration: how a problem becomes a plan, without a model. Which specialists a pattern takes where nobody names any,
 * and how their answers become one, is data (catalogue/orchestrate/patterns.yaml). */
#ifndef TEAM_TACTIC_H
#define TEAM_TACTIC_H

#include "base/catalogue.h"
#include "team/orchestration.h"

enum tactic_kind { TACTIC_PARALLEL, TACTIC_DIVIDE, TACTIC_PIPELINE, TACTIC_CONSENSUS };
extern const char *const tactic_names[];   /* parallel-analysis, divide-and-conquer, pipeline, consensus */

struct tactic {
	char *id, *description, *rule;
	char **specialists;          /* who takes part where nobody is named and no word of the problem calls for anybody */
	int64_t voices;              /* how many take part then at most */
	char *synthesis_strategy, *success_criteria;
};
RECORD_LIST_OF(tactic);
extern const struct record_type tactic_record;

struct tactics {
	struct tactic_list patterns;
};
extern const struct record_type tactics_record;
/* ERR_CONFIG naming file and line. */
bool tactics_load(struct catalogue *catalogue, struct tactics *ret, GError **error);
/* NULL with ERR_CONFIG where the catalogue lacks it. */
const struct tactic *tactics_find(const struct tactics *tactics, enum tactic_kind kind, GError **error);

/* What is to be worked on. */
struct material {
	const char *name;            /* the path of a file; NULL: an item */
	const struct value *item;
	size_t size;                 /* in bytes */
};

struct tactic_wish {
	const char *problem;
	struct doc *context;
	const struct tactic *tactic;
	enum tactic_kind kind;
	const struct persona_list *known;
	const char *const *specialists;      /* NULL-terminated; empty or "auto": by the words of the problem */
	const char *conclude;                /* who gets all results in the end; NULL */
	const struct material *material;     /* files or items */
	size_t count;
	unsigned workers;                    /* parts of divide-and-conquer at most, if there are no more specialists */
	double timeout;
	const char *synthesis, *success;     /* NULL: the pattern's */
};

/* ERR_INVALID names a specialist that there is not, or what the pattern lacks. */
bool tactic_plan(const struct tactic_wish *wish, struct orchestration *ret, GError **error);

/* Which part each piece of material goes to: the largest first, each to the part with the fewest bytes so far, of equal ones the first.
 * `ret` has room for all; returns how many parts there are, none of them empty. */
unsigned tactic_divide(const struct material *material, size_t count, unsigned parts, unsigned *ret);
/* The ids of those whose skills the problem names, most words first; those of the pattern where it names none. */
char **tactic_choose(const struct tactic_wish *wish);

#endif
