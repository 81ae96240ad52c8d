#include "cli/view.h"

#include <string.h>

enum { CELL_MAX = 60, COLUMNS_MAX = 12, LABEL = 22, LINE_MAX_BYTES = 160 };

static const struct {
	const char *operation;
	void (*view)(struct view *view, const struct value *result);
} views[] = {
	{ "run.start", view_run },         { "run.resume", view_run },     { "run.status", view_run },
	{ "run.cancel", view_run },        { "run.show", view_show },      { "plan.create", view_plan },
	{ "analysis.create", view_analysis }, { "verify", view_verify },   { "demo.run", view_demo },
	{ "system.doctor", view_doctor },  { "personas.show", view_persona },
	{ "schema.validate", view_schema },   { "schema.test", view_suite },
	{ "orchestrate", view_orchestrate },
	{ "contract.validate", view_lint },   { "contract.rules", view_rules },
};

void
view_add(struct view *view, enum view_tone tone, const char *format, ...)
{
	static const char *const codes[] = { [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[31m", [TONE_FAINT] = "\033[2m",
		                             [TONE_STRONG] = "\033[1m" };
	bool painted = view->colour && tone != TONE_PLAIN;
	va_list args;
	va_start(args, format);
	g_string_append(view->text, painted ? codes[tone] : "");
	g_string_append_vprintf(view->text, format, args);
	g_string_append(view->text, painted ? "\033[0m" : "");
	va_end(args);
}

const char *
view_text_of(const struct value *object, const char *member)
{
	const char *text = value_member_text(object, member);
	return text ? text : "";
}

int
view_number_of(const struct value *object, const char *member)
{
	int64_t number = 0;
	value_int64(value_member(object, member), &number);
	return (int)number;
}

/* Control characters never reach a terminal. */
static char *
plain_text(const char *text)
{
	GString *plain = g_string_new(NULL);
	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);
		g_string_append_unichar(plain, g_unichar_iscntrl(c) && c != '\n' ? ' ' : c);
	}
	return g_string_free(plain, FALSE);
}

char *
view_scalar(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return plain_text(value->text);
	if (!value || value_is(value, VALUE_NULL))
		return g_strdup("");
	if (value_is(value, VALUE_BOOL))
		return g_strdup(value->truth ? "yes" : "no");
	if (!value_is(value, VALUE_ARRAY))
		return value_to_json(value, false);
	GString *text = g_string_new(NULL);
	VALUE_EACH (item, value) {
		g_autofree char *part = view_scalar(item);
		g_string_append_printf(text, "%s%s", text->len ? ", " : "", part);
	}
	return g_string_free(text, FALSE);
}

static char *
cell_text(const struct value *value)
{
	g_autofree char *text = g_strdelimit(view_scalar(value), "\n", ' ');
	if (g_utf8_strlen(text, -1) <= CELL_MAX)
		return g_steal_pointer(&text);
	g_autofree char *cut = g_utf8_substring(text, 0, CELL_MAX - 1);
	return g_strconcat(cut, "…", NULL);
}

static bool
is_among(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (g_str_equal(names[i], name))
			return true;
	return false;
}

static size_t
pick_columns(const struct value *list, const char *const *wanted, const char **ret)
{
	size_t count = 0;
	for (; wanted && wanted[count] && count < COLUMNS_MAX; count++)
		ret[count] = wanted[count];
	if (wanted)
		return count;
	/* What the first row lacks, another may have. */
	VALUE_EACH (row, list)
		VALUE_EACH_MEMBER (key, item, row)
			if (count < COLUMNS_MAX && item->kind != VALUE_OBJECT && !is_among(key->text, ret, count))
				ret[count++] = key->text;
	return count;
}

void
view_table(struct view *view, const struct value *list, const char *const *wanted)
{
	const char *names[COLUMNS_MAX];
	size_t columns = pick_columns(list, wanted, names), widths[COLUMNS_MAX];
	for (size_t i = 0; i < columns; i++)
		widths[i] = strlen(names[i]);
	VALUE_EACH (row, list) {
		for (size_t i = 0; i < columns; i++) {
			g_autofree char *cell = cell_text(value_member(row, names[i]));
			widths[i] = MAX(widths[i], (size_t)g_utf8_strlen(cell, -1));
		}
	}
	g_string_append(view->text, "  ");
	for (size_t i = 0; i < columns; i++)
		view_add(view, TONE_FAINT, "%-*s%s", i + 1 < columns ? (int)widths[i] : 0, names[i], i + 1 < columns ? "  " : "\n");
	VALUE_EACH (line, list) {
		g_string_append(view->text, "  ");
		for (size_t i = 0; i < columns; i++) {
			g_autofree char *cell = cell_text(value_member(line, names[i]));
			int pad = i + 1 < columns ? (int)(widths[i] - (size_t)g_utf8_strlen(cell, -1)) : 0;
			g_string_append_printf(view->text, "%s%*s%s", cell, pad, "", i + 1 < columns ? "  " : "\n");
		}
	}
}

/* A long list of words, one a line. */
static void
add_lines(struct view *view, const char *name, const struct value *list)
{
	view_add(view, TONE_STRONG, "%s:\n", name);
	VALUE_EACH (item, list) {
		g_autofree char *text = view_scalar(item);
		view_add(view, TONE_PLAIN, "  %s\n", text);
	}
}

static void
add_member(struct view *view, const char *name, const struct value *value, unsigned depth)
{
	bool list = value_is(value, VALUE_ARRAY) && value_count(value);
	if (value_is(value, VALUE_NULL) || (value_is(value, VALUE_ARRAY) && !list))
		return;
	if (list && value_is(value + 1, VALUE_OBJECT)) {
		if (view->text->len)
			view_add(view, TONE_STRONG, "%s:\n", name);
		view_table(view, value, NULL);
	} else if (value_is(value, VALUE_OBJECT)) {
		view_add(view, TONE_STRONG, "%*s%s:\n", (int)depth * 2, "", name);
		VALUE_EACH_MEMBER (key, item, value)
			add_member(view, key->text, item, depth + 1);
	} else {
		g_autofree char *text = view_scalar(value);
		if (list && strlen(text) > LINE_MAX_BYTES)
			add_lines(view, name, value);
		else if (*text)
			view_add(view, TONE_PLAIN, "%*s%-*s %s\n", (int)depth * 2, "", LABEL - (int)depth * 2, name, text);
	}
}

void
view_members(struct view *view, const struct value *object)
{
	VALUE_EACH_MEMBER (key, item, object)
		add_member(view, key->text, item, 0);
}

char *
view_result(const struct operation *operation, const struct value *result, bool colour)
{
	struct view view = { .text = g_string_new(NULL), .colour = colour };
	for (unsigned i = 0; i < G_N_ELEMENTS(views); i++) {
		if (g_str_equal(views[i].operation, operation->name)) {
			views[i].view(&view, result);
			return g_string_free(view.text, FALSE);
		}
	}
	view_members(&view, result);
	return g_string_free(view.text, FALSE);
}

char *
view_error(const char *error, bool colour)
{
	struct view view = { .text = g_string_new(NULL), .colour = colour };
	g_autoptr(Doc) doc = doc_own(error);
	const char *message = value_member_text(doc_root(doc), "message"), *remedy = value_member_text(doc_root(doc), "remedy");
	g_autofree char *safe = plain_text(message ? message : "no reason was given");
	view_add(&view, TONE_BAD, "teamwright: %s", safe);
	view_add(&view, TONE_PLAIN, "\n");
	if (remedy) {
		g_autofree char *advice = plain_text(remedy);
		view_add(&view, TONE_PLAIN, "  %s\n", advice);
	}
	return g_string_free(view.text, FALSE);
}
