/* Values for schemas: examples first, else generated from the schema's keywords and the name of the
 * property. Same schema, same seed, same value. */
#ifndef CONTRACT_SAMPLE_H
#define CONTRACT_SAMPLE_H

#include "contract/openapi.h"

struct sampler;
typedef struct sampler Sampler;

/* `openapi` must outlive the sampler. */
struct sampler *sampler_create(struct openapi *openapi, uint64_t seed);
void sampler_destroy(struct sampler *sampler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sampler, sampler_destroy)

struct lexicon;
/* The words that its values are made of; NULL with ERR_CONFIG where they are broken. */
const struct lexicon *sampler_lexicon(struct sampler *sampler, GError **error);

struct sample_options {
	enum schema_side side;       /* readOnly members are left out of requests */
	bool fresh;                  /* do not use examples: another value each time */
	uint64_t variation;          /* of a fresh value: the same number, the same value; 0 counts up */
	bool required_only;          /* optional members are left out */
	bool served;                 /* but not those that a server fills in: read-only ones, and those with a default */
	const struct value *like;    /* what it is to be like: members and items that fit are taken over, nothing else optional is added */
};

/* A value that fits the schema at `node`, checked. `name` is what it is called (may be NULL). NULL
 * with ERR_INVALID naming the schema where none could be made, ERR_CONFIG where the lexicon is broken. */
struct doc *sample_make(struct sampler *sampler, const struct value *node, const char *name, const struct sample_options *options, GError **error);

/* The same for a value that has to fit several schemas at once. */
struct doc *sample_make_all(struct sampler *sampler, const struct value *const *nodes, size_t count, const char *name,
                            const struct sample_options *options, GError **error);

/* One value that must not fit, with the reason in words: "title is missing", "priority is 7, more
 * than 5". Every entry differs from a fitting value in one thing and is checked not to fit. */
struct counterexample {
	struct doc *value;
	char *reason;
	char *keyword;               /* the rule that it breaks */
	char *pointer;               /* where */
};
struct counterexamples {
	struct counterexample *items;
	size_t count;
};
void sample_break(struct sampler *sampler, const struct value *node, const struct value *fitting, struct counterexamples *ret);
void counterexamples_clear(struct counterexamples *list);

#endif
