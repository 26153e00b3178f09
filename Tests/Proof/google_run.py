"""Queries on Google's evaluator: what Scrim prints on raw rows against the query as it was on masked rows."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import stage  # noqa: F401  (puts the other test folders on the path)
from generator import Query
from google_side import GoogleSide, short
from kinds import SQL
from policy import write_mapping
from proxy import BINARY, configure
from generated_queries import generated
from roles import ROLES
from routines import resource
from shard import Failure, Tally
from tables import DATASET, TABLES, VIEWS
from world import World
from written_functions import OF_DATASET
from zetasql_evaluator import EvaluationError, Table

EXPLAIN_SECONDS_MAX = 120


def run(seed: int, numbers: list[int], directory: Path) -> Tally:
    worlds = [World.of(role) for role in ROLES]
    # `scrim explain` takes no parameters.
    queries = [(number, generated(seed, number, "zetasql", worlds, has_parameters=False)) for number in numbers]
    return run_on(GoogleSide(), queries, directory)


def run_on(side: GoogleSide, queries: list[tuple[int, Query]], directory: Path,
           changed: dict[str, dict[str, Any]] | None = None) -> Tally:
    tally = Tally()
    printed = explained(queries, directory, changed)
    for number, query in queries:
        answer = printed[number]
        tally.search(json.dumps(answer).encode(), f"the answer to {number}")
        what = _different(side, query, answer, tally)
        if what is not None:
            tally.failures.append(Failure(number, query.role, query.sql, what, query.parameters, query.is_ordered,
                                          "zetasql", query.direct))
    return tally


def explained(queries: list[tuple[int, Query]], directory: Path,
              changed: dict[str, dict[str, Any]] | None = None) -> dict[int, dict[str, Any]]:
    """What `scrim explain` says to each query, one process a role."""
    directory.mkdir(parents=True, exist_ok=True)
    catalog = directory / "catalog.json"
    catalog.write_text(json.dumps(catalog_tables()))
    if not (directory / "mapping").exists():
        write_mapping(directory / "mapping", ROLES | (changed or {}))
    config = configure(directory, "http://127.0.0.1:1", directory / "no.key", bigquery={
        "project": "demo", "location": "US", "default_dataset": DATASET, "datasets": [DATASET],
        "endpoint": "http://127.0.0.1:1", "credentials": {"service_account_file": "no.key"}})
    found: dict[int, dict[str, Any]] = {}
    for role in ROLES:
        lines = "".join(json.dumps({"id": number, "sql": query.sql.replace("{D}", DATASET)}) + "\n"
                        for number, query in queries if query.role == role)
        made = subprocess.run([BINARY, "explain", "--config", config, "--role", role, "--catalog", catalog, "--jsonl"],
                              input=lines, capture_output=True, text=True, timeout=EXPLAIN_SECONDS_MAX, check=True)
        found |= {(answer := json.loads(line))["id"]: answer for line in made.stdout.splitlines()}
    return found


def catalog_tables() -> list[dict[str, Any]]:
    """As `tables.get` and `routines.get` return them. The last visits are the newest."""
    def reference(name: str) -> dict[str, Any]:
        return {"tableReference": {"projectId": "demo", "datasetId": DATASET, "tableId": name}}
    tables = [reference(name) | {"type": "TABLE", "schema": {"fields": fields}, "creationTime": str(at + 1)}
              for at, (name, (fields, _)) in enumerate(TABLES.items())]
    functions = [resource(DATASET, name, written.definition()) for name, written in OF_DATASET.items()]
    return tables + functions + [reference(name) | {"type": "VIEW", "view": {
        "query": query.replace("{D}", DATASET), "useLegacySql": False}, "schema": {"fields": [
            {"name": column.name, "type": SQL[column.kind], "mode": "NULLABLE"} for column in view.columns]}}
        for (name, query), view in zip(VIEWS.items(), World.of("analyst").views.values(), strict=True)]


def _different(side: GoogleSide, query: Query, answer: dict[str, Any], tally: Tally) -> str | None:
    if query.refusal is not None:
        if query.refusal not in [refusal["code"] for refusal in answer.get("refused", [])]:
            return f"not refused as {query.refusal}: {answer}"
        tally.refused += 1
        tally.count(query)
        return None
    try:
        wanted: Table | None = side.direct(query.direct or query.sql, query.role)
    except EvaluationError as error:
        wanted, reason = None, str(error)
    if "printed" not in answer:
        return f"refused: {answer.get('refused')}" + ("" if wanted else f"; the evaluator: {reason}")
    try:
        got = side.printed(answer["printed"], query.role)
    except EvaluationError as error:
        if wanted is None:
            tally.skip(reason, query.sql)
            return None
        return f"only what Scrim prints fails: {error}\n    {answer['printed']}"
    if wanted is None:
        return f"only the query as it was fails: {reason}"
    return _judged(query, got, wanted, answer["printed"], tally)


def _judged(query: Query, got: Table, wanted: Table, printed: str, tally: Tally) -> str | None:
    if (got.names, got.types) != (wanted.names, wanted.types):
        return f"columns {got.names} {got.types} and {wanted.names} {wanted.types}\n    {printed}"
    mine, theirs = [tuple(row) for row in got.rows], [tuple(row) for row in wanted.rows]
    if mine != theirs if query.is_ordered else Counter(mine) != Counter(theirs):
        only = list((Counter(mine) - Counter(theirs)).items())[:2], list((Counter(theirs) - Counter(mine)).items())[:2]
        return f"rows {only}\n    {printed}"
    tally.compared += 1
    tally.with_rows += bool(theirs)
    tally.count(query)
    return None


def generated_analyzed(seed: int, numbers: list[int], directory: Path) -> Tally:
    """The queries of the sandbox in Google's analyzer."""
    worlds = [World.of(role) for role in ROLES]
    queries = [(number, generated(seed, number, "sandbox", worlds, has_parameters=False)) for number in numbers]
    return analyzed(queries, directory, GoogleSide())


def analyzed(queries: list[tuple[int, Query]], directory: Path, side: GoogleSide) -> Tally:
    """Queries in Google's analyzer: as they were, and as Scrim prints them."""
    tally = Tally()
    printed = explained(queries, directory)
    for number, query in queries:
        if query.refusal is not None:
            tally.refused += 1
            continue
        answer = printed[number]
        tally.search(json.dumps(answer).encode(), f"the answer to {number}")
        try:
            wanted: Any = side.analyze(short(query.direct or query.sql))
        except EvaluationError as error:
            wanted = str(error)
        if "printed" not in answer:
            what: str | None = f"refused: {answer}"
        elif isinstance(wanted, str):
            tally.skip(wanted, query.sql)
            continue
        else:
            what = _analysis_differs(side, answer["printed"], wanted)
        if what is None:
            tally.compared += 1
        else:
            tally.failures.append(Failure(number, query.role, query.sql, what, engine="analyzer"))
    return tally


def _analysis_differs(side: GoogleSide, printed: str, wanted: tuple[list[str], list[bytes]]) -> str | None:
    try:
        got = side.analyze(short(printed))
    except EvaluationError as error:
        return f"the analyzer refuses what Scrim prints: {error}\n    {printed}"
    return None if got == wanted else f"columns {got} and {wanted}\n    {printed}"
