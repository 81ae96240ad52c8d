/* Writes the standalone mock of an OpenAPI document, or serves the live one.
 *
 *	mock_package write FILE CONTRACT DIRECTORY
 *	mock_package serve FILE [PORT]     prints the port; ends with its standard input */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "contract/mock.h"
#include "contract/package.h"

static int
fail(GError *error)
{
	fprintf(stderr, "%s\n", error->message);
	g_error_free(error);
	return 1;
}

static int
write_package(const char *path, const char *id, const char *directory)
{
	GError *error = NULL;
	struct package_files files;
	struct contract contract = { .id = (char *)(uintptr_t)id, .name = (char *)(uintptr_t)id, .version = (char *)(uintptr_t)"1.0.0" };
	g_autoptr(Openapi) openapi = openapi_read_file(path, &error);
	g_autoptr(Catalogue) catalogue = catalogue_open(NULL);
	if (!openapi || !package_make(catalogue, &contract, openapi, &files, &error))
		return fail(error);
	for (size_t i = 0; i < files.count && !error; i++) {
		g_autofree char *file = g_build_filename(directory, files.items[i].path, NULL);
		g_file_set_contents(file, files.items[i].text, -1, &error);
	}
	package_files_clear(&files);
	return error ? fail(error) : 0;
}

static int
serve(const char *path, int port)
{
	GError *error = NULL;
	char byte;
	struct openapi *openapi = openapi_read_file(path, &error);
	struct mock_options options = { .port = port, .contract = "tasks 1.0.0" };
	struct mock *mock = openapi ? mock_start(openapi, &options, &error) : NULL;
	if (!mock)
		return fail(error);
	g_autofree char *routes = mock_routes(mock);
	printf("%sport %d\n", routes, mock_port(mock));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		continue;
	mock_stop(mock);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 5 && g_str_equal(argv[1], "write"))
		return write_package(argv[2], argv[3], argv[4]);
	if ((argc == 3 || argc == 4) && g_str_equal(argv[1], "serve"))
		return serve(argv[2], argc == 4 ? (int)g_ascii_strtoll(argv[3], NULL, 10) : 0);
	fprintf(stderr, "usage: mock_package write FILE CONTRACT DIRECTORY | serve FILE [PORT]\n");
	return 2;
}
