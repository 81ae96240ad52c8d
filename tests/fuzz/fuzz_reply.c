/* Answers of model servers: the first byte says which dialect and what kind of answer. However the rest is cut, and whether or not
 * events are compared with those before them instead of being read, the same comes of it. */
#include <stdint.h>

#include "../unit/dialect_wire.h"
#include "llm/subset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const char *const types[] = { NULL, "application/json", "text/plain", "text/html" };

static void
check_parts(const struct reply *reply)
{
	const struct model_response *response = reply_response(reply);
	for (size_t i = 0; i < response->parts.count; i++) {
		const struct message_part *part = &response->parts.items[i];
		if (part->kind == PART_TOOL_CALL)
			g_assert_true(part->arguments && value_is(doc_root(part->arguments), VALUE_OBJECT));
		if (part->text)
			g_assert_true(g_utf8_validate(part->text, -1, NULL));
	}
}

/* The conversation with this answer in it is JSON in every dialect. */
static void
check_body(const struct reply *reply)
{
	const struct dialect_options options = { .strict_schema = true };
	struct model_request request;
	record_init(&model_request_record, &request);
	request.model = g_strdup("m");
	model_request_take(&request, reply_response(reply));
	for (unsigned i = 0; dialect_names[i]; i++) {
		g_autofree char *body = dialect_find(dialect_names[i])->write(&request, &options);
		g_autoptr(Doc) doc = doc_own(body);
		g_assert_true(value_is(doc_root(doc), VALUE_OBJECT));
	}
	record_finish(&model_request_record, &request);
}

static char *
fold(unsigned kind, const char *text, size_t length, size_t step, bool plain)
{
	const struct wire_case wire = { .status = kind & 16 ? 429 : 200, .type = types[kind / 4 % 4] };
	struct reply *reply = wire_begin(dialect_names[kind % 4 % 3], &wire);
	reply->plain = plain;
	for (size_t at = 0; at < length; at += step) {
		size_t size = MIN(step, length - at);
		g_autofree char *piece = g_memdup2(text + at, size);
		reply_take(reply, piece, size);
	}
	reply_end(reply);
	check_parts(reply);
	check_body(reply);
	char *said = wire_text(reply);
	reply_destroy(reply);
	return said;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (!length)
		return 0;
	const char *text = (const char *)bytes + 1;
	g_autofree char *whole = fold(bytes[0], text, length - 1, length, false);
	g_autofree char *pieces = fold(bytes[0], text, length - 1, 1 + bytes[0] % 7, false);
	g_autofree char *plain = fold(bytes[0], text, length - 1, length, true);
	g_assert_cmpstr(whole, ==, pieces);
	g_assert_cmpstr(whole, ==, plain);
	return 0;
}
