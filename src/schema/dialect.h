/* Dialects: which keywords count, and what $schema says about it. */
#ifndef SCHEMA_DIALECT_H
#define SCHEMA_DIALECT_H

#include "schema/keyword.h"
#include "schema/schema.h"

struct dialect {
	const char *name;        /* for messages: "draft 7" */
	unsigned bit;            /* D4 … O31 */
	unsigned vocabularies;
	bool assert_formats;
};

const struct dialect *dialect_get(enum schema_dialect dialect);
/* By the URI of a published metaschema, NULL for any other. */
const struct dialect *dialect_by_uri(const char *uri);
/* The bit of a vocabulary by its URI; 0 for one that nobody knows. */
unsigned dialect_vocabulary(const char *uri);
/* The catalogue's file with the metaschema of that URI (no fragment), NULL if it has none. */
const char *dialect_metaschema(const char *uri);

static inline bool
dialect_knows(const struct dialect *dialect, const struct keyword *keyword)
{
	return keyword->dialects & dialect->bit && keyword->vocabularies & dialect->vocabularies;
}

#endif
