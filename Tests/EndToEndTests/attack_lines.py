"""What a line of the catalogue of attacks is: a query, and what has to come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Line:
    """`ids` are shapes of `bigquery.md` section 7 (T01) and bypasses of its 4.2 (B1)."""

    ids: tuple[str, ...]
    sql: str
    # The codes of the refusal; none when masked values come back.
    codes: frozenset[str] = frozenset()
    # Whether the query fails on masked values as well, so that the answer is an error that must not quote them.
    fails: bool = False
    # Whether only Google's evaluator runs it: then its tables have names of one part.
    is_evaluated: bool = False
    parameters: Any = field(default_factory=dict)
    # Whether no engine at hand runs it: then what would be sent is looked at.
    is_unrun: bool = False
    # The query whose rows are wanted, where that is another one.
    same_as: str | None = None


def masked(ids: str, *texts: str, parameters: Any = None) -> list[Line]:
    """Queries that give what they give on masked copies of the tables."""
    return [Line(tuple(ids.split()), sql, parameters=parameters or {}) for sql in texts]


def evaluated(ids: str, *texts: str) -> list[Line]:
    """The same on Google's evaluator, for what the sandbox's engine cannot run."""
    return [Line(tuple(ids.split()), sql, is_evaluated=True) for sql in texts]


def failing(ids: str, *texts: str) -> list[Line]:
    """Queries that end in an error on masked values."""
    return [Line(tuple(ids.split()), sql, fails=True) for sql in texts]


def refused(ids: str, codes: str, *texts: str, parameters: Any = None) -> list[Line]:
    return [Line(tuple(ids.split()), sql, frozenset(codes.split()), parameters=parameters or {}) for sql in texts]


def alike(ids: str, *pairs: tuple[str, str]) -> list[Line]:
    """Texts of several statements, each with the query that it is."""
    return [Line(tuple(ids.split()), sql, same_as=other) for sql, other in pairs]


def unrun(ids: str, *texts: str) -> list[Line]:
    """Queries that would give masked values, with functions that no engine at hand has."""
    return [Line(tuple(ids.split()), sql, is_unrun=True) for sql in texts]
