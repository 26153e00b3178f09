"""The token endpoint and the bearer check."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SCOPE = "https://www.googleapis.com/auth/bigquery"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def assertion(key_file: str, *, header: dict[str, Any] | None = None, key: rsa.RSAPrivateKey | None = None,
              **changed: Any) -> str:
    account = json.loads(Path(key_file).read_text())
    now = int(time.time())
    claims = {"iss": account["client_email"], "scope": SCOPE, "aud": "https://oauth2.googleapis.com/token",
              "iat": now, "exp": now + 3600} | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    head = {"alg": "RS256", "typ": "JWT", "kid": account["private_key_id"]} | (header or {})
    signed = f"{part(json.dumps(head).encode())}.{part(json.dumps(claims).encode())}"
    key = key or serialization.load_pem_private_key(account["private_key"].encode(), None)
    return f"{signed}.{part(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def grant(url: str, text: str, grant_type: str = GRANT) -> requests.Response:
    return requests.post(f"{url}/token", data={"grant_type": grant_type, "assertion": text}, timeout=10)


def test_a_good_assertion_gives_a_bearer_token(sandbox) -> None:
    answer = grant(sandbox.url, assertion(sandbox.key_file))
    assert answer.status_code == 200
    body = answer.json()
    assert body["token_type"] == "Bearer" and body["expires_in"] == 3600
    listed = requests.get(f"{sandbox.api}/datasets", headers={"Authorization": f"Bearer {body['access_token']}"},
                          timeout=10)
    assert listed.status_code == 200


def test_the_key_file_is_googles(sandbox) -> None:
    account = json.loads(Path(sandbox.key_file).read_text())
    assert account["type"] == "service_account" and account["token_uri"] == f"{sandbox.url}/token"
    assert account["private_key"].startswith("-----BEGIN PRIVATE KEY-----\n")
    assert Path(sandbox.key_file).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("changes", [
    {"iss": "other@demo.iam.gserviceaccount.com"}, {"aud": "https://example.org/token"},
    {"scope": "https://www.googleapis.com/auth/drive"}, {"iat": int(time.time()) + 600}, {"exp": 1},
    {"exp": int(time.time()) + 9000}, {"header": {"kid": "0" * 40}}, {"header": {"alg": "none"}},
    {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)}, {"exp": None},
], ids=["iss", "aud", "scope", "iat", "expired", "too long", "kid", "alg", "signature", "no exp"])
def test_a_bad_assertion_is_refused(sandbox, changes: dict[str, Any]) -> None:
    answer = grant(sandbox.url, assertion(sandbox.key_file, **changes))
    assert answer.status_code == 400
    assert answer.json()["error"] in ("invalid_grant", "invalid_scope") and answer.json()["error_description"]


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.e30.e30"])
def test_nonsense_is_refused(sandbox, text: str) -> None:
    assert grant(sandbox.url, text).json()["error"] == "invalid_grant"
    assert grant(sandbox.url, text, "password").json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}])
@pytest.mark.parametrize("path", ["datasets", "datasets/bank/tables/customers", "jobs/x", "queries/x"])
def test_no_token_no_answer(sandbox, path: str, header: dict[str, str]) -> None:
    answer = requests.get(f"{sandbox.api}/{path}", headers=header, timeout=10)
    error = answer.json()["error"]
    assert answer.status_code == error["code"] == 401 and error["status"] == "UNAUTHENTICATED"
    assert error["errors"][0]["reason"] == "authError" and "Bearer" in answer.headers["www-authenticate"]


def test_an_empty_sandbox_wants_no_token_but_checks_one_that_is_sent(empty) -> None:
    assert requests.get(f"{empty.api}/datasets", timeout=10).status_code == 200
    wrong = requests.get(f"{empty.api}/datasets", headers={"Authorization": "Bearer nonsense"}, timeout=10)
    assert wrong.status_code == 401


def test_a_token_ends(empty) -> None:
    body = grant(empty.url, assertion(empty.key_file)).json()
    header = {"Authorization": f"Bearer {body['access_token']}"}
    assert body["expires_in"] == 2
    assert requests.get(f"{empty.api}/datasets", headers=header, timeout=10).status_code == 200
    time.sleep(2.1)
    assert requests.get(f"{empty.api}/datasets", headers=header, timeout=10).status_code == 401


def test_a_second_account_has_a_key_and_jobs_of_its_own(sandbox) -> None:
    key = str(Path(sandbox.key_file).with_name("admin.json"))
    account = json.loads(Path(key).read_text())
    server = json.loads(Path(sandbox.key_file).read_text())
    assert account["client_email"] == "admin@demo.iam.gserviceaccount.com" != server["client_email"]
    for file in (key, sandbox.key_file):
        token = grant(sandbox.url, assertion(file)).json()["access_token"]
        body = {"configuration": {"query": {"query": "SELECT 1", "useLegacySql": False}}}
        made = requests.post(f"{sandbox.api}/jobs", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert made.json()["user_email"] == json.loads(Path(file).read_text())["client_email"]
    # Neither speaks for the other.
    crossed = grant(sandbox.url, assertion(key, iss=server["client_email"]))
    assert crossed.status_code == 400 and crossed.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(("changes", "status"), [
    ({"aud": None}, 200), ({"scope": None, "aud": "https://bigquery.googleapis.com/"}, 200),
    ({"aud": "https://bigquery.googleapis.com/"}, 401), ({"scope": None, "aud": "https://example.org/"}, 401),
    ({"scope": "https://www.googleapis.com/auth/drive", "aud": None}, 401), ({"aud": None, "sub": "other"}, 401),
    ({"aud": None, "exp": 1}, 401), ({"aud": None, "header": {"kid": "0" * 40}}, 401), ({}, 401),
])
def test_a_token_that_a_key_signed_itself_has_a_scope_or_an_audience(sandbox, changes: dict[str, Any],
                                                                     status: int) -> None:
    email = json.loads(Path(sandbox.key_file).read_text())["client_email"]
    token = assertion(sandbox.key_file, **{"sub": email} | changes)
    answer = requests.get(f"{sandbox.api}/datasets", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert answer.status_code == status
