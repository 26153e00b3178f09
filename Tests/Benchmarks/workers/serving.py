"""How a peer's worker answers requests; the same lines as `Sources/Benchmarks` answers for our side."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

Text = dict[str, str]


def serve(accepts: Callable[[Text], bool], prepare: Callable[[Text], Callable[[], object]]) -> None:
    """Answers requests from standard input.

    `prepare` makes of a text what is then run and timed: what a program would do once is not part of the time.
    """
    tasks: list[Callable[[], object]] = []
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "load" in request:
            tasks = [prepare(text) for text in request["load"]]
            answer["accepted"] = [accepts(text) for text in request["load"]]
        if "time" in request:
            answer["nanoseconds"] = [[_run(task) for _ in range(request.get("runs", 1))] for task in tasks]
        print(json.dumps(answer), flush=True)


def _run(task: Callable[[], object]) -> int:
    start = time.thread_time_ns()
    try:
        task()
    except Exception:  # noqa: BLE001  a refusal takes its time too
        pass
    return time.thread_time_ns() - start
