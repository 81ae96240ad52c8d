/* One structured question to a model, by a prompt and a schema of the catalogue. */
#ifndef ENGINE_COUNSEL_H
#define ENGINE_COUNSEL_H

#include "base/catalogue.h"
#include "llm/prompt.h"
#include "llm/structured.h"

/* What is asked, without what it is about: read once, used by any number of threads. */
struct counsel_form {
	struct prompt prompt;
	struct schema_set *set;
	const struct schema *schema;
	struct doc *doc;             /* of the schema */
	const char *name;            /* of the schema */
};
/* By their names in the catalogue, without folder and ending; `schema` has to stay. Cleared in any case. */
bool counsel_form_load(struct catalogue *catalogue, const char *prompt, const char *schema, struct counsel_form *ret, GError **error);
void counsel_form_clear(struct counsel_form *form);

struct counsel {
	struct models *models;
	const char *model;                   /* NULL: any */
	const char *const *accounts;         /* who pays */
	const struct call_memory *memory;    /* NULL */
	const bool *cancelled;               /* set by models_cancel */
	const char *run;                     /* whose prefix is worth keeping on a server */
	int64_t deadline_ms;                 /* 0: none */
};

struct question {
	const struct counsel_form *form;
	const char *identity;                /* stands behind the prompt; NULL */
	const char *material;                /* JSON: all that it is about */
	const char *server;                  /* that is preferred; NULL: any */
	double priority;
	structured_judge *judge;             /* NULL */
	void *data;
};

/* As structured_ask; `ret` has to be cleared in any case. */
bool counsel_ask(const struct counsel *counsel, const struct question *question, struct structured_answer *ret, GError **error);

#endif
