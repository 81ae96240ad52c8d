/* Front matter: the lines between two fences of three dashes at the head of a Markdown file. */
#ifndef BASE_MATTER_H
#define BASE_MATTER_H

/* Everything before the second fence, newly allocated, so that positions in it are those of the file; *ret_body is what follows.
 * NULL without front matter. Line ends are those of matter_clean. */
char *matter_split(const char *text, const char **ret_body);
/* Without byte order mark and carriage returns; newly allocated. */
char *matter_clean(const char *text);

#endif
