"""`model.int8.onnx` in a bundle: what its files say of it is what it does."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest

from engine.export.bundle.parts import BUNDLE_PARTS
from engine.supernets import registry
from engine.supernets.builtin import fashion_mnist
from tests.engine.export.bundle.bundles import request_for, write


@pytest.fixture(autouse=True)
def few_images(monkeypatch):
    """The built-in supernet has a hundred images of each kind."""
    load = fashion_mnist.load_shipped
    monkeypatch.setattr(fashion_mnist, "load_shipped", lambda name: load(name).take(np.arange(100)))
    registry._load.cache_clear()
    yield
    monkeypatch.undo()
    registry._load.cache_clear()


@pytest.mark.parametrize("with_preprocessing", [False, True])
def test_the_network_in_int8_comes_on_request_with_its_measured_quality(
    with_preprocessing, tmp_path
):
    assert "int8" not in BUNDLE_PARTS
    request = request_for(parts=("onnx", "int8"), with_preprocessing=with_preprocessing)
    report = write(request, tmp_path / "out")
    assert report.problems == ()
    sizes = [(tmp_path / "out" / name).stat().st_size for name in ("model.onnx", "model.int8.onnx")]
    assert sizes[1] < 0.7 * sizes[0]
    measured = json.loads((tmp_path / "out/measured.json").read_text())
    assert measured["parity"]["model.int8.onnx"]["bytes"] == sizes[1]
    quality = measured["quality"]["validation"]
    assert quality["model.int8.onnx"]["acc"] == pytest.approx(quality["network"]["acc"], abs=5)
    data = fashion_mnist.load_shipped("validation")
    words = json.loads((tmp_path / "out/preprocess.json").read_text())
    pixels = data.images[:, None]
    scaled = ((pixels / 255 - words["mean"][0]) / words["std"][0]).astype(np.float32)
    session = onnxruntime.InferenceSession(tmp_path / "out/model.int8.onnx")
    (logits,) = session.run(None, {"images": pixels if with_preprocessing else scaled})
    assert 100 * np.mean(logits.argmax(1) == data.labels) == quality["model.int8.onnx"]["acc"]
    assert "tolerance" not in measured["parity"]["model.int8.onnx"]
    assert "tolerance" in measured["parity"]["model.onnx"]
    card = (tmp_path / "out/README.md").read_text()
    assert ("`model.onnx` and `model.int8.onnx` do this themselves" in card) == with_preprocessing
    graph = onnx.load(tmp_path / "out/model.int8.onnx").graph
    used = {name for node in graph.node for name in node.input}
    assert {tensor.name for tensor in graph.initializer} <= used
    assert "on the CPU in float32, `model.int8.onnx` in int8." in card
    assert 'InferenceSession("model.int8.onnx")' in card


def test_in_int8_a_network_for_text_takes_sequences_of_the_length_of_its_data(settings, tmp_path):
    settings("token_transformer")
    write(request_for("token_transformer", ("onnx", "int8")), tmp_path / "out")
    described = json.loads((tmp_path / "out/network.json").read_text())
    assert described["any_length"] == ["model.onnx"]
    lengths = [
        onnxruntime.InferenceSession(tmp_path / "out" / name).get_inputs()[0].shape[1]
        for name in ("model.onnx", "model.int8.onnx")
    ]
    assert isinstance(lengths[0], str)
    assert lengths[1] == described["inputs"][0]["shape"][1]
