#include "engine/op_system.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static const struct record_field setting_entry_fields[] = {
	RECORD_FIELD(setting_entry, name, 0, "setting"),
	RECORD_FIELD(setting_entry, value, 0, "its value"),
	RECORD_FIELD(setting_entry, origin, 0, "where it comes from"),
	RECORD_FIELD(setting_entry, variable, 0, "environment variable"),
	RECORD_FIELD(setting_entry, help, 0, "what it is"),
};
RECORD_TYPE(setting_entry, RECORD_DROP, "a setting");

static const struct record_field config_result_fields[] = {
	RECORD_LIST(config_result, settings, setting_entry, 0, "all settings"),
};
RECORD_TYPE(config_result, RECORD_DROP, "all settings");

static const struct record_field folder_request_fields[] = {
	RECORD_FIELD(folder_request, folder, RECORD_ARGUMENT, "folder", .preset = "."),
};
RECORD_TYPE(folder_request, RECORD_REJECT, "a folder");

static const struct record_field files_result_fields[] = {
	RECORD_FIELD(files_result, folder, 0, "folder"),
	RECORD_FIELD(files_result, written, 0, "files written"),
	RECORD_FIELD(files_result, files, 0, "the files"),
};
RECORD_TYPE(files_result, RECORD_DROP, "files");

static const struct record_field operation_info_fields[] = {
	RECORD_FIELD(operation_info, name, 0, "operation"),
	RECORD_FIELD(operation_info, command, 0, "on the command line"),
	RECORD_FIELD(operation_info, writes, 0, "it changes something"),
	RECORD_FIELD(operation_info, help, 0, "what it does"),
	RECORD_FIELD(operation_info, request, 0, "JSON Schema of its request"),
	RECORD_FIELD(operation_info, result, 0, "JSON Schema of its result"),
};
RECORD_TYPE(operation_info, RECORD_DROP, "an operation");

static const struct record_field operations_result_fields[] = {
	RECORD_LIST(operations_result, operations, operation_info, 0, "all operations"),
};
RECORD_TYPE(operations_result, RECORD_DROP, "all operations");

static void
list_settings(const struct config *config, struct setting_entry_list *ret)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const char *origin, *value = config_get(config, i, &origin);
		struct setting_entry *entry = record_append(&setting_entry_record, ret);
		entry->name = g_strdup(setting_name(i));
		entry->value = g_strdup(value ? value : "");
		entry->origin = g_strdup(origin ? origin : "not set");
		entry->variable = g_strdup(setting_variable(i));
		entry->help = g_strdup(setting_help(i));
	}
}

/* What the records are called, or for whom they are; what else they hold is shown by those who know what it is. */
static char *
names_of(const struct value *list)
{
	GString *names = g_string_new(NULL);
	VALUE_EACH (item, list) {
		const char *name = NULL;
		static const char *const members[] = { "name", "persona", "task" };
		for (unsigned i = 0; i < G_N_ELEMENTS(members) && !name; i++)
			name = value_member_text(item, members[i]);
		g_string_append_printf(names, "%s%s", names->len ? ", " : "", name ? name : "(without a name)");
	}
	return g_string_free(names, FALSE);
}

static void
list_section(const struct config *config, enum section section, struct setting_entry_list *ret)
{
	struct config_part parts[CONFIG_FILES];
	bool said = false;
	config_section(config, section, parts);
	for (unsigned i = 0; i < CONFIG_FILES; i++) {
		if (!parts[i].doc && (said || i + 1 < CONFIG_FILES))
			continue;
		struct setting_entry *entry = record_append(&setting_entry_record, ret);
		entry->name = g_strdup(section_name(section));
		entry->value = parts[i].doc ? names_of(parts[i].list) : g_strdup("");
		entry->origin = parts[i].doc ? doc_where(parts[i].doc, parts[i].list) : g_strdup("not set");
		entry->help = g_strdup(section_help(section));
		said = true;
	}
}

bool
op_config(struct context *context, const void *data, void *data_result, GError **error)
{
	struct config_result *result = data_result;
	(void)data, (void)error;
	list_settings(context->house->config, &result->settings);
	for (unsigned i = 0; i < SECTION_COUNT; i++)
		list_section(context->house->config, i, &result->settings);
	return true;
}

/* --- catalogue ------------------------------------------------------------------------------ */

static void
list_folder(struct catalogue *catalogue, const char *folder, GStrvBuilder *ret)
{
	g_auto(GStrv) names = catalogue_list(catalogue, folder), inner = catalogue_folders(folder);
	for (char **name = names; *name; name++) {
		g_autofree char *path = g_build_filename(folder, *name, NULL);
		g_strv_builder_add(ret, path);
	}
	for (char **name = inner; *name; name++) {
		g_autofree char *path = g_build_filename(folder, *name, NULL);
		list_folder(catalogue, path, ret);
	}
}

bool
op_catalogue_list(struct context *context, const void *data, void *data_result, GError **error)
{
	struct files_result *result = data_result;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) folders = catalogue_folders("");
	(void)data, (void)error;
	for (char **folder = folders; *folder; folder++)
		list_folder(context->house->catalogue, *folder, builder);
	result->files = g_strv_builder_end(builder);
	return true;
}

bool
op_catalogue_export(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct folder_request *request = data;
	struct files_result *result = data_result;
	unsigned written;
	(void)context;
	if (!catalogue_export(request->folder, &written, error))
		return false;
	result->folder = g_canonicalize_filename(request->folder, NULL);
	result->written = written;
	return true;
}

/* --- init ----------------------------------------------------------------------------------- */

static bool
init_file(struct context *context, const char *folder, const char *name, struct files_result *result, GStrvBuilder *builder, GError **error)
{
	g_autofree char *path = g_build_filename(folder, name, NULL), *source = g_build_filename("init", name, NULL);
	g_autofree char *text = catalogue_text(context->house->catalogue, source, NULL, error);
	GError *cause = NULL;
	if (!text)
		return false;
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return true;   /* what somebody wrote stays */
	if (!g_file_set_contents(path, text, -1, &cause))
		return error_wrap(error, cause, ERR_ENVIRONMENT, "choose a folder that can be written", "the project cannot be set up");
	g_strv_builder_add(builder, path);
	result->written++;
	return true;
}

bool
op_init(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct folder_request *request = data;
	struct files_result *result = data_result;
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_autofree char *folder = g_build_filename(request->folder, ".teamwright", NULL);
	if (g_mkdir_with_parents(folder, 0777))
		return error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written", "cannot make %s: %s", folder, g_strerror(errno));
	g_auto(GStrv) names = catalogue_list(context->house->catalogue, "init");
	for (char **name = names; *name; name++)
		if (!init_file(context, folder, *name, result, builder, error))
			return false;
	result->folder = g_canonicalize_filename(folder, NULL);
	result->files = g_strv_builder_end(builder);
	return true;
}

/* --- operations ----------------------------------------------------------------------------- */

static struct doc *
schema_of(const struct record_type *type)
{
	struct writer writer;
	writer_init(&writer, false);
	record_write_schema(type, RECORD_SCHEMA_API, &writer);
	return writer_doc(&writer);
}

bool
op_operations(struct context *context, const void *data, void *data_result, GError **error)
{
	struct operations_result *result = data_result;
	(void)context, (void)data, (void)error;
	for (const struct operation *operation = operation_table; operation->name; operation++) {
		struct operation_info *info = record_append(&operation_info_record, &result->operations);
		info->name = g_strdup(operation->name);
		info->command = g_strdup(operation->command);
		info->help = g_strdup(operation->help);
		info->writes = operation->flags & OPERATION_WRITE;
		info->request = schema_of(operation->request);
		info->result = schema_of(operation->result);
	}
	return true;
}
