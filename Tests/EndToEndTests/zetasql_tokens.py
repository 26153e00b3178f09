"""The parameters of KEYED_TOKEN, computed in Python: only their names are Scrim's."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

PADS = {"i": 0x36, "o": 0x5C}
BLOCK_BYTES = 64


def token_parameters(names: Iterable[str], tag: str, master: bytes, version: str) -> dict[str, str]:
    """The padded keys of RFC 2104 as constant expressions; a name ends with i (inner) or o (outer)."""
    key = hmac.digest(master, f"{tag}|{version}".encode(), "sha256").ljust(BLOCK_BYTES, b"\0")
    return {name: f"FROM_HEX('{bytes(byte ^ PADS[name[-1]] for byte in key).hex()}')" for name in names}
