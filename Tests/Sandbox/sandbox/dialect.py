"""What a query needs before bqemulator translates it to DuckDB: parameters, byte functions, types, column names.

All of it works on sqlglot's tree. Overloaded functions (`SUBSTR` of STRING and of BYTES, …) become DuckDB macros
with typed parameters, because neither sqlglot nor DuckDB's own functions tell bytes from text there.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import exp

from .errors import GoogleError
from .lexical import POSITIONAL, normalized

# One statement per macro; the first overload is taken for a NULL without a type.
MACROS = (
    """CREATE OR REPLACE MACRO scrim_substr
       (v VARCHAR, p) AS substring(v, scrim_start(strlen_chars(v), p)),
       (v BLOB, p) AS array_slice(v, scrim_start(octet_length(v), p), octet_length(v)),
       (v VARCHAR, p, n) AS substring(v, scrim_start(strlen_chars(v), p), n),
       (v BLOB, p, n) AS CASE WHEN n <= 0 THEN ''::BLOB ELSE array_slice(
           v, scrim_start(octet_length(v), p), least(scrim_start(octet_length(v), p) + n - 1, octet_length(v))) END""",
    """CREATE OR REPLACE MACRO scrim_left
       (v VARCHAR, n) AS left(v, n),
       (v BLOB, n) AS CASE WHEN n <= 0 THEN ''::BLOB ELSE array_slice(v, 1, least(n, octet_length(v))) END""",
    """CREATE OR REPLACE MACRO scrim_right
       (v VARCHAR, n) AS right(v, n),
       (v BLOB, n) AS CASE WHEN n <= 0 THEN ''::BLOB
           ELSE array_slice(v, greatest(octet_length(v) - n + 1, 1), octet_length(v)) END""",
    # Written as `||` it would become a concatenation of texts, and bytes their escaped form.
    "CREATE OR REPLACE MACRO scrim_concat(a, b) AS a || b",
    "CREATE OR REPLACE MACRO scrim_element(v, p) AS CASE WHEN p < 1 THEN NULL ELSE list_extract(v, p) END",
    "CREATE OR REPLACE MACRO scrim_bytes(v VARCHAR) AS encode(v), (v BLOB) AS v",
    "CREATE OR REPLACE MACRO scrim_numeric(v) AS CAST(v AS DECIMAL(38, 9))",
    "CREATE OR REPLACE MACRO scrim_safe_numeric(v) AS TRY_CAST(v AS DECIMAL(38, 9))",
    # DuckDB's decimals end at 38 digits; a scale above 9 is what marks BIGNUMERIC.
    "CREATE OR REPLACE MACRO scrim_bignumeric(v) AS CAST(v AS DECIMAL(38, 19))",
    "CREATE OR REPLACE MACRO scrim_safe_bignumeric(v) AS TRY_CAST(v AS DECIMAL(38, 19))",
)
_HELPERS = (
    "CREATE OR REPLACE MACRO strlen_chars(v) AS length(v)",
    """CREATE OR REPLACE MACRO scrim_start(size, p) AS
       CASE WHEN p > 0 THEN p WHEN p = 0 OR p < -size THEN 1 ELSE size + p + 1 END""",
)
ALL_MACROS = _HELPERS + MACROS

_CASTS = {exp.DataType.Type.BINARY: "bytes", exp.DataType.Type.VARBINARY: "bytes",
          exp.DataType.Type.DECIMAL: "numeric", exp.DataType.Type.BIGDECIMAL: "bignumeric"}


def parsed(sql: str) -> exp.Expression:
    """The one statement in `sql`; a syntax error in BigQuery's words otherwise."""
    try:
        statements = [tree for tree in sqlglot.parse(normalized(sql), read="bigquery") if tree is not None]
    except RecursionError:
        raise too_complex() from None
    except sqlglot.errors.SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        line, column = details[0].get("line", 1), details[0].get("col", 1)
        near = details[0].get("highlight", "")
        raise GoogleError("invalidQuery", f'Syntax error: Unexpected "{near}" at [{line}:{column}]',
                          location="query") from None
    if len(statements) != 1:
        raise GoogleError("invalidQuery", "Syntax error: Unexpected end of script", location="query")
    return statements[0]


def too_complex() -> GoogleError:
    return GoogleError("resourcesExceeded", "Resources exceeded during query execution: The query is too complex.",
                       location="query")


def parameter_names(tree: exp.Expression) -> list[str]:
    """Names of the query parameters in order of first use; `?` counts as position 1, 2, …"""
    names: list[str] = []
    for node in tree.find_all(exp.Parameter, bfs=False):
        if (name := _parameter_name(node)) not in names:
            names.append(name)
    return names


def _parameter_name(node: exp.Parameter) -> str:
    return node.name.lower().removeprefix(POSITIONAL)


def adapted(tree: exp.Expression, parameters: list[dict[str, Any]]) -> exp.Expression:
    """A copy of a query with the gaps closed that this module knows."""
    tree = tree.copy()
    values = {(parameter.get("name") or str(position)).lower(): parameter
              for position, parameter in enumerate(parameters, start=1)}
    for node in list(tree.find_all(exp.Parameter, bfs=False)):
        if (name := _parameter_name(node)) not in values:
            raise GoogleError("invalidQuery", f"Query parameter '{name}' not found at [1:1]", location="query")
        node.replace(_literal(values[name]["parameterType"], values[name].get("parameterValue") or {}))
    _name_columns(tree)
    _keep_subscripts(tree)
    for node in list(tree.walk()):
        if (replacement := _replacement(node)) is not None:
            if node is tree:
                tree = replacement
            else:
                node.replace(replacement)
    return tree


def _replacement(node: exp.Expression) -> exp.Expression | None:
    """The form of one node that survives the way to DuckDB; None keeps it."""
    if isinstance(node, exp.Concat):
        return _concatenation(node.expressions)
    if isinstance(node, exp.DPipe) and not isinstance(node.parent, exp.DPipe):
        return _concatenation(list(node.flatten(unnest=False)))
    if isinstance(node, exp.Substring):
        return _call("scrim_substr", node.this, node.args.get("start"), node.args.get("length"))
    if isinstance(node, exp.Left):
        return _call("scrim_left", node.this, node.expression)
    if isinstance(node, exp.Right):
        return _call("scrim_right", node.this, node.expression)
    if isinstance(node, exp.Cast) and (cast := _CASTS.get(node.to.this)) is not None:
        safe = "safe_" if isinstance(node, exp.TryCast) and cast != "bytes" else ""
        return _call(f"scrim_{safe}{cast}", node.this)
    if isinstance(node, exp.Struct) and not isinstance(node.parent, exp.Array):
        _name_members(node)
    return None


def _concatenation(operands: list[exp.Expression]) -> exp.Expression:
    """Halved again and again, so that a long chain is no deep nesting."""
    if len(operands) == 1:
        return operands[0]
    middle = len(operands) // 2
    return _call("scrim_concat", _concatenation(operands[:middle]), _concatenation(operands[middle:]))


def _keep_subscripts(tree: exp.Expression) -> None:
    """SAFE_OFFSET and SAFE_ORDINAL as a call: beside some functions the emulator counts them twice."""
    for node in list(tree.find_all(exp.Bracket)):
        if node.args.get("safe") and len(node.expressions) == 1 and not isinstance(node.parent, exp.Dot):
            base = exp.Literal.number(1 - node.args.get("offset", 0))
            place = exp.Paren(this=exp.Add(this=node.expressions[0], expression=base))
            node.replace(_call("scrim_element", node.this, place))


def _call(name: str, *arguments: exp.Expression | None) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=[argument for argument in arguments if argument is not None])


def _name_columns(tree: exp.Expression) -> None:
    """Gives each column of a result, and of each subquery in FROM, the name that BigQuery gives it."""
    subqueries = [node.this for node in tree.find_all(exp.Subquery)
                  if isinstance(node.parent, (exp.From, exp.Join)) and isinstance(node.this, exp.Query)]
    tables = [node.this for node in tree.find_all(exp.CTE)]
    for query in [tree, *subqueries, *tables]:
        select = _first_select(query)
        if select is None or select.args.get("kind"):
            continue
        anonymous = 0
        for index, column in enumerate(list(select.expressions)):
            if column.is_star or isinstance(column, (exp.Alias, exp.Aliases)):
                continue
            name = inferred_name(column)
            if name is None:
                name, anonymous = f"f{anonymous}_", anonymous + 1
            alias = exp.Alias(this=column.copy(), alias=exp.to_identifier(name, quoted=True))
            select.expressions[index].replace(alias)


def _name_members(struct: exp.Struct) -> None:
    for position, member in enumerate(list(struct.expressions), start=1):
        if not isinstance(member, (exp.PropertyEQ, exp.Alias)):
            name = exp.to_identifier(inferred_name(member) or f"_field_{position}", quoted=True)
            member.replace(exp.PropertyEQ(this=name, expression=member.copy()))


def _first_select(query: exp.Expression) -> exp.Select | None:
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    return query if isinstance(query, exp.Select) else None


def inferred_name(column: exp.Expression) -> str | None:
    """ZetaSQL infers a name from a path (`a.b` gives `b`), also behind parentheses, and from nothing else."""
    while isinstance(column, exp.Paren):
        column = column.this
    if isinstance(column, exp.Column):
        return column.name
    if isinstance(column, exp.Dot) and isinstance(column.expression, exp.Identifier):
        return column.expression.name
    return None


def star_columns(tree: exp.Expression) -> Iterator[exp.Expression]:
    """Every `*` that reads columns, COUNT(*) apart."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield star


def _literal(kind: dict[str, Any], value: dict[str, Any]) -> exp.Expression:
    """A parameter as an expression of its declared type."""
    name = kind["type"].upper()
    if name == "ARRAY":
        items = [_literal(kind["arrayType"], item) for item in value.get("arrayValues", [])]
        return exp.cast(exp.Array(expressions=items), f"ARRAY<{_type_name(kind['arrayType'])}>", dialect="bigquery")
    if name == "STRUCT":
        values = value.get("structValues", {})
        members = [exp.alias_(_literal(member["type"], values.get(member["name"], {})), member["name"], quoted=True)
                   for member in kind["structTypes"]]
        return exp.Struct(expressions=[exp.PropertyEQ(this=member.args["alias"], expression=member.this)
                                       for member in members])
    text = value.get("value")
    if text is None:
        return exp.cast(exp.Null(), _type_name(kind), dialect="bigquery")
    if name == "BYTES":
        return exp.Unhex(this=exp.Literal.string(base64.b64decode(text).hex()))
    if name == "STRING":
        return exp.Literal.string(text)
    if name in ("INT64", "INTEGER"):
        number = exp.Literal.number(str(abs(int(text))))
        return exp.Paren(this=exp.Neg(this=number)) if int(text) < 0 else number
    if name == "JSON":
        return exp.ParseJSON(this=exp.Literal.string(text))
    return exp.cast(exp.Literal.string(text), _type_name(kind), dialect="bigquery")


def _type_name(kind: dict[str, Any]) -> str:
    name = kind["type"].upper()
    if name == "ARRAY":
        return f"ARRAY<{_type_name(kind['arrayType'])}>"
    if name == "STRUCT":
        return "STRUCT<" + ", ".join(f"`{m['name']}` {_type_name(m['type'])}" for m in kind["structTypes"]) + ">"
    if name == "RANGE":
        return f"RANGE<{_type_name(kind['rangeElementType'])}>"
    return {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}.get(name, name)
