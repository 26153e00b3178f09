"""A warehouse of its own with two replicas of Scrim on it, for the tests that compare histories."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import audit_files
from agent import Agent, connected
from google.cloud import bigquery
from google.cloud.bigquery import Row
from proxy import Proxy, command, configure, serving
from real_client import bigquery_client

SANDBOX = Path(__file__).resolve().parents[1] / "Sandbox" / "run"
SERVER = "scrim@demo.iam.gserviceaccount.com"
ADMIN = "admin@demo.iam.gserviceaccount.com"
ADMINBOT = "bigquery-adminbot@system.gserviceaccount.com"


@dataclass
class Lab:
    url: str
    key_file: Path
    faults_file: Path
    replicas: list[Proxy]
    agents: list[Agent]
    thief: bigquery.Client
    auditor: bigquery.Client

    @property
    def auditor_key(self) -> Path:
        return self.key_file.with_name("auditor.json")

    @property
    def directories(self) -> list[str]:
        return [text for proxy in self.replicas for text in ("--directory", str(proxy.audit))]

    def set_faults(self, **rules: Any) -> None:
        self.faults_file.write_text(json.dumps(rules))

    def query(self, sql: str = "SELECT COUNT(*) AS n FROM bank.customers", replica: int = 0) -> str:
        return self.agents[replica].ask("query", sql=sql)["job"]["job_id"]

    def row(self, job_id: str) -> Row:
        """What the sandbox's view says of a job."""
        (found,) = [row for row in self.rows() if row.job_id == job_id]
        return found

    def rows(self) -> list[Row]:
        return list(self.auditor.query("SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS").result())

    def run(self, *arguments: str | Path, logs: list[str] | None = None,
            credentials: Path | None = None) -> subprocess.CompletedProcess[str]:
        source = [] if "--cloud-audit-log" in arguments else ["--credentials", str(credentials or self.auditor_key)]
        return command("audit", "reconcile", "--config", self.replicas[0].config, *source,
                       *(self.directories if logs is None else logs), *arguments, seconds=60)

    def report(self, *arguments: str | Path, logs: list[str] | None = None) -> dict[str, Any]:
        """The report for machines; its exit code must fit it."""
        ended = self.run("--json", *arguments, logs=logs)
        assert ended.returncode in (0, 1), ended.stderr
        told = json.loads(ended.stdout)
        assert (told["verdict"] == "differences") == (ended.returncode == 1)
        assert any(finding["difference"] for finding in told["findings"]) == (ended.returncode == 1)
        return told

    def found(self, *arguments: str | Path, logs: list[str] | None = None) -> list[tuple[str, str]]:
        return [(one["code"], one["job_id"]) for one in self.report(*arguments, logs=logs)["findings"]]

    def entry(self, job_id: str, kind: str = "job_submitted", replica: int = 0) -> dict[str, Any]:
        (found,) = [entry for entry in audit_files.entries(self.replicas[replica].audit)
                    if entry["type"] == kind and entry["job"]["job_id"] == job_id]
        return found


def now() -> str:
    """A moment that nothing before shares, in a clock of milliseconds such as BigQuery's."""
    time.sleep(0.005)
    moment = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    time.sleep(0.005)
    return moment


@contextmanager
def laboratory(directory: Path) -> Iterator[Lab]:
    faults = directory / "faults.json"
    child = subprocess.Popen([str(SANDBOX), "--faults", str(faults)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        assert words and words[0] == "ready", "the sandbox did not start"
        url, key_file = words[1], Path(words[2].removeprefix("key="))
        with ExitStack() as stack:
            replicas = []
            for name in ("one", "two"):
                config = configure(directory / name, url, key_file, audit={
                    "directory": "audit", "origin": f"scrim/{name}"})
                if replicas:
                    shutil.copytree(replicas[0].directory / "keys", config.parent / "keys", dirs_exist_ok=True)
                replicas.append(stack.enter_context(serving(config)))
            agents = [stack.enter_context(connected(proxy.url, "auto")) for proxy in replicas]
            thief = stack.enter_context(bigquery_client(url, str(key_file)))
            auditor = stack.enter_context(bigquery_client(url, str(key_file.with_name("auditor.json"))))
            yield Lab(url, key_file, faults, replicas, agents, thief, auditor)
    finally:
        child.terminate()
        child.wait(timeout=20)
