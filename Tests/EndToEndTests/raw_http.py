"""A client that sends bytes as they are given, and reads answers by their own framing."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

COMMON = b"Host: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
SECONDS_MAX = 20.0


def post(body: bytes, more: bytes = b"") -> bytes:
    return b"POST /mcp HTTP/1.1\r\n" + COMMON + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def ping(number: int = 1) -> bytes:
    return post(json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode())


def call(tool: str, number: int = 1, /, *, more: bytes = b"", **arguments: Any) -> bytes:
    """A tool call of the modern era, which leaving cancels."""
    body = {"jsonrpc": "2.0", "id": number, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments, "_meta": MODERN}}
    headers = b"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: %s\r\n" % tool.encode()
    return post(json.dumps(body).encode(), headers + more)


def discover(number: int = 1) -> bytes:
    body = {"jsonrpc": "2.0", "id": number, "method": "server/discover", "params": {"_meta": MODERN}}
    return post(json.dumps(body).encode(), b"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n")


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Connection:
    socket: socket.socket
    unread: bytes = field(default=b"", repr=False)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> Answer | None:
        """The next answer; `None` when the server ends the connection instead."""
        while b"\r\n\r\n" not in self.unread:
            if not self._more():
                return None
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        status = int(first.split()[1])
        body = self._chunks() if "chunked" in headers.get("transfer-encoding", "") else self._exactly(
            int(headers.get("content-length", 0)))
        return Answer(status, headers, body)

    def answers(self) -> list[Answer]:
        """Every answer until the server ends the connection; fails when it does not."""
        found = []
        while (answer := self.answer()) is not None:
            found.append(answer)
        assert not self.unread, self.unread[:200]
        return found

    def is_closed_within(self, seconds: float) -> bool:
        """Whether the server ends the connection; what it still sends is read and dropped."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                if not self._more():
                    return True
            except TimeoutError:
                break
        return False

    def _exactly(self, count: int) -> bytes:
        while len(self.unread) < count:
            assert self._more(), "the connection ended within a body"
        body, self.unread = self.unread[:count], self.unread[count:]
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.unread:
                assert self._more(), "the connection ended within a body"
            size, _, self.unread = self.unread.partition(b"\r\n")
            body += self._exactly(int(size, 16))
            self._exactly(2)
            if int(size, 16) == 0:
                return body

    def _more(self) -> bool:
        try:
            part = self.socket.recv(262_144)
        except (ConnectionResetError, BrokenPipeError):
            return False
        self.unread += part
        return bool(part)


def open_socket(url: str, source: str = "127.0.0.1") -> socket.socket:
    address = urlsplit(url)
    opened = socket.create_connection((address.hostname, address.port), SECONDS_MAX, source_address=(source, 0))
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


@contextmanager
def connection(url: str, source: str = "127.0.0.1") -> Iterator[Connection]:
    with open_socket(url, source) as opened:
        yield Connection(opened)


def once(url: str, request: bytes) -> Answer:
    """The answer to one request on a connection of its own."""
    with connection(url) as client:
        client.send(request)
        answer = client.answer()
        assert answer is not None, "the connection ended without an answer"
        return answer
