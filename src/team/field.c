#include <string.h>

#include "team/domain_build.h"

enum { FIELDS_MAX = 40, CHOICES_MAX = 20, CHOICE_WORDS = 4, DESCRIBED_BY = 2 };

static struct entity_field *
find_field(const struct entity *entity, const char *name)
{
	for (size_t i = 0; i < entity->fields.count; i++)
		if (g_str_equal(entity->fields.items[i].name, name))
			return &entity->fields.items[i];
	return NULL;
}

/* Values of an enumeration that are usual for this field of this thing. */
static char **
usual_choices(const struct domain *domain, const struct entity *entity, const char *name)
{
	const struct thing *thing = domain_thing(domain, entity->name);
	const struct value *own = thing ? value_member(thing->choices, name) : NULL;
	if (!value_count(own))
		return NULL;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	VALUE_EACH (choice, own)
		if (choice->kind == VALUE_STRING)
			g_strv_builder_add(builder, choice->text);
	return g_strv_builder_end(builder);
}

void
domain_add_field(const struct domain *domain, struct entity *entity, const char *name, char **choices, const char *statement)
{
	struct entity_field *field = find_field(entity, name);
	const struct field_rule *rule = lexicon_field(domain->reading->lexicon, name);
	if (!field && entity->fields.count < FIELDS_MAX && *name) {
		field = record_append(&entity_field_record, &entity->fields);
		field->name = g_strdup(name);
		g_free(field->type);
		field->type = g_strdup(rule->type);
		field->format = g_strdup(rule->format);
		field->required = rule->required;
		field->choices = usual_choices(domain, entity, name);
		if (!field->choices)
			field->choices = g_strdupv(rule->choices);
	}
	if (field && choices) {
		g_strfreev(field->choices);
		g_free(field->type);
		field->choices = g_steal_pointer(&choices);
		field->type = g_strdup("string");
		g_clear_pointer(&field->format, g_free);
	}
	if (field && !field->statement)
		field->statement = g_strdup(statement);
	g_strfreev(choices);
}

/* "in progress" -> "in_progress"; NULL for what is no value. */
static char *
choice_name(const struct reading *reading, const struct range *element)
{
	g_autoptr(GString) name = g_string_new(NULL);
	unsigned words = 0;
	for (size_t i = element->from; i < element->to; i++) {
		const struct token *token = &reading->tokens[i];
		bool word = token->kind == TOKEN_WORD || token->kind == TOKEN_NUMBER;
		if (!word)
			continue;
		if (token_is(token, WORD_REQUIRED) || token_is(token, WORD_OPTIONAL) || ++words > CHOICE_WORDS)
			return NULL;
		if (name->len)
			g_string_append_c(name, '_');
		if (token->kind == TOKEN_WORD)
			g_string_append(name, token->word);
		else
			g_string_append_len(name, reading->text + token->offset, token->length);
	}
	return name->len ? g_strdup(name->str) : NULL;
}

/* The values that a list names; NULL if it does not look like values. */
static char **
read_choices(const struct reading *reading, size_t from, size_t to)
{
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, from, to, elements);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (unsigned i = 0; i < elements->len; i++) {
		g_autofree char *name = choice_name(reading, &g_array_index(elements, struct range, i));
		if (!name)
			return NULL;
		if (g_hash_table_size(seen) < CHOICES_MAX && g_hash_table_add(seen, g_strdup(name)))
			g_strv_builder_add(builder, name);
	}
	return g_hash_table_size(seen) > 1 ? g_strv_builder_end(builder) : NULL;
}

/* After a field's noun: "(open, done)", ": open or done", "is one of open, done". */
static char **
choices_after(const struct reading *reading, size_t at, size_t to)
{
	if (at >= to)
		return NULL;
	if (token_is_mark(&reading->tokens[at], '('))
		return read_choices(reading, at + 1, paren_end(reading, at, to) - 1);
	while (at < to && (token_is(&reading->tokens[at], WORD_BE) || token_is(&reading->tokens[at], WORD_MODAL) ||
	                   token_is(&reading->tokens[at], WORD_ONE_OF)))
		at = token_after(reading, at);
	return at < to && token_is(&reading->tokens[at - 1], WORD_ONE_OF) ? read_choices(reading, at, to) : NULL;
}

/* A plural is a list of values where the lexicon has a rule for it, or knows nothing of it. */
static char *
name_of_field(const struct reading *reading, const struct noun *noun)
{
	g_autofree char *one = noun_field_name(reading, noun);
	if (!noun->plural)
		return g_steal_pointer(&one);
	g_autofree char *many = lexicon_plural(reading->lexicon, one);
	const char *last = strrchr(many, '_');
	const struct field_rule *rule = lexicon_field(reading->lexicon, many);
	bool array = g_str_equal(rule->name, last ? last + 1 : many) || g_str_equal(rule->name, many);
	return g_strdup(array || (!noun->field && tongue_is_english(reading->tongue)) ? many : one);
}

static void
add_noun_field(struct domain *domain, struct entity *entity, const struct noun *noun, size_t to, const char *statement)
{
	const struct reading *reading = domain->reading;
	g_autofree char *name = name_of_field(reading, noun);
	if (strlen(name) < 2 || g_str_equal(name, "id"))
		return;
	domain_add_field(domain, entity, name, choices_after(reading, noun->to, to), statement);
	struct entity_field *field = find_field(entity, name);
	if (!field)
		return;
	const struct field_rule *rule = lexicon_field(reading->lexicon, name);
	if (!noun->field && noun->plural && tongue_is_english(reading->tongue) && g_str_equal(rule->name, "*")) {
		g_free(field->type);
		field->type = g_strdup("array");
	}
	for (size_t i = noun->to; i < to; i++) {
		field->required |= token_is(&reading->tokens[i], WORD_REQUIRED);
		field->required &= !token_is(&reading->tokens[i], WORD_OPTIONAL);
	}
}

/* "a number of copies" is the field copy_count. */
static bool
read_count(struct domain *domain, struct entity *subject, const struct range *element, const char *statement)
{
	size_t at = phrase_find(domain->reading, element->from, element->to, WORD_COUNT);
	struct noun noun;
	if (at >= MIN(element->to, element->from + 3) || !noun_read(domain->reading, token_after(domain->reading, at), element->to, &noun))
		return false;
	g_autofree char *base = noun_field_name(domain->reading, &noun), *name = g_strconcat(base, "_count", NULL);
	domain_add_field(domain, subject, name, NULL, statement);
	return true;
}

/* One element of "a task has …": another entity makes a relation, anything else a field. */
static void
read_element(struct domain *domain, struct entity *subject, const struct range *element, const char *statement)
{
	const struct reading *reading = domain->reading;
	struct noun noun;
	if (read_count(domain, subject, element, statement) || !noun_read(reading, element->from, element->to, &noun))
		return;
	g_autofree char *name = noun_name(reading, &noun);
	struct entity *other = domain_entity(domain, name);
	const struct candidate *candidate = candidate_find(domain->candidates, name);
	/* "category", "owner" are fields unless something is said of them elsewhere. */
	bool plain_field = noun.ruled && !(candidate && candidate->stated);
	if (other && other != subject && !plain_field) {
		bool many = noun.plural || token_is(&reading->tokens[element->from], WORD_MANY);
		domain_relate(many ? other : subject, many ? subject : other, statement);
	} else if (noun.ruled || !noun.thing || !noun.plural || noun.thing->tier <= THING_MAYBE) {
		bool whole = noun.ruled || noun.to >= element->to || !(reading->tokens[noun.to].kind == TOKEN_WORD);
		if (whole)
			add_noun_field(domain, subject, &noun, element->to, statement);
	}
}

static void
read_has(struct domain *domain, const struct claim *claim, struct entity *subject)
{
	const struct reading *reading = domain->reading;
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, claim->objects.from, claim->objects.to, elements);
	const char *statement = domain_statement(domain, claim->subject.head);
	size_t before = subject->fields.count;
	for (unsigned i = 0; i < elements->len; i++)
		read_element(domain, subject, &g_array_index(elements, struct range, i), statement);
	if (subject->fields.count >= before + DESCRIBED_BY)
		g_hash_table_add(domain->described, g_strdup(subject->name));
}

static void
read_belongs(struct domain *domain, const struct claim *claim, struct entity *subject)
{
	const struct reading *reading = domain->reading;
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, claim->objects.from, claim->objects.to, elements);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct noun noun;
		if (!noun_read(reading, element->from, element->to, &noun))
			continue;
		g_autofree char *name = noun_name(reading, &noun);
		struct entity *owner = domain_entity(domain, name);
		if (owner && owner != subject)
			domain_relate(subject, owner, domain_statement(domain, claim->subject.head));
	}
}

/* "many to many between students and courses" */
static void
read_many(struct domain *domain, const struct claim *claim)
{
	struct entity *one = NULL;
	for (size_t i = claim->objects.from; i < claim->objects.to; i = token_after(domain->reading, i)) {
		struct entity *entity = domain_entity_at(domain, i);
		if (!entity || entity == one)
			continue;
		if (one) {
			domain_relate_many(one, entity, domain_statement(domain, i));
			return;
		}
		one = entity;
	}
}

/* "filter tasks by status and priority": fields of the thing that stands before. */
static void
read_by(struct domain *domain, const struct clause *clause, size_t by, struct entity *subject)
{
	const struct reading *reading = domain->reading;
	g_autoptr(GArray) elements = g_array_new(FALSE, FALSE, sizeof(struct range));
	elements_read(reading, token_after(reading, by), clause->to, elements);
	for (unsigned i = 0; i < elements->len; i++) {
		const struct range *element = &g_array_index(elements, struct range, i);
		struct noun noun;
		if (!noun_read(reading, element->from, element->to, &noun) || !noun.field)
			return;
		g_autofree char *name = noun_name(reading, &noun);
		struct entity *other = domain_entity(domain, name);
		if (other && other != subject)
			domain_relate(subject, other, domain_statement(domain, by));
		else
			add_noun_field(domain, subject, &noun, element->to, domain_statement(domain, by));
	}
}

/* "the task's due date", "task status", "due date of a task" */
static void
read_compound(struct domain *domain, const struct clause *clause, size_t at, struct entity *entity)
{
	const struct reading *reading = domain->reading;
	const struct token *token = &reading->tokens[at];
	size_t after = token_after(reading, at);
	struct noun noun;
	if (token->lexeme->plural || after >= clause->to || token_is_mark(&reading->tokens[after], '(') ||
	    token_is_mark(&reading->tokens[after], '-') || !noun_read(reading, after, clause->to, &noun))
		return;
	bool bare = noun.from == after || reading->tokens[after].kind == TOKEN_MARK;
	bool clear = noun.field && (!noun.thing || noun.thing->tier <= THING_RARELY) && noun.from == noun.head;
	if (bare && clear && !noun.determined)
		add_noun_field(domain, entity, &noun, noun.to, domain_statement(domain, noun.head));
}

static void
read_claim_at(struct domain *domain, const struct clause *clause, size_t at)
{
	struct claim claim;
	if (!claim_read(domain->reading, at, clause->to, &claim))
		return;
	if (claim.kind == CLAIM_MANY) {
		read_many(domain, &claim);
		return;
	}
	g_autofree char *name = noun_name(domain->reading, &claim.subject);
	struct entity *subject = domain_entity(domain, name);
	if (!subject)
		return;
	do {
		if (claim.kind == CLAIM_BELONGS)
			read_belongs(domain, &claim, subject);
		else
			read_has(domain, &claim, subject);
	} while (claim_next(domain->reading, &claim));
}

static void
read_clause(struct domain *domain, const struct clause *clause)
{
	const struct reading *reading = domain->reading;
	struct entity *last = NULL;
	read_claim_at(domain, clause, clause->from);
	for (size_t i = clause->from; i < clause->to; i = token_after(reading, i)) {
		struct entity *entity = domain_entity_at(domain, i);
		const struct token *after = &reading->tokens[token_after(reading, i)];
		bool by = token_is(&reading->tokens[i], WORD_BY) && last;
		if (by)
			read_by(domain, clause, i, last);
		if (!entity)
			continue;
		last = entity;
		bool claims = token_is(after, WORD_WITH) || token_is(after, WORD_HAVE) || token_is(after, WORD_BELONG) ||
		              token_is_mark(after, '(') || token_is_mark(after, ':');
		if (i > clause->from && claims)
			read_claim_at(domain, clause, i);
		read_compound(domain, clause, i, entity);
	}
}

void
domain_read_claims(struct domain *domain)
{
	for (unsigned i = 0; i < domain->clauses->len; i++) {
		const struct clause *clause = &g_array_index(domain->clauses, struct clause, i);
		if (!clause->outside && !clause->background)
			read_clause(domain, clause);
	}
}

/* It has a required field already, which tells one from another. */
static bool
has_label(const struct entity *entity)
{
	for (size_t i = 0; i < entity->fields.count; i++)
		if (entity->fields.items[i].required)
			return true;
	return false;
}

void
domain_add_usual(struct domain *domain)
{
	for (size_t i = 0; i < domain->entities->count; i++) {
		struct entity *entity = &domain->entities->items[i];
		const struct thing *thing = domain_thing(domain, entity->name);
		bool labelled = has_label(entity), described = g_hash_table_contains(domain->described, entity->name);
		if (described && !labelled)
			entity->fields.items[0].required = labelled = true;
		for (char **field = thing ? thing->fields : NULL; field && *field; field++) {
			bool label = g_str_has_suffix(*field, "!");
			g_autofree char *name = g_strndup(*field, strlen(*field) - label);
			if (label ? labelled : described)
				continue;
			domain_add_field(domain, entity, name, NULL, NULL);
			struct entity_field *added = find_field(entity, name);
			if (label && added)
				added->required = true;
		}
		if (!labelled && !has_label(entity) && !(thing && thing->fields)) {
			domain_add_field(domain, entity, "name", NULL, NULL);
			struct entity_field *name = find_field(entity, "name");
			if (name)
				name->required = true;
		}
	}
}
