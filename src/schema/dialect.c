#include "schema/dialect.h"

#include <string.h>

#define JSON_SCHEMA "https://json-schema.org/draft/"
#define OPENAPI "https://spec.openapis.org/oas/"

static const struct {
	const char *uri;
	struct dialect dialect;
} dialects[] = {
	{ JSON_SCHEMA "2020-12/schema", { "draft 2020-12", D20, V_ALL & ~V_OPENAPI, false } },
	{ "http://json-schema.org/draft-07/schema", { "draft 7", D7, V_ALL, false } },
	{ "http://json-schema.org/draft-04/schema", { "draft 4", D4, V_ALL, false } },
	{ OPENAPI "3.0/dialect", { "OpenAPI 3.0", O30, V_ALL, false } },
	{ OPENAPI "3.1/dialect/base", { "OpenAPI 3.1", O31, V_ALL, false } },
	{ JSON_SCHEMA "2019-09/schema", { "draft 2019-09", D19, V_ALL & ~V_OPENAPI, false } },
	{ "http://json-schema.org/draft-06/schema", { "draft 6", D6, V_ALL, false } },
};

static const struct {
	const char *uri;
	unsigned bits;
} vocabularies[] = {
	{ JSON_SCHEMA "2020-12/vocab/core", V_CORE },
	{ JSON_SCHEMA "2020-12/vocab/applicator", V_APPLICATOR },
	{ JSON_SCHEMA "2020-12/vocab/unevaluated", V_UNEVALUATED },
	{ JSON_SCHEMA "2020-12/vocab/validation", V_VALIDATION },
	{ JSON_SCHEMA "2020-12/vocab/meta-data", V_META },
	{ JSON_SCHEMA "2020-12/vocab/format-annotation", V_FORMAT },
	{ JSON_SCHEMA "2020-12/vocab/format-assertion", V_FORMAT_ASSERTION },
	{ JSON_SCHEMA "2020-12/vocab/content", V_CONTENT },
	{ JSON_SCHEMA "2019-09/vocab/core", V_CORE },
	{ JSON_SCHEMA "2019-09/vocab/applicator", V_APPLICATOR | V_UNEVALUATED },
	{ JSON_SCHEMA "2019-09/vocab/validation", V_VALIDATION },
	{ JSON_SCHEMA "2019-09/vocab/meta-data", V_META },
	{ JSON_SCHEMA "2019-09/vocab/format", V_FORMAT },
	{ JSON_SCHEMA "2019-09/vocab/content", V_CONTENT },
	{ OPENAPI "3.1/vocab/base", V_OPENAPI },
};

static const struct {
	const char *uri, *file;
} metaschemas[] = {
	{ JSON_SCHEMA "2020-12/schema", "schemas/draft-2020-12.json" },
	{ JSON_SCHEMA "2020-12/meta/core", "schemas/draft-2020-12-core.json" },
	{ JSON_SCHEMA "2020-12/meta/applicator", "schemas/draft-2020-12-applicator.json" },
	{ JSON_SCHEMA "2020-12/meta/unevaluated", "schemas/draft-2020-12-unevaluated.json" },
	{ JSON_SCHEMA "2020-12/meta/validation", "schemas/draft-2020-12-validation.json" },
	{ JSON_SCHEMA "2020-12/meta/meta-data", "schemas/draft-2020-12-meta-data.json" },
	{ JSON_SCHEMA "2020-12/meta/format-annotation", "schemas/draft-2020-12-format-annotation.json" },
	{ JSON_SCHEMA "2020-12/meta/format-assertion", "schemas/draft-2020-12-format-assertion.json" },
	{ JSON_SCHEMA "2020-12/meta/content", "schemas/draft-2020-12-content.json" },
	{ "http://json-schema.org/draft-07/schema", "schemas/draft-07.json" },
	{ "http://json-schema.org/draft-04/schema", "schemas/draft-04.json" },
	{ OPENAPI "3.1/dialect/base", "schemas/openapi-3.1-dialect.json" },
	{ OPENAPI "3.1/meta/base", "schemas/openapi-3.1-base.json" },
};

const struct dialect *
dialect_get(enum schema_dialect dialect)
{
	return &dialects[dialect].dialect;
}

/* People write http for https, the other way round, and an empty fragment. */
static bool
same_uri(const char *known, const char *uri)
{
	const char *left = strstr(known, "://"), *right = strstr(uri, "://");
	if (!right || (!g_str_has_prefix(uri, "http:") && !g_str_has_prefix(uri, "https:")))
		return false;
	size_t length = strlen(left);
	return strncmp(left, right, length) == 0 && (!right[length] || strcmp(right + length, "#") == 0);
}

const struct dialect *
dialect_by_uri(const char *uri)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(dialects); i++)
		if (same_uri(dialects[i].uri, uri))
			return &dialects[i].dialect;
	return NULL;
}

unsigned
dialect_vocabulary(const char *uri)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(vocabularies); i++)
		if (strcmp(vocabularies[i].uri, uri) == 0)
			return vocabularies[i].bits;
	return 0;
}

const char *
dialect_metaschema(const char *uri)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(metaschemas); i++)
		if (strcmp(metaschemas[i].uri, uri) == 0)
			return metaschemas[i].file;
	return NULL;
}
