"""What was returned, kept for auditors where the operator says so; how long, and how it goes."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import zlib
from pathlib import Path
from typing import Any

import audit_files
import jsonschema
import pytest
from agent import connected
from canary import found_in
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from proxy import ROOT, command, configure, serving

SQL = "SELECT customer_id, email, ssn FROM customers WHERE segment = 'retail' ORDER BY customer_id"
PURPOSE = b"scrim audit blob 1"
RESOLVED_SECONDS_MAX = 20


class Story:
    """A server that kept what it returned, has ended, and what its agent was told."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log = config.parent / "audit"
        self.told: list[dict[str, Any]] = []
        self.described: dict[str, Any] = {}

    @property
    def session(self) -> str:
        return self.told[0]["session"]

    @property
    def ring(self) -> Path:
        return self.config.parent / "keys/audit"

    def replay(self, *arguments: str | Path) -> list[dict[str, Any]]:
        ended = command("audit", "replay", self.session, "--config", self.config, "--json", *arguments)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return [json.loads(line) for line in ended.stdout.splitlines()]


def work(story: Story, url: str, transcripts: list[str]) -> None:
    with connected(url, "auto") as agent:
        agent.transcript = transcripts
        story.described = agent.ask("describe_table", table="customers")
        first = agent.ask("query", sql=SQL, max_rows=7, reason="a test")
        story.told += [first, agent.ask("fetch_page", cursor=first["next_cursor"], max_rows=5)]
        agent.call("query", sql="DROP TABLE customers")


@pytest.fixture
def story(warehouse, transcripts: list[str], tmp_path: Path) -> Story:
    config = configure(tmp_path, warehouse.url, warehouse.key_file,
                       audit={"directory": "audit", "content": {"record": True}})
    made = Story(config)
    with serving(config) as started:
        work(made, started.url, transcripts)
    return made


def verified(config: Path) -> dict[str, Any]:
    ended = command("audit", "verify", "--config", config, "--json")
    result = json.loads(ended.stdout)
    assert ended.returncode == 0 and result["verdict"] == "verified", ended.stdout
    return result


def records(log: Path) -> dict[int, bytes]:
    """All sealed records of a closed log, as docs/audit-log.md describes them."""
    found: dict[int, bytes] = {}
    for path in (log / "blobs").rglob("*"):
        data, at = path.read_bytes() if path.is_file() else b"", 0
        while at < len(data):
            length = int.from_bytes(data[at + 8:at + 12])
            found[int.from_bytes(data[at:at + 8])] = data[at + 12:at + 12 + length]
            at += 12 + length
    return found


def opened(record: bytes, ring: Path) -> dict[str, tuple[bytes, bytes]]:
    """The texts of a record with their salts, by a program of our own."""
    keys = dict(line.split()[::2] for line in ring.read_text().splitlines()[1:] if line)
    name, rest = record[1:1 + record[0]].decode(), record[1 + record[0]:]
    key = hmac.digest(bytes.fromhex(keys[name]), PURPOSE, "sha256")
    plain, found = AESGCM(key).decrypt(rest[:12], rest[12:], PURPOSE), {}
    while plain:
        end = 1 + plain[0]
        title, salt = plain[1:end].decode(), plain[end:end + 32]
        length = int.from_bytes(plain[end + 32:end + 36])
        text, plain = plain[end + 36:end + 36 + length], plain[end + 36 + length:]
        if title.endswith(".zlib"):
            title, size, text = title.removesuffix(".zlib"), int.from_bytes(text[:4]), zlib.decompress(text[4:])
            assert len(text) == size
        found[title] = (text, salt)
    return found


def test_the_replay_shows_pages_as_the_client_got_them(story: Story) -> None:
    verified(story.config)
    steps = story.replay("--keys", story.ring)
    assert [step["seq"] for step in steps] == sorted(step["seq"] for step in steps)
    pages = [step for step in steps if step["type"] == "page_delivered"]
    assert [page["content"] for page in pages] == [answer["rows"] for answer in story.told]
    assert [page["columns"] for page in pages] == [answer["columns"] for answer in story.told]
    assert {len(answer["rows"]) for answer in story.told} == {7, 5}
    metadata = next(step for step in steps if step["type"] == "metadata_read")
    assert metadata["content"] == story.described
    submitted = next(step for step in steps if step["type"] == "job_submitted")
    assert submitted["sql"] == SQL and submitted["reason"] == "a test"
    assert any(column["column"] == "ssn" for column in submitted["entry"]["masked_columns"])
    refused = next(step for step in steps if step["type"] == "request_refused")
    assert refused["sql"] == "DROP TABLE customers" and refused["entry"]["refused"]


def test_without_keys_nothing_is_opened(story: Story) -> None:
    steps = story.replay()
    assert {step["record"] for step in steps} == {"none", "sealed"}
    assert not any({"content", "sql", "reason"} & step.keys() for step in steps)
    printed = command("audit", "replay", story.session, "--config", story.config).stdout
    assert "retail" not in printed and "--keys opens them" in printed and "masked   demo.bank.customers.ssn" in printed


def test_people_can_read_it(story: Story) -> None:
    printed = command("audit", "replay", story.session, "--config", story.config, "--keys", story.ring).stdout
    for row in story.told[0]["rows"]:
        assert json.dumps(row, separators=(",", ":"), ensure_ascii=False) in printed
    for part in ("dev@example.com", SQL, "page 1 of job", "ended: done", "refused  statement."):
        assert part in printed, printed


def test_control_characters_do_not_reach_the_terminal(warehouse, transcripts: list[str], tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file,
                       audit={"directory": "audit", "content": {"record": True}})
    made = Story(config)
    with serving(config) as started, connected(started.url, "auto") as agent:
        agent.transcript = transcripts
        made.told.append(agent.ask("query", sql="SELECT '\\x1b[31m\\u202e' AS red", reason="\x1b]0;title\x07"))
    printed = command("audit", "replay", made.session, "--config", config, "--keys", made.ring).stdout
    assert "\x1b" not in printed and "\u202e" not in printed and "\x07" not in printed and "u{1b}" in printed


def test_what_is_kept_is_masked_sealed_and_what_was_digested(story: Story) -> None:
    for path in story.log.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert found_in(data) == [] and b"retail" not in data, path
            assert str(story.told[0]["rows"][0][1]).encode() not in data, "masked values are not in the clear either"
    entries = audit_files.entries(story.log)
    kept = records(story.log)
    assert set(kept) == {entry["seq"] for entry in entries if "blob_sha256" in entry}
    pages = 0
    for entry in entries:
        if "blob_sha256" not in entry:
            continue
        assert hashlib.sha256(kept[entry["seq"]]).hexdigest() == entry["blob_sha256"]
        texts = opened(kept[entry["seq"]], story.ring)
        assert list(texts) == list(entry["commitments"])
        for name, (text, salt) in texts.items():
            assert found_in(text) == [], f"{name} of entry {entry['seq']}"
            assert hmac.digest(salt, text, "sha256").hex() == entry["commitments"][name]
        if "content" in texts:
            content = texts["content"][0]
            assert hashlib.sha256(content).hexdigest() == entry["sha256"] and len(content) == entry["bytes"]
            pages += entry["type"] == "page_delivered"
    assert pages == 2


def test_content_is_not_recorded_unless_it_is_turned_on(warehouse, transcripts: list[str], tmp_path: Path) -> None:
    config = configure(tmp_path, warehouse.url, warehouse.key_file)
    made = Story(config)
    with serving(config) as started:
        work(made, started.url, transcripts)
    steps = made.replay("--keys", made.ring)
    assert {step["record"] for step in steps if step["type"] in ("page_delivered", "metadata_read")} == {"none"}
    assert "content  not recorded" in command("audit", "replay", made.session, "--config", config).stdout
    shown = json.loads(command("audit", "retention", "--config", config, "--json").stdout)
    assert shown["records_content"] is False and shown["classes"]["content"]["records"] == 0


def test_erasing_by_order_leaves_a_log_that_verifies_and_says_so(story: Story) -> None:
    before = verified(story.config)
    assert before["erased_records"] == 0
    refused = command("audit", "erase", "--config", story.config, "--person", "dev@example.com")
    assert refused.returncode != 0 and "--reason" in refused.stderr
    dry = command("audit", "erase", "--config", story.config, "--session", story.session, "--reason", "x", "--dry-run",
                  "--json")
    kept = records(story.log)
    assert json.loads(dry.stdout)["records"] == len(kept) > 4
    page = next(step["seq"] for step in story.replay() if step["type"] == "page_delivered")
    one = command("audit", "erase", "--config", story.config, "--entry", str(page), "--reason", "a row too many")
    assert one.returncode == 0, one.stderr
    assert set(records(story.log)) == set(kept) - {page}
    ended = command("audit", "erase", "--config", story.config, "--person", "dev@example.com", "--reason",
                    "erasure order 7", "--json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["records"] == len(kept) - 1 and records(story.log) == {}
    after = verified(story.config)
    assert after["erased_records"] == len(kept) and after["erasures"] == 3
    steps = story.replay("--keys", story.ring)
    assert {step["record"] for step in steps} == {"none", "erased"}
    announced = {entry["seq"]: entry for entry in audit_files.entries(story.log) if entry["type"] == "content_erased"}
    assert {step["erased_by"] for step in steps if step["record"] == "erased"} == set(announced)
    assert {entry["reason"] for entry in announced.values()} == {"a row too many", "erasure order 7"}
    assert all(entry["basis"] == "order" and entry["actor"]["issuer"] == "os" for entry in announced.values())
    printed = command("audit", "replay", story.session, "--config", story.config, "--keys", story.ring).stdout
    assert "erased   as entry" in printed and "retail" not in printed


def test_the_server_goes_on_after_an_erasure(story: Story, transcripts: list[str]) -> None:
    assert command("audit", "erase", "--config", story.config, "--session", story.session, "--reason",
                   "x").returncode == 0
    with serving(story.config) as started:
        work(story, started.url, transcripts)
        locked = command("audit", "erase", "--config", story.config, "--due")
        assert locked.returncode == 2 and "audit.retention" in locked.stderr
    verified(story.config)


def test_a_hold_keeps_and_a_release_lets_go(story: Story) -> None:
    added = command("audit", "hold", "add", "--config", story.config, "--session", story.session, "--reason", "case 12")
    assert added.returncode == 0, added.stderr
    name = added.stdout.strip()
    listed = json.loads(command("audit", "hold", "list", "--config", story.config, "--json").stdout)
    assert [hold["hold"] for hold in listed] == [name] and listed[0]["reason"] == "case 12"
    kept = records(story.log)
    order = ("audit", "erase", "--config", story.config, "--person", "dev@example.com", "--reason", "order", "--json")
    held = command(*order)
    assert held.returncode == 1 and json.loads(held.stdout)["held"] == len(kept) and records(story.log) == kept
    assert command("audit", "hold", "release", "hold-none", "--config", story.config, "--reason", "x").returncode == 1
    released = command("audit", "hold", "release", name, "--config", story.config, "--reason", "closed",
                       "--json")
    assert released.returncode == 0 and json.loads(released.stdout) == {"released": name}, released.stderr
    assert command("audit", "hold", "list", "--config", story.config).stdout == "no holds\n"
    assert command(*order).returncode == 0 and records(story.log) == {}
    admin = [entry["type"] for entry in audit_files.entries(Path(f"{story.log}-admin"))]
    assert admin == ["hold_placed", "audit_read", "hold_released", "audit_read"]
    checked = command("audit", "verify", "--config", story.config, "--admin")
    assert checked.returncode == 0 and "verified" in checked.stdout, checked.stdout
    said = [entry["holds"] for entry in audit_files.entries(story.log) if entry["type"] == "content_erased"]
    assert {(holds["in_force"], holds["entries"]) for holds in said} == {(0, 4)}


def test_holds_that_are_gone_stop_erasing(story: Story) -> None:
    added = command("audit", "hold", "add", "--config", story.config, "--person", "x", "--reason", "case")
    assert added.returncode == 0, added.stderr
    order = ("audit", "erase", "--config", story.config, "--reason", "order")
    assert command(*order, "--entry", str(min(records(story.log)))).returncode == 0
    holds = Path(f"{story.log}-admin")
    holds.rename(holds.with_name("elsewhere"))
    kept = records(story.log)
    refused = command(*order, "--session", story.session)
    assert refused.returncode == 1 and "nothing is erased" in refused.stderr and records(story.log) == kept
    holds.with_name("elsewhere").rename(holds)
    assert command(*order, "--session", story.session).returncode == 0


def test_a_hold_can_be_placed_while_the_server_runs_and_it_erases_what_is_due(
        warehouse, transcripts: list[str], tmp_path: Path) -> None:
    audit: dict[str, Any] = {"directory": "audit", "content": {"record": True}}
    made = Story(configure(tmp_path, warehouse.url, warehouse.key_file, audit=audit))
    with serving(made.config) as started:
        work(made, started.url, transcripts)
        added = command("audit", "hold", "add", "--config", made.config, "--job",
                        made.told[0]["job"]["job_id"], "--reason", "case")
        assert added.returncode == 0, added.stderr
    configure(tmp_path, warehouse.url, warehouse.key_file, audit=audit | {"retention": {"content": "1s"}})
    time.sleep(1.1)
    due = json.loads(command("audit", "retention", "--config", made.config, "--json").stdout)["classes"]
    assert due["content"]["due"] == 1 and due["content"]["held"] == 2 and due["texts"]["due"] == 0
    with serving(made.config):
        deadline = time.monotonic() + RESOLVED_SECONDS_MAX
        while not any(entry["type"] == "content_erased" for entry in audit_files.entries(made.log)):
            assert time.monotonic() < deadline, "the server did not erase what was due"
            time.sleep(0.1)
        verified(made.config)
    steps = {step["type"]: step for step in made.replay("--keys", made.ring)}
    assert steps["metadata_read"]["record"] == "erased" and steps["page_delivered"]["record"] == "opened"
    assert steps["job_submitted"]["record"] == "opened", "texts are kept for ever unless told"
    assert verified(made.config)["erased_records"] == 1


def test_what_nobody_said_was_erased_is_a_finding(story: Story) -> None:
    blobs = story.log / "blobs/000"
    data = blobs.read_bytes()
    first = 12 + int.from_bytes(data[8:12])
    blobs.write_bytes(data[first:])
    ended = command("audit", "verify", "--config", story.config, "--json")
    assert ended.returncode == 1
    findings = json.loads(ended.stdout)["findings"]
    assert [finding["seq"] for finding in findings] == [int.from_bytes(data[:8])]
    assert "no entry says" in findings[0]["message"]
    replayed = command("audit", "replay", story.session, "--config", story.config, "--json")
    assert replayed.returncode == 1 and '"record":"wrong"' in replayed.stdout


def test_the_entries_have_the_forms_that_are_documented(story: Story) -> None:
    for arguments in (["hold", "add", "--all", "--reason", "x"],
                      ["hold", "add", "--from", "2026-01-01", "--to", "2026-02-01", "--person", "p", "--reason", "x"]):
        placed = command("audit", *arguments, "--config", story.config)
        assert placed.returncode == 0, placed.stderr
    for hold in json.loads(command("audit", "hold", "list", "--config", story.config, "--json").stdout):
        assert command("audit", "hold", "release", hold["hold"], "--config", story.config, "--reason",
                       "x").returncode == 0
    assert command("audit", "erase", "--config", story.config, "--session", story.session, "--reason",
                   "x").returncode == 0
    schemas = {path.stem: json.loads(path.read_text()) for path in (ROOT / "docs/audit-events").glob("*.json")}
    entries = audit_files.entries(story.log) + audit_files.entries(Path(f"{story.log}-admin"))
    assert {"content_erased", "hold_placed", "hold_released", "page_delivered"} <= {entry["type"] for entry in entries}
    for entry in entries:
        jsonschema.validate(entry, schemas[entry["type"]], jsonschema.Draft202012Validator)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(entry | {"cell": "value"}, schemas[entry["type"]], jsonschema.Draft202012Validator)
