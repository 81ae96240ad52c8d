#include "team/synthesis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const insight_severity_names[] = { "info", "low", "medium", "high", "critical", NULL };

static const struct record_field insight_fields[] = {
	RECORD_FIELD(insight, subject, RECORD_REQUIRED, "a question that has one answer"),
	RECORD_FIELD(insight, claim, RECORD_REQUIRED, "the answer"),
	RECORD_FIELD(insight, evidence, 0, "a quotation that shows it"),
	RECORD_ENUM(insight, severity, 0, insight_severity_names, "how grave it is"),
	RECORD_FIELD(insight, confidence, 0, "0 to 1"),
};
RECORD_TYPE(insight, RECORD_DROP, "one thing that was found");

static const struct record_field opinion_fields[] = {
	RECORD_FIELD(opinion, task_id, 0, "task"),
	RECORD_FIELD(opinion, specialist, 0, "who"),
	RECORD_FIELD(opinion, answer, 0, "the answer to the problem"),
	RECORD_LIST(opinion, findings, insight, 0, "what was found"),
};
RECORD_TYPE(opinion, RECORD_DROP, "what a task came back with");

static const struct record_field stance_fields[] = {
	RECORD_FIELD(stance, claim, 0, "what is claimed"),
	RECORD_FIELD(stance, sources, 0, "tasks that claim it"),
	RECORD_FIELD(stance, evidence, 0, "what they say for it"),
	RECORD_FIELD(stance, proven, 0, "some of the evidence stands in the material, word by word"),
	RECORD_FIELD(stance, votes, 0, "different specialists"),
	RECORD_FIELD(stance, confidence, 0, "the highest that any of them states"),
	RECORD_ENUM(stance, severity, 0, insight_severity_names, "the gravest that any of them states"),
	RECORD_FIELD(stance, chosen, 0, "it counts; the others lost, or nobody decided"),
};
RECORD_TYPE(stance, RECORD_DROP, "a claim with all who make it");

static const struct record_field topic_fields[] = {
	RECORD_FIELD(topic, subject, 0, "what it is about"),
	RECORD_FIELD(topic, contradiction, 0, "there is more than one claim"),
	RECORD_FIELD(topic, resolved_by, 0, "agreed, evidence, majority, judge or open"),
	RECORD_FIELD(topic, reason, 0, "the judge's"),
	RECORD_LIST(topic, stances, stance, 0, "the claims, the chosen one first"),
};
RECORD_TYPE(topic, RECORD_DROP, "a subject with what is claimed about it");

static const struct record_field answer_group_fields[] = {
	RECORD_FIELD(answer_group, answer, 0, "in the words of the first"),
	RECORD_FIELD(answer_group, meaning, 0, "what they have in common, in the judge's words"),
	RECORD_FIELD(answer_group, sources, 0, "tasks"),
	RECORD_FIELD(answer_group, votes, 0, "how many"),
	RECORD_FIELD(answer_group, confidence, 0, "mean of what its findings state; absent: they state nothing"),
};
RECORD_TYPE(answer_group, RECORD_DROP, "answers that mean the same");

static const struct record_field synthesis_fields[] = {
	RECORD_FIELD(synthesis, strategy, 0, "how the answers became one"),
	RECORD_FIELD(synthesis, answer, 0, "what it comes to; absent: to nothing"),
	RECORD_FIELD(synthesis, sources, 0, "tasks that it rests on"),
	RECORD_FIELD(synthesis, agreement, 0, "votes of the largest group, of all"),
	RECORD_FIELD(synthesis, confidence, 0, "agreement times what the findings of that group state"),
	RECORD_FIELD(synthesis, grouped_by, 0, "words or judge"),
	RECORD_LIST(synthesis, groups, answer_group, 0, "answers by meaning, the largest group first"),
	RECORD_LIST(synthesis, minority, answer_group, 0, "those that were not taken"),
	RECORD_FIELD(synthesis, merged_from, 0, "which parts of which answers the judge put together"),
	RECORD_LIST(synthesis, topics, topic, 0, "findings by subject, the gravest first"),
	RECORD_FIELD(synthesis, contradictions, 0, "subjects with more than one claim"),
	RECORD_FIELD(synthesis, open, 0, "contradictions that nobody decided"),
	RECORD_FIELD(synthesis, custom, 0, "what the command wrote"),
	RECORD_FIELD(synthesis, problem, 0, "why it is not whole"),
};
RECORD_TYPE(synthesis, RECORD_DROP, "what the answers come to");

char *
meaning_of(const char *text)
{
	g_autofree char *whole = g_utf8_normalize(text ? text : "", -1, G_NORMALIZE_ALL_COMPOSE);
	g_autofree char *folded = g_utf8_casefold(whole ? whole : "", -1);
	GString *meaning = g_string_new(NULL);
	bool gap = false;
	for (const char *at = folded; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (g_unichar_isspace(c)) {
			gap = meaning->len > 0;
			continue;
		}
		if (gap)
			g_string_append_c(meaning, ' ');
		gap = false;
		g_string_append_unichar(meaning, c);
	}
	while (meaning->len && strchr(".,;:!?\"'` ", meaning->str[meaning->len - 1]))
		g_string_truncate(meaning, meaning->len - 1);
	g_string_erase(meaning, 0, (gssize)strspn(meaning->str, "\"'` "));
	return g_string_free(meaning, FALSE);
}
