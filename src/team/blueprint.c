#include "team/blueprint.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

const char *const execution_mode_names[] = { "sequential", "parallel", "collaborative", "specialized", "hybrid", "solo", NULL };
const char *const coordination_mode_names[] = { "handoff", "contract_first", "barrier", "consensus", "debate", "measure",
	                                        "emergency", "review", "none", NULL };
const char *const scaling_names[] = { "fixed", "elastic", "performance", NULL };

static const struct record_field blueprint_role_fields[] = {
	RECORD_FIELD(blueprint_role, persona, RECORD_REQUIRED, "who"),
	RECORD_FIELD(blueprint_role, required, 0, "takes part in any case"),
	RECORD_FIELD(blueprint_role, when, 0, "words of the analysis that bring it in"),
};
RECORD_TYPE(blueprint_role, RECORD_REJECT, "a role of a blueprint", .scalar = "persona");

static const struct record_field blueprint_signal_fields[] = {
	RECORD_FIELD(blueprint_signal, field, RECORD_REQUIRED, "field of the analysis"),
	RECORD_FIELD(blueprint_signal, value, RECORD_REQUIRED, "its value"),
	RECORD_FIELD(blueprint_signal, weight, RECORD_REQUIRED, "how much it speaks for the blueprint"),
};
RECORD_TYPE(blueprint_signal, RECORD_REJECT, "what speaks for a blueprint");

static const struct record_field blueprint_fields[] = {
	RECORD_FIELD(blueprint, id, RECORD_REQUIRED, "stable name"),
	RECORD_FIELD(blueprint, name, RECORD_REQUIRED, "for people"),
	RECORD_FIELD(blueprint, description, RECORD_REQUIRED, "what it is"),
	RECORD_ENUM(blueprint, execution, RECORD_REQUIRED, execution_mode_names, "in which order assignments run"),
	RECORD_ENUM(blueprint, coordination, RECORD_REQUIRED, coordination_mode_names, "how they come to one result"),
	RECORD_ENUM(blueprint, scaling, 0, scaling_names, "how the team grows"),
	RECORD_FIELD(blueprint, proposals, 0, "proposals of a consensus", .preset = "3"),
	RECORD_FIELD(blueprint, rounds, 0, "rounds of a debate", .preset = "2"),
	RECORD_FIELD(blueprint, workers, 0, "attempts at once; 0: as planned", .preset = "0"),
	RECORD_LIST(blueprint, roles, blueprint_role, RECORD_REQUIRED, "who takes part"),
	RECORD_LIST(blueprint, signals, blueprint_signal, 0, "what speaks for it"),
	RECORD_FIELD(blueprint, tags, 0, "words to find it by"),
	RECORD_FIELD(blueprint, use_cases, 0, "when to use it"),
	RECORD_FIELD(blueprint, best_practices, 0, "how to use it well"),
	RECORD_FIELD(blueprint, anti_patterns, 0, "how not to use it"),
};
RECORD_TYPE(blueprint, RECORD_REJECT, "a team pattern");

static const struct record_field blueprint_match_fields[] = {
	RECORD_FIELD(blueprint_match, id, 0, "blueprint"),
	RECORD_FIELD(blueprint_match, score, 0, "how well it fits"),
	RECORD_FIELD(blueprint_match, name, 0, "for people"),
	RECORD_FIELD(blueprint_match, reason, 0, "why"),
};
RECORD_TYPE(blueprint_match, RECORD_DROP, "a blueprint that fits");

static const struct record_field blueprint_query_fields[] = {
	RECORD_FIELD(blueprint_query, text, RECORD_ARGUMENT, "words to look for"),
	RECORD_FIELD(blueprint_query, mode, 0, "execution mode"),
	RECORD_FIELD(blueprint_query, coordination, 0, "coordination mode"),
	RECORD_FIELD(blueprint_query, scaling, 0, "fixed, elastic or performance"),
	RECORD_FIELD(blueprint_query, tag, 0, "a tag"),
};
RECORD_TYPE(blueprint_query, RECORD_REJECT, "which blueprints to look for");

/* Where a signal finds what it speaks of. */
static const struct signal_field {
	const char *name;
	size_t offset;               /* in the analysis: of an enum, or of a list of words */
	const char *const *values;   /* of the enum; NULL for a list */
} signal_fields[] = {
	{ "requirement_type", offsetof(struct analysis, requirement_type), requirement_type_names },
	{ "complexity", offsetof(struct analysis, complexity), complexity_names },
	{ "parallelizability", offsetof(struct analysis, parallelizability), parallelizability_names },
	{ "expertise", offsetof(struct analysis, required_expertise), NULL },
	{ "component", offsetof(struct analysis, components), NULL },
};

static const struct signal_field *
find_signal_field(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(signal_fields); i++)
		if (g_str_equal(signal_fields[i].name, name))
			return &signal_fields[i];
	return NULL;
}

/* --- loading -------------------------------------------------------------------------------- */

static bool
check_signals(const struct doc *doc, const struct blueprint *blueprint, GError **error)
{
	const struct value *place = value_member(doc_root(doc), "signals");
	for (size_t i = 0; i < blueprint->signals.count; i++) {
		const struct blueprint_signal *signal = &blueprint->signals.items[i];
		const struct signal_field *field = find_signal_field(signal->field);
		if (field && (!field->values || record_name_index(field->values, signal->value) >= 0))
			continue;
		g_autofree char *where = doc_where(doc, value_is(place, VALUE_ARRAY) ? value_item(place, i) : place);
		if (field)
			return error_set(error, ERR_CONFIG, "correct the value there", "%s: '%s' is no %s", where, signal->value,
			                 signal->field);
		return error_set(error, ERR_CONFIG, "name requirement_type, complexity, parallelizability, expertise or component",
		                 "%s: an analysis has no '%s'", where, signal->field);
	}
	return true;
}

static bool
check_blueprint(const struct doc *doc, const char *file, struct blueprint *blueprint, GError **error)
{
	g_autofree char *where = doc_where(doc, value_member(doc_root(doc), "id"));
	g_autofree char *expected = g_strconcat(blueprint->id, ".yaml", NULL);
	if (!g_str_equal(expected, file))
		return error_set(error, ERR_CONFIG, "give both the same name", "%s: the blueprint %s stands in %s", where,
		                 blueprint->id, file);
	for (size_t i = 0; i < blueprint->roles.count; i++)
		blueprint->roles.items[i].required |= !blueprint->roles.items[i].when;
	return check_signals(doc, blueprint, error);
}

/* `ret` can be finished in any case. */
static bool
load_one(struct catalogue *catalogue, const char *file, struct blueprint *ret, GError **error)
{
	g_autofree char *path = g_strconcat("blueprints/", file, NULL), *origin = NULL;
	g_autofree char *text = catalogue_text(catalogue, path, &origin, error);
	const char *name = g_strcmp0(origin, "built-in") == 0 ? path : origin;
	g_autoptr(Doc) doc = text ? doc_read(name, text, strlen(text), NULL, error) : NULL;
	return doc && record_read(&blueprint_record, doc, doc_root(doc), ret, error) && check_blueprint(doc, file, ret, error);
}

bool
blueprints_load(struct catalogue *catalogue, struct blueprint_list *ret, GError **error)
{
	g_auto(GStrv) files = catalogue_list(catalogue, "blueprints");
	*ret = (struct blueprint_list){ 0 };
	for (char **file = files; *file; file++) {
		if (!g_str_has_suffix(*file, ".yaml"))
			continue;
		if (!load_one(catalogue, *file, record_append(&blueprint_record, ret), error)) {
			record_list_finish(&blueprint_record, ret);
			return error_recode(error, ERR_CONFIG);
		}
	}
	return true;
}

const struct blueprint *
blueprints_find(const struct blueprint_list *list, const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].id, id))
			return &list->items[i];
	return NULL;
}

/* --- choosing ------------------------------------------------------------------------------- */

/* True where the analysis has `value` in the field that a signal names. */
static bool
has_signal(const struct analysis *analysis, const struct blueprint_signal *signal)
{
	const struct signal_field *field = find_signal_field(signal->field);
	if (!field)
		return false;
	const void *at = (const char *)analysis + field->offset;
	if (field->values)
		return g_ascii_strcasecmp(signal->value, field->values[*(const unsigned *)at]) == 0;
	char *const *words = *(char *const *const *)at;
	return words && g_strv_contains((const char *const *)words, signal->value);
}

static int
compare_matches(const void *a, const void *b)
{
	const struct blueprint_match *left = a, *right = b;
	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return strcmp(left->id, right->id);
}

static void
sort_matches(struct blueprint_match_list *list)
{
	if (list->count)
		qsort(list->items, list->count, sizeof *list->items, compare_matches);
}

static void
add_match(struct blueprint_match_list *list, const struct blueprint *blueprint, double score, const char *reason)
{
	struct blueprint_match *match = record_append(&blueprint_match_record, list);
	match->id = g_strdup(blueprint->id);
	match->name = g_strdup(blueprint->name);
	match->score = score;
	match->reason = g_strdup(reason);
}

G_GNUC_PRINTF(2, 3) static void
add_reason(GString *reason, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_string_append(reason, reason->len ? ", " : "");
	g_string_append_vprintf(reason, format, args);
	va_end(args);
}

void
blueprints_rank(const struct blueprint_list *list, const struct analysis *analysis, struct blueprint_match_list *ret)
{
	*ret = (struct blueprint_match_list){ 0 };
	for (size_t i = 0; i < list->count; i++) {
		const struct blueprint *blueprint = &list->items[i];
		g_autoptr(GString) reason = g_string_new(NULL);
		double score = 0;
		for (size_t k = 0; k < blueprint->signals.count; k++) {
			const struct blueprint_signal *signal = &blueprint->signals.items[k];
			if (!has_signal(analysis, signal))
				continue;
			score += signal->weight;
			add_reason(reason, "%s %s (%+g)", signal->field, signal->value, signal->weight);
		}
		add_match(ret, blueprint, score, reason->len ? reason->str : "nothing speaks for it");
	}
	sort_matches(ret);
}

/* --- searching ------------------------------------------------------------------------------ */

/* "Contract-First" and "contract_first" are the same to those who look for something. */
static char *
fold(const char *text)
{
	return g_strdelimit(g_utf8_casefold(text, -1), "_- \t\n", ' ');
}

/* True where a word of `text` begins with `start`; both are folded. */
static bool
has_word(const char *text, const char *start)
{
	for (const char *at = strstr(text, start); at; at = strstr(at + 1, start))
		if (at == text || !g_unichar_isalnum(g_utf8_get_char(g_utf8_prev_char(at))))
			return true;
	return false;
}

static bool
any_has_word(char *const *texts, const char *start)
{
	for (size_t i = 0; texts && texts[i]; i++) {
		g_autofree char *folded = fold(texts[i]);
		if (has_word(folded, start))
			return true;
	}
	return false;
}

static double
score_text(const struct blueprint *blueprint, const char *text, GString *reason)
{
	const struct {
		const char *what;
		char **texts;
		double weight;
	} places[] = {
		{ "id", (char *[]){ blueprint->id, NULL }, 3 }, { "name", (char *[]){ blueprint->name, NULL }, 3 },
		{ "tags", blueprint->tags, 2 }, { "use cases", blueprint->use_cases, 1.5 },
		{ "description", (char *[]){ blueprint->description, NULL }, 1 },
	};
	double score = 0;
	g_autofree char *folded = fold(text);
	g_auto(GStrv) words = g_strsplit_set(folded, " ,.;:", -1);
	for (char **word = words; *word; word++) {
		for (unsigned i = 0; **word && i < G_N_ELEMENTS(places); i++) {
			if (!any_has_word(places[i].texts, *word))
				continue;
			score += places[i].weight;
			add_reason(reason, "'%s' in its %s", *word, places[i].what);
		}
	}
	return score;
}

/* True where all conditions but the text are met; the reason says which. */
static bool
fits(const struct blueprint *blueprint, const struct blueprint_query *query, GString *reason)
{
	const struct {
		const char *what, *wanted;
		const char *const *found;
	} exact[] = {
		{ "mode", query->mode, (const char *[]){ execution_mode_names[blueprint->execution], NULL } },
		{ "coordination", query->coordination, (const char *[]){ coordination_mode_names[blueprint->coordination], NULL } },
		{ "scaling", query->scaling, (const char *[]){ scaling_names[blueprint->scaling], NULL } },
		{ "tag", query->tag, (const char *const *)blueprint->tags },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(exact); i++) {
		bool found = !exact[i].wanted;
		g_autofree char *wanted = found ? NULL : fold(exact[i].wanted);
		for (const char *const *word = exact[i].found; !found && word && *word; word++) {
			g_autofree char *folded = fold(*word);
			found = g_str_equal(folded, wanted);
			if (found)
				add_reason(reason, "%s %s", exact[i].what, *word);
		}
		if (!found)
			return false;
	}
	return true;
}

void
blueprints_search(const struct blueprint_list *list, const struct blueprint_query *query, struct blueprint_match_list *ret)
{
	*ret = (struct blueprint_match_list){ 0 };
	bool by_text = query->text && query->text[strspn(query->text, " \t\n,.;:")];
	for (size_t i = 0; i < list->count; i++) {
		g_autoptr(GString) reason = g_string_new(NULL);
		if (!fits(&list->items[i], query, reason))
			continue;
		double score = by_text ? score_text(&list->items[i], query->text, reason) : 1;
		if (score > 0)
			add_match(ret, &list->items[i], score, reason->len ? reason->str : "no condition was given");
	}
	sort_matches(ret);
}
