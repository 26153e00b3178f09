"""`search_schema`: by words, only what the caller may see, masked as `describe_table` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import Agent, connected
from google.cloud import bigquery
from policy import ROLES, write_mapping
from proxy import Proxy, configure, serving


def found(agent: Agent, text: str, **arguments: Any) -> list[tuple[str, str | None]]:
    matches = agent.ask("search_schema", text=text, **arguments)["matches"]
    return [(match["table"], match.get("column")) for match in matches]


def test_tables_and_columns_are_found(either_agent: Agent) -> None:
    assert ("bank.customers", None) in found(either_agent, "customers")
    assert ("bank.customers", "email") in found(either_agent, "EMAIL")
    assert found(either_agent, "customers email") == found(either_agent, "email  Customers") != []
    assert ("bank.customers", "contacts.value") in found(either_agent, "contacts value")
    assert found(either_agent, "customers no_such_word") == []


def test_masked_is_what_describe_table_says(either_agent: Agent) -> None:
    columns = {column["name"]: column for column in either_agent.ask("describe_table", table="bank.customers")["columns"]}
    matches = either_agent.ask("search_schema", text="bank.customers")["matches"]
    assert {"table": "bank.customers", "type": "TABLE"} in matches
    for name in ("email", "segment", "contacts.value", "home_address"):
        match = next(match for match in either_agent.ask("search_schema", text=f"bank.customers {name}")["matches"]
                     if match.get("column") == name and match["table"] == "bank.customers")
        assert match["masked"] == columns[name]["masked"] and match["type"] == columns[name]["type"]


def test_the_limit_holds_and_the_best_come_first(either_agent: Agent) -> None:
    many = found(either_agent, "customer", limit=100)
    assert len(many) > 3 and found(either_agent, "customer", limit=3) == many[:3]
    ssn = found(either_agent, "ssn", limit=1)
    assert ssn[0][1] == "ssn"


@pytest.mark.parametrize("arguments", [{}, {"text": ""}, {"text": " ` "}, {"text": "x" * 500}, {"text": "a", "limit": 0},
                                       {"text": "a", "limit": 101}, {"text": 5}, {"text": "a", "more": 1}])
def test_bad_arguments(either_agent: Agent, arguments: dict[str, Any]) -> None:
    assert all(code.startswith("parameter.") for code in either_agent.call("search_schema", **arguments).codes)


def test_what_was_just_made_is_found(agent: Agent, direct: bigquery.Client) -> None:
    assert found(agent, "customers") and found(agent, "made_a_moment_ago") == []
    direct.create_table(bigquery.Table("demo.bank.t_made_a_moment_ago", [bigquery.SchemaField("x", "INT64")]))
    try:
        assert found(agent, "made_a_moment_ago") == [("bank.t_made_a_moment_ago", None)]
    finally:
        direct.delete_table("demo.bank.t_made_a_moment_ago")


@pytest.fixture(scope="module")
def narrow(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server whose analyst holds one of the two datasets."""
    directory: Path = tmp_path_factory.mktemp("narrow")
    write_mapping(directory / "mapping", {"analyst": ROLES["analyst"] | {"datasets": ["analytics"]}})
    with serving(configure(directory, warehouse.url, warehouse.key_file)) as started:
        yield started


def test_what_a_role_does_not_hold_is_not_found(narrow: Proxy) -> None:
    with connected(narrow.url, "auto") as agent:
        assert found(agent, "customers") == [] and found(agent, "iban") == []
        events = found(agent, "events")
        assert events and all(table.startswith("analytics.") for table, _ in events)


def test_a_search_is_in_the_log(narrow: Proxy) -> None:
    with connected(narrow.url, "auto") as agent:
        matches = found(agent, "event_name")
    reads = [entry for entry in audit_files.entries(narrow.audit) if entry["type"] == "metadata_read"]
    assert reads[-1]["tool"] == "search_schema" and reads[-1]["resources"] == ["demo.analytics"]
    assert reads[-1]["items"] == len(matches)
