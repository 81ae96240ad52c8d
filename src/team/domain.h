/* From prose to things: the demands of a requirement one by one, the entities it speaks of with
 * fields and relations, and the services it wants. Offline, from word lists in catalogue/lexicon/. */
#ifndef TEAM_DOMAIN_H
#define TEAM_DOMAIN_H

#include "base/catalogue.h"
#include "team/analysis.h"

struct lexicon;
typedef struct lexicon Lexicon;

/* Reads the word lists. NULL with ERR_CONFIG naming file, line and column. Immutable. */
struct lexicon *lexicon_load(struct catalogue *catalogue, GError **error);
void lexicon_destroy(struct lexicon *lexicon);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lexicon, lexicon_destroy)

/* Cuts a requirement into numbered demands; each has its span, its kind and, where it names one,
 * its subject. A text without any demand gives one statement: all of it. */
void statements_read(const struct lexicon *lexicon, const char *text, struct statement_list *ret);

/* The entities with what is stated of them and, sparingly, what any such thing has (marked by a
 * NULL `statement`). Fills nothing where the text speaks of none. */
void entities_read(const struct lexicon *lexicon, const char *text, const struct statement_list *statements, struct entity_list *ret);

/* True where a demand speaks only of what any API that keeps things does: create, list, read, change,
 * delete and filter. One verb that means more ("remind", "pay", "export") makes it false, and so does a
 * demand without any verb that is known. */
bool statement_is_plain(const struct lexicon *lexicon, const char *text);

/* "Build a task management web application" names a "task management web application": the text
 * without the words that ask for it. Newly allocated. */
char *statement_product(const struct lexicon *lexicon, const char *text);

/* One service of its own port and contract, with the entities that it owns. */
struct service {
	char *name;          /* lower snake case: "order_service"; "api" where there is only one */
	char **entities;     /* names */
	char *statement;     /* that demands it as a service of its own; NULL */
};
RECORD_LIST_OF(service);
extern const struct record_type service_record;

/* One service, or several where the requirement wants microservices or names them. Every entity
 * belongs to exactly one. */
void services_read(const struct lexicon *lexicon, const char *text, const struct statement_list *statements,
                   const struct entity_list *entities, struct service_list *ret);

#endif
