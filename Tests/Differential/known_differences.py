"""Differences between our parser and ZetaSQL's that are meant, each with its reason (`docs/googlesql.md` lists them)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comparison import Outcome


@dataclass(frozen=True)
class Known:
    """A difference of a kind, told by what our side says of the text, or theirs, or the text itself."""

    name: str
    reason: str
    kind: str
    ours: str = ""
    theirs: str = ""
    sql: str = ""
    detail: str = ""

    def covers(self, outcome: Outcome) -> bool:
        if outcome.difference is None or not re.fullmatch(self.kind, outcome.difference.kind):
            return False
        ours = (outcome.ours or {}).get("error") or ""
        theirs = (outcome.theirs.error if outcome.theirs else None) or ""
        return all(re.search(pattern, value, re.IGNORECASE | re.DOTALL) for pattern, value in (
            (self.ours, ours), (self.theirs, theirs), (self.sql, outcome.text.sql), (self.detail, outcome.difference.detail)))


REFUSED = "wrongly refused"
ELSEWHERE = "error elsewhere"

KNOWN = [
    Known("legacy SQL", "BigQuery reads a text with this comment in another language",
          f"{REFUSED}|{ELSEWHERE}", ours="legacy SQL"),
    Known("limits", "a text nested this deep is refused before it can exhaust the stack",
          f"{REFUSED}|{ELSEWHERE}", ours="nested deeper"),
    Known("rows of a target", "FROM of UPDATE, USING of MERGE and what INSERT adds do not see the rows of the target; "
          "ExtractTableNames takes `target.x` there for an array",
          "tables|printed form", sql=r"\b(UPDATE|MERGE|INSERT)\b", detail=r"missed \[\]|other tables to theirs"),
    Known("rows of a pipeline", "tables of `|> JOIN (…)` and `|> WITH` do not see the rows that come down the pipe; this "
          "release of ExtractTableNames takes `input.x` there for an array, its successor does not",
          "tables|printed form", sql=r"\|>\s*(\w+\s+)*(JOIN|WITH)\b", detail=r"missed \[\]|other tables to theirs"),
    Known("internal error", "theirs gives up on a text that is wrong further on", ELSEWHERE, theirs="^Internal error"),
]


def known(outcome: Outcome) -> Known | None:
    return next((one for one in KNOWN if one.covers(outcome)), None)
