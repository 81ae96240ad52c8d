#include "contract/stock.h"

#include <string.h>

enum { SHELVES = 100000 };

struct stock {
	GHashTable *shelves;         /* key -> struct shelf */
	size_t objects, bytes;
	uint64_t version;
};

static void
forget_renderings(struct object *object)
{
	for (unsigned i = 0; i < object->rendering_count; i++)
		g_free(object->renderings[i].json);
	g_clear_pointer(&object->renderings, g_free);
	object->rendering_count = 0;
}

static void
free_object(void *data)
{
	struct object *object = data;
	forget_renderings(object);
	g_clear_pointer(&object->shelves, g_ptr_array_unref);
	doc_unref(object->doc);
	doc_unref(object->like);
	g_free(object);
}

static void
free_shelf(void *data)
{
	struct shelf *shelf = data;
	g_hash_table_unref(shelf->by_id);
	g_clear_pointer(&shelf->gone, g_hash_table_unref);
	g_free(shelf->key);
	g_free(shelf);
}

struct stock *
stock_create(void)
{
	struct stock *stock = g_new0(struct stock, 1);
	stock->shelves = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_shelf);
	return stock;
}

void
stock_destroy(struct stock *stock)
{
	if (!stock)
		return;
	g_hash_table_unref(stock->shelves);
	g_free(stock);
}

void
stock_clear(struct stock *stock)
{
	g_hash_table_remove_all(stock->shelves);
	stock->objects = stock->bytes = 0;
	stock->version++;
}

uint64_t
stock_version(const struct stock *stock)
{
	return stock->version;
}

struct shelf *
stock_shelf(struct stock *stock, const char *key)
{
	return g_hash_table_lookup(stock->shelves, key);
}

struct shelf *
stock_add_shelf(struct stock *stock, const char *key, struct object *owner)
{
	if (g_hash_table_size(stock->shelves) == SHELVES)
		return NULL;
	struct shelf *shelf = g_new0(struct shelf, 1);
	*shelf = (struct shelf){ .key = g_strdup(key), .version = ++stock->version, .seeded_version = stock->version };
	shelf->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_object);
	g_hash_table_insert(stock->shelves, shelf->key, shelf);
	if (owner)
		stock_own(shelf, owner);
	return shelf;
}

void
stock_own(struct shelf *shelf, struct object *owner)
{
	shelf->owner = owner;
	owner->shelves = owner->shelves ? owner->shelves : g_ptr_array_new();
	g_ptr_array_add(owner->shelves, shelf);
}

static int
compare_shelves(const void *a, const void *b)
{
	return strcmp((*(struct shelf *const *)a)->key, (*(struct shelf *const *)b)->key);
}

GPtrArray *
stock_shelves(const struct stock *stock)
{
	GPtrArray *shelves = g_ptr_array_new();
	GHashTableIter iter;
	void *shelf;
	g_hash_table_iter_init(&iter, stock->shelves);
	while (g_hash_table_iter_next(&iter, NULL, &shelf))
		g_ptr_array_add(shelves, shelf);
	g_ptr_array_sort(shelves, compare_shelves);
	return shelves;
}

void
shelf_lose(struct shelf *shelf, const char *id)
{
	if (!shelf->gone)
		shelf->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (g_hash_table_size(shelf->gone) < STOCK_OBJECTS)
		g_hash_table_add(shelf->gone, g_strdup(id));
}

struct object *
shelf_find(const struct shelf *shelf, const char *id)
{
	return g_hash_table_lookup(shelf->by_id, id);
}

bool
shelf_lost(const struct shelf *shelf, const char *id)
{
	return shelf->gone && g_hash_table_contains(shelf->gone, id);
}

static size_t
size_of(const struct doc *doc)
{
	size_t length;
	doc_source(doc, &length);
	return length;
}

/* Takes an object off its shelf and frees it. */
static void
take_off(struct stock *stock, struct object *object)
{
	struct shelf *shelf = object->shelf;
	if (object->previous)
		object->previous->next = object->next;
	else
		shelf->first = object->next;
	if (object->next)
		object->next->previous = object->previous;
	else
		shelf->last = object->previous;
	shelf->count--;
	shelf->version = ++stock->version;
	stock->objects--;
	stock->bytes -= object->bytes;
	g_hash_table_remove(shelf->by_id, object->id);
}

static bool
make_room(struct stock *stock, struct shelf *shelf, size_t bytes)
{
	struct object *object = shelf->first;
	while (stock->objects >= STOCK_OBJECTS || stock->bytes + bytes > STOCK_BYTES) {
		while (object && (object->seeded || object->shelves))
			object = object->next;
		if (!object)
			return false;
		struct object *oldest = object;
		object = object->next;
		take_off(stock, oldest);
	}
	return true;
}

/* Without a doc. */
static struct object *
add_object(struct stock *stock, struct shelf *shelf, const char *id, size_t bytes)
{
	if (!make_room(stock, shelf, bytes))
		return NULL;
	size_t length = strlen(id) + 1;
	struct object *object = g_malloc(sizeof *object + length);   /* the id stands behind it */
	*object = (struct object){ .id = memcpy(object + 1, id, length), .bytes = bytes, .shelf = shelf, .previous = shelf->last };
	if (shelf->last)
		shelf->last->next = object;
	else
		shelf->first = object;
	shelf->last = object;
	g_hash_table_insert(shelf->by_id, object->id, object);
	if (shelf->gone)
		g_hash_table_remove(shelf->gone, id);
	shelf->count++;
	shelf->made++;
	shelf->version = ++stock->version;
	stock->objects++;
	stock->bytes += bytes;
	return object;
}

struct object *
shelf_add(struct stock *stock, struct shelf *shelf, const char *id, struct doc *doc)
{
	struct object *object = add_object(stock, shelf, id, size_of(doc));
	if (object)
		object->doc = doc_ref(doc);
	return object;
}

struct object *
shelf_add_alike(struct stock *stock, struct shelf *shelf, const char *id, struct doc *like, const struct value *place)
{
	struct object *object = add_object(stock, shelf, id, size_of(like));
	if (object) {
		object->like = doc_ref(like);
		object->place = place;
	}
	return object;
}

/* To those who look it was there all the time. */
struct doc *
object_doc(const struct object *object)
{
	if (!object->doc)
		((struct object *)(uintptr_t)object)->doc = doc_vary(object->like, object->place, VALUE_NUMBER, object->id);
	return object->doc;
}

void
shelf_change(struct stock *stock, struct object *object, struct doc *doc)
{
	size_t bytes = size_of(doc);
	stock->bytes += bytes - object->bytes;
	object->bytes = bytes;
	doc_ref(doc);
	doc_unref(object->doc);
	object->doc = doc;
	forget_renderings(object);
	object->shelf->version = ++stock->version;
}

void
shelf_remove(struct stock *stock, struct object *object)
{
	struct shelf *shelf = object->shelf;
	for (unsigned i = 0; object->shelves && i < object->shelves->len; i++) {
		struct shelf *own = object->shelves->pdata[i];
		while (own->first)
			shelf_remove(stock, own->first);
		g_hash_table_remove(stock->shelves, own->key);
	}
	shelf_lose(shelf, object->id);
	take_off(stock, object);
}

const char *
object_rendering(const struct object *object, const struct value *schema)
{
	for (unsigned i = 0; i < object->rendering_count; i++)
		if (object->renderings[i].schema == schema)
			return object->renderings[i].json;
	return NULL;
}

const char *
object_render(struct object *object, const struct value *schema, char *json)
{
	object->renderings = g_renew(struct rendering, object->renderings, object->rendering_count + 1);
	object->renderings[object->rendering_count++] = (struct rendering){ schema, json };
	return json;
}
