#include "llm/reply_build.h"

#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "llm/halves.h"
#include "llm/reasoning.h"
#include "llm/refusal.h"

enum { TEXT_BYTES_MAX = 32 << 20, PARTS_MAX = 1024 };

static struct message_part *
part_at(const struct reply *reply, size_t part)
{
	return &reply->response.parts.items[part];
}

size_t
reply_part_add(struct reply *reply, enum message_part_kind kind, int64_t index)
{
	size_t position = reply->response.parts.count;
	if (position == reply->slot_room) {
		reply->slot_room = MAX(reply->slot_room * 2, 4);
		reply->slots = g_renew(struct reply_slot, reply->slots, reply->slot_room);
	}
	struct message_part *part = record_append(&message_part_record, &reply->response.parts);
	part->kind = kind;
	reply->slots[position] = (struct reply_slot){ .index = index, .open = true };
	if (position >= PARTS_MAX)
		reply_fail(reply, FAILURE_TOO_LARGE, "an answer of more than %d parts", PARTS_MAX);
	return position;
}

gssize
reply_part_find(const struct reply *reply, int kind, int64_t index)
{
	for (size_t i = reply->response.parts.count; i--;)
		if ((kind == ANY_PART || part_at(reply, i)->kind == (unsigned)kind) && reply->slots[i].index == index && reply->slots[i].open)
			return (gssize)i;
	return -1;
}

size_t
reply_part_only(struct reply *reply, enum message_part_kind kind)
{
	gssize part = reply_part_find(reply, kind, -1);
	return part < 0 ? reply_part_add(reply, kind, -1) : (size_t)part;
}

static void
count_token(struct reply *reply)
{
	reply->started = true;
	reply->tokens++;
}

static void
grow(struct reply *reply, size_t part, const char *text, size_t length)
{
	struct reply_slot *slot = &reply->slots[part];
	char **whole = &part_at(reply, part)->text;
	if (slot->length + length >= TEXT_BYTES_MAX) {
		reply_fail(reply, FAILURE_TOO_LARGE, "an answer of more than %d MB of text", TEXT_BYTES_MAX >> 20);
		return;
	}
	if (slot->length + length >= slot->room) {
		slot->room = MAX(slot->room * 2, slot->length + length + 1);
		*whole = g_realloc(*whole, slot->room);
	}
	size_t seam = slot->length;
	memcpy(*whole + seam, text, length);
	slot->length += length;
	(*whole)[slot->length] = '\0';
	if (reply->halved)
		slot->length = halves_join(*whole, seam, slot->length);
}

/* Shows what came, but for a half that waits for its fellow. */
static void
show(struct reply *reply, size_t part)
{
	struct reply_slot *slot = &reply->slots[part];
	const char *text = part_at(reply, part)->text;
	size_t end = slot->length;
	if (!reply->watch || part_at(reply, part)->kind != PART_TEXT || !text)
		return;
	if (reply->halved && halves_waits(text, end))
		end -= 4;
	if (end > slot->watched)
		reply->watch(reply->watch_data, text + slot->watched, end - slot->watched);
	slot->watched = MAX(end, slot->watched);
}

void
reply_part_text(struct reply *reply, size_t part, const char *text, size_t length)
{
	const char *zero = memchr(text, '\0', length);
	if (length)
		count_token(reply);
	if (zero) {   /* our texts cannot hold it */
		reply_part_text(reply, part, text, (size_t)(zero - text));
		grow(reply, part, "\xEF\xBF\xBD", 3);
		reply_part_text(reply, part, zero + 1, length - (size_t)(zero - text) - 1);
		return;
	}
	grow(reply, part, text, length);
	show(reply, part);
}

void
reply_part_extra(struct reply *reply, size_t part, const char *text, size_t length)
{
	struct reply_slot *slot = &reply->slots[part];
	if (!slot->extra)
		slot->extra = g_string_new(NULL);
	if (slot->extra->len + length > TEXT_BYTES_MAX) {
		reply_fail(reply, FAILURE_TOO_LARGE, "a tool call of more than %d MB", TEXT_BYTES_MAX >> 20);
		return;
	}
	size_t seam = slot->extra->len;
	g_string_append_len(slot->extra, text, (gssize)length);
	if (reply->halved)
		g_string_truncate(slot->extra, halves_join(slot->extra->str, seam, slot->extra->len));
	if (length)
		count_token(reply);
}

static bool
is_blank(const GString *text)
{
	return !text || !text->str[strspn(text->str, " \t\r\n")];
}

/* No arguments at all are an object without members, unless the call was cut off before the first: whoever ends the reply knows. */
static void
close_call(struct reply *reply, size_t part)
{
	const GString *text = reply->slots[part].extra;
	struct message_part *call = part_at(reply, part);
	if (call->arguments)
		return;
	g_autoptr(Doc) doc = is_blank(text) ? doc_own("{}") : doc_read_json("arguments", text->str, text->len, NULL, NULL);
	if (doc && value_is(doc_root(doc), VALUE_OBJECT))
		call->arguments = g_steal_pointer(&doc);
}

/* The block as its dialect takes it back. */
static void
close_thought(struct reply *reply, size_t part)
{
	struct message_part *thought = part_at(reply, part);
	const struct reply_slot *slot = &reply->slots[part];
	if (!thought->native && slot->pieces && (thought->native = reasoning_join(slot->extra->str, slot->extra->len, slot->pieces == PIECES_STREAMED)))
		thought->dialect = g_strdup(reply->dialect->name);
	if (thought->native || !slot->member || slot->pieces)
		return;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	if (slot->extra)
		writer_member_text(&writer, "type", "thinking");
	writer_member_text(&writer, slot->member, thought->text ? thought->text : "");
	if (slot->extra)
		writer_member_text(&writer, "signature", slot->extra->str);
	writer_end(&writer);
	thought->native = writer_doc(&writer);
	thought->dialect = g_strdup(reply->dialect->name);
}

void
reply_part_close(struct reply *reply, size_t part)
{
	struct reply_slot *slot = &reply->slots[part];
	char *text = part_at(reply, part)->text;
	if (!slot->open)
		return;
	slot->open = false;
	reply->track.set = false;
	if (reply->halved && text)
		slot->length = halves_finish(text, slot->length);
	if (reply->halved && slot->extra)
		g_string_truncate(slot->extra, halves_finish(slot->extra->str, slot->extra->len));
	show(reply, part);
	if (part_at(reply, part)->kind == PART_TOOL_CALL)
		close_call(reply, part);
	else if (part_at(reply, part)->kind == PART_THINKING)
		close_thought(reply, part);
}

void
reply_part_drop(struct reply *reply, size_t part)
{
	struct message_part_list *parts = &reply->response.parts;
	size_t behind = parts->count - part - 1;
	if (reply->slots[part].extra)
		g_string_free(reply->slots[part].extra, TRUE);
	record_finish(&message_part_record, &parts->items[part]);
	memmove(&parts->items[part], &parts->items[part + 1], behind * sizeof *parts->items);
	memmove(&reply->slots[part], &reply->slots[part + 1], behind * sizeof *reply->slots);
	parts->count--;
	reply->track.set = false;
}

void
reply_name(struct reply *reply, const char *id, const char *model)
{
	if (id && !reply->response.id)
		reply->response.id = g_strdup(id);
	if (model && !reply->response.model)
		reply->response.model = g_strdup(model);
}

/* Calls that came out of their order. */
static void
sort_calls(struct reply *reply)
{
	for (size_t i = 1; i < reply->response.parts.count; i++) {
		for (size_t at = i; at && part_at(reply, at)->kind == PART_TOOL_CALL && part_at(reply, at - 1)->kind == PART_TOOL_CALL; at--) {
			if (reply->slots[at - 1].index <= reply->slots[at].index)
				break;
			struct message_part part = *part_at(reply, at);
			struct reply_slot slot = reply->slots[at];
			*part_at(reply, at) = *part_at(reply, at - 1);
			reply->slots[at] = reply->slots[at - 1];
			*part_at(reply, at - 1) = part;
			reply->slots[at - 1] = slot;
		}
	}
}

/* Whatever ended it in the middle cut off the last call: be it whole by chance, it is none. After a refusal no call is one. */
static void
drop_calls(struct reply *reply)
{
	unsigned stop = reply->response.stop;
	bool cut = stop == STOP_LENGTH || stop == STOP_WINDOW;
	size_t count = reply->response.parts.count;
	if (cut && count && part_at(reply, count - 1)->kind == PART_TOOL_CALL)
		reply_part_drop(reply, count - 1);
	for (size_t i = reply->response.parts.count; i--;) {
		reply_part_close(reply, i);
		if (part_at(reply, i)->kind == PART_TOOL_CALL && (stop == STOP_REFUSAL || (cut && !part_at(reply, i)->arguments)))
			reply_part_drop(reply, i);
	}
}

/* Parts that never got a text are none. */
static void
drop_blank(struct reply *reply)
{
	for (size_t i = reply->response.parts.count; i--;) {
		const struct message_part *part = part_at(reply, i);
		if (part->kind != PART_TOOL_CALL && !part->native && !(part->text && *part->text))
			reply_part_drop(reply, i);
	}
}

bool
reply_finish(struct reply *reply)
{
	bool called = false;
	if (reply->failed)
		return false;
	sort_calls(reply);
	drop_calls(reply);
	for (size_t i = 0; i < reply->response.parts.count; i++) {
		const struct message_part *part = part_at(reply, i);
		if (part->kind == PART_TOOL_CALL && !part->arguments)
			return reply_fail(reply, FAILURE_MALFORMED, "the arguments of %s are no JSON object", part->tool ? part->tool : "a tool");
		if (part->kind == PART_TOOL_CALL && !part->tool)
			return reply_fail(reply, FAILURE_MALFORMED, "a tool call without the tool's name");
		called |= part->kind == PART_TOOL_CALL;
	}
	drop_blank(reply);
	if (called && reply->response.stop == STOP_END)
		reply->response.stop = STOP_TOOLS;
	if (!reply->response.parts.count && reply->response.stop == STOP_END)
		return reply_fail(reply, FAILURE_EMPTY, "the answer has no content");
	reply->whole = true;
	return true;
}

bool
reply_fail(struct reply *reply, enum failure_class class, const char *format, ...)
{
	if (reply->failed)
		return false;
	va_list values;
	va_start(values, format);
	g_autofree char *detail = g_strdup_vprintf(format, values);
	va_end(values);
	reply->failed = true;
	reply->failure.class = class;
	g_free(reply->failure.detail);
	reply->failure.detail = refusal_line(detail, strlen(detail));
	return false;
}

bool
reply_fail_error(struct reply *reply, const struct value *error)
{
	const char *message = refusal_message(error);
	return reply_fail(reply, refusal_class(0, error), "%s", message ? message : "an error inside the stream");
}

struct doc *
reply_read(struct reply *reply, const char *data, size_t length)
{
	g_autoptr(GError) error = NULL;
	struct doc *doc = doc_read_json("event", data, length, NULL, &error);
	GString *marked = doc ? NULL : halves_mark(data, length);
	reply->marked = marked;
	if (marked) {
		reply->halved = true;
		g_clear_error(&error);
		doc = doc_read_json("event", marked->str, marked->len, NULL, &error);
		g_string_free(marked, TRUE);
	}
	if (doc && value_is(doc_root(doc), VALUE_OBJECT))
		return doc;
	g_autofree char *text = doc ? g_strdup("an object was expected") : error_text(error);
	g_autofree char *line = refusal_line(data, MIN(length, 80));
	doc_unref(doc);
	reply_fail(reply, FAILURE_MALFORMED, "%s: %s", text, line);
	return NULL;
}

void
reply_count(const struct value *object, const char *member, int64_t *ret)
{
	int64_t number;
	if (value_int64(value_member(object, member), &number) && number >= 0)
		*ret = number;
}
