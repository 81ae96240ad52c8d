#include "llm/dialect.h"

#include <locale.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "llm/dialect_list.h"
#include "llm/refusal.h"

/* Longer waits are no answer to a question about one call. */
#define RETRY_MAX_MS (366 * INT64_C(86400000))

static const struct dialect *const dialects[] = { &dialect_anthropic, &dialect_openai, &dialect_ollama };
const char *const dialect_names[] = { "anthropic", "openai", "ollama", NULL };

const struct dialect *
dialect_find(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(dialects); i++)
		if (g_strcmp0(dialects[i]->name, name) == 0)
			return dialects[i];
	return NULL;
}

static int64_t
bounded(double ms)
{
	return isfinite(ms) && ms >= 0 && ms <= (double)RETRY_MAX_MS ? (int64_t)ceil(ms) : -1;
}

/* A number of units of `ms` milliseconds; -1 where it is none that makes sense. */
static int64_t
read_wait(const char *text, double ms)
{
	char *end;
	if (!text || !(g_ascii_isdigit(*text) || *text == '.'))
		return -1;
	double number = g_ascii_strtod(text, &end);
	return *end || end == text ? -1 : bounded(number * ms);
}

/* RFC 9110 section 5.6.7: the form that is written today and the two that have to be read. */
static bool
read_date(const char *text, int64_t *ret_wall_ms)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y" };
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	bool found = false;
	for (unsigned i = 0; plain && !found && i < G_N_ELEMENTS(forms); i++) {
		struct tm date = { 0 };
		const char *end = strptime_l(text, forms[i], &date, plain);
		found = end && !*end;
		if (found)
			*ret_wall_ms = (int64_t)timegm(&date) * 1000;
	}
	if (plain)
		freelocale(plain);
	return found;
}

int64_t
dialect_retry_after(const struct http_headers *headers, int64_t now_wall_ms)
{
	int64_t wait = read_wait(http_headers_get(headers, "retry-after-ms"), 1), date;
	const char *after = http_headers_get(headers, "retry-after");
	if (wait < 0)
		wait = read_wait(after, 1000);
	if (wait < 0 && after && read_date(after, &date))
		wait = bounded((double)MAX(date - now_wall_ms, 0));
	return wait;
}

void
dialect_refuse(const struct http_response *response, struct failure *failure)
{
	g_autoptr(Doc) doc = doc_read_json("answer", response->body->str, response->body->len, NULL, NULL);
	const struct value *error = doc ? doc_root(doc) : NULL;
	const char *message = refusal_message(error);
	failure_clear(failure);
	failure->class = refusal_class(response->status, error);
	failure->status = response->status;
	failure->retry_after_ms = dialect_retry_after(&response->headers, clock_wall_ms());
	failure->detail = message ? refusal_line(message, strlen(message)) : refusal_line(response->body->str, response->body->len);
	if (!*failure->detail)
		g_clear_pointer(&failure->detail, g_free);
}

void
dialect_add_common(struct http_headers *headers, const char *accept)
{
	http_headers_add(headers, "content-type", "application/json");
	http_headers_add(headers, "accept", accept);
	http_headers_add(headers, "accept-encoding", "identity");
}

char **
dialect_read_names(const char *text, size_t length, const char *list, const char *member, GError **error)
{
	g_autoptr(Doc) doc = doc_read_json("list of models", text, length, NULL, error);
	if (!doc) {
		error_recode(error, ERR_FAILED);
		return NULL;
	}
	const struct value *items = value_member(doc_root(doc), list);
	if (!value_is(items, VALUE_ARRAY)) {
		error_set(error, ERR_FAILED, "check the base URL and the protocol of the server", "the server's list of models has no '%s'", list);
		return NULL;
	}
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	VALUE_EACH (item, items) {
		const char *name = value_member_text(item, member);
		if (name)
			g_strv_builder_add(names, name);
	}
	return g_strv_builder_end(names);
}
