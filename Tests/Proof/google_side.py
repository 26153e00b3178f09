"""The same tables on Google's own evaluator: raw ones for what Scrim prints, masked ones for the query as it was."""

from __future__ import annotations

import functools
import hmac
import re
from typing import Any

from policy import TOKEN_KEY, TOKEN_KEY_ID, rules_of
from roles import ROLES, copied
from tables import DATASET, DAYS, TABLES, VIEWS, VISITS
from zetasql_evaluator import EvaluationTrap, Evaluator, Table
from zetasql_rows import mask_row, rows_query
from zetasql_tokens import token_parameters

# Before the names of tables that a text names with their dataset.
BASE = "base_"
WILDCARD, SUFFIX = "visits_*", "_TABLE_SUFFIX"
_SUFFIX_FIELD = {"name": SUFFIX, "type": "STRING", "mode": "NULLABLE"}


class GoogleSide:
    def __init__(self) -> None:
        self.evaluator = Evaluator()
        self._contents = {role: self._tables(role) for role in (None, *ROLES)}
        self._register()
        self._bytes = self.evaluator.query("SELECT b'' AS b").columns[0].type

    def _tables(self, role: str | None) -> dict[str, Table]:
        """`role` None: the raw rows."""
        made: dict[str, Table] = {}
        for name, (fields, rows) in TABLES.items():
            made[name] = self.evaluator.query(rows_query(fields, _masked(fields, rows, role)))
        fields = [*VISITS, _SUFFIX_FIELD]
        rows = [row | {SUFFIX: day} for day in DAYS for row in _masked(VISITS, TABLES[f"visits_{day}"][1], role)]
        wildcard = self.evaluator.query(rows_query(fields, rows))
        wildcard.columns[-1].is_pseudo_column = True
        made[WILDCARD] = wildcard
        for name, query in VIEWS.items():
            made[name] = self.evaluator.query(re.sub(r"`demo\.\{D\}\.(\w+)`", r"\1", query), made)
        return made | {BASE + name: table for name, table in made.items()}

    def direct(self, sql: str, role: str) -> Table:
        return self._query(short(sql), role, {})

    def printed(self, text: str, role: str) -> Table:
        """What Scrim prints, with the keys of its tokens."""
        return self._query(short(text), None, keys_of(text, role))

    def analyze(self, sql: str) -> tuple[list[str], list[bytes]]:
        """Names and types of the columns of a query."""
        return self.evaluator.analyze(sql, self._registered[None], {name: self._bytes for name in token_names(sql)})

    def _register(self) -> None:
        self._registered = {role: self.evaluator.register(tables) for role, tables in self._contents.items()}

    def _query(self, sql: str, role: str | None, parameters: dict[str, str]) -> Table:
        try:
            return self.evaluator.query(sql, self._registered[role], parameters)
        except EvaluationTrap:
            self._register()
            raise


def token_names(text: str) -> set[str]:
    """The parameters of tokens."""
    return set(re.findall(r"@(scrim_\w+)", text))


def _masked(fields: list[dict[str, Any]], rows: list[dict[str, Any]], role: str | None) -> list[dict[str, Any]]:
    rules = rules_of(fields, copied(ROLES[role]["masks"])) if role else {}
    return [mask_row(fields, row, rules.get) for row in rows]


def short(sql: str) -> str:
    """Tables have names of one part on this side. A name with a dataset becomes one that no common table expression
    has: it means the table also where one of the table's name is in force."""
    return re.sub(rf"(`?)(?:demo\.)?(?:\{{D\}}|(?<=demo\.){DATASET})\.(`?)", rf"\1\2{BASE}", sql)


@functools.cache
def _tags() -> dict[str, str]:
    """The tag of each tagged column, by its last name; no two have one name and other tags."""
    found: dict[str, str] = {}
    for fields, _ in TABLES.values():
        for path, rule in rules_of(fields, copied(ROLES["teller"]["masks"])).items():
            assert found.setdefault(path, rule.tag) == rule.tag, path
    return found


def keys_of(text: str, role: str) -> dict[str, str]:
    """The parameters of each KEYED_TOKEN, by the tag of the column that it masks."""
    masks = ROLES[role]["masks"]
    found: dict[str, str] = {}
    for match in re.finditer(r"@(\w+o) \|\| SHA256\(@(\w+i) \|\| (?:CAST\()?([\w.`]+)", text):
        outer, inner, path = match.groups()
        path = path.replace("`", "")
        column = path.removeprefix("scrim_t.")
        tag = _tags().get(column)
        if tag is None or hmac.compare_digest(column, path):
            tag = "pii"  # an element or a field of an array: all of those are plain `pii`
        assert any(name in masks for name in (tag, tag.partition(".")[0])), tag
        found |= token_parameters({outer, inner}, tag, TOKEN_KEY, TOKEN_KEY_ID)
    return found
