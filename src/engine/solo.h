/* Asking models once, for no run: an account of its own, ended by an interruption of the process. */
#ifndef ENGINE_SOLO_H
#define ENGINE_SOLO_H

#include "engine/consult.h"
#include "engine/context.h"

struct solo {
	struct context *context;
	struct consult_terms terms;
	struct consultation consultation;   /* .models is NULL where there is none to ask */
	bool cancelled;
	int64_t deadline_ms;         /* 0: none */
	struct interruptee interruptee;
};

/* `seconds` NaN: no deadline. The errors of consult_begin; on success it has to be ended, and must not be moved before. */
bool solo_begin(struct context *context, const struct consult_terms *terms, const char *purpose, const char *persona, double seconds, struct solo *ret,
                GError **error);
/* True, with ERR_BUDGET, where its deadline has passed. */
bool solo_is_late(const struct solo *solo, GError **error);
void solo_end(struct solo *solo);

#endif
