/* OpenAPI documents: read, resolved and indexed once; nothing of the document is copied. Versions
 * 3.0, 3.1 and 3.2. What is not interpreted (x-…) stays readable in the nodes. */
#ifndef CONTRACT_OPENAPI_H
#define CONTRACT_OPENAPI_H

#include "schema/schema.h"

/* QUERYSTRING is the whole query (3.2). */
enum openapi_location { OPENAPI_PATH, OPENAPI_QUERY, OPENAPI_HEADER, OPENAPI_COOKIE, OPENAPI_QUERYSTRING };

struct openapi_parameter {
	const char *name;
	enum openapi_location location;
	bool required, explode, deprecated;
	bool reserved;                       /* allowReserved: reserved characters stay as they are */
	const char *style;                   /* form, simple, label, matrix, deepObject, … */
	const struct value *node;            /* the parameter object, resolved */
	const struct value *value_schema;    /* its schema, or that of its content; NULL for none */
	const char *content;                 /* media type, where it has content instead of a schema */
};

/* What a response leads to: values of this exchange become those of another operation's request. */
struct openapi_link {
	const char *name;
	const struct value *node;
	const struct openapi_operation *operation;   /* NULL where the document has none such */
	const struct value *parameters, *body;       /* with runtime expressions (expression.h); NULL for none */
};

struct openapi_response {
	const char *status;                  /* "200", "4XX", "default" */
	const struct value *node;
	const struct openapi_link *links;
	size_t link_count;
};

/* Requests that the provider sends, to where an expression of the exchange says. */
struct openapi_callback {
	const char *name;
	const char *expression;              /* "{$request.body#/callbackUrl}/done" */
	const struct openapi_operation *operations;  /* their path is the expression; what they call back stays in the nodes */
	size_t operation_count;
};

struct openapi_operation {
	const char *method;                  /* upper case */
	const char *path;                    /* the template: "/tasks/{task_id}" */
	const char *id;                      /* operationId; where there is none, "GET /tasks" */
	const char *summary;                 /* "" where there is none */
	bool deprecated;
	const struct value *node, *path_node;
	const struct openapi_parameter *parameters;   /* the path's and its own, overridden ones left out */
	size_t parameter_count;
	const struct value *body;            /* request body object, resolved; NULL for none */
	bool body_required;
	const struct openapi_response *responses;
	size_t response_count;
	const struct value *security, *servers;      /* the arrays that count here; NULL for none */
	const struct openapi_callback *callbacks;
	size_t callback_count;
	const char *const *path_names;       /* of the template's parameters, in their order */
	size_t path_name_count;
};

struct openapi;
typedef struct openapi Openapi;

/* Keeps a reference to `doc`. NULL with ERR_INVALID naming file, line and column where it is no
 * OpenAPI 3 document or holds a broken reference. What merely cannot be served is a remark. */
struct openapi *openapi_create(struct doc *doc, GError **error);
/* Reads the files that it refers to as well, relative ones only; nothing is fetched. ERR_INPUT where
 * one of them cannot be read. */
struct openapi *openapi_read_file(const char *path, GError **error);
void openapi_destroy(struct openapi *openapi);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Openapi, openapi_destroy)

struct doc *openapi_doc(const struct openapi *openapi);
const char *openapi_title(const struct openapi *openapi);
const char *openapi_version(const struct openapi *openapi);   /* of the document: info.version */
/* The path of the first server URL, without its trailing slash: "" or "/v1". */
const char *openapi_base_path(const struct openapi *openapi);
const struct openapi_operation *openapi_operations(const struct openapi *openapi, size_t *ret_count);
/* Requests that the provider sends by itself; their path is the name of the webhook. */
const struct openapi_operation *openapi_webhooks(const struct openapi *openapi, size_t *ret_count);
/* The operation with an operationId; NULL where there is none. */
const struct openapi_operation *openapi_operation(const struct openapi *openapi, const char *id);
/* The URL of a server object with its variables at their defaults; newly allocated. */
char *openapi_server_url(const struct value *server);
/* What the document says and cannot be served, each with its place: a path that no request can
 * have, a template that another one hides, … NULL-terminated; grows when a schema turns out to be
 * none. */
const char *const *openapi_remarks(const struct openapi *openapi);
/* "name:line:column" and "#/components/schemas/Pet" of a node; newly allocated. */
char *openapi_where(const struct openapi *openapi, const struct value *node);
char *openapi_pointer(const struct openapi *openapi, const struct value *node);

/* The node behind a $ref (any number of steps), or the node itself; NULL where it leads nowhere. */
const struct value *openapi_resolve(const struct openapi *openapi, const struct value *node);
/* application/json, text/json or …+json, with any parameters. */
bool openapi_is_json(const char *media);
/* The compiled schema at a node of the document; compiled on first use, owned by the model. NULL
 * with an error where it is no schema. Not for several threads at once. */
const struct schema *openapi_schema(struct openapi *openapi, const struct value *node, GError **error);
/* The response that an operation declares for a status: exact, then "2XX", then default; NULL. */
const struct openapi_response *openapi_response_for(const struct openapi_operation *operation, int status);
/* The media type object of a body or response for a media type: as it stands there, without its
 * parameters, then the ranges type/\* and *\/\*; with `media` NULL the first JSON one, else the
 * first. NULL for none. */
const struct value *openapi_content(const struct openapi *openapi, const struct value *node, const char *media, const char **ret_media);

/* The operation that serves a request, with the path parameters as they stand in the target. Literal
 * segments go before templated ones; what stands behind the path of a server counts, then the whole
 * path. HEAD is served by GET. False with *ret_allow (newly allocated, "GET, POST") where only the
 * method does not fit, with *ret_allow NULL where no path does. */
enum { OPENAPI_PATH_PARAMETERS = 16 };
struct openapi_match {
	const struct openapi_operation *operation;
	char *values[OPENAPI_PATH_PARAMETERS];   /* still escaped, in the order of the template */
	size_t count;
};
bool openapi_match(const struct openapi *openapi, const char *method, const char *path, struct openapi_match *ret, char **ret_allow);
void openapi_match_clear(struct openapi_match *match);

#endif
