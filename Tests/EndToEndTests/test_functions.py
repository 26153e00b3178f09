"""Functions that somebody wrote: a query that calls them is what it is on the masked copies; the rest is refused."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import Agent, connected
from cells import multiset, read
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from policy import write_mapping
from proxy import Proxy, command, configure, serving
from real_client import credentials
from routines import FLOAT64, INT64, STRING, function, resource, table_function, temporary
from sandbox import bank
from zetasql_evaluator import Evaluator

# Those that call others come after them.
FUNCTIONS = {
    "mail_domain": function("REGEXP_EXTRACT(mail, r'@(.+)$')", {"mail": STRING}, returnType=STRING),
    "as_is": function("v", {"v": "ANY_TYPE"}),
    "both": function("CONCAT(COALESCE(a, '-'), ':', COALESCE(b, '-'))", {"a": STRING, "b": STRING}),
    "half": function("x / 2", {"x": FLOAT64}, returnType=FLOAT64),
    "email_of": function("(SELECT MAX(email) FROM `demo.{D}.customers` WHERE customer_id = k)", {"k": INT64}),
    "customers_like": function("(SELECT COUNT(*) FROM `demo.{D}.customers` AS c WHERE c.email LIKE pattern)",
                               {"pattern": STRING}),
    "mail_of_account": function("{D}.mail_domain({D}.email_of(a))", {"a": INT64}),
    "city_of": function("address.city", {"address": "ANY_TYPE"}),
    "share": function("COUNTIF(found) / COUNT(*)", {"found": {"typeKind": "BOOL"}}, routineType="AGGREGATE_FUNCTION"),
    "of_segment": table_function("SELECT customer_id, email, ssn FROM `demo.{D}.customers` WHERE segment = seg",
                                 {"seg": STRING}),
    "below": table_function("SELECT customer_id AS k, email AS m FROM `demo.{D}.customers` WHERE customer_id < n",
                            {"n": INT64}),
    "count_of": table_function("SELECT COUNT(*) AS n FROM t", {"t": "ANY_TABLE"}),
}
QUERIES = [
    "SELECT customer_id, {D}.mail_domain(email) AS d FROM {D}.customers",
    "SELECT {D}.mail_domain(email) AS d, COUNT(*) AS n FROM {D}.customers GROUP BY {D}.mail_domain(email)",
    "SELECT {D}.as_is(ssn) AS s FROM {D}.customers WHERE {D}.as_is(ssn) LIKE 'X%'",
    "SELECT {D}.both({D}.as_is(email), {D}.both(segment, ssn)) AS b FROM {D}.customers",
    "SELECT {D}.half(COUNT(DISTINCT ssn)) AS h FROM {D}.customers",
    "SELECT segment, {D}.share(email LIKE 'X%') AS s FROM {D}.customers GROUP BY segment HAVING {D}.share(TRUE) = 1",
    "SELECT a.account_id, {D}.email_of(a.customer_id) AS e FROM {D}.accounts AS a",
    "SELECT {D}.customers_like('XXXXX@%') AS n, {D}.mail_of_account(7) AS d",
    "SELECT customer_id FROM {D}.customers WHERE {D}.city_of(address) IS NOT NULL ORDER BY {D}.half(customer_id) "
    "LIMIT 9",
    "SELECT t.email, t.ssn FROM {D}.of_segment('retail') AS t WHERE t.email LIKE 'X%'",
    "SELECT b.m, a.account_id FROM {D}.below(20) AS b JOIN {D}.accounts AS a ON a.customer_id = b.k",
    "SELECT n FROM {D}.count_of((SELECT 1 FROM {D}.customers WHERE ssn LIKE 'X%'))",
    "WITH customers AS (SELECT 1 AS one) SELECT {D}.email_of(one) AS e FROM customers",
    "FROM {D}.customers |> EXTEND {D}.mail_domain(email) AS d |> AGGREGATE COUNT(*) AS n GROUP BY d",
]


class Session:
    """Makes, changes and deletes routines over REST."""

    def __init__(self, warehouse: Any) -> None:
        self._session = AuthorizedSession(credentials(warehouse.key_file))
        self._address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets"

    def make(self, dataset: str, name: str, definition: dict[str, Any]) -> None:
        made = resource(dataset, name, definition)
        self._session.post(f"{self._address}/{dataset}/routines", json=made).raise_for_status()

    def change(self, dataset: str, name: str, definition: dict[str, Any]) -> None:
        made = resource(dataset, name, definition)
        self._session.put(f"{self._address}/{dataset}/routines/{name}", json=made).raise_for_status()

    def delete(self, dataset: str, name: str) -> None:
        self._session.delete(f"{self._address}/{dataset}/routines/{name}").raise_for_status()


@pytest.fixture(scope="module")
def functions(warehouse: Any, copies: str) -> Iterator[str]:
    """The same functions on the bank and on its masked copies."""
    session = Session(warehouse)
    for dataset in ("bank", copies):
        for name, definition in FUNCTIONS.items():
            session.make(dataset, name, definition)
    yield copies
    for dataset in ("bank", copies):
        for name in FUNCTIONS:
            session.delete(dataset, name)


@pytest.fixture
def post(warehouse: Any) -> Iterator[Callable[[str, dict[str, Any]], str]]:
    """Makes a function in the bank; it is gone after the test."""
    session = Session(warehouse)
    made: list[str] = []

    def make(name: str, definition: dict[str, Any]) -> str:
        session.make("bank", name, definition)
        made.append(name)
        return f"bank.{name}"
    yield make
    for name in made:
        session.delete("bank", name)


def compare(agent: Agent, direct: bigquery.Client, sql: str, oracle: str) -> None:
    result = direct.query(oracle).result()
    wanted = [list(row.values()) for row in result]
    assert wanted
    columns, rows = agent.all_rows(sql)
    assert [column["name"] for column in columns] == [field.name for field in result.schema]
    got = [[read(cell, field) for cell, field in zip(row, result.schema, strict=True)] for row in rows]
    assert multiset(got) == multiset(wanted)


@pytest.mark.parametrize("sql", QUERIES)
def test_rows_are_those_of_the_masked_copy(agent: Agent, direct: bigquery.Client, functions: str, sql: str) -> None:
    compare(agent, direct, sql.replace("{D}", "bank"), sql.replace("{D}", functions))


@pytest.mark.parametrize("sql", QUERIES)
def test_temporary_functions_do_the_same(agent: Agent, direct: bigquery.Client, functions: str, sql: str) -> None:
    script = "".join(temporary(name, definition, "bank") for name, definition in FUNCTIONS.items()) + sql
    calls = re.compile(rf"\{{D\}}\.({'|'.join(FUNCTIONS)})\(|bank\.({'|'.join(FUNCTIONS)})\(")
    script = calls.sub(lambda match: f"{match[1] or match[2]}(", script).replace("{D}", "bank")
    compare(agent, direct, script, sql.replace("{D}", functions))


def test_masks_show_through(agent: Agent, functions: str, proxy: Proxy) -> None:
    answer = agent.ask("query", sql="SELECT bank.mail_domain(email) AS d, bank.email_of(1) AS e, "
                                    "bank.half(1) AS logged FROM bank.customers WHERE customer_id = 40")
    masks = {column["name"]: column["masked"] and column["masked"]["tag"] for column in answer["columns"]}
    assert masks == {"d": "pii.email", "e": "pii.email", "logged": None}
    assert ("demo.bank.customers", "email") in {(entry["table"], entry["column"]) for entry in answer["masked_columns"]}
    estimate = agent.ask("estimate_query", sql="SELECT m FROM bank.below(3)")
    assert "bank.below" not in estimate["rewritten_sql"] and "bank.customers" in estimate["rewritten_sql"]
    entries = audit_files.entries(proxy.audit)
    logged = [json.dumps(entry) for entry in entries if "AS logged" in json.dumps(entry)]
    tables = '"demo.bank.customers", "demo.bank.email_of", "demo.bank.half", "demo.bank.mail_domain"'
    assert logged and tables in logged[0]


# MARK: Refusals

REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("who", function("SESSION_USER()"), "()", "function.identity"),
    ("asks", function("@p"), "()", "function.body"),
    ("outside", function("x", {"x": STRING}, remoteFunctionOptions={"endpoint": "https://x.example"}), "('a')",
     "function.remote"),
    ("script", function("return x;", {"x": STRING}, language="JAVASCRIPT", returnType=STRING), "('a')",
     "function.javascript"),
    ("snake", function("def f(): pass", {"x": STRING}, language="PYTHON"), "('a')", "function.language"),
    ("total", function("x", {"x": INT64}, routineType="AGGREGATE_FUNCTION"), "(1)", "function.body"),
    ("steps", function("SELECT 1", routineType="PROCEDURE"), "()", "function.procedure"),
    ("hides", function("SHA256(x)", {"x": STRING}, dataGovernanceType="DATA_MASKING"), "('a')", "function.masking"),
    ("unknown_member", function("1", somethingNew=True), "()", "function.unreadable"),
    ("reads", function("(SELECT 1 FROM `demo.bank.INFORMATION_SCHEMA.TABLES`)"), "()", "table.information_schema"),
]


@pytest.mark.parametrize(("name", "definition", "arguments", "code"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_function_that_cannot_be_used_is_refused(agent: Agent, post, name: str, definition: dict[str, Any],
                                                   arguments: str, code: str) -> None:
    called = post(f"refused_{name}", definition)
    refused = agent.call("query", sql=f"SELECT 1,\n  {called}{arguments}").refused
    assert [(entry["code"], entry["line"], entry["column"]) for entry in refused] == [(code, 2, 3)]
    assert f"refused_{name}" in refused[0]["message"] and refused[0]["fix"]


def test_what_is_not_there_is_refused(agent: Agent, direct: bigquery.Client, warehouse: Any) -> None:
    assert agent.call("query", sql="SELECT bank.no_such_function(1)").codes == ["function.not_found"]
    direct.create_dataset("functions_elsewhere")
    session = Session(warehouse)
    session.make("functions_elsewhere", "one", function("1"))
    try:
        assert agent.call("query", sql="SELECT functions_elsewhere.one()").codes == ["function.not_found"]
    finally:
        session.delete("functions_elsewhere", "one")
        direct.delete_dataset("functions_elsewhere")


def test_a_base_that_only_the_function_reaches_keeps_its_name(agent: Agent, direct: bigquery.Client, post) -> None:
    """An authorised routine: the table is in a dataset that the configuration does not list."""
    direct.create_dataset("safe_room")
    table = bigquery.Table("demo.safe_room.wages", [
        bigquery.SchemaField("employee", "STRING"),
        bigquery.SchemaField("mail", "STRING", policy_tags=bigquery.PolicyTagList(
            [bank.TAXONOMY + bank.POLICY_TAGS["pii.email"]]))])
    direct.create_table(table)
    try:
        direct.insert_rows_json(table, [{"employee": "e", "mail": "someone@wages.example"}])
        called = post("wage_mail", function("(SELECT MAX(mail) FROM `demo.safe_room.wages` WHERE employee = who)",
                                            {"who": STRING}))
        answer = agent.call("query", sql=f"SELECT {called}('e') AS m")
        assert answer.content["rows"] == [["XXXXX@wages.example"]]
        assert [(entry["table"], entry["column"]) for entry in answer.content["masked_columns"]] == [
            ("demo.bank.wage_mail", "value")]
        assert "safe_room" not in answer.text and "wages" not in answer.text.replace("wages.example", "")
        assert agent.call("query", sql="SELECT * FROM safe_room.wages").codes == ["table.not_found"]
    finally:
        direct.delete_dataset("safe_room", delete_contents=True)


def test_a_function_that_changes_while_the_job_waits(agent: Agent, faults, post, warehouse: Any) -> None:
    called = post("racing_function", function("CONCAT(x, '')", {"x": STRING}))
    faults(jobs=[{"sql": "racing_f", "before_start_ms": 1500}])
    changed = function("CONCAT(x, '!')", {"x": STRING})
    timer = threading.Timer(0.7, lambda: Session(warehouse).change("bank", "racing_function", changed))
    timer.start()
    answer = agent.call("query", sql=f"SELECT {called}(segment) AS racing_f FROM bank.customers")
    timer.join()
    assert answer.codes == ["crosscheck.schema_changed"], answer.text


def test_a_view_that_calls_a_function(agent: Agent, functions: str, direct: bigquery.Client) -> None:
    view = bigquery.Table("demo.bank.calling_view")
    view.view_query = "SELECT customer_id, bank.mail_domain(email) AS d FROM bank.customers"
    direct.create_table(view)
    try:
        compare(agent, direct, "SELECT d FROM bank.calling_view",
                f"SELECT {functions}.mail_domain(email) AS d FROM {functions}.customers")
        assert agent.ask("describe_table", table="bank.calling_view")["columns"][1]["masked"]["tag"] == "pii.email"
    finally:
        direct.delete_table("demo.bank.calling_view")


# MARK: JavaScript

def test_javascript_where_the_operator_allows_it(warehouse: Any, post, tmp_path: Path, direct: bigquery.Client,
                                                 copies: str) -> None:
    called = post("script_twice", function("return x * 2;", {"x": FLOAT64}, language="JAVASCRIPT", returnType=FLOAT64))
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    settings = json.loads(config.read_text())
    settings["bigquery"]["javascript_functions"] = True
    config.write_text(json.dumps(settings))
    with serving(config) as started, connected(started.url, "auto") as agent:
        answer = agent.ask("query", sql=f"SELECT {called}(customer_id) AS t FROM bank.customers WHERE customer_id = 4")
        assert answer["rows"] == [[8.0]]
        estimate = agent.ask("estimate_query", sql=f"SELECT {called}(credit_limit) AS t FROM bank.customers")
        assert "demo.bank.script_twice(" in estimate["rewritten_sql"]
        assert agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]]


# MARK: Without a server, and on Google's evaluator

@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("functions")
    tables: list[dict[str, Any]] = [
        {"tableReference": {"projectId": "demo", "datasetId": made["dataset"], "tableId": made["table"]},
         "type": "TABLE", "schema": {"fields": made["schema"]}} for made in bank.TABLES]
    routines = [resource("bank", name, definition) for name, definition in FUNCTIONS.items()]
    (directory / "catalog.json").write_text(json.dumps(tables + routines))
    return {"catalog": directory / "catalog.json", "mapping": write_mapping(directory / "mapping")}


def printed(files: dict[str, Path], sql: str) -> str:
    ended = command("explain", "--mapping", files["mapping"], "--catalog", files["catalog"], "--role", "analyst",
                    "--json", sql)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return str(json.loads(ended.stdout)["printed"])


def test_explain_reads_routines_from_the_catalog(files: dict[str, Path]) -> None:
    assert printed(files, "SELECT bank.half(3) AS h") == "SELECT CAST((CAST(3 AS FLOAT64)) / 2 AS FLOAT64) AS h"
    ended = command("explain", "--mapping", files["mapping"], "--catalog", files["catalog"], "--role", "analyst",
                    "SELECT bank.nothing()")
    assert ended.returncode == 1 and "function.not_found" in ended.stdout + ended.stderr


# The parameters with types, the body, the arguments. GoogleSQL's WITH(…) binds them in the same way as a function.
CALLS = [
    ({"x": "INT64"}, "x + 1", ["2"]), ({"x": "FLOAT64", "y": "FLOAT64"}, "x / y", ["1", "3"]),
    ({"x": "STRING"}, "CONCAT(x, x)", ["NULL"]), ({"x": "NUMERIC"}, "x * x", ["7"]),
    ({"x": "ARRAY<INT64>"}, "ARRAY_LENGTH(x) + x[OFFSET(0)]", ["[5, 6]"]),
    ({"x": "ARRAY<INT64>"}, "(SELECT SUM(e) FROM UNNEST(x) AS e)", ["[5, 6]"]),
    ({"x": "STRUCT<a INT64, b STRING>"}, "CONCAT(x.b, CAST(x.a AS STRING))", ["(1, 'z')"]),
    ({"x": "INT64"}, "(SELECT MAX(x) FROM (SELECT 9 AS x))", ["1"]),
    ({"x": "INT64", "y": "INT64"}, "(SELECT x + y + z FROM (SELECT 100 AS z, 10 AS y))", ["1", "2"]),
    ({"e": "INT64"}, "ARRAY_TO_STRING(ARRAY_TRANSFORM([1, 2], e -> CAST(e AS STRING)), ',')", ["8"]),
    ({"x": "DATE"}, "DATE_TRUNC(x, MONTH)", ["'2025-03-09'"]), ({"x": "BOOL"}, "IF(x, 'y', 'n')", ["1 = 1"]),
    ({"x": "INT64"}, "x IN UNNEST([1, 2]) AND x BETWEEN 0 AND 3", ["1 + 1"]),
    ({"x": "INT64"}, "EXTRACT(YEAR FROM DATE_ADD(DATE '2025-01-01', INTERVAL x DAY))", ["400"]),
    ({"a": "INT64", "b": "INT64"}, "a - b", ["1", "-2"]),
    ({"x": "STRING"}, "CASE x WHEN 'a' THEN x ELSE NULL END", ["'a'"]),
]


@pytest.mark.parametrize(("parameters", "body", "arguments"), CALLS)
def test_calls_mean_on_googles_evaluator_what_they_meant(files: dict[str, Path], evaluator: Evaluator,
                                                        parameters: dict[str, str], body: str,
                                                        arguments: list[str]) -> None:
    declared = ", ".join(f"{name} {kind}" for name, kind in parameters.items())
    sql = printed(files, f"CREATE TEMP FUNCTION f({declared}) AS ({body}); SELECT f({', '.join(arguments)}) AS r")
    bound = ", ".join(f"{name} AS CAST({argument} AS {kind})"
                      for (name, kind), argument in zip(parameters.items(), arguments, strict=True))
    wanted, got = evaluator.query(f"SELECT WITH({bound}, {body}) AS r"), evaluator.query(sql)
    assert (got.types, got.names, got.rows) == (wanted.types, wanted.names, wanted.rows), sql


@pytest.mark.parametrize(("items", "plain"), [
    ("f(n) AS a", "MOD(n, 2) AS a"), ("f(g(n)) AS a, g(SUM(n)) AS b", "MOD(n * 10, 2) AS a, SUM(n) * 10 AS b"),
    ("g(f(n) + n) AS a, COUNT(*) AS c", "(MOD(n, 2) + n) * 10 AS a, COUNT(*) AS c")])
def test_calls_beside_grouping_on_googles_evaluator(files: dict[str, Path], evaluator: Evaluator, items: str,
                                                    plain: str) -> None:
    sql = printed(files, "CREATE TEMP FUNCTION f(x INT64) AS (MOD(x, 2)); CREATE TEMP FUNCTION g(x INT64) AS (x * 10); "
                         f"SELECT {items} FROM UNNEST([1, 2, 3]) AS n GROUP BY f(n), n")
    wanted = evaluator.query(f"SELECT {plain} FROM UNNEST([1, 2, 3]) AS n GROUP BY MOD(n, 2), n")
    got = evaluator.query(sql)
    assert (got.names, sorted(got.rows)) == (wanted.names, sorted(wanted.rows)), sql
