/* Tables for the resources: SQL that SQLite and PostgreSQL both accept, and the diagram of it. */
#include <string.h>

#include "agent/scaffold_parts.h"

/* PostgreSQL cuts names at 63 bytes; both compare what is quoted, SQLite without case. */
enum { NAME_MAX_BYTES = 60 };

struct column {
	const struct shape_member *member;   /* NULL where the table needs it and the contract has none */
	char *name;                          /* as it is: unique in its table, not quoted */
	const char *type;
	const struct resource *target;       /* that it refers to */
	bool key, required;
};

struct table {
	const struct resource *resource;
	char *name;
	GArray *columns;                     /* struct column */
	bool written;
};

static void
column_clear(void *data)
{
	g_free(((struct column *)data)->name);
}

/* --- names and literals ---------------------------------------------------------------------- */

static char *
quote(const char *text, char mark)
{
	GString *quoted = g_string_new(NULL);
	g_string_append_c(quoted, mark);
	for (; *text; text++) {
		if (*text == mark)
			g_string_append_c(quoted, mark);
		g_string_append_c(quoted, *text);
	}
	g_string_append_c(quoted, mark);
	return g_string_free(quoted, FALSE);
}

/* A name that none of `taken` (keys in small letters) is, not too long, and not reserved by SQLite. */
static char *
unique_name(GHashTable *taken, const char *wanted)
{
	g_autofree char *valid = g_utf8_make_valid(*wanted ? wanted : "value", -1);
	if (g_ascii_strncasecmp(valid, "sqlite_", 7) == 0)
		*valid = 'x';
	const char *end = valid + strlen(valid);
	while (end - valid > NAME_MAX_BYTES)
		end = g_utf8_prev_char(end);
	g_autofree char *base = g_strndup(valid, (size_t)(end - valid));
	char *name = g_strdup(base);
	for (unsigned i = 2;; i++) {
		char *small = g_utf8_strdown(name, -1);
		if (g_hash_table_add(taken, small))
			return name;
		g_free(name);
		name = g_strdup_printf("%.*s_%u", (int)strlen(base), base, i);
	}
}

/* One line, without what would end a comment. */
static char *
one_line(const char *text)
{
	return g_strdelimit(g_strdup(text), "\n\r\f\v", ' ');
}

/* --- columns --------------------------------------------------------------------------------- */

static const char *
type_of(struct scaffold *scaffold, const struct value *schema)
{
	unsigned kinds = shape_of(scaffold->openapi, schema)->kinds & ~SHAPE_KIND(VALUE_NULL);
	const char *format = value_member_text(openapi_resolve(scaffold->openapi, schema), "format");
	if (kinds == SHAPE_KIND(VALUE_BOOL))
		return "BOOLEAN";
	if (kinds == SHAPE_KIND(VALUE_NUMBER))
		return !shape_of(scaffold->openapi, schema)->integer ? "DOUBLE PRECISION" : g_strcmp0(format, "int32") == 0 ? "INTEGER" : "BIGINT";
	if (kinds != SHAPE_KIND(VALUE_STRING))
		return "JSON";
	return g_strcmp0(format, "date") == 0 ? "DATE" : g_strcmp0(format, "date-time") == 0 ? "TIMESTAMPTZ" : "TEXT";
}

static bool
may_be_null(struct scaffold *scaffold, const struct value *schema)
{
	return (shape_of(scaffold->openapi, schema)->kinds & SHAPE_KIND(VALUE_NULL)) != 0;
}

static void
add_column(struct scaffold *scaffold, struct table *table, GHashTable *taken, const struct shape_member *member, const char *name)
{
	const struct resource *resource = table->resource;
	struct column column = { .member = member, .name = unique_name(taken, name) };
	column.type = member ? type_of(scaffold, member->schema) : "BIGINT";
	column.key = g_strcmp0(name, resource->id_property ? resource->id_property : "id") == 0;
	bool above = resource->parent && g_strcmp0(name, resource->parent_property) == 0;
	column.target = column.key ? NULL : above ? resource->parent : meaning_target(scaffold, name);
	column.required = column.key || above || (member && member->required && !may_be_null(scaffold, member->schema));
	g_array_append_val(table->columns, column);
}

static void
add_members(struct scaffold *scaffold, struct table *table, GHashTable *taken, const struct value *schema, GHashTable *seen)
{
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	for (size_t i = 0; schema && i < shape->count; i++)
		if (shape->members[i].schema && g_hash_table_add(seen, (void *)shape->members[i].name))
			add_column(scaffold, table, taken, &shape->members[i], shape->members[i].name);
}

/* What answers show and what requests bring; the keys that neither has. */
static void
fill_columns(struct scaffold *scaffold, struct table *table)
{
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const struct resource *resource = table->resource;
	const char *id = resource->id_property ? resource->id_property : "id";
	const struct value *item = resource->item_schema, *body = operation_body_schema(resource->operations[RESOURCE_CREATE]);
	add_members(scaffold, table, taken, item, seen);
	if (!resource->body_property[RESOURCE_CREATE])
		add_members(scaffold, table, taken, body, seen);
	if (!seen || !g_hash_table_size(seen))
		add_column(scaffold, table, taken, NULL, "value");
	if (g_hash_table_add(seen, (void *)id))
		add_column(scaffold, table, taken, NULL, id);
	if (resource->parent && !resource->parent->singleton) {
		g_autofree char *made = g_strdup_printf("%s_id", resource->parent->name);
		const char *name = resource->parent_property ? resource->parent_property : made;
		if (g_hash_table_contains(seen, name))
			return;
		add_column(scaffold, table, taken, NULL, name);
		struct column *last = &g_array_index(table->columns, struct column, table->columns->len - 1);
		last->target = resource->parent;
		last->required = true;
	}
}

static const struct column *
key_of(const struct table *table)
{
	for (unsigned i = 0; i < table->columns->len; i++)
		if (g_array_index(table->columns, struct column, i).key)
			return &g_array_index(table->columns, struct column, i);
	return NULL;
}

static struct table *
find_table(GArray *tables, const struct resource *resource)
{
	for (unsigned i = 0; i < tables->len; i++)
		if (g_array_index(tables, struct table, i).resource == resource)
			return &g_array_index(tables, struct table, i);
	return NULL;
}

/* --- lines ----------------------------------------------------------------------------------- */

static void
write_text(struct writer *writer, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void
write_text(struct writer *writer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	writer_text(writer, text);
}

static void
write_values_check(const struct value *values, const char *name, struct writer *writer)
{
	g_autoptr(GString) list = g_string_new(NULL);
	VALUE_EACH (value, values) {
		g_autofree char *plain = value_is(value, VALUE_STRING) ? quote(value->text, '\'') : outline_plain(value);
		if (plain && !value_is(value, VALUE_BOOL))
			g_string_append_printf(list, "%s%s", list->len ? ", " : "", plain);
	}
	if (list->len)
		write_text(writer, "CHECK (%s IN (%s))", name, list->str);
}

static void
write_bound_check(const struct value *schema, const char *keyword, const char *measure, const char *sign, struct writer *writer)
{
	const struct value *bound = value_member(schema, keyword);
	g_autofree char *number = value_is(bound, VALUE_NUMBER) ? value_to_json(bound, false) : NULL;
	if (number)
		write_text(writer, "CHECK (%s %s %s)", measure, sign, number);
}

/* What the contract says of a value and SQL can say, too. */
static void
write_checks(struct scaffold *scaffold, const struct column *column, struct writer *writer)
{
	static const struct {
		const char *keyword, *type, *sign;
		bool length;
	} checks[] = {
		{ "minimum", NULL, ">=", false }, { "maximum", NULL, "<=", false }, { "exclusiveMinimum", NULL, ">", false },
		{ "exclusiveMaximum", NULL, "<", false }, { "minLength", "TEXT", ">=", true }, { "maxLength", "TEXT", "<=", true },
	};
	const struct value *schema = column->member ? openapi_resolve(scaffold->openapi, column->member->schema) : NULL;
	g_autofree char *name = quote(column->name, '"'), *length = g_strdup_printf("length(%s)", name);
	bool number = g_str_equal(column->type, "BIGINT") || g_str_equal(column->type, "INTEGER") || g_str_equal(column->type, "DOUBLE PRECISION");
	bool text = g_str_equal(column->type, "TEXT");
	if (number || text)
		write_values_check(value_member(schema, "enum"), name, writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(checks); i++)
		if (checks[i].length ? text : number)
			write_bound_check(schema, checks[i].keyword, checks[i].length ? length : name, checks[i].sign, writer);
}

/* A foreign key where the other table is there already and its key is of the same type; else why not. */
static void
write_foreign_key(GArray *tables, const struct table *table, const struct column *column, struct writer *writer, GPtrArray *notes)
{
	const struct table *other = find_table(tables, column->target);
	const struct column *key = other ? key_of(other) : NULL;
	g_autofree char *name = quote(column->name, '"');
	if (!key)
		return;
	if (g_str_equal(key->type, column->type) && (other->written || other == table)) {
		g_autofree char *there = quote(other->name, '"'), *id = quote(key->name, '"');
		bool above = column->target == table->resource->parent;
		write_text(writer, "FOREIGN KEY (%s) REFERENCES %s (%s)%s", name, there, id, above ? " ON DELETE CASCADE" : "");
		return;
	}
	const char *why = g_str_equal(key->type, column->type) ? "the tables refer to each other" : "the ids are of different types";
	g_autofree char *line = one_line(column->name), *place = one_line(other->name);
	g_ptr_array_add(notes, g_strdup_printf("%s names items of %s without a foreign key: %s", line, place, why));
}

static void
write_table(struct scaffold *scaffold, GArray *tables, struct table *table, struct writer *writer)
{
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *name = quote(table->name, '"');
	writer_begin_object(writer);
	writer_member_text(writer, "name", name);
	writer_key(writer, "lines");
	writer_begin_array(writer);
	for (unsigned i = 0; i < table->columns->len; i++) {
		const struct column *column = &g_array_index(table->columns, struct column, i);
		g_autofree char *quoted = quote(column->name, '"');
		write_text(writer, "%s %s%s%s", quoted, column->type, column->required ? " NOT NULL" : "", column->key ? " PRIMARY KEY" : "");
	}
	for (unsigned i = 0; i < table->columns->len; i++)
		write_checks(scaffold, &g_array_index(table->columns, struct column, i), writer);
	for (unsigned i = 0; i < table->columns->len; i++)
		if (g_array_index(table->columns, struct column, i).target)
			write_foreign_key(tables, table, &g_array_index(table->columns, struct column, i), writer, notes);
	writer_end(writer);
	writer_key(writer, "notes");
	writer_begin_array(writer);
	for (unsigned i = 0; i < notes->len; i++)
		writer_text(writer, g_ptr_array_index(notes, i));
	writer_end(writer);
}

/* --- indexes and diagram --------------------------------------------------------------------- */

/* Columns that lists are filtered or found by. */
static bool
is_searched(struct scaffold *scaffold, const struct table *table, const struct column *column)
{
	const struct openapi_operation *list = table->resource->operations[RESOURCE_LIST];
	for (size_t i = 0; list && column->member && i < list->parameter_count; i++) {
		const char *as = NULL;
		const char *member = list->parameters[i].location == OPENAPI_QUERY
			? meaning_member(scaffold, table->resource, list->parameters[i].name, &as) : NULL;
		if (g_strcmp0(member, column->member->name) == 0)
			return true;
	}
	return column->target != NULL;
}

static void
write_indexes(struct scaffold *scaffold, const struct table *table, GHashTable *taken, struct writer *writer)
{
	writer_key(writer, "indexes");
	writer_begin_array(writer);
	for (unsigned i = 0; i < table->columns->len; i++) {
		const struct column *column = &g_array_index(table->columns, struct column, i);
		if (column->key || g_str_equal(column->type, "JSON") || !is_searched(scaffold, table, column))
			continue;
		g_autofree char *wanted = g_strdup_printf("%s_%s", table->name, column->name), *name = unique_name(taken, wanted);
		g_autofree char *quoted = quote(name, '"'), *there = quote(table->name, '"'), *of = quote(column->name, '"');
		write_text(writer, "%s ON %s (%s)", quoted, there, of);
	}
	writer_end(writer);
	writer_end(writer);
}

/* A name that Mermaid takes. */
static char *
diagram_name(const char *name)
{
	return g_strcanon(g_strdup(name), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", '_');
}

static void
write_diagram(GArray *tables, struct writer *writer)
{
	writer_key(writer, "diagram");
	writer_begin_array(writer);
	for (unsigned i = 0; i < tables->len; i++) {
		const struct table *table = &g_array_index(tables, struct table, i);
		g_autofree char *name = diagram_name(table->name);
		write_text(writer, "t_%s {", name);
		for (unsigned k = 0; k < table->columns->len; k++) {
			const struct column *column = &g_array_index(table->columns, struct column, k);
			g_autofree char *type = diagram_name(column->type), *field = diagram_name(column->name);
			write_text(writer, "  %s c_%s%s", type, field, column->key ? " PK" : column->target ? " FK" : "");
		}
		writer_text(writer, "}");
		for (unsigned k = 0; k < table->columns->len; k++) {
			const struct column *column = &g_array_index(table->columns, struct column, k);
			const struct table *other = column->target ? find_table(tables, column->target) : NULL;
			g_autofree char *there = other ? diagram_name(other->name) : NULL, *field = diagram_name(column->name);
			if (other)
				write_text(writer, "t_%s ||--o{ t_%s : %s", there, name, field);
		}
	}
	writer_end(writer);
}

/* --- the whole ------------------------------------------------------------------------------- */

static bool
is_ready(GArray *tables, const struct table *table)
{
	for (unsigned i = 0; i < table->columns->len; i++) {
		const struct column *column = &g_array_index(table->columns, struct column, i);
		const struct table *other = column->target ? find_table(tables, column->target) : NULL;
		if (other && other != table && !other->written)
			return false;
	}
	return true;
}

/* The next table to write: one that refers to no later one, where that is possible. */
static struct table *
next_table(GArray *tables)
{
	struct table *first = NULL;
	for (unsigned i = 0; i < tables->len; i++) {
		struct table *table = &g_array_index(tables, struct table, i);
		if (table->written)
			continue;
		if (is_ready(tables, table))
			return table;
		first = first ? first : table;
	}
	return first;
}

bool
tables_write(struct scaffold *scaffold, struct writer *writer)
{
	g_autoptr(GArray) tables = g_array_new(FALSE, FALSE, sizeof(struct table));
	g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < scaffold->count; i++) {
		if (scaffold->list[i]->home)
			continue;
		struct table table = { .resource = scaffold->list[i], .columns = g_array_new(FALSE, FALSE, sizeof(struct column)) };
		g_autofree char *key = g_strdup(scaffold->keys[i]);
		table.name = unique_name(taken, g_strdelimit(key, "-", '_'));
		g_array_set_clear_func(table.columns, column_clear);
		fill_columns(scaffold, &table);
		g_array_append_val(tables, table);
	}
	writer_begin_object(writer);
	write_diagram(tables, writer);
	writer_key(writer, "tables");
	writer_begin_array(writer);
	for (struct table *table; (table = next_table(tables)); table->written = true) {
		write_table(scaffold, tables, table, writer);
		write_indexes(scaffold, table, taken, writer);
	}
	writer_end(writer);
	writer_end(writer);
	for (unsigned i = 0; i < tables->len; i++) {
		g_free(g_array_index(tables, struct table, i).name);
		g_array_free(g_array_index(tables, struct table, i).columns, TRUE);
	}
	return tables->len > 0;
}
