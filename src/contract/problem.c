/* Errors in the words of the document: its own error schema, filled with what is known of the fault. */
#include <string.h>

#include "contract/mock_model.h"
#include "contract/shape.h"

enum { DEPTH = 3 };

enum word { WORD_DETAIL, WORD_TITLE, WORD_STATUS, WORD_CODE, WORD_TYPE, WORD_ERRORS, WORD_NAME, WORD_PLACE };

static const struct {
	const char *name;
	enum word word;
} words[] = {
	{ "detail", WORD_DETAIL }, { "message", WORD_DETAIL }, { "error_message", WORD_DETAIL }, { "description", WORD_DETAIL },
	{ "error_description", WORD_DETAIL }, { "msg", WORD_DETAIL }, { "reason", WORD_DETAIL }, { "details", WORD_DETAIL },
	{ "title", WORD_TITLE }, { "error", WORD_TITLE }, { "name", WORD_TITLE },
	{ "status", WORD_STATUS }, { "status_code", WORD_STATUS }, { "http_status", WORD_STATUS },
	{ "code", WORD_CODE }, { "error_code", WORD_CODE }, { "type", WORD_TYPE },
	{ "errors", WORD_ERRORS }, { "violations", WORD_ERRORS }, { "issues", WORD_ERRORS }, { "invalid_params", WORD_ERRORS },
};

/* The same inside a list of faults. */
static const struct {
	const char *name;
	enum word word;
} fault_words[] = {
	{ "name", WORD_NAME }, { "field", WORD_NAME }, { "path", WORD_NAME }, { "property", WORD_NAME }, { "pointer", WORD_NAME },
	{ "param", WORD_NAME }, { "parameter", WORD_NAME }, { "in", WORD_PLACE }, { "location", WORD_PLACE }, { "source", WORD_PLACE },
	{ "detail", WORD_DETAIL }, { "message", WORD_DETAIL }, { "msg", WORD_DETAIL }, { "reason", WORD_DETAIL }, { "description", WORD_DETAIL },
};

struct telling {
	struct openapi *openapi;
	const struct value *problem;
	struct writer *writer;
};

static void
write_text(struct telling *telling, const char *member)
{
	writer_text(telling->writer, value_member_text(telling->problem, member));
}

/* "not_found" of "Not Found", where a code is text. */
static void
write_code(struct telling *telling, unsigned kinds)
{
	const char *title = value_member_text(telling->problem, "title");
	g_autofree char *code = lexicon_snake(title ? title : "error");
	if (kinds & SHAPE_KIND(VALUE_NUMBER))
		writer_value(telling->writer, value_member(telling->problem, "status"));
	else
		writer_text(telling->writer, code);
}

static void
write_fault(struct telling *telling, const struct value *fault, const struct value *schema)
{
	static const char *const sources[] = { [WORD_NAME] = "name", [WORD_PLACE] = "in", [WORD_DETAIL] = "detail" };
	const struct shape *shape = shape_of(telling->openapi, schema);
	if (!(shape->kinds & SHAPE_KIND(VALUE_OBJECT))) {
		g_autofree char *text = g_strdup_printf("%s %s", value_member_text(fault, "name"), value_member_text(fault, "detail"));
		writer_text(telling->writer, g_strstrip(text));
		return;
	}
	if (!shape->count && !shape->closed) {
		writer_value(telling->writer, fault);
		return;
	}
	writer_begin_object(telling->writer);
	for (unsigned i = 0; i < G_N_ELEMENTS(fault_words); i++)
		if (shape_member(shape, fault_words[i].name))
			writer_member_value(telling->writer, fault_words[i].name, value_member(fault, sources[fault_words[i].word]));
	writer_end(telling->writer);
}

static void
write_faults(struct telling *telling, const struct value *schema)
{
	writer_begin_array(telling->writer);
	VALUE_EACH (fault, value_member(telling->problem, "errors"))
		write_fault(telling, fault, shape_of(telling->openapi, schema)->items);
	writer_end(telling->writer);
}

static void write_told(struct telling *telling, const struct shape *shape, unsigned depth);

static void
write_word(struct telling *telling, const struct shape_member *member, enum word word, unsigned depth)
{
	const struct shape *shape = shape_of(telling->openapi, member->schema);
	bool list = shape->kinds & SHAPE_KIND(VALUE_ARRAY) && !(shape->kinds & SHAPE_KIND(VALUE_STRING));
	writer_key(telling->writer, member->name);
	if (list)
		write_faults(telling, member->schema);
	else if (shape->count && depth < DEPTH && !(shape->kinds & SHAPE_KIND(VALUE_STRING)))
		write_told(telling, shape, depth + 1);
	else if (word == WORD_STATUS || word == WORD_CODE)
		word == WORD_CODE ? write_code(telling, shape->kinds) : writer_value(telling->writer, value_member(telling->problem, "status"));
	else
		write_text(telling, word == WORD_DETAIL ? "detail" : word == WORD_TYPE ? "type" : "title");
}

/* Writes those members of a schema whose names say what they are for. */
static void
write_told(struct telling *telling, const struct shape *shape, unsigned depth)
{
	writer_begin_object(telling->writer);
	for (size_t i = 0; i < shape->count; i++)
		for (unsigned j = 0; j < G_N_ELEMENTS(words); j++) {
			if (!lexicon_same(words[j].name, shape->members[i].name))
				continue;
			write_word(telling, &shape->members[i], words[j].word, depth);
			break;
		}
	writer_end(telling->writer);
}

char *
problem_like(struct mock *mock, const struct value *schema, const char *problem)
{
	g_autoptr(Doc) doc = doc_own(problem);
	struct writer writer;
	struct telling telling = { mock->openapi, doc_root(doc), &writer };
	writer_init(&writer, false);
	write_told(&telling, shape_of(mock->openapi, schema), 0);
	g_autoptr(Doc) told = writer_doc(&writer);
	g_autoptr(Doc) whole = mock_unite(doc_root(told), doc_root(doc));
	struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .required_only = true, .like = doc_root(whole) };
	g_autoptr(Doc) answer = sample_make(mock->sampler, schema, NULL, &options, NULL);
	struct sample_options plain = { .side = SCHEMA_SIDE_RESPONSE };
	if (!answer)   /* what is said there in other words does not fit: any that fits */
		answer = sample_make(mock->sampler, schema, NULL, &plain, NULL);
	return answer ? value_to_json(doc_root(answer), false) : NULL;
}
