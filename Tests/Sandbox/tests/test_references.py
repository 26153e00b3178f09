"""What a job says that it read."""

from __future__ import annotations

import pytest
from google.cloud import bigquery

CASES = [
    ("SELECT 1", []),
    ("SELECT * FROM bank.customers", ["bank.customers"]),
    ("SELECT * FROM `demo.bank.customers` a JOIN demo.bank.accounts b USING (customer_id)",
     ["bank.customers", "bank.accounts"]),
    ("WITH customers AS (SELECT * FROM bank.branches) SELECT * FROM customers", ["bank.branches"]),
    ("WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT b.x FROM b, a", []),
    ("SELECT c.kind FROM bank.customers t, t.contacts c", ["bank.customers"]),
    ("SELECT c.kind FROM bank.customers t JOIN UNNEST(t.contacts) c", ["bank.customers"]),
    ("SELECT (SELECT COUNT(*) FROM t.contacts c) AS n FROM bank.customers t", ["bank.customers"]),
    ("SELECT EXISTS (SELECT 1 FROM bank.branches) AS e FROM bank.accounts WHERE account_id IN "
     "(SELECT account_id FROM bank.transactions)", ["bank.accounts", "bank.branches", "bank.transactions"]),
    ("SELECT branch_id FROM bank.branches UNION ALL SELECT customer_id FROM bank.customers",
     ["bank.branches", "bank.customers"]),
    ("SELECT 'FROM bank.customers' AS x -- FROM bank.accounts\nFROM bank.branches", ["bank.branches"]),
    ("WITH accounts AS (SELECT * FROM accounts) SELECT * FROM accounts", ["bank.accounts"]),
    ("SELECT (SELECT COUNT(*) FROM `demo.bank.branches`) AS n FROM bank.customers AS demo",
     ["bank.branches", "bank.customers"]),
    ("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r", []),
]


@pytest.mark.parametrize(("sql", "expected"), CASES)
@pytest.mark.parametrize("dry_run", [True, False])
def test_tables_are_named(client: bigquery.Client, sql: str, expected: list[str], dry_run: bool) -> None:
    job = client.query(sql, bigquery.QueryJobConfig(dry_run=dry_run, default_dataset="demo.bank"))
    if not dry_run:
        job.result()
    assert {f"{table.dataset_id}.{table.table_id}" for table in job.referenced_tables} == set(expected)


def test_a_view_is_named_and_expanded(client: bigquery.Client) -> None:
    job = client.query("SELECT city FROM bank.customer_directory", bigquery.QueryJobConfig(dry_run=True))
    query = job._properties["statistics"]["query"]
    assert query["referencedTables"] == [{"projectId": "demo", "datasetId": "bank", "tableId": "customers"}]
    assert query["referencedLogicalViews"] == [
        {"projectId": "demo", "datasetId": "bank", "tableId": "customer_directory"}]


def test_routines_are_named(client: bigquery.Client) -> None:
    client.query("CREATE OR REPLACE FUNCTION bank.twice(x INT64) AS (x * 2)").result()
    job = client.query("SELECT bank.twice(branch_id) AS t, SAFE.LN(1) AS l FROM bank.branches")
    job.result()
    query = job._properties["statistics"]["query"]
    assert query["referencedRoutines"] == [{"projectId": "demo", "datasetId": "bank", "routineId": "twice"}]


def test_bytes_follow_the_columns_and_stay_the_same(client: bigquery.Client) -> None:
    def processed(sql: str) -> int:
        return client.query(sql, bigquery.QueryJobConfig(dry_run=True)).total_bytes_processed

    one, all_columns = processed("SELECT branch_id FROM bank.branches"), processed("SELECT * FROM bank.branches")
    assert 0 < one < all_columns == processed("SELECT * FROM bank.branches")


@pytest.mark.parametrize(("sql", "kind"), [
    ("SELECT 1", "SELECT"), ("INSERT bank.none (x) VALUES (1)", "INSERT"), ("DROP TABLE bank.none", "DROP_TABLE"),
    ("CREATE TABLE bank.none AS SELECT 1 AS x", "CREATE_TABLE_AS_SELECT")])
def test_the_statement_type_is_told(client: bigquery.Client, sql: str, kind: str) -> None:
    assert client.query(sql, bigquery.QueryJobConfig(dry_run=True)).statement_type == kind
