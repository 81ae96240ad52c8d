/* Arrays: enough items, not more than allowed, what must be contained, each only once where asked. */
#include <string.h>

#include "contract/sample_model.h"

enum { USUAL = 2, DEEP = 4, TRIES = 40, ITEMS_MAX = 2000 };

struct listing {
	struct making *making;
	const struct demand *demand;
	const char *name;
	GPtrArray *items;            /* JSON texts */
	GHashTable *seen;            /* the same, where items must differ; else NULL */
};

/* The schemas of the item at a place. */
static void
item_roots(const struct demand *demand, unsigned place, struct roots *roots)
{
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *node = demand->nodes[i], *items = value_member(node, "items"), *first = value_member(node, "prefixItems");
		if (value_is(items, VALUE_ARRAY)) {
			first = items;
			items = value_member(node, "additionalItems");
		}
		roots_add(roots, value_item(first, place) ? value_item(first, place) : items);
	}
}

static void
contained_roots(const struct demand *demand, struct roots *roots)
{
	for (unsigned i = 0; i < demand->count; i++)
		roots_add(roots, value_member(demand->nodes[i], "contains"));
}

static bool
is_unique(const struct demand *demand)
{
	for (unsigned i = 0; i < demand->count; i++)
		if (value_truth(value_member(demand->nodes[i], "uniqueItems")))
			return true;
	return false;
}

/* Items can only be told apart by their text if that is the same for equal values. */
static char *
plain_text(const char *json)
{
	char *end;
	double number = g_ascii_strtod(json, &end);
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	return end != json && !*end ? g_strdup(g_ascii_dtostr(digits, sizeof digits, number)) : g_strdup(json);
}

/* Adds an item that differs from the others, if that can be had. Takes `json`. */
static bool
add_item(struct listing *listing, char *json)
{
	if (json && listing->seen && !g_hash_table_add(listing->seen, plain_text(json)))
		g_clear_pointer(&json, g_free);
	if (json)
		g_ptr_array_add(listing->items, json);
	return json;
}

static bool
make_item(struct listing *listing, const struct roots *roots, const struct value *hint)
{
	struct making *making = listing->making;
	bool vary = making->vary, done = false;
	unsigned tries = listing->seen ? TRIES : 1;
	for (unsigned i = 0; i < tries && !done; i++) {
		/* What an author shows is the same each time: others must be made up. */
		making->vary = vary || i || (listing->seen && listing->items->len && !hint);
		done = add_item(listing, making_value(making, roots, listing->name, i ? NULL : hint));
	}
	making->vary = vary;
	return done;
}

/* How many items there shall be where only the bounds are known. */
static unsigned
usual_count(const struct listing *listing, const struct roots *roots, unsigned least, unsigned most)
{
	const struct making *making = listing->making;
	unsigned count = making->depth <= 2 ? USUAL : 1;
	for (unsigned i = 0; i < roots->count; i++)
		if (demand_leads_back(making, roots->items[i]))
			count = 0;
	if (making->minimal || making->depth > DEEP + 2 || !making->budget)
		count = 0;
	return CLAMP(count, least, most);
}

static bool
make_contained(struct listing *listing, unsigned most)
{
	struct roots contained = { 0 };
	contained_roots(listing->demand, &contained);
	if (!contained.count)
		return true;
	unsigned wanted = demand_count(listing->demand, "minContains", true, 1);
	for (unsigned i = 0; i < MIN(wanted, most); i++) {
		struct roots roots = contained;
		item_roots(listing->demand, listing->items->len, &roots);
		if (!make_item(listing, &roots, NULL))
			return false;
	}
	return true;
}

static void
take_hints(struct listing *listing, const struct value *hint, unsigned most)
{
	VALUE_EACH (item, hint) {
		struct roots roots = { 0 };
		if (listing->items->len >= most)
			return;
		item_roots(listing->demand, listing->items->len, &roots);
		make_item(listing, &roots, item);
	}
}

static bool
fill(struct listing *listing, const struct value *hint)
{
	unsigned least = demand_count(listing->demand, "minItems", true, 0);
	unsigned most = MIN(demand_count(listing->demand, "maxItems", false, ITEMS_MAX), ITEMS_MAX);
	struct roots first = { 0 };
	if (least > most)
		return false;
	take_hints(listing, hint, most);
	if (!hint && !make_contained(listing, most))
		return false;
	item_roots(listing->demand, 0, &first);
	unsigned count = hint ? MAX(least, listing->items->len) : usual_count(listing, &first, least, most);
	while (listing->items->len < count) {
		struct roots roots = { 0 };
		item_roots(listing->demand, listing->items->len, &roots);
		if (!make_item(listing, &roots, NULL))
			return listing->items->len >= least;
	}
	return true;
}

char *
making_array(struct making *making, const struct demand *demand, const char *name, const struct value *hint)
{
	struct listing listing = { making, demand, name, g_ptr_array_new_with_free_func(g_free), NULL };
	if (is_unique(demand))
		listing.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GString *json = NULL;
	if (fill(&listing, hint)) {
		json = g_string_new("[");
		for (unsigned i = 0; i < listing.items->len; i++)
			g_string_append_printf(json, "%s%s", i ? "," : "", (const char *)listing.items->pdata[i]);
		g_string_append_c(json, ']');
	}
	g_ptr_array_unref(listing.items);
	g_clear_pointer(&listing.seen, g_hash_table_unref);
	return json ? g_string_free(json, FALSE) : NULL;
}
