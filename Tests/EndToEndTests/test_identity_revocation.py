"""What is revoked is refused from then on, by subject, sign-in, session, key, token or time, while the server
runs."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from identity_lab import Challenge, configure_identity, entries, guarded, issuer_settings, post, refusals
from issuer import Issuer, running
from proxy import Proxy, command

SECONDS_MAX = 5


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@pytest.fixture(scope="module")
def server(issuer: Issuer, warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    directory = tmp_path_factory.mktemp("revocation")
    (directory / "revocations.yaml").write_text("")
    identity = {"revocations": {"file": "revocations.yaml"}}
    with guarded(directory, warehouse, issuer_settings(issuer), identity=identity) as started:
        yield started


def wait_for(condition: Callable[[], bool]) -> float:
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < SECONDS_MAX, "nothing happened"
        time.sleep(0.02)
    return time.monotonic() - start


def revoke(server: Proxy, **content: object) -> None:
    (server.directory / "revocations.yaml").write_text(json.dumps(content))


def is_refused(server: Proxy, token: str) -> bool:
    answer = post(server, token)
    if answer.status_code == 200:
        return False
    assert answer.status_code == 401 and Challenge.of(answer).parameters["error"] == "invalid_token"
    return True


def session_of(server: Proxy, token: str) -> str:
    answer = post(server, token, tool="query", arguments={"sql": "SELECT 1 AS one"})
    return answer.json()["result"]["structuredContent"]["session"]


@pytest.mark.parametrize("by", ["subject", "named subject", "sid", "kid", "jti", "session", "issued_before",
                                "issued_before of a subject"])
def test_revoked_within_a_second(server: Proxy, issuer: Issuer, by: str) -> None:
    key = next(key for key in issuer.keys if key.kid == "ec-1")
    now = int(time.time())
    token = issuer.token(key=key, sub="eve@bank.example", sid="sign-in-1", jti=f"token-{by}", iat=now - 60)
    # Everything of it is another's: it goes on working.
    other = issuer.token(sub="bob@bank.example", sid="sign-in-2", jti="token-2", iat=now - 10)
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 30))
    content = {
        "subject": {"subjects": ["eve@bank.example"]},
        "named subject": {"subjects": [{"issuer": issuer.url, "subject": "eve@bank.example"}]},
        "sid": {"sign_ins": ["sign-in-1"]}, "kid": {"keys": [{"issuer": issuer.url, "kid": "ec-1"}]},
        "jti": {"tokens": [f"token-{by}"]}, "session": {"sessions": [session_of(server, token)]},
        "issued_before": {"issued_before": [at]},
        "issued_before of a subject": {"issued_before": [{"subject": "eve@bank.example", "time": at}]}}[by]
    assert not is_refused(server, token) and not is_refused(server, other)
    revoke(server, **content)
    assert wait_for(lambda: is_refused(server, token)) < 2
    assert not is_refused(server, other)
    entry = entries(server, "identity_refused")[-1]
    assert entry["reason"] == "revoked" and entry["issuer"] == issuer.url and entry["subject"] == "eve@bank.example"
    revoke(server)
    wait_for(lambda: not is_refused(server, token))


def test_readings_are_in_the_log(server: Proxy) -> None:
    count = len(entries(server, "revocations_read"))
    revoke(server, subjects=["a", "b"], keys=["k"])
    wait_for(lambda: len(entries(server, "revocations_read")) > count)
    entry = entries(server, "revocations_read")[-1]
    assert entry["in_force"] is True and len(entry["sha256"]) == 64
    assert entry["counts"] == {"issued_before": 0, "keys": 1, "sessions": 0, "sign_ins": 0, "subjects": 2, "tokens": 0}
    revoke(server)
    wait_for(lambda: len(entries(server, "revocations_read")) > count + 1)


@pytest.mark.parametrize("text", [
    "subjects: [", "subjects: eve@bank.example", "people: [eve]", "subjects: [{issuer: 'https://x', subject: eve}]",
    "issued_before: [yesterday]", "subjects: ['']", "\x00", None])
def test_a_broken_file_changes_nothing_and_is_told(server: Proxy, issuer: Issuer, text: str | None) -> None:
    file = server.directory / "revocations.yaml"
    token = issuer.token(sub="eve@bank.example")
    revoke(server, subjects=["eve@bank.example"])
    wait_for(lambda: is_refused(server, token))
    said = server.output.read_text().count("THE REVOCATIONS WERE NOT RELOADED")
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    wait_for(lambda: server.output.read_text().count("THE REVOCATIONS WERE NOT RELOADED") > said)
    assert is_refused(server, token)
    wait_for(lambda: entries(server, "revocations_read")[-1]["in_force"] is False)
    revoke(server)
    wait_for(lambda: not is_refused(server, token))


def test_sighup_reads_it_again(server: Proxy) -> None:
    count = len(entries(server, "revocations_read"))
    os.kill(server.child.pid, signal.SIGHUP)
    wait_for(lambda: len(entries(server, "revocations_read")) > count)
    assert server.is_alive()


def test_a_server_without_its_list_does_not_start(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer),
                                identity={"revocations": {"file": "absent.yaml"}})
    ended = command("serve", "--config", config)
    assert ended.returncode == 2 and "absent.yaml" in ended.stderr and "identity.revocations" in ended.stderr


def test_the_log_can_be_read(server: Proxy) -> None:
    assert set(refusals(server)) == {"revoked"}
    for entry in (entries(server, "identity_refused")[-1], entries(server, "revocations_read")[-1]):
        shown = command("audit", "show", str(entry["seq"]), "--config", server.config)
        assert shown.returncode == 0 and entry["type"] in shown.stdout, shown.stderr
