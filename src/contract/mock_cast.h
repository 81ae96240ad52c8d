/* What a creation makes of one and the same request again and again: the same object and the same answer, but
 * for the id. */
#ifndef CONTRACT_MOCK_CAST_H
#define CONTRACT_MOCK_CAST_H

#include "contract/kept.h"
#include "contract/stock.h"

struct asking;
struct mock_cast;

/* Made of an object that a request has just made, and of the answer to it; NULL where more than the id is its own. */
struct mock_cast *mock_cast_create(struct asking *asking, const struct object *object, struct kept *kept);
void mock_cast_free(struct mock_cast *cast);
/* Makes the next object, checked like the first, and answers with it. False, and nothing is done, where that
 * cannot be: then the request goes the usual way. */
bool mock_cast_answer(const struct mock_cast *cast, struct asking *asking);

#endif
