#include "base/error.h"

#include <string.h>

static const struct {
	const char *name, *title;
	int status, exit;
} codes[] = {
#define XX(code, name, status, exit, title) [ERR_##code] = { name, title, status, exit },
	ERROR_MAP(XX)
#undef XX
};

GQuark
error_domain(void)
{
	return g_quark_from_static_string("teamwright");
}

static void
set_parts(GError **error, enum error_code code, const char *text, const char *remedy)
{
	if (remedy)
		g_set_error(error, ERROR_DOMAIN, code, "%s\n%s", text, remedy);
	else
		g_set_error_literal(error, ERROR_DOMAIN, code, text);
}

bool
error_set(GError **error, enum error_code code, const char *remedy, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	set_parts(error, code, g_strdelimit(text, "\n", ' '), remedy);
	return false;
}

bool
error_wrap(GError **error, GError *cause, enum error_code code, const char *remedy, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	bool ours = cause->domain == ERROR_DOMAIN;
	/* Only a message of ours has its remedy after the first line feed. */
	g_autofree char *inner = ours ? error_text(cause) : g_strdup(cause->message);
	g_autofree char *whole = g_strdup_printf("%s: %s", text, inner);
	if (ours)
		code = error_code(cause);
	if (ours && !remedy)
		remedy = error_remedy(cause);
	set_parts(error, code, g_strdelimit(whole, "\n", ' '), remedy);
	g_error_free(cause);
	return false;
}

bool
error_recode(GError **error, enum error_code code)
{
	if (error && *error && (*error)->domain == ERROR_DOMAIN)
		(*error)->code = (int)code;
	return false;
}

enum error_code
error_code(const GError *error)
{
	bool ours = error->domain == ERROR_DOMAIN && error->code >= 0 && error->code < ERROR_CODES;
	return ours ? (enum error_code)error->code : ERR_FAILED;
}

const char *
error_name(enum error_code code)
{
	return codes[code].name;
}

const char *
error_title(enum error_code code)
{
	return codes[code].title;
}

int
error_status(enum error_code code)
{
	return codes[code].status;
}

int
error_exit(enum error_code code)
{
	return codes[code].exit;
}

char *
error_text(const GError *error)
{
	const char *end = strchr(error->message, '\n');
	return end ? g_strndup(error->message, (size_t)(end - error->message)) : g_strdup(error->message);
}

const char *
error_remedy(const GError *error)
{
	const char *end = strchr(error->message, '\n');
	return end ? end + 1 : NULL;
}
