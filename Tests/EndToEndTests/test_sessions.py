"""A session: one notion in both eras and on stdio, on every replica and after a restart, named in all that is done."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent import Agent, connected
from google.cloud import bigquery
from mcp_types import PromptReference
from proxy import Proxy, command, configure, serving
from test_stdio import on_stdio

SESSION = "dev.scrim/session"
SESSION_HOURS = 24
MODULE_SECONDS_MAX = 90


def configured(directory: Path, warehouse: Any, **changes: Any) -> Path:
    """With windows that end at midnight only."""
    return configure(directory, warehouse.url, warehouse.key_file, limits={"session_hours": SESSION_HOURS}, **changes)


def replica_of(config: Path, directory: Path, warehouse: Any, **changes: Any) -> Path:
    """The same in another place: the keys are the same, the log is another."""
    other = configured(directory, warehouse, **changes)
    shutil.rmtree(directory / "keys")
    shutil.copytree(config.parent / "keys", directory / "keys")
    return other


def named(answer: Any) -> str:
    return answer.meta[SESSION]


def answers_of_all_tools(agent: Agent) -> dict[str, Any]:
    """What each tool answers, twice for refusals: by its arguments and by its SQL."""
    def call(tool: str, /, **arguments: Any) -> Any:
        return agent.portal.call(agent.client.call_tool, tool, arguments)

    first = call("query", sql="SELECT branch_id FROM branches ORDER BY 1", max_rows=2)
    job, cursor = (first.structured_content[key] for key in ("job", "next_cursor"))
    return {
        "list_datasets": call("list_datasets"), "list_tables": call("list_tables", dataset="bank"),
        "describe_table": call("describe_table", table="bank.accounts"),
        "search_schema": call("search_schema", text="email"),
        "estimate_query": call("estimate_query", sql="SELECT 1 AS one"), "query": first,
        "fetch_page": call("fetch_page", cursor=cursor), "get_job": call("get_job", job_id=job["job_id"]),
        "cancel_job": call("cancel_job", job_id=job["job_id"]),
        "a refusal": call("query", sql="DROP TABLE customers"), "bad arguments": call("query")}


@pytest.fixture(scope="module")
def config(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    left = SESSION_HOURS * 3600 - time.time() % (SESSION_HOURS * 3600)
    if left < MODULE_SECONDS_MAX:
        time.sleep(left + 1)
    return configured(tmp_path_factory.mktemp("sessions"), warehouse)


@pytest.fixture(scope="module")
def served(config: Path) -> Iterator[Proxy]:
    with serving(config) as started:
        yield started


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_every_answer_names_it(served: Proxy, mode: str) -> None:
    with connected(served.url, mode) as agent:
        answers = answers_of_all_tools(agent)
        session = answers["query"].structured_content["session"]
        assert re.fullmatch(r"[a-z2-7]{32}", session)
        listed = {tool.name for tool in agent.portal.call(agent.client.list_tools).tools}
        assert listed <= answers.keys(), "a tool is not called here"
        assert {name: named(answer) for name, answer in answers.items()} == dict.fromkeys(answers, session)
        client = agent.client
        others = [agent.portal.call(client.list_resources),
                  agent.portal.call(client.read_resource, "bq://demo/bank"),
                  agent.portal.call(client.get_prompt, "explore_dataset", {"dataset": "bank"}),
                  agent.portal.call(client.complete, PromptReference(type="ref/prompt", name="explore_dataset"),
                                    {"name": "dataset", "value": "b"})]
        assert {named(answer) for answer in others} == {session}


def test_it_is_the_same_in_both_eras_on_stdio_on_a_replica_and_after_a_restart(
        served: Proxy, config: Path, warehouse: Any, tmp_path: Path) -> None:
    def ask(agent: Agent) -> str:
        return agent.ask("query", sql="SELECT 1 AS one")["session"]

    found: dict[str, str] = {}
    for mode in ("auto", "legacy"):
        with connected(served.url, mode) as agent:
            found[f"http {mode}"] = ask(agent)
    replica = replica_of(config, tmp_path / "replica", warehouse)
    for start in (1, 2):
        with serving(replica) as other, connected(other.url, "auto") as agent:
            found[f"replica, start {start}"] = ask(agent)
    for mode in ("auto", "legacy"):
        with on_stdio(replica, mode) as agent:
            found[f"stdio {mode}"] = ask(agent)
    assert len(set(found.values())) == 1, found


def test_it_is_bound_to_who_asks_and_to_the_keys(config: Path, served: Proxy, warehouse: Any, tmp_path: Path) -> None:
    bob = {"development_principal": {"subject": "bob@example.com", "roles": ["analyst"]}}
    with connected(served.url, "auto") as agent:
        answer = agent.ask("query", sql="SELECT branch_id FROM branches ORDER BY 1", max_rows=1)
    sessions = {answer["session"]}
    with serving(replica_of(config, tmp_path / "bob", warehouse, identity=bob)) as other, \
            connected(other.url, "auto") as agent:
        sessions.add(agent.ask("query", sql="SELECT 1 AS one")["session"])
        # The name of a session opens nothing: what was done in it is as if absent for others.
        assert agent.call("get_job", job_id=answer["job"]["job_id"]).codes == ["policy.unknown_job"]
        assert agent.call("fetch_page", cursor=answer["next_cursor"]).codes == ["policy.unknown_cursor"]
    with serving(configured(tmp_path / "keys", warehouse)) as other, connected(other.url, "auto") as agent:
        sessions.add(agent.ask("query", sql="SELECT 1 AS one")["session"])
    assert len(sessions) == 3


def test_it_is_in_every_entry_and_on_every_job(served: Proxy, direct: bigquery.Client) -> None:
    with connected(served.url, "auto") as agent:
        answers = answers_of_all_tools(agent)
    session = named(answers["query"])
    job_id = answers["query"].structured_content["job"]["job_id"]
    assert job_id.startswith(f"scrim_{session}_")
    assert direct.get_job(job_id).labels["scrim_session"] == session
    shown = command("audit", "show", session, "--config", served.config, "--json")
    entries = json.loads(shown.stdout)
    assert {entry.get("tool") for entry in entries} >= {"list_datasets", "list_tables", "describe_table",
                                                        "search_schema", "query"}
    assert all(entry["session"] == session and entry["request"] for entry in entries)


def test_an_auditor_sees_sessions_with_their_gaps(served: Proxy) -> None:
    def listed(*options: str) -> list[dict[str, Any]]:
        ended = command("audit", "sessions", "--config", served.config, "--json", *options)
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    [session] = listed()
    assert session["person"].startswith("dev@example.com (") and session["client"]
    assert session["first_time"] < session["last_time"] and session["gaps"] == []
    assert session["requests"] > session["jobs"] > 0 and session["refusals"] > 0
    time.sleep(2.1)
    with connected(served.url, "auto") as agent:
        agent.ask("list_datasets")
    gap = listed("--gap", "2s")[0]["gaps"][-1]
    assert gap["from"] == session["last_time"] < gap["to"] and gap["seconds"] >= 2
    shown = command("audit", "sessions", "--config", served.config)
    assert session["session"] in shown.stdout and "requests" in shown.stdout and "gap" not in shown.stdout
    for wrong in ("0s", "15", "a", "-1s"):
        assert command("audit", "sessions", "--config", served.config, f"--gap={wrong}").returncode != 0
