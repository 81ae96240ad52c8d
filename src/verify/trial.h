/* A trial: one request, or a sequence whose later steps use what the earlier ones made. It can be
 * run again, shortened and simplified, for it says where its values come from. */
#ifndef VERIFY_TRIAL_H
#define VERIFY_TRIAL_H

#include "contract/exchange.h"
#include "verify/tester.h"

/* Where a step's path comes from. */
enum step_source {
	STEP_LITERAL,                /* its values stand in the case */
	STEP_ITEM,                   /* the item that step `of` made */
	STEP_BESIDE,                 /* the collection in which step `of` made it */
	STEP_STRANGER,               /* that item, under the ancestors of the one that step `other` made */
	STEP_BELOW,                  /* the item that step `of` made is its parent */
	STEP_LINK,                   /* a link of the answer to step `of` */
	STEP_LOCATION,               /* the Location of the answer to step `of` */
};

struct step {
	struct test_case *test;
	enum step_source source;
	unsigned of, other;
	const struct value *link;
	const char *filter;          /* query parameter that narrows a list; NULL */
	/* What follows from its operation. */
	const struct resource *resource;
	enum resource_role role;
	/* What happened when it ran. */
	bool sent;
	struct http_request request;
	struct http_response response;   /* status 0: none */
	char *silence;               /* why there is no answer; NULL */
	bool timed_out;
	struct doc *answer;          /* JSON of the response; NULL */
	struct doc *sent_body;       /* as it was sent, references filled in; NULL */
	char **ids;                  /* its path, as texts */
	struct faults faults;        /* of the answer, by the document */
	struct item item;            /* what it made */
};

struct trial {
	struct step *steps;
	size_t count;
};
typedef struct trial Trial;

struct trial *trial_create(void);
void trial_free(struct trial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_free)
/* Takes the case; returns the step's number. */
unsigned trial_add(struct tester *tester, struct trial *trial, struct test_case *test, enum step_source source, unsigned of);
/* A copy that has not run, of its first `count` steps without step `without` (count or more: with all);
 * NULL where another step needs that one. */
struct trial *trial_copy(struct tester *tester, const struct trial *trial, size_t count, size_t without);

/* One thing that is not as it should be. */
struct failure {
	unsigned check;              /* its row in conformance_checks */
	size_t step;
	char *cause;                 /* what tells it from others of the same check and operation */
	char *expected, *found;
	const struct value *node;    /* where the document says so; NULL */
};
struct failures {
	struct failure *items;
	size_t count;
};
void failures_clear(struct failures *failures);

/* Sends its steps until one cannot be made or got no answer, and judges each. What it made and did
 * not delete is deleted again unless `keep`. True where every step was sent. */
bool trial_run(struct tester *tester, struct trial *trial, bool keep, struct failures *ret);
/* A step is an answered one with a status of 200 to 299. */
static inline bool
step_succeeded(const struct step *step)
{
	return step->sent && step->response.status >= 200 && step->response.status < 300;
}

/* Counts a request that was sent, and what it exercised. */
void tester_count(struct tester *tester, const struct step *step);

/* Deletes what a step made. Nobody judges the answer, only that one comes. */
void tester_remove(struct tester *tester, const struct trial *trial, size_t number);

/* Runs it, records evidence for every step, and for what is new to fail a minimal trial. Frees the
 * trial. True where nothing failed and every step was sent. */
bool tester_try(struct tester *tester, struct trial *trial);
/* The same; the item that its first step made is kept at the provider and becomes *ret_item. */
bool tester_make(struct tester *tester, struct trial *trial, struct item *ret_item);
/* One request without anything before or after. */
bool tester_try_case(struct tester *tester, struct test_case *test);

/* shrink.c: the smallest trial that fails in the same way, newly allocated and run, and how it fails; NULL
 * where it does not when it is run again. */
struct trial *trial_shrink(struct tester *tester, const struct trial *trial, const struct failure *failure, struct failure *ret);
/* campaign.c: commands that make what a trial refers to, then those of its steps up to `last`. */
GPtrArray *trial_commands(struct tester *tester, const struct trial *trial, size_t last);
/* campaign.c: a step is about something that the test made, in this trial or before. */
bool trial_stands_on_made(const struct tester *tester, const struct trial *trial, size_t number);
char *trial_lines(struct tester *tester, const struct trial *trial, size_t last);   /* as text, newly allocated */

#endif
