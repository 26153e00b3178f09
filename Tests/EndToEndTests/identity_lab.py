"""A server that asks for tokens, an issuer that gives them, and what the log says of those who were not let in."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audit_files
import requests
from issuer import AUDIENCE, Issuer
from proxy import Proxy, configure, serving

REFUSALS_SECONDS_MAX = 5
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def free_port() -> int:
    """A port that is free now: clients insist that the resource's name has the port that they use."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


def issuer_settings(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    return {"issuer": issuer.url, "audiences": [AUDIENCE], "groups_claim": "groups"} | changes


def configure_identity(directory: Path, warehouse: Any, *issuers: dict[str, Any],
                       identity: dict[str, Any] | None = None, **changes: Any) -> Path:
    """A configuration with issuers; `identity` adds members to its identity part, `changes` replace top-level ones."""
    port = free_port()
    settings = {"resource": f"http://127.0.0.1:{port}/mcp", "issuers": list(issuers)} | (identity or {})
    return configure(directory, warehouse.url, warehouse.key_file, identity=settings,
                     **{"listen": {"host": "127.0.0.1", "port": port}} | changes)


@contextmanager
def guarded(directory: Path, warehouse: Any, *issuers: dict[str, Any], **changes: Any) -> Iterator[Proxy]:
    with serving(configure_identity(directory, warehouse, *issuers, **changes)) as proxy:
        yield proxy


@dataclass(frozen=True)
class Challenge:
    """A `WWW-Authenticate` header, read strictly: one challenge, quoted values, each parameter once."""

    scheme: str
    parameters: dict[str, str]

    @classmethod
    def of(cls, answer: requests.Response) -> Challenge:
        header = answer.headers["WWW-Authenticate"]
        scheme, _, rest = header.partition(" ")
        found = re.findall(r'([a-z_]+)="([^"\\]*)"(?:, |$)', rest)
        assert ", ".join(f'{name}="{value}"' for name, value in found) == rest, header
        assert len({name for name, _ in found}) == len(found), header
        return cls(scheme, dict(found))


def modern(method: str, name: str | None = None, **params: Any) -> tuple[dict[str, str], dict[str, Any]]:
    """Headers and body of a request of the modern era."""
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": method} | ({"Mcp-Name": name} if name else {})
    if name:
        params |= {"name": name}
    return headers, {"jsonrpc": "2.0", "id": 7, "method": method, "params": params | {"_meta": META}}


def post(proxy: Proxy, token: str | None, *, tool: str | None = None, arguments: dict[str, Any] | None = None,
         headers: dict[str, str] | None = None, data: bytes | None = None) -> requests.Response:
    """Sends `tools/list`, or a call of a tool, with a token."""
    if tool is None:
        sent, body = modern("tools/list")
    else:
        sent, body = modern("tools/call", tool, arguments=arguments or {})
    sent |= {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    if token is not None:
        sent["Authorization"] = f"Bearer {token}"
    return requests.post(proxy.url, data=data if data is not None else json.dumps(body), headers=sent | (headers or {}),
                         timeout=60)


def entries(proxy: Proxy, *types: str) -> list[dict[str, Any]]:
    """The log's entries, of some types."""
    return [entry for entry in audit_files.entries(proxy.audit) if not types or entry["type"] in types]


def refusals(proxy: Proxy) -> dict[str, int]:
    """How many were refused for each reason, those that were only counted included."""
    found: dict[str, int] = {}
    for entry in entries(proxy, "identity_refused", "identity_refusals_counted"):
        if entry["type"] == "identity_refused":
            found[entry["reason"]] = found.get(entry["reason"], 0) + 1
        for item in entry.get("refusals", []):
            found[item["reason"]] = found.get(item["reason"], 0) + item["count"]
    return found


def refusals_after(proxy: Proxy, before: dict[str, int], count: int = 1) -> list[str]:
    """The reasons of the next `count` refusals; what is only counted comes within a second."""
    deadline = time.monotonic() + REFUSALS_SECONDS_MAX
    while True:
        now = refusals(proxy)
        new = [reason for reason, number in now.items() for _ in range(number - before.get(reason, 0))]
        if len(new) >= count or time.monotonic() > deadline:
            return new
        time.sleep(0.05)


def refused_for(proxy: Proxy, reason: str, before: dict[str, int], count: int = 1) -> int:
    """How many more were refused for a reason; what is only counted comes within a second."""
    deadline = time.monotonic() + REFUSALS_SECONDS_MAX
    while (new := refusals(proxy).get(reason, 0) - before.get(reason, 0)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return new


def leaks(proxy: Proxy, token: str) -> list[str]:
    """The parts of a token that are anywhere in what the server wrote: its output, and its log."""
    written = proxy.output.read_bytes() + b"".join(audit_files.raw_entries(proxy.audit))
    parts = [part for part in token.split(".") if len(part) >= 16]
    return [part for part in [*parts, *(part[:24] for part in parts)] if part.encode() in written]
