#include "engine/op_models.h"

#include <math.h>

#include "base/error.h"

static const struct record_field server_entry_fields[] = {
	RECORD_FIELD(server_entry, server, 0, "server"),
	RECORD_FIELD(server_entry, protocol, 0, "its language"),
	RECORD_FIELD(server_entry, address, 0, "where it is"),
	RECORD_FIELD(server_entry, key, 0, "where its key comes from"),
	RECORD_FIELD(server_entry, key_state, 0, "whether the key is there"),
	RECORD_FIELD(server_entry, priority, 0, "0 first; the next ones only where all before them cannot"),
	RECORD_FIELD(server_entry, max_in_flight, 0, "calls at once at most"),
	RECORD_FIELD(server_entry, local, 0, "it costs no money"),
	RECORD_FIELD(server_entry, probe, 0, "it may be missing: it is looked for when it is needed"),
	RECORD_FIELD(server_entry, tags, 0, "words by which it can be chosen"),
	RECORD_FIELD(server_entry, origin, 0, "where it was configured or found"),
};
RECORD_TYPE(server_entry, RECORD_DROP, "a model server");

static const struct record_field model_entry_fields[] = {
	RECORD_FIELD(model_entry, server, 0, "server"),
	RECORD_FIELD(model_entry, model, 0, "model"),
	RECORD_FIELD(model_entry, aliases, 0, "other names"),
	RECORD_FIELD(model_entry, capabilities, 0, "what it can"),
	RECORD_FIELD(model_entry, window, RECORD_OPTIONAL, "tokens that it can see"),
	RECORD_FIELD(model_entry, max_output, RECORD_OPTIONAL, "tokens of its longest answer"),
	RECORD_FIELD(model_entry, input_price, 0, "dollars for a million tokens of prompt"),
	RECORD_FIELD(model_entry, output_price, 0, "dollars for a million tokens of answer"),
	RECORD_FIELD(model_entry, cache_read_price, 0, "dollars for a million tokens read from the cache"),
	RECORD_FIELD(model_entry, cache_write_price, 0, "dollars for a million tokens written to the cache"),
	RECORD_FIELD(model_entry, prices, 0, "whose prices they are"),
};
RECORD_TYPE(model_entry, RECORD_DROP, "a model of a server");

static const struct record_field models_result_fields[] = {
	RECORD_LIST(models_result, servers, server_entry, 0, "model servers, by priority"),
	RECORD_LIST(models_result, models, model_entry, 0, "their models, as far as they are known without asking"),
};
RECORD_TYPE(models_result, RECORD_DROP, "model servers and their models");

/* A command may ask its owner for a password, so a list does not run it. */
static char *
key_state(const struct endpoint *endpoint)
{
	GError *error = NULL;
	if (endpoint->key_command)
		return g_strdup("not asked");
	g_autofree char *key = endpoint_key(endpoint, &error);
	if (!error)
		return g_strdup(key ? "found" : "none needed");
	g_autofree char *text = error_text(error);
	g_error_free(error);
	return g_strdup_printf("missing: %s", text);
}

static void
list_server(const struct endpoint *endpoint, struct server_entry_list *ret)
{
	struct server_entry *entry = record_append(&server_entry_record, ret);
	entry->server = g_strdup(endpoint->name);
	entry->protocol = g_strdup(endpoint->protocol);
	entry->address = g_strdup(endpoint->base_url);
	entry->key = endpoint_key_origin(endpoint);
	entry->key_state = key_state(endpoint);
	entry->priority = endpoint->priority;
	entry->max_in_flight = endpoint->max_in_flight;
	entry->local = endpoint->local;
	entry->probe = endpoint->probe;
	entry->tags = g_strdupv(endpoint->tags);
	entry->origin = g_strdup(endpoint->origin);
}

static bool
has_price(const struct endpoint_model *model)
{
	return !isnan(model->input_price) || !isnan(model->output_price);
}

static char *
price_origin(const struct price_table *table, const struct endpoint *endpoint, const struct endpoint_model *model, bool configured)
{
	const struct price_model *known = price_find(table, endpoint->protocol, model->name);
	if (configured)
		return g_strdup("configured");
	if (endpoint->local)
		return g_strdup("free");
	return has_price(model) && known ? g_strdup_printf("%s, %s", known->source, known->date) : g_strdup("unknown");
}

static void
list_model(const struct price_table *table, const struct endpoint *endpoint, const struct endpoint_model *model, bool configured,
           struct model_entry_list *ret)
{
	struct model_entry *entry = record_append(&model_entry_record, ret);
	entry->server = g_strdup(endpoint->name);
	entry->model = g_strdup(model->name);
	entry->aliases = g_strdupv(model->aliases);
	entry->capabilities = g_strdupv(model->capabilities);
	entry->window = model->window;
	entry->max_output = model->max_output;
	entry->input_price = model->input_price;
	entry->output_price = model->output_price;
	entry->cache_read_price = model->cache_read_price;
	entry->cache_write_price = model->cache_write_price;
	entry->prices = price_origin(table, endpoint, model, configured);
}

/* Which models have prices of their own is known only before the table fills in the others. */
static void
list_models(const struct price_table *table, struct endpoint *endpoint, struct model_entry_list *ret)
{
	size_t count = endpoint->models.count;
	g_autofree bool *configured = g_new0(bool, count + 1);
	for (size_t i = 0; i < count; i++)
		configured[i] = has_price(&endpoint->models.items[i]);
	price_offer(table, endpoint);
	price_fill(table, endpoint);
	for (size_t i = 0; i < endpoint->models.count; i++)
		list_model(table, endpoint, &endpoint->models.items[i], i < count && configured[i], ret);
}

bool
op_models_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct models_result *result = data_result;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	struct endpoint_list endpoints;
	struct price_table table;
	(void)data;
	if (!endpoints_load(context->house->config, &endpoints, error))
		return false;
	bool ok = price_load(catalogue, &table, error);
	for (size_t i = 0; ok && i < endpoints.count; i++) {
		list_server(&endpoints.items[i], &result->servers);
		list_models(&table, &endpoints.items[i], &result->models);
	}
	record_list_finish(&endpoint_record, &endpoints);
	record_finish(&price_table_record, &table);
	return ok;
}
