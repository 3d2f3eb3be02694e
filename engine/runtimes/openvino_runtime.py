"""OpenVINO on the processor."""

from pathlib import Path
from typing import Any

from engine.compat.openvino import load_openvino
from engine.errors import EvaluationError
from engine.quoting import error_text
from engine.runtimes.base import Run, Runtime
from engine.runtimes.onnx_model import Arrays


class OpenVino(Runtime):
    """`openvino`, optimised for the latency of single passes, in float32."""

    name = "openvino"
    label = "OpenVINO"
    package = "openvino"
    distribution = "openvino"
    extra = "openvino"

    def load(self, model: bytes | Path, threads: int | None = None) -> Run:
        """A compiled model that computes in float32 with `threads`."""
        self.require()
        openvino = load_openvino()
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            **({"INFERENCE_NUM_THREADS": threads} if threads else {}),
        }
        try:
            core = openvino.Core()
            read = core.read_model(model if isinstance(model, bytes) else str(model))
            request = core.compile_model(read, "CPU", options).create_infer_request()
        except Exception as error:
            raise EvaluationError(
                f"{self.label} {self.version} cannot load the network: {error_text(error)}."
            ) from error

        def run(arrays: Arrays) -> list[Any]:
            return list(request.infer(dict(arrays)).values())

        return run
