#include "verify/usage_counter.h"

#include <string.h>

#include "contract/shape.h"
#include "contract/style.h"
#include "verify/members.h"

static const char *const location_names[] = { "path", "query", "header", "cookie", "query" };

/* What was seen of answers of one status. */
struct answers {
	int64_t count;
	GHashTable *members;
};

struct use {
	const struct openapi_operation *operation;
	int64_t requests;
	GHashTable *parameters, *members, *answers;
	const struct value *body_schema;   /* of the last body that came and could be read */
	bool has_body;
};

struct usage_counter {
	struct openapi *openapi;
	char *consumer;
	int64_t requests, good, unknown;
	GPtrArray *uses;
	GHashTable *by_operation;
};

static void
free_answers(void *data)
{
	struct answers *answers = data;
	g_hash_table_unref(answers->members);
	g_free(answers);
}

static void
free_use(void *data)
{
	struct use *use = data;
	g_hash_table_unref(use->parameters);
	g_hash_table_unref(use->members);
	g_hash_table_unref(use->answers);
	g_free(use);
}

struct usage_counter *
usage_counter_create(struct openapi *openapi, const char *consumer)
{
	struct usage_counter *counter = g_new0(struct usage_counter, 1);
	counter->openapi = openapi;
	counter->consumer = g_strdup(consumer);
	counter->uses = g_ptr_array_new_with_free_func(free_use);
	counter->by_operation = g_hash_table_new(NULL, NULL);
	return counter;
}

void
usage_counter_destroy(struct usage_counter *counter)
{
	if (!counter)
		return;
	g_ptr_array_unref(counter->uses);
	g_hash_table_unref(counter->by_operation);
	g_free(counter->consumer);
	g_free(counter);
}

const char *
usage_counter_consumer(const struct usage_counter *counter)
{
	return counter->consumer;
}

void
usage_counter_approve(struct usage_counter *counter)
{
	counter->good++;
}

/* --- counting ------------------------------------------------------------------------------- */

static struct use *
use_of(struct usage_counter *counter, const struct openapi_operation *operation)
{
	struct use *use = g_hash_table_lookup(counter->by_operation, operation);
	if (use)
		return use;
	use = g_new0(struct use, 1);
	use->operation = operation;
	use->parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	use->members = members_table();
	use->answers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_answers);
	g_hash_table_insert(counter->by_operation, (void *)(uintptr_t)operation, use);
	g_ptr_array_add(counter->uses, use);
	return use;
}

/* A pair "name", "name[member]", or one of the members that an exploded object is spread to. */
static bool
has_pair(struct openapi *openapi, const struct style_pairs *pairs, const struct openapi_parameter *parameter)
{
	const struct shape *shape = parameter->value_schema && parameter->explode ? shape_of(openapi, parameter->value_schema) : NULL;
	size_t length = strlen(parameter->name);
	bool has = false;
	for (size_t i = 0; i < pairs->count && !has; i++) {
		const char *name = pairs->items[i].name;
		has = strncmp(name, parameter->name, length) == 0 && (!name[length] || name[length] == '[');
		has |= shape && shape->count && shape->kinds == SHAPE_KIND(VALUE_OBJECT) && shape_member(shape, name);
	}
	return has;
}

bool
usage_sends(struct openapi *openapi, const struct http_request *request, const struct openapi_parameter *parameter)
{
	struct style_pairs pairs = { 0 };
	const char *query = strchr(request->url, '?');
	switch (parameter->location) {
	case OPENAPI_PATH:
		return true;
	case OPENAPI_HEADER:
		return http_headers_get(&request->headers, parameter->name) != NULL;
	case OPENAPI_QUERYSTRING:
		return query && query[1];
	case OPENAPI_QUERY:
		style_split_query(query ? query + 1 : NULL, &pairs);
		break;
	case OPENAPI_COOKIE:
		style_split_cookies(http_headers_get(&request->headers, "cookie"), &pairs);
		break;
	}
	bool has = has_pair(openapi, &pairs, parameter);
	style_pairs_clear(&pairs);
	return has;
}

const struct value *
usage_body_schema(const struct openapi *openapi, const struct http_request *request, const struct openapi_operation *operation)
{
	const char *type = http_headers_get(&request->headers, "content-type");
	const struct value *media = operation->body ? openapi_content(openapi, operation->body, type ? type : "application/json", NULL) : NULL;
	return value_member(media, "schema");
}

static void
count_answer(struct use *use, int status, GHashTable *places)
{
	const struct openapi_response *declared = openapi_response_for(use->operation, status);
	if (!declared)
		return;
	struct answers *answers = g_hash_table_lookup(use->answers, declared->status);
	if (!answers) {
		answers = g_new0(struct answers, 1);
		answers->members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		g_hash_table_insert(use->answers, (void *)(uintptr_t)declared->status, answers);
	}
	answers->count++;
	GHashTableIter iter;
	void *pointer;
	if (!places)
		return;
	g_hash_table_iter_init(&iter, places);
	while (g_hash_table_iter_next(&iter, &pointer, NULL))
		g_hash_table_add(answers->members, g_strdup(pointer));
}

void
usage_counter_add(struct usage_counter *counter, const struct http_request *request, const struct parsed_request *parsed, int status,
                  GHashTable *places)
{
	const struct openapi_operation *operation = parsed->match.operation;
	counter->requests++;
	if (!operation) {
		counter->unknown++;
		return;
	}
	struct use *use = use_of(counter, operation);
	use->requests++;
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		if (usage_sends(counter->openapi, request, parameter))
			g_hash_table_add(use->parameters, g_strdup_printf("%s %s", location_names[parameter->location], parameter->name));
	}
	use->has_body |= request->body && request->body->len;
	if (parsed->body) {
		use->body_schema = usage_body_schema(counter->openapi, request, operation);
		members_collect(counter->openapi, use->body_schema, doc_root(parsed->body), use->members);
	}
	count_answer(use, status, places);
}

/* --- the record ----------------------------------------------------------------------------- */

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static char **
sorted_keys(GHashTable *set)
{
	unsigned count;
	g_autofree void **keys = g_hash_table_get_keys_as_array(set, &count);
	char **texts = g_new0(char *, count + 1);
	for (unsigned i = 0; i < count; i++)
		texts[i] = g_strdup(keys[i]);
	qsort(texts, count, sizeof *texts, compare_texts);
	return texts;
}

/* What the document describes and the consumer never sent, in two lists. */
static void
fill_rest(const struct usage_counter *counter, const struct use *use, struct usage_operation *ret)
{
	g_autoptr(GStrvBuilder) missing = g_strv_builder_new(), unused = g_strv_builder_new();
	const struct openapi_operation *operation = use->operation;
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		g_autofree char *name = g_strdup_printf("%s %s", location_names[parameter->location], parameter->name);
		if (!g_hash_table_contains(use->parameters, name))
			g_strv_builder_add(parameter->required ? missing : unused, name);
	}
	if (operation->body && !use->has_body)
		g_strv_builder_add(operation->body_required ? missing : unused, "body");
	const struct shape *shape = use->body_schema ? shape_of(counter->openapi, use->body_schema) : NULL;
	for (size_t i = 0; shape && i < shape->count; i++) {
		g_autofree char *pointer = g_strdup_printf("/%s", shape->members[i].name), *name = g_strdup_printf("body %s", pointer);
		if (!g_hash_table_contains(use->members, pointer) && !shape->members[i].read_only)
			g_strv_builder_add(shape->members[i].required ? missing : unused, name);
	}
	ret->missing = g_strv_builder_end(missing);
	ret->unused = g_strv_builder_end(unused);
}

static void
fill_operation(const struct usage_counter *counter, const struct use *use, struct usage_operation *ret)
{
	ret->operation = g_strdup_printf("%s %s", use->operation->method, use->operation->path);
	ret->requests = use->requests;
	ret->parameters = sorted_keys(use->parameters);
	ret->members = sorted_keys(use->members);
	g_auto(GStrv) statuses = sorted_keys(use->answers);
	for (char **status = statuses; *status; status++) {
		const struct answers *answers = g_hash_table_lookup(use->answers, *status);
		struct usage_answer *answer = record_append(&usage_answer_record, &ret->answers);
		answer->status = g_strdup(*status);
		answer->count = answers->count;
		answer->members = sorted_keys(answers->members);
	}
	fill_rest(counter, use, ret);
}

void
usage_counter_fill(struct usage_counter *counter, struct usage *ret)
{
	g_autoptr(GStrvBuilder) unused = g_strv_builder_new();
	size_t count;
	const struct openapi_operation *all = openapi_operations(counter->openapi, &count);
	ret->consumer = g_strdup(counter->consumer);
	ret->contract = g_strdup_printf("%s %s", openapi_title(counter->openapi), openapi_version(counter->openapi));
	ret->requests = counter->requests;
	ret->good = counter->good;
	ret->unknown = counter->unknown;
	for (size_t i = 0; i < count; i++) {
		const struct use *use = g_hash_table_lookup(counter->by_operation, &all[i]);
		g_autofree char *name = g_strdup_printf("%s %s", all[i].method, all[i].path);
		if (use)
			fill_operation(counter, use, record_append(&usage_operation_record, &ret->operations));
		else
			g_strv_builder_add(unused, name);
	}
	ret->unused = g_strv_builder_end(unused);
}
