"""Table resources: schemas with their tags exactly as set, etags that follow every change, views, tables' sizes."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any

from bqemulator.api.routes.tables import _rest_to_table_meta, _table_to_rest
from bqemulator.storage.sql_identifiers import quoted_table_ref

from . import dialect, load
from .engine import Engine
from .errors import GoogleError, not_found
from .pseudo import PARTITION_COLUMN, PseudoColumns, is_by_ingestion
from .references import Resolver, TableKey
from .routines import Routines

_TYPE_NAMES = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD", "DECIMAL": "NUMERIC",
               "BIGDECIMAL": "BIGNUMERIC"}
# Members that the sandbox computes; everything else of a resource is kept as the caller sent it.
_COMPUTED = ("kind", "id", "selfLink", "tableReference", "etag", "creationTime", "lastModifiedTime", "numRows",
             "numBytes", "numTotalLogicalBytes", "numActiveLogicalBytes", "numLongTermBytes",
             "numLongTermLogicalBytes", "location")


class Tables:
    """All tables and views; the emulator's catalog is kept in step, because its rewriters read it."""

    def __init__(self, engine: Engine, location: str) -> None:
        self._engine = engine
        self._location = location
        self._resources: dict[TableKey, dict[str, Any]] = {}
        self._sizes: dict[TableKey, tuple[int, dict[str, int]]] = {}
        self._pseudo = PseudoColumns(self)
        self.routines = Routines(self.resolver)

    def resolver(self, project: str, dataset: str | None = None, dataset_project: str | None = None) -> Resolver:
        """For texts of queries, with these defaults."""
        return Resolver(project, dataset, dataset_project, self.view_query, self._pseudo.expand,
                        self.routines.expand)

    def find(self, key: TableKey) -> dict[str, Any] | None:
        return None if self._engine.context.catalog.get_table(*key) is None else self.get(key)

    def get(self, key: TableKey) -> dict[str, Any]:
        meta = self._engine.context.catalog.get_table(*key)
        if meta is None:
            self._resources.pop(key, None)
            raise not_found("Table", f"{key[0]}:{key[1]}.{key[2]}")
        if key not in self._resources:  # made by a statement, not over REST
            self._resources[key] = _known(_table_to_rest(meta))
        return self._resources[key]

    def rest(self, key: TableKey, view: str | None = None) -> dict[str, Any]:
        """The resource as `tables.get` answers it; `view=BASIC` leaves the storage statistics out."""
        resource = self.get(key)
        body = {"kind": "bigquery#table", "id": f"{key[0]}:{key[1]}.{key[2]}", **resource,
                "tableReference": {"projectId": key[0], "datasetId": key[1], "tableId": key[2]},
                "location": self._location}
        if body["type"] == "TABLE" and view != "BASIC":
            rows, columns = self.size(key)
            size = str(sum(columns.values()))
            body |= {"numRows": str(rows), "numBytes": size, "numTotalLogicalBytes": size,
                     "numActiveLogicalBytes": size, "numLongTermBytes": "0", "numLongTermLogicalBytes": "0"}
        digest = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).digest()
        return {**body, "etag": base64.b64encode(digest[:16]).decode()}

    def fields(self, key: TableKey) -> list[dict[str, Any]]:
        return self.get(key).get("schema", {}).get("fields", [])

    def view_query(self, key: TableKey) -> str | None:
        if self._engine.context.catalog.get_table(*key) is None:
            return None
        resource = self.get(key)
        return (resource.get("view") or resource.get("materializedView") or {}).get("query")

    def list(self, project: str, dataset: str) -> list[dict[str, Any]]:
        if self._engine.context.catalog.get_dataset(project, dataset) is None:
            raise not_found("Dataset", f"{project}:{dataset}")
        metas = self._engine.context.catalog.list_tables(project, dataset)
        keys = sorted((meta.project_id, meta.dataset_id, meta.table_id) for meta in metas)
        kept = ("type", "friendlyName", "labels", "timePartitioning", "clustering", "creationTime", "expirationTime")
        return [{"kind": "bigquery#table", "id": f"{key[0]}:{key[1]}.{key[2]}",
                 "tableReference": {"projectId": key[0], "datasetId": key[1], "tableId": key[2]},
                 **{name: self.get(key)[name] for name in kept if name in self.get(key)}} for key in keys]

    async def insert(self, project: str, dataset: str, body: dict[str, Any]) -> TableKey:
        key = (project, dataset, body.get("tableReference", {}).get("tableId", ""))
        if self._engine.context.catalog.get_dataset(project, dataset) is None:
            raise not_found("Dataset", f"{project}:{dataset}")
        if self._engine.context.catalog.get_table(*key) is not None:
            raise GoogleError("duplicate", f"Already Exists: Table {project}:{dataset}.{key[2]}")
        resource = _known(body) | {"creationTime": _now()}
        await self._store(key, resource, is_new=True)
        return key

    async def change(self, key: TableKey, body: dict[str, Any], *, replace: bool, if_match: str | None) -> None:
        """`tables.patch` (members sent are replaced, null removes one) and `tables.update` (all are)."""
        if if_match not in (None, "*", self.rest(key)["etag"]):
            raise GoogleError("conditionNotMet", "Precondition Failed", location="If-Match")
        old = self.get(key)
        kept = {} if replace else old
        resource = {name: value for name, value in {**kept, **_known(body)}.items() if value is not None}
        resource |= {"creationTime": old["creationTime"], "type": old["type"]}
        await self._store(key, resource, is_new=False)

    def delete(self, key: TableKey) -> None:
        kind = "TABLE" if self.view_query(key) is None else "VIEW"
        self._engine.connection().execute(f"DROP {kind} IF EXISTS {quoted_table_ref(*key)}")
        self._engine.context.catalog.delete_table(*key)
        self._resources.pop(key, None)

    def append(self, key: TableKey, rows: list[dict[str, Any]], partition: str | None = None) -> None:
        """`partition`: the day of a table that is partitioned by ingestion time, as `20250301`."""
        load.append(self._engine.connection(), key, self.fields(key), rows, partition)
        self.changed()

    def fill(self, key: TableKey, query: str) -> None:
        """Adds the rows of a query in DuckDB's dialect."""
        self._engine.connection().execute(f"INSERT INTO {quoted_table_ref(*key)} {query}")
        self.changed()

    def changed(self) -> None:
        """Data may have changed: sizes are counted again when next asked for."""
        self._sizes.clear()

    def size(self, key: TableKey) -> tuple[int, dict[str, int]]:
        """The number of rows, and the bytes of each top-level column by lower-case name, as text plus two."""
        if key not in self._sizes:
            names = [field["name"] for field in self.fields(key)]
            lengths = ", ".join(f'coalesce(sum(strlen(CAST("{name}" AS VARCHAR)) + 2), 0)' for name in names)
            row = self._engine.connection().execute(
                f"SELECT count(*), {lengths or 0} FROM {quoted_table_ref(*key)}").fetchone() or (0,)
            sizes = {name.lower(): int(size) for name, size in zip(names, row[1:], strict=False)}
            self._sizes[key] = int(row[0]), sizes
        return self._sizes[key]

    async def _store(self, key: TableKey, resource: dict[str, Any], *, is_new: bool) -> None:
        view = resource.get("view") or resource.get("materializedView")
        if view is not None:
            tree = dialect.parsed(view["query"])
            self.resolver(key[0]).of(tree)
            text = await self._engine.duckdb_text(tree, [], key[0])
            columns = self._engine.columns(text)
            declared = resource.get("schema", {}).get("fields", [])
            if view.get("useExplicitColumnNames"):
                columns = [{**column, "name": field["name"]} for column, field in zip(columns, declared, strict=True)]
            described = {field["name"]: field for field in declared}
            resource["schema"] = {"fields": [{**column, **described.get(column["name"], {})} for column in columns]}
            names = ", ".join('"' + column["name"] + '"' for column in columns)
            self._engine.connection().execute(f"CREATE OR REPLACE VIEW {quoted_table_ref(*key)} ({names}) AS {text}")
        elif is_new:
            columns = load.duckdb_columns(resource.get("schema", {}).get("fields", []))
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns) or "__placeholder INTEGER"
            listed += f", {PARTITION_COLUMN}" if is_by_ingestion(resource) else ""
            self._engine.connection().execute(f"CREATE TABLE {quoted_table_ref(*key)} ({listed})")
        else:
            self._add_columns(key, resource)
        default = "TABLE" if view is None else "VIEW" if "view" in resource else "MATERIALIZED_VIEW"
        resource["type"] = resource.get("type") or default
        resource["lastModifiedTime"] = _now()
        meta = _rest_to_table_meta(key[0], key[1], {**resource, "tableReference": {"tableId": key[2]}},
                                   self._engine.context.clock)
        catalog = self._engine.context.catalog
        if is_new:
            catalog.create_table(meta)
        else:
            catalog.update_table(meta)
        self._resources[key] = resource
        self.changed()

    def _add_columns(self, key: TableKey, resource: dict[str, Any]) -> None:
        old = {field["name"].lower() for field in self.fields(key)}
        new = resource.get("schema", {}).get("fields", [])
        missing = old - {field["name"].lower() for field in new}
        if missing:
            raise GoogleError("invalid", f"Provided Schema does not match Table {key[0]}:{key[1]}.{key[2]}. "
                              f"Field {min(missing)} is missing in new schema")
        for name, kind in load.duckdb_columns([field for field in new if field["name"].lower() not in old]):
            self._engine.connection().execute(f'ALTER TABLE {quoted_table_ref(*key)} ADD COLUMN "{name}" {kind}')


def _known(body: dict[str, Any]) -> dict[str, Any]:
    """A resource without the computed members, its schema with BigQuery's spelling of types and modes."""
    resource = {name: value for name, value in body.items() if name not in _COMPUTED}
    if isinstance(resource.get("schema"), dict):
        resource["schema"] = {"fields": [_spelled(field) for field in resource["schema"].get("fields", [])]}
    if "creationTime" in body:
        resource["creationTime"] = body["creationTime"]
    return resource


def _spelled(field: dict[str, Any]) -> dict[str, Any]:
    kind = str(field.get("type", "STRING")).upper()
    spelled = {**field, "type": _TYPE_NAMES.get(kind, kind), "mode": str(field.get("mode") or "NULLABLE").upper()}
    if not (spelled.get("policyTags") or {}).get("names"):
        spelled.pop("policyTags", None)  # `{"names": []}` takes a tag away
    if "fields" in field:
        spelled["fields"] = [_spelled(child) for child in field["fields"]]
    return spelled


def _now() -> str:
    return str(time.time_ns() // 1_000_000)
