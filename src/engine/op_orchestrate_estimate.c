/* What carrying out a plan for specialists would cost. */
#include <string.h>

#include "engine/op_orchestrate.h"

enum { REPAIRS = 2 };

/* Bytes of what each task is given, on average; results of other tasks are not there yet. */
static bool
measure_material(const struct orchestration *plan, const char *thread, size_t tasks, size_t *ret, GError **error)
{
	struct briefing briefing;
	size_t bytes = 0;
	if (!briefing_open(plan, thread, &briefing, error))
		return false;
	g_autofree const struct orchestra_task **all = orchestration_tasks(plan);
	for (size_t i = 0; all[i]; i++) {
		g_autofree char *message = briefing_message(&briefing, all[i], NULL, 0);
		bytes += strlen(message);
	}
	briefing_close(&briefing);
	*ret = bytes / MAX(tasks, 1);
	return true;
}

bool
orchestrate_estimate(struct context *context, const struct orchestration *plan, const char *thread, struct forecast_list *ret, GError **error)
{
	struct house *house = context->house;
	struct forecast_wish wish = { .catalogue = house->catalogue, .gateway = house->gateway };
	struct forecast forecast;
	size_t tasks = orchestration_count(plan);
	GError *cause = NULL;
	bool ok = measure_material(plan, thread, tasks, &wish.material, error), any = ok && forecast_begin(&wish, &forecast, &cause);
	if (cause)
		g_propagate_error(error, cause);
	if (!any)
		return ok && !cause;
	ok = forecast_add(&wish, "specialists", NULL, "specialist", (int64_t)tasks, REPAIRS, &forecast, error);
	forecast_sum(&forecast);
	struct forecast *kept = record_append(&forecast_record, ret);
	record_finish(&forecast_record, kept);
	*kept = forecast;
	return ok;
}
