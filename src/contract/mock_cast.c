#include "contract/mock_cast.h"

#include <string.h>

#include "contract/mock_model.h"

enum { REPLIES = 4 };

/* A text that holds an id. */
struct slot {
	const char *text;
	size_t before, after;                /* where the id begins and ends */
};

struct mock_cast {
	struct doc *doc;
	const struct value *id;              /* in it */
	struct kept *kept;                   /* the answer, whose headers hold for all */
	struct mock_plan *plan;
	const struct schema *checks[RESOURCE_ROLE_COUNT + 1];   /* of all answers that show the object */
	unsigned check_count;
	struct slot body, location;          /* of the answer, and of one of its headers (may be empty) */
	struct {
		struct http_reply *reply;    /* NULL: there is none yet */
		size_t digits;               /* of the id that it holds */
	} replies[REPLIES];
};

/* Times go on, and ids that are given are not ours to choose. */
static bool
is_castable(struct mock *mock, const struct mock_plan *plan, const struct resource *resource)
{
	const struct mould *mould = mock_mould(mock, resource);
	return mould->counted && mould->numbered && !mould->stamp_count && plan->schema && !plan->resource->answer_property[plan->role];
}

/* The id in the answer's text, where it is the first member, as we write objects. */
static bool
find_in_body(struct slot *slot, const struct value *id, const GString *body)
{
	g_autofree char *key = value_to_json(id - 1, false);
	size_t before = strlen(key) + 2;
	slot->text = body->str;
	slot->before = before;
	slot->after = before + id->length;
	return body->len > slot->after && memcmp(body->str + 1, key, before - 2) == 0 && memcmp(body->str + before, id->text, id->length) == 0;
}

/* The id in a header that leads to the object. */
static bool
find_in_location(struct slot *slot, const struct asking *asking, const char *id, const char *value)
{
	const struct resource *resource = asking->plan->resource;
	g_autofree char *path = mock_path(resource, asking->values, id), *one = mock_path(resource, asking->values, "1"), *two = mock_path(resource, asking->values, "2");
	size_t at = 0;
	if (!g_str_has_suffix(value, path))
		return false;
	while (one[at] && one[at] == two[at])
		at++;
	slot->text = value;
	slot->before = strlen(value) - strlen(path) + at;
	slot->after = slot->before + strlen(id);
	return one[at] && strlen(value) < CAST_LOCATION / 2;
}

static bool
find_in_headers(struct slot *slot, const struct asking *asking, const char *id, const struct http_headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		bool leads = lexicon_same(headers->items[i].name, "Location") || lexicon_same(headers->items[i].name, "Content-Location");
		if (leads && (slot->text || !find_in_location(slot, asking, id, headers->items[i].value)))
			return false;
	}
	return true;
}

static void
add_check(struct mock_cast *cast, struct mock *mock, const struct value *schema)
{
	const struct schema *compiled = openapi_schema(mock->openapi, schema, NULL);
	bool again = !compiled;
	for (unsigned i = 0; i < cast->check_count; i++)
		again |= cast->checks[i] == compiled;
	if (!again)
		cast->checks[cast->check_count++] = compiled;
}

static void
find_checks(struct mock_cast *cast, struct mock *mock, const struct mould *mould)
{
	add_check(cast, mock, cast->plan->schema);
	for (unsigned i = 0; i < mould->view_count; i++)
		if (openapi_resolve(mock->openapi, mould->views[i]) != openapi_resolve(mock->openapi, cast->plan->schema))
			add_check(cast, mock, mould->views[i]);
}

struct mock_cast *
mock_cast_create(struct asking *asking, const struct object *object, struct kept *kept)
{
	const struct resource *way = asking->plan->resource, *resource = way->home ? way->home : way;
	const struct value *id = resource->id_property ? value_member(doc_root(object_doc(object)), resource->id_property) : NULL;
	struct mock_cast cast = { .id = id, .plan = asking->plan };
	if (!value_is(id, VALUE_NUMBER) || kept->response.headers.count > CAST_HEADERS || value_member(doc_root(asking->parsed.body), resource->id_property) || !asking->media || !openapi_is_json(asking->media) ||
	    !is_castable(asking->mock, asking->plan, resource) || !mock_is_answer(asking->mock, object_doc(object), asking->plan->schema) ||
	    !find_in_body(&cast.body, id, kept->response.body) || !find_in_headers(&cast.location, asking, object->id, &kept->response.headers))
		return NULL;
	find_checks(&cast, asking->mock, mock_mould(asking->mock, resource));
	cast.doc = doc_ref(object_doc(object));
	cast.kept = kept_ref(kept);
	return g_memdup2(&cast, sizeof cast);
}

void
mock_cast_free(struct mock_cast *cast)
{
	if (!cast)
		return;
	doc_unref(cast->doc);
	kept_unref(cast->kept);
	for (unsigned i = 0; i < REPLIES; i++)
		http_reply_unref(cast->replies[i].reply);
	g_free(cast);
}

/* The text with another id, into a buffer that has room for it. Returns its length. */
static size_t
fill(const struct slot *slot, const char *id, char *text)
{
	size_t length = strlen(id), rest = strlen(slot->text + slot->after);
	memcpy(text, slot->text, slot->before);
	memcpy(text + slot->before, id, length);
	memcpy(text + slot->before + length, slot->text + slot->after, rest + 1);
	return slot->before + length + rest;
}

static bool
fits(const struct mock_cast *cast, const struct doc *doc)
{
	for (unsigned i = 0; i < cast->check_count; i++)
		if (!schema_check(cast->checks[i], doc_root(doc), SCHEMA_SIDE_RESPONSE, NULL))
			return false;
	return true;
}

static bool
make_object(const struct mock_cast *cast, struct mock *mock, struct shelf *shelf, const char *id)
{
	g_autoptr(Doc) doc = doc_vary(cast->doc, cast->id, VALUE_NUMBER, id);
	return fits(cast, doc) && shelf_add_alike(mock->stock, shelf, id, cast->doc, cast->id);
}

static void
fill_casting(const struct mock_cast *cast, struct casting *ret)
{
	const struct http_response *first = &cast->kept->response;
	size_t room = first->body->len + strlen(ret->id) + 1;
	ret->response = (struct http_response){ .status = first->status, .headers = { ret->headers, first->headers.count }, .body = &ret->body };
	memcpy(ret->headers, first->headers.items, first->headers.count * sizeof *ret->headers);
	for (size_t i = 0; i < first->headers.count; i++)
		if (ret->headers[i].value == cast->location.text) {
			fill(&cast->location, ret->id, ret->location);
			ret->headers[i].value = ret->location;
		}
	ret->body = (GString){ .str = g_malloc(room), .allocated_len = room };
	ret->body.len = fill(&cast->body, ret->id, ret->body.str);
}

bool
mock_cast_use(const struct mock_cast *cast, struct mock *mock, char *const *values, struct casting *ret)
{
	const struct resource *way = cast->plan->resource, *resource = way->home ? way->home : way;
	struct shelf *shelf = mock_shelf(mock, way, values);
	if (!shelf || mock_parentage(mock, way, values) != PARENT_THERE)
		return false;
	if (!mock_next_number(mock_mould(mock, resource), shelf, ret->id) || !make_object(cast, mock, shelf, ret->id))
		return false;
	fill_casting(cast, ret);
	return true;
}

static void
change_reply(const struct mock_cast *cast, const struct casting *casting, struct http_reply *reply)
{
	memcpy(http_reply_body(reply) + cast->body.before, casting->id, strlen(casting->id));
	for (size_t i = 0; cast->location.text && i < casting->response.headers.count; i++)
		if (casting->headers[i].value == casting->location)
			http_reply_change_header(reply, casting->headers[i].name, casting->location);
}

struct http_reply *
mock_cast_reply(struct mock_cast *cast, const struct casting *casting)
{
	size_t digits = strlen(casting->id);
	unsigned place = 0;
	while (place < REPLIES && cast->replies[place].reply && !http_reply_is_idle(cast->replies[place].reply))
		place++;
	if (place == REPLIES)
		return NULL;
	struct http_reply *reply = cast->replies[place].reply;
	if (reply && cast->replies[place].digits == digits) {
		change_reply(cast, casting, reply);
		return reply;
	}
	http_reply_unref(reply);
	reply = http_reply_create(casting->response.status, NULL, &casting->response.headers, casting->body.str, casting->body.len);
	cast->replies[place].reply = reply;
	cast->replies[place].digits = digits;
	return reply;
}

void
casting_finish(struct casting *casting)
{
	g_free(casting->body.str);
}
