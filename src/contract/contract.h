/* Contracts: what one persona owes to others (DESIGN 4.4). An interface contract owns a real
 * document (OpenAPI here); a plain deliverable has only its criteria. */
#ifndef CONTRACT_CONTRACT_H
#define CONTRACT_CONTRACT_H

#include "base/record.h"

#define CONTRACT_TYPES(XX)                                                                         \
	XX(REST_API, "REST_API")                                                                   \
	XX(GRAPHQL, "GraphQL")                                                                     \
	XX(GRPC, "gRPC")                                                                           \
	XX(EVENT_STREAM, "EventStream")                                                            \
	XX(MESSAGE_QUEUE, "MessageQueue")                                                          \
	XX(INTERFACE, "Interface")                                                                 \
	XX(DELIVERABLE, "Deliverable")
enum contract_type {
#define XX(code, name) CONTRACT_##code,
	CONTRACT_TYPES(XX)
#undef XX
	CONTRACT_TYPE_COUNT
};
extern const char *const contract_type_names[];

enum contract_status { CONTRACT_DRAFT, CONTRACT_ACTIVE, CONTRACT_DEPRECATED, CONTRACT_SUPERSEDED };
extern const char *const contract_status_names[];

/* How a criterion is checked. Without a check it stays unverified. */
enum check_kind {
	CHECK_NONE,
	CHECK_FILE,       /* `paths` exist and are not empty */
	CHECK_COMMAND,    /* `command` in the deliverable's folder exits 0 within `timeout_s` */
	CHECK_HTTP,       /* one request to the running provider */
	CHECK_SCHEMA,     /* `paths` validate against `schema` */
	CHECK_CONTRACT,   /* provider: tested over HTTP; consumer: `command` runs, its traffic is judged */
	CHECK_PROFILE,    /* measured against a limit */
	CHECK_MODEL,      /* a model judges */
	CHECK_KIND_COUNT
};
extern const char *const check_kind_names[];

struct check {
	enum check_kind kind;
	char **command;          /* argv */
	char **paths;            /* globs below the deliverable's folder */
	char *schema;            /* file below the contracts' folder */
	char *method, *path;     /* of an HTTP check */
	int64_t status;          /* that it must answer */
	int64_t timeout_s;
};
RECORD_LIST_OF(check);
extern const struct record_type check_record;

struct criterion {
	char *text;
	struct check_list checks;     /* none, or the ones that all must pass */
	char **covers;                /* statements of the requirement */
	char **elements;              /* the contract elements that carry them: "GET /tasks", "Task.due_date" */
};
RECORD_LIST_OF(criterion);
extern const struct record_type criterion_record;

struct deliverable {
	char *name, *description;
	char **artifacts;             /* globs below the persona's folder */
	struct criterion_list acceptance_criteria;
};
RECORD_LIST_OF(deliverable);
extern const struct record_type deliverable_record;

struct interface_spec {
	char *type;                   /* "openapi"; NULL where the contract has no interface */
	char *version;                /* of that format: "3.1.0" */
	char *spec_file;              /* below the output folder */
};
extern const struct record_type interface_spec_record;

struct contract {
	char *id, *name, *version;
	enum contract_type contract_type;
	enum contract_status status;
	struct deliverable_list deliverables;
	char **dependencies;          /* ids of other contracts */
	char *provider_persona_id;
	char **consumer_persona_ids;
	struct interface_spec interface_spec;
	bool mock_available;
	char *mock_endpoint;
	double estimated_effort_hours;
	struct doc *extra;            /* members of a foreign file that we do not know */
};
RECORD_LIST_OF(contract);
extern const struct record_type contract_record;

#endif
