"""The audit log: durable appends beside the disk's own syncs, and verification of long logs."""

from __future__ import annotations

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

WRITERS = 64
SECONDS = 4
ROUNDS = 5
LATENCY_ROUNDS = 300
ENTRIES = [100_000, 300_000, 1_000_000]
# Ten million entries in a minute.
SECONDS_OF_A_MILLION = 6
MEMORY = Path("/dev/shm")


def rows(bench: Any) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="scrim-bench-") as disk:
        yield from appends(bench, Path(disk))
        yield from latency(bench, Path(disk))
        yield from verification(bench, Path(disk))


def appends(bench: Any, disk: Path) -> Iterator[Row]:
    """In turns with the disk alone, because others use the disk too; what one core allows is measured in memory."""
    bench.note(f"appends by {WRITERS} writers, {ROUNDS} rounds of {SECONDS} s and as much of syncs")
    for kind, what in (("metadata", "entries"), ("job", "entries with sealed texts")):
        syncs: list[float] = []
        found: list[float] = []
        shares: list[float] = []
        size = 0
        for number in range(ROUNDS):
            before = run(bench, "syncs", disk, SECONDS // 2)["syncs_per_second"]
            answer = run(bench, "append", disk / f"{kind}{number}", WRITERS, SECONDS, kind)
            after = run(bench, "syncs", disk, SECONDS // 2)["syncs_per_second"]
            size = answer["entry_bytes"]
            syncs.append((before + after) / 2)
            found.append(answer["entries_per_second"])
            shares.append(found[-1] / syncs[-1] / WRITERS)
        core = one_core(bench, kind)
        allowed = min(statistics.median(syncs) * WRITERS, core)
        goal = kind == "metadata"
        if goal:
            yield row("syncs of 600 bytes more of a file, by the disk alone, wall time", statistics.median(syncs), "/s")
        name = f"durable {what} of {size} bytes, {WRITERS} writers, wall time"
        value = statistics.median(found)
        yield row(name, value, "/s", value_at_least=10_000 if goal else None)
        yield row(f"the same without a disk, on one core, {what}", core, "/s")
        yield row(f"{what}: share of {WRITERS} for each sync", statistics.median(shares), "")
        share = value / allowed
        yield row(f"{what}: share of what syncs or one core allow", share, "", value_at_least=0.5 if goal else None)


def one_core(bench: Any, kind: str) -> float:
    """Entries a second on one core, with syncs that take no time: all threads of the process share the core."""
    with tempfile.TemporaryDirectory(prefix="scrim-bench-", dir=MEMORY) as memory:
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(allowed)})
        try:
            return run(bench, "append", Path(memory) / "log", WRITERS, SECONDS, kind)["entries_per_second"]
        finally:
            os.sched_setaffinity(0, allowed)


def latency(bench: Any, disk: Path) -> Iterator[Row]:
    """A query has two entries after each other; between them others of the same log do nothing here."""
    answer = run(bench, "latency", disk / "latency", LATENCY_ROUNDS)
    median = {name: statistics.median(times) * 1e6 for name, times in answer.items()}
    yield row("one sync, median of 300, wall time", median["sync"], "µs")
    yield row("one entry, in turns with it", median["append"], "µs")
    yield row("two syncs", median["two_syncs"], "µs")
    yield row("the two entries of a query, in turns with them", median["two_appends"], "µs")
    ratio = median["two_appends"] / median["two_syncs"]
    yield row("two entries over two syncs", ratio, "", at_most=1)


def verification(bench: Any, disk: Path) -> Iterator[Row]:
    """Wall time and memory of the command; the log was just written, so that it is in the system's cache."""
    cpu: dict[int, float] = {}
    memory: dict[int, float] = {}
    for count in ENTRIES:
        bench.note(f"a log of {count:,} entries to verify")
        directory = disk / f"verify{count}"
        made = run(bench, "make", directory, count, 1024)
        taken = [verify(bench.scrim, directory, made["key"], count) for _ in range(3)]
        cpu[count], memory[count] = min(one for _, one, _ in taken), max(peak for _, _, peak in taken)
        goal = SECONDS_OF_A_MILLION if count == 1_000_000 else None
        name = f"`scrim audit verify`, {count:,} entries of {made['entry_bytes']} bytes, wall time"
        yield row(name, min(one for one, _, _ in taken), "s", at_most=goal)
        yield row(f"its CPU time on all cores, {count:,} entries", cpu[count], "s")
        yield row(f"its peak memory at {count:,} entries", memory[count], "MB")
    few, many = min(ENTRIES), max(ENTRIES)
    yield row("CPU time of an entry at many over that at few", cpu[many] / many / (cpu[few] / few), "", at_most=1.5)
    yield row("memory at many over memory at few", memory[many] / memory[few], "", at_most=1.2)


def verify(scrim: Path, directory: Path, key: str, count: int) -> tuple[float, float, float]:
    """Seconds, seconds of CPU time, and megabytes."""
    start = time.monotonic()
    command = [scrim, "audit", "verify", "--directory", directory, "--key", key, "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout
    answer = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert (answer["verdict"], answer["entries"]) == ("verified", count), answer
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def run(bench: Any, command: str, *arguments: Any) -> dict[str, Any]:
    done = subprocess.run(
        [bench.audit, command, *map(str, arguments)], stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)
