#include <string.h>

#include "base/error.h"
#include "engine/operation.h"
#include "teamwright.h"

struct tw {
	struct house *house;
};

/* Ends a call that failed: the error as JSON to the caller, its exit code back. */
static int
give_error(GError *cause, char **error)
{
	int code = error_exit(error_code(cause));
	if (error)
		*error = operation_error_json(cause);
	g_error_free(cause);
	return code;
}

static bool
override(struct config *config, const struct value *key, const struct value *item, GError **error)
{
	if (g_str_equal(key->text, "project"))
		return true;
	g_autofree char *text = value_is(item, VALUE_STRING) ? g_strdup(item->text) : value_to_json(item, false);
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		if (g_str_equal(setting_name(i), key->text)) {
			config_override(config, i, text);
			return true;
		}
	}
	return error_set(error, ERR_USAGE, "see 'teamwright config' for the settings there are", "there is no setting '%s'", key->text);
}

static struct house *
open_house(const char *settings, GError **error)
{
	g_autoptr(Doc) doc = doc_read_json("settings", settings, strlen(settings), NULL, error);
	if (!doc)
		return NULL;
	struct house *house = house_create(value_member_text(doc_root(doc), "project"), error);
	bool ok = house != NULL;
	VALUE_EACH_MEMBER (key, item, doc_root(doc))
		ok = ok && override(house->config, key, item, error);
	if (ok && config_check(house->config, error))
		return house;
	house_destroy(house);
	return NULL;
}

struct tw *
tw_open(const char *settings, char **error)
{
	GError *cause = NULL;
	struct house *house = open_house(settings ? settings : "{}", &cause);
	if (!house) {
		give_error(cause, error);
		return NULL;
	}
	struct tw *tw = g_new0(struct tw, 1);
	tw->house = house;
	return tw;
}

int
tw_call(struct tw *tw, const char *operation, const char *request, char **result, char **error)
{
	GError *cause = NULL;
	int code = 0;
	char *text = operation_call(tw->house, operation, request ? request : "{}", &code, &cause);
	if (!text)
		return give_error(cause, error);
	if (result)
		*result = text;
	else
		g_free(text);
	return code;
}

void
tw_watch(struct tw *tw, tw_watcher *watcher, void *data)
{
	tw->house->watcher = watcher;
	tw->house->data = data;
}

void
tw_cancel(struct tw *tw)
{
	house_interrupt(tw->house);
}

void
tw_close(struct tw *tw)
{
	if (!tw)
		return;
	house_destroy(tw->house);
	g_free(tw);
}

void
tw_free(char *text)
{
	g_free(text);
}
