"""Exceptions of a role and mask expressions, through the real server: rows equal those of copies masked in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from agent import Agent, connected
from cells import comparable, multiset, read
from expressions import EXPRESSIONS, declared
from google.cloud import bigquery
from masked_copy import Copier
from policy import rules_in, write_mapping
from proxy import configure, serving
from queries import CASES, Case
from sandbox import bank
from test_answers import expected

# ABOVE is not among them: the sandbox compares NaN in its own way; Google's evaluator has it.
MASKS = {
    "pii": "DEFAULT_MASKING_VALUE", "pii.email": "DOMAIN", "pii.phone": "PREFIX", "pii.ssn": "LAST_FOUR_CHARACTERS",
    "pii.name": "DIGITS", "pii.birth_date": "MONTH", "pii.address": "SPELLED", "pii.note": "HIDDEN",
    "account": "KEYED_TOKEN", "financial": "SIGN", "secret": "PREFIX_BYTES", "types": "ALWAYS_NULL",
    "types.string": "MD5_BASE32", "types.bytes": "DIGEST", "types.int64": "SIGN", "types.numeric": "SIGN",
    "types.bool": "OPPOSITE", "types.date": "CENTURY", "types.datetime": "DAY",
    "types.time": "HALF", "types.timestamp": "DAY_UTC"}
ROLE: dict[str, Any] = {
    "masks": MASKS, "default": "ALWAYS_NULL", "accept_reversible": True, "exceptions": [
        {"dataset": "analytics", "masks": {"pii": "PADDED"}, "default": "RAW"},
        {"table": "analytics.events_20250302", "masks": {"pii": "KEYED_TOKEN"}},
        {"table": "bank.accounts", "masks": {"account": "FILLED", "financial": "RAW"}},
        {"table": "bank.transactions", "masks": {"account": "FINGERPRINT"}, "default": "DEFAULT_MASKING_VALUE"}]}
# All days at once: what one of them hides is hidden in all.
STRICTEST = ROLE | {"exceptions": [{"dataset": "analytics", "masks": {"pii": "KEYED_TOKEN"}, "default": "RAW"}]}
NAMES = sorted({name for place in [ROLE, *ROLE["exceptions"]] for name in place["masks"].values()} & EXPRESSIONS.keys())
OWN = {name: EXPRESSIONS[name].rule for name in NAMES}
COPIES, DAYS_COPIES = "masked_insider", "masked_insider_days"


@pytest.fixture(scope="module")
def insider(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    directory = tmp_path_factory.mktemp("insider")
    write_mapping(directory / "mapping", {"insider": ROLE}, expressions=declared(NAMES))
    config = configure(directory, warehouse.url, warehouse.key_file, identity={
        "development_principal": {"subject": "dev@example.com", "roles": ["insider"]}})
    with serving(config) as proxy, connected(proxy.url, "auto") as agent:
        yield agent


@pytest.fixture(scope="module")
def insider_copies(warehouse: Any) -> None:
    copier = Copier(warehouse.url, warehouse.key_file)
    for made in bank.TABLES:
        source = f"{made['dataset']}.{made['table']}"
        copier.copy(f"demo.{source}", f"demo.{COPIES}.{made['table']}", rules_in(source, made["schema"], ROLE, OWN))
        if made["dataset"] == "analytics":
            copier.copy(f"demo.{source}", f"demo.{DAYS_COPIES}.{made['table']}",
                        rules_in(source, made["schema"], STRICTEST, OWN))


def compare(agent: Agent, direct: bigquery.Client, case: Case, original: str, copy: str) -> int:
    schema, wanted = expected(direct, Case(case.name, copy, case.ordered, case.parameters), COPIES)
    arguments = {"parameters": case.parameters} if case.parameters else {}
    columns, rows = agent.all_rows(original, **arguments)
    assert [column["name"] for column in columns] == [field.name for field in schema]
    got = [[read(cell, field) for cell, field in zip(row, schema, strict=True)] for row in rows]
    if case.ordered:
        assert [comparable(row) for row in got] == [comparable(row) for row in wanted]
    else:
        assert multiset(got) == multiset(wanted)
    return len(wanted)


@pytest.mark.usefixtures("insider_copies")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rows_are_those_of_the_masked_copy(insider: Agent, direct: bigquery.Client, case: Case) -> None:
    original = case.sql.replace("{D}", "bank").replace("{E}", "analytics")
    compare(insider, direct, case, original, case.sql.replace("{D}", COPIES).replace("{E}", COPIES))


@pytest.mark.usefixtures("insider_copies")
@pytest.mark.parametrize("made", bank.TABLES, ids=lambda made: made["table"])
def test_whole_tables(insider: Agent, direct: bigquery.Client, made: dict[str, Any]) -> None:
    """Every column of every table, down to the leaves; of the largest some rows."""
    some = " WHERE transaction_id < 200" if made["table"] == "transactions" else ""
    columns = ", ".join(field["name"] for field in made["schema"] if field["name"] != "c_interval")
    query = f"SELECT {columns} FROM {{}}.{made['table']}{some}"
    rows = compare(insider, direct, Case("", ""), query.format(made["dataset"]), query.format(COPIES))
    assert rows >= 5


@pytest.mark.usefixtures("insider_copies")
def test_a_view_is_masked_as_its_table(insider: Agent, direct: bigquery.Client) -> None:
    copy = bank.DIRECTORY_QUERY.replace("demo.bank", f"demo.{COPIES}")
    names = "customer_id, full_name, email, segment, city"
    query = f"SELECT {names} FROM "
    assert compare(insider, direct, Case("", ""), query + "customer_directory", f"{query} ({copy})")


@pytest.mark.usefixtures("insider_copies")
@pytest.mark.parametrize(("where", "dataset"), [
    ("TRUE", DAYS_COPIES), ("_TABLE_SUFFIX <> '20250302'", DAYS_COPIES), ("_TABLE_SUFFIX >= '20250302'", DAYS_COPIES),
    ("_TABLE_SUFFIX = '20250302'", COPIES), ("_TABLE_SUFFIX = '20250303'", COPIES),
    ("_TABLE_SUFFIX IN ('20250301', '20250303')", COPIES)])
def test_a_wildcard_is_masked_as_the_strictest_of_the_tables_that_are_read(
        insider: Agent, direct: bigquery.Client, where: str, dataset: str) -> None:
    """An unequal suffix is no condition that narrows what is read, so that the day it leaves out still counts."""
    query = f"SELECT event_name, user_id, geo, items FROM `{{}}.events_*` WHERE {where}"
    assert compare(insider, direct, Case("", ""), query.format("analytics"), query.format(dataset))


def test_what_a_caller_is_told(insider: Agent) -> None:
    def told(table: str) -> dict[str, str]:
        columns = insider.ask("describe_table", table=table)["columns"]
        return {column["name"]: column["masked"]["rule"] for column in columns if column["masked"]}
    assert told("customers")["email"] == "DOMAIN" and told("customers")["birth_date"] == "MONTH"
    assert told("accounts") == {"iban": "FILLED"}
    assert told("transactions") == {"amount": "DEFAULT_MASKING_VALUE", "counterparty_iban": "FINGERPRINT",
                                    "memo": "DEFAULT_MASKING_VALUE"}
    assert told("analytics.events_20250301")["user_id"] == "PADDED"
    assert told("analytics.events_20250302")["user_id"] == told("analytics.events_*")["user_id"] == "KEYED_TOKEN"
    answer = insider.ask("estimate_query", sql="SELECT UPPER(email) AS e, segment FROM customers")
    assert [column["masked"] and column["masked"]["rule"] for column in answer["columns"]] == ["DOMAIN", None]
    assert [column["rule"] for column in answer["masked_columns"]] == ["DOMAIN"]


@pytest.mark.usefixtures("insider_copies")
def test_the_copies_are_not_those_without_exceptions(direct: bigquery.Client) -> None:
    """That the comparisons can fail."""
    query = "SELECT iban, balance FROM {D}.accounts"
    schema, rows = expected(direct, Case("", query), COPIES)
    assert multiset(rows) != multiset(expected(direct, Case("", query), "bank")[1])
    assert {row[1] for row in rows} == {row[1] for row in expected(direct, Case("", query), "bank")[1]}
