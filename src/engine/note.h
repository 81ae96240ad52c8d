/* An event of a run that a worker wants on the disk before it goes on. The engine writes it: nobody else writes to a run. */
#ifndef ENGINE_NOTE_H
#define ENGINE_NOTE_H

#include "base/mailbox.h"
#include "engine/letter.h"

#include <glib.h>
#include <stdint.h>

struct note {
	struct letter letter;        /* first: it is a letter to the engine, and one back when it has been dealt with */
	int64_t run, task;           /* key in the store; position in the plan, -1: the run itself */
	const char *kind, *data;     /* JSON or NULL */
	struct mailbox *box;         /* where the worker waits */
	GError *error;               /* why it is not on the disk */
};

/* Blocks until the event is committed. ERR_OWNED where the run is not this process's any more, else the errors of the store. */
bool note_post(struct mailbox *engine, int64_t run, int64_t task, const char *kind, const char *data, GError **error);
/* For the engine: it is dealt with. */
void note_answer(struct note *note);

#endif
