/* The store: the truth about runs. A table of verbs that each database implements; one conformance
 * test holds all of them to the same behaviour.
 *
 * A handle serves one thread. Verbs that write want an open transaction. A write that finds the
 * state, the attempt or the epoch changed writes nothing and says so by *ret_done: that is an
 * answer, not an error. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/record.h"
#include "store/state.h"

/* A run. `key` is the store's own short number for it. */
struct run_row {
	int64_t key;
	char *id, *name;
	enum run_state state;
	enum run_outcome outcome;
	char *request;                 /* the operation's request as JSON */
	char *requirement, *analysis, *team, *contracts, *plan, *report;   /* digests of blobs */
	char *output;                  /* folder for the results */
	char *reason;                  /* why it ended as it did */
	int64_t created_ms, updated_ms;
};
RECORD_LIST_OF(run_row);
extern const struct record_type run_row_record;

/* The dynamic part of a task; what it is stands in the plan at position `seq`. */
struct task_row {
	int64_t seq;
	enum task_state state;
	enum task_outcome outcome;
	int64_t attempt;
	int64_t ready_ms, started_ms, finished_ms;   /* wall; 0: not yet */
	char *result;                  /* digest of the attempt's result */
	char *reason;
};
RECORD_LIST_OF(task_row);
extern const struct record_type task_row_record;

/* One line of the journal. `task` is -1 where it concerns the run. */
struct event_row {
	int64_t seq, at_ms;
	char *kind;
	int64_t task;
	char *data;                    /* JSON, NULL for none */
};
RECORD_LIST_OF(event_row);
extern const struct record_type event_row_record;

/* Who may write to a run. */
struct owner_row {
	char *id;                      /* random, one per process; NULL: nobody */
	char *host;                    /* boot id: tells machines and reboots apart */
	int64_t pid, started;          /* started: clock ticks after boot, from /proc/PID/stat */
	char *socket;
	int64_t epoch, lease_ms;       /* lease: wall time until which it holds without renewal */
};
extern const struct record_type owner_row_record;

/* Some versioned record of a run. */
struct kept_row {
	char *kind, *id;
	int64_t version;
	char *content;                 /* JSON */
};
RECORD_LIST_OF(kept_row);
extern const struct record_type kept_row_record;

struct store {
	const struct store_ops *ops;
};
typedef struct store Store;

typedef void store_blob_visitor(void *data, const char *digest, int64_t bytes);

struct store_ops {
	const char *name;
	void (*close)(struct store *store);
	bool (*begin)(struct store *store, GError **error);
	bool (*commit)(struct store *store, GError **error);
	void (*rollback)(struct store *store);

	/* Sets row->key. Nobody owns the new run. */
	bool (*run_insert)(struct store *store, struct run_row *row, GError **error);
	/* By id; ERR_NOT_FOUND. */
	bool (*run_read)(struct store *store, const char *id, struct run_row *ret, GError **error);
	/* Newest first. */
	bool (*run_list)(struct store *store, int64_t limit, struct run_row_list *ret, GError **error);
	/* All columns, where the state is still `from`. */
	bool (*run_update)(struct store *store, const struct run_row *row, enum run_state from, bool *ret_done, GError **error);
	/* With everything that belongs to it. */
	bool (*run_delete)(struct store *store, int64_t key, GError **error);

	bool (*owner_read)(struct store *store, int64_t key, struct owner_row *ret, GError **error);
	/* Makes `owner` the owner with epoch `seen` + 1, where the epoch still is `seen`. */
	bool (*owner_claim)(struct store *store, int64_t key, const struct owner_row *owner, int64_t seen, bool *ret_done, GError **error);
	/* Sets the lease where id and epoch are still those of `owner`. */
	bool (*owner_renew)(struct store *store, int64_t key, const struct owner_row *owner, bool *ret_done, GError **error);
	/* Nobody owns it any more, where id and epoch are still those of `owner`. */
	bool (*owner_release)(struct store *store, int64_t key, const struct owner_row *owner, GError **error);

	/* Where state and attempt are still these (RUN_PLANNED, 0 for a task without a row). */
	bool (*task_put)(struct store *store, int64_t key, const struct task_row *row, enum task_state from, int64_t attempt, bool *ret_done,
	                 GError **error);
	/* By position. */
	bool (*task_list)(struct store *store, int64_t key, struct task_row_list *ret, GError **error);

	bool (*event_put)(struct store *store, int64_t key, const struct event_row *row, GError **error);
	/* Those after `seq`, in order, at most `limit`. */
	bool (*event_list)(struct store *store, int64_t key, int64_t seq, int64_t limit, struct event_row_list *ret, GError **error);

	/* The number of the last one, 0 if there is none. */
	bool (*event_last)(struct store *store, int64_t key, int64_t *ret, GError **error);

	/* A version that exists stays as it is. */
	bool (*kept_put)(struct store *store, int64_t key, const struct kept_row *row, bool *ret_done, GError **error);
	/* The newest version of each id, by id; `id` NULL for all of the kind. */
	bool (*kept_list)(struct store *store, int64_t key, const char *kind, const char *id, struct kept_row_list *ret, GError **error);

	/* Totals of a kind, as JSON: what was there before is replaced. */
	bool (*tally_put)(struct store *store, const char *kind, const char *content, GError **error);
	/* NULL where there are none yet; newly allocated. */
	bool (*tally_read)(struct store *store, const char *kind, char **ret, GError **error);

	/* Content-addressed bytes. The digest (SHA-256, hexadecimal) is newly allocated. Durable when it returns. */
	char *(*blob_put)(struct store *store, const char *bytes, size_t length, GError **error);
	GBytes *(*blob_read)(struct store *store, const char *digest, GError **error);
	/* Every blob that is older than `before_ms` (wall). */
	void (*blob_each)(struct store *store, int64_t before_ms, store_blob_visitor *visit, void *data);
	bool (*blob_remove)(struct store *store, const char *digest, GError **error);
};

/* Opens the store at `place`, a folder that exists. NULL with ERR_STORE. */
struct store *store_open(const char *place, GError **error);
void store_close(struct store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* Commits; the place where tests make a process die or a commit fail (see store_set_fault). */
bool store_commit(struct store *store, GError **error);
/* "before:N" and "after:N" kill this process at its N-th commit, "fail:N" lets it fail. */
bool store_set_fault(const char *fault, GError **error);

#endif
