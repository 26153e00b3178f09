"""User-defined functions: their resources, and their bodies in the place of their calls.

The expansion works on sqlglot's tree and shares nothing with Scrim's. A scalar body without a query takes its arguments
in place; one with a query stands around a row of them, so that names of its own go before its parameters, as they do
in GoogleSQL. Arguments of table functions stand in place, tables as common table expressions. A function in
JavaScript is run when its body is `return` and an expression that SQL writes in the same way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from . import dialect
from .errors import GoogleError, not_found

if TYPE_CHECKING:
    from .references import References, Resolver

Key = tuple[str, str, str]
# Members that are kept as they are sent.
_COMPUTED = ("etag", "routineReference", "creationTime", "lastModifiedTime")
_JAVASCRIPT = re.compile(r"\s*return\s+([^;]+);?\s*")


class Routines:
    """All routines; names are case-sensitive."""

    def __init__(self, resolver: Callable[[str], Resolver]) -> None:
        self._resolver = resolver
        self._resources: dict[Key, dict[str, Any]] = {}

    def put(self, key: Key, body: dict[str, Any], *, is_new: bool) -> None:
        if is_new and key in self._resources:
            raise GoogleError("duplicate", f"Already Exists: Routine {key[0]}:{key[1]}.{key[2]}")
        if not is_new:
            self._get(key)
        if not body.get("definitionBody") or not body.get("routineType"):
            raise GoogleError("required", "Required parameter is missing: definitionBody, routineType")
        now = str(time.time_ns() // 1_000_000)
        kept = {name: value for name, value in body.items() if name not in _COMPUTED}
        self._resources[key] = {"language": "SQL", **kept, "creationTime": now, "lastModifiedTime": now}

    def rest(self, key: Key) -> dict[str, Any]:
        """The resource as `routines.get` answers it."""
        resource = self._get(key)
        digest = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).digest()
        return {"etag": base64.b64encode(digest[:16]).decode(), **resource,
                "routineReference": {"projectId": key[0], "datasetId": key[1], "routineId": key[2]}}

    def list(self, project: str, dataset: str) -> list[dict[str, Any]]:
        kept = ("etag", "routineReference", "routineType", "language", "creationTime", "lastModifiedTime")
        return [{name: self.rest(key)[name] for name in kept} for key in sorted(self._resources)
                if key[:2] == (project, dataset)]

    def delete(self, key: Key) -> None:
        self._get(key)
        del self._resources[key]

    def _get(self, key: Key) -> dict[str, Any]:
        if key not in self._resources:
            raise not_found("Routine", f"{key[0]}:{key[1]}.{key[2]}")
        return self._resources[key]

    # MARK: Calls

    def expand(self, tree: exp.Expression, resolver: Resolver, found: References) -> None:
        """Puts bodies in the place of calls, and notes what they read."""
        for node in reversed(list(tree.find_all(exp.Anonymous, bfs=False))):  # arguments before the calls around them
            place = node.parent if isinstance(node.parent, (exp.Dot, exp.Table)) and node.parent.args.get(
                "expression", node.parent.this) is node else node
            key = resolver.key(_names(place, node))
            if key is None or key not in self._resources:
                continue
            resource = self._resources[key]
            expected = len(resource.get("arguments") or [])
            if len(node.expressions) != expected:
                raise GoogleError("invalidQuery", f"Number of arguments does not match for function {key[1]}.{key[2]}. "
                                  f"Supported signature has {expected} arguments", location="query")
            is_table = isinstance(place, exp.Table)
            body = self._body(key, resource, is_table, found)
            arguments = dict(zip((argument["name"].lower() for argument in resource.get("arguments") or []),
                                 zip(resource.get("arguments") or [], node.expressions, strict=True), strict=True))
            made = _table(body, resource, arguments) if is_table else _scalar(body, resource, arguments)
            if is_table:
                alias = place.args.get("alias")
                made = exp.Subquery(this=made, alias=alias.copy() if alias else exp.TableAlias(
                    this=exp.to_identifier(key[2], quoted=True)))
                for name in ("joins", "pivots", "laterals"):
                    if place.args.get(name):
                        made.set(name, place.args[name])
            place.replace(made)

    def _body(self, key: Key, resource: dict[str, Any], is_table: bool, found: References) -> exp.Expression:
        text = resource["definitionBody"]
        if resource["language"] == "JAVASCRIPT":
            match = _JAVASCRIPT.fullmatch(text)
            if match is None:
                raise GoogleError("invalidQuery", "the sandbox runs JavaScript of one expression only")
            text = match.group(1)
        tree = dialect.parsed(text if is_table else f"SELECT ({text}\n)")
        tables = {argument["name"].lower() for argument in resource.get("arguments") or []
                  if argument.get("argumentKind", "").endswith("_TABLE")}
        inner = self._resolver(key[0]).of(tree, tables=frozenset(tables))
        if key not in found.routines:
            found.routines.append(key)
        found.add(inner)
        return tree if is_table else tree.expressions[0].unalias()


def _names(place: exp.Expression, call: exp.Anonymous) -> list[str]:
    """The written name of a function, part by part."""
    if isinstance(place, exp.Table):
        written = [part.name for part in (place.args.get("catalog"), place.args.get("db")) if part is not None]
    elif isinstance(place, exp.Dot):
        written = [part.name for part in place.this.find_all(exp.Identifier, bfs=False)]
    else:
        written = []
    own = call.this.name if isinstance(call.this, exp.Expression) else call.this
    return [piece for name in [*written, own] for piece in name.split(".")]


def _scalar(body: exp.Expression, resource: dict[str, Any], arguments: dict[str, Any]) -> exp.Expression:
    values = {name: _converted(value.copy(), argument.get("dataType"))
              for name, (argument, value) in arguments.items()}
    if body.find(exp.Select) is None:
        made = _substituted(exp.paren(body), values)
    else:
        made = exp.Subquery(this=exp.select(body))
        if values:
            row = exp.select(*(exp.alias_(value, name) for name, value in values.items()))
            made = exp.Subquery(this=exp.select(body).from_(exp.alias_(row.subquery(), "arguments", table=True)))
    return _converted(exp.paren(made), resource.get("returnType"))


def _table(body: exp.Expression, resource: dict[str, Any], arguments: dict[str, Any]) -> exp.Expression:
    values = {}
    for name, (argument, value) in arguments.items():
        if not argument.get("argumentKind", "").endswith("_TABLE"):
            values[name] = _converted(value.copy(), argument.get("dataType"))
            continue
        query = value.this.copy() if isinstance(value, exp.Subquery) else value.copy()
        columns = (argument.get("tableType") or {}).get("columns")
        if columns:
            query = exp.select(*(exp.column(column["name"]) for column in columns)).from_(
                query.subquery(f"scrim_{name}"))
        body = body.with_(name, as_=query)
    made = _substituted(body, values)
    columns = (resource.get("returnTableType") or {}).get("columns")
    if columns:
        made = exp.select(*(exp.alias_(_converted(exp.column(column["name"]), column["type"]), column["name"])
                            for column in columns)).from_(made.subquery("scrim_returned"))
    return made


def _substituted(tree: exp.Expression, values: dict[str, exp.Expression]) -> exp.Expression:
    holder = exp.paren(tree, copy=False) if not isinstance(tree, exp.Paren) else tree
    for column in list(holder.find_all(exp.Column)):
        parts = column.parts
        value = values.get(parts[0].name.lower())
        if value is None:
            continue
        made: exp.Expression = exp.paren(value.copy())
        for part in parts[1:]:
            made = exp.Dot(this=made, expression=part.copy())
        column.replace(made)
    return holder if isinstance(tree, exp.Paren) else holder.this


def _converted(value: exp.Expression, data_type: dict[str, Any] | None) -> exp.Expression:
    return value if data_type is None else exp.cast(value, exp.DataType.build(_type(data_type), dialect="bigquery"))


def _type(data_type: dict[str, Any]) -> str:
    kind = data_type["typeKind"]
    if kind == "ARRAY":
        return f"ARRAY<{_type(data_type['arrayElementType'])}>"
    if kind == "STRUCT":
        fields = data_type["structType"]["fields"]
        return f"STRUCT<{', '.join(field['name'] + ' ' + _type(field['type']) for field in fields)}>"
    return kind
