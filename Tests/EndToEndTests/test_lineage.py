"""Lineage against the truth: a column that changes when only the values of one tagged column do must be told as masked.

Two datasets hold the same rows but for one column. Every query runs on both, unmasked, by Google's client or on
Google's evaluator; Scrim is asked with that column as the only tagged one, so that it has to name it and nothing else.
"""

from __future__ import annotations

import base64
import copy
import datetime
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from agent import Agent
from cells import comparable
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from lineage_queries import CHOSEN, EVALUATED, QUERIES, WHOLE_ROWS
from proxy import configure
from queries import CASES
from query_shapes import NOT_ON_SANDBOX, SHAPES
from real_client import credentials
from sandbox import bank, bank_rows
from test_shapes_on_zetasql import explained
from zetasql_evaluator import Evaluator, Table
from zetasql_rows import rows_query

Row = dict[str, Any]
BASE, OTHER = "lineage_base", "lineage_other"
SCHEMAS = {"customers": bank.CUSTOMERS, "accounts": bank.ACCOUNTS, "transactions": bank.TRANSACTIONS,
           "branches": bank.BRANCHES, "events_20250301": bank.EVENTS}
CARRIERS = ("policyTags", "dataPolicies", "dataGovernanceTagsInfo")
ROWS_MAX = 60


def base_rows() -> dict[str, list[Row]]:
    """Few rows, of which those of different tables meet in joins."""
    rows = {name: bank_rows.of(name)[:ROWS_MAX] for name in ("customers", "accounts", "branches", "events_20250301")}
    rows["accounts"] = [row | {"customer_id": 1 + number // 2} for number, row in enumerate(rows["accounts"])]
    accounts = [row["account_id"] for row in rows["accounts"]]
    rows["transactions"] = [
        {"transaction_id": number, "account_id": accounts[number * 7 % len(accounts)],
         "booked_at": f"2025-01-{1 + number % 28:02}T00:00:00+00:00",
         "amount": str((number - 20) * 8675309 % 977 - 300),
         "currency": "CHF" if number % 3 else "EUR", "merchant": ["Books", "Railway", "Inn"][number % 3],
         "counterparty_iban": f"DE{number % 9}", "memo": f"memo {number % 11}"} for number in range(ROWS_MAX)]
    return rows


def tagged(fields: list[dict[str, Any]], prefix: str = "") -> Iterator[str]:
    for field in fields:
        path = f"{prefix}{field['name']}"
        if any(carrier in field for carrier in CARRIERS):
            yield path
        yield from tagged(field.get("fields", []), f"{path}.")


# Few queries name these, and those name others of their kind too.
LEFT_OUT = {"home_address", "service_note", "pin_hash", "address.street", "counterparty_iban"}
COLUMNS = [(table, path) for table, fields in SCHEMAS.items() for path in tagged(fields) if path not in LEFT_OUT]
# The queries that Google's client runs on the sandbox, and those of which its evaluator knows more.
ON_SANDBOX = {case.name: case.sql for case in CASES
              if not case.parameters and "all_types" not in case.sql and "TABLESAMPLE" not in case.sql
              and "events_20250302" not in case.sql}
# The sandbox gives one column of STRUCTs for SELECT AS STRUCT.
ON_SANDBOX |= {name: sql for name, sql in SHAPES.items()
               if name not in NOT_ON_SANDBOX and name != "SELECT AS STRUCT on top"} | QUERIES
ON_EVALUATOR = {name: sql for name, sql in SHAPES.items() if name in NOT_ON_SANDBOX} | EVALUATED


def may_show(name: str, sql: str, table: str, path: str) -> bool:
    """Whether a query can depend on a column at all: by its text, not by what Scrim says."""
    return table in sql and (path.split(".")[-1] in sql or path.split(".")[0] in sql or name in WHOLE_ROWS
                             or "*" in sql.replace("COUNT(*)", ""))


# MARK: Other values

def mirrored(kind: str, value: str) -> str:
    """Another value for each value, in the reverse order: rows that were different still are."""
    if kind == "STRING":
        return "".join(chr(0x10000 - ord(c)) if 0x2100 < 0x10000 - ord(c) < 0xD800 else c for c in value[::-1]) + "~"
    if kind == "BYTES":
        return base64.b64encode(base64.b64decode(value)[::-1] + b"~").decode()
    if kind == "DATE":
        ordinal = datetime.date.max.toordinal() + 1 - datetime.date.fromisoformat(value).toordinal()
        return datetime.date.fromordinal(ordinal).isoformat()
    if kind == "FLOAT":
        return str(1000.5 - float(value))
    assert kind == "NUMERIC", kind
    return str(Decimal(1) - Decimal(value))


CONSTANTS = {"STRING": "9 same@example.com", "BYTES": "AP8=", "DATE": "2000-01-02", "NUMERIC": "7", "FLOAT": "7.0"}
CHANGES: dict[str, Callable[[str, Any], Any]] = {
    "mirrored": lambda kind, value: None if value is None else mirrored(kind, str(value)),
    "one for all": lambda kind, _: CONSTANTS[kind]}


def changed(fields: list[dict[str, Any]], row: Row, path: str, change: Callable[[str, Any], Any]) -> Row:
    name, _, rest = path.partition(".")
    field = next(field for field in fields if field["name"] == name)
    row = dict(row)
    value = row.get(name)
    if not rest:
        row[name] = change(field["type"], value)
    elif isinstance(value, list):
        row[name] = [changed(field["fields"], item, rest, change) for item in value]
    elif value is not None:
        row[name] = changed(field["fields"], value, rest, change)
    return row


# MARK: What Scrim says, and what is so

def only_tag(fields: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """The fields without any tag but that of one path."""
    name, _, rest = path.partition(".")
    kept = []
    for field in copy.deepcopy(fields):
        is_it = field["name"] == name
        if not (is_it and not rest):
            for carrier in CARRIERS:
                field.pop(carrier, None)
        if "fields" in field:
            field["fields"] = only_tag(field["fields"], rest if is_it else "")
        kept.append(field)
    return kept


def told(directory: Path, queries: dict[str, str], table: str | None, path: str) -> dict[str, Any]:
    """What `scrim explain` says of each query where one column is tagged, or all are that the bank tags."""
    catalog = []
    for name, fields in SCHEMAS.items():
        kept = fields if table is None else only_tag(fields, path if name == table else "")
        dataset = "analytics" if name.startswith("events") else "bank"
        catalog.append({"tableReference": {"projectId": "demo", "datasetId": dataset, "tableId": name}, "type": "TABLE",
                        "schema": {"fields": kept}})
    (directory / "catalog.json").write_text(json.dumps(catalog))
    config = configure(directory, "http://127.0.0.1:1", directory / "no.key")
    texts = {name: sql.replace("{D}", "bank").replace("{E}", "analytics") for name, sql in queries.items()}
    return explained(config, directory / "catalog.json", texts)


Result = tuple[list[str], list[list[str]]]


class Warehouses:
    """The two datasets and the evaluator's tables, of which the other one's can be changed."""

    def __init__(self, warehouse: Any, direct: bigquery.Client, evaluator: Evaluator) -> None:
        self._session = AuthorizedSession(credentials(warehouse.key_file))
        self._root = f"{warehouse.url}/bigquery/v2/projects/demo/datasets"
        self._direct = direct
        self._evaluator = evaluator
        self.rows = base_rows()
        self._evaluated = {name: self._table(name, self.rows[name]) for name in ("customers", "accounts")}
        for dataset in (BASE, OTHER):
            self._session.post(self._root, json={"datasetReference": {"projectId": "demo", "datasetId": dataset}})
            for name, rows in self.rows.items():
                self._fill(dataset, name, rows)
        first = self.results(BASE, ON_SANDBOX)
        self.base = first | self.evaluated(self._evaluated, ON_EVALUATOR)
        # A column that is not the same twice (an array without an order) says nothing.
        loose = {name: sql for name, sql in ON_SANDBOX.items() if any(word in sql for word in ("AGG", "ARRAY", "ANY_"))}
        self.unstable = {(name, position) for name, again in self.results(BASE, loose).items()
                         for position in range(len(again[0])) if differs(first[name], again, position, None)}

    def _table(self, name: str, rows: list[Row]) -> Table:
        return self._evaluator.query(rows_query(SCHEMAS[name], rows))

    def _fill(self, dataset: str, name: str, rows: list[Row]) -> None:
        tables = f"{self._root}/{dataset}/tables"
        self._session.delete(f"{tables}/{name}")
        self._session.post(tables, json={"tableReference": {"projectId": "demo", "datasetId": dataset, "tableId": name},
                                         "schema": {"fields": only_tag(SCHEMAS[name], "")}}).raise_for_status()
        answer = self._session.post(f"{tables}/{name}/insertAll", json={"rows": [{"json": row} for row in rows]})
        assert "insertErrors" not in answer.json(), answer.text[:500]

    def with_change(self, table: str, path: str, change: str) -> dict[str, Result]:
        """The results of the queries that name a table, after a change of one column of it."""
        rows = [changed(SCHEMAS[table], row, path, CHANGES[change]) for row in self.rows[table]]
        self._fill(OTHER, table, rows)
        try:
            found = self.results(OTHER, {name: sql for name, sql in ON_SANDBOX.items()
                                         if may_show(name, sql, table, path)})
        finally:
            self._fill(OTHER, table, self.rows[table])
        if table in self._evaluated:
            tables = self._evaluated | {table: self._table(table, rows)}
            found |= self.evaluated(tables, {name: sql for name, sql in ON_EVALUATOR.items()
                                             if may_show(name, sql, table, path)})
        return found

    def results(self, dataset: str, queries: dict[str, str]) -> dict[str, Result]:
        def run(sql: str) -> Result:
            config = bigquery.QueryJobConfig(default_dataset=f"demo.{dataset}")
            result = self._direct.query(sql.replace("{D}", dataset).replace("{E}", dataset), config).result()
            rows = [[comparable(cell) for cell in row.values()] for row in result]
            return [field.name for field in result.schema], rows
        with ThreadPoolExecutor(4) as pool:
            return dict(zip(queries, pool.map(run, queries.values()), strict=True))

    def evaluated(self, tables: dict[str, Table], queries: dict[str, str]) -> dict[str, Result]:
        found = {}
        for name, sql in queries.items():
            result = self._evaluator.query(sql, tables)
            found[name] = result.names, [[cell.hex() for cell in row] for row in result.rows]
        return found


def differs(left: Result, right: Result, position: int, key: tuple[int, ...] | None) -> bool:
    """Whether the values of a column are others; with a key, in rows that both results have."""
    if key is None:
        return Counter(row[position] for row in left[1]) != Counter(row[position] for row in right[1])
    sides: list[dict[tuple[str, ...], set[str]]] = []
    for _, rows in (left, right):
        cells = defaultdict(set)
        for row in rows:
            cells[tuple(row[index] for index in key)].add(row[position])
        sides.append(cells)
    return any(sides[0][row] != sides[1][row] for row in sides[0].keys() & sides[1].keys())


@pytest.fixture(scope="module")
def warehouses(warehouse: Any, direct: bigquery.Client, evaluator: Evaluator) -> Iterator[Warehouses]:
    yield Warehouses(warehouse, direct, evaluator)
    for dataset in (BASE, OTHER):
        direct.delete_dataset(f"demo.{dataset}", delete_contents=True)


def test_there_is_enough_to_compare(warehouses: Warehouses) -> None:
    assert len(ON_SANDBOX | ON_EVALUATOR) >= 120 and len(COLUMNS) >= 15
    assert set(CHOSEN) <= set(ON_SANDBOX | ON_EVALUATOR)
    assert all(warehouses.base[name][1] for name in QUERIES | EVALUATED), "a comparison of no rows proves nothing"
    assert len(warehouses.unstable) <= 6, warehouses.unstable


@pytest.mark.parametrize(("table", "path"), COLUMNS, ids=[".".join(column) for column in COLUMNS])
def test_what_changes_with_a_tagged_column_is_told_as_masked(
        warehouses: Warehouses, tmp_path: Path, table: str, path: str) -> None:
    answers = told(tmp_path, ON_SANDBOX | ON_EVALUATOR, table, path)
    hidden, seen = [], 0
    for change in CHANGES:
        for name, result in warehouses.with_change(table, path, change).items():
            base, columns = warehouses.base[name], answers[name].get("columns", "refused")
            assert columns != "refused", answers[name]
            # Not known in advance: then every column of the answer is told as masked.
            masked = [True] * len(base[0]) if columns is None else [column["masked"] is not None for column in columns]
            assert len(masked) == len(base[0]), (name, columns, base[0])
            for position, column in enumerate(base[0]):
                if (name, position) in warehouses.unstable or not differs(base, result, position, CHOSEN.get(name)):
                    continue
                seen += 1
                if not masked[position]:
                    hidden.append(f"{name}: {column or position} ({change})")
    assert not hidden, "\n".join(hidden)
    assert seen >= 2, "no query shows the column"


@pytest.mark.parametrize("change", CHANGES)
def test_the_comparison_can_fail(warehouses: Warehouses, change: str) -> None:
    """What a lineage that only looks at names would miss does change."""
    results = warehouses.with_change("customers", "ssn", change)
    for name, position in (("STRUCT by position", 0), ("STRUCT built and taken apart", 0)):
        assert differs(warehouses.base[name], results[name], position, None), name
    # Names that stand beside the tagged one do not.
    for name, position in (("STRUCT built and taken apart", 1), ("CASE", 0), ("CASE", 2)):
        assert not differs(warehouses.base[name], results[name], position, None), name


E, S, N, I, B, P = "pii.email", "pii.ssn", "pii.name", "account.number", "financial.amount", "pii"
PRECISE: list[tuple[str, list[str | None]]] = [
    ("SELECT customer_id, email, segment FROM customers", [None, E, None]),
    ("SELECT customer_id, segment FROM customers WHERE email LIKE 'a%' ORDER BY ssn LIMIT 5", [None, None]),
    ("SELECT segment, COUNT(*), MAX(customer_id) FROM customers GROUP BY segment", [None, None, None]),
    ("SELECT segment, COUNT(*) FROM customers WHERE email LIKE 'a%' GROUP BY segment", [None, E]),
    ("SELECT COUNT(*), COUNTIF(ssn IS NULL), MAX(segment) FROM customers", [None, S, None]),
    ("SELECT a.kind, c.segment, a.iban FROM customers AS c JOIN accounts AS a USING (customer_id)", [None, None, I]),
    ("SELECT customer_id, kind, email FROM customers JOIN accounts USING (customer_id)", [None, None, E]),
    ("SELECT * FROM (SELECT customer_id, email, segment FROM customers) NATURAL JOIN (SELECT customer_id, kind FROM "
     "accounts)",
     [None, E, None, None]),
    ("SELECT iban, a.kind FROM accounts AS a JOIN accounts AS b USING (iban)", [I, None]),
    ("WITH a AS (SELECT email AS e, segment AS s FROM customers), b AS (SELECT s, UPPER(e) AS u FROM a) SELECT s, u "
     "FROM b",
     [None, E]),
    ("WITH RECURSIVE r AS (SELECT segment AS s, email AS e, 1 AS n FROM customers UNION ALL SELECT s, e, n + 1 FROM r "
     "WHERE n < 3) SELECT s, n, e FROM r", [None, None, E]),
    ("SELECT segment AS v, email AS w FROM customers UNION ALL SELECT kind, kind FROM accounts", [None, E]),
    ("SELECT segment AS v, email AS w FROM customers UNION ALL BY NAME SELECT kind AS w, kind AS v FROM accounts",
     [None, E]),
    ("SELECT address.city, address.zip, address FROM customers", [None, P, P]),
    ("SELECT contacts[SAFE_OFFSET(0)].kind, contacts[SAFE_OFFSET(0)].value FROM customers", [None, P]),
    ("SELECT t.kind, t.value FROM customers AS c, c.contacts AS t", [None, P]),
    ("SELECT (SELECT COUNT(*) FROM UNNEST(contacts)), (SELECT MAX(t.value) FROM UNNEST(contacts) AS t) FROM customers",
     [None, P]),
    ("SELECT s.a, s.b FROM (SELECT STRUCT(ssn AS a, segment AS b) AS s FROM customers)", [S, None]),
    ("SELECT ARRAY(SELECT segment FROM customers), [segment, 'x'], [email] FROM customers", [None, None, E]),
    ("SELECT (SELECT MAX(kind) FROM accounts), (SELECT MAX(kind) FROM accounts WHERE iban > 'a') FROM branches",
     [None, I]),
    ("SELECT ROW_NUMBER() OVER (ORDER BY customer_id), RANK() OVER (ORDER BY ssn) FROM customers", [None, S]),
    ("SELECT COUNT(*) OVER (PARTITION BY segment), MAX(email) OVER (PARTITION BY segment) FROM customers", [None, E]),
    ("SELECT customer_id, v, k FROM customers UNPIVOT (v FOR k IN (full_name, segment))", [None, N, None]),
    ("SELECT a.kind, a FROM accounts AS a", [None, B]),
    ("SELECT * EXCEPT (iban, balance) FROM accounts", [None] * 5),
    ("SELECT r.n, r.f FROM customers MATCH_RECOGNIZE (ORDER BY customer_id MEASURES COUNT(*) AS n, FIRST(email) AS f "
     "PATTERN (a+) DEFINE a AS segment = 'retail') AS r", [None, E]),
    ("SELECT city, session_range FROM RANGE_SESSIONIZE(TABLE branches, 'x', ['city'])", [None, None]),
    ("FROM customers |> EXTEND LENGTH(email) AS l |> SET segment = 'x' |> SELECT segment, l, customer_id",
     [None, E, None]),
    ("FROM customers |> AGGREGATE COUNT(*) AS n, MAX(ssn) AS m GROUP BY segment |> WHERE n > 1", [None, None, S]),
    ("FROM customers |> AGGREGATE COUNT(*) AS n GROUP BY ROLLUP (segment, customer_id)", [None, None, None]),
    ("FROM accounts |> RENAME iban AS i |> DROP balance |> SELECT i, kind, account_id", [I, None, None]),
    ("FROM customers |> JOIN accounts USING (customer_id) |> AS t |> SELECT t.kind, t.email, t.segment",
     [None, E, None])]


def test_what_derives_from_nothing_masked_is_told_as_clear(tmp_path: Path) -> None:
    answers = told(tmp_path, {sql: sql for sql, _ in PRECISE}, None, "")
    for sql, wanted in PRECISE:
        found = [column["masked"] and column["masked"]["tag"] for column in answers[sql]["columns"]]
        assert found == wanted, sql


def test_the_tools_tell_what_explain_tells(agent: Agent, tmp_path: Path) -> None:
    queries = {sql: sql for sql, _ in PRECISE[:12]}
    answers = told(tmp_path, queries, None, "")
    for sql in queries:
        masks = [column["masked"] for column in answers[sql]["columns"]]
        answer, estimate = agent.ask("query", sql=sql), agent.ask("estimate_query", sql=sql)
        assert [column["masked"] for column in answer["columns"]] == masks
        assert [column["masked"] for column in estimate["columns"]] == masks
        assert answer["masked_columns"] == estimate["masked_columns"] == answers[sql]["masked_columns"]
