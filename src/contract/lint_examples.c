/* Examples and defaults against their schemas. They are judged at the end, when every file is known to the compiler. */
#include <string.h>

#include "contract/lint_rules.h"
#include "contract/openapi.h"

enum { WITHIN = 3 };

static void
queue(struct lint *lint, const struct value *schema, const struct value *value, enum schema_side side)
{
	const struct lint_example example = { lint->rule, schema, value, side };
	if (schema && value)
		g_array_append_val(lint->examples, example);
}

void
lint_example_schema(struct lint *lint, const struct lint_at *at)
{
	queue(lint, at->node, value_member(at->node, "example"), SCHEMA_SIDE_NONE);
	VALUE_EACH (item, lint->grammar->version > 30 ? value_member(at->node, "examples") : NULL)
		queue(lint, at->node, item, SCHEMA_SIDE_NONE);
}

void
lint_default(struct lint *lint, const struct lint_at *at)
{
	queue(lint, at->node, value_member(at->node, "default"), SCHEMA_SIDE_NONE);
}

/* The type alone, which 3.0 demands. */
void
lint_default_type(struct lint *lint, const struct lint_at *at)
{
	const struct value *preset = value_member(at->node, "default"), *types = value_member(at->node, "type");
	bool nullable = lint->grammar->version == 30 && value_truth(value_member(at->node, "nullable"));
	if (types && !lint_fits_types(preset, types) && !(nullable && preset->kind == VALUE_NULL))
		lint_say(lint, preset, NULL, "the default is of type %s, which the schema does not allow", value_kind_name(preset));
}

/* A request's example may leave out what is readOnly, a response's what is writeOnly. */
static enum schema_side
side_of(const struct lint_at *at)
{
	for (; at; at = at->parent) {
		if (g_str_equal(at->type->name, "RequestBody") || g_str_equal(at->type->name, "Parameter"))
			return SCHEMA_SIDE_REQUEST;
		if (g_str_equal(at->type->name, "Response"))
			return SCHEMA_SIDE_RESPONSE;
	}
	return SCHEMA_SIDE_NONE;
}

/* An example of another media type than JSON is often the text itself. */
static bool
counts(const struct lint_at *at, const struct value *value)
{
	bool media = g_str_equal(at->type->name, "MediaType");
	return value && (value->kind != VALUE_STRING || !media || !at->key || openapi_is_json(at->key->text));
}

void
lint_example_content(struct lint *lint, const struct lint_at *at)
{
	const struct value *schema = value_member(at->node, "schema"), *example = value_member(at->node, "example");
	enum schema_side side = side_of(at);
	if (counts(at, example))
		queue(lint, schema, example, side);
	VALUE_EACH_MEMBER (key, item, example ? NULL : value_member(at->node, "examples")) {
		const struct value *entry = lint_resolve(lint, item), *data = value_member(entry, "dataValue");
		const struct value *value = data ? data : value_member(entry, "value");
		if (counts(at, value))
			queue(lint, schema, value, side);
	}
}

/* --- judging --------------------------------------------------------------------------------- */

static void
add_files(struct lint *lint)
{
	const struct schema_options options = {
		.dialect = lint->grammar->version == 30 ? SCHEMA_OPENAPI_3_0 : SCHEMA_OPENAPI_3_1, .assert_formats = true,
	};
	lint->schemas = schema_set_create(&options);
	for (unsigned i = 0; i < lint->files->len && lint->files->len > 1; i++) {
		const struct lint_file *file = lint->files->pdata[i];
		schema_set_add(lint->schemas, file->path, file->doc);
	}
}

static void
judge(struct lint *lint, const struct lint_example *example)
{
	const struct lint_file *file = lint_file_of(lint, example->schema);
	struct schema_findings findings = { .limit = WITHIN };
	const struct schema *schema = schema_compile(lint->schemas, file->doc, example->schema, lint->files->len > 1 ? file->path : NULL, NULL);
	/* What cannot be compiled has its own finding. */
	if (!schema || schema_check(schema, example->value, example->side, &findings))
		return;
	for (size_t i = 0; i < findings.count; i++) {
		const struct schema_finding *finding = &findings.items[i];
		/* The type of a default has a rule of its own. */
		bool told = !*finding->instance && g_str_equal(finding->keyword, "type") && lint_rule_table[example->rule].visit == lint_default;
		if (told)
			continue;
		const struct value *node = value_find(example->value, finding->instance);
		lint_say_as(lint, example->rule, node ? node : example->value, NULL, "%s%s%s (%s)", finding->instance, *finding->instance ? " " : "",
		            finding->message, finding->keyword);
	}
	schema_findings_clear(&findings);
}

void
lint_check_examples(struct lint *lint)
{
	if (lint->examples->len)
		add_files(lint);
	for (unsigned i = 0; i < lint->examples->len; i++)
		judge(lint, &g_array_index(lint->examples, struct lint_example, i));
}
