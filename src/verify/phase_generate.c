/* Values by chance: fresh ones of every schema with some of the optional parameters and odd texts in
 * them, and the same with one thing broken. */
#include <string.h>

#include "verify/phase.h"

enum { ROUNDS = 40, CHANCES = 6, WALK_EVERY = 5 };

/* One of the texts of a value becomes an odd one. */
struct oddity {
	const char *text;
	unsigned number, position;   /* of the text that is replaced; of the one that is looked at */
};

static void
write_odd(struct writer *writer, const struct value *value, struct oddity *oddity)
{
	if (value_is(value, VALUE_STRING)) {
		writer_text(writer, oddity->position++ == oddity->number ? oddity->text : value->text);
	} else if (value_is(value, VALUE_ARRAY)) {
		writer_begin_array(writer);
		VALUE_EACH (item, value)
			write_odd(writer, item, oddity);
		writer_end(writer);
	} else if (value_is(value, VALUE_OBJECT)) {
		writer_begin_object(writer);
		VALUE_EACH_MEMBER (key, item, value) {
			writer_key_n(writer, key->text, key->length);
			write_odd(writer, item, oddity);
		}
		writer_end(writer);
	} else {
		writer_value(writer, value);
	}
}

static void
make_odd(struct tester *tester, struct test_case *test)
{
	struct oddity oddity = { value_book_text(tester->book, tester_choose(tester, value_book_count(tester->book))), tester_choose(tester, CHANCES), 0 };
	struct writer writer;
	writer_init(&writer, false);
	write_odd(&writer, doc_root(test->body), &oddity);
	g_autoptr(Doc) odd = writer_doc(&writer);
	g_autoptr(TestCase) copy = case_copy(test);
	struct http_request request;
	case_set_body(copy, doc_root(odd));
	if (!case_make(&tester->wire, copy, &request))
		return;   /* it is not allowed there */
	http_request_clear(&request);
	case_set_body(test, doc_root(odd));
}

/* Some of the optional parameters, with fresh values. */
static void
choose_parameters(struct tester *tester, struct test_case *test)
{
	for (size_t i = 0; i < test->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &test->operation->parameters[i];
		struct sample_options options = { .side = SCHEMA_SIDE_REQUEST, .fresh = true };
		if (parameter->location == OPENAPI_PATH || !parameter->value_schema || (!parameter->required && tester_choose(tester, 2)))
			continue;
		g_autoptr(Doc) value = sample_make(tester->sampler, parameter->value_schema, parameter->name, &options, NULL);
		if (value)
			case_set(test, i, doc_root(value));
	}
}

static const struct value *
body_schema(struct tester *tester, const struct test_case *test)
{
	return value_member(case_media(tester->openapi, test, NULL), "schema");
}

/* Breaks one thing of the body, or of a parameter; false where nothing can be broken. */
static bool
break_something(struct tester *tester, struct test_case *test)
{
	size_t slots = test->operation->parameter_count, slot = tester_choose(tester, slots + (test->body ? 2 : 0));
	bool body = slot >= slots && test->body;
	const struct openapi_parameter *parameter = slot < slots ? &test->operation->parameters[slot] : NULL;
	const struct value *schema = body ? body_schema(tester, test) : parameter ? parameter->value_schema : NULL;
	const struct value *value = body ? doc_root(test->body) : parameter ? doc_root(test->values[slot]) : NULL;
	struct counterexamples bad = { 0 };
	if (!schema || !value)
		return false;
	sample_break(tester->sampler, schema, value, &bad);
	const struct counterexample *chosen = bad.count ? &bad.items[tester_choose(tester, bad.count)] : NULL;
	if (chosen) {
		g_free(test->about);
		test->about = g_strdup_printf("refused: %s%s%s", body ? "" : parameter->name, body ? "" : ", ", chosen->reason);
		test->point = body ? g_strdup_printf("body %s%s%s", chosen->pointer, *chosen->pointer ? " " : "", chosen->keyword)
		                   : g_strdup_printf("%s %s", parameter->name, chosen->keyword);
		test->kind = CASE_INVALID;
		if (body)
			case_set_body(test, doc_root(chosen->value));
		else
			case_set(test, slot, doc_root(chosen->value));
	}
	counterexamples_clear(&bad);
	return chosen != NULL;
}

static void
generate(struct tester *tester, const struct openapi_operation *operation)
{
	bool invalid = tester_choose(tester, 2);
	g_autoptr(TestCase) test = campaign_case(tester, operation, tester_choose(tester, 4) ? FILL_REQUIRED : FILL_LEAST,
	                                         invalid ? "refused: generated" : "generated");
	if (!test)
		return;
	choose_parameters(tester, test);
	if (test->body && tester_choose(tester, 2))
		make_odd(tester, test);
	if (!invalid || break_something(tester, test))
		phase_try(tester, g_steal_pointer(&test));
}

void
phase_generate(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	unsigned rounds = tester->options->cases ? MIN(tester->options->cases / 4, ROUNDS) : ROUNDS;
	for (unsigned round = 0; round < rounds; round++) {
		if (round % WALK_EVERY == WALK_EVERY - 1)
			stateful_walks(tester);
		for (size_t i = 0; i < count && !tester_phase_is_over(tester); i++)
			if (tester_wants(tester, &operations[i]))
				generate(tester, &operations[i]);
	}
}
