/* Settings, strongest first: flags, environment, the project's .teamwright/config.yaml, the user's
 * config.yaml, the preset. This file alone reads the environment. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <glib.h>
#include <stdbool.h>

/* setting, name in files and flags, environment variable, preset (NULL: none), help */
#define SETTING_MAP(XX)                                                                            \
	XX(STORE, "store", "TEAMWRIGHT_STORE", NULL, "the folder where runs are kept")  \
	XX(WORKERS, "workers", "TEAMWRIGHT_WORKERS", "auto", "attempts at once: a number or auto")     \
	XX(QUALITY, "quality_threshold", "TEAMWRIGHT_QUALITY_THRESHOLD", "0.80", "least quality score of a good run") \
	XX(PROGRESS, "progress", "TEAMWRIGHT_PROGRESS", "auto", "auto, tty, plain, json or none")      \
	XX(TASK_TIMEOUT, "task_timeout", "TEAMWRIGHT_TASK_TIMEOUT", "600", "seconds that an attempt may take") \
	XX(NO_COLOR, "no_color", "NO_COLOR", NULL, "any value: no colours on the terminal")            \
	XX(FAULT, "fault", "TEAMWRIGHT_FAULT", NULL, "for tests: kill or fail at the N-th commit")

enum setting {
#define XX(code, name, variable, preset, help) SETTING_##code,
	SETTING_MAP(XX)
#undef XX
	SETTING_COUNT
};

struct config;
typedef struct config Config;

/* `project` is the folder whose .teamwright/config.yaml counts. NULL with ERR_CONFIG naming file,
 * line and column. */
struct config *config_load(const char *project, GError **error);
/* Whether the values are of their kind: ERR_CONFIG names where the wrong one comes from. */
bool config_check(const struct config *config, GError **error);
/* The project that the working directory lies in: the nearest folder on the way up, below the home folder, with
 * .teamwright/ or .claude/agents/ of this user. NULL where there is none. */
char *config_find_project(void);
void config_free(struct config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

/* The value, NULL where there is none. `ret_origin` (may be NULL) borrows where it comes from. */
const char *config_get(const struct config *config, enum setting setting, const char **ret_origin);
/* What a flag says. */
void config_override(struct config *config, enum setting setting, const char *value);
const char *setting_name(enum setting setting);
const char *setting_help(enum setting setting);
const char *setting_variable(enum setting setting);
const char *setting_preset(enum setting setting);   /* NULL where there is none */

/* Folders of the XDG base directory specification, newly allocated and made on demand. */
char *config_state_folder(const struct config *config, GError **error);    /* the store setting, or under XDG_STATE_HOME */
char *config_runtime_folder(GError **error);  /* mode 0700, for sockets */

#endif
