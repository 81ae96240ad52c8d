#include "team/lexicon.h"

#include <string.h>

#include "base/error.h"
#include "team/lexicon_load.h"

static const uint64_t no_stem = 1ULL << WORD_FUNCTION | 1ULL << WORD_DETERMINER | 1ULL << WORD_AND | 1ULL << WORD_PRONOUN;

enum { HEAD_AFTER = 3, HEAD_MIN = 5, WORDS_TO_JUDGE = 600 };

void
lexicon_destroy(struct lexicon *lexicon)
{
	if (!lexicon)
		return;
	for (unsigned i = 0; i < lexicon->tongues->len; i++) {
		struct tongue *tongue = lexicon->tongues->pdata[i];
		g_hash_table_destroy(tongue->lexemes);
		g_free(tongue);
	}
	g_ptr_array_unref(lexicon->tongues);
	g_ptr_array_unref(lexicon->docs);
	g_hash_table_destroy(lexicon->things);
	g_hash_table_destroy(lexicon->fields);
	g_hash_table_destroy(lexicon->plurals);
	g_hash_table_destroy(lexicon->singulars);
	g_string_chunk_free(lexicon->texts);
	g_free(lexicon);
}

bool
tongue_is_dense(const struct tongue *tongue)
{
	return tongue->dense;
}

bool
tongue_knows(const struct tongue *tongue, const char *word)
{
	const struct lexeme *lexeme = g_hash_table_lookup(tongue->lexemes, word);
	return lexeme && (lexeme->classes || lexeme->thing);
}

bool
tongue_is_english(const struct tongue *tongue)
{
	return tongue->code && g_str_equal(tongue->code, "en");
}

/* The last script of several is shared with another language: ideographs say little of Japanese,
 * a few kana everything. */
static unsigned
script_weight(const struct tongue *tongue, unsigned place)
{
	bool last = place + 1 == TONGUE_SCRIPTS || !tongue->scripts[place + 1];
	return place == 0 && last ? 6 : last ? 3 : 24;
}

/* Letters of each script, among the first of the text. */
static const struct tongue *
tongue_by_script(const struct lexicon *lexicon, const char *text, size_t length)
{
	unsigned counts[TONGUES_MAX] = { 0 }, letters = 0;
	const char *end = text + MIN(length, 8192);
	while (text < end) {
		gunichar c = g_utf8_get_char_validated(text, end - text);
		bool valid = (gint32)c >= 0;
		text += valid ? g_unichar_to_utf8(c, NULL) : 1;
		if (!valid || c < 0x370 || !g_unichar_isalpha(c)) {
			letters += valid && g_unichar_isalpha(c);
			continue;
		}
		/* An ideograph says as much as several letters. */
		letters += 3;
		GUnicodeScript script = g_unichar_get_script(c);
		for (unsigned i = 0; i < lexicon->tongues->len; i++) {
			const struct tongue *tongue = lexicon->tongues->pdata[i];
			for (unsigned s = 0; s < TONGUE_SCRIPTS && tongue->scripts[s]; s++)
				counts[i] += (tongue->scripts[s] == script) * script_weight(tongue, s);
		}
	}
	unsigned best = 0;
	for (unsigned i = 1; i < lexicon->tongues->len; i++)
		best = counts[i] > counts[best] ? i : best;
	return counts[best] * 5 > letters ? lexicon->tongues->pdata[best] : NULL;
}

static void
count_word(const struct lexicon *lexicon, const char *word, unsigned counts[TONGUES_MAX])
{
	for (unsigned i = 0; i < lexicon->tongues->len; i++) {
		const struct tongue *tongue = lexicon->tongues->pdata[i];
		const struct lexeme *lexeme = g_hash_table_lookup(tongue->lexemes, word);
		counts[i] += lexeme && lexeme_is(lexeme, WORD_FUNCTION);
	}
}

const struct tongue *
lexicon_tongue(const struct lexicon *lexicon, const char *text, size_t length)
{
	const struct tongue *scripted = tongue_by_script(lexicon, text, length);
	if (scripted && scripted->scripts[0])
		return scripted;
	unsigned counts[TONGUES_MAX] = { 0 }, words = 0, english = 0;
	g_autoptr(GString) word = g_string_new(NULL);
	const char *end = text + length;
	while (text <= end && words < WORDS_TO_JUDGE) {
		gunichar c = text < end ? g_utf8_get_char_validated(text, end - text) : 0;
		bool letter = (gint32)c > 0 && g_unichar_isalpha(c);
		if (letter) {
			g_string_append_unichar(word, g_unichar_tolower(c));
		} else if (word->len) {
			count_word(lexicon, word->str, counts);
			g_string_truncate(word, 0);
			words++;
		}
		text += letter ? g_unichar_to_utf8(c, NULL) : 1;
	}
	while (lexicon->tongues->pdata[english] != lexicon->english)
		english++;
	unsigned best = english;
	for (unsigned i = 0; i < lexicon->tongues->len; i++)
		best = counts[i] > counts[best] ? i : best;
	return lexicon->tongues->pdata[best];
}

const struct lexeme *
tongue_find_stem(const struct tongue *tongue, const char *phrase)
{
	size_t length = strlen(phrase);
	char stem[128];
	if (length >= sizeof stem)
		return NULL;
	memcpy(stem, phrase, length + 1);
	const char *at = stem + length;
	for (unsigned cut = 0; cut < tongue->endings; cut++) {
		at = g_utf8_find_prev_char(stem, at);
		if (!at || (unsigned)g_utf8_pointer_to_offset(stem, at) < tongue->stem)
			return NULL;
		stem[at - stem] = '\0';
		const struct lexeme *lexeme = g_hash_table_lookup(tongue->lexemes, stem);
		if (lexeme && lexeme->classes | (lexeme->thing != NULL) && !(lexeme->classes & no_stem))
			return lexeme;
	}
	return NULL;
}

/* The noun at the end of a joined word: "mitarbeiterin" in "bibliotheksmitarbeiterin". */
static const struct lexeme *
find_head(const struct tongue *tongue, const char *word)
{
	if (strchr(word, ' '))
		return NULL;
	const char *at = word;
	for (unsigned letters = 0; *at && letters < HEAD_AFTER; letters++)
		at = g_utf8_next_char(at);
	for (; g_utf8_strlen(at, HEAD_MIN * 4) >= HEAD_MIN; at = g_utf8_next_char(at)) {
		const struct lexeme *lexeme = g_hash_table_lookup(tongue->lexemes, at);
		lexeme = lexeme ? lexeme : tongue_find_stem(tongue, at);
		if (lexeme && lexeme->thing)
			return lexeme;
	}
	return NULL;
}

const struct lexeme *
lexicon_find(const struct lexicon *lexicon, const struct tongue *tongue, const char *phrase)
{
	const struct tongue *const order[] = { tongue, lexicon->english, lexicon->common };
	g_autofree char *words = strchr(phrase, '_') ? g_strdelimit(g_strdup(phrase), "_", ' ') : NULL;
	phrase = words ? words : phrase;
	const struct lexeme *reaching = NULL;
	for (unsigned i = 0; i < G_N_ELEMENTS(order); i++) {
		const struct lexeme *lexeme = g_hash_table_lookup(order[i]->lexemes, phrase);
		if (lexeme && (lexeme->classes || lexeme->thing))
			return lexeme;
		reaching = reaching ? reaching : lexeme;
		lexeme = order[i]->endings ? tongue_find_stem(order[i], phrase) : NULL;
		lexeme = lexeme || !order[i]->compounds ? lexeme : find_head(order[i], phrase);
		if (lexeme)
			return lexeme;
	}
	return reaching;
}

const struct thing *
lexicon_thing(const struct lexicon *lexicon, const char *name)
{
	return g_hash_table_lookup(lexicon->things, name);
}

const struct field_rule *
lexicon_field(const struct lexicon *lexicon, const char *name)
{
	for (const char *tail = name; tail; tail = strchr(tail, '_')) {
		tail += *tail == '_';
		const struct field_rule *rule = g_hash_table_lookup(lexicon->fields, tail);
		if (rule && (tail == name || !rule->whole))
			return rule;
	}
	const char *end = strchr(name, '_');
	g_autofree char *begin = end ? g_strdup_printf("%.*s_*", (int)(end - name), name) : NULL;
	const struct field_rule *rule = begin ? g_hash_table_lookup(lexicon->fields, begin) : NULL;
	return rule ? rule : g_hash_table_lookup(lexicon->fields, "*");
}

const struct value *
lexicon_implied(const struct lexicon *lexicon, const char *list, const char *word)
{
	return value_member(value_member(lexicon->entities, list), word);
}

double
lexicon_weight(const struct lexicon *lexicon, const char *list, const char *name)
{
	double weight = value_double(value_member(value_member(lexicon->weights, list), name));
	return weight == weight ? weight : 0;
}

/* The word with the first ending of the table that it has replaced. */
static char *
replace_ending(const struct value *table, const char *word)
{
	size_t length = strlen(word);
	VALUE_EACH_MEMBER (ending, other, table) {
		if (length > ending->length && g_str_has_suffix(word, ending->text))
			return g_strdup_printf("%.*s%s", (int)(length - ending->length), word, other->text);
	}
	return g_strdup(word);
}

char *
lexicon_singular(const struct lexicon *lexicon, const char *word)
{
	const char *known = g_hash_table_lookup(lexicon->singulars, word);
	return known ? g_strdup(known) : replace_ending(lexicon->singular_endings, word);
}

char *
lexicon_plural(const struct lexicon *lexicon, const char *word)
{
	const char *known = g_hash_table_lookup(lexicon->plurals, word);
	if (known)
		return g_strdup(known);
	/* Of a name of several words the last one is inflected. */
	const char *last = strrchr(word, '_');
	last = last ? last : strrchr(word, ' ');
	if (!last)
		return replace_ending(lexicon->plural_endings, word);
	g_autofree char *plural = lexicon_plural(lexicon, last + 1);
	return g_strdup_printf("%.*s%s", (int)(last + 1 - word), word, plural);
}
