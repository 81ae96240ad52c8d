#include "llm/openai_reply.h"

#include <string.h>

#include "llm/reply_build.h"

/* A delta as it is read, and what it brought: where that is one piece of text, the next one may be like it. */
struct incoming {
	struct reply *reply;
	const struct value *text;
	size_t part;
	bool extra;
	unsigned news;
};

static const struct {
	const char *reason;
	enum model_stop stop;
} stops[] = {
	{ "stop", STOP_END }, { "length", STOP_LENGTH }, { "tool_calls", STOP_TOOLS }, { "function_call", STOP_TOOLS }, { "content_filter", STOP_REFUSAL },
};

static void
take_stop(struct reply *reply, const char *reason)
{
	bool refused = reply->response.stop == STOP_REFUSAL;
	reply->finished = true;
	reply->response.stop = STOP_OTHER;
	for (unsigned i = 0; i < G_N_ELEMENTS(stops); i++)
		if (g_str_equal(stops[i].reason, reason))
			reply->response.stop = stops[i].stop;
	if (refused)
		reply->response.stop = STOP_REFUSAL;
}

/* The prompt is counted with what the cache held. */
static void
take_usage(struct reply *reply, const struct value *usage)
{
	struct model_usage *own = &reply->response.usage;
	const struct value *details = value_member(usage, "prompt_tokens_details");
	int64_t prompt = -1, cached = 0, written = 0;
	reply_count(usage, "prompt_tokens", &prompt);
	reply_count(usage, "completion_tokens", &own->output_tokens);
	reply_count(details, "cached_tokens", &own->cache_read_tokens);
	reply_count(details, "cache_write_tokens", &own->cache_write_tokens);
	reply_count(details, "cached_tokens", &cached);
	reply_count(details, "cache_write_tokens", &written);
	if (prompt >= 0)
		own->input_tokens = MAX(prompt - cached - written, 0);
	if (value_is(value_member(usage, "cost"), VALUE_NUMBER))
		own->cost = value_double(value_member(usage, "cost"));
}

static void
add(struct incoming *in, size_t part, const struct value *text, bool extra)
{
	if (!text->length)
		return;
	if (extra)
		reply_part_extra(in->reply, part, text->text, text->length);
	else
		reply_part_text(in->reply, part, text->text, text->length);
	in->text = text;
	in->part = part;
	in->extra = extra;
	in->news++;
}

/* Content in blocks, as some servers send it where they think. */
static void
take_blocks(struct incoming *in, const struct value *blocks)
{
	VALUE_EACH (block, blocks) {
		const struct value *text = value_member(block, "text"), *thinking = value_member(block, "thinking");
		if (value_is(text, VALUE_STRING) && text->length)
			add(in, reply_part_only(in->reply, PART_TEXT), text, false);
		VALUE_EACH (thought, thinking) {
			const struct value *inner = value_member(thought, "text");
			if (value_is(inner, VALUE_STRING) && inner->length)
				add(in, reply_part_only(in->reply, PART_THINKING), inner, false);
		}
	}
}

/* The texts of a delta: what is said, why nothing is said, and what is thought, which servers call by two names. */
static void
take_texts(struct incoming *in, const struct value *delta)
{
	static const struct {
		const char *member;
		enum message_part_kind kind;
	} texts[] = { { "reasoning_content", PART_THINKING }, { "reasoning", PART_THINKING }, { "content", PART_TEXT }, { "refusal", PART_TEXT } };
	bool thought = false;
	take_blocks(in, value_member(delta, "content"));
	for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
		const struct value *text = value_member(delta, texts[i].member);
		bool thinking = texts[i].kind == PART_THINKING;
		if (!value_is(text, VALUE_STRING) || !text->length || (thinking && thought))
			continue;
		size_t part = reply_part_only(in->reply, texts[i].kind);
		if (thinking && !in->reply->slots[part].member)
			in->reply->slots[part].member = texts[i].member;
		thought |= thinking;
		add(in, part, text, false);
		if (g_str_equal(texts[i].member, "refusal")) {
			in->reply->response.stop = STOP_REFUSAL;
			in->news++;
		}
	}
}

/* The thought piece by piece, as it has to go back. */
static void
take_details(struct incoming *in, const struct value *details, bool whole)
{
	VALUE_EACH (detail, details) {
		if (!value_is(detail, VALUE_OBJECT))
			continue;
		size_t part = reply_part_only(in->reply, PART_THINKING);
		g_autofree char *text = value_to_json(detail, false);
		if (in->reply->slots[part].pieces)
			reply_part_extra(in->reply, part, ",", 1);
		in->reply->slots[part].pieces = whole ? PIECES_WHOLE : PIECES_STREAMED;
		reply_part_extra(in->reply, part, text, strlen(text));
		in->news += 2;
	}
}

static bool
is_complete(const GString *text)
{
	if (!text || !text->len || text->str[text->len - 1] != '}')
		return false;
	g_autoptr(Doc) doc = doc_read_json("arguments", text->str, text->len, NULL, NULL);
	return doc && value_is(doc_root(doc), VALUE_OBJECT);
}

/* Which call a piece belongs to; -1: a new one. Calls are told apart by their index; some servers leave it out, or give all calls the
 * same: there a new id behind a call that is complete begins another. */
static gssize
find_call(const struct reply *reply, int64_t index, const char *id)
{
	const struct message_part_list *parts = &reply->response.parts;
	gssize part = index >= 0 ? reply_part_find(reply, PART_TOOL_CALL, index) : -1;
	if (index < 0 && parts->count && parts->items[parts->count - 1].kind == PART_TOOL_CALL)
		part = (gssize)parts->count - 1;
	if (part < 0 || !id || !*id || g_strcmp0(parts->items[part].tool_id, id) == 0)
		return part;
	return is_complete(reply->slots[part].extra) ? -1 : part;
}

/* Some servers send arguments as an object instead of its text. */
static void
add_object(struct incoming *in, size_t part, const struct value *arguments)
{
	g_autofree char *text = value_to_json(arguments, false);
	reply_part_extra(in->reply, part, text, strlen(text));
	in->news += 2;
}

/* What the server wants back with its call: a signature of the thought behind it. */
static void
keep_extra(struct incoming *in, struct message_part *call, const struct value *extra)
{
	if (!value_is(extra, VALUE_OBJECT) || call->native)
		return;
	g_autofree char *text = value_to_json(extra, false);
	call->native = doc_own(text);
	call->dialect = g_strdup(in->reply->dialect->name);
	in->news++;
}

static void
take_call(struct incoming *in, const struct value *call, int64_t position)
{
	const struct value *function = value_member(call, "function"), *arguments = value_member(function, "arguments");
	const char *id = value_member_text(call, "id"), *name = value_member_text(function, "name");
	int64_t index = position;
	reply_count(call, "index", &index);
	gssize found = find_call(in->reply, index, id);
	size_t part = found < 0 ? reply_part_add(in->reply, PART_TOOL_CALL, index) : (size_t)found;
	struct message_part *own = &in->reply->response.parts.items[part];
	if (id && *id && !own->tool_id)
		own->tool_id = g_strdup(id), in->news++;
	if (name && *name && !own->tool)
		own->tool = g_strdup(name), in->news++;
	in->news += found < 0;
	keep_extra(in, own, value_member(call, "extra_content"));
	if (value_is(arguments, VALUE_STRING))
		add(in, part, arguments, true);
	else if (value_is(arguments, VALUE_OBJECT))
		add_object(in, part, arguments);
}

static void
take_choice(struct incoming *in, const struct value *choice, const struct value *delta, bool whole)
{
	const char *reason = value_member_text(choice, "finish_reason");
	int64_t position = 0;
	take_texts(in, delta);
	take_details(in, value_member(delta, "reasoning_details"), whole);
	VALUE_EACH (call, value_member(delta, "tool_calls"))
		take_call(in, call, whole ? position++ : -1);
	if (reason && *reason) {
		take_stop(in->reply, reason);
		in->news++;
	}
}

static bool
take_root(struct incoming *in, const struct value *root, bool whole)
{
	struct reply *reply = in->reply;
	const struct value *choices = value_member(root, "choices"), *error = value_member(root, "error");
	if ((error && !value_is(error, VALUE_NULL)) || g_strcmp0(value_member_text(root, "object"), "error") == 0)
		return reply_fail_error(reply, root);
	reply_name(reply, value_member_text(root, "id"), value_member_text(root, "model"));
	if (value_is(value_member(root, "usage"), VALUE_OBJECT))
		take_usage(reply, value_member(root, "usage"));
	VALUE_EACH (choice, choices) {
		int64_t index = 0;
		reply_count(choice, "index", &index);
		if (!index)
			take_choice(in, choice, value_member(choice, whole ? "message" : "delta"), whole);
		if (g_strcmp0(value_member_text(choice, "finish_reason"), "error") == 0)
			return reply_fail(reply, FAILURE_SERVER_ERROR, "the answer ended with an error");
	}
	return !reply->failed;
}

bool
openai_take(struct reply *reply, const char *event, const char *data, size_t length)
{
	if (g_str_has_prefix(data, "[DONE]")) {
		if (reply->response.stop == STOP_NONE)
			reply->response.stop = STOP_END;
		return reply_finish(reply);
	}
	g_autoptr(Doc) doc = reply_read(reply, data, length);
	struct incoming in = { .reply = reply };
	if (!doc)
		return false;
	if (g_str_equal(event, "error") && !value_member(doc_root(doc), "choices"))
		return reply_fail_error(reply, doc_root(doc));
	if (!take_root(&in, doc_root(doc), false))
		return false;
	if (in.news == 1 && in.text)
		reply_track(reply, data, length, doc_root(doc), in.text, in.part, in.extra);
	return true;
}

bool
openai_take_whole(struct reply *reply, struct doc *doc)
{
	const struct value *root = doc_root(doc);
	struct incoming in = { .reply = reply };
	if (!take_root(&in, root, true))
		return false;
	if (!value_item(value_member(root, "choices"), 0))
		return reply_fail(reply, FAILURE_MALFORMED, "the answer is no completion: it has no choices");
	if (reply->response.stop == STOP_NONE)
		reply->response.stop = STOP_END;
	return true;
}
