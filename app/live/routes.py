"""HTTP routes that return the progress of a run and its new points."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.charts import point_feed
from app.live import run_endings, run_progress
from engine.errors import DynasError
from engine.runs.history import RunHistory


class RequestError(Exception):
    """A query with an invalid value."""


Query = Mapping[str, str]


def routes() -> list[Route]:
    """Points, progress and endings of runs.

    `/feed/points?run=ID&x=COLUMN&y=COLUMN&after=NUMBER&risen=NUMBER`, `/feed/pulse?run=ID` and
    `/feed/endings?run=ID&run=ID`: see `app.charts.point_feed`, `app.live.run_progress` and
    `app.live.run_endings`.
    """
    return [
        _route(point_feed.ADDRESS, _points),
        _route(run_progress.ADDRESS, _progress),
        Route(run_endings.ADDRESS, _endings),
    ]


def _points(history: RunHistory, query: Query) -> dict[str, Any]:
    try:
        after, last_step = (max(0, int(query.get(name, 0))) for name in ("after", "risen"))
    except ValueError:
        raise RequestError("`after` and `risen` are numbers.") from None
    return point_feed.new_points(history, query.get("x", ""), query.get("y", ""), after, last_step)


def _progress(history: RunHistory, _query: Query) -> dict[str, Any]:
    from app.session import service  # imported late: the server listens first

    return asdict(run_progress.run_progress(history, service().durations))


async def _endings(request: Request) -> JSONResponse:
    from app.session import service  # imported late: the server listens first

    runs = request.query_params.getlist("run")
    ended = await run_in_threadpool(lambda: run_endings.endings(service(), runs))
    return JSONResponse({"ended": ended}, headers={"Cache-Control": "no-store"})


def _route(address: str, read: Callable[[RunHistory, Query], dict[str, Any]]) -> Route:
    async def answer(request: Request) -> JSONResponse:
        query = request.query_params

        def read_history() -> dict[str, Any]:
            from app.session import opened_run  # imported late: the server listens first

            with opened_run(query.get("run", "")) as history:
                return read(history, query)

        try:
            content = await run_in_threadpool(read_history)
        except RequestError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        except DynasError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    return Route(address, answer)
