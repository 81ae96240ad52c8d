/* What asking models will cost, before it is done: expected, and at most. */
#ifndef ENGINE_FORECAST_H
#define ENGINE_FORECAST_H

#include "engine/charter.h"
#include "engine/gateway.h"

/* The calls for one purpose. */
struct forecast_item {
	char *purpose, *persona;
	int64_t calls;               /* where no answer has to be sent back */
	int64_t input_tokens, output_tokens;
	double dollars;              /* NaN: nobody knows the price */
	double dollars_at_most;      /* with every repair, and every answer as long as it may be */
	char *basis;                 /* "measured" in earlier runs of this store, or "assumed" */
};
RECORD_LIST_OF(forecast_item);
extern const struct record_type forecast_item_record;

struct forecast {
	char *server, *model;        /* that would be asked first: the prices are its */
	struct forecast_item_list items;
	int64_t calls, input_tokens, output_tokens;
	double dollars, dollars_at_most;
};
RECORD_LIST_OF(forecast);
extern const struct record_type forecast_record;

struct forecast_wish {
	struct catalogue *catalogue;
	struct gateway *gateway;
	struct store *store;         /* whose runs are measured; NULL */
	size_t material;             /* bytes that each question quotes */
};

/* Fills in server and model; false where there is none, or an error: then there is nothing to free. Calls are added by forecast_add, sums by forecast_sum. */
bool forecast_begin(const struct forecast_wish *wish, struct forecast *ret, GError **error);
/* Calls by a prompt of the catalogue, each with so many repairs at most. */
bool forecast_add(const struct forecast_wish *wish, const char *purpose, const char *persona, const char *prompt, int64_t calls, unsigned repairs,
                  struct forecast *ret, GError **error);
void forecast_sum(struct forecast *forecast);

/* Analysis, blueprint and contracts of a run that is still to be asked for, as far as its request leaves them open. Nothing in it where there
 * is no model. */
bool forecast_run(const struct forecast_wish *wish, const struct charter *charter, struct forecast_list *ret, GError **error);

#endif
