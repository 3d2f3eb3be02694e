"""OpenVINO on the processor."""

from pathlib import Path
from typing import Any

from engine.compat.openvino import load_openvino
from engine.devices import Precision
from engine.errors import EvaluationError
from engine.quoting import error_text
from engine.runtimes.base import Arrays, Run, Runtime

_PRECISION_HINTS: dict[Precision, str] = {"fp32": "f32", "bf16": "bf16"}


class OpenVino(Runtime):
    """`openvino`, optimised for the latency of single passes, in float32 or bf16."""

    name = "openvino"
    label = "OpenVINO"
    package = "openvino"
    distribution = "openvino"
    extra = "openvino"
    precisions = ("fp32", "bf16")

    def load(
        self, model: bytes | Path, threads: int | None = None, precision: Precision = "fp32"
    ) -> Run:
        """A compiled model; in bf16 it computes its layers so, with float32 around them."""
        self.require()
        openvino = load_openvino()
        options: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": _PRECISION_HINTS[precision],
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
