/* The words of lists: which query parameters page, sort and filter, which members of an answer count. */
#ifndef CONTRACT_PAGING_H
#define CONTRACT_PAGING_H

#include <stdbool.h>
#include <stddef.h>

enum paging_parameter {
	PAGING_NO_PARAMETER, PAGING_LIMIT, PAGING_OFFSET, PAGING_PAGE, PAGING_CURSOR, PAGING_SORT, PAGING_DIRECTION, PAGING_SEARCH,
};

enum paging_member {
	PAGING_NONE, PAGING_TOTAL, PAGING_COUNT, PAGING_PER_PAGE, PAGING_SKIPPED, PAGING_NUMBER, PAGING_PAGES, PAGING_NEXT, PAGING_PREVIOUS,
	PAGING_FIRST, PAGING_LAST, PAGING_SELF, PAGING_MORE, PAGING_LESS, PAGING_NEXT_CURSOR, PAGING_PREVIOUS_CURSOR,
};
extern const char *const paging_member_names[];

/* How a query parameter narrows a member: min_price, created_after, price[lte], … */
enum paging_relation { PAGING_EQUAL, PAGING_AT_LEAST, PAGING_AT_MOST, PAGING_ABOVE, PAGING_BELOW, PAGING_NOT, PAGING_CONTAINS };

enum paging_parameter paging_parameter(const char *name);
enum paging_member paging_member(const char *name);
/* An object that holds such members: "meta", "pagination". */
bool paging_is_envelope(const char *name);
/* "min_price" is price, at least. The member's name in snake case is newly allocated. */
char *paging_relation(const char *parameter, enum paging_relation *ret);

#endif
