#include "base/record.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* Every struct x_list has this shape. */
struct list {
	char *items;
	size_t count;
};

struct reading {
	struct doc *doc;
	GError **error;
	const struct record_type *type;
	bool incomplete;   /* what is required may be missing: a copy of a record that is not filled yet */
};

static bool read_object(struct reading reading, const struct record_type *type, const struct value *value, void *record);
static void finish_field(const struct record_field *field, void *at);

int
record_name_index(const char *const *names, const char *word)
{
	for (int i = 0; names[i]; i++)
		if (g_ascii_strcasecmp(names[i], word) == 0)
			return i;
	return -1;
}

const struct record_field *
record_field(const struct record_type *type, const char *name)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		if (field->flags & RECORD_EXTRA)
			continue;   /* it keeps others; nothing is called by its name */
		if (g_str_equal(field->name, name) || (field->alias && g_str_equal(field->alias, name)))
			return field;
	}
	return NULL;
}

void *
record_append(const struct record_type *type, void *list)
{
	struct list *all = list;
	if ((all->count & (all->count - 1)) == 0)   /* full at powers of two */
		all->items = g_realloc_n(all->items, all->count ? all->count * 2 : 1, type->size);
	void *element = all->items + all->count++ * type->size;
	record_init(type, element);
	return element;
}

static void
append_text(char ***list, const char *text)
{
	size_t count = *list ? g_strv_length(*list) : 0;
	*list = g_renew(char *, *list, count + 2);
	(*list)[count] = g_strdup(text);
	(*list)[count + 1] = NULL;
}

void
record_init(const struct record_type *type, void *record)
{
	memset(record, 0, type->size);
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		if (field->kind == RECORD_IS_PART)
			record_init(field->type, record_at(record, field));
		else if (field->kind == RECORD_IS_DOUBLE)
			*(double *)record_at(record, field) = NAN;
		else if (field->kind == RECORD_IS_INT && field->flags & RECORD_OPTIONAL)
			*(int64_t *)record_at(record, field) = RECORD_NO_INT;
		if (field->preset)
			record_set(field, record, field->preset, NULL);
	}
}

static bool
set_number(const struct record_field *field, void *record, const char *text, GError **error)
{
	char *end;
	if (field->kind == RECORD_IS_DOUBLE) {
		double number = g_ascii_strtod(text, &end);
		if (*end || end == text || !isfinite(number))
			return error_set(error, ERR_USAGE, NULL, "%s wants a number, not '%s'", field->name, text);
		*(double *)record_at(record, field) = number;
		return true;
	}
	gint64 number;
	if (!g_ascii_string_to_signed(text, 10, INT64_MIN + 1, INT64_MAX, &number, NULL))
		return error_set(error, ERR_USAGE, NULL, "%s wants a whole number, not '%s'", field->name, text);
	*(int64_t *)record_at(record, field) = number;
	return true;
}

static bool
set_enum(const struct record_field *field, void *record, const char *text, GError **error)
{
	int index = record_name_index(field->names, text);
	if (index < 0) {
		g_autofree char *all = g_strjoinv(", ", (char **)field->names);
		return error_set(error, ERR_USAGE, NULL, "%s is one of %s, not '%s'", field->name, all, text);
	}
	*(unsigned *)record_at(record, field) = (unsigned)index;
	return true;
}

static bool
set_bool(const struct record_field *field, void *record, const char *text, GError **error)
{
	bool truth = g_str_equal(text, "true") || g_str_equal(text, "yes") || g_str_equal(text, "1");
	if (!truth && !g_str_equal(text, "false") && !g_str_equal(text, "no") && !g_str_equal(text, "0"))
		return error_set(error, ERR_USAGE, NULL, "%s is true or false, not '%s'", field->name, text);
	*(bool *)record_at(record, field) = truth;
	return true;
}

bool
record_set(const struct record_field *field, void *record, const char *text, GError **error)
{
	switch (field->kind) {
	case RECORD_IS_TEXT:
		g_free(*(char **)record_at(record, field));
		*(char **)record_at(record, field) = g_strdup(text);
		return true;
	case RECORD_IS_INT:
	case RECORD_IS_DOUBLE:
		return set_number(field, record, text, error);
	case RECORD_IS_BOOL:
		return set_bool(field, record, text, error);
	case RECORD_IS_ENUM:
		return set_enum(field, record, text, error);
	case RECORD_IS_TEXTS:
		append_text(record_at(record, field), text);
		return true;
	case RECORD_IS_DOC: {
		struct doc *doc = doc_read(field->name, text, strlen(text), NULL, error);
		if (!doc)
			return false;
		doc_unref(*(struct doc **)record_at(record, field));
		*(struct doc **)record_at(record, field) = doc;
		return true;
	}
	case RECORD_IS_PART:
	case RECORD_IS_LIST:
		break;
	}
	return error_set(error, ERR_USAGE, NULL, "%s cannot be given as plain text", field->name);
}

/* A string that C can hold. */
static bool
is_text(const struct value *value)
{
	return value_is(value, VALUE_STRING) && strlen(value->text) == value->length;
}

/* The field that a member of JSON stands for; the one that keeps what nobody knows is none. */
static const struct record_field *
field_of(const struct record_type *type, const struct value *key)
{
	const struct record_field *field = is_text(key) ? record_field(type, key->text) : NULL;
	return field && field->flags & RECORD_EXTRA ? NULL : field;
}

static bool
refuse_found(struct reading reading, const struct record_field *field, const struct value *value, const char *expected, const char *found)
{
	g_autofree char *where = doc_where(reading.doc, value);
	return error_set(reading.error, ERR_INPUT, "correct the value there", "%s: %s of a %s must be %s, not %s", where, field->name,
	                 reading.type->name, expected, found);
}

static bool
refuse(struct reading reading, const struct record_field *field, const struct value *value, const char *expected)
{
	return refuse_found(reading, field, value, expected, value_kind_name(value));
}

static bool
read_texts(struct reading reading, const struct record_field *field, const struct value *value, char ***texts)
{
	if (is_text(value)) {
		append_text(texts, value->text);
		return true;
	}
	if (!value_is(value, VALUE_ARRAY))
		return refuse(reading, field, value, "a list of strings");
	VALUE_EACH (item, value) {
		if (!is_text(item))
			return refuse(reading, field, item, "a list of strings");
		append_text(texts, item->text);
	}
	return true;
}

static bool
read_list(struct reading reading, const struct record_field *field, const struct value *value, void *list)
{
	if (!value_is(value, VALUE_ARRAY))   /* one element may stand without its brackets */
		return read_object(reading, field->type, value, record_append(field->type, list));
	VALUE_EACH (item, value)
		if (!read_object(reading, field->type, item, record_append(field->type, list)))
			return false;
	return true;
}

static bool
read_enum(struct reading reading, const struct record_field *field, const struct value *value, unsigned *ret)
{
	int index = is_text(value) ? record_name_index(field->names, value->text) : -1;
	if (index < 0) {
		g_autofree char *all = g_strjoinv(", ", (char **)field->names);
		g_autofree char *expected = g_strconcat("one of ", all, NULL);
		g_autofree char *word = is_text(value) ? g_utf8_substring(value->text, 0, MIN(g_utf8_strlen(value->text, -1), 40)) : NULL;
		g_autofree char *found = word ? g_strdup_printf("'%s'", word) : g_strdup(value_kind_name(value));
		return refuse_found(reading, field, value, expected, found);
	}
	*ret = (unsigned)index;
	return true;
}

static bool
read_scalar(struct reading reading, const struct record_field *field, const struct value *value, void *at)
{
	if (field->kind == RECORD_IS_TEXT) {
		if (!is_text(value))
			return refuse(reading, field, value, "a string without NUL");
		*(char **)at = g_strdup(value->text);
	} else if (field->kind == RECORD_IS_INT) {
		int64_t number;
		if (!value_int64(value, &number) || number == RECORD_NO_INT)
			return refuse(reading, field, value, "a whole number of 64 bits");
		*(int64_t *)at = number;
	} else if (field->kind == RECORD_IS_DOUBLE) {
		double number = value_double(value);
		if (!isfinite(number))
			return refuse(reading, field, value, "a number within the range of a double");
		*(double *)at = number;
	} else {
		if (!value_is(value, VALUE_BOOL))
			return refuse(reading, field, value, "true or false");
		*(bool *)at = value->truth;
	}
	return true;
}

static bool
read_field(struct reading reading, const struct record_field *field, const struct value *value, void *record)
{
	void *at = record_at(record, field);
	if (value_is(value, VALUE_NULL) && field->kind != RECORD_IS_DOC)
		return true;
	/* Its preset goes, or what another name of the field brought before. */
	finish_field(field, at);
	memset(at, 0, field->size);
	switch (field->kind) {
	case RECORD_IS_DOC:
		*(struct doc **)at = doc_sub(reading.doc, value);
		return true;
	case RECORD_IS_TEXTS:
		return read_texts(reading, field, value, at);
	case RECORD_IS_LIST:
		return read_list(reading, field, value, at);
	case RECORD_IS_ENUM:
		return read_enum(reading, field, value, at);
	case RECORD_IS_PART:
		record_init(field->type, at);
		return read_object(reading, field->type, value, at);
	default:
		return read_scalar(reading, field, value, at);
	}
}

static void
keep_unknown(const struct record_type *type, const struct value *value, void *record)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, item, value) {
		if (field_of(type, key))
			continue;
		writer_key_n(&writer, key->text, key->length);
		writer_value(&writer, item);
	}
	writer_end(&writer);
	for (size_t i = 0; i < type->count; i++)
		if (type->fields[i].flags & RECORD_EXTRA)
			*(struct doc **)record_at(record, &type->fields[i]) = writer_doc(&writer);
	writer_finish(&writer);
}

static const char *
article_of(const char *name)
{
	return strchr("aeiou", *name) ? "an" : "a";
}

static bool
read_members(struct reading reading, const struct record_type *type, const struct value *value, void *record)
{
	bool unknown = false;
	VALUE_EACH_MEMBER (key, item, value) {
		const struct record_field *field = field_of(type, key);
		if (!field && type->unknown == RECORD_REJECT) {
			g_autofree char *where = doc_where(reading.doc, key);
			return error_set(reading.error, ERR_INPUT, "remove or correct the name", "%s: %s %s has no member '%s'", where,
			                 article_of(type->name), type->name, key->text);
		}
		unknown |= !field;
		if (field && !read_field(reading, field, item, record))
			return false;
	}
	if (unknown && type->unknown == RECORD_KEEP)
		keep_unknown(type, value, record);
	return true;
}

static bool
check_required(struct reading reading, const struct record_type *type, const struct value *value, const struct record_field *scalar)
{
	for (size_t i = 0; i < type->count && !reading.incomplete; i++) {
		const struct record_field *field = &type->fields[i];
		const struct value *given = field == scalar ? value : value_member(value, field->name);
		if (!given && field->alias)
			given = value_member(value, field->alias);
		if (field->flags & RECORD_REQUIRED && (!given || value_is(given, VALUE_NULL))) {
			g_autofree char *where = doc_where(reading.doc, value);
			return error_set(reading.error, ERR_INPUT, "add it", "%s: %s %s needs '%s' (%s)", where, article_of(type->name), type->name, field->name,
			                 field->help);
		}
	}
	return true;
}

static bool
read_object(struct reading reading, const struct record_type *type, const struct value *value, void *record)
{
	reading.type = type;
	const struct record_field *scalar = type->scalar ? record_field(type, type->scalar) : NULL;
	if (scalar && value_is(value, VALUE_STRING))
		return read_field(reading, scalar, value, record) && check_required(reading, type, value, scalar);
	if (!value_is(value, VALUE_OBJECT)) {
		g_autofree char *where = doc_where(reading.doc, value);
		return error_set(reading.error, ERR_INPUT, "correct the value there", "%s: a %s must be an object, not %s", where, type->name,
		                 value_kind_name(value));
	}
	return read_members(reading, type, value, record) && check_required(reading, type, value, NULL);
}

static bool
read_record(struct reading reading, const struct record_type *type, const struct value *value, void *record)
{
	record_init(type, record);
	if (read_object(reading, type, value, record))
		return true;
	record_finish(type, record);
	return false;
}

bool
record_read(const struct record_type *type, struct doc *doc, const struct value *value, void *record, GError **error)
{
	return read_record((struct reading){ .doc = doc, .error = error }, type, value, record);
}

bool
record_read_text(const struct record_type *type, const char *name, const char *text, void *record, GError **error)
{
	memset(record, 0, type->size);
	g_autoptr(Doc) doc = doc_read(name, text, strlen(text), NULL, error);
	return doc && record_read(type, doc, doc_root(doc), record, error);
}

/* True where the field has nothing to say and may be left out. */
static bool
is_absent(const struct record_field *field, const void *at)
{
	switch (field->kind) {
	case RECORD_IS_TEXT:
	case RECORD_IS_DOC:
		return !*(void *const *)at;
	case RECORD_IS_INT:
		return *(const int64_t *)at == RECORD_NO_INT;
	case RECORD_IS_DOUBLE:
		return isnan(*(const double *)at);
	default:
		return false;
	}
}

static void
write_texts(struct writer *writer, char *const *texts)
{
	writer_begin_array(writer);
	for (size_t i = 0; texts && texts[i]; i++)
		writer_text(writer, texts[i]);
	writer_end(writer);
}

static void
write_field(const struct record_field *field, const void *at, enum record_mode mode, struct writer *writer)
{
	const struct list *list = at;
	if (is_absent(field, at)) {
		writer_null(writer);
		return;
	}
	switch (field->kind) {
	case RECORD_IS_TEXT:
		writer_text(writer, *(char *const *)at);
		break;
	case RECORD_IS_INT:
		writer_int(writer, *(const int64_t *)at);
		break;
	case RECORD_IS_DOUBLE:
		writer_double(writer, *(const double *)at);
		break;
	case RECORD_IS_BOOL:
		writer_bool(writer, *(const bool *)at);
		break;
	case RECORD_IS_ENUM:
		writer_text(writer, field->names[*(const unsigned *)at]);
		break;
	case RECORD_IS_DOC:
		writer_value(writer, doc_root(*(struct doc *const *)at));
		break;
	case RECORD_IS_TEXTS:
		write_texts(writer, *(char **const *)at);
		break;
	case RECORD_IS_PART:
		record_write(field->type, at, mode, writer);
		break;
	case RECORD_IS_LIST:
		writer_begin_array(writer);
		for (size_t i = 0; i < list->count; i++)
			record_write(field->type, list->items + i * field->type->size, mode, writer);
		writer_end(writer);
		break;
	}
}

void
record_write(const struct record_type *type, const void *record, enum record_mode mode, struct writer *writer)
{
	writer_begin_object(writer);
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		const void *at = record_at(record, field);
		if (mode == RECORD_STABLE && field->flags & RECORD_VOLATILE)
			continue;
		if (field->flags & RECORD_EXTRA) {
			writer_members(writer, doc_root(*(struct doc *const *)at));
		} else if (!is_absent(field, at) || field->flags & RECORD_REQUIRED) {
			writer_key(writer, field->name);
			write_field(field, at, mode, writer);
		}
	}
	writer_end(writer);
}

char *
record_to_json(const struct record_type *type, const void *record, bool pretty)
{
	struct writer writer;
	writer_init(&writer, pretty);
	record_write(type, record, RECORD_ALL, &writer);
	return writer_take(&writer);
}

struct doc *
record_to_doc(const struct record_type *type, const void *record)
{
	g_autofree char *text = record_to_json(type, record, false);
	return doc_own(text);
}

void
record_copy(const struct record_type *type, const void *record, void *copy)
{
	g_autoptr(Doc) doc = record_to_doc(type, record);
	GError *error = NULL;
	struct reading reading = { .doc = doc, .error = &error, .incomplete = true };
	if (!read_record(reading, type, doc_root(doc), copy))
		g_error("a %s of our own making cannot be read: %s", type->name, error->message);
}

static void
finish_field(const struct record_field *field, void *at)
{
	switch (field->kind) {
	case RECORD_IS_TEXT:
		g_free(*(char **)at);
		break;
	case RECORD_IS_TEXTS:
		g_strfreev(*(char ***)at);
		break;
	case RECORD_IS_DOC:
		doc_unref(*(struct doc **)at);
		break;
	case RECORD_IS_PART:
		record_finish(field->type, at);
		break;
	case RECORD_IS_LIST:
		record_list_finish(field->type, at);
		break;
	default:
		break;
	}
}

void
record_list_finish(const struct record_type *type, void *list)
{
	struct list *all = list;
	for (size_t i = 0; i < all->count; i++)
		record_finish(type, all->items + i * type->size);
	g_free(all->items);
	*all = (struct list){ 0 };
}

void
record_finish(const struct record_type *type, void *record)
{
	for (size_t i = 0; i < type->count; i++)
		finish_field(&type->fields[i], record_at(record, &type->fields[i]));
	memset(record, 0, type->size);
}
