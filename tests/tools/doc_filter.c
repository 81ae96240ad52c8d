/* The readers and writers as a filter, so that tests in other languages can compare them with their own.
 *
 * Input and output are frames (frames.h): a word, a blank, the number of bytes, a line feed, the bytes. The word of a request says what
 * to do; the answer is "ok" with the result or "no" with the message. */

#include "../unit/sample_record.h"
#include "base/error.h"
#include "frames.h"

static char *
as_json(const struct doc *doc)
{
	return value_to_json(doc_root(doc), false);
}

static char *
as_pretty_json(const struct doc *doc)
{
	return value_to_json(doc_root(doc), true);
}

static char *
as_yaml(const struct doc *doc)
{
	return value_to_yaml(doc_root(doc));
}

static const struct {
	const char *word;
	struct doc *(*read)(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error);
	char *(*write)(const struct doc *doc);
} filters[] = {
	{ "json", doc_read_json, as_json },
	{ "pretty", doc_read_json, as_pretty_json },
	{ "yaml", doc_read_yaml, as_json },
	{ "to-yaml", doc_read_json, as_yaml },
	{ "any", doc_read, as_json },
};

/* A record back from its text, its schema in either flavour, or a random one from a seed. */
static char *
use_record(const char *word, const char *text, GError **error)
{
	struct sample sample;
	struct writer writer;
	if (g_str_equal(word, "record")) {
		if (!record_read_text(&sample_record, "record", text, &sample, error))
			return NULL;
	} else if (g_str_equal(word, "random-record")) {
		GRand *random = g_rand_new_with_seed((guint32)g_ascii_strtoull(text, NULL, 10));
		record_init(&sample_record, &sample);
		sample_fill(&sample, random);
		g_rand_free(random);
	} else {
		writer_init(&writer, false);
		record_write_schema(&sample_record, g_str_equal(word, "api-schema") ? RECORD_SCHEMA_API : RECORD_SCHEMA_MODEL, &writer);
		return writer_take(&writer);
	}
	char *json = record_to_json(&sample_record, &sample, false);
	record_finish(&sample_record, &sample);
	return json;
}

static char *
answer(const char *word, const char *text, size_t length, GError **error)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(filters); i++) {
		if (!g_str_equal(word, filters[i].word))
			continue;
		g_autoptr(Doc) doc = filters[i].read("input", text, length, NULL, error);
		return doc ? filters[i].write(doc) : NULL;
	}
	return use_record(word, text, error);
}

int
main(void)
{
	frames_serve(answer);
	return 0;
}
