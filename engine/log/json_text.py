"""Records as JSON text, so that whatever a record holds can be read back."""

import json
import re
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

_LONE = re.compile("[\ud800-\udfff]")  # no characters: no file can hold them


def json_text(value: Any) -> bytes:
    """A record as JSON text; raises ValueError or TypeError for what JSON cannot hold.

    Half a character, as names of files have it whose bytes are no text, is told by its number.
    """
    try:
        text: bytes = to_json(value)  # twice as fast as the standard library's
    except PydanticSerializationError:
        text = b"NaN"
    if b"NaN" in text or b"Infinity" in text:  # a text may say so too: look more closely
        text = _readable(json.dumps(value, allow_nan=False, ensure_ascii=False))
    return text


def _readable(text: str) -> bytes:
    """JSON text that can be read back: lone surrogates are shown by their number in hex."""
    return _LONE.sub(lambda lone: rf"\\u{ord(lone[0]):04x}", text).encode()
