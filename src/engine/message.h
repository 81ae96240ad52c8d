/* What the engine's mailbox takes. Every message begins with this struct. */
#ifndef ENGINE_MESSAGE_H
#define ENGINE_MESSAGE_H

enum message_kind {
	MESSAGE_DRIVE,       /* claim a run and go on with it */
	MESSAGE_JOB,         /* a job came back */
	MESSAGE_CANCEL,      /* end a run for good */
	MESSAGE_INTERRUPT,   /* let go of all runs; they can be resumed */
	MESSAGE_STOP,        /* end the thread */
};

struct message {
	enum message_kind kind;
};

#endif
