/* The debugging step. Work that verifications rejected twice is looked at by specialists before anybody tries again; what they find goes to
 * the attempts that follow. Each task has it once in a run, where models can be asked at all and the plan allows more than one attempt.
 *
 * It is a job of its own, before the attempt and not inside of it: what was paid for is in the journal as soon as it is there, however
 * long the attempt lasts and however it ends. The task stays ready meanwhile. */
#ifndef ENGINE_DEBUGGING_H
#define ENGINE_DEBUGGING_H

#include "engine/run.h"

/* Kinds of event. */
#define DEBUGGING_BEGUN "task.debugging"
#define DEBUGGING_DONE "task.debugged"
#define DEBUGGING_REJECTED "task.rejected"

/* --- on the engine's thread --- */

/* Rejections and whether a task is stuck, as the journal has them. */
bool debugging_recall(struct run *run, struct store *store, GError **error);
/* Whether one more rejection is too many: its verification has to find out whether a model can be asked. */
bool debugging_is_near(const struct run *run, uint32_t number);
/* Counts a rejection; afterwards the task may be stuck. */
void debugging_note_failure(struct run *run, uint32_t number, const struct job *job);
/* The step came back. */
void debugging_take(struct run *run, uint32_t number, const struct job *job);

/* --- on a worker's --- */

/* The advice that an output of the attempt before carries, as a document; NULL without an error where there is none. */
struct doc *debugging_advice(struct store *store, const char *digest, GError **error);

#endif
