"""`make bench`: every number that the issues ask for, each beside its peer in the same run, as one table.

An area is a file in `areas/` with a function `rows(bench)` that yields rows; a new file there is found by itself.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import report  # noqa: E402
from workers import Workers  # noqa: E402


@dataclass
class Bench:
    """What an area works with."""

    workers: Workers
    audit: Path
    scrim: Path
    inputs: Path
    corpus: Path

    @staticmethod
    def note(message: str) -> None:
        print(f"==> {message}", file=sys.stderr, flush=True)


def areas(only: str | None) -> Iterator[object]:
    for path in sorted((HERE / "areas").glob("*.py")):
        if only in (None, path.stem):
            specification = importlib.util.spec_from_file_location(path.stem, path)
            module = importlib.util.module_from_spec(specification)
            specification.loader.exec_module(module)
            yield module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", type=Path, required=True, help="the executable of Tests/Benchmarks, optimised")
    parser.add_argument("--scrim", type=Path, required=True, help="scrim, optimised")
    parser.add_argument("--json", type=Path, help="write the table as a JSON array to this file too")
    parser.add_argument("--area", help="only this file of areas/")
    arguments = parser.parse_args()
    print(f"machine: {report.machine()}", flush=True)
    audit = arguments.ours.with_name("AuditBench")
    bench = Bench(Workers(arguments.ours), audit, arguments.scrim, HERE / "inputs", HERE.parents[2] / "shared" / "corpus")
    rows = [row for area in areas(arguments.area) for row in area.rows(bench)]
    bench.workers.close()
    print("times are CPU time of the working thread unless a row says otherwise; a ratio says how often ours fits into it")
    print(report.text(rows))
    goals = [row.goal_met for row in rows if row.goal_met is not None]
    print(f"{sum(goals)} of {len(goals)} goals met; load at the end: {report.machine().split('load ')[1].split(',')[0]}")
    if arguments.json:
        arguments.json.write_text(report.json_text(rows))


if __name__ == "__main__":
    main()
