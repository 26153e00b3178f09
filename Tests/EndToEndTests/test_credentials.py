"""Every source of access tokens against Google's side of it, with Google's own library as the peer; rotation without a
restart; and a search for keys and tokens in whatever the server lets out when each step fails."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import google.auth.transport.requests
import pytest
from agent import connected
from google.auth import compute_engine, identity_pool, impersonated_credentials
from google.auth.compute_engine import _metadata
from google.oauth2 import service_account
from google_front import (BIGQUERY, CANARY, EMAIL, GoogleFront, Request, external_account, google_front, unpadded,
                          write_secret)
from proxy import BINARY, Proxy, configure, serving

SQL = "SELECT COUNT(*) AS n FROM customers"
MIDDLE = "middle@demo.iam.gserviceaccount.com"
SECONDS_MAX = 20
# The source's name, and the paths that are asked for a token, in order.
TOKEN, EMAIL_PATH = (f"/computeMetadata/v1/instance/service-accounts/default/{name}" for name in ("token", "email"))
IMPERSONATION = f"/v1/projects/-/serviceAccounts/{EMAIL}:generateAccessToken"
ROUTES = {
    "key": ["/token"], "key and impersonation": ["/token", IMPERSONATION], "external file": ["/sts", IMPERSONATION],
    "external url": ["/subject", "/sts", IMPERSONATION], "external without an account": ["/sts", IMPERSONATION],
    "metadata": [EMAIL_PATH, TOKEN], "metadata and impersonation": [TOKEN, IMPERSONATION],
}


@pytest.fixture
def front(warehouse: Any) -> Iterator[GoogleFront]:
    with google_front(warehouse.key_file) as started:
        yield started


def settings(source: str, front: GoogleFront, directory: Path) -> dict[str, Any]:
    """The configuration of a source, with its files."""
    directory.mkdir(exist_ok=True)
    impersonate = {"service_account": EMAIL, "endpoint": front.url}
    kind = source.partition(" ")[0]
    made: dict[str, Any] = {}
    if kind == "key":
        key = write_secret(directory / "key.json", front.new_key().file(f"{front.url}/token"))
        made["service_account_file"] = str(key)
    elif kind == "metadata":
        made["metadata_server"] = True
    else:
        where: dict[str, Any] = {"file": str(write_secret(directory / "subject", front.subject))}
        if source == "external url":
            where = {"url": f"{front.url}/subject", "headers": {"X-Workload": front.subject_header},
                     "format": {"type": "json", "subject_token_field_name": "value"}}
        account = external_account(front, where)
        if source == "external without an account":
            del account["service_account_impersonation_url"]
        made["external_account_file"] = str(write_secret(directory / "account.json", json.dumps(account)))
    if source.endswith("impersonation"):
        impersonate |= {"delegates": [MIDDLE], "lifetime": "20m"}
    if source.endswith(("impersonation", "without an account")):
        made["impersonate"] = impersonate
    return made


def configured(directory: Path, warehouse: Any, credentials: dict[str, Any], **changes: Any) -> Path:
    bigquery = {"project": "demo", "location": "US", "default_dataset": "bank", "datasets": ["bank"],
                "endpoint": warehouse.url, "credentials": credentials}
    return configure(directory, warehouse.url, warehouse.key_file, bigquery=bigquery, **changes)


def wait_until(proxy: Proxy, until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not until():
        assert proxy.is_alive() and time.monotonic() < deadline, proxy.output.read_text()[-2000:]
        time.sleep(0.02)


def peers_token(credentials: dict[str, Any], front: GoogleFront, monkeypatch: pytest.MonkeyPatch) -> str:
    """What Google's library gets with the same files against the same endpoints."""
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", front.url.removeprefix("http://"))
    made: Any
    if path := credentials.get("service_account_file"):
        made = service_account.Credentials.from_service_account_file(path, scopes=[BIGQUERY])
    elif path := credentials.get("external_account_file"):
        made = identity_pool.Credentials.from_file(path, scopes=[BIGQUERY])
    else:
        made = compute_engine.Credentials(scopes=[BIGQUERY])
    if step := credentials.get("impersonate"):
        names = [f"projects/-/serviceAccounts/{name}" for name in step.get("delegates", [])]
        made = impersonated_credentials.Credentials(
            made, EMAIL, [BIGQUERY], delegates=names or None, lifetime=1200 if "lifetime" in step else 3600,
            iam_endpoint_override=f"{front.url}{IMPERSONATION}")
    request = google.auth.transport.requests.Request()
    made.refresh(request)
    return made.token


def essence(request: Request) -> tuple[Any, ...]:
    """What a request says, without what differs each time: times, signatures and tokens."""
    fields = {name: value for name, value in request.fields.items() if value is not None}
    if assertion := fields.pop("assertion", None):
        header, claims = (json.loads(unpadded(part)) for part in assertion.split(".")[:2])
        fields |= header | {name: value for name, value in claims.items() if name not in ("iat", "exp")} | {
            "seconds": claims["exp"] - claims["iat"]}
    headers = {name: request.headers.get(name) for name in ("content-type", "metadata-flavor", "x-workload")}
    return request.method, request.path, headers, "authorization" in request.headers, fields


@pytest.mark.parametrize("source", ROUTES)
def test_a_source_is_used_as_googles_library_uses_it(source: str, warehouse: Any, front: GoogleFront, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCE_METADATA_HOST", front.url.removeprefix("http://"))
    credentials = settings(source, front, tmp_path / "credentials")
    with serving(configured(tmp_path / "proxy", warehouse, credentials)) as proxy, \
            connected(proxy.url, "auto") as agent:
        answer = agent.ask("query", sql=SQL)
        assert answer["rows"][0][0] > 0
        agent.ask("query", sql=SQL)
    assert [request.route for request in front.requests] == ROUTES[source], "one token does for all calls"
    ours = [essence(request) for request in front.requests if request.route != EMAIL_PATH]
    front.requests.clear()
    peers_token(credentials, front, monkeypatch)
    # The library first asks the metadata server for account and universe, and then names the account.
    theirs = [essence(request) for request in front.requests
              if not request.route.endswith(("/default/", "/universe-domain"))]
    assert ours == [(method, path.replace(f"/{EMAIL}/token", "/default/token"), *rest)
                    for method, path, *rest in theirs]


def test_a_key_that_signs_tokens_itself_needs_no_token_endpoint(warehouse: Any, tmp_path: Path) -> None:
    key = json.loads(Path(warehouse.key_file).read_text()) | {"token_uri": "http://127.0.0.1:1/token"}
    path = write_secret(tmp_path / "key.json", json.dumps(key))
    credentials = {"service_account_file": str(path), "self_signed_jwt": True}
    with serving(configured(tmp_path / "proxy", warehouse, credentials)) as proxy, \
            connected(proxy.url, "auto") as agent:
        assert agent.ask("query", sql=SQL)["rows"][0][0] > 0


@pytest.mark.parametrize(("credentials", "told"), [
    ({}, "service_account_file"), ({"service_account_file": "a", "metadata_server": True}, "only one of them"),
    ({"metadata_server": True, "self_signed_jwt": True}, "self_signed_jwt"), ({"password": "x"}, "password"),
    ({"service_account_file": "a", "impersonate": {"service_account": "b", "lifetime": "1s"}}, "lifetime"),
    ({"external_account_file": "missing.json"}, "missing.json` cannot be read"),
])
def test_what_cannot_be_used_is_refused_at_the_start(credentials: dict[str, Any], told: str, warehouse: Any,
                                                     tmp_path: Path) -> None:
    config = configured(tmp_path, warehouse, credentials)
    done = subprocess.run([str(BINARY), "serve", "--config", str(config)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and told in done.stderr


def test_a_machine_that_only_looks_like_the_metadata_server_is_not_believed(
        warehouse: Any, front: GoogleFront, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    front.has_flavor = False
    monkeypatch.setenv("GCE_METADATA_HOST", front.url.removeprefix("http://"))
    config = configured(tmp_path, warehouse, {"metadata_server": True})
    done = subprocess.run([str(BINARY), "serve", "--config", str(config)], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2 and "is not the metadata server" in done.stderr
    assert {request.route for request in front.requests} == {EMAIL_PATH}


def test_a_metadata_server_that_comes_up_late_is_waited_for(warehouse: Any, front: GoogleFront, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCE_METADATA_HOST", front.url.removeprefix("http://"))
    front.failures[EMAIL_PATH] = [(503, "")] * 2
    with serving(configured(tmp_path, warehouse, {"metadata_server": True})) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
    assert len(front.seen(EMAIL_PATH)) == 3


@pytest.mark.parametrize("offset", [7200, -7200])
@pytest.mark.parametrize("source", ["key", "key and impersonation", "external file"])
def test_google_may_have_another_time(source: str, offset: int, warehouse: Any, front: GoogleFront,
                                      tmp_path: Path) -> None:
    front.clock_offset = offset
    credentials = settings(source, front, tmp_path / "credentials")
    with serving(configured(tmp_path / "proxy", warehouse, credentials)) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        agent.ask("query", sql=SQL)
    again = ["/token"] if source.startswith("key") else []
    assert [request.route for request in front.requests] == again + ROUTES[source]


# Rotation


def rotated(proxy: Proxy, count: int = 1) -> bool:
    return proxy.output.read_text().count("the credential was read again") == count


def test_a_new_key_takes_over_on_sighup_and_the_old_may_be_revoked(warehouse: Any, front: GoogleFront,
                                                                   tmp_path: Path) -> None:
    old, new = front.new_key(), front.new_key()
    path = write_secret(tmp_path / "key.json", old.file(f"{front.url}/token"))
    with serving(configured(tmp_path / "proxy", warehouse, {"service_account_file": str(path)})) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        write_secret(path, new.file(f"{front.url}/token"))
        proxy.child.send_signal(signal.SIGHUP)
        wait_until(proxy, lambda: rotated(proxy) and len(front.seen("/token")) == 2)
        del front.keys[old.name]
        agent.ask("query", sql=SQL)
        # What a token was made with shows in the assertion's header.
        used = [json.loads(unpadded(request.fields["assertion"].split(".")[0]))["kid"]
                for request in front.seen("/token")]
        assert used == [old.name, new.name]
        output = proxy.output.read_text()
        assert f"{EMAIL} key {new.name}" in output
    for secret in front.secrets:
        assert secret not in output


def test_a_broken_key_file_changes_nothing_and_is_told_of(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    key, other = front.new_key(), front.new_key()
    path = write_secret(tmp_path / "key.json", key.file(f"{front.url}/token"))
    with serving(configured(tmp_path / "proxy", warehouse, {"service_account_file": str(path)})) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        half = key.file(f"{front.url}/token")
        broken = [half[:len(half) // 2], other.file("https://evil.example/token"),
                  other.file(f"{front.url}/token", "other@demo.iam.gserviceaccount.com")]
        for count, content in enumerate(broken, 1):
            write_secret(path, content)
            proxy.child.send_signal(signal.SIGHUP)
            wait_until(proxy, lambda count=count: proxy.output.read_text().count("the credential was not reloaded")
                       == count)
            agent.ask("query", sql=SQL)
        path.chmod(0o644)
        proxy.child.send_signal(signal.SIGHUP)
        wait_until(proxy, lambda: "can be read by others" in proxy.output.read_text())
        assert len(front.seen("/token")) == 1
        output = proxy.output.read_text()
        assert output.count("THE CREDENTIAL WAS NOT RELOADED") == 4
        for secret in front.secrets:
            assert secret not in output


def test_a_key_that_was_replaced_and_revoked_costs_no_call_even_without_a_signal(
        warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    """Tokens so short that each call needs a new one: the file is looked at when a token is due."""
    front.lifetime = 3
    old, new = front.new_key(), front.new_key()
    path = write_secret(tmp_path / "key.json", old.file(f"{front.url}/token"))
    with serving(configured(tmp_path / "proxy", warehouse, {"service_account_file": str(path)})) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        write_secret(path, new.file(f"{front.url}/token"))
        del front.keys[old.name]
        agent.ask("query", sql=SQL)
        assert rotated(proxy)


def test_another_federation_file_takes_over_on_sighup_and_the_workloads_token_may_change(
        warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    front.lifetime = 3
    credentials = settings("external file", front, tmp_path / "credentials")
    path = Path(credentials["external_account_file"])
    with serving(configured(tmp_path / "proxy", warehouse, credentials)) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        other = settings("external url", front, tmp_path / "other")["external_account_file"]
        write_secret(path, Path(other).read_text())
        proxy.child.send_signal(signal.SIGHUP)
        wait_until(proxy, lambda: rotated(proxy) and len(front.seen("/subject")) == 1)
        agent.ask("query", sql=SQL)
        executable = json.loads(path.read_text()) | {"credential_source": {"executable": {"command": "/bin/true"}}}
        write_secret(path, json.dumps(executable))
        proxy.child.send_signal(signal.SIGHUP)
        wait_until(proxy, lambda: "nothing is run here" in proxy.output.read_text())
        agent.ask("query", sql=SQL)


# Failures, and what they must not show

FAILURES = [(400, json.dumps({"error": "invalid_grant", "error_description": f"quotes {CANARY}"})),
            (401, json.dumps({"error": {"code": 401, "status": "UNAUTHENTICATED", "message": CANARY}})),
            (403, json.dumps({"error": {"code": 403, "status": CANARY, "message": CANARY}})),
            (404, f"<html>{CANARY}</html>"), (200, f"<html>{CANARY}</html>"),
            (200, json.dumps({"access_token": CANARY})),
            (200, json.dumps({"access_token": f"{CANARY}\n", "expires_in": 3600, "token_type": "Bearer"}))]
STEPS = [(source, route) for source, routes in ROUTES.items() for route in routes if route != EMAIL_PATH]


@pytest.mark.parametrize(("source", "route"), STEPS)
def test_no_failure_of_any_step_shows_a_key_or_a_token(source: str, route: str, warehouse: Any, front: GoogleFront,
                                                       tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCE_METADATA_HOST", front.url.removeprefix("http://"))
    credentials = settings(source, front, tmp_path / "credentials")
    if (subject := tmp_path / "credentials" / "subject").exists():
        subject.write_text(f"{front.subject}\n")  # as a shell writes it; Google's library would not take it
    answers: list[str] = []
    failed = 0
    # Every call fails once more than there are tries, in every way; then all is well.
    front.failures[route] = [failure for failure in FAILURES for _ in range(2)]
    config = configured(tmp_path / "proxy", warehouse, credentials, log={"level": "debug"})
    with serving(config) as proxy, connected(proxy.url, "auto") as agent:
        deadline = time.monotonic() + SECONDS_MAX
        while front.failures[route] and time.monotonic() < deadline:
            answer = agent.call("query", sql=SQL)
            answers.append(answer.text)
            failed += answer.is_error
        assert not front.failures[route]
        agent.ask("query", sql=SQL)
        answers.append(json.dumps(agent.ask("list_datasets")))
        wait_until(proxy, lambda: "access tokens can be had again" in proxy.output.read_text())
    assert failed
    kept = "".join(path.read_bytes().decode("latin-1") for path in sorted(proxy.directory.rglob("*"))
                   if path.is_file())
    said = "\n".join(answers)
    assert "no access token could be had" in kept
    for text in (kept, said):
        assert CANARY not in text
        for secret in front.secrets:
            assert secret not in text and base64.b64encode(secret.encode()).decode()[:-4] not in text


def test_a_token_that_bigquery_refuses_is_replaced_once(warehouse: Any, front: GoogleFront, tmp_path: Path) -> None:
    path = write_secret(tmp_path / "key.json", front.new_key().file(f"{front.url}/token"))
    dead = json.dumps({"access_token": f"ya29.{CANARY}", "expires_in": 3600, "token_type": "Bearer"})
    front.failures["/token"] = [(200, dead)]
    with serving(configured(tmp_path / "proxy", warehouse, {"service_account_file": str(path)})) as proxy, \
            connected(proxy.url, "auto") as agent:
        agent.ask("query", sql=SQL)
        assert len(front.seen("/token")) == 2
        assert CANARY not in proxy.output.read_text()
