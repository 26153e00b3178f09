"""The table that `make bench` prints, and its JSON form (`docs/benchmarks.md`)."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One number. `ratio` is how many times less than the peer's it is; a goal is met, missed, or not set (None)."""

    measure: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None
    goal: str | None = None
    goal_met: bool | None = None


def row(
        measure: str, value: float, unit: str, peer: str | None = None, peer_value: float | None = None,
        at_least: float | None = None, at_most: float | None = None, value_at_least: float | None = None,
) -> Row:
    """A row with its ratio; `at_least` is a goal for the ratio, `at_most` and `value_at_least` are for the value."""
    ratio = peer_value / value if peer_value is not None and value else None
    goal = met = None
    if at_least is not None:
        goal, met = f"≥ {at_least:g}× faster", ratio is not None and ratio >= at_least
    elif at_most is not None:
        goal, met = f"≤ {at_most:g} {unit}".rstrip(), value <= at_most
    elif value_at_least is not None:
        goal, met = f"≥ {value_at_least:,g} {unit}".rstrip(), value >= value_at_least
    return Row(measure, value, unit, peer, peer_value, ratio, goal, met)


def text(rows: Iterable[Row]) -> str:
    table = [("measure", "value", "unit", "peer", "its value", "ratio", "goal", "")]
    for one in rows:
        table.append((
            one.measure, _number(one.value), one.unit, one.peer or "", _number(one.peer_value), _number(one.ratio, "×"),
            one.goal or "", {True: "met", False: "MISSED", None: ""}[one.goal_met]))
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    right = {1, 4, 5}
    return "\n".join(
        "  ".join(cell.rjust(width) if index in right else cell.ljust(width)
                  for index, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
        for line in table)


def json_text(rows: Iterable[Row]) -> str:
    return json.dumps([asdict(one) for one in rows], indent=2, ensure_ascii=False) + "\n"


def _number(value: float | None, unit: str = "") -> str:
    if value is None:
        return ""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}{unit}"


def machine() -> str:
    """The machine, in one line, with how busy it is: others' work makes all numbers worse."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists() and (found := re.search(r"model name\s*: (.*)", information.read_text())):
        processor = found[1]
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"Swift version (\S+)", swift)
    return (f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()} "
            f"{platform.release()}, Swift {version[1] if version else '?'}, Python {platform.python_version()}")
