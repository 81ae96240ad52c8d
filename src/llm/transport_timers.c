#include "llm/transport_call.h"

/* A binary heap; every call knows its place in it. */

static void
put(struct timers *timers, unsigned at, struct timer timer)
{
	timers->items[at] = timer;
	timer.call->timer = at;
}

static void
settle_in(struct timers *timers, unsigned at, struct timer timer)
{
	for (unsigned above; at > 0 && timers->items[above = (at - 1) / 2].due > timer.due; at = above)
		put(timers, at, timers->items[above]);
	for (unsigned below; (below = 2 * at + 1) < timers->count; at = below) {
		if (below + 1 < timers->count && timers->items[below + 1].due < timers->items[below].due)
			below++;
		if (timers->items[below].due >= timer.due)
			break;
		put(timers, at, timers->items[below]);
	}
	put(timers, at, timer);
}

static bool
is_set(const struct timers *timers, const struct transport_call *call)
{
	return call->timer < timers->count && timers->items[call->timer].call == call;
}

void
timers_set(struct timers *timers, struct transport_call *call, int64_t due)
{
	unsigned at = call->timer;
	if (!is_set(timers, call)) {
		if (timers->count == timers->room) {
			timers->room = timers->room ? timers->room * 2 : 64;
			timers->items = g_renew(struct timer, timers->items, timers->room);
		}
		at = timers->count++;
	}
	settle_in(timers, at, (struct timer){ due, call });
}

void
timers_remove(struct timers *timers, struct transport_call *call)
{
	if (!is_set(timers, call))
		return;
	struct timer last = timers->items[--timers->count];
	if (last.call != call)
		settle_in(timers, call->timer, last);
}
