/* What a requirement is: its classification, its demands one by one, and the things it speaks of
 * (DESIGN 4.1). The same record comes from the offline analyser and from a model. */
#ifndef TEAM_ANALYSIS_H
#define TEAM_ANALYSIS_H

#include "base/record.h"

#define REQUIREMENT_TYPES(XX)                                                                      \
	XX(FEATURE, "feature_development")                                                         \
	XX(BUG_FIX, "bug_fix")                                                                     \
	XX(PERFORMANCE, "performance_optimization")                                                \
	XX(SECURITY, "security")                                                                   \
	XX(REFACTORING, "refactoring")                                                             \
	XX(MIGRATION, "migration")                                                                 \
	XX(INFRASTRUCTURE, "infrastructure")                                                       \
	XX(DOCUMENTATION, "documentation")                                                         \
	XX(TESTING, "testing")                                                                     \
	XX(RESEARCH, "research")                                                                   \
	XX(INCIDENT, "incident")
enum requirement_type {
#define XX(code, name) REQUIREMENT_##code,
	REQUIREMENT_TYPES(XX)
#undef XX
	REQUIREMENT_TYPE_COUNT
};
extern const char *const requirement_type_names[];

enum complexity { COMPLEXITY_SIMPLE, COMPLEXITY_MODERATE, COMPLEXITY_COMPLEX, COMPLEXITY_VERY_COMPLEX, COMPLEXITY_COUNT };
extern const char *const complexity_names[];

/* Share of the work that several can do at once: < 10 %, 10–50, 50–90, ≥ 90 %. */
enum parallelizability {
	PARALLEL_FULLY_SEQUENTIAL, PARALLEL_MOSTLY_SEQUENTIAL, PARALLEL_PARTIALLY, PARALLEL_FULLY, PARALLEL_COUNT
};
extern const char *const parallelizability_names[];

/* What kind of demand a statement is. */
enum statement_kind {
	STATEMENT_CAPABILITY,      /* what it shall do or let people do */
	STATEMENT_ENTITY,          /* a thing it keeps, with fields and relations */
	STATEMENT_PRODUCT,         /* what is wanted as a whole: "a task management web application" */
	STATEMENT_TECHNOLOGY,      /* Django, PostgreSQL, React */
	STATEMENT_INTEGRATION,     /* Stripe, Slack, LDAP */
	STATEMENT_LANGUAGE,        /* of the user interface */
	STATEMENT_NON_FUNCTIONAL,  /* fast, secure, accessible, 1000 users */
	STATEMENT_KIND_COUNT
};
extern const char *const statement_kind_names[];

/* One demand, with its span in the requirement's text. */
struct statement {
	char *id;                     /* "S1" */
	char *text;
	int64_t offset, length;       /* bytes of the requirement */
	enum statement_kind kind;
	char *subject;                /* the technology, integration, language or entity that it names; NULL */
};
RECORD_LIST_OF(statement);
extern const struct record_type statement_record;

/* A field of an entity. `statement` says where it was demanded; NULL where it is our own addition
 * (an identifier, a time stamp). */
struct entity_field {
	char *name;                   /* lower snake case */
	char *type;                   /* string, integer, number, boolean, array, object */
	char *format;                 /* date, date-time, email, uri, …; NULL */
	char **choices;               /* the values of an enumeration */
	bool required;
	char *statement;
};
RECORD_LIST_OF(entity_field);
extern const struct record_type entity_field_record;

enum relation_kind { RELATION_BELONGS_TO, RELATION_HAS_MANY, RELATION_MANY_TO_MANY };
extern const char *const relation_kind_names[];

struct entity_relation {
	enum relation_kind kind;
	char *target;                 /* name of the other entity */
	char *statement;
};
RECORD_LIST_OF(entity_relation);
extern const struct record_type entity_relation_record;

struct entity {
	char *name, *plural;          /* lower snake case: "task", "tasks" */
	struct entity_field_list fields;
	struct entity_relation_list relations;
	char **statements;            /* ids of the statements that speak of it */
};
RECORD_LIST_OF(entity);
extern const struct record_type entity_record;

struct analysis {
	enum requirement_type requirement_type;
	enum complexity complexity;
	enum parallelizability parallelizability;
	char **required_expertise;
	double estimated_effort_hours;   /* an estimate of human effort, never mixed with agent time */
	char **dependencies;             /* what has to exist outside of the work */
	char **risks;
	char *rationale;
	double confidence_score;         /* 0…1: that requirement_type is right */
	struct statement_list statements;
	char **background;               /* passages that demand nothing, as a model says; none from the offline analyst */
	char **components;
	struct entity_list entities;
	char *analyst;                   /* "offline", or the model that answered */
	bool replayed;                   /* from a recording: nothing was called */
};
extern const struct record_type analysis_record;

#endif
