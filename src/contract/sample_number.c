/* Numbers: inside all bounds, a multiple of all steps, and of a plausible size. */
#include <math.h>
#include <string.h>

#include "contract/sample_model.h"

enum { TRIES = 64 };

struct range {
	double low, high, step;      /* step 0: anything between */
};

/* The bound of a keyword pair; the exclusive one is a number since 2020-12, a boolean before. */
static double
bound(const struct demand *demand, const char *keyword, const char *exclusive, bool low, bool *ret_open)
{
	const struct value *at = demand_number(demand, keyword, low), *beyond = demand_number(demand, exclusive, low);
	double limit = at ? value_double(at) : low ? -INFINITY : INFINITY;
	*ret_open = false;
	for (unsigned i = 0; i < demand->count; i++)
		*ret_open |= value_truth(value_member(demand->nodes[i], exclusive));
	if (beyond && (low ? value_double(beyond) >= limit : value_double(beyond) <= limit)) {
		limit = value_double(beyond);
		*ret_open = true;
	}
	return limit;
}

static double
common_step(double a, double b)
{
	if (a == 0 || b == 0)
		return a + b;
	for (unsigned i = 1; i <= 10000; i++)
		if (fabs(remainder(a * i, b)) < 1e-12 * a)
			return a * i;
	return a;
}

/* What the schemas demand. */
static struct range
required_range(const struct demand *demand, bool integer)
{
	bool open_low, open_high;
	struct range range = { 0 };
	range.low = bound(demand, "minimum", "exclusiveMinimum", true, &open_low);
	range.high = bound(demand, "maximum", "exclusiveMaximum", false, &open_high);
	range.step = integer ? 1 : 0;
	for (unsigned i = 0; i < demand->count; i++) {
		const struct value *multiple = value_member(demand->nodes[i], "multipleOf");
		const char *format = value_member_text(demand->nodes[i], "format");
		if (value_is(multiple, VALUE_NUMBER) && value_double(multiple) > 0)
			range.step = common_step(range.step, value_double(multiple));
		if (g_strcmp0(format, "int32") == 0) {
			range.low = MAX(range.low, -2147483648.0);
			range.high = MIN(range.high, 2147483647.0);
		}
	}
	double inside = range.step ? range.step : isfinite(range.low) && isfinite(range.high) ? (range.high - range.low) / 1024 : 0.01;
	if (open_low)
		range.low = range.step ? (floor(range.low / range.step) + 1) * range.step : range.low + inside;
	if (open_high)
		range.high = range.step ? (ceil(range.high / range.step) - 1) * range.step : range.high - inside;
	return range;
}

/* `wish` as far as `must` allows. */
static struct range
narrow(struct range must, struct range wish)
{
	if (isinf(must.low) && isinf(must.high))
		must = (struct range){ wish.low, wish.high, must.step };
	else if (isinf(must.high))
		must.high = must.low > wish.high ? must.low + 100 * MAX(must.step, 1) : wish.high;
	else if (isinf(must.low))
		must.low = must.high < wish.low ? must.high - 100 * MAX(must.step, 1) : wish.low;
	struct range both = { MAX(must.low, wish.low), MIN(must.high, wish.high), must.step };
	if (both.low > both.high)
		both = must;
	double step = both.step ? both.step : wish.step;
	if (!both.step && step && floor(both.high / step) >= ceil(both.low / step))
		both.step = step;
	return both;
}

static double
choose_number(struct making *making, struct range range)
{
	double part = (double)(making_random(making) >> 11) / 9007199254740992.0;
	if (!range.step)
		return range.low + (range.high - range.low) * part;
	double first = ceil(range.low / range.step - 1e-9), last = floor(range.high / range.step + 1e-9);
	return (first + floor((last - first + 1) * part)) * range.step;
}

/* Steps of 0.05 add up to 155.45000000000002: twelve digits are what was meant. */
static double
rounded(double number)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];
	return g_ascii_strtod(g_ascii_formatd(digits, sizeof digits, "%.12g", number), NULL);
}

static char *
number_json(double number, bool integer)
{
	struct writer writer;
	writer_init(&writer, false);
	if (integer && fabs(number) < 9007199254740992.0)
		writer_int(&writer, (int64_t)number);
	else
		writer_double(&writer, rounded(number));
	return writer_take(&writer);
}

static bool
wished_range(struct making *making, const char *name, struct range *range)
{
	const GPtrArray *rules = lexicon_rules(making->sampler->lexicon, name ? name : "");
	for (unsigned i = 0; i < rules->len; i++) {
		const struct value *number = value_member(rules->pdata[i], "number");
		if (!number)
			continue;
		*range = (struct range){ value_double(value_member(number, "from")), value_double(value_member(number, "to")),
			                 value_double(value_member(number, "step")) };
		return true;
	}
	return false;
}

/* The bounds as they are written: what no double can hold. */
static char *
at_bound(struct making *making, const struct demand *demand)
{
	static const char *const keywords[] = { "minimum", "maximum" };
	for (unsigned i = 0; i < G_N_ELEMENTS(keywords); i++) {
		const struct value *number = demand_number(demand, keywords[i], i == 0);
		g_autofree char *json = number ? value_to_json(number, false) : NULL;
		if (json && demand_fits(making, demand, json))
			return g_steal_pointer(&json);
	}
	return NULL;
}

char *
making_number(struct making *making, const struct demand *demand, const char *name, bool integer)
{
	struct range must = required_range(demand, integer), wish = { 1, 100, integer ? 1 : 0.01 };
	wished_range(making, name, &wish);
	struct range range = narrow(must, wish);
	for (unsigned i = 0; i < TRIES; i++) {
		g_autofree char *json = number_json(choose_number(making, range), integer);
		if (demand_fits(making, demand, json))
			return g_steal_pointer(&json);
		if (i == TRIES / 4)
			range = narrow(must, (struct range){ -1e6, 1e6, integer ? 1 : 0 });
	}
	return at_bound(making, demand);
}
