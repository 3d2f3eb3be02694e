"""Answers a browser that asks for the newest points of a run; see `app.charts.feed`."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.charts.feed import ADDRESS, points_after
from engine.errors import DynasError


def route() -> Route:
    """A route that answers `ADDRESS?run=ID&x=COLUMN&y=COLUMN&after=NUMBER&risen=NUMBER`."""

    async def answer(request: Request) -> JSONResponse:
        wanted = request.query_params
        try:
            after, risen = (max(0, int(wanted.get(name, 0))) for name in ("after", "risen"))
        except ValueError:
            return JSONResponse({"error": "`after` and `risen` are numbers."}, status_code=400)

        def points() -> dict[str, object]:
            from app.session import service  # here, so that the server listens before it is loaded

            history = service().history(wanted.get("run", ""))
            return points_after(history, wanted.get("x", ""), wanted.get("y", ""), after, risen)

        try:
            found = await run_in_threadpool(points)
        except DynasError as error:
            return JSONResponse({"error": str(error)}, status_code=404)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return Route(ADDRESS, answer)
