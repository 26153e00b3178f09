"""Google's side of every way to an access token, on loopback: token endpoint, security token service, IAM Credentials
API, metadata server, and a source of workload tokens. It checks what it gets, as Google's documentation says, records
every request, and hands out tokens that the sandbox accepts."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import google.auth.transport.requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from real_client import credentials as sandbox_credentials

EMAIL = "scrim@demo.iam.gserviceaccount.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
BIGQUERY, IAM = (f"https://www.googleapis.com/auth/{name}" for name in ("bigquery", "iam"))
AUDIENCE = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/provider"
# Whatever is secret in a test has this in it, so that a search finds it.
CANARY = "CaNaRy"


@dataclass(frozen=True)
class Request:
    """One request as it came, with its form or JSON body."""

    method: str
    path: str
    headers: dict[str, str]
    fields: dict[str, Any]

    @property
    def route(self) -> str:
        return self.path.partition("?")[0]


@dataclass
class Key:
    """One key of the service account; Google knows it until it is revoked."""

    name: str = field(default_factory=lambda: secrets.token_hex(20))

    def __post_init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def pem(self) -> str:
        return self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption()).decode()

    def file(self, token_uri: str, email: str = EMAIL) -> str:
        return json.dumps({"type": "service_account", "project_id": "demo", "private_key_id": self.name,
                           "private_key": self.pem, "client_email": email, "token_uri": token_uri,
                           "universe_domain": "googleapis.com"})


class Refused(Exception):
    """An answer that is none: a status and a body."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class GoogleFront:
    """The state of all of them. `failures` are answers to give first: route to a list of (status, body)."""

    key_file: str
    url: str = ""
    keys: dict[str, Key] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    failures: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    intermediate: dict[str, str] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    subject: str = field(default_factory=lambda: f"subject-{CANARY}-{secrets.token_urlsafe(24)}")
    subject_header: str = field(default_factory=lambda: f"header-{CANARY}-{secrets.token_urlsafe(24)}")
    has_flavor: bool = True
    lifetime: int = 3600
    clock_offset: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def new_key(self) -> Key:
        key = Key()
        self.keys[key.name] = key
        return key

    def final_token(self) -> str:
        """A token that the sandbox accepts, by a grant of its own key."""
        made = sandbox_credentials(self.key_file)
        made.refresh(google.auth.transport.requests.Request())
        self.given.append(made.token)
        return made.token

    def token(self, scope: str) -> str:
        if scope == BIGQUERY:
            return self.final_token()
        token = f"ya29.{CANARY}-{secrets.token_urlsafe(24)}"
        self.intermediate[token] = scope
        return token

    def routes(self) -> dict[str, Callable[[Request], Any]]:
        accounts = "/computeMetadata/v1/instance/service-accounts"
        return {"/token": self.grant, "/sts": self.exchange, "/subject": self.give_subject,
                f"{accounts}/default/token": self.metadata_token, f"{accounts}/{EMAIL}/token": self.metadata_token,
                f"{accounts}/default/email": lambda _: EMAIL,
                f"{accounts}/default/": lambda _: {"email": EMAIL, "scopes": [BIGQUERY, IAM], "aliases": ["default"]}}

    def answer(self, request: Request) -> Any:
        with self._lock:
            self.requests.append(request)
            if self.failures.get(request.route):
                status, body = self.failures[request.route].pop(0)
                raise Refused(status, body)
            if request.route.startswith("/v1/projects/-/serviceAccounts/"):
                return self.impersonate(request)
            route = self.routes().get(request.route)
            if route is None:
                raise Refused(404, {"error": "not_found"})
            return route(request)

    def oauth(self, token: str) -> dict[str, Any]:
        return {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}

    def grant(self, request: Request) -> Any:
        assert request.fields["grant_type"] == GRANT
        signed, _, signature = request.fields["assertion"].rpartition(".")
        header, claims = (json.loads(unpadded(part)) for part in signed.split("."))
        key = self.keys.get(header["kid"])
        now = time.time() + self.clock_offset
        if key is None or header["alg"] != "RS256" or claims["iss"] != EMAIL:
            raise Refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT: unknown key."})
        try:
            key.private.public_key().verify(unpadded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}) from None
        if abs(claims["iat"] - now) > 60 or claims["exp"] - claims["iat"] > 3600:
            raise Refused(400, {"error": "invalid_grant", "error_description": "Invalid JWT: not a reasonable time."})
        assert claims["aud"] == "https://oauth2.googleapis.com/token"
        return self.oauth(self.token(claims["scope"]))

    def exchange(self, request: Request) -> Any:
        fields = request.fields
        if (fields["grant_type"], fields["requested_token_type"], fields["audience"]) != \
                (EXCHANGE, ACCESS_TOKEN, AUDIENCE) or fields["subject_token"] != self.subject:
            raise Refused(400, {"error": "invalid_grant", "error_description": f"not {fields['subject_token']}"})
        return self.oauth(self.token(fields["scope"])) | {"issued_token_type": ACCESS_TOKEN}

    def impersonate(self, request: Request) -> Any:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.intermediate.get(token) != IAM:
            raise Refused(401, {"error": {"code": 401, "status": "UNAUTHENTICATED", "message": f"not {token}"}})
        scope, = request.fields["scope"]
        seconds = int(request.fields["lifetime"].removesuffix("s"))
        end = datetime.fromtimestamp(time.time() + self.clock_offset + seconds, UTC)
        return {"accessToken": self.token(scope), "expireTime": end.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def metadata_token(self, request: Request) -> Any:
        if request.headers.get("metadata-flavor") != "Google":
            raise Refused(403, "Missing Metadata-Flavor")
        scope, = urllib.parse.parse_qs(request.path.partition("?")[2])["scopes"]
        return self.oauth(self.token(scope))

    def give_subject(self, request: Request) -> Any:
        if request.headers.get("x-workload") != self.subject_header:
            raise Refused(401, {"error": "access_denied", "error_description": str(request.headers)})
        return {"value": self.subject}

    def seen(self, route: str) -> list[Request]:
        return [request for request in self.requests if request.route == route]

    @property
    def secrets(self) -> list[str]:
        """Everything that must not be seen: keys, line by line, and tokens of every kind."""
        lines = [line for key in self.keys.values() for line in key.pem.splitlines() if len(line) == 64]
        return [*lines, *self.given, *self.intermediate, self.subject, self.subject_header]


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def fields_of(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        return json.loads(body)
    return dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=bool(body)))


@contextmanager
def google_front(key_file: str) -> Iterator[GoogleFront]:
    front = GoogleFront(key_file)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Request(self.command, self.path, headers, fields_of(headers.get("content-type", ""), body))
            try:
                status, answer = 200, front.answer(request)
            except Refused as refused:
                status, answer = refused.status, refused.body
            kind, text = ("text/plain", answer) if isinstance(answer, str) else \
                ("application/json", json.dumps(answer))
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() + front.clock_offset, usegmt=True))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            if front.has_flavor:
                self.send_header("Metadata-Flavor", "Google")
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = answer

        def log_message(self, *_: Any) -> None:
            """Nothing: what is asked for is recorded."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    front.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()


def external_account(front: GoogleFront, source: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A file of workload identity federation that points here."""
    made = {"type": "external_account", "audience": AUDIENCE, "token_url": f"{front.url}/sts",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": source,
            "service_account_impersonation_url":
                f"{front.url}/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken"} | changes
    return {name: value for name, value in made.items() if value is not None}


def write_secret(path: Path, text: str) -> Path:
    """A file that only its owner may read, replaced as a whole."""
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    return new.rename(path)
