"""What the official conformance suite (0.2.0-alpha.11) requires of a server at 2025-11-25, each scenario a test of its
name, on the fixture; every message is checked against the published schema on the way."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from mcp_wire import LEGACY, PREFIX, Reply, Wire, fixture_server

REQUIRED = """server-initialize logging-set-level ping completion-complete tools-list tools-call-simple-text
    tools-call-image tools-call-audio tools-call-embedded-resource tools-call-mixed-content tools-call-with-logging
    tools-call-error tools-call-with-progress tools-call-sampling tools-call-elicitation elicitation-sep1034-defaults
    server-sse-multiple-streams elicitation-sep1330-enums resources-list resources-read-text resources-read-binary
    resources-templates-read resources-subscribe resources-unsubscribe prompts-list prompts-get-simple
    prompts-get-with-args prompts-get-embedded-resource prompts-get-with-image dns-rebinding-protection""".split()
MODERN_ONLY = {"resultType", "ttlMs", "cacheScope", "_meta", "inputRequests", "requestState"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with fixture_server() as started:
        yield started


@pytest.fixture
def wire(url: str) -> Wire:
    made = Wire(url, LEGACY, {"sampling": {}, "elicitation": {}})
    made.shake_hands()
    return made


def test_every_required_scenario_has_a_test() -> None:
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert len(REQUIRED) == 30
    assert [name for name in REQUIRED if not any(
        test.startswith(name.replace("-", "_")) for test in tested)] == []


@pytest.mark.parametrize(("offered", "agreed"), [
    ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
    ("2024-11-05", "2024-11-05"), ("2099-01-01", "2025-11-25"), ("2026-07-28", "2025-11-25")])
def test_server_initialize(url: str, offered: str, agreed: str) -> None:
    wire = Wire(url, LEGACY)
    result = wire.ask("initialize", {"protocolVersion": offered, "capabilities": {},
                                     "clientInfo": {"name": "x", "version": "1"}}).result
    assert result["protocolVersion"] == agreed
    assert result["serverInfo"]["name"] == "scrim-fixture"
    assert set(result["capabilities"]) == {"tools", "resources", "prompts", "completions", "logging"}
    assert not MODERN_ONLY & set(result)


def test_server_initialize_session(url: str) -> None:
    wire = Wire(url, LEGACY)
    wire.shake_hands()
    session = wire.session
    assert session is not None and all(0x21 <= ord(character) <= 0x7E for character in session)
    for method in ("GET", "DELETE"):
        answer = requests.request(method, url, headers={"Mcp-Session-Id": session,
                                                        "Accept": "text/event-stream"}, timeout=20)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    # A session is a name that any replica takes, so none is unknown.
    wire.session = "of-another-replica"
    assert wire.ask("ping").result == {}
    wire.session = None
    assert wire.ask("ping").result == {}


def test_logging_set_level(wire: Wire) -> None:
    assert wire.ask("logging/setLevel", {"level": "info"}).result == {}


def test_ping(wire: Wire) -> None:
    assert wire.ask("ping", number="ping-1").result == {}


def test_completion_complete(wire: Wire) -> None:
    reply = wire.ask("completion/complete", {"ref": {"type": "ref/resource", "uri": "test://template/{id}/data"},
                                             "argument": {"name": "id", "value": "pari"}})
    assert reply.result == {"completion": {"values": ["paris"], "total": 1, "hasMore": False}}


@pytest.mark.parametrize(("method", "member"), [
    ("tools/list", "tools"), ("prompts/list", "prompts"), ("resources/templates/list", "resourceTemplates")])
def test_tools_list_and_other_lists(wire: Wire, method: str, member: str) -> None:
    result = wire.ask(method).result
    assert set(result) == {member} and result[member]
    assert wire.ask(method, {"cursor": "no"}).error["code"] == -32602


def test_prompts_list(wire: Wire) -> None:
    assert all(prompt["name"] and prompt["description"] for prompt in wire.ask("prompts/list").result["prompts"])


def test_tools_call_simple_text(wire: Wire) -> None:
    result = wire.call("test_simple_text").result
    assert result == {"content": [{"type": "text", "text": "This is a simple text response for testing."}],
                      "isError": False}


def test_tools_call_image(wire: Wire) -> None:
    [block] = wire.call("test_image_content").result["content"]
    assert base64.b64decode(block["data"], validate=True).startswith(b"\x89PNG")


def test_tools_call_audio(wire: Wire) -> None:
    [block] = wire.call("test_audio_content").result["content"]
    assert base64.b64decode(block["data"], validate=True).startswith(b"RIFF")


def test_tools_call_embedded_resource(wire: Wire) -> None:
    [block] = wire.call("test_embedded_resource").result["content"]
    assert block["resource"]["uri"] == "test://embedded-resource"


def test_tools_call_mixed_content(wire: Wire) -> None:
    content = wire.call("test_multiple_content_types").result["content"]
    assert [block["type"] for block in content] == ["text", "image", "resource"]


def test_tools_call_with_logging(wire: Wire) -> None:
    lines = wire.call("test_tool_with_logging").notes("notifications/message")
    assert [line["data"] for line in lines] == [
        "Tool execution started", "Tool processing data", "Tool execution completed"]


def test_tools_call_error(wire: Wire) -> None:
    reply = wire.call("test_error_handling")
    assert (reply.status, reply.result["isError"]) == (200, True)
    reply = wire.call("no_such_tool")
    assert (reply.status, reply.error["code"]) == (200, -32602)


def test_tools_call_with_progress(wire: Wire) -> None:
    notes = wire.call("test_tool_with_progress", meta={"progressToken": "p"}).notes("notifications/progress")
    assert [(note["progressToken"], note["progress"]) for note in notes] == [("p", 0), ("p", 50), ("p", 100)]


def asked_for(wire: Wire, tool: str, answer: dict[str, Any], **arguments: Any) -> tuple[dict[str, Any], Reply]:
    questions: list[dict[str, Any]] = []

    def reply(question: dict[str, Any]) -> dict[str, Any]:
        questions.append(question)
        return answer

    given = wire.call(tool, arguments, answer=reply)
    [question] = questions
    return question, given


def test_tools_call_sampling(wire: Wire) -> None:
    answer = {"role": "assistant", "model": "m", "stopReason": "endTurn",
              "content": {"type": "text", "text": "from the client"}}
    question, reply = asked_for(wire, "test_sampling", answer, prompt="Say hi")
    assert question["method"] == "sampling/createMessage"
    assert question["params"]["messages"][0]["content"]["text"] == "Say hi"
    assert reply.text == "LLM response: from the client"


def test_tools_call_elicitation(wire: Wire) -> None:
    answer = {"action": "accept", "content": {"username": "u", "email": "e"}}
    question, reply = asked_for(wire, "test_elicitation", answer, message="Who?")
    assert question["params"]["message"] == "Who?"
    assert reply.text == 'User response: action=accept, content={"username":"u","email":"e"}'


def test_elicitation_sep1034_defaults(wire: Wire) -> None:
    question, _ = asked_for(wire, "test_elicitation_sep1034_defaults", {"action": "decline"})
    fields = question["params"]["requestedSchema"]["properties"]
    assert {name: (field["type"], field["default"]) for name, field in fields.items()} == {
        "name": ("string", "John Doe"), "age": ("integer", 30), "score": ("number", 95.5),
        "status": ("string", "active"), "verified": ("boolean", True)}
    assert fields["status"]["enum"] == ["active", "inactive", "pending"]


def test_elicitation_sep1330_enums(wire: Wire) -> None:
    question, _ = asked_for(wire, "test_elicitation_sep1330_enums", {"action": "cancel"})
    fields = question["params"]["requestedSchema"]["properties"]
    assert set(fields["untitledSingle"]) == {"type", "enum"}
    assert all(set(option) == {"const", "title"} for option in fields["titledSingle"]["oneOf"])
    assert len(fields["legacyEnum"]["enum"]) == len(fields["legacyEnum"]["enumNames"])
    assert set(fields["untitledMulti"]["items"]) == {"type", "enum"}
    assert all(set(option) == {"const", "title"} for option in fields["titledMulti"]["items"]["anyOf"])


def test_server_sse_multiple_streams(wire: Wire) -> None:
    replies: list[Reply] = []

    def call(number: int) -> None:
        replies.append(wire.call("test_tool_with_logging", number=number))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(100, 106)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply.last["id"] for reply in replies) == list(range(100, 106))


def test_resources_list(wire: Wire) -> None:
    result = wire.ask("resources/list").result
    assert set(result) == {"resources", "nextCursor"}
    assert all(entry["uri"] and entry["name"] and entry["description"] for entry in result["resources"])


def test_resources_read_text(wire: Wire) -> None:
    result = wire.ask("resources/read", {"uri": "test://static-text"}).result
    assert set(result) == {"contents"}
    assert result["contents"][0]["text"] == "This is the content of the static text resource."
    reply = wire.ask("resources/read", {"uri": "test://no"})
    assert (reply.status, reply.error["code"]) == (200, -32002)


def test_resources_read_binary(wire: Wire) -> None:
    [content] = wire.ask("resources/read", {"uri": "test://static-binary"}).result["contents"]
    assert base64.b64decode(content["blob"], validate=True).startswith(b"\x89PNG")


def test_resources_templates_read(wire: Wire) -> None:
    [content] = wire.ask("resources/read", {"uri": "test://template/123/data"}).result["contents"]
    assert '"id":"123"' in content["text"]


def test_resources_subscribe(wire: Wire) -> None:
    assert wire.ask("resources/subscribe", {"uri": "test://watched-resource"}).result == {}
    assert wire.ask("resources/subscribe").error["code"] == -32602


def test_resources_unsubscribe(wire: Wire) -> None:
    assert wire.ask("resources/unsubscribe", {"uri": "test://watched-resource"}).result == {}


def kinds(wire: Wire, name: str, **arguments: str) -> list[str]:
    result = wire.ask("prompts/get", {"name": name, "arguments": arguments}).result
    assert not MODERN_ONLY & set(result)
    return [message["content"]["type"] for message in result["messages"]]


def test_prompts_get_simple(wire: Wire) -> None:
    assert kinds(wire, "test_simple_prompt") == ["text"]


def test_prompts_get_with_args(wire: Wire) -> None:
    assert kinds(wire, "test_prompt_with_arguments", arg1="a", arg2="b") == ["text"]
    reply = wire.ask("prompts/get", {"name": "test_prompt_with_arguments"})
    assert (reply.status, reply.error["code"]) == (200, -32602)


def test_prompts_get_embedded_resource(wire: Wire) -> None:
    assert kinds(wire, "test_prompt_with_embedded_resource", resourceUri="test://x") == ["resource", "text"]


def test_prompts_get_with_image(wire: Wire) -> None:
    assert kinds(wire, "test_prompt_with_image") == ["image", "text"]


@pytest.mark.parametrize(("host", "origin", "statuses"), [
    ("evil.example.com", "http://evil.example.com", range(400, 500)), ("localhost", "http://localhost", [200])])
def test_dns_rebinding_protection(wire: Wire, host: str, origin: str, statuses: Any) -> None:
    headers = wire.headers("ping", {}) | {"Host": host, "Origin": origin}
    answer = requests.post(wire.url, json=wire.body("ping", {}, {}), headers=headers, timeout=20)
    assert answer.status_code in statuses


def test_eras_may_mix_on_one_connection(url: str) -> None:
    with requests.Session() as session:
        modern, legacy = Wire(url), Wire(url, LEGACY)
        for _ in range(2):
            answer = session.post(url, json=modern.body("server/discover", {}, {}),
                                  headers=modern.headers("server/discover", {}), timeout=20)
            assert answer.json()["result"]["_meta"][PREFIX + "serverInfo"]
            hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
            answer = session.post(url, json=legacy.body("initialize", hello, {}),
                                  headers=legacy.headers("initialize", {}), timeout=20)
            assert answer.json()["result"]["protocolVersion"] == LEGACY


def test_a_modern_request_names_no_session_and_ignores_one(url: str) -> None:
    reply = Wire(url).ask("tools/list", headers={"Mcp-Session-Id": "x", "Last-Event-ID": "1"})
    assert reply.status == 200 and "mcp-session-id" not in reply.headers
