"""Whether two answers are the same: names, types, and rows as multisets, or in order where that is total.

Scrim's cells are JSON (design 5.4), the warehouse's are texts in arrays of `v` (BigQuery's REST).
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from clients import Outcome

NAMES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT"}
# A sum of floats may differ in its last digits with the order of the rows.
FLOAT_DIGITS = 11
Field = dict[str, Any]


def difference(scrim: Outcome, direct: Outcome, *, is_ordered: bool) -> str | None:
    """What differs between two answers that are no errors, in words."""
    mine, theirs = ([(column["name"], NAMES.get(column["type"], column["type"]), column["mode"])
                     for column in outcome.columns] for outcome in (scrim, direct))
    if mine != theirs:
        return f"columns {mine} and {theirs}"
    fields = direct.columns
    try:
        got = [[_of_json(cell, field) for cell, field in zip(row, fields, strict=True)] for row in scrim.rows]
    except (KeyError, TypeError, ValueError) as error:
        return f"a cell that does not fit its type: {error!r}"
    wanted = [[_of_wire(cell, field) for cell, field in zip(row, fields, strict=True)] for row in direct.rows]
    got_texts, wanted_texts = ([json.dumps(row, default=str) for row in rows] for rows in (got, wanted))
    if is_ordered:
        return None if got_texts == wanted_texts else f"rows in order: {_first(got_texts, wanted_texts)}"
    left, right = Counter(got_texts), Counter(wanted_texts)
    if left == right:
        return None
    mine_only, theirs_only = (list(rest.items())[:3] for rest in (left - right, right - left))
    return f"rows only from Scrim {mine_only}, only from the copy {theirs_only}"


def _first(got: list[str], wanted: list[str]) -> str:
    at = next((at for at, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), min(len(got), len(wanted)))
    return f"row {at}: {got[at:at + 1]} and {wanted[at:at + 1]}, {len(got)} and {len(wanted)} rows"


def _of_json(cell: Any, field: Field) -> Any:
    if field["mode"] == "REPEATED":
        return [_of_json(item, field | {"mode": "NULLABLE"}) for item in cell]
    if cell is None:
        return None
    if field["type"] in ("RECORD", "STRUCT"):
        if list(cell) != [child["name"] for child in field["fields"]]:
            raise ValueError(f"members {list(cell)}")
        return [_of_json(cell[child["name"]], child) for child in field["fields"]]
    return scalar(cell, field["type"])


def _of_wire(cell: Any, field: Field) -> Any:
    if field["mode"] == "REPEATED":
        return [_of_wire(item["v"], field | {"mode": "NULLABLE"}) for item in cell]
    if cell is None:
        return None
    if field["type"] in ("RECORD", "STRUCT"):
        return [_of_wire(part["v"], child) for part, child in zip(cell["f"], field["fields"], strict=True)]
    return scalar(cell == "true" if field["type"] == "BOOLEAN" else cell, field["type"])


def scalar(value: Any, kind: str) -> Any:
    if kind in ("INTEGER", "INT64"):
        return int(value)
    if kind in ("FLOAT", "FLOAT64"):
        return format(float(value) + 0.0, f".{FLOAT_DIGITS}g")
    if kind in ("NUMERIC", "BIGNUMERIC"):
        return str(Decimal(value).normalize())
    if kind == "TIMESTAMP":
        return datetime.fromisoformat(value).isoformat()
    return value
