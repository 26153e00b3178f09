"""The scenarios of the official conformance suite about requests that take several rounds (2026-07-28), on the
fixture; their names are required by `test_conformance_modern`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from mcp_wire import ALL_CAPABILITIES, MODERN, Wire, fixture_server

ROOTS = {"roots": [{"uri": "file:///test/root", "name": "Test Root"}]}
TOOL = "test_input_required_result_"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fixture_server() as started:
        yield started


@pytest.fixture
def wire(url: str) -> Wire:
    return Wire(url, MODERN, ALL_CAPABILITIES)


def accept(**content: Any) -> dict[str, Any]:
    return {"action": "accept", "content": content}


def wrote(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": {"type": "text", "text": text}, "model": "m", "stopReason": "endTurn"}


def first(wire: Wire, tool: str, methods: dict[str, str]) -> dict[str, Any]:
    result = wire.call(TOOL + tool).result
    assert result["resultType"] == "input_required"
    assert {key: request["method"] for key, request in result["inputRequests"].items()} == methods
    return result


def test_input_required_result_basic_elicitation(wire: Wire) -> None:
    asked = first(wire, "elicitation", {"user_name": "elicitation/create"})["inputRequests"]["user_name"]["params"]
    assert asked["requestedSchema"]["required"] == ["name"]
    reply = wire.call(TOOL + "elicitation", inputResponses={"user_name": accept(name="Alice")})
    assert reply.text == "Hello, Alice!"


def test_input_required_result_basic_sampling(wire: Wire) -> None:
    first(wire, "sampling", {"capital_question": "sampling/createMessage"})
    reply = wire.call(TOOL + "sampling", inputResponses={"capital_question": wrote("Paris.")})
    assert reply.text == "Model said: Paris."


def test_input_required_result_basic_list_roots(wire: Wire) -> None:
    first(wire, "list_roots", {"client_roots": "roots/list"})
    assert wire.call(TOOL + "list_roots", inputResponses={"client_roots": ROOTS}).text == "Client exposed 1 root(s)."


def test_input_required_result_request_state(wire: Wire) -> None:
    state = first(wire, "request_state", {"confirm": "elicitation/create"})["requestState"]
    responses = {"confirm": accept(ok=True)}
    reply = wire.call(TOOL + "request_state", inputResponses=responses, requestState=state)
    assert reply.text == "state-ok: confirmation received"
    # Without the state the question is asked again.
    assert wire.call(TOOL + "request_state", inputResponses=responses).result["resultType"] == "input_required"


def test_input_required_result_multiple_input_requests(wire: Wire) -> None:
    asked = first(wire, "multiple_inputs", {
        "user_name": "elicitation/create", "greeting": "sampling/createMessage", "client_roots": "roots/list"})
    responses = {"user_name": accept(name="Alice"), "greeting": wrote("Hi"), "client_roots": ROOTS}
    reply = wire.call(TOOL + "multiple_inputs", inputResponses=responses, requestState=asked["requestState"])
    assert reply.text == "All inputs received."


def test_input_required_result_multi_round(wire: Wire) -> None:
    one = first(wire, "multi_round", {"step1": "elicitation/create"})
    two = wire.call(TOOL + "multi_round", inputResponses={"step1": accept(name="Alice")},
                    requestState=one["requestState"]).result
    assert two["resultType"] == "input_required" and set(two["inputRequests"]) == {"step2"}
    assert two["requestState"] != one["requestState"]
    reply = wire.call(TOOL + "multi_round", inputResponses={"step2": accept(color="blue")},
                      requestState=two["requestState"])
    assert reply.text == "Alice likes blue."


@pytest.mark.parametrize("responses", [
    {"wrong_key": accept(data="x")}, {}, {"user_name": {"action": "decline"}}, {"user_name": {"action": "cancel"}}])
def test_input_required_result_missing_input_response(wire: Wire, responses: dict[str, Any]) -> None:
    result = wire.call(TOOL + "elicitation", inputResponses=responses).result
    assert result["resultType"] == "input_required" and set(result["inputRequests"]) == {"user_name"}


def test_input_required_result_non_tool_request(wire: Wire) -> None:
    params: dict[str, Any] = {"name": TOOL + "prompt"}
    assert set(wire.ask("prompts/get", params).result["inputRequests"]) == {"user_context"}
    params["inputResponses"] = {"user_context": accept(context="the bank")}
    [message] = wire.ask("prompts/get", params).result["messages"]
    assert message["content"]["text"] == "Use the following context: the bank"


def test_input_required_result_result_type(wire: Wire) -> None:
    assert wire.call(TOOL + "elicitation").result["resultType"] == "input_required"


@pytest.mark.parametrize("method", ["tools/list", "prompts/list", "resources/list", "server/discover"])
def test_input_required_result_unsupported_methods(wire: Wire, method: str) -> None:
    assert wire.ask(method, {"inputResponses": {}}).result["resultType"] == "complete"


@pytest.mark.parametrize("tamper", [lambda s: s + "-TAMPERED", lambda s: s[:-1] + ("A" if s[-1] != "A" else "Q"),
                                    lambda s: "", lambda s: s[1:], lambda s: s.swapcase(), lambda s: 5])
def test_input_required_result_tampered_state(wire: Wire, tamper: Any) -> None:
    state = first(wire, "tampered_state", {"confirm": "elicitation/create"})["requestState"]
    responses = {"confirm": accept(ok=True)}
    reply = wire.call(TOOL + "tampered_state", inputResponses=responses, requestState=tamper(state))
    assert (reply.status, reply.error["code"]) == (200, -32602)
    # For another principal, another tool or other arguments it is as if tampered with.
    for tool, more in (("tampered_state", {"headers": {"Authorization": "Bearer other"}}), ("request_state", {}),
                       ("tampered_state", {"arguments": {"x": 1}})):
        reply = wire.call(TOOL + tool, inputResponses=responses, requestState=state, **more)
        assert reply.error["code"] == -32602
    assert wire.call(TOOL + "tampered_state", inputResponses=responses, requestState=state).text == "state-ok"


@pytest.mark.parametrize(("capabilities", "asked"), [
    ({"sampling": {}}, {"sample"}), ({"elicitation": {}}, {"ask"}), ({"elicitation": {"url": {}}}, set()),
    ({"sampling": {}, "elicitation": {"form": {}}}, {"sample", "ask"}), ({}, set())])
def test_input_required_result_capability_check(url: str, capabilities: dict[str, Any], asked: set[str]) -> None:
    result = Wire(url, MODERN, capabilities).call(TOOL + "capabilities").result
    assert result["resultType"] == "input_required" and result["requestState"]
    assert set(result.get("inputRequests", {})) == asked


@pytest.mark.parametrize(("tool", "required"), [
    (TOOL + "elicitation", {"elicitation": {}}), (TOOL + "list_roots", {"roots": {}}),
    ("test_url_elicitation", {"elicitation": {"url": {}}}),
    (TOOL + "multiple_inputs", {"elicitation": {}, "sampling": {}, "roots": {}})])
def test_what_is_needed_and_was_not_declared_is_told(url: str, tool: str, required: dict[str, Any]) -> None:
    reply = Wire(url, MODERN).call(tool)
    assert (reply.status, reply.error["code"]) == (400, -32021)
    assert reply.error["data"] == {"requiredCapabilities": required}


def test_input_required_result_ignore_extra_params(wire: Wire) -> None:
    responses = {"user_name": accept(name="Alice"), "unknown": accept(foo="bar"), "another": accept(baz=123)}
    assert wire.call(TOOL + "elicitation", inputResponses=responses).text == "Hello, Alice!"


@pytest.mark.parametrize("responses", [{"user_name": 12345}, {"user_name": {"action": "accept", "content": []}}])
def test_input_required_result_validate_input(wire: Wire, responses: Any) -> None:
    assert wire.call(TOOL + "elicitation", inputResponses=responses).result["resultType"] == "input_required"


@pytest.mark.parametrize("responses", [None, [], "x", 1])
def test_input_required_result_validate_input_that_is_no_object(wire: Wire, responses: Any) -> None:
    assert wire.call(TOOL + "elicitation", inputResponses=responses).error["code"] == -32602
