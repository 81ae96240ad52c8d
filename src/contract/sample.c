#include "contract/sample.h"

#include <string.h>

#include "base/error.h"
#include "contract/sample_model.h"

enum { TRIES = 24, BUDGET = 1500, STEPS = 4000, WORK = 4 * 1000 * 1000 };

struct sampler *
sampler_create(struct openapi *openapi, uint64_t seed)
{
	struct sampler *sampler = g_new0(struct sampler, 1);
	*sampler = (struct sampler){ .openapi = openapi, .seed = seed };
	return sampler;
}

void
sampler_destroy(struct sampler *sampler)
{
	if (!sampler)
		return;
	lexicon_close(sampler->lexicon);
	g_free(sampler);
}

const struct lexicon *
sampler_lexicon(struct sampler *sampler, GError **error)
{
	if (!sampler->lexicon)
		sampler->lexicon = lexicon_open(error);
	return sampler->lexicon;
}

/* Where a schema stands in its document decides what its value is, whoever asks and whenever. */
static uint64_t
seed_of(struct sampler *sampler, const struct roots *roots, const char *name, const struct sample_options *options)
{
	uint64_t seed = sampler->seed;
	for (unsigned i = 0; i < roots->count; i++)
		seed = seed * 31 + roots->items[i]->offset + 1;
	seed = seed * 31 + (name ? g_str_hash(name) : 0);
	if (options->fresh)
		seed = seed * 31 + (options->variation ? options->variation : ++sampler->turn) * UINT64_C(0xD6E8FEB86659FD93);
	return seed;
}

/* Checked against each schema as a whole; the first finding says why it does not fit. */
static bool
check(struct sampler *sampler, const struct roots *roots, const struct sample_options *options, const struct value *value, char **ret_why)
{
	for (unsigned i = 0; i < roots->count; i++) {
		const struct schema *schema = openapi_schema(sampler->openapi, roots->items[i], NULL);
		struct schema_findings findings = { .limit = 1 };
		if (!schema || schema_check(schema, value, options->side, &findings))
			continue;
		g_free(*ret_why);
		*ret_why = g_strdup_printf("%s %s", findings.items[0].instance, findings.items[0].message);
		schema_findings_clear(&findings);
		return false;
	}
	return true;
}

static struct doc *
make(struct sampler *sampler, const struct roots *roots, const char *name, const struct sample_options *options, char **ret_why)
{
	struct making making = { .sampler = sampler, .options = options, .vary = options->fresh, .around = g_ptr_array_new() };
	struct doc *doc = NULL;
	making.work = WORK;
	making.random = seed_of(sampler, roots, name, options);
	for (unsigned i = 0; i < TRIES && !doc && making.work > 0; i++) {
		/* Small values fit more often than rich ones. */
		making.minimal = i >= TRIES / 2;
		making.budget = BUDGET;
		making.steps = i ? STEPS / 8 : STEPS;   /* what did not end the first time hardly ever does */
		g_autofree char *json = making_value(&making, roots, name, options->like);
		g_autoptr(Doc) made = json ? doc_own(json) : NULL;
		if (made && check(sampler, roots, options, doc_root(made), ret_why))
			doc = g_steal_pointer(&made);
	}
	g_ptr_array_unref(making.around);
	return doc;
}

struct doc *
sample_make_all(struct sampler *sampler, const struct value *const *nodes, size_t count, const char *name, const struct sample_options *options,
                GError **error)
{
	struct roots roots = { 0 };
	g_autofree char *why = NULL;
	if (!sampler_lexicon(sampler, error))
		return NULL;
	for (size_t i = 0; i < count; i++)
		roots_add(&roots, nodes[i]);
	struct doc *doc = make(sampler, &roots, name, options, &why);
	if (doc)
		return doc;
	g_autofree char *pointer = roots.count ? openapi_pointer(sampler->openapi, roots.items[0]) : g_strdup("#");
	openapi_fail(sampler->openapi, roots.count ? roots.items[0] : doc_root(sampler->openapi->doc), error,
	             "give the schema an example, or make its rules agree", "no value that fits %s could be made%s%s", pointer, why ? ": " : "",
	             why ? why : "");
	return NULL;
}

struct doc *
sample_make(struct sampler *sampler, const struct value *node, const char *name, const struct sample_options *options, GError **error)
{
	return sample_make_all(sampler, &node, 1, name, options, error);
}
