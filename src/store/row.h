/* SQL from record tables: column lists, binding and reading for SQLite. */
#ifndef STORE_ROW_H
#define STORE_ROW_H

#include <sqlite3.h>

#include "base/record.h"

/* "a, b, c" of the record's columns, newly allocated. */
char *row_columns(const struct record_type *type);
/* "?1, ?2, …" from `first` on, and "a = ?1, b = ?2, …". */
char *row_places(const struct record_type *type, unsigned first);
char *row_assignments(const struct record_type *type, unsigned first);
/* Binds all columns from place `first` on; the record must stay until the statement is reset. */
void row_bind(sqlite3_stmt *statement, const struct record_type *type, const void *record, int first);
/* Reads all columns from column `first` on into an initialised record. An unknown enum word is 0. */
void row_read(sqlite3_stmt *statement, const struct record_type *type, void *record, int first);

#endif
