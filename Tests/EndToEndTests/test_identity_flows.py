"""The sign-in of the PyPI `mcp` client against the real server: it finds the issuer from the refusal, gets a token,
asks for more scopes when told to, and gets a new token when the old one has ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx2
import joserfc.jwk
import joserfc.jwt
import oidc_provider_mock
import pytest
import requests
from agent import CALL_SECONDS_MAX, Agent
from anyio.from_thread import start_blocking_portal
from identity_lab import Challenge, entries, guarded, issuer_settings, post, refusals
from issuer import Issuer, running
from mcp.client import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.auth.extensions.client_credentials import ClientCredentialsOAuthProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from oidc_provider_mock._server import _threaded_server
from proxy import Proxy

REDIRECT = "http://127.0.0.1:1/callback"
SCOPES = {"default": ["bq.read"], "tools": {"query": ["bq.query"], "list_tables": ["bq.list"]}}


class Memory:
    """What a client keeps between runs."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Browser:
    """A person's browser: goes where it is sent, signs in, and comes back with what the issuer sent along."""

    def __init__(self, sign_in: dict[str, str] | None = None) -> None:
        self.sign_in = sign_in
        self.visits: list[dict[str, list[str]]] = []

    async def open(self, url: str) -> None:
        self.visits.append(parse_qs(urlsplit(url).query))
        async with httpx2.AsyncClient() as browser:
            answer = await browser.get(url)
            if self.sign_in is not None:
                answer = await browser.post(url, data=self.sign_in)
        assert answer.status_code == 302, answer.text
        self.answer = parse_qs(urlsplit(answer.headers["location"]).query)

    async def back(self) -> AuthorizationCodeResult:
        found = {name: values[0] for name, values in self.answer.items()}
        return AuthorizationCodeResult(code=found["code"], state=found.get("state"), iss=found.get("iss"))


@contextmanager
def signed_in(server: Proxy, auth: httpx2.Auth, mode: str) -> Iterator[Agent]:
    with start_blocking_portal() as portal:
        http = httpx2.AsyncClient(auth=auth, timeout=CALL_SECONDS_MAX)
        client = Client(streamable_http_client(server.url, http_client=http), mode=mode,
                        read_timeout_seconds=CALL_SECONDS_MAX)
        with portal.wrap_async_context_manager(http), portal.wrap_async_context_manager(client):
            yield Agent(portal, client)


def person(server: Proxy, browser: Browser, memory: Memory, **metadata: Any) -> OAuthClientProvider:
    return OAuthClientProvider(
        server.url, OAuthClientMetadata(client_name="Agent", redirect_uris=[REDIRECT], **metadata), memory,
        browser.open, browser.back)


def machine(server: Proxy, issuer: Issuer, memory: Memory, **options: Any) -> ClientCredentialsOAuthProvider:
    return ClientCredentialsOAuthProvider(server.url, memory, "ci-job", "ci-secret", issuer=issuer.url, **options)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@pytest.fixture
def server(issuer: Issuer, warehouse, tmp_path: Path) -> Iterator[Proxy]:
    settings = issuer_settings(issuer, roles=[{"role": "clerk", "when": {"client_id": "ci-job"}}])
    with guarded(tmp_path, warehouse, settings, identity={"scopes": SCOPES}) as started:
        yield started


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_a_person_signs_in_and_steps_up(server: Proxy, issuer: Issuer, mode: str) -> None:
    browser, memory = Browser(), Memory()
    with signed_in(server, person(server, browser, memory), mode) as agent:
        assert [item["dataset"] for item in agent.ask("list_datasets")["datasets"]]
        assert [visit["scope"] for visit in browser.visits] == [["bq.read"]]
        assert browser.visits[0]["resource"] == [server.url] and "code_challenge" in browser.visits[0]
        # More scopes are asked for only when they are needed, and then nothing that was there is lost.
        assert agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]]
        assert set(browser.visits[1]["scope"][0].split()) == {"bq.read", "bq.query"}
        agent.ask("list_tables", dataset="bank")
        assert set(browser.visits[2]["scope"][0].split()) == {"bq.read", "bq.query", "bq.list"}
        agent.ask("query", sql="SELECT 2 AS two")
        assert len(browser.visits) == 3
    assert all(form["resource"] == server.url for form in issuer.token_requests)
    entry = entries(server, "job_submitted")[0]
    assert entry["actor"]["subject"] == "ana@bank.example" and entry["actor"]["kind"] == "human"
    assert entry["actor"]["client"].startswith("client-") and entry["actor"]["roles"] == ["analyst"]
    # One refusal without a token (the modern probe or `initialize`), and one for each step up; not one more.
    assert refusals(server) == {"no_token": 1, "insufficient_scope": 2}


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_a_machine_signs_in(server: Proxy, issuer: Issuer, mode: str) -> None:
    issuer.claims = {"groups": None}
    memory = Memory()
    with signed_in(server, machine(server, issuer, memory), mode) as agent:
        assert agent.ask("query", sql="SELECT ssn FROM customers LIMIT 1")["columns"][0]["masked"]["rule"]
        agent.ask("list_tables", dataset="bank")
    assert memory.tokens is not None and set((memory.tokens.scope or "").split()) == {"bq.read", "bq.query", "bq.list"}
    actor = entries(server, "job_submitted")[0]["actor"]
    assert actor == {"issuer": issuer.url, "subject": "ci-job", "client": "ci-job", "roles": ["clerk"],
                     "kind": "machine"}


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_a_token_that_expires_in_mid_session(server: Proxy, issuer: Issuer, mode: str) -> None:
    """The server refuses the old token, the client gets another one, and the call that was refused goes through; the
    session and its cursors go on."""
    # The client is told a longer life than the token has, so that it is the server that finds it out.
    issuer.claims = {"exp": int(time.time()) - 57, "iat": int(time.time()) - 600}
    browser, memory = Browser(), Memory()
    with signed_in(server, person(server, browser, memory, scope="bq.read bq.query"), mode) as agent:
        page = agent.ask("query", sql="SELECT branch_id FROM branches ORDER BY 1", max_rows=2)
        time.sleep(4)
        issuer.claims = {}
        more = agent.ask("fetch_page", cursor=page["next_cursor"])
        assert more["rows"] and more["session"] == page["session"]
    assert refusals(server)["expired"] == 1
    assert len(browser.visits) >= 2


def test_a_client_whose_person_has_no_role(server: Proxy, issuer: Issuer) -> None:
    """Who somebody is is known, and they see nothing: a tool's refusal, not another sign-in."""
    issuer.claims = {"groups": ["others@bank.example"], "scope": "bq.read bq.query"}
    browser = Browser()
    with signed_in(server, person(server, browser, Memory()), "auto") as agent:
        refused = agent.call("query", sql="SELECT 1")
        assert refused.codes == ["policy.no_role"]
    assert len(browser.visits) == 1


# The second issuer: oidc-provider-mock, which others wrote. Its access tokens are opaque.

@pytest.fixture
def other_issuer() -> Iterator[tuple[str, Any]]:
    """oidc-provider-mock, with the one endpoint that it lacks and opaque tokens need: introspection (RFC 7662)."""
    app = oidc_provider_mock.app(user_claims=[oidc_provider_mock.User(sub="ana", claims={
        "groups": ["analyst@bank.example"]})])

    @app.post("/introspect")
    def introspect() -> Any:
        credentials = flask.request.authorization
        if credentials is None or (credentials.username, credentials.password) != ("scrim", "scrim-secret"):
            return {"error": "invalid_client"}, 401
        token = flask.g.oidc_provider_mock_storage.get_access_token(flask.request.form["token"])
        if token is None or token.expires_at.timestamp() < time.time():
            return {"active": False}
        user = token.get_user()
        return {"active": True, "iss": flask.request.host_url.rstrip("/"), "sub": user.sub, "aud": "scrim",
                "client_id": "agent", "exp": int(token.expires_at.timestamp()), "scope": token.scope, **user.claims}

    @app.post("/access-token")
    def access_token() -> Any:
        """An access token by RFC 9068, signed with the provider's own key."""
        storage = flask.g.oidc_provider_mock_storage
        key = joserfc.jwk.RSAKey.import_key(storage.jwk.as_dict(is_private=True))
        kid = storage.jwk.as_dict()["kid"]
        return joserfc.jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": kid}, flask.request.json, key)

    with _threaded_server(app) as started:
        yield f"http://localhost:{started.server_port}", started


def introspected(url: str) -> dict[str, Any]:
    return {"issuer": url, "audiences": ["scrim"], "introspection": {
        "endpoint": url + "/introspect", "client_id": "scrim", "client_secret": {"file": "secret"}, "cache": "0s"}}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_opaque_tokens_of_another_provider(other_issuer, warehouse, tmp_path: Path, mode: str) -> None:
    url, _ = other_issuer
    (tmp_path / "secret").write_text("scrim-secret\n")
    (tmp_path / "secret").chmod(0o600)
    browser, memory = Browser({"sub": "ana"}), Memory()
    with guarded(tmp_path, warehouse, introspected(url)) as server, \
            signed_in(server, person(server, browser, memory, scope="openid"), mode) as agent:
        assert agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]]
        assert memory.tokens is not None
        assert entries(server, "job_submitted")[0]["actor"]["subject"] == "ana"
        # What the provider takes back is refused; nothing was kept here.
        requests.post(f"{url}/users/ana/revoke-tokens", timeout=10).raise_for_status()
        assert post(server, memory.tokens.access_token).status_code == 401
        assert memory.tokens.access_token not in server.output.read_text()


def test_tokens_that_another_provider_signed(other_issuer, warehouse, tmp_path: Path) -> None:
    """Its own key set and key; and its ID tokens are no access tokens."""
    url, _ = other_issuer
    with guarded(tmp_path, warehouse, {"issuer": url, "audiences": ["scrim"], "token_types": ["at+jwt", "JWT"]}
                 ) as server:
        now = int(time.time())
        claims = {"iss": url, "sub": "ana", "aud": "scrim", "exp": now + 60, "iat": now, "client_id": "agent"}
        token = requests.post(f"{url}/access-token", json=claims, timeout=10).text
        assert post(server, token).status_code == 200
        code = requests.post(
            f"{url}/oauth2/authorize?response_type=code&client_id=scrim&redirect_uri={REDIRECT}&scope=openid&nonce=n",
            data={"sub": "ana"}, allow_redirects=False, timeout=10).headers["Location"]
        answer = requests.post(f"{url}/oauth2/token", auth=("scrim", "x"), timeout=10, data={
            "grant_type": "authorization_code", "code": parse_qs(urlsplit(code).query)["code"][0],
            "redirect_uri": REDIRECT}).json()
        for refused in (answer["id_token"], answer["access_token"]):
            got = post(server, refused)
            assert got.status_code == 401 and Challenge.of(got).parameters["error"] == "invalid_token"
        assert set(refusals(server)) <= {"id_token", "audience", "claims", "malformed"}
