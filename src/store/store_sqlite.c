#include "store/store_sqlite.h"

#include <sqlite3.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/error.h"
#include "store/blob.h"
#include "store/row.h"

enum { BUSY_MS = 10000, MIGRATIONS = 2 };

/* Each statement, prepared once when first needed. {c}, {p} and {a} stand for a record's columns,
 * places and assignments. */
#define STATEMENT_MAP(XX)                                                                          \
	XX(BEGIN, NULL, 0, "BEGIN IMMEDIATE")                                                      \
	XX(COMMIT, NULL, 0, "COMMIT")                                                              \
	XX(ROLLBACK, NULL, 0, "ROLLBACK")                                                          \
	XX(RUN_INSERT, &run_row_record, 1, "INSERT INTO run ({c}) VALUES ({p})")                   \
	XX(RUN_READ, &run_row_record, 1, "SELECT {c} FROM run WHERE id = ?1")                      \
	XX(RUN_LIST, &run_row_record, 1, "SELECT {c} FROM run ORDER BY key DESC LIMIT ?1")         \
	XX(RUN_UPDATE, &run_row_record, 2, "UPDATE run SET {a} WHERE key = ?2 AND state = ?1")     \
	XX(RUN_DELETE, NULL, 0, "DELETE FROM run WHERE key = ?1")                                  \
	XX(OWNER_FIRST, NULL, 0, "INSERT INTO owner (run, pid, started, epoch, lease_ms) VALUES (?1, 0, 0, 0, 0)") \
	XX(OWNER_READ, &owner_row_record, 1, "SELECT {c} FROM owner WHERE run = ?1")               \
	XX(OWNER_CLAIM, &owner_row_record, 3, "UPDATE owner SET {a} WHERE run = ?1 AND epoch = ?2") \
	XX(OWNER_RENEW, NULL, 0, "UPDATE owner SET lease_ms = ?4 WHERE run = ?1 AND id = ?2 AND epoch = ?3") \
	XX(OWNER_RELEASE, NULL, 0, "UPDATE owner SET id = NULL, lease_ms = 0 WHERE run = ?1 AND id = ?2 AND epoch = ?3") \
	XX(TASK_PUT, &task_row_record, 4,                                                          \
	   "INSERT INTO task (run, {c}) VALUES (?1, {p}) ON CONFLICT (run, seq) DO UPDATE SET {a} WHERE state = ?2 AND attempt = ?3") \
	XX(TASK_LIST, &task_row_record, 1, "SELECT {c} FROM task WHERE run = ?1 ORDER BY seq")     \
	XX(EVENT_PUT, &event_row_record, 2, "INSERT INTO event (run, {c}) VALUES (?1, {p})")       \
	XX(EVENT_LIST, &event_row_record, 1, "SELECT {c} FROM event WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3") \
	XX(EVENT_LAST, NULL, 0, "SELECT coalesce(max(seq), 0) FROM event WHERE run = ?1")          \
	XX(KEPT_PUT, &kept_row_record, 2, "INSERT INTO record (run, {c}) VALUES (?1, {p}) ON CONFLICT DO NOTHING") \
	XX(KEPT_LIST, &kept_row_record, 1,                                                         \
	   "SELECT {c} FROM record AS r WHERE run = ?1 AND kind = ?2 AND (?3 IS NULL OR id = ?3) AND version = " \
	   "(SELECT max(version) FROM record WHERE run = ?1 AND kind = ?2 AND id = r.id) ORDER BY id")  \
	XX(TALLY_PUT, NULL, 0, "INSERT INTO tally (kind, content) VALUES (?1, ?2) ON CONFLICT (kind) DO UPDATE SET content = ?2") \
	XX(TALLY_READ, NULL, 0, "SELECT content FROM tally WHERE kind = ?1")

enum statement {
#define XX(code, type, first, sql) SQL_##code,
	STATEMENT_MAP(XX)
#undef XX
	SQL_COUNT
};

struct sqlite {
	struct store store;   /* first: a struct store * is one of these */
	sqlite3 *database;
	char *blobs;
	sqlite3_stmt *prepared[SQL_COUNT];
};

static const struct {
	const struct record_type *type;
	unsigned first;
	const char *text;
} statements[] = {
#define XX(code, type, first, sql) [SQL_##code] = { type, first, sql },
	STATEMENT_MAP(XX)
#undef XX
};

static bool
fail(struct sqlite *sqlite, const char *what, GError **error)
{
	int code = sqlite3_errcode(sqlite->database);
	const char *remedy = code == SQLITE_FULL ? "make room on the disk" : code == SQLITE_BUSY ? "another process writes for long; try again" :
	                     "check the folder and its permissions, or choose another with --store";
	return error_set(error, ERR_STORE, remedy, "the store cannot %s: %s", what, sqlite3_errmsg(sqlite->database));
}

/* Replaces {c}, {p} and {a}. */
static char *
expand(enum statement which)
{
	GString *text = g_string_new(statements[which].text);
	if (statements[which].type) {
		g_autofree char *columns = row_columns(statements[which].type);
		g_autofree char *places = row_places(statements[which].type, statements[which].first);
		g_autofree char *assignments = row_assignments(statements[which].type, statements[which].first);
		g_string_replace(text, "{c}", columns, 0);
		g_string_replace(text, "{p}", places, 0);
		g_string_replace(text, "{a}", assignments, 0);
	}
	return g_string_free(text, FALSE);
}

static sqlite3_stmt *
prepare(struct sqlite *sqlite, enum statement which, GError **error)
{
	sqlite3_stmt **prepared = &sqlite->prepared[which];
	if (!*prepared) {
		g_autofree char *text = expand(which);
		if (sqlite3_prepare_v3(sqlite->database, text, -1, SQLITE_PREPARE_PERSISTENT, prepared, NULL))
			fail(sqlite, "prepare a statement", error);
	}
	return *prepared;
}

/* Runs a statement that is bound already and gives no rows. */
static bool
run_bound(struct sqlite *sqlite, sqlite3_stmt *statement, const char *what, bool *ret_done, GError **error)
{
	bool ok = sqlite3_step(statement) == SQLITE_DONE || fail(sqlite, what, error);
	sqlite3_reset(statement);
	if (ok && ret_done)
		*ret_done = sqlite3_changes(sqlite->database) > 0;
	return ok;
}

/* Appends the rows of a bound statement to a list. */
static bool
read_rows(struct sqlite *sqlite, sqlite3_stmt *statement, const struct record_type *type, void *list, GError **error)
{
	int code;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		row_read(statement, type, record_append(type, list), 0);
	bool ok = code == SQLITE_DONE || fail(sqlite, "read", error);
	sqlite3_reset(statement);
	return ok;
}

static bool
begin(struct store *store, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_BEGIN, error);
	return statement && run_bound(sqlite, statement, "begin a transaction", NULL, error);
}

static bool
commit(struct store *store, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_COMMIT, error);
	return statement && run_bound(sqlite, statement, "commit", NULL, error);
}

static void
rollback(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_ROLLBACK, NULL);
	/* A failed commit may have rolled back already. */
	if (statement && !sqlite3_get_autocommit(sqlite->database))
		run_bound(sqlite, statement, "roll back", NULL, NULL);
}

static bool
run_insert(struct store *store, struct run_row *row, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *insert = prepare(sqlite, SQL_RUN_INSERT, error), *owner = prepare(sqlite, SQL_OWNER_FIRST, error);
	if (!insert || !owner)
		return false;
	row_bind(insert, &run_row_record, row, 1);
	sqlite3_bind_null(insert, 1);   /* the key is the store's to give */
	if (!run_bound(sqlite, insert, "keep a run", NULL, error))
		return false;
	row->key = sqlite3_last_insert_rowid(sqlite->database);
	sqlite3_bind_int64(owner, 1, row->key);
	return run_bound(sqlite, owner, "keep a run", NULL, error);
}

static bool
run_read(struct store *store, const char *id, struct run_row *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_RUN_READ, error);
	if (!statement)
		return false;
	struct run_row_list rows = { 0 };
	sqlite3_bind_text(statement, 1, id, -1, SQLITE_STATIC);
	if (!read_rows(sqlite, statement, &run_row_record, &rows, error))
		return false;
	if (!rows.count)
		return error_set(error, ERR_NOT_FOUND, "see 'teamwright history' for those there are", "the store has no run '%s'", id);
	*ret = *rows.items;
	g_free(rows.items);
	return true;
}

static bool
run_list(struct store *store, int64_t limit, struct run_row_list *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_RUN_LIST, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, limit);
	return read_rows(sqlite, statement, &run_row_record, ret, error);
}

static bool
run_update(struct store *store, const struct run_row *row, enum run_state from, bool *ret_done, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_RUN_UPDATE, error);
	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, run_state_names[from], -1, SQLITE_STATIC);
	row_bind(statement, &run_row_record, row, 2);
	return run_bound(sqlite, statement, "keep a run", ret_done, error);
}

static bool
run_delete(struct store *store, int64_t key, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_RUN_DELETE, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	return run_bound(sqlite, statement, "remove a run", NULL, error);
}

static bool
owner_read(struct store *store, int64_t key, struct owner_row *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_OWNER_READ, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	bool found = sqlite3_step(statement) == SQLITE_ROW;
	if (found) {
		record_init(&owner_row_record, ret);
		row_read(statement, &owner_row_record, ret, 0);
	}
	sqlite3_reset(statement);
	return found || fail(sqlite, "read the owner of a run", error);
}

static bool
owner_claim(struct store *store, int64_t key, const struct owner_row *owner, int64_t seen, bool *ret_done, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_OWNER_CLAIM, error);
	if (!statement)
		return false;
	struct owner_row next = *owner;
	next.epoch = seen + 1;
	sqlite3_bind_int64(statement, 1, key);
	sqlite3_bind_int64(statement, 2, seen);
	row_bind(statement, &owner_row_record, &next, 3);
	return run_bound(sqlite, statement, "claim a run", ret_done, error);
}

static sqlite3_stmt *
bind_owner(struct sqlite *sqlite, enum statement which, int64_t key, const struct owner_row *owner, GError **error)
{
	sqlite3_stmt *statement = prepare(sqlite, which, error);
	if (statement) {
		sqlite3_bind_int64(statement, 1, key);
		sqlite3_bind_text(statement, 2, owner->id, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 3, owner->epoch);
	}
	return statement;
}

static bool
owner_renew(struct store *store, int64_t key, const struct owner_row *owner, bool *ret_done, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = bind_owner(sqlite, SQL_OWNER_RENEW, key, owner, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 4, owner->lease_ms);
	return run_bound(sqlite, statement, "renew a lease", ret_done, error);
}

static bool
owner_release(struct store *store, int64_t key, const struct owner_row *owner, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = bind_owner(sqlite, SQL_OWNER_RELEASE, key, owner, error);
	return statement && run_bound(sqlite, statement, "release a run", NULL, error);
}

static bool
task_put(struct store *store, int64_t key, const struct task_row *row, enum task_state from, int64_t attempt, bool *ret_done, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_TASK_PUT, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	sqlite3_bind_text(statement, 2, task_state_names[from], -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, attempt);
	row_bind(statement, &task_row_record, row, 4);
	return run_bound(sqlite, statement, "keep a task", ret_done, error);
}

static bool
task_list(struct store *store, int64_t key, struct task_row_list *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_TASK_LIST, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	return read_rows(sqlite, statement, &task_row_record, ret, error);
}

static bool
event_put(struct store *store, int64_t key, const struct event_row *row, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_EVENT_PUT, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	row_bind(statement, &event_row_record, row, 2);
	return run_bound(sqlite, statement, "write the journal", NULL, error);
}

static bool
event_list(struct store *store, int64_t key, int64_t seq, int64_t limit, struct event_row_list *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_EVENT_LIST, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	sqlite3_bind_int64(statement, 2, seq);
	sqlite3_bind_int64(statement, 3, limit);
	return read_rows(sqlite, statement, &event_row_record, ret, error);
}

static bool
event_last(struct store *store, int64_t key, int64_t *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_EVENT_LAST, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	bool ok = sqlite3_step(statement) == SQLITE_ROW;
	if (ok)
		*ret = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return ok || fail(sqlite, "read the journal", error);
}

static bool
kept_put(struct store *store, int64_t key, const struct kept_row *row, bool *ret_done, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_KEPT_PUT, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	row_bind(statement, &kept_row_record, row, 2);
	return run_bound(sqlite, statement, "keep a record", ret_done, error);
}

static bool
kept_list(struct store *store, int64_t key, const char *kind, const char *id, struct kept_row_list *ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_KEPT_LIST, error);
	if (!statement)
		return false;
	sqlite3_bind_int64(statement, 1, key);
	sqlite3_bind_text(statement, 2, kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, id, -1, SQLITE_STATIC);
	return read_rows(sqlite, statement, &kept_row_record, ret, error);
}

static bool
tally_put(struct store *store, const char *kind, const char *content, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_TALLY_PUT, error);
	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, kind, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, content, -1, SQLITE_STATIC);
	return run_bound(sqlite, statement, "keep totals", NULL, error);
}

static bool
tally_read(struct store *store, const char *kind, char **ret, GError **error)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	sqlite3_stmt *statement = prepare(sqlite, SQL_TALLY_READ, error);
	*ret = NULL;
	if (!statement)
		return false;
	sqlite3_bind_text(statement, 1, kind, -1, SQLITE_STATIC);
	int step = sqlite3_step(statement);
	if (step == SQLITE_ROW)
		*ret = g_strdup((const char *)sqlite3_column_text(statement, 0));
	sqlite3_reset(statement);
	return step == SQLITE_ROW || step == SQLITE_DONE || fail(sqlite, "read totals", error);
}

static char *
put_blob(struct store *store, const char *bytes, size_t length, GError **error)
{
	return blob_write(((struct sqlite *)store)->blobs, bytes, length, error);
}

static GBytes *
read_blob(struct store *store, const char *digest, GError **error)
{
	return blob_read(((struct sqlite *)store)->blobs, digest, error);
}

static void
each_blob(struct store *store, int64_t before_ms, store_blob_visitor *visit, void *data)
{
	blob_each(((struct sqlite *)store)->blobs, before_ms, visit, data);
}

static bool
remove_blob(struct store *store, const char *digest, GError **error)
{
	return blob_remove(((struct sqlite *)store)->blobs, digest, error);
}

static void
close_database(struct store *store)
{
	struct sqlite *sqlite = (struct sqlite *)store;
	for (unsigned i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(sqlite->prepared[i]);
	sqlite3_close(sqlite->database);
	g_free(sqlite->blobs);
	g_free(sqlite);
}

static const struct store_ops sqlite_ops = {
	.name = "sqlite", .close = close_database, .begin = begin, .commit = commit, .rollback = rollback,
	.run_insert = run_insert, .run_read = run_read, .run_list = run_list, .run_update = run_update, .run_delete = run_delete,
	.owner_read = owner_read, .owner_claim = owner_claim, .owner_renew = owner_renew, .owner_release = owner_release,
	.task_put = task_put, .task_list = task_list, .event_put = event_put, .event_list = event_list, .event_last = event_last,
	.kept_put = kept_put, .kept_list = kept_list, .tally_put = tally_put, .tally_read = tally_read,
	.blob_put = put_blob, .blob_read = read_blob, .blob_each = each_blob, .blob_remove = remove_blob,
};

static bool
execute(struct sqlite *sqlite, const char *sql, const char *what, GError **error)
{
	return sqlite3_exec(sqlite->database, sql, NULL, NULL, NULL) == SQLITE_OK || fail(sqlite, what, error);
}

static int
read_version(struct sqlite *sqlite)
{
	sqlite3_stmt *statement;
	int version = -1;
	if (sqlite3_prepare_v2(sqlite->database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK) {
		if (sqlite3_step(statement) == SQLITE_ROW)
			version = sqlite3_column_int(statement, 0);
		sqlite3_finalize(statement);
	}
	return version;
}

/* Brings the tables to this program's version, one migration per transaction. */
static bool
migrate(struct sqlite *sqlite, GError **error)
{
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	while (read_version(sqlite) < MIGRATIONS) {
		if (!execute(sqlite, "BEGIN IMMEDIATE", "be set up", error))
			return false;
		int version = read_version(sqlite);   /* another process may have been faster */
		g_autofree char *file = g_strdup_printf("sql/sqlite-%04d.sql", version + 1);
		g_autofree char *done = g_strdup_printf("PRAGMA user_version = %d", version + 1);
		g_autofree char *sql = version < MIGRATIONS ? catalogue_text(catalogue, file, NULL, error) : g_strdup("");
		if (!sql || !execute(sqlite, sql, "be set up", error) || (*sql && !execute(sqlite, done, "be set up", error)) ||
		    !execute(sqlite, "COMMIT", "be set up", error)) {
			sqlite3_exec(sqlite->database, "ROLLBACK", NULL, NULL, NULL);
			return false;
		}
	}
	if (read_version(sqlite) > MIGRATIONS)
		return error_set(error, ERR_STORE, "use that version, or another store with --store",
		                 "this store was made by a newer version of teamwright");
	return true;
}

struct store *
store_sqlite_open(const char *folder, GError **error)
{
	struct sqlite *sqlite = g_new0(struct sqlite, 1);
	sqlite->store.ops = &sqlite_ops;
	sqlite->blobs = g_build_filename(folder, "blobs", NULL);
	g_autofree char *path = g_build_filename(folder, "teamwright.db", NULL);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
	bool ok = sqlite3_open_v2(path, &sqlite->database, flags, NULL) == SQLITE_OK || fail(sqlite, "be opened", error);
	if (ok) {
		sqlite3_busy_timeout(sqlite->database, BUSY_MS);
		ok = execute(sqlite, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;", "be opened", error) &&
		     migrate(sqlite, error);
	}
	if (ok)
		return &sqlite->store;
	close_database(&sqlite->store);
	return NULL;
}
