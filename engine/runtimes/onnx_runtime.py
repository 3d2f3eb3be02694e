"""ONNX Runtime on the processor."""

from pathlib import Path
from typing import Any

from engine.devices import Precision
from engine.errors import EvaluationError
from engine.quoting import error_text
from engine.runtimes.base import Arrays, Run, Runtime

_ERRORS_ONLY = 3


class OnnxRuntime(Runtime):
    """`onnxruntime` with all its graph optimisations."""

    name = "onnxruntime"
    label = "ONNX Runtime"
    package = "onnxruntime"
    distribution = "onnxruntime"
    extra = "onnx"

    def load(
        self, model: bytes | Path, threads: int | None = None, precision: Precision = "fp32"
    ) -> Run:
        """A session with `threads`; it spins no thread while it waits for the next pass."""
        self.require()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        content: Any = model if isinstance(model, bytes) else str(model)
        try:
            session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise EvaluationError(
                f"{self.label} {self.version} cannot load the network: {error_text(error)}."
            ) from error

        def run(arrays: Arrays) -> list[Any]:
            return list(session.run(None, dict(arrays)))

        return run
