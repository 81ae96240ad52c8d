/* What of a document a test has exercised: operations, statuses, media types, optional members,
 * values of enums, both sides of every boundary; and by whom. */
#ifndef VERIFY_COVERAGE_MAP_H
#define VERIFY_COVERAGE_MAP_H

#include "base/record.h"
#include "verify/case.h"

/* One thing that can be exercised. */
struct covered_point {
	char *operation;             /* "POST /tasks" */
	char *place;                 /* "query limit", "body /title", "answer" */
	char *what;                  /* "maximum 50 met", "left out", "= \"red\"", "status 404" */
	int64_t times;
	char *phase;                 /* that was the first; NULL: nobody */
};
RECORD_LIST_OF(covered_point);
extern const struct record_type covered_point_record;

struct coverage_map;
typedef struct coverage_map CoverageMap;

struct coverage_map *coverage_map_create(struct openapi *openapi);
void coverage_map_free(struct coverage_map *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CoverageMap, coverage_map_free)
/* A case that was sent, and the status that came back. */
void coverage_map_observe(struct coverage_map *coverage, const struct test_case *test, int status, const char *phase);
/* All points, in the order of the document. */
void coverage_map_list(const struct coverage_map *coverage, struct covered_point_list *ret);

#endif
