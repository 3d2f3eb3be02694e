"""The HTTP route from which archives are downloaded."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.downloads.archive import Archive

_ADDRESS = "/downloads/{token}"


def archive_url(archive: Archive) -> str:
    """The address of an archive, relative to the pages."""
    return _ADDRESS.lstrip("/").format(token=archive.token)


def routes() -> list[Route]:
    """`/downloads/TOKEN`: an archive as a file; its size is known, so that browsers show it."""

    async def answer(request: Request) -> Response:
        token = request.path_params["token"]

        def find() -> Archive | None:
            from app.session import archives  # imported late: the server listens first

            return archives().find(token)

        archive = await run_in_threadpool(find)
        if archive is None or not archive.path.is_file():
            sentence = "This archive is no longer there. Make it again on the page of the run."
            return PlainTextResponse(sentence, status_code=404)
        return FileResponse(
            archive.path,
            media_type="application/zip",
            filename=archive.name,
            headers={"Cache-Control": "no-store"},
        )

    return [Route(_ADDRESS, answer)]
