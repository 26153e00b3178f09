"""What our parser and ZetaSQL's say of a text, side by side, and where they differ."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from zetasql_parser import Reading, ReferenceParser
from zetasql_service import ServiceTrap

BATCH = 400


class Text(NamedTuple):
    kind: str  # statement or script
    sql: str


class Ours:
    """`scrim sql parse --jsonl`; a text that ends the process has no answer."""

    def __init__(self, scrim: Path) -> None:
        self._command = [str(scrim), "sql", "parse", "--jsonl"] if scrim.name == "scrim" else [str(scrim)]

    def read(self, texts: list[Text]) -> list[dict[str, Any] | None]:
        answers: list[dict[str, Any] | None] = []
        for start in range(0, len(texts), BATCH):
            answers += self._batch(texts[start:start + BATCH])
        return answers

    def _batch(self, texts: list[Text]) -> list[dict[str, Any] | None]:
        lines = "".join(json.dumps({"id": number, "kind": text.kind, "sql": text.sql}) + "\n"
                        for number, text in enumerate(texts))
        ran = subprocess.run(self._command, input=lines.encode(), capture_output=True, check=False)
        if ran.returncode == 0:
            return [json.loads(line) for line in ran.stdout.splitlines()]
        if len(texts) == 1:
            return [None]
        middle = len(texts) // 2
        return self._batch(texts[:middle]) + self._batch(texts[middle:])


@dataclass(frozen=True)
class Difference:
    """`kind` is what differs; two of the same `signature` have, as far as one can tell, the same cause."""

    kind: str
    detail: str
    signature: str


@dataclass(frozen=True)
class Outcome:
    text: Text
    ours: dict[str, Any] | None
    theirs: Reading | None
    difference: Difference | None


class Comparison:
    def __init__(self, scrim: Path) -> None:
        self._ours = Ours(scrim)
        self.reference = ReferenceParser()

    def outcomes(self, texts: list[Text]) -> Iterator[Outcome]:
        """Compares texts, and their printed forms where they are read."""
        answers = self._ours.read(texts)
        printed = [Text(text.kind, answer["printed"]) if answer and answer["verdict"] == "ok" else None
                   for text, answer in zip(texts, answers, strict=True)]
        again = iter(self._ours.read([text for text in printed if text]))
        for text, answer, form in zip(texts, answers, printed, strict=True):
            reprinted = next(again) if form else None
            theirs = self._theirs(text)
            difference = _crash(answer) or (_difference(text, answer, theirs) if theirs else None)
            if not difference and form:
                difference = self._printed_difference(text, form, answer, reprinted, theirs)
            yield Outcome(text, answer, theirs, difference)

    def _theirs(self, text: Text) -> Reading | None:
        try:
            return self.reference.read(text.sql, text.kind)
        except ServiceTrap:  # it overflows its stack on what is nested deeply
            return None

    def _printed_difference(
            self, text: Text, form: Text, answer: dict[str, Any], reprinted: dict[str, Any] | None, theirs: Reading | None,
    ) -> Difference | None:
        if crash := _crash(reprinted):
            return crash
        if reprinted["verdict"] != "ok":
            return _made("printed form", f"`{form.sql}` does not read back: {reprinted['error']}", reprinted["error"])
        if reprinted["printed"] != form.sql:
            return _made("printed form", f"`{form.sql}` prints as `{reprinted['printed']}`", "no fixed point")
        if theirs is None or not theirs.accepted:
            return None
        of_form = self._theirs(form)
        if of_form is None:
            return None
        if not of_form.accepted:
            return _made("printed form", f"`{form.sql}` is refused by theirs: {of_form.error}", of_form.error)
        if of_form.kinds != theirs.kinds:
            return _made("printed form", f"`{form.sql}` is a {of_form.kinds} to theirs", "another kind")
        names = _names(reprinted["refs"])
        if of_form.references is not None and names != sorted((one.path, one.role) for one in of_form.references):
            return _made("printed form", f"`{form.sql}` reads other tables to theirs", "other tables to theirs")
        # Hints are not printed, and the tables of subqueries in them go with them.
        if "@" not in text.sql and names != _names(answer["refs"]):
            return _made("printed form", f"`{form.sql}` reads other tables than the text", "other tables than the text")
        return None


def _crash(answer: dict[str, Any] | None) -> Difference | None:
    return _made("crash", "our process ended", "") if answer is None else None


def _difference(text: Text, answer: dict[str, Any], theirs: Reading) -> Difference | None:
    position = f"{theirs.position[0]}:{theirs.position[1]} " if theirs.position else ""
    if answer["verdict"] == "ok":
        if not theirs.accepted:
            return _made("wrongly accepted", f"theirs: {position}{theirs.error}", theirs.error)
        return _reading_difference(text, answer, theirs)
    if theirs.accepted:
        line, column = answer["pos"]
        return _made("wrongly refused", f"ours: {line}:{column} {answer['error']}", answer["error"])
    if theirs.position and tuple(answer["pos"]) != theirs.position:
        line, column = answer["pos"]
        detail = f"ours: {line}:{column} {answer['error']}; theirs: {position}{theirs.error}"
        return _made("error elsewhere", detail, f"{answer['error']} / {theirs.error}")
    return None


def _reading_difference(text: Text, answer: dict[str, Any], theirs: Reading) -> Difference | None:
    kinds = answer["statement_kinds"] if text.kind == "script" else [answer["statement_kind"]]
    if theirs.kinds is not None and tuple(kinds) != theirs.kinds:
        return _made("statement kind", f"ours: {kinds}; theirs: {list(theirs.kinds)}", f"{kinds} / {theirs.kinds}")
    if theirs.references is None:
        return None
    mine = {(found["start"], found["end"], tuple(found["path"]), found["role"]) for found in answer["refs"]}
    other = set(theirs.references)
    if mine == other:
        return None
    missed, invented = sorted(other - mine), sorted(mine - other)
    sides = (f"missed {[place[3] for place in missed]}", f"invented {[place[3] for place in invented]}")
    return _made("tables", f"missed {missed}, invented {invented}", ", ".join(sides))


def _names(references: list[dict[str, Any]]) -> list[tuple[tuple[str, ...], str]]:
    return sorted((tuple(found["path"]), found["role"]) for found in references)


def _made(kind: str, detail: str, cause: str | None) -> Difference:
    """The signature leaves out what the text's author chose: names, literals, numbers."""
    plain = re.sub(r"`[^`]*`|\"[^\"]*\"|'[^']*'|\d+", "…", cause or "")
    return Difference(kind, detail, f"{kind}: {plain[:200]}")
