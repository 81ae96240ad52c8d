#include "cli/consent.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/doc.h"

/* The servers whose calls are not free, with what is known of their prices; empty where there is none. */
static char *
describe(const struct value *list)
{
	GString *text = g_string_new(NULL);
	VALUE_EACH (server, value_member(list, "servers")) {
		const char *name = value_member_text(server, "server");
		double in = NAN, out = NAN;
		if (value_truth(value_member(server, "local")))
			continue;
		VALUE_EACH (model, value_member(list, "models")) {
			if (!isnan(in) || g_strcmp0(value_member_text(model, "server"), name) != 0)
				continue;
			in = value_double(value_member(model, "input_price"));
			out = value_double(value_member(model, "output_price"));
		}
		if (isnan(in) || isnan(out))
			g_string_append_printf(text, "  %-16s price unknown\n", name);
		else
			g_string_append_printf(text, "  %-16s $%.2f for a million tokens in, $%.2f out\n", name, in, out);
	}
	return g_string_free(text, FALSE);
}

static bool
ask(const char *costs, const struct value *request)
{
	char line[16] = "";
	double budget = value_double(value_member(request, "budget"));
	fprintf(stderr, "This may ask models that cost money:\n%s", costs);
	if (isnan(budget))
		fputs("There is no limit; --budget sets one. --model none asks no model, --yes asks no question.\n", stderr);
	else
		fprintf(stderr, "They may cost $%.2f at most.\n", budget);
	fputs("Go on? [y/N] ", stderr);
	fflush(stderr);
	return fgets(line, sizeof line, stdin) && (*line == 'y' || *line == 'Y');
}

bool
consent_get(struct tw *tw, const struct operation *operation, const char *request)
{
	g_autoptr(Doc) wanted = doc_own(request);
	char *result = NULL;
	bool silent = !(operation->flags & OPERATION_PAID) || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO);
	if (silent || value_member(doc_root(wanted), "replay") || tw_call(tw, "models.list", NULL, &result, NULL))
		return true;
	g_autoptr(Doc) list = doc_own(result);
	tw_free(result);
	g_autofree char *costs = describe(doc_root(list));
	return !*costs || ask(costs, doc_root(wanted));
}
