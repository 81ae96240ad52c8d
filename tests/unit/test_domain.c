#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "team/domain.h"

#define TABLE "tests/unit/data/requirements.yaml"

static struct lexicon *lexicon;

/* What is read from one text. */
struct found {
	struct statement_list statements;
	struct entity_list entities;
	struct service_list services;
};

static void
read_all(const char *text, struct found *found)
{
	statements_read(lexicon, text, &found->statements);
	entities_read(lexicon, text, &found->statements, &found->entities);
	services_read(lexicon, text, &found->statements, &found->entities, &found->services);
}

static void
clear(struct found *found)
{
	for (size_t i = 0; i < found->statements.count; i++)
		record_finish(&statement_record, &found->statements.items[i]);
	for (size_t i = 0; i < found->entities.count; i++)
		record_finish(&entity_record, &found->entities.items[i]);
	for (size_t i = 0; i < found->services.count; i++)
		record_finish(&service_record, &found->services.items[i]);
	g_free(found->statements.items);
	g_free(found->entities.items);
	g_free(found->services.items);
}

static const struct entity *
find(const struct found *found, const char *name)
{
	for (size_t i = 0; i < found->entities.count; i++)
		if (strcmp(found->entities.items[i].name, name) == 0)
			return &found->entities.items[i];
	return NULL;
}

static char *
names_of(const struct found *found)
{
	GString *names = g_string_new(NULL);
	for (size_t i = 0; i < found->entities.count; i++)
		g_string_append_printf(names, "%s%s", i ? " " : "", found->entities.items[i].name);
	return g_string_free(names, FALSE);
}

static void
check_entities(const struct value *item, const struct found *found)
{
	const char *text = value_member_text(item, "text");
	g_autofree char *names = names_of(found);
	const struct value *exact = value_member(item, "entities");
	if (exact && value_count(exact) != found->entities.count)
		g_test_fail_printf("%s\nfound: %s", text, names);
	VALUE_EACH (name, exact)
		if (!find(found, name->text))
			g_test_fail_printf("%s\nno %s, found: %s", text, name->text, names);
	VALUE_EACH (name, value_member(item, "some"))
		if (!find(found, name->text))
			g_test_fail_printf("%s\nno %s, found: %s", text, name->text, names);
	VALUE_EACH (name, value_member(item, "none"))
		if (find(found, name->text))
			g_test_fail_printf("%s\nunwanted %s", text, name->text);
}

/* "due_date string/date", "title string!", "status string (open, done)"; a "!" is only compared where it is wanted. */
static char *
show_field(const struct entity_field *field, bool required)
{
	g_autofree char *choices = field->choices ? g_strjoinv(", ", field->choices) : NULL;
	return g_strdup_printf("%s %s%s%s%s%s%s%s", field->name, field->type, field->format ? "/" : "", field->format ? field->format : "",
	                       required && field->required ? "!" : "", choices ? " (" : "", choices ? choices : "", choices ? ")" : "");
}

static void
check_fields(const struct value *item, const struct found *found)
{
	VALUE_EACH_MEMBER (name, fields, value_member(item, "fields")) {
		const struct entity *entity = find(found, name->text);
		VALUE_EACH (wanted, fields) {
			bool seen = false;
			g_autoptr(GString) all = g_string_new(NULL);
			for (size_t i = 0; entity && i < entity->fields.count; i++) {
				g_autofree char *one = show_field(&entity->fields.items[i], strchr(wanted->text, '!') != NULL);
				seen |= strcmp(one, wanted->text) == 0;
				g_string_append_printf(all, "%s; ", one);
			}
			if (!seen)
				g_test_fail_printf("%s\n%s has no %s: %s", value_member_text(item, "text"), name->text, wanted->text, all->str);
		}
	}
}

static void
check_relations(const struct value *item, const struct found *found)
{
	VALUE_EACH (wanted, value_member(item, "relations")) {
		g_auto(GStrv) words = g_strsplit(wanted->text, " ", 3);
		const struct entity *entity = find(found, words[0]);
		bool seen = false;
		for (size_t i = 0; entity && i < entity->relations.count; i++) {
			const struct entity_relation *relation = &entity->relations.items[i];
			seen |= strcmp(relation_kind_names[relation->kind], words[1]) == 0 && strcmp(relation->target, words[2]) == 0;
		}
		if (!seen)
			g_test_fail_printf("%s\nno %s", value_member_text(item, "text"), wanted->text);
	}
}

static void
check_services(const struct value *item, const struct found *found)
{
	const struct value *wanted = value_member(item, "services");
	if (!wanted)
		return;
	g_assert_cmpuint(found->services.count, ==, value_count(wanted));
	for (size_t i = 0; i < found->services.count; i++) {
		const struct service *service = &found->services.items[i];
		g_autofree char *entities = service->entities ? g_strjoinv(" ", service->entities) : g_strdup("");
		g_autofree char *line = g_strdup_printf("%s %s", service->name, entities);
		g_assert_cmpstr(line, ==, value_item(wanted, i)->text);
	}
}

static void
test_table(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Doc) doc = doc_read_file(TABLE, &error);
	g_assert_no_error(error);
	VALUE_EACH (item, doc_root(doc)) {
		struct found found;
		read_all(value_member_text(item, "text"), &found);
		check_entities(item, &found);
		check_fields(item, &found);
		check_relations(item, &found);
		check_services(item, &found);
		clear(&found);
	}
}

static bool
is_statement(const struct found *found, const char *id)
{
	for (size_t i = 0; i < found->statements.count; i++)
		if (strcmp(found->statements.items[i].id, id) == 0)
			return true;
	return false;
}

static bool
is_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if ((unsigned char)*c < 0x80 && !g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '_')
			return false;
	return *name && !g_ascii_isdigit(*name);
}

static unsigned
owners_of(const struct found *found, const char *entity)
{
	unsigned count = 0;
	for (size_t i = 0; i < found->services.count; i++)
		for (char **name = found->services.items[i].entities; name && *name; name++)
			count += strcmp(*name, entity) == 0;
	return count;
}

static void
check_entity(const struct found *found, const struct entity *entity)
{
	g_assert_true(is_name(entity->name));
	g_assert_true(find(found, entity->name) == entity);
	g_assert_nonnull(entity->plural);
	g_assert_cmpuint(entity->fields.count, >, 0);
	for (size_t i = 0; i < entity->fields.count; i++) {
		const struct entity_field *field = &entity->fields.items[i];
		g_assert_true(is_name(field->name));
		g_assert_true(!field->statement || is_statement(found, field->statement));
		g_assert_true(!field->choices || g_strv_length(field->choices) > 1);
		for (size_t j = 0; j < i; j++)
			g_assert_cmpstr(field->name, !=, entity->fields.items[j].name);
	}
	for (size_t i = 0; i < entity->relations.count; i++) {
		const struct entity_relation *relation = &entity->relations.items[i];
		g_assert_nonnull(find(found, relation->target));
		g_assert_cmpstr(relation->target, !=, entity->name);
		g_assert_true(!relation->statement || is_statement(found, relation->statement));
	}
	for (char **id = entity->statements; id && *id; id++)
		g_assert_true(is_statement(found, *id));
	g_assert_cmpuint(owners_of(found, entity->name), ==, 1);
}

/* What holds for any text. */
static void
check_text(const char *text)
{
	struct found found, again;
	read_all(text, &found);
	read_all(text, &again);
	g_assert_cmpuint(found.services.count, >, 0);
	g_assert_cmpuint(found.entities.count, ==, again.entities.count);
	for (size_t i = 0; i < found.entities.count; i++) {
		check_entity(&found, &found.entities.items[i]);
		g_autofree char *one = record_to_json(&entity_record, &found.entities.items[i], false);
		g_autofree char *other = record_to_json(&entity_record, &again.entities.items[i], false);
		g_assert_cmpstr(one, ==, other);
	}
	clear(&found);
	clear(&again);
}

static void
test_properties(void)
{
	g_autoptr(Doc) doc = doc_read_file(TABLE, NULL);
	VALUE_EACH (item, doc_root(doc))
		check_text(value_member_text(item, "text"));
}

/* Words of the table's texts in any order. */
static void
test_shuffled(void)
{
	g_autoptr(Doc) doc = doc_read_file(TABLE, NULL);
	g_autoptr(GString) all = g_string_new(NULL);
	VALUE_EACH (item, doc_root(doc))
		g_string_append_printf(all, "%s ", value_member_text(item, "text"));
	g_auto(GStrv) words = g_strsplit_set(all->str, " ", -1);
	guint count = g_strv_length(words);
	g_autoptr(GRand) random = g_rand_new_with_seed(11);
	for (unsigned round = 0; round < 150; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (gint32 i = g_rand_int_range(random, 1, 80); i > 0; i--)
			g_string_append_printf(text, "%s ", words[g_rand_int_range(random, 0, (gint32)count)]);
		check_text(text->str);
	}
}

static void
test_bytes(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(13);
	for (unsigned round = 0; round < 200; round++) {
		char text[300];
		size_t length = (size_t)g_rand_int_range(random, 0, sizeof text - 1);
		for (size_t i = 0; i < length; i++)
			text[i] = (char)g_rand_int_range(random, 1, 256);
		text[length] = '\0';
		check_text(text);
	}
}

static void
test_large(void)
{
	static const char *const parts[] = {
		"tasks with titles and ", "a task has a title, ", "Projects belong to teams. ", "comments on tasks in projects ",
		"\xe7\xae\xa1\xe7\x90\x86\xe4\xbb\xbb\xe5\x8a\xa1", "user service, ", "frobs belong to grobs ", "\xc3\xa9t\xc3\xa9 ",
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		while (text->len < 1 << 20)
			g_string_append(text, parts[i]);
		struct found found;
		read_all(text->str, &found);
		g_assert_cmpuint(found.entities.count, <=, 32);
		clear(&found);
	}
}

/* A damaged word list is refused with its place. */
static void
test_damaged(void)
{
	static const struct {
		const char *file, *text, *place;
	} cases[] = {
		{ "domain-weights.yaml", "weights: [", "domain-weights.yaml" },
		{ "domain-words.en.yaml", "tongue: en\nclasses:\n  verbish: [a]\n", "domain-words.en.yaml:3:3" },
		{ "domain-words.en.yaml", "tongue: en\nclasses:\n  verb: [true]\n", "domain-words.en.yaml:3:10" },
		{ "domain-entities.yaml", "tiers:\n  certain: []\n", "domain-entities.yaml:2:3" },
		{ "domain-entities.yaml", "tiers:\n  sure: [[1]]\n", "domain-entities.yaml:2:11" },
		{ "domain-entities.yaml", "things:\n  gnarf: {}\n", "domain-entities.yaml:2:3" },
		{ "domain-fields.yaml", "fields: {}\n", "domain-fields.yaml" },
	};
	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *project = g_dir_make_tmp("lexiconXXXXXX", NULL);
		g_autofree char *hidden = g_build_filename(project, ".teamwright", NULL), *folder = g_build_filename(hidden, "lexicon", NULL);
		g_autofree char *path = g_build_filename(folder, cases[i].file, NULL);
		g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
		g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		g_autoptr(Catalogue) catalogue = catalogue_open(project);
		g_autoptr(GError) error = NULL;
		g_autoptr(Lexicon) damaged = lexicon_load(catalogue, &error);
		g_assert_null(damaged);
		g_assert_cmpint(error_code(error), ==, ERR_CONFIG);
		if (!strstr(error->message, cases[i].place))
			g_error("%s: %s", cases[i].file, error->message);
		g_assert_cmpint(remove(path) | remove(folder) | remove(hidden) | remove(project), ==, 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	g_autoptr(Lexicon) loaded = lexicon_load(catalogue, &error);
	g_assert_no_error(error);
	lexicon = loaded;
	g_test_add_func("/domain/table", test_table);
	g_test_add_func("/domain/properties", test_properties);
	g_test_add_func("/domain/shuffled", test_shuffled);
	g_test_add_func("/domain/bytes", test_bytes);
	g_test_add_func("/domain/large", test_large);
	g_test_add_func("/domain/damaged", test_damaged);
	return g_test_run();
}
