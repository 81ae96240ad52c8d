#include "verify/campaign.h"

#include <string.h>

#include "verify/command.h"
#include "verify/fill.h"

enum { TRIES = 3 };

const struct value *
campaign_unwrap(const struct value *body, const char *property)
{
	return property ? value_member(body, property) : body;
}

const struct value *
campaign_listed(const struct resource *resource, const struct value *answer)
{
	return resource->list_property ? value_member(answer, resource->list_property) : answer;
}

char *
campaign_plain(const struct value *value)
{
	if (value_is(value, VALUE_STRING))
		return g_strdup(value->text);
	return value_is(value, VALUE_NUMBER) ? value_to_json(value, false) : NULL;
}

char **
campaign_ids(char *const *ids, const char *last)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	for (; ids && *ids; ids++)
		g_strv_builder_add(builder, *ids);
	if (last)
		g_strv_builder_add(builder, last);
	return g_strv_builder_end(builder);
}

/* --- items ---------------------------------------------------------------------------------- */

static bool
take_identity(const struct resource *resource, struct item *item, struct doc *doc, const struct value *object)
{
	const struct value *id = value_member(object, resource->id_property ? resource->id_property : "id");
	item->id = campaign_plain(id);
	item->identity = item->id ? doc_sub(doc, id) : NULL;
	return item->id != NULL;
}

static char *
name_of(const struct step *step, const char *id)
{
	return g_strdup_printf("%s %s", step->test->operation->path, id);
}

char *
campaign_given_id(const struct step *step)
{
	const struct resource *resource = step->role == RESOURCE_CREATE ? step->resource : NULL;
	const struct resource *home = resource && resource->home ? resource->home : resource;
	if (!home || !home->id_property)
		return NULL;
	const struct value *body = campaign_unwrap(doc_root(step->sent_body), resource->body_property[RESOURCE_CREATE]);
	g_autofree char *id = campaign_plain(value_member(body, home->id_property));
	return id ? name_of(step, id) : NULL;
}

void
campaign_take_item(struct tester *tester, struct step *step)
{
	const struct resource *resource = step->resource;
	struct item *item = &step->item;
	char *given = campaign_given_id(step);
	if (given)
		g_hash_table_add(tester->taken, given);
	*item = (struct item){ .resource = resource, .body = step->answer ? doc_ref(step->answer) : NULL };
	const struct value *made = campaign_unwrap(doc_root(step->answer), resource->answer_property[RESOURCE_CREATE]);
	const struct value *sent = campaign_unwrap(doc_root(step->test->body), resource->body_property[RESOURCE_CREATE]);
	/* An answer that does not name the new thing leaves the name that it was given. */
	const struct value *chosen = resource->id_property && !resource->guessed ? value_member(sent, resource->id_property) : NULL;
	if (!take_identity(resource, item, step->answer, made) && fill_fits_path(tester, resource, chosen))
		take_identity(resource, item, step->test->body, sent);
	g_hash_table_add(tester->taken, name_of(step, item->id ? item->id : CAMPAIGN_ANY));
	item->ids = campaign_ids(step->ids, item->id);
}

static size_t
number_of(struct tester *tester, const struct resource *resource)
{
	size_t number = 0;
	while (tester->list[number] != resource)
		number++;
	return number;
}

/* Without a create operation: the first that the list holds. */
static void
borrow(struct tester *tester, const struct resource *resource, struct item *ret)
{
	const struct openapi_operation *list = resource->operations[RESOURCE_LIST];
	struct test_case *test = list ? campaign_case(tester, list, FILL_REQUIRED, "the list") : NULL;
	if (!test)
		return;
	g_autoptr(Trial) trial = trial_create();
	struct failures failures;
	trial_add(tester, trial, test, STEP_LITERAL, 0);
	trial_run(tester, trial, true, &failures);
	const struct value *item = value_item(campaign_listed(resource, doc_root(trial->steps[0].answer)), 0);
	if (item && resource->id_property && step_succeeded(&trial->steps[0]))
		take_identity(resource, ret, trial->steps[0].answer, item);
	ret->resource = resource;
	ret->ids = campaign_ids(trial->steps[0].ids, ret->id);
	failures_clear(&failures);
	tester_try_case(tester, case_copy(trial->steps[0].test));
}

struct item *
campaign_keeper(struct tester *tester, const struct resource *resource)
{
	size_t number = number_of(tester, resource);
	struct item *keeper = &tester->keepers[number];
	bool creates = resource->operations[RESOURCE_CREATE] != NULL;
	while (!keeper->id && tester->tried[number] < (creates ? TRIES : 1) && !tester_is_over(tester)) {
		tester->tried[number]++;   /* before: a cycle of foreign keys ends here */
		item_clear(keeper);
		struct test_case *test = creates ? campaign_creation(tester, resource, "a valid one is created for others") : NULL;
		struct trial *trial = test ? trial_create() : NULL;
		if (trial) {
			trial_add(tester, trial, test, STEP_LITERAL, 0);
			tester_make(tester, trial, keeper);
		} else if (!creates) {
			borrow(tester, resource, keeper);
		}
	}
	return keeper->id ? keeper : NULL;
}

void
campaign_lose(struct tester *tester, const struct resource *resource)
{
	size_t number = number_of(tester, resource);
	item_clear(&tester->keepers[number]);
	tester->tried[number] = 0;
	/* What lay below it is gone, too. */
	for (size_t i = 0; i < tester->count; i++)
		if (tester->list[i]->parent == resource)
			campaign_lose(tester, tester->list[i]);
}

char **
campaign_known_ids(struct tester *tester, const struct openapi_operation *operation)
{
	enum resource_role role;
	const struct resource *resource = resources_of(tester->resources, operation, &role);
	const struct resource *around = resource ? resource : resources_around(tester->resources, operation);
	/* A collection is known by its parent. */
	bool beside = resource && (role == RESOURCE_LIST || role == RESOURCE_CREATE);
	const struct resource *wanted = beside ? resource->parent : around;
	struct item *keeper = wanted ? campaign_keeper(tester, wanted) : NULL;
	if (!keeper && wanted && wanted->parent && !beside)
		keeper = campaign_keeper(tester, wanted->parent);
	return keeper ? campaign_ids(keeper->ids, NULL) : NULL;
}

/* --- commands ------------------------------------------------------------------------------- */

static bool
begins_with(char *const *ids, const struct item *item)
{
	for (char **id = item->ids; id && *id; id++, ids++)
		if (!ids || !*ids || !g_str_equal(*ids, *id))
			return false;
	return item->id != NULL;
}

static bool
mentions(const struct value *value, const char *text)
{
	if (value_is(value, VALUE_STRING))
		return g_str_equal(value->text, text);
	VALUE_EACH (item, value)
		if (mentions(item, text))
			return true;
	VALUE_EACH_MEMBER (key, item, value)
		if (mentions(item, text) || (value_is(item, VALUE_NUMBER) && fill_is_key(key->text) && strtoll(item->text, NULL, 10) == strtoll(text, NULL, 10)))
			return true;
	return false;
}

/* A list shows what stays in its collection. */
static bool
shows(const struct step *step, const struct item *item)
{
	const struct resource *resource = step->role == RESOURCE_LIST ? step->resource : NULL;
	const struct resource *home = resource && resource->home ? resource->home : resource;
	if (!home || (item->resource != home && item->resource != resource) || !item->id)
		return false;
	g_auto(GStrv) beside = campaign_ids(step->ids, item->id);
	return g_strv_equal((const char *const *)beside, (const char *const *)item->ids);
}

/* Whether a trial's step asks for an item that stays. */
static bool
uses(const struct step *step, const struct item *item)
{
	return item->commands && (begins_with(step->ids, item) || shows(step, item) || mentions(doc_root(step->sent_body), item->id));
}

bool
trial_stands_on_made(const struct tester *tester, const struct trial *trial, size_t number)
{
	bool made = false;
	for (size_t i = 0; i < number; i++)
		made |= trial->steps[i].item.id != NULL;
	for (size_t k = 0; k < tester->count; k++)
		made |= uses(&trial->steps[number], &tester->keepers[k]);
	return made;
}

static void
add_command(GPtrArray *list, struct command *command)
{
	for (guint i = 0; i < list->len; i++)
		if (command_is_same(g_ptr_array_index(list, i), command))
			return;
	g_ptr_array_add(list, command_ref(command));
}

GPtrArray *
trial_commands(struct tester *tester, const struct trial *trial, size_t last)
{
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)command_unref);
	for (size_t i = 0; i <= last; i++)
		for (size_t k = 0; k < tester->count; k++) {
			const struct item *keeper = &tester->keepers[k];
			for (guint n = 0; uses(&trial->steps[i], keeper) && n < keeper->commands->len; n++)
				add_command(list, g_ptr_array_index(keeper->commands, n));
		}
	for (size_t i = 0; i <= last; i++) {
		const struct step *step = &trial->steps[i];
		const struct resource *resource = step->resource;
		struct command_name name = { .id = step->item.id };
		if (resource)
			name = (struct command_name){ step->item.id, resource->id_property ? resource->id_property : resource->home ? resource->home->id_property : NULL,
				                      resource->name };
		g_ptr_array_add(list, command_create(&step->request, &step->response, &name));
	}
	return list;
}

char *
trial_lines(struct tester *tester, const struct trial *trial, size_t last)
{
	g_autoptr(GPtrArray) list = trial_commands(tester, trial, last);
	return command_lines((struct command *const *)list->pdata, list->len);
}
