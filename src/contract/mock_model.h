/* What the files of the mock share. */
#ifndef CONTRACT_MOCK_MODEL_H
#define CONTRACT_MOCK_MODEL_H

#include <pthread.h>

#include "base/http_server.h"
#include "base/writer.h"
#include "contract/exchange.h"
#include "contract/injection.h"
#include "contract/lexicon.h"
#include "contract/mock.h"
#include "contract/mock_cast.h"
#include "contract/mock_memo.h"
#include "contract/mock_mould.h"
#include "contract/paging.h"
#include "contract/resource.h"
#include "contract/sample.h"
#include "contract/shape.h"
#include "contract/stock.h"

/* A query parameter of a list. */
struct list_parameter {
	const char *name;            /* as the document has it */
	enum paging_parameter meaning;
	enum paging_relation relation;   /* with `member`: how it narrows */
	const char *member;          /* of the item; NULL where it pages, sorts or searches */
};

/* What is known of an operation before any request: made when it is first called. */
struct mock_plan {
	const struct openapi_operation *operation;
	const struct resource *resource;     /* NULL where it is not resource-shaped */
	enum resource_role role;
	const struct resource *around;       /* then: whose item it is about; NULL */
	int status;                          /* of success */
	const struct openapi_response *response;
	const struct value *schema;          /* of its JSON body; NULL for none */
	bool opaque;                         /* nothing describes the body, and what is shown of it is no object */
	struct list_parameter *parameters;   /* of a list */
	size_t parameter_count;
	char *list_key, *list_json;          /* the last list that was answered */
	uint64_t list_version;
	char *list_headers;
	/* x-mock-… of the document. */
	bool stateless, unchecked;
	const char *example;                 /* name of the one that is answered; NULL */
	struct injections *injections;       /* NULL for none */
};

struct mock {
	pthread_mutex_t *mutex;              /* over all of it: held while a request is answered */
	struct openapi *openapi;
	struct resources *resources;
	struct sampler *sampler;
	struct recording *recording;
	struct http_server *server;
	struct stock *stock;
	struct mock_memo *memo;
	GHashTable *moulds;                  /* resource -> struct mould */
	struct http_header *headers;         /* of the request under way */
	size_t header_room;
	int64_t wall_read_us, wall_offset_ms;   /* when the wall's clock was read, and what it is ahead */
	struct mock_plan **plans;            /* by the number of the operation */
	size_t plan_count;
	char *contract, *routes;
	struct mock_options options;
	struct injections injections;        /* for all operations */
	GRand *dice;                         /* of injections */
	bool tells_absence;                  /* the document says 404 wherever something may not be there */
	int64_t ticks;                       /* seconds that have passed for the objects */
};

enum wish_kind { WISH_CODE, WISH_EXAMPLE, WISH_DYNAMIC, WISH_STATELESS, WISH_VALIDATE, WISH_HANDLING };
#define WISH_SEEN(kind) (1u << (kind))

/* What a request wishes of its answer. */
struct wish {
	int code;                            /* 0: none; -1: one that cannot be */
	char *example;                       /* NULL: none */
	bool dynamic, stateless, unchecked;
	unsigned seen;                       /* WISH_SEEN of each that was said */
	GString *applied;                    /* for Preference-Applied; NULL where there is nothing */
};

/* One request on its way to an answer. */
struct asking {
	struct mock *mock;
	const struct http_request *request;
	const struct mock_memory *memory;    /* then `parsed` and `values` are borrowed from it; NULL */
	struct parsed_request parsed;
	struct mock_plan *plan;
	struct wish wish;
	struct faults faults;                /* of the request */
	struct mishap mishap;
	struct injections own_injections;    /* that the request itself wants */
	char **values;                       /* of the path's parameters as plain text, NULL-terminated */
	/* The answer. */
	int status;
	const char *media;                   /* Content-Type; NULL without a body */
	GString *body;
	struct http_headers headers;
	const struct object *made;           /* by this request; NULL */
	bool fleeting;                       /* the same request may get another answer, though nothing changes */
};

/* A mock without a server; borrows `openapi`. */
struct mock *mock_create(struct openapi *openapi, const struct mock_options *options, GError **error);
void mock_destroy(struct mock *mock);

/* mock_plan.c */
struct mock_plan *mock_plan(struct mock *mock, const struct openapi_operation *operation);
void mock_plan_free(struct mock_plan *plan);

/* mock_reload.c: the same as in mock.h, for who holds the mutex. */
char *mock_write_snapshot(struct mock *mock);
bool mock_read_snapshot(struct mock *mock, const char *json, GError **error);

/* mock_serve.c: fills the answer to a request. */
void mock_answer(struct asking *asking);
void mock_asking_finish(struct asking *asking);

/* mock_wish.c */
void wish_read(struct wish *wish, const struct http_request *request);
void wish_clear(struct wish *wish);

/* mock_extension.c: x-mock-… of the document. */
/* The value for an operation: its own, else its path's, else the document's; NULL for none. */
const struct value *mock_extension(const struct mock *mock, const struct openapi_operation *operation, const char *name);
void mock_read_extensions(struct mock *mock, struct mock_plan *plan);

/* mock_problem.c: problems in the shape that people know from Prism. */
/* What kind of problem it is: a word of the table that GET /__mock/problems shows; NULL for the others. */
char *mock_problem(const char *kind, int status, const char *detail, const struct faults *faults);
/* "[{location, severity, code, message}]" of what is wrong with a request, for a header. */
char *mock_violations(const struct faults *errors, const struct faults *warnings);
char *mock_problem_table(void);

/* mock_answer.c: each fills the answer. */
/* JSON text of a body that meets the declared schema; the status and headers of the plan. `subject` is
 * the object that it is about (may be NULL). */
void answer_json(struct asking *asking, const char *json, const struct object *subject);
/* An answer by example or schema. `like` (may be NULL) is what it should be like. */
void answer_sample(struct asking *asking, const struct openapi_response *response, int status, const struct value *like);
/* An error: as the document declares it for that status, else problem+json. */
void answer_problem(struct asking *asking, int status, const char *detail, const struct faults *faults);
/* The same where the document has no word for it: of a kind of mock_problem. */
void answer_problem_of(struct asking *asking, const char *kind, int status, const char *detail, const struct faults *faults);
/* A problem of the mock itself: whatever the document declares for that status. */
void answer_own_problem(struct asking *asking, const char *kind, int status, const char *detail);
void answer_error(struct asking *asking, GError *error);
void answer_header(struct asking *asking, const char *name, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* problem.c: a problem in the words of a declared error schema; newly allocated, NULL where that cannot be. */
char *problem_like(struct mock *mock, const struct value *schema, const char *problem);

/* The first example of a media type object that fits the schema; NULL for none. */
const struct value *answer_example(struct openapi *openapi, const struct value *media, const struct value *schema);
/* A declared header's value; newly allocated, NULL where none can be made. */
char *answer_header_value(struct asking *asking, const char *name, const struct value *node, const struct object *subject);
/* JSON text of an answer's body for a media type object: its example, else a value that fits. NULL with
 * an error. */
char *answer_body(struct asking *asking, const struct value *media, const struct value *like, GError **error);

/* mock_shelf.c: where the objects of a resource are. */
/* The shelf of a request's collection; NULL where its parent is not there. `values` are those of the
 * path's parameters. */
struct shelf *mock_shelf(struct mock *mock, const struct resource *resource, char *const *values);
/* The object of a request's item path; NULL where it is not there. */
struct object *mock_object(struct mock *mock, const struct resource *resource, char *const *values);
/* An object that nobody knows of, made because somebody asks for it; NULL where it was deleted. */
struct object *mock_conjure(struct mock *mock, const struct resource *resource, char *const *values);
/* Removes an object and what belongs to it. */
void mock_remove(struct mock *mock, const struct resource *resource, struct object *object);
/* Whether the parent of a collection is there, was never there, or was deleted. */
enum parentage { PARENT_THERE, PARENT_UNKNOWN, PARENT_GONE };
enum parentage mock_parentage(struct mock *mock, const struct resource *resource, char *const *values);
/* False where no client can learn the ids of a resource's objects: then any that it asks for exists. */
bool mock_reveals_ids(struct mock *mock, const struct resource *resource);
/* True where the document gives any way to have such objects. */
bool mock_is_tracked(const struct resource *resource);
/* How many parameters a path has. */
size_t mock_parameters_of(const char *path);
/* "/projects/7/tasks/3": the path of an object; newly allocated. */
char *mock_path(const struct resource *resource, char *const *values, const char *id);

/* mock_make.c: objects from what is known of them. */
/* A collection that a request means: what it is, where its objects are, what its path says. */
struct spot {
	const struct resource *resource;
	const struct resource *way;          /* by which it was reached: the resource, or another way to it */
	struct shelf *shelf;
	char *const *values;
};
enum stamping { STAMP_NONE, STAMP_CREATED, STAMP_UPDATED };

/* Makes an object from `given` (an object, or NULL: then all is made up); the id is `id` or a new one.
 * `variation` 0 takes the author's examples. NULL with an error; ERR_CONFLICT where the id is taken. */
struct object *mock_make(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, uint64_t variation,
                         enum stamping stamping, GError **error);
/* What is known of an object before it is completed: id, links, times, and what is given. */
struct doc *mock_known(struct mock *mock, const struct spot *spot, const char *id, const struct value *given, enum stamping stamping);
/* Completes what is known of an object so that every answer about it can be made. */
struct doc *mock_complete(struct mock *mock, const struct resource *resource, struct doc *known, uint64_t variation, GError **error);
/* The object as an answer with this schema has it, inside the member `around` (NULL for none);
 * borrowed until the object changes. NULL with an error naming the schema. */
const char *mock_render(struct mock *mock, struct object *object, const struct value *schema, const char *around, GError **error);
/* True where an object is already what an answer wants: it fits, and all its members are declared. */
bool mock_is_answer(struct mock *mock, const struct doc *doc, const struct value *schema);
/* A state with all members that the schemas have; `known` stands over it. */
struct doc *mock_dream(struct mock *mock, const struct resource *resource, const struct value *known, uint64_t variation, GError **error);
enum { MOCK_NUMBER = 16 };
/* The next number that is free and fits, where ids are numbers: into `text`, which has room for MOCK_NUMBER bytes. */
bool mock_next_number(const struct mould *mould, const struct shelf *shelf, char *text);
/* The schema of the ids of a resource, and that of its path parameter; NULL where there is none. */
const struct value *mock_id_schema(struct mock *mock, const struct resource *resource);
const struct value *mock_id_parameter(const struct resource *resource);
/* The members of both; those of the first count. */
struct doc *mock_unite(const struct value *first, const struct value *second);
/* A value as it stands in a path: text without quotes; newly allocated. */
char *mock_text(const struct value *value);

/* The member of an item that a path parameter fills: `parent` where it names the parent (may be NULL),
 * else one of the same name; NULL for none. */
const char *mock_link_member(const struct shape *shape, const char *parameter, const char *parent);

/* mock_item.c, mock_list.c, mock_control.c */
/* True where a page parameter begins with 0. */
bool mock_counts_from_zero(struct mock *mock, const struct openapi_operation *operation, const char *name);
/* True where PUT on an id that is not there makes the object. */
bool mock_may_put(const struct mock_plan *plan);
/* The schema of the object in a plan's request body; NULL for none. */
const struct value *mock_body_schema(struct mock *mock, const struct mock_plan *plan);
void mock_do_create(struct asking *asking);
void mock_do_read(struct asking *asking);
void mock_do_replace(struct asking *asking);
void mock_do_patch(struct asking *asking);
void mock_do_delete(struct asking *asking);
void mock_do_list(struct asking *asking);
void mock_do_action(struct asking *asking);
/* True, and answered, where a request's parent is not there and the document has a word for that, or
 * where it was deleted. */
bool mock_refuse_orphan(struct asking *asking);
/* True where the request was for the mock itself. */
bool mock_control(struct asking *asking);

#endif
