"""What an MCP client and a server really sent each other, and whether the published schemas allow it."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from jsonschema import Draft202012Validator
from mcp.client.stdio import StdioServerParameters

SCHEMAS = Path(__file__).resolve().parents[1] / "Reference" / "mcp"
MODERN, LEGACY = "2026-07-28", "2025-11-25"
# The results' names in both schemas; what is not here has an empty result.
RESULTS = {"server/discover": "DiscoverResult", "initialize": "InitializeResult", "tools/list": "ListToolsResult",
           "tools/call": "CallToolResult", "resources/list": "ListResourcesResult",
           "resources/templates/list": "ListResourceTemplatesResult", "resources/read": "ReadResourceResult",
           "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult",
           "completion/complete": "CompleteResult", "subscriptions/listen": "SubscriptionsListenResult"}
MODERN_ONLY = ("resultType", "ttlMs", "cacheScope")


@dataclass
class Wire:
    """Every message of one client, in the order in which it was seen: `>` from the client, `<` from the server."""

    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    content_types: list[tuple[str, str]] = field(default_factory=list)
    """The method of each HTTP request with the type of its answer."""

    def sent(self, text: bytes) -> None:
        self.messages.append((">", json.loads(text)))

    def received(self, text: bytes) -> None:
        self.messages.append(("<", json.loads(text)))

    def read_stdio(self, directory: Path) -> Wire:
        """Takes what `recorded` left in its files."""
        for name, take in (("sent", self.sent), ("received", self.received)):
            for line in (directory / name).read_bytes().splitlines():
                take(line)
        return self


class RecordingTransport(httpx2.AsyncHTTPTransport):
    """HTTP as always, with a copy of each JSON-RPC message."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        method = ""
        if body:
            self.wire.sent(body)
            method = json.loads(body).get("method", "")
        response = await super().handle_async_request(request)
        kind = response.headers.get("content-type", "").partition(";")[0]
        self.wire.content_types.append((method, kind))
        return httpx2.Response(response.status_code, headers=response.headers, extensions=response.extensions,
                               stream=_Copied(response.stream, self.wire, kind))


class _Copied(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, wire: Wire, kind: str) -> None:
        self.stream, self.wire, self.kind = stream, wire, kind
        self.unread = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self.stream:
            self.unread += part
            if self.kind == "text/event-stream":
                *lines, self.unread = self.unread.split(b"\n")
                for line in lines:
                    if line.startswith(b"data: "):
                        self.wire.received(line.removeprefix(b"data: ").strip())
            yield part
        if self.kind == "application/json":
            self.wire.received(self.unread)

    async def aclose(self) -> None:
        await self.stream.aclose()


def recorded(command: list[str], directory: Path) -> StdioServerParameters:
    """The same server on stdio, with all that passes in the files `sent` and `received`."""
    pipe = (f"tee {shlex.quote(str(directory / 'sent'))} | {shlex.join(command)}"
            f" | tee {shlex.quote(str(directory / 'received'))}")
    return StdioServerParameters(command="bash", args=["-c", pipe])


@cache
def schema(revision: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / f"{revision}.json").read_text())


@cache
def validator(revision: str, name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(revision) | {"$ref": f"#/$defs/{name}"})


def complaints(wire: Wire, revision: str) -> list[str]:
    """What the schema of the revision says against the server's messages."""
    methods: dict[Any, str] = {}
    found: list[str] = []
    for direction, message in wire.messages:
        if direction == ">" and "id" in message and "method" in message:
            methods[message["id"]] = message["method"]
    for direction, message in wire.messages:
        if direction == "<":
            method = methods.get(message.get("id"), "")
            # In mode auto a legacy client has asked for the modern discovery first.
            if method == "server/discover" and revision == LEGACY:
                continue
            found += [f"{method or message.get('method')}: {error.message[:300]} at {error.json_path}"
                      for name, value in _parts(message, method, revision)
                      for error in validator(revision, name).iter_errors(value)]
            if revision == LEGACY:
                found += [f"{method}: `{name}` in the legacy era" for name in MODERN_ONLY
                          if name in message.get("result", {})]
    return found


def _parts(message: dict[str, Any], method: str, revision: str) -> list[tuple[str, Any]]:
    parts: list[tuple[str, Any]] = [("JSONRPCMessage", message)]
    if "method" in message:
        parts.append(("ServerRequest" if "id" in message else "ServerNotification", message))
    elif "result" in message:
        asks = message["result"].get("resultType") == "input_required"
        parts.append(("InputRequiredResult" if asks else RESULTS.get(method, "EmptyResult"), message["result"]))
    else:
        parts.append(("JSONRPCErrorResponse", message))
    return parts
