"""openvino: found without being imported, and imported without its reports on its use.

`import openvino` reports itself to Intel through the package `openvino_telemetry`, unless that
package cannot be imported; it then has a substitute that sends nothing.
"""

import functools
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, cast

OLDEST = "2025.2"
"""The first version that graphs were made for."""

_TELEMETRY = "openvino_telemetry"


@functools.cache
def openvino_version() -> str:
    """The version of the installed package; empty if it is missing or older than `OLDEST`.

    Imports nothing.
    """
    try:
        found = version("openvino") if find_spec("openvino") else ""
    except PackageNotFoundError:
        return ""
    numbers = [int(part) for part in re.findall(r"\d+", found)[:2]]
    return found if numbers >= [int(part) for part in OLDEST.split(".")] else ""


def load_openvino() -> Any:
    """The module; ImportError without the package. Nothing in this process reports to Intel."""
    if _TELEMETRY not in sys.modules:
        # None makes every later import of the package fail, as Python documents it.
        cast("dict[str, Any]", sys.modules)[_TELEMETRY] = None
    import openvino

    return openvino
