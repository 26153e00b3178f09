"""Google's own implementation of GoogleSQL, ZetaSQL, from PyPI `zetasql`, as WebAssembly in this process.

The package's Python layer is not used: it needs grpcio, copies byte by byte, and compiles 28 MB of WebAssembly in each
process (30 to 60 s). Here the compiled module is kept under `.venv/zetasql`. Requests and answers are its protocol
buffers; one instance serves one thread.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib.metadata
import re
import sys
from pathlib import Path

import tzdata
import wasmtime
from zetasql.wasi import get_wasm_path

CACHE = Path(sys.prefix) / "zetasql"
ZONES = Path(tzdata.__file__).parent / "zoneinfo"
VERSION = importlib.metadata.version("zetasql")


class ServiceError(Exception):
    """The service's complaint about a request."""


class ServiceTrap(ServiceError):
    """The service broke down over a request; it has been started anew."""


class Service:
    def __init__(self) -> None:
        settings = wasmtime.Config()
        settings.shared_memory = True  # the module imports one
        self._engine = wasmtime.Engine(settings)
        self._module = self._compiled()
        self._start()

    def call(self, method: str, request: bytes) -> bytes:
        """Calls one method with a serialized request; the answer is serialized too."""
        try:
            return self._called(method, request)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            self._start()  # an instance that trapped is of no use
            raise ServiceTrap(str(error)) from None

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
            made = ServiceError(re.sub(r"\ACode: \d+, Message: ", "", text))
        else:
            length = int.from_bytes(ctypes.string_at(base + size, 4), "little")
            made = ctypes.string_at(base + answer, length)
            exports["wasm_free"](store, answer)
        exports["wasm_free"](store, given)
        exports["wasm_free"](store, size)
        if isinstance(made, ServiceError):
            raise made
        return made
