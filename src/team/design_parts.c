#include "team/design_parts.h"

enum { STATUS_UNAUTHORIZED = 401, STATUS_FORBIDDEN = 403, PAGE_DEFAULT = 20, PAGE_MAX = 100, OFFSET_MAX = 1000000000, SEARCH_MAX = 200 };

/* Responses with a problem document (RFC 9457). */
static const struct problem {
	int status;
	const char *name, *description;
} problems[] = {
	{ 400, "BadRequest", "The request is malformed, or a parameter is out of bounds." },
	{ STATUS_UNAUTHORIZED, "Unauthorized", "A valid access token is missing." },
	{ STATUS_FORBIDDEN, "Forbidden", "The access token does not allow this." },
	{ 404, "NotFound", "There is no such resource." },
	{ 409, "Conflict", "The state of the resource does not allow this." },
	{ 422, "Unprocessable", "The content does not meet the schema, or refers to what does not exist." },
};

struct fixed_field {
	const char *name, *type, *format;
	bool required;
};
static const struct fixed_field problem_fields[] = {
	{ .name = "type", .type = "string", .format = "uri-reference", .required = true },
	{ .name = "title", .type = "string", .required = true },
	{ .name = "status", .type = "integer", .required = true },
	{ .name = "detail", .type = "string" },
	{ .name = "instance", .type = "string", .format = "uri-reference" },
	{ .name = "errors", .type = "array" },
};
static const struct fixed_field credential_fields[] = {
	{ .name = "email", .type = "string", .format = "email", .required = true },
	{ .name = "password", .type = "string", .format = "password", .required = true },
};
static const struct fixed_field token_fields[] = {
	{ .name = "token", .type = "string", .required = true },
	{ .name = "expires_at", .type = "string", .format = "date-time", .required = true },
};

/* Schemas that are alike in all documents; `words` stand in their descriptions. */
static const struct fixed_schema {
	const char *name, *words, *description;
	const struct fixed_field *fields;
	size_t count;
	bool closed, session;
} fixed_schemas[] = {
	{ "Problem", "problem", "What went wrong (RFC 9457); errors name the places in the request.", problem_fields, G_N_ELEMENTS(problem_fields), false, false },
	{ "AccessCredentials", "account", "What proves who asks for an access token.", credential_fields, G_N_ELEMENTS(credential_fields), true, true },
	{ "AccessToken", "access token", "Sent as bearer token with each request.", token_fields, G_N_ELEMENTS(token_fields), false, true },
};

static void
write_fixed(struct writer *writer, const struct fixed_schema *schema)
{
	const struct shape shape = { .words = (char *)schema->words };
	writer_key(writer, schema->name);
	writer_begin_object(writer);
	writer_member_text(writer, "type", "object");
	writer_member_text(writer, "description", schema->description);
	writer_key(writer, "required");
	writer_begin_array(writer);
	for (size_t i = 0; i < schema->count; i++)
		if (schema->fields[i].required)
			writer_text(writer, schema->fields[i].name);
	writer_end(writer);
	writer_key(writer, "properties");
	writer_begin_object(writer);
	for (size_t i = 0; i < schema->count; i++) {
		const struct fixed_field *fixed = &schema->fields[i];
		const struct entity_field field = {
			.name = (char *)fixed->name, .type = (char *)fixed->type, .format = (char *)fixed->format, .required = fixed->required,
		};
		writer_key(writer, fixed->name);
		schema_write_field(writer, &shape, &field);
	}
	writer_end(writer);
	if (schema->closed)
		writer_member_bool(writer, "additionalProperties", false);
	writer_end(writer);
}

static const char *
session_path(const struct design *design)
{
	for (size_t i = 0; i < design->count; i++)
		if (g_str_equal(design->shapes[i].path, "sessions"))
			return "access-tokens";
	return "sessions";
}

void
design_write_content(struct writer *writer, const char *media, const char *schema, const char *suffix)
{
	writer_key(writer, media);
	writer_begin_object(writer);
	schema_write_ref(writer, "schema", "schemas", schema, suffix);
	writer_end(writer);
}

static void
write_problem_refs(struct writer *writer, const int *statuses, size_t count, bool guarded)
{
	for (unsigned p = 0; p < G_N_ELEMENTS(problems); p++) {
		int status = problems[p].status;
		bool wanted = guarded && (status == STATUS_UNAUTHORIZED || status == STATUS_FORBIDDEN);
		for (size_t i = 0; i < count; i++)
			wanted |= statuses[i] == status;
		char key[8];
		g_snprintf(key, sizeof key, "%d", status);
		if (wanted)
			schema_write_ref(writer, key, "responses", problems[p].name, "");
	}
}

void
design_write_problems(struct design *design, const int *statuses, size_t count)
{
	write_problem_refs(&design->writer, statuses, count, design->wishes.authentication);
}

void
design_write_security(struct design *design)
{
	struct writer *writer = &design->writer;
	writer_key(writer, "security");
	writer_begin_array(writer);
	if (design->wishes.authentication) {
		writer_begin_object(writer);
		writer_key(writer, "bearer");
		writer_begin_array(writer);
		writer_end(writer);
		writer_end(writer);
	}
	writer_end(writer);
}

void
design_write_session_tag(struct design *design)
{
	writer_begin_object(&design->writer);
	writer_member_text(&design->writer, "name", "Access");
	writer_member_text(&design->writer, "description", "Access tokens.");
	writer_end(&design->writer);
}

void
design_write_session_path(struct design *design)
{
	static const int statuses[] = { 400, STATUS_UNAUTHORIZED, 422 };
	struct writer *writer = &design->writer;
	g_autofree char *path = g_strconcat("/", session_path(design), NULL);
	writer_key(writer, path);
	writer_begin_object(writer);
	writer_key(writer, "post");
	writer_begin_object(writer);
	writer_key(writer, "tags");
	writer_begin_array(writer);
	writer_text(writer, "Access");
	writer_end(writer);
	writer_member_text(writer, "operationId", "createAccessToken");
	writer_member_text(writer, "summary", "Log in");
	writer_member_text(writer, "description", "Gives an access token for the credentials of an account.");
	writer_key(writer, "security");
	writer_begin_array(writer);
	writer_end(writer);
	writer_key(writer, "requestBody");
	writer_begin_object(writer);
	writer_member_bool(writer, "required", true);
	writer_key(writer, "content");
	writer_begin_object(writer);
	design_write_content(writer, "application/json", "AccessCredentials", "");
	writer_end(writer);
	writer_end(writer);
	writer_key(writer, "responses");
	writer_begin_object(writer);
	writer_key(writer, "201");
	writer_begin_object(writer);
	writer_member_text(writer, "description", "The access token.");
	writer_key(writer, "content");
	writer_begin_object(writer);
	design_write_content(writer, "application/json", "AccessToken", "");
	writer_end(writer);
	writer_end(writer);
	write_problem_refs(writer, statuses, G_N_ELEMENTS(statuses), false);
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
}

static void
write_page_parameter(struct writer *writer, const char *key, const char *name, const char *description, int64_t least, int64_t most, int64_t preset)
{
	writer_key(writer, key);
	writer_begin_object(writer);
	writer_member_text(writer, "name", name);
	writer_member_text(writer, "in", "query");
	writer_member_text(writer, "description", description);
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "integer");
	writer_member_int(writer, "minimum", least);
	writer_member_int(writer, "maximum", most);
	writer_member_int(writer, "default", preset);
	writer_end(writer);
	writer_end(writer);
}

static void
write_search_parameter(struct writer *writer)
{
	writer_key(writer, "Search");
	writer_begin_object(writer);
	writer_member_text(writer, "name", "q");
	writer_member_text(writer, "in", "query");
	writer_member_text(writer, "description", "Only those in whose texts this occurs.");
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "string");
	writer_member_int(writer, "minLength", 1);
	writer_member_int(writer, "maxLength", SEARCH_MAX);
	writer_end(writer);
	writer_end(writer);
}

static void
write_parameters(struct design *design)
{
	struct writer *writer = &design->writer;
	writer_key(writer, "parameters");
	writer_begin_object(writer);
	write_page_parameter(writer, "Limit", "limit", "How many to return at most.", 1, PAGE_MAX, PAGE_DEFAULT);
	write_page_parameter(writer, "Offset", "offset", "How many to skip.", 0, OFFSET_MAX, 0);
	if (design->wishes.search)
		write_search_parameter(writer);
	writer_end(writer);
}

static void
write_responses(struct design *design)
{
	struct writer *writer = &design->writer;
	writer_key(writer, "responses");
	writer_begin_object(writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(problems); i++) {
		bool guard = problems[i].status == STATUS_UNAUTHORIZED || problems[i].status == STATUS_FORBIDDEN;
		if (guard && !design->wishes.authentication)
			continue;
		writer_key(writer, problems[i].name);
		writer_begin_object(writer);
		writer_member_text(writer, "description", problems[i].description);
		writer_key(writer, "content");
		writer_begin_object(writer);
		design_write_content(writer, "application/problem+json", "Problem", "");
		writer_end(writer);
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_headers(struct writer *writer)
{
	writer_key(writer, "headers");
	writer_begin_object(writer);
	writer_key(writer, "Location");
	writer_begin_object(writer);
	writer_member_text(writer, "description", "Where the new resource is.");
	writer_member_bool(writer, "required", true);
	writer_key(writer, "schema");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "string");
	writer_member_text(writer, "format", "uri-reference");
	writer_member_int(writer, "maxLength", 2048);
	writer_end(writer);
	writer_end(writer);
	writer_end(writer);
}

static void
write_security_schemes(struct writer *writer)
{
	writer_key(writer, "securitySchemes");
	writer_begin_object(writer);
	writer_key(writer, "bearer");
	writer_begin_object(writer);
	writer_member_text(writer, "type", "http");
	writer_member_text(writer, "scheme", "bearer");
	writer_member_text(writer, "description", "An access token in the Authorization header (RFC 6750).");
	writer_end(writer);
	writer_end(writer);
}

void
design_write_components(struct design *design)
{
	struct writer *writer = &design->writer;
	writer_key(writer, "components");
	writer_begin_object(writer);
	writer_key(writer, "schemas");
	writer_begin_object(writer);
	for (size_t i = 0; i < design->count; i++)
		schema_write_all(design, &design->shapes[i]);
	for (unsigned i = 0; i < G_N_ELEMENTS(fixed_schemas); i++)
		if (!fixed_schemas[i].session || design->wishes.authentication)
			write_fixed(writer, &fixed_schemas[i]);
	writer_end(writer);
	write_parameters(design);
	write_responses(design);
	write_headers(writer);
	if (design->wishes.authentication)
		write_security_schemes(writer);
	writer_end(writer);
}
