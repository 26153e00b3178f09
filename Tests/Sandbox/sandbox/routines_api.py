"""The REST methods of routines."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .jobs_api import ROOT, json_body
from .routines import Key, Routines

ROUTINES = f"{ROOT}/datasets/{{dataset}}/routines"


class RoutinesAPI:
    def __init__(self, routines: Routines) -> None:
        self._routines = routines

    def routes(self) -> list[Route]:
        return [
            Route(ROUTINES, self.list, methods=["GET"]),
            Route(ROUTINES, self.insert, methods=["POST"]),
            Route(f"{ROUTINES}/{{routine}}", self.get, methods=["GET"]),
            Route(f"{ROUTINES}/{{routine}}", self.update, methods=["PUT"]),
            Route(f"{ROUTINES}/{{routine}}", self.delete, methods=["DELETE"]),
        ]

    async def list(self, request: Request) -> Response:
        path = request.path_params
        return JSONResponse({"routines": self._routines.list(path["project"], path["dataset"])})

    async def insert(self, request: Request) -> Response:
        body = await json_body(request)
        path = request.path_params
        key = (path["project"], path["dataset"], body.get("routineReference", {}).get("routineId", ""))
        self._routines.put(key, body, is_new=True)
        return JSONResponse(self._routines.rest(key))

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._routines.rest(_key(request)))

    async def update(self, request: Request) -> Response:
        self._routines.put(_key(request), await json_body(request), is_new=False)
        return JSONResponse(self._routines.rest(_key(request)))

    async def delete(self, request: Request) -> Response:
        self._routines.delete(_key(request))
        return Response(status_code=204)


def _key(request: Request) -> Key:
    path = request.path_params
    return path["project"], path["dataset"], path["routine"]
