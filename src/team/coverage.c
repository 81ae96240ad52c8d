#include "team/coverage.h"

#include <string.h>

#include "base/record.h"
#include "team/token.h"

enum { DEPTH_MAX = 64 };

struct provided {
	char *name;
	char **product, **technology;
};
RECORD_LIST_OF(provided);

static const struct record_field provided_fields[] = {
	RECORD_FIELD(provided, name, RECORD_REQUIRED, "what is made"),
	RECORD_FIELD(provided, product, 0, "words of products that it is"),
	RECORD_FIELD(provided, technology, 0, "technologies that it is made with"),
};
static RECORD_TYPE(provided, RECORD_REJECT, "what a deliverable stands for");

/* The file. */
struct coverage_words {
	char **product_not, **product_ends;
	struct provided_list provides;
};

static const struct record_field coverage_words_fields[] = {
	RECORD_FIELD(coverage_words, product_not, 0, "words of products that nothing here is"),
	RECORD_FIELD(coverage_words, product_ends, 0, "words behind which a product's purpose is told"),
	RECORD_LIST(coverage_words, provides, provided, RECORD_REQUIRED, "by what is made"),
};
static RECORD_TYPE(coverage_words, RECORD_REJECT, "what deliverables stand for");

struct coverage {
	struct coverage_words words;
	struct lexicon *lexicon;
};

struct coverage *
coverage_load(struct catalogue *catalogue, GError **error)
{
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, "contracts/coverage.yaml", &origin, error);
	struct coverage *coverage = g_new0(struct coverage, 1);
	if (text && record_read_text(&coverage_words_record, origin, text, &coverage->words, error) &&
	    (coverage->lexicon = lexicon_load(catalogue, error)))
		return coverage;
	coverage_destroy(coverage);
	return NULL;
}

void
coverage_destroy(struct coverage *coverage)
{
	if (!coverage)
		return;
	lexicon_destroy(coverage->lexicon);
	record_finish(&coverage_words_record, &coverage->words);
	g_free(coverage);
}

void
words_init(struct words *words)
{
	words->list = g_ptr_array_new();
	words->known = g_hash_table_new(g_str_hash, g_str_equal);
}

void
words_add(struct words *words, const char *word)
{
	if (g_hash_table_contains(words->known, word))
		return;
	char *copy = g_strdup(word);
	g_ptr_array_add(words->list, copy);
	g_hash_table_add(words->known, copy);
}

char **
words_take(struct words *words)
{
	g_hash_table_unref(words->known);
	g_ptr_array_add(words->list, NULL);
	return (char **)g_ptr_array_free(words->list, FALSE);
}

/* True where `word` stands in `text` (both lower case) with no letter or digit beside it. */
static bool
has_word(const char *text, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = strstr(text, word); at; at = strstr(at + 1, word)) {
		bool begins = at == text || !g_ascii_isalnum(at[-1]), ends = !g_ascii_isalnum(at[length]);
		if (begins && ends)
			return true;
	}
	return false;
}

static bool
has_any(const char *text, char **words)
{
	for (; words && *words; words++)
		if (has_word(text, *words))
			return true;
	return false;
}

/* What a product is, without what it is for: "a rest api", of "a rest api for a library". */
static void
cut_purpose(char *text, char **ends)
{
	for (; ends && *ends; ends++)
		for (char *at = strstr(text, *ends); at; at = strstr(at + 1, *ends))
			if (at > text && at[-1] == ' ' && at[strlen(*ends)] == ' ')
				*at = '\0';
}

static bool
has_entity(const struct entity_list *entities, const char *name)
{
	for (size_t i = 0; i < entities->count; i++)
		if (g_str_equal(entities->items[i].name, name))
			return true;
	return false;
}

/* Whether the contracts keep the things that a product is said to be for: "a web app for recipes". */
static bool
keeps_its_things(const struct lexicon *lexicon, const struct entity_list *entities, const char *text)
{
	struct reading reading;
	bool kept = true;
	reading_init(&reading, lexicon, text);
	for (size_t i = 0; i < reading.count; i++) {
		const struct token *token = &reading.tokens[i];
		bool thing = token->span && token->lexeme->thing && token->lexeme->plural && token->lexeme->thing->tier >= THING_LIKELY;
		if (thing && !token_is(token, WORD_ANYONE) && !token_is(token, WORD_PRODUCT))
			kept &= has_entity(entities, token->lexeme->thing->name);
	}
	reading_finish(&reading);
	return kept;
}

static bool
is_product(const struct coverage *coverage, const struct provided *provided, const struct entity_list *entities, const char *text)
{
	g_autofree char *head = g_utf8_strdown(text, -1);
	cut_purpose(head, coverage->words.product_ends);
	return has_any(head, provided->product) && !has_any(head, coverage->words.product_not) &&
	       keeps_its_things(coverage->lexicon, entities, text);
}

void
coverage_by_words(const struct coverage *coverage, const struct analysis *analysis, const char *provides, struct words *ret)
{
	const struct provided *provided = NULL;
	for (size_t i = 0; i < coverage->words.provides.count; i++)
		if (g_str_equal(coverage->words.provides.items[i].name, provides))
			provided = &coverage->words.provides.items[i];
	for (size_t i = 0; provided && i < analysis->statements.count; i++) {
		const struct statement *statement = &analysis->statements.items[i];
		bool product = statement->kind == STATEMENT_PRODUCT, technology = statement->kind == STATEMENT_TECHNOLOGY;
		g_autofree char *subject = g_utf8_strdown(statement->subject ? statement->subject : statement->text, -1);
		if ((product && is_product(coverage, provided, &analysis->entities, statement->text)) ||
		    (technology && has_any(subject, provided->technology)))
			words_add(ret, statement->id);
	}
}

bool
coverage_allows(const struct coverage *coverage, const struct statement_list *statements, const char *id)
{
	for (size_t i = 0; i < statements->count; i++) {
		const struct statement *statement = &statements->items[i];
		if (g_str_equal(statement->id, id))
			return statement->kind == STATEMENT_ENTITY ||
			       (statement->kind == STATEMENT_CAPABILITY && statement_is_plain(coverage->lexicon, statement->text));
	}
	return false;
}

struct walk {
	const struct coverage *coverage;
	const struct statement_list *statements;
	const struct value *root;
	GHashTable *seen;            /* references that were followed */
	struct words *words;
};

static void
walk_node(struct walk *walk, const struct value *node, unsigned depth)
{
	if (!node || depth == DEPTH_MAX)
		return;
	VALUE_EACH (item, node)
		walk_node(walk, item, depth + 1);
	VALUE_EACH_MEMBER (key, member, node) {
		if (g_str_equal(key->text, "x-covers")) {
			VALUE_EACH (id, member)
				if (value_text(id) && coverage_allows(walk->coverage, walk->statements, id->text))
					words_add(walk->words, id->text);
		} else if (g_str_equal(key->text, "$ref") && value_text(member) && *member->text == '#') {
			if (g_hash_table_add(walk->seen, (void *)member->text))
				walk_node(walk, value_find(walk->root, member->text + 1), depth + 1);
		} else {
			walk_node(walk, member, depth + 1);
		}
	}
}

void
coverage_of_node(const struct coverage *coverage, const struct statement_list *statements, const struct doc *spec,
                 const struct value *node, struct words *ret)
{
	struct walk walk = { .coverage = coverage, .statements = statements, .root = doc_root(spec), .seen = g_hash_table_new(g_str_hash, g_str_equal), .words = ret };
	walk_node(&walk, node, 0);
	g_hash_table_unref(walk.seen);
}
