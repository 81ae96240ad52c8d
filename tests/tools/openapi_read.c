/* Reads OpenAPI documents whose names come line by line, and answers each with a line of JSON: what it cost, and what the
 * model says, as text and as a digest; or why it is not read. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/writer.h"
#include "contract/openapi.h"

static void
write_parameters(struct writer *writer, const struct openapi_operation *operation)
{
	writer_key(writer, "parameters");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->parameter_count; i++) {
		const struct openapi_parameter *parameter = &operation->parameters[i];
		g_autofree char *text = g_strdup_printf("%s %d %s%s%s%s%s %s", parameter->name, parameter->location, parameter->style,
		                                        parameter->explode ? "*" : "", parameter->required ? " required" : "",
		                                        parameter->deprecated ? " deprecated" : "", parameter->reserved ? " reserved" : "",
		                                        parameter->content ? parameter->content : "");
		writer_text(writer, text);
	}
	writer_end(writer);
}

static void
write_responses(struct writer *writer, const struct openapi_operation *operation)
{
	writer_key(writer, "responses");
	writer_begin_object(writer);
	for (size_t i = 0; i < operation->response_count; i++) {
		const struct openapi_response *response = &operation->responses[i];
		writer_key(writer, response->status);
		writer_begin_object(writer);
		for (size_t k = 0; k < response->link_count; k++) {
			writer_key(writer, response->links[k].name);
			writer_text(writer, response->links[k].operation ? response->links[k].operation->id : NULL);
		}
		writer_end(writer);
	}
	writer_end(writer);
}

static void
write_operation(struct writer *writer, const struct openapi *openapi, const struct openapi_operation *operation)
{
	g_autofree char *pointer = openapi_pointer(openapi, operation->node);
	writer_begin_object(writer);
	writer_member_text(writer, "id", operation->id);
	writer_member_text(writer, "at", pointer);
	writer_member_text(writer, "method", operation->method);
	writer_member_text(writer, "path", operation->path);
	writer_member_bool(writer, "deprecated", operation->deprecated);
	write_parameters(writer, operation);
	write_responses(writer, operation);
	writer_member_value(writer, "body", operation->body);
	writer_member_value(writer, "security", operation->security);
	writer_member_value(writer, "servers", operation->servers);
	writer_key(writer, "callbacks");
	writer_begin_array(writer);
	for (size_t i = 0; i < operation->callback_count; i++) {
		writer_text(writer, operation->callbacks[i].expression);
		for (size_t k = 0; k < operation->callbacks[i].operation_count; k++)
			write_operation(writer, openapi, &operation->callbacks[i].operations[k]);
	}
	writer_end(writer);
	writer_end(writer);
}

static void
write_operations(struct writer *writer, const struct openapi *openapi, const char *key, const struct openapi_operation *operations, size_t count)
{
	writer_key(writer, key);
	writer_begin_array(writer);
	for (size_t i = 0; i < count; i++)
		write_operation(writer, openapi, &operations[i]);
	writer_end(writer);
}

/* Everything that the model says, and the whole tree below it. */
static char *
describe(const struct openapi *openapi)
{
	struct writer writer;
	size_t count, hooks;
	const struct openapi_operation *operations = openapi_operations(openapi, &count), *webhooks = openapi_webhooks(openapi, &hooks);
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "title", openapi_title(openapi));
	writer_member_text(&writer, "version", openapi_version(openapi));
	writer_member_text(&writer, "base", openapi_base_path(openapi));
	write_operations(&writer, openapi, "operations", operations, count);
	write_operations(&writer, openapi, "webhooks", webhooks, hooks);
	writer_member_value(&writer, "document", doc_root(openapi_doc(openapi)));
	writer_end(&writer);
	return writer_take(&writer);
}

static void
write_model(struct writer *writer, const struct openapi *openapi)
{
	size_t count, length;
	openapi_operations(openapi, &count);
	doc_source(openapi_doc(openapi), &length);
	g_autofree char *model = describe(openapi), *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, model, -1);
	writer_member_int(writer, "bytes", (int64_t)length);
	writer_member_int(writer, "operations", (int64_t)count);
	writer_member_int(writer, "remarks", g_strv_length((char **)(uintptr_t)openapi_remarks(openapi)));
	writer_member_text(writer, "model", digest);
}

/* The most memory that this process has held since it was last asked, in KiB. */
static int64_t
take_peak(void)
{
	g_autofree char *status = NULL;
	const char *line = NULL;
	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		line = strstr(status, "VmHWM:");
	int64_t peak = line ? g_ascii_strtoll(line + strlen("VmHWM:"), NULL, 10) : 0;
	FILE *reset = fopen("/proc/self/clear_refs", "w");
	if (reset) {
		fputs("5", reset);
		fclose(reset);
	}
	return peak;
}

static void
answer(const char *file)
{
	GError *error = NULL;
	struct writer writer;
	take_peak();
	int64_t start = clock_cpu_us();
	g_autoptr(Openapi) openapi = openapi_read_file(file, &error);
	int64_t used = clock_cpu_us() - start, peak = take_peak();
	g_autofree char *text = error ? error_text(error) : NULL;
	writer_init(&writer, false);
	writer_begin_object(&writer);
	writer_member_text(&writer, "file", file);
	writer_member_int(&writer, "us", used);
	writer_member_int(&writer, "peak_kib", peak);
	if (openapi)
		write_model(&writer, openapi);
	else
		writer_member_text(&writer, "error", text);
	writer_end(&writer);
	g_clear_error(&error);
	g_autofree char *line = writer_take(&writer);
	puts(line);
	fflush(stdout);
}

int
main(void)
{
	char *line = NULL;
	size_t room = 0;
	for (ssize_t length; (length = getline(&line, &room, stdin)) > 0;) {
		line[strcspn(line, "\n")] = '\0';
		answer(line);
	}
	g_free(line);
	return 0;
}
