/* Strings: of their format, of their pattern, by their name, and of the right length. */
#include <string.h>

#include "contract/sample_model.h"

enum { DAY_S = 86400, LENGTH_MAX = 65536, PATTERN_TRIES = 24 };

/* The candidates for one string are tried one after the other; the first that fits is taken. */
struct texts {
	struct making *making;
	const struct demand *demand;
	const char *name;
	size_t least, most;          /* characters */
	char *json;                  /* the one that fits */
};

static bool
try_text(struct texts *texts, const char *text)
{
	g_autofree char *json = making_quote(text);
	if (texts->json || !demand_fits(texts->making, texts->demand, json))
		return texts->json;
	texts->json = g_steal_pointer(&json);
	return true;
}

/* A text between the lengths that are asked for: cut, or filled up with its own beginning. */
static bool
try_fitted(struct texts *texts, const char *text)
{
	size_t length = (size_t)g_utf8_strlen(text, -1);
	if (length >= texts->least && length <= texts->most)
		return try_text(texts, text);
	if (length > texts->most) {
		g_autofree char *cut = g_utf8_substring(text, 0, (glong)texts->most);
		return try_text(texts, cut);
	}
	g_autoptr(GString) filled = g_string_new(text);
	size_t wanted = MIN(texts->least, LENGTH_MAX);
	while (filled->len < wanted)
		g_string_append(filled, *text ? text : "x");
	g_autofree char *exact = g_utf8_substring(filled->str, 0, (glong)MIN(wanted, (size_t)g_utf8_strlen(filled->str, -1)));
	return try_text(texts, exact);
}

static bool
try_list(struct texts *texts, const struct value *list, bool fitted)
{
	size_t count = value_count(list);
	/* In turn, not at random: with few words, chance repeats itself too often. */
	uint64_t start = g_str_hash(texts->name) + texts->making->options->variation + texts->making->turn;
	if (texts->making->vary && !texts->making->options->variation)
		start = making_random(texts->making);
	texts->making->turn++;
	for (size_t i = 0; i < count; i++) {
		const struct value *item = value_item(list, (start + i) % count);
		if (value_text(item) && (fitted ? try_fitted : try_text)(texts, item->text))
			return true;
	}
	return false;
}

static GDateTime *
choose_moment(struct making *making, int64_t from_day, int64_t to_day)
{
	int64_t day = lexicon_today(making->sampler->lexicon) + from_day + making_choose(making, (size_t)(to_day - from_day + 1));
	return g_date_time_new_from_unix_utc(day * DAY_S + making_choose(making, 48) * 1800);
}

static bool
try_moment(struct texts *texts, int64_t from_day, int64_t to_day, const char *first)
{
	static const char *const forms[] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%H:%M:%SZ", "%H:%M:%S", "%H:%M" };
	g_autoptr(GDateTime) moment = choose_moment(texts->making, from_day, to_day);
	for (unsigned i = first ? 0 : 1; i <= G_N_ELEMENTS(forms); i++) {
		g_autofree char *text = g_date_time_format(moment, i ? forms[i - 1] : first);
		if (try_text(texts, text))
			return true;
	}
	return false;
}

static bool
try_uuid(struct texts *texts)
{
	uint64_t high = making_random(texts->making), low = making_random(texts->making);
	g_autofree char *text = g_strdup_printf("%08x-%04x-4%03x-%04x-%012" G_GINT64_MODIFIER "x", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xFFFF),
	                                        (unsigned)(high & 0xFFF), (unsigned)(low >> 48 & 0x3FFF) | 0x8000, low & UINT64_C(0xFFFFFFFFFFFF));
	return try_text(texts, text);
}

static const char *
format_of(const struct demand *demand)
{
	for (unsigned i = 0; i < demand->count; i++) {
		const char *format = value_member_text(demand->nodes[i], "format");
		if (format)
			return format;
	}
	return NULL;
}

/* Rules by name that say a day: for times, too. */
static bool
try_named_moment(struct texts *texts)
{
	const GPtrArray *rules = lexicon_rules(texts->making->sampler->lexicon, texts->name);
	for (unsigned i = 0; i < rules->len; i++) {
		const struct value *days = value_member(rules->pdata[i], "days");
		int64_t from, to;
		if (value_int64(value_member(days, "from"), &from) && value_int64(value_member(days, "to"), &to) && from <= to &&
		    try_moment(texts, from, to, value_truth(value_member(rules->pdata[i], "day")) ? "%Y-%m-%d" : NULL))
			return true;
	}
	return false;
}

static bool
try_format(struct texts *texts, const char *format)
{
	if (strcmp(format, "uuid") == 0 || strcmp(format, "guid") == 0)
		return try_uuid(texts);
	if (g_str_has_prefix(format, "date") || strcmp(format, "time") == 0)
		return try_named_moment(texts) || try_moment(texts, -30, -1, NULL);
	const struct value *list = lexicon_format(texts->making->sampler->lexicon, format);
	return try_list(texts, list, false) || try_list(texts, list, true);
}

static bool
try_patterns(struct texts *texts)
{
	for (unsigned i = 0; i < texts->demand->count; i++) {
		const char *pattern = value_member_text(texts->demand->nodes[i], "pattern");
		for (unsigned attempt = 0; pattern && attempt < PATTERN_TRIES; attempt++) {
			g_autofree char *text = making_pattern(texts->making, pattern, MIN(texts->least, LENGTH_MAX),
			                                        attempt < 4 ? PATTERN_USUAL : (enum pattern_manner)(attempt % PATTERN_MANNERS));
			if (!text)
				break;
			if (try_text(texts, text) || try_fitted(texts, text))
				return true;
		}
	}
	return false;
}

static bool
try_name(struct texts *texts)
{
	const GPtrArray *rules = lexicon_rules(texts->making->sampler->lexicon, texts->name);
	for (unsigned i = 0; i < rules->len; i++)
		if (try_list(texts, value_member(rules->pdata[i], "text"), false))
			return true;
	/* A string that is called a date has no format that says so: a day is the best guess. */
	if (try_named_moment(texts))
		return true;
	for (unsigned i = 0; i < rules->len; i++)
		if (try_list(texts, value_member(rules->pdata[i], "text"), true))
			return true;
	return false;
}

/* Identifiers without a format: short and different each time. */
static bool
try_identifier(struct texts *texts)
{
	g_autofree char *snake = lexicon_snake(texts->name);
	bool identifier = strcmp(snake, "id") == 0 || g_str_has_suffix(snake, "_id") || strcmp(snake, "uuid") == 0 || strcmp(snake, "guid") == 0;
	g_autofree char *text = g_strdup_printf("%08x", (unsigned)making_random(texts->making));
	if (strcmp(snake, "uuid") == 0 || strcmp(snake, "guid") == 0)
		return try_uuid(texts);
	return identifier && try_fitted(texts, text);
}

char *
making_text(struct making *making, const struct demand *demand, const char *name)
{
	struct texts texts = { .making = making, .demand = demand, .name = name ? name : "" };
	const char *format = format_of(demand);
	texts.least = demand_count(demand, "minLength", true, 0);
	texts.most = demand_count(demand, "maxLength", false, LENGTH_MAX);
	bool patterned = false;
	for (unsigned i = 0; i < demand->count; i++)
		patterned |= value_member(demand->nodes[i], "pattern") != NULL;
	bool found = (format && try_format(&texts, format)) || try_identifier(&texts) || try_name(&texts) || (patterned && try_patterns(&texts)) ||
	             try_list(&texts, lexicon_words(making->sampler->lexicon), true) || try_moment(&texts, -30, -1, NULL) || try_fitted(&texts, "");
	return found ? texts.json : NULL;
}
