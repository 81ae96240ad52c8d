#include "engine/bundle.h"

#include <string.h>

#include "base/error.h"

#define FORMAT "teamwright-plan-1"

static const struct record_field bundled_contract_fields[] = {
	RECORD_PART(bundled_contract, contract, contract, 0, "the contract"),
	RECORD_FIELD(bundled_contract, document, 0, "its interface document"),
};
RECORD_TYPE(bundled_contract, RECORD_REJECT, "a contract with its document");

static const struct record_field bundle_fields[] = {
	RECORD_FIELD(bundle, format, 0, "version of the format", .preset = FORMAT),
	RECORD_FIELD(bundle, requirement, 0, "what is wanted"),
	RECORD_PART(bundle, analysis, analysis, 0, "its analysis"),
	RECORD_PART(bundle, team, team, 0, "who takes part"),
	RECORD_LIST(bundle, contracts, bundled_contract, 0, "what was agreed"),
	RECORD_PART(bundle, plan, plan, RECORD_REQUIRED, "the tasks"),
};
RECORD_TYPE(bundle, RECORD_REJECT, "a saved plan");

static void
copy_part(const struct record_type *type, const void *from, void *to)
{
	record_finish(type, to);
	record_copy(type, from, to);
}

void
bundle_of_charter(const struct charter *charter, struct bundle *ret)
{
	record_init(&bundle_record, ret);
	ret->requirement = g_strdup(charter->requirement);
	copy_part(&analysis_record, &charter->analysis, &ret->analysis);
	copy_part(&team_record, &charter->team, &ret->team);
	copy_part(&plan_record, &charter->plan, &ret->plan);
	for (size_t i = 0; i < charter->agreement.contracts.count; i++) {
		struct bundled_contract *entry = record_append(&bundled_contract_record, &ret->contracts);
		copy_part(&contract_record, &charter->agreement.contracts.items[i].contract, &entry->contract);
		entry->document = charter->specs[i] ? doc_ref(charter->specs[i]) : NULL;
	}
}

bool
bundle_read(const char *path, struct bundle *ret, GError **error)
{
	memset(ret, 0, sizeof *ret);
	g_autoptr(Doc) doc = doc_read_file(path, error);
	if (!doc)
		return false;
	bool plain = value_member(doc_root(doc), "tasks") != NULL, ok;
	if (plain) {
		record_init(&bundle_record, ret);
		record_finish(&plan_record, &ret->plan);
		ok = record_read(&plan_record, doc, doc_root(doc), &ret->plan, error);
	} else {
		ok = record_read(&bundle_record, doc, doc_root(doc), ret, error);
	}
	if (ok && plan_check(&ret->plan, error))
		return true;
	record_finish(&bundle_record, ret);
	return error_recode(error, ERR_INPUT);
}

static char *
keep_contracts(struct store *store, const struct bundle *bundle, GError **error)
{
	struct agreement agreement = { 0 };
	bool ok = true;
	for (size_t i = 0; ok && i < bundle->contracts.count; i++) {
		struct agreed *agreed = record_append(&agreed_record, &agreement.contracts);
		copy_part(&contract_record, &bundle->contracts.items[i].contract, &agreed->contract);
		if (!bundle->contracts.items[i].document)
			continue;
		g_autofree char *text = value_to_json(doc_root(bundle->contracts.items[i].document), false);
		agreed->document = store->ops->blob_put(store, text, strlen(text), error);
		ok = agreed->document != NULL;
	}
	char *digest = ok ? charter_keep(store, &agreement_record, &agreement, error) : NULL;
	record_finish(&agreement_record, &agreement);
	return digest;
}

bool
bundle_keep(struct store *store, const struct bundle *bundle, struct run_row *row, GError **error)
{
	const char *text = bundle->requirement ? bundle->requirement : "";
	row->name = g_strdup(bundle->plan.name ? bundle->plan.name : bundle->plan.id);
	row->requirement = store->ops->blob_put(store, text, strlen(text), error);
	row->analysis = row->requirement ? charter_keep(store, &analysis_record, &bundle->analysis, error) : NULL;
	row->team = row->analysis ? charter_keep(store, &team_record, &bundle->team, error) : NULL;
	row->contracts = row->team ? keep_contracts(store, bundle, error) : NULL;
	row->plan = row->contracts ? charter_keep(store, &plan_record, &bundle->plan, error) : NULL;
	return row->plan != NULL;
}
