#include "engine/intake.h"

#include "base/error.h"
#include "team/contracts.h"
#include "team/team.h"

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
	if (ok)
		proposals_clear(&proposals);
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
