"""`scrim tags list|plan|apply`: tags change after a plan that was reviewed, and nothing else does."""

from __future__ import annotations

import copy
import json
import os
import pty
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import audit_files
import pytest
import tagging_lab as lab
from agent import connected
from google.cloud import bigquery
from proxy import BINARY, command, configure, serving
from sandbox import bank

TAG = bank.TAXONOMY
LEDGER: list[dict[str, Any]] = [
    {"name": "id", "type": "INTEGER", "mode": "REQUIRED", "description": "Größe 数 😀 \"quoted\" \\ back\tslash"},
    {"name": "note", "type": "STRING", "maxLength": "9223372036854775807", "collation": "und:ci",
     "defaultValueExpression": "'a\"b' || CAST(CURRENT_DATE() AS STRING)"},
    {"name": "amount", "type": "NUMERIC", "precision": "20", "scale": "4", "roundingMode": "ROUND_HALF_EVEN"},
    {"name": "period", "type": "RANGE", "rangeElementType": {"type": "DATE"}},
    {"name": "at", "type": "TIMESTAMP", "timestampPrecision": "6"},
    {"name": "unknown_to_us", "type": "STRING", "futureMember": {"numbers": [1, 9223372036854775807], "text": "1.50"}},
    {"name": "named", "type": "STRING", "policyTags": {"names": [TAG + "14"]}},
    {"name": "listed", "type": "STRING", "dataPolicies": [{"name": "projects/demo/locations/us/dataPolicies/address"}]},
    {"name": "governed", "type": "STRING",
     "dataGovernanceTagsInfo": {"dataGovernanceTags": {"demo/sensitivity": "note"}}},
    {"name": "owner", "type": "RECORD", "mode": "REPEATED", "fields": [
        {"name": "mail", "type": "STRING", "policyTags": {"names": [TAG + "12"]}},
        {"name": "Phone", "type": "STRING"},
        {"name": "inner", "type": "RECORD", "fields": [{"name": "code", "type": "BYTES"}]}]},
]


@dataclass
class Admin:
    """An admin with a configuration and a key of their own."""

    directory: Path
    config: Path
    key: Path
    client: bigquery.Client

    def run(self, *arguments: str | Path, key: Path | None = None) -> subprocess.CompletedProcess[str]:
        name, *rest = arguments
        return command("tags", name, "--config", self.config, "--credentials", key or self.key, *rest, seconds=60)

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        ended = self.run(*arguments, "--json")
        assert ended.returncode == code, (ended.returncode, ended.stdout, ended.stderr)
        return json.loads(ended.stdout)

    def plan(self, changes: dict[str, Any], name: str = "plan.json") -> Path:
        """A clean plan that changes something, written to a file."""
        out = self.directory / name
        out.unlink(missing_ok=True)
        assert self.json("plan", "--file", self.changes(changes), "--out", out)["findings"] == []
        return out

    def changes(self, changes: dict[str, Any]) -> Path:
        file = self.directory / "changes.yaml"
        file.write_text(json.dumps(changes, ensure_ascii=False))
        return file

    def entries(self) -> list[dict[str, Any]]:
        log = self.directory / "audit-admin"
        return audit_files.entries(log) if log.exists() else []


@pytest.fixture(scope="module")
def dataset(warehouse: Any, direct: bigquery.Client) -> Iterator[None]:
    direct.create_dataset(f"demo.{lab.DATASET}", exists_ok=True)
    yield
    direct.delete_dataset(f"demo.{lab.DATASET}", delete_contents=True)


@pytest.fixture
def admin(dataset: None, warehouse: Any, direct: bigquery.Client, tmp_path: Path) -> Iterator[Admin]:
    for table in ("ledger", "second"):
        lab.create(direct, table, {"schema": {"fields": LEDGER}, "description": "d", "labels": {"a": "b"},
                                   "clustering": {"fields": ["id"]}})
    config = configure(tmp_path, warehouse.url, warehouse.key_file, bigquery={
        "project": "demo", "location": "US", "default_dataset": lab.DATASET, "datasets": [lab.DATASET],
        "endpoint": warehouse.url, "credentials": {"service_account_file": str(warehouse.key_file)}})
    yield Admin(tmp_path, config, Path(warehouse.key_file).with_name("admin.json"), direct)
    for table in ("ledger", "second"):
        direct.delete_table(f"demo.{lab.DATASET}.{table}", not_found_ok=True)


def without_versions(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name not in ("etag", "lastModifiedTime")}


def test_list(admin: Admin) -> None:
    rows = {row["column"]: row for row in admin.json("list", "--table", f"{lab.DATASET}.ledger")}
    assert rows["named"]["tags"] == [{"tag": "pii.name", "resource": TAG + "14", "carrier": "policy tag"}]
    assert rows["listed"]["tags"][0] == {
        "tag": "pii.address", "carrier": "data policy", "resource": "projects/demo/locations/us/dataPolicies/address"}
    assert rows["governed"]["tags"][0]["carrier"] == "governance tag"
    assert rows["owner.mail"]["tags"][0]["tag"] == "pii.email" and rows["owner"]["mode"] == "REPEATED"
    assert rows["period"]["type"] == "RANGE<DATE>" and rows["owner.inner.code"]["type"] == "BYTES"
    tagged = {row["column"] for row in admin.json("list", "--dataset", lab.DATASET, "--table", "ledger", "--tagged")}
    untagged = {row["column"] for row in admin.json("list", "--table", f"demo.{lab.DATASET}.ledger", "--untagged")}
    assert tagged == {"named", "listed", "governed", "owner.mail"}
    assert untagged == set(rows) - tagged - {"owner", "owner.inner"}
    text = admin.run("list", "--dataset", lab.DATASET)
    assert text.returncode == 0 and f"demo.{lab.DATASET}.second.owner.mail" in text.stdout
    assert admin.run("list", "--dataset", "nothing").returncode == 2
    assert admin.run("list", "--table", f"{lab.DATASET}.nothing").returncode == 1


def test_a_plan_changes_the_tags_that_it_names_and_nothing_else(admin: Admin) -> None:
    before = lab.resource_of(admin.client, "ledger")
    plan = admin.plan({f"{lab.DATASET}.ledger": {
        "note": "pii.ssn", "owner.phone": "pii.phone", "named": None, "owner.mail": "pii", "owner.inner.code": "secret",
        "id": None}})
    content = json.loads(plan.read_text())["plan"]["tables"]
    assert len(content) == 1 and content[0]["etag"] == before["etag"]
    changes = {change["column"]: change for change in content[0]["changes"]}
    assert set(changes) == {"note", "owner.Phone", "named", "owner.mail", "owner.inner.code"}
    assert changes["owner.mail"]["old"] == {"tag": "pii.email", "resource": TAG + "12"}
    assert changes["owner.mail"]["new"] == {"tag": "pii", "resource": TAG + "1"}
    assert changes["named"]["new"] is None and changes["note"]["old"] is None
    effects = {effect["role"]: effect for effect in changes["note"]["effects"]}
    assert effects["analyst"] == {"role": "analyst", "before": "RAW", "after": "LAST_FOUR_CHARACTERS"}
    assert lab.resource_of(admin.client, "ledger") == before, "a plan changes nothing"
    answer = admin.json("apply", "--plan", plan, "--yes")
    assert answer["tables"] == [{"table": f"demo.{lab.DATASET}.ledger", "outcome": "applied", "reason": None}]
    expected = copy.deepcopy(before)
    fields = {field["name"]: field for field in expected["schema"]["fields"]}
    owner = {field["name"]: field for field in fields["owner"]["fields"]}
    fields["note"]["policyTags"] = {"names": [TAG + "11"]}
    del fields["named"]["policyTags"]
    owner["mail"]["policyTags"] = {"names": [TAG + "1"]}
    owner["Phone"]["policyTags"] = {"names": [TAG + "13"]}
    owner["inner"]["fields"][0]["policyTags"] = {"names": [TAG + "4"]}
    after = lab.resource_of(admin.client, "ledger")
    assert without_versions(after) == without_versions(expected) and after["etag"] != before["etag"]
    # Google's own client reads the same.
    read = {field.name: field for field in admin.client.get_table(f"demo.{lab.DATASET}.ledger").schema}
    assert read["note"].policy_tags.names == (TAG + "11",) and read["named"].policy_tags is None
    assert read["note"].default_value_expression == LEDGER[1]["defaultValueExpression"]
    assert read["id"].description == LEDGER[0]["description"] and read["period"].range_element_type is not None
    second = admin.run("plan", "--file", admin.changes({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}}))
    assert second.returncode == 0 and "nothing to change" in second.stdout


def test_the_log_says_who_changed_what_before_it_was_changed(admin: Admin) -> None:
    etag = lab.resource_of(admin.client, "ledger")["etag"]
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn", "named": None}})
    admin.json("apply", "--plan", plan, "--yes")
    entries = admin.entries()
    types = [entry["type"] for entry in entries]
    assert types == ["admin_command", "metadata_read", "tag_change_planned",
                     "admin_command", "tag_change_submitted", "tag_change_ended"]
    digest = json.loads(plan.read_text())["digest"]
    assert entries[0]["command"] == "tags plan" and entries[0]["arguments"]["out"] == str(plan)
    assert entries[3]["command"] == "tags apply" and entries[3]["arguments"] == {"plan": digest}
    for entry in (entries[2], entries[4]):
        assert entry["plan"] == digest and entry["table"] == f"demo.{lab.DATASET}.ledger" and entry["etag"] == etag
        assert entry["columns"] == [
            {"column": "note", "old": None, "new": {"tag": "pii.ssn", "resource": TAG + "11"}},
            {"column": "named", "old": {"tag": "pii.name", "resource": TAG + "14"}, "new": None}]
        assert entry["actor"]["client"] == "admin@demo.iam.gserviceaccount.com" and entry["actor"]["kind"] == "admin"
        assert entry["actor"]["subject"] and entry["actor"]["issuer"] == "os"
    assert entries[5]["outcome"] == "applied"
    assert entries[5]["etag"] == lab.resource_of(admin.client, "ledger")["etag"]
    keys = json.loads(command("keys", "list", "--audit", admin.directory / "keys" / "audit", "--config",
                              admin.config, "--admin", "--json").stdout)
    verified = command("audit", "verify", "--directory", admin.directory / "audit-admin", "--key",
                       keys[0]["verifier_key"])
    assert verified.returncode == 0 and verified.stdout.startswith("verified"), verified.stdout
    by_config = command("audit", "verify", "--config", admin.config, "--admin")
    assert by_config.returncode == 0 and by_config.stdout.startswith("verified"), by_config.stdout


def test_a_change_of_hundreds_of_columns_is_recorded_in_full(admin: Admin) -> None:
    fields = [{"name": f"column_{at:03}_{'x' * 80}", "type": "STRING"} for at in range(150)]
    lab.create(admin.client, "wide", {"schema": {"fields": fields}})
    try:
        plan = admin.plan({f"{lab.DATASET}.wide": {field["name"]: "pii.phone" for field in fields}})
        admin.json("apply", "--plan", plan, "--yes")
        submitted = [entry for entry in admin.entries() if entry["type"] == "tag_change_submitted"]
        assert [entry["part"] for entry in submitted] == list(range(1, len(submitted) + 1)) and len(submitted) > 1
        assert all(entry["parts"] == len(submitted) and "cut" not in entry for entry in submitted)
        assert [column["column"] for entry in submitted for column in entry["columns"]] == [
            field["name"] for field in fields]
        after = lab.resource_of(admin.client, "wide")["schema"]["fields"]
        assert all(field["policyTags"] == {"names": [TAG + "13"]} for field in after)
    finally:
        admin.client.delete_table(f"demo.{lab.DATASET}.wide")


def touch(client: bigquery.Client, table: str) -> None:
    found = client.get_table(f"demo.{lab.DATASET}.{table}")
    found.description = "changed since"
    client.update_table(found, ["description"])


@pytest.mark.parametrize("table", ["ledger", "second"])
def test_a_stale_plan_changes_no_table(admin: Admin, table: str) -> None:
    plan = admin.plan({f"{lab.DATASET}.{name}": {"note": "pii.ssn"} for name in ("ledger", "second")})
    touch(admin.client, table)
    before = [lab.resource_of(admin.client, name) for name in ("ledger", "second")]
    answer = admin.json("apply", "--plan", plan, "--yes", code=1)
    assert [finding["code"] for finding in answer["findings"]] == ["plan.stale"] and answer["tables"] == []
    assert [lab.resource_of(admin.client, name) for name in ("ledger", "second")] == before
    assert "tag_change_submitted" not in [entry["type"] for entry in admin.entries()]


def test_a_table_that_changes_in_between_stops_the_rest(admin: Admin, faults: Callable[..., None]) -> None:
    plan = admin.plan({f"{lab.DATASET}.{name}": {"note": "pii.ssn"} for name in ("ledger", "second")})
    faults(requests=[{"method": "PATCH", "path": "/ledger", "answer": "conditionNotMet"}])
    answer = admin.json("apply", "--plan", plan, "--yes", code=1)
    assert [(table["table"][-6:], table["outcome"]) for table in answer["tables"]] == [
        ("ledger", "stale"), ("second", "not_tried")]
    assert admin.entries()[-1]["type"] == "tag_change_ended" and admin.entries()[-1]["outcome"] == "stale"
    assert admin.entries()[-1]["reason"] == "conditionNotMet"
    for name in ("ledger", "second"):
        assert "policyTags" not in lab.resource_of(admin.client, name)["schema"]["fields"][1]


@pytest.mark.parametrize(("answer", "outcome", "code"), [
    ("lost", "applied", 0), ("accessDenied", "refused", 1), ("backendError", "unknown", 1)])
def test_an_answer_that_does_not_come_is_settled_by_reading(
        admin: Admin, faults: Callable[..., None], answer: str, outcome: str, code: int) -> None:
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}})
    faults(requests=[{"method": "PATCH", "path": "/ledger", "answer": answer}])
    assert admin.json("apply", "--plan", plan, "--yes", code=code)["tables"][0]["outcome"] == outcome
    assert admin.entries()[-1]["outcome"] == outcome
    tags = lab.resource_of(admin.client, "ledger")["schema"]["fields"][1].get("policyTags")
    assert tags == ({"names": [TAG + "11"]} if outcome == "applied" else None)


def test_a_plan_that_was_edited_is_not_applied(admin: Admin) -> None:
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}})
    before = lab.resource_of(admin.client, "ledger")
    text = plan.read_text()
    for edited in (text.replace(TAG + "11", TAG + "12"), text.replace('"note"', '"id"'), "{}", text[:-5]):
        plan.write_text(edited)
        ended = admin.run("apply", "--plan", plan, "--yes")
        assert ended.returncode == 2 and "plan" in ended.stderr, ended.stderr
    assert lab.resource_of(admin.client, "ledger") == before


def test_a_plan_made_under_another_mapping_is_stale(admin: Admin) -> None:
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}})
    role = admin.directory / "mapping" / "roles" / "clerk.yaml"
    role.write_text(json.dumps(json.loads(role.read_text()) | {"default": "DENY"}))
    answer = admin.json("apply", "--plan", plan, "--yes", code=1)
    assert [finding["place"] for finding in answer["findings"]] == ["the mapping"] and answer["tables"] == []
    assert "policyTags" not in lab.resource_of(admin.client, "ledger")["schema"]["fields"][1]


def test_a_plan_file_is_not_replaced(admin: Admin) -> None:
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}})
    before, count = plan.read_text(), len(admin.entries())
    ended = admin.run("plan", "--file", admin.changes({f"{lab.DATASET}.ledger": {"note": "pii"}}), "--out", plan)
    assert ended.returncode == 2 and plan.read_text() == before and len(admin.entries()) == count


@pytest.mark.parametrize(("changes", "code"), [
    ({f"{lab.DATASET}.nothing": {"a": "pii"}}, "table.not_found"),
    ({"nothing.at_all": {"a": "pii"}}, "table.not_found"),
    ({f"{lab.DATASET}.ledger": {"missing": "pii"}}, "column.not_found"),
    ({f"{lab.DATASET}.ledger": {"owner": "pii"}}, "column.struct"),
    ({f"{lab.DATASET}.ledger": {"owner.inner": "pii"}}, "column.struct"),
    ({f"{lab.DATASET}.ledger": {"note": "no.such.tag"}}, "tag.not_found"),
    ({f"{lab.DATASET}.ledger": {"note": "pii.address"}}, "tag.not_policy_tag"),
    ({f"{lab.DATASET}.ledger": {"note": "pii.note"}}, "tag.not_policy_tag"),
    ({f"{lab.DATASET}.ledger": {"note": "far"}}, "tag.location"),
    ({f"{lab.DATASET}.ledger": {"listed": "pii"}}, "column.other_carrier"),
    ({f"{lab.DATASET}.ledger": {"governed": None}}, "column.other_carrier"),
    ({"bank.customer_directory": {"email": "pii"}}, "table.kind"),
])
def test_what_stands_in_the_way_is_told_and_no_plan_is_written(
        admin: Admin, changes: dict[str, Any], code: str) -> None:
    tags = admin.directory / "mapping" / "tags.yaml"
    tags.write_text(json.dumps(json.loads(tags.read_text()) | {
        "far": "projects/demo/locations/europe-west3/taxonomies/1/policyTags/1"}))
    out = admin.directory / "plan.json"
    good = {f"{lab.DATASET}.second": {"note": "pii.ssn"}}
    answer = admin.json("plan", "--file", admin.changes(changes | good), "--out", out, code=1)
    assert [finding["code"] for finding in answer["findings"]] == [code] and not out.exists()
    assert all(finding["fix"] for finding in answer["findings"]) and "plan" not in answer


@pytest.mark.parametrize("text", [
    "[]", "a: 1", "tagging.ledger: {}", "tagging.ledger: {note: [pii]}", "tagging.ledger: {note: pii, NOTE: pii}",
    "ledger: {note: pii}", "a.b.c.d: {note: pii}", "tagging.ledger: {note: ''}", "x: {"])
def test_a_file_of_changes_with_mistakes(admin: Admin, text: str) -> None:
    file = admin.directory / "bad.yaml"
    file.write_text(text)
    ended = admin.run("plan", "--file", file)
    assert ended.returncode == 2 and "bad.yaml" in ended.stderr and ended.stdout == ""


def test_the_servers_own_account_is_refused(admin: Admin, warehouse: Any, tmp_path: Path) -> None:
    copied = tmp_path / "copy.json"
    shutil.copy(warehouse.key_file, copied)
    linked = tmp_path / "link.json"
    linked.symlink_to(warehouse.key_file)
    for key in (Path(warehouse.key_file), copied, linked):
        ended = admin.run("list", key=key)
        assert ended.returncode == 2 and "server's service account" in ended.stderr and ended.stdout == ""
    broken = json.loads(admin.key.read_text())
    broken["client_email"] = "other@demo.iam.gserviceaccount.com"
    unknown = tmp_path / "unknown.json"
    unknown.write_text(json.dumps(broken))
    for key in (unknown, tmp_path / "absent.json"):
        ended = admin.run("list", key=key)
        assert ended.returncode == 2 and "--credentials" in ended.stderr, ended.stderr
    assert command("tags", "list", "--config", admin.config).returncode == 2, "a credential is required"


def test_the_server_masks_a_column_from_the_next_query_on(admin: Admin) -> None:
    lab.create(admin.client, "fresh", {"schema": {"fields": [{"name": "code", "type": "STRING"}]}})
    try:
        assert admin.client.insert_rows_json(f"demo.{lab.DATASET}.fresh", [{"code": "abcdefgh"}]) == []
        with serving(admin.config) as proxy, connected(proxy.url, "auto") as agent:
            assert agent.all_rows("SELECT code FROM fresh")[1] == [["abcdefgh"]]
            # The server holds the lock on its log meanwhile.
            admin.json("apply", "--yes", "--plan", admin.plan({f"{lab.DATASET}.fresh": {"code": "pii.ssn"}}))
            columns, rows = agent.all_rows("SELECT code FROM fresh")
            assert rows == [["XXXXXefgh"]]
            assert columns[0]["masked"] == {"tag": "pii.ssn", "rule": "LAST_FOUR_CHARACTERS"}
            admin.json("apply", "--yes", "--plan", admin.plan({f"{lab.DATASET}.fresh": {"code": None}}))
            assert agent.all_rows("SELECT code FROM fresh")[1] == [["abcdefgh"]]
    finally:
        admin.client.delete_table(f"demo.{lab.DATASET}.fresh")


def test_a_role_that_can_no_longer_read_a_table_is_named(admin: Admin) -> None:
    answer = admin.json("plan", "--file", admin.changes({f"{lab.DATASET}.ledger": {"id": "pii.phone"}}))
    notes = answer["plan"]["tables"][0]["notes"]
    assert any("role analyst cannot read the table" in note and "`id`" in note for note in notes)


@pytest.mark.parametrize(("typed", "code"), [(b"yes\n", 0), (b"no\n", 2), (b"y\n", 2)])
def test_a_person_is_asked(admin: Admin, typed: bytes, code: int) -> None:
    plan = admin.plan({f"{lab.DATASET}.ledger": {"note": "pii.ssn"}})
    assert admin.run("apply", "--plan", plan).returncode == 2, "nobody is there to ask"
    ours, theirs = pty.openpty()
    try:
        os.write(ours, typed)
        ended = subprocess.run([str(BINARY), "tags", "apply", "--config", admin.config, "--credentials", admin.key,
                                "--plan", plan], stdin=theirs, capture_output=True, text=True, timeout=60, check=False)
    finally:
        os.close(ours)
        os.close(theirs)
    assert ended.returncode == code and "no tag → pii.ssn" in ended.stdout and "yes" in ended.stderr
    tagged = "policyTags" in lab.resource_of(admin.client, "ledger")["schema"]["fields"][1]
    assert tagged == (code == 0)


def test_two_admins_at_once_do_not_share_a_log(admin: Admin) -> None:
    with serving(admin.config) as proxy:
        ended = admin.run("list", "--audit-directory", proxy.audit)
        assert ended.returncode == 2 and "--audit-directory" in ended.stderr
        assert admin.run("list", "--audit-directory", admin.directory / "elsewhere").returncode == 0
    assert (admin.directory / "elsewhere" / "checkpoint").exists()
