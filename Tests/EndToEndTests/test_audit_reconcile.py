"""`scrim audit reconcile`: the log and BigQuery's own history of jobs, compared in both directions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import cloud_audit_entries
import pytest
from google.cloud import bigquery
from proxy import command
from reconcile_lab import ADMIN, ADMINBOT, SERVER, Lab, laboratory, now

SECRET = "planted-literal-913-55-0147"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with laboratory(tmp_path_factory.mktemp("reconcile")) as made:
        yield made


@pytest.fixture
def faults(lab: Lab) -> Iterator[Callable[..., None]]:
    yield lab.set_faults
    lab.faults_file.unlink(missing_ok=True)


@pytest.fixture
def since(lab: Lab) -> str:
    """Only what the test itself does counts."""
    return now()


def test_histories_that_agree(lab: Lab, since: str) -> None:
    jobs = [lab.query(), lab.query("SELECT customer_id, ssn, email FROM bank.customers WHERE ssn = '123-45-6789'"),
            lab.query("SELECT * FROM bank.customer_directory LIMIT 3", replica=1),
            lab.query("SELECT COUNT(*) AS n FROM analytics.`events_*`", replica=1)]
    report = lab.report("--from", since)
    assert report["findings"] == [] and report["verdict"] == "no differences"
    assert report["jobs"] == {"log": len(jobs), "bigquery": len(jobs), "both": len(jobs), "too_recent": 0}
    assert report["texts"] == {"compared": len(jobs), "compared_without_literals": 0, "not_compared": {}}
    assert report["service_accounts"] == [SERVER] and report["source"]["account"].startswith("auditor@")
    assert [log["name"] for log in report["logs"]] == ["scrim/one", "scrim/two"]
    text = lab.run("--from", since)
    assert text.returncode == 0 and text.stdout.startswith("no differences\n") and "4 in both" in text.stdout


def test_a_refused_and_an_estimated_query_make_no_difference(lab: Lab, since: str) -> None:
    assert lab.agents[0].call("query", sql="DROP TABLE bank.customers").is_error
    lab.agents[0].ask("estimate_query", sql="SELECT ssn FROM bank.customers")
    report = lab.report("--from", since)
    assert report["findings"] == [] and report["jobs"]["bigquery"] == 0


def test_a_query_that_fails_in_bigquery_makes_no_difference(
        lab: Lab, since: str, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "branches", "error": "resourcesExceeded"}])
    assert lab.agents[0].call("query", sql="SELECT COUNT(*) AS n FROM bank.branches").is_error
    report = lab.report("--from", since)
    assert report["findings"] == [] and report["jobs"]["both"] == 1


def test_a_job_past_scrim_is_found(lab: Lab, since: str) -> None:
    lab.query()
    sql = f"SELECT ssn, '{SECRET}' AS x FROM demo.bank.customers"
    job = lab.thief.query(sql, bigquery.QueryJobConfig(labels={"scrim_session": "made-up"}))
    job.result()
    disguised = lab.thief.query(sql, job_id=f"scrim_{'a' * 40}_{'b' * 26}", job_retry=None)
    disguised.result()
    report = lab.report("--from", since)
    assert [(one["code"], one["job_id"]) for one in report["findings"]] == [
        ("job.not_in_log", job.job_id), ("job.not_in_log", disguised.job_id)]
    told = report["findings"][0]
    assert told["log"] is None and told["bigquery"]["user_email"] == SERVER
    assert told["bigquery"]["tables"] == ["demo.bank.customers"] and told["bigquery"]["bytes_processed"] > 0
    assert told["bigquery"]["labels"] == {"scrim_session": "made-up"}
    ended = lab.run("--from", since)
    assert ended.returncode == 1 and ended.stdout.startswith("2 differences\n")
    assert job.job_id in ended.stdout and SECRET not in ended.stdout + ended.stderr + json.dumps(report)


def test_jobs_of_others_are_none_of_its_business(lab: Lab, since: str) -> None:
    lab.auditor.query("SELECT 1 AS a").result()
    lab.auditor.query("SELECT 1 AS a", job_id="scrim_of_somebody_else", job_retry=None).result()
    assert lab.found("--from", since) == []


def test_a_replica_that_is_left_out_leaves_its_jobs_unknown(lab: Lab, since: str) -> None:
    mine, theirs = lab.query(), lab.query(replica=1)
    assert lab.found("--from", since) == []
    assert lab.found("--from", since, logs=[]) == [("job.not_in_log", theirs)]
    assert lab.found("--from", since, logs=["--directory", str(lab.replicas[1].audit)]) == [("job.not_in_log", mine)]


def test_a_log_beside_its_own_copy_is_refused(lab: Lab, tmp_path: Path) -> None:
    shutil.copytree(lab.replicas[0].audit, tmp_path / "copy")
    ended = lab.run(logs=["--directory", str(lab.replicas[0].audit), "--directory", str(tmp_path / "copy")])
    assert ended.returncode == 2 and "two of the directories hold a log named `scrim/one`" in ended.stderr


def test_a_job_that_never_reached_bigquery_is_found_as_such(
        lab: Lab, since: str, faults: Callable[..., None]) -> None:
    faults(requests=[{"method": "POST", "path": "/jobs", "answer": "html_error"}])
    assert lab.agents[0].call("query", sql="SELECT COUNT(*) AS n FROM bank.accounts").is_error
    lab.faults_file.unlink()
    report = lab.report("--from", since)
    codes = {one["code"] for one in report["findings"]}
    assert codes == {"job.never_made"}, report["findings"]
    for told in report["findings"]:
        entry = lab.entry(told["job_id"])
        assert told["log"]["entry"] == entry["seq"] and told["log"]["outcome"] in ("failed", "unknown")
        assert told["bigquery"] is None


def test_a_job_that_is_gone_from_bigquery_is_found(lab: Lab, since: str) -> None:
    kept, gone = lab.query(), lab.query()
    lab.thief.delete_job_metadata(gone, location="US")
    assert lab.found("--from", since) == [("job.not_in_bigquery", gone)]
    assert lab.entry(kept)


CHANGES: dict[str, tuple[dict[str, Any], str, dict[str, Any], dict[str, Any]]] = {
    "text": ({"query": "SELECT ssn FROM demo.bank.customers"}, "text.differs", {}, {}),
    "one character of the text": ({}, "text.differs", {}, {}),
    "bytes read": ({"total_bytes_processed": 7}, "bytes.differ", {}, {"bytes_processed": 7}),
    "bytes billed": ({"total_bytes_billed": 1 << 40}, "bytes.differ", {}, {"bytes_billed": 1 << 40}),
    "one more table": ({"referenced_tables": [
        {"project_id": "demo", "dataset_id": "bank", "table_id": name} for name in ("accounts", "customers")]},
        "tables.differ", {"tables": ["demo.bank.customers"]},
        {"tables": ["demo.bank.accounts", "demo.bank.customers"]}),
    "no table": ({"referenced_tables": []}, "tables.differ", {}, {"tables": []}),
    "another session": ({"labels": [{"key": "scrim_session", "value": "x"}]}, "labels.differ", {},
                        {"scrim_session": "x", "scrim_request": None}),
    "no labels": ({"labels": []}, "labels.differ", {}, {"scrim_session": None, "scrim_request": None}),
    "the account": ({"user_email": "eve@bank.example"}, "account.differs", {"user_email": [SERVER]},
                    {"user_email": "eve@bank.example"}),
    "the outcome": ({"error_result": {"reason": "invalidQuery", "message": "no"}}, "outcome.differs",
                    {"outcome": "done"}, {"failure": "invalidQuery"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_bigquerys_record_is_found(
        change: str, lab: Lab, since: str, faults: Callable[..., None]) -> None:
    columns, code, logged, recorded = CHANGES[change]
    changed, other = lab.query(), lab.query()
    columns = columns or {"query": lab.row(changed).query.replace("COUNT", "COUNt")}
    faults(history=[{"job": changed, "set": columns}])
    (told,) = lab.report("--from", since)["findings"]
    assert (told["code"], told["job_id"]) == (code, changed) and other != changed
    assert logged.items() <= told["log"].items() and recorded.items() <= told["bigquery"].items()


def test_what_bigquery_does_by_itself_is_recognised(lab: Lab, since: str, faults: Callable[..., None]) -> None:
    original = lab.query()
    faults(history=[
        {"job": original, "copy": {"job_id": "again", "user_email": ADMINBOT, "labels": []}},
        {"job": original, "copy": {"job_id": "upkeep", "user_email": ADMINBOT, "labels": [],
                                   "query": "CALL BQ.REFRESH_MATERIALIZED_VIEW('demo.bank.mv')"}}])
    report = lab.report("--from", since)
    assert {(one["code"], one["job_id"]) for one in report["findings"]} == {
        ("job.reexecuted", "again"), ("job.of_bigquery", "upkeep")}
    assert report["verdict"] == "no differences"
    again = next(one for one in report["findings"] if one["job_id"] == "again")
    assert again["bigquery"]["original_job_id"] == original and not again["difference"]


def test_jobs_of_admin_commands_are_known(lab: Lab, since: str, tmp_path: Path) -> None:
    surveyed = command("tags", "coverage", "--config", lab.replicas[0].config, "--credentials",
                       lab.key_file.with_name("admin.json"), "--table", "bank.branches", seconds=60)
    assert surveyed.returncode in (0, 1), surveyed.stderr
    accounts = ["--service-account", SERVER, "--service-account", ADMIN]
    report = lab.report("--from", since, *accounts)
    assert report["findings"] == [] and report["jobs"]["both"] >= 1
    assert report["texts"]["compared"] == report["jobs"]["both"]
    assert [log["name"] for log in report["logs"]] == ["scrim/one", "scrim/one/admin", "scrim/two"]
    shutil.copytree(lab.replicas[0].audit, tmp_path / "audit")
    alone = lab.found("--from", since, *accounts, logs=["--directory", str(tmp_path / "audit")])
    assert alone and {code for code, _ in alone} == {"job.not_in_log"}


def test_without_the_ring_texts_are_compared_but_for_their_literals(
        lab: Lab, since: str, faults: Callable[..., None], tmp_path: Path) -> None:
    job = lab.query("SELECT COUNT(*) AS n FROM bank.customers WHERE segment = 'retail' AND customer_id < 30")
    sent = lab.row(job).query
    settings = json.loads(lab.replicas[0].config.read_text())
    settings["keys"]["audit"] = {"file": str(tmp_path / "none")}
    (tmp_path / "scrim.yaml").write_text(json.dumps(settings))

    def told(text: str, *arguments: str | Path) -> tuple[dict[str, Any], list[str]]:
        faults(history=[{"job": job, "set": {"query": text}}])
        ended = command("audit", "reconcile", "--config", tmp_path / "scrim.yaml", "--credentials", lab.auditor_key,
                        *lab.directories, "--from", since, "--json", *arguments)
        report = json.loads(ended.stdout)
        return report["texts"], [one["code"] for one in report["findings"]]

    alike = {"compared": 0, "compared_without_literals": 1, "not_compared": {}}
    assert sent.count("retail") == 1
    assert told(sent) == told(sent.replace("retail", "private")) == (alike, [])
    assert told(sent.replace("customer_id", "ssn")) == (alike, ["text.differs"])
    assert told(sent + ", '") == (alike, ["text.differs"])
    ring = lab.replicas[0].directory / "keys" / "audit"
    exact = {"compared": 1, "compared_without_literals": 0, "not_compared": {}}
    assert told(sent, "--keys", ring) == (exact, [])
    assert told(sent.replace("retail", "private"), "--keys", ring) == (exact, ["text.differs"])


def test_the_period_has_edges(lab: Lab, faults: Callable[..., None]) -> None:
    before = now()
    first = lab.query()
    faults(jobs=[{"sql": "transactions", "slow_ms": 700}])
    slow = lab.query("SELECT COUNT(*) AS n FROM bank.transactions")
    lab.faults_file.unlink()
    after = now()
    submitted, ended = (lab.entry(slow, kind)["time"] for kind in ("job_submitted", "job_ended"))
    assert submitted < ended < after
    count = lambda *period: lab.report(*period)["jobs"] | {"too_recent": 0}  # noqa: E731
    both = {"log": 1, "bigquery": 1, "both": 1, "too_recent": 0}
    assert count("--from", before, "--to", submitted) == both, "the first alone"
    # Made before the period, ended in it; and the end of one period is the beginning of the next.
    middle = lab.row(slow).start_time.isoformat()
    assert count("--from", middle, "--to", after) == both
    assert lab.found("--from", before, "--to", submitted) == lab.found("--from", submitted, "--to", middle) == []
    assert count("--from", after)["log"] == 0 and first != slow


@pytest.mark.parametrize("seconds", [-20, 20])
def test_clocks_may_differ(seconds: int, lab: Lab, since: str, faults: Callable[..., None]) -> None:
    job = lab.query()
    told = lab.row(job)
    faults(history=[{"job": job, "set": {name: (told[name] + timedelta(seconds=seconds)).isoformat()
                                         for name in ("creation_time", "start_time", "end_time")}}])
    assert lab.found("--from", since, "--to", now()) == []


def test_the_view_ends_180_days_ago(lab: Lab) -> None:
    ended = lab.run("--from", "2026-01-01")
    assert ended.returncode == 2 and "180 days" in ended.stderr and "--cloud-audit-log" in ended.stderr


def test_it_takes_an_account_that_may_list_all_jobs(lab: Lab) -> None:
    ended = lab.run(credentials=lab.key_file.with_name("admin.json"))
    assert ended.returncode == 2 and "bigquery.jobs.listAll" in ended.stderr and ended.stdout == ""
    ended = lab.run(credentials=lab.key_file)
    assert ended.returncode == 2 and "an auditor needs one of their own" in ended.stderr


def test_its_own_job_can_be_told(lab: Lab, since: str) -> None:
    read = lab.report("--from", since)["source"]["reads"]
    assert [(one["project"], one["location"]) for one in read] == [("demo", "US")]
    row = lab.row(read[0]["job_id"])
    assert row.user_email == "auditor@demo.iam.gserviceaccount.com"
    assert {"key": "scrim_command", "value": "audit_reconcile"} in row.labels


@pytest.mark.parametrize(("arguments", "words"), [
    (["--from", "yesterday"], "--from takes a day"), (["--from", "2026-11-02", "--to", "2026-11-01"], "is empty"),
    (["--directory", "/nowhere"], "could not compare"), (["--location", "EU"], "could not compare"),
    (["--cloud-audit-log", "/nowhere"], "could not compare"), (["--keys", "/nowhere"], "/nowhere")])
def test_what_cannot_be_compared_is_told(arguments: list[str], words: str, lab: Lab) -> None:
    ended = lab.run(*arguments)
    assert ended.returncode in (2, 64) and words in ended.stderr and ended.stdout == ""


def test_without_the_servers_key_the_account_is_named(lab: Lab, since: str, tmp_path: Path) -> None:
    job = lab.query()
    settings = json.loads(lab.replicas[0].config.read_text())
    settings["bigquery"]["credentials"] = {"service_account_file": str(tmp_path / "none")}
    (tmp_path / "scrim.yaml").write_text(json.dumps(settings))
    bare = ["audit", "reconcile", "--config", tmp_path / "scrim.yaml", "--credentials", lab.auditor_key,
            "--directory", str(lab.replicas[0].audit), "--from", since]
    ended = command(*bare)
    assert ended.returncode == 2 and "--service-account" in ended.stderr
    named = command(*bare, "--service-account", SERVER.upper())
    assert named.returncode == 0 and "1 in both" in named.stdout, named.stderr
    # Under another name the job is not where it should be, and nothing of that account is strange.
    other = json.loads(command(*bare, "--service-account", "other@demo.iam.gserviceaccount.com", "--json").stdout)
    assert [(one["code"], one["job_id"]) for one in other["findings"]] == [("account.differs", job)]


@pytest.fixture(scope="module")
def disorder(lab: Lab) -> tuple[str, str, list[dict[str, Any]]]:
    """A stretch of time with one difference of each kind, and the faults that make it."""
    since = now()
    jobs = {name: lab.query() for name in CHANGES} | {"fine": lab.query(replica=1), "gone": lab.query(replica=1)}
    lab.thief.query(f"SELECT '{SECRET}' AS x, COUNT(*) AS n FROM demo.bank.customers").result()
    assert lab.agents[1].call("query", sql="SELECT PARSE_DATE('%Y', name) AS d FROM bank.branches").is_error
    rules = [{"job": jobs[name], "set": columns or {"query": "SELECT 0"}}
             for name, (columns, *_) in CHANGES.items()]
    rules += [{"job": jobs["gone"], "drop": True},
              {"job": jobs["fine"], "copy": {"job_id": "again", "user_email": ADMINBOT, "labels": []}}]
    return since, now(), rules


@pytest.mark.parametrize("shape", ["metadata", "audit_data"])
@pytest.mark.parametrize("form", ["lines", "array"])
def test_an_export_of_cloud_audit_logs_tells_the_same(
        shape: str, form: str, lab: Lab, disorder: tuple[str, str, list[dict[str, Any]]], tmp_path: Path,
        faults: Callable[..., None]) -> None:
    since, until, rules = disorder
    faults(history=rules)
    expected = lab.found("--from", since, "--to", until)
    assert len(expected) == len(CHANGES) + 3 and len({code for code, _ in expected}) == 9
    entries = [*cloud_audit_entries.others()]
    for row in lab.rows():
        entries += getattr(cloud_audit_entries, shape)(row)
    entries.reverse()  # as the Logs Explorer and `gcloud logging read` give them, the newest first
    export = tmp_path / "export.json"
    export.write_text("\n".join(map(json.dumps, entries)) if form == "lines" else json.dumps(entries, indent=2))
    lab.faults_file.unlink()
    ended = lab.run("--cloud-audit-log", export, "--from", since, "--to", until, "--json")
    assert ended.returncode == 1 and SECRET not in ended.stdout, ended.stderr
    report = json.loads(ended.stdout)
    assert [(one["code"], one["job_id"]) for one in report["findings"]] == expected
    assert report["source"]["files"][0]["entries"] == len(entries)


@pytest.mark.parametrize(("content", "words"), [
    ("", "no entry about a job"), ("[]", "no entry about a job"), ('{"a": 1}', "no entry about a job"),
    ('[{"a": {"b": "}"', "ends inside an entry"), ("nonsense", "something else than JSON"), ('{"a" 1}', "is no JSON")])
def test_a_file_that_is_no_export_is_refused(content: str, words: str, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "export.json").write_text(content)
    ended = lab.run("--cloud-audit-log", tmp_path / "export.json")
    assert ended.returncode == 2 and words in ended.stderr
