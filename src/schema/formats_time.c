/* Dates and times of RFC 3339. */
#include "schema/format.h"

/* `count` digits as a number, -1 if they are not there. */
static int
digits(const char *text, unsigned count)
{
	int sum = 0;
	for (unsigned i = 0; i < count; i++) {
		unsigned digit = (unsigned char)text[i] - '0';
		if (digit > 9)
			return -1;
		sum = sum * 10 + (int)digit;
	}
	return sum;
}

bool
format_date(const char *text, size_t length)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (length != 10 || text[4] != '-' || text[7] != '-')
		return false;
	int year = digits(text, 4), month = digits(text + 5, 2), day = digits(text + 8, 2);
	if (year < 0 || month < 1 || month > 12 || day < 1)
		return false;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return day <= days[month - 1] + (month == 2 && leap);
}

/* "Z" or "+hh:mm"; *ret_minutes is how far ahead of UTC that is. */
static bool
read_zone(const char *text, size_t length, int *ret_minutes)
{
	*ret_minutes = 0;
	if (length == 1)
		return *text == 'Z' || *text == 'z';
	if (length != 6 || (*text != '+' && *text != '-') || text[3] != ':')
		return false;
	int hours = digits(text + 1, 2), minutes = digits(text + 4, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*ret_minutes = (*text == '+' ? 1 : -1) * (hours * 60 + minutes);
	return true;
}

bool
format_time(const char *text, size_t length)
{
	if (length < 9 || text[2] != ':' || text[5] != ':')
		return false;
	int hour = digits(text, 2), minute = digits(text + 3, 2), second = digits(text + 6, 2);
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	size_t at = 8;
	if (text[at] == '.') {
		size_t from = ++at;
		while (at < length && g_ascii_isdigit(text[at]))
			at++;
		if (at == from)
			return false;
	}
	int ahead;
	if (!read_zone(text + at, length - at, &ahead))
		return false;
	/* Leap seconds come at the end of the day in UTC. */
	return second < 60 || (hour * 60 + minute - ahead + 2 * 1440) % 1440 == 1439;
}

bool
format_date_time(const char *text, size_t length)
{
	return length > 11 && (text[10] == 'T' || text[10] == 't') && format_date(text, 10) && format_time(text + 11, length - 11);
}

/* Numbers with the units in this order; a unit that follows another must be the next one. */
static bool
read_parts(const char **at, const char *end, const char *units)
{
	bool any = false;
	while (*at < end && g_ascii_isdigit(**at)) {
		const char *unit = *at;
		while (unit < end && g_ascii_isdigit(*unit))
			unit++;
		if (unit == end)
			return false;
		while (*units && *units != *unit) {
			if (any)
				return false;
			units++;
		}
		if (!*units++)
			return false;
		*at = unit + 1;
		any = true;
	}
	return any;
}

bool
format_duration(const char *text, size_t length)
{
	const char *at = text + 1, *end = text + length;
	if (!length || *text != 'P')
		return false;
	if (read_parts(&at, end, "W"))
		return at == end;
	bool date = at == text + 1 && at < end && *at != 'T';
	if (date && !read_parts(&at, end, "YMD"))
		return false;
	if (at == end)
		return date;
	return *at++ == 'T' && read_parts(&at, end, "HMS") && at == end;
}
