"""Pages with the edges of every type, and what Google's own client makes of the same bytes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pyarrow
from google.cloud.bigquery import SchemaField
from google.cloud.bigquery.table import RowIterator

from proxy import BINARY

FIXTURE = BINARY.parent / "RowStreamFixture"

LARGEST_BIGNUMERIC = "578960446186580977117854925043439539266.34992332820282019728792003956564819967"
TEXTS = ["", "x", "a,\"b\"\r\n\\c", "=1+1", "Zoë 漢字 😀", "\u0001\u001f", "null", "x" * 5000]

# Values as BigQuery writes them. INTERVAL: Google's client makes days of hours, so that the times stay below a day.
EDGES: dict[str, list[str]] = {
    "INT64": ["0", "-1", "9007199254740992", "9007199254740993", "-9007199254740993", str(2**63 - 1), str(-(2**63)),
              "12345678", "123456789", "1234567890123456", "12345678901234567"],
    "FLOAT64": ["0.0", "-0.0", "NaN", "Infinity", "-Infinity", "1.7976931348623157E308", "5.0E-324", "0.1",
                "0.30000000000000004", "1.0E10", "2.2250738585072014E-308", "9007199254740993", "-123.456",
                "1e22", "1e23", "123456789012345.678"],
    "BOOL": ["true", "false"],
    "STRING": TEXTS,
    "BYTES": ["", "AA==", "AP8=", "AP//", "+/+/AAEC", "A" * 4000],
    "NUMERIC": ["0", "-0.000000001", "0.000000001", "99999999999999999999999999999.999999999",
                "-99999999999999999999999999999.999999999", "1.5", "123456789012345678901.25"],
    "BIGNUMERIC": ["0", "-0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001",
                   "-1", "18446744073709551616", "-34028236692093846346337460743176821145",
                   "99999999999999999999999999999999999999.99999999999999999999999999999999999999"],
    "DATE": ["0001-01-01", "9999-12-31", "1970-01-01", "1969-12-31", "2000-02-29", "1900-03-01", "2024-02-29"],
    "DATETIME": ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999", "1969-12-31T23:59:59.999999",
                 "2024-02-29T12:34:56.100000"],
    "TIME": ["00:00:00", "23:59:59.999999", "12:34:56.000001"],
    "TIMESTAMP": ["0", "-1", "-62135596800000000", "253402300799999999", "951782400000001", "1709210096123456"],
    "INTERVAL": ["0-0 0 0:0:0", "1-2 3 4:5:6.789", "-1-2 -3 -4:5:6.789", "0-0 -10 0:0:0.000001",
                 "9999-11 0 23:59:59.999999"],
    "GEOGRAPHY": ["POINT(1 2)", "POLYGON((0 0, 1 0, 1 1, 0 0))", "GEOMETRYCOLLECTION EMPTY"],
    "JSON": ["null", "{\"a\":[1,null,\"é\"]}", "\"x\"", "12345678901234567890"],
}
RANGES: dict[str, list[str]] = {
    "DATE": ["[0001-01-01, 9999-12-31)", "[UNBOUNDED, 1984-09-17)", "[2020-01-01, UNBOUNDED)",
             "[UNBOUNDED, UNBOUNDED)"],
    "DATETIME": ["[0001-01-01T00:00:00, 9999-12-31T23:59:59.999999)", "[UNBOUNDED, UNBOUNDED)"],
    "TIMESTAMP": ["[-62135596800000000, 253402300799999999)", "[UNBOUNDED, 0)", "[-1, UNBOUNDED)"],
}

Field = dict[str, Any]


def field(name: str, kind: str, mode: str = "NULLABLE", **more: Any) -> Field:
    return {"name": name, "type": kind, "mode": mode} | more


def cell(value: Any) -> dict[str, Any]:
    return {"v": value}


def row(values: list[Any]) -> dict[str, Any]:
    return {"f": [cell(value) for value in values]}


def typed_columns() -> list[tuple[Field, list[Any]]]:
    """A column for each type, with its edges and NULL."""
    columns = [(field(kind.lower(), kind), [*values, None]) for kind, values in EDGES.items()]
    for element, values in RANGES.items():
        definition = field(f"range_{element.lower()}", "RANGE", rangeElementType={"type": element})
        columns.append((definition, [*values, None]))
    return columns


def page_of(columns: list[tuple[Field, list[Any]]], indent: int | None = None) -> bytes:
    """A page, without white space as Google's clients ask for it; a column that has too few values begins again."""
    count = max(len(values) for _, values in columns)
    rows = [row([values[index % len(values)] for _, values in columns]) for index in range(count)]
    return json.dumps({
        "kind": "bigquery#getQueryResultsResponse", "schema": {"fields": [definition for definition, _ in columns]},
        "totalRows": str(count), "rows": rows, "jobComplete": True},
        ensure_ascii=False, indent=indent, separators=None if indent else (",", ":")).encode()


def nested_columns() -> list[tuple[Field, list[Any]]]:
    """Each type in an array, in a record, and in an array of records with arrays; an empty record; NULL everywhere that
    BigQuery can send it. Left out is what Google's client has no Arrow for: INTERVAL in records, RANGE in arrays."""
    plain = [one for one in typed_columns() if one[0]["type"] != "INTERVAL"]
    fields = [definition for definition, _ in plain]
    whole = [row([values[index % len(values)] for _, values in plain]) for index in range(16)]
    columns = [
        (field(f"list_{definition['name']}", definition["type"], "REPEATED"),
         [[], [cell(value) for value in values if value is not None], [cell(values[0])]])
        for definition, values in typed_columns() if definition["type"] != "RANGE"]
    columns += [
        (field("record", "RECORD", fields=fields), [*whole, None]),
        (field("records", "RECORD", "REPEATED", fields=fields), [[], [cell(one) for one in whole[:3]]]),
        (field("deep", "RECORD", "REPEATED", fields=[
            field("word", "STRING"), field("inner", "RECORD", fields=[field("list", "INT64", "REPEATED")])]),
         [[cell(row(["a", row([[cell("1"), cell("2")]])])), cell(row([None, None])), cell(row(["b", row([[]])]))], []]),
        (field("empty", "RECORD", fields=[]), [{"f": []}, None]),
    ]
    return columns


def convert(pages: list[bytes], format_name: str, folder: Path, chunk: int = 1000) -> tuple[bytes, dict[str, Any]]:
    """What our conversion makes of the pages of one result, and its last word about them."""
    paths = []
    for number, page in enumerate(pages):
        paths.append(folder / f"page{number}.json")
        paths[-1].write_bytes(page)
    done = subprocess.run(
        [FIXTURE, format_name, str(chunk), *paths], capture_output=True, check=False, timeout=60)
    return done.stdout, json.loads(done.stderr.splitlines()[-1])


def arrow(pages: list[bytes], folder: Path, format_name: str = "arrow") -> pyarrow.Table:
    output, _ = convert(pages, format_name, folder)
    with pyarrow.ipc.open_stream(output) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table


def google_iterator(page: bytes) -> RowIterator:
    """Google's client on the same bytes."""
    resource = json.loads(page)
    schema = [SchemaField.from_api_repr(one) for one in resource["schema"]["fields"]]
    resource.pop("pageToken", None)
    return RowIterator(client=None, api_request=lambda **_: resource, path="/rows", schema=schema)


def google_rows(page: bytes) -> tuple[list[SchemaField], list[tuple[Any, ...]]]:
    iterator = google_iterator(page)
    return list(iterator.schema), [tuple(one.values()) for one in iterator]
