/* What an operation finds around it: the process's house, and what is its own for one call. */
#ifndef ENGINE_CONTEXT_H
#define ENGINE_CONTEXT_H

#include <pthread.h>

#include "base/catalogue.h"
#include "base/config.h"
#include "engine/engine.h"
#include "engine/gateway.h"
#include "store/store.h"

struct control;

/* One per process (or library handle). What is lazy is made under the mutex. */
struct house {
	struct config *config;
	struct catalogue *catalogue;
	char *project;               /* folder whose .teamwright/ counts */
	char *place;                 /* of the store; lazy */
	struct gateway *gateway;     /* to the models */
	struct engine *engine;       /* lazy */
	struct control *control;     /* lazy: the socket on which this process answers */
	bool interrupted;            /* read atomically: workers have its address to see when to stop */
	pthread_cond_t interruption;
	struct interruptee *interruptees;   /* under the mutex */
	void (*watcher)(void *data, const char *event);
	void *data;
	pthread_mutex_t mutex;
};

/* Who wants to be told of an interruption, on the thread that interrupts. */
struct interruptee {
	void (*act)(void *data);
	void *data;
	struct interruptee *next;
};

/* One per call. */
struct context {
	struct house *house;
	struct store *store;         /* lazy, by context_store */
	int exit_code;               /* of a call that has a result */
};

struct house *house_create(const char *project, GError **error);
void house_destroy(struct house *house);

/* Each NULL with an error. */
struct store *context_store(struct context *context, GError **error);
struct engine *context_engine(struct context *context, GError **error);
void context_finish(struct context *context);

/* Tells those who watch about something that belongs to no run; `data` is JSON. */
void house_emit(struct house *house, const char *kind, const char *data);
/* The same about a task of one; `data` NULL for none. */
void house_emit_task(struct house *house, const char *kind, const char *task, const char *persona, const char *data);
/* False where nobody would hear. */
bool house_is_watched(const struct house *house);
/* Blocks until somebody interrupts: for operations that serve. */
void house_await_interrupt(struct house *house);
/* Told at once where it has happened already. */
void house_add_interruptee(struct house *house, struct interruptee *interruptee);
/* It is not told any more, nor just being told. */
void house_remove_interruptee(struct house *house, struct interruptee *interruptee);
/* Interrupts the engine, now or as soon as there is one. */
void house_interrupt(struct house *house);

#endif
