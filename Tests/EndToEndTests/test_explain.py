"""`scrim explain` and `scrim mapping show`: what would be sent and seen, without a server and without BigQuery."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from policy import write_mapping
from proxy import BINARY, command, configure
from sandbox import bank

EMAIL = {"tag": "pii.email", "rule": "EMAIL_MASK"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory: Path = tmp_path_factory.mktemp("explain")
    tables = [{"tableReference": {"projectId": "demo", "datasetId": made["dataset"], "tableId": made["table"]},
               "type": "TABLE", "schema": {"fields": made["schema"]}} for made in bank.TABLES]
    (directory / "tables.json").write_text(json.dumps(tables))
    return {"catalog": directory / "tables.json", "mapping": write_mapping(directory / "mapping")}


def explain(files: dict[str, Path], *arguments: str, role: str = "analyst") -> subprocess.CompletedProcess[str]:
    return command("explain", "--mapping", files["mapping"], "--catalog", files["catalog"], "--role", role, *arguments)


@pytest.mark.parametrize(("sql", "columns"), [
    ("SELECT Email, segment FROM bank.customers", [("Email", EMAIL), ("segment", None)]),
    ("SELECT UPPER(email), email AS Mail FROM bank.customers", [(None, EMAIL), ("Mail", EMAIL)]),
    ("SELECT 1 AS one, 2", [("one", None), (None, None)]),
    ("SELECT * FROM (SELECT customer_id AS Id, email FROM bank.customers)", [("Id", None), ("email", EMAIL)]),
    ("FROM bank.customers |> SELECT email AS E |> RENAME E AS Final", [("Final", EMAIL)]),
])
def test_output_columns_by_position(files: dict[str, Path], sql: str, columns: list[Any]) -> None:
    ended = explain(files, "--json", sql)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    answer = json.loads(ended.stdout)
    assert [(column["name"], column["masked"]) for column in answer["columns"]] == columns
    assert answer["printed"] and isinstance(answer["masked_columns"], list)


def test_a_star_names_the_columns_of_the_table(files: dict[str, Path]) -> None:
    answer = json.loads(explain(files, "--json", "SELECT * FROM bank.branches").stdout)
    branches = next(made for made in bank.TABLES if made["table"] == "branches")
    assert [column["name"] for column in answer["columns"]] == [field["name"] for field in branches["schema"]]


def test_lines_in_and_out(files: dict[str, Path]) -> None:
    lines = [{"id": 1, "sql": "SELECT email FROM bank.customers"}, {"id": "b", "sql": "DROP TABLE bank.customers"},
             {"id": 3, "sql": "SELECT email FROM customers"}]
    ended = subprocess.run(
        [str(BINARY), "explain", "--mapping", str(files["mapping"]), "--catalog", str(files["catalog"]), "--role",
         "analyst", "--project", "demo", "--default-dataset", "bank", "--jsonl"],
        input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True, text=True, timeout=30, check=True)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, "b", 3]
    assert answers[0]["columns"] == answers[2]["columns"] == [{"name": "email", "masked": EMAIL}]
    assert "printed" not in answers[1] and answers[1]["refused"][0]["code"].startswith("statement.")


@pytest.mark.parametrize(("arguments", "code"), [
    (["--role", "nobody", "SELECT 1"], 2), (["SELECT 1"], 2), (["--role", "analyst"], 2),
    (["--role", "analyst", "SELECT * FROM bank.nothing"], 1), (["--role", "clerk", "SELECT pin_hash FROM bank.customers"], 1)])
def test_exit_codes(files: dict[str, Path], arguments: list[str], code: int) -> None:
    assert command("explain", "--mapping", files["mapping"], "--catalog", files["catalog"], *arguments).returncode == code
    assert command("explain", "--catalog", files["catalog"], "--role", "analyst", "SELECT 1").returncode == 2


def show(files: dict[str, Path], *arguments: str | Path) -> dict[str, Any]:
    ended = command("mapping", "show", "--directory", files["mapping"], "--json", *arguments)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_rule_of_each_tag(files: dict[str, Path]) -> None:
    answer = show(files, "--role", "analyst")
    rules = {tag["tag"]: tag["rule"] for tag in answer["tags"]}
    assert rules["pii.email"] == "EMAIL_MASK" and rules["account.number"] == "KEYED_TOKEN" and rules["pii"] == "SHA256"
    assert answer["default"] == "ALWAYS_NULL" and answer["untagged"] == "RAW" and "columns" not in answer
    both = {tag["tag"]: tag["rule"] for tag in show(files, "--role", "analyst", "--role", "clerk")["tags"]}
    assert both["secret"] == "DENY" and both["pii.name"] == "KEYED_TOKEN", "the strictest of several roles"


def test_the_rule_of_each_column(files: dict[str, Path]) -> None:
    answer = show(files, "--role", "analyst", "--catalog", files["catalog"])
    masks = {(column["table"], column["column"]): column["masked"] for column in answer["columns"]}
    assert masks["demo.bank.customers", "email"] == EMAIL and masks["demo.bank.customers", "segment"] is None
    assert masks["demo.bank.customers", "contacts.value"] == {"tag": "pii", "rule": "SHA256"}


def test_the_columns_of_the_configured_warehouse(warehouse: Any, files: dict[str, Path], tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    ended = command("mapping", "show", "--config", config, "--role", "analyst", "--columns", "--json")
    assert ended.returncode == 0, ended.stderr
    live = {(column["table"], column["column"]): column for column in json.loads(ended.stdout)["columns"]}
    given = {(column["table"], column["column"]): column
             for column in show(files, "--role", "analyst", "--catalog", files["catalog"])["columns"]}
    assert given and all(live[name] == column for name, column in given.items())


def test_show_for_people_and_its_exit_codes(files: dict[str, Path], tmp_path: Path) -> None:
    ended = command("mapping", "show", "--directory", files["mapping"], "--role", "analyst")
    lines = dict(line.rsplit(maxsplit=1) for line in ended.stdout.splitlines())
    assert ended.returncode == 0 and lines["pii.email"].strip() == "EMAIL_MASK"
    assert command("mapping", "show", "--directory", files["mapping"], "--role", "nobody").returncode == 2
    assert command("mapping", "show", "--directory", files["mapping"]).returncode == 2
    broken = write_mapping(tmp_path / "mapping")
    (broken / "tags.yaml").write_text("pii: nonsense\n")
    ended = command("mapping", "show", "--directory", broken, "--role", "analyst")
    assert ended.returncode == 1 and "tags.yaml:1:" in ended.stderr
