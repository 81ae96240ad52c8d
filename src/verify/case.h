/* One test case: a request to an operation as typed values, what it exercises, and what it is meant
 * to be. It becomes bytes in one place, and is judged as those bytes say. */
#ifndef VERIFY_CASE_H
#define VERIFY_CASE_H

#include "base/http.h"
#include "contract/openapi.h"

enum case_kind {
	CASE_VALID,                  /* the document allows it: it is to be accepted */
	CASE_INVALID,                /* it breaks one rule: it is to be refused */
	CASE_TRIAL,                  /* allowed, but nobody promises to accept it: only the answer's form counts */
	CASE_ABSENT,                 /* allowed, for something that is not there */
	CASE_BARE,                   /* without the credential that the operation wants */
	CASE_FORGED,                 /* with a credential that is none */
	CASE_METHOD,                 /* with a method that the path does not have */
	CASE_MEDIA,                  /* with a media type that the operation does not read */
	CASE_ACCEPT,                 /* for a media type that the operation does not write */
};

/* Slots hold the values of parameters: those that the operation describes, in its order, then those
 * that only its path names. */
struct test_case {
	const struct openapi_operation *operation;
	enum case_kind kind;
	struct doc **values;         /* of the slots; NULL for what is left out */
	struct doc *body;            /* NULL for none */
	const char *media;           /* of the body, as declared; NULL: the first that is */
	char *raw;                   /* a body that is no value; NULL */
	char *method, *content_type, *accept;   /* instead of what follows from the operation; NULL */
	char *credential;            /* of a FORGED one; NULL: the usual form */
	bool lower;                  /* names of headers in lower case */
	bool known;                  /* its path leads to something that is there */
	char *about;                 /* what it exercises, in words: the name of the case */
	char *point;                 /* the rule that it meets or breaks: "query limit maximum"; NULL */
};

struct test_case *case_create(const struct openapi_operation *operation, enum case_kind kind, const char *about);
struct test_case *case_copy(const struct test_case *test);
void case_free(struct test_case *test);
typedef struct test_case TestCase;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestCase, case_free)

size_t case_slot_count(const struct openapi_operation *operation);
/* The slot of the path's parameter at `position`. */
size_t case_path_slot(const struct openapi_operation *operation, size_t position);
/* The description of a slot; NULL for what only the path names. */
const struct openapi_parameter *case_parameter(const struct openapi_operation *operation, size_t slot);
void case_set(struct test_case *test, size_t slot, const struct value *value);   /* NULL leaves it out */
void case_set_body(struct test_case *test, const struct value *body);
/* Another text of its own, in the place of the one that is there. */
void case_say(char **place, const char *text);
/* Fills the path: `ids` (NULL-terminated, may be NULL) in the order of the template. */
void case_set_ids(struct test_case *test, char *const *ids);
/* The media type object of its body; NULL for none. */
const struct value *case_media(const struct openapi *openapi, const struct test_case *test, const char **ret_media);

/* What is the same for every case of a test. */
struct wire {
	struct openapi *openapi;
	const char *base;            /* before the path: "http://127.0.0.1:8080/v1" */
	const char *const *headers;  /* "Name: value", sent with every request; may be NULL */
};

/* The request. False where HTTP cannot carry it, or what it carries cannot be told from something
 * else: a segment of the path that is empty or dots, a header that is not printable. */
bool case_serialise(const struct wire *wire, const struct test_case *test, struct http_request *ret);

/* Serialises a case and holds it to what it is meant to be: a VALID one that is not, or an INVALID
 * one that is allowed after all, is none. */
bool case_make(const struct wire *wire, const struct test_case *test, struct http_request *ret);

#endif
