/* Links of a document: from the answer to one operation to the request of another. */
#ifndef VERIFY_LINK_H
#define VERIFY_LINK_H

#include "verify/tester.h"

/* The operation that a link leads to; NULL where the document has none. */
const struct openapi_operation *link_target(struct tester *tester, const struct value *link);

#endif
