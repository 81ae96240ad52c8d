/* Which nouns of a text name things that it wants to be kept: every mention adds features, and
 * weights learnt from labelled requirements (domain-weights.yaml) decide. */
#ifndef TEAM_MENTION_H
#define TEAM_MENTION_H

#include "team/clause.h"

#define MENTION_FEATURES(XX)                                                                       \
	XX(NEVER, "tier_never") XX(RARELY, "tier_rarely") XX(MAYBE, "tier_maybe") XX(LIKELY, "tier_likely") XX(SURE, "tier_sure") \
	XX(UNKNOWN, "unknown")           /* not in the lists */                                    \
	XX(COMPOUND, "compound")         /* of several words */                                    \
	XX(GENERIC, "generic")           /* "item", "entry" without a modifier */                  \
	XX(FIELD, "field")               /* mostly names an attribute */                           \
	XX(HEADING, "heading")           /* a word of templates: "story", "goal" */                \
	XX(PERSON, "person")                                                                       \
	XX(PLURAL, "plural")                                                                       \
	XX(TITLE, "title")               /* in the first sentence */                               \
	XX(TWICE, "twice") XX(OFTEN, "often")                                                      \
	XX(DETERMINED, "determined")     /* "a", "each", "new" before it */                        \
	XX(MANAGED, "managed")           /* "create invoices", "delete an invoice" */              \
	XX(CREATED, "created")           /* object of a verb of building */                        \
	XX(LISTED, "listed")             /* among commas with other things */                      \
	XX(OWNER, "owner")               /* "project's" */                                         \
	XX(MARKED, "marked")             /* "invoice table", "invoice management" */               \
	XX(PATH, "path")                 /* "/invoices" */                                         \
	XX(ACTOR, "actor")               /* "as a teacher", "teachers can" */                      \
	XX(BY, "by")                     /* "by category" */                                       \
	XX(MODIFIER, "modifier")         /* before another noun */                                 \
	XX(HEADED, "headed")             /* never only a modifier */                               \
	XX(PLACED, "placed")             /* "in the list", "on the page" */                        \
	XX(BACKGROUND, "background")     /* only where the text tells how things are */            \
	XX(PRODUCT, "product")           /* only beside the product that is asked for */           \
	XX(TECHNICAL_TEXT, "technical_text")      /* the text speaks of code, flags, technologies */ \
	XX(SHORT_TEXT, "short_text") XX(LONG_TEXT, "long_text")                                    \
	XX(RICH_TEXT, "rich_text")       /* many sure things */                                    \
	XX(POOR_TEXT, "poor_text")       /* no sure thing */                                       \
	XX(BRIEF_TEXT, "brief_text")     /* asks for a product */                                  \
	XX(FOREIGN_TEXT, "foreign_text")                                                           \
	XX(ANYONE, "anyone")             /* "user", "admin": who works with the software */         \
	XX(ACCOUNTS, "accounts")         /* the text speaks of accounts or log-in */               \
	XX(BRIEF_OBJECT, "brief_object") /* "users can write posts", in a text that asks for a product */ \
	XX(SERVICE, "service_word")      /* "service" itself */                                     \
	XX(WISHED, "wished")             /* "users can filter tasks" */                             \
	XX(IMPLIED, "implied")           /* not named: "enroll" implies an enrollment */
enum mention_feature {
#define XX(code, name) MENTION_##code,
	MENTION_FEATURES(XX)
#undef XX
	MENTION_FEATURE_COUNT
};
extern const char *const mention_feature_names[];

struct candidate {
	char *name;                  /* singular, lower snake case */
	const struct thing *thing;   /* NULL if unknown */
	uint64_t features;           /* bits */
	size_t mentions[16];         /* tokens of the first ones */
	unsigned count;
	bool never;                  /* not to be chosen by its score */
	bool stated;                 /* a claim or a list of things names it */
	double score;                /* above 0: it is kept */
};

/* All candidates in the order of their first mention; free with g_ptr_array_unref. */
GPtrArray *candidates_read(const struct reading *reading, const GArray *clauses);
/* The candidate of a name; NULL. */
struct candidate *candidate_find(const GPtrArray *candidates, const char *name);

#endif
