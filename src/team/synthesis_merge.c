/* merge_all: findings by subject and claim. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "team/synthesis.h"

enum { QUOTATION_MIN = 4 };   /* bytes: less than that stands anywhere */

struct merging {
	const struct opinion_list *opinions;
	char *material;              /* normalised */
	struct synthesis *synthesis;
	GHashTable *topics;          /* number of a topic by the meaning of its subject */
};

static void
add_text(char ***list, const char *text)
{
	if (*list && g_strv_contains((const char *const *)*list, text))
		return;
	size_t count = *list ? g_strv_length(*list) : 0;
	*list = g_renew(char *, *list, count + 2);
	(*list)[count] = g_strdup(text);
	(*list)[count + 1] = NULL;
}

static struct topic *
find_topic(struct merging *merging, const char *subject)
{
	char *meaning = meaning_of(subject);
	void *found;
	if (g_hash_table_lookup_extended(merging->topics, meaning, NULL, &found)) {
		g_free(meaning);
		return &merging->synthesis->topics.items[GPOINTER_TO_SIZE(found)];
	}
	g_hash_table_insert(merging->topics, meaning, GSIZE_TO_POINTER(merging->synthesis->topics.count));
	struct topic *topic = record_append(&topic_record, &merging->synthesis->topics);
	topic->subject = g_strdup(subject);
	return topic;
}

static struct stance *
find_stance(struct topic *topic, const char *claim)
{
	g_autofree char *wanted = meaning_of(claim);
	for (size_t i = 0; i < topic->stances.count; i++) {
		g_autofree char *meaning = meaning_of(topic->stances.items[i].claim);
		if (g_str_equal(meaning, wanted))
			return &topic->stances.items[i];
	}
	struct stance *stance = record_append(&stance_record, &topic->stances);
	stance->claim = g_strdup(claim);
	stance->confidence = NAN;
	return stance;
}

static bool
is_quoted(const struct merging *merging, const char *evidence)
{
	g_autofree char *quotation = meaning_of(evidence);
	return merging->material && strlen(quotation) >= QUOTATION_MIN && strstr(merging->material, quotation);
}

/* Whether this specialist has a voice for the claim already. */
static bool
has_voted(const struct merging *merging, const struct stance *stance, const char *specialist)
{
	for (size_t i = 0; i < merging->opinions->count; i++) {
		const struct opinion *opinion = &merging->opinions->items[i];
		if (g_str_equal(opinion->specialist, specialist) && stance->sources && g_strv_contains((const char *const *)stance->sources, opinion->task_id))
			return true;
	}
	return false;
}

static void
add_insight(struct merging *merging, const struct opinion *opinion, const struct insight *insight)
{
	struct stance *stance = find_stance(find_topic(merging, insight->subject), insight->claim);
	stance->votes += !has_voted(merging, stance, opinion->specialist);
	add_text(&stance->sources, opinion->task_id);
	if (insight->evidence && *insight->evidence) {
		add_text(&stance->evidence, insight->evidence);
		stance->proven |= is_quoted(merging, insight->evidence);
	}
	stance->severity = MAX(stance->severity, insight->severity);
	stance->confidence = fmax(stance->confidence, insight->confidence);
}

/* --- deciding ------------------------------------------------------------------------------- */

static void
choose(struct topic *topic, size_t winner)
{
	struct stance chosen = topic->stances.items[winner];
	memmove(topic->stances.items + 1, topic->stances.items, winner * sizeof chosen);
	topic->stances.items[0] = chosen;
	topic->stances.items[0].chosen = true;
}

/* Claims that say the same: one in its own words, or several that a judge has joined. */
struct camp {
	bool proven;
	int64_t votes;               /* different specialists */
	size_t best;                 /* of its stances: the one that speaks for it */
	unsigned wordings;           /* 0: there is no such camp */
};

static bool
is_made_by(const struct topic *topic, const unsigned *camp_of, unsigned camp, const char *task)
{
	for (size_t i = 0; i < topic->stances.count; i++)
		if (camp_of[i] == camp && topic->stances.items[i].sources && g_strv_contains((const char *const *)topic->stances.items[i].sources, task))
			return true;
	return false;
}

/* Who says it in two ways has one voice. */
static int64_t
count_voices(const struct opinion_list *opinions, const struct topic *topic, const unsigned *camp_of, unsigned camp)
{
	g_autoptr(GHashTable) voices = g_hash_table_new(g_str_hash, g_str_equal);
	for (size_t i = 0; i < opinions->count; i++)
		if (is_made_by(topic, camp_of, camp, opinions->items[i].task_id))
			g_hash_table_add(voices, opinions->items[i].specialist);
	return g_hash_table_size(voices);
}

static struct camp *
list_camps(const struct opinion_list *opinions, const struct topic *topic, const unsigned *camp_of)
{
	struct camp *camps = g_new0(struct camp, topic->stances.count + 1);
	for (size_t i = 0; i < topic->stances.count; i++) {
		const struct stance *stance = &topic->stances.items[i];
		struct camp *camp = &camps[camp_of[i]];
		const struct stance *best = &topic->stances.items[camp->best];
		bool better = !camp->wordings || (stance->proven != best->proven ? stance->proven : stance->votes > best->votes);
		camp->best = better ? i : camp->best;
		camp->proven |= stance->proven;
		if (!camp->wordings++)
			camp->votes = count_voices(opinions, topic, camp_of, camp_of[i]);
	}
	return camps;
}

static void
choose_camp(struct topic *topic, const unsigned *camp_of, unsigned camp, size_t best)
{
	for (size_t i = 0; i < topic->stances.count; i++)
		topic->stances.items[i].chosen = camp_of[i] == camp;
	choose(topic, best);
}

/* The only camp with evidence that holds, else the only one with the most voices: over half of them or not, it has more than any other. */
static void
resolve(const struct opinion_list *opinions, struct topic *topic, const unsigned *camp_of)
{
	g_autofree struct camp *camps = list_camps(opinions, topic, camp_of);
	size_t count = 0, proven = 0, tied = 0;
	unsigned most = 0;
	for (size_t i = 0; i < topic->stances.count; i++) {
		count += camps[i].wordings > 0;
		proven += camps[i].proven;
	}
	int64_t votes = -1;
	for (unsigned i = 0; i < topic->stances.count; i++) {
		if (!camps[i].wordings || (proven && !camps[i].proven))   /* among those that are proven, where some are */
			continue;
		tied = camps[i].votes == votes ? tied + 1 : camps[i].votes > votes ? 1 : tied;
		most = camps[i].votes > votes ? i : most;
		votes = MAX(votes, camps[i].votes);
	}
	const char *alone = topic->stances.count > 1 ? "judge" : "agreed";
	topic->contradiction = count > 1;
	g_free(topic->resolved_by);
	topic->resolved_by = g_strdup(!topic->contradiction ? alone : proven == 1 ? "evidence" : tied == 1 ? "majority" : "open");
	if (!g_str_equal(topic->resolved_by, "open"))
		choose_camp(topic, camp_of, most, camps[most].best);
}

static void
resolve_apart(const struct opinion_list *opinions, struct topic *topic)
{
	g_autofree unsigned *camp_of = g_new(unsigned, topic->stances.count + 1);
	for (unsigned i = 0; i < topic->stances.count; i++)
		camp_of[i] = i;
	resolve(opinions, topic, camp_of);
}

static unsigned
gravest(const struct topic *topic)
{
	unsigned severity = 0;
	for (size_t i = 0; i < topic->stances.count; i++)
		severity = MAX(severity, topic->stances.items[i].severity);
	return severity;
}

static int
compare_topics(const void *a, const void *b)
{
	unsigned one = gravest(a), two = gravest(b);
	return one != two ? (one < two) - (one > two) : strcmp(((const struct topic *)a)->subject, ((const struct topic *)b)->subject);
}

void
synthesis_merge(const struct opinion_list *opinions, const char *material, struct synthesis *ret)
{
	g_autoptr(GHashTable) topics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *plain = material ? meaning_of(material) : NULL;
	struct merging merging = { opinions, plain, ret, topics };
	for (size_t i = 0; i < opinions->count; i++) {
		if (opinions->items[i].findings.count || opinions->items[i].answer)
			add_text(&ret->sources, opinions->items[i].task_id);
		for (size_t k = 0; k < opinions->items[i].findings.count; k++)
			add_insight(&merging, &opinions->items[i], &opinions->items[i].findings.items[k]);
	}
	for (size_t i = 0; i < ret->topics.count; i++) {
		resolve_apart(opinions, &ret->topics.items[i]);
		ret->contradictions += ret->topics.items[i].contradiction;
		ret->open += g_str_equal(ret->topics.items[i].resolved_by, "open");
	}
	if (ret->topics.count)
		qsort(ret->topics.items, ret->topics.count, sizeof *ret->topics.items, compare_topics);
}

void
topic_join(struct synthesis *synthesis, const struct opinion_list *opinions, struct topic *topic, const unsigned *camp_of, const char *reason)
{
	synthesis->contradictions -= topic->contradiction;
	synthesis->open -= g_str_equal(topic->resolved_by, "open");
	for (size_t i = 0; i < topic->stances.count; i++)
		topic->stances.items[i].chosen = false;
	resolve(opinions, topic, camp_of);
	synthesis->contradictions += topic->contradiction;
	synthesis->open += g_str_equal(topic->resolved_by, "open");
	if (!g_str_equal(topic->resolved_by, "judge"))
		return;
	g_free(topic->reason);
	topic->reason = g_strdup(reason);
}

void
topic_unite(struct topic *topic, size_t stance)
{
	if (stance < topic->stances.count && g_str_equal(topic->resolved_by, "open"))
		topic->stances.items[stance].chosen = true;
}

static bool
is_united(const struct topic *topic)
{
	for (size_t i = 0; i < topic->stances.count; i++)
		if (!topic->stances.items[i].chosen)
			return false;
	return true;
}

bool
topic_settle(struct synthesis *synthesis, struct topic *topic, size_t stance, const char *reason)
{
	if (stance >= topic->stances.count || !g_str_equal(topic->resolved_by, "open"))
		return false;
	choose(topic, stance);
	g_free(topic->resolved_by);
	topic->resolved_by = g_strdup("judge");
	g_free(topic->reason);
	topic->reason = g_strdup(reason);
	synthesis->open--;
	if (is_united(topic)) {
		topic->contradiction = false;
		synthesis->contradictions--;
	}
	return true;
}
