#include "contract/sequence.h"

#include <string.h>

#include "base/error.h"
#include "contract/shape.h"

enum { ITEMS = 100000 };

#define RECORD_SEPARATOR '\x1E'

enum framing { FRAMING_LINES, FRAMING_RECORDS, FRAMING_EVENTS };

static const struct {
	const char *type;            /* or, with a plus, the end of one */
	enum framing framing;
} types[] = {
	{ "application/jsonl", FRAMING_LINES },
	{ "application/x-ndjson", FRAMING_LINES },
	{ "application/ndjson", FRAMING_LINES },
	{ "application/json-seq", FRAMING_RECORDS },
	{ "+json-seq", FRAMING_RECORDS },
	{ "text/event-stream", FRAMING_EVENTS },
};

static int
find_type(const char *type)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++)
		if (*types[i].type == '+' ? g_str_has_suffix(type, types[i].type) : g_str_equal(type, types[i].type))
			return (int)i;
	return -1;
}

bool
sequence_is_type(const char *type)
{
	return find_type(type) >= 0;
}

/* Before 3.2 such content was described as one text, or not at all. */
bool
sequence_is(struct openapi *openapi, const char *type, const struct value *media)
{
	const struct value *schema = value_member(media, "schema");
	return find_type(type) >= 0 && (value_member(media, "itemSchema") || (schema && shape_of(openapi, schema)->kinds == SHAPE_KIND(VALUE_ARRAY)));
}

struct doc *
sequence_sample(struct sampler *sampler, const struct value *each, const struct sample_options *options, unsigned count, GError **error)
{
	struct writer writer;
	bool ok = true;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	for (; ok && count; count--) {
		g_autoptr(Doc) item = sample_make(sampler, each, NULL, options, error);
		ok = item;
		if (item)
			writer_value(&writer, doc_root(item));
	}
	if (ok) {
		writer_end(&writer);
		return writer_doc(&writer);
	}
	writer_finish(&writer);
	return NULL;
}

static bool
is_blank(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!strchr(" \t\r\n", text[i]) || !text[i])
			return false;
	return true;
}

/* JSON texts between line ends or separators; blank ones are none. */
static bool
read_texts(const char *bytes, size_t length, char separator, struct writer *writer, struct faults *faults)
{
	unsigned items = 0;
	for (const char *at = bytes, *end = bytes + length; at < end;) {
		const char *stop = memchr(at, separator, (size_t)(end - at));
		size_t size = (size_t)((stop ? stop : end) - at);
		GError *error = NULL;
		g_autoptr(Doc) doc = is_blank(at, size) || items++ >= ITEMS ? NULL : doc_read_json("item", at, size, NULL, &error);
		if (doc)
			writer_value(writer, doc_root(doc));
		g_autofree char *name = g_strdup_printf("/%u", items ? items - 1 : 0), *text = error ? error_text(error) : NULL;
		if (error)
			faults_add(faults, "body", name, "is no JSON: %s", text);
		g_clear_error(&error);
		if (text)
			return false;
		at += size + (stop != NULL);
	}
	return true;
}

/* An event in the making. */
struct event {
	GString *data;
	char *name, *id;
	int64_t retry;               /* -1 for none */
	bool any;
};

static void
set_text(char **text, const char *value, size_t length)
{
	g_free(*text);
	*text = g_utf8_make_valid(value, (gssize)length);
}

/* A line "field: value"; what is no field that counts is ignored (HTML, section 9.2.6). */
static void
take_line(struct event *event, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length), *value = colon ? colon + 1 : line + length;
	size_t name = colon ? (size_t)(colon - line) : length;
	value += colon && value < line + length && *value == ' ';
	size_t size = (size_t)(line + length - value);
	bool data = name == 4 && memcmp(line, "data", 4) == 0;
	if (data) {
		g_string_append_len(event->data, value, (gssize)size);
		g_string_append_c(event->data, '\n');
	} else if (name == 5 && memcmp(line, "event", 5) == 0) {
		set_text(&event->name, value, size);
	} else if (name == 2 && memcmp(line, "id", 2) == 0) {
		set_text(&event->id, value, size);
	} else if (name == 5 && memcmp(line, "retry", 5) == 0 && size && size < 16 && strspn(value, "0123456789") >= size) {
		event->retry = g_ascii_strtoll(value, NULL, 10);
	}
	event->any |= data;
}

static void
finish_event(struct event *event, struct writer *writer)
{
	if (event->any) {
		g_string_truncate(event->data, event->data->len - 1);
		g_autofree char *data = g_utf8_make_valid(event->data->str, (gssize)event->data->len);
		writer_begin_object(writer);
		if (event->name)
			writer_member_text(writer, "event", event->name);
		writer_member_text(writer, "data", data);
		if (event->id)
			writer_member_text(writer, "id", event->id);
		if (event->retry >= 0)
			writer_member_int(writer, "retry", event->retry);
		writer_end(writer);
	}
	g_string_truncate(event->data, 0);
	g_clear_pointer(&event->name, g_free);
	g_clear_pointer(&event->id, g_free);
	event->retry = -1;
	event->any = false;
}

/* An event ends with an empty line; what a stream breaks off in is none. */
static void
read_events(const char *bytes, size_t length, struct writer *writer)
{
	struct event event = { .data = g_string_new(NULL), .retry = -1 };
	for (const char *at = bytes, *end = bytes + length; at < end;) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		if (!feed)
			break;
		size_t size = (size_t)(feed - at);
		size -= size && at[size - 1] == '\r';
		if (size)
			take_line(&event, at, size);
		else
			finish_event(&event, writer);
		at = feed + 1;
	}
	g_string_free(event.data, TRUE);
	g_free(event.name);
	g_free(event.id);
}

struct doc *
sequence_read(const char *type, const char *bytes, size_t length, struct faults *faults)
{
	enum framing framing = types[find_type(type)].framing;
	struct writer writer;
	bool ok = true;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	if (framing == FRAMING_EVENTS)
		read_events(bytes, length, &writer);
	else
		ok = read_texts(bytes, length, framing == FRAMING_LINES ? '\n' : RECORD_SEPARATOR, &writer, faults);
	if (ok) {
		writer_end(&writer);
		return writer_doc(&writer);
	}
	writer_finish(&writer);
	return NULL;
}

/* Each line of the data is a field of its own. */
static void
write_event(GString *text, const struct value *event)
{
	VALUE_EACH_MEMBER (name, item, event) {
		g_autofree char *json = value_is(item, VALUE_STRING) ? NULL : value_to_json(item, false);
		g_auto(GStrv) parts = g_strsplit(json ? json : item->text, "\n", 0);
		for (unsigned i = 0; parts[i]; i++)
			g_string_append_printf(text, "%s: %s\n", name->text, parts[i]);
	}
	g_string_append_c(text, '\n');
}

static void
write_item(GString *text, enum framing framing, const struct value *item)
{
	if (framing == FRAMING_EVENTS && value_is(item, VALUE_OBJECT)) {
		write_event(text, item);
		return;
	}
	g_autofree char *json = value_to_json(item, false);
	const char *before = framing == FRAMING_RECORDS ? "\x1E" : framing == FRAMING_EVENTS ? "data: " : "";
	g_string_append_printf(text, "%s%s%s", before, json, framing == FRAMING_EVENTS ? "\n\n" : "\n");
}

GString *
sequence_write(const char *type, const struct value *value)
{
	enum framing framing = types[find_type(type)].framing;
	GString *text = g_string_new(NULL);
	VALUE_EACH (item, value)
		write_item(text, framing, item);
	if (!value_is(value, VALUE_ARRAY))
		write_item(text, framing, value);
	return text;
}
