/* What Chat Completions answer, as OpenAI and those after it write them. */
#include "dialect_wire.h"

#define CHUNK(rest) DATA("{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\":[{\"index\":0," rest "}]}")
#define SAY(text) CHUNK("\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null")
#define ROLE CHUNK("\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null")
#define CALL(rest) CHUNK("\"delta\":{\"tool_calls\":[" rest "]},\"finish_reason\":null")
#define ARGUMENTS(index, text) CALL("{\"index\":" #index ",\"function\":{\"arguments\":\"" text "\"}}")
#define DETAIL(text, details) CHUNK("\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"" text "\",\"reasoning_details\":[" details "]},\"finish_reason\":null")
#define FINISH(reason) CHUNK("\"delta\":{},\"finish_reason\":\"" reason "\"")
#define USAGE                                                                                                    \
	DATA("{\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":30," \
	     "\"completion_tokens\":5,\"total_tokens\":35,\"prompt_tokens_details\":{\"cached_tokens\":20}}}")
#define DONE "data: [DONE]\n\n"
#define COUNTS "; i10o5r20w-"
#define NONE "; i-o-r-w-"

static const struct wire_case cases[] = {
	{ "text in pieces", ROLE SAY("Hell") SAY("o") SAY(" w\\u00f6r\\n\\\"ld\\ud83d\\ude00") SAY("日本") FINISH("stop") USAGE DONE, .expected = "c-1 m-1 end: text(Hello wör\n\"ld😀日本)" COUNTS },
	{ "characters cut in two", SAY("a\\ud83d") SAY("\\ude00b") SAY("\\ud83d\\ude00\\ud83d") SAY("\\ude01") SAY("x\\ud83d") SAY("y\\ude00") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(a😀b😀😁x\uFFFDy\uFFFD)" NONE },
	{ "characters of arguments cut in two", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"t\\\":\\\"\\ud83d\"}}") ARGUMENTS(0, "\\ude00\\\"}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools: call(a x {\"t\":\"😀\"})" NONE },
	{ "calls side by side, by index", ROLE SAY("Both.") CALL("{\"index\":0,\"id\":\"call_a\",\"type\":\"function\",\"function\":{\"name\":\"read\",\"arguments\":\"\"}}")
	  ARGUMENTS(0, "{\\\"path\\\":") ARGUMENTS(0, "\\\"a\\\"}") CALL("{\"index\":1,\"id\":\"call_b\",\"type\":\"function\",\"function\":{\"name\":\"list\",\"arguments\":\"\"}}")
	  ARGUMENTS(1, "{\\\"n\\\":") ARGUMENTS(1, "1}") FINISH("tool_calls") USAGE DONE,
	  .expected = "c-1 m-1 tools: text(Both.) call(call_a read {\"path\":\"a\"}) call(call_b list {\"n\":1})" COUNTS },
	{ "two calls in one piece", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}},{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"y\",\"arguments\":\"{\\\"k\\\":true}\"}}")
	  FINISH("tool_calls") DONE, .expected = "c-1 m-1 tools: call(a x {}) call(b y {\"k\":true})" NONE },
	{ "pieces of two calls mixed", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\"}}") CALL("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"y\",\"arguments\":\"{\"}}")
	  ARGUMENTS(0, "\\\"n\\\":1") ARGUMENTS(1, "\\\"n\\\":2") ARGUMENTS(0, "}") ARGUMENTS(1, "}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools: call(a x {\"n\":1}) call(b y {\"n\":2})" NONE },
	{ "calls without an index, told apart by id", CALL("{\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\\\":1}\"}}") CALL("{\"id\":\"b\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\\\":2}\"}}")
	  FINISH("tool_calls") DONE, .expected = "c-1 m-1 tools: call(a x {\"n\":1}) call(b x {\"n\":2})" NONE },
	{ "calls that all have the index 0", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\\\":1}\"}}") CALL("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\\\":2}\"}}")
	  FINISH("tool_calls") DONE, .expected = "c-1 m-1 tools: call(a x {\"n\":1}) call(b x {\"n\":2})" NONE },
	{ "id and name in every piece", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\\\"\"}}") CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\":1\"}}")
	  CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"}\"}}") FINISH("tool_calls") DONE, .expected = "c-1 m-1 tools: call(a x {\"n\":1})" NONE },
	{ "arguments as an object", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":{\"n\":1}}}") FINISH("stop") DONE, .expected = "c-1 m-1 tools: call(a x {\"n\":1})" NONE },
	{ "a signature that belongs to a call", CALL("{\"index\":0,\"id\":\"a\",\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}},\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools: call(a x {} <openai>{\"google\":{\"thought_signature\":\"c2ln\"}})" NONE },
	{ "a call without arguments", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"\"}}") FINISH("tool_calls") DONE, .expected = "c-1 m-1 tools: call(a x {})" NONE },
	{ "a call that max_tokens cut off is not there", SAY("So") CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\"}}") FINISH("length") USAGE DONE,
	  .expected = "c-1 m-1 length: text(So)" COUNTS },
	{ "arguments that are no JSON though nothing was cut off", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"n\"}}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools:" NONE "; malformed 200 the arguments of x are no JSON object" },
	{ "arguments that are a list", CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"[]\"}}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools:" NONE "; malformed 200 the arguments of x are no JSON object" },
	{ "thoughts under one name", CHUNK("\"delta\":{\"reasoning_content\":\"Let \"}") CHUNK("\"delta\":{\"reasoning_content\":\"me\"}") SAY("42") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: thinking(Let me <openai>{\"reasoning_content\":\"Let me\"}) text(42)" NONE },
	{ "thoughts under both names", CHUNK("\"delta\":{\"reasoning\":\"Let \",\"reasoning_content\":\"Let \"}") CHUNK("\"delta\":{\"reasoning\":\"me\",\"reasoning_content\":\"me\"}") SAY("42") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: thinking(Let me <openai>{\"reasoning_content\":\"Let me\"}) text(42)" NONE },
	{ "thoughts in pieces that go back, signed at the end", DETAIL("Let ", "{\"type\":\"reasoning.text\",\"text\":\"Let \",\"signature\":null,\"format\":\"anthropic-claude-v1\",\"index\":0}")
	  DETAIL("me\\u00e9", "{\"type\":\"reasoning.text\",\"text\":\"me\\u00e9\",\"format\":\"anthropic-claude-v1\",\"index\":0}")
	  DETAIL("", "{\"type\":\"reasoning.text\",\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\",\"index\":0}")
	  CALL("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}") FINISH("tool_calls") DONE,
	  .expected = "c-1 m-1 tools: thinking(Let me\u00e9 <openai>{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Let me\u00e9\",\"signature\":\"c2ln\",\"format\":\"anthropic-claude-v1\",\"index\":0}]})"
	  " call(a x {})" NONE },
	{ "thoughts in pieces: two texts, a summary, a seal", DETAIL("a", "{\"type\":\"reasoning.text\",\"text\":\"a\",\"index\":0},{\"type\":\"reasoning.text\",\"text\":\"b\",\"index\":1}")
	  DETAIL("", "{\"type\":\"reasoning.text\",\"text\":\"A\",\"index\":0},{\"type\":\"reasoning.summary\",\"summary\":\"s\",\"index\":1}")
	  DETAIL("", "{\"type\":\"reasoning.summary\",\"summary\":\"S\",\"index\":1},{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"id\":null,\"index\":2}")
	  DETAIL("", "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"id\":\"n\",\"index\":2}") SAY("4") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: thinking(a <openai>{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"aA\",\"index\":0},{\"type\":\"reasoning.text\",\"text\":\"b\",\"index\":1},"
	  "{\"type\":\"reasoning.summary\",\"summary\":\"sS\",\"index\":1},{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"id\":null,\"index\":2},"
	  "{\"type\":\"reasoning.encrypted\",\"data\":\"y\",\"id\":\"n\",\"index\":2}]}) text(4)" NONE },
	{ "thoughts in pieces without numbers", DETAIL("", "{\"type\":\"reasoning.text\",\"text\":\"a\"}") DETAIL("", "{\"type\":\"reasoning.text\",\"text\":\"b\"}")
	  DETAIL("", "{\"type\":\"reasoning.text\",\"signature\":\"1\"}") DETAIL("", "{\"type\":\"reasoning.text\",\"text\":\"c\"}") SAY("4") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: thinking( <openai>{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"ab\",\"signature\":\"1\"},{\"type\":\"reasoning.text\",\"text\":\"c\"}]}) text(4)" NONE },
	{ "thoughts in pieces that are none", CHUNK("\"delta\":{\"content\":\"4\",\"reasoning_details\":[17,null]}") CHUNK("\"delta\":{\"content\":\"2\",\"reasoning_details\":{\"a\":1}}") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(42)" NONE },
	{ "thoughts in pieces of a whole answer", "{\"id\":\"c-1\",\"choices\":[{\"message\":{\"content\":\"Hi\",\"reasoning\":\"h\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"h\",\"signature\":null},"
	  "{\"type\":\"reasoning.text\",\"text\":\"m\"}]},\"finish_reason\":\"stop\"}]}", .type = "application/json",
	  .expected = "c-1 - end: thinking(h <openai>{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"h\",\"signature\":null},{\"type\":\"reasoning.text\",\"text\":\"m\"}]}) text(Hi)" NONE },
	{ "content in blocks", CHUNK("\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"h\"}]}]}") CHUNK("\"delta\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"m\"}]}]}")
	  CHUNK("\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"4\"}]}") SAY("2") FINISH("stop") DONE, .expected = "c-1 m-1 end: thinking(hm) text(42)" NONE },
	{ "a refusal", CHUNK("\"delta\":{\"refusal\":\"I will \"}") CHUNK("\"delta\":{\"refusal\":\"not\"}") FINISH("stop") DONE, .expected = "c-1 m-1 refusal: text(I will not)" NONE },
	{ "a filter", SAY("So") FINISH("content_filter") DONE, .expected = "c-1 m-1 refusal: text(So)" NONE },
	{ "comments and noise that changes", ": PROCESSING\n\n" DATA("{\"id\":\"c-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"obfuscation\":\"x\"}")
	  ": PROCESSING\n\n" DATA("{\"id\":\"c-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}],\"obfuscation\":\"yyyy\"}")
	  DATA("{\"id\":\"c-1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"c\"}}],\"obfuscation\":\"\"}") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(abc)" NONE },
	{ "other choices are not ours", SAY("a") DATA("{\"id\":\"c-1\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"z\"},\"finish_reason\":\"length\"}]}") SAY("b") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(ab)" NONE },
	{ "usage with a cost", SAY("a") FINISH("stop") DATA("{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"cost\":0.0042,\"prompt_tokens_details\":{\"cached_tokens\":0,\"cache_write_tokens\":2}}}") DONE,
	  .expected = "c-1 m-1 end: text(a); i10o3r0w2 $0.0042" },
	{ "usage in every piece", DATA("{\"id\":\"c-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}")
	  DATA("{\"id\":\"c-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"b\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(ab); i3o2r-w-" },
	{ "no [DONE], but a reason", SAY("a") FINISH("stop"), .expected = "c-1 m-1 end: text(a)" NONE },
	{ "no reason, but a [DONE]", SAY("a") DONE, .expected = "c-1 m-1 end: text(a)" NONE },
	{ "an empty reason is none", CHUNK("\"delta\":{\"content\":\"a\"},\"finish_reason\":\"\"") CHUNK("\"delta\":{\"content\":\"b\"},\"finish_reason\":\"\"") FINISH("stop") DONE,
	  .expected = "c-1 m-1 end: text(ab)" NONE },
	{ "neither", SAY("a") SAY("b"), .expected = "c-1 m-1 none: text(ab)" NONE "; truncated 200 the stream ended after 2 events without saying so" },
	{ "cut inside the reason", SAY("a") "data: {\"id\":\"c-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_rea", .expected = "c-1 m-1 none: text(a)" NONE "; truncated 200 the stream ended after 2 events without saying so" },
	{ "the last line without its end", SAY("a") FINISH("stop") "data: [DONE]", .expected = "c-1 m-1 end: text(a)" NONE },
	{ "an error inside the stream", SAY("a") DATA("{\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}"),
	  .expected = "c-1 m-1 none: text(a)" NONE "; server_error 200 The server had an error" },
	{ "an error inside the stream, with a number", SAY("a") DATA("{\"id\":\"c-1\",\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}"),
	  .expected = "c-1 m-1 none: text(a)" NONE "; server_error 200 Provider disconnected" },
	{ "an error inside the stream: credit", DATA("{\"error\":{\"code\":402,\"message\":\"Insufficient credits\"}}"), .expected = "- - none:" NONE "; quota 200 Insufficient credits" },
	{ "an error inside the stream: too many", DATA("{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down\"}}"), .expected = "- - none:" NONE "; rate_limited 200 Slow down" },
	{ "an error inside the stream, as an event", "event: error\ndata: {\"message\":\"out of memory\"}\n\n", .expected = "- - none:" NONE "; server_error 200 out of memory" },
	{ "an error inside the stream, as a text", DATA("{\"error\":\"model crashed\"}"), .expected = "- - none:" NONE "; server_error 200 model crashed" },
	{ "an error inside the stream: the window", DATA("{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\"}}"),
	  .expected = "- - none:" NONE "; window 200 the request exceeds the available context size" },
	{ "ended by an error that is not told", SAY("a") FINISH("error"), .expected = "c-1 m-1 other: text(a)" NONE "; server_error 200 the answer ended with an error" },
	{ "a line that is no JSON", SAY("a") "data: {\"id\":\n\n" SAY("b"), .expected = "c-1 m-1 none: text(a)" NONE "; malformed 200 event:1:7: the text ends where a value was expected: {\"id\":" },
	{ "a line that is no object", SAY("a") DATA("17"), .expected = "c-1 m-1 none: text(a)" NONE "; malformed 200 an object was expected: 17" },
	{ "bytes that are no UTF-8", SAY("a") SAY("\xFF\xFE") FINISH("stop") DONE, .expected = "c-1 m-1 none: text(a)" NONE "; malformed 200 event:1:114: the string is not UTF-8: {\"id\":\"c-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m-1\",\"choices\"" },
	{ "nothing at all", "", .expected = "- - none:" NONE "; empty 200 the answer has no content" },
	{ "only comments", ": PROCESSING\n\n: PROCESSING\n\n", .expected = "- - none:" NONE "; empty 200 the answer has no content" },
	{ "an end without content", ROLE FINISH("stop") DONE, .expected = "c-1 m-1 end:" NONE "; empty 200 the answer has no content" },
	{ "only a [DONE]", DONE, .expected = "- - end:" NONE "; empty 200 the answer has no content" },
	{ "a whole answer", "{\"id\":\"c-1\",\"object\":\"chat.completion\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null,"
	  "\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}},{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"y\",\"arguments\":\"{\\\"n\\\":1}\"}}]},"
	  "\"finish_reason\":\"tool_calls\"}],\"usage\":{\"prompt_tokens\":4,\"completion_tokens\":2}}",
	  .expected = "c-1 m-1 tools: text(Hi) call(a x {}) call(b y {\"n\":1}); i4o2r-w-", .type = "application/json" },
	{ "a whole answer of no known type", "  {\"id\":\"c-1\",\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}", .expected = "c-1 - end: text(Hi)" NONE, .type = "text/plain" },
	{ "a stream of no known type", SAY("Hi") FINISH("stop") DONE, .expected = "c-1 m-1 end: text(Hi)" NONE, .type = "text/plain" },
	{ "a whole answer that is an error", "{\"error\":{\"message\":\"No slot\",\"type\":\"unavailable_error\",\"code\":503}}", .expected = "- - none:" NONE "; overloaded 200 No slot", .type = "application/json" },
	{ "an answer that is packed", "\x1F\x8B", .expected = "- - none:" NONE "; malformed 200 the answer is encoded as gzip, though identity was asked for", .headers = "Content-Encoding: gzip" },
	{ "a refusal with a time to come back", "{\"error\":{\"message\":\"Rate limit reached\",\"code\":\"rate_limit_exceeded\"}}", .expected = "- - none:" NONE "; rate_limited 429 Rate limit reached; again in 1500",
	  .status = 429, .type = "application/json", .headers = "retry-after: 2\nretry-after-ms: 1500\nx-ratelimit-remaining-requests: -1" },
	{ "an empty whole answer", " \n", .expected = "- - none:" NONE "; empty 200 the answer has no content", .type = "application/json" },
	{ "a whole answer that is another thing", "{\"status\":\"ok\"}", .expected = "- - none:" NONE "; malformed 200 the answer is no completion: it has no choices", .type = "application/json" },
};

static void
test_answers(void)
{
	wire_check("openai", cases, G_N_ELEMENTS(cases));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialect/openai/answers", test_answers);
	return g_test_run();
}
