"""`region-us`.INFORMATION_SCHEMA.JOBS (or JOBS_BY_PROJECT): the job record as a table.

https://cloud.google.com/bigquery/docs/information-schema-jobs has the columns; those that are here have its names and
types. The rows are put into a table of their own for each query that reads them, and that table takes the view's place
in the statement.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlglot import exp

from .bank import field
from .engine import Engine
from .errors import GoogleError
from .faults import Faults
from .tables import Tables

if TYPE_CHECKING:
    from .jobs import Job

VIEWS = ("INFORMATION_SCHEMA.JOBS", "INFORMATION_SCHEMA.JOBS_BY_PROJECT")
_TABLE = [field(name, "STRING") for name in ("project_id", "dataset_id", "table_id")]
COLUMNS = [
    field("creation_time", "TIMESTAMP"), field("project_id", "STRING"), field("user_email", "STRING"),
    field("job_id", "STRING"), field("job_type", "STRING"), field("statement_type", "STRING"),
    field("priority", "STRING"), field("start_time", "TIMESTAMP"), field("end_time", "TIMESTAMP"),
    field("query", "STRING"), field("state", "STRING"), field("total_bytes_processed", "INTEGER"),
    field("total_bytes_billed", "INTEGER"), field("total_slot_ms", "INTEGER"),
    field("error_result", "RECORD", fields=[
        field(name, "STRING") for name in ("reason", "location", "debug_info", "message")]),
    field("cache_hit", "BOOLEAN"), field("destination_table", "RECORD", fields=_TABLE),
    field("referenced_tables", "RECORD", mode="REPEATED", fields=_TABLE),
    field("labels", "RECORD", mode="REPEATED", fields=[field("key", "STRING"), field("value", "STRING")]),
    field("parent_job_id", "STRING")]


class JobHistory:
    """Serves the views to who may list all jobs (`bigquery.jobs.listAll`)."""

    def __init__(self, engine: Engine, tables: Tables, faults: Faults, location: str) -> None:
        self._engine = engine
        self._tables = tables
        self._faults = faults
        self._region = f"region-{location.lower()}"
        self.listers: set[str] = set()

    @asynccontextmanager
    async def served(self, tree: exp.Expression, jobs: list[Job], project: str, user: str) -> AsyncIterator[None]:
        """Puts a table with the rows of these jobs in the place of each view that `tree` reads."""
        made: list[tuple[str, str, str]] = []
        try:
            for node in list(tree.find_all(exp.Table)):
                parts = [piece for part in node.parts for piece in part.name.split(".")]
                if ".".join(parts[-2:]).upper() not in VIEWS:
                    continue
                self._require(parts, user)
                owner = parts[0] if len(parts) == 4 else project
                made.append(await self._table(owner, [job for job in jobs if job.project == owner]))
                for part, name in zip(("catalog", "db", "this"), made[-1], strict=True):
                    node.set(part, exp.to_identifier(name, quoted=True))
            yield
        finally:
            for key in made:
                self._tables.delete(key)
                self._engine.drop_dataset(*key[:2])

    def _require(self, parts: list[str], user: str) -> None:
        *place, schema, view = parts
        if not 1 <= len(place) <= 2 or place[-1].lower() != self._region:
            raise GoogleError("notFound", f"Not found: Dataset {'.'.join(place)} was not found in location "
                              f"{self._region.removeprefix('region-')}")
        if user not in self.listers:
            name = f"{':'.join(place)}.{schema}.{view}"
            raise GoogleError("accessDenied", f"Access Denied: Table {name}: User does not have permission to query "
                              f"table {name}, or perhaps it does not exist.")

    async def _table(self, project: str, jobs: list[Job]) -> tuple[str, str, str]:
        dataset = f"_job_history_{uuid4().hex}"
        self._engine.add_dataset(project, dataset)
        key = await self._tables.insert(project, dataset, {"tableReference": {"tableId": "jobs"},
                                                           "schema": {"fields": COLUMNS}})
        rows = self._faults.change_history([row_of(job) for job in jobs])
        if rows:
            self._tables.append(key, rows)
        return key


def row_of(job: Job) -> dict[str, Any]:
    """A job as its row of JOBS."""
    resource = job.rest()
    statistics = resource["statistics"]
    query = statistics.get("query", {})
    error = resource["status"].get("errorResult")
    return {
        "creation_time": _time(statistics["creationTime"]), "project_id": job.project, "user_email": job.user_email,
        "job_id": job.job_id, "job_type": "QUERY", "statement_type": query.get("statementType"),
        "priority": job.query["priority"], "start_time": _time(statistics.get("startTime")),
        "end_time": _time(statistics.get("endTime")), "query": job.query["query"],
        "state": resource["status"]["state"], "total_bytes_processed": statistics.get("totalBytesProcessed"),
        "total_bytes_billed": query.get("totalBytesBilled"), "total_slot_ms": statistics.get("totalSlotMs"),
        "error_result": error and {"reason": error["reason"], "location": error.get("location"), "debug_info": None,
                                   "message": error["message"]},
        "cache_hit": query.get("cacheHit"), "destination_table": _table(job.query["destinationTable"]),
        "referenced_tables": [_table(table) for table in query.get("referencedTables", [])],
        "labels": [{"key": key, "value": value} for key, value in (job.configuration.get("labels") or {}).items()],
        "parent_job_id": None}


def _table(reference: dict[str, str]) -> dict[str, str]:
    return {"project_id": reference["projectId"], "dataset_id": reference["datasetId"],
            "table_id": reference["tableId"]}


def _time(milliseconds: str | None) -> str | None:
    return None if milliseconds is None else datetime.fromtimestamp(int(milliseconds) / 1000, UTC).isoformat()
