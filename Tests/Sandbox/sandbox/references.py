"""Which tables, views and routines a statement reads, found with sqlglot and so independent of Scrim's own parser.

CTE names and correlated array paths (`FROM t, t.items`) are no tables; views are expanded to their base tables, and
named under `referencedLogicalViews`, as BigQuery does; so are wildcard tables (`pseudo.py`). What was found out is also written into the tree, which DuckDB
needs: tables get their full names, so that a CTE may have the name of the table that it reads, and array paths become
UNNEST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from . import dialect, pseudo

TableKey = tuple[str, str, str]
# Dotted names that are functions of GoogleSQL, not of a dataset.
_NAMESPACES = {"safe", "net", "hll_count", "kll_quantiles", "keys", "aead", "ml", "ai", "obj", "st", "bigquery"}


@dataclass
class References:
    """In order of first use, without repetition. `columns` are all names read, lower case, for byte estimates."""

    tables: list[TableKey] = field(default_factory=list)
    views: list[TableKey] = field(default_factory=list)
    routines: list[TableKey] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)
    everything: bool = False

    def add(self, other: References) -> None:
        for mine, theirs in ((self.tables, other.tables), (self.views, other.views), (self.routines, other.routines)):
            mine.extend(item for item in theirs if item not in mine)
        self.columns |= other.columns
        self.everything |= other.everything


@dataclass(frozen=True)
class Resolver:
    """Turns written names into keys, and views into what they read."""

    project: str
    dataset: str | None
    dataset_project: str | None
    view_query: Callable[[TableKey], str | None]
    # What is read in the place of a table; may replace its node.
    expand: Callable[[exp.Table, TableKey], list[TableKey]] = lambda _, key: [key]
    # Puts the bodies of functions in the place of their calls.
    expand_calls: Callable[[exp.Expression, Resolver, References], None] = lambda *_: None

    def of(self, tree: exp.Expression, tables: frozenset[str] = frozenset()) -> References:
        """Also qualifies the tables of `tree`, in place. `tables` are names that are no tables of a dataset."""
        found = References()
        walk = _Walk(self, found)
        walk.visit(tree, tables, frozenset())
        for column in tree.find_all(exp.Column):
            found.columns.update(part.name.lower() for part in column.parts)
        for dot in tree.find_all(exp.Dot):
            found.columns.add(dot.expression.name.lower())
        found.everything |= next(dialect.star_columns(tree), None) is not None
        expanded = walk.write_back(tree)
        written, found.tables = found.tables, []
        for key in (read for name in written for read in expanded.get(name, [name])):
            query = self.view_query(key)
            if query is None:
                found.add(References(tables=[key]))
                continue
            inner = Resolver(key[0], None, None, self.view_query, self.expand, self.expand_calls).of(
                dialect.parsed(query))
            found.add(References(views=[key]))
            found.add(inner)
        # Last, because what a body reads is qualified already.
        self.expand_calls(tree, self, found)
        return found

    def key(self, parts: list[str]) -> TableKey | None:
        if len(parts) > 1 and "INFORMATION_SCHEMA" in (part.upper() for part in parts[:-1]):
            at = [part.upper() for part in parts].index("INFORMATION_SCHEMA")
            prefix = parts[:at]
            return (prefix[0] if len(prefix) > 1 else self.project, prefix[-1] if prefix else "",
                    ".".join(parts[at:]))
        if len(parts) >= 3:
            return ".".join(parts[:-2]), parts[-2], parts[-1]
        if len(parts) == 2:
            return self.project, parts[0], parts[1]
        if self.dataset:
            return self.dataset_project or self.project, self.dataset, parts[0]
        return None


class _Walk:
    def __init__(self, resolver: Resolver, found: References) -> None:
        self.resolver = resolver
        self.found = found
        self.named: list[tuple[exp.Table, TableKey]] = []
        self.array_paths: list[tuple[exp.Table, list[str]]] = []

    def write_back(self, tree: exp.Expression) -> dict[TableKey, list[TableKey]]:
        """Returns what is read in the place of each table."""
        expanded: dict[TableKey, list[TableKey]] = {}
        for node, key in self.named:
            for part, name in zip(("catalog", "db", "this"), key, strict=True):
                node.set(part, exp.to_identifier(name, quoted=True))
            read = expanded.setdefault(key, [])
            read.extend(other for other in self.resolver.expand(node, key) if other not in read)
        pseudo.rename(tree)
        for node, parts in self.array_paths:
            alias = exp.TableAlias(columns=[exp.to_identifier(node.alias or parts[-1])])
            node.replace(exp.Unnest(expressions=[exp.column(*reversed(parts[:2]))] if len(parts) == 2 else [
                exp.Dot.build([exp.to_identifier(part) for part in parts])], alias=alias))
        return expanded

    def visit(self, node: exp.Expression, tables: frozenset[str], ranges: frozenset[str]) -> None:
        """`tables`: CTE names in scope; `ranges`: aliases of FROM items in scope, for correlated paths."""
        clause = node.args.get("with_") or node.args.get("with")
        if clause is not None:
            if clause.recursive:
                tables |= {cte.alias.lower() for cte in clause.expressions}
            for cte in clause.expressions:
                self.visit(cte.this, tables, ranges)
                tables |= {cte.alias.lower()}
        if isinstance(node, exp.Select):
            ranges = self.sources(node, tables, ranges)
        self.routine(node)
        for child in node.iter_expressions():
            if child is clause or (isinstance(node, exp.Select) and isinstance(child, (exp.From, exp.Join))):
                continue
            if isinstance(child, exp.Table):
                self.table(child, tables, ranges)
            self.visit(child, tables, ranges)

    def sources(self, select: exp.Select, tables: frozenset[str], ranges: frozenset[str]) -> frozenset[str]:
        """The FROM items in order: each sees the aliases before it."""
        start = select.args.get("from_") or select.args.get("from")
        items = ([start] if start is not None else []) + select.args.get("joins", []) + select.args.get("laterals", [])
        for item in items:
            source = item.this if isinstance(item, (exp.From, exp.Join)) else item
            self.source(source, tables, ranges)
            ranges |= self.aliases(source)
            for child in item.iter_expressions():
                if child is not source:
                    self.visit(child, tables, ranges)
        return ranges

    def source(self, source: exp.Expression, tables: frozenset[str], ranges: frozenset[str]) -> None:
        if isinstance(source, exp.Table):
            self.table(source, tables, ranges)
        self.visit(source, tables, ranges)
        for join in source.args.get("joins") or []:
            self.source(join.this, tables, ranges)

    def aliases(self, source: exp.Expression) -> set[str]:
        names = {source.alias_or_name.lower()} if source.alias_or_name else set()
        for join in source.args.get("joins") or []:
            names |= self.aliases(join.this)
        alias = source.args.get("alias")
        if isinstance(source, exp.Unnest) and alias is not None:
            names |= {column.name.lower() for column in alias.columns}
        return names

    def table(self, node: exp.Table, tables: frozenset[str], ranges: frozenset[str]) -> None:
        if not isinstance(node.this, exp.Identifier):
            return
        parts = [part for piece in node.parts for part in _pieces(piece)]
        if len(parts) == 1 and parts[0].lower() in tables:
            return
        # A name in one pair of backticks, `p.d.t`, is a table's whatever is called `p`.
        if len(parts) > 1 and parts[0].lower() in ranges and not node.meta.get("quoted_table"):
            self.array_paths.append((node, parts))
            return
        key = self.resolver.key(parts)
        if key is None:
            return
        if not key[2].upper().startswith("INFORMATION_SCHEMA"):
            self.named.append((node, key))
        if key not in self.found.tables:
            self.found.tables.append(key)

    def routine(self, node: exp.Expression) -> None:
        """A call of a function in a dataset: `dataset.f(x)` or `project.dataset.f(x)`."""
        if not isinstance(node, exp.Dot) or not isinstance(node.expression, exp.Anonymous):
            return
        path = [part.name for part in node.this.find_all(exp.Identifier, bfs=False)]
        if not path or path[0].lower() in _NAMESPACES:
            return
        key = self.resolver.key([*path, node.expression.name])
        if key is not None and key not in self.found.routines:
            self.found.routines.append(key)


def _pieces(piece: exp.Expression) -> list[str]:
    name = piece.name
    return name.split(".") if piece.args.get("quoted") and "." in name else [name]
