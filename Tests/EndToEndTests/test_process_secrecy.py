"""What the machine shows of a server's memory: nothing to its own user, and no core dump when it is killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from proxy import BINARY, configure

CANARY = "CaNaRy"
NOBODY = 65534
SECONDS_MAX = 20
COMMANDS = {"serve": b"ready http", "stdio": b"warning"}


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """One that another user can be given."""
    path = Path(tempfile.mkdtemp(prefix="scrim-secrecy-"))
    yield path
    shutil.rmtree(path)


def as_nobody(command: list[str]) -> list[str]:
    """As a user without rights, where the tests run as root: to root everything is open."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *command]


def reads(path: str) -> bool:
    done = subprocess.run(as_nobody(["head", "-c", "1", path]), capture_output=True, timeout=10)
    return done.returncode == 0


def catches(pid: int, number: signal.Signals) -> bool:
    """Whether the process has a handler for a signal (proc(5), SigCgt)."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(line.split()[1], 16) >> (number - 1) & 1)


def test_the_tests_can_tell(open_directory: Path) -> None:
    """Of a process that hides nothing the same looks see the environment, and, where the machine writes core files
    to the working directory, a core file."""
    if os.geteuid() == 0:
        os.chown(open_directory, NOBODY, NOBODY)
    shell = f'ulimit -c unlimited; cd "{open_directory}"; exec sleep 60'
    child = subprocess.Popen(as_nobody(["bash", "-c", shell]))
    try:
        deadline = time.monotonic() + SECONDS_MAX
        while b"sleep" not in Path(f"/proc/{child.pid}/cmdline").read_bytes()[:5]:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert reads(f"/proc/{child.pid}/environ") and reads(f"/proc/{child.pid}/maps")
    finally:
        child.send_signal(signal.SIGABRT)
        child.wait(SECONDS_MAX)
    if Path("/proc/sys/kernel/core_pattern").read_text().startswith("core"):
        assert [found for found in open_directory.rglob("*core*") if found.is_file()]


def test_the_tests_can_tell_a_crash_report(tmp_path: Path) -> None:
    """The runtime writes one for a command that has no secrets, when it is told to."""
    child = subprocess.Popen([str(BINARY), "sql", "parse", "--jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, env=os.environ | {"SWIFT_BACKTRACE": "enable=yes,color=no"})
    deadline = time.monotonic() + SECONDS_MAX
    while not catches(child.pid, signal.SIGSEGV):
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    child.send_signal(signal.SIGSEGV)
    said, _ = child.communicate(timeout=60)
    assert b"crash" in said.lower() or b"backtrac" in said.lower(), said


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGQUIT])
@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_sees_the_memory(command: str, number: signal.Signals, warehouse: Any, open_directory: Path) -> None:
    key = open_directory / "key.json"
    shutil.copy(warehouse.key_file, key)
    # A binary that a user without rights may reach.
    binary = shutil.copy(BINARY, open_directory / "scrim")
    config = configure(open_directory / "proxy", warehouse.url, key)
    assert json.loads(key.read_text())["private_key"]
    if os.geteuid() == 0:
        for path in [open_directory, *open_directory.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    environment = os.environ | {"SWIFT_BACKTRACE": "enable=yes,color=no", "TOKEN_OF_THE_TEST": CANARY}
    output = open_directory / "output.log"
    shell = f'ulimit -c unlimited; cd "{open_directory}"; exec "$@"'
    with output.open("wb") as log:
        child = subprocess.Popen(as_nobody(["bash", "-c", shell, "-", str(binary), command, "--config", str(config)]),
                                 stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment)
    try:
        deadline = time.monotonic() + SECONDS_MAX
        while COMMANDS[command] not in output.read_bytes():
            assert child.poll() is None and time.monotonic() < deadline, output.read_text()
            time.sleep(0.02)
        process = f"/proc/{child.pid}"
        # The test can tell: what is not secret can be read.
        assert reads(f"{process}/status")
        assert not reads(f"{process}/environ") and not reads(f"{process}/maps")
        assert not any(catches(child.pid, crash) for crash in (signal.SIGABRT, signal.SIGSEGV, signal.SIGQUIT))
        limits = Path(f"{process}/limits").read_text().splitlines()
        assert [line.split()[4:6] for line in limits if line.startswith("Max core file size")] == [["0", "0"]]
    finally:
        child.send_signal(number)
        child.wait(SECONDS_MAX)
    assert child.returncode == -number
    assert not [found for found in open_directory.rglob("*core*") if found.is_file()]
    said = output.read_bytes().lower()
    assert CANARY.lower().encode() not in said and b"crash" not in said and b"backtrac" not in said
