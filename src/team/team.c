#include "team/team.h"

#include "base/error.h"

enum { ALTERNATIVES = 3 };

static const struct record_field member_fields[] = {
	RECORD_FIELD(member, persona_id, 0, "persona"),
	RECORD_FIELD(member, name, 0, "for people"),
	RECORD_FIELD(member, why, 0, "what brought it in"),
	RECORD_FIELD(member, provides, 0, "what the scaffold makes for it"),
};
RECORD_TYPE(member, RECORD_DROP, "a member of a team");

static const struct record_field team_fields[] = {
	RECORD_FIELD(team, blueprint_id, 0, "team pattern"),
	RECORD_FIELD(team, blueprint_name, 0, "its name"),
	RECORD_FIELD(team, reason, 0, "why this one"),
	RECORD_LIST(team, alternatives, blueprint_match, 0, "the next best patterns"),
	RECORD_LIST(team, members, member, 0, "who takes part"),
	RECORD_LIST(team, left_out, member, 0, "who takes no part, and why"),
};
RECORD_TYPE(team, RECORD_DROP, "a team");

static bool
add_member(const struct persona_list *personas, const char *id, const char *why, struct team *team, GError **error)
{
	const struct persona *persona = personas_find(personas, id);
	if (!persona)
		return error_set(error, ERR_NOT_FOUND, "list them with 'teamwright personas list'", "there is no persona '%s'", id);
	for (size_t i = 0; i < team->members.count; i++)
		if (g_str_equal(team->members.items[i].persona_id, id))
			return true;
	struct member *member = record_append(&member_record, &team->members);
	member->persona_id = g_strdup(id);
	member->name = g_strdup(persona->name);
	member->why = g_strdup(why);
	member->provides = g_strdup(persona->provides);
	return true;
}

/* The word of the analysis that brings a role in; NULL for none. */
static const char *
find_reason(const struct blueprint_role *role, const struct analysis *analysis)
{
	char **lists[] = { analysis->components, analysis->required_expertise };
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
		for (char **word = lists[i]; word && *word; word++)
			if (role->when && g_strv_contains((const char *const *)role->when, *word))
				return *word;
	return NULL;
}

static bool
add_roles(const struct persona_list *personas, const struct blueprint *blueprint, const struct analysis *analysis, struct team *team,
          GError **error)
{
	for (size_t i = 0; i < blueprint->roles.count; i++) {
		const struct blueprint_role *role = &blueprint->roles.items[i];
		const char *word = find_reason(role, analysis);
		if (!role->required && !word)
			continue;
		g_autofree char *why = role->required ? g_strdup("the blueprint wants it") : g_strdup_printf("the requirement needs %s", word);
		if (!add_member(personas, role->persona, why, team, error))
			return false;
	}
	return true;
}

static bool
choose_blueprint(const struct blueprint_list *blueprints, const struct analysis *analysis, const char *wanted, struct team *team,
                 const struct blueprint **ret, GError **error)
{
	struct blueprint_match_list matches;
	*ret = wanted ? blueprints_find(blueprints, wanted) : NULL;
	if (wanted && !*ret)
		return error_set(error, ERR_NOT_FOUND, "list them with 'teamwright blueprints list'", "there is no blueprint '%s'", wanted);
	blueprints_rank(blueprints, analysis, &matches);
	if (!*ret && matches.count)
		*ret = blueprints_find(blueprints, matches.items[0].id);
	for (size_t i = 0; i < matches.count && team->alternatives.count < ALTERNATIVES; i++) {
		const struct blueprint_match *match = &matches.items[i];
		if (*ret && g_str_equal(match->id, (*ret)->id)) {
			g_free(team->reason);
			team->reason = g_strdup(wanted ? "it was asked for" : match->reason);
			continue;
		}
		struct blueprint_match *next = record_append(&blueprint_match_record, &team->alternatives);
		record_finish(&blueprint_match_record, next);
		record_copy(&blueprint_match_record, match, next);
	}
	record_list_finish(&blueprint_match_record, &matches);
	return *ret || error_set(error, ERR_CONFIG, "restore the catalogue's blueprints", "there are no blueprints");
}

static bool
compose(const struct blueprint_list *blueprints, const struct persona_list *personas, const struct analysis *analysis,
        const struct team_request *request, struct team *ret, GError **error)
{
	const struct blueprint *blueprint;
	if (!choose_blueprint(blueprints, analysis, request->blueprint, ret, &blueprint, error))
		return false;
	ret->blueprint_id = g_strdup(blueprint->id);
	ret->blueprint_name = g_strdup(blueprint->name);
	if (!request->personas || !*request->personas)
		return add_roles(personas, blueprint, analysis, ret, error);
	for (const char *const *id = request->personas; *id; id++)
		if (!add_member(personas, *id, "it was chosen by name", ret, error))
			return false;
	return true;
}

bool
team_compose(struct catalogue *catalogue, const struct analysis *analysis, const struct team_request *request, struct team *ret,
             GError **error)
{
	struct persona_list personas = { 0 };
	struct blueprint_list blueprints = { 0 };
	record_init(&team_record, ret);
	bool ok = personas_load(catalogue, request->project, &personas, error) && blueprints_load(catalogue, &blueprints, error) &&
	          compose(&blueprints, &personas, analysis, request, ret, error);
	record_list_finish(&persona_record, &personas);
	record_list_finish(&blueprint_record, &blueprints);
	if (!ok)
		record_finish(&team_record, ret);
	return ok;
}

void
team_keep_scaffolded(struct team *team)
{
	struct member_list all = team->members;
	bool any = false;
	for (size_t i = 0; i < all.count; i++)
		any |= all.items[i].provides != NULL;
	if (!any)
		return;
	team->members = (struct member_list){ 0 };
	for (size_t i = 0; i < all.count; i++) {
		bool stays = all.items[i].provides != NULL;
		struct member *member = record_append(&member_record, stays ? &team->members : &team->left_out);
		*member = all.items[i];
		if (!stays) {
			g_free(member->why);
			member->why = g_strdup("its work needs a model or an agent");
		}
	}
	g_free(all.items);
}

bool
team_require(struct catalogue *catalogue, const char *provides, const char *why, struct team *team, GError **error)
{
	struct persona_list personas = { 0 };
	for (size_t i = 0; i < team->members.count; i++)
		if (g_strcmp0(team->members.items[i].provides, provides) == 0)
			return true;
	if (!personas_load(catalogue, NULL, &personas, error))
		return false;
	bool ok = true;
	for (size_t i = 0; i < personas.count; i++) {
		if (g_strcmp0(personas.items[i].provides, provides) == 0) {
			ok = add_member(&personas, personas.items[i].id, why, team, error);
			break;
		}
	}
	record_list_finish(&persona_record, &personas);
	return ok;
}

bool
team_include(struct catalogue *catalogue, const char *persona, const char *why, struct team *team, GError **error)
{
	struct persona_list personas = { 0 };
	for (size_t i = 0; i < team->members.count; i++)
		if (g_str_equal(team->members.items[i].persona_id, persona))
			return true;
	bool ok = personas_load(catalogue, NULL, &personas, error) && add_member(&personas, persona, why, team, error);
	record_list_finish(&persona_record, &personas);
	return ok;
}
