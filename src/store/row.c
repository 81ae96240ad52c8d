#include "store/row.h"

typedef void column_writer(GString *text, const struct record_field *field, unsigned place);

static char *
join(const struct record_type *type, unsigned first, column_writer *write)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < type->count; i++) {
		g_string_append(text, i ? ", " : "");
		write(text, &type->fields[i], first + i);
	}
	return g_string_free(text, FALSE);
}

static void
write_name(GString *text, const struct record_field *field, unsigned place)
{
	(void)place;
	g_string_append(text, field->name);
}

static void
write_place(GString *text, const struct record_field *field, unsigned place)
{
	(void)field;
	g_string_append_printf(text, "?%u", place);
}

static void
write_assignment(GString *text, const struct record_field *field, unsigned place)
{
	g_string_append_printf(text, "%s = ?%u", field->name, place);
}

char *
row_columns(const struct record_type *type)
{
	return join(type, 0, write_name);
}

char *
row_places(const struct record_type *type, unsigned first)
{
	return join(type, first, write_place);
}

char *
row_assignments(const struct record_type *type, unsigned first)
{
	return join(type, first, write_assignment);
}

void
row_bind(sqlite3_stmt *statement, const struct record_type *type, const void *record, int first)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *field = &type->fields[i];
		const void *at = record_at(record, field);
		int place = first + (int)i;
		if (field->kind == RECORD_IS_TEXT)
			sqlite3_bind_text(statement, place, *(char *const *)at, -1, SQLITE_STATIC);
		else if (field->kind == RECORD_IS_INT)
			sqlite3_bind_int64(statement, place, *(const int64_t *)at);
		else if (field->kind == RECORD_IS_ENUM)
			sqlite3_bind_text(statement, place, field->names[*(const unsigned *)at], -1, SQLITE_STATIC);
		else
			g_error("a %s cannot be a row: %s", type->name, field->name);
	}
}

static void
read_column(sqlite3_stmt *statement, const struct record_field *field, void *at, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	if (field->kind == RECORD_IS_INT) {
		*(int64_t *)at = sqlite3_column_int64(statement, column);
	} else if (field->kind == RECORD_IS_ENUM) {
		int index = text ? record_name_index(field->names, text) : 0;
		*(unsigned *)at = (unsigned)MAX(index, 0);
	} else {
		g_free(*(char **)at);
		*(char **)at = g_strdup(text);
	}
}

void
row_read(sqlite3_stmt *statement, const struct record_type *type, void *record, int first)
{
	for (size_t i = 0; i < type->count; i++)
		read_column(statement, &type->fields[i], record_at(record, &type->fields[i]), first + (int)i);
}
