#include "team/clause.h"

static struct clause *
clause_at(GArray *clauses, unsigned at)
{
	return &g_array_index(clauses, struct clause, at);
}

static bool
is_demand(const struct clause *clause)
{
	return !clause->background && !clause->heading;
}

/* What tells the background of a demand is joined to it: to the next demand of its paragraph, else
 * to the one before; a heading to what follows. What finds none stays a statement of its own, so
 * that nothing of the text is dropped. A join never leaps over a clause that goes elsewhere. */
static unsigned *
find_hosts(GArray *clauses)
{
	unsigned *hosts = g_new(unsigned, clauses->len + 1);
	for (unsigned i = clauses->len; i-- > 0;) {
		const struct clause *clause = clause_at(clauses, i), *next = i + 1 < clauses->len ? clause_at(clauses, i + 1) : NULL;
		bool near = next && (next->block == clause->block || (clause->heading && next->block == clause->block + 1));
		hosts[i] = is_demand(clause) ? i : near ? hosts[i + 1] : UINT_MAX;
	}
	for (unsigned i = 0; i < clauses->len; i++) {
		const struct clause *clause = clause_at(clauses, i);
		if (hosts[i] != UINT_MAX)
			continue;
		bool behind = i > 0 && hosts[i - 1] < i && (clause_at(clauses, i - 1)->block == clause->block || clause->background);
		hosts[i] = behind ? hosts[i - 1] : i;
	}
	return hosts;
}

/* The tokens of a statement: those of a demand and of what is joined to it. */
struct span {
	size_t from, to;
	bool taken;
};

static void
widen(struct span *span, const struct clause *clause)
{
	span->from = span->taken ? MIN(span->from, clause->from) : clause->from;
	span->to = span->taken ? MAX(span->to, clause->to) : clause->to;
	span->taken = true;
}

static void
write_statement(const struct reading *reading, const struct span *span, const struct clause *clause, struct statement_list *ret)
{
	struct statement *statement = record_append(&statement_record, ret);
	const struct token *first = &reading->tokens[span->from], *last = &reading->tokens[span->to - 1];
	statement->id = g_strdup_printf("S%zu", ret->count);
	statement->offset = first->offset;
	statement->length = last->offset + last->length - first->offset;
	statement->text = g_strndup(reading->text + statement->offset, (size_t)statement->length);
	statement->kind = clause->kind;
	statement->subject = g_strdup(clause->subject);
}

/* The whole text, without the white space around it. */
static void
write_all(const char *text, size_t length, struct statement_list *ret)
{
	size_t from = 0;
	while (from < length && g_ascii_isspace(text[from]))
		from++;
	while (length > from && g_ascii_isspace(text[length - 1]))
		length--;
	struct statement *statement = record_append(&statement_record, ret);
	statement->id = g_strdup("S1");
	statement->text = g_strndup(text + from, length - from);
	statement->offset = (int64_t)from;
	statement->length = (int64_t)(length - from);
}

/* The unread rest of a huge text belongs to the last statement, so that nothing is dropped. */
static void
widen_last(const char *text, size_t length, struct statement_list *list)
{
	struct statement *last = &list->items[list->count - 1];
	last->length = (int64_t)length - last->offset;
	g_free(last->text);
	last->text = g_strndup(text + last->offset, (size_t)last->length);
}

void
statements_read(const struct lexicon *lexicon, const char *text, struct statement_list *ret)
{
	*ret = (struct statement_list){ 0 };
	struct reading reading;
	reading_init(&reading, lexicon, text);
	g_autoptr(GArray) clauses = clauses_new();
	clauses_read(&reading, clauses);
	g_autofree struct span *spans = g_new0(struct span, clauses->len + 1);
	g_autofree unsigned *hosts = find_hosts(clauses);
	for (unsigned i = 0; i < clauses->len; i++)
		widen(&spans[hosts[i]], clause_at(clauses, i));
	for (unsigned i = 0; i < clauses->len; i++)
		if (spans[i].taken)
			write_statement(&reading, &spans[i], clause_at(clauses, i), ret);
	if (!ret->count)
		write_all(text, reading.length, ret);
	else if (reading.end < reading.length)
		widen_last(text, reading.length, ret);
	reading_finish(&reading);
}
