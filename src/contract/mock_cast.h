/* What a creation makes of one and the same request again and again: the same object but for its id. */
#ifndef CONTRACT_MOCK_CAST_H
#define CONTRACT_MOCK_CAST_H

#include "base/doc.h"
#include "contract/stock.h"

struct asking;
struct spot;
struct mock_cast;

/* Made of an object that a request has just made, where its id is all that is its own; NULL where it is not. */
struct mock_cast *mock_cast_create(struct asking *asking, const struct spot *spot, const struct object *object);
void mock_cast_free(struct mock_cast *cast);
/* Another object, checked like the first, with the text of its answer; NULL where it would not fit. */
struct object *mock_cast_use(const struct mock_cast *cast, struct asking *asking, const struct spot *spot);

#endif
