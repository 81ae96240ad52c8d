/* Links: what an answer says about the next request (OpenAPI 3.1.1 section 4.8.20). */
#include <string.h>

#include "contract/expression.h"
#include "verify/campaign.h"
#include "verify/link.h"

/* A JSON pointer into the document's paths, as operationRef has it: the operation there; NULL. */
static const struct openapi_operation *
find_by_reference(struct tester *tester, const char *reference)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	const char *hash = strchr(reference, '#');
	const struct value *node = hash == reference ? value_find(doc_root(openapi_doc(tester->openapi)), hash + 1) : NULL;
	for (size_t i = 0; i < count && node; i++)
		if (operations[i].node == node)
			return &operations[i];
	return NULL;
}

const struct openapi_operation *
link_target(struct tester *tester, const struct value *link)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	const char *id = value_member_text(link, "operationId"), *reference = value_member_text(link, "operationRef");
	for (size_t i = 0; i < count && id; i++)
		if (g_str_equal(operations[i].id, id))
			return &operations[i];
	return reference ? find_by_reference(tester, reference) : NULL;
}

/* "shop_id" or "path.shop_id". */
static bool
is_named(const struct openapi_operation *operation, size_t slot, const char *name)
{
	static const char *const locations[] = { "path", "query", "header", "cookie", "query" };
	const struct openapi_parameter *parameter = case_parameter(operation, slot);
	if (!parameter)
		return g_str_equal(operation->path_names[slot - operation->parameter_count], name);
	g_autofree char *qualified = g_strdup_printf("%s.%s", locations[parameter->location], parameter->name);
	return g_str_equal(parameter->name, name) || g_str_equal(qualified, name);
}

/* What the request of a step was, as expressions want to know it. */
static struct doc *
describe_parameters(const struct step *from)
{
	static const char *const locations[] = { "path", "query", "header", "cookie" };
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	for (unsigned location = 0; location < G_N_ELEMENTS(locations); location++) {
		writer_key(&writer, locations[location]);
		writer_begin_object(&writer);
		for (size_t i = 0; i < from->test->operation->parameter_count; i++)
			if ((unsigned)from->test->operation->parameters[i].location == location && from->test->values[i])
				writer_member_value(&writer, from->test->operation->parameters[i].name, doc_root(from->test->values[i]));
		writer_end(&writer);
	}
	writer_end(&writer);
	return writer_doc(&writer);
}

bool
campaign_follow(struct tester *tester, struct step *step, const struct step *from)
{
	(void)tester;
	g_autoptr(Doc) parameters = step_succeeded(from) ? describe_parameters(from) : NULL;
	struct expression_context context = { &from->request, &from->response, doc_root(parameters), doc_root(from->sent_body), doc_root(from->answer) };
	if (!parameters)
		return false;
	VALUE_EACH_MEMBER (name, expression, value_member(step->link, "parameters")) {
		g_autoptr(Doc) value = expression_evaluate(expression, &context, NULL);
		for (size_t i = 0; i < case_slot_count(step->test->operation); i++)
			if (is_named(step->test->operation, i, name->text)) {
				if (!value && i >= step->test->operation->parameter_count)
					return false;
				if (value)
					case_set(step->test, i, doc_root(value));
				else if (step->test->operation->parameters[i].required)
					return false;
			}
	}
	const struct value *body = value_member(step->link, "requestBody");
	g_autoptr(Doc) made = body ? expression_evaluate(body, &context, NULL) : NULL;
	if (made)
		case_set_body(step->test, doc_root(made));
	return true;
}
