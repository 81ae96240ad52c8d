#include "engine/op_team.h"

#include "base/error.h"

static const struct record_field no_request_fields[] = {
	RECORD_FIELD(no_request, unused, RECORD_HIDDEN, "nothing"),
};
RECORD_TYPE(no_request, RECORD_REJECT, "a request without content");

static const struct record_field id_request_fields[] = {
	RECORD_FIELD(id_request, id, RECORD_ARGUMENT | RECORD_REQUIRED, "which one"),
};
RECORD_TYPE(id_request, RECORD_REJECT, "which one");

static const struct record_field persona_entry_fields[] = {
	RECORD_FIELD(persona_entry, id, 0, "stable name"),
	RECORD_FIELD(persona_entry, stream, 0, "work stream"),
	RECORD_FIELD(persona_entry, skills, 0, "expertise"),
	RECORD_FIELD(persona_entry, provides, 0, "what the scaffold makes for it"),
	RECORD_FIELD(persona_entry, origin, 0, "where it was read"),
	RECORD_FIELD(persona_entry, description, 0, "what it is for"),
};
RECORD_TYPE(persona_entry, RECORD_DROP, "a persona");

static const struct record_field personas_result_fields[] = {
	RECORD_LIST(personas_result, personas, persona_entry, 0, "by id"),
};
RECORD_TYPE(personas_result, RECORD_DROP, "all personas");

static const struct record_field blueprint_entry_fields[] = {
	RECORD_FIELD(blueprint_entry, id, 0, "stable name"),
	RECORD_FIELD(blueprint_entry, execution, 0, "in which order assignments run"),
	RECORD_FIELD(blueprint_entry, coordination, 0, "how they come to one result"),
	RECORD_FIELD(blueprint_entry, scaling, 0, "how the team grows"),
	RECORD_FIELD(blueprint_entry, name, 0, "for people"),
};
RECORD_TYPE(blueprint_entry, RECORD_DROP, "a blueprint");

static const struct record_field blueprints_result_fields[] = {
	RECORD_LIST(blueprints_result, blueprints, blueprint_entry, 0, "by id"),
};
RECORD_TYPE(blueprints_result, RECORD_DROP, "all blueprints");

static const struct record_field search_result_fields[] = {
	RECORD_LIST(search_result, matches, blueprint_match, 0, "best first"),
};
RECORD_TYPE(search_result, RECORD_DROP, "blueprints that match");

bool
op_personas_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct personas_result *result = data_result;
	struct persona_list all;
	(void)data;
	if (!personas_load(context->house->catalogue, context->house->project, &all, error))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct persona_entry *entry = record_append(&persona_entry_record, &result->personas);
		entry->id = g_strdup(all.items[i].id);
		entry->stream = g_strdup(all.items[i].stream);
		entry->skills = g_strdupv(all.items[i].skills);
		entry->provides = g_strdup(all.items[i].provides);
		entry->origin = g_strdup(all.items[i].origin);
		entry->description = g_strdup(all.items[i].description);
	}
	record_list_finish(&persona_record, &all);
	return true;
}

bool
op_personas_show(struct context *context, const void *data, void *result, GError **error)
{
	const struct id_request *request = data;
	struct persona_list all;
	if (!personas_load(context->house->catalogue, context->house->project, &all, error))
		return false;
	const struct persona *persona = personas_find(&all, request->id);
	if (persona) {
		record_finish(&persona_record, result);
		record_copy(&persona_record, persona, result);
	}
	record_list_finish(&persona_record, &all);
	return persona || error_set(error, ERR_NOT_FOUND, "list them with 'teamwright personas list'", "there is no persona '%s'", request->id);
}

bool
op_blueprints_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct blueprints_result *result = data_result;
	struct blueprint_list all;
	(void)data;
	if (!blueprints_load(context->house->catalogue, &all, error))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct blueprint_entry *entry = record_append(&blueprint_entry_record, &result->blueprints);
		entry->id = g_strdup(all.items[i].id);
		entry->name = g_strdup(all.items[i].name);
		entry->execution = g_strdup(execution_mode_names[all.items[i].execution]);
		entry->coordination = g_strdup(coordination_mode_names[all.items[i].coordination]);
		entry->scaling = g_strdup(scaling_names[all.items[i].scaling]);
	}
	record_list_finish(&blueprint_record, &all);
	return true;
}

bool
op_blueprints_show(struct context *context, const void *data, void *result, GError **error)
{
	const struct id_request *request = data;
	struct blueprint_list all;
	if (!blueprints_load(context->house->catalogue, &all, error))
		return false;
	const struct blueprint *blueprint = blueprints_find(&all, request->id);
	if (blueprint) {
		record_finish(&blueprint_record, result);
		record_copy(&blueprint_record, blueprint, result);
	}
	record_list_finish(&blueprint_record, &all);
	return blueprint ||
	       error_set(error, ERR_NOT_FOUND, "list them with 'teamwright blueprints list'", "there is no blueprint '%s'", request->id);
}

bool
op_blueprints_search(struct context *context, const void *data, void *data_result, GError **error)
{
	struct search_result *result = data_result;
	struct blueprint_list all;
	if (!blueprints_load(context->house->catalogue, &all, error))
		return false;
	blueprints_search(&all, data, &result->matches);
	record_list_finish(&blueprint_record, &all);
	return result->matches.count || error_set(error, ERR_NOT_FOUND, "ask for less, or list all with 'teamwright blueprints list'",
	                                          "no blueprint matches");
}
