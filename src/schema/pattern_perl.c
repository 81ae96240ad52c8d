/* ECMA-262 in the words of PCRE2. The two differ in much: what \d \w \s and . are, where $ is, what
 * [^] means, and above all in what groups hold. There, a group that took no part in the last round
 * of a repetition is unset, and a reference to an unset group matches nothing; here it keeps what an
 * earlier round left. So inside repetitions every way through sets every group that is referred to,
 * if need be to nothing: (?:(a)|b)* becomes (?:(?|(a)|b()))*. */
#include <pthread.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/error.h"
#include "schema/pattern_match.h"

enum {
	REPEAT_MAX = 65535,           /* of PCRE2 */
	NEST_MAX = 1000,
	STEPS_FEW = 5000,             /* of matching, which cost little */
	STEPS_MAX = 1000 * 1000,      /* about a tenth of a second; they cost as much as they can be */
	HEAP_MAX = 16 * 1024,         /* KiB */
};

struct perl {
	pcre2_code *code;
};

struct translator {
	GString *out;
	GArray *numbers;       /* by group: its number among those that are referred to, 0 for none */
	const char *refused;   /* why this cannot be written for PCRE2 */
	unsigned rounds;       /* repetitions around */
};

static void emit(struct translator *translator, const struct tree *tree);

static uint32_t
number_of(const struct translator *translator, uint32_t group)
{
	return g_array_index(translator->numbers, uint32_t, group);
}

static void
count_references(const struct pattern_tree *tree, GArray *numbers)
{
	g_array_set_size(numbers, tree->groups + 1);
	for (unsigned i = 0; i < tree->trees->len; i++) {
		const struct tree *part = tree->trees->pdata[i];
		if (part->kind == TREE_BACK && !part->nothing)
			g_array_index(numbers, uint32_t, part->group) = 1;
	}
	uint32_t next = 0;
	for (uint32_t group = 1; group <= tree->groups; group++)
		if (g_array_index(numbers, uint32_t, group))
			g_array_index(numbers, uint32_t, group) = ++next;
}

/* How many groups in a tree are referred to. */
static uint32_t
captures(const struct translator *translator, const struct tree *tree)
{
	uint32_t count = tree->kind == TREE_GROUP && tree->group && number_of(translator, tree->group);
	for (const struct tree *child = tree->child; child; child = child->next)
		count += captures(translator, child);
	return count;
}

static void
emit_nothings(struct translator *translator, uint32_t count)
{
	while (count--)
		g_string_append(translator->out, "()");
}

static void
emit_range(struct translator *translator, uint32_t first, uint32_t last)
{
	if (first > last)
		return;
	g_string_append_printf(translator->out, "\\x{%x}", first);
	if (last > first)
		g_string_append_printf(translator->out, "-\\x{%x}", last);
}

/* Surrogates are no characters of a text: PCRE2 refuses them, and nothing is lost. */
static void
emit_set(struct translator *translator, const struct charset *set)
{
	GString *out = translator->out;
	size_t begin = out->len;
	g_string_append(out, set->negated ? "[^" : "[");
	size_t empty = out->len;
	for (unsigned i = 0; i < set->ranges->len; i++) {
		struct charset_range range = g_array_index(set->ranges, struct charset_range, i);
		emit_range(translator, range.first, MIN(range.last, 0xD7FF));
		emit_range(translator, MAX(range.first, 0xE000), range.last);
	}
	g_string_append(out, set->properties->str);
	if (out->len > empty) {
		g_string_append_c(out, ']');
		return;
	}
	g_string_truncate(out, begin);
	g_string_append(out, set->negated ? "(?s:.)" : "(?!)");
}

static void
emit_alternatives(struct translator *translator, const struct tree *choice, bool pad)
{
	uint32_t before = 0, all = pad ? captures(translator, choice) : 0;
	for (const struct tree *part = choice->child; part; part = part->next) {
		uint32_t own = pad ? captures(translator, part) : 0;
		emit_nothings(translator, before);
		emit(translator, part);
		before += own;
		emit_nothings(translator, all - before);
		if (part->next)
			g_string_append_c(translator->out, '|');
	}
}

static void
emit_choice(struct translator *translator, const struct tree *choice)
{
	bool pad = translator->rounds && captures(translator, choice);
	g_string_append(translator->out, pad ? "(?|" : "(?:");
	emit_alternatives(translator, choice, pad);
	g_string_append_c(translator->out, ')');
}

/* Behind here: what may come any number of times at the far end need come the least number only,
 * which PCRE2 can look back over. */
static void
emit_behind(struct translator *translator, const struct tree *sequence)
{
	const struct tree *first = sequence->child;
	if (first && first->kind == TREE_REPEAT && !captures(translator, first)) {
		struct tree least = *first;
		least.most = least.least;
		if (least.least)
			emit(translator, &least);
		first = first->next;
	}
	for (; first; first = first->next)
		emit(translator, first);
}

static void
emit_look(struct translator *translator, const struct tree *look)
{
	const struct tree *child = look->child;
	g_string_append_printf(translator->out, "(?%s%c", look->behind ? "<" : "", look->negative ? '!' : '=');
	if (!look->behind || child->kind == TREE_GROUP)
		emit(translator, child);
	else if (child->kind == TREE_SEQUENCE)
		emit_behind(translator, child);
	else
		for (const struct tree *part = child->child; part; part = part->next) {
			emit_behind(translator, part);
			if (part->next)
				g_string_append_c(translator->out, '|');
		}
	g_string_append_c(translator->out, ')');
}

static void
emit_quantifier(struct translator *translator, uint32_t least, uint32_t most, bool lazy)
{
	if (least > REPEAT_MAX || (most > REPEAT_MAX && most != TREE_UNBOUNDED))
		translator->refused = "it repeats something more than 65535 times";
	g_string_append_printf(translator->out, "{%u,", least);
	if (most != TREE_UNBOUNDED)
		g_string_append_printf(translator->out, "%u", most);
	g_string_append(translator->out, lazy ? "}?" : "}");
}

/* True if a tree can match without taking a character. */
static bool
nullable(const struct tree *tree)
{
	bool any = false, all = true;
	for (const struct tree *child = tree->child; child; child = child->next) {
		bool nothing = nullable(child);
		any |= nothing;
		all &= nothing;
	}
	if (tree->kind == TREE_SET)
		return false;
	if (tree->kind == TREE_LOOK || (tree->kind == TREE_REPEAT && !tree->least))
		return true;
	return tree->kind == TREE_CHOICE ? any : all;
}

static void
emit_repeat(struct translator *translator, const struct tree *repeat)
{
	/* Inside another repetition, no round at all has to unset the groups. */
	uint32_t groups = translator->rounds && !repeat->least ? captures(translator, repeat->child) : 0;
	if (groups && !repeat->most) {
		emit_nothings(translator, groups);
		return;
	}
	if (groups) {
		g_string_append(translator->out, "(?|");
		if (repeat->lazy) {
			emit_nothings(translator, groups);
			g_string_append_c(translator->out, '|');
		}
	}
	bool more = repeat->most > 1;
	/* There a round beyond the least number that takes nothing is undone, and with it its groups. */
	if (more && repeat->most > repeat->least && captures(translator, repeat->child) && nullable(repeat->child))
		translator->refused = "it refers to a group inside a repetition of something that may be nothing";
	translator->rounds += more;
	/* PCRE2 writes a repeated group out, but not a repeated class. */
	bool group = repeat->child->kind != TREE_SET;
	g_string_append(translator->out, group ? "(?:" : "");
	emit(translator, repeat->child);
	g_string_append(translator->out, group ? ")" : "");
	translator->rounds -= more;
	emit_quantifier(translator, groups ? 1 : repeat->least, repeat->most, repeat->lazy);
	if (groups && !repeat->lazy) {
		g_string_append_c(translator->out, '|');
		emit_nothings(translator, groups);
	}
	if (groups)
		g_string_append_c(translator->out, ')');
}

static void
emit_reference(struct translator *translator, const struct tree *tree)
{
	if (tree->behind)
		translator->refused = "it looks back over a reference to a group";
	else if (!tree->nothing)
		g_string_append_printf(translator->out, "\\g{%u}", number_of(translator, tree->group));
	else
		g_string_append(translator->out, "(?:)");
}

static void
emit(struct translator *translator, const struct tree *tree)
{
	switch (tree->kind) {
	case TREE_SET: emit_set(translator, tree->set); break;
	case TREE_START: g_string_append(translator->out, "\\A"); break;
	case TREE_END: g_string_append(translator->out, "\\z"); break;
	case TREE_EDGE: g_string_append(translator->out, tree->negative ? "\\B" : "\\b"); break;
	case TREE_BACK: emit_reference(translator, tree); break;
	case TREE_LOOK: emit_look(translator, tree); break;
	case TREE_REPEAT: emit_repeat(translator, tree); break;
	case TREE_CHOICE: emit_choice(translator, tree); break;
	case TREE_GROUP:
		g_string_append(translator->out, number_of(translator, tree->group) ? "(" : "(?:");
		emit(translator, tree->child);
		g_string_append_c(translator->out, ')');
		break;
	case TREE_SEQUENCE:
		for (const struct tree *child = tree->child; child; child = child->next)
			emit(translator, child);
		break;
	}
}

static pcre2_code *
compile(const GString *text, int *ret_number)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_set_parens_nest_limit(context, NEST_MAX);
	size_t offset;
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOTALL | PCRE2_NEVER_BACKSLASH_C;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text->str, text->len, options, ret_number, &offset, context);
	pcre2_compile_context_free(context);
	return code;
}

struct perl *
perl_build(const struct pattern_tree *tree, const char *text, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GArray) numbers = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	struct translator translator = { .out = out, .numbers = numbers };
	char message[128];
	int number = 0;
	count_references(tree, numbers);
	emit(&translator, tree->root);
	pcre2_code *code = translator.refused ? NULL : compile(out, &number);
	if (!code) {
		if (!translator.refused)
			pcre2_get_error_message(number, (PCRE2_UCHAR *)message, sizeof message);
		error_set(error, ERR_INVALID, "write the pattern in another way", "the pattern \"%s\" cannot be matched here: %s",
		          text, translator.refused ? translator.refused : message);
		return NULL;
	}
	struct perl *perl = g_new0(struct perl, 1);
	perl->code = code;
	return perl;
}

void
perl_free(struct perl *perl)
{
	if (!perl)
		return;
	pcre2_code_free(perl->code);
	g_free(perl);
}

/* What matching needs: the limits, few and many, and for each thread a place to work in. */
static pcre2_match_context *few, *many;
static pthread_key_t work;

static void
free_work(void *data)
{
	pcre2_match_data_free(data);
}

static void
prepare(void)
{
	few = pcre2_match_context_create(NULL);
	many = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(few, STEPS_FEW);
	pcre2_set_match_limit(many, STEPS_MAX);
	pcre2_set_heap_limit(few, HEAP_MAX);
	pcre2_set_heap_limit(many, HEAP_MAX);
	pthread_key_create(&work, free_work);
}

enum pattern_result
perl_match(const struct perl *perl, const char *text, size_t length, int64_t *budget)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, prepare);
	pcre2_match_data *data = pthread_getspecific(work);
	if (!data) {
		data = pcre2_match_data_create(1, NULL);
		pthread_setspecific(work, data);
	}
	int result = pcre2_match(perl->code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_UTF_CHECK, data, few);
	if (result == PCRE2_ERROR_MATCHLIMIT && *budget >= STEPS_MAX) {
		*budget -= STEPS_MAX;
		result = pcre2_match(perl->code, (PCRE2_SPTR)text, length, 0, PCRE2_NO_UTF_CHECK, data, many);
	}
	if (result >= 0)
		return PATTERN_FITS;
	return result == PCRE2_ERROR_NOMATCH ? PATTERN_MISSES : PATTERN_GAVE_UP;
}
