"""`scrim stdio` with issuers: the token from a variable or a file, judged for each call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import CALL_SECONDS_MAX, Agent
from anyio.from_thread import start_blocking_portal
from identity_lab import configure_identity, issuer_settings
from issuer import Issuer, running
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, get_default_environment, stdio_client
from proxy import BINARY, command, configure

SCOPES = {"default": ["bq.read"], "tools": {"list_tables": ["bq.list"]}}
SQL = "SELECT 1 AS one"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with running(Issuer()) as started:
        yield started


@contextmanager
def agent_of(config: Path, *options: str, token: str | None = None, mode: str = "auto") -> Iterator[Agent]:
    environment = get_default_environment() | ({"SCRIM_TOKEN": token} if token is not None else {})
    with (config.parent / "stdio.log").open("a") as log, start_blocking_portal() as portal:
        server = StdioServerParameters(command=str(BINARY), args=["stdio", "--config", str(config), *options],
                                       env=environment)
        client = Client(stdio_client(server, errlog=log), mode=mode, read_timeout_seconds=CALL_SECONDS_MAX)
        with portal.wrap_async_context_manager(client):
            yield Agent(portal, client)


def audit(config: Path, *types: str) -> list[dict[str, Any]]:
    return [entry for entry in audit_files.entries(config.parent / "audit") if entry["type"] in types]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_token_in_the_environment(issuer: Issuer, warehouse, tmp_path: Path, mode: str) -> None:
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer), identity={"scopes": SCOPES})
    token = issuer.token(scope="bq.read")
    with agent_of(config, token=token, mode=mode) as agent:
        assert agent.ask("query", sql=SQL)["rows"] == [[1]]
        refused = agent.call("list_tables", dataset="bank")
        assert refused.codes == ["policy.insufficient_scope"]
        assert "bq.read bq.list" in refused.refused[0]["fix"] and "SCRIM_TOKEN" in refused.refused[0]["fix"]
    assert audit(config, "job_submitted")[0]["actor"]["subject"] == "ana@bank.example"
    entry = audit(config, "identity_refused")[0]
    assert entry["transport"] == "stdio" and entry["tool"] == "list_tables" and "peer" not in entry
    written = (tmp_path / "stdio.log").read_text() + b"".join(audit_files.raw_entries(tmp_path / "audit")).decode()
    assert not [part for part in token.split(".") if part in written]


@pytest.mark.parametrize("how", ["configured file", "option", "variable of another name"])
def test_the_token_elsewhere(issuer: Issuer, warehouse, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
                             ) -> None:
    token = issuer.token(sub=f"{how}@bank.example")
    (tmp_path / "token").write_text(token + "\n")
    identity, options = {
        "configured file": ({"token": {"file": "token"}}, []),
        "option": ({}, ["--token-file", str(tmp_path / "token")]),
        "variable of another name": ({"token": {"environment": "HOME"}}, [])}[how]
    if how == "variable of another name":
        monkeypatch.setenv("HOME", token)
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer), identity=identity)
    # What is named explicitly goes before the usual variable.
    with agent_of(config, *options, token="nonsense") as agent:
        agent.ask("query", sql=SQL)
    assert audit(config, "job_submitted")[0]["actor"]["subject"] == f"{how}@bank.example"


def test_a_token_that_expires_and_is_replaced_in_its_file(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(issuer.token(iat=int(time.time()) - 600, exp=int(time.time()) - 57))
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer), identity={"token": {"file": "token"}})
    with agent_of(config) as agent:
        assert agent.ask("query", sql=SQL)["rows"] == [[1]]
        time.sleep(4)
        refused = agent.call("query", sql=SQL)
        assert refused.codes == ["policy.expired"] and str(file) in refused.refused[0]["fix"]
        file.write_text(issuer.token())
        assert agent.ask("query", sql=SQL)["rows"] == [[1]]
        file.unlink()
        assert agent.call("query", sql=SQL).codes == ["policy.no_token"]
        file.write_text(issuer.token(aud="another"))
        assert agent.call("query", sql=SQL).codes == ["policy.audience"]
    assert [entry["reason"] for entry in audit(config, "identity_refused")] == ["expired", "no_token", "audience"]


def test_without_a_token_nothing_is_told(issuer: Issuer, warehouse, tmp_path: Path) -> None:
    config = configure_identity(tmp_path, warehouse, issuer_settings(issuer))
    with agent_of(config) as agent:
        for tool, arguments in (("list_datasets", {}), ("describe_table", {"table": "customers"}),
                                ("query", {"sql": SQL})):
            refused = agent.call(tool, **arguments)
            assert refused.codes == ["policy.no_token"] and "SCRIM_TOKEN" in refused.refused[0]["fix"]
    assert audit(config, "job_submitted", "metadata_read") == []


def test_a_token_file_without_issuers_is_a_mistake(warehouse, tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    ended = command("stdio", "--config", config, "--token-file", tmp_path / "token")
    assert ended.returncode == 2 and "identity.issuers" in ended.stderr
