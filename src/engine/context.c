#include "engine/context.h"

#include "base/clock.h"
#include "base/error.h"
#include "engine/control.h"

struct house *
house_create(const char *project, GError **error)
{
	g_autoptr(Config) config = config_load(project, error);
	if (!config)
		return NULL;
	const char *fault = config_get(config, SETTING_FAULT, NULL);
	if (fault && !store_set_fault(fault, error))
		return NULL;
	struct house *house = g_new0(struct house, 1);
	*house = (struct house){ .config = g_steal_pointer(&config), .catalogue = catalogue_open(project), .project = g_strdup(project) };
	house->gateway = gateway_create(house->config);
	pthread_mutex_init(&house->mutex, NULL);
	pthread_cond_init(&house->interruption, NULL);
	return house;
}

void
house_destroy(struct house *house)
{
	if (!house)
		return;
	control_stop(house->control);
	engine_stop(house->engine);
	gateway_destroy(house->gateway);
	pthread_mutex_destroy(&house->mutex);
	pthread_cond_destroy(&house->interruption);
	catalogue_close(house->catalogue);
	config_free(house->config);
	g_free(house->project);
	g_free(house->place);
	g_free(house);
}

static bool
find_place(struct house *house, GError **error)
{
	if (!house->place)
		house->place = config_state_folder(house->config, error);
	return house->place != NULL;
}

struct store *
context_store(struct context *context, GError **error)
{
	if (context->store)
		return context->store;
	pthread_mutex_lock(&context->house->mutex);
	bool ok = find_place(context->house, error);
	pthread_mutex_unlock(&context->house->mutex);
	if (ok)
		context->store = store_open(context->house->place, error);
	return context->store;
}

/* {"run", "seq", "at_ms", "kind", "task", "persona", "data"}: an event for people who watch. */
static void
pass_event(void *data, const char *run, const struct event_row *event, const struct plan_task *task)
{
	struct house *house = data;
	if (!house->watcher)
		return;
	g_autoptr(Doc) facts = event->data ? doc_own(event->data) : NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "run", run);
	writer_member_int(&writer, "seq", event->seq);
	writer_member_int(&writer, "at_ms", event->at_ms);
	writer_member_text(&writer, "kind", event->kind);
	if (task) {
		writer_member_text(&writer, "task", task->id);
		writer_member_text(&writer, "persona", task->persona_id);
	}
	if (facts)
		writer_member_value(&writer, "data", doc_root(facts));
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	house->watcher(house->data, text);
}

bool
house_is_watched(const struct house *house)
{
	return house->watcher != NULL;
}

void
house_emit(struct house *house, const char *kind, const char *data)
{
	struct event_row event = { .kind = (char *)kind, .task = -1, .data = (char *)data, .at_ms = clock_wall_ms() };
	pass_event(house, "", &event, NULL);
}

void
house_emit_task(struct house *house, const char *kind, const char *task, const char *persona, const char *data)
{
	struct event_row event = { .kind = (char *)(uintptr_t)kind, .task = 0, .data = (char *)(uintptr_t)data, .at_ms = clock_wall_ms() };
	const struct plan_task about = { .id = (char *)(uintptr_t)task, .persona_id = (char *)(uintptr_t)persona };
	pass_event(house, "", &event, &about);
}

static bool
is_interrupted(const struct house *house)
{
	return __atomic_load_n(&house->interrupted, __ATOMIC_ACQUIRE);
}

void
house_await_interrupt(struct house *house)
{
	pthread_mutex_lock(&house->mutex);
	while (!is_interrupted(house))
		pthread_cond_wait(&house->interruption, &house->mutex);
	pthread_mutex_unlock(&house->mutex);
}

void
house_add_interruptee(struct house *house, struct interruptee *interruptee)
{
	pthread_mutex_lock(&house->mutex);
	interruptee->next = house->interruptees;
	house->interruptees = interruptee;
	if (is_interrupted(house))
		interruptee->act(interruptee->data);
	pthread_mutex_unlock(&house->mutex);
}

void
house_remove_interruptee(struct house *house, struct interruptee *interruptee)
{
	pthread_mutex_lock(&house->mutex);
	struct interruptee **at = &house->interruptees;
	while (*at != interruptee)
		at = &(*at)->next;
	*at = interruptee->next;
	pthread_mutex_unlock(&house->mutex);
}

/* With the mutex held. */
static bool
start_engine(struct house *house, GError **error)
{
	if (house->engine)
		return true;
	if (!find_place(house, error))
		return false;
	house->control = control_start(house, error);
	if (!house->control)
		return false;
	struct engine_options options = { .config = house->config, .catalogue = house->catalogue, .gateway = house->gateway, .place = house->place,
		                          .project = house->project, .socket = control_path(house->control), .watcher = house->watcher ? pass_event : NULL,
		                          .data = house };
	house->engine = engine_start(&options, error);
	return house->engine != NULL;
}

struct engine *
context_engine(struct context *context, GError **error)
{
	struct house *house = context->house;
	pthread_mutex_lock(&house->mutex);
	bool ok = !is_interrupted(house) ? start_engine(house, error)
	                                 : error_set(error, ERR_INTERRUPTED, NULL, "interrupted before anything was begun");
	pthread_mutex_unlock(&house->mutex);
	return ok ? house->engine : NULL;
}

void
context_finish(struct context *context)
{
	store_close(g_steal_pointer(&context->store));
}

void
house_interrupt(struct house *house)
{
	pthread_mutex_lock(&house->mutex);
	__atomic_store_n(&house->interrupted, true, __ATOMIC_RELEASE);
	pthread_cond_broadcast(&house->interruption);
	for (const struct interruptee *told = house->interruptees; told; told = told->next)
		told->act(told->data);
	if (house->engine)
		engine_interrupt(house->engine);
	pthread_mutex_unlock(&house->mutex);
}
