"""`scrim stdio`: the same tools over standard streams, for clients of both protocol eras, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import audit_files
import pytest
from agent import CALL_SECONDS_MAX, Agent
from anyio.from_thread import start_blocking_portal
from canary import found_in
from google.cloud import bigquery
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from policy import ROLES, write_mapping
from proxy import BINARY, command, configure

END_SECONDS_MAX = 2.0
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
TOOLS = ["list_datasets", "list_tables", "describe_table", "search_schema", "estimate_query", "query", "fetch_page",
         "get_job", "cancel_job"]


@contextmanager
def on_stdio(config: Path, mode: str, *options: str) -> Iterator[Agent]:
    """An agent that started its own server, whose standard error is in `stdio.log` beside the configuration."""
    with (config.parent / "stdio.log").open("a") as log, start_blocking_portal() as portal:
        server = StdioServerParameters(command=str(BINARY), args=["stdio", "--config", str(config), *options])
        client = Client(stdio_client(server, errlog=log), mode=mode, read_timeout_seconds=CALL_SECONDS_MAX)
        with portal.wrap_async_context_manager(client):
            yield Agent(portal, client)


class Raw:
    """A client that writes and reads lines."""

    def __init__(self, config: Path, *options: str) -> None:
        self.log = (config.parent / "stdio.log").open("a")
        self.child = subprocess.Popen([str(BINARY), "stdio", "--config", str(config), *options], bufsize=0,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log)
        assert self.child.stdin is not None and self.child.stdout is not None
        self.input, self.output = self.child.stdin, self.child.stdout
        self.unread = b""

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.input.close()
        self.output.close()
        self.log.close()

    def send(self, **message: Any) -> None:
        self.input.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def call(self, number: int, tool: str, **arguments: Any) -> None:
        self.send(id=number, method="tools/call", params={"name": tool, "arguments": arguments, "_meta": META})

    def line(self) -> dict[str, Any]:
        while b"\n" not in self.unread:
            part = os.read(self.output.fileno(), 1 << 20)
            assert part, "the output ended"
            self.unread += part
        line, _, self.unread = self.unread.partition(b"\n")
        return json.loads(line)

    def end(self) -> tuple[float, list[dict[str, Any]]]:
        """Waits for the end; how long it took, and what was still said."""
        begin = time.monotonic()
        rest = self.unread
        while part := os.read(self.output.fileno(), 1 << 20):
            rest += part
        self.child.wait(10)
        return time.monotonic() - begin, [json.loads(line) for line in rest.splitlines()]


@pytest.fixture(scope="module")
def config(warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return configure(tmp_path_factory.mktemp("stdio"), warehouse.url, warehouse.key_file)


@pytest.fixture(scope="module", params=["auto", "legacy"])
def agent_on_stdio(config: Path, transcripts: list[str], request: pytest.FixtureRequest) -> Iterator[Agent]:
    with on_stdio(config, request.param) as agent:
        agent.transcript = transcripts
        yield agent


@pytest.fixture
def own_config(warehouse, tmp_path: Path) -> Path:
    """For a test that starts a server of its own: a log has one writer."""
    return configure(tmp_path / "own", warehouse.url, warehouse.key_file)


def jobs(config: Path) -> list[dict[str, Any]]:
    ended = command("audit", "jobs", "--config", config, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def entries(config: Path) -> list[dict[str, Any]]:
    return audit_files.entries(config.parent / "audit")


def is_cancelled(direct: bigquery.Client, job_id: str) -> bool:
    """Whether BigQuery has ended a job without a result."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        job = direct.get_job(job_id)
        if job.state == "DONE":
            return job.error_result is not None and job.error_result["reason"] == "stopped"
        time.sleep(0.05)
    return False


def test_both_eras_are_spoken(agent_on_stdio: Agent) -> None:
    expected = {"auto": "2026-07-28", "legacy": "2025-11-25"}
    assert agent_on_stdio.client.protocol_version == expected[agent_on_stdio.client.mode]
    listed = agent_on_stdio.portal.call(agent_on_stdio.client.list_tools).tools
    assert [tool.name for tool in listed if tool.name in TOOLS] == TOOLS


def test_every_tool_answers(agent_on_stdio: Agent) -> None:
    agent = agent_on_stdio
    assert {item["dataset"] for item in agent.ask("list_datasets")["datasets"]} == {"bank", "analytics"}
    assert len(agent.ask("list_tables", dataset="bank")["tables"]) >= 6
    described = agent.ask("describe_table", table="bank.customers")
    masked = {column["name"]: column["masked"] for column in described["columns"]}
    assert masked["email"] == {"tag": "pii.email", "rule": "EMAIL_MASK"}
    found = agent.ask("search_schema", text="email")["matches"]
    assert any(match.get("masked") == {"tag": "pii.email", "rule": "EMAIL_MASK"} for match in found)
    estimate = agent.ask("estimate_query", sql="SELECT email FROM customers")
    assert estimate["masked_columns"][0]["column"] == "email"
    first = agent.ask("query", sql="SELECT branch_id FROM branches ORDER BY branch_id", max_rows=4)
    assert [row[0] for row in first["rows"]] == [1, 2, 3, 4]
    second = agent.ask("fetch_page", cursor=first["next_cursor"])
    assert second["rows"][0] == [5] and second["job"] == first["job"]
    assert agent.ask("get_job", job_id=first["job"]["job_id"])["status"] == "done"
    assert agent.ask("cancel_job", job_id=first["job"]["job_id"])["job"] == first["job"]
    customers = agent.ask("query", sql="SELECT email FROM customers ORDER BY customer_id LIMIT 20")
    assert found_in(json.dumps(customers).encode()) == []


def test_a_refusal_is_told(agent_on_stdio: Agent) -> None:
    assert agent_on_stdio.call("query", sql="DROP TABLE customers").codes == ["statement.drop"]
    assert agent_on_stdio.call("query").is_error


def test_a_cancelled_call_cancels_its_job(agent_on_stdio: Agent, config: Path, direct: bigquery.Client, faults) -> None:
    agent = agent_on_stdio
    name = f"cancelled_on_stdio_{agent.client.mode}"
    faults(jobs=[{"sql": name, "slow_ms": 20_000}])

    async def cancelled() -> None:
        with anyio.move_on_after(1.5):
            await agent.client.call_tool("query", {"sql": f"SELECT branch_id AS {name} FROM branches"})

    agent.portal.call(cancelled)
    assert agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]], "the connection goes on"
    [job] = [job for job in jobs(config) if name in job["sql"]]
    assert is_cancelled(direct, job["job_id"])


def test_the_log_names_the_transport(agent_on_stdio: Agent, config: Path) -> None:
    agent_on_stdio.ask("list_datasets")
    told = [entry for entry in entries(config) if "transport" in json.dumps(entry)]
    assert len(told) >= 2 and all('"transport": "stdio"' in json.dumps(entry) for entry in told)


def test_the_end_of_the_input_ends_the_process(own_config: Path) -> None:
    with Raw(own_config) as client:
        client.call(1, "query", sql="SELECT 1 AS one")
        client.input.close()
        seconds, answers = client.end()
        assert [answer["id"] for answer in answers] == [1], "what was piped in is answered"
        assert client.child.returncode == 0
    assert command("audit", "verify", "--config", own_config).returncode == 0


@pytest.mark.parametrize("way", ["end of input", "SIGTERM", "SIGINT", "output closed"])
def test_an_end_cancels_and_records_what_runs(own_config: Path, direct: bigquery.Client, faults, way: str) -> None:
    faults(jobs=[{"sql": "branch_id", "slow_ms": 20_000}])
    with Raw(own_config) as client:
        client.call(1, "query", sql="SELECT branch_id FROM branches")
        deadline = time.monotonic() + 10
        while not (own_config.parent / "audit" / "checkpoint").exists() or not jobs(own_config):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.2)
        begin = time.monotonic()
        if way == "end of input":
            client.input.close()
        elif way == "output closed":
            client.output.close()
            client.call(2, "list_datasets")
            client.child.wait(10)
        else:
            client.child.send_signal(getattr(signal, way))
        if way != "output closed":
            assert client.end()[1] == [], "a cancelled call is not answered"
        assert time.monotonic() - begin < END_SECONDS_MAX and client.child.returncode == 0
    [job] = jobs(own_config)
    assert any(entry for entry in map(json.dumps, entries(own_config))
               if job["job_id"] in entry and '"cancelled"' in entry), "the end is in the log"
    assert is_cancelled(direct, job["job_id"])
    assert command("audit", "verify", "--config", own_config).returncode == 0


def test_an_end_cancels_a_job_that_nobody_waits_for(own_config: Path, direct: bigquery.Client, faults) -> None:
    faults(jobs=[{"sql": "branch_id", "slow_ms": 60_000}])
    with Raw(own_config) as client:
        client.call(1, "query", sql="SELECT branch_id FROM branches")
        answer = client.line()["result"]["structuredContent"]
        assert answer["status"] == "running"
        client.input.close()
        assert client.end()[0] < END_SECONDS_MAX and client.child.returncode == 0
    job_id = answer["job"]["job_id"]
    assert any(job_id in entry and '"cancelled"' in entry for entry in map(json.dumps, entries(own_config)))
    assert is_cancelled(direct, job_id)


def test_a_bigquery_that_does_not_answer_cannot_keep_it_alive(own_config: Path, faults) -> None:
    faults(jobs=[{"sql": "branch_id", "slow_ms": 20_000}],
           requests=[{"method": "POST", "path": "/cancel", "answer": "hang"}])
    with Raw(own_config) as client:
        client.call(1, "query", sql="SELECT branch_id FROM branches")
        time.sleep(1.5)
        client.input.close()
        assert client.end()[0] < END_SECONDS_MAX
    [job] = jobs(own_config)
    assert any(job["job_id"] in entry and '"cancelled"' in entry for entry in map(json.dumps, entries(own_config)))
    assert command("audit", "verify", "--config", own_config).returncode == 0


def test_a_client_that_does_not_read_cannot_keep_it_alive(own_config: Path) -> None:
    with Raw(own_config) as client:
        client.send(id=0, method="ping")
        assert client.line()["id"] == 0
        pings = b"".join(json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}).encode() + b"\n"
                         for number in range(1, 200_000))
        writer = threading.Thread(target=lambda: _write(client.input.fileno(), pings), daemon=True)
        writer.start()
        time.sleep(1)
        assert writer.is_alive(), "a server that is not read stops reading"
        client.child.terminate()
        begin = time.monotonic()
        client.child.wait(10)
        assert time.monotonic() - begin < END_SECONDS_MAX
        writer.join(5)


def _write(descriptor: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data):]
    except OSError:
        pass


def test_lines_that_are_no_messages(own_config: Path) -> None:
    with Raw(own_config) as client:
        for line, code in [(b"{", -32700), (b"[]", -32600), (b"\xff", -32700), (b"x" * 5_000_000, -32600)]:
            client.input.write(line + b"\n")
            answer = client.line()
            assert answer["error"]["code"] == code and answer["id"] is None
        client.send(id="a", method="no/such", params={"_meta": META})
        unknown = client.line()
        assert unknown["id"] == "a" and unknown["error"]["code"] == -32601
        client.send(id=5, method="ping")
        assert client.line() == {"jsonrpc": "2.0", "id": 5, "result": {}}


def test_a_role_of_the_command_line(own_config: Path) -> None:
    with Raw(own_config, "--as-role", "nobody_has_it") as client:
        assert client.child.wait(10) == 2
    assert "nobody_has_it" in (own_config.parent / "stdio.log").read_text()
    with Raw(own_config, "--as-role", "analyst") as client:
        client.call(1, "query", sql="SELECT email FROM customers LIMIT 1")
        assert client.line()["result"]["isError"] is False


def test_a_new_mapping_is_read_on_sighup(own_config: Path) -> None:
    role = ROLES["analyst"] | {"masks": ROLES["analyst"]["masks"] | {"pii.email": "ALWAYS_NULL"}}
    log = own_config.parent / "stdio.log"
    with Raw(own_config) as client:
        client.call(1, "query", sql="SELECT email FROM customers WHERE customer_id = 40")
        assert client.line()["result"]["structuredContent"]["columns"][0]["masked"]["rule"] == "EMAIL_MASK"
        shutil.rmtree(own_config.parent / "mapping")
        write_mapping(own_config.parent / "mapping", {"analyst": role})
        client.child.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 15
        while "the mapping was read again" not in log.read_text():
            assert time.monotonic() < deadline and client.child.poll() is None, log.read_text()
            time.sleep(0.02)
        client.call(2, "query", sql="SELECT email FROM customers WHERE customer_id = 40")
        assert client.line()["result"]["structuredContent"]["columns"][0]["masked"]["rule"] == "ALWAYS_NULL"


def test_a_second_server_on_one_log_says_so(own_config: Path) -> None:
    with Raw(own_config) as first:
        first.send(id=1, method="ping")
        first.line()
        second = command("stdio", "--config", own_config, seconds=20)
        assert second.returncode == 2 and second.stdout == ""
        assert "open in another process" in second.stderr and "audit.directory" in second.stderr
        assert "each its own directory" in second.stderr


def test_it_starts_fast_and_sends_nothing(own_config: Path, tmp_path: Path) -> None:
    offline = configure(tmp_path / "offline", "http://127.0.0.1:9", json.loads(own_config.read_text())
                        ["bigquery"]["credentials"]["service_account_file"])
    begin = time.monotonic()
    with Raw(offline) as client:
        client.send(id=1, method="server/discover", params={"_meta": META})
        assert client.line()["result"]["supportedVersions"] == ["2026-07-28"]
        assert time.monotonic() - begin < 1.5
