"""One principal's flood against another's calls, with tokens of two people, under the limits that hold by default."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import Warehouse
from identity_lab import guarded, issuer_settings, post
from issuer import Issuer, running

FLOOD_THREADS = 32
CALLS_OF_THE_OTHER = 20
SECONDS_MAX = 5


def test_one_persons_flood_is_not_felt_by_another(
        tmp_path: Path, warehouse: Warehouse, faults: Callable[..., None]) -> None:
    """The flood's queries stand still at BigQuery and fill all places of their principal; it goes on asking."""
    faults(jobs=[{"sql": "flood", "slow_ms": 5_000}])
    limits = {"calls_at_once": 8, "calls_queued": 8}
    with running(Issuer()) as issuer, guarded(tmp_path, warehouse, issuer_settings(issuer), limits=limits) as proxy:
        # Of one person, however many tokens they have.
        tokens = [issuer.token(sub="flood@bank.example", sid=f"sign-in {number}") for number in range(FLOOD_THREADS)]
        other = issuer.token(sub="quiet@bank.example")
        stop, statuses = threading.Event(), Counter[int]()

        def flood(token: str) -> None:
            while not stop.is_set():
                statuses[post(proxy, token, tool="query", arguments={"sql": "SELECT 1 AS flood"}).status_code] += 1
                time.sleep(0.02)
        with ThreadPoolExecutor(FLOOD_THREADS) as pool:
            waiting = [pool.submit(flood, token) for token in tokens]
            try:
                while statuses[429] < 50:
                    time.sleep(0.05)
                taken = []
                for number in range(CALLS_OF_THE_OTHER):
                    began = time.monotonic()
                    answer = post(proxy, other, tool="query", arguments={"sql": f"SELECT {number} AS quiet"})
                    taken.append(time.monotonic() - began)
                    assert answer.json()["result"]["structuredContent"]["rows"] == [[number]]
                assert max(taken) < SECONDS_MAX, taken
            finally:
                stop.set()
            for one in waiting:
                one.result()
        assert set(statuses) <= {200, 429} and statuses[429] >= 50, statuses
