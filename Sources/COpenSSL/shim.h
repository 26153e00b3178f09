// OpenSSL 3's EVP interface as Swift sees it. Low-level interfaces (SHA256_*, AES_*, RSA_*) are deprecated in OpenSSL 3
// and bypass its providers, so nothing here is for them.
#ifndef SCRIM_COPENSSL_SHIM_H
#define SCRIM_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

// Never prompt on a terminal for the pass phrase of an encrypted PEM: an encrypted key is refused instead.
static inline int scrim_no_pass_phrase(char *buffer, int size, int writing, void *context) {
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static inline EVP_PKEY *scrim_read_private_key(BIO *bio) {
    return PEM_read_bio_PrivateKey(bio, NULL, scrim_no_pass_phrase, NULL);
}

static inline EVP_PKEY *scrim_read_public_key(BIO *bio) {
    return PEM_read_bio_PUBKEY(bio, NULL, scrim_no_pass_phrase, NULL);
}

// BIO_get_mem_data is a macro around a variadic control call.
static inline long scrim_bio_contents(BIO *bio, char **start) {
    return BIO_get_mem_data(bio, start);
}

// An OSSL_PARAM keeps pointers to its name and value, which a call from Swift would not keep alive.
static inline EVP_PKEY *scrim_public_key_from(const char *type, OSSL_PARAM *parameters) {
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
        key = NULL;
    }
    EVP_PKEY_CTX_free(context);
    return key;
}

// A public key from its modulus and exponent, both big endian; NULL on failure.
static inline EVP_PKEY *scrim_rsa_public_key(
    const unsigned char *modulus, int modulus_count, const unsigned char *exponent, int exponent_count
) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = NULL;
    BIGNUM *n = BN_bin2bn(modulus, modulus_count, NULL);
    BIGNUM *e = BN_bin2bn(exponent, exponent_count, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (n != NULL && e != NULL && builder != NULL
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1) {
        parameters = OSSL_PARAM_BLD_to_param(builder);
    }
    if (parameters != NULL) key = scrim_public_key_from("RSA", parameters);
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    BN_free(n);
    BN_free(e);
    return key;
}

// A public key on P-256 from a point in uncompressed form (SEC 1, 2.3.3); NULL when it is not on the curve.
static inline EVP_PKEY *scrim_p256_public_key(const unsigned char *point, size_t count) {
    char group[] = "prime256v1";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void *)point, count),
        OSSL_PARAM_construct_end(),
    };
    return scrim_public_key_from("EC", parameters);
}

#endif
