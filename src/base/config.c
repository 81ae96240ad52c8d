#include "base/config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/writer.h"

static const struct {
	const char *name, *variable, *preset, *help;
} settings[] = {
#define XX(code, name, variable, preset, help) [SETTING_##code] = { name, variable, preset, help },
	SETTING_MAP(XX)
#undef XX
};

static const struct {
	const char *name, *help;
} sections[] = {
#define XX(code, name, help) [SECTION_##code] = { name, help },
	SECTION_MAP(XX)
#undef XX
};

struct config {
	char *values[SETTING_COUNT];
	char *origins[SETTING_COUNT];
	struct config_part parts[SECTION_COUNT][CONFIG_FILES];
};

static int
find_setting(const char *name)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		if (g_str_equal(settings[i].name, name))
			return i;
	return -1;
}

static int
find_section(const char *name)
{
	for (int i = 0; i < SECTION_COUNT; i++)
		if (g_str_equal(sections[i].name, name))
			return i;
	return -1;
}

static void
set_value(struct config *config, unsigned setting, const char *value, const char *origin)
{
	g_free(config->values[setting]);
	g_free(config->origins[setting]);
	config->values[setting] = g_strdup(value);
	config->origins[setting] = g_strdup(origin);
}

static bool
read_section(struct config_part *part, bool project, struct doc *doc, const struct value *key, const struct value *list, GError **error)
{
	if (value_is(list, VALUE_NULL))
		return true;
	if (!value_is(list, VALUE_ARRAY)) {
		g_autofree char *where = doc_where(doc, list);
		return error_set(error, ERR_CONFIG, "begin each of them with '- name: ...'", "%s: '%s' is a list, not %s", where, key->text,
		                 value_kind_name(list));
	}
	*part = (struct config_part){ .doc = doc_ref(doc), .list = list, .project = project };
	return true;
}

static bool
read_member(struct config *config, bool project, struct doc *doc, const struct value *key, const struct value *item, GError **error)
{
	int setting = find_setting(key->text), section = find_section(key->text);
	g_autofree char *where = doc_where(doc, key);
	if (section >= 0)
		return read_section(&config->parts[section][project], project, doc, key, item, error);
	if (setting < 0)
		return error_set(error, ERR_CONFIG, "see 'teamwright config' for the settings there are", "%s: there is no setting '%s'",
		                 where, key->text);
	if (value_count(item) > 0)
		return error_set(error, ERR_CONFIG, "give one value", "%s: '%s' is not a list or an object", where, key->text);
	g_autofree char *text = value_is(item, VALUE_STRING) ? g_strdup(item->text) : value_to_json(item, false);
	set_value(config, (unsigned)setting, text, where);
	return true;
}

/* Nothing but comments and blank lines. */
static bool
says_nothing(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (!strchr("#", *g_strchug(*line)))
			return false;
	return true;
}

static bool
read_file(struct config *config, bool project, const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	GError *cause = NULL;
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, &cause))
		return error_wrap(error, cause, ERR_CONFIG, "check its permissions", "the settings cannot be read");
	if (says_nothing(text))
		return true;
	g_autoptr(Doc) doc = doc_read(path, text, length, NULL, &cause);
	if (!doc) {
		error_recode(&cause, ERR_CONFIG);
		return error_wrap(error, cause, ERR_CONFIG, NULL, "the settings cannot be read");
	}
	if (!value_is(doc_root(doc), VALUE_OBJECT))
		return error_set(error, ERR_CONFIG, "write 'name: value' lines", "%s is not a list of settings", path);
	VALUE_EACH_MEMBER (key, item, doc_root(doc))
		if (!read_member(config, project, doc, key, item, error))
			return false;
	return true;
}

struct config *
config_load(const char *project, GError **error)
{
	g_autoptr(Config) config = g_new0(struct config, 1);
	for (unsigned i = 0; i < SETTING_COUNT; i++)
		if (settings[i].preset)
			set_value(config, i, settings[i].preset, "preset");
	g_autofree char *user = g_build_filename(g_get_user_config_dir(), "teamwright", "config.yaml", NULL);
	g_autofree char *own = project ? g_build_filename(project, ".teamwright", "config.yaml", NULL) : NULL;
	if (!read_file(config, false, user, error) || (own && !read_file(config, true, own, error)))
		return NULL;
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const char *value = g_getenv(settings[i].variable);
		if (value && *value)
			set_value(config, i, value, settings[i].variable);
	}
	return g_steal_pointer(&config);
}

/* Settings that are numbers. */
static const struct {
	enum setting setting;
	double least, most;
	const char *word;            /* what may stand there besides */
} numbers[] = {
	{ SETTING_WORKERS, 1, 1000, "auto" },
	{ SETTING_QUALITY, 0, 1, NULL },
	{ SETTING_TASK_TIMEOUT, 1, 7 * 24 * 3600, NULL },
};

static bool
check_words(const struct config *config, GError **error)
{
	const char *text = config->values[SETTING_HEDGE];
	if (!text || g_str_equal(text, "on") || g_str_equal(text, "off"))
		return true;
	return error_set(error, ERR_CONFIG, "say on or off", "%s: '%s' is no value for %s", config->origins[SETTING_HEDGE], text, settings[SETTING_HEDGE].name);
}

bool
config_check(const struct config *config, GError **error)
{
	if (!check_words(config, error))
		return false;
	for (unsigned i = 0; i < G_N_ELEMENTS(numbers); i++) {
		const char *text = config->values[numbers[i].setting];
		char *end;
		if (!text || g_strcmp0(text, numbers[i].word) == 0)
			continue;
		double number = g_ascii_strtod(text, &end);
		if (end != text && !*end && number >= numbers[i].least && number <= numbers[i].most)
			continue;
		g_autofree char *remedy = g_strdup_printf("give a number from %g to %g%s%s", numbers[i].least, numbers[i].most,
		                                          numbers[i].word ? ", or " : "", numbers[i].word ? numbers[i].word : "");
		return error_set(error, ERR_CONFIG, remedy, "%s: '%s' is no value for %s", config->origins[numbers[i].setting], text,
		                 settings[numbers[i].setting].name);
	}
	return true;
}

static bool
is_project(const char *folder)
{
	static const char *const markers[] = { ".teamwright", ".claude/agents" };
	for (unsigned i = 0; i < G_N_ELEMENTS(markers); i++) {
		g_autofree char *marker = g_build_filename(folder, markers[i], NULL);
		struct stat status;
		/* What somebody else put there is not to decide what this user runs. */
		if (stat(marker, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == getuid())
			return true;
	}
	return false;
}

char *
config_find_project(void)
{
	g_autofree char *folder = g_get_current_dir();
	while (!is_project(folder)) {
		char *parent = g_path_get_dirname(folder);
		bool top = g_str_equal(parent, folder) || g_str_equal(parent, g_get_home_dir());
		g_free(folder);
		folder = parent;
		if (top)
			return NULL;
	}
	return g_steal_pointer(&folder);
}

void
config_free(struct config *config)
{
	if (!config)
		return;
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		g_free(config->values[i]);
		g_free(config->origins[i]);
	}
	for (unsigned i = 0; i < SECTION_COUNT; i++)
		for (unsigned j = 0; j < CONFIG_FILES; j++)
			doc_unref(config->parts[i][j].doc);
	g_free(config);
}

const char *
config_get(const struct config *config, enum setting setting, const char **ret_origin)
{
	if (ret_origin)
		*ret_origin = config->origins[setting];
	return config->values[setting];
}

void
config_section(const struct config *config, enum section section, struct config_part ret[CONFIG_FILES])
{
	memcpy(ret, config->parts[section], sizeof config->parts[section]);
}

const char *
config_environment(const char *variable)
{
	const char *value = g_getenv(variable);
	return value && *value ? value : NULL;
}

void
config_override(struct config *config, enum setting setting, const char *value)
{
	set_value(config, setting, value, "flag");
}

const char *
setting_name(enum setting setting)
{
	return settings[setting].name;
}

const char *
setting_help(enum setting setting)
{
	return settings[setting].help;
}

const char *
setting_variable(enum setting setting)
{
	return settings[setting].variable;
}

const char *
setting_preset(enum setting setting)
{
	return settings[setting].preset;
}

const char *
section_name(enum section section)
{
	return sections[section].name;
}

const char *
section_help(enum section section)
{
	return sections[section].help;
}

static char *
make_folder(char *path, int mode, GError **error)
{
	if (g_mkdir_with_parents(path, mode) == 0)
		return path;
	error_set(error, ERR_ENVIRONMENT, "choose a folder that can be written, with --store or XDG_STATE_HOME", "cannot make %s: %s", path,
	          g_strerror(errno));
	g_free(path);
	return NULL;
}

char *
config_state_folder(const struct config *config, GError **error)
{
	const char *store = config->values[SETTING_STORE];
	if (store && strstr(store, "://")) {
		error_set(error, ERR_CONFIG, "give a folder", "runs are kept in a folder, and %s is an address", store);
		return NULL;
	}
	return make_folder(store ? g_strdup(store) : g_build_filename(g_get_user_state_dir(), "teamwright", NULL), 0700, error);
}

char *
config_runtime_folder(GError **error)
{
	const char *runtime = g_getenv("XDG_RUNTIME_DIR");
	struct stat status;
	bool usable = runtime && *runtime == '/' && stat(runtime, &status) == 0 && access(runtime, W_OK) == 0;
	/* Without a session there is no XDG_RUNTIME_DIR: a private folder of the same user stands in. */
	char *path = usable ? g_build_filename(runtime, "teamwright", NULL)
	                    : g_strdup_printf("%s/teamwright-%u", g_get_tmp_dir(), getuid());
	path = make_folder(path, 0700, error);
	if (path && (stat(path, &status) || status.st_uid != getuid() || status.st_mode & 077)) {
		error_set(error, ERR_ENVIRONMENT, "remove it", "%s does not belong to this user alone", path);
		g_clear_pointer(&path, g_free);
	}
	return path;
}
