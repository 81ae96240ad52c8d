#include "contract/mock_snapshot.h"

#include <string.h>

#include "contract/mock_model.h"

#define JOINT "\x1f"   /* between the parts of a shelf's key */

static const struct record_field snapshot_object_fields[] = {
	RECORD_FIELD(snapshot_object, id, RECORD_REQUIRED, "as it stands in a path"),
	RECORD_FIELD(snapshot_object, seeded, 0, "was there from the start"),
	RECORD_FIELD(snapshot_object, value, RECORD_REQUIRED, "all that is known of it"),
};
RECORD_TYPE(snapshot_object, RECORD_REJECT, "an object that a mock keeps");

static const struct record_field snapshot_shelf_fields[] = {
	RECORD_FIELD(snapshot_shelf, path, RECORD_REQUIRED, "template of the collection, then the values of its parameters"),
	RECORD_FIELD(snapshot_shelf, owner, 0, "the object that it belongs to: path of its collection, then its id"),
	RECORD_FIELD(snapshot_shelf, made, 0, "objects that were ever made"),
	RECORD_FIELD(snapshot_shelf, pristine, 0, "nobody has changed anything yet"),
	RECORD_FIELD(snapshot_shelf, gone, 0, "ids of what was deleted"),
	RECORD_LIST(snapshot_shelf, objects, snapshot_object, 0, "in their order"),
};
RECORD_TYPE(snapshot_shelf, RECORD_REJECT, "a collection that a mock keeps");

static const struct record_field snapshot_fields[] = {
	RECORD_FIELD(snapshot, contract, 0, "title and version of the document"),
	RECORD_FIELD(snapshot, ticks, 0, "changes so far: the clock of the objects"),
	RECORD_LIST(snapshot, shelves, snapshot_shelf, RECORD_REQUIRED, "all collections"),
};
RECORD_TYPE(snapshot, RECORD_REJECT, "the state of a mock");

static char **
owner_of(const struct shelf *shelf)
{
	if (!shelf->owner)
		return NULL;
	g_autofree char *key = g_strconcat(shelf->owner->shelf->key, JOINT, shelf->owner->id, NULL);
	return g_strsplit(key, JOINT, -1);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **
gone_of(const struct shelf *shelf)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	GHashTableIter iter;
	void *id;
	if (!shelf->gone)
		return NULL;
	g_hash_table_iter_init(&iter, shelf->gone);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		g_ptr_array_add(ids, g_strdup(id));
	g_ptr_array_sort(ids, compare_texts);
	g_ptr_array_add(ids, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&ids), FALSE);
}

static void
take_shelf(const struct shelf *shelf, struct snapshot_shelf *ret)
{
	ret->path = g_strsplit(shelf->key, JOINT, -1);
	ret->owner = owner_of(shelf);
	ret->made = shelf->made;
	ret->pristine = shelf->version == shelf->seeded_version;
	ret->gone = gone_of(shelf);
	for (const struct object *object = shelf->first; object; object = object->next) {
		struct snapshot_object *copy = record_append(&snapshot_object_record, &ret->objects);
		*copy = (struct snapshot_object){ g_strdup(object->id), object->seeded, doc_ref(object_doc(object)) };
	}
}

void
snapshot_take(struct mock *mock, struct snapshot *ret)
{
	g_autoptr(GPtrArray) shelves = stock_shelves(mock->stock);
	record_init(&snapshot_record, ret);
	ret->contract = g_strdup(mock->contract);
	ret->ticks = mock->ticks;
	for (unsigned i = 0; i < shelves->len; i++)
		take_shelf(shelves->pdata[i], record_append(&snapshot_shelf_record, &ret->shelves));
}

/* The resource whose objects a shelf holds; NULL where the document has none such. */
static const struct resource *
resource_at(const struct mock *mock, const char *collection)
{
	size_t count;
	const struct resource *const *all = resources_list(mock->resources, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->collection, collection) == 0)
			return all[i]->home ? NULL : all[i];
	return NULL;
}

static bool
put_object(struct mock *mock, const struct resource *resource, struct shelf *shelf, const struct snapshot_object *from, bool fit)
{
	if (!value_is(doc_root(from->value), VALUE_OBJECT) || shelf_find(shelf, from->id))
		return false;
	g_autoptr(Doc) doc = fit ? mock_complete(mock, resource, from->value, 0, NULL) : doc_ref(from->value);
	struct object *object = doc ? shelf_add(mock->stock, shelf, from->id, doc) : NULL;
	if (object)
		object->seeded = from->seeded;
	return object;
}

static size_t
put_shelf(struct mock *mock, const struct snapshot_shelf *from, bool fit)
{
	const struct resource *resource = from->path && *from->path ? resource_at(mock, *from->path) : NULL;
	g_autofree char *key = from->path ? g_strjoinv(JOINT, from->path) : NULL;
	bool wanted = resource && !(fit && from->pristine) && !stock_shelf(mock->stock, key);
	struct shelf *shelf = wanted ? stock_add_shelf(mock->stock, key, NULL) : NULL;
	size_t count = 0;
	if (!shelf)
		return 0;
	for (size_t i = 0; i < from->objects.count; i++)
		count += put_object(mock, resource, shelf, &from->objects.items[i], fit);
	for (char **id = from->gone; id && *id; id++)
		shelf_lose(shelf, *id);
	shelf->made = (unsigned)CLAMP(from->made, (int64_t)shelf->count, G_MAXUINT32);
	if (from->pristine)
		shelf->seeded_version = shelf->version;
	return count;
}

static void
put_owner(struct mock *mock, const struct snapshot_shelf *from)
{
	unsigned last = from->owner ? g_strv_length(from->owner) : 0;
	g_autofree char *key = from->path ? g_strjoinv(JOINT, from->path) : NULL;
	struct shelf *shelf = key ? stock_shelf(mock->stock, key) : NULL;
	if (last < 2 || !shelf)
		return;
	g_auto(GStrv) path = g_strdupv(from->owner);
	g_autofree char *id = path[last - 1];
	path[last - 1] = NULL;
	g_autofree char *home = g_strjoinv(JOINT, path);
	struct shelf *above = stock_shelf(mock->stock, home);
	struct object *owner = above && above != shelf ? shelf_find(above, id) : NULL;
	if (owner)
		stock_own(shelf, owner);
}

size_t
snapshot_put(struct mock *mock, const struct snapshot *snapshot, bool fit)
{
	size_t count = 0;
	stock_clear(mock->stock);
	mock_memo_clear(mock->memo);
	mock->ticks = snapshot->ticks;
	for (size_t i = 0; i < snapshot->shelves.count; i++)
		count += put_shelf(mock, &snapshot->shelves.items[i], fit);
	for (size_t i = 0; i < snapshot->shelves.count; i++)
		put_owner(mock, &snapshot->shelves.items[i]);
	return count;
}
