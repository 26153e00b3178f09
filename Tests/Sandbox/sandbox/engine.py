"""The emulator's engine in this process: no ports, no gRPC, one DuckDB, our statements prepared for it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import duckdb
import pyarrow as pa
from bqemulator.api.app import create_app
from bqemulator.api.dependencies import AppContext
from bqemulator.catalog.models import DatasetMeta
from bqemulator.catalog.memory_repository import MemoryCatalogRepository
from bqemulator.config import Settings
from bqemulator.domain.clock import SystemClock
from bqemulator.domain.errors import DomainError
from bqemulator.domain.events import EventBus
from bqemulator.jobs import executor
from bqemulator.jobs.error_mapper import translate_runtime_error
from bqemulator.observability.metrics import MetricsRegistry
from bqemulator.row_access.identity import CallerIdentity
from bqemulator.row_access.policy import RowAccessPolicyManager
from bqemulator.sql.inner_query import rewrite_and_translate_statement
from bqemulator.sql.table_rewriter import rewrite_table_refs
from bqemulator.sql.translator import SQLTranslator
from bqemulator.storage import type_map
from bqemulator.storage.sql_identifiers import quoted_schema
from bqemulator.storage.engine import DuckDBEngine
from bqemulator.streaming.write_stream import WriteStreamManager
from bqemulator.udf.runtime import UDFRegistry
from bqemulator.versioning.snapshots import SnapshotManager
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from . import dialect, wire
from .errors import GoogleError, from_domain_error

# DuckDB has no decimal of 76 digits: a BIGNUMERIC column holds 19 digits before and 19 after the point.
type_map._BQ_TO_DUCKDB["BIGNUMERIC"] = "DECIMAL(38, 19)"
CALLER = CallerIdentity(principal="serviceAccount:sandbox")
QUERY_THREADS = 2
_MADE_ALIAS = re.compile(r"_t\d+")


@dataclass
class Result:
    """A finished statement: its rows, and the schema as BigQuery reports it."""

    table: pa.Table
    fields: list[dict[str, Any]]
    affected_rows: int | None = None


class _Translator(SQLTranslator):
    """Types are looked up as the emulator does, but stars stay: its schemas lack STRUCT and ARRAY columns, so that a
    star that it expands loses them."""

    @staticmethod
    def _annotate_tree(tree: exp.Expression, schema: dict[str, Any]) -> exp.Expression:
        try:
            made = qualify(tree, schema=schema, dialect="duckdb", infer_schema=True, expand_stars=False,
                           validate_qualify_columns=False)
            _unnested(made)
            return annotate_types(made, schema=schema)
        except SqlglotError:
            return tree


def _unnested(tree: exp.Expression) -> None:
    """Items of UNNEST in a subquery are `_t0.item`. Where a table of the query around has columns that sqlglot does not
    know, as those of a `*`, it takes `_t0` for one of them and makes a field of its own alias: `t._t0.item`."""
    for dot in list(tree.find_all(exp.Dot)):
        column = dot.this
        if isinstance(column, exp.Column) and column.table and _MADE_ALIAS.fullmatch(column.name):
            dot.replace(exp.column(dot.expression.copy(), table=column.this.copy()))


class Engine:
    """Runs BigQuery statements on DuckDB. Queries run in threads, so that the server answers meanwhile."""

    def __init__(self) -> None:
        settings = Settings(enable_format_extensions=False, default_project_id="demo")
        store = DuckDBEngine(settings)
        catalog = MemoryCatalogRepository(store)
        clock, events = SystemClock(), EventBus()
        self.context = AppContext(
            settings=settings, clock=clock, engine=store, catalog=catalog, metrics=MetricsRegistry(), events=events,
            udf_registry=UDFRegistry(settings), row_access=RowAccessPolicyManager(catalog=catalog, clock=clock),
            snapshots=SnapshotManager(engine=store, catalog=catalog, clock=clock, events=events, retention_days=7),
            write_streams=WriteStreamManager())
        self.app = create_app(self.context)
        self.translator = _Translator()
        self._threads = ThreadPoolExecutor(QUERY_THREADS, thread_name_prefix="query")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        await self.context.engine.start()
        for macro in dialect.ALL_MACROS:
            self.context.engine.execute(macro)
        try:
            yield self
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
            await self.context.engine.stop()

    def add_dataset(self, project: str, dataset: str, description: str | None = None) -> None:
        now = self.context.clock.now()
        self.context.engine.execute(f"CREATE SCHEMA {quoted_schema(project, dataset)}")
        self.context.catalog.create_dataset(DatasetMeta(
            project_id=project, dataset_id=dataset, description=description, creation_time=now,
            last_modified_time=now, etag=uuid4().hex))

    def drop_dataset(self, project: str, dataset: str) -> None:
        self.context.engine.execute(f"DROP SCHEMA IF EXISTS {quoted_schema(project, dataset)} CASCADE")
        self.context.catalog.delete_dataset(project, dataset)

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own on the same database, so that results of several queries do not mix."""
        cursor = self.context.engine.connection.cursor()
        cursor.execute("SET TimeZone = 'UTC'")
        return cursor

    async def in_thread(self, work: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    async def duckdb_text(self, tree: exp.Expression, parameters: list[dict[str, Any]], project: str) -> str:
        """A query of BigQuery, its tables fully named, as DuckDB runs it."""
        try:
            text = dialect.adapted(tree, parameters).sql("bigquery")
            translated = await rewrite_and_translate_statement(
                text, project_id=project, ctx=self.context, caller=CALLER, translator=self.translator)
            return rewrite_table_refs(translated, project)
        except RecursionError:
            raise dialect.too_complex() from None
        except DomainError as error:
            raise from_domain_error(error) from None

    def columns(self, text: str) -> list[dict[str, Any]]:
        """The result's schema, without running the query."""
        try:
            relation = self.connection().sql(text)
            fields = [wire.field_of(*column) for column in zip(relation.columns, relation.types, strict=True)]
        except duckdb.Error as error:
            raise sql_error(error, text) from None
        _refuse_duplicates(fields)
        return fields

    def query(self, text: str, connection: duckdb.DuckDBPyConnection) -> Result:
        """Runs a query; `connection.interrupt()` from another thread ends it."""
        try:
            cursor = connection.execute(text)
            fields = [wire.field_of(name, kind) for name, kind, *_ in cursor.description]
            table = cursor.to_arrow_table()
            wire.refuse_null_elements(table)
        except duckdb.InterruptException:
            raise GoogleError("stopped", "Job execution was cancelled: User requested cancellation") from None
        except duckdb.Error as error:
            raise sql_error(error, text) from None
        _refuse_duplicates(fields)
        return Result(table, fields)

    async def statement(self, sql: str, parameters: list[dict[str, Any]], project: str) -> Result:
        """Runs what is not a query (DDL, DML, scripts) the emulator's own way."""
        job_id = f"statement_{uuid4().hex}"
        try:
            meta = await executor.execute_query_job(project, job_id, sql, parameters or None, self.context,
                                                    caller=CALLER)
        except DomainError as error:
            raise from_domain_error(error) from None
        affected = meta.statistics.get("query", {}).get("numDmlAffectedRows")
        return Result(executor.JOB_RESULTS.pop(job_id), executor.JOB_SCHEMAS.pop(job_id, []),
                      None if affected is None else int(affected))


def statement_type(sql: str) -> str:
    return executor.classify_statement_type(sql) or "SELECT"


def sql_error(error: duckdb.Error, text: str) -> GoogleError:
    """DuckDB's complaint in BigQuery's words. Like BigQuery's, it may quote the value that failed."""
    raw = str(error)
    for pattern, message in _MESSAGES:
        if (match := re.search(pattern, raw)) is not None:
            return GoogleError("invalidQuery", match.expand(message), location="query")
    return from_domain_error(translate_runtime_error(error, duckdb_sql=text))


_MESSAGES = (
    (r"Could not convert string '(.*?)' to INT\d+", r"Bad int64 value: \1"),
    (r"Could not convert string '(.*?)' to (DOUBLE|FLOAT)", r"Bad double value: \1"),
    (r"Could not convert string '(.*?)' to BOOL", r"Bad bool value: \1"),
    (r"Could not convert string \\?\"(.*?)\\?\" to DECIMAL", r"Invalid NUMERIC value: \1"),
    (r"Could not parse string \\?\"(.*?)\\?\" according to format", r'Failed to parse input string "\1"'),
    (r"invalid date field format: \\?\"(.*?)\\?\"", r'Could not cast literal "\1" to type DATE'),
    (r"invalid timestamp field format: \\?\"(.*?)\\?\"", r'Invalid timestamp: "\1"'),
    (r"[Dd]ivision by zero", r"division by zero: 1 / 0"),
    (r"Referenced column \\?\"(.*?)\\?\" not found", r"Unrecognized name: \1 at [1:1]"),
    (r'Column "(.*?)" referenced that exists in the SELECT', r"Unrecognized name: \1 at [1:1]"),
    (r"^Invalid Input Error: (.*)$", r"\1"),
    (r"Referenced table \\?\"(.*?)\\?\" not found", r"Unrecognized name: \1 at [1:1]"),
)


def _refuse_duplicates(fields: list[dict[str, Any]]) -> None:
    seen: set[str] = set()
    for field in fields:
        name = field["name"].lower()
        if name in seen:
            raise GoogleError("invalidQuery", "Duplicate column names in the result are not supported when a "
                              f"destination table is present. Found duplicate(s): {field['name']}", location="query")
        seen.add(name)
