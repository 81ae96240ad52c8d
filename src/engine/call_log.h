/* The model calls that a job makes for one purpose, in the journal of its run: noted before they leave and when they have ended, so that
 * whoever goes on with the run after a crash repeats none that was answered, and counts those whose answer was lost (DESIGN 3.4). */
#ifndef ENGINE_CALL_LOG_H
#define ENGINE_CALL_LOG_H

#include "engine/asked.h"
#include "engine/job.h"
#include "llm/models.h"

struct call_log;

/* `purpose` and `persona` (NULL: none) have to stay, `events` (the run's journal) have not. NULL where the journal cannot be read. */
struct call_log *call_log_open(struct worker *worker, const struct job *job, const char *purpose, const char *persona,
                               const struct event_row_list *events, GError **error);
void call_log_close(struct call_log *log);
/* For an ask; good as long as the log. */
const struct call_memory *call_log_memory(struct call_log *log);

#endif
