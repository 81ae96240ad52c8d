/* Documents and values in the text of a test. */
#ifndef TESTS_CONTRACT_TEXT_H
#define TESTS_CONTRACT_TEXT_H

#include <string.h>

#include "base/error.h"
#include "base/writer.h"
#include "contract/openapi.h"

/* YAML in which ' stands for ". */
static inline struct doc *
doc_from_text(const char *text)
{
	GError *error = NULL;
	g_autofree char *copy = g_strdelimit(g_strdup(text), "'", '"');
	struct doc *doc = doc_read("test", copy, strlen(copy), NULL, &error);
	g_assert_no_error(error);
	return doc;
}

static inline struct openapi *
openapi_from_text(const char *text)
{
	GError *error = NULL;
	g_autoptr(Doc) doc = doc_from_text(text);
	struct openapi *openapi = openapi_create(doc, &error);
	g_assert_no_error(error);
	return openapi;
}

static inline const struct openapi_operation *
operation_named(const struct openapi *openapi, const char *id)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(openapi, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(operations[i].id, id) == 0)
			return &operations[i];
	g_error("there is no operation %s", id);
	return NULL;
}

#define assert_json(value, text)                                                                   \
	do {                                                                                       \
		g_autoptr(Doc) wanted_ = doc_from_text(text);                                      \
		g_autofree char *found_ = value_to_json(value, false), *expected_ = value_to_json(doc_root(wanted_), false); \
		if (!value_equal(value, doc_root(wanted_)))                                        \
			g_assert_cmpstr(found_, ==, expected_);                                    \
	} while (0)

#endif
