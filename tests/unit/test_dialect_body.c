/* What is sent to model servers, byte by byte. */
#include "base/record.h"
#include "expect.h"
#include "llm/dialect.h"
#include "llm/message.h"

struct body_case {
	const char *name, *request;
	struct dialect_options options;
	const char *bodies[3];   /* anthropic, openai, ollama; NULL: not looked at */
};

#define HI "\"messages\":[{\"role\":\"user\",\"parts\":[{\"kind\":\"text\",\"text\":\"hi\"}]}]"
#define ANTHROPIC_HI "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}]"
#define PLAIN_HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define USAGE "\"stream\":true,\"stream_options\":{\"include_usage\":true}"
#define TOOL "\"tools\":[{\"name\":\"look\",\"description\":\"Looks\",\"parameters\":{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\"}}}},{\"name\":\"go\"}]"
#define LOOK "{\"type\":\"object\",\"properties\":{\"at\":{\"type\":\"string\"}}}"
#define NOTHING "{\"type\":\"object\",\"properties\":{}}"
#define ANTHROPIC_TOOL "\"tools\":[{\"name\":\"look\",\"description\":\"Looks\",\"input_schema\":" LOOK "},{\"name\":\"go\",\"input_schema\":" NOTHING "}]"
#define FUNCTION                                                                                                                                        \
	"\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\",\"description\":\"Looks\",\"parameters\":" LOOK "}},"                         \
	"{\"type\":\"function\",\"function\":{\"name\":\"go\",\"parameters\":" NOTHING "}}]"
#define MARK ",\"cache_control\":{\"type\":\"ephemeral\"}"
#define SCHEMA "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1},\"why\":{\"type\":\"string\"}},\"required\":[\"n\"]}"
#define SUBSET                                                                                                                                          \
	"{\"type\":\"object\",\"properties\":{\"n\":{\"description\":\"{minimum: 1}\",\"type\":\"integer\"},\"why\":{\"type\":[\"string\",\"null\"]}},\"required\":[\"n\",\"why\"],"         \
	"\"additionalProperties\":false}"
#define TREE "{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#\"}}}"
#define FIVE                                                                                                                                            \
	"\"messages\":[{\"role\":\"user\",\"cached\":true,\"parts\":[{\"kind\":\"text\",\"text\":\"1\"}]},{\"role\":\"user\",\"cached\":true,\"parts\":[{\"kind\":\"text\",\"text\":\"2\"}]}," \
	"{\"role\":\"user\",\"parts\":[{\"kind\":\"text\",\"text\":\"3\"}]},{\"role\":\"user\",\"cached\":true,\"parts\":[{\"kind\":\"text\",\"text\":\"4\"}]},"                           \
	"{\"role\":\"user\",\"cached\":true,\"parts\":[{\"kind\":\"text\",\"text\":\"5\"},{\"kind\":\"tool_result\",\"tool_id\":\"a\",\"text\":\"r\"}]}]"
#define TALK                                                                                                                                            \
	"\"messages\":[{\"role\":\"user\",\"parts\":[{\"kind\":\"text\",\"text\":\"hi\"}]},{\"role\":\"assistant\",\"parts\":["                            \
	"{\"kind\":\"thinking\",\"text\":\"hm\",\"dialect\":\"anthropic\",\"native\":{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2ln\"}},"   \
	"{\"kind\":\"thinking\",\"text\":\"ho\",\"dialect\":\"openai\",\"native\":{\"reasoning_content\":\"ho\"}},"                                        \
	"{\"kind\":\"thinking\",\"text\":\"ha\",\"dialect\":\"ollama\",\"native\":{\"thinking\":\"ha\"}},"                                                 \
	"{\"kind\":\"text\",\"text\":\"So \"},{\"kind\":\"text\",\"text\":\"\"},{\"kind\":\"text\",\"text\":\"be it.\"},"                                 \
	"{\"kind\":\"tool_call\",\"tool_id\":\"f.look:0\",\"tool\":\"look\",\"arguments\":{\"at\":\"a\"}},{\"kind\":\"tool_call\",\"tool_id\":\"c2\",\"tool\":\"go\"}]}," \
	"{\"role\":\"user\",\"parts\":[{\"kind\":\"text\",\"text\":\"now\"},{\"kind\":\"tool_result\",\"tool_id\":\"f.look:0\",\"tool\":\"look\",\"text\":\"no file\",\"failed\":true}," \
	"{\"kind\":\"tool_result\",\"tool_id\":\"c2\",\"tool\":\"go\",\"text\":\"ok\"}]}]"

static const struct body_case cases[] = {
	{ "the least", "{\"model\":\"m\"," HI "}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"options\":{\"num_predict\":8192}}" } },
	{ "all settings", "{\"model\":\"m\"," HI ",\"system\":\"Be brief.\",\"max_tokens\":9,\"temperature\":0.25,\"seed\":7,\"effort\":\"high\",\"stop\":[\"END\",\"a,b\"]}",
	  .options = { .window = 4096, .keep_alive = "10m", .completion_tokens = true }, .bodies = {
		"{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,\"system\":[{\"type\":\"text\",\"text\":\"Be brief.\"}]," ANTHROPIC_HI
		",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"high\"},\"stop_sequences\":[\"END\",\"a,b\"]}",
		"{\"model\":\"m\"," USAGE ",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"hi\"}],"
		"\"max_completion_tokens\":9,\"temperature\":0.25,\"seed\":7,\"reasoning_effort\":\"high\",\"stop\":[\"END\",\"a,b\"]}",
		"{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"hi\"}],\"think\":\"high\","
		"\"options\":{\"num_ctx\":4096,\"num_predict\":9,\"temperature\":0.25,\"seed\":7,\"stop\":[\"END\",\"a,b\"]},\"keep_alive\":\"10m\"}" } },
	{ "no thinking, for ever loaded", "{\"model\":\"m\"," HI ",\"effort\":\"none\"}", .options = { .keep_alive = "-1" }, .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI ",\"thinking\":{\"type\":\"disabled\"}}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"max_tokens\":8192,\"reasoning_effort\":\"none\"}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"think\":false,\"options\":{\"num_predict\":8192},\"keep_alive\":-1}" } },
	{ "tools", "{\"model\":\"m\"," HI "," TOOL ",\"tool_choice\":\"look\",\"one_tool\":true}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_TOOL ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"look\",\"disable_parallel_tool_use\":true}," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," FUNCTION ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"look\"}},\"parallel_tool_calls\":false," PLAIN_HI ",\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," FUNCTION "," PLAIN_HI ",\"options\":{\"num_predict\":8192}}" } },
	{ "any tool, which leaves no time to think", "{\"model\":\"m\"," HI "," TOOL ",\"tool_choice\":\"any\",\"effort\":\"low\",\"temperature\":1}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_TOOL ",\"tool_choice\":{\"type\":\"any\"}," ANTHROPIC_HI ",\"output_config\":{\"effort\":\"low\"},\"temperature\":1}",
		"{\"model\":\"m\"," USAGE "," FUNCTION ",\"tool_choice\":\"required\"," PLAIN_HI ",\"max_tokens\":8192,\"temperature\":1,\"reasoning_effort\":\"low\"}" } },
	{ "no tool", "{\"model\":\"m\"," HI "," TOOL ",\"tool_choice\":\"none\",\"one_tool\":true}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_TOOL ",\"tool_choice\":{\"type\":\"none\"}," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," FUNCTION ",\"tool_choice\":\"none\",\"parallel_tool_calls\":false," PLAIN_HI ",\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"options\":{\"num_predict\":8192}}" } },
	{ "one tool at a time", "{\"model\":\"m\"," HI "," TOOL ",\"one_tool\":true}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_TOOL ",\"tool_choice\":{\"type\":\"auto\",\"disable_parallel_tool_use\":true}," ANTHROPIC_HI "}" } },
	{ "a schema that the server holds to", "{\"model\":\"m\"," HI ",\"schema\":" SCHEMA ",\"schema_name\":\"sum\",\"effort\":\"low\"}", .options = { .strict_schema = true }, .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI ",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":\"json_schema\",\"schema\":" SUBSET "}}}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"sum\",\"schema\":" SUBSET ",\"strict\":true}},\"max_tokens\":8192,\"reasoning_effort\":\"low\"}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"format\":" SUBSET ",\"think\":\"low\",\"options\":{\"num_predict\":8192}}" } },
	{ "a schema that the server cannot hold to", "{\"model\":\"m\"," HI ",\"schema\":" SCHEMA "}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"response_format\":{\"type\":\"json_object\"},\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"format\":\"json\",\"options\":{\"num_predict\":8192}}" } },
	{ "a schema beyond the subset", "{\"model\":\"m\"," HI ",\"schema\":" TREE "}", .options = { .strict_schema = true }, .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":" TREE ",\"strict\":false}},\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"format\":" TREE ",\"options\":{\"num_predict\":8192}}" } },
	{ "at most four marks, the last ones", "{\"model\":\"m\",\"system\":\"s\",\"system_cached\":true," TOOL "," FIVE "}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_TOOL ",\"system\":[{\"type\":\"text\",\"text\":\"s\"" MARK "}],\"messages\":["
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"1\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"2\"" MARK "}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"3\"}]},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"4\"" MARK "}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"a\",\"content\":\"r\"},{\"type\":\"text\",\"text\":\"5\"" MARK "}]}]}" } },
	{ "tools are kept without a system text", "{\"model\":\"m\",\"system_cached\":true," TOOL "," HI "}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true,\"tools\":[{\"name\":\"look\",\"description\":\"Looks\",\"input_schema\":" LOOK "},{\"name\":\"go\",\"input_schema\":" NOTHING MARK "}]," ANTHROPIC_HI "}" } },
	{ "a conversation with thoughts, calls and results", "{\"model\":\"m\"," TALK "}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]},"
		"{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\",\"signature\":\"c2ln\"},{\"type\":\"text\",\"text\":\"So \"},{\"type\":\"text\",\"text\":\"be it.\"},"
		"{\"type\":\"tool_use\",\"id\":\"f_look_0\",\"name\":\"look\",\"input\":{\"at\":\"a\"}},{\"type\":\"tool_use\",\"id\":\"c2\",\"name\":\"go\",\"input\":{}}]},"
		"{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"f_look_0\",\"content\":\"no file\",\"is_error\":true},"
		"{\"type\":\"tool_result\",\"tool_use_id\":\"c2\",\"content\":\"ok\"},{\"type\":\"text\",\"text\":\"now\"}]}]}",
		"{\"model\":\"m\"," USAGE ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"So be it.\",\"reasoning_content\":\"ho\",\"tool_calls\":["
		"{\"id\":\"f.look:0\",\"type\":\"function\",\"function\":{\"name\":\"look\",\"arguments\":\"{\\\"at\\\":\\\"a\\\"}\"}},{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"go\",\"arguments\":\"{}\"}}]},"
		"{\"role\":\"tool\",\"tool_call_id\":\"f.look:0\",\"content\":\"no file\"},{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"ok\"},{\"role\":\"user\",\"content\":\"now\"}],\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"So be it.\",\"thinking\":\"ha\",\"tool_calls\":["
		"{\"function\":{\"name\":\"look\",\"arguments\":{\"at\":\"a\"}}},{\"function\":{\"name\":\"go\",\"arguments\":{}}}]},"
		"{\"role\":\"tool\",\"content\":\"no file\",\"tool_name\":\"look\"},{\"role\":\"tool\",\"content\":\"ok\",\"tool_name\":\"go\"},{\"role\":\"user\",\"content\":\"now\"}],\"options\":{\"num_predict\":8192}}" } },
	{ "what belongs to a call goes back with it", "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"parts\":[{\"kind\":\"tool_call\",\"tool_id\":\"a\",\"tool\":\"go\",\"arguments\":{},"
	  "\"dialect\":\"openai\",\"native\":{\"s\":1}}]}]}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"go\",\"input\":{}}]}]}",
		"{\"model\":\"m\"," USAGE ",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"go\",\"arguments\":\"{}\"},\"extra_content\":{\"s\":1}}]}],\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"go\",\"arguments\":{}}}]}],\"options\":{\"num_predict\":8192}}" } },
	{ "thoughts in pieces go back as they came", "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"parts\":[{\"kind\":\"thinking\",\"text\":\"h\","
	  "\"dialect\":\"openai\",\"native\":{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"h\",\"signature\":null}]}},{\"kind\":\"tool_call\",\"tool_id\":\"a\",\"tool\":\"go\"}]}]}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true,\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"go\",\"input\":{}}]}]}",
		"{\"model\":\"m\"," USAGE ",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"h\",\"signature\":null}],"
		"\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"go\",\"arguments\":\"{}\"}}]}],\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"go\",\"arguments\":{}}}]}],\"options\":{\"num_predict\":8192}}" } },
	{ "a message of which nothing is left", "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"parts\":[{\"kind\":\"text\",\"text\":\"hi\"}]},{\"role\":\"assistant\",\"parts\":[{\"kind\":\"text\",\"text\":\"\"},"
	  "{\"kind\":\"thinking\",\"text\":\"x\",\"dialect\":\"other\",\"native\":{\"x\":1}}]}]}", .bodies = {
		"{\"model\":\"m\",\"max_tokens\":8192,\"stream\":true," ANTHROPIC_HI "}",
		"{\"model\":\"m\"," USAGE "," PLAIN_HI ",\"max_tokens\":8192}",
		"{\"model\":\"m\",\"stream\":true," PLAIN_HI ",\"options\":{\"num_predict\":8192}}" } },
};

static void
check_body(const struct body_case *body, unsigned dialect, const struct model_request *request)
{
	g_autofree char *text = dialect_find(dialect_names[dialect])->write(request, &body->options);
	struct model_request copy;
	record_copy(&model_request_record, request, &copy);
	g_autofree char *again = dialect_find(dialect_names[dialect])->write(&copy, &body->options);
	record_finish(&model_request_record, &copy);
	g_assert_cmpstr(text, ==, again);
	g_autoptr(Doc) doc = doc_own(text);
	g_assert_true(value_is(doc_root(doc), VALUE_OBJECT));
	if (body->bodies[dialect] && !g_str_equal(text, body->bodies[dialect]))
		g_error("%s, %s: expected\n%s\nnot\n%s", body->name, dialect_names[dialect], body->bodies[dialect], text);
}

static void
test_bodies(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct model_request request;
		GError *error = NULL;
		record_read_text(&model_request_record, "request", cases[i].request, &request, &error);
		g_assert_no_error(error);
		for (unsigned dialect = 0; dialect < 3; dialect++)
			check_body(&cases[i], dialect, &request);
		record_finish(&model_request_record, &request);
	}
}

static void
expect_header(const struct http_headers *headers, const char *name, const char *value)
{
	g_assert_cmpstr(http_headers_get(headers, name), ==, value);
}

static void
test_headers(void)
{
	static const struct dialect_options with = { .key = "k3y" }, without = { 0 };
	for (unsigned i = 0; dialect_names[i]; i++) {
		struct http_headers headers = { 0 }, bare = { 0 };
		const struct dialect *dialect = dialect_find(dialect_names[i]);
		dialect->add_headers(&with, &headers);
		dialect->add_headers(&without, &bare);
		expect_header(&headers, "accept-encoding", "identity");
		expect_header(&headers, "content-type", "application/json");
		expect_header(&headers, "accept", dialect->lines ? "application/x-ndjson" : "text/event-stream");
		expect_header(&headers, "x-api-key", i ? NULL : "k3y");
		expect_header(&headers, "anthropic-version", i ? NULL : "2023-06-01");
		expect_header(&headers, "authorization", i ? "Bearer k3y" : NULL);
		expect_header(&bare, "x-api-key", NULL);
		expect_header(&bare, "authorization", NULL);
		http_headers_clear(&headers);
		http_headers_clear(&bare);
	}
	g_assert_null(dialect_find("other"));
}

static void
test_models(void)
{
	static const char *const lists[] = {
		"{\"data\":[{\"type\":\"model\",\"id\":\"a\"},{\"id\":\"b\"}],\"has_more\":false}",
		"{\"object\":\"list\",\"data\":[{\"id\":\"a\",\"object\":\"model\"},{\"id\":\"b\"},{\"id\":7}]}",
		"{\"models\":[{\"name\":\"a\",\"model\":\"a\"},{\"name\":\"b\"}]}",
	};
	GError *error = NULL;
	for (unsigned i = 0; dialect_names[i]; i++) {
		const struct dialect *dialect = dialect_find(dialect_names[i]);
		g_auto(GStrv) names = dialect->read_models(lists[i], strlen(lists[i]), &error);
		g_assert_no_error(error);
		g_autofree char *joined = g_strjoinv(" ", names);
		g_assert_cmpstr(joined, ==, "a b");
		g_assert_null(dialect->read_models("{}", 2, &error));
		expect_error(&error, ERR_FAILED, i == 2 ? "models" : "data");
		g_assert_null(dialect->read_models("<html>", 6, &error));
		expect_error(&error, ERR_FAILED, "list of models");
	}
}

static void
test_messages(void)
{
	struct model_request request;
	struct model_response response;
	record_init(&model_request_record, &request);
	record_init(&model_response_record, &response);
	model_request_say(&request, MESSAGE_USER, "hi");
	for (unsigned i = 0; i < 3; i++) {
		struct message_part *part = record_append(&message_part_record, &response.parts);
		part->kind = i == 1 ? PART_THINKING : PART_TEXT;
		part->text = g_strdup_printf("<%u>", i);
	}
	g_autofree char *text = model_response_text(&response);
	g_assert_cmpstr(text, ==, "<0><2>");
	model_request_take(&request, &response);
	record_finish(&model_response_record, &response);
	g_autofree char *none = model_response_text(&response);
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpuint(request.messages.count, ==, 2);
	g_assert_cmpuint(request.messages.items[1].role, ==, MESSAGE_ASSISTANT);
	g_assert_cmpstr(request.messages.items[1].parts.items[1].text, ==, "<1>");
	record_finish(&model_request_record, &request);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dialect/bodies", test_bodies);
	g_test_add_func("/dialect/headers", test_headers);
	g_test_add_func("/dialect/models", test_models);
	g_test_add_func("/dialect/messages", test_messages);
	return g_test_run();
}
