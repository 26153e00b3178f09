"""Connections in numbers: what they cost, what happens when there are too many, and that none is leaked."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import raw_http
from conftest import Warehouse
from process_watch import cpu_seconds, descriptors, resident_kb
from proxy import Proxy, command, configure, serving
from raw_http import Connection, connection, discover, ping

IDLE = 3000
# 25 kB in a release build; tests run what is there.
KB_PER_CONNECTION_MAX = 45
ANSWER_SECONDS_MAX = 2


@contextmanager
def idle_connections(url: str, count: int) -> Iterator[list[socket.socket]]:
    """So many connections without a request, from several addresses of the loopback network."""
    opened: list[socket.socket] = []
    try:
        for number in range(count):
            opened.append(raw_http.open_socket(url, f"127.0.0.{2 + number % 8}"))
        yield opened
    finally:
        for each in opened:
            each.close()


@contextmanager
def few_descriptors() -> Iterator[None]:
    """For the processes that are started meanwhile: as few as many systems give."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def fresh(tmp_path: Path, warehouse: Warehouse) -> Iterator[Proxy]:
    started = serving(configure(tmp_path, warehouse.url, warehouse.key_file))
    with ExitStack() as stack:
        with few_descriptors():
            proxy = stack.enter_context(started)
        yield proxy


def seconds_to_answer(url: str, request: bytes) -> float:
    started = time.monotonic()
    assert raw_http.once(url, request).status == 200
    return time.monotonic() - started


def test_idle_connections_cost_little_and_are_felt_by_nobody(fresh: Proxy) -> None:
    pid = fresh.child.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    assert soft == (1_048_576 if hard == resource.RLIM_INFINITY else min(hard, 1_048_576)), "the limit was not raised"
    seconds_to_answer(fresh.url, raw_http.call("list_datasets"))
    before, opened = resident_kb(pid), descriptors(pid)
    with idle_connections(fresh.url, IDLE) as idle:
        for each in idle[::3]:
            client = Connection(each)
            client.send(ping())
            assert client.answer() is not None
        assert (resident_kb(pid) - before) / IDLE < KB_PER_CONNECTION_MAX
        assert descriptors(pid) >= IDLE
        waits = [seconds_to_answer(fresh.url, discover()) for _ in range(20)]
        waits += [seconds_to_answer(fresh.url, raw_http.call("query", sql="SELECT 1 AS one")) for _ in range(3)]
        assert max(waits) < ANSWER_SECONDS_MAX
    deadline = time.monotonic() + 10
    while descriptors(pid) > opened + 2:
        assert time.monotonic() < deadline, "connections are not closed with their clients"
        time.sleep(0.1)


def test_when_places_are_taken_idle_connections_make_room(tmp_path: Path, warehouse: Warehouse) -> None:
    """Those of the address that holds the most, the longest idle first; whoever has a request keeps it."""
    config = configure(tmp_path, warehouse.url, warehouse.key_file,
                       listen={"host": "127.0.0.1", "port": 0, "connections": 200})
    with serving(config) as proxy, connection(proxy.url, "127.0.0.99") as modest:
        modest.send(ping(1))
        assert modest.answer() is not None
        with idle_connections(proxy.url, 1000):
            waits = [seconds_to_answer(proxy.url, ping()) for _ in range(20)]
            assert max(waits) < ANSWER_SECONDS_MAX
            # Idle for longest of all, but the only one of its address.
            modest.send(ping(2))
            answer = modest.answer()
            assert answer is not None and answer.json["id"] == 2
            assert descriptors(proxy.child.pid) < 260


def test_without_descriptors_it_waits_and_then_goes_on(fresh: Proxy) -> None:
    """The limit is lowered below what is in use, so that nothing can be accepted."""
    pid = fresh.child.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    with connection(fresh.url) as before:
        before.send(ping())
        assert before.answer() is not None
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (descriptors(pid), hard))
        try:
            with connection(fresh.url) as waiting:
                waiting.send(ping(3))
                used = cpu_seconds(pid)
                time.sleep(2)
                assert cpu_seconds(pid) - used < 0.5, "it spins"
                # Connections that were there go on.
                before.send(ping(2))
                answer = before.answer()
                assert answer is not None and answer.json["id"] == 2
                resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
                answer = waiting.answer()
                assert answer is not None and answer.json["id"] == 3
        finally:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))


def test_more_connections_than_descriptors_are_refused_at_the_start(tmp_path: Path, warehouse: Warehouse) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard >= 1_000_000 or hard == resource.RLIM_INFINITY:
        pytest.skip("this machine has more descriptors than can be asked for")
    config = configure(tmp_path, warehouse.url, warehouse.key_file,
                       listen={"host": "127.0.0.1", "port": 0, "connections": hard})
    done = command("serve", "--config", config)
    assert done.returncode == 2 and "listen.connections" in done.stderr
    assert not (tmp_path / "audit").exists()


def test_half_open_connections_are_cleared_away(fresh: Proxy) -> None:
    """Clients that end their side, cut the connection, or vanish while they are being answered."""
    pid = fresh.child.pid
    raw_http.once(fresh.url, ping())
    opened = descriptors(pid)
    for number in range(300):
        with raw_http.open_socket(fresh.url) as each:
            if number % 3 == 0:
                each.sendall(ping()[:40])
                each.shutdown(socket.SHUT_WR)
            elif number % 3 == 1:
                each.sendall(raw_http.call("list_datasets"))
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            else:
                each.shutdown(socket.SHUT_RDWR)
    deadline = time.monotonic() + 10
    while descriptors(pid) > opened + 2:
        assert time.monotonic() < deadline, "connections are left over"
        time.sleep(0.1)
    assert raw_http.once(fresh.url, ping()).status == 200


def test_ten_thousand_calls_leave_nothing_behind(tmp_path: Path, warehouse: Warehouse) -> None:
    """Refused ones, which end in the audit log; on connections that are kept, and on one each."""
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    with serving(config) as proxy:
        pid = proxy.child.pid

        def flood(count: int, per_connection: int) -> None:
            # Arguments that are refused before anything else, and SQL that is refused at its first word.
            requests = [raw_http.call("describe_table", 1), raw_http.call("query", 1, sql="DROP TABLE t")]
            for first in range(0, count, per_connection):
                with connection(proxy.url) as client:
                    client.send(b"".join(requests[n % 40 == 0] for n in range(first, first + per_connection)))
                    for _ in range(per_connection):
                        answer = client.answer()
                        assert answer is not None and b'"isError":true' in answer.body

        def floods(count: int) -> None:
            kinds = [(count // 4, 50), (count // 4, 50), (count // 4, 50), (count // 4, 1)]
            threads = [threading.Thread(target=flood, args=kind) for kind in kinds]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

        floods(1200)
        before, opened = resident_kb(pid), descriptors(pid)
        floods(10_000)
        assert descriptors(pid) <= opened + 2
        assert resident_kb(pid) - before < 25_000
