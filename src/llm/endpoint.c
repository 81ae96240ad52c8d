#include "llm/endpoint.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "llm/endpoint_found.h"

static const struct record_field endpoint_model_fields[] = {
	RECORD_FIELD(endpoint_model, name, RECORD_REQUIRED, "as the server calls it"),
	RECORD_FIELD(endpoint_model, aliases, 0, "other names under which it may be asked for"),
	RECORD_FIELD(endpoint_model, capabilities, 0, "text, tools, schema, vision, thinking, and words of your own"),
	RECORD_FIELD(endpoint_model, window, RECORD_OPTIONAL, "tokens that it can see"),
	RECORD_FIELD(endpoint_model, max_output, RECORD_OPTIONAL, "tokens of its longest answer"),
	RECORD_FIELD(endpoint_model, input_price, 0, "dollars for a million tokens of prompt"),
	RECORD_FIELD(endpoint_model, output_price, 0, "dollars for a million tokens of answer"),
	RECORD_FIELD(endpoint_model, cache_read_price, 0, "dollars for a million tokens read from the server's cache"),
	RECORD_FIELD(endpoint_model, cache_write_price, 0, "dollars for a million tokens written to the server's cache"),
	RECORD_FIELD(endpoint_model, max_in_flight, RECORD_OPTIONAL, "calls at once at most"),
};
RECORD_TYPE(endpoint_model, RECORD_REJECT, "model", .scalar = "name");

static const struct record_field endpoint_fields[] = {
	RECORD_FIELD(endpoint, name, RECORD_REQUIRED, "how people call this server"),
	RECORD_FIELD(endpoint, protocol, RECORD_REQUIRED, "anthropic, openai or ollama"),
	RECORD_FIELD(endpoint, base_url, 0, "its address, without the path of a call"),
	RECORD_FIELD(endpoint, key_env, 0, "the environment variable that holds its key"),
	RECORD_FIELD(endpoint, key_file, 0, "the file that holds its key"),
	RECORD_FIELD(endpoint, key_command, 0, "the command that prints its key"),
	RECORD_LIST(endpoint, models, endpoint_model, 0, "its models; none: what the server lists"),
	RECORD_FIELD(endpoint, priority, 0, "0 first; the next ones only where all before them cannot", .preset = "0"),
	RECORD_FIELD(endpoint, max_in_flight, RECORD_OPTIONAL, "calls at once at most"),
	RECORD_FIELD(endpoint, tags, 0, "words by which it can be chosen"),
	RECORD_FIELD(endpoint, keep_alive, 0, "how long Ollama keeps a model loaded"),
	RECORD_FIELD(endpoint, local, 0, "it costs no money"),
	RECORD_FIELD(endpoint, probe, 0, "it may be missing"),
	RECORD_FIELD(endpoint, connect_ms, RECORD_OPTIONAL, "milliseconds for the connection"),
	RECORD_FIELD(endpoint, headers_ms, RECORD_OPTIONAL, "milliseconds until it answers"),
	RECORD_FIELD(endpoint, first_ms, RECORD_OPTIONAL, "milliseconds from there to the first token"),
	RECORD_FIELD(endpoint, between_ms, RECORD_OPTIONAL, "milliseconds between tokens"),
	RECORD_FIELD(endpoint, total_ms, RECORD_OPTIONAL, "milliseconds for the whole call"),
	RECORD_FIELD(endpoint, load_ms, RECORD_OPTIONAL, "milliseconds to the first token where Ollama says that it has to load the model first"),
	RECORD_FIELD(endpoint, origin, RECORD_VOLATILE, "where it was read, or the variable that it was found by"),
};
RECORD_TYPE(endpoint, RECORD_REJECT, "endpoint");

/* One record as it is read. */
struct place {
	struct doc *doc;
	const struct value *item;    /* the whole of it */
	bool project;
	GError **error;
};

#define NO_KEYS "keys do not belong into a file that is shown and shared: name a variable with key_env, a file with key_file, or a key_command"
#define NOT_HERE "a project's file may come from somebody else: describe this server in your own config.yaml, below ~/.config/teamwright"

/* What must not stand in a file, and what to write instead. */
static const struct {
	const char *member, *remedy;
	bool project;                /* only in that of a project */
} refused[] = {
	{ "key", NO_KEYS, false },
	{ "api_key", NO_KEYS, false },
	{ "token", NO_KEYS, false },
	{ "origin", "remove it", false },
	{ "key_env", NOT_HERE, true },
	{ "key_file", NOT_HERE, true },
	{ "key_command", NOT_HERE, true },
};

/* Servers of a project come after all of one's own: what a repository brings along must not take prompts from these. */
enum { PRIORITY_MAX = 1000 };

/* Bounds of numbers, of endpoints and their models. */
static const struct bound {
	const char *member;
	double least, most;
} endpoint_bounds[] = {
	{ "priority", 0, PRIORITY_MAX },
	{ "max_in_flight", 1, 100000 },
	{ "connect_ms", 1, 86400000 },
	{ "headers_ms", 1, 86400000 },
	{ "first_ms", 1, 86400000 },
	{ "between_ms", 1, 86400000 },
	{ "total_ms", 1, 86400000 },
	{ "load_ms", 1, 86400000 },
}, model_bounds[] = {
	{ "window", 1, 1e9 },
	{ "max_output", 1, 1e9 },
	{ "input_price", 0, 1e6 },
	{ "output_price", 0, 1e6 },
	{ "cache_read_price", 0, 1e6 },
	{ "cache_write_price", 0, 1e6 },
	{ "max_in_flight", 1, 100000 },
};

/* The place of a member, or of the whole where it is not there. */
static char *
where_is(const struct place *place, const char *member)
{
	const struct value *value = value_member(place->item, member);
	return doc_where(place->doc, value ? value : place->item);
}

static bool
check_refused(const struct place *place)
{
	VALUE_EACH_MEMBER (key, item, place->item) {
		for (unsigned i = 0; i < G_N_ELEMENTS(refused); i++) {
			if (!g_str_equal(refused[i].member, key->text) || (refused[i].project && !place->project))
				continue;
			g_autofree char *where = doc_where(place->doc, key);
			return error_set(place->error, ERR_CONFIG, refused[i].remedy, "%s: '%s' is not taken from %s", where, key->text,
			                 place->project ? "a project's file" : "this file");
		}
	}
	return true;
}

static bool
check_bounds(const struct place *place, const struct bound *bounds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct value *value = value_member(place->item, bounds[i].member);
		double number = value_double(value);
		if (isnan(number) || (number >= bounds[i].least && number <= bounds[i].most))
			continue;
		g_autofree char *where = doc_where(place->doc, value);
		g_autofree char *remedy = g_strdup_printf("give a number from %.0f to %.0f", bounds[i].least, bounds[i].most);
		return error_set(place->error, ERR_CONFIG, remedy, "%s: %g is no %s", where, number, bounds[i].member);
	}
	return true;
}

static bool
is_name(const char *text)
{
	size_t length = strlen(text);
	return length > 0 && length <= 64 && g_ascii_isalnum(*text) &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == length;
}

/* An address is shown and stored, so it must hold no secret. The message does not repeat it. */
static bool
check_address(const struct place *place, const struct endpoint *endpoint)
{
	g_autoptr(GUri) uri = g_uri_parse(endpoint->base_url, G_URI_FLAGS_HAS_PASSWORD, NULL);
	const char *scheme = uri ? g_uri_get_scheme(uri) : NULL, *host = uri ? g_uri_get_host(uri) : NULL;
	const char *fault = NULL, *remedy = "write it as https://host or http://host:port";
	if (!scheme || !host || !*host || (!g_str_equal(scheme, "http") && !g_str_equal(scheme, "https")))
		fault = "base_url is no address of a web server";
	else if (g_uri_get_userinfo(uri))
		fault = "base_url holds a name or a password", remedy = "remove it, and say with key_env, key_file or key_command where the key is";
	else if (g_uri_get_query(uri) || g_uri_get_fragment(uri))
		fault = "base_url holds more than host and path", remedy = "remove what follows ? or #";
	if (!fault)
		return true;
	g_autofree char *where = place->item ? where_is(place, "base_url") : g_strdup(endpoint->origin);
	return error_set(place->error, ERR_CONFIG, remedy, "%s: %s", where, fault);
}

/* What cannot be the name of a variable may be the key itself, so it is not repeated. */
static bool
check_variable(const struct place *place, const struct endpoint *endpoint)
{
	const char *name = endpoint->key_env;
	if (!name || (*name && !g_ascii_isdigit(*name) && name[strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_")] == '\0'))
		return true;
	g_autofree char *where = where_is(place, "key_env");
	return error_set(place->error, ERR_CONFIG, "export the key in a variable before you start teamwright, and write the variable's name here",
	                 "%s: key_env is no name of an environment variable", where);
}

static bool
check_keys(const struct place *place, const struct endpoint *endpoint)
{
	int ways = (endpoint->key_env != NULL) + (endpoint->key_file != NULL) + (endpoint->key_command != NULL);
	if (ways <= 1)
		return true;
	g_autofree char *where = doc_where(place->doc, place->item);
	return error_set(place->error, ERR_CONFIG, "keep one of key_env, key_file and key_command", "%s: %s says %d times where its key is", where,
	                 endpoint->name, ways);
}

static bool
check_models(const struct place *place, const struct endpoint *endpoint)
{
	const struct value *list = value_member(place->item, "models");
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < endpoint->models.count; i++) {
		const struct endpoint_model *model = &endpoint->models.items[i];
		const struct value *item = value_is(list, VALUE_ARRAY) ? value_item(list, i) : list;
		const struct place inner = { .doc = place->doc, .item = item, .error = place->error };
		if (!check_bounds(&inner, model_bounds, G_N_ELEMENTS(model_bounds)))
			return false;
		bool fresh = *model->name && g_hash_table_add(names, model->name);
		for (char **alias = model->aliases; fresh && alias && *alias; alias++)
			fresh = g_hash_table_add(names, *alias);
		if (fresh)
			continue;
		g_autofree char *where = doc_where(place->doc, item);
		return error_set(place->error, ERR_CONFIG, "give each model names of its own", "%s: a name of model '%s' is empty or given twice", where,
		                 model->name);
	}
	return true;
}

static bool
check_endpoint(const struct place *place, const struct endpoint *endpoint)
{
	g_autofree char *name_where = where_is(place, "name"), *protocol_where = where_is(place, "protocol"), *protocols = endpoint_protocols();
	if (!is_name(endpoint->name))
		return error_set(place->error, ERR_CONFIG, "use letters, digits, '.', '_' and '-', 64 at most", "%s: this is no name for a server", name_where);
	if (!endpoint->base_url) {
		g_autofree char *remedy = g_strdup_printf("it is one of %s", protocols);
		return error_set(place->error, ERR_CONFIG, remedy, "%s: there is no protocol '%s'", protocol_where, endpoint->protocol);
	}
	return check_address(place, endpoint) && check_keys(place, endpoint) && check_variable(place, endpoint) &&
	       check_bounds(place, endpoint_bounds, G_N_ELEMENTS(endpoint_bounds)) && check_models(place, endpoint);
}

/* ~/x as a shell reads it. */
static void
expand_home(char **path)
{
	if (!*path || !g_str_has_prefix(*path, "~/"))
		return;
	char *whole = g_build_filename(g_get_home_dir(), *path + 2, NULL);
	g_free(*path);
	*path = whole;
}

static void
strip_slashes(char *text)
{
	for (size_t length = strlen(text); length > 0 && text[length - 1] == '/'; length--)
		text[length - 1] = '\0';
}

static bool
check_fresh(const struct place *place, const struct endpoint_list *all, const struct endpoint *endpoint)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct endpoint *other = &all->items[i];
		if (other == endpoint || !g_str_equal(other->name, endpoint->name))
			continue;
		g_autofree char *where = where_is(place, "name");
		return error_set(place->error, ERR_CONFIG, "give it another name", "%s: there is an endpoint '%s' already, at %s", where, endpoint->name,
		                 other->origin);
	}
	return true;
}

static bool
read_endpoint(const struct place *place, struct endpoint_list *all)
{
	struct endpoint *endpoint = record_append(&endpoint_record, all);
	if (!check_refused(place))
		return false;
	if (!record_read(&endpoint_record, place->doc, place->item, endpoint, place->error))
		return error_recode(place->error, ERR_CONFIG);
	endpoint->origin = doc_where(place->doc, place->item);
	/* A protocol that is none leaves the address open, which the check reports. */
	g_autofree char *given = g_steal_pointer(&endpoint->base_url);
	if (endpoint_preset(endpoint) && given) {
		g_free(endpoint->base_url);
		endpoint->base_url = g_steal_pointer(&given);
	}
	if (!check_endpoint(place, endpoint) || !check_fresh(place, all, endpoint))
		return false;
	strip_slashes(endpoint->base_url);
	expand_home(&endpoint->key_file);
	endpoint->priority += place->project ? PRIORITY_MAX + 1 : 0;
	return true;
}

static bool
read_part(const struct config_part *part, struct endpoint_list *ret, GError **error)
{
	VALUE_EACH (item, part->list) {
		const struct place place = { .doc = part->doc, .item = item, .project = part->project, .error = error };
		if (!read_endpoint(&place, ret))
			return false;
	}
	return true;
}

/* What the environment names, where one's own file names nothing: a project's file adds to that and takes nothing away. */
static bool
find_own(struct endpoint_list *list, GError **error)
{
	const struct place place = { .error = error };
	endpoints_find(list);
	for (size_t i = 0; i < list->count; i++) {
		if (!check_address(&place, &list->items[i]))
			return false;
		strip_slashes(list->items[i].base_url);
	}
	return true;
}

/* Stable: equal ones stay in the order of the configuration. */
static void
sort_by_priority(struct endpoint_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct endpoint moved = list->items[i];
		size_t at = i;
		for (; at > 0 && list->items[at - 1].priority > moved.priority; at--)
			list->items[at] = list->items[at - 1];
		list->items[at] = moved;
	}
}

bool
endpoints_load(const struct config *config, struct endpoint_list *ret, GError **error)
{
	struct config_part parts[CONFIG_FILES];
	bool ok = true;
	*ret = (struct endpoint_list){ 0 };
	config_section(config, SECTION_ENDPOINTS, parts);
	if (!parts[0].doc)
		ok = find_own(ret, error);
	for (unsigned i = 0; i < CONFIG_FILES && ok; i++)
		ok = read_part(&parts[i], ret, error);
	if (!ok) {
		record_list_finish(&endpoint_record, ret);
		return false;
	}
	sort_by_priority(ret);
	return true;
}

const struct endpoint_model *
endpoint_model(const struct endpoint *endpoint, const char *name)
{
	for (size_t i = 0; name && i < endpoint->models.count; i++) {
		const struct endpoint_model *model = &endpoint->models.items[i];
		if (g_str_equal(model->name, name) || (model->aliases && g_strv_contains((const char *const *)model->aliases, name)))
			return model;
	}
	return NULL;
}
