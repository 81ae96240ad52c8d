/* The linter: reads OpenAPI documents 3.0 to 3.2 with the files that they refer to, and says where
 * they break the specification (error), what will surprise those who use them (warning), and what
 * would make them better (info). A finding knows its place in file, line and column. */
#ifndef CONTRACT_LINT_H
#define CONTRACT_LINT_H

#include "base/catalogue.h"
#include "base/record.h"

#define LINT_SEVERITY_MAP(XX) XX(OFF, "off") XX(INFO, "info") XX(WARNING, "warning") XX(ERROR, "error")
enum lint_severity {
#define XX(code, name) LINT_##code,
	LINT_SEVERITY_MAP(XX)
#undef XX
};
extern const char *const lint_severity_names[];

struct lint_rule_entry {
	char *id;
	unsigned severity;     /* enum lint_severity */
	char *help, *remedy;
};
RECORD_LIST_OF(lint_rule_entry);
extern const struct record_type lint_rule_entry_record;

struct lint_finding {
	char *file;
	int64_t line, column;  /* from 1; the column counts characters */
	char *pointer;         /* "#/paths/~1tasks/get" */
	char *rule;
	unsigned severity;
	char *message;
};
RECORD_LIST_OF(lint_finding);
extern const struct record_type lint_finding_record;

struct lint_document {
	char *file, *title, *version, *openapi;
	int64_t operations, errors, warnings, infos;
};
RECORD_LIST_OF(lint_document);
extern const struct record_type lint_document_record;

struct lint_report {
	struct lint_document_list documents;
	struct lint_finding_list findings;   /* by document, then by file and place */
};

/* The rules' severities, in the order of lint_rules(); changed by "ID=error" before the first document. What documents of
 * a version may hold is kept here once it was read. */
struct lint_levels;
typedef struct lint_levels LintLevels;

struct lint_levels *lint_levels_create(void);
void lint_levels_free(struct lint_levels *levels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LintLevels, lint_levels_free)
/* False with ERR_USAGE where no rule or severity has such a name. "all=off" is for all. */
bool lint_levels_set(struct lint_levels *levels, const char *setting, GError **error);
/* All rules, with the severities that count now. */
void lint_rules(const struct lint_levels *levels, struct lint_rule_entry_list *ret);

/* Adds a document and its findings to the report. A document that cannot be understood is a finding;
 * ERR_INPUT where there is no such file. */
bool lint_file(struct catalogue *catalogue, struct lint_levels *levels, const char *path, struct lint_report *report, GError **error);
/* The same for a text that is called `path`. */
bool lint_text(struct catalogue *catalogue, struct lint_levels *levels, const char *path, const char *text, size_t length,
               struct lint_report *report, GError **error);
void lint_report_clear(struct lint_report *report);

/* The report as SARIF 2.1.0, newly allocated. */
char *lint_sarif(const struct lint_levels *levels, const struct lint_report *report);

#endif
