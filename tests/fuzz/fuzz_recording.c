/* A recording of any form: read, judged, written in all forms and read again; what is written is the same the second
 * time. */
#include <stdint.h>
#include <string.h>

#include "contract/har.h"
#include "contract/pact.h"
#include "verify/traffic.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static struct openapi *
model(void)
{
	static struct openapi *openapi;
	static const char text[] =
		"{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"Fuzz\",\"version\":\"1\"},\"paths\":{\"/t\":{\"get\":{\"deprecated\":true,\"parameters\":[{"
		"\"name\":\"q\",\"in\":\"query\",\"schema\":{\"type\":\"integer\"}}],\"responses\":{\"200\":{\"description\":\"\",\"content\":{"
		"\"application/json\":{\"schema\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/T\"}}}}}}},\"post\":{\"requestBody\":{"
		"\"required\":true,\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/T\"}}}},\"responses\":{\"201\":{"
		"\"description\":\"\",\"content\":{\"application/json\":{\"schema\":{\"$ref\":\"#/components/schemas/T\"}}}}}}}},\"components\":{"
		"\"schemas\":{\"T\":{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"integer\"},\"next\":{\"$ref\":"
		"\"#/components/schemas/T\"},\"old\":{\"deprecated\":true}}}}}}";
	if (openapi)
		return openapi;
	g_autoptr(Doc) doc = doc_own(text);
	openapi = openapi_create(doc, NULL);
	g_assert_nonnull(openapi);
	return openapi;
}

static void
judge(const struct recording_file *file)
{
	g_autoptr(Traffic) traffic = traffic_create(model(), file->exchanges.count % 2 ? model() : NULL, NULL);
	struct traffic_finding_list faults = { 0 }, notes = { 0 };
	struct usage_list usages = { 0 };
	int64_t ignored;
	traffic_add(traffic, file);
	traffic_finish(traffic, &faults, &notes, &usages, &ignored);
	record_list_finish(&traffic_finding_record, &faults);
	record_list_finish(&traffic_finding_record, &notes);
	record_list_finish(&usage_record, &usages);
}

static char *
write_as(const struct recorded_exchange_list *list, enum recording_format format)
{
	if (format == RECORDING_LINES)
		return recording_text(list);
	return format == RECORDING_HAR ? har_write(list, NULL) : pact_write(list, NULL, NULL);
}

static void
rewrite(const struct recorded_exchange_list *list, enum recording_format format)
{
	struct recording_file back = { 0 }, again = { 0 };
	GError *error = NULL;
	g_autofree char *first = write_as(list, format);
	if (!*first)
		return;
	recording_file_parse("first", first, strlen(first), &back, &error);
	g_assert_no_error(error);
	g_assert_true(back.format == format);
	if (format != RECORDING_PACT)
		g_assert_cmpuint(back.exchanges.count, ==, list->count);
	g_autofree char *second = write_as(&back.exchanges, format);
	recording_file_parse("second", second, strlen(second), &again, &error);
	g_assert_no_error(error);
	g_autofree char *third = write_as(&again.exchanges, format);
	g_assert_true(strcmp(second, third) == 0);
	recording_file_finish(&back);
	recording_file_finish(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct recording_file file;
	GError *error = NULL;
	g_autofree char *text = g_malloc0(length + 1);
	memcpy(text, bytes, length);
	bool ok = recording_file_parse("fuzz.jsonl", text, length, &file, &error);
	g_assert_true(ok == !error);
	g_clear_error(&error);
	if (!ok)
		return 0;
	judge(&file);
	for (unsigned format = 0; format < RECORDING_FORMATS; format++)
		rewrite(&file.exchanges, (enum recording_format)format);
	recording_file_finish(&file);
	return 0;
}
