#include "team/analysis.h"

const char *const requirement_type_names[] = {
#define XX(code, name) name,
	REQUIREMENT_TYPES(XX)
#undef XX
	NULL
};
const char *const complexity_names[] = { "simple", "moderate", "complex", "very_complex", NULL };
const char *const parallelizability_names[] = { "fully_sequential", "mostly_sequential", "partially_parallel", "fully_parallel", NULL };
const char *const statement_kind_names[] = { "capability", "entity", "product", "technology", "integration", "language", "non_functional",
	                                     NULL };
const char *const relation_kind_names[] = { "belongs_to", "has_many", "many_to_many", NULL };

static const struct record_field statement_fields[] = {
	RECORD_FIELD(statement, id, RECORD_REQUIRED, "number of the demand: S1, S2, …"),
	RECORD_FIELD(statement, text, RECORD_REQUIRED, "the demand in the words of the requirement"),
	RECORD_FIELD(statement, offset, RECORD_OURS, "where it begins in the requirement, in bytes"),
	RECORD_FIELD(statement, length, RECORD_OURS, "its length in bytes"),
	RECORD_ENUM(statement, kind, 0, statement_kind_names, "what kind of demand it is"),
	RECORD_FIELD(statement, subject, 0, "the technology, integration, language or entity that it names"),
};
RECORD_TYPE(statement, RECORD_DROP, "one demand of a requirement");

static const struct record_field entity_field_fields[] = {
	RECORD_FIELD(entity_field, name, RECORD_REQUIRED, "lower snake case"),
	RECORD_FIELD(entity_field, type, RECORD_REQUIRED, "JSON type", .preset = "string"),
	RECORD_FIELD(entity_field, format, 0, "JSON Schema format"),
	RECORD_FIELD(entity_field, choices, 0, "the values of an enumeration"),
	RECORD_FIELD(entity_field, required, 0, "has to be given when one is created"),
	RECORD_FIELD(entity_field, statement, 0, "the statement that demands it"),
};
RECORD_TYPE(entity_field, RECORD_DROP, "a field of an entity");

static const struct record_field entity_relation_fields[] = {
	RECORD_ENUM(entity_relation, kind, 0, relation_kind_names, "how they relate"),
	RECORD_FIELD(entity_relation, target, RECORD_REQUIRED, "the other entity"),
	RECORD_FIELD(entity_relation, statement, 0, "the statement that demands it"),
};
RECORD_TYPE(entity_relation, RECORD_DROP, "a relation of an entity");

static const struct record_field entity_fields[] = {
	RECORD_FIELD(entity, name, RECORD_REQUIRED, "singular, lower snake case"),
	RECORD_FIELD(entity, plural, 0, "plural, lower snake case"),
	RECORD_LIST(entity, fields, entity_field, 0, "what is known of it"),
	RECORD_LIST(entity, relations, entity_relation, 0, "how it relates to others"),
	RECORD_FIELD(entity, statements, 0, "statements that speak of it"),
};
RECORD_TYPE(entity, RECORD_DROP, "a thing that the work keeps", .scalar = "name");

static const struct record_field analysis_fields[] = {
	RECORD_ENUM(analysis, requirement_type, RECORD_REQUIRED, requirement_type_names, "what has to be delivered"),
	RECORD_ENUM(analysis, complexity, RECORD_REQUIRED, complexity_names, "effort for one competent developer"),
	RECORD_ENUM(analysis, parallelizability, RECORD_REQUIRED, parallelizability_names, "share of the work that several can do at once"),
	RECORD_FIELD(analysis, required_expertise, 0, "who must do or review a part"),
	RECORD_FIELD(analysis, estimated_effort_hours, 0, "estimated human effort"),
	RECORD_FIELD(analysis, dependencies, 0, "what has to exist outside of the work"),
	RECORD_FIELD(analysis, risks, 0, "what may go wrong"),
	RECORD_FIELD(analysis, rationale, 0, "why it was classified so"),
	RECORD_FIELD(analysis, confidence_score, 0, "probability that requirement_type is right"),
	RECORD_LIST(analysis, statements, statement, 0, "the demands, one by one"),
	RECORD_FIELD(analysis, background, 0, "passages of the requirement that demand nothing, word for word"),
	RECORD_FIELD(analysis, components, 0, "parts worth a contract of their own"),
	RECORD_LIST(analysis, entities, entity, 0, "the things that the work keeps"),
	RECORD_FIELD(analysis, analyst, RECORD_OURS, "who analysed: offline, or a model"),
	RECORD_FIELD(analysis, replayed, RECORD_OURS, "its answer comes from a recording: nothing was called"),
};
RECORD_TYPE(analysis, RECORD_DROP, "the analysis of a requirement");
