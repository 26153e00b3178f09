"""Issuers as they are: keys that change, issuers out of order, the shapes of claims of common providers, opaque
tokens, and several issuers at once."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from identity_lab import (
    Challenge,
    configure_identity,
    entries,
    guarded,
    issuer_settings,
    modern,
    post,
    refusals,
    refusals_after,
)
from issuer import Issuer, SigningKey, running
from proxy import Proxy, command, serving

SQL = {"sql": "SELECT 1 AS one"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@contextmanager
def server_of(directory: Path, warehouse: Any, issuer: Issuer, **settings: Any) -> Iterator[Proxy]:
    with guarded(directory, warehouse, issuer_settings(issuer, **settings)) as started:
        yield started


def actor_of(server: Proxy, token: str) -> dict[str, Any]:
    """Runs a query, which must be answered, and gives the log's actor."""
    answer = post(server, token, tool="query", arguments=SQL)
    assert answer.status_code == 200, answer.text
    assert not answer.json()["result"]["isError"], answer.text
    return entries(server, "job_submitted")[-1]["actor"]


# Keys.

def test_keys_are_fetched_once(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    with server_of(tmp_path, warehouse, issuer) as server:
        for _ in range(20):
            assert post(server, issuer.token()).status_code == 200
        assert issuer.count("/jwks") == 1


def test_a_new_key_is_found_and_an_old_one_goes(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    """Sooner than half a minute after the last time the issuer is not asked again, see the flood below."""
    with server_of(tmp_path, warehouse, issuer) as server:
        old = issuer.keys[0]
        assert post(server, issuer.token(key=old)).status_code == 200
        time.sleep(30.5)
        new = SigningKey.make("rsa-2027", "RS256")
        issuer.keys = [new, *issuer.keys[1:]]
        assert post(server, issuer.token(key=new)).status_code == 200
        assert post(server, issuer.token(key=old)).status_code == 401
        assert issuer.count("/jwks") == 2


def test_a_flood_of_unknown_keys_does_not_reach_the_issuer(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    with server_of(tmp_path, warehouse, issuer) as server:
        assert post(server, issuer.token()).status_code == 200
        before = issuer.count("/jwks")
        tokens = [issuer.token(header={"kid": f"unknown-{number}"}) for number in range(200)]
        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(lambda token: post(server, token).status_code, tokens))
        assert set(statuses) == {401}
        assert issuer.count("/jwks") - before <= 2
        # Who has a good token notices nothing of it.
        assert post(server, issuer.token()).status_code == 200


def test_a_flood_of_refusals_is_bounded_in_the_log(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    with server_of(tmp_path, warehouse, issuer) as server:
        before = refusals(server)
        start = time.monotonic()
        with requests.Session() as session, ThreadPoolExecutor(8) as pool:
            headers, body = modern("tools/list")
            list(pool.map(lambda _: session.post(server.url, json=body, headers=headers, timeout=20), range(600)))
        seconds = time.monotonic() - start
        assert len(refusals_after(server, before, 600)) == 600
        written = entries(server, "identity_refused")
        assert len(written) <= 20 * (int(seconds) + 2)
        assert len(entries(server, "identity_refusals_counted")) <= seconds + 3
    ended = command("audit", "verify", "--config", server.config)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("trouble", ["slow", "huge", "broken", "status", "empty", "redirect"])
def test_an_issuer_that_is_out_of_order(issuer: Issuer, warehouse, tmp_path: Path, trouble: str) -> None:
    """Nobody can tell whether its tokens are good: 503, not 401, and the server goes on; then it is in order again."""
    issuer.jwks_trouble = trouble
    with running(Issuer()) as other, guarded(tmp_path, warehouse, issuer_settings(issuer), issuer_settings(other)
                                             ) as server:
        start = time.monotonic()
        answer = post(server, issuer.token())
        assert time.monotonic() - start < 25
        assert answer.status_code in (503, 401) and (answer.status_code == 503 or trouble == "empty"), answer.text
        if answer.status_code == 503:
            assert "WWW-Authenticate" not in answer.headers and int(answer.headers["Retry-After"]) > 0
            assert answer.json()["error"]["message"]
        # Another issuer's people notice nothing of it.
        assert post(server, other.token()).status_code == 200
        assert server.is_alive()


def test_an_issuer_that_goes_down_later(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    """The keys that are known go on being good."""
    with server_of(tmp_path, warehouse, issuer) as server:
        assert post(server, issuer.token()).status_code == 200
        issuer.jwks_trouble = "status"
        assert post(server, issuer.token()).status_code == 200


def test_the_keys_address_may_be_configured(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    with server_of(tmp_path, warehouse, issuer, jwks_uri=issuer.url + "/jwks") as server:
        assert post(server, issuer.token()).status_code == 200
        assert not [line for line in issuer.requests if ".well-known" in line]


def test_two_issuers_and_their_keys_are_apart(warehouse, tmp_path: Path) -> None:
    """A token of one, signed by the other, is nobody's; the same subject of two issuers is two people."""
    with ExitStack() as stack:
        one, other = (stack.enter_context(running(Issuer())) for _ in range(2))
        server = stack.enter_context(guarded(tmp_path, warehouse, issuer_settings(one), issuer_settings(other)))
        metadata = requests.get(server.url.replace("/mcp", "/.well-known/oauth-protected-resource"), timeout=10).json()
        assert metadata["authorization_servers"] == [one.url, other.url]
        first = post(server, one.token(), tool="query", arguments=SQL).json()["result"]["structuredContent"]
        second = post(server, other.token(), tool="query", arguments=SQL).json()["result"]["structuredContent"]
        assert first["session"] != second["session"]
        crossed = one.sign(one.standard_claims(), key=other.keys[0])
        assert post(server, crossed).status_code == 401
        job = {"job_id": first["job"]["job_id"]}
        assert post(server, other.token(), tool="get_job", arguments=job).json()["result"]["isError"]


# What providers put into their tokens (docs/identity.md has these as recipes).

RECIPES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "okta": (
        {"groups_claim": "groups", "token_types": ["JWT", "at+jwt", "absent"]},
        {"scp": ["bq.read"], "cid": "0oa1", "uid": "00u1", "client_id": None, "ver": 1, "sub": "ana@bank.example"},
        {"typ": None},
        {"subject": "ana@bank.example", "client": "0oa1", "kind": "human", "roles": ["analyst"]}),
    "entra_person": (
        {"groups_claim": "groups", "token_types": ["JWT"], "roles": [{"role": "clerk", "when": {"roles": "Clerk"}}]},
        {"azp": "app-1", "client_id": None, "scp": "bq.read", "tid": "t1", "oid": "o1", "sub": "pairwise", "ver": "2.0",
         "groups": ["11111111-2222-3333-4444-555555555555"], "roles": ["Clerk"]},
        {"typ": "JWT"}, {"subject": "pairwise", "client": "app-1", "kind": "human", "roles": ["clerk"]}),
    "entra_daemon": (
        {"token_types": ["JWT"], "roles": [{"role": "clerk", "when": {"roles": ["Clerk"]}}]},
        {"azp": "app-2", "client_id": None, "idtyp": "app", "tid": "t1", "oid": "o2", "sub": "o2", "ver": "2.0",
         "groups": None, "roles": ["Clerk"]},
        {"typ": "JWT"}, {"subject": "o2", "client": "app-2", "kind": "machine", "roles": ["clerk"]}),
    "keycloak": (
        {"token_types": ["JWT"], "groups_claim": "groups",
         "roles": [{"role": "clerk", "when": {"realm_access.roles": ["clerk"]}}]},
        {"azp": "agent", "client_id": None, "typ": "Bearer", "sid": "s-1", "scope": "openid bq.read",
         "realm_access": {"roles": ["offline_access", "clerk"]}, "groups": ["/others"], "sub": "f:1:ana"},
        {"typ": "JWT"}, {"subject": "f:1:ana", "client": "agent", "kind": "human", "roles": ["clerk"]}),
    "github_actions": (
        {"token_types": ["JWT"], "machine": True, "lifetime_max": "1h",
         "roles": [{"role": "clerk", "when": {"repository": "bank/reports", "ref": "refs/heads/main"}}]},
        {"sub": "repo:bank/reports:ref:refs/heads/main", "client_id": None, "groups": None,
         "repository": "bank/reports", "repository_owner": "bank", "ref": "refs/heads/main", "ref_protected": "true",
         "workflow": "nightly",
         "run_id": "1", "event_name": "schedule", "runner_environment": "github-hosted"},
        {"typ": "JWT"}, {"subject": "repo:bank/reports:ref:refs/heads/main", "kind": "machine", "roles": ["clerk"]}),
    "gitlab_ci": (
        {"token_types": ["JWT"], "machine": True,
         "roles": [{"role": "clerk", "when": {"project_path": "bank/reports", "ref_protected": "true"}}]},
        {"sub": "project_path:bank/reports:ref_type:branch:ref:main", "client_id": None, "groups": None,
         "namespace_path": "bank", "project_path": "bank/reports", "ref": "main", "ref_type": "branch",
         "ref_protected": "true", "pipeline_source": "schedule", "user_login": "ana"},
        {"typ": "JWT"}, {"subject": "project_path:bank/reports:ref_type:branch:ref:main", "kind": "machine",
                         "roles": ["clerk"]}),
    "scopes": (
        {"scope_roles": {"bq.clerk": "clerk"}}, {"scope": "bq.clerk", "groups": None}, {},
        {"subject": "ana@bank.example", "client": "agent", "kind": "human", "roles": ["clerk"]}),
    "client_credentials": (
        {"roles": [{"role": "clerk", "when": {"client_id": "nightly"}}]},
        {"sub": "nightly", "client_id": "nightly", "groups": None}, {},
        {"subject": "nightly", "client": "nightly", "kind": "machine", "roles": ["clerk"]}),
}


@pytest.mark.parametrize("provider", RECIPES)
def test_the_claims_of_a_provider(issuer: Issuer, warehouse, tmp_path: Path, provider: str) -> None:
    settings, claims, header, wanted = RECIPES[provider]
    with server_of(tmp_path, warehouse, issuer, **settings) as server:
        actor = actor_of(server, issuer.token(header=header, **claims))
        assert actor == {"issuer": issuer.url} | wanted


def test_a_job_of_another_branch_has_no_role(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    settings, claims, header, _ = RECIPES["github_actions"]
    with server_of(tmp_path, warehouse, issuer, **settings) as server:
        for change in ({"ref": "refs/heads/mine"}, {"repository": "bank/reports-fork"}, {"repository": "BANK/reports"},
                       {"repository": ["bank/reports "]}, {"ref": None}):
            answer = post(server, issuer.token(header=header, **(claims | change)), tool="query", arguments=SQL)
            result = answer.json()["result"]
            assert result["isError"] and result["structuredContent"]["refused"][0]["code"] == "policy.no_role"


def test_groups_that_entra_left_out(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    """Too many groups: the token only says where they could be asked for. Without them nobody knows the roles."""
    claims = {"groups": None, "_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {
        "endpoint": issuer.url + "/graph/getMemberObjects"}}, "roles": ["Clerk"]}
    with server_of(tmp_path / "refused", warehouse, issuer) as server:
        answer = post(server, issuer.token(**claims))
        assert answer.status_code == 401 and "groups" in Challenge.of(answer).parameters["error_description"]
        assert post(server, issuer.token(groups=None, hasgroups=True)).status_code == 401
        assert refusals(server) == {"groups_overage": 2}
    settings = {"groups_overage_claim": "roles", "roles": [{"role": "clerk", "when": {"roles": "Clerk"}}]}
    with server_of(tmp_path / "taken", warehouse, issuer, **settings) as server:
        assert actor_of(server, issuer.token(**claims))["roles"] == ["clerk"]
    assert not [line for line in issuer.requests if "graph" in line], "nobody goes where a token says"


def test_who_acts_for_whom_is_in_the_log(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    chain = {"sub": "agent-7", "client_id": "assistant",
             "act": {"sub": "orchestrator", "iss": "https://agents.example"}}
    with server_of(tmp_path, warehouse, issuer) as server:
        actor = actor_of(server, issuer.token(act=chain))
        assert actor["subject"] == "ana@bank.example" and actor["client"] == "agent"
        assert actor["act"] == [{"subject": "agent-7", "client": "assistant"},
                                {"issuer": "https://agents.example", "subject": "orchestrator"}]
        shown = command("audit", "sessions", "--config", server.config)
        assert shown.returncode == 0 and "ana@bank.example" in shown.stdout
        assert command("audit", "jobs", "--config", server.config).returncode == 0
        for bad in ({"sub": 7}, "agent-7", [], {"act": {}}):
            assert post(server, issuer.token(act=bad)).status_code == 401


def test_groups_follow_the_mapping_in_force(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    with server_of(tmp_path, warehouse, issuer) as server:
        token = issuer.token(groups=["newcomers@bank.example"])
        refused = post(server, token, tool="query", arguments=SQL).json()["result"]["structuredContent"]
        assert refused["refused"][0]["code"] == "policy.no_role"
        role = tmp_path / "mapping" / "roles" / "analyst.yaml"
        content = json.loads(role.read_text())
        role.write_text(json.dumps(content | {"groups": ["newcomers@bank.example"]}))
        os.kill(server.child.pid, signal.SIGHUP)
        deadline = time.monotonic() + 10
        # The entry in the log comes before the mapping is in force.
        while "the mapping was read again" not in server.output.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert actor_of(server, token)["roles"] == ["analyst"]
        former = post(server, issuer.token(), tool="query", arguments=SQL).json()["result"]["structuredContent"]
        assert former["refused"][0]["code"] == "policy.no_role"


# Opaque tokens.

def introspection(issuer: Issuer, **changes: Any) -> dict[str, Any]:
    return {"introspection": {"endpoint": issuer.url + "/introspect", "client_id": "scrim",
                              "client_secret": {"environment": "HOME"}} | changes}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "scrim-secret")


def test_opaque_tokens(issuer: Issuer, warehouse, tmp_path: Path, secret: None) -> None:
    usual = {"active": True} | issuer.standard_claims()
    issuer.opaque = {
        "good-token": usual, "other-audience": usual | {"aud": "another"}, "expired-token": usual | {"exp": 1},
        "other-issuer": usual | {"iss": "https://idp.example"}, "no-subject": {"active": True, "aud": "scrim"},
        "no-audience": {name: value for name, value in usual.items() if name != "aud"},
        "active-text": usual | {"active": "true"}, "inactive": {"active": False}}
    with server_of(tmp_path, warehouse, issuer, **introspection(issuer)) as server:
        assert actor_of(server, "good-token")["subject"] == "ana@bank.example"
        for token in [*issuer.opaque, "never-heard-of"]:
            if token != "good-token":
                answer = post(server, token)
                # An answer that is none by RFC 7662 tells nothing of the token.
                assert answer.status_code == (503 if token == "active-text" else 401), (token, answer.status_code)
                assert answer.status_code == 503 or Challenge.of(answer).parameters["error"] == "invalid_token"
        asked = issuer.count("/introspect")
        for _ in range(5):
            assert post(server, "good-token").status_code == 200
        assert issuer.count("/introspect") == asked, "an answer is kept for a short time"
        # Signed tokens of the same issuer are judged by their signature, and not asked about.
        assert post(server, issuer.token()).status_code == 200
        assert issuer.count("/introspect") == asked
        assert "scrim-secret" not in server.output.read_text()


def test_a_wrong_secret_and_a_silent_endpoint(issuer: Issuer, warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                              ) -> None:
    monkeypatch.setenv("HOME", "wrong")
    issuer.opaque = {"good-token": {"active": True} | issuer.standard_claims()}
    with server_of(tmp_path, warehouse, issuer, **introspection(issuer)) as server:
        answer = post(server, "good-token")
        assert answer.status_code == 503 and "Retry-After" in answer.headers


# Configuration.

def test_the_development_principal_beside_issuers(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    """Without a token callers are the development principal; a token that is sent must be good all the same."""
    identity = {"development_principal": {"subject": "dev@example.com", "roles": ["clerk"]},
                "scopes": {"default": ["bq.read"]}}
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer), identity=identity)
    with serving(config) as server:
        assert "development principal" in server.output.read_text()
        assert post(server, None, tool="query", arguments=SQL).status_code == 200
        assert entries(server, "job_submitted")[-1]["actor"]["kind"] == "development"
        assert actor_of(server, issuer.token(scope="bq.read"))["subject"] == "ana@bank.example"
        assert post(server, issuer.token()).status_code == 403
        assert post(server, issuer.token(exp=1)).status_code == 401
        assert post(server, "nonsense").status_code == 401
        assert post(server, None, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
        assert entries(server, "server_started")[-1]["development"] is True


BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "no resource": ({}, {"resource": None}, "resource"),
    "resource over http": ({}, {"resource": "http://scrim.example/mcp"}, "resource"),
    "resource with a query": ({}, {"resource": "https://scrim.example/mcp?a=1"}, "resource"),
    "resource with a quote": ({}, {"resource": "https://scrim.example/\"mcp"}, "resource"),
    "issuer over http": ({"issuer": "http://idp.example"}, {}, "https"),
    "issuer without a scheme": ({"issuer": "idp.example"}, {}, "issuer"),
    "unknown key": ({"audience": "scrim"}, {}, "audience"),
    "unknown algorithm": ({"algorithms": ["HS256"]}, {}, "algorithms"),
    "algorithm none": ({"algorithms": ["none"]}, {}, "algorithms"),
    "no algorithm": ({"algorithms": []}, {}, "algorithm"),
    "unknown type": ({"token_types": ["oauth-id-jag+jwt"]}, {}, "token_types"),
    "unknown role": ({"roles": [{"role": "king", "when": {"sub": "a"}}]}, {}, "king"),
    "role without a condition": ({"roles": [{"role": "clerk", "when": {}}]}, {}, "clerk"),
    "role for everybody": ({"roles": [{"role": "clerk", "when": {"sub": "*"}}]}, {}, "*"),
    "unknown role of a scope": ({"scope_roles": {"bq.read": "king"}}, {}, "king"),
    "skew": ({"clock_skew": "1h"}, {}, "clock skew"),
    "secret in the file": ({"introspection": {"endpoint": "https://idp.example/i", "client_id": "a",
                                              "client_secret": "in-the-open"}}, {}, "client_secret"),
    "secret missing": ({"introspection": {"endpoint": "https://idp.example/i", "client_id": "a",
                                          "client_secret": {"environment": "SCRIM_NO_SUCH_VARIABLE"}}}, {},
                       "SCRIM_NO_SUCH_VARIABLE"),
    "scope with a blank": ({}, {"scopes": {"default": ["a b"]}}, "scopes.default"),
    "offline_access": ({}, {"scopes": {"default": ["offline_access"]}}, "offline_access"),
    "scopes of an unknown tool": ({}, {"scopes": {"tools": {"drop_table": ["a"]}}}, "drop_table"),
    "no authorization server": ({}, {"authorization_servers": []}, "authorization_servers"),
    "token in the file": ({}, {"token": "eyJ"}, "token"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_in_the_configuration(warehouse, tmp_path: Path, name: str) -> None:
    issuer, identity, part = BAD[name]
    config = configure_identity(tmp_path, warehouse, {"issuer": "https://idp.example"} | issuer, identity=identity)
    ended = command("serve", "--config", config)
    assert ended.returncode == 2 and part in ended.stderr and "ready" not in ended.stderr, ended.stderr
    assert "in-the-open" not in ended.stderr


def test_roles_of_a_mapping_are_checked_at_reload_too(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    settings = {"roles": [{"role": "clerk", "when": {"sub": "a"}}]}
    with server_of(tmp_path, warehouse, issuer, **settings) as server:
        (tmp_path / "mapping" / "roles" / "clerk.yaml").unlink()
        os.kill(server.child.pid, signal.SIGHUP)
        deadline = time.monotonic() + 10
        while "THE MAPPING WAS NOT RELOADED" not in server.output.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "clerk" in server.output.read_text()
