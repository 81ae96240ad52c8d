#include "agent/command.h"

#include "base/error.h"
#include "base/proc.h"

/* The assignment as a file outside of the workspace's deliverable: .teamwright/assignment.json. */
static bool
write_assignment(const struct assignment *assignment, GError **error)
{
	g_autofree char *folder = g_build_filename(assignment->workspace, ".teamwright", NULL);
	g_autofree char *path = g_build_filename(folder, "assignment.json", NULL);
	struct writer writer;
	writer_init(&writer, true);
	writer_begin_object(&writer);
	writer_member_text(&writer, "task", assignment->task);
	writer_member_text(&writer, "persona", assignment->persona_id);
	writer_member_text(&writer, "requirement", assignment->requirement);
	if (assignment->contract) {
		writer_key(&writer, "contract");
		record_write(&contract_record, assignment->contract, RECORD_ALL, &writer);
	}
	if (assignment->spec)
		writer_member_value(&writer, "interface", doc_root(assignment->spec));
	if (assignment->advice)
		writer_member_value(&writer, "advice", doc_root(assignment->advice));
	writer_end(&writer);
	g_autofree char *text = writer_take(&writer);
	if (g_mkdir_with_parents(folder, 0700) == 0 && g_file_set_contents(path, text, -1, NULL))
		return true;
	return error_set(error, ERR_ENVIRONMENT, "make room on the disk", "cannot write %s", path);
}

static char **
build_environment(const struct assignment *assignment)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	const char *const pairs[][2] = { { "TEAMWRIGHT_RUN", assignment->run }, { "TEAMWRIGHT_TASK", assignment->task },
		                         { "TEAMWRIGHT_PERSONA", assignment->persona_id },
		                         { "TEAMWRIGHT_ASSIGNMENT", ".teamwright/assignment.json" },
		                         { "API_URL", assignment->use_count ? assignment->uses[0].url : NULL } };
	for (unsigned i = 0; i < G_N_ELEMENTS(pairs); i++) {
		g_autofree char *entry = pairs[i][1] ? g_strdup_printf("%s=%s", pairs[i][0], pairs[i][1]) : NULL;
		if (entry)
			g_strv_builder_add(builder, entry);
	}
	return g_strv_builder_end(builder);
}

bool
command_run(const struct assignment *assignment, struct catalogue *catalogue, struct attempt_result *ret, GError **error)
{
	(void)catalogue;
	*ret = (struct attempt_result){ 0 };
	if (!assignment->command || !assignment->command[0])
		return error_set(error, ERR_USAGE, "give the task a command", "task %s has no command to run", assignment->task);
	if (!write_assignment(assignment, error))
		return false;
	g_auto(GStrv) environment = build_environment(assignment);
	struct proc_spec spec = { .argv = assignment->command, .directory = assignment->workspace, .owner = assignment->run,
		                  .environment = (const char *const *)environment, .deadline = assignment->deadline };
	struct proc_result result;
	if (!proc_run(&spec, assignment->cancel, &result, error))
		return false;
	ret->outcome = result.timed_out ? TASK_IS_TIMED_OUT : result.stopped ? TASK_IS_CANCELLED :
	               result.exit_code == 0 ? TASK_IS_ACCEPTED : TASK_IS_FAILED;
	g_autofree char *end = proc_describe(&result);
	ret->summary = g_strdup_printf("%s: %s", assignment->command[0], end);
	ret->log = g_steal_pointer(&result.output);
	proc_result_clear(&result);
	return true;
}
