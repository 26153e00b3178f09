"""Rows through Scrim equal the rows of the same query, run by Google's client, on a physically masked copy."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from agent import Agent
from cells import comparable, multiset, read
from google.cloud import bigquery
from queries import CASES, Case
from query_shapes import NOT_ON_SANDBOX, SHAPES

_PARAMETER_READERS: dict[str, Any] = {"BYTES": base64.b64decode, "BOOL": lambda text: text == "true"}


def expected(direct: bigquery.Client, case: Case, dataset: str) -> tuple[list[bigquery.SchemaField], list[list]]:
    config = bigquery.QueryJobConfig(default_dataset=f"demo.{dataset}", query_parameters=_parameters(case))
    result = direct.query(case.sql.replace("{D}", dataset).replace("{E}", dataset), config).result()
    return result.schema, [list(row.values()) for row in result]


def _parameters(case: Case) -> list:
    named = case.parameters.items() if isinstance(case.parameters, dict) else ((None, p) for p in case.parameters)
    made = []
    for name, parameter in named:
        kind = parameter["type"]
        if kind.startswith("ARRAY<"):
            made.append(bigquery.ArrayQueryParameter(name, kind[6:-1], parameter["value"]))
        else:
            value = _PARAMETER_READERS.get(kind, str)(parameter["value"])
            made.append(bigquery.ScalarQueryParameter(name, kind, value))
    return made


ALL_CASES = [*CASES, *(Case(name, sql) for name, sql in SHAPES.items() if name not in NOT_ON_SANDBOX)]


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_rows_are_those_of_the_masked_copy(agent: Agent, direct: bigquery.Client, copies: str, case: Case) -> None:
    schema, wanted = expected(direct, case, copies)
    assert wanted, "a comparison of no rows proves nothing"
    arguments = {"parameters": case.parameters} if case.parameters else {}
    columns, rows = agent.all_rows(case.sql.replace("{D}", "bank").replace("{E}", "analytics"), **arguments)
    assert [column["name"] for column in columns] == [field.name for field in schema]
    got = [[read(cell, field) for cell, field in zip(row, schema, strict=True)] for row in rows]
    if case.ordered:
        assert [comparable(row) for row in got] == [comparable(row) for row in wanted]
    else:
        assert multiset(got) == multiset(wanted)


def test_the_copies_are_not_the_originals(direct: bigquery.Client, copies: str) -> None:
    """That the comparison above can fail: the raw rows of a masked table are others."""
    case = Case("", "SELECT * EXCEPT (address, contacts) FROM {D}.customers")
    assert multiset(expected(direct, case, "bank")[1]) != multiset(expected(direct, case, copies)[1])


SCRIPTS = [
    ("DECLARE lowest INT64 DEFAULT 30; DECLARE word STRING; SET word = 'X%'; SELECT customer_id, email "
     "FROM {D}.customers WHERE customer_id > lowest AND email LIKE word ORDER BY 1",
     "SELECT customer_id, email FROM {D}.customers WHERE customer_id > 30 AND email LIKE 'X%' ORDER BY 1"),
    ("DECLARE newest INT64 DEFAULT (SELECT MAX(customer_id) FROM {D}.customers);\nSELECT newest, ssn FROM {D}.customers "
     "WHERE customer_id = newest;",
     "SELECT customer_id AS newest, ssn FROM {D}.customers ORDER BY customer_id DESC LIMIT 1"),
]


@pytest.mark.parametrize(("script", "query"), SCRIPTS)
def test_a_script_of_constants_is_the_query_that_it_means(agent: Agent, direct: bigquery.Client, copies: str,
                                                          script: str, query: str) -> None:
    schema, wanted = expected(direct, Case("", query), copies)
    columns, rows = agent.all_rows(script.replace("{D}", "bank"))
    assert wanted and [column["name"] for column in columns] == [field.name for field in schema]
    got = [[read(cell, field) for cell, field in zip(row, schema, strict=True)] for row in rows]
    assert [comparable(row) for row in got] == [comparable(row) for row in wanted]
