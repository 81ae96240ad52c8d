/* What models are known to be and to cost: catalogue/models/known.yaml. What nobody knows is NaN, and never zero. */
#ifndef LLM_PRICE_H
#define LLM_PRICE_H

#include "base/catalogue.h"
#include "llm/endpoint.h"
#include "llm/message.h"

/* A service whose prices these are: others may take what they like for the same model. */
struct price_service {
	char *protocol, *host;
};
RECORD_LIST_OF(price_service);
extern const struct record_type price_service_record;

struct price_model {
	char *name, *protocol;
	char **aliases;
	char **capabilities;
	int64_t window, max_output;  /* tokens; RECORD_NO_INT: unknown */
	double input_price, output_price, cache_read_price, cache_write_price;   /* dollars for a million tokens; NaN: unknown */
	char *date, *source;         /* of which day, who said it */
};
RECORD_LIST_OF(price_model);
extern const struct record_type price_model_record;

struct price_table {
	char *date;
	struct price_service_list services;
	struct price_model_list models;
};
extern const struct record_type price_table_record;

/* ERR_CONFIG names file, line and column. Give it a catalogue without a project: a repository is not to say what its calls cost. */
bool price_load(struct catalogue *catalogue, struct price_table *ret, GError **error);
/* Under its name, an alias, or either with a date behind it ("-20250929", "-2025-09-29"); NULL where it is not known. */
const struct price_model *price_find(const struct price_table *table, const char *protocol, const char *model);
/* Whether the endpoint is a service whose prices are those of the table. */
bool price_is_service(const struct price_table *table, const struct endpoint *endpoint);
/* Fills in what the configuration leaves open of the endpoint's models; prices only where it is such a service. */
void price_fill(const struct price_table *table, struct endpoint *endpoint);
/* Gives an endpoint that lists no models those of the table, where it is such a service; they are not asked for. */
void price_offer(const struct price_table *table, struct endpoint *endpoint);

/* Dollars: what the server says, else by the model's prices, else 0 where it is local, else NaN. NaN as well where tokens were
 * counted that have no price, or where the server did not count. `model` may be NULL. */
double price_cost(const struct endpoint *endpoint, const struct endpoint_model *model, const struct model_usage *usage);

#endif
