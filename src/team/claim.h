/* What a clause claims of things: that one has fields or others, or belongs to another. */
#ifndef TEAM_CLAIM_H
#define TEAM_CLAIM_H

#include "team/phrase.h"

enum claim_kind {
	CLAIM_NONE,
	CLAIM_HAS,       /* "a task has a title"; "tasks with due dates"; "task (title, status)" */
	CLAIM_BELONGS,   /* "tasks belong to projects" */
	CLAIM_MANY,      /* "many-to-many between students and courses" */
};

struct claim {
	enum claim_kind kind;
	struct noun subject;
	struct range objects;   /* a list */
	size_t verb, to;        /* of another claim of the same subject: "… and belongs to projects"; 0 if none */
};

/* The claim of a clause; false if it makes none. */
bool claim_read(const struct reading *reading, size_t from, size_t to, struct claim *ret);
/* The next claim of the same subject; false if there is none. */
bool claim_next(const struct reading *reading, struct claim *claim);
/* Whether a noun can be a thing that is kept at all. */
bool noun_is_thing(const struct reading *reading, const struct noun *noun);

#endif
