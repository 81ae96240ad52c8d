#include "engine/limit.h"

#include <math.h>

#include "base/error.h"

static const struct record_field limit_fields[] = {
	RECORD_FIELD(limit, persona, 0, "of which persona, in each run; * is every one"),
	RECORD_FIELD(limit, task, 0, "of which task, in each run; * is every one"),
	RECORD_FIELD(limit, budget, 0, "dollars that its models may cost at most"),
	RECORD_FIELD(limit, max_tokens, RECORD_OPTIONAL, "tokens at most, of prompts and answers"),
	RECORD_FIELD(limit, max_calls, RECORD_OPTIONAL, "calls at most"),
};
RECORD_TYPE(limit, RECORD_REJECT, "a limit");

static bool
is_bounded(const struct limit *limit)
{
	bool any = !isnan(limit->budget) || limit->max_tokens != RECORD_NO_INT || limit->max_calls != RECORD_NO_INT;
	bool sound = (isnan(limit->budget) || limit->budget >= 0) && (limit->max_tokens == RECORD_NO_INT || limit->max_tokens >= 0) &&
	             (limit->max_calls == RECORD_NO_INT || limit->max_calls >= 0);
	return any && sound;
}

static bool
read_limit(const struct config_part *part, const struct value *item, struct limit_list *all, GError **error)
{
	struct limit *limit = record_append(&limit_record, all);
	if (!record_read(&limit_record, part->doc, item, limit, error))
		return error_recode(error, ERR_CONFIG);
	if (!limit->persona == !limit->task || !is_bounded(limit)) {
		g_autofree char *where = doc_where(part->doc, item);
		return error_set(error, ERR_CONFIG, "say persona or task (a name, or \"*\"), and budget, max_tokens or max_calls", "%s: this limits nothing", where);
	}
	return true;
}

bool
limits_load(const struct config *config, struct limit_list *ret, GError **error)
{
	struct config_part parts[CONFIG_FILES];
	bool ok = true;
	*ret = (struct limit_list){ 0 };
	config_section(config, SECTION_LIMITS, parts);
	for (unsigned i = 0; i < CONFIG_FILES; i++)
		VALUE_EACH (item, parts[i].list)
			ok = ok && read_limit(&parts[i], item, ret, error);
	if (!ok)
		record_list_finish(&limit_record, ret);
	return ok;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a == RECORD_NO_INT ? b : b == RECORD_NO_INT ? a : MIN(a, b);
}

bool
limits_find(const struct limit_list *limits, enum limit_kind kind, const char *name, struct allowance *ret)
{
	bool any = false;
	*ret = (struct allowance){ NAN, RECORD_NO_INT, RECORD_NO_INT, RECORD_NO_INT, "raise it under limits in config.yaml, then resume" };
	for (size_t i = 0; i < limits->count; i++) {
		const struct limit *limit = &limits->items[i];
		const char *whose = kind == LIMIT_PERSONA ? limit->persona : limit->task;
		if (!whose || (!g_str_equal(whose, "*") && !g_str_equal(whose, name)))
			continue;
		any = true;
		ret->dollars = isnan(ret->dollars) ? limit->budget : fmin(ret->dollars, limit->budget);
		ret->tokens = least(ret->tokens, limit->max_tokens);
		ret->calls = least(ret->calls, limit->max_calls);
	}
	return any;
}
