/* The two ways of reading YAML: what the direct one takes, libyaml takes too, and both make the same of it. */
#ifndef TESTS_YAML_TWINS_H
#define TESTS_YAML_TWINS_H

#include <string.h>

#include "base/doc_yaml.h"

static inline void
assert_same_node(const char *text, size_t length, const struct value *a, const struct value *b)
{
	bool text_kind = a->kind == VALUE_STRING || a->kind == VALUE_NUMBER;
	if (a->offset == b->offset && a->span == b->span && a->length == b->length && a->kind == b->kind && a->truth == b->truth &&
	    a->integer == b->integer && a->refers == b->refers && (!text_kind || memcmp(a->text, b->text, a->length) == 0))
		return;
	g_error("libyaml reads this otherwise: at byte %u kind %u '%.*s', not at %u %u '%.*s', in\n%.*s", b->offset, b->kind,
	        text_kind ? (int)b->length : 0, b->text, a->offset, a->kind, text_kind ? (int)a->length : 0, a->text, (int)length, text);
}

/* True where it was read directly. */
static inline bool
yaml_twins_agree(const char *text, size_t length, const struct doc_limits *limits)
{
	struct doc_builder direct, events;
	GError *error = NULL;
	if (!g_utf8_validate_len(text, length, NULL) || !doc_builder_init(&direct, "twins", text, length, limits, NULL))
		return false;
	bool common = doc_yaml_read_common(&direct);
	g_autoptr(Doc) doc = doc_builder_finish(&direct, common);
	if (!doc)
		return false;
	doc_builder_init(&events, "twins", text, length, limits, NULL);
	g_autoptr(Doc) other = doc_yaml_parse_all(&events, &error);
	if (!other)
		g_error("libyaml refuses this: %s\n%.*s", error->message, (int)length, text);
	const struct value *a = doc_root(doc), *b = doc_root(other);
	g_assert_cmpuint(a->span, ==, b->span);
	for (uint32_t i = 0; i < a->span; i++)
		assert_same_node(text, length, &a[i], &b[i]);
	return true;
}

#endif
