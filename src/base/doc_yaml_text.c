/* The scalars of the common part of YAML: plain, quoted and block text, folded as libyaml folds them. */
#include <string.h>

#include "base/doc_scan.h"
#include "base/doc_yaml.h"

enum { KEY_MAX = 1000 };   /* bytes; libyaml allows 1024 characters */

bool
yaml_is_marker(const char *line)
{
	return strncmp(line, "---", 3) == 0 || strncmp(line, "...", 3) == 0 || *line == '%';
}

/* What a plain scalar does not begin with; of "-?:" a letter has to follow. */
static bool
begins_plain(const char *at, bool flow)
{
	if (*at == '-' || *at == '?' || *at == ':')
		return !flow && !yaml_is_blank(at[1]);
	return !yaml_is_blank(*at) && !strchr(",[]{}#&*!|>'\"%@`", *at);
}

/* The end of plain text in one line, without the blanks behind it; `ret_stop` is what ends it: a line's end, a comment, the
 * colon of a key, in flow style what stands between its parts. NULL where libyaml has to look. */
static const char *
plain_end(const char *start, bool flow, const char **ret_stop)
{
	const char *at = start;
	for (;; at++) {
		at = flow ? at + strcspn(at, ":#\n\t,[]{}?") : scan_yaml(at);
		if (*at == '\t' || (flow && *at && strchr("[{?", *at)))
			return NULL;
		if (*at == ':' && !yaml_is_blank(at[1])) {
			if (flow && strchr(",?[]{}", at[1]))
				return NULL;
			continue;
		}
		if (*at != '#' || at == start || at[-1] == ' ')
			break;
	}
	*ret_stop = at;
	while (at > start && at[-1] == ' ')
		at--;
	return at;
}

/* Moves over line ends and the blanks behind them; the number of line ends. */
static unsigned
skip_breaks(const char **at, const char **line)
{
	unsigned breaks = 0;
	for (; **at == ' ' || **at == '\n'; ++*at) {
		if (**at != '\n')
			continue;
		breaks++;
		*line = *at + 1;
	}
	return breaks;
}

static void
fold(GString *text, unsigned breaks)
{
	if (breaks == 1)
		g_string_append_c(text, ' ');
	for (; breaks > 1; breaks--)
		g_string_append_c(text, '\n');
}

static bool
add_plain(struct yaml_place *place, const char *start, const char *text, size_t length)
{
	return doc_yaml_add_plain(place->builder, text, length, (size_t)(start - place->text));
}

bool
yaml_read_plain(struct yaml_place *place, int indent)
{
	const char *start = place->at, *stop, *line = place->line;
	const char *end = begins_plain(start, false) ? plain_end(start, false, &stop) : NULL;
	if (!end || *stop == ':')
		return false;
	bool folded = false;
	for (;;) {
		const char *next = stop;
		unsigned breaks = *stop == '\n' ? skip_breaks(&next, &line) : 0;
		if (*next == '\t' || (breaks && *next && indent < 0))
			return false;
		if (!breaks || !*next || next - line <= indent || *next == '#')
			break;
		if (!folded)
			g_string_truncate(place->folded, 0);
		if (!folded)
			g_string_append_len(place->folded, start, end - start);
		folded = true;
		fold(place->folded, breaks);
		end = plain_end(next, false, &stop);
		if (!end || *stop == ':')
			return false;
		g_string_append_len(place->folded, next, end - next);
		place->line = line;
	}
	place->at = stop;
	return folded ? add_plain(place, start, place->folded->str, place->folded->len) : add_plain(place, start, start, (size_t)(end - start));
}

/* The plain key that ends at a colon. */
static bool
add_plain_key(struct yaml_place *place, const char *start, const char *end, const char *stop)
{
	bool merge = end - start == 2 && memcmp(start, "<<", 2) == 0;
	if (*stop != ':' || merge || stop - start > KEY_MAX)
		return false;
	doc_yaml_add_key(place->builder, start, (size_t)(end - start), (size_t)(start - place->text));
	return true;
}

bool
yaml_read_flow_plain(struct yaml_place *place, bool key)
{
	const char *start = place->at, *stop;
	const char *end = begins_plain(start, true) ? plain_end(start, true, &stop) : NULL;
	if (!end)
		return false;
	place->at = stop;
	if (key)
		return add_plain_key(place, start, end, stop);
	const char *next = stop, *line;
	unsigned breaks = *stop == '\n' ? skip_breaks(&next, &line) : 0;
	/* Text that goes on in the next line is left to libyaml. */
	if (*stop == ':' || (breaks && !(*next && strchr(",]}", *next))))
		return false;
	return add_plain(place, start, start, (size_t)(end - start));
}

/* Blanks and line ends within quotes. */
static bool
fold_quoted(struct yaml_place *place, const char **at, bool escaped)
{
	const char *from = *at;
	unsigned breaks = 0;
	for (; **at == ' ' || **at == '\t' || **at == '\n'; ++*at) {
		if (**at != '\n')
			continue;
		breaks++;
		place->line = *at + 1;
		if (yaml_is_marker(place->line))
			return false;
	}
	if (escaped)
		fold(place->folded, breaks ? breaks + 1 : 0);
	else if (breaks)
		fold(place->folded, breaks);
	else
		g_string_append_len(place->folded, from, *at - from);
	return true;
}

/* The escape at a backslash; rare ones are left to libyaml. */
static bool
read_escape(struct yaml_place *place, const char **at)
{
	static const char escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t  ";
	char letter = (*at)[1];
	const char *pair = letter ? strchr(escapes, letter) : NULL;
	unsigned digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
	gunichar code = 0;
	for (unsigned i = 0; i < digits; i++) {
		int digit = g_ascii_xdigit_value((*at)[2 + i]);
		if (digit < 0)
			return false;
		code = code * 16 + (gunichar)digit;
	}
	if (letter == '\n') {
		place->line = *at += 2;
		return !yaml_is_marker(place->line) && fold_quoted(place, at, true);
	}
	if (digits ? !code || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF : !pair || (pair - escapes) % 2)
		return false;
	if (digits)
		g_string_append_unichar(place->folded, code);
	else
		g_string_append_c(place->folded, pair[1]);
	*at += 2 + digits;
	return true;
}

/* A quoted scalar from its first escape, line end or doubled quote on; NULL where libyaml has to look. */
static const char *
read_folded(struct yaml_place *place, const char *start, const char *at, char quote)
{
	g_string_truncate(place->folded, 0);
	g_string_append_len(place->folded, start, at - start);
	/* Blanks before a line's end go: they belong to the fold. */
	while (place->folded->len && *at == '\n' && strchr(" \t", place->folded->str[place->folded->len - 1]))
		g_string_truncate(place->folded, place->folded->len - 1);
	for (;;) {
		const char *from = at;
		at += strcspn(at, quote == '"' ? "\"\\ \t\n" : "' \t\n");
		g_string_append_len(place->folded, from, at - from);
		if (*at == quote && quote == '\'' && at[1] == quote) {
			g_string_append_c(place->folded, quote);
			at += 2;
		} else if (*at == quote) {
			return at;
		} else if (!*at || !(*at == '\\' ? read_escape(place, &at) : fold_quoted(place, &at, false))) {
			return NULL;
		}
	}
}

bool
yaml_read_quoted(struct yaml_place *place, bool key)
{
	char quote = *place->at;
	const char *start = place->at + 1, *line = place->line;
	const char *at = start + strcspn(start, quote == '"' ? "\"\\\n" : "'\n");
	bool simple = *at == quote && (quote == '"' || at[1] != quote);
	const char *end = simple ? at : read_folded(place, start, at, quote);
	if (!end || (key && (place->line != line || end - start > KEY_MAX)))
		return false;
	const char *text = simple ? start : place->folded->str;
	size_t length = simple ? (size_t)(end - start) : place->folded->len, offset = (size_t)(start - 1 - place->text);
	place->at = end + 1;
	if (key)
		doc_yaml_add_key(place->builder, text, length, offset);
	else
		doc_yaml_add_text(place->builder, VALUE_STRING, text, length, offset);
	return true;
}

bool
yaml_read_key(struct yaml_place *place)
{
	const char *start = place->at, *stop;
	if (*start == '"' || *start == '\'') {
		if (!yaml_read_quoted(place, true))
			return false;
		place->at += strspn(place->at, " ");
		return *place->at == ':' && yaml_is_blank(place->at[1]);
	}
	const char *end = begins_plain(start, false) ? plain_end(start, false, &stop) : NULL;
	if (!end || !add_plain_key(place, start, end, stop))
		return false;
	place->at = stop;
	return true;
}

bool
yaml_begins_key(const struct yaml_place *place)
{
	const char *at = place->at, *stop = NULL;
	if (*at != '"' && *at != '\'')
		return begins_plain(at, false) && plain_end(at, false, &stop) && *stop == ':';
	char quote = *at++;
	while (*at && *at != '\n' && *at != quote)
		at += *at == '\\' && quote == '"' && at[1] ? 2 : 1;
	/* A doubled quote is two scalars to this loop, and goes on as one. */
	while (quote == '\'' && *at == quote && at[1] == quote) {
		at += 2;
		at += strcspn(at, "'\n");
	}
	if (*at != quote)
		return false;
	at++;
	at += strspn(at, " ");
	return *at == ':' && yaml_is_blank(at[1]);
}

struct block {
	bool literal, keep, strip;
	int indent;                  /* of its text; 0 until that is known */
};

/* What stands behind | or >, up to the line's end. */
static const char *
read_header(const char *at, int outer, struct block *ret)
{
	*ret = (struct block){ .literal = *at == '|' };
	at++;
	for (unsigned i = 0; i < 2; i++) {
		bool chomp = (*at == '+' || *at == '-') && !ret->keep && !ret->strip, digit = *at >= '1' && *at <= '9' && !ret->indent;
		ret->keep |= chomp && *at == '+';
		ret->strip |= chomp && *at == '-';
		ret->indent = digit ? outer + *at - '0' : ret->indent;
		at += chomp || digit;
	}
	const char *rest = at + strspn(at, " ");
	if (*rest == '#' && rest > at)
		rest = strchrnul(rest, '\n');
	return *rest == '\n' || !*rest ? rest : NULL;
}

/* Moves over empty lines to the text of the next one, or where none belongs to the scalar, to the beginning of that line.
 * The first text tells the indentation, unless the header did. The number of empty lines, -1 where libyaml has to look. */
static int
skip_empty(struct block *block, int outer, const char **at, bool *ret_text)
{
	int lines = 0, widest = 0;
	for (;; lines++) {
		const char *text = *at;
		while (*text == ' ' && (!block->indent || text - *at < block->indent))
			text++;
		int column = (int)(text - *at);
		widest = MAX(widest, column);
		if ((*text == '\t' && column != block->indent) || (!block->indent && *text != '\n' && widest > column))
			return -1;
		if (*text == '\n') {
			*at = text + 1;
			continue;
		}
		if (!block->indent)
			block->indent = MAX(column, outer + 1);
		*ret_text = column == block->indent && *text;
		*at = *ret_text ? text : *at;
		return lines;
	}
}

static void
append_feeds(GString *text, int count)
{
	for (; count > 0; count--)
		g_string_append_c(text, '\n');
}

/* The lines of a block scalar from `at` on, the beginning of a line; returns the one behind it. */
static const char *
read_lines(GString *text, struct block *block, int outer, const char *at)
{
	bool ended = false, blank_before = false, is_text;   /* the line before has a feed; begins with a blank */
	int empty;
	while ((empty = skip_empty(block, outer, &at, &is_text)) >= 0 && is_text) {
		const char *behind = strchrnul(at, '\n');
		bool blank = *at == ' ' || *at == '\t', join = !block->literal && ended && !blank_before && !blank;
		if (join && !empty)
			g_string_append_c(text, ' ');
		append_feeds(text, empty + (ended && !join));
		g_string_append_len(text, at, behind - at);
		blank_before = blank;
		ended = *behind == '\n';
		at = behind + ended;
	}
	append_feeds(text, (ended && !block->strip) + (block->keep ? empty : 0));
	return empty < 0 ? NULL : at;
}

bool
yaml_read_block_text(struct yaml_place *place, int indent)
{
	struct block block;
	const char *start = place->at, *at = indent >= 0 ? read_header(start, indent, &block) : NULL;
	if (!at || !*at)
		return false;
	g_string_truncate(place->folded, 0);
	at = read_lines(place->folded, &block, indent, at + 1);
	if (!at)
		return false;
	doc_yaml_add_text(place->builder, VALUE_STRING, place->folded->str, place->folded->len, (size_t)(start - place->text));
	place->at = place->line = at;
	return true;
}
