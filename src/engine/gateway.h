/* The way to the models, one per process: found and opened when somebody first asks for one. */
#ifndef ENGINE_GATEWAY_H
#define ENGINE_GATEWAY_H

#include "base/config.h"
#include "llm/models.h"

struct gateway;

/* Calls with the same options go the same way; all are kept until gateway_destroy. */
struct gateway_options {
	const char *record, *replay;     /* files; NULL */
	enum balance_strategy strategy;
};

struct gateway *gateway_create(const struct config *config);
/* Nobody may be asking any more. NULL is allowed. */
void gateway_destroy(struct gateway *gateway);

/* NULL without an error where there is no model and no recording, or none is wanted (the setting `model` is none). Any thread. */
struct models *gateway_open(struct gateway *gateway, const struct gateway_options *options, GError **error);
/* Sets `*cancelled` and wakes whoever waits for a model and looks at it. */
void gateway_cancel(struct gateway *gateway, bool *cancelled);
/* What was found, by priority; good as long as the gateway. Empty before the first gateway_open. */
const struct endpoint_list *gateway_endpoints(struct gateway *gateway);
/* A recording is whole only once it is closed: false with the reason where it is not. Nobody may be asking any more. */
bool gateway_close(struct gateway *gateway, GError **error);
/* The model that the setting names; NULL: any. */
const char *gateway_model(const struct gateway *gateway);

#endif
