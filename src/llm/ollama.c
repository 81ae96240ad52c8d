/* Ollama's own language. Unlike its route for OpenAI's it can set the size of the context, which is what makes a prompt arrive whole. */
#include "llm/dialect_list.h"

#include "llm/reply_build.h"

static void
add_headers(const struct dialect_options *options, struct http_headers *headers)
{
	dialect_add_common(headers, "application/x-ndjson");
	if (!options->key)
		return;
	g_autofree char *bearer = g_strdup_printf("Bearer %s", options->key);
	http_headers_add(headers, "authorization", bearer);
}

static void
write_calls(struct writer *writer, const struct message *message)
{
	bool open = false;
	for (size_t i = 0; i < message->parts.count; i++) {
		const struct message_part *part = &message->parts.items[i];
		if (part->kind != PART_TOOL_CALL)
			continue;
		if (!open) {
			writer_key(writer, "tool_calls");
			writer_begin_array(writer);
			open = true;
		}
		writer_begin_object(writer);
		writer_key(writer, "function");
		writer_begin_object(writer);
		writer_member_text(writer, "name", part->tool);
		dialect_write_arguments(writer, "arguments", part);
		writer_end(writer);
		writer_end(writer);
	}
	if (open)
		writer_end(writer);
}

static void
write_results(struct writer *writer, const struct message *message)
{
	for (size_t i = 0; i < message->parts.count; i++) {
		const struct message_part *part = &message->parts.items[i];
		if (part->kind != PART_TOOL_RESULT)
			continue;
		writer_begin_object(writer);
		writer_member_text(writer, "role", "tool");
		writer_member_text(writer, "content", part->text ? part->text : "");
		if (part->tool)
			writer_member_text(writer, "tool_name", part->tool);
		writer_end(writer);
	}
}

static void
write_message(struct writer *writer, const struct message *message)
{
	g_autofree char *text = dialect_text(message);
	bool rest = text;
	write_results(writer, message);
	for (size_t i = 0; i < message->parts.count; i++)
		rest |= message->parts.items[i].kind == PART_TOOL_CALL;
	if (!rest)
		return;
	writer_begin_object(writer);
	writer_member_text(writer, "role", message->role == MESSAGE_USER ? "user" : "assistant");
	writer_member_text(writer, "content", text ? text : "");
	for (size_t i = 0; i < message->parts.count; i++)
		if (message->parts.items[i].kind == PART_THINKING && dialect_owns(&dialect_ollama, &message->parts.items[i]))
			writer_members(writer, doc_root(message->parts.items[i].native));
	write_calls(writer, message);
	writer_end(writer);
}

static void
write_messages(struct writer *writer, const struct model_request *request)
{
	writer_key(writer, "messages");
	writer_begin_array(writer);
	if (request->system && *request->system) {
		writer_begin_object(writer);
		writer_member_text(writer, "role", "system");
		writer_member_text(writer, "content", request->system);
		writer_end(writer);
	}
	for (size_t i = 0; i < request->messages.count; i++)
		write_message(writer, &request->messages.items[i]);
	writer_end(writer);
}

/* It knows no choice among tools; none of them is none at all. */
static void
write_tools(struct writer *writer, const struct model_request *request)
{
	if (!request->tools.count || g_strcmp0(request->tool_choice, "none") == 0)
		return;
	writer_key(writer, "tools");
	writer_begin_array(writer);
	for (size_t i = 0; i < request->tools.count; i++)
		dialect_write_function(writer, &request->tools.items[i]);
	writer_end(writer);
}

static void
write_format(struct writer *writer, const struct model_request *request, const struct dialect_options *options)
{
	if (!request->schema)
		return;
	g_autoptr(Doc) schema = dialect_schema(request);
	if (options->strict_schema)
		writer_member_value(writer, "format", doc_root(schema ? schema : request->schema));
	else
		writer_member_text(writer, "format", "json");
}

static void
write_options(struct writer *writer, const struct model_request *request, const struct dialect_options *options)
{
	writer_key(writer, "options");
	writer_begin_object(writer);
	if (options->window > 0)
		writer_member_int(writer, "num_ctx", options->window);
	dialect_write_int(writer, "num_predict", request->max_tokens);
	dialect_write_double(writer, "temperature", request->temperature);
	dialect_write_int(writer, "seed", request->seed);
	dialect_write_texts(writer, "stop", request->stop);
	writer_end(writer);
}

/* A keep_alive is a text with a unit, or a number of seconds. */
static void
write_keep_alive(struct writer *writer, const char *keep_alive)
{
	gint64 seconds;
	if (keep_alive && g_ascii_string_to_signed(keep_alive, 10, INT32_MIN, INT32_MAX, &seconds, NULL))
		writer_member_int(writer, "keep_alive", seconds);
	else if (keep_alive)
		writer_member_text(writer, "keep_alive", keep_alive);
}

static char *
write_body(const struct model_request *request, const struct dialect_options *options)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "model", request->model);
	writer_member_bool(&writer, "stream", true);
	write_tools(&writer, request);
	write_messages(&writer, request);
	write_format(&writer, request, options);
	if (g_strcmp0(request->effort, "none") == 0)
		writer_member_bool(&writer, "think", false);
	else if (request->effort)
		writer_member_text(&writer, "think", request->effort);
	write_options(&writer, request, options);
	write_keep_alive(&writer, options->keep_alive);
	writer_end(&writer);
	return writer_take(&writer);
}

/* Calls come whole, and mostly without an id: theirs is made of what came with them. */
static void
take_call(struct reply *reply, const struct value *root, const struct value *call)
{
	const struct value *function = value_member(call, "function"), *arguments = value_member(function, "arguments");
	const char *id = value_member_text(call, "id"), *at = value_member_text(root, "created_at");
	size_t part = reply_part_add(reply, PART_TOOL_CALL, -1);
	struct message_part *own = &reply->response.parts.items[part];
	own->tool = g_strdup(value_member_text(function, "name"));
	own->tool_id = id && *id ? g_strdup(id) : g_strdup_printf("call_%08x_%zu", g_str_hash(at ? at : ""), part);
	g_autofree char *text = value_is(arguments, VALUE_NULL) || !arguments ? g_strdup("{}") : value_to_json(arguments, false);
	reply_part_extra(reply, part, text, strlen(text));
	reply_part_close(reply, part);
}

/* The text of a member, added to its part; false for none. */
static bool
take_text(struct reply *reply, const struct value *text, enum message_part_kind kind, size_t *ret_part)
{
	if (!value_is(text, VALUE_STRING) || !text->length)
		return false;
	*ret_part = reply_part_only(reply, kind);
	if (kind == PART_THINKING)
		reply->slots[*ret_part].member = "thinking";
	reply_part_text(reply, *ret_part, text->text, text->length);
	return true;
}

static void
take_end(struct reply *reply, const struct value *root)
{
	const char *reason = value_member_text(root, "done_reason");
	reply_count(root, "prompt_eval_count", &reply->response.usage.input_tokens);
	reply_count(root, "eval_count", &reply->response.usage.output_tokens);
	reply->response.stop = !reason || g_str_equal(reason, "stop") ? STOP_END : g_str_equal(reason, "length") ? STOP_LENGTH : STOP_OTHER;
}

/* Tracks nothing where `data` is NULL. */
static bool
take_root(struct reply *reply, const struct value *root, const char *data, size_t length)
{
	const struct value *message = value_member(root, "message"), *calls = value_member(message, "tool_calls");
	const struct value *thinking = value_member(message, "thinking"), *content = value_member(message, "content");
	bool done = value_truth(value_member(root, "done"));
	size_t part = 0;
	if (value_member(root, "error"))
		return reply_fail_error(reply, root);
	reply_name(reply, NULL, value_member_text(root, "model"));
	bool thought = take_text(reply, thinking, PART_THINKING, &part), said = take_text(reply, content, PART_TEXT, &part);
	VALUE_EACH (call, calls)
		take_call(reply, root, call);
	if (data && !done && thought != said && !value_count(calls))
		reply_track(reply, data, length, root, thought ? thinking : content, part, false);
	if (!done)
		return !reply->failed;
	take_end(reply, root);
	return reply_finish(reply);
}

static bool
take(struct reply *reply, const char *event, const char *data, size_t length)
{
	(void)event;
	g_autoptr(Doc) doc = reply_read(reply, data, length);
	return doc && take_root(reply, doc_root(doc), data, length);
}

static bool
take_whole(struct reply *reply, struct doc *doc)
{
	return take_root(reply, doc_root(doc), NULL, 0);
}

static char **
read_models(const char *text, size_t length, GError **error)
{
	return dialect_read_names(text, length, "models", "name", error);
}

const struct dialect dialect_ollama = {
	.name = "ollama",
	.path = "/api/chat",
	.models_path = "/api/tags",
	.loaded_path = "/api/ps",
	.lines = true,
	.add_headers = add_headers,
	.write = write_body,
	.take = take,
	.take_whole = take_whole,
	.read_models = read_models,
};
