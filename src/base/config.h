/* Settings, strongest first: flags, environment, the project's .teamwright/config.yaml, the user's
 * config.yaml, the preset. This file alone reads the environment. */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include "base/doc.h"

/* setting, name in files and flags, environment variable, preset (NULL: none), help */
#define SETTING_MAP(XX)                                                                            \
	XX(STORE, "store", "TEAMWRIGHT_STORE", NULL, "the folder where runs are kept")  \
	XX(WORKERS, "workers", "TEAMWRIGHT_WORKERS", "auto", "attempts at once: a number or auto")     \
	XX(QUALITY, "quality_threshold", "TEAMWRIGHT_QUALITY_THRESHOLD", "0.80", "least quality score of a good run") \
	XX(PROGRESS, "progress", "TEAMWRIGHT_PROGRESS", "auto", "auto, tty, plain, json or none")      \
	XX(TASK_TIMEOUT, "task_timeout", "TEAMWRIGHT_TASK_TIMEOUT", "600", "seconds that an attempt may take") \
	XX(MODEL, "model", "TEAMWRIGHT_MODEL", "auto", "the model to ask: a name, auto for any, or none")              \
	XX(HEDGE, "hedge", "TEAMWRIGHT_HEDGE", "off", "on: where a server is slow to begin a second one is asked too, and both may have to be paid; off") \
	XX(NO_COLOR, "no_color", "NO_COLOR", NULL, "any value: no colours on the terminal")            \
	XX(FAULT, "fault", "TEAMWRIGHT_FAULT", NULL, "for tests: kill or fail at the N-th commit")

enum setting {
#define XX(code, name, variable, preset, help) SETTING_##code,
	SETTING_MAP(XX)
#undef XX
	SETTING_COUNT
};

/* Sections of the files, which are lists of records: section, name, what it holds. Who reads them checks them. */
#define SECTION_MAP(XX) \
	XX(ENDPOINTS, "endpoints", "model servers: name, protocol, base_url, where the key is, models") \
	XX(LIMITS, "limits", "limits of each run: persona or task (a name, or *), and budget, max_tokens or max_calls")

enum section {
#define XX(code, name, help) SECTION_##code,
	SECTION_MAP(XX)
#undef XX
	SECTION_COUNT
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
/* What a file says in a section: a list, with its positions; borrowed from the configuration. */
struct config_part {
	struct doc *doc;             /* NULL: this file does not have the section */
	const struct value *list;
	bool project;                /* of the project's file, which may have come with a repository: it is trusted less */
};
enum { CONFIG_FILES = 2 };
/* The user's file and then the project's. */
void config_section(const struct config *config, enum section section, struct config_part ret[CONFIG_FILES]);
/* The value of an environment variable that a setting names; NULL where it is not there or empty. Borrowed. */
const char *config_environment(const char *variable);
/* What a flag says. */
void config_override(struct config *config, enum setting setting, const char *value);
const char *setting_name(enum setting setting);
const char *setting_help(enum setting setting);
const char *setting_variable(enum setting setting);
const char *setting_preset(enum setting setting);   /* NULL where there is none */
const char *section_name(enum section section);
const char *section_help(enum section section);

/* Folders of the XDG base directory specification, newly allocated and made on demand. */
char *config_state_folder(const struct config *config, GError **error);    /* the store setting, or under XDG_STATE_HOME */
char *config_runtime_folder(GError **error);  /* mode 0700, for sockets */

#endif
