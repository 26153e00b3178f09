"""Puts the sandbox together and serves it on loopback until SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import uvicorn
from bqemulator.domain.errors import DomainError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import bank, parsing
from .access import Access, GrantError, caller
from .engine import Engine
from .errors import GoogleError, from_domain_error
from .faults import Faults, FaultyResponses
from .jobs import Jobs
from .jobs_api import JobsAPI
from .routines_api import RoutinesAPI
from .tables import Tables
from .tables_api import TablesAPI

LOCATION = "US"
CHALLENGE = {"www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}


class Bearer:
    """ASGI middleware: every API request needs an access token of ours."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in ("/token", "/healthz"):
            headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
            try:
                caller.set(self._access.check(headers.get(b"authorization")))
            except GoogleError as error:
                return await error.response(CHALLENGE)(scope, receive, send)
        return await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """A server that leaves SIGTERM to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def application(engine: Engine, tables: Tables, access: Access, faults: Faults) -> ASGIApp:
    jobs = Jobs(engine, tables, faults, LOCATION)
    jobs.history.listers.add(access.auditor.email)
    routes = [
        Route("/token", _token(access), methods=["POST"]),
        Route("/healthz", lambda _: Response("ok")),
        *JobsAPI(engine, jobs).routes(),
        *TablesAPI(engine, tables, LOCATION).routes(),
        *RoutinesAPI(tables.routines).routes(),
        Mount("/", engine.app),  # datasets.insert and what else the layer does not change
    ]
    app = Starlette(routes=routes, exception_handlers={
        GoogleError: lambda _, error: error.response(),
        DomainError: lambda _, error: from_domain_error(error).response(),
        ValueError: lambda _, error: GoogleError("invalid", f"Invalid value: {error}").response(),
        Exception: lambda _, error: GoogleError("internalError", f"sandbox failure: {error!r}").response()})
    return FaultyResponses(Bearer(app, access), faults)


def _token(access: Access) -> Callable[[Request], Awaitable[Response]]:
    async def grant(request: Request) -> Response:
        form = await request.form()
        try:
            return JSONResponse(access.grant({name: str(value) for name, value in form.items()}))
        except GrantError as error:
            return JSONResponse(error.body, status_code=400)
    return grant


async def serve(arguments: argparse.Namespace, directory: Path, announce: Callable[[str], None]) -> None:
    # The protocol is named because asyncio only then switches Nagle's algorithm off, which costs 40 ms a request.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", arguments.port))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    access = Access(bank.PROJECT, arguments.token_lifetime, anonymous=arguments.empty, token_uri=f"{address}/token")
    key_file = directory / "service-account.json"
    access.server.write_key_file(key_file)
    access.admin.write_key_file(directory / "admin.json")
    access.auditor.write_key_file(directory / "auditor.json")
    async with Engine().running() as engine:
        tables = Tables(engine, LOCATION)
        if not arguments.empty:
            await bank.load(engine, tables)
        app = application(engine, tables, access, Faults(arguments.faults))
        server = _Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", proxy_headers=False,
                                         timeout_graceful_shutdown=1, h11_max_incomplete_event_size=1 << 20))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        announce(f"ready {address} key={key_file}")
        await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving


def main() -> None:
    parser = argparse.ArgumentParser(prog="Tests/Sandbox/run", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default): a free port")
    parser.add_argument("--empty", action="store_true", help="no bank; requests without a bearer token are accepted")
    parser.add_argument("--faults", type=Path, help="JSON file of faults, see sandbox/faults.py")
    parser.add_argument("--token-lifetime", type=int, default=3600, metavar="SECONDS", help="of access tokens")
    arguments = parser.parse_args()
    parsing.install()
    announce_to = os.dup(1)  # standard output carries the one line; whatever libraries print goes to standard error
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory(prefix="scrim-sandbox-") as directory:
        asyncio.run(serve(arguments, Path(directory), lambda line: os.write(announce_to, f"{line}\n".encode())))
    sys.stdout.flush()
