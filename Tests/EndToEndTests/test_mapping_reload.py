"""SIGHUP: a good mapping takes over as a whole and is in the log first; a bad one changes nothing and says so."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import Agent, connected
from policy import ROLES, write_mapping
from proxy import Proxy, configure, serving

SQL = "SELECT customer_id, email FROM customers WHERE customer_id = 40"
SECONDS_MAX = 15


@pytest.fixture
def reloadable(warehouse: Any, tmp_path: Path) -> Iterator[Proxy]:
    with serving(configure(tmp_path / "proxy", warehouse.url, warehouse.key_file)) as started:
        yield started


def events(proxy: Proxy, kind: str | None = None) -> list[dict[str, Any]]:
    """The entries of the log, in its order."""
    return [entry for entry in audit_files.entries(proxy.audit) if kind in (None, entry["type"])]


def rewrite(proxy: Proxy, **masks: str) -> None:
    """The analyst's masks, changed, in the running server's directory."""
    analyst = ROLES["analyst"] | {"masks": ROLES["analyst"]["masks"] | masks}
    shutil.rmtree(proxy.directory / "mapping")
    write_mapping(proxy.directory / "mapping", {"analyst": analyst})


def hang_up(proxy: Proxy, until: Callable[[], bool]) -> None:
    proxy.child.send_signal(signal.SIGHUP)
    wait_until(proxy, until)


def wait_until(proxy: Proxy, until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not until():
        assert proxy.is_alive() and time.monotonic() < deadline, proxy.output.read_text()[-2000:]
        time.sleep(0.02)


def was_loaded(proxy: Proxy, count: int) -> Callable[[], bool]:
    return lambda: len(events(proxy, "mapping_loaded")) == count and \
        proxy.output.read_text().count("was read again") == count - 1


def mask_of(agent: Agent) -> str:
    return agent.ask("query", sql=SQL)["columns"][1]["masked"]["rule"]


def test_a_good_mapping_takes_over(reloadable: Proxy) -> None:
    with connected(reloadable.url, "auto") as agent:
        assert mask_of(agent) == "EMAIL_MASK"
        before = agent.ask("query", sql="SELECT customer_id, email FROM customers ORDER BY 1", max_rows=2)
        rewrite(reloadable, **{"pii.email": "ALWAYS_NULL"})
        hang_up(reloadable, was_loaded(reloadable, 2))
        after = agent.ask("query", sql=SQL)
        assert after["columns"][1]["masked"]["rule"] == "ALWAYS_NULL" and after["rows"] == [[40, None]]
        # What was made under the old one is not delivered under the new one.
        for tool, arguments in (("fetch_page", {"cursor": before["next_cursor"]}),
                                ("get_job", {"job_id": before["job"]["job_id"]})):
            assert agent.call(tool, **arguments).codes == ["policy.mapping_changed"]
    log = events(reloadable)
    old, new = [entry["mapping"] for entry in log if entry["type"] == "mapping_loaded"]
    assert old != new
    border = max(index for index, entry in enumerate(log) if entry["type"] == "mapping_loaded")
    digests = [(index > border, entry["mapping"]) for index, entry in enumerate(log)
               if "request" in entry]
    assert {digest for is_after, digest in digests if is_after} == {new}
    assert {digest for is_after, digest in digests if not is_after} == {old}
    assert [entry["signal"] for entry in log if entry["type"] == "signal_received"] == ["SIGHUP"]
    loaded = events(reloadable, "mapping_loaded")[-1]
    assert loaded["files"] == 3 and loaded["roles"] == ["analyst"]


@pytest.mark.parametrize(("file", "content", "told"), [
    ("roles/analyst.yaml", "groups: []\nmasks:\n  pii: NO_SUCH_RULE\nnonsense: 1\n",
     ["roles/analyst.yaml:3:", "roles/analyst.yaml:4:"]),
    ("tags.yaml", "pii: [", ["tags.yaml"]),
    ("roles/analyst.yaml", None, ["no role `analyst`"]),
])
def test_a_bad_mapping_changes_nothing(reloadable: Proxy, file: str, content: str | None, told: list[str]) -> None:
    target = reloadable.directory / "mapping" / file
    if content is None:
        target.unlink()
    else:
        target.write_text(content)
    hang_up(reloadable, lambda: "the mapping was not reloaded" in reloadable.output.read_text())
    output = reloadable.output.read_text()
    assert "THE MAPPING WAS NOT RELOADED" in output
    logged = "\n".join(line for line in output.splitlines() if " error " in line)
    for text in told:
        assert text in output.split("THE MAPPING WAS NOT RELOADED")[1] and text in logged
    assert len(events(reloadable, "mapping_loaded")) == 1
    wait_until(reloadable, lambda: bool(events(reloadable, "mapping_refused")))
    refused = events(reloadable, "mapping_refused")[0]
    assert refused["mistakes"] >= len(told) and refused["mapping"] == events(reloadable, "mapping_loaded")[0]["mapping"]
    with connected(reloadable.url, "auto") as agent:
        assert mask_of(agent) == "EMAIL_MASK"
    # Put right, it is taken.
    rewrite(reloadable, **{"pii.email": "ALWAYS_NULL"})
    hang_up(reloadable, was_loaded(reloadable, 2))
    with connected(reloadable.url, "auto") as agent:
        assert mask_of(agent) == "ALWAYS_NULL"


def test_a_log_that_cannot_be_written_keeps_the_old_mapping(reloadable: Proxy) -> None:
    """Without its entry in the log a mapping is not in force."""
    def bundle_bytes() -> int:
        return max((path.stat().st_size for path in (reloadable.audit / "tile/entries").rglob("*") if path.is_file()),
                   default=0)

    with connected(reloadable.url, "auto") as agent:
        while bundle_bytes() < reloadable.output.stat().st_size + 20_000:  # room for what is said meanwhile
            assert mask_of(agent) == "EMAIL_MASK"
        before = resource.prlimit(reloadable.child.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(reloadable.child.pid, resource.RLIMIT_FSIZE, (bundle_bytes(), before[1]))
        deadline = time.monotonic() + SECONDS_MAX
        while not (answer := agent.call("query", sql=SQL)).is_error:
            assert time.monotonic() < deadline, "the next checkpoint cannot be written, and nothing after it"
        assert answer.codes == ["policy.audit_unavailable"]
        rewrite(reloadable, **{"pii.email": "ALWAYS_NULL"})
        hang_up(reloadable, lambda: "THE MAPPING WAS NOT RELOADED" in reloadable.output.read_text())
        assert len(events(reloadable, "mapping_loaded")) == 1
        assert agent.call("query", sql=SQL).codes == ["policy.audit_unavailable"], "no receipt, no job"
        resource.prlimit(reloadable.child.pid, resource.RLIMIT_FSIZE, before)


def test_a_reload_in_the_midst_of_queries_is_atomic(reloadable: Proxy) -> None:
    """Each answer's mask, and each job's entries, belong to one mapping, however often it changes."""
    answers: list[dict[str, Any]] = []
    done = threading.Event()

    def ask() -> None:
        with connected(reloadable.url, "auto") as agent:
            while not done.is_set():
                answers.append(agent.ask("query", sql=SQL))

    callers = [threading.Thread(target=ask) for _ in range(2)]
    for caller in callers:
        caller.start()
    try:
        for count in range(2, 8):
            rewrite(reloadable, **{"pii.email": "ALWAYS_NULL" if count % 2 == 0 else "EMAIL_MASK"})
            hang_up(reloadable, was_loaded(reloadable, count))
            enough = len(answers) + 2 * len(callers)
            wait_until(reloadable, lambda enough=enough: len(answers) >= enough)
    finally:
        done.set()
        for caller in callers:
            caller.join(timeout=60)
    rules = [answer["columns"][1]["masked"]["rule"] for answer in answers]
    assert set(rules) == {"ALWAYS_NULL", "EMAIL_MASK"}
    null = events(reloadable, "mapping_loaded")[1]["mapping"]
    entries = [entry for entry in events(reloadable) if "job" in entry]
    for answer, rule in zip(answers, rules, strict=True):
        assert (answer["rows"][0][1] is None) == (rule == "ALWAYS_NULL")
        job_id = answer["job"]["job_id"]
        digests = {entry["mapping"] for entry in entries if job_id in json.dumps(entry["job"])}
        assert len(digests) == 1, "a request is under one mapping from beginning to end"
        assert (digests == {null}) == (rule == "ALWAYS_NULL")
