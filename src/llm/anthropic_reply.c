#include "llm/anthropic_reply.h"

#include <string.h>

#include "base/writer.h"
#include "llm/reply_build.h"

/* An event as it is read. */
struct incoming {
	const char *data;
	size_t length;
	const struct value *root;
};

static const struct {
	const char *reason;
	enum model_stop stop;
} stops[] = {
	{ "end_turn", STOP_END }, { "max_tokens", STOP_LENGTH }, { "stop_sequence", STOP_SEQUENCE }, { "tool_use", STOP_TOOLS },
	{ "pause_turn", STOP_PAUSE }, { "refusal", STOP_REFUSAL }, { "model_context_window_exceeded", STOP_WINDOW },
};

static void
take_stop(struct reply *reply, const char *reason)
{
	if (!reason || !*reason)
		return;
	reply->response.stop = STOP_OTHER;
	for (unsigned i = 0; i < G_N_ELEMENTS(stops); i++)
		if (g_str_equal(stops[i].reason, reason))
			reply->response.stop = stops[i].stop;
}

/* Every count is that of the whole answer so far. */
static void
take_usage(struct reply *reply, const struct value *usage)
{
	struct model_usage *own = &reply->response.usage;
	reply_count(usage, "input_tokens", &own->input_tokens);
	reply_count(usage, "output_tokens", &own->output_tokens);
	reply_count(usage, "cache_read_input_tokens", &own->cache_read_tokens);
	reply_count(usage, "cache_creation_input_tokens", &own->cache_write_tokens);
}

static void
add_text(struct reply *reply, size_t part, const struct value *text)
{
	if (value_is(text, VALUE_STRING))
		reply_part_text(reply, part, text->text, text->length);
}

static void
add_call(struct reply *reply, int64_t index, const struct value *block)
{
	size_t part = reply_part_add(reply, PART_TOOL_CALL, index);
	struct message_part *call = &reply->response.parts.items[part];
	const struct value *input = value_member(block, "input");
	call->tool_id = g_strdup(value_member_text(block, "id"));
	call->tool = g_strdup(value_member_text(block, "name"));
	if (value_is(input, VALUE_OBJECT) && value_count(input)) {
		g_autofree char *text = value_to_json(input, false);
		call->arguments = doc_own(text);
	}
}

static void
add_redacted(struct reply *reply, int64_t index, const struct value *block)
{
	size_t part = reply_part_add(reply, PART_THINKING, index);
	struct message_part *thought = &reply->response.parts.items[part];
	g_autofree char *text = value_to_json(block, false);
	thought->native = doc_own(text);
	thought->dialect = g_strdup(reply->dialect->name);
	reply->started = true;
}

/* Blocks of other kinds are left out, with all that belongs to them. */
static void
begin_block(struct reply *reply, int64_t index, const struct value *block)
{
	const char *type = value_member_text(block, "type");
	size_t part;
	if (g_strcmp0(type, "text") == 0) {
		part = reply_part_add(reply, PART_TEXT, index);
		add_text(reply, part, value_member(block, "text"));
	} else if (g_strcmp0(type, "thinking") == 0) {
		const struct value *signature = value_member(block, "signature");
		part = reply_part_add(reply, PART_THINKING, index);
		reply->slots[part].member = "thinking";
		reply_part_extra(reply, part, value_is(signature, VALUE_STRING) ? signature->text : "", value_is(signature, VALUE_STRING) ? signature->length : 0);
		add_text(reply, part, value_member(block, "thinking"));
	} else if (g_strcmp0(type, "redacted_thinking") == 0) {
		add_redacted(reply, index, block);
	} else if (g_strcmp0(type, "tool_use") == 0) {
		add_call(reply, index, block);
	}
}

static bool
take_start(struct reply *reply, const struct incoming *in)
{
	const struct value *message = value_member(in->root, "message");
	reply_name(reply, value_member_text(message, "id"), value_member_text(message, "model"));
	take_usage(reply, value_member(message, "usage"));
	return true;
}

static bool
take_block_start(struct reply *reply, const struct incoming *in)
{
	int64_t index = -1;
	reply_count(in->root, "index", &index);
	begin_block(reply, index, value_member(in->root, "content_block"));
	return true;
}

static bool
take_delta(struct reply *reply, const struct incoming *in)
{
	static const struct {
		const char *type, *member;
		enum message_part_kind kind;
		bool extra;
	} deltas[] = {
		{ "text_delta", "text", PART_TEXT, false },
		{ "input_json_delta", "partial_json", PART_TOOL_CALL, true },
		{ "thinking_delta", "thinking", PART_THINKING, false },
		{ "signature_delta", "signature", PART_THINKING, true },
	};
	const struct value *delta = value_member(in->root, "delta");
	const char *type = value_member_text(delta, "type");
	int64_t index = -1;
	reply_count(in->root, "index", &index);
	for (unsigned i = 0; type && i < G_N_ELEMENTS(deltas); i++) {
		const struct value *text = g_str_equal(deltas[i].type, type) ? value_member(delta, deltas[i].member) : NULL;
		gssize part = value_is(text, VALUE_STRING) ? reply_part_find(reply, (int)deltas[i].kind, index) : -1;
		if (part < 0)
			continue;
		if (deltas[i].kind == PART_TOOL_CALL)
			g_clear_pointer(&reply->response.parts.items[part].arguments, doc_unref);
		if (deltas[i].extra)
			reply_part_extra(reply, (size_t)part, text->text, text->length);
		else
			reply_part_text(reply, (size_t)part, text->text, text->length);
		reply_track(reply, in->data, in->length, in->root, text, (size_t)part, deltas[i].extra);
	}
	return true;
}

static bool
take_block_stop(struct reply *reply, const struct incoming *in)
{
	int64_t index = -1;
	reply_count(in->root, "index", &index);
	gssize part = reply_part_find(reply, ANY_PART, index);
	if (part >= 0)
		reply_part_close(reply, (size_t)part);
	return true;
}

static bool
take_message_delta(struct reply *reply, const struct incoming *in)
{
	take_stop(reply, value_member_text(value_member(in->root, "delta"), "stop_reason"));
	take_usage(reply, value_member(in->root, "usage"));
	return true;
}

static bool
take_message_stop(struct reply *reply, const struct incoming *in)
{
	(void)in;
	if (reply->response.stop == STOP_NONE)
		reply->response.stop = STOP_OTHER;
	return reply_finish(reply);
}

static bool
take_error(struct reply *reply, const struct incoming *in)
{
	return reply_fail_error(reply, in->root);
}

bool
anthropic_take(struct reply *reply, const char *event, const char *data, size_t length)
{
	static const struct {
		const char *type;
		bool (*take)(struct reply *reply, const struct incoming *in);
	} events[] = {
		{ "content_block_delta", take_delta }, { "content_block_start", take_block_start }, { "content_block_stop", take_block_stop },
		{ "message_start", take_start }, { "message_delta", take_message_delta }, { "message_stop", take_message_stop }, { "error", take_error },
	};
	g_autoptr(Doc) doc = reply_read(reply, data, length);
	if (!doc)
		return false;
	struct incoming in = { data, length, doc_root(doc) };
	const char *type = value_member_text(in.root, "type");
	if (!type)
		type = value_member(in.root, "error") ? "error" : event;
	for (unsigned i = 0; i < G_N_ELEMENTS(events); i++)
		if (g_str_equal(events[i].type, type))
			return events[i].take(reply, &in);
	return true;
}

bool
anthropic_take_whole(struct reply *reply, struct doc *doc)
{
	const struct value *root = doc_root(doc), *content = value_member(root, "content");
	int64_t index = 0;
	if (value_member(root, "error"))
		return reply_fail_error(reply, root);
	if (!value_is(content, VALUE_ARRAY))
		return reply_fail(reply, FAILURE_MALFORMED, "the answer is no message: it has no content");
	reply_name(reply, value_member_text(root, "id"), value_member_text(root, "model"));
	VALUE_EACH (block, content)
		begin_block(reply, index++, block);
	take_usage(reply, value_member(root, "usage"));
	take_stop(reply, value_member_text(root, "stop_reason"));
	if (reply->response.stop == STOP_NONE)
		reply->response.stop = STOP_OTHER;
	return true;
}
