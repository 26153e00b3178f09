"""MCP as bytes over HTTP, both eras, every message checked against the published JSON Schema of its revision."""

from __future__ import annotations

import functools
import itertools
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from jsonschema import Draft202012Validator
from proxy import BINARY

MODERN, LEGACY = "2026-07-28", "2025-11-25"
ALL_CAPABILITIES = {"elicitation": {"form": {}, "url": {}}, "sampling": {}, "roots": {}}
FIXTURE = Path(os.environ.get("MCP_FIXTURE_BIN", BINARY.parent / "MCPFixture"))
SECONDS_MAX = 20
PREFIX = "io.modelcontextprotocol/"
# What names the subject of a request, and so stands in `Mcp-Name`.
SUBJECTS = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


class Schema:
    """The published schema of a revision."""

    def __init__(self, version: str) -> None:
        path = Path(__file__).parent / "schemas" / f"mcp-{version}.json"
        self.document = json.loads(path.read_text())
        self.definitions: dict[str, Any] = self.document["$defs"]
        self.by_method = {
            definition["properties"]["method"]["const"]: name for name, definition in self.definitions.items()
            if "const" in definition.get("properties", {}).get("method", {})}
        if "CancelledNotification" in self.definitions:
            self.by_method["notifications/cancelled"] = "CancelledNotification"

    @functools.lru_cache(maxsize=None)
    def _validator(self, name: str) -> Draft202012Validator:
        return Draft202012Validator({"$defs": self.definitions, "$ref": f"#/$defs/{name}"})

    def problems(self, message: dict[str, Any], method: str | None = None) -> list[str]:
        """What is wrong with a message; `method` is that of the request which a response answers."""
        parts: list[tuple[str, Any]] = [("JSONRPCMessage", message)]
        if "method" in message:
            parts.append((self.by_method.get(message["method"], "JSONRPCMessage"), message))
        elif "error" in message:
            parts.append(("JSONRPCErrorResponse", message))
        else:
            parts.append(("JSONRPCResultResponse", message))
            result = message.get("result", {})
            name = f"{self.by_method.get(method or '')}".replace("Request", "Result")
            if result.get("resultType") == "input_required":
                # As an alternative to a result, as the schema has it, it would let almost everything pass.
                name = "InputRequiredResult"
            if method is not None:
                parts.append((name if name in self.definitions else "EmptyResult", result))
        return [f"{name}: {error.json_path}: {error.message[:300]}"
                for name, part in parts for error in self._validator(name).iter_errors(part)]


SCHEMAS = {version: Schema(version) for version in (MODERN, LEGACY)}


@dataclass
class Reply:
    """An HTTP answer and the messages in it, in order."""

    status: int
    headers: Any
    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def streamed(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/event-stream")

    @property
    def last(self) -> dict[str, Any]:
        assert self.messages, f"status {self.status} without a message"
        return self.messages[-1]

    @property
    def result(self) -> dict[str, Any]:
        assert "result" in self.last, f"status {self.status}: {self.last}"
        return self.last["result"]

    @property
    def error(self) -> dict[str, Any]:
        assert "error" in self.last, f"status {self.status}: {self.last}"
        return self.last["error"]

    def notes(self, method: str) -> list[dict[str, Any]]:
        return [message["params"] for message in self.messages if message.get("method") == method]

    @property
    def text(self) -> str:
        return "".join(block.get("text", "") for block in self.result["content"])


class Wire:
    """A client that sends what a test tells it to, and asserts that whatever comes back fits the schema."""

    def __init__(self, url: str, version: str = MODERN, capabilities: dict[str, Any] | None = None) -> None:
        self.url, self.version = url, version
        self.capabilities = {} if capabilities is None else capabilities
        self.schema = SCHEMAS[version]
        self.numbers = itertools.count(1)
        self.session: str | None = None
        self.recorded = 0

    @property
    def meta(self) -> dict[str, Any]:
        if self.version != MODERN:
            return {}
        return {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": self.capabilities,
                PREFIX + "clientInfo": {"name": "wire", "version": "1"}}

    def headers(self, method: str, params: dict[str, Any]) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if method != "initialize" or self.version == MODERN:
            headers["MCP-Protocol-Version"] = self.version
        if self.version == MODERN:
            headers["Mcp-Method"] = method
            if method in SUBJECTS and SUBJECTS[method] in params:
                headers["Mcp-Name"] = str(params[SUBJECTS[method]])
        if self.session:
            headers["Mcp-Session-Id"] = self.session
        return headers

    def check(self, message: dict[str, Any], method: str | None = None) -> None:
        self.recorded += 1
        assert self.schema.problems(message, method) == [], message

    def body(self, method: str, params: dict[str, Any], meta: dict[str, Any], number: Any = None) -> dict[str, Any]:
        whole = {**self.meta, **meta}
        params = {**params, "_meta": whole} if whole else params
        number = next(self.numbers) if number is None else number
        return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}

    def ask(self, method: str, params: dict[str, Any] | None = None, *, meta: dict[str, Any] | None = None,
            headers: dict[str, str | None] | None = None, number: Any = None,
            answer: Callable[[dict[str, Any]], dict[str, Any]] | None = None) -> Reply:
        """A request and everything that comes back. `answer` answers what the server asks on the way."""
        params = params or {}
        body = self.body(method, params, meta or {}, number)
        merged = {**self.headers(method, params), **(headers or {})}
        sent = {name: value.encode() for name, value in merged.items() if value is not None}
        with requests.post(self.url, data=json.dumps(body), headers=sent, stream=True, timeout=SECONDS_MAX) as http:
            reply = Reply(http.status_code, http.headers)
            for message in messages_of(http):
                reply.messages.append(message)
                self.check(message, method)
                if "method" in message and "id" in message:
                    assert answer is not None, f"asked for {message['method']}"
                    self.send({"jsonrpc": "2.0", "id": message["id"], "result": answer(message)})
        for message in reply.messages[:-1]:
            assert "id" not in message or "method" in message, "a response before the last message"
        assert reply.last["id"] == body["id"] and type(reply.last["id"]) is type(body["id"])
        return reply

    def send(self, message: dict[str, Any]) -> None:
        """A notification or a response."""
        headers = self.headers(message.get("method", ""), {})
        answer = requests.post(self.url, data=json.dumps(message), headers=headers, timeout=SECONDS_MAX)
        assert (answer.status_code, answer.content) == (202, b"")

    def call(self, tool: str, arguments: dict[str, Any] | None = None, **more: Any) -> Reply:
        rounds = {name: more.pop(name) for name in ("inputResponses", "requestState") if name in more}
        return self.ask("tools/call", {"name": tool, "arguments": arguments or {}, **rounds}, **more)

    def shake_hands(self) -> dict[str, Any]:
        """The legacy handshake; gives the result of `initialize`."""
        reply = self.ask("initialize", {"protocolVersion": self.version, "capabilities": self.capabilities,
                                        "clientInfo": {"name": "wire", "version": "1"}})
        self.session = reply.headers.get("mcp-session-id")
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return reply.result

    @contextmanager
    def listening(self, **wanted: Any) -> Iterator[Iterator[dict[str, Any]]]:
        """An open subscription; gives its messages."""
        params = {"notifications": wanted}
        body = self.body("subscriptions/listen", params, {}, "listen-1")
        headers = self.headers("subscriptions/listen", params)
        with requests.post(self.url, data=json.dumps(body), headers=headers, stream=True, timeout=SECONDS_MAX) as http:
            assert http.status_code == 200 and http.headers["content-type"] == "text/event-stream"

            def checked() -> Iterator[dict[str, Any]]:
                for message in messages_of(http):
                    self.check(message, "subscriptions/listen")
                    yield message

            yield checked()


def messages_of(http: requests.Response) -> Iterator[dict[str, Any]]:
    """The messages of an answer, as they come."""
    if http.headers.get("content-type", "").startswith("text/event-stream"):
        unread = b""
        for part in http.iter_content(chunk_size=None):
            *events, unread = (unread + part).split(b"\r\n\r\n")
            for event in events:
                lines = [line for line in event.split(b"\r\n") if not line.startswith(b":")]
                if lines:
                    assert lines[0] == b"event: message" and lines[1].startswith(b"data: ") and len(lines) == 2
                    assert len(event) < 1 << 20, "an event of more than 1 MiB ends the Python client's stream"
                    yield json.loads(lines[1][6:])
        assert unread == b""
    else:
        assert http.headers["content-type"] == "application/json"
        yield json.loads(http.content)


@contextmanager
def fixture_server() -> Iterator[str]:
    """A running `MCPFixture`; gives its URL, and ends it with SIGTERM."""
    child = subprocess.Popen([str(FIXTURE), "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        assert child.stderr is not None
        words = child.stderr.readline().split()
        assert words[:1] == ["ready"], f"{FIXTURE} did not start"
        yield words[1]
    finally:
        child.terminate()
        assert child.wait(timeout=SECONDS_MAX) == 0
