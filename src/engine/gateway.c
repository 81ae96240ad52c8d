#include "engine/gateway.h"

#include <pthread.h>

#include "base/error.h"
#include "llm/survey.h"

/* Calls with the same options. */
struct lane {
	struct gateway_options options;
	struct models *models;
};

struct gateway {
	pthread_mutex_t lock;        /* of all; held while servers are looked for */
	pthread_mutex_t lanes_lock;  /* of the list of lanes alone, never for long */
	const struct config *config;
	struct endpoint_list endpoints;
	bool surveyed;
	GPtrArray *lanes;
};

static void
free_lane(void *data)
{
	struct lane *lane = data;
	models_close(lane->models, NULL);
	g_free((char *)(uintptr_t)lane->options.record);
	g_free((char *)(uintptr_t)lane->options.replay);
	g_free(lane);
}

struct gateway *
gateway_create(const struct config *config)
{
	struct gateway *gateway = g_new0(struct gateway, 1);
	pthread_mutex_init(&gateway->lock, NULL);
	pthread_mutex_init(&gateway->lanes_lock, NULL);
	gateway->config = config;
	gateway->lanes = g_ptr_array_new_with_free_func(free_lane);
	return gateway;
}

void
gateway_destroy(struct gateway *gateway)
{
	if (!gateway)
		return;
	g_ptr_array_unref(gateway->lanes);
	record_list_finish(&endpoint_record, &gateway->endpoints);
	pthread_mutex_destroy(&gateway->lock);
	pthread_mutex_destroy(&gateway->lanes_lock);
	g_free(gateway);
}

static struct lane *
find_lane(const struct gateway *gateway, const struct gateway_options *options)
{
	for (unsigned i = 0; i < gateway->lanes->len; i++) {
		struct lane *lane = g_ptr_array_index(gateway->lanes, i);
		if (g_strcmp0(lane->options.record, options->record) == 0 && g_strcmp0(lane->options.replay, options->replay) == 0 &&
		    lane->options.strategy == options->strategy)
			return lane;
	}
	return NULL;
}

static struct models *
open_lane(struct gateway *gateway, const struct gateway_options *options, GError **error)
{
	struct models_options wanted = { .endpoints = &gateway->endpoints, .strategy = options->strategy, .seed = 1, .record = options->record, .replay = options->replay,
		                         .hedge = g_strcmp0(config_get(gateway->config, SETTING_HEDGE, NULL), "on") == 0 };
	struct models *models = models_open(&wanted, error);
	if (!models)
		return NULL;
	struct lane *lane = g_new0(struct lane, 1);
	*lane = (struct lane){ { g_strdup(options->record), g_strdup(options->replay), options->strategy }, models };
	pthread_mutex_lock(&gateway->lanes_lock);
	g_ptr_array_add(gateway->lanes, lane);
	pthread_mutex_unlock(&gateway->lanes_lock);
	return models;
}

/* Under the lock. A recording answers without any server. */
static struct models *
find_or_open(struct gateway *gateway, const struct gateway_options *options, GError **error)
{
	if (!options->replay && g_strcmp0(config_get(gateway->config, SETTING_MODEL, NULL), "none") == 0)
		return NULL;
	if (!options->replay && !gateway->surveyed && !survey_servers(gateway->config, &gateway->endpoints, NULL, error))
		return NULL;
	gateway->surveyed |= !options->replay;
	struct lane *lane = find_lane(gateway, options);
	if (lane)
		return lane->models;
	return options->replay || gateway->endpoints.count ? open_lane(gateway, options, error) : NULL;
}

struct models *
gateway_open(struct gateway *gateway, const struct gateway_options *options, GError **error)
{
	pthread_mutex_lock(&gateway->lock);
	struct models *models = find_or_open(gateway, options, error);
	pthread_mutex_unlock(&gateway->lock);
	return models;
}

void
gateway_cancel(struct gateway *gateway, bool *cancelled)
{
	__atomic_store_n(cancelled, true, __ATOMIC_RELEASE);
	pthread_mutex_lock(&gateway->lanes_lock);
	for (unsigned i = 0; i < gateway->lanes->len; i++)
		models_cancel(((struct lane *)g_ptr_array_index(gateway->lanes, i))->models, cancelled);
	pthread_mutex_unlock(&gateway->lanes_lock);
}

const struct endpoint_list *
gateway_endpoints(struct gateway *gateway)
{
	return &gateway->endpoints;
}

bool
gateway_close(struct gateway *gateway, GError **error)
{
	bool whole = true;
	pthread_mutex_lock(&gateway->lock);
	pthread_mutex_lock(&gateway->lanes_lock);
	for (unsigned i = 0; i < gateway->lanes->len; i++) {
		struct lane *lane = g_ptr_array_index(gateway->lanes, i);
		whole = models_close(lane->models, whole ? error : NULL) && whole;
		lane->models = NULL;
	}
	g_ptr_array_set_size(gateway->lanes, 0);
	pthread_mutex_unlock(&gateway->lanes_lock);
	pthread_mutex_unlock(&gateway->lock);
	return whole;
}

const char *
gateway_model(const struct gateway *gateway)
{
	const char *model = config_get(gateway->config, SETTING_MODEL, NULL);
	return g_strcmp0(model, "auto") == 0 ? NULL : model;
}
