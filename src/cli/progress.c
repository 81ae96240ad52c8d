#include "cli/progress.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/record.h"

enum mode { MODE_AUTO, MODE_TTY, MODE_PLAIN, MODE_JSON, MODE_NONE };
static const char *const mode_names[] = { "auto", "tty", "plain", "json", "none", NULL };

enum { LANES_MAX = 12, REDRAW_MS = 200, WIDTH = 80 };

/* A task that is under way. */
struct lane {
	char *task, *persona, *state;
	int64_t since;
};

struct progress {
	enum mode mode;
	bool colour;
	int64_t begin;
	pthread_mutex_t mutex;
	pthread_cond_t stopped;
	pthread_t ticker;            /* of a terminal: redraws */
	bool stopping;
	GPtrArray *lanes;            /* struct lane * */
	int64_t total, done;
	char *phase;
	int64_t calls, tokens, unpriced;     /* of models, since this process works on it */
	double dollars;
	unsigned drawn;              /* lines on the screen that are ours */
};

static void
lane_free(void *data)
{
	struct lane *lane = data;
	g_free(lane->task);
	g_free(lane->persona);
	g_free(lane->state);
	g_free(lane);
}

/* --- a terminal ----------------------------------------------------------------------------- */

static unsigned
terminal_width(void)
{
	struct winsize size;
	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : WIDTH;
}

static void
erase(struct progress *progress)
{
	if (progress->drawn)
		fprintf(stderr, "\033[%uA\033[J", progress->drawn);
	progress->drawn = 0;
}

static void
draw_line(struct progress *progress, const char *text)
{
	g_autofree char *cut = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), (glong)terminal_width() - 1));
	fprintf(stderr, "%s\n", cut);
	progress->drawn++;
}

/* What models took so far; "" for nothing. Newly allocated. */
static char *
describe_cost(const struct progress *progress)
{
	if (!progress->calls)
		return g_strdup("");
	g_autofree char *dollars = progress->calls > progress->unpriced ? g_strdup_printf(", $%.4f", progress->dollars) : g_strdup("");
	return g_strdup_printf("  %" G_GINT64_FORMAT " calls, %" G_GINT64_FORMAT " tokens%s%s", progress->calls, progress->tokens, dollars,
	                       progress->unpriced ? ", cost unknown in part" : "");
}

/* With the mutex held. */
static void
draw(struct progress *progress)
{
	int64_t now = clock_ms();
	erase(progress);
	g_autofree char *elapsed = clock_span((double)(now - progress->begin) / 1000);
	g_autofree char *tasks = progress->total ? g_strdup_printf("  %d of %d tasks", (int)progress->done, (int)progress->total) : g_strdup("");
	g_autofree char *cost = describe_cost(progress), *head = g_strconcat(elapsed, "  ", progress->phase, tasks, cost, NULL);
	draw_line(progress, head);
	for (unsigned i = 0; i < progress->lanes->len && i < LANES_MAX; i++) {
		const struct lane *lane = g_ptr_array_index(progress->lanes, i);
		g_autofree char *span = clock_span((double)(now - lane->since) / 1000);
		g_autofree char *line = g_strdup_printf("  %-24s %-22s %-10s %s", lane->task, lane->persona, lane->state, span);
		draw_line(progress, line);
	}
	fflush(stderr);
}

static void *
tick(void *data)
{
	struct progress *progress = data;
	pthread_mutex_lock(&progress->mutex);
	while (!progress->stopping) {
		struct timespec until = clock_timespec(clock_ms() + REDRAW_MS);
		draw(progress);
		pthread_cond_timedwait(&progress->stopped, &progress->mutex, &until);
	}
	pthread_mutex_unlock(&progress->mutex);
	return NULL;
}

/* --- events --------------------------------------------------------------------------------- */

static struct lane *
find_lane(struct progress *progress, const char *task)
{
	for (unsigned i = 0; i < progress->lanes->len; i++) {
		struct lane *lane = g_ptr_array_index(progress->lanes, i);
		if (g_str_equal(lane->task, task))
			return lane;
	}
	return NULL;
}

static void
update_lane(struct progress *progress, const char *task, const char *persona, const char *state)
{
	struct lane *lane = find_lane(progress, task);
	bool active = g_str_equal(state, "running") || g_str_equal(state, "verifying") || g_str_equal(state, "debugging");
	progress->done += g_str_equal(state, "done");
	if (!active && lane)
		g_ptr_array_remove(progress->lanes, lane);
	if (!active)
		return;
	if (!lane) {
		lane = g_new0(struct lane, 1);
		lane->task = g_strdup(task);
		lane->persona = g_strdup(persona ? persona : "");
		lane->since = clock_ms();
		g_ptr_array_add(progress->lanes, lane);
	}
	g_free(lane->state);
	lane->state = g_strdup(state);
}

/* What a mock tells: where it listens, and each request that it answered. */
/* Some of a run's events tell who works on it, not how far it is. */
static bool
is_phase(const char *kind)
{
	return g_str_has_prefix(kind, "run.") && !g_str_equal(kind, "run.entered") && !g_str_equal(kind, "run.taken");
}

static char *
describe_mock(const struct value *data, const char *kind, double seconds)
{
	const char *routes = value_member_text(data, "routes"), *url = value_member_text(data, "url"), *detail = value_member_text(data, "detail");
	int64_t status = 0, us = 0;
	if (g_str_equal(kind, "mock.listening"))
		return routes ? g_strdup_printf("%s\nlistening on %s; Ctrl-C ends it", routes, url)
		              : g_strdup_printf("%7.2f s  mock of %s on %s", seconds, value_member_text(data, "contract"), url);
	if (g_str_equal(kind, "mock.reloaded"))
		return g_strdup_printf("reloaded %s; %d objects stay", value_member_text(data, "spec"), (int)value_double(value_member(data, "kept")));
	if (g_str_equal(kind, "mock.unchanged"))
		return g_strdup_printf("going on as before, for %s cannot be served: %s", value_member_text(data, "spec"), detail);
	if (g_str_equal(kind, "mock.more") && value_int64(value_member(data, "more"), &status))
		return g_strdup_printf("and %" G_GINT64_FORMAT " more in that second", status);
	value_int64(value_member(data, "status"), &status);
	value_int64(value_member(data, "us"), &us);
	return g_strdup_printf("%-7s %s  %d  %.1f ms%s%s", value_member_text(data, "method"), value_member_text(data, "target"), (int)status,
	                       (double)us / 1000, detail ? "  " : "", detail ? detail : "");
}

static char *
describe_verify(const struct value *data)
{
	int64_t requests = 0, faults = 0;
	value_int64(value_member(data, "requests"), &requests);
	value_int64(value_member(data, "faults"), &faults);
	return g_strdup_printf("%s: %d requests, %d faults", value_member_text(data, "phase"), (int)requests, (int)faults);
}

static int64_t
integer_of(const struct value *object, const char *member)
{
	int64_t number = 0;
	value_int64(value_member(object, member), &number);
	return number;
}

/* A call of a model that has ended, or what a specialist asked. */
static void
count_calls(struct progress *progress, const struct value *data)
{
	double dollars = value_double(value_member(data, "dollars"));
	progress->calls += integer_of(data, "calls");
	progress->unpriced += integer_of(data, "unpriced_calls");
	progress->tokens += integer_of(data, "input_tokens") + integer_of(data, "output_tokens") + integer_of(data, "cache_read_tokens") +
	                    integer_of(data, "cache_write_tokens");
	progress->dollars += isnan(dollars) ? 0 : dollars;
}

static char *
describe_calls(const struct progress *progress, const struct value *data, double seconds)
{
	const char *model = value_member_text(data, "model");
	if (!integer_of(data, "calls"))
		return NULL;
	g_autofree char *cost = describe_cost(progress);
	return g_strdup_printf("%7.2f s  %-24s %-22s %s;%s", seconds, value_member_text(data, "purpose"), model ? model : "",
	                       integer_of(data, "failed_calls") ? "asked, with failures" : "answered", cost);
}

/* One line for an event that people want to see; NULL for the others. */
static char *
describe(struct progress *progress, const struct value *event, const char *kind)
{
	const char *task = value_member_text(event, "task"), *persona = value_member_text(event, "persona");
	const struct value *data = value_member(event, "data");
	const char *outcome = value_member_text(data, "outcome"), *reason = value_member_text(data, "reason");
	double seconds = (double)(clock_ms() - progress->begin) / 1000;
	if (g_str_equal(kind, "model.asked"))
		return describe_calls(progress, data, seconds);
	if (g_str_has_prefix(kind, "mock."))
		return describe_mock(data, kind, seconds);
	if (g_str_equal(kind, "verify.progress"))
		return g_strdup_printf("%7.2f s  %s", seconds, progress->phase);
	/* A rejection is told by what follows from it. */
	if (task && (g_str_equal(kind, "task.rejected") || (g_str_equal(kind, "task.ready") && !reason)))
		return NULL;
	if (task)
		return g_strdup_printf("%7.2f s  %-24s %-22s %s%s%s%s%s", seconds, task, persona ? persona : "", kind + strlen("task."),
		                       outcome ? ": " : "", outcome ? outcome : "", reason ? ", " : "", reason ? reason : "");
	if (is_phase(kind))
		return g_strdup_printf("%7.2f s  %s%s%s", seconds, kind + strlen("run."), reason ? ": " : "", reason ? reason : "");
	return NULL;
}

/* With the mutex held. */
static void
take_event(struct progress *progress, const struct value *event)
{
	const char *kind = value_member_text(event, "kind"), *task = value_member_text(event, "task");
	const struct value *data = value_member(event, "data");
	int64_t total = 0, left = 0;
	if (task && g_str_has_prefix(kind, "task."))
		update_lane(progress, task, value_member_text(event, "persona"), kind + strlen("task."));
	if (g_str_equal(kind, "verify.progress")) {
		g_free(progress->phase);
		progress->phase = describe_verify(data);
	}
	if (is_phase(kind)) {
		g_free(progress->phase);
		progress->phase = g_strdup(kind + strlen("run."));
	}
	if (g_str_equal(kind, "run.entered") && value_int64(value_member(data, "tasks"), &total) &&
	    value_int64(value_member(data, "left"), &left)) {
		progress->total = total;
		progress->done = total - left;
	}
	if (g_str_equal(kind, "model.asked") || g_str_equal(kind, "task.done"))
		count_calls(progress, data);
	g_autofree char *line = describe(progress, event, kind);
	const char *outcome = value_member_text(data, "outcome");
	/* On a terminal only what stays: ends that are not good, and what a mock says that somebody wanted to see. */
	bool stays = progress->mode == MODE_PLAIN || (outcome && task) || value_member(data, "routes") ||
	             (g_str_has_prefix(kind, "mock.") && !g_str_equal(kind, "mock.listening"));
	if (!line || !stays)
		return;
	erase(progress);
	fprintf(stderr, "%s\n", line);
}

void
progress_event(void *data, const char *text)
{
	struct progress *progress = data;
	g_autoptr(Doc) doc = progress->mode == MODE_JSON ? NULL : doc_own(text);
	pthread_mutex_lock(&progress->mutex);
	if (progress->mode == MODE_JSON && !progress->stopping)
		fprintf(stderr, "%s\n", text);
	else if (!progress->stopping)
		take_event(progress, doc_root(doc));
	pthread_mutex_unlock(&progress->mutex);
}

/* --- begin and end -------------------------------------------------------------------------- */

bool
progress_start(const char *mode, bool quiet, struct progress **ret)
{
	int index = record_name_index(mode_names, mode);
	*ret = NULL;
	if (index < 0)
		return false;
	enum mode chosen = quiet ? MODE_NONE : (enum mode)index;
	if (chosen == MODE_AUTO)
		chosen = isatty(STDERR_FILENO) ? MODE_TTY : MODE_PLAIN;
	if (chosen == MODE_NONE)
		return true;
	struct progress *progress = g_new0(struct progress, 1);
	*progress = (struct progress){ .mode = chosen, .begin = clock_ms(), .phase = g_strdup("starting"),
		                       .lanes = g_ptr_array_new_with_free_func(lane_free) };
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&progress->mutex, NULL);
	pthread_cond_init(&progress->stopped, &attributes);
	pthread_condattr_destroy(&attributes);
	if (chosen == MODE_TTY && pthread_create(&progress->ticker, NULL, tick, progress))
		progress->mode = MODE_PLAIN;
	*ret = progress;
	return true;
}

void
progress_stop(struct progress *progress)
{
	if (!progress)
		return;
	pthread_mutex_lock(&progress->mutex);
	bool stopped = progress->stopping;
	progress->stopping = true;
	pthread_cond_signal(&progress->stopped);
	pthread_mutex_unlock(&progress->mutex);
	if (stopped)
		return;
	if (progress->mode == MODE_TTY)
		pthread_join(progress->ticker, NULL);
	erase(progress);
}

void
progress_free(struct progress *progress)
{
	if (!progress)
		return;
	progress_stop(progress);
	pthread_mutex_destroy(&progress->mutex);
	pthread_cond_destroy(&progress->stopped);
	g_ptr_array_unref(progress->lanes);
	g_free(progress->phase);
	g_free(progress);
}
