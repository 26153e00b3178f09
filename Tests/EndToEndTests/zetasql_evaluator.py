"""Google's own evaluator of GoogleSQL (PyPI `zetasql`, ZetaSQL's reference implementation as WebAssembly).

Values are its protocol buffers; they are made from literals by the evaluator itself, so that nothing here has to know
how they are encoded.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zetasql_service import Service, ServiceError, ServiceTrap

from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public_options

# The evaluator runs PIVOT, UNPIVOT and their like as what they are rewritten to; some rewrites want more than a query.
REWRITES = [number for name, number in public_options.ResolvedASTRewrite.items()
            if number > 0 and not re.search("ANONYMIZATION|AGGREGATION_THRESHOLD|INLINE|EXPLAIN", name)]


class EvaluationError(Exception):
    """The evaluator's complaint about a query."""


class EvaluationTrap(EvaluationError):
    """The evaluator broke down; what was registered with it is gone."""


@dataclass(frozen=True)
class Table:
    """A result, or a table to read: columns with types, and rows."""

    columns: list[Any]
    content: Any = field(repr=False)

    @property
    def types(self) -> list[bytes]:
        return [column.type.SerializeToString(deterministic=True) for column in self.columns]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def rows(self) -> list[list[bytes]]:
        """The cells as bytes: two are equal when type and value are."""
        return [[cell.SerializeToString(deterministic=True) for cell in row.cell]
                for row in self.content.table_data.row]


class Evaluator:
    def __init__(self) -> None:
        started = time.monotonic()
        self._service = Service()
        self._constants: dict[str, Table] = {}
        asked = service.LanguageOptionsRequest(maximum_features=True)
        self._language = options_pb2.LanguageOptionsProto.FromString(
            self._call("GetLanguageOptions", asked.SerializeToString()))
        self._language.ClearField("supported_statement_kinds")
        self._language.product_mode = public_options.PRODUCT_EXTERNAL
        self._language.reserved_keywords.extend(["QUALIFY", "MATCH_RECOGNIZE"])
        self.seconds_to_start = time.monotonic() - started

    def query(self, sql: str, tables: Mapping[str, Table] | int | None = None,
              parameters: Mapping[str, str] | list[str] | None = None) -> Table:
        """Runs a query. `tables` have names of one part, or are what `register` gave; parameters are constant
        expressions."""
        request = service.EvaluateQueryRequest(sql=sql)
        self._set_options(request.options)
        if isinstance(tables, int):
            request.registered_catalog_id = tables
        else:
            self._fill(request, tables or {})
        self._set_parameters(request, parameters or {})
        answer = service.EvaluateQueryResponse.FromString(
            self._call("EvaluateQuery", request.SerializeToString()))
        return Table(list(answer.prepared.columns), answer.content)

    def register(self, tables: Mapping[str, Table]) -> int:
        """Keeps tables, so that not every query has to bring them. A trap loses them."""
        request = service.RegisterCatalogRequest()
        self._fill(request, tables)
        return service.RegisterResponse.FromString(
            self._call("RegisterCatalog", request.SerializeToString())).registered_id

    def analyze(self, sql: str, tables: int, parameters: Mapping[str, Any]) -> tuple[list[str], list[bytes]]:
        """Names and types of the columns that a query gives; `parameters` are types."""
        request = service.AnalyzeRequest(sql_statement=sql, registered_catalog_id=tables)
        self._set_options(request.options)
        for name, kind in parameters.items():
            request.options.query_parameters.add(name=name, type=kind)
        answer = service.AnalyzeResponse.FromString(self._call("Analyze", request.SerializeToString()))
        listed = answer.resolved_statement.resolved_query_stmt_node.output_column_list
        return ([column.name for column in listed],
                [column.column.type.SerializeToString(deterministic=True) for column in listed])

    def _set_options(self, options: Any) -> None:
        options.language_options.CopyFrom(self._language)
        options.default_timezone = "UTC"
        options.enabled_rewrites.extend(REWRITES)

    def _fill(self, request: Any, tables: Mapping[str, Table]) -> None:
        catalog = request.simple_catalog
        catalog.name = "catalog"
        catalog.builtin_function_options.language_options.CopyFrom(self._language)
        for name, table in tables.items():
            catalog.table.add(name=name).column.extend(table.columns)
            request.table_content[name].CopyFrom(table.content)

    def _set_parameters(self, request: Any, parameters: Mapping[str, str] | list[str]) -> None:
        if isinstance(parameters, list):
            request.options.parameter_mode = public_options.PARAMETER_POSITIONAL
        for name, text in parameters.items() if isinstance(parameters, Mapping) else (("", p) for p in parameters):
            if text not in self._constants:
                self._constants[text] = self.query(f"SELECT {text} AS p")
            made = self._constants[text]
            request.params.add(name=name, value=made.content.table_data.row[0].cell[0])
            if name:
                request.options.query_parameters.add(name=name, type=made.columns[0].type)
            else:
                request.options.positional_query_parameters.append(made.columns[0].type)

    def _call(self, method: str, request: bytes) -> bytes:
        try:
            return self._service.call(method, request)
        except ServiceTrap as error:
            raise EvaluationTrap(str(error)) from None
        except ServiceError as error:
            raise EvaluationError(str(error)) from None
