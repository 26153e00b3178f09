"""Makes sqlglot quick enough for tests of thousands of queries: the emulator parses one text about ten times.

A text's tree is kept and copied, and the search for implicit UNNEST, which copies whole subqueries to learn their names,
is left out where there can be none. What comes out is the same.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.parser import Parser

KEPT_MAX = 64
_parse = Dialect.parse
_explicit = Parser._implicit_unnests_to_explicit
_kept: OrderedDict[tuple[type[Dialect], str], list[exp.Expression | None]] = OrderedDict()


def install() -> None:
    """Replaces sqlglot's own methods in this process."""
    Dialect.parse = _parse_once
    Parser._implicit_unnests_to_explicit = _explicit_unnests


def _parse_once(self: Dialect, sql: str, **options: Any) -> list[exp.Expression | None]:
    if options:
        return _parse(self, sql, **options)
    key = (type(self), sql)
    trees = _kept.pop(key, None)
    if trees is None:
        trees = _parse(self, sql)
    _kept[key] = trees
    if len(_kept) > KEPT_MAX:
        _kept.popitem(last=False)
    return [tree.copy() if tree is not None else None for tree in trees]


def _explicit_unnests(self: Parser, this: exp.Expression) -> exp.Expression:
    """`FROM t, t.items` as UNNEST: only a comma or a CROSS JOIN of a path can be one."""
    joins = [join for join in this.args.get("joins") or [] if isinstance(join.this, exp.Table) and not join.args.get("on")]
    if not any(len(join.this.parts) > 1 for join in joins):
        return this
    return _explicit(self, this)
