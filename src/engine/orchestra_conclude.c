/* What the results of specialists come to. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/proc.h"
#include "engine/counsel.h"
#include "engine/orchestra.h"

enum { JUDGE_MS = 300000, COMMAND_MS = 300000, OUTPUT_MAX = 16 << 20 };

struct concluding {
	const struct orchestra_order *order;
	const struct specialist_result_list *results;
	struct opinion_list opinions;        /* of those that have an answer */
	struct synthesis *synthesis;
	bool optional;                       /* without a judge there is a result as well */
	bool poor;                           /* a limit kept the judge from being asked, and nothing else decides */
};

static void
take_opinions(struct concluding *concluding)
{
	for (size_t i = 0; i < concluding->results->count; i++) {
		const struct specialist_result *result = &concluding->results->items[i];
		if (!result->success)
			continue;
		struct opinion *opinion = record_append(&opinion_record, &concluding->opinions);
		opinion->task_id = g_strdup(result->task_id);
		opinion->specialist = g_strdup(result->specialist);
		opinion->answer = g_strdup(result->answer);
		for (size_t k = 0; k < result->findings.count; k++)
			record_copy(&insight_record, &result->findings.items[k], record_append(&insight_record, &opinion->findings));
	}
}

/* --- the judge ------------------------------------------------------------------------------ */

static bool
ask_judge(struct concluding *concluding, const char *prompt, const char *schema, char *material, structured_judge *check, void *data,
          struct structured_answer *ret)
{
	const struct orchestra_order *order = concluding->order;
	int64_t deadline = clock_ms() + JUDGE_MS;
	struct counsel counsel = { .models = order->models, .model = order->model, .accounts = order->accounts, .memory = order->memory, .cancelled = order->cancelled, .run = order->run,
		                   .deadline_ms = order->deadline_ms ? MIN(order->deadline_ms, deadline) : deadline };
	struct counsel_form form;
	struct question question = { .form = &form, .material = material, .judge = check, .data = data };
	GError *error = NULL;
	*ret = (struct structured_answer){ 0 };
	bool ok = counsel_form_load(order->catalogue, prompt, schema, &form, &error) && counsel_ask(&counsel, &question, ret, &error);
	counsel_form_clear(&form);
	if (!ok) {
		g_autofree char *text = error_text(error);
		g_free(concluding->synthesis->problem);
		concluding->synthesis->problem = g_strdup_printf("no judge could %s: %s", concluding->optional ? "say which claims are the same in other words" : "decide", text);
		concluding->poor = error_code(error) == ERR_BUDGET && !concluding->optional;
		g_error_free(error);
	}
	g_free(material);
	return ok;
}

static void
begin_material(struct writer *writer, const struct orchestration *plan)
{
	writer_init(writer, false);
	writer_begin_object(writer);
	writer_member_text(writer, "problem", plan->problem);
	if (plan->context)
		writer_member_value(writer, "context", doc_root(plan->context));
}

static bool
is_open(const struct topic *topic)
{
	return g_str_equal(topic->resolved_by, "open");
}

static char *
write_contradictions(const struct concluding *concluding)
{
	struct writer writer;
	const struct topic_list *topics = &concluding->synthesis->topics;
	begin_material(&writer, concluding->order->briefing->plan);
	writer_key(&writer, "contradictions");
	writer_begin_array(&writer);
	for (size_t i = 0, number = 0; i < topics->count; i++) {
		const struct topic *topic = &topics->items[i];
		if (!topic->contradiction)
			continue;
		writer_begin_object(&writer);
		writer_member_int(&writer, "contradiction", (int64_t)++number);
		writer_member_text(&writer, "subject", topic->subject);
		writer_key(&writer, "claims");
		writer_begin_array(&writer);
		for (size_t k = 0; k < topic->stances.count; k++) {
			const struct stance *stance = &topic->stances.items[k];
			writer_begin_object(&writer);
			writer_member_int(&writer, "claim", (int64_t)k + 1);
			writer_member_text(&writer, "text", stance->claim);
			writer_key(&writer, "evidence");
			writer_begin_array(&writer);
			for (char **evidence = stance->evidence; evidence && *evidence; evidence++)
				writer_text(&writer, *evidence);
			writer_end(&writer);
			writer_member_int(&writer, "stand_for_it", stance->votes);
			writer_end(&writer);
		}
		writer_end(&writer);
		writer_end(&writer);
	}
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

/* The topics with several claims in their order, before anything is said of them; free the array alone. */
static struct topic **
list_contradictions(struct synthesis *synthesis)
{
	struct topic **list = g_new0(struct topic *, synthesis->topics.count + 1), **next = list;
	for (size_t i = 0; i < synthesis->topics.count; i++)
		if (synthesis->topics.items[i].contradiction)
			*next++ = &synthesis->topics.items[i];
	return list;
}

/* Puts the camp of a claim into that of another one. */
static void
join_camps(unsigned *camp_of, size_t count, size_t one, size_t other)
{
	unsigned from = camp_of[other], to = camp_of[one];
	for (size_t i = 0; i < count; i++)
		camp_of[i] = camp_of[i] == from ? to : camp_of[i];
}

/* The claims that are the same in other words, and what follows from it for evidence and voices. */
static void
join_claims(struct concluding *concluding, struct topic *topic, const struct value *verdict, unsigned *camp_of)
{
	size_t count = topic->stances.count;
	bool joined = false;
	for (unsigned i = 0; i < count; i++)
		camp_of[i] = i;
	VALUE_EACH (group, value_member(verdict, "same")) {
		int64_t first = 0, number;
		VALUE_EACH (claim, group) {
			if (!value_int64(claim, &number) || number < 1 || number > (int64_t)count)
				continue;
			first = first ? first : number;
			joined |= first != number;
			join_camps(camp_of, count, (size_t)first - 1, (size_t)number - 1);
		}
	}
	if (joined)
		topic_join(concluding->synthesis, &concluding->opinions, topic, camp_of, value_member_text(verdict, "reason"));
}

/* The judge's choice, where neither evidence nor voices decide: the claims are in the order in which it saw them then. */
static void
settle(struct synthesis *synthesis, struct topic *topic, const struct value *verdict, const unsigned *camp_of)
{
	int64_t claim;
	if (!is_open(topic) || !value_int64(value_member(verdict, "claim"), &claim) || claim < 1 || claim > (int64_t)topic->stances.count)
		return;
	for (size_t i = 0; i < topic->stances.count; i++)
		if (camp_of[i] == camp_of[claim - 1])
			topic_unite(topic, i);
	topic_settle(synthesis, topic, (size_t)claim - 1, value_member_text(verdict, "reason"));
}

/* One question for all of them: what is the same in other words is joined before it is counted. */
static void
judge_contradictions(struct concluding *concluding)
{
	struct structured_answer answer;
	struct synthesis *synthesis = concluding->synthesis;
	g_autofree struct topic **topics = list_contradictions(synthesis);
	int64_t count = synthesis->contradictions, number;
	concluding->optional = !synthesis->open;
	if (ask_judge(concluding, "judge", "verdicts", write_contradictions(concluding), NULL, NULL, &answer)) {
		VALUE_EACH (verdict, value_member(doc_root(answer.doc), "verdicts")) {
			if (!value_int64(value_member(verdict, "contradiction"), &number) || number < 1 || number > count || !topics[number - 1])
				continue;
			struct topic *topic = topics[number - 1];
			g_autofree unsigned *camp_of = g_new(unsigned, topic->stances.count + 1);
			topics[number - 1] = NULL;   /* a second verdict would count claims that have changed their places */
			join_claims(concluding, topic, verdict, camp_of);
			settle(synthesis, topic, verdict, camp_of);
		}
	}
	structured_answer_clear(&answer);
}

/* --- merge_all ------------------------------------------------------------------------------ */

/* Where one task stands at the end and gets what the others found, its answer is that of all. */
static void
take_conclusion(struct concluding *concluding)
{
	const struct orchestration *plan = concluding->order->briefing->plan;
	const struct orchestra_wave *last = &plan->waves.items[plan->waves.count - 1];
	const struct specialist_result *result = &concluding->results->items[concluding->results->count - 1];
	if (last->tasks.count != 1 || !result->success)
		return;
	concluding->synthesis->answer = g_strdup(result->answer);
}

static bool
merge(struct concluding *concluding)
{
	g_autofree char *material = briefing_material(concluding->order->briefing);
	synthesis_merge(&concluding->opinions, material, concluding->synthesis);
	if (concluding->synthesis->contradictions && concluding->order->judge)
		judge_contradictions(concluding);
	take_conclusion(concluding);
	return true;
}

/* The winner's alone: the others were cancelled, or came too late. */
static bool
take_first(struct concluding *concluding)
{
	const struct specialist_result *first = NULL;
	for (size_t i = 0; i < concluding->results->count; i++) {
		const struct specialist_result *result = &concluding->results->items[i];
		if (result->success && (!first || result->started + result->duration < first->started + first->duration))
			first = result;
	}
	if (!first)
		return false;
	struct opinion_list all = concluding->opinions, one = { .count = 1 };
	for (size_t i = 0; i < all.count; i++)
		if (g_str_equal(all.items[i].task_id, first->task_id))
			one.items = &all.items[i];
	g_autofree char *material = briefing_material(concluding->order->briefing);
	synthesis_merge(&one, material, concluding->synthesis);
	concluding->synthesis->answer = g_strdup(first->answer);
	return true;
}

/* --- consensus ------------------------------------------------------------------------------ */

static char *
write_answers(const struct concluding *concluding)
{
	struct writer writer;
	begin_material(&writer, concluding->order->briefing->plan);
	writer_key(&writer, "answers");
	writer_begin_array(&writer);
	for (size_t i = 0; i < concluding->opinions.count; i++) {
		writer_begin_object(&writer);
		writer_member_int(&writer, "number", (int64_t)i + 1);
		writer_member_text(&writer, "answer", concluding->opinions.items[i].answer);
		writer_end(&writer);
	}
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

/* The group of each answer; false where some number stands in none, in two, or is none. */
static bool
read_groups(const struct value *groups, size_t count, unsigned *ret)
{
	size_t seen = 0;
	unsigned group = 0;
	memset(ret, 0xff, (count + 1) * sizeof *ret);
	VALUE_EACH (item, groups) {
		VALUE_EACH (member, value_member(item, "members")) {
			int64_t number;
			if (!value_int64(member, &number) || number < 1 || (size_t)number > count || ret[number - 1] != UINT_MAX)
				return false;
			ret[number - 1] = group;
			seen++;
		}
		group++;
	}
	return seen == count;
}

static char *
check_groups(void *data, struct doc *doc)
{
	const struct concluding *concluding = data;
	g_autofree unsigned *group_of = g_new(unsigned, concluding->opinions.count + 1);
	bool good = read_groups(value_member(doc_root(doc), "groups"), concluding->opinions.count, group_of);
	return good ? NULL : g_strdup_printf("- every number from 1 to %zu has to stand in exactly one group\n", concluding->opinions.count);
}

static void
take_meanings(struct concluding *concluding, const struct value *root)
{
	g_autofree unsigned *group_of = g_new(unsigned, concluding->opinions.count + 1);
	g_autoptr(GPtrArray) meanings = g_ptr_array_new();
	const struct value *groups = value_member(root, "groups");
	struct synthesis *synthesis = concluding->synthesis;
	VALUE_EACH (group, groups)
		g_ptr_array_add(meanings, (void *)(uintptr_t)value_member_text(group, "meaning"));
	g_ptr_array_add(meanings, NULL);
	read_groups(groups, concluding->opinions.count, group_of);
	if (!synthesis_regroup(&concluding->opinions, group_of, (unsigned)value_count(groups), (char **)meanings->pdata, synthesis)) {
		g_free(synthesis->problem);
		synthesis->problem = g_strdup("the judge put answers apart that are the same word for word: its groups do not count");
		return;
	}
	const char *merged = value_member_text(root, "merged");
	if (merged && *merged) {
		g_free(synthesis->answer);
		synthesis->answer = g_strdup(merged);
		synthesis->merged_from = g_strdup(value_member_text(root, "merged_from"));
		g_clear_pointer(&synthesis->problem, g_free);
	}
}

static bool
agree(struct concluding *concluding)
{
	struct structured_answer answer;
	struct synthesis *synthesis = concluding->synthesis;
	synthesis_agree(&concluding->opinions, synthesis);
	if (synthesis->groups.count < 2 || !concluding->order->judge)
		return synthesis->answer != NULL;
	if (ask_judge(concluding, "consensus", "meanings", write_answers(concluding), check_groups, concluding, &answer))
		take_meanings(concluding, doc_root(answer.doc));
	structured_answer_clear(&answer);
	return synthesis->answer != NULL;
}

/* --- custom --------------------------------------------------------------------------------- */

static char *
write_results(const struct concluding *concluding)
{
	struct writer writer;
	begin_material(&writer, concluding->order->briefing->plan);
	writer_key(&writer, "results");
	writer_begin_array(&writer);
	for (size_t i = 0; i < concluding->results->count; i++)
		record_write(&specialist_result_record, &concluding->results->items[i], RECORD_STABLE, &writer);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

static bool
take_output(const struct proc_result *result, struct synthesis *synthesis)
{
	g_autofree char *end = proc_describe(result);
	if (result->exit_code) {
		synthesis->problem = g_strdup_printf("the command of the synthesis ended with %s: %.400s", end, result->output);
		return false;
	}
	g_autoptr(GError) error = NULL;
	synthesis->custom = doc_read_json("output", result->output, strlen(result->output), NULL, &error);
	if (!synthesis->custom) {
		synthesis->problem = g_strdup_printf("the command of the synthesis did not write JSON, and nothing but JSON: %s", error->message);
		return false;
	}
	synthesis->answer = g_strdup(value_member_text(doc_root(synthesis->custom), "answer"));
	return true;
}

static bool
run_command(struct concluding *concluding)
{
	const char *command;
	enum synthesis_kind kind;
	const struct orchestration *plan = concluding->order->briefing->plan;
	synthesis_find(plan->synthesis_strategy, &kind, &command);
	g_autofree char *input = write_results(concluding);
	const char *const words[] = { "sh", "-c", command, NULL };
	int64_t deadline = clock_ms() + COMMAND_MS, whole = concluding->order->deadline_ms;
	struct proc_spec spec = { .argv = words, .input = input, .deadline = whole ? MIN(whole, deadline) : deadline, .output_limit = OUTPUT_MAX };
	struct proc_result result = { 0 };
	g_autoptr(GError) error = NULL;
	if (!proc_run(&spec, concluding->order->cancelled, &result, &error)) {
		concluding->synthesis->problem = error_text(error);
		return false;
	}
	bool ok = take_output(&result, concluding->synthesis);
	proc_result_clear(&result);
	return ok;
}

bool
orchestra_conclude(const struct orchestra_order *order, const struct specialist_result_list *results, struct synthesis *ret, bool *ret_poor)
{
	static bool (*const ways[])(struct concluding *concluding) = { merge, take_first, agree, run_command };
	struct concluding concluding = { .order = order, .results = results, .synthesis = ret };
	enum synthesis_kind kind;
	synthesis_find(order->briefing->plan->synthesis_strategy, &kind, NULL);
	ret->strategy = g_strdup(order->briefing->plan->synthesis_strategy);
	take_opinions(&concluding);
	bool ok = concluding.opinions.count && ways[kind](&concluding);
	if (!concluding.opinions.count)
		ret->problem = g_strdup("there is no answer to put together");
	record_list_finish(&opinion_record, &concluding.opinions);
	if (ret_poor)
		*ret_poor = concluding.poor;
	return ok;
}
