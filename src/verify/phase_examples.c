/* Examples: what the document shows of requests. One that does not fit its own schema is a finding. */
#include "contract/exchange.h"
#include "verify/phase.h"

static bool
fits(struct tester *tester, const struct openapi_operation *operation, const struct value *schema, const struct value *example, const char *name)
{
	struct faults faults = { 0 };
	bool ok = exchange_check(tester->openapi, schema, example, SCHEMA_SIDE_REQUEST, "", "", &faults);
	if (!ok) {
		g_autofree char *title = operation_title(operation), *where = openapi_where(tester->openapi, example);
		finding_add(tester->results->findings, SEVERITY_LOW, title, "%s: the example %s does not fit its schema: %s %s", where, name,
		            faults.items[0].name, faults.items[0].message);
	}
	faults_clear(&faults);
	return ok;
}

/* An example as a case: in a slot, or (no parameter) as the body. */
static void
show(struct tester *tester, const struct test_case *base, size_t slot, const char *media, const struct value *schema, const struct value *example,
     const char *name)
{
	if (!example || tester_phase_is_over(tester) || !fits(tester, base->operation, schema, example, name))
		return;
	struct test_case *test = case_copy(base);
	g_free(test->about);
	test->about = g_strdup_printf("the example %s", name);
	test->point = g_strdup_printf("example %s", name);
	if (media) {
		test->media = media;
		case_set_body(test, example);
	} else {
		test->known &= base->operation->parameters[slot].location != OPENAPI_PATH;
		case_set(test, slot, example);
	}
	/* An example may speak of things that are not there. */
	test->kind = CASE_TRIAL;
	phase_try(tester, test);
}

static void
show_all(struct tester *tester, const struct test_case *base, size_t slot, const char *media, const struct value *holder, const struct value *schema,
         const char *name)
{
	show(tester, base, slot, media, schema, value_member(holder, "example"), name);
	VALUE_EACH_MEMBER (key, item, value_member(holder, "examples")) {
		const struct value *object = openapi_resolve(tester->openapi, item);
		const struct value *value = value_member(object, "value");
		show(tester, base, slot, media, schema, value ? value : value_member(object, "dataValue"), key->text);
	}
	const struct value *own = openapi_resolve(tester->openapi, schema);
	show(tester, base, slot, media, schema, value_member(own, "example"), name);
	VALUE_EACH (item, value_member(own, "examples"))
		show(tester, base, slot, media, schema, item, name);
}

void
phase_examples(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	for (size_t i = 0; i < count && !tester_phase_is_over(tester); i++) {
		const struct openapi_operation *operation = &operations[i];
		g_autoptr(TestCase) base = tester_wants(tester, operation) ? campaign_case(tester, operation, FILL_REQUIRED, "") : NULL;
		for (size_t k = 0; base && k < operation->parameter_count; k++) {
			const struct openapi_parameter *parameter = &operation->parameters[k];
			bool deleting = parameter->location == OPENAPI_PATH && !g_str_equal(operation->method, "GET");
			if (!deleting && parameter->value_schema)
				show_all(tester, base, k, NULL, parameter->node, parameter->value_schema, parameter->name);
		}
		VALUE_EACH_MEMBER (media, item, value_member(operation->body, "content")) {
			const struct value *object = openapi_resolve(tester->openapi, item);
			if (base && value_member(object, "schema"))
				show_all(tester, base, 0, media->text, object, value_member(object, "schema"), media->text);
		}
	}
}
