"""Every mask that Scrim prints, for each rule, type and nesting, evaluated by Google's own evaluator.

The expressions come from `scrim explain`; what they must give is computed in Python (hashlib, hmac), value by value.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from masked_copy import Rule, masked
from policy import TOKEN_KEY, TOKEN_KEY_ID, write_mapping
from proxy import BINARY, configure
from sandbox import bank
from zetasql_evaluator import EvaluationError, Evaluator
from zetasql_rows import mask_row, rows_query
from zetasql_tokens import token_parameters

_BLOBS = [base64.b64encode(blob).decode() for blob in (b"", b"a", b"\x00\xff\xfe", bytes(range(256)), b"\xc3\x28")]
VALUES: dict[str, list[str]] = {
    "STRING": [
        "", "a", "abcd", "abcde", "randomtext", "ada@bank.example", "test@gmail@gmail.com", "@x", "x@", "@", "a@b",
        "a@@b", "ab@c", "ab@cd", "XXXXX@x", "a\nb@c\nd", "\n@\n", "a b@c d", "é\u0301@x", "\u0301\u0301\u0301\u0301",
        "😀CAN@RY😀", "😀😀😀😀", "😀😀😀😀😀", "日本語テキスト", "\x00\x01\x7f\u0080", "\ufffd@\ufeff", "\u202e@\U0010ffff",
        "'\"\\`;--/*", "\\x41@\\n", "0" * 3000 + "@" + "z" * 3000, "ﬁß İı", "\u2028\u2029ab"],
    "BYTES": _BLOBS,
    "INTEGER": ["0", "1", "-1", "9223372036854775807", "-9223372036854775808"],
    "FLOAT": ["0", "-0.0", "NaN", "Infinity", "-Infinity", "5e-324", "1.7976931348623157e308"],
    "NUMERIC": ["0", "-99999999999999999999999999999.999999999", "99999999999999999999999999999.999999999"],
    "BIGNUMERIC": ["0", "-0.00000000000000000000000000000000000001",
                   "578960446186580977117854925043439539266.34992332820282019728792003956564819967"],
    "BOOLEAN": ["true", "false"],
    "DATE": ["0001-01-01", "0001-12-31", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"],
    "DATETIME": ["0001-01-01 00:00:00", "1969-12-31 23:59:59.999999", "2024-02-29 12:00:00.000001",
                 "9999-12-31 23:59:59.999999"],
    "TIME": ["00:00:00", "23:59:59.999999"],
    "TIMESTAMP": ["0001-01-01 00:00:00+00", "0001-12-31 23:59:59.999999+00", "1969-12-31 23:59:59.999999+00",
                  "1970-01-01 00:00:00+00", "2024-12-31 23:30:00+00", "9999-12-31 23:59:59.999999+00"],
    "GEOGRAPHY": [],  # the evaluator knows the type, but none of its functions
    "JSON": ["null", "[]", '{"a":[1,null,{"b":"x"}]}', '"text"', "1.5"],
    "INTERVAL": ["1-2 3 8:6:7.5309", "-1-2 -3 -4:5:6.789", "0-0 0 0:0:0"],
    "RANGE": ["[1984-09-17, 1985-09-17)", "[UNBOUNDED, 1984-09-17)", "[1984-09-17, UNBOUNDED)"]}
ALL = list(VALUES)
FITS = {"RAW": ALL, "ALWAYS_NULL": ALL, "DEFAULT_MASKING_VALUE": [t for t in ALL if t not in ("INTERVAL", "RANGE")],
        "SHA256": ["STRING", "BYTES"], "KEYED_TOKEN": ["STRING", "BYTES"], "EMAIL_MASK": ["STRING"],
        "FIRST_FOUR_CHARACTERS": ["STRING"], "LAST_FOUR_CHARACTERS": ["STRING"],
        "DATE_YEAR_MASK": ["DATE", "DATETIME", "TIMESTAMP"], "DENY": []}
PAIRS = [(rule, kind) for rule, kinds in FITS.items() for kind in kinds]
NAMES = {"INTEGER": "int64", "FLOAT": "float64", "BOOLEAN": "bool", "RANGE": "range_date"}
NOT_EVALUATED = {("DEFAULT_MASKING_VALUE", "GEOGRAPHY")}


def tag_of(kind: str) -> str:
    return "types." + NAMES.get(kind, kind.lower())


def schema(kind: str) -> list[dict[str, Any]]:
    """A tagged leaf as a column, an array, in a STRUCT, in an ARRAY of STRUCT, and in one more of those."""
    def leaf(mode: str = "NULLABLE") -> dict[str, Any]:
        return bank.field("c", kind, tag_of(kind), mode=mode)

    def order() -> dict[str, Any]:
        return bank.field("x", "INTEGER")
    inner = bank.field("n", "RECORD", mode="REPEATED", fields=[order(), leaf()])
    return [bank.field("id", "INTEGER"), leaf(), leaf("REPEATED") | {"name": "a"},
            bank.field("s", "RECORD", fields=[order(), leaf(), leaf("REPEATED") | {"name": "a"}]),
            bank.field("r", "RECORD", mode="REPEATED", fields=[
                order(), leaf(), bank.field("s", "RECORD", fields=[leaf()]), inner])]


def rows(kind: str) -> list[dict[str, Any]]:
    values: list[str | None] = [*VALUES[kind], None]
    made = []
    for number, value in enumerate(values):
        turned = values[number:] + values[:number]
        made.append({"id": str(number), "c": value, "a": turned[:6],
                     "s": {"x": str(number), "c": value, "a": turned[4:0:-1]},
                     "r": [{"x": str(-index), "c": item, "s": {"c": item}, "n": [{"x": "7", "c": item}, None]}
                           for index, item in enumerate(turned[:4])]})
    empty = {"x": None, "c": None, "s": None, "n": []}
    return made + [{"id": "1000", "c": None, "a": None, "s": None, "r": None},
                   {"id": "1001", "c": None, "a": [], "s": {"x": "1", "c": None, "a": None}, "r": []},
                   {"id": "1002", "c": None, "a": [None, None], "s": None,
                    "r": [None, empty, empty | {"n": None}, None]}]


@dataclass
class Masks:
    """What Scrim says to `SELECT id, c, a, s, r FROM t_<type>` under a role for each rule."""

    answers: dict[tuple[str, str], dict[str, Any]]
    evaluated: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def masks(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Masks]:
    directory = tmp_path_factory.mktemp("masks")
    write_mapping(directory / "mapping", {
        rule.lower(): {"masks": {"types": rule}, "accept_reversible": True} for rule in FITS})
    catalog = [{"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": f"t_{kind}"}, "type": "TABLE",
                "schema": {"fields": schema(kind)}} for kind in ALL]
    (directory / "catalog.json").write_text(json.dumps(catalog))
    config = configure(directory, "http://127.0.0.1:1", directory / "no.key")
    made = Masks({})
    lines = "".join(json.dumps({"id": kind, "sql": f"SELECT id, c, a, s, r FROM t_{kind}"}) + "\n" for kind in ALL)
    for rule in FITS:
        run = subprocess.run([BINARY, "explain", "--config", config, "--role", rule.lower(), "--catalog",
                              directory / "catalog.json", "--jsonl"], input=lines, capture_output=True, text=True,
                             timeout=60, check=True)
        made.answers |= {(rule, (answer := json.loads(line))["id"]): answer for line in run.stdout.splitlines()}
    assert len(made.answers) == len(FITS) * len(ALL)
    yield made
    with request.config.pluginmanager.get_plugin("capturemanager").global_and_fixture_disabled():
        print(f"\nmasks on ZetaSQL: {len(made.evaluated)} of {len(PAIRS)} pairs of rule and type, "
              f"{sum(made.evaluated.values())} cells; not evaluated: {NOT_EVALUATED}")


def check_pair(masks: Masks, evaluator: Evaluator, rule: str, kind: str) -> None:
    printed = masks.answers[rule, kind]["printed"]
    fields = schema(kind)
    source = evaluator.query(rows_query(fields, rows(kind)))
    name = f"t_{kind}"
    assert printed.count(f"demo.bank.{name}") == 1
    got = evaluator.query(printed.replace(f"demo.bank.{name}", name), {name: source}, keys_of(printed, kind))
    applied = Rule(rule, TOKEN_KEY, tag_of(kind), TOKEN_KEY_ID)
    wanted_rows = [mask_row(fields, row, lambda path: applied if path.split(".")[-1] in ("c", "a") else None)
                   for row in rows(kind)]
    wanted = evaluator.query(rows_query(fields, wanted_rows))
    assert got.names == source.names and got.types == source.types, "a mask keeps the type"
    for got_row, wanted_row, row in zip(got.rows, wanted.rows, rows(kind), strict=True):
        for cell, wanted_cell, column in zip(got_row, wanted_row, fields, strict=True):
            assert cell == wanted_cell, (rule, kind, column["name"], row[column["name"]])
    masks.evaluated[f"{rule} {kind}"] = sum(map(len, got.rows))


def keys_of(printed: str, kind: str) -> dict[str, str]:
    names = set(re.findall(r"@(\w+)", re.sub(r"r?'[^']*'", "''", printed)))
    assert len({name[:-1] for name in names}) <= 1
    return token_parameters(names, tag_of(kind), TOKEN_KEY, TOKEN_KEY_ID)


@pytest.mark.parametrize(("rule", "kind"), [pair for pair in PAIRS if pair not in NOT_EVALUATED])
def test_a_mask_gives_what_the_rule_says(masks: Masks, evaluator: Evaluator, rule: str, kind: str) -> None:
    check_pair(masks, evaluator, rule, kind)


@pytest.mark.parametrize(("rule", "kind"), sorted(NOT_EVALUATED))
def test_what_is_not_evaluated_cannot_be(masks: Masks, evaluator: Evaluator, rule: str, kind: str) -> None:
    """These masks are compared on the sandbox alone; as soon as the evaluator can, they belong above."""
    with pytest.raises(EvaluationError, match="Unsupported built-in function: st_geogpoint"):
        check_pair(masks, evaluator, rule, kind)
    assert "ST_GEOGPOINT(0, 0) AS c" in masks.answers[rule, kind]["printed"]


def test_a_rule_that_does_not_fit_denies(masks: Masks) -> None:
    for (rule, kind), answer in masks.answers.items():
        assert ("refused" in answer) == (kind not in FITS[rule]), (rule, kind)
        if "refused" in answer:
            assert {refusal["code"] for refusal in answer["refused"]} == {"column.denied"}, (rule, kind)
        elif rule != "RAW":
            paths = {column["column"] for column in answer["masked_columns"]}
            assert paths == {"c", "a", "s.c", "s.a", "r.c", "r.s.c", "r.n.c"}, (rule, kind)


@pytest.mark.parametrize(("rule", "value", "wanted"), [
    ("SHA256", "randomtext", "jQHDyQuj7vJcveEe59ygb3Zcvj0B5FJINBzgM6Bypgw="),
    ("EMAIL_MASK", "test@gmail@gmail.com", "Qdje6MO+GLwI0u+KyRyAICDjHbLF1ImxRqaW08tY52k="),
    ("EMAIL_MASK", "test1@gmail.com", "XXXXX@gmail.com"), ("LAST_FOUR_CHARACTERS", "abcdefgh", "XXXXXefgh"),
    ("FIRST_FOUR_CHARACTERS", "abcdefgh", "abcdXXXXX"), ("KEYED_TOKEN", "Hi There",
                                                        "KT_b0344c61d8db38535ca8afceaf0bf12b881dc200")])
def test_the_expectations_are_the_documented_ones(rule: str, value: str, wanted: str, monkeypatch: pytest.MonkeyPatch
                                                  ) -> None:
    """Examples of BigQuery's documentation and, for the HMAC, of RFC 4231: against an error on both sides."""
    monkeypatch.setattr("masked_copy.hmac.digest", _with_key_of_rfc_4231(hmac.digest))
    assert masked(value, "STRING", Rule(rule, b"", "", "")) == wanted


def _with_key_of_rfc_4231(digest: Any) -> Any:
    return lambda key, message, name: b"\x0b" * 20 if message == b"|" else digest(key, message, name)
