/* What there is to ask: the endpoints of the configuration with prices, windows and the models that their servers list. */
#ifndef LLM_SURVEY_H
#define LLM_SURVEY_H

#include "llm/endpoint.h"
#include "llm/price.h"

/* What was found out about one server. */
struct survey_entry {
	char *server;
	bool asked, answered;
	int64_t models;              /* that it lists */
	char *problem;               /* why it did not answer; NULL */
	bool says_loaded;
	char **loaded;               /* models in memory, where the server says so */
};
RECORD_LIST_OF(survey_entry);
extern const struct record_type survey_entry_record;

/* Loads the endpoints, fills in what is known of their models, asks those that name none for a list (5 seconds at most each, one after
 * the other) and leaves out those that were to be probed and are not there. `ret_entries` may be NULL. ERR_CONFIG as endpoints_load. */
bool survey_servers(const struct config *config, struct endpoint_list *ret, struct survey_entry_list *ret_entries, GError **error);
/* Asks the servers that can say which models they have in memory, the same way. */
void survey_loaded(const struct endpoint_list *endpoints, struct survey_entry_list *entries);

#endif
