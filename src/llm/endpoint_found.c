#include "llm/endpoint_found.h"

#include <string.h>

/* Ollama works on one call at a time unless it is told otherwise (OLLAMA_NUM_PARALLEL), and queues the others without a word: what
 * waits there can go nowhere else. */
static const struct protocol {
	const char *name, *base_url;
	int64_t max_in_flight;
} protocols[] = {
	{ "anthropic", "https://api.anthropic.com", 64 },
	{ "openai", "https://api.openai.com/v1", 64 },
	{ "ollama", "http://127.0.0.1:11434", 2 },
};

/* In this order, each a step of priority behind the one before: models of different strength are no equals to be balanced. */
static const struct source {
	const char *name, *protocol, *key, *address;
} sources[] = {
	{ "anthropic", "anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL" },
	{ "openai", "openai", "OPENAI_API_KEY", "OPENAI_BASE_URL" },
	{ "ollama", "ollama", NULL, "OLLAMA_HOST" },
};

bool
endpoint_preset(struct endpoint *endpoint)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(protocols); i++) {
		if (!g_str_equal(protocols[i].name, endpoint->protocol))
			continue;
		if (!endpoint->base_url)
			endpoint->base_url = g_strdup(protocols[i].base_url);
		if (endpoint->max_in_flight == RECORD_NO_INT)
			endpoint->max_in_flight = protocols[i].max_in_flight;
		return true;
	}
	return false;
}

char *
endpoint_protocols(void)
{
	GString *names = g_string_new(NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(protocols); i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", protocols[i].name);
	return g_string_free(names, FALSE);
}

/* OLLAMA_HOST is what the server binds as well as what its client asks: "host", "host:port", ":port", "http://host:port", and the
 * address of all interfaces, which nobody can connect to everywhere. */
static char *
address_of_ollama(const char *text)
{
	const char *scheme = strstr(text, "://");
	const char *host = scheme ? scheme + strlen("://") : text;
	size_t length = strcspn(host, "/");
	g_autofree char *authority = g_strndup(host, length);
	char *colon = strrchr(authority, ':');
	if (colon && strchr(colon, ']'))
		colon = NULL;
	const char *preset = !scheme ? "11434" : g_str_has_prefix(text, "https") ? "443" : "80";
	g_autofree char *port = g_strdup(colon ? colon + 1 : preset);
	if (colon)
		*colon = '\0';
	bool all = !*authority || g_str_equal(authority, "0.0.0.0") || g_str_equal(authority, "[::]");
	g_autofree char *prefix = scheme ? g_strndup(text, (size_t)(scheme - text)) : g_strdup("http");
	return g_strdup_printf("%s://%s:%s", prefix, all ? "127.0.0.1" : authority, port);
}

static bool
is_loopback(const char *base_url)
{
	g_autoptr(GUri) uri = g_uri_parse(base_url, G_URI_FLAGS_NONE, NULL);
	const char *host = uri ? g_uri_get_host(uri) : NULL;
	return host && (g_str_equal(host, "localhost") || g_str_equal(host, "::1") || g_str_has_prefix(host, "127."));
}

static void
add_source(const struct source *source, struct endpoint_list *ret)
{
	bool ollama = g_str_equal(source->protocol, "ollama");
	const char *key = source->key ? config_environment(source->key) : NULL, *address = config_environment(source->address);
	if (!key && !address && !ollama)
		return;
	/* Another's base URL without a key leads to a server that wants none; only OpenAI's own clients are used like that. */
	if (!key && g_str_equal(source->protocol, "anthropic"))
		return;
	struct endpoint *endpoint = record_append(&endpoint_record, ret);
	endpoint->name = g_strdup(source->name);
	endpoint->protocol = g_strdup(source->protocol);
	endpoint->key_env = key ? g_strdup(source->key) : NULL;
	endpoint->priority = source - sources;
	endpoint->probe = !key && !address;
	endpoint->origin = g_strdup(key ? source->key : address ? source->address : "preset");
	if (address)
		endpoint->base_url = ollama ? address_of_ollama(address) : g_strdup(address);
	endpoint_preset(endpoint);
	/* A gateway on this machine may lead to a server that costs; Ollama is the one that computes by itself. */
	endpoint->local = ollama && is_loopback(endpoint->base_url);
}

void
endpoints_find(struct endpoint_list *ret)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(sources); i++)
		add_source(&sources[i], ret);
}

const char *
endpoint_variable(unsigned index, char **ret_help)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(sources); i++) {
		const char *variables[] = { sources[i].key, sources[i].address }, *said[] = { "the key of", "the address of" };
		for (unsigned j = 0; j < G_N_ELEMENTS(variables); j++) {
			if (!variables[j] || index-- > 0)
				continue;
			*ret_help = g_strdup_printf("%s %s, where your own file names no endpoints", said[j], sources[i].name);
			return variables[j];
		}
	}
	return NULL;
}
