#include "llm/survey.h"

#include <string.h>

#include "base/error.h"
#include "base/http_client.h"

enum { ASK_MS = 5000, CONNECT_MS = 2000, LIST_BYTES = 8 << 20 };

static const struct record_field survey_entry_fields[] = {
	RECORD_FIELD(survey_entry, server, 0, "the endpoint"),
	RECORD_FIELD(survey_entry, asked, 0, "it was asked for its models"),
	RECORD_FIELD(survey_entry, answered, 0, "it answered"),
	RECORD_FIELD(survey_entry, models, 0, "models that it lists"),
	RECORD_FIELD(survey_entry, problem, 0, "why it did not answer"),
	RECORD_FIELD(survey_entry, says_loaded, 0, "it says which models it has in memory"),
	RECORD_FIELD(survey_entry, loaded, RECORD_VOLATILE, "the models that it has in memory: others have to be loaded first"),
};
RECORD_TYPE(survey_entry, RECORD_DROP, "what a model server said of itself");

/* A name with the key in it is the joke of a server that repeats what it is sent. */
static void
add_models(struct endpoint *endpoint, char *const *names, const char *key)
{
	for (; *names; names++) {
		if (key && *key && strstr(*names, key))
			continue;
		struct endpoint_model *model = record_append(&endpoint_model_record, &endpoint->models);
		model->name = g_strdup(*names);
	}
}

/* What the server says may hold the key that it refuses. */
static void
redact(GError *error, const char *key)
{
	struct failure said = { .detail = error->message };
	failure_redact(&said, key);
	error->message = said.detail;
}

static bool
take_list(struct endpoint *endpoint, const struct dialect *dialect, const struct http_response *response, const char *key, GError **error)
{
	if (response->status >= 400) {
		struct failure failure = { .retry_after_ms = -1 };
		dialect_refuse(response, &failure);
		error_set(error, ERR_FAILED, NULL, "%d: %s%s%s", response->status, failure_text(failure.class), failure.detail ? ": " : "",
		          failure.detail ? failure.detail : "");
		failure_clear(&failure);
		return false;
	}
	g_auto(GStrv) names = dialect->read_models(response->body->str, response->body->len, error);
	if (names)
		add_models(endpoint, names, key);
	return names;
}

/* Asks the server for `path`; what is told of a failure holds no key. */
static bool
ask_server(const struct endpoint *endpoint, const char *path, struct http_response *ret, char **ret_key, GError **error)
{
	const struct http_limits limits = { .connect_ms = CONNECT_MS, .total_ms = ASK_MS, .body = LIST_BYTES };
	GError *cause = NULL;
	*ret_key = endpoint_key(endpoint, &cause);
	if (cause) {
		g_propagate_error(error, cause);
		return false;
	}
	g_autoptr(HttpClient) client = http_client_create(&limits, error);
	if (!client)
		return false;
	struct dialect_options options = { .key = *ret_key };
	struct http_request request = { .method = g_strdup("GET"), .url = g_strconcat(endpoint->base_url, path, NULL) };
	dialect_find(endpoint->protocol)->add_headers(&options, &request.headers);
	bool ok = http_client_send(client, &request, ret, error);
	http_request_clear(&request);
	return ok;
}

static bool
ask_models(struct endpoint *endpoint, GError **error)
{
	const struct dialect *dialect = dialect_find(endpoint->protocol);
	struct http_response response = { 0 };
	g_autofree char *key = NULL;
	GError *cause = NULL;
	bool ok = ask_server(endpoint, dialect->models_path, &response, &key, &cause) && take_list(endpoint, dialect, &response, key, &cause);
	http_response_clear(&response);
	if (cause) {
		redact(cause, key);
		g_propagate_error(error, cause);
	}
	return ok;
}

static void
ask_loaded(const struct endpoint *endpoint, struct survey_entry *entry)
{
	const struct dialect *dialect = dialect_find(endpoint->protocol);
	struct http_response response = { 0 };
	g_autofree char *key = NULL;
	struct endpoint loaded = { 0 };
	g_auto(GStrv) names = NULL;
	if (dialect->loaded_path && ask_server(endpoint, dialect->loaded_path, &response, &key, NULL) && response.status == 200)
		names = dialect->read_models(response.body->str, response.body->len, NULL);
	http_response_clear(&response);
	entry->says_loaded = names;
	if (names)
		add_models(&loaded, names, key);
	g_autoptr(GStrvBuilder) kept = g_strv_builder_new();
	for (size_t i = 0; i < loaded.models.count; i++)
		g_strv_builder_add(kept, loaded.models.items[i].name);
	entry->loaded = g_strv_builder_end(kept);
	record_list_finish(&endpoint_model_record, &loaded.models);
}

void
survey_loaded(const struct endpoint_list *endpoints, struct survey_entry_list *entries)
{
	for (size_t i = 0; i < endpoints->count; i++)
		for (size_t k = 0; k < entries->count; k++)
			if (g_str_equal(endpoints->items[i].name, entries->items[k].server))
				ask_loaded(&endpoints->items[i], &entries->items[k]);
}

/* False where it was to be probed and is not there. */
static bool
survey_one(const struct price_table *table, struct endpoint *endpoint, struct survey_entry *entry)
{
	GError *error = NULL;
	entry->server = g_strdup(endpoint->name);
	price_offer(table, endpoint);
	entry->asked = !endpoint->models.count || endpoint->probe;
	if (entry->asked) {
		entry->answered = ask_models(endpoint, &error);
		entry->models = (int64_t)endpoint->models.count;
	}
	price_fill(table, endpoint);
	if (!error)
		return true;
	entry->problem = error_text(error);
	g_error_free(error);
	return !endpoint->probe;
}

static void
leave_out(struct endpoint_list *endpoints, size_t number)
{
	record_finish(&endpoint_record, &endpoints->items[number]);
	memmove(&endpoints->items[number], &endpoints->items[number + 1], (--endpoints->count - number) * sizeof *endpoints->items);
}

bool
survey_servers(const struct config *config, struct endpoint_list *ret, struct survey_entry_list *ret_entries, GError **error)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	struct survey_entry_list entries = { 0 };
	struct price_table table;
	if (!endpoints_load(config, ret, error))
		return false;
	bool ok = price_load(catalogue, &table, error);
	for (size_t i = 0; ok && i < ret->count;) {
		if (survey_one(&table, &ret->items[i], record_append(&survey_entry_record, &entries)))
			i++;
		else
			leave_out(ret, i);
	}
	record_finish(&price_table_record, &table);
	if (!ok)
		record_list_finish(&endpoint_record, ret);
	if (ret_entries)
		*ret_entries = entries;
	else
		record_list_finish(&survey_entry_record, &entries);
	return ok;
}
