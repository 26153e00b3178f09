"""Mask expressions of an operator's own with what they must give, written twice: in GoogleSQL and in Python.

Values are in their wire form, as `masked_copy` has them.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from masked_copy import Rule


@dataclass(frozen=True)
class Expression:
    """One entry of `expressions` in `mapping.yaml`, and its meaning for a value that is not NULL."""

    sql: str
    types: tuple[str, ...]
    meaning: Callable[[str], str | None]

    @property
    def rule(self) -> Rule:
        return Rule("EXPRESSION", meaning=self.meaning)

    @property
    def entry(self) -> dict[str, Any]:
        return {"types": list(self.types), "sql": self.sql}


def declared(names: list[str]) -> dict[str, dict[str, Any]]:
    """The member `expressions` of `mapping.yaml`."""
    return {name: EXPRESSIONS[name].entry for name in names}


def _on_bytes(meaning: Callable[[bytes], bytes]) -> Callable[[str], str]:
    return lambda value: base64.b64encode(meaning(base64.b64decode(value))).decode()


def _from_hex(value: str) -> str | None:
    """TO_HEX(FROM_HEX(value)): an odd number of digits gets a zero in front, what is no hex is NULL."""
    if not re.fullmatch(r"[0-9A-Fa-f]*", value):
        return None
    return ("0" + value if len(value) % 2 else value).lower()


def _domain(value: str) -> str | None:
    found = re.search(r"@(.+)\Z", value)
    return found and found[1]


def _first_word(value: str) -> str:
    return re.sub(r"^([A-Za-z]+)[^A-Za-z].*", r"[\1] …", value, flags=re.DOTALL)


EXPRESSIONS = {
    "PREFIX": Expression("CONCAT(SUBSTR(value, 1, 3), ' …')", ("STRING",), lambda value: value[:3] + " …"),
    "PREFIX_BYTES": Expression("SUBSTR(value, 1, 2)", ("BYTES",), _on_bytes(lambda value: value[:2])),
    "FINGERPRINT": Expression("TO_HEX(SHA512(value))", ("STRING",),
                              lambda value: hashlib.sha512(value.encode()).hexdigest()),
    "DIGEST": Expression("SHA1(value)", ("BYTES",), _on_bytes(lambda value: hashlib.sha1(value).digest())),
    "MD5_BASE32": Expression("TO_BASE32(MD5(CAST(value AS BYTES)))", ("STRING",),
                             lambda value: base64.b32encode(hashlib.md5(value.encode()).digest()).decode()),
    "DIGITS": Expression("REGEXP_REPLACE(value, '[0-9]', '#')", ("STRING",), lambda value: re.sub("[0-9]", "#", value)),
    "FIRST_WORD": Expression(r"REGEXP_REPLACE(value, r'(?s)^([A-Za-z]+)[^A-Za-z].*', r'[\1] …')", ("STRING",),
                             _first_word),
    "DOMAIN": Expression("REGEXP_EXTRACT(value, '@(.+)$')", ("STRING",), _domain),
    "COUNTRY": Expression("CASE WHEN STARTS_WITH(value, '+41') THEN 'CH' WHEN LENGTH(value) > 20 THEN NULL "
                          "ELSE 'other' END", ("STRING",),
                          lambda value: "CH" if value.startswith("+41") else None if len(value) > 20 else "other"),
    "PADDED": Expression("LPAD(SUBSTR(value, -4), 8, '*')", ("STRING",), lambda value: value[-4:].rjust(8, "*")),
    "FILLED": Expression("RPAD(value, 6, 'ab')", ("STRING",), lambda value: (value + "ab" * 3)[:6]),
    "SPELLED": Expression("REPLACE(UPPER(LOWER(value)), 'A', '-a-')", ("STRING",),
                          lambda value: value.lower().upper().replace("A", "-a-")),
    "TRIMMED": Expression("TRIM(RTRIM(LTRIM(value, 'a'), 'e'))", ("STRING",),
                          lambda value: value.lstrip("a").rstrip("e").strip()),
    "LENGTH_OF": Expression("CAST(LENGTH(value) AS STRING)", ("STRING",), lambda value: str(len(value))),
    "HEX_AGAIN": Expression("TO_HEX(FROM_HEX(value))", ("STRING",), _from_hex),
    "SWAPPED": Expression(r"REPLACE(value, b'\xff', b'xyz')", ("BYTES",),
                          _on_bytes(lambda value: value.replace(b"\xff", b"xyz"))),
    "HIDDEN": Expression("'[hidden]'", ("STRING",), lambda _: "[hidden]"),
    "SIGN": Expression("CASE WHEN value < 0 THEN -1 WHEN value = 0 THEN 0 ELSE 1 END",
                       ("INT64", "NUMERIC", "BIGNUMERIC"),
                       lambda value: str((Decimal(value) > 0) - (Decimal(value) < 0))),
    "LEADING": Expression("CAST(SUBSTR(CAST(value AS STRING), 1, 2) AS INT64)", ("INT64",),
                          lambda value: str(int(value[:2]))),
    "ABOVE": Expression("CASE WHEN value > 0 THEN 1.5 ELSE -1 END", ("FLOAT64",),
                        lambda value: "1.5" if float(value) > 0 else "-1"),
    "OPPOSITE": Expression("NOT value", ("BOOL",), lambda value: "false" if value == "true" else "true"),
    "MONTH": Expression("CAST(CONCAT(SUBSTR(CAST(value AS STRING), 1, 7), '-01') AS DATE)", ("DATE",),
                        lambda value: value[:7] + "-01"),
    "CENTURY": Expression("CASE WHEN value < DATE '2000-01-01' AND NOT value IS NULL THEN DATE '1900-01-01' "
                          "ELSE DATE '2000-01-01' END", ("DATE",),
                          lambda value: "1900-01-01" if value < "2000" else "2000-01-01"),
    "DAY": Expression("CAST(CAST(value AS DATE) AS DATETIME)", ("DATETIME",), lambda value: value[:10] + "T00:00:00"),
    "DAY_UTC": Expression("CAST(CAST(value AS DATE) AS TIMESTAMP)", ("TIMESTAMP",),
                          lambda value: value[:10] + "T00:00:00+00:00"),
    "HALF": Expression("CASE WHEN value < TIME '12:00:00' THEN TIME '00:00:00' ELSE TIME '12:00:00' END", ("TIME",),
                       lambda value: "00:00:00" if value < "12" else "12:00:00"),
}
