#include "team/sentence.h"

#include <string.h>

enum { LABEL_WORDS = 6, TITLE_WORDS = 16, WRAP_BYTES = 60, PAREN_REACH = 200, SENTENCE_TOKENS = 400 };

enum line_kind { LINE_BLANK, LINE_TEXT, LINE_ITEM, LINE_HEADING, LINE_FENCE, LINE_UNDERLINE };

/* A line in tokens; `body` is where its content begins. */
struct line {
	size_t from, body, to;
	enum line_kind kind;
	uint32_t indent;
};

struct cutter {
	const struct reading *reading;
	GArray *sentences;
	unsigned block;
	bool background, outside;
};

static const struct token *
token_at(const struct reading *reading, size_t at)
{
	return &reading->tokens[at];
}

static bool
is_mark(const struct reading *reading, size_t at, char mark)
{
	return at < reading->count && token_at(reading, at)->kind == TOKEN_MARK && token_at(reading, at)->mark == mark;
}

static bool
has_words(const struct reading *reading, size_t from, size_t to)
{
	for (; from < to; from++)
		if (token_at(reading, from)->kind == TOKEN_WORD || token_at(reading, from)->kind == TOKEN_NUMBER)
			return true;
	return false;
}

static size_t
count_words(const struct reading *reading, size_t from, size_t to)
{
	size_t count = 0;
	for (; from < to; from++)
		count += token_at(reading, from)->kind == TOKEN_WORD;
	return count;
}

/* "[ ]" or "[x]" at a place: the token after it, else the place. */
static size_t
skip_box(const struct reading *reading, size_t at, size_t to)
{
	if (!is_mark(reading, at, '['))
		return at;
	size_t close = at + 1 + (at + 1 < to && token_at(reading, at + 1)->kind == TOKEN_WORD && token_at(reading, at + 1)->length == 1);
	return close < to && is_mark(reading, close, ']') && close + 1 < to && token_at(reading, close + 1)->space ? close + 1 : at;
}

/* "1." "1)" "(1)" "a)" "3.2": the token after the number, else the place. */
static size_t
skip_number(const struct reading *reading, size_t at, size_t to)
{
	size_t number = at + is_mark(reading, at, '(');
	if (number + 1 >= to)
		return at;
	const struct token *token = token_at(reading, number), *next = token + 1, *after = next + 1;
	bool numeral = token->kind == TOKEN_NUMBER && token->length <= 6, letter = token->kind == TOKEN_WORD && token->length == 1;
	bool paren = token_is_mark(next, ')'), stop = number == at && numeral && (token_is_mark(next, '.') || token_is_mark(next, ','));
	bool wide = (unsigned char)reading->text[next->offset] >= 0x80;
	if (((paren && (numeral || letter)) || stop) && number + 2 < to && (after->space || wide || paren))
		return number + 2;
	bool outline = number == at && numeral && memchr(reading->text + token->offset, '.', token->length);
	return outline && next->kind == TOKEN_WORD && next->capital ? number + 1 : at;
}

static size_t
skip_bullet(const struct reading *reading, size_t at, size_t to)
{
	if (is_mark(reading, at, MARK_BULLET))
		return skip_box(reading, at + 1, to);
	bool bullet = at + 1 < to && (is_mark(reading, at, '-') || is_mark(reading, at, '*') || is_mark(reading, at, '+')) &&
	              token_at(reading, at + 1)->space;
	size_t after = bullet ? skip_box(reading, at + 1, to) : skip_box(reading, at, to);
	if (after != at)
		return after;
	return skip_number(reading, at, to);
}

static bool
only_marks(const struct reading *reading, size_t from, size_t to, char mark)
{
	size_t at = from;
	while (at < to && is_mark(reading, at, mark))
		at++;
	return at == to && to - from >= 3;
}

/* A line all in bold, or a short one with a colon at its end, heads what follows. */
static bool
is_label(const struct reading *reading, size_t from, size_t to)
{
	bool bold = to - from > 4 && is_mark(reading, from, '*') && is_mark(reading, from + 1, '*');
	size_t end = to - is_mark(reading, to - 1, ':');
	if (bold && end > from + 4 && is_mark(reading, end - 1, '*') && is_mark(reading, end - 2, '*')) {
		for (size_t i = from + 2; i + 2 < end; i++)
			if (is_mark(reading, i, '*'))
				return false;
		return true;
	}
	return is_mark(reading, to - 1, ':') && count_words(reading, from, to) <= LABEL_WORDS;
}

static void
judge_line(const struct reading *reading, struct line *line)
{
	size_t from = line->from, to = line->to;
	while (from < to && (is_mark(reading, from, '>') || is_mark(reading, from, '|')))
		from++;
	line->body = from;
	if (only_marks(reading, from, MIN(from + 3, to), '`') || only_marks(reading, from, MIN(from + 3, to), '~'))
		line->kind = LINE_FENCE;
	else if (only_marks(reading, from, to, '='))
		line->kind = LINE_UNDERLINE;
	else if (!has_words(reading, from, to))
		line->kind = LINE_BLANK;
	else if (is_mark(reading, from, '#')) {
		while (is_mark(reading, from, '#'))
			from++;
		bool heading = from < to && token_at(reading, from)->space;
		line->body = heading ? from : line->body;
		line->kind = heading ? LINE_HEADING : LINE_TEXT;
	} else {
		size_t body = skip_bullet(reading, from, to);
		line->kind = body > from || from > line->from + 1 ? LINE_ITEM : is_label(reading, from, to) ? LINE_HEADING : LINE_TEXT;
		line->body = body;
	}
}

static GArray *
read_lines(const struct reading *reading)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	size_t from = 0;
	uint32_t begin = 0;
	for (size_t i = 0; i <= reading->count; i++) {
		if (token_at(reading, i)->kind != TOKEN_BREAK)
			continue;
		struct line line = { .from = from, .to = i };
		line.indent = from < i ? token_at(reading, from)->offset - begin : 0;
		judge_line(reading, &line);
		g_array_append_val(lines, line);
		from = i + 1;
		begin = token_at(reading, i)->offset + 1;
	}
	return lines;
}

static bool
ends_sentence(char mark)
{
	return mark == '.' || mark == '!' || mark == '?' || mark == ':' || mark == ';';
}

/* Whether a line goes on in the next one, as hard-wrapped text does. */
static bool
continues(const struct reading *reading, const struct line *line, const struct line *next)
{
	if (next->kind != LINE_TEXT || (line->kind != LINE_TEXT && line->kind != LINE_ITEM))
		return false;
	const struct token *last = token_at(reading, line->to - 1), *first = token_at(reading, next->body);
	if (last->kind == TOKEN_MARK && ends_sentence(last->mark))
		return line->kind == LINE_TEXT || next->indent > line->indent;
	bool wrapped = last->offset + last->length - token_at(reading, line->from)->offset >= WRAP_BYTES;
	bool lower = first->kind == TOKEN_WORD && !first->capital && (unsigned char)*first->word < 0x80;
	return lower || wrapped || (last->kind == TOKEN_MARK && last->mark == ',');
}

static bool
is_closed(const struct reading *reading, size_t open, size_t to)
{
	unsigned depth = 0;
	for (size_t i = open; i < MIN(to, open + PAREN_REACH); i++) {
		depth += is_mark(reading, i, '(');
		depth -= is_mark(reading, i, ')') && depth;
		if (!depth)
			return true;
	}
	return false;
}

/* A full stop that only shortens a word: "e.g.", "approx.", or dots before a small letter. */
static bool
is_abbreviation(const struct reading *reading, size_t at, const struct token *next)
{
	const struct token *before = token_at(reading, at - 1);
	bool letter = before->kind == TOKEN_WORD && before->length == 1 && !before->space;
	bool lower = next->kind == TOKEN_WORD && !next->capital;
	return letter || (is_mark(reading, at - 1, '.') ? lower : token_is(before, WORD_ABBREVIATION));
}

static bool
is_full_stop(const struct reading *reading, size_t at, size_t from, size_t to)
{
	static const char closers[] = "*_\"')";
	const struct token *token = token_at(reading, at), *next = token + 1, *end = token_at(reading, to);
	bool wide = (unsigned char)reading->text[token->offset] >= 0x80;
	bool dots = wide && token->mark == '.' && reading->text[token->offset + 2] == (char)0xA6;   /* U+2026 */
	if (dots)
		return next >= end || next->capital;
	if (wide || next >= end)
		return true;
	while (next < end && !next->space && next->kind == TOKEN_MARK && next->mark && strchr(closers, next->mark))
		next++;
	if (next < end && !next->space && next->kind != TOKEN_BREAK)
		return false;
	return token->mark != '.' || at == from || !is_abbreviation(reading, at, next);
}

static bool
ends_here(const struct reading *reading, size_t at, size_t from, size_t to)
{
	const struct token *token = token_at(reading, at);
	if (token->kind != TOKEN_MARK)
		return false;
	if (token->mark == MARK_BULLET)
		return true;
	if (token->mark == ';')
		return at + 1 >= to || token[1].space || token[1].kind == TOKEN_BREAK || (unsigned char)reading->text[token->offset] >= 0x80;
	return (token->mark == '.' || token->mark == '!' || token->mark == '?') && is_full_stop(reading, at, from, to);
}

/* All words are of one of two classes, or say nothing by themselves. */
static bool
consists_of(const struct reading *reading, size_t from, size_t to, enum word_class class, enum word_class other)
{
	bool found = false;
	for (size_t i = from; i < to; i += MAX(token_at(reading, i)->span, 1)) {
		const struct token *token = token_at(reading, i);
		if (token->kind != TOKEN_WORD)
			continue;
		bool is = token_is(token, class) || token_is(token, other);
		if (token_is(token, WORD_NEGATION) && !is)
			return false;
		if (!is && !token_is(token, WORD_FUNCTION) && !token_is(token, WORD_DETERMINER) && !token_is(token, WORD_AND))
			return false;
		found |= is;
	}
	return found;
}

/* The end of bold text or of a quotation that begins inside. */
static bool
is_closing(const struct reading *reading, size_t from, size_t at)
{
	if (!is_mark(reading, at, '*') && !is_mark(reading, at, '_'))
		return false;
	for (; from < at; from++)
		if (is_mark(reading, from, '*') || is_mark(reading, from, '_'))
			return true;
	return false;
}

/* A mark that belongs to no sentence. */
static bool
is_leading(const struct token *token)
{
	static const char marks[] = "*_#-:>,;.!?=|~+`/\1]";
	return token->kind == TOKEN_BREAK || (token->kind == TOKEN_MARK && (!token->mark || strchr(marks, token->mark)));
}

static bool
is_trailing(const struct token *token)
{
	static const char marks[] = ".!?;:,*_=|~#-\1";
	return token->kind == TOKEN_BREAK || (token->kind == TOKEN_MARK && (!token->mark || strchr(marks, token->mark)));
}

/* Flags such as --json, paths and code keep the marks they begin with. */
static bool
is_opening(const struct token *token, const struct token *next)
{
	return token->kind == TOKEN_MARK && token->mark && strchr("-/`.", token->mark) && !next->space && next->kind != TOKEN_BREAK;
}

static void
trim(const struct reading *reading, size_t *from, size_t *to)
{
	while (*from < *to && is_leading(token_at(reading, *from))) {
		const struct token *token = token_at(reading, *from);
		if (*from + 1 < *to && is_opening(token, token + 1))
			break;
		++*from;
	}
	while (*to > *from && is_trailing(token_at(reading, *to - 1)) && !is_closing(reading, *from, *to - 1))
		--*to;
}

static void
add_sentence(struct cutter *cutter, size_t from, size_t to, enum sentence_kind kind)
{
	const struct reading *reading = cutter->reading;
	size_t end = to;
	trim(reading, &from, &to);
	if (!has_words(reading, from, to))
		return;
	struct sentence sentence = {
		.from = from, .to = to, .kind = kind, .block = cutter->block, .background = cutter->background, .outside = cutter->outside,
	};
	bool asks = false;
	for (size_t i = to; i < end; i++) {
		sentence.leads |= is_mark(reading, i, ':');
		asks |= is_mark(reading, i, '?');
	}
	bool heads = kind == SENTENCE_HEADING || kind == SENTENCE_TITLE || sentence.leads || asks;
	if (consists_of(reading, from, to, WORD_GREETING, WORD_GREETING))
		return;
	if (heads && consists_of(reading, from, to, WORD_HEADING, WORD_BACKGROUND))
		return;
	g_array_append_val(cutter->sentences, sentence);
}

static void
cut(struct cutter *cutter, size_t from, size_t to, enum sentence_kind kind)
{
	const struct reading *reading = cutter->reading;
	unsigned depth = 0;
	size_t begin = from;
	for (size_t i = from; i < to; i++) {
		if (i - begin >= SENTENCE_TOKENS && token_at(reading, i)->span) {
			add_sentence(cutter, begin, i, kind);
			begin = i;
			depth = 0;
		}
		if (is_mark(reading, i, '(') && (depth || is_closed(reading, i, to)))
			depth++;
		else if (is_mark(reading, i, ')') && depth)
			depth--;
		else if (!depth && ends_here(reading, i, begin, to)) {
			add_sentence(cutter, begin, i + 1, kind);
			begin = i + 1;
			kind = kind == SENTENCE_TITLE ? SENTENCE_TEXT : kind;
		}
	}
	add_sentence(cutter, begin, to, kind);
}

/* A heading opens a section: of background, of what is not wanted, or of demands. */
static void
open_section(struct cutter *cutter, const struct line *line)
{
	const struct reading *reading = cutter->reading;
	cutter->background = consists_of(reading, line->body, line->to, WORD_BACKGROUND, WORD_BACKGROUND);
	cutter->outside = consists_of(reading, line->body, line->to, WORD_OUTSIDE, WORD_HEADING) &&
	                  !consists_of(reading, line->body, line->to, WORD_HEADING, WORD_HEADING);
}

static enum sentence_kind
kind_of_block(const struct cutter *cutter, const struct line *line)
{
	if (line->kind == LINE_ITEM)
		return SENTENCE_ITEM;
	bool first = cutter->sentences->len == 0;
	char last = token_at(cutter->reading, line->to - 1)->mark;
	bool open = !ends_sentence(last) || last == ':';
	if (first && (line->kind == LINE_HEADING || (open && count_words(cutter->reading, line->body, line->to) <= TITLE_WORDS)))
		return SENTENCE_TITLE;
	return line->kind == LINE_HEADING ? SENTENCE_HEADING : SENTENCE_TEXT;
}

/* The line after a block of code. */
static unsigned
read_fence(struct cutter *cutter, const GArray *lines, unsigned open)
{
	unsigned close = open + 1;
	while (close < lines->len && g_array_index(lines, struct line, close).kind != LINE_FENCE)
		close++;
	cutter->block++;
	if (close > open + 1)
		add_sentence(cutter, g_array_index(lines, struct line, open + 1).from, g_array_index(lines, struct line, close - 1).to, SENTENCE_CODE);
	return MIN(close + 1, lines->len);
}

void
sentences_read(const struct reading *reading, GArray *ret)
{
	struct cutter cutter = { .reading = reading, .sentences = ret };
	g_autoptr(GArray) lines = read_lines(reading);
	for (unsigned i = 0; i < lines->len;) {
		struct line *line = &g_array_index(lines, struct line, i);
		if (line->kind == LINE_FENCE) {
			i = read_fence(&cutter, lines, i);
			continue;
		}
		if (line->kind == LINE_BLANK || line->kind == LINE_UNDERLINE) {
			i++;
			continue;
		}
		bool underlined = i + 1 < lines->len && line[1].kind == LINE_UNDERLINE;
		line->kind = underlined ? LINE_HEADING : line->kind;
		cutter.block++;
		if (line->kind == LINE_HEADING)
			open_section(&cutter, line);
		unsigned last = i;
		while (last + 1 < lines->len && continues(reading, &g_array_index(lines, struct line, last), &g_array_index(lines, struct line, last + 1)))
			last++;
		cut(&cutter, line->body, g_array_index(lines, struct line, last).to, kind_of_block(&cutter, line));
		i = last + 1;
	}
}
