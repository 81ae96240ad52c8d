/* What names in documents mean: parameters of lists, members that count or tell. */
#include <string.h>

#include "agent/scaffold_parts.h"
#include "contract/paging.h"

static const char *const parameters[] = {
	[PAGING_NO_PARAMETER] = NULL, [PAGING_LIMIT] = "limit", [PAGING_OFFSET] = "offset", [PAGING_PAGE] = "page", [PAGING_CURSOR] = "cursor",
	[PAGING_SORT] = "sort", [PAGING_DIRECTION] = "direction", [PAGING_SEARCH] = "search",
};
static const char *const relations[] = {
	[PAGING_EQUAL] = "equal", [PAGING_AT_LEAST] = "least", [PAGING_AT_MOST] = "most", [PAGING_ABOVE] = "above", [PAGING_BELOW] = "below",
	[PAGING_NOT] = "not", [PAGING_CONTAINS] = "contains",
};

/* The place of a name among the words of names.yaml, from 1; 0 where it is none of them. */
static unsigned
place_of(const struct value *words, const char *name)
{
	unsigned place = 0;
	VALUE_EACH (item, words) {
		place++;
		if (value_text(item) && lexicon_same(item->text, name))
			return place;
	}
	return 0;
}

unsigned
meaning_title_rank(const struct scaffold *scaffold, const char *name)
{
	return place_of(value_member(doc_root(scaffold->names), "title"), name);
}

const struct resource *
meaning_target(const struct scaffold *scaffold, const char *name)
{
	g_autofree char *snake = lexicon_snake(name);
	if (!g_str_has_suffix(snake, "_id"))
		return NULL;
	snake[strlen(snake) - 3] = '\0';
	for (size_t i = 0; i < scaffold->count; i++) {
		const struct resource *resource = scaffold->list[i];
		g_autofree char *singular = resource_singular(resource->name);
		if (resource->id_property && !resource->singleton && !resource->home && lexicon_same(singular, snake))
			return resource;
	}
	return NULL;
}

static const char *
find_member(const struct shape *shape, const char *name)
{
	g_autofree char *singular = resource_singular(name), *id = g_strconcat(name, "_id", NULL);
	for (size_t i = 0; i < shape->count; i++)
		if (lexicon_same(shape->members[i].name, name) || lexicon_same(shape->members[i].name, singular) ||
		    lexicon_same(shape->members[i].name, id))
			return shape->members[i].name;
	return NULL;
}

/* The member that a bound such as "created_after" is about: created, created_at or created_date. */
static const char *
find_bounded(const struct shape *shape, const char *name, enum paging_relation *ret_relation)
{
	g_autofree char *base = paging_relation(name, ret_relation);
	g_autofree char *moment = g_strconcat(base, "_at", NULL), *day = g_strconcat(base, "_date", NULL);
	if (*ret_relation == PAGING_EQUAL)
		return NULL;
	const char *found = find_member(shape, base);
	if (!found)
		found = find_member(shape, moment);
	return found ? found : find_member(shape, day);
}

const char *
meaning_member(const struct scaffold *scaffold, const struct resource *resource, const char *name, const char **ret_as)
{
	const struct shape *shape = shape_of(scaffold->openapi, resource->item_schema);
	enum paging_parameter paging = paging_parameter(name);
	enum paging_relation relation = PAGING_EQUAL;
	const char *member = find_member(shape, name);
	*ret_as = relations[PAGING_EQUAL];
	/* "page" and "sort" mean that whatever the items have; "count" or "order" may be members. */
	bool strong = paging == PAGING_PAGE || paging == PAGING_SORT || paging == PAGING_OFFSET || paging == PAGING_CURSOR ||
	              lexicon_same(name, "limit") || lexicon_same(name, "q");
	if (member && !strong)
		return member;
	*ret_as = parameters[paging];
	if (*ret_as)
		return NULL;
	member = find_bounded(shape, name, &relation);
	*ret_as = member ? relations[relation] : NULL;
	return member;
}

void
meaning_write_parameter(const struct scaffold *scaffold, const struct resource *resource, const char *name, struct writer *writer)
{
	const char *as = NULL, *member = resource ? meaning_member(scaffold, resource, name, &as) : NULL;
	if (!as) {
		writer_null(writer);
		return;
	}
	writer_begin_object(writer);
	writer_member_text(writer, "as", as);
	if (member)
		writer_member_text(writer, "member", member);
	writer_end(writer);
}

void
meaning_write_facts(struct scaffold *scaffold, const struct value *schema, bool nested, struct writer *writer)
{
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	writer_begin_object(writer);
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_member *member = &shape->members[i];
		enum paging_member fact = paging_member(member->name);
		bool object = member->schema && shape_of(scaffold->openapi, member->schema)->kinds == SHAPE_KIND(VALUE_OBJECT);
		if (object && !nested && paging_is_envelope(member->name)) {
			writer_key(writer, member->name);
			meaning_write_facts(scaffold, member->schema, true, writer);
		} else if (fact != PAGING_NONE && !object) {
			writer_member_text(writer, member->name, paging_member_names[fact]);
		}
	}
	writer_end(writer);
}

void
meaning_write_problem(struct scaffold *scaffold, const struct value *schema, struct writer *writer)
{
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	writer_begin_object(writer);
	VALUE_EACH_MEMBER (fact, words, value_member(doc_root(scaffold->names), "problem"))
		for (size_t i = 0; i < shape->count; i++)
			if (place_of(words, shape->members[i].name))
				writer_member_text(writer, shape->members[i].name, fact->text);
	writer_end(writer);
}

void
meaning_write_times(struct scaffold *scaffold, const struct value *schema, struct writer *writer)
{
	const struct shape *shape = shape_of(scaffold->openapi, schema);
	writer_begin_object(writer);
	for (size_t i = 0; i < shape->count; i++) {
		const char *name = shape->members[i].name;
		const char *format = value_member_text(openapi_resolve(scaffold->openapi, shape->members[i].schema), "format");
		bool created = lexicon_is_stamp(scaffold->lexicon, "created", name);
		if (g_strcmp0(format, "date-time") == 0 && (created || lexicon_is_stamp(scaffold->lexicon, "updated", name)))
			writer_member_text(writer, name, created ? "created" : "updated");
	}
	writer_end(writer);
}
