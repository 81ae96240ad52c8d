/* What the mock tells about itself, under /__mock/. */
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/style.h"

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

/* A text of the query, unescaped; NULL where it is not there. */
static char *
query_text(const struct style_pairs *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, name) == 0)
			return http_unescape(query->items[i].value, strlen(query->items[i].value), true);
	return NULL;
}

/* What GET requests is to show: ?method=POST&path=/tasks&status=422&limit=10. */
struct selection {
	char *method, *path, *status, *limit;
};

static bool
is_selected(const struct selection *selection, const struct recorded_exchange *exchange)
{
	g_autofree char *status = g_strdup_printf("%d", (int)exchange->status);
	if (selection->method && g_ascii_strcasecmp(selection->method, exchange->method) != 0)
		return false;
	if (selection->path && !g_str_has_prefix(exchange->target, selection->path))
		return false;
	return !selection->status || g_str_has_prefix(status, selection->status);
}

static void
write_requests(const struct selection *selection, const struct recorded_exchange_list *list, struct writer *writer)
{
	size_t limit = selection->limit ? (size_t)g_ascii_strtoull(selection->limit, NULL, 10) : SIZE_MAX, first = list->count;
	for (size_t taken = 0; first > 0 && taken < limit; first--)
		taken += is_selected(selection, &list->items[first - 1]);
	writer_begin_array(writer);
	for (size_t i = first; i < list->count; i++)
		if (is_selected(selection, &list->items[i]))
			record_write(&recorded_exchange_record, &list->items[i], RECORD_ALL, writer);
	writer_end(writer);
}

static void
show_requests(struct asking *asking)
{
	const char *query = strchr(asking->request->url, '?');
	struct recorded_exchange_list list;
	struct style_pairs pairs;
	struct writer writer;
	style_split_query(query ? query + 1 : NULL, &pairs);
	struct selection selection = { query_text(&pairs, "method"), query_text(&pairs, "path"), query_text(&pairs, "status"), query_text(&pairs, "limit") };
	recording_list(asking->mock->recording, &list);
	writer_init(&writer, true);
	write_requests(&selection, &list, &writer);
	record_list_finish(&recorded_exchange_record, &list);
	answer_text(asking, "application/json", writer_take(&writer));
	style_pairs_clear(&pairs);
	g_free(selection.method);
	g_free(selection.path);
	g_free(selection.status);
	g_free(selection.limit);
}

static void
show_problems(struct asking *asking)
{
	answer_text(asking, "text/plain; charset=utf-8", mock_problem_table());
}

/* The body says which faults every answer has from now on. */
static void
set_faults(struct asking *asking)
{
	struct injections injections;
	GError *error = NULL;
	g_autofree char *text = asking->request->body ? g_strndup(asking->request->body->str, asking->request->body->len) : g_strdup("none");
	if (injections_read(text, &injections, &error)) {
		injections_clear(&asking->mock->injections);
		asking->mock->injections = injections;
		mock_memo_clear(asking->mock->memo);   /* what was answered before was answered without */
		asking->status = 204;
		return;
	}
	g_autofree char *what = error_text(error), *detail = g_strdup_printf("%s; %s", what, error_remedy(error));
	answer_own_problem(asking, "INVALID_FAULT", 400, detail);
	g_error_free(error);
}

static void
clear_faults(struct asking *asking)
{
	injections_clear(&asking->mock->injections);
	asking->status = 204;
}

static void
clear_requests(struct asking *asking)
{
	recording_clear(asking->mock->recording);
	asking->status = 204;
}

static void
show_snapshot(struct asking *asking)
{
	answer_text(asking, "application/json", mock_write_snapshot(asking->mock));
}

static void
restore(struct asking *asking)
{
	GError *error = NULL;
	const GString *body = asking->request->body;
	g_autofree char *text = body ? g_strndup(body->str, body->len) : g_strdup("");
	asking->status = 204;
	if (mock_read_snapshot(asking->mock, text, &error))
		return;
	g_autofree char *detail = error_text(error);
	answer_own_problem(asking, "INVALID_SNAPSHOT", 400, detail);
	g_error_free(error);
}

static void
show_routes(struct asking *asking)
{
	answer_text(asking, "text/plain; charset=utf-8", g_strdup(asking->mock->routes));
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
			writer_value(&writer, doc_root(object_doc(object)));
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
	{ "DELETE", "requests", clear_requests },
	{ "GET", "routes", show_routes },
	{ "GET", "state", show_state },
	{ "GET", "snapshot", show_snapshot },
	{ "POST", "restore", restore },
	{ "GET", "problems", show_problems },
	{ "PUT", "faults", set_faults },
	{ "DELETE", "faults", clear_faults },
};

/* "GET, DELETE": the methods of a name, or all that there is for NULL; newly allocated. */
static char *
list_controls(const char *name)
{
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < G_N_ELEMENTS(controls); i++) {
		if (name && strcmp(controls[i].name, name) != 0)
			continue;
		g_string_append_printf(text, "%s%s%s%s", text->len ? ", " : "", controls[i].method, name ? "" : " ", name ? "" : controls[i].name);
	}
	return g_string_free(text, FALSE);
}

bool
mock_control(struct asking *asking)
{
	const char *target = asking->request->url, *method = asking->request->method;
	if (!g_str_has_prefix(target, PREFIX))
		return false;
	g_autofree char *name = g_strndup(target + strlen(PREFIX), strcspn(target + strlen(PREFIX), "?#")), *allow = list_controls(name);
	for (unsigned i = 0; i < G_N_ELEMENTS(controls); i++) {
		if (strcmp(controls[i].name, name) != 0 || strcmp(controls[i].method, method) != 0)
			continue;
		controls[i].act(asking);
		return true;
	}
	g_autofree char *all = list_controls(NULL), *detail = g_strdup_printf("the mock knows these here: %s", all);
	if (*allow)
		answer_header(asking, "Allow", "%s", allow);
	if (*allow && g_str_equal(method, "OPTIONS")) {
		answer_header(asking, "Access-Control-Allow-Methods", "%s", allow);
		answer_header(asking, "Access-Control-Allow-Headers", "*");
		asking->status = 204;
		return true;
	}
	answer_problem(asking, *allow ? 405 : 404, *allow ? NULL : detail, NULL);
	return true;
}
