"""What an auditor sees: from a person to sessions, to jobs, and back; and that nothing was altered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import audit_files
import jsonschema
import pytest
from agent import Agent, connected
from google.cloud import bigquery
from proxy import ROOT, Proxy, command, configure, serving


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
    """One bit changed at several places of each file, and each file gone. The log is one that was closed: what comes
    after the last checkpoint of a running server is covered by the next one."""
    config = configure(tmp_path / "closed", warehouse.url, warehouse.key_file)
    with serving(config) as started, connected(started.url, "auto") as agent:
        agent.transcript = transcripts
        for number in range(3):
            agent.ask("query", sql=f"SELECT {number} AS n")
    whole = started.audit
    assert command("audit", "verify", "--directory", whole).returncode == 0
    assert command("audit", "verify", "--config", config).returncode == 0
    key = verifier_key(config)
    copy = tmp_path / "copy"

    def verdict(name: str, changed: bytes | None) -> int:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(whole, copy)
        if changed is None:
            (copy / name).unlink()
        else:
            (copy / name).write_bytes(changed)
        return command("audit", "verify", "--directory", copy, "--key", key).returncode

    names = [str(path.relative_to(whole)) for path in whole.rglob("*") if path.is_file()]
    assert any(name.startswith("tile/entries/000.p/") for name in names) and "blobs/000" in names
    size = audit_files.checkpoint(whole)[1]
    for name in names:
        data = (whole / name).read_bytes()
        # Partial tiles of checkpoints before the last, of which a slow server has some, may go.
        is_earlier = ".p/" in name and int(name.rpartition("/")[2]) != size % 256
        assert verdict(name, None) == (0 if is_earlier else 1), f"{name} is gone"
        for at in (0, len(data) // 2, len(data) - 1):
            assert verdict(name, data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]) == 1, f"{name}, byte {at}"
    assert verdict("checkpoint", (whole / "checkpoint").read_bytes()) == 0


@pytest.fixture(scope="module")
def closed(warehouse, transcripts: list[str], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The configuration and the log of a server that did one of each and has ended."""
    directory = tmp_path_factory.mktemp("closed")
    anchor = directory / "anchors.jsonl"
    config = configure(directory, warehouse.url, warehouse.key_file, audit={
        "directory": "audit", "origin": "audit.example/scrim-1", "anchors": {"file": str(anchor)}})
    with serving(config) as started, connected(started.url, "auto") as agent:
        agent.transcript = transcripts
        agent.ask("list_datasets")
        answer = agent.ask("query", sql="SELECT email FROM customers WHERE segment = 'retail'", max_rows=5)
        agent.ask("fetch_page", cursor=answer["next_cursor"], max_rows=5)
        agent.call("query", sql="DROP TABLE customers")
        agent.ask("estimate_query", sql="SELECT ssn FROM customers")
    return config, started.audit


def verifier_key(config: Path) -> str:
    listed = command("keys", "list", "--audit", config.parent / "keys/audit", "--config", config, "--json")
    return json.loads(listed.stdout)[0]["verifier_key"]


def test_another_program_reads_the_log_from_its_description(closed: tuple[Path, Path]) -> None:
    config, log = closed
    entries = audit_files.signed_entries(log)
    origin, size, root = audit_files.checkpoint(log)
    assert origin == "audit.example/scrim-1" and size == len(entries) > 8
    assert audit_files.tree_hash([audit_files.leaf_hash(entry) for entry in entries]) == root
    assert [json.loads(entry)["seq"] for entry in entries] == list(range(size))
    note, key = (log / "checkpoint").read_text(), verifier_key(config)
    assert key.startswith("audit.example/scrim-1+") and audit_files.is_signed(note, key)
    assert not audit_files.is_signed(note.replace(f"\n{size}\n", f"\n{size + 1}\n"), key)
    anchored = [json.loads(line) for line in (config.parent / "anchors.jsonl").read_text().splitlines()]
    assert anchored[-1] == note
    verified = command("audit", "verify", "--directory", log, "--key", key, "--anchor", config.parent / "anchors.jsonl")
    assert verified.returncode == 0 and verified.stdout.startswith("verified\n"), verified.stdout


def test_an_entry_is_proved_without_the_log(closed: tuple[Path, Path], tmp_path: Path) -> None:
    config, log = closed
    proof, entry = tmp_path / "3.tlog-proof", tmp_path / "3.json"
    made = command("audit", "prove", "3", "--directory", log, "--out", proof, "--entry-out", entry, "--json")
    assert made.returncode == 0 and json.loads(made.stdout) == {"seq": 3, "proof": str(proof), "entry": str(entry)}
    assert json.loads(entry.read_bytes())["seq"] == 3
    key = verifier_key(config)
    checked = command("audit", "check-proof", proof, "--entry", entry, "--key", key)
    assert checked.returncode == 0 and checked.stdout.startswith("proven\n"), checked.stdout
    assert "not trusted" in command("audit", "check-proof", proof, "--entry", entry).stdout
    entry.write_bytes(entry.read_bytes().replace(b'"seq":3', b'"seq":4'))
    assert command("audit", "check-proof", proof, "--entry", entry, "--key", key).returncode == 1
    assert command("audit", "prove", "3", "--directory", log, "--out", proof).returncode == 2, "it is there already"


def test_the_texts_are_kept_for_who_has_the_ring(closed: tuple[Path, Path]) -> None:
    config, log = closed
    jobs = json.loads(command("audit", "jobs", "--directory", log, "--json").stdout)
    ring = config.parent / "keys/audit"
    shown = command("audit", "show", jobs[0]["job_id"], "--directory", log, "--keys", ring, "--texts", "--json")
    texts = {row["name"]: row["text"] for row in json.loads(shown.stdout)}
    assert texts["sql"] == "SELECT email FROM customers WHERE segment = 'retail'" and "retail" in texts["rewritten_sql"]
    assert all(b"retail" not in path.read_bytes() for path in log.rglob("*") if path.is_file())


def test_every_entry_is_as_its_schema_says(closed: tuple[Path, Path]) -> None:
    schemas = {path.stem: json.loads(path.read_text()) for path in (ROOT / "docs/audit-events").glob("*.json")}
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    entries = audit_files.entries(closed[1])
    assert len({entry["type"] for entry in entries}) >= 9
    for entry in entries:
        jsonschema.validate(entry, schemas[entry["type"]], jsonschema.Draft202012Validator)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(entry | {"cell": "value"}, schemas[entry["type"]], jsonschema.Draft202012Validator)


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
