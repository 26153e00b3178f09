"""The matrix of clients: PyPI's `mcp` in three modes, on three transports, doing all that clients do.

A call over HTTP is answered with JSON unless something is to be told before the end, so that in the column `sse` every
call wants to hear of progress and takes long enough for that. Every message of each client is recorded, and held
against the published schema at the end of its seat.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from agent import CALL_SECONDS_MAX
from anyio.from_thread import BlockingPortal, start_blocking_portal
from google.cloud import bigquery
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ListenNotSupportedError, ResourceUpdated, ToolsListChanged
from mcp.shared.exceptions import MCPError
from mcp_types import ElicitResult, PromptReference
from mcp_wire import FIXTURE, LEGACY, MODERN, fixture_server
from proxy import BINARY, Proxy, configure, serving
from recording import Recording, RecordingTransport, complaints, recorded
from test_stdio import is_cancelled

MODES = ["auto", "legacy", "2026-07-28"]
TRANSPORTS = ["json", "sse", "stdio"]
PAGE_BYTES = 900_000


@dataclass
class Seat:
    """One client of each server, by one mode and one transport."""

    mode: str
    transport: str
    portal: BlockingPortal
    product: Client
    fixture: Client
    recordings: dict[str, Recording]
    directory: Path

    @property
    def is_modern(self) -> bool:
        return self.mode != "legacy"

    @property
    def name(self) -> str:
        return f"{self.transport}_{self.mode.replace('-', '_')}"

    def run(self, call: Any) -> Any:
        return self.portal.call(call)

    def call(self, client: Client, tool: str, **arguments: Any) -> Any:
        """A call, which in the column `sse` wants to hear of progress."""
        callback = _heard if self.transport == "sse" else None
        return self.portal.call(lambda: client.call_tool(tool, arguments, progress_callback=callback))

    def assert_call_came_as_expected(self, server: str) -> None:
        """Whether the last call had the kind of answer that its column is about."""
        if self.transport != "stdio":
            kinds = [kind for method, kind in self.recordings[server].content_types if method == "tools/call"]
            assert kinds[-1] == {"json": "application/json", "sse": "text/event-stream"}[self.transport]

    def error(self, call: Any) -> MCPError:
        with pytest.raises(MCPError) as raised:
            self.portal.call(call)
        return raised.value


async def _heard(_progress: float, _total: float | None, _message: str | None) -> None:
    """Hears of progress."""


async def _filled_in(_context: Any, params: Any) -> ElicitResult:
    """What a person answers: a page is opened, and every field of a form gets a value."""
    if params.mode == "url":
        return ElicitResult(action="accept")
    values = {"string": "Ada", "boolean": True, "integer": 1, "number": 1.5}
    schema = params.requested_schema
    return ElicitResult(action="accept", content={name: values[field["type"]]
                                                  for name, field in schema["properties"].items()})


@asynccontextmanager
async def _connected(mode: str, server: Any, recording: Recording) -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        if isinstance(server, str):
            http = await stack.enter_async_context(
                httpx2.AsyncClient(transport=RecordingTransport(recording), timeout=CALL_SECONDS_MAX))
            server = streamable_http_client(server, http_client=http)
        yield await stack.enter_async_context(
            Client(server, mode=mode, elicitation_callback=_filled_in, read_timeout_seconds=CALL_SECONDS_MAX))


@pytest.fixture(scope="module")
def fixture_url() -> Iterator[str]:
    if not FIXTURE.exists():
        pytest.fail(f"{FIXTURE} is not built")
    with fixture_server() as url:
        yield url


@pytest.fixture(scope="module", params=[(transport, mode) for transport in TRANSPORTS for mode in MODES],
                ids=lambda choice: "-".join(choice))
def seat(request: pytest.FixtureRequest, warehouse: Any, proxy: Proxy, fixture_url: str,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seat]:
    transport, mode = request.param
    directory = tmp_path_factory.mktemp("seat")
    with open_seat(transport, mode, warehouse, proxy, fixture_url, directory) as opened:
        yield opened


@contextmanager
def open_seat(transport: str, mode: str, warehouse: Any, proxy: Proxy, fixture_url: str,
              directory: Path) -> Iterator[Seat]:
    servers: dict[str, Any] = {"product": proxy.url, "fixture": fixture_url}
    with (directory / "errors.log").open("w") as log, start_blocking_portal() as portal:
        if transport == "stdio":
            config = configure(directory / "product", warehouse.url, warehouse.key_file)
            commands = {"product": [str(BINARY), "stdio", "--config", str(config)],
                        "fixture": [str(FIXTURE), "--stdio"]}
            for name, command in commands.items():
                (directory / name).mkdir(exist_ok=True)
                servers[name] = stdio_client(recorded(command, directory / name), errlog=log)
        recordings = {name: Recording() for name in servers}
        opened = {name: portal.wrap_async_context_manager(_connected(mode, servers[name], recordings[name]))
                  for name in servers}
        with opened["product"] as product, opened["fixture"] as fixture:
            yield Seat(mode, transport, portal, product, fixture, recordings, directory)


def marked(seat: Seat, what: str, faults: Any, slow_ms: int, **more: Any) -> str:
    """A statement that runs so long in this seat, and its name in BigQuery's log."""
    name = f"{what}_{seat.name}"
    faults(jobs=[{"sql": name, "slow_ms": slow_ms, **more}])
    return f"SELECT branch_id AS {name} FROM branches ORDER BY 1"


def test_the_revision_is_the_modes(seat: Seat) -> None:
    expected = MODERN if seat.is_modern else LEGACY
    assert seat.product.protocol_version == seat.fixture.protocol_version == expected


def test_list(seat: Seat) -> None:
    tools = {tool.name: tool for tool in seat.run(seat.product.list_tools).tools}
    assert {"list_datasets", "describe_table", "query", "get_job"} <= tools.keys()
    assert all(tool.output_schema and tool.annotations for tool in tools.values())


def test_call(seat: Seat, faults: Any) -> None:
    sql = marked(seat, "call", faults, 1_600 if seat.transport == "sse" else 0)
    result = seat.call(seat.product, "query", sql=sql, max_rows=2)
    assert not result.is_error and result.structured_content["rows"] == [[1], [2]]
    assert json.loads(result.content[0].text) == result.structured_content
    seat.assert_call_came_as_expected("product")


def test_progress(seat: Seat) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message))

    result = seat.run(lambda: seat.fixture.call_tool("test_tool_with_progress", {}, progress_callback=note))
    assert not result.is_error
    assert seen == [(step, 100, f"Completed step {step} of 100") for step in (0, 50, 100)]


def test_cancel(seat: Seat, faults: Any, direct: bigquery.Client) -> None:
    sql = marked(seat, "cancelled", faults, 20_000)
    name = f"cancelled_{seat.name}"
    told = anyio.Event()

    def running_job() -> str:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            for job in direct.list_jobs(max_results=50):
                if name in (getattr(job, "query", None) or ""):
                    return job.job_id
            time.sleep(0.05)
        raise AssertionError("no job was sent")

    async def heard(_progress: float, _total: float | None, _message: str | None) -> None:
        told.set()

    async def cancelled() -> str:
        async with anyio.create_task_group() as calls:
            callback = heard if seat.transport == "sse" else None
            calls.start_soon(lambda: seat.product.call_tool("query", {"sql": sql}, progress_callback=callback))
            job_id = await anyio.to_thread.run_sync(running_job)
            if callback is not None:
                await told.wait()
            calls.cancel_scope.cancel()
        return job_id

    job_id = seat.run(cancelled)
    assert is_cancelled(direct, job_id), "who leaves has cancelled"
    assert not seat.call(seat.product, "list_datasets").is_error, "the connection goes on"


def test_unknown_tool(seat: Seat) -> None:
    raised = seat.error(lambda: seat.product.call_tool("no_such_tool", {}))
    assert raised.code == -32602


def test_bad_arguments(seat: Seat) -> None:
    result = seat.call(seat.product, "query", sql=7, limit=3)
    assert result.is_error
    codes = [refusal["code"] for refusal in result.structured_content["refused"]]
    assert codes == ["parameter.argument_type", "parameter.argument_unknown"]


def test_a_large_page(seat: Seat) -> None:
    result = seat.call(seat.fixture, "test_large_result", bytes=PAGE_BYTES)
    assert not result.is_error and len(result.content[0].text) == PAGE_BYTES
    seat.assert_call_came_as_expected("fixture")


def test_a_page_that_is_too_large_for_an_event(seat: Seat) -> None:
    result = seat.call(seat.fixture, "test_large_result", bytes=1_200_000)
    if seat.transport == "sse":
        assert result.is_error and "limit.event_bytes" in result.content[0].text
    else:
        assert not result.is_error and len(result.content[0].text) == 1_200_000


def test_resource(seat: Seat) -> None:
    listed = seat.run(seat.product.list_resources).resources
    assert "bq://demo/bank/customers" in {resource.uri for resource in listed}
    [content] = seat.run(lambda: seat.product.read_resource("bq://demo/bank/customers")).contents
    masked = {column["name"]: column["masked"] for column in json.loads(content.text)["columns"]}
    assert masked["email"] == {"tag": "pii.email", "rule": "EMAIL_MASK"}
    raised = seat.error(lambda: seat.product.read_resource("bq://demo/bank/none"))
    assert raised.code == (-32602 if seat.is_modern else -32002)
    templates = seat.run(seat.product.list_resource_templates).resource_templates
    assert len(templates) == 3
    [picture] = seat.run(lambda: seat.fixture.read_resource("test://static-binary")).contents
    assert picture.blob and picture.mime_type == "image/png"


def test_prompt(seat: Seat) -> None:
    assert [prompt.name for prompt in seat.run(seat.product.list_prompts).prompts][0] == "explore_dataset"
    result = seat.run(lambda: seat.product.get_prompt("explore_dataset", {"dataset": "bank"}))
    assert "`bank.customers`" in result.messages[0].content.text
    assert seat.error(lambda: seat.product.get_prompt("explore_dataset", {})).code == -32602


def test_completion(seat: Seat) -> None:
    ref = PromptReference(type="ref/prompt", name="explore_dataset")
    found = seat.run(lambda: seat.product.complete(ref, {"name": "dataset", "value": "b"}))
    assert found.completion.values == ["bank"]


def test_listen(seat: Seat) -> None:
    async def listen() -> tuple[Any, set[Any]]:
        events: set[Any] = set()
        async with seat.fixture.listen(tools_list_changed=True, resource_subscriptions=["test://watched-resource"]) \
                as subscription:
            await seat.fixture.call_tool("test_trigger_tool_change", {})
            await seat.fixture.call_tool("test_trigger_resource_change", {"uri": "test://watched-resource"})
            with anyio.fail_after(10):
                async for event in subscription:
                    events.add(event)
                    if len(events) == 2:
                        break
        return subscription.honored, events

    async def acknowledged() -> Any:
        async with seat.product.listen(resources_list_changed=True, resource_subscriptions=["bq://demo/bank"]) \
                as subscription:
            return subscription.honored

    if not seat.is_modern:
        with pytest.raises(ListenNotSupportedError):
            seat.run(listen)
        return
    honored, events = seat.run(listen)
    assert honored.tools_list_changed and honored.resource_subscriptions == ["test://watched-resource"]
    assert events == {ToolsListChanged(), ResourceUpdated(uri="test://watched-resource")}
    assert seat.run(acknowledged).resource_subscriptions == ["bq://demo/bank"]


@pytest.mark.parametrize(("tool", "told"), [
    ("test_input_required_result_elicitation", "Hello, Ada!"),
    ("test_input_required_result_request_state", "state-ok: confirmation received"),
    ("test_input_required_result_multi_round", "Ada likes Ada."), ("test_url_elicitation", "opened")])
def test_several_rounds(seat: Seat, tool: str, told: str) -> None:
    if seat.is_modern:
        assert seat.run(lambda: seat.fixture.call_tool(tool, {})).content[0].text == told
    else:
        assert seat.error(lambda: seat.fixture.call_tool(tool, {})).code == -32602


def test_a_legacy_client_is_asked_on_its_stream(seat: Seat) -> None:
    result = seat.run(lambda: seat.fixture.call_tool("test_elicitation", {"message": "Who are you?"}))
    if seat.is_modern or seat.transport == "stdio":
        assert result.is_error, "the modern era has no requests of servers, and ours asks nothing on stdio"
    else:
        assert result.content[0].text.startswith("User response: action=accept") and "Ada" in result.content[0].text


def test_refusal(seat: Seat, faults: Any) -> None:
    result = seat.call(seat.product, "query", sql="DROP TABLE customers")
    assert result.is_error and result.structured_content["refused"][0]["code"] == "statement.drop"
    assert json.loads(result.content[0].text) == result.structured_content
    # One that comes late, after the stream has begun where there is one.
    sql = marked(seat, "fails", faults, 1_600, error="resourcesExceeded")
    late = seat.call(seat.product, "query", sql=sql)
    assert late.is_error and late.structured_content["refused"][0]["code"].startswith("upstream.")
    seat.assert_call_came_as_expected("product")


def test_what_was_said_is_what_the_schema_allows(seat: Seat) -> None:
    """Last of each seat: all that the tests before have caused is recorded by then."""
    revision = MODERN if seat.is_modern else LEGACY
    for name, recording in seat.recordings.items():
        if seat.transport == "stdio":
            recording.read_stdio(seat.directory / name)
        received = [message for direction, message in recording.messages if direction == "<"]
        assert len(received) >= 10
        assert complaints(recording, revision) == [], name


def test_the_check_of_what_was_said_finds_what_is_wrong() -> None:
    good = {"jsonrpc": "2.0", "id": 1, "result": {"resultType": "complete", "content": []}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "t"}}

    def found(revision: str, **result: Any) -> list[str]:
        return complaints(Recording([(">", call), ("<", good | {"result": result})]), revision)

    assert found(MODERN, resultType="complete", content=[]) == [] and found(LEGACY, content=[]) == []
    assert found(MODERN, content=[]) and found(LEGACY, content=[], resultType="complete")
    assert found(MODERN, resultType="complete", content=[{"type": "text"}]) and found(LEGACY, content="x")
    notification = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progressToken": 1}}
    assert complaints(Recording([("<", notification)]), MODERN) and complaints(Recording([("<", {"id": 1})]), MODERN)
    notification["params"]["progress"] = 2
    assert complaints(Recording([("<", notification)]), MODERN) == []
