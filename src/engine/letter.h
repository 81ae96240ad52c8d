/* What the engine's mailbox takes. Every letter begins with this struct. */
#ifndef ENGINE_LETTER_H
#define ENGINE_LETTER_H

enum letter_kind {
	LETTER_DRIVE,       /* claim a run and go on with it */
	LETTER_JOB,         /* a job came back */
	LETTER_NOTE,        /* an event that a worker wants on the disk */
	LETTER_CANCEL,      /* end a run for good */
	LETTER_INTERRUPT,   /* let go of all runs; they can be resumed */
	LETTER_STOP,        /* end the thread */
};

struct letter {
	enum letter_kind kind;
};

#endif
