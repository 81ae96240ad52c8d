#ifndef VERIFY_FILES_H
#define VERIFY_FILES_H

#include "verify/verify.h"

/* Paths of all files with content below a folder, tools' folders left out; frees its texts. */
GPtrArray *files_list(const char *folder);
/* How many of them a glob means. */
size_t files_match(const GPtrArray *files, const char *glob);

#endif
