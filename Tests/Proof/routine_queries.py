"""Calls of functions that somebody wrote: as expressions, as aggregates, as items of FROM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from generator import Generator, Scope, form
from generated_queries import Made, filtered, listed, shape
from kinds import LITERALS, Column, Rows
from sources import any_source, base, shown, source
from written_functions import ANY_TABLE, ANY_TYPE, DATASET_OF_BODY, OF_DATASET, Written, called

# A value of the second type becomes one of the first without being asked.
CONVERTED = {"F": "I", "N": "I"}
_SIMPLE = re.compile(r"[\w.@]+")


@contextmanager
def body_of(g: Generator) -> Iterator[None]:
    """What is made inside is a body: it may hold no parameters of the query."""
    outer = g.is_in_body, g.has_parameters
    g.is_in_body, g.has_parameters = True, False
    yield
    g.is_in_body, g.has_parameters = outer


def arguments(g: Generator, written: Written, scope: Scope, row: str | None = None) -> str:
    """For each parameter an expression of its type; `row` for one of any type.

    Those of aggregates hold no query: Scrim takes one only for a parameter that is used once.
    """
    depth = 0 if written.is_aggregate else 1
    made = []
    for name, kind in written.parameters:
        if kind == ANY_TYPE:
            text = row or g.expression(written.kind if written.kind != "?" else "S", scope, 0)
        else:
            text = g.expression(CONVERTED[kind] if kind in CONVERTED and g.chance(25) else kind, scope, depth)
        made.append(text if _SIMPLE.fullmatch(text) else f"({text})")
    return f"({', '.join(made)})"


def parameters(g: Generator, kinds: list[str]) -> tuple[tuple[str, str], ...]:
    """Names for parameters; now and then that of a part of a date."""
    return tuple((g.name("p"), kind) for kind in kinds)


def in_front(g: Generator, written: Written) -> str:
    """Puts a function in front of the query, and returns its name."""
    g.functions[written.name] = written
    return written.name


@form("temporary function")
def temporary(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind == "BN":
        return None
    kinds = [kind, *(g.any_kind() for _ in range(g.random.randrange(3)))]
    made = parameters(g, kinds)
    with body_of(g):
        inner = Scope([Rows(None, tuple(Column(name, of) for name, of in made))])
        body = g.expression(kind, inner, 1)
    # One parameter in five takes any type.
    is_open = g.chance(20)
    shown_ = tuple((name, ANY_TYPE if is_open and of == kind else of) for name, of in made)
    written = Written(g.name("fn"), shown_, body, kind, g.chance(50))
    return in_front(g, written) + arguments(g, written, scope)


@form("temporary function that reads a table")
def reading(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in ("S", "I", "D", "N"):
        return None
    made = parameters(g, [g.pick(["I", "S"])])
    with body_of(g):
        text, rows = base(g)
        inner = Scope([rows])
        if not inner.paths(kind) or not inner.paths(made[0][1]):
            return None
        body = (f"(SELECT {g.pick(['MIN', 'MAX'])}({g.expression(kind, inner, 0)}) FROM {text} "
                f"WHERE {g.pick(inner.paths(made[0][1]))} {g.pick(['=', '<=', '!='])} {made[0][0]})")
    written = Written(g.name("fn"), made, body, kind, g.chance(30))
    return in_front(g, written) + arguments(g, written, scope)


@form("row as an argument of a temporary function")
def row_argument(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    whole = [rows for rows in scope.rows if rows.alias and rows.is_whole and not rows.is_wildcard]
    if kind != "S" or not whole:
        return None
    rows = g.pick(whole)
    name = g.name("p")
    texts = [column.name for column in rows.columns if column.kind == "S"]
    body = f"{name}.{g.pick(texts)}" if texts and g.chance(50) else f"TO_JSON_STRING({name})"
    written = Written(g.name("fn"), ((name, ANY_TYPE),), body, kind, g.chance(30))
    return in_front(g, written) + arguments(g, written, scope, rows.alias)


@form("function of the dataset", "sandbox")
def of_dataset(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    found = [made for made in OF_DATASET.values() if made.kind in (kind, "?") and not made.is_aggregate]
    if not found or kind == "BN":
        return None
    written = g.pick(found)
    return _name(g, written) + arguments(g, written, scope, g.expression(kind, scope, 0))


def _name(g: Generator, written: Written) -> str:
    """A function of the dataset by its name; where there is no server to ask for it, one in front of the query."""
    if g.has_parameters:
        return f"{g.pick(['{D}', '{D}', 'demo.{D}'])}.{written.name}"
    if g.is_in_body:
        return in_front(g, written)
    for one in called(written):
        body = re.sub(rf"{re.escape(DATASET_OF_BODY)}(\w+)\(", r"\1(", one.body)
        in_front(g, Written(one.name, one.parameters, body, one.kind, one.has_returns, one.is_aggregate, one.columns))
    return written.name


# MARK: Aggregates

def _aggregated(g: Generator, calls: list[tuple[str, str, str]], text: str, scope: Scope) -> Made:
    group = g.group(scope)
    return Made(f"SELECT {listed([group, *calls])} FROM {text}{filtered(g, scope)} GROUP BY {group[1]}",
                [(name, kind) for _, name, kind in [group, *calls]], [group[1]])


@shape("temporary aggregate function")
def temporary_aggregate(g: Generator) -> Made:
    text, scope = any_source(g)
    call = g.pick([call for call in g.aggregates if not call.needs_key])
    made = parameters(g, ["S", "I", g.any_kind()])
    with body_of(g):
        body = g.call(call, Scope([Rows(None, tuple(Column(name, kind) for name, kind in made))]))
    written = Written(g.name("fn"), made, body, call.kind, g.chance(30), is_aggregate=True)
    item = (in_front(g, written) + arguments(g, written, scope), g.name("a"), call.kind)
    return _aggregated(g, [item, g.aggregate(scope)], text, scope)


@shape("aggregate function of the dataset", "sandbox")
def aggregate_of_dataset(g: Generator) -> Made:
    text, scope = any_source(g)
    items = []
    for written in (made for made in OF_DATASET.values() if made.is_aggregate):
        items.append((_name(g, written) + arguments(g, written, scope), g.name("a"), str(written.kind)))
    return _aggregated(g, items, text, scope)


# MARK: Tables

def _constant(g: Generator, kind: str) -> str:
    return g.pick([g.literal(kind), g.pick(LITERALS[kind])])


@source("temporary table function")
def temporary_table(g: Generator) -> tuple[str, list[Rows]]:
    made = parameters(g, ["I", "S"])
    with body_of(g):
        text, rows = base(g)
        columns = tuple(column for column in shown(rows).columns if column.kind in ("S", "I", "D", "N", "AS"))[:7]
        inner = Scope([rows, Rows(None, tuple(Column(name, kind) for name, kind in made))])
        items = ", ".join(f"{rows.alias}.{column.name}" for column in columns)
        body = (f"SELECT {items} FROM {text} WHERE {rows.path(columns[0].name)} > {made[0][0]} OR "
                f"{g.expression('B', inner, 1)} OR {g.expression('S', Scope([rows]), 0)} = {made[1][0]}")
    written = Written(g.name("fn"), made, body, None)
    alias = g.name("t")
    given = ", ".join(_constant(g, kind) for _, kind in made)
    key = rows.key if rows.key and {column.name for column in columns} >= set(rows.key) else None
    return f"{in_front(g, written)}({given}) AS {alias}", [Rows(alias, columns, key)]


@source("temporary table function of a table")
def table_of_table(g: Generator) -> tuple[str, list[Rows]]:
    table = g.name("p")
    name, alias = g.pick(["people", "orders"]), g.name("t")
    rows = shown(g.world.tables[name])
    is_whole = rows == g.world.tables[name] and g.chance(50)
    given = f"(SELECT {', '.join(column.name for column in rows.columns)} FROM {name})"
    # No parameter beside it: it could have the name of one of the table's columns, which Scrim refuses.
    body = f"SELECT * FROM {table} AS x WHERE x.{rows.key[0] if rows.key else 'id'} > {g.pick(LITERALS['I'])}"
    written = Written(g.name("fn"), ((table, ANY_TABLE),), body, None)
    text = f"{in_front(g, written)}({f'TABLE {name}' if is_whole else given}) AS {alias}"
    return text, [Rows(alias, rows.columns, rows.key)]


@source("table function of the dataset", "sandbox")
def table_of_dataset(g: Generator) -> tuple[str, list[Rows]]:
    written = g.pick([made for made in OF_DATASET.values() if made.kind is None])
    alias = g.name("t")
    given = ", ".join(_constant(g, kind) for _, kind in written.parameters)
    return f"{_name(g, written)}({given}) AS {alias}", [
        Rows(alias, tuple(Column(name, kind) for name, kind in written.columns), (written.columns[0][0],))]
