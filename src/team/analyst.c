#include "team/analyst.h"

#include <string.h>

#include "base/error.h"
#include "team/classifier.h"
#include "team/coverage.h"

struct hours {
	enum complexity complexity;
	double hours;
};
RECORD_LIST_OF(hours);

static const struct record_field hours_fields[] = {
	RECORD_ENUM(hours, complexity, RECORD_REQUIRED, complexity_names, "for which complexity"),
	RECORD_FIELD(hours, hours, RECORD_REQUIRED, "human effort"),
};
static RECORD_TYPE(hours, RECORD_REJECT, "an estimate of effort");

struct risk {
	char *field, *value, *text;
};
RECORD_LIST_OF(risk);

static const struct record_field risk_fields[] = {
	RECORD_FIELD(risk, field, RECORD_REQUIRED, "field of the analysis"),
	RECORD_FIELD(risk, value, RECORD_REQUIRED, "its value"),
	RECORD_FIELD(risk, text, RECORD_REQUIRED, "what may go wrong"),
};
static RECORD_TYPE(risk, RECORD_REJECT, "a risk");

struct knowledge {
	struct hours_list hours;
	struct risk_list risks;
};

static const struct record_field knowledge_fields[] = {
	RECORD_LIST(knowledge, hours, hours, RECORD_REQUIRED, "effort by complexity"),
	RECORD_LIST(knowledge, risks, risk, RECORD_REQUIRED, "risks by what the analysis says"),
};
static RECORD_TYPE(knowledge, RECORD_REJECT, "what the analyst knows");

struct analyst {
	struct classifier *classifier;
	struct lexicon *lexicon;
	struct knowledge knowledge;
};

static void
classify(const struct classifier *classifier, const char *text, struct analysis *ret)
{
	struct classification found;
	classifier_run(classifier, text, &found);
	ret->requirement_type = classification_likeliest(found.type, REQUIREMENT_TYPE_COUNT);
	ret->complexity = classification_likeliest(found.complexity, COMPLEXITY_COUNT);
	ret->parallelizability = classification_likeliest(found.parallelizability, PARALLEL_COUNT);
	ret->confidence_score = found.type[ret->requirement_type];
	ret->required_expertise = g_strdupv(found.expertise);
	ret->components = g_strdupv(found.components);
	g_autofree char *reasons = found.reasons ? g_strjoinv(", ", found.reasons) : g_strdup("");
	ret->rationale = g_strdup_printf("%s%s (%.0f %%)%s%s", ret->confidence_score < ANALYST_GUESSING ? "I am guessing: " : "",
	                                 requirement_type_names[ret->requirement_type], 100 * ret->confidence_score,
	                                 *reasons ? ", because of: " : "", reasons);
	classification_clear(&found);
}

/* What the structure says, whatever the words do: a product with things to keep has parts that are made side by side
 * (of the labelled requests with both none is fully sequential). */
static void
look_at_structure(struct analysis *analysis)
{
	bool product = false;
	for (size_t i = 0; i < analysis->statements.count; i++)
		product |= analysis->statements.items[i].kind == STATEMENT_PRODUCT;
	bool parts = product && analysis->entities.count && analysis->requirement_type == REQUIREMENT_FEATURE;
	if (!parts || analysis->parallelizability >= PARALLEL_PARTIALLY)
		return;
	analysis->parallelizability = PARALLEL_PARTIALLY;
	g_autofree char *words = analysis->rationale;
	analysis->rationale = g_strdup_printf("%s; a product with %zu kinds of things to keep: its parts can be made side by side", words,
	                                      analysis->entities.count);
}

static bool
applies(const struct risk *risk, const struct analysis *analysis)
{
	if (g_str_equal(risk->field, "requirement_type"))
		return g_str_equal(risk->value, requirement_type_names[analysis->requirement_type]);
	if (g_str_equal(risk->field, "complexity"))
		return g_str_equal(risk->value, complexity_names[analysis->complexity]);
	char **words = g_str_equal(risk->field, "component") ? analysis->components : analysis->required_expertise;
	return words && g_strv_contains((const char *const *)words, risk->value);
}

static void
estimate(const struct knowledge *knowledge, struct analysis *ret)
{
	for (size_t i = 0; i < knowledge->hours.count; i++)
		if (knowledge->hours.items[i].complexity == ret->complexity)
			ret->estimated_effort_hours = knowledge->hours.items[i].hours;
	struct words risks, dependencies;
	words_init(&risks);
	words_init(&dependencies);
	for (size_t i = 0; i < knowledge->risks.count; i++)
		if (applies(&knowledge->risks.items[i], ret))
			words_add(&risks, knowledge->risks.items[i].text);
	for (size_t i = 0; i < ret->statements.count; i++)
		if (ret->statements.items[i].kind == STATEMENT_INTEGRATION && ret->statements.items[i].subject)
			words_add(&dependencies, ret->statements.items[i].subject);
	ret->risks = words_take(&risks);
	ret->dependencies = words_take(&dependencies);
}

struct analyst *
analyst_load(struct catalogue *catalogue, GError **error)
{
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, "lexicon/analyst.yaml", &origin, error);
	struct knowledge knowledge;
	if (!text || !record_read_text(&knowledge_record, origin, text, &knowledge, error))
		return NULL;
	g_autoptr(Analyst) analyst = g_new0(struct analyst, 1);
	analyst->knowledge = knowledge;
	analyst->classifier = classifier_load(catalogue, error);
	analyst->lexicon = analyst->classifier ? lexicon_load(catalogue, error) : NULL;
	return analyst->lexicon ? g_steal_pointer(&analyst) : NULL;
}

void
analyst_destroy(struct analyst *analyst)
{
	g_clear_pointer(&analyst->classifier, classifier_destroy);
	g_clear_pointer(&analyst->lexicon, lexicon_destroy);
	record_finish(&knowledge_record, &analyst->knowledge);
	g_free(analyst);
}

void
analyst_analyse(const struct analyst *analyst, const char *text, struct analysis *ret)
{
	const struct lexicon *lexicon = analyst->lexicon;
	record_init(&analysis_record, ret);
	classify(analyst->classifier, text, ret);
	statements_read(lexicon, text, &ret->statements);
	for (size_t i = 0; i < ret->statements.count; i++)
		if (ret->statements.items[i].kind == STATEMENT_PRODUCT && !ret->statements.items[i].subject)
			ret->statements.items[i].subject = statement_product(lexicon, ret->statements.items[i].text);
	entities_read(lexicon, text, &ret->statements, &ret->entities);
	look_at_structure(ret);
	estimate(&analyst->knowledge, ret);
	ret->analyst = g_strdup("offline");
}

bool
analyst_run(struct catalogue *catalogue, const char *text, struct analysis *ret, GError **error)
{
	g_autoptr(Analyst) analyst = analyst_load(catalogue, error);
	if (analyst)
		analyst_analyse(analyst, text, ret);
	return analyst != NULL;
}
