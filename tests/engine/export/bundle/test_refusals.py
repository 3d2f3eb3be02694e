"""What is not handed over, and why: files that fail a check, and requests that cannot be met."""

import errno
import pickle
from pathlib import Path

import pytest

from engine.errors import ConfigError, DataError, EvaluationError
from engine.export.bundle import model_files
from engine.export.bundle.model_files import ModelFile
from engine.runtimes import packages
from engine.tasks.base import Task
from tests.engine.export.bundle.bundles import request_for, write

pytestmark = pytest.mark.usefixtures("few_images")


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
