"""The index of the audit log: what an auditor finds with it is what a walk through all entries finds."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audit_files
import audit_oracle
import pytest
from identity_lab import configure_identity, issuer_settings, post
from issuer import Issuer, running
from proxy import command, serving
from synthetic_log import Activity, LogWriter, encode

RANDOM_FILTERS = 60
ENTRIES = 3_000


def rows(*arguments: str | Path) -> list[dict[str, Any]]:
    ended = command("audit", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def options(asked: dict[str, Any]) -> list[str]:
    return [f"--{name}={value}" for name, value in asked.items()]


def dump(index: Path) -> dict[str, list[tuple]]:
    """Every row of every table, in the order of its columns."""
    with sqlite3.connect(f"file:{index}?mode=ro", uri=True) as database:
        names = [name for name, in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
        return {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


# What two people did on the real server.

@dataclass
class Story:
    config: Path
    log: Path
    entries: list[dict[str, Any]]


@pytest.fixture(scope="module")
def story(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """Two people with other roles read tables with and without tags; the log was closed."""
    with running(Issuer()) as issuer:
        config = configure_identity(tmp_path_factory.mktemp("indexed"), warehouse, issuer_settings(issuer))
        with serving(config) as server:
            ana = issuer.token()
            bo = issuer.token(sub="bo@bank.example", groups=["clerk@bank.example"], client_id="cli")
            for token, sql in [
                    (ana, "SELECT email, ssn FROM customers WHERE segment = 'retail'"),
                    (bo, "SELECT email FROM customers"),
                    (ana, "SELECT COUNT(*) AS n FROM accounts"), (bo, "SELECT branch_id FROM branches"),
                    (ana, "SELECT c.email, a.iban FROM customers AS c JOIN accounts AS a USING (customer_id)"),
                    (bo, "DROP TABLE customers"), (bo, "SELECT 1 AS one")]:
                assert post(server, token, tool="query", arguments={"sql": sql, "max_rows": 5}).status_code == 200
            post(server, ana, tool="list_datasets")
            post(server, ana, tool="get_job", arguments={"job_id": "scrim_nobodys_job"})
        yield Story(config, server.audit, audit_files.entries(server.audit))


def test_all_that_is_in_the_log_is_found_by_it(story: Story) -> None:
    found = audit_oracle.jobs(story.entries)
    assert len(found) == 6
    masks = [mask for job in found.values() for mask in job["masks"]]
    assert len({mask["tag"] for mask in masks}) >= 3 and len({mask["table"] for mask in masks}) >= 2
    asked: list[dict[str, Any]] = [
        {}, {"sql": "count(*)"}, {"outcome": "done"}, {"outcome": "running"}, {"bytes-min": 1}]
    asked += [{"person": name} for name in ("ana@bank.example", "bo@bank.example", "ana", "nobody")]
    asked += [{"group": name} for name in ("analyst", "clerk", "analys")]
    asked += [{"client": name} for name in ("agent", "CLI", "none such")]
    tables = [table for job in found.values() for table in job["tables"]]
    asked += [{"table": name} for table in tables for name in (table, table.split(".")[-1])]
    asked += [{"column": mask["column"]} for mask in masks] + [{"tag": mask["tag"]} for mask in masks]
    asked += [{"column": f"{mask['table']}.{mask['column']}"} for mask in masks]
    asked += [{"table": "accounts", "column": "email"},
              {"table": "customers", "column": "email", "person": "bo@bank.example"}]
    asked += [{"job": name} for name in found] + [{"session": job["session"]} for job in found.values()]
    assert sum(1 for one in asked if any(audit_oracle.job_matches(job, one) for job in found.values())) > 20
    for one in asked:
        expected = [name for name, job in found.items() if audit_oracle.job_matches(job, one)]
        assert [row["job_id"] for row in rows("jobs", "--config", story.config, *options(one))] == expected, one


def test_from_a_job_to_its_session_and_back(story: Story) -> None:
    job = next(iter(audit_oracle.jobs(story.entries).values()))
    told = rows("show", job["job_id"], "--config", story.config, "--summary")
    assert told["session"]["session"] == told["job"]["session"] == job["session"]
    back = rows("show", job["session"], "--config", story.config, "--summary")
    assert job["job_id"] in [one["job_id"] for one in back["jobs"]] and back["session"] == told["session"]
    assert all(one["session"] == job["session"] for one in back["jobs"])
    shown = command("audit", "show", job["job_id"], "--config", story.config).stdout
    assert shown.startswith(f"job {job['job_id']}\n  session {job['session']}\n")
    assert f"session {job['session']}\n  person  ana@bank.example" in shown and "\nentry " in shown
    assert f"  job     {job['job_id']}" in command("audit", "show", job["session"], "--config", story.config).stdout
    assert rows("show", job["job_id"], "--config", story.config) == [
        entry for entry in story.entries if entry.get("job", {}).get("job_id") == job["job_id"]]
    assert rows("show", job["session"], "--config", story.config) == [
        entry for entry in story.entries if entry.get("session") == job["session"]]


def test_a_refusal_that_names_a_job_is_shown_by_its_name(story: Story) -> None:
    shown = rows("show", "scrim_nobodys_job", "--config", story.config)
    assert [entry["type"] for entry in shown] == ["request_refused"] and "job" not in shown[0]
    assert "scrim_nobodys_job" not in [row["job_id"] for row in rows("jobs", "--config", story.config)]


def test_it_holds_nothing_that_the_log_does_not(story: Story, tmp_path: Path) -> None:
    index = tmp_path / "index.sqlite"
    rows("index", "--config", story.config, "--index", index)
    assert index.stat().st_mode & 0o777 == 0o600
    raw = b"\n".join(audit_files.raw_entries(story.log))
    origin = audit_files.checkpoint(story.log)[0]
    found = dump(index)
    texts = [value for table in found.values() for row in table for value in row if isinstance(value, str)]
    assert len(texts) > 30 and origin in texts
    for text in texts:
        assert text.encode() in raw or json.dumps(text)[1:-1].encode() in raw or text == origin, text
    blobs = [value for table in found.values() for row in table for value in row if isinstance(value, bytes)]
    assert blobs == [audit_files.tree_hash([audit_files.leaf_hash(one) for one in audit_files.raw_entries(story.log)])]
    assert b"retail" not in index.read_bytes() and b"retail" not in raw


# Logs of more than a server writes in a test.

@dataclass
class Replicas:
    """Two logs of one activity, of which each has a part of every session; times are all different."""

    directory: Path
    entries: list[dict[str, Any]]
    logs: dict[str, list[bytes]]


def two_logs(seed: int, count: int = ENTRIES) -> dict[str, list[bytes]]:
    """A job's end and pages may be in another log than its submission."""
    logs: dict[str, list[bytes]] = {"test/replica-1": [], "test/replica-2": []}
    chance = random.Random(seed)
    for event in Activity(seed).events(count):
        log = logs[chance.choice(["test/replica-1", "test/replica-1", "test/replica-2"])]
        log.append(encode(len(log), event))
    return logs


def write(directory: Path, logs: dict[str, list[bytes]], pending: int = 0) -> None:
    for origin, entries in logs.items():
        shutil.rmtree(directory / origin.split("/")[1], ignore_errors=True)
        LogWriter(directory / origin.split("/")[1], origin).write(entries, pending)


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Replicas:
    directory = tmp_path_factory.mktemp("replicas") / "logs"
    logs = two_logs(7)
    write(directory, logs, pending=40)
    entries = sorted((json.loads(entry) for log in logs.values() for entry in log), key=lambda entry: entry["time"])
    assert len({entry["time"] for entry in entries}) == len(entries)
    return Replicas(directory, entries, logs)


def random_filters(found: dict[str, dict[str, Any]], chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    """One to three conditions each, mostly on what there is."""
    everything = list(found.values())
    for _ in range(count):
        job = chance.choice(everything)
        actor = job["caller"]["actor"]
        mask = chance.choice(job["masks"] or [{"table": "demo.bank.none", "column": "c", "tag": "x"}])
        times = sorted([chance.choice(everything)["time"][:19] + "Z", job["time"][:16]])
        names = audit_oracle.client_names(job["caller"])
        choices = {
            "session": job["session"], "person": actor["subject"], "group": chance.choice(actor["roles"]),
            "client": chance.choice([one for one in names if "\0" not in one] + ["AGENT-1"]),
            "from": times[0], "to": times[1],
            "table": chance.choice([mask["table"], mask["table"].split(".", 1)[1], "table_1", "no_such"]),
            "column": chance.choice(
                [mask["column"], f"{mask['table']}.{mask['column']}", "table_1.c_1", "c_0", "none"]),
            "tag": mask["tag"], "job": job["job_id"],
            "sql": chance.choice(["c_1 =", "LIMIT 1", "table_0 where", "%"]),
            "outcome": chance.choice(["done", "running", "failed", "withheld", "strange"]),
            "bytes-min": chance.choice([0, 10**6, 10**9]), "bytes-max": chance.choice([10**5, 10**8])}
        weights = [1 if name in ("job", "session") else 4 for name in choices]
        picked = set(chance.choices(list(choices), weights, k=chance.choice([1, 2, 2, 3])))
        yield {name: value for name, value in choices.items() if name in picked}


def test_random_filters_find_what_a_walk_finds(replicas: Replicas) -> None:
    chance = random.Random(11)
    found = audit_oracle.jobs(replicas.entries)
    sessions = audit_oracle.sessions(replicas.entries)
    jobs_of = {name: [job for job in found.values() if job["session"] == name] for name in sessions}
    hits = 0
    for asked in random_filters(found, chance, RANDOM_FILTERS):
        expected = [name for name, job in found.items() if audit_oracle.job_matches(job, asked)]
        got = [row["job_id"] for row in rows("jobs", "--directory", replicas.directory, *options(asked))]
        assert got == expected, asked
        hits += bool(expected)
        named = [name for name, session in sessions.items()
                 if audit_oracle.session_matches(session, asked, jobs_of[name])]
        got = [row["session"] for row in rows("sessions", "--directory", replicas.directory, *options(asked))]
        assert got == named, asked
    assert hits > RANDOM_FILTERS / 3


def test_jobs_and_sessions_are_whole_over_both_logs(replicas: Replicas) -> None:
    found = audit_oracle.jobs(replicas.entries)
    for row in rows("jobs", "--directory", replicas.directory):
        job = found[row["job_id"]]
        assert (row["outcome"], row["bytes_processed"], row["pages"], row["rows"], row["sql"], row["ended_time"]) == (
            job["outcome"], job["bytes"], job["pages"], job["rows"], job["sql"], job["ended"])
        assert row["tables"] == job["tables"] and row["roles"] == job["caller"]["actor"]["roles"]
        assert row["masked_columns"] == [
            f"{mask['table']}.{mask['column']}: {mask['rule']} ({mask['tag']})" for mask in job["masks"]]
        entry = json.loads(replicas.logs[row["origin"]][row["seq"]])
        assert entry["job"]["job_id"] == row["job_id"] and entry["time"] == job["time"]
    expected = audit_oracle.sessions(replicas.entries)
    for row in rows("sessions", "--directory", replicas.directory):
        session = expected[row["session"]]
        assert row["requests"] == len(session["requests"]) and row["last_time"] == session["last"]
        for name in ("jobs", "refusals", "pages", "rows", "metadata_reads"):
            assert row[name] == session[name], name


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["time", "ended", "bytes", "rows", "pages"])
def test_pages_of_jobs_in_any_order_are_the_whole(replicas: Replicas, sort: str, descending: bool) -> None:
    asked = ["jobs", "--directory", replicas.directory, "--tag", "pii.tag_1", "--sort", sort,
             *["--descending"] * descending]
    whole = rows(*asked)
    key = {"time": "submitted_time", "ended": "ended_time", "bytes": "bytes_processed"}.get(sort, sort)
    values = [row[key] if row[key] is not None else ("" if key.endswith("time") else -1) for row in whole]
    assert len(whole) > 300 and values == sorted(values, reverse=descending)
    paged, after = [], []
    while page := rows(*asked, "--limit", "150", *after):
        assert len(page) <= 150
        paged += page
        after = ["--after", page[-1]["job_id"]]
    assert paged == whole


@pytest.mark.parametrize("sort", ["time", "last", "requests", "jobs", "refusals", "rows"])
def test_pages_of_sessions_in_any_order_are_the_whole(replicas: Replicas, sort: str) -> None:
    asked = ["sessions", "--directory", replicas.directory, "--sort", sort, "--descending"]
    whole = rows(*asked)
    values = [row[{"time": "first_time", "last": "last_time"}.get(sort, sort)] for row in whole]
    assert len(whole) > 20 and values == sorted(values, reverse=True)
    first = rows(*asked, "--limit", "7")
    assert first == whole[:7] and rows(*asked, "--after", first[-1]["session"]) == whole[7:]


def test_an_index_that_grew_is_the_one_that_is_made_at_once(tmp_path: Path) -> None:
    """In steps that end in the middle of bundles, of pending entries and of jobs."""
    entries = list(Activity(3).entries(2_000))
    log = tmp_path / "log"
    grown, anew = tmp_path / "grown.sqlite", tmp_path / "anew.sqlite"
    steps = [(0, 0), (3, 3), (300, 0), (300, 0), (700, 256), (1_024, 10), (1_500, 499), (1_600, 0), (2_000, 7)]
    for size, pending in steps:
        shutil.rmtree(log, ignore_errors=True)
        LogWriter(log, "test/one").write(entries[:size], pending)
        told = rows("index", "--directory", log, "--index", grown)
        assert told["logs"][0]["entries"] == size and told["rebuilt"] == (size == 0)
    assert rows("index", "--directory", log, "--index", anew)["rebuilt"]
    assert dump(grown) == dump(anew)
    before = anew.read_bytes()
    rows("index", "--directory", log, "--index", anew)
    assert anew.read_bytes() == before, "nothing is written where nothing is new"


def test_of_several_logs_the_answers_do_not_depend_on_how_they_came(tmp_path: Path) -> None:
    logs = two_logs(5, 1_200)
    index = tmp_path / "index.sqlite"
    for one, two in [(100, 0), (100, 300), (600, 300), (2_000, 2_000)]:
        parts = {"test/replica-1": logs["test/replica-1"][:one], "test/replica-2": logs["test/replica-2"][:two]}
        write(tmp_path / "logs", parts, pending=20 if two < 2_000 else 0)
        rows("index", "--directory", tmp_path / "logs", "--index", index)
    for question in ("jobs", "sessions"):
        grown = rows(question, "--directory", tmp_path / "logs", "--index", index)
        assert grown == rows(question, "--directory", tmp_path / "logs", "--index", tmp_path / "anew.sqlite")
    first = tmp_path / "logs/replica-1"
    assert rows("index", "--directory", first, "--index", index)["rebuilt"], "it held another log too"


# What goes wrong.

@pytest.fixture
def log(tmp_path: Path) -> Path:
    LogWriter(tmp_path / "log", "test/one").write(Activity(9).entries(600), pending=30)
    return tmp_path / "log"


def test_a_log_that_is_another_is_indexed_anew(log: Path) -> None:
    rows("index", "--directory", log)
    for seed, size in [(10, 900), (10, 700), (11, 50), (12, 700)]:
        shutil.rmtree(log)
        entries = list(Activity(seed).entries(size))
        LogWriter(log, "test/one").write(entries, pending=20)
        told = rows("index", "--directory", log)
        assert told["rebuilt"] and told["logs"][0]["entries"] == size
        jobs = audit_oracle.jobs(map(json.loads, entries))
        assert [row["job_id"] for row in rows("jobs", "--directory", log)] == list(jobs)


@pytest.mark.parametrize("at", [0, 255, 300, 569])
def test_an_entry_that_was_changed_is_named(log: Path, at: int) -> None:
    entries = audit_files.raw_entries(log)
    rows("index", "--directory", log)
    changed = entries[at].replace(b'"time":"2026', b'"time":"2025')
    for path in (log / "tile/entries").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(entries[at], changed))
    ended = command("audit", "index", "--directory", log, "--rebuild")
    assert ended.returncode == 1 and f"entry {at} " in ended.stderr, ended.stderr
    assert command("audit", "jobs", "--directory", log, "--index", log.parent / "new.sqlite").returncode == 1


def test_entries_that_are_malformed_or_not_linked_are_damage(log: Path, tmp_path: Path) -> None:
    entries = list(Activity(9).entries(300))
    for number, wrong in [(7, b"{}"), (8, entries[9]), (280, entries[280].replace(b"T", b" ", 1)), (299, b"[1]")]:
        LogWriter(tmp_path / f"wrong-{number}", "test/one").write([*entries[:number], wrong, *entries[number + 1:]], 5)
        ended = command("audit", "jobs", "--directory", tmp_path / f"wrong-{number}")
        assert ended.returncode == 1 and f"entry {number}" in ended.stderr, ended.stderr
    pending = log / "pending/570"
    data = pending.read_bytes()
    pending.write_bytes(data.replace(b"agent", b"agend", 1))
    assert command("audit", "jobs", "--directory", log).returncode == 1
    pending.write_bytes(data[:-3])
    assert rows("index", "--directory", log)["logs"][0]["entries"] == 599, "nobody has a receipt for a torn record"


@pytest.mark.parametrize("damage", ["gone", "empty", "garbage", "cut", "version", "tables"])
def test_an_index_that_is_damaged_is_made_anew(log: Path, damage: str) -> None:
    index = log.parent / "log-index.sqlite"
    expected = rows("jobs", "--directory", log)
    assert index.exists() and len(expected) > 100
    data = index.read_bytes()
    match damage:
        case "gone":
            index.unlink()
        case "empty":
            index.write_bytes(b"")
        case "garbage":
            index.write_bytes(bytes(reversed(data)))
        case "cut":
            index.write_bytes(data[:len(data) // 2])
        case "version" | "tables":
            with sqlite3.connect(index) as database:
                database.execute("PRAGMA user_version = 99" if damage == "version" else "DROP TABLE postings")
    assert rows("jobs", "--directory", log) == expected
    assert rows("jobs", "--directory", log, "--tag", "pii.tag_1")


def test_damage_that_shows_later_is_said_and_repaired(log: Path) -> None:
    index = log.parent / "log-index.sqlite"
    expected = rows("jobs", "--directory", log)
    with index.open("r+b") as file:
        for page in range(20, index.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 4096)
    ended = command("audit", "jobs", "--directory", log)
    if ended.returncode:
        assert ended.returncode == 2 and "makes it anew" in ended.stderr, ended.stderr
    assert rows("jobs", "--directory", log) == expected


def test_nothing_else_is_overwritten(log: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE theirs(x)")
    before = other.read_bytes()
    for rebuild in ([], ["--rebuild"]):
        ended = command("audit", "index", "--directory", log, "--index", other, *rebuild)
        assert ended.returncode == 2 and other.read_bytes() == before
    ended = command("audit", "index", "--directory", log, "--index", log / "index.sqlite")
    assert ended.returncode == 2 and not (log / "index.sqlite").exists()
    assert command("audit", "index", "--directory", log, "--index", tmp_path / "scrim.yaml").returncode != 0
    assert command("audit", "jobs", "--directory", tmp_path / "nothing").returncode == 2


def test_where_nobody_may_write_it_is_in_the_cache(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    copy = tmp_path / "copy"
    shutil.copytree(log, copy)
    (copy / "checkpoint").write_text((copy / "checkpoint").read_text().replace("test/one", "test/two"))
    told = rows("index", "--directory", log, "--directory", copy)
    assert Path(told["index"]).parent == tmp_path / "cache/scrim" and len(told["logs"]) == 2
    assert not (tmp_path / "log-index.sqlite").exists()


def test_entries_of_several_logs_are_named_with_their_log(replicas: Replicas, tmp_path: Path) -> None:
    ended = command("audit", "show", "3", "--directory", replicas.directory)
    assert ended.returncode == 2 and "ORIGIN#3" in ended.stderr
    for origin, entries in replicas.logs.items():
        assert rows("show", f"{origin}#3", "--directory", replicas.directory) == [json.loads(entries[3])]
    assert command("audit", "show", "test/none#3", "--directory", replicas.directory).returncode == 1
    shutil.copytree(replicas.directory / "replica-1", tmp_path / "copy")
    twice = ["--directory", replicas.directory / "replica-1", "--directory", tmp_path / "copy"]
    assert command("audit", "jobs", *twice, "--index", tmp_path / "index.sqlite").returncode == 2
    assert not (tmp_path / "index.sqlite").exists()


def test_names_that_clients_give_themselves_do_not_reach_a_terminal(replicas: Replicas) -> None:
    names = {row["client"] for row in rows("sessions", "--directory", replicas.directory)}
    assert {"agent\0hidden", "agént", "age\u0301nt"} <= names, "a name ends at no NUL, and none becomes another"
    for question in ("sessions", "jobs"):
        shown = command("audit", question, "--directory", replicas.directory).stdout
        assert "\0" not in shown and "\u202e" not in shown
    assert "agent\\u{0}hidden" in command("audit", "sessions", "--directory", replicas.directory).stdout


@pytest.mark.parametrize("wrong", [
    ["--from", "yesterday"], ["--to", "2026-13-01"], ["--from", "2026-01-01Z"], ["--bytes-min", "much"],
    ["--limit", "0"],
    ["--sort", "colour"], ["--after", "no_such_job"]])
def test_what_cannot_be_asked_is_said(log: Path, wrong: list[str]) -> None:
    assert command("audit", "jobs", "--directory", log, *wrong).returncode != 0


def test_a_day_counts_to_its_end(log: Path) -> None:
    entries = audit_files.entries(log)
    day = entries[300]["time"][:10]
    expected = [name for name, job in audit_oracle.jobs(entries).items() if job["time"][:10] == day]
    assert expected
    assert [row["job_id"] for row in rows("jobs", "--directory", log, "--from", day, "--to", day)] == expected
