"""Evidence: packages that hold without the log, events for a SIEM, and the table that entries are copied to."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audit_files
import ocsf_schema
import pytest
from canary import found_in
from identity_lab import guarded, issuer_settings, post
from issuer import Issuer, running
from proxy import ROOT, command
from report_page import Report
from test_audit_log import verifier_key

ANN, BOB = "ann@bank.example", "bob@bank.example"


@dataclass
class Story:
    """What two people did, as their answers tell it."""

    config: Path
    log: Path
    key: str
    jobs: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def story(warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    directory = tmp_path_factory.mktemp("evidence")
    jobs: dict[str, list[dict[str, Any]]] = {ANN: [], BOB: []}
    with running(Issuer()) as issuer:
        with guarded(directory, warehouse, issuer_settings(issuer),
                     audit={"directory": "audit", "origin": "audit.example/scrim-1"}) as server:
            subprocess.run("git init -q . && git -c user.name=a -c user.email=a@b.c add . && "
                           "git -c user.name=a -c user.email=a@b.c commit -qm one", shell=True, check=True,
                           cwd=directory / "mapping")

            def ask(person: str, tool: str, **arguments: Any) -> dict[str, Any]:
                answer = post(server, issuer.token(sub=person), tool=tool, arguments=arguments).json()
                return answer["result"]["structuredContent"]

            first = ask(ANN, "query", sql="SELECT email, ssn FROM customers WHERE segment = 'retail'", max_rows=5)
            ask(ANN, "fetch_page", cursor=first["next_cursor"], max_rows=7)
            jobs[ANN].append(first)
            ask(ANN, "query", sql="DROP TABLE customers")
            ask(ANN, "list_tables", dataset="bank")
            jobs[BOB].append(ask(BOB, "query", sql="SELECT COUNT(*) AS n FROM analytics.events_20250303"))
            jobs[BOB].append(ask(BOB, "query", sql="SELECT branch_id FROM branches ORDER BY 1", max_rows=3))
            ask(BOB, "estimate_query", sql="SELECT full_name FROM customers")
            post(server, "no.token.at-all", tool="query", arguments={"sql": "SELECT 1"})
            config = server.config
    yield Story(config, config.parent / "audit", verifier_key(config), jobs)


def export(story: Story, out: Path, *arguments: str) -> Path:
    ended = command("audit", "export", "--config", story.config, "--out", out, *arguments)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    if "--json" in arguments:
        told = json.loads(ended.stdout)
        assert told == {"entries": len(entries(out)), "directory": str(out), "missing_mappings": []}
    return out


def check(package: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    ended = command("audit", "check-export", package, *arguments, "--json")
    return ended.returncode, json.loads(ended.stdout)


def entries(package: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package / "entries.jsonl").read_bytes().splitlines()]


def test_the_whole_log_verifies_by_three_programs(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "all")
    code, result = check(package, "--key", story.key)
    assert code == 0 and result["verdict"] == "verified" and result["findings"] == []
    assert (package / "entries.jsonl").read_bytes().splitlines() == audit_files.signed_entries(story.log)
    assert check(package)[1]["verdict"] == "self-consistent, key not trusted"
    other = story.key.replace("scrim-1+", "scrim-2+")
    assert command("audit", "check-export", package, "--key", other).returncode == 2, "the ID is of another key"
    # The program of the documentation.
    program = (ROOT / "docs/evidence.md").read_text().split("```python\n")[1].split("```")[0]
    (tmp_path / "check.py").write_text(program)
    ended = subprocess.run([sys.executable, tmp_path / "check.py", package, story.key], capture_output=True, text=True,
                           check=False)
    assert ended.returncode == 0 and f"{len(entries(package))} entries of audit.example/scrim-1" in ended.stdout
    changed = package / "entries.jsonl"
    changed.write_bytes(changed.read_bytes().replace(b"server_started", b"server_stopped"))
    assert subprocess.run([sys.executable, tmp_path / "check.py", package, story.key], capture_output=True,
                          check=False).returncode != 0


def test_the_steps_of_the_report_work_as_written(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "steps", "--person", BOB)
    report = Report((package / "report.html").read_text())
    commands = [block for block in report.blocks if "sha256sum" in block or "openssl" in block]
    assert len(commands) == 3
    outputs = []
    for block in commands:
        ended = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=package, capture_output=True, text=True,
                               check=False)
        assert ended.returncode == 0, f"{block}\n{ended.stdout}{ended.stderr}"
        outputs.append(ended.stdout)
    assert "Signature Verified Successfully" in outputs[1]
    assert outputs[2].split()[0] in report.blocks, "the leaf that the report names"
    assert check(package, "--key", story.key)[0] == 0, "the steps leave the package as it is"


def test_the_report_tells_what_was_done(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "report", "--gap", "1h")
    source = (package / "report.html").read_text()
    report = Report(source)
    persons = {row["Person (who vouches)"].split(" ")[0]: row for row in report.records("persons")}
    ann, bob = persons[ANN], persons[BOB]
    assert (ann["Jobs"], ann["Refused"], ann["Pages"], ann["Rows"]) == ("1", "1", "2", "12")
    assert (bob["Jobs"], bob["Refused"], bob["Pages"], bob["Rows"], bob["Estimates"]) == ("2", "0", "2", "4", "1")
    head, *rows = report.tables["jobs"]
    assert head == ["Submitted", "Person", "Outcome", "Rows handed out", "Bytes read"] and len(rows) == 6
    for row, details in zip(rows[::2], rows[1::2], strict=True):
        assert row[2] == "done" and re.fullmatch(r"\d+", row[4])
        job = next(job for person in story.jobs.values() for job in person if job["job"]["job_id"] in details[0])
        for masked in job["masked_columns"]:
            text = f"{masked['table']}.{masked['column']} {masked['tag']} {masked['rule']}"
            assert text in re.sub(r"\s+", " ", details[0]), details[0]
    first = rows[1][0]
    assert "segment = ?" in first and "retail" not in source and "demo.bank.customers" in first
    found = re.findall(r"\b[0-9a-f]{64}\b", first)
    logged = [entry["sha256"] for entry in entries(package) if entry["type"] == "page_delivered"]
    assert found == logged[:2]
    assert [row["Reasons"].split(" ")[0] for row in report.records("refusals")][0].startswith("statement.")
    assert len(report.records("refusals")) == 2, "the drop, and who was not let in"
    assert report.records("mappings")[0]["Files"] == "not in this package"
    assert report.records("looks")[0]["What"].startswith("demo.bank")


def test_one_person_is_only_that_person(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "bob", "--person", BOB)
    code, result = check(package, "--key", story.key)
    assert code == 0 and result["selected"] < result["proven"]
    named = {entry["actor"]["subject"] for entry in entries(package) if "actor" in entry}
    assert named == {BOB} and ANN not in (package / "report.html").read_text()
    dataset = export(story, tmp_path / "analytics", "--dataset", "demo.analytics")
    assert check(dataset, "--key", story.key)[0] == 0
    assert {entry["job"]["job_id"] for entry in entries(dataset) if "job" in entry} == {
        story.jobs[BOB][0]["job"]["job_id"]}
    nobody = export(story, tmp_path / "nobody", "--person", "nobody@bank.example")
    assert check(nobody, "--key", story.key)[0] == 0 and entries(nobody) == []


def test_a_period_shows_that_nothing_is_missing(story: Story, tmp_path: Path) -> None:
    everything = [json.loads(entry) for entry in audit_files.signed_entries(story.log)]
    start, end = everything[4]["time"], everything[9]["time"]
    package = export(story, tmp_path / "period", "--from", start, "--to", end)
    chosen = [entry["seq"] for entry in entries(package) if start <= entry["time"] < end]
    assert chosen == list(range(chosen[0], chosen[-1] + 1)) and len(chosen) >= 2
    assert check(package, "--key", story.key)[0] == 0
    # A day counts to its end, for every command alike.
    day = export(story, tmp_path / "day", "--from", start[:10], "--to", start[:10], "--json")
    assert {entry["seq"] for entry in entries(day)} >= {
        entry["seq"] for entry in everything if entry["time"][:10] == start[:10]}
    lines = (package / "entries.jsonl").read_bytes().splitlines(keepends=True)
    middle = next(line for line in lines if json.loads(line)["seq"] == chosen[1])
    (package / "entries.jsonl").write_bytes(b"".join(line for line in lines if line != middle))
    (package / f"proofs/{chosen[1]}.tlog-proof").unlink()
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(package)}\n"
            for path in sorted(package.rglob("*")) if path.is_file() and path.name != "SHA256SUMS"]
    (package / "SHA256SUMS").write_text("".join(sums))
    code, result = check(package, "--key", story.key)
    assert code == 1 and any(f"entry {chosen[1]} is missing" in finding for finding in result["findings"])


def test_a_changed_package_is_found(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "whole", "--mapping-git", str(story.config.parent / "mapping"))
    files = [path.relative_to(package) for path in package.rglob("*") if path.is_file()]
    assert any(path.parts[0] == "mapping" for path in files) and check(package, "--key", story.key)[0] == 0
    copy = tmp_path / "copy"
    for name in [path for path in files if path.parts[0] != "proofs"] + [Path("proofs/3.tlog-proof")]:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(package, copy)
        data = (copy / name).read_bytes()
        (copy / name).write_bytes(data[:len(data) // 2] + bytes([data[len(data) // 2] ^ 1]) + data[len(data) // 2 + 1:])
        assert check(copy, "--key", story.key)[0] == 1, name


def test_the_same_log_gives_the_same_bytes_and_nothing_is_overwritten(story: Story, tmp_path: Path) -> None:
    first, second = export(story, tmp_path / "one"), export(story, tmp_path / "two")
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert files == {path.relative_to(second): path.read_bytes() for path in second.rglob("*") if path.is_file()}
    assert command("audit", "export", "--config", story.config, "--out", first).returncode == 2
    for wrong in (["--from", "yesterday"], ["--dataset", "bank"], []):
        assert command("audit", "export", "--config", story.config, *wrong).returncode in (2, 64)


def test_mappings_come_from_git(story: Story, tmp_path: Path) -> None:
    """Also when the directory has moved on since."""
    mapping = story.config.parent / "mapping"
    tags = mapping / "tags.yaml"
    before = tags.read_bytes()
    try:
        tags.write_bytes(before + b"# later\n")
        package = export(story, tmp_path / "git", "--mapping-git", str(mapping))
    finally:
        tags.write_bytes(before)
    digest = next(entry["mapping"] for entry in entries(package) if entry["type"] == "mapping_loaded")
    assert (package / "mapping" / digest / "tags.yaml").read_bytes() == before
    assert check(package, "--key", story.key)[0] == 0


def test_lines_for_a_siem(story: Story, tmp_path: Path) -> None:
    lines = command("audit", "export", "--config", story.config, "--format", "jsonl")
    assert lines.stdout.encode().splitlines() == audit_files.signed_entries(story.log)
    export(story, tmp_path / "events.jsonl", "--format", "ocsf")
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    raw = audit_files.signed_entries(story.log)
    assert [event["raw_data"].encode() for event in events] == raw
    for event, entry in zip(events, raw, strict=True):
        assert ocsf_schema.problems(event) == [], event
        assert event["raw_data_hash"]["value"] == hashlib.sha256(entry).hexdigest()
        assert event["metadata"]["version"] == "1.8.0" and event["metadata"]["sequence"] == json.loads(entry)["seq"]
    assert {event["class_uid"] for event in events} == {3002, 6002, 6003, 6005}
    refused = next(event for event in events if event["class_uid"] == 6003 and event["status_id"] == 2)
    assert refused["actor"]["user"]["name"] == ANN
    assert ocsf_schema.problems(refused | {"type_uid": 1, "actor": {}}) != []


def test_nothing_raw_is_in_a_package(story: Story, tmp_path: Path) -> None:
    package = export(story, tmp_path / "package")
    export(story, tmp_path / "events", "--format", "ocsf")
    for path in [*package.rglob("*"), tmp_path / "events"]:
        if path.is_file():
            assert found_in(path.read_bytes()) == [], path
            assert b"'retail'" not in path.read_bytes(), path
