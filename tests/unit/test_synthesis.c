/* Syntheses: nothing that was said gets lost, and the order in which it was said makes no difference to what it comes to. */
#include <math.h>

#include "expect.h"
#include "team/synthesis.h"

static struct opinion *
add_opinion(struct opinion_list *list, const char *specialist, const char *answer)
{
	struct opinion *opinion = record_append(&opinion_record, list);
	opinion->task_id = g_strdup_printf("%zu-%s", list->count, specialist);
	opinion->specialist = g_strdup(specialist);
	opinion->answer = g_strdup(answer);
	return opinion;
}

static void
add_finding(struct opinion *opinion, const char *subject, const char *claim, const char *evidence, double confidence)
{
	struct insight *insight = record_append(&insight_record, &opinion->findings);
	insight->subject = g_strdup(subject);
	insight->claim = g_strdup(claim);
	insight->evidence = g_strdup(evidence);
	insight->confidence = confidence;
}

static void
test_meaning(void)
{
	static const char *const same[][2] = {
		{ "Use a queue.", "use  a\nQUEUE" }, { "\"yes\"", "Yes!" }, { "Stra\xc3\x9f""e", "STRASSE" }, { "e\xcc\x81", "\xc3\x89" }, { "", "  . " },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(same); i++) {
		g_autofree char *one = meaning_of(same[i][0]), *two = meaning_of(same[i][1]);
		g_assert_cmpstr(one, ==, two);
	}
	g_autofree char *one = meaning_of("port 80"), *two = meaning_of("port 81"), *none = meaning_of(NULL);
	g_assert_cmpstr(one, !=, two);
	g_assert_cmpstr(none, ==, "");
}

static const char *const words[] = { "cause", "Cause", "owner", "port 80", "port 81", "yes", "no", "No." };

static void
make_opinions(GRand *random, struct opinion_list *ret)
{
	static const char *const who[] = { "syntax", "logic", "pattern" };
	unsigned count = (unsigned)g_rand_int_range(random, 0, 6);
	for (unsigned i = 0; i < count; i++) {
		struct opinion *opinion = add_opinion(ret, who[g_rand_int_range(random, 0, 3)], g_rand_int_range(random, 0, 6) ? words[g_rand_int_range(random, 0, 8)] : "");
		for (int k = g_rand_int_range(random, 0, 5); k > 0; k--)
			add_finding(opinion, words[g_rand_int_range(random, 0, 4)], words[g_rand_int_range(random, 2, 8)], g_rand_boolean(random) ? "in the text" : "",
			            g_rand_double(random));
	}
}

static bool
has_stance(const struct synthesis *synthesis, const struct insight *insight, const char *source)
{
	g_autofree char *subject = meaning_of(insight->subject), *claim = meaning_of(insight->claim);
	for (size_t i = 0; i < synthesis->topics.count; i++) {
		const struct topic *topic = &synthesis->topics.items[i];
		g_autofree char *about = meaning_of(topic->subject);
		for (size_t k = 0; g_str_equal(about, subject) && k < topic->stances.count; k++) {
			g_autofree char *said = meaning_of(topic->stances.items[k].claim);
			if (g_str_equal(said, claim) && g_strv_contains((const char *const *)topic->stances.items[k].sources, source))
				return true;
		}
	}
	return false;
}

static void
check_topics(const struct synthesis *synthesis)
{
	int64_t contradictions = 0, open = 0;
	for (size_t i = 0; i < synthesis->topics.count; i++) {
		const struct topic *topic = &synthesis->topics.items[i];
		bool undecided = g_str_equal(topic->resolved_by, "open");
		g_assert_cmpuint(topic->stances.count, >, 0);
		for (size_t k = 0; k < topic->stances.count; k++)
			g_assert_cmpint(topic->stances.items[k].chosen, ==, !k && !undecided);
		g_assert_cmpint(topic->contradiction, ==, topic->stances.count > 1);
		contradictions += topic->contradiction;
		open += undecided;
	}
	g_assert_cmpint(synthesis->contradictions, ==, contradictions);
	g_assert_cmpint(synthesis->open, ==, open);
}

static void
test_merge(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(11);
	for (unsigned round = 0; round < (at_full_size() ? 20000u : 1000u); round++) {
		struct opinion_list opinions = { 0 };
		struct synthesis synthesis;
		record_init(&synthesis_record, &synthesis);
		make_opinions(random, &opinions);
		synthesis_merge(&opinions, round % 2 ? "this stands in the text, too" : NULL, &synthesis);
		check_topics(&synthesis);
		for (size_t i = 0; i < opinions.count; i++)
			for (size_t k = 0; k < opinions.items[i].findings.count; k++)
				g_assert_true(has_stance(&synthesis, &opinions.items[i].findings.items[k], opinions.items[i].task_id));
		for (size_t i = 0; i < synthesis.topics.count; i++) {
			bool open = g_str_equal(synthesis.topics.items[i].resolved_by, "open");
			g_assert_false(topic_settle(&synthesis, &synthesis.topics.items[i], 99, "none such"));
			g_assert_cmpint(topic_settle(&synthesis, &synthesis.topics.items[i], 0, "the first"), ==, open);
		}
		check_topics(&synthesis);
		g_assert_cmpint(synthesis.open, ==, 0);
		record_finish(&synthesis_record, &synthesis);
		record_list_finish(&opinion_record, &opinions);
	}
}

/* The judge says which claims are the same in other words: they count with the one that is taken, and where nothing else was said, nobody
 * was contradicted. */
static void
test_unite(void)
{
	static const char *const specialists[] = { "logic", "syntax", "pattern" }, *const claims[] = { "a tab", "U+0009", "two blanks" };
	for (unsigned count = 2; count <= 3; count++) {
		struct opinion_list opinions = { 0 };
		struct synthesis synthesis;
		record_init(&synthesis_record, &synthesis);
		for (unsigned i = 0; i < count; i++)
			add_finding(add_opinion(&opinions, specialists[i], specialists[i]), "cause", claims[i], "", 1);
		synthesis_merge(&opinions, NULL, &synthesis);
		struct topic *topic = &synthesis.topics.items[0];
		g_assert_cmpstr(topic->resolved_by, ==, "open");
		topic_unite(topic, 0);
		topic_unite(topic, 99);
		g_assert_true(topic_settle(&synthesis, topic, 1, "the same sign"));
		g_assert_cmpstr(topic->stances.items[0].claim, ==, "U+0009");
		g_assert_cmpstr(topic->stances.items[1].claim, ==, "a tab");
		g_assert_true(topic->stances.items[1].chosen);
		g_assert_cmpint(topic->contradiction, ==, count == 3);
		g_assert_cmpint(synthesis.contradictions, ==, count == 3);
		g_assert_cmpint(synthesis.open, ==, 0);
		topic_unite(topic, count - 1);   /* too late */
		g_assert_cmpint(topic->stances.items[count - 1].chosen, ==, count == 2);
		record_finish(&synthesis_record, &synthesis);
		record_list_finish(&opinion_record, &opinions);
	}
}

static void
check_camps(const struct topic *topic, const unsigned *camp_of, unsigned camps)
{
	g_assert_cmpint(topic->contradiction, ==, camps > 1);
	bool open = g_str_equal(topic->resolved_by, "open");
	unsigned chosen = 0, camp = 0;
	for (size_t i = 0; i < topic->stances.count; i++)
		if (topic->stances.items[i].chosen) {
			g_assert_true(!chosen || camp_of[topic->stances.items[i].severity] == camp);
			camp = camp_of[topic->stances.items[i].severity];
			chosen++;
		}
	unsigned members = 0;
	for (size_t i = 0; i < topic->stances.count; i++)
		members += chosen && camp_of[i] == camp;
	g_assert_cmpuint(chosen, ==, open ? 0 : members);
	if (camps == 1)
		g_assert_cmpstr(topic->resolved_by, ==, topic->stances.count > 1 ? "judge" : "agreed");
}

/* However a judge joins claims: a camp is chosen whole or not at all, nothing is lost, and the sums are right. */
static void
test_join(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(12);
	for (unsigned round = 0; round < (at_full_size() ? 20000u : 1000u); round++) {
		struct opinion_list opinions = { 0 };
		struct synthesis synthesis;
		int64_t contradictions = 0, open = 0;
		record_init(&synthesis_record, &synthesis);
		make_opinions(random, &opinions);
		synthesis_merge(&opinions, round % 2 ? "this stands in the text, too" : NULL, &synthesis);
		for (size_t i = 0; i < synthesis.topics.count; i++) {
			struct topic *topic = &synthesis.topics.items[i];
			size_t count = topic->stances.count;
			g_autofree unsigned *camp_of = g_new(unsigned, count);
			g_autofree bool *known = g_new0(bool, count);
			unsigned camps = 0;
			for (size_t k = 0; k < count; k++) {
				topic->stances.items[k].severity = (unsigned)k;   /* its mark, wherever it goes */
				camp_of[k] = (unsigned)g_rand_int_range(random, 0, (int)count);
				camps += !known[camp_of[k]];
				known[camp_of[k]] = true;
			}
			topic_join(&synthesis, &opinions, topic, camp_of, "by the judge");
			g_assert_cmpuint(topic->stances.count, ==, count);
			check_camps(topic, camp_of, camps);
			contradictions += topic->contradiction;
			open += g_str_equal(topic->resolved_by, "open");
		}
		g_assert_cmpint(synthesis.contradictions, ==, contradictions);
		g_assert_cmpint(synthesis.open, ==, open);
		record_finish(&synthesis_record, &synthesis);
		record_list_finish(&opinion_record, &opinions);
	}
}

/* Who speaks twice has one vote. */
static void
test_votes(void)
{
	struct opinion_list opinions = { 0 };
	struct synthesis synthesis;
	record_init(&synthesis_record, &synthesis);
	add_finding(add_opinion(&opinions, "logic", "x"), "port", "80", "", 1);
	add_finding(add_opinion(&opinions, "logic", "x"), "port", "80", "", 1);
	add_finding(add_opinion(&opinions, "syntax", "x"), "port", "81", "", 1);
	synthesis_merge(&opinions, NULL, &synthesis);
	g_assert_cmpstr(synthesis.topics.items[0].resolved_by, ==, "open");
	g_assert_cmpint(synthesis.topics.items[0].stances.items[0].votes, ==, 1);
	g_assert_cmpuint(g_strv_length(synthesis.topics.items[0].stances.items[0].sources), ==, 2);
	record_finish(&synthesis_record, &synthesis);
	record_list_finish(&opinion_record, &opinions);
}

static char *
agree(const struct opinion_list *opinions)
{
	struct synthesis synthesis;
	record_init(&synthesis_record, &synthesis);
	synthesis_agree(opinions, &synthesis);
	int64_t votes = 0, answered = 0;
	for (size_t i = 0; i < synthesis.groups.count; i++)
		votes += synthesis.groups.items[i].votes;
	for (size_t i = 0; i < opinions->count; i++)
		answered += opinions->items[i].answer && *opinions->items[i].answer;
	g_assert_cmpint(votes, ==, answered);
	g_assert_true(!synthesis.answer || synthesis.groups.items[0].votes >= synthesis.groups.items[synthesis.groups.count - 1].votes);
	char *json = record_to_json(&synthesis_record, &synthesis, false);
	record_finish(&synthesis_record, &synthesis);
	return json;
}

/* The same opinions in another order come to the same, to the last bit but for sums of rounded numbers. */
static void
test_consensus_is_symmetric(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(5);
	for (unsigned round = 0; round < (at_full_size() ? 20000u : 1000u); round++) {
		struct opinion_list opinions = { 0 };
		make_opinions(random, &opinions);
		for (size_t i = 0; i < opinions.count; i++)
			for (size_t k = 0; k < opinions.items[i].findings.count; k++)
				opinions.items[i].findings.items[k].confidence = (double)g_rand_int_range(random, 0, 5) / 4;
		g_autofree char *before = agree(&opinions);
		for (size_t i = opinions.count; i > 1; i--) {
			size_t other = (size_t)g_rand_int_range(random, 0, (int)i);
			struct opinion swap = opinions.items[i - 1];
			opinions.items[i - 1] = opinions.items[other];
			opinions.items[other] = swap;
		}
		g_autofree char *after = agree(&opinions);
		g_assert_cmpstr(after, ==, before);
		record_list_finish(&opinion_record, &opinions);
	}
}

static void
test_regroup(void)
{
	struct opinion_list opinions = { 0 };
	struct synthesis synthesis;
	record_init(&synthesis_record, &synthesis);
	static const char *const said[] = { "queue", "Queue.", "poll", "a message queue", "" };
	for (unsigned i = 0; i < G_N_ELEMENTS(said); i++)
		add_opinion(&opinions, "logic", said[i]);
	synthesis_agree(&opinions, &synthesis);
	g_assert_cmpuint(synthesis.groups.count, ==, 3);
	const unsigned good[] = { 0, 0, 1, 0, 1 }, torn[] = { 0, 1, 1, 0, 0 }, beyond[] = { 0, 0, 2, 0, 0 }, hollow[] = { 0, 0, 0, 0, 1 };
	char *meanings[] = { (char *)"push", (char *)"pull", NULL };
	g_assert_false(synthesis_regroup(&opinions, torn, 2, NULL, &synthesis));
	g_assert_false(synthesis_regroup(&opinions, beyond, 2, NULL, &synthesis));
	g_assert_false(synthesis_regroup(&opinions, hollow, 2, NULL, &synthesis));
	g_assert_cmpuint(synthesis.groups.count, ==, 3);
	g_assert_true(synthesis_regroup(&opinions, good, 2, meanings, &synthesis));
	g_assert_cmpuint(synthesis.groups.count, ==, 2);
	g_assert_cmpfloat_with_epsilon(synthesis.agreement, 0.75, 1e-9);
	g_assert_cmpstr(synthesis.groups.items[0].meaning, ==, "push");
	g_assert_cmpuint(synthesis.minority.count, ==, 1);
	record_finish(&synthesis_record, &synthesis);
	record_list_finish(&opinion_record, &opinions);
}

/* As many for one as for the other: no answer, and both stay. */
static void
test_tie(void)
{
	struct opinion_list opinions = { 0 };
	struct synthesis synthesis;
	record_init(&synthesis_record, &synthesis);
	add_opinion(&opinions, "logic", "yes");
	add_opinion(&opinions, "syntax", "no");
	synthesis_agree(&opinions, &synthesis);
	g_assert_null(synthesis.answer);
	g_assert_nonnull(synthesis.problem);
	g_assert_cmpuint(synthesis.minority.count, ==, 2);
	add_finding(&opinions.items[0], "s", "c", "", 0.5);
	synthesis_agree(&opinions, &synthesis);
	g_assert_cmpstr(synthesis.answer, ==, "yes");
	g_assert_cmpfloat_with_epsilon(synthesis.confidence, 0.25, 1e-9);
	record_finish(&synthesis_record, &synthesis);
	record_list_finish(&opinion_record, &opinions);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/synthesis/meaning", test_meaning);
	g_test_add_func("/synthesis/merge", test_merge);
	g_test_add_func("/synthesis/unite", test_unite);
	g_test_add_func("/synthesis/join", test_join);
	g_test_add_func("/synthesis/votes", test_votes);
	g_test_add_func("/synthesis/symmetric", test_consensus_is_symmetric);
	g_test_add_func("/synthesis/regroup", test_regroup);
	g_test_add_func("/synthesis/tie", test_tie);
	return g_test_run();
}
