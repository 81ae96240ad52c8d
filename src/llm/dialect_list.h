/* The dialects there are, and what they share. */
#ifndef LLM_DIALECT_LIST_H
#define LLM_DIALECT_LIST_H

#include "base/error.h"
#include "base/writer.h"
#include "llm/dialect.h"

extern const struct dialect dialect_anthropic, dialect_openai, dialect_ollama;

/* Headers that every call has. */
void dialect_add_common(struct http_headers *headers, const char *accept);
/* The texts of a member of all objects of a list; NULL with ERR_FAILED where it is not there. */
char **dialect_read_names(const char *text, size_t length, const char *list, const char *member, GError **error);

/* All text of a message, joined; newly allocated, NULL for none. */
char *dialect_text(const struct message *message);
/* The document that stands for the answer's schema in a request, newly referenced: the subset that servers share, NULL where the schema
 * cannot be said in it. */
struct doc *dialect_schema(const struct model_request *request);
/* Seed, temperature and such, which are left out where they are not set. */
void dialect_write_int(struct writer *writer, const char *key, int64_t number);
void dialect_write_double(struct writer *writer, const char *key, double number);
void dialect_write_texts(struct writer *writer, const char *key, char **texts);
/* A tool call's arguments; an object always. */
void dialect_write_arguments(struct writer *writer, const char *key, const struct message_part *part);
/* A tool's schema; that of an object without members where it has none. */
void dialect_write_parameters(struct writer *writer, const char *key, const struct model_tool *tool);
/* A tool as OpenAI and those after it write it. */
void dialect_write_function(struct writer *writer, const struct model_tool *tool);
/* Whether something in it came from this dialect and is to go back to it. */
bool dialect_owns(const struct dialect *dialect, const struct message_part *part);

#endif
