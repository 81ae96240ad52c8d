#include "verify/simpler.h"

#include <string.h>

#include "base/writer.h"

enum { VALUES_MAX = 400, NUMBER_LENGTH = 3 };

/* --- values --------------------------------------------------------------------------------- */

/* One place of a value, and what is to stand there: NULL for nothing. */
struct edit {
	const struct value *target;
	const char *json;
};

static void
write_edited(struct writer *writer, const struct value *value, const struct edit *edit)
{
	if (value == edit->target) {
		g_autoptr(Doc) doc = doc_own(edit->json);
		writer_value(writer, doc_root(doc));
	} else if (value_is(value, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, value)
			if (item != edit->target || edit->json)
				write_edited(writer, item, edit);
		writer_end(writer);
	} else if (value_is(value, VALUE_OBJECT)) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (key, item, value) {
			if (item == edit->target && !edit->json)
				continue;
			writer_key_n(writer, key->text, key->length);
			write_edited(writer, item, edit);
		}
		writer_end(writer);
	} else {
		writer_value(writer, value);
	}
}

static void
add_edited(GPtrArray *list, const struct value *root, const struct value *target, const char *json)
{
	struct writer writer;
	struct edit edit = { target, json };
	if (list->len >= VALUES_MAX || (target == root && !json))
		return;
	writer_init(&writer, false);
	write_edited(&writer, root, &edit);
	g_ptr_array_add(list, writer_doc(&writer));
}

static char *
quote(const char *text)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	return writer_take(&writer);
}

/* Shorter, or plainer: every step is a smaller one than the text itself, so that it ends. */
static void
simplify_text(GPtrArray *list, const struct value *root, const struct value *value)
{
	const char *text = value->text;
	glong length = g_utf8_strlen(text, -1);
	bool plain = strspn(text, "a") == strlen(text);
	if (!length || strlen(text) != value->length)
		return;
	g_autofree char *same = g_strnfill((gsize)length, 'a'), *half = g_utf8_substring(text, 0, length / 2), *less = g_utf8_substring(text, 0, length - 1);
	const char *const simpler[] = { "", length > 1 ? "a" : "", half, less, plain ? "" : same };
	for (unsigned i = 0; i < G_N_ELEMENTS(simpler); i++) {
		g_autofree char *json = quote(simpler[i]);
		bool known = i > 0 && !*simpler[i];
		if (!known)
			add_edited(list, root, value, json);
	}
}

static void
simplify_number(GPtrArray *list, const struct value *root, const struct value *value)
{
	double number = value_double(value);
	if (number != 0)
		add_edited(list, root, value, "0");
	if (number > 1 || number < 0)
		add_edited(list, root, value, "1");
	if (value->length > NUMBER_LENGTH && number > 100)
		add_edited(list, root, value, "100");
}

static void
simplify_inside(GPtrArray *list, const struct value *root, const struct value *value)
{
	VALUE_EACH_MEMBER (key, item, value)
		add_edited(list, root, item, NULL);
	VALUE_EACH (item, value)
		add_edited(list, root, item, NULL);
	VALUE_EACH_MEMBER (key, item, value)
		simplify_inside(list, root, item);
	VALUE_EACH (item, value)
		simplify_inside(list, root, item);
	if (value_is(value, VALUE_STRING))
		simplify_text(list, root, value);
	else if (value_is(value, VALUE_NUMBER))
		simplify_number(list, root, value);
}

GPtrArray *
value_simpler(const struct value *value)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)doc_unref);
	simplify_inside(list, value, value);
	return list;
}

/* --- cases ---------------------------------------------------------------------------------- */

static struct test_case *
add_copy(GPtrArray *list, const struct test_case *test)
{
	struct test_case *copy = case_copy(test);
	g_ptr_array_add(list, copy);
	return copy;
}

GPtrArray *
case_simpler(const struct test_case *test)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	const struct openapi_operation *operation = test->operation;
	if (test->body && !operation->body_required)
		case_set_body(add_copy(list, test), NULL);
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (test->values[i] && operation->parameters[i].location != OPENAPI_PATH)
			case_set(add_copy(list, test), i, NULL);
	if (test->body) {
		g_autoptr(GPtrArray) bodies = value_simpler(doc_root(test->body));
		for (guint i = 0; i < bodies->len; i++)
			case_set_body(add_copy(list, test), doc_root(g_ptr_array_index(bodies, i)));
	}
	for (size_t i = 0; i < operation->parameter_count; i++) {
		if (!test->values[i] || operation->parameters[i].location == OPENAPI_PATH)
			continue;
		g_autoptr(GPtrArray) values = value_simpler(doc_root(test->values[i]));
		for (guint k = 0; k < values->len; k++)
			case_set(add_copy(list, test), i, doc_root(g_ptr_array_index(values, k)));
	}
	return list;
}
