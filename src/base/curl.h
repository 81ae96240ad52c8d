/* libcurl, loaded when it is first needed: it would cost every other command four milliseconds. */
#ifndef BASE_CURL_H
#define BASE_CURL_H

#include <curl/curl.h>
#include <glib.h>

/* The type checks of curl's macros would turn the members' names into calls. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define CURL_SYMBOLS(XX)                                                                           \
	XX(curl_global_init)                                                                       \
	XX(curl_easy_init)                                                                         \
	XX(curl_easy_cleanup)                                                                      \
	XX(curl_easy_reset)                                                                        \
	XX(curl_easy_setopt)                                                                       \
	XX(curl_easy_perform)                                                                      \
	XX(curl_easy_pause)                                                                        \
	XX(curl_easy_getinfo)                                                                      \
	XX(curl_easy_strerror)                                                                     \
	XX(curl_multi_init)                                                                        \
	XX(curl_multi_cleanup)                                                                     \
	XX(curl_multi_setopt)                                                                      \
	XX(curl_multi_assign)                                                                      \
	XX(curl_multi_add_handle)                                                                  \
	XX(curl_multi_remove_handle)                                                               \
	XX(curl_multi_socket_action)                                                               \
	XX(curl_multi_info_read)                                                                   \
	XX(curl_slist_append)                                                                      \
	XX(curl_slist_free_all)                                                                    \
	XX(curl_version_info)

/* The functions under their own names: curl->curl_easy_init(). */
struct curl {
#define XX(name) __typeof__(&name) name;
	CURL_SYMBOLS(XX)
#undef XX
};

/* The one table, initialised; NULL with ERR_ENVIRONMENT where libcurl cannot be loaded. */
const struct curl *curl_load(GError **error);

#endif
