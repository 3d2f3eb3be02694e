from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import ConfigError, DataError, EvaluationError
from engine.runtimes import packages
from engine.runtimes.onnx_model import export_onnx
from engine.runtimes.registry import RUNTIMES, find_runtime
from engine.tasks.inputs import call_network


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.linear = nn.Embedding(10, 4), nn.Linear(7, 3)

    def forward(self, tokens, features):
        return self.linear(torch.cat([self.embedding(tokens).mean(1), features], 1))


class Named(TwoInputs):
    def forward(self, tokens, features):
        out = super().forward(tokens, features)
        return {"scores": out, "best": out.argmax(1)}


class Untraceable(nn.Module):
    def forward(self, x):
        return torch.linalg.svd(x)[1]


def _two(count):
    generator = torch.Generator().manual_seed(count)
    tokens = torch.randint(0, 10, (count, 5), generator=generator)
    return tokens, torch.randn(count, 3, generator=generator)


def _named(count):
    tokens, features = _two(count)
    return {"tokens": tokens, "features": features}


def _images(count):
    return torch.randn(count, 3, 8, 8, generator=torch.Generator().manual_seed(count))


def _convolutional():
    layers = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Hardswish(), nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4, 5)).eval()


CASES = [
    (_convolutional, _images, ("pixels",), ("logits",)),
    (TwoInputs, _two, ("tokens", "features"), ("logits",)),
    (Named, _named, ("tokens", "features"), ("scores", "best")),
]


@pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=list(RUNTIMES))
@pytest.mark.parametrize(("network", "batch", "inputs", "outputs"), CASES)
def test_every_runtime_gives_the_outputs_of_torch_for_any_batch(
    runtime, network, batch, inputs, outputs
):
    torch.manual_seed(0)
    module = network().eval()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    model = export_onnx(module, batch(2), "pixels", "logits")
    assert (model.inputs, model.outputs) == (inputs, outputs)
    run = runtime.load(model.content, 1)
    for count in (1, 2, 7):
        with torch.no_grad():
            expected = call_network(module, batch(count))
        expected = list(expected.values()) if isinstance(expected, dict) else [expected]
        for value, tensor in zip(run(model.arrays(batch(count))), expected, strict=True):
            np.testing.assert_allclose(value, tensor.numpy(), atol=1e-5)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())


def test_an_operation_that_onnx_lacks_is_named():
    with pytest.raises(EvaluationError, match=r"svd.*Replace that operation"):
        export_onnx(Untraceable(), torch.randn(2, 3, 3))


def test_a_missing_package_is_named_with_the_command_that_brings_it(monkeypatch):
    monkeypatch.setattr(packages, "is_installed", lambda name: False)
    for runtime in RUNTIMES.values():
        sentence = f"{runtime.label} needs {runtime.package}, which is not installed. Install it: "
        assert runtime.refusal() == f"{sentence}pip install 'dynas-studio[{runtime.extra}]'."
    with pytest.raises(DataError, match=r"ONNX files needs onnx and onnxscript.*Install them"):
        export_onnx(_convolutional(), _images(2))


@pytest.mark.parametrize("runtime", RUNTIMES.values(), ids=list(RUNTIMES))
def test_a_file_that_is_no_network_is_said_so(runtime):
    with pytest.raises(EvaluationError, match="cannot load the network"):
        runtime.load(b"nonsense")


def test_an_unknown_runtime_is_refused_with_the_names_there_are():
    with pytest.raises(ConfigError, match=r"no runtime 'tensorrt'\. Choose from onnxruntime, "):
        find_runtime("tensorrt")


class OnlyTorchExportKnows(nn.Module):
    def forward(self, x):
        return torch.linalg.vector_norm(torch.fft.rfft(x, dim=-1).abs(), dim=-1, keepdim=True)


def test_what_tracing_cannot_write_torch_export_may_without_a_word(capfd):
    module, x = OnlyTorchExportKnows(), torch.randn(3, 8)
    model = export_onnx(module, x)
    assert capfd.readouterr() == ("", "")
    (value,) = find_runtime("onnxruntime").load(model.content)(model.arrays(x[:1]))
    np.testing.assert_allclose(value, module(x[:1]).numpy(), rtol=1e-4)


class SeveralOutputs(nn.Module):
    def forward(self, x):
        return {"logits": x + 1, "states": (x * 2, x * 3)}


class ATuple(nn.Module):
    def forward(self, x):
        return x + 1, x * 2


@pytest.mark.parametrize(
    ("module", "names"),
    [(SeveralOutputs(), ("logits", "states_0", "states_1")), (ATuple(), ("out_0", "out_1"))],
)
def test_each_of_several_outputs_has_a_name(module, names):
    model = export_onnx(module, torch.randn(2, 3), output_name="out")
    assert model.outputs == names
    x = torch.randn(5, 3)
    values = find_runtime("onnxruntime").load(model.content)(model.arrays(x))
    np.testing.assert_allclose(values[0], x + 1, rtol=1e-6)
    np.testing.assert_allclose(values[1], x * 2, rtol=1e-6)
    assert len(values) == len(names)


def test_a_model_has_no_folders_of_the_machine_it_was_written_on():
    model = export_onnx(OnlyTorchExportKnows(), torch.randn(3, 8))
    assert Path(__file__).name.encode() not in model.content
