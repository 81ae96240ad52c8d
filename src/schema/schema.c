#include "schema/schema.h"

#include "schema/check.h"
#include "schema/compile.h"
#include "schema/findings.h"
#include "schema/text.h"

/* Schemas applied and values compared in one check: so many, and so many for each value of the
 * instance. Ordinary checks need a few for each value. */
enum { BUDGET = 10 * 1000 * 1000, BUDGET_EACH = 1000 };

const struct schema *
schema_compile(struct schema_set *set, struct doc *doc, const struct value *value, const char *uri, GError **error)
{
	struct document *document = set_document(set, doc, uri);
	struct node *node = scan_node(set, document, value);
	/* An entry point is the node that its schema became. */
	return compile_node(set, node, error) ? (const struct schema *)node : NULL;
}

static bool
run(struct check *check, const struct node *node, const struct value *instance)
{
	check->budget = BUDGET + (int64_t)instance->span * BUDGET_EACH;
	return check_node(check, node, instance, NULL) && !check->stop;
}

bool
schema_check(const struct schema *schema, const struct value *instance, enum schema_side side, struct schema_findings *findings)
{
	const struct node *node = (const struct node *)schema;
	struct check check = { .root = instance, .side = side };
	if (run(&check, node, instance))
		return true;
	if (!findings)
		return false;
	/* Most instances fit: only the others are walked a second time, for the words. */
	enum check_stop stop = check.stop;
	size_t before = findings->count;
	check = (struct check){ .root = instance, .side = side, .findings = findings };
	run(&check, node, instance);
	if (findings->count == before) {
		struct frame frame = { .node = node, .value = instance };
		check.top = &frame;
		check.stop = CHECK_GOES_ON;
		findings_stop(&check, stop ? stop : CHECK_TOO_MUCH);
	}
	return false;
}

bool
schema_check_within(const struct schema *schema, const struct value *instance, enum schema_side side, int64_t *budget)
{
	int64_t most = BUDGET + (int64_t)instance->span * BUDGET_EACH, given = MIN(most, *budget);
	struct check check = { .root = instance, .side = side, .budget = given };
	bool ok = given > 0 && check_node(&check, (const struct node *)schema, instance, NULL) && !check.stop;
	*budget -= given - MAX(check.budget, 0);
	return ok;
}

static enum text_verdict
pass(const struct node *node, const char *text, size_t length, enum schema_side side)
{
	struct check check = { .side = side, .budget = BUDGET };
	return length <= TEXT_BYTES_MAX ? text_check(&check, node, text, length) : TEXT_UNKNOWN;
}

/* Cautious: what is not known to be sure after the pass is left to the tree. */
enum schema_verdict
schema_check_text(const struct schema *schema, const char *name, const char *text, size_t length, enum schema_side side,
                  struct schema_findings *findings, GError **error)
{
	enum text_verdict verdict = pass((const struct node *)schema, text, length, side);
	if (verdict == TEXT_FITS)
		return SCHEMA_FITS;
	if (verdict == TEXT_MISFITS && !findings && pass(NULL, text, length, side) == TEXT_FITS)
		return SCHEMA_MISFITS;
	g_autoptr(Doc) doc = doc_read_json(name, text, length, NULL, error);
	if (!doc)
		return SCHEMA_UNREADABLE;
	return schema_check(schema, doc_root(doc), side, findings) ? SCHEMA_FITS : SCHEMA_MISFITS;
}
