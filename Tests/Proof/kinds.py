"""Types of the generator: a letter for a scalar, `A` before it for an array of it; `?` is a row or an array of rows.

`J` and everything with `A` or `?` can be neither grouped nor ordered by.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

OF_FIELD = {"INTEGER": "I", "FLOAT": "F", "NUMERIC": "N", "STRING": "S", "BOOLEAN": "B", "BYTES": "Y", "DATE": "D",
            "DATETIME": "E", "TIME": "T", "TIMESTAMP": "Z", "JSON": "J", "BIGNUMERIC": "BN"}
SQL = {"I": "INT64", "F": "FLOAT64", "N": "NUMERIC", "S": "STRING", "B": "BOOL", "Y": "BYTES", "D": "DATE",
       "E": "DATETIME", "T": "TIME", "Z": "TIMESTAMP", "J": "JSON", "BN": "BIGNUMERIC"}
GROUPABLE = ("S", "I", "D", "B", "S", "N", "Z", "S", "Y", "E", "T", "I")
ANY_SCALAR = ("S", "I", "S", "D", "F", "N", "B", "Z", "S", "Y", "E", "T", "J", "I", "S", "AS", "AI")
LITERALS: dict[str, tuple[str, ...]] = {
    "S": ("'red'", "'buy'", "''", "'XXXXX1000'", "'a_%'", "'Ünï'", '"it\'s"', "r'\\d'", "'vip'", "'XXXXX@example.com'"),
    "I": ("0", "1", "3", "-2", "7", "100", "0x1F"), "F": ("0.5", "2.0", "-1.25", "1e2"),
    "N": ("NUMERIC '1.5'", "NUMERIC '0'", "NUMERIC '-2.25'"), "B": ("TRUE", "FALSE"),
    "Y": ("b'h1'", "b'\\x00\\xff'", "b''"), "D": ("DATE '2025-03-03'", "DATE '1970-01-01'", "DATE '2024-02-29'"),
    "E": ("DATETIME '2024-02-29 10:20:30'", "DATETIME '1970-01-01 00:00:00'"),
    "T": ("TIME '09:45:10'", "TIME '00:00:00'"),
    "Z": ("TIMESTAMP '2025-03-02 11:00:00+00'", "TIMESTAMP '1970-01-01 00:00:00+00'"),
    "J": ("JSON '{\"a\": 1}'", "JSON '[1, 2]'"), "BN": ("BIGNUMERIC '1.5'",)}
PARAMETERS: dict[str, tuple[str, Any]] = {
    "S": ("STRING", "red"), "I": ("INT64", "3"), "F": ("FLOAT64", "1.25"), "N": ("NUMERIC", "0"), "B": ("BOOL", "true"),
    "D": ("DATE", "2025-03-03"), "Z": ("TIMESTAMP", "2025-03-02 11:00:00+00"), "E": ("DATETIME", "2024-02-29 10:20:30"),
    "T": ("TIME", "09:45:10"), "Y": ("BYTES", "aDE="), "AS": ("ARRAY<STRING>", ["red", "vip"]),
    "AI": ("ARRAY<INT64>", ["1", "3"])}


def sql_type(kind: str) -> str:
    return f"ARRAY<{SQL[kind[1:]]}>" if kind.startswith("A") else SQL[kind]


@dataclass(frozen=True)
class Column:
    """A column in scope; `fields` are those of a row (`?`) or of an array of rows (`A?`)."""

    name: str
    kind: str
    fields: tuple[Column, ...] = ()
    is_denied: bool = False

    @property
    def is_groupable(self) -> bool:
        return self.kind in GROUPABLE


@dataclass(frozen=True)
class Rows:
    """An item of FROM: its alias (None after a pipe operator that ends all aliases), columns, a key of its rows."""

    alias: str | None
    columns: tuple[Column, ...]
    key: tuple[str, ...] | None = None
    # `*` and the row as a whole: not where a column is denied.
    is_whole: bool = True
    is_wildcard: bool = False

    def path(self, name: str) -> str:
        return f"{self.alias}.{name}" if self.alias else name


@dataclass
class Scope:
    """What expressions may name. `outer` is that of the query around."""

    rows: list[Rows] = field(default_factory=list)
    outer: Scope | None = None

    def paths(self, kind: str) -> list[str]:
        """Columns and fields of a type; those of queries around as well."""
        found = [path for rows in self.rows for column in rows.columns
                 for path in _paths(rows.path(column.name), column, kind)]
        return found + (self.outer.paths(kind) if self.outer is not None else [])

    def columns(self) -> list[tuple[str, Column]]:
        return [(rows.path(column.name), column) for rows in self.rows for column in rows.columns
                if not column.is_denied]

    @property
    def key(self) -> str | None:
        """An expression that is another one in each row. Keys are numbers below 1000."""
        parts = []
        for rows in self.rows:
            if rows.key is None:
                return None
            parts += [rows.path(name) for name in rows.key]
        text = parts[0] if parts else None
        for part in parts[1:]:
            text = f"IFNULL({text}, -1) * 1000 + IFNULL({part}, -1)"
        return text


def _paths(path: str, column: Column, kind: str) -> list[str]:
    if column.is_denied:
        return []
    if column.kind == "?":
        return [found for inner in column.fields for found in _paths(f"{path}.{inner.name}", inner, kind)]
    return [path] if column.kind == kind else []


def column_of(field_: dict[str, Any], is_denied: Any) -> Column:
    """A column by its schema; `is_denied` tells of a field without fields of its own."""
    repeated = "A" if field_["mode"] == "REPEATED" else ""
    if field_["type"] != "RECORD":
        return Column(field_["name"], repeated + OF_FIELD[field_["type"]], (), is_denied(field_))
    inner = tuple(column_of(child, is_denied) for child in field_["fields"])
    # One denied field denies the column: what is scanned is the whole of it.
    return Column(field_["name"], repeated + "?", inner, not is_whole(inner))


def is_whole(columns: tuple[Column, ...]) -> bool:
    return all(not column.is_denied and is_whole(column.fields) for column in columns)


def renamed(rows: Rows, alias: str) -> Rows:
    return replace(rows, alias=alias)
