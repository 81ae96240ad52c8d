/* The pass: values are judged where they stand, by the streams of the nodes that apply to them.
 * Each function takes the place where its part begins and returns the one behind it; NULL ends the
 * pass, and `verdict` says how. */
#include "schema/text_read.h"

#include <string.h>

#include "schema/equal.h"
#include "schema/pattern.h"
#include "schema/stream.h"

enum {
	LIST_MAX = 16,       /* schemas for one member that patterns chose */
	UNIQUE_MAX = 16,     /* items that are compared with one another in passing */
	BUDGET_EACH = 1000,  /* what a member or item adds to the budget */
};

static char *read_value(struct text *text, struct stream_nodes nodes, char *at);
static char *read_container(struct text *text, struct stream_nodes nodes, char *at);

/* --- values that are no containers ---------------------------------------------------------- */

static inline char *
judge(struct text *text, struct stream_nodes nodes, const struct value *value, char *behind)
{
	for (uint32_t i = 0; i < nodes.count; i++)
		if (!check_inner(text->check, nodes.items[i], value))
			return text_ends(text, TEXT_MISFITS);
	return behind;
}

/* Texts of values end with NUL, so it stands in the place of the quote for a while. */
static inline char *
judge_string(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	char *quote = text_string(text, at, value);
	if (!quote || !nodes.count)
		return quote ? quote + 1 : NULL;
	*quote = '\0';
	char *behind = judge(text, nodes, value, quote + 1);
	*quote = '"';
	return behind;
}

/* Anything but a container; *value lives as long as the pass. */
static inline char *
judge_scalar(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	if (*at == '"')
		return judge_string(text, nodes, at, value);
	at = text_is_number(*at) ? text_number(text, at, value) : text_word(text, at, value);
	return at ? judge(text, nodes, value, at) : NULL;
}

/* All schemas are applied to a tree of the container at `at`. */
static char *
judge_tree(struct text *text, struct stream_nodes nodes, char *at)
{
	char *behind = text_tree(text, at);
	if (!behind)
		return NULL;
	const struct value *root = text->room->nodes;
	text->check->budget += (int64_t)root->span * BUDGET_EACH;
	return judge(text, nodes, root, behind);
}

/* --- objects -------------------------------------------------------------------------------- */

struct progress {
	uint64_t found[STREAM_WORDS];   /* the names that were there */
	struct text_keys others;        /* the keys that are none of them */
	uint32_t next;                  /* members mostly come in the order of the schema */
	struct value key;
};

static inline uint64_t
word_at(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

/* True if the key stands behind the quote before `at`. */
static inline bool
key_stands(const struct stream_key *key, const struct name *name, const char *at)
{
	if ((word_at(at) & key->head_mask) != key->head || (word_at(at + 8) & key->tail_mask) != key->tail)
		return false;
	return G_LIKELY(key->length < 16) || (strncmp(at + 16, name->text + 16, key->length - 16) == 0 && at[key->length] == '"');
}

/* The key at `at`: its position among the names, NAMES_NONE if it is none; returns its end. */
static inline char *
read_key(struct text *text, const struct stream_object *plan, struct progress *progress, char *at, uint32_t *ret_position)
{
	uint32_t next = progress->next;
	struct value *key = &progress->key;
	if (next < plan->names.count && key_stands(&plan->members[next].key, &plan->names.items[next], at + 1)) {
		uint32_t length = plan->members[next].key.length;
		*ret_position = next;
		if (plan->name_nodes.count)
			*key = (struct value){ .kind = VALUE_STRING, .span = 1, .text = at + 1, .length = length };
		return at + 1 + length;
	}
	char *quote = text_string(text, at, key);
	if (quote)
		*ret_position = names_find(&plan->names, name_print(key->text, key->length), key->text, key->length);
	return quote;
}

/* Members that do not travel the way of this check are left to the tree. */
static bool
may_stay(const struct text *text, struct stream_nodes nodes)
{
	for (uint32_t i = 0; i < nodes.count; i++)
		if (check_stays(text->check, nodes.items[i]))
			return true;
	return false;
}

/* A member of another name, where patterns say what applies to it. */
static char *
read_other(struct text *text, const struct stream_object *plan, const struct value *key, char *at)
{
	const struct node *list[LIST_MAX];
	uint32_t count = 0;
	bool known = false;
	for (uint32_t i = 0; i < plan->part_count; i++) {
		const struct members *members = plan->parts[i];
		bool matched = false;
		for (uint32_t pattern = 0; pattern < members->patterns; pattern++) {
			const struct pattern_member *member = &members->pattern[pattern];
			enum pattern_result result = pattern_match_within(member->pattern, key->text, key->length, &text->check->budget);
			if (result == PATTERN_GAVE_UP || count == LIST_MAX)
				return text_ends(text, TEXT_UNKNOWN);
			if (result == PATTERN_FITS)
				list[count++] = member->node;
			matched |= result == PATTERN_FITS;
		}
		if (!matched && members->rest) {
			if (count == LIST_MAX)
				return text_ends(text, TEXT_UNKNOWN);
			list[count++] = members->rest;
		}
		known |= matched || members->rest;
	}
	if (!known && plan->rest && count < LIST_MAX)
		list[count++] = plan->rest;
	return read_value(text, (struct stream_nodes){ list, count }, at);
}

static inline char *
read_member(struct text *text, const struct stream_object *plan, struct progress *progress, char *at)
{
	uint32_t position;
	char *quote = *at == '"' ? read_key(text, plan, progress, at, &position) : NULL;
	at = quote ? text_blank(quote + 1) : NULL;
	if (!at || *at != ':')
		return text_ends(text, TEXT_UNKNOWN);
	at = text_blank(at + 1);
	if (plan->name_nodes.count) {
		*quote = '\0';
		bool fits = judge(text, plan->name_nodes, &progress->key, quote);
		*quote = '"';
		if (!fits)
			return NULL;
	}
	if (position == NAMES_NONE) {
		struct value key = progress->key;
		if (!text_keys_add(&progress->others, name_print(key.text, key.length), key.text, key.length))
			return text_ends(text, TEXT_UNKNOWN);
		return plan->part_count ? read_other(text, plan, &key, at) : read_value(text, plan->others, at);
	}
	uint64_t bit = UINT64_C(1) << position % 64, *word = &progress->found[position / 64];
	struct stream_nodes nodes = plan->members[position].nodes;
	if (*word & bit || (text->check->side && may_stay(text, nodes)))
		return text_ends(text, TEXT_UNKNOWN);
	*word |= bit;
	progress->next = position + 1;
	return read_value(text, nodes, at);
}

static bool
has_found(const struct progress *progress, uint32_t position)
{
	return progress->found[position / 64] >> position % 64 & 1;
}

static bool
holds(const struct stream_condition *condition, const struct progress *progress)
{
	uint32_t fits = 0;
	if (condition->kind == CONDITION_HAS)
		return has_found(progress, condition->name);
	for (uint32_t i = 0; i < condition->count; i++)
		fits += holds(&condition->parts[i], progress);
	switch (condition->kind) {
	case CONDITION_ANY: return fits > 0;
	case CONDITION_ONE: return fits == 1;
	case CONDITION_NOT: return !fits;
	default: return fits == condition->count;
	}
}

/* All members were read: is everything there that must be? */
static char *
close_object(struct text *text, const struct stream_object *plan, const struct progress *progress, uint64_t count, char *behind)
{
	uint64_t missing = 0;
	for (unsigned i = 0; i < STREAM_WORDS; i++)
		missing |= plan->required[i] & ~progress->found[i];
	for (uint32_t i = 0; i < plan->demand_count; i++)
		if (has_found(progress, plan->demands[i].when) && !has_found(progress, plan->demands[i].wanted))
			missing = 1;
	/* What does not travel the way of this check may be missing all the same: the tree knows. */
	bool excused = text->check->side != SCHEMA_SIDE_NONE;
	if (missing || (plan->condition.count && (excused || !holds(&plan->condition, progress))))
		return text_ends(text, excused ? TEXT_UNKNOWN : TEXT_MISFITS);
	text->check->budget += (int64_t)count * (BUDGET_EACH - 1);
	return count < plan->least || count > plan->most ? text_ends(text, TEXT_MISFITS) : behind;
}

static char *
read_object(struct text *text, const struct stream_object *plan, char *at)
{
	struct progress progress;
	uint64_t count = 0;
	memset(progress.found, 0, sizeof progress.found);
	progress.next = 0;
	text_keys_init(&progress.others);
	at = text_blank(at + 1);
	while (*at != '}' || count) {
		at = read_member(text, plan, &progress, at);
		if (!at)
			break;
		count++;
		at = text_blank(at);
		if (*at != ',')
			break;
		at = text_blank(at + 1);
	}
	text_keys_finish(&progress.others);
	if (!at)
		return NULL;
	return *at == '}' ? close_object(text, plan, &progress, count, at + 1) : text_ends(text, TEXT_UNKNOWN);
}

/* --- arrays --------------------------------------------------------------------------------- */

/* What applies to the item at a position; `list` has room for it. */
static inline struct stream_nodes
item_nodes(const struct stream_array *plan, uint32_t position, const struct node **list)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < plan->part_count; i++) {
		const struct items *part = plan->parts[i];
		const struct node *node = position < part->count ? part->first[position] : part->rest;
		if (node)
			list[count++] = node;
	}
	if (!count && plan->rest)
		list[count++] = plan->rest;
	return (struct stream_nodes){ list, count };
}

static bool
is_new(const struct value *items, uint32_t position)
{
	for (uint32_t i = 0; i < position; i++)
		if (equal_values(&items[i], &items[position]))
			return false;
	return true;
}

/* An array of few simple items that must differ; `more` tells that there are others. */
static char *
read_unique(struct text *text, const struct stream_array *plan, char *at, uint32_t *ret_count, bool *ret_more)
{
	const struct node *list[LIST_MAX + 1];
	struct value items[UNIQUE_MAX];
	uint32_t count = 0;
	while (*at != ']' || count) {
		*ret_more = count == UNIQUE_MAX || *at == '{' || *at == '[';
		if (*ret_more)
			return NULL;
		at = judge_scalar(text, item_nodes(plan, count, list), at, &items[count]);
		if (!at)
			return NULL;
		if (!is_new(items, count++))
			return text_ends(text, TEXT_MISFITS);
		at = text_blank(at);
		if (*at != ',')
			break;
		at = text_blank(at + 1);
	}
	*ret_count = count;
	return at;
}

static char *
read_items(struct text *text, const struct stream_array *plan, char *at, uint32_t *ret_count)
{
	const struct node *list[LIST_MAX + 1];
	uint32_t count = 0;
	while (*at != ']' || count) {
		at = read_value(text, item_nodes(plan, count, list), at);
		if (!at)
			return NULL;
		count++;
		at = text_blank(at);
		if (*at != ',')
			break;
		at = text_blank(at + 1);
	}
	*ret_count = count;
	return at;
}

static char *
read_array(struct text *text, struct stream_nodes nodes, const struct stream_array *plan, char *at)
{
	uint32_t count = 0;
	bool more = false;
	char *start = at;
	size_t used = text->used;
	at = text_blank(at + 1);
	at = plan->unique ? read_unique(text, plan, at, &count, &more) : read_items(text, plan, at, &count);
	if (more) {
		text->used = used;
		return judge_tree(text, nodes, start);
	}
	if (!at)
		return NULL;
	if (*at != ']')
		return text_ends(text, TEXT_UNKNOWN);
	text->check->budget += (int64_t)count * (BUDGET_EACH - 1);
	return count < plan->least || count > plan->most ? text_ends(text, TEXT_MISFITS) : at + 1;
}

/* --- all of it ------------------------------------------------------------------------------ */

/* A container where anything may be, which must be JSON all the same. */
static char *
read_anything(struct text *text, char *at)
{
	static uint32_t slots[2];
	static const struct stream_object object = { .names = { .mask = 1, .shift = 63, .slots = slots }, .most = UINT64_MAX };
	static const struct stream_array array = { .most = UINT64_MAX };
	return *at == '{' ? read_object(text, &object, at) : read_array(text, (struct stream_nodes){ NULL, 0 }, &array, at);
}

/* The text of the first key of an object, and of its value if that is a string, without escapes. */
static bool
peek(char *at, struct value *ret_key, struct value *ret_text)
{
	bool beyond = false;
	const char *start = text_blank(at + 1) + 1, *end = scan_plain(start, &beyond);
	if (start[-1] != '"' || *end != '"')
		return false;
	*ret_key = (struct value){ .kind = VALUE_STRING, .text = start, .length = (uint32_t)(end - start) };
	start = scan_blank(end + 1);
	start = *start == ':' ? scan_blank(start + 1) : start;
	end = *start == '"' ? scan_plain(++start, &beyond) : start;
	*ret_text = (struct value){ .kind = *end == '"' ? VALUE_STRING : VALUE_NULL, .text = start, .length = (uint32_t)(end - start) };
	return true;
}

/* True if the first member does not speak against an alternative. */
static bool
may_fit(const struct stream_member *member, const struct value *text)
{
	for (uint32_t i = 0; i < member->nodes.count; i++) {
		const struct node *node = member->nodes.items[i];
		if (node->types == 0)
			return false;
		for (unsigned k = node->first[GROUP_ANY]; k < node->first[GROUP_LAST] && text->kind == VALUE_STRING; k++) {
			const struct rule *rule = &node->rules[k];
			if (rule->code == RULE_CHOICE &&
			    names_find(&rule->choice->strings, name_print(text->text, text->length), text->text, text->length) == NAMES_NONE)
				return false;
		}
	}
	return true;
}

/* The alternative that the first member speaks for. A wrong guess costs time, no more. */
static const struct node *
guess(const struct stream_choice *choice, char *at)
{
	struct value key, text;
	if (!peek(at, &key, &text))
		return choice->nodes[0];
	struct name_print print = name_print(key.text, key.length);
	for (uint32_t i = 0; i < choice->count; i++) {
		const struct stream_object *object = choice->nodes[i]->object;
		uint32_t position = names_find(&object->names, print, key.text, key.length);
		if (position != NAMES_NONE && may_fit(&object->members[position], &text))
			return choice->nodes[i];
	}
	return choice->nodes[0];
}

/* Goes over the object by one alternative; if it does not fit, all that the pass changed is undone,
 * and a tree shows whether another one does. */
static char *
read_choice(struct text *text, struct stream_nodes nodes, char *at)
{
	const struct node *node = guess(nodes.items[0]->choice, at);
	const struct frame *top = text->check->top;
	unsigned depth = --text->depth, check_depth = text->check->depth;
	size_t used = text->used;
	char *behind = read_container(text, (struct stream_nodes){ &node, 1 }, at);
	if (!behind && text->verdict == TEXT_MISFITS) {
		if (text->touched > at)
			memcpy(at, text->source + (at - text->begin), (size_t)(text->touched - at));
		text->check->top = top;
		text->check->depth = check_depth;
		text->depth = depth;
		text->used = used;
		text->verdict = TEXT_FITS;
		behind = judge_tree(text, nodes, at);
	}
	text->depth++;
	return behind;
}

/* One schema, which has what it takes. */
static char *
read_streaming(struct text *text, struct stream_nodes nodes, char *at)
{
	struct check *check = text->check;
	const struct node *node = nodes.items[0];
	struct frame frame = { .outer = check->top, .node = node };
	if (check->budget-- < 0 || check->depth == CHECK_DEPTH_MAX)
		return text_ends(text, TEXT_UNKNOWN);
	check->top = &frame;
	check->depth++;
	if (*at == '[')
		at = read_array(text, nodes, node->array, at);
	else
		at = node->object ? read_object(text, node->object, at) : read_choice(text, nodes, at);
	check->depth--;
	check->top = frame.outer;
	return at;
}

/* Alternatives exclude one another only where all that is required has to be there. */
static bool
streams(const struct text *text, const struct node *node, bool object)
{
	if (!object)
		return node->array;
	return node->object || (node->choice && node->choice->count && text->check->side == SCHEMA_SIDE_NONE);
}

static char *
read_container(struct text *text, struct stream_nodes nodes, char *at)
{
	bool object = *at == '{';
	for (uint32_t i = 0; i < nodes.count; i++)
		if (!(nodes.items[i]->types >> (object ? VALUE_OBJECT : VALUE_ARRAY) & 1))
			return text_ends(text, TEXT_MISFITS);
	if (nodes.count > 1 || (nodes.count == 1 && !streams(text, nodes.items[0], object)))
		return judge_tree(text, nodes, at);
	if (text->depth == TEXT_DEPTH_MAX)
		return text_ends(text, TEXT_UNKNOWN);
	text->depth++;
	at = nodes.count ? read_streaming(text, nodes, at) : read_anything(text, at);
	text->depth--;
	return at;
}

static char *
read_value(struct text *text, struct stream_nodes nodes, char *at)
{
	struct value value;
	return *at == '{' || *at == '[' ? read_container(text, nodes, at) : judge_scalar(text, nodes, at, &value);
}

enum text_verdict
text_check(struct check *check, const struct node *node, const char *source, size_t length)
{
	struct text text;
	text_open(&text, check, source, length);
	bool mark = length >= 3 && memcmp(source, "\xEF\xBB\xBF", 3) == 0;
	char *end = read_value(&text, (struct stream_nodes){ &node, node ? 1 : 0 }, text_blank(text.begin + 3 * mark));
	if (end && text_blank(end) != text.begin + length)
		text.verdict = TEXT_UNKNOWN;
	text_close(&text);
	return text.verdict;
}
