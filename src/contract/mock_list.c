/* Lists: which objects, in which order, which page of them, and what stands around them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "contract/mock_model.h"
#include "contract/shape.h"
#include "contract/style.h"

enum { KEYS = 4, DEPTH = 2 };

struct sort_key {
	const char *member;
	bool descending;
};

/* A list under way. */
struct listing {
	struct asking *asking;
	const struct resource *resource;
	const struct value *query;           /* the parameters as they were given, and their defaults */
	struct style_pairs given;            /* as they stand in the request */
	GPtrArray *objects;                  /* that match */
	struct sort_key keys[KEYS];
	unsigned key_count;
	size_t limit, offset;                /* SIZE_MAX: no limit */
	bool zero_based;                     /* pages count from 0 */
	const char *cursor;
};

/* Negative, 0 or positive; what is missing or null comes last. */
static int
compare_values(const struct value *a, const struct value *b)
{
	bool left = a && a->kind != VALUE_NULL, right = b && b->kind != VALUE_NULL;
	if (!left || !right)
		return (int)!left - (int)!right;
	if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
		double first = value_double(a), second = value_double(b);
		return (first > second) - (first < second);
	}
	if (a->kind == VALUE_BOOL && b->kind == VALUE_BOOL)
		return (int)a->truth - (int)b->truth;
	g_autofree char *first = mock_text(a), *second = mock_text(b);
	return strcmp(first, second);
}

static bool
is_equal(const struct value *own, const struct value *wanted)
{
	if (value_is(own, VALUE_ARRAY)) {
		VALUE_EACH (item, own)
			if (is_equal(item, wanted))
				return true;
		return false;
	}
	if (!own)
		return false;
	g_autofree char *a = mock_text(own), *b = mock_text(wanted);
	return value_equal(own, wanted) || strcmp(a, b) == 0;
}

static bool
contains_text(const struct value *own, const char *text)
{
	if (value_is(own, VALUE_STRING)) {
		g_autofree char *folded = g_utf8_casefold(own->text, -1), *wanted = g_utf8_casefold(text, -1);
		return strstr(folded, wanted);
	}
	VALUE_EACH (item, own)
		if (contains_text(item, text))
			return true;
	VALUE_EACH_MEMBER (name, item, own)
		if (contains_text(item, text))
			return true;
	return false;
}

static bool
is_related(const struct value *own, const struct value *wanted, enum paging_relation relation)
{
	int order = own ? compare_values(own, wanted) : 0;
	g_autofree char *text = mock_text(wanted);
	switch (relation) {
	case PAGING_AT_LEAST:
		return own && order >= 0;
	case PAGING_AT_MOST:
		return own && order <= 0;
	case PAGING_ABOVE:
		return own && order > 0;
	case PAGING_BELOW:
		return own && order < 0;
	case PAGING_NOT:
		return !is_equal(own, wanted);
	case PAGING_CONTAINS:
		return contains_text(own, text);
	default:
		return is_equal(own, wanted);
	}
}

/* Of several wanted values one has to be met. */
static bool
meets(const struct value *own, const struct value *wanted, enum paging_relation relation)
{
	if (!value_is(wanted, VALUE_ARRAY))
		return is_related(own, wanted, relation);
	VALUE_EACH (item, wanted)
		if (is_related(own, item, relation))
			return true;
	return !value_count(wanted);
}

/* filter[status]=done: the members of an object that are members of the item. */
static bool
meets_all(const struct value *state, const struct value *wanted)
{
	VALUE_EACH_MEMBER (name, item, wanted) {
		const struct value *own = value_member(state, name->text);
		if (own && !meets(own, item, PAGING_EQUAL))
			return false;
	}
	return true;
}

/* A default says what a provider does about a parameter; what was just created is listed still. */
static bool
is_given(const struct listing *listing, const char *name)
{
	size_t length = strlen(name);
	for (size_t i = 0; i < listing->given.count; i++) {
		const char *own = listing->given.items[i].name;
		if (strncmp(own, name, length) == 0 && (!own[length] || own[length] == '['))
			return true;
	}
	return false;
}

static bool
matches(const struct listing *listing, const struct object *object)
{
	const struct mock_plan *plan = listing->asking->plan;
	const struct value *state = doc_root(object_doc(object));
	for (size_t i = 0; i < plan->parameter_count; i++) {
		const struct list_parameter *parameter = &plan->parameters[i];
		const struct value *wanted = value_member(listing->query, parameter->name);
		bool empty = value_is(wanted, VALUE_STRING) && !wanted->length;
		if (!wanted || empty)
			continue;
		if (parameter->member && is_given(listing, parameter->name) && !meets(value_member(state, parameter->member), wanted, parameter->relation))
			return false;
		if (parameter->meaning == PAGING_SEARCH && !parameter->member && value_text(wanted) && !contains_text(state, wanted->text))
			return false;
		if (!parameter->member && !parameter->meaning && value_is(wanted, VALUE_OBJECT) && !meets_all(state, wanted))
			return false;
	}
	return true;
}

/* Through its parent, only what belongs to it is seen. */
static bool
is_inside(const struct listing *listing, const struct object *object)
{
	const struct resource *resource = listing->asking->plan->resource;
	if (!resource->home || !resource->parent || !resource->parent_property)
		return true;
	const struct value *link = value_member(doc_root(object_doc(object)), resource->parent_property);
	g_autofree char *text = link ? mock_text(link) : NULL;
	return g_strcmp0(text, listing->asking->values[mock_parameters_of(resource->parent->collection)]) == 0;
}

/* "-created_at", "name:desc", "price_asc", "name desc". */
static void
add_key(struct listing *listing, const char *text, bool descending)
{
	const struct shape *shape = shape_of(listing->asking->mock->openapi, listing->resource->item_schema);
	g_autofree char *name = g_strdup(text + (*text == '-' || *text == '+'));
	static const char *const endings[] = { ":desc", " desc", "_desc", ".desc", "-desc", ":asc", " asc", "_asc", ".asc", "-asc" };
	bool down = descending != (*text == '-');
	for (unsigned i = 0; i < G_N_ELEMENTS(endings); i++) {
		size_t length = strlen(name), ending = strlen(endings[i]);
		if (length <= ending || g_ascii_strcasecmp(name + length - ending, endings[i]) != 0)
			continue;
		name[length - ending] = '\0';
		down = i < G_N_ELEMENTS(endings) / 2;
		break;
	}
	for (size_t i = 0; i < shape->count && listing->key_count < KEYS; i++) {
		g_autofree char *moment = g_strdup_printf("%s_at", name);
		if (!lexicon_same(shape->members[i].name, name) && !lexicon_same(shape->members[i].name, moment))
			continue;
		listing->keys[listing->key_count++] = (struct sort_key){ shape->members[i].name, down };
		return;
	}
}

static void
read_keys(struct listing *listing, const struct value *value, bool descending)
{
	VALUE_EACH (item, value)
		read_keys(listing, item, descending);
	if (!value_text(value))
		return;
	g_auto(GStrv) parts = g_strsplit(value->text, ",", KEYS);
	for (unsigned i = 0; parts[i]; i++)
		add_key(listing, g_strstrip(parts[i]), descending);
}

static bool
is_descending(const struct listing *listing)
{
	const struct mock_plan *plan = listing->asking->plan;
	for (size_t i = 0; i < plan->parameter_count; i++) {
		const char *text = value_member_text(listing->query, plan->parameters[i].name);
		if (plan->parameters[i].meaning == PAGING_DIRECTION && text && g_ascii_strncasecmp(text, "desc", 4) == 0)
			return true;
	}
	return false;
}

bool
mock_counts_from_zero(struct mock *mock, const struct openapi_operation *operation, const char *name)
{
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct value *schema = openapi_resolve(mock->openapi, operation->parameters[i].value_schema);
		if (strcmp(operation->parameters[i].name, name) != 0)
			continue;
		return value_double(value_member(schema, "minimum")) == 0 || value_double(value_member(schema, "default")) == 0;
	}
	return false;
}

/* Reads what pages and sorts; a page can only be placed once the limit is known. */
static void
read_paging(struct listing *listing)
{
	const struct mock_plan *plan = listing->asking->plan;
	bool descending = is_descending(listing);
	int64_t page = -1, number;
	listing->limit = SIZE_MAX;
	for (size_t i = 0; i < plan->parameter_count; i++) {
		const struct list_parameter *parameter = &plan->parameters[i];
		const struct value *value = value_member(listing->query, parameter->name);
		bool whole = value_int64(value, &number) && number >= 0;
		if (!value || parameter->member)
			continue;
		if (parameter->meaning == PAGING_LIMIT && whole)
			listing->limit = (size_t)number;
		else if (parameter->meaning == PAGING_OFFSET && whole)
			listing->offset = (size_t)number;
		else if (parameter->meaning == PAGING_PAGE && whole)
			page = number;
		else if (parameter->meaning == PAGING_SORT)
			read_keys(listing, value, descending);
		else if (parameter->meaning == PAGING_CURSOR)
			listing->cursor = value_text(value);
		if (parameter->meaning == PAGING_PAGE)
			listing->zero_based = mock_counts_from_zero(listing->asking->mock, plan->operation, parameter->name);
	}
	if (page >= 0 && listing->limit != SIZE_MAX)
		listing->offset = (size_t)MAX(page - !listing->zero_based, 0) * listing->limit;
}

static int
compare_objects(const void *a, const void *b, void *data)
{
	const struct listing *listing = data;
	const struct value *left = doc_root(object_doc(*(struct object *const *)a)), *right = doc_root(object_doc(*(struct object *const *)b));
	for (unsigned i = 0; i < listing->key_count; i++) {
		int order = compare_values(value_member(left, listing->keys[i].member), value_member(right, listing->keys[i].member));
		if (order)
			return listing->keys[i].descending ? -order : order;
	}
	return 0;
}

/* Behind the object that a cursor names, or at the place that it counts. */
static void
place_cursor(struct listing *listing)
{
	if (!listing->cursor || !*listing->cursor)
		return;
	for (unsigned i = 0; i < listing->objects->len; i++) {
		const struct object *object = listing->objects->pdata[i];
		if (strcmp(object->id, listing->cursor) == 0) {
			listing->offset = i + 1;
			return;
		}
	}
	char *end;
	guint64 offset = g_ascii_strtoull(listing->cursor, &end, 10);
	if (!*end)
		listing->offset = (size_t)MIN(offset, (guint64)STOCK_OBJECTS);
}

static size_t
page_end(const struct listing *listing)
{
	size_t total = listing->objects->len, start = MIN(listing->offset, total);
	return start + MIN(listing->limit, total - start);
}

static bool
write_items(struct listing *listing, struct writer *writer, GError **error)
{
	struct mock *mock = listing->asking->mock;
	const struct mock_plan *plan = listing->asking->plan;
	const struct shape *shape = shape_of(mock->openapi, plan->schema);
	const struct shape_member *member = plan->resource->list_property ? shape_member(shape, plan->resource->list_property) : NULL;
	const struct value *items = member ? shape_of(mock->openapi, member->schema)->items : shape->items;
	writer_begin_array(writer);
	for (size_t i = listing->offset; i < page_end(listing); i++) {
		const char *json = mock_render(mock, listing->objects->pdata[i], items, NULL, error);
		if (!json)
			return false;
		g_autoptr(Doc) doc = doc_own(json);
		writer_value(writer, doc_root(doc));
	}
	writer_end(writer);
	return true;
}

/* The target of another page, with its own offset, page or cursor; NULL where it cannot be said. */
static char *
page_target(const struct listing *listing, size_t offset)
{
	const struct asking *asking = listing->asking;
	const char *target = asking->request->url, *query = strchr(target, '?');
	GString *text = g_string_new_len(target, (gssize)strcspn(target, "?#"));
	const char *name = NULL;
	size_t value = offset;
	for (size_t i = 0; i < asking->plan->parameter_count; i++) {
		const struct list_parameter *parameter = &asking->plan->parameters[i];
		if (parameter->member || (parameter->meaning != PAGING_OFFSET && parameter->meaning != PAGING_PAGE && parameter->meaning != PAGING_CURSOR))
			continue;
		name = parameter->name;
		if (parameter->meaning == PAGING_PAGE)
			value = offset / MAX(listing->limit, 1) + !listing->zero_based;
	}
	g_auto(GStrv) pairs = g_strsplit(query ? query + 1 : "", "&", -1);
	char joint = '?';
	for (unsigned i = 0; pairs[i]; i++) {
		size_t length = strcspn(pairs[i], "=");
		if (!*pairs[i] || (name && strlen(name) == length && strncmp(name, pairs[i], length) == 0))
			continue;
		g_string_append_printf(text, "%c%s", joint, pairs[i]);
		joint = '&';
	}
	if (name)
		g_string_append_printf(text, "%c%s=%zu", joint, name, value);
	return g_string_free(text, !name);
}

struct page_facts {
	size_t total, start, end, limit, pages, number;
	bool more, less;
};

static struct page_facts
facts_of(const struct listing *listing)
{
	struct page_facts facts = { .total = listing->objects->len, .start = MIN(listing->offset, listing->objects->len), .end = page_end(listing) };
	facts.limit = listing->limit == SIZE_MAX ? MAX(facts.total, 1) : MAX(listing->limit, 1);
	facts.pages = MAX((facts.total + facts.limit - 1) / facts.limit, 1);
	facts.number = listing->offset / facts.limit + !listing->zero_based;
	facts.more = facts.end < facts.total && listing->limit;
	facts.less = facts.start > 0;
	return facts;
}

/* The page that a member speaks of: where it begins, and whether there is such a page. */
static bool
page_of(const struct page_facts *facts, enum paging_member meaning, size_t *ret_offset)
{
	switch (meaning) {
	case PAGING_NEXT:
	case PAGING_NEXT_CURSOR:
		*ret_offset = facts->end;
		return facts->more;
	case PAGING_PREVIOUS:
	case PAGING_PREVIOUS_CURSOR:
		*ret_offset = facts->start > facts->limit ? facts->start - facts->limit : 0;
		return facts->less;
	case PAGING_LAST:
		*ret_offset = (facts->pages - 1) * facts->limit;
		return true;
	default:
		*ret_offset = meaning == PAGING_SELF ? facts->start : 0;
		return true;
	}
}

/* A link or a number of another page, as the member's kind has it; null where there is no such page. */
static void
write_page(struct listing *listing, const struct page_facts *facts, enum paging_member meaning, unsigned kinds, struct writer *writer, const char *name)
{
	size_t offset;
	bool there = page_of(facts, meaning, &offset), text = kinds & SHAPE_KIND(VALUE_STRING);
	if (!there && !(kinds & SHAPE_KIND(VALUE_NULL)))
		return;
	writer_key(writer, name);
	if (!there) {
		writer_null(writer);
	} else if (text && (meaning == PAGING_NEXT_CURSOR || meaning == PAGING_PREVIOUS_CURSOR)) {
		g_autofree char *cursor = g_strdup_printf("%zu", offset);
		writer_text(writer, cursor);
	} else if (text) {
		g_autofree char *link = page_target(listing, offset);
		writer_text(writer, link ? link : listing->asking->request->url);
	} else {
		writer_int(writer, (int64_t)(offset / facts->limit) + !listing->zero_based);
	}
}

static void
write_count(struct listing *listing, const struct shape *shape, const struct shape_member *member, struct writer *writer)
{
	struct page_facts facts = facts_of(listing);
	enum paging_member meaning = paging_member(member->name);
	unsigned kinds = shape_of(listing->asking->mock->openapi, member->schema)->kinds;
	/* A count without a total beside it is the total. */
	for (size_t i = 0; i < shape->count && meaning == PAGING_COUNT; i++)
		if (paging_member(shape->members[i].name) == PAGING_TOTAL)
			meaning = PAGING_NONE;
	const int64_t numbers[] = {
		[PAGING_NONE] = (int64_t)(facts.end - facts.start), [PAGING_TOTAL] = (int64_t)facts.total, [PAGING_COUNT] = (int64_t)facts.total,
		[PAGING_PER_PAGE] = (int64_t)facts.limit, [PAGING_SKIPPED] = (int64_t)facts.start, [PAGING_NUMBER] = (int64_t)facts.number,
		[PAGING_PAGES] = (int64_t)facts.pages,
	};
	bool flag = kinds & SHAPE_KIND(VALUE_BOOL) && !(kinds & (SHAPE_KIND(VALUE_NUMBER) | SHAPE_KIND(VALUE_STRING)));
	if (meaning == PAGING_MORE || meaning == PAGING_LESS) {
		writer_member_bool(writer, member->name, meaning == PAGING_MORE ? facts.more : facts.less);
	} else if (flag && (meaning == PAGING_FIRST || meaning == PAGING_LAST)) {
		writer_member_bool(writer, member->name, meaning == PAGING_FIRST ? !facts.less : !facts.more);
	} else if (meaning > PAGING_PAGES) {
		write_page(listing, &facts, meaning, kinds, writer, member->name);
	} else if (kinds & SHAPE_KIND(VALUE_NUMBER)) {
		writer_member_int(writer, member->name, numbers[meaning]);
	} else if (kinds & SHAPE_KIND(VALUE_STRING)) {
		g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, numbers[meaning]);
		writer_member_text(writer, member->name, text);
	}
}

/* The object around the items: counts and links by the names of its members. */
static bool
write_envelope(struct listing *listing, const struct shape *shape, struct writer *writer, unsigned depth, GError **error)
{
	const char *list = depth ? NULL : listing->asking->plan->resource->list_property;
	writer_begin_object(writer);
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_member *member = &shape->members[i];
		const struct shape *inner = shape_of(listing->asking->mock->openapi, member->schema);
		if (list && strcmp(member->name, list) == 0) {
			writer_key(writer, member->name);
			if (!write_items(listing, writer, error))
				return false;
		} else if (inner->count && depth < DEPTH && paging_is_envelope(member->name)) {
			writer_key(writer, member->name);
			write_envelope(listing, inner, writer, depth + 1, error);
		} else if (paging_member(member->name)) {
			write_count(listing, shape, member, writer);
		}
	}
	writer_end(writer);
	return true;
}

/* A list with other items in it; NULL for none. */
static struct doc *
with_items(const struct value *list, const char *property, const struct value *items)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (name, item, list) {
		bool here = strcmp(name->text, property) == 0;
		writer_key(&writer, name->text);
		if (here && !items) {
			writer_begin_array(&writer);
			writer_end(&writer);
		} else {
			writer_value(&writer, here ? items : item);
		}
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

static bool
is_answer(struct listing *listing, const struct value *value)
{
	struct faults faults = { 0 };
	bool fits = exchange_check(listing->asking->mock->openapi, listing->asking->plan->schema, value, SCHEMA_SIDE_RESPONSE, "body", "", &faults);
	faults_clear(&faults);
	return fits;
}

/* What else the schema wants around the items is made up; they stay as they are, as far as it permits so many, and equal ones. */
static char *
complete_list(struct listing *listing, const struct value *list, GError **error)
{
	struct mock *mock = listing->asking->mock;
	const struct mock_plan *plan = listing->asking->plan;
	const char *property = plan->resource->list_property;
	g_autoptr(Doc) bare = property ? with_items(list, property, NULL) : NULL;
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = doc_root(bare) };
	g_autoptr(Doc) around = bare ? sample_make(mock->sampler, plan->schema, NULL, &options, NULL) : NULL;
	g_autoptr(Doc) whole = around ? with_items(doc_root(around), property, value_member(list, property)) : NULL;
	if (whole && is_answer(listing, doc_root(whole)))
		return value_to_json(doc_root(whole), false);
	options.like = list;
	g_autoptr(Doc) other = sample_make(mock->sampler, plan->schema, NULL, &options, error);
	return other ? value_to_json(doc_root(other), false) : NULL;
}

/* JSON text of the whole answer; NULL with an error. */
static char *
list_json(struct listing *listing, GError **error)
{
	struct mock *mock = listing->asking->mock;
	const struct mock_plan *plan = listing->asking->plan;
	struct writer writer;
	writer_init(&writer, false);
	bool ok = plan->resource->list_property ? write_envelope(listing, shape_of(mock->openapi, plan->schema), &writer, 0, error)
	                                        : write_items(listing, &writer, error);
	if (!ok) {
		writer_finish(&writer);
		return NULL;
	}
	g_autofree char *json = writer_take(&writer);
	g_autoptr(Doc) doc = doc_own(json);
	return is_answer(listing, doc_root(doc)) ? g_steal_pointer(&json) : complete_list(listing, doc_root(doc), error);
}

/* Headers that count, where the document declares them: X-Total-Count, Link (RFC 8288). */
static void
add_headers(struct listing *listing)
{
	static const struct {
		enum paging_member meaning;
		const char *name;
	} relations[] = { { PAGING_NEXT, "next" }, { PAGING_PREVIOUS, "prev" }, { PAGING_FIRST, "first" }, { PAGING_LAST, "last" } };
	struct asking *asking = listing->asking;
	struct page_facts facts = facts_of(listing);
	VALUE_EACH_MEMBER (name, item, value_member(asking->plan->response ? asking->plan->response->node : NULL, "headers")) {
		const char *bare = g_ascii_strncasecmp(name->text, "x-", 2) == 0 ? name->text + 2 : name->text;
		enum paging_member meaning = paging_member(bare);
		size_t values[] = { [PAGING_TOTAL] = facts.total, [PAGING_COUNT] = facts.total, [PAGING_PER_PAGE] = facts.limit,
			            [PAGING_SKIPPED] = facts.start, [PAGING_NUMBER] = facts.number, [PAGING_PAGES] = facts.pages };
		if (meaning > PAGING_NONE && meaning <= PAGING_PAGES)
			answer_header(asking, name->text, "%zu", values[meaning]);
		if (g_ascii_strcasecmp(name->text, "link") != 0)
			continue;
		g_autoptr(GString) links = g_string_new(NULL);
		size_t offsets[] = { facts.end, facts.start > facts.limit ? facts.start - facts.limit : 0, 0, (facts.pages - 1) * facts.limit };
		for (unsigned i = 0; i < G_N_ELEMENTS(relations); i++) {
			bool there = i == 0 ? facts.more : i == 1 ? facts.less : true;
			g_autofree char *target = there ? page_target(listing, offsets[i]) : NULL;
			if (target)
				g_string_append_printf(links, "%s<%s>; rel=\"%s\"", links->len ? ", " : "", target, relations[i].name);
		}
		/* An empty header cannot be sent: where no page can be said, a required one leads to this, the first. */
		if (!links->len && value_truth(value_member(openapi_resolve(asking->mock->openapi, item), "required")))
			g_string_append_printf(links, "<%s>; rel=\"first\"", asking->request->url);
		answer_header(asking, name->text, "%s", links->str);
	}
}

static void
collect(struct listing *listing, const struct shelf *shelf)
{
	for (struct object *object = shelf->first; object; object = object->next)
		if (is_inside(listing, object) && matches(listing, object))
			g_ptr_array_add(listing->objects, object);
	read_paging(listing);
	if (listing->key_count)
		g_ptr_array_sort_with_data(listing->objects, compare_objects, listing);
	place_cursor(listing);
}

void
mock_do_list(struct asking *asking)
{
	struct mock_plan *plan = asking->plan;
	const struct resource *resource = plan->resource;
	GError *error = NULL;
	if (mock_refuse_orphan(asking))
		return;
	struct shelf *shelf = mock_shelf(asking->mock, resource, asking->values);
	struct listing listing = { .asking = asking, .resource = resource->home ? resource->home : resource, .objects = g_ptr_array_new() };
	listing.query = value_member(doc_root(asking->parsed.parameters), "query");
	style_split_query(strchr(asking->request->url, '?') ? strchr(asking->request->url, '?') + 1 : "", &listing.given);
	if (shelf)
		collect(&listing, shelf);
	g_autofree char *json = list_json(&listing, &error);
	if (json) {
		add_headers(&listing);
		answer_json(asking, json, NULL);
	} else {
		/* Not every list of ours fits, such as an empty one where two branches of a oneOf take it: then one by the schema. */
		g_error_free(error);
		answer_sample(asking, plan->response, plan->status, NULL);
	}
	style_pairs_clear(&listing.given);
	g_ptr_array_unref(listing.objects);
}
