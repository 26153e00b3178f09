"""Pipelines: FROM and a chain of operators, each of which changes what the next one sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator import Generator
from kinds import GROUPABLE, Column, Rows, Scope
from generated_queries import Made, listed, shape
from sources import any_source, bare_source, base, shown


@dataclass
class Pipeline:
    """The text so far and what its rows hold."""

    text: str
    scope: Scope

    def add(self, text: str) -> None:
        self.text += f" |> {text}"

    def become(self, columns: list[tuple[str, str]], key: tuple[str, ...] | None) -> None:
        """From here on there are these columns alone, and no aliases of tables."""
        self.scope = Scope([Rows(None, tuple(Column(name, kind) for name, kind in columns), key)])

    @property
    def columns(self) -> list[tuple[str, Column]]:
        return self.scope.columns()


Operator = Callable[[Generator, Pipeline], None]


def where(g: Generator, made: Pipeline) -> None:
    made.add(f"WHERE {g.condition(made.scope)}")


def extend(g: Generator, made: Pipeline) -> None:
    items = [g.window(made.scope) if g.chance(30) else item for item in g.items(made.scope, 2)]
    made.add(f"EXTEND {listed(items)}")
    made.scope.rows.append(Rows(None, tuple(Column(name, kind) for _, name, kind in items), (), False))


def select(g: Generator, made: Pipeline) -> None:
    key = [(made.scope.key, g.name("k"), "I")] if made.scope.key else []
    items = g.items(made.scope, 2) + key
    made.add(f"SELECT {listed(items)}")
    made.become([(name, kind) for _, name, kind in items], (key[0][1],) if key else None)


def aggregate(g: Generator, made: Pipeline) -> None:
    groups = [g.group(made.scope) for _ in range(2)]
    items = [g.aggregate(made.scope) for _ in range(2)]
    word = "GROUP BY"
    if g.chance(30):
        g.use("GROUP AND ORDER BY")
        word = "GROUP AND ORDER BY"
    made.add(f"AGGREGATE {listed(items)} {word} {listed(groups)}")
    made.become([(name, kind) for _, name, kind in [*groups, *items]], None)


def aggregate_all(g: Generator, made: Pipeline) -> None:
    items = [g.aggregate(made.scope) for _ in range(3)]
    made.add(f"AGGREGATE {listed(items)}")
    made.become([(name, kind) for _, name, kind in items], None)


def order(g: Generator, made: Pipeline) -> None:
    if made.scope.key:
        made.add(f"ORDER BY {made.scope.key}{g.pick(['', ' DESC'])} |> LIMIT {g.pick([3, 9])}")
        g.use("|> LIMIT")


def join(g: Generator, made: Pipeline) -> None:
    text, rows = _beside(g, made)
    paths = made.scope.paths("I")
    if not paths:
        return
    key = rows.path(rows.key[0]) if rows.key else "id"
    made.add(f"{g.pick(['JOIN', 'LEFT JOIN', 'INNER JOIN'])} {text} ON {key} = {g.pick(paths)}")
    made.scope.rows.append(rows)


def _beside(g: Generator, made: Pipeline) -> tuple[str, Rows]:
    """A table to join; on the sandbox one with other names of columns, and no alias."""
    if g.engine == "zetasql":
        return base(g, g.pick(["people", "orders"]))
    here = {column.name for _, column in made.columns}
    name = "people" if not here & {"id", "person_id", "n"} else "orders"
    if here & {column.name for column in g.world.tables[name].columns}:
        select(g, made)
        name = g.pick(["people", "orders"])
    return name, g.world.tables[name]


def alias(g: Generator, made: Pipeline) -> None:
    """The columns under a name; only where they do not repeat one."""
    select(g, made)
    name = g.name("t")
    made.add(f"AS {name}")
    made.scope = Scope([replace(made.scope.rows[0], alias=name)])


def rename(g: Generator, made: Pipeline) -> None:
    select(g, made)
    rows = made.scope.rows[0]
    old, new = rows.columns[0], g.name("r")
    made.add(f"RENAME {old.name} AS {new}")
    made.scope = Scope([replace(rows, columns=(replace(old, name=new), *rows.columns[1:]))])


def set_(g: Generator, made: Pipeline) -> None:
    select(g, made)
    column = made.scope.rows[0].columns[0]
    made.add(f"SET {column.name} = {g.expression(column.kind, made.scope, 1)}")


def drop(g: Generator, made: Pipeline) -> None:
    select(g, made)
    rows = made.scope.rows[0]
    made.add(f"DROP {rows.columns[0].name}")
    made.scope = Scope([replace(rows, columns=rows.columns[1:])])


def distinct(g: Generator, made: Pipeline) -> None:
    items = [(g.expression(kind, made.scope, 1), g.name(), kind) for kind in (g.groupable_kind() for _ in range(3))]
    made.add(f"SELECT {listed(items)} |> DISTINCT")
    made.become([(name, kind) for _, name, kind in items], None)


def set_operation(g: Generator, made: Pipeline) -> None:
    kinds = [g.groupable_kind(), g.pick(GROUPABLE)]
    items = [(g.expression(kind, made.scope, 1), g.name(), kind) for kind in kinds]
    text, rows = base(g)
    more = [(g.expression(kind, Scope([rows]), 1), name, kind) for _, name, kind in items]
    word = g.pick(["UNION ALL", "UNION DISTINCT", "INTERSECT DISTINCT", "EXCEPT DISTINCT"])
    made.add(f"SELECT {listed(items)} |> {word} (SELECT {listed(more)} FROM {text})")
    made.become([(name, kind) for _, name, kind in items], None)


def pivot(g: Generator, made: Pipeline) -> None:
    by, value = (g.expression("S", made.scope, 0) for _ in range(2))
    made.add(f"SELECT {by} AS by_, {value} AS v |> PIVOT (COUNT(v) FOR by_ IN ('red' AS n_r, 'buy' AS n_b))")
    made.become([("n_r", "I"), ("n_b", "I")], None)


def unpivot(g: Generator, made: Pipeline) -> None:
    values = f"{g.expression('S', made.scope, 1)} AS va, UPPER({g.expression('S', made.scope, 1)}) AS vb"
    made.add(f"SELECT {values} |> UNPIVOT (v FOR k IN (va, vb))")
    made.become([("v", "S"), ("k", "S")], None)


def with_(g: Generator, made: Pipeline) -> None:
    text, rows = base(g, "people")
    name, other = g.name("q"), g.name("t")
    made.add(f"WITH {name} AS (SELECT id, email FROM {text})")
    paths = made.scope.paths("I")
    if paths:
        made.add(f"JOIN {name} AS {other} ON {other}.id = {g.pick(paths)}")
        made.scope.rows.append(Rows(other, (Column("id", "I"), Column("email", "S")), ("id",)))


def named_window(g: Generator, made: Pipeline) -> None:
    name = g.name("w")
    made.add(f"EXTEND COUNT(*) OVER x AS {name} WINDOW x AS (PARTITION BY {g.expression('S', made.scope, 0)})")
    made.scope.rows.append(Rows(None, (Column(name, "I"),), (), False))


OPERATORS: dict[str, tuple[Operator, tuple[str, ...]]] = {
    "|> WHERE": (where, ()), "|> EXTEND": (extend, ()), "|> SELECT": (select, ()), "|> AGGREGATE": (aggregate, ()),
    "|> AGGREGATE without groups": (aggregate_all, ()), "|> ORDER BY": (order, ()), "|> JOIN": (join, ()),
    "|> AS": (alias, ()), "|> RENAME": (rename, ("zetasql",)), "|> SET": (set_, ("zetasql",)),
    "|> DROP": (drop, ("zetasql",)), "|> DISTINCT": (distinct, ()), "|> set operation": (set_operation, ()),
    "|> PIVOT": (pivot, ()), "|> UNPIVOT": (unpivot, ()), "|> WITH": (with_, ("zetasql",)),
    "|> EXTEND with a named window": (named_window, ("zetasql",))}
_MORE = ("|> WHERE", "|> EXTEND", "|> JOIN", "|> ORDER BY")


def pipeline(g: Generator, name: str) -> Made:
    """A pipeline with one operator that must be there, some before it and some after."""
    text, scope = any_source(g) if g.engine == "zetasql" else bare_source(g)
    made = Pipeline(f"FROM {text}", Scope(list(scope.rows)))
    before = _MORE if g.engine == "zetasql" else _MORE[:1] if name.startswith("|> AGG") else _MORE[:2]
    for operator in g.random.sample(before, min(len(before), g.random.randrange(3))):
        g.use(operator)
        OPERATORS[operator][0](g, made)
    OPERATORS[name][0](g, made)
    after = before if g.engine == "zetasql" or name != "|> AS" else ()
    for operator in g.random.sample(after, min(len(after), g.random.randrange(2))):
        g.use(operator)
        OPERATORS[operator][0](g, made)
    select(g, made)
    return Made(made.text, [(column.name, column.kind) for _, column in made.columns])


def _register(name: str, engines: tuple[str, ...]) -> None:
    shape(name, *engines)(lambda g: pipeline(g, name))


for _name, (_, _engines) in OPERATORS.items():
    _register(_name, _engines)


@shape("pipeline that ends with its table")
def bare(g: Generator) -> Made:
    text, rows = base(g)
    test = f" |> WHERE {g.expression('B', Scope([rows]), 1)}" if g.chance(60) else ""
    left = [column.name for column in rows.columns if column not in shown(rows).columns]
    if left:
        return Made(f"FROM {text}{test} |> SELECT * EXCEPT ({', '.join(left)})", [])
    return Made(f"FROM {text}{test}", [])


@shape("|> TABLESAMPLE")
def sample(g: Generator) -> Made:
    name = g.pick(["people", "orders"])
    made = Pipeline(f"FROM {name} |> TABLESAMPLE SYSTEM (100 PERCENT)", Scope([g.world.tables[name]]))
    where(g, made)
    select(g, made)
    return Made(made.text, [(column.name, column.kind) for _, column in made.columns])


@shape("pipeline after a query", "zetasql")
def after_query(g: Generator) -> Made:
    text, rows = base(g)
    made = Pipeline(f"SELECT {', '.join(column.name for column in shown(rows).columns[:6])} FROM {text}",
                    Scope([replace(rows, alias=None, columns=shown(rows).columns[:6], key=None)]))
    where(g, made)
    extend(g, made)
    return Made(made.text, [])


@shape("pipeline in a subquery")
def nested(g: Generator) -> Made:
    made = pipeline(g, g.pick(["|> AGGREGATE", "|> EXTEND"]))
    return Made(f"SELECT * FROM ({made.sql})", made.columns)
