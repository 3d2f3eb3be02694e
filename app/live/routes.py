"""Answers a browser that asks how far a run is and for its newest points."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.charts import point_feed
from app.live import run_progress
from engine.errors import DynasError
from engine.runs.history import RunHistory


class RequestError(Exception):
    """A query that cannot be read."""


Query = Mapping[str, str]


def routes() -> list[Route]:
    """`/feed/points?run=ID&x=COLUMN&y=COLUMN&after=NUMBER&risen=NUMBER` and `/feed/pulse?run=ID`.

    See `app.charts.point_feed` and `app.live.run_progress`.
    """
    return [_route(point_feed.ADDRESS, _points), _route(run_progress.ADDRESS, _pulse)]


def _points(history: RunHistory, wanted: Query) -> dict[str, Any]:
    try:
        after, risen = (max(0, int(wanted.get(name, 0))) for name in ("after", "risen"))
    except ValueError:
        raise RequestError("`after` and `risen` are numbers.") from None
    return point_feed.new_points(history, wanted.get("x", ""), wanted.get("y", ""), after, risen)


def _pulse(history: RunHistory, _wanted: Query) -> dict[str, Any]:
    return asdict(run_progress.run_progress(history))


def _route(address: str, read: Callable[[RunHistory, Query], dict[str, Any]]) -> Route:
    async def answer(request: Request) -> JSONResponse:
        wanted = request.query_params

        def found() -> dict[str, Any]:
            from app.session import service  # here, so that the server listens before it is loaded

            return read(service().history(wanted.get("run", "")), wanted)

        try:
            told = await run_in_threadpool(found)
        except RequestError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except DynasError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    return Route(address, answer)
