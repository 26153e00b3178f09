"""Every attack shape and documented bypass: masked values as on a masked copy, or a refusal with its code.

`attack_shapes.py` and `bypasses.py` are the catalogue.
"""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attack_more
import attack_shapes
import bypasses
import pytest
from agent import Agent, connected
from attack_lines import Line
from attack_tables import SAFE, SELFIE, USERS, Engine, engine, masked_rows
from attack_tables import TABLES as MADE
from canary import found_in
from cells import multiset, read
from google.api_core.exceptions import GoogleAPIError
from google.cloud import bigquery
from proxy import Proxy, configure, serving
from test_shapes_on_zetasql import explained, keys_of
from zetasql_evaluator import Evaluator, Table
from zetasql_rows import rows_query

LINES = [*attack_shapes.SHAPES, *attack_more.MORE, *bypasses.BYPASSES]
ELSEWHERE = attack_shapes.ELSEWHERE | bypasses.ELSEWHERE
VARIATIONS_MIN = 4
# Refusals of what has no place in the text: of parameters, and of texts that were folded.
PLACELESS = {"statement.script_value", "parameter.reserved", "parameter.count", "parameter.mixed"}


@pytest.fixture(scope="module")
def raw() -> Iterator[Engine]:
    with engine(masked=False) as made:
        yield made


@pytest.fixture(scope="module")
def copy() -> Iterator[Engine]:
    with engine(masked=True) as made:
        yield made


@pytest.fixture(scope="module")
def attacked(raw: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    config = configure(
        tmp_path_factory.mktemp("attacked"), raw.url, raw.key_file,
        bigquery={"project": "p", "location": "US", "default_dataset": "d", "datasets": ["d", "my-proj.d"],
                  "endpoint": raw.url, "credentials": {"service_account_file": raw.key_file}})
    with serving(config) as started:
        yield started


@pytest.fixture(scope="module")
def attacker(attacked: Proxy) -> Iterator[Agent]:
    with connected(attacked.url, "auto") as made:
        yield made


@pytest.fixture(scope="module")
def evaluated_tables(evaluator: Evaluator) -> tuple[dict[str, Table], dict[str, Table]]:
    """The raw tables and the masked ones, for Google's evaluator."""
    raw, hidden = {}, {}
    for made in MADE:
        if made.project == "p" and made.fields in (USERS, SAFE, SELFIE):
            raw[made.name] = evaluator.query(rows_query(made.fields, made.rows))
            hidden[made.name] = evaluator.query(rows_query(made.fields, masked_rows(made)))
    return raw, hidden


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What `scrim explain` says to each line for Google's evaluator."""
    directory = tmp_path_factory.mktemp("explained")
    catalog = [{"tableReference": {"projectId": "p", "datasetId": "d", "tableId": made.name}, "type": "TABLE",
                "schema": {"fields": made.fields}} for made in MADE if made.project == "p"]
    (directory / "catalog.json").write_text(json.dumps(catalog))
    config = configure(directory, "http://127.0.0.1:1", directory / "no.key", bigquery={
        "project": "p", "location": "US", "default_dataset": "d", "datasets": ["d"], "endpoint": "http://127.0.0.1:1",
        "credentials": {"service_account_file": str(directory / "no.key")}})
    return explained(config, directory / "catalog.json", {line.sql: line.sql for line in LINES
                      if line.is_evaluated or line.is_unrun})


def lines(*, refused: bool = False, fails: bool = False, evaluated: bool = False,
          unrun: bool = False) -> list[Any]:
    """The lines of a kind as parameters of a test."""
    wanted = (refused, fails, evaluated, unrun)
    return [pytest.param(line, id=f"{' '.join(line.ids)} {line.sql[:60]}")
            for line in LINES if (bool(line.codes), line.fails, line.is_evaluated, line.is_unrun) == wanted]


def harmless(answer: Any) -> None:
    assert found_in(answer.text.encode()) == []


def on_copy(copy: Engine, line: Line) -> Any:
    """The query on the masked copies; declared parameters as Google's client sends them."""
    given = line.parameters
    named = given.items() if isinstance(given, dict) else ((None, one) for one in given)
    configured = bigquery.QueryJobConfig(query_parameters=[
        bigquery.ScalarQueryParameter(name, one["type"], one["value"]) for name, one in named])
    return copy.client.query(line.same_as or line.sql, job_config=configured).result()


@pytest.mark.parametrize("line", lines())
def test_masked_values_come_back(attacker: Agent, copy: Engine, line: Line) -> None:
    result = on_copy(copy, line)
    wanted = [list(row.values()) for row in result]
    answer = attacker.call("query", sql=line.sql, **({"parameters": line.parameters} if line.parameters else {}))
    harmless(answer)
    assert not answer.is_error, answer.text
    assert [column["name"] for column in answer.content["columns"]] == [field.name for field in result.schema]
    got = [[read(cell, field) for cell, field in zip(row, result.schema, strict=True)]
           for row in answer.content["rows"]]
    assert answer.content["next_cursor"] is None
    assert multiset(got) == multiset(wanted)


@pytest.mark.parametrize("line", lines(fails=True))
def test_an_error_on_masked_values_quotes_none(attacker: Agent, copy: Engine, line: Line) -> None:
    with pytest.raises(GoogleAPIError):
        on_copy(copy, line)
    answer = attacker.call("query", sql=line.sql)
    harmless(answer)
    assert [code.partition(".")[0] for code in answer.codes] == ["upstream"], answer.text
    assert "XXXXX" not in answer.text and "KT_" not in answer.text


@pytest.mark.parametrize("line", lines(evaluated=True))
def test_masked_values_come_back_on_googles_evaluator(
        evaluator: Evaluator, evaluated_tables: tuple[dict[str, Table], dict[str, Table]],
        printed: dict[str, dict[str, Any]], line: Line) -> None:
    raw, hidden = evaluated_tables
    answer = printed[line.sql]
    assert "printed" in answer, answer
    if not found_in(line.sql.encode()):
        assert found_in(json.dumps(answer).encode()) == []
    text = answer["printed"]
    assert "scrim_t" in text
    got = evaluator.query(text.replace("p.d.", ""), raw, keys_of(text))
    wanted = evaluator.query(line.sql, hidden)
    assert got.names == wanted.names and got.types == wanted.types
    assert Counter(map(tuple, got.rows)) == Counter(map(tuple, wanted.rows))
    assert found_in(b" ".join(cell for row in got.rows for cell in row)) == []


@pytest.mark.parametrize("line", lines(unrun=True))
def test_only_masked_values_would_be_read(printed: dict[str, dict[str, Any]], line: Line) -> None:
    answer = printed[line.sql]
    assert "printed" in answer, answer
    text = answer["printed"]
    assert text.count("p.d.") == text.count(" FROM p.d.users AS scrim_t") == 1
    assert "ssn" in {column["column"] for column in answer["masked_columns"]}


@pytest.mark.parametrize("line", lines(refused=True))
@pytest.mark.parametrize("tool", ["query", "estimate_query"])
def test_it_is_refused(attacker: Agent, tool: str, line: Line) -> None:
    answer = attacker.call(tool, sql=line.sql, **({"parameters": line.parameters} if line.parameters else {}))
    harmless(answer)
    assert set(answer.codes) == set(line.codes), answer.text
    for refusal in answer.refused:
        assert refusal["message"] and refusal["fix"]
        assert refusal["code"] in PLACELESS or (refusal["line"] >= 1 and refusal["column"] >= 1), refusal


# MARK: The catalogue is complete

def test_every_shape_and_bypass_has_tests() -> None:
    counts = Counter(name for line in LINES for name in line.ids) + Counter(
        name for name, tests in ELSEWHERE.items() for _ in tests)
    wanted = [f"T{number:02}" for number in range(1, 50)] + [f"B{number}" for number in range(1, 41)]
    assert set(counts) == set(wanted)
    only_elsewhere = set(ELSEWHERE) - {name for line in LINES for name in line.ids}
    assert {name: counts[name] for name in wanted if counts[name] < VARIATIONS_MIN and name not in only_elsewhere} == {}


@pytest.mark.parametrize("test", sorted({test for tests in ELSEWHERE.values() for test in tests}))
def test_a_test_that_is_referred_to_exists(test: str) -> None:
    file, name = test.split()
    tree = ast.parse((Path(__file__).parent / file).read_text())
    assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def test_no_line_is_there_twice() -> None:
    texts = Counter((line.sql, json.dumps(line.parameters)) for line in LINES)
    assert [text for text, count in texts.items() if count > 1] == []


# MARK: What was written on the way

def test_nothing_raw_is_in_logs(attacked: Proxy, attacker: Agent) -> None:
    attacker.call("query", sql="SELECT ERROR(CONCAT(email, ssn)) FROM users")
    assert found_in(attacked.output.read_bytes()) == []
    for path in attacked.audit.rglob("*"):
        if path.is_file():
            assert found_in(path.read_bytes()) == [], path
