#include "verify/genuine.h"

/* The contract that a mock at this address names, newly allocated; NULL where no mock answers. */
static char *
mocked_contract(struct http_client *client, const char *url)
{
	struct http_response response;
	g_autofree char *root = g_strconcat(url, "/", NULL);
	if (!http_client_get(client, root, &response, NULL))
		return NULL;   /* the cases will tell */
	char *contract = g_strdup(http_headers_get(&response.headers, "X-Mock-Contract"));
	http_response_clear(&response);
	return contract;
}

bool
genuine_test(struct http_client *client, const char *url, bool allow, struct evidence_list *evidence, struct finding_list *findings)
{
	g_autofree char *contract = mocked_contract(client, url);
	if (!contract)
		return true;
	finding_add(findings, allow ? SEVERITY_LOW : SEVERITY_CRITICAL, url, "a mock of %s answers there: this proves nothing of a provider%s", contract,
	            allow ? "" : ", and nothing was tested");
	if (allow)
		return true;
	struct evidence *proof = evidence_add(evidence, "contract", url, "the provider answers for itself");
	proof->expected = g_strdup("answers of a provider");
	proof->found = g_strdup_printf("answers of a mock (X-Mock-Contract: %s)", contract);
	g_autofree char *quoted = g_shell_quote(url);
	proof->curl = g_strdup_printf("curl -i %s", quoted);
	return false;
}
