"""What is offered beside tools, with their checks: resources, completion, prompts, listening and progress."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from agent import CALL_SECONDS_MAX, Agent, connected
from google.cloud import bigquery
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp_types import PromptReference, ResourceTemplateReference
from policy import ROLES, write_mapping
from proxy import Proxy, command, configure, serving
from recording import Recording, RecordingTransport
from test_mapping_reload import hang_up, rewrite

TABLE_TEMPLATE = ResourceTemplateReference(type="ref/resource", uri="bq://{project}/{dataset}/{table}")
NOT_FOUND = {"2026-07-28": -32602, "2025-11-25": -32002}


def read(agent: Agent, uri: str) -> dict[str, Any]:
    [content] = agent.portal.call(agent.client.read_resource, uri).contents
    assert content.uri == uri and content.mime_type == "application/json"
    agent.transcript.append(content.text)
    return json.loads(content.text)


def error(agent: Agent, *call: Any) -> MCPError:
    with pytest.raises(MCPError) as raised:
        agent.portal.call(*call)
    return raised.value


def resources(agent: Agent) -> dict[str, Any]:
    """All resources by their URIs, over all pages."""
    found: dict[str, Any] = {}
    cursor = None
    while True:
        page = agent.portal.call(lambda: agent.client.list_resources(cursor=cursor, cache_mode="bypass"))
        assert not found.keys() & {resource.uri for resource in page.resources}, "no page repeats another"
        found |= {resource.uri: resource for resource in page.resources}
        cursor = page.next_cursor
        if cursor is None:
            return found


def complete(agent: Agent, ref: Any, name: str, value: str, **filled: str) -> Any:
    return agent.portal.call(agent.client.complete, ref, {"name": name, "value": value}, filled or None).completion


def prompt(agent: Agent, name: str, **arguments: str) -> str:
    [message] = agent.portal.call(agent.client.get_prompt, name, arguments).messages
    assert message.role == "user"
    agent.transcript.append(json.dumps({"prompt": message.content.text}))
    return message.content.text


def entries(config: Path, session: str) -> list[dict[str, Any]]:
    shown = command("audit", "show", session, "--config", config, "--json")
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)


def session_of(agent: Agent) -> str:
    return agent.ask("query", sql="SELECT 1 AS one")["session"]


# Resources


def test_what_the_caller_may_see_is_listed_and_can_be_read(either_agent: Agent, copies: str) -> None:
    found = resources(either_agent)
    assert {"bq://demo", "bq://demo/bank", "bq://demo/analytics", "bq://demo/bank/customers"} <= found.keys()
    assert not [uri for uri in found if copies in uri], "a dataset that is not configured does not exist"
    assert all(resource.mime_type == "application/json" and resource.description for resource in found.values())
    for uri in found:
        read(either_agent, uri)


def test_of_tables_by_day_the_newest_is_listed(either_agent: Agent) -> None:
    shards = [uri for uri in resources(either_agent) if "/events_20" in uri]
    tables = either_agent.ask("list_tables", dataset="analytics")["tables"]
    days = sorted(item["table"] for item in tables if item["table"].startswith("analytics.events_20"))
    assert len(days) > 1 and shards == [f"bq://demo/analytics/{days[-1].removeprefix('analytics.')}"]
    assert read(either_agent, f"bq://demo/{days[0].replace('.', '/')}")["columns"]
    assert read(either_agent, "bq://demo/analytics/events_%2A") == \
        either_agent.ask("describe_table", table="analytics.events_*")


def test_a_table_says_what_describe_table_says(either_agent: Agent) -> None:
    for table in ("customers", "customer_directory"):
        described = either_agent.ask("describe_table", table=f"bank.{table}")
        assert read(either_agent, f"bq://demo/bank/{table}") == described


def test_cards_lead_on(either_agent: Agent) -> None:
    project = read(either_agent, "bq://demo")
    assert {"dataset": "bank", "uri": "bq://demo/bank"} in project["datasets"]
    dataset = read(either_agent, "bq://demo/bank")
    tables = {entry["table"]: entry for entry in dataset["tables"]}
    assert tables["bank.customers"] == {"table": "bank.customers", "type": "TABLE", "uri": "bq://demo/bank/customers"}
    assert tables["bank.customer_directory"]["type"] == "VIEW" and dataset["truncated"] is False
    assert any(entry.get("wildcard") == "analytics.events_*"
               for entry in read(either_agent, "bq://demo/analytics")["tables"])


@pytest.mark.parametrize("uri", ["bq://demo/{hidden}", "bq://demo/{hidden}/customers", "bq://demo/none", "bq://other",
                                 "bq://demo/bank/none", "bq://demo/bank/customers/email", "bq://", "bq:///bank",
                                 "bq://demo/bank/", "file:///etc/passwd", "bq://demo/bank/none_%2A"])
def test_what_is_not_there_and_what_is_hidden_look_alike(either_agent: Agent, copies: str, uri: str) -> None:
    raised = error(either_agent, either_agent.client.read_resource, uri.format(hidden=copies))
    assert raised.code == NOT_FOUND[either_agent.client.protocol_version]
    assert raised.error.message == "there is no such resource"


def test_what_was_read_is_in_the_log_with_its_session(either_agent: Agent, proxy: Proxy) -> None:
    read(either_agent, "bq://demo/bank/accounts")
    error(either_agent, either_agent.client.read_resource, "bq://demo/nothing_like_this")
    found = entries(proxy.config, session_of(either_agent))
    reads = [entry for entry in found if entry.get("tool") == "resources/read"]
    assert any(entry["type"] == "metadata_read" and entry["resources"] == ["demo.bank.accounts"] for entry in reads)
    assert any(entry["type"] == "request_refused" and entry["refused"][0]["code"] == "table.not_found"
               for entry in reads)


def test_the_templates_are_those_of_the_uris(either_agent: Agent) -> None:
    listed = either_agent.portal.call(either_agent.client.list_resource_templates).resource_templates
    assert [template.uri_template for template in listed] == \
        ["bq://{project}", "bq://{project}/{dataset}", "bq://{project}/{dataset}/{table}"]


@pytest.fixture(scope="module")
def crowded(warehouse: Any, direct: bigquery.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy on two datasets, one with more tables than a page holds, the other empty."""
    names = [f"t{number:03}" for number in range(230)]
    for dataset in ("crowded", "vacant"):
        direct.create_dataset(f"demo.{dataset}")
    for name in names:
        direct.create_table(bigquery.Table(f"demo.crowded.{name}", [bigquery.SchemaField("x", "INT64")]))
    config = configure(tmp_path_factory.mktemp("crowded"), warehouse.url, warehouse.key_file)
    settings = json.loads(config.read_text())
    settings["bigquery"]["datasets"] = ["vacant", "missing", "crowded"]
    config.write_text(json.dumps(settings))
    with serving(config) as started:
        yield started
    for dataset in ("crowded", "vacant"):
        direct.delete_dataset(f"demo.{dataset}", delete_contents=True)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_list_comes_in_pages(crowded: Proxy, mode: str) -> None:
    with connected(crowded.url, mode) as agent:
        found = list(resources(agent))
        tables = [f"bq://demo/crowded/t{number:03}" for number in range(230)]
        assert found == ["bq://demo", "bq://demo/crowded", *tables, "bq://demo/vacant"]
        first = agent.portal.call(agent.client.list_resources)
        assert len(first.resources) == 100
        for cursor in ("", "no", first.next_cursor[:-2], first.next_cursor + "A"):
            raised = error(agent, lambda cursor=cursor: agent.client.list_resources(cursor=cursor))
            assert raised.code == -32602
        assert read(agent, "bq://demo/vacant")["tables"] == []


# Completion


def test_names_are_completed(either_agent: Agent, copies: str) -> None:
    agent = either_agent
    assert complete(agent, TABLE_TEMPLATE, "project", "d").values == ["demo"]
    assert complete(agent, TABLE_TEMPLATE, "dataset", "", project="demo").values == ["analytics", "bank"]
    assert complete(agent, TABLE_TEMPLATE, "dataset", copies[:4], project="demo").values == []
    assert complete(agent, TABLE_TEMPLATE, "table", "CUSTOMER", project="demo", dataset="bank").values == \
        ["customer_directory", "customers"]
    assert complete(agent, TABLE_TEMPLATE, "table", "", project="demo", dataset=copies).values == []
    dataset = PromptReference(type="ref/prompt", name="explore_dataset")
    assert complete(agent, dataset, "dataset", "ba").values == ["bank"]
    column = PromptReference(type="ref/prompt", name="profile_column")
    assert complete(agent, column, "table", "bank.cust").values == ["bank.customer_directory", "bank.customers"]
    assert "bank.customers" in complete(agent, column, "table", "cust").values
    assert complete(agent, column, "column", "contacts.", table="bank.customers").values == \
        ["contacts.kind", "contacts.value"]
    assert complete(agent, column, "column", "", table=f"{copies}.customers").values == []
    question = PromptReference(type="ref/prompt", name="write_query")
    assert complete(agent, question, "question", "how").values == []


def test_references_that_do_not_exist_are_errors(either_agent: Agent) -> None:
    for ref, name in ((PromptReference(type="ref/prompt", name="none"), "dataset"),
                      (PromptReference(type="ref/prompt", name="explore_dataset"), "none"),
                      (ResourceTemplateReference(type="ref/resource", uri="bq://{none}"), "none")):
        raised = error(either_agent, either_agent.client.complete, ref, {"name": name, "value": ""})
        assert raised.code == -32602


def test_at_most_a_hundred_names_come(crowded: Proxy) -> None:
    with connected(crowded.url, "auto") as agent:
        found = complete(agent, TABLE_TEMPLATE, "table", "t", dataset="crowded")
        assert len(found.values) == 100 and found.total == 230 and found.has_more
        assert complete(agent, TABLE_TEMPLATE, "table", "t22", dataset="crowded").total == 10


def test_who_asks_too_often_gets_nothing_and_is_told_that_there_may_be_more(warehouse: Any, tmp_path: Path) -> None:
    with serving(configure(tmp_path / "proxy", warehouse.url, warehouse.key_file)) as proxy, \
            connected(proxy.url, "auto") as agent:
        begin = time.monotonic()
        found = [complete(agent, TABLE_TEMPLATE, "dataset", "b") for _ in range(200)]
        answered = [answer for answer in found if answer.values]
        assert 30 <= len(answered) <= 31 + 10 * (time.monotonic() - begin)
        assert all(answer.values == ["bank"] for answer in answered)
        assert all(answer.has_more and answer.total is None for answer in found if not answer.values)
        agent.ask("list_datasets")


# Prompts


def test_prompts_name_what_the_caller_may_see(either_agent: Agent, copies: str) -> None:
    listed = {item.name: item for item in either_agent.portal.call(either_agent.client.list_prompts).prompts}
    assert list(listed) == ["explore_dataset", "write_query", "profile_column", "explain_refusal"]
    assert [(argument.name, argument.required) for argument in listed["write_query"].arguments] == \
        [("question", True), ("dataset", False)]
    explore = prompt(either_agent, "explore_dataset", dataset="bank")
    assert "`bank.customers` (table); masked for you: " in explore and "`email` EMAIL_MASK" in explore
    assert "analytics" not in explore and copies not in explore
    everything = prompt(either_agent, "write_query", question="How many customers are there?")
    assert "How many customers are there?" in everything and "`analytics.events_*`" in everything
    assert copies not in everything
    one = prompt(either_agent, "write_query", question="How many?", dataset="demo.analytics")
    assert "`bank.customers`" not in one
    masked = prompt(either_agent, "profile_column", table="bank.customers", column="email")
    assert "masked for you by EMAIL_MASK" in masked
    assert "not masked for you" in prompt(either_agent, "profile_column", table="bank.customers", column="segment")


def test_a_refusal_is_explained_with_all_of_its_reasons(either_agent: Agent) -> None:
    told = prompt(either_agent, "explain_refusal", sql="SELECT SESSION_USER(), * FROM customers; DROP TABLE customers")
    refused = either_agent.call("estimate_query", sql="SELECT SESSION_USER(), * FROM customers; DROP TABLE customers")
    for refusal in refused.refused:
        assert refusal["code"] in told and refusal["fix"] in told
    fine = prompt(either_agent, "explain_refusal", sql="SELECT email FROM customers")
    assert "not refused now" in fine and "EMAIL_MASK" in fine


def test_prompts_with_what_is_not_there_are_refused(either_agent: Agent, copies: str) -> None:
    get = either_agent.client.get_prompt
    messages = set()
    for dataset in (copies, "none_at_all"):
        raised = error(either_agent, get, "explore_dataset", {"dataset": dataset})
        assert raised.code == -32602
        messages.add(raised.error.message.replace(dataset, "X"))
    assert len(messages) == 1
    for name, arguments in (("explore_dataset", {}), ("none", {}),
                            ("profile_column", {"table": "bank.customers", "column": "none"}),
                            ("profile_column", {"table": f"{copies}.customers", "column": "email"}),
                            ("write_query", {"question": "x" * 9000}),
                            ("explain_refusal", {"sql": "SELECT " + "1 + " * 6000 + "1"})):
        assert error(either_agent, get, name, arguments).code == -32602


# Listening


def test_a_new_mapping_is_told_to_who_listens(warehouse: Any, copies: str, tmp_path: Path) -> None:
    uri, hidden = "bq://demo/bank/customers", f"bq://demo/{copies}/customers"
    with serving(configure(tmp_path / "proxy", warehouse.url, warehouse.key_file)) as proxy, \
            connected(proxy.url, "auto") as agent:

        def mask() -> str:
            return next(column["masked"]["rule"] for column in read(agent, uri)["columns"]
                        if column["name"] == "email")

        assert mask() == "EMAIL_MASK"

        async def listen() -> tuple[Any, set[Any]]:
            events: set[Any] = set()
            async with agent.client.listen(tools_list_changed=True, resources_list_changed=True,
                                           resource_subscriptions=[uri, hidden, "bq://other"]) as subscription:
                rewrite(proxy, **{"pii.email": "ALWAYS_NULL"})
                await anyio.to_thread.run_sync(
                    lambda: hang_up(proxy, lambda: "was read again" in proxy.output.read_text()))
                with anyio.fail_after(10):
                    async for event in subscription:
                        events.add(event)
                        if len(events) == 2:
                            break
            return subscription.honored, events

        honored, events = agent.portal.call(listen)
        assert honored.resource_subscriptions == [uri] and honored.resources_list_changed
        assert not honored.tools_list_changed, "what is never sent is not promised"
        assert events == {ResourcesListChanged(), ResourceUpdated(uri=uri)}
        assert mask() == "ALWAYS_NULL"
        asked = [entry for entry in entries(proxy.config, session_of(agent))
                 if entry.get("tool") == "subscriptions/listen"]
        assert [(entry["type"], entry.get("resources")) for entry in asked] == [
            ("request_received", None), ("metadata_read", [uri])]


# Whose datasets they are


@pytest.fixture(scope="module")
def teller(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """An agent in a role that has one of the two datasets."""
    directory = tmp_path_factory.mktemp("teller")
    role = ROLES["analyst"] | {"datasets": ["bank"]}
    write_mapping(directory / "mapping", {"teller": role})
    principal = {"development_principal": {"subject": "teller@example.com", "roles": ["teller"]}}
    config = configure(directory, warehouse.url, warehouse.key_file, identity=principal)
    with serving(config) as started, connected(started.url, "auto") as agent:
        yield agent


def test_a_role_learns_of_its_own_datasets_only(teller: Agent) -> None:
    agent = teller
    everything = [json.dumps([resource.model_dump(mode="json") for resource in resources(agent).values()]),
                  json.dumps(read(agent, "bq://demo")), prompt(agent, "write_query", question="What is there?")]
    column = PromptReference(type="ref/prompt", name="profile_column")
    for ref, name, filled in ((TABLE_TEMPLATE, "dataset", {"project": "demo"}), (TABLE_TEMPLATE, "dataset", {}),
                              (TABLE_TEMPLATE, "table", {"project": "demo", "dataset": "analytics"}),
                              (PromptReference(type="ref/prompt", name="explore_dataset"), "dataset", {}),
                              (column, "table", {}), (column, "column", {"table": "analytics.events_20250301"})):
        for value in ("", "a", "e", "analytics.", "analytics.e"):
            everything.append(json.dumps(complete(agent, ref, name, value, **filled).values))
    assert not [text for text in everything if "analytics" in text or "events_" in text]
    assert any("bank.customers" in text for text in everything)
    for uri in ("bq://demo/analytics", "bq://demo/analytics/events_%2A"):
        assert error(agent, agent.client.read_resource, uri).error.message == "there is no such resource"
    assert error(agent, agent.client.get_prompt, "explore_dataset", {"dataset": "analytics"}).code == -32602

    async def honored() -> list[str]:
        uris = ["bq://demo", "bq://demo/analytics", "bq://demo/bank", "bq://demo/analytics/none"]
        async with agent.client.listen(resource_subscriptions=uris) as subscription:
            return subscription.honored.resource_subscriptions

    assert agent.portal.call(honored) == ["bq://demo", "bq://demo/bank"]


# Progress


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_progress_is_told_to_who_wants_it(proxy: Proxy, faults: Callable[..., None], mode: str) -> None:
    faults(jobs=[{"sql": "slow_for_progress", "slow_ms": 3_500}])
    seen: list[tuple[float, float | None, str | None, float]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append((progress, total, message, time.monotonic()))

    sql = "SELECT branch_id AS slow_for_progress FROM branches ORDER BY 1"
    with connected(proxy.url, mode) as agent:
        result = agent.portal.call(
            lambda: agent.client.call_tool("query", {"sql": sql, "max_rows": 2}, progress_callback=note))
        assert result.structured_content["status"] == "done"
        assert len(seen) >= 2 and all(total is None for _, total, _, _ in seen)
        values = [progress for progress, *_ in seen]
        assert values == sorted(set(values)), "progress grows"
        times = [moment for *_, moment in seen]
        assert all(after - before > 0.8 for before, after in zip(times, times[1:], strict=False))
        assert all("running" in message for _, _, message, _ in seen)
        told = len(seen)
        agent.ask("list_datasets")
        assert len(seen) == told


def test_who_does_not_want_progress_gets_plain_json(proxy: Proxy, faults: Callable[..., None]) -> None:
    faults(jobs=[{"sql": "slow_without_progress", "slow_ms": 2_500}])
    recording = Recording()

    async def call() -> None:
        async with httpx2.AsyncClient(transport=RecordingTransport(recording), timeout=CALL_SECONDS_MAX) as http, \
                Client(streamable_http_client(proxy.url, http_client=http)) as client:
            await client.call_tool("query", {"sql": "SELECT 1 AS slow_without_progress"})

    anyio.run(call)
    assert ("tools/call", "application/json") in recording.content_types
