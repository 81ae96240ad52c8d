#include "verify/case.h"

#include <string.h>

#include "base/writer.h"
#include "contract/body.h"
#include "contract/exchange.h"
#include "contract/security.h"
#include "contract/shape.h"
#include "contract/style.h"

size_t
case_slot_count(const struct openapi_operation *operation)
{
	return operation->parameter_count + operation->path_name_count;
}

size_t
case_path_slot(const struct openapi_operation *operation, size_t position)
{
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].location == OPENAPI_PATH && strcmp(operation->parameters[i].name, operation->path_names[position]) == 0)
			return i;
	return operation->parameter_count + position;
}

const struct openapi_parameter *
case_parameter(const struct openapi_operation *operation, size_t slot)
{
	return slot < operation->parameter_count ? &operation->parameters[slot] : NULL;
}

struct test_case *
case_create(const struct openapi_operation *operation, enum case_kind kind, const char *about)
{
	struct test_case *test = g_new0(struct test_case, 1);
	test->operation = operation;
	test->kind = kind;
	test->about = g_strdup(about);
	test->values = g_new0(struct doc *, case_slot_count(operation) + 1);
	return test;
}

static struct doc *
ref_or_null(struct doc *doc)
{
	return doc ? doc_ref(doc) : NULL;
}

struct test_case *
case_copy(const struct test_case *test)
{
	struct test_case *copy = case_create(test->operation, test->kind, test->about);
	for (size_t i = 0; i < case_slot_count(test->operation); i++)
		copy->values[i] = ref_or_null(test->values[i]);
	copy->body = ref_or_null(test->body);
	copy->media = test->media;
	copy->raw = g_strdup(test->raw);
	copy->method = g_strdup(test->method);
	copy->content_type = g_strdup(test->content_type);
	copy->accept = g_strdup(test->accept);
	copy->point = g_strdup(test->point);
	copy->credential = g_strdup(test->credential);
	copy->lower = test->lower;
	copy->known = test->known;
	return copy;
}

void
case_free(struct test_case *test)
{
	if (!test)
		return;
	for (size_t i = 0; i < case_slot_count(test->operation); i++)
		doc_unref(test->values[i]);
	g_free(test->values);
	doc_unref(test->body);
	g_free(test->raw);
	g_free(test->method);
	g_free(test->content_type);
	g_free(test->accept);
	g_free(test->credential);
	g_free(test->about);
	g_free(test->point);
	g_free(test);
}

void
case_say(char **place, const char *text)
{
	g_free(*place);
	*place = g_strdup(text);
}

static void
put(struct doc **place, const struct value *value)
{
	struct writer writer;
	writer_init(&writer, false);
	if (value)
		writer_value(&writer, value);
	struct doc *doc = value ? writer_doc(&writer) : NULL;
	if (!value)
		writer_finish(&writer);
	doc_unref(*place);
	*place = doc;
}

void
case_set(struct test_case *test, size_t slot, const struct value *value)
{
	put(&test->values[slot], value);
}

void
case_set_body(struct test_case *test, const struct value *body)
{
	put(&test->body, body);
}

void
case_set_ids(struct test_case *test, char *const *ids)
{
	for (size_t i = 0; ids && ids[i] && i < test->operation->path_name_count; i++) {
		struct writer writer;
		writer_init(&writer, false);
		writer_text(&writer, ids[i]);
		g_autoptr(Doc) doc = writer_doc(&writer);
		case_set(test, case_path_slot(test->operation, i), doc_root(doc));
	}
}

const struct value *
case_media(const struct openapi *openapi, const struct test_case *test, const char **ret_media)
{
	return openapi_content(openapi, test->operation->body, test->media, ret_media);
}

/* --- to bytes ------------------------------------------------------------------------------- */

struct serialising {
	const struct wire *wire;
	const struct test_case *test;
	struct http_request *request;
	GString *query, *cookies;
};

/* Segments that servers and proxies take for something else than a value. */
static bool
is_segment(const char *text)
{
	return *text && !g_str_equal(text, ".") && !g_str_equal(text, "..");
}

static char *
segment(const struct test_case *test, size_t position)
{
	size_t slot = case_path_slot(test->operation, position);
	const struct openapi_parameter *parameter = case_parameter(test->operation, slot);
	const struct value *value = doc_root(test->values[slot]);
	if (!value)
		return g_strdup("text");
	if (parameter)
		return style_encode(parameter, value);
	g_autofree char *text = value_is(value, VALUE_STRING) ? g_strdup(value->text) : value_to_json(value, false);
	return g_uri_escape_string(text, NULL, FALSE);
}

static char *
write_path(const struct test_case *test)
{
	g_autoptr(GString) path = g_string_new(test->operation->path);
	for (size_t i = 0; i < test->operation->path_name_count; i++) {
		g_autofree char *mark = g_strdup_printf("{%s}", test->operation->path_names[i]), *text = segment(test, i);
		if (!is_segment(text))
			return NULL;
		g_string_replace(path, mark, text, 1);
	}
	return g_strdup(path->str);
}

static bool
is_printable(const char *text)
{
	for (; *text; text++)
		if (!g_ascii_isprint(*text))
			return false;
	return true;
}

/* An object that is spread over the query has no spelling for anything but an object: what would be
 * written is another parameter, of which the document says nothing. */
static bool
has_spelling(const struct serialising *serialising, const struct openapi_parameter *parameter, const struct value *value)
{
	bool pairs = parameter->location == OPENAPI_QUERY || parameter->location == OPENAPI_COOKIE;
	if (parameter->content || !pairs || value_is(value, VALUE_OBJECT))
		return true;
	unsigned kinds = shape_of(serialising->wire->openapi, parameter->value_schema)->kinds;
	bool object = kinds & SHAPE_KIND(VALUE_OBJECT) && kinds != SHAPE_ANY;
	return !g_str_equal(parameter->style, "deepObject") && !(object && parameter->explode);
}

static bool
write_parameter(struct serialising *serialising, const struct openapi_parameter *parameter, const struct value *value)
{
	if (!has_spelling(serialising, parameter, value))
		return false;
	g_autofree char *text = style_encode(parameter, value);
	if (parameter->location == OPENAPI_HEADER) {
		if (!is_printable(text))
			return false;
		g_autofree char *lower = g_ascii_strdown(parameter->name, -1);
		http_headers_add(&serialising->request->headers, serialising->test->lower ? lower : parameter->name, g_strstrip(text));
		return true;
	}
	bool cookie = parameter->location == OPENAPI_COOKIE;
	GString *into = cookie ? serialising->cookies : serialising->query;
	if (*text)
		g_string_append_printf(into, "%s%s", into->len ? cookie ? "; " : "&" : "", text);
	return true;
}

static bool
write_parameters(struct serialising *serialising)
{
	const struct openapi_operation *operation = serialising->test->operation;
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct value *value = doc_root(serialising->test->values[i]);
		if (value && operation->parameters[i].location != OPENAPI_PATH && !write_parameter(serialising, &operation->parameters[i], value))
			return false;
	}
	return true;
}

static bool
write_body(struct serialising *serialising)
{
	const struct test_case *test = serialising->test;
	struct http_request *request = serialising->request;
	const char *media = NULL;
	const struct value *object = case_media(serialising->wire->openapi, test, &media);
	g_autofree char *type = NULL;
	if (test->raw) {
		request->body = g_string_new(test->raw);
		type = g_strdup(media ? media : "application/json");
	} else if (test->body && media) {
		request->body = body_write(serialising->wire->openapi, media, object, doc_root(test->body), &type);
		if (!request->body)
			return false;
	}
	const char *sent = test->content_type ? test->content_type : type;
	if (request->body && sent && *sent)
		http_headers_add(&request->headers, "Content-Type", sent);
	return true;
}

/* --- credentials ---------------------------------------------------------------------------- */

static bool
is_carrier(const struct wire *wire, const struct openapi_operation *operation, const char *header)
{
	VALUE_EACH (alternative, operation->security)
		VALUE_EACH_MEMBER (name, scopes, alternative) {
			struct carrier carrier = security_carrier(wire->openapi, name->text);
			if (carrier.name && g_strcmp0(carrier.in, "header") == 0 && g_ascii_strcasecmp(carrier.name, header) == 0)
				return true;
		}
	return false;
}

static void
set_header(struct http_headers *headers, const char *name, const char *value)
{
	for (size_t i = 0; i < headers->count; i++)
		if (g_ascii_strcasecmp(headers->items[i].name, name) == 0) {
			g_free(headers->items[i].value);
			headers->items[i].value = g_strdup(value);
			return;
		}
	http_headers_add(headers, name, value);
}

/* The headers that the user gave, except credentials where there are to be none. */
static void
add_given(struct serialising *serialising, bool credentials)
{
	const struct wire *wire = serialising->wire;
	for (const char *const *line = wire->headers; line && *line; line++) {
		g_auto(GStrv) parts = g_strsplit(*line, ":", 2);
		if (!parts[0] || !parts[1] || (!credentials && is_carrier(wire, serialising->test->operation, g_strstrip(parts[0]))))
			continue;
		set_header(&serialising->request->headers, g_strstrip(parts[0]), g_strstrip(parts[1]));
	}
}

static void
add_credentials(struct serialising *serialising)
{
	const struct test_case *test = serialising->test;
	struct http_headers forged = { 0 };
	bool given = test->kind != CASE_BARE && test->kind != CASE_FORGED;
	add_given(serialising, given);
	if (test->kind == CASE_BARE)
		return;
	if (test->kind == CASE_FORGED) {
		g_autoptr(GString) none = g_string_new(NULL), query = g_string_new(NULL);
		security_supply(serialising->wire->openapi, test->operation, &forged, query, none);
		for (size_t i = 0; i < forged.count; i++) {
			g_autofree char *value = g_strconcat(forged.items[i].value, "-of-nobody", NULL);
			set_header(&serialising->request->headers, forged.items[i].name, test->credential ? test->credential : value);
		}
		http_headers_clear(&forged);
		return;
	}
	/* What the user gave meets the security already; a made-up one beside it would only disturb. */
	struct credentials credentials = { &serialising->request->headers, &(struct style_pairs){ 0 }, &(struct style_pairs){ 0 } };
	struct faults faults = { 0 };
	char *challenge = NULL;
	if (!security_check(serialising->wire->openapi, test->operation, &credentials, &faults, &challenge))
		security_supply(serialising->wire->openapi, test->operation, &serialising->request->headers, serialising->query, serialising->cookies);
	faults_clear(&faults);
	g_free(challenge);
}

/* --- all of it ------------------------------------------------------------------------------ */

bool
case_serialise(const struct wire *wire, const struct test_case *test, struct http_request *ret)
{
	*ret = (struct http_request){ .method = g_strdup(test->method ? test->method : test->operation->method) };
	struct serialising serialising = { wire, test, ret, g_string_new(NULL), g_string_new(NULL) };
	g_autofree char *path = write_path(test);
	bool ok = path && write_parameters(&serialising) && write_body(&serialising);
	if (ok) {
		add_credentials(&serialising);
		if (serialising.cookies->len)
			http_headers_add(&ret->headers, "Cookie", serialising.cookies->str);
		if (test->accept)
			set_header(&ret->headers, "Accept", test->accept);
		else if (!http_headers_get(&ret->headers, "Accept"))
			http_headers_add(&ret->headers, "Accept", "application/json, */*;q=0.5");
		ret->url = g_strdup_printf("%s%s%s%s", wire->base, path, serialising.query->len ? "?" : "", serialising.query->str);
	}
	g_string_free(serialising.query, TRUE);
	g_string_free(serialising.cookies, TRUE);
	if (!ok)
		http_request_clear(ret);
	return ok;
}

/* What the document says of the request, read from its bytes; ELSEWHERE where it is none to this operation. */
enum wire_verdict { WIRE_VALID, WIRE_INVALID, WIRE_ELSEWHERE };

static enum wire_verdict
judge_wire(const struct wire *wire, const struct test_case *test, const struct http_request *request)
{
	struct parsed_request parsed = { 0 };
	struct faults faults = { 0 };
	bool valid = exchange_judge_request(wire->openapi, request, &parsed, &faults);
	bool here = parsed.match.operation == test->operation;
	parsed_request_clear(&parsed);
	faults_clear(&faults);
	return !here ? WIRE_ELSEWHERE : valid ? WIRE_VALID : WIRE_INVALID;
}

bool
case_make(const struct wire *wire, const struct test_case *test, struct http_request *ret)
{
	if (!case_serialise(wire, test, ret))
		return false;
	enum wire_verdict verdict = judge_wire(wire, test, ret);
	bool invalid = test->kind == CASE_INVALID || test->kind == CASE_BARE || test->kind == CASE_MEDIA || test->kind == CASE_ACCEPT;
	/* A forged credential may look like one, and a method that is not there has no operation. */
	if (test->kind == CASE_METHOD || test->kind == CASE_FORGED || verdict == (invalid ? WIRE_INVALID : WIRE_VALID))
		return true;
	http_request_clear(ret);
	return false;
}
