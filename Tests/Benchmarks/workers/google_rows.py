"""`google_rows.py rows|arrow PAGE RUNS`: Google's client on a page that is in memory, one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from google.cloud.bigquery import SchemaField
from google.cloud.bigquery.table import RowIterator


def convert(page: bytes, kind: str) -> int:
    """From the bytes, as the client has them from its HTTP library, to rows or a table; the number of rows."""
    resource = json.loads(page)
    schema = [SchemaField.from_api_repr(field) for field in resource["schema"]["fields"]]
    resource.pop("pageToken", None)
    iterator = RowIterator(client=None, api_request=lambda **_: resource, path="/rows", schema=schema)
    if kind == "arrow":
        return iterator.to_arrow(create_bqstorage_client=False).num_rows
    return sum(1 for _ in iterator)


def main() -> None:
    kind, page, runs = sys.argv[1], Path(sys.argv[2]).read_bytes(), int(sys.argv[3])
    times = []
    rows = 0
    for _ in range(runs):
        start = time.thread_time_ns()
        rows = convert(page, kind)
        times.append(time.thread_time_ns() - start)
    print(json.dumps({"nanoseconds": times, "rows": rows}))


if __name__ == "__main__":
    main()
