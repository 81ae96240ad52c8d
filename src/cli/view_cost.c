/* What asking models cost, and what it will. */
#include <math.h>

#include "cli/view.h"

/* What each phase and persona took, and what the sequential plan would have. */
static void
add_cost(struct view *view, const struct value *models)
{
	const struct value *cost = value_member(models, "cost");
	double dollars = value_double(value_member(cost, "dollars")), sequential = value_double(value_member(cost, "sequential_dollars"));
	VALUE_EACH (entry, value_member(models, "asked")) {
		double own = value_double(value_member(entry, "dollars"));
		bool known = !isnan(own) && !view_number_of(entry, "unpriced_calls");
		view_add(view, TONE_FAINT, "    %-12s %-22s %d calls, %d tokens", view_text_of(entry, "purpose"), view_text_of(entry, "persona"), view_number_of(entry, "calls"),
		         view_number_of(entry, "input_tokens") + view_number_of(entry, "cache_read_tokens") + view_number_of(entry, "cache_write_tokens") +
		                 view_number_of(entry, "output_tokens"));
		if (view_number_of(entry, "calls"))
			view_add(view, TONE_FAINT, known ? ", $%.4f" : ", cost unknown", own);
		view_add(view, TONE_FAINT, "\n");
	}
	if (!isnan(dollars) && dollars > 0)
		view_add(view, TONE_FAINT, "    the sequential plan: $%.4f (%s)\n", sequential, view_text_of(cost, "note"));
}

/* What models were asked; an unknown price is said to be unknown. */
void
view_models(struct view *view, const struct value *models)
{
	const struct value *sum = value_member(models, "sum");
	double dollars = value_double(value_member(sum, "dollars"));
	int calls = view_number_of(sum, "calls"), replayed = view_number_of(sum, "replayed_calls"), unpriced = view_number_of(sum, "unpriced_calls");
	if (!sum)
		return;
	view_add(view, TONE_PLAIN, "  models      %d calls, %d tokens in, %d out", calls,
	         view_number_of(sum, "input_tokens") + view_number_of(sum, "cache_read_tokens") + view_number_of(sum, "cache_write_tokens"), view_number_of(sum, "output_tokens"));
	if (!isnan(dollars))
		view_add(view, TONE_PLAIN, ", $%.4f", dollars);
	if (unpriced)
		view_add(view, TONE_PLAIN, isnan(dollars) ? ", cost unknown" : "; the cost of %d calls is unknown", unpriced);
	if (view_number_of(sum, "repaid_calls"))
		view_add(view, TONE_STRONG, "; %d paid twice, for a crash lost the answer", view_number_of(sum, "repaid_calls"));
	if (replayed)
		view_add(view, TONE_STRONG, "; replayed: %d answers from a recording", replayed);
	view_add(view, TONE_PLAIN, "\n");
	add_cost(view, models);
	VALUE_EACH (entry, value_member(models, "asked"))
		if (*view_text_of(entry, "fallback")) {
			g_autofree char *why = view_scalar(value_member(entry, "fallback"));
			view_add(view, TONE_STRONG, "    %s without a model: %s\n", view_text_of(entry, "purpose"), why);
		}
}

static void
add_dollars(struct view *view, const struct value *object)
{
	double dollars = value_double(value_member(object, "dollars")), most = value_double(value_member(object, "dollars_at_most"));
	if (isnan(dollars))
		view_add(view, TONE_PLAIN, "cost unknown");
	else
		view_add(view, TONE_PLAIN, "about $%.2f, at most $%.2f", dollars, most);
}

void
view_estimate(struct view *view, const struct value *estimates)
{
	VALUE_EACH (estimate, estimates) {
		view_add(view, TONE_PLAIN, "\n  estimate    ");
		add_dollars(view, estimate);
		view_add(view, TONE_PLAIN, ": %d calls of %s at %s, %d tokens in, %d out\n", view_number_of(estimate, "calls"), view_text_of(estimate, "model"),
		         view_text_of(estimate, "server"), view_number_of(estimate, "input_tokens"), view_number_of(estimate, "output_tokens"));
		VALUE_EACH (item, value_member(estimate, "items")) {
			view_add(view, TONE_FAINT, "    %-12s %-22s %d calls, ", view_text_of(item, "purpose"), view_text_of(item, "persona"), view_number_of(item, "calls"));
			add_dollars(view, item);
			view_add(view, TONE_FAINT, " (%s)\n", view_text_of(item, "basis"));
		}
	}
}
