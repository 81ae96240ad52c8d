/* Recorded exchanges judged against a version of a contract: which consumer sends what it does not
 * allow, was given what it does not promise, or uses what is deprecated. With the version that they
 * were recorded under, the question is what the change breaks. */
#ifndef VERIFY_TRAFFIC_H
#define VERIFY_TRAFFIC_H

#include "contract/openapi.h"
#include "contract/recording_file.h"
#include "verify/usage.h"

#define TRAFFIC_KINDS(XX)                                                                          \
	XX(UNKNOWN, "unknown operation")                                                           \
	XX(REQUEST, "invalid request")                                                             \
	XX(MISSING, "required and never sent")                                                     \
	XX(ANSWER, "answer not given")                                                             \
	XX(PROMISE, "answer not promised")                                                         \
	XX(DEPRECATED, "deprecated use")
enum traffic_kind {
#define XX(code, name) TRAFFIC_##code,
	TRAFFIC_KINDS(XX)
#undef XX
	TRAFFIC_KIND_COUNT
};
extern const char *const traffic_kind_names[];

struct traffic_finding {
	enum traffic_kind kind;
	char *consumer, *recording;
	int64_t request;             /* its number in the recording, from 1: the first of its kind */
	int64_t times;
	char *operation;             /* "POST /tasks" */
	char *expected, *found, *curl;
};
RECORD_LIST_OF(traffic_finding);
extern const struct record_type traffic_finding_record;

/* A judgement under way. */
struct traffic;
typedef struct traffic Traffic;

/* The models must outlive it. `before` is the version that the recordings were made under: NULL where
 * only one is in question. `origin` (NULL: found out) is the server whose exchanges count. */
struct traffic *traffic_create(struct openapi *openapi, struct openapi *before, const char *origin);
void traffic_destroy(struct traffic *traffic);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Traffic, traffic_destroy)
void traffic_add(struct traffic *traffic, const struct recording_file *file);

/* What is against the contract, and what is merely to be known; in the order of their appearance.
 * Appended to lists of the caller. `ret_ignored` counts exchanges with other servers. */
void traffic_finish(struct traffic *traffic, struct traffic_finding_list *faults, struct traffic_finding_list *notes, struct usage_list *usages,
                    int64_t *ret_ignored);

#endif
