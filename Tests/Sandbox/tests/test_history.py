"""INFORMATION_SCHEMA.JOBS: the job record as a table, for who may list all jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.api_core.exceptions import Forbidden, NotFound
from google.cloud import bigquery
from real_client import bigquery_client

if TYPE_CHECKING:
    from conftest import Sandbox

ALL = "SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS WHERE job_id = @job"


@pytest.fixture
def auditor(sandbox: Sandbox) -> Iterator[bigquery.Client]:
    with bigquery_client(sandbox.url, str(Path(sandbox.key_file).with_name("auditor.json"))) as made:
        yield made


def told(auditor: bigquery.Client, job_id: str, sql: str = ALL) -> list[dict[str, Any]]:
    config = bigquery.QueryJobConfig(query_parameters=[bigquery.ScalarQueryParameter("job", "STRING", job_id)])
    return [dict(row) for row in auditor.query(sql, config, job_retry=None).result(job_retry=None)]


def test_a_job_is_a_row_as_google_documents_it(client: bigquery.Client, auditor: bigquery.Client) -> None:
    sql = "SELECT c.ssn FROM demo.bank.customers AS c JOIN demo.bank.accounts AS a ON c.customer_id = a.customer_id"
    config = bigquery.QueryJobConfig(labels={"team": "risk", "empty": ""}, use_query_cache=False)
    job = client.query(sql, config)
    job.result()
    (row,) = told(auditor, job.job_id)
    assert row["query"] == job.query and row["user_email"] == "scrim@demo.iam.gserviceaccount.com"
    assert (row["project_id"], row["job_type"], row["statement_type"], row["state"], row["priority"]) == (
        "demo", "QUERY", "SELECT", "DONE", "INTERACTIVE")
    assert (row["creation_time"], row["start_time"], row["end_time"]) == (job.created, job.started, job.ended)
    assert row["total_bytes_processed"] == job.total_bytes_processed > 0
    assert row["total_bytes_billed"] == job.total_bytes_billed and row["total_slot_ms"] == 10
    assert row["cache_hit"] is False and row["error_result"] is None and row["parent_job_id"] is None
    assert sorted(table["table_id"] for table in row["referenced_tables"]) == ["accounts", "customers"]
    assert row["referenced_tables"][0] | {"table_id": ""} == {
        "project_id": "demo", "dataset_id": "bank", "table_id": ""}
    assert row["labels"] == [{"key": "team", "value": "risk"}, {"key": "empty", "value": ""}]
    assert row["destination_table"]["dataset_id"].startswith("_")


def test_failed_jobs_are_there_and_dry_runs_are_not(client: bigquery.Client, auditor: bigquery.Client) -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    client.query("SELECT 'dry'", bigquery.QueryJobConfig(dry_run=True))
    failed = client.query("SELECT CAST('x' AS INT64)", job_retry=None)
    with pytest.raises(Exception, match="Bad int64"):
        failed.result(retry=None)
    config = bigquery.QueryJobConfig(query_parameters=[bigquery.ScalarQueryParameter("since", "TIMESTAMP", before)])
    rows = list(auditor.query("SELECT job_id, error_result.reason AS reason FROM "
                              "`demo`.`region-us`.INFORMATION_SCHEMA.JOBS_BY_PROJECT WHERE creation_time >= @since "
                              "AND user_email LIKE 'scrim@%'", config).result())
    assert [(row.job_id, row.reason) for row in rows] == [(failed.job_id, "invalidQuery")]


def test_it_can_be_asked_by_account_and_array(client: bigquery.Client, auditor: bigquery.Client) -> None:
    mine, other = client.query("SELECT 1"), auditor.query("SELECT 2")
    mine.result(), other.result()
    config = bigquery.QueryJobConfig(query_parameters=[
        bigquery.ArrayQueryParameter("accounts", "STRING", ["scrim@demo.iam.gserviceaccount.com"])])
    rows = {row.job_id for row in auditor.query(
        "SELECT job_id FROM `region-us`.INFORMATION_SCHEMA.JOBS WHERE LOWER(user_email) IN UNNEST(@accounts) "
        "OR STARTS_WITH(job_id, 'scrim_')", config).result()}
    assert mine.job_id in rows and other.job_id not in rows


def test_it_is_not_for_everybody_nor_in_every_region(client: bigquery.Client, auditor: bigquery.Client) -> None:
    with pytest.raises(Forbidden, match="permission"):
        client.query("SELECT job_id FROM `region-us`.INFORMATION_SCHEMA.JOBS", job_retry=None).result(retry=None)
    with pytest.raises(NotFound):
        auditor.query("SELECT job_id FROM `region-eu`.INFORMATION_SCHEMA.JOBS", job_retry=None).result(retry=None)


def test_nothing_of_it_stays(auditor: bigquery.Client) -> None:
    told(auditor, "none")
    assert [dataset.dataset_id for dataset in auditor.list_datasets() if dataset.dataset_id.startswith("_")] == []


def test_faults_change_what_it_tells(sandbox: Sandbox, client: bigquery.Client, auditor: bigquery.Client) -> None:
    job = client.query("SELECT 3")
    job.result()
    sandbox.faults.write_text(json.dumps({"history": [
        {"job": job.job_id, "set": {"query": "SELECT 4"}, "copy": {"job_id": "again", "user_email": "x@y.example"}}]}))
    try:
        assert [row["query"] for row in told(auditor, job.job_id)] == ["SELECT 4"]
        (copied,) = told(auditor, "again")
        assert (copied["query"], copied["user_email"]) == ("SELECT 3", "x@y.example")
        sandbox.faults.write_text(json.dumps({"history": [{"job": job.job_id, "drop": True}]}))
        assert told(auditor, job.job_id) == []
    finally:
        sandbox.faults.unlink()
