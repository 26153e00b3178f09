"""One sandbox with the bank for all tests, one empty sandbox for those that change things."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.cloud import bigquery

SANDBOX = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(SANDBOX))

from real_client import bigquery_client  # noqa: E402

START_SECONDS_MAX = 60


@dataclass(frozen=True)
class Sandbox:
    url: str
    key_file: str
    faults: Path

    @property
    def api(self) -> str:
        return f"{self.url}/bigquery/v2/projects/demo"

    def client(self) -> bigquery.Client:
        return bigquery_client(self.url, self.key_file)


@contextmanager
def running(faults: Path, *options: str) -> Iterator[Sandbox]:
    command = [str(SANDBOX / "run"), "--faults", str(faults), *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        words = child.stdout.readline().split()
        assert words and words[0] == "ready", "the sandbox did not start"
        yield Sandbox(words[1], words[2].removeprefix("key="), faults)
    finally:
        child.terminate()
        assert child.wait(timeout=10) == 0
    assert not Path(words[2].removeprefix("key=")).exists(), "the key file is left behind"


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("bank") / "faults.json") as started:
        yield started


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running(tmp_path_factory.mktemp("empty") / "faults.json", "--empty", "--token-lifetime", "2") as started:
        yield started


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[bigquery.Client]:
    with sandbox.client() as made:
        yield made
