"""Generates mask expressions from the functions that can stand in one, each of a given type.

Left out are TO_BASE32 and FROM_BASE32, which Google's evaluator does not run.
"""

from __future__ import annotations

import random
from collections.abc import Callable

DEPTH_MAX = 3
PATTERNS = ["[0-9]+", "(.)(.*)", "^.", "a|b|", r"\\w{2,3}", "(?i)[a-f]*?", r"[^@\\s]+@", ".{5}"]
CASTS = {
    "STRING": ["STRING", "BYTES", "INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "DATE", "DATETIME", "TIME",
               "TIMESTAMP"],
    "BYTES": ["BYTES", "STRING"], "INT64": ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "BOOL", "STRING"],
    "FLOAT64": ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING"],
    "NUMERIC": ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING"],
    "BIGNUMERIC": ["INT64", "FLOAT64", "NUMERIC", "BIGNUMERIC", "STRING"], "BOOL": ["BOOL", "INT64", "STRING"],
    "DATE": ["DATE", "DATETIME", "TIMESTAMP", "STRING"],
    "DATETIME": ["DATE", "DATETIME", "TIME", "TIMESTAMP", "STRING"], "TIME": ["TIME", "STRING"],
    "TIMESTAMP": ["DATE", "DATETIME", "TIME", "TIMESTAMP", "STRING"]}
LITERALS = {
    "STRING": ["''", "'a'", "'…'", r"'\\n'", "'0'"], "BYTES": ["b''", "b'a'", r"b'\xff'"],
    "INT64": ["0", "-1", "9223372036854775807", "0x7F"], "FLOAT64": ["0.5", "-1e300", "1.0"],
    "NUMERIC": ["NUMERIC '1.5'", "NUMERIC '-99999999999999999999999999999'"], "BIGNUMERIC": ["BIGNUMERIC '1.5'"],
    "BOOL": ["TRUE", "FALSE"], "DATE": ["DATE '0001-01-01'", "DATE '9999-12-31'", "CURRENT_DATE()"],
    "DATETIME": ["DATETIME '2020-02-29 23:59:59.999999'", "CURRENT_DATETIME()"],
    "TIME": ["TIME '00:00:00'", "CURRENT_TIME"],
    "TIMESTAMP": ["TIMESTAMP '0001-01-01 00:00:00+00'", "CURRENT_TIMESTAMP"]}


def generated(dice: random.Random, kind: str) -> tuple[str, str]:
    """A type and an expression over a value of that type, which gives it again and is not the value alone."""
    while True:
        sql = _Generator(dice, kind).of(kind, 0)
        if sql != "value":
            return kind, sql


class _Generator:
    def __init__(self, dice: random.Random, value: str) -> None:
        self._dice = dice
        self._value = value

    def of(self, kind: str, depth: int) -> str:
        dice = self._dice
        if depth >= DEPTH_MAX or dice.random() < 0.1:
            return "value" if kind == self._value and dice.random() < 0.8 else dice.choice(LITERALS[kind])
        makers: list[Callable[[int], str]] = [lambda d: self._cast(kind, d), lambda d: self._case(kind, d)]
        if kind in ("STRING", "BYTES"):
            makers += [lambda d: self._text(kind, d)] * 4
        if kind == "STRING":
            makers += [lambda d: f"TO_{dice.choice(['HEX', 'BASE64'])}({self.of('BYTES', d)})", self._regexp,
                       self._regexp]
        if kind == "BYTES":
            safe = dice.choice(["", "SAFE."])
            makers += [lambda d: f"{safe}FROM_{dice.choice(['HEX', 'BASE64'])}({self.of('STRING', d)})",
                       lambda d: f"{dice.choice(['SHA1', 'SHA256', 'SHA512', 'MD5'])}({self._any_text(d)})"]
        if kind == "INT64":
            makers += [lambda d: f"{dice.choice(['LENGTH', 'FARM_FINGERPRINT'])}({self._any_text(d)})"] * 2
        if kind == "BOOL":
            makers += [self._condition] * 3
        return dice.choice(makers)(depth + 1)

    def _any_text(self, depth: int) -> str:
        return self.of(self._dice.choice(["STRING", "BYTES"]), depth)

    def _cast(self, kind: str, depth: int) -> str:
        source = self._dice.choice([source for source, targets in CASTS.items() if kind in targets])
        return f"{self._dice.choice(['CAST', 'SAFE_CAST'])}({self.of(source, depth)} AS {kind})"

    def _case(self, kind: str, depth: int) -> str:
        other = f" ELSE {self.of(kind, depth)}" if self._dice.random() < 0.7 else ""
        return f"CASE WHEN {self._condition(depth)} THEN {self.of(kind, depth)}{other} END"

    def _condition(self, depth: int) -> str:
        dice = self._dice
        form = dice.randrange(6)
        if form == 0:
            return f"({self.of('BOOL', depth)} {dice.choice(['AND', 'OR'])} NOT {self.of('BOOL', depth)})"
        if form == 1:
            return f"({self.of(dice.choice(list(CASTS)), depth)}) IS {dice.choice(['', 'NOT '])}NULL"
        if form == 2:
            kind = dice.choice(["STRING", "BYTES"])
            return f"STARTS_WITH({self.of(kind, depth)}, {self.of(kind, depth)})"
        if form == 3:
            return f"({self.of('BOOL', depth)}) IS {dice.choice(['TRUE', 'FALSE', 'NOT TRUE'])}"
        kind = dice.choice(list(CASTS))
        sign = dice.choice(["=", "<>", "!=", "<", "<=", ">", ">="])
        return f"({self.of(kind, depth)}) {sign} ({self.of(kind, depth)})"

    def _text(self, kind: str, depth: int) -> str:
        dice = self._dice
        mark = "b" if kind == "BYTES" else ""
        first = self.of(kind, depth)
        return dice.choice([
            lambda: f"{dice.choice(['LOWER', 'UPPER'])}({first})",
            lambda: f"CONCAT({first}, {self.of(kind, depth)})",
            lambda: f"REPLACE({first}, {self.of(kind, depth)}, {dice.choice(LITERALS[kind])})",
            lambda: f"{dice.choice(['TRIM', 'LTRIM', 'RTRIM'])}({first}, {mark}'a')",
            lambda: f"{dice.choice(['LPAD', 'RPAD'])}({first}, {dice.choice([0, 1, 7, 1000])}, {mark}'xy')",
            lambda: f"{dice.choice(['SUBSTR', 'SUBSTRING'])}({first}, "
                    f"{dice.choice(['0', '1', '-3', '9', f'LENGTH({first})'])}, "
                    f"{dice.choice(['0', '2', f'LENGTH({first})', '9223372036854775807'])})",
            lambda: f"SUBSTR({first}, {dice.choice(['2', '-9223372036854775808'])})",
        ])()

    def _regexp(self, depth: int) -> str:
        pattern = self._dice.choice(PATTERNS)
        if self._dice.random() < 0.5 and "(.)(.*)" != pattern:
            return f"REGEXP_EXTRACT({self.of('STRING', depth)}, '{pattern}')"
        replacement = r"\\2-\\1" if pattern == "(.)(.*)" else r"<\\0>"
        return f"REGEXP_REPLACE({self.of('STRING', depth)}, '{pattern}', '{replacement}')"
