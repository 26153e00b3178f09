"""Mask expressions of an operator's own on Google's evaluator: they mean what they say, and cannot raise an error.

Scrim makes them into SQL (`scrim explain`). Some are written a second time in Python; others are generated from the
functions that can stand in them, and must keep each column's type on every edge value.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from expressions import EXPRESSIONS, declared
from mask_expression_generator import CASTS, generated
from policy import write_mapping
from proxy import command
from sandbox import bank
from test_masks_on_zetasql import VALUES, rows, schema, tag_of
from zetasql_evaluator import EvaluationError, Evaluator
from zetasql_rows import TYPES, literal, mask_row, rows_query, type_of

GENERATED = 330
SEED = 20260728
KINDS = {TYPES.get(kind, kind): kind for kind in VALUES}
PAIRS = [(name, kind) for name, expression in EXPRESSIONS.items() for kind in expression.types]
NOT_EVALUATED = {"MD5_BASE32"}  # the evaluator knows the functions' types, but does not run them


def explained(directory: Path, table: str, fields: list[dict[str, Any]], sql: str, role: str) -> dict[str, Any]:
    catalog = [{"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": table}, "type": "TABLE",
                "schema": {"fields": fields}}]
    (directory / "catalog.json").write_text(json.dumps(catalog))
    ended = command("explain", "--mapping", directory / "mapping", "--catalog", directory / "catalog.json",
                    "--default-dataset", "bank", "--role", role, "--json", sql)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    return json.loads(ended.stdout)


@pytest.mark.parametrize(("name", "kind"), [pair for pair in PAIRS if pair[0] not in NOT_EVALUATED])
def test_an_expression_gives_what_it_says(evaluator: Evaluator, tmp_path: Path, name: str, kind: str) -> None:
    """As a column, in arrays, in STRUCT and in ARRAY of STRUCT; NULL stays NULL."""
    check(evaluator, tmp_path, name, kind)


@pytest.mark.parametrize("name", sorted(NOT_EVALUATED))
def test_what_is_not_evaluated_cannot_be(evaluator: Evaluator, tmp_path: Path, name: str) -> None:
    """As soon as the evaluator can, these belong above; until then rows are compared on the sandbox."""
    with pytest.raises(EvaluationError, match="Unsupported built-in function: to_base32"):
        check(evaluator, tmp_path, name, "STRING")


def check(evaluator: Evaluator, tmp_path: Path, name: str, kind: str) -> None:
    wire = KINDS[kind]
    write_mapping(tmp_path / "mapping", {"r": {"masks": {"types": name}, "accept_reversible": True}},
                  expressions=declared([name]))
    fields, table = schema(wire), f"t_{wire}"
    answer = explained(tmp_path, table, fields, f"SELECT id, c, a, s, r FROM {table}", "r")
    assert {column["rule"] for column in answer["masked_columns"]} == {name}
    source = evaluator.query(rows_query(fields, rows(wire)))
    got = evaluator.query(answer["printed"].replace(f"demo.bank.{table}", table), {table: source})
    rule = EXPRESSIONS[name].rule
    wanted = evaluator.query(rows_query(fields, [
        mask_row(fields, row, lambda path: rule if path.split(".")[-1] in ("c", "a") else None) for row in rows(wire)]))
    assert got.names == source.names and got.types == source.types, "a mask keeps the type"
    for got_row, wanted_row, row in zip(got.rows, wanted.rows, rows(wire), strict=True):
        for cell, wanted_cell, column in zip(got_row, wanted_row, fields, strict=True):
            assert cell == wanted_cell, (name, column["name"], row[column["name"]])


def test_generated_expressions_keep_the_type_and_raise_no_error(evaluator: Evaluator, tmp_path: Path) -> None:
    """Each expression masks a column of its own; all of its type's edge values go through it."""
    dice = random.Random(SEED)
    kinds = sorted(CASTS)
    made = {f"E{number}": generated(dice, kinds[number % len(kinds)]) for number in range(GENERATED)}
    tags = {f"own.e{number}": f"{bank.TAXONOMY}{1000 + number}" for number in range(GENERATED)}
    role = {"masks": {f"own.e{number}": f"E{number}" for number in range(GENERATED)}, "accept_reversible": True}
    write_mapping(tmp_path / "mapping", {"r": role}, tags,
                  expressions={name: {"types": [kind], "sql": sql} for name, (kind, sql) in made.items()})
    fields = [bank.field(name.lower(), KINDS[kind]) | {"policyTags": {"names": [tags[f"own.{name.lower()}"]]}}
              for name, (kind, _) in made.items()]
    answer = explained(tmp_path, "t", fields, "SELECT * FROM t", "r")
    assert len(answer["masked_columns"]) == GENERATED, "each expression was taken"
    counts = max(map(len, VALUES.values())) + 1
    columns = ", ".join(f"{field['name']} {type_of(field)}" for field in fields)
    texts = {kind: [literal({"type": kind, "mode": "NULLABLE"}, value) for value in [*VALUES[kind], None]]
             for kind in {KINDS[kind] for kind in kinds}}
    tuples = ["(" + ", ".join(texts[field["type"]][number % len(texts[field["type"]])] for field in fields) + ")"
              for number in range(counts)]
    source = evaluator.query(f"SELECT * FROM UNNEST(ARRAY<STRUCT<{columns}>>[{', '.join(tuples)}])")
    got = evaluator.query(answer["printed"].replace("demo.bank.t", "t"), {"t": source})
    assert got.names == source.names and got.types == source.types and len(got.rows) == counts
    used = {word for _, sql in made.values() for word in FUNCTIONS if word in sql}
    assert used == set(FUNCTIONS), set(FUNCTIONS) - used


FUNCTIONS = ["REGEXP_REPLACE", "REGEXP_EXTRACT", "CAST", "SAFE_CAST", "SHA1", "SHA256", "SHA512", "MD5",
             "FARM_FINGERPRINT", "CONCAT", "LENGTH", "LOWER", "UPPER", "LPAD", "RPAD", "LTRIM", "RTRIM", "TRIM",
             "REPLACE", "STARTS_WITH", "SUBSTR", "SUBSTRING", "TO_HEX", "FROM_HEX", "TO_BASE64", "FROM_BASE64",
             "CURRENT_DATE", "CURRENT_TIME", "CURRENT_DATETIME", "CURRENT_TIMESTAMP",
             "CASE", "AND", "OR", "NOT", "IS"]


def test_the_types_of_columns_that_do_not_fit_are_denied(tmp_path: Path) -> None:
    write_mapping(tmp_path / "mapping", {"r": {"masks": {"types": "PREFIX"}, "accept_reversible": True}},
                  expressions=declared(["PREFIX"]))
    for kind in VALUES:
        catalog = [{"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "t"}, "type": "TABLE",
                    "schema": {"fields": [bank.field("c", kind, tag_of(kind))]}}]
        (tmp_path / "catalog.json").write_text(json.dumps(catalog))
        ended = command("explain", "--mapping", tmp_path / "mapping", "--catalog", tmp_path / "catalog.json",
                        "--default-dataset", "bank", "--role", "r", "--json", "SELECT c FROM t")
        answer = json.loads(ended.stdout)
        if kind == "STRING":
            assert answer["masked_columns"][0]["rule"] == "PREFIX"
        else:
            assert [refusal["code"] for refusal in answer["refused"]] == ["column.denied"], kind
