/* Keys on the way of a call: a server without its key is passed over, and the last word says which key of whom; a command is asked once;
 * a server that repeats its key is not quoted with it. */
#include "llm/models.h"

#include "expect.h"
#include "llm/secret.h"

static struct endpoint *
add_server(struct endpoint_list *list, const char *name, const char *key_env)
{
	struct endpoint *endpoint = record_append(&endpoint_record, list);
	endpoint->name = g_strdup(name);
	endpoint->protocol = g_strdup("openai");
	endpoint->base_url = g_strdup("http://127.0.0.1:1");   /* nobody listens there */
	endpoint->key_env = g_strdup(key_env);
	endpoint->priority = (int64_t)list->count;
	endpoint->max_in_flight = 4;
	((struct endpoint_model *)record_append(&endpoint_model_record, &endpoint->models))->name = g_strdup("m");
	return endpoint;
}

/* The answer's tries as "server:failure ...", the error's text into *ret_error. */
static char *
ask(struct models *models, char **ret_error)
{
	struct model_request request;
	struct model_answer answer;
	GError *error = NULL;
	GString *tries = g_string_new(NULL);
	record_init(&model_request_record, &request);
	request.max_tokens = 10;
	model_request_say(&request, MESSAGE_USER, "hello");
	struct ask ask = { .request = &request, .wish = { .model = "m" } };
	g_assert_false(models_ask(models, &ask, &answer, &error));
	for (size_t i = 0; i < answer.tries.count; i++)
		g_string_append_printf(tries, "%s%s:%s", i ? " " : "", answer.tries.items[i].server, answer.tries.items[i].failure);
	*ret_error = g_strdup(error->message);
	g_error_free(error);
	record_finish(&model_answer_record, &answer);
	record_finish(&model_request_record, &request);
	return g_string_free(tries, FALSE);
}

static struct models *
open_models(const struct endpoint_list *endpoints)
{
	GError *error = NULL;
	struct models_options options = { .endpoints = endpoints, .strategy = BALANCE_LOAD, .seed = 1 };
	struct models *models = models_open(&options, &error);
	g_assert_no_error(error);
	return models;
}

static void
test_missing(void)
{
	struct endpoint_list endpoints = { 0 };
	add_server(&endpoints, "locked", "TEAMWRIGHT_TEST_NO_KEY");
	struct models *models = open_models(&endpoints);
	g_autofree char *said = NULL, *tries = ask(models, &said);
	g_assert_cmpstr(tries, ==, "locked:credentials");
	g_assert_nonnull(strstr(said, "locked: credentials: the key of locked cannot be had: TEAMWRIGHT_TEST_NO_KEY is not set"));
	g_assert_nonnull(strstr(said, "correct the key of locked (TEAMWRIGHT_TEST_NO_KEY)"));
	models_close(models, NULL);
	record_list_finish(&endpoint_record, &endpoints);
}

static void
test_passed_over(void)
{
	struct endpoint_list endpoints = { 0 };
	add_server(&endpoints, "locked", "TEAMWRIGHT_TEST_NO_KEY");
	add_server(&endpoints, "next", NULL);
	struct models *models = open_models(&endpoints);
	g_autofree char *said = NULL, *tries = ask(models, &said);
	g_assert_true(g_str_has_prefix(tries, "locked:credentials next:unreachable"));
	models_close(models, NULL);
	record_list_finish(&endpoint_record, &endpoints);
}

static void
test_command_once(void)
{
	g_autofree char *folder = temporary_folder(), *file = g_build_filename(folder, "asked", NULL), *text = NULL;
	struct endpoint_list endpoints = { 0 };
	struct endpoint *endpoint = add_server(&endpoints, "locked", NULL);
	g_autofree char *command = g_strdup_printf("echo asked >> '%s'; echo key", file);
	endpoint->key_command = g_new0(char *, 2);
	endpoint->key_command[0] = g_steal_pointer(&command);
	struct models *models = open_models(&endpoints);
	g_autofree char *said = NULL, *tries = ask(models, &said);
	g_assert_true(g_str_has_prefix(tries, "locked:unreachable locked:unreachable"));
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "asked\n");
	models_close(models, NULL);
	record_list_finish(&endpoint_record, &endpoints);
	remove_folder(folder);
}

#define KEY "sk-0123456789abcdef"

/* What a server says, and what of it is told. */
static void
test_refusals(void)
{
	static const struct {
		const char *said, *secret, *told;
	} rows[] = {
		{ "wrong key", KEY, "wrong key" },
		{ "wrong key " KEY ", really " KEY, KEY, "wrong key ***, really ***" },
		{ "cut off at sk-01234", KEY, "cut off at ********" },
		{ "cut off at sk-01234 ...", KEY, "cut off at ******** ..." },
		{ "no part: sk-01", KEY, "no part: sk-01" },
		{ "the key k is no secret", "k", "the key k is no secret" },
		{ "there is none", NULL, "there is none" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct failure failure = { .detail = g_strdup(rows[i].said) };
		failure_redact(&failure, rows[i].secret);
		g_assert_cmpstr(failure.detail, ==, rows[i].told);
		failure_clear(&failure);
	}
}

static void
test_answers(void)
{
	struct model_response response;
	record_init(&model_response_record, &response);
	struct message_part *part = record_append(&message_part_record, &response.parts);
	part->text = g_strdup("you sent " KEY);
	part = record_append(&message_part_record, &response.parts);
	part->kind = PART_TOOL_CALL;
	part->tool = g_strdup("send");
	part->arguments = doc_own("{\"to\":{\"" KEY "\":[\"a " KEY "\"]}}");
	response.usage.input_tokens = 7;
	model_response_redact(&response, "text");   /* a word */
	model_response_redact(&response, NULL);
	model_response_redact(&response, KEY);
	g_autofree char *json = value_to_json(doc_root(response.parts.items[1].arguments), false);
	g_assert_cmpstr(response.parts.items[0].text, ==, "you sent ***");
	g_assert_cmpstr(json, ==, "{\"to\":{\"***\":[\"a ***\"]}}");
	g_assert_cmpint(response.usage.input_tokens, ==, 7);
	record_finish(&model_response_record, &response);
}

/* A key that an answer has as a word of its own form: the answer stays whole. */
static void
test_short(void)
{
	struct model_response response;
	record_init(&model_response_record, &response);
	struct message_part *part = record_append(&message_part_record, &response.parts);
	part->kind = PART_THINKING;
	part->text = g_strdup("thinking of tool_call and of thinkin");
	part->dialect = g_strdup("openai");
	part->native = doc_own("{\"thinking\":\"thinking\"}");
	model_response_redact(&response, "thinkin");   /* too short */
	g_assert_cmpstr(part->text, ==, "thinking of tool_call and of thinkin");
	model_response_redact(&response, "thinking");
	g_autofree char *json = value_to_json(doc_root(part->native), false);
	g_assert_cmpuint(response.parts.count, ==, 1);
	g_assert_cmpuint(part->kind, ==, PART_THINKING);
	g_assert_cmpstr(part->text, ==, "*** of tool_call and of thinkin");
	g_assert_cmpstr(json, ==, "{\"***\":\"***\"}");
	record_finish(&model_response_record, &response);
}

static void
append(void *data, const char *text, size_t length)
{
	g_string_append_len(data, text, (gssize)length);
}

/* What is watched is the same wherever it is cut. */
static void
test_watched(void)
{
	static const struct {
		const char *said, *secret, *told;
	} rows[] = {
		{ "you sent " KEY " and " KEY "!", KEY, "you sent *** and ***!" },
		{ "s, sk, sk-sk-0123456789abcde, sks", KEY, "s, sk, sk-sk-0123456789abcde, sks" },
		{ "sk-sk-0123456789abcdef" KEY, KEY, "sk-******" },
		{ "it ends with sk-0123", KEY, "it ends with sk-0123" },
		{ "it ends with sk-01234", KEY, "it ends with ***" },
		{ "aaaaaaaaaaaab", "aaaaaaab", "aaaaa***" },
		{ "eightbyt is one, sevenby is none", "eightbyt", "*** is one, sevenby is none" },
		{ "sevenby is none", "sevenby", "sevenby is none" },
		{ "nobody has one", NULL, "nobody has one" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		size_t length = strlen(rows[i].said);
		for (size_t cut = 0; cut <= length; cut++) {
			for (size_t step = 1; step <= 3; step++) {
				g_autoptr(GString) held = g_string_new(NULL), told = g_string_new(NULL);
				secret_pass(held, rows[i].secret, rows[i].said, cut, false, append, told);
				for (size_t at = cut; at < length; at += step) {
					g_assert_true(g_str_has_prefix(rows[i].told, told->str));
					secret_pass(held, rows[i].secret, rows[i].said + at, MIN(step, length - at), false, append, told);
				}
				secret_pass(held, rows[i].secret, "", 0, true, append, told);
				g_assert_cmpstr(told->str, ==, rows[i].told);
				g_assert_cmpuint(held->len, ==, 0);
			}
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/models-keys/missing", test_missing);
	g_test_add_func("/models-keys/passed-over", test_passed_over);
	g_test_add_func("/models-keys/command-once", test_command_once);
	g_test_add_func("/models-keys/refusals", test_refusals);
	g_test_add_func("/models-keys/answers", test_answers);
	g_test_add_func("/models-keys/short", test_short);
	g_test_add_func("/models-keys/watched", test_watched);
	return g_test_run();
}
