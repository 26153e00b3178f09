"""Tokens that must not be taken, each wrong in one way. A maker gets the issuer and gives the token."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from issuer import Issuer, SigningKey, b64url

STRANGER = SigningKey.make("rsa-1", "RS256")
STRANGER_EC = SigningKey.make("ec-1", "ES256")
P384 = SigningKey.make("ec-1", "ES384")
SECP256K1 = ec.generate_private_key(ec.SECP256K1())
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493

Maker = Callable[[Issuer], str]
FORGED: dict[str, Maker] = {}


def forged(maker: Maker) -> Maker:
    FORGED[maker.__name__] = maker
    return maker


def key(issuer: Issuer, kid: str) -> SigningKey:
    return next(key for key in issuer.keys if key.kid == kid)


def parts(token: str) -> list[str]:
    return token.split(".")


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw(header: bytes | dict[str, Any], payload: bytes | dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """A compact JWS from any bytes."""
    message = f"{b64url(header)}.{b64url(payload)}"
    return f"{message}.{b64url(sign(message.encode()))}"


def rs256(signer: SigningKey) -> Callable[[bytes], bytes]:
    return lambda message: signer.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


def es256(signer: SigningKey) -> Callable[[bytes], bytes]:
    def sign(message: bytes) -> bytes:
        r, s = utils.decode_dss_signature(signer.private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return sign


def signed(issuer: Issuer, header: bytes | dict[str, Any] | None = None, payload: bytes | dict[str, Any] | None = None
           ) -> str:
    """Rightly signed by the issuer's RSA key, whatever stands in it."""
    usual = {"alg": "RS256", "typ": "at+jwt", "kid": "rsa-1"}
    return raw(usual | header if isinstance(header, dict) else header or usual,
               issuer.standard_claims() if payload is None else payload, rs256(key(issuer, "rsa-1")))


def changed(token: str, index: int, change: Callable[[bytes], bytes]) -> str:
    found = parts(token)
    found[index] = b64url(change(unpadded(found[index])))
    return ".".join(found)


def text(issuer: Issuer, old: str, new: str, **claims: Any) -> str:
    """Rightly signed, with a replacement in the payload's text."""
    payload = json.dumps(issuer.standard_claims(**claims))
    assert old in payload
    return signed(issuer, payload=payload.replace(old, new).encode())


# No signature, or one that anybody can make.

def hmac_with(issuer: Issuer, secret: bytes, alg: str = "HS256", digest: Any = hashlib.sha256) -> str:
    header = {"alg": alg, "typ": "at+jwt", "kid": "rsa-1"}
    return raw(header, issuer.standard_claims(), lambda message: hmac.new(secret, message, digest).digest())


def public_bytes(issuer: Issuer, encoding: serialization.Encoding, form: serialization.PublicFormat) -> bytes:
    return key(issuer, "rsa-1").private.public_key().public_bytes(encoding, form)


for name, alg in {"alg_none": "none", "alg_None": "None", "alg_NONE": "NONE", "alg_empty": "", "alg_blank": " "
                  }.items():
    FORGED[name] = lambda issuer, alg=alg: raw({"alg": alg, "typ": "at+jwt", "kid": "rsa-1"}, issuer.standard_claims(),
                                               lambda _: b"")
FORGED["alg_none_with_a_signature"] = lambda issuer: signed(issuer, {"alg": "none"})
FORGED["hs256_public_pem"] = lambda issuer: hmac_with(issuer, public_bytes(
    issuer, serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
FORGED["hs256_public_pkcs1"] = lambda issuer: hmac_with(issuer, public_bytes(
    issuer, serialization.Encoding.PEM, serialization.PublicFormat.PKCS1))
FORGED["hs256_public_der"] = lambda issuer: hmac_with(issuer, public_bytes(
    issuer, serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
FORGED["hs256_public_jwk"] = lambda issuer: hmac_with(issuer, json.dumps(key(issuer, "rsa-1").public_jwk).encode())
FORGED["hs256_modulus"] = lambda issuer: hmac_with(issuer, unpadded(key(issuer, "rsa-1").public_jwk["n"]))
FORGED["hs256_empty_secret"] = lambda issuer: hmac_with(issuer, b"")
FORGED["hs384"] = lambda issuer: hmac_with(issuer, b"", "HS384", hashlib.sha384)
FORGED["hs512"] = lambda issuer: hmac_with(issuer, b"", "HS512", hashlib.sha512)

# Another algorithm than the key's, another key than the header's.

FORGED["stranger_with_our_kid"] = lambda issuer: issuer.token(key=STRANGER)
FORGED["ec_stranger_with_our_kid"] = lambda issuer: issuer.token(key=STRANGER_EC)
FORGED["rsa_key_as_ps256"] = lambda issuer: issuer.token(key=key(issuer, "rsa-1"), alg="PS256")
FORGED["pss_key_as_rs256"] = lambda issuer: issuer.token(key=key(issuer, "pss-1"), alg="RS256")
FORGED["rs384"] = lambda issuer: issuer.token(key=key(issuer, "rsa-1"), alg="RS384")
FORGED["rs512"] = lambda issuer: issuer.token(key=key(issuer, "rsa-1"), alg="RS512")
FORGED["ps512"] = lambda issuer: issuer.token(key=key(issuer, "pss-1"), alg="PS512")
FORGED["es384_on_p384"] = lambda issuer: issuer.token(key=P384)
FORGED["es256_on_p384"] = lambda issuer: raw(
    {"alg": "ES256", "typ": "at+jwt", "kid": "ec-1"}, issuer.standard_claims(),
    lambda message: P384.private.sign(message, ec.ECDSA(hashes.SHA256())))
FORGED["es256k"] = lambda issuer: jwt.encode(issuer.standard_claims(), SECP256K1, algorithm="ES256K",
                                             headers={"typ": "at+jwt", "kid": "ec-1"})
FORGED["ec_key_rsa_kid"] = lambda issuer: issuer.token(key=key(issuer, "ec-1"), header={"kid": "rsa-1"})
FORGED["rsa_key_ec_kid"] = lambda issuer: issuer.token(key=key(issuer, "rsa-1"), header={"kid": "ec-1"})
FORGED["ed_key_ec_kid"] = lambda issuer: issuer.token(key=key(issuer, "ed-1"), header={"kid": "ec-1"})
FORGED["rs256_header_es256_signature"] = lambda issuer: raw(
    {"alg": "RS256", "typ": "at+jwt", "kid": "rsa-1"}, issuer.standard_claims(), es256(key(issuer, "ec-1")))
FORGED["rs256_with_sha1"] = lambda issuer: raw(
    {"alg": "RS256", "typ": "at+jwt", "kid": "rsa-1"}, issuer.standard_claims(),
    lambda message: key(issuer, "rsa-1").private.sign(message, padding.PKCS1v15(), hashes.SHA1()))
FORGED["ps256_without_salt"] = lambda issuer: raw(
    {"alg": "PS256", "typ": "at+jwt", "kid": "pss-1"}, issuer.standard_claims(),
    lambda message: key(issuer, "pss-1").private.sign(
        message, padding.PSS(padding.MGF1(hashes.SHA256()), 0), hashes.SHA256()))
FORGED["alg_absent"] = lambda issuer: signed(issuer, json.dumps({"typ": "at+jwt", "kid": "rsa-1"}).encode())
FORGED["alg_lower_case"] = lambda issuer: signed(issuer, {"alg": "rs256"})
FORGED["alg_list"] = lambda issuer: signed(issuer, {"alg": ["RS256"]})
FORGED["alg_number"] = lambda issuer: signed(issuer, {"alg": 256})

# The header.

FORGED["kid_unknown"] = lambda issuer: signed(issuer, {"kid": "rsa-2"})
FORGED["kid_path"] = lambda issuer: signed(issuer, {"kid": "../../../../dev/null"})
FORGED["kid_sql"] = lambda issuer: signed(issuer, {"kid": "rsa-1' OR '1'='1"})
FORGED["kid_number"] = lambda issuer: signed(issuer, {"kid": 1})
FORGED["kid_list"] = lambda issuer: signed(issuer, {"kid": ["rsa-1"]})
FORGED["kid_long"] = lambda issuer: signed(issuer, {"kid": "k" * 8000})
FORGED["kid_nul"] = lambda issuer: signed(issuer, {"kid": "rsa-1\0"})
FORGED["jwk_embedded"] = lambda issuer: issuer.token(key=STRANGER, header={"kid": None, "jwk": STRANGER.public_jwk})
FORGED["jwk_embedded_with_our_kid"] = lambda issuer: issuer.token(key=STRANGER, header={"jwk": STRANGER.public_jwk})
FORGED["jku"] = lambda issuer: issuer.token(key=STRANGER, header={"jku": issuer.url + "/jwks"})
FORGED["x5u"] = lambda issuer: issuer.token(key=STRANGER, header={"x5u": issuer.url + "/jwks"})
FORGED["crit_unknown"] = lambda issuer: signed(issuer, {"crit": ["exp-hard"], "exp-hard": True})
FORGED["crit_empty"] = lambda issuer: signed(issuer, {"crit": []})
FORGED["crit_no_list"] = lambda issuer: signed(issuer, {"crit": "alg"})
FORGED["crit_b64"] = lambda issuer: signed(issuer, {"crit": ["b64"], "b64": False})
FORGED["zip"] = lambda issuer: signed(issuer, {"zip": "DEF"})
FORGED["typ_absent"] = lambda issuer: issuer.token(header={"typ": None})
FORGED["typ_id_jag"] = lambda issuer: issuer.token(header={"typ": "oauth-id-jag+jwt"})
FORGED["typ_logout"] = lambda issuer: issuer.token(header={"typ": "logout+jwt"})
FORGED["typ_dpop"] = lambda issuer: issuer.token(header={"typ": "dpop+jwt"})
FORGED["typ_number"] = lambda issuer: signed(issuer, {"typ": 1})
FORGED["header_no_json"] = lambda issuer: signed(issuer, b"alg=RS256")
FORGED["header_list"] = lambda issuer: signed(issuer, b'["RS256"]')
FORGED["header_alg_twice"] = lambda issuer: signed(
    issuer, b'{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"rsa-1"}')
FORGED["header_alg_twice_escaped"] = lambda issuer: signed(
    issuer, b'{"alg":"RS256","typ":"at+jwt","kid":"rsa-1","\\u0061lg":"none"}')


@forged
def x5c(issuer: Issuer) -> str:
    """A certificate of the stranger's own key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "issuer")])
    at = datetime(2026, 1, 1)
    certificate = x509.CertificateBuilder(
        name, name, STRANGER.private.public_key(), 1, at, at + timedelta(9999)
    ).sign(STRANGER.private, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    return issuer.token(key=STRANGER, header={"x5c": [base64.b64encode(der).decode()]})


@forged
def nested(issuer: Issuer) -> str:
    """A token whose payload is a token."""
    return signed(issuer, {"cty": "JWT"}, issuer.token().encode())


# The claims, rightly signed.

def claims(**changes: Any) -> Maker:
    return lambda issuer: issuer.token(**changes)


def in_time(**seconds: int) -> Maker:
    return lambda issuer: issuer.token(**{name: int(time.time()) + count for name, count in seconds.items()})


FORGED |= {
    "expired": in_time(exp=-120, iat=-3600), "expired_long_ago": claims(exp=1), "exp_zero": claims(exp=0),
    "exp_negative": claims(exp=-1), "exp_absent": claims(exp=None), "exp_text": claims(exp="9999999999"),
    "exp_bool": claims(exp=True), "exp_list": claims(exp=[9999999999]),
    "not_yet_valid": in_time(nbf=600), "nbf_text": claims(nbf="0"), "issued_in_future": in_time(iat=600),
    "aud_other": claims(aud="another"), "aud_absent": claims(aud=None), "aud_array_without_us": claims(aud=["a", "b"]),
    "aud_array_empty": claims(aud=[]), "aud_array_nested": claims(aud=[["scrim"]]), "aud_case": claims(aud="SCRIM"),
    "aud_prefix": claims(aud="scrim-other"), "aud_blank": claims(aud="scrim "), "aud_object": claims(aud={"scrim": 1}),
    "aud_number": claims(aud=1), "aud_array_of_mixed": claims(aud=["scrim", 1]),
    "iss_other": claims(iss="https://idp.example"), "iss_absent": claims(iss=None),
    "iss_number": lambda issuer: signed(issuer, payload=issuer.standard_claims(iss=1)),
    "iss_list": lambda issuer: signed(issuer, payload=issuer.standard_claims(iss=[issuer.url])),
    "iss_slash": lambda issuer: issuer.token(iss=issuer.url + "/"),
    "iss_case": lambda issuer: issuer.token(iss=issuer.url.upper()),
    "iss_port": lambda issuer: issuer.token(iss=issuer.url.replace("/tenant1", ":80/tenant1")),
    "iss_nul": lambda issuer: issuer.token(iss=issuer.url + "\0"),
    "iss_zero_width": lambda issuer: issuer.token(iss=issuer.url + "\u200b"),
    "iss_full_width": lambda issuer: issuer.token(iss=issuer.url.replace("t", "\uff54")),
    "iss_userinfo": lambda issuer: issuer.token(iss=issuer.url.replace("http://", "http://idp@")),
    "sub_absent": claims(sub=None), "sub_empty": claims(sub=""), "sub_number": claims(sub=7),
    "sub_object": claims(sub={"a": 1}), "sub_long": claims(sub="s" * 4000), "sub_nul": claims(sub="ana\0"),
    "id_token": claims(nonce="n-0S6_WzA2Mj", at_hash="77QmUPtjPfzWtF2AnpK9RQ"),
    "claims_twice": lambda issuer: text(issuer, '"sub":', '"sub": "root", "sub":'),
    "claims_twice_escaped": lambda issuer: text(issuer, '"sub":', '"s\\u0075b": "root", "sub":'),
    "aud_twice": lambda issuer: text(issuer, '"aud":', '"aud": "another", "aud":'),
    "exp_not_a_number": lambda issuer: text(issuer, '"exp": 4102444800', '"exp": NaN', exp=4102444800),
    "exp_beyond": lambda issuer: text(issuer, '"exp": 4102444800', '"exp": 1e400', exp=4102444800),
    "payload_list": lambda issuer: signed(issuer, payload=b"[]"),
    "payload_empty": lambda issuer: signed(issuer, payload=b""),
    "payload_no_utf8": lambda issuer: signed(
        issuer, payload=json.dumps(issuer.standard_claims()).encode().replace(b"ana@", b"a\xffa@")),
    "payload_bom": lambda issuer: signed(
        issuer, payload=b"\xef\xbb\xbf" + json.dumps(issuer.standard_claims()).encode()),
    "payload_tail": lambda issuer: signed(issuer, payload=json.dumps(issuer.standard_claims()).encode() + b"{}"),
    "payload_deep": lambda issuer: text(issuer, '"jti"', '"deep": ' + "[" * 5000 + "]" * 5000 + ', "jti"'),
    "huge": claims(padding="x" * 16_000),
}

# The form.

FORGED |= {
    "one_part": lambda issuer: parts(issuer.token())[0],
    "two_parts": lambda issuer: ".".join(parts(issuer.token())[:2]),
    "four_parts": lambda issuer: issuer.token() + ".AAAA", "trailing_dot": lambda issuer: issuer.token() + ".",
    "five_parts": lambda issuer: issuer.token() + ".AAAA.AAAA", "no_parts": lambda _: "...",
    "a_word": lambda _: "token",
    "empty_signature": lambda issuer: ".".join([*parts(issuer.token())[:2], ""]),
    "padded": lambda issuer: ".".join(part + "=" * (-len(part) % 4 or 4) for part in parts(issuer.token())),
    "json_form": lambda issuer: b64url({"payload": parts(issuer.token())[1]}),
    "signature_bit_flipped": lambda issuer: changed(issuer.token(), 2, lambda b: b[:-1] + bytes([b[-1] ^ 1])),
    "signature_short": lambda issuer: changed(issuer.token(), 2, lambda b: b[:-1]),
    "signature_long": lambda issuer: changed(issuer.token(), 2, lambda b: b + b"\0"),
    "signature_leading_zero": lambda issuer: changed(issuer.token(), 2, lambda b: b"\0" + b),
    "payload_altered": lambda issuer: changed(issuer.token(), 1, lambda b: b.replace(b"ana@", b"bob@")),
    "header_altered": lambda issuer: changed(issuer.token(), 0, lambda b: b.replace(b"}", b',"a":1}')),
    "payload_of_another": lambda issuer: ".".join([
        parts(issuer.token())[0], parts(issuer.token(sub="root"))[1], parts(issuer.token())[2]]),
}


@forged
def spare_bits(issuer: Issuer) -> str:
    """The same bytes of a signature, in a spelling of base64 that is not the canonical one."""
    head, payload, signature = parts(issuer.token())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(signature) % 4 == 2
    return f"{head}.{payload}.{signature[:-1]}{alphabet[alphabet.index(signature[-1]) | 1]}"


@forged
def standard_alphabet(issuer: Issuer) -> str:
    """Base64 with `+` and `/`."""
    while True:
        head, payload, signature = parts(issuer.token())
        spelled = signature.replace("-", "+").replace("_", "/")
        if spelled != signature:
            return f"{head}.{payload}.{spelled}"


@forged
def rsa_signature_plus_modulus(issuer: Issuer) -> str:
    """The same signature modulo n, one byte longer or beyond the modulus."""
    signer = key(issuer, "rsa-1")
    modulus = signer.private.public_key().public_numbers().n
    return changed(issuer.token(key=signer), 2, lambda b: (int.from_bytes(b, "big") + modulus).to_bytes(257, "big"))


@forged
def es256_in_der(issuer: Issuer) -> str:
    return raw({"alg": "ES256", "typ": "at+jwt", "kid": "ec-1"}, issuer.standard_claims(),
               lambda message: key(issuer, "ec-1").private.sign(message, ec.ECDSA(hashes.SHA256())))


def ec_numbers(change: Callable[[int, int], tuple[int, int]]) -> Maker:
    def make(issuer: Issuer) -> str:
        def new(signature: bytes) -> bytes:
            r, s = change(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return changed(issuer.token(key=key(issuer, "ec-1")), 2, new)
    return make


FORGED |= {
    "es256_zeros": ec_numbers(lambda _r, _s: (0, 0)), "es256_r_zero": ec_numbers(lambda _, s: (0, s)),
    "es256_s_zero": ec_numbers(lambda r, _: (r, 0)), "es256_order": ec_numbers(lambda _r, _s: (P256_ORDER, P256_ORDER)),
    "es256_ones": ec_numbers(lambda _r, _s: (1, 1)), "es256_swapped": ec_numbers(lambda r, s: (s, r)),
    "eddsa_zeros": lambda issuer: changed(issuer.token(key=key(issuer, "ed-1")), 2, lambda b: bytes(64)),
    "eddsa_s_plus_order": lambda issuer: changed(
        issuer.token(key=key(issuer, "ed-1")), 2,
        lambda b: b[:32] + (int.from_bytes(b[32:], "little") + ED25519_ORDER).to_bytes(32, "little")),
}


@forged
def unknown_issuer(issuer: Issuer) -> str:
    """An issuer of the attacker's own, on the same host."""
    return issuer.token(key=STRANGER, iss=issuer.url.replace("tenant1", "tenant2"))
