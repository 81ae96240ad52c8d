#include "contract/recording_file.h"

#include <string.h>

#include "base/error.h"
#include "contract/har.h"
#include "contract/pact.h"

/* Browsers save archives with every picture in them. */
static const struct doc_limits limits = { .bytes = (size_t)512 << 20, .depth = 256, .nodes = 0 };

const char *const recording_format_names[] = { "jsonl", "har", "pact", NULL };

/* The file's name without folder and endings: consumers are called so that have no other name. */
static char *
name_of(const char *path)
{
	char *name = g_path_get_basename(path), *dot = strchr(name + 1, '.');
	if (dot)
		*dot = '\0';
	return name;
}

/* A text that is one JSON document, and none of our lines. */
static bool
is_one_document(const char *text)
{
	const char *brace = text + strspn(text, " \t\r\n\xEF\xBB\xBF");
	size_t first = strcspn(brace, "\n");
	g_autoptr(Doc) line = *brace == '{' ? doc_read_json("line", brace, first, &limits, NULL) : NULL;
	return *brace == '{' && (!line || har_is(doc_root(line)) || pact_is(doc_root(line)));
}

static bool
parse_document(const char *name, const char *text, size_t length, struct recording_file *ret, GError **error)
{
	g_autoptr(Doc) doc = doc_read_json(name, text, length, &limits, error);
	if (!doc)
		return false;
	if (har_is(doc_root(doc))) {
		ret->format = RECORDING_HAR;
		return har_read(doc, &ret->exchanges, error);
	}
	ret->format = RECORDING_PACT;
	if (pact_is(doc_root(doc)))
		return pact_read(doc, &ret->exchanges, &ret->skipped, error);
	return error_set(error, ERR_INPUT, "give JSON lines of 'mock --record', an HTTP archive (HAR) or a Pact file", "%s is no recording", name);
}

bool
recording_file_parse(const char *name, const char *text, size_t length, struct recording_file *ret, GError **error)
{
	*ret = (struct recording_file){ .name = name_of(name) };
	size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	bool ok;
	if (memchr(text, 0, length))
		ok = error_set(error, ERR_INPUT, "give JSON lines of 'mock --record', an HTTP archive (HAR) or a Pact file", "%s is no text", name);
	else if (is_one_document(text + mark))
		ok = parse_document(name, text + mark, length - mark, ret, error);
	else
		ok = recording_read(name, text + mark, &ret->exchanges, error);
	if (!ok)
		recording_file_finish(ret);
	return ok;
}

bool
recording_file_read(const char *path, struct recording_file *ret, GError **error)
{
	GError *cause = NULL;
	g_autofree char *text = NULL;
	gsize length;
	*ret = (struct recording_file){ 0 };
	if (!g_file_get_contents(path, &text, &length, &cause))
		return error_wrap(error, cause, ERR_INPUT, "give a file that exists and can be read", "cannot read %s", path);
	return recording_file_parse(path, text, length, ret, error);
}

void
recording_file_finish(struct recording_file *file)
{
	g_free(file->name);
	record_list_finish(&recorded_exchange_record, &file->exchanges);
	*file = (struct recording_file){ 0 };
}
