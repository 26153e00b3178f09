"""A running `MCPFixture`: the protocol's core alone, under the names of the conformance suite."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from proxy import BINARY

FIXTURE = BINARY.parent / "MCPFixture"


@contextmanager
def fixture_serving() -> Iterator[str]:
    """The URL of a fixture on HTTP."""
    child = subprocess.Popen([str(FIXTURE), "--port", "0"], stderr=subprocess.PIPE, text=True)
    try:
        assert child.stderr is not None
        words = child.stderr.readline().split()
        assert words and words[0] == "ready", "the fixture did not start"
        yield words[1]
    finally:
        child.terminate()
        child.wait(timeout=20)
