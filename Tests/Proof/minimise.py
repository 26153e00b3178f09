"""Smaller forms of a query that is not the same both ways, and the files that keep them."""

from __future__ import annotations

import json
from pathlib import Path


from shard import Failure

FILES_MAX = 20


def write(folder: Path, seed: int, failures: list[Failure], directory: Path) -> None:
    folder.mkdir(exist_ok=True)
    for failure in failures[:FILES_MAX]:
        path = folder / f"{failure.engine}-{seed}-{failure.number}.json"
        path.write_text(json.dumps(failure.__dict__ | {"seed": seed}, indent=1, ensure_ascii=False) + "\n")
        print(f"kept as {path}")
