/* Sequences: what was made is read, listed, changed and deleted; links and Location headers lead
 * somewhere; what was refused leaves nothing behind. */
#include <string.h>

#include "contract/paging.h"
#include "contract/shape.h"
#include "verify/echo.h"
#include "verify/link.h"
#include "verify/phase.h"

enum { FIRST = 0, MEMBERS = 8, LEAKS = 3, STEPS = 7, LINKS_DEPTH = 3, LIMIT_MAX = 1000 };

/* A list shows as much at once as it may: what is looked for shall be on its first page. */
static void
widen(struct tester *tester, struct test_case *test)
{
	enum resource_role role;
	resources_of(tester->resources, test->operation, &role);
	for (size_t i = 0; role == RESOURCE_LIST && i < test->operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &test->operation->parameters[i];
		const struct value *most = value_member(openapi_resolve(tester->openapi, parameter->value_schema), "maximum");
		bool limit = parameter->location == OPENAPI_QUERY && paging_parameter(parameter->name) == PAGING_LIMIT;
		if (limit && most && value_double(most) <= LIMIT_MAX)
			case_set(test, i, most);
	}
}

/* A step of a trial; false where there is no such operation, or no case of it. */
static bool
add_step(struct tester *tester, struct trial *trial, const struct openapi_operation *operation, enum case_kind kind, const char *about,
         enum step_source source, unsigned of)
{
	struct test_case *test = operation ? campaign_case(tester, operation, FILL_REQUIRED, about) : NULL;
	if (!test)
		return false;
	test->kind = kind;
	test->known |= source != STEP_LITERAL;
	widen(tester, test);
	trial_add(tester, trial, test, source, of);
	return true;
}

static bool
add_creation(struct tester *tester, struct trial *trial, const struct resource *resource, enum step_source source, unsigned of)
{
	struct test_case *test = resource->operations[RESOURCE_CREATE] ? campaign_creation(tester, resource, "a valid one is created") : NULL;
	if (!test)
		return false;
	test->known = true;
	trial_add(tester, trial, test, source, of);
	return true;
}

/* A trial that begins with an item; NULL where none can be made. */
static struct trial *
begin(struct tester *tester, const struct resource *resource)
{
	struct trial *trial = tester_phase_is_over(tester) ? NULL : trial_create();
	if (trial && add_creation(tester, trial, resource, STEP_LITERAL, 0))
		return trial;
	trial_free(trial);
	return NULL;
}

/* --- a life --------------------------------------------------------------------------------- */

static void
add_filter(struct tester *tester, struct trial *trial, const struct openapi_operation *list, size_t number, const struct value *wanted)
{
	g_autofree char *about = g_strdup_printf("the list, filtered by %s", list->parameters[number].name);
	if (!add_step(tester, trial, list, CASE_VALID, about, STEP_BESIDE, FIRST))
		return;
	struct step *step = &trial->steps[trial->count - 1];
	case_set(step->test, number, wanted);
	step->filter = list->parameters[number].name;
}

/* Query parameters that are called as a member of the items filter by it. */
static void
add_filters(struct tester *tester, struct trial *trial, const struct resource *resource)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	const struct value *sent = campaign_unwrap(doc_root(trial->steps[FIRST].test->body), resource->body_property[RESOURCE_CREATE]);
	for (size_t i = 0; list && i < list->parameter_count; i++) {
		const struct openapi_parameter *parameter = &list->parameters[i];
		const struct value *wanted = parameter->location == OPENAPI_QUERY ? value_member(sent, parameter->name) : NULL;
		if (wanted && wanted->kind != VALUE_NULL)
			add_filter(tester, trial, list, i, wanted);
	}
}

static void
live(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *const *operations = resource->operations;
	struct trial *trial = begin(tester, resource);
	if (!trial)
		return;
	add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "what was created is found again", STEP_ITEM, FIRST);
	add_step(tester, trial, operations[RESOURCE_LIST], CASE_VALID, "the list holds what was created", STEP_BESIDE, FIRST);
	add_filters(tester, trial, resource);
	if (add_step(tester, trial, operations[RESOURCE_PATCH], CASE_VALID, "a valid patch", STEP_ITEM, FIRST))
		add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "the patch is there", STEP_ITEM, FIRST);
	if (add_step(tester, trial, operations[RESOURCE_REPLACE], CASE_VALID, "a valid replacement", STEP_ITEM, FIRST)) {
		add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "the replacement is there", STEP_ITEM, FIRST);
		add_step(tester, trial, operations[RESOURCE_LIST], CASE_VALID, "the list after a replacement", STEP_BESIDE, FIRST);
	}
	if (add_step(tester, trial, operations[RESOURCE_DELETE], CASE_VALID, "what was created is deleted", STEP_ITEM, FIRST)) {
		add_step(tester, trial, operations[RESOURCE_READ], CASE_ABSENT, "what was deleted is gone", STEP_ITEM, FIRST);
		add_step(tester, trial, operations[RESOURCE_LIST], CASE_VALID, "the list without what was deleted", STEP_BESIDE, FIRST);
		add_step(tester, trial, operations[RESOURCE_PATCH], CASE_ABSENT, "a patch of what was deleted", STEP_ITEM, FIRST);
		add_step(tester, trial, operations[RESOURCE_DELETE], CASE_TRIAL, "deleted once more", STEP_ITEM, FIRST);
	}
	tester_try(tester, trial);
}

/* One member at a time: the others stay as they are. */
static void
patch_members(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *patch = resource->operations[RESOURCE_PATCH];
	g_autoptr(Doc) body = patch && patch->body && !resource->body_property[RESOURCE_PATCH] ? campaign_body(tester, patch, NULL, false) : NULL;
	unsigned count = 0;
	VALUE_EACH_MEMBER (key, item, doc_root(body)) {
		struct trial *trial = count++ < MEMBERS ? begin(tester, resource) : NULL;
		struct writer writer;
		if (!trial)
			return;
		writer_init(&writer, false);
		writer_begin_object(&writer);
		writer_member_value(&writer, key->text, item);
		writer_end(&writer);
		g_autoptr(Doc) one = writer_doc(&writer);
		g_autofree char *about = g_strdup_printf("a patch of %s alone", key->text);
		if (add_step(tester, trial, patch, CASE_VALID, about, STEP_ITEM, FIRST))
			case_set_body(trial->steps[trial->count - 1].test, doc_root(one));
		add_step(tester, trial, resource->operations[RESOURCE_READ], CASE_VALID, "the patch is there, and the rest as it was", STEP_ITEM, FIRST);
		tester_try(tester, trial);
	}
}

/* --- several ---------------------------------------------------------------------------------- */

static void
page(struct tester *tester, struct trial *trial, const struct openapi_operation *list, double limit, double position)
{
	struct test_case *test = NULL;
	if (!add_step(tester, trial, list, CASE_VALID, "a page of the list", STEP_BESIDE, FIRST))
		return;
	test = trial->steps[trial->count - 1].test;
	for (size_t i = 0; i < list->parameter_count; i++) {
		enum paging_parameter paging = list->parameters[i].location == OPENAPI_QUERY ? paging_parameter(list->parameters[i].name) : PAGING_NO_PARAMETER;
		double number = paging == PAGING_LIMIT ? limit : paging == PAGING_OFFSET ? position : paging == PAGING_PAGE ? position + 1 : -1;
		g_autofree char *json = g_strdup_printf("%d", (int)number);
		g_autoptr(Doc) doc = number >= 0 ? doc_own(json) : NULL;
		if (doc)
			case_set(test, i, doc_root(doc));
	}
}

/* One with nothing that is not required. */
static void
add_least(struct tester *tester, struct trial *trial, const struct resource *resource)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	g_autoptr(Doc) least = create->body ? campaign_body(tester, create, NULL, true) : NULL;
	if (add_creation(tester, trial, resource, STEP_BESIDE, FIRST) && least && !resource->body_property[RESOURCE_CREATE])
		case_set_body(trial->steps[trial->count - 1].test, doc_root(least));
}

static void
keep_company(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *const *operations = resource->operations;
	struct trial *trial = begin(tester, resource);
	if (!trial)
		return;
	add_creation(tester, trial, resource, STEP_BESIDE, FIRST);
	add_least(tester, trial, resource);
	add_step(tester, trial, operations[RESOURCE_LIST], CASE_VALID, "a list of several", STEP_BESIDE, FIRST);
	if (operations[RESOURCE_LIST]) {
		page(tester, trial, operations[RESOURCE_LIST], 1, 0);
		page(tester, trial, operations[RESOURCE_LIST], 1, 1);
	}
	add_step(tester, trial, operations[RESOURCE_DELETE], CASE_VALID, "one of several is deleted", STEP_ITEM, FIRST);
	add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "the others are still there", STEP_ITEM, FIRST + 1);
	add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "the others are still there", STEP_ITEM, FIRST + 2);
	add_creation(tester, trial, resource, STEP_BESIDE, FIRST);
	tester_try(tester, trial);
}

/* Another value of a switch or an enum; NULL for none. */
static struct doc *
other_value(struct tester *tester, const struct value *schema, const struct value *value)
{
	if (value_is(value, VALUE_BOOL))
		return doc_own(value_truth(value) ? "false" : "true");
	VALUE_EACH (item, value_member(openapi_resolve(tester->openapi, schema), "enum"))
		if (item->kind == value->kind && !value_equal(item, value)) {
			g_autofree char *json = value_to_json(item, false);
			return doc_own(json);
		}
	return NULL;
}

/* A filter has something to leave out. */
static void
filter_out(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	const char *around = resource->body_property[RESOURCE_CREATE];
	for (size_t i = 0; list && resource->operations[RESOURCE_CREATE] && i < list->parameter_count; i++) {
		const struct openapi_parameter *parameter = &list->parameters[i];
		struct trial *trial = parameter->location == OPENAPI_QUERY ? begin(tester, resource) : NULL;
		const struct value *body = trial ? doc_root(trial->steps[FIRST].test->body) : NULL;
		const struct value *wanted = value_member(campaign_unwrap(body, around), parameter->name);
		g_autoptr(Doc) other = wanted ? other_value(tester, parameter->value_schema, wanted) : NULL;
		if (other && add_creation(tester, trial, resource, STEP_BESIDE, FIRST)) {
			g_autoptr(Doc) unlike = echo_replace(doc_root(trial->steps[FIRST + 1].test->body), around, parameter->name, doc_root(other));
			case_set_body(trial->steps[FIRST + 1].test, doc_root(unlike));
			add_filter(tester, trial, list, i, wanted);
			add_filter(tester, trial, list, i, doc_root(other));
			tester_try(tester, trial);
		} else {
			trial_free(trial);
		}
	}
}

/* What is refused leaves the list as it was. */
static void
fail_to_create(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE], *list = resource->operations[RESOURCE_LIST];
	g_autoptr(GPtrArray) cases = g_ptr_array_new_with_free_func((GDestroyNotify)case_free);
	g_autoptr(GPtrArray) invalid = g_ptr_array_new();
	if (!create || !list || !resource->id_property || tester_phase_is_over(tester))
		return;
	cases_of_body(tester, create, cases);
	for (guint i = 0; i < cases->len; i++) {
		struct test_case *test = g_ptr_array_index(cases, i);
		if (test->kind == CASE_INVALID)
			g_ptr_array_add(invalid, test);
	}
	for (guint i = 0; i < LEAKS && i < invalid->len; i++) {
		const struct test_case *bad = g_ptr_array_index(invalid, i * (invalid->len - 1) / MAX(LEAKS - 1, 1));
		struct trial *trial = trial_create();
		add_step(tester, trial, list, CASE_VALID, "the list before", STEP_LITERAL, 0);
		trial_add(tester, trial, case_copy(bad), STEP_LITERAL, 0);
		add_step(tester, trial, list, CASE_VALID, "the list after a refusal", STEP_LITERAL, 0);
		tester_try(tester, trial);
	}
}

/* --- parents and children ----------------------------------------------------------------------- */

static void
meet_strangers(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *const *operations = resource->operations;
	struct trial *trial = resource->parent && !resource->home ? begin(tester, resource->parent) : NULL;
	if (!trial)
		return;
	if (add_creation(tester, trial, resource, STEP_BELOW, FIRST) && add_creation(tester, trial, resource->parent, STEP_BESIDE, FIRST)) {
		static const enum resource_role roles[] = { RESOURCE_READ, RESOURCE_PATCH, RESOURCE_DELETE };
		for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++)
			if (add_step(tester, trial, operations[roles[i]], CASE_ABSENT, "under another parent", STEP_STRANGER, 1))
				trial->steps[trial->count - 1].other = 2;
		add_step(tester, trial, operations[RESOURCE_READ], CASE_VALID, "under its own parent", STEP_ITEM, 1);
	}
	tester_try(tester, trial);
}

/* A parent that is gone has no children, as far as the document foresees that. */
static void
outlive_parent(struct tester *tester, const struct resource *resource)
{
	static const enum resource_role roles[] = { RESOURCE_LIST, RESOURCE_READ };
	const struct resource *parent = resource->parent;
	struct trial *trial = parent && parent->operations[RESOURCE_DELETE] && !resource->home ? begin(tester, parent) : NULL;
	if (!trial)
		return;
	if (add_creation(tester, trial, resource, STEP_BELOW, FIRST) &&
	    add_step(tester, trial, parent->operations[RESOURCE_DELETE], CASE_VALID, "the parent is deleted", STEP_ITEM, FIRST))
		for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++) {
			const struct openapi_operation *operation = resource->operations[roles[i]];
			if (operation && openapi_response_for(operation, 404))
				add_step(tester, trial, operation, CASE_ABSENT, "below a parent that was deleted", roles[i] == RESOURCE_LIST ? STEP_BELOW : STEP_ITEM,
				         roles[i] == RESOURCE_LIST ? FIRST : 1);
		}
	tester_try(tester, trial);
}

/* --- what clients may not write -------------------------------------------------------------------- */

static void
add_member(struct test_case *test, const char *name, const struct value *value)
{
	struct writer writer;
	if (!value_is(doc_root(test->body), VALUE_OBJECT))
		return;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	VALUE_EACH_MEMBER (key, item, doc_root(test->body))
		if (!g_str_equal(key->text, name))
			writer_member_value(&writer, key->text, item);
	writer_member_value(&writer, name, value);
	writer_end(&writer);
	doc_unref(test->body);
	test->body = writer_doc(&writer);
	test->kind = CASE_TRIAL;
	g_free(test->about);
	test->about = g_strdup_printf("%s, which is read-only, is sent", name);
}

static void
write_read_only(struct tester *tester, const struct resource *resource)
{
	const struct openapi_operation *create = resource->operations[RESOURCE_CREATE];
	const struct value *schema = create ? value_member(openapi_content(tester->openapi, create->body, NULL, NULL), "schema") : NULL;
	const struct shape *shape = schema && !resource->body_property[RESOURCE_CREATE] ? shape_of(tester->openapi, schema) : NULL;
	for (size_t i = 0; shape && i < shape->count; i++) {
		struct sample_options options = { .side = SCHEMA_SIDE_RESPONSE, .fresh = true };
		struct trial *trial = shape->members[i].read_only ? begin(tester, resource) : NULL;
		g_autoptr(Doc) value = trial ? sample_make(tester->sampler, shape->members[i].schema, shape->members[i].name, &options, NULL) : NULL;
		if (value && add_creation(tester, trial, resource, STEP_BESIDE, FIRST))
			add_member(trial->steps[FIRST + 1].test, shape->members[i].name, doc_root(value));
		if (trial)
			tester_try(tester, trial);
	}
}

/* --- actions ------------------------------------------------------------------------------------ */

static void
act(struct tester *tester, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *around = resources_of(tester->resources, operation, &role) ? NULL : resources_around(tester->resources, operation);
	struct trial *trial = around && phase_consumes(tester, operation) ? begin(tester, around) : NULL;
	if (!trial)
		return;
	add_step(tester, trial, operation, CASE_VALID, "an action on what was created", STEP_ITEM, FIRST);
	add_step(tester, trial, around->operations[RESOURCE_READ], CASE_TRIAL, "read after an action", STEP_ITEM, FIRST);
	add_step(tester, trial, around->operations[RESOURCE_LIST], CASE_TRIAL, "the list after an action", STEP_BESIDE, FIRST);
	add_step(tester, trial, operation, CASE_TRIAL, "the action once more", STEP_ITEM, FIRST);
	tester_try(tester, trial);
}

/* --- links and locations ---------------------------------------------------------------------------- */

static void
add_link_steps(struct tester *tester, struct trial *trial, unsigned from, unsigned depth)
{
	const struct openapi_operation *operation = trial->steps[from].test->operation;
	for (size_t i = 0; i < operation->response_count; i++)
		VALUE_EACH_MEMBER (name, item, value_member(operation->responses[i].node, "links")) {
			const struct value *link = openapi_resolve(tester->openapi, item);
			const struct openapi_operation *target = link_target(tester, link);
			g_autofree char *about = g_strdup_printf("the link %s", name->text);
			bool success = operation->responses[i].status[0] == '2', deletes = target && g_str_equal(target->method, "DELETE");
			if (!success || !target || trial->count > 12)
				continue;
			/* What a link leads to may have been used up by the one before. */
			if (add_step(tester, trial, target, deletes || phase_consumes(tester, target) ? CASE_TRIAL : CASE_VALID, about, STEP_LINK, from)) {
				unsigned number = (unsigned)trial->count - 1;
				trial->steps[number].link = link;
				if (depth > 1 && !deletes)
					add_link_steps(tester, trial, number, depth - 1);
			}
		}
}

static void
follow_links(struct tester *tester, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	bool linked = false;
	for (size_t i = 0; i < operation->response_count; i++)
		linked |= operation->responses[i].status[0] == '2' && value_count(value_member(operation->responses[i].node, "links"));
	if (!linked || tester_phase_is_over(tester))
		return;
	struct trial *trial = trial_create();
	bool ok = role == RESOURCE_CREATE ? add_creation(tester, trial, resource, STEP_LITERAL, 0)
	                                  : add_step(tester, trial, operation, CASE_VALID, "where links begin", STEP_LITERAL, 0);
	if (ok)
		add_link_steps(tester, trial, FIRST, LINKS_DEPTH);
	tester_try(tester, trial);
}

static void
follow_location(struct tester *tester, const struct resource *resource)
{
	struct trial *trial = resource->operations[RESOURCE_READ] ? begin(tester, resource) : NULL;
	if (!trial)
		return;
	add_step(tester, trial, resource->operations[RESOURCE_READ], CASE_VALID, "the Location of what was created", STEP_LOCATION, FIRST);
	tester_try(tester, trial);
}

static void
set_singleton(struct tester *tester, const struct resource *resource)
{
	static const enum resource_role roles[] = { RESOURCE_REPLACE, RESOURCE_PATCH };
	for (unsigned i = 0; i < G_N_ELEMENTS(roles); i++) {
		struct trial *trial = trial_create();
		if (add_step(tester, trial, resource->operations[roles[i]], CASE_VALID, "it is set", STEP_LITERAL, 0))
			add_step(tester, trial, resource->operations[RESOURCE_READ], CASE_VALID, "it is as it was set", STEP_LITERAL, 0);
		tester_try(tester, trial);
	}
}

/* --- by chance -------------------------------------------------------------------------------------- */

/* A walk: whatever can be done with an item, in any order. */
static void
walk(struct tester *tester, const struct resource *resource)
{
	static const struct {
		enum resource_role role;
		enum step_source source;
	} moves[] = {
		{ RESOURCE_READ, STEP_ITEM }, { RESOURCE_PATCH, STEP_ITEM }, { RESOURCE_REPLACE, STEP_ITEM }, { RESOURCE_LIST, STEP_BESIDE },
		{ RESOURCE_DELETE, STEP_ITEM }, { RESOURCE_CREATE, STEP_BESIDE },
	};
	struct trial *trial = begin(tester, resource);
	bool deleted = false;
	for (unsigned i = 0; trial && i < STEPS; i++) {
		unsigned move = tester_choose(tester, G_N_ELEMENTS(moves));
		enum resource_role role = moves[move].role;
		const struct openapi_operation *operation = resource->operations[role];
		bool gone = deleted && moves[move].source == STEP_ITEM, writes = role == RESOURCE_REPLACE || role == RESOURCE_DELETE;
		if (role == RESOURCE_CREATE)
			add_creation(tester, trial, resource, STEP_BESIDE, FIRST);
		else if (add_step(tester, trial, operation, !gone ? CASE_VALID : writes ? CASE_TRIAL : CASE_ABSENT, gone ? "after its end" : "on the way",
		                  moves[move].source, FIRST))
			deleted |= role == RESOURCE_DELETE;
		if (deleted && role == RESOURCE_REPLACE)
			break;   /* it may be there again */
	}
	if (trial)
		tester_try(tester, trial);
}

void
phase_stateful(struct tester *tester)
{
	size_t count;
	const struct openapi_operation *operations = openapi_operations(tester->openapi, &count);
	void (*const sequences[])(struct tester *, const struct resource *) = {
		live, keep_company, filter_out, fail_to_create, meet_strangers, outlive_parent, follow_location, patch_members, write_read_only,
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(sequences); i++)
		for (size_t k = 0; k < tester->count && !tester_phase_is_over(tester); k++)
			if (tester_wants_resource(tester, tester->list[k]))
				sequences[i](tester, tester->list[k]);
	for (size_t i = 0; i < tester->count && !tester_phase_is_over(tester); i++)
		if (!tester->list[i]->operations[RESOURCE_CREATE] && tester->list[i]->singleton && tester_wants_resource(tester, tester->list[i]))
			set_singleton(tester, tester->list[i]);
	for (size_t i = 0; i < count && !tester_phase_is_over(tester); i++) {
		if (!tester_wants(tester, &operations[i]))
			continue;
		act(tester, &operations[i]);
		follow_links(tester, &operations[i]);
	}
}

void
stateful_walks(struct tester *tester)
{
	for (size_t i = 0; i < tester->count && !tester_phase_is_over(tester); i++)
		if (tester_wants_resource(tester, tester->list[i]))
			walk(tester, tester->list[i]);
}
