"""Lean clients on kept connections: an agent's tool calls as bytes, and the warehouse's REST past the proxy."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PROTOCOL = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": PROTOCOL, "io.modelcontextprotocol/clientCapabilities": {}}
SECONDS_MAX = 120


class _Connection:
    """One connection; it is opened again when the server has closed it."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes]:
        data = json.dumps(body).encode()
        for is_last in (False, True):
            connection = self._connection or http.client.HTTPConnection(self._address.netloc, timeout=SECONDS_MAX)
            self._connection = connection
            try:
                connection.request("POST", path, data, headers)
                answer = connection.getresponse()
                return answer.status, answer.read()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                connection.close()
                self._connection = None
                if is_last:
                    raise
        raise AssertionError("unreachable")


@dataclass
class Outcome:
    """What came of a query: columns and rows, or an error."""

    raw: bytes = field(repr=False)
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    error: str | None = None
    codes: list[str] = field(default_factory=list)


class AgentClient:
    """Calls `query` of a running `scrim serve`."""

    def __init__(self, url: str) -> None:
        self._connection = _Connection(url)
        self._path = urlsplit(url).path
        self._headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                         "MCP-Protocol-Version": PROTOCOL, "Mcp-Method": "tools/call"}

    def query(self, sql: str, parameters: Any = None) -> Outcome:
        arguments = {"sql": sql} | ({"parameters": parameters} if parameters else {})
        status, raw, content = self._call("query", arguments)
        if content is None:
            return Outcome(raw, error=f"HTTP {status}: {raw[:500]!r}")
        if "refused" in content:
            return Outcome(raw, error=json.dumps(content["refused"])[:2000],
                           codes=[refusal["code"] for refusal in content["refused"]])
        rows = content["rows"]
        while content["next_cursor"] is not None:
            _, more, content = self._call("fetch_page", {"cursor": content["next_cursor"]})
            raw += more
            if content is None or "rows" not in content:
                return Outcome(raw, error=f"a page is missing: {more[:500]!r}")
            rows += content["rows"]
        if content["status"] != "done":
            return Outcome(raw, error=f"the job is {content['status']}")
        return Outcome(raw, content["columns"], rows)

    def _call(self, tool: str, arguments: dict[str, Any]) -> tuple[int, bytes, dict[str, Any] | None]:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": {"name": tool, "arguments": arguments, "_meta": META}}
        status, raw = self._connection.post(self._path, body, self._headers | {"Mcp-Name": tool})
        text = raw
        if raw.startswith((b"event:", b"data:", b":")):
            text = b"".join(line[5:] for line in raw.splitlines() if line.startswith(b"data:"))
        try:
            return status, raw, json.loads(text)["result"]["structuredContent"]
        except (ValueError, KeyError, TypeError):
            return status, raw, None


class WarehouseClient:
    """Runs a query on the sandbox itself."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = _Connection(url)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def query(self, sql: str, dataset: str, parameters: list[dict[str, Any]] | None = None,
              are_named: bool = True) -> Outcome:
        body: dict[str, Any] = {"query": sql, "useLegacySql": False, "timeoutMs": SECONDS_MAX * 1000,
                                "defaultDataset": {"projectId": "demo", "datasetId": dataset},
                                "formatOptions": {"timestampOutputFormat": "ISO8601_STRING"}}
        if parameters:
            body |= {"parameterMode": "NAMED" if are_named else "POSITIONAL", "queryParameters": parameters}
        status, raw = self._connection.post("/bigquery/v2/projects/demo/queries", body, self._headers)
        content = json.loads(raw)
        if status != http.client.OK:
            return Outcome(raw, error=content["error"]["message"])
        return Outcome(raw, content["schema"]["fields"], [[cell["v"] for cell in row["f"]]
                                                          for row in content.get("rows", [])])
