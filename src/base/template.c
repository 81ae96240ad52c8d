#include "base/template.h"

#include <string.h>

#include "base/error.h"
#include "base/writer.h"

enum { DEPTH_MAX = 16 };

/* One level of names: an item, and where it stands among its siblings. */
struct scope {
	const struct scope *outer;
	const struct value *item;
	const char *key;
	size_t index, count;
};

struct rendering {
	const char *name, *start;
	GString *out;
	GError **error;
	unsigned depth;
};

struct tag {
	const char *begin, *end;   /* the tag with its braces, and with its line where it stands alone */
	char word[12];             /* "each", "if", "else", "json", or "" for a name */
	char *name;
	bool closing;
};

static bool render(struct rendering *rendering, const char *from, const char *to, const struct scope *scope);

static bool
fail(struct rendering *rendering, const char *at, const char *what, const char *name)
{
	unsigned line = 1;
	for (const char *c = rendering->start; c < at; c++)
		line += *c == '\n';
	return error_set(rendering->error, ERR_CONFIG, "correct the template", "%s:%u: %s '%s'", rendering->name, line, what, name);
}

/* A block tag that is alone in its line takes the white space around it and the line feed. */
static void
take_line(const char *from, const char *to, struct tag *tag)
{
	const char *begin = tag->begin, *end = tag->end;
	while (begin > from && (begin[-1] == ' ' || begin[-1] == '\t'))
		begin--;
	while (end < to && (*end == ' ' || *end == '\t' || *end == '\r'))
		end++;
	if ((begin == from || begin[-1] == '\n') && end < to && *end == '\n') {
		tag->begin = begin;
		tag->end = end + 1;
	}
}

/* The next tag in the text, false if there is none. */
static bool
next_tag(const char *whole, const char *from, const char *to, struct tag *tag)
{
	const char *open = g_strstr_len(from, to - from, "{{");
	const char *close = open ? g_strstr_len(open, to - open, "}}") : NULL;
	if (!close)
		return false;
	*tag = (struct tag){ .begin = open, .end = close + 2 };
	g_autofree char *inner = g_strstrip(g_strndup(open + 2, (size_t)(close - open - 2)));
	char *text = inner;
	bool block = *text == '#' || *text == '/' || g_str_equal(text, "else");
	tag->closing = *text == '/';
	text += *text == '#' || *text == '/';
	size_t length = strcspn(text, " ");
	bool worded = block || g_str_has_prefix(text, "json ");
	if (worded) {
		g_strlcpy(tag->word, text, MIN(sizeof tag->word, length + 1));
		text += length;
	}
	tag->name = g_strstrip(g_strdup(text));
	if (block)
		take_line(whole, to, tag);
	return true;
}

static const struct value *
look_up(const struct scope *scope, const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, ".", -1);
	for (; scope && parts[0]; scope = scope->outer) {
		const struct value *value = value_member(scope->item, parts[0]);
		for (size_t i = 1; value && parts[i]; i++)
			value = value_member(value, parts[i]);
		if (value)
			return value;
	}
	return NULL;
}

static const struct value *
resolve(const struct scope *scope, const char *name)
{
	return g_str_equal(name, ".") ? scope->item : look_up(scope, name);
}

static bool
is_true(const struct scope *scope, const char *name)
{
	if (g_str_equal(name, "@last"))
		return scope->index + 1 == scope->count;
	if (g_str_equal(name, "@index"))
		return scope->index > 0;
	const struct value *value = resolve(scope, name);
	if (!value || value->kind == VALUE_NULL)
		return false;
	if (value->kind == VALUE_BOOL)
		return value->truth;
	return value->kind == VALUE_NUMBER ? value_double(value) != 0 : value->length > 0;
}

static bool
render_name(struct rendering *rendering, const struct tag *tag, const struct scope *scope)
{
	if (g_str_equal(tag->name, "@index")) {
		g_string_append_printf(rendering->out, "%zu", scope->index);
		return true;
	}
	if (g_str_equal(tag->name, "@key")) {
		g_string_append(rendering->out, scope->key ? scope->key : "");
		return true;
	}
	const struct value *value = resolve(scope, tag->name);
	if (!value)
		return fail(rendering, tag->begin, "there is no", tag->name);
	if (value_is(value, VALUE_STRING) && !*tag->word) {
		g_string_append_len(rendering->out, value->text, value->length);
	} else {
		g_autofree char *json = value_to_json(value, false);
		g_string_append(rendering->out, json);
	}
	return true;
}

static bool
render_each(struct rendering *rendering, const struct tag *tag, const char *to, const struct scope *scope)
{
	const struct value *list = resolve(scope, tag->name);
	if (!list)
		return fail(rendering, tag->begin, "there is no list", tag->name);
	struct scope inner = { .outer = scope, .count = value_count(list) };
	VALUE_EACH (item, list) {
		inner.item = item;
		if (!render(rendering, tag->end, to, &inner))
			return false;
		inner.index++;
	}
	VALUE_EACH_MEMBER (key, member, list) {
		inner.item = member;
		inner.key = key->text;
		if (!render(rendering, tag->end, to, &inner))
			return false;
		inner.index++;
	}
	return true;
}

/* Finds the end of the block that `open` begins, and its {{else}} if there is one. */
static bool
find_end(struct rendering *rendering, const struct tag *open, const char *to, struct tag *otherwise, struct tag *end)
{
	unsigned depth = 1;
	*otherwise = (struct tag){ 0 };
	struct tag tag;
	for (const char *at = open->end; next_tag(rendering->start, at, to, &tag); at = tag.end) {
		g_free(g_steal_pointer(&tag.name));
		bool block = g_str_equal(tag.word, "each") || g_str_equal(tag.word, "if");
		if (block && !tag.closing)
			depth++;
		else if (block)
			depth--;
		else if (g_str_equal(tag.word, "else") && depth == 1 && otherwise->begin)
			return fail(rendering, tag.begin, "stands a second time:", tag.word);
		else if (g_str_equal(tag.word, "else") && depth == 1)
			*otherwise = tag;
		if (depth == 0) {
			*end = tag;
			return g_str_equal(tag.word, open->word) || fail(rendering, tag.begin, "does not belong here:", tag.word);
		}
	}
	return fail(rendering, open->begin, "nothing ends", open->word);
}

static bool
render_block(struct rendering *rendering, const struct tag *tag, const char *to, const struct scope *scope, const char **ret_after)
{
	struct tag otherwise, end = { 0 };
	*ret_after = tag->end;
	if (rendering->depth++ == DEPTH_MAX)
		return fail(rendering, tag->begin, "nested too deeply:", tag->word);
	if (!find_end(rendering, tag, to, &otherwise, &end))
		return false;
	*ret_after = end.end;
	const char *body_end = otherwise.begin ? otherwise.begin : end.begin;
	bool ok = true;
	if (g_str_equal(tag->word, "each"))
		ok = render_each(rendering, tag, end.begin, scope);
	else if (is_true(scope, tag->name))
		ok = render(rendering, tag->end, body_end, scope);
	else if (otherwise.begin)
		ok = render(rendering, otherwise.end, end.begin, scope);
	rendering->depth--;
	return ok;
}

static bool
render(struct rendering *rendering, const char *from, const char *to, const struct scope *scope)
{
	struct tag tag;
	bool ok = true;
	while (ok && next_tag(rendering->start, from, to, &tag)) {
		g_string_append_len(rendering->out, from, tag.begin - from);
		from = tag.end;
		bool block = g_str_equal(tag.word, "each") || g_str_equal(tag.word, "if");
		if (tag.closing || g_str_equal(tag.word, "else"))
			ok = fail(rendering, tag.begin, "nothing begins", tag.word);
		else if (block)
			ok = render_block(rendering, &tag, to, scope, &from);
		else if (*tag.word && !g_str_equal(tag.word, "json"))
			ok = fail(rendering, tag.begin, "there is no such block", tag.word);
		else
			ok = render_name(rendering, &tag, scope);
		g_free(tag.name);
	}
	const char *open = ok ? g_strstr_len(from, to - from, "{{") : NULL;
	if (open)
		return fail(rendering, open, "nothing ends", "{{");
	if (ok)
		g_string_append_len(rendering->out, from, to - from);
	return ok;
}

char *
template_render(const char *name, const char *template, const struct value *context, GError **error)
{
	struct rendering rendering = { .name = name, .start = template, .out = g_string_new(NULL), .error = error };
	struct scope scope = { .item = context, .count = 1 };
	bool ok = render(&rendering, template, template + strlen(template), &scope);
	return g_string_free(rendering.out, !ok);
}
