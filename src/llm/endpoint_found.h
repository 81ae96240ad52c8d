/* Endpoints that nobody configured, and what counts for all of a protocol. */
#ifndef LLM_ENDPOINT_FOUND_H
#define LLM_ENDPOINT_FOUND_H

#include "llm/endpoint.h"

/* What the environment names, and a local Ollama. */
void endpoints_find(struct endpoint_list *ret);
/* Fills in what the protocol presets: base URL, calls in flight. False where there is no such protocol. */
bool endpoint_preset(struct endpoint *endpoint);
/* "anthropic, openai, ollama": newly allocated. */
char *endpoint_protocols(void);
/* The variables that name servers, one after the other with what they say (newly allocated); NULL behind the last. */
const char *endpoint_variable(unsigned index, char **ret_help);

#endif
