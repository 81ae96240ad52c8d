/* What Anthropic's Messages answer. */
#include "dialect_wire.h"

#define START                                                                                                                    \
	EVENT("message_start",                                                                                                   \
	      "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-1\",\"content\":[]," \
	      "\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,\"cache_creation_input_tokens\":7,"    \
	      "\"cache_read_input_tokens\":100,\"output_tokens\":1}}}")
#define BLOCK(index, block) EVENT("content_block_start", "{\"type\":\"content_block_start\",\"index\":" #index ",\"content_block\":" block "}")
#define TEXT_BLOCK(index) BLOCK(index, "{\"type\":\"text\",\"text\":\"\"}")
#define CALL_BLOCK(index, id, name) BLOCK(index, "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name "\",\"input\":{}}")
#define DELTA(index, type, member, text) \
	EVENT("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" #index ",\"delta\":{\"type\":\"" type "\",\"" member "\":\"" text "\"}}")
#define TEXT(index, text) DELTA(index, "text_delta", "text", text)
#define JSON(index, text) DELTA(index, "input_json_delta", "partial_json", text)
#define STOP(index) EVENT("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" #index "}")
#define PING EVENT("ping", "{\"type\": \"ping\"}")
#define END(reason)                                                                                                              \
	EVENT("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" reason "\",\"stop_sequence\":null},"   \
	      "\"usage\":{\"output_tokens\":15}}")                                                                               \
	EVENT("message_stop", "{\"type\":\"message_stop\"}")
#define COUNTS "; i25o15r100w7"
#define EARLY "; i25o1r100w7"

static const struct wire_case cases[] = {
	{ "text in pieces, with a ping between them", START TEXT_BLOCK(0) PING TEXT(0, "Hell") TEXT(0, "o") PING TEXT(0, " w\\u00f6r\\n\\\"ld\\ud83d\\ude00") STOP(0) END("end_turn"),
	  .expected = "msg_1 m-1 end: text(Hello wör\n\"ld😀)" COUNTS },
	{ "characters of several bytes", START TEXT_BLOCK(0) TEXT(0, "ä€") TEXT(0, "😀") TEXT(0, "日本") STOP(0) END("end_turn"),
	  .expected = "msg_1 m-1 end: text(ä€😀日本)" COUNTS },
	{ "thinking with its signature", START BLOCK(0, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}")
	  DELTA(0, "thinking_delta", "thinking", "Let ") DELTA(0, "thinking_delta", "thinking", "me see") DELTA(0, "signature_delta", "signature", "EqQBCg==")
	  STOP(0) TEXT_BLOCK(1) TEXT(1, "42") STOP(1) END("end_turn"),
	  .expected = "msg_1 m-1 end: thinking(Let me see <anthropic>{\"type\":\"thinking\",\"thinking\":\"Let me see\",\"signature\":\"EqQBCg==\"}) text(42)" COUNTS },
	{ "a thought that is hidden", START BLOCK(0, "{\"type\":\"redacted_thinking\",\"data\":\"Emw==\"}") STOP(0) TEXT_BLOCK(1) TEXT(1, "42") STOP(1) END("end_turn"),
	  .expected = "msg_1 m-1 end: thinking( <anthropic>{\"type\":\"redacted_thinking\",\"data\":\"Emw==\"}) text(42)" COUNTS },
	{ "calls side by side, their pieces mixed", START TEXT_BLOCK(0) TEXT(0, "Both.") STOP(0) CALL_BLOCK(1, "toolu_1", "read") CALL_BLOCK(2, "toolu_2", "list")
	  JSON(1, "") JSON(2, "{\\\"path\\\": ") JSON(1, "{\\\"path\\\": \\\"a") JSON(2, "\\\"b\\\"}") JSON(1, ".c\\\"}") STOP(2) STOP(1) END("tool_use"),
	  .expected = "msg_1 m-1 tools: text(Both.) call(toolu_1 read {\"path\":\"a.c\"}) call(toolu_2 list {\"path\":\"b\"})" COUNTS },
	{ "a call without arguments", START CALL_BLOCK(0, "toolu_1", "now") JSON(0, "") STOP(0) END("tool_use"), .expected = "msg_1 m-1 tools: call(toolu_1 now {})" COUNTS },
	{ "a call that max_tokens cut off is not there", START TEXT_BLOCK(0) TEXT(0, "I write") STOP(0) CALL_BLOCK(1, "toolu_1", "write")
	  JSON(1, "{\\\"path\\\": \\\"a\\\", \\\"tex") STOP(1) END("max_tokens"),
	  .expected = "msg_1 m-1 length: text(I write)" COUNTS },
	{ "one that was cut off before its first argument", START CALL_BLOCK(0, "toolu_1", "write") STOP(0) END("max_tokens"), .expected = "msg_1 m-1 length:" COUNTS },
	{ "the call before the one that was cut off is there", START CALL_BLOCK(0, "t1", "read") JSON(0, "{}") STOP(0) CALL_BLOCK(1, "t2", "read") JSON(1, "{\\\"") STOP(1) END("max_tokens"),
	  .expected = "msg_1 m-1 length: call(t1 read {})" COUNTS },
	{ "arguments that are no JSON though nothing was cut off", START CALL_BLOCK(0, "t1", "read") JSON(0, "{\\\"a\\\": nope}") STOP(0) END("tool_use"),
	  .expected = "msg_1 m-1 tools:" COUNTS "; malformed 200 the arguments of read are no JSON object" },
	{ "a refusal takes the calls with it", START TEXT_BLOCK(0) TEXT(0, "No") STOP(0) CALL_BLOCK(1, "t1", "read") JSON(1, "{}") STOP(1) END("refusal"), .expected = "msg_1 m-1 refusal: text(No)" COUNTS },
	{ "a refusal without a word", START END("refusal"), .expected = "msg_1 m-1 refusal:" COUNTS },
	{ "a pause", START TEXT_BLOCK(0) TEXT(0, "Wait") STOP(0) END("pause_turn"), .expected = "msg_1 m-1 pause: text(Wait)" COUNTS },
	{ "the window is full", START TEXT_BLOCK(0) TEXT(0, "So") STOP(0) END("model_context_window_exceeded"), .expected = "msg_1 m-1 window: text(So)" COUNTS },
	{ "a reason that nobody knows", START TEXT_BLOCK(0) TEXT(0, "So") STOP(0) END("tired"), .expected = "msg_1 m-1 other: text(So)" COUNTS },
	{ "events and blocks that nobody knows", EVENT("hello", "{\"type\":\"hello\",\"index\":[]}") START BLOCK(0, "{\"type\":\"server_tool_use\",\"id\":\"s\",\"name\":\"web\",\"input\":{}}")
	  JSON(0, "{\\\"q\\\":1}") STOP(0) TEXT_BLOCK(1) DELTA(1, "citations_delta", "citation", "x") TEXT(1, "Hi") EVENT("future", "{\"type\":\"future\"}") STOP(1) END("end_turn"),
	  .expected = "msg_1 m-1 end: text(Hi)" COUNTS },
	{ "usage counts the whole answer each time", START TEXT_BLOCK(0) TEXT(0, "a") STOP(0)
	  EVENT("message_delta", "{\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":3}}")
	  EVENT("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":30,\"cache_read_input_tokens\":null,\"output_tokens\":9}}")
	  EVENT("message_stop", "{\"type\":\"message_stop\"}"),
	  .expected = "msg_1 m-1 end: text(a); i30o9r100w7" },
	{ "comments, CR LF, and no blank line at the end", ": hello\r\n\r\nevent: message_start\r\ndata: {\"type\":\"message_start\",\r\ndata:\"message\":{\"id\":\"msg_1\",\"model\":\"m-1\"}}\r\n\r\n"
	  ":\r\n" "event: content_block_start\r\ndata:{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"Hi\"}}\r\nid: 7\r\nretry: 10\r\n\r\n"
	  "data: {\"type\":\"content_block_stop\",\"index\":0}\r\n\r\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\r\n\r\ndata: {\"type\":\"message_stop\"}",
	  .expected = "msg_1 m-1 end: text(Hi); i-o-r-w-" },
	{ "nothing counts behind the end", START TEXT_BLOCK(0) TEXT(0, "a") STOP(0) END("end_turn") TEXT(0, "b") "data: nonsense\n\n", .expected = "msg_1 m-1 end: text(a)" COUNTS },
	{ "an error inside the stream: overloaded", START TEXT_BLOCK(0) TEXT(0, "Hell") EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"),
	  .expected = "msg_1 m-1 none: text(Hell)" EARLY "; overloaded 200 Overloaded" },
	{ "an error inside the stream: too many", EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}}"),
	  .expected = "- - none:; i-o-r-w-; rate_limited 200 Slow down" },
	{ "an error inside the stream: the server's", START EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}"),
	  .expected = "msg_1 m-1 none:" EARLY "; server_error 200 Internal server error" },
	{ "a stream without its end", START TEXT_BLOCK(0) TEXT(0, "Hell") CALL_BLOCK(1, "t1", "read") JSON(1, "{}"),
	  .expected = "msg_1 m-1 none: text(Hell)" EARLY "; truncated 200 the stream ended after 5 events without saying so" },
	{ "a stream that is cut inside an event", START TEXT_BLOCK(0) TEXT(0, "Hell") "event: message_stop\ndata: {\"type\":\"mess",
	  .expected = "msg_1 m-1 none: text(Hell)" EARLY "; truncated 200 the stream ended after 4 events without saying so" },
	{ "the reason of the end, but not the end", START TEXT_BLOCK(0) TEXT(0, "Hell") STOP(0) EVENT("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}"),
	  .expected = "msg_1 m-1 end: text(Hell)" EARLY "; truncated 200 the stream ended after 5 events without saying so" },
	{ "a line that is no JSON", START "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\n\n" TEXT(0, "x"),
	  .expected = "msg_1 m-1 none:" EARLY "; malformed 200 event:1:50: a key in double quotes was expected: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{" },
	{ "nothing at all", "", .expected = "- - none:; i-o-r-w-; empty 200 the answer has no content" },
	{ "an answer without content", START END("end_turn"), .expected = "msg_1 m-1 end:" COUNTS "; empty 200 the answer has no content" },
	{ "a page instead of a stream", "<html>Please log in</html>", .expected = "- - none:; i-o-r-w-; malformed 200 the content type is text/html, not that of a stream of anthropic", .type = "text/html" },
	{ "a whole answer", "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m-1\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},"
	  "{\"type\":\"text\",\"text\":\"Hi\"},{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"read\",\"input\":{\"a\":1}}],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}",
	  .expected = "msg_1 m-1 tools: thinking(hm <anthropic>{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"}) text(Hi) call(t1 read {\"a\":1}); i1o2r-w-", .type = "application/json" },
	{ "a whole answer that is an error", "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", .expected = "- - none:; i-o-r-w-; overloaded 200 Overloaded",
	  .type = "application/json" },
	{ "a whole answer that is cut", "{\"id\":\"msg_1\",\"type\":\"mess", .expected = "- - none:; i-o-r-w-; malformed 200 event:1:27: a string does not end: {\"id\":\"msg_1\",\"type\":\"mess", .type = "application/json" },
	{ "a whole answer that is another thing", "{\"status\":\"ok\"}", .expected = "- - none:; i-o-r-w-; malformed 200 the answer is no message: it has no content", .type = "application/json" },
};

static void
test_answers(void)
{
	wire_check("anthropic", cases, G_N_ELEMENTS(cases));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialect/anthropic/answers", test_answers);
	return g_test_run();
}
