/* Simpler cases, for shrinking. */
#ifndef VERIFY_SIMPLER_H
#define VERIFY_SIMPLER_H

#include "verify/case.h"

/* Cases that are simpler than one in one thing each, what takes most away first; newly allocated. Whether
 * they still are what the case is meant to be, is for case_make() to say. */
GPtrArray *case_simpler(const struct test_case *test);
/* The same for values: struct doc. */
GPtrArray *value_simpler(const struct value *value);

#endif
