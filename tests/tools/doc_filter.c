/* The readers and writers as a filter, so that tests in other languages can compare them with their own.
 *
 * Input and output are frames: a word, a blank, the number of bytes, a line feed, the bytes. The word of a request says what
 * to do; the answer is "ok" with the result or "no" with the message. */
#include <stdio.h>

#include "../unit/sample_record.h"
#include "base/error.h"

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

/* The next request; false at the end of the input. */
static bool
read_frame(char **ret_word, GString *text)
{
	char line[64];
	if (!fgets(line, sizeof line, stdin))
		return false;
	char *blank = strchr(line, ' ');
	g_assert_nonnull(blank);
	*ret_word = g_strndup(line, (size_t)(blank - line));
	g_string_set_size(text, (gsize)g_ascii_strtoull(blank + 1, NULL, 10));
	g_assert_cmpuint(fread(text->str, 1, text->len, stdin), ==, text->len);
	return true;
}

int
main(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (char *word; read_frame(&word, text); g_free(word)) {
		GError *error = NULL;
		g_autofree char *result = answer(word, text->str, text->len, &error);
		const char *out = result ? result : error->message;
		printf("%s %zu\n%s", result ? "ok" : "no", strlen(out), out);
		fflush(stdout);
		g_clear_error(&error);
	}
	return 0;
}
