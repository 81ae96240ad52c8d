#include "llm/message.h"

#include <string.h>

#include "llm/secret.h"

static const char *const message_role_names[] = { "user", "assistant", NULL };
static const char *const message_part_kind_names[] = { "text", "thinking", "tool_call", "tool_result", NULL };
static const char *const model_stop_names[] = { "none", "end", "length", "sequence", "tools", "refusal", "pause", "window", "other", NULL };

static const struct record_field message_part_fields[] = {
	RECORD_ENUM(message_part, kind, RECORD_REQUIRED, message_part_kind_names, "what it is"),
	RECORD_FIELD(message_part, text, 0, "what is said, thought or brought back"),
	RECORD_FIELD(message_part, tool_id, 0, "which call it is, or answers"),
	RECORD_FIELD(message_part, tool, 0, "the tool that is called, or was"),
	RECORD_FIELD(message_part, arguments, 0, "of the call: an object"),
	RECORD_FIELD(message_part, failed, 0, "the result is an error"),
	RECORD_FIELD(message_part, dialect, 0, "whose the block is that is kept as it came"),
	RECORD_FIELD(message_part, native, 0, "the block as it came"),
};
RECORD_TYPE(message_part, RECORD_REJECT, "a part of a message");

static const struct record_field message_fields[] = {
	RECORD_ENUM(message, role, RECORD_REQUIRED, message_role_names, "who says it"),
	RECORD_LIST(message, parts, message_part, 0, "what is said"),
	RECORD_FIELD(message, cached, 0, "what is said up to here is worth keeping on the server"),
};
RECORD_TYPE(message, RECORD_REJECT, "a message");

static const struct record_field model_tool_fields[] = {
	RECORD_FIELD(model_tool, name, RECORD_REQUIRED, "how it is called"),
	RECORD_FIELD(model_tool, description, 0, "what it does"),
	RECORD_FIELD(model_tool, parameters, 0, "JSON Schema of its arguments"),
};
RECORD_TYPE(model_tool, RECORD_REJECT, "a tool that a model may call");

static const struct record_field model_request_fields[] = {
	RECORD_FIELD(model_request, model, RECORD_REQUIRED, "the model, as its server calls it"),
	RECORD_FIELD(model_request, system, 0, "what the model is told about itself and its work"),
	RECORD_FIELD(model_request, system_cached, 0, "tools and system text are worth keeping on the server"),
	RECORD_LIST(model_request, messages, message, 0, "the conversation"),
	RECORD_LIST(model_request, tools, model_tool, 0, "what it may call"),
	RECORD_FIELD(model_request, tool_choice, 0, "auto, any, none, or the name of a tool"),
	RECORD_FIELD(model_request, one_tool, 0, "at most one call in an answer"),
	RECORD_FIELD(model_request, schema, 0, "JSON Schema of the object that the answer has to be"),
	RECORD_FIELD(model_request, schema_name, 0, "how that schema is called"),
	RECORD_FIELD(model_request, max_tokens, 0, "tokens of the answer, at most", .preset = "8192"),
	RECORD_FIELD(model_request, temperature, 0, "how much is left to chance"),
	RECORD_FIELD(model_request, seed, RECORD_OPTIONAL, "what chance begins with"),
	RECORD_FIELD(model_request, effort, 0, "none, low, medium or high: how long it may think"),
	RECORD_FIELD(model_request, stop, RECORD_WHOLE, "texts that end the answer"),
};
RECORD_TYPE(model_request, RECORD_REJECT, "what is asked of a model");

static const struct record_field model_usage_fields[] = {
	RECORD_FIELD(model_usage, input_tokens, RECORD_OPTIONAL, "tokens of the prompt, without those of the cache"),
	RECORD_FIELD(model_usage, output_tokens, RECORD_OPTIONAL, "tokens of the answer"),
	RECORD_FIELD(model_usage, cache_read_tokens, RECORD_OPTIONAL, "tokens of the prompt that the server had kept"),
	RECORD_FIELD(model_usage, cache_write_tokens, RECORD_OPTIONAL, "tokens of the prompt that it keeps from now on"),
	RECORD_FIELD(model_usage, cost, 0, "dollars, where the server says it"),
};
RECORD_TYPE(model_usage, RECORD_REJECT, "what an answer used up, as the server counts");

static const struct record_field model_response_fields[] = {
	RECORD_FIELD(model_response, id, 0, "the server's name for it"),
	RECORD_FIELD(model_response, model, 0, "the model that answered, as the server says"),
	RECORD_LIST(model_response, parts, message_part, 0, "what the model says"),
	RECORD_ENUM(model_response, stop, 0, model_stop_names, "why it ended"),
	RECORD_PART(model_response, usage, model_usage, 0, "what it used up"),
};
RECORD_TYPE(model_response, RECORD_REJECT, "what a model answers");

char *
model_response_text(const struct model_response *response)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < response->parts.count; i++) {
		const struct message_part *part = &response->parts.items[i];
		if (part->kind == PART_TEXT && part->text)
			g_string_append(text, part->text);
	}
	return g_string_free(text, FALSE);
}

static void
hide_text(char **text, const char *secret)
{
	if (!*text)
		return;
	GString *told = g_string_new(*text);
	secret_hide(told, secret);
	g_free(*text);
	*text = g_string_free(told, FALSE);
}

/* A document as its text; where that is none any more, better nothing than the secret. */
static void
hide_in(struct doc **doc, const char *secret)
{
	if (!*doc)
		return;
	char *text = value_to_json(doc_root(*doc), false), *told = g_strdup(text);
	hide_text(&told, secret);
	if (!g_str_equal(text, told)) {
		doc_unref(*doc);
		*doc = doc_read_json("answer", told, strlen(told), NULL, NULL);
		*doc = *doc ? *doc : doc_own("{}");
	}
	g_free(text);
	g_free(told);
}

void
model_response_redact(struct model_response *response, const char *secret)
{
	if (!secret)
		return;
	hide_text(&response->id, secret);
	hide_text(&response->model, secret);
	for (size_t i = 0; i < response->parts.count; i++) {
		struct message_part *part = &response->parts.items[i];
		hide_text(&part->text, secret);
		hide_text(&part->tool_id, secret);
		hide_text(&part->tool, secret);
		hide_in(&part->arguments, secret);
		hide_in(&part->native, secret);
	}
}

struct message *
model_request_say(struct model_request *request, enum message_role role, const char *text)
{
	struct message *message = record_append(&message_record, &request->messages);
	message->role = role;
	struct message_part *part = record_append(&message_part_record, &message->parts);
	part->kind = PART_TEXT;
	part->text = g_strdup(text);
	return message;
}

void
model_request_take(struct model_request *request, const struct model_response *response)
{
	struct message *message = record_append(&message_record, &request->messages);
	message->role = MESSAGE_ASSISTANT;
	for (size_t i = 0; i < response->parts.count; i++)
		record_copy(&message_part_record, &response->parts.items[i], record_append(&message_part_record, &message->parts));
}
