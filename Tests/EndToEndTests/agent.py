"""An agent: PyPI's `mcp` client, used without async, and everything it was told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp.client import Client

CALL_SECONDS_MAX = 60


@dataclass
class Answer:
    """A tool's answer: structured content, which the text repeats."""

    is_error: bool
    content: dict[str, Any]
    text: str

    @property
    def refused(self) -> list[dict[str, Any]]:
        assert self.is_error, f"not refused: {self.text[:500]}"
        return self.content["refused"]

    @property
    def codes(self) -> list[str]:
        return [refusal["code"] for refusal in self.refused]


@dataclass
class Agent:
    portal: BlockingPortal
    client: Client
    transcript: list[str] = field(default_factory=list)

    def call(self, tool: str, /, **arguments: Any) -> Answer:
        result = self.portal.call(self.client.call_tool, tool, arguments)
        texts = [block.text for block in result.content if block.type == "text"]
        assert len(texts) == 1, f"{tool} answers with one text"
        self.transcript.append(texts[0])
        content = json.loads(texts[0])
        if result.structured_content is not None:
            assert result.structured_content == content, "text and structured content differ"
        else:
            assert result.is_error, f"{tool} answers without structured content"
        return Answer(bool(result.is_error), content, texts[0])

    def ask(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """Calls a tool that must not refuse."""
        answer = self.call(tool, **arguments)
        assert not answer.is_error, f"{tool} {arguments}: {answer.text[:2000]}"
        return answer.content

    def all_rows(self, sql: str, **arguments: Any) -> tuple[list[dict[str, Any]], list[list[Any]]]:
        """Columns and rows of a query, over all of its pages."""
        page = self.ask("query", sql=sql, **arguments)
        while page["status"] == "running":
            page = self.ask("get_job", job_id=page["job"]["job_id"], wait_s=25)
        rows = page["rows"]
        while page["next_cursor"] is not None:
            page = self.ask("fetch_page", cursor=page["next_cursor"])
            rows += page["rows"]
        assert len(rows) == int(page["total_rows"])
        return page["columns"], rows


@contextmanager
def connected(url: str, mode: str) -> Iterator[Agent]:
    with start_blocking_portal() as portal:
        client = Client(url, mode=mode, read_timeout_seconds=CALL_SECONDS_MAX)
        with portal.wrap_async_context_manager(client):
            yield Agent(portal, client)
