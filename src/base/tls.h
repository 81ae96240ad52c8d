/* Certificates for servers that speak TLS. */
#ifndef BASE_TLS_H
#define BASE_TLS_H

#include <glib.h>
#include <stdbool.h>

/* PEM text; both newly allocated. */
struct tls_identity {
	char *certificate, *key;
};

/* Made now and trusted by nobody: for `address`, localhost and the loopback addresses, good for 30 days. */
bool tls_identity_make(const char *address, struct tls_identity *ret, GError **error);
/* From files; ERR_INPUT where one cannot be read. */
bool tls_identity_read(const char *certificate, const char *key, struct tls_identity *ret, GError **error);
void tls_identity_clear(struct tls_identity *identity);

#endif
