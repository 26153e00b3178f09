"""Clients that take their time: each kind is given up within its own limit, all at once, and others notice nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import raw_http
from process_watch import descriptors, resident_kb
from proxy import Proxy
from raw_http import COMMON, Connection, connection, ping

HEAD_SECONDS = 15
# Twenty for the body, and five in which the client may read that it is over.
BODY_SECONDS = 25
# For a machine that is busy with other things.
SLACK = 6

HEAD = b"POST /mcp HTTP/1.1\r\n" + COMMON
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def dripping(first: bytes, drop: bytes, pause: float) -> Callable[[Connection], None]:
    """Sends a beginning, and then drops for as long as the server takes them."""
    def run(client: Connection) -> None:
        client.send(first)
        while True:
            time.sleep(pause)
            client.send(drop)
    return run


def pouring(first: bytes, drop: bytes) -> Callable[[Connection], None]:
    """As fast as the server takes it."""
    def run(client: Connection) -> None:
        client.send(first)
        while True:
            client.send(drop)
    return run


# Each with the seconds after which the server has ended it.
SLOW: dict[str, tuple[float, Callable[[Connection], None]]] = {
    "head byte by byte": (HEAD_SECONDS, dripping(b"POST /mcp HT", b"T", 0.5)),
    "head field by field": (HEAD_SECONDS, dripping(HEAD, b"X: y\r\n", 1)),
    "head that stops": (HEAD_SECONDS, lambda client: client.send(HEAD)),
    "empty lines": (HEAD_SECONDS, dripping(b"\r\n", b"\r\n", 0.3)),
    "second head byte by byte": (HEAD_SECONDS, dripping(ping(), b"P", 0.5)),
    "body byte by byte": (BODY_SECONDS, dripping(HEAD + b"Content-Length: 1000\r\n\r\n", b"x", 0.5)),
    "body that stops": (BODY_SECONDS, lambda client: client.send(HEAD + b"Content-Length: 1000\r\n\r\n{")),
    "chunks that never end": (BODY_SECONDS, dripping(CHUNKED, b"1\r\nx\r\n", 0.5)),
    "chunk extension that never ends": (BODY_SECONDS, pouring(CHUNKED + b"1;", b"x" * 10_000)),
    "trailers that never end": (BODY_SECONDS, dripping(CHUNKED + b"0\r\n", b"X: y\r\n", 1)),
    "body without end at full speed": (BODY_SECONDS, pouring(CHUNKED, b"%x\r\n%s\r\n" % (10_000, b"x" * 10_000))),
    "body that was too large": (BODY_SECONDS, pouring(HEAD + b"Content-Length: 99999999999\r\n\r\n", b"x" * 10_000)),
}


def seconds_until_ended(url: str, run: Callable[[Connection], None]) -> float:
    """How long the server bears with a client."""
    with connection(url) as client:
        started = time.monotonic()
        client.socket.settimeout(BODY_SECONDS + 2 * SLACK)
        try:
            run(client)
            assert client.is_closed_within(BODY_SECONDS + 2 * SLACK)
        except (BrokenPipeError, ConnectionResetError):
            pass
        except TimeoutError:
            # It takes no more, and does not close either.
            return float("inf")
        return time.monotonic() - started


def test_slow_clients_are_given_up_and_others_notice_nothing(proxy: Proxy) -> None:
    raw_http.once(proxy.url, raw_http.call("query", sql="SELECT 1 AS one"))
    before, opened = resident_kb(proxy.child.pid), descriptors(proxy.child.pid)
    taken: dict[str, float] = {}
    threads = []
    for name, (_, run) in SLOW.items():
        def work(name: str = name, run: Callable[[Connection], None] = run) -> None:
            taken[name] = seconds_until_ended(proxy.url, run)
        threads.append(threading.Thread(target=work, daemon=True))
    for thread in threads:
        thread.start()
    waits = []
    grown = 0
    while any(thread.is_alive() for thread in threads):
        started = time.monotonic()
        assert raw_http.once(proxy.url, ping()).status == 200
        waits.append(time.monotonic() - started)
        grown = max(grown, resident_kb(proxy.child.pid) - before)
        time.sleep(0.2)
    late = {name: seconds for name, seconds in taken.items() if seconds > SLOW[name][0] + SLACK}
    assert taken.keys() == SLOW.keys() and not late, late
    assert max(waits) < 2
    assert grown < 60_000, f"{grown} kB more"
    time.sleep(0.5)
    assert descriptors(proxy.child.pid) <= opened + 1
