"""The nine tools, in both protocol eras, by the contract of design 5.4."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest
from agent import Agent
from proxy import Proxy

TOOLS = ["list_datasets", "list_tables", "describe_table", "search_schema", "estimate_query", "query", "fetch_page",
         "get_job", "cancel_job"]
# What each agent's session spends on them before it asks anything; docs/mcp.md names the figures.
TOOL_TOKENS_MAX, INSTRUCTION_TOKENS_MAX, PROMPT_TOKENS_MAX = 3600, 200, 500
ANSWER = ["job", "session", "status", "columns", "rows", "row_count", "total_rows", "truncated", "next_cursor",
          "bytes_processed", "cache_hit", "masked_columns", "notes"]


def test_the_tools_are_offered_with_schemas_and_annotations(either_agent: Agent) -> None:
    listed = either_agent.portal.call(either_agent.client.list_tools).tools
    assert [tool.name for tool in listed if tool.name in TOOLS] == [name for name in TOOLS]
    for tool in listed:
        assert tool.description and tool.annotations is not None and tool.annotations.read_only_hint is not None
        assert tool.input_schema["type"] == "object" and tool.output_schema["type"] == "object"


def test_what_an_agent_pays_to_know_the_tools_stays_small(proxy: Proxy) -> None:
    """Bytes of JSON divided by 4: OpenAI's o200k_base counts 4 % fewer tokens in these texts (measured once)."""
    def tokens(method: str) -> dict[str, float]:
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientCapabilities": {}}
        headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method, "accept": "application/json"}
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {"_meta": meta}}
        result = httpx2.post(proxy.url, json=body, headers=headers).json()["result"]
        return {name: len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()) / 4
                for name, value in result.items()}

    listed, discovered, prompts = tokens("tools/list"), tokens("server/discover"), tokens("prompts/list")
    assert 1000 < listed["tools"] <= TOOL_TOKENS_MAX and prompts["prompts"] <= PROMPT_TOKENS_MAX
    assert 50 < discovered["instructions"] <= INSTRUCTION_TOKENS_MAX


def test_both_eras_are_spoken(either_agent: Agent, request: pytest.FixtureRequest) -> None:
    expected = {"auto": "2026-07-28", "legacy": "2025-11-25"}
    assert either_agent.client.protocol_version == expected[either_agent.client.mode]
    assert either_agent.client.server_info is not None


def test_datasets(either_agent: Agent) -> None:
    answer = either_agent.ask("list_datasets")
    assert [item["dataset"] for item in answer["datasets"]] == ["bank", "analytics"] or \
        [item["dataset"] for item in answer["datasets"]] == ["analytics", "bank"]
    assert all(item["location"] == "US" for item in answer["datasets"]) and answer["next_cursor"] is None


def test_tables(either_agent: Agent) -> None:
    answer = either_agent.ask("list_tables", dataset="bank")
    kinds = {item["table"].split(".")[-1]: item["type"] for item in answer["tables"]}
    assert kinds["customers"] == "TABLE" and kinds["customer_directory"] == "VIEW"
    assert {"accounts", "transactions", "branches", "all_types"} <= set(kinds)


def test_an_unlisted_dataset_is_as_if_absent(either_agent: Agent, copies: str) -> None:
    hidden = either_agent.call("list_tables", dataset=copies)
    absent = either_agent.call("list_tables", dataset="masked_nothing")
    assert hidden.is_error and absent.is_error
    assert hidden.text.replace(copies, "X") == absent.text.replace("masked_nothing", "X")


def test_a_description_tells_what_is_masked(either_agent: Agent) -> None:
    answer = either_agent.ask("describe_table", table="bank.customers")
    masked = {column["name"]: column["masked"] for column in answer["columns"]}
    assert masked["customer_id"] is None
    assert masked["email"] == {"tag": "pii.email", "rule": "EMAIL_MASK"}
    assert masked["home_address"] == {"tag": "pii.address", "rule": "FIRST_FOUR_CHARACTERS"}
    assert masked["service_note"] == {"tag": "pii.note", "rule": "ALWAYS_NULL"}
    assert masked["contacts.value"] == {"tag": "pii", "rule": "SHA256"} and masked["contacts.kind"] is None
    kinds = {column["name"]: (column["type"], column["mode"]) for column in answer["columns"]}
    assert kinds["customer_id"] == ("INT64", "NULLABLE") and kinds["contacts"][1] == "REPEATED"


def test_partitioning_and_clustering_are_told(either_agent: Agent) -> None:
    answer = either_agent.ask("describe_table", table="demo.bank.transactions")
    assert answer["partitioning"] == "booked_at" and answer["clustering"] == ["account_id"]


def test_an_estimate_runs_nothing_and_shows_the_rewrite(either_agent: Agent) -> None:
    answer = either_agent.ask("estimate_query", sql="SELECT email, segment FROM customers")
    assert [column["name"] for column in answer["columns"]] == ["email", "segment"]
    assert answer["columns"][0]["masked"] == {"tag": "pii.email", "rule": "EMAIL_MASK"}
    assert int(answer["bytes_processed"]) % 10_485_760 == 0, "bytes of a masked column are rounded"
    assert answer["masked_columns"] == [
        {"table": "demo.bank.customers", "column": "email", "tag": "pii.email", "rule": "EMAIL_MASK"}]
    assert "customers" in answer["rewritten_sql"] and "SELECT *" not in answer["rewritten_sql"]


def test_a_query(either_agent: Agent) -> None:
    sql = "SELECT customer_id, email, segment FROM bank.customers ORDER BY customer_id LIMIT 3"
    answer = either_agent.ask("query", sql=sql, reason="a test")
    assert set(ANSWER) <= set(answer)
    assert answer["status"] == "done" and answer["cache_hit"] is False and answer["truncated"] is False
    assert answer["job"]["project"] == "demo" and answer["job"]["location"] == "US"
    assert answer["job"]["job_id"].startswith(f"scrim_{answer['session']}_")
    assert answer["row_count"] == 3 and answer["total_rows"] == "3" and answer["next_cursor"] is None
    assert [(column["name"], column["type"], column["mode"]) for column in answer["columns"]] == [
        ("customer_id", "INT64", "NULLABLE"), ("email", "STRING", "NULLABLE"), ("segment", "STRING", "NULLABLE")]
    assert [column["masked"] for column in answer["columns"]] == [
        None, {"tag": "pii.email", "rule": "EMAIL_MASK"}, None]


def test_masks_follow_lineage(either_agent: Agent) -> None:
    answer = either_agent.ask("query", sql="WITH a AS (SELECT UPPER(ssn) AS s, segment FROM customers) "
                                           "SELECT COUNT(DISTINCT s) AS n, segment FROM a GROUP BY segment")
    assert [bool(column["masked"]) for column in answer["columns"]] == [True, False]


def test_cells_keep_their_types(either_agent: Agent) -> None:
    sql = ("SELECT 9007199254740993 AS big, -5 AS small, TRUE AS b, CAST('NaN' AS FLOAT64) AS nan, 1.5 AS f, "
           "CAST('-inf' AS FLOAT64) AS inf, NUMERIC '12345678901234567890.5' AS n, b'\\xff' AS y, "
           "TIMESTAMP '2025-01-02 03:04:05.5+00' AS t, DATE '2025-01-02' AS d, STRUCT(1 AS a, ['x'] AS l) AS s, "
           "CAST(NULL AS STRING) AS z, JSON '{\"a\": 1}' AS j, [1, 2] AS r")
    row = dict(zip([column["name"] for column in either_agent.ask("query", sql=sql)["columns"]],
                   either_agent.ask("query", sql=sql)["rows"][0], strict=True))
    instant = row.pop("t")
    assert row == {"big": "9007199254740993", "small": -5, "b": True, "nan": "NaN", "f": 1.5, "inf": "-Infinity",
                   "n": "12345678901234567890.5", "y": "/w==", "d": "2025-01-02", "s": {"a": 1, "l": ["x"]}, "z": None,
                   "j": '{"a":1}', "r": [1, 2]}
    assert instant.startswith("2025-01-02T03:04:05.5") and instant.endswith("Z")


def test_pages_and_a_finished_job(either_agent: Agent) -> None:
    first = either_agent.ask("query", sql="SELECT branch_id FROM branches ORDER BY branch_id", max_rows=4)
    assert first["row_count"] == 4 and first["truncated"] is True and first["total_rows"] == "9"
    rows, page = list(first["rows"]), first
    while page["next_cursor"] is not None:
        page = either_agent.ask("fetch_page", cursor=page["next_cursor"])
        rows += page["rows"]
        assert page["job"] == first["job"]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 99]
    again = either_agent.ask("get_job", job_id=first["job"]["job_id"])
    assert again["status"] == "done" and again["rows"][:4] == first["rows"]
    assert either_agent.ask("cancel_job", job_id=first["job"]["job_id"])["job"] == first["job"]


@pytest.mark.parametrize(("tool", "arguments"), [
    ("query", {}), ("query", {"sql": 5}), ("query", {"sql": "SELECT 1", "unknown": 1}),
    ("query", {"sql": "SELECT 1", "max_rows": 0}), ("fetch_page", {"cursor": "x"}), ("get_job", {"job_id": "x"}),
    ("get_job", {"job_id": "x", "wait_s": 26}), ("describe_table", {"table": ""}),
    ("list_tables", {"dataset": "a.b.c"}),
    ("query", {"sql": "SELECT @p AS p", "parameters": {"p": {"type": "NOPE", "value": "1"}}}),
    ("query", {"sql": "SELECT @p AS p", "parameters": {"p": {"type": "INT64", "value": "one"}}}),
    ("query", {"sql": "SELECT @p AS p"}), ("query", {"sql": "SELECT 1", "max_bytes_billed": -1}),
])
def test_bad_arguments_are_errors_that_say_what(either_agent: Agent, tool: str, arguments: dict[str, Any]) -> None:
    try:
        answer = either_agent.call(tool, **arguments)
    except Exception as error:  # a protocol error is as good, when it says what is wrong
        assert type(error).__name__ == "MCPError" and len(str(error)) > 10
    else:
        assert answer.is_error and len(answer.text) > 20
    assert either_agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]]
