/* YAML out, through libyaml's emitter: block style, strings quoted wherever a reader of YAML 1.1
 * or 1.2 might take them for something else. */
#include <string.h>
#include <yaml.h>

#include "base/writer.h"

static int
append(void *text, unsigned char *bytes, size_t length)
{
	g_string_append_len(text, (const char *)bytes, (gssize)length);
	return 1;
}

/* A string that no YAML reader mistakes for a number, a date, a boolean or a null. */
static bool
plain_is_safe(const char *text, size_t length)
{
	static const char *const words[] = { "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", NULL };
	g_autofree char *lower = g_ascii_strdown(text, (gssize)length);
	bool letter = length > 0 && (g_ascii_isalpha(*text) || *text == '/' || *text == '_');
	return letter && strlen(text) == length && !g_strv_contains(words, lower);
}

/* Line breaks of YAML 1.1 that are characters in 1.2, and a byte order mark: written as escapes they mean the same to all. */
static bool
holds_odd_breaks(const char *text, size_t length)
{
	static const char *const odd[] = { "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF" };
	for (unsigned i = 0; i < G_N_ELEMENTS(odd); i++)
		if (memmem(text, length, odd[i], strlen(odd[i])))
			return true;
	return false;
}

static yaml_scalar_style_t
style_of(const char *text, size_t length)
{
	if (holds_odd_breaks(text, length))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	if (memchr(text, '\n', length))
		return YAML_LITERAL_SCALAR_STYLE;
	return plain_is_safe(text, length) ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

static void
emit_scalar(yaml_emitter_t *emitter, const struct value *value)
{
	static const char *const truths[] = { "false", "true" };
	const char *text = value->kind == VALUE_NULL ? "null" : value->kind == VALUE_BOOL ? truths[value->truth] : value->text;
	size_t length = value->kind == VALUE_NULL || value->kind == VALUE_BOOL ? strlen(text) : value->length;
	yaml_scalar_style_t style = value->kind == VALUE_STRING ? style_of(text, length) : YAML_PLAIN_SCALAR_STYLE;
	yaml_event_t event;
	yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, (int)length, 1, 1, style);
	yaml_emitter_emit(emitter, &event);
}

static void
emit(yaml_emitter_t *emitter, const struct value *value)
{
	yaml_event_t event;
	if (value->kind != VALUE_ARRAY && value->kind != VALUE_OBJECT) {
		emit_scalar(emitter, value);
	} else if (value->kind == VALUE_ARRAY) {
		bool empty = value->length == 0;
		yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, empty ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
		yaml_emitter_emit(emitter, &event);
		VALUE_EACH (item, value)
			emit(emitter, item);
		yaml_sequence_end_event_initialize(&event);
		yaml_emitter_emit(emitter, &event);
	} else {
		bool empty = value->length == 0;
		yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, empty ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE);
		yaml_emitter_emit(emitter, &event);
		VALUE_EACH_MEMBER (key, item, value) {
			emit_scalar(emitter, key);
			emit(emitter, item);
		}
		yaml_mapping_end_event_initialize(&event);
		yaml_emitter_emit(emitter, &event);
	}
}

char *
value_to_yaml(const struct value *value)
{
	GString *text = g_string_new(NULL);
	yaml_emitter_t emitter;
	yaml_event_t event;
	yaml_emitter_initialize(&emitter);
	yaml_emitter_set_output(&emitter, append, text);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
	yaml_emitter_emit(&emitter, &event);
	yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
	yaml_emitter_emit(&emitter, &event);
	emit(&emitter, value);
	yaml_document_end_event_initialize(&event, 1);
	yaml_emitter_emit(&emitter, &event);
	yaml_stream_end_event_initialize(&event);
	yaml_emitter_emit(&emitter, &event);
	yaml_emitter_delete(&emitter);
	return g_string_free(text, FALSE);
}
