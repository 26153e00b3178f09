"""Searches bytes for what must never leave: the bank's marks, and the token key, in every dress."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from policy import TOKEN_KEY

WORDS = (b"CANARY", b"8675309")
# Birthdays and all other tagged dates are 17 September of a year before 2020 (the log's own times are later). Digits in
# the middle of a hash are none.
DATES = re.compile(rb"(?<![0-9a-fA-F])((19\d\d|200\d)-?09-?17|71-?90-?(\d\d91|\d002))(?![0-9a-fA-F])")


def in_base64(word: bytes) -> Iterable[bytes]:
    """The characters that are there at each of the three alignments, whatever comes before and after."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + word + b"\0\0")
        start, end = -(-offset * 8 // 6), (offset + len(word)) * 8 // 6
        yield encoded[start:end]
        yield encoded[start:end].replace(b"+", b"-").replace(b"/", b"_")


def forms() -> dict[bytes, str]:
    """Every form to look for, in lower case, and what it stands for."""
    found: dict[bytes, str] = {}
    for word in WORDS:
        for spelled in {word, word.lower(), word.capitalize()}:
            found |= {form: f"{word.decode()} in base64" for form in in_base64(spelled)}
            found[spelled.hex().encode()] = f"{word.decode()} in hex"
            found[spelled.hex().encode()[::-1]] = f"{word.decode()} in hex, reversed"
        found[word] = word.decode()
        found[word[::-1]] = f"{word.decode()} reversed"
    key = [TOKEN_KEY, *(bytes(byte ^ pad for byte in TOKEN_KEY) for pad in (0x36, 0x5C))]
    for dressed in key:
        found |= {dressed: "the token key", dressed.hex().encode(): "the token key in hex"}
        found |= {form: "the token key in base64" for form in in_base64(dressed)}
    return {form.lower(): name for form, name in found.items()}


def found_in(data: bytes) -> list[str]:
    """What occurs in `data`, with a little of its surroundings; empty when all is well."""
    lower = data.lower()
    hits = []
    for form, name in forms().items():
        at = lower.find(form)
        if at >= 0:
            hits.append(f"{name}: …{data[max(0, at - 60):at + 60]!r}…")
    hits += [f"a tagged date: …{data[max(0, m.start() - 60):m.end() + 20]!r}…" for m in DATES.finditer(data)][:3]
    return hits
