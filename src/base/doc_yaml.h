/* Inside the YAML reader: the whole of YAML by libyaml, the common part of it directly, and the scalars that both have. */
#ifndef BASE_DOC_YAML_H
#define BASE_DOC_YAML_H

#include "base/doc_build.h"

/* Reads what is written as most documents are: block mappings and sequences, scalars of all styles, flow collections; no
 * anchors, tags, directives, tabs or odd breaks between tokens. False where there is anything else, any fault among it: the
 * builder is as it was then, and libyaml decides. The text is UTF-8. */
bool doc_yaml_read_common(struct doc_builder *builder);
/* Reads all of it with libyaml. */
struct doc *doc_yaml_parse_all(struct doc_builder *builder, GError **error);

/* A plain scalar by the core schema; false for infinity and NaN. `text` need not be terminated. */
bool doc_yaml_add_plain(struct doc_builder *builder, const char *text, size_t length, size_t offset);
/* A string or number with a copy of its text. */
void doc_yaml_add_text(struct doc_builder *builder, enum value_kind kind, const char *text, size_t length, size_t offset);
void doc_yaml_add_key(struct doc_builder *builder, const char *text, size_t length, size_t offset);

/* A place in the common part; zeros follow the text. */
struct yaml_place {
	struct doc_builder *builder;
	const char *text, *at;
	const char *line;            /* where the line of `at` begins */
	GString *folded;             /* a scalar in the making */
};

static inline bool
yaml_is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || !c;
}

/* doc_yaml_text.c: scalars at `place`, which moves behind them. `indent` is the column of the innermost block around,
 * -1 for none. */
bool yaml_read_plain(struct yaml_place *place, int indent);
bool yaml_read_flow_plain(struct yaml_place *place, bool key);
bool yaml_read_quoted(struct yaml_place *place, bool key);
bool yaml_read_block_text(struct yaml_place *place, int indent);
/* The key at `place`, up to its colon, which is not consumed. False where none stands there. */
bool yaml_read_key(struct yaml_place *place);
bool yaml_begins_key(const struct yaml_place *place);
/* True where a line begins the end of a document, or another. */
bool yaml_is_marker(const char *line);

#endif
