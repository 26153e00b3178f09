"""Those who keep checkpoints of a log outside: a webhook and a C2SP witness, written from the specifications alone.

<https://c2sp.org/tlog-witness>, <https://c2sp.org/tlog-cosignature>, RFC 9162 section 2.1.4.2
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import audit_files
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Keeper:
    """What it was sent, and what it answers instead of what it should."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.bodies: list[str] = []
        self.statuses: list[int] = []
        self.fault: int | None = None

    def answer(self, body: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        return 204, "text/plain", ""


class Witness(Keeper):
    """Cosigns the checkpoints of the logs whose verifier keys it knows."""

    def __init__(self, name: str = "witness.example/w1") -> None:
        super().__init__()
        self.name = name
        self.logs: dict[str, str] = {}
        self.latest: dict[str, tuple[int, bytes]] = {}
        self._key = Ed25519PrivateKey.generate()
        public = b"\x04" + self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        self.verifier_key = f"{name}+{self.key_id.hex()}+{base64.b64encode(public).decode()}"

    def answer(self, body: str) -> tuple[int, str, str]:
        request, _, note = body.partition("\n\n")
        old_line, *proof_lines = request.split("\n")
        assert old_line.startswith("old ") and len(proof_lines) <= 63
        old, proof = int(old_line.removeprefix("old ")), [base64.b64decode(line) for line in proof_lines]
        text = note.rpartition("\n\n")[0] + "\n"
        origin, size_line, root_line = text.split("\n")[:3]
        size, root = int(size_line), base64.b64decode(root_line)
        if origin not in self.logs:
            return 404, "text/plain", ""
        if not audit_files.is_signed(note, self.logs[origin]):
            return 403, "text/plain", ""
        if old > size:
            return 400, "text/plain", ""
        known_size, known_root = self.latest.get(origin, (0, hashlib.sha256(b"").digest()))
        if old != known_size:
            return 409, "text/x.tlog.size", f"{known_size}\n"
        if not is_consistent(known_size, known_root, size, root, proof):
            return 422, "text/plain", ""
        self.latest[origin] = size, root
        return 200, "text/plain", self.cosignature(text, int(time.time()))

    def cosignature(self, text: str, seconds: int) -> str:
        signature = self._key.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        data = self.key_id + seconds.to_bytes(8) + signature
        # Of a key that nobody knows, to be passed over.
        unknown = base64.b64encode(bytes(4) + bytes(72)).decode()
        return f"— {self.name} {unknown}\n— {self.name} {base64.b64encode(data).decode()}\n"


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: list[bytes]) -> bool:
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof
    path = ([first_root] if first & (first - 1) == 0 else []) + proof
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for node in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = _node(node, fr), _node(node, sr)
            while not fn & 1 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = _node(sr, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@contextmanager
def listening(keeper: Keeper) -> Iterator[str]:
    """The URL at which it answers until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            assert self.headers["Content-Type"] == "text/plain; charset=utf-8"
            keeper.paths.append(self.path)
            keeper.bodies.append(body)
            status, kind, answer = (keeper.fault, "text/plain", "") if keeper.fault else keeper.answer(body)
            keeper.statuses.append(status)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer.encode())))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
