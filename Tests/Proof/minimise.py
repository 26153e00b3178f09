"""Smaller forms of a query that is not the same both ways, and the files that keep them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import sqlglot
import stage
from clients import AgentClient, WarehouseClient
from compare import difference
from generator import Query
from shard import Failure, both
from sqlglot import exp
from sqlglot.errors import SqlglotError

FILES_MAX = 10
TRIES_MAX = 150


def write(folder: Path, seed: int, failures: list[Failure], directory: Path) -> None:
    """A file for each of the first failures; those of the sandbox are made smaller first."""
    folder.mkdir(exist_ok=True)
    chosen = failures[:FILES_MAX]
    if any(failure.engine == "sandbox" for failure in chosen):
        with stage.staged(directory) as made:
            chosen = [smaller(made, failure) if failure.engine == "sandbox" else failure for failure in chosen]
    for failure in chosen:
        path = folder / f"{failure.engine}-{seed}-{failure.number}.json"
        path.write_text(json.dumps(failure.__dict__ | {"seed": seed}, indent=1, ensure_ascii=False) + "\n")
        print(f"\nkept as {path.name}: {failure.role}\n    {failure.sql}\n    {failure.what}")


def smaller(made: stage.Stage, failure: Failure) -> Failure:
    """With clauses and columns left out as long as it still differs in the same way; scripts stay as they are."""
    if failure.direct is not None:
        return failure
    agent, warehouse = AgentClient(made.proxies[failure.role].url), WarehouseClient(made.url, made.token)

    def still(sql: str) -> str | None:
        query = Query(sql, failure.role, set(), set(), failure.is_ordered, failure.parameters)
        scrim, direct = both(query, agent, warehouse)
        if direct is None or direct.error is not None:
            return None
        if scrim.error is not None:
            return f"Scrim: {scrim.error}" if failure.what.startswith("Scrim: ") else None
        return None if failure.what.startswith("Scrim: ") else difference(scrim, direct, is_ordered=failure.is_ordered)
    sql, what = reduced(failure.sql, failure.what, still)
    return replace(failure, sql=sql, what=what)


def reduced(sql: str, what: str, still: Callable[[str], str | None]) -> tuple[str, str]:
    """`still` tells how a text differs, or None when it does not."""
    tries = 0
    found = True
    while found and tries < TRIES_MAX:
        found = False
        for candidate in _candidates(sql):
            tries += 1
            if len(candidate) < len(sql) and (shown := still(candidate)) is not None:
                sql, what, found = candidate, shown, True
                break
            if tries >= TRIES_MAX:
                break
    return sql, what


def _candidates(sql: str) -> Iterator[str]:
    """The text with one clause or one item of a list less. `{D}` is kept: sqlglot takes it for no name."""
    try:
        tree = sqlglot.parse_one(sql.replace("{D}", "dataset_"), read="bigquery")
    except SqlglotError:
        return
    for at, node in enumerate(list(tree.walk())):
        if not isinstance(node, exp.Select):
            continue
        for name in ("where", "having", "qualify", "order", "limit", "offset"):
            if node.args.get(name) is not None:
                yield _without(tree, at, lambda select, name=name: select.set(name, None))
        for column in range(len(node.expressions)) if len(node.expressions) > 1 else ():
            yield _without(tree, at, lambda select, column=column: select.expressions.pop(column))


def _without(tree: exp.Expression, at: int, change: Callable[[exp.Select], object]) -> str:
    copy = tree.copy()
    change(list(copy.walk())[at])
    return copy.sql("bigquery").replace("dataset_", "{D}")
