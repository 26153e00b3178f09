"""Wildcard tables, and the columns that BigQuery adds to tables by itself, as subqueries that DuckDB runs.

A wildcard table is the union of its matches by name, with the columns of the newest. `_TABLE_SUFFIX`, `_PARTITIONTIME`
and `_PARTITIONDATE` are there where the SELECT around the table names them, and never in its `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .errors import GoogleError, not_found

if TYPE_CHECKING:
    from .references import TableKey
    from .tables import Tables

SUFFIX, TIME, DATE = "_TABLE_SUFFIX", "_PARTITIONTIME", "_PARTITIONDATE"
# The names in DuckDB; the emulator takes BigQuery's for functions.
_INNER = {TIME: "partition time", DATE: "partition date", SUFFIX: SUFFIX}
PARTITION_TIME = _INNER[TIME]
# Of a table, in DuckDB: the time of the partition that a row is in.
PARTITION_COLUMN = f'"{PARTITION_TIME}" TIMESTAMPTZ DEFAULT date_trunc(\'day\', now())'
_COMPARISONS: dict[type[exp.Expression], Callable[[str, str], bool]] = {
    exp.EQ: str.__eq__, exp.NEQ: str.__ne__, exp.LT: str.__lt__, exp.LTE: str.__le__, exp.GT: str.__gt__,
    exp.GTE: str.__ge__}


def is_by_ingestion(resource: dict[str, Any]) -> bool:
    """Whether a table is partitioned by the time of loading."""
    partitioning = resource.get("timePartitioning")
    return partitioning is not None and "field" not in partitioning


class PseudoColumns:
    """Puts subqueries in the place of the tables that need one."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def expand(self, node: exp.Table, key: TableKey) -> list[TableKey]:
        """The tables that are read in the place of `key`. May replace `node` in its tree."""
        if key[2].endswith("*"):
            return self._expand_wildcard(node, key)
        resource = self._tables.find(key)
        if resource is not None and resource["type"] == "TABLE":
            self._require_filter(node, key, resource)
            if is_by_ingestion(resource):
                _replace(node, exp.select(*_columns(resource, resource), *_partition_columns(node)).from_(_table(key)))
        return [key]

    def _expand_wildcard(self, node: exp.Table, key: TableKey) -> list[TableKey]:
        prefix = key[2][:-1]
        names = [item["tableReference"]["tableId"] for item in self._tables.list(key[0], key[1])]
        matches = [name for name in names if name.startswith(prefix) and name != prefix]
        if not matches:
            raise not_found("Table", f"{key[0]}:{key[1]}.{key[2]}")
        resources = {name: self._tables.get((key[0], key[1], name)) for name in matches}
        for name, resource in resources.items():
            if resource["type"] != "TABLE":
                raise GoogleError("invalidQuery", f"Views cannot be queried through prefix. First view {key[0]}:"
                                  f"{key[1]}.{name}.", location="query")
        newest = max(matches, key=lambda name: (int(resources[name].get("creationTime", 0)), name))
        chosen = [name for name in matches if _admits(node, name.removeprefix(prefix))]
        # The first arm has no rows: it gives the columns their types.
        arms = [self._arm(node, key, newest, resources[newest], resources[newest], prefix).where(exp.false())]
        for name in chosen:
            self._require_filter(node, (key[0], key[1], name), resources[name])
            _require_types(resources[newest], resources[name])
            arms.append(self._arm(node, key, name, resources[newest], resources[name], prefix))
        _replace(node, exp.union(*arms, distinct=False) if len(arms) > 1 else arms[0])
        return [(key[0], key[1], name) for name in chosen]

    def _arm(self, node: exp.Table, key: TableKey, name: str, wanted: dict[str, Any], resource: dict[str, Any],
             prefix: str) -> exp.Select:
        columns = _columns(wanted, resource)
        if _names(node, SUFFIX):
            columns.append(exp.alias_(exp.Literal.string(name.removeprefix(prefix)), SUFFIX, quoted=True))
        if is_by_ingestion(resource):
            columns += _partition_columns(node)
        return exp.select(*columns).from_(_table((key[0], key[1], name)))

    @staticmethod
    def _require_filter(node: exp.Table, key: TableKey, resource: dict[str, Any]) -> None:
        """`requirePartitionFilter`, satisfied by a WHERE of this SELECT or of one around it."""
        partitioning = resource.get("timePartitioning") or {}
        if not (resource.get("requirePartitionFilter") or partitioning.get("requirePartitionFilter")):
            return
        names = [partitioning["field"]] if "field" in partitioning else [TIME, DATE]
        select = node.find_ancestor(exp.Select)
        while select is not None:
            if (where := select.args.get("where")) is not None and any(
                    column.name.lower() in [name.lower() for name in names] for column in where.find_all(exp.Column)):
                return
            select = select.find_ancestor(exp.Select)
        listed = ", ".join(f"'{name}'" for name in names)
        raise GoogleError("invalidQuery", f"Cannot query over table '{'.'.join(key)}' without a filter over column(s) "
                          f"{listed} that can be used for partition elimination", location="query")


def rename(tree: exp.Expression) -> None:
    """Gives pseudo-columns the names that they have in DuckDB; after all tables of a tree were expanded."""
    for column in tree.find_all(exp.Column):
        if (name := _INNER.get(column.name.upper(), SUFFIX)) != SUFFIX:
            column.set("this", exp.to_identifier(name, quoted=True))


def _table(key: TableKey) -> exp.Table:
    return exp.table_(key[2], db=key[1], catalog=key[0], quoted=True)


def _columns(wanted: dict[str, Any], resource: dict[str, Any]) -> list[exp.Expression]:
    """The columns of one schema, read from a table of another: what it lacks is NULL."""
    there = {field["name"].lower() for field in resource.get("schema", {}).get("fields", [])}
    return [exp.column(field["name"], quoted=True) if field["name"].lower() in there
            else exp.alias_(exp.null(), field["name"], quoted=True)
            for field in wanted.get("schema", {}).get("fields", [])]


def _partition_columns(node: exp.Table) -> list[exp.Expression]:
    found: list[exp.Expression] = []
    if _names(node, TIME):
        found.append(exp.column(PARTITION_TIME, quoted=True))
    if _names(node, DATE):
        found.append(exp.alias_(exp.cast(exp.column(PARTITION_TIME, quoted=True), "DATE"), _INNER[DATE], quoted=True))
    return found


def _require_types(wanted: dict[str, Any], resource: dict[str, Any]) -> None:
    kinds = {field["name"].lower(): field for field in resource.get("schema", {}).get("fields", [])}
    for field in wanted.get("schema", {}).get("fields", []):
        other = kinds.get(field["name"].lower(), field)
        if (other["type"], other["mode"] == "REPEATED") != (field["type"], field["mode"] == "REPEATED"):
            raise GoogleError("invalidQuery", f"Cannot read field of type {other['type']} as {field['type']} "
                              f"Field: {field['name']}", location="query")


def _replace(node: exp.Table, query: exp.Query) -> None:
    select = node.find_ancestor(exp.Select)
    alias = node.alias or node.name
    for name in _INNER.values():
        if select is not None and any(column.alias_or_name == name for column in query.selects):
            for star in _stars(select, alias):
                star.set("except_", [*(star.args.get("except_") or []), exp.column(name, quoted=True)])
            _spell_rows(select, alias, [column.alias_or_name for column in query.selects
                                        if column.alias_or_name not in _INNER.values()])
    subquery = exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    for part in ("sample", "pivots", "joins", "laterals"):
        if node.args.get(part):
            subquery.set(part, node.args[part])
    node.replace(subquery)


def _spell_rows(select: exp.Select, alias: str, names: list[str]) -> None:
    """A row as a value: a STRUCT without the pseudo-columns."""
    for column in list(select.find_all(exp.Column)):
        if not column.table and column.name == alias and not isinstance(column.this, exp.Star):
            row = exp.Struct(expressions=[
                exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=exp.column(name, alias, quoted=True))
                for name in names])
            is_item = column.parent is select
            column.replace(exp.alias_(row, alias, quoted=True) if is_item else row)


def _stars(select: exp.Select, alias: str) -> Iterator[exp.Star]:
    """`*` and `alias.*` in the list of a SELECT."""
    for column in select.expressions:
        if isinstance(column, exp.Star):
            yield column
        elif isinstance(column, exp.Column) and isinstance(column.this, exp.Star) and column.table in ("", alias):
            yield column.this


def _names(node: exp.Table, name: str) -> bool:
    """Whether the SELECT around a table, or one inside of that, names a column."""
    select = node.find_ancestor(exp.Select)
    return select is not None and any(column.name.upper() == name for column in select.find_all(exp.Column))


# MARK: Pruning

def _admits(node: exp.Table, suffix: str) -> bool:
    """Whether the WHERE around a wildcard table lets a suffix pass, as far as that can be told from literals."""
    select = node.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    return where is None or _value(where.this, (node.alias or node.name, suffix)) is not False


def _value(condition: exp.Expression, suffix: tuple[str, str]) -> bool | None:
    """None is not known. `suffix` comes with the alias of its table."""
    if isinstance(condition, exp.Paren):
        return _value(condition.this, suffix)
    if isinstance(condition, exp.Boolean):
        return bool(condition.this)
    if isinstance(condition, (exp.And, exp.Or)):
        left, right = _value(condition.this, suffix), _value(condition.expression, suffix)
        ends = isinstance(condition, exp.Or)
        return ends if ends in (left, right) else left if left == right else None
    if isinstance(condition, exp.In) and not condition.args.get("query") and not condition.args.get("unnest"):
        texts = [_text(item, suffix) for item in [condition.this, *condition.expressions]]
        return None if None in texts else texts[0] in texts[1:]
    if isinstance(condition, exp.Between):
        texts = [_text(condition.args[part], suffix) for part in ("low", "this", "high")]
        return None if None in texts else texts == sorted(texts)
    if type(condition) in _COMPARISONS:
        left, right = _text(condition.this, suffix), _text(condition.expression, suffix)
        return None if left is None or right is None else _COMPARISONS[type(condition)](left, right)
    return None


def _text(expression: exp.Expression, suffix: tuple[str, str]) -> str | None:
    if isinstance(expression, exp.Column) and expression.name.upper() == SUFFIX and expression.table in ("", suffix[0]):
        return suffix[1]
    return expression.this if isinstance(expression, exp.Literal) and expression.is_string else None
