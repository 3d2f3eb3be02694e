"""Authentication by a token: once in the address or a form, then by a cookie."""

from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.access import message_page
from app.access.attempt_limiter import AttemptLimiter
from app.access.authentication_middleware import AuthenticationMiddleware, port_of
from app.access.token import Token

PARAMETER = "token"
_MAX_FORM_BYTES = 4096  # bytes
_FORM = "application/x-www-form-urlencoded"
_FIELDS = (
    '<form method="post"><label for="token">Token</label>'
    '<input id="token" name="token" type="password" autocomplete="current-password" required '
    'autofocus><button type="submit">Open</button></form>'
    '<p class="soft">It was printed with the address where the server was started. Of a '
    "container, <code>docker logs</code> shows it.</p>"
)
_TOKEN_REQUIRED = "This dashboard asks for a token."
_WRONG_TOKEN = "That is not the token of this dashboard."


class TokenMiddleware(AuthenticationMiddleware):
    """`?token=` or a form sets the cookie and redirects to the same address without the token."""

    def __init__(
        self, app: ASGIApp, token: Token, base: str = "", attempts: AttemptLimiter | None = None
    ) -> None:
        super().__init__(app, base)
        self._token, self._attempts = token, attempts or AttemptLimiter()

    def is_authenticated(self, connection: HTTPConnection) -> bool:
        """Whether the connection has a valid cookie of this token."""
        name = _cookie_name(connection)
        return self._token.accepts(name, connection.cookies.get(name, ""))

    async def login_response(self, request: Request, authenticated: bool) -> Response | None:
        """The token form; for a request with the token, the redirect that sets the cookie."""
        if request.method in ("GET", "HEAD"):
            submitted_token = request.query_params.get(PARAMETER)
            if submitted_token is not None:
                return (
                    RedirectResponse(_address_without_token(request), 303)
                    if authenticated
                    else self._check_submitted_token(request, submitted_token)
                )
        elif not authenticated and _is_form(request):
            return self._check_submitted_token(request, await _form_token(request))
        return None if authenticated else _token_form(request, 401, _TOKEN_REQUIRED)

    def _check_submitted_token(self, request: Request, submitted_token: str) -> Response:
        client = request.client.host if request.client else ""
        if seconds_to_wait := self._attempts.seconds_to_wait(client):
            headers = {"Retry-After": str(int(seconds_to_wait) + 1)}
            return message_page.message_response(
                request.scope,
                429,
                f"Too many wrong tokens. Try again in {seconds_to_wait:.0f} s.",
                "",
                headers,
            )
        if not self._token.matches(submitted_token):
            self._attempts.record_failure(client)
            return _token_form(request, 403, _WRONG_TOKEN)
        response = RedirectResponse(
            _address_without_token(request), 303, {"Cache-Control": "no-store"}
        )
        name = _cookie_name(request)
        response.set_cookie(
            name, self._token.cookie(name), max_age=self._token.lifetime, path=self._base or "/",
            httponly=True, secure=request.url.scheme == "https",
            samesite="lax",  # a link in a mail or a chat opens without a new login
        )  # fmt: skip
        return response


def _token_form(request: Request, status: int, sentence: str) -> Response:
    challenge = {"WWW-Authenticate": 'Token realm="DyNAS Studio"'} if status == 401 else {}
    return message_page.message_response(request.scope, status, sentence, _FIELDS, challenge)


def _cookie_name(connection: HTTPConnection) -> str:
    """A name for each port: browsers send cookies to every port of a host."""
    return f"dynas_studio_{port_of(connection)}"


def _address_without_token(request: Request) -> str:
    """The path and query of the request without the token; never another host."""
    query = parse_qsl(request.url.query, keep_blank_values=True)
    parameters = [(name, value) for name, value in query if name != PARAMETER]
    path = "/" + quote(request.scope["path"]).lstrip("/")
    return f"{path}?{urlencode(parameters)}" if parameters else path


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


async def _form_token(request: Request) -> str:
    """The token of the form; empty if it has none or is too large for one."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _MAX_FORM_BYTES:
            return ""
    return dict(parse_qsl(body.decode(errors="replace"))).get(PARAMETER, "")
