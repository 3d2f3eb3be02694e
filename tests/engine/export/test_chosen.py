"""The sub-network that Python chose by a goal is the one that is written."""

from pathlib import Path

from engine import data_dir
from engine.export import chosen as chosen_module
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.request import BundleReport
from engine.python_api.front import Front
from tests.twelve_evaluations import history as history


def test_what_was_chosen_is_exported_from_the_folder_of_its_run(history, tmp_path, monkeypatch):
    written = []

    def export_bundle(request, folder, progress, cancelled):
        written.append((request, folder, data_dir.current()))
        return BundleReport(folder, ("model.onnx",))

    monkeypatch.setattr(chosen_module, "export_bundle", export_bundle)
    chosen = Front(history).best("Top-1 accuracy", where="MACs <= 8M")
    report = chosen.export(str(tmp_path / "network"))
    chosen.export(tmp_path / "onnx", parts=["onnx"], with_preprocessing=True)
    assert report.files == ("model.onnx",)
    (request, folder, data_folder), (other, _, _) = written
    assert request.evaluation == history.evaluations[chosen.number - 1]
    assert request.evaluation.metrics["macs"] <= 8e6
    assert (request.run_id, request.run_name) == (history.id, history.name)
    assert request.config == history.config
    assert (request.parts, request.with_preprocessing) == (BUNDLE_PARTS, False)
    assert (other.parts, other.with_preprocessing) == (("onnx",), True)
    assert folder == Path(tmp_path / "network")
    assert data_folder == history.data_folder
