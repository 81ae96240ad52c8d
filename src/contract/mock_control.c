/* What the mock tells about itself, under /__mock/. */
#include <string.h>

#include "contract/mock_model.h"

#define PREFIX "/__mock/"

enum { OBJECTS_SHOWN = 1000 };

static void
answer_text(struct asking *asking, const char *media, char *text)
{
	asking->status = 200;
	asking->media = media;
	if (!asking->body)
		asking->body = g_string_new(NULL);
	g_string_assign(asking->body, text);
	g_free(text);
}

static void
reset(struct asking *asking)
{
	struct mock *mock = asking->mock;
	stock_clear(mock->stock);
	recording_clear(mock->recording);
	mock->ticks = 0;
	asking->status = 204;
}

static void
show_requests(struct asking *asking)
{
	struct recorded_exchange_list list;
	struct writer writer;
	recording_list(asking->mock->recording, &list);
	writer_init(&writer, true);
	writer_begin_array(&writer);
	for (size_t i = 0; i < list.count; i++)
		record_write(&recorded_exchange_record, &list.items[i], RECORD_ALL, &writer);
	writer_end(&writer);
	record_list_finish(&recorded_exchange_record, &list);
	answer_text(asking, "application/json", writer_take(&writer));
}

static void
show_routes(struct asking *asking)
{
	answer_text(asking, "text/plain; charset=utf-8", mock_routes(asking->mock));
}

/* The paths of all objects of collections that belong to nobody, and below them their own. */
static void
show_state(struct asking *asking)
{
	struct mock *mock = asking->mock;
	struct writer writer;
	size_t count, shown = 0;
	const struct resource *const *resources = resources_list(mock->resources, &count);
	writer_init(&writer, true);
	writer_begin_object(&writer);
	for (size_t i = 0; i < count; i++) {
		char *none[] = { NULL };
		if (mock_parameters_of(resources[i]->collection) || resources[i]->home || resources[i]->singleton)
			continue;
		struct shelf *shelf = mock_shelf(mock, resources[i], none);
		writer_key(&writer, resources[i]->collection);
		writer_begin_array(&writer);
		for (const struct object *object = shelf ? shelf->first : NULL; object && shown < OBJECTS_SHOWN; object = object->next, shown++)
			writer_value(&writer, doc_root(object->doc));
		writer_end(&writer);
	}
	writer_end(&writer);
	answer_text(asking, "application/json", writer_take(&writer));
}

static const struct {
	const char *method, *name;
	void (*act)(struct asking *asking);
} controls[] = {
	{ "POST", "reset", reset },
	{ "GET", "requests", show_requests },
	{ "GET", "routes", show_routes },
	{ "GET", "state", show_state },
};

bool
mock_control(struct asking *asking)
{
	const char *target = asking->request->url;
	if (!g_str_has_prefix(target, PREFIX))
		return false;
	g_autofree char *name = g_strndup(target + strlen(PREFIX), strcspn(target + strlen(PREFIX), "?#"));
	for (unsigned i = 0; i < G_N_ELEMENTS(controls); i++) {
		if (strcmp(controls[i].name, name) != 0)
			continue;
		if (strcmp(controls[i].method, asking->request->method) == 0) {
			controls[i].act(asking);
			return true;
		}
		answer_header(asking, "Allow", "%s", controls[i].method);
		answer_problem(asking, 405, NULL, NULL);
		return true;
	}
	answer_problem(asking, 404, "the mock knows POST reset, GET requests, GET routes and GET state here", NULL);
	return true;
}
