/* JSON Schema and regular expressions as a filter, so that tests in other languages can compare them with their own.
 *
 * Input and output are frames (frames.h). Requests: "pattern" with {"pattern": TEXT, "texts": [TEXT, ...]}, "schema" with
 * {"dialect": NAME, "schema": SCHEMA, "remotes": {URI: SCHEMA}, "instances": [ANY, ...]}, where the dialect is 2020-12, 7, 4, 3.0 or 3.1. The answer is "ok"
 * with a list of true, false and "gave up", or "no" with the message where it cannot be compiled. */
#include <string.h>

#include "../unit/schema_twin.h"
#include "base/writer.h"
#include "frames.h"
#include "schema/pattern.h"
#include "schema/schema.h"

static bool
answer_pattern(struct doc *doc, struct writer *writer, GError **error)
{
	const struct value *text = value_member(doc_root(doc), "pattern");
	struct pattern *pattern = pattern_compile(text->text, text->length, true, error);
	if (!pattern)
		return false;
	VALUE_EACH (string, value_member(doc_root(doc), "texts")) {
		enum pattern_result result = pattern_match(pattern, string->text, string->length);
		if (result == PATTERN_GAVE_UP)
			writer_text(writer, "gave up");
		else
			writer_bool(writer, result == PATTERN_FITS);
	}
	pattern_destroy(pattern);
	return true;
}

static enum schema_dialect
dialect_of(const char *name)
{
	static const char *const names[] = { "2020-12", "7", "4", "3.0", "3.1" };
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_str_equal(names[i], name))
			return (enum schema_dialect)i;
	g_error("there is no dialect %s", name);
}

/* All ways to check, which must agree and say why where the instance does not fit. */
static bool
check(const struct schema *schema, const struct value *instance)
{
	struct schema_findings findings = { .limit = 5 };
	bool fits = schema_check(schema, instance, SCHEMA_SIDE_NONE, NULL);
	g_assert_true(schema_check(schema, instance, SCHEMA_SIDE_NONE, &findings) == fits);
	g_assert_true((findings.count == 0) == fits);
	schema_findings_clear(&findings);
	g_autofree char *text = value_to_json(instance, instance->span % 2);
	for (unsigned side = SCHEMA_SIDE_NONE; side <= SCHEMA_SIDE_RESPONSE; side++)
		twin_check(schema, text, strlen(text), (enum schema_side)side, NULL);
	twin_check_broken(schema, text, strlen(text), g_str_hash(text));
	return fits;
}

static bool
answer_schema(struct doc *doc, struct writer *writer, GError **error)
{
	const struct value *request = doc_root(doc);
	struct schema_options options = { .dialect = dialect_of(value_member_text(request, "dialect")) };
	g_autoptr(SchemaSet) set = schema_set_create(&options);
	g_autoptr(Doc) part = doc_sub(doc, value_member(request, "schema"));
	VALUE_EACH_MEMBER (uri, remote, value_member(request, "remotes")) {
		g_autoptr(Doc) other = doc_sub(doc, remote);
		schema_set_add(set, uri->text, other);
	}
	const struct schema *schema = schema_compile(set, part, doc_root(part), NULL, error);
	VALUE_EACH (instance, schema ? value_member(request, "instances") : NULL)
		writer_bool(writer, check(schema, instance));
	return schema;
}

static char *
answer(const char *word, const char *text, size_t length, GError **error)
{
	g_autoptr(Doc) doc = doc_read_json("request", text, length, NULL, error);
	if (!doc)
		return NULL;
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	bool ok = (g_str_equal(word, "pattern") ? answer_pattern : answer_schema)(doc, &writer, error);
	writer_end(&writer);
	g_autofree char *result = writer_take(&writer);
	return ok ? g_steal_pointer(&result) : NULL;
}

int
main(void)
{
	frames_serve(answer);
	return 0;
}
