/* Where a plan for specialists comes from: a file, a pattern, or a model that coordinates. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "engine/counsel.h"
#include "engine/op_orchestrate.h"

enum { PARTS = 4, COORDINATOR_MS = 300000 };

/* --- material ------------------------------------------------------------------------------- */

struct stuff {
	struct doc *items;           /* an array of what --item said: JSON where it is an object or a list, else a text */
	struct material *material;
	size_t count;
};

static struct doc *
read_items(char *const *items)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	for (; items && *items; items++) {
		bool structured = **items == '{' || **items == '[';
		g_autoptr(Doc) doc = structured ? doc_read_json("item", *items, strlen(*items), NULL, NULL) : NULL;
		if (doc)
			writer_value(&writer, doc_root(doc));
		else
			writer_text(&writer, *items);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static bool
gather_stuff(const struct orchestrate_request *request, struct stuff *ret, GError **error)
{
	unsigned files = request->file ? g_strv_length(request->file) : 0, items = request->item ? g_strv_length(request->item) : 0;
	*ret = (struct stuff){ .items = read_items(request->item), .material = g_new0(struct material, files + items + 1) };
	for (unsigned i = 0; i < files; i++) {
		GStatBuf about;
		if (g_stat(request->file[i], &about))
			return error_set(error, ERR_INPUT, "check the name", "there is no file %s", request->file[i]);
		for (unsigned k = 0; k < i; k++)
			if (g_str_equal(request->file[k], request->file[i]))
				return error_set(error, ERR_USAGE, "name each file once", "%s is named twice", request->file[i]);
		ret->material[ret->count++] = (struct material){ .name = request->file[i], .size = (size_t)about.st_size };
	}
	VALUE_EACH (item, doc_root(ret->items)) {
		g_autofree char *json = value_to_json(item, false);
		ret->material[ret->count++] = (struct material){ .item = item, .size = strlen(json) };
	}
	return true;
}

static void
drop_stuff(struct stuff *stuff)
{
	doc_unref(stuff->items);
	g_free(stuff->material);
}

/* --- the coordinator ------------------------------------------------------------------------ */

struct coordination {
	struct context *context;
	const struct orchestrate_request *request;
	const struct persona_list *specialists;
	const struct stuff *stuff;
	struct doc *about;           /* the context of the problem; NULL */
	struct orchestration *plan;
};

static void
write_specialists(struct writer *writer, const struct persona_list *specialists)
{
	writer_begin_array(writer);
	for (size_t i = 0; i < specialists->count; i++) {
		writer_begin_object(writer);
		writer_member_text(writer, "id", specialists->items[i].id);
		writer_member_text(writer, "description", specialists->items[i].description);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_servers(struct writer *writer, const struct endpoint_list *endpoints)
{
	writer_begin_array(writer);
	for (size_t i = 0; i < endpoints->count; i++) {
		writer_begin_object(writer);
		writer_member_text(writer, "name", endpoints->items[i].name);
		writer_member_int(writer, "calls_at_once", endpoints->items[i].max_in_flight);
		writer_member_bool(writer, "local", endpoints->items[i].local);
		writer_end(writer);
	}
	writer_end(writer);
}

static char *
write_commission(const struct coordination *coordination)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "problem", coordination->request->problem);
	if (coordination->about)
		writer_member_value(&writer, "context", doc_root(coordination->about));
	writer_key(&writer, "files");
	writer_begin_array(&writer);
	for (size_t i = 0; i < coordination->stuff->count; i++) {
		if (!coordination->stuff->material[i].name)
			continue;
		writer_begin_object(&writer);
		writer_member_text(&writer, "path", coordination->stuff->material[i].name);
		writer_member_int(&writer, "bytes", (int64_t)coordination->stuff->material[i].size);
		writer_end(&writer);
	}
	writer_end(&writer);
	writer_member_value(&writer, "items_of_every_task", doc_root(coordination->stuff->items));
	writer_key(&writer, "specialists");
	write_specialists(&writer, coordination->specialists);
	writer_key(&writer, "servers");
	write_servers(&writer, gateway_endpoints(coordination->context->house->gateway));
	writer_end(&writer);
	return writer_take(&writer);
}

static void
take_input(const struct value *task, const struct stuff *stuff, struct orchestra_task *ret)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_value(&writer, "question", value_member(task, "question"));
	if (value_count(value_member(task, "files")))
		writer_member_value(&writer, "files", value_member(task, "files"));
	if (value_is(value_member(task, "needs"), VALUE_ARRAY))
		writer_member_value(&writer, "needs", value_member(task, "needs"));
	if (value_count(doc_root(stuff->items)))
		writer_member_value(&writer, "items", doc_root(stuff->items));
	writer_end(&writer);
	ret->input_data = writer_doc(&writer);
}

static void
take_proposal(const struct coordination *coordination, const struct value *root, struct orchestration *ret)
{
	record_init(&orchestration_record, ret);
	ret->problem = g_strdup(coordination->request->problem);
	ret->context = coordination->about ? doc_ref(coordination->about) : NULL;
	g_free(ret->synthesis_strategy);
	g_free(ret->success_criteria);
	const char *synthesis = coordination->request->synthesis, *success = coordination->request->success;
	ret->synthesis_strategy = g_strdup(synthesis ? synthesis : value_member_text(root, "synthesis_strategy"));
	ret->success_criteria = g_strdup(success ? success : value_member_text(root, "success_criteria"));
	VALUE_EACH (wave, value_member(root, "waves")) {
		struct orchestra_wave *next = record_append(&orchestra_wave_record, &ret->waves);
		next->wave_number = (int64_t)ret->waves.count;
		VALUE_EACH (task, value_member(wave, "tasks")) {
			struct orchestra_task *made = record_append(&orchestra_task_record, &next->tasks);
			made->task_id = g_strdup(value_member_text(task, "task_id"));
			made->specialist = g_strdup(value_member_text(task, "specialist"));
			made->server = g_strdup(value_member_text(task, "server"));
			made->timeout = value_double(value_member(task, "timeout"));
			take_input(task, coordination->stuff, made);
		}
	}
}

/* A model names only what it was given: no other file of this machine. */
static void
list_foreign_files(const struct coordination *coordination, const struct orchestration *plan, GString *faults)
{
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	for (size_t i = 0; tasks[i]; i++) {
		VALUE_EACH (path, value_member(doc_root(tasks[i]->input_data), "files")) {
			bool given = coordination->request->file && g_strv_contains((const char *const *)coordination->request->file, value_text(path));
			if (!given)
				g_string_append_printf(faults, "- task %s names the file %s, which is not among those that were given\n", tasks[i]->task_id, value_text(path));
		}
	}
}

static char *
judge_proposal(void *data, struct doc *doc)
{
	struct coordination *coordination = data;
	struct orchestration plan;
	g_autoptr(GError) error = NULL;
	take_proposal(coordination, doc_root(doc), &plan);
	GString *faults = g_string_new(NULL);
	list_foreign_files(coordination, &plan, faults);
	if (!orchestration_check(&plan, coordination->specialists, &error))
		g_string_append_printf(faults, "- %s\n", error->message);
	if (faults->len) {
		record_finish(&orchestration_record, &plan);
		return g_string_free(faults, FALSE);
	}
	g_string_free(faults, TRUE);
	record_finish(&orchestration_record, coordination->plan);
	*coordination->plan = plan;
	return NULL;
}

static bool
coordinate(struct coordination *coordination, struct models *models, const char *account, const bool *cancelled, GError **error)
{
	struct house *house = coordination->context->house;
	const char *const accounts[] = { account, NULL };
	struct counsel counsel = { .models = models, .model = gateway_model(house->gateway), .accounts = accounts, .cancelled = cancelled, .run = account, .deadline_ms = clock_ms() + COORDINATOR_MS };
	g_autofree char *material = write_commission(coordination);
	struct counsel_form form;
	struct question question = { .form = &form, .material = material, .judge = judge_proposal, .data = coordination };
	struct structured_answer answer = { 0 };
	bool ok = counsel_form_load(house->catalogue, "coordinator", "coordination", &form, error) && counsel_ask(&counsel, &question, &answer, error);
	structured_answer_clear(&answer);
	counsel_form_clear(&form);
	return ok;
}

/* --- a pattern ------------------------------------------------------------------------------ */

static unsigned
parts_of(const struct config *config)
{
	const char *workers = config_get(config, SETTING_WORKERS, NULL);
	guint64 number;
	return workers && g_ascii_string_to_unsigned(workers, 10, 1, 1000, &number, NULL) ? (unsigned)number : PARTS;
}

static bool
follow_pattern(const struct coordination *coordination, GError **error)
{
	const struct orchestrate_request *request = coordination->request;
	struct tactics tactics;
	if (!tactics_load(coordination->context->house->catalogue, &tactics, error))
		return false;
	struct tactic_wish wish = { .problem = request->problem, .context = coordination->about, .tactic = tactics_find(&tactics, request->pattern, error),
		                    .kind = request->pattern, .known = coordination->specialists, .specialists = (const char *const *)request->specialists,
		                    .conclude = request->conclude, .material = coordination->stuff->material, .count = coordination->stuff->count,
		                    .workers = parts_of(coordination->context->house->config), .timeout = request->timeout, .synthesis = request->synthesis,
		                    .success = request->success };
	bool ok = wish.tactic && tactic_plan(&wish, coordination->plan, error);
	record_finish(&tactics_record, &tactics);
	return ok && orchestration_check(coordination->plan, coordination->specialists, error);
}

/* --- any of them ---------------------------------------------------------------------------- */

static bool
read_plan(const struct orchestrate_request *request, const struct persona_list *specialists, struct orchestration *ret, GError **error)
{
	if (request->problem || request->coordinator)
		return error_set(error, ERR_USAGE, "change the plan's file", "the plan %s says what the problem is", request->plan);
	g_autoptr(Doc) doc = doc_read_file(request->plan, error);
	if (!doc || !record_read(&orchestration_record, doc, doc_root(doc), ret, error))
		return false;
	if (request->synthesis) {
		g_free(ret->synthesis_strategy);
		ret->synthesis_strategy = g_strdup(request->synthesis);
	}
	if (request->success) {
		g_free(ret->success_criteria);
		ret->success_criteria = g_strdup(request->success);
	}
	return orchestration_check(ret, specialists, error);
}

static bool
read_context(const struct orchestrate_request *request, struct doc **ret, GError **error)
{
	*ret = request->context ? doc_read("context", request->context, strlen(request->context), NULL, error) : NULL;
	return *ret || !request->context;
}

bool
orchestrate_plan(struct context *context, const struct orchestrate_request *request, const struct persona_list *specialists,
                 struct models *models, const char *account, const bool *cancelled, struct orchestration *ret, GError **error)
{
	if (request->plan)
		return read_plan(request, specialists, ret, error);
	if (!request->problem || !*request->problem)
		return error_set(error, ERR_USAGE, "say what is to be found out, or give a plan (--plan)", "there is no problem");
	struct stuff stuff;
	g_autoptr(Doc) about = NULL;
	bool ok = gather_stuff(request, &stuff, error) && read_context(request, &about, error);
	struct coordination coordination = { context, request, specialists, &stuff, about, ret };
	ok = ok && (request->coordinator ? coordinate(&coordination, models, account, cancelled, error) : follow_pattern(&coordination, error));
	drop_stuff(&stuff);
	return ok;
}

bool
op_specialists_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct specialists_result *result = data_result;
	struct persona_list all;
	struct tactics tactics;
	(void)data;
	if (!specialists_load(context->house->catalogue, &all, error))
		return false;
	for (size_t i = 0; i < all.count; i++) {
		struct persona_entry *entry = record_append(&persona_entry_record, &result->specialists);
		entry->id = g_strdup(all.items[i].id);
		entry->skills = g_strdupv(all.items[i].skills);
		entry->origin = g_strdup(all.items[i].origin);
		entry->description = g_strdup(all.items[i].description);
	}
	record_list_finish(&persona_record, &all);
	if (!tactics_load(context->house->catalogue, &tactics, error))
		return false;
	result->patterns = tactics.patterns;
	return true;
}
