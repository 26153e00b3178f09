"""Bytes that are no honest HTTP: one reading or none, and never two answers where a front proxy would see one."""

from __future__ import annotations

import time

import pytest
import raw_http
from proxy import Proxy
from raw_http import COMMON, connection, ping
from smuggling import HIDDEN_ID, LAST, REFUSED, TWO


@pytest.fixture(autouse=True)
def still_serves(proxy: Proxy):
    """After each test: the server is the same process and answers a polite client."""
    yield
    assert proxy.is_alive()
    assert raw_http.once(proxy.url, ping(5)).json["id"] == 5


@pytest.mark.parametrize("shape", REFUSED.values(), ids=REFUSED.keys())
def test_what_can_be_read_in_two_ways_is_refused(proxy: Proxy, shape: bytes) -> None:
    with connection(proxy.url) as client:
        client.send(shape)
        found = client.answers()
        assert [answer.status for answer in found] in ([], [400])
        assert all(answer.headers["connection"] == "close" and not answer.body for answer in found)


@pytest.mark.parametrize("shape", LAST.values(), ids=LAST.keys())
def test_a_connection_ends_where_it_is_said_to(proxy: Proxy, shape: bytes) -> None:
    with connection(proxy.url) as client:
        client.send(shape)
        found = client.answers()
        assert [(answer.status, answer.json.get("id")) for answer in found] in ([(200, 1)], [(405, None)])
        assert found[0].headers["connection"] == "close"


@pytest.mark.parametrize("shape", TWO.values(), ids=TWO.keys())
def test_what_everybody_reads_in_the_same_way_is_answered(proxy: Proxy, shape: bytes) -> None:
    with connection(proxy.url) as client:
        client.send(shape)
        assert [client.answer().json["id"] for _ in range(2)] == [1, HIDDEN_ID]


@pytest.mark.parametrize("head", [
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n", b"GET /mcp HTTP/1.1\r\nHost: localhost\r\n",
    b"POST /other HTTP/1.1\r\nHost: localhost\r\n",
    b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n",
    b"POST /mcp HTTP/1.1\r\nHost: elsewhere.example\r\n"])
def test_a_body_that_nobody_reads_is_no_request(proxy: Proxy, head: bytes) -> None:
    """A refusal before the body was read: nothing that comes as its body, or after it, is answered."""
    body = ping(HIDDEN_ID)
    with connection(proxy.url) as client:
        client.send(head + b"Content-Length: %d\r\n\r\n" % len(body) + body + ping(HIDDEN_ID))
        found = client.answers()
        assert len(found) == 1 and found[0].headers["connection"] == "close"


def test_a_refusal_comes_after_the_answers_to_what_was_sent_before(proxy: Proxy) -> None:
    """Written at once, it would be taken for the answer to the first request."""
    slow = raw_http.call("query", 1, sql="SELECT COUNT(*) AS n FROM customers")
    with connection(proxy.url) as client:
        client.send(slow + REFUSED["CL.TE"])
        first, *rest = client.answers()
        assert first.json["id"] == 1 and first.json["result"]["structuredContent"]["rows"] == [[241]]
        assert [answer.status for answer in rest] in ([], [400])


@pytest.mark.parametrize("head", [
    b"GET /" + b"a" * 1_000_000, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1_000_000,
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100_000,
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X%d: %s\r\n" % (n, b"y" * 1000) for n in range(500)),
    b"A" * 1_000_000, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"a" * 1_000_000,
    b"POST /mcp HTTP/1.1\r\n" + COMMON + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X: y\r\n" * 100_000,
], ids=["target", "one field", "count", "size", "method", "name", "trailers"])
def test_floods_of_heads_end_early(proxy: Proxy, head: bytes) -> None:
    started = time.monotonic()
    with connection(proxy.url) as client:
        try:
            client.send(head)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert [answer.status for answer in client.answers()] in ([], [400])
    assert time.monotonic() - started < 5


def test_many_requests_sent_ahead_are_answered_in_order(proxy: Proxy) -> None:
    with connection(proxy.url) as client:
        client.send(b"".join(ping(n) for n in range(500)))
        assert [client.answer().json["id"] for _ in range(500)] == list(range(500))
