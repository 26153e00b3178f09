"""Faults on demand, from a JSON file that is read again whenever it changes.

    {"requests": [{"method": "GET", "path": "/queries/", "skip": 0, "times": 1, "answer": "rateLimitExceeded"}],
     "jobs": [{"sql": "customers", "slow_ms": 500, "cache_hit": true}]}

`requests`: `method` and `path` (a part of the path) choose the requests, `skip` lets the first ones through, `times`
(absent: always) says how many fail. `answer` is one of BigQuery's reasons (its HTTP status and error shape follow), or
`html` (200 with a page), `html_error` (502 with a page), `truncated` (half of the true body), `lost` (the request is
carried out, the connection closed without an answer), `hang` (no answer for `hang_ms`).
`jobs`: `sql` (a part of the text; absent: every job) chooses the jobs. Members: `before_start_ms`, `slow_ms`, `error`
(a reason), `cache_hit`, `extra_tables` / `drop_tables` / `views` / `routines` (`project.dataset.name`), `as_wildcard`
(`project.dataset.prefix*`: that in the place of the tables that it matches),
`statement_type`, `row_level_security`, `data_masking`. A new kind of fault is one more member here.
`history`: what INFORMATION_SCHEMA.JOBS tells of the jobs whose ID has `job` as a part: `drop` leaves the row out, `set`
replaces columns, `copy` adds a row with these columns replaced.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .errors import STATUS_OF_REASON, GoogleError

_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>502. That's an error.</h1></body></html>"
HANG_MS_DEFAULT = 60_000


class Faults:
    """The faults in force now."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._rules: dict[str, list[dict[str, Any]]] = {}
        self._counts: dict[int, int] = {}

    def _of(self, kind: str) -> list[dict[str, Any]]:
        if self._path is not None:
            try:
                found = self._path.stat()
                stamp = (found.st_mtime_ns, found.st_ino)
                if stamp != self._stamp:
                    self._rules = json.loads(self._path.read_text() or "{}")
                    self._stamp, self._counts = stamp, {}
            except (FileNotFoundError, json.JSONDecodeError):
                self._rules, self._stamp = {}, None
        return self._rules.get(kind, [])

    def for_request(self, method: str, path: str) -> dict[str, Any] | None:
        for index, rule in enumerate(self._of("requests")):
            if rule.get("method", method) != method or rule.get("path", "") not in path:
                continue
            seen = self._counts[index] = self._counts.get(index, 0) + 1
            skip = rule.get("skip", 0)
            if seen > skip and ("times" not in rule or seen <= skip + rule["times"]):
                return rule
        return None

    def _for_job(self, sql: str) -> list[dict[str, Any]]:
        return [rule for rule in self._of("jobs") if rule.get("sql", "") in sql]

    def delay_seconds(self, sql: str, member: str) -> float:
        return sum(rule.get(member, 0) for rule in self._for_job(sql)) / 1000

    def job_error(self, sql: str) -> GoogleError | None:
        reasons = [rule["error"] for rule in self._for_job(sql) if "error" in rule]
        return GoogleError(reasons[0], f"injected {reasons[0]}") if reasons else None

    def change_statistics(self, sql: str, statistics: dict[str, Any]) -> None:
        for rule in self._for_job(sql):
            query = statistics["query"]
            if "cache_hit" in rule:
                query["cacheHit"] = rule["cache_hit"]
            if "statement_type" in rule:
                query["statementType"] = rule["statement_type"]
            dropped = [_reference(name, "tableId") for name in rule.get("drop_tables", [])]
            query["referencedTables"] = [table for table in query["referencedTables"] if table not in dropped]
            if "as_wildcard" in rule:
                pattern = _reference(rule["as_wildcard"], "tableId")
                prefix = pattern["tableId"].removesuffix("*")
                query["referencedTables"] = [pattern] + [
                    table for table in query["referencedTables"] if not table["tableId"].startswith(prefix)]
            query["referencedTables"] += [_reference(name, "tableId") for name in rule.get("extra_tables", [])]
            for member, into, last in (("views", "referencedLogicalViews", "tableId"),
                                       ("routines", "referencedRoutines", "routineId")):
                if member in rule:
                    query[into] = query.get(into, []) + [_reference(name, last) for name in rule[member]]
            if rule.get("row_level_security"):
                statistics["rowLevelSecurityStatistics"] = {"rowLevelSecurityApplied": True}
            if rule.get("data_masking"):
                statistics["dataMaskingStatistics"] = {"dataMaskingApplied": True}


    def change_history(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of INFORMATION_SCHEMA.JOBS as the rules tell them."""
        for rule in self._of("history"):
            chosen = [row for row in rows if rule["job"] in row["job_id"]]
            rows = [row for row in rows if row not in chosen]
            if not rule.get("drop"):
                rows += [row | rule.get("set", {}) for row in chosen]
            if "copy" in rule:
                rows += [row | rule["copy"] for row in chosen]
        return rows


class FaultyResponses:
    """ASGI middleware that answers wrongly where a rule says so."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rule = self._faults.for_request(scope["method"], scope["path"]) if scope["type"] == "http" else None
        if rule is None:
            return await self._app(scope, receive, send)
        answer = rule.get("answer", "backendError")
        if answer in STATUS_OF_REASON:
            error = GoogleError(answer, f"injected {answer}")
            return await error.response()(scope, receive, send)
        if answer in ("html", "html_error"):
            return await _send_page(send, 200 if answer == "html" else 502)
        if answer == "hang":
            await asyncio.sleep(rule.get("hang_ms", HANG_MS_DEFAULT) / 1000)
        return await self._app(scope, receive, _Broken(send, answer))


class _Broken:
    """Sends half of a body, or nothing, and then aborts the connection."""

    def __init__(self, send: Send, answer: str) -> None:
        self._send = send
        self._answer = answer
        self._broken = False

    async def __call__(self, message: Message) -> None:
        if self._answer == "hang":
            return await self._send(message)
        if self._broken:
            return None
        if self._answer == "truncated" and message["type"] == "http.response.start":
            return await self._send(message)
        if self._answer == "truncated":
            body = message.get("body", b"")
            await self._send({**message, "body": body[:len(body) // 2], "more_body": True})
        self._broken = True
        # ASGI has no word for it: `send` is a method of uvicorn's request cycle, which holds the transport.
        self._send.__self__.transport.close()  # type: ignore[attr-defined]
        return None


async def _send_page(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [
        (b"content-type", b"text/html; charset=UTF-8"), (b"content-length", str(len(_PAGE)).encode())]})
    await send({"type": "http.response.body", "body": _PAGE})


def _reference(name: str, last: str) -> dict[str, str]:
    project, dataset, leaf = name.rsplit(".", 2)
    return {"projectId": project, "datasetId": dataset, last: leaf}
