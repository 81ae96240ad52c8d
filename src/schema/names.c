#include "schema/names.h"

#include <glib.h>
#include <pthread.h>

uint64_t names_factors[2];

static void
choose(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(names_factors); i++)
		names_factors[i] = ((uint64_t)g_random_int() << 32 | g_random_int()) | 1;
}

uint64_t
name_fold(const char *text, uint32_t length)
{
	uint64_t sum = length, word;
	for (uint32_t i = 0; i + 8 < length; i += 8) {
		memcpy(&word, text + i, 8);
		sum = (sum ^ word) * names_factors[0];
		sum ^= sum >> 32;
	}
	memcpy(&word, text + length - 8, 8);
	return (sum ^ word) * names_factors[0];
}

void
names_index(struct names *names)
{
	names->shift = 64 - (uint32_t)__builtin_ctzll((uint64_t)names->mask + 1);
	for (uint32_t i = 0; i < names->count; i++) {
		uint32_t at = names_slot(names, names->items[i].print, names->items[i].length);
		while (names->slots[at])
			at = (at + 1) & names->mask;
		names->slots[at] = i + 1;
	}
}

void
names_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, choose);
}
