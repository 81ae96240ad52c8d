#include "llm/price.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

static const struct record_field price_service_fields[] = {
	RECORD_FIELD(price_service, protocol, RECORD_REQUIRED, "its language"),
	RECORD_FIELD(price_service, host, RECORD_REQUIRED, "where it is"),
};
RECORD_TYPE(price_service, RECORD_REJECT, "a service with these prices");

static const struct record_field price_model_fields[] = {
	RECORD_FIELD(price_model, name, RECORD_REQUIRED, "as its maker calls it"),
	RECORD_FIELD(price_model, protocol, RECORD_REQUIRED, "whose it is"),
	RECORD_FIELD(price_model, aliases, 0, "other names"),
	RECORD_FIELD(price_model, capabilities, 0, "what it can"),
	RECORD_FIELD(price_model, window, RECORD_OPTIONAL, "tokens that it can see"),
	RECORD_FIELD(price_model, max_output, RECORD_OPTIONAL, "tokens of its longest answer"),
	RECORD_FIELD(price_model, input_price, 0, "dollars for a million tokens of prompt"),
	RECORD_FIELD(price_model, output_price, 0, "dollars for a million tokens of answer"),
	RECORD_FIELD(price_model, cache_read_price, 0, "dollars for a million tokens read from the cache"),
	RECORD_FIELD(price_model, cache_write_price, 0, "dollars for a million tokens written to the cache"),
	RECORD_FIELD(price_model, date, RECORD_REQUIRED, "the day of which the figures are"),
	RECORD_FIELD(price_model, source, RECORD_REQUIRED, "who published them"),
};
RECORD_TYPE(price_model, RECORD_REJECT, "a model that is known");

static const struct record_field price_table_fields[] = {
	RECORD_FIELD(price_table, date, RECORD_REQUIRED, "when it was last looked through"),
	RECORD_LIST(price_table, services, price_service, 0, "where the prices count"),
	RECORD_LIST(price_table, models, price_model, 0, "the models"),
};
RECORD_TYPE(price_table, RECORD_REJECT, "models that are known");

bool
price_load(struct catalogue *catalogue, struct price_table *ret, GError **error)
{
	static const char path[] = "models/known.yaml";
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, path, &origin, error);
	memset(ret, 0, sizeof *ret);
	if (!text)
		return false;
	return record_read_text(&price_table_record, g_str_equal(origin, "built-in") ? path : origin, text, ret, error) ||
	       error_recode(error, ERR_CONFIG);
}

/* A date, by its shape. */
static bool
is_date(const char *text)
{
	static const char *const shapes[] = { "-00000000", "-0000-00-00" };
	for (unsigned i = 0; i < G_N_ELEMENTS(shapes); i++) {
		const char *shape = shapes[i], *c = text;
		for (; *shape && *c && (*shape == '0' ? g_ascii_isdigit(*c) : *c == *shape); shape++, c++)
			continue;
		if (!*shape && !*c)
			return true;
	}
	return false;
}

static bool
is_called(const char *name, const char *model)
{
	return g_str_has_prefix(model, name) && (!model[strlen(name)] || is_date(model + strlen(name)));
}

const struct price_model *
price_find(const struct price_table *table, const char *protocol, const char *model)
{
	for (size_t i = 0; i < table->models.count; i++) {
		const struct price_model *known = &table->models.items[i];
		if (!g_str_equal(known->protocol, protocol))
			continue;
		if (is_called(known->name, model))
			return known;
		for (char **alias = known->aliases; alias && *alias; alias++)
			if (is_called(*alias, model))
				return known;
	}
	return NULL;
}

bool
price_is_service(const struct price_table *table, const struct endpoint *endpoint)
{
	g_autoptr(GUri) uri = g_uri_parse(endpoint->base_url, G_URI_FLAGS_NONE, NULL);
	for (size_t i = 0; uri && i < table->services.count; i++) {
		const struct price_service *service = &table->services.items[i];
		if (g_str_equal(service->protocol, endpoint->protocol) && g_ascii_strcasecmp(service->host, g_uri_get_host(uri)) == 0)
			return true;
	}
	return false;
}

/* Takes a field over where it is open and the table knows it. */
static void
fill_field(const struct record_field *field, struct endpoint_model *model, const struct price_model *known)
{
	const struct record_field *source = record_field(&price_model_record, field->name);
	void *at = record_at(model, field);
	if (!source)
		return;
	const void *from = record_at(known, source);
	if (field->kind == RECORD_IS_TEXTS && !*(char ***)at)
		*(char ***)at = g_strdupv(*(char **const *)from);
	else if (field->kind == RECORD_IS_INT && *(int64_t *)at == RECORD_NO_INT)
		*(int64_t *)at = *(const int64_t *)from;
	else if (field->kind == RECORD_IS_DOUBLE && isnan(*(double *)at))
		*(double *)at = *(const double *)from;
}

/* One's own figures are a whole: the table does not add a price of the maker to one that was agreed with somebody. */
static bool
has_prices(const struct endpoint_model *model)
{
	return !isnan(model->input_price) || !isnan(model->output_price) || !isnan(model->cache_read_price) || !isnan(model->cache_write_price);
}

void
price_fill(const struct price_table *table, struct endpoint *endpoint)
{
	bool service = price_is_service(table, endpoint) && !endpoint->local;
	for (size_t i = 0; i < endpoint->models.count; i++) {
		struct endpoint_model *model = &endpoint->models.items[i];
		const struct price_model *known = price_find(table, endpoint->protocol, model->name);
		bool priced = service && !has_prices(model);
		for (size_t j = 0; known && j < endpoint_model_record.count; j++) {
			const struct record_field *field = &endpoint_model_record.fields[j];
			if (!g_str_equal(field->name, "aliases") && (field->kind != RECORD_IS_DOUBLE || priced))
				fill_field(field, model, known);
		}
	}
}

void
price_offer(const struct price_table *table, struct endpoint *endpoint)
{
	if (endpoint->models.count > 0 || !price_is_service(table, endpoint))
		return;
	for (size_t i = 0; i < table->models.count; i++) {
		const struct price_model *known = &table->models.items[i];
		if (!g_str_equal(known->protocol, endpoint->protocol))
			continue;
		struct endpoint_model *model = record_append(&endpoint_model_record, &endpoint->models);
		model->name = g_strdup(known->name);
		model->aliases = g_strdupv(known->aliases);
	}
	price_fill(table, endpoint);
}

double
price_cost(const struct endpoint *endpoint, const struct endpoint_model *model, const struct model_usage *usage)
{
	bool priced = model && has_prices(model);
	const struct { int64_t tokens; double price; bool always; } parts[] = {
		{ usage->input_tokens, model ? model->input_price : NAN, true },
		{ usage->output_tokens, model ? model->output_price : NAN, true },
		{ usage->cache_read_tokens, model ? model->cache_read_price : NAN, false },
		{ usage->cache_write_tokens, model ? model->cache_write_price : NAN, false },
	};
	double cost = 0;
	if (!isnan(usage->cost))
		return usage->cost;
	if (endpoint->local && !priced)
		return 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		if (parts[i].tokens == RECORD_NO_INT && parts[i].always)
			return NAN;
		/* Nothing times an unknown price is nothing: not every server has a cache. */
		if (parts[i].tokens != RECORD_NO_INT && parts[i].tokens != 0)
			cost += (double)parts[i].tokens * parts[i].price / 1e6;
	}
	return cost;
}
