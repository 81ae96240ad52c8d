#include "engine/note.h"

#include "base/clock.h"

bool
note_post(struct mailbox *engine, int64_t run, int64_t task, const char *kind, const char *data, GError **error)
{
	enum { LOOK_MS = 60000 };
	struct note note = { .letter.kind = LETTER_NOTE, .run = run, .task = task, .kind = kind, .data = data, .box = mailbox_create() };
	mailbox_post(engine, &note);
	/* The engine ends only when all jobs are back: it answers. */
	while (!mailbox_take_one(note.box, clock_ms() + LOOK_MS))
		continue;
	mailbox_destroy(note.box, NULL);
	if (note.error)
		g_propagate_error(error, note.error);
	return !note.error;
}

void
note_answer(struct note *note)
{
	mailbox_post(note->box, note);
}
