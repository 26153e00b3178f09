"""The product itself: the checks of the official conformance suite that need no fixture, and everything that it says,
to successes, refusals and errors of both eras, against the published schemas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from mcp_wire import LEGACY, MODERN, PREFIX, Wire
from proxy import Proxy

QUERY = "SELECT full_name, ssn FROM bank.customers ORDER BY customer_id LIMIT 2"
CALLS: list[tuple[str, dict[str, Any], bool]] = [
    ("list_datasets", {}, False), ("list_tables", {"dataset": "bank"}, False), ("list_tables", {"dataset": "no"}, True),
    ("describe_table", {"table": "bank.customers"}, False), ("search_schema", {"text": "customer"}, False),
    ("estimate_query", {"sql": QUERY}, False), ("query", {"sql": QUERY}, False),
    ("query", {"sql": "DROP TABLE t"}, True),
    ("query", {"sql": "SELECT 1 +"}, True), ("query", {"nonsense": 1}, True), ("fetch_page", {"cursor": "no"}, True),
    ("get_job", {"job_id": "no"}, True), ("cancel_job", {"job_id": "no"}, True)]


@pytest.fixture(params=[MODERN, LEGACY])
def wire(proxy: Proxy, request: pytest.FixtureRequest) -> Wire:
    made = Wire(proxy.url, request.param)
    if request.param == LEGACY:
        made.shake_hands()
    return made


@pytest.fixture
def modern(proxy: Proxy) -> Wire:
    return Wire(proxy.url, MODERN)


@pytest.mark.parametrize(("tool", "arguments", "is_error"), CALLS)
def test_what_tools_answer_fits_the_schema(wire: Wire, tool: str, arguments: dict[str, Any], is_error: bool) -> None:
    reply = wire.call(tool, arguments)
    assert reply.result["isError"] is is_error
    assert not reply.streamed
    assert wire.recorded >= 1


def test_a_query_that_takes_long_tells_of_progress(wire: Wire, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "customers", "slow_ms": 4500}])
    reply = wire.call("query", {"sql": QUERY}, meta={"progressToken": "p"})
    assert reply.streamed and reply.result["isError"] is False
    notes = reply.notes("notifications/progress")
    assert {note["progressToken"] for note in notes} == {"p"}
    assert len(notes) >= 3 and [note["progress"] for note in notes] == list(range(1, len(notes) + 1))


def test_lists_and_their_hints(wire: Wire) -> None:
    result = wire.ask("tools/list").result
    for tool in result["tools"]:
        assert set(tool["annotations"]) == {"readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"}
        assert tool["outputSchema"]["type"] == tool["inputSchema"]["type"] == "object"
    hints = {name: result[name] for name in ("ttlMs", "cacheScope") if name in result}
    assert hints == ({"ttlMs": 300_000, "cacheScope": "public"} if wire.version == MODERN else {})
    assert wire.ask("tools/list", {"cursor": "no"}).error["code"] == -32602


@pytest.mark.parametrize(("method", "params", "code"), [
    ("tools/call", {"name": "no_such_tool"}, -32602), ("tools/call", {"name": "query", "arguments": []}, -32602),
    ("no/such", {}, -32601)])
def test_errors_fit_the_schema(wire: Wire, method: str, params: dict[str, Any], code: int) -> None:
    reply = wire.ask(method, params)
    assert reply.error["code"] == code
    assert reply.status == (404 if code == -32601 and wire.version == MODERN else 200)


def test_server_stateless(modern: Wire) -> None:
    result = modern.ask("server/discover").result
    assert (result["supportedVersions"], result["ttlMs"], result["cacheScope"]) == ([MODERN], 3_600_000, "public")
    assert result["_meta"][PREFIX + "serverInfo"]["name"] == "scrim"
    assert "logging" not in result["capabilities"]
    for method in ("initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"):
        reply = modern.ask(method)
        assert (reply.status, reply.error["code"]) == (404, -32601)
    for missing in ("protocolVersion", "clientCapabilities"):
        meta = {key: value for key, value in modern.meta.items() if key != PREFIX + missing}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
        answer = requests.post(modern.url, json=body, headers=modern.headers("tools/list", {}), timeout=20)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32602)
    reply = modern.ask("tools/list", meta={PREFIX + "protocolVersion": "1900-01-01"},
                       headers={"MCP-Protocol-Version": "1900-01-01"})
    assert (reply.status, reply.error["code"]) == (400, -32022)


@pytest.mark.parametrize("headers", [
    {"Mcp-Method": None}, {"Mcp-Method": "tools/call"}, {"Mcp-Method": "TOOLS/LIST"}, {"MCP-Protocol-Version": None},
    {"MCP-Protocol-Version": "2099-01-01"}])
def test_http_header_validation(modern: Wire, headers: dict[str, str | None]) -> None:
    reply = modern.ask("tools/list", headers=headers)
    assert (reply.status, reply.error["code"]) == (400, -32020)
    assert modern.ask("tools/list", headers={"Mcp-Method": "tools/list\t "}).status == 200


@pytest.mark.parametrize(("host", "origin", "status"), [
    ("evil.example.com", None, 421), ("localhost", "http://evil.example.com", 403),
    ("localhost", "http://localhost", 200)])
def test_dns_rebinding_protection(wire: Wire, host: str, origin: str | None, status: int) -> None:
    headers = wire.headers("tools/list", {}) | {"Host": host} | ({"Origin": origin} if origin else {})
    answer = requests.post(wire.url, json=wire.body("tools/list", {}, {}), headers=headers, timeout=20)
    assert answer.status_code == status


def test_server_initialize_and_ping(proxy: Proxy) -> None:
    wire = Wire(proxy.url, LEGACY)
    result = wire.shake_hands()
    assert result["protocolVersion"] == LEGACY and result["serverInfo"]["name"] == "scrim"
    assert wire.ask("ping").result == {}


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18"])
def test_older_clients_are_served(proxy: Proxy, version: str) -> None:
    wire = Wire(proxy.url, LEGACY)
    hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}
    assert wire.ask("initialize", hello).result["protocolVersion"] == version
    headers: dict[str, str | None] = {"MCP-Protocol-Version": None if version < "2025-06-18" else version}
    assert wire.ask("tools/call", {"name": "list_datasets"}, headers=headers).result["isError"] is False
