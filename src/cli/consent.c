#include "cli/consent.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/doc.h"
#include "cli/arguments.h"
#include "cli/terminal.h"
#include "cli/view.h"

/* Operations that show, without asking any model, what others would begin: with this member set; not where the last one is there, for then
 * it is known already, or only a model can say. */
static const struct {
	const char *operation, *shown_by, *member, *unless;
} previews[] = {
	{ "run.start", "plan.create", "draft", "plan" },
	{ "plan.create", "plan.create", "draft", NULL },
	{ "orchestrate", "orchestrate", "dry_run", "coordinator" },
};

/* --- what would be begun -------------------------------------------------------------------- */

static bool
is_given(const struct value *request, const char *member)
{
	return value_member_text(request, member) || value_truth(value_member(request, member));
}

/* The result of the preview; NULL where there is none, or it fails: then the operation itself will say why. */
static struct doc *
make_preview(struct tw *tw, const struct operation *operation, const struct value *request)
{
	unsigned i = 0;
	while (i < G_N_ELEMENTS(previews) && !g_str_equal(previews[i].operation, operation->name))
		i++;
	if (i == G_N_ELEMENTS(previews) || (previews[i].unless && is_given(request, previews[i].unless)))
		return NULL;
	const struct operation *shown_by = operation_find(previews[i].shown_by);
	static const char *const lasting[] = { "save", "record", "replay", NULL };
	g_autofree char *wanted = arguments_carry(shown_by, request, lasting, previews[i].member);
	char *result = NULL, *error = NULL;
	tw_call(tw, shown_by->name, wanted, &result, &error);
	struct doc *doc = result ? doc_own(result) : NULL;
	tw_free(result);
	tw_free(error);
	return doc;
}

static void
add_names(struct view *view, const struct value *list, const char *member)
{
	const char *comma = "";
	VALUE_EACH (item, list) {
		view_add(view, TONE_PLAIN, "%s%s", comma, view_text_of(item, member));
		comma = ", ";
	}
	view_add(view, TONE_PLAIN, "\n");
}

static void
add_plan(struct view *view, const struct value *preview)
{
	const struct value *team = value_member(preview, "team"), *plan = value_member(preview, "plan");
	const struct value *prediction = value_member(plan, "prediction");
	if (!team)
		return;
	g_autofree char *makespan = clock_span(value_double(value_member(prediction, "makespan")));
	view_add(view, TONE_STRONG, "As it looks without a model, which may choose otherwise:\n");
	view_add(view, TONE_PLAIN, "  team        %s: ", view_text_of(team, "blueprint_id"));
	add_names(view, value_member(team, "members"), "persona_id");
	view_add(view, TONE_PLAIN, "  contracts   ");
	add_names(view, value_member(preview, "contracts"), "id");
	view_add(view, TONE_PLAIN, "  plan        %zu tasks, %d at once, predicted %s (%s durations)", value_count(value_member(plan, "tasks")),
	         view_number_of(plan, "workers"), makespan, view_text_of(prediction, "basis"));
}

static void
add_waves(struct view *view, const struct value *preview)
{
	VALUE_EACH (plan, value_member(preview, "plan"))
		VALUE_EACH (wave, value_member(plan, "waves")) {
			view_add(view, TONE_PLAIN, "  wave %-6d ", view_number_of(wave, "wave_number"));
			add_names(view, value_member(wave, "tasks"), "specialist");
		}
}

/* --- what it costs -------------------------------------------------------------------------- */

/* The servers whose calls are not free, with what is known of their prices; whether there is one. */
static bool
add_servers(struct view *view, const struct value *list)
{
	bool any = false;
	VALUE_EACH (server, value_member(list, "servers")) {
		const char *name = value_member_text(server, "server");
		double in = NAN, out = NAN;
		if (value_truth(value_member(server, "local")))
			continue;
		any = true;
		VALUE_EACH (model, value_member(list, "models")) {
			if (!isnan(in) || g_strcmp0(value_member_text(model, "server"), name) != 0)
				continue;
			in = value_double(value_member(model, "input_price"));
			out = value_double(value_member(model, "output_price"));
		}
		if (isnan(in) || isnan(out))
			view_add(view, TONE_PLAIN, "  %-16s price unknown\n", name);
		else
			view_add(view, TONE_PLAIN, "  %-16s $%.2f for a million tokens in, $%.2f out\n", name, in, out);
	}
	return any;
}

static bool
ask(const struct value *request)
{
	char line[16] = "";
	double budget = value_double(value_member(request, "budget"));
	if (isnan(budget))
		fputs("There is no limit; --budget sets one. --model none asks no model, --yes asks no question.\n", stderr);
	else
		fprintf(stderr, "They may cost $%.2f at most.\n", budget);
	fputs("Go on? [y/N] ", stderr);
	fflush(stderr);
	return terminal_read(line, sizeof line) && (*line == 'y' || *line == 'Y');
}

/* Somebody looks, and begins nothing: such a request asks no model. */
static bool
is_preview(const struct value *request)
{
	return value_truth(value_member(request, "draft")) || (value_truth(value_member(request, "dry_run")) && !value_truth(value_member(request, "coordinator")));
}

bool
consent_tell_foreign(const char *project, const struct operation *operation, const char *request)
{
	struct config_part parts[CONFIG_FILES];
	g_autoptr(Doc) wanted = doc_own(request);
	bool asks = operation->flags & OPERATION_PAID && !value_member(doc_root(wanted), "replay") && !is_preview(doc_root(wanted)), any = false;
	g_autoptr(Config) config = asks ? config_load(project, NULL) : NULL;
	if (!config)
		return false;
	config_section(config, SECTION_ENDPOINTS, parts);
	for (unsigned i = 0; i < CONFIG_FILES; i++)
		VALUE_EACH (item, parts[i].project ? parts[i].list : NULL) {
			g_autofree char *where = doc_where(parts[i].doc, item), *name = view_scalar(value_member(item, "name")), *url = view_scalar(value_member(item, "base_url"));
			fprintf(stderr, "prompts may go to %s at %s, named by %s\n", name, url, where);
			any = true;
		}
	return any;
}

bool
consent_get(struct tw *tw, const struct operation *operation, const char *request, bool foreign, bool colour)
{
	g_autoptr(Doc) wanted = doc_own(request);
	char *result = NULL;
	bool silent = !(operation->flags & OPERATION_PAID) || !terminal_is_there() || is_preview(doc_root(wanted));
	if (silent || value_member(doc_root(wanted), "replay") || tw_call(tw, "models.list", NULL, &result, NULL))
		return true;
	g_autoptr(Doc) list = doc_own(result);
	tw_free(result);
	struct view view = { g_string_new(NULL), colour };
	view_add(&view, TONE_STRONG, foreign ? "This may ask models that cost money, or that the project chose:\n" : "This may ask models that cost money:\n");
	bool costs = add_servers(&view, doc_root(list)) || foreign;
	if (costs) {
		g_autoptr(Doc) preview = make_preview(tw, operation, doc_root(wanted));
		add_plan(&view, preview ? doc_root(preview) : NULL);
		add_waves(&view, preview ? doc_root(preview) : NULL);
		view_estimate(&view, preview ? value_member(doc_root(preview), "estimate") : NULL);
		fputs(view.text->str, stderr);
	}
	g_string_free(view.text, TRUE);
	return !costs || ask(doc_root(wanted));
}
