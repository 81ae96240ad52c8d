#include "engine/charter.h"

#include <string.h>

static const struct record_field agreed_fields[] = {
	RECORD_PART(agreed, contract, contract, 0, "the contract"),
	RECORD_FIELD(agreed, document, 0, "digest of its interface document"),
};
RECORD_TYPE(agreed, RECORD_REJECT, "a contract as agreed");

static const struct record_field agreement_fields[] = {
	RECORD_LIST(agreement, contracts, agreed, 0, "the contracts"),
};
RECORD_TYPE(agreement, RECORD_REJECT, "the contracts of a run");

char *
charter_keep(struct store *store, const struct record_type *type, const void *record, GError **error)
{
	g_autofree char *text = record_to_json(type, record, false);
	return store->ops->blob_put(store, text, strlen(text), error);
}

char *
charter_text(struct store *store, const char *digest, GError **error)
{
	g_autoptr(GBytes) bytes = store->ops->blob_read(store, digest, error);
	if (!bytes)
		return NULL;
	gsize length;
	const char *text = g_bytes_get_data(bytes, &length);
	return g_strndup(text ? text : "", length);
}

bool
charter_read(struct store *store, const char *digest, const struct record_type *type, void *record, GError **error)
{
	record_init(type, record);
	if (!digest)
		return true;
	record_finish(type, record);
	g_autofree char *text = charter_text(store, digest, error);
	return text && record_read_text(type, type->name, text, record, error);
}

static bool
read_specs(struct charter *charter, struct store *store, GError **error)
{
	const struct agreed_list *contracts = &charter->agreement.contracts;
	charter->specs = g_new0(struct doc *, contracts->count + 1);
	for (size_t i = 0; i < contracts->count; i++) {
		const struct agreed *agreed = &contracts->items[i];
		if (!agreed->document)
			continue;
		g_autofree char *text = charter_text(store, agreed->document, error);
		const char *name = agreed->contract.interface_spec.spec_file;
		charter->specs[i] = text ? doc_read(name ? name : agreed->contract.id, text, strlen(text), NULL, error) : NULL;
		if (!charter->specs[i])
			return false;
	}
	return true;
}

/* What the run was asked for, on the terms of whoever took it up last; a row without it is one of a plan that was made by hand. */
static bool
read_request(struct store *store, const struct run_row *row, struct run_request *ret, GError **error)
{
	struct kept_row_list kept = { 0 };
	if (!store->ops->kept_list(store, row->key, CHARTER_REQUEST, NULL, &kept, error))
		return false;
	bool found = kept.count > 0, ok = !found || record_read_text(&run_request_record, CHARTER_REQUEST, kept.items[0].content, ret, error);
	record_list_finish(&kept_row_record, &kept);
	if (found)
		return ok;
	if (row->request)
		return record_read_text(&run_request_record, "request", row->request, ret, error);
	record_init(&run_request_record, ret);
	return true;
}

struct charter *
charter_load(struct store *store, const struct run_row *row, GError **error)
{
	g_autoptr(Charter) charter = g_new0(struct charter, 1);
	charter->references = 1;
	charter->run = g_strdup(row->id);
	charter->output = g_strdup(row->output);
	charter->requirement = row->requirement ? charter_text(store, row->requirement, error) : g_strdup("");
	if (charter->requirement && read_request(store, row, &charter->request, error) &&
	    charter_read(store, row->analysis, &analysis_record, &charter->analysis, error) &&
	    charter_read(store, row->team, &team_record, &charter->team, error) &&
	    charter_read(store, row->contracts, &agreement_record, &charter->agreement, error) && read_specs(charter, store, error) &&
	    charter_read(store, row->plan, &plan_record, &charter->plan, error))
		return g_steal_pointer(&charter);
	return NULL;
}

struct charter *
charter_ref(struct charter *charter)
{
	__atomic_fetch_add(&charter->references, 1, __ATOMIC_RELAXED);
	return charter;
}

void
charter_unref(struct charter *charter)
{
	if (!charter || __atomic_sub_fetch(&charter->references, 1, __ATOMIC_ACQ_REL))
		return;
	for (size_t i = 0; charter->specs && i < charter->agreement.contracts.count; i++)
		doc_unref(charter->specs[i]);
	g_free(charter->specs);
	record_finish(&run_request_record, &charter->request);
	record_finish(&analysis_record, &charter->analysis);
	record_finish(&team_record, &charter->team);
	record_finish(&agreement_record, &charter->agreement);
	record_finish(&plan_record, &charter->plan);
	g_free(charter->requirement);
	g_free(charter->run);
	g_free(charter->output);
	g_free(charter);
}

int64_t
charter_contract_index(const struct charter *charter, const char *id)
{
	for (size_t i = 0; id && i < charter->agreement.contracts.count; i++)
		if (g_str_equal(charter->agreement.contracts.items[i].contract.id, id))
			return (int64_t)i;
	return -1;
}

const struct contract *
charter_contract(const struct charter *charter, const char *id, struct doc **ret_spec)
{
	int64_t index = charter_contract_index(charter, id);
	if (ret_spec)
		*ret_spec = index < 0 ? NULL : charter->specs[index];
	return index < 0 ? NULL : &charter->agreement.contracts.items[index].contract;
}
