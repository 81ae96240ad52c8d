/* What the files of the scaffold share: a contract taken apart, and the texts made from it. */
#ifndef AGENT_SCAFFOLD_PARTS_H
#define AGENT_SCAFFOLD_PARTS_H

#include "agent/scaffold.h"
#include "contract/lexicon.h"
#include "contract/resource.h"
#include "contract/sample.h"
#include "contract/shape.h"

struct scaffold {
	const struct assignment *assignment;
	const struct contract *contract;     /* whose interface is used; NULL without a document */
	struct openapi *openapi;             /* NULL without a document */
	struct resources *resources;
	struct sampler *sampler;
	const struct resource *const *list;
	size_t count;
	char **keys;                         /* per resource, see outline_keys */
	const struct openapi_operation *operations;
	size_t operation_count;
	char **reasons;                      /* per operation why it cannot be made; NULL where it can */
	struct doc *names;                   /* catalogue/scaffold/names.yaml */
	struct lexicon *lexicon;
};

/* The number of a resource in the list. */
int64_t scaffold_index(const struct scaffold *scaffold, const struct resource *resource);

/* --- scaffold_meaning.c: what names mean ----------------------------------------------------- */

/* How well a name tells what an item is: 0 not at all, else the lower the better. */
unsigned meaning_title_rank(const struct scaffold *scaffold, const char *name);
/* The resource whose items `name` refers to, as in "project_id" or "projectId"; NULL for none. */
const struct resource *meaning_target(const struct scaffold *scaffold, const char *name);
/* {"as": "limit"}, {"as": "equal", "member": "status"}: what a query parameter of a list means; null. */
void meaning_write_parameter(const struct scaffold *scaffold, const struct resource *resource, const char *name, struct writer *writer);
/* The member of an item that a filter parameter looks at; NULL where it is none. */
const char *meaning_member(const struct scaffold *scaffold, const struct resource *resource, const char *name, const char **ret_as);
/* {"total": "total", "meta": {"page": "number"}}: members of a list's envelope that speak of the page. */
void meaning_write_facts(struct scaffold *scaffold, const struct value *schema, bool nested, struct writer *writer);
/* {"message": "detail", "code": "status"}: members of an error that can be told. */
void meaning_write_problem(struct scaffold *scaffold, const struct value *schema, struct writer *writer);
/* {"created_at": "created"}: members of an item that hold times of the server. */
void meaning_write_times(struct scaffold *scaffold, const struct value *schema, struct writer *writer);

/* --- scaffold_operation.c: operations -------------------------------------------------------- */

/* The answer that means success, and the status to send with it. NULL where none is declared. */
const struct openapi_response *operation_success(const struct openapi_operation *operation, enum resource_role role, int *ret_status);
/* The schema of the request body in the first form that can be used; NULL for none. */
const struct value *operation_body_schema(const struct openapi_operation *operation);
/* Why an operation cannot be made, newly allocated; NULL where it can. */
char *operation_reason(struct scaffold *scaffold, const struct openapi_operation *operation);
void operation_write(struct scaffold *scaffold, size_t index, struct writer *writer);
/* A value that fits the path parameter at `position` of the template; NULL for none. */
struct doc *operation_path_sample(struct scaffold *scaffold, const struct openapi_operation *operation, size_t position);

/* --- scaffold_outline.c: contract.json ------------------------------------------------------- */

/* How many parameters a collection's path has. */
size_t outline_depth(const struct resource *resource);
void outline_write(struct scaffold *scaffold, struct writer *writer);
/* A value for a schema, NULL where none could be made. */
struct doc *outline_sample(struct scaffold *scaffold, const struct value *schema, const char *name, enum schema_side side, bool fresh,
                           bool required_only);
/* "tasks" or "projects-tasks" for each resource: names files and places; [a-z0-9_-] only, unique. */
char **outline_keys(const struct scaffold *scaffold);
/* The text of a scalar value, newly allocated. */
char *outline_plain(const struct value *value);

/* --- scaffold_statements.c ------------------------------------------------------------------- */

/* [{"id", "text", "elements": [{"element", "operation", "secured"} or {"element", "member", "resource"}]}] */
void statements_write(struct scaffold *scaffold, struct writer *writer);
/* Whether an element of the document names the statement. */
bool statements_are_carried(struct scaffold *scaffold, const char *id);

/* --- scaffold_tables.c, scaffold_manual.c: what templates show -------------------------------- */

/* {"tables": [{"name", "lines", "indexes", "notes"}], "diagram": […]}; false where there is none. */
bool tables_write(struct scaffold *scaffold, struct writer *writer);
/* {"operations": […], "schemas": […], "steps": […]}: Markdown and shell, escaped. */
void manual_write(struct scaffold *scaffold, struct writer *writer);
/* Text of a contract within a line of Markdown, newly allocated. NULL becomes "". */
char *manual_escape(const char *text);

#endif
