/* A queue between threads: an array that the reader swaps for an empty one under one mutex, so
 * that a batch of messages costs one lock, one wake-up and no allocation. */
#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mailbox;

struct mailbox *mailbox_create(void);
/* Nobody may use the mailbox any more, but for a poster whose message has been taken; waiting messages go to `discard` (may be NULL). */
void mailbox_destroy(struct mailbox *mailbox, void (*discard)(void *message));

/* Any thread. A closed mailbox takes messages still: its reader decides what to do with them. */
void mailbox_post(struct mailbox *mailbox, void *message);
/* From now on takers do not wait. */
void mailbox_close(struct mailbox *mailbox);
bool mailbox_is_closed(struct mailbox *mailbox);

/* One reader: all waiting messages in order, at once if there are any, else as soon as one comes
 * or the deadline (monotonic ms) passes. The array belongs to the mailbox until the next call. */
size_t mailbox_take_all(struct mailbox *mailbox, int64_t deadline, void ***ret_messages);
/* Several readers: the oldest message, NULL at the deadline or when closed and empty. */
void *mailbox_take_one(struct mailbox *mailbox, int64_t deadline);

#endif
