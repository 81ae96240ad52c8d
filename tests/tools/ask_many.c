/* Asks models with many threads: ask_many <SPEC.json on standard input.
 *
 *	{"endpoints": [...], "strategy": "load_aware", "seed": 1, "record": FILE, "replay": FILE,
 *	 "crews": [{"run": "a", "threads": 4, "asks": 100, "prompt": "...", "model": "m", "deadline_ms": 5000, "tool": true, "hedge": true, "cancel_after": 3}]}
 *
 * A crew is so many threads that ask one after the other, until they have asked that often together; `cancel_after` answers, the rest is
 * cancelled. Each answer is a line {"run", "begin_ms", "end_ms", "code": of the error, "error", "seen": text as it was watched, "answer"};
 * the last line is {"standings", "cpu_ms"}. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "llm/models.h"

struct crew {
	char *run, *prompt, *model;
	int64_t threads, asks, deadline_ms, cancel_after;
	bool tool, hedge;
};
RECORD_LIST_OF(crew);

static const struct record_field crew_fields[] = {
	RECORD_FIELD(crew, run, RECORD_REQUIRED, "whose calls they are"),
	RECORD_FIELD(crew, prompt, 0, "what is said", .preset = "hello"),
	RECORD_FIELD(crew, model, 0, "which model is asked; absent: any"),
	RECORD_FIELD(crew, threads, 0, "calls at once", .preset = "1"),
	RECORD_FIELD(crew, asks, 0, "calls of all threads", .preset = "1"),
	RECORD_FIELD(crew, deadline_ms, 0, "of each call", .preset = "60000"),
	RECORD_FIELD(crew, cancel_after, 0, "answers; 0: never", .preset = "0"),
	RECORD_FIELD(crew, tool, 0, "a tool is offered"),
	RECORD_FIELD(crew, hedge, 0, "a second server may be asked as well"),
};
static RECORD_TYPE(crew, RECORD_REJECT, "threads that ask for one run");

struct spec {
	struct endpoint_list endpoints;
	struct crew_list crews;
	unsigned strategy;
	int64_t seed;
	char *record, *replay;
};

static const struct record_field spec_fields[] = {
	RECORD_LIST(spec, endpoints, endpoint, 0, "servers"),
	RECORD_LIST(spec, crews, crew, 0, "who asks"),
	RECORD_ENUM(spec, strategy, 0, balance_strategy_names, "who is asked", .preset = "load_aware"),
	RECORD_FIELD(spec, seed, 0, "of what is drawn", .preset = "1"),
	RECORD_FIELD(spec, record, 0, "file to write the calls to"),
	RECORD_FIELD(spec, replay, 0, "file to answer them from"),
};
static RECORD_TYPE(spec, RECORD_REJECT, "who asks whom");

/* What the threads of a crew share. */
struct gang {
	const struct crew *crew;
	struct models *models;
	struct model_request request;
	pthread_mutex_t *printing;
	int64_t begin_ms;
	int64_t asked, answered;     /* atomic */
	bool cancelled;
};

static void
watch(void *data, const char *text, size_t length)
{
	g_string_append_len(data, text, (gssize)length);
}

static void
print_answer(const struct gang *gang, int64_t begin, const struct model_answer *answer, const GString *seen, const GError *error)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "run", gang->crew->run);
	writer_member_int(&writer, "begin_ms", begin - gang->begin_ms);
	writer_member_int(&writer, "end_ms", clock_ms() - gang->begin_ms);
	writer_member_text(&writer, "seen", seen->str);
	if (error) {
		writer_member_text(&writer, "code", error_name(error_code(error)));
		writer_member_text(&writer, "error", error->message);
	}
	writer_key(&writer, "answer");
	record_write(&model_answer_record, answer, RECORD_ALL, &writer);
	writer_end(&writer);
	g_autofree char *line = writer_take(&writer);
	pthread_mutex_lock(gang->printing);
	puts(line);
	pthread_mutex_unlock(gang->printing);
}

static void
ask_once(struct gang *gang)
{
	const struct crew *crew = gang->crew;
	int64_t begin = clock_ms();
	g_autoptr(GString) seen = g_string_new(NULL);
	struct ask ask = { .request = &gang->request, .wish = { .model = crew->model, .run = crew->run }, .deadline_ms = begin + crew->deadline_ms, .hedge = crew->hedge,
		           .cancelled = &gang->cancelled, .watch = watch, .data = seen };
	struct model_answer answer;
	GError *error = NULL;
	models_ask(gang->models, &ask, &answer, &error);
	print_answer(gang, begin, &answer, seen, error);
	g_clear_error(&error);
	record_finish(&model_answer_record, &answer);
	if (__atomic_add_fetch(&gang->answered, 1, __ATOMIC_ACQ_REL) == crew->cancel_after)
		models_cancel(gang->models, &gang->cancelled);
}

static void *
work(void *data)
{
	struct gang *gang = data;
	while (__atomic_add_fetch(&gang->asked, 1, __ATOMIC_ACQ_REL) <= gang->crew->asks)
		ask_once(gang);
	return NULL;
}

static void
write_request(const struct crew *crew, struct model_request *ret)
{
	record_init(&model_request_record, ret);
	ret->max_tokens = 100;
	model_request_say(ret, MESSAGE_USER, crew->prompt);
	if (!crew->tool)
		return;
	struct model_tool *tool = record_append(&model_tool_record, &ret->tools);
	tool->name = g_strdup("look");
	tool->description = g_strdup("looks at a place");
	tool->parameters = doc_own("{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}");
}

static void
run_crews(const struct spec *spec, struct models *models)
{
	pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;
	g_autofree struct gang *gangs = g_new0(struct gang, spec->crews.count);
	g_autoptr(GArray) threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
	for (size_t i = 0; i < spec->crews.count; i++) {
		const struct crew *crew = &spec->crews.items[i];
		gangs[i] = (struct gang){ .crew = crew, .models = models, .printing = &printing, .begin_ms = clock_ms() };
		write_request(crew, &gangs[i].request);
		for (int64_t k = 0; k < crew->threads; k++) {
			pthread_t thread;
			g_assert_cmpint(pthread_create(&thread, NULL, work, &gangs[i]), ==, 0);
			g_array_append_val(threads, thread);
		}
	}
	for (guint i = 0; i < threads->len; i++)
		pthread_join(g_array_index(threads, pthread_t, i), NULL);
	for (size_t i = 0; i < spec->crews.count; i++)
		record_finish(&model_request_record, &gangs[i].request);
}

static void
print_standings(struct models *models)
{
	struct standing_list standings;
	struct writer writer;
	models_standings(models, &standings);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_key(&writer, "standings");
	writer_begin_array(&writer);
	for (size_t i = 0; i < standings.count; i++)
		record_write(&standing_record, &standings.items[i], RECORD_ALL, &writer);
	writer_end(&writer);
	writer_member_int(&writer, "cpu_ms", clock_cpu_us() / 1000);
	writer_end(&writer);
	g_autofree char *line = writer_take(&writer);
	puts(line);
	record_list_finish(&standing_record, &standings);
}

static bool
run(const char *text, GError **error)
{
	struct spec spec;
	if (!record_read_text(&spec_record, "spec", text, &spec, error))
		return false;
	const struct models_options options = { .endpoints = &spec.endpoints, .strategy = spec.strategy, .seed = (uint64_t)spec.seed,
		                                .record = spec.record, .replay = spec.replay };
	struct models *models = models_open(&options, error);
	if (models) {
		run_crews(&spec, models);
		print_standings(models);
	}
	bool ok = models && models_close(models, error);
	record_finish(&spec_record, &spec);
	return ok;
}

int
main(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char bytes[4096];
	GError *error = NULL;
	for (size_t count; (count = fread(bytes, 1, sizeof bytes, stdin));)
		g_string_append_len(text, bytes, (gssize)count);
	if (run(text->str, &error))
		return 0;
	fprintf(stderr, "%s\n", error->message);
	g_error_free(error);
	return 1;
}
