#include "team/tactic.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

const char *const tactic_names[] = { "parallel-analysis", "divide-and-conquer", "pipeline", "consensus", NULL };

static const struct record_field tactic_fields[] = {
	RECORD_FIELD(tactic, id, RECORD_REQUIRED, "what --pattern takes"),
	RECORD_FIELD(tactic, description, RECORD_REQUIRED, "what it is for"),
	RECORD_FIELD(tactic, rule, RECORD_REQUIRED, "how it makes tasks"),
	RECORD_FIELD(tactic, specialists, RECORD_REQUIRED, "who takes part where nobody is named and no word calls for anybody"),
	RECORD_FIELD(tactic, voices, 0, "how many are chosen by the words of a problem at most", .preset = "4"),
	RECORD_FIELD(tactic, synthesis_strategy, 0, "how answers become one", .preset = "merge_all"),
	RECORD_FIELD(tactic, success_criteria, 0, "when it is a success", .preset = "all_tasks_complete"),
};
RECORD_TYPE(tactic, RECORD_REJECT, "a pattern of orchestration");

static const struct record_field tactics_fields[] = {
	RECORD_LIST(tactics, patterns, tactic, RECORD_REQUIRED, "one by one"),
};
RECORD_TYPE(tactics, RECORD_REJECT, "the patterns of orchestration");

bool
tactics_load(struct catalogue *catalogue, struct tactics *ret, GError **error)
{
	static const char path[] = "orchestrate/patterns.yaml";
	g_autofree char *origin = NULL, *text = catalogue_text(catalogue, path, &origin, error);
	return text && (record_read_text(&tactics_record, g_str_equal(origin, "built-in") ? path : origin, text, ret, error) || error_recode(error, ERR_CONFIG));
}

const struct tactic *
tactics_find(const struct tactics *tactics, enum tactic_kind kind, GError **error)
{
	for (size_t i = 0; i < tactics->patterns.count; i++)
		if (g_str_equal(tactics->patterns.items[i].id, tactic_names[kind]))
			return &tactics->patterns.items[i];
	error_set(error, ERR_CONFIG, "export the catalogue anew", "orchestrate/patterns.yaml lacks %s", tactic_names[kind]);
	return NULL;
}

/* --- who ------------------------------------------------------------------------------------ */

struct rank {
	const struct persona *persona;
	unsigned words;
};

static int
compare_ranks(const void *a, const void *b)
{
	const struct rank *one = a, *two = b;
	return one->words != two->words ? (one->words < two->words) - (one->words > two->words) : strcmp(one->persona->id, two->persona->id);
}

/* How many of the skills begin a word of the text. */
static unsigned
count_skills(const struct persona *persona, char *const *words)
{
	unsigned count = 0;
	for (char **skill = persona->skills; skill && *skill; skill++) {
		bool found = false;
		for (char *const *word = words; *word && !found; word++)
			found = g_str_has_prefix(*word, *skill);
		count += found;
	}
	return count;
}

static char **
words_of(const char *text)
{
	g_autofree char *folded = g_utf8_strdown(text, -1);
	for (char *at = folded; *at; at++)
		if (!g_ascii_isalnum(*at) && !((unsigned char)*at & 0x80))
			*at = ' ';
	return g_strsplit(folded, " ", -1);
}

char **
tactic_choose(const struct tactic_wish *wish)
{
	g_auto(GStrv) words = words_of(wish->problem);
	g_autofree struct rank *ranks = g_new0(struct rank, wish->known->count + 1);
	size_t count = 0, most = (size_t)MAX(wish->tactic->voices, 1);
	for (size_t i = 0; i < wish->known->count; i++) {
		const struct persona *persona = &wish->known->items[i];
		unsigned named = persona->stream && g_str_equal(persona->stream, "specialist") ? count_skills(persona, words) : 0;
		if (named)
			ranks[count++] = (struct rank){ persona, named };
	}
	qsort(ranks, count, sizeof *ranks, compare_ranks);
	g_autoptr(GStrvBuilder) chosen = g_strv_builder_new();
	size_t taken = MIN(count, most);
	for (size_t i = 0; i < taken; i++)
		g_strv_builder_add(chosen, ranks[i].persona->id);
	/* One voice is no consensus, and one look no parallel analysis: the pattern's own fill up. */
	for (char **more = wish->tactic->specialists; count < 2 && taken < most && *more; more++)
		if (!count || !g_str_equal(*more, ranks[0].persona->id)) {
			g_strv_builder_add(chosen, *more);
			taken++;
		}
	return g_strv_builder_end(chosen);
}

/* --- parts ---------------------------------------------------------------------------------- */

struct piece {
	size_t number, size;
};

static int
compare_pieces(const void *a, const void *b)
{
	const struct piece *one = a, *two = b;
	return one->size != two->size ? (one->size < two->size) - (one->size > two->size) : (one->number > two->number) - (one->number < two->number);
}

unsigned
tactic_divide(const struct material *material, size_t count, unsigned parts, unsigned *ret)
{
	parts = (unsigned)MIN((size_t)MAX(parts, 1), count);
	g_autofree struct piece *pieces = g_new(struct piece, count + 1);
	g_autofree size_t *bytes = g_new0(size_t, parts + 1);
	for (size_t i = 0; i < count; i++)
		pieces[i] = (struct piece){ i, material[i].size };
	qsort(pieces, count, sizeof *pieces, compare_pieces);
	for (size_t i = 0; i < count; i++) {
		unsigned least = 0;
		for (unsigned part = 1; part < parts; part++)
			if (bytes[part] < bytes[least])
				least = part;
		ret[pieces[i].number] = least;
		bytes[least] += pieces[i].size + 1;   /* so that what is empty counts, and no part stays without any */
	}
	return parts;
}

/* --- tasks ---------------------------------------------------------------------------------- */

struct drafting {
	const struct tactic_wish *wish;
	struct orchestration *plan;
	char **specialists;
	unsigned count;
};

static struct orchestra_wave *
add_wave(struct drafting *drafting)
{
	struct orchestra_wave *wave = record_append(&orchestra_wave_record, &drafting->plan->waves);
	wave->wave_number = (int64_t)drafting->plan->waves.count;
	return wave;
}

static struct orchestra_task *
add_task(const struct drafting *drafting, struct orchestra_wave *wave, const char *specialist, char *id)
{
	struct orchestra_task *task = record_append(&orchestra_task_record, &wave->tasks);
	task->task_id = id;
	task->specialist = g_strdup(specialist);
	task->timeout = drafting->wish->timeout;
	return task;
}

/* The material of a part, of one piece, or all of it where `part` is NULL. */
static void
write_material(struct writer *writer, const struct tactic_wish *wish, const unsigned *part, unsigned number)
{
	for (int files = 1; files >= 0; files--) {
		bool begun = false;
		for (size_t i = 0; i < wish->count; i++) {
			const struct material *piece = &wish->material[i];
			if ((piece->name != NULL) != files || (part && part[i] != number))
				continue;
			if (!begun) {
				writer_key(writer, files ? "files" : "items");
				writer_begin_array(writer);
				begun = true;
			}
			if (files)
				writer_text(writer, piece->name);
			else
				writer_value(writer, piece->item);
		}
		if (begun)
			writer_end(writer);
	}
}

static struct doc *
make_input(const struct tactic_wish *wish, const unsigned *part, unsigned number, const char *need)
{
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	if (need) {
		writer_key(&writer, "needs");
		writer_begin_array(&writer);
		writer_text(&writer, need);
		writer_end(&writer);
	}
	write_material(&writer, wish, part, number);
	writer_end(&writer);
	return writer_doc(&writer);
}

/* Each looks at all of it. Who is named twice speaks twice. */
static void
draft_side_by_side(struct drafting *drafting)
{
	struct orchestra_wave *wave = add_wave(drafting);
	for (unsigned i = 0; i < drafting->count; i++) {
		char *id = g_strdup_printf("%u-%s", i + 1, drafting->specialists[i]);
		add_task(drafting, wave, drafting->specialists[i], id)->input_data = make_input(drafting->wish, NULL, 0, NULL);
	}
}

static void
draft_parts(struct drafting *drafting)
{
	const struct tactic_wish *wish = drafting->wish;
	g_autofree unsigned *part = g_new0(unsigned, wish->count + 1);
	unsigned parts = tactic_divide(wish->material, wish->count, MAX(wish->workers, drafting->count), part);
	struct orchestra_wave *wave = add_wave(drafting);
	for (unsigned i = 0; i < parts; i++) {
		const char *specialist = drafting->specialists[i % drafting->count];
		add_task(drafting, wave, specialist, g_strdup_printf("part-%u", i + 1))->input_data = make_input(wish, part, i, NULL);
	}
}

/* One line for each piece, which runs through all stations by itself. */
static void
draft_stations(struct drafting *drafting)
{
	const struct tactic_wish *wish = drafting->wish;
	unsigned lines = (unsigned)MAX(wish->count, 1);
	g_autofree unsigned *part = g_new0(unsigned, lines + 1);
	for (unsigned i = 0; i < lines; i++)
		part[i] = i;
	for (unsigned station = 0; station < drafting->count; station++) {
		struct orchestra_wave *wave = add_wave(drafting);
		for (unsigned line = 0; line < lines; line++) {
			g_autofree char *before = station ? g_strdup_printf("%u-%s-%u", station, drafting->specialists[station - 1], line + 1) : NULL;
			char *id = g_strdup_printf("%u-%s-%u", station + 1, drafting->specialists[station], line + 1);
			add_task(drafting, wave, drafting->specialists[station], id)->input_data = make_input(wish, part, line, before);
		}
	}
}

static bool
find_specialists(const struct tactic_wish *wish, char ***ret, GError **error)
{
	const char *const *named = wish->specialists;
	bool choose = !named || !*named || (g_str_equal(*named, "auto") && !named[1]);
	*ret = choose ? tactic_choose(wish) : g_strdupv((char **)(uintptr_t)named);
	for (char **id = *ret; *id; id++)
		if (!personas_find(wish->known, *id))
			return error_set(error, ERR_INVALID, "see 'teamwright specialists list' and 'teamwright personas list'", "there is no specialist '%s'", *id);
	return true;
}

bool
tactic_plan(const struct tactic_wish *wish, struct orchestration *ret, GError **error)
{
	static void (*const drafts[])(struct drafting *drafting) = { draft_side_by_side, draft_parts, draft_stations, draft_side_by_side };
	g_auto(GStrv) specialists = NULL;
	if (!find_specialists(wish, &specialists, error))
		return false;
	if (wish->kind == TACTIC_DIVIDE && !wish->count)
		return error_set(error, ERR_INVALID, "give it files (--file) or items (--item)", "there is nothing to divide");
	record_init(&orchestration_record, ret);
	struct drafting drafting = { wish, ret, specialists, g_strv_length(specialists) };
	ret->problem = g_strdup(wish->problem);
	ret->context = wish->context ? doc_ref(wish->context) : NULL;
	g_free(ret->synthesis_strategy);
	ret->synthesis_strategy = g_strdup(wish->synthesis ? wish->synthesis : wish->tactic->synthesis_strategy);
	bool first = g_str_equal(ret->synthesis_strategy, "use_first_result");
	g_free(ret->success_criteria);
	ret->success_criteria = g_strdup(wish->success ? wish->success : first ? "any" : wish->tactic->success_criteria);
	drafts[wish->kind](&drafting);
	if (wish->conclude)
		add_task(&drafting, add_wave(&drafting), wish->conclude, g_strdup("conclusion"));
	return true;
}
