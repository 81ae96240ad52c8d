/* Operations on personas and blueprints. */
#ifndef ENGINE_OP_TEAM_H
#define ENGINE_OP_TEAM_H

#include "engine/operation.h"
#include "team/team.h"

struct no_request {
	char *unused;
};
extern const struct record_type no_request_record;

struct id_request {
	char *id;
};
extern const struct record_type id_request_record;

struct persona_entry {
	char *id, *stream;
	char **skills;
	char *provides, *origin, *description;
};
RECORD_LIST_OF(persona_entry);
extern const struct record_type persona_entry_record;

struct personas_result {
	struct persona_entry_list personas;
};
extern const struct record_type personas_result_record;

struct blueprint_entry {
	char *id, *execution, *coordination, *scaling, *name;
};
RECORD_LIST_OF(blueprint_entry);
extern const struct record_type blueprint_entry_record;

struct blueprints_result {
	struct blueprint_entry_list blueprints;
};
extern const struct record_type blueprints_result_record;

struct search_result {
	struct blueprint_match_list matches;
};
extern const struct record_type search_result_record;

operation_handler op_personas_list, op_personas_show, op_blueprints_list, op_blueprints_show, op_blueprints_search;

#endif
