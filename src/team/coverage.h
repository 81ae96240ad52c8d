/* Which statements a deliverable's evidence can stand for: by the document's x-covers, and by the
 * words of catalogue/contracts/coverage.yaml. */
#ifndef TEAM_COVERAGE_H
#define TEAM_COVERAGE_H

#include "base/catalogue.h"
#include "team/domain.h"

struct coverage;
typedef struct coverage Coverage;

struct coverage *coverage_load(struct catalogue *catalogue, GError **error);
void coverage_destroy(struct coverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Coverage, coverage_destroy)

/* A growing set of words in the order in which they came. */
struct words {
	GPtrArray *list;
	GHashTable *known;
};
void words_init(struct words *words);
void words_add(struct words *words, const char *word);
/* NULL-terminated, newly allocated; finishes the set. */
char **words_take(struct words *words);

/* Adds the ids of the product and technology statements that what `provides` makes stands for. */
void coverage_by_words(const struct coverage *coverage, const struct analysis *analysis, const char *provides, struct words *ret);
/* Whether the operations of an API can stand for a statement at all: one about a thing, or a capability
 * that asks for no more than such an API does. */
bool coverage_allows(const struct coverage *coverage, const struct statement_list *statements, const char *id);
/* Adds the x-covers of a node of an OpenAPI document and of what its references lead to, as far
 * as they are allowed. */
void coverage_of_node(const struct coverage *coverage, const struct statement_list *statements, const struct doc *spec,
                      const struct value *node, struct words *ret);

#endif
