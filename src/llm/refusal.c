#include "llm/refusal.h"

#include <string.h>

enum { LINE_BYTES = 400 };

#define BIT(class) (1u << FAILURE_##class)

/* What a status means by itself. */
static const struct {
	int first, last;
	enum failure_class class;
} statuses[] = {
	{ 401, 401, FAILURE_CREDENTIALS }, { 402, 402, FAILURE_QUOTA }, { 403, 403, FAILURE_CREDENTIALS }, { 404, 404, FAILURE_NO_MODEL },
	{ 405, 405, FAILURE_MALFORMED }, { 408, 409, FAILURE_SERVER_ERROR }, { 425, 425, FAILURE_SERVER_ERROR }, { 429, 429, FAILURE_RATE_LIMITED },
	{ 498, 498, FAILURE_OVERLOADED }, { 400, 499, FAILURE_REJECTED }, { 503, 503, FAILURE_OVERLOADED }, { 529, 529, FAILURE_OVERLOADED },
	{ 500, 599, FAILURE_SERVER_ERROR }, { 300, 399, FAILURE_MALFORMED },
};

/* Types and codes, of all servers. The weak ones say no more than a status does, and count where there is none. */
static const struct {
	const char *word;
	enum failure_class class;
	bool weak;
} words[] = {
	{ "enforced_spend_limit_reached", FAILURE_QUOTA, false },
	{ "insufficient_quota", FAILURE_QUOTA, false },
	{ "billing_hard_limit_reached", FAILURE_QUOTA, false },
	{ "billing_not_active", FAILURE_QUOTA, false },
	{ "billing_error", FAILURE_QUOTA, false },
	{ "context_length_exceeded", FAILURE_WINDOW, false },
	{ "exceed_context_size_error", FAILURE_WINDOW, false },
	{ "model_not_found", FAILURE_NO_MODEL, false },
	{ "invalid_api_key", FAILURE_CREDENTIALS, false },
	{ "overloaded_error", FAILURE_OVERLOADED, false },
	{ "rate_limit_exceeded", FAILURE_RATE_LIMITED, true },
	{ "rate_limit_error", FAILURE_RATE_LIMITED, true },
	{ "authentication_error", FAILURE_CREDENTIALS, true },
	{ "permission_error", FAILURE_CREDENTIALS, true },
	{ "not_found_error", FAILURE_NO_MODEL, true },
	{ "request_too_large", FAILURE_REJECTED, true },
	{ "invalid_request_error", FAILURE_REJECTED, true },
};

/* What only the message tells. It corrects certain classes, so that a word in passing does no harm. */
static const struct {
	const char *phrase;
	unsigned from;               /* bits of classes */
	enum failure_class class;
} phrases[] = {
	{ "context length", BIT(REJECTED) | BIT(SERVER_ERROR), FAILURE_WINDOW },
	{ "context window", BIT(REJECTED) | BIT(SERVER_ERROR), FAILURE_WINDOW },
	{ "context size", BIT(REJECTED) | BIT(SERVER_ERROR), FAILURE_WINDOW },
	{ "maximum context", BIT(REJECTED) | BIT(SERVER_ERROR), FAILURE_WINDOW },
	{ "prompt is too long", BIT(REJECTED), FAILURE_WINDOW },
	{ "input is too long", BIT(REJECTED), FAILURE_WINDOW },
	{ "credit balance", BIT(REJECTED) | BIT(RATE_LIMITED) | BIT(CREDENTIALS), FAILURE_QUOTA },
	{ "insufficient credit", BIT(REJECTED) | BIT(RATE_LIMITED) | BIT(CREDENTIALS), FAILURE_QUOTA },
	{ "spend limit", BIT(REJECTED) | BIT(RATE_LIMITED) | BIT(CREDENTIALS), FAILURE_QUOTA },
	{ "spending limit", BIT(REJECTED) | BIT(RATE_LIMITED) | BIT(CREDENTIALS), FAILURE_QUOTA },
	{ "usage limit", BIT(REJECTED) | BIT(RATE_LIMITED) | BIT(CREDENTIALS), FAILURE_QUOTA },
	{ "not a valid model", BIT(REJECTED), FAILURE_NO_MODEL },
	{ "try pulling it", BIT(REJECTED) | BIT(SERVER_ERROR), FAILURE_NO_MODEL },
	{ "api key not valid", BIT(REJECTED), FAILURE_CREDENTIALS },
	{ "was flagged", BIT(CREDENTIALS), FAILURE_REJECTED },
	{ "maximum pending requests", BIT(SERVER_ERROR), FAILURE_OVERLOADED },
	{ "overloaded", BIT(SERVER_ERROR), FAILURE_OVERLOADED },
};

/* The object that speaks of the error, or a bare text. */
static const struct value *
core(const struct value *error)
{
	if (value_is(error, VALUE_ARRAY))
		error = value_item(error, 0);
	const struct value *inner = value_member(error, "error");
	return value_is(inner, VALUE_OBJECT) || value_is(inner, VALUE_STRING) ? inner : error;
}

const char *
refusal_message(const struct value *error)
{
	const struct value *value = core(error);
	if (value_is(value, VALUE_STRING))
		return value_text(value);
	const char *text = value_member_text(value, "message");
	return text ? text : value_member_text(value, "detail");
}

char *
refusal_line(const char *text, size_t length)
{
	bool cut = length > LINE_BYTES;
	g_autofree char *valid = g_utf8_make_valid(text, (gssize)MIN(length, LINE_BYTES));
	g_strdelimit(valid, "\t\n\v\f\r", ' ');
	for (char *at = valid; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7F)
			*at = '?';
	return cut ? g_strconcat(g_strstrip(valid), " ...", NULL) : g_strdup(g_strstrip(valid));
}

static bool
says(const struct value *value, const char *word)
{
	const char *const places[] = { "/type", "/code", "/details/error_code", "/error_code" };
	for (unsigned i = 0; i < G_N_ELEMENTS(places); i++)
		if (g_strcmp0(value_text(value_find(value, places[i])), word) == 0)
			return true;
	return false;
}

static bool
by_word(const struct value *value, bool weak, enum failure_class *ret)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
		if (words[i].weak == weak && says(value, words[i].word)) {
			*ret = words[i].class;
			return true;
		}
	}
	return false;
}

static enum failure_class
by_status(int64_t status)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (status >= statuses[i].first && status <= statuses[i].last)
			return statuses[i].class;
	return FAILURE_SERVER_ERROR;
}

static enum failure_class
by_phrase(enum failure_class class, const char *message)
{
	g_autofree char *plain = g_ascii_strdown(message ? message : "", -1);
	for (unsigned i = 0; i < G_N_ELEMENTS(phrases); i++)
		if (phrases[i].from & 1u << class && strstr(plain, phrases[i].phrase))
			return phrases[i].class;
	return class;
}

enum failure_class
refusal_class(int status, const struct value *error)
{
	const struct value *value = core(error);
	enum failure_class class;
	int64_t said = status;
	if (by_word(value, false, &class))
		return class;
	if (!said && !value_int64(value_member(value, "code"), &said) && by_word(value, true, &class))
		return by_phrase(class, refusal_message(error));
	return by_phrase(by_status(said), refusal_message(error));
}
