#include "team/model_contracts.h"

#include "team/contracts_making.h"

static const struct record_field drafted_fields[] = {
	RECORD_FIELD(drafted, id, RECORD_REQUIRED, "lower snake case, unique"),
	RECORD_FIELD(drafted, name, RECORD_REQUIRED, "for people"),
	RECORD_ENUM(drafted, contract_type, RECORD_REQUIRED, contract_type_names, "REST_API with a document, or Deliverable without"),
	RECORD_FIELD(drafted, provider_persona_id, RECORD_REQUIRED, "who owes it"),
	RECORD_FIELD(drafted, consumer_persona_ids, 0, "who uses it"),
	RECORD_FIELD(drafted, dependencies, 0, "ids of contracts of this list that it stands on"),
	RECORD_LIST(drafted, deliverables, deliverable, 0, "what is owed, with criteria"),
	RECORD_FIELD(drafted, estimated_effort_hours, 0, "estimated human effort"),
	RECORD_FIELD(drafted, document, 0, "the OpenAPI 3.1 document of a REST_API, an object; else null"),
};
RECORD_TYPE(drafted, RECORD_DROP, "a proposed contract");

static const struct record_field draft_fields[] = {
	RECORD_LIST(draft, contracts, drafted, RECORD_REQUIRED, "the contracts"),
};
RECORD_TYPE(draft, RECORD_DROP, "proposed contracts");

struct drafting {
	struct inquiry inquiry;
	struct catalogue *catalogue;
	const struct analysis *analysis;
	const struct team *team;
};

bool
model_contracts_wanted(const struct team *team)
{
	bool wanted = making_member(team, "api") != NULL;
	for (size_t i = 0; i < team->members.count; i++)
		wanted |= !team->members.items[i].provides;
	return wanted;
}

/* A document that is null is none. */
static bool
read_draft(const struct drafting *drafting, const struct doc *doc, struct draft *ret, GError **error)
{
	if (!inquiry_read(&drafting->inquiry, doc, ret, error))
		return false;
	for (size_t i = 0; i < ret->contracts.count; i++)
		if (value_is(doc_root(ret->contracts.items[i].document), VALUE_NULL))
			g_clear_pointer(&ret->contracts.items[i].document, doc_unref);
	return true;
}

static char *
judge(void *data, struct doc *doc)
{
	const struct drafting *drafting = data;
	struct draft draft;
	if (!read_draft(drafting, doc, &draft, NULL))
		return NULL;   /* the inquiry has read it before */
	char *faults = draft_faults(drafting->catalogue, drafting->analysis, drafting->team, &draft);
	record_finish(&draft_record, &draft);
	return faults;
}

/* --- from a draft to contracts -------------------------------------------------------------- */

/* A statement that such an API cannot stand for stays open, whatever the model says. */
static char **
allowed_covers(const struct making *making, char **covers)
{
	struct words allowed;
	words_init(&allowed);
	for (char **id = covers; id && *id; id++)
		if (coverage_allows(making->coverage, &making->analysis->statements, *id))
			words_add(&allowed, *id);
	return words_take(&allowed);
}

static bool
looks_for_files(const struct criterion *criterion)
{
	for (size_t i = 0; i < criterion->checks.count; i++)
		if (criterion->checks.items[i].kind != CHECK_FILE)
			return false;
	return criterion->checks.count > 0;
}

static bool
is_covered(const struct criterion_list *criteria, const char *id)
{
	for (size_t i = 0; i < criteria->count; i++)
		if (criteria->items[i].covers && g_strv_contains((const char *const *)criteria->items[i].covers, id))
			return true;
	return false;
}

/* That a file is there proves no statement: each gets a criterion of its own that nothing checks, as one that the designer cannot test. */
static void
open_statements(const struct making *making, char *const *ids, struct criterion_list *ret)
{
	const struct statement_list *statements = &making->analysis->statements;
	for (; ids && *ids; ids++)
		for (size_t i = 0; i < statements->count; i++)
			if (g_str_equal(statements->items[i].id, *ids) && !is_covered(ret, *ids)) {
				struct criterion *criterion = record_append(&criterion_record, ret);
				criterion->text = g_strdup(statements->items[i].text);
				criterion->covers = g_strdupv((char *[]){ *ids, NULL });
			}
}

static void
add_criterion(const struct making *making, const struct criterion *drafted, struct criterion_list *ret)
{
	struct criterion *criterion = record_append(&criterion_record, ret);
	record_finish(&criterion_record, criterion);
	record_copy(&criterion_record, drafted, criterion);
	/* What nothing checks stays unverified, and so does what it covers: that is more than not to know where it belongs. */
	if (!drafted->checks.count)
		return;
	g_strfreev(criterion->covers);
	criterion->covers = looks_for_files(drafted) ? NULL : allowed_covers(making, drafted->covers);
}

/* What is drafted as criteria, then what of it nothing checks. */
static void
add_criteria(const struct making *making, const struct criterion_list *drafted, struct criterion_list *ret)
{
	for (size_t i = 0; i < drafted->count; i++)
		add_criterion(making, &drafted->items[i], ret);
	for (size_t i = 0; i < drafted->count; i++)
		if (looks_for_files(&drafted->items[i]))
			open_statements(making, drafted->items[i].covers, ret);
}

/* The template says what a server is and how it is started; the model what it shall do. */
static bool
take_api(struct making *making, const struct drafted *drafted)
{
	if (!making_add_api(making, drafted->id, drafted->name, doc_ref(drafted->document), NULL))
		return false;
	struct contract *contract = &making->proposals->items[making->proposals->count - 1].contract;
	g_free(contract->provider_persona_id);
	contract->provider_persona_id = g_strdup(drafted->provider_persona_id);
	contract->consumer_persona_ids = g_strdupv(drafted->consumer_persona_ids);
	contract->dependencies = g_strdupv(drafted->dependencies);
	contract->estimated_effort_hours = drafted->estimated_effort_hours;
	struct criterion_list *criteria = &contract->deliverables.items[contract->deliverables.count - 1].acceptance_criteria;
	for (size_t i = 0; i < drafted->deliverables.count; i++)
		add_criteria(making, &drafted->deliverables.items[i].acceptance_criteria, criteria);
	return true;
}

static void
take_deliverable(struct making *making, const struct drafted *drafted)
{
	struct contract *contract = &making_add(making)->contract;
	contract->id = g_strdup(drafted->id);
	contract->name = g_strdup(drafted->name);
	contract->contract_type = CONTRACT_DELIVERABLE;
	contract->status = CONTRACT_ACTIVE;
	contract->provider_persona_id = g_strdup(drafted->provider_persona_id);
	contract->consumer_persona_ids = g_strdupv(drafted->consumer_persona_ids);
	contract->dependencies = g_strdupv(drafted->dependencies);
	contract->estimated_effort_hours = drafted->estimated_effort_hours;
	for (size_t i = 0; i < drafted->deliverables.count; i++) {
		struct deliverable *deliverable = record_append(&deliverable_record, &contract->deliverables);
		record_finish(&deliverable_record, deliverable);
		record_copy(&deliverable_record, &drafted->deliverables.items[i], deliverable);
		record_list_finish(&criterion_record, &deliverable->acceptance_criteria);
		add_criteria(making, &drafted->deliverables.items[i].acceptance_criteria, &deliverable->acceptance_criteria);
	}
}

static bool
take_draft(const struct drafting *drafting, const struct inquiry_answer *answer, struct proposals *ret, GError **error)
{
	g_autoptr(Coverage) coverage = coverage_load(drafting->catalogue, error);
	struct making making = { drafting->catalogue, coverage, drafting->analysis, drafting->team, ret, error };
	struct draft draft;
	if (!coverage || !read_draft(drafting, answer->doc, &draft, error))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < draft.contracts.count; i++) {
		if (draft.contracts.items[i].document)
			ok = take_api(&making, &draft.contracts.items[i]);
		else
			take_deliverable(&making, &draft.contracts.items[i]);
	}
	ok = ok && making_complete(&making);
	record_finish(&draft_record, &draft);
	return ok;
}

static bool
propose(const struct drafting *drafting, struct models *models, const struct ask *like, struct proposals *ret_proposals, struct model_contracts *ret,
        GError **error)
{
	struct inquiry_answer answer;
	GError *cause = NULL;
	bool asked = inquiry_make(drafting->catalogue, models, like, &drafting->inquiry, &answer, &cause), ok = asked;
	ret->rounds = answer.rounds;
	if (asked) {
		ret->model = g_strdup(answer.model);
		ok = take_draft(drafting, &answer, ret_proposals, &cause);
	} else if (!inquiry_error_is_final(cause)) {
		ret->fallback = inquiry_why(cause);
		g_clear_error(&cause);
		ok = true;
	}
	if (!ok) {
		proposals_clear(ret_proposals);
		g_propagate_error(error, cause);
	}
	inquiry_answer_clear(&answer);
	return ok;
}

bool
model_contracts_propose(struct catalogue *catalogue, struct models *models, const struct ask *like, const char *requirement, const char *context,
                        const struct analysis *analysis, const struct team *team, struct proposals *ret_proposals, struct model_contracts *ret,
                        GError **error)
{
	g_autofree char *found = record_to_json(&analysis_record, analysis, true), *people = record_to_json(&team_record, team, true);
	const struct inquiry_quote quotes[] = { { "requirement", requirement }, { "context", context }, { "analysis", found }, { "team", people } };
	struct drafting drafting = { { "contracts", &draft_record, quotes, G_N_ELEMENTS(quotes), judge, NULL }, catalogue, analysis, team };
	drafting.inquiry.data = &drafting;
	*ret = (struct model_contracts){ 0 };
	*ret_proposals = (struct proposals){ 0 };
	return propose(&drafting, models, like, ret_proposals, ret, error);
}

void
model_contracts_clear(struct model_contracts *contracts)
{
	g_free(contracts->model);
	g_free(contracts->fallback);
	*contracts = (struct model_contracts){ 0 };
}
