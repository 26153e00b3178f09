"""Last of all (by its name): nothing raw, and no key, is anywhere that a caller, an operator or an auditor looks."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from agent import Agent
from canary import found_in
from google.cloud import bigquery
from policy import TOKEN_KEY
from proxy import Proxy, command

ATTACKS = [
    "SELECT * FROM customers", "SELECT TO_JSON_STRING(c) AS j FROM customers AS c", "SELECT * FROM all_types",
    "SELECT REVERSE(email) AS a, TO_HEX(CAST(ssn AS BYTES)) AS b, TO_BASE64(CAST(full_name AS BYTES)) AS c "
    "FROM customers",
    "SELECT iban, memo FROM accounts JOIN transactions USING (account_id) WHERE transaction_id < 400",
    "SELECT STRING_AGG(email, ',' ORDER BY customer_id) AS s FROM customers",
    "SELECT ARRAY_AGG(ssn IGNORE NULLS ORDER BY customer_id) AS s FROM customers",
    "SELECT * FROM analytics.events_20250303", "SELECT CAST(email AS INT64) FROM customers",
    "SELECT ERROR(full_name) FROM customers",
    "SELECT DATE_DIFF(birth_date, DATE '1970-01-01', DAY) AS d FROM customers",
    "SELECT ERROR(CONCAT(email, ssn)) FROM customers", "SELECT email FROM customer_directory",
    "SELECT email, FROM customers WHERE", "SELECT PARSE_NUMERIC(home_address) FROM customers"]


@pytest.mark.parametrize("sql", ATTACKS)
def test_an_attack_gets_masked_values_or_a_refusal(agent: Agent, sql: str) -> None:
    answer = agent.call("query", sql=sql)
    assert found_in(answer.text.encode()) == []
    cursor = None if answer.is_error else answer.content["next_cursor"]
    while cursor is not None:
        page = agent.call("fetch_page", cursor=cursor)
        assert found_in(page.text.encode()) == []
        cursor = page.content["next_cursor"]


def test_the_search_finds_what_it_looks_for(direct: bigquery.Client) -> None:
    """The search is worth nothing unless it hits raw rows, in every dress."""
    sql = "SELECT TO_JSON_STRING(c) AS j FROM bank.customers AS c WHERE customer_id = 50"
    row = next(iter(direct.query(sql).result()))
    raw = str(row[0]).encode()
    assert len(found_in(raw)) >= 3
    for offset in range(3):
        assert found_in(base64.b64encode(b"-" * offset + b"an e-mail: canary.alice@example.com"))
    assert found_in(b"x 43616e617279 x") and found_in(b"yranac") and found_in(b"1984-09-17") and found_in(b"9035768")
    for dressed in (TOKEN_KEY, TOKEN_KEY.hex().upper().encode(), base64.b64encode(b"ab" + TOKEN_KEY + b"c"),
                    base64.urlsafe_b64encode(TOKEN_KEY)):
        assert found_in(b"... " + dressed + b" ...")
    assert found_in(b'{"email": "XXXXX@example.com", "date": "1984-01-01", "time": "2026-09-17T00:00:00Z"}') == []


def test_nothing_that_agents_were_told_holds_a_canary(transcripts: list[str]) -> None:
    assert transcripts
    for text in transcripts:
        assert found_in(text.encode()) == []


def test_nothing_that_the_proxies_wrote_holds_a_canary(proxy: Proxy, agent: Agent) -> None:
    agent.ask("query", sql="SELECT email FROM customers LIMIT 1")
    everywhere = [path for path in proxy.directory.parent.rglob("*") if path.is_file()
                  and "keys" not in path.parts and path.name != "faults.json"]
    logs = [path for path in everywhere if path.name == "output.log" or {"audit", "audit-admin"} & set(path.parts)]
    assert len(logs) >= 3 and proxy.output in logs
    read = 0
    for path in logs:
        try:
            written = path.read_bytes()
        except FileNotFoundError:  # a running log replaces its partial tiles by larger ones
            continue
        read += 1
        assert found_in(written) == [], path
    assert read >= 3


def test_nothing_that_an_auditor_prints_holds_a_canary(proxy: Proxy) -> None:
    for arguments in (["sessions"], ["jobs"], ["jobs", "--json"], ["verify"]):
        ended = command("audit", *arguments, "--config", proxy.config)
        assert found_in((ended.stdout + ended.stderr).encode()) == []


def test_no_job_text_upstream_holds_the_key(direct: bigquery.Client, agent: Agent) -> None:
    job_id = agent.ask("query", sql="SELECT full_name FROM customers LIMIT 1")["job"]["job_id"]
    job = direct.get_job(job_id)
    assert found_in(job.query.encode()) == [] and "@" in job.query, "the key travels as parameters"


def test_key_files_are_their_owners_only(proxy: Proxy) -> None:
    for path in (proxy.directory / "keys").iterdir():
        assert Path(path).stat().st_mode & 0o077 == 0
