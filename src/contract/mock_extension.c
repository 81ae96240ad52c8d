/* x-mock-… in a document: what its author says to the mock alone. docs/mock.md lists them all. */
#include "contract/mock_model.h"

const struct value *
mock_extension(const struct mock *mock, const struct openapi_operation *operation, const char *name)
{
	const struct value *found = value_member(operation->node, name);
	if (!found)
		found = value_member(operation->path_node, name);
	return found ? found : value_member(doc_root(openapi_doc(mock->openapi)), name);
}

static void
read_status(struct mock_plan *plan, const struct value *wanted)
{
	int64_t status;
	const struct openapi_response *response = value_int64(wanted, &status) ? openapi_response_for(plan->operation, (int)status) : NULL;
	if (!response)
		return;
	plan->status = (int)status;
	plan->response = response;
}

void
mock_read_extensions(struct mock *mock, struct mock_plan *plan)
{
	const struct openapi_operation *operation = plan->operation;
	const struct value *check = mock_extension(mock, operation, "x-mock-validate");
	const char *fault = value_text(mock_extension(mock, operation, "x-mock-fault"));
	struct injections injections;
	plan->stateless = value_truth(mock_extension(mock, operation, "x-mock-stateless"));
	plan->unchecked = value_is(check, VALUE_BOOL) && !check->truth;
	plan->example = value_member_text(operation->node, "x-mock-example");
	read_status(plan, value_member(operation->node, "x-mock-status"));
	if (fault && injections_read(fault, &injections, NULL))
		plan->injections = g_memdup2(&injections, sizeof injections);
}
