"""Differences that were found become files, which `RegressionTests.swift` replays: text, `--`, what the reference says.

    SELECT a FROM t
    --
    statement accepted QueryStatement
    read 14-15 ["t"]

A refused text has `statement refused 1:15 MESSAGE`; where ours cannot have the same place, the place may be left out.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from comparison import Outcome, Text
from zetasql_parser import Reading

DIRECTORY = Path(__file__).resolve().parents[1] / "GoogleSQLTests" / "Regressions"


def write(outcome: Outcome) -> Path:
    """Writes the file of an outcome whose difference is not meant."""
    kind = outcome.difference.kind.replace(" ", "-") if outcome.difference else "recorded"
    name = f"{kind}-{hashlib.sha256(outcome.text.sql.encode()).hexdigest()[:8]}.test"
    DIRECTORY.mkdir(exist_ok=True)
    path = DIRECTORY / name
    path.write_text(f"{outcome.text.sql}\n--\n{expectation(outcome.text, outcome.theirs)}", newline="")
    return path


def expectation(text: Text, theirs: Reading | None) -> str:
    if theirs is None:
        return f"{text.kind} survived\n"
    if not theirs.accepted:
        place = f" {theirs.position[0]}:{theirs.position[1]}" if theirs.position else ""
        return f"{text.kind} refused{place} {' '.join((theirs.error or '').split())}\n"
    lines = [" ".join((text.kind, "accepted", *(theirs.kinds or ())))]
    lines += [f"{found.role} {found.start}-{found.end} {json.dumps(found.path, ensure_ascii=False)}"
              for found in theirs.references or ()]
    return "\n".join(lines) + "\n"
