/* References between documents. (GLib's own resolver ends the program over some references that
 * people can write, such as "a" against "x://host".) */
#ifndef SCHEMA_URI_H
#define SCHEMA_URI_H

/* The base of documents that have no URI; relative URIs get it, and it is never shown. */
#define URI_NOWHERE "doc:///"

/* `reference`, up to its fragment, against an absolute base (RFC 3986 section 5.2): newly
 * allocated. What is no URI at all comes out as something that nothing is known as. */
char *uri_resolve(const char *base, const char *reference);
/* The text behind the first '#', decoded and newly allocated; "" where there is none, NULL if the
 * encoding is broken. */
char *uri_fragment(const char *reference);
/* As people wrote it: without URI_NOWHERE. Borrows from `uri`. */
const char *uri_shown(const char *uri);

#endif
