#include "team/clause.h"

#include "team/claim.h"

enum { LEAD_WORDS = 12, PRODUCT_REACH = 14, LABEL_TOKENS = 6, CLAUSES_MAX = 1000 };

static const uint64_t leads = 1ULL << WORD_PLEASE | 1ULL << WORD_PRONOUN | 1ULL << WORD_MODAL | 1ULL << WORD_WANT | 1ULL << WORD_OPEN_TO |
	1ULL << WORD_BE | 1ULL << WORD_FUNCTION | 1ULL << WORD_GREETING | 1ULL << WORD_PERSON | 1ULL << WORD_DETERMINER;
static const uint64_t verbs = 1ULL << WORD_MANAGE | 1ULL << WORD_VERB | 1ULL << WORD_KEEP | 1ULL << WORD_CREATE | 1ULL << WORD_USE;

struct cutting {
	const struct reading *reading;
	const struct sentence *sentence;
	GArray *clauses;
	bool first;   /* the sentence is the first of the text */
};

static const struct token *
token_at(const struct cutting *cutting, size_t at)
{
	return &cutting->reading->tokens[at];
}

static bool
is(const struct cutting *cutting, size_t at, enum word_class class)
{
	return at < cutting->reading->count && token_is(token_at(cutting, at), class);
}

static void
free_clause(void *data)
{
	g_free(((struct clause *)data)->subject);
}

GArray *
clauses_new(void)
{
	GArray *clauses = g_array_new(FALSE, TRUE, sizeof(struct clause));
	g_array_set_clear_func(clauses, free_clause);
	return clauses;
}

/* A clause without the marks and conjunctions at its ends; NULL where nothing is left. */
static struct clause *
add(struct cutting *cutting, size_t from, size_t to)
{
	while (from < to && ((token_at(cutting, from)->kind != TOKEN_WORD && token_at(cutting, from)->kind != TOKEN_NUMBER &&
	                      !token_is_mark(token_at(cutting, from), '(') && !token_is_mark(token_at(cutting, from), '[') && !token_is_mark(token_at(cutting, from), '"') &&
	                      !token_is_mark(token_at(cutting, from), '`') && !token_is_mark(token_at(cutting, from), '-') &&
	                      !token_is_mark(token_at(cutting, from), '/')) ||
	                     is(cutting, from, WORD_AND)))
		from = token_after(cutting->reading, from);
	while (to > from && (token_is_mark(token_at(cutting, to - 1), ',') || token_is_mark(token_at(cutting, to - 1), ':') ||
	                     token_at(cutting, to - 1)->kind == TOKEN_BREAK || token_is(token_at(cutting, to - 1), WORD_AND)))
		to--;
	if (from >= to)
		return NULL;
	struct clause clause = {
		.from = from, .to = to, .block = cutting->sentence->block,
		.background = cutting->sentence->background, .outside = cutting->sentence->outside,
	};
	g_array_append_val(cutting->clauses, clause);
	return &g_array_index(cutting->clauses, struct clause, cutting->clauses->len - 1);
}

static void
add_judged(struct cutting *cutting, size_t from, size_t to)
{
	struct clause *clause = add(cutting, from, to);
	if (clause)
		clause_judge(cutting->reading, clause);
}

/* Whether a verb in its base form begins a demand here. */
static bool
begins_demand(const struct cutting *cutting, size_t at)
{
	const struct token *token = token_at(cutting, at), *before = at ? token - 1 : NULL;
	if (token->kind != TOKEN_WORD || !(token->lexeme->classes & verbs) || token_is(token, WORD_INFLECTED) || token->lexeme->plural)
		return false;
	if (!token->lexeme->thing && !token_is(token, WORD_FIELD))
		return true;
	/* "order", "list", "comment" are nouns as well: a verb has an object after it. */
	size_t after = token_after(cutting->reading, at);
	bool object = after < cutting->sentence->to && (is(cutting, after, WORD_DETERMINER) || is(cutting, after, WORD_PREPOSITION) ||
	                                                token_at(cutting, after)->lexeme->plural);
	return object && before && !token_is(before, WORD_DETERMINER) && !token_is(before, WORD_ADJECTIVE);
}

/* Two words at least besides the verb's own make a clause: "users can like" alone does not. */
static bool
has_object(const struct cutting *cutting, size_t from, size_t to)
{
	bool verb = false;
	for (size_t i = from; i < to; i = token_after(cutting->reading, i)) {
		const struct token *token = token_at(cutting, i);
		bool empty = token->lexeme->classes & (1ULL << WORD_FUNCTION | 1ULL << WORD_AND | 1ULL << WORD_MODAL);
		bool act = token->lexeme->classes & verbs;
		/* In "users can create, view" the second verb is no object of the first. */
		bool next = i > from && (token_is_mark(token - 1, ',') || token_is(token - 1, WORD_AND));
		bool object = token->kind == TOKEN_WORD && (!empty || token_is(token, WORD_PRONOUN)) && !(act && (next || !token->lexeme->thing));
		if (verb && object)
			return true;
		verb |= act;
	}
	return false;
}

/* "…, and admins can ban them": a new subject with its own modal verb. */
static bool
begins_clause(const struct cutting *cutting, size_t at, size_t to)
{
	for (unsigned words = 0; at < to && words < 5; words++, at = token_after(cutting->reading, at)) {
		if (token_at(cutting, at)->kind != TOKEN_WORD || is(cutting, at, WORD_AND))
			return false;
		if (words && (is(cutting, at, WORD_MODAL) || is(cutting, at, WORD_HAVE) || is(cutting, at, WORD_BELONG)))
			return !is(cutting, at - 1, WORD_RELATIVE);
		if (is(cutting, at, WORD_RELATIVE) || is(cutting, at, WORD_WITH))
			return false;
	}
	return false;
}

static bool
has_claim(const struct cutting *cutting, size_t from, size_t to)
{
	struct claim claim;
	return claim_read(cutting->reading, from, to, &claim) && claim.kind != CLAIM_MANY;
}

/* "…, each with its own PostgreSQL database" */
static bool
begins_technology(const struct cutting *cutting, size_t at, size_t to)
{
	struct clause clause = { .from = at, .to = to };
	while (at < to && is(cutting, at, WORD_DETERMINER))
		at = token_after(cutting->reading, at);
	if (!is(cutting, at, WORD_WITH) && !is(cutting, at, WORD_USE))
		return false;
	clause_judge(cutting->reading, &clause);
	g_free(clause.subject);
	return clause.kind == STATEMENT_TECHNOLOGY;
}

/* Coordinated clauses: cut at a conjunction or comma where a new subject or a new demand begins. */
static void
cut_coordinated(struct cutting *cutting, size_t from, size_t to)
{
	const struct reading *reading = cutting->reading;
	size_t begin = from;
	for (size_t i = from; i < to;) {
		if (token_is_mark(token_at(cutting, i), '(')) {
			i = paren_end(reading, i, to);
			continue;
		}
		size_t after = token_after(reading, i);
		bool joint = token_is_mark(token_at(cutting, i), ',') || is(cutting, i, WORD_AND);
		while (joint && after < to && is(cutting, after, WORD_AND))
			after = token_after(reading, after);
		if (joint && after < to && i > begin) {
			bool demand = begins_demand(cutting, after) && has_object(cutting, begin, i) && has_object(cutting, after, to);
			bool clause = begins_clause(cutting, after, to) && (has_object(cutting, begin, i) || has_claim(cutting, begin, i));
			if (demand || clause || begins_technology(cutting, after, to)) {
				add_judged(cutting, begin, i);
				begin = after;
			}
		}
		i = after;
	}
	add_judged(cutting, begin, to);
}

/* Names of one class, each a demand of its own: "use Django and PostgreSQL", "pay with Stripe or
 * PayPal". False if it is not such a list. */
static bool
cut_names(struct cutting *cutting, size_t from, size_t to, enum word_class class, enum statement_kind kind)
{
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(cutting->reading, from, to, elements);
	unsigned named = 0;
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		named += phrase_find(cutting->reading, element->from, element->to, class) < element->to;
	}
	if (elements->len < 2 || named < elements->len)
		return false;
	struct clause whole = { .from = from, .to = to };
	clause_judge(cutting->reading, &whole);
	g_free(whole.subject);
	for (unsigned i = 0; whole.kind == kind && i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct clause *clause = add(cutting, element->from, element->to);
		if (!clause)
			continue;
		size_t at = phrase_find(cutting->reading, element->from, element->to, class);
		clause->kind = kind;
		clause->subject = g_strdup(token_at(cutting, at)->lexeme->name);
	}
	return whole.kind == kind;
}

static bool
cut_technologies(struct cutting *cutting, size_t from, size_t to)
{
	return cut_names(cutting, from, to, WORD_TECHNOLOGY, STATEMENT_TECHNOLOGY);
}

/* "fast, secure and accessible": each is a demand. */
static bool
cut_qualities(struct cutting *cutting, size_t from, size_t to)
{
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(cutting->reading, from, to, elements);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct clause clause = { .from = element->from, .to = element->to };
		clause_judge(cutting->reading, &clause);
		g_free(clause.subject);
		bool quality = clause.kind == STATEMENT_NON_FUNCTIONAL || clause.kind == STATEMENT_LANGUAGE;
		if (elements->len < 2 || !quality || element->to - element->from > 8)
			return false;
	}
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		add_judged(cutting, element->from, element->to);
	}
	return elements->len > 1;
}

/* An item of a list that only names things: "- warehouses". */
static bool
cut_item(struct cutting *cutting, size_t from, size_t to)
{
	struct noun noun;
	bool item = cutting->sentence->kind == SENTENCE_ITEM && noun_read(cutting->reading, from, to, &noun) && noun.to == to;
	if (!item || !noun.plural || !noun.thing || noun.thing->tier < THING_LIKELY)
		return false;
	struct clause *clause = add(cutting, from, to);
	if (clause)
		clause_judge_element(cutting->reading, clause);
	return clause != NULL;
}

static void
cut_plain(struct cutting *cutting, size_t from, size_t to)
{
	if (!cut_item(cutting, from, to) && !cut_technologies(cutting, from, to) && !cut_qualities(cutting, from, to) &&
	    !cut_names(cutting, from, to, WORD_INTEGRATION, STATEMENT_INTEGRATION))
		cut_coordinated(cutting, from, to);
}

/* The elements of what a product shall have: "projects, tasks with due dates and owners, and
 * comments". Fields after "with" stay with their thing. */
static GArray *
read_elements(const struct cutting *cutting, size_t from, size_t to)
{
	const struct reading *reading = cutting->reading;
	GArray *elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, from, to, elements);
	for (unsigned i = 0; i + 1 < elements->len;) {
		struct range *element = &g_array_index(elements, struct range, i), *next = element + 1;
		struct noun noun;
		bool open = phrase_find(reading, element->from, element->to, WORD_WITH) < element->to;
		bool field = open && noun_read(reading, next->from, next->to, &noun) && noun.ruled &&
		             (noun.to >= next->to || token_is_mark(token_at(cutting, noun.to), '('));
		if (field) {
			element->to = next->to;
			g_array_remove_index(elements, i + 1);
		} else {
			i++;
		}
	}
	return elements;
}

static void
cut_elements(struct cutting *cutting, size_t from, size_t to)
{
	g_autoptr(GArray) elements = read_elements(cutting, from, to);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct clause *clause = add(cutting, element->from, element->to);
		if (clause)
			clause_judge_element(cutting->reading, clause);
	}
}

/* All elements of a list are nouns of things; those of a tier at least, and bare or with what belongs
 * to them, where it is above MAYBE. */
static bool
all_things(const struct cutting *cutting, size_t from, size_t to, enum thing_tier tier)
{
	g_autoptr(GArray) elements = read_elements(cutting, from, to);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct clause clause = { .from = element->from, .to = element->to };
		clause_judge_element(cutting->reading, &clause);
		const struct thing *thing = clause.subject ? lexicon_thing(cutting->reading->lexicon, clause.subject) : NULL;
		g_free(clause.subject);
		struct noun noun;
		bool bare = noun_read(cutting->reading, element->from, element->to, &noun) &&
		            (noun.to == element->to || is(cutting, noun.to, WORD_WITH) || token_is_mark(token_at(cutting, noun.to), '('));
		if (clause.kind != STATEMENT_ENTITY || (tier > THING_MAYBE && (!bare || !thing || thing->tier < tier)))
			return false;
	}
	return elements->len > 1;
}

enum part { PART_NONE, PART_WITH, PART_USE, PART_LANGUAGE, PART_MANAGE, PART_RELATIVE };

/* What begins at a token after the product: "with projects", "using Django", "in German". */
static enum part
part_at(const struct cutting *cutting, size_t at, size_t to, bool adjacent)
{
	const struct token *token = token_at(cutting, at);
	size_t after = token_after(cutting->reading, at);
	if (token_is(token, WORD_WITH) || (token_is(token, WORD_HAVE) && !token_is(token, WORD_MODAL)) || token_is_mark(token, ':'))
		return PART_WITH;
	bool named = after < to && (is(cutting, after, WORD_TECHNOLOGY));
	if (token_is(token, WORD_USE) || (named && token_is(token, WORD_PREPOSITION)))
		return PART_USE;
	if (token_is(token, WORD_PREPOSITION) && after < to && is(cutting, after, WORD_LANGUAGE))
		return PART_LANGUAGE;
	if (token_is(token, WORD_PREPOSITION) && after < to && (is(cutting, after, WORD_MANAGE) || is(cutting, after, WORD_KEEP)))
		return all_things(cutting, token_after(cutting->reading, after), to, THING_MAYBE) ? PART_MANAGE : PART_NONE;
	bool relative = token_is(token, WORD_RELATIVE) && (adjacent || begins_clause(cutting, after, to));
	return relative ? PART_RELATIVE : PART_NONE;
}

static void
cut_part(struct cutting *cutting, enum part part, size_t from, size_t to)
{
	size_t inner = token_after(cutting->reading, from);
	bool clauses = phrase_find(cutting->reading, inner, to, WORD_HAVE) < to || phrase_find(cutting->reading, inner, to, WORD_BELONG) < to;
	if (part == PART_WITH && token_is_mark(token_at(cutting, from), ':') && clauses)
		cut_plain(cutting, inner, to);
	else if (part == PART_WITH)
		cut_elements(cutting, inner, to);
	else if (part == PART_USE && !cut_technologies(cutting, from, to))
		cut_elements(cutting, from, to);
	else if (part == PART_MANAGE)
		cut_elements(cutting, token_after(cutting->reading, inner), to);
	else if (part == PART_LANGUAGE || part == PART_RELATIVE)
		cut_plain(cutting, part == PART_LANGUAGE ? from : inner, to);
}

/* The end of the part that begins at `from`: where the next begins that is not inside it. */
static size_t
part_end(const struct cutting *cutting, enum part part, size_t from, size_t to)
{
	for (size_t i = token_after(cutting->reading, from); i < to; i = token_after(cutting->reading, i)) {
		if (token_is_mark(token_at(cutting, i), '(')) {
			i = paren_end(cutting->reading, i, to) - 1;
			continue;
		}
		enum part next = part_at(cutting, i, to, false);
		bool joint = i > from && (token_is_mark(token_at(cutting, i - 1), ',') || is(cutting, i - 1, WORD_AND));
		if (joint && part == PART_RELATIVE && next == PART_NONE && begins_demand(cutting, i) && is(cutting, i, WORD_USE))
			return i;
		bool where = part == PART_USE && is(cutting, i, WORD_RELATIVE);
		if (next == PART_USE || next == PART_LANGUAGE || where || (next == PART_WITH && part != PART_WITH && part != PART_RELATIVE))
			return i;
	}
	return to;
}

/* The words that lead to a product: "Please build", "I want", "Caravan is". */
struct lead {
	size_t end;
	bool asked;   /* by a verb of building or wanting */
	bool named;   /* by "is a" */
};

static struct lead
read_lead(const struct cutting *cutting, size_t from, size_t to)
{
	struct lead lead = { .end = from };
	for (unsigned words = 0; lead.end < to && words < LEAD_WORDS; words++, lead.end = token_after(cutting->reading, lead.end)) {
		const struct token *token = token_at(cutting, lead.end);
		lead.asked |= (token_is(token, WORD_CREATE) && !token_is(token, WORD_INFLECTED)) || token_is(token, WORD_WANT);
		lead.named |= token_is(token, WORD_BE) && is(cutting, lead.end + 1, WORD_DETERMINER);
		bool create = token_is(token, WORD_CREATE) && !(lead.end > from && is(cutting, lead.end - 1, WORD_DETERMINER));
		bool name = token->kind == TOKEN_WORD && token->capital && lead.end == from && is(cutting, lead.end + 1, WORD_BE);
		if (!create && !name && (!(token->lexeme->classes & leads) || token_is(token, WORD_PRODUCT)))
			break;
	}
	return lead;
}

static bool
ends_product(const struct cutting *cutting, size_t at, bool asked)
{
	static const uint64_t stops = 1ULL << WORD_WITH | 1ULL << WORD_HAVE | 1ULL << WORD_USE | 1ULL << WORD_RELATIVE | 1ULL << WORD_MODAL;
	const struct token *token = token_at(cutting, at);
	if (token->kind == TOKEN_MARK && token->mark != '-' && token->mark != '"' && token->mark != '/' && token->mark != '*')
		return true;
	bool english = tongue_is_english(cutting->reading->tongue);
	uint64_t more = (english ? 1ULL << WORD_AND : 0) | (english || !asked ? 1ULL << WORD_PREPOSITION : 0);
	return token->lexeme->classes & (stops | more);
}

static bool
names_product(const struct cutting *cutting, size_t at)
{
	const struct reading *reading = cutting->reading;
	return token_at(cutting, at)->kind == TOKEN_WORD &&
	       (is(cutting, at, WORD_PRODUCT) || lexeme_is(reading_lexeme(reading, token_after(reading, at) - 1), WORD_PRODUCT));
}

/* The token after the noun phrase of a product that is asked for; 0 if there is none. */
static size_t
product_end(const struct cutting *cutting, size_t from, size_t to)
{
	const struct reading *reading = cutting->reading;
	bool headline = !tongue_is_dense(reading->tongue) && (cutting->first || cutting->sentence->kind == SENTENCE_TITLE);
	struct lead lead = read_lead(cutting, from, to);
	if (!lead.asked && !lead.named && !headline)
		return 0;
	size_t end = 0, at = lead.end;
	for (unsigned words = 0; at < to && words < PRODUCT_REACH && !ends_product(cutting, at, lead.asked); words++) {
		size_t after = token_after(reading, at);
		bool word = token_at(cutting, at)->kind == TOKEN_WORD;
		/* In English the product is the last noun: "web application server". */
		end = names_product(cutting, at) ? after : word && tongue_is_english(reading->tongue) ? 0 : end;
		at = after;
	}
	/* "The app should be fast" says something of a product, but does not ask for it. */
	return at < to && is(cutting, at, WORD_MODAL) && !lead.asked ? 0 : end;
}

/* "Build a task management web application with …". False if the sentence asks for no product. */
static bool
cut_product(struct cutting *cutting, size_t from, size_t to)
{
	const struct reading *reading = cutting->reading;
	size_t end = product_end(cutting, from, to), at = end;
	if (!end)
		return false;
	enum part part = PART_NONE;
	while (at < to && (part = part_at(cutting, at, to, at == end)) == PART_NONE)
		at = token_is_mark(token_at(cutting, at), '(') ? paren_end(reading, at, to) : token_after(reading, at);
	struct clause *product = add(cutting, from, at);
	if (product)
		product->kind = STATEMENT_PRODUCT;
	while (at < to) {
		size_t next = part_end(cutting, part, at, to);
		cut_part(cutting, part, at, next);
		at = next;
		part = at < to ? part_at(cutting, at, to, true) : PART_NONE;
		if (at < to && part == PART_NONE) {
			cut_plain(cutting, at, to);
			break;
		}
	}
	return true;
}

/* Where a list may begin: behind "we need", behind a label with a colon. `ret_asked` becomes whether
 * words ask for it. */
static size_t
list_begin(const struct cutting *cutting, size_t from, size_t to, bool *ret_asked)
{
	static const uint64_t words = 1ULL << WORD_WANT | 1ULL << WORD_PRONOUN | 1ULL << WORD_MODAL | 1ULL << WORD_OPEN_TO | 1ULL << WORD_PLEASE |
		1ULL << WORD_KEEP;
	size_t at = from;
	*ret_asked = false;
	while (at < to && (token_at(cutting, at)->lexeme->classes & words)) {
		*ret_asked |= is(cutting, at, WORD_WANT);
		at = token_after(cutting->reading, at);
	}
	for (size_t i = from; i < MIN(to, from + LABEL_TOKENS); i = token_after(cutting->reading, i)) {
		*ret_asked |= is(cutting, i, WORD_MARKER);
		if (token_is_mark(token_at(cutting, i), ':'))
			return i + 1;
	}
	return at;
}

/* "We need customers, orders and invoices", "Entities: customer, order"; the list alone where there
 * is no doubt. */
static bool
cut_things(struct cutting *cutting, size_t from, size_t to)
{
	bool asked;
	size_t at = list_begin(cutting, from, to, &asked);
	if (!all_things(cutting, at, to, asked ? THING_MAYBE : THING_LIKELY))
		return false;
	unsigned first = cutting->clauses->len;
	cut_elements(cutting, at, to);
	if (cutting->clauses->len > first)
		g_array_index(cutting->clauses, struct clause, first).from = from;
	return true;
}

/* It tells how things are today, and asks for nothing. */
static bool
is_background(const struct cutting *cutting)
{
	const struct sentence *sentence = cutting->sentence;
	bool context = false, wish = false;
	for (size_t i = sentence->from; i < sentence->to; i = token_after(cutting->reading, i)) {
		const struct token *token = token_at(cutting, i);
		context |= token_is(token, WORD_CONTEXT) && i < sentence->from + 6;
		wish |= token_is(token, WORD_MODAL) || token_is(token, WORD_WANT) || token_is(token, WORD_PLEASE);
	}
	return context && !wish;
}

static void
cut_sentence(struct cutting *cutting)
{
	const struct sentence *sentence = cutting->sentence;
	unsigned first = cutting->clauses->len;
	bool background = sentence->background || sentence->kind == SENTENCE_CODE || is_background(cutting);
	if (sentence->kind == SENTENCE_HEADING || background || sentence->outside) {
		add_judged(cutting, sentence->from, sentence->to);
	} else if (!cut_product(cutting, sentence->from, sentence->to) && !cut_things(cutting, sentence->from, sentence->to)) {
		cut_plain(cutting, sentence->from, sentence->to);
	}
	for (unsigned i = first; i < cutting->clauses->len; i++) {
		struct clause *clause = &g_array_index(cutting->clauses, struct clause, i);
		clause->background = background;
		clause->heading = sentence->kind == SENTENCE_HEADING || (sentence->leads && i + 1 == cutting->clauses->len && clause->kind == STATEMENT_CAPABILITY);
	}
}

/* What is beyond the bound is kept in one piece, as background of what stands before. */
static void
add_rest(struct cutting *cutting, const struct sentence *first, const struct sentence *last)
{
	cutting->sentence = first;
	struct clause *clause = add(cutting, first->from, last->to);
	if (clause)
		clause->background = true;
}

void
clauses_read(const struct reading *reading, GArray *ret)
{
	g_autoptr(GArray) sentences = g_array_new(FALSE, FALSE, sizeof(struct sentence));
	sentences_read(reading, sentences);
	struct cutting cutting = { .reading = reading, .clauses = ret };
	for (unsigned i = 0; i < sentences->len; i++) {
		if (ret->len >= CLAUSES_MAX) {
			add_rest(&cutting, &g_array_index(sentences, struct sentence, i), &g_array_index(sentences, struct sentence, sentences->len - 1));
			break;
		}
		cutting.sentence = &g_array_index(sentences, struct sentence, i);
		cutting.first = i == 0;
		cut_sentence(&cutting);
	}
}
