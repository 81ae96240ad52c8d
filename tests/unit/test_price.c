/* Known models: the table itself, who is found in it, whose figures count, and what a call costs. */
#include "llm/price.h"

#include <math.h>

#include "expect.h"

static struct price_table table;

static void
test_table(void)
{
	g_assert_cmpuint(table.models.count, >=, 10);
	g_assert_nonnull(table.date);
	for (size_t i = 0; i < table.models.count; i++) {
		const struct price_model *model = &table.models.items[i];
		g_autofree char *midnight = g_strconcat(model->date, "T00:00:00Z", NULL);
		g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(midnight, NULL);
		g_assert_nonnull(day);
		g_assert_cmpstr(model->date, <=, table.date);
		/* Found as itself: no entry hides behind another. */
		g_assert_true(price_find(&table, model->protocol, model->name) == model);
		/* A price is more than nothing, and reading from a cache costs less than reading. */
		g_assert_cmpfloat(model->input_price, >, 0);
		g_assert_cmpfloat(model->output_price, >, model->input_price);
		g_assert_cmpfloat(model->cache_read_price, <, model->input_price);
		g_assert_cmpint(model->max_output, <, model->window);
	}
}

static void
test_find(void)
{
	static const struct { const char *protocol, *name, *expected; } cases[] = {
		{ "anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5" },
		{ "anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5" },
		{ "anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4" },
		{ "anthropic", "claude-sonnet-4-0", "claude-sonnet-4" },
		{ "anthropic", "claude-sonnet-4-9", NULL },
		{ "anthropic", "claude-sonnet-4-2025092", NULL },
		{ "anthropic", "claude-sonnet-4-202509299", NULL },
		{ "openai", "claude-sonnet-4-5", NULL },
		{ "openai", "gpt-4o-2024-08-06", "gpt-4o" },
		{ "openai", "gpt-4o-mini", "gpt-4o-mini" },
		{ "openai", "gpt-4o-audio", NULL },
		{ "ollama", "qwen3", NULL },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct price_model *found = price_find(&table, cases[i].protocol, cases[i].name);
		g_assert_cmpstr(found ? found->name : NULL, ==, cases[i].expected);
	}
}

static void
make(struct endpoint *endpoint, const char *protocol, const char *base_url, const char *model)
{
	record_init(&endpoint_record, endpoint);
	endpoint->protocol = g_strdup(protocol);
	endpoint->base_url = g_strdup(base_url);
	if (model)
		((struct endpoint_model *)record_append(&endpoint_model_record, &endpoint->models))->name = g_strdup(model);
}

static void
test_fill(void)
{
	struct endpoint endpoint;
	make(&endpoint, "openai", "https://api.openai.com/v1", "gpt-4o");
	struct endpoint_model *model = endpoint.models.items;
	model->window = 5000;
	price_fill(&table, &endpoint);
	g_assert_cmpint(model->window, ==, 5000);
	g_assert_cmpint(model->max_output, ==, 16384);
	g_assert_cmpfloat(model->input_price, ==, 2.5);
	g_assert_true(g_strv_contains((const char *const *)model->capabilities, "vision"));
	record_finish(&endpoint_record, &endpoint);
	/* Somebody else's price is not the maker's. */
	make(&endpoint, "openai", "https://gateway.example/v1", "gpt-4o");
	price_fill(&table, &endpoint);
	g_assert_cmpint(endpoint.models.items[0].window, ==, 128000);
	g_assert_true(isnan(endpoint.models.items[0].input_price));
	record_finish(&endpoint_record, &endpoint);
	/* One's own figure stays, and is not mixed with those of the table. */
	make(&endpoint, "openai", "https://api.openai.com/v1", "gpt-4o");
	endpoint.models.items[0].input_price = 1;
	price_fill(&table, &endpoint);
	g_assert_cmpfloat(endpoint.models.items[0].input_price, ==, 1);
	g_assert_true(isnan(endpoint.models.items[0].output_price));
	record_finish(&endpoint_record, &endpoint);
}

static void
test_offer(void)
{
	struct endpoint endpoint;
	make(&endpoint, "anthropic", "https://api.anthropic.com", NULL);
	price_offer(&table, &endpoint);
	const struct endpoint_model *model = endpoint_model(&endpoint, "claude-sonnet-4-5");
	g_assert_nonnull(model);
	g_assert_cmpfloat(model->output_price, ==, 15);
	g_assert_null(endpoint_model(&endpoint, "gpt-5"));
	record_finish(&endpoint_record, &endpoint);
	make(&endpoint, "openai", "http://127.0.0.1:8080/v1", NULL);
	price_offer(&table, &endpoint);
	g_assert_cmpuint(endpoint.models.count, ==, 0);
	record_finish(&endpoint_record, &endpoint);
}

#define NO RECORD_NO_INT

/* What a call costs: NaN is unknown. */
static void
test_cost(void)
{
	static const struct {
		const char *name;
		double prices[4];
		bool local;
		struct model_usage usage;
		double expected;
	} cases[] = {
		{ "input and output", { 2, 10, NAN, NAN }, false, { 1000000, 100000, NO, NO, NAN }, 3 },
		{ "an unused cache", { 2, 10, NAN, NAN }, false, { 1000000, 100000, 0, 0, NAN }, 3 },
		{ "a cache without price", { 2, 10, NAN, NAN }, false, { 1000000, 100000, 5, NO, NAN }, NAN },
		{ "a cache with price", { 2, 10, 0.2, 2.5 }, false, { 0, 0, 1000000, 2000000, NAN }, 5.2 },
		{ "no prices", { NAN, NAN, NAN, NAN }, false, { 10, 10, NO, NO, NAN }, NAN },
		{ "half the prices", { 2, NAN, NAN, NAN }, false, { 10, 10, NO, NO, NAN }, NAN },
		{ "not counted", { 2, 10, NAN, NAN }, false, { 10, NO, NO, NO, NAN }, NAN },
		{ "what the server says", { 2, 10, NAN, NAN }, false, { 10, NO, NO, NO, 0.25 }, 0.25 },
		{ "local", { NAN, NAN, NAN, NAN }, true, { 10, NO, NO, NO, NAN }, 0 },
		{ "local with a price", { 2, 10, NAN, NAN }, true, { 1000000, 0, NO, NO, NAN }, 2 },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		const double *prices = cases[i].prices;
		struct endpoint endpoint = { .local = cases[i].local };
		struct endpoint_model model = { .input_price = prices[0], .output_price = prices[1], .cache_read_price = prices[2],
			                        .cache_write_price = prices[3] };
		double cost = price_cost(&endpoint, &model, &cases[i].usage);
		g_test_message("%s: %g", cases[i].name, cost);
		g_assert_true(isnan(cases[i].expected) ? isnan(cost) : fabs(cost - cases[i].expected) < 1e-9);
	}
	struct endpoint unknown = { 0 };
	g_assert_true(isnan(price_cost(&unknown, NULL, &cases[0].usage)));
}

/* A project's own file is read, and its faults are named. */
static void
test_overridden(void)
{
	GError *error = NULL;
	struct price_table own;
	g_autofree char *folder = temporary_folder();
	write_file(folder, ".teamwright/models/known.yaml", "date: '2026-01-01'\nmodels:\n  - {name: m, protocol: openai, date: '2026-01-01', source: us, price: 3}\n");
	g_autoptr(Catalogue) catalogue = catalogue_open(folder);
	g_assert_false(price_load(catalogue, &own, &error));
	expect_error(&error, ERR_CONFIG, "models/known.yaml:3:65: a price_model has no member 'price'");
	remove_folder(folder);
}

int
main(int argc, char **argv)
{
	GError *error = NULL;
	g_test_init(&argc, &argv, NULL);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	price_load(catalogue, &table, &error);
	g_assert_no_error(error);
	g_test_add_func("/price/table", test_table);
	g_test_add_func("/price/find", test_find);
	g_test_add_func("/price/fill", test_fill);
	g_test_add_func("/price/offer", test_offer);
	g_test_add_func("/price/cost", test_cost);
	g_test_add_func("/price/overridden", test_overridden);
	int result = g_test_run();
	record_finish(&price_table_record, &table);
	return result;
}
