#include "verify/command.h"

#include <string.h>

#include "base/http_curl.h"

enum { TELLING = 6 };   /* letters: a shorter text in a body may be there for another reason */

struct command {
	unsigned references;
	char *method, *url;
	struct http_headers headers;
	GString *body;               /* NULL for none */
	char *id, *collection;       /* that its answer named, and behind what it stands in paths; NULL */
	char *capture;               /* what prints the id, put after the command; NULL: nothing does */
	bool head;                   /* from the answer's headers */
};

/* --- what takes an id from an answer --------------------------------------------------------- */

/* Of the members of that name in JSON text, the first is 1, the one that holds the id; 0 where none does. */
static unsigned
place_of(const char *text, const char *member, const char *id)
{
	g_autofree char *key = g_strdup_printf("\"%s\":", member);
	unsigned place = 0;
	for (const char *at = text; (at = strstr(at, key));) {
		at += strlen(key);
		at += strspn(at, " ");
		at += *at == '"';
		place++;
		if (strncmp(at, id, strlen(id)) == 0 && strcspn(at, "\",}") == strlen(id))
			return place;
	}
	return 0;
}

static void
find_capture(struct command *command, const struct http_response *response, const char *member)
{
	const char *location = http_headers_get(&response->headers, "Location"), *end = location ? strrchr(location, '/') : NULL;
	if (end && g_str_equal(end + 1, command->id)) {
		command->capture = g_strdup("tr -d '\\r' | sed -n 's/^[Ll]ocation:.*\\///p'");
		command->head = true;
		return;
	}
	bool plain = strspn(member, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(member);
	unsigned place = plain && response->body ? place_of(response->body->str, member, command->id) : 0;
	if (place)
		command->capture = g_strdup_printf("grep -o '\"%s\": *\"*[^\",}]*' | sed -n '%us/.*: *\"*//p'", member, place);
}

struct command *
command_create(const struct http_request *request, const struct http_response *response, const struct command_name *name)
{
	struct command *command = g_new0(struct command, 1);
	command->references = 1;
	command->method = g_strdup(request->method);
	command->url = g_strdup(request->url);
	for (size_t i = 0; i < request->headers.count; i++)
		http_headers_add(&command->headers, request->headers.items[i].name, request->headers.items[i].value);
	command->body = request->body ? g_string_new_len(request->body->str, (gssize)request->body->len) : NULL;
	if (!name || !name->id || !response->status)
		return command;
	command->id = g_strdup(name->id);
	command->collection = g_strdup(name->collection);
	find_capture(command, response, name->member ? name->member : "id");
	return command;
}

struct command *
command_ref(struct command *command)
{
	command->references++;
	return command;
}

void
command_unref(struct command *command)
{
	if (!command || --command->references)
		return;
	g_free(command->method);
	g_free(command->url);
	http_headers_clear(&command->headers);
	if (command->body)
		g_string_free(command->body, TRUE);
	g_free(command->id);
	g_free(command->collection);
	g_free(command->capture);
	g_free(command);
}

bool
command_is_same(const struct command *a, const struct command *b)
{
	bool bodies = a->body && b->body ? g_string_equal(a->body, b->body) : !a->body && !b->body;
	return g_str_equal(a->method, b->method) && g_str_equal(a->url, b->url) && bodies && g_strcmp0(a->id, b->id) == 0;
}

/* --- variables ------------------------------------------------------------------------------ */

static void
append_variable(GString *text, size_t number)
{
	g_string_append_printf(text, "%cid%zu%c", HTTP_CURL_VARIABLE, number + 1, HTTP_CURL_END);
}

/* The command before this one whose id stands there, behind a segment; `count` for none. The last that
 * fits, for ids may be given twice. */
static size_t
find_source(struct command *const *commands, size_t count, const char *before, const char *segment)
{
	for (size_t i = count; i > 0; i--) {
		const struct command *command = commands[i - 1];
		if (command->capture && g_str_equal(command->id, segment) && (!command->collection || g_str_equal(command->collection, before)))
			return i - 1;
	}
	return count;
}

/* An address with variables for the parts of its path that are ids. */
static char *
mark_url(struct command *const *commands, size_t number, bool *used)
{
	const char *url = commands[number]->url;
	size_t length = strcspn(url, "?#");
	g_autofree char *path = g_strndup(url, length);
	g_auto(GStrv) segments = g_strsplit(path, "/", -1);
	for (guint i = g_strv_length(segments); i > 1; i--) {
		size_t source = find_source(commands, number, segments[i - 2], segments[i - 1]);
		if (source == number)
			continue;
		g_autoptr(GString) variable = g_string_new(NULL);
		append_variable(variable, source);
		used[source] = true;
		g_free(segments[i - 1]);
		segments[i - 1] = g_strdup(variable->str);
	}
	g_autofree char *marked = g_strjoinv("/", segments);
	return g_strconcat(marked, url + length, NULL);
}

/* A body with variables for the texts that are ids; NULL where there is none, or none that they could stand in. */
static GString *
mark_body(struct command *const *commands, size_t number, bool *used)
{
	const GString *body = commands[number]->body;
	if (!body || !http_curl_is_plain(body))
		return NULL;
	GString *text = g_string_new_len(body->str, (gssize)body->len);
	for (size_t i = number; i > 0; i--) {
		if (!commands[i - 1]->capture || strlen(commands[i - 1]->id) < TELLING)
			continue;
		g_autofree char *word = g_strdup_printf("\"%s\"", commands[i - 1]->id);
		g_autoptr(GString) variable = g_string_new("\"");
		append_variable(variable, i - 1);
		g_string_append_c(variable, '"');
		used[i - 1] |= g_string_replace(text, word, variable->str, 0) > 0;
	}
	return text;
}

/* --- lines ---------------------------------------------------------------------------------- */

static char *
write_line(struct command *const *commands, size_t number, bool captured, bool *used)
{
	static const char shown[] = "-i -g --path-as-is", head[] = "-s -D - -o /dev/null -g --path-as-is", body[] = "-s -g --path-as-is";
	const struct command *command = commands[number];
	g_autofree char *url = mark_url(commands, number, used);
	g_autoptr(GString) marked = mark_body(commands, number, used);
	const struct http_request request = { command->method, url, command->headers, marked ? marked : command->body };
	GString *line = g_string_new(NULL);
	if (captured)
		g_string_append_printf(line, "id%zu=$(", number + 1);
	http_curl_append(line, !captured ? shown : command->head ? head : body, &request, HTTP_CURL_IN_URL | (marked ? HTTP_CURL_IN_BODY : 0));
	if (captured)
		g_string_append_printf(line, " | %s)", command->capture);
	return g_string_free(line, FALSE);
}

char *
command_lines(struct command *const *commands, size_t count)
{
	g_autofree bool *used = g_new0(bool, count + 1);
	GString *text = g_string_new(NULL);
	/* Backwards, for what is captured follows from what comes later. */
	for (size_t i = count; i > 0; i--) {
		g_autofree char *line = write_line(commands, i - 1, used[i - 1], used);
		if (text->len)
			g_string_prepend_c(text, '\n');
		g_string_prepend(text, line);
	}
	return g_string_free(text, FALSE);
}
