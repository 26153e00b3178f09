"""Generated queries through Scrim give what they give on masked copies; the printed texts pass Google's analyzer.

500 of the 20,000 of `make prove`, with a fixed seed, and every case that once differed (`Tests/Proof/regressions`).
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

PROOF = Path(__file__).resolve().parents[1] / "Proof"
sys.path.insert(0, str(PROOF))

import google_run  # noqa: E402
import shard  # noqa: E402
import stage  # noqa: E402
from calls import AGGREGATES, NOT_RUN, SCALARS, WINDOWS, functions_in  # noqa: E402
from compare import difference  # noqa: E402
from generator import Query  # noqa: E402
from minimise import reduced  # noqa: E402
from clients import Outcome  # noqa: E402
from not_covered import FUNCTIONS, REASONS  # noqa: E402
from generated_queries import feature_names, generated  # noqa: E402
from roles import ANALYST, ROLES  # noqa: E402
from shard import Tally  # noqa: E402
from workers import worked, workers  # noqa: E402
from world import World  # noqa: E402

SEED = 1
COUNT = 500
NOT_RUN_PERCENT_MAX = 5
REGRESSIONS = sorted((PROOF / "regressions").glob("*.json"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Tally]]:
    """Both halves of the queries, and their analysis, at the same time."""
    directory = tmp_path_factory.mktemp("generated")
    numbers = list(range(COUNT))
    with workers(3) as pool:
        jobs = {"even": pool.submit(worked, shard.run, SEED, numbers[::2], directory / "even"),
                "odd": pool.submit(worked, shard.run, SEED, numbers[1::2], directory / "odd"),
                "analysis": pool.submit(worked, google_run.generated_analyzed, SEED, numbers, directory / "analysis")}
    return jobs


def check(tally: Tally) -> None:
    assert not tally.failures, "\n".join(f"{failure.number} ({failure.role}) {failure.what}\n    {failure.sql}"
                                         for failure in tally.failures[:5])
    assert not tally.canaries, tally.canaries[:5]
    skipped = sum(tally.not_run.values())
    assert 100 * skipped <= NOT_RUN_PERCENT_MAX * (tally.compared + tally.refused + skipped), tally.examples


def test_rows_are_those_of_the_masked_copy(runs: dict[str, Future[Tally]]) -> None:
    tally = runs["even"].result()
    tally.add(runs["odd"].result())
    check(tally)
    assert set(tally.roles) == set(ROLES) and tally.refused > 0
    assert tally.with_rows > tally.compared / 2, "comparisons of no rows prove little"
    assert tally.features.keys() >= feature_names("sandbox") - {"WHERE"}
    assert len(tally.functions) > 250


def test_the_printed_text_passes_googles_analyzer(runs: dict[str, Future[Tally]]) -> None:
    check(runs["analysis"].result())


def test_a_mask_that_is_missing_is_seen(tmp_path: Path) -> None:
    """The mutation: Scrim's analyst sees e-mail addresses, those of the copy do not."""
    changed = {"analyst": ROLES["analyst"] | {"masks": ANALYST | {"pii.email": "RAW"}}}
    queries = [(at, Query(sql, "analyst", set(), set())) for at, sql in enumerate([
        "SELECT id, email FROM people", "SELECT COUNT(*) AS n FROM people WHERE email LIKE 'X%'",
        "SELECT id, name FROM people", "SELECT MAX(REVERSE(mail)) AS m FROM v_both"])]
    worlds = [World.of(role) for role in ROLES]
    queries += [(number, generated(SEED, number, "sandbox", worlds)) for number in range(1000, 1040)]
    with stage.staged(tmp_path / "mutated", changed) as made:
        tally = shard.run_on(made, queries)
    different = {failure.number for failure in tally.failures}
    assert different >= {0, 1, 3} and 2 not in different
    assert tally.canaries and tally.compared > 20


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_once_differed(path: Path, replayed: Any) -> None:
    replayed(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Runs a kept case on the engine that showed it."""
    directory = tmp_path_factory.mktemp("regressions")
    with stage.staged(directory / "stage") as made:
        def run(case: dict[str, Any]) -> None:
            query = Query(case["sql"], case["role"], set(), set(), case["is_ordered"], case["parameters"],
                          case.get("direct"))
            if case["engine"] == "sandbox":
                check(shard.run_on(made, [(0, query)]))
            else:
                check(google_run.run_on(google_run.GoogleSide(), [(0, query)], directory / path_name(case)))
        yield run


def path_name(case: dict[str, Any]) -> str:
    return f"{case['engine']}-{case['number']}"


# MARK: The test's own parts

def test_every_function_of_the_pass_list_is_generated_or_named() -> None:
    """A function that is added to the list wants a call here, or a reason why it has none."""
    source = (PROOF.parents[1] / "Sources/Masking/Functions/PassingFunctions.swift").read_text()
    passing = {name for block in source.split('"""')[1::2] for name in block.split()}
    called = {name for calls in (SCALARS, AGGREGATES, WINDOWS) for call in calls for name in call.names
              if call.text not in NOT_RUN}
    called |= {"GROUPING"}  # of the shapes ROLLUP and GROUPING SETS
    assert passing - called == set(FUNCTIONS), (passing - called) ^ set(FUNCTIONS)
    assert all(REASONS.keys() >= {reason} for reason in FUNCTIONS.values())


def test_a_seed_and_a_number_make_one_query() -> None:
    worlds = [World.of(role) for role in ROLES]
    for engine in ("sandbox", "zetasql"):
        first, again = ([generated(7, number, engine, worlds).sql for number in range(60)] for _ in range(2))
        assert first == again and len(set(first)) == 60
        assert first != [generated(8, number, engine, worlds).sql for number in range(60)]


def answer(rows: list[list[Any]], wire: bool, names: tuple[str, ...] = ("a", "b")) -> Outcome:
    kinds = ("INTEGER", "STRING") if wire else ("INT64", "STRING")
    return Outcome(b"", [{"name": name, "type": kind, "mode": "NULLABLE"}
                         for name, kind in zip(names, kinds, strict=True)], rows)


@pytest.mark.parametrize(("scrim", "direct", "is_ordered", "is_same"), [
    ([[1, "x"], [2, None]], [["2", None], ["1", "x"]], False, True),
    ([[1, "x"], [2, None]], [["2", None], ["1", "x"]], True, False),
    ([[1, "x"], [1, "x"]], [["1", "x"]], False, False),
    ([[1, "x"]], [["1", "X"]], False, False), ([[1, None]], [["1", ""]], False, False), ([], [], False, True)])
def test_rows_are_compared_as_multisets_or_in_order(scrim: list, direct: list, is_ordered: bool, is_same: bool) -> None:
    assert (difference(answer(scrim, False), answer(direct, True), is_ordered=is_ordered) is None) == is_same


def test_other_names_and_types_of_columns_differ() -> None:
    rows = [[1, "x"]]
    assert difference(answer(rows, False, ("a", "c")), answer([["1", "x"]], True), is_ordered=False)
    of_float = Outcome(b"", [{"name": "a", "type": "FLOAT", "mode": "NULLABLE"}])
    assert difference(answer(rows, True), of_float, is_ordered=False)


def test_names_of_functions_are_found_outside_of_literals() -> None:
    text = "SELECT UPPER(a), 'LOWER(x)', NET.HOST(b), x IN (1), \"TRIM(\" FROM t WHERE EXISTS(SELECT 1)"
    assert functions_in(text) == {"UPPER", "NET.HOST", "EXISTS"}


def test_a_difference_is_made_smaller() -> None:
    sql = "SELECT a, b AS wrong, c FROM {D}.t WHERE a > 1 ORDER BY c LIMIT 3"
    small, what = reduced(sql, "at first", lambda text: "still" if "wrong" in text else None)
    assert small == "SELECT b AS wrong FROM {D}.t" and what == "still"


RUN = """
import os, subprocess, sys, time
sys.path.insert(0, {proof!r})
from workers import worked, workers
def work():
    child = subprocess.Popen(["sleep", "600"])
    try:
        print(os.getpid(), child.pid, flush=True)
        time.sleep(600)
    finally:
        child.terminate()
        child.wait()
if __name__ == "__main__":
    with workers(1) as pool:
        pool.submit(worked, work).result()
"""


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_killed_leaves_nothing_behind(tmp_path: Path, signal_: signal.Signals) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN.format(proof=str(PROOF)))
    run = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    left = [int(word) for word in run.stdout.readline().split()]
    assert len(left) == 2
    run.send_signal(signal_)
    assert run.wait(20) != 0
    run.stdout.close()
    deadline = time.monotonic() + 20
    while left and time.monotonic() < deadline:
        left = [process for process in left if is_running(process)]
        time.sleep(0.05)
    assert not left


def is_running(process: int) -> bool:
    """A process that only waits to be read by its parent has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
