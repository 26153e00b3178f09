"""Requests that two readers of the same bytes may take apart in two ways, each with a second request hidden behind.

The shapes are those of "HTTP Desync Attacks" (Kettle, 2019 and 2021) and RFC 9112 section 11.2. `HIDDEN` is what a
server that is fooled would answer as a request of its own.
"""

from __future__ import annotations

from raw_http import COMMON, ping

HIDDEN_ID = 666
HIDDEN = ping(HIDDEN_ID)
_BODY = b'{"jsonrpc":"2.0","id":1,"method":"ping"}'
_SIZE = len(_BODY)
_CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (_SIZE, _BODY)


def _post(*fields: bytes, body: bytes = _BODY, line: bytes = b"POST /mcp HTTP/1.1\r\n") -> bytes:
    return line + COMMON + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body + HIDDEN


def _length(value: bytes) -> bytes:
    return _post(b"Content-Length: " + value)


def _coding(value: bytes, name: bytes = b"Transfer-Encoding: ") -> bytes:
    return _post(name + value, body=_CHUNKS)


def _chunk(size: bytes, end: bytes = b"\r\n0\r\n\r\n") -> bytes:
    return _post(b"Transfer-Encoding: chunked", body=size + b"\r\n" + _BODY + end)


_FRAMED = b"Content-Length: %d" % _SIZE

# No answer but 400 may come, and the connection ends.
REFUSED: dict[str, bytes] = {
    "CL.TE": _post(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nG"),
    "TE.CL": _post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=_CHUNKS),
    "TE.TE, second identity": _post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=_CHUNKS),
    "TE.TE, both chunked": _post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=_CHUNKS),
    "TE: xchunked": _coding(b"xchunked"), "TE: identity": _coding(b"identity"), "TE: empty": _coding(b""),
    "TE: chunked, identity": _coding(b"chunked, identity"), "TE: gzip, chunked": _coding(b"gzip, chunked"),
    "TE: chunked, chunked": _coding(b"chunked, chunked"), "TE: ,chunked": _coding(b",chunked"),
    "TE: x, chunked": _coding(b"x, chunked"), "TE: quoted": _coding(b'"chunked"'), "TE: ;": _coding(b"chunked;q=1"),
    "TE: vertical tab": _coding(b"\x0bchunked"), "TE: NUL": _coding(b"chunked\x00"),
    "TE: space after": _coding(b"chunked", b"Transfer-Encoding : "),
    "TE: space before": _coding(b"chunked", b" Transfer-Encoding: "),
    "TE: folded": _coding(b"\r\n chunked"), "TE with underscore": _coding(b"chunked", b"Transfer_Encoding: "),
    "CL with underscore": _post(b"Content_Length: %d" % _SIZE, _FRAMED),
    "TE in HTTP/1.0": _post(b"Transfer-Encoding: chunked", body=_CHUNKS, line=b"POST /mcp HTTP/1.0\r\n"),
    "CL twice": _post(_FRAMED, _FRAMED), "CL twice, different": _post(_FRAMED, b"Content-Length: 0"),
    "CL list": _length(b"%d, %d" % (_SIZE, _SIZE)), "CL negative": _length(b"-1"), "CL hexadecimal": _length(b"0x28"),
    "CL plus": _length(b"+%d" % _SIZE), "CL huge": _length(b"9" * 40),
    "CL beyond 64 bits": _length(b"%d" % (2**64 + _SIZE)),
    "CL with a space": _length(b"4 0"), "CL empty": _length(b""), "CL with underscore inside": _length(b"4_0"),
    "CL space before colon": _post(b"Content-Length : %d" % _SIZE),
    "bare LF everywhere": _post(_FRAMED).replace(b"\r\n", b"\n"),
    "bare LF after the request line": _post(_FRAMED, line=b"POST /mcp HTTP/1.1\n"),
    "bare LF hides a field": _post(b"X: a\nTransfer-Encoding: chunked", body=_CHUNKS),
    "bare CR hides a field": _post(b"X: a\rTransfer-Encoding: chunked", _FRAMED),
    "bare LF ends the head": _post(_FRAMED + b"\r\n\n" + _BODY[:-2]),
    "folded field": _post(b"X: a\r\n b", _FRAMED),
    "NUL in a value": _post(b"X: a\x00b", _FRAMED), "control character in a value": _post(b"X: a\x01b", _FRAMED),
    "control character in a name": _post(b"X\x0b: a", _FRAMED), "no name": _post(b": a", _FRAMED),
    "no colon": _post(b"X", _FRAMED),
    "absolute target with a user": _post(_FRAMED, line=b"POST http://localhost@other.example/mcp HTTP/1.1\r\n"),
    "absolute target elsewhere": _post(_FRAMED, line=b"POST http://other.example/mcp HTTP/1.1\r\n"),
    "target without slash": _post(_FRAMED, line=b"POST mcp HTTP/1.1\r\n"),
    "space in the target": _post(_FRAMED, line=b"POST /mcp x HTTP/1.1\r\n"),
    "tabs in the request line": _post(_FRAMED, line=b"POST\t/mcp\tHTTP/1.1\r\n"),
    "method in lower case": _post(_FRAMED, line=b"post /mcp HTTP/1.1\r\n"),
    "CONNECT": b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n" + HIDDEN,
    "no Host": b"GET /healthz HTTP/1.1\r\n\r\n" + HIDDEN,
    "two Hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n" + HIDDEN,
    "Host list": b"GET /healthz HTTP/1.1\r\nHost: localhost, other.example\r\n\r\n" + HIDDEN,
    "HTTP/0.9": b"GET /healthz\r\n" + HIDDEN, "HTTP/0.9 by name": b"GET /healthz HTTP/0.9\r\n\r\n" + HIDDEN,
    "HTTP/1.2": b"GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n" + HIDDEN,
    "HTTP/2.0": b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n" + HIDDEN,
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN,
    "junk first": b"\x00" + HIDDEN,
    "chunk size 0x": _chunk(b"0x%x" % _SIZE), "chunk size negative": _chunk(b"-%x" % _SIZE),
    "chunk size with a space": _chunk(b"%x " % _SIZE), "chunk size overflows": _chunk(b"f" * 16 + b"%x" % _SIZE),
    "chunk without its end": _chunk(b"%x" % _SIZE, b"XX0\r\n\r\n"),
    "chunk lines end with LF": _post(b"Transfer-Encoding: chunked", body=b"%x\n%s\n0\n\n" % (_SIZE, _BODY)),
    "LF in a chunk extension": _chunk(b"%x;a\nb" % _SIZE),
    "length in a trailer": _chunk(b"%x" % _SIZE, b"\r\n0\r\nContent-Length: 5\r\n\r\n"),
}

# The first request is answered, the connection ends, and what follows is not read.
LAST: dict[str, bytes] = {
    "HTTP/1.0": _post(_FRAMED, line=b"POST /mcp HTTP/1.0\r\n"),
    "Connection: close": _post(b"Connection: close", _FRAMED),
    "Connection: Close": _post(b"Connection: Close", _FRAMED),
    "Connection: list": _post(b"Connection: keep-alive, close", _FRAMED),
    "h2c upgrade": _post(b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk", _FRAMED),
    "no length": b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + HIDDEN,
    "WebSocket": _post(b"Connection: Upgrade", b"Upgrade: websocket", _FRAMED),
}

# Two requests for every reader.
TWO: dict[str, bytes] = {
    "length": _post(_FRAMED), "chunks": _post(b"Transfer-Encoding: chunked", body=_CHUNKS),
    "length with zeros": _length(b"00%d" % _SIZE), "chunks in capitals": _coding(b"CHUNKED"),
    "absolute target": _post(_FRAMED, line=b"POST http://localhost/mcp HTTP/1.1\r\n"),
    "chunk extension": _chunk(b"%x;name=value" % _SIZE), "empty lines first": b"\r\n\r\n" + _post(_FRAMED),
}
