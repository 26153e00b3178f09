"""Bad input of every kind: a clear error, no crash, no hang, and the next call works."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
import requests
from agent import Agent, connected
from policy import ROLES, write_mapping
from proxy import Proxy, command, configure, serving

HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
MEGABYTE = 1_000_000


@pytest.fixture(autouse=True)
def still_serves(proxy: Proxy, agent: Agent):
    """After each test: the server is the same process and answers."""
    yield
    assert proxy.is_alive()
    assert agent.ask("query", sql="SELECT 1 AS one")["rows"] == [[1]]


@pytest.mark.parametrize("body", [
    b"", b"{", b"nonsense", b"[]", b"null", b"{\"jsonrpc\": \"2.0\"", b"\xff\xfe", b"{\"a\": 1, \"a\": 2}",
    b"[" * 100_000, b"{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 5}", b"{\"id\": NaN}"])
def test_malformed_json(proxy: Proxy, body: bytes) -> None:
    answer = requests.post(proxy.url, data=body, headers=HEADERS, timeout=20)
    assert answer.status_code in (400, 413)
    if answer.status_code == 400:
        assert answer.json()["error"]["code"] in (-32700, -32600, -32602, -32020)


def test_ten_megabytes_of_sql(proxy: Proxy, agent: Agent) -> None:
    sql = "SELECT '" + "x" * 10 * MEGABYTE + "'"
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "query", "arguments": {"sql": sql}, "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}}}
    headers = HEADERS | {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "query"}
    answer = requests.post(proxy.url, data=json.dumps(body), headers=headers, timeout=60)
    assert answer.status_code in (200, 400, 413), answer.status_code
    if answer.status_code == 200:
        assert answer.json()["result"]["isError"] is True
    assert agent.call("query", sql="SELECT '" + "x" * 2 * MEGABYTE + "'").codes[0].startswith("limit.")


@pytest.mark.parametrize("sql", [
    "SELECT " + "(" * 10_000 + "1" + ")" * 10_000,
    "SELECT " + "[" * 10_000 + "1" + "]" * 10_000,
    "SELECT * FROM " + "(SELECT * FROM " * 10_000 + "branches" + ")" * 10_000,
    "SELECT " + "NOT " * 10_000 + "TRUE",
    "SELECT " + "- " * 10_000 + "1",
    "SELECT " + "CASE WHEN TRUE THEN " * 10_000 + "1" + " END" * 10_000,
    "SELECT CAST(NULL AS " + "ARRAY<STRUCT<" * 5_000 + "INT64" + ">>" * 5_000 + ")",
    "(" * 10_000 + "SELECT 1" + ")" * 10_000,
], ids=["parentheses", "arrays", "subqueries", "NOT", "minus", "CASE", "types", "query parentheses"])
def test_nesting_ten_thousand_deep(agent: Agent, sql: str) -> None:
    """Prefix operators are a chain to Scrim, and so it is BigQuery that refuses them."""
    families = {code.partition(".")[0] for code in agent.call("query", sql=sql).codes}
    assert families <= {"limit", "syntax", "upstream"} and ("upstream" not in families or "NOT" in sql or "- -" in sql)


def test_long_chains_are_no_nesting(agent: Agent) -> None:
    sql = "SELECT branch_id FROM branches WHERE " + " OR ".join(f"branch_id = {n}" for n in range(100, 0, -1))
    assert len(agent.ask("query", sql=sql)["rows"]) == 9
    assert not agent.call("estimate_query", sql="SELECT " + " || ".join(["'x'"] * 150) + " AS x").is_error


def test_control_characters_and_broken_unicode(agent: Agent) -> None:
    for sql in ("SELECT 1\x00", "SELECT \x01", "SELECT '\u202e'", "\ufeffSELECT 1"):
        answer = agent.call("query", sql=sql)
        assert answer.is_error or answer.content["rows"]


def refused_start(directory: Path, warehouse, part: str, *, key_file: Path | None = None, **changes) -> None:
    """`scrim serve` must end with 2 and a message that names `part`."""
    config = configure(directory, warehouse.url, key_file or warehouse.key_file, **changes)
    ended = command("serve", "--config", config)
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert part in ended.stderr and "ready" not in ended.stderr
    assert "Fatal error" not in ended.stderr and "PRIVATE KEY" not in ended.stderr


@pytest.mark.parametrize(("name", "content"), [
    ("missing.json", None), ("empty.json", ""), ("nonsense.json", "{"), ("list.json", "[]"),
    ("user.json", json.dumps({"type": "authorized_user", "client_id": "x"})),
    ("pem.json", json.dumps({"type": "service_account", "client_email": "a@b", "private_key_id": "1",
                             "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                             "token_uri": "http://127.0.0.1:1/token"}))])
def test_a_missing_or_broken_key_file(warehouse, tmp_path: Path, name: str, content: str | None) -> None:
    key_file = tmp_path / name
    if content is not None:
        key_file.write_text(content)
        key_file.chmod(0o600)
    refused_start(tmp_path / "proxy", warehouse, name, key_file=key_file)


def test_a_token_endpoint_elsewhere(warehouse, tmp_path: Path) -> None:
    key = json.loads(Path(warehouse.key_file).read_text()) | {"token_uri": "https://tokens.example.org/token"}
    (tmp_path / "other.json").write_text(json.dumps(key))
    (tmp_path / "other.json").chmod(0o600)
    refused_start(tmp_path / "proxy", warehouse, "token_uri", key_file=tmp_path / "other.json")


@pytest.mark.parametrize(("role", "part"), [
    ({"masks": {"pii": "ROT13"}}, "roles/broken.yaml"), ({"masks": {"pii": "RANDOM_HASH"}}, "roles/broken.yaml"),
    ({"masks": {"pii": "SHA256"}, "accept_reversible": False}, "accept_reversible"),
    ({"masks": {"pii": "RAW"}, "surprise": 1}, "surprise"), ({"masks": "RAW"}, "masks")])
def test_a_mapping_with_an_error(warehouse, tmp_path: Path, role: dict, part: str) -> None:
    write_mapping(tmp_path / "proxy" / "mapping", ROLES | {"broken": role})
    refused_start(tmp_path / "proxy", warehouse, part)


def test_unknown_keys_and_other_addresses_than_loopback(warehouse, tmp_path: Path) -> None:
    refused_start(tmp_path / "a", warehouse, "surprise", surprise=1)
    refused_start(tmp_path / "b", warehouse, "127.0.0.0/8", listen={"host": "0.0.0.0", "port": 0})
    refused_start(tmp_path / "c", warehouse, "development_principal",
                  identity={"development_principal": {"subject": "dev@example.com", "roles": ["nobody"], "x": 1}})


def test_upstream_down(warehouse, tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{unused.getsockname()[1]}"
        key = json.loads(Path(warehouse.key_file).read_text()) | {"token_uri": f"{endpoint}/token"}
        key_file = tmp_path / "key.json"
        key_file.write_text(json.dumps(key))
        key_file.chmod(0o600)
        config = configure(tmp_path / "proxy", endpoint, key_file)
        with serving(config) as down, connected(down.url, "auto") as caller:
            for tool, arguments in (("list_datasets", {}), ("list_tables", {"dataset": "bank"}),
                                    ("describe_table", {"table": "customers"}),
                                    ("query", {"sql": "SELECT email FROM customers"})):
                answer = caller.call(tool, **arguments)
                assert answer.is_error or tool == "list_datasets"
                if answer.is_error:
                    assert answer.codes[0].partition(".")[0] in ("upstream", "table"), answer.text


@pytest.mark.parametrize("answer", ["html", "html_error", "truncated", "backendError", "rateLimitExceeded"])
@pytest.mark.parametrize(("method", "path"), [("GET", "/tables/branches"), ("POST", "/jobs"), ("GET", "/queries/")])
def test_upstream_answers_nonsense(agent: Agent, faults, answer: str, method: str, path: str) -> None:
    faults(requests=[{"method": method, "path": path, "answer": answer}])
    refused = agent.call("query", sql="SELECT branch_id FROM branches WHERE branch_id = 1")
    if method == "POST" and answer == "truncated":  # the job was made, and its ID is ours: it is asked after
        assert refused.content["rows"] == [[1]]
        return
    assert refused.is_error and refused.codes[0].partition(".")[0] in ("upstream", "table", "crosscheck"), refused.text
    assert "<html" not in refused.text.lower() and "That's an error" not in refused.text


def test_a_short_fault_is_retried(agent: Agent, faults) -> None:
    faults(requests=[{"method": "GET", "path": "/queries/", "times": 1, "answer": "backendError"}])
    assert agent.ask("query", sql="SELECT branch_id FROM branches WHERE branch_id = 2")["rows"] == [[2]]


def test_a_lost_insert_answer_is_no_second_job(agent: Agent, faults, direct) -> None:
    faults(requests=[{"method": "POST", "path": "/jobs", "times": 1, "answer": "lost"}])
    answer = agent.call("query", sql="SELECT branch_id AS lost_insert FROM branches WHERE branch_id = 3")
    jobs = [job.job_id for job in direct.list_jobs(max_results=20) if "lost_insert" in (job.query or "")]
    assert len(jobs) == 1
    if not answer.is_error:
        assert answer.content["rows"] == [[3]] and answer.content["job"]["job_id"] == jobs[0]
