#include "base/curl.h"

#include <dlfcn.h>
#include <pthread.h>

#include "base/error.h"

static struct {
	pthread_once_t once;
	struct curl curl;
	char *failure;
} library = { .once = PTHREAD_ONCE_INIT };

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
#define XX(name) { #name, offsetof(struct curl, name) },
	CURL_SYMBOLS(XX)
#undef XX
};

static void
load(void)
{
	void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	for (unsigned i = 0; handle && i < G_N_ELEMENTS(symbols); i++) {
		void *symbol = dlsym(handle, symbols[i].name);
		*(void **)((char *)&library.curl + symbols[i].offset) = symbol;
		if (!symbol)
			handle = NULL;
	}
	if (!handle)
		library.failure = g_strdup(dlerror());
	else
		library.curl.curl_global_init(CURL_GLOBAL_DEFAULT);
}

const struct curl *
curl_load(GError **error)
{
	pthread_once(&library.once, load);
	if (!library.failure)
		return &library.curl;
	error_set(error, ERR_ENVIRONMENT, "install it: apt-get install libcurl4", "libcurl cannot be loaded: %s", library.failure);
	return NULL;
}
