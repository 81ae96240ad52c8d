#include "team/concept.h"

#include <string.h>

#include "base/doc.h"
#include "base/error.h"

/* A word of a phrase: as it stands, the beginning of a word ("deploy*"), or any word ("*"). */
struct pattern_word {
	const char *text;
	size_t length;     /* without the star */
	bool open;
};

enum { LONGEST_BEGINNING = 64 };   /* bytes of a word that are looked up */

struct phrase {
	unsigned concept, count;
	struct pattern_word *words;
	const struct phrase *next;   /* that begins with the same word */
};

struct concepts {
	struct doc *doc;
	GPtrArray *names;
	GHashTable *areas;       /* set of names */
	GHashTable *phrases;     /* first word, with its star -> struct phrase */
	GStringChunk *texts;
	GPtrArray *memory;       /* the phrases and their words */
};

static bool
is_dense(gunichar letter)
{
	GUnicodeScript script = g_unichar_get_script(letter);
	return script == G_UNICODE_SCRIPT_HAN || script == G_UNICODE_SCRIPT_HIRAGANA || script == G_UNICODE_SCRIPT_KATAKANA ||
	       script == G_UNICODE_SCRIPT_HANGUL || script == G_UNICODE_SCRIPT_THAI;
}

static bool
is_letter(gunichar letter)
{
	return letter == '_' || g_unichar_isalnum(letter) || g_unichar_ismark(letter);
}

/* The end of the word that begins at `at`. */
static const char *
word_end(const char *at)
{
	if (is_dense(g_utf8_get_char(at)))
		return g_utf8_next_char(at);
	while (*at && is_letter(g_utf8_get_char(at)) && !is_dense(g_utf8_get_char(at)))
		at = g_utf8_next_char(at);
	return at;
}

void
concepts_words(const char *text, unsigned most, GStringChunk *ret_texts, GPtrArray *ret_words)
{
	for (const char *at = text; *at && ret_words->len < most;) {
		if (!is_letter(g_utf8_get_char(at))) {
			at = g_utf8_next_char(at);
			continue;
		}
		const char *end = word_end(at);
		g_autofree char *word = g_utf8_strdown(at, end - at);
		g_ptr_array_add(ret_words, g_string_chunk_insert(ret_texts, word));
		at = end;
	}
}

/* The next word of a phrase of the lists, or NULL. */
static const char *
pattern_word_read(struct concepts *concepts, const char *at, struct pattern_word *ret)
{
	while (*at && *at != '*' && !is_letter(g_utf8_get_char(at)))
		at = g_utf8_next_char(at);
	if (!*at)
		return NULL;
	const char *end = *at == '*' ? at : word_end(at);
	g_autofree char *word = g_utf8_strdown(at, end - at);
	ret->text = g_string_chunk_insert_const(concepts->texts, word);
	ret->length = strlen(word);
	ret->open = *end == '*';
	return end + ret->open;
}

static void
phrase_add(struct concepts *concepts, unsigned concept, const char *text)
{
	GArray *words = g_array_new(FALSE, TRUE, sizeof(struct pattern_word));
	struct pattern_word word;
	for (const char *at = text; (at = pattern_word_read(concepts, at, &word)) != NULL;)
		g_array_append_val(words, word);
	if (!words->len) {
		g_array_free(words, TRUE);
		return;
	}
	struct phrase *phrase = g_new0(struct phrase, 1);
	phrase->concept = concept;
	phrase->count = words->len;
	phrase->words = (struct pattern_word *)(void *)g_array_free(words, FALSE);
	g_ptr_array_add(concepts->memory, phrase);
	g_ptr_array_add(concepts->memory, phrase->words);
	g_autofree char *first = g_strconcat(phrase->words[0].text, phrase->words[0].open ? "*" : "", NULL);
	phrase->next = g_hash_table_lookup(concepts->phrases, first);
	g_hash_table_insert(concepts->phrases, g_string_chunk_insert_const(concepts->texts, first), phrase);
}

static bool
fill(struct concepts *concepts, const struct value *root, GError **error)
{
	const struct value *lists = value_member(root, "concepts");
	VALUE_EACH_MEMBER (name, list, lists) {
		VALUE_EACH (text, list) {
			if (!value_text(text)) {
				g_autofree char *where = doc_where(concepts->doc, text);
				return error_set(error, ERR_CONFIG, "%s: a word is expected; put numbers and yes or no in quotes", where);
			}
			phrase_add(concepts, concepts->names->len, value_text(text));
		}
		g_ptr_array_add(concepts->names, (char *)value_text(name));
	}
	VALUE_EACH (name, value_member(root, "areas"))
		g_hash_table_add(concepts->areas, (char *)value_text(name));
	return concepts->names->len || error_set(error, ERR_CONFIG, "%s: it has no concepts", doc_name(concepts->doc));
}

struct concepts *
concepts_load(struct catalogue *catalogue, GError **error)
{
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, "lexicon/concepts.yaml", &origin, error);
	g_autoptr(Doc) doc = text ? doc_read_yaml(origin, text, strlen(text), NULL, error) : NULL;
	if (!doc)
		return NULL;
	g_autoptr(Concepts) concepts = g_new0(struct concepts, 1);
	concepts->doc = doc_ref(doc);
	concepts->names = g_ptr_array_new();
	concepts->areas = g_hash_table_new(g_str_hash, g_str_equal);
	concepts->phrases = g_hash_table_new(g_str_hash, g_str_equal);
	concepts->texts = g_string_chunk_new(16384);
	concepts->memory = g_ptr_array_new_with_free_func(g_free);
	return fill(concepts, doc_root(doc), error) ? g_steal_pointer(&concepts) : NULL;
}

void
concepts_destroy(struct concepts *concepts)
{
	g_ptr_array_free(concepts->names, TRUE);
	g_ptr_array_free(concepts->memory, TRUE);
	g_hash_table_destroy(concepts->areas);
	g_hash_table_destroy(concepts->phrases);
	g_string_chunk_free(concepts->texts);
	doc_unref(concepts->doc);
	g_free(concepts);
}

unsigned
concepts_count(const struct concepts *concepts)
{
	return concepts->names->len;
}

const char *
concepts_name(const struct concepts *concepts, unsigned concept)
{
	return concepts->names->pdata[concept];
}

bool
concepts_is_area(const struct concepts *concepts, unsigned concept)
{
	return g_hash_table_contains(concepts->areas, concepts_name(concepts, concept));
}

static bool
phrase_continues(const struct phrase *phrase, const GPtrArray *words, unsigned at)
{
	if (at + phrase->count > words->len)
		return false;
	for (unsigned i = 1; i < phrase->count; i++) {
		const struct pattern_word *expected = &phrase->words[i];
		const char *word = words->pdata[at + i];
		if (strncmp(word, expected->text, expected->length) != 0 || (!expected->open && word[expected->length]))
			return false;
	}
	return true;
}

static bool
is_known(const GArray *hits, unsigned from, unsigned concept)
{
	for (unsigned i = from; i < hits->len; i++)
		if (g_array_index(hits, struct concept_hit, i).concept == concept)
			return true;
	return false;
}

/* One hit for each concept, however many phrases carry it here. */
static void
add_hits(const struct phrase *phrase, const GPtrArray *words, unsigned at, unsigned from, GArray *ret_hits)
{
	for (; phrase; phrase = phrase->next) {
		struct concept_hit hit = {phrase->concept, at, phrase->count};
		if (phrase_continues(phrase, words, at) && !is_known(ret_hits, from, hit.concept))
			g_array_append_val(ret_hits, hit);
	}
}

void
concepts_find(const struct concepts *concepts, const GPtrArray *words, GArray *ret_hits)
{
	g_autoptr(GString) key = g_string_new(NULL);
	for (unsigned at = 0; at < words->len; at++) {
		const char *word = words->pdata[at];
		unsigned from = ret_hits->len;
		add_hits(g_hash_table_lookup(concepts->phrases, word), words, at, from, ret_hits);
		for (const char *end = word; *end && end - word < LONGEST_BEGINNING;) {
			end = g_utf8_next_char(end);
			g_string_truncate(key, 0);
			g_string_append_len(key, word, end - word);
			g_string_append_c(key, '*');
			add_hits(g_hash_table_lookup(concepts->phrases, key->str), words, at, from, ret_hits);
		}
	}
}
