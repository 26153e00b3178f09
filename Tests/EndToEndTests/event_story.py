"""Everything that leaves an entry of its own type in a log, done once on real servers and by real commands."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import audit_files
import tagging_lab as lab
from agent import connected
from google.cloud import bigquery
from identity_lab import configure_identity, issuer_settings, post
from issuer import Issuer
from proxy import Proxy, command, configure, serving

SECONDS_MAX = 15
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Story:
    """Log directories by what they are of, and the texts that must be in none of them."""

    logs: dict[str, Path] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)

    def entries(self, *names: str) -> list[dict[str, Any]]:
        return [entry for name in names or self.logs for entry in audit_files.entries(self.logs[name])]

    def of(self, kind: str, *names: str) -> list[dict[str, Any]]:
        return [entry for entry in self.entries(*names) if entry["type"] == kind]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def logged(proxy: Proxy, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in audit_files.entries(proxy.audit) if entry["type"] == kind]


def tell(story: Story, directory: Path, warehouse: Any, direct: bigquery.Client, issuer: Issuer) -> Story:
    """Does one of each."""
    people(story, directory / "people", warehouse, issuer)
    crash(story, directory / "crash", warehouse)
    admins(story, directory / "admins", warehouse, direct)
    keepers(story, directory / "keepers", warehouse)
    return story


def people(story: Story, directory: Path, warehouse: Any, issuer: Issuer) -> None:
    """A server with an issuer: who is let in asks for one of each, others are not let in, an operator reloads."""
    directory.mkdir(parents=True)
    (directory / "revocations.yaml").write_text("")
    config = configure_identity(directory, warehouse, issuer_settings(issuer), identity={
        "revocations": {"file": "revocations.yaml"}})
    token = issuer.token()
    story.secrets.append(token.split(".")[2])
    with serving(config) as server:
        def ask(tool: str, **arguments: Any) -> dict[str, Any]:
            answer = post(server, token, tool=tool, arguments=arguments, headers={"traceparent": TRACE})
            assert answer.status_code == 200, answer.text
            return answer.json()["result"]["structuredContent"]

        story.secrets += ["SECRETLITERAL", "SECRETPARAMETER", "SECRETREASON"]
        ask("list_datasets")
        parameter = {"segment": {"type": "STRING", "value": "SECRETPARAMETER"}}
        ask("query", sql="SELECT email FROM customers WHERE segment IN ('SECRETLITERAL', @segment)",
            parameters=parameter, reason="SECRETREASON", max_bytes_billed=20_000_001)
        rows = ask("query", sql="SELECT full_name, email FROM customers ORDER BY 1", max_rows=2)
        story.secrets += [str(value) for row in rows["rows"] for value in row]
        ask("fetch_page", cursor=rows["next_cursor"], max_rows=2)
        ask("estimate_query", sql="SELECT ssn FROM customers WHERE ssn = 'SECRETLITERAL'")
        assert "refused" in ask("query", sql="DROP TABLE customers")
        assert "refused" in ask("query", sequel="SECRETLITERAL")
        wait_for(lambda: all(post(server, None).status_code == 401 for _ in range(60))
                 and bool(logged(server, "identity_refusals_counted")))
        server.child.send_signal(signal.SIGHUP)
        wait_for(lambda: len(logged(server, "mapping_loaded")) == 2)
        (directory / "mapping/tags.yaml").write_text("pii: [")
        server.child.send_signal(signal.SIGHUP)
        wait_for(lambda: bool(logged(server, "mapping_refused")))
    story.logs["people"] = server.audit


def crash(story: Story, directory: Path, warehouse: Any) -> None:
    """A server that is killed, whose last write is torn, and that starts again with a new key."""
    config = configure(directory, warehouse.url, warehouse.key_file)
    with serving(config) as server, connected(server.url, "auto") as agent:
        newest: Path | None = None
        deadline = time.monotonic() + SECONDS_MAX
        while newest is None or newest.stat().st_size <= audit_files.HEADER:
            assert time.monotonic() < deadline, "no entry was caught before its checkpoint"
            agent.ask("list_datasets")
            os.kill(server.child.pid, signal.SIGSTOP)
            wait_for(lambda: Path(f"/proc/{server.child.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
            newest = max((server.audit / "pending").glob("[0-9]*"), key=lambda path: int(path.name))
            if newest.stat().st_size <= audit_files.HEADER:
                os.kill(server.child.pid, signal.SIGCONT)
        stopped = directory / "stopped"
        shutil.copytree(server.audit, stopped)
        os.kill(server.child.pid, signal.SIGCONT)
    # What a power cut would have left: the log as it was, without the end of its last write.
    shutil.rmtree(server.audit)
    shutil.move(stopped, server.audit)
    torn = server.audit / "pending" / newest.name
    os.truncate(torn, torn.stat().st_size - 5)
    assert command("keys", "rotate", directory / "keys/sealing").returncode == 0
    with serving(config):
        pass
    story.logs["crash"] = server.audit


def admins(story: Story, directory: Path, warehouse: Any, direct: bigquery.Client) -> None:
    """An admin's change of tags and of keys, and an auditor's questions."""
    direct.create_dataset(f"demo.{lab.DATASET}", exists_ok=True)
    lab.create(direct, "events", {"schema": {"fields": [{"name": "note", "type": "STRING"}]}})
    config = configure(directory, warehouse.url, warehouse.key_file, bigquery={
        "project": "demo", "location": "US", "datasets": [lab.DATASET], "endpoint": warehouse.url,
        "credentials": {"service_account_file": str(warehouse.key_file)}})
    access = ["--config", config, "--credentials", Path(warehouse.key_file).with_name("admin.json")]
    changes, plan = directory / "changes.yaml", directory / "plan.json"
    changes.write_text(f'{{"{lab.DATASET}.events": {{"note": "pii.ssn"}}}}')
    try:
        for arguments in (["plan", "--file", changes, "--out", plan], ["apply", "--plan", plan, "--yes"],
                          ["coverage"]):
            ended = command("tags", arguments[0], *access, *arguments[1:], seconds=60)
            assert ended.returncode in (0, 1), ended.stderr
    finally:
        direct.delete_dataset(f"demo.{lab.DATASET}", delete_contents=True)
    assert command("keys", "rotate", directory / "keys/tokens", "--config", config).returncode == 0
    assert command("audit", "show", "0", "--config", config, "--admin").returncode == 0
    story.logs["admins"] = directory / "audit-admin"


def keepers(story: Story, directory: Path, warehouse: Any) -> None:
    """A server whose webhook and table do not answer, then a legal hold that ends, and an erasure."""
    config = configure(directory, warehouse.url, warehouse.key_file, audit={
        "directory": "audit", "anchors": {"webhooks": [{"url": "http://127.0.0.1:9/", "timeout": "1s"}]},
        "sink": {"table": "demo.elsewhere.none", "lag": "1s"}})
    with serving(config) as server, connected(server.url, "auto") as agent:
        agent.ask("query", sql="SELECT COUNT(*) AS n FROM customers")
        wait_for(lambda: bool(logged(server, "anchor_changed") and logged(server, "audit_sink")))
    held = command("audit", "hold", "add", "--config", config, "--person", "x", "--reason", "case")
    assert held.returncode == 0, held.stderr
    for arguments in (["hold", "release", held.stdout.strip(), "--reason", "closed"],
                      ["erase", "--person", "dev@example.com", "--reason", "order"]):
        ended = command("audit", *arguments, "--config", config)
        assert ended.returncode == 0, ended.stderr
    story.logs |= {"keepers": server.audit, "keepers' admin": Path(f"{server.audit}-admin")}
