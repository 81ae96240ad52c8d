#include "plan/schedule.h"

#include "plan/front.h"

/* Whoever adds workers wants at least this much of the makespan back. */
#define WORTH_A_WORKER 0.01

const char *const schedule_rule_names[] = {
#define XX(name, word, help) word,
	SCHEDULE_RULES(XX)
#undef XX
	NULL,
};

void
schedule_priority(const struct graph *graph, const double *duration, enum schedule_rule rule, double *priority)
{
	if (rule == SCHEDULE_RANK) {
		graph_upward_rank(graph, duration, priority);
		return;
	}
	for (uint32_t node = 0; node < graph->nodes; node++) {
		if (rule == SCHEDULE_LONGEST)
			priority[node] = duration[node];
		else if (rule == SCHEDULE_SHORTEST)
			priority[node] = -duration[node];
		else if (rule == SCHEDULE_FANOUT)
			priority[node] = graph->first[node + 1] - graph->first[node];
		else
			priority[node] = 0;
	}
}

static struct schedule *
create(uint32_t nodes, uint32_t workers, enum schedule_rule rule)
{
	struct schedule *schedule = g_new0(struct schedule, 1);
	schedule->rule = rule;
	schedule->workers = workers;
	schedule->start = g_new(double, nodes);
	schedule->end = g_new(double, nodes);
	schedule->worker = g_new(uint32_t, nodes);
	return schedule;
}

void
schedule_destroy(struct schedule *schedule)
{
	if (!schedule)
		return;
	g_free(schedule->start);
	g_free(schedule->end);
	g_free(schedule->worker);
	g_free(schedule);
}

/* Nobody is idle while something is ready; the idle worker with the smallest number takes it. */
static void
simulate(const struct graph *graph, const double *duration, const double *priority, struct schedule *schedule)
{
	uint32_t workers = MIN(schedule->workers, graph->nodes), idle_count = 0, running_count = 0;
	g_autofree heap_entry *idle = heap_create(workers);      /* by number */
	g_autofree heap_entry *running = heap_create(workers);   /* nodes by their end */
	struct front front;
	front_init(&front, graph, priority);
	for (uint32_t worker = 0; worker < workers; worker++)
		heap_push(idle, &idle_count, worker);
	for (double now = 0; front.left > 0;) {
		while (idle_count > 0 && front.ready > 0) {
			uint32_t node = front_take(&front);
			schedule->worker[node] = heap_number(heap_pop(idle, &idle_count));
			schedule->start[node] = now;
			schedule->end[node] = now + duration[node];
			heap_push(running, &running_count, heap_entry_of(schedule->end[node], node));
		}
		g_assert(running_count > 0);
		now = schedule->end[heap_number(running[0])];
		/* All that end now, so that the next choice is among all that is ready then. */
		while (running_count > 0 && schedule->end[heap_number(running[0])] <= now) {
			uint32_t node = heap_number(heap_pop(running, &running_count));
			heap_push(idle, &idle_count, schedule->worker[node]);
			front_done(&front, node, NULL);
		}
	}
	front_finish(&front);
}

/* The same nodes with a gate behind each group but the last: it needs all of its group, and all
 * of the next group need it. The gates are the numbers after the nodes. */
static struct graph *
with_gates(const struct graph *graph)
{
	g_autofree uint32_t *group = g_new(uint32_t, graph->nodes);
	uint32_t groups = graph_groups(graph, group);
	g_autofree struct graph_edge *edges = g_new(struct graph_edge, (size_t)graph->nodes * 2);
	size_t count = 0;
	for (uint32_t node = 0; node < graph->nodes; node++) {
		if (group[node] > 0)
			edges[count++] = (struct graph_edge){ graph->nodes + group[node] - 1, node };
		if (group[node] + 1 < groups)
			edges[count++] = (struct graph_edge){ node, graph->nodes + group[node] };
	}
	return graph_create(graph->nodes + (groups > 0 ? groups - 1 : 0), edges, count);
}

struct schedule *
schedule_simulate(const struct graph *graph, const double *duration, uint32_t workers, enum schedule_rule rule)
{
	g_autoptr(Graph) gated = rule == SCHEDULE_BARRIER ? with_gates(graph) : NULL;
	uint32_t nodes = gated ? gated->nodes : graph->nodes;
	g_autofree double *length = g_new0(double, nodes), *priority = g_new0(double, nodes);
	struct schedule *schedule = create(nodes, workers, rule);
	for (uint32_t node = 0; node < graph->nodes; node++)
		length[node] = duration[node];
	schedule_priority(graph, duration, rule, priority);
	simulate(gated ? gated : graph, length, priority, schedule);
	for (uint32_t node = 0; node < graph->nodes; node++)
		schedule->makespan = MAX(schedule->makespan, schedule->end[node]);
	return schedule;
}

static double
sum(const struct graph *graph, const double *duration)
{
	double work = 0;
	for (uint32_t node = 0; node < graph->nodes; node++)
		work += duration[node];
	return work;
}

struct schedule *
schedule_best(const struct graph *graph, const double *duration, uint32_t workers)
{
	double bound = schedule_lower_bound(graph, duration, workers);
	g_autoptr(Schedule) best = NULL;
	for (unsigned rule = 0; rule < SCHEDULE_RULE_COUNT && (!best || best->makespan > bound); rule++) {
		g_autoptr(Schedule) schedule = schedule_simulate(graph, duration, workers, rule);
		if (best && best->makespan <= schedule->makespan)
			continue;
		schedule_destroy(best);
		best = g_steal_pointer(&schedule);
	}
	return g_steal_pointer(&best);
}

double
schedule_lower_bound(const struct graph *graph, const double *duration, uint32_t workers)
{
	return MAX(graph_critical_path(graph, duration, NULL, NULL), sum(graph, duration) / workers);
}

/* Best schedules of one graph by the number of workers, each simulated when first asked for. */
struct trial {
	const struct graph *graph;
	const double *duration;
	double path, work;
	double *makespan;   /* 0: not yet */
};

static double
trial_makespan(struct trial *trial, uint32_t workers)
{
	double *makespan = &trial->makespan[workers];
	if (*makespan == 0) {
		g_autoptr(Schedule) best = schedule_best(trial->graph, trial->duration, workers);
		*makespan = best->makespan;
	}
	return *makespan;
}

static double
trial_bound(const struct trial *trial, uint32_t workers)
{
	return MAX(trial->path, trial->work / workers);
}

/* Whether more workers, at most `limit`, are worth it. More may also be slower (Graham 1969), so
 * all have a say; but only those whose bound leaves it open are simulated. */
static bool
more_help(struct trial *trial, uint32_t workers, uint32_t limit)
{
	if (trial_makespan(trial, limit) <= trial_bound(trial, workers) * (1 - WORTH_A_WORKER))
		return true;
	double wanted = trial_makespan(trial, workers) * (1 - WORTH_A_WORKER);
	for (uint32_t more = limit; more > workers && trial_bound(trial, more) <= wanted; more--)
		if (trial_makespan(trial, more) <= wanted)
			return true;
	return false;
}

uint32_t
schedule_workers(const struct graph *graph, const double *duration, uint32_t limit)
{
	limit = CLAMP(limit, 1, MAX(graph->nodes, 1));
	g_autofree double *makespan = g_new0(double, (size_t)limit + 1);
	struct trial trial = { .graph = graph, .duration = duration, .makespan = makespan, .work = sum(graph, duration) };
	trial.path = graph_critical_path(graph, duration, NULL, NULL);
	uint32_t workers = 1;
	while (trial.work > 0 && workers < limit && more_help(&trial, workers, limit))
		workers++;
	return workers;
}
