/* What the word lists know: classes of words, nouns that name things, types of fields, products and
 * services with what they usually keep. One table per language, English below all of them. */
#ifndef TEAM_LEXICON_H
#define TEAM_LEXICON_H

#include "team/domain.h"

/* Classes of words; the names are the keys in catalogue/lexicon/domain-words.*.yaml. */
#define WORD_CLASSES(XX)                                                                           \
	XX(FUNCTION, "function") XX(DETERMINER, "determiner") XX(ADJECTIVE, "adjective") XX(PRONOUN, "pronoun") \
	XX(AND, "and") XX(WITH, "with") XX(HAVE, "have") XX(BELONG, "belong") XX(PREPOSITION, "preposition") \
	XX(RELATIVE, "relative") XX(MODAL, "modal") XX(BE, "be") XX(NEGATION, "negation") XX(WANT, "want") XX(BETWEEN, "between") \
	XX(CREATE, "create") XX(MANAGE, "manage") XX(KEEP, "keep") XX(VERB, "verb") XX(INFLECTED, "inflected") \
	XX(PRODUCT, "product") XX(TECHNOLOGY, "technology") XX(TECHNICAL, "technical") XX(USE, "use") \
	XX(INTEGRATION, "integration") XX(CONNECT, "connect") XX(LANGUAGE, "language") XX(LINGUAL, "lingual") \
	XX(MULTILINGUAL, "multilingual") XX(QUALITY, "quality") XX(DEMANDING, "demanding") XX(UNIT, "unit") XX(FEATURE, "feature") \
	XX(FIELD, "field") XX(HEADING, "heading") XX(BACKGROUND, "background") XX(OUTSIDE, "outside") XX(GREETING, "greeting") \
	XX(CONTEXT, "context") XX(MARKER, "marker") XX(ROLE, "role") XX(SERVICE, "service") XX(MICROSERVICES, "microservices") \
	XX(ABBREVIATION, "abbreviation") XX(OPTIONAL, "optional") XX(REQUIRED, "required") XX(ACCOUNT, "account") \
	XX(SEARCH, "search") XX(GENERIC, "generic") XX(PERSON, "person") XX(STACK, "stack") XX(BY, "by") XX(PLEASE, "please") \
	XX(OPEN_TO, "open_to") XX(MANY, "many") XX(ONE_OF, "one_of") XX(IMPLIES, "implies") XX(ANYONE, "anyone") XX(COUNT, "count") \
	XX(PLAIN, "plain") XX(SIFT, "sift")
enum word_class {
#define XX(code, name) WORD_##code,
	WORD_CLASSES(XX)
#undef XX
	WORD_CLASS_COUNT
};
_Static_assert(WORD_CLASS_COUNT <= 64, "classes are bits of a lexeme");

/* How readily a noun names something that is kept. */
#define THING_TIERS(XX) XX(NEVER, "never") XX(RARELY, "rarely") XX(MAYBE, "maybe") XX(LIKELY, "likely") XX(SURE, "sure")
enum thing_tier {
#define XX(code, name) THING_##code,
	THING_TIERS(XX)
#undef XX
	THING_TIER_COUNT
};

/* The type of a field, by its name. */
struct field_rule {
	const char *name, *type, *format;
	char **choices;
	bool required;
	bool whole;          /* does not hold for longer names that end so: "blood_type" */
	bool hidden;         /* no attribute where the word stands alone in a text */
};

/* A noun. Its texts are owned by the lexicon. */
struct thing {
	const char *name, *plural;          /* lower snake case */
	enum thing_tier tier;
	char **owners;                      /* what it usually belongs to, likeliest first */
	char **fields;                      /* typical ones; "name!" is required */
	const struct value *choices;        /* field name -> values; NULL */
};

struct lexeme {
	uint64_t classes;
	const char *name;           /* what it stands for: "postgresql", "german"; NULL */
	const struct thing *thing;  /* NULL unless a noun of the lists */
	bool plural;
	uint8_t reach;              /* words of the longest entry that begins with this word */
};

static inline bool
lexeme_is(const struct lexeme *lexeme, enum word_class class)
{
	return lexeme->classes >> class & 1;
}

struct tongue;

/* The language of a text, by its script and its function words. Never NULL. */
const struct tongue *lexicon_tongue(const struct lexicon *lexicon, const char *text, size_t length);
/* Whether its words stand without white space between them. */
bool tongue_is_dense(const struct tongue *tongue);
/* A word of this language, as it stands. */
bool tongue_knows(const struct tongue *tongue, const char *word);
bool tongue_is_english(const struct tongue *tongue);
/* A word or phrase in lower case, words parted by one space. NULL if unknown. */
const struct lexeme *lexicon_find(const struct lexicon *lexicon, const struct tongue *tongue, const char *phrase);

/* The noun of an entity's name; NULL if unknown. */
const struct thing *lexicon_thing(const struct lexicon *lexicon, const char *name);
/* The rule for a field's name: its own, else that of its last words, else of its first. Never NULL. */
const struct field_rule *lexicon_field(const struct lexicon *lexicon, const char *name);
/* Things that a product ("blog"), an action ("enroll") or a service ("auth") implies; NULL if none. */
const struct value *lexicon_implied(const struct lexicon *lexicon, const char *list, const char *word);
/* A number of domain-weights.yaml, of its list "features" or "things"; 0 where it has none. */
double lexicon_weight(const struct lexicon *lexicon, const char *list, const char *name);

/* English singular and plural of a word in lower case; the result is newly allocated. */
char *lexicon_singular(const struct lexicon *lexicon, const char *word);
char *lexicon_plural(const struct lexicon *lexicon, const char *word);

#endif
