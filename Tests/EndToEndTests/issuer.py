"""An OpenID Connect issuer and OAuth authorization server on the loopback interface, for what real ones do and for what
they do when they are out of order.

It signs whatever it is asked to sign, so that a test can tell one wrong claim from a wrong signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import anyio
import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

AUDIENCE = "scrim"
START_SECONDS_MAX = 20


@dataclass(frozen=True)
class SigningKey:
    """A key pair; `alg` is what the key set says of it."""

    kid: str
    alg: str
    private: Any

    @classmethod
    def make(cls, kid: str, alg: str) -> SigningKey:
        match alg:
            case "RS256" | "PS256":
                return cls(kid, alg, rsa.generate_private_key(65537, 2048))
            case "ES256":
                return cls(kid, alg, ec.generate_private_key(ec.SECP256R1()))
            case "ES384":
                return cls(kid, alg, ec.generate_private_key(ec.SECP384R1()))
            case "EdDSA":
                return cls(kid, alg, ed25519.Ed25519PrivateKey.generate())
        raise ValueError(alg)

    @property
    def public_jwk(self) -> dict[str, Any]:
        public = self.private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            jwk = RSAAlgorithm.to_jwk(public, as_dict=True)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            jwk = ECAlgorithm.to_jwk(public, as_dict=True)
        else:
            jwk = OKPAlgorithm.to_jwk(public, as_dict=True)
        jwk.pop("key_ops", None)
        return jwk | {"kid": self.kid, "alg": self.alg, "use": "sig"}


@dataclass
class Issuer:
    """`url` is the issuer's name. What is set here holds for the next request."""

    url: str = ""
    keys: list[SigningKey] = field(default_factory=list)
    clients: dict[str, str] = field(default_factory=lambda: {"ci-job": "ci-secret", "scrim": "scrim-secret"})
    # Claims of the next tokens that flows hand out, over the usual ones.
    claims: dict[str, Any] = field(default_factory=dict)
    expires_in: int = 3600
    # What is wrong with the key set: "", "slow", "huge", "broken", "status", "empty", "redirect".
    jwks_trouble: str = ""
    # The requests that came, as `METHOD path`, and the forms of the token requests.
    requests: list[str] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)
    authorizations: list[dict[str, str]] = field(default_factory=list)
    # Opaque tokens: the answer of introspection for each.
    opaque: dict[str, dict[str, Any]] = field(default_factory=dict)
    issues_opaque: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    refresh: dict[str, dict[str, str]] = field(default_factory=dict)

    def standard_claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of an access token by RFC 9068; a change to `None` leaves a claim out."""
        now = int(time.time())
        claims = {"iss": self.url, "sub": "ana@bank.example", "aud": AUDIENCE, "exp": now + self.expires_in, "iat": now,
                  "jti": secrets.token_hex(8), "client_id": "agent", "groups": ["analyst@bank.example"]}
        return {name: value for name, value in (claims | changes).items() if value is not None}

    def token(self, *, key: SigningKey | None = None, alg: str | None = None, header: dict[str, Any] | None = None,
              **changes: Any) -> str:
        """An access token; `changes` are to its claims, `header` to its header."""
        key = key or self.keys[0]
        return self.sign(self.standard_claims(**changes), key=key, alg=alg, header=header)

    @staticmethod
    def sign(claims: dict[str, Any], *, key: SigningKey, alg: str | None = None,
             header: dict[str, Any] | None = None) -> str:
        headers = {"typ": "at+jwt", "kid": key.kid} | (header or {})
        return jwt.encode(claims, key.private, algorithm=alg or key.alg,
                          headers={name: value for name, value in headers.items() if value is not None})

    def count(self, path: str) -> int:
        """How many requests for a path came."""
        return sum(1 for line in self.requests if line.endswith(path))

    # The endpoints.

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url, "jwks_uri": self.url + "/jwks", "authorization_endpoint": self.url + "/authorize",
            "token_endpoint": self.url + "/token", "registration_endpoint": self.url + "/register",
            "introspection_endpoint": self.url + "/introspect", "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"], "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        }

    async def jwks(self, _: Request) -> Response:
        keys = [key.public_jwk for key in self.keys]
        match self.jwks_trouble:
            case "slow":
                await anyio.sleep(30)
            case "huge":
                return JSONResponse({"keys": keys, "padding": "x" * 20_000_000})
            case "broken":
                return Response('{"keys": [', media_type="application/json")
            case "status":
                return JSONResponse({"error": "server_error"}, status_code=500)
            case "empty":
                return JSONResponse({"keys": []})
            case "redirect":
                return RedirectResponse("http://127.0.0.1:1/jwks")
        return JSONResponse({"keys": keys})

    async def authorize(self, request: Request) -> Response:
        """The page on which a person would sign in: they do, at once."""
        query = dict(request.query_params)
        self.authorizations.append(query)
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = {"code": code, "state": query.get("state", ""), "iss": self.url}
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", status_code=302)

    async def register(self, request: Request) -> Response:
        wanted = await request.json()
        client = "client-" + secrets.token_hex(4)
        self.clients[client] = ""
        return JSONResponse(wanted | {"client_id": client, "token_endpoint_auth_method": "none"}, status_code=201)

    async def issue(self, request: Request) -> Response:
        form = await self.form(request)
        self.token_requests.append(form)
        client = self.client_of(request, form)
        if client is None:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        match form.get("grant_type"):
            case "authorization_code":
                asked = self.codes.pop(form.get("code", ""), None)
                digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
                if asked is None or asked["code_challenge"] != challenge or asked["client_id"] != client:
                    return JSONResponse({"error": "invalid_grant"}, status_code=400)
                return self.granted(client, asked.get("scope", ""), person=True)
            case "refresh_token":
                asked = self.refresh.pop(form.get("refresh_token", ""), None)
                if asked is None or asked["client_id"] != client:
                    return JSONResponse({"error": "invalid_grant"}, status_code=400)
                return self.granted(client, asked["scope"], person=True)
            case "client_credentials":
                return self.granted(client, form.get("scope", ""), person=False)
        return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)

    def granted(self, client: str, scope: str, *, person: bool) -> Response:
        claims: dict[str, Any] = {"client_id": client, "scope": scope or None}
        if not person:
            claims |= {"sub": client}
        claims = self.standard_claims(**(claims | self.claims))
        if self.issues_opaque:
            token = "opaque-" + secrets.token_urlsafe(24)
            self.opaque[token] = {"active": True, "token_type": "Bearer"} | claims
        else:
            token = self.sign(claims, key=self.keys[0])
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in, "scope": scope}
        if person:
            answer["refresh_token"] = secrets.token_urlsafe(16)
            self.refresh[answer["refresh_token"]] = {"client_id": client, "scope": scope}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def introspect(self, request: Request) -> Response:
        form = await self.form(request)
        if self.client_of(request, form) != "scrim":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        return JSONResponse(self.opaque.get(form.get("token", ""), {"active": False}))

    @staticmethod
    async def form(request: Request) -> dict[str, str]:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))

    def client_of(self, request: Request, form: dict[str, str]) -> str | None:
        """The client that a request comes from, if it knows its secret."""
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(value).decode().partition(":")
        return name if self.clients.get(name) == secret else None

    async def noted(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.url.path}")
        path = request.url.path
        if ".well-known" in path:
            return JSONResponse(self.metadata())
        match path.rsplit("/", 1)[-1]:
            case "jwks":
                return await self.jwks(request)
            case "authorize":
                return await self.authorize(request)
            case "token":
                return await self.issue(request)
            case "register":
                return await self.register(request)
            case "introspect":
                return await self.introspect(request)
        return JSONResponse({"error": "not_found"}, status_code=404)


@contextmanager
def running(issuer: Issuer, path: str = "/tenant1") -> Iterator[Issuer]:
    """Runs an issuer until the block ends; its name gets a path, as those of most providers have one."""
    app = Starlette(routes=[Route("/{path:path}", issuer.noted, methods=["GET", "POST"])])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS_MAX
    while not server.started:
        assert time.monotonic() < deadline, "the issuer did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    issuer.url = f"http://127.0.0.1:{port}{path}"
    if not issuer.keys:
        issuer.keys = [SigningKey.make("rsa-1", "RS256"), SigningKey.make("ec-1", "ES256"),
                       SigningKey.make("ed-1", "EdDSA"), SigningKey.make("pss-1", "PS256")]
    try:
        yield issuer
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(10)


def b64url(data: bytes | dict[str, Any]) -> str:
    """Base64url without padding; an object as its JSON."""
    if isinstance(data, dict):
        data = json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
