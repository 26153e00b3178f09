"""The resource server over HTTP: where clients learn to sign in, how they are refused, and what is decided before the
body is read."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests
from identity_lab import Challenge, entries, guarded, issuer_settings, modern, post, refusals, refused_for
from issuer import Issuer, running
from proxy import Proxy

SCOPES = {"default": ["bq.read"], "tools": {"query": ["bq.query"], "list_tables": ["bq.list", "bq.query"]},
          "includes": {"bq.admin": ["bq.query", "bq.list"], "bq.all": ["bq.admin", "bq.read"]}}
ORIGIN = "http://localhost:6274"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@pytest.fixture(scope="module")
def server(issuer: Issuer, warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with guarded(tmp_path_factory.mktemp("http"), warehouse, issuer_settings(issuer), identity={"scopes": SCOPES}
                 ) as started:
        yield started


def at(server: Proxy, path: str) -> str:
    return server.url.removesuffix("/mcp") + path


@pytest.mark.parametrize("path", ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"])
def test_the_resource_says_where_to_sign_in(server: Proxy, issuer: Issuer, path: str) -> None:
    answer = requests.get(at(server, path), headers={"Origin": "https://anywhere.example"}, timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "resource": server.url, "authorization_servers": [issuer.url], "scopes_supported": ["bq.read"],
        "bearer_methods_supported": ["header"], "resource_name": "Scrim"}
    head = requests.head(at(server, path), timeout=10)
    assert head.status_code == 200 and head.content == b""
    asked = requests.options(at(server, path), timeout=10, headers={
        "Origin": "https://anywhere.example", "Access-Control-Request-Method": "GET"})
    assert asked.status_code == 204 and asked.headers["Access-Control-Allow-Origin"] == "*"
    assert requests.post(at(server, path), timeout=10).status_code == 405


def test_without_a_token(server: Proxy, issuer: Issuer) -> None:
    before = refusals(server)
    answer = post(server, None)
    assert answer.status_code == 401
    assert Challenge.of(answer) == Challenge("Bearer", {
        "scope": "bq.read", "resource_metadata": at(server, "/.well-known/oauth-protected-resource/mcp")})
    assert answer.json()["id"] is None and issuer.url in answer.json()["error"]["message"]
    assert refused_for(server, "no_token", before) == 1
    entry = next(entry for entry in reversed(entries(server, "identity_refused")) if entry["reason"] == "no_token")
    assert entry["transport"] == "http" and entry["peer"] == "127.0.0.1" and len(entry["request"]) == 16
    assert "actor" not in entry and "issuer" not in entry


def test_the_first_challenge_names_what_the_call_will_need(server: Proxy) -> None:
    """A client answers one challenge of a request and not two: one sign-in must be enough."""
    for tool, scope in (("query", "bq.read bq.query"), ("list_datasets", "bq.read"), ("no_such_tool", "bq.read")):
        assert Challenge.of(post(server, None, tool=tool)).parameters["scope"] == scope


@pytest.mark.parametrize("value", ["Basic YW5hOnB3", "token", "", "Bearerx", "DPoP abc"])
def test_other_credentials_are_no_token(server: Proxy, value: str) -> None:
    answer = post(server, None, headers={"Authorization": value})
    assert answer.status_code == 401 and "error" not in Challenge.of(answer).parameters


def test_a_token_anywhere_else_is_no_token(server: Proxy, issuer: Issuer) -> None:
    headers, body = modern("tools/list")
    headers |= {"Content-Type": "application/json"}
    token = issuer.token(scope="bq.read")
    for url in (f"{server.url}?access_token={token}", f"{server.url}?token={token}"):
        answer = requests.post(url, json=body, headers=headers, timeout=10)
        assert answer.status_code == 401 and "error" not in Challenge.of(answer).parameters
    answer = requests.post(server.url, json=body | {"access_token": token}, headers=headers, timeout=10,
                           cookies={"access_token": token})
    assert answer.status_code == 401
    assert token not in server.output.read_text()


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "BeArEr"])
def test_the_scheme_has_no_case(server: Proxy, issuer: Issuer, scheme: str) -> None:
    token = issuer.token(scope="bq.read")
    assert post(server, None, headers={"Authorization": f"{scheme}  {token}"}).status_code == 200


def raw(server: Proxy, head: str, body: bytes = b"", *, reads: int = 1 << 16) -> bytes:
    """Sends bytes as they are and gives the answer until the server closes or is silent."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n" + body)
        connection.settimeout(10)
        answer = b""
        while b"\r\n\r\n" not in answer:
            part = connection.recv(reads)
            if not part:
                break
            answer += part
        return answer


@pytest.mark.parametrize("second", ["Bearer {token}", "Bearer other", "Basic eDp5"])
def test_two_authorization_headers(server: Proxy, issuer: Issuer, second: str) -> None:
    token = issuer.token(scope="bq.read")
    before = refusals(server)
    answer = raw(server, f"POST /mcp HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 2\n"
                         f"Authorization: Bearer {token}\nAuthorization: {second.format(token=token)}\n", b"{}")
    answer = answer.decode()
    assert answer.startswith("HTTP/1.1 400 ") and 'error="invalid_request"' in answer
    assert refused_for(server, "malformed_request", before) == 1


@pytest.mark.parametrize("value", ["Bearer", "Bearer ", "Bearer a b", "Bearer a, Bearer b"])
def test_a_malformed_authorization_header(server: Proxy, value: str) -> None:
    answer = post(server, None, headers={"Authorization": value})
    assert answer.status_code == 400
    assert Challenge.of(answer).parameters["error"] == "invalid_request"


def test_who_asks_is_decided_before_the_body_is_read(server: Proxy) -> None:
    """The body never comes, is no JSON, is too large, or compressed: the answer is the same and at once."""
    usual = "POST /mcp HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
    for length in (1000, 3_999_999, 900_000_000_000):
        assert raw(server, f"{usual}Content-Length: {length}\n").startswith(b"HTTP/1.1 401 ")
    assert raw(server, f"{usual}Transfer-Encoding: chunked\n").startswith(b"HTTP/1.1 401 ")
    for body in (b"{", b"[" * 100_000, b"\xff\xfe", b"x" * 3_000_000):
        answer = requests.post(server.url, data=body, headers={"Content-Type": "application/json"}, timeout=20)
        assert answer.status_code == 401 and "error" not in Challenge.of(answer).parameters


@pytest.mark.parametrize(("granted", "tool", "asked"), [
    ("", None, ["bq.read"]), ("openid profile", None, ["bq.read"]), ("bq.query", None, ["bq.read", "bq.query"]),
    ("bq.read", "query", ["bq.read", "bq.query"]), ("bq.read offline_access", "query", ["bq.read", "bq.query"]),
    ("bq.read bq.list", "query", ["bq.read", "bq.query", "bq.list"]),
    ("bq.read bq.query", "list_tables", ["bq.read", "bq.list", "bq.query"]),
    ("bq.admin", "query", ["bq.read", "bq.query", "bq.admin"])])
def test_a_token_without_a_scope(server: Proxy, issuer: Issuer, granted: str, tool: str | None, asked: list[str]
                                 ) -> None:
    before = refusals(server)
    answer = post(server, issuer.token(scope=granted or None), tool=tool)
    assert answer.status_code == 403
    parameters = Challenge.of(answer).parameters
    assert parameters.pop("error_description")
    assert parameters.pop("scope").split() == asked
    assert parameters == {"error": "insufficient_scope",
                          "resource_metadata": at(server, "/.well-known/oauth-protected-resource/mcp")}
    assert refused_for(server, "insufficient_scope", before) == 1


@pytest.mark.parametrize(("granted", "tool"), [
    ("bq.read", None), ("bq.read", "list_datasets"), ("bq.query bq.read", "query"), ("bq.read bq.admin", "query"),
    ("bq.read bq.admin", "list_tables"), ("bq.all", "list_tables"), ("bq.all", None)])
def test_a_broader_scope_stands_for_narrower_ones(server: Proxy, issuer: Issuer, granted: str, tool: str | None
                                                  ) -> None:
    arguments = {"query": {"sql": "SELECT 1 AS one"}, "list_tables": {"dataset": "bank"}}.get(tool or "", {})
    answer = post(server, issuer.token(scope=granted), tool=tool, arguments=arguments)
    assert answer.status_code == 200 and not answer.json()["result"].get("isError"), answer.text


def test_scopes_as_a_list_of_entra_and_okta(server: Proxy, issuer: Issuer) -> None:
    arguments = {"sql": "SELECT 1 AS one"}
    for claims in ({"scp": "bq.read bq.query"}, {"scp": ["bq.read", "bq.query"]}):
        answer = post(server, issuer.token(**claims), tool="query", arguments=arguments)
        assert answer.status_code == 200, answer.text


def test_a_refused_step_up_names_who_and_what(server: Proxy, issuer: Issuer) -> None:
    post(server, issuer.token(scope="bq.read", sub="eve@bank.example"), tool="query", arguments={"sql": "SELECT 1"})
    entry = next(entry for entry in reversed(entries(server, "identity_refused")) if "actor" in entry)
    assert entry["actor"]["subject"] == "eve@bank.example" and entry["tool"] == "query"
    assert entry["reason"] == "insufficient_scope"


def test_a_legacy_step_up_has_the_requests_id(server: Proxy, issuer: Issuer) -> None:
    """There the tool stands only in the body; the refusal still comes before a stream and before the tool."""
    jobs = len(entries(server, "job_submitted"))
    answer = requests.post(server.url, timeout=20, headers={
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25", "Authorization": f"Bearer {issuer.token(scope='bq.read')}",
    }, json={"jsonrpc": "2.0", "id": "call-1", "method": "tools/call", "params": {
        "name": "query", "arguments": {"sql": "SELECT 1"}}})
    assert answer.status_code == 403 and answer.headers["Content-Type"] == "application/json"
    assert Challenge.of(answer).parameters["scope"] == "bq.read bq.query"
    assert answer.json()["id"] == "call-1" and "scope" in answer.json()["error"]["message"]
    assert len(entries(server, "job_submitted")) == jobs


def test_a_head_that_names_another_tool_than_the_body(server: Proxy, issuer: Issuer) -> None:
    """A head that needs less than the body is found out by the body."""
    headers, body = modern("tools/call", "query", arguments={"sql": "SELECT 1"})
    answer = post(server, issuer.token(scope="bq.read"), data=json.dumps(body).encode(),
                  headers=headers | {"Mcp-Name": "list_datasets"})
    assert answer.status_code == 400 and answer.json()["error"]["code"] == -32020
    encoded = "=?base64?cXVlcnk=?="
    answer = post(server, issuer.token(scope="bq.read"), data=json.dumps(body).encode(),
                  headers=headers | {"Mcp-Name": encoded})
    assert answer.status_code == 403
    del headers["Mcp-Name"], headers["Mcp-Method"]
    answer = post(server, issuer.token(scope="bq.read"), data=json.dumps(body).encode(), headers=headers)
    assert answer.status_code in (400, 403)


def test_a_page_of_an_allowed_origin_may_ask_and_read(server: Proxy, issuer: Issuer) -> None:
    asked = requests.options(server.url, timeout=10, headers={
        "Origin": ORIGIN, "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,mcp-protocol-version"})
    assert asked.status_code == 204 and asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    allowed = {name.strip() for name in asked.headers["Access-Control-Allow-Headers"].split(",")}
    assert allowed == {"authorization", "content-type", "accept", "mcp-protocol-version", "mcp-method", "mcp-name",
                       "mcp-session-id", "last-event-id"}
    assert asked.headers["Access-Control-Allow-Methods"] == "POST" and "Origin" in asked.headers["Vary"]
    for token, status in ((None, 401), (issuer.token(scope="bq.read"), 200), (issuer.token(), 403)):
        answer = post(server, token, headers={"Origin": ORIGIN})
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        exposed = {name.strip().lower() for name in answer.headers["Access-Control-Expose-Headers"].split(",")}
        assert exposed == {"www-authenticate", "mcp-session-id"}


def test_a_page_may_read_the_answer_of_a_call(server: Proxy, issuer: Issuer) -> None:
    answer = post(server, issuer.token(scope="bq.read"), tool="list_datasets", headers={"Origin": ORIGIN})
    assert answer.status_code == 200 and answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Origin" not in post(server, issuer.token(scope="bq.read")).headers


def test_without_issuers_nobody_is_sent_to_sign_in(proxy: Proxy) -> None:
    for path in ("/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"):
        assert requests.get(at(proxy, path), timeout=10).status_code == 404
    assert post(proxy, None).status_code == 200


def test_a_page_of_another_origin_may_not(server: Proxy, issuer: Issuer) -> None:
    asked = requests.options(server.url, timeout=10, headers={
        "Origin": "https://evil.example", "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 403 and "Access-Control-Allow-Origin" not in asked.headers
    answer = post(server, issuer.token(scope="bq.read"), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and "Access-Control-Allow-Origin" not in answer.headers


def test_forwarded_requests_are_taken_where_people_sign_in(server: Proxy, issuer: Issuer) -> None:
    answer = post(server, issuer.token(scope="bq.read"), headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200


def legacy(server: Proxy, token: str, method: str, session: str | None = None, **message: object) -> requests.Response:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
               "Authorization": f"Bearer {token}"}
    if session:
        headers |= {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}
    return requests.post(server.url, json={"jsonrpc": "2.0", "method": method} | message, headers=headers, timeout=60)


def test_each_request_of_a_session_needs_a_token(server: Proxy, issuer: Issuer) -> None:
    """A session's name is no credential."""
    token = issuer.token(scope="bq.read")
    opened = legacy(server, token, "initialize", id=1, params={
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
    assert opened.status_code == 200
    session = opened.headers["Mcp-Session-Id"]
    answer = requests.post(server.url, timeout=10, json={"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, headers={
        "Content-Type": "application/json", "Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"})
    assert answer.status_code == 401
    assert legacy(server, token, "tools/list", session, id=2).status_code == 200


def test_a_call_is_cancelled_with_a_fresh_token_and_by_nobody_else(server: Proxy, issuer: Issuer, faults) -> None:
    """The legacy era's cancellation: by the same person, under whatever token; a session's name alone does nothing."""
    faults(jobs=[{"sql": "branches", "slow_ms": 6000}])
    scope = "bq.read bq.query"
    mine, other = issuer.token(scope=scope), issuer.token(scope=scope, sub="bob@bank.example")
    session = legacy(server, mine, "initialize", id=1, params={
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    ).headers["Mcp-Session-Id"]

    def call() -> float:
        start = time.monotonic()
        legacy(server, mine, "tools/call", session, id=2, params={
            "name": "query", "arguments": {"sql": "SELECT branch_id FROM branches"}})
        return time.monotonic() - start

    def cancelled_by(token: str) -> float:
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(call)
            time.sleep(1.5)
            assert legacy(server, token, "notifications/cancelled", session, params={"requestId": 2}).status_code == 202
            return running.result(timeout=60)

    assert cancelled_by(other) > 5
    assert cancelled_by(issuer.token(scope=f"{scope} bq.list", sid="another")) < 5


def test_sessions_are_those_of_the_principal(server: Proxy, issuer: Issuer) -> None:
    """By design 5.5: issuer, subject, client and `sid`, in both eras, whatever the token."""

    def session(**claims: object) -> str:
        token = issuer.token(scope="bq.read bq.query", **claims)
        answer = post(server, token, tool="query", arguments={"sql": "SELECT 1 AS one"})
        return answer.json()["result"]["structuredContent"]["session"]

    mine = session()
    assert mine == session() == session(jti="another", groups=["analyst@bank.example"])
    assert len({mine, session(sub="bob@bank.example"), session(client_id="other"), session(sid="s1"), session(sid="s2"),
                }) == 5
    assert session(sid="s1") == session(sid="s1")


def test_a_job_and_a_cursor_of_another_are_as_if_absent(server: Proxy, issuer: Issuer) -> None:
    scope = "bq.read bq.query"
    mine, other = issuer.token(scope=scope), issuer.token(scope=scope, sub="bob@bank.example")
    page = post(server, mine, tool="query", arguments={"sql": "SELECT branch_id FROM branches", "max_rows": 2}).json()
    content = page["result"]["structuredContent"]
    job, cursor = content["job"]["job_id"], content["next_cursor"]
    for tool, arguments in (("get_job", {"job_id": job}), ("cancel_job", {"job_id": job}),
                            ("fetch_page", {"cursor": cursor})):
        refused = post(server, other, tool=tool, arguments=arguments).json()["result"]
        unknown = post(server, mine, tool=tool, arguments={
            name: value[:-4] + "aaaa" for name, value in arguments.items()}).json()["result"]
        assert refused["isError"] and refused["structuredContent"] == unknown["structuredContent"]
    # A fresh token of the same person, with the same client, is the same person.
    fresh = issuer.token(scope=scope, jti="fresh")
    assert not post(server, fresh, tool="get_job", arguments={"job_id": job}).json()["result"]["isError"]


def test_no_token_goes_upstream(server: Proxy, issuer: Issuer, warehouse) -> None:
    """The sandbox answers only to tokens that it gave out itself; the caller's would be refused there."""
    token = issuer.token(scope="bq.read")
    direct = requests.get(f"{warehouse.url}/bigquery/v2/projects/demo/datasets", timeout=10,
                          headers={"Authorization": f"Bearer {token}"})
    assert direct.status_code == 401
    assert post(server, token, tool="list_datasets").status_code == 200


