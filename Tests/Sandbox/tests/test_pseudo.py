"""Wildcard tables and the columns that BigQuery adds to tables by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.api_core.exceptions import BadRequest, NotFound
from google.cloud import bigquery

WHOLE = {"20250301", "20250302", "20250303"}
PRUNED = [
    ("", WHOLE), ("WHERE _TABLE_SUFFIX = '20250302'", {"20250302"}),
    ("AS e WHERE e._TABLE_SUFFIX IN ('20250301', 'x') AND event_name IS NOT NULL", {"20250301"}),
    ("WHERE _TABLE_SUFFIX BETWEEN '20250302' AND '20250399'", {"20250302", "20250303"}),
    ("WHERE (_TABLE_SUFFIX > '20250302' OR '20250301' = _TABLE_SUFFIX)", {"20250301", "20250303"}),
    ("WHERE _TABLE_SUFFIX = SUBSTR('x20250301', 2)", WHOLE), ("WHERE _TABLE_SUFFIX = 'x' OR event_name = 'login'", WHOLE),
]


def rows(client: bigquery.Client, sql: str) -> list[tuple]:
    return [tuple(row.values()) for row in client.query(sql).result()]


@pytest.mark.parametrize(("clause", "days"), PRUNED)
def test_a_wildcard_names_the_tables_that_it_reads(client: bigquery.Client, clause: str, days: set[str]) -> None:
    job = client.query(f"SELECT COUNT(*) FROM `analytics.events_*` {clause}")
    job.result()
    assert {table.table_id for table in job.referenced_tables} == {f"events_{day}" for day in days}


def test_the_suffix_is_a_column_that_a_star_leaves_out(client: bigquery.Client) -> None:
    counts = dict(rows(client, "SELECT _TABLE_SUFFIX AS day, COUNT(*) FROM `analytics.events_*` GROUP BY day"))
    assert set(counts) == WHOLE
    assert counts["20250301"] == rows(client, "SELECT COUNT(*) FROM analytics.events_20250301")[0][0]
    one = client.query("SELECT * FROM `analytics.events_*` WHERE _TABLE_SUFFIX = '20250302'").result()
    two = client.query("SELECT * FROM analytics.events_20250302").result()
    assert [field.name for field in one.schema] == [field.name for field in two.schema]
    assert one.total_rows == two.total_rows
    names = [field.name for field in client.query(
        "SELECT e.*, _TABLE_SUFFIX AS s FROM `analytics.events_*` AS e LIMIT 1").result().schema]
    assert names == [field.name for field in two.schema] + ["s"]


@pytest.fixture
def shards(client: bigquery.Client) -> Iterator[bigquery.Client]:
    for number, columns in enumerate((["a", "b"], ["a", "c"])):
        table = bigquery.Table(f"demo.bank.shard_{number}", [bigquery.SchemaField(name, "STRING") for name in columns])
        client.create_table(table)
        client.insert_rows_json(table, [{name: f"{name}{number}" for name in columns}])
    yield client
    for name in ("shard_0", "shard_1", "shard_view"):
        client.delete_table(f"demo.bank.{name}", not_found_ok=True)


def test_the_columns_are_those_of_the_newest_match(shards: bigquery.Client) -> None:
    assert sorted(rows(shards, "SELECT * FROM `bank.shard_*`")) == [("a0", None), ("a1", "c1")]
    with pytest.raises(BadRequest, match="Unrecognized name"):
        rows(shards, "SELECT b FROM `bank.shard_*`")
    view = bigquery.Table("demo.bank.shard_view")
    view.view_query = "SELECT 1 AS a"
    shards.create_table(view)
    with pytest.raises(BadRequest, match="Views cannot be queried through prefix"):
        rows(shards, "SELECT a FROM `bank.shard_*` WHERE _TABLE_SUFFIX = '0'")
    with pytest.raises(NotFound):
        rows(shards, "SELECT a FROM `bank.no_such_*`")


@pytest.fixture
def loaded(client: bigquery.Client) -> Iterator[bigquery.Client]:
    table = bigquery.Table("demo.bank.loaded", [bigquery.SchemaField("n", "INT64")])
    table.time_partitioning = bigquery.TimePartitioning()
    table.require_partition_filter = True
    client.create_table(table)
    for day in (1, 2):
        client.insert_rows_json(f"demo.bank.loaded$2025030{day}", [{"n": day}], row_ids=[None], )
    yield client
    client.delete_table("demo.bank.loaded")


def test_partitions_by_ingestion_time(loaded: bigquery.Client) -> None:
    assert rows(loaded, "SELECT n FROM bank.loaded WHERE _PARTITIONTIME = TIMESTAMP '2025-03-02'") == [(2,)]
    assert rows(loaded, "SELECT * FROM bank.loaded AS l WHERE l._PARTITIONDATE < '2025-03-02'") == [(1,)]
    outside = "SELECT n FROM (SELECT l.n, l._PARTITIONDATE AS d FROM bank.loaded AS l WHERE TRUE) WHERE d > '2025-01-01'"
    for sql in ("SELECT n FROM bank.loaded", outside):
        with pytest.raises(BadRequest, match="without a filter"):
            rows(loaded, sql)
