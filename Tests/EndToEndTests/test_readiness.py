"""Health and readiness, as load balancers ask for them."""

from __future__ import annotations

import json
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import audit_files
import pytest
import raw_http
import requests
from agent import connected
from google_front import GoogleFront, google_front, write_secret
from proxy import Proxy, configure, serving
from test_abuse_shutdown import SLOW_SQL, in_background, quiet_end, wait_for

SECONDS_MAX = 15
READY = {"status": "ready", "checks": {"audit": True, "credentials": True}}
PROBES_PER_MINUTE = 600


@pytest.fixture
def front(warehouse: Any) -> Iterator[GoogleFront]:
    with google_front(warehouse.key_file) as started:
        yield started


def configured(directory: Path, warehouse: Any, front: GoogleFront) -> Path:
    key = write_secret(directory / "key.json", front.new_key().file(f"{front.url}/token"))
    return configure(directory / "proxy", warehouse.url, key)


def probe(proxy: Proxy, path: str = "readyz") -> requests.Response:
    return requests.get(proxy.url.removesuffix("mcp") + path, timeout=5)


def settled(proxy: Proxy, status: int) -> requests.Response:
    """The first answer with that status."""
    deadline = time.monotonic() + SECONDS_MAX
    while (answer := probe(proxy)).status_code != status:
        assert time.monotonic() < deadline, (answer.status_code, answer.text, proxy.output.read_text()[-2000:])
        time.sleep(0.05)
    return answer


def test_a_server_is_ready_before_the_first_call(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    with serving(configured(tmp_path, warehouse, front)) as proxy:
        assert settled(proxy, 200).json() == READY
        assert probe(proxy, "healthz").json() == {"status": "ok"}
        for _ in range(20):
            assert probe(proxy).json() == READY
        assert len(front.seen("/token")) == 1, "a probe asks nobody"
        address = proxy.url.removesuffix("mcp") + "readyz"
        assert requests.head(address, timeout=5).status_code == 200
        assert requests.post(address, timeout=5, json={}).status_code == 405


def test_without_a_token_it_is_alive_and_not_ready(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    front.failures["/token"] = [(403, json.dumps({"error": "access_denied", "error_description": "SECRET"}))] * 3
    with serving(configured(tmp_path, warehouse, front)) as proxy:
        answer = settled(proxy, 503)
        assert answer.json() == {"status": "not_ready", "checks": READY["checks"] | {"credentials": False}}
        assert probe(proxy, "healthz").status_code == 200
        # It goes on trying by itself.
        assert settled(proxy, 200).json() == READY
        assert len(front.seen("/token")) == 4
        assert "SECRET" not in proxy.output.read_text()


def test_with_a_log_that_cannot_be_written_it_is_not_ready(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    with serving(configured(tmp_path, warehouse, front)) as proxy, connected(proxy.url, "auto") as agent:
        settled(proxy, 200)
        before = resource.prlimit(proxy.child.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(proxy.child.pid, resource.RLIMIT_FSIZE, (1, before[1]))
        assert agent.call("query", sql="SELECT 1 AS one").is_error
        answer = settled(proxy, 503)
        assert answer.json() == {"status": "not_ready", "checks": READY["checks"] | {"audit": False}}
        resource.prlimit(proxy.child.pid, resource.RLIMIT_FSIZE, before)


def test_probes_are_bounded_for_each_address(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    with serving(configured(tmp_path, warehouse, front)) as proxy, requests.Session() as session:
        settled(proxy, 200)
        address = proxy.url.removesuffix("mcp") + "healthz"
        begun = time.monotonic()
        answers = [session.get(address, timeout=5) for _ in range(PROBES_PER_MINUTE + 400)]
        refused = [answer for answer in answers if answer.status_code != 200]
        refilled = (time.monotonic() - begun) * PROBES_PER_MINUTE / 60
        assert len(refused) >= 400 - refilled - 5 and refused, "the first of them are let through"
        assert {answer.status_code for answer in refused} == {429}
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        # Calls are not touched by it.
        with connected(proxy.url, "auto") as agent:
            agent.ask("list_datasets")


def test_a_server_that_ends_takes_no_probes(warehouse: Any, front: GoogleFront, faults: Callable[..., None],
                                            tmp_path: Path) -> None:
    faults(jobs=[{"sql": "slow", "slow_ms": 2500}])
    with quiet_end(configured(tmp_path, warehouse, front)) as proxy:
        settled(proxy, 200)
        running, answers = in_background(proxy.url, raw_http.call("query", sql=SLOW_SQL))
        wait_for(lambda: [entry for entry in audit_files.entries(proxy.audit) if entry["type"] == "job_submitted"])
        proxy.child.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(requests.ConnectionError):
            probe(proxy)
        assert proxy.is_alive()
        running.join()
        assert proxy.child.wait(10) == 0
    assert answers[0] is not None and answers[0].json["result"]["structuredContent"]["status"] == "done"
