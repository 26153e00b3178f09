"""Each event type of docs/audit-log.md, as real servers and commands write it: by its schema, in its order, and without
anything that must not be in a log."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import event_story
import jsonschema
import pytest
from event_story import TRACE, Story
from google.cloud import bigquery
from issuer import Issuer, running
from proxy import ROOT, command, configure

SCHEMAS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "docs/audit-events").glob("*.json")}
# What the specification's table has a word for: who, job, query, tags; and what every entry can have.
IN_A_WORD = {"who": {"actor", "session", "request", "software", "mapping"}, "job": {"job"},
             "query": {"sql", "commitments", "tables", "masked_columns"},
             "tags": {"plan", "table", "etag", "part", "parts", "columns"}}
IN_EVERY_ENTRY = {"seq", "time", "type", "cut", "blob_sha256"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@pytest.fixture(scope="module")
def story(warehouse: Any, direct: bigquery.Client, issuer: Issuer, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return event_story.tell(Story(), tmp_path_factory.mktemp("story"), warehouse, direct, issuer)


def test_each_type_has_a_schema_and_each_schema_an_example(story: Story) -> None:
    assert {entry["type"] for entry in story.entries()} == set(SCHEMAS)


def test_every_entry_is_as_its_schema_says(story: Story) -> None:
    for schema in SCHEMAS.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for entry in story.entries():
        validator = jsonschema.Draft202012Validator(SCHEMAS[entry["type"]])
        validator.validate(entry)
        assert not validator.is_valid(entry | {"cell": "value"})
        for name in SCHEMAS[entry["type"]]["required"]:
            assert not validator.is_valid({key: value for key, value in entry.items() if key != name})


def test_the_specification_names_the_members_of_each_type() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \|(.*)\|$", (ROOT / "docs/audit-log.md").read_text(), re.MULTILINE))
    assert set(SCHEMAS) <= set(rows)
    for kind, schema in SCHEMAS.items():
        named = set(re.findall(r"`\[?([a-z_0-9]+)", rows[kind]))
        for word in re.findall(r"\*([a-z]+)\*", rows[kind]):
            named |= IN_A_WORD[word]
        members = set(schema["properties"]) - IN_EVERY_ENTRY
        assert members - {"session"} <= named and (named & members) | {"session"} >= members, kind


def test_a_request_stands_before_what_it_leads_to(story: Story) -> None:
    requests: dict[str, list[dict[str, Any]]] = {}
    for entry in story.entries("people"):
        if "request" in entry and not entry["type"].startswith("identity_"):
            requests.setdefault(entry["request"], []).append(entry)
    assert len(requests) == 7
    for entries in requests.values():
        assert entries[0]["type"] == "request_received" and entries[0]["trace"] == TRACE
        assert entries[0]["actor"]["subject"] and entries[0]["transport"] == "http"
        assert [entry["type"] for entry in entries].count("request_received") == 1
        assert len({(entry["session"], entry["mapping"], entry["actor"]["subject"]) for entry in entries}) == 1
    told = [(entries[0]["tool"], [entry["type"] for entry in entries[1:]]) for entries in requests.values()]
    query = ["job_submitted", "job_ended", "page_delivered"]
    assert told == [("list_datasets", ["session_seen", "metadata_read"]), ("query", query), ("query", query),
                    ("fetch_page", ["page_delivered"]), ("estimate_query", ["query_estimated"]),
                    ("query", ["request_refused"]), ("query", ["request_refused"])]


def test_what_was_asked_and_what_was_rounded(story: Story) -> None:
    asked, unlimited = story.of("job_submitted", "people")
    step = 10 * 1024 * 1024
    assert asked["bytes_billed_asked"] == 20_000_001 and asked["bytes_billed_max"] == 2 * step
    assert "bytes_billed_asked" not in unlimited
    assert set(asked["commitments"]) == {"sql", "rewritten_sql", "parameters", "reason"} and "?" in asked["sql"]
    ended, estimated = story.of("job_ended", "people")[0], story.of("query_estimated", "people")[0]
    for entry in (ended, estimated):
        assert entry["bytes_shown"] % step == 0 and entry["bytes_shown"] >= entry["bytes_processed"]
    assert ended["bytes_processed"] % step and ended["tables"] == ["demo.bank.customers"] and not ended["cache_hit"]
    refused = story.of("request_refused", "people")
    assert [item["code"] for item in refused[1]["refused"]] == ["parameter.argument_missing",
                                                                "parameter.argument_unknown"]


def test_an_operator_is_seen(story: Story) -> None:
    started = story.of("server_started", "people")[0]
    config = story.logs["people"].parent / "scrim.yaml"
    assert started["configuration"] == hashlib.sha256(config.read_bytes()).hexdigest()
    types = [entry["type"] for entry in story.entries("people")]
    assert types[:5] == ["log_opened", "keys_read", "keys_read", "keys_read", "mapping_loaded"]
    assert [entry["signal"] for entry in story.of("signal_received", "people")] == ["SIGHUP", "SIGHUP", "SIGTERM"]
    assert types[-1] == "server_stopped"
    loaded, refused = story.of("mapping_loaded", "people"), story.of("mapping_refused", "people")
    assert refused[0]["mapping"] == loaded[-1]["mapping"] and refused[0]["mistakes"] >= 1


def test_a_crash_and_a_new_key_are_seen_at_the_next_start(story: Story) -> None:
    first, second = story.of("log_opened", "crash")
    assert first["entries"] == 0 and first["unsigned"] == 0
    assert second["entries"] > 0 and story.of("torn_tail_cut", "crash")[0]["seq"] == second["entries"]
    keys = story.of("keys_read", "crash")
    assert [entry["ring"] for entry in keys] == ["tokens", "sealing", "audit"] * 2
    assert all("added" not in entry for entry in keys[:3])
    assert [len(entry["added"]) for entry in keys[3:]] == [0, 1, 0] and all(not entry["removed"] for entry in keys[3:])
    assert keys[4]["keys"][0]["id"] == keys[4]["added"][0] and keys[4]["keys"][1:] == keys[1]["keys"]


def test_an_admins_commands_are_seen(story: Story) -> None:
    commands = [(entry["command"], entry["arguments"]) for entry in story.of("admin_command", "admins")]
    assert [name for name, _ in commands] == ["tags plan", "tags apply", "tags coverage", "keys rotate"]
    assert commands[3][1]["ring"] == "tokens"
    changed = story.of("keys_changed", "admins")[0]
    assert changed["ring"] == "tokens" and changed["change"] == "rotated" and len(changed["keys"]) == 2
    by_request: dict[str, list[str]] = {}
    for entry in story.entries("admins"):
        by_request.setdefault(entry["request"], []).append(entry["type"])
    assert all(types[0] in ("admin_command", "audit_read") for types in by_request.values())


def test_no_secret_is_in_any_log(story: Story) -> None:
    rings = {path.read_text().split()[-1] for log in story.logs.values() for path in (log.parent / "keys").iterdir()}
    secrets = [secret for secret in [*story.secrets, *rings] if len(secret) >= 8]
    assert len(secrets) > 10 and any("SECRETLITERAL" in secret for secret in secrets)
    for log in story.logs.values():
        written = b"".join(path.read_bytes() for path in log.rglob("*") if path.is_file())
        assert not [secret for secret in secrets if secret.encode() in written]


def test_the_logs_verify(story: Story) -> None:
    for name, log in story.logs.items():
        admin = ["--admin"] if name == "admins" else []
        ended = command("audit", "verify", "--config", log.parent / "scrim.yaml", *admin)
        assert ended.returncode == 0 and ended.stdout.startswith("verified"), ended.stdout


def test_making_and_rotating_keys_is_recorded(warehouse: Any, tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    (tmp_path / "keys/tokens").unlink()

    def entries() -> list[dict[str, Any]]:
        shown = command("audit", "verify", "--config", config, "--admin")
        assert shown.returncode == 0, shown.stdout
        return event_story.audit_files.entries(tmp_path / "audit-admin")

    for verb, ring in (("make", "audit"), ("make", "tokens"), ("rotate", "tokens"), ("rotate", "audit")):
        ended = command("keys", verb, tmp_path / "keys" / ring, "--config", config, "--json")
        assert ended.returncode == 0, ended.stderr
        given, changed = entries()[-2:]
        assert given["type"] == "admin_command" and given["command"] == f"keys {verb}"
        assert changed["ring"] == ring and changed["change"] == {"make": "made", "rotate": "rotated"}[verb]
        assert [key["id"] for key in changed["keys"]] == [key["id"] for key in json.loads(ended.stdout)]
        assert changed["actor"]["issuer"] == "os" and changed["request"] == given["request"]
    count = len(entries())
    for name, told in (("tokens", "could not be made"), ("other", "none of the key rings")):
        ended = command("keys", "make", tmp_path / "keys" / name, "--config", config)
        assert ended.returncode == 2 and told in ended.stderr and not ended.stdout
    assert [entry["type"] for entry in entries()[count:]] == ["admin_command"], "what failed was asked for"
