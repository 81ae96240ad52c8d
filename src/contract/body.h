/* Message bodies: JSON, forms, multipart forms and text as values. */
#ifndef CONTRACT_BODY_H
#define CONTRACT_BODY_H

#include "contract/exchange.h"

struct body {
	const char *content_type;    /* as it stands in the message */
	const char *bytes;
	size_t length;
	const struct value *media;   /* media type object that it is to meet */
};

/* The value; NULL with a fault where it cannot be read, NULL without one where this kind of content
 * is not interpreted. */
struct doc *body_read(struct openapi *openapi, const struct body *body, struct faults *faults);

/* The way out: a value as the body of a media type, with the value of its Content-Type. Both newly
 * allocated; NULL where the kind of content cannot be made of a value. */
GString *body_write(struct openapi *openapi, const char *media, const struct value *object, const struct value *value, char **ret_content_type);
/* An object as a URL-encoded form: a body, or a whole query. */
GString *body_write_form(const struct value *media, const struct value *value);
/* How a member of a form is written: its encoding object may say (3.1.1 section 4.8.15). */
struct openapi_parameter body_form_parameter(const struct value *media, const char *name, const struct value *schema);

#endif
