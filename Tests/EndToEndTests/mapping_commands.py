"""`scrim mapping` for tests: the bank's tables as a catalog file, the commands with their answers, and Git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from proxy import command
from sandbox import bank


def write_catalog(file: Path) -> Path:
    """The tables and the view of the bank, as `tables.get` returns them."""
    tables = [{"tableReference": {"projectId": "demo", "datasetId": made["dataset"], "tableId": made["table"]},
               "type": "TABLE", "schema": {"fields": made["schema"]}} for made in bank.TABLES]
    tables.append({"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "directory"}, "type": "VIEW",
                   "view": {"query": bank.DIRECTORY_QUERY, "useLegacySql": False}, "schema": {"fields": [
                       bank.field(name, "STRING") for name in ("customer_id", "full_name", "email", "segment", "city")]}})
    file.write_text(json.dumps(tables))
    return file


def run(*arguments: Any) -> tuple[int, Any]:
    """A command's exit code, which is that of an answer, and the answer."""
    ended = command("mapping", *map(str, arguments), "--json")
    assert ended.returncode in (0, 1), ended.stderr
    return ended.returncode, json.loads(ended.stdout)


def git(directory: Path, *arguments: str) -> None:
    """Git as an author who is not configured."""
    subprocess.run(["git", "-C", directory, "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
                   check=True, capture_output=True)
