#include "engine/op_recording.h"

#include <string.h>

#include "base/error.h"
#include "contract/har.h"
#include "contract/pact.h"
#include "contract/recording_file.h"

static const struct record_field convert_request_fields[] = {
	RECORD_FIELD(convert_request, input, RECORD_ARGUMENT | RECORD_REQUIRED, "recording: JSON lines, HAR or Pact"),
	RECORD_FIELD(convert_request, output, RECORD_ARGUMENT | RECORD_REQUIRED, "file to write"),
	RECORD_FIELD(convert_request, format, 0, "jsonl, har or pact; by the ending of the output where it is not given"),
	RECORD_FIELD(convert_request, consumer, 0, "whose exchanges are taken; the name of those that have none"),
	RECORD_FIELD(convert_request, provider, 0, "name of the provider in a Pact file"),
	RECORD_FIELD(convert_request, origin, 0, "server of the exchanges in an archive", .preset = "http://localhost"),
};
RECORD_TYPE(convert_request, RECORD_REJECT, "what to convert");

static const struct record_field convert_result_fields[] = {
	RECORD_FIELD(convert_result, from, 0, "format of the input"),
	RECORD_FIELD(convert_result, to, 0, "format of the output"),
	RECORD_FIELD(convert_result, output, 0, "file that was written"),
	RECORD_FIELD(convert_result, exchanges, 0, "exchanges that it holds"),
	RECORD_FIELD(convert_result, skipped, 0, "what is no HTTP exchange, or of another consumer"),
};
RECORD_TYPE(convert_result, RECORD_DROP, "a recording in another form");

/* *.har and *.jsonl say what they are; any other JSON is a pact. */
static bool
choose_format(const struct convert_request *request, enum recording_format *ret, GError **error)
{
	static const struct {
		const char *ending;
		enum recording_format format;
	} endings[] = { { ".har", RECORDING_HAR }, { ".jsonl", RECORDING_LINES }, { ".ndjson", RECORDING_LINES }, { ".json", RECORDING_PACT } };
	int named = request->format ? record_name_index(recording_format_names, request->format) : -1;
	if (request->format && named < 0)
		return error_set(error, ERR_USAGE, "choose jsonl, har or pact", "there is no format '%s'", request->format);
	*ret = named >= 0 ? (enum recording_format)named : RECORDING_FORMATS;
	for (unsigned i = 0; i < G_N_ELEMENTS(endings) && *ret == RECORDING_FORMATS; i++)
		if (g_str_has_suffix(request->output, endings[i].ending))
			*ret = endings[i].format;
	return *ret != RECORDING_FORMATS || error_set(error, ERR_USAGE, "add --format jsonl, har or pact", "the name %s does not say its format", request->output);
}

/* The exchanges of one consumer; those without a name are its, too. Returns how many were left out. */
static int64_t
keep_consumer(struct recorded_exchange_list *list, const char *consumer)
{
	size_t kept = 0, all = list->count;
	for (size_t i = 0; i < all; i++) {
		struct recorded_exchange *exchange = &list->items[i];
		if (exchange->consumer && g_strcmp0(exchange->consumer, consumer) != 0) {
			record_finish(&recorded_exchange_record, exchange);
			continue;
		}
		if (!exchange->consumer)
			exchange->consumer = g_strdup(consumer);
		list->items[kept++] = *exchange;
	}
	list->count = kept;
	return (int64_t)(all - kept);
}

/* A pact is between two. */
static bool
check_one_consumer(const struct recorded_exchange_list *list, GError **error)
{
	for (size_t i = 1; i < list->count; i++)
		if (g_strcmp0(list->items[i].consumer, list->items[0].consumer) != 0)
			return error_set(error, ERR_USAGE, "choose one with --consumer NAME", "the recording is of several consumers: '%s', '%s'",
			                 list->items[0].consumer ? list->items[0].consumer : "", list->items[i].consumer ? list->items[i].consumer : "");
	return true;
}

static char *
render(const struct convert_request *request, const struct recorded_exchange_list *list, enum recording_format format)
{
	if (format == RECORDING_LINES)
		return recording_text(list);
	return format == RECORDING_HAR ? har_write(list, request->origin) : pact_write(list, request->consumer, request->provider);
}

bool
op_recording_convert(struct context *context, const void *data, void *data_result, GError **error)
{
	const struct convert_request *request = data;
	struct convert_result *result = data_result;
	struct recording_file file;
	enum recording_format format = RECORDING_LINES;
	GError *cause = NULL;
	(void)context;
	if (!choose_format(request, &format, error) || !recording_file_read(request->input, &file, error))
		return false;
	result->from = g_strdup(recording_format_names[file.format]);
	result->to = g_strdup(recording_format_names[format]);
	result->skipped = (int64_t)file.skipped + (request->consumer ? keep_consumer(&file.exchanges, request->consumer) : 0);
	result->exchanges = (int64_t)file.exchanges.count;
	result->output = g_strdup(request->output);
	bool ok = format != RECORDING_PACT || check_one_consumer(&file.exchanges, error);
	g_autofree char *text = ok ? render(request, &file.exchanges, format) : NULL;
	if (ok && !g_file_set_contents(request->output, text, -1, &cause))
		ok = error_wrap(error, cause, ERR_ENVIRONMENT, "choose a file that can be written", "cannot write %s", request->output);
	recording_file_finish(&file);
	return ok;
}
