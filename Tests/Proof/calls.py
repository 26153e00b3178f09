"""The calls of functions that the generator makes, read from their notation, with the names of what each uses."""

from __future__ import annotations

import re
from dataclasses import dataclass

import functions_numbers
import functions_rows
import functions_text
from engines import NOT_ON_SANDBOX, NOT_RUN, ON_SANDBOX_ALONE

_NAME = re.compile(r"\b((?:[A-Z][A-Z0-9_]*\.)?[A-Z][A-Z0-9_]+)\s*\(")
# What stands before a parenthesis and is no function.
_NO_FUNCTIONS = {"OVER", "IN", "ANY", "ALL", "AND", "OR", "NOT", "UNNEST", "BY", "BETWEEN", "LIKE", "AS", "INTERVAL",
                 "POINT", "POLYGON", "LINESTRING"}
# Expressions with a word of their own, counted like functions.
_WORDS = re.compile(r"\b(SAFE_OFFSET|SAFE_ORDINAL|OFFSET|ORDINAL)\(")


@dataclass(frozen=True)
class Call:
    """`text` with `{type}` for arguments; `kind` is what it gives; `names` are the functions in it."""

    kind: str
    text: str
    names: frozenset[str]

    @property
    def needs_key(self) -> bool:
        return "{K}" in self.text or "{O}" in self.text


def functions_in(text: str) -> set[str]:
    """The names of all functions that a query calls."""
    bare = re.sub(r"""[rb]*'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", "''", text)
    return {name for name in _NAME.findall(bare) if name not in _NO_FUNCTIONS}


def _read(block: str) -> list[Call]:
    made = []
    for line in block.strip().splitlines():
        kind, _, text = line.partition(" | ")
        made.append(Call(kind, text, frozenset(functions_in(text))))
    return made


SCALARS = [call for block in (functions_text.STRINGS, functions_text.OTHERS, functions_text.CONDITIONS,
                              functions_text.JSON, functions_text.ARRAYS, functions_numbers.MATHEMATICS,
                              functions_numbers.DATES, functions_numbers.RANGES, functions_numbers.GEOGRAPHY)
           for call in _read(block)]
AGGREGATES = _read(functions_rows.AGGREGATES)
WINDOWS = _read(functions_rows.WINDOWS)


def runs_on(call: Call, engine: str) -> bool:
    if call.text in NOT_RUN:
        return False
    return engine == "zetasql" and call.text not in ON_SANDBOX_ALONE or \
        engine == "sandbox" and call.text not in NOT_ON_SANDBOX


def of_engine(calls: list[Call], engine: str) -> list[Call]:
    return [call for call in calls if runs_on(call, engine)]
