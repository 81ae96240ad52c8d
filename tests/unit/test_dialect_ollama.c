/* What Ollama answers in its own language. */
#include "dialect_wire.h"

#define LINE(at, message) "{\"model\":\"m-1\",\"created_at\":\"2026-11-20T08:00:0" #at "Z\",\"message\":{\"role\":\"assistant\"," message "},\"done\":false}\n"
#define SAY(at, text) LINE(at, "\"content\":\"" text "\"")
#define THINK(at, text) LINE(at, "\"content\":\"\",\"thinking\":\"" text "\"")
#define CALL(at, calls) LINE(at, "\"content\":\"\",\"tool_calls\":[" calls "]")
#define END(reason)                                                                                                                \
	"{\"model\":\"m-1\",\"created_at\":\"2026-11-20T08:00:09Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"}," reason  \
	"\"done\":true,\"total_duration\":5,\"prompt_eval_count\":26,\"eval_count\":9}\n"
#define STOP END("\"done_reason\":\"stop\",")
#define COUNTS "; i26o9r-w-"
#define NONE "; i-o-r-w-"

static const struct wire_case cases[] = {
	{ "text in lines", SAY(1, "Hell") SAY(2, "o") SAY(3, " w\\u00f6r\\n\\\"ld") SAY(4, "\\u003c日") STOP, .expected = "- m-1 end: text(Hello wör\n\"ld<日)" COUNTS },
	{ "thoughts", THINK(1, "Let ") THINK(2, "me") SAY(3, "42") SAY(4, "!") STOP, .expected = "- m-1 end: thinking(Let me <ollama>{\"thinking\":\"Let me\"}) text(42!)" COUNTS },
	{ "calls, whole", SAY(1, "So") CALL(2, "{\"function\":{\"name\":\"read\",\"arguments\":{\"path\":\"a\"}}},{\"id\":\"call_x\",\"function\":{\"index\":1,\"name\":\"list\",\"arguments\":{}}}") STOP,
	  .expected = "- m-1 tools: text(So) call(call_27ff9db9_1 read {\"path\":\"a\"}) call(call_x list {})" COUNTS },
	{ "max_tokens", SAY(1, "So") END("\"done_reason\":\"length\","), .expected = "- m-1 length: text(So)" COUNTS },
	{ "no reason", SAY(1, "So") END(""), .expected = "- m-1 end: text(So)" COUNTS },
	{ "the model was only loaded", END("\"done_reason\":\"load\","), .expected = "- m-1 other:" COUNTS },
	{ "CR LF, blank lines and no end of line", "{\"message\":{\"content\":\"a\"},\"done\":false}\r\n\r\n  \n{\"message\":{\"content\":\"b\"},\"done\":false}\r\n{\"done\":true}",
	  .expected = "- - end: text(ab)" NONE },
	{ "one line of plain JSON", "{\"model\":\"m-1\",\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":26,\"eval_count\":9}",
	  .expected = "- m-1 end: text(Hi)" COUNTS, .type = "application/json; charset=utf-8" },
	{ "an error inside the stream", SAY(1, "So") "{\"error\":\"an error was encountered while running the model\"}\n",
	  .expected = "- m-1 none: text(So)" NONE "; server_error 200 an error was encountered while running the model" },
	{ "an error inside the stream: full queue", "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}\n",
	  .expected = "- - none:" NONE "; overloaded 200 server busy, please try again.  maximum pending requests exceeded" },
	{ "the model is missing", "{\"error\":\"model \\\"x\\\" not found, try pulling it first\"}", .expected = "- - none:" NONE "; no_model 404 model \"x\" not found, try pulling it first", .status = 404,
	  .type = "application/json" },
	{ "a stream without its end", SAY(1, "So") SAY(2, " on"), .expected = "- m-1 none: text(So on)" NONE "; truncated 200 the stream ended after 2 events without saying so" },
	{ "a line that is cut", SAY(1, "So") "{\"model\":\"m-1\",\"mess", .expected = "- m-1 none: text(So)" NONE "; truncated 200 the stream ended after 2 events without saying so" },
	{ "a line that is no JSON", SAY(1, "So") "{\"model\":\"m-1\",\"mess\n" SAY(2, " on"), .expected = "- m-1 none: text(So)" NONE "; malformed 200 event:1:21: a string does not end: {\"model\":\"m-1\",\"mess" },
	{ "arguments that are a text", CALL(1, "{\"function\":{\"name\":\"x\",\"arguments\":\"so\"}}") STOP, .expected = "- m-1 end:" COUNTS "; malformed 200 the arguments of x are no JSON object" },
	{ "nothing at all", "", .expected = "- - none:" NONE "; empty 200 the answer has no content" },
	{ "an end without content", STOP, .expected = "- m-1 end:" COUNTS "; empty 200 the answer has no content" },
	{ "nothing counts behind the end", SAY(1, "So") STOP SAY(2, "on") "nonsense\n", .expected = "- m-1 end: text(So)" COUNTS },
};

static void
test_answers(void)
{
	wire_check("ollama", cases, G_N_ELEMENTS(cases));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialect/ollama/answers", test_answers);
	return g_test_run();
}
