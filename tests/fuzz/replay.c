/* Runs a fuzzer's function over the files of the folders given: the corpus is replayed by every compiler. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static unsigned
replay(const char *folder)
{
	unsigned count = 0;
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;
	while (directory && (name = g_dir_read_name(directory))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		g_autofree char *text = NULL;
		gsize length;
		if (!g_file_get_contents(path, &text, &length, NULL))
			continue;
		printf("# %s\n", path);
		fflush(stdout);
		/* A copy of exactly that size, so that ASan sees a read beyond it. */
		g_autofree uint8_t *bytes = g_memdup2(text, length);
		LLVMFuzzerTestOneInput(bytes ? bytes : (const uint8_t *)"", length);
		count++;
	}
	return count;
}

int
main(int argc, char **argv)
{
	printf("1..%d\n", argc - 1);
	for (int i = 1; i < argc; i++) {
		unsigned count = replay(argv[i]);
		printf("%sok %d - %u inputs of %s\n", count ? "" : "not ", i, count, argv[i]);
	}
	return 0;
}
