#include "verify/traffic.h"

#include <string.h>

#include "base/http_curl.h"
#include "contract/sample.h"
#include "contract/security.h"
#include "verify/consumer.h"
#include "verify/traffic_judge.h"
#include "verify/usage_counter.h"

enum { FINDINGS = 1000 };

#define XX(code, name) name,
const char *const traffic_kind_names[] = { TRAFFIC_KINDS(XX) NULL };
#undef XX

static const struct record_field traffic_finding_fields[] = {
	RECORD_ENUM(traffic_finding, kind, 0, traffic_kind_names, "what kind of finding"),
	RECORD_FIELD(traffic_finding, consumer, 0, "who"),
	RECORD_FIELD(traffic_finding, recording, 0, "recording"),
	RECORD_FIELD(traffic_finding, request, 0, "number of the exchange in the recording"),
	RECORD_FIELD(traffic_finding, times, 0, "how often it came"),
	RECORD_FIELD(traffic_finding, operation, 0, "method and path"),
	RECORD_FIELD(traffic_finding, expected, 0, "what the contract says"),
	RECORD_FIELD(traffic_finding, found, 0, "what was recorded"),
	RECORD_FIELD(traffic_finding, curl, 0, "how to repeat it"),
};
RECORD_TYPE(traffic_finding, RECORD_DROP, "what recorded traffic says of a contract");

struct traffic {
	struct openapi *openapi, *before;
	struct sampler *sampler;
	char *origin, *server;             /* asked for; of the document */
	char *version, *old_version;
	GPtrArray *counters;               /* struct usage_counter, one for each consumer */
	GHashTable *known;                 /* key of a finding -> its position + 1 in one of the lists */
	struct traffic_finding_list faults, notes;
	int64_t ignored;
};

/* An exchange under judgement. */
struct hearing {
	struct traffic *traffic;
	const struct recording_file *file;
	const struct recorded_exchange *exchange;
	int64_t number;
	struct usage_counter *counter;
	struct judged now, then;
	char *operation;
	bool broken;
};

static char *
version_of(const struct openapi *openapi)
{
	return g_strdup_printf("%s %s", openapi_title(openapi), openapi_version(openapi));
}

/* "https://example.com:8443" of a whole URL, newly allocated; NULL of a path. */
static char *
origin_of(const char *target)
{
	const char *host = *target == '/' ? NULL : strstr(target, "://");
	return host ? g_ascii_strdown(target, (gssize)((size_t)(host - target) + 3 + strcspn(host + 3, "/?#"))) : NULL;
}

/* The first server of a document; a relative one is this machine. */
static char *
server_of(const struct openapi *openapi)
{
	const char *url = value_member_text(value_item(value_member(doc_root(openapi_doc(openapi)), "servers"), 0), "url");
	char *origin = url && *url ? origin_of(url) : NULL;
	return origin ? origin : g_strdup("http://localhost");
}

static void
destroy_counter(void *counter)
{
	usage_counter_destroy(counter);
}

struct traffic *
traffic_create(struct openapi *openapi, struct openapi *before, const char *origin)
{
	struct traffic *traffic = g_new0(struct traffic, 1);
	traffic->openapi = openapi;
	traffic->before = before;
	traffic->sampler = sampler_create(openapi, 1);
	traffic->origin = g_strdup(origin);
	traffic->server = server_of(openapi);
	traffic->version = version_of(openapi);
	traffic->old_version = before ? version_of(before) : NULL;
	traffic->counters = g_ptr_array_new_with_free_func(destroy_counter);
	traffic->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return traffic;
}

void
traffic_destroy(struct traffic *traffic)
{
	if (!traffic)
		return;
	sampler_destroy(traffic->sampler);
	g_free(traffic->origin);
	g_free(traffic->server);
	g_free(traffic->version);
	g_free(traffic->old_version);
	g_ptr_array_unref(traffic->counters);
	g_hash_table_unref(traffic->known);
	record_list_finish(&traffic_finding_record, &traffic->faults);
	record_list_finish(&traffic_finding_record, &traffic->notes);
	g_free(traffic);
}

static struct usage_counter *
counter_of(struct traffic *traffic, const char *consumer)
{
	for (unsigned i = 0; i < traffic->counters->len; i++)
		if (g_str_equal(usage_counter_consumer(g_ptr_array_index(traffic->counters, i)), consumer))
			return g_ptr_array_index(traffic->counters, i);
	struct usage_counter *counter = usage_counter_create(traffic->openapi, consumer);
	g_ptr_array_add(traffic->counters, counter);
	return counter;
}

/* --- findings ------------------------------------------------------------------------------- */

/* Numbers are left out: the same again is counted, not repeated, and so are items of a list. */
static void
append_likeness(GString *text, const char *words)
{
	for (; *words; words++)
		if (!g_ascii_isdigit(*words))
			g_string_append_c(text, *words);
}

static char *
key_of(const struct hearing *hearing, bool serious, enum traffic_kind kind, const char *place, const char *message)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_string_append_printf(text, "%d|%d|%s|%s|", serious, (int)kind, usage_counter_consumer(hearing->counter), hearing->operation);
	append_likeness(text, place);
	g_string_append_c(text, '|');
	append_likeness(text, message);
	return g_strdup(text->str);
}

/* The server of a request, where neither caller nor recording names one. */
static const char *
curl_origin(const struct traffic *traffic, const struct http_request *request)
{
	return traffic->origin ? traffic->origin : http_headers_get(&request->headers, "host") ? NULL : traffic->server;
}

static char *
expectation(const struct hearing *hearing, enum traffic_kind kind)
{
	const struct traffic *traffic = hearing->traffic;
	static const char *const forms[TRAFFIC_KIND_COUNT] = {
		[TRAFFIC_UNKNOWN] = "an operation of %s%s%s", [TRAFFIC_REQUEST] = "a request that %s accepts%s%s",
		[TRAFFIC_MISSING] = "what %s requires%s%s",   [TRAFFIC_ANSWER] = "an answer that %s gives%s%s",
		[TRAFFIC_PROMISE] = "what %s promises%s%s",   [TRAFFIC_DEPRECATED] = "what %s goes on with%s%s",
	};
	char *text = NULL;
	const char *as = traffic->old_version ? ", as did " : "", *old = traffic->old_version ? traffic->old_version : "";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text = g_strdup_printf(forms[kind], traffic->version, as, old);
#pragma GCC diagnostic pop
	return text;
}

static void
add_finding(struct hearing *hearing, bool serious, enum traffic_kind kind, const char *place, const char *message)
{
	struct traffic *traffic = hearing->traffic;
	struct traffic_finding_list *list = serious ? &traffic->faults : &traffic->notes;
	g_autofree char *key = key_of(hearing, serious, kind, place, message);
	hearing->broken |= serious;
	size_t known = GPOINTER_TO_SIZE(g_hash_table_lookup(traffic->known, key));
	if (known) {
		list->items[known - 1].times++;
		return;
	}
	if (list->count == FINDINGS)
		return;
	struct http_request request;
	recorded_request(hearing->exchange, &request);
	struct traffic_finding *finding = record_append(&traffic_finding_record, list);
	finding->kind = kind;
	finding->consumer = g_strdup(usage_counter_consumer(hearing->counter));
	finding->recording = g_strdup(hearing->file->name);
	finding->request = hearing->number;
	finding->times = 1;
	finding->operation = g_strdup(hearing->operation);
	finding->expected = expectation(hearing, kind);
	finding->found = g_strdup_printf("%s%s%s", place, *place ? " " : "", message);
	finding->curl = http_curl(&request, curl_origin(traffic, &request));
	http_request_clear(&request);
	g_hash_table_insert(traffic->known, g_steal_pointer(&key), GSIZE_TO_POINTER(list->count));
}

static char *
place_of(const struct fault *fault)
{
	bool speaks = g_str_equal(fault->where, "path") || g_str_equal(fault->where, "status") || g_str_equal(fault->where, "media type");
	return *fault->name ? g_strdup_printf("%s %s", fault->where, fault->name) : g_strdup(speaks ? "" : fault->where);
}

/* What was wrong under the old version as well is not broken by the new one. */
static bool
was_so(const struct hearing *hearing, const struct faults *then, const struct fault *fault)
{
	for (size_t i = 0; hearing->traffic->before && i < then->count; i++)
		if (g_str_equal(then->items[i].where, fault->where) && g_str_equal(then->items[i].name, fault->name))
			return true;
	return false;
}

static void
add_faults(struct hearing *hearing, enum traffic_kind kind, const struct faults *now, const struct faults *then, bool serious)
{
	for (size_t i = 0; i < now->count; i++) {
		const struct fault *fault = &now->items[i];
		g_autofree char *place = place_of(fault);
		bool old = was_so(hearing, then, fault);
		g_autofree char *message = old ? g_strdup_printf("%s (under %s, too)", fault->message, hearing->traffic->old_version) : g_strdup(fault->message);
		add_finding(hearing, serious && !old, kind, place, message);
	}
}

/* --- promises ------------------------------------------------------------------------------- */

/* The new version's view of a member that was in an answer, beside the old one's. */
static void
compare_place(struct hearing *hearing, const struct member_place *place, const struct member_place *old)
{
	const struct traffic *traffic = hearing->traffic;
	g_autofree char *where = g_strdup_printf("body %s", place->pointer);
	if (!old || !old->named) {
		if (!place->named)
			add_finding(hearing, hearing->exchange->partial && !traffic->before, TRAFFIC_PROMISE, where, "is described by no schema");
		return;
	}
	bool null = place->kinds & SHAPE_KIND(VALUE_NULL) && !(old->kinds & SHAPE_KIND(VALUE_NULL));
	if (!place->named)
		add_finding(hearing, true, TRAFFIC_PROMISE, where, "is described by no schema any more");
	else if (old->required && !place->required)
		add_finding(hearing, true, TRAFFIC_PROMISE, where, "may be missing now");
	else if (null)
		add_finding(hearing, true, TRAFFIC_PROMISE, where, "may be null now");
}

static int
compare_keys(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
compare_promises(struct hearing *hearing)
{
	if (!hearing->now.answer_places)
		return;
	unsigned count;
	g_autofree void **keys = g_hash_table_get_keys_as_array(hearing->now.answer_places, &count);
	qsort(keys, count, sizeof *keys, compare_keys);
	for (unsigned i = 0; i < count; i++) {
		const struct member_place *old = hearing->then.answer_places ? g_hash_table_lookup(hearing->then.answer_places, keys[i]) : NULL;
		compare_place(hearing, g_hash_table_lookup(hearing->now.answer_places, keys[i]), old);
	}
}

/* --- one exchange --------------------------------------------------------------------------- */

static void
note_deprecated(struct hearing *hearing)
{
	const struct openapi_operation *operation = hearing->now.parsed.match.operation;
	GHashTable *tables[] = { hearing->now.request_places, hearing->exchange->partial ? hearing->now.answer_places : NULL };
	if (operation->deprecated)
		add_finding(hearing, false, TRAFFIC_DEPRECATED, "", "the operation is deprecated");
	for (size_t i = 0; i < operation->parameter_count; i++)
		if (operation->parameters[i].deprecated && usage_sends(hearing->traffic->openapi, &hearing->now.request, &operation->parameters[i]))
			add_finding(hearing, false, TRAFFIC_DEPRECATED, operation->parameters[i].name, "is a deprecated parameter");
	for (unsigned i = 0; i < G_N_ELEMENTS(tables); i++) {
		GHashTableIter iter;
		void *value;
		if (!tables[i])
			continue;
		g_hash_table_iter_init(&iter, tables[i]);
		while (g_hash_table_iter_next(&iter, NULL, &value)) {
			const struct member_place *place = value;
			g_autofree char *where = g_strdup_printf("body %s", place->pointer);
			if (place->deprecated)
				add_finding(hearing, false, TRAFFIC_DEPRECATED, where, "is a deprecated member");
		}
	}
}

static void
judge_known(struct hearing *hearing)
{
	add_faults(hearing, TRAFFIC_REQUEST, &hearing->now.request_faults, &hearing->then.request_faults, true);
	if (hearing->now.stripped)
		add_finding(hearing, false, TRAFFIC_REQUEST, "header", "the recording holds no credentials: they were not judged");
	/* Failures of the server are not part of what anybody agreed. */
	add_faults(hearing, TRAFFIC_ANSWER, &hearing->now.answer_faults, &hearing->then.answer_faults, hearing->exchange->status < 500);
	compare_promises(hearing);
	note_deprecated(hearing);
}

static void
hear(struct hearing *hearing)
{
	struct traffic *traffic = hearing->traffic;
	bool sanitised = hearing->file->format == RECORDING_HAR;
	judged_init(traffic->openapi, traffic->sampler, hearing->exchange, sanitised, &hearing->now);
	if (traffic->before)
		judged_init(traffic->before, NULL, hearing->exchange, sanitised, &hearing->then);
	const struct openapi_operation *operation = hearing->now.parsed.match.operation;
	const struct openapi_operation *old = hearing->then.parsed.match.operation;
	const struct faults none = { 0 };
	g_autofree char *path = g_strndup(hearing->exchange->target, strcspn(hearing->exchange->target, "?#"));
	hearing->operation = g_strdup_printf("%s %s", hearing->exchange->method, operation ? operation->path : old ? old->path : path);
	usage_counter_add(hearing->counter, &hearing->now.request, &hearing->now.parsed, (int)hearing->exchange->status, hearing->now.answer_places);
	if (hearing->now.meant_refused)
		;   /* a test of the consumer's own */
	else if (operation)
		judge_known(hearing);
	else
		add_faults(hearing, TRAFFIC_UNKNOWN, &hearing->now.request_faults, old ? &none : &hearing->then.request_faults, true);
	if (!hearing->broken)
		usage_counter_approve(hearing->counter);
	judged_finish(&hearing->now);
	judged_finish(&hearing->then);
	g_free(hearing->operation);
}

/* --- whose exchanges they are --------------------------------------------------------------- */

static bool
fits_any_path(struct openapi *openapi, const struct recorded_exchange *exchange)
{
	struct openapi_match match = { 0 };
	g_autofree char *allow = NULL;
	const char *host = strstr(exchange->target, "://"), *path = host ? strchr(host + 3, '/') : NULL;
	g_autofree char *plain = g_strndup(path ? path : "/", path ? strcspn(path, "?#") : 1);
	bool fits = openapi && openapi_match(openapi, exchange->method, plain, &match, &allow);
	openapi_match_clear(&match);
	return fits;
}

/* A browser speaks to many servers: those count that were asked for an operation at least once. */
static GHashTable *
find_origins(const struct traffic *traffic, const struct recording_file *file)
{
	GHashTable *origins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i < file->exchanges.count; i++) {
		const struct recorded_exchange *exchange = &file->exchanges.items[i];
		g_autofree char *origin = origin_of(exchange->target);
		bool counts = origin && !g_hash_table_contains(origins, origin);
		if (counts && (traffic->origin ? g_str_has_prefix(traffic->origin, origin)
		                               : fits_any_path(traffic->openapi, exchange) || fits_any_path(traffic->before, exchange)))
			g_hash_table_add(origins, g_steal_pointer(&origin));
	}
	return origins;
}

void
traffic_add(struct traffic *traffic, const struct recording_file *file)
{
	g_autoptr(GHashTable) origins = find_origins(traffic, file);
	for (size_t i = 0; i < file->exchanges.count; i++) {
		const struct recorded_exchange *exchange = &file->exchanges.items[i];
		g_autofree char *origin = origin_of(exchange->target);
		/* A browser asks before it sends; that is no use of the contract. */
		bool preflight = g_str_equal(exchange->method, "OPTIONS") && value_member(doc_root(exchange->request_headers), "access-control-request-method");
		if (preflight)
			continue;
		if (origin && !g_hash_table_contains(origins, origin)) {
			traffic->ignored++;
			continue;
		}
		struct hearing hearing = { .traffic = traffic, .file = file, .exchange = exchange, .number = (int64_t)i + 1 };
		hearing.counter = counter_of(traffic, exchange->consumer && *exchange->consumer ? exchange->consumer : file->name);
		hear(&hearing);
	}
}

/* --- the result ----------------------------------------------------------------------------- */

static void
move_findings(struct traffic_finding_list *from, struct traffic_finding_list *to)
{
	for (size_t i = 0; i < from->count; i++)
		*(struct traffic_finding *)record_append(&traffic_finding_record, to) = from->items[i];
	g_free(from->items);
	*from = (struct traffic_finding_list){ 0 };
}

static const struct traffic_finding *
first_of(const struct traffic_finding_list *list, const char *consumer, const char *operation)
{
	for (size_t i = 0; i < list->count; i++)
		if (g_str_equal(list->items[i].consumer, consumer) && g_str_equal(list->items[i].operation, operation))
			return &list->items[i];
	return NULL;
}

/* Parts that none of a consumer's requests to an operation brought; where those are faulty for it. */
static void
add_missing(struct traffic *traffic, const struct usage *usage, const struct usage_operation *operation)
{
	const struct traffic_finding *known = first_of(&traffic->faults, usage->consumer, operation->operation);
	size_t number = known ? (size_t)(known - traffic->faults.items) : 0;
	for (char **part = known ? operation->missing : NULL; part && *part; part++) {
		struct traffic_finding *finding = record_append(&traffic_finding_record, &traffic->faults);
		const struct traffic_finding *first = &traffic->faults.items[number];
		finding->kind = TRAFFIC_MISSING;
		finding->consumer = g_strdup(usage->consumer);
		finding->recording = g_strdup(first->recording);
		finding->request = first->request;
		finding->times = operation->requests;
		finding->operation = g_strdup(operation->operation);
		finding->expected = g_strdup_printf("what %s requires", traffic->version);
		finding->found = g_strdup_printf("%s is in no request", *part);
		finding->curl = g_strdup(first->curl);
	}
}

void
traffic_finish(struct traffic *traffic, struct traffic_finding_list *faults, struct traffic_finding_list *notes, struct usage_list *usages,
               int64_t *ret_ignored)
{
	for (unsigned i = 0; i < traffic->counters->len; i++)
		usage_counter_fill(g_ptr_array_index(traffic->counters, i), record_append(&usage_record, usages));
	for (size_t i = 0; i < usages->count; i++)
		for (size_t k = 0; k < usages->items[i].operations.count; k++)
			add_missing(traffic, &usages->items[i], &usages->items[i].operations.items[k]);
	move_findings(&traffic->faults, faults);
	move_findings(&traffic->notes, notes);
	*ret_ignored = traffic->ignored;
}
