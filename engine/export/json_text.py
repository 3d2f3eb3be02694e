"""Readable JSON: indented, with lists of plain values on one line."""

import json
from collections.abc import Mapping
from typing import Any

_INDENT = "  "


def json_text(data: Any) -> str:
    """`data` as JSON; its texts are unchanged."""
    return f"{_text(data, '')}\n"


def _text(data: Any, margin: str) -> str:
    inner = margin + _INDENT
    if isinstance(data, Mapping) and data:
        entries = [f"{inner}{json.dumps(str(k))}: {_text(v, inner)}" for k, v in data.items()]
        return "{\n" + ",\n".join(entries) + f"\n{margin}}}"
    if isinstance(data, list | tuple) and any(isinstance(v, Mapping | list | tuple) for v in data):
        return "[\n" + ",\n".join(inner + _text(v, inner) for v in data) + f"\n{margin}]"
    if isinstance(data, list | tuple) and data:
        return f"[ {', '.join(map(json.dumps, data))} ]"
    return json.dumps(data)
