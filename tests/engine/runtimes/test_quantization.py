"""Networks in int8 have nearly the outputs of those in fp32, for inputs of every form."""

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from engine.errors import DataError, EvaluationError
from engine.runtimes import packages
from engine.runtimes.onnx_model import export_onnx
from engine.runtimes.quantization import quantize
from engine.runtimes.registry import find_runtime
from engine.tasks.inputs import call_network
from tests.engine.runtimes.test_runtimes import CASES


def _outputs(content, model, inputs):
    return find_runtime("onnxruntime").load(content, 1)(model.arrays(inputs))


@pytest.mark.parametrize(("network", "batch", "inputs", "outputs"), CASES)
def test_outputs_are_nearly_those_of_the_network_for_any_batch(network, batch, inputs, outputs):
    torch.manual_seed(0)
    module = network().eval()
    model = export_onnx(module, batch(2), "pixels", "logits")
    quantized = quantize(model, [batch(50)], 1)
    assert (quantized.inputs, quantized.outputs) == (inputs, outputs)
    assert quantized.opset == onnx.load_from_string(quantized.content).opset_import[0].version
    for count in (1, 30):
        with torch.no_grad():
            wanted = call_network(module, batch(count))
        wanted = next(iter(wanted.values())) if isinstance(wanted, dict) else wanted
        value = _outputs(quantized.content, quantized, batch(count))[0]
        assert 0 < np.abs(value - wanted.numpy()).mean() < 0.02 * float(wanted.abs().max())


def test_weights_are_bytes_with_a_scale_for_each_channel():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 64)).eval()
    x = torch.randn(20, 64)
    model = export_onnx(module, x)
    quantized = quantize(model, [x], 1)
    assert len(quantized.content) < 0.4 * len(model.content)
    stored = {i.name: i for i in onnx.load_from_string(quantized.content).graph.initializer}
    weights = [i for i in stored.values() if i.data_type == onnx.TensorProto.INT8 and i.dims[1:]]
    assert sorted(sorted(i.dims) for i in weights) == [[64, 256], [64, 256]]
    values = [np.abs(onnx.numpy_helper.to_array(i).astype(int)) for i in weights]
    assert max(v.max() for v in values) <= 64  # seven bits: products of eight overflow with AVX2
    assert {int(s.dims[0]) for n, s in stored.items() if "weight_scale" in n} == {64, 256}


def test_outputs_are_not_rounded_to_bytes_of_which_many_would_be_equal():
    torch.manual_seed(0)
    layers, x = (nn.Linear(16, 32), nn.ReLU(), nn.Linear(32, 20)), torch.randn(50, 16)
    module = nn.Sequential(*layers).eval()
    quantized = quantize(export_onnx(module, x), [x], 1)
    assert len(np.unique(_outputs(quantized.content, quantized, x)[0])) > 256


class Causal(nn.Module):
    """Attention in which no position sees a later one."""

    def __init__(self):
        super().__init__()
        self.query, self.value = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x):
        later = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        scores = self.query(x) @ x.transpose(1, 2)
        return scores.masked_fill(later, -torch.inf).softmax(-1) @ self.value(x)


@pytest.mark.filterwarnings("error:invalid value")
def test_infinite_masks_do_not_spoil_the_scales():
    torch.manual_seed(0)
    module, x = Causal().eval(), torch.randn(40, 6, 8)
    quantized = quantize(export_onnx(module, x), [x], 1)
    with torch.no_grad():
        wanted = module(x).numpy()
    assert np.abs(_outputs(quantized.content, quantized, x)[0] - wanted).mean() < 0.02


def test_without_inputs_or_packages_nothing_is_quantised(monkeypatch):
    model = export_onnx(nn.Linear(3, 2).eval(), torch.randn(2, 3))
    with pytest.raises(EvaluationError, match=r"no inputs to quantise.*calibration or validation"):
        quantize(model, [], 1)
    monkeypatch.setattr(packages, "is_installed", lambda name: False)
    with pytest.raises(DataError, match=r"Quantising to int8 needs onnx.*dynas-studio\[onnx\]"):
        quantize(model, [torch.randn(2, 3)], 1)
