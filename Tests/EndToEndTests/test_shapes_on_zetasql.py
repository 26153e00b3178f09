"""What Scrim prints, run on the raw rows, gives what the query gives on masked rows: both on Google's own evaluator."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from policy import ANALYST, TOKEN_KEY, TOKEN_KEY_ID, rules_of
from proxy import BINARY, configure
from query_shapes import SHAPES
from sandbox import bank, bank_rows
from zetasql_evaluator import Evaluator, Table
from zetasql_rows import mask_row, rows_query
from zetasql_tokens import token_parameters

SCHEMAS = {"customers": bank.CUSTOMERS, "accounts": bank.ACCOUNTS}


@pytest.fixture(scope="module")
def tables(evaluator: Evaluator) -> tuple[dict[str, Table], dict[str, Table]]:
    """The raw tables and the masked ones."""
    raw, hidden = {}, {}
    for name, fields in SCHEMAS.items():
        rules, rows = rules_of(fields, ANALYST), bank_rows.of(name)
        raw[name] = evaluator.query(rows_query(fields, rows))
        hidden[name] = evaluator.query(rows_query(fields, [mask_row(fields, row, rules.get) for row in rows]))
    return raw, hidden


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `scrim explain` says to each shape."""
    directory = tmp_path_factory.mktemp("shapes")
    catalog = [{"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": name}, "type": "TABLE",
                "schema": {"fields": fields}} for name, fields in SCHEMAS.items()]
    (directory / "catalog.json").write_text(json.dumps(catalog))
    config = configure(directory, "http://127.0.0.1:1", directory / "no.key")
    return explained(config, directory / "catalog.json", SHAPES)


def explained(config: Path, catalog: Path, queries: dict[str, str]) -> dict[str, dict[str, Any]]:
    lines = "".join(json.dumps({"id": name, "sql": sql}) + "\n" for name, sql in queries.items())
    run = subprocess.run([BINARY, "explain", "--config", config, "--role", "analyst", "--catalog", catalog, "--jsonl"],
                         input=lines, capture_output=True, text=True, timeout=60, check=True)
    return {(answer := json.loads(line))["id"]: answer for line in run.stdout.splitlines()}


@pytest.mark.parametrize("name", SHAPES)
def test_printed_on_raw_rows_is_the_query_on_masked_rows(
        evaluator: Evaluator, tables: tuple[dict[str, Table], dict[str, Table]], printed: dict[str, dict[str, Any]],
        name: str) -> None:
    raw, hidden = tables
    assert "printed" in printed[name], printed[name]
    text = printed[name]["printed"]
    assert "scrim_t" in text
    got = evaluator.query(text.replace("demo.bank.", ""), raw, keys_of(text))
    wanted = evaluator.query(SHAPES[name], hidden)
    assert wanted.rows, "a comparison of no rows proves nothing"
    assert got.names == wanted.names and got.types == wanted.types
    assert Counter(map(tuple, got.rows)) == Counter(map(tuple, wanted.rows))
    assert b"CANARY" not in b"".join(cell for row in got.rows for cell in row)


def keys_of(text: str) -> dict[str, str]:
    """The parameters of each KEYED_TOKEN: which tag a pair is for shows in the column that it masks."""
    tags = {"full_name": "pii.name", "iban": "account.number", "badge": "account.number", "pin_hash": "secret"}
    found: dict[str, str] = {}
    for outer, inner, column in re.findall(r"@(\w+o) \|\| SHA256\(@(\w+i) \|\| (?:CAST\()?scrim_t\.(\w+)", text):
        found |= token_parameters({outer, inner}, tags[column], TOKEN_KEY, TOKEN_KEY_ID)
    return found
