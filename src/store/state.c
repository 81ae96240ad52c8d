#include "store/state.h"

#include <stddef.h>

const char *const run_state_names[] = {
#define XX(state, name, next) name,
	RUN_STATE_MAP(XX)
#undef XX
	NULL
};
const char *const run_outcome_names[] = {
#define XX(outcome, name, exit) name,
	RUN_OUTCOME_MAP(XX)
#undef XX
	NULL
};
const char *const task_state_names[] = {
#define XX(state, name, next) name,
	TASK_STATE_MAP(XX)
#undef XX
	NULL
};
const char *const task_outcome_names[] = {
#define XX(outcome, name, good) name,
	TASK_OUTCOME_MAP(XX)
#undef XX
	NULL
};

bool
run_state_allows(enum run_state from, enum run_state to)
{
	static const unsigned next[] = {
#define XX(state, name, follow) follow,
		RUN_STATE_MAP(XX)
#undef XX
	};
	return next[from] & BIT(to);
}

bool
task_state_allows(enum task_state from, enum task_state to)
{
	static const unsigned next[] = {
#define XX(state, name, follow) follow,
		TASK_STATE_MAP(XX)
#undef XX
	};
	return next[from] & BIT(to);
}

bool
task_outcome_is_good(enum task_outcome outcome)
{
	static const bool good[] = {
#define XX(outcome, name, yes) yes,
		TASK_OUTCOME_MAP(XX)
#undef XX
	};
	return good[outcome];
}

int
run_outcome_exit(enum run_outcome outcome)
{
	static const int codes[] = {
#define XX(outcome, name, exit) exit,
		RUN_OUTCOME_MAP(XX)
#undef XX
	};
	return codes[outcome];
}
