#include "verify/command.h"

#include <string.h>

/* In a text that is to be quoted: the value of a variable. No request holds these bytes. */
#define MARK_BEGIN '\001'
#define MARK_END '\002'

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

/* --- quoting -------------------------------------------------------------------------------- */

/* A word in single quotes; the values of variables stand between them, in double ones. */
static void
append_word(GString *line, const char *word)
{
	g_string_append(line, " '");
	for (; *word; word++) {
		if (*word == '\'')
			g_string_append(line, "'\\''");
		else if (*word == MARK_BEGIN)
			g_string_append(line, "'\"$");
		else if (*word == MARK_END)
			g_string_append(line, "\"'");
		else
			g_string_append_c(line, *word);
	}
	g_string_append_c(line, '\'');
}

static bool
is_one_line(const GString *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (g_ascii_iscntrl(text->str[i]) && text->str[i] != MARK_BEGIN && text->str[i] != MARK_END)
			return false;
	return g_utf8_validate(text->str, (gssize)text->len, NULL);
}

/* What has no place on a line, for printf: every byte that is not plain in octal. */
static char *
escape_bytes(const GString *text)
{
	GString *escaped = g_string_new(NULL);
	for (size_t i = 0; i < text->len; i++) {
		unsigned char byte = (unsigned char)text->str[i];
		if (byte == '\\' || byte == '\'' || byte < 0x20 || byte >= 0x7f)
			g_string_append_printf(escaped, "\\0%03o", byte);
		else
			g_string_append_c(escaped, (char)byte);
	}
	return g_string_free(escaped, FALSE);
}

/* --- variables ------------------------------------------------------------------------------ */

static void
append_variable(GString *text, size_t number)
{
	g_string_append_printf(text, "%cid%zu%c", MARK_BEGIN, number + 1, MARK_END);
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

/* A body with variables for the texts that are ids. */
static GString *
mark_body(struct command *const *commands, size_t number, bool *used)
{
	const GString *body = commands[number]->body;
	GString *text = body ? g_string_new_len(body->str, (gssize)body->len) : g_string_new(NULL);
	for (size_t i = number; i > 0 && strlen(text->str) == text->len; i--) {
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
	static const char *const methods[] = { "POST", "PUT", "PATCH", NULL };
	const struct command *command = commands[number];
	g_autofree char *url = mark_url(commands, number, used);
	GString *body = mark_body(commands, number, used);
	bool content = command->body || g_strv_contains(methods, command->method), odd = content && !is_one_line(body);
	g_autofree char *bytes = odd ? escape_bytes(body) : NULL;
	GString *line = g_string_new(NULL);
	if (captured)
		g_string_append_printf(line, "id%zu=$(", number + 1);
	if (odd)
		g_string_append_printf(line, "printf '%%b' '%s' | ", bytes);
	g_string_append(line, !captured ? "curl -i -g --path-as-is -X" : command->head ? "curl -s -D - -o /dev/null -g --path-as-is -X" : "curl -s -g --path-as-is -X");
	append_word(line, command->method);
	append_word(line, url);
	for (size_t i = 0; i < command->headers.count; i++) {
		const struct http_header *item = &command->headers.items[i];
		/* curl spells a header without value with a semicolon. */
		g_autofree char *header = g_strdup_printf(*item->value ? "%s: %s" : "%s;", item->name, item->value);
		g_string_append(line, " -H");
		append_word(line, header);
	}
	if (content && !http_headers_get(&command->headers, "Content-Type"))
		g_string_append(line, " -H 'Content-Type:'");
	if (odd) {
		g_string_append(line, " --data-binary @-");
	} else if (content) {
		g_string_append(line, " --data-raw");
		append_word(line, body->str);
	}
	if (captured)
		g_string_append_printf(line, " | %s)", command->capture);
	g_string_free(body, TRUE);
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
