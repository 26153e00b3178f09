"""The official conformance suite's checks of headers, `http-header-validation` (14) and
`http-custom-header-server-validation` (10), on the fixture."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from mcp_wire import MODERN, PREFIX, Wire, fixture_server

CALL = {"name": "test_simple_text", "arguments": {}}
READ = {"uri": "test://static-text"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fixture_server() as started:
        yield started


@pytest.fixture
def wire(url: str) -> Wire:
    return Wire(url)


def encoded(text: str) -> str:
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


@pytest.mark.parametrize(("method", "params", "headers"), [
    ("tools/list", {}, {"Mcp-Method": "prompts/list"}), ("tools/list", {}, {"Mcp-Method": None}),
    ("tools/list", {}, {"Mcp-Method": "TOOLS/LIST"}), ("tools/list", {}, {"Mcp-Method": ""}),
    ("tools/call", CALL, {"Mcp-Name": "test_image_content"}), ("tools/call", CALL, {"Mcp-Name": None}),
    ("tools/call", CALL, {"Mcp-Name": "TEST_SIMPLE_TEXT"}), ("tools/call", CALL, {"Mcp-Method": None}),
    ("resources/read", READ, {"Mcp-Name": None}), ("resources/read", READ, {"Mcp-Name": "test://other"}),
    ("prompts/get", {"name": "test_simple_prompt"}, {"Mcp-Name": None}),
    ("tools/list", {}, {"MCP-Protocol-Version": None}), ("tools/list", {}, {"MCP-Protocol-Version": "2099-01-01"}),
    ("tools/call", CALL, {"Mcp-Name": "=?base64?dGVzdF9zaW1wbGVfdGV4dA?="})])
def test_headers_that_differ_are_refused(wire: Wire, method: str, params: dict[str, Any],
                                         headers: dict[str, str | None]) -> None:
    reply = wire.ask(method, params, headers=headers)
    assert (reply.status, reply.error["code"]) == (400, -32020)


@pytest.mark.parametrize(("method", "params", "headers"), [
    ("tools/list", {}, {"Mcp-Method": None, "mcp-method": "tools/list"}),
    ("tools/list", {}, {"Mcp-Method": None, "MCP-METHOD": "tools/list"}),
    ("tools/list", {}, {"Mcp-Method": "tools/list  \t"}),
    ("tools/call", CALL, {"Mcp-Name": encoded("test_simple_text")}),
    ("resources/read", READ, {"Mcp-Name": encoded("test://static-text")}),
    ("tools/list", {}, {"Mcp-Name": "anything"})])
def test_headers_that_agree_are_taken(wire: Wire, method: str, params: dict[str, Any],
                                      headers: dict[str, str | None]) -> None:
    assert wire.ask(method, params, headers=headers).status == 200


@pytest.mark.parametrize(("value", "header", "is_taken"), [
    ("us-west1", "us-west1", True), ("us-west1", encoded("us-west1"), True), ("Hello", encoded("Hello"), True),
    ("Grüße, 世界", encoded("Grüße, 世界"), True), (" padded ", encoded(" padded "), True),
    ("a\nb", encoded("a\nb"), True), ("=?base64?literal?=", encoded("=?base64?literal?="), True),
    ("Hello", "SGVsbG8=", False), ("Hello", "=?base64?SGVsbG8?=", False), ("Hello", "=?base64?SGVs!!!bG8=?=", False),
    ("Hello", "=?BASE64?SGVsbG8=?=", False), ("us-west1", "us-east1", False), ("us-west1", None, False),
    ("us-west1", "US-WEST1", False), (None, "us-west1", False)])
def test_headers_that_repeat_an_argument(wire: Wire, value: str | None, header: str | None, is_taken: bool) -> None:
    arguments = {} if value is None else {"region": value}
    reply = wire.call("test_x_mcp_header", arguments, headers={"Mcp-Param-Region": header})
    if is_taken:
        assert reply.text == f"region={value}"
    else:
        assert (reply.status, reply.error["code"]) == (400, -32020)


def test_an_argument_that_is_not_given_wants_no_header(wire: Wire) -> None:
    assert wire.call("test_x_mcp_header").text == "region=none"
    assert wire.call("test_x_mcp_header", {"region": None}).text == "region=none"
    taken = wire.call("test_x_mcp_header", {"page": 42, "place": {"dry": False}},
                      headers={"Mcp-Param-Page": "42.0", "mcp-param-dry": "false"})
    assert taken.status == 200
    assert wire.call("test_x_mcp_header", {"page": 42}).error["code"] == -32020


def test_a_trace_is_passed_on(wire: Wire) -> None:
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert wire.call("test_trace", meta={"traceparent": parent}).text == parent
    assert wire.call("test_trace", headers={"traceparent": parent}).text == parent
    assert wire.call("test_trace", meta={"traceparent": "00-zz"}).text == "none"


@pytest.mark.parametrize(("size", "token", "is_error"), [(20_000_000, None, False), (900_000, 1, False),
                                                         (1_100_000, 1, True)])
def test_large_results_fit_what_clients_take(wire: Wire, size: int, token: int | None, is_error: bool) -> None:
    reply = wire.call("test_large_result", {"bytes": size}, meta={} if token is None else {"progressToken": token})
    assert reply.streamed == (token is not None)
    assert reply.result["isError"] is is_error
    assert is_error or len(reply.text) == size


def test_capabilities_are_of_the_request_alone(url: str) -> None:
    wire = Wire(url)
    with_sampling = {PREFIX + "clientCapabilities": {"sampling": {}}}
    assert wire.call("test_missing_capability", meta=with_sampling).status == 200
    assert wire.call("test_missing_capability").error["code"] == -32021
    assert wire.version == MODERN
