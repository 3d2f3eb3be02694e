"""All inference runtimes by name."""

from engine.errors import ConfigError
from engine.quoting import quoted
from engine.runtimes.base import Runtime
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.openvino_runtime import OpenVino

RUNTIMES: dict[str, Runtime] = {runtime.name: runtime for runtime in (OnnxRuntime(), OpenVino())}


def find_runtime(name: str) -> Runtime:
    """The runtime called `name`; raises ConfigError, with the names there are, if there is none."""
    if name not in RUNTIMES:
        raise ConfigError(f"There is no runtime {quoted(name)}. Choose from {', '.join(RUNTIMES)}.")
    return RUNTIMES[name]
