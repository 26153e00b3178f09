"""The bank on the sandbox, masked copies of it, and a real `scrim serve` with agents of both protocol eras."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Reference"), str(HERE.parent / "Sandbox")]

from agent import Agent, connected  # noqa: E402
from google.cloud import bigquery  # noqa: E402
from masked_copy import Copier  # noqa: E402
from policy import ANALYST, rules_of  # noqa: E402
from proxy import BINARY, Proxy, configure, serving  # noqa: E402
from real_client import bigquery_client  # noqa: E402
from sandbox import bank  # noqa: E402
from zetasql_evaluator import Evaluator  # noqa: E402

MASKED_DATASET = "masked_analyst"


@dataclass(frozen=True)
class Warehouse:
    """The sandbox under the proxy."""

    url: str
    key_file: str
    faults_file: Path

    def set_faults(self, **rules: Any) -> None:
        self.faults_file.write_text(json.dumps(rules))


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    if not BINARY.exists():
        pytest.fail(f"{BINARY} is not built; SCRIM_BIN names another")
    faults = tmp_path_factory.mktemp("warehouse") / "faults.json"
    command = [str(HERE.parent / "Sandbox" / "run"), "--faults", str(faults)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        assert words and words[0] == "ready", "the sandbox did not start"
        yield Warehouse(words[1], words[2].removeprefix("key="), faults)
    finally:
        child.terminate()
        child.wait(timeout=20)


@pytest.fixture
def faults(warehouse: Warehouse) -> Iterator[Callable[..., None]]:
    """Sets the sandbox's faults for one test."""
    yield warehouse.set_faults
    warehouse.faults_file.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def direct(warehouse: Warehouse) -> Iterator[bigquery.Client]:
    """Google's client on the warehouse itself, past the proxy."""
    with bigquery_client(warehouse.url, warehouse.key_file) as client:
        yield client


@pytest.fixture(scope="session")
def copies(warehouse: Warehouse) -> str:
    """The dataset with masked copies of all tables, for the analyst."""
    copier = Copier(warehouse.url, warehouse.key_file)
    for made in bank.TABLES:
        source = f"demo.{made['dataset']}.{made['table']}"
        copier.copy(source, f"demo.{MASKED_DATASET}.{made['table']}", rules_of(made["schema"], ANALYST))
    return MASKED_DATASET


@pytest.fixture(scope="session")
def evaluator() -> Evaluator:
    """Google's own evaluator of GoogleSQL."""
    return Evaluator()


@pytest.fixture(scope="session")
def proxy(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    config = configure(tmp_path_factory.mktemp("proxy"), warehouse.url, warehouse.key_file)
    with serving(config) as started:
        yield started


@pytest.fixture(scope="session")
def transcripts() -> list[str]:
    """Everything that any agent of the session was told, for the search at the end."""
    return []


@pytest.fixture(scope="session", params=["auto", "legacy"])
def either_agent(proxy: Proxy, transcripts: list[str], request: pytest.FixtureRequest) -> Iterator[Agent]:
    """An agent of each protocol era in turn."""
    with connected(proxy.url, request.param) as agent:
        agent.transcript = transcripts
        yield agent


@pytest.fixture(scope="session")
def agent(proxy: Proxy, transcripts: list[str]) -> Iterator[Agent]:
    with connected(proxy.url, "auto") as made:
        made.transcript = transcripts
        yield made
