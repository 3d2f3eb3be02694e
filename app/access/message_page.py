"""Small HTML pages of the access control: they load no script and no other file."""

import base64
import hashlib
from html import escape
from typing import Any

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Scope

_STYLE = """
:root { color-scheme: light dark; --back: #f4f6fa; --card: #fff; --text: #1b2330; --soft: #566074;
  --line: #d5dbe5; --accent: #3b4fc4; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --back: #11161f; --card: #1a212d; --text: #e6eaf2;
  --soft: #a9b4c6; --line: #333d4f; --accent: #5065e0; --bad: #ff9a92; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
main { width: 100%; max-width: 26rem; padding: 1.75rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 12px; overflow-wrap: anywhere; }
h1 { margin: 0 0 0.75rem; font-size: 1.25rem; font-weight: 650; }
p { margin: 0 0 0.9rem; } .soft { color: var(--soft); font-size: 0.9rem; margin: 1rem 0 0; }
.bad { color: var(--bad); }
label { display: block; font-weight: 600; margin-bottom: 0.35rem; }
input { width: 100%; padding: 0.55rem 0.7rem; font: inherit; color: inherit; border-radius: 8px;
  border: 1px solid var(--line); background: var(--back); }
button, a.button { display: block; width: 100%; margin-top: 0.8rem; padding: 0.55rem; font: inherit;
  font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; color: #fff;
  background: var(--accent); border: 0; border-radius: 8px; }
:is(input, button, a):focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 0.92em; }
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_CONTENT_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def message_response(
    scope: Scope,
    status: int,
    sentence: str,
    extra_html: str = "",
    headers: dict[str, str] | None = None,
) -> Response:
    """A page with a sentence and `extra_html` below it; plain text for clients other than browsers.

    The sentence is escaped here.
    """
    all_headers = {"Cache-Control": "no-store", "Vary": "Accept, Cookie", **(headers or {})}
    if not _wants_html(scope):
        return PlainTextResponse(f"{sentence}\n", status, all_headers)
    alert_attributes = ' class="bad" role="alert"' if status in (403, 429) else ""
    content = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>DyNAS Studio</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>DyNAS Studio</h1>"
        f"<p{alert_attributes}>{escape(sentence)}</p>{extra_html}</main></body></html>"
    )
    return HTMLResponse(
        content, status, {**all_headers, "Content-Security-Policy": _CONTENT_POLICY}
    )


def _wants_html(scope: Scope) -> bool:
    accept_headers: list[Any] = [value for name, value in scope["headers"] if name == b"accept"]
    return any(b"text/html" in value for value in accept_headers)
