/* Findings as SARIF 2.1.0 (OASIS): one run, its rules in the order of the table. */
#include <string.h>

#include "contract/lint_model.h"

static const char *const levels_of[] = { [LINT_OFF] = "none", [LINT_INFO] = "note", [LINT_WARNING] = "warning", [LINT_ERROR] = "error" };

static void
write_message(struct writer *writer, const char *key, const char *text)
{
	writer_key(writer, key);
	writer_begin_object(writer);
	writer_member_text(writer, "text", text);
	writer_end(writer);
}

static void
write_rules(struct writer *writer, const struct lint_levels *levels)
{
	writer_key(writer, "rules");
	writer_begin_array(writer);
	for (unsigned i = 0; i < lint_rule_count; i++) {
		const struct lint_rule *rule = &lint_rule_table[i];
		writer_begin_object(writer);
		writer_member_text(writer, "id", rule->id);
		write_message(writer, "shortDescription", rule->help);
		write_message(writer, "help", rule->remedy);
		writer_key(writer, "defaultConfiguration");
		writer_begin_object(writer);
		writer_member_bool(writer, "enabled", levels->of[i] != LINT_OFF);
		writer_member_text(writer, "level", levels_of[levels->of[i]]);
		writer_end(writer);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_file(struct writer *writer, const char *key, const char *path)
{
	g_autofree char *uri = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *absolute = *path == '/' ? g_strconcat("file://", uri, NULL) : NULL;
	writer_key(writer, key);
	writer_begin_object(writer);
	writer_member_text(writer, "uri", absolute ? absolute : uri);
	writer_end(writer);
}

static void
write_location(struct writer *writer, const struct lint_finding *finding)
{
	writer_key(writer, "locations");
	writer_begin_array(writer);
	writer_begin_object(writer);
	writer_key(writer, "physicalLocation");
	writer_begin_object(writer);
	write_file(writer, "artifactLocation", finding->file);
	writer_key(writer, "region");
	writer_begin_object(writer);
	writer_member_int(writer, "startLine", finding->line);
	writer_member_int(writer, "startColumn", finding->column);
	writer_end(writer);
	writer_end(writer);
	writer_key(writer, "logicalLocations");
	writer_begin_array(writer);
	writer_begin_object(writer);
	writer_member_text(writer, "fullyQualifiedName", finding->pointer);
	writer_member_text(writer, "kind", "member");
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
}

static unsigned
rule_index(const char *id)
{
	unsigned index = 0;
	while (!g_str_equal(lint_rule_table[index].id, id))
		index++;
	return index;
}

static void
write_result(struct writer *writer, const struct lint_finding *finding)
{
	writer_begin_object(writer);
	writer_member_text(writer, "ruleId", finding->rule);
	writer_member_int(writer, "ruleIndex", rule_index(finding->rule));
	writer_member_text(writer, "level", levels_of[finding->severity]);
	write_message(writer, "message", finding->message);
	write_location(writer, finding);
	writer_end(writer);
}

static void
write_driver(struct writer *writer, const struct lint_levels *levels)
{
	writer_key(writer, "tool");
	writer_begin_object(writer);
	writer_key(writer, "driver");
	writer_begin_object(writer);
	writer_member_text(writer, "name", "teamwright");
	writer_member_text(writer, "version", VERSION);
	write_rules(writer, levels);
	writer_end(writer);
	writer_end(writer);
}

char *
lint_sarif(const struct lint_levels *levels, const struct lint_report *report)
{
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	writer_member_text(&writer, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	writer_member_text(&writer, "version", "2.1.0");
	writer_key(&writer, "runs");
	writer_begin_array(&writer);
	writer_begin_object(&writer);
	write_driver(&writer, levels);
	writer_member_text(&writer, "columnKind", "unicodeCodePoints");
	writer_key(&writer, "artifacts");
	writer_begin_array(&writer);
	for (size_t i = 0; i < report->documents.count; i++) {
		writer_begin_object(&writer);
		write_file(&writer, "location", report->documents.items[i].file);
		writer_end(&writer);
	}
	writer_end(&writer);
	writer_key(&writer, "results");
	writer_begin_array(&writer);
	for (size_t i = 0; i < report->findings.count; i++)
		write_result(&writer, &report->findings.items[i]);
	writer_end(&writer);
	writer_end(&writer);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}
