"""What an auditor sees: from a person to sessions, to jobs, and back; and that nothing was altered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from agent import Agent, connected
from google.cloud import bigquery
from proxy import Proxy, command, configure, serving


@pytest.fixture(scope="module")
def story(warehouse, transcripts: list[str], tmp_path_factory: pytest.TempPathFactory):
    """A proxy of its own on which little has happened, and what its agent was told."""
    config = configure(tmp_path_factory.mktemp("audited"), warehouse.url, warehouse.key_file)
    with serving(config) as started:
        with connected(started.url, "auto") as agent:
            agent.transcript = transcripts
            answers = [agent.ask("query", sql="SELECT email FROM customers WHERE segment = 'retail'", max_rows=5),
                       agent.ask("query", sql="SELECT COUNT(*) AS n FROM accounts")]
            answers.append(agent.ask("fetch_page", cursor=answers[0]["next_cursor"], max_rows=5))
            agent.call("query", sql="DROP TABLE customers")
            agent.ask("estimate_query", sql="SELECT ssn FROM customers")
        yield started, answers


def lines(story: tuple[Proxy, list], *arguments: str) -> list[dict]:
    ended = command("audit", *arguments, "--config", story[0].config, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_from_a_person_to_the_session(story) -> None:
    sessions = lines(story, "sessions", "--person", "dev@example.com")
    assert [session["session"] for session in sessions] == [story[1][0]["session"]]
    assert sessions[0]["jobs"] == 2 and sessions[0]["refusals"] == 1
    assert lines(story, "sessions", "--person", "nobody@example.com") == []


def test_from_a_session_to_its_jobs_and_back(story) -> None:
    session = story[1][0]["session"]
    jobs = {job["job_id"]: job for job in lines(story, "jobs", "--session", session)}
    assert set(jobs) == {answer["job"]["job_id"] for answer in story[1]}
    first = jobs[story[1][0]["job"]["job_id"]]
    assert first["session"] == session and "dev@example.com" in first["person"] and first["pages"] == 2
    assert first["rows"] == 10 and any("email" in column for column in first["masked_columns"])
    assert "retail" not in first["sql"] and "?" in first["sql"], "literals are not in the clear"


def test_an_auditor_reads_it_without_json(story) -> None:
    for arguments in (["sessions"], ["jobs"], ["verify"]):
        ended = command("audit", *arguments, "--config", story[0].config)
        assert ended.returncode == 0 and ended.stdout.strip(), ended.stderr
    assert "verified" in ended.stdout


def test_jobs_are_found_from_bigquerys_side(story, direct: bigquery.Client) -> None:
    session = story[1][0]["session"]
    found = {job.job_id for job in direct.list_jobs(max_results=1000) if job.labels.get("scrim_session") == session}
    assert {answer["job"]["job_id"] for answer in story[1]} <= found


def test_a_job_is_in_the_log_before_it_is_sent(story, faults) -> None:
    faults(requests=[{"method": "POST", "path": "/jobs", "answer": "accessDenied"}])
    with connected(story[0].url, "auto") as agent:
        before = len(lines(story, "jobs"))
        assert agent.call("query", sql="SELECT branch_id FROM branches").is_error
    assert len(lines(story, "jobs")) >= before


def test_a_tampered_copy_does_not_verify(warehouse, transcripts: list[str], tmp_path: Path) -> None:
    """One byte changed at several places of the log, and whole lines gone. The log is one that was closed: what comes
    after the last checkpoint of a running server is covered by the next one."""
    config = configure(tmp_path / "closed", warehouse.url, warehouse.key_file)
    with serving(config) as started, connected(started.url, "auto") as agent:
        agent.transcript = transcripts
        for number in range(3):
            agent.ask("query", sql=f"SELECT {number} AS n")
    whole = started.audit
    assert command("audit", "verify", "--directory", whole).returncode == 0
    assert command("audit", "verify", "--config", config).returncode == 0
    entries = whole / "entries.jsonl"
    data = entries.read_bytes()
    copy = tmp_path / "copy"

    def verdict(changed: bytes, name: str = "entries.jsonl") -> int:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(whole, copy)
        (copy / name).write_bytes(changed)
        return command("audit", "verify", "--directory", copy).returncode

    for at in (0, len(data) // 4, len(data) // 2, len(data) - 40, len(data) - 2):
        assert verdict(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]) == 1, f"byte {at}"
    rows = data.splitlines(keepends=True)
    assert verdict(b"".join(rows[:-1])) == 1, "the last entry is gone"
    assert verdict(b"".join(rows[:2] + rows[3:])) == 1, "an entry in the middle is gone"
    assert verdict(b"".join([rows[1], rows[0], *rows[2:]])) == 1, "two entries change places"
    for name in ("salts", "checkpoint"):
        other = (whole / name).read_bytes()
        for at in (0, len(other) // 2, len(other) - 2):
            assert verdict(other[:at] + bytes([other[at] ^ 1]) + other[at + 1:], name) == 1, f"{name}, byte {at}"
    assert verdict(data) == 0


def test_every_job_id_told_is_in_the_log(proxy: Proxy, agent: Agent, transcripts: list[str]) -> None:
    session = agent.ask("query", sql="SELECT 1 AS one")["session"]
    told = {answer["job"]["job_id"] for answer in map(json.loads, transcripts)
            if answer.get("session") == session and "job" in answer}
    ended = command("audit", "jobs", "--config", proxy.config, "--json")
    assert told and told <= {job["job_id"] for job in json.loads(ended.stdout)}


def test_the_log_of_the_whole_run_verifies(proxy: Proxy, agent: Agent) -> None:
    agent.ask("query", sql="SELECT 1 AS one")
    ended = command("audit", "verify", "--config", proxy.config)
    assert ended.returncode == 0 and "verified" in ended.stdout, ended.stdout + ended.stderr
