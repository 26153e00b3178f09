"""Items of FROM: tables, views, wildcards, subqueries, joins of all kinds, arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from generator import Generator
from kinds import Column, Rows, Scope, renamed
from written_functions import DATASET_OF_BODY

Source = Callable[[Generator], tuple[str, list[Rows]]]
_SOURCES: list[tuple[str, tuple[str, ...], Source]] = []


def source(name: str, *engines: str) -> Callable[[Source], Source]:
    """Registers a shape of FROM; without engines it runs on both."""
    def register(made: Source) -> Source:
        def counted(g: Generator) -> tuple[str, list[Rows]]:
            g.use(name)
            return made(g)
        _SOURCES.append((name, engines or ("sandbox", "zetasql"), counted))
        return counted
    return register


def source_names(engine: str) -> set[str]:
    return {name for name, engines, _ in _SOURCES if engine in engines}


def any_source(g: Generator, is_forced: bool = True) -> tuple[str, Scope]:
    """A FROM of any shape; the first of a query goes round with its number."""
    made = [shape for _, engines, shape in _SOURCES if g.engine in engines]
    shape = g.turn(made) if is_forced else g.pick(made)
    text, rows = shape(g)
    return text, Scope(rows)


def base(g: Generator, name: str | None = None, *, is_table: bool = False) -> tuple[str, Rows]:
    """A table, a view or a wildcard under an alias of its own; a table for certain, where a clause applies to these only
    and a common table expression might have the name."""
    if name is None and g.is_in_body and g.engine == "zetasql":
        # Names have one part there, so that one of a body could be that of a common table expression.
        name = g.pick(["orders", "visits_20250302"])
    name = name or g.pick(["people"] * 5 + ["orders"] * 5 + ["visits_20250302"] + list(g.world.views))
    rows = g.world.tables.get(name) or g.world.views.get(name) or g.world.wildcards[name]
    alias = g.name("t")
    if name in g.world.views:
        g.use("view")
    path = name if g.engine == "zetasql" or not is_table and g.chance(75) else g.pick([f"{{D}}.{name}", f"`demo.{{D}}.{name}`"])
    if g.is_in_body:
        path = DATASET_OF_BODY + name
    written = f"`{path}`" if "*" in name and "`" not in path else path
    return f"{written} {g.pick(['AS ', 'AS ', ''])}{alias}", renamed(rows, alias)


@source("table")
def table(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = base(g)
    return text, [rows]


@source("table without an alias")
def bare_table(g: Generator) -> tuple[str, list[Rows]]:
    name = g.pick(["people", "orders"])
    return name, [renamed(g.world.tables[name], name)]


@source("columns without a qualifier")
def unqualified(g: Generator) -> tuple[str, list[Rows]]:
    name = g.pick(["people", "orders"])
    return name, [g.world.tables[name]]


@source("wildcard")
def wildcard(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = base(g, "visits_*")
    return text, [rows]


@source("_TABLE_SUFFIX")
def suffix(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = base(g, "visits_*")
    test = g.pick(["= '20250302'", "BETWEEN '20250301' AND '20250302'", "IN ('20250301', '20250303')", "> '20250301'"])
    inner = g.name("t")
    columns = [column for column in rows.columns if column.kind in ("I", "S", "Z") and not column.is_denied]
    listed = ", ".join(f"{rows.alias}.{column.name}" for column in columns)
    day = Column("day_of", "S", (), g.world.role == "teller")
    added = f", {rows.alias}._TABLE_SUFFIX AS day_of" if not day.is_denied else ""
    shown = (*columns, *([] if day.is_denied else [day]))
    return f"(SELECT {listed}{added} FROM {text} WHERE _TABLE_SUFFIX {test}) AS {inner}", [
        Rows(inner, tuple(shown), rows.key)]


@source("TABLESAMPLE")
def sample(g: Generator) -> tuple[str, list[Rows]]:
    """All of the table: less would be another sample each time."""
    text, rows = base(g, g.pick(["people", "orders", "visits_20250302"]), is_table=True)
    return f"{text} TABLESAMPLE SYSTEM (100 PERCENT)", [rows]


@source("FOR SYSTEM_TIME AS OF", "sandbox")
def as_of(g: Generator) -> tuple[str, list[Rows]]:
    """ZetaSQL's evaluator reads no table as of a time."""
    text, rows = base(g, g.pick(["people", "orders", "visits_20250302"]), is_table=True)
    time = g.pick(["CURRENT_TIMESTAMP()", "TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 0 SECOND)"])
    return f"{text} FOR SYSTEM_TIME AS OF {time}", [rows]


@source("subquery")
def subquery(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = base(g)
    where = f" WHERE {g.condition(Scope([rows]))}" if g.chance(50) else ""
    alias = g.name("t")
    return f"(SELECT {_listed(g, rows)}{where_from(text, where)}) AS {alias}", [renamed(shown(rows), alias)]


def where_from(text: str, where: str) -> str:
    return f" FROM {text}{where}"


def _listed(g: Generator, rows: Rows) -> str:
    """All columns that are not denied."""
    if rows.is_whole:
        return g.pick(["*", f"{rows.alias}.*"])
    if g.chance(50):
        g.use("* EXCEPT")
        return f"* EXCEPT ({', '.join(column.name for column in rows.columns if column not in shown(rows).columns)})"
    return ", ".join(f"{rows.alias}.{column.name}" for column in shown(rows).columns)


def shown(rows: Rows) -> Rows:
    """Without denied columns, and without those that hold one."""
    kept = tuple(column for column in rows.columns if not column.is_denied)
    return replace(rows, columns=kept, is_whole=True, is_wildcard=False)


@source("CTE")
def cte(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = base(g)
    name, alias = g.name("q"), g.name("t")
    g.tables.append(f"{name} AS (SELECT {_listed(g, rows)} FROM {text})")
    return f"{name} AS {alias}", [renamed(shown(rows), alias)]


@source("CTE over a CTE")
def nested_cte(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = cte(g)
    name, alias = g.name("q"), g.name("t")
    g.tables.append(f"{name} AS (SELECT * FROM {text} WHERE {g.expression('B', Scope(rows), 1)})")
    return f"{name} AS {alias}", [renamed(rows[0], alias)]


@source("CTE with the name of a table")
def shadowing_cte(g: Generator) -> tuple[str, list[Rows]]:
    rows = g.world.tables["people"]
    g.tables.append(f"people AS (SELECT {', '.join(column.name for column in shown(rows).columns)} FROM people "
                    "WHERE id > 2)")
    alias = g.name("t")
    return f"people AS {alias}", [renamed(shown(rows), alias)]


@source("recursive CTE")
def recursive_cte(g: Generator) -> tuple[str, list[Rows]]:
    name, alias = g.name("q"), g.name("t")
    g.is_recursive = True
    value = g.pick(["name", "email", "ssn", "phone"])
    g.tables.append(f"{name} AS (SELECT id, {value} AS v, 1 AS level FROM people WHERE id <= 3 UNION ALL "
                    f"SELECT p.id, p.{value}, r.level + 1 FROM {name} AS r JOIN people AS p ON p.id = r.id + 3 "
                    "WHERE r.level < 4)")
    return f"{name} AS {alias}", [Rows(alias, (Column("id", "I"), Column("v", "S"), Column("level", "I")), ("id",))]


JOINS = {"INNER JOIN": "JOIN", "LEFT JOIN": "LEFT JOIN", "RIGHT JOIN": "RIGHT OUTER JOIN", "FULL JOIN": "FULL JOIN"}


def _join(g: Generator, word: str, *names: str) -> tuple[str, list[Rows]]:
    (left_text, left), (right_text, right) = (base(g, name) for name in names or (None, None))
    return f"{left_text} {word} {right_text} ON {_on(g, left, right, is_plain=word.startswith('FULL'))}", [left, right]


def _on(g: Generator, left: Rows, right: Rows, *, is_plain: bool = False) -> str:
    kind = g.pick(["I", "I", "S"])
    pairs = Scope([left]).paths(kind), Scope([right]).paths(kind)
    if not all(pairs):
        kind, pairs = "I", (Scope([left]).paths("I"), Scope([right]).paths("I"))
    test = f"{g.pick(pairs[0])} = {g.pick(pairs[1])}"
    return test if is_plain or g.chance(70) else f"{test} AND {g.expression('B', Scope([left, right]), 1)}"


@source("INNER JOIN")
def inner_join(g: Generator) -> tuple[str, list[Rows]]:
    return _join(g, g.pick(["JOIN", "INNER JOIN"]))


@source("LEFT JOIN")
def left_join(g: Generator) -> tuple[str, list[Rows]]:
    return _join(g, "LEFT JOIN")


@source("RIGHT JOIN")
def right_join(g: Generator) -> tuple[str, list[Rows]]:
    return _join(g, "RIGHT OUTER JOIN")


@source("FULL JOIN")
def full_join(g: Generator) -> tuple[str, list[Rows]]:
    return _join(g, "FULL JOIN")


@source("CROSS JOIN")
def cross_join(g: Generator) -> tuple[str, list[Rows]]:
    (left_text, left), (right_text, right) = base(g), base(g)
    return f"{left_text} CROSS JOIN {right_text}", [left, right]


@source("comma join")
def comma_join(g: Generator) -> tuple[str, list[Rows]]:
    (left_text, left), (right_text, right) = base(g), base(g)
    return f"{left_text}, {right_text}", [left, right]


@source("three tables")
def three_tables(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = _join(g, g.pick(["JOIN", "LEFT JOIN"]))
    more, last = base(g, g.pick(["people", "orders"]))
    return f"{text} {g.pick(['JOIN', 'LEFT JOIN'])} {more} ON {_on(g, rows[0], last, is_plain=True)}", [*rows, last]


@source("join in parentheses")
def parenthesized_join(g: Generator) -> tuple[str, list[Rows]]:
    text, rows = _join(g, "JOIN", g.pick(["people", "orders"]), g.pick(["people", "orders"]))
    more, last = base(g, g.pick(["people", "orders"]))
    return f"{more} LEFT JOIN ({text}) ON {_on(g, last, rows[0], is_plain=True)}", [last, *rows]


@source("USING")
def using(g: Generator) -> tuple[str, list[Rows]]:
    (left_text, left), (right_text, right) = base(g, "orders"), base(g, "orders")
    return f"{left_text} {g.pick(['JOIN', 'LEFT JOIN'])} {right_text} USING (order_id)", [left, right]


@source("self join")
def self_join(g: Generator) -> tuple[str, list[Rows]]:
    (left_text, left), (right_text, right) = base(g, "people"), base(g, "people")
    path = g.pick(["email", "ssn", "phone", "id"])
    return f"{left_text} JOIN {right_text} ON {left.alias}.{path} = {right.alias}.{path}", [left, right]


def _array(g: Generator) -> tuple[str, Rows, str, Rows]:
    """A table, one of its arrays, and the array's items."""
    choices = [("people", "labels"), ("people", "aliases"), ("people", "contacts"), ("orders", "marks"),
               ("orders", "lines"), ("visits_20250301", "params")]
    usable = [(name, path) for name, path in choices
              if path in {column.name for column in shown(g.world.tables[name]).columns}]
    name, path = g.pick(usable)
    text, rows = base(g, name)
    column = next(column for column in rows.columns if column.name == path)
    alias = g.name("e")
    items = Rows(alias, column.fields) if column.kind == "A?" else Rows(None, (Column(alias, column.kind[1:]),))
    return text, rows, f"{rows.alias}.{path}", replace(items, key=None, is_whole=False)


def _alias(items: Rows) -> str:
    return items.alias or items.columns[0].name


def _with_offset(g: Generator, items: Rows) -> tuple[str, list[Rows]]:
    name = g.name("o")
    return f" WITH OFFSET AS {name}", [replace(items, key=()), Rows(None, (Column(name, "I"),), (name,), False)]


@source("array in a comma join")
def array_comma(g: Generator) -> tuple[str, list[Rows]]:
    text, rows, path, items = _array(g)
    return f"{text}, {path} AS {_alias(items)}", [rows, items]


@source("UNNEST WITH OFFSET")
def array_offset(g: Generator) -> tuple[str, list[Rows]]:
    text, rows, path, items = _array(g)
    offset, more = _with_offset(g, items)
    return f"{text} {g.pick([',', 'CROSS JOIN'])} UNNEST({path}) AS {_alias(items)}{offset}", [rows, *more]


@source("LEFT JOIN UNNEST")
def array_left(g: Generator) -> tuple[str, list[Rows]]:
    text, rows, path, items = _array(g)
    offset, more = _with_offset(g, items)
    return f"{text} LEFT JOIN UNNEST({path}) AS {_alias(items)}{offset}", [rows, *more]


@source("UNNEST of literals")
def literal_rows(g: Generator) -> tuple[str, list[Rows]]:
    alias = g.name("t")
    rows = ", ".join([f"STRUCT(0 AS x, {g.literal('S')} AS y)", *(f"({at}, {g.literal('S')})" for at in (1, 2))])
    text, more = base(g)
    return f"{text} CROSS JOIN UNNEST([{rows}]) AS {alias}", [
        more, Rows(alias, (Column("x", "I"), Column("y", "S")), ("x",), False)]


@source("array without an alias", "zetasql")
def array_bare(g: Generator) -> tuple[str, list[Rows]]:
    rows = g.world.tables["people"]
    path = g.pick(["aliases"] if g.world.role == "teller" else ["aliases", "labels"])
    return f"people, people.{path}", [renamed(rows, "people"), Rows(None, (Column(path, "S"),), None, False)]


@source("CROSS JOIN of an array path WITH OFFSET", "zetasql")
def array_path(g: Generator) -> tuple[str, list[Rows]]:
    text, rows, path, items = _array(g)
    offset, more = _with_offset(g, items)
    return f"{text} CROSS JOIN {path} AS {_alias(items)}{offset}", [rows, *more]


def bare_source(g: Generator) -> tuple[str, Scope]:
    """A FROM whose columns need no qualifier: what sqlglot can follow through a pipeline."""
    name = g.pick(["people", "orders", "orders", *g.world.views])
    rows = g.world.tables.get(name) or g.world.views[name]
    chosen = g.random.randrange(4)
    listed = ", ".join(column.name for column in shown(rows).columns)
    if chosen == 0:
        g.use("subquery")
        return f"(SELECT {listed} FROM {name})", Scope([shown(rows)])
    g.use("view" if name in g.world.views else "table")
    return name if g.chance(70) or g.engine == "zetasql" else f"{{D}}.{name}", Scope([rows])
