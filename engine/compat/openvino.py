"""openvino: found without being imported, and imported without its reports on its use.

`import openvino` reports itself to Intel through the package `openvino_telemetry`, unless that
package cannot be imported; it then has a substitute that sends nothing.
"""

import functools
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, cast

_TELEMETRY = "openvino_telemetry"


@functools.cache
def openvino_version() -> str:
    """The version of the installed package; empty without one. Imports nothing."""
    try:
        return version("openvino") if find_spec("openvino") else ""
    except PackageNotFoundError:
        return ""


def load_openvino() -> Any:
    """The module; ImportError without the package. Nothing in this process reports to Intel."""
    if _TELEMETRY not in sys.modules:
        # None makes every later import of the package fail, as Python documents it.
        cast("dict[str, Any]", sys.modules)[_TELEMETRY] = None
    import openvino

    return openvino
