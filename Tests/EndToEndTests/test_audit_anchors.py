"""Checkpoints of the audit log that are kept outside: by a webhook, and by a witness that cosigns them."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import audit_files
import pytest
from agent import connected
from outside_keepers import Keeper, Witness, listening
from proxy import command, configure, serving

ORIGIN = "audit.example/scrim-1"


def configured(directory: Path, warehouse: Any, **anchors: Any) -> Path:
    audit = {"directory": "audit", "origin": ORIGIN, "anchors": anchors}
    return configure(directory, warehouse.url, warehouse.key_file, audit=audit)


def verifier_key(config: Path) -> str:
    ring = config.parent / "keys/audit"
    listed = command("keys", "list", "--audit", ring, "--config", config, "--json")
    return json.loads(listed.stdout)[0]["verifier_key"]


def made_ring(config: Path) -> str:
    """The verifier key, also before there is a log."""
    assert command("keys", "make", config.parent / "keys/audit").returncode == 0
    return verifier_key(config)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def changes(config: Path) -> list[dict[str, Any]]:
    return [entry for entry in audit_files.entries(config.parent / "audit") if entry["type"] == "anchor_changed"]


def test_a_webhook_gets_what_it_needs_to_find_a_rollback(warehouse, tmp_path: Path) -> None:
    keeper = Keeper()
    with listening(keeper) as url:
        config = configured(tmp_path / "log", warehouse, webhooks=[{"url": f"{url}/checkpoints?token=1"}])
        with serving(config):
            wait_for(lambda: len(keeper.bodies) == 1)
        wait_for(lambda: len(keeper.bodies) == 2)
        older = tmp_path / "older"
        shutil.copytree(config.parent / "audit", older)
        with serving(config):
            pass
    assert set(keeper.paths) == {"/checkpoints?token=1"} and changes(config) == []
    assert keeper.bodies[-1] == (config.parent / "audit/checkpoint").read_text()
    key = verifier_key(config)
    anchors = []
    for number, body in enumerate(keeper.bodies):
        assert audit_files.is_signed(body, key)
        (tmp_path / f"anchor{number}").write_text(body)
        anchors += ["--anchor", tmp_path / f"anchor{number}"]
    whole = command("audit", "verify", "--config", config, *anchors)
    assert whole.returncode == 0 and whole.stdout.startswith("verified\n"), whole.stdout
    assert command("audit", "verify", "--directory", older, "--key", key).returncode == 0
    assert command("audit", "verify", "--directory", older, "--key", key, *anchors).returncode == 1


def test_a_webhook_that_fails_is_reported_and_tried_again(warehouse, tmp_path: Path) -> None:
    keeper = Keeper()
    with listening(keeper) as url:
        config = configured(tmp_path / "log", warehouse, webhooks=[{"url": f"{url}/secret-path"}])
        keeper.fault = 503
        with serving(config) as started:
            wait_for(lambda: len(keeper.bodies) == 1)
            wait_for(lambda: len(changes(config)) == 1)
            output = started.output.read_text()
        assert "are not kept" in output and "webhook http://127.0.0.1" in output and "secret-path" not in output
        keeper.fault = None
        with serving(config):
            wait_for(lambda: keeper.statuses[-1] == 204)
    first = changes(config)[0]
    assert first["state"] == "failing" and first["reason"] == "the answer has the status 503" and "kept" not in first
    assert first["anchor"] == f"webhook {url}"
    assert command("audit", "verify", "--config", config).returncode == 0


def test_a_required_webhook_that_fails_stops_the_log(warehouse, tmp_path: Path) -> None:
    keeper = Keeper()
    keeper.fault = 500
    with listening(keeper) as url:
        config = configured(tmp_path / "log", warehouse, webhooks=[{"url": url, "required": True}])
        with pytest.raises(AssertionError, match="scrim ended with 1"), serving(config) as started:
            wait_for(lambda: len(keeper.bodies) == 3)
            wait_for(lambda: "not kept" in started.output.read_text())
            with connected(started.url, "auto") as agent:
                wait_for(lambda: agent.call("list_datasets").is_error)
            # Its end cannot be recorded either.
            started.child.terminate()
            started.child.wait(20)
        keeper.fault = None
        with serving(config) as again, connected(again.url, "auto") as agent:
            agent.ask("list_datasets")
    assert command("audit", "verify", "--config", config).returncode == 0


def test_a_witness_cosigns_and_verify_says_up_to_where(warehouse, tmp_path: Path) -> None:
    witness, other = Witness(), Witness("witness.example/w2")
    with listening(witness) as url:
        config = configured(tmp_path / "log", warehouse,
                            witnesses=[{"url": f"{url}/prefix/", "key": witness.verifier_key, "required": True}])
        witness.logs[ORIGIN] = made_ring(config)
        for _ in range(2):
            before = len(witness.statuses)
            with serving(config):
                wait_for(lambda before=before: 200 in witness.statuses[before:])
    log = config.parent / "audit"
    # The second start does not know what the witness has, asks with 0, and is told.
    assert witness.statuses == [200, 200, 409, 200, 200] and set(witness.paths) == {"/prefix/add-checkpoint"}
    assert any(not body.startswith("old 0\n") for body in witness.bodies)
    _, size, root = audit_files.checkpoint(log)
    assert witness.latest[ORIGIN] == (size, root)
    arguments = ["audit", "verify", "--directory", log, "--key", witness.logs[ORIGIN]]
    verified = command(*arguments, "--witness", witness.verifier_key, "--json")
    answer = json.loads(verified.stdout)
    assert verified.returncode == 0 and answer["verdict"] == "verified", verified.stdout
    assert [(one["name"], one["entries"]) for one in answer["witnesses"]] == [(witness.name, size)]
    assert f"cosigned {size} of them" in command(*arguments, "--witness", witness.verifier_key).stdout
    assert command(*arguments).returncode == 0
    missing = command(*arguments, "--witness", other.verifier_key)
    assert missing.returncode == 1 and "no cosignature" in missing.stdout
    cosigned = (log / "cosigned").read_bytes()
    for changed in (cosigned[:-1], cosigned[:-40], cosigned.replace(b"\\n", b"\\n\\n", 1), cosigned + b"x\n"):
        (log / "cosigned").write_bytes(changed)
        assert command(*arguments, "--witness", witness.verifier_key).returncode == 1
    (log / "cosigned").unlink()
    assert command(*arguments).returncode == 0
    assert command(*arguments, "--witness", witness.verifier_key).returncode == 1


def test_a_witness_that_saw_more_tells_of_a_rollback(warehouse, tmp_path: Path) -> None:
    witness = Witness()
    with listening(witness) as url:
        config = configured(tmp_path / "log", warehouse, witnesses=[{"url": url, "key": witness.verifier_key}])
        witness.logs[ORIGIN] = made_ring(config)
        with serving(config):
            wait_for(lambda: 200 in witness.statuses)
        log, older = config.parent / "audit", tmp_path / "older"
        shutil.copytree(log, older)
        for _ in range(3):
            with serving(config):
                pass
        shutil.rmtree(log)
        shutil.copytree(older, log)
        with serving(config):
            wait_for(lambda: len(changes(config)) == 1)
    assert "taken back" in changes(config)[0]["reason"]


@pytest.mark.parametrize("anchors", [
    {}, {"webhooks": [{"url": "http://anchors.example/"}]}, {"webhooks": [{"url": "ftp://127.0.0.1/"}]},
    {"webhooks": [{"url": "https://anchors.example/", "timeout": "2m"}]}, {"webhooks": [{}]},
    {"witnesses": [{"url": "https://witness.example/", "key": "witness.example+00000000+AAAA"}]},
    {"witnesses": [{"url": "https://witness.example/"}]}, {"webhook": {"url": "https://anchors.example/"}},
])
def test_mistakes_are_named_before_the_server_listens(warehouse, tmp_path: Path, anchors: dict[str, Any]) -> None:
    config = configured(tmp_path / "log", warehouse, **anchors)
    ended = command("serve", "--config", config)
    assert ended.returncode == 2 and "audit.anchors" in ended.stderr, ended.stderr
