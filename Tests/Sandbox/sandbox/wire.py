"""BigQuery's wire shapes: result schemas from DuckDB's types, and cells as text.

`{"f": [{"v": …}]}` rows; every scalar is text, NULL is null, an array is a list of `{"v"}`, a struct is `{"f"}`.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
from bqemulator.types.geography import wkb_to_wkt

from .errors import GoogleError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INTEGERS = {"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
             "uhugeint"}
_SCALARS = {"double": "FLOAT", "float": "FLOAT", "boolean": "BOOLEAN", "varchar": "STRING", "blob": "BYTES",
            "date": "DATE", "time": "TIME", "timestamp": "DATETIME", "timestamp with time zone": "TIMESTAMP",
            "interval": "INTERVAL", "geometry": "GEOGRAPHY", "json": "JSON", "sqlnull": "INTEGER", '"null"': "INTEGER",
            "null": "INTEGER", "timestamp_ns": "DATETIME", "uuid": "STRING"}
NUMERIC_SCALE = 9


@dataclass(frozen=True)
class TimestampFormat:
    """What `formatOptions` asks for; FLOAT64 seconds unless told otherwise."""

    name: str = "FLOAT64"

    @staticmethod
    def of(options: dict[str, Any]) -> TimestampFormat:
        if name := options.get("timestampOutputFormat"):
            return TimestampFormat({"TIMESTAMP_OUTPUT_FORMAT_UNSPECIFIED": "FLOAT64"}.get(name, name))
        return TimestampFormat("INT64" if str(options.get("useInt64Timestamp", "")).lower() == "true" else "FLOAT64")


def field_of(name: str, kind: duckdb.sqltypes.DuckDBPyType) -> dict[str, Any]:
    """The schema field that BigQuery reports for a DuckDB column type (mode NULLABLE or REPEATED)."""
    mode = "NULLABLE"
    if kind.id in ("list", "array"):
        mode, kind = "REPEATED", dict(kind.children)["child"]
    if (element := range_element(kind)) is not None:
        return {"name": name, "type": "RANGE", "mode": mode, "rangeElementType": {"type": element}}
    field = {"name": name, "type": scalar_of(kind), "mode": mode}
    if kind.id == "struct":
        field["fields"] = [field_of(child, child_kind) for child, child_kind in kind.children]
    return field


def scalar_of(kind: duckdb.sqltypes.DuckDBPyType) -> str:
    text = str(kind).lower()
    if kind.id == "struct":
        return "RECORD"
    if kind.id == "decimal":
        return "BIGNUMERIC" if dict(kind.children)["scale"] > NUMERIC_SCALE else "NUMERIC"
    if text in _INTEGERS:
        return "INTEGER"
    return _SCALARS.get(text, "STRING")


def range_element(kind: duckdb.sqltypes.DuckDBPyType) -> str | None:
    """RANGE<T> is stored as STRUCT("start" T, "end" T); T, or nothing for any other type."""
    if kind.id != "struct":
        return None
    children = kind.children
    if [name for name, _ in children] != ["start", "end"]:
        return None
    start, end = (scalar_of(child) for _, child in children)
    return start if start == end and start in ("DATE", "DATETIME", "TIMESTAMP") else None


def rows_of(table: pa.Table, fields: list[dict[str, Any]], start: int, count: int,
            timestamps: TimestampFormat) -> list[dict[str, Any]]:
    """A slice of a result as BigQuery's rows."""
    part = table.slice(start, count)
    columns = [[cell(value) for value in part.column(index).to_pylist()]
               for index, cell in enumerate(formatter(field, timestamps) for field in fields)]
    return [{"f": [{"v": value} for value in row]} for row in zip(*columns, strict=True)]


def formatter(field: dict[str, Any], timestamps: TimestampFormat) -> Callable[[Any], Any]:
    """A function that turns Arrow's Python value of one column into its cell."""
    if field["mode"] == "REPEATED":
        element = formatter({**field, "mode": "NULLABLE"}, timestamps)
        return lambda values: [{"v": element(value)} for value in values] if values is not None else []
    if field["type"] == "RECORD":
        names = [child["name"] for child in field["fields"]]
        cells = [formatter(child, timestamps) for child in field["fields"]]
        return lambda value: None if value is None else {
            "f": [{"v": cell(value[name])} for name, cell in zip(names, cells, strict=True)]}
    if field["type"] == "RANGE":
        end = formatter({"mode": "NULLABLE", "type": field["rangeElementType"]["type"]}, TimestampFormat("INT64"))
        return lambda value: None if value is None else \
            f"[{end(value['start']) or 'UNBOUNDED'}, {end(value['end']) or 'UNBOUNDED'})"
    scalar = (lambda value: timestamp(value, timestamps)) if field["type"] == "TIMESTAMP" else _TEXT[field["type"]]
    return lambda value: None if value is None else scalar(value)


def refuse_null_elements(table: pa.Table) -> None:
    """BigQuery has no NULL inside an array of a result: the job fails."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        if any(_has_null_element(chunk) for chunk in column.chunks):
            raise GoogleError("invalidQuery", f"Array cannot have a null element; error in writing field {name}",
                              location="query")


def _has_null_element(array: pa.Array) -> bool:
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        elements = array.flatten()
        return elements.null_count > 0 or _has_null_element(elements)
    if pa.types.is_struct(array.type):
        return any(_has_null_element(part) for part in array.flatten())
    return False


def floating(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(float(value)).replace("e", "E").replace("E+", "E")


def decimal(value: Decimal) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def timestamp(value: datetime, form: TimestampFormat) -> str:
    elapsed = (value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH
    micros = (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds
    if form.name == "INT64":
        return str(micros)
    if form.name == "ISO8601_STRING":
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return scientific(Decimal(micros).scaleb(-6))


def scientific(seconds: Decimal) -> str:
    """Seconds the way Java prints a double, e.g. `1.408452095E9`, but with every digit."""
    sign, digits, exponent = seconds.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not text:
        return "0.0"
    power = len(text) - 1 + int(exponent)
    fraction = text[1:].rstrip("0") or "0"
    return f"{'-' if sign else ''}{text[0]}.{fraction}E{power}"


def interval(value: Any) -> str:
    """`[sign]Y-M [sign]D [sign]H:M:S[.F]`, each part with its own sign, as BigQuery prints it."""
    months, days, micros = value.months, value.days, value.nanoseconds // 1000
    seconds, fraction = divmod(abs(micros), 1_000_000)
    clock = f"{seconds // 3600}:{seconds // 60 % 60}:{seconds % 60}"
    if fraction:
        clock += f".{fraction:06d}".rstrip("0")
    return (f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12} {days} "
            f"{'-' if micros < 0 else ''}{clock}")


def geography(value: bytes) -> str:
    return re.sub(r"([A-Z]) \(", r"\1(", wkb_to_wkt(value))


def json_text(value: str) -> str:
    """Compact, members in order of their names, as BigQuery prints a JSON value."""
    return json.dumps(json.loads(value), separators=(",", ":"), ensure_ascii=False, sort_keys=True)


_TEXT: dict[str, Callable[[Any], str]] = {
    "INTEGER": lambda value: str(int(value)), "FLOAT": floating, "NUMERIC": decimal, "BIGNUMERIC": decimal,
    "BOOLEAN": lambda value: "true" if value else "false", "STRING": str,
    "BYTES": lambda value: base64.b64encode(value).decode(), "DATE": date.isoformat, "DATETIME": datetime.isoformat,
    "TIME": time.isoformat, "INTERVAL": interval, "GEOGRAPHY": geography, "JSON": json_text,
}
