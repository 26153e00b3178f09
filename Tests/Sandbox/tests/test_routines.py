"""User-defined functions: their resources over REST, and queries that call them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, NotFound
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from real_client import credentials

INT64, STRING = {"typeKind": "INT64"}, {"typeKind": "STRING"}


def scalar(name: str, body: str, arguments: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = [{"name": key, **({"argumentKind": kind} if isinstance(kind, str) else {"dataType": kind})}
            for key, kind in arguments.items()]
    return {"routineReference": {"projectId": "demo", "datasetId": "bank", "routineId": name}, "language": "SQL",
            "routineType": "SCALAR_FUNCTION", "definitionBody": body, "arguments": made, **more}


ROUTINES = [
    scalar("plus", "x + y", {"x": INT64, "y": INT64}, returnType=INT64),
    scalar("nested", "bank.plus(v, 1) * 2", {"v": INT64}),
    scalar("any", "v", {"v": "ANY_TYPE"}),
    scalar("branch", "(SELECT city FROM `demo.bank.branches` WHERE branch_id = k)", {"k": INT64}),
    scalar("js", "return x * 2;", {"x": INT64}, language="JAVASCRIPT", returnType=INT64),
    scalar("near", "SELECT branch_id, city FROM bank.branches WHERE branch_id < top", {"top": INT64},
           routineType="TABLE_VALUED_FUNCTION"),
    scalar("lowest", "SELECT * FROM t ORDER BY 1 LIMIT 1", {"t": "ANY_TABLE"}, routineType="TABLE_VALUED_FUNCTION"),
]


@pytest.fixture(scope="module")
def routines(sandbox: Any) -> Iterator[AuthorizedSession]:
    session = AuthorizedSession(credentials(sandbox.key_file))
    address = f"{sandbox.api}/datasets/bank/routines"
    for routine in ROUTINES:
        session.post(address, json=routine).raise_for_status()
    yield session
    for routine in ROUTINES:
        session.delete(f"{address}/{routine['routineReference']['routineId']}").raise_for_status()


def test_resources_are_kept_and_their_etag_follows(sandbox: Any, routines: AuthorizedSession,
                                                   client: bigquery.Client) -> None:
    routine = client.get_routine("demo.bank.plus")
    assert (routine.type_, routine.language, routine.body) == ("SCALAR_FUNCTION", "SQL", "x + y")
    assert [argument.name for argument in routine.arguments] == ["x", "y"] and routine.etag
    address = f"{sandbox.api}/datasets/bank/routines/plus"
    changed = routines.put(address, json={**ROUTINES[0], "definitionBody": "x - y"}).json()
    assert changed["etag"] != routine.etag
    assert routines.put(address, json=ROUTINES[0]).json()["etag"] != changed["etag"]
    assert "plus" in [listed.routine_id for listed in client.list_routines("demo.bank")]
    with pytest.raises(NotFound):
        client.get_routine("demo.bank.Plus")
    with pytest.raises(Conflict):
        client.create_routine(routine)


@pytest.mark.parametrize(("sql", "rows", "names"), [
    ("SELECT bank.plus(1, 2) AS a", [[3]], {"plus"}),
    ("SELECT `demo.bank.plus`(b, 1) AS a FROM UNNEST([1, 2]) AS b", [[2], [3]], {"plus"}),
    ("SELECT demo.bank.nested(2) AS a, bank.any('x') AS b", [[6, "x"]], {"nested", "plus", "any"}),
    ("SELECT bank.plus(COUNT(*), 1) AS n FROM UNNEST([1, 2]) AS b", [[3]], {"plus"}),
    ("SELECT bank.js(4) AS a", [[8]], {"js"}),
    ("SELECT COUNT(*) AS n FROM bank.near(3) AS t WHERE t.branch_id > 0", [[2]], {"near"}),
    ("SELECT a FROM bank.lowest((SELECT 2 AS a UNION ALL SELECT 1))", [[1]], {"lowest"}),
    ("SELECT bank.branch(b) = (SELECT city FROM bank.branches WHERE branch_id = 1) AS same FROM UNNEST([1]) AS b",
     [[True]], {"branch"}),
])
def test_calls_are_run_and_named(client: bigquery.Client, routines: AuthorizedSession, sql: str, rows: list[Any],
                                 names: set[str]) -> None:
    job = client.query(sql)
    assert [list(row.values()) for row in job.result()] == rows
    told = job._properties["statistics"]["query"]["referencedRoutines"]
    assert {routine["routineId"] for routine in told} == names


def test_what_a_body_reads_is_named(client: bigquery.Client, routines: AuthorizedSession) -> None:
    job = client.query("SELECT bank.branch(1) AS a", bigquery.QueryJobConfig(dry_run=True))
    assert {table.table_id for table in job.referenced_tables} == {"branches"}


def test_the_number_of_arguments_counts(client: bigquery.Client, routines: AuthorizedSession) -> None:
    with pytest.raises(BadRequest, match="Number of arguments"):
        client.query("SELECT bank.plus(1) AS a").result()
