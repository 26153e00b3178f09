"""What docs/ffiec.md and docs/clients.md name is there: files, commands with their options, tests, settings; and the
configurations are what they are said to be."""

from __future__ import annotations

import json
import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from proxy import ROOT, command

FFIEC, CLIENTS = ROOT / "docs/ffiec.md", ROOT / "docs/clients.md"


def spans(page: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", page.read_text())


@cache
def help_of(*words: str) -> str:
    ended = command(*words, "--help")
    assert ended.returncode == 0, f"there is no `scrim {' '.join(words)}`"
    return ended.stdout


def check_command(text: str) -> None:
    """Its subcommand is there, and has each option that is named."""
    words = shlex.split(text)[1:]
    names = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
    known = names[:1] if names[0] in ("serve", "stdio", "explain") else names[:2]
    usage = help_of(*known)
    assert "USAGE: scrim " + " ".join(known) in usage, text
    for option in [word for word in words if word.startswith("--")]:
        assert re.search(rf"{option}\b", usage), f"`{text}`: no {option}"


def test_every_command_that_the_pages_name_is_there() -> None:
    named = [span for page in (FFIEC, CLIENTS) for span in spans(page) if span.startswith("scrim ")]
    named += [span.partition(" -- ")[2] for span in spans(CLIENTS) if " -- scrim " in span]
    assert len(named) > 20
    for text in named:
        check_command(text)


def test_a_command_that_is_not_there_is_found_out() -> None:
    for text in ("scrim audit approve", "scrim audit jobs --no-such-option"):
        with pytest.raises(AssertionError):
            check_command(text)


def test_every_test_that_the_page_names_is_there() -> None:
    swift = {path.stem for path in (ROOT / "Tests").rglob("*Tests.swift")}
    named = [span for span in spans(FFIEC) + spans(CLIENTS) if re.match(r"test_\w+\.py|\w+Tests$", span)]
    assert len(named) > 25
    for name in named:
        file, _, function = name.partition("::")
        if file.endswith(".py"):
            source = (ROOT / "Tests/EndToEndTests" / file).read_text()
            assert not function or f"\ndef {function}(" in source, f"{name} is not there"
        else:
            assert name in swift, f"{name} is not there"


def test_every_file_and_setting_that_the_pages_name_is_there() -> None:
    settings = (ROOT / "docs/configuration.md").read_text()
    for page in (FFIEC, CLIENTS):
        for target in re.findall(r"\]\(([^)#\s]+)[)#]", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), target
        for span in spans(page):
            if re.match(r"(Sources|Tests|docs)/", span):
                assert (ROOT / span).exists(), span
            if re.fullmatch(r"(audit|identity|keys|limits|listen|bigquery)(\.[a-z_]+)+", span):
                assert f"| `{span}` |" in settings or f"| `{span}." in settings, span


def test_every_expectation_has_something_that_shows_it_and_a_test() -> None:
    rows = [line for line in FFIEC.read_text().splitlines() if line.startswith("| ") and line.count(" | ") == 4]
    assert len(rows) >= 11
    for row in rows[1:]:
        expectation, _, does, shows, proof = (cell.strip(" |") for cell in row.split(" | "))
        if does.startswith("**not built.**"):
            assert (shows, proof) == ("–", "–"), expectation
        else:
            assert "`scrim " in shows and "`" in proof, expectation


def test_the_configurations_of_clients_are_whole() -> None:
    found = [json.loads(span) for span in spans(CLIENTS) if span.startswith("{")]
    assert len(found) >= 7
    for configuration in found:
        (_, servers), = configuration.items()
        (name, server), = servers.items()
        assert name == "scrim" and server.get("type", "http") in ("http", "stdio")
        if "command" in server:
            check_command(" ".join([server["command"], *server["args"]]))
        else:
            assert (server.get("url") or server["httpUrl"]) == "https://scrim.example/mcp"
    assert re.search(r"\| yes: `test_client_matrix.py`", CLIENTS.read_text())
