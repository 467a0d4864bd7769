/* certificate_chain.c -- see certificate_chain.h. */
#include "agent/attest/certificate_chain.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#define INTERMEDIATES_MAX 3 /* five certificates in all */
#define DER_SIGNATURE_MAX 112

static void digest(uint8_t *out, struct bytes in, const EVP_MD *method)
{
	/* Fails only when memory is out; zeros match nothing expected. */
	if (EVP_Digest(in.data, in.size, out, NULL, method, NULL) != 1)
		memset(out, 0, (size_t)EVP_MD_get_size(method));
}

void sha256(uint8_t out[SHA256_SIZE], struct bytes in)
{
	digest(out, in, EVP_sha256());
}

void sha384(uint8_t out[SHA384_SIZE], struct bytes in)
{
	digest(out, in, EVP_sha384());
}

/* NULL unless every byte belongs to the certificate. */
static X509 *parse_certificate(struct bytes der)
{
	const unsigned char *at = der.data;
	X509 *certificate;

	if (!der.size || der.size > CERTIFICATE_BYTES_MAX)
		return NULL;
	certificate = d2i_X509(NULL, &at, (long)der.size);
	ERR_clear_error();
	if (certificate && at != der.data + der.size) {
		X509_free(certificate);
		return NULL;
	}
	return certificate;
}

static bool is_p384(const X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);
	char group[32] = "";

	if (!key || !EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1) {
		ERR_clear_error();
		return false;
	}
	return !strcmp(group, "secp384r1");
}

static void describe(char out[SUBJECT_MAX], const X509 *certificate)
{
	BIO *memory = BIO_new(BIO_s_mem());
	int size = 0;

	if (memory && X509_NAME_print_ex(memory,
					 X509_get_subject_name(certificate), 0,
					 XN_FLAG_RFC2253) >= 0)
		size = BIO_read(memory, out, SUBJECT_MAX - 1);
	out[size > 0 ? size : 0] = 0;
	BIO_free(memory);
}

struct parsed_chain {
	X509 *certificates[CERTIFICATES_MAX];
	STACK_OF(X509) *between;
	X509_STORE *store;
	X509_STORE_CTX *context;
	size_t count;
};

static void chain_release(struct parsed_chain *parsed)
{
	X509_STORE_CTX_free(parsed->context);
	X509_STORE_free(parsed->store);
	sk_X509_free(parsed->between);
	for (size_t i = 0; i < parsed->count; i++)
		X509_free(parsed->certificates[i]);
	ERR_clear_error();
}

static bool chain_parse(struct parsed_chain *parsed,
			struct chain_report *report,
			const struct certificate_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		X509 *certificate = parse_certificate(chain->certificates[i]);

		if (!certificate)
			return false;
		parsed->certificates[parsed->count++] = certificate;
		describe(report->subjects[report->subject_count++],
			 certificate);
		if (!is_p384(certificate))
			return false;
	}
	return parsed->count >= 2;
}

/* OpenSSL ends a certificate one second early: RFC 5280 section 4.1.2.5 has
 * notAfter itself within the validity. */
static int check_last_second(int good, X509_STORE_CTX *context)
{
	time_t before;

	if (good || X509_STORE_CTX_get_error(context) !=
			    X509_V_ERR_CERT_HAS_EXPIRED)
		return good;
	before = X509_VERIFY_PARAM_get_time(
			 X509_STORE_CTX_get0_param(context)) - 1;
	return X509_cmp_time(X509_get0_notAfter(
				     X509_STORE_CTX_get_current_cert(context)),
			     &before) > 0;
}

static bool chain_prepare(struct parsed_chain *parsed, int64_t at_s)
{
	X509_VERIFY_PARAM *parameters;

	parsed->between = sk_X509_new_null();
	parsed->store = X509_STORE_new();
	parsed->context = X509_STORE_CTX_new();
	if (!parsed->between || !parsed->store || !parsed->context ||
	    X509_STORE_add_cert(parsed->store, parsed->certificates[0]) != 1)
		return false;
	for (size_t i = 1; i + 1 < parsed->count; i++)
		if (!sk_X509_push(parsed->between, parsed->certificates[i]))
			return false;
	if (X509_STORE_CTX_init(parsed->context, parsed->store,
				parsed->certificates[parsed->count - 1],
				parsed->between) != 1)
		return false;
	parameters = X509_STORE_CTX_get0_param(parsed->context);
	X509_VERIFY_PARAM_set_time(parameters, (time_t)at_s);
	X509_VERIFY_PARAM_set_depth(parameters, INTERMEDIATES_MAX);
	X509_STORE_CTX_set_verify_cb(parsed->context, check_last_second);
	return true;
}

static enum chain_verdict verdict_of(int code)
{
	switch (code) {
	case X509_V_ERR_CERT_HAS_EXPIRED: return CHAIN_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID: return CHAIN_NOT_YET_VALID;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE: return CHAIN_SIGNATURE;
	default: return CHAIN_UNTRUSTED;
	}
}

/* The chain that was found is the one that was given, all of it. */
static bool same_order(const struct parsed_chain *parsed)
{
	STACK_OF(X509) *built = X509_STORE_CTX_get0_chain(parsed->context);

	if (sk_X509_num(built) != (int)parsed->count)
		return false;
	for (size_t i = 0; i < parsed->count; i++)
		if (X509_cmp(sk_X509_value(built, (int)i),
			     parsed->certificates[parsed->count - 1 - i]))
			return false;
	return true;
}

static bool leaf_may_sign(X509 *leaf)
{
	return !X509_check_ca(leaf) &&
	       X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE;
}

static enum chain_verdict chain_judge(struct parsed_chain *parsed,
				      struct chain_report *report)
{
	int code;

	if (X509_verify_cert(parsed->context) != 1) {
		code = X509_STORE_CTX_get_error(parsed->context);
		snprintf(report->detail, sizeof(report->detail), "%s",
			 X509_verify_cert_error_string(code));
		return verdict_of(code);
	}
	if (!same_order(parsed)) {
		snprintf(report->detail, sizeof(report->detail),
			 "the certificates are not in the order of the chain");
		return CHAIN_UNTRUSTED;
	}
	if (!leaf_may_sign(parsed->certificates[parsed->count - 1])) {
		snprintf(report->detail, sizeof(report->detail),
			 "the leaf is a CA or may not sign");
		return CHAIN_UNTRUSTED;
	}
	return CHAIN_VALID;
}

enum chain_verdict certificate_chain_check(struct chain_report *report,
					   const struct certificate_chain *chain,
					   int64_t at_s)
{
	struct parsed_chain parsed;
	enum chain_verdict verdict = CHAIN_MALFORMED;

	memset(&parsed, 0, sizeof(parsed));
	memset(report, 0, sizeof(*report));
	snprintf(report->detail, sizeof(report->detail),
		 "not a chain of P-384 certificates");
	if (chain_parse(&parsed, report, chain) &&
	    chain_prepare(&parsed, at_s))
		verdict = chain_judge(&parsed, report);
	chain_release(&parsed);
	return verdict;
}

static int signature_to_der(uint8_t out[DER_SIGNATURE_MAX],
			    const uint8_t raw[ES384_SIZE])
{
	ECDSA_SIG *signature = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(raw, ES384_SIZE / 2, NULL);
	BIGNUM *s = BN_bin2bn(raw + ES384_SIZE / 2, ES384_SIZE / 2, NULL);
	int size = -1;

	if (signature && r && s && ECDSA_SIG_set0(signature, r, s) == 1) {
		size = i2d_ECDSA_SIG(signature, &out);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(signature);
	return size;
}

static bool verifies(EVP_PKEY *key, struct bytes message,
		     const uint8_t raw[ES384_SIZE])
{
	uint8_t der[DER_SIGNATURE_MAX];
	int size = signature_to_der(der, raw);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = size > 0 && context &&
		    EVP_DigestVerifyInit(context, NULL, EVP_sha384(), NULL,
					 key) == 1 &&
		    EVP_DigestVerify(context, der, (size_t)size, message.data,
				     message.size) == 1;

	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good;
}

enum status certificate_verify(struct bytes certificate, struct bytes message,
			       const uint8_t signature[ES384_SIZE])
{
	X509 *parsed = parse_certificate(certificate);
	enum status status = E_MALFORMED;

	if (parsed && is_p384(parsed))
		status = verifies(X509_get0_pubkey(parsed), message, signature)
			 ? OK : E_AUTHENTIC;
	X509_free(parsed);
	return status;
}

static X509 *parse_pem(struct bytes content)
{
	BIO *memory = BIO_new_mem_buf(content.data, (int)content.size);
	X509 *certificate = memory ? PEM_read_bio_X509(memory, NULL, NULL, "")
				   : NULL;

	BIO_free(memory);
	ERR_clear_error();
	return certificate;
}

enum status certificate_from_file(struct buffer *out, struct bytes content)
{
	uint8_t der[CERTIFICATE_BYTES_MAX];
	unsigned char *at = der;
	X509 *certificate;
	int size;

	if (content.size > 4 * CERTIFICATE_BYTES_MAX)
		return E_LIMIT;
	certificate = parse_certificate(content);
	if (!certificate)
		certificate = parse_pem(content);
	if (!certificate)
		return E_MALFORMED;
	size = i2d_X509(certificate, NULL);
	if (size > 0 && (size_t)size <= sizeof(der))
		size = i2d_X509(certificate, &at);
	else
		size = 0;
	X509_free(certificate);
	buffer_append(out, der, (size_t)size);
	return size && !out->overflow ? OK : E_LIMIT;
}

void certificate_common_name(char out[SUBJECT_MAX], struct bytes certificate)
{
	X509 *parsed = parse_certificate(certificate);

	out[0] = 0;
	if (parsed)
		X509_NAME_get_text_by_NID(X509_get_subject_name(parsed),
					  NID_commonName, out, SUBJECT_MAX);
	X509_free(parsed);
}
