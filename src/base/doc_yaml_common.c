/* The common part of YAML, read directly: three times as fast as by events. Whatever is not surely understood ends it, and
 * libyaml reads the document; a test holds both to the same tree. */
#include <string.h>

#include "base/doc_yaml.h"

static bool read_block(struct yaml_place *place, int indent);

/* Bytes that YAML 1.1 takes for breaks, refuses, or that make columns uncertain. */
static bool
is_odd(const unsigned char *at)
{
	if (*at < 0x20)
		return *at != '\n' && *at != '\t';
	if (*at == 0xC2)
		return at[1] < 0xA0;
	if (*at == 0xE2)
		return at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9);
	return *at == 0x7F || (*at == 0xEF && ((at[1] == 0xBB && at[2] == 0xBF) || (at[1] == 0xBF && at[2] >= 0xBE)));
}

static bool
holds_odd(const struct doc *doc)
{
	const unsigned char *at = (const unsigned char *)doc->source, *end = at + doc->length;
	for (; at < end; at++)
		if ((*at < 0x20 || *at > 0x7E) && is_odd(at))
			return true;
	return false;
}

/* The column of what stands at the place; -1 at the end of the text. */
static int
column_of(const struct yaml_place *place)
{
	return *place->at ? (int)(place->at - place->line) : -1;
}

/* A dash that begins an item of a list. */
static bool
is_entry(const char *at)
{
	return *at == '-' && yaml_is_blank(at[1]);
}

/* Moves over blanks and a comment within the line; false where something else than its end follows. */
static bool
skip_rest(struct yaml_place *place)
{
	const char *at = place->at;
	at += *at == ' ' ? strspn(at, " ") : 0;
	if (*at == '#' && (at == place->line || at[-1] == ' '))
		at = strchrnul(at, '\n');
	place->at = at;
	return *at == '\n' || !*at;
}

/* Moves to what comes next, in this line or another. */
static bool
skip(struct yaml_place *place)
{
	while (skip_rest(place) && *place->at)
		place->line = ++place->at;
	return *place->at != '\t' && *place->at != '#' && !(place->at == place->line && yaml_is_marker(place->at));
}

/* Counts an item or key of the innermost container. */
static void
count_one(struct yaml_place *place)
{
	doc_builder_container(place->builder)->length++;
}

static size_t
offset_of(const struct yaml_place *place)
{
	return (size_t)(place->at - place->text);
}

static bool
open_at(struct yaml_place *place, enum value_kind kind)
{
	return doc_builder_open(place->builder, kind, offset_of(place), NULL);
}

static bool read_flow(struct yaml_place *place);

static bool
read_flow_key(struct yaml_place *place)
{
	bool quoted = *place->at == '"' || *place->at == '\'';
	if (!(quoted ? yaml_read_quoted : yaml_read_flow_plain)(place, true))
		return false;
	place->at += strspn(place->at, " ");
	if (*place->at != ':' || (!quoted && !yaml_is_blank(place->at[1])))
		return false;
	place->at++;
	return skip(place) && *place->at && !strchr(",}", *place->at);
}

/* What stands between brackets, the first of them at the place. */
static bool
read_flow_content(struct yaml_place *place)
{
	bool object = *place->at == '{';
	char close = object ? '}' : ']';
	if (!open_at(place, object ? VALUE_OBJECT : VALUE_ARRAY))
		return false;
	place->at++;
	for (bool more = true; skip(place) && *place->at;) {
		if (*place->at == close) {
			place->at++;
			return doc_builder_close(place->builder, NULL);
		}
		if (!more)
			return false;
		count_one(place);
		if ((object && !read_flow_key(place)) || !read_flow(place) || !skip(place))
			return false;
		more = *place->at == ',';
		place->at += more;
	}
	return false;
}

static bool
read_flow(struct yaml_place *place)
{
	if (*place->at == '{' || *place->at == '[')
		return read_flow_content(place);
	return *place->at == '"' || *place->at == '\'' ? yaml_read_quoted(place, false) : yaml_read_flow_plain(place, false);
}

/* A value without blocks inside: a scalar, or flow style. Nothing else may stand in the line where it ends. */
static bool
read_inline(struct yaml_place *place, int indent)
{
	char first = *place->at;
	if (first == '|' || first == '>')
		return yaml_read_block_text(place, indent);
	bool flow = first == '{' || first == '[', quoted = first == '"' || first == '\'';
	return (flow || quoted ? read_flow(place) : yaml_read_plain(place, indent)) && skip_rest(place);
}

/* What belongs to a dash or a key that ended at `behind`: a block in the next lines, or nothing. */
static bool
read_below(struct yaml_place *place, int column, bool key, const char *behind)
{
	if (!skip(place))
		return false;
	int next = column_of(place);
	if (next > column || (key && next == column && is_entry(place->at)))
		return read_block(place, next > column ? column : column - 1);
	return doc_yaml_add_plain(place->builder, "", 0, (size_t)(behind - place->text));
}

static bool
read_sequence(struct yaml_place *place, int column)
{
	if (!open_at(place, VALUE_ARRAY))
		return false;
	do {
		count_one(place);
		const char *behind = ++place->at;
		bool empty = skip_rest(place);
		if (!(empty ? read_below(place, column, false, behind) : read_block(place, column)) || !skip(place))
			return false;
	} while (column_of(place) == column && is_entry(place->at));
	return column_of(place) <= column && doc_builder_close(place->builder, NULL);
}

static bool
read_mapping(struct yaml_place *place, int column)
{
	if (!open_at(place, VALUE_OBJECT))
		return false;
	do {
		count_one(place);
		if (!yaml_read_key(place))
			return false;
		const char *behind = ++place->at;
		bool empty = skip_rest(place);
		if (!(empty ? read_below(place, column, true, behind) : read_inline(place, column)) || !skip(place))
			return false;
	} while (column_of(place) == column && !is_entry(place->at));
	return column_of(place) < column && doc_builder_close(place->builder, NULL);
}

/* Whatever stands at the place; `indent` is the column of the block around it. */
static bool
read_block(struct yaml_place *place, int indent)
{
	int column = column_of(place);
	if (is_entry(place->at))
		return read_sequence(place, column);
	return yaml_begins_key(place) ? read_mapping(place, column) : read_inline(place, indent);
}

static bool
read_document(struct yaml_place *place)
{
	if (strncmp(place->at, "---\n", 4) == 0)
		place->line = place->at += 4;
	return skip(place) && *place->at && read_block(place, -1) && skip(place) && !*place->at;
}

bool
doc_yaml_read_common(struct doc_builder *builder)
{
	const struct doc *doc = builder->doc;
	struct yaml_place place = { .builder = builder, .text = doc->source, .at = doc->source, .line = doc->source };
	if (holds_odd(doc))
		return false;
	place.folded = g_string_new(NULL);
	bool ok = read_document(&place);
	g_string_free(place.folded, TRUE);
	if (!ok)
		doc_builder_reset(builder);
	return ok;
}
