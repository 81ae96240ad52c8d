/* A trial as commands of a shell. Ids that the provider gives are other ones each time, so what makes
 * something keeps its id in a variable, and what asks for it uses that. */
#include <string.h>

#include "verify/campaign.h"
#include "verify/fill.h"
#include "verify/trial.h"

enum { TELLING = 6 };   /* letters: a shorter text in a body may be there for another reason */

/* The id of something, under the name that its variable has. */
struct renaming {
	const struct item *item;
	char *variable;
	bool used;
};

struct script {
	struct tester *tester;
	GPtrArray *renamings, *lines;
};

static void
free_renaming(void *data)
{
	struct renaming *renaming = data;
	g_free(renaming->variable);
	g_free(renaming);
}

static struct renaming *
add_renaming(struct script *script, const struct item *item, const char *variable)
{
	struct renaming *renaming = g_new(struct renaming, 1);
	*renaming = (struct renaming){ item, g_strdup(variable), false };
	g_ptr_array_add(script->renamings, renaming);
	return renaming;
}

/* --- what a step refers to ------------------------------------------------------------------ */

static bool
begins_with(char *const *ids, const struct item *item)
{
	for (char **id = item->ids; id && *id; id++, ids++)
		if (!ids || !*ids || !g_str_equal(*ids, *id))
			return false;
	return item->id != NULL;
}

static bool
mentions(const struct value *value, const char *text)
{
	if (value_is(value, VALUE_STRING))
		return g_str_equal(value->text, text);
	VALUE_EACH (item, value)
		if (mentions(item, text))
			return true;
	VALUE_EACH_MEMBER (key, item, value)
		if (mentions(item, text) || (value_is(item, VALUE_NUMBER) && fill_is_key(key->text) && strtoll(item->text, NULL, 10) == strtoll(text, NULL, 10)))
			return true;
	return false;
}

/* A list that shows it among others. */
static bool
lists(const struct step *step, const struct item *item)
{
	const struct resource *resource = step->role == RESOURCE_LIST && step->test->kind == CASE_VALID ? step->resource : NULL;
	const struct resource *home = resource && resource->home ? resource->home : resource;
	g_auto(GStrv) beside = campaign_ids(step->ids, item->id);
	bool same = home && (item->resource == home || item->resource == resource) && item->id;
	return same && g_strv_equal((const char *const *)beside, (const char *const *)item->ids);
}

/* Whether a trial's step asks for an item that stays. */
static bool
uses(const struct step *step, const struct item *item)
{
	return item->lines && (begins_with(step->ids, item) || mentions(doc_root(step->sent_body), item->id) || lists(step, item));
}

/* --- variables in place of ids -------------------------------------------------------------- */

/* "@{ID1}@" stands for a variable until the line is quoted. */
static char *
mark(struct renaming *renaming)
{
	renaming->used = true;
	return g_strdup_printf("@{%s}@", renaming->variable);
}

/* The segment behind the name of a collection is the id of one of its items; the last that was made
 * counts. */
static char *
rename_segment(const struct script *script, const char *before, const char *segment)
{
	for (guint i = script->renamings->len; i > 0; i--) {
		struct renaming *renaming = script->renamings->pdata[i - 1];
		if (g_str_equal(renaming->item->id, segment) && g_str_equal(renaming->item->resource->name, before))
			return mark(renaming);
	}
	return NULL;
}

static char *
rename_url(const struct script *script, const char *url)
{
	size_t length = strcspn(url, "?");
	g_autofree char *path = g_strndup(url, length);
	g_auto(GStrv) segments = g_strsplit(path, "/", -1);
	for (unsigned i = 1; segments[0] && segments[i]; i++) {
		char *other = rename_segment(script, segments[i - 1], segments[i]);
		if (!other)
			continue;
		g_free(segments[i]);
		segments[i] = other;
	}
	g_autofree char *renamed = g_strjoinv("/", segments);
	return g_strconcat(renamed, url + length, NULL);
}

static GString *
rename_body(const struct script *script, const GString *body)
{
	GString *renamed = g_string_new_len(body->str, (gssize)body->len);
	for (guint i = 0; i < script->renamings->len; i++) {
		struct renaming *renaming = script->renamings->pdata[i];
		g_autofree char *quoted = g_strdup_printf("\"%s\"", renaming->item->id);
		if (strlen(renaming->item->id) < TELLING || !strstr(renamed->str, quoted))
			continue;
		g_autofree char *marked = mark(renaming), *other = g_strdup_printf("\"%s\"", marked);
		g_string_replace(renamed, quoted, other, 0);
	}
	return renamed;
}

/* "@{ID1}@" within '…' or $'…' becomes '"$ID1"'. */
static char *
open_marks(const char *line)
{
	GString *text = g_string_new(NULL);
	char inside = 0;             /* a quote is open: ' or $ */
	for (const char *at = line; *at; at++) {
		const char *end = g_str_has_prefix(at, "@{") ? strstr(at, "}@") : NULL;
		if (end && inside) {
			g_string_append_printf(text, "'\"$%.*s\"%s'", (int)(end - at - 2), at + 2, inside == '$' ? "$" : "");
			at = end + 1;
			continue;
		}
		g_string_append_c(text, *at);
		if (*at == '\\' && inside != '\'' && at[1])
			g_string_append_c(text, *++at);
		else if (*at == '\'')
			inside = inside ? 0 : at > line && at[-1] == '$' ? '$' : '\'';
	}
	return g_string_free(text, FALSE);
}

static char *
line_of(const struct script *script, const struct http_request *request)
{
	struct http_request renamed = *request;
	g_autofree char *url = rename_url(script, request->url);
	GString *body = request->body ? rename_body(script, request->body) : NULL;
	renamed.url = url;
	renamed.body = body;
	g_autofree char *line = request_curl(&renamed);
	if (body)
		g_string_free(body, TRUE);
	return open_marks(line);
}

/* --- keeping an id -------------------------------------------------------------------------- */

/* Of the members of that name in an answer, the first is 1, the one that holds the id; 0 where none does. */
static unsigned
place_of(const char *text, const char *name, const char *id)
{
	g_autofree char *key = g_strdup_printf("\"%s\"", name);
	size_t length = strlen(id);
	unsigned place = 0;
	for (const char *at = text; (at = strstr(at, key));) {
		at += strlen(key);
		at += strspn(at, " ");
		if (*at != ':')
			continue;
		place++;
		at += 1 + strspn(at + 1, " ");
		at += *at == '"';
		if (strncmp(at, id, length) == 0 && strchr("\",}] \n", at[length]))
			return place;
	}
	return 0;
}

/* The command with its answer's id in a variable: ID1=$(…); NULL where the answer does not show it. */
static char *
keep_id(const char *line, const struct step *step, const char *variable)
{
	const struct item *item = &step->item;
	const struct resource *home = step->resource->home ? step->resource->home : step->resource;
	const char *name = step->resource->id_property ? step->resource->id_property : home->id_property;
	const char *location = http_headers_get(&step->response.headers, "Location"), *last = location ? strrchr(location, '/') : NULL;
	unsigned place = name && step->response.body ? place_of(step->response.body->str, name, item->id) : 0;
	g_autoptr(GString) command = g_string_new(line);
	g_string_replace(command, "curl -i ", place ? "curl -s " : "curl -si ", 1);
	if (place)
		return g_strdup_printf("%s=$(%s | grep -o '\"%s\" *: *\"*[^\",}]*' | sed -n '%us/.*: *\"*//p')", variable, command->str, name, place);
	if (last && g_str_equal(last + 1, item->id))
		return g_strdup_printf("%s=$(%s | tr -d '\\r' | sed -n 's/^[Ll]ocation:.*\\///p')", variable, command->str);
	return NULL;
}

/* --- scripts -------------------------------------------------------------------------------- */

static void
add_lines(struct script *script, const char *lines)
{
	g_auto(GStrv) split = g_strsplit(lines, "\n", -1);
	for (char **line = split; *line; line++)
		if (**line && !g_ptr_array_find_with_equal_func(script->lines, *line, g_str_equal, NULL))
			g_ptr_array_add(script->lines, g_strdup(*line));
}

/* Those that make what the steps refer to and stays at the provider. */
static void
add_keepers(struct script *script, const struct trial *trial, size_t last)
{
	for (size_t k = 0; k < script->tester->count; k++) {
		const struct item *keeper = &script->tester->keepers[k];
		bool used = false;
		for (size_t i = 0; i <= last && !used; i++)
			used = uses(&trial->steps[i], keeper);
		if (!used)
			continue;
		add_lines(script, keeper->lines);
		if (keeper->variable)
			add_renaming(script, keeper, keeper->variable);
	}
}

static void
add_steps(struct script *script, const struct trial *trial, size_t last)
{
	guint first = script->lines->len;
	struct renaming **made = g_new0(struct renaming *, last + 1);
	for (size_t i = 0; i <= last; i++) {
		const struct step *step = &trial->steps[i];
		g_ptr_array_add(script->lines, line_of(script, &step->request));
		g_autofree char *variable = g_strdup_printf("NEW%zu", i + 1);
		if (step->item.id && step->item.resource)
			made[i] = add_renaming(script, &step->item, variable);
	}
	for (size_t i = 0; i <= last; i++) {
		char **line = (char **)&script->lines->pdata[first + i];
		char *keeping = made[i] && made[i]->used ? keep_id(*line, &trial->steps[i], made[i]->variable) : NULL;
		if (!keeping)
			continue;
		g_free(*line);
		*line = keeping;
	}
	g_free(made);
}

static char *
end_script(struct script *script)
{
	g_ptr_array_add(script->lines, NULL);
	char *text = g_strjoinv("\n", (char **)script->lines->pdata);
	g_ptr_array_unref(script->lines);
	g_ptr_array_unref(script->renamings);
	return text;
}

static struct script
begin_script(struct tester *tester)
{
	return (struct script){ tester, g_ptr_array_new_with_free_func(free_renaming), g_ptr_array_new_with_free_func(g_free) };
}

char *
trial_lines(struct tester *tester, const struct trial *trial, size_t last)
{
	struct script script = begin_script(tester);
	add_keepers(&script, trial, last);
	add_steps(&script, trial, last);
	return end_script(&script);
}

void
trial_keep(struct tester *tester, const struct trial *trial, struct item *item)
{
	struct script script = begin_script(tester);
	g_autofree char *variable = g_strdup_printf("ID%u", ++tester->variables);
	add_keepers(&script, trial, 0);
	g_autofree char *line = line_of(&script, &trial->steps[0].request);
	char *keeping = keep_id(line, &trial->steps[0], variable);
	g_ptr_array_add(script.lines, keeping ? keeping : g_strdup(line));
	item->variable = keeping ? g_steal_pointer(&variable) : NULL;
	item->lines = end_script(&script);
}
