/* What every store has to do. A second backend is held to the same by one more row in `backends`. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "store/store.h"
#include "work/workspace.h"

struct fixture {
	char *place;
	struct store *store;
};

static void
set_up(struct fixture *fixture, const void *data)
{
	g_autoptr(GError) error = NULL;
	(void)data;
	fixture->place = g_dir_make_tmp("store-XXXXXX", NULL);
	fixture->store = store_open(fixture->place, &error);
	g_assert_no_error(error);
}

static void
tear_down(struct fixture *fixture, const void *data)
{
	(void)data;
	store_close(fixture->store);
	tree_remove(fixture->place);
	g_free(fixture->place);
}

static void
begin(struct fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(fixture->store->ops->begin(fixture->store, &error));
	g_assert_no_error(error);
}

static void
commit(struct fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_commit(fixture->store, &error));
	g_assert_no_error(error);
}

static int64_t
insert(struct fixture *fixture, const char *id)
{
	struct run_row row = { .id = (char *)id, .name = (char *)"shop", .created_ms = 1, .updated_ms = 2, .plan = (char *)"abc" };
	g_autoptr(GError) error = NULL;
	begin(fixture);
	g_assert_true(fixture->store->ops->run_insert(fixture->store, &row, &error));
	g_assert_no_error(error);
	commit(fixture);
	return row.key;
}

static void
test_runs(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct run_row row;
	struct run_row_list rows = { 0 };
	bool done;
	(void)data;
	int64_t first = insert(fixture, "r1"), second = insert(fixture, "r2");
	g_assert_cmpint(first, !=, second);
	g_assert_true(store->ops->run_read(store, "r1", &row, NULL));
	g_assert_cmpstr(row.name, ==, "shop");
	g_assert_cmpstr(row.plan, ==, "abc");
	g_assert_null(row.analysis);
	g_assert_cmpint(row.state, ==, RUN_NEW);
	begin(fixture);
	row.state = RUN_RUNNING;
	g_assert_true(store->ops->run_update(store, &row, RUN_NEW, &done, NULL));
	g_assert_true(done);
	g_assert_true(store->ops->run_update(store, &row, RUN_NEW, &done, NULL));
	g_assert_false(done);   /* it is not new any more */
	commit(fixture);
	g_assert_true(store->ops->run_list(store, 10, &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 2);
	g_assert_cmpstr(rows.items[0].id, ==, "r2");
	g_assert_cmpint(rows.items[1].state, ==, RUN_RUNNING);
	record_list_finish(&run_row_record, &rows);
	record_finish(&run_row_record, &row);
	g_autoptr(GError) error = NULL;
	g_assert_false(store->ops->run_read(store, "r3", &row, &error));
	g_assert_error(error, ERROR_DOMAIN, ERR_NOT_FOUND);
}

static void
test_rollback(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct run_row row = { .id = (char *)"r1" };
	struct run_row_list rows = { 0 };
	(void)data;
	begin(fixture);
	g_assert_true(store->ops->run_insert(store, &row, NULL));
	store->ops->rollback(store);
	g_assert_true(store->ops->run_list(store, 10, &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 0);
	insert(fixture, "r1");   /* the store still works */
}

static void
test_owner(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct owner_row me = { .id = (char *)"me", .host = (char *)"here", .pid = 7, .lease_ms = 100 }, you = me, found;
	bool done;
	(void)data;
	int64_t key = insert(fixture, "r1");
	you.id = (char *)"you";
	begin(fixture);
	g_assert_true(store->ops->owner_claim(store, key, &me, 0, &done, NULL));
	g_assert_true(done);
	g_assert_true(store->ops->owner_claim(store, key, &you, 0, &done, NULL));
	g_assert_false(done);   /* the epoch is 1 by now */
	me.epoch = 1;
	me.lease_ms = 200;
	g_assert_true(store->ops->owner_renew(store, key, &me, &done, NULL));
	g_assert_true(done);
	commit(fixture);
	g_assert_true(store->ops->owner_read(store, key, &found, NULL));
	g_assert_cmpstr(found.id, ==, "me");
	g_assert_cmpint(found.epoch, ==, 1);
	g_assert_cmpint(found.lease_ms, ==, 200);
	record_finish(&owner_row_record, &found);
	begin(fixture);
	g_assert_true(store->ops->owner_claim(store, key, &you, 1, &done, NULL));
	g_assert_true(done);
	g_assert_true(store->ops->owner_renew(store, key, &me, &done, NULL));
	g_assert_false(done);   /* whoever lost a run cannot renew it */
	g_assert_true(store->ops->owner_release(store, key, &me, NULL));
	commit(fixture);
	g_assert_true(store->ops->owner_read(store, key, &found, NULL));
	g_assert_cmpstr(found.id, ==, "you");   /* nor release it */
	record_finish(&owner_row_record, &found);
}

static void
test_tasks(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct task_row row = { .seq = 3, .state = TASK_READY, .ready_ms = 5 };
	struct task_row_list rows = { 0 };
	bool done;
	(void)data;
	int64_t key = insert(fixture, "r1");
	begin(fixture);
	g_assert_true(store->ops->task_put(store, key, &row, TASK_PLANNED, 0, &done, NULL));
	g_assert_true(done);
	row.state = TASK_RUNNING;
	row.attempt = 1;
	g_assert_true(store->ops->task_put(store, key, &row, TASK_READY, 0, &done, NULL));
	g_assert_true(done);
	row.state = TASK_DONE;
	row.outcome = TASK_IS_ACCEPTED;
	g_assert_true(store->ops->task_put(store, key, &row, TASK_RUNNING, 2, &done, NULL));
	g_assert_false(done);   /* the result of another attempt */
	g_assert_true(store->ops->task_put(store, key, &row, TASK_VERIFYING, 1, &done, NULL));
	g_assert_false(done);   /* another state */
	row.reason = (char *)"because";
	g_assert_true(store->ops->task_put(store, key, &row, TASK_RUNNING, 1, &done, NULL));
	g_assert_true(done);
	row = (struct task_row){ .seq = 1, .state = TASK_READY };
	g_assert_true(store->ops->task_put(store, key, &row, TASK_PLANNED, 0, &done, NULL));
	commit(fixture);
	g_assert_true(store->ops->task_list(store, key, &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 2);
	g_assert_cmpint(rows.items[0].seq, ==, 1);
	g_assert_cmpint(rows.items[1].outcome, ==, TASK_IS_ACCEPTED);
	g_assert_cmpstr(rows.items[1].reason, ==, "because");
	record_list_finish(&task_row_record, &rows);
}

static void
test_events(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct event_row_list rows = { 0 };
	int64_t last;
	(void)data;
	int64_t key = insert(fixture, "r1"), other = insert(fixture, "r2");
	g_assert_true(store->ops->event_last(store, key, &last, NULL));
	g_assert_cmpint(last, ==, 0);
	begin(fixture);
	for (int64_t i = 1; i <= 5; i++) {
		struct event_row row = { .seq = i, .at_ms = i * 10, .kind = (char *)"task.ready", .task = -1, .data = i % 2 ? (char *)"{}" : NULL };
		g_assert_true(store->ops->event_put(store, key, &row, NULL));
	}
	struct event_row twice = { .seq = 5, .kind = (char *)"twice" };
	g_assert_false(store->ops->event_put(store, key, &twice, NULL));   /* a number stands for one event */
	store->ops->rollback(store);
	begin(fixture);
	for (int64_t i = 1; i <= 5; i++) {
		struct event_row row = { .seq = i, .at_ms = i * 10, .kind = (char *)"task.ready", .task = i };
		g_assert_true(store->ops->event_put(store, i == 4 ? other : key, &row, NULL));
	}
	commit(fixture);
	g_assert_true(store->ops->event_list(store, key, 1, 2, &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 2);
	g_assert_cmpint(rows.items[0].seq, ==, 2);
	g_assert_cmpint(rows.items[1].task, ==, 3);
	record_list_finish(&event_row_record, &rows);
	g_assert_true(store->ops->event_last(store, key, &last, NULL));
	g_assert_cmpint(last, ==, 5);
}

static void
test_kept(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct kept_row_list rows = { 0 };
	bool done;
	(void)data;
	int64_t key = insert(fixture, "r1");
	begin(fixture);
	for (int64_t version = 1; version <= 2; version++) {
		struct kept_row row = { (char *)"contract", (char *)"api", version, version == 1 ? (char *)"{}" : (char *)"{\"a\":1}" };
		g_assert_true(store->ops->kept_put(store, key, &row, &done, NULL));
		g_assert_true(done);
	}
	struct kept_row again = { (char *)"contract", (char *)"api", 2, (char *)"{\"b\":2}" };
	g_assert_true(store->ops->kept_put(store, key, &again, &done, NULL));
	g_assert_false(done);   /* a version that exists stays as it is */
	commit(fixture);
	g_assert_true(store->ops->kept_list(store, key, "contract", NULL, &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 1);
	g_assert_cmpint(rows.items[0].version, ==, 2);
	g_assert_cmpstr(rows.items[0].content, ==, "{\"a\":1}");
	record_list_finish(&kept_row_record, &rows);
	g_assert_true(store->ops->kept_list(store, key, "contract", "web", &rows, NULL));
	g_assert_cmpuint(rows.count, ==, 0);
}

static void
test_tally(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	char *content;
	(void)data;
	g_assert_true(store->ops->tally_read(store, "work", &content, NULL));
	g_assert_null(content);
	begin(fixture);
	g_assert_true(store->ops->tally_put(store, "work", "{\"n\":1}", NULL));
	g_assert_true(store->ops->tally_put(store, "work", "{\"n\":2}", NULL));
	commit(fixture);
	begin(fixture);
	g_assert_true(store->ops->tally_put(store, "work", "{\"n\":3}", NULL));
	store->ops->rollback(store);
	g_assert_true(store->ops->tally_read(store, "work", &content, NULL));
	g_assert_cmpstr(content, ==, "{\"n\":2}");
	g_free(content);
	g_assert_true(store->ops->tally_read(store, "play", &content, NULL));
	g_assert_null(content);
}

static void
test_delete(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	struct task_row task = { .seq = 0, .state = TASK_READY };
	struct event_row event = { .seq = 1, .kind = (char *)"run.new" };
	struct event_row_list events = { 0 };
	struct run_row row;
	bool done;
	(void)data;
	int64_t key = insert(fixture, "r1");
	begin(fixture);
	g_assert_true(store->ops->task_put(store, key, &task, TASK_PLANNED, 0, &done, NULL));
	g_assert_true(store->ops->event_put(store, key, &event, NULL));
	commit(fixture);
	begin(fixture);
	g_assert_true(store->ops->run_delete(store, key, NULL));
	commit(fixture);
	g_assert_false(store->ops->run_read(store, "r1", &row, NULL));
	g_assert_true(store->ops->event_list(store, key, 0, 10, &events, NULL));
	g_assert_cmpuint(events.count, ==, 0);
}

static void
count_blob(void *data, const char *digest, int64_t bytes)
{
	g_assert_cmpuint(strlen(digest), ==, 64);
	*(int64_t *)data += bytes;
}

static void
test_blobs(struct fixture *fixture, const void *data)
{
	struct store *store = fixture->store;
	static const char content[] = "some\0bytes";
	gsize length;
	int64_t sum = 0;
	(void)data;
	g_autofree char *digest = store->ops->blob_put(store, content, sizeof content, NULL);
	g_autofree char *again = store->ops->blob_put(store, content, sizeof content, NULL);
	g_autofree char *empty = store->ops->blob_put(store, "", 0, NULL);
	g_assert_cmpstr(digest, ==, again);
	g_autoptr(GBytes) bytes = store->ops->blob_read(store, digest, NULL), nothing = store->ops->blob_read(store, empty, NULL);
	g_assert_cmpmem(g_bytes_get_data(bytes, &length), g_bytes_get_size(bytes), content, sizeof content);
	g_assert_cmpuint(g_bytes_get_size(nothing), ==, 0);
	store->ops->blob_each(store, INT64_MAX, count_blob, &sum);
	g_assert_cmpint(sum, ==, sizeof content);
	g_assert_true(store->ops->blob_remove(store, digest, NULL));
	g_autoptr(GError) error = NULL;
	g_assert_null(store->ops->blob_read(store, digest, &error));
	g_assert_error(error, ERROR_DOMAIN, ERR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(store->ops->blob_read(store, "../../etc/passwd", &error));
	g_assert_error(error, ERROR_DOMAIN, ERR_STORE);
}

/* A second handle, as another process has it: it sees what was committed and nothing else. */
static void
test_two_handles(struct fixture *fixture, const void *data)
{
	g_autoptr(Store) other = store_open(fixture->place, NULL);
	struct run_row row = { .id = (char *)"r1" }, found;
	(void)data;
	begin(fixture);
	g_assert_true(fixture->store->ops->run_insert(fixture->store, &row, NULL));
	g_assert_false(other->ops->run_read(other, "r1", &found, NULL));
	commit(fixture);
	g_assert_true(other->ops->run_read(other, "r1", &found, NULL));
	record_finish(&run_row_record, &found);
}

static void
test_damaged(struct fixture *fixture, const void *data)
{
	g_autofree char *path = g_build_filename(fixture->place, "teamwright.db", NULL);
	g_autoptr(GError) error = NULL;
	(void)data;
	store_close(g_steal_pointer(&fixture->store));
	g_assert_true(g_file_set_contents(path, "this is no database, and long enough to be looked at as if it were one", -1, NULL));
	g_assert_null(store_open(fixture->place, &error));
	g_assert_error(error, ERROR_DOMAIN, ERR_STORE);
	g_assert_nonnull(error_remedy(error));
}

int
main(int count, char **words)
{
	static const struct {
		const char *name;
		void (*test)(struct fixture *, const void *);
	} tests[] = {
		{ "/store/runs", test_runs },     { "/store/rollback", test_rollback }, { "/store/owner", test_owner },
		{ "/store/tasks", test_tasks },   { "/store/events", test_events },     { "/store/kept", test_kept },
		{ "/store/tally", test_tally },
		{ "/store/delete", test_delete }, { "/store/blobs", test_blobs },       { "/store/two_handles", test_two_handles },
		{ "/store/damaged", test_damaged },
	};
	g_test_init(&count, &words, NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].test, tear_down);
	return g_test_run();
}
