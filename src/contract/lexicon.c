#include "contract/lexicon.h"

#include <string.h>

#include "base/catalogue.h"
#include "base/error.h"

#define LEXICON_FILE "lexicon/sample-names.yaml"

struct lexicon {
	struct doc *doc;
	GHashTable *found;   /* name -> GPtrArray of rules */
	int64_t today;
};

static void
free_rules(void *rules)
{
	g_ptr_array_unref(rules);
}

static bool
read_today(struct lexicon *lexicon, GError **error)
{
	const char *text = value_member_text(doc_root(lexicon->doc), "today");
	g_autofree char *moment = g_strdup_printf("%sT00:00:00Z", text ? text : "");
	g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(moment, NULL);
	if (!day)
		return error_set(error, ERR_CONFIG, "write a day such as 2026-01-15", "%s: \"today\" is no day", doc_name(lexicon->doc));
	lexicon->today = g_date_time_to_unix(day) / 86400;
	return true;
}

struct lexicon *
lexicon_open(GError **error)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autofree char *text = catalogue_text(catalogue, LEXICON_FILE, NULL, error);
	g_autoptr(Doc) doc = text ? doc_read_yaml(LEXICON_FILE, text, strlen(text), NULL, error) : NULL;
	if (!doc)
		return NULL;
	struct lexicon *lexicon = g_new0(struct lexicon, 1);
	lexicon->doc = g_steal_pointer(&doc);
	lexicon->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_rules);
	if (read_today(lexicon, error))
		return lexicon;
	lexicon_close(lexicon);
	return NULL;
}

void
lexicon_close(struct lexicon *lexicon)
{
	if (!lexicon)
		return;
	g_hash_table_unref(lexicon->found);
	doc_unref(lexicon->doc);
	g_free(lexicon);
}

char *
lexicon_snake(const char *name)
{
	GString *snake = g_string_new(NULL);
	for (const char *at = name; *at; at++) {
		bool upper = g_ascii_isupper(*at), word = g_ascii_isalnum(*at);
		bool begins = upper && at > name && (!g_ascii_isupper(at[-1]) || g_ascii_islower(at[1]));
		if ((begins || !word) && snake->len && snake->str[snake->len - 1] != '_')
			g_string_append_c(snake, '_');
		if (word || (unsigned char)*at >= 0x80)
			g_string_append_c(snake, g_ascii_tolower(*at));
	}
	if (snake->len && snake->str[snake->len - 1] == '_')
		g_string_truncate(snake, snake->len - 1);
	return g_string_free(snake, FALSE);
}

static bool
is_separator(char c)
{
	return c && !g_ascii_isalnum(c) && (unsigned char)c < 0x80;
}

bool
lexicon_same(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (is_separator(*a))
			a++;
		while (is_separator(*b))
			b++;
		if (g_ascii_tolower(*a) != g_ascii_tolower(*b) || !*a)
			return *a == *b;
	}
}

static bool
has_name(const struct value *rule, const char *name, bool globs)
{
	VALUE_EACH (item, value_member(rule, "names")) {
		const char *text = value_text(item);
		if (!text || (strchr(text, '*') != NULL) != globs)
			continue;
		if (globs ? g_pattern_match_simple(text, name) : strcmp(text, name) == 0)
			return true;
	}
	return false;
}

static void
add_rules(const struct lexicon *lexicon, const char *name, bool globs, GPtrArray *rules)
{
	VALUE_EACH (rule, value_member(doc_root(lexicon->doc), "rules"))
		if (has_name(rule, name, globs))
			g_ptr_array_add(rules, (void *)(uintptr_t)rule);
}

const GPtrArray *
lexicon_rules(struct lexicon *lexicon, const char *name)
{
	GPtrArray *rules = g_hash_table_lookup(lexicon->found, name);
	if (rules)
		return rules;
	g_autofree char *snake = lexicon_snake(name);
	size_t length = strlen(snake);
	rules = g_ptr_array_new();
	add_rules(lexicon, snake, false, rules);
	if (length > 2 && snake[length - 1] == 's') {
		snake[length - 1] = '\0';   /* the items of "emails" are like "email" */
		add_rules(lexicon, snake, false, rules);
		snake[length - 1] = 's';
	}
	add_rules(lexicon, snake, true, rules);
	g_hash_table_insert(lexicon->found, g_strdup(name), rules);
	return rules;
}

const struct value *
lexicon_format(const struct lexicon *lexicon, const char *format)
{
	const struct value *list = value_member(value_member(doc_root(lexicon->doc), "formats"), format);
	return value_count(list) ? list : NULL;
}

const struct value *
lexicon_words(const struct lexicon *lexicon)
{
	return value_member(doc_root(lexicon->doc), "words");
}

int64_t
lexicon_today(const struct lexicon *lexicon)
{
	return lexicon->today;
}

bool
lexicon_is_stamp(const struct lexicon *lexicon, const char *when, const char *name)
{
	VALUE_EACH (item, value_member(value_member(doc_root(lexicon->doc), "stamps"), when))
		if (value_text(item) && lexicon_same(item->text, name))
			return true;
	return false;
}
