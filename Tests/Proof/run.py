"""The proof: generated queries through Scrim and on masked copies, on the sandbox and on Google's evaluator.

    .venv/bin/python Tests/Proof/run.py --count 20000 --zetasql 3500 --seed 1

Prints what was compared and how often each feature and function occurred; ends with 1 when anything differs, when a
canary was found, when too many queries ran on no side, or, in a full run, when anything occurred too rarely.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import stage  # noqa: F401  (puts the other test folders on the path)
import google_run
import minimise
import referee
import shard
from calls import AGGREGATES, SCALARS, WINDOWS, of_engine
from generated_queries import feature_names
from shard import Tally
from workers import worked, workers

SHARD_QUERIES = 500
GOOGLE_QUERIES = 250
RARE = 50
# From here on each feature and function must have occurred RARE times.
FULL_COUNT = 20_000
NOT_RUN_PERCENT_MAX = 5
REGRESSIONS = Path(__file__).resolve().parent / "regressions"


def proved(seed: int, count: int, google: int, processes: int, seconds: float, directory: Path) -> tuple[Tally, Tally]:
    """The tally of the sandbox and that of Google's evaluator. After `seconds` no more is begun."""
    ours, theirs = Tally(), Tally()
    started = time.monotonic()
    with workers(processes) as pool:
        # Both kinds in turn, so that a run that is cut short has some of each.
        parts = [(at / count, at, shard.run, SHARD_QUERIES, count, ours) for at in range(0, count, SHARD_QUERIES)]
        parts += [(at / google, at, google_run.run, GOOGLE_QUERIES, google, theirs)
                  for at in range(0, google, GOOGLE_QUERIES)]
        jobs = {}
        for _, start, work, size, end, tally in sorted(parts, key=lambda part: part[0]):
            numbers = list(range(start, min(start + size, end)))
            jobs[pool.submit(worked, work, seed, numbers, directory / f"{work.__module__}{start}")] = tally
        for job in concurrent.futures.as_completed(list(jobs)):
            if job.cancelled():
                continue
            made = job.result()
            jobs[job].add(made)
            for failure in made.failures:
                print(f"  {failure.engine} {failure.number} ({failure.role}): {failure.what[:300]}\n    {failure.sql}",
                      flush=True)
            print(f"  {time.monotonic() - started:6.0f} s: {ours.compared} on the sandbox, {theirs.compared} on ZetaSQL,"
                  f" {len(ours.failures) + len(theirs.failures)} differ", flush=True)
            if time.monotonic() - started > seconds:
                for waiting in jobs:
                    waiting.cancel()
    return ours, theirs


def report(ours: Tally, theirs: Tally, *, is_full: bool) -> list[str]:
    """Prints the counts; returns what is not as it should be."""
    wrong = []
    for name, tally in (("sandbox", ours), ("ZetaSQL", theirs)):
        skipped = sum(tally.not_run.values())
        asked = tally.compared + tally.refused + skipped + len(tally.failures)
        print(f"\n{name}: {tally.compared} compared ({tally.with_rows} with rows), {tally.refused} refused as documented,"
              f" {skipped} that the engine does not run both ways, {len(tally.failures)} different; by role "
              f"{dict(tally.roles)}; {tally.bytes_searched / 1e6:.1f} MB searched for canaries")
        for kind, number in tally.not_run.most_common(8):
            print(f"    {number} not run: {tally.examples[kind].splitlines()[0][:150]}")
        if asked and 100 * skipped > NOT_RUN_PERCENT_MAX * asked:
            wrong.append(f"{name}: {skipped} of {asked} queries do not run both ways")
        wrong += [f"a canary: {hit}" for hit in tally.canaries]
        wrong += [f"{failure.engine} {failure.number} ({failure.role}): {failure.what[:1500]}\n    {failure.sql}"
                  for failure in tally.failures]
    features, functions = ours.features + theirs.features, ours.functions + theirs.functions
    _print("features of the grammar", features)
    _print("functions", functions)
    if is_full:
        wanted = {f"feature {name}": features[name] for name in feature_names("sandbox") | feature_names("zetasql")}
        wanted |= {f"function {name}": functions[name] for name in run_functions()}
        wrong += [f"{name} occurred {number} times, not {RARE}" for name, number in wanted.items() if number < RARE]
    return wrong


def run_functions() -> set[str]:
    """The functions that at least one engine runs."""
    return {name for engine in ("sandbox", "zetasql") for calls in (SCALARS, AGGREGATES, WINDOWS)
            for call in of_engine(calls, engine) for name in call.names}


def _print(title: str, counted: Counter[str]) -> None:
    print(f"\n{title} ({len(counted)}, the rarest first):")
    line = ""
    for name, number in sorted(counted.items(), key=lambda item: (item[1], item[0])):
        line += f"{name} {number}, "
        if len(line) > 110:
            print("  " + line)
            line = ""
    print("  " + line.rstrip(", "))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=FULL_COUNT, help="queries on the sandbox")
    parser.add_argument("--zetasql", type=int, default=0, help="queries on Google's evaluator")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="after these nothing more is begun")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a sandbox of its own")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="scrim-proof-") as directory:
        ours, theirs = proved(arguments.seed, arguments.count, arguments.zetasql, arguments.workers,
                              arguments.seconds, Path(directory))
        engines, ours.failures = referee.ruled(ours.failures, Path(directory))
        wrong = report(ours, theirs, is_full=arguments.count >= FULL_COUNT)
        for failure in engines:
            print(f"\nthe sandbox alone differs, Google's evaluator does not: {failure.number} ({failure.role}): "
                  f"{failure.what[:300]}\n    {failure.sql}")
        if len(engines) * referee.ENGINE_ONE_OF > max(arguments.count, referee.ENGINE_ONE_OF):
            wrong.append(f"the sandbox alone differs for {len(engines)} queries")
        if ours.failures or theirs.failures:
            minimise.write(REGRESSIONS, arguments.seed, [*ours.failures, *theirs.failures], Path(directory) / "smaller")
    print(f"\n{time.monotonic() - started:.0f} s")
    for line in wrong:
        print(f"\nWRONG: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
