#include "llm/loading.h"

#include <string.h>

#include "base/clock.h"

enum {
	PROBE_MS = 2000,             /* for the list of models in memory: a server that needs longer for that hangs */
	AGAIN_MS = 250,              /* between the first look at a model that is listed and the second */
	LOADS_MS = 2000,             /* between looks while it loads */
	LIST_BYTES = 1 << 20,
};

#define NOT_SAID ", and it does not say which models it has loaded"

enum loading_state { LOADING_UNKNOWN, LOADING_LISTED, LOADING_LOADS, LOADING_WARM, LOADING_HANGS, LOADING_DEAF };

struct loading {
	struct transport *transport;
	struct transport_call *call, *probe;   /* call: NULL after its end; probe: NULL where none is under way */
	int64_t begin_ms, load_ms;
	int64_t patience_ms;         /* what the call had before it was late */
	struct http_request request;
	char *model;
	enum loading_state state;
	bool pause;                  /* the next thing is to wait */
	int status;
	GString *body;
	char *expires;               /* as it was seen last */
};

struct loading *
loading_create(struct transport *transport, struct transport_call *call, int64_t begin_ms, int64_t load_ms)
{
	struct loading *loading = g_new0(struct loading, 1);
	loading->transport = transport;
	loading->call = call;
	loading->begin_ms = begin_ms;
	loading->load_ms = load_ms;
	loading->body = g_string_new(NULL);
	return loading;
}

void
loading_ask_at(struct loading *loading, const struct dialect *dialect, const char *base_url, const char *key, const char *model)
{
	struct dialect_options options = { .key = key };
	loading->request.method = g_strdup("GET");
	loading->request.url = g_strconcat(base_url, dialect->loaded_path, NULL);
	dialect->add_headers(&options, &loading->request.headers);
	loading->model = g_strdup(model);
}

static void
free_loading(struct loading *loading)
{
	http_request_clear(&loading->request);
	g_string_free(loading->body, TRUE);
	g_free(loading->model);
	g_free(loading->expires);
	g_free(loading);
}

/* --- the list ------------------------------------------------------------------------------- */

/* A name without a tag is that of the tag "latest". */
static bool
is_same_model(const char *listed, const char *wanted)
{
	const char *slash = strrchr(wanted, '/');
	bool tagged = strchr(slash ? slash : wanted, ':');
	g_autofree char *whole = g_strconcat(wanted, tagged ? "" : ":latest", NULL);
	return listed && (g_ascii_strcasecmp(listed, wanted) == 0 || g_ascii_strcasecmp(listed, whole) == 0);
}

bool
loading_read(const char *text, size_t length, const char *model, bool *ret_listed, char **ret_expires)
{
	g_autoptr(Doc) doc = doc_read_json("models in memory", text, length, NULL, NULL);
	const struct value *models = doc ? value_member(doc_root(doc), "models") : NULL;
	*ret_listed = false;
	*ret_expires = NULL;
	VALUE_EACH (item, models) {
		if (*ret_listed || (!is_same_model(value_member_text(item, "model"), model) && !is_same_model(value_member_text(item, "name"), model)))
			continue;
		*ret_listed = true;
		*ret_expires = g_strdup(value_member_text(item, "expires_at"));
	}
	return value_is(models, VALUE_ARRAY);
}

/* Ollama lists a model already while it loads it. Until the first call to it has ended no time is set for its end, and it says "now, and
 * so long": what moves from one look to the next was never ready before, what stands still was. */
static enum loading_state
judge(struct loading *loading)
{
	bool listed, loads = loading->state == LOADING_LOADS;
	g_autofree char *expires = NULL;
	if (loading->status != 200 || !loading_read(loading->body->str, loading->body->len, loading->model, &listed, &expires))
		return LOADING_DEAF;
	if (!listed)
		return LOADING_LOADS;
	bool first = expires && !loading->expires, moves = expires && loading->expires && !g_str_equal(expires, loading->expires);
	g_free(loading->expires);
	loading->expires = g_steal_pointer(&expires);
	if (first && !loads)
		return LOADING_LISTED;
	return first || moves ? LOADING_LOADS : loads ? LOADING_WARM : LOADING_HANGS;
}

/* --- the question --------------------------------------------------------------------------- */

static bool
take_head(void *data, int status, const struct http_headers *headers)
{
	struct loading *loading = data;
	(void)headers;
	loading->status = status;
	return true;
}

static bool
take_bytes(void *data, const char *bytes, size_t length, bool *ret_token)
{
	struct loading *loading = data;
	*ret_token = true;
	g_string_append_len(loading->body, bytes, (gssize)length);
	return loading->body->len <= LIST_BYTES;
}

static void
take_end(void *data, enum transport_end end, const struct transport_times *times, const char *detail)
{
	struct loading *loading = data;
	(void)times, (void)detail;
	g_clear_pointer(&loading->probe, transport_call_unref);
	if (!loading->call) {
		free_loading(loading);
		return;
	}
	loading->state = end == TRANSPORT_DONE ? judge(loading) : LOADING_DEAF;
	loading->pause = true;
	transport_hurry(loading->call);
}

static void
ask(struct loading *loading)
{
	const struct transport_deadlines deadlines = { .connect_ms = PROBE_MS, .headers_ms = PROBE_MS, .first_ms = PROBE_MS, .between_ms = PROBE_MS, .total_ms = PROBE_MS };
	const struct transport_taker taker = { loading, take_head, take_bytes, take_end, NULL };
	loading->status = 0;
	g_string_truncate(loading->body, 0);
	loading->probe = transport_send(loading->transport, &loading->request, &deadlines, &taker);
}

int64_t
loading_late(struct loading *loading, int64_t now_ms)
{
	int64_t left = loading->begin_ms + loading->load_ms - now_ms, more = 2 * PROBE_MS;
	bool pause = loading->pause;
	loading->pause = false;
	if (!loading->patience_ms)
		loading->patience_ms = MAX(now_ms - loading->begin_ms, 1);
	if (loading->state == LOADING_WARM && !pause)
		loading->state = LOADING_HANGS;
	if (left <= 0 || loading->state == LOADING_HANGS || loading->state == LOADING_DEAF)
		return 0;
	if (pause)
		more = loading->state == LOADING_WARM ? loading->patience_ms : loading->state == LOADING_LOADS ? MIN(LOADS_MS, loading->patience_ms) : AGAIN_MS;
	else if (!loading->probe)
		ask(loading);
	return MIN(more, left);
}

const char *
loading_text(const struct loading *loading)
{
	static const char *const texts[] = {
		[LOADING_UNKNOWN] = NOT_SAID, [LOADING_LISTED] = "",
		[LOADING_LOADS] = ": the model is still being loaded, longer than load_ms allows",
		[LOADING_WARM] = ", though the model is loaded", [LOADING_HANGS] = ", though the model is loaded",
		[LOADING_DEAF] = NOT_SAID,
	};
	return loading ? texts[loading->state] : "";
}

void
loading_finish(struct loading *loading)
{
	if (!loading)
		return;
	loading->call = NULL;
	if (loading->probe)
		transport_cancel(loading->probe);   /* its end frees all */
	else
		free_loading(loading);
}
