/* One structured question to a model, by a prompt and a schema of the catalogue. */
#ifndef ENGINE_COUNSEL_H
#define ENGINE_COUNSEL_H

#include "base/catalogue.h"
#include "llm/structured.h"

struct counsel {
	struct models *models;
	struct catalogue *catalogue;
	const char *model;                   /* NULL: any */
	const char *const *accounts;         /* who pays */
	const bool *cancelled;               /* set by models_cancel */
	const char *run;                     /* whose prefix is worth keeping on a server */
	int64_t deadline_ms;                 /* 0: none */
};

struct question {
	const char *prompt, *schema;         /* names in the catalogue, without folder and ending */
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
