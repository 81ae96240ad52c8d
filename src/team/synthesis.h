/* How the answers of specialists become one. Code decides what code can decide; what is left to a judge is handed out and taken back
 * here, and nothing that was said gets lost: every claim keeps its sources, and who lost stays there. */
#ifndef TEAM_SYNTHESIS_H
#define TEAM_SYNTHESIS_H

#include "base/record.h"

extern const char *const insight_severity_names[];   /* info, low, medium, high, critical */

/* One thing that was found. `subject` is a question that has one answer, and `claim` is the answer: two claims about one subject that
 * differ contradict each other. */
struct insight {
	char *subject, *claim, *evidence;
	unsigned severity;
	double confidence;           /* 0 to 1 */
};
RECORD_LIST_OF(insight);
extern const struct record_type insight_record;

/* What one task came back with. */
struct opinion {
	char *task_id, *specialist;
	char *answer;
	struct insight_list findings;
};
RECORD_LIST_OF(opinion);
extern const struct record_type opinion_record;

/* A claim with all who make it. */
struct stance {
	char *claim;                 /* in the words of the first, in the order of the plan */
	char **sources;              /* tasks */
	char **evidence;             /* what they say for it, each once */
	bool proven;                 /* some of it stands in the material, word by word */
	int64_t votes;               /* different specialists */
	double confidence;           /* the highest */
	unsigned severity;           /* the highest */
	bool chosen;
};
RECORD_LIST_OF(stance);
extern const struct record_type stance_record;

struct topic {
	char *subject;
	bool contradiction;
	char *resolved_by;           /* agreed, evidence, majority, judge or open */
	char *reason;                /* the judge's */
	struct stance_list stances;  /* the chosen one first */
};
RECORD_LIST_OF(topic);
extern const struct record_type topic_record;

/* Answers that mean the same. */
struct answer_group {
	char *answer;                /* in the words of the first */
	char *meaning;               /* what they have in common, in the judge's words */
	char **sources;
	int64_t votes;
	double confidence;           /* mean of what its findings say of themselves; NaN: they say nothing */
};
RECORD_LIST_OF(answer_group);
extern const struct record_type answer_group_record;

struct synthesis {
	char *strategy;
	char *answer;                /* the one that it comes to; absent where it comes to none */
	char **sources;              /* tasks that it rests on */
	double agreement;            /* votes of the largest group among all; NaN outside of consensus */
	double confidence;
	char *grouped_by;            /* words or judge */
	struct answer_group_list groups;     /* the largest first */
	struct answer_group_list minority;   /* all but the one that was taken */
	char *merged_from;           /* how the judge put it together, where it did */
	struct topic_list topics;    /* the gravest first */
	int64_t contradictions, open;
	struct doc *custom;          /* what the command wrote */
	char *problem;               /* why it could not be made whole */
};
extern const struct record_type synthesis_record;

/* Without case, punctuation at the ends and double blanks: two texts that are the same so mean the same. Newly allocated. */
char *meaning_of(const char *text);

/* Merges all findings by subject and claim. `material` is what the specialists were given, for evidence that quotes it; NULL: none. */
void synthesis_merge(const struct opinion_list *opinions, const char *material, struct synthesis *ret);
/* A judge has said which claims of a topic are the same in other words: `camp_of` has a number below that of the stances for each. They
 * count together, and what was decided for the others is decided anew. */
void topic_join(struct synthesis *synthesis, const struct opinion_list *opinions, struct topic *topic, const unsigned *camp_of, const char *reason);
/* The judge's word on an open topic; false where there is no such claim. */
bool topic_settle(struct synthesis *synthesis, struct topic *topic, size_t stance, const char *reason);
/* Before that: the claim says the same as the one that will be chosen, in other words. It counts, too; where all do, nothing was contradicted. */
void topic_unite(struct topic *topic, size_t stance);

/* Groups the answers that are the same word for word; those that are empty take no part. */
void synthesis_agree(const struct opinion_list *opinions, struct synthesis *ret);
/* Groups them as a judge says: `group_of` has a number for each opinion; `meanings` (may be NULL) one text for each number. False, and
 * nothing is changed, where opinions that are the same word for word would be torn apart. */
bool synthesis_regroup(const struct opinion_list *opinions, const unsigned *group_of, unsigned groups, char *const *meanings, struct synthesis *ret);

#endif
