/* Every keyword of every dialect: one row says where it is known and what its value must be. */
#ifndef SCHEMA_KEYWORD_H
#define SCHEMA_KEYWORD_H

#include "base/doc.h"

/* Dialects as bits. 6 and 2019-09 are met only through $schema. */
enum {
	D4 = 1, D6 = 2, D7 = 4, D19 = 8, D20 = 16, O30 = 32, O31 = 64,
	IN_ALL = D4 | D6 | D7 | D19 | D20 | O30 | O31,
	IN_MODERN = D19 | D20 | O31,                     /* $ref with siblings, vocabularies */
	IN_JSON = IN_ALL & ~O30,
	FROM_6 = IN_JSON & ~D4,
	FROM_7 = FROM_6 & ~D6,
	TO_19 = D4 | D6 | D7 | D19,
};

/* Vocabularies of 2019-09, 2020-12 and OpenAPI 3.1 as bits; older dialects have them all. */
enum {
	V_CORE = 1, V_APPLICATOR = 2, V_UNEVALUATED = 4, V_VALIDATION = 8, V_META = 16,
	V_FORMAT = 32, V_FORMAT_ASSERTION = 64, V_CONTENT = 128, V_OPENAPI = 256,
	V_ALL = 511 & ~V_FORMAT_ASSERTION,
};

/* What stands under a keyword. The shapes from SHAPE_SCHEMA on hold schemas. */
enum keyword_shape {
	SHAPE_ANY,
	SHAPE_BOOL,
	SHAPE_COUNT,          /* an integer from 0 */
	SHAPE_NUMBER,
	SHAPE_DIVISOR,        /* a number above 0 */
	SHAPE_EXCLUSIVE,      /* a number; in draft 4 and OpenAPI 3.0 a boolean */
	SHAPE_TEXT,
	SHAPE_TEXTS,
	SHAPE_ARRAY,
	SHAPE_OBJECT,
	SHAPE_TYPES,          /* the name of a type, or a list of names */
	SHAPE_TEXTS_MAP,      /* lists of strings by name */
	SHAPE_SCHEMA,
	SHAPE_SCHEMA_OR_BOOL, /* booleans stand here even where they are no schemas */
	SHAPE_SCHEMAS,        /* a list, not empty */
	SHAPE_ITEMS,          /* a schema; up to 2019-09 also a list of schemas */
	SHAPE_SCHEMA_MAP,
	SHAPE_DEPENDENCIES,   /* a map of schemas and of lists of strings */
};

/* id, name, dialects, shape, vocabularies that have it */
#define KEYWORD_MAP(XX)                                                                            \
	XX(SCHEMA, "$schema", IN_JSON, TEXT, V_CORE)                                               \
	XX(ID, "$id", FROM_6, TEXT, V_CORE)                                                        \
	XX(OLD_ID, "id", D4, TEXT, V_CORE)                                                         \
	XX(REF, "$ref", IN_ALL, TEXT, V_CORE)                                                      \
	XX(ANCHOR, "$anchor", IN_MODERN, TEXT, V_CORE)                                             \
	XX(DYNAMIC_REF, "$dynamicRef", D20 | O31, TEXT, V_CORE)                                    \
	XX(DYNAMIC_ANCHOR, "$dynamicAnchor", D20 | O31, TEXT, V_CORE)                              \
	XX(RECURSIVE_REF, "$recursiveRef", D19, TEXT, V_CORE)                                      \
	XX(RECURSIVE_ANCHOR, "$recursiveAnchor", D19, BOOL, V_CORE)                                \
	XX(VOCABULARY, "$vocabulary", IN_MODERN, OBJECT, V_CORE)                                   \
	XX(COMMENT, "$comment", FROM_7, ANY, V_CORE)                                               \
	XX(DEFS, "$defs", IN_MODERN, SCHEMA_MAP, V_CORE)                                           \
	XX(DEFINITIONS, "definitions", IN_JSON, SCHEMA_MAP, V_CORE)                                \
	XX(TYPE, "type", IN_ALL, TYPES, V_VALIDATION)                                              \
	XX(ENUM, "enum", IN_ALL, ARRAY, V_VALIDATION)                                              \
	XX(CONST, "const", FROM_6, ANY, V_VALIDATION)                                              \
	XX(MULTIPLE_OF, "multipleOf", IN_ALL, DIVISOR, V_VALIDATION)                               \
	XX(MAXIMUM, "maximum", IN_ALL, NUMBER, V_VALIDATION)                                       \
	XX(EXCLUSIVE_MAXIMUM, "exclusiveMaximum", IN_ALL, EXCLUSIVE, V_VALIDATION)                 \
	XX(MINIMUM, "minimum", IN_ALL, NUMBER, V_VALIDATION)                                       \
	XX(EXCLUSIVE_MINIMUM, "exclusiveMinimum", IN_ALL, EXCLUSIVE, V_VALIDATION)                 \
	XX(MAX_LENGTH, "maxLength", IN_ALL, COUNT, V_VALIDATION)                                   \
	XX(MIN_LENGTH, "minLength", IN_ALL, COUNT, V_VALIDATION)                                   \
	XX(PATTERN, "pattern", IN_ALL, TEXT, V_VALIDATION)                                         \
	XX(MAX_ITEMS, "maxItems", IN_ALL, COUNT, V_VALIDATION)                                     \
	XX(MIN_ITEMS, "minItems", IN_ALL, COUNT, V_VALIDATION)                                     \
	XX(UNIQUE_ITEMS, "uniqueItems", IN_ALL, BOOL, V_VALIDATION)                                \
	XX(MAX_CONTAINS, "maxContains", IN_MODERN, COUNT, V_VALIDATION)                            \
	XX(MIN_CONTAINS, "minContains", IN_MODERN, COUNT, V_VALIDATION)                            \
	XX(MAX_PROPERTIES, "maxProperties", IN_ALL, COUNT, V_VALIDATION)                           \
	XX(MIN_PROPERTIES, "minProperties", IN_ALL, COUNT, V_VALIDATION)                           \
	XX(REQUIRED, "required", IN_ALL, TEXTS, V_VALIDATION)                                      \
	XX(DEPENDENT_REQUIRED, "dependentRequired", IN_MODERN, TEXTS_MAP, V_VALIDATION)            \
	XX(ALL_OF, "allOf", IN_ALL, SCHEMAS, V_APPLICATOR)                                         \
	XX(ANY_OF, "anyOf", IN_ALL, SCHEMAS, V_APPLICATOR)                                         \
	XX(ONE_OF, "oneOf", IN_ALL, SCHEMAS, V_APPLICATOR)                                         \
	XX(NOT, "not", IN_ALL, SCHEMA, V_APPLICATOR)                                               \
	XX(IF, "if", FROM_7, SCHEMA, V_APPLICATOR)                                                 \
	XX(THEN, "then", FROM_7, SCHEMA, V_APPLICATOR)                                             \
	XX(ELSE, "else", FROM_7, SCHEMA, V_APPLICATOR)                                             \
	XX(DEPENDENT_SCHEMAS, "dependentSchemas", IN_MODERN, SCHEMA_MAP, V_APPLICATOR)             \
	XX(DEPENDENCIES, "dependencies", IN_JSON, DEPENDENCIES, V_APPLICATOR)                      \
	XX(PREFIX_ITEMS, "prefixItems", D20 | O31, SCHEMAS, V_APPLICATOR)                          \
	XX(ITEMS, "items", IN_ALL, ITEMS, V_APPLICATOR)                                            \
	XX(ADDITIONAL_ITEMS, "additionalItems", TO_19, SCHEMA_OR_BOOL, V_APPLICATOR)               \
	XX(CONTAINS, "contains", FROM_6, SCHEMA, V_APPLICATOR)                                     \
	XX(PROPERTIES, "properties", IN_ALL, SCHEMA_MAP, V_APPLICATOR)                             \
	XX(PATTERN_PROPERTIES, "patternProperties", IN_JSON, SCHEMA_MAP, V_APPLICATOR)             \
	XX(ADDITIONAL_PROPERTIES, "additionalProperties", IN_ALL, SCHEMA_OR_BOOL, V_APPLICATOR)    \
	XX(PROPERTY_NAMES, "propertyNames", FROM_6, SCHEMA, V_APPLICATOR)                          \
	XX(UNEVALUATED_ITEMS, "unevaluatedItems", IN_MODERN, SCHEMA, V_UNEVALUATED)                \
	XX(UNEVALUATED_PROPERTIES, "unevaluatedProperties", IN_MODERN, SCHEMA, V_UNEVALUATED)      \
	XX(FORMAT, "format", IN_ALL, TEXT, V_FORMAT | V_FORMAT_ASSERTION)                          \
	XX(CONTENT_ENCODING, "contentEncoding", FROM_7, ANY, V_CONTENT)                            \
	XX(CONTENT_MEDIA_TYPE, "contentMediaType", FROM_7, ANY, V_CONTENT)                         \
	XX(CONTENT_SCHEMA, "contentSchema", IN_MODERN, SCHEMA, V_CONTENT)                          \
	XX(TITLE, "title", IN_ALL, ANY, V_META)                                                    \
	XX(DESCRIPTION, "description", IN_ALL, ANY, V_META)                                        \
	XX(DEFAULT, "default", IN_ALL, ANY, V_META)                                                \
	XX(DEPRECATED, "deprecated", IN_MODERN | O30, ANY, V_META)                                 \
	XX(READ_ONLY, "readOnly", FROM_7 | O30, ANY, V_META)                                       \
	XX(WRITE_ONLY, "writeOnly", FROM_7 | O30, ANY, V_META)                                     \
	XX(EXAMPLES, "examples", FROM_6, ANY, V_META)                                              \
	XX(EXAMPLE, "example", O30 | O31, ANY, V_OPENAPI)                                          \
	XX(DISCRIMINATOR, "discriminator", O30 | O31, ANY, V_OPENAPI)                              \
	XX(XML, "xml", O30 | O31, ANY, V_OPENAPI)                                                  \
	XX(EXTERNAL_DOCS, "externalDocs", O30 | O31, ANY, V_OPENAPI)                               \
	XX(NULLABLE, "nullable", O30, BOOL, V_OPENAPI)

enum keyword_id {
#define XX(id, name, dialects, shape, vocabularies) KEYWORD_##id,
	KEYWORD_MAP(XX)
#undef XX
	KEYWORDS
};

struct keyword {
	const char *name;
	unsigned dialects, vocabularies;
	enum keyword_shape shape;
	enum keyword_id id;
};

/* NULL where no dialect has it. */
const struct keyword *keyword_find(const char *name, uint32_t length);

/* The keyword of a dialect (a bit) that may be meant by what is none; NULL if none is near. */
const struct keyword *keyword_nearest(const char *name, unsigned dialect);

/* NULL if the value has the shape; else what it should be: "a list of strings". `dialect` is one
 * of the bits. Schemas inside are not looked at. */
const char *keyword_misshapen(const struct keyword *keyword, unsigned dialect, const struct value *value);

#endif
