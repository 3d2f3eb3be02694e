"""`measure.py` of bundles: times the network where neither this program nor torch is installed."""

import ast
import inspect
from pathlib import Path
from types import ModuleType

from engine.meters import latency_rows, timing

_TEMPLATE = Path(__file__).with_name("measure.py.template")
_MODULES = "{{modules}}"


def measure_script() -> str:
    """The text of `measure.py`; it times as this program does, because it has the same code."""
    modules = "\n\n".join(_without_docstring(module) for module in (timing, latency_rows))
    return _TEMPLATE.read_text(encoding="utf-8").replace(_MODULES, modules)


def _without_docstring(module: ModuleType) -> str:
    source = inspect.getsource(module)
    docstring = ast.parse(source).body[0]
    return "".join(source.splitlines(keepends=True)[docstring.end_lineno :]).strip()
