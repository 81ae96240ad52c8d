/* The translators of model servers as a filter, in the frames of frames.h: requests become bodies, wire texts become answers.
 *
 *	write-DIALECT   {"request": ..., "options": {...}} becomes {"path", "headers", "body"}
 *	fold-DIALECT    a line {"status", "type", "headers", "piece": bytes a time, "plain": no short cuts}, then the wire text, becomes
 *	                {"response", "seen", "whole", "tokens", "failure"}
 *	models-DIALECT  a list of models becomes their names
 *	subset, undo    a schema becomes that of the request; {"schema", "answer"} becomes the answer without its nulls */

#include "base/error.h"
#include "frames.h"
#include "llm/reply_build.h"
#include "llm/subset.h"

static void
write_headers(struct writer *writer, const struct http_headers *headers)
{
	writer_key(writer, "headers");
	writer_begin_object(writer);
	for (size_t i = 0; i < headers->count; i++)
		writer_member_text(writer, headers->items[i].name, headers->items[i].value);
	writer_end(writer);
}

static char *
write_request(const struct dialect *dialect, struct doc *doc, GError **error)
{
	const struct value *root = doc_root(doc), *options = value_member(root, "options");
	struct dialect_options own = {
		.key = value_member_text(options, "key"),
		.keep_alive = value_member_text(options, "keep_alive"),
		.strict_schema = value_truth(value_member(options, "strict_schema")),
		.completion_tokens = value_truth(value_member(options, "completion_tokens")),
	};
	struct model_request request;
	struct http_headers headers = { 0 };
	struct writer writer;
	value_int64(value_member(options, "window"), &own.window);
	if (!record_read(&model_request_record, doc, value_member(root, "request"), &request, error))
		return NULL;
	g_autofree char *body = dialect->write(&request, &own), *again = dialect->write(&request, &own);
	g_assert_cmpstr(body, ==, again);
	dialect->add_headers(&own, &headers);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "path", dialect->path);
	write_headers(&writer, &headers);
	writer_member_text(&writer, "body", body);
	writer_end(&writer);
	http_headers_clear(&headers);
	record_finish(&model_request_record, &request);
	return writer_take(&writer);
}

static char *
write_answer(const struct reply *reply, const char *seen)
{
	const struct failure *failure = reply_failure(reply);
	struct writer writer;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_key(&writer, "response");
	record_write(&model_response_record, reply_response(reply), RECORD_ALL, &writer);
	writer_member_text(&writer, "seen", seen);
	writer_member_bool(&writer, "whole", reply_is_whole(reply));
	writer_member_int(&writer, "tokens", (int64_t)reply_tokens(reply));
	writer_key(&writer, "failure");
	writer_begin_object(&writer);
	writer_member_text(&writer, "class", failure_name(failure->class));
	writer_member_int(&writer, "status", failure->status);
	writer_member_int(&writer, "retry_after_ms", failure->retry_after_ms);
	writer_member_text(&writer, "detail", failure->detail);
	writer_end(&writer);
	writer_end(&writer);
	return writer_take(&writer);
}

static void
see(void *data, const char *text, size_t length)
{
	g_string_append_len(data, text, (gssize)length);
}

static void
begin(struct reply *reply, const struct value *head)
{
	int64_t status = 200;
	struct http_headers headers = { 0 };
	value_int64(value_member(head, "status"), &status);
	if (value_member_text(head, "type"))
		http_headers_add(&headers, "content-type", value_member_text(head, "type"));
	VALUE_EACH_MEMBER (name, value, value_member(head, "headers"))
		if (value_text(value))
			http_headers_add(&headers, name->text, value->text);
	reply->plain = value_truth(value_member(head, "plain"));
	reply_begin(reply, (int)status, &headers);
	http_headers_clear(&headers);
}

static char *
fold(const struct dialect *dialect, const char *text, size_t length, GError **error)
{
	size_t line = strcspn(text, "\n"), at = MIN(line + 1, length);
	int64_t piece = (int64_t)length + 1;
	g_autoptr(Doc) doc = doc_read_json("head", text, line, NULL, error);
	g_autoptr(GString) seen = g_string_new(NULL);
	if (!doc)
		return NULL;
	struct reply *reply = reply_create(dialect);
	reply_watch(reply, see, seen);
	begin(reply, doc_root(doc));
	value_int64(value_member(doc_root(doc), "piece"), &piece);
	for (size_t step = (size_t)MAX(piece, 1); at < length && reply_take(reply, text + at, MIN(step, length - at)); at += step)
		;
	reply_end(reply);
	char *answer = write_answer(reply, seen->str);
	reply_destroy(reply);
	return answer;
}

static char *
read_models(const struct dialect *dialect, const char *text, size_t length, GError **error)
{
	g_auto(GStrv) names = dialect->read_models(text, length, error);
	struct writer writer;
	if (!names)
		return NULL;
	writer_init(&writer, false);
	writer_begin_array(&writer);
	for (unsigned i = 0; names[i]; i++)
		writer_text(&writer, names[i]);
	writer_end(&writer);
	return writer_take(&writer);
}

static char *
answer(const char *word, const char *text, size_t length, GError **error)
{
	const char *dash = strchr(word, '-');
	const struct dialect *dialect = dash ? dialect_find(dash + 1) : NULL;
	if (g_str_has_prefix(word, "fold-"))
		return fold(dialect, text, length, error);
	if (g_str_has_prefix(word, "models-"))
		return read_models(dialect, text, length, error);
	g_autoptr(Doc) doc = doc_read_json("input", text, length, NULL, error);
	if (!doc)
		return NULL;
	if (g_str_has_prefix(word, "write-"))
		return write_request(dialect, doc, error);
	const struct value *root = doc_root(doc);
	bool undo = g_str_equal(word, "undo");
	g_autoptr(Doc) result = undo ? subset_undo(value_member(root, "schema"), value_member(root, "answer")) : subset_of(root);
	return result ? value_to_json(doc_root(result), false) : g_strdup("null");
}

int
main(void)
{
	frames_serve(answer);
	return 0;
}
