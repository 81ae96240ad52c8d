#include "team/domain.h"

#include <math.h>
#include <string.h>

#include "team/domain_build.h"
#include "team/service.h"

/* A text that claims nothing gives few entities, a detailed one more. */
enum { GUESSED_MAX = 8, ENTITIES_MAX = 32, STATEMENTS_OF_ENTITY = 200 };

struct entity *
domain_entity(const struct domain *domain, const char *name)
{
	for (size_t i = 0; i < domain->entities->count; i++)
		if (g_str_equal(domain->entities->items[i].name, name))
			return &domain->entities->items[i];
	return NULL;
}

const struct thing *
domain_thing(const struct domain *domain, const char *name)
{
	for (const char *tail = name; tail; tail = strchr(tail, '_')) {
		tail += *tail == '_';
		const struct thing *thing = lexicon_thing(domain->reading->lexicon, tail);
		if (thing && (thing->fields || thing->owners))
			return thing;
	}
	return NULL;
}

const char *
domain_statement(const struct domain *domain, size_t at)
{
	int64_t offset = domain->reading->tokens[at].offset;
	size_t from = 0, to = domain->statement_count;
	while (from < to) {
		size_t middle = (from + to) / 2;
		if (domain->statements[middle]->offset <= offset)
			from = middle + 1;
		else
			to = middle;
	}
	const struct statement *statement = from ? domain->statements[from - 1] : NULL;
	return statement && offset < statement->offset + statement->length ? statement->id : NULL;
}

struct entity *
domain_entity_at(const struct domain *domain, size_t at)
{
	size_t number = GPOINTER_TO_SIZE(g_hash_table_lookup(domain->mentions, GSIZE_TO_POINTER(at)));
	return number ? &domain->entities->items[number - 1] : NULL;
}

static int
by_offset(const void *a, const void *b)
{
	const struct statement *one = *(const struct statement *const *)a, *other = *(const struct statement *const *)b;
	return (one->offset > other->offset) - (one->offset < other->offset);
}

static void
sort_statements(struct domain *domain, const struct statement_list *statements)
{
	domain->statement_count = statements->count;
	domain->statements = g_new(const struct statement *, statements->count + 1);
	for (size_t i = 0; i < statements->count; i++)
		domain->statements[i] = &statements->items[i];
	qsort(domain->statements, statements->count, sizeof *domain->statements, by_offset);
}

static void
add_entity(struct domain *domain, const char *name)
{
	if (domain_entity(domain, name) || domain->entities->count == ENTITIES_MAX)
		return;
	struct entity *entity = record_append(&entity_record, domain->entities);
	const struct thing *thing = lexicon_thing(domain->reading->lexicon, name);
	entity->name = g_strdup(name);
	entity->plural = thing ? g_strdup(thing->plural) : lexicon_plural(domain->reading->lexicon, name);
}

static double
probability(const struct candidate *candidate)
{
	return candidate->stated ? 1 : candidate->never ? 0 : 1 / (1 + exp(-candidate->score));
}

static int
by_probability(gconstpointer a, gconstpointer b)
{
	const struct candidate *one = *(struct candidate *const *)a, *other = *(struct candidate *const *)b;
	double p = probability(one), q = probability(other);
	return p != q ? (q > p) - (q < p) : strcmp(one->name, other->name);
}

/* How many of the likeliest candidates to take, so that the expected Jaccard index with the true
 * set is largest: (Σ taken p) / (taken + Σ left p + what no candidate names). Taking none is right
 * with the probability that all are wrong. */
static unsigned
count_likely(const struct domain *domain, const GPtrArray *sorted)
{
	const struct lexicon *lexicon = domain->reading->lexicon;
	double total = 0, none = lexicon_weight(lexicon, "features", "none"), missing = lexicon_weight(lexicon, "features", "missing");
	for (unsigned i = 0; i < sorted->len; i++) {
		total += probability(sorted->pdata[i]);
		none *= 1 - probability(sorted->pdata[i]);
	}
	double best = none, taken = 0;
	unsigned count = 0;
	for (unsigned i = 0; i < sorted->len; i++) {
		const struct candidate *candidate = sorted->pdata[i];
		taken += probability(candidate);
		double expected = taken / (i + 1 + (total - taken) + missing);
		if (candidate->stated || (i < GUESSED_MAX && expected > best)) {
			best = MAX(best, expected);
			count = i + 1;
		}
	}
	return count;
}

/* Where nothing is named, what a product of this kind is about: a blog has posts. */
static void
choose_implied(struct domain *domain)
{
	static const uint64_t implied = 1ULL << MENTION_IMPLIED, product = 1ULL << MENTION_PRODUCT;
	for (unsigned i = 0; i < domain->candidates->len && !domain->entities->count; i++) {
		const struct candidate *candidate = domain->candidates->pdata[i];
		for (unsigned j = i; (candidate->features & implied) && (candidate->features & product) && j < domain->candidates->len; j++) {
			const struct candidate *other = domain->candidates->pdata[j];
			if (other->mentions[0] == candidate->mentions[0] && (other->features & implied))
				add_entity(domain, other->name);
		}
	}
}

static void
choose_entities(struct domain *domain, bool services)
{
	for (unsigned i = 0; services && i < domain->candidates->len; i++) {
		struct candidate *candidate = domain->candidates->pdata[i];
		candidate->never |= candidate->features >> MENTION_SERVICE & 1;
	}
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	for (unsigned i = 0; i < domain->candidates->len; i++)
		g_ptr_array_add(sorted, domain->candidates->pdata[i]);
	g_ptr_array_sort(sorted, by_probability);
	unsigned count = count_likely(domain, sorted);
	for (unsigned i = 0; i < domain->candidates->len; i++) {
		const struct candidate *candidate = domain->candidates->pdata[i];
		for (unsigned j = 0; j < count; j++)
			if (sorted->pdata[j] == candidate)
				add_entity(domain, candidate->name);
	}
}

/* A service keeps something: what is obvious where nothing is said of it. */
static void
add_things_of_services(struct domain *domain, const GPtrArray *hints)
{
	for (unsigned i = 0; i < hints->len; i++) {
		const struct service_hint *hint = hints->pdata[i];
		bool kept = false;
		for (char **thing = hint->things; *thing; thing++)
			kept |= domain_entity(domain, *thing) != NULL;
		if (!kept && hint->things[0])
			add_entity(domain, hint->things[0]);
	}
}

static void
note_statement(struct entity *entity, const char *id)
{
	size_t count = entity->statements ? g_strv_length(entity->statements) : 0;
	if (!id || count == STATEMENTS_OF_ENTITY || (count && g_strv_contains((const char *const *)entity->statements, id)))
		return;
	entity->statements = g_renew(char *, entity->statements, count + 2);
	entity->statements[count] = g_strdup(id);
	entity->statements[count + 1] = NULL;
}

/* Which tokens mention which entity, and so which statements speak of it. */
static void
note_mentions(struct domain *domain)
{
	for (size_t i = 0; i < domain->entities->count; i++) {
		struct entity *entity = &domain->entities->items[i];
		const struct candidate *candidate = candidate_find(domain->candidates, entity->name);
		for (unsigned m = 0; candidate && m < MIN(candidate->count, G_N_ELEMENTS(candidate->mentions)); m++) {
			g_hash_table_insert(domain->mentions, GSIZE_TO_POINTER(candidate->mentions[m]), GSIZE_TO_POINTER(i + 1));
			note_statement(entity, domain_statement(domain, candidate->mentions[m]));
		}
	}
}

void
entities_read(const struct lexicon *lexicon, const char *text, const struct statement_list *statements, struct entity_list *ret)
{
	*ret = (struct entity_list){ 0 };
	struct reading reading;
	reading_init(&reading, lexicon, text);
	g_autoptr(GArray) clauses = clauses_new();
	clauses_read(&reading, clauses);
	g_autoptr(GPtrArray) candidates = candidates_read(&reading, clauses);
	struct domain domain = { .reading = &reading, .clauses = clauses, .candidates = candidates, .entities = ret };
	domain.mentions = g_hash_table_new(g_direct_hash, g_direct_equal);
	domain.described = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	sort_statements(&domain, statements);
	bool wanted;
	g_autoptr(GPtrArray) hints = service_hints_read(&reading, clauses, &wanted);
	choose_entities(&domain, hints->len > 0);
	add_things_of_services(&domain, hints);
	choose_implied(&domain);
	note_mentions(&domain);
	domain_read_claims(&domain);
	domain_add_usual(&domain);
	domain_add_owners(&domain);
	g_hash_table_destroy(domain.described);
	g_hash_table_destroy(domain.mentions);
	g_free(domain.statements);
	reading_finish(&reading);
}

/* "order", "book" and "comment" are verbs and things: verbs only behind "can", "and" or a comma. */
static bool
is_verb(const struct reading *reading, size_t at)
{
	static const enum word_class verbs[] = { WORD_CREATE, WORD_MANAGE, WORD_KEEP, WORD_VERB };
	const struct token *token = &reading->tokens[at];
	bool verb = false;
	for (unsigned i = 0; i < G_N_ELEMENTS(verbs); i++)
		verb |= token_is(token, verbs[i]);
	if (!verb || !token->lexeme->thing)
		return verb;
	return at > 0 && (token_is(token - 1, WORD_MODAL) || token_is(token - 1, WORD_AND) || token_is_mark(token - 1, ','));
}

bool
statement_is_plain(const struct lexicon *lexicon, const char *text)
{
	struct reading reading;
	bool plain = false, more = false;
	reading_init(&reading, lexicon, text);
	for (size_t i = 0; i < reading.count; i++) {
		bool known = token_is(&reading.tokens[i], WORD_PLAIN) || token_is(&reading.tokens[i], WORD_SIFT);
		plain |= known;
		more |= !known && is_verb(&reading, i);
	}
	reading_finish(&reading);
	return plain && !more;
}

char *
statement_product(const struct lexicon *lexicon, const char *text)
{
	static const enum word_class asking[] = { WORD_PLEASE, WORD_PRONOUN, WORD_MODAL, WORD_WANT, WORD_OPEN_TO,
		                                  WORD_CREATE, WORD_FUNCTION, WORD_DETERMINER, WORD_GREETING };
	struct reading reading;
	reading_init(&reading, lexicon, text);
	size_t at = 0;
	for (bool asks = true; at < reading.count && asks; at += asks) {
		const struct token *token = &reading.tokens[at];
		asks = token->kind != TOKEN_WORD;
		for (unsigned i = 0; i < G_N_ELEMENTS(asking); i++)
			asks |= token_is(token, asking[i]);
	}
	char *name = g_strdup(at < reading.count ? text + reading.tokens[at].offset : text);
	reading_finish(&reading);
	return name;
}
