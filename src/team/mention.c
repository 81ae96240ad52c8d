#include "team/mention.h"

#include <string.h>

#include "team/claim.h"

const char *const mention_feature_names[] = {
#define XX(code, name) name,
	MENTION_FEATURES(XX)
#undef XX
	NULL
};

#define BIT(feature) (1ULL << MENTION_##feature)

/* Features that hold for a candidate only if all of its mentions have them. */
static const uint64_t shared = BIT(BACKGROUND) | BIT(PRODUCT) | BIT(MODIFIER) | BIT(BY) | BIT(ACTOR) | BIT(PLACED);

enum { SHORT_TOKENS = 25, LONG_TOKENS = 120, RICH_THINGS = 4, CANDIDATES_MAX = 500 };

struct collector {
	const struct reading *reading;
	const GArray *clauses;
	GPtrArray *candidates;
	GHashTable *by_name;
	GHashTable *taken;   /* tokens that claims have counted already */
};

static void
free_candidate(void *data)
{
	struct candidate *candidate = data;
	g_free(candidate->name);
	g_free(candidate);
}

static struct candidate *
note(struct collector *collector, char *name, const struct thing *thing, size_t at, uint64_t features)
{
	struct candidate *candidate = g_hash_table_lookup(collector->by_name, name);
	if (!candidate && collector->candidates->len >= CANDIDATES_MAX) {
		g_free(name);
		return NULL;
	}
	if (!candidate) {
		candidate = g_new0(struct candidate, 1);
		*candidate = (struct candidate){ .name = name, .thing = thing, .features = features, .count = 1 };
		candidate->mentions[0] = at;
		g_ptr_array_add(collector->candidates, candidate);
		g_hash_table_insert(collector->by_name, name, candidate);
		return candidate;
	}
	g_free(name);
	uint64_t kept = candidate->features & features & shared;
	candidate->features = ((candidate->features | features) & ~shared) | kept;
	if (candidate->count < G_N_ELEMENTS(candidate->mentions))
		candidate->mentions[candidate->count] = at;
	candidate->count++;
	return candidate;
}

static const struct token *
token_at(const struct collector *collector, size_t at)
{
	return &collector->reading->tokens[at];
}

static bool
is_taken(const struct collector *collector, size_t at)
{
	return g_hash_table_contains(collector->taken, GSIZE_TO_POINTER(at));
}

static bool
is_listed(const struct collector *collector, size_t from, size_t to)
{
	const struct token *before = from ? token_at(collector, from - 1) : NULL, *after = token_at(collector, to);
	bool left = before && (token_is_mark(before, ',') || token_is_mark(before, '/') || token_is(before, WORD_AND));
	bool right = token_is_mark(after, ',') || token_is_mark(after, '/') || token_is(after, WORD_AND);
	return left || right;
}

/* What stands just before a noun phrase: its determiner, the verb whose object it is, a preposition. */
static uint64_t
features_before(const struct collector *collector, size_t at, size_t begin)
{
	uint64_t features = 0;
	for (unsigned words = 0; at > begin && words < 4; words++) {
		const struct token *token = token_at(collector, --at);
		while (at > begin && token->span == 0)
			token = token_at(collector, --at);
		if (token_is_mark(token, '/') && !token_at(collector, at + 1)->space)
			return features | BIT(PATH);
		if (token_is(token, WORD_MANAGE) || token_is(token, WORD_KEEP))
			return features | BIT(MANAGED);
		if (token_is(token, WORD_CREATE))
			return features | BIT(CREATED);
		if (token_is(token, WORD_BY))
			return features | BIT(BY);
		if (token_is(token, WORD_ROLE))
			return features | BIT(ACTOR);
		if (token_is(token, WORD_PREPOSITION))
			return features | BIT(PLACED);
		bool determiner = token_is(token, WORD_DETERMINER);
		features |= determiner ? BIT(DETERMINED) : 0;
		if (!determiner && !token_is(token, WORD_ADJECTIVE) && !token_is(token, WORD_MANY) && token->kind != TOKEN_NUMBER && !token->lexeme->thing)
			break;
	}
	return features;
}

static uint64_t
features_after(const struct collector *collector, size_t last, size_t to, bool person)
{
	const struct token *token = token_at(collector, last), *after = token_at(collector, to);
	uint64_t features = token->possessive || after[-1].possessive ? BIT(OWNER) : 0;
	if (token_is(after, WORD_MARKER))
		features |= BIT(MARKED);
	if (person && (token_is(after, WORD_MODAL) || token_is(after, WORD_PRONOUN)))
		features |= BIT(ACTOR);
	bool noun = after->kind == TOKEN_WORD && (after->lexeme->thing || token_is(after, WORD_FIELD) || token_is(after, WORD_FEATURE));
	return features | (noun && !token->lexeme->plural ? BIT(MODIFIER) : BIT(HEADED));
}

static uint64_t
features_of_word(const struct lexeme *lexeme)
{
	static const uint64_t tiers[] = { BIT(NEVER), BIT(RARELY), BIT(MAYBE), BIT(LIKELY), BIT(SURE) };
	uint64_t features = lexeme->thing ? tiers[lexeme->thing->tier] : BIT(UNKNOWN);
	features |= lexeme->plural ? BIT(PLURAL) : 0;
	features |= lexeme_is(lexeme, WORD_FIELD) ? BIT(FIELD) : 0;
	features |= lexeme_is(lexeme, WORD_PERSON) ? BIT(PERSON) : 0;
	features |= lexeme_is(lexeme, WORD_ANYONE) ? BIT(ANYONE) : 0;
	features |= lexeme_is(lexeme, WORD_SERVICE) ? BIT(SERVICE) : 0;
	return features;
}

static uint64_t
features_of_clause(const struct clause *clause, bool first)
{
	return (clause->background || clause->outside ? BIT(BACKGROUND) : 0) | (first ? BIT(TITLE) : 0) |
	       (clause->kind == STATEMENT_PRODUCT ? BIT(PRODUCT) : 0);
}

/* A noun that the lists do not know counts only where its place shows that it is one. */
static bool
is_new_noun(const struct collector *collector, size_t at, uint64_t features)
{
	const struct token *token = token_at(collector, at);
	bool letters = token->kind == TOKEN_WORD && token->length > 2 && !token->lexeme->classes && g_ascii_isalpha(*token->word);
	if (!letters || !tongue_is_english(collector->reading->tongue) || token->capital)
		return false;
	const struct token *after = token_at(collector, at + 1);
	bool ends = after->kind != TOKEN_WORD || after->lexeme->classes;
	bool plural = g_str_has_suffix(token->word, "s") && !g_str_has_suffix(token->word, "ss");
	return ends && (features & (BIT(PATH) | BIT(MARKED)) || (features & BIT(MANAGED) && plural));
}

/* The name of a noun with the word before it, where that is stated as a thing: "food items". */
static struct candidate *
find_compound(const struct collector *collector, size_t at, size_t begin)
{
	struct noun noun = { .head = at, .from = at, .thing = token_at(collector, at)->lexeme->thing };
	if (at == begin || !token_is(token_at(collector, at), WORD_GENERIC))
		return NULL;
	for (noun.from = at - 1; noun.from > begin && token_at(collector, noun.from)->span == 0;)
		noun.from--;
	g_autofree char *name = noun_name(collector->reading, &noun);
	return g_hash_table_lookup(collector->by_name, name);
}

static void
collect_token(struct collector *collector, const struct clause *clause, size_t at, uint64_t common)
{
	const struct token *token = token_at(collector, at);
	const struct lexeme *lexeme = token->lexeme;
	bool product = clause->kind == STATEMENT_PRODUCT && lexeme_is(lexeme, WORD_PRODUCT);
	bool never = lexeme->thing && lexeme->thing->tier == THING_NEVER;
	if (token->kind != TOKEN_WORD || product || never || token_acts_as_verb(collector->reading, at, clause->from))
		return;
	size_t to = token_after(collector->reading, at);
	uint64_t features = common | features_of_word(lexeme) | features_before(collector, at, clause->from) |
	                    features_after(collector, at, to, lexeme_is(lexeme, WORD_PERSON));
	if (!lexeme->thing && !is_new_noun(collector, at, features))
		return;
	features &= features & (BIT(MANAGED) | BIT(CREATED)) ? ~0ULL : ~BIT(WISHED);
	const struct candidate *compound = find_compound(collector, at, clause->from);
	if (compound) {
		note(collector, g_strdup(compound->name), compound->thing, at, features);
		return;
	}
	features |= is_listed(collector, at, to) ? BIT(LISTED) : 0;
	features |= lexeme_is(lexeme, WORD_GENERIC) && token->span == 1 ? BIT(GENERIC) : 0;
	features |= lexeme_is(lexeme, WORD_HEADING) ? BIT(HEADING) : 0;
	features |= lexeme->thing && strchr(lexeme->thing->name, '_') ? BIT(COMPOUND) : 0;
	char *name = lexeme->thing ? g_strdup(lexeme->thing->name) : lexicon_singular(collector->reading->lexicon, token->word);
	note(collector, name, lexeme->thing, at, features);
}

static void
state(struct collector *collector, const struct noun *noun)
{
	if (!noun_is_thing(collector->reading, noun))
		return;
	char *name = noun_name(collector->reading, noun);
	const struct thing *thing = lexicon_thing(collector->reading->lexicon, name);
	struct candidate *candidate = note(collector, name, thing, noun->head, 0);
	if (candidate)
		candidate->stated = true;
	for (size_t i = strchr(candidate ? candidate->name : "", '_') ? noun->from : noun->head; i <= noun->head; i++)
		g_hash_table_add(collector->taken, GSIZE_TO_POINTER(i));
}

static void
collect_objects(struct collector *collector, const struct claim *claim)
{
	const struct reading *reading = collector->reading;
	struct noun noun;
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, claim->objects.from, claim->objects.to, elements);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		bool read = noun_read(reading, element->from, element->to, &noun), thing = read && !noun.ruled && noun.thing && noun.thing->tier >= THING_MAYBE;
		if (thing || (claim->kind == CLAIM_BELONGS && read && (noun.thing || noun.plural || noun.determined))) {
			state(collector, &noun);
			continue;
		}
		/* "publication year" is a field, and not about publications. */
		for (size_t t = element->from; t < element->to && claim->kind == CLAIM_HAS; t++)
			g_hash_table_add(collector->taken, GSIZE_TO_POINTER(t));
	}
}

static void
collect_many(struct collector *collector, const struct claim *claim)
{
	struct noun noun;
	for (size_t i = claim->objects.from; i < claim->objects.to; i = token_after(collector->reading, i))
		if (token_at(collector, i)->lexeme->thing && noun_read(collector->reading, i, claim->objects.to, &noun))
			state(collector, &noun);
}

/* The thing of a list: the noun that the clause was judged by, behind words such as "we need". */
static void
collect_element(struct collector *collector, const struct clause *clause)
{
	for (size_t i = clause->from; i < clause->to; i = token_after(collector->reading, i)) {
		struct noun noun;
		if (!noun_read(collector->reading, i, clause->to, &noun))
			continue;
		g_autofree char *name = noun_name(collector->reading, &noun);
		if (g_strcmp0(name, clause->subject) != 0)
			continue;
		state(collector, &noun);
		return;
	}
}

/* The things that claims and lists of things name are stated. */
static void
collect_claim(struct collector *collector, const struct clause *clause)
{
	struct claim claim;
	if (clause->outside)
		return;
	bool claimed = claim_read(collector->reading, clause->from, clause->to, &claim);
	if (claimed && claim.kind == CLAIM_MANY)
		collect_many(collector, &claim);
	if (clause->kind != STATEMENT_ENTITY)
		return;
	if (!claimed) {
		collect_element(collector, clause);
		return;
	}
	state(collector, &claim.subject);
	do
		collect_objects(collector, &claim);
	while (claim_next(collector->reading, &claim));
}

/* "enroll" implies an enrollment, "blog" posts. */
static void
collect_implied(struct collector *collector, const char *list, size_t at)
{
	const struct token *token = token_at(collector, at);
	g_autoptr(GString) key = g_string_new(token->word);
	for (size_t i = at + 1; i < token_after(collector->reading, at); i++)
		if (token_at(collector, i)->kind == TOKEN_WORD)
			g_string_append_printf(key, " %s", token_at(collector, i)->word);
	VALUE_EACH (name, lexicon_implied(collector->reading->lexicon, list, key->str)) {
		if (name->kind == VALUE_STRING && !g_hash_table_contains(collector->by_name, name->text))
			note(collector, g_strdup(name->text), lexicon_thing(collector->reading->lexicon, name->text), at,
			     BIT(IMPLIED) | (g_str_equal(list, "products") ? BIT(PRODUCT) : 0));
	}
}

/* What holds for the text as a whole. */
static uint64_t
features_of_text(const struct collector *collector)
{
	const struct reading *reading = collector->reading;
	unsigned sure = 0, technical = 0, accounts = 0;
	for (size_t i = 0; i < reading->count; i = token_after(reading, i)) {
		const struct token *token = token_at(collector, i);
		technical += token_is(token, WORD_TECHNOLOGY) || token_is_mark(token, '`') || (token_is_mark(token, '-') && token_is_mark(token + 1, '-'));
		accounts += token_is(token, WORD_ACCOUNT);
		sure += token->lexeme->thing && token->lexeme->thing->tier >= THING_LIKELY;
	}
	bool brief = false;
	for (unsigned i = 0; i < collector->clauses->len; i++)
		brief |= g_array_index(collector->clauses, struct clause, i).kind == STATEMENT_PRODUCT;
	return (technical * 25 > reading->count ? BIT(TECHNICAL_TEXT) : 0) | (reading->count < SHORT_TOKENS ? BIT(SHORT_TEXT) : 0) |
	       (reading->count > LONG_TOKENS ? BIT(LONG_TEXT) : 0) | (sure >= RICH_THINGS ? BIT(RICH_TEXT) : 0) | (sure ? 0 : BIT(POOR_TEXT)) |
	       (accounts ? BIT(ACCOUNTS) : 0) | (brief ? BIT(BRIEF_TEXT) : 0) | (tongue_is_english(reading->tongue) ? 0 : BIT(FOREIGN_TEXT));
}

static void
score(const struct lexicon *lexicon, struct candidate *candidate, uint64_t common, bool stated)
{
	uint64_t features = candidate->features | common;
	bool known = features & (BIT(MAYBE) | BIT(LIKELY) | BIT(SURE));
	bool purpose = known && features & BIT(PRODUCT) && features & BIT(PLURAL);   /* "a web application for recipes" */
	bool object = purpose || (known && features & (BIT(MANAGED) | BIT(CREATED) | BIT(MARKED)));
	if (features & BIT(BRIEF_TEXT) && (object || features & BIT(IMPLIED)))
		features |= BIT(BRIEF_OBJECT);
	if (candidate->count > 1)
		features |= candidate->count > 2 ? BIT(OFTEN) : BIT(TWICE);
	candidate->features = features;
	/* What a product implies, or its own name, is chosen only where nothing is stated; who uses the
	 * software is not kept by that alone. */
	bool implied = features & BIT(IMPLIED) && features & BIT(PRODUCT);
	bool aside = features & BIT(PRODUCT) && stated && !purpose;
	bool anyone = features & BIT(ANYONE) && !(features & (BIT(MANAGED) | BIT(MARKED) | BIT(ACCOUNTS)));
	candidate->never = implied || anyone || aside;
	candidate->score = lexicon_weight(lexicon, "features", "bias") +
	                   (candidate->thing ? lexicon_weight(lexicon, "things", candidate->name) : 0);
	for (unsigned i = 0; i < MENTION_FEATURE_COUNT; i++)
		if (features >> i & 1)
			candidate->score += lexicon_weight(lexicon, "features", mention_feature_names[i]);
}

static int
by_token(const void *a, const void *b)
{
	size_t one = *(const size_t *)a, other = *(const size_t *)b;
	return (one > other) - (one < other);
}

static int
by_place(gconstpointer a, gconstpointer b)
{
	const struct candidate *one = *(struct candidate *const *)a, *other = *(struct candidate *const *)b;
	if (one->mentions[0] != other->mentions[0])
		return one->mentions[0] < other->mentions[0] ? -1 : 1;
	return strcmp(one->name, other->name);
}

GPtrArray *
candidates_read(const struct reading *reading, const GArray *clauses)
{
	struct collector collector = { .reading = reading, .clauses = clauses };
	collector.candidates = g_ptr_array_new_with_free_func(free_candidate);
	collector.by_name = g_hash_table_new(g_str_hash, g_str_equal);
	collector.taken = g_hash_table_new(g_direct_hash, g_direct_equal);
	for (unsigned c = 0; c < clauses->len; c++)
		collect_claim(&collector, &g_array_index(clauses, struct clause, c));
	for (unsigned c = 0; c < clauses->len; c++) {
		const struct clause *clause = &g_array_index(clauses, struct clause, c);
		uint64_t common = features_of_clause(clause, c == 0);
		for (size_t i = clause->from; i < clause->to; i = token_after(reading, i)) {
			common |= token_is(&reading->tokens[i], WORD_MODAL) ? BIT(WISHED) : 0;
			if (!is_taken(&collector, i))
				collect_token(&collector, clause, i, common);
		}
	}
	for (unsigned c = 0; c < clauses->len; c++) {
		const struct clause *clause = &g_array_index(clauses, struct clause, c);
		for (size_t i = clause->from; i < clause->to && !clause->outside; i = token_after(reading, i)) {
			if (!token_is(&reading->tokens[i], WORD_IMPLIES))
				continue;
			if (!reading->tokens[i].lexeme->thing || token_acts_as_verb(reading, i, clause->from))
				collect_implied(&collector, "actions", i);
			collect_implied(&collector, "products", i);
		}
	}
	uint64_t common = features_of_text(&collector);
	bool stated = false;
	for (unsigned i = 0; i < collector.candidates->len; i++)
		stated |= ((struct candidate *)collector.candidates->pdata[i])->stated;
	for (unsigned i = 0; i < collector.candidates->len; i++)
		score(reading->lexicon, collector.candidates->pdata[i], common, stated);
	g_hash_table_destroy(collector.by_name);
	g_hash_table_destroy(collector.taken);
	for (unsigned i = 0; i < collector.candidates->len; i++) {
		struct candidate *candidate = collector.candidates->pdata[i];
		qsort(candidate->mentions, MIN(candidate->count, G_N_ELEMENTS(candidate->mentions)), sizeof *candidate->mentions, by_token);
	}
	g_ptr_array_sort(collector.candidates, by_place);
	return collector.candidates;
}

struct candidate *
candidate_find(const GPtrArray *candidates, const char *name)
{
	for (unsigned i = 0; i < candidates->len; i++) {
		struct candidate *candidate = candidates->pdata[i];
		if (g_str_equal(candidate->name, name))
			return candidate;
	}
	return NULL;
}
