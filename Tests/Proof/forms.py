"""Forms of expressions beyond columns, literals and calls: each gives one of the type asked for, or nothing."""

from __future__ import annotations

from generator import Generator, Scope, form, sql_type
from kinds import GROUPABLE, LITERALS
from sources import base

TARGETS = {"S": ("I", "D", "B", "Z", "F", "N"), "I": ("B", "S"), "F": ("I", "N"), "N": ("I",), "D": ("Z", "E"),
           "E": ("Z", "D"), "Z": ("D", "E"), "T": ("E",), "Y": ("S",)}


@form("CASE WHEN")
def searched_case(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return (f"CASE WHEN {g.expression('B', scope, depth - 1)} THEN {g.expression(kind, scope, depth - 1)} "
            f"WHEN {g.expression('B', scope, 0)} THEN {g.expression(kind, scope, 0)} "
            f"ELSE {g.expression(kind, scope, 0)} END")


@form("CASE of a value")
def simple_case(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return (f"CASE {g.expression('S', scope, 0)} WHEN 'red' THEN {g.expression(kind, scope, 0)} "
            f"WHEN {g.expression('S', scope, 0)} THEN {g.expression(kind, scope, 0)} END")


@form("CAST")
def cast(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in TARGETS:
        return f"CAST({g.expression(kind, scope, 0)} AS {sql_type(kind)})"
    source = g.pick(TARGETS[kind])
    word = "SAFE_CAST" if source == "S" and kind != "Y" else g.pick(["CAST", "CAST", "SAFE_CAST"])
    return f"{word}({g.expression(source, scope, depth - 1)} AS {sql_type(kind)})"


@form("NULL of a type")
def null(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"IF({g.expression('B', scope, 0)}, NULL, {g.expression(kind, scope, 0)})"


@form("SAFE. call")
def safe(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"SAFE.LOWER({g.expression('S', scope, 0)})" if kind == "S" else None


@form("field of a STRUCT constructor")
def struct_field(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"STRUCT({g.expression(kind, scope, depth - 1)} AS a, {g.expression('S', scope, 0)} AS b).a"


@form("subscript of an array constructor")
def array_item(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind.startswith("A"):
        return None
    items = f"{g.expression(kind, scope, 0)}, {g.expression(kind, scope, 0)}"
    return f"[{items}][{g.pick(['OFFSET(0)', 'ORDINAL(2)', 'SAFE_OFFSET(1)', 'SAFE_ORDINAL(5)', '0'])}]"


@form("parameter as an expression", "sandbox")
def parameter(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return g.parameter(kind if kind in LITERALS or kind in ("AS", "AI") else "S") if kind not in ("J", "BN") else None


@form("scalar subquery of an aggregate")
def scalar_subquery(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in GROUPABLE:
        return None
    text, rows = base(g)
    inner = Scope([rows])
    value = g.expression(kind, inner, 0)
    where = f" WHERE {g.condition(inner)}" if g.chance(50) else ""
    return f"(SELECT {g.pick(['MIN', 'MAX'])}({value}) FROM {text}{where})"


@form("correlated scalar subquery")
def correlated_subquery(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in GROUPABLE or not scope.paths("I"):
        return None
    text, rows = base(g)
    inner = Scope([rows])
    if not inner.paths("I"):
        return None
    return (f"(SELECT MAX({g.expression(kind, inner, 0)}) FROM {text} WHERE {g.pick(inner.paths('I'))} = "
            f"{g.pick(scope.paths('I'))})")


def _test(g: Generator, kind: str, scope: Scope, test: str) -> str:
    return test if kind == "B" else f"IF({test}, {g.expression(kind, scope, 0)}, {g.expression(kind, scope, 0)})"


@form("EXISTS")
def exists(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    text, rows = base(g)
    inner = Scope([rows])
    joined = f" AND {g.pick(inner.paths('I'))} = {g.pick(scope.paths('I'))}" \
        if scope.paths("I") and inner.paths("I") and g.chance(60) else ""
    word = g.pick(["EXISTS", "NOT EXISTS"])
    return _test(g, kind, scope, f"{word}(SELECT 1 FROM {text} WHERE {g.expression('B', inner, 1)}{joined})")


@form("IN of a subquery")
def in_subquery(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    text, rows = base(g)
    inner, of = Scope([rows]), g.pick(["S", "I", "I"])
    word = g.pick(["IN", "IN", "NOT IN"])
    test = f"{g.expression(of, scope, 0)} {word} (SELECT {g.expression(of, inner, 0)} FROM {text})"
    return _test(g, kind, scope, test)


@form("ARRAY of a subquery")
def array_subquery(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in ("AS", "AI"):
        return None
    text, rows = base(g)
    inner = Scope([rows])
    value = f"IFNULL({g.expression(kind[1:], inner, 0)}, {g.literal(kind[1:])})"
    return f"ARRAY(SELECT {value} AS v FROM {text} ORDER BY v LIMIT 4)"


@form("array of rows transformed")
def array_of_rows(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind not in ("AS", "I", "S"):
        return None
    found = array_paths(scope)
    if not found:
        return None
    path, leaf = g.pick(found)
    if kind == "I":
        return f"(SELECT COUNT(e.{leaf}) FROM UNNEST({path}) AS e)"
    if kind == "S":
        return f"(SELECT MAX(e.{leaf}) FROM UNNEST({path}) AS e WITH OFFSET AS o WHERE o < 2)"
    return f"ARRAY(SELECT e.{leaf} FROM UNNEST({path}) AS e WITH OFFSET AS o WHERE e.{leaf} IS NOT NULL ORDER BY o)"


@form("field of an array's item")
def item_field(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    found = array_paths(scope)
    if kind != "S" or not found:
        return None
    path, leaf = g.pick(found)
    return f"{path}[{g.pick(['SAFE_OFFSET(0)', 'SAFE_ORDINAL(1)'])}].{leaf}"


def array_paths(scope: Scope) -> list[tuple[str, str]]:
    """Arrays of rows without denied fields, each with a text among its fields."""
    return [(path, leaf.name) for path, column in scope.columns() if column.kind == "A?" and not any(
        inner.kind == "?" for inner in column.fields)
        for leaf in column.fields if leaf.kind == "S"]


@form("nested field")
def nested(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    found = [f"{path}.{leaf.name}" for path, column in scope.columns() if column.kind == "?"
             for leaf in column.fields if leaf.kind == kind]
    return g.pick(found) if found else None


@form("row as text")
def row_as_text(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    whole = [rows for rows in scope.rows if rows.alias and rows.is_whole and not rows.is_wildcard]
    return f"TO_JSON_STRING({g.pick(whole).alias})" if kind == "S" and whole else None


@form("STRUCT as text")
def struct_as_text(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind != "S":
        return None
    return f"TO_JSON_STRING(STRUCT({g.expression('S', scope, 0)} AS x, {g.expression('I', scope, 0)} AS y))"


@form("comparison of rows")
def row_comparison(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    left, right = (f"({g.expression('S', scope, 0)}, {g.expression('I', scope, 0)})" for _ in range(2))
    return _test(g, kind, scope, f"{left} = {right}")


@form("IN of rows", "zetasql")
def row_in(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    left = f"({g.expression('S', scope, 0)}, {g.expression('I', scope, 0)})"
    return _test(g, kind, scope, f"{left} IN (('red', 1), (NULL, 2))")


@form("WITH expression", "zetasql")
def with_expression(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"WITH(x AS {g.expression(kind, scope, depth - 1)}, y AS x, y)"


@form("typed array literal")
def typed_array(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"ARRAY_LENGTH(ARRAY<STRING>[{g.expression('S', scope, 0)}, 'z'])" if kind == "I" else None


@form("typed STRUCT literal", "zetasql")
def typed_struct(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    if kind.startswith("A"):
        return None
    return f"STRUCT<a {sql_type(kind)}, b INT64>({g.expression(kind, scope, 0)}, 1).a"


@form("subquery in parentheses of parentheses")
def deep_subquery(g: Generator, kind: str, scope: Scope, depth: int) -> str | None:
    return f"((SELECT {g.expression(kind, scope, 0)}))"
