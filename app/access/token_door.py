"""The door that a token opens, in the address once and as a cookie from then on."""

from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.access import page
from app.access.attempts import Attempts
from app.access.door import Door, port_of
from app.access.token import Token

PARAMETER = "token"
_LARGEST_FORM = 4096  # bytes
_FORM = "application/x-www-form-urlencoded"
_FIELDS = (
    '<form method="post"><label for="token">Token</label>'
    '<input id="token" name="token" type="password" autocomplete="current-password" required '
    'autofocus><button type="submit">Open</button></form>'
    '<p class="soft">It was printed with the address where the server was started. Of a '
    "container, <code>docker logs</code> shows it.</p>"
)
_ASKED = "This dashboard asks for a token."
_WRONG = "That is not the token of this dashboard."


class TokenDoor(Door):
    """`?token=` or a form sets the cookie and leads to the same address without the token."""

    def __init__(
        self, app: ASGIApp, token: Token, base: str = "", attempts: Attempts | None = None
    ) -> None:
        super().__init__(app, base)
        self._token, self._attempts = token, attempts or Attempts()

    def admits(self, connection: HTTPConnection) -> bool:
        """Whether it carries a cookie of this token."""
        name = _cookie_name(connection)
        return self._token.accepts(name, connection.cookies.get(name, ""))

    async def answer(self, request: Request, admitted: bool) -> Response | None:
        """The form; with the token, the way to where it was given."""
        if request.method in ("GET", "HEAD"):
            given = request.query_params.get(PARAMETER)
            if given is not None:
                return (
                    RedirectResponse(_clean(request), 303)
                    if admitted
                    else self._try(request, given)
                )
        elif not admitted and _is_form(request):
            return self._try(request, await _form_token(request))
        return None if admitted else _asking(request, 401, _ASKED)

    def _try(self, request: Request, given: str) -> Response:
        client = request.client.host if request.client else ""
        if wait := self._attempts.wait(client):
            seconds = {"Retry-After": str(int(wait) + 1)}
            return page.answer(
                request.scope,
                429,
                f"Too many wrong tokens. Try again in {wait:.0f} s.",
                "",
                seconds,
            )
        if not self._token.matches(given):
            self._attempts.failed(client)
            return _asking(request, 403, _WRONG)
        answer = RedirectResponse(_clean(request), 303, {"Cache-Control": "no-store"})
        name = _cookie_name(request)
        answer.set_cookie(
            name, self._token.cookie(name), max_age=self._token.lifetime, path=self._base or "/",
            httponly=True, secure=request.url.scheme == "https",
            samesite="lax",  # a link in a mail or a chat opens without asking again
        )  # fmt: skip
        return answer


def _asking(request: Request, status: int, sentence: str) -> Response:
    challenge = {"WWW-Authenticate": 'Token realm="DyNAS Studio"'} if status == 401 else {}
    return page.answer(request.scope, status, sentence, _FIELDS, challenge)


def _cookie_name(connection: HTTPConnection) -> str:
    """One a port: browsers send cookies to every port of a host."""
    return f"dynas_studio_{port_of(connection)}"


def _clean(request: Request) -> str:
    """Where the request went, without the token; never another host."""
    left = [(name, value) for name, value in parse_qsl(request.url.query, keep_blank_values=True)
            if name != PARAMETER]  # fmt: skip
    path = "/" + quote(request.scope["path"]).lstrip("/")
    return f"{path}?{urlencode(left)}" if left else path


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


async def _form_token(request: Request) -> str:
    """The token of the form; empty if it has none, or is larger than a token makes it."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST_FORM:
            return ""
    return dict(parse_qsl(body.decode(errors="replace"))).get(PARAMETER, "")
