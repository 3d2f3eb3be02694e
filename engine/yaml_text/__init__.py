"""Reads YAML from outside: plain data, with bounds on its size and the position of every value.

YAML as PyYAML's safe loader understands it, but without what surprises: a key is text and is given
once, a date stays text, and nothing but texts, numbers, truths, nulls, lists and mappings is read.
Aliases count with what they stand for, so that a short text cannot expand without bound.
"""

from engine.yaml_text.document import Document
from engine.yaml_text.position import Position, YamlError
from engine.yaml_text.reading import Limits, read

__all__ = ["Document", "Limits", "Position", "YamlError", "read"]
