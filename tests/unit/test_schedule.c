#include "plan/schedule.h"

#include <math.h>

#include "plan_graphs.h"

#define SMALL 7   /* tasks, for the exhaustive search */

/* What holds for every schedule: all tasks once, needs first, one task a worker at a time. */
static void
check_schedule(const struct matrix *matrix, const double *duration, const struct schedule *schedule, uint32_t workers)
{
	double latest = 0;
	g_assert_cmpuint(schedule->workers, ==, workers);
	for (uint32_t i = 0; i < matrix->nodes; i++) {
		g_assert_cmpfloat(schedule->start[i], >=, 0);
		g_assert_cmpfloat(schedule->end[i], ==, schedule->start[i] + duration[i]);
		g_assert_cmpuint(schedule->worker[i], <, workers);
		latest = fmax(latest, schedule->end[i]);
		for (uint32_t j = 0; j < matrix->nodes; j++) {
			g_assert_true(!matrix->edge[i][j] || schedule->end[i] <= schedule->start[j]);
			if (i == j || schedule->worker[i] != schedule->worker[j])
				continue;
			g_assert_true(schedule->end[i] <= schedule->start[j] || schedule->end[j] <= schedule->start[i]);
		}
	}
	g_assert_cmpfloat(schedule->makespan, ==, latest);
}

/* The earliest group that a node can be in, from the matrix alone. */
static void
generations(const struct matrix *matrix, uint32_t *group)
{
	for (uint32_t i = 0; i < matrix->nodes; i++)
		group[i] = 0;
	for (uint32_t round = 0; round < matrix->nodes; round++)
		for (uint32_t i = 0; i < matrix->nodes; i++)
			for (uint32_t j = 0; j < matrix->nodes; j++)
				if (matrix->edge[i][j])
					group[j] = MAX(group[j], group[i] + 1);
}

static void
check_barrier(const struct matrix *matrix, const struct schedule *schedule)
{
	uint32_t group[MATRIX_MAX];
	generations(matrix, group);
	for (uint32_t i = 0; i < matrix->nodes; i++)
		for (uint32_t j = 0; j < matrix->nodes; j++)
			g_assert_true(group[i] >= group[j] || schedule->end[i] <= schedule->start[j]);
}

/* The exhaustive search: every order of the tasks that respects the needs, each task put at the
 * earliest time at which its needs are met and a worker is free for all its duration. These are
 * the active schedules, and one of them is optimal. */
struct search {
	const struct matrix *matrix;
	const double *duration;
	uint32_t workers;
	double start[SMALL], end[SMALL], best;
	bool placed[SMALL];
};

static bool
fits(const struct search *search, uint32_t node, double at)
{
	double until = at + search->duration[node];
	for (uint32_t moment = 0; moment < search->matrix->nodes; moment++) {
		double time = search->placed[moment] ? fmax(at, search->start[moment]) : at;
		uint32_t running = 0;
		for (uint32_t i = 0; i < search->matrix->nodes; i++)
			running += search->placed[i] && search->start[i] <= time && time < search->end[i];
		if (time < until && running >= search->workers)
			return false;
	}
	return true;
}

static double
earliest(const struct search *search, uint32_t node)
{
	double from = 0, found = INFINITY;
	for (uint32_t i = 0; i < search->matrix->nodes; i++)
		if (search->matrix->edge[i][node])
			from = fmax(from, search->end[i]);
	if (fits(search, node, from))
		return from;
	for (uint32_t i = 0; i < search->matrix->nodes; i++)
		if (search->placed[i] && search->end[i] > from && search->end[i] < found && fits(search, node, search->end[i]))
			found = search->end[i];
	return found;
}

static void
search_on(struct search *search, uint32_t count, double makespan)
{
	if (makespan >= search->best)
		return;
	if (count == search->matrix->nodes)
		search->best = makespan;
	for (uint32_t node = 0; node < search->matrix->nodes; node++) {
		bool open = !search->placed[node];
		for (uint32_t need = 0; need < search->matrix->nodes; need++)
			open = open && (!search->matrix->edge[need][node] || search->placed[need]);
		if (!open)
			continue;
		search->start[node] = earliest(search, node);
		search->end[node] = search->start[node] + search->duration[node];
		search->placed[node] = true;
		search_on(search, count + 1, fmax(makespan, search->end[node]));
		search->placed[node] = false;
	}
}

static double
optimum(const struct matrix *matrix, const double *duration, uint32_t workers)
{
	struct search search = { .matrix = matrix, .duration = duration, .workers = workers, .best = INFINITY };
	search_on(&search, 0, 0);
	return search.best;
}

static void
random_durations(GRand *random, double *duration, uint32_t nodes)
{
	for (uint32_t i = 0; i < nodes; i++)
		duration[i] = g_rand_int_range(random, g_rand_boolean(random) ? 0 : 4, 12);
}

/* The longest of all chains, found by lengthening them until none grows. */
static double
longest_chain(const struct matrix *matrix, const double *duration)
{
	double until[MATRIX_MAX], longest = 0;
	for (uint32_t i = 0; i < matrix->nodes; i++)
		until[i] = duration[i];
	for (uint32_t round = 0; round < matrix->nodes; round++)
		for (uint32_t i = 0; i < matrix->nodes; i++)
			for (uint32_t j = 0; j < matrix->nodes; j++)
				if (matrix->edge[i][j])
					until[j] = fmax(until[j], until[i] + duration[j]);
	for (uint32_t i = 0; i < matrix->nodes; i++)
		longest = fmax(longest, until[i]);
	return longest;
}

static void
check_bound(const struct graph *graph, const struct matrix *matrix, const double *duration, uint32_t workers)
{
	double work = 0;
	for (uint32_t i = 0; i < matrix->nodes; i++)
		work += duration[i];
	double expected = fmax(longest_chain(matrix, duration), work / workers);
	g_assert_cmpfloat(schedule_lower_bound(graph, duration, workers), ==, expected);
}

static void
check_against_optimum(const struct graph *graph, const struct matrix *matrix, const double *duration, uint32_t workers)
{
	double shortest = optimum(matrix, duration, workers), least = INFINITY;
	check_bound(graph, matrix, duration, workers);
	g_assert_cmpfloat(schedule_lower_bound(graph, duration, workers), <=, shortest);
	for (unsigned rule = 0; rule < SCHEDULE_RULE_COUNT; rule++) {
		g_autoptr(Schedule) schedule = schedule_simulate(graph, duration, workers, rule);
		g_assert_cmpuint(schedule->rule, ==, rule);
		check_schedule(matrix, duration, schedule, workers);
		g_assert_cmpfloat(schedule->makespan, >=, shortest);
		/* Graham 1966: 2 - 1/m for whoever never idles while something is ready. */
		if (rule == SCHEDULE_BARRIER)
			check_barrier(matrix, schedule);
		else
			g_assert_cmpfloat(schedule->makespan * workers, <=, (2 * workers - 1) * shortest);
		least = fmin(least, schedule->makespan);
	}
	g_autoptr(Schedule) best = schedule_best(graph, duration, workers);
	check_schedule(matrix, duration, best, workers);
	g_assert_cmpfloat(best->makespan, ==, least);
	for (unsigned rule = 0; rule < (unsigned)best->rule; rule++) {
		g_autoptr(Schedule) earlier = schedule_simulate(graph, duration, workers, rule);
		g_assert_cmpfloat(earlier->makespan, >, best->makespan);
	}
}

static void
test_small_optimum(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	for (int round = 0; round < 1500; round++) {
		struct matrix matrix;
		double duration[MATRIX_MAX];
		matrix_fill(&matrix, random, (uint32_t)g_rand_int_range(random, 0, SMALL + 1), g_rand_double(random), true);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		random_durations(random, duration, matrix.nodes);
		for (uint32_t workers = 1; workers <= 3; workers++)
			check_against_optimum(graph, &matrix, duration, workers);
	}
}

/* Another way to the same dataflow schedule: look at every task at every whole minute. */
static double
minute_by_minute(const struct matrix *matrix, const double *duration, const double *priority, uint32_t workers)
{
	double end[MATRIX_MAX], latest = 0;
	uint32_t started = 0;
	for (uint32_t i = 0; i < matrix->nodes; i++)
		end[i] = INFINITY;
	for (int minute = 0; started < matrix->nodes;) {
		uint32_t running = 0, first = UINT32_MAX;
		for (uint32_t i = 0; i < matrix->nodes; i++) {
			bool open = isinf(end[i]);
			running += !open && end[i] > minute;
			for (uint32_t j = 0; j < matrix->nodes; j++)
				open = open && (!matrix->edge[j][i] || end[j] <= minute);
			if (open && (first == UINT32_MAX || priority[i] > priority[first]))
				first = i;
		}
		if (running == workers || first == UINT32_MAX) {
			minute++;
			continue;
		}
		end[first] = minute + duration[first];
		latest = fmax(latest, end[first]);
		started++;
	}
	return latest;
}

/* Durations from 1: a task of no length may free another one in the same minute after others
 * were started, where the two ways may choose differently. */
static void
test_dataflow_differential(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	for (int round = 0; round < 1500; round++) {
		struct matrix matrix;
		double duration[MATRIX_MAX], priority[MATRIX_MAX];
		uint32_t nodes = (uint32_t)g_rand_int_range(random, 1, MATRIX_MAX + 1);
		matrix_fill(&matrix, random, nodes, g_rand_double(random) / 2, true);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		uint32_t workers = (uint32_t)g_rand_int_range(random, 1, 6);
		for (uint32_t i = 0; i < matrix.nodes; i++)
			duration[i] = g_rand_int_range(random, 1, 20);
		for (unsigned rule = 0; rule < SCHEDULE_BARRIER; rule++) {
			g_autoptr(Schedule) schedule = schedule_simulate(graph, duration, workers, rule);
			schedule_priority(graph, duration, rule, priority);
			check_schedule(&matrix, duration, schedule, workers);
			g_assert_cmpfloat(schedule->makespan, ==, minute_by_minute(&matrix, duration, priority, workers));
		}
	}
}

static void
test_priority(void)
{
	g_autoptr(Graph) graph = graph_from_text(5, "0>1 0>2 2>3 1>4 3>4");
	const double duration[] = { 1, 5, 2, 2, 1 };
	static const double expected[SCHEDULE_RULE_COUNT][5] = {
		[SCHEDULE_RANK] = { 7, 6, 5, 3, 1 },
		[SCHEDULE_LONGEST] = { 1, 5, 2, 2, 1 },
		[SCHEDULE_SHORTEST] = { -1, -5, -2, -2, -1 },
		[SCHEDULE_FANOUT] = { 2, 1, 1, 1, 0 },
	};
	for (unsigned rule = 0; rule < SCHEDULE_RULE_COUNT; rule++) {
		double priority[5];
		schedule_priority(graph, duration, rule, priority);
		for (int i = 0; i < 5; i++)
			g_assert_cmpfloat(priority[i], ==, expected[rule][i]);
		g_assert_nonnull(schedule_rule_names[rule]);
	}
	g_assert_null(schedule_rule_names[SCHEDULE_RULE_COUNT]);
}

static void
test_unbalanced_diamond(void)
{
	g_autoptr(Graph) graph = graph_from_text(5, "0>1 0>2 2>3 1>4 3>4");
	const double duration[] = { 1, 5, 2, 2, 1 };
	g_autoptr(Schedule) best = schedule_best(graph, duration, 2);
	g_autoptr(Schedule) barrier = schedule_simulate(graph, duration, 2, SCHEDULE_BARRIER);
	g_autoptr(Schedule) alone = schedule_best(graph, duration, 1);
	g_autoptr(Schedule) crowd = schedule_best(graph, duration, UINT32_MAX);
	g_assert_cmpfloat(best->makespan, ==, 7);
	g_assert_cmpfloat(best->makespan, ==, graph_critical_path(graph, duration, NULL, NULL));
	g_assert_cmpfloat(barrier->makespan, ==, 9);
	g_assert_cmpfloat(alone->makespan, ==, 11);
	g_assert_cmpfloat(crowd->makespan, ==, 7);
	g_assert_cmpuint(schedule_workers(graph, duration, 8), ==, 2);
}

/* Graham 1969, "Bounds on multiprocessing timing anomalies": his example with three processors,
 * and what makes it longer: a fourth one, shorter tasks, fewer needs. */
static void
test_graham(void)
{
	static const double lengths[] = { 3, 2, 2, 2, 4, 4, 4, 4, 9 }, shorter[] = { 2, 1, 1, 1, 3, 3, 3, 3, 8 };
	g_autoptr(Graph) graph = graph_from_text(9, "0>8 3>4 3>5 3>6 3>7");
	g_autoptr(Graph) relaxed = graph_from_text(9, "0>8 3>6 3>7");
	g_autoptr(Schedule) plain = schedule_simulate(graph, lengths, 3, SCHEDULE_GIVEN);
	g_autoptr(Schedule) more_workers = schedule_simulate(graph, lengths, 4, SCHEDULE_GIVEN);
	g_autoptr(Schedule) shorter_tasks = schedule_simulate(graph, shorter, 3, SCHEDULE_GIVEN);
	g_autoptr(Schedule) fewer_needs = schedule_simulate(relaxed, lengths, 3, SCHEDULE_GIVEN);
	g_assert_cmpfloat(plain->makespan, ==, 12);
	g_assert_cmpfloat(more_workers->makespan, ==, 15);
	g_assert_cmpfloat(shorter_tasks->makespan, ==, 13);
	g_assert_cmpfloat(fewer_needs->makespan, ==, 16);
	for (uint32_t workers = 3; workers <= 4; workers++) {
		g_autoptr(Schedule) best = schedule_best(graph, lengths, workers);
		g_assert_cmpfloat(best->makespan, ==, 12);
	}
}

static const struct worker_case {
	const char *name, *edges;
	uint32_t nodes, limit, workers;
	double duration[8];
} worker_cases[] = {
	{ "empty", "", 0, 8, 1, { 0 } },
	{ "one task", "", 1, 8, 1, { 5 } },
	{ "no limit is one worker", "", 3, 0, 1, { 5, 5, 5 } },
	{ "chain", "0>1 1>2", 3, 8, 1, { 1, 2, 3 } },
	{ "independent", "", 4, 8, 4, { 5, 5, 5, 5 } },
	{ "limit without end", "", 4, UINT32_MAX, 4, { 5, 5, 5, 5 } },
	{ "limited", "", 4, 3, 2, { 5, 5, 5, 5 } },
	{ "the long one hides the rest", "", 4, 8, 2, { 9, 3, 3, 3 } },
	{ "no work", "", 4, 8, 1, { 0, 0, 0, 0 } },
	{ "not for less than a hundredth", "", 3, 8, 2, { 248, 125, 125 } },
	{ "for a hundredth", "", 3, 8, 3, { 198, 99, 101 } },
};

static void
test_workers_table(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(worker_cases); i++) {
		const struct worker_case *row = &worker_cases[i];
		g_autoptr(Graph) graph = graph_from_text(row->nodes, row->edges);
		g_test_message("%s", row->name);
		g_assert_cmpuint(schedule_workers(graph, row->duration, row->limit), ==, row->workers);
	}
}

/* The definition, word for word, with every number up to the limit. */
static void
test_workers_minimal(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	for (int round = 0; round < 1000; round++) {
		struct matrix matrix;
		double duration[MATRIX_MAX], makespan[33];
		uint32_t limit = (uint32_t)g_rand_int_range(random, 1, 33), expected = 0;
		uint32_t nodes = (uint32_t)g_rand_int_range(random, 0, MATRIX_MAX + 1);
		matrix_fill(&matrix, random, nodes, g_rand_double(random) / 3, true);
		g_autoptr(Graph) graph = graph_from_matrix(&matrix, random);
		random_durations(random, duration, matrix.nodes);
		for (uint32_t workers = 1; workers <= limit; workers++) {
			g_autoptr(Schedule) best = schedule_best(graph, duration, workers);
			makespan[workers] = best->makespan;
		}
		for (bool enough = false; !enough;) {
			enough = true;
			expected++;
			for (uint32_t more = expected + 1; more <= limit; more++)
				enough = enough && (makespan[expected] == 0 || 100 * makespan[more] > 99 * makespan[expected]);
		}
		g_assert_cmpuint(schedule_workers(graph, duration, limit), ==, expected);
	}
}

/* Many tasks, fractions, more workers than tasks: no exact sums, so only order and room. */
static void
test_large(void)
{
	enum { NODES = 3000, WIDTH = 50 };
	g_autoptr(GRand) random = g_rand_new_with_seed(8);
	g_autofree struct graph_edge *edges = g_new(struct graph_edge, 2 * NODES);
	g_autofree double *duration = g_new(double, NODES);
	size_t count = 0;
	for (uint32_t i = 0; i < NODES; i++) {
		duration[i] = g_rand_double_range(random, 0.1, 3);
		for (int k = 0; i >= WIDTH && k < 2; k++) {
			uint32_t above = (uint32_t)g_rand_int_range(random, 1, WIDTH + 1);
			edges[count++] = (struct graph_edge){ i / WIDTH * WIDTH - above, i };
		}
	}
	g_autoptr(Graph) graph = graph_create(NODES, edges, count);
	for (uint32_t workers = 1; workers < 10 * NODES; workers *= 7) {
		double bound = schedule_lower_bound(graph, duration, workers);
		g_autoptr(Schedule) best = schedule_best(graph, duration, workers);
		g_autoptr(Schedule) barrier = schedule_simulate(graph, duration, workers, SCHEDULE_BARRIER);
		g_assert_cmpfloat(best->makespan, >=, bound * (1 - 1e-9));
		g_assert_cmpfloat(best->makespan, <=, barrier->makespan);
		for (size_t i = 0; i < count; i++)
			g_assert_cmpfloat(best->end[edges[i].from], <=, best->start[edges[i].to]);
		if (workers == 1 || workers >= NODES)
			g_assert_cmpfloat_with_epsilon(best->makespan, bound, bound * 1e-9);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schedule/priority", test_priority);
	g_test_add_func("/schedule/unbalanced-diamond", test_unbalanced_diamond);
	g_test_add_func("/schedule/graham", test_graham);
	g_test_add_func("/schedule/small-optimum", test_small_optimum);
	g_test_add_func("/schedule/dataflow-differential", test_dataflow_differential);
	g_test_add_func("/schedule/workers-table", test_workers_table);
	g_test_add_func("/schedule/workers-minimal", test_workers_minimal);
	g_test_add_func("/schedule/large", test_large);
	return g_test_run();
}
