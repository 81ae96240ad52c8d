/* Calls that wait for a seat, of many runs: fair between runs, the critical path first within one. Pure bookkeeping that is told the
 * time; not for several threads: its owner locks. */
#ifndef LLM_QUEUE_H
#define LLM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct call_queue;
struct queue_ticket;   /* one call that waits */

struct queue_call {
	const char *run;       /* each has the same share; NULL: those without one, together */
	const char *kind;      /* calls of one kind can be served by the same servers: where one cannot, none can; NULL: a kind as well */
	double priority;       /* seconds of work that wait for it, along the critical path */
	double cost;           /* of the call, in any unit that is the same for all (tokens); 0: 1 */
	void *data;
};

enum queue_answer {
	QUEUE_SERVED,          /* it has its seat and leaves */
	QUEUE_LATER,           /* neither it nor another of its kind at the moment */
	QUEUE_STOP,            /* nothing more at the moment */
};

struct call_queue *queue_create(void);
/* Calls that wait are forgotten. */
void queue_destroy(struct call_queue *queue);
struct queue_ticket *queue_add(struct call_queue *queue, const struct queue_call *call, int64_t now_ms);
/* It is no longer wanted. */
void queue_remove(struct call_queue *queue, struct queue_ticket *ticket);
/* Offers the calls in their order until none can be served; `serve` must not touch the queue. The number of those served, whose
 * tickets are gone. */
size_t queue_serve(struct call_queue *queue, enum queue_answer (*serve)(void *data, void *call), void *data);
size_t queue_length(const struct call_queue *queue);

#endif
