"""Query jobs: their record, their life in the background, the statistics that BigQuery gives of them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import duckdb
from sqlglot import exp

from . import dialect
from .access import caller
from .engine import Engine, Result, statement_type
from .errors import GoogleError, not_found
from .faults import Faults
from .history import JobHistory
from .references import References
from .tables import Tables

MEBIBYTE = 1 << 20
BYTES_BILLED_PER_TABLE_MIN = 10 * MEBIBYTE
_JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}")
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
LABELS_MAX = 64
INTERRUPT_SECONDS = 0.05


@dataclass
class Job:
    """One query job. `done` is set exactly once, with either `result` or `error`."""

    project: str
    job_id: str
    location: str
    configuration: dict[str, Any]
    user_email: str
    created: int
    started: int = 0
    ended: int = 0
    statistics: dict[str, Any] = field(default_factory=dict)
    result: Result | None = None
    error: GoogleError | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    connection: duckdb.DuckDBPyConnection | None = None

    @property
    def query(self) -> dict[str, Any]:
        return self.configuration["query"]

    @property
    def reference(self) -> dict[str, str]:
        return {"projectId": self.project, "jobId": self.job_id, "location": self.location}

    def rest(self) -> dict[str, Any]:
        """The job resource, as jobs.get answers it (200 also when the job failed)."""
        state = "DONE" if self.done.is_set() else "RUNNING" if self.started else "PENDING"
        status: dict[str, Any] = {"state": state}
        if self.error is not None and self.done.is_set():
            status |= {"errorResult": self.error.proto, "errors": [self.error.proto]}
        statistics: dict[str, Any] = {"creationTime": str(self.created)}
        if self.started:
            statistics["startTime"] = str(self.started)
        if self.done.is_set():
            statistics |= {"endTime": str(self.ended), **self.statistics}
        return {"kind": "bigquery#job", "id": f"{self.project}:{self.location}.{self.job_id}", "etag": f"{state}==",
                "selfLink": f"https://www.googleapis.com/bigquery/v2/projects/{self.project}/jobs/{self.job_id}"
                            f"?location={self.location}",
                "jobReference": self.reference, "user_email": self.user_email, "configuration": self.configuration,
                "status": status, "statistics": statistics}


class Jobs:
    """All jobs of this server."""

    def __init__(self, engine: Engine, tables: Tables, faults: Faults, location: str) -> None:
        self._engine = engine
        self._tables = tables
        self._faults = faults
        self._location = location
        self._jobs: dict[tuple[str, str], Job] = {}
        self._running: set[asyncio.Task[None]] = set()
        self.history = JobHistory(engine, tables, faults, location)

    def get(self, project: str, job_id: str, location: str | None) -> Job:
        job = self._jobs.get((project, job_id))
        if job is None or (location and location.upper() != job.location.upper()):
            raise not_found("Job", f"{project}:{job_id}")
        return job

    def all(self, project: str) -> list[Job]:
        """Newest first."""
        return sorted((job for job in self._jobs.values() if job.project == project),
                      key=lambda job: (-job.created, job.job_id))

    def delete(self, job: Job) -> None:
        self._jobs.pop((job.project, job.job_id), None)

    def start(self, project: str, configuration: dict[str, Any], reference: dict[str, str]) -> Job:
        """Makes a job and runs it in the background."""
        self._check(configuration, reference)
        job_id = reference.get("jobId") or f"job_{uuid4().hex}"
        if (project, job_id) in self._jobs:
            raise GoogleError("duplicate", f"Already Exists: Job {project}:{self._location}.{job_id}")
        job = Job(project, job_id, self._location, self._echo(project, job_id, configuration), caller.get(), _now())
        self._jobs[project, job_id] = job
        self._in_background(self._run(job))
        return job

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def cancel(self, job: Job) -> None:
        """Returns at once; the job ends soon after."""
        if not job.cancelled.is_set():
            job.cancelled.set()
            self._in_background(self._interrupt(job))

    async def _interrupt(self, job: Job) -> None:
        while not job.done.is_set():  # again and again, because DuckDB forgets an interrupt that comes between queries
            if job.connection is not None:
                job.connection.interrupt()
            await asyncio.sleep(INTERRUPT_SECONDS)

    async def dry_run(self, project: str, configuration: dict[str, Any]) -> dict[str, Any]:
        """What BigQuery says of a query without running it; no job is kept and no job ID given."""
        self._check(configuration, {})
        query = configuration["query"]
        tree = dialect.parsed(query["query"])
        declared = query.get("queryParameters") or []
        names = {(parameter.get("name") or str(at)).lower() for at, parameter in enumerate(declared, start=1)}
        missing = [{"name": name, "parameterType": {"type": "STRING"}, "parameterValue": {}}
                   for name in dialect.parameter_names(tree) if name not in names]
        references = self._references(tree, project, query)
        statistics = self._statistics(query, references)
        if isinstance(tree, exp.Query):
            self._require(references)
            async with self.history.served(tree, self.all(project), project, caller.get()):
                text = await self._engine.duckdb_text(tree, [*declared, *missing], project)
                statistics["query"]["schema"] = {"fields": self._engine.columns(text)}
        if missing:
            statistics["query"]["undeclaredQueryParameters"] = [
                {"name": parameter["name"], "parameterType": parameter["parameterType"]} for parameter in missing]
        statistics["query"] |= {"totalBytesProcessedAccuracy": "PRECISE", "totalBytesBilled": "0"}
        self._faults.change_statistics(query["query"], statistics)
        return {"kind": "bigquery#job", "jobReference": {"projectId": project, "location": self._location},
                "configuration": {**configuration, "jobType": "QUERY", "dryRun": True}, "status": {"state": "DONE"},
                "statistics": {"creationTime": str(_now()), **statistics}, "user_email": caller.get()}

    async def _run(self, job: Job) -> None:
        try:
            await self._wait(job, self._faults.delay_seconds(job.query["query"], "before_start_ms"))
            job.started = max(_now(), job.created)
            await self._wait(job, self._faults.delay_seconds(job.query["query"], "slow_ms"))
            await self._execute(job)
        except GoogleError as error:
            job.error = error
        except Exception as error:  # a fault of the sandbox must not leave a job running for ever
            job.error = GoogleError("jobInternalError", f"sandbox failure: {type(error).__name__}: {error}")
        job.ended = max(_now(), job.started)
        job.connection = None
        job.done.set()

    async def _execute(self, job: Job) -> None:
        if (injected := self._faults.job_error(job.query["query"])) is not None:
            raise injected
        tree = dialect.parsed(job.query["query"])
        references = self._references(tree, job.project, job.query)
        job.statistics = self._statistics(job.query, references)
        limit = int(job.query.get("maximumBytesBilled") or 0)
        billed = int(job.statistics["query"]["totalBytesBilled"])
        if limit and billed > limit:
            raise GoogleError("bytesBilledLimitExceeded", f"Query exceeded limit for bytes billed: {limit}. "
                              f"{billed} or higher required.")
        parameters = job.query.get("queryParameters") or []
        if isinstance(tree, exp.Query):
            self._require(references)
            async with self.history.served(tree, self.all(job.project), job.project, job.user_email):
                text = await self._engine.duckdb_text(tree, parameters, job.project)
                await self._wait(job, 0)
                job.connection = self._engine.connection()
                job.result = await self._engine.in_thread(self._engine.query, text, job.connection)
        else:
            job.result = await self._engine.statement(job.query["query"], parameters, job.project)
            self._tables.changed()
            if job.result.affected_rows is not None:
                job.statistics["query"]["numDmlAffectedRows"] = str(job.result.affected_rows)
        self._faults.change_statistics(job.query["query"], job.statistics)

    async def _wait(self, job: Job, seconds: float) -> None:
        if seconds:
            try:
                await asyncio.wait_for(job.cancelled.wait(), seconds)
            except TimeoutError:
                pass
        if job.cancelled.is_set():
            raise GoogleError("stopped", "Job execution was cancelled: User requested cancellation")

    def _references(self, tree: exp.Expression, project: str, query: dict[str, Any]) -> References:
        default = query.get("defaultDataset") or {}
        return self._tables.resolver(project, default.get("datasetId"), default.get("projectId")).of(tree)

    def _require(self, references: References) -> None:
        """Names what does not exist as BigQuery does, before DuckDB speaks of its own schemas."""
        catalog = self._engine.context.catalog
        for project, dataset, table in references.tables:
            if table.upper().startswith("INFORMATION_SCHEMA"):
                continue
            if catalog.get_dataset(project, dataset) is None:
                raise GoogleError("notFound", f"Not found: Dataset {project}:{dataset} was not found in location "
                                  f"{self._location}")
            if catalog.get_table(project, dataset, table) is None:
                raise GoogleError("notFound", f"Not found: Table {project}:{dataset}.{table} was not found in location "
                                  f"{self._location}")

    def _statistics(self, query: dict[str, Any], references: References) -> dict[str, Any]:
        sizes = [self._bytes(key, references) for key in references.tables]
        billed = sum(max(BYTES_BILLED_PER_TABLE_MIN, -(-size // MEBIBYTE) * MEBIBYTE) for size in sizes)
        processed = str(sum(sizes))
        statistics: dict[str, Any] = {
            "statementType": statement_type(query["query"]), "cacheHit": False, "billingTier": 1,
            "totalBytesProcessed": processed, "totalBytesBilled": str(billed), "totalSlotMs": "10",
            "referencedTables": [_table_reference(key) for key in references.tables]}
        if references.views:
            statistics["referencedLogicalViews"] = [_table_reference(key) for key in references.views]
        if references.routines:
            statistics["referencedRoutines"] = [
                {"projectId": project, "datasetId": dataset, "routineId": routine}
                for project, dataset, routine in references.routines]
        return {"totalBytesProcessed": processed, "totalSlotMs": "10", "query": statistics}

    def _bytes(self, key: tuple[str, str, str], references: References) -> int:
        """The sizes of the columns that the statement names, or of all with a star."""
        if self._engine.context.catalog.get_table(*key) is None or self._tables.view_query(key) is not None:
            return 0
        _, columns = self._tables.size(key)
        named = [size for name, size in columns.items() if references.everything or name in references.columns]
        return sum(named)

    def _check(self, configuration: dict[str, Any], reference: dict[str, str]) -> None:
        query = configuration.get("query") or {}
        if not query.get("query"):
            raise GoogleError("required", "Required parameter is missing: query")
        if query.get("useLegacySql", True) is not False:
            raise GoogleError("invalidQuery", "Legacy SQL is not served here: send useLegacySql=false "
                              "(BigQuery's default is true)")
        if "jobId" in reference and not _JOB_ID.fullmatch(reference["jobId"]):
            raise GoogleError("invalid", f'Invalid job ID "{reference["jobId"]}". Job IDs must be alphanumeric '
                              '(plus underscores and dashes) and must be at most 1024 characters long.')
        if reference.get("location", self._location).upper() != self._location.upper():
            raise GoogleError("invalid", f"Location {reference['location']} is not supported by the sandbox")
        labels = configuration.get("labels") or {}
        if len(labels) > LABELS_MAX:
            raise GoogleError("invalid", "Too many labels")
        for key, value in labels.items():
            if not _LABEL_KEY.fullmatch(key) or not _LABEL_VALUE.fullmatch(value):
                raise GoogleError("invalid", f'Label "{key}" has invalid characters or length')

    def _echo(self, project: str, job_id: str, configuration: dict[str, Any]) -> dict[str, Any]:
        """The configuration as the job resource shows it: what was sent, and what BigQuery adds."""
        added = {"destinationTable": {"projectId": project, "datasetId": "_5a9d3c", "tableId": f"anon{job_id}"},
                 "priority": "INTERACTIVE", "writeDisposition": "WRITE_TRUNCATE",
                 "createDisposition": "CREATE_IF_NEEDED"}
        return {**configuration, "jobType": "QUERY", "query": {**added, **configuration["query"]}}


def _table_reference(key: tuple[str, str, str]) -> dict[str, str]:
    return {"projectId": key[0], "datasetId": key[1], "tableId": key[2]}


def _now() -> int:
    return time.time_ns() // 1_000_000
