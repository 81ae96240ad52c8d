/* consensus: answers by meaning. What comes of it does not depend on the order in which they came. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "team/synthesis.h"

struct grouping {
	const struct opinion_list *opinions;
	unsigned *group_of;          /* UINT_MAX: no answer */
	unsigned count;
};

static bool
has_answer(const struct opinion *opinion)
{
	return opinion->answer && *opinion->answer;
}

/* Numbers for the same words. */
static struct grouping
group_words(const struct opinion_list *opinions)
{
	struct grouping grouping = { opinions, g_new(unsigned, opinions->count + 1), 0 };
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < opinions->count; i++) {
		char *meaning = meaning_of(opinions->items[i].answer);
		void *found;
		grouping.group_of[i] = UINT_MAX;
		if (!has_answer(&opinions->items[i])) {
			g_free(meaning);
		} else if (g_hash_table_lookup_extended(known, meaning, NULL, &found)) {
			grouping.group_of[i] = GPOINTER_TO_UINT(found);
			g_free(meaning);
		} else {
			grouping.group_of[i] = grouping.count;
			g_hash_table_insert(known, meaning, GUINT_TO_POINTER(grouping.count++));
		}
	}
	return grouping;
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
fill_group(const struct grouping *grouping, unsigned number, struct answer_group *group)
{
	g_autoptr(GPtrArray) sources = g_ptr_array_new();
	double sum = 0;
	size_t stated = 0;
	for (size_t i = 0; i < grouping->opinions->count; i++) {
		const struct opinion *opinion = &grouping->opinions->items[i];
		if (grouping->group_of[i] != number)
			continue;
		group->votes++;
		g_ptr_array_add(sources, opinion->task_id);
		for (size_t k = 0; k < opinion->findings.count; k++) {
			double confidence = opinion->findings.items[k].confidence;
			sum += isnan(confidence) ? 0 : confidence;
			stated += !isnan(confidence);
		}
		/* Of several wordings the one that sorts first, so that it is the same in any order. */
		if (!group->answer || strcmp(opinion->answer, group->answer) < 0) {
			g_free(group->answer);
			group->answer = g_strdup(opinion->answer);
		}
	}
	g_ptr_array_sort(sources, compare_texts);
	g_ptr_array_add(sources, NULL);
	group->sources = g_strdupv((char **)sources->pdata);
	group->confidence = stated ? sum / (double)stated : NAN;
}

/* Who says nothing of it is not sure. */
static double
sureness(const struct answer_group *group)
{
	return isnan(group->confidence) ? 0 : group->confidence;
}

static int
compare_groups(const void *a, const void *b)
{
	const struct answer_group *one = a, *two = b;
	double sure = sureness(one), other = sureness(two);
	if (one->votes != two->votes)
		return (one->votes < two->votes) - (one->votes > two->votes);
	return sure != other ? (sure < other) - (sure > other) : strcmp(one->answer, two->answer);
}

/* Takes the largest group. Two that are as large, with nothing that would tell them apart, come to no answer. */
static void
conclude(struct synthesis *synthesis)
{
	int64_t all = 0;
	const struct answer_group_list *groups = &synthesis->groups;
	for (size_t i = 0; i < groups->count; i++)
		all += groups->items[i].votes;
	synthesis->agreement = all ? (double)groups->items[0].votes / (double)all : NAN;
	if (!all)
		return;
	bool tied = groups->count > 1 && groups->items[0].votes == groups->items[1].votes &&
	            !(sureness(&groups->items[0]) > sureness(&groups->items[1]));
	for (size_t i = tied ? 0 : 1; i < groups->count; i++)
		record_copy(&answer_group_record, &groups->items[i], record_append(&answer_group_record, &synthesis->minority));
	synthesis->confidence = synthesis->agreement * (isnan(groups->items[0].confidence) ? 1 : groups->items[0].confidence);
	if (tied) {
		synthesis->problem = g_strdup("as many are for one answer as for another");
		return;
	}
	synthesis->answer = g_strdup(groups->items[0].answer);
	synthesis->sources = g_strdupv(groups->items[0].sources);
}

static void
take_groups(const struct grouping *grouping, char *const *meanings, const char *how, struct synthesis *ret)
{
	record_list_finish(&answer_group_record, &ret->groups);
	record_list_finish(&answer_group_record, &ret->minority);
	g_clear_pointer(&ret->answer, g_free);
	g_clear_pointer(&ret->problem, g_free);
	g_clear_pointer(&ret->sources, g_strfreev);
	g_free(ret->grouped_by);
	ret->grouped_by = g_strdup(how);
	for (unsigned i = 0; i < grouping->count; i++) {
		struct answer_group *group = record_append(&answer_group_record, &ret->groups);
		fill_group(grouping, i, group);
		group->meaning = meanings ? g_strdup(meanings[i]) : NULL;
	}
	if (ret->groups.count)
		qsort(ret->groups.items, ret->groups.count, sizeof *ret->groups.items, compare_groups);
	conclude(ret);
}

void
synthesis_agree(const struct opinion_list *opinions, struct synthesis *ret)
{
	struct grouping grouping = group_words(opinions);
	take_groups(&grouping, NULL, "words", ret);
	g_free(grouping.group_of);
}

bool
synthesis_regroup(const struct opinion_list *opinions, const unsigned *group_of, unsigned groups, char *const *meanings, struct synthesis *ret)
{
	struct grouping words = group_words(opinions), judged = { opinions, g_new(unsigned, opinions->count + 1), groups };
	g_autofree unsigned *seen = g_new(unsigned, words.count + 1);
	g_autofree bool *filled = g_new0(bool, groups + 1);
	bool whole = true;
	memset(seen, 0xff, (words.count + 1) * sizeof *seen);
	for (size_t i = 0; i < opinions->count; i++) {
		unsigned word = words.group_of[i];
		judged.group_of[i] = word == UINT_MAX ? UINT_MAX : group_of[i];
		if (word == UINT_MAX)
			continue;
		whole = whole && group_of[i] < groups && (seen[word] == UINT_MAX || seen[word] == group_of[i]);
		seen[word] = group_of[i];
		if (whole)
			filled[group_of[i]] = true;
	}
	for (unsigned i = 0; i < groups; i++)
		whole = whole && filled[i];
	if (whole)
		take_groups(&judged, meanings, "judge", ret);
	g_free(words.group_of);
	g_free(judged.group_of);
	return whole;
}
