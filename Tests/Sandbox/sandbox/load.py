"""Rows into DuckDB in bulk: JSON values as `tabledata.insertAll` takes them, cast to the column types by DuckDB.

The emulator's own insertAll fails on RANGE and BIGNUMERIC and takes minutes for 50,000 rows.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import duckdb
import pyarrow as pa
from bqemulator.storage.sql_identifiers import quoted_table_ref
from bqemulator.storage.type_map import bq_schema_to_duckdb_columns

from .errors import GoogleError
from .pseudo import PARTITION_TIME

_INTERVAL = re.compile(r"(-?)(\d+)-(\d+) (-?\d+) (-?)(\d+):(\d+):([\d.]+)$")


def duckdb_columns(fields: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Column names and DuckDB types of a table; struct members quoted, which the emulator leaves out."""
    return [(field["name"], _duckdb_type(field)) for field in fields]


def _duckdb_type(field: dict[str, Any]) -> str:
    if field["type"] in ("RECORD", "STRUCT"):
        members = ", ".join(f"{_quoted(child['name'])} {_duckdb_type(child)}" for child in field["fields"])
        kind = f"STRUCT({members})"
    else:
        kind = bq_schema_to_duckdb_columns([{**field, "name": "c", "mode": "NULLABLE"}])[0][1]
    return f"{kind}[]" if field.get("mode") == "REPEATED" else kind


def append(connection: duckdb.DuckDBPyConnection, key: tuple[str, str, str], fields: list[dict[str, Any]],
           rows: list[dict[str, Any]], partition: str | None = None) -> None:
    """Adds rows to a table; a value that does not fit its type raises GoogleError.

    `partition`: the day of a table that is partitioned by ingestion time, as `20250301`; today without it.
    """
    known = {field["name"].lower(): field["name"] for field in fields}
    for row in rows:
        for name in row:
            if name.lower() not in known:
                raise GoogleError("invalid", f"no such field: {name}.", location=name)
    arrays = []
    for field in fields:
        encode, kind = _encoder(field)
        try:
            arrays.append(pa.array([encode(row.get(field["name"])) for row in rows], type=kind))
        except (ValueError, TypeError, KeyError, pa.ArrowInvalid) as error:
            raise GoogleError("invalid", f"Could not convert value to {field['type']}: {error}",
                              location=field["name"]) from None
    table = pa.table(arrays, names=[field["name"] for field in fields])
    columns = [(_quoted(name), f"CAST({_quoted(name)} AS {kind})") for name, kind in duckdb_columns(fields)]
    if partition is not None:
        columns.append((_quoted(PARTITION_TIME), f"strptime('{int(partition)} +00', '%Y%m%d %z')"))
    names, values = (", ".join(part) for part in zip(*columns, strict=True))
    connection.register("incoming", table)
    try:
        connection.execute(f"INSERT INTO {quoted_table_ref(*key)} ({names}) SELECT {values} FROM incoming")
    except duckdb.Error as error:
        raise GoogleError("invalid", str(error)) from None
    finally:
        connection.unregister("incoming")


def _encoder(field: dict[str, Any]) -> tuple[Callable[[Any], Any], pa.DataType]:
    """How one column's JSON values become Arrow values, and of which Arrow type."""
    if field.get("mode") == "REPEATED":
        encode, kind = _encoder({**field, "mode": "NULLABLE"})
        return lambda values: [encode(value) for value in values or []], pa.list_(kind)
    if field["type"] in ("RECORD", "STRUCT"):
        members = [(child["name"], *_encoder(child)) for child in field["fields"]]
        return (lambda value: None if value is None else {name: encode(value.get(name)) for name, encode, _ in members},
                pa.struct([(name, kind) for name, _, kind in members]))
    if field["type"] == "RANGE":
        return _range, pa.struct([("start", pa.string()), ("end", pa.string())])
    if field["type"] == "BYTES":
        return lambda value: None if value is None else base64.b64decode(value, validate=True), pa.binary()
    encode_scalar = {"INTERVAL": _interval, "JSON": _json}.get(field["type"], _text)
    return lambda value: None if value is None else encode_scalar(value), pa.string()


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _range(value: Any) -> dict[str, str | None] | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return {"start": value.get("start"), "end": value.get("end")}
    start, end = value.strip("[)").split(", ")
    return {"start": None if start == "UNBOUNDED" else start, "end": None if end == "UNBOUNDED" else end}


def _interval(value: str) -> str:
    """`Y-M D H:M:S` in DuckDB's words."""
    match = _INTERVAL.match(value)
    if match is None:
        raise ValueError(f"not an interval: {value}")
    month_sign, years, months, days, sign, hours, minutes, seconds = match.groups()
    return (f"{month_sign}{int(years) * 12 + int(months)} months {days} days "
            f"{sign}{hours} hours {sign}{minutes} minutes {sign}{seconds} seconds")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
