/* The standalone mock: an Express server beside the contract that behaves as the live mock does. */
#ifndef CONTRACT_PACKAGE_H
#define CONTRACT_PACKAGE_H

#include "base/catalogue.h"
#include "contract/contract.h"
#include "contract/openapi.h"

/* Files of the package: path and text. */
struct package_file {
	char *path, *text;
};
struct package_files {
	struct package_file *items;
	size_t count;
};
void package_files_clear(struct package_files *files);

/* "<contract>_mock_server.js", "<contract>_README.md" and "package.json", from the templates in
 * catalogue/mock/. Same contract and document, same bytes. */
bool package_make(struct catalogue *catalogue, const struct contract *contract, struct openapi *openapi, struct package_files *ret, GError **error);

#endif
