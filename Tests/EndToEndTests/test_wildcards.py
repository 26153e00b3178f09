"""Wildcard tables: a query on one is what it is on the same wildcard of the masked copies, and reads nothing unchecked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import Agent, connected
from cells import multiset, read
from google.auth.transport.requests import AuthorizedSession
from google.cloud import bigquery
from proxy import Proxy, command, configure, serving
from real_client import credentials
from sandbox import bank

DAY = "_TABLE_SUFFIX"
# As agents write them; `{E}` is the dataset of the events, or of their copies.
QUERIES = [
    "SELECT event_name, COUNT(*) AS n FROM `{E}.events_*` WHERE _TABLE_SUFFIX BETWEEN '20250301' AND '20250302' GROUP BY 1",
    "SELECT event_name, COUNT(DISTINCT user_id) AS users FROM `demo.{E}.events_*` WHERE _TABLE_SUFFIX BETWEEN "
    "'20250301' AND FORMAT_DATE('%Y%m%d', CURRENT_DATE()) GROUP BY event_name",
    "SELECT _TABLE_SUFFIX AS day, MIN(geo.city) AS city FROM `{E}.events_*` GROUP BY day ORDER BY day",
    "SELECT PARSE_DATE('%Y%m%d', _TABLE_SUFFIX) AS day, COUNT(*) AS n FROM `{E}.events_*` GROUP BY 1",
    "SELECT * FROM `{E}.events_*` WHERE _TABLE_SUFFIX = '20250302'",
    "SELECT *, _TABLE_SUFFIX AS day FROM `{E}.events_*` WHERE _TABLE_SUFFIX IN ('20250301', '20250303')",
    "SELECT e.* EXCEPT (event_params, items), e._TABLE_SUFFIX AS s FROM `{E}.events_*` AS e WHERE e.user_id IS NOT NULL",
    "SELECT e FROM `{E}.events_*` AS e WHERE _TABLE_SUFFIX = '20250303'",
    "SELECT p.key, p.value.string_value AS v, COUNT(*) AS n FROM `{E}.events_*`, UNNEST(event_params) AS p "
    "WHERE _TABLE_SUFFIX >= '20250302' GROUP BY 1, 2",
    "SELECT e.event_name, p.key FROM `{E}.events_*` AS e LEFT JOIN UNNEST(e.event_params) AS p "
    "WHERE e._TABLE_SUFFIX LIKE '2025030%' AND p.key IS NULL",
    "WITH events AS (SELECT user_pseudo_id, user_id, _TABLE_SUFFIX AS day FROM `{E}.events_*` WHERE _TABLE_SUFFIX < "
    "'20250303') SELECT day, COUNT(DISTINCT user_id) AS n, MAX(user_id) AS m FROM events GROUP BY day",
    "SELECT a.user_pseudo_id AS u, COUNT(*) AS n FROM `{E}.events_*` AS a JOIN `{E}.events_*` AS b USING (user_pseudo_id) "
    "WHERE a._TABLE_SUFFIX = '20250301' AND b._TABLE_SUFFIX = '20250302' GROUP BY u",
    "SELECT a.event_name AS x, a._TABLE_SUFFIX AS d, COUNT(b.event_name) AS n FROM `{E}.events_*` AS a LEFT JOIN "
    "`{E}.events_20250301` AS b ON a.user_id = b.user_id GROUP BY 1, 2",
    "SELECT x.day, COUNT(b.event_name) AS n FROM (SELECT DISTINCT _TABLE_SUFFIX AS day FROM `{E}.events_*`) AS x LEFT JOIN "
    "`{E}.events_*` AS b ON b._TABLE_SUFFIX = '20250302' AND b._TABLE_SUFFIX = x.day GROUP BY x.day",
    "SELECT x.day, b.event_name AS e FROM (SELECT '20250302' AS day UNION ALL SELECT 'none') AS x LEFT JOIN "
    "`{E}.events_*` AS b ON b._TABLE_SUFFIX = x.day WHERE b._TABLE_SUFFIX IS NULL OR b._TABLE_SUFFIX > '20250301'",
    "SELECT COUNT(*) AS n FROM `{E}.events_*` WHERE _TABLE_SUFFIX = (SELECT MAX(_TABLE_SUFFIX) FROM `{E}.events_*`)",
    "SELECT COUNT(*) AS n FROM `{E}.events_*` WHERE _TABLE_SUFFIX = '20250301' OR event_name = 'login'",
    "SELECT event_name FROM `{E}.events_*` WHERE _TABLE_SUFFIX = 'x' UNION ALL SELECT 'nothing'",
    "SELECT DISTINCT _TABLE_SUFFIX AS s FROM `{E}.events_2025030*` ORDER BY s",
    "FROM `{E}.events_*` |> WHERE _TABLE_SUFFIX = '20250301' |> AGGREGATE COUNT(*) AS n GROUP BY event_name",
    "FROM `{E}.events_*` |> WHERE event_name = 'login' |> SELECT user_id, _TABLE_SUFFIX AS day |> LIMIT 1000",
    "SELECT email, n FROM (SELECT user_id AS email, COUNT(*) AS n FROM `{E}.events_*` GROUP BY 1) WHERE n > 1",
    "SELECT day, COUNT(*) AS n, MIN(who) AS w FROM `{E}.v_events` WHERE day > '20250301' GROUP BY day",
]
VIEW = "SELECT user_id AS who, event_name, _TABLE_SUFFIX AS day FROM `demo.{E}.events_*` WHERE _TABLE_SUFFIX < '20250399'"


@pytest.fixture(scope="module")
def views(direct: bigquery.Client, copies: str) -> Iterator[str]:
    for dataset in ("analytics", copies):
        view = bigquery.Table(f"demo.{dataset}.v_events")
        view.view_query = VIEW.replace("{E}", dataset)
        direct.create_table(view)
    yield copies
    for dataset in ("analytics", copies):
        direct.delete_table(f"demo.{dataset}.v_events")


@pytest.mark.parametrize("sql", QUERIES)
def test_rows_are_those_of_the_masked_copies(agent: Agent, direct: bigquery.Client, views: str, sql: str) -> None:
    result = direct.query(sql.replace("{E}", views)).result()
    wanted = [list(row.values()) for row in result]
    assert wanted
    columns, rows = agent.all_rows(sql.replace("{E}", "analytics"))
    assert [column["name"] for column in columns] == [field.name for field in result.schema]
    got = [[read(cell, field) for cell, field in zip(row, result.schema, strict=True)] for row in rows]
    assert multiset(got) == multiset(wanted)


def test_parameters_choose_tables(agent: Agent) -> None:
    sql = "SELECT COUNT(*) AS n FROM `analytics.events_*` WHERE user_id IS NULL AND _TABLE_SUFFIX BETWEEN {0} AND {1}"
    day = [{"type": "STRING", "value": value} for value in ("20250302", "20250303")]
    named = agent.ask("query", sql=sql.format("@a", "@b"), parameters={"a": day[0], "b": day[1]})
    assert named["rows"] == agent.ask("query", sql=sql.format("?", "?"), parameters=day)["rows"]
    estimate = agent.ask("estimate_query", sql=sql.format("@a", "@b"), parameters={"a": day[0], "b": day[1]})
    assert "IN ('20250302', '20250303')" in estimate["rewritten_sql"]


def test_a_suffix_without_a_name(agent: Agent) -> None:
    days = [["20250301"], ["20250302"], ["20250303"]]
    for sql in ("SELECT _TABLE_SUFFIX FROM `analytics.events_*` GROUP BY _TABLE_SUFFIX ORDER BY _TABLE_SUFFIX",
                "SELECT DISTINCT _TABLE_SUFFIX FROM `analytics.events_*` ORDER BY _TABLE_SUFFIX",
                "WITH e AS (SELECT *, _TABLE_SUFFIX FROM `analytics.events_*`) SELECT DISTINCT _TABLE_SUFFIX AS d FROM e "
                "ORDER BY 1"):
        assert agent.ask("query", sql=sql)["rows"] == days


def test_explain_takes_a_catalog(warehouse: Any, tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    tables = [{"tableReference": {"projectId": "demo", "datasetId": "analytics", "tableId": f"events_{day}"},
               "type": "TABLE", "creationTime": str(created), "schema": {"fields": bank.EVENTS}}
              for day, created in (("20250301", 2), ("20250302", 1))]
    (tmp_path / "tables.json").write_text(json.dumps(tables))
    sql = "SELECT user_id, _TABLE_SUFFIX FROM `analytics.events_*` WHERE _TABLE_SUFFIX <> 'x'"
    done = command("explain", "--config", config, "--role", "analyst", "--catalog", tmp_path / "tables.json", "--json", sql)
    answer = json.loads(done.stdout)
    assert "IN ('20250301', '20250302')" in answer["printed"]
    assert [column["name"] for column in answer["columns"]] == ["user_id", "table_suffix"]


def test_masks_and_columns_are_told(agent: Agent, proxy: Proxy) -> None:
    answer = agent.ask("query", sql="SELECT UPPER(user_id) AS noted_user, _TABLE_SUFFIX FROM `analytics.events_*` "
                                    "WHERE _TABLE_SUFFIX = '20250301' LIMIT 1")
    assert [(column["name"], column["masked"] and column["masked"]["tag"]) for column in answer["columns"]] == [
        ("noted_user", "pii"), ("table_suffix", None)]
    assert answer["masked_columns"] == [
        {"table": "demo.analytics.events_*", "column": "user_id", "tag": "pii", "rule": "SHA256"}]
    entries = audit_files.entries(proxy.audit)
    logged = [json.dumps(entry) for entry in entries if "noted_user" in json.dumps(entry)]
    assert len(logged) == 1
    assert '"tables": ["demo.analytics.events_*", "demo.analytics.events_20250301"]' in logged[0]


def test_a_wildcard_is_described(agent: Agent) -> None:
    described = agent.ask("describe_table", table="analytics.events_*")
    one = agent.ask("describe_table", table="analytics.events_20250303")
    assert described["columns"] == one["columns"] and described["table"] == "analytics.events_*"
    assert any("3 tables match" in note and "events_20250303" in note for note in described["notes"])
    assert agent.call("describe_table", table="analytics.none_*").codes == ["table.not_found"]


# MARK: Tables that come, change and differ

@pytest.fixture
def shards(warehouse: Any, direct: bigquery.Client) -> Iterator[Callable[..., str]]:
    """Makes tables `shard_…` of the bank; they are gone after the test."""
    session = AuthorizedSession(credentials(warehouse.key_file))
    address = f"{warehouse.url}/bigquery/v2/projects/demo/datasets/bank/tables"
    made: list[str] = []

    def make(suffix: str, fields: list[dict[str, Any]], rows: list[dict[str, Any]] = (), **resource: Any) -> str:
        name = f"shard_{suffix}"
        answer = session.post(address, json={
            "tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": name},
            **({"schema": {"fields": fields}} if fields else {}), **resource})
        answer.raise_for_status()
        made.append(name)
        if rows:
            assert not direct.insert_rows_json(f"demo.bank.{name}", rows)
        time.sleep(0.003)  # creation times are in milliseconds
        return f"{address}/{name}"
    yield make
    for name in made:
        direct.delete_table(f"demo.bank.{name}", not_found_ok=True)


def columns(tag: str | None, *more: str) -> list[dict[str, Any]]:
    return [bank.field("id", "INTEGER"), bank.field("word", "STRING", tag), *(bank.field(name, "STRING") for name in more)]


def test_a_tag_of_one_match_masks_all(agent: Agent, shards: Callable[..., str]) -> None:
    shards("1", columns("pii"), [{"id": 1, "word": "CANARY one"}])
    shards("2", columns(None), [{"id": 2, "word": "two"}])
    rows = agent.ask("query", sql="SELECT id, word FROM `bank.shard_*` ORDER BY id")["rows"]
    assert [row[0] for row in rows] == [1, 2] and not {"CANARY one", "two"} & {row[1] for row in rows}
    alone = "SELECT id, word FROM `bank.shard_*` WHERE _TABLE_SUFFIX = '2'"
    assert agent.ask("query", sql=alone)["rows"] == [[2, "two"]]
    described = {column["name"]: column["masked"] for column in agent.ask("describe_table", table="bank.shard_*")["columns"]}
    assert described["word"] == {"tag": "pii", "rule": "SHA256"} and described["id"] is None


def test_columns_are_those_of_the_newest(agent: Agent, shards: Callable[..., str]) -> None:
    shards("2", columns(None, "gone"), [{"id": 1, "word": "a", "gone": "x"}])
    shards("1", columns(None, "fresh"), [{"id": 2, "word": "b", "fresh": "y"}])
    answer = agent.ask("query", sql="SELECT * FROM `bank.shard_*` ORDER BY id")
    assert [column["name"] for column in answer["columns"]] == ["id", "word", "fresh"]
    assert answer["rows"] == [[1, "a", None], [2, "b", "y"]]
    assert agent.call("query", sql="SELECT gone FROM `bank.shard_*`").is_error
    # One that appears is there for the next query.
    shards("3", columns(None, "fresh"), [{"id": 3, "word": "c", "fresh": "z"}])
    assert agent.ask("query", sql="SELECT COUNT(*) AS n FROM `bank.shard_*`")["rows"] == [[3]]


def test_a_table_that_appears_after_the_check_is_not_read(agent: Agent, faults, shards: Callable[..., str]) -> None:
    shards("1", columns("pii"), [{"id": 1, "word": "CANARY one"}])
    faults(jobs=[{"sql": "appearing", "before_start_ms": 1500}])
    late = threading.Timer(0.7, shards, ["2", columns(None), [{"id": 2, "word": "raw"}]])
    late.start()
    answer = agent.ask("query", sql="SELECT id AS appearing, word FROM `bank.shard_*`")
    late.join()
    assert [row[0] for row in answer["rows"]] == [1]


@pytest.mark.parametrize(("change", "is_withheld"), [
    ({"schema": {"fields": columns("pii")}}, True), ({"description": "more"}, False)], ids=["a tag", "a description"])
def test_a_match_that_changes_withholds(agent: Agent, faults, warehouse: Any, shards: Callable[..., str],
                                        change: dict[str, Any], is_withheld: bool) -> None:
    address = shards("1", columns(None), [{"id": 1, "word": "one"}])
    shards("2", columns(None), [{"id": 2, "word": "two"}])
    sql = "SELECT id AS changing, word FROM `bank.shard_*` ORDER BY 1"
    assert agent.ask("query", sql=sql)["rows"] == [[1, "one"], [2, "two"]]
    # The schemas of the matches are known now; the change comes while the job waits.
    faults(jobs=[{"sql": "changing", "before_start_ms": 1200}])
    session = AuthorizedSession(credentials(warehouse.key_file))
    timer = threading.Timer(0.5, lambda: session.patch(address, json=change).raise_for_status())
    timer.start()
    answer = agent.call("query", sql=sql)
    timer.join()
    assert answer.is_error == is_withheld, answer.text
    if is_withheld:
        assert answer.codes == ["crosscheck.schema_changed"]
        assert agent.ask("query", sql=sql)["rows"][0][1] != "one", "what was known is forgotten"


def test_a_tag_that_is_new_before_the_check_counts(agent: Agent, warehouse: Any, shards: Callable[..., str]) -> None:
    """Schemas of matches are kept for a while: the first query after a change may be withheld, never raw."""
    address = shards("1", columns(None), [{"id": 1, "word": "one"}])
    sql = "SELECT word FROM `bank.shard_*`"
    assert agent.ask("query", sql=sql)["rows"] == [["one"]]
    session = AuthorizedSession(credentials(warehouse.key_file))
    session.patch(address, json={"schema": {"fields": columns("pii")}}).raise_for_status()
    first = agent.call("query", sql=sql)
    assert first.is_error and "one" not in first.text
    assert agent.ask("query", sql=sql)["rows"] != [["one"]]


REFUSED = [
    ("a view", [], {"view": {"query": "SELECT 1 AS id", "useLegacySql": False}}, "table.wildcard_view"),
    ("another type", [bank.field("id", "STRING"), bank.field("word", "STRING")], {}, "table.wildcard_schema"),
    ("an array", [bank.field("id", "INTEGER", mode="REPEATED")], {}, "table.wildcard_schema"),
    ("an external table", columns(None), {"type": "EXTERNAL"}, "table.wildcard_kind"),
    ("a masked partition column", [bank.field("born", "DATE", "pii.birth_date"), bank.field("id", "INTEGER")],
     {"timePartitioning": {"type": "DAY", "field": "born"}}, "table.masked_partition")]


@pytest.mark.parametrize(("name", "fields", "resource", "code"), REFUSED, ids=[case[0] for case in REFUSED])
def test_matches_that_cannot_be_read_together(agent: Agent, shards: Callable[..., str], name: str,
                                              fields: list[dict[str, Any]], resource: dict[str, Any], code: str) -> None:
    shards("1", fields, **resource)
    shards("2", [*columns(None), bank.field("born", "DATE")])
    assert agent.call("query", sql="SELECT id FROM `bank.shard_*`").codes == [code]
    narrowed = agent.call("query", sql="SELECT id FROM `bank.shard_*` WHERE _TABLE_SUFFIX = '2'")
    # BigQuery reads no wildcard with a view among its matches, whatever is chosen.
    if code in ("table.wildcard_view", "table.wildcard_kind"):
        assert narrowed.codes == [code]
    else:
        assert not narrowed.is_error or narrowed.codes == ["upstream.invalid_query"], narrowed.text


def test_what_is_hidden_is_absent(agent: Agent, copies: str) -> None:
    assert agent.call("query", sql=f"SELECT 1 FROM `{copies}.events_*`").codes == ["table.not_found"]
    assert agent.call("describe_table", table=f"{copies}.events_*").codes == ["table.not_found"]


WITHHELD = [({"extra_tables": ["demo.analytics.events_20250301"]}, "crosscheck.tables"),
            ({"extra_tables": ["demo.bank.customers"]}, "crosscheck.tables"), ({"as_wildcard": "demo.analytics.ev*"}, "crosscheck.tables"),
            ({"row_level_security": True}, "table.row_policy")]


@pytest.mark.parametrize(("fault", "code"), WITHHELD, ids=["not pinned", "another table", "another wildcard", "row policy"])
def test_what_bigquery_says_it_read_must_be_pinned(agent: Agent, faults, fault: dict[str, Any], code: str) -> None:
    sql = "SELECT event_name AS checked FROM `analytics.events_*` WHERE _TABLE_SUFFIX >= '20250302' LIMIT 1"
    for accepted in ({}, {"as_wildcard": "demo.analytics.events_*"}, {"drop_tables": ["demo.analytics.events_20250302"]}):
        faults(jobs=[{"sql": "checked", **accepted}])
        agent.ask("query", sql=sql)
    faults(jobs=[{"sql": "checked", **fault}])
    assert agent.call("query", sql=sql).codes == [code]


def test_the_number_of_tables_is_a_setting(warehouse: Any, transcripts: list[str],
                                           tmp_path_factory: pytest.TempPathFactory) -> None:
    config = configure(tmp_path_factory.mktemp("few"), warehouse.url, warehouse.key_file, limits={"wildcard_tables": 2})
    with serving(config) as started, connected(started.url, "auto") as agent:
        agent.transcript = transcripts
        refused = agent.call("query", sql="SELECT COUNT(*) AS n FROM `analytics.events_*`").refused
        assert [refusal["code"] for refusal in refused] == ["limit.wildcard_tables"] and DAY in refused[0]["fix"]
        chosen = "SELECT COUNT(*) AS n FROM `analytics.events_*` WHERE _TABLE_SUFFIX > '20250301'"
        assert not agent.call("query", sql=chosen).is_error
