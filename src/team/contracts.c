#include "team/contracts.h"

#include <string.h>

#include "base/error.h"
#include "team/contracts_making.h"

void
proposals_clear(struct proposals *proposals)
{
	for (size_t i = 0; i < proposals->count; i++) {
		record_finish(&contract_record, &proposals->items[i].contract);
		doc_unref(proposals->items[i].spec);
	}
	g_free(proposals->items);
	*proposals = (struct proposals){ 0 };
}

struct proposal *
making_add(struct making *making)
{
	struct proposals *all = making->proposals;
	all->items = g_renew(struct proposal, all->items, all->count + 1);
	struct proposal *proposal = &all->items[all->count++];
	*proposal = (struct proposal){ 0 };
	record_init(&contract_record, &proposal->contract);
	return proposal;
}

static void
set_text(char **text, const char *value)
{
	g_free(*text);
	*text = g_strdup(value);
}

/* The catalogue's contract for what a persona provides. */
static bool
read_template(struct making *making, const char *provides, struct contract *ret)
{
	g_autofree char *path = g_strdup_printf("contracts/%s.yaml", provides), *origin = NULL;
	g_autofree char *text = catalogue_text(making->catalogue, path, &origin, making->error);
	record_finish(&contract_record, ret);
	return text && record_read_text(&contract_record, g_str_equal(origin, "built-in") ? path : origin, text, ret, making->error);
}

const struct member *
making_member(const struct team *team, const char *provides)
{
	for (size_t i = 0; i < team->members.count; i++)
		if (g_strcmp0(team->members.items[i].provides, provides) == 0)
			return &team->members.items[i];
	return NULL;
}

/* --- API contracts -------------------------------------------------------------------------- */

static struct criterion *
add_criterion(struct contract *contract, const char *text)
{
	struct deliverable_list *deliverables = &contract->deliverables;
	struct deliverable *last = deliverables->count ? &deliverables->items[deliverables->count - 1] : record_append(&deliverable_record, deliverables);
	if (!last->name)
		last->name = g_strdup("server");
	struct criterion *criterion = record_append(&criterion_record, &last->acceptance_criteria);
	criterion->text = g_strdup(text);
	struct check *check = record_append(&check_record, &criterion->checks);
	check->kind = CHECK_CONTRACT;
	return criterion;
}

/* What an operation belongs to: its first tag, else the first fixed segment of its path. */
static char *
group_of(const char *path, const struct value *operation)
{
	const char *tag = value_text(value_item(value_member(operation, "tags"), 0));
	g_auto(GStrv) parts = g_strsplit(path, "/", -1);
	for (char **part = parts; !tag && *part; part++)
		if (**part && **part != '{')
			return g_strdup(*part);
	return g_strdup(tag ? tag : "root");
}

static bool
is_method(const char *name)
{
	static const char *const methods[] = { "get", "put", "post", "delete", "options", "head", "patch", "trace", NULL };
	return g_strv_contains(methods, name);
}

/* The operations of a group, as elements, with the statements that they carry. */
static void
collect_group(struct making *making, const struct doc *spec, const char *group, struct words *elements, struct words *covers)
{
	VALUE_EACH_MEMBER (path, item, value_member(doc_root(spec), "paths")) {
		VALUE_EACH_MEMBER (method, operation, item) {
			if (!is_method(method->text))
				continue;
			g_autofree char *own = group_of(path->text, operation), *upper = g_ascii_strup(method->text, -1);
			g_autofree char *element = g_strdup_printf("%s %s", upper, path->text);
			if (!g_str_equal(own, group))
				continue;
			words_add(elements, element);
			coverage_of_node(making->coverage, &making->analysis->statements, spec, operation, covers);
		}
	}
}

static char **
list_groups(const struct doc *spec)
{
	struct words groups;
	words_init(&groups);
	VALUE_EACH_MEMBER (path, item, value_member(doc_root(spec), "paths")) {
		VALUE_EACH_MEMBER (method, operation, item) {
			g_autofree char *group = is_method(method->text) ? group_of(path->text, operation) : NULL;
			if (group)
				words_add(&groups, group);
		}
	}
	return words_take(&groups);
}

/* One criterion per group of operations, and one for the whole, which stands for the technologies.
 * `statement` (may be NULL) is the one that demands the service. */
static void
add_api_criteria(struct making *making, struct contract *contract, const struct doc *spec, const char *statement)
{
	bool demanded = statement && coverage_allows(making->coverage, &making->analysis->statements, statement);
	g_auto(GStrv) groups = list_groups(spec);
	for (char **group = groups; *group; group++) {
		g_autofree char *text = g_strdup_printf("%s: every operation answers as the document says", *group);
		struct words elements, covers;
		words_init(&elements);
		words_init(&covers);
		collect_group(making, spec, *group, &elements, &covers);
		if (demanded)
			words_add(&covers, statement);
		struct criterion *criterion = add_criterion(contract, text);
		criterion->elements = words_take(&elements);
		criterion->covers = words_take(&covers);
	}
	struct words covers;
	words_init(&covers);
	coverage_by_words(making->coverage, making->analysis, "api", &covers);
	struct criterion *whole = add_criterion(contract, "the server starts, and runs to the end of the test");
	whole->elements = g_strdupv((char *[]){ (char *)"start", NULL });
	whole->covers = words_take(&covers);
}

/* Takes `spec`. */
bool
making_add_api(struct making *making, const char *id, const char *name, struct doc *spec, const char *statement)
{
	struct proposal *proposal = making_add(making);
	struct contract *contract = &proposal->contract;
	proposal->spec = spec;
	if (!read_template(making, "api", contract))
		return false;
	const struct member *provider = making_member(making->team, "api");
	set_text(&contract->id, id);
	set_text(&contract->name, name);
	if (provider)
		set_text(&contract->provider_persona_id, provider->persona_id);
	contract->interface_spec.type = g_strdup("openapi");
	contract->interface_spec.version = g_strdup(value_member_text(doc_root(spec), "openapi"));
	contract->interface_spec.spec_file = g_strdup_printf("contracts/%s_spec.yaml", id);
	add_api_criteria(making, contract, spec, statement);
	return true;
}

/* --- deliverables --------------------------------------------------------------------------- */

/* "@web" and its like become the ids of the statements that such a deliverable stands for: by their
 * words, and those that the API which it uses carries. */
static void
resolve_covers(struct making *making, struct criterion *criterion, const struct doc *spec)
{
	struct words covers;
	words_init(&covers);
	for (char **word = criterion->covers; word && *word; word++) {
		if (**word != '@') {
			words_add(&covers, *word);
			continue;
		}
		bool uses_api = g_str_equal(*word, "@web") || g_str_equal(*word, "@tests");
		coverage_by_words(making->coverage, making->analysis, *word + 1, &covers);
		if (uses_api && spec)
			coverage_of_node(making->coverage, &making->analysis->statements, spec, doc_root(spec), &covers);
	}
	g_strfreev(criterion->covers);
	criterion->covers = words_take(&covers);
}

/* A persona for whose work there is no template: what it owes is words, for a model or an agent. */
static void
add_plain(struct making *making, const struct member *member, struct contract *contract)
{
	g_autofree char *id = g_strconcat(member->persona_id, "_work", NULL);
	set_text(&contract->id, id);
	contract->name = g_strdup_printf("Work of the %s", member->name);
	contract->contract_type = CONTRACT_DELIVERABLE;
	contract->status = CONTRACT_ACTIVE;
	struct deliverable *deliverable = record_append(&deliverable_record, &contract->deliverables);
	deliverable->name = g_strdup("work");
	deliverable->artifacts = g_strdupv((char *[]){ (char *)"**/*", NULL });
	for (size_t i = 0; i < making->analysis->statements.count; i++) {
		const struct statement *statement = &making->analysis->statements.items[i];
		struct criterion *criterion = record_append(&criterion_record, &deliverable->acceptance_criteria);
		criterion->text = g_strdup(statement->text);
		criterion->covers = g_strdupv((char *[]){ statement->id, NULL });
	}
}

/* What a member owes with respect to one API (NULL where there is none); `several` APIs give it as
 * many deliverables, each called after its API. */
static bool
add_deliverable(struct making *making, const struct member *member, const char *api, struct doc *spec, bool several)
{
	struct contract *contract = &making_add(making)->contract;
	if (member->provides && !read_template(making, member->provides, contract))
		return false;
	if (!member->provides)
		add_plain(making, member, contract);
	if (several) {
		g_autofree char *service = g_strndup(api, strlen(api) - (g_str_has_suffix(api, "_api") ? strlen("_api") : 0));
		g_autofree char *id = g_strdup_printf("%s_%s", contract->id, service);
		g_autofree char *name = g_strdup_printf("%s for %s", contract->name, service);
		set_text(&contract->id, id);
		set_text(&contract->name, name);
	}
	set_text(&contract->provider_persona_id, member->persona_id);
	g_strfreev(contract->dependencies);
	contract->dependencies = api ? g_strdupv((char *[]){ (char *)api, NULL }) : NULL;
	for (size_t i = 0; i < contract->deliverables.count; i++)
		for (size_t k = 0; k < contract->deliverables.items[i].acceptance_criteria.count; k++)
			resolve_covers(making, &contract->deliverables.items[i].acceptance_criteria.items[k], spec);
	return true;
}

static bool
add_deliverables(struct making *making, const struct member *member)
{
	size_t count = making->proposals->count, apis = 0;
	for (size_t i = 0; i < count; i++)
		apis += making->proposals->items[i].spec != NULL;
	if (!apis || !member->provides)
		return add_deliverable(making, member, NULL, NULL, false);
	for (size_t i = 0; i < count; i++) {
		struct doc *spec = making->proposals->items[i].spec;
		g_autofree char *api = g_strdup(making->proposals->items[i].contract.id);
		if (spec && !add_deliverable(making, member, api, spec, apis > 1))
			return false;
	}
	return true;
}

static bool
is_provider(const struct proposals *proposals, const char *persona)
{
	for (size_t i = 0; i < proposals->count; i++)
		if (g_strcmp0(proposals->items[i].contract.provider_persona_id, persona) == 0)
			return true;
	return false;
}

/* Everybody who has no contract yet gets one; who uses the APIs becomes their consumer. */
bool
making_complete(struct making *making)
{
	g_autoptr(GStrvBuilder) consumers = g_strv_builder_new();
	bool ok = true;
	for (size_t i = 0; ok && i < making->team->members.count; i++) {
		const struct member *member = &making->team->members.items[i];
		if (is_provider(making->proposals, member->persona_id))
			continue;
		ok = add_deliverables(making, member);
		g_strv_builder_add(consumers, member->persona_id);
	}
	g_auto(GStrv) all = g_strv_builder_end(consumers);
	for (size_t i = 0; i < making->proposals->count; i++) {
		struct contract *contract = &making->proposals->items[i].contract;
		if (making->proposals->items[i].spec && !contract->consumer_persona_ids)
			contract->consumer_persona_ids = g_strdupv(all);
	}
	return ok;
}

/* --- designing ------------------------------------------------------------------------------ */

/* The entities that a service owns, borrowed. */
static struct entity_list
pick_entities(const struct entity_list *all, char **names)
{
	struct entity_list some = { .items = g_new0(struct entity, all->count + 1) };
	for (size_t i = 0; i < all->count; i++)
		if (names && g_strv_contains((const char *const *)names, all->items[i].name))
			some.items[some.count++] = all->items[i];
	return some;
}

/* "order_service" is "Order service". */
static char *
title_of(const char *name)
{
	char *title = g_strdelimit(g_strdup(name), "_-", ' ');
	*title = g_ascii_toupper(*title);
	return title;
}

static bool
design_services(struct making *making, const char *title, const struct service_list *services, const struct design_wishes *wishes)
{
	const struct entity_list *entities = &making->analysis->entities;
	bool ok = true;
	for (size_t i = 0; ok && i < services->count; i++) {
		struct entity_list own = services->count == 1 ? *entities : pick_entities(entities, services->items[i].entities);
		g_autofree char *id = services->count == 1 ? g_strdup("api") : g_strconcat(services->items[i].name, "_api", NULL);
		g_autofree char *service = title_of(services->items[i].name);
		g_autofree char *name = services->count == 1 ? g_strdup_printf("%s API", title) : g_strdup_printf("%s: %s", title, service);
		struct doc *spec = design_openapi(name, &own, wishes);
		ok = !spec || making_add_api(making, id, name, spec, services->items[i].statement);
		if (services->count > 1)
			g_free(own.items);
	}
	return ok;
}

bool
contracts_design(struct catalogue *catalogue, const char *title, const struct analysis *analysis, const struct service_list *services,
                 const struct team *team, const struct design_wishes *wishes, struct proposals *ret, GError **error)
{
	g_autoptr(Coverage) coverage = coverage_load(catalogue, error);
	*ret = (struct proposals){ 0 };
	struct making making = { .catalogue = catalogue, .coverage = coverage, .analysis = analysis, .team = team, .proposals = ret,
		                 .error = error };
	/* Without somebody who provides APIs there is nobody to agree one with. */
	bool api = making_member(team, "api") != NULL;
	if (coverage && (!api || design_services(&making, title, services, wishes)) && making_complete(&making))
		return true;
	proposals_clear(ret);
	return false;
}

/* --- bringing contracts --------------------------------------------------------------------- */

static char *
id_of_file(const char *file)
{
	g_autofree char *stem = g_strndup(file, strcspn(file, "."));
	return g_strcanon(g_ascii_strdown(stem, -1), "abcdefghijklmnopqrstuvwxyz0123456789_", '_');
}

static struct proposal *
find_owner(struct proposals *proposals, const char *file)
{
	for (size_t i = 0; i < proposals->count; i++) {
		const char *spec = proposals->items[i].contract.interface_spec.spec_file;
		g_autofree char *name = spec ? g_path_get_basename(spec) : NULL;
		if (g_strcmp0(name, file) == 0)
			return &proposals->items[i];
	}
	return NULL;
}

/* Contracts first, then the documents that they own and those that nobody owns. */
static bool
take_file(struct making *making, const char *folder, const char *file, bool documents)
{
	g_autofree char *path = g_build_filename(folder, file, NULL);
	g_autoptr(Doc) doc = doc_read_file(path, making->error);
	if (!doc)
		return false;
	const struct value *root = doc_root(doc);
	bool document = value_member(root, "openapi") != NULL;
	if (document != documents)
		return true;
	if (!document) {
		struct contract *contract = &making_add(making)->contract;
		record_finish(&contract_record, contract);
		return record_read(&contract_record, doc, root, contract, making->error);
	}
	struct proposal *owner = find_owner(making->proposals, file);
	if (owner) {
		owner->spec = doc_ref(doc);
		add_api_criteria(making, &owner->contract, doc, NULL);
		return true;
	}
	g_autofree char *id = id_of_file(file);
	const char *title = value_text(value_find(root, "/info/title"));
	return making_add_api(making, id, title ? title : id, doc_ref(doc), NULL);
}

static bool
take_files(struct making *making, const char *folder, GPtrArray *files, bool documents)
{
	for (unsigned i = 0; i < files->len; i++)
		if (!take_file(making, folder, g_ptr_array_index(files, i), documents))
			return false;
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *
list_files(const char *folder, GError **error)
{
	GError *cause = NULL;
	g_autoptr(GDir) directory = g_dir_open(folder, 0, &cause);
	if (!directory) {
		error_wrap(error, cause, ERR_INPUT, "give the folder that holds them", "the contracts cannot be read");
		return NULL;
	}
	GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
	for (const char *name; (name = g_dir_read_name(directory));)
		if (g_str_has_suffix(name, ".json") || g_str_has_suffix(name, ".yaml") || g_str_has_suffix(name, ".yml"))
			g_ptr_array_add(files, g_strdup(name));
	g_ptr_array_sort(files, compare_names);
	if (files->len)
		return files;
	error_set(error, ERR_INPUT, "put a contract or an OpenAPI document there", "%s holds no .json or .yaml file", folder);
	g_ptr_array_unref(files);
	return NULL;
}

/* A contract that names a document which is not there, twice the same id, … */
static bool
check_brought(struct making *making)
{
	const struct proposals *all = making->proposals;
	for (size_t i = 0; i < all->count; i++) {
		const struct contract *contract = &all->items[i].contract;
		const char *file = contract->interface_spec.spec_file;
		if (file && !all->items[i].spec)
			return error_set(making->error, ERR_INVALID, "put it beside the contract", "contract %s owns %s, which is not there",
			                 contract->id, file);
		for (size_t k = 0; k < i; k++)
			if (g_str_equal(all->items[k].contract.id, contract->id))
				return error_set(making->error, ERR_INVALID, "give each an id of its own", "two contracts are called '%s'",
				                 contract->id);
	}
	return true;
}

/* Whoever a contract names takes part. */
static bool
include_named(struct making *making, struct team *team)
{
	for (size_t i = 0; i < making->proposals->count; i++) {
		const struct contract *contract = &making->proposals->items[i].contract;
		const char *provider = contract->provider_persona_id;
		if (provider && !team_include(making->catalogue, provider, "a contract names it as provider", team, making->error))
			return false;
		for (char **consumer = contract->consumer_persona_ids; consumer && *consumer; consumer++)
			if (!team_include(making->catalogue, *consumer, "a contract names it as consumer", team, making->error))
				return false;
	}
	return true;
}

bool
contracts_read(struct catalogue *catalogue, const char *folder, const struct analysis *analysis, struct team *team,
               struct proposals *ret, GError **error)
{
	g_autoptr(Coverage) coverage = coverage_load(catalogue, error);
	g_autoptr(GPtrArray) files = coverage ? list_files(folder, error) : NULL;
	*ret = (struct proposals){ 0 };
	struct making making = { .catalogue = catalogue, .coverage = coverage, .analysis = analysis, .team = team, .proposals = ret,
		                 .error = error };
	if (files && take_files(&making, folder, files, false) && take_files(&making, folder, files, true) && check_brought(&making) &&
	    include_named(&making, team) && making_complete(&making))
		return true;
	proposals_clear(ret);
	return false;
}

char *
contracts_why_not(const struct statement *statement)
{
	const char *subject = statement->subject ? statement->subject : "it";
	switch (statement->kind) {
	case STATEMENT_TECHNOLOGY:
		return g_strdup_printf("%s: the scaffold writes Node.js with the standard library; needs a model or an agent", subject);
	case STATEMENT_INTEGRATION:
		return g_strdup_printf("%s: needs a model or an agent", subject);
	case STATEMENT_LANGUAGE:
		return g_strdup_printf("%s: the scaffold's pages are in English; needs a model or an agent", subject);
	case STATEMENT_NON_FUNCTIONAL:
		return g_strdup("nothing measures it; needs a model, an agent or a check of your own");
	default:
		return g_strdup("nothing that is tested shows it; needs a model or an agent");
	}
}
