/* References: a URI leads to a place, its fragment to a value there. */
#include <string.h>

#include "base/error.h"
#include "schema/set.h"
#include "schema/uri.h"

static bool
unresolved(GError **error, const char *reference, const char *why)
{
	return error_set(error, ERR_INVALID, "correct the reference or add the document that it names",
	                 "the reference \"%s\" leads nowhere: %s", reference, why);
}

/* The place that a reference without its fragment names. */
static const struct place *
target_place(struct schema_set *set, const struct place *place, const char *reference, GError **error)
{
	if (*reference == '#' || !*reference)
		return place;
	g_autofree char *uri = uri_resolve(place->resource.uri, reference);
	const struct place *target = set_place(set, uri);
	if (!target) {
		g_autofree char *why = g_strdup_printf("no document is known as %s", uri_shown(uri));
		unresolved(error, reference, why);
	}
	return target;
}

struct node *
refer_resolve(struct schema_set *set, const struct place *place, const char *reference, GError **error)
{
	const struct place *target = target_place(set, place, reference, error);
	if (!target)
		return NULL;
	g_autofree char *fragment = uri_fragment(reference);
	const struct value *value = NULL;
	scan_documents(set);
	if (fragment && (!*fragment || *fragment == '/'))
		value = value_find(target->resource.root, fragment);
	else if (fragment && target->anchors)
		value = g_hash_table_lookup(target->anchors, fragment);
	if (!value) {
		unresolved(error, reference, "there is no such place in the document");
		return NULL;
	}
	return scan_node(set, target->document, value);
}

const char *
refer_dynamic(const struct node *target, const char *reference)
{
	g_autofree char *fragment = uri_fragment(reference);
	for (const struct found_anchor *found = node_place(target)->found; found; found = found->next)
		if (found->anchor.node == target && fragment && strcmp(found->anchor.name, fragment) == 0)
			return found->anchor.name;
	return NULL;
}
