"""The real client, google-cloud-bigquery, on the sandbox."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from google.api_core import exceptions
from google.cloud import bigquery


def test_datasets_and_tables_are_listed(client: bigquery.Client) -> None:
    assert [dataset.dataset_id for dataset in client.list_datasets()] == ["analytics", "bank"]
    kinds = {table.table_id: table.table_type for table in client.list_tables("bank")}
    assert kinds == {"accounts": "TABLE", "all_types": "TABLE", "branches": "TABLE", "customers": "TABLE",
                     "customer_directory": "VIEW", "transactions": "TABLE"}
    assert client.get_dataset("bank").location == "US"


def test_a_table_comes_with_its_tags_of_all_three_kinds(client: bigquery.Client) -> None:
    table = client.get_table("demo.bank.customers")
    fields = {field.name: field for field in table.schema}
    assert fields["email"].policy_tags.names == ("projects/demo/locations/us/taxonomies/100/policyTags/12",)
    raw = {field["name"]: field for field in table.to_api_repr()["schema"]["fields"]}
    assert raw["home_address"]["dataPolicies"] == [{"name": "projects/demo/locations/us/dataPolicies/address"}]
    assert raw["service_note"]["dataGovernanceTagsInfo"]["dataGovernanceTags"] == {"demo/sensitivity": "note"}
    assert raw["contacts"]["fields"][1]["policyTags"]["names"] == [
        "projects/demo/locations/us/taxonomies/100/policyTags/1"]
    assert table.num_rows == 241 and table.etag and table.num_bytes > 0


def test_50_000_rows_come_in_pages_each_once(client: bigquery.Client) -> None:
    job = client.query("SELECT transaction_id FROM bank.transactions")
    rows = job.result(page_size=20_000)
    pages = [list(page) for page in rows.pages]
    assert [len(page) for page in pages] == [20_000, 20_000, 10_000]
    assert {row[0] for page in pages for row in page} == set(range(1, 50_001))


def test_a_dry_run_gives_schema_tables_bytes_and_undeclared_parameters(client: bigquery.Client) -> None:
    job = client.query("SELECT customer_id, COUNT(*) FROM bank.accounts WHERE kind = @kind GROUP BY 1",
                       bigquery.QueryJobConfig(dry_run=True))
    assert job.total_bytes_processed > 0 and job.statement_type == "SELECT" and job.state == "DONE"
    assert [table.table_id for table in job.referenced_tables] == ["accounts"]
    assert [(field.name, field.field_type) for field in job.schema] == [("customer_id", "INTEGER"), ("f0_", "INTEGER")]
    assert [parameter.name for parameter in job.undeclared_query_parameters] == ["kind"]


def test_a_job_carries_labels_own_id_statistics_and_user(client: bigquery.Client, sandbox) -> None:
    config = bigquery.QueryJobConfig(labels={"scrim_session": "abc-1_2"}, use_query_cache=False)
    client.query("SELECT 1 AS one", config, job_id="own-job_1", job_retry=None).result()
    job = client.get_job("own-job_1")
    assert job.labels == {"scrim_session": "abc-1_2"} and job.cache_hit is False and job.location == "US"
    assert job.user_email == "scrim@demo.iam.gserviceaccount.com"
    assert job.created <= job.started <= job.ended and job.query == "SELECT 1 AS one"
    assert job.job_id in [listed.job_id for listed in client.list_jobs(max_results=20)]


def test_a_job_id_is_used_once(client: bigquery.Client, sandbox) -> None:
    client.query("SELECT 1", job_id="used-once", job_retry=None).result()
    with pytest.raises(exceptions.Conflict) as refused:
        client.query("SELECT 2", job_id="used-once", job_retry=None)
    assert refused.value.errors[0]["reason"] == "duplicate"


@pytest.mark.parametrize(("sql", "kind", "part"), [
    ("SELECT nope FROM bank.customers", exceptions.BadRequest, "Unrecognized name: nope"),
    ("SELECT * FROM bank.nope", exceptions.NotFound, "Table demo:bank.nope was not found"),
    ("SELECT * FROM nope.nope", exceptions.NotFound, "Dataset demo:nope was not found"),
    ("SELECT FROM WHERE", exceptions.BadRequest, "Syntax error"),
    ("SELECT CAST('alice' AS INT64)", exceptions.BadRequest, "Bad int64 value: alice"),
    ("SELECT 1/0", exceptions.BadRequest, "division by zero"),
    ("SELECT ERROR('boom')", exceptions.BadRequest, "boom"),
    ("SELECT 1 AS a, 2 AS a", exceptions.BadRequest, "Duplicate column names"),
    ("SELECT [1, NULL]", exceptions.BadRequest, "Array cannot have a null element"),
    ("SELECT @missing", exceptions.BadRequest, "Query parameter 'missing' not found"),
])
def test_a_failed_query_raises_what_bigquery_raises(client: bigquery.Client, sql: str, kind, part: str) -> None:
    job = client.query(sql, retry=None, job_retry=None)
    with pytest.raises(kind, match=part):
        job.result(retry=None, job_retry=None)
    finished = client.get_job(job.job_id)  # 200: the failure is in the job
    assert finished.state == "DONE" and part in finished.error_result["message"]


def test_a_byte_cap_is_enforced(client: bigquery.Client) -> None:
    job = client.query("SELECT * FROM bank.customers", bigquery.QueryJobConfig(maximum_bytes_billed=1), job_retry=None)
    with pytest.raises(exceptions.InternalServerError, match="bytes billed: 1. 10485760 or higher required"):
        job.result(retry=None, job_retry=None)
    assert job.error_result["reason"] == "bytesBilledLimitExceeded"


def test_every_type_goes_round(client: bigquery.Client) -> None:
    rows = list(client.query("SELECT * FROM bank.all_types ORDER BY id").result())
    first = dict(rows[0].items())
    assert first["c_string"] == "CANARY-ütf-8 '\"\\`" and first["c_bytes"] == b"CANARY\x00\xff"
    assert first["c_numeric"] == Decimal("8675309.123456789")
    assert first["c_bignumeric"] == Decimal("8675309.1234567890123456789")
    assert first["c_datetime"] == datetime.datetime(1984, 9, 17, 8, 7, 53, 90001)
    assert first["c_timestamp"] == datetime.datetime(1984, 9, 17, 8, 7, 53, 90001, tzinfo=datetime.UTC)
    assert first["c_geography"] == "POINT(8.675309 -8.675309)"
    assert first["c_json"] == {"who": "CANARY", "list": [1, None, {"n": 8675309}]}
    assert first["c_range_date"] == {"start": datetime.date(1984, 9, 17), "end": datetime.date(1985, 9, 17)}
    assert rows[1]["c_int64"] == -(2**63) and rows[2]["c_int64"] == 2**63 - 1
    assert rows[1]["c_float64"] != rows[1]["c_float64"] and rows[2]["c_float64"] == float("inf")
    assert rows[2]["c_date"] == datetime.date(9999, 12, 31) and rows[1]["c_timestamp"].year == 1
    assert all(value is None for value in rows[4].values()[1:])


def test_parameters_of_every_kind(client: bigquery.Client) -> None:
    made = [
        ("i", "INT64", -5), ("f", "FLOAT64", 1.5), ("s", "STRING", "it's \\ é\n"), ("b", "BYTES", b"\x00\xffCANARY"),
        ("n", "NUMERIC", Decimal("1.5")), ("g", "BIGNUMERIC", Decimal("2.25")), ("o", "BOOL", True),
        ("d", "DATE", datetime.date(2025, 1, 2)),
        ("t", "TIMESTAMP", datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)),
        ("m", "TIME", datetime.time(1, 2, 3)), ("w", "DATETIME", datetime.datetime(2025, 1, 2, 3)),
        ("z", "STRING", None)]
    parameters = [bigquery.ScalarQueryParameter(name, kind, value) for name, kind, value in made]
    parameters.append(bigquery.ArrayQueryParameter("a", "INT64", [3, 1]))
    parameters.append(bigquery.StructQueryParameter("r", bigquery.ScalarQueryParameter("x", "INT64", 7)))
    names = ", ".join(f"@{parameter.name} AS {parameter.name}" for parameter in parameters)
    row = next(iter(client.query(f"SELECT {names}", bigquery.QueryJobConfig(query_parameters=parameters)).result()))
    assert {name: row[name] for name, _, _ in made} == {name: value for name, _, value in made}
    assert row["a"] == [3, 1] and row["r"] == {"x": 7}


def test_a_table_is_read_without_a_query(client: bigquery.Client) -> None:
    rows = list(client.list_rows("demo.bank.branches", max_results=3))
    assert [row["branch_id"] for row in rows] == [1, 2, 3]
