/* Personas: those of the catalogue, front matter as it is found in the wild, and what a project changes. */
#include "team/persona.h"

#include <math.h>

#include "expect.h"

static char *folder;

/* The thirteen of the design with their stream and what the scaffold makes for them, and more. */
static const struct expected {
	const char *id, *stream, *provides, *skill;
	bool typical;   /* one of the thirteen, whose shares make up a whole feature */
} expected[] = {
	{ "requirement_analyst", "analysis", NULL, "product", true },
	{ "solution_architect", "architecture", NULL, "architecture", true },
	{ "backend_developer", "backend", "api", "backend", true },
	{ "frontend_developer", "frontend", "web", "frontend", true },
	{ "database_engineer", "database", "schema", "database", true },
	{ "devops_engineer", "operations", "ops", "devops", true },
	{ "qa_engineer", "testing", "tests", "qa", true },
	{ "security_specialist", "security", NULL, "security", true },
	{ "ui_ux_designer", "design", NULL, "ux", true },
	{ "technical_writer", "documentation", "docs", "documentation", true },
	{ "performance_engineer", "performance", NULL, "performance", true },
	{ "integration_engineer", "integration", NULL, "backend", true },
	{ "reviewer", "review", NULL, "qa", true },
	{ "mobile_developer", "mobile", NULL, "mobile", false },
	{ "data_engineer", "data", NULL, "data", false },
	{ "ml_engineer", "ml", NULL, "ml", false },
	{ "embedded_engineer", "embedded", NULL, "embedded", false },
};

/* The words that an analysis uses for expertise. */
static const char *const expertise[] = { "backend", "frontend", "mobile", "data", "ml", "devops", "security", "qa",
	                                 "architecture", "ux", "documentation", "database", "performance", "embedded",
	                                 "product", NULL };

static void
load(const char *project, struct persona_list *ret)
{
	GError *error = NULL;
	g_autoptr(Catalogue) catalogue = catalogue_open(project);
	personas_load(catalogue, project, ret, &error);
	g_assert_no_error(error);
}

static bool
read_text(const char *text, struct persona *ret, GError **error)
{
	return persona_read("someone", "some/someone.md", text, ret, error);
}

static void
read_good(const char *text, struct persona *ret)
{
	GError *error = NULL;
	read_text(text, ret, &error);
	g_assert_no_error(error);
}

static void
expect_list(char **list, const char *joined)
{
	g_autofree char *text = list ? g_strjoinv("|", list) : NULL;
	g_assert_cmpstr(text, ==, joined);
}

/* --- the catalogue's ------------------------------------------------------------------------ */

static void
test_ids(void)
{
	struct persona_list list;
	load(NULL, &list);
	g_assert_cmpuint(list.count, ==, G_N_ELEMENTS(expected));
	for (size_t i = 1; i < list.count; i++)
		g_assert_cmpstr(list.items[i - 1].id, <, list.items[i].id);
	double shares = 0;
	for (unsigned i = 0; i < G_N_ELEMENTS(expected); i++) {
		const struct persona *persona = personas_find(&list, expected[i].id);
		g_assert_nonnull(persona);
		g_assert_cmpstr(persona->stream, ==, expected[i].stream);
		g_assert_cmpstr(persona->provides, ==, expected[i].provides);
		g_assert_cmpstr(persona->skills[0], ==, expected[i].skill);
		g_assert_cmpstr(persona->origin, ==, "built-in");
		shares += expected[i].typical ? persona->effort_share : 0;
	}
	g_assert_cmpfloat_with_epsilon(shares, 1, 1e-9);
	g_assert_null(personas_find(&list, "nobody"));
	record_list_finish(&persona_record, &list);
}

/* What coding agents want of a definition: a name of small letters and hyphens, one line of description, known tools. */
static void
test_compatible(void)
{
	static const char *const tools[] = { "Read", "Write", "Edit", "Bash", "Grep", "Glob", NULL };
	struct persona_list list;
	load(NULL, &list);
	for (size_t i = 0; i < list.count; i++) {
		const struct persona *persona = &list.items[i];
		g_autofree char *hyphened = g_strdelimit(g_strdup(persona->id), "_", '-');
		g_assert_cmpstr(persona->name, ==, hyphened);
		g_assert_null(persona->model);
		g_assert_null(persona->extra);
		g_assert_cmpuint(strlen(persona->description), <=, 1024);
		g_assert_null(strchr(persona->description, '\n'));
		g_assert_true(g_strv_contains((const char *const *)persona->tools, "Read"));
		for (char **tool = persona->tools; *tool; tool++)
			g_assert_true(g_strv_contains(tools, *tool));
		for (char **skill = persona->skills; *skill; skill++)
			g_assert_true(g_strv_contains(expertise, *skill));
	}
	record_list_finish(&persona_record, &list);
}

/* Somebody has each expertise as the first of their skills, or at least among them. */
static void
test_expertise(void)
{
	struct persona_list list;
	load(NULL, &list);
	for (unsigned i = 0; expertise[i]; i++) {
		bool found = false;
		for (size_t k = 0; k < list.count; k++)
			found |= g_str_equal(list.items[k].skills[0], expertise[i]);
		if (!found)
			g_error("nobody's first skill is %s", expertise[i]);
	}
	record_list_finish(&persona_record, &list);
}

static void
test_instructions(void)
{
	static const char *const parts[] = { "## Responsibilities", "## How you work", "## Inputs and outputs", "## Quality bar",
		                             "## Never", "## Before you hand over", "contract", "NOTES.md", "ssumption", "- [ ] " };
	g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned all = 0, repeated = 0;
	struct persona_list list;
	load(NULL, &list);
	for (size_t i = 0; i < list.count; i++) {
		const char *text = list.items[i].instructions;
		for (unsigned k = 0; k < G_N_ELEMENTS(parts); k++)
			if (!strstr(text, parts[k]))
				g_error("%s: '%s' is missing", list.items[i].id, parts[k]);
		g_auto(GStrv) own = g_strsplit(text, "\n", -1);
		g_assert_cmpuint(g_strv_length(own), >=, 40);
		g_assert_cmpuint(g_strv_length(own), <=, 80);
		for (char **line = own; *line; line++) {
			bool counts = **line && **line != '#';
			all += counts;
			repeated += counts && !g_hash_table_add(lines, g_strdup(*line));
		}
	}
	/* One sentence on the folder is common to all; the rest is each one's own. */
	g_test_message("%u of %u lines occur more than once", repeated, all);
	g_assert_cmpuint(repeated, <=, list.count * 2);
	record_list_finish(&persona_record, &list);
}

/* --- front matter --------------------------------------------------------------------------- */

static void
test_yaml(void)
{
	struct persona persona;
	read_good("---\nname: code-reviewer\ndescription: >-\n  Reads code\n  and says so.\ntools:\n  - Read\n  - Grep\n"
	          "model: inherit\nskills: backend, database\nstream: review\nprovides: api\neffort_share: 0.25\n"
	          "color: \"#ff0000\"\nhooks: {stop: [a, 1]}\n"
	          "---\n\nYou review.\n\n---\nA rule below.\n",
	          &persona);
	g_assert_cmpstr(persona.id, ==, "someone");
	g_assert_cmpstr(persona.origin, ==, "some/someone.md");
	g_assert_cmpstr(persona.name, ==, "code-reviewer");
	g_assert_cmpstr(persona.description, ==, "Reads code and says so.");
	g_assert_cmpstr(persona.model, ==, "inherit");
	g_assert_cmpstr(persona.stream, ==, "review");
	g_assert_cmpstr(persona.provides, ==, "api");
	g_assert_cmpfloat(persona.effort_share, ==, 0.25);
	expect_list(persona.tools, "Read|Grep");
	expect_list(persona.skills, "backend|database");
	g_assert_cmpstr(persona.instructions, ==, "You review.\n\n---\nA rule below.");
	g_assert_cmpstr(value_member_text(doc_root(persona.extra), "color"), ==, "#ff0000");
	g_assert_cmpstr(value_text(value_find(doc_root(persona.extra), "/hooks/stop/0")), ==, "a");
	record_finish(&persona_record, &persona);
}

static const struct {
	const char *line, *tools;
} tool_lines[] = {
	{ "tools: Read, Write,Bash", "Read|Write|Bash" },
	{ "tools: Read", "Read" },
	{ "tools: [Read, \"Write\"]", "Read|Write" },
	{ "tools: \"Read, Write\"", "Read|Write" },
	{ "tools: Read, Bash(git add:*, git log:*), Grep", "Read|Bash(git add:*, git log:*)|Grep" },
	{ "tools: 'Read', 'Write'", "Read|Write" },   /* no YAML */
	{ "tools: *", "*" },                          /* an alias without an anchor */
	{ "tools:", NULL },
	{ "tools: []", NULL },
	{ "model: opus", NULL },
};

/* The same in a file that is YAML and in one that another line has made unreadable as such. */
static void
test_tools(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(tool_lines); i++) {
		for (unsigned broken = 0; broken < 2; broken++) {
			g_autofree char *text = g_strdup_printf("---\n%s\ndescription: Use it%s when\n---\nBody",
			                                        tool_lines[i].line, broken ? ": often, and" : "");
			struct persona persona;
			g_test_message("%s", text);
			read_good(text, &persona);
			if (tool_lines[i].tools)
				expect_list(persona.tools, tool_lines[i].tools);
			else
				g_assert_true(!persona.tools || !persona.tools[0]);
			g_assert_cmpstr(persona.name, ==, "someone");
			g_assert_cmpstr(persona.description, ==, broken ? "Use it: often, and when" : "Use it when");
			record_finish(&persona_record, &persona);
		}
	}
}

/* Shapes of definitions that people publish and that no YAML reader takes. */
static void
test_lines(void)
{
	struct persona persona;
	read_good("---\n"
	          "name: \"api-helper\"\n"
	          "description: Use this agent for APIs. Examples: <example>user: 'add a route' assistant: "
	          "\"I'll do\"</example>\\n\\n- [x] more\n"
	          "  and a line that goes on: indented\n"
	          "or at the margin\n"
	          "tools:\n  - Read\n  - 'Write'\n"
	          "model: sonnet\n"
	          "model: haiku\n"
	          "effort_share: 0.5\n"
	          "extra: text\n"
	          "# comment\n"
	          "x-note: |\n  first: line\n  second\n"
	          "---\nBody",
	          &persona);
	g_assert_cmpstr(persona.name, ==, "api-helper");
	g_assert_cmpstr(persona.description, ==,
	                "Use this agent for APIs. Examples: <example>user: 'add a route' assistant: "
	                "\"I'll do\"</example>\\n\\n- [x] more\n"
	                "and a line that goes on: indented\nor at the margin");
	g_assert_cmpstr(persona.model, ==, "sonnet");
	g_assert_cmpfloat(persona.effort_share, ==, 0.5);
	expect_list(persona.tools, "Read|Write");
	g_assert_cmpstr(value_member_text(doc_root(persona.extra), "extra"), ==, "text");
	g_assert_cmpstr(value_member_text(doc_root(persona.extra), "x-note"), ==, "first: line\nsecond");
	g_assert_cmpstr(persona.instructions, ==, "Body");
	record_finish(&persona_record, &persona);
}

static const char *const same[] = {
	"---\nname: a\ndescription: b\n---\n\nOne\nTwo\n",
	"---\r\nname: a\r\ndescription: b\r\n---\r\n\r\nOne\r\nTwo\r\n",
	"\xEF\xBB\xBF---\nname: a\ndescription: b\n---\nOne\nTwo",
	"--- \nname: a\ndescription: b\n---  \nOne\nTwo\n\n\n",
	"---\nname: a\ndescription: b\ntools: 'x', *\n---\nOne\nTwo",
	"---\r\nname: a\r\ndescription: b\r\ntools: 'x', *\r\n---\r\nOne\r\nTwo",
};

static void
test_line_ends(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(same); i++) {
		struct persona persona;
		read_good(same[i], &persona);
		g_assert_cmpstr(persona.name, ==, "a");
		g_assert_cmpstr(persona.description, ==, "b");
		g_assert_cmpstr(persona.instructions, ==, "One\nTwo");
		g_assert_null(persona.extra);
		record_finish(&persona_record, &persona);
	}
}

static const struct {
	const char *text, *message;
} malformed[] = {
	{ "", "some/someone.md:1:1" },
	{ "You are a reviewer.\n", "some/someone.md:1:1" },
	{ "\n---\nname: a\n---\n", "some/someone.md:1:1" },
	{ "---\nname: a\n", "some/someone.md:1:1" },
	{ "---", "some/someone.md:1:1" },
	{ "----\nname: a\n----\n", "some/someone.md:1:1" },
	{ "---\nname: a\neffort_share: much\n---\n", "some/someone.md:3:15: effort_share" },
	{ "---\nname: a\n\n# comment\ndescription: [a]\n---\n", "some/someone.md:5:14: description" },
	{ "---\nname: a\ntools: [Read, {a: b}]\n---\n", "some/someone.md:3:15: tools" },
	{ "---\nname: a\ndescription: b: c\neffort_share: much\n---\n", "some/someone.md:4:1: effort_share" },
};

static void
test_malformed(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(malformed); i++) {
		GError *error = NULL;
		struct persona persona;
		g_test_message("%s", malformed[i].text);
		g_assert_false(read_text(malformed[i].text, &persona, &error));
		g_assert_nonnull(error);
		g_assert_nonnull(error_remedy(error));
		if (!strstr(error->message, malformed[i].message))
			g_error("'%s' does not say %s", error->message, malformed[i].message);
		g_clear_error(&error);
	}
}

/* No text may do more than fail: every beginning of a definition, and every byte of it replaced. */
static void
test_damaged(void)
{
	static const char text[] = "---\nname: \"a\"\ntools: [Read, 'B(c, d)']\nx: |\n  y\ndescription: b: c\n"
	                           "effort_share: 1\n---\nBody\n";
	static const char bytes[] = { '\n', ':', '-', '"', '\'', '[', '(', ')', '|', '\t', ' ', '\r', '\x01', '\xff' };
	for (size_t length = 0; length < sizeof text; length++) {
		for (unsigned i = 0; i < sizeof bytes; i++) {
			g_autofree char *copy = g_strndup(text, i ? sizeof text : length);
			struct persona persona;
			if (i && length < sizeof text - 1)
				copy[length] = bytes[i];
			if (!g_utf8_validate(copy, -1, NULL))
				continue;
			if (read_text(copy, &persona, NULL)) {
				g_assert_nonnull(persona.name);
				record_finish(&persona_record, &persona);
			}
		}
	}
}

/* --- what a project changes ----------------------------------------------------------------- */

static void
test_override(void)
{
	g_autofree char *project = g_build_filename(folder, "override", NULL);
	struct persona_list list;
	write_file(project, ".teamwright/personas/backend_developer.md",
	           "---\nname: ours\ndescription: knows our house\nprovides: tests\n---\nHi\n");
	write_file(project, ".teamwright/personas/tamer.md", "---\nname: tamer\ndescription: tames\n---\nRoar\n");
	write_file(project, ".teamwright/personas/notes.txt", "nobody\n");
	load(project, &list);
	g_assert_cmpuint(list.count, ==, G_N_ELEMENTS(expected) + 1);
	const struct persona *backend = personas_find(&list, "backend_developer"), *tamer = personas_find(&list, "tamer");
	g_assert_cmpstr(backend->name, ==, "ours");
	g_assert_cmpstr(backend->provides, ==, "tests");
	g_assert_null(backend->stream);   /* a whole persona replaces a whole persona */
	g_assert_true(g_str_has_suffix(backend->origin, "/override/.teamwright/personas/backend_developer.md"));
	g_assert_cmpstr(tamer->instructions, ==, "Roar");
	g_assert_true(isnan(tamer->effort_share));
	record_list_finish(&persona_record, &list);
}

static void
test_foreign(void)
{
	g_autofree char *project = g_build_filename(folder, "foreign", NULL);
	struct persona_list list;
	write_file(project, ".teamwright/personas/reviewer.md", "---\nname: layered\ndescription: d\nstream: ours\n---\nA\n");
	write_file(project, ".claude/agents/reviewer.md", "---\nname: their-reviewer\ndescription: Use: always\n---\nB\n");
	write_file(project, ".claude/agents/backend_developer.md",
	           "---\nname: b\ndescription: c\ntools: Read, Bash\nskills: [go]\n---\nC\n");
	write_file(project, ".claude/agents/aardvark.md", "---\nname: aardvark\ndescription: digs\ncolor: brown\n---\nDig\n");
	write_file(project, ".claude/agents/README.md", "# Our agents\n");
	write_file(project, ".claude/agents/settings.json", "{}");
	load(project, &list);
	g_assert_cmpuint(list.count, ==, G_N_ELEMENTS(expected) + 1);
	g_assert_cmpstr(list.items[0].id, ==, "aardvark");
	g_assert_cmpstr(value_member_text(doc_root(list.items[0].extra), "color"), ==, "brown");
	const struct persona *reviewer = personas_find(&list, "reviewer"), *backend = personas_find(&list, "backend_developer");
	g_assert_cmpstr(reviewer->name, ==, "their-reviewer");
	g_assert_cmpstr(reviewer->stream, ==, "ours");
	g_assert_true(g_str_has_suffix(reviewer->origin, "/foreign/.claude/agents/reviewer.md"));
	g_assert_cmpstr(backend->instructions, ==, "C");
	g_assert_cmpstr(backend->provides, ==, "api");
	g_assert_cmpfloat(backend->effort_share, ==, 0.22);
	expect_list(backend->skills, "go");
	expect_list(backend->tools, "Read|Bash");
	record_list_finish(&persona_record, &list);
}

static const struct {
	const char *file, *text, *message;
} bad_files[] = {
	{ ".teamwright/personas/broken.md", "no front matter\n", "/.teamwright/personas/broken.md:1:1" },
	{ ".teamwright/personas/qa_engineer.md", "---\nname: a\n---\n\xff\xfe", "qa_engineer.md" },
	{ ".claude/agents/broken.md", "---\nname: a\n\neffort_share: []\n---\n", "/.claude/agents/broken.md:4:15" },
	{ ".claude/agents/bytes.md", "---\nname: \xff\n---\n", "/.claude/agents/bytes.md" },
};

static void
test_bad_files(void)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(bad_files); i++) {
		g_autofree char *name = g_strdup_printf("bad-%u", i), *project = g_build_filename(folder, name, NULL);
		GError *error = NULL;
		struct persona_list list;
		write_file(project, bad_files[i].file, bad_files[i].text);
		g_autoptr(Catalogue) catalogue = catalogue_open(project);
		g_assert_false(personas_load(catalogue, project, &list, &error));
		g_assert_cmpuint(list.count, ==, 0);
		g_test_message("%s", error->message);
		g_assert_nonnull(error_remedy(error));
		g_assert_nonnull(strstr(error->message, bad_files[i].message));
		g_clear_error(&error);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	folder = temporary_folder();
	g_autofree char *config = g_build_filename(folder, "config", NULL);
	g_setenv("XDG_CONFIG_HOME", config, TRUE);
	g_test_add_func("/persona/ids", test_ids);
	g_test_add_func("/persona/compatible", test_compatible);
	g_test_add_func("/persona/expertise", test_expertise);
	g_test_add_func("/persona/instructions", test_instructions);
	g_test_add_func("/persona/yaml", test_yaml);
	g_test_add_func("/persona/tools", test_tools);
	g_test_add_func("/persona/lines", test_lines);
	g_test_add_func("/persona/line-ends", test_line_ends);
	g_test_add_func("/persona/malformed", test_malformed);
	g_test_add_func("/persona/damaged", test_damaged);
	g_test_add_func("/persona/override", test_override);
	g_test_add_func("/persona/foreign", test_foreign);
	g_test_add_func("/persona/bad-files", test_bad_files);
	int code = g_test_run();
	remove_folder(folder);
	g_free(folder);
	return code;
}
