/* Text from a template and a value tree.
 *
 *	{{name}}  {{a.b}}       the text of a member, of a member's member; . is the item itself
 *	{{json name}}           as compact JSON
 *	{{#each list}}…{{/each}}   for each item or member; inside: @index, @key, @last
 *	{{#if name}}…{{else}}…{{/if}}   unless absent, false, null, 0, "" or empty
 *
 * A tag that stands alone in its line takes the line away. A name is looked up in the innermost
 * item first, then outwards; one that nobody has is an error. */
#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include "base/doc.h"

/* The text, newly allocated; NULL with ERR_CONFIG naming template and line. */
char *template_render(const char *name, const char *template, const struct value *context, GError **error);

#endif
