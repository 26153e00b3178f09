"""`scrim mapping check|show|test|diff` of exceptions and expressions: with file, line and exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from mapping_commands import git, run, write_catalog
from policy import write_mapping
from proxy import command

EXPRESSIONS = {"INITIAL": {"types": ["STRING"], "sql": "SUBSTR(value, 1, 1)"}}
ROLE: dict[str, Any] = {
    "groups": ["people@bank.example"], "datasets": ["bank"], "accept_reversible": True, "default": "ALWAYS_NULL",
    "masks": {"pii": "INITIAL", "pii.birth_date": "RAW", "secret": "DENY", "types": "RAW"},
    "exceptions": [{"table": "bank.accounts", "masks": {"account": "KEYED_TOKEN"}, "untagged": "DENY"},
                   {"dataset": "bank", "masks": {"financial": "RAW"}}]}


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return write_catalog(tmp_path / "tables.json")


def written(directory: Path, role: dict[str, Any] = ROLE, expressions: dict[str, Any] | None = None) -> Path:
    return write_mapping(directory, {"r": role}, expressions=EXPRESSIONS if expressions is None else expressions)


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    return written(tmp_path / "mapping")


# check


def test_check_takes_what_is_right(mapping: Path, catalog: Path) -> None:
    assert run("check", "--directory", mapping, "--catalog", catalog) == (
        0, {"problems": [], "warnings": [], "roles": ["r"]})


def test_check_tells_every_mistake_with_its_line(tmp_path: Path) -> None:
    directory = written(tmp_path / "mapping")
    (directory / "mapping.yaml").write_text(
        "on_several_roles: strictest\nexpressions:\n  A:\n    types: [STRING]\n    sql: >-\n      CONCAT(value,\n      "
        "(SELECT email FROM bank.customers), LENGTH(value))\n  SHA256: {types: [STRING], sql: LOWER(value)}\n")
    (directory / "roles" / "r.yaml").write_text(
        "masks: {pii: A}\nexceptions:\n  - dataset: bank\n    masks:\n      pii.email: NO_RULE\n  - dataset: bank\n"
        "    default: RAW\n  - table: bank\n    default: RAW\n  - table: bank.customers\n    mask: {}\n")
    code, answer = run("check", "--directory", directory)
    told = [f"{problem['path']}:{problem['line']}: {problem['message']}" for problem in answer["problems"]]
    wanted = ["mapping.yaml:5: `A`, line 1, column 15: a subquery",
              "mapping.yaml:5: `A`, line 1, column 51: this is INT64",
              "mapping.yaml:8: `SHA256` is the name of a rule", "roles/r.yaml:5: `pii.email` is not one of",
              "roles/r.yaml:6: `bank` has an exception in line 3 already", "roles/r.yaml:8: `bank` is neither",
              "roles/r.yaml:10: the exception says nothing", "roles/r.yaml:11: unknown key `mask`"]
    assert code == 1 and len(told) == len(wanted), told
    for line in wanted:
        assert any(one.startswith(line) for one in told), (line, told)
    text = command("mapping", "check", "--directory", directory)
    assert text.returncode == 1 and sorted(text.stdout.splitlines()) == sorted(told)


def test_check_knows_types_and_places(tmp_path: Path, catalog: Path) -> None:
    role = ROLE | {"exceptions": [{"table": "bank.customers", "masks": {"financial": "INITIAL"}},
                                  {"table": "bank.customer", "default": "RAW"}, {"dataset": "other", "default": "RAW"}]}
    unused = {"UNUSED": {"types": ["DATE"], "sql": "CURRENT_DATE"}}
    directory = written(tmp_path / "mapping", role, EXPRESSIONS | unused)
    code, answer = run("check", "--directory", directory, "--catalog", catalog)
    assert code == 1 and len(answer["problems"]) == 1
    problem = answer["problems"][0]
    assert "`INITIAL` does not fit `demo.bank.customers.credit_limit`, which is NUMERIC" in problem["message"]
    assert (problem["path"], problem["line"]) == ("roles/r.yaml", 1)
    messages = sorted(warning["message"] for warning in answer["warnings"])
    assert [message.split(":")[0] for message in messages] == [
        "no role uses the expression `UNUSED`", "the role does not hold the dataset of dataset other",
        "there is no table bank.customer in the catalog"]
    # Warnings alone are no mistakes.
    code, answer = run("check", "--directory", directory)
    assert code == 0 and len(answer["warnings"]) == 2 and answer["problems"] == []
    assert "warning: roles/r.yaml:1: " in command("mapping", "check", "--directory", directory).stdout


def test_usage_and_configuration_end_with_2(tmp_path: Path, mapping: Path) -> None:
    for arguments in (["--directory", tmp_path / "none"], ["--directory", mapping, "--catalog", tmp_path / "none"],
                      ["--config", tmp_path / "none"]):
        assert command("mapping", "check", *arguments).returncode == 2


# show


def test_show_has_exceptions_and_expressions(mapping: Path, catalog: Path) -> None:
    code, answer = run("show", "--directory", mapping, "--role", "r", "--catalog", catalog)
    assert code == 0 and answer["expressions"] == [
        {"name": "INITIAL", "types": ["STRING"], "sql": "SUBSTR(value, 1, 1)"}]
    assert answer["exceptions"] == [
        {"in": "dataset bank", "default": "ALWAYS_NULL", "untagged": "RAW", "tags": [
            {"tag": "financial", "rule": "RAW"}, {"tag": "financial.amount", "rule": "RAW"}]},
        {"in": "table bank.accounts", "default": "ALWAYS_NULL", "untagged": "DENY", "tags": [
            {"tag": "account", "rule": "KEYED_TOKEN"}, {"tag": "account.number", "rule": "KEYED_TOKEN"},
            {"tag": "financial", "rule": "RAW"}, {"tag": "financial.amount", "rule": "RAW"}]}]
    rules = {tag["tag"]: tag["rule"] for tag in answer["tags"]}
    assert rules["pii.email"] == "INITIAL" and rules["account.number"] == rules["financial"] == "ALWAYS_NULL"
    columns = {(column["table"], column["column"]): column["masked"] for column in answer["columns"]}
    assert columns["demo.bank.customers", "email"] == {"tag": "pii.email", "rule": "INITIAL"}
    assert columns["demo.bank.accounts", "iban"]["rule"] == "KEYED_TOKEN"
    assert columns["demo.bank.accounts", "kind"]["rule"] == "DENY"
    assert columns["demo.bank.customers", "credit_limit"] is None
    assert columns["demo.bank.transactions", "counterparty_iban"]["rule"] == "ALWAYS_NULL"
    text = command("mapping", "show", "--directory", mapping, "--role", "r").stdout
    shown = [line.split() for line in text.splitlines()]
    assert ["in", "table", "bank.accounts"] in shown and ["account.number", "KEYED_TOKEN"] in shown
    assert ["(untagged)", "DENY"] in shown and ["expression", "INITIAL", "SUBSTR(value,", "1,", "1)"] in shown


# test


@pytest.mark.parametrize(("case", "told"), [
    ("{role: r, sql: SELECT email FROM customers, masks: {email: INITIAL}}", None),
    ("{role: r, sql: SELECT iban FROM accounts, masks: {iban: KEYED_TOKEN}}", None),
    ("{role: r, sql: SELECT counterparty_iban AS c FROM transactions, masks: {c: ALWAYS_NULL}}", None),
    ("{role: r, sql: SELECT balance FROM accounts, masks: {}}", None),
    ("{role: r, sql: SELECT kind FROM accounts, refused: column.denied}", None),
    ("{role: r, sql: SELECT email FROM customers, masks: {email: KEYED_TOKEN}}", "email INITIAL"),
    ("{role: r, sql: SELECT iban FROM accounts, masks: {iban: ALWAYS_NULL}}", "iban KEYED_TOKEN"),
])
def test_cases_know_exceptions_and_expressions(mapping: Path, catalog: Path, tmp_path: Path, case: str,
                                               told: str | None) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(f"cases: [{case}]")
    code, answer = run("test", cases, "--directory", mapping, "--catalog", catalog, "--default-dataset", "bank")
    assert (code, answer["failed"]) == ((1, 1) if told else (0, 0)), answer
    assert told is None or told in answer["cases"][0]["complaint"]


def test_a_case_that_names_no_rule(mapping: Path, catalog: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("cases:\n- {role: r, sql: SELECT 1, masks: {}}\n- role: r\n  sql: SELECT 1\n"
                     "  masks: {a: INITIALS}\n")
    ended = command("mapping", "test", cases, "--directory", mapping, "--catalog", catalog)
    assert ended.returncode == 2 and "cases.yaml`:3: " in ended.stderr and "masks" in ended.stderr


def test_a_case_that_fails_is_told_with_its_line(mapping: Path, catalog: Path, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text("cases:\n- {role: r, sql: SELECT 1, masks: {}}\n"
                     "- {name: odd, role: r, sql: SELECT 2, refused: a.b}\n")
    arguments = ["mapping", "test", cases, "--directory", mapping, "--catalog", catalog]
    answer = json.loads(command(*arguments, "--json").stdout)
    assert [(case["line"], case["passed"]) for case in answer["cases"]] == [(2, True), (3, False)]
    ended = command(*arguments)
    assert ended.returncode == 1 and f"FAIL {cases}:3: odd: not refused" in ended.stdout


# diff


def differences(*arguments: Any) -> set[tuple[str, ...]]:
    _, answer = run("diff", *arguments)
    return {(entry["effect"], entry["subject"], entry["in"] or "", entry["before"] or "", entry["after"] or "")
            for entry in answer["differences"]}


def test_diff_tells_what_is_otherwise_where(mapping: Path, tmp_path: Path, catalog: Path) -> None:
    after = written(tmp_path / "after", ROLE | {"exceptions": [
        {"table": "bank.accounts", "masks": {"account": "RAW"}}, {"dataset": "analytics", "default": "RAW"},
        {"dataset": "bank", "masks": {"financial": "RAW"}}]})
    found = differences(mapping, after)
    assert {entry for entry in found if entry[2] == "table bank.accounts"} == {
        ("loosens", "tag account", "table bank.accounts", "KEYED_TOKEN", "RAW"),
        ("loosens", "tag account.number", "table bank.accounts", "KEYED_TOKEN", "RAW"),
        ("loosens", "untagged", "table bank.accounts", "DENY", "RAW")}
    assert ("loosens", "tag secret", "dataset analytics", "DENY", "RAW") in found
    assert ("loosens", "other tags", "dataset analytics", "ALWAYS_NULL", "RAW") in found
    assert not any(entry[2] in ("", "dataset bank") for entry in found), found
    columns = differences(mapping, after, "--catalog", catalog) - found
    assert ("loosens", "column demo.bank.accounts.iban", "", "KEYED_TOKEN", "RAW") in columns
    assert all(entry[1].startswith("column demo.bank.accounts.") for entry in columns), columns
    text = command("mapping", "diff", mapping, after)
    assert text.returncode == 1
    assert "  loosens: tag account in table bank.accounts: KEYED_TOKEN → RAW" in text.stdout.splitlines()


def test_diff_tells_of_expressions_between_revisions(mapping: Path, tmp_path: Path, catalog: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "mapping")
    git(tmp_path, "commit", "-qm", "first")
    settings = {"expressions": {"INITIAL": EXPRESSIONS["INITIAL"] | {"sql": "SUBSTR(value, 1, 2)"}}}
    (mapping / "mapping.yaml").write_text(json.dumps(settings))
    found = differences("HEAD", "--directory", mapping, "--catalog", catalog)
    old, new = "STRING: SUBSTR(value, 1, 1)", "STRING: SUBSTR(value, 1, 2)"
    assert ("changes", "expression INITIAL", "", old, new) in found
    assert ("changes", "tag pii.email", "", old, new) in found
    assert ("changes", "column demo.bank.customers.email", "", old, new) in found
    assert {entry[0] for entry in found} == {"changes"}
    git(tmp_path, "commit", "-qam", "second")
    assert differences("HEAD~1", "HEAD", "--directory", mapping, "--catalog", catalog) == found


def test_the_digest_covers_exceptions_and_expressions(mapping: Path, tmp_path: Path) -> None:
    def digest(directory: Path) -> str:
        return run("show", "--directory", directory, "--role", "r")[1]["mapping"]
    others = [written(tmp_path / "a", ROLE | {"exceptions": ROLE["exceptions"][:1]}),
              written(tmp_path / "b", ROLE, EXPRESSIONS | {"B": {"types": ["STRING"], "sql": "'b'"}})]
    assert len({digest(directory) for directory in [mapping, *others]}) == 3
    assert digest(written(tmp_path / "same")) == digest(mapping)


def test_the_example_of_the_repository_has_no_mistake(catalog: Path) -> None:
    example = Path(__file__).resolve().parents[2] / "mapping"
    code, answer = run("check", "--directory", example, "--catalog", catalog)
    assert (code, answer["problems"], answer["warnings"]) == (0, [], [])
    _, shown = run("show", "--directory", example, "--role", "analyst")
    assert shown["exceptions"] and shown["expressions"]
