/* How a dialect fills a reply. */
#ifndef LLM_REPLY_BUILD_H
#define LLM_REPLY_BUILD_H

#include "llm/dialect.h"
#include "llm/events.h"

enum reply_form { REPLY_UNKNOWN, REPLY_EVENTS, REPLY_BODY, REPLY_REFUSAL };

/* Beside each part of the response: what is known of it while it comes. */
struct reply_slot {
	int64_t index;               /* the server's number */
	size_t length, room;         /* of the part's text */
	size_t watched;              /* of which so much was shown */
	GString *extra;              /* arguments of a call, signature of a thought, or its pieces */
	enum { PIECES_NONE, PIECES_STREAMED, PIECES_WHOLE } pieces;   /* `extra` is what reasoning_join takes */
	const char *member;          /* under which the dialect takes the thought back */
	bool open;
};

enum { TRACK_HOLES = 3 };

/* Events of a stream differ in one text, mostly, and are equal byte by byte before and behind it. Where the last one that was read as
 * JSON has such a place, the next ones are compared with it instead of being read. */
struct reply_track {
	GString *text;               /* the event, for its bytes around the holes */
	struct { size_t from, to; } holes[TRACK_HOLES];   /* strings, without their quotes */
	unsigned count, wanted;      /* the hole whose text is wanted; others are ignored */
	size_t part;                 /* where it goes */
	bool extra;                  /* to the slot's extra text instead of the part's */
	bool set;
};

struct reply {
	const struct dialect *dialect;
	enum reply_form form;
	struct events events;
	struct model_response response;
	struct reply_slot *slots;    /* one for each part */
	size_t slot_room;
	struct reply_track track;
	struct failure failure;
	struct http_response http;   /* status, headers and body of what is no stream */
	bool started, whole, failed;
	bool finished;               /* the reason of the end was said */
	bool plain;                  /* no tracks: every event is read */
	bool halved, marked;         /* halves of characters came, ever and in this event */
	uint64_t tokens;
	void (*watch)(void *data, const char *text, size_t length);
	void *watch_data;
};

/* Appends a part that is coming; its position. */
size_t reply_part_add(struct reply *reply, enum message_part_kind kind, int64_t index);
/* The last part of that kind (ANY_PART: of any) and number that is coming still; -1 for none. */
enum { ANY_PART = -1 };
gssize reply_part_find(const struct reply *reply, int kind, int64_t index);
/* The part of that kind (there is one at most), made where it is missing. */
size_t reply_part_only(struct reply *reply, enum message_part_kind kind);
void reply_part_text(struct reply *reply, size_t part, const char *text, size_t length);
void reply_part_extra(struct reply *reply, size_t part, const char *text, size_t length);
/* Nothing more of it comes. */
void reply_part_close(struct reply *reply, size_t part);
void reply_part_drop(struct reply *reply, size_t part);

/* The event `data`, read as `event`, whose only news is the string `text` (a node of it) at the end of a part: the next ones like it
 * need not be read. */
void reply_track(struct reply *reply, const char *data, size_t length, const struct value *event, const struct value *text, size_t part, bool extra);
/* True where the event was one like the last, and is taken; the reply may have failed then. */
bool reply_follow(struct reply *reply, const char *data, size_t length);

void reply_name(struct reply *reply, const char *id, const char *model);
/* The server's own end was seen: what is cut off is dropped. False: the reply has failed. */
bool reply_finish(struct reply *reply);

/* Both return false. */
bool reply_fail(struct reply *reply, enum failure_class class, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* An error inside the stream, in whatever form it has. */
bool reply_fail_error(struct reply *reply, const struct value *error);

/* The data of an event as a document; NULL: it is none, and the reply has failed. */
struct doc *reply_read(struct reply *reply, const char *data, size_t length);
/* Sets `*ret` where the member is a number of tokens. */
void reply_count(const struct value *object, const char *member, int64_t *ret);

#endif
