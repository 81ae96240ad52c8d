/* The demands inside a sentence: a product with what it shall hold, technologies, coordinated
 * clauses. Each becomes a statement, unless it only gives the background of one. */
#ifndef TEAM_CLAUSE_H
#define TEAM_CLAUSE_H

#include "team/sentence.h"

struct clause {
	size_t from, to;            /* tokens */
	enum statement_kind kind;
	char *subject;              /* owned; NULL */
	unsigned block;
	bool background;            /* tells how things are, demands nothing */
	bool heading;               /* belongs to what follows */
	bool outside;               /* demands that something is left out */
};

/* Appends the clauses of all sentences, in order and without overlap. */
void clauses_read(const struct reading *reading, GArray *ret);
/* An array of struct clause that frees their subjects. */
GArray *clauses_new(void);

/* The kind of a clause and what it is about. */
void clause_judge(const struct reading *reading, struct clause *clause);
/* As an element of a list of what a product shall have. */
void clause_judge_element(const struct reading *reading, struct clause *clause);

#endif
