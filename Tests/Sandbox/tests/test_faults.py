"""Faults on demand, slow jobs and cancellation."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
import requests

NUMBERS = count()


@pytest.fixture
def faults(empty) -> Iterator[Callable[..., None]]:
    """Sets the faults of the empty sandbox; none afterwards."""
    yield lambda **rules: empty.faults.write_text(json.dumps(rules))
    empty.faults.unlink(missing_ok=True)


def insert(empty, sql: str) -> str:
    job_id = f"fault-{next(NUMBERS)}"
    answer = requests.post(f"{empty.api}/jobs", timeout=20, json={
        "jobReference": {"jobId": job_id}, "configuration": {"query": {"query": sql, "useLegacySql": False}}})
    assert answer.status_code == 200, answer.text
    return job_id


def finished(empty, job_id: str) -> dict[str, Any]:
    requests.get(f"{empty.api}/queries/{job_id}", timeout=20)
    return requests.get(f"{empty.api}/jobs/{job_id}", timeout=20).json()


def test_requests_fail_with_a_reason_as_often_as_told(empty, faults) -> None:
    faults(requests=[{"path": "/datasets", "skip": 1, "times": 2, "answer": "rateLimitExceeded"}])
    answers = [requests.get(f"{empty.api}/datasets", timeout=10) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 403, 403, 200]
    assert answers[1].json()["error"]["errors"][0]["reason"] == "rateLimitExceeded"


def test_html_and_5xx_and_broken_answers(empty, faults) -> None:
    for answer, status in (("html", 200), ("html_error", 502), ("backendError", 503)):
        faults(requests=[{"method": "GET", "path": "/datasets", "answer": answer}])
        got = requests.get(f"{empty.api}/datasets", timeout=10)
        assert got.status_code == status
        assert got.headers["content-type"].startswith("text/html") == answer.startswith("html")
    for answer in ("truncated", "lost"):
        faults(requests=[{"path": "/datasets", "answer": answer}])
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            requests.get(f"{empty.api}/datasets", timeout=10)


def test_a_lost_answer_was_carried_out(empty, faults) -> None:
    faults(requests=[{"method": "POST", "path": "/jobs", "times": 1, "answer": "lost"}])
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{empty.api}/jobs", timeout=10, json={
            "jobReference": {"jobId": "lost-1"},
            "configuration": {"query": {"query": "SELECT 1", "useLegacySql": False}}})
    assert finished(empty, "lost-1")["status"] == {"state": "DONE"}


def test_statistics_are_changed_for_the_jobs_chosen(empty, faults) -> None:
    faults(jobs=[{"sql": "chosen", "extra_tables": ["demo.x.y"], "views": ["demo.x.v"], "routines": ["demo.x.f"],
                  "cache_hit": True, "row_level_security": True, "data_masking": True, "statement_type": "SCRIPT"}])
    changed = finished(empty, insert(empty, "SELECT 'chosen' AS c"))["statistics"]
    assert changed["query"]["referencedTables"] == [{"projectId": "demo", "datasetId": "x", "tableId": "y"}]
    assert changed["query"]["referencedLogicalViews"][0]["tableId"] == "v"
    assert changed["query"]["referencedRoutines"][0]["routineId"] == "f"
    assert changed["query"]["cacheHit"] is True and changed["query"]["statementType"] == "SCRIPT"
    assert changed["rowLevelSecurityStatistics"] == {"rowLevelSecurityApplied": True}
    assert changed["dataMaskingStatistics"] == {"dataMaskingApplied": True}
    other = finished(empty, insert(empty, "SELECT 'other' AS c"))["statistics"]
    assert other["query"]["cacheHit"] is False and "rowLevelSecurityStatistics" not in other


def test_a_job_fails_with_a_reason(empty, faults) -> None:
    faults(jobs=[{"error": "jobBackendError"}])
    assert finished(empty, insert(empty, "SELECT 1"))["status"]["errorResult"]["reason"] == "jobBackendError"


def test_a_slow_job_runs_and_is_cancelled(empty, faults) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": 30_000}])
    job_id = insert(empty, "SELECT 'slow' AS s")
    waiting = requests.get(f"{empty.api}/queries/{job_id}", params={"timeoutMs": 100}, timeout=20).json()
    assert waiting["jobComplete"] is False and "rows" not in waiting
    assert requests.get(f"{empty.api}/jobs/{job_id}", timeout=20).json()["status"]["state"] == "RUNNING"
    started = time.monotonic()
    assert requests.post(f"{empty.api}/jobs/{job_id}/cancel", timeout=20).json()["kind"] == "bigquery#jobCancelResponse"
    assert finished(empty, job_id)["status"]["errorResult"]["reason"] == "stopped"
    assert time.monotonic() - started < 10


def test_a_running_query_is_interrupted(empty) -> None:
    job_id = insert(empty, "SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 100000)) AS a, "
                           "UNNEST(GENERATE_ARRAY(1, 10000000)) AS b WHERE MOD(a * b, 7) = 3")
    time.sleep(0.3)
    requests.post(f"{empty.api}/jobs/{job_id}/cancel", timeout=20)
    assert finished(empty, job_id)["status"]["errorResult"]["reason"] == "stopped"
