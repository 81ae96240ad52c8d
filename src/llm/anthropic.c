/* Anthropic's Messages. */
#include "llm/anthropic_reply.h"
#include "llm/dialect_list.h"

enum { MARKS_MAX = 4 };   /* of the cache, in one request */

static void
add_headers(const struct dialect_options *options, struct http_headers *headers)
{
	dialect_add_common(headers, "text/event-stream");
	http_headers_add(headers, "anthropic-version", "2023-06-01");
	if (options->key)
		http_headers_add(headers, "x-api-key", options->key);
}

static void
write_mark(struct writer *writer, bool marked)
{
	if (!marked)
		return;
	writer_key(writer, "cache_control");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "ephemeral");
	writer_end(writer);
}

static void
write_text(struct writer *writer, const char *text, bool marked)
{
	writer_begin_object(writer);
	writer_member_text(writer, "type", "text");
	writer_member_text(writer, "text", text);
	write_mark(writer, marked);
	writer_end(writer);
}

/* Other servers' ids hold characters that are refused here. */
static void
write_id(struct writer *writer, const char *key, const char *id)
{
	g_autofree char *plain = g_strdup(id ? id : "");
	g_strcanon(plain, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-", '_');
	writer_member_text(writer, key, plain);
}

static void
write_part(struct writer *writer, const struct message_part *part, bool marked)
{
	if (part->kind == PART_THINKING) {
		writer_value(writer, doc_root(part->native));
		return;
	}
	if (part->kind == PART_TEXT) {
		write_text(writer, part->text, marked);
		return;
	}
	bool call = part->kind == PART_TOOL_CALL;
	writer_begin_object(writer);
	writer_member_text(writer, "type", call ? "tool_use" : "tool_result");
	write_id(writer, call ? "id" : "tool_use_id", part->tool_id);
	if (call) {
		writer_member_text(writer, "name", part->tool);
		dialect_write_arguments(writer, "input", part);
	} else {
		writer_member_text(writer, "content", part->text ? part->text : "");
		if (part->failed)
			writer_member_bool(writer, "is_error", true);
	}
	write_mark(writer, marked);
	writer_end(writer);
}

/* Empty texts are refused there, and so are other servers' thoughts. */
static bool
is_sent(const struct message_part *part)
{
	if (part->kind == PART_TEXT)
		return part->text && *part->text;
	return part->kind != PART_THINKING || dialect_owns(&dialect_anthropic, part);
}

static size_t
count_sent(const struct message *message)
{
	size_t count = 0;
	for (size_t i = 0; i < message->parts.count; i++)
		count += is_sent(&message->parts.items[i]);
	return count;
}

/* Results of tools have to come first. The mark stands on the last part that can carry it. */
static void
write_message(struct writer *writer, const struct message *message, bool marked)
{
	const struct message_part_list *parts = &message->parts;
	const struct message_part *last = NULL;
	for (int pass = 0; marked && pass < 2; pass++)
		for (size_t i = 0; i < parts->count; i++)
			if (is_sent(&parts->items[i]) && parts->items[i].kind != PART_THINKING && (parts->items[i].kind == PART_TOOL_RESULT) == !pass)
				last = &parts->items[i];
	writer_begin_object(writer);
	writer_member_text(writer, "role", message->role == MESSAGE_USER ? "user" : "assistant");
	writer_key(writer, "content");
	writer_begin_array(writer);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < parts->count; i++)
			if (is_sent(&parts->items[i]) && (parts->items[i].kind == PART_TOOL_RESULT) == !pass)
				write_part(writer, &parts->items[i], &parts->items[i] == last);
	writer_end(writer);
	writer_end(writer);
}

static void
write_messages(struct writer *writer, const struct model_request *request, unsigned marks)
{
	const struct message_list *messages = &request->messages;
	size_t first = messages->count;   /* the marked ones from here on are the last */
	for (unsigned left = marks; first && left; first--)
		left -= messages->items[first - 1].cached;
	writer_key(writer, "messages");
	writer_begin_array(writer);
	for (size_t i = 0; i < messages->count; i++)
		if (count_sent(&messages->items[i]))
			write_message(writer, &messages->items[i], messages->items[i].cached && i >= first);
	writer_end(writer);
}

static void
write_tools(struct writer *writer, const struct model_request *request, bool marked)
{
	if (!request->tools.count)
		return;
	writer_key(writer, "tools");
	writer_begin_array(writer);
	for (size_t i = 0; i < request->tools.count; i++) {
		const struct model_tool *tool = &request->tools.items[i];
		writer_begin_object(writer);
		writer_member_text(writer, "name", tool->name);
		if (tool->description)
			writer_member_text(writer, "description", tool->description);
		dialect_write_parameters(writer, "input_schema", tool);
		write_mark(writer, marked && i + 1 == request->tools.count);
		writer_end(writer);
	}
	writer_end(writer);
}

static bool
is_forced(const struct model_request *request)
{
	return request->tools.count && request->tool_choice && !g_str_equal(request->tool_choice, "auto") && !g_str_equal(request->tool_choice, "none");
}

/* Who has to call a tool cannot think first: the two together are refused. */
static bool
is_thinking(const struct model_request *request)
{
	return request->effort && !g_str_equal(request->effort, "none") && !is_forced(request);
}

static void
write_choice(struct writer *writer, const struct model_request *request)
{
	const char *choice = request->tool_choice ? request->tool_choice : "auto";
	bool word = !is_forced(request) || g_str_equal(choice, "any");
	if (!request->tools.count || (!request->tool_choice && !request->one_tool))
		return;
	writer_key(writer, "tool_choice");
	writer_begin_object(writer);
	writer_member_text(writer, "type", word ? choice : "tool");
	if (!word)
		writer_member_text(writer, "name", choice);
	if (request->one_tool && !g_str_equal(choice, "none"))
		writer_member_bool(writer, "disable_parallel_tool_use", true);
	writer_end(writer);
}

static void
write_output(struct writer *writer, const struct model_request *request, const struct dialect_options *options)
{
	g_autoptr(Doc) schema = options->strict_schema ? dialect_schema(request) : NULL;
	bool none = g_strcmp0(request->effort, "none") == 0, effort = request->effort && !none;
	if (none || is_thinking(request)) {
		writer_key(writer, "thinking");
		writer_begin_object(writer);
		writer_member_text(writer, "type", none ? "disabled" : "adaptive");
		writer_end(writer);
	}
	if (!schema && !effort)
		return;
	writer_key(writer, "output_config");
	writer_begin_object(writer);
	if (effort)
		writer_member_text(writer, "effort", request->effort);
	if (schema) {
		writer_key(writer, "format");
		writer_begin_object(writer);
		writer_member_text(writer, "type", "json_schema");
		writer_member_value(writer, "schema", doc_root(schema));
		writer_end(writer);
	}
	writer_end(writer);
}

static char *
write_body(const struct model_request *request, const struct dialect_options *options)
{
	struct writer writer;
	bool told = request->system && *request->system, marked = request->system_cached && (told || request->tools.count);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "model", request->model);
	dialect_write_int(&writer, "max_tokens", request->max_tokens);
	writer_member_bool(&writer, "stream", true);
	write_tools(&writer, request, marked && !told);
	write_choice(&writer, request);
	if (told) {
		writer_key(&writer, "system");
		writer_begin_array(&writer);
		write_text(&writer, request->system, marked);
		writer_end(&writer);
	}
	write_messages(&writer, request, MARKS_MAX - marked);
	write_output(&writer, request, options);
	if (!is_thinking(request))   /* refused beside it */
		dialect_write_double(&writer, "temperature", request->temperature);
	dialect_write_texts(&writer, "stop_sequences", request->stop);
	writer_end(&writer);
	return writer_take(&writer);
}

static char **
read_models(const char *text, size_t length, GError **error)
{
	return dialect_read_names(text, length, "data", "id", error);
}

const struct dialect dialect_anthropic = {
	.name = "anthropic",
	.path = "/v1/messages",
	.models_path = "/v1/models",
	.add_headers = add_headers,
	.write = write_body,
	.take = anthropic_take,
	.take_whole = anthropic_take_whole,
	.read_models = read_models,
};
