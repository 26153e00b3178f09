"""The REST methods of jobs: insert, query, get, list, cancel, delete, getQueryResults."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import wire
from .engine import Engine
from .errors import GoogleError
from .jobs import Job, Jobs

ROOT = "/bigquery/v2/projects/{project}"
WAIT_MS_DEFAULT = 10_000
WAIT_MS_MAX = 200_000
PAGE_BYTES_MAX = 10_000_000
WIRE_BYTES_PER_ARROW_BYTE = 4
# jobs.query carries the job's configuration at its top level; anything else in the body is silently ignored.
_OF_QUERY = ("query", "defaultDataset", "useQueryCache", "useLegacySql", "parameterMode", "queryParameters",
             "maximumBytesBilled", "connectionProperties", "createSession")


class JobsAPI:
    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        self._engine = engine
        self._jobs = jobs
        self._by_request_id: dict[str, Job] = {}

    def routes(self) -> list[Route]:
        return [
            Route(f"{ROOT}/jobs", self.insert, methods=["POST"]),
            Route(f"{ROOT}/jobs", self.list, methods=["GET"]),
            Route(f"{ROOT}/queries", self.query, methods=["POST"]),
            Route(f"{ROOT}/queries/{{job}}", self.results, methods=["GET"]),
            Route(f"{ROOT}/jobs/{{job}}/cancel", self.cancel, methods=["POST"]),
            Route(f"{ROOT}/jobs/{{job}}/delete", self.delete, methods=["DELETE"]),
            Route(f"{ROOT}/jobs/{{job}}", self.get, methods=["GET"]),
        ]

    async def insert(self, request: Request) -> Response:
        body = await json_body(request)
        configuration = body.get("configuration") or {}
        if "query" not in configuration:
            raise GoogleError("notImplemented", "The sandbox runs query jobs only")
        if configuration.get("dryRun"):
            return JSONResponse(await self._jobs.dry_run(request.path_params["project"], configuration))
        job = self._jobs.start(request.path_params["project"], configuration, body.get("jobReference") or {})
        return JSONResponse(job.rest())

    async def query(self, request: Request) -> Response:
        body = await json_body(request)
        project = request.path_params["project"]
        configuration: dict[str, Any] = {"query": {name: body[name] for name in _OF_QUERY if name in body}}
        if "labels" in body:
            configuration["labels"] = body["labels"]
        if body.get("dryRun"):
            dry = await self._jobs.dry_run(project, configuration)
            query = dry["statistics"]["query"]
            return JSONResponse({"kind": "bigquery#queryResponse", "jobReference": dry["jobReference"],
                                 "jobComplete": True, "cacheHit": False, "schema": query.get("schema", {}),
                                 "totalBytesProcessed": query["totalBytesProcessed"]})
        request_id = body.get("requestId")
        job = self._by_request_id.get(request_id) if request_id else None
        if job is None:
            reference = {"location": body["location"]} if "location" in body else {}
            job = self._jobs.start(project, configuration, reference)
            if request_id:
                self._by_request_id[request_id] = job
        return await self._results(job, "bigquery#queryResponse", body, body.get("formatOptions") or {})

    async def results(self, request: Request) -> Response:
        asked = request.query_params
        job = self._job(request)
        options = {name.removeprefix("formatOptions."): value for name, value in asked.items()
                   if name.startswith("formatOptions.")}
        return await self._results(job, "bigquery#getQueryResultsResponse", dict(asked), options)

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._job(request).rest())

    async def list(self, request: Request) -> Response:
        asked = request.query_params
        jobs = self._jobs.all(request.path_params["project"])
        if states := asked.getlist("stateFilter"):
            jobs = [job for job in jobs if job.rest()["status"]["state"].lower() in states]
        earliest, latest = int(asked.get("minCreationTime", 0)), int(asked.get("maxCreationTime", 1 << 62))
        jobs = [job for job in jobs if earliest <= job.created <= latest]
        start, count = int(asked.get("pageToken", 0)), int(asked.get("maxResults", 50))
        body: dict[str, Any] = {"kind": "bigquery#jobList", "etag": "jobs", "jobs": []}
        for job in jobs[start:start + count]:
            resource = job.rest()
            body["jobs"].append({**resource, "state": resource["status"]["state"]})
        if start + count < len(jobs):
            body["nextPageToken"] = str(start + count)
        return JSONResponse(body)

    async def cancel(self, request: Request) -> Response:
        job = self._job(request)
        self._jobs.cancel(job)
        return JSONResponse({"kind": "bigquery#jobCancelResponse", "job": job.rest()})

    async def delete(self, request: Request) -> Response:
        self._jobs.delete(self._job(request))
        return Response(status_code=204)

    def _job(self, request: Request) -> Job:
        return self._jobs.get(request.path_params["project"], request.path_params["job"],
                              request.query_params.get("location"))

    async def _results(self, job: Job, kind: str, asked: dict[str, Any], options: dict[str, Any]) -> Response:
        """Waits up to timeoutMs, then a page of rows, the job's failure, or `jobComplete: false`."""
        wait_ms = min(int(asked.get("timeoutMs", WAIT_MS_DEFAULT)), WAIT_MS_MAX)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(job.done.wait(), wait_ms / 1000)
        body: dict[str, Any] = {"kind": kind, "jobReference": job.reference, "jobComplete": job.done.is_set()}
        if not job.done.is_set():
            return JSONResponse(body)
        if job.error is not None:
            raise job.error
        if job.result is None:
            raise GoogleError("internalError", "job is done without a result")
        query = job.statistics["query"]
        total = job.result.table.num_rows if job.result.fields else 0
        body |= {"schema": {"fields": job.result.fields}, "totalRows": str(total), "cacheHit": query["cacheHit"],
                 "totalBytesProcessed": query["totalBytesProcessed"]}
        if "numDmlAffectedRows" in query:
            body["numDmlAffectedRows"] = query["numDmlAffectedRows"]
        start = _start(job, asked)
        count = min(int(asked.get("maxResults", total)), self._page_rows(job))
        if count and start < total:
            body["rows"] = await self._engine.in_thread(wire.rows_of, job.result.table, job.result.fields, start, count,
                                                        wire.TimestampFormat.of(options))
        if start + count < total:
            body["pageToken"] = _page_token(job, start + count)
        return JSONResponse(body)

    def _page_rows(self, job: Job) -> int:
        """Rows that stay below BigQuery's 10 MB of a response, estimated from the Arrow table."""
        table = job.result.table if job.result else None
        if table is None or not table.nbytes:
            return 100_000
        return max(1, PAGE_BYTES_MAX * table.num_rows // (table.nbytes * WIRE_BYTES_PER_ARROW_BYTE))


def _page_token(job: Job, start: int) -> str:
    return base64.urlsafe_b64encode(f"{job.job_id}:{start}".encode()).decode().rstrip("=")


def _start(job: Job, asked: dict[str, Any]) -> int:
    token = asked.get("pageToken")
    if not token:
        return int(asked.get("startIndex", 0))
    try:
        job_id, _, start = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().rpartition(":")
        if job_id == job.job_id:
            return int(start)
    except ValueError:
        pass
    raise GoogleError("invalid", "Invalid page token", location="pageToken")


async def json_body(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise GoogleError("invalid", "Invalid JSON payload received.") from None
    if not isinstance(body, dict):
        raise GoogleError("invalid", "Invalid JSON payload received.")
    return body
