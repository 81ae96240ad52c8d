/* What is said to a model and what it says: one form for all servers. A dialect translates it. */
#ifndef LLM_MESSAGE_H
#define LLM_MESSAGE_H

#include "base/record.h"

enum message_role { MESSAGE_USER, MESSAGE_ASSISTANT };

enum message_part_kind {
	PART_TEXT,
	PART_THINKING,     /* kept to be sent back to the server that made it; never shown as an answer */
	PART_TOOL_CALL,    /* the assistant's */
	PART_TOOL_RESULT,  /* the user's answer to one */
};

struct message_part {
	unsigned kind;           /* enum message_part_kind */
	char *text;              /* of all kinds but TOOL_CALL */
	char *tool_id, *tool;    /* of a tool call and its result */
	struct doc *arguments;   /* an object, whole: a call that was cut off is none */
	bool failed;             /* a result that is an error */
	char *dialect;           /* whose `native` is */
	struct doc *native;      /* the block as it came (thinking with its signature, what belongs to a call), for the same dialect */
};
RECORD_LIST_OF(message_part);
extern const struct record_type message_part_record;

struct message {
	unsigned role;           /* enum message_role */
	struct message_part_list parts;
	bool cached;             /* the prefix up to here is worth keeping on the server */
};
RECORD_LIST_OF(message);
extern const struct record_type message_record;

struct model_tool {
	char *name, *description;
	struct doc *parameters;  /* JSON Schema of an object */
};
RECORD_LIST_OF(model_tool);
extern const struct record_type model_tool_record;

struct model_request {
	char *model;             /* as its server calls it */
	char *system;
	bool system_cached;
	struct message_list messages;
	struct model_tool_list tools;
	char *tool_choice;       /* auto, any, none, or the name of a tool; NULL: auto */
	bool one_tool;           /* at most one call in an answer */
	struct doc *schema;      /* the answer has to be an object of this JSON Schema; NULL: free text */
	char *schema_name;
	int64_t max_tokens;      /* of the answer */
	double temperature;      /* NaN: the server's own */
	int64_t seed;            /* RECORD_NO_INT: none */
	char *effort;            /* none, low, medium or high: how long it may think; NULL: the server's own */
	char **stop;             /* texts that end the answer */
};
extern const struct record_type model_request_record;

/* Tokens as the server counts them; RECORD_NO_INT where it does not say. */
struct model_usage {
	int64_t input_tokens;        /* those that were neither read from the cache nor written to it */
	int64_t output_tokens;
	int64_t cache_read_tokens, cache_write_tokens;
	double cost;                 /* in dollars, where the server says it; else NaN */
};
extern const struct record_type model_usage_record;

enum model_stop {
	STOP_NONE,             /* it did not end */
	STOP_END,
	STOP_LENGTH,           /* max_tokens: a tool call at the end is cut off and is not there */
	STOP_SEQUENCE,
	STOP_TOOLS,            /* it waits for results */
	STOP_REFUSAL,          /* or a filter of the server */
	STOP_PAUSE,            /* send it back as it is to go on */
	STOP_WINDOW,           /* the context is full */
	STOP_OTHER,
};

struct model_response {
	char *id, *model;        /* as the server says */
	struct message_part_list parts;
	unsigned stop;           /* enum model_stop */
	struct model_usage usage;
};
extern const struct record_type model_response_record;

/* The answer's text, all text parts joined; newly allocated, "" for none. */
char *model_response_text(const struct model_response *response);
/* Takes a secret out of whatever the model says, as secret_hide does it. NULL: there is none. */
void model_response_redact(struct model_response *response, const char *secret);
/* Appends a message with one text part and returns it. */
struct message *model_request_say(struct model_request *request, enum message_role role, const char *text);
/* Appends the answer as the assistant's message, so that the conversation can go on. */
void model_request_take(struct model_request *request, const struct model_response *response);

#endif
