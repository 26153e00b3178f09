"""A sandbox with the proof's tables and their masked copies, and a real `scrim serve` for each role before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "EndToEndTests"), str(HERE.parent / "Reference"),
                str(HERE.parent / "Sandbox")]

from google.auth.transport.requests import AuthorizedSession, Request  # noqa: E402
from masked_copy import Copier  # noqa: E402
from policy import rules_of, write_mapping  # noqa: E402
from proxy import Proxy, configure, serving  # noqa: E402
from real_client import credentials  # noqa: E402
from roles import ROLES, copied  # noqa: E402
from routines import resource  # noqa: E402
from tables import DATASET, TABLES, VIEWS  # noqa: E402
from written_functions import OF_DATASET  # noqa: E402


@dataclass(frozen=True)
class Stage:
    url: str
    token: str
    proxies: dict[str, Proxy]
    sandbox_log: Path


def copy_of(role: str) -> str:
    return f"masked_{role}"


@contextmanager
def staged(directory: Path, changed: dict[str, dict[str, Any]] | None = None) -> Iterator[Stage]:
    """`changed` replaces roles on Scrim's side only: the mutation that the comparison must see."""
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "sandbox.log"
    with ExitStack() as stack:
        child = subprocess.Popen([str(HERE.parent / "Sandbox" / "run")], stdout=subprocess.PIPE, text=True,
                                 stderr=stack.enter_context(log.open("wb")))
        stack.callback(child.wait, 20)
        stack.callback(child.terminate)
        assert child.stdout is not None
        words = child.stdout.readline().split()
        assert words and words[0] == "ready", f"the sandbox did not start: {log.read_text()[-2000:]}"
        url, key_file = words[1], words[2].removeprefix("key=")
        _fill(url, key_file)
        proxies = {}
        for role in ROLES:
            place = directory / role
            write_mapping(place / "mapping", ROLES | (changed or {}))
            config = configure(place, url, key_file, bigquery=_settings(url, key_file), identity={
                "development_principal": {"subject": f"{role}@example.com", "roles": [role]}})
            proxies[role] = stack.enter_context(serving(config))
        account = credentials(key_file)
        account.refresh(Request())
        yield Stage(url, account.token, proxies, log)


def _settings(url: str, key_file: str) -> dict[str, Any]:
    return {"project": "demo", "location": "US", "default_dataset": DATASET, "datasets": [DATASET],
            "endpoint": url, "credentials": {"service_account_file": key_file}}


def _fill(url: str, key_file: str) -> None:
    session = AuthorizedSession(credentials(key_file))
    datasets = f"{url}/bigquery/v2/projects/demo/datasets"

    def post(path: str, body: dict[str, Any]) -> None:
        answer = session.post(f"{datasets}{path}", json=body)
        answer.raise_for_status()
        assert "insertErrors" not in answer.json(), answer.text[:1000]

    def make(dataset: str, table: str, **resource: Any) -> None:
        post(f"/{dataset}/tables", {"tableReference": {"projectId": "demo", "datasetId": dataset, "tableId": table}}
             | resource)
    post("", {"datasetReference": {"projectId": "demo", "datasetId": DATASET}})
    for name, (fields, rows) in TABLES.items():
        make(DATASET, name, schema={"fields": fields})
        post(f"/{DATASET}/tables/{name}/insertAll", {"rows": [{"json": row} for row in rows]})
    copier = Copier(url, key_file)
    for role, settings in ROLES.items():
        for name, (fields, _) in TABLES.items():
            copier.copy(f"demo.{DATASET}.{name}", f"demo.{copy_of(role)}.{name}",
                        rules_of(fields, copied(settings["masks"])))
    for dataset in [DATASET, *map(copy_of, ROLES)]:
        for name, query in VIEWS.items():
            make(dataset, name, view={"query": query.replace("{D}", dataset), "useLegacySql": False})
        for name, written in OF_DATASET.items():
            post(f"/{dataset}/routines", resource(dataset, name, written.definition()))
