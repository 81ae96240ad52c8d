#include "contract/mock_cast.h"

#include <string.h>

#include "contract/mock_model.h"

struct mock_cast {
	struct doc *doc;
	const struct value *id;              /* in it */
	char *text;                          /* the answer */
	size_t before, after;                /* where the id begins and ends in it */
};

/* Times go on, and ids that are given are not ours to choose. */
static bool
is_castable(const struct asking *asking, const struct spot *spot)
{
	const struct mould *mould = mock_mould(asking->mock, spot->resource);
	const struct mock_plan *plan = asking->plan;
	return mould->counted && mould->numbered && !mould->stamp_count && plan->schema && !plan->resource->answer_property[plan->role];
}

struct mock_cast *
mock_cast_create(struct asking *asking, const struct spot *spot, const struct object *object)
{
	const struct value *id = spot->resource->id_property ? value_member(doc_root(object->doc), spot->resource->id_property) : NULL;
	if (!value_is(id, VALUE_NUMBER) || !is_castable(asking, spot) || !mock_is_answer(asking->mock, object->doc, asking->plan->schema))
		return NULL;
	/* Compact text: the id stands behind its key wherever that is. */
	g_autofree char *text = value_to_json(doc_root(object->doc), false), *key = value_to_json(id - 1, false);
	g_autofree char *member = g_strdup_printf("%s:%.*s", key, (int)id->length, id->text);
	const char *place = strstr(text, member);
	if (!place || place != text + 1)
		return NULL;
	struct mock_cast *cast = g_new(struct mock_cast, 1);
	*cast = (struct mock_cast){ .doc = doc_ref(object->doc), .id = id };
	cast->after = 1 + strlen(member);
	cast->before = cast->after - id->length;
	cast->text = g_steal_pointer(&text);
	return cast;
}

void
mock_cast_free(struct mock_cast *cast)
{
	if (!cast)
		return;
	doc_unref(cast->doc);
	g_free(cast->text);
	g_free(cast);
}

static char *
text_with(const struct mock_cast *cast, const char *id)
{
	size_t length = strlen(id), rest = strlen(cast->text + cast->after);
	char *text = g_malloc(cast->before + length + rest + 1);
	memcpy(text, cast->text, cast->before);
	memcpy(text + cast->before, id, length);
	memcpy(text + cast->before + length, cast->text + cast->after, rest + 1);
	return text;
}

static bool
fits(struct mock *mock, const struct mould *mould, const struct value *schema, const struct doc *doc)
{
	const struct schema *compiled = openapi_schema(mock->openapi, schema, NULL);
	bool ok = compiled && schema_check(compiled, doc_root(doc), SCHEMA_SIDE_RESPONSE, NULL);
	for (unsigned i = 0; i < mould->view_count && ok; i++) {
		const struct schema *view = mould->views[i] == schema ? NULL : openapi_schema(mock->openapi, mould->views[i], NULL);
		ok = !view || view == compiled || schema_check(view, doc_root(doc), SCHEMA_SIDE_RESPONSE, NULL);
	}
	return ok;
}

struct object *
mock_cast_use(const struct mock_cast *cast, struct asking *asking, const struct spot *spot)
{
	struct mock *mock = asking->mock;
	const struct value *schema = asking->plan->schema;
	g_autofree char *id = mock_new_id(mock, spot->resource, spot->shelf);
	if (strspn(id, "0123456789") != strlen(id))
		return NULL;
	g_autoptr(Doc) doc = doc_vary(cast->doc, cast->id, VALUE_NUMBER, id);
	struct object *object = fits(mock, mock_mould(mock, spot->resource), schema, doc) ? shelf_add(mock->stock, spot->shelf, id, doc) : NULL;
	if (object)
		object_render(object, schema, text_with(cast, id));
	return object;
}
