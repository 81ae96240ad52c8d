#include "team/phrase.h"

#include <string.h>

enum { NOUN_WORDS = 5, NAME_PARTS = 4, NAME_BYTES = 60 };

/* What cannot stand inside a noun phrase. */
static const uint64_t stops = 1ULL << WORD_PREPOSITION | 1ULL << WORD_WITH | 1ULL << WORD_HAVE | 1ULL << WORD_BELONG | 1ULL << WORD_MODAL |
	1ULL << WORD_BE | 1ULL << WORD_RELATIVE | 1ULL << WORD_AND | 1ULL << WORD_PRONOUN | 1ULL << WORD_BY | 1ULL << WORD_USE |
	1ULL << WORD_NEGATION | 1ULL << WORD_PLEASE | 1ULL << WORD_CONTEXT | 1ULL << WORD_OPEN_TO | 1ULL << WORD_FUNCTION |
	1ULL << WORD_COUNT;
static const uint64_t modifiers = 1ULL << WORD_DETERMINER | 1ULL << WORD_ADJECTIVE | 1ULL << WORD_MANY;
static const uint64_t verbs = 1ULL << WORD_CREATE | 1ULL << WORD_MANAGE | 1ULL << WORD_KEEP | 1ULL << WORD_VERB | 1ULL << WORD_WANT;

static bool
is_noun(const struct token *token)
{
	const struct lexeme *lexeme = token->lexeme;
	if (lexeme->thing || lexeme_is(lexeme, WORD_FIELD))
		return true;
	return !(lexeme->classes & (stops | modifiers | verbs));
}

/* "borrowed date", "parking fee": a participle before the name of a field. */
static bool
is_participle(const struct reading *reading, size_t at, size_t to)
{
	size_t after = token_after(reading, at);
	return token_is(&reading->tokens[at], WORD_INFLECTED) && !g_str_has_suffix(reading->tokens[at].word, "s") && after < to &&
	       token_is(&reading->tokens[after], WORD_FIELD);
}

static bool
is_quote(const struct token *token)
{
	return token->kind == TOKEN_MARK && token->mark && strchr("\"'`*", token->mark);
}

static size_t
skip_modifiers(const struct reading *reading, size_t at, size_t to, bool *determined)
{
	while (at < to) {
		const struct token *token = &reading->tokens[at];
		bool number = token->kind == TOKEN_NUMBER && token->length < 5;
		bool word = token->kind == TOKEN_WORD && (token->lexeme->classes & modifiers) && !token->lexeme->thing && !token_is(token, WORD_FIELD);
		if (!is_quote(token) && !number && !word)
			break;
		*determined |= word && token_is(token, WORD_DETERMINER);
		at = token_after(reading, at);
	}
	return at;
}

static bool
has_rule(const struct reading *reading, size_t head)
{
	const struct lexeme *lexeme = reading->tokens[head].lexeme;
	const char *name = lexeme->thing ? lexeme->thing->name : reading->tokens[head].word;
	return !g_str_equal(lexicon_field(reading->lexicon, name)->name, "*");
}

/* A token that may be the head becomes it: English puts the head last, most others put it first. */
static void
consider_head(const struct reading *reading, size_t at, bool first, struct noun *noun)
{
	const struct token *token = &reading->tokens[at];
	bool known = token->lexeme->thing || token_is(token, WORD_FIELD);
	if (!tongue_is_english(reading->tongue) && !first && !(known && !noun->thing && !noun->field))
		return;
	noun->head = at;
	noun->thing = token->lexeme->thing;
	noun->field = token_is(token, WORD_FIELD);
	noun->plural = token->lexeme->plural;
	noun->to = token_after(reading, at);
}

static void
finish_noun(const struct reading *reading, struct noun *noun)
{
	bool english = tongue_is_english(reading->tongue);
	noun->ruled = noun->field || (english && !noun->plural && has_rule(reading, noun->head));
	if (noun->thing || noun->field || !english)
		return;
	const char *word = reading->tokens[noun->head].word;
	g_autofree char *one = lexicon_singular(reading->lexicon, word);
	noun->plural = !g_str_equal(one, word);
}

bool
noun_read(const struct reading *reading, size_t from, size_t to, struct noun *ret)
{
	*ret = (struct noun){ 0 };
	size_t at = skip_modifiers(reading, from, to, &ret->determined), words = 0;
	ret->from = at;
	for (; at < to && words < NOUN_WORDS; at = token_after(reading, at)) {
		const struct token *token = &reading->tokens[at];
		bool joint = token_is_mark(token, '-') && words && !token->space;
		if (joint || is_quote(token))
			continue;
		bool inner = words && (token->lexeme->classes & modifiers) && !token->lexeme->thing;
		if (token->kind != TOKEN_WORD || inner || (!is_noun(token) && !is_participle(reading, at, to)))
			break;
		consider_head(reading, at, words++ == 0, ret);
	}
	if (!words || reading->tokens[ret->head].length < 2)
		return false;
	finish_noun(reading, ret);
	return true;
}

/* The words of a lexeme, joined; the listed name where there is one. */
static void
append_words(const struct reading *reading, size_t at, GString *name)
{
	const struct token *token = &reading->tokens[at];
	const struct lexeme *lexeme = token->lexeme;
	if (name->len)
		g_string_append_c(name, '_');
	if (lexeme->thing || (lexeme->name && lexeme_is(lexeme, WORD_FIELD))) {
		g_string_append(name, lexeme->thing ? lexeme->thing->name : lexeme->name);
		return;
	}
	bool first = true;
	for (size_t i = at; i < token_after(reading, at); i++) {
		if (reading->tokens[i].kind != TOKEN_WORD)
			continue;
		g_string_append_printf(name, first ? "%s" : "_%s", reading->tokens[i].word);
		first = false;
	}
}

static void
append_head(const struct reading *reading, const struct noun *noun, GString *name)
{
	const struct lexeme *lexeme = reading->tokens[noun->head].lexeme;
	if (noun->thing || (lexeme->name && noun->field)) {
		append_words(reading, noun->head, name);
		return;
	}
	g_autoptr(GString) words = g_string_new(NULL);
	append_words(reading, noun->head, words);
	bool inflected = tongue_is_english(reading->tongue) && !(noun->field && !noun->plural);
	g_autofree char *one = inflected ? lexicon_singular(reading->lexicon, words->str) : g_strdup(words->str);
	g_string_append_printf(name, name->len ? "_%s" : "%s", one);
}

/* A name for programs: letters, digits and single low lines; it begins with a letter. */
static char *
clean(GString *name)
{
	g_string_truncate(name, MIN(name->len, NAME_BYTES));
	while (name->len && !g_utf8_validate_len(name->str, name->len, NULL))
		g_string_truncate(name, name->len - 1);
	for (char *c = name->str; *c; c++)
		if ((unsigned char)*c < 0x80 && !g_ascii_isalnum(*c))
			*c = '_';
	if (g_ascii_isdigit(*name->str))
		g_string_prepend_c(name, 'n');
	return g_strdup(name->str);
}

char *
noun_name(const struct reading *reading, const struct noun *noun)
{
	g_autoptr(GString) name = g_string_new(NULL);
	size_t before = noun->head;
	while (before > noun->from && (reading->tokens[before - 1].kind == TOKEN_MARK || reading->tokens[before - 1].span == 0))
		before--;
	bool modified = before > noun->from && token_is(&reading->tokens[noun->head], WORD_GENERIC);
	const struct token *modifier = modified ? &reading->tokens[before - 1] : NULL;
	while (modifier && modifier->span == 0)
		modifier--;
	if (modifier && !modifier->possessive && is_noun(modifier) && !(modifier->lexeme->thing && modifier->lexeme->thing->tier == THING_NEVER))
		append_words(reading, (size_t)(modifier - reading->tokens), name);
	append_head(reading, noun, name);
	return clean(name);
}

char *
noun_field_name(const struct reading *reading, const struct noun *noun)
{
	g_autoptr(GString) name = g_string_new(NULL);
	size_t parts = 0;
	/* An identifier stands for itself: "the is_active flag". */
	for (size_t at = noun->from; at <= noun->head; at++)
		if (strchr(reading->tokens[at].word, '_')) {
			g_string_assign(name, reading->tokens[at].word);
			return clean(name);
		}
	for (size_t at = noun->from; at < noun->head && parts < NAME_PARTS; at = token_after(reading, at)) {
		const struct token *token = &reading->tokens[at];
		if (token->kind != TOKEN_WORD || token->possessive || token_is(token, WORD_LANGUAGE) || !tongue_is_english(reading->tongue))
			continue;
		append_words(reading, at, name);
		parts++;
	}
	append_head(reading, noun, name);
	return clean(name);
}

/* A word of "--resume-from-checkpoint". */
static bool
is_flag(const struct reading *reading, size_t at)
{
	for (unsigned words = 0; words < 8 && at > 0; words++) {
		const struct token *token = &reading->tokens[at], *dash = token - 1;
		if (token->space || !token_is_mark(dash, '-'))
			return false;
		if (at < 2 || dash->space || token_is_mark(dash - 1, '-') || token_is_mark(dash - 1, '`'))
			return true;
		at -= 2;
	}
	return false;
}

bool
token_acts_as_verb(const struct reading *reading, size_t at, size_t begin)
{
	const struct token *token = &reading->tokens[at], *before = token - 1, *after = &reading->tokens[token_after(reading, at)];
	if (is_flag(reading, at))
		return true;
	if (!(token->lexeme->classes & verbs) || token->lexeme->plural || token->span > 1)
		return false;
	static const uint64_t parts = 1ULL << WORD_MARKER | 1ULL << WORD_FEATURE | 1ULL << WORD_INFLECTED;
	if (at == begin)
		return after->kind == TOKEN_WORD && (after->lexeme->plural || !(after->lexeme->classes & parts));
	if (before->kind != TOKEN_WORD)
		return after->kind == TOKEN_WORD;
	static const uint64_t nominal = 1ULL << WORD_DETERMINER | 1ULL << WORD_ADJECTIVE | 1ULL << WORD_PREPOSITION | 1ULL << WORD_BY | 1ULL << WORD_MANAGE |
		1ULL << WORD_CREATE | 1ULL << WORD_WITH;
	bool to = token_is(before, WORD_OPEN_TO);
	return to || (!before->lexeme->thing && !(before->lexeme->classes & nominal) && before->lexeme->classes);
}

size_t
paren_end(const struct reading *reading, size_t at, size_t to)
{
	unsigned depth = 0;
	for (size_t i = at; i < to; i++) {
		const struct token *token = &reading->tokens[i];
		depth += token_is_mark(token, '(') || token_is_mark(token, '[');
		depth -= depth && (token_is_mark(token, ')') || token_is_mark(token, ']'));
		if (!depth)
			return i + 1;
	}
	return to;
}

static bool
opens(const struct token *token)
{
	return token_is_mark(token, '(') || token_is_mark(token, '[');
}

size_t
phrase_find(const struct reading *reading, size_t from, size_t to, enum word_class class)
{
	for (size_t i = from; i < to; i = opens(&reading->tokens[i]) ? paren_end(reading, i, to) : token_after(reading, i))
		if (token_is(&reading->tokens[i], class))
			return i;
	return to;
}

static bool
parts_elements(const struct reading *reading, size_t at)
{
	const struct token *token = &reading->tokens[at];
	if (token->kind == TOKEN_MARK)
		return token->mark == ',' || token->mark == '&' || token->mark == ';' || token->mark == MARK_BULLET ||
		       (token->mark == '+' && token->space) || (token->mark == '/' && at && token[-1].kind == TOKEN_WORD && token[1].kind == TOKEN_WORD);
	return token->kind == TOKEN_WORD && token_is(token, WORD_AND) && token->span;
}

static void
add_range(GArray *ranges, size_t from, size_t to)
{
	struct range range = { from, to };
	if (to > from)
		g_array_append_val(ranges, range);
}

void
elements_read(const struct reading *reading, size_t from, size_t to, GArray *ret)
{
	size_t begin = from;
	for (size_t i = from; i < to;) {
		if (opens(&reading->tokens[i])) {
			i = paren_end(reading, i, to);
			continue;
		}
		size_t after = token_after(reading, i);
		if (parts_elements(reading, i)) {
			add_range(ret, begin, i);
			begin = after;
		}
		i = after;
	}
	add_range(ret, begin, to);
}
