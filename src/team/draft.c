/* What is wrong with contracts that a model proposed. */
#include <string.h>

#include "contract/lint.h"
#include "contract/openapi.h"
#include "team/model_contracts.h"

enum { FAULTS_MAX = 20 };

struct faults {
	const struct draft *draft;
	const struct analysis *analysis;
	const struct team *team;
	struct catalogue *catalogue;
	GString *text;
	unsigned count;
};

static void G_GNUC_PRINTF(3, 4)
add_fault(struct faults *faults, const struct drafted *drafted, const char *format, ...)
{
	va_list words;
	if (++faults->count > FAULTS_MAX)
		return;
	va_start(words, format);
	g_string_append_printf(faults->text, "- contract %s: ", drafted->id);
	g_string_append_vprintf(faults->text, format, words);
	g_string_append_c(faults->text, '\n');
	va_end(words);
}

static const struct drafted *
find_drafted(const struct draft *draft, const char *id)
{
	for (size_t i = 0; i < draft->contracts.count; i++)
		if (g_strcmp0(draft->contracts.items[i].id, id) == 0)
			return &draft->contracts.items[i];
	return NULL;
}

static const struct member *
find_member(const struct team *team, const char *persona)
{
	for (size_t i = 0; i < team->members.count; i++)
		if (g_strcmp0(team->members.items[i].persona_id, persona) == 0)
			return &team->members.items[i];
	return NULL;
}

static bool
contains(char **texts, const char *text)
{
	return texts && g_strv_contains((const char *const *)texts, text);
}

/* --- people --------------------------------------------------------------------------------- */

static bool
has_api(const struct draft *draft)
{
	for (size_t i = 0; i < draft->contracts.count; i++)
		if (draft->contracts.items[i].contract_type == CONTRACT_REST_API)
			return true;
	return false;
}

/* What a member with a part in templates owes is written there; where there is no API, the one who would provide it owes what is said. */
static bool
is_agreed(const struct draft *draft, const struct member *member)
{
	return member->provides && (has_api(draft) || !g_str_equal(member->provides, "api"));
}

static void
check_provider(struct faults *faults, const struct drafted *drafted)
{
	const struct member *provider = find_member(faults->team, drafted->provider_persona_id);
	bool api = drafted->contract_type == CONTRACT_REST_API;
	if (!provider)
		add_fault(faults, drafted, "its provider %s is nobody of the team", drafted->provider_persona_id);
	else if (api && g_strcmp0(provider->provides, "api") != 0)
		add_fault(faults, drafted, "%s does not provide APIs; give it to the member whose `provides` is api", drafted->provider_persona_id);
	else if (!api && is_agreed(faults->draft, provider))
		add_fault(faults, drafted, "what %s owes is agreed already; leave this contract out", drafted->provider_persona_id);
	if (contains(drafted->consumer_persona_ids, drafted->provider_persona_id))
		add_fault(faults, drafted, "its provider %s is its own consumer", drafted->provider_persona_id);
}

/* Somebody of the team who owes something that stands on the contract. Those with an agreed contract use every API. */
static bool
stands_on(const struct faults *faults, const struct member *consumer, const struct drafted *drafted)
{
	if (consumer->provides)
		return true;
	for (size_t i = 0; i < faults->draft->contracts.count; i++) {
		const struct drafted *other = &faults->draft->contracts.items[i];
		if (g_strcmp0(other->provider_persona_id, consumer->persona_id) == 0 && contains(other->dependencies, drafted->id))
			return true;
	}
	return false;
}

static void
check_consumers(struct faults *faults, const struct drafted *drafted)
{
	for (char **id = drafted->consumer_persona_ids; id && *id; id++) {
		const struct member *consumer = find_member(faults->team, *id);
		if (!consumer)
			add_fault(faults, drafted, "its consumer %s is nobody of the team", *id);
		else if (!stands_on(faults, consumer, drafted))
			add_fault(faults, drafted, "its consumer %s is an orphan: no contract of that persona depends on it", *id);
	}
}

/* --- one on the other ----------------------------------------------------------------------- */

/* Whether a way along dependencies leads from a contract to another. */
static bool
leads_to(const struct draft *draft, const struct drafted *from, const struct drafted *to, size_t depth)
{
	for (char **id = from->dependencies; depth && id && *id; id++) {
		const struct drafted *next = find_drafted(draft, *id);
		if (next && (next == to || leads_to(draft, next, to, depth - 1)))
			return true;
	}
	return false;
}

static void
check_dependencies(struct faults *faults, const struct drafted *drafted)
{
	for (char **id = drafted->dependencies; id && *id; id++) {
		const struct drafted *other = find_drafted(faults->draft, *id);
		if (!other)
			add_fault(faults, drafted, "it depends on %s, which is no contract of the list", *id);
		else if (g_strcmp0(other->provider_persona_id, drafted->provider_persona_id) != 0 && !contains(other->consumer_persona_ids, drafted->provider_persona_id))
			add_fault(faults, drafted, "it depends on %s, but its provider %s is none of the consumers there", *id, drafted->provider_persona_id);
	}
	if (leads_to(faults->draft, drafted, drafted, MIN(faults->draft->contracts.count, 16)))
		add_fault(faults, drafted, "it depends on itself in a cycle");
}

static bool
is_artifact_of(const struct drafted *drafted, const char *glob)
{
	for (size_t i = 0; i < drafted->deliverables.count; i++)
		if (contains(drafted->deliverables.items[i].artifacts, glob))
			return true;
	return false;
}

static void
check_owners(struct faults *faults, const struct drafted *drafted)
{
	for (size_t i = 0; i < faults->draft->contracts.count && &faults->draft->contracts.items[i] != drafted; i++) {
		const struct drafted *other = &faults->draft->contracts.items[i];
		if (g_strcmp0(other->id, drafted->id) == 0)
			add_fault(faults, drafted, "two contracts have this id, and would own the same document");
		for (size_t k = 0; k < drafted->deliverables.count; k++)
			for (char **glob = drafted->deliverables.items[k].artifacts; glob && *glob; glob++)
				if (g_strcmp0(other->provider_persona_id, drafted->provider_persona_id) == 0 && is_artifact_of(other, *glob))
					add_fault(faults, drafted, "%s is owned by contract %s, too", *glob, other->id);
	}
}

/* --- criteria ------------------------------------------------------------------------------- */

static bool
is_statement(const struct analysis *analysis, const char *id)
{
	for (size_t i = 0; i < analysis->statements.count; i++)
		if (g_str_equal(analysis->statements.items[i].id, id))
			return true;
	return false;
}

/* "GET /tasks" has to be an operation of the document. */
static bool
is_operation(const struct drafted *drafted, const char *method, const char *path)
{
	const struct value *paths = drafted->document ? value_member(doc_root(drafted->document), "paths") : NULL;
	g_autofree char *lower = method ? g_ascii_strdown(method, -1) : NULL;
	return paths && lower && path && value_member(value_member(paths, path), lower);
}

static void
check_element(struct faults *faults, const struct drafted *drafted, const char *element)
{
	g_auto(GStrv) words = g_strsplit(element, " ", 2);
	if (words[0] && words[1] && *words[1] == '/' && !is_operation(drafted, words[0], words[1]))
		add_fault(faults, drafted, "the element %s is no operation of its document", element);
}

/* One request goes to the path as it is written, with nothing in it. */
static void
check_request(struct faults *faults, const struct drafted *drafted, const char *text, const struct check *check)
{
	bool sends = check->method && g_ascii_strcasecmp(check->method, "GET") != 0 && g_ascii_strcasecmp(check->method, "HEAD") != 0;
	if (!is_operation(drafted, check->method, check->path))
		add_fault(faults, drafted, "\"%s\": %s %s is no operation of its document", text, check->method ? check->method : "(no method)",
		          check->path ? check->path : "(no path)");
	else if (strchr(check->path, '{'))
		add_fault(faults, drafted, "\"%s\": a check fills no parameters, and %s has one; leave its checks empty", text, check->path);
	else if (sends && check->status != RECORD_NO_INT && check->status < 300)
		add_fault(faults, drafted, "\"%s\": a check sends no body, so %s %s will not answer %" G_GINT64_FORMAT "; leave its checks empty", text, check->method,
		          check->path, check->status);
}

/* What a model may have checked: nothing that runs what it wrote, and nothing that is tested anyway and shows no more than that. */
static void
check_check(struct faults *faults, const struct drafted *drafted, const struct criterion *criterion, const struct check *check)
{
	bool api = drafted->contract_type == CONTRACT_REST_API;
	if (check->kind != CHECK_FILE && check->kind != CHECK_HTTP)
		add_fault(faults, drafted, "\"%s\": a check of the kind %s is not for you to make; use file or http, or leave its checks empty", criterion->text,
		          check_kind_names[check->kind]);
	else if (check->command && *check->command)
		add_fault(faults, drafted, "\"%s\": a check of yours runs no command", criterion->text);
	else if (check->kind == CHECK_FILE && !(check->paths && *check->paths))
		add_fault(faults, drafted, "\"%s\": a check of files names their paths", criterion->text);
	else if (check->kind != CHECK_FILE && !api)
		add_fault(faults, drafted, "\"%s\": only an API can be checked by %s", criterion->text, check_kind_names[check->kind]);
	else if (check->kind == CHECK_HTTP)
		check_request(faults, drafted, criterion->text, check);
}

static void
check_criteria(struct faults *faults, const struct drafted *drafted)
{
	size_t count = 0;
	for (size_t i = 0; i < drafted->deliverables.count; i++) {
		const struct criterion_list *criteria = &drafted->deliverables.items[i].acceptance_criteria;
		count += criteria->count;
		for (size_t k = 0; k < criteria->count; k++) {
			const struct criterion *criterion = &criteria->items[k];
			for (char **id = criterion->covers; id && *id; id++)
				if (!is_statement(faults->analysis, *id))
					add_fault(faults, drafted, "\"%s\" covers %s, which is no statement", criterion->text, *id);
			for (char **element = criterion->elements; drafted->document && element && *element; element++)
				check_element(faults, drafted, *element);
			for (size_t c = 0; c < criterion->checks.count; c++)
				check_check(faults, drafted, criterion, &criterion->checks.items[c]);
		}
	}
	if (!count)
		add_fault(faults, drafted, "it has no acceptance criterion");
}

/* --- documents ------------------------------------------------------------------------------ */

/* How often the same is found, at this place and later ones; 0 where it was found before. */
static size_t
count_like(const struct lint_finding_list *findings, size_t at)
{
	const struct lint_finding *wanted = &findings->items[at];
	size_t count = 0;
	for (size_t i = 0; i < findings->count; i++) {
		const struct lint_finding *other = &findings->items[i];
		if (!g_str_equal(other->rule, wanted->rule) || !g_str_equal(other->message, wanted->message))
			continue;
		if (i < at)
			return 0;
		count++;
	}
	return count;
}

static void
add_finding(struct faults *faults, const struct drafted *drafted, const struct lint_finding_list *findings, size_t at)
{
	const struct lint_finding *finding = &findings->items[at];
	size_t count = count_like(findings, at);
	g_autofree char *more = count > 1 ? g_strdup_printf(" and %zu other places", count - 1) : g_strdup("");
	if (count)
		add_fault(faults, drafted, "document, at %s%s: %s (%s)", finding->pointer, more, finding->message, finding->rule);
}

/* The findings of the linter as they are, the same ones together. */
static bool
lint(struct faults *faults, const struct drafted *drafted)
{
	g_autoptr(LintLevels) levels = lint_levels_create();
	g_autofree char *text = value_to_json(doc_root(drafted->document), true), *name = g_strdup_printf("%s.json", drafted->id);
	struct lint_report report = { 0 };
	unsigned before = faults->count;
	lint_text(faults->catalogue, levels, name, text, strlen(text), &report, NULL);
	for (size_t i = 0; i < report.findings.count; i++)
		if (report.findings.items[i].severity == LINT_ERROR)
			add_finding(faults, drafted, &report.findings, i);
	lint_report_clear(&report);
	return faults->count == before;
}

static void
check_document(struct faults *faults, const struct drafted *drafted)
{
	g_autoptr(GError) error = NULL;
	bool api = drafted->contract_type == CONTRACT_REST_API;
	if (!api && drafted->contract_type != CONTRACT_DELIVERABLE) {
		add_fault(faults, drafted, "a %s cannot be checked here; propose a REST_API or a Deliverable", contract_type_names[drafted->contract_type]);
		return;
	}
	if (api != (drafted->document != NULL)) {
		add_fault(faults, drafted, api ? "a REST_API has an OpenAPI document" : "a Deliverable has no document");
		return;
	}
	if (!api || !lint(faults, drafted))
		return;
	if (!value_count(value_member(doc_root(drafted->document), "paths"))) {
		add_fault(faults, drafted, "its document has no operation");
		return;
	}
	struct openapi *openapi = openapi_create(drafted->document, &error);
	if (!openapi)
		add_fault(faults, drafted, "document: %s", error->message);
	else
		openapi_destroy(openapi);
}

static bool
is_id(const char *id)
{
	return id && g_ascii_islower(*id) && strlen(id) <= 60 && !id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

char *
draft_faults(struct catalogue *catalogue, const struct analysis *analysis, const struct team *team, const struct draft *draft)
{
	struct faults faults = { draft, analysis, team, catalogue, g_string_new(NULL), 0 };
	if (!draft->contracts.count) {
		faults.count++;
		g_string_append(faults.text, "- contracts: the list is empty; whose `provides` is api owes a REST_API, or a Deliverable where nothing is served, and whose "
		                             "`provides` is null a Deliverable\n");
	}
	for (size_t i = 0; i < draft->contracts.count; i++) {
		const struct drafted *drafted = &draft->contracts.items[i];
		if (!is_id(drafted->id))
			add_fault(&faults, drafted, "its id is not in lower snake case of 60 letters at most");
		check_provider(&faults, drafted);
		check_consumers(&faults, drafted);
		check_dependencies(&faults, drafted);
		check_owners(&faults, drafted);
		check_criteria(&faults, drafted);
		check_document(&faults, drafted);
	}
	if (faults.count > FAULTS_MAX)
		g_string_append_printf(faults.text, "- and %u more\n", faults.count - FAULTS_MAX);
	return g_string_free(faults.text, faults.count == 0);
}
