"""Whole queries. A feature of the grammar is a function in a list; what it is called is counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import forms  # noqa: F401  (registers the forms of expressions)
from generator import Generator, Query, form_names
from kinds import GROUPABLE, Scope
from sources import any_source, base, shown, source_names
from world import World
from written_functions import expanded, substituted


@dataclass
class Made:
    """A SELECT, its columns as (name, type), and the columns that order it totally."""

    sql: str
    columns: list[tuple[str, str]]
    order: list[str] | None = None
    # Declared constants: name, type, and the values that it is given one after the other.
    variables: list[tuple[str, str, list[str]]] | None = None
    refusal: str | None = None


Shape = Callable[[Generator], Made]
_SHAPES: list[tuple[str, tuple[str, ...], Shape]] = []


def shape(name: str, *engines: str) -> Callable[[Shape], Shape]:
    """Registers a shape of query; without engines it runs on both."""
    def register(made: Shape) -> Shape:
        _SHAPES.append((name, engines or ("sandbox", "zetasql"), made))
        return made
    return register


def feature_names(engine: str) -> set[str]:
    return {name for name, engines, _ in _SHAPES if engine in engines} | source_names(engine) | form_names(engine)


def generated(seed: int, number: int, engine: str, worlds: list[World], *, has_parameters: bool = True) -> Query:
    """The query of a seed and a number."""
    g = Generator(seed, number, engine, worlds[number % len(worlds)], has_parameters)
    shapes = [(name, made) for name, engines, made in _SHAPES if engine in engines]
    if engine == "zetasql":  # where fewer queries run, what only it can run has two turns
        shapes += [(name, made) for name, engines, made in _SHAPES if engines == ("zetasql",)]
    name, chosen = g.turn(shapes, number // len(worlds))
    g.use(name)
    made = chosen(g)
    sql = made.sql
    if g.tables:
        sql = f"WITH {'RECURSIVE ' if g.is_recursive else ''}{', '.join(g.tables)} {sql}"
    is_ordered = made.order is not None and g.chance(50)
    if is_ordered:
        g.use("ORDER BY")
        sql += " ORDER BY " + ", ".join(name + g.pick(["", " DESC", " ASC"]) for name in made.order or [])
        if g.chance(50):
            g.use("LIMIT")
            sql += f" LIMIT {g.pick([1, 5, 20])}" + (" OFFSET 2" if g.chance(40) else "")
    return finished(g, sql, made, is_ordered)


def finished(g: Generator, sql: str, made: Made, is_ordered: bool) -> Query:
    parameters = _parameters(g)
    is_script = bool(made.variables or g.functions)
    if parameters and not is_script and g.chance(30) and "@" not in sql.replace("@q", "").replace("@example", ""):
        g.use("positional parameters")
        sql, parameters = _positional(sql, g)
    direct = expanded(sql, g.functions) if g.functions else sql
    if made.variables:
        direct = substituted(direct, constants(made.variables))
    front = "".join(written.statement(g.pick(["", "{D}."])) for written in g.functions.values())
    sql = declarations(g, made.variables or []) + front + sql
    direct = direct if is_script else None
    return Query(sql, g.world.role, g.features, set(), is_ordered, parameters, direct, made.refusal)


def declarations(g: Generator, variables: list[tuple[str, str, list[str]]]) -> str:
    """DECLARE of all, and SET where a variable is given more than one value."""
    declared = "".join(f"DECLARE {name} {kind}" + (f" DEFAULT {values[0]};\n" if values[0] else ";\n")
                       for name, kind, values in variables)
    return declared + "".join(f"SET {name} = {value};\n" for name, _, values in variables for value in values[1:])


def constants(variables: list[tuple[str, str, list[str]]]) -> dict[str, str]:
    """What each variable is in the end: a value may use its own one before it and those of variables before."""
    known: dict[str, str] = {}
    for name, kind, values in variables:
        for value in values:
            known[name] = f"(CAST({substituted(value or 'NULL', known)} AS {kind}))"
    return known


def _parameters(g: Generator) -> dict[str, dict[str, object]]:
    return {name: {"type": kind, "value": value} for name, (kind, value) in g.parameters.items()}


def _positional(sql: str, g: Generator) -> tuple[str, list[dict[str, object]]]:
    parts, given = [], []
    for at, part in enumerate(sql.split("@q")):
        if at == 0:
            parts.append(part)
            continue
        digits = part[:len(part) - len(part.lstrip("0123456789"))]
        kind, value = g.parameters[f"q{digits}"]
        given.append({"type": kind, "value": value})
        parts.append("?" + part[len(digits):])
    return "".join(parts), given


def listed(items: list[tuple[str, str, str]]) -> str:
    return ", ".join(f"{text} AS {name}" for text, name, _ in items)


def _key_item(g: Generator, scope: Scope) -> list[tuple[str, str, str]]:
    return [(scope.key, g.name("k"), "I")] if scope.key else []


def filtered(g: Generator, scope: Scope, percent: int = 50) -> str:
    if not g.chance(percent):
        return ""
    g.use("WHERE")
    return f" WHERE {g.condition(scope)}"


def plain(g: Generator, *, count: int = 3, where: int = 50) -> Made:
    text, scope = any_source(g)
    key = _key_item(g, scope)
    items = g.items(scope, count) + key
    return Made(f"SELECT {listed(items)} FROM {text}{filtered(g, scope, where)}",
                [(name, kind) for _, name, kind in items], [name for _, name, _ in key] or None)


@shape("SELECT")
def select(g: Generator) -> Made:
    return plain(g)


@shape("SELECT DISTINCT")
def distinct(g: Generator) -> Made:
    text, scope = any_source(g)
    items = [(g.expression(kind, scope), g.name(), kind) for kind in (g.groupable_kind() for _ in range(3))]
    names = [name for _, name, _ in items]
    return Made(f"SELECT DISTINCT {listed(items)} FROM {text}{filtered(g, scope)}",
                [(name, kind) for _, name, kind in items], names)


@shape("SELECT *")
def star(g: Generator) -> Made:
    text, rows = base(g)
    whole = shown(rows)
    hidden = [column.name for column in rows.columns if column not in whole.columns]
    left_out = hidden + [column.name for column in whole.columns[1:] if g.chance(20)]
    except_ = f" EXCEPT ({', '.join(left_out)})" if left_out else ""
    kept = [column for column in whole.columns if column.name not in left_out]
    replace_ = ""
    texts = [column.name for column in kept if column.kind == "S"]
    if texts and g.chance(50):
        g.use("* REPLACE")
        name = g.pick(texts)
        replace_ = f" REPLACE ({g.expression('S', Scope([rows]), 1)} AS {name})"
    return Made(f"SELECT {g.pick(['*', f'{rows.alias}.*'])}{except_}{replace_} FROM {text}{filtered(g, Scope([rows]))}",
                [(column.name, column.kind) for column in kept], list(rows.key) if rows.key else None)


@shape("row as a value")
def whole_row(g: Generator) -> Made:
    text, rows = base(g, g.pick(["v_people", "v_orders", "visits_20250301", "people"]) if g.world.views else "people")
    scope = Scope([rows])
    value = rows.alias if rows.is_whole else f"(SELECT AS STRUCT {rows.alias}.id, {rows.alias}.name)"
    return Made(f"SELECT {value} AS r, {scope.key} AS k FROM {text}{filtered(g, scope)}", [("r", "?"), ("k", "I")], ["k"])


@shape("STRUCT results")
def struct_result(g: Generator) -> Made:
    text, scope = any_source(g)
    parts = ", ".join(f"{g.expression(kind, scope, 1)} AS {g.name('f')}" for kind in ("S", "I", "D"))
    items = ", ".join(f"{text} AS {name}" for text, name, _ in g.items(scope, 3))
    return Made(f"SELECT STRUCT({parts}) AS s, {items} FROM {text}{filtered(g, scope)}", [("s", "?")])


@shape("SELECT AS STRUCT", "zetasql")
def select_as_struct(g: Generator) -> Made:
    made = plain(g)
    return Made(made.sql.replace("SELECT ", "SELECT AS STRUCT ", 1), made.columns)


@shape("windows")
def windows(g: Generator) -> Made:
    text, scope = any_source(g)
    key = _key_item(g, scope)
    items = g.items(scope, 2) + [g.window(scope) for _ in range(2)] + key
    return Made(f"SELECT {listed(items)} FROM {text}{filtered(g, scope, 30)}",
                [(name, kind) for _, name, kind in items], [name for _, name, _ in key] or None)


@shape("QUALIFY")
def qualify(g: Generator) -> Made:
    text, scope = any_source(g)
    items = g.items(scope, 3)
    call, _, kind = g.window(scope)
    test = call + {"I": " <= 2", "S": " != 'red'"}.get(kind, " IS NOT NULL")
    return Made(f"SELECT {listed(items)} FROM {text} WHERE {g.condition(scope)} QUALIFY {test}",
                [(name, kind) for _, name, kind in items])


@shape("named window")
def named_window(g: Generator) -> Made:
    text, scope = any_source(g)
    items = g.items(scope, 2)
    order = f"ORDER BY {scope.key}" if scope.key else ""
    part = g.expression("S", scope, 0)
    calls = f"COUNT(*) OVER w AS n, MIN({g.expression('S', scope, 1)}) OVER w AS m"
    return Made(f"SELECT {listed(items)}, {calls} FROM {text}{filtered(g, scope, 30)} "
                f"WINDOW w AS (PARTITION BY {part} {order})",
                [(name, kind) for _, name, kind in items] + [("n", "I"), ("m", "S")])


@shape("windows that build on another", "zetasql")
def chained_window(g: Generator) -> Made:
    text, scope = any_source(g)
    items = g.items(scope, 2)
    return Made(f"SELECT {listed(items)}, COUNT(*) OVER (v ORDER BY {g.expression('S', scope, 0)}) AS n FROM {text} "
                f"WINDOW w AS (PARTITION BY {g.expression('S', scope, 0)}), v AS w",
                [(name, kind) for _, name, kind in items] + [("n", "I")])


def grouped(g: Generator, clause: Callable[[list[str]], str], *, count: int = 2, having: int = 30) -> Made:
    """`clause` makes GROUP BY of the names of the grouping columns."""
    text, scope = any_source(g)
    groups = [g.group(scope) for _ in range(count)]
    if g.forced:
        call = g.forced.pop()
        if call.kind in GROUPABLE:
            groups[0] = (g.call(call, scope), groups[0][1], call.kind)
    made = [g.aggregate(scope), g.aggregate(scope)]
    test = ""
    if g.chance(having):
        g.use("HAVING")
        largest = f"MAX({g.expression('S', scope, 0)}) IS NOT NULL"
        test = f" HAVING {g.pick(['COUNT(*) > 1', largest, 'COUNT(*) < 9'])}"
    names = [name for _, name, _ in groups]
    # Beside `*` sqlglot takes the name of an item for one of a column.
    by = names if g.engine == "zetasql" or "*" not in text + "".join(g.tables) else ["1", "2"][:count]
    return Made(f"SELECT {listed([*groups, *made])} FROM {text}{filtered(g, scope)} {clause(by)}{test}",
                [(name, kind) for _, name, kind in [*groups, *made]], names)


@shape("GROUP BY")
def group_by(g: Generator) -> Made:
    return grouped(g, lambda names: f"GROUP BY {', '.join(names)}")


@shape("GROUP BY ordinals")
def group_by_ordinals(g: Generator) -> Made:
    return grouped(g, lambda names: f"GROUP BY {', '.join(str(at + 1) for at in range(len(names)))}")


@shape("GROUP BY ALL")
def group_by_all(g: Generator) -> Made:
    return grouped(g, lambda names: "GROUP BY ALL")


def _sets(g: Generator, clause: Callable[[list[str]], str], *, grouping: bool = False) -> Made:
    """Groups are plain columns, because expressions are repeated in GROUPING()."""
    text, rows = base(g, g.pick(["people", "orders"]))
    scope = Scope([rows])
    names = [column.name for column in rows.columns if column.kind in ("S", "I", "D", "N") and not column.is_denied]
    paths = [f"{rows.alias}.{name}" for name in g.random.sample(names, 2)]
    made = [g.aggregate(scope)]
    extra = f", GROUPING({paths[0]}) AS gr" if grouping else ""
    return Made(f"SELECT {paths[0]} AS x, {paths[1]} AS y, {listed(made)}{extra} FROM {text}{filtered(g, scope)} "
                f"{clause(paths)}",
                [("x", "S"), ("y", "S"), (made[0][1], made[0][2])])


@shape("ROLLUP")
def rollup(g: Generator) -> Made:
    return _sets(g, lambda paths: f"GROUP BY ROLLUP ({', '.join(paths)})", grouping=True)


@shape("CUBE")
def cube(g: Generator) -> Made:
    return _sets(g, lambda paths: f"GROUP BY CUBE ({', '.join(paths)})")


@shape("GROUPING SETS")
def grouping_sets(g: Generator) -> Made:
    return _sets(g, lambda paths: f"GROUP BY GROUPING SETS (({paths[0]}), ({paths[1]}, {paths[0]}), ())", grouping=True)


@shape("aggregation without groups")
def aggregation(g: Generator) -> Made:
    text, scope = any_source(g)
    items = [g.aggregate(scope) for _ in range(3)]
    return Made(f"SELECT {listed(items)} FROM {text}{filtered(g, scope)}", [(name, kind) for _, name, kind in items])


import pipes  # noqa: E402, F401  (registers its shapes)
import routine_queries  # noqa: E402, F401
import special_queries  # noqa: E402, F401
