"""A running `scrim serve`, with everything it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from policy import write_mapping, write_token_keys

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SCRIM_BIN", ".build/debug/scrim"))
BINARY = BINARY if BINARY.is_absolute() else ROOT / BINARY
START_SECONDS_MAX = 30
STOP_SECONDS_MAX = 20


@dataclass
class Proxy:
    url: str
    config: Path
    output: Path
    child: subprocess.Popen[bytes] = field(repr=False)

    @property
    def directory(self) -> Path:
        return self.config.parent

    @property
    def audit(self) -> Path:
        return self.directory / "audit"

    def is_alive(self) -> bool:
        return self.child.poll() is None


def configure(directory: Path, endpoint: str, key_file: str | Path, **changes: Any) -> Path:
    """A configuration in a directory of its own. `changes` replace or add top-level members."""
    directory.mkdir(parents=True, exist_ok=True)
    if not (directory / "mapping").exists():
        write_mapping(directory / "mapping")
    if not (directory / "keys" / "tokens").exists():
        write_token_keys(directory / "keys" / "tokens")
    settings = {
        "listen": {"host": "127.0.0.1", "port": 0},
        "bigquery": {"project": "demo", "location": "US", "default_dataset": "bank", "datasets": ["bank", "analytics"],
                     "endpoint": endpoint, "credentials": {"service_account_file": str(key_file)}},
        "identity": {"development_principal": {"subject": "dev@example.com", "roles": ["analyst"]}},
        "mapping": "mapping",
        "keys": {name: {"file": f"keys/{name}"} for name in ("tokens", "sealing", "audit")},
        "audit": {"directory": "audit"},
        "limits": {"page_rows": 500, "page_bytes": "200kB"}} | changes
    config = directory / "scrim.yaml"
    config.write_text(json.dumps(settings))
    return config


@contextmanager
def serving(config: Path, *options: str) -> Iterator[Proxy]:
    """Runs the server until the block ends; it must end by itself on SIGTERM."""
    output = config.parent / "output.log"
    before = output.stat().st_size if output.exists() else 0
    with output.open("ab") as log:
        child = subprocess.Popen([str(BINARY), "serve", "--config", str(config), *options], stdout=log, stderr=log)
    try:
        yield Proxy(_wait_until_ready(child, output, before), config, output, child)
        assert child.poll() is None, f"scrim ended with {child.returncode}: {output.read_text()[-2000:]}"
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise AssertionError("scrim did not end on SIGTERM") from None


def _wait_until_ready(child: subprocess.Popen[bytes], output: Path, before: int) -> str:
    """Waits for the line that says so; what an earlier start wrote does not count."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        for line in output.read_bytes()[before:].decode(errors="replace").splitlines():
            if line.startswith("ready http"):
                return line.split()[1]
        if child.poll() is not None:
            break
        time.sleep(0.02)
    child.kill()
    raise AssertionError(f"scrim did not start: {output.read_text(errors='replace')[-2000:]}")


def command(*arguments: str | Path, seconds: float = 30) -> subprocess.CompletedProcess[str]:
    """Runs `scrim` with arguments to its end."""
    return subprocess.run([str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=seconds,
                          check=False)
