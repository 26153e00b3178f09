"""Partitioned tables: filters reach the partitions, what is masked does not decide about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from agent import Agent
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from real_client import credentials
from sandbox import bank

COLUMNS = [bank.field("id", "INTEGER"), bank.field("word", "STRING", "pii"), bank.field("day", "DATE"),
           bank.field("born", "DATE", "pii.birth_date")]
ROWS = [{"id": number, "word": f"CANARY {number}", "day": f"2025-03-0{number}", "born": "1984-09-17"} for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def make(warehouse: Any, direct: bigquery.Client) -> Iterator[Callable[..., None]]:
    """Makes tables in the bank, of which each row is of the partition of its day."""
    session = AuthorizedSession(credentials(warehouse.key_file))
    address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets/bank/tables"
    made: list[str] = []

    def make(name: str, **resource: Any) -> None:
        answer = session.post(address, json={
            "tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": name},
            "schema": {"fields": COLUMNS}, **resource})
        answer.raise_for_status()
        made.append(name)
        by_ingestion = "field" not in resource.get("timePartitioning", {"field": ""})
        for row in ROWS:
            partition = "$" + row["day"].replace("-", "") if by_ingestion else ""
            answer = session.post(f"{address}/{name}{partition}/insertAll", json={"rows": [{"json": row}]})
            assert "insertErrors" not in answer.json()
    yield make
    for name in made:
        direct.delete_table(f"demo.bank.{name}")


@pytest.fixture(scope="module")
def tables(make: Callable[..., None]) -> None:
    make("loaded", timePartitioning={"type": "DAY"}, requirePartitionFilter=True)
    make("loaded_more", timePartitioning={"type": "DAY"})
    make("by_day", timePartitioning={"type": "DAY", "field": "day"}, requirePartitionFilter=True)
    make("by_birth", timePartitioning={"type": "DAY", "field": "born"})
    make("by_word", clustering={"fields": ["id", "word"]})


ALLOWED = [
    ("SELECT id FROM loaded WHERE _PARTITIONTIME = TIMESTAMP '2025-03-02'", [[2]]),
    ("SELECT id FROM loaded AS l WHERE l._PARTITIONTIME >= TIMESTAMP('2025-03-02') AND id < 3", [[2]]),
    ("SELECT id FROM loaded WHERE _PARTITIONDATE BETWEEN '2025-03-01' AND DATE_ADD(DATE '2025-03-01', INTERVAL 1 DAY) "
     "ORDER BY id", [[1], [2]]),
    ("SELECT id, _PARTITIONDATE FROM loaded WHERE _PARTITIONDATE > '2025-03-02'", [[3, "2025-03-03"]]),
    ("WITH l AS (SELECT id, _PARTITIONDATE AS d FROM loaded WHERE _PARTITIONDATE < '2025-03-03') SELECT d, id FROM l "
     "WHERE id > 1", [["2025-03-02", 2]]),
    ("SELECT b.branch_id, l.id FROM branches AS b LEFT JOIN loaded AS l ON l.id = b.branch_id AND l._PARTITIONDATE = "
     "'2025-03-02' WHERE b.branch_id < 3 ORDER BY 1", [[1, None], [2, 2]]),
    ("SELECT b.branch_id, l.id FROM branches AS b LEFT JOIN loaded AS l ON l.id = b.branch_id WHERE l._PARTITIONDATE = "
     "'2025-03-02'", [[2, 2]]),
    ("SELECT COUNT(*) FROM branches AS b LEFT JOIN loaded_more AS l ON l.id = b.branch_id WHERE b.branch_id < 6 AND "
     "(l._PARTITIONDATE IS NULL OR l._PARTITIONDATE > '2025-03-02')", [[3]]),
    ("FROM loaded |> WHERE _PARTITIONDATE = '2025-03-01' |> SELECT id", [[1]]),
    ("SELECT id FROM `loaded*` WHERE _PARTITIONDATE = '2025-03-01' AND _TABLE_SUFFIX LIKE '_m%'", [[1]]),
    ("SELECT id FROM by_day WHERE day > '2025-03-02'", [[3]]),
    ("SELECT id FROM (SELECT * FROM by_day) WHERE day = DATE '2025-03-01'", [[1]]),
    ("SELECT id FROM loaded FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP() WHERE _PARTITIONDATE = '2025-03-01'", [[1]]),
]


@pytest.mark.parametrize(("sql", "rows"), ALLOWED)
def test_filters_reach_the_partitions(agent: Agent, tables: None, sql: str, rows: list[list[Any]]) -> None:
    answer = agent.ask("query", sql=sql)
    assert answer["rows"] == rows


def test_the_sandbox_asks_for_the_filter(agent: Agent, tables: None) -> None:
    """That the test above can fail: without a filter on the partition such a table is not read."""
    for name in ("loaded", "by_day"):
        assert agent.call("query", sql=f"SELECT id FROM {name}").codes[0].startswith("upstream.")


def test_a_filter_is_printed_where_it_prunes(agent: Agent, tables: None) -> None:
    def printed(sql: str) -> str:
        return agent.ask("estimate_query", sql=sql)["rewritten_sql"]

    inside = printed("SELECT id FROM loaded WHERE _PARTITIONDATE = '2025-03-01' AND id = 1")
    assert inside == ("SELECT id FROM (SELECT scrim_t.id FROM demo.bank.loaded AS scrim_t WHERE "
                      "(scrim_t._PARTITIONDATE = '2025-03-01')) AS loaded WHERE TRUE AND id = 1")
    # A column that is not masked is passed through as it is, so that BigQuery sees the filter on it.
    outside = printed("SELECT id FROM by_day WHERE day = '2025-03-01'")
    assert outside == ("SELECT id FROM (SELECT scrim_t.id, scrim_t.day FROM demo.bank.by_day AS scrim_t) AS by_day "
                       "WHERE day = '2025-03-01'")


@pytest.mark.parametrize(("table", "column"), [("by_birth", "born"), ("by_word", "word")])
def test_a_masked_column_that_orders_the_table(agent: Agent, tables: None, table: str, column: str) -> None:
    refused = agent.call("query", sql=f"SELECT id FROM {table}").refused
    assert [refusal["code"] for refusal in refused] == ["table.masked_partition"]
    assert column in refused[0]["message"] and refused[0]["fix"]
    notes = agent.ask("describe_table", table=f"bank.{table}")["notes"]
    assert any("cannot be queried" in note and "table.masked_partition" in note for note in notes)


def test_a_partition_is_described(agent: Agent, tables: None) -> None:
    described = agent.ask("describe_table", table="bank.loaded")
    assert described["partitioning"] == "_PARTITIONTIME"
    assert [column["name"] for column in described["columns"]] == ["id", "word", "day", "born"]


@pytest.mark.parametrize("sql", [
    "SELECT l, _PARTITIONTIME AS t FROM loaded_more AS l", "SELECT _PARTITIONTIME AS t FROM by_day",
    "SELECT _PARTITIONTIME AS t FROM loaded_more AS a, loaded_more AS b", "SELECT _FILE_NAME AS f FROM loaded_more"])
def test_what_cannot_be_carried_through_is_refused(agent: Agent, tables: None, sql: str) -> None:
    refused = agent.call("query", sql=sql).refused
    assert {refusal["code"] for refusal in refused} == {"column.pseudo"} and all(refusal["fix"] for refusal in refused)
