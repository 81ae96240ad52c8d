#include "schema/findings.h"

#include <string.h>

#include "base/pointer.h"
#include "base/writer.h"
#include "schema/nearest.h"
#include "schema/pattern.h"
#include "schema/uri.h"

enum {
	LIMIT = 100,            /* of findings, where the caller states none */
	SHOWN_MAX = 60,         /* characters of a value in a message */
	NAMES_MAX = 12,         /* values of an enumeration in a message */
	ALTERNATIVES_MAX = 32,  /* that are compared to find the nearest */
	NESTED_MAX = 2,         /* alternatives inside alternatives that are looked into */
};

/* The child of a container around `target`; the step there is added. A key that is itself the
 * target ends the way: its name is added only where `keys` says so. */
static const struct value *
step(GString *pointer, const struct value *container, const struct value *target, bool keys)
{
	unsigned position = 0;
	VALUE_EACH (item, container) {
		if (target < value_next(item)) {
			g_string_append_printf(pointer, "/%u", position);
			return item;
		}
		position++;
	}
	VALUE_EACH_MEMBER (key, item, container) {
		if (target >= value_next(item))
			continue;
		if (target != key || keys)
			pointer_append(pointer, key->text, key->length);
		return target == key ? key : item;
	}
	return target;
}

static void
add_pointer(GString *pointer, const struct value *root, const struct value *target, bool keys)
{
	while (root != target)
		root = step(pointer, root, target, keys);
}

static bool
is_key(const struct value *root, const struct value *target)
{
	g_autoptr(GString) way = g_string_new(NULL), with = g_string_new(NULL);
	add_pointer(way, root, target, false);
	add_pointer(with, root, target, true);
	return way->len != with->len;
}

/* The document's URI, if it has one, and the pointer to the keyword. */
static char *
schema_place(const struct node *node, const struct value *keyword)
{
	const struct resource *resource = node->resource;
	GString *place = g_string_new(uri_shown(resource->uri));
	const struct value *target = keyword ? keyword : node->value;
	bool inside = target >= resource->root && target < value_next(resource->root);
	if (place->len)
		g_string_append_c(place, '#');
	add_pointer(place, inside ? resource->root : doc_root(resource->doc), target, true);
	return g_string_free(place, FALSE);
}

/* Takes the message. */
static bool
add(struct check *check, const struct value *keyword, const char *name, const struct value *value, char *message)
{
	struct schema_findings *findings = check->findings;
	size_t limit = findings->limit ? findings->limit : LIMIT;
	if (findings->count >= limit) {
		g_free(message);
		return check_stopped(check, CHECK_FULL);
	}
	if (findings->count % 8 == 0)
		findings->items = g_renew(struct schema_finding, findings->items, findings->count + 8);
	GString *instance = g_string_new(NULL);
	add_pointer(instance, check->root, value, false);
	if (value->kind == VALUE_STRING && is_key(check->root, value)) {
		char *whole = g_strdup_printf("the name \"%s\" %s", value->text, message);
		g_free(message);
		message = whole;
	}
	struct schema_finding *finding = &findings->items[findings->count++];
	finding->instance = g_string_free(instance, FALSE);
	finding->schema = schema_place(check->top->node, keyword);
	finding->keyword = g_strdup(name ? name : keyword->text);
	finding->message = message;
	if (findings->count == limit)
		check_stopped(check, CHECK_FULL);
	return false;
}

bool
findings_report(struct check *check, const struct value *keyword, const struct value *value, const char *format, ...)
{
	if (!check->findings)
		return false;
	va_list args;
	va_start(args, format);
	char *message = g_strdup_vprintf(format, args);
	va_end(args);
	return add(check, keyword, NULL, value, message);
}

void
schema_findings_clear(struct schema_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct schema_finding *finding = &findings->items[i];
		g_free(finding->instance);
		g_free(finding->schema);
		g_free(finding->keyword);
		g_free(finding->message);
	}
	g_clear_pointer(&findings->items, g_free);
	findings->count = 0;
}

/* A value for a message: short, and containers only by their kind. */
static char *
shown(const struct value *value)
{
	if (value->kind == VALUE_OBJECT)
		return g_strdup(value->length ? "an object" : "an empty object");
	if (value->kind == VALUE_ARRAY)
		return g_strdup(value->length ? "a list" : "an empty list");
	if (value->kind == VALUE_NUMBER && value->length > SHOWN_MAX)
		return g_strdup_printf("%.*s…", SHOWN_MAX, value->text);
	if (value->kind != VALUE_STRING || value->length <= SHOWN_MAX)
		return value_to_json(value, false);
	const char *end = value->text, *last = value->text + value->length;
	for (unsigned i = 0; i < SHOWN_MAX && end < last; i++)
		end = g_utf8_next_char(end);
	struct writer writer;
	writer_init(&writer, false);
	writer_text_n(&writer, value->text, (size_t)(end - value->text));
	g_autofree char *text = writer_take(&writer);
	return end < last ? g_strdup_printf("%.*s…\"", (int)strlen(text) - 1, text) : g_steal_pointer(&text);
}

static char *
counted(uint64_t count, const char *thing)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s%s", count, thing, count == 1 ? "" : "s");
}

static char *
wants_number(const struct rule *rule)
{
	const struct number *number = &rule->bound->number;
	return g_strndup(number->text, number->length);
}

static char *
wants_characters(const struct rule *rule)
{
	return counted(rule->limit, "character");
}

static char *
wants_items(const struct rule *rule)
{
	return counted(rule->limit, "item");
}

static char *
wants_members(const struct rule *rule)
{
	return counted(rule->limit, "member");
}

static char *
wants_pattern(const struct rule *rule)
{
	return g_strdup(rule->keyword[1].text);
}

static char *
wants_format(const struct rule *rule)
{
	return g_strdup(rule->format->wants);
}

static char *
wants_content(const struct rule *rule)
{
	const char *what[] = { "", "base64", "JSON", "JSON in base64" };
	return g_strdup(what[rule->count]);
}

static char *
wants_choice(const struct rule *rule)
{
	const struct choice *choice = rule->choice;
	GString *text = g_string_new(choice->count == 0 ? "absent" : choice->count > 1 ? "one of " : NULL);
	for (uint32_t i = 0; i < choice->count; i++) {
		if (i == NAMES_MAX) {
			g_string_append_printf(text, " or %u others", choice->count - i);
			break;
		}
		g_autofree char *part = shown(choice->all[i]);
		g_string_append_printf(text, "%s%s", i ? ", " : "", part);
	}
	return g_string_free(text, FALSE);
}

static char *
wants_nothing(const struct rule *rule G_GNUC_UNUSED)
{
	return g_strdup("");
}

static char *
has_characters(const struct value *value)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT, check_characters(value));
}

static char *
has_count(const struct value *value)
{
	return g_strdup_printf("%u", value->length);
}

/* "must be at least " 1 ", but is " 0: what rules about single values say. */
static const struct {
	const char *before;
	char *(*wants)(const struct rule *rule);
	const char *between;
	char *(*has)(const struct value *value);
} words[RULE_CODES] = {
	[RULE_MINIMUM] = { "must be at least ", wants_number, ", but is ", shown },
	[RULE_MAXIMUM] = { "must be at most ", wants_number, ", but is ", shown },
	[RULE_ABOVE] = { "must be more than ", wants_number, ", but is ", shown },
	[RULE_BELOW] = { "must be less than ", wants_number, ", but is ", shown },
	[RULE_MULTIPLE] = { "must be a multiple of ", wants_number, ", but is ", shown },
	[RULE_NUMBER_FORMAT] = { "must be ", wants_format, ", but is ", shown },
	[RULE_MIN_LENGTH] = { "must have at least ", wants_characters, ", but has ", has_characters },
	[RULE_MAX_LENGTH] = { "must have at most ", wants_characters, ", but has ", has_characters },
	[RULE_PATTERN] = { "must match the pattern ", wants_pattern, ", but is ", shown },
	[RULE_FORMAT] = { "must be ", wants_format, ", but is ", shown },
	[RULE_CONTENT] = { "must be ", wants_content, ", but is ", shown },
	[RULE_MIN_ITEMS] = { "must have at least ", wants_items, ", but has ", has_count },
	[RULE_MAX_ITEMS] = { "must have at most ", wants_items, ", but has ", has_count },
	[RULE_MIN_MEMBERS] = { "must have at least ", wants_members, ", but has ", has_count },
	[RULE_MAX_MEMBERS] = { "must have at most ", wants_members, ", but has ", has_count },
	[RULE_CHOICE] = { "must be ", wants_choice, ", but is ", shown },
	[RULE_NOT] = { "must not fit the schema under \"not\"", wants_nothing, ", but is ", shown },
};

void
findings_explain(struct check *check, const struct rule *rule, const struct value *value)
{
	if (!words[rule->code].before || check->stop)
		return;
	g_autofree char *wants = words[rule->code].wants(rule), *has = words[rule->code].has(value);
	findings_report(check, rule->keyword, value, "%s%s%s%s", words[rule->code].before, wants, words[rule->code].between, has);
}

void
findings_type(struct check *check, const struct node *node, const struct value *value)
{
	static const char *const names[] = { "null", "a boolean", "a number", "a string", "a list", "an object", "an integer" };
	if (!node->type) {
		add(check, NULL, "false", value, g_strdup("must not be there: its schema allows nothing"));
		return;
	}
	g_autoptr(GString) types = g_string_new(NULL);
	unsigned bits = node->types;
	if (bits & 1 << VALUE_NUMBER)
		bits &= ~(unsigned)TYPE_INTEGER;
	for (unsigned i = 0; bits; i++, bits >>= 1)
		if (bits & 1)
			g_string_append_printf(types, "%s%s", types->len ? bits == 1 ? " or " : ", " : "", names[i]);
	g_autofree char *has = shown(value);
	findings_report(check, node->type, value, "must be %s, but is %s", types->str, has);
}

/* The properties that the schema itself has, NULL if it has none. */
static const struct names *
own_names(const struct node *node)
{
	for (unsigned i = node->first[GROUP_OBJECT]; i < node->first[GROUP_OBJECT + 1]; i++)
		if (node->rules[i].code == RULE_MEMBERS)
			return &node->rules[i].members->names;
	return NULL;
}

bool
findings_unknown(struct check *check, const struct value *keyword, const struct value *key)
{
	if (!check->findings)
		return false;
	const struct names *names = own_names(check->top->node);
	const char *meant = names ? nearest_name(names, key->text) : NULL;
	if (meant)
		return findings_report(check, keyword, key + 1, "is not allowed: there is no member \"%s\"; perhaps \"%s\" is meant", key->text, meant);
	return findings_report(check, keyword, key + 1, "is not allowed: there is no member \"%s\"", key->text);
}

bool
findings_stays(struct check *check, const struct node *node, const struct value *value)
{
	if (!check->findings)
		return false;
	bool request = check->side == SCHEMA_SIDE_REQUEST;
	const char *name = request ? "readOnly" : "writeOnly";
	const struct value *keyword = value_member(node->value, name);
	const char *what = request ? "request: it is read-only" : "response: it is write-only";
	return add(check, keyword ? keyword - 1 : NULL, name, value, g_strconcat("must not be sent in a ", what, NULL));
}

void
findings_same(struct check *check, const struct value *keyword, const struct value *first, const struct value *second)
{
	g_autoptr(GString) place = g_string_new(NULL);
	add_pointer(place, check->root, first, false);
	findings_report(check, keyword, second, "must differ from all items before it, but equals %s", place->str);
}

void
findings_names(struct check *check, const struct value *keyword, const struct value *text, const struct names *names)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *has = shown(text);
	for (uint32_t i = 0; i < MIN(names->count, NAMES_MAX); i++)
		g_string_append_printf(list, "%s\"%s\"", i ? ", " : "", names->items[i].text);
	g_string_append(list, names->count > NAMES_MAX ? ", …" : "");
	findings_report(check, keyword, text, "must be one of %s, but is %s", list->str, has);
}

/* How far a value is from an alternative: faults at the value itself weigh more than those of its
 * members, and one about its type or its constant says that the alternative was never meant. */
static size_t
distance(const struct schema_findings *findings, const char *base)
{
	static const char *const decisive[] = { "type", "const", "enum", "false", NULL };
	size_t sum = 0;
	for (size_t i = 0; i < findings->count; i++) {
		const struct schema_finding *finding = &findings->items[i];
		const char *rest = finding->instance + strlen(base);
		bool own = !*rest, member = *rest && !strchr(rest + 1, '/');
		bool meant = !g_strv_contains(decisive, finding->keyword);
		sum += own ? (meant ? 4 : 1000) : member && !meant ? 20 : 2;
	}
	return sum;
}

static void
collect(struct check *check, const struct node *node, const struct value *value, struct schema_findings *into)
{
	struct schema_findings *outer = check->findings;
	*into = (struct schema_findings){ .limit = 16 };
	check->findings = into;
	check->alternatives++;
	check_node(check, node, value, NULL);
	check->alternatives--;
	check->findings = outer;
	if (check->stop == CHECK_FULL)
		check->stop = CHECK_GOES_ON;
}

static void
append(struct check *check, struct schema_findings *from)
{
	struct schema_findings *into = check->findings;
	size_t limit = into->limit ? into->limit : LIMIT, room = limit - MIN(limit, into->count), count = MIN(room, from->count);
	into->items = g_renew(struct schema_finding, into->items, (into->count + count + 8) & ~(size_t)7);
	memcpy(into->items + into->count, from->items, count * sizeof *into->items);
	into->count += count;
	memmove(from->items, from->items + count, (from->count - count) * sizeof *from->items);
	from->count -= count;
}

/* How people call a schema: by its title, or the name that it is defined under; NULL if it has none. */
static char *
name_of(const struct node *node)
{
	const char *title = value_member_text(node->value, "title");
	if (title)
		return g_strdup(title);
	g_autoptr(GString) place = g_string_new(NULL);
	add_pointer(place, doc_root(node->resource->doc), node->value, false);
	const char *last = strrchr(place->str, '/');
	return last && last > place->str && !g_ascii_isdigit(last[1]) ? g_strdup(last + 1) : NULL;
}

void
findings_alternatives(struct check *check, const struct rule *rule, const struct value *value)
{
	bool look = check->alternatives < NESTED_MAX && rule->count <= ALTERNATIVES_MAX;
	struct schema_findings best = { .count = 0 };
	g_autoptr(GString) base = g_string_new(NULL);
	size_t nearest = SIZE_MAX;
	uint32_t which = 0;
	add_pointer(base, check->root, value, false);
	for (uint32_t i = 0; i < rule->count && look && !check->stop; i++) {
		struct schema_findings findings;
		collect(check, rule->nodes[i], value, &findings);
		size_t far = distance(&findings, base->str);
		if (far < nearest) {
			struct schema_findings swap = best;
			best = findings;
			findings = swap;
			nearest = far;
			which = i + 1;
		}
		schema_findings_clear(&findings);
	}
	if (best.count && nearest < 1000) {
		g_autofree char *name = name_of(rule->nodes[which - 1]);
		findings_report(check, rule->keyword, value, "fits none of the %u alternatives; number %u%s%s%s comes nearest", rule->count, which,
		                name ? " (" : "", name ? name : "", name ? ")" : "");
		append(check, &best);
	} else {
		g_autofree char *has = shown(value);
		findings_report(check, rule->keyword, value, "fits none of the %u alternatives, being %s", rule->count, has);
	}
	schema_findings_clear(&best);
}

void
findings_stop(struct check *check, enum check_stop why)
{
	static const char *const texts[] = {
		[CHECK_TOO_DEEP] = "is nested too deeply to be checked",
		[CHECK_ENDLESS] = "cannot be checked: the schema refers to itself without end",
		[CHECK_TOO_MUCH] = "takes too much work to be checked",
		[CHECK_PATTERN] = "takes too much work to be matched with a pattern",
		[CHECK_FULL] = NULL,
	};
	if (check->stop || !texts[why] || !check->top)
		return;
	add(check, NULL, "limit", check->top->value, g_strdup(texts[why]));
}
