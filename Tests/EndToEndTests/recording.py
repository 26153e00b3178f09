"""What an MCP client and a server really sent each other, and whether the published schemas allow it."""

from __future__ import annotations

import json
import shlex
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from mcp.client.stdio import StdioServerParameters
from mcp_wire import LEGACY, SCHEMAS

MODERN_ONLY = ("resultType", "ttlMs", "cacheScope")


@dataclass
class Recording:
    """Every message of one client, in the order in which it was seen: `>` from the client, `<` from the server."""

    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    content_types: list[tuple[str, str]] = field(default_factory=list)
    """The method of each HTTP request with the type of its answer."""

    def sent(self, text: bytes) -> None:
        self.messages.append((">", json.loads(text)))

    def received(self, text: bytes) -> None:
        self.messages.append(("<", json.loads(text)))

    def read_stdio(self, directory: Path) -> Recording:
        """Takes what `recorded` left in its files."""
        for name, take in (("sent", self.sent), ("received", self.received)):
            for line in (directory / name).read_bytes().splitlines():
                take(line)
        return self


class RecordingTransport(httpx2.AsyncHTTPTransport):
    """HTTP as always, with a copy of each JSON-RPC message."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self.recording = recording

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        body = await request.aread()
        method = ""
        if body:
            self.recording.sent(body)
            method = json.loads(body).get("method", "")
        response = await super().handle_async_request(request)
        kind = response.headers.get("content-type", "").partition(";")[0]
        self.recording.content_types.append((method, kind))
        return httpx2.Response(response.status_code, headers=response.headers, extensions=response.extensions,
                               stream=_Copied(response.stream, self.recording, kind))


class _Copied(httpx2.AsyncByteStream):
    def __init__(self, stream: Any, recording: Recording, kind: str) -> None:
        self.stream, self.recording, self.kind = stream, recording, kind
        self.unread = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self.stream:
            self.unread += part
            if self.kind == "text/event-stream":
                *lines, self.unread = self.unread.split(b"\n")
                for line in lines:
                    if line.startswith(b"data: "):
                        self.recording.received(line.removeprefix(b"data: ").strip())
            yield part
        if self.kind == "application/json":
            self.recording.received(self.unread)

    async def aclose(self) -> None:
        await self.stream.aclose()


def recorded(command: list[str], directory: Path) -> StdioServerParameters:
    """The same server on stdio, with all that passes in the files `sent` and `received`."""
    pipe = (f"tee {shlex.quote(str(directory / 'sent'))} | {shlex.join(command)}"
            f" | tee {shlex.quote(str(directory / 'received'))}")
    return StdioServerParameters(command="bash", args=["-c", pipe])


def complaints(recording: Recording, revision: str) -> list[str]:
    """What the published schema of the revision says against the server's messages."""
    methods = {message["id"]: message["method"] for direction, message in recording.messages
               if direction == ">" and "id" in message and "method" in message}
    found: list[str] = []
    for direction, message in recording.messages:
        method = methods.get(message.get("id")) if "method" not in message else None
        if direction == ">":
            continue
        found += SCHEMAS[revision].problems(message, method)
        if revision == LEGACY:
            found += [f"{method}: `{name}` in the legacy era" for name in MODERN_ONLY
                      if name in message.get("result", {})]
    return found
