"""Views: a query on one is what it is on the same view of the masked copies; what cannot be read so is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import audit_files
import pytest
from agent import Agent
from cells import comparable, multiset, read
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from proxy import Proxy
from real_client import credentials
from sandbox import bank

# By name: the text over the tables of `{D}`. Those that read other views come after them.
VIEWS = {
    "v_people": "SELECT customer_id, full_name, email, ssn, segment FROM `demo.{D}.customers`",
    "v_renamed": "SELECT email AS contact, UPPER(ssn) AS number, customer_id AS k FROM `demo.{D}.customers` AS c",
    "v_everything": "SELECT * FROM demo.{D}.customers",
    "v_joined": "SELECT a.account_id, c.email, COUNT(*) AS n FROM `demo.{D}.accounts` AS a JOIN `demo.{D}.customers` AS c "
                "ON a.customer_id = c.customer_id GROUP BY a.account_id, c.email",
    "v_with": "WITH customers AS (SELECT email, customer_id FROM `demo.{D}.customers`) SELECT * FROM customers",
    "v_filtered": "SELECT customer_id FROM `demo.{D}.customers` WHERE email LIKE 'X%' OR email IS NULL",
    "v_nested": "SELECT customer_id, address, contacts FROM `demo.{D}.customers`",
    "v_over": "SELECT email, COUNT(DISTINCT ssn) AS n FROM `demo.{D}.v_people` GROUP BY email",
    "v_twice": "SELECT a.email, b.number FROM `demo.{D}.v_people` AS a JOIN `demo.{D}.v_renamed` AS b "
               "ON a.customer_id = b.k",
    "v_union": "SELECT email AS e FROM `demo.{D}.v_people` UNION ALL SELECT contact FROM `demo.{D}.v_renamed`",
}
QUERIES = [
    "SELECT * FROM {D}.v_people", "SELECT email, COUNT(*) AS n FROM {D}.v_people GROUP BY email",
    "SELECT v FROM {D}.v_people AS v", "SELECT contact, number FROM {D}.v_renamed WHERE k < 20",
    "SELECT * EXCEPT (home_address) FROM {D}.v_everything", "SELECT n, email FROM {D}.v_joined AS j WHERE j.n > 0",
    "SELECT * FROM {D}.v_with", "WITH customers AS (SELECT 1 AS one) SELECT * FROM customers, {D}.v_with",
    "SELECT COUNT(*) AS n FROM {D}.v_filtered", "SELECT address.city AS c, contacts FROM {D}.v_nested",
    "SELECT * FROM {D}.v_over", "SELECT * FROM {D}.v_twice", "SELECT e FROM {D}.v_union",
    "SELECT p.email, r.number FROM {D}.v_people AS p JOIN {D}.v_renamed AS r ON p.customer_id = r.k",
    "SELECT c.customer_id FROM {D}.customers AS c WHERE EXISTS (SELECT 1 FROM {D}.v_renamed WHERE k = c.customer_id)",
    "FROM {D}.v_people |> WHERE segment IS NOT NULL |> AGGREGATE COUNT(*) AS n GROUP BY email",
    "SELECT full_name, email, city FROM {D}.customer_directory",
]


def make_view(client: bigquery.Client, dataset: str, name: str, text: str) -> None:
    view = bigquery.Table(f"demo.{dataset}.{name}")
    view.view_query = text.replace("{D}", dataset)
    client.create_table(view)


@pytest.fixture(scope="module")
def views(direct: bigquery.Client, copies: str) -> Iterator[str]:
    """The same views on the bank and on its masked copies."""
    directory = bank.DIRECTORY_QUERY.replace("demo.bank.", "demo.{D}.")
    for dataset in ("bank", copies):
        for name, text in VIEWS.items():
            make_view(direct, dataset, name, text)
    make_view(direct, copies, "customer_directory", directory)
    yield copies
    for dataset in ("bank", copies):
        for name in reversed(VIEWS):
            direct.delete_table(f"demo.{dataset}.{name}")
    direct.delete_table(f"demo.{copies}.customer_directory")


@pytest.mark.parametrize("sql", QUERIES)
def test_rows_are_those_of_the_view_of_the_masked_copy(agent: Agent, direct: bigquery.Client, views: str,
                                                       sql: str) -> None:
    result = direct.query(sql.replace("{D}", views)).result()
    wanted = [list(row.values()) for row in result]
    assert wanted
    columns, rows = agent.all_rows(sql.replace("{D}", "bank"))
    assert [column["name"] for column in columns] == [field.name for field in result.schema]
    got = [[read(cell, field) for cell, field in zip(row, result.schema, strict=True)] for row in rows]
    assert multiset(got) == multiset(wanted)


def test_masks_show_through(agent: Agent, views: str) -> None:
    answer = agent.ask("query", sql="SELECT email, n, 1 AS one FROM bank.v_over")
    masks = {column["name"]: column["masked"] and column["masked"]["tag"] for column in answer["columns"]}
    assert masks == {"email": "pii.email", "n": "pii.ssn", "one": None}
    assert {(entry["table"], entry["column"]) for entry in answer["masked_columns"]} >= {
        ("demo.bank.customers", "email"), ("demo.bank.customers", "ssn")}
    described = {column["name"]: column for column in agent.ask("describe_table", table="bank.v_renamed")["columns"]}
    assert described["contact"]["masked"] == {"tag": "pii.email", "rule": "EMAIL_MASK"}
    assert described["number"]["masked"]["tag"] == "pii.ssn" and described["k"]["masked"] is None
    found = agent.ask("search_schema", text="contact renamed")["matches"]
    assert ("bank.v_renamed", "contact", "EMAIL_MASK") in [
        (match["table"], match.get("column"), (match.get("masked") or {}).get("rule")) for match in found]


def test_the_estimate_shows_the_text_and_the_log_names_the_view(agent: Agent, proxy: Proxy, views: str) -> None:
    answer = agent.ask("estimate_query", sql="SELECT email AS seen_through FROM bank.v_people")
    assert "bank.v_people" not in answer["rewritten_sql"] and "bank.customers" in answer["rewritten_sql"]
    entries = audit_files.entries(proxy.audit)
    logged = [json.dumps(entry) for entry in entries if "AS seen_through" in json.dumps(entry)]
    assert len(logged) == 1 and '"demo.bank.customers", "demo.bank.v_people"' in logged[0]


# MARK: Refusals

@pytest.fixture
def post(warehouse: Any, direct: bigquery.Client) -> Iterator[Callable[..., str]]:
    """Makes a view from its REST definition; it is gone after the test."""
    session = AuthorizedSession(credentials(warehouse.key_file))
    made: list[str] = []

    def make(name: str, dataset: str = "bank", **resource: Any) -> str:
        address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets/{dataset}/tables"
        answer = session.post(address, json={"tableReference": {"projectId": "demo", "datasetId": dataset,
                                                                "tableId": name}, **resource})
        answer.raise_for_status()
        made.append(f"demo.{dataset}.{name}")
        return f"{dataset}.{name}"
    yield make
    for table in reversed(made):
        direct.delete_table(table)


DEFINITIONS: list[tuple[str, dict[str, Any], str]] = [
    ("legacy", {"query": "SELECT 1 AS a"}, "table.view_legacy_sql"),
    ("legacy_by_name", {"query": "SELECT 1 AS a", "useLegacySql": True}, "table.view_legacy_sql"),
    ("private", {"query": "SELECT 1 AS a", "useLegacySql": False, "privacyPolicy": {"aggregationThresholdPolicy": {
        "threshold": "50"}}}, "table.view_privacy_policy"),
    ("foreign", {"query": "SELECT 1 AS a", "useLegacySql": False, "foreignDefinitions": [{"query": "SELECT 1",
                                                                                        "dialect": "spark"}]},
     "table.view_foreign"),
    ("functions", {"query": "SELECT 1 AS a", "useLegacySql": False, "userDefinedFunctionResources": [{
        "inlineCode": "x"}]}, "table.view_functions"),
    ("who", {"query": "SELECT SESSION_USER() AS a", "useLegacySql": False}, "function.identity"),
]


@pytest.mark.parametrize(("name", "definition", "code"), DEFINITIONS, ids=[case[0] for case in DEFINITIONS])
def test_a_view_that_cannot_be_read_is_refused(agent: Agent, post, name: str, definition: dict[str, Any],
                                               code: str) -> None:
    view = post(f"refused_{name}", view=definition)
    refused = agent.call("query", sql=f"SELECT *\nFROM {view}").refused
    assert [(entry["code"].partition(".")[0], entry["line"]) for entry in refused] == [(code.partition(".")[0], 2)]
    if code.startswith("table"):
        assert refused[0]["code"] == code
    assert f"refused_{name}" in refused[0]["message"] and refused[0]["fix"]
    notes = agent.ask("describe_table", table=view)["notes"]
    assert any(refused[0]["code"] in note for note in notes)


def test_names_of_an_explicit_list_count_by_position(agent: Agent, post) -> None:
    view = post("explicit", schema={"fields": [bank.field("b", "STRING"), bank.field("a", "INTEGER")]}, view={
        "query": "SELECT email AS a, customer_id AS b FROM `demo.bank.customers` WHERE customer_id = 40",
        "useLegacySql": False, "useExplicitColumnNames": True})
    answer = agent.ask("query", sql=f"SELECT a, b FROM {view}")
    assert [column["name"] for column in answer["columns"]] == ["a", "b"]
    assert answer["rows"][0][0] == 40 and answer["rows"][0][1].startswith("XXXXX@")
    assert [bool(column["masked"]) for column in answer["columns"]] == [False, True]


def test_a_tag_on_the_view_itself_counts_on_top(agent: Agent, post) -> None:
    view = post("tagged", schema={"fields": [bank.field("segment", "STRING", "pii")]}, view={
        "query": "SELECT segment FROM `demo.bank.customers` WHERE segment IS NOT NULL", "useLegacySql": False})
    answer = agent.ask("query", sql=f"SELECT DISTINCT segment FROM {view}")
    assert answer["columns"][0]["masked"] is not None
    assert not {row[0] for row in answer["rows"]} & {"retail", "private", "business"}


def test_a_materialized_view_is_read_through_its_query(agent: Agent, post, direct: bigquery.Client) -> None:
    view = post("materialized", materializedView={
        "query": "SELECT email, COUNT(*) AS n FROM `demo.bank.customers` GROUP BY email"})
    answer = agent.ask("query", sql=f"SELECT email, n FROM {view} WHERE email IS NOT NULL")
    assert answer["columns"][0]["masked"]["rule"] == "EMAIL_MASK" and answer["rows"]
    raw = {row[0] for row in direct.query("SELECT email FROM `demo.bank.customers`").result()}
    assert not {row[0] for row in answer["rows"]} & raw


def test_a_base_that_only_the_view_reaches_keeps_its_name(agent: Agent, direct: bigquery.Client, post) -> None:
    """An authorised view: the table is in a dataset that the configuration does not list."""
    direct.create_dataset("vault")
    table = bigquery.Table("demo.vault.salaries", [
        bigquery.SchemaField("employee", "STRING"), bigquery.SchemaField("salary", "INT64"),
        bigquery.SchemaField("mail", "STRING", policy_tags=bigquery.PolicyTagList(
            [bank.TAXONOMY + bank.POLICY_TAGS["pii.email"]]))])
    direct.create_table(table)
    try:
        direct.insert_rows_json(table, [{"employee": "e", "salary": 1, "mail": "someone@vault.example"}])
        view = post("over_vault", view={"query": "SELECT employee, mail AS m FROM `demo.vault.salaries`",
                                        "useLegacySql": False})
        assert agent.call("query", sql="SELECT * FROM vault.salaries").codes == ["table.not_found"]
        answer = agent.call("query", sql=f"SELECT * FROM {view}")
        assert answer.content["rows"] == [["e", "XXXXX@vault.example"]]
        assert [(entry["table"], entry["column"]) for entry in answer.content["masked_columns"]] == [
            ("demo.bank.over_vault", "m")]
        assert "salaries" not in answer.text
        estimate = agent.call("estimate_query", sql=f"SELECT * FROM {view}")
        assert "salaries" not in estimate.text and "vault.sal" not in estimate.text
        assert f"FROM demo.{view} AS scrim_t" in estimate.content["rewritten_sql"]
        both = agent.call("query", sql=f"SELECT * FROM {view}, vault.salaries")
        assert both.codes == ["table.not_found"]
    finally:
        direct.delete_dataset("vault", delete_contents=True)


def test_a_view_over_a_table_that_is_gone(agent: Agent, direct: bigquery.Client, post) -> None:
    direct.create_table(bigquery.Table("demo.bank.passing", [bigquery.SchemaField("a", "INT64")]))
    view = post("over_passing", view={"query": "SELECT a FROM `demo.bank.passing`", "useLegacySql": False})
    direct.delete_table("demo.bank.passing")
    assert agent.call("query", sql=f"SELECT * FROM {view}").codes == ["table.view_base"]


def test_views_on_views_up_to_the_limit(agent: Agent, post) -> None:
    below = "bank.customers"
    for level in range(1, 17):
        below = post(f"chain_{level:02}", view={
            "query": f"SELECT email, customer_id FROM `demo.{below}` AS t{level}", "useLegacySql": False})
    answer = agent.ask("query", sql=f"SELECT email FROM {below} WHERE customer_id = 40")
    assert answer["rows"][0][0].startswith("XXXXX@")
    deeper = post("chain_17", view={"query": f"SELECT email FROM `demo.{below}`", "useLegacySql": False})
    assert agent.call("query", sql=f"SELECT * FROM {deeper}").codes == ["limit.view_depth"]


def test_a_view_that_changes_while_the_job_waits(agent: Agent, faults, post, direct: bigquery.Client) -> None:
    view = post("racing_view", view={"query": "SELECT segment AS racing FROM `demo.bank.customers`",
                                     "useLegacySql": False})
    faults(jobs=[{"sql": "racing", "before_start_ms": 1500}])

    def change() -> None:
        table = direct.get_table("demo.bank.racing_view")
        table.view_query = "SELECT ssn AS racing FROM `demo.bank.customers`"
        direct.update_table(table, ["view_query"])
    timer = threading.Timer(0.7, change)
    timer.start()
    answer = agent.call("query", sql=f"SELECT racing FROM {view}")
    timer.join()
    assert answer.codes[0].startswith("crosscheck."), answer.text
