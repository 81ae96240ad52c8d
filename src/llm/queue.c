#include "llm/queue.h"

#include <glib.h>

/* One second of waiting counts as one second of critical path: a call of little weight is not overtaken for ever. */
#define AGE_MS 1000.0

struct kind {
	uint64_t refused;            /* the round in which none of it could be served */
};

/* The waiting calls of one run and kind. */
struct lane {
	struct kind *kind;
	GSequence *calls;            /* struct queue_ticket, by weight and then in order */
};

struct flow {
	char *run;
	double start;                /* tag of its next call */
	size_t waiting;
	GPtrArray *lanes;
};

struct queue_ticket {
	struct flow *flow;
	struct lane *lane;
	GSequenceIter *at;
	double weight;               /* the heaviest goes first */
	uint64_t order;
	double cost;
	void *data;
};

/* Start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996): a call's start tag is the greater of the virtual time and of the finish tag
 * of the call before it in its run; finish is start plus cost; calls go by start tags, and the virtual time is that of the call which
 * went last. The tag belongs to the run's next call here, whichever that will be: within a run the order is by weight. */
struct call_queue {
	GHashTable *flows;           /* by run */
	GHashTable *kinds;           /* by name */
	GPtrArray *active;           /* flows in which something waits */
	double virtual_time;
	uint64_t added, round;
	size_t length;
};

static void
free_lane(void *data)
{
	struct lane *lane = data;
	g_sequence_free(lane->calls);
	g_free(lane);
}

static void
free_flow(void *data)
{
	struct flow *flow = data;
	g_ptr_array_free(flow->lanes, TRUE);
	g_free(flow->run);
	g_free(flow);
}

struct call_queue *
queue_create(void)
{
	struct call_queue *queue = g_new0(struct call_queue, 1);
	queue->flows = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_flow);
	queue->kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	queue->active = g_ptr_array_new();
	return queue;
}

void
queue_destroy(struct call_queue *queue)
{
	if (!queue)
		return;
	g_ptr_array_free(queue->active, TRUE);
	g_hash_table_destroy(queue->flows);
	g_hash_table_destroy(queue->kinds);
	g_free(queue);
}

size_t
queue_length(const struct call_queue *queue)
{
	return queue->length;
}

static struct kind *
kind_of(struct call_queue *queue, const char *name)
{
	struct kind *kind = g_hash_table_lookup(queue->kinds, name);
	if (!kind) {
		kind = g_new0(struct kind, 1);
		g_hash_table_insert(queue->kinds, g_strdup(name), kind);
	}
	return kind;
}

static struct flow *
flow_of(struct call_queue *queue, const char *run)
{
	struct flow *flow = g_hash_table_lookup(queue->flows, run);
	if (!flow) {
		flow = g_new0(struct flow, 1);
		flow->run = g_strdup(run);
		flow->lanes = g_ptr_array_new_with_free_func(free_lane);
		g_hash_table_insert(queue->flows, flow->run, flow);
	}
	return flow;
}

static struct lane *
lane_of(struct flow *flow, struct kind *kind)
{
	for (guint i = 0; i < flow->lanes->len; i++) {
		struct lane *lane = flow->lanes->pdata[i];
		if (lane->kind == kind)
			return lane;
	}
	struct lane *lane = g_new(struct lane, 1);
	*lane = (struct lane){ .kind = kind, .calls = g_sequence_new(g_free) };
	g_ptr_array_add(flow->lanes, lane);
	return lane;
}

static int
compare_tickets(const void *a, const void *b, void *data)
{
	const struct queue_ticket *one = a, *two = b;
	(void)data;
	if (one->weight != two->weight)
		return one->weight > two->weight ? -1 : 1;
	return one->order < two->order ? -1 : one->order > two->order;
}

struct queue_ticket *
queue_add(struct call_queue *queue, const struct queue_call *call, int64_t now_ms)
{
	struct flow *flow = flow_of(queue, call->run ? call->run : "");
	struct queue_ticket *ticket = g_new(struct queue_ticket, 1);
	*ticket = (struct queue_ticket){
		.flow = flow,
		.lane = lane_of(flow, kind_of(queue, call->kind ? call->kind : "")),
		/* All grow older at the same pace, so the order by age never changes and is known at once. */
		.weight = call->priority - (double)now_ms / AGE_MS,
		.order = queue->added++,
		.cost = call->cost > 0 ? call->cost : 1,
		.data = call->data,
	};
	ticket->at = g_sequence_insert_sorted(ticket->lane->calls, ticket, compare_tickets, NULL);
	if (flow->waiting++ == 0) {
		flow->start = MAX(flow->start, queue->virtual_time);
		g_ptr_array_add(queue->active, flow);
	}
	queue->length++;
	return ticket;
}

/* A run of which nothing waits is remembered as long as it is ahead of the others: who comes back at once has no new share. */
static gboolean
is_idle(void *key, void *value, void *data)
{
	const struct flow *flow = value;
	const struct call_queue *queue = data;
	(void)key;
	return flow->waiting == 0 && (flow->start <= queue->virtual_time || queue->length == 0);
}

void
queue_remove(struct call_queue *queue, struct queue_ticket *ticket)
{
	struct flow *flow = ticket->flow;
	struct lane *lane = ticket->lane;
	g_sequence_remove(ticket->at);
	if (g_sequence_is_empty(lane->calls))
		g_ptr_array_remove_fast(flow->lanes, lane);
	queue->length--;
	if (--flow->waiting == 0)
		g_ptr_array_remove_fast(queue->active, flow);
	if (flow->waiting == 0)
		g_hash_table_foreach_remove(queue->flows, is_idle, queue);
}

/* The heaviest call of a flow among those whose kind was not refused in this round; NULL for none. */
static struct queue_ticket *
first_of(const struct call_queue *queue, const struct flow *flow)
{
	struct queue_ticket *best = NULL;
	for (guint i = 0; i < flow->lanes->len; i++) {
		const struct lane *lane = flow->lanes->pdata[i];
		if (lane->kind->refused == queue->round)
			continue;
		struct queue_ticket *first = g_sequence_get(g_sequence_get_begin_iter(lane->calls));
		if (!best || compare_tickets(first, best, NULL) < 0)
			best = first;
	}
	return best;
}

static struct queue_ticket *
next_of(const struct call_queue *queue)
{
	struct queue_ticket *best = NULL;
	for (guint i = 0; i < queue->active->len; i++) {
		const struct flow *flow = queue->active->pdata[i];
		if (best && flow->start > best->flow->start)
			continue;
		struct queue_ticket *first = first_of(queue, flow);
		if (first && (!best || flow->start < best->flow->start || compare_tickets(first, best, NULL) < 0))
			best = first;
	}
	return best;
}

/* A run whose calls could not be served for a while keeps its old tag and catches up: others went in its place. Time does not go back
 * with it, so that a new run begins beside those that are served and not before them. */
static void
charge(struct call_queue *queue, struct queue_ticket *ticket)
{
	queue->virtual_time = MAX(queue->virtual_time, ticket->flow->start);
	ticket->flow->start += ticket->cost;
}

size_t
queue_serve(struct call_queue *queue, enum queue_answer (*serve)(void *data, void *call), void *data)
{
	size_t served = 0;
	struct queue_ticket *ticket;
	queue->round++;
	while ((ticket = next_of(queue))) {
		enum queue_answer answer = serve(data, ticket->data);
		if (answer == QUEUE_STOP)
			break;
		if (answer == QUEUE_LATER) {
			ticket->lane->kind->refused = queue->round;
			continue;
		}
		charge(queue, ticket);
		queue_remove(queue, ticket);
		served++;
	}
	return served;
}
