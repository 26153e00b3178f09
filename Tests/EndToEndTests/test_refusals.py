"""What is not offered is refused with a code, a place and a fix; what fails upstream says nothing of the data."""

from __future__ import annotations

import pytest
from agent import Agent, connected
from google.cloud import bigquery
from proxy import Proxy, configure, serving
from refused_shapes import REFUSED_SHAPES

REFUSED = [
    ("table", "SELECT COUNT(*) FROM `analytics.*events`"),
    ("column", "SELECT _FILE_NAME AS f FROM bank.customers"),
    ("column", "SELECT _PARTITIONTIME AS t FROM bank.customers"),
    ("table", "SELECT * FROM `bank.transactions$20250101`"),
    ("table", "SELECT * FROM `bank.customers@-3600000`"),
    ("table", "SELECT * FROM bank.INFORMATION_SCHEMA.COLUMNS"),
    ("table", "SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS"),
    ("table", "SELECT * FROM `demo.region-us.INFORMATION_SCHEMA.JOBS_BY_USER`"),
    ("table", "SELECT * FROM bank.__TABLES__"),
    ("table", "SELECT * FROM `demo._anon123.anon456`"),
    ("table", "SELECT * FROM masked_analyst.customers"),
    ("table", "SELECT * FROM bank.nothing"),
    ("table", "SELECT * FROM other.nothing"),
    ("function", "SELECT bank.mask(email) FROM bank.customers"),
    ("function", "SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')"),
    ("function", "SELECT SESSION_USER()"),
    ("function", "SELECT KEYS.NEW_KEYSET('AEAD_AES_GCM_256')"),
    ("function", "SELECT AI.GENERATE(email) FROM bank.customers"),
    ("function", "SELECT NO_SUCH_FUNCTION(1)"),
    ("function", "SELECT * FROM ML.PREDICT(MODEL bank.m, TABLE bank.customers)"),
    ("statement", "INSERT INTO bank.branches (branch_id) VALUES (1)"),
    ("statement", "UPDATE bank.branches SET name = 'x' WHERE TRUE"),
    ("statement", "DELETE FROM bank.branches WHERE TRUE"),
    ("statement", "MERGE bank.branches USING bank.branches AS b ON FALSE WHEN MATCHED THEN DELETE"),
    ("statement", "CREATE TABLE bank.copy AS SELECT * FROM bank.customers"),
    ("statement", "CREATE FUNCTION bank.f(x INT64) AS (x); SELECT bank.f(1)"),
    ("statement", "DROP TABLE bank.customers"),
    ("statement", "EXPORT DATA OPTIONS (uri = 'gs://b/*', format = 'CSV') AS SELECT * FROM bank.customers"),
    ("statement", "EXECUTE IMMEDIATE 'SELECT 1'"),
    ("statement", "CALL bank.p()"),
    ("statement", "DECLARE x INT64; SELECT x; SELECT 1"),
    ("statement", "DECLARE email STRING; SELECT email FROM bank.customers"),
    ("statement", "BEGIN SELECT 1; END"),
    ("statement", "SELECT 1; SELECT email FROM bank.customers"),
    ("statement", "GRANT `roles/bigquery.dataViewer` ON SCHEMA bank TO 'user:a@example.com'"),
    ("parameter", "SELECT @@session_id"),
    ("parameter", "SELECT @scrim_00000000000000000000000000000000_1i"),
]
SYNTAX = ["SELECT", "SELECT FROM WHERE", "SELECT 'open FROM bank.customers", "SELECT 1 +", "", ";",
          "SELECT * FROM [demo:bank.customers]", "#legacySQL\nSELECT 1", "WITH c(x) AS (SELECT 1) SELECT x FROM c"]


@pytest.mark.parametrize(("family", "sql"), REFUSED, ids=[sql[:60] for _, sql in REFUSED])
@pytest.mark.parametrize("tool", ["query", "estimate_query"])
def test_what_is_not_offered_is_refused(agent: Agent, copies: str, tool: str, family: str, sql: str) -> None:
    refused = agent.call(tool, sql=sql).refused
    assert family in [refusal["code"].partition(".")[0] for refusal in refused], refused
    for refusal in refused:
        assert set(refusal) >= {"code", "message", "line", "column", "fix"}
        assert refusal["message"] and refusal["fix"]
        assert refusal["line"] is None or (refusal["line"] >= 1 and refusal["column"] >= 1)


@pytest.mark.parametrize(("code", "advice", "sql"), REFUSED_SHAPES, ids=[sql[:70] for _, _, sql in REFUSED_SHAPES])
def test_each_construct_is_refused_with_a_code_and_advice_of_its_own(
        agent: Agent, code: str, advice: str, sql: str) -> None:
    refused = agent.call("query", sql=sql).refused
    assert {refusal["code"] for refusal in refused} == {code}
    assert any(advice in refusal["fix"] for refusal in refused), refused


@pytest.mark.parametrize("sql", SYNTAX)
def test_what_is_no_query_is_refused(agent: Agent, sql: str) -> None:
    answer = agent.call("query", sql=sql)
    families = {code.partition(".")[0] for code in answer.codes}
    assert families <= {"syntax", "statement", "table"} or (sql == "" and families == {"parameter"})


def test_all_reasons_come_at_once_with_their_places(agent: Agent) -> None:
    sql = "SELECT SESSION_USER(),\n  NO_SUCH_FUNCTION(email)\nFROM bank.customers, bank.nothing"
    refused = agent.call("query", sql=sql).refused
    places = {(refusal["code"].partition(".")[0], refusal["line"]) for refusal in refused}
    assert {("function", 1), ("function", 2), ("table", 3)} <= places


def test_a_refused_statement_left_no_trace(agent: Agent, direct: bigquery.Client) -> None:
    agent.call("query", sql="CREATE TABLE bank.trace AS SELECT 1 AS x")
    assert "trace" not in [table.table_id for table in direct.list_tables("bank")]


def test_an_absent_and_a_hidden_table_are_refused_alike(agent: Agent, copies: str) -> None:
    hidden = agent.call("query", sql=f"SELECT 1 FROM {copies}.customers").text.replace(copies, "X")
    absent = agent.call("query", sql="SELECT 1 FROM masked_nothing.customers").text.replace("masked_nothing", "X")
    assert hidden == absent


@pytest.mark.parametrize("sql", [
    "SELECT CAST(email AS INT64) FROM bank.customers", "SELECT ERROR(ssn) FROM bank.customers",
    "SELECT PARSE_DATE('%Y', ssn) FROM bank.customers", "SELECT 1 / credit_limit FROM bank.customers",
    "SELECT CAST(full_name AS DATE) FROM bank.customers"])
def test_an_error_upstream_quotes_no_value(agent: Agent, sql: str) -> None:
    answer = agent.call("query", sql=sql)
    assert answer.is_error
    assert "XXXXX" not in answer.text and "KT_" not in answer.text, "not even masked values are in error texts"


@pytest.fixture(scope="module")
def clerk(proxy: Proxy, warehouse, transcripts: list[str], tmp_path_factory: pytest.TempPathFactory):
    config = configure(tmp_path_factory.mktemp("clerk"), warehouse.url, warehouse.key_file)
    with serving(config, "--as-role", "clerk") as started, connected(started.url, "auto") as made:
        yield made


def test_a_denied_column_is_refused_and_the_fix_names_it(clerk: Agent) -> None:
    for sql in ("SELECT pin_hash FROM customers", "SELECT * FROM customers", "SELECT c FROM customers AS c"):
        refused = clerk.call("query", sql=sql).refused
        assert [refusal["code"] for refusal in refused] == ["column.denied"]
    star = clerk.call("query", sql="SELECT * FROM customers").refused[0]
    assert "EXCEPT" in star["fix"] and "pin_hash" in star["fix"] + star["message"]
    rows = clerk.ask("query", sql="SELECT * EXCEPT (pin_hash) FROM customers", max_rows=2)["rows"]
    assert len(rows) == 2


def test_another_role_sees_other_masks(clerk: Agent) -> None:
    answer = clerk.ask("query", sql="SELECT email, ssn, birth_date, phone FROM customers WHERE customer_id = 50")
    assert answer["rows"] == [["", "", "1970-01-01", ""]]
