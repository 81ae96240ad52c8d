#include "contract/injection.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define SYNTAX "say for instance delay=100..300, status=503@10%, cut@1%, drip=10/100, malformed@2%, type=text/html"

enum { DELAY_MAX_MS = 600000 };

static const char *const kind_names[INJECTION_KINDS] = { "delay", "status", "cut", "drip", "malformed", "type" };

/* A number with an optional unit; false where there is none. */
static bool
read_number(const char **text, double *ret)
{
	/* In "5..20" the dots are no part of the number. */
	size_t length = strspn(*text, "0123456789");
	if ((*text)[length] == '.' && g_ascii_isdigit((*text)[length + 1]))
		length += 1 + strspn(*text + length + 1, "0123456789");
	g_autofree char *plain = g_strndup(*text, length);
	const char *end = *text + length;
	double number = g_ascii_strtod(plain, NULL);
	if (end == *text || !isfinite(number) || number < 0)
		return false;
	if (g_str_has_prefix(end, "ms")) {
		end += 2;
	} else if (*end == 's') {
		number *= 1000;
		end++;
	}
	*ret = number;
	*text = end;
	return true;
}

/* "5%", "0.05". */
static bool
read_chance(const char *text, double *ret)
{
	char *end;
	double chance = g_ascii_strtod(text, &end);
	if (end == text || !isfinite(chance))
		return false;
	if (*end == '%') {
		chance /= 100;
		end++;
	}
	*ret = chance;
	return !*end && chance >= 0 && chance <= 1;
}

/* "200", "100..300", "200~20%". */
static bool
read_delay(const char *text, struct injection *ret)
{
	double percent;
	if (!read_number(&text, &ret->low))
		return false;
	ret->high = ret->low;
	if (g_str_has_prefix(text, "..")) {
		text += 2;
		if (!read_number(&text, &ret->high))
			return false;
	} else if (*text == '~') {
		if (!read_chance(text + 1, &percent))
			return false;
		ret->high = ret->low * (1 + percent);
		ret->low *= 1 - percent;
		text = "";
	}
	return !*text && ret->low <= ret->high && ret->high <= DELAY_MAX_MS;
}

static bool
read_drip(const char *text, struct injection *ret)
{
	if (!read_number(&text, &ret->low) || ret->low < 1 || *text != '/')
		return false;
	text++;
	return read_number(&text, &ret->high) && !*text && ret->high <= DELAY_MAX_MS;
}

static bool
read_whole(const char *text, double low, double high, struct injection *ret)
{
	char *end;
	ret->low = (double)g_ascii_strtoull(text, &end, 10);
	return end != text && !*end && ret->low >= low && ret->low <= high;
}

/* One with its value (NULL for none). */
static bool
read_value(enum injection_kind kind, const char *value, struct injection *ret)
{
	switch (kind) {
	case INJECT_DELAY:
		return value && read_delay(value, ret);
	case INJECT_DRIP:
		return value && read_drip(value, ret);
	case INJECT_STATUS:
		return value && read_whole(value, 200, 599, ret);
	case INJECT_CUT:
		return !value || read_whole(value, 0, 1e9, ret);
	case INJECT_TYPE:
		ret->text = g_strdup(value ? value : "text/html");
		return *ret->text;
	default:
		return !value;
	}
}

/* "name", "name=value", "name=value@chance". */
static bool
read_one(char *part, struct injections *ret)
{
	char *at = strrchr(part, '@'), *value = strchr(part, '=');
	double chance = 1;
	if (at && !read_chance(g_strstrip(at + 1), &chance))
		return false;
	if (at)
		*at = '\0';
	if (value)
		*value++ = '\0';
	g_strstrip(part);
	for (unsigned kind = 0; kind < INJECTION_KINDS; kind++) {
		if (g_ascii_strcasecmp(part, kind_names[kind]) != 0)
			continue;
		g_free(ret->kinds[kind].text);
		ret->kinds[kind] = (struct injection){ .chance = chance };
		return read_value((enum injection_kind)kind, value ? g_strstrip(value) : NULL, &ret->kinds[kind]);
	}
	return false;
}

bool
injections_read(const char *text, struct injections *ret, GError **error)
{
	g_auto(GStrv) parts = g_strsplit_set(text, ",;", -1);
	*ret = (struct injections){ 0 };
	for (unsigned i = 0; parts[i]; i++) {
		g_autofree char *part = g_strdup(g_strstrip(parts[i]));
		if (!*part || g_ascii_strcasecmp(part, "none") == 0 || read_one(parts[i], ret))
			continue;
		injections_clear(ret);
		return error_set(error, ERR_USAGE, SYNTAX, "'%s' is no fault to inject", part);
	}
	return true;
}

void
injections_clear(struct injections *injections)
{
	for (unsigned kind = 0; kind < INJECTION_KINDS; kind++)
		g_free(injections->kinds[kind].text);
	*injections = (struct injections){ 0 };
}

static void
tell(struct mishap *mishap, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
tell(struct mishap *mishap, const char *format, ...)
{
	va_list args;
	if (mishap->told)
		g_string_append(mishap->told, ", ");
	else
		mishap->told = g_string_new(NULL);
	va_start(args, format);
	g_string_append_vprintf(mishap->told, format, args);
	va_end(args);
}

static void
happen(enum injection_kind kind, const struct injection *injection, double throw, struct mishap *mishap)
{
	struct http_manner *manner = &mishap->manner;
	switch (kind) {
	case INJECT_DELAY:
		manner->delay_ms = (unsigned)(injection->low + throw * (injection->high - injection->low));
		tell(mishap, "delay=%u", manner->delay_ms);
		break;
	case INJECT_STATUS:
		mishap->status = (int)injection->low;
		tell(mishap, "status=%d", mishap->status);
		break;
	case INJECT_CUT:
		manner->cut = true;
		manner->cut_after = (size_t)injection->low;
		tell(mishap, "cut=%zu", manner->cut_after);
		break;
	case INJECT_DRIP:
		manner->drip_bytes = (unsigned)injection->low;
		manner->drip_ms = (unsigned)injection->high;
		tell(mishap, "drip=%u/%u", manner->drip_bytes, manner->drip_ms);
		break;
	case INJECT_MALFORMED:
		mishap->malformed = true;
		tell(mishap, "malformed");
		break;
	default:
		mishap->type = injection->text;
		tell(mishap, "type=%s", mishap->type);
	}
}

void
injections_decide(const struct injections *injections, GRand *dice, struct mishap *ret)
{
	*ret = (struct mishap){ 0 };
	for (unsigned kind = 0; kind < INJECTION_KINDS; kind++) {
		const struct injection *injection = &injections->kinds[kind];
		if (injection->chance <= 0)
			continue;
		/* One throw says whether, another how much. */
		double whether = g_rand_double(dice), throw = g_rand_double(dice);
		if (whether < injection->chance)
			happen((enum injection_kind)kind, injection, throw, ret);
	}
}

void
mishap_clear(struct mishap *mishap)
{
	if (mishap->told)
		g_string_free(mishap->told, TRUE);
	*mishap = (struct mishap){ 0 };
}
