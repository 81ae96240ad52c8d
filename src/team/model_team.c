#include "team/model_team.h"

#include "base/error.h"

static const struct record_field team_choice_fields[] = {
	RECORD_FIELD(team_choice, blueprint_id, RECORD_REQUIRED, "id of a blueprint of the list"),
	RECORD_FIELD(team_choice, personas, RECORD_REQUIRED, "ids of the personas that take part, of the list"),
	RECORD_FIELD(team_choice, reason, RECORD_REQUIRED, "why, in a sentence or two"),
};
RECORD_TYPE(team_choice, RECORD_DROP, "a team pattern and who takes part");

struct choosing {
	struct inquiry inquiry;
	struct blueprint_list blueprints;
	struct persona_list personas;
};

static char *
list_blueprints(const struct blueprint_list *list)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_array(&writer);
	for (size_t i = 0; i < list->count; i++) {
		const struct blueprint *blueprint = &list->items[i];
		writer_begin_object(&writer);
		writer_member_text(&writer, "id", blueprint->id);
		writer_member_text(&writer, "description", blueprint->description);
		writer_key(&writer, "use_cases");
		writer_begin_array(&writer);
		for (char **text = blueprint->use_cases; text && *text; text++)
			writer_text(&writer, *text);
		writer_end(&writer);
		writer_end(&writer);
	}
	writer_end(&writer);
	return writer_take(&writer);
}

static char *
list_personas(const struct persona_list *list)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_array(&writer);
	for (size_t i = 0; i < list->count; i++) {
		writer_begin_object(&writer);
		writer_member_text(&writer, "id", list->items[i].id);
		writer_member_text(&writer, "description", list->items[i].description);
		writer_end(&writer);
	}
	writer_end(&writer);
	return writer_take(&writer);
}

static char *
judge(void *data, struct doc *doc)
{
	const struct choosing *choosing = data;
	struct team_choice choice;
	if (!inquiry_read(&choosing->inquiry, doc, &choice, NULL))
		return NULL;   /* the inquiry has read it before */
	GString *faults = g_string_new(NULL);
	if (!blueprints_find(&choosing->blueprints, choice.blueprint_id))
		g_string_append_printf(faults, "- blueprint_id: there is no blueprint %s in the list\n", choice.blueprint_id);
	if (!choice.personas || !*choice.personas)
		g_string_append(faults, "- personas: nobody takes part\n");
	for (char **id = choice.personas; id && *id; id++)
		if (!personas_find(&choosing->personas, *id))
			g_string_append_printf(faults, "- personas: there is no persona %s in the list\n", *id);
	record_finish(&team_choice_record, &choice);
	return g_string_free(faults, faults->len == 0);
}

static bool
choose(struct choosing *choosing, struct catalogue *catalogue, struct models *models, const struct ask *like, struct model_choice *ret, GError **error)
{
	struct inquiry_answer answer;
	GError *cause = NULL;
	bool ok = inquiry_make(catalogue, models, like, &choosing->inquiry, &answer, &cause) && inquiry_read(&choosing->inquiry, answer.doc, &ret->choice, &cause);
	ret->rounds = answer.rounds;
	if (ok) {
		ret->model = g_strdup(answer.model);
	} else if (!inquiry_error_is_final(cause)) {
		ret->fallback = inquiry_why(cause);
		g_clear_error(&cause);
		ok = true;
	} else {
		g_propagate_error(error, cause);
	}
	inquiry_answer_clear(&answer);
	return ok;
}

bool
model_team_choose(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *project, const char *requirement,
                  const char *context, const struct analysis *analysis, struct model_choice *ret, GError **error)
{
	struct choosing choosing = { .blueprints = { 0 } };
	*ret = (struct model_choice){ 0 };
	bool ok = blueprints_load(catalogue, &choosing.blueprints, error) && personas_load(catalogue, project, &choosing.personas, error);
	if (ok) {
		g_autofree char *found = record_to_json(&analysis_record, analysis, true);
		g_autofree char *blueprints = list_blueprints(&choosing.blueprints), *personas = list_personas(&choosing.personas);
		const struct inquiry_quote quotes[] = { { "requirement", requirement }, { "context", context }, { "analysis", found }, { "blueprints", blueprints },
			                                { "personas", personas } };
		choosing.inquiry = (struct inquiry){ "blueprint", &team_choice_record, quotes, G_N_ELEMENTS(quotes), judge, &choosing };
		ok = choose(&choosing, catalogue, models, like, ret, error);
	}
	record_list_finish(&blueprint_record, &choosing.blueprints);
	record_list_finish(&persona_record, &choosing.personas);
	return ok;
}

void
model_choice_clear(struct model_choice *choice)
{
	record_finish(&team_choice_record, &choice->choice);
	g_free(choice->model);
	g_free(choice->fallback);
	*choice = (struct model_choice){ 0 };
}
