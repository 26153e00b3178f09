"""The REST methods of datasets, tables and table data."""

from __future__ import annotations

import hashlib
import time
from typing import Any

from bqemulator.domain.errors import DomainError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import wire
from .engine import Engine
from .errors import GoogleError, from_domain_error, not_found
from .jobs_api import ROOT, json_body
from .tables import TableKey, Tables

DATASETS = f"{ROOT}/datasets"
TABLES = f"{DATASETS}/{{dataset}}/tables"
INSERT_ID_SECONDS = 60
INSERT_ID_CHARACTERS_MAX = 128


class TablesAPI:
    def __init__(self, engine: Engine, tables: Tables, location: str) -> None:
        self._engine = engine
        self._tables = tables
        self._location = location
        self._insert_ids: dict[tuple[TableKey, str], float] = {}

    def routes(self) -> list[Route]:
        return [
            Route(DATASETS, self.list_datasets, methods=["GET"]),
            Route(f"{DATASETS}/{{dataset}}", self.get_dataset, methods=["GET"]),
            Route(TABLES, self.list, methods=["GET"]),
            Route(TABLES, self.insert, methods=["POST"]),
            Route(f"{TABLES}/{{table}}", self.get, methods=["GET"]),
            Route(f"{TABLES}/{{table}}", self.change, methods=["PATCH", "PUT"]),
            Route(f"{TABLES}/{{table}}", self.delete, methods=["DELETE"]),
            Route(f"{TABLES}/{{table}}/insertAll", self.insert_all, methods=["POST"]),
            Route(f"{TABLES}/{{table}}/data", self.data, methods=["GET"]),
        ]

    async def list_datasets(self, request: Request) -> Response:
        found = self._engine.context.catalog.list_datasets(request.path_params["project"])
        items = [{"kind": "bigquery#dataset", "id": f"{meta.project_id}:{meta.dataset_id}",
                  "datasetReference": {"projectId": meta.project_id, "datasetId": meta.dataset_id},
                  "labels": meta.labels or {}, "location": self._location}
                 for meta in sorted(found, key=lambda meta: meta.dataset_id)]
        return _page(request, "bigquery#datasetList", "datasets", items)

    async def get_dataset(self, request: Request) -> Response:
        project, dataset = request.path_params["project"], request.path_params["dataset"]
        meta = self._engine.context.catalog.get_dataset(project, dataset)
        if meta is None:
            raise not_found("Dataset", f"{project}:{dataset}")
        body = {"kind": "bigquery#dataset", "id": f"{project}:{dataset}", "location": self._location,
                "datasetReference": {"projectId": project, "datasetId": dataset}, "labels": meta.labels or {},
                "creationTime": str(int(meta.creation_time.timestamp() * 1000)),
                "lastModifiedTime": str(int(meta.last_modified_time.timestamp() * 1000))}
        if meta.description:
            body["description"] = meta.description
        if meta.friendly_name:
            body["friendlyName"] = meta.friendly_name
        etag = hashlib.sha256(repr(sorted(body.items())).encode()).hexdigest()[:24]
        return JSONResponse({**body, "etag": etag})

    async def list(self, request: Request) -> Response:
        items = self._tables.list(request.path_params["project"], request.path_params["dataset"])
        return _page(request, "bigquery#tableList", "tables", items)

    async def insert(self, request: Request) -> Response:
        try:
            key = await self._tables.insert(request.path_params["project"], request.path_params["dataset"],
                                            await json_body(request))
        except DomainError as error:
            raise from_domain_error(error) from None
        return JSONResponse(self._tables.rest(key))

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._tables.rest(_key(request), request.query_params.get("view")))

    async def change(self, request: Request) -> Response:
        key = _key(request)
        await self._tables.change(key, await json_body(request), replace=request.method == "PUT",
                                  if_match=request.headers.get("if-match"))
        return JSONResponse(self._tables.rest(key))

    async def delete(self, request: Request) -> Response:
        self._tables.delete(_key(request))
        return Response(status_code=204)

    async def insert_all(self, request: Request) -> Response:
        body = await json_body(request)
        project, dataset, name = _key(request)
        table, _, partition = name.partition("$")
        key = (project, dataset, table)
        self._tables.get(key)
        rows = self._unseen(key, body.get("rows", []))
        try:
            self._tables.append(key, [row["json"] for row in rows], partition or None)
        except GoogleError as error:
            return JSONResponse({"kind": "bigquery#tableDataInsertAllResponse", "insertErrors": [
                {"index": index, "errors": [error.proto]} for index in range(len(body.get("rows", [])))]})
        now = time.monotonic()
        self._insert_ids |= {(key, row["insertId"]): now for row in rows if row.get("insertId")}
        return JSONResponse({"kind": "bigquery#tableDataInsertAllResponse"})

    def _unseen(self, key: TableKey, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows whose `insertId` was not there within a minute, which is as long as BigQuery remembers one."""
        now = time.monotonic()
        self._insert_ids = {name: at for name, at in self._insert_ids.items() if now - at < INSERT_ID_SECONDS}
        found: list[dict[str, Any]] = []
        seen = {name for table, name in self._insert_ids if table == key}
        for row in rows:
            name = row.get("insertId")
            if name is not None and len(name) > INSERT_ID_CHARACTERS_MAX:
                raise GoogleError("invalid", f"insertId must be at most {INSERT_ID_CHARACTERS_MAX} characters")
            if not name or name not in seen:
                found.append(row)
            seen.add(name or "")
        return found

    async def data(self, request: Request) -> Response:
        key, asked = _key(request), request.query_params
        if self._tables.view_query(key) is not None:
            raise GoogleError("invalid", f"Cannot list a table of type VIEW. Table: {key[0]}:{key[1]}.{key[2]}")
        chosen = asked.get("selectedFields")
        names = chosen.split(",") if chosen else [field["name"] for field in self._tables.fields(key)]
        listed = ", ".join(f'"{name}"' for name in names)
        text = f'SELECT {listed} FROM "{key[0]}__{key[1]}"."{key[2]}"'
        result = await self._engine.in_thread(self._engine.query, text, self._engine.connection())
        options = {name.removeprefix("formatOptions."): value for name, value in asked.items()}
        start = int(asked.get("pageToken") or asked.get("startIndex", 0))
        count = int(asked.get("maxResults", 10_000))
        body: dict[str, Any] = {"kind": "bigquery#tableDataList", "totalRows": str(result.table.num_rows),
                                "rows": wire.rows_of(result.table, result.fields, start, count,
                                                     wire.TimestampFormat.of(options))}
        if start + count < result.table.num_rows:
            body["pageToken"] = str(start + count)
        return JSONResponse(body)


def _key(request: Request) -> TableKey:
    path = request.path_params
    return path["project"], path["dataset"], path["table"]


def _page(request: Request, kind: str, member: str, items: list[dict[str, Any]]) -> Response:
    start, count = int(request.query_params.get("pageToken") or 0), int(request.query_params.get("maxResults", 1000))
    body: dict[str, Any] = {"kind": kind, "etag": member, member: items[start:start + count],
                            "totalItems": len(items)}
    if start + count < len(items):
        body["nextPageToken"] = str(start + count)
    return JSONResponse(body)
