/* Chat Completions, as OpenAI made them and many servers speak them. */
#include "llm/dialect_list.h"
#include "llm/openai_reply.h"

static void
add_headers(const struct dialect_options *options, struct http_headers *headers)
{
	dialect_add_common(headers, "text/event-stream");
	if (!options->key)
		return;
	g_autofree char *bearer = g_strdup_printf("Bearer %s", options->key);
	http_headers_add(headers, "authorization", bearer);
}

static void
write_plain(struct writer *writer, const char *role, const char *text)
{
	writer_begin_object(writer);
	writer_member_text(writer, "role", role);
	writer_member_text(writer, "content", text);
	writer_end(writer);
}

static void
write_calls(struct writer *writer, const struct message *message)
{
	bool open = false;
	for (size_t i = 0; i < message->parts.count; i++) {
		const struct message_part *part = &message->parts.items[i];
		if (part->kind != PART_TOOL_CALL)
			continue;
		g_autofree char *arguments = part->arguments ? value_to_json(doc_root(part->arguments), false) : g_strdup("{}");
		if (!open) {
			writer_key(writer, "tool_calls");
			writer_begin_array(writer);
			open = true;
		}
		writer_begin_object(writer);
		writer_member_text(writer, "id", part->tool_id ? part->tool_id : "");
		writer_member_text(writer, "type", "function");
		writer_key(writer, "function");
		writer_begin_object(writer);
		writer_member_text(writer, "name", part->tool);
		writer_member_text(writer, "arguments", arguments);
		writer_end(writer);
		if (dialect_owns(&dialect_openai, part))
			writer_member_value(writer, "extra_content", doc_root(part->native));
		writer_end(writer);
	}
	if (open)
		writer_end(writer);
}

static void
write_assistant(struct writer *writer, const struct message *message)
{
	g_autofree char *text = dialect_text(message);
	bool calls = false;
	for (size_t i = 0; i < message->parts.count; i++)
		calls |= message->parts.items[i].kind == PART_TOOL_CALL;
	if (!text && !calls)
		return;
	writer_begin_object(writer);
	writer_member_text(writer, "role", "assistant");
	writer_member_text(writer, "content", text);
	for (size_t i = 0; i < message->parts.count; i++)
		if (message->parts.items[i].kind == PART_THINKING && dialect_owns(&dialect_openai, &message->parts.items[i]))
			writer_members(writer, doc_root(message->parts.items[i].native));
	write_calls(writer, message);
	writer_end(writer);
}

/* Each result is a message of its own. */
static void
write_user(struct writer *writer, const struct message *message)
{
	g_autofree char *text = dialect_text(message);
	for (size_t i = 0; i < message->parts.count; i++) {
		const struct message_part *part = &message->parts.items[i];
		if (part->kind != PART_TOOL_RESULT)
			continue;
		writer_begin_object(writer);
		writer_member_text(writer, "role", "tool");
		writer_member_text(writer, "tool_call_id", part->tool_id ? part->tool_id : "");
		writer_member_text(writer, "content", part->text ? part->text : "");
		writer_end(writer);
	}
	if (text)
		write_plain(writer, "user", text);
}

static void
write_messages(struct writer *writer, const struct model_request *request)
{
	writer_key(writer, "messages");
	writer_begin_array(writer);
	if (request->system && *request->system)
		write_plain(writer, "system", request->system);
	for (size_t i = 0; i < request->messages.count; i++) {
		const struct message *message = &request->messages.items[i];
		if (message->role == MESSAGE_USER)
			write_user(writer, message);
		else
			write_assistant(writer, message);
	}
	writer_end(writer);
}

static void
write_choice(struct writer *writer, const char *choice)
{
	if (g_str_equal(choice, "auto") || g_str_equal(choice, "none") || g_str_equal(choice, "any")) {
		writer_member_text(writer, "tool_choice", g_str_equal(choice, "any") ? "required" : choice);
		return;
	}
	writer_key(writer, "tool_choice");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "function");
	writer_key(writer, "function");
	writer_begin_object(writer);
	writer_member_text(writer, "name", choice);
	writer_end(writer);
	writer_end(writer);
}

static void
write_tools(struct writer *writer, const struct model_request *request)
{
	if (!request->tools.count)
		return;
	writer_key(writer, "tools");
	writer_begin_array(writer);
	for (size_t i = 0; i < request->tools.count; i++)
		dialect_write_function(writer, &request->tools.items[i]);
	writer_end(writer);
	if (request->tool_choice)
		write_choice(writer, request->tool_choice);
	if (request->one_tool)
		writer_member_bool(writer, "parallel_tool_calls", false);
}

/* A schema that the strict form cannot say is sent as it is, and the server does its best. */
static void
write_format(struct writer *writer, const struct model_request *request, const struct dialect_options *options)
{
	if (!request->schema)
		return;
	g_autoptr(Doc) schema = dialect_schema(request);
	writer_key(writer, "response_format");
	writer_begin_object(writer);
	writer_member_text(writer, "type", options->strict_schema ? "json_schema" : "json_object");
	if (options->strict_schema) {
		writer_key(writer, "json_schema");
		writer_begin_object(writer);
		writer_member_text(writer, "name", request->schema_name ? request->schema_name : "answer");
		writer_member_value(writer, "schema", doc_root(schema ? schema : request->schema));
		writer_member_bool(writer, "strict", schema);
		writer_end(writer);
	}
	writer_end(writer);
}

static char *
write_body(const struct model_request *request, const struct dialect_options *options)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "model", request->model);
	writer_member_bool(&writer, "stream", true);
	writer_key(&writer, "stream_options");
	writer_begin_object(&writer);
	writer_member_bool(&writer, "include_usage", true);
	writer_end(&writer);
	write_tools(&writer, request);
	write_messages(&writer, request);
	write_format(&writer, request, options);
	dialect_write_int(&writer, options->completion_tokens ? "max_completion_tokens" : "max_tokens", request->max_tokens);
	dialect_write_double(&writer, "temperature", request->temperature);
	dialect_write_int(&writer, "seed", request->seed);
	if (request->effort)
		writer_member_text(&writer, "reasoning_effort", request->effort);
	dialect_write_texts(&writer, "stop", request->stop);
	writer_end(&writer);
	return writer_take(&writer);
}

static char **
read_models(const char *text, size_t length, GError **error)
{
	return dialect_read_names(text, length, "data", "id", error);
}

const struct dialect dialect_openai = {
	.name = "openai",
	.path = "/chat/completions",
	.models_path = "/models",
	.add_headers = add_headers,
	.write = write_body,
	.take = openai_take,
	.take_whole = openai_take_whole,
	.read_models = read_models,
};
