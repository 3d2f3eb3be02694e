"""What is in a bundle is what was measured, for every kind of supernet and every format."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import onnxruntime
import pytest
import torch

from engine.errors import ConfigError, EvaluationError
from engine.export.bundle.measure_script import measure_script
from engine.export.bundle.parts import PARTS
from engine.export.bundle.run_script import run_script
from engine.supernets import registry
from engine.supernets.builtin import fashion_mnist
from tests.engine.export.bundle.bundles import request_for, write
from tests.engine.export.bundle.conftest import KINDS
from tests.examples.conftest import ROOT

pytestmark = pytest.mark.usefixtures("few_images")


def test_a_task_that_holds_nothing_out_has_a_bundle_without_that_quality(install, tmp_path):
    install({"sound": "tests.engine.contracts.offered:NothingHeldOut"})
    report = write(request_for("sound", ("safetensors",)), tmp_path / "out")
    assert (report.problems, report.remarks) == ((), ())
    measured = json.loads((tmp_path / "out/measured.json").read_text())
    assert set(measured["quality"]) == {"measured_with", "validation"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_has_the_outputs_and_the_quality_of_the_network(kind, settings, tmp_path):
    request = request_for(kind, **settings(kind))
    report = write(request, tmp_path / "out")
    assert report.problems == ()
    assert len(report.remarks) == (kind == "digits_resnet")
    assert all("run.py, which classifies image files, is not written" in r for r in report.remarks)
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
    folder = str(ROOT).encode()
    assert not [n for n in report.files if folder in (tmp_path / "out" / n).read_bytes()]
    assert max(sizes) < 1.5 * measured["parity"]["weights.safetensors"]["bytes"] + 1e6
    by_torch = {"runtime": "torch", "runtime_version": version("torch")}
    assert measured["quality"]["measured_with"].items() >= by_torch.items()
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
    assert not [n for n in report.files if f"`{n}`" not in card and n != "README.md"]
    assert registry.load(kind).licence in card
    assert f"The network was run by torch {version('torch')} (cpu, fp32)." in card
    has_tokens = kind == "token_transformer"
    assert described.get("any_length") == (["model.onnx", "model.pt2"] if has_tokens else None)
    assert ("`model.onnx` and `model.pt2` take sequences of other lengths" in card) == has_tokens


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
    elsewhere = subprocess.run(
        [sys.executable, "-c", "from network import load; print(load().training)"], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "out")}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert elsewhere.stdout == "False\n", elsewhere.stderr


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
    assert described["inputs_of"] == {"model.onnx": described["inputs"]}
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


def test_only_files_that_can_contain_the_preprocessing_take_pixels(tmp_path):
    write(request_for(parts=("onnx", "pt2"), with_preprocessing=True), tmp_path / "raw")
    described = json.loads((tmp_path / "raw/network.json").read_text())["inputs_of"]
    assert {name: inputs[0]["dtype"] for name, inputs in described.items()} == {
        "model.onnx": "uint8", "model.pt2": "float32",
    }  # fmt: skip
    with pytest.raises(ConfigError, match=r"only be part of model\.onnx or model\.int8\.onnx, and"):
        request_for(parts=("pt2", "safetensors"), with_preprocessing=True)


def test_the_card_has_rounded_numbers_and_conditions_in_words(tabular, tmp_path):
    request = request_for(tabular, parts=("onnx",), metrics={"lat": 951.3003164997826})
    conditions = {"device": "cpu", "threads": 1, "disturbed": 1.0, "slowed": 1.0}
    evaluation = replace(request.evaluation, conditions=conditions)
    write(replace(request, evaluation=evaluation), tmp_path / "out")
    card = (tmp_path / "out/README.md").read_text()
    assert "| 951.3 ms | " in card
    assert "; cpu, 1 thread, slowed by other programs |" in card
    measured = json.loads((tmp_path / "out/measured.json").read_text())
    assert measured["metrics"]["lat"]["value"] == 951.3003164997826


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
        lambda module, *rest, **options: export(Untraceable(), torch.randn(2, 3, 3)),
    )
    report = write(request_for(tabular, parts=("onnx", "pt2")), tmp_path / "out")
    assert {"model.pt2", "README.md"} <= set(report.files)
    assert not {"model.onnx", "run.py"} & set(report.files)
    (problem,) = report.problems
    assert problem.startswith("model.onnx is not written: The network cannot be written as ONNX")
    assert "svd" in problem
    assert problem in (tmp_path / "out/README.md").read_text()
