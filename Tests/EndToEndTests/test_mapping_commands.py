"""`scrim mapping test` and `scrim mapping diff`: a mapping is judged before it goes live."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from mapping_commands import git, run, write_catalog
from policy import ROLES, write_mapping
from proxy import command


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tables.json")


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return write_mapping(tmp_path / "mapping")


GOOD = """
cases:
  - name: e-mails are masked, segments are not
    role: analyst
    sql: SELECT email, segment FROM customers
    masks: {email: EMAIL_MASK}
  - role: [analyst]
    sql: SELECT COUNT(*) AS n, 1 AS one FROM customers
    masks: {}
  - role: analyst
    sql: SELECT city, UPPER(email) AS e FROM bank.directory
    masks: {e: EMAIL_MASK%s}
  - role: analyst
    sql: DELETE FROM customers WHERE TRUE
    refused: statement.delete
"""


def city_mask(mapping: Path, catalog: Path) -> str:
    """What the example mapping says of the city below the view, told by another door."""
    ended = command("explain", "--mapping", mapping, "--catalog", catalog, "--role", "analyst", "--json",
                    "SELECT address.city AS c FROM `demo.bank.customers`")
    masked = json.loads(ended.stdout)["columns"][0]["masked"]
    return f", city: {masked['rule']}" if masked else ""


def test_cases_that_hold(mapping: Path, catalog: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(GOOD % city_mask(mapping, catalog))
    code, answer = run("test", cases, "--directory", mapping, "--catalog", catalog, "--default-dataset", "bank")
    assert (code, answer["failed"]) == (0, 0), answer
    assert [case["passed"] for case in answer["cases"]] == [True] * 4
    text = command("mapping", "test", cases, "--directory", mapping, "--catalog", catalog, "--default-dataset", "bank")
    assert text.returncode == 0 and "4 cases, 0 failed" in text.stdout


@pytest.mark.parametrize(("case", "told"), [
    ("{role: analyst, sql: SELECT email FROM customers, masks: {}}", "EMAIL_MASK"),
    ("{role: analyst, sql: SELECT segment FROM customers, masks: {segment: EMAIL_MASK}}", "nothing"),
    ("{role: analyst, sql: SELECT segment FROM customers, refused: column.denied}", "not refused"),
    ("{role: analyst, sql: SELECT 1 +, masks: {}}", "syntax.invalid"),
    ("{role: analyst, sql: SELECT 1 +, refused: column.denied}", "syntax.invalid"),
    ("{role: nobody, sql: SELECT 1, masks: {}}", "nobody"),
])
def test_cases_that_do_not_hold(mapping: Path, catalog: Path, tmp_path: Path, case: str, told: str) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(f"cases: [{case}]")
    code, answer = run("test", cases, "--directory", mapping, "--catalog", catalog, "--default-dataset", "bank")
    assert (code, answer["failed"]) == (1, 1) and told in answer["cases"][0]["complaint"], answer


@pytest.mark.parametrize("text", [
    "cases: [{role: analyst, sql: SELECT 1}]", "cases: [{sql: SELECT 1, masks: {}}]", "cases: 1", "nonsense: 1",
    "cases: [{role: analyst, sql: SELECT 1, masks: {a: NO_RULE}}]",
    "cases: [{role: analyst, sql: SELECT 1, masks: {}, refused: x}]",
    "cases: [{role: analyst, sql: SELECT 1, masks: {}, other: x}]",
])
def test_a_file_of_cases_with_mistakes(mapping: Path, catalog: Path, tmp_path: Path, text: str) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(text)
    ended = command("mapping", "test", cases, "--directory", mapping, "--catalog", catalog)
    assert ended.returncode == 2 and "cases.yaml" in ended.stderr and ended.stdout == ""


def changed(directory: Path, **changes: Any) -> Path:
    analyst = ROLES["analyst"] | changes
    return write_mapping(directory, {"analyst": analyst})


def test_what_changes_for_whom(mapping: Path, catalog: Path, tmp_path: Path) -> None:
    masks = ROLES["analyst"]["masks"] | {"pii.email": "RAW"}
    after = changed(tmp_path / "after", masks=masks, groups=["analyst@bank.example", "new@bank.example"])
    code, answer = run("diff", mapping, after, "--catalog", catalog)
    found = {(entry["subject"], entry["effect"]): entry for entry in answer["differences"]
             if entry["role"] == "analyst"}
    assert code == 1
    tag = found["tag pii.email", "loosens"]
    assert (tag["before"], tag["after"]) == ("EMAIL_MASK", "RAW") and "new@bank.example" in tag["groups"]
    column = found["column demo.bank.customers.email", "loosens"]
    assert (column["before"], column["after"]) == ("EMAIL_MASK", "RAW")
    assert ("groups", "changes") in found
    back = {(entry["subject"], entry["effect"]) for entry in run("diff", after, mapping)[1]["differences"]}
    assert ("tag pii.email", "tightens") in back
    assert run("diff", mapping, mapping) == (0, {"differences": []})


def test_roles_come_and_go(mapping: Path, tmp_path: Path) -> None:
    after = write_mapping(tmp_path / "after", {"newcomer": ROLES["analyst"]})
    _, answer = run("diff", mapping, after)
    effects = {entry["role"]: entry["effect"] for entry in answer["differences"] if entry["subject"] == "role"}
    assert effects["analyst"] == "tightens" and effects["newcomer"] == "loosens"


def test_revisions_of_git(mapping: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "mapping")
    git(tmp_path, "commit", "-qm", "first")
    assert run("diff", "HEAD", "--directory", mapping) == (0, {"differences": []})
    shutil.rmtree(mapping)
    changed(mapping, masks=ROLES["analyst"]["masks"] | {"pii.email": "ALWAYS_NULL"})
    code, answer = run("diff", "HEAD", "--directory", mapping)
    assert code == 1 and [(entry["subject"], entry["effect"]) for entry in answer["differences"]
                          if entry["role"] == "analyst"] == [("tag pii.email", "tightens")]
    git(tmp_path, "commit", "-qam", "second")
    assert run("diff", "HEAD~1", "HEAD", "--directory", mapping) == (code, answer)
    for revision in ("no-such-revision", "--output=x", "HEAD:mapping"):
        ended = command("mapping", "diff", "--directory", mapping, "--", revision)
        assert ended.returncode == 2 and not (tmp_path / "x").exists(), ended.stderr
