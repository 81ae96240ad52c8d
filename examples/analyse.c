/* Says what kind of work a requirement is, through the library:
 *
 *	cc analyse.c $(pkg-config --cflags --libs teamwright) -o analyse
 *	./analyse '{"requirement": "The login page crashes on Safari"}'
 */
#include <stdio.h>
#include <teamwright.h>

int
main(int argc, char **argv)
{
	char *error = NULL, *result = NULL;
	if (argc != 2) {
		fputs("usage: analyse '{\"requirement\": \"TEXT\"}'\n", stderr);
		return 2;
	}
	struct tw *tw = tw_open(NULL, &error);
	if (!tw) {
		fprintf(stderr, "%s\n", error);
		tw_free(error);
		return 3;
	}
	int code = tw_call(tw, "analysis.create", argv[1], &result, &error);
	fprintf(result ? stdout : stderr, "%s\n", result ? result : error);
	tw_free(result);
	tw_free(error);
	tw_close(tw);
	return code;
}
