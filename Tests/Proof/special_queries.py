"""Set operations, PIVOT and UNPIVOT, queries in queries, scripts and refusals."""

from __future__ import annotations

import re

from generator import Generator
from kinds import GROUPABLE, LITERALS, PARAMETERS, Rows, Scope
from generated_queries import Made, filtered, grouped, listed, plain, shape
from sources import any_source, base


def _arms(g: Generator, word: str, *, count: int = 2) -> Made:
    kinds = [g.groupable_kind(), g.pick(GROUPABLE), g.pick(GROUPABLE)]
    names = [g.name() for _ in kinds]
    arms = []
    for at in range(count):
        text, scope = any_source(g, at == 0) if g.chance(50) else (lambda pair: (pair[0], Scope([pair[1]])))(base(g))
        items = [(g.expression(kind, scope, 1), name, kind) for kind, name in zip(kinds, names, strict=True)]
        arms.append(f"SELECT {listed(items)} FROM {text}{filtered(g, scope)}")
    return Made(f" {word} ".join(arms), list(zip(names, kinds, strict=True)),
                names if "DISTINCT" in word else None)


@shape("UNION ALL")
def union_all(g: Generator) -> Made:
    return _arms(g, "UNION ALL", count=g.pick([2, 3]))


@shape("UNION DISTINCT")
def union_distinct(g: Generator) -> Made:
    return _arms(g, "UNION DISTINCT")


@shape("INTERSECT DISTINCT")
def intersect(g: Generator) -> Made:
    return _arms(g, "INTERSECT DISTINCT")


@shape("EXCEPT DISTINCT")
def except_distinct(g: Generator) -> Made:
    return _arms(g, "EXCEPT DISTINCT")


@shape("UNION ALL BY NAME")
def union_by_name(g: Generator) -> Made:
    (left, one), (right, two) = base(g), base(g)
    a, b = (Scope([rows]) for rows in (one, two))
    return Made(f"SELECT {g.expression('S', a, 1)} AS x, {g.expression('I', a, 1)} AS y FROM {left} UNION ALL BY NAME "
                f"SELECT {g.expression('I', b, 1)} AS y, {g.expression('S', b, 1)} AS x FROM {right}",
                [("x", "S"), ("y", "I")])


@shape("other set operations by name", "zetasql")
def set_by_name(g: Generator) -> Made:
    (left, one), (right, two) = base(g), base(g)
    a, b = (Scope([rows]) for rows in (one, two))
    word = g.pick(["FULL UNION ALL BY NAME", "INNER UNION DISTINCT BY NAME", "UNION ALL CORRESPONDING",
                   "LEFT UNION ALL BY NAME", "UNION DISTINCT BY NAME"])
    extra = "" if word.startswith(("UNION", "LEFT")) else f", {g.expression('S', b, 1)} AS z"
    return Made(f"SELECT {g.expression('S', a, 1)} AS x, {g.expression('I', a, 1)} AS y FROM {left} {word} "
                f"SELECT {g.expression('I', b, 1)} AS y, {g.expression('S', b, 1)} AS x{extra} FROM {right}",
                [("x", "S"), ("y", "I")])


@shape("PIVOT")
def pivot(g: Generator) -> Made:
    text, rows = base(g, g.pick(["people", "orders"]))
    names = [column.name for column in rows.columns if column.kind == "S" and not column.is_denied]
    by, value = g.pick(names), g.pick(names)
    key = rows.key[0] if rows.key else "id"
    alias = g.name("v")
    inner = f"SELECT {rows.alias}.{by} AS by_, {rows.alias}.{value} AS v, {rows.alias}.{key} AS n FROM {text}"
    return Made(f"SELECT * FROM ({inner}) PIVOT (COUNT(v) AS n, MIN(v) AS m FOR by_ IN ('red' AS r, 'buy' AS b, "
                f"'XXXXX1000')) AS {alias}",
                [("n", "I")], None)


@shape("UNPIVOT")
def unpivot(g: Generator) -> Made:
    _, rows = base(g, "people")
    names = [name for name in ("name", "email", "ssn", "phone", "grp") if any(
        column.name == name and not column.is_denied for column in rows.columns)]
    chosen = ", ".join(g.random.sample(names, 3))
    nulls = g.pick(["", "INCLUDE NULLS ", "EXCLUDE NULLS "])
    return Made(f"SELECT id, v, k FROM (SELECT id, {', '.join(names)} FROM people) "
                f"UNPIVOT {nulls}(v FOR k IN ({chosen}))",
                [("id", "I"), ("v", "S"), ("k", "S")], ["id", "k"])


@shape("subquery in FROM of a whole query")
def nested(g: Generator) -> Made:
    made = plain(g)
    alias = g.name("t")
    rows = Rows(alias, ())
    names = [name for name, kind in made.columns if kind in GROUPABLE][:3]
    items = ", ".join(rows.path(name) for name in names) or "1 AS one"
    return Made(f"SELECT {items} FROM ({made.sql}) AS {alias}", [(name, "S") for name in names] or [("one", "I")])


@shape("CTE of a whole query")
def cte_of_query(g: Generator) -> Made:
    made = grouped(g, lambda names: f"GROUP BY {', '.join(names)}")
    name = g.name("q")
    g.tables.append(f"{name} AS ({made.sql})")
    return Made(f"SELECT * FROM {name}", made.columns, made.order)


@shape("ordered subquery with LIMIT")
def limited(g: Generator) -> Made:
    text, rows = base(g, "people")
    scope = Scope([rows])
    items = g.items(scope, 3)
    return Made(f"SELECT * FROM (SELECT {listed(items)} FROM {text} ORDER BY {scope.key} LIMIT {g.pick([2, 5])})",
                [(name, kind) for _, name, kind in items])


@shape("query without a table")
def constant(g: Generator) -> Made:
    scope = Scope([])
    items = [(g.expression(kind, scope, 2), g.name(), kind) for kind in PARAMETERS if kind != "AI"][:4]
    people = f"(SELECT COUNT(*) FROM people WHERE {g.pick(['email', 'ssn', 'name'])} LIKE 'X%')"
    return Made(f"SELECT {listed(items)}, {people} AS n", [(name, kind) for _, name, kind in items] + [("n", "I")])


@shape("DECLARE")
def declared(g: Generator) -> Made:
    text, rows = base(g, g.pick(["people", "orders"]))
    scope = Scope([rows])
    items = g.items(scope, 3)
    path, word = g.pick(scope.paths("I")), g.pick(scope.paths("S"))
    body = f"SELECT {listed(items)} FROM {text} WHERE {path} > lowest OR {word} = wanted"
    return Made(body, [(name, kind) for _, name, kind in items],
                variables=[("lowest", "INT64", ["3"]), ("wanted", "STRING", ["'red'"])])


# Values that Scrim refuses (`statement.script_value`): names that lambdas and WITH give are taken for variables, what
# somebody wrote may differ at each use, and tables may be captured where the value is put.
_NO_VALUE = re.compile(r"->|\bWITH ?\(|\bfn\d+\(|\{D\}|\bFROM\b")


def _constant(g: Generator, kind: str) -> str:
    text = g.expression(kind, Scope([]), 1)
    return g.literal(kind) if _NO_VALUE.search(text) else text


@shape("SET")
def set_constants(g: Generator) -> Made:
    """Constants that are set once or more, some from others."""
    text, rows = base(g, g.pick(["people", "orders"]))
    scope = Scope([rows])
    items = g.items(scope, 3)
    path, word = g.pick(scope.paths("I")), g.pick(scope.paths("S"))
    first, amount, last = "lowest", g.pick(["amount_of", "quarter"]), "wanted"
    body = (f"SELECT {listed(items)}, {amount} AS n FROM {text} "
            f"WHERE {path} > {first} OR {word} = {last} OR {amount} < {first}")
    return Made(body, [(name, kind) for _, name, kind in items] + [("n", "F")], variables=[
        (first, "INT64", [g.pick(["", "3"]), g.pick(LITERALS["I"]), f"{first} - 1"]),
        (amount, "FLOAT64", [_constant(g, "F"), f"{first} * 2"][:g.pick([1, 2])]),
        (last, "STRING", ["", _constant(g, "S")])])


@shape("denied column")
def denied(g: Generator) -> Made:
    """A refusal that is documented, with its code; for a role to whom nothing is denied, any query."""
    if not g.world.denied:
        return plain(g)
    table, column = g.pick(g.world.denied)
    sql = g.pick([f"SELECT {column} FROM {table}", f"SELECT 1 AS one FROM {table} WHERE {column} IS NULL",
                  f"SELECT * FROM {table}", f"SELECT TO_JSON_STRING(t) AS j FROM {table} AS t",
                  f"SELECT COUNT(*) AS n FROM {table} GROUP BY TO_JSON_STRING({column})"])
    return Made(sql, [], refusal="column.denied")
