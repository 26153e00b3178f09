"""Design rule 5: what BigQuery says of a finished job decides whether its rows leave."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests
from agent import Agent
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from real_client import credentials
from sandbox import bank

WITHHELD: list[tuple[str, dict[str, Any], str]] = [
    ("another_table", {"extra_tables": ["demo.bank.accounts"]}, "crosscheck"),
    ("a_table_elsewhere", {"extra_tables": ["other.secret.salaries"]}, "crosscheck"),
    ("a_table_missing", {"drop_tables": ["demo.bank.customers"]}, "crosscheck"),
    ("a_view", {"views": ["demo.bank.customer_directory"]}, "crosscheck"),
    ("a_routine", {"routines": ["demo.bank.f"]}, "crosscheck"),
    ("a_script", {"statement_type": "SCRIPT"}, "crosscheck"),
    ("a_cache_hit", {"cache_hit": True}, "crosscheck"),
    ("row_security", {"row_level_security": True}, "table"),
]


@pytest.mark.parametrize(("name", "fault", "family"), WITHHELD, ids=[case[0] for case in WITHHELD])
def test_a_result_that_does_not_check_is_withheld(agent: Agent, faults, name: str, fault: dict[str, Any],
                                                  family: str) -> None:
    sql = f"SELECT segment AS {name}, email FROM customers ORDER BY customer_id LIMIT 5"
    assert len(agent.ask("query", sql=sql)["rows"]) == 5, "without the fault it passes"
    faults(jobs=[{"sql": name, **fault}])
    answer = agent.call("query", sql=sql)
    assert answer.codes[0].partition(".")[0] == family, answer.text
    if name == "row_security":
        assert answer.codes == ["table.row_policy"]
    assert "XXXXX@" not in answer.text and "rows" not in answer.content


def test_masking_beneath_is_a_note(agent: Agent, faults) -> None:
    faults(jobs=[{"sql": "noted", "data_masking": True}])
    answer = agent.ask("query", sql="SELECT segment AS noted, email FROM customers LIMIT 1")
    assert answer["notes"]


@pytest.fixture
def volatile(direct: bigquery.Client, warehouse):
    """A table of this test's own, and a function that changes its schema."""
    table = bigquery.Table("demo.bank.volatile", [bigquery.SchemaField("id", "INT64"),
                                                  bigquery.SchemaField("word", "STRING")])
    direct.create_table(table)
    direct.insert_rows_json(table, [{"id": 1, "word": "one"}])
    session = AuthorizedSession(credentials(warehouse.key_file))

    def patch(body: dict[str, Any]) -> None:
        address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets/bank/tables/volatile"
        answer: requests.Response = session.patch(address, json=body)
        answer.raise_for_status()
    yield patch
    direct.delete_table(table)


def with_tag() -> dict[str, Any]:
    return {"schema": {"fields": [bank.field("id", "INTEGER"), bank.field("word", "STRING", "pii")]}}


@pytest.mark.parametrize(("change", "is_withheld"),
                         [(with_tag(), True), ({"description": "only a description"}, False)],
                         ids=["a new tag", "a new description"])
def test_a_schema_that_changes_while_the_job_waits(agent: Agent, faults, volatile, change: dict[str, Any],
                                                   is_withheld: bool) -> None:
    """The tag is set after the rewrite and before the job starts: the rows would be raw."""
    faults(jobs=[{"sql": "racing", "before_start_ms": 1500}])
    timer = threading.Timer(0.7, volatile, [change])
    timer.start()
    answer = agent.call("query", sql="SELECT id AS racing, word FROM volatile")
    timer.join()
    if is_withheld:
        assert answer.codes[0].startswith("crosscheck."), answer.text
        assert agent.ask("query", sql="SELECT id, word FROM volatile")["rows"][0][1] != "one"
    else:
        assert answer.content["rows"] == [[1, "one"]]


def test_jobs_carry_our_id_our_labels_and_no_cache(agent: Agent, direct: bigquery.Client) -> None:
    answer = agent.ask("query", sql="SELECT branch_id FROM branches /* a comment */ LIMIT 1")
    job = direct.get_job(answer["job"]["job_id"])
    assert job.labels["scrim_session"] == answer["session"] and "scrim_request" in job.labels
    configuration = job._properties["configuration"]["query"]
    assert configuration["useQueryCache"] is False and configuration["useLegacySql"] is False
    assert int(configuration["maximumBytesBilled"]) > 0 and "defaultDataset" not in configuration
    assert "comment" not in job.query and "`demo`" in job.query.replace("demo.bank", "`demo`")


def test_a_caller_lowers_the_byte_cap_and_cannot_raise_it(agent: Agent, direct: bigquery.Client) -> None:
    low = agent.call("query", sql="SELECT branch_id FROM branches LIMIT 1", max_bytes_billed=1)
    assert low.is_error
    # Where a masked column takes part the cap is rounded up to 10 MiB, or it would be an oracle (design rule 8).
    masked = agent.ask("query", sql="SELECT email FROM customers LIMIT 1", max_bytes_billed=1)
    assert direct.get_job(masked["job"]["job_id"]).maximum_bytes_billed == 10 * 1024 * 1024
    high = agent.call("query", sql="SELECT branch_id FROM branches LIMIT 1", max_bytes_billed="900000000000000")
    if not high.is_error:
        job = direct.get_job(high.content["job"]["job_id"])
        assert job.maximum_bytes_billed <= 100_000_000_000


def test_slow_jobs_run_on_and_are_cancelled(proxy, transcripts: list[str], faults, direct: bigquery.Client) -> None:
    """One slow job is waited for with get_job, another is cancelled; both at once, because each takes 20 s."""
    from agent import connected
    faults(jobs=[{"sql": "slowly", "slow_ms": 24_000}, {"sql": "for_ever", "slow_ms": 120_000}])
    answers: dict[str, dict[str, Any]] = {}

    def ask(name: str) -> None:
        with connected(proxy.url, "auto") as caller:
            caller.transcript = transcripts
            running = answers[name] = caller.ask("query", sql=f"SELECT branch_id AS {name} FROM branches LIMIT 1")
            job_id = running["job"]["job_id"]
            if name == "slowly":
                answers["waited"] = caller.ask("get_job", job_id=job_id, wait_s=20)
            else:
                answers["peek"] = caller.ask("get_job", job_id=job_id, wait_s=0)
                answers["cancelled"] = caller.ask("cancel_job", job_id=job_id)

    threads = [threading.Thread(target=ask, args=[name]) for name in ("slowly", "for_ever")]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers["slowly"]["status"] == answers["for_ever"]["status"] == answers["peek"]["status"] == "running"
    assert answers["slowly"]["rows"] == [] and 15 < time.monotonic() - started < 55
    assert answers["waited"]["status"] == "done" and len(answers["waited"]["rows"]) == 1
    assert answers["cancelled"]["job"] == answers["for_ever"]["job"]
    for _ in range(50):
        job = direct.get_job(answers["for_ever"]["job"]["job_id"])
        if job.state == "DONE":
            break
        time.sleep(0.1)
    assert job.state == "DONE" and job.error_result["reason"] == "stopped"
