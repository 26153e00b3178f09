"""What the official conformance suite (0.2.0-alpha.11) requires of a server at 2026-07-28, each scenario a test of its
name, on the fixture; every message is checked against the published schema on the way."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import test_conformance_rounds
from mcp_wire import ALL_CAPABILITIES, MODERN, PREFIX, SCHEMAS, Reply, Wire, fixture_server

REQUIRED = """server-stateless completion-complete tools-list tools-call-simple-text tools-call-image tools-call-audio
    tools-call-embedded-resource tools-call-mixed-content tools-call-error tools-call-with-progress
    server-sse-multiple-streams resources-list resources-read-text resources-read-binary resources-templates-read
    sep-2164-resource-not-found prompts-list prompts-get-simple prompts-get-with-args prompts-get-embedded-resource
    prompts-get-with-image dns-rebinding-protection caching input-required-result-basic-elicitation
    input-required-result-basic-sampling input-required-result-basic-list-roots input-required-result-request-state
    input-required-result-multiple-input-requests input-required-result-multi-round
    input-required-result-missing-input-response input-required-result-non-tool-request
    input-required-result-result-type input-required-result-unsupported-methods input-required-result-tampered-state
    input-required-result-capability-check input-required-result-ignore-extra-params
    input-required-result-validate-input""".split()
PNG, WAV = b"\x89PNG\r\n\x1a\n", b"RIFF"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fixture_server() as started:
        yield started


@pytest.fixture
def wire(url: str) -> Wire:
    return Wire(url, MODERN, ALL_CAPABILITIES)


@pytest.fixture
def bare(url: str) -> Wire:
    """A client that declares nothing."""
    return Wire(url, MODERN)


def test_every_required_scenario_has_a_test() -> None:
    names = [*globals(), *vars(test_conformance_rounds)]
    tested = {name.removeprefix("test_") for name in names if name.startswith("test_")}
    assert len(REQUIRED) == 37
    assert [name for name in REQUIRED if not any(
        test.startswith(name.replace("-", "_")) for test in tested)] == []


@pytest.mark.parametrize(("message", "method"), [
    ({"jsonrpc": "2.0", "id": 1, "result": {"content": []}}, "tools/call"),
    ({"jsonrpc": "2.0", "id": 1, "result": {"resultType": "complete", "tools": [], "ttlMs": 1}}, "tools/list"),
    ({"jsonrpc": "2.0", "id": 1, "error": {"code": "x", "message": "m"}}, "tools/list"),
    ({"jsonrpc": "2.0", "id": None, "result": {"resultType": "complete"}}, None),
    ({"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1}}, None)])
def test_the_check_against_the_schema_sees_what_is_wrong(message: dict[str, Any], method: str | None) -> None:
    assert SCHEMAS[MODERN].problems(message, method) != []


@pytest.mark.parametrize("missing", ["_meta", "protocolVersion", "clientCapabilities"])
def test_server_stateless_meta_is_required(bare: Wire, missing: str) -> None:
    meta = {key: value for key, value in bare.meta.items() if key != PREFIX + missing}
    params = {} if missing == "_meta" else {"_meta": meta}
    body = {"jsonrpc": "2.0", "id": 101, "method": "tools/list", "params": params}
    answer = requests.post(bare.url, json=body, headers=bare.headers("tools/list", {}), timeout=20)
    assert (answer.status_code, answer.json()["error"]["code"], answer.json()["id"]) == (400, -32602, 101)


def test_server_stateless_client_info_is_not_required(bare: Wire) -> None:
    meta = {key: value for key, value in bare.meta.items() if key != PREFIX + "clientInfo"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}
    answer = requests.post(bare.url, json=body, headers=bare.headers("tools/list", {}), timeout=20)
    assert answer.status_code == 200 and answer.json()["result"]["tools"]


def test_server_stateless_discover(bare: Wire) -> None:
    result = bare.ask("server/discover").result
    assert result["supportedVersions"] == [MODERN]
    assert result["_meta"][PREFIX + "serverInfo"]["name"] == "scrim-fixture"
    assert set(result["capabilities"]) == {"tools", "resources", "prompts", "completions"}
    for method in ("prompts/list", "resources/list", "tools/list"):
        assert bare.ask(method).status == 200


def test_server_stateless_version_errors(bare: Wire) -> None:
    reply = bare.ask("tools/list", meta={PREFIX + "protocolVersion": "1900-01-01"},
                     headers={"MCP-Protocol-Version": "1900-01-01"})
    assert (reply.status, reply.error["code"]) == (400, -32022)
    assert reply.error["data"] == {"supported": [MODERN], "requested": "1900-01-01"}
    for header in ("1900-01-01", None):
        reply = bare.ask("tools/list", headers={"MCP-Protocol-Version": header})
        assert (reply.status, reply.error["code"]) == (400, -32020)


def test_server_stateless_capability_errors(bare: Wire, wire: Wire) -> None:
    reply = bare.call("test_missing_capability")
    assert (reply.status, reply.error["code"]) == (400, -32021)
    assert reply.error["data"] == {"requiredCapabilities": {"sampling": {}}}
    assert wire.call("test_missing_capability").result["isError"] is False


@pytest.mark.parametrize("method", ["initialize", "ping", "logging/setLevel", "resources/subscribe",
                                    "resources/unsubscribe", "unknown/method"])
def test_server_stateless_removed_methods(bare: Wire, method: str) -> None:
    reply = bare.ask(method, number=500)
    assert (reply.status, reply.error["code"]) == (404, -32601)


def test_server_stateless_streams_carry_notifications_alone(wire: Wire, bare: Wire) -> None:
    reply = wire.call("test_streaming_elicitation", meta={"progressToken": "t"})
    assert reply.streamed and reply.result["resultType"] == "input_required"
    assert [message["method"] for message in reply.messages[:-1]] == ["notifications/progress"]
    assert bare.call("test_logging_tool").messages[:-1] == []
    lines = bare.call("test_logging_tool", meta={PREFIX + "logLevel": "warning"}).notes("notifications/message")
    assert [line["level"] for line in lines] == ["warning"]


@pytest.mark.parametrize(("wanted", "trigger", "told"), [
    ("toolsListChanged", "test_trigger_tool_change", "notifications/tools/list_changed"),
    ("promptsListChanged", "test_trigger_prompt_change", "notifications/prompts/list_changed")])
def test_server_stateless_subscriptions(bare: Wire, wanted: str, trigger: str, told: str) -> None:
    other = {"test_trigger_tool_change": "test_trigger_prompt_change"}.get(trigger, "test_trigger_tool_change")
    with bare.listening(**{wanted: True}) as messages:
        first = next(messages)
        assert first["method"] == "notifications/subscriptions/acknowledged"
        assert first["params"]["notifications"] == {wanted: True}
        for tool in (other, trigger):
            assert bare.call(tool).result["isError"] is False
        second = next(messages)
        assert second["method"] == told
        assert {message["params"]["_meta"][PREFIX + "subscriptionId"] for message in (first, second)} == {"listen-1"}


def test_completion_complete(wire: Wire) -> None:
    params = {"ref": {"type": "ref/prompt", "name": "test_prompt_with_arguments"},
              "argument": {"name": "arg1", "value": "par"}}
    completion = wire.ask("completion/complete", params).result["completion"]
    assert completion == {"values": ["paris", "park", "party"], "total": 3, "hasMore": False}
    params["argument"]["value"] = ""
    completion = wire.ask("completion/complete", params).result["completion"]
    assert (len(completion["values"]), completion["total"], completion["hasMore"]) == (100, 153, True)
    params["argument"]["name"] = "no"
    assert wire.ask("completion/complete", params).error["code"] == -32602


def test_tools_list(wire: Wire) -> None:
    tools = wire.ask("tools/list").result["tools"]
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_./-]{1,64}", tool["name"]) and tool["description"]
        assert tool["inputSchema"]["type"] == "object"
    assert len({tool["name"] for tool in tools}) == len(tools)
    everything = next(tool for tool in tools if tool["name"] == "json_schema_2020_12_tool")["inputSchema"]
    assert {"$schema", "$defs", "allOf", "if", "then", "else", "additionalProperties"} <= set(everything)
    assert everything["$defs"]["address"]["$anchor"] == "addressDef"


def blocks(reply: Reply) -> list[dict[str, Any]]:
    assert reply.result["isError"] is False and reply.result["resultType"] == "complete"
    return reply.result["content"]


def test_tools_call_simple_text(wire: Wire) -> None:
    text = "This is a simple text response for testing."
    assert blocks(wire.call("test_simple_text")) == [{"type": "text", "text": text}]


def test_tools_call_image(wire: Wire) -> None:
    [block] = blocks(wire.call("test_image_content"))
    assert (block["type"], block["mimeType"]) == ("image", "image/png")
    assert base64.b64decode(block["data"], validate=True).startswith(PNG)


def test_tools_call_audio(wire: Wire) -> None:
    [block] = blocks(wire.call("test_audio_content"))
    assert (block["type"], block["mimeType"]) == ("audio", "audio/wav")
    assert base64.b64decode(block["data"], validate=True).startswith(WAV)


def test_tools_call_embedded_resource(wire: Wire) -> None:
    [block] = blocks(wire.call("test_embedded_resource"))
    assert block == {"type": "resource", "resource": {
        "uri": "test://embedded-resource", "mimeType": "text/plain", "text": "This is an embedded resource content."}}


def test_tools_call_mixed_content(wire: Wire) -> None:
    content = blocks(wire.call("test_multiple_content_types"))
    assert [block["type"] for block in content] == ["text", "image", "resource"]
    [link] = blocks(wire.call("test_resource_link"))
    assert link == {"type": "resource_link", "uri": "test://static-text", "name": "static-text", "size": 48}


def test_tools_call_error(wire: Wire) -> None:
    reply = wire.call("test_error_handling")
    assert (reply.status, reply.result["isError"]) == (200, True)
    assert reply.text == "This tool intentionally returns an error for testing"


@pytest.mark.parametrize("token", ["progress-test-1", 7])
def test_tools_call_with_progress(wire: Wire, token: str | int) -> None:
    reply = wire.call("test_tool_with_progress", meta={"progressToken": token})
    notes = reply.notes("notifications/progress")
    assert reply.streamed
    assert [(note["progressToken"], note["progress"], note["total"]) for note in notes] == [
        (token, 0, 100), (token, 50, 100), (token, 100, 100)]
    assert not wire.call("test_tool_with_progress").streamed


def test_server_sse_multiple_streams(url: str) -> None:
    replies: list[Reply] = []
    barrier = threading.Barrier(8)

    def call() -> None:
        wire = Wire(url)
        barrier.wait()
        replies.append(wire.call("test_tool_with_progress", meta={"progressToken": 1}))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(reply.messages) for reply in replies] == [4] * 8


def test_resources_list(wire: Wire) -> None:
    listed: list[dict[str, Any]] = []
    params: dict[str, Any] = {}
    while True:
        result = wire.ask("resources/list", params).result
        listed += result["resources"]
        if "nextCursor" not in result:
            break
        params = {"cursor": result["nextCursor"]}
    assert [entry["uri"] for entry in listed] == [
        "test://static-text", "test://static-binary", "test://watched-resource"]
    assert all(entry["name"] and entry["description"] for entry in listed)
    assert wire.ask("resources/list", {"cursor": "made-up"}).error["code"] == -32602


def test_resources_read_text(wire: Wire) -> None:
    assert wire.ask("resources/read", {"uri": "test://static-text"}).result["contents"] == [
        {"uri": "test://static-text", "mimeType": "text/plain",
         "text": "This is the content of the static text resource."}]


def test_resources_read_binary(wire: Wire) -> None:
    [content] = wire.ask("resources/read", {"uri": "test://static-binary"}).result["contents"]
    assert base64.b64decode(content["blob"], validate=True).startswith(PNG)


def test_resources_templates_read(wire: Wire) -> None:
    [template] = wire.ask("resources/templates/list").result["resourceTemplates"]
    assert template["uriTemplate"] == "test://template/{id}/data"
    uri = "test://template/123/data"
    assert wire.ask("resources/read", {"uri": uri}).result["contents"] == [
        {"uri": uri, "mimeType": "application/json",
         "text": '{"id":"123","templateTest":true,"data":"Data for ID: 123"}'}]


@pytest.mark.parametrize("uri", ["test://nonexistent", "", "test://template//data", "test://template/a/b/data"])
def test_sep_2164_resource_not_found(wire: Wire, uri: str) -> None:
    reply = wire.ask("resources/read", {"uri": uri})
    assert (reply.status, reply.error["code"], reply.error["data"]) == (200, -32602, {"uri": uri})


def test_prompts_list(wire: Wire) -> None:
    prompts = {prompt["name"]: prompt for prompt in wire.ask("prompts/list").result["prompts"]}
    assert len(prompts) == 5 and all(prompt["description"] for prompt in prompts.values())
    assert [(argument["name"], argument["required"]) for argument in
            prompts["test_prompt_with_arguments"]["arguments"]] == [("arg1", True), ("arg2", True)]


def prompt(wire: Wire, name: str, **arguments: str) -> list[dict[str, Any]]:
    messages = wire.ask("prompts/get", {"name": name, "arguments": arguments}).result["messages"]
    assert {message["role"] for message in messages} == {"user"}
    return [message["content"] for message in messages]


def test_prompts_get_simple(wire: Wire) -> None:
    assert prompt(wire, "test_simple_prompt") == [{"type": "text", "text": "This is a simple prompt for testing."}]


def test_prompts_get_with_args(wire: Wire) -> None:
    [content] = prompt(wire, "test_prompt_with_arguments", arg1="hello", arg2="world")
    assert content["text"] == "Prompt with arguments: arg1='hello', arg2='world'"
    reply = wire.ask("prompts/get", {"name": "test_prompt_with_arguments", "arguments": {"arg1": "hello"}})
    assert (reply.status, reply.error["code"]) == (200, -32602)
    assert wire.ask("prompts/get", {"name": "no"}).error["code"] == -32602


def test_prompts_get_embedded_resource(wire: Wire) -> None:
    content = prompt(wire, "test_prompt_with_embedded_resource", resourceUri="test://example-resource")
    assert content[0]["resource"] == {"uri": "test://example-resource", "mimeType": "text/plain",
                                      "text": "Embedded resource content for testing."}
    assert content[1]["text"] == "Please process the embedded resource above."


def test_prompts_get_with_image(wire: Wire) -> None:
    content = prompt(wire, "test_prompt_with_image")
    assert base64.b64decode(content[0]["data"], validate=True).startswith(PNG)
    assert content[1]["text"] == "Please analyze the image above."


@pytest.mark.parametrize(("host", "origin", "statuses"), [
    ("evil.example.com", "http://evil.example.com", range(400, 500)), ("localhost", "http://evil.example.com", [403]),
    ("evil.example.com", None, range(400, 500)), ("localhost", "http://localhost", [200]), ("localhost", None, [200])])
def test_dns_rebinding_protection(wire: Wire, host: str, origin: str | None, statuses: Any) -> None:
    headers = wire.headers("server/discover", {}) | {"Host": host} | ({"Origin": origin} if origin else {})
    body = wire.body("server/discover", {}, {})
    assert requests.post(wire.url, json=body, headers=headers, timeout=20).status_code in statuses


@pytest.mark.parametrize(("method", "params", "scope"), [
    ("server/discover", {}, "public"), ("tools/list", {}, "public"), ("prompts/list", {}, "public"),
    ("resources/templates/list", {}, "public"), ("resources/list", {}, "private"),
    ("resources/read", {"uri": "test://static-text"}, "private")])
def test_caching(wire: Wire, method: str, params: dict[str, Any], scope: str) -> None:
    result = wire.ask(method, params).result
    assert type(result["ttlMs"]) is int and result["ttlMs"] >= 0
    assert result["cacheScope"] == scope
    assert not {"ttlMs", "cacheScope"} & set(wire.call("test_simple_text").result)
