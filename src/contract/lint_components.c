/* Components, tags and what is said about the document. */
#include <string.h>

#include "contract/lint_rules.h"

enum { ANCESTORS = 100 };

static bool
is_component_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (!g_ascii_isalnum(*c) && !strchr(".-_", *c))
			return false;
	return *name;
}

void
lint_component_name(struct lint *lint, const struct lint_at *at)
{
	VALUE_EACH_MEMBER (group, map, at->node)
		VALUE_EACH_MEMBER (key, item, g_str_has_prefix(group->text, "x-") ? NULL : map)
			if (!is_component_name(key->text))
				lint_say(lint, item, key, "\"%s\" is no name of a component", key->text);
}

/* A schema that extends one with a discriminator is reached by its name. */
static bool
extends_polymorph(struct lint *lint, const struct value *schema)
{
	VALUE_EACH (part, value_member(schema, "allOf"))
		if (value_member(lint_resolve(lint, part), "discriminator"))
			return true;
	return false;
}

static bool
is_used(struct lint *lint, const struct value *node)
{
	if (g_hash_table_contains(lint->used, node) || extends_polymorph(lint, node))
		return true;
	return value_member(node, "$id") || value_member(node, "$anchor") || value_member(node, "$dynamicAnchor");
}

void
lint_component_unused(struct lint *lint, const struct lint_at *at)
{
	bool remote;
	for (unsigned i = 0; i < lint->loose->len; i++)
		g_hash_table_add(lint->used, (void *)(uintptr_t)lint_target(lint, lint->loose->pdata[i], &remote));
	/* A document of components alone is there for others. */
	if (!value_count(value_member(at->node, "paths")) && !value_member(at->node, "webhooks"))
		return;
	VALUE_EACH_MEMBER (group, map, value_member(at->node, "components")) {
		if (g_str_has_prefix(group->text, "x-") || g_str_equal(group->text, "securitySchemes"))
			continue;
		VALUE_EACH_MEMBER (key, item, map)
			if (!is_used(lint, item))
				lint_say(lint, item, key, "components/%s/%s is not used", group->text, key->text);
	}
}

/* --- tags ------------------------------------------------------------------------------------ */

void
lint_tag_unique(struct lint *lint, const struct lint_at *at)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	VALUE_EACH (tag, value_member(at->node, "tags")) {
		const struct value *name = value_member(tag, "name");
		if (value_text(name) && !g_hash_table_add(names, (void *)(uintptr_t)name->text))
			lint_say(lint, name, NULL, "the tag \"%s\" is declared twice", name->text);
	}
}

void
lint_tag_description(struct lint *lint, const struct lint_at *at)
{
	const char *name = value_member_text(at->node, "name");
	if (name && !value_member_text(at->node, "description"))
		lint_say(lint, at->node, NULL, "the tag \"%s\" has no description", name);
}

/* Whether the parents of a tag lead back to it, or are more than anybody would nest. */
static bool
is_circular(GHashTable *tags, const struct value *tag)
{
	unsigned steps = 0;
	while (tag && steps++ < ANCESTORS) {
		const char *parent = value_member_text(tag, "parent");
		tag = parent ? g_hash_table_lookup(tags, parent) : NULL;
	}
	return tag;
}

void
lint_tag_parent(struct lint *lint, const struct lint_at *at)
{
	g_autoptr(GHashTable) tags = g_hash_table_new(g_str_hash, g_str_equal);
	VALUE_EACH (tag, value_member(at->node, "tags"))
		if (value_member_text(tag, "name"))
			g_hash_table_insert(tags, (void *)(uintptr_t)value_member_text(tag, "name"), (void *)(uintptr_t)tag);
	VALUE_EACH (tag, value_member(at->node, "tags")) {
		const struct value *parent = value_member(tag, "parent");
		if (!value_text(parent))
			continue;
		if (!g_hash_table_contains(tags, parent->text))
			lint_say(lint, parent, NULL, "the tag \"%s\" is not declared", parent->text);
		else if (is_circular(tags, tag))
			lint_say(lint, parent, NULL, "the parents of this tag lead back to it");
	}
}

/* --- words about the document ------------------------------------------------------------------ */

static void
wants(struct lint *lint, const struct lint_at *at, const char *member)
{
	if (!value_member(at->node, member))
		lint_say(lint, at->node, at->key, "info has no \"%s\"", member);
}

void
lint_info_license(struct lint *lint, const struct lint_at *at)
{
	wants(lint, at, "license");
}

void
lint_info_contact(struct lint *lint, const struct lint_at *at)
{
	wants(lint, at, "contact");
}

void
lint_info_description(struct lint *lint, const struct lint_at *at)
{
	wants(lint, at, "description");
}

void
lint_license_place(struct lint *lint, const struct lint_at *at)
{
	if (!value_member(at->node, "url") && !value_member(at->node, "identifier"))
		lint_say(lint, at->node, at->key, "the license has neither \"url\" nor \"identifier\"");
}

void
lint_text_script(struct lint *lint, const struct lint_at *at)
{
	static const char *const marks[] = { "<script", "javascript:", "eval(" };
	const struct value *text = value_member(at->node, "description");
	for (unsigned i = 0; value_text(text) && i < G_N_ELEMENTS(marks); i++)
		if (strstr(text->text, marks[i])) {
			lint_say(lint, text, NULL, "the description holds \"%s\"", marks[i]);
			return;
		}
}
