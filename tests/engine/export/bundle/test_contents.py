"""What is in a bundle is what was measured, for every kind of supernet and every format."""

import errno
import json
import pickle
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from engine import data_dir
from engine.errors import ConfigError, DataError, EvaluationError
from engine.export.bundle import model_files
from engine.export.bundle.measure_script import measure_script
from engine.export.bundle.model_files import ModelFile
from engine.export.bundle.parts import BUNDLE_PARTS, PARTS
from engine.export.bundle.run_script import run_script
from engine.runtimes import packages
from engine.supernets import registry
from engine.supernets.builtin import fashion_mnist, supernet
from engine.supernets.builtin.costs import COSTS, STATE
from engine.supernets.trained import SupernetCard
from engine.tasks.base import Task
from tests.engine.export.bundle.bundles import EXAMPLES, request_for, write

PACKAGES = {
    "token_transformer": "token_supernet.supernet:TokenSupernet",
    "tabular_perceptron": "tabular_supernet.supernet:TabularSupernet",
    "digits_resnet": "resnet_supernet.supernet:ResnetSupernet",
}
KINDS = [registry.DEFAULT, "clothes", *PACKAGES, "ofa_mbv3_d234_e346_k357_w1.0_r128"]
FEW = 100


@pytest.fixture(autouse=True)
def few_images(monkeypatch):
    """The built-in supernet has a hundred images of each kind."""
    load = fashion_mnist.load_shipped
    monkeypatch.setattr(fashion_mnist, "load_shipped", lambda name: load(name).take(np.arange(FEW)))
    registry._load.cache_clear()
    yield
    monkeypatch.undo()
    registry._load.cache_clear()


@pytest.fixture
def settings(request, monkeypatch):
    """Makes a kind of supernet available and returns the settings that it needs."""

    def prepare(kind):
        if kind in PACKAGES:
            package = PACKAGES[kind].split(".")[0]
            monkeypatch.syspath_prepend(str(EXAMPLES / package))
            request.getfixturevalue("install")(supernets={kind: PACKAGES[kind]})
        if kind == "clothes":
            _write_trained(data_dir.current().supernets / kind)
        if kind.startswith("ofa_mbv3_d234"):
            return {
                "supernet_options": {
                    "weights_path": str(request.getfixturevalue("weights_w10")),
                },
                "task_options": {
                    "dataset_path": str(request.getfixturevalue("imagenet_folder")),
                    "test_fraction": 0.05,
                },
            }
        return {}

    return prepare


def _write_trained(folder):
    folder.mkdir(parents=True)
    for source, name in (
        (supernet.WEIGHTS, "weights.pt"),
        (COSTS, "costs.json"),
        (STATE, "state.json"),
    ):
        shutil.copy(source, folder / name)
    counts = {}
    for name in ("validation", "calibration", "test"):
        split = fashion_mnist.load_shipped(name)
        np.savez(folder / f"{name}.npz", images=split.images, labels=split.labels)
        counts[name] = len(split)
    card = SupernetCard(
        name=folder.name, kind=asdict(fashion_mnist.KIND), origin="images",
        counts={**counts, "training": FEW}, accuracy={"smallest": 90.0}, recipe="",
    )  # fmt: skip
    (folder / "supernet.json").write_text(card.model_dump_json())


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_has_the_outputs_and_the_quality_of_the_network(kind, settings, tmp_path):
    request = request_for(kind, **settings(kind))
    report = write(request, tmp_path / "out")
    assert (report.problems, report.remarks) == ((), ())
    task = registry.load(kind).task
    measured = json.loads((tmp_path / "out/measured.json").read_text())
    for part in PARTS.values():
        if not part.on_request:
            assert set(part.files) <= set(report.files)
            parity = measured["parity"][part.files[0]]
            assert parity["max_abs_difference"] < 1e-3
            assert parity["inputs"] <= 64
            assert parity.get("top1_equal") == parity.get("top1_of")
    sizes = [measured["parity"][name]["bytes"] for name in ("model.onnx", "model.pt2")]
    assert max(sizes) < 1.5 * measured["parity"]["weights.safetensors"]["bytes"] + 1e6
    quality = measured["quality"]["validation"]
    for metric in task.metrics:
        assert quality["model.onnx"][metric.name] == pytest.approx(
            quality["network"][metric.name], rel=1e-4
        )
    assert measured["quality"]["held_out"]["network"].keys() == quality["network"].keys()
    described = json.loads((tmp_path / "out/network.json").read_text())
    session = onnxruntime.InferenceSession(tmp_path / "out/model.onnx")
    assert [i.name for i in session.get_inputs()] == [i["name"] for i in described["inputs"]]
    assert [o.name for o in session.get_outputs()] == [o["name"] for o in described["outputs"]]
    assert described["config"] == request.evaluation.config
    assert described["genotype"] == list(request.evaluation.genotype)
    assert (described["run"], described["evaluation"]) == ({"id": "run-1", "name": "a run"}, 3)
    has_classes = bool(task.classes) or kind.startswith("ofa_mbv3_d234")
    assert ("classes.txt" in report.files) == has_classes
    card = (tmp_path / "out/README.md").read_text()
    assert all(f"`{name}`" in card for name in report.files if name != "README.md")
    assert registry.load(kind).licence in card


@pytest.fixture
def tabular(settings):
    """The supernet whose networks are written the fastest."""
    settings("tabular_perceptron")
    return "tabular_perceptron"


def test_the_code_of_the_card_runs(tabular, tmp_path):
    write(request_for(tabular), tmp_path / "out")
    blocks = (tmp_path / "out/README.md").read_text().split("```python\n")[1:]
    assert len(blocks) == 3
    codes = [
        f"{block.split('```')[0]}\nprint([tuple(o.shape) for o in outputs])" for block in blocks
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(codes)], cwd=tmp_path / "out", capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["[(1, 2)]", "[(2,)]", "[(2,)]"], done.stderr


def test_a_classifier_of_images_comes_with_a_program(tmp_path):
    report = write(request_for(parts=("onnx",)), tmp_path / "out")
    assert (tmp_path / "out/run.py").read_text() == run_script()
    assert (tmp_path / "out/measure.py").read_text() == measure_script()
    assert "model.pt2" not in report.files


def test_preprocessing_in_the_file_takes_pixels_and_gives_the_same_outputs(tmp_path):
    write(request_for(parts=("onnx",), with_preprocessing=True), tmp_path / "raw")
    write(request_for(parts=("onnx",)), tmp_path / "scaled")
    described = json.loads((tmp_path / "raw/network.json").read_text())
    assert described["inputs"][0]["dtype"] == "uint8"
    words = json.loads((tmp_path / "raw/preprocess.json").read_text())
    assert words["inside"] == ["model.onnx"]
    pixels = fashion_mnist.load_shipped("validation").images[:5, None]
    scaled = ((pixels / 255 - words["mean"][0]) / words["std"][0]).astype(np.float32)
    outputs = [
        onnxruntime.InferenceSession(tmp_path / name / "model.onnx").run(None, {"images": images})[
            0
        ]
        for name, images in (("raw", pixels), ("scaled", scaled))
    ]
    np.testing.assert_allclose(*outputs, atol=1e-4)
    assert "takes pixels" in (tmp_path / "raw/README.md").read_text()


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
    card = (tmp_path / "out/README.md").read_text()
    assert "on the CPU in float32, `model.int8.onnx` in int8." in card
    assert 'InferenceSession("model.int8.onnx")' in card


def test_preprocessing_that_the_task_does_not_describe_cannot_be_in_the_file(settings, tmp_path):
    settings("tabular_perceptron")
    request = request_for("tabular_perceptron", parts=("onnx",), with_preprocessing=True)
    with pytest.raises(EvaluationError, match=r"says no scale, mean, std\. Leave --with-prep"):
        write(request, tmp_path / "out")


def test_what_one_format_cannot_express_is_named_and_the_others_come(
    tabular, monkeypatch, tmp_path
):
    from engine.runtimes import onnx_model
    from tests.engine.runtimes.test_runtimes import Untraceable

    export = onnx_model.export_onnx
    monkeypatch.setattr(
        "engine.export.bundle.exported_network.export_onnx",
        lambda module, *rest: export(Untraceable(), torch.randn(2, 3, 3)),
    )
    report = write(request_for(tabular, parts=("onnx", "pt2")), tmp_path / "out")
    assert {"model.pt2", "README.md"} <= set(report.files)
    assert not {"model.onnx", "run.py"} & set(report.files)
    (problem,) = report.problems
    assert problem.startswith("model.onnx is not written: The network cannot be written as ONNX")
    assert "svd" in problem
    assert problem in (tmp_path / "out/README.md").read_text()


def test_without_optional_packages_the_other_parts_come(tabular, monkeypatch, tmp_path):
    monkeypatch.setattr(packages, "is_installed", lambda name: False)
    report = write(request_for(tabular, parts=("onnx", "pt2")), tmp_path / "out")
    assert "model.pt2" in report.files
    assert "pip install 'dynas-studio[onnx]'" in report.problems[0]
    with pytest.raises(EvaluationError, match="dynas-studio"):
        write(request_for(tabular, parts=("onnx",)), tmp_path / "none")


@pytest.mark.parametrize(("shift", "said"), [(0.01, "differ from those"), (float("nan"), "inf")])
def test_a_file_with_other_outputs_is_not_handed_over(tabular, monkeypatch, tmp_path, shift, said):
    write_pt2 = model_files.write_pt2

    def shifted(network, folder):
        right = write_pt2(network, folder)
        return ModelFile(lambda inputs: right.run(inputs) + shift)

    monkeypatch.setattr(model_files, "write_pt2", shifted)
    report = write(request_for(tabular, parts=("onnx", "pt2")), tmp_path / "out")
    assert "model.pt2" not in report.files
    assert said in report.problems[0]


def test_a_file_of_another_quality_is_not_handed_over(monkeypatch, tmp_path):
    write_onnx = model_files.write_onnx

    def worse(network, folder):
        right, calls = write_onnx(network, folder), []

        def run(inputs):
            calls.append(inputs)  # the first ones are compared one by one
            return right.run(inputs) if len(calls) <= len(network.batches) else -right.run(inputs)

        return ModelFile(run, right.facts)

    monkeypatch.setattr(model_files, "write_onnx", worse)
    with pytest.raises(EvaluationError, match="its Top-1 accuracy on the same data is"):
        write(request_for(parts=("onnx",)), tmp_path / "out")


def test_a_quality_that_the_run_does_not_have_is_explained(tabular, tmp_path):
    cases = {"have changed since": {}, "computed in bf16": {"precision": "bf16"}}
    for reason, settings in cases.items():
        parts, metrics = ("safetensors",), {"log_loss": 12.0}
        report = write(request_for(tabular, parts, metrics, **settings), tmp_path / reason)
        assert reason in report.remarks[0]
        assert report.remarks[0] in (tmp_path / reason / "README.md").read_text()


def test_a_full_disk_is_one_sentence(tabular, monkeypatch, tmp_path):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match="The disk is full: the bundle cannot be written"):
        write(request_for(tabular, parts=("onnx",)), tmp_path / "out")


def test_a_network_without_trained_weights_is_refused_with_what_to_set(tmp_path):
    request = request_for(
        "ofa_mbv3_d234_e346_k357_w1.0",
        supernet_options={"accuracy_source": "published predictor"},
    )
    with pytest.raises(DataError, match=r"no trained network.*weights_path=FILE --set task_opt"):
        write(request, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_images_are_named(weights_w10, tmp_path):
    options = {"weights_path": str(weights_w10)}
    with pytest.raises(DataError, match="set dataset_path"):
        write(request_for("ofa_mbv3_d234_e346_k357_w1.0", supernet_options=options), tmp_path)


def test_an_unknown_part_is_refused_with_those_there_are(tmp_path):
    with pytest.raises(ConfigError, match=r"no part 'tflite'\. Choose from onnx, pt2, safetensors"):
        write(request_for(parts=("tflite",)), tmp_path / "out")


def test_a_request_can_be_sent_to_another_process():
    request = request_for(with_preprocessing=True, metrics={"acc": 90.0})
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301 - made here


def test_a_task_and_a_supernet_may_leave_their_licences_out():
    assert Task.licence == ""
