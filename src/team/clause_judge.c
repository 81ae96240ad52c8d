#include <string.h>

#include "team/claim.h"
#include "team/clause.h"

enum { LABEL_TOKENS = 6, SHORT_WORDS = 8 };

/* What stands in a clause. */
struct tally {
	const struct lexeme *technology, *integration, *language, *quality, *demanding;
	const struct thing *thing;         /* the likeliest one that is not the acting person */
	enum thing_tier tier;
	unsigned technologies, technical, lingual, multilingual, numbers, units, verbs, modals, be, connects, words, context, product, uses, wants;
	size_t integration_at, technology_at;
};

static void
tally_thing(const struct reading *reading, size_t at, size_t begin, struct tally *tally)
{
	const struct token *token = &reading->tokens[at];
	const struct thing *thing = token->lexeme->thing;
	if (!thing || thing->tier < THING_MAYBE || token_acts_as_verb(reading, at, begin) || (token_is(token, WORD_FIELD) && !token->lexeme->plural) ||
	    token_is(token, WORD_PRODUCT))
		return;
	/* "As a user I …", "users can …": the actor is not what the clause is about. */
	static const uint64_t acts = 1ULL << WORD_MODAL | 1ULL << WORD_MANAGE | 1ULL << WORD_VERB | 1ULL << WORD_CREATE | 1ULL << WORD_PRONOUN;
	bool acting = reading->tokens[token_after(reading, at)].lexeme->classes & acts;
	const struct token *before = at > begin ? token - 1 : token;
	while (before > &reading->tokens[begin] && before->span == 0)
		before--;
	bool actor = token_is(token, WORD_PERSON) && !tally->verbs && (acting || token_is(before, WORD_ROLE));
	enum thing_tier tier = actor ? THING_RARELY : thing->tier;
	if (tally->thing && tier <= tally->tier)
		return;
	tally->thing = thing;
	tally->tier = tier;
}

/* "is fast", "fast and secure", but not "a quick start". */
static bool
is_predicate(const struct reading *reading, size_t at)
{
	const struct token *after = &reading->tokens[token_after(reading, at)];
	if (!token_is(&reading->tokens[at], WORD_QUALITY))
		return false;
	static const uint64_t joins = 1ULL << WORD_AND | 1ULL << WORD_FUNCTION | 1ULL << WORD_PREPOSITION | 1ULL << WORD_QUALITY | 1ULL << WORD_RELATIVE;
	return after->kind != TOKEN_WORD || (after->lexeme->classes & joins);
}

static void
tally_token(const struct reading *reading, size_t at, size_t begin, struct tally *tally)
{
	const struct token *token = &reading->tokens[at];
	const struct lexeme *lexeme = token->lexeme;
	static const uint64_t verbs = 1ULL << WORD_MANAGE | 1ULL << WORD_VERB | 1ULL << WORD_KEEP | 1ULL << WORD_CREATE;
	if (lexeme_is(lexeme, WORD_TECHNOLOGY)) {
		tally->technology = tally->technology ? tally->technology : lexeme;
		tally->technology_at = tally->technologies++ ? tally->technology_at : at;
	}
	if (lexeme_is(lexeme, WORD_INTEGRATION) && !tally->integration) {
		tally->integration = lexeme;
		tally->integration_at = at;
	}
	tally->language = tally->language || !lexeme_is(lexeme, WORD_LANGUAGE) ? tally->language : lexeme;
	tally->quality = tally->quality || !is_predicate(reading, at) ? tally->quality : lexeme;
	tally->demanding = tally->demanding || !lexeme_is(lexeme, WORD_DEMANDING) ? tally->demanding : lexeme;
	tally->technical += lexeme_is(lexeme, WORD_TECHNICAL);
	tally->lingual += lexeme_is(lexeme, WORD_LINGUAL);
	tally->multilingual += lexeme_is(lexeme, WORD_MULTILINGUAL);
	tally->units += lexeme_is(lexeme, WORD_UNIT) && at > 0 && token[-1].kind == TOKEN_NUMBER;
	tally->modals += lexeme_is(lexeme, WORD_MODAL);
	tally->be += lexeme_is(lexeme, WORD_BE);
	tally->connects += lexeme_is(lexeme, WORD_CONNECT);
	tally->context += lexeme_is(lexeme, WORD_CONTEXT);
	tally->product += lexeme_is(lexeme, WORD_PRODUCT);
	tally->uses += lexeme_is(lexeme, WORD_USE);
	tally->wants += lexeme_is(lexeme, WORD_WANT);
	tally->numbers += token->kind == TOKEN_NUMBER;
	bool empty = lexeme->classes & (1ULL << WORD_FUNCTION | 1ULL << WORD_DETERMINER | 1ULL << WORD_PREPOSITION | 1ULL << WORD_AND |
	                                1ULL << WORD_MODAL | 1ULL << WORD_BE | 1ULL << WORD_PRONOUN | 1ULL << WORD_USE | 1ULL << WORD_TECHNICAL |
	                                1ULL << WORD_TECHNOLOGY | 1ULL << WORD_WITH | 1ULL << WORD_STACK);
	tally->words += token->kind == TOKEN_WORD && !empty;
	tally_thing(reading, at, begin, tally);
	tally->verbs += (lexeme->classes & verbs) && (!lexeme->thing || token_acts_as_verb(reading, at, begin));
}

static struct tally
take_tally(const struct reading *reading, size_t from, size_t to)
{
	struct tally tally = { 0 };
	for (size_t i = from; i < to; i = token_after(reading, i))
		if (reading->tokens[i].kind == TOKEN_WORD || reading->tokens[i].kind == TOKEN_NUMBER)
			tally_token(reading, i, from, &tally);
	return tally;
}

static void
settle(struct clause *clause, enum statement_kind kind, const char *subject)
{
	clause->kind = kind;
	g_free(clause->subject);
	clause->subject = g_strdup(subject);
}

static bool
is_language(const struct tally *tally)
{
	return (tally->language && tally->words <= SHORT_WORDS && (tally->lingual || tally->words <= 2)) || (tally->multilingual && !tally->thing);
}

/* A technology is demanded by name: in a clause of little else, or by a word such as "use". */
static bool
is_technology(const struct reading *reading, const struct clause *clause, const struct tally *tally)
{
	if (!tally->technology)
		return false;
	bool led = false;
	for (size_t i = clause->from; i < tally->technology_at; i = token_after(reading, i))
		led |= token_is(&reading->tokens[i], WORD_USE) || token_is(&reading->tokens[i], WORD_STACK);
	return led ? tally->words <= SHORT_WORDS : tally->words <= (tally->technical ? 2 : 1) && !tally->verbs && !tally->be;
}

static bool
is_integration(const struct reading *reading, const struct clause *clause, const struct tally *tally)
{
	if (!tally->integration)
		return false;
	size_t at = tally->integration_at, after = token_after(reading, at);
	bool before = at > clause->from && (reading->tokens[at - 1].lexeme->classes & (1ULL << WORD_CONNECT | 1ULL << WORD_PREPOSITION |
	                                                                              1ULL << WORD_WITH | 1ULL << WORD_USE | 1ULL << WORD_BY));
	bool behind = after < clause->to && (token_is(&reading->tokens[after], WORD_CONNECT) || token_is(&reading->tokens[after], WORD_FEATURE));
	return before || behind || tally->connects || tally->words <= 3;
}

static bool
is_quality(const struct tally *tally)
{
	if (tally->demanding)
		return true;
	if (!tally->quality)
		return tally->numbers && tally->units && tally->modals && tally->words <= SHORT_WORDS;
	bool alone = tally->words <= 2;
	return alone || ((tally->be || tally->modals) && !tally->verbs && tally->words <= SHORT_WORDS);
}

/* The claim of a clause, or of what stands behind its label: "Polls: a poll has …". */
static bool
find_claim(const struct reading *reading, const struct clause *clause, struct claim *ret)
{
	if (claim_read(reading, clause->from, clause->to, ret))
		return ret->kind != CLAIM_MANY;
	for (size_t i = clause->from; i < MIN(clause->to, clause->from + LABEL_TOKENS); i++)
		if (token_is_mark(&reading->tokens[i], ':'))
			return claim_read(reading, i + 1, clause->to, ret) && ret->kind != CLAIM_MANY;
	return false;
}

void
clause_judge(const struct reading *reading, struct clause *clause)
{
	struct tally tally = take_tally(reading, clause->from, clause->to);
	struct claim claim;
	const char *thing = tally.thing && tally.tier > THING_RARELY ? tally.thing->name : NULL;
	clause->outside |= token_is(&reading->tokens[clause->from], WORD_OUTSIDE);
	if (clause->outside)
		settle(clause, STATEMENT_CAPABILITY, NULL);
	else if (is_language(&tally))
		settle(clause, STATEMENT_LANGUAGE, tally.language ? tally.language->name : NULL);
	else if (is_technology(reading, clause, &tally))
		settle(clause, STATEMENT_TECHNOLOGY, tally.technology->name);
	else if (is_integration(reading, clause, &tally))
		settle(clause, STATEMENT_INTEGRATION, tally.integration->name);
	else if (!tally.context && find_claim(reading, clause, &claim)) {
		g_autofree char *name = noun_name(reading, &claim.subject);
		settle(clause, STATEMENT_ENTITY, name);
	} else if (is_quality(&tally))
		settle(clause, STATEMENT_NON_FUNCTIONAL, tally.quality ? tally.quality->name : tally.demanding ? tally.demanding->name : NULL);
	else
		settle(clause, STATEMENT_CAPABILITY, thing);
}

/* "filtering tasks" asks for something to be done; "comments" does not. */
static bool
begins_with_verb(const struct token *token)
{
	return token_is(token, WORD_INFLECTED) && !token->lexeme->thing;
}

/* What may stand behind the noun of an element: "tasks with …", "rooms (…)", "services for …". */
static bool
ends_noun(const struct reading *reading, const struct noun *noun, const struct clause *clause)
{
	static const uint64_t followers = 1ULL << WORD_WITH | 1ULL << WORD_HAVE | 1ULL << WORD_RELATIVE | 1ULL << WORD_PREPOSITION;
	const struct token *after = &reading->tokens[noun->to];
	return noun->to >= clause->to || (after->lexeme->classes & followers) || token_is_mark(after, '(');
}

/* An element names a thing that is kept: "tasks with …". Not so "a courier app", which is a part of the
 * product, nor a technology or a language. */
static bool
names_thing(const struct reading *reading, const struct clause *clause, struct noun *ret)
{
	if (!noun_read(reading, clause->from, clause->to, ret) || !noun_is_thing(reading, ret) || !ends_noun(reading, ret, clause))
		return false;
	struct tally tally = take_tally(reading, clause->from, clause->to);
	bool part = ret->from < ret->head && !ret->plural && token_is(&reading->tokens[ret->head], WORD_PRODUCT);
	bool likely = ret->thing ? ret->thing->tier >= THING_MAYBE : ret->plural;
	return likely && !part && !tally.technology && !tally.integration && !tally.language && !tally.multilingual;
}

void
clause_judge_element(const struct reading *reading, struct clause *clause)
{
	struct noun noun;
	if (!names_thing(reading, clause, &noun) || begins_with_verb(&reading->tokens[clause->from])) {
		clause_judge(reading, clause);
		return;
	}
	/* "an order service" is a part of the work, not a thing that is kept. */
	bool service = (noun.from < noun.head || noun.to < clause->to) && token_is(&reading->tokens[noun.head], WORD_SERVICE);
	const struct thing *of = noun.from < noun.head ? reading->tokens[noun.from].lexeme->thing : NULL;
	g_autofree char *name = service ? g_strdup(of ? of->name : NULL) : noun_name(reading, &noun);
	settle(clause, service ? STATEMENT_CAPABILITY : STATEMENT_ENTITY, name);
}
