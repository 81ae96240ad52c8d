/* The linter on any text: it says what is wrong, within limits, and every finding has a place. */
#include <string.h>

#include "contract/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct catalogue *catalogue;
	static struct lint_levels *levels;
	struct lint_report report = { 0 };
	g_autoptr(GError) error = NULL;
	if (!catalogue) {
		catalogue = catalogue_open(NULL);
		levels = lint_levels_create();
	}
	g_assert(lint_text(catalogue, levels, "input", (const char *)data, size, &report, &error));
	for (size_t i = 0; i < report.findings.count; i++) {
		const struct lint_finding *finding = &report.findings.items[i];
		g_assert(finding->line > 0 && finding->column > 0 && *finding->pointer == '#' && *finding->message);
		g_assert(g_utf8_validate(finding->message, -1, NULL));
	}
	g_autofree char *sarif = lint_sarif(levels, &report);
	g_assert(*sarif);
	lint_report_clear(&report);
	return 0;
}
