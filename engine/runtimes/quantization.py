"""Static quantisation of networks to int8 by ONNX Runtime."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from engine.errors import DataError, EvaluationError
from engine.quoting import error_text
from engine.runtimes.base import Arrays
from engine.runtimes.onnx_model import OnnxModel
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.packages import EXPORT_PACKAGES, require_packages
from engine.tasks.base import Inputs
from engine.tasks.inputs import split_inputs

PACKAGES = (*EXPORT_PACKAGES, OnnxRuntime.package)
"""The packages that quantisation imports."""

_INPUTS_AT_ONCE = 20  # their activations stay in the caches
_LARGEST_ACTIVATION = 1e6  # larger ones are those of masks before a softmax


def quantize(model: OnnxModel, batches: Iterable[Inputs], threads: int | None = None) -> OnnxModel:
    """The model with weights and activations in int8, as pairs of QuantizeLinear/DequantizeLinear.

    Weights have a scale for each output channel; they use seven of the eight bits, because products
    with all eight overflow on processors with AVX2 alone, where accuracy would be another one.
    Activations are uint8, between the smallest and the largest value for the inputs of `batches`;
    operations with masks of infinite values stay in fp32, and so do the outputs, because in int8
    the largest ones would often be equal. Names of inputs and outputs stay. By default it computes
    with a thread per core.

    Raises EvaluationError for a network that cannot be quantised or without inputs, and DataError
    without the packages.
    """
    require_packages("quantising to int8", PACKAGES, OnnxRuntime.extra)
    parts = (part for batch in batches for part in split_inputs(batch, _INPUTS_AT_ONCE))
    reader = _reader(map(model.arrays, parts))
    with tempfile.TemporaryDirectory() as folder:
        exported, prepared = Path(folder) / "exported.onnx", Path(folder) / "prepared.onnx"
        quantized = Path(folder) / "quantized.onnx"
        exported.write_bytes(model.content)
        try:
            _prepare(exported, prepared)
            _quantize(prepared, quantized, _ranges(prepared, reader, threads))
        except (DataError, EvaluationError):
            raise
        except Exception as error:
            raise EvaluationError(
                f"The network cannot be quantised to int8: {error_text(error)}. Leave out the "
                "metrics in int8."
            ) from error
        return OnnxModel(quantized.read_bytes(), model.inputs, model.outputs, model.opset)


def _prepare(model: Path, prepared: Path) -> None:
    """Infer shapes and simplify the graph, which quantisation needs."""
    from onnxruntime.quantization.shape_inference import quant_pre_process

    try:
        quant_pre_process(model, prepared)
    except Exception:  # noqa: BLE001 - symbolic shapes are not known for every operation
        quant_pre_process(model, prepared, skip_symbolic_shape=True)


def _reader(arrays: Iterator[Arrays]) -> Any:
    """The inputs as ONNX Runtime's calibration reads them."""
    from onnxruntime.quantization import CalibrationDataReader

    class Reader(CalibrationDataReader):
        def get_next(self) -> dict[str, Any] | None:
            following = next(arrays, None)
            return None if following is None else dict(following)

    return Reader()


def _ranges(model: Path, reader: Any, threads: int | None) -> Any:
    """The smallest and the largest value of each activation."""
    import onnxruntime
    from onnxruntime.quantization import MinMaxCalibrater

    class Calibrater(MinMaxCalibrater):
        """Runs an optimised graph, which takes a third of the time, with so many threads."""

        def create_inference_session(self) -> None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads or 0
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            self.infer_session = onnxruntime.InferenceSession(
                self.augmented_model_path, options, providers=["CPUExecutionProvider"]
            )

    calibrater = Calibrater(model, augmented_model_path=str(model.with_name("augmented.onnx")))
    calibrater.augment_graph()
    calibrater.create_inference_session()
    try:
        calibrater.collect_data(reader)
    except ValueError as error:
        if "No data" not in str(error):
            raise
        raise EvaluationError(
            "There are no inputs to quantise a network to int8 with. Give the task calibration or "
            "validation data."
        ) from None
    return calibrater.compute_data()


def _quantize(model: Path, quantized: Path, ranges: Any) -> None:
    import numpy as np
    import onnx
    from onnxruntime.quantization import QDQQuantizer, QuantType
    from onnxruntime.quantization.registry import QDQRegistry, QLinearOpsRegistry

    network = onnx.load(model)
    masked = {
        name
        for name, tensor in ranges.items()
        if not np.all(np.abs(tensor.range_value) < _LARGEST_ACTIVATION)
    }
    nodes = network.graph.node
    with np.errstate(invalid="ignore"):  # scales of the masks, which are not used
        quantizer = QDQQuantizer(
            network,
            per_channel=True,
            reduce_range=True,
            weight_qType=QuantType.QInt8,
            activation_qType=QuantType.QUInt8,
            tensors_range=ranges,
            nodes_to_quantize=[],
            nodes_to_exclude=[n.name for n in nodes if masked & {*n.input, *n.output}],
            op_types_to_quantize=sorted({*QDQRegistry, *QLinearOpsRegistry}),
            extra_options={},
        )
        quantizer.quantize_model()
    _keep_outputs_exact(quantizer.model.graph())
    quantizer.model.clean_initializers()
    quantizer.model.save_model_to_file(quantized, False)


def _keep_outputs_exact(graph: Any) -> None:
    """Let each output be what was computed, before it was quantised and dequantised."""
    for output in graph.output:
        producers = {name: node for node in graph.node for name in node.output}
        dequantize = producers.get(output.name)
        if dequantize is None or dequantize.op_type != "DequantizeLinear":
            continue
        quantize = producers.get(dequantize.input[0])
        if quantize is None or quantize.input[0] not in producers:
            continue
        exact = quantize.input[0]
        graph.node.remove(dequantize)
        if not any(quantize.output[0] in node.input for node in graph.node):
            graph.node.remove(quantize)
        for node in graph.node:
            for names in (node.input, node.output):
                names[:] = [output.name if name == exact else name for name in names]
