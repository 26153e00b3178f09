"""Which tokens are taken: good ones of each algorithm, and none of the forged ones, of which nothing is written
anywhere."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from forged_tokens import FORGED
from identity_lab import Challenge, entries, guarded, issuer_settings, leaks, post, refusals, refusals_after
from issuer import Issuer, running
from proxy import Proxy


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@pytest.fixture(scope="module")
def server(issuer: Issuer, warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    directory = tmp_path_factory.mktemp("tokens")
    scopes = {"default": ["bq.read"]}
    with guarded(directory, warehouse, issuer_settings(issuer), identity={"scopes": scopes}) as started:
        yield started


@pytest.fixture(scope="module", autouse=True)
def scope(issuer: Issuer) -> None:
    """Tokens have the scope, so that what is wrong with them is what the test says."""
    usual = issuer.standard_claims
    issuer.standard_claims = lambda **changes: usual(**({"scope": "bq.read"} | changes))  # type: ignore[method-assign]


@pytest.mark.parametrize("kid", ["rsa-1", "pss-1", "ec-1", "ed-1"])
def test_a_good_token_of_each_algorithm(server: Proxy, issuer: Issuer, kid: str) -> None:
    key = next(key for key in issuer.keys if key.kid == kid)
    token = issuer.token(key=key, sub=f"{kid}@bank.example")
    arguments = {"sql": "SELECT MAX(ssn) AS ssn FROM customers"}
    answer = post(server, token, tool="query", arguments=arguments)
    assert answer.status_code == 200 and not answer.json()["result"]["isError"], answer.text
    column = answer.json()["result"]["structuredContent"]["columns"][0]
    assert column["masked"] == {"tag": "pii.ssn", "rule": "LAST_FOUR_CHARACTERS"}
    actor = next(entry["actor"] for entry in reversed(entries(server, "job_submitted")))
    assert actor == {"issuer": issuer.url, "subject": f"{kid}@bank.example", "client": "agent", "roles": ["analyst"],
                     "kind": "human"}
    assert leaks(server, token) == []


@pytest.mark.parametrize("changes", [
    {"aud": ["another", "scrim"]}, {"exp": int(time.time()) + 5}, {"exp": int(time.time()) + 600.5},
    {"nbf": int(time.time()) - 5}, {"iat": int(time.time()) + 20}, {"jti": None}, {"iat": None},
], ids=["array audience", "short-lived", "fraction of a second", "valid since", "clock ahead", "no jti", "no iat"])
def test_claims_that_are_allowed(server: Proxy, issuer: Issuer, changes: dict) -> None:
    if "exp" in changes:
        changes = {"exp": time.time() + 30}
    assert post(server, issuer.token(**changes)).status_code == 200


def test_a_token_of_the_only_matching_key_needs_no_kid(server: Proxy, issuer: Issuer) -> None:
    """Only where exactly one key of the set fits the algorithm; two keys are RSA, but each is for one algorithm."""
    answer = post(server, issuer.token(header={"kid": None}))
    assert answer.status_code in (200, 401)
    if answer.status_code == 401:
        assert Challenge.of(answer).parameters["error"] == "invalid_token"


def test_there_are_enough_forged_tokens() -> None:
    assert len(FORGED) >= 60


@pytest.mark.parametrize("name", sorted(FORGED))
def test_a_forged_token(server: Proxy, issuer: Issuer, name: str) -> None:
    token = FORGED[name](issuer)
    before = refusals(server)
    answer = post(server, token, tool="query", arguments={"sql": "SELECT 1"})
    assert answer.status_code == 401, (name, answer.status_code, answer.text)
    challenge = Challenge.of(answer)
    assert challenge.scheme == "Bearer"
    assert challenge.parameters["error"] == "invalid_token" and challenge.parameters["error_description"]
    assert challenge.parameters["scope"] == "bq.read"
    assert challenge.parameters["resource_metadata"] == server.url.replace(
        "/mcp", "/.well-known/oauth-protected-resource/mcp")
    body = answer.json()
    assert body["jsonrpc"] == "2.0" and body["id"] is None and body["error"]["message"]
    new = refusals_after(server, before)
    assert len(new) == 1 and new[0] not in ("no_token", "insufficient_scope"), new
    assert leaks(server, token) == []
    assert not [part for part in token.split(".") if len(part) >= 16 and part in answer.text + str(answer.headers)]


def test_good_tokens_are_taken_after_all_of_that(server: Proxy, issuer: Issuer) -> None:
    assert server.is_alive()
    assert post(server, issuer.token(), tool="list_datasets").status_code == 200
