/* Personas: WHO. Markdown files with front matter, as coding agents read them; ours and the
 * project's (.claude/agents) alike. */
#ifndef TEAM_PERSONA_H
#define TEAM_PERSONA_H

#include "base/catalogue.h"
#include "base/record.h"

struct persona {
	char *id;                /* the file's name without .md: "backend_developer" */
	char *name, *description;
	char **tools;            /* of a coding agent; a foreign file may give them as one line */
	char *model;
	char **skills;           /* expertise words: backend, database, … */
	char *stream;            /* work stream that its tasks belong to */
	char *provides;          /* what the scaffold makes for it: api, web, tests, schema, docs, ops; NULL for nothing */
	double effort_share;     /* of a typical feature's effort, for estimates */
	char *instructions;      /* the text below the front matter */
	char *origin;            /* where it was read: a path or "built-in" */
	struct doc *extra;       /* unknown keys are kept */
};
RECORD_LIST_OF(persona);
extern const struct record_type persona_record;

/* Reads one file's text. Front matter is YAML; where it is not valid YAML, "key: rest of line" with
 * the lines that continue it. ERR_CONFIG or ERR_INPUT naming file and line. */
bool persona_read(const char *id, const char *origin, const char *text, struct persona *ret, GError **error);
/* All personas of the catalogue, and of `project`/.claude/agents where `project` is given, sorted by
 * id; the project's win. What a file there leaves open (skills, stream, provides, effort_share) it
 * takes from the persona that it replaces; files without front matter there are passed over. */
bool personas_load(struct catalogue *catalogue, const char *project, struct persona_list *ret, GError **error);
/* Those who look at problems (teamwright orchestrate): files of the same form in the catalogue's folder `specialists`. */
bool specialists_load(struct catalogue *catalogue, struct persona_list *ret, GError **error);
const struct persona *personas_find(const struct persona_list *list, const char *id);

#endif
