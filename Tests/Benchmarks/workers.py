"""Processes that time one implementation each, in the terms of `Sources/Benchmarks`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PEERS = ROOT / ".build" / "benchmark-peers"
COMPILED_SQLGLOT = ROOT / ".venv" / "peers" / "sqlglot-compiled"

Text = dict[str, str]


class Worker:
    def __init__(self, name: str, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | (environment or {}))

    def load(self, texts: list[Text]) -> list[bool]:
        """Gives the texts to work on; says of each whether it is accepted."""
        return self._ask({"load": texts})["accepted"]

    def time(self, operation: str, runs: int = 1) -> list[list[int]]:
        """Nanoseconds of CPU time, for each text of each run."""
        return self._ask({"time": operation, "runs": runs})["nanoseconds"]

    def median(self, operation: str, text: Text, runs: int) -> float:
        """Nanoseconds that an operation on one text takes, after some runs to warm up."""
        self.load([text])
        self.time(operation, max(1, runs // 10))
        return statistics.median(self.time(operation, runs)[0])

    def in_turns(self, operation: str, texts: list[tuple[Text, int]], rounds: int = 3) -> list[float]:
        """For texts with their numbers of runs: the least median of some rounds over all of them, so that a slow phase of
        the machine does not count for one size alone."""
        medians = [[self.median(operation, text, runs) for text, runs in texts] for _ in range(rounds)]
        return [min(of_one) for of_one in zip(*medians, strict=True)]

    def close(self) -> None:
        self._process.communicate()

    def _ask(self, request: dict) -> dict:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self._process.stdout.readline()
        if not line:
            sys.exit(f"the worker of {self.name} ended with {self._process.wait()}")
        return json.loads(line)


class Workers:
    """Our side and its peers. They are started once and take turns, so that what disturbs one disturbs all."""

    def __init__(self, ours: Path) -> None:
        python = sys.executable
        self.ours = Worker("scrim", [str(ours)])
        self.zetasql = Worker("zetasql", [python, str(HERE / "workers" / "zetasql_worker.py")])
        sqlglot = str(HERE / "workers" / "sqlglot_worker.py")
        self.sqlglot = Worker("sqlglot", [python, sqlglot, "pure"])
        self.compiled = Worker("sqlglot[c]", [python, sqlglot, "compiled"], {"PYTHONPATH": str(COMPILED_SQLGLOT)})
        self.peers = [self.zetasql, self.sqlglot, self.compiled]

    def close(self) -> None:
        for worker in (self.ours, *self.peers):
            worker.close()
