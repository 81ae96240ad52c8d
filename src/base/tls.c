#include "base/tls.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

enum { DAYS = 30 };

static int
name_certificate(gnutls_x509_crt_t certificate, const char *address)
{
	static const unsigned char loopback[] = { 127, 0, 0, 1 };
	unsigned char own[4];
	int code = gnutls_x509_crt_set_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, "localhost", strlen("localhost"));
	if (!code)
		code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_DNSNAME, "localhost", strlen("localhost"), GNUTLS_FSAN_SET);
	if (!code)
		code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, loopback, sizeof loopback, GNUTLS_FSAN_APPEND);
	if (!code && inet_pton(AF_INET, address, own) == 1 && memcmp(own, loopback, sizeof own) != 0)
		code = gnutls_x509_crt_set_subject_alt_name(certificate, GNUTLS_SAN_IPADDRESS, own, sizeof own, GNUTLS_FSAN_APPEND);
	return code;
}

static int
fill_certificate(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, const char *address)
{
	time_t now = time(NULL);
	guint64 serial = GUINT64_TO_BE((guint64)now);
	int code = gnutls_x509_crt_set_version(certificate, 3);
	if (!code)
		code = gnutls_x509_crt_set_serial(certificate, &serial, sizeof serial);
	if (!code)
		code = gnutls_x509_crt_set_activation_time(certificate, now - 60);
	if (!code)
		code = gnutls_x509_crt_set_expiration_time(certificate, now + DAYS * 86400);
	if (!code)
		code = name_certificate(certificate, address);
	if (!code)
		code = gnutls_x509_crt_set_key(certificate, key);
	return code ? code : gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static int
export_identity(gnutls_x509_crt_t certificate, gnutls_x509_privkey_t key, struct tls_identity *ret)
{
	gnutls_datum_t text = { 0 };
	int code = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &text);
	if (code)
		return code;
	ret->certificate = g_strndup((const char *)text.data, text.size);
	gnutls_free(text.data);
	code = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text);
	if (code)
		return code;
	ret->key = g_strndup((const char *)text.data, text.size);
	gnutls_free(text.data);
	return 0;
}

bool
tls_identity_make(const char *address, struct tls_identity *ret, GError **error)
{
	gnutls_x509_crt_t certificate = NULL;
	gnutls_x509_privkey_t key = NULL;
	*ret = (struct tls_identity){ 0 };
	int code = gnutls_x509_crt_init(&certificate);
	if (!code)
		code = gnutls_x509_privkey_init(&key);
	if (!code)
		code = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	if (!code)
		code = fill_certificate(certificate, key, address);
	if (!code)
		code = export_identity(certificate, key, ret);
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	if (!code)
		return true;
	tls_identity_clear(ret);
	return error_set(error, ERR_ENVIRONMENT, "give one with --tls-cert and --tls-key", "no certificate can be made: %s", gnutls_strerror(code));
}

static bool
read_text(const char *path, char **ret, GError **error)
{
	GError *cause = NULL;
	if (g_file_get_contents(path, ret, NULL, &cause))
		return true;
	return error_wrap(error, cause, ERR_INPUT, "name a file in PEM format", "cannot read %s", path);
}

bool
tls_identity_read(const char *certificate, const char *key, struct tls_identity *ret, GError **error)
{
	*ret = (struct tls_identity){ 0 };
	if (read_text(certificate, &ret->certificate, error) && read_text(key, &ret->key, error))
		return true;
	tls_identity_clear(ret);
	return false;
}

void
tls_identity_clear(struct tls_identity *identity)
{
	g_free(identity->certificate);
	g_free(identity->key);
	*identity = (struct tls_identity){ 0 };
}
