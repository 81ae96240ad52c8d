#include "team/service.h"

#include <string.h>

#include "team/claim.h"
#include "team/domain.h"

#define SUFFIX "_service"

enum { SERVICES_MAX = 16, LIST_TOKENS = 400 };

static const struct record_field service_fields[] = {
	RECORD_FIELD(service, name, RECORD_REQUIRED, "lower snake case"),
	RECORD_FIELD(service, entities, 0, "names of the entities that it owns"),
	RECORD_FIELD(service, statement, 0, "the statement that demands it"),
};
RECORD_TYPE(service, RECORD_DROP, "a service with a contract and a port of its own", .scalar = "name");

static void
free_hint(void *data)
{
	struct service_hint *hint = data;
	g_free(hint->name);
	g_strfreev(hint->things);
	g_free(hint);
}

/* What a service of this name keeps: what the lexicon says, and what its name says. */
static char **
things_of(const struct reading *reading, const char *base)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	VALUE_EACH (name, lexicon_implied(reading->lexicon, "services", base))
		if (name->kind == VALUE_STRING)
			g_strv_builder_add(builder, name->text);
	g_strv_builder_add(builder, base);
	return g_strv_builder_end(builder);
}

static void
add_hint(const struct reading *reading, GPtrArray *hints, const char *base, size_t at)
{
	g_autofree char *name = g_str_has_suffix(base, SUFFIX) ? g_strdup(base) : g_strconcat(base, SUFFIX, NULL);
	for (unsigned i = 0; i < hints->len; i++)
		if (g_str_equal(((struct service_hint *)hints->pdata[i])->name, name))
			return;
	if (hints->len == SERVICES_MAX || *base == '\0')
		return;
	struct service_hint *hint = g_new0(struct service_hint, 1);
	g_autofree char *bare = g_strndup(name, strlen(name) - strlen(SUFFIX));
	hint->name = g_steal_pointer(&name);
	hint->things = things_of(reading, bare);
	hint->at = at;
	g_ptr_array_add(hints, hint);
}

/* The name of an element as a service: all its words but "service". */
static char *
base_name(const struct reading *reading, const struct range *element, bool *ret_service)
{
	g_autoptr(GString) name = g_string_new(NULL);
	*ret_service = false;
	unsigned words = 0;
	for (size_t i = element->from; i < element->to && words < 3; i = token_after(reading, i)) {
		const struct token *token = &reading->tokens[i];
		const struct lexeme *lexeme = token->lexeme;
		if (lexeme_is(lexeme, WORD_SERVICE)) {
			*ret_service = true;
			break;
		}
		bool lead = token->kind != TOKEN_WORD || lexeme_is(lexeme, WORD_DETERMINER) || lexeme_is(lexeme, WORD_ADJECTIVE);
		if (lead && !words)
			continue;
		bool stop = lead || (lexeme->classes & (1ULL << WORD_FUNCTION | 1ULL << WORD_PREPOSITION | 1ULL << WORD_WITH | 1ULL << WORD_HAVE |
		                                        1ULL << WORD_MODAL | 1ULL << WORD_RELATIVE));
		if (stop || lexeme_is(lexeme, WORD_TECHNOLOGY))
			break;
		g_autofree char *one = lexeme->thing ? g_strdup(lexeme->thing->name) : lexicon_singular(reading->lexicon, token->word);
		g_string_append_printf(name, words++ ? "_%s" : "%s", one);
	}
	return g_strdup(name->str);
}

/* The sentence part around a mention of a service: a list, in which others are services too. */
static struct range
list_around(const struct reading *reading, const struct clause *clause, size_t at)
{
	struct range list = { clause->from, clause->to };
	for (size_t i = clause->from; i < at; i = token_after(reading, i)) {
		const struct token *token = &reading->tokens[i];
		if (token_is(token, WORD_WITH) || token_is(token, WORD_CREATE) || token_is(token, WORD_WANT) || token_is(token, WORD_HAVE) ||
		    token_is(token, WORD_MODAL) || token_is_mark(token, ':') || token_is(token, WORD_PREPOSITION))
			list.from = token_after(reading, i);
	}
	return list;
}

/* "a user service, a product catalogue and an order service". True if the rest of the clause is
 * such a list. */
static bool
read_named(const struct reading *reading, const struct clause *clause, size_t at, GPtrArray *hints)
{
	struct range list = list_around(reading, clause, at);
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, list.from, list.to, elements);
	unsigned services = 0;
	for (unsigned i = 0; i < elements->len; i++) {
		bool service;
		g_autofree char *name = base_name(reading, &g_array_index(elements, struct range, i), &service);
		services += service && *name;
	}
	for (unsigned i = 0; services && i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		bool service;
		struct noun noun;
		g_autofree char *name = base_name(reading, element, &service);
		bool noun_phrase = noun_read(reading, element->from, element->to, &noun) && noun.to >= element->to;
		if (*name && (service || (noun_phrase && elements->len > 1 && services > 1)))
			add_hint(reading, hints, name, element->from);
	}
	return services > 0;
}

/* "microservices for auth, products and orders", "services: users, orders" */
static void
read_listed(const struct reading *reading, const struct clause *clause, size_t at, GPtrArray *hints)
{
	size_t from = token_after(reading, at);
	bool led = from < clause->to && (token_is_mark(&reading->tokens[from], ':') || token_is_mark(&reading->tokens[from], '(') ||
	                                 token_is(&reading->tokens[from], WORD_PREPOSITION) || token_is(&reading->tokens[from], WORD_WITH));
	if (!led)
		return;
	size_t to = token_is_mark(&reading->tokens[from], '(') ? paren_end(reading, from, clause->to) - 1 : clause->to;
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, from + 1, to, elements);
	for (unsigned i = 0; elements->len > 1 && i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		bool service;
		g_autofree char *name = base_name(reading, element, &service);
		add_hint(reading, hints, name, element->from);
	}
}

GPtrArray *
service_hints_read(const struct reading *reading, const GArray *clauses, bool *ret_wanted)
{
	GPtrArray *hints = g_ptr_array_new_with_free_func(free_hint);
	*ret_wanted = false;
	for (unsigned c = 0; c < clauses->len; c++) {
		struct clause clause = g_array_index(clauses, struct clause, c);
		/* A sentence is one list, though its elements may be clauses. */
		while (c + 1 < clauses->len && g_array_index(clauses, struct clause, c + 1).block == clause.block && clause.to - clause.from < LIST_TOKENS)
			clause.to = g_array_index(clauses, struct clause, ++c).to;
		for (size_t i = clause.from; i < clause.to && !clause.outside; i = token_after(reading, i)) {
			const struct token *token = &reading->tokens[i];
			*ret_wanted |= token_is(token, WORD_MICROSERVICES);
			if (token_is(token, WORD_MICROSERVICES) || (token_is(token, WORD_SERVICE) && token->lexeme->plural))
				read_listed(reading, &clause, i, hints);
			bool named = token_is(token, WORD_SERVICE) && !token->lexeme->plural && !g_str_has_suffix(token->word, "s");
			if (named && read_named(reading, &clause, i, hints))
				break;
		}
	}
	if (hints->len < 2)
		g_ptr_array_set_size(hints, 0);
	return hints;
}

static const char *
statement_at(const struct reading *reading, const struct statement_list *statements, size_t at)
{
	int64_t offset = reading->tokens[at].offset;
	for (size_t i = 0; i < statements->count; i++)
		if (offset >= statements->items[i].offset && offset < statements->items[i].offset + statements->items[i].length)
			return statements->items[i].id;
	return NULL;
}

static struct service *
add_service(struct service_list *services, const char *name, const char *statement)
{
	struct service *service = record_append(&service_record, services);
	service->name = g_strdup(name);
	service->statement = g_strdup(statement);
	return service;
}

static void
give(struct service *service, const char *entity)
{
	size_t count = service->entities ? g_strv_length(service->entities) : 0;
	service->entities = g_renew(char *, service->entities, count + 2);
	service->entities[count] = g_strdup(entity);
	service->entities[count + 1] = NULL;
}

static const struct entity *
owner_of(const struct entity_list *entities, const struct entity *entity)
{
	for (size_t r = 0; r < entity->relations.count; r++) {
		const struct entity_relation *relation = &entity->relations.items[r];
		for (size_t i = 0; i < entities->count && relation->kind == RELATION_BELONGS_TO; i++)
			if (g_str_equal(entities->items[i].name, relation->target))
				return &entities->items[i];
	}
	return NULL;
}

/* The hint whose own things include the entity; -1 if none does. */
static int
direct_hint(const GPtrArray *hints, const struct entity *entity)
{
	for (unsigned i = 0; i < hints->len; i++) {
		const struct service_hint *hint = hints->pdata[i];
		if (g_strv_contains((const char *const *)hint->things, entity->name))
			return (int)i;
	}
	/* "order_item" goes to the order service. */
	for (unsigned i = 0; i < hints->len; i++) {
		const struct service_hint *hint = hints->pdata[i];
		for (char **thing = hint->things; *thing; thing++)
			if (g_str_has_prefix(entity->name, *thing) && entity->name[strlen(*thing)] == '_')
				return (int)i;
	}
	return -1;
}

/* Its own service, else that of what it belongs to, else the one that shares a statement, else the first. */
static unsigned
choose_hint(const GPtrArray *hints, const struct entity_list *entities, const struct entity *entity, char *const *statements)
{
	const struct entity *owner = entity;
	for (size_t steps = 0; owner && steps < entities->count; steps++) {
		int hint = direct_hint(hints, owner);
		if (hint >= 0)
			return (unsigned)hint;
		owner = owner_of(entities, owner);
	}
	for (unsigned i = 0; entity->statements && i < hints->len; i++)
		if (statements[i] && g_strv_contains((const char *const *)entity->statements, statements[i]))
			return i;
	return 0;
}

static void
give_by_hints(const GPtrArray *hints, const struct entity_list *entities, struct service_list *ret)
{
	g_autofree char **statements = g_new0(char *, hints->len + 1);
	for (unsigned i = 0; i < hints->len; i++)
		statements[i] = ret->items[i].statement;
	for (size_t i = 0; i < entities->count; i++)
		give(&ret->items[choose_hint(hints, entities, &entities->items[i], statements)], entities->items[i].name);
}

/* Microservices without names: one for each entity that belongs to no other. */
static void
give_by_roots(const struct entity_list *entities, struct service_list *ret)
{
	for (size_t i = 0; i < entities->count; i++) {
		const struct entity *root = &entities->items[i], *owner = root;
		for (size_t steps = 0; owner && steps < entities->count; steps++) {
			root = owner;
			owner = owner_of(entities, owner);
		}
		g_autofree char *name = g_strconcat(root->name, SUFFIX, NULL);
		struct service *service = NULL;
		for (size_t s = 0; s < ret->count; s++)
			service = g_str_equal(ret->items[s].name, name) ? &ret->items[s] : service;
		if (!service)
			service = add_service(ret, name, NULL);
		give(service, entities->items[i].name);
	}
}

void
services_read(const struct lexicon *lexicon, const char *text, const struct statement_list *statements,
              const struct entity_list *entities, struct service_list *ret)
{
	*ret = (struct service_list){ 0 };
	struct reading reading;
	reading_init(&reading, lexicon, text);
	g_autoptr(GArray) clauses = clauses_new();
	clauses_read(&reading, clauses);
	bool wanted;
	g_autoptr(GPtrArray) hints = service_hints_read(&reading, clauses, &wanted);
	for (unsigned i = 0; i < hints->len; i++) {
		const struct service_hint *hint = hints->pdata[i];
		add_service(ret, hint->name, statement_at(&reading, statements, hint->at));
	}
	if (hints->len)
		give_by_hints(hints, entities, ret);
	else if (wanted && entities->count > 1)
		give_by_roots(entities, ret);
	if (!ret->count)
		add_service(ret, "api", NULL);
	bool bare = ret->count == 1 && !ret->items[0].entities;
	for (size_t i = 0; bare && i < entities->count; i++)
		give(&ret->items[0], entities->items[i].name);
	reading_finish(&reading);
}
