"""A part of a run: its own sandbox and servers, its queries both ways, and what came of them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import stage
from calls import functions_in
from canary import found_in
from clients import AgentClient, Outcome, WarehouseClient
from compare import difference
from generator import Query
from generated_queries import generated
from roles import ROLES
from tables import DATASET
from world import World

IN_FLIGHT = 3
SEARCH_BYTES = 2_000_000


@dataclass
class Failure:
    """A query that was not the same both ways, as a regression file holds it."""

    number: int
    role: str
    sql: str
    what: str
    parameters: Any = None
    is_ordered: bool = False
    engine: str = "sandbox"
    # The same for the warehouse itself, as in `Query`.
    direct: str | None = None


@dataclass
class Tally:
    compared: int = 0
    refused: int = 0
    with_rows: int = 0
    # Queries that the engine cannot run on either side, by what it says.
    not_run: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    features: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    canaries: list[str] = field(default_factory=list)
    bytes_searched: int = 0

    def add(self, other: Tally) -> None:
        for name in ("compared", "refused", "with_rows", "bytes_searched"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("not_run", "features", "functions", "roles"):
            getattr(self, name).update(getattr(other, name))
        self.examples |= other.examples
        self.failures += other.failures
        self.canaries += other.canaries

    def count(self, query: Query) -> None:
        self.features.update(query.features)
        self.functions.update(functions_in(query.sql))
        self.roles[query.role] += 1

    def skip(self, reason: str, sql: str) -> None:
        kind = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "…", reason.strip().split("\n")[0])[:110]
        self.not_run[kind] += 1
        self.examples.setdefault(kind, f"{reason[:300]}\n    {sql[:600]}")

    def search(self, data: bytes, place: str) -> None:
        self.bytes_searched += len(data)
        self.canaries += [f"{place}: {hit}" for hit in found_in(data)]


def run(seed: int, numbers: list[int], directory: Path, changed: dict[str, dict[str, Any]] | None = None) -> Tally:
    """Runs the queries of these numbers. `changed` as in `stage.staged`."""
    worlds = [World.of(role) for role in ROLES]
    queries = [(number, generated(seed, number, "sandbox", worlds)) for number in numbers]
    with stage.staged(directory, changed) as made:
        return run_on(made, queries)


def run_on(made: stage.Stage, queries: list[tuple[int, Query]]) -> Tally:
    tally, lock, answers = Tally(), threading.Lock(), bytearray()
    local = threading.local()

    def clients() -> tuple[dict[str, AgentClient], WarehouseClient]:
        if not hasattr(local, "clients"):
            agents = {role: AgentClient(proxy.url) for role, proxy in made.proxies.items()}
            local.clients = agents, WarehouseClient(made.url, made.token)
        return local.clients

    def one(item: tuple[int, Query]) -> None:
        number, query = item
        agents, warehouse = clients()
        scrim, direct = both(query, agents[query.role], warehouse)
        with lock:
            judge(tally, number, query, scrim, direct)
            answers.extend(scrim.raw)
            if len(answers) > SEARCH_BYTES:
                tally.search(bytes(answers), f"answers up to {number}")
                answers.clear()
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        for _ in pool.map(one, queries):
            pass
    tally.search(bytes(answers), "answers")
    for role, proxy in made.proxies.items():
        tally.search(proxy.output.read_bytes(), f"standard error of {role}")
        for path in sorted(proxy.audit.rglob("*")):
            if path.is_file():
                tally.search(path.read_bytes(), f"audit of {role}: {path.name}")
    return tally


def both(query: Query, agent: AgentClient, warehouse: WarehouseClient) -> tuple[Outcome, Outcome | None]:
    scrim = agent.query(query.sql.replace("{D}", DATASET), query.parameters)
    if query.refusal is not None:
        return scrim, None
    dataset = stage.copy_of(query.role)
    return scrim, warehouse.query((query.direct or query.sql).replace("{D}", dataset), dataset,
                                  rest_parameters(query.parameters), isinstance(query.parameters, dict))


def judge(tally: Tally, number: int, query: Query, scrim: Outcome, direct: Outcome | None) -> None:
    def fail(what: str) -> None:
        tally.failures.append(Failure(number, query.role, query.sql, what, query.parameters, query.is_ordered,
                                      direct=query.direct))
    if direct is None:
        if query.refusal not in scrim.codes:
            fail(f"not refused as {query.refusal}: {scrim.error or scrim.rows[:3]}")
        else:
            tally.refused += 1
            tally.count(query)
    elif direct.error is not None and scrim.error is not None:
        if scrim.codes and not all(code.startswith("upstream.") for code in scrim.codes):
            fail(f"refused: {scrim.error}; the copy: {direct.error[:200]}")
        else:
            tally.skip(direct.error, query.sql)
    elif scrim.error is not None:
        fail(f"Scrim: {scrim.error}")
    elif direct.error is not None:
        # DuckDB has the tables of Scrim's text as subqueries, and sqlglot loses its way more easily without.
        tally.skip(f"only on the copy: {direct.error}", query.sql)
    elif (what := difference(scrim, direct, is_ordered=query.is_ordered)) is not None:
        fail(what)
    else:
        tally.compared += 1
        tally.with_rows += bool(direct.rows)
        tally.count(query)


def rest_parameters(parameters: Any) -> list[dict[str, Any]]:
    """As BigQuery's REST takes them."""
    named = parameters.items() if isinstance(parameters, dict) else ((None, given) for given in parameters or [])
    made = []
    for name, given in named:
        kind, value = given["type"], given["value"]
        if kind.startswith("ARRAY<"):
            rest = {"parameterType": {"type": "ARRAY", "arrayType": {"type": kind[6:-1]}},
                    "parameterValue": {"arrayValues": [{"value": item} for item in value]}}
        else:
            rest = {"parameterType": {"type": kind}, "parameterValue": {"value": value}}
        made.append(rest | ({"name": name} if name else {}))
    return made
