/* The cases that one operation calls for. */
#include <string.h>

#include "verify/phase.h"

static const char *const location_names[] = { "path", "query", "header", "cookie", "query" };

static void
add(GPtrArray *cases, struct test_case *test)
{
	if (test)
		g_ptr_array_add(cases, test);
}

static struct test_case *
variant(const struct test_case *base, enum case_kind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

static struct test_case *
variant(const struct test_case *base, enum case_kind kind, const char *format, ...)
{
	struct test_case *copy = case_copy(base);
	va_list args;
	va_start(args, format);
	g_free(copy->about);
	copy->about = g_strdup_vprintf(format, args);
	va_end(args);
	copy->kind = kind;
	return copy;
}

/* --- credentials, methods, media types -------------------------------------------------------- */

static bool
wants_credential(const struct openapi_operation *operation)
{
	for (size_t i = 0; i < value_count(operation->security); i++)
		if (!value_count(value_item(operation->security, i)))
			return false;
	return value_count(operation->security) > 0;
}

static void
add_security(struct tester *tester, const struct test_case *base, GPtrArray *cases)
{
	static const char *const forged[] = { NULL, "nonsense" };
	if (!wants_credential(base->operation))
		return;
	add(cases, variant(base, CASE_BARE, "refused: no credential"));
	/* Nobody knows what a made-up credential is worth. */
	for (unsigned i = 0; i < G_N_ELEMENTS(forged) && tester->wire.headers; i++) {
		struct test_case *test = variant(base, CASE_FORGED, "refused: a credential that is none");
		case_say(&test->credential, forged[i]);
		add(cases, test);
	}
}

/* The first operation of a path speaks for it. */
static void
add_methods(struct tester *tester, const struct test_case *base, GPtrArray *cases)
{
	static const char *const methods[] = { "PATCH", "PUT", "POST", "DELETE", "GET" };
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count), *first = NULL;
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < count; i++)
		if (g_str_equal(operations[i].path, base->operation->path)) {
			first = first ? first : &operations[i];
			g_hash_table_add(known, (void *)operations[i].method);
		}
	unsigned added = 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(methods) && first == base->operation && added < 2; i++) {
		if (g_hash_table_contains(known, methods[i]))
			continue;
		struct test_case *test = variant(base, CASE_METHOD, "refused: %s, which the path does not have", methods[i]);
		case_say(&test->method, methods[i]);
		g_clear_pointer(&test->body, doc_unref);
		add(cases, test);
		added++;
	}
}

static void
add_media(struct tester *tester, const struct test_case *base, GPtrArray *cases)
{
	(void)tester;
	if (base->body) {
		struct test_case *test = variant(base, CASE_MEDIA, "refused: a body of an undeclared media type");
		case_say(&test->content_type, "application/x-not-declared");
		add(cases, test);
		test = variant(base, CASE_MEDIA, "refused: a body as plain text");
		case_say(&test->content_type, "text/plain");
		add(cases, test);
	}
	for (size_t i = 0; i < base->operation->response_count; i++) {
		if (!g_str_equal(base->operation->responses[i].status, "406"))
			continue;
		struct test_case *test = variant(base, CASE_ACCEPT, "not acceptable: only an undeclared media type is accepted");
		case_say(&test->accept, "application/x-not-declared");
		add(cases, test);
	}
}

/* --- what is missing, what is not there --------------------------------------------------------- */

static void
add_missing(const struct test_case *base, GPtrArray *cases)
{
	const struct openapi_operation *operation = base->operation;
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		if (!parameter->required || parameter->location == OPENAPI_PATH || !base->values[i])
			continue;
		const char *where = location_names[parameter->location];
		struct test_case *test = variant(base, CASE_INVALID, "refused: %s %s is missing", where, parameter->name);
		test->point = g_strdup_printf("%s %s required", where, parameter->name);
		case_set(test, i, NULL);
		add(cases, test);
	}
	if (!base->body)
		return;
	if (operation->body_required) {
		struct test_case *test = variant(base, CASE_INVALID, "refused: the body is missing");
		case_say(&test->point, "body required");
		case_set_body(test, NULL);
		add(cases, test);
	}
	struct test_case *test = variant(base, CASE_INVALID, "refused: a body that ends too early");
	case_say(&test->point, "body syntax");
	case_say(&test->raw, "{\"a\": [1,");
	add(cases, test);
}

static void
add_absent(struct tester *tester, const struct test_case *base, GPtrArray *cases)
{
	enum resource_role role;
	const struct openapi_operation *operation = base->operation;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	bool item = role == RESOURCE_READ || role == RESOURCE_DELETE || role == RESOURCE_PATCH;
	/* Nothing lies below what is not there, as far as the document says so. */
	bool below = (role == RESOURCE_LIST || role == RESOURCE_CREATE) && resource->parent && openapi_response_for(operation, 404);
	if (!base->known || !operation->path_name_count || (!item && !below))
		return;
	g_auto(GStrv) ids = campaign_known_ids(tester, operation);
	add(cases, campaign_absent(tester, operation, ids, below ? "below an unknown parent" : "an unknown id"));
}

void
cases_around(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases)
{
	g_autoptr(TestCase) base = campaign_case(tester, operation, FILL_REQUIRED, "a valid request");
	if (!base)
		return;
	add(cases, case_copy(base));
	add_security(tester, base, cases);
	add_missing(base, cases);
	add_absent(tester, base, cases);
	add_methods(tester, base, cases);
	add_media(tester, base, cases);
	add(cases, campaign_case(tester, operation, FILL_ALL, "a valid request with every parameter"));
	if (operation->body)
		add(cases, campaign_case(tester, operation, FILL_LEAST, "a valid request with what is required only"));
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_HEADER && base->values[i]) {
			struct test_case *test = variant(base, CASE_VALID, "header names in lower case");
			test->lower = true;
			add(cases, test);
			break;
		}
}

/* --- boundaries --------------------------------------------------------------------------------- */

static struct doc *
value_for(struct tester *tester, const struct openapi_parameter *parameter)
{
	struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true };
	return sample_make(tester->sampler, parameter->value_schema, parameter->name, &options, NULL);
}

static void
add_boundaries_of(struct tester *tester, const struct test_case *base, size_t slot, GPtrArray *cases)
{
	const struct openapi_parameter *parameter = &base->operation->parameters[slot];
	const char *where = location_names[parameter->location];
	bool path = parameter->location == OPENAPI_PATH, get = g_str_equal(base->operation->method, "GET");
	g_autoptr(Doc) fitting = parameter->value_schema ? value_for(tester, parameter) : NULL;
	struct boundary_list list = { 0 };
	if (fitting)
		boundaries_of(tester->openapi, tester->sampler, tester->book, parameter->value_schema, doc_root(fitting), &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct boundary *boundary = &list.items[i];
		/* What an id leads to by chance is only read. */
		if (path && boundary->fits && !get)
			continue;
		struct test_case *test = variant(base, boundary->fits ? CASE_VALID : CASE_INVALID, "%s%s %s%s%s", boundary->fits ? "" : "refused: ", where,
		                                 parameter->name, *boundary->about == '/' ? "" : ": ", boundary->about);
		test->point = g_strdup_printf("%s %s %s", where, parameter->name, boundary->point);
		test->known &= !path;
		case_set(test, slot, doc_root(boundary->value));
		add(cases, test);
	}
	boundaries_clear(&list);
}

void
cases_of_parameters(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases)
{
	g_autoptr(TestCase) base = campaign_case(tester, operation, FILL_REQUIRED, "");
	for (size_t i = 0; base && i < operation->parameter_count; i++)
		add_boundaries_of(tester, base, i, cases);
}

static void
add_bodies(struct tester *tester, const struct test_case *base, const char *media, const struct value *schema, GPtrArray *cases)
{
	g_autoptr(Doc) fitting = campaign_body(tester, base->operation, media, false);
	struct boundary_list list = { 0 };
	if (!fitting)
		return;
	boundaries_of(tester->openapi, tester->sampler, tester->book, schema, doc_root(fitting), &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct boundary *boundary = &list.items[i];
		struct test_case *test = variant(base, boundary->fits ? CASE_VALID : CASE_INVALID, "%s%s", boundary->fits ? "" : "refused: ", boundary->about);
		test->point = g_strdup_printf("body %s", boundary->point);
		test->media = media;
		case_set_body(test, doc_root(boundary->value));
		add(cases, test);
	}
	boundaries_clear(&list);
}

void
cases_of_media(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases)
{
	g_autoptr(TestCase) base = operation->body ? campaign_case(tester, operation, FILL_REQUIRED, "") : NULL;
	if (!base)
		return;
	VALUE_EACH_MEMBER (media, object, value_member(operation->body, "content")) {
		g_autoptr(Doc) fitting = campaign_body(tester, operation, media->text, false);
		struct test_case *whole = fitting ? variant(base, CASE_VALID, "a valid body as %s", media->text) : NULL;
		if (!whole)
			continue;
		whole->media = media->text;
		case_set_body(whole, doc_root(fitting));
		add(cases, whole);
	}
}

void
cases_of_body(struct tester *tester, const struct openapi_operation *operation, GPtrArray *cases)
{
	g_autoptr(TestCase) base = operation->body ? campaign_case(tester, operation, FILL_REQUIRED, "") : NULL;
	if (!base)
		return;
	VALUE_EACH_MEMBER (media, object, value_member(operation->body, "content")) {
		const struct value *schema = value_member(openapi_resolve(tester->openapi, object), "schema");
		if (schema)
			add_bodies(tester, base, media->text, schema, cases);
	}
}
