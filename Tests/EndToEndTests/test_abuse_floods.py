"""Floods of calls by one principal: bounded at once, in the queue and in rate; what is no call is not counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import raw_http
from conftest import Warehouse
from policy import ROLES, write_mapping
from process_watch import descriptors, resident_kb
from proxy import Proxy, command, configure, serving
from raw_http import call, connection, discover, ping

SLOW_MS = 1500


def at_once(url: str, requests: list[bytes]) -> list[raw_http.Answer]:
    """The answers to requests that are all sent before any is answered."""
    clients = [raw_http.Connection(raw_http.open_socket(url)) for _ in requests]
    try:
        for client, request in zip(clients, requests, strict=True):
            client.socket.settimeout(60)
            client.send(request)
        answers = [client.answer() for client in clients]
    finally:
        for client in clients:
            client.socket.close()
    assert None not in answers
    return [answer for answer in answers if answer is not None]


def test_calls_beyond_the_limits_wait_or_are_refused(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": SLOW_MS}])
    limits = {"calls_at_once": 2, "calls_queued": 3}
    with serving(configure(tmp_path, warehouse.url, warehouse.key_file, limits=limits)) as proxy:
        found: list[raw_http.Answer] = []
        flood = threading.Thread(target=lambda: found.extend(
            at_once(proxy.url, [call("query", number, sql=f"SELECT {number} AS slow") for number in range(12)])))
        started = time.monotonic()
        flood.start()
        time.sleep(0.7)
        # What is not a call is answered at once meanwhile, server/discover above all.
        for request in (discover(), ping(), discover()):
            began = time.monotonic()
            assert raw_http.once(proxy.url, request).status == 200
            assert time.monotonic() - began < 1
        flood.join()
        taken = time.monotonic() - started
        statuses = sorted(answer.status for answer in found)
        assert statuses == [200] * 5 + [429] * 7
        # Five in turns of two.
        assert 3 * SLOW_MS / 1000 <= taken < 20
        for answer in found:
            if answer.status == 429:
                assert answer.headers["retry-after"] == "1"
                assert "2 at once" in answer.json["error"]["message"] and answer.json["id"] in range(12)
            else:
                assert answer.json["result"]["structuredContent"]["rows"] == [[answer.json["id"]]]
        assert raw_http.once(proxy.url, call("query", sql="SELECT 1 AS one")).status == 200


def test_a_rate_is_kept_and_told(tmp_path: Path, warehouse: Warehouse) -> None:
    limits = {"calls_per_minute": 30}
    with serving(configure(tmp_path, warehouse.url, warehouse.key_file, limits=limits)) as proxy:
        with connection(proxy.url) as client:
            def status(request: bytes) -> int:
                client.send(request)
                answer = client.answer()
                assert answer is not None
                if answer.status == 429:
                    assert 1 <= int(answer.headers["retry-after"]) <= 2
                return answer.status

            found = [status(call("describe_table", number)) for number in range(60)]
            assert found[:30] == [200] * 30 and set(found[33:]) == {429}
            assert {status(discover()) for _ in range(50)} == {200}
            time.sleep(2.1)
            assert status(call("describe_table")) == 200


def test_a_role_tightens_what_the_configuration_allows(tmp_path: Path, warehouse: Warehouse) -> None:
    write_mapping(tmp_path / "mapping", ROLES | {"analyst": ROLES["analyst"] | {
        "limits": {"calls_per_minute": 5, "calls_at_once": 1_000_000}}})
    with serving(configure(tmp_path, warehouse.url, warehouse.key_file, limits={"calls_per_minute": 30})) as proxy:
        with connection(proxy.url) as client:
            client.send(b"".join(call("describe_table", number) for number in range(10)))
            answers = [client.answer() for _ in range(10)]
            assert [answer.status for answer in answers if answer] == [200] * 5 + [429] * 5


def test_a_flood_takes_bounded_memory(proxy: Proxy) -> None:
    """Hundreds of the largest bodies at once: what does not fit is told to come again, and nothing is kept."""
    raw_http.once(proxy.url, call("query", sql="SELECT 1 AS one"))
    before, opened = resident_kb(proxy.child.pid), descriptors(proxy.child.pid)
    head = b"POST /mcp HTTP/1.1\r\n" + raw_http.COMMON + b"Content-Length: 4000000\r\n\r\n"
    clients = [raw_http.Connection(raw_http.open_socket(proxy.url)) for _ in range(120)]
    most = 0
    try:
        for client in clients:
            client.send(head)
        time.sleep(0.3)
        told = 0
        for number, client in enumerate(clients):
            try:
                client.send(b"x" * 3_900_000)
            except (BrokenPipeError, ConnectionResetError):
                pass
            client.socket.settimeout(0.01)
            try:
                answer = client.answer()
                assert answer is not None and answer.status == 503 and answer.headers["retry-after"] == "1"
                told += 1
            except TimeoutError:
                pass
            if number % 10 == 0:
                most = max(most, resident_kb(proxy.child.pid) - before)
                # Others are answered, also with a body of their own.
                assert raw_http.once(proxy.url, discover()).status in (200, 503)
        # 64 MB for one principal are 16 bodies.
        assert told >= 100
        assert most < 250_000, f"{most} kB more"
    finally:
        for client in clients:
            client.socket.close()
    deadline = time.monotonic() + 10
    while descriptors(proxy.child.pid) > opened + 2:
        assert time.monotonic() < deadline, "connections are left over"
        time.sleep(0.1)
    assert raw_http.once(proxy.url, discover()).status == 200


def test_the_settings_are_checked(tmp_path: Path, warehouse: Warehouse) -> None:
    for limits in ({"calls_at_once": 0}, {"calls_queued": -1}, {"calls_per_minute": 0}, {"calls_at_once": "many"},
                   {"shutdown": "11m"}, {"shutdown": 5}, {"calls_per_hour": 1}):
        done = command("serve", "--config", configure(tmp_path, warehouse.url, warehouse.key_file, limits=limits))
        assert done.returncode == 2 and next(iter(limits)) in done.stderr, limits
    for connections in (0, 1_000_001, "all"):
        listen = {"host": "127.0.0.1", "port": 0, "connections": connections}
        done = command("serve", "--config", configure(tmp_path, warehouse.url, warehouse.key_file, listen=listen))
        assert done.returncode == 2 and "connections" in done.stderr
