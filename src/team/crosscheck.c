#include "team/crosscheck.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "team/coverage.h"
#include "team/quotation.h"

enum { FAULTS_MAX = 20, FAR = 2 };

static const char *const json_types[] = { "string", "integer", "number", "boolean", "array", "object", NULL };

/* --- what is wrong -------------------------------------------------------------------------- */

struct faults {
	GString *text;
	unsigned count;
};

static void G_GNUC_PRINTF(2, 3)
add_fault(struct faults *faults, const char *format, ...)
{
	va_list words;
	if (++faults->count > FAULTS_MAX)
		return;
	va_start(words, format);
	g_string_append(faults->text, "- ");
	g_string_append_vprintf(faults->text, format, words);
	g_string_append_c(faults->text, '\n');
	va_end(words);
}

static const struct statement *
find_statement(const struct analysis *analysis, const char *id)
{
	for (size_t i = 0; i < analysis->statements.count; i++)
		if (g_strcmp0(analysis->statements.items[i].id, id) == 0)
			return &analysis->statements.items[i];
	return NULL;
}

static const struct entity *
find_entity(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->entities.count; i++)
		if (g_strcmp0(analysis->entities.items[i].name, name) == 0)
			return &analysis->entities.items[i];
	return NULL;
}

static void
check_statements(const char *requirement, const struct analysis *analysis, struct faults *faults)
{
	if (!analysis->statements.count)
		add_fault(faults, "statements is empty: every requirement has at least one demand");
	for (size_t i = 0; i < analysis->statements.count; i++) {
		const struct statement *statement = &analysis->statements.items[i];
		struct quotation place;
		if (find_statement(analysis, statement->id) != statement)
			add_fault(faults, "statements/%zu/id: %s is the number of an earlier statement, too", i, statement->id);
		if (!quotation_find(requirement, statement->text, 0, &place))
			add_fault(faults, "statements/%zu/text: \"%s\" does not stand in the requirement; copy a passage of it letter for letter (the words that others do not share are enough)", i,
			          statement->text);
	}
}

static bool
is_snake(const char *name)
{
	return name && g_ascii_islower(*name) && !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static void
check_reference(const struct analysis *analysis, const char *entity, const char *id, struct faults *faults)
{
	if (id && !find_statement(analysis, id))
		add_fault(faults, "entities: %s names the statement %s, which is not there", entity, id);
}

static void
check_fields(const struct analysis *analysis, const struct entity *entity, struct faults *faults)
{
	for (size_t i = 0; i < entity->fields.count; i++) {
		const struct entity_field *field = &entity->fields.items[i];
		if (!is_snake(field->name))
			add_fault(faults, "entities: the field %s of %s is not in lower snake case", field->name, entity->name);
		if (!g_strv_contains(json_types, field->type))
			add_fault(faults, "entities: %s.%s has the type %s, which is none of JSON: string, integer, number, boolean, array, object", entity->name,
			          field->name, field->type);
		for (size_t k = 0; k < i; k++)
			if (g_str_equal(entity->fields.items[k].name, field->name))
				add_fault(faults, "entities: %s has the field %s twice", entity->name, field->name);
		check_reference(analysis, entity->name, field->statement, faults);
	}
}

static void
check_entity(const struct analysis *analysis, const struct entity *entity, struct faults *faults)
{
	if (!is_snake(entity->name) || (entity->plural && !is_snake(entity->plural)))
		add_fault(faults, "entities: %s (%s) is not in lower snake case", entity->name, entity->plural ? entity->plural : "no plural");
	if (find_entity(analysis, entity->name) != entity)
		add_fault(faults, "entities: %s is there twice", entity->name);
	check_fields(analysis, entity, faults);
	for (size_t i = 0; i < entity->relations.count; i++) {
		if (!find_entity(analysis, entity->relations.items[i].target))
			add_fault(faults, "entities: %s relates to %s, which is no name of an entity of the list", entity->name,
			          entity->relations.items[i].target);
		check_reference(analysis, entity->name, entity->relations.items[i].statement, faults);
	}
	for (char **id = entity->statements; id && *id; id++)
		check_reference(analysis, entity->name, *id, faults);
}

char *
crosscheck_faults(const char *requirement, const struct analysis *analysis)
{
	struct faults faults = { g_string_new(NULL), 0 };
	check_statements(requirement, analysis, &faults);
	for (size_t i = 0; i < analysis->entities.count; i++)
		check_entity(analysis, &analysis->entities.items[i], &faults);
	if (!(analysis->confidence_score >= 0 && analysis->confidence_score <= 1))
		add_fault(&faults, "confidence_score: it has to be a number from 0 to 1");
	if (analysis->estimated_effort_hours < 0)
		add_fault(&faults, "estimated_effort_hours: it cannot be negative");
	if (faults.count > FAULTS_MAX)
		g_string_append_printf(faults.text, "- and %u more\n", faults.count - FAULTS_MAX);
	if (faults.count)
		return g_string_free(faults.text, FALSE);
	g_string_free(faults.text, TRUE);
	return NULL;
}

/* --- statements ----------------------------------------------------------------------------- */

static void
set_text(char **text, const char *value)
{
	char *old = *text;
	*text = g_strdup(value);
	g_free(old);
}

/* Offsets are ours; a text that stands there several times is each time another place. */
static void
place_statements(const char *requirement, struct statement_list *statements)
{
	g_autoptr(GHashTable) behind = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < statements->count; i++) {
		struct statement *statement = &statements->items[i];
		struct quotation place = { 0 };
		size_t from = GPOINTER_TO_SIZE(g_hash_table_lookup(behind, statement->text));
		quotation_find(requirement, statement->text, from, &place);
		g_hash_table_replace(behind, g_strdup(statement->text), GSIZE_TO_POINTER(place.offset + place.length));
		statement->offset = (int64_t)place.offset;
		statement->length = (int64_t)place.length;
		g_free(statement->text);
		statement->text = g_strndup(requirement + place.offset, place.length);
	}
}

static int64_t
overlap(const struct statement *a, const struct statement *b)
{
	int64_t from = MAX(a->offset, b->offset), to = MIN(a->offset + a->length, b->offset + b->length);
	return MAX(0, to - from);
}

/* What names a thing of its own has to be named by a statement of its own. */
static bool
is_named(const struct statement *statement)
{
	return statement->kind == STATEMENT_TECHNOLOGY || statement->kind == STATEMENT_INTEGRATION || statement->kind == STATEMENT_LANGUAGE;
}

static bool
is_said(const struct statement_list *statements, const struct statement *wanted)
{
	for (size_t i = 0; i < statements->count; i++) {
		const struct statement *other = &statements->items[i];
		bool like = !is_named(wanted) || other->kind == wanted->kind;
		if (like && 2 * overlap(other, wanted) >= MIN(wanted->length, other->length) && overlap(other, wanted))
			return true;
	}
	return false;
}

/* Passages are background where they stand in the requirement; others say nothing. */
static void
keep_quoted(const char *requirement, char ***background)
{
	g_autoptr(GStrvBuilder) quoted = g_strv_builder_new();
	for (char **passage = *background; passage && *passage; passage++) {
		struct quotation place;
		if (quotation_find(requirement, *passage, 0, &place))
			g_strv_builder_add(quoted, *passage);
	}
	g_strfreev(*background);
	*background = g_strv_builder_end(quoted);
}

/* Half of it has to stand in one passage, at any of the places where that stands. */
static bool
is_background(const char *requirement, char **background, const struct statement *wanted)
{
	for (char **passage = background; *passage; passage++) {
		struct quotation place;
		for (size_t from = 0; quotation_find(requirement, *passage, from, &place) && place.offset >= from; from = place.offset + place.length) {
			struct statement at = { .offset = (int64_t)place.offset, .length = (int64_t)place.length };
			if (2 * overlap(&at, wanted) >= wanted->length)
				return true;
		}
	}
	return false;
}

/* How many there were. `ret_waived` gets those that the model calls background. */
static size_t
add_dropped(const char *requirement, const struct statement_list *offline, struct analysis *analysis, struct words *ret_waived)
{
	struct statement_list *statements = &analysis->statements;
	size_t own = statements->count, added = 0;
	for (size_t i = 0; i < offline->count; i++) {
		struct statement_list theirs = { statements->items, own };
		if (is_said(&theirs, &offline->items[i]))
			continue;
		if (is_background(requirement, analysis->background, &offline->items[i])) {
			words_add(ret_waived, offline->items[i].text);
			continue;
		}
		struct statement *statement = record_append(&statement_record, statements);
		record_finish(&statement_record, statement);
		record_copy(&statement_record, &offline->items[i], statement);
		set_text(&statement->id, NULL);   /* no entity of the model speaks of it */
		added++;
	}
	return added;
}

static int
compare_places(const void *a, const void *b)
{
	const struct statement *x = a, *y = b;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->length < y->length) - (x->length > y->length);
}

static void
rename_reference(GHashTable *names, char **id)
{
	const char *name = *id ? g_hash_table_lookup(names, *id) : NULL;
	if (name)
		set_text(id, name);
}

static void
rename_references(GHashTable *names, struct entity *entity)
{
	for (size_t i = 0; i < entity->fields.count; i++)
		rename_reference(names, &entity->fields.items[i].statement);
	for (size_t i = 0; i < entity->relations.count; i++)
		rename_reference(names, &entity->relations.items[i].statement);
	for (char **id = entity->statements; id && *id; id++)
		rename_reference(names, id);
}

/* S1, S2, … in the order of the text, here and wherever they are named. Returns the ids of those that had none. */
static char **
number_statements(struct analysis *analysis)
{
	g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	struct words added;
	words_init(&added);
	if (analysis->statements.count)
		qsort(analysis->statements.items, analysis->statements.count, sizeof *analysis->statements.items, compare_places);
	for (size_t i = 0; i < analysis->statements.count; i++) {
		struct statement *statement = &analysis->statements.items[i];
		char *id = g_strdup_printf("S%zu", i + 1);
		if (statement->id)
			g_hash_table_insert(names, statement->id, g_strdup(id));
		else
			words_add(&added, id);
		statement->id = id;
	}
	for (size_t i = 0; i < analysis->entities.count; i++)
		rename_references(names, &analysis->entities.items[i]);
	return words_take(&added);
}

/* --- opinions ------------------------------------------------------------------------------- */

/* How sure one may be of an answer when somebody else, who is right as often as he says, denies it. */
static double
weigh(double sure, double denied)
{
	double yes = sure * (1 - denied), no = (1 - sure) * denied;
	return yes + no > 0 ? round(100 * yes / (yes + no)) / 100 : 0.5;
}

static void
compare_types(const struct analysis *offline, struct analysis *analysis, GString *said)
{
	const char *other = requirement_type_names[offline->requirement_type];
	double sure = offline->confidence_score;
	if (offline->requirement_type == analysis->requirement_type) {
		g_string_append_printf(said, "The offline analyst agrees (%.0f %%).", 100 * sure);
	} else if (sure >= CROSSCHECK_STRONG) {
		double lowered = MIN(weigh(analysis->confidence_score, sure), analysis->confidence_score);
		g_string_append_printf(said, "The offline analyst strongly disagrees: %s (%.0f %%); the confidence falls from %.2f to %.2f.", other, 100 * sure,
		                       analysis->confidence_score, lowered);
		analysis->confidence_score = lowered;
	} else {
		g_string_append_printf(said, "The offline analyst leans towards %s (%.0f %%).", other, 100 * sure);
	}
}

static void
compare_steps(const char *what, unsigned one, unsigned other, const char *const *names, GString *said)
{
	if ((one > other ? one - other : other - one) >= FAR)
		g_string_append_printf(said, " It puts %s at %s.", what, names[other]);
}

static void
compare_entities(const struct analysis *offline, const struct analysis *analysis, GString *said)
{
	for (size_t i = 0, told = 0; i < offline->entities.count; i++)
		if (!find_entity(analysis, offline->entities.items[i].name))
			g_string_append_printf(said, "%s %s", told++ ? "," : " It also found these things to keep:", offline->entities.items[i].name);
	if (said->str[said->len - 1] != '.')
		g_string_append_c(said, '.');
}

/* Takes the texts. */
static void
append_waived(GString *said, char **texts)
{
	for (char **text = texts; *text; text++)
		g_string_append_printf(said, "%s \"%s\"", text == texts ? " What the offline analyst takes for demands, the model for background:" : ",", *text);
	if (*texts)
		g_string_append_c(said, '.');
	g_strfreev(texts);
}

void
crosscheck_merge(const char *requirement, const struct analysis *offline, struct analysis *analysis)
{
	place_statements(requirement, &analysis->statements);
	struct words waived;
	words_init(&waived);
	keep_quoted(requirement, &analysis->background);
	size_t count = add_dropped(requirement, &offline->statements, analysis, &waived);
	g_auto(GStrv) added = number_statements(analysis);
	GString *said = g_string_new(NULL);
	compare_types(offline, analysis, said);
	compare_steps("the complexity", analysis->complexity, offline->complexity, complexity_names, said);
	compare_steps("the parallelizability", analysis->parallelizability, offline->parallelizability, parallelizability_names, said);
	compare_entities(offline, analysis, said);
	g_autofree char *ids = g_strjoinv(", ", added);
	if (count)
		g_string_append_printf(said, " Its statements %s were kept: the model had left them out.", ids);
	append_waived(said, words_take(&waived));
	g_autofree char *told = g_string_free(said, FALSE), *own = analysis->rationale;
	const char *dot = own && *own && !strchr(".!?", own[strlen(own) - 1]) ? "." : "";
	analysis->rationale = own && *own ? g_strdup_printf("%s%s %s", own, dot, told) : g_strdup(told);
}
