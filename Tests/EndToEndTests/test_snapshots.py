"""Snapshots, clones, tables as of a time and samples of tables: masked inside of the scan, by a schema of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from agent import Agent
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from real_client import credentials
from sandbox import bank

ROWS = [{"id": number, "word": f"CANARY {number}", "city": f"CANARY city {number}"} for number in (1, 2, 3)]
BASE = {"projectId": "demo", "datasetId": "bank", "tableId": "customers"}
TIME = "2026-01-01T00:00:00Z"
KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "snapped": {"type": "SNAPSHOT", "snapshotDefinition": {"baseTableReference": BASE, "snapshotTime": TIME}},
    "cloned": {"cloneDefinition": {"baseTableReference": BASE, "cloneTime": TIME}}}


@pytest.fixture(scope="module")
def tables(warehouse: Any, direct: bigquery.Client) -> Iterator[None]:
    """One table of each kind with the same rows. The plain one is tagged otherwise than the copies."""
    session = AuthorizedSession(credentials(warehouse.key_file))
    address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets/bank/tables"
    for name, resource in KINDS.items():
        word, city = ("pii.ssn", None) if name == "plain" else ("pii.note", "pii.phone")
        fields = [bank.field("id", "INTEGER"), bank.field("word", "STRING", word), bank.field("city", "STRING", city)]
        session.post(address, json={"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": name},
                                    "schema": {"fields": fields}, **resource}).raise_for_status()
        rows = ROWS if name != "plain" else [row | {"city": "Ghent"} for row in ROWS]
        answer = session.post(f"{address}/{name}/insertAll", json={"rows": [{"json": row} for row in rows]})
        assert "insertErrors" not in answer.json()
    yield
    for name in KINDS:
        direct.delete_table(f"demo.bank.{name}")


@pytest.mark.parametrize("name", ["snapped", "cloned"])
def test_a_copy_is_masked_by_its_own_schema(agent: Agent, tables: None, name: str) -> None:
    answer = agent.ask("query", sql=f"SELECT * FROM {name} ORDER BY id")
    assert answer["rows"] == [[row["id"], None, "CANAXXXXX"] for row in ROWS]
    tags = [column["masked"] and column["masked"]["tag"] for column in answer["columns"]]
    assert tags == [None, "pii.note", "pii.phone"]
    assert {column["table"] for column in answer["masked_columns"]} == {f"demo.bank.{name}"}
    kind = agent.ask("describe_table", table=f"bank.{name}")["type"]
    assert kind == {"snapped": "SNAPSHOT", "cloned": "CLONE"}[name]


def test_a_copy_joins_its_base(agent: Agent, tables: None) -> None:
    sql = ("SELECT p.word AS a, s.word AS b, p.city FROM plain AS p JOIN snapped AS s USING (id) JOIN cloned USING "
           "(id) WHERE id = 2")
    assert agent.ask("query", sql=sql)["rows"] == [["XXXXXRY 2", None, "Ghent"]]


TIMED = [
    ("SELECT id, word FROM plain FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP() ORDER BY id", "FOR SYSTEM_TIME AS OF", 3),
    ("SELECT p.id, p.word FROM plain AS p FOR SYSTEM_TIME AS OF TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 0 HOUR) "
     "WHERE p.word = 'XXXXXRY 1'", "FOR SYSTEM_TIME AS OF", 1),
    ("SELECT id, word FROM plain TABLESAMPLE SYSTEM (100 PERCENT)", "TABLESAMPLE SYSTEM (100 PERCENT)", 3),
    ("SELECT p.id, p.word FROM plain AS p TABLESAMPLE SYSTEM (100 PERCENT) JOIN cloned AS c ON c.id = p.id",
     "TABLESAMPLE SYSTEM (100 PERCENT)", 3),
    ("FROM plain |> TABLESAMPLE SYSTEM (100 PERCENT) |> SELECT id, word", "TABLESAMPLE SYSTEM (100 PERCENT)", 3)]


@pytest.mark.parametrize(("sql", "clause", "count"), TIMED)
def test_the_clause_stands_inside_of_the_scan(agent: Agent, tables: None, sql: str, clause: str, count: int) -> None:
    printed = agent.ask("estimate_query", sql=sql)["rewritten_sql"]
    scan = printed[printed.index("demo.bank.plain AS scrim_t"):]
    assert scan.startswith(f"demo.bank.plain AS scrim_t {clause}"), printed
    rows = agent.ask("query", sql=sql)["rows"]
    assert len(rows) == count and all(row[1].startswith("XXXXX") for row in rows)


@pytest.mark.parametrize("sql", [
    "SELECT * FROM plain FOR SYSTEM_TIME AS OF (SELECT MAX(created_at) FROM customers)",
    "SELECT * FROM branches, plain FOR SYSTEM_TIME AS OF TIMESTAMP(branches.opened_on)",
    "SELECT * FROM customer_directory FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()",
    "SELECT * FROM (SELECT * FROM plain) TABLESAMPLE SYSTEM (1 PERCENT)",
    "WITH c AS (SELECT 1 AS x) SELECT * FROM c FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()",
    "FROM plain, cloned |> TABLESAMPLE SYSTEM (1 PERCENT)"])
def test_where_the_clause_cannot_stand_it_is_refused(agent: Agent, tables: None, sql: str) -> None:
    assert "table.suffix" in agent.call("query", sql=sql).codes
