"""The end: nothing new is taken, what runs ends or is cancelled at BigQuery, and the log says what became of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import audit_files
import pytest
import raw_http
from conftest import Warehouse
from google.cloud import bigquery
from proxy import BINARY, Proxy, command, configure, serving

SLOW_SQL = "SELECT COUNT(*) AS slow FROM branches"
FOREVER_MS = 60_000


@contextmanager
def quiet_end(config: Path) -> Iterator[Proxy]:
    """A server that the test ends itself."""
    try:
        with serving(config) as proxy:
            yield proxy
    except AssertionError as error:
        # `serving` wants the server alive at the end of the block.
        if "scrim ended with 0" not in str(error):
            raise


def entries(proxy: Proxy, kind: str) -> list[dict[str, Any]]:
    """The log's entries of one kind that are whole."""
    return [entry for entry in audit_files.entries(proxy.audit) if entry["type"] == kind]


def in_background(url: str, request: bytes) -> tuple[threading.Thread, list[raw_http.Answer | None]]:
    found: list[raw_http.Answer | None] = []

    def work() -> None:
        with raw_http.connection(url) as client:
            client.socket.settimeout(60)
            client.send(request)
            found.append(client.answer())

    thread = threading.Thread(target=work)
    thread.start()
    return thread, found


def wait_for(condition: Callable[[], Any], seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)
    return result


def verified(proxy: Proxy) -> None:
    """Everything holds, the last checkpoint included."""
    done = command("audit", "verify", "--directory", proxy.audit)
    assert done.returncode == 0, done.stdout + done.stderr


def state_at_bigquery(direct: bigquery.Client, job_id: str) -> tuple[str, str | None]:
    job = direct.get_job(job_id, location="US")
    return job.state, job.error_result["reason"] if job.error_result else None


def test_a_query_that_runs_ends_in_peace(tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": 2500}])
    with quiet_end(configure(tmp_path, warehouse.url, warehouse.key_file)) as proxy:
        idle = raw_http.open_socket(proxy.url)
        running, answers = in_background(proxy.url, raw_http.call("query", sql=SLOW_SQL))
        wait_for(lambda: entries(proxy, "job_submitted"))
        proxy.child.send_signal(signal.SIGTERM)
        assert raw_http.Connection(idle).is_closed_within(1), "an idle connection stays open"
        with pytest.raises(ConnectionRefusedError):
            raw_http.open_socket(proxy.url)
        assert proxy.is_alive()
        running.join()
        assert proxy.child.wait(5) == 0
    answer, = answers
    assert answer is not None and answer.json["result"]["structuredContent"]["status"] == "done"
    assert answer.headers["connection"] == "close"
    assert [entry["outcome"] for entry in entries(proxy, "job_ended")] == ["done"]
    verified(proxy)


def test_a_query_that_does_not_end_is_cancelled_in_time(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None], direct: bigquery.Client) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": FOREVER_MS}])
    limits = {"shutdown": "3s"}
    with quiet_end(configure(tmp_path, warehouse.url, warehouse.key_file, limits=limits)) as proxy:
        running, answers = in_background(proxy.url, raw_http.call("query", sql=SLOW_SQL))
        job_id = wait_for(lambda: entries(proxy, "job_submitted"))[0]["job"]["job_id"]
        wait_for(lambda: state_at_bigquery(direct, job_id)[0] == "RUNNING")
        started = time.monotonic()
        proxy.child.send_signal(signal.SIGTERM)
        assert proxy.child.wait(10) == 0
        assert 1.5 < time.monotonic() - started < 5
        running.join()
    # The caller was told, and BigQuery, and the log.
    answer, = answers
    assert answer is not None and answer.json["result"]["isError"]
    assert state_at_bigquery(direct, job_id) == ("DONE", "stopped")
    assert [(entry["outcome"], entry["reason"]) for entry in entries(proxy, "job_ended")] == [
        ("cancelled", "server ended")]
    assert len(entries(proxy, "server_stopped")) == 1
    verified(proxy)


def test_a_job_that_nobody_waits_for_is_cancelled(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None], direct: bigquery.Client) -> None:
    """Of a legacy client that left: nobody could ask for its job again."""
    faults(jobs=[{"sql": "slow", "slow_ms": FOREVER_MS}])
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "query", "arguments": {"sql": SLOW_SQL}}}
    with quiet_end(configure(tmp_path, warehouse.url, warehouse.key_file, limits={"shutdown": "3s"})) as proxy:
        with raw_http.connection(proxy.url) as client:
            client.send(raw_http.post(json.dumps(body).encode(), b"MCP-Protocol-Version: 2025-11-25\r\n"))
            job_id = wait_for(lambda: entries(proxy, "job_submitted"))[0]["job"]["job_id"]
        started = time.monotonic()
        proxy.child.send_signal(signal.SIGTERM)
        assert proxy.child.wait(10) == 0
        assert time.monotonic() - started < 5
    assert state_at_bigquery(direct, job_id) == ("DONE", "stopped")
    assert [entry["outcome"] for entry in entries(proxy, "job_ended")] == ["cancelled"]
    verified(proxy)


def test_a_second_signal_ends_it_at_once(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None], direct: bigquery.Client) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": FOREVER_MS}])
    with quiet_end(configure(tmp_path, warehouse.url, warehouse.key_file)) as proxy:
        running, _ = in_background(proxy.url, raw_http.call("query", sql=SLOW_SQL))
        job_id = wait_for(lambda: entries(proxy, "job_submitted"))[0]["job"]["job_id"]
        wait_for(lambda: state_at_bigquery(direct, job_id)[0] == "RUNNING")
        proxy.child.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert proxy.is_alive()
        started = time.monotonic()
        proxy.child.send_signal(signal.SIGTERM)
        assert proxy.child.wait(10) == 0
        assert time.monotonic() - started < 4
        running.join()
    assert state_at_bigquery(direct, job_id) == ("DONE", "stopped")
    assert [entry["outcome"] for entry in entries(proxy, "job_ended")] == ["cancelled"]
    verified(proxy)


def test_the_end_comes_though_bigquery_does_not_answer_and_the_client_does_not_read(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None]) -> None:
    with quiet_end(configure(tmp_path, warehouse.url, warehouse.key_file, limits={"shutdown": "3s"})) as proxy:
        faults(requests=[{"path": "/queries/", "answer": "hang", "hang_ms": 15_000},
                         {"path": "/cancel", "answer": "hang", "hang_ms": 15_000}])
        with raw_http.connection(proxy.url) as client:
            client.send(raw_http.call("query", sql=SLOW_SQL))
            wait_for(lambda: entries(proxy, "job_submitted"))
            started = time.monotonic()
            proxy.child.send_signal(signal.SIGTERM)
            assert proxy.child.wait(10) == 0
            assert time.monotonic() - started < 5
    assert [entry["outcome"] for entry in entries(proxy, "job_ended")] == ["cancelled"]
    verified(proxy)


def test_stdio_cancels_what_runs_and_closes_the_log(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None], direct: bigquery.Client) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": FOREVER_MS}])
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    child = subprocess.Popen([str(BINARY), "stdio", "--config", str(config)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    proxy = Proxy("", config, tmp_path / "output.log", child)
    try:
        assert child.stdin is not None
        child.stdin.write(raw_http.call("query", sql=SLOW_SQL).partition(b"\r\n\r\n")[2] + b"\n")
        child.stdin.flush()
        job_id = wait_for(lambda: entries(proxy, "job_submitted"))[0]["job"]["job_id"]
        wait_for(lambda: state_at_bigquery(direct, job_id)[0] == "RUNNING")
        started = time.monotonic()
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(5) == 0
        assert time.monotonic() - started < 2
    finally:
        child.kill()
        child.communicate()
    assert state_at_bigquery(direct, job_id) == ("DONE", "stopped")
    assert [entry["outcome"] for entry in entries(proxy, "job_ended")] == ["cancelled"]
    assert len(entries(proxy, "server_stopped")) == 1
    verified(proxy)
