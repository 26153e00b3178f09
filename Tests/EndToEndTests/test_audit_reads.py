"""Who reads the audit is in the audit: recorded in the log of admin commands before anything is shown."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import connected
from proxy import BINARY, Proxy, command, configure, serving


@pytest.fixture(scope="module")
def read(warehouse: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server that runs, and has something to show."""
    config = configure(tmp_path_factory.mktemp("read"), warehouse.url, warehouse.key_file)
    with serving(config) as started:
        with connected(started.url, "auto") as agent:
            agent.ask("query", sql="SELECT 'SECRETLITERAL' AS one")
        yield started


def admin_entries(read: Proxy) -> list[dict[str, Any]]:
    log = read.directory / "audit-admin"
    return audit_files.entries(log) if log.exists() else []


def job_entry(read: Proxy) -> dict[str, Any]:
    return next(entry for entry in audit_files.entries(read.audit) if entry["type"] == "job_submitted")


@pytest.mark.parametrize(("arguments", "recorded"), [
    (["sessions", "--person", "dev@example.com", "--gap", "30m"], {"person": "dev@example.com", "gap": "30m"}),
    (["jobs", "--session", "SESSION"], {"session": "SESSION"}),
    (["jobs", "--json"], {}),
    (["show", "JOB"], {"name": "JOB"}),
    (["show", "0", "--json"], {"name": "0"}),
    (["prove", "0", "--out", "OUT"], {"entry": "0"}),
])
def test_each_command_that_shows_something_is_recorded(
        read: Proxy, tmp_path: Path, arguments: list[str], recorded: dict[str, str]) -> None:
    job = job_entry(read)
    words = {"SESSION": job["session"], "JOB": job["job"]["job_id"], "OUT": str(tmp_path / "0.tlog-proof")}
    before = len(admin_entries(read))
    ended = command("audit", *[words.get(word, word) for word in arguments], "--config", read.config)
    assert ended.returncode == 0, ended.stderr
    new = admin_entries(read)[before:]
    assert [entry["type"] for entry in new] == ["audit_read"]
    assert new[0]["command"] == f"audit {arguments[0]}" and new[0]["log"] == "server"
    wanted = {name: words.get(value, value) for name, value in recorded.items()}
    assert wanted.items() <= new[0]["arguments"].items()
    assert new[0]["actor"] == {"issuer": "os", "subject": getpass.getuser(), "roles": [], "kind": "admin"}


def test_it_is_recorded_before_it_is_shown(read: Proxy) -> None:
    """A read of the log of admin commands shows itself."""
    number = len(admin_entries(read))
    shown = command("audit", "show", str(number), "--config", read.config, "--admin", "--json")
    assert shown.returncode == 0, shown.stderr
    entry = json.loads(shown.stdout)[0]
    assert entry["type"] == "audit_read" and entry["log"] == "admin" and entry["arguments"]["name"] == str(number)


def test_a_text_that_is_compared_is_committed_to(read: Proxy, tmp_path: Path) -> None:
    text, ring = tmp_path / "query.sql", read.directory / "keys/audit"
    text.write_text("SELECT 'SECRETLITERAL' AS one")
    job = job_entry(read)["job"]["job_id"]
    compared = command("audit", "show", job, "--config", read.config, "--keys", ring, "--text", text)
    assert compared.returncode == 0 and "the text is that" in compared.stdout, compared.stderr
    entry = admin_entries(read)[-1]
    assert set(entry["commitments"]) == {"text"} and entry["arguments"]["commitment"] == "sql"
    log = read.directory / "audit-admin"
    assert all(b"SECRETLITERAL" not in path.read_bytes() for path in log.rglob("*") if path.is_file())
    kept = command("audit", "show", str(entry["seq"]), "--directory", log, "--keys", ring, "--texts", "--json")
    assert json.loads(kept.stdout)[0]["text"] == text.read_text()
    command("audit", "show", job, "--config", read.config, "--keys", ring, "--texts")
    assert admin_entries(read)[-1]["arguments"]["texts"] == "true"


def test_a_copy_without_a_configuration_leaves_nothing(read: Proxy, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(read.audit, copy)
    before = len(admin_entries(read))
    assert command("audit", "jobs", "--directory", copy).returncode == 0
    assert len(admin_entries(read)) == before and not (tmp_path / "copy-admin").exists()
    assert command("audit", "verify", "--config", read.config).returncode == 0
    assert len(admin_entries(read)) == before, "verifying shows nothing of what the log holds"


@pytest.mark.parametrize("obstacle", ["directory", "keys"])
def test_what_cannot_be_recorded_is_not_shown(read: Proxy, tmp_path: Path, obstacle: str) -> None:
    shutil.copytree(read.directory, tmp_path / "other")
    config = tmp_path / "other/scrim.yaml"
    if obstacle == "directory":
        shutil.rmtree(tmp_path / "other/audit-admin", ignore_errors=True)
        (tmp_path / "other/audit-admin").write_text("")
    else:
        (tmp_path / "other/keys/audit").unlink()
    for arguments in (["sessions"], ["jobs"], ["show", "0"], ["prove", "0", "--out", tmp_path / "proof"]):
        ended = command("audit", *arguments, "--config", config)
        assert ended.returncode == 2 and not ended.stdout and "cannot be recorded" in ended.stderr
    assert not (tmp_path / "proof").exists()
    assert (tmp_path / "other/keys/audit").exists() == (obstacle != "keys"), "no ring is made for a reader"


def test_reads_at_the_same_time_wait_for_each_other(read: Proxy) -> None:
    before = len(admin_entries(read))
    running = [subprocess.Popen([str(BINARY), "audit", "jobs", "--config", str(read.config)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True) for _ in range(6)]
    for child in running:
        output, errors = child.communicate(timeout=30)
        assert child.returncode == 0 and output, errors
    assert [entry["type"] for entry in admin_entries(read)[before:]] == ["audit_read"] * 6
    assert command("audit", "verify", "--config", read.config, "--admin").stdout.startswith("verified")


def test_a_log_that_is_held_for_long_is_not_waited_for(read: Proxy) -> None:
    log = os.open(read.directory / "audit-admin", os.O_RDONLY)
    try:
        fcntl.flock(log, fcntl.LOCK_EX)
        ended = command("audit", "jobs", "--config", read.config)
        assert ended.returncode == 2 and not ended.stdout and "another admin command runs" in ended.stderr
    finally:
        os.close(log)
    assert command("audit", "jobs", "--config", read.config).returncode == 0
