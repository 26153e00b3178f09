"""The table that entries are copied to: all of them, whatever fails meanwhile, and nothing that is sealed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import audit_files
import jsonschema
import pytest
from agent import connected
from canary import found_in
from google.cloud import bigquery
from proxy import ROOT, Proxy, command, configure, serving

NUMBERS = count()
SECONDS_MAX = 30
STRINGS = ["type", "session", "person", "job_id", "entry", "leaf_hash"]


@pytest.fixture
def table(direct: bigquery.Client) -> str:
    """A table as docs/evidence.md describes it."""
    direct.create_dataset("demo.audit", exists_ok=True)
    name = f"demo.audit.entries_{next(NUMBERS)}"
    schema = [bigquery.SchemaField("origin", "STRING", "REQUIRED"), bigquery.SchemaField("seq", "INT64", "REQUIRED"),
              bigquery.SchemaField("time", "TIMESTAMP", "REQUIRED"),
              *(bigquery.SchemaField(column, "STRING") for column in STRINGS)]
    direct.create_table(bigquery.Table(name, schema=schema))
    return name


def rows(direct: bigquery.Client, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in direct.query(f"SELECT * FROM `{table}` ORDER BY seq").result()]


def wait_for(isso: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + SECONDS_MAX
    while not (found := isso()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def compare(direct: bigquery.Client, table: str, log: Path) -> list[dict[str, Any]]:
    """Waits until the table has what the checkpoint covers, and compares each row with the log's bytes."""
    def is_there() -> bool:
        return len(rows(direct, table)) >= audit_files.checkpoint(log)[1]
    assert wait_for(is_there)
    found, raw = rows(direct, table), audit_files.signed_entries(log)
    assert [row["seq"] for row in found] == list(range(len(found))) and len(found) <= len(raw)
    for row, entry in zip(found, raw, strict=False):
        assert row["entry"].encode() == entry and row["leaf_hash"] == audit_files.leaf_hash(entry).hex()
        assert row["origin"] == audit_files.checkpoint(log)[0]
    return found


def work(server: Proxy) -> None:
    with connected(server.url, "auto") as agent:
        agent.ask("query", sql="SELECT email FROM customers WHERE segment = 'retail'", max_rows=5)


def sink_events(server: Proxy) -> list[dict[str, Any]]:
    return [entry for entry in audit_files.entries(server.audit) if entry["type"] == "audit_sink"]


def test_every_entry_arrives_once_also_over_a_restart(warehouse, direct, table: str, tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file, audit={
        "directory": "audit", "sink": {"table": table, "credentials": {"service_account_file": warehouse.key_file}}})
    for _ in range(2):
        with serving(config) as server:
            work(server)
            found = compare(direct, table, server.audit)
    job = next(row for row in found if row["type"] == "job_submitted")
    assert job["person"].startswith("dev@example.com") and job["job_id"].startswith(f"scrim_{job['session']}_")
    assert (tmp_path / "audit-sink.json").exists() and not (tmp_path / "audit/audit-sink.json").exists()
    text = "".join(row["entry"] for row in found).encode()
    assert found_in(text) == [] and b"'retail'" not in text, "nothing that is sealed"
    assert sink_events(server) == []
    assert command("audit", "verify", "--config", config).returncode == 0


def test_a_table_that_fails_stops_nothing_and_is_told(warehouse, direct, faults, table: str, tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file, audit={
        "directory": "audit", "sink": {"table": table, "lag": "1s"}})
    faults(requests=[{"method": "POST", "path": "/insertAll", "answer": "accessDenied"}])
    with serving(config) as server:
        work(server)
        behind = wait_for(lambda: sink_events(server))
        assert [entry["state"] for entry in behind] == ["behind"] and behind[0]["reason"] == "accessDenied"
        assert behind[0]["table"] == table and behind[0]["next"] == 0 and behind[0]["waiting"] > 0
        work(server)
        assert rows(direct, table) == []
        faults(requests=[{"method": "POST", "path": "/insertAll", "times": 1, "answer": "lost"}])
        assert wait_for(lambda: len(sink_events(server)) == 2)
        assert sink_events(server)[1]["state"] == "current"
        schema = json.loads((ROOT / "docs/audit-events/audit_sink.json").read_text())
        for entry in sink_events(server):
            jsonschema.validate(entry, schema, jsonschema.Draft202012Validator)
        compare(direct, table, server.audit)
        output = server.output.read_text()
        assert "the audit table is behind the log" in output and "has caught up" in output
    assert command("audit", "verify", "--config", config).returncode == 0


@pytest.mark.parametrize(("sink", "message"), [
    ({"table": "demo.bank.entries"}, "audit.sink.table"), ({"table": "entries"}, "project.dataset.table"),
    ({"table": "demo.audit.x", "state": "audit/state.json"}, "outside of the log's directory"),
    ({"table": "demo.audit.x", "to": "y"}, "to"),
    ({"table": "demo.audit.x", "credentials": {"service_account_file": "none.json"}}, "audit.sink.credentials")])
def test_a_wrong_configuration_is_refused(warehouse, tmp_path: Path, sink: dict[str, Any], message: str) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file, audit={"directory": "audit", "sink": sink})
    ended = command("serve", "--config", config)
    assert ended.returncode == 2 and message in ended.stderr, ended.stderr
