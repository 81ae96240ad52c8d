#include "schema/text.h"

static struct name *
slot_of(const struct text_keys *keys, const struct name *name)
{
	uint64_t hash = name->print.head * names_factors[0] + (name->print.tail + name->length) * names_factors[1];
	uint32_t at = (uint32_t)(hash >> 32) & keys->mask;
	while (keys->many[at].text && !name_is(&keys->many[at], name->print, name->text, name->length))
		at = (at + 1) & keys->mask;
	return &keys->many[at];
}

static void
grow(struct text_keys *keys)
{
	struct name *old = keys->many ? keys->many : keys->few;
	uint32_t count = keys->many ? keys->mask + 1 : keys->count;
	struct text_keys wider = { .mask = MAX(keys->count * 4, 32) };
	while (wider.mask & (wider.mask + 1))
		wider.mask |= wider.mask >> 1;
	wider.many = g_new0(struct name, (size_t)wider.mask + 1);
	for (uint32_t i = 0; i < count; i++)
		if (old[i].text)
			*slot_of(&wider, &old[i]) = old[i];
	g_free(keys->many);
	keys->many = wider.many;
	keys->mask = wider.mask;
}

bool
text_keys_add(struct text_keys *keys, struct name_print print, const char *text, uint32_t length)
{
	struct name name = { print, text, length };
	if (!keys->many) {
		for (uint32_t i = 0; i < keys->count; i++)
			if (name_is(&keys->few[i], print, text, length))
				return false;
		if (keys->count < G_N_ELEMENTS(keys->few)) {
			keys->few[keys->count++] = name;
			return true;
		}
	}
	if (!keys->many || keys->count * 2 > keys->mask)
		grow(keys);
	struct name *slot = slot_of(keys, &name);
	if (slot->text)
		return false;
	*slot = name;
	keys->count++;
	return true;
}
