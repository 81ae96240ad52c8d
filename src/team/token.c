#include "team/token.h"

#include <string.h>

enum { TEXT_MAX = 1 << 30, TOKENS_MAX = 150000, PHRASE_MAX = 6, TAG_MAX = 400, DENSE_MAX = 8, CAMEL_MAX = 80 };

static const struct lexeme unknown;

/* Marks of other scripts that end or part sentences, as their ASCII kin. */
static const struct {
	gunichar from;
	char mark;
} marks[] = {
	{ 0x3002, '.' }, { 0xFF0E, '.' }, { 0xFF61, '.' }, { 0x0964, '.' }, { 0x06D4, '.' }, { 0x2026, '.' },
	{ 0xFF01, '!' }, { 0xFF1F, '?' }, { 0x061F, '?' }, { 0xFF1B, ';' }, { 0x061B, ';' },
	{ 0xFF0C, ',' }, { 0x3001, ',' }, { 0x060C, ',' }, { 0xFF1A, ':' }, { 0xFF08, '(' }, { 0xFF09, ')' },
	{ 0x2013, '-' }, { 0x2014, '-' }, { 0x2212, '-' }, { 0x2022, MARK_BULLET }, { 0x00B7, MARK_BULLET },
	{ 0x25E6, MARK_BULLET }, { 0x25CF, MARK_BULLET }, { 0x25AA, MARK_BULLET }, { 0x25CB, MARK_BULLET }, { 0x30FB, ',' }, { 0x201C, '"' }, { 0x201D, '"' }, { 0x201E, '"' }, { 0x00AB, '"' }, { 0x00BB, '"' }, { 0x2192, '>' },
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x300C, '"' }, { 0x300D, '"' },
};

struct scanner {
	struct reading *reading;
	GArray *tokens;
	const char *at, *end;
	bool space;
};

/* Numbers in circles, boxes to tick and the like. */
static bool
is_circled(gunichar c)
{
	return (c >= 0x2460 && c <= 0x24FF) || (c >= 0x2610 && c <= 0x2612) || (c >= 0x2776 && c <= 0x2793) || c == 0x2705;
}

static char
mark_of(gunichar c)
{
	if (c < 0x80)
		return (char)c;
	if (is_circled(c))
		return MARK_BULLET;
	for (unsigned i = 0; i < G_N_ELEMENTS(marks); i++)
		if (marks[i].from == c)
			return marks[i].mark;
	return 0;
}

/* The character at a place and its bytes; a byte that is not UTF-8 is a character of its own. */
static gunichar
look(const char *at, const char *end, size_t *ret_bytes)
{
	*ret_bytes = 1;
	if (at >= end)
		return 0;
	unsigned char byte = (unsigned char)*at;
	if (byte < 0x80)
		return byte;
	gunichar c = g_utf8_get_char_validated(at, end - at);
	if ((gint32)c < 0)
		return 0xFFFD;
	*ret_bytes = (size_t)g_unichar_to_utf8(c, NULL);
	return c;
}

static bool
is_letter(gunichar c)
{
	return c < 0x80 ? g_ascii_isalnum((char)c) : c != 0xFFFD && (g_unichar_isalnum(c) || g_unichar_ismark(c)) && !is_circled(c);
}

static struct token *
add(struct scanner *scanner, enum token_kind kind, const char *from, const char *to)
{
	struct token token = {
		.offset = (uint32_t)(from - scanner->reading->text), .length = (uint32_t)(to - from),
		.kind = kind, .span = 1, .space = scanner->space, .word = "", .lexeme = &unknown,
	};
	g_array_append_val(scanner->tokens, token);
	scanner->space = false;
	return &g_array_index(scanner->tokens, struct token, scanner->tokens->len - 1);
}

static const char *
lower(struct scanner *scanner, const char *from, size_t length)
{
	char word[128];
	if (length < sizeof word) {
		bool plain = true;
		for (size_t i = 0; i < length; i++) {
			plain &= (unsigned char)from[i] < 0x80;
			word[i] = g_ascii_tolower(from[i]);
		}
		word[length] = '\0';
		if (plain)
			return g_string_chunk_insert_len(scanner->reading->words, word, (gssize)length);
	}
	g_autofree char *copy = g_utf8_strdown(from, (gssize)length);
	return g_string_chunk_insert(scanner->reading->words, copy);
}

static void
add_word(struct scanner *scanner, const char *from, const char *to)
{
	bool number = true;
	for (const char *c = from; c < to; c++)
		number &= g_ascii_isdigit(*c) || *c == '.' || *c == ',' || *c == '%';
	struct token *token = add(scanner, number ? TOKEN_NUMBER : TOKEN_WORD, from, to);
	size_t bytes;
	token->capital = g_unichar_isupper(look(from, to, &bytes));
	if (!number)
		token->word = lower(scanner, from, (size_t)(to - from));
}

/* An apostrophe at `to`: "don't" goes on, "project's" and "l'application" end here. The place where
 * the word goes on; NULL if it has been added. */
static const char *
scan_apostrophe(struct scanner *scanner, const char *from, const char *to, size_t bytes)
{
	const char *after = to + bytes, *stop = after;
	size_t next;
	while (is_letter(look(stop, scanner->end, &next)))
		stop += next;
	bool genitive = stop - after == 1 && g_ascii_tolower(*after) == 's';
	if (!genitive && stop - after <= 2)
		return stop;
	add_word(scanner, from, to);
	g_array_index(scanner->tokens, struct token, scanner->tokens->len - 1).possessive = genitive;
	scanner->at = genitive ? stop : after;
	return NULL;
}

/* Letters and digits; "1,000.5" is one; so are "don't" and "due_date", whereas "l'application" is two
 * words. */
static void
scan_word(struct scanner *scanner)
{
	const char *from = scanner->at, *to = from;
	bool digits = true;
	while (to) {
		size_t bytes, ahead;
		gunichar c = look(to, scanner->end, &bytes), next = look(to + bytes, scanner->end, &ahead);
		bool inner = to > from && is_letter(next);
		if (is_letter(c))
			digits &= c < 0x80 && g_ascii_isdigit((char)c);
		else if (inner && (c == '\'' || c == 0x2019)) {
			to = scan_apostrophe(scanner, from, to, bytes);
			continue;
		} else if (!inner || (c != '_' && !(digits && (c == '.' || c == ',') && next < 0x80 && g_ascii_isdigit((char)next))))
			break;
		to += bytes;
	}
	if (!to)
		return;
	to += digits && to < scanner->end && *to == '%';
	add_word(scanner, from, to);
	scanner->at = to;
}

static bool
scan_address(struct scanner *scanner)
{
	static const char *const begins[] = { "http://", "https://", "www.", "mailto:" };
	for (unsigned i = 0; i < G_N_ELEMENTS(begins); i++) {
		size_t length = strlen(begins[i]);
		if ((size_t)(scanner->end - scanner->at) <= length || g_ascii_strncasecmp(scanner->at, begins[i], length) != 0)
			continue;
		const char *to = scanner->at + length;
		while (to < scanner->end && !strchr(" \t\r\n<>()[]\"`", *to))
			to++;
		add(scanner, TOKEN_ADDRESS, scanner->at, to);
		scanner->at = to;
		return true;
	}
	return false;
}

/* HTML comments hold hints for who fills in a template, tags hold nothing that is wanted. */
static bool
skip_tag(struct scanner *scanner)
{
	size_t left = (size_t)(scanner->end - scanner->at);
	if (left > 6 && memcmp(scanner->at, "<!--", 4) == 0) {
		const char *close = g_strstr_len(scanner->at, (gssize)left, "-->");
		scanner->at = close ? close + 3 : scanner->at + 4;
		scanner->space = true;
		return true;
	}
	if (left < 3 || (!g_ascii_isalpha(scanner->at[1]) && scanner->at[1] != '/'))
		return false;
	for (size_t i = 1; i < MIN(left, TAG_MAX) && scanner->at[i] != '\n' && scanner->at[i] != '<'; i++) {
		if (scanner->at[i] != '>')
			continue;
		scanner->at += i + 1;
		scanner->space = true;
		return true;
	}
	return false;
}

static void
scan(struct scanner *scanner)
{
	while (scanner->at < scanner->end && scanner->tokens->len < TOKENS_MAX) {
		size_t bytes;
		gunichar c = look(scanner->at, scanner->end, &bytes);
		if (c == '<' && skip_tag(scanner))
			continue;
		if (c == '\n') {
			add(scanner, TOKEN_BREAK, scanner->at, scanner->at + 1);
		} else if (is_letter(c)) {
			if (!scan_address(scanner))
				scan_word(scanner);
			continue;
		} else if (c < 0x80 ? c <= ' ' || c == 0x7F : g_unichar_isspace(c) || c == 0xFEFF || c == 0x200B) {
			scanner->space = true;
		} else {
			add(scanner, TOKEN_MARK, scanner->at, scanner->at + bytes)->mark = mark_of(c);
		}
		scanner->at += bytes;
	}
}

static bool
follows(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_NUMBER;
}

/* The longest phrase of the lexicon that begins at a token; hyphens and dots ("Node.js") part words
 * as white space does. */
static void
find_phrase(struct reading *reading, size_t at)
{
	struct token *token = &reading->tokens[at];
	const struct lexeme *single = reading_lexeme(reading, at);
	token->lexeme = single ? single : &unknown;
	unsigned reach = MIN(token->lexeme->reach, PHRASE_MAX);
	if (reach < 2)
		return;
	char phrase[256];
	size_t ends[PHRASE_MAX] = { 0 }, spans[PHRASE_MAX] = { 0 }, count = 0, length = 0;
	for (size_t i = at; i < reading->count && count < reach; i++) {
		const struct token *next = &reading->tokens[i];
		bool dot = next->kind == TOKEN_MARK && next->mark == '.' && !next->space && !next[1].space;
		if (i > at && (dot || (next->kind == TOKEN_MARK && next->mark == '-')))
			continue;
		const char *word = next->kind == TOKEN_NUMBER ? "#" : next->word;
		size_t bytes = strlen(word);
		if (!follows(next) || length + bytes + 2 > sizeof phrase)
			break;
		length += (size_t)g_snprintf(phrase + length, sizeof phrase - length, count ? " %s" : "%s", word);
		ends[count] = length;
		spans[count++] = i + 1 - at;
	}
	for (; count > 1; count--) {
		phrase[ends[count - 1]] = '\0';
		const struct lexeme *found = lexicon_find(reading->lexicon, reading->tongue, phrase);
		if (!found || !(found->classes || found->thing))
			continue;
		token->lexeme = found;
		token->span = (uint8_t)spans[count - 1];
		return;
	}
}

static void
find_phrases(struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		if (reading->tokens[i].kind == TOKEN_WORD)
			find_phrase(reading, i);
	for (size_t i = 0; i < reading->count; i += MAX(reading->tokens[i].span, 1))
		for (size_t inner = i + 1; inner < i + reading->tokens[i].span; inner++)
			reading->tokens[inner].span = 0;
}

/* Text without white space between words: the longest known word at each place, the rest between. */
static void
segment(struct reading *reading, GArray *out, const struct token *token)
{
	const char *from = reading->text + token->offset, *end = from + token->length, *at = from, *rest = from;
	struct scanner scanner = { .reading = reading, .tokens = out, .space = token->space };
	while (at < end) {
		size_t best = 0, characters = 0, bytes;
		char word[4 * DENSE_MAX + 1];
		for (const char *to = at; to < end && characters < DENSE_MAX; characters++) {
			look(to, end, &bytes);
			memcpy(word + (to - at), to, bytes);
			to += bytes;
			word[to - at] = '\0';
			best = tongue_knows(reading->tongue, word) ? (size_t)(to - at) : best;
		}
		look(at, end, &bytes);
		if (best && at > rest)
			add_word(&scanner, rest, at);
		if (best)
			add_word(&scanner, at, at + best);
		at += best ? best : bytes;
		rest = best ? at : rest;
	}
	if (end > rest)
		add_word(&scanner, rest, end);
}

/* "AuditLogEntry" is three words, unless the lexicon knows the whole: "PostgreSQL". */
static void
split_camel(struct reading *reading, GArray *out, const struct token *token)
{
	const char *from = reading->text + token->offset, *end = from + token->length, *begin = from;
	struct scanner scanner = { .reading = reading, .tokens = out, .space = token->space };
	for (const char *c = from + 1; c < end; c++) {
		bool hump = g_ascii_isupper(*c) && g_ascii_islower(c[-1]);
		bool after_capitals = c + 1 < end && g_ascii_isupper(c[-1]) && g_ascii_isupper(*c) && g_ascii_islower(c[1]);
		if (!hump && !after_capitals)
			continue;
		add_word(&scanner, begin, c);
		begin = c;
	}
	add_word(&scanner, begin, end);
}

static bool
has_hump(const struct reading *reading, const struct token *token)
{
	const char *text = reading->text + token->offset;
	for (uint32_t i = 1; i < token->length; i++)
		if (g_ascii_isupper(text[i]) && g_ascii_islower(text[i - 1]))
			return true;
	return false;
}

static bool
has_wide(const struct reading *reading, const struct token *token)
{
	const char *text = reading->text + token->offset;
	for (uint32_t i = 0; i < token->length; i++)
		if ((unsigned char)text[i] >= 0xE0)
			return true;
	return false;
}

static GArray *
divide(struct reading *reading, GArray *tokens)
{
	bool dense = tongue_is_dense(reading->tongue);
	GArray *out = g_array_sized_new(FALSE, FALSE, sizeof(struct token), tokens->len + 1);
	for (unsigned i = 0; i < tokens->len; i++) {
		const struct token *token = &g_array_index(tokens, struct token, i);
		bool word = token->kind == TOKEN_WORD;
		if (word && dense && has_wide(reading, token))
			segment(reading, out, token);
		else if (word && token->length <= CAMEL_MAX && has_hump(reading, token) && !lexicon_find(reading->lexicon, reading->tongue, token->word))
			split_camel(reading, out, token);
		else
			g_array_append_val(out, *token);
	}
	g_array_unref(tokens);
	return out;
}

void
reading_init(struct reading *reading, const struct lexicon *lexicon, const char *text)
{
	*reading = (struct reading){ .lexicon = lexicon, .text = text, .length = strnlen(text, TEXT_MAX) };
	reading->words = g_string_chunk_new(4096);
	reading->tongue = lexicon_tongue(lexicon, text, reading->length);
	struct scanner scanner = { .reading = reading, .at = text, .end = text + reading->length };
	scanner.tokens = g_array_sized_new(FALSE, FALSE, sizeof(struct token), (guint)(MIN(reading->length / 5, TOKENS_MAX) + 8));
	scan(&scanner);
	reading->end = (size_t)(scanner.at - text);
	scanner.tokens = divide(reading, scanner.tokens);
	add(&scanner, TOKEN_BREAK, scanner.at, scanner.at);
	reading->count = scanner.tokens->len - 1;
	reading->tokens = (struct token *)(void *)g_array_free(scanner.tokens, FALSE);
	find_phrases(reading);
}

void
reading_finish(struct reading *reading)
{
	g_free(reading->tokens);
	g_string_chunk_free(reading->words);
	*reading = (struct reading){ 0 };
}

const struct lexeme *
reading_lexeme(const struct reading *reading, size_t at)
{
	const struct lexeme *lexeme = lexicon_find(reading->lexicon, reading->tongue, reading->tokens[at].word);
	return lexeme ? lexeme : &unknown;
}
