#include "base/clock.h"

#include <glib.h>

static int64_t
read_us(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t
clock_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_cpu_us(void)
{
	return read_us(CLOCK_PROCESS_CPUTIME_ID);
}

int64_t
clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

char *
clock_text(int64_t wall_ms)
{
	int thousandths = (int)((wall_ms % 1000 + 1000) % 1000);
	g_autoptr(GDateTime) moment = g_date_time_new_from_unix_utc((wall_ms - thousandths) / 1000);
	g_autofree char *seconds = g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S");
	return g_strdup_printf("%s.%03dZ", seconds, thousandths);
}

char *
clock_span(double seconds)
{
	/* The bounds are those of the rounded text: there is no "60.0 s". */
	if (seconds < 59.95)
		return g_strdup_printf(seconds < 9.995 ? "%.2f s" : "%.1f s", seconds);
	int whole = (int)(seconds + 0.5);
	if (whole < 3600)
		return g_strdup_printf("%d min %02d s", whole / 60, whole % 60);
	return g_strdup_printf("%d h %02d min", whole / 3600, whole / 60 % 60);
}

struct timespec
clock_timespec(int64_t deadline)
{
	return (struct timespec){ .tv_sec = deadline / 1000, .tv_nsec = deadline % 1000 * 1000000 };
}
