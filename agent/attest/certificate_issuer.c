/* certificate_issuer.c -- see certificate_issuer.h. */
#include "agent/attest/certificate_issuer.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "agent/attest/attestation_verify.h"

#define YEAR_S (365 * 86400)
#define LEAF_LIFE_S (3 * 3600)
#define BACKDATE_S 60
#define DER_SIGNATURE_MAX 112

enum rank { RANK_ROOT, RANK_INSTANCE, RANK_LEAF, RANKS };

struct certificate_issuer {
	EVP_PKEY *keys[RANKS];
	X509 *certificates[RANKS];
	uint8_t der[RANKS][CERTIFICATE_BYTES_MAX];
	size_t der_size[RANKS];
};

static const char *const rank_names[RANKS] = {
	DEVELOPMENT_ROOT_NAME, "development instance", "development enclave",
};
static const char *const rank_constraints[RANKS] = {
	"critical,CA:TRUE", "critical,CA:TRUE,pathlen:0", "critical,CA:FALSE",
};
static const char *const rank_usage[RANKS] = {
	"critical,keyCertSign", "critical,keyCertSign",
	"critical,digitalSignature",
};

static bool add_extension(X509 *certificate, int kind, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind,
							value);
	bool done = extension && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return done;
}

static bool set_serial(X509 *certificate)
{
	uint8_t random[8];
	uint64_t serial;

	if (RAND_bytes(random, sizeof(random)) != 1)
		return false;
	serial = load_be64(random) >> 1;
	return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
				       serial) == 1;
}

static bool set_name(X509_NAME *name, const char *common)
{
	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
					  (const unsigned char *)common, -1, -1,
					  0) == 1;
}

static bool fill(X509 *certificate, const struct certificate_issuer *issuer,
		 enum rank rank, int64_t now_s)
{
	enum rank above = rank ? rank - 1 : rank;
	int64_t life_s = rank == RANK_LEAF ? LEAF_LIFE_S : YEAR_S;

	return X509_set_version(certificate, 2) == 1 &&
	       set_serial(certificate) &&
	       ASN1_TIME_set(X509_getm_notBefore(certificate),
			     (time_t)(now_s - BACKDATE_S)) &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate),
			     (time_t)(now_s + life_s)) &&
	       set_name(X509_get_subject_name(certificate),
			rank_names[rank]) &&
	       set_name(X509_get_issuer_name(certificate),
			rank_names[above]) &&
	       X509_set_pubkey(certificate, issuer->keys[rank]) == 1 &&
	       add_extension(certificate, NID_basic_constraints,
			     rank_constraints[rank]) &&
	       add_extension(certificate, NID_key_usage, rank_usage[rank]) &&
	       X509_sign(certificate, issuer->keys[above], EVP_sha384()) > 0;
}

static bool encode(struct certificate_issuer *issuer, enum rank rank)
{
	unsigned char *at = issuer->der[rank];
	int size = i2d_X509(issuer->certificates[rank], NULL);

	if (size <= 0 || (size_t)size > CERTIFICATE_BYTES_MAX)
		return false;
	issuer->der_size[rank] = (size_t)size;
	return i2d_X509(issuer->certificates[rank], &at) == size;
}

static bool issue(struct certificate_issuer *issuer, enum rank rank,
		  int64_t now_s)
{
	EVP_PKEY_free(issuer->keys[rank]);
	X509_free(issuer->certificates[rank]);
	issuer->keys[rank] = EVP_EC_gen("P-384");
	issuer->certificates[rank] = X509_new();
	return issuer->keys[rank] && issuer->certificates[rank] &&
	       fill(issuer->certificates[rank], issuer, rank, now_s) &&
	       encode(issuer, rank);
}

struct certificate_issuer *certificate_issuer_new(int64_t now_s)
{
	struct certificate_issuer *issuer;

	/* No configuration file decides anything here. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	issuer = calloc(1, sizeof(*issuer));
	if (issuer && issue(issuer, RANK_ROOT, now_s) &&
	    issue(issuer, RANK_INSTANCE, now_s) &&
	    issue(issuer, RANK_LEAF, now_s))
		return issuer;
	certificate_issuer_free(issuer);
	return NULL;
}

void certificate_issuer_free(struct certificate_issuer *issuer)
{
	if (!issuer)
		return;
	for (int rank = 0; rank < RANKS; rank++) {
		EVP_PKEY_free(issuer->keys[rank]);
		X509_free(issuer->certificates[rank]);
	}
	free(issuer);
}

enum status certificate_issuer_renew(struct certificate_issuer *issuer,
				     int64_t now_s)
{
	return issue(issuer, RANK_LEAF, now_s) ? OK : E_SYSTEM;
}

void certificate_issuer_chain(struct certificate_chain *out,
			      const struct certificate_issuer *issuer)
{
	out->count = RANKS;
	for (size_t i = 0; i < RANKS; i++)
		out->certificates[i] = bytes_of(issuer->der[i],
						issuer->der_size[i]);
}

static bool to_raw(uint8_t out[ES384_SIZE], const uint8_t *der, size_t size)
{
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)size);
	int half = ES384_SIZE / 2;
	bool done = signature &&
		    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, half) ==
			    half &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + half,
				 half) == half;

	ECDSA_SIG_free(signature);
	return done;
}

enum status certificate_issuer_sign(uint8_t out[ES384_SIZE],
				    const struct certificate_issuer *issuer,
				    struct bytes message)
{
	uint8_t der[DER_SIGNATURE_MAX], raw[ES384_SIZE];
	size_t size = sizeof(der);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context &&
		    EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL,
				       issuer->keys[RANK_LEAF]) == 1 &&
		    EVP_DigestSign(context, der, &size, message.data,
				   message.size) == 1 &&
		    to_raw(raw, der, size);

	EVP_MD_CTX_free(context);
	if (done)
		memcpy(out, raw, sizeof(raw));
	return done ? OK : E_SYSTEM;
}
