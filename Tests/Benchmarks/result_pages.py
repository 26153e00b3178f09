"""Three fixed sets of result pages, as `jobs.getQueryResults` sends them: narrow, mixed and nested rows.

The same bytes each time: a generator of random numbers with a fixed seed, whose values are the same in all versions.
"""

from __future__ import annotations

import base64
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path

PAGE_BYTES = 10_000_000  # what BigQuery's pages come to at most

Field = dict[str, object]
WORDS = ("harbour quiet lantern copper meadow seven ribbon winter orchard signal velvet mountain paper anchor "
         "candle bridge silver window garden thunder").split()


def field(name: str, kind: str, mode: str = "NULLABLE", fields: list[Field] | None = None) -> Field:
    return {"name": name, "type": kind, "mode": mode} | ({"fields": fields} if fields else {})


def cell(value: object) -> dict[str, object]:
    return {"v": value}


def row(*values: object) -> dict[str, object]:
    return {"f": [cell(value) for value in values]}


def words(source: random.Random, count: int) -> str:
    return " ".join(WORDS[source.randrange(len(WORDS))] for _ in range(count))


def number(source: random.Random, digits: int) -> str:
    return str(source.randrange(10 ** (digits - 1), 10 ** digits))


def narrow(source: random.Random, index: int) -> dict[str, object]:
    return row(str(index), words(source, 1))


def mixed(source: random.Random, index: int) -> dict[str, object]:
    name = words(source, 2)
    if index % 16 == 0:
        name = 'Zo\u00eb "Z" ' + name
    return row(
        str(1_000_000_000 + index),
        name,
        None if index % 10 == 3 else name.replace(" ", ".")[-20:] + "@example.com",
        f"{number(source, 5)}.{number(source, 2)}",
        repr(source.random() * 1000),
        "true" if source.randrange(2) else "false",
        str(1_600_000_000_000_000 + source.randrange(10 ** 14)),
    )


def nested(source: random.Random, index: int) -> dict[str, object]:
    tags = [cell(words(source, 1)) for _ in range(source.randrange(4))]
    items = [cell(row(number(source, 8), str(source.randrange(1, 20)), f"{number(source, 3)}.{number(source, 2)}"))
             for _ in range(source.randrange(1, 5))]
    address = None if index % 12 == 5 else row(words(source, 2), words(source, 1), number(source, 5))
    return row(str(index), tags, address, items, base64.b64encode(number(source, 16).encode()).decode())


SETS: dict[str, tuple[list[Field], Callable[[random.Random, int], dict[str, object]]]] = {
    "narrow": ([field("id", "INTEGER"), field("word", "STRING")], narrow),
    "mixed": ([
        field("id", "INTEGER", "REQUIRED"), field("name", "STRING"), field("email", "STRING"),
        field("amount", "NUMERIC"), field("score", "FLOAT"), field("active", "BOOLEAN"), field("created", "TIMESTAMP")], mixed),
    "nested": ([
        field("id", "INTEGER"), field("tags", "STRING", "REPEATED"),
        field("address", "RECORD", fields=[field("street", "STRING"), field("city", "STRING"), field("zip", "STRING")]),
        field("items", "RECORD", "REPEATED",
              [field("sku", "STRING"), field("quantity", "INTEGER"), field("price", "NUMERIC")]),
        field("token", "BYTES")], nested),
}


def page(name: str, size: int = PAGE_BYTES) -> bytes:
    """A page of about so many bytes, its members in the order in which BigQuery sends them."""
    fields, make = SETS[name]
    source = random.Random(f"pages of {name}")
    rows: list[str] = []
    left = size
    while left > 0:
        rows.append(json.dumps(make(source, len(rows)), ensure_ascii=False, separators=(",", ":")))
        left -= len(rows[-1].encode()) + 1
    head = {
        "kind": "bigquery#getQueryResultsResponse", "etag": "qBPn5Yx5D0Xk1Wg0/w==", "schema": {"fields": fields},
        "jobReference": {"projectId": "demo", "jobId": "scrim_0123456789abcdef", "location": "US"},
        "totalRows": str(len(rows) * 100), "pageToken": "BFB7QH5TKYAQAAASAUIIBAEAAUNAICBOQLKAAEAQ===="}
    tail = {"totalBytesProcessed": "10485760", "jobComplete": True, "cacheHit": False}
    text = json.dumps(head, separators=(",", ":"))[:-1] + ',"rows":[' + ",".join(rows) + "],"
    return (text + json.dumps(tail, separators=(",", ":"))[1:]).encode()


def write(folder: Path, size: int = PAGE_BYTES) -> dict[str, Path]:
    """Writes all sets, and says where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.json" for name in SETS}
    for name, path in paths.items():
        path.write_bytes(page(name, size))
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]))
