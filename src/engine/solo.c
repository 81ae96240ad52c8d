#include "engine/solo.h"

#include <math.h>

#include "base/clock.h"
#include "base/error.h"

static void
stop_asking(void *data)
{
	struct solo *solo = data;
	models_cancel(solo->consultation.models, &solo->cancelled);
}

bool
solo_begin(struct context *context, const struct consult_terms *terms, const char *purpose, const char *persona, double seconds, struct solo *ret,
           GError **error)
{
	*ret = (struct solo){ .context = context, .terms = *terms };
	if (!consult_terms_check(terms, seconds, error))
		return false;
	struct consult_wish wish = { .gateway = context->house->gateway, .config = context->house->config, .terms = &ret->terms, .purpose = purpose,
		                     .persona = persona, .cancelled = &ret->cancelled,
		                     .deadline_ms = isnan(seconds) ? 0 : clock_ms() + (int64_t)(seconds * 1000) };
	ret->deadline_ms = wish.deadline_ms;
	if (!consult_begin(&wish, &ret->consultation, error))
		return false;
	ret->interruptee = (struct interruptee){ stop_asking, ret, NULL };
	if (ret->consultation.models)
		house_add_interruptee(context->house, &ret->interruptee);
	return true;
}

bool
solo_is_late(const struct solo *solo, GError **error)
{
	if (!solo->deadline_ms || clock_ms() < solo->deadline_ms)
		return false;
	error_set(error, ERR_BUDGET, "ask again with a later --deadline", "its time is over");
	return true;
}

void
solo_end(struct solo *solo)
{
	if (solo->consultation.models)
		house_remove_interruptee(solo->context->house, &solo->interruptee);
	consult_end(&solo->consultation);
}
