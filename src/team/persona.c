#include "team/persona.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/matter.h"

static const struct record_field persona_fields[] = {
	RECORD_FIELD(persona, id, 0, "stable name"),
	RECORD_FIELD(persona, name, 0, "for people"),
	RECORD_FIELD(persona, description, 0, "what it is for"),
	RECORD_FIELD(persona, tools, 0, "tools that it may use"),
	RECORD_FIELD(persona, model, 0, "model that it prefers"),
	RECORD_FIELD(persona, skills, 0, "expertise"),
	RECORD_FIELD(persona, stream, 0, "work stream"),
	RECORD_FIELD(persona, provides, 0, "what the scaffold makes for it"),
	RECORD_FIELD(persona, effort_share, 0, "share of a typical effort"),
	RECORD_FIELD(persona, instructions, 0, "what it is told"),
	RECORD_FIELD(persona, origin, 0, "where it was read"),
	RECORD_FIELD(persona, extra, RECORD_EXTRA, "keys that are kept unread"),
};
RECORD_TYPE(persona, RECORD_KEEP, "a persona");

/* --- lists in one line ---------------------------------------------------------------------- */

static char *
unquote(char *text)
{
	size_t length = strlen(g_strstrip(text));
	if (length < 2 || (*text != '"' && *text != '\'') || strchr(text + 1, *text) != text + length - 1)
		return text;
	text[length - 1] = '\0';
	return text + 1;
}

/* "Read, Bash(git add:*, git log:*)", "[Read, Write]" and lines of "- Read" as a list. */
static char **
split_list(const char *text)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *copy = g_strdup(text);
	char *inner = g_strstrip(copy);
	size_t length = strlen(inner);
	if (length > 1 && *inner == '[' && inner[length - 1] == ']') {
		inner[length - 1] = '\0';
		inner++;
	}
	int depth = 0;
	for (char *at = inner, *word = inner; ; at++) {
		depth += (*at == '(') - (*at == ')');
		if (*at && (depth > 0 || !strchr(",\n", *at)))
			continue;
		bool last = !*at;
		*at = '\0';
		word = unquote(g_str_has_prefix(g_strchug(word), "- ") ? word + 2 : word);
		if (*word)
			g_strv_builder_add(builder, word);
		if (last)
			return g_strv_builder_end(builder);
		word = at + 1;
	}
}

/* A list that was given as one text. */
static void
split_single(char ***list)
{
	if (!*list || !(*list)[0] || (*list)[1])
		return;
	char **parts = split_list((*list)[0]);
	g_strfreev(*list);
	*list = parts;
}

/* --- front matter that is no YAML ----------------------------------------------------------- */

struct line_reader {
	const char *origin;
	struct persona *persona;
	struct writer extra;
	GHashTable *seen;     /* keys; the first of equal ones counts */
	char *key;            /* of the entry that is being read */
	GString *value;
	unsigned line, begin; /* numbers of the current line and of the entry's first */
};

/* The length of the key in "key: rest", 0 where the line begins no entry. */
static size_t
key_length(const char *line)
{
	size_t length = 0;
	while (g_ascii_isalnum(line[length]) || line[length] == '_' || (length && line[length] == '-'))
		length++;
	return line[length] == ':' && (!line[length + 1] || g_ascii_isspace(line[length + 1])) ? length : 0;
}

/* The text of a value, without the quotes or the sign of a block around it. */
static char *
plain_value(char *value)
{
	char *text = g_strstrip(value);
	size_t sign = *text == '|' || *text == '>' ? 1 + strspn(text + 1, "+-") : 0;
	if (sign && text[sign] == '\n')
		return text + sign + 1;
	return unquote(text);
}

static bool
set_entry(struct line_reader *reader, GError **error)
{
	g_autofree char *key = g_steal_pointer(&reader->key), *value = g_strdup(reader->value->str);
	g_string_truncate(reader->value, 0);
	if (!key || !g_hash_table_add(reader->seen, g_strdup(key)))
		return true;
	const struct record_field *field = record_field(&persona_record, key);
	const char *text = plain_value(value);
	GError *cause = NULL;
	if (!field || field->flags & RECORD_EXTRA)
		writer_member_text(&reader->extra, key, text);
	else if (*text && !record_set(field, reader->persona, text, &cause))
		return error_wrap(error, cause, ERR_CONFIG, "correct the value there", "%s:%u:1", reader->origin, reader->begin);
	return true;
}

static bool
read_line(struct line_reader *reader, const char *line, GError **error)
{
	size_t length = key_length(line);
	if (*line == '#')
		return true;
	if (!length) {
		g_autofree char *more = g_strstrip(g_strdup(line));
		g_string_append_printf(reader->value, "\n%s", more);
		return true;
	}
	if (!set_entry(reader, error))
		return false;
	reader->key = g_strndup(line, length);
	reader->begin = reader->line;
	g_string_assign(reader->value, line + length + 1);
	return true;
}

/* Files in the wild hold lines such as "description: Use this: it is good", which is no YAML. Every
 * "key: rest of line" counts, with the lines after it that begin no other. */
static bool
read_lines(const char *origin, const char *front, struct persona *persona, GError **error)
{
	record_init(&persona_record, persona);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) value = g_string_new(NULL);
	struct line_reader reader = { .origin = origin, .persona = persona, .seen = seen, .value = value };
	writer_init(&reader.extra, false);
	writer_begin_object(&reader.extra);
	g_auto(GStrv) lines = g_strsplit(front, "\n", -1);
	bool ok = true;
	for (char **line = lines; ok && *line; line++) {
		reader.line++;
		ok = reader.line == 1 || read_line(&reader, *line, error);
	}
	ok = ok && set_entry(&reader, error);
	g_free(reader.key);
	writer_end(&reader.extra);
	persona->extra = writer_doc(&reader.extra);
	if (value_count(doc_root(persona->extra)) == 0)
		doc_unref(g_steal_pointer(&persona->extra));
	if (!ok)
		record_finish(&persona_record, persona);
	return ok;
}

/* --- reading -------------------------------------------------------------------------------- */

static void
set_text(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

static bool
read_front(const char *origin, const char *front, struct persona *ret, GError **error)
{
	g_autoptr(Doc) doc = doc_read_yaml(origin, front, strlen(front), NULL, NULL);
	if (!doc || !value_is(doc_root(doc), VALUE_OBJECT))
		return read_lines(origin, front, ret, error);
	return record_read(&persona_record, doc, doc_root(doc), ret, error);
}

bool
persona_read(const char *id, const char *origin, const char *text, struct persona *ret, GError **error)
{
	g_autofree char *clean = matter_clean(text);
	g_autofree char *file = g_str_equal(origin, "built-in") ? g_strdup_printf("personas/%s.md", id) : g_strdup(origin);
	const char *body;
	g_autofree char *front = matter_split(clean, &body);
	if (!front)
		return error_set(error, ERR_CONFIG, "begin it with --- lines around name and description",
		                 "%s:1:1: there is no front matter", file);
	GError *cause = NULL;
	if (!read_front(file, front, ret, &cause))
		return error_wrap(error, cause, ERR_CONFIG, NULL, "the persona %s cannot be read", id);
	set_text(&ret->id, id);
	set_text(&ret->origin, origin);
	set_text(&ret->instructions, body);
	g_strstrip(ret->instructions);
	if (!ret->name)
		ret->name = g_strdup(id);
	split_single(&ret->tools);
	split_single(&ret->skills);
	return true;
}

/* A coding agent's file knows nothing of streams: what it leaves open stays as it was. */
static void
inherit(struct persona *persona, struct persona *known)
{
	if (!persona->skills)
		persona->skills = g_steal_pointer(&known->skills);
	if (!persona->stream)
		persona->stream = g_steal_pointer(&known->stream);
	if (!persona->provides)
		persona->provides = g_steal_pointer(&known->provides);
	if (isnan(persona->effort_share))
		persona->effort_share = known->effort_share;
}

static bool
add_persona(struct persona_list *list, const char *file, const char *origin, const char *text, GError **error)
{
	g_autofree char *id = g_strndup(file, strlen(file) - strlen(".md"));
	struct persona *known = (struct persona *)personas_find(list, id);
	struct persona persona;
	if (!persona_read(id, origin, text, &persona, error))
		return false;
	if (known) {
		inherit(&persona, known);
		record_finish(&persona_record, known);
	} else {
		known = record_append(&persona_record, list);
	}
	*known = persona;
	return true;
}

static bool
has_front(const char *text)
{
	g_autofree char *clean = matter_clean(text);
	const char *body;
	g_autofree char *front = matter_split(clean, &body);
	return front;
}

static bool
load_folder(const char *folder, struct persona_list *ret, GError **error)
{
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *file;
	while (directory && (file = g_dir_read_name(directory))) {
		g_autofree char *path = g_build_filename(folder, file, NULL), *text = NULL;
		GError *cause = NULL;
		if (!g_str_has_suffix(file, ".md"))
			continue;
		if (!g_file_get_contents(path, &text, NULL, &cause))
			return error_wrap(error, cause, ERR_CONFIG, "check its permissions", "cannot read %s", path);
		if (!has_front(text))   /* a README among them is nobody */
			continue;
		if (!g_utf8_validate(text, -1, NULL))
			return error_set(error, ERR_CONFIG, "save it as UTF-8 text", "%s is not UTF-8 text", path);
		if (!add_persona(ret, file, path, text, error))
			return false;
	}
	return true;
}

static int
compare_ids(const void *a, const void *b)
{
	return strcmp(((const struct persona *)a)->id, ((const struct persona *)b)->id);
}

static bool
load_built_in(struct catalogue *catalogue, const char *folder, struct persona_list *ret, GError **error)
{
	g_auto(GStrv) files = catalogue_list(catalogue, folder);
	bool ok = true;
	for (char **file = files; ok && *file; file++) {
		g_autofree char *path = g_strconcat(folder, "/", *file, NULL), *origin = NULL;
		g_autofree char *text = g_str_has_suffix(*file, ".md") ? catalogue_text(catalogue, path, &origin, error) : NULL;
		if (g_str_has_suffix(*file, ".md"))
			ok = text && add_persona(ret, *file, origin, text, error);
	}
	return ok;
}

/* Sorts them where all were read, else drops them. */
static bool
finish_list(bool ok, struct persona_list *ret, GError **error)
{
	if (ok && ret->count)
		qsort(ret->items, ret->count, sizeof *ret->items, compare_ids);
	if (ok)
		return true;
	record_list_finish(&persona_record, ret);
	return error_recode(error, ERR_CONFIG);
}

bool
personas_load(struct catalogue *catalogue, const char *project, struct persona_list *ret, GError **error)
{
	g_autofree char *foreign = project ? g_build_filename(project, ".claude", "agents", NULL) : NULL;
	*ret = (struct persona_list){ 0 };
	bool ok = load_built_in(catalogue, "personas", ret, error) && (!foreign || load_folder(foreign, ret, error));
	return finish_list(ok, ret, error);
}

bool
specialists_load(struct catalogue *catalogue, struct persona_list *ret, GError **error)
{
	*ret = (struct persona_list){ 0 };
	return finish_list(load_built_in(catalogue, "specialists", ret, error), ret, error);
}

const struct persona *
personas_find(const struct persona_list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].id, id))
			return &list->items[i];
	return NULL;
}
