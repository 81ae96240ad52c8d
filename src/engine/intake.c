#include "engine/intake.h"

#include <string.h>

#include "base/error.h"
#include "contract/openapi.h"
#include "team/contracts.h"
#include "team/team.h"

enum { REQUIREMENT_MAX = 256 * 1024 };

bool
requirement_check(const char *text, GError **error)
{
	if (!g_utf8_validate(text, -1, NULL))
		return error_set(error, ERR_INPUT, "give it as UTF-8", "the requirement is not UTF-8 text");
	if (strlen(text) > REQUIREMENT_MAX)
		return error_set(error, ERR_TOO_LARGE, "say what is wanted in fewer words, or split it into several runs",
		                 "the requirement has %zu bytes, more than the %d that are read", strlen(text), REQUIREMENT_MAX);
	return true;
}

/* Whether every interface document can be worked with. */
static bool
check_interfaces(const struct proposals *proposals, GError **error)
{
	for (size_t i = 0; i < proposals->count; i++) {
		g_autoptr(Openapi) openapi = proposals->items[i].spec ? openapi_create(proposals->items[i].spec, error) : NULL;
		if (proposals->items[i].spec && !openapi)
			return false;
	}
	return true;
}

static bool
check_contracts(struct house *house, const struct run_request *request, struct team *team, GError **error)
{
	struct analysis nothing;
	struct proposals proposals;
	if (!request->contracts)
		return true;
	if (!g_file_test(request->contracts, G_FILE_TEST_IS_DIR))
		return error_set(error, ERR_INPUT, "give the folder that holds them", "%s is not a folder", request->contracts);
	record_init(&analysis_record, &nothing);
	bool ok = contracts_read(house->catalogue, request->contracts, &nothing, team, &proposals, error);
	if (ok) {
		ok = check_interfaces(&proposals, error);
		proposals_clear(&proposals);
	}
	record_finish(&analysis_record, &nothing);
	/* A folder that was given is part of the request; the catalogue is not. */
	return ok || error_code(*error) == ERR_CONFIG ? ok : error_recode(error, ERR_INPUT);
}

bool
intake_check(struct house *house, const struct run_request *request, GError **error)
{
	struct team_request wanted = { .blueprint = request->blueprint, .personas = (const char *const *)request->personas,
		                       .project = house->project };
	struct analysis nothing;
	struct team team;
	GError *cause = NULL;
	record_init(&analysis_record, &nothing);
	bool ok = team_compose(house->catalogue, &nothing, &wanted, &team, &cause);
	if (ok) {
		ok = check_contracts(house, request, &team, &cause);
		record_finish(&team_record, &team);
	}
	record_finish(&analysis_record, &nothing);
	if (!ok)
		g_propagate_error(error, cause);
	return ok;
}
