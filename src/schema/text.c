/* The pass: values are judged where they stand, by the streams of the nodes that apply to them.
 * Each function takes the place where its part begins and returns the one behind it; NULL ends the
 * pass, and `verdict` says how. */
#include "schema/text.h"

#include <string.h>

#include "base/json_scan.h"
#include "schema/equal.h"
#include "schema/pattern.h"
#include "schema/stream.h"

enum {
	FEW = 2048,          /* bytes of a text that is kept on the stack */
	LIST_MAX = 16,       /* schemas for one member that patterns chose */
	UNIQUE_MAX = 16,     /* items that are compared with one another in passing */
	BUDGET_EACH = 1000,  /* what a member or item adds to the budget */
};

struct text {
	struct check *check;
	char *begin;              /* a copy with padding, as it was read but for the string in hand */
	const char *source;       /* the same bytes, never changed */
	char *decoded;            /* strings with escapes; NULL until there is one */
	size_t length, used;      /* of text; of `decoded` */
	unsigned depth;
	enum text_verdict verdict;
};

static char *read_value(struct text *text, struct stream_nodes nodes, char *at);

static char *
ends(struct text *text, enum text_verdict verdict)
{
	text->verdict = text->check->stop ? TEXT_UNKNOWN : verdict;
	return NULL;
}

static inline char *
blank(char *at)
{
	return (char *)(uintptr_t)json_blank(at);
}

/* --- values that are no containers ---------------------------------------------------------- */

static inline char *
judge(struct text *text, struct stream_nodes nodes, const struct value *value, char *behind)
{
	for (uint32_t i = 0; i < nodes.count; i++)
		if (!check_inner(text->check, nodes.items[i], value))
			return ends(text, TEXT_MISFITS);
	return behind;
}

/* A string that is more than plain ASCII: its characters, and its end. NULL if it is no string. */
static char *
read_odd_string(struct text *text, char *start, struct value *value)
{
	bool beyond = false;
	const char *bad, *why, *end = json_string(start, &beyond);
	bool escaped = *end == '\\';
	if (escaped)
		end = json_string_rest(end, &beyond);
	size_t length = (size_t)(end - start);
	if (*end != '"' || (beyond && !g_utf8_validate_len(start, length, NULL)))
		return ends(text, TEXT_UNKNOWN);
	value->text = start;
	if (escaped) {
		if (!text->decoded)
			text->decoded = g_malloc(text->length + 1);
		if (text->length - text->used < length)
			return ends(text, TEXT_UNKNOWN);
		char *out = text->decoded + text->used;
		gssize size = json_unescape(start, end, out, &bad, &why);
		if (size < 0)
			return ends(text, TEXT_UNKNOWN);
		text->used += length + 1;
		out[size] = '\0';
		value->text = out;
		length = (size_t)size;
	}
	value->length = (uint32_t)length;
	return (char *)(uintptr_t)end;
}

/* The string whose opening quote is at `at`; returns the closing one. */
static inline char *
read_string(struct text *text, char *at, struct value *value)
{
	bool beyond = false;
	const char *start = at + 1, *end = json_string(start, &beyond);
	*value = (struct value){ .kind = VALUE_STRING, .span = 1, .text = start, .length = (uint32_t)(end - start) };
	return G_LIKELY(*end == '"' && !beyond) ? (char *)(uintptr_t)end : read_odd_string(text, at + 1, value);
}

/* Texts of values end with NUL, so it stands in the place of the quote for a while. */
static inline char *
judge_string(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	char *quote = read_string(text, at, value);
	if (!quote || !nodes.count)
		return quote ? quote + 1 : NULL;
	*quote = '\0';
	char *behind = judge(text, nodes, value, quote + 1);
	*quote = '"';
	return behind;
}

static inline char *
judge_number(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	const char *bad, *why;
	*value = (struct value){ .kind = VALUE_NUMBER, .span = 1, .text = at };
	const char *end = json_number(at, &value->integer, &bad, &why);
	if (!end)
		return ends(text, TEXT_UNKNOWN);
	value->length = (uint32_t)(end - at);
	return judge(text, nodes, value, (char *)(uintptr_t)end);
}

static char *
judge_word(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	*value = (struct value){ .kind = VALUE_BOOL, .span = 1 };
	size_t length = 4;
	if (memcmp(at, "true", 4) == 0)
		value->truth = true;
	else if (memcmp(at, "null", 4) == 0)
		value->kind = VALUE_NULL;
	else if (memcmp(at, "false", 5) == 0)
		length = 5;
	else
		return ends(text, TEXT_UNKNOWN);
	return judge(text, nodes, value, at + length);
}

/* Anything but a container; *value lives as long as the pass. */
static inline char *
judge_scalar(struct text *text, struct stream_nodes nodes, char *at, struct value *value)
{
	if (*at == '"')
		return judge_string(text, nodes, at, value);
	if (*at == '-' || (unsigned char)(*at - '0') <= 9)
		return judge_number(text, nodes, at, value);
	return judge_word(text, nodes, at, value);
}

/* --- values that have to be seen whole ------------------------------------------------------ */

/* The end of the container at `at`, if it is JSON at all. */
static char *
find_end(const struct text *text, char *at)
{
	unsigned open = 0;
	bool beyond;
	for (const char *end = text->begin + text->length; at < end; at++) {
		if (*at == '{' || *at == '[')
			open++;
		else if ((*at == '}' || *at == ']') && --open == 0)
			return at + 1;
		else if (*at == '"')
			at = (char *)(uintptr_t)json_string_rest(json_string(at + 1, &beyond), &beyond);
	}
	return NULL;
}

static char *
judge_tree(struct text *text, const struct node *node, char *at)
{
	char *end = find_end(text, at);
	struct doc_limits limits = { .bytes = text->length, .depth = TEXT_DEPTH_MAX - text->depth };
	g_autoptr(Doc) doc = end ? doc_read_json("part", text->source + (at - text->begin), (size_t)(end - at), &limits, NULL) : NULL;
	if (!doc)
		return ends(text, TEXT_UNKNOWN);
	const struct value *root = doc_root(doc);
	text->check->budget += (int64_t)root->span * BUDGET_EACH;
	return check_node(text->check, node, root, NULL) ? end : ends(text, TEXT_MISFITS);
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
		*key = (struct value){ .kind = VALUE_STRING, .span = 1, .text = at + 1, .length = plan->members[next].key.length };
		*ret_position = next;
		return at + 1 + key->length;
	}
	char *quote = read_string(text, at, key);
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
				return ends(text, TEXT_UNKNOWN);
			if (result == PATTERN_FITS)
				list[count++] = member->node;
			matched |= result == PATTERN_FITS;
		}
		if (!matched && members->rest) {
			if (count == LIST_MAX)
				return ends(text, TEXT_UNKNOWN);
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
	at = quote ? blank(quote + 1) : NULL;
	if (!at || *at != ':')
		return ends(text, TEXT_UNKNOWN);
	at = blank(at + 1);
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
			return ends(text, TEXT_UNKNOWN);
		return plan->part_count ? read_other(text, plan, &key, at) : read_value(text, plan->others, at);
	}
	uint64_t bit = UINT64_C(1) << position % 64, *word = &progress->found[position / 64];
	struct stream_nodes nodes = plan->members[position].nodes;
	if (*word & bit || (text->check->side && may_stay(text, nodes)))
		return ends(text, TEXT_UNKNOWN);
	*word |= bit;
	progress->next = position + 1;
	return read_value(text, nodes, at);
}

static bool
has_found(const struct progress *progress, uint32_t position)
{
	return progress->found[position / 64] >> position % 64 & 1;
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
	if (missing)
		return ends(text, text->check->side ? TEXT_UNKNOWN : TEXT_MISFITS);
	text->check->budget += (int64_t)count * (BUDGET_EACH - 1);
	return count < plan->least || count > plan->most ? ends(text, TEXT_MISFITS) : behind;
}

static char *
read_object(struct text *text, const struct stream_object *plan, char *at)
{
	struct progress progress;
	uint64_t count = 0;
	memset(progress.found, 0, sizeof progress.found);
	progress.next = 0;
	text_keys_init(&progress.others);
	at = blank(at + 1);
	while (*at != '}' || count) {
		at = read_member(text, plan, &progress, at);
		if (!at)
			break;
		count++;
		at = blank(at);
		if (*at != ',')
			break;
		at = blank(at + 1);
	}
	text_keys_finish(&progress.others);
	if (!at)
		return NULL;
	return *at == '}' ? close_object(text, plan, &progress, count, at + 1) : ends(text, TEXT_UNKNOWN);
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
			return ends(text, TEXT_MISFITS);
		at = blank(at);
		if (*at != ',')
			break;
		at = blank(at + 1);
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
		at = blank(at);
		if (*at != ',')
			break;
		at = blank(at + 1);
	}
	*ret_count = count;
	return at;
}

static char *
read_array(struct text *text, const struct node *node, const struct stream_array *plan, char *at)
{
	uint32_t count = 0;
	bool more = false;
	char *start = at;
	at = blank(at + 1);
	at = plan->unique ? read_unique(text, plan, at, &count, &more) : read_items(text, plan, at, &count);
	if (more)
		return judge_tree(text, node, start);
	if (!at)
		return NULL;
	if (*at != ']')
		return ends(text, TEXT_UNKNOWN);
	text->check->budget += (int64_t)count * (BUDGET_EACH - 1);
	return count < plan->least || count > plan->most ? ends(text, TEXT_MISFITS) : at + 1;
}

/* --- all of it ------------------------------------------------------------------------------ */

/* A container where anything may be, which must be JSON all the same. */
static char *
read_anything(struct text *text, char *at)
{
	static uint32_t slots[2];
	static const struct stream_object object = { .names = { .mask = 1, .shift = 63, .slots = slots }, .most = UINT64_MAX };
	static const struct stream_array array = { .most = UINT64_MAX };
	return *at == '{' ? read_object(text, &object, at) : read_array(text, NULL, &array, at);
}

static char *
read_container(struct text *text, const struct node *node, char *at)
{
	struct check *check = text->check;
	bool object = *at == '{';
	if (!(node->types >> (object ? VALUE_OBJECT : VALUE_ARRAY) & 1))
		return ends(text, TEXT_MISFITS);
	struct frame frame = { .outer = check->top, .node = node };
	if (check->budget-- < 0 || check->depth == CHECK_DEPTH_MAX)
		return ends(text, TEXT_UNKNOWN);
	check->top = &frame;
	check->depth++;
	if (object)
		at = node->object ? read_object(text, node->object, at) : judge_tree(text, node, at);
	else
		at = node->array ? read_array(text, node, node->array, at) : judge_tree(text, node, at);
	check->depth--;
	check->top = frame.outer;
	return at;
}

/* Each schema goes over the container by itself. */
static char *
read_containers(struct text *text, struct stream_nodes nodes, char *at)
{
	if (text->depth == TEXT_DEPTH_MAX)
		return ends(text, TEXT_UNKNOWN);
	text->depth++;
	char *behind = nodes.count ? at : read_anything(text, at);
	size_t used = text->used;
	for (uint32_t i = 0; i < nodes.count && behind; i++) {
		text->used = used;
		behind = read_container(text, nodes.items[i], at);
	}
	text->depth--;
	return behind;
}

static char *
read_value(struct text *text, struct stream_nodes nodes, char *at)
{
	struct value value;
	return *at == '{' || *at == '[' ? read_containers(text, nodes, at) : judge_scalar(text, nodes, at, &value);
}

enum text_verdict
text_check(struct check *check, const struct node *node, const char *source, size_t length)
{
	char few[FEW];
	char *copy = length + JSON_PADDING <= FEW ? few : g_malloc(length + JSON_PADDING);
	memcpy(copy, source, length);
	memset(copy + length, 0, JSON_PADDING);
	struct text text = { .check = check, .begin = copy, .source = source, .length = length };
	bool mark = length >= 3 && memcmp(copy, "\xEF\xBB\xBF", 3) == 0;
	char *end = read_value(&text, (struct stream_nodes){ &node, 1 }, blank(copy + 3 * mark));
	if (end && blank(end) != copy + length)
		text.verdict = TEXT_UNKNOWN;
	g_free(text.decoded);
	if (copy != few)
		g_free(copy);
	return text.verdict;
}
