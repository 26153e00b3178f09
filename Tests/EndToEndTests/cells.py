"""Cells of answers (design 5.4) as Python values, to compare them with what Google's client gives."""

from __future__ import annotations

import base64
import datetime
import json
import math
from collections import Counter
from decimal import Decimal
from typing import Any

EXACT_INTEGER_MAX = 2**53


def value_of(cell: Any, kind: str) -> Any:
    """A scalar cell; asserts that it has the JSON type that the contract promises."""
    if cell is None:
        return None
    if kind in ("BOOL", "BOOLEAN"):
        assert isinstance(cell, bool)
        return cell
    if kind in ("INT64", "INTEGER"):
        assert isinstance(cell, str) == (abs(int(cell)) > EXACT_INTEGER_MAX), cell
        return int(cell)
    if kind in ("FLOAT64", "FLOAT"):
        assert isinstance(cell, (int, float)) or cell in ("NaN", "Infinity", "-Infinity"), cell
        return float(cell)
    assert isinstance(cell, str), (cell, kind)
    readers = {"NUMERIC": Decimal, "BIGNUMERIC": Decimal, "DATE": datetime.date.fromisoformat,
               "BYTES": lambda text: base64.b64decode(text, validate=True), "TIME": datetime.time.fromisoformat,
               "DATETIME": datetime.datetime.fromisoformat, "TIMESTAMP": _instant, "JSON": json.loads}
    return readers.get(kind, str)(cell)


def _instant(text: str) -> datetime.datetime:
    assert text.endswith("Z"), text
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def read(cell: Any, field: Any) -> Any:
    """A cell by the field of Google's client: structs are objects, arrays are arrays."""
    if field.mode == "REPEATED":
        assert isinstance(cell, list), cell
        return [_read_one(item, field) for item in cell]
    return _read_one(cell, field)


def _read_one(cell: Any, field: Any) -> Any:
    if field.field_type not in ("RECORD", "STRUCT"):
        return value_of(cell, field.field_type)
    if cell is None:
        return None
    assert isinstance(cell, dict) and list(cell) == [child.name for child in field.fields], cell
    return {child.name: read(cell[child.name], child) for child in field.fields}


def comparable(value: Any) -> str:
    """A text that two values share when they are the same; NaN is the same as NaN."""
    def plain(item: Any) -> Any:
        if isinstance(item, dict):
            return {name: plain(part) for name, part in item.items()}
        if isinstance(item, (list, tuple)):
            return [plain(part) for part in item]
        if isinstance(item, float):
            return "NaN" if math.isnan(item) else f"float {item!r}"
        if isinstance(item, Decimal):
            return f"decimal {item.normalize()}"
        return f"{type(item).__name__} {item!r}"
    return json.dumps(plain(value), sort_keys=True)


def multiset(rows: list[list[Any]]) -> Counter[str]:
    return Counter(comparable(row) for row in rows)
