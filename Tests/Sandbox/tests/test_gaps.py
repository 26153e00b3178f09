"""Each difference between DuckDB and BigQuery that the layer closes."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
import requests
from google.cloud import bigquery


def one(client: bigquery.Client, sql: str, *parameters) -> object:
    config = bigquery.QueryJobConfig(query_parameters=list(parameters))
    rows = list(client.query(sql, config, job_retry=None).result(job_retry=None))
    assert len(rows) == 1 and len(rows[0]) == 1
    return rows[0][0]


@pytest.mark.parametrize(("sql", "expected"), [
    (r"SELECT 'a\x41\u0042\U0001F600\101\'\"\\\n'", "aAB😀A'\"\\\n"),
    (r"SELECT r'\d\'", None),
    (r"SELECT r'\d\''", r"\d\'"),
    ("SELECT '''it's'''", "it's"),
    ('SELECT """say "x" """', 'say "x" '),
    (r"SELECT b'\xff\x00a'", b"\xff\x00a"),
    ("SELECT b'é'", "é".encode()),
    (r"SELECT rb'\x'", rb"\x"),
    ("SELECT '--' # a comment 'x'\n", "--"),
    ("SELECT /* ' */ 1 -- '\n", 1),
    ("SELECT CAST('é' AS BYTES)", "é".encode()),
    ("SELECT CONCAT(b'\\xff', b'a')", b"\xffa"),
    ("SELECT CONCAT('a', 'b', 'c')", "abc"),
    ("SELECT 'a' || ('b' || UPPER('c' || 'd')) || 'e'", "abCDe"),
    ("SELECT " + " || ".join(f"'{n}'" for n in range(200)), "".join(map(str, range(200)))),
    ("SELECT b'\\xff' || b'a'", b"\xffa"),
    ("SELECT SUBSTR('abc', 0, 2)", "ab"),
    ("SELECT SUBSTR('ab', -4)", "ab"),
    ("SELECT SUBSTR('éçàü-é', -4)", "àü-é"),
    ("SELECT SUBSTR(b'abcdef', 2, 3)", b"bcd"),
    ("SELECT SUBSTR(b'abcdef', -2)", b"ef"),
    ("SELECT ['a', 'b'][SAFE_OFFSET(1)] || ST_ASTEXT(ST_GEOGPOINT(1, 2))", "bPOINT (1 2)"),
    ("SELECT CONCAT(ST_X(ST_GEOGPOINT(1, 2)) > 0, ['a'][SAFE_ORDINAL(0)])", None),
    ("SELECT IF(PARSE_NUMERIC('7') > 1, ['a', 'b'][SAFE_ORDINAL(1)], '')", "a"),
    ("SELECT IF(JUSTIFY_DAYS(INTERVAL 40 DAY) IS NULL, '', ['a', 'b'][SAFE_ORDINAL(1)])", "a"),
    ("SELECT LEFT(b'abc', 2)", b"ab"),
    ("SELECT RIGHT(b'abc', 2)", b"bc"),
    ("SELECT RIGHT('éa', 1)", "a"),
    ("SELECT SUBSTR(CAST(NULL AS STRING), -4)", None),
    ("SELECT FORMAT('%.3f', CAST(NUMERIC '1.5' AS FLOAT64))", "1.500"),
    ("SELECT CAST(NUMERIC '12345678901234567890123456789.123456789' AS STRING)",
     "12345678901234567890123456789.123456789"),
    ("SELECT SAFE_CAST('x' AS NUMERIC)", None),
    ("SELECT TO_BASE64(SHA256('randomtext'))", "jQHDyQuj7vJcveEe59ygb3Zcvj0B5FJINBzgM6Bypgw="),
    ("SELECT SUM(x) FROM UNNEST([1, 2]) AS x", 3),
    ("SELECT ARRAY(SELECT x FROM UNNEST([3, 1, 2]) AS x WITH OFFSET AS o ORDER BY o DESC)", [2, 1, 3]),
    ("SELECT STRUCT(1, 'x')", {"_field_1": 1, "_field_2": "x"}),
    ("SELECT JSON '{\"b\": 1,  \"a\": [null]}'", {"a": [None], "b": 1}),
])
def test_an_expression(client: bigquery.Client, sql: str, expected: object) -> None:
    if sql == r"SELECT r'\d\'":
        with pytest.raises(Exception, match="Unclosed string literal"):
            one(client, sql)
    else:
        assert one(client, sql) == expected


def test_items_of_an_array_beside_a_star_of_a_subquery(client: bigquery.Client) -> None:
    """sqlglot does not know the columns of `r`, and took the items of UNNEST for a field of one of them."""
    items = "(SELECT ARRAY(SELECT SUBSTR(e, 1, 1) FROM UNNEST(a.w) AS e WITH OFFSET AS o ORDER BY o) AS w " \
            "FROM (SELECT ['ab', 'c'] AS w) AS a)"
    sql = ("WITH q AS (SELECT * FROM bank.customers WHERE customer_id = 1), r AS (SELECT * FROM q) SELECT CONCAT("
           f"(SELECT MAX(ARRAY_TO_STRING(s.w, ' ')) FROM {items} AS s), CAST(BYTE_LENGTH('a') AS STRING)) AS c FROM r")
    assert one(client, sql) == "a c1"


def test_hmac_of_two_padded_keys(client: bigquery.Client) -> None:
    """RFC 2104 as a mask writes it: bytes parameters, `||`, SHA256 of bytes."""
    key, text = bytes(range(32)), "ünï🙂"
    block = key.ljust(64, b"\0")
    parameters = [bigquery.ScalarQueryParameter(name, "BYTES", bytes(byte ^ pad for byte in block))
                  for name, pad in (("scrim_i", 0x36), ("scrim_o", 0x5C))]
    sql = ("SELECT TO_HEX(SHA256(@scrim_o || SHA256(@scrim_i || CAST(t AS BYTES)))) "
           f"FROM (SELECT '{text}' AS t)")
    assert one(client, sql, *parameters) == hmac.digest(key, text.encode(), hashlib.sha256).hex()


def test_elements_of_an_array_two_queries_away(client: bigquery.Client) -> None:
    """Their alias is no column of the query around, whose names a pipe hides in a common table expression."""
    sql = ("SELECT * FROM (FROM (SELECT customer_id AS id FROM bank.customers) |> EXTEND ST_X(ST_GEOGPOINT(1, 2)) AS x "
           "|> SELECT IF(NOT EXISTS(SELECT 1 FROM (SELECT ARRAY(SELECT SUBSTR(e, 1, 1) FROM UNNEST(t.names) AS e WITH "
           "OFFSET AS o ORDER BY o) AS firsts FROM (SELECT ['a'] AS names) AS t) AS s WHERE ST_X(ST_GEOGPOINT(3, 4)) > 9), "
           "id, 0) AS n |> WHERE n = 1)")
    assert one(client, sql) == 1


def test_positional_parameters_count_by_their_place_in_the_text(client: bigquery.Client) -> None:
    parameters = [bigquery.ScalarQueryParameter(None, "INT64", 1), bigquery.ScalarQueryParameter(None, "STRING", "red")]
    assert one(client, "FROM (SELECT 1 AS n) |> WHERE n = ? |> SELECT ? AS c", *parameters) == "red"


def test_columns_without_a_name_are_numbered(client: bigquery.Client) -> None:
    sql = ("SELECT COUNT(*), branch_id, MAX(opening_hours[SAFE_OFFSET(0)].day), (SELECT 1), 'x' AS named "
           "FROM bank.branches GROUP BY branch_id")
    assert [field.name for field in client.query(sql).result().schema] == ["f0_", "branch_id", "f1_", "f2_", "named"]
    inner = "SELECT * FROM (SELECT COUNT(*), b.branch_id, (b.opening_hours[SAFE_OFFSET(0)].day) FROM bank.branches b " \
            "GROUP BY 2, 3)"
    assert [field.name for field in client.query(inner).result().schema] == ["f0_", "branch_id", "day"]


def test_names_with_any_character(client: bigquery.Client) -> None:
    sql = r"SELECT 1 AS `a\`b`, 2 AS `sel\u0065ct`, 3 AS `it's`, 4 AS `x\ny`, 5 AS `a--b`"
    assert [field.name for field in client.query(sql).result().schema] == ["a`b", "select", "it's", "x\ny", "a--b"]


def test_whole_rows_and_nested_values(client: bigquery.Client) -> None:
    row = one(client, "SELECT b FROM bank.branches b WHERE branch_id = 2")
    assert row["opening_hours"] == [{"day": "Mon", "opens": row["opening_hours"][0]["opens"],
                                     "closes": row["opening_hours"][0]["closes"]},
                                    {"day": "Sat", **{k: row["opening_hours"][1][k] for k in ("opens", "closes")}}]
    masked = one(client, "SELECT ARRAY_LENGTH(IF(c IS NULL, NULL, ARRAY(SELECT IF(e IS NULL, NULL, STRUCT(e.kind AS "
                         "kind, '' AS value)) FROM UNNEST(c) AS e WITH OFFSET AS o ORDER BY o))) "
                         "FROM (SELECT contacts AS c FROM bank.customers WHERE customer_id = 1)")
    assert masked == 3


def test_a_star_keeps_nested_columns(client: bigquery.Client) -> None:
    sql = "SELECT * REPLACE (UPPER(email) AS email) FROM bank.customers LIMIT 1"
    assert [field.name for field in client.query(sql).result().schema][-2:] == ["address", "contacts"]


@pytest.mark.parametrize(("options", "expected"), [
    ({}, "1.7040672005E9"), ({"useInt64Timestamp": "true"}, "1704067200500000"),
    ({"timestampOutputFormat": "INT64"}, "1704067200500000"),
    ({"timestampOutputFormat": "ISO8601_STRING"}, "2024-01-01T00:00:00.500000Z"),
    ({"timestampOutputFormat": "FLOAT64"}, "1.7040672005E9")])
def test_timestamps_come_in_the_form_asked_for(empty, options: dict[str, str], expected: str) -> None:
    sql = "SELECT TIMESTAMP '2024-01-01 00:00:00.5+00' AS t"
    posted = requests.post(f"{empty.api}/queries", timeout=20,
                           json={"query": sql, "useLegacySql": False, "formatOptions": options}).json()
    assert posted["rows"] == [{"f": [{"v": expected}]}]
    got = requests.get(f"{empty.api}/queries/{posted['jobReference']['jobId']}", timeout=20,
                       params={f"formatOptions.{name}": value for name, value in options.items()}).json()
    assert got["rows"] == posted["rows"]


def test_wire_shapes(empty) -> None:
    sql = ("SELECT CAST('NaN' AS FLOAT64) AS n, CAST('-inf' AS FLOAT64) AS i, 1e300 AS e, TRUE AS b, NUMERIC '1.50' AS "
           "d, b'\\xff' AS y, DATE '2025-01-02' AS a, [1, 2] AS r, STRUCT(1 AS x, ['p'] AS y) AS s, "
           "CAST(NULL AS STRING) AS z, INTERVAL '1-2 3 4:5:6.7' YEAR TO SECOND AS v, RANGE<DATE> '[2020-01-01, UNBOUNDED)' AS g")
    body = requests.post(f"{empty.api}/queries", json={"query": sql, "useLegacySql": False}, timeout=20).json()
    assert [cell["v"] for cell in body["rows"][0]["f"]] == [
        "NaN", "-Infinity", "1E300", "true", "1.5", base64.b64encode(b"\xff").decode(), "2025-01-02",
        [{"v": "1"}, {"v": "2"}], {"f": [{"v": "1"}, {"v": [{"v": "p"}]}]}, None, "1-2 3 4:5:6.7",
        "[2020-01-01, UNBOUNDED)"]
    kinds = {field["name"]: field["type"] for field in body["schema"]["fields"]}
    assert kinds["s"] == "RECORD" and kinds["g"] == "RANGE" and kinds["d"] == "NUMERIC" and kinds["b"] == "BOOLEAN"


def test_legacy_sql_is_what_bigquery_takes_by_default_and_is_refused(empty) -> None:
    refused = requests.post(f"{empty.api}/queries", json={"query": "SELECT 1"}, timeout=20)
    assert refused.status_code == 400 and refused.json()["error"]["errors"][0]["reason"] == "invalidQuery"


def test_a_failed_query_is_4xx_and_its_job_200(empty) -> None:
    failed = requests.post(f"{empty.api}/jobs", timeout=20, json={
        "jobReference": {"jobId": "failed-1"},
        "configuration": {"query": {"query": "SELECT nope", "useLegacySql": False}}})
    assert failed.status_code == 200 and failed.json()["status"]["state"] != "DONE"
    results = requests.get(f"{empty.api}/queries/failed-1", timeout=20)
    error = results.json()["error"]
    assert results.status_code == error["code"] == 400 and error["errors"][0]["reason"] == "invalidQuery"
    job = requests.get(f"{empty.api}/jobs/failed-1", timeout=20)
    assert job.status_code == 200 and job.json()["status"]["errorResult"]["reason"] == "invalidQuery"
    assert requests.get(f"{empty.api}/jobs/failed-1", params={"location": "EU"}, timeout=20).status_code == 404


def test_bad_job_ids_labels_and_page_tokens_are_refused(empty) -> None:
    query = {"query": {"query": "SELECT x FROM UNNEST([1, 2]) AS x", "useLegacySql": False}}
    for body in ({"jobReference": {"jobId": "a b"}, "configuration": query},
                 {"configuration": {**query, "labels": {"Upper": "x"}}},
                 {"configuration": {**query, "labels": {"k": "x" * 64}}}):
        assert requests.post(f"{empty.api}/jobs", json=body, timeout=20).status_code == 400
    requests.post(f"{empty.api}/jobs", json={"jobReference": {"jobId": "paged"}, "configuration": query}, timeout=20)
    page = requests.get(f"{empty.api}/queries/paged", params={"maxResults": 1}, timeout=20).json()
    assert page["totalRows"] == "2" and len(page["rows"]) == 1
    rest = requests.get(f"{empty.api}/queries/paged", params={"pageToken": page["pageToken"]}, timeout=20).json()
    assert len(rest["rows"]) == 1 and "pageToken" not in rest
    for token in ("x", page["pageToken"][:-2]):
        answer = requests.get(f"{empty.api}/queries/paged", params={"pageToken": token}, timeout=20)
        assert answer.status_code == 400


def test_deep_nesting_is_an_error_and_the_server_lives(empty) -> None:
    sql = "SELECT " + "(" * 5000 + "1" + ")" * 5000
    answer = requests.post(f"{empty.api}/queries", json={"query": sql, "useLegacySql": False}, timeout=60)
    assert answer.status_code == 400
    assert requests.get(f"{empty.url}/healthz", timeout=10).text == "ok"
