/* What specialists are given: everything as JSON, so that nothing in it can be taken for an instruction of ours. */
#include <string.h>

#include "base/error.h"
#include "engine/orchestra.h"

enum { FILE_MAX = 4 << 20 };

static bool
read_text(const char *path, char **ret, GError **error)
{
	GError *cause = NULL;
	size_t length;
	if (!g_file_get_contents(path, ret, &length, &cause))
		return error_wrap(error, cause, ERR_INPUT, "check name and permissions", "cannot read %s", path);
	if (length <= FILE_MAX && g_utf8_validate(*ret, (gssize)length, NULL))
		return true;
	g_clear_pointer(ret, g_free);
	return error_set(error, length > FILE_MAX ? ERR_TOO_LARGE : ERR_INPUT, length > FILE_MAX ? "give a part of it" : "give it UTF-8 text",
	                 length > FILE_MAX ? "%s has more than 4 MiB" : "%s is not UTF-8 text", path);
}

static const struct value *
input_of(const struct orchestra_task *task, const char *member)
{
	return task->input_data ? value_member(doc_root(task->input_data), member) : NULL;
}

static bool
read_files(struct briefing *briefing, const struct orchestra_task *task, GError **error)
{
	VALUE_EACH (path, input_of(task, "files")) {
		char *content = NULL;
		if (g_hash_table_contains(briefing->files, value_text(path)))
			continue;
		if (!read_text(value_text(path), &content, error))
			return false;
		g_hash_table_insert(briefing->files, g_strdup(value_text(path)), content);
	}
	return true;
}

/* JSON or YAML as it is, anything else as one text. */
static bool
read_conversation(const char *path, struct doc **ret, GError **error)
{
	g_autofree char *text = NULL;
	if (!read_text(path, &text, error))
		return false;
	*ret = doc_read_json(path, text, strlen(text), NULL, NULL);
	if (*ret)
		return true;
	struct writer writer;
	writer_init(&writer, false);
	writer_text(&writer, text);
	*ret = writer_doc(&writer);
	return true;
}

bool
briefing_open(const struct orchestration *plan, const char *conversation, struct briefing *ret, GError **error)
{
	*ret = (struct briefing){ .plan = plan, .files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free) };
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(plan);
	bool ok = !conversation || read_conversation(conversation, &ret->conversation, error);
	for (size_t i = 0; ok && tasks[i]; i++)
		ok = read_files(ret, tasks[i], error);
	if (!ok)
		briefing_close(ret);
	return ok;
}

void
briefing_close(struct briefing *briefing)
{
	g_clear_pointer(&briefing->files, g_hash_table_unref);
	g_clear_pointer(&briefing->conversation, doc_unref);
}

static void
append_doc(GString *text, const struct doc *doc)
{
	if (!doc)
		return;
	g_autofree char *part = value_text(doc_root(doc)) ? g_strdup(value_text(doc_root(doc))) : value_to_json(doc_root(doc), false);
	g_string_append_printf(text, "%s\n", part);
}

char *
briefing_material(const struct briefing *briefing)
{
	GString *text = g_string_new(briefing->plan->problem);
	g_string_append_c(text, '\n');
	append_doc(text, briefing->plan->context);
	append_doc(text, briefing->conversation);
	g_autofree const struct orchestra_task **tasks = orchestration_tasks(briefing->plan);
	for (size_t i = 0; tasks[i]; i++) {
		VALUE_EACH (item, input_of(tasks[i], "items")) {
			g_autofree char *json = value_text(item) ? g_strdup(value_text(item)) : value_to_json(item, false);
			g_string_append_printf(text, "%s\n", json);
		}
	}
	GHashTableIter iter;
	void *content;
	g_hash_table_iter_init(&iter, briefing->files);
	while (g_hash_table_iter_next(&iter, NULL, &content))
		g_string_append_printf(text, "%s\n", (const char *)content);
	return g_string_free(text, FALSE);
}

/* --- the message ---------------------------------------------------------------------------- */

static void
write_files(struct writer *writer, const struct briefing *briefing, const struct value *files)
{
	writer_begin_array(writer);
	VALUE_EACH (path, files) {
		writer_begin_object(writer);
		writer_member_text(writer, "path", value_text(path));
		writer_member_text(writer, "content", g_hash_table_lookup(briefing->files, value_text(path)));
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_result(struct writer *writer, const struct specialist_result *result)
{
	writer_begin_object(writer);
	writer_member_text(writer, "task_id", result->task_id);
	writer_member_text(writer, "specialist", result->specialist);
	if (result->success) {
		writer_member_text(writer, "answer", result->answer);
		writer_key(writer, "findings");
		writer_begin_array(writer);
		for (size_t i = 0; i < result->findings.count; i++)
			record_write(&insight_record, &result->findings.items[i], RECORD_ALL, writer);
		writer_end(writer);
	} else {
		writer_member_bool(writer, "missing", true);
	}
	writer_end(writer);
}

static void
write_inputs(struct writer *writer, const struct specialist_result *const *results, size_t count)
{
	if (!count)
		return;
	writer_key(writer, "inputs");
	writer_begin_array(writer);
	for (size_t i = 0; i < count; i++)
		write_result(writer, results[i]);
	writer_end(writer);
}

/* What we know by name, and all else as it was given. */
static void
write_input(struct writer *writer, const struct briefing *briefing, const struct orchestra_task *task)
{
	const struct value *input = task->input_data ? doc_root(task->input_data) : NULL;
	if (value_member(input, "question"))
		writer_member_value(writer, "question", value_member(input, "question"));
	if (value_member(input, "files")) {
		writer_key(writer, "files");
		write_files(writer, briefing, value_member(input, "files"));
	}
	if (value_member(input, "items"))
		writer_member_value(writer, "items", value_member(input, "items"));
	bool begun = false;
	VALUE_EACH_MEMBER (key, item, input) {
		static const char *const known[] = { "question", "files", "items", "needs", NULL };
		if (g_strv_contains(known, key->text))
			continue;
		if (!begun) {
			writer_key(writer, "data");
			writer_begin_object(writer);
			begun = true;
		}
		writer_member_value(writer, key->text, item);
	}
	if (begun)
		writer_end(writer);
}

/* What all tasks share comes first, so that a server finds its beginning in its cache. */
char *
briefing_message(const struct briefing *briefing, const struct orchestra_task *task, const struct specialist_result *const *results, size_t count)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "problem", briefing->plan->problem);
	if (briefing->plan->context)
		writer_member_value(&writer, "context", doc_root(briefing->plan->context));
	if (briefing->conversation)
		writer_member_value(&writer, "conversation", doc_root(briefing->conversation));
	write_input(&writer, briefing, task);
	write_inputs(&writer, results, count);
	writer_end(&writer);
	return writer_take(&writer);
}
