/* What the files of the generator share. */
#ifndef CONTRACT_SAMPLE_MODEL_H
#define CONTRACT_SAMPLE_MODEL_H

#include "base/writer.h"
#include "contract/lexicon.h"
#include "contract/openapi_model.h"
#include "contract/sample.h"

enum { DEMANDS = 64, ROOTS = 16, FORCED = 4 };

struct sampler {
	struct openapi *openapi;
	uint64_t seed, turn;
	struct lexicon *lexicon;     /* opened with the first value */
};

/* One value under way, with all that is inside it. */
struct making {
	struct sampler *sampler;
	const struct sample_options *options;
	uint64_t random;
	unsigned budget;             /* values that may still be made with their optional members */
	unsigned depth;
	unsigned steps;              /* values that may still be tried at all: schemas that only seem possible must end */
	int64_t work;                /* that checks may still take */
	unsigned turn;               /* words that were chosen: neighbours get different ones */
	bool minimal;                /* required members only */
	bool vary;                   /* no examples: another value each time */
	GPtrArray *around;           /* schemas of the values around this one */
};

/* The schemas that a value is made for, as they stand in the document. */
struct roots {
	const struct value *items[ROOTS];
	unsigned count;
};

/* All schemas that one value has to meet at once, references and allOf resolved, one branch of each
 * oneOf and anyOf chosen. */
struct demand {
	const struct roots *roots;
	const struct value *nodes[DEMANDS];
	unsigned count;
	bool impossible;             /* one of them allows nothing */
	unsigned attempt;            /* how often it failed */
	bool hard;                   /* whether a value fits is only known by checking it */
	const char *names[FORCED];   /* of the schemas on the way here, for discriminators */
	unsigned name_count;
	struct {
		const char *member, *text;
	} forced[FORCED];            /* members that a discriminator demands */
	unsigned forced_count;
};

uint64_t making_random(struct making *making);
/* From 0 to `count` - 1. */
unsigned making_choose(struct making *making, size_t count);

/* sample_demand.c. `hint` (may be NULL) is what the value is to be like; `attempt` counts failures. */
void demand_init(struct making *making, struct demand *demand, const struct roots *roots, const struct value *hint, unsigned attempt);
/* One schema more, met from now on. */
void demand_extend(struct making *making, struct demand *demand, const struct value *node);
void roots_add(struct roots *roots, const struct value *node);
/* The kinds that all schemas permit (SHAPE_KIND), and whether a number must be whole. */
unsigned demand_kinds(const struct demand *demand, bool *ret_integer);
/* The greatest (or smallest) number under `keyword`; NULL where no schema has it. */
const struct value *demand_number(const struct demand *demand, const char *keyword, bool greatest);
/* A count such as minItems, `otherwise` where no schema has it. */
unsigned demand_count(const struct demand *demand, const char *keyword, bool greatest, unsigned otherwise);
/* True if JSON text meets every schema of the demand. */
bool demand_fits(struct making *making, const struct demand *demand, const char *json);
/* True where a value of this schema would be inside a value of the same schema. */
bool demand_leads_back(const struct making *making, const struct value *node);

/* sample_value.c: JSON text, newly allocated; NULL where none could be made. */
char *making_value(struct making *making, const struct roots *roots, const char *name, const struct value *hint);
/* sample_object.c, sample_array.c, sample_text.c, sample_number.c: one attempt. */
char *making_object(struct making *making, struct demand *demand, const struct value *hint);
char *making_array(struct making *making, const struct demand *demand, const char *name, const struct value *hint);
char *making_text(struct making *making, const struct demand *demand, const char *name);
char *making_number(struct making *making, const struct demand *demand, const char *name, bool integer);
/* sample_pattern.c: text that matches a regular expression where no assertion stands against it, at
 * least `length` characters if repetitions allow; NULL where it is none. */
enum pattern_manner {
	PATTERN_USUAL,
	PATTERN_TERSE,               /* not longer than `length`, if that can be */
	PATTERN_LOOKING,             /* the same, with what has to stand ahead written out */
	PATTERN_MANNERS
};
char *making_pattern(struct making *making, const char *pattern, size_t length, enum pattern_manner manner);
/* JSON text of a string. */
char *making_quote(const char *text);

#endif
