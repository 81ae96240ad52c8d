/* What requests do to single objects. */
#include <string.h>

#include "base/error.h"
#include "contract/merge.h"
#include "contract/mock_model.h"
#include "contract/shape.h"

static const struct value *
body_of(const struct asking *asking)
{
	const struct mock_plan *plan = asking->plan;
	const struct value *body = doc_root(asking->parsed.body);
	const char *around = plan->resource ? plan->resource->body_property[plan->role] : NULL;
	return around && value_is(body, VALUE_OBJECT) ? value_member(body, around) : body;
}

static struct spot
spot_of(const struct asking *asking)
{
	const struct resource *resource = asking->plan->resource;
	struct shelf *shelf = mock_shelf(asking->mock, resource, asking->values);
	return (struct spot){ resource->home ? resource->home : resource, resource, shelf, asking->values };
}

static bool
declares_absence(const struct openapi_operation *operation)
{
	return openapi_response_for(operation, 404) != NULL;
}

bool
mock_refuse_orphan(struct asking *asking)
{
	const struct resource *resource = asking->plan->resource;
	enum parentage parentage = mock_parentage(asking->mock, resource, asking->values);
	if (parentage == PARENT_THERE || (parentage == PARENT_UNKNOWN && !declares_absence(asking->plan->operation)))
		return false;
	const char *id = asking->values[mock_parameters_of(resource->parent->collection)];
	g_autofree char *singular = resource_singular(resource->parent->name);
	g_autofree char *detail = g_strdup_printf("there is no %s %s", singular, id ? id : "");
	answer_problem(asking, 404, detail, NULL);
	return true;
}

static void
refuse_absence(struct asking *asking, const char *id)
{
	g_autofree char *singular = resource_singular(asking->plan->resource->name);
	g_autofree char *detail = g_strdup_printf("there is no %s %s", singular, id ? id : "");
	answer_problem(asking, 404, detail, NULL);
}

static void
answer_object(struct asking *asking, struct object *object)
{
	const struct mock_plan *plan = asking->plan;
	GError *error = NULL;
	/* An answer that is no object of its own, such as a count or a message, is one by its schema or example. */
	bool about = plan->schema ? shape_of(asking->mock->openapi, plan->schema)->kinds & SHAPE_KIND(VALUE_OBJECT) : !plan->opaque;
	const char *json = about ? mock_render(asking->mock, object, plan->schema, plan->resource->answer_property[plan->role], &error) : NULL;
	if (json)
		answer_json(asking, json, object);
	else if (!about)
		answer_sample(asking, plan->response, plan->status, NULL);
	else
		answer_error(asking, error);
}

static bool
is_read_only(struct mock *mock, const struct resource *resource, const struct value *body_schema, const char *name)
{
	const struct shape_member *asked = shape_member(shape_of(mock->openapi, body_schema), name);
	const struct shape_member *own = shape_member(shape_of(mock->openapi, resource->item_schema), name);
	return asked ? asked->read_only : own && own->read_only;
}

const struct value *
mock_body_schema(struct mock *mock, const struct mock_plan *plan)
{
	const struct value *media = plan->operation->body ? openapi_content(mock->openapi, plan->operation->body, NULL, NULL) : NULL;
	const struct value *schema = value_member(media, "schema");
	const char *around = plan->resource->body_property[plan->role];
	const struct shape_member *member = around ? shape_member(shape_of(mock->openapi, schema), around) : NULL;
	return member ? member->schema : schema;
}

/* What a client may say about an object: all but read-only members. */
static struct doc *
writable(const struct asking *asking, const struct value *body)
{
	const struct value *schema = mock_body_schema(asking->mock, asking->plan);
	struct writer writer;
	bool whole = value_is(body, VALUE_OBJECT);
	VALUE_EACH_MEMBER (name, item, body)
		whole &= !is_read_only(asking->mock, asking->plan->resource, schema, name->text);
	if (whole)
		return doc_sub(asking->parsed.body, body);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, item, body)
		if (!is_read_only(asking->mock, asking->plan->resource, schema, name->text))
			writer_member_value(&writer, name->text, item);
	writer_end(&writer);
	return writer_doc(&writer);
}

/* The id that a body carries, NULL where there is none; newly allocated. */
static char *
given_id(const struct resource *resource, const struct value *body)
{
	const struct value *id = resource->id_property ? value_member(body, resource->id_property) : NULL;
	return (value_is(id, VALUE_STRING) && id->length) || value_is(id, VALUE_NUMBER) ? mock_text(id) : NULL;
}

static void
create_object(struct asking *asking, const struct spot *spot, const char *id, const struct value *given)
{
	GError *error = NULL;
	bool says_409 = openapi_response_for(asking->plan->operation, 409), taken = id && shelf_find(spot->shelf, id), chosen = id;
	/* Names may be alike where nobody says that they are ids. */
	if (taken && spot->resource->guessed && !says_409)
		id = NULL;
	struct object *object = mock_make(asking->mock, spot, id, given, 0, STAMP_CREATED, &error);
	if (object) {
		answer_object(asking, object);
		asking->made = chosen ? NULL : object;
	} else if (error_code(error) == ERR_CONFLICT) {
		g_autofree char *text = error_text(error);
		answer_problem(asking, 409, text, NULL);
		g_error_free(error);
	} else {
		answer_error(asking, error);
	}
}

static void
refuse_full(struct asking *asking)
{
	GError *error = NULL;
	error_set(&error, ERR_TOO_LARGE, "POST /__mock/reset empties it", "the mock holds as much as it can");
	answer_error(asking, error);
}

void
mock_do_create(struct asking *asking)
{
	if (mock_refuse_orphan(asking))
		return;
	struct spot spot = spot_of(asking);
	if (!spot.shelf) {
		refuse_full(asking);
		return;
	}
	const struct value *body = body_of(asking);
	g_autoptr(Doc) given = writable(asking, body);
	g_autofree char *id = given_id(spot.resource, doc_root(given));
	create_object(asking, &spot, id, doc_root(given));
}

/* Where a document that is careful about 404 has none, what is asked for is there: a 404 would be no valid answer. */
static bool
must_be_there(const struct asking *asking)
{
	const struct mock_plan *plan = asking->plan;
	return asking->mock->tells_absence && !declares_absence(plan->operation) && (plan->role != RESOURCE_REPLACE || !mock_may_put(plan));
}

/* The object that a request means: by its path, or where that has no id, by the body's. */
static struct object *
find_object(struct asking *asking, char **ret_id)
{
	const struct resource *resource = asking->plan->resource;
	size_t place = mock_parameters_of(resource->collection);
	bool in_path = resource->singleton || asking->plan->operation->path_name_count > place;
	if (in_path) {
		*ret_id = g_strdup(resource->singleton ? "" : asking->values[place]);
		struct object *object = mock_object(asking->mock, resource, asking->values);
		return object || !must_be_there(asking) ? object : mock_conjure(asking->mock, resource, asking->values);
	}
	struct spot spot = spot_of(asking);
	*ret_id = given_id(spot.resource, body_of(asking));
	return spot.shelf && *ret_id ? shelf_find(spot.shelf, *ret_id) : NULL;
}

void
mock_do_read(struct asking *asking)
{
	g_autofree char *id = NULL;
	if (mock_refuse_orphan(asking))
		return;
	struct object *object = find_object(asking, &id);
	if (object)
		answer_object(asking, object);
	else
		refuse_absence(asking, id);
}

/* What stays when an object is replaced: what only the server may say. */
static struct doc *
kept_members(const struct asking *asking, const struct object *object)
{
	const struct value *schema = mock_body_schema(asking->mock, asking->plan);
	const struct shape *asked = shape_of(asking->mock->openapi, schema);
	const struct lexicon *lexicon = sampler_lexicon(asking->mock->sampler, NULL);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, item, doc_root(object_doc(object))) {
		const struct shape_member *member = shape_member(asked, name->text);
		bool stamp = lexicon && (lexicon_is_stamp(lexicon, "created", name->text) || lexicon_is_stamp(lexicon, "updated", name->text));
		if (!member || stamp || is_read_only(asking->mock, asking->plan->resource, schema, name->text))
			writer_member_value(&writer, name->text, item);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

/* Gives an object its new state: id, links and times are the server's. */
static void
change_object(struct asking *asking, struct object *object, const struct value *state)
{
	GError *error = NULL;
	const struct resource *resource = asking->plan->resource;
	struct spot spot = { resource->home ? resource->home : resource, resource, object->shelf, asking->values };
	g_autoptr(Doc) known = mock_known(asking->mock, &spot, object->id, state, STAMP_UPDATED);
	g_autoptr(Doc) whole = mock_complete(asking->mock, spot.resource, known, 0, &error);
	if (!whole) {
		answer_error(asking, error);
		return;
	}
	shelf_change(asking->mock->stock, object, whole);
	answer_object(asking, object);
}

/* An id that is not there may be put where the document says so with a 201, or where it stands in the
 * body and the document knows no other answer. */
bool
mock_may_put(const struct mock_plan *plan)
{
	const struct openapi_operation *operation = plan->operation;
	for (size_t i = 0; i < operation->response_count; i++)
		if (strcmp(operation->responses[i].status, "201") == 0)
			return true;
	return operation->path_name_count <= mock_parameters_of(plan->resource->collection) && !declares_absence(operation);
}

/* The answer to a PUT that made something is the declared 201, if there is one. */
static void
answer_created(struct asking *asking, const struct spot *spot, const char *id, const struct value *given)
{
	struct mock_plan created = *asking->plan, *usual = asking->plan;
	const struct openapi_response *declared = openapi_response_for(usual->operation, 201);
	if (declared && strcmp(declared->status, "201") == 0) {
		created.status = 201;
		created.response = declared;
	}
	const struct value *media = openapi_content(asking->mock->openapi, created.response->node, NULL, NULL);
	created.schema = value_member(media, "schema");
	asking->plan = &created;
	create_object(asking, spot, id, given);
	asking->plan = usual;
}

void
mock_do_replace(struct asking *asking)
{
	g_autofree char *id = NULL;
	struct object *object = find_object(asking, &id);
	g_autoptr(Doc) given = writable(asking, body_of(asking));
	if (mock_refuse_orphan(asking))
		return;
	if (!object && !id) {
		answer_sample(asking, asking->plan->response, asking->plan->status, doc_root(asking->parsed.body));
	} else if (!object && mock_may_put(asking->plan)) {
		struct spot spot = spot_of(asking);
		spot.shelf ? answer_created(asking, &spot, id, doc_root(given)) : refuse_full(asking);
	} else if (!object) {
		refuse_absence(asking, id);
	} else if (object) {
		g_autoptr(Doc) kept = kept_members(asking, object);
		g_autoptr(Doc) state = mock_unite(doc_root(given), doc_root(kept));
		change_object(asking, object, doc_root(state));
	}
}

/* The declared members of a state, as far as the item's schema is about them. */
static struct doc *
declared_members(struct mock *mock, const struct resource *resource, const struct value *state)
{
	const struct shape *shape = shape_of(mock->openapi, resource->item_schema);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, item, state) {
		const struct shape_member *member = shape_member(shape, name->text);
		if (member && !member->write_only)
			writer_member_value(&writer, name->text, item);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

/* What the schema of the patch itself allows a member to be is no fault, whatever answers make of it. */
static bool
is_allowed(struct asking *asking, const char *pointer)
{
	const struct shape *shape = shape_of(asking->mock->openapi, mock_body_schema(asking->mock, asking->plan));
	g_autofree char *name = *pointer == '/' ? g_strndup(pointer + 1, strcspn(pointer + 1, "/")) : NULL;
	const struct value *given = name ? value_member(body_of(asking), name) : NULL;
	return given && given->kind != VALUE_NULL && shape_member(shape, name);
}

/* Faults of the new state that lie in what the patch named: a patch may fit its own schema and still
 * lead to an object that is none. */
static void
judge_patched(struct asking *asking, const struct value *state, const struct value *old, struct faults *faults)
{
	const struct resource *resource = asking->plan->resource;
	g_autoptr(Doc) declared = declared_members(asking->mock, resource, state);
	g_autoptr(Doc) before = declared_members(asking->mock, resource, old);
	struct faults found = { 0 };
	bool fitted = exchange_check(asking->mock->openapi, resource->item_schema, doc_root(before), SCHEMA_SIDE_RESPONSE, "body", "", &found);
	faults_clear(&found);
	if (fitted)
		exchange_check(asking->mock->openapi, resource->item_schema, doc_root(declared), SCHEMA_SIDE_RESPONSE, "body", "", &found);
	for (size_t i = 0; i < found.count; i++)
		if (!is_allowed(asking, found.items[i].name))
			faults_add(faults, found.items[i].where, found.items[i].name, "%s", found.items[i].message);
	faults_clear(&found);
}

/* Lists of operations are patches under their own media type, and where they look like nothing else. */
static bool
is_json_patch(const char *media, const struct value *body)
{
	if (g_str_equal(media, "application/json-patch+json"))
		return true;
	size_t operations = 0;
	VALUE_EACH (item, body)
		operations += value_member_text(item, "op") != NULL;
	return operations && operations == value_count(body);
}

static struct doc *
patched(struct asking *asking, const struct object *object, GError **error)
{
	const char *type = http_headers_get(&asking->request->headers, "content-type");
	g_autofree char *media = http_media_type(type ? type : "");
	const struct value *body = body_of(asking);
	if (is_json_patch(media, body))
		return merge_json_patch(doc_root(object_doc(object)), body, error);
	if (!value_is(body, VALUE_OBJECT))
		return doc_ref(object_doc(object));
	g_autoptr(Doc) given = writable(asking, body);
	return merge_patch(doc_root(object_doc(object)), doc_root(given));
}

void
mock_do_patch(struct asking *asking)
{
	GError *error = NULL;
	struct faults faults = { 0 };
	g_autofree char *id = NULL;
	struct object *object = mock_refuse_orphan(asking) ? NULL : find_object(asking, &id);
	if (!object && !asking->status && !id)
		answer_sample(asking, asking->plan->response, asking->plan->status, doc_root(asking->parsed.body));
	if (!object && !asking->status)
		refuse_absence(asking, id);
	if (!object)
		return;
	g_autoptr(Doc) state = patched(asking, object, &error);
	bool says_422 = openapi_response_for(asking->plan->operation, 422), says_400 = openapi_response_for(asking->plan->operation, 400);
	bool broken = error;
	if (broken) {
		g_autofree char *text = error_text(error);
		faults_add(&faults, "body", "", "cannot be applied: %s", text);
		g_error_free(error);
	} else {
		judge_patched(asking, doc_root(state), doc_root(object_doc(object)), &faults);
	}
	if (!faults.count) {
		change_object(asking, object, doc_root(state));
	} else if (broken || says_422 || says_400) {
		answer_problem(asking, says_422 || !says_400 ? 422 : 400, NULL, &faults);
	} else {
		/* The document has no word for a refusal: what the patch takes away and has to be there stays. */
		g_autoptr(Doc) whole = mock_unite(doc_root(state), doc_root(object_doc(object)));
		change_object(asking, object, doc_root(whole));
	}
	faults_clear(&faults);
}

/* DELETE on a collection empties it. */
static void
delete_all(struct asking *asking)
{
	const struct spot spot = spot_of(asking);
	while (spot.shelf && spot.shelf->first)
		mock_remove(asking->mock, spot.resource, spot.shelf->first);
	answer_sample(asking, asking->plan->response, asking->plan->status, NULL);
}

void
mock_do_delete(struct asking *asking)
{
	const struct resource *resource = asking->plan->resource;
	g_autofree char *id = NULL;
	if (!resource->singleton && asking->plan->operation->path_name_count <= mock_parameters_of(resource->collection)) {
		delete_all(asking);
		return;
	}
	struct object *object = find_object(asking, &id);
	if (!object) {
		refuse_absence(asking, id);
		return;
	}
	/* Where the answer shows an object, it is the one that goes. */
	const struct value *schema = openapi_resolve(asking->mock->openapi, asking->plan->schema);
	bool shows = schema && schema == openapi_resolve(asking->mock->openapi, resource->item_schema);
	if (shows)
		answer_object(asking, object);
	else
		answer_sample(asking, asking->plan->response, asking->plan->status, NULL);
	mock_remove(asking->mock, resource->home ? resource->home : resource, object);
}

/* An operation that is not resource-shaped answers by its schema; if it is about an object and answers
 * with one, it is that object. */
void
mock_do_action(struct asking *asking)
{
	struct mock_plan *plan = asking->plan;
	const struct resource *around = plan->around;
	const struct value *schema = openapi_resolve(asking->mock->openapi, plan->schema);
	struct object *object = around && !asking->mock->options.stateless ? mock_object(asking->mock, around, asking->values) : NULL;
	if (around && !object && !asking->mock->options.stateless && declares_absence(plan->operation)) {
		g_autofree char *singular = resource_singular(around->name);
		g_autofree char *detail = g_strdup_printf("there is no %s %s", singular, asking->values[mock_parameters_of(around->collection)]);
		answer_problem(asking, 404, detail, NULL);
		return;
	}
	GError *error = NULL;
	const char *json = NULL;
	if (object && schema && schema == openapi_resolve(asking->mock->openapi, around->item_schema))
		json = mock_render(asking->mock, object, plan->schema, NULL, &error);
	g_clear_error(&error);
	if (json)
		answer_json(asking, json, NULL);
	else
		answer_sample(asking, plan->response, plan->status, doc_root(asking->parsed.body));
}
