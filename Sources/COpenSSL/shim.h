// OpenSSL 3's EVP interface as Swift sees it. Low-level interfaces (SHA256_*, AES_*, RSA_*) are deprecated in OpenSSL 3
// and bypass its providers, so nothing here is for them.
#ifndef SCRIM_COPENSSL_SHIM_H
#define SCRIM_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

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

#endif
