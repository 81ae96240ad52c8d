#include "base/doc.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/doc_build.h"
#include "base/error.h"
#include "base/pointer.h"

/* Whoever names a file wants it read, the largest interface descriptions among them. */
static const struct doc_limits of_files = { .bytes = 256u << 20, .depth = 256, .nodes = 1000000 };

static bool
looks_like_json(const char *text, size_t length)
{
	size_t blank = 0;
	if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		blank = 3;
	while (blank < length && strchr(" \t\r\n", text[blank]) && text[blank])
		blank++;
	return blank < length && (text[blank] == '{' || text[blank] == '[');
}

struct doc *
doc_read(const char *name, const char *text, size_t length, const struct doc_limits *limits, GError **error)
{
	return (looks_like_json(text, length) ? doc_read_json : doc_read_yaml)(name, text, length, limits, error);
}

/* The content of a regular file, read straight to where it stays. NULL where it is to be read another way. */
static char *
load_source(const char *path, size_t *ret_length)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *source = NULL;
	ssize_t got = -1;
	if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 && (size_t)status.st_size <= of_files.bytes) {
		source = doc_source_allocate((size_t)status.st_size);
		got = read(file, source, (size_t)status.st_size);
		*ret_length = (size_t)status.st_size;
	}
	if (file >= 0)
		close(file);
	if (got != (ssize_t)*ret_length)
		g_clear_pointer(&source, g_free);
	return source;
}

struct doc *
doc_read_file(const char *path, GError **error)
{
	struct doc_builder builder;
	gsize length = 0;
	char *source = load_source(path, &length);
	if (source) {
		doc_builder_take(&builder, path, source, length, &of_files);
		return (looks_like_json(source, length) ? doc_parse_json : doc_parse_yaml)(&builder, error);
	}
	g_autofree char *text = NULL;
	GError *cause = NULL;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		error_wrap(error, cause, ERR_INPUT, "check the path and its permissions", "cannot read %s", path);
		return NULL;
	}
	return doc_read(path, text, length, &of_files, error);
}

struct doc *
doc_own(const char *json)
{
	/* What was read within the usual limits may stand inside something of ours. */
	static const struct doc_limits wide = { .bytes = 256u << 20, .depth = 1000 };
	GError *error = NULL;
	struct doc *doc = doc_read_json("own", json, strlen(json), &wide, &error);
	if (!doc)
		g_error("a document of our own making is not JSON: %s", error->message);
	return doc;
}

/* One block holds the document, its nodes and the new text. */
struct varied {
	struct doc doc;
	struct value nodes[];
};

struct doc *
doc_vary(struct doc *doc, const struct value *scalar, enum value_kind kind, const char *text)
{
	size_t count = doc->root->span, length = strlen(text);
	g_assert(scalar > doc->root && scalar < doc->root + count && scalar->kind < VALUE_ARRAY);
	struct varied *varied = g_malloc(sizeof *varied + (count + 1) * sizeof *varied->nodes + length + 1);
	varied->doc = (struct doc){ .references = 1, .parent = doc_ref(doc), .root = varied->nodes };
	memcpy(varied->nodes, doc->root, count * sizeof *varied->nodes);
	struct value *place = &varied->nodes[scalar - doc->root];
	place->kind = (uint8_t)kind;
	place->length = (uint32_t)length;
	place->integer = kind == VALUE_NUMBER && !strpbrk(text, ".eE");
	place->text = memcpy(&varied->nodes[count + 1], text, length + 1);
	return &varied->doc;
}

struct doc *
doc_sub(struct doc *doc, const struct value *value)
{
	struct doc *part = g_new0(struct doc, 1);
	*part = (struct doc){ .references = 1, .parent = doc_ref(doc), .root = value };
	return part;
}

static const struct doc *
whole(const struct doc *doc)
{
	while (doc->parent)
		doc = doc->parent;
	return doc;
}

const struct value *
doc_root(const struct doc *doc)
{
	return doc ? doc->root : NULL;
}

const char *
doc_name(const struct doc *doc)
{
	return whole(doc)->name;
}

const char *
doc_source(const struct doc *doc, size_t *ret_length)
{
	doc = whole(doc);
	*ret_length = doc->length;
	return doc->source;
}

void
doc_position(const struct doc *doc, const struct value *value, unsigned *ret_line, unsigned *ret_column)
{
	doc_source_position(whole(doc), value->offset, ret_line, ret_column);
}

char *
doc_where(const struct doc *doc, const struct value *value)
{
	unsigned line, column;
	doc_position(doc, value, &line, &column);
	return g_strdup_printf("%s:%u:%u", doc_name(doc), line, column);
}

const char *
value_kind_name(const struct value *value)
{
	static const char *const names[] = { "null", "boolean", "number", "string", "array", "object" };
	if (!value)
		return "nothing";
	int64_t number;
	bool integer = value->kind == VALUE_NUMBER && (value->integer || value_int64(value, &number));
	return integer ? "integer" : names[value->kind];
}

const char *
value_text(const struct value *value)
{
	return value_is(value, VALUE_STRING) ? value->text : NULL;
}

bool
value_truth(const struct value *value)
{
	return value_is(value, VALUE_BOOL) && value->truth;
}

size_t
value_count(const struct value *value)
{
	return value_is(value, VALUE_ARRAY) || value_is(value, VALUE_OBJECT) ? value->length : 0;
}

const struct value *
value_member(const struct value *object, const char *key)
{
	return value_member_n(object, key, strlen(key));
}

const char *
value_member_text(const struct value *object, const char *key)
{
	return value_text(value_member(object, key));
}

const struct value *
value_item(const struct value *array, size_t position)
{
	VALUE_EACH (item, array)
		if (position-- == 0)
			return item;
	return NULL;
}

/* One step of a JSON pointer: the token without its escapes. */
static const struct value *
step_plain(const struct value *value, const char *token, size_t length)
{
	if (value_is(value, VALUE_OBJECT))
		return value_member_n(value, token, length);
	size_t position = 0, digits = 0;
	for (; digits < length && g_ascii_isdigit(token[digits]) && digits < 9; digits++)
		position = position * 10 + (size_t)(token[digits] - '0');
	bool number = digits && digits == length && (*token != '0' || length == 1);
	return number ? value_item(value, position) : NULL;
}

/* The same with the escapes of RFC 6901 section 4. */
static const struct value *
step(const struct value *value, const char *token, size_t length)
{
	if (!memchr(token, '~', length))
		return step_plain(value, token, length);
	g_autofree char *plain = pointer_read(token, length, &length);
	return step_plain(value, plain, length);
}

const struct value *
value_find(const struct value *root, const char *pointer)
{
	while (root && *pointer == '/') {
		pointer++;
		size_t length = (size_t)(strchrnul(pointer, '/') - pointer);
		root = step(root, pointer, length);
		pointer += length;
	}
	return *pointer ? NULL : root;
}

static bool
equal_content(const struct value *a, const struct value *b)
{
	if (a->kind == VALUE_ARRAY) {
		const struct value *other = b + 1;
		VALUE_EACH (item, a) {
			if (!value_equal(item, other))
				return false;
			other = value_next(other);
		}
		return true;
	}
	VALUE_EACH_MEMBER (key, item, a)
		if (!value_equal(item, value_member_n(b, key->text, key->length)))
			return false;
	return true;
}

bool
value_equal(const struct value *a, const struct value *b)
{
	if (!a || !b || a->kind != b->kind)
		return a == b;
	if (a->kind == VALUE_BOOL)
		return a->truth == b->truth;
	if (a->kind == VALUE_NUMBER)
		return value_equal_numbers(a, b);
	if (a->kind == VALUE_NULL)
		return true;
	if (a->length != b->length)
		return false;
	return a->kind == VALUE_STRING ? memcmp(a->text, b->text, a->length) == 0 : equal_content(a, b);
}
