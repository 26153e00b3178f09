"""Credentials as Google gives them: service-account key files, a token endpoint, a bearer check."""

from __future__ import annotations

import base64
import json
import secrets
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .errors import GoogleError

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = "https://oauth2.googleapis.com/token"  # what google-auth writes, whatever the key file's token_uri says
API_AUDIENCE = "https://bigquery.googleapis.com/"
SCOPES = {"https://www.googleapis.com/auth/bigquery", "https://www.googleapis.com/auth/cloud-platform"}
ASSERTION_SECONDS_MAX = 3600
CLOCK_SKEW_SECONDS = 60
KEY_BITS = 2048


class GrantError(Exception):
    """A refused assertion: `{"error", "error_description"}` with HTTP 400, as RFC 6749 5.2 says."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": code, "error_description": description}


# The account of the request that is being answered.
caller: ContextVar[str] = ContextVar("caller", default="")


@dataclass
class Account:
    """One service account with one key."""

    project: str
    email: str
    token_uri: str
    key_id: str = field(default_factory=lambda: secrets.token_hex(20))

    def __post_init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)

    def verify(self, signature: bytes, signed: bytes) -> None:
        self._private.public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())

    def write_key_file(self, path: Path) -> None:
        pem = self._private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()).decode()
        path.touch(mode=0o600)
        path.write_text(json.dumps({
            "type": "service_account", "project_id": self.project, "private_key_id": self.key_id, "private_key": pem,
            "client_email": self.email, "client_id": "100000000000000000001",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth", "token_uri": self.token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{self.email}",
            "universe_domain": "googleapis.com"}, indent=2) + "\n")


@dataclass
class Access:
    """The service accounts `scrim`, a server's, `admin`, of who manages tags, and `auditor`; their access tokens."""

    project: str
    token_seconds: int = 3600
    anonymous: bool = False
    token_uri: str = ""
    tokens: dict[str, tuple[float, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.server, self.admin, self.auditor = (
            Account(self.project, f"{name}@{self.project}.iam.gserviceaccount.com", self.token_uri)
            for name in ("scrim", "admin", "auditor"))

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        """Answers the token endpoint: checks the assertion, and gives a new access token."""
        if form.get("grant_type") != GRANT:
            raise GrantError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        account = self._checked(form.get("assertion", ""))
        token = "ya29.sandbox-" + secrets.token_urlsafe(32)
        self.tokens[token] = time.time() + self.token_seconds, account.email
        return {"access_token": token, "expires_in": self.token_seconds, "token_type": "Bearer"}

    def _self_signed(self, token: str) -> Account | None:
        """The account whose key signed an access token itself: https://google.aip.dev/auth/4111."""
        try:
            account, claims = self._signed(token)
        except GrantError:
            return None
        if claims.get("sub") != account.email or ("scope" in claims) == ("aud" in claims):
            return None  # one of the two, and not both
        is_good = SCOPES & set(str(claims.get("scope", "")).split()) or claims.get("aud") == API_AUDIENCE
        return account if is_good else None

    def _checked(self, assertion: str) -> Account:
        """The account that signed an assertion in which everything holds."""
        account, claims = self._signed(assertion)
        if claims.get("aud") not in (AUDIENCE, self.token_uri):
            raise GrantError("invalid_grant", "Invalid JWT: Failed audience check.")
        if not SCOPES & set(str(claims.get("scope", "")).split()):
            raise GrantError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return account

    def _signed(self, assertion: str) -> tuple[Account, dict[str, Any]]:
        """The account that signed a JWT, and its claims; it is of now."""
        try:
            signed, _, signature = assertion.rpartition(".")
            header, claims = (json.loads(_base64url(part)) for part in signed.split("."))
            sign = _base64url(signature)
        except ValueError:
            raise GrantError("invalid_grant", "Bad Request") from None
        account = next((known for known in (self.server, self.admin, self.auditor)
                        if known.key_id == header.get("kid")), None)
        if header.get("alg") != "RS256" or account is None:
            raise GrantError("invalid_grant", "Invalid JWT: unknown algorithm or key id.")
        try:
            account.verify(sign, signed.encode())
        except InvalidSignature:
            raise GrantError("invalid_grant", "Invalid JWT Signature.") from None
        if claims.get("iss") != account.email:
            raise GrantError("invalid_grant", "Invalid grant: account not found")
        issued, expires, now = claims.get("iat"), claims.get("exp"), time.time()
        if not (isinstance(issued, int) and isinstance(expires, int)) or expires - issued > ASSERTION_SECONDS_MAX \
                or issued > now + CLOCK_SKEW_SECONDS or expires <= now - CLOCK_SKEW_SECONDS:
            raise GrantError("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                             "reasonable timeframe. Check your iat and exp values in the JWT claim.")
        return account, claims

    def check(self, authorization: str | None) -> str:
        """The account of a request. Refuses an Authorization header without a bearer token of ours that still holds."""
        if authorization is None and self.anonymous:
            return self.server.email
        scheme, _, token = (authorization or "").partition(" ")
        expires, email = self.tokens.get(token, (0, ""))
        if scheme.lower() == "bearer" and expires > time.time():
            return email
        if scheme.lower() == "bearer" and (signer := self._self_signed(token)):
            return signer.email
        raise GoogleError("authError", "Request had invalid authentication credentials. Expected OAuth 2 access "
                          "token, login cookie or other valid authentication credential.", location="Authorization")


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
