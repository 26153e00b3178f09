"""Each rule on each type that it fits: rows through Scrim equal those of a masked copy, on the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from agent import Agent, connected
from cells import comparable, read
from google.cloud import bigquery
from masked_copy import Copier, Rule
from policy import TOKEN_KEY, TOKEN_KEY_ID, write_mapping
from proxy import configure, serving
from sandbox import bank_rows
from test_masks_on_zetasql import FITS, PAIRS, tag_of


@pytest.fixture(scope="module")
def agent_with(warehouse: Any, transcripts: list[str], tmp_path_factory: pytest.TempPathFactory
               ) -> Iterator[Callable[[str], Agent]]:
    """An agent of a proxy under which all types have one rule; also makes the masked copy. Both on first use."""
    agents: dict[str, Agent] = {}
    copier = Copier(warehouse.url, warehouse.key_file)
    with ExitStack() as stack:
        def made(rule: str) -> Agent:
            if rule in agents:
                return agents[rule]
            directory = tmp_path_factory.mktemp(rule.lower())
            write_mapping(directory / "mapping", {"only": {"masks": {"types": rule}, "accept_reversible": True}})
            config = configure(directory, warehouse.url, warehouse.key_file, identity={
                "development_principal": {"subject": "dev@example.com", "roles": ["only"]}})
            agents[rule] = stack.enter_context(connected(stack.enter_context(serving(config)).url, "auto"))
            if rule != "RAW":  # raw rows are not for the search at the end
                agents[rule].transcript = transcripts
            copier.copy("demo.bank.all_types", f"demo.rules.{rule.lower()}", {
                _column(kind): Rule(rule, TOKEN_KEY, tag_of(kind), TOKEN_KEY_ID) for kind in FITS[rule]})
            return agents[rule]
        yield made


@pytest.mark.parametrize(("rule", "kind"), PAIRS)
def test_rows_are_those_of_the_masked_copy(agent_with: Callable[[str], Agent], direct: bigquery.Client, rule: str,
                                           kind: str) -> None:
    agent = agent_with(rule)
    query = f"SELECT id, {_column(kind)} FROM {{}} ORDER BY id"
    result = direct.query(query.format(f"demo.rules.{rule.lower()}")).result()
    wanted = [list(row.values()) for row in result]
    if rule == "RAW" and kind in ("INTERVAL", "RANGE"):  # where an agent gets BigQuery's text, the client makes objects
        wanted = [[row["id"], row.get(_column(kind))] for row in bank_rows.of("all_types")]
    assert len(wanted) == 5
    columns, rows = agent.all_rows(query.format("bank.all_types"))
    got = [[read(cell, field) for cell, field in zip(row, result.schema, strict=True)] for row in rows]
    assert [comparable(row) for row in got] == [comparable(row) for row in wanted]
    told = [column.get("masked") for column in columns]
    assert bool(told[1]) == (rule != "RAW") and not told[0], told


def _column(kind: str) -> str:
    return f"c_{tag_of(kind).removeprefix('types.')}"
