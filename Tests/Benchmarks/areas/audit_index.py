"""Questions to the index of the audit log, each asked as an auditor asks it: by the command.

`AUDIT_ENTRIES` sets how many entries the log has, 1,000,000 without it; `AUDIT_LOG` names a directory where the log is
kept for the next run.
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from report import Row, row

sys.path.append(str(Path(__file__).resolve().parents[2] / "Reference"))

from synthetic_log import START, Activity, LogWriter  # noqa: E402

PEOPLE, TABLES, COLUMNS = 2_000, 500, 20
QUESTIONS = 100
PAGE = 100
COLUMN_MILLISECONDS_MAX = 200

# The same, as somebody writes it who leaves the plan to SQLite.
BY_TERM = """
    SELECT j.id, j.name, j.time, s.text FROM jobs j LEFT JOIN texts s ON s.id = j.sql WHERE j.id IN (
        SELECT p.job FROM postings p JOIN terms t ON t.id = p.term JOIN names n ON n.id = t.name
        WHERE t.kind = :kind AND n.text = :value) ORDER BY j.time, j.id LIMIT :limit"""
BY_PERSON = """
    SELECT j.id, j.name, j.time, s.text FROM jobs j LEFT JOIN texts s ON s.id = j.sql JOIN callers c ON c.id = j.caller
    JOIN names n ON n.id = c.subject WHERE n.text = :value ORDER BY j.time, j.id LIMIT :limit"""
BY_TIME = """
    SELECT j.id, j.name, j.time, s.text FROM jobs j LEFT JOIN texts s ON s.id = j.sql
    WHERE j.time >= :value AND j.time < :value + 86400000000 ORDER BY j.time, j.id LIMIT :limit"""


def rows(bench: Any) -> Iterator[Row]:
    count = int(os.environ.get("AUDIT_ENTRIES", "1000000"))
    kept = os.environ.get("AUDIT_LOG")
    directory = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="scrim-audit-index-"))
    try:
        log = directory / f"log-{count}"
        if not (log / "checkpoint").exists():
            bench.note(f"writing a log of {count:,} entries")
            LogWriter(log, "bench/one").write(Activity(1, PEOPLE, TABLES, COLUMNS, odd=False).entries(count))
        yield from measured(bench, log, directory / f"index-{count}.sqlite", count)
    finally:
        if not kept:
            shutil.rmtree(directory)


def measured(bench: Any, log: Path, index: Path, count: int) -> Iterator[Row]:
    place = ["--directory", str(log), "--index", str(index)]
    bench.note("making the index")
    taken = run(bench, "index", *place, "--rebuild")
    yield row(f"index of {count:,} entries, made anew, wall time", taken, "s")
    yield row("entries a second", count / taken, "1/s")
    log_bytes = sum(path.stat().st_size for path in (log / "tile/entries").rglob("*") if path.is_file())
    yield row(f"its size, of a log of {log_bytes / 1e6:,.0f} MB of entries", index.stat().st_size / 1e6, "MB")
    empty = [run(bench, "jobs", *place, "--job", "none", "--json") * 1000 for _ in range(QUESTIONS)]
    yield row("a question that finds nothing: process, checkpoint, no news", statistics.median(empty), "ms")
    with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as peer:
        for name, option, value, sql, kind in questions():
            yield from asked(bench, place, peer, name, option, value, sql, kind)
    chance = random.Random(3)
    for name, options in [
            ("column and person", lambda: ["--column", column(chance), "--person", person(chance)]),
            ("column, the last page first", lambda: ["--column", column(chance), "--descending"]),
            ("column, table and a week", lambda: ["--column", column(chance), "--table", table(chance), *week(chance)]),
            ("person, by bytes", lambda: ["--person", person(chance), "--sort", "bytes", "--descending"]),
            ("column, by bytes", lambda: ["--column", column(chance), "--sort", "bytes", "--descending"])]:
        times = sorted(run(bench, "jobs", *place, "--limit", str(PAGE), "--json", *options()) * 1000
                       for _ in range(QUESTIONS))
        yield row(f"`jobs` by {name}, median", statistics.median(times), "ms")
        yield row(f"`jobs` by {name}, p99", times[-1 - len(times) // 100], "ms")


def questions() -> Iterator[tuple[str, str, Callable[[random.Random], str], str, int]]:
    yield "column", "--column", column, BY_TERM, 2
    yield "table", "--table", table, BY_TERM, 1
    yield "tag", "--tag", lambda chance: f"pii.tag_{chance.randrange(5)}", BY_TERM, 4
    yield "person", "--person", person, BY_PERSON, 0
    yield "day", "--from", day, BY_TIME, 0


def column(chance: random.Random) -> str:
    return f"c_{chance.randrange(COLUMNS)}"


def table(chance: random.Random) -> str:
    number = chance.randrange(TABLES)
    return f"demo.{('bank', 'analytics')[number % 2]}.table_{number // 2}"


def person(chance: random.Random) -> str:
    return f"person_{chance.randrange(PEOPLE)}@bank.example"


def day(chance: random.Random) -> str:
    return f"2026-{chance.randrange(1, 4):02}-{chance.randrange(1, 29):02}"


def week(chance: random.Random) -> list[str]:
    month, first = chance.randrange(1, 4), chance.randrange(1, 22)
    return ["--from", f"2026-{month:02}-{first:02}", "--to", f"2026-{month:02}-{first + 6:02}"]


def asked(bench: Any, place: list[str], peer: sqlite3.Connection, name: str, option: str,
          value: Callable[[random.Random], str], sql: str, kind: int) -> Iterator[Row]:
    """The first page of what one condition finds, for many values of it."""
    chance = random.Random(2)
    ours, theirs = [], []
    for _ in range(QUESTIONS):
        wanted = value(chance)
        options = [option, wanted] + (["--to", wanted] if option == "--from" else [])
        ours.append(run(bench, "jobs", *place, "--limit", str(PAGE), "--json", *options) * 1000)
        number: Any = wanted
        if option == "--from":
            midnight = START.replace(month=int(wanted[5:7]), day=int(wanted[8:]))
            number = int(midnight.timestamp()) * 1_000_000
        start = time.monotonic()
        peer.execute(sql, {"kind": kind, "value": number, "limit": PAGE}).fetchall()
        theirs.append((time.monotonic() - start) * 1000)
    goal = COLUMN_MILLISECONDS_MAX if name == "column" else None
    for what, at in (("median", QUESTIONS // 2), ("p99", QUESTIONS - 1 - QUESTIONS // 100)):
        yield row(f"`jobs` by {name}, {what}", sorted(ours)[at], "ms", "sqlite3, planned by itself", sorted(theirs)[at],
                  at_most=goal)


def run(bench: Any, *arguments: str) -> float:
    """Seconds that a command takes, from its start to its end."""
    start = time.monotonic()
    subprocess.run([bench.scrim, "audit", *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start
