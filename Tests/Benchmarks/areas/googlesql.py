"""Speed of the GoogleSQL front end."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from report import Row, row

Text = dict[str, str]

STATEMENT_BYTES_MIN = 200
PASSES = 3
WARMING_STATEMENTS = 300
# Peers and how many times faster than each parsing has to be.
GOALS = {"zetasql": 60, "sqlglot": 100, "sqlglot[c]": 30}
CURVE_BYTES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
CURVE_FACTOR_MAX = 2
STATEMENTS_FEW, STATEMENTS_MANY = 4_000, 40_000
MEMORY_FACTOR_MAX = 1.1


def rows(bench: Any) -> Iterator[Row]:
    texts = corpus(bench)
    long = [text for text in texts if len(text["sql"].encode()) > STATEMENT_BYTES_MIN]
    yield from parsing(bench, long)
    yield from empty_call(bench)
    yield from masking(bench)
    yield from curve(bench)
    yield from one_process(bench, texts)


def corpus(bench: Any) -> list[Text]:
    """The corpus statements that BigQuery can have and the reference accepts; or our own, where it is absent."""
    file = bench.corpus / "open.jsonl"
    if file.exists():
        accepted = (entry for entry in map(json.loads, file.open()) if entry["bigquery"] and entry["verdict"] == "ok")
        return [{"kind": entry["kind"], "sql": entry["sql"]} for entry in accepted
                if entry["kind"] in ("statement", "script")]
    bench.note(f"{file} is absent: measured on the project's own statements, so the figures are not those of the issue")
    golden = Path(__file__).resolve().parents[2] / "GoogleSQLTests" / "Golden"
    cases = (case.split("\n--\n") for path in sorted(golden.glob("*.test"))
             for case in path.read_text().split("\n==\n"))
    own = [{"kind": "statement", "sql": case[0]} for case in cases if len(case) > 2]
    return own + [{"kind": "statement", "sql": path.read_text()} for path in sorted(bench.inputs.glob("*.sql"))]


def parsing(bench: Any, texts: list[Text]) -> Iterator[Row]:
    """Time per statement: the median over statements of each one's median over passes, and the mean over all."""
    ours, peers = bench.workers.ours, bench.workers.peers
    bench.note(f"{len(texts)} statements over {STATEMENT_BYTES_MIN} bytes, {PASSES} passes")
    for worker in (ours, *peers):
        worker.load(texts[:WARMING_STATEMENTS])
        worker.time("parse", 3)
    accepted = {worker.name: worker.load(texts) for worker in (ours, *peers)}
    passes: dict[str, list[list[int]]] = {worker.name: [] for worker in (ours, *peers)}
    for _ in range(PASSES):
        for worker in (ours, *peers):
            passes[worker.name].append([runs[0] for runs in worker.time("parse")])
    times = {name: [statistics.median(of_one) / 1000 for of_one in zip(*taken, strict=True)]
             for name, taken in passes.items()}
    read = [time for time, is_read in zip(times[ours.name], accepted[ours.name], strict=True) if is_read]
    yield row(f"parse, median of {len(read):,} statements over {STATEMENT_BYTES_MIN} bytes", statistics.median(read), "µs",
              at_most=25)
    for summary, name in ((statistics.median, "median"), (statistics.fmean, "mean")):
        for peer in peers:
            both = [index for index in range(len(texts)) if accepted[ours.name][index] and accepted[peer.name][index]]
            mine, other = (summary([times[side][index] for index in both]) for side in (ours.name, peer.name))
            yield row(f"parse, {name} of the {len(both):,} that both read", mine, "µs", peer.name, other,
                      at_least=GOALS[peer.name])


def empty_call(bench: Any) -> Iterator[Row]:
    """What a call costs with next to nothing to read."""
    text = {"kind": "statement", "sql": "SELECT 1"}
    ours = bench.workers.ours.median("parse", text, 2_000) / 1000
    for peer in bench.workers.peers:
        yield row("parse of `SELECT 1`, the cost of an empty call", ours, "µs", peer.name,
                  peer.median("parse", text, 200) / 1000)
    yield row("reading the clock twice, in each of our times", bench.workers.ours.median("nothing", text, 2_000) / 1000,
              "µs")


def masking(bench: Any) -> Iterator[Row]:
    shapes = {"masking_columns": "columns by name", "masking_stars": "`*` of all tables"}
    texts = {name: (bench.inputs / f"{name}.sql").read_text() for name in shapes}
    least = bench.workers.ours.in_turns(
        "mask", [({"kind": "statement", "sql": sql}, 50) for sql in texts.values()], rounds=60)
    for (name, what), taken in zip(shapes.items(), least, strict=True):
        sql, taken = texts[name], taken / 1000
        yield row(f"parse, scope, mask, print: {len(sql):,} bytes, 3 tables of 40 columns, 6 of each tagged, {what}",
                  taken, "µs", at_most=100)


def curve(bench: Any) -> Iterator[Row]:
    """Time per byte of ever longer queries: one SELECT after another with UNION ALL between them."""
    block = (bench.inputs / "curve_block.sql").read_text().strip()
    for operation, what in (("parse", "parse"), ("parse_scope_print", "parse, scope, print")):
        texts = [{"kind": "statement", "sql": long_query(block, size)} for size in CURVE_BYTES]
        runs = [max(5, min(500, 3_000_000 // size)) for size in CURVE_BYTES]
        taken = bench.workers.ours.in_turns(operation, list(zip(texts, runs, strict=True)))
        per_byte = [time / len(text["sql"]) for time, text in zip(taken, texts, strict=True)]
        for size, text, ours in zip(CURVE_BYTES, texts, per_byte, strict=True):
            sql = text["sql"]
            peer = bench.workers.zetasql if operation == "parse" and bench.workers.zetasql.load([text])[0] else None
            theirs = peer.median("parse", text, max(3, min(50, 100_000 // size))) / len(sql) if peer else None
            yield row(f"{what}, a query of {len(sql):,} bytes", ours, "ns/byte", peer and peer.name, theirs)
        yield row(f"{what}: most over least of these", max(per_byte) / min(per_byte), "", at_most=CURVE_FACTOR_MAX)


def long_query(block: str, size: int) -> str:
    separator = "\nUNION ALL\n"
    return separator.join([block] * round((size + len(separator)) / (len(block) + len(separator))))


def one_process(bench: Any, texts: list[Text]) -> Iterator[Row]:
    """`scrim sql parse --jsonl` over few and over many statements; the longest are among the few."""
    by_length = sorted(texts, key=lambda text: -len(text["sql"]))
    first, rest = by_length[:20], sorted(by_length[20:], key=lambda text: hashlib.sha256(text["sql"].encode()).digest())
    pool = first + rest
    many = [pool[index % len(pool)] for index in range(STATEMENTS_MANY)]
    few_seconds, few_bytes = run_jsonl(bench.scrim, many[:STATEMENTS_FEW])
    seconds, many_bytes = run_jsonl(bench.scrim, many)
    total = sum(len(text["sql"].encode()) for text in many)
    yield row(f"`scrim sql parse --jsonl`, {STATEMENTS_MANY:,} statements, {total / 1e6:.1f} MB, wall time", seconds, "s",
              at_most=20)
    yield row(f"its peak memory at {STATEMENTS_FEW:,} statements", few_bytes / 1e6, "MB")
    yield row(f"its peak memory at {STATEMENTS_MANY:,} statements", many_bytes / 1e6, "MB")
    yield row("memory at many over memory at few", many_bytes / few_bytes, "", at_most=MEMORY_FACTOR_MAX)


def run_jsonl(scrim: Path, texts: list[Text]) -> tuple[float, int]:
    """Seconds and the most bytes of memory that the process had."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile() as answers:
        for number, text in enumerate(texts):
            given.write(json.dumps({"id": number, **text}) + "\n")
        given.seek(0)
        start = time.monotonic()
        process = subprocess.Popen([scrim, "sql", "parse", "--jsonl"], stdin=given, stdout=answers)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        answers.seek(0)
        count = sum(1 for _ in answers)
        if status != 0 or count != len(texts):
            raise RuntimeError(f"scrim sql parse --jsonl ended with {status} after {count} of {len(texts)} answers")
        return seconds, usage.ru_maxrss * 1024
