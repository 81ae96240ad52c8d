/* Answers held to a schema: what servers put in the place of members that may be missing, and what models say around an object. */
#include "llm/structured.h"

#include "expect.h"
#include "llm/replay.h"

static const char schema_text[] = "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"string\"}},\"required\":[\"a\"]}";

/* Asks for the schema where a recording answers with `said`. Returns the rounds of repair; `ret` is the object as JSON. */
static unsigned
ask_for(const char *said, char **ret)
{
	g_autofree char *folder = g_dir_make_tmp("structured-XXXXXX", NULL), *path = g_build_filename(folder, "calls.jsonl", NULL);
	struct replay_entry entry;
	struct structured_answer answer;
	GError *error = NULL;
	record_init(&replay_entry_record, &entry);
	entry.request.model = g_strdup("one");
	entry.request.schema = doc_own(schema_text);
	model_request_say(&entry.request, MESSAGE_USER, "which?");
	((struct message_part *)record_append(&message_part_record, &entry.response.parts))->text = g_strdup(said);
	entry.response.stop = STOP_END;
	struct replay *replay = replay_record(path, &error);
	g_assert_true(replay_add(replay, &entry, &error));
	g_assert_true(replay_close(replay, &error));
	struct endpoint_list endpoints = { 0 };
	struct models *models = models_open(&(struct models_options){ .endpoints = &endpoints, .replay = path }, &error);
	g_assert_no_error(error);
	g_autoptr(SchemaSet) set = schema_set_create(&(struct schema_options){ 0 });
	struct structured structured = { .schema = schema_compile(set, entry.request.schema, doc_root(entry.request.schema), NULL, &error), .rounds = 3 };
	g_assert_true(structured_ask(models, &(struct ask){ .request = &entry.request }, &structured, &answer, &error));
	unsigned rounds = answer.rounds;
	*ret = value_to_json(doc_root(answer.doc), false);
	structured_answer_clear(&answer);
	g_assert_true(models_close(models, NULL));
	record_finish(&replay_entry_record, &entry);
	g_assert_cmpint(remove(path), ==, 0);
	g_assert_cmpint(remove(folder), ==, 0);
	return rounds;
}

static void
test_readings(void)
{
	static const struct {
		const char *said, *object;
	} rows[] = {
		{ "{\"a\":1,\"b\":\"x\"}", "{\"a\":1,\"b\":\"x\"}" },
		{ "{\"a\":1,\"b\":null}", "{\"a\":1}" },                       /* strict servers know no members that may be missing */
		{ "Here it is:\n```json\n{\"a\":2}\n```\n", "{\"a\":2}" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *object = NULL;
		g_assert_cmpuint(ask_for(rows[i].said, &object), ==, 0);
		g_assert_cmpstr(object, ==, rows[i].object);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/structured/readings", test_readings);
	return g_test_run();
}
