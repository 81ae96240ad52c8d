#include "contract/lint_rules.h"

#define E LINT_ERROR
#define W LINT_WARNING
#define I LINT_INFO

#define DESCRIBED                                                                                                                          \
	"Info.description Operation.description PathItem.description Schema.description Parameter.description Response.description "       \
	"RequestBody.description Tag.description Header.description SecurityScheme.description Example.description Server.description "    \
	"ExternalDocs.description Link.description"

#define WALK(name, level, text, advice) { .id = name, .severity = level, .help = text, .remedy = advice }
#define RULE(name, level, text, advice, places, function, ...)                                                                             \
	{ .id = name, .severity = level, .help = text, .remedy = advice, .on = places, .visit = function, __VA_ARGS__ }

/* The first rows in the order of the constants in lint_model.h. An error is a breach of the specification; a row says what it
 * is in older versions where that differs. */
const struct lint_rule lint_rule_table[] = {
	WALK("document-unreadable", E, "the document is JSON or YAML, and OpenAPI 3.0 to 3.2", "correct the file there"),
	WALK("struct-missing", E, "what an object needs is there", "add it"),
	WALK("struct-type", E, "a member has the type that belongs to it", "write a value of that type"),
	WALK("struct-unknown", E, "an object has known members only", "correct the name, or let it begin with x-"),
	WALK("struct-value", E, "a member has one of the values that are defined", "choose one of them"),
	WALK("struct-form", E, "URLs, URIs and e-mail addresses are well formed", "correct it"),
	WALK("struct-exclusive", E, "members that exclude one another do not stand together", "remove one of them"),
	WALK("schema-unknown-keyword", W, "a schema has known keywords only", "correct the name, or let it begin with x-"),
	WALK("ref-unresolved", E, "a reference leads somewhere", "correct the reference or add what it names"),
	WALK("ref-target", E, "a reference leads to an object of the kind that is wanted there", "refer to another object"),
	WALK("ref-siblings", W, "nothing stands beside a $ref that does not count", "remove it, or put the $ref into an allOf"),
	WALK("ref-remote", W, "references stay within files", "put a copy beside the document and refer to that"),
	WALK("findings-limit", E, "a document can be judged as a whole", "correct what was found first"),

	RULE("path-form", E, "a path is a well-formed template", "write parameters as {name}", "Paths", lint_path_form),
	RULE("path-name-twice", E, "a parameter stands once in a path", "give it another name", "Paths", lint_path_name_twice, .older = W, .strict = 32),
	RULE("path-query", E, "a path has no query", "describe it as query parameters", "Paths", lint_path_query),
	RULE("path-fragment", E, "a path has no fragment", "remove it: it never reaches a server", "Paths", lint_path_fragment, .older = W, .strict = 32),
	RULE("path-identical", E, "no two paths are the same but for names of parameters", "join them", "Paths", lint_path_identical),
	RULE("path-ambiguous", W, "no request fits two paths of the same rank", "let them differ in a literal part", "Paths", lint_path_ambiguous),
	RULE("path-trailing-slash", W, "a path does not end with /", "remove the slash", "Paths", lint_path_slash),
	RULE("path-parameter-undeclared", E, "every {name} of a path is a declared parameter", "declare it with in: path", "Paths", lint_path_undeclared,
	     .always = true),
	RULE("path-parameter-unknown", E, "every parameter in a path stands in its template", "correct its name or the path", "Paths", lint_path_unknown),

	RULE("operation-id-unique", E, "operationIds are unique", "give each operation an id of its own", "Operation.operationId",
	     lint_operation_id_unique, .always = true),
	RULE("operation-id-safe", W, "an operationId can stand in a URL", "use letters, digits, - and _", "Operation.operationId", lint_operation_id_safe),
	RULE("operation-id", I, "operations have an operationId", "add one: generators name functions by it", "Operation", lint_operation_id),
	RULE("operation-summary", I, "operations have a summary", "add a line that says what it does", "Operation", lint_operation_summary),
	RULE("operation-success", W, "an operation says how it succeeds", "describe a 2XX or 3XX response", "Operation.responses", lint_operation_success),
	RULE("operation-failure", I, "an operation says how it refuses", "describe a 4XX response", "Operation.responses", lint_operation_failure),
	RULE("operation-body", W, "GET, HEAD, DELETE and TRACE have no request body", "use POST, PUT or PATCH, or parameters", "PathItem", lint_operation_body),
	RULE("operation-tag", I, "tags of operations are declared", "add them to the tags of the document", "Operation.tags", lint_operation_tags),
	RULE("operation-security", I, "it is said who may call an operation", "set security on it or on the document", "Operation", lint_operation_security),
	RULE("responses-empty", E, "an operation has a response", "describe one", "Responses", lint_responses_empty),
	RULE("status-unknown", I, "status codes are registered ones", "use one that clients know", "Responses", lint_status_known),
	RULE("media-type-name", W, "names of media types are well formed", "write type/subtype", "Response.content RequestBody.content Parameter.content Header.content",
	     lint_media_name),
	RULE("encoding-unknown", W, "an encoding belongs to a property", "correct its name", "MediaType.encoding", lint_encoding_property),
	RULE("header-ignored", W, "response headers do not describe Content-Type", "remove it: the media type says so", "Response.headers", lint_header_ignored),

	RULE("parameter-unique", E, "a parameter is declared once", "remove one of them", "Operation.parameters PathItem.parameters", lint_parameter_unique),
	RULE("parameter-required", E, "parameters in paths are required", "add required: true", "Parameter", lint_parameter_required),
	RULE("parameter-style", E, "a style is one that the place has", "choose another style", "Parameter.style", lint_parameter_style),
	RULE("parameter-content", E, "a content of a parameter has one media type", "leave one of them", "Parameter.content Header.content", lint_parameter_content),
	RULE("parameter-ignored", W, "no parameter is called Accept, Content-Type or Authorization", "remove it: content and security say so", "Parameter",
	     lint_parameter_ignored),
	RULE("parameter-empty", I, "allowEmptyValue stands at query parameters", "remove it", "Parameter.allowEmptyValue", lint_parameter_empty),
	RULE("parameter-deep", W, "deepObject is for objects", "choose style: form", "Parameter.style", lint_parameter_deep),
	RULE("parameter-querystring", E, "a querystring has content", "use content instead of schema", "Parameter", lint_parameter_querystring, .first = 32),
	RULE("parameter-querystring-mixed", E, "one querystring, and no query parameters beside it", "remove the others", "Operation.parameters PathItem.parameters",
	     lint_parameter_querystring_mixed, .first = 32),

	RULE("servers-missing", I, "the document says where it is served", "add servers", "Document", lint_servers_missing),
	RULE("server-trailing-slash", W, "URLs of servers do not end with /", "remove the slash", "Server.url", lint_server_slash),
	RULE("server-example", I, "servers are real", "name the server", "Server.url", lint_server_example),
	RULE("server-variable-undefined", E, "variables of a server's URL are defined", "add them to variables", "Server.url", lint_server_undefined),
	RULE("server-variable-unused", W, "variables of a server stand in its URL", "remove them", "Server.variables", lint_server_unused),
	RULE("server-variable-enum", E, "an enum of a server variable is not empty", "remove it or add values", "ServerVariable.enum", lint_server_enum,
	     .older = W),
	RULE("server-variable-default", E, "a default of a server variable is in its enum", "add it there", "ServerVariable.enum", lint_server_default,
	     .older = W),
	RULE("security-undefined", E, "security requirements name defined schemes", "define it in components.securitySchemes", "SecurityRequirement",
	     lint_security_undefined, .always = true),
	RULE("security-scopes", E, "only OAuth2 and OpenID Connect have scopes", "leave the list empty", "SecurityRequirement", lint_security_scopes, .last = 30),
	RULE("security-scope-undefined", W, "scopes are those of the scheme's flows", "add it to the flows", "SecurityRequirement", lint_security_scope_undefined),
	RULE("security-unused", I, "defined security schemes are used", "remove it", "end", lint_security_unused),

	RULE("schema-items", E, "arrays have items", "say what the items are", "Schema.type", lint_schema_items, .last = 30),
	RULE("schema-nullable", W, "nullable stands beside a type", "add the type", "Schema.nullable", lint_schema_nullable, .last = 30),
	RULE("schema-nullable-enum", W, "an enum of a nullable schema has null", "add null to the enum", "Schema.nullable", lint_schema_nullable_enum, .last = 30),
	RULE("schema-range", W, "a lower bound is not above the upper one", "correct one of them", "Schema", lint_schema_range),
	RULE("schema-pattern", W, "patterns are regular expressions", "correct it", "Schema.pattern Schema.patternProperties", lint_schema_pattern),
	RULE("schema-enum-type", W, "values of an enum are of the schema's type", "correct type or value", "Schema.enum", lint_schema_enum_type),
	RULE("schema-enum-unique", W, "values of an enum are unique", "remove one", "Schema.enum", lint_schema_enum_unique),
	RULE("schema-required-unique", E, "names in required are unique", "remove one", "Schema.required", lint_schema_required_unique),
	RULE("schema-required-empty", W, "required is not empty", "remove it", "Schema.required", lint_schema_required_empty, .last = 30),
	RULE("schema-required-undefined", W, "required properties are described", "correct the name or describe it", "Schema.required",
	     lint_schema_required_undefined),
	RULE("schema-read-write", E, "a property is not both readOnly and writeOnly", "remove one of them", "Schema.readOnly", lint_schema_read_write, .last = 30),
	RULE("schema-type-keywords", W, "keywords belong to the type", "correct the type or remove the keyword", "Schema.type", lint_schema_keywords),
	RULE("schema-format", I, "formats are known, and fit the type", "use a registered format", "Schema.format", lint_schema_format),
	RULE("schema-composition", W, "alternatives of oneOf and anyOf differ", "remove one", "Schema.oneOf Schema.anyOf", lint_schema_composition),
	RULE("schema-one-alternative", I, "oneOf and anyOf have alternatives", "use the schema itself", "Schema.oneOf Schema.anyOf",
	     lint_schema_one_alternative),
	RULE("schema-exclusive-bound", W, "minimum and exclusiveMinimum do not stand together", "leave the one that is meant", "Schema", lint_schema_exclusive,
	     .first = 31),
	RULE("schema-default-type", W, "a default is of the schema's type", "correct it", "Schema.default", lint_default_type, .older = E),
	RULE("schema-default", W, "a default fits its schema", "correct it", "Schema.default", lint_default),
	RULE("discriminator-mapping", E, "a discriminator maps to schemas that exist", "correct the reference", "Schema.discriminator", lint_discriminator_mapping,
	     .always = true),
	RULE("discriminator-required", W, "the property of a discriminator is required", "add it to required", "Schema.discriminator", lint_discriminator_required),
	RULE("example-invalid", W, "examples fit their schema", "correct the example or the schema",
	     "Schema.example Schema.examples", lint_example_schema),
	RULE("example-content-invalid", W, "examples of contents and parameters fit their schema", "correct the example or the schema",
	     "MediaType.example MediaType.examples Parameter.example Parameter.examples Header.example Header.examples", lint_example_content),

	RULE("component-name", E, "names of components are made of letters, digits, . - and _", "rename it", "Components", lint_component_name),
	RULE("component-unused", W, "components are used", "remove it", "end", lint_component_unused),
	RULE("tag-unique", E, "tags are declared once", "remove one of them", "Document.tags", lint_tag_unique, .always = true),
	RULE("tag-description", I, "tags have a description", "add one", "Tag", lint_tag_description),
	RULE("tag-parent", E, "the parent of a tag is declared, and no tag is its own ancestor", "correct it", "Document.tags", lint_tag_parent, .first = 32),
	RULE("info-license", I, "the licence is named", "add info.license", "Info", lint_info_license),
	RULE("info-contact", I, "somebody can be asked", "add info.contact", "Info", lint_info_contact),
	RULE("info-description", I, "the interface is described", "add info.description", "Info", lint_info_description),
	RULE("license-place", I, "a licence has a URL or an identifier", "add one", "License", lint_license_place),
	RULE("text-script", W, "descriptions hold no script", "remove it", DESCRIBED, lint_text_script),

	RULE("link-operation", E, "a link leads to an operation", "correct operationId or operationRef", "Link end", lint_link_operation, .always = true),
	RULE("link-parameter", W, "a link fills parameters that the operation has", "correct the name", "end", lint_link_parameters),
	RULE("expression-form", W, "runtime expressions are well formed", "write $request.body#/id, $response.header.Location, …", "Link.parameters Link.requestBody",
	     lint_link_expression),
	RULE("callback-expression", W, "callbacks are named by well-formed expressions", "write {$request.body#/url}", "Callback", lint_callback_expression),
};
const unsigned lint_rule_count = G_N_ELEMENTS(lint_rule_table);
