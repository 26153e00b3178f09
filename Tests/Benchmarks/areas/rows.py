"""Result pages to lines of JSON, CSV and Arrow while they arrive (`RowStream`), beside those who read them as well."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import report
import result_pages
from workers import HERE, PEERS, ROOT

PAGES = ROOT / ".build" / "benchmark-pages"
ROUNDS = 3
FORMATS = ("ndjson", "csv", "arrow")
STREAMED_BYTES = (200_000_000, 2_000_000_000)
STREAM_MEMORY_MIB_MAX = 64


def rows(bench: Any) -> Iterator[report.Row]:
    bench.note("rows: pages")
    ours = bench.ours.with_name("RowBench")
    for name, page in result_pages.write(PAGES).items():
        yield from of_set(bench, ours, name, page)
    bench.note("rows: memory")
    for format_name in FORMATS:
        yield from memory(ours, format_name, PAGES / "mixed.json")


def of_set(bench: Any, ours: Path, set_name: str, page: Path) -> Iterator[report.Row]:
    """One row for each format and peer: megabytes of page a second, and how often the peer's fits into ours."""
    size = page.stat().st_size
    google = [sys.executable, str(HERE / "workers" / "google_rows.py")]
    commands = {name: [str(ours), "time", name, str(page), "5"] for name in FORMATS}
    commands |= {"google rows": [*google, "rows", str(page), "1"], "google arrow": [*google, "arrow", str(page), "1"]}
    for peer, program in {"json-c": PEERS / "json_c_rows", "simdjson": PEERS / "simdjson_rows"}.items():
        if program.exists():
            commands[peer] = [str(program), str(page), "5"]
        else:
            bench.note(f"rows: {program.name} could not be built; its rows are left out")
    best: dict[str, float] = {}
    count: dict[str, int] = {}
    for _ in range(ROUNDS):
        for who, command in commands.items():
            told = run(command)
            best[who] = min(best.get(who, float("inf")), *told["nanoseconds"])
            count[who] = told["rows"]
    assert len(set(count.values())) == 1, count
    rows_count = count["ndjson"]

    def line(format_name: str, peer: str | None, at_least: float | None) -> report.Row:
        peer_value = best[peer] / rows_count if peer else None
        speed = f"{size / best[format_name] * 1000:,.0f} MB/s, {rows_count / best[format_name] * 1e9:,.0f} rows/s"
        return report.row(f"{set_name} page to {format_name}: {speed}", best[format_name] / rows_count, "ns/row", peer,
                          peer_value, at_least=at_least)

    yield line("ndjson", "google rows", 50)
    for peer, at_least in (("json-c", 10), ("simdjson", 0.5)):
        if peer in best:
            yield line("ndjson", peer, at_least)
    yield line("csv", "google rows", None)
    yield line("arrow", "google arrow", None)


def memory(ours: Path, format_name: str, page: Path) -> Iterator[report.Row]:
    """The most memory that a process has which streams many pages, read from a file and dropped when converted; idle is
    the same process without pages."""
    idle = run([str(ours), "stream", format_name, str(page), "0"])["peak_kib"] / 1024
    peaks = []
    for size in STREAMED_BYTES:
        told = run([str(ours), "stream", format_name, str(page), str(size // page.stat().st_size)])
        peaks.append(told["peak_kib"] / 1024)
        yield report.row(f"stream {told['bytes'] / 1e6:,.0f} MB of mixed pages to {format_name}: "
                         f"{told['bytes'] / told['nanoseconds'] * 1000:,.0f} MB/s with reading; peak memory over idle",
                         peaks[-1] - idle, "MiB", at_most=STREAM_MEMORY_MIB_MAX)
    ratio = peaks[1] / peaks[0]
    yield report.row(f"stream to {format_name}: memory at 2 GB over that at 200 MB", ratio, "", at_most=1.1)


def run(command: list[str]) -> dict[str, Any]:
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
