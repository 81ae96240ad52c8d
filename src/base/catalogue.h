/* The catalogue: personas, blueprints, prompts, lexicons, templates, prices. Built into the program,
 * and overridden file by file: the project's .teamwright/, then the user's configuration folder. */
#ifndef BASE_CATALOGUE_H
#define BASE_CATALOGUE_H

#include <glib.h>
#include <stdbool.h>

struct catalogue;
typedef struct catalogue Catalogue;

/* `project` is the folder whose .teamwright/ counts; NULL for none. */
struct catalogue *catalogue_open(const char *project);
void catalogue_close(struct catalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Catalogue, catalogue_close)

/* A file such as "personas/reviewer.md". NULL with ERR_NOT_FOUND or ERR_CONFIG. `ret_origin` (may
 * be NULL) becomes where it comes from: a path or "built-in". */
GBytes *catalogue_read(struct catalogue *catalogue, const char *path, char **ret_origin, GError **error);
/* The same as text; it is checked to be UTF-8. */
char *catalogue_text(struct catalogue *catalogue, const char *path, char **ret_origin, GError **error);
/* Names of the files in a folder, sorted, from all three layers; NULL-terminated, never NULL. */
char **catalogue_list(struct catalogue *catalogue, const char *folder);
/* Names of the built-in folders in a folder ("" for the root), sorted; NULL-terminated, never NULL. */
char **catalogue_folders(const char *folder);
/* Writes all built-in files below `directory`; existing ones are kept. */
bool catalogue_export(const char *directory, unsigned *ret_written, GError **error);

#endif
