#include "contract/paging.h"

#include <glib.h>
#include <string.h>

#include "contract/lexicon.h"

static const struct {
	enum paging_parameter meaning;
	const char *name;
} parameters[] = {
	{ PAGING_LIMIT, "limit" }, { PAGING_LIMIT, "per_page" }, { PAGING_LIMIT, "page_size" },
	{ PAGING_LIMIT, "size" }, { PAGING_LIMIT, "take" }, { PAGING_LIMIT, "top" }, { PAGING_LIMIT, "max_results" },
	{ PAGING_LIMIT, "count" }, { PAGING_LIMIT, "page_limit" }, { PAGING_LIMIT, "max" }, { PAGING_LIMIT, "first" },
	{ PAGING_LIMIT, "max_items" }, { PAGING_LIMIT, "items_per_page" },
	{ PAGING_OFFSET, "offset" }, { PAGING_OFFSET, "skip" }, { PAGING_OFFSET, "start" }, { PAGING_OFFSET, "start_index" },
	{ PAGING_OFFSET, "page_offset" },
	{ PAGING_PAGE, "page" }, { PAGING_PAGE, "page_number" }, { PAGING_PAGE, "page_no" }, { PAGING_PAGE, "p" }, { PAGING_PAGE, "page_index" },
	{ PAGING_CURSOR, "cursor" }, { PAGING_CURSOR, "after" }, { PAGING_CURSOR, "next_token" }, { PAGING_CURSOR, "page_token" },
	{ PAGING_CURSOR, "starting_after" }, { PAGING_CURSOR, "marker" }, { PAGING_CURSOR, "continuation_token" },
	{ PAGING_CURSOR, "page_cursor" }, { PAGING_CURSOR, "page_after" },
	{ PAGING_SORT, "sort" }, { PAGING_SORT, "sort_by" }, { PAGING_SORT, "order_by" }, 
	{ PAGING_SORT, "ordering" }, { PAGING_SORT, "sort_field" },
	{ PAGING_DIRECTION, "order" }, { PAGING_DIRECTION, "direction" }, { PAGING_DIRECTION, "sort_order" },
	{ PAGING_DIRECTION, "sort_direction" }, { PAGING_DIRECTION, "sort_dir" }, { PAGING_DIRECTION, "dir" },
	{ PAGING_DIRECTION, "order_direction" },
	{ PAGING_SEARCH, "q" }, { PAGING_SEARCH, "query" }, { PAGING_SEARCH, "search" }, { PAGING_SEARCH, "keyword" }, { PAGING_SEARCH, "term" },
};

const char *const paging_member_names[] = {
	"none", "total", "count", "limit", "offset", "page", "pages", "next", "previous", "first", "last", "self", "more", "less",
	"nextCursor", "previousCursor", NULL,
};

static const struct {
	enum paging_member meaning;
	const char *name;
} members[] = {
	{ PAGING_TOTAL, "total" }, { PAGING_TOTAL, "total_count" }, { PAGING_TOTAL, "total_items" }, { PAGING_TOTAL, "total_results" },
	{ PAGING_TOTAL, "total_elements" }, { PAGING_TOTAL, "total_records" }, { PAGING_TOTAL, "total_rows" }, { PAGING_TOTAL, "items_total" },
	{ PAGING_COUNT, "count" }, { PAGING_COUNT, "item_count" }, { PAGING_COUNT, "items_count" }, { PAGING_COUNT, "number_of_elements" },
	{ PAGING_COUNT, "returned" }, { PAGING_COUNT, "result_count" },
	{ PAGING_PER_PAGE, "limit" }, { PAGING_PER_PAGE, "per_page" }, { PAGING_PER_PAGE, "page_size" }, 
	{ PAGING_PER_PAGE, "size" }, { PAGING_PER_PAGE, "items_per_page" },
	{ PAGING_SKIPPED, "offset" }, { PAGING_SKIPPED, "skip" }, { PAGING_SKIPPED, "start" }, { PAGING_SKIPPED, "start_index" },
	{ PAGING_NUMBER, "page" }, { PAGING_NUMBER, "page_number" }, { PAGING_NUMBER, "current_page" }, { PAGING_NUMBER, "page_index" },
	{ PAGING_PAGES, "pages" }, { PAGING_PAGES, "total_pages" }, { PAGING_PAGES, "page_count" }, { PAGING_PAGES, "last_page" },
	{ PAGING_NEXT, "next" }, { PAGING_NEXT, "next_page" }, { PAGING_NEXT, "next_url" }, { PAGING_NEXT, "next_link" }, { PAGING_NEXT, "next_page_url" },
	{ PAGING_PREVIOUS, "previous" }, { PAGING_PREVIOUS, "prev" }, { PAGING_PREVIOUS, "prev_page" }, { PAGING_PREVIOUS, "previous_page" },
	{ PAGING_PREVIOUS, "previous_url" }, { PAGING_PREVIOUS, "prev_url" }, { PAGING_PREVIOUS, "prev_page_url" },
	{ PAGING_FIRST, "first" }, { PAGING_FIRST, "first_page_url" }, { PAGING_LAST, "last" }, { PAGING_LAST, "last_page_url" },
	{ PAGING_SELF, "self" },
	{ PAGING_MORE, "has_more" }, { PAGING_MORE, "has_next" }, { PAGING_MORE, "has_next_page" }, { PAGING_MORE, "more" },
	{ PAGING_LESS, "has_prev" }, { PAGING_LESS, "has_previous" }, { PAGING_LESS, "has_previous_page" },
	{ PAGING_NEXT_CURSOR, "next_cursor" }, { PAGING_NEXT_CURSOR, "cursor" }, { PAGING_NEXT_CURSOR, "next_token" },
	{ PAGING_NEXT_CURSOR, "next_page_token" }, { PAGING_NEXT_CURSOR, "end_cursor" }, { PAGING_NEXT_CURSOR, "continuation_token" },
	{ PAGING_NEXT_CURSOR, "after" },
	{ PAGING_PREVIOUS_CURSOR, "prev_cursor" }, { PAGING_PREVIOUS_CURSOR, "previous_cursor" }, { PAGING_PREVIOUS_CURSOR, "before" },
};

static const char *const envelopes[] = {
	"meta", "metadata", "pagination", "paging", "page_info", "links", "page_metadata", "cursors", NULL,
};

static const struct {
	const char *prefix, *suffix;
	enum paging_relation relation;
} relations[] = {
	{ "min_", "", PAGING_AT_LEAST }, { "max_", "", PAGING_AT_MOST }, { "from_", "", PAGING_AT_LEAST }, { "to_", "", PAGING_AT_MOST },
	{ "", "_min", PAGING_AT_LEAST }, { "", "_max", PAGING_AT_MOST }, { "", "_gte", PAGING_AT_LEAST }, { "", "_lte", PAGING_AT_MOST },
	{ "", "_gt", PAGING_ABOVE }, { "", "_lt", PAGING_BELOW }, { "", "_from", PAGING_AT_LEAST }, { "", "_to", PAGING_AT_MOST },
	{ "", "_after", PAGING_ABOVE }, { "", "_before", PAGING_BELOW }, { "", "_since", PAGING_AT_LEAST }, { "", "_until", PAGING_AT_MOST },
	{ "", "_ne", PAGING_NOT }, { "", "_not", PAGING_NOT }, { "", "_contains", PAGING_CONTAINS }, { "", "_like", PAGING_CONTAINS },
};

enum paging_parameter
paging_parameter(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(parameters); i++)
		if (lexicon_same(name, parameters[i].name))
			return parameters[i].meaning;
	return PAGING_NO_PARAMETER;
}

enum paging_member
paging_member(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(members); i++)
		if (lexicon_same(name, members[i].name))
			return members[i].meaning;
	return PAGING_NONE;
}

bool
paging_is_envelope(const char *name)
{
	for (const char *const *envelope = envelopes; *envelope; envelope++)
		if (lexicon_same(name, *envelope))
			return true;
	return false;
}

char *
paging_relation(const char *parameter, enum paging_relation *ret)
{
	g_autofree char *snake = lexicon_snake(parameter);
	size_t length = strlen(snake);
	for (unsigned i = 0; i < G_N_ELEMENTS(relations); i++) {
		size_t prefix = strlen(relations[i].prefix), suffix = strlen(relations[i].suffix);
		if (length <= prefix + suffix || !g_str_has_prefix(snake, relations[i].prefix) || !g_str_has_suffix(snake, relations[i].suffix))
			continue;
		*ret = relations[i].relation;
		return g_strndup(snake + prefix, length - prefix - suffix);
	}
	*ret = PAGING_EQUAL;
	return g_steal_pointer(&snake);
}
