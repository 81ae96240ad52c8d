#include "team/claim.h"

bool
noun_is_thing(const struct reading *reading, const struct noun *noun)
{
	const struct token *head = &reading->tokens[noun->head];
	static const uint64_t others = 1ULL << WORD_TECHNOLOGY | 1ULL << WORD_INTEGRATION | 1ULL << WORD_LANGUAGE | 1ULL << WORD_FEATURE |
		1ULL << WORD_PRODUCT | 1ULL << WORD_QUALITY | 1ULL << WORD_TECHNICAL | 1ULL << WORD_MARKER | 1ULL << WORD_DEMANDING;
	if (noun->thing)
		return noun->thing->tier > THING_NEVER;
	return !noun->field && !(head->lexeme->classes & others) && !token_is(head, WORD_INFLECTED);
}

enum listing { LISTING_FIELDS, LISTING_KNOWN, LISTING_ANY };

/* The list has a field, or a known thing, or any noun that can be a thing among its elements. */
static bool
lists_things(const struct reading *reading, struct range objects, enum listing listing)
{
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, objects.from, objects.to, elements);
	unsigned found = 0;
	for (unsigned i = 0; i < elements->len; i++) {
		struct range *element = &g_array_index(elements, struct range, i);
		struct noun noun;
		if (!noun_read(reading, element->from, element->to, &noun))
			continue;
		bool known = noun.thing && noun.thing->tier >= THING_MAYBE;
		bool any = noun_is_thing(reading, &noun) && (noun.plural || noun.determined);
		found += noun.field || (listing != LISTING_FIELDS && known) || (listing == LISTING_ANY && any);
	}
	return found > 0;
}

/* A subject has to stand before the verb with nothing but auxiliaries between. */
static bool
read_subject(const struct reading *reading, size_t from, size_t verb, struct noun *ret)
{
	if (!noun_read(reading, from, verb, ret) || !noun_is_thing(reading, ret))
		return false;
	size_t at = ret->to;
	while (at < verb && (token_is(&reading->tokens[at], WORD_MODAL) || token_is_mark(&reading->tokens[at], '`') ||
	                     token_is(&reading->tokens[at], WORD_MARKER) || token_is_mark(&reading->tokens[at], '*')))
		at = token_after(reading, at);
	return at == verb && (ret->thing || ret->plural || ret->determined);
}

/* What stands after a verb, up to another verb of the same subject. */
static void
read_objects(const struct reading *reading, size_t verb, size_t to, struct claim *ret)
{
	ret->kind = token_is(&reading->tokens[verb], WORD_BELONG) ? CLAIM_BELONGS : CLAIM_HAS;
	ret->objects = (struct range){ token_after(reading, verb), to };
	size_t next = MIN(phrase_find(reading, ret->objects.from, to, WORD_HAVE), phrase_find(reading, ret->objects.from, to, WORD_BELONG));
	bool joint = next < to && (token_is(&reading->tokens[next - 1], WORD_AND) || token_is_mark(&reading->tokens[next - 1], ','));
	ret->verb = joint ? next : 0;
	ret->to = to;
	ret->objects.to = joint ? next : to;
}

static bool
claim_verb(const struct reading *reading, size_t from, size_t to, struct claim *ret)
{
	size_t have = phrase_find(reading, from, to, WORD_HAVE), belong = phrase_find(reading, from, to, WORD_BELONG);
	size_t verb = MIN(have, belong);
	if (verb == to || verb == from || !read_subject(reading, from, verb, &ret->subject))
		return false;
	read_objects(reading, verb, to, ret);
	return lists_things(reading, ret->objects, ret->kind == CLAIM_BELONGS ? LISTING_ANY : LISTING_KNOWN);
}

bool
claim_next(const struct reading *reading, struct claim *claim)
{
	if (!claim->verb)
		return false;
	read_objects(reading, claim->verb, claim->to, claim);
	return true;
}

/* "students and courses: many to many" */
static bool
claim_many(const struct reading *reading, size_t from, size_t to, struct claim *ret)
{
	size_t between = from;
	while (between < to && !token_is(&reading->tokens[between], WORD_BETWEEN))
		between = token_after(reading, between);
	if (between == to)
		return false;
	ret->objects = (struct range){ from, to };
	ret->kind = CLAIM_MANY;
	return true;
}

/* "tasks with due dates", "task (title, status)", "Task: title, status" */
static bool
claim_list(const struct reading *reading, size_t from, size_t to, struct claim *ret)
{
	if (!noun_read(reading, from, to, &ret->subject) || !noun_is_thing(reading, &ret->subject))
		return false;
	size_t at = ret->subject.to;
	while (at < to && (token_is_mark(&reading->tokens[at], '`') || token_is_mark(&reading->tokens[at], '*') ||
	                   token_is(&reading->tokens[at], WORD_MARKER)))
		at = token_after(reading, at);
	if (at >= to)
		return false;
	const struct token *token = &reading->tokens[at];
	if (token_is(token, WORD_WITH))
		ret->objects = (struct range){ token_after(reading, at), to };
	else if (token_is_mark(token, '('))
		ret->objects = (struct range){ at + 1, paren_end(reading, at, to) - 1 };
	else if (token_is_mark(token, ':'))
		ret->objects = (struct range){ at + 1, to };
	else
		return false;
	ret->kind = CLAIM_HAS;
	return ret->objects.to > ret->objects.from && lists_things(reading, ret->objects, token_is(token, WORD_WITH) ? LISTING_KNOWN : LISTING_FIELDS);
}

bool
claim_read(const struct reading *reading, size_t from, size_t to, struct claim *ret)
{
	*ret = (struct claim){ 0 };
	while (from < to && (token_is(&reading->tokens[from], WORD_AND) || token_is_mark(&reading->tokens[from], ',')))
		from = token_after(reading, from);
	if (claim_verb(reading, from, to, ret) || claim_many(reading, from, to, ret) || claim_list(reading, from, to, ret))
		return true;
	ret->kind = CLAIM_NONE;
	return false;
}
