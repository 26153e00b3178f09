"""Reads an audit log from its files alone, as docs/audit-log.md describes them: nothing of Scrim's is used."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BUNDLE = 256
HEADER = 64
LINK = 32
LENGTHS, CHECK = 6, 4


def tile_path(index: int) -> str:
    """An index in elements of three digits, all but the last marked by an `x`."""
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)


def bundle_entries(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at:at + 2])
        found.append(data[at + 2:at + 2 + length])
        at += 2 + length
    return found


def pending_entries(data: bytes) -> list[bytes]:
    """The whole records behind the header: both lengths with their check, entry, sealed texts, link."""
    found, at = [], HEADER
    link = hashlib.sha256(data[:HEADER]).digest()
    while at + LENGTHS + CHECK <= len(data):
        check = hashlib.sha256(link + data[at:at + LENGTHS]).digest()[:CHECK]
        entry = at + LENGTHS + CHECK
        assert data[at + LENGTHS:entry] == check, "the lengths of a pending record are not what they were"
        end = entry + int.from_bytes(data[at:at + 2])
        sealed = end + int.from_bytes(data[at + 2:at + LENGTHS])
        if sealed + LINK > len(data):
            break
        link = hashlib.sha256(link + data[at:sealed]).digest()
        assert data[sealed:sealed + LINK] == link, "a pending entry does not follow the one before it"
        found.append(data[entry:end])
        at = sealed + LINK
    return found


def checkpoint(directory: Path) -> tuple[str, int, bytes]:
    origin, size, root = (directory / "checkpoint").read_text().split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def signed_entries(directory: Path) -> list[bytes]:
    """The bytes of the entries under the checkpoint."""
    _, size, _ = checkpoint(directory)
    found: list[bytes] = []
    while len(found) < size:
        index = len(found) // BUNDLE
        width = min(size - index * BUNDLE, BUNDLE)
        name = tile_path(index) + ("" if width == BUNDLE else f".p/{width}")
        found += bundle_entries((directory / "tile/entries" / name).read_bytes())
    return found


def raw_entries(directory: Path) -> list[bytes]:
    """The bytes of all entries. A log that is written meanwhile is read again."""
    for _ in range(200):
        try:
            _, size, _ = checkpoint(directory)
            found = signed_entries(directory)
            if len(found) == size:
                found += pending_entries((directory / f"pending/{size}").read_bytes())
                return found + _more(directory, len(found), size)
        except FileNotFoundError:
            pass
        time.sleep(0.01)
    raise FileNotFoundError(f"{directory} has no audit log")


def _more(directory: Path, end: int, size: int) -> list[bytes]:
    """What is in pending files after the first: they are there while a checkpoint is written."""
    found: list[bytes] = []
    while end + len(found) != size:
        following = directory / f"pending/{end + len(found)}"
        more = pending_entries(following.read_bytes()) if following.exists() else []
        if not more:
            break
        found += more
    return found


def entries(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(entry) for entry in raw_entries(directory)]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def tree_hash(leaves: list[bytes]) -> bytes:
    """The Merkle Tree Hash of RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_hash(leaves[:split]) + tree_hash(leaves[split:])).digest()


def is_signed(note: str, verifier_key: str) -> bool:
    """Whether a note has a signature of a key in the form `name+id+base64`."""
    name, key_id, encoded = verifier_key.split("+", 2)
    public = base64.b64decode(encoded)
    assert hashlib.sha256(name.encode() + b"\n" + public).digest()[:4].hex() == key_id and public[0] == 1
    text, _, signatures = note.rpartition("\n\n")
    for line in signatures.splitlines():
        dash, key_name, signature = line.split(" ")
        data = base64.b64decode(signature)
        if (dash, key_name, data[:4].hex()) == ("—", name, key_id):
            try:
                Ed25519PublicKey.from_public_bytes(public[1:]).verify(data[4:], f"{text}\n".encode())
                return True
            except InvalidSignature:
                return False
    return False
