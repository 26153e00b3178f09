"""Google's own evaluator of GoogleSQL (PyPI `zetasql`, ZetaSQL's reference implementation as WebAssembly).

The package's Python layer is not used: it needs grpcio, and compiles 28 MB of WebAssembly in each process (30 to 60 s).
Here the compiled module is kept under `.venv/zetasql`. Values are its protocol buffers; they are made from literals by
the evaluator itself, so that nothing here has to know how they are encoded.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib.metadata
import re
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tzdata
import wasmtime
from zetasql.wasi import get_wasm_path
from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
from zetasql.wasi._pb2.zetasql.proto import options_pb2
from zetasql.wasi._pb2.zetasql.public import options_pb2 as public_options

CACHE = Path(sys.prefix) / "zetasql"
# The evaluator runs PIVOT, UNPIVOT and their like as what they are rewritten to; some rewrites want more than a query.
REWRITES = [number for name, number in public_options.ResolvedASTRewrite.items()
            if number > 0 and not re.search("ANONYMIZATION|AGGREGATION_THRESHOLD|INLINE|EXPLAIN", name)]
ZONES = Path(tzdata.__file__).parent / "zoneinfo"


class EvaluationError(Exception):
    """The evaluator's complaint about a query."""


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
        settings = wasmtime.Config()
        settings.shared_memory = True  # the module imports one
        self._engine = wasmtime.Engine(settings)
        self._module = self._compiled()
        self._start()
        asked = service.LanguageOptionsRequest(maximum_features=True)
        self._language = options_pb2.LanguageOptionsProto.FromString(
            self._call("GetLanguageOptions", asked.SerializeToString()))
        self._language.ClearField("supported_statement_kinds")
        self._language.product_mode = public_options.PRODUCT_EXTERNAL
        self._language.reserved_keywords.append("QUALIFY")
        self.seconds_to_start = time.monotonic() - started

    def query(self, sql: str, tables: Mapping[str, Table] | None = None,
              parameters: Mapping[str, str] | list[str] | None = None) -> Table:
        """Runs a query. `tables` have names of one part (others get no rows), parameters are constant expressions."""
        request = service.EvaluateQueryRequest(sql=sql)
        request.options.language_options.CopyFrom(self._language)
        request.options.default_timezone = "UTC"
        request.options.enabled_rewrites.extend(REWRITES)
        catalog = request.simple_catalog
        catalog.name = "catalog"
        catalog.builtin_function_options.language_options.CopyFrom(self._language)
        for name, table in (tables or {}).items():
            catalog.table.add(name=name).column.extend(table.columns)
            request.table_content[name].CopyFrom(table.content)
        self._set_parameters(request, parameters or {})
        answer = service.EvaluateQueryResponse.FromString(
            self._call("EvaluateQuery", request.SerializeToString()))
        return Table(list(answer.prepared.columns), answer.content)

    def _set_parameters(self, request: Any, parameters: Mapping[str, str] | list[str]) -> None:
        if isinstance(parameters, list):
            request.options.parameter_mode = public_options.PARAMETER_POSITIONAL
        for name, text in parameters.items() if isinstance(parameters, Mapping) else (("", p) for p in parameters):
            made = self.query(f"SELECT {text} AS p")
            request.params.add(name=name, value=made.content.table_data.row[0].cell[0])
            if name:
                request.options.query_parameters.add(name=name, type=made.columns[0].type)
            else:
                request.options.positional_query_parameters.append(made.columns[0].type)

    def _compiled(self) -> wasmtime.Module:
        versions = "-".join(importlib.metadata.version(package) for package in ("zetasql", "wasmtime"))
        kept = CACHE / f"{versions}.compiled"
        CACHE.mkdir(exist_ok=True)
        with (CACHE / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if kept.exists():
                try:
                    return wasmtime.Module.deserialize_file(self._engine, str(kept))
                except wasmtime.WasmtimeError:  # made on a processor with other features
                    kept.unlink()
            module = wasmtime.Module.from_file(self._engine, str(get_wasm_path()))
            part = kept.with_suffix(".part")
            part.write_bytes(module.serialize())
            part.rename(kept)
            return module

    def _start(self) -> None:
        self._store = wasmtime.Store(self._engine)
        system = wasmtime.WasiConfig()
        system.preopen_dir(str(ZONES), "/usr/share/zoneinfo")
        self._store.set_wasi(system)
        linker = wasmtime.Linker(self._engine)
        linker.define_wasi()
        exports = linker.instantiate(self._store, self._module).exports(self._store)
        self._exports = {name: exports[name] for name in exports.keys()}
        if "_initialize" in self._exports:
            self._exports["_initialize"](self._store)

    def _call(self, method: str, request: bytes) -> bytes:
        try:
            return self._called(method, request)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            self._start()  # an instance that trapped is of no use
            raise EvaluationError(f"the evaluator trapped: {error}") from None

    def _called(self, method: str, request: bytes) -> bytes:
        store, exports = self._store, self._exports
        base = ctypes.cast(exports["memory"].data_ptr(), ctypes.c_void_p).value or 0
        given = exports["wasm_malloc"](store, max(len(request), 1))
        size = exports["wasm_malloc"](store, 4)
        ctypes.memmove(base + given, request, len(request))
        answer = exports[f"ZetaSqlLocalService_{method}"](store, given, len(request), size)
        if answer == 0:
            length = exports["wasm_get_last_error_size"](store)
            text = ctypes.string_at(base + exports["wasm_get_last_error"](store), length).decode(errors="replace")
            made = EvaluationError(re.sub(r"\ACode: \d+, Message: ", "", text))
        else:
            length = int.from_bytes(ctypes.string_at(base + size, 4), "little")
            made = ctypes.string_at(base + answer, length)
            exports["wasm_free"](store, answer)
        exports["wasm_free"](store, given)
        exports["wasm_free"](store, size)
        if isinstance(made, EvaluationError):
            raise made
        return made
