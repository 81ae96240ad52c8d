/* Records: one table per struct. JSON in and out, freeing, JSON Schema, SQL columns and CLI options
 * all come from the table; there is no per-field code anywhere else.
 *
 *	struct step { char *id; int64_t attempts; enum step_state state; struct check_list checks; };
 *
 *	static const struct record_field step_fields[] = {
 *		RECORD_FIELD(step, id, RECORD_REQUIRED, "stable name"),
 *		RECORD_FIELD(step, attempts, 0, "executions so far", .preset = "0"),
 *		RECORD_ENUM(step, state, 0, step_state_names, "where it stands"),
 *		RECORD_LIST(step, checks, check, 0, "what proves it"),
 *	};
 *	RECORD_TYPE(step, RECORD_REJECT, "one step of a plan");
 *
 * Guards: a member of a wrong type does not compile; a member without a row fails
 * tests/unit/test_record_cover.c. */
#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <stddef.h>

#include "base/writer.h"

enum record_kind {
	RECORD_IS_TEXT,    /* char *, NULL is absent */
	RECORD_IS_INT,     /* int64_t */
	RECORD_IS_DOUBLE,  /* double, NaN is absent */
	RECORD_IS_BOOL,    /* bool */
	RECORD_IS_ENUM,    /* an enum, by its names */
	RECORD_IS_DOC,     /* struct doc *, any JSON, NULL is absent */
	RECORD_IS_TEXTS,   /* char **, NULL-terminated, NULL is empty */
	RECORD_IS_PART,    /* a record inside this one */
	RECORD_IS_LIST,    /* struct x_list */
};

enum record_flag {
	RECORD_REQUIRED = 1,   /* reading fails without it */
	RECORD_VOLATILE = 2,   /* differs from run to run: times, addresses, process ids */
	RECORD_ARGUMENT = 4,   /* on a command line it stands without its name */
	RECORD_OPTIONAL = 8,   /* an integer may be absent: RECORD_NO_INT */
	RECORD_EXTRA = 16,     /* a doc that keeps the members nobody knows */
	RECORD_HIDDEN = 32,    /* never on a command line and not in its help */
	RECORD_WHOLE = 128,    /* a list whose texts may hold commas: its option is given once for each */
	RECORD_READABLE = 64,  /* on a command line - stands for standard input, @FILE for a file */
	RECORD_OURS = 256,     /* worked out here: a model is not asked for it */
};

#define RECORD_NO_INT INT64_MIN

enum record_unknown { RECORD_REJECT, RECORD_KEEP, RECORD_DROP };
enum record_mode { RECORD_ALL, RECORD_STABLE };   /* STABLE leaves VOLATILE fields out */

struct record_type;

struct record_field {
	const char *name, *help;
	size_t offset, size;
	enum record_kind kind;
	unsigned flags;
	const char *preset;               /* the value where none is given, as its text */
	const char *alias;                /* another name under which it is read */
	const char *const *names;         /* of an enum, NULL-terminated */
	const struct record_type *type;   /* of a part, of a list's elements */
};

struct record_type {
	const char *name, *help;
	const struct record_field *fields;
	size_t count, size;
	enum record_unknown unknown;
	const char *scalar;               /* a bare string stands for an object with this member */
};

#define RECORD_LIST_OF(element)                                                                    \
	struct element##_list {                                                                    \
		struct element *items;                                                             \
		size_t count;                                                                      \
	}

#define RECORD_MEMBER(record, member) (((struct record *)0)->member)
#define RECORD_ROW(record, member, is, bits, text, ...)                                            \
	{                                                                                          \
		.name = #member, .help = text, .offset = offsetof(struct record, member),          \
		.size = sizeof RECORD_MEMBER(record, member), .kind = is, .flags = bits, __VA_ARGS__ \
	}
#define RECORD_FIELD(record, member, flags, help, ...)                                             \
	RECORD_ROW(record, member,                                                                 \
	           _Generic(RECORD_MEMBER(record, member),                                         \
			char *: RECORD_IS_TEXT, int64_t: RECORD_IS_INT, double: RECORD_IS_DOUBLE,  \
			bool: RECORD_IS_BOOL, struct doc *: RECORD_IS_DOC, char **: RECORD_IS_TEXTS), \
	           flags, help, __VA_ARGS__)
#define RECORD_ENUM(record, member, flags, words, help, ...)                                       \
	RECORD_ROW(record, member, _Generic(RECORD_MEMBER(record, member), unsigned: RECORD_IS_ENUM), \
	           flags, help, .names = words, __VA_ARGS__)
#define RECORD_PART(record, member, part, flags, help)                                             \
	RECORD_ROW(record, member,                                                                 \
	           _Generic(&RECORD_MEMBER(record, member), struct part *: RECORD_IS_PART),        \
	           flags, help, .type = &part##_record)
#define RECORD_LIST(record, member, element, flags, help, ...)                                     \
	RECORD_ROW(record, member,                                                                 \
	           _Generic(&RECORD_MEMBER(record, member), struct element##_list *: RECORD_IS_LIST), \
	           flags, help, .type = &element##_record, __VA_ARGS__)
#define RECORD_TYPE(record, others, text, ...)                                                     \
	const struct record_type record##_record = {                                               \
		.name = #record, .help = text, .fields = record##_fields,                          \
		.count = G_N_ELEMENTS(record##_fields), .size = sizeof(struct record),             \
		.unknown = others, __VA_ARGS__                                                     \
	}

/* Fills `record` with presets and absent values; nothing has to be freed before. */
void record_init(const struct record_type *type, void *record);
/* Reads an object of `doc` into `record`, which is initialised first. On failure the record is
 * empty and the error names the place and what was expected. */
bool record_read(const struct record_type *type, struct doc *doc, const struct value *value, void *record, GError **error);
/* Reads JSON or YAML text. */
bool record_read_text(const struct record_type *type, const char *name, const char *text, void *record, GError **error);
/* Sets one field from plain text, as a command line gives it. A list of texts grows by one. */
bool record_set(const struct record_field *field, void *record, const char *text, GError **error);
void record_write(const struct record_type *type, const void *record, enum record_mode mode, struct writer *writer);
char *record_to_json(const struct record_type *type, const void *record, bool pretty);
struct doc *record_to_doc(const struct record_type *type, const void *record);
/* A deep copy into `copy`, which holds nothing yet. */
void record_copy(const struct record_type *type, const void *record, void *copy);
/* Frees what the record holds and zeroes it. */
void record_finish(const struct record_type *type, void *record);

/* The same for every element of a list (any struct x_list). */
void record_list_finish(const struct record_type *type, void *list);

/* Appends an element to a list (any struct x_list) and returns it, initialised. */
void *record_append(const struct record_type *type, void *list);

const struct record_field *record_field(const struct record_type *type, const char *name);
/* The position of `word` in a table of names, -1 if it is none of them. */
int record_name_index(const char *const *names, const char *word);

enum record_schema { RECORD_SCHEMA_API, RECORD_SCHEMA_MODEL, RECORD_SCHEMA_ANSWER };
/* The JSON Schema of the record. MODEL is the flavour that model servers accept for structured
 * output: every member required but ours, absent ones null, nothing else allowed. ANSWER is what
 * may come back from those that are only told of it: absent members are no fault where we can do without. */
void record_write_schema(const struct record_type *type, enum record_schema flavour, struct writer *writer);

/* The address of a field. */
static inline void *
record_at(const void *record, const struct record_field *field)
{
	return (char *)record + field->offset;
}

#endif
